/* SPDX-License-Identifier: Apache-2.0
 * The description's routes that the text gives: for which pairs of sites, and by which way. */
#include <stdlib.h>
#include <string.h>

#include "scenario/describe.h"

static int by_index(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The sites of a list as it stands; none where it is not there, or is `all`. */
static uint32_t *read_sites(struct reading *r, const struct node *list, size_t *n)
{
    size_t named = reading_count(list);
    *n = 0;
    if (named == 0 || (list->kind == NODE_SCALAR && strcmp(list->text, "all") == 0))
        return NULL;
    uint32_t *site = reading_keep(r, named, sizeof *site);
    for (size_t i = 0; i < named && !r->exhausted; i++) {
        uint32_t at = reading_reference(r, reading_item(list, i), &r->sites, "a site");
        if (at != NO_INDEX)
            site[(*n)++] = at;
    }
    return site;
}

/* The same in order, each once. */
static uint32_t *read_set(struct reading *r, const struct node *list, size_t *n)
{
    uint32_t *site = read_sites(r, list, n);
    size_t kept = 0;
    if (*n > 0)
        qsort(site, *n, sizeof *site, by_index);
    for (size_t i = 0; i < *n; i++)
        if (kept == 0 || site[i] != site[kept - 1])
            site[kept++] = site[i];
    *n = kept;
    return site;
}

/* The sites of the way: each once. */
static void check_way(struct reading *r, const struct node *via, const struct route_rule *rule)
{
    for (size_t i = 0; i < rule->n_via; i++)
        for (size_t k = 0; k < i; k++)
            if (rule->via[k] == rule->via[i]) {
                reading_mistake(r, reading_item(via, i)->place,
                                "route \"%s\" leads through site \"%s\" twice; expected each "
                                "site once",
                                rule->name, r->out->site[rule->via[i]].name);
                return;
            }
}

static void read_route(struct reading *r, const struct member *m, struct route_rule *rule)
{
    const struct node *via = node_get(m->value, "via"), *spread = node_get(m->value, "spread");
    const struct member *until = node_member(m->value, "until");
    size_t before = r->all->count + r->all->dropped;
    *rule = (struct route_rule){.name = reading_text(r, m->key),
                                .place = reading_place(r, m->place),
                                .spread = spread != NULL};
    rule->from = read_set(r, node_get(m->value, "from"), &rule->n_from);
    rule->to = read_set(r, node_get(m->value, "to"), &rule->n_to);
    rule->via = read_sites(r, via, &rule->n_via);
    if ((via == NULL) == (spread == NULL))
        reading_mistake(r, m->place,
                        "route \"%s\" has %s; expected one of via: [SITE, ...] and spread: equal",
                        m->key, via == NULL ? "no way" : "both a way and a spread over several");
    if (!r->exhausted && r->all->count + r->all->dropped == before)
        check_way(r, via, rule);
    if (until != NULL)
        reading_mistake(r, until->place,
                        "\"until\" says nothing in section \"routes\"; expected it with the links "
                        "that they lead over");
    if (rule->n_from == 1 && rule->n_to == 1 && rule->from[0] == rule->to[0])
        reading_mistake(r, m->place,
                        "route \"%s\" leads from site \"%s\" to itself; expected two sites", m->key,
                        r->out->site[rule->from[0]].name);
}

static bool names(const uint32_t *list, size_t n, uint32_t site)
{
    return n == 0 || bsearch(&site, list, n, sizeof *list, by_index) != NULL;
}

/* The first site but one that both lists hold, of which one without an item is all of them;
 * NO_INDEX: none. */
static uint32_t find_common(const struct description *d, const uint32_t *a, size_t n_a,
                            const uint32_t *b, size_t n_b, uint32_t but)
{
    if (n_a == 0 && n_b > 0)
        return find_common(d, b, n_b, a, n_a, but);
    for (uint32_t i = 0; i < (n_a > 0 ? n_a : d->n_sites); i++) {
        uint32_t site = n_a > 0 ? a[i] : i;
        if (site != but && names(b, n_b, site))
            return site;
    }
    return NO_INDEX;
}

/* A pair of different sites for which both rules are. */
static bool find_pair(const struct description *d, const struct route_rule *x,
                      const struct route_rule *y, uint32_t *from, uint32_t *to)
{
    *from = find_common(d, x->from, x->n_from, y->from, y->n_from, NO_INDEX);
    if (*from == NO_INDEX)
        return false;
    *to = find_common(d, x->to, x->n_to, y->to, y->n_to, *from);
    if (*to != NO_INDEX)
        return true;
    *to = find_common(d, x->to, x->n_to, y->to, y->n_to, NO_INDEX);
    if (*to != NO_INDEX)
        *from = find_common(d, x->from, x->n_from, y->from, y->n_from, *to);
    return *to != NO_INDEX && *from != NO_INDEX;
}

/* Two rules for one pair of sites: which of them would hold? */
static void check_pairs(struct reading *r)
{
    const struct description *d = r->out;
    for (size_t i = 0; i < d->n_route_rules; i++)
        for (size_t k = 0; k < i; k++) {
            const struct route_rule *x = &d->route_rule[k], *y = &d->route_rule[i];
            uint32_t from, to;
            if (description_route_rank(x) != description_route_rank(y) ||
                !find_pair(d, x, y, &from, &to))
                continue;
            reading_mistake(r, y->place,
                            "routes \"%s\" and \"%s\" are both for messages from \"%s\" to "
                            "\"%s\"; expected one of them, or one that names a single site where "
                            "the other names several, and goes before it",
                            x->name, y->name, d->site[from].name, d->site[to].name);
            return;
        }
}

void describe_routes(struct reading *r)
{
    struct description *d = r->out;
    size_t before = r->all->count + r->all->dropped;
    d->route_rule = reading_keep(r, r->routes.n, sizeof *d->route_rule);
    for (size_t i = 0; i < r->routes.n && !r->exhausted; i++) {
        const struct member *m = r->routes.member[i];
        read_route(r, m, &d->route_rule[d->n_route_rules]);
        d->n_route_rules += reading_only(r, m->value);
    }
    if (!r->exhausted && r->all->count + r->all->dropped == before)
        check_pairs(r);
}
