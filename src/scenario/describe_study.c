/* SPDX-License-Identifier: Apache-2.0
 * The description's study: seed, replications, and factors, which set different things. */
#include <stdlib.h>
#include <string.h>

#include "scenario/factor_reading.h"

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
    read_seed(r, reading_value(r, "study", study, "seed"));
    describe_replications(r, replications);
    describe_analysis(r, study);
}

/* Settings of all factors together; each is held against every other. */
#define SETTINGS_MOST 1000

/* A path that a factor sets, and where the text says so. All values of a factor that is no bundle
 * set the same. */
struct target_path {
    const char *path;
    psn_place place;
    size_t factor;
};

static void add_path(struct target_path *p, size_t *n, const char *path, psn_place place,
                     size_t factor)
{
    if (*n < SETTINGS_MOST)
        p[*n] = (struct target_path){path, place, factor};
    ++*n;
}

/* The paths of all factors, in their order; *n may be more than there is room for. */
static void list_paths(const struct description *d, struct target_path *p, size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < d->n_factors; i++) {
        const struct factor *f = &d->factor[i];
        bool listed = f->n_options > 0 && f->option[0].n_settings > 0;
        if (!f->bundle)
            add_path(p, n, f->name, listed ? f->option[0].setting->place : f->place, i);
        for (size_t o = 0; f->bundle && o < f->n_options; o++)
            for (size_t s = 0; s < f->option[o].n_settings; s++)
                add_path(p, n, f->option[o].setting[s].path, f->option[o].setting[s].place, i);
    }
}

/* The first path of a factor that meets one of another; NULL where none does. */
static const struct target_path *meeting(const struct reading *r, const struct target_path *p,
                                         size_t n, size_t factor, size_t other)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; p[i].factor == factor && k < n; k++)
            if (p[k].factor == other && factor_paths_meet(r, p[i].path, p[k].path))
                return &p[i];
    return NULL;
}

/* Two factors that set one thing would give points whose labels are not what was simulated. */
static void check_meetings(struct reading *r)
{
    const struct description *d = r->out;
    struct target_path *p = reading_scratch(r, SETTINGS_MOST, sizeof *p);
    size_t n = 0;
    if (p == NULL)
        return;
    list_paths(d, p, &n);
    if (n > SETTINGS_MOST) {
        reading_mistake(r, d->factor[0].place, "%zu settings in all factors; expected at most %d",
                        n, SETTINGS_MOST);
        return;
    }
    for (size_t i = 1; i < d->n_factors; i++)
        for (size_t k = 0; k < i; k++) {
            const struct target_path *met = meeting(r, p, n, i, k);
            if (met != NULL)
                reading_mistake(
                    r, met->place,
                    "\"%s\" is set by factor \"%s\" and by factor \"%s\"; expected each "
                    "factor to set something else",
                    met->path, d->factor[k].name, d->factor[i].name);
        }
}

/* The factors of the study, in the order of names. */
static void read_factors(struct reading *r, const struct node *factors)
{
    struct description *d = r->out;
    size_t n = factors != NULL && factors->kind == NODE_MAP ? factors->count : 0;
    if (factors != NULL && factors->kind != NODE_MAP && factors->kind != NODE_NULL)
        reading_mistake(r, factors->place,
                        "factors are %s; expected a map such as {demand: [0.8, 1]}",
                        node_kind_name(factors));
    d->factor = reading_keep(r, n, sizeof *d->factor);
    for (size_t i = 0; i < n && !r->exhausted; i++)
        factor_read(r, &factors->member[i], &d->factor[i]);
    d->n_factors = r->exhausted ? 0 : n;
}

void describe_study(struct reading *r)
{
    struct description *d = r->out;
    const struct node *study = node_get(r->tree, "study");
    d->seed = 1;
    d->replications = 1;
    read_frame(r, study);
    if (r->point) /* it has its options from the base case's description */
        return;
    design_read(r, study);
    read_factors(r, node_get(study, "factors"));
    if (!r->exhausted)
        design_settle(r, study);
    if (r->exhausted)
        return;
    check_meetings(r);
}
