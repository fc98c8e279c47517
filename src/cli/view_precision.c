/* SPDX-License-Identifier: Apache-2.0
 * How many replications the points of a result have, and where they were not enough for the
 * precision that the study asks for. */
#include <math.h>
#include <stdlib.h>

#include "cli/number.h"
#include "cli/view.h"

/* So many measures of a point are named; of more, their number. */
#define NAMED_MOST 4

/* The measures of one point that are not precise enough. */
static void name_measures(const struct result *r, size_t point, FILE *out)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_measures; i++) {
        const struct measure *m = &r->measure[i];
        const struct summary_value *v = &r->value[point * r->n_measures + i];
        if (!r->watched[i] || stopping_precise_value(v, r->until) || n++ >= NAMED_MOST)
            continue;
        bool objective = view_kind(m) == VIEW_OBJECTIVE;
        fprintf(out, "%s%s%s%s%s%s", n > 1 ? "; " : " ", objective ? "" : m->figure,
                objective ? "" : " of ", m->subject, objective || !*m->partner ? "" : ", ",
                objective ? "" : m->partner);
        char percent[NUMBER_SIZE];
        number_percent(v->estimate.half_width / fabs(v->estimate.value), percent);
        fprintf(out, " (± %s %%)", percent);
    }
    if (n > NAMED_MOST)
        fprintf(out, "; and %zu more", n - NAMED_MOST);
}

void view_print_precision(const struct result *r, size_t first, size_t n, const struct view_page *p)
{
    bool some = false;
    for (size_t i = first; i < first + n; i++) {
        if (r->point_precise[i])
            continue;
        if (!some)
            view_heading(p, "Precision not reached within at most %zu replications",
                         r->n_replications);
        some = true;
        char name[500];
        result_point_name(r, i, name, sizeof name);
        fprintf(p->out, "point %zu%s%s%s:", i, *name ? " (" : "", name, *name ? ")" : "");
        name_measures(r, i, p->out);
        putc('\n', p->out);
    }
}
