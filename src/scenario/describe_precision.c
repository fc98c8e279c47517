/* SPDX-License-Identifier: Apache-2.0
 * The description's replications: a whole number, or as many as a precision takes; batches in their
 * place; and what makes intervals narrower. */
#include <string.h>

#include "scenario/describe.h"

#define REPLICATIONS_MAX 1000000

/* The language's keys below `study.replications`. */
static const struct spec_key *keys(void)
{
    return spec_key(spec_section("study")->key, "replications", false)->record;
}

/* The value of one of them, or its default as a node; NULL where it has neither. */
static const struct node *value(struct reading *r, const struct node *map, const char *name)
{
    const struct node *n = node_get(map, name);
    if (n != NULL && n->kind != NODE_NULL)
        return n;
    const struct spec_key *key = spec_key(keys(), name, false);
    if (key == NULL || key->standard == NULL)
        return NULL;
    const struct node *standard = node_new_scalar(&r->scratch, map->place, key->standard);
    r->exhausted |= standard == NULL;
    return standard;
}

/* A number of replications of at least `least`; 0 with the mistake told. */
static uint32_t read_number(struct reading *r, const struct node *n, uint32_t least)
{
    double x;
    if (n == NULL || !reading_plain(r, n, DIMENSION_NUMBER, BOUND_WHOLE_POSITIVE, &x))
        return 0;
    if (x < least)
        reading_mistake(r, n->place,
                        "%.0f replications have no confidence interval; expected %u "
                        "or more",
                        x, least);
    else if (x > REPLICATIONS_MAX)
        reading_mistake(r, n->place, "%.0f replications; expected at most %d", x, REPLICATIONS_MAX);
    else
        return (uint32_t)x;
    return 0;
}

static void read_measures(struct reading *r, const struct node *of, struct precision *p)
{
    size_t n = reading_count(of);
    p->of = reading_keep(r, n, sizeof *p->of);
    p->of_place = reading_keep(r, n, sizeof *p->of_place);
    if (n == 0)
        reading_mistake(r, of->place,
                        "`of` names nothing; expected objectives, the names of some, "
                        "or figures such as response p95");
    for (size_t i = 0; i < n && !r->exhausted; i++) {
        const struct node *item = reading_item(of, i);
        if (item->kind != NODE_SCALAR)
            continue; /* told by the table */
        p->of[p->n_of] = reading_text(r, item->text);
        p->of_place[p->n_of++] = reading_place(r, item->place);
    }
}

/* `{at least: 10, until: 2 %, of: objectives, at most: 200}` */
static void read_precision(struct reading *r, const struct node *map)
{
    struct precision *p = &r->out->precision;
    const struct node *until = value(r, map, "until"), *of = value(r, map, "of"),
                      *most = value(r, map, "at most");
    p->place = reading_place(r, map->place);
    p->at_least = read_number(r, value(r, map, "at least"), 2);
    uint32_t at_most = read_number(r, most, 2);
    if (until != NULL && reading_plain(r, until, DIMENSION_SHARE, BOUND_POSITIVE, &p->until) &&
        p->until >= 1) {
        reading_mistake(r, until->place,
                        "a half-width of the whole value or more says nothing; expected a share "
                        "below 100 %%, such as 2 %%");
        p->until = 0;
    }
    if (of != NULL)
        read_measures(r, of, p);
    if (at_most > 0 && p->at_least > at_most)
        reading_mistake(r, most->place,
                        "at most %u replications, but at least %u; expected the least to be the "
                        "smaller",
                        at_most, p->at_least);
    if (at_most > 0)
        r->out->replications = at_most;
}

void describe_replications(struct reading *r, const struct node *replications)
{
    uint32_t n;
    if (replications == NULL)
        return;
    if (replications->kind == NODE_MAP) {
        read_precision(r, replications);
    } else if ((n = read_number(r, replications, 1)) > 0) {
        r->out->replications = n;
    }
}

#define BATCHES_MAX 1000

/* One long run in batches: there are no replications beside them. */
static void read_batches(struct reading *r, const struct node *study, const struct node *batches)
{
    struct description *d = r->out;
    const struct node *replications = node_get(study, "replications");
    double x;
    if (!reading_plain(r, batches, DIMENSION_NUMBER, BOUND_WHOLE_POSITIVE, &x))
        return;
    if (x < 2 || x > BATCHES_MAX) {
        reading_mistake(r, batches->place, "%.0f batches; expected 2 to %d", x, BATCHES_MAX);
        return;
    }
    if (replications != NULL && replications->kind != NODE_NULL) {
        reading_mistake(r, batches->place,
                        "`batches` of one long run beside `replications`; expected one or the "
                        "other, such as replications: none");
        return;
    }
    d->batches = (uint32_t)x;
    d->batches_place = reading_place(r, batches->place);
    d->replications = 1;
    d->precision = (struct precision){0};
    struct span first = description_batch(d, 0);
    if (d->interval > 0 && first.close == first.open && !d->warmup_auto)
        reading_mistake(r, batches->place,
                        "%u batches, but there are not so many whole intervals between warm-up and "
                        "horizon; expected fewer, a shorter `interval` or a longer `horizon`",
                        d->batches);
}

/* Replications come two and two. */
static void check_pairs(struct reading *r, const struct node *study, const struct node *antithetic)
{
    const struct description *d = r->out;
    const struct node *n = node_get(study, "replications");
    psn_place place = n != NULL ? n->place : antithetic->place;
    if (d->batches > 0)
        reading_mistake(r, antithetic->place,
                        "antithetic pairs of one long run; expected `replications` in place of "
                        "`batches`");
    else if (d->replications % 2 != 0)
        reading_mistake(r, place, "%u replications in antithetic pairs; expected an even number",
                        d->replications);
    else if (d->precision.until > 0 && d->precision.at_least < 3)
        reading_mistake(r, d->precision.place,
                        "replications until a precision, at least %u in antithetic pairs: one pair "
                        "has no interval; expected at least: 4",
                        d->precision.at_least);
}

void describe_analysis(struct reading *r, const struct node *study)
{
    const struct node *batches = node_get(study, "batches");
    const struct node *antithetic = node_get(study, "antithetic");
    const struct node *controls = node_get(study, "controls");
    if (batches != NULL && batches->kind != NODE_NULL)
        read_batches(r, study, batches);
    if (r->out->batches > 0 && controls != NULL && controls->kind == NODE_SCALAR &&
        strcmp(controls->text, "none") != 0)
        reading_mistake(r, controls->place,
                        "controls of one long run; expected `replications` in place of `batches`");
    r->out->controls =
        controls != NULL && controls->kind == NODE_SCALAR && strcmp(controls->text, "offered") == 0;
    r->out->antithetic = antithetic != NULL && antithetic->kind == NODE_SCALAR &&
                         strcmp(antithetic->text, "yes") == 0;
    if (r->out->antithetic)
        check_pairs(r, study, antithetic);
}
