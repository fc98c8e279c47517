/* SPDX-License-Identifier: Apache-2.0
 * The description's replications: a whole number, or as many as a precision takes. */
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
