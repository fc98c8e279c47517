/* SPDX-License-Identifier: Apache-2.0
 * What common random numbers save: for each difference its half-width, that which independent seeds
 * would give, and the ratio of the variances. */
#include <gsl/gsl_sort_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/change.h"
#include "cli/contrast_view.h"

/* A utilisation that moves by less than this, 0.1 points, is left out without --all. */
#define MOVES 0.001

/* Above this the digits of a ratio of variances say nothing. */
#define RATIO_MOST 1000

/* Objectives repeat the figures that they judge. */
static bool is_shown(const struct contrast_page *p, const struct measure *m,
                     const struct comparison *f)
{
    if (p->every_figure)
        return true;
    if (view_kind(m) == VIEW_STATION && !(fabs(f->difference.value) >= MOVES))
        return false;
    return contrast_shows(m) && view_kind(m) != VIEW_OBJECTIVE;
}

/* A half-width with its unit, shares in points of per cent. */
static void add_half(struct table *t, const struct measure *m, double half)
{
    struct change_scale scale = change_scale(m, half);
    char digits[NUMBER_SIZE];
    number_plain(half * scale.factor, digits);
    table_add(t, "%s %s", digits, scale.unit);
}

/* Not where the difference does not vary at all: there is nothing to compare with. */
static bool has_gain(const struct comparison *f)
{
    return !change_missing(f->change) && isfinite(f->gain);
}

static void ratio_text(double gain, char text[NUMBER_SIZE])
{
    if (gain > RATIO_MOST)
        snprintf(text, NUMBER_SIZE, ">%d", RATIO_MOST);
    else
        snprintf(text, NUMBER_SIZE, "%.*f", gain < 9.95 ? 1 : 0, gain);
}

static void add_row(const struct contrast_page *p, struct table *t, const struct contrast *k,
                    const struct measure *m, const struct comparison *f)
{
    char ratio[NUMBER_SIZE];
    if (p->contrasts->n > 1)
        table_add(t, "%zu – %zu", k->base, k->other);
    table_add(t, "%s", m->subject);
    table_add(t, "%s", m->partner);
    table_add(t, "%s", m->figure);
    add_half(t, m, f->difference.half_width);
    add_half(t, m, f->difference.half_width * sqrt(f->gain));
    ratio_text(f->gain, ratio);
    table_add(t, "%s", ratio);
}

/* The least and the middle of the gains. */
static void print_sum(const struct contrast_page *p, double *gain, size_t n)
{
    FILE *out = p->page.out;
    gsl_sort(gain, 1, n);
    char middle[NUMBER_SIZE], least[NUMBER_SIZE];
    ratio_text(gain[n / 2], middle);
    ratio_text(gain[0], least);
    fprintf(out,
            "\nVariance ratio: of the difference with independent seeds (the variances of both "
            "points added) to\nthat of the pairs; independent seeds would need so many times the "
            "replications. The middle one of %zu\nis %s, the least %s.\n",
            n, middle, least);
}

int gain_print(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    struct table t = {0};
    double *gain = calloc(c->n * c->n_measures + 1, sizeof *gain);
    size_t n = 0;
    if (!gain)
        return PSN_EMEMORY;
    if (c->n > 1)
        table_key(&t, "points", TABLE_LEFT);
    table_key(&t, "subject", TABLE_LEFT);
    table_key(&t, "partner", TABLE_LEFT);
    table_key(&t, "figure", TABLE_LEFT);
    table_column(&t, NULL, "± in pairs", TABLE_RIGHT);
    table_column(&t, NULL, "± independent", TABLE_RIGHT);
    table_column(&t, NULL, "variance ratio", TABLE_RIGHT);
    for (size_t k = 0; k < c->n; k++)
        for (size_t i = 0; i < c->n_measures; i++) {
            const struct measure *m = contrasts_measure(c, i);
            const struct comparison *f = &c->item[k].figure[i];
            if (!is_shown(p, m, f) || !has_gain(f))
                continue;
            add_row(p, &t, &c->item[k], m, f);
            gain[n++] = f->gain;
        }
    view_heading(&p->page, "What common random numbers save");
    int code = 0;
    if (n) {
        code = table_print(&t, p->page.out, p->page.bold);
        print_sum(p, gain, n);
    } else {
        table_fini(&t);
        fputs("Nothing: no difference varies, or there are fewer than two pairs.\n", p->page.out);
    }
    free(gain);
    return code;
}
