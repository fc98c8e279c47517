/* SPDX-License-Identifier: Apache-2.0
 * The description's study: seed, replications, and factors, which set different things. */
#include <stdlib.h>
#include <string.h>

#include "scenario/factor_reading.h"

#define POINTS_MAX 1000000

/* A seed has more digits than a double holds. */
static void read_seed(struct reading *r, const struct node *n)
{
    char quoted[NODE_QUOTE];
    if (n == NULL)
        return;
    const char *text = n->kind == NODE_SCALAR ? n->text : "";
    size_t digits = strspn(text, "0123456789");
    unsigned long long seed = strtoull(text, NULL, 10); /* too large: ULLONG_MAX, refused too */
    if (digits == 0 || text[digits] != '\0' || seed > INT64_MAX)
        reading_mistake(r, n->place, "seed \"%s\"; expected a whole number from 0 to %lld",
                        node_quote(text, quoted), (long long)INT64_MAX);
    else
        r->out->seed = seed;
}

static void read_frame(struct reading *r, const struct node *study)
{
    const struct node *replications = reading_value(r, "study", study, "replications");
    const struct node *design = reading_value(r, "study", study, "design");
    read_seed(r, reading_value(r, "study", study, "seed"));
    if (design != NULL && (design->kind != NODE_SCALAR || strcmp(design->text, "grid") != 0))
        reading_mistake(r, design->place,
                        "this design is not built in this version; expected grid");
    describe_replications(r, replications);
}

static int by_name(const void *a, const void *b)
{
    const struct factor *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* Settings of all factors together; each is held against every other. */
#define SETTINGS_MOST 1000

/* The first of a factor's settings that meets one of another factor; NULL where none does. */
static const struct setting *meeting(struct reading *r, const struct factor *f,
                                     const struct factor *other)
{
    for (size_t o = 0; o < f->n_options; o++)
        for (size_t s = 0; s < f->option[o].n_settings; s++)
            for (size_t p = 0; p < other->n_options; p++)
                for (size_t t = 0; t < other->option[p].n_settings; t++)
                    if (factor_paths_meet(r, f->option[o].setting[s].path,
                                          other->option[p].setting[t].path))
                        return &f->option[o].setting[s];
    return NULL;
}

/* Two factors that set one thing would give points whose labels are not what was simulated. */
static void check_meetings(struct reading *r)
{
    const struct description *d = r->out;
    size_t n = 0;
    for (size_t i = 0; i < d->n_factors; i++)
        for (size_t o = 0; o < d->factor[i].n_options; o++)
            n += d->factor[i].option[o].n_settings;
    if (n > SETTINGS_MOST) {
        reading_mistake(r, d->factor[0].place, "%zu settings in all factors; expected at most %d",
                        n, SETTINGS_MOST);
        return;
    }
    for (size_t i = 1; i < d->n_factors; i++)
        for (size_t k = 0; k < i; k++) {
            const struct setting *s = meeting(r, &d->factor[i], &d->factor[k]);
            if (s != NULL)
                reading_mistake(
                    r, s->place,
                    "\"%s\" is set by factor \"%s\" and by factor \"%s\"; expected each "
                    "factor to set something else",
                    s->path, d->factor[k].name, d->factor[i].name);
        }
}

void describe_study(struct reading *r)
{
    struct description *d = r->out;
    const struct node *study = node_get(r->tree, "study");
    const struct node *factors = node_get(study, "factors");
    size_t n = factors != NULL && factors->kind == NODE_MAP ? factors->count : 0;
    d->seed = 1;
    d->replications = 1;
    read_frame(r, study);
    if (factors != NULL && factors->kind != NODE_MAP && factors->kind != NODE_NULL)
        reading_mistake(r, factors->place,
                        "factors are %s; expected a map such as {demand: [0.8, 1]}",
                        node_kind_name(factors));
    d->factor = reading_keep(r, n, sizeof *d->factor);
    if (r->exhausted)
        return;
    for (size_t i = 0; i < n && !r->exhausted; i++)
        factor_read(r, &factors->member[i], &d->factor[i]);
    if (r->exhausted)
        return;
    d->n_factors = n;
    qsort(d->factor, n, sizeof *d->factor, by_name);
    if (!r->exhausted)
        check_meetings(r);
    size_t points = 1;
    for (size_t i = 0; i < n; i++)
        if (__builtin_mul_overflow(points, d->factor[i].n_options, &points) ||
            points > POINTS_MAX) {
            reading_mistake(r, factors->place,
                            "more than %d design points; expected fewer values or "
                            "factors",
                            POINTS_MAX);
            return;
        }
}
