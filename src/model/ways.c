/* SPDX-License-Identifier: Apache-2.0
 * Routes without failures, and the choice among equal ones. */
#include "model/ways.h"

#include <math.h>
#include <string.h>

#define SEGMENT_SECONDS  1e-3
#define SEGMENT_MIN_BITS (1500.0 * 8.0)
#define METRIC_LEAST     1e-6
#define METRIC_MOST      1e9

__extension__ typedef unsigned __int128 wide;

/* Costs are whole numbers of a millionth, so that routes of equal cost are told exactly. */
static int check_metrics(const struct description *d, psn_diagnostics *all)
{
    int code = 0;
    for (size_t i = 0; i < d->n_links; i++) {
        const struct link *l = &d->link[i];
        if (l->exists && (l->metric < METRIC_LEAST || l->metric > METRIC_MOST))
            code = psn_mistake_add(all, PSN_EINPUT, l->place,
                                   "the metric of link \"%s\" is %.9g; expected 0.000001 to 1e9",
                                   l->name, l->metric);
    }
    return code;
}

/* Is the site in the list, or the list of all? Lists are in order. */
static bool has_site(const uint32_t *list, size_t n, uint32_t site)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list[middle] < site)
            low = middle + 1;
        else
            high = middle;
    }
    return n == 0 || (low < n && list[low] == site);
}

static bool holds_for(const struct route_rule *r, uint32_t from, uint32_t to)
{
    return has_site(r->from, r->n_from, from) && has_site(r->to, r->n_to, to);
}

int ways_init(struct ways *w, const struct description *d, struct arena *memory,
              psn_diagnostics *all)
{
    memset(w, 0, sizeof *w);
    w->d = d;
    w->memory = memory;
    w->may_fail = network_may_fail(d);
    int code = check_metrics(d, all);
    if (code)
        return code;
    w->network = arena_array(memory, d->n_epochs, sizeof *w->network);
    if (!w->network || path_list_init(&w->found, d, memory) ||
        path_list_init(&w->room[0], d, memory) || path_list_init(&w->room[1], d, memory))
        return PSN_EMEMORY;
    for (size_t i = 0; i < d->n_epochs; i++)
        if (network_init(&w->network[i], d, d->epoch[i], memory))
            return PSN_EMEMORY;
    return 0;
}

/* Where the way of (from, to) is in the table, or would be. */
static struct way **place_of(struct way **table, size_t room, uint32_t from, uint32_t to)
{
    uint64_t hash = ((uint64_t)from << 32 | to) * 0x9E3779B97F4A7C15u; /* Knuth, TAOCP 3, 6.4 */
    size_t at = (size_t)(hash >> 32) & (room - 1);
    while (table[at] && (table[at]->from != from || table[at]->to != to))
        at = (at + 1) & (room - 1);
    return &table[at];
}

/* A list in the arena with room for one more; NULL where memory ends. */
static void *grown(struct arena *memory, void *list, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return list;
    size_t more = *room ? 2 * *room : 64;
    void *larger = arena_array(memory, more, size);
    if (!larger)
        return NULL;
    if (n > 0)
        memcpy(larger, list, n * size);
    *room = more;
    return larger;
}

/* Room for one way more in the table; false where memory ends. */
static bool grow_table(struct ways *w)
{
    if (2 * w->n_ways < w->table_room)
        return true;
    size_t room = w->table_room ? 2 * w->table_room : 64;
    struct way **table = arena_array(w->memory, room, sizeof(struct way *));
    if (!table)
        return false;
    for (size_t i = 0; i < w->n_ways; i++)
        *place_of(table, room, w->way[i]->from, w->way[i]->to) = w->way[i];
    w->table = table;
    w->table_room = room;
    return true;
}

/* The rule that holds. */
static const struct route_rule *rule_of(const struct description *d, uint32_t from, uint32_t to)
{
    const struct route_rule *best = NULL;
    for (size_t i = 0; i < d->n_route_rules; i++) {
        const struct route_rule *r = &d->route_rule[i];
        if (holds_for(r, from, to) &&
            (!best || description_route_rank(r) > description_route_rank(best)))
            best = r;
    }
    return best;
}

struct way *ways_find(struct ways *w, uint32_t from, uint32_t to)
{
    if (!grow_table(w))
        return NULL;
    struct way **at = place_of(w->table, w->table_room, from, to);
    if (*at)
        return *at;
    struct way **list = grown(w->memory, w->way, w->n_ways, &w->ways_room, sizeof(struct way *));
    struct way *way = arena_array(w->memory, 1, sizeof *way);
    if (!list || !way)
        return NULL;
    w->way = list;
    way->index = (uint32_t)w->n_ways;
    way->from = from;
    way->to = to;
    way->rule = rule_of(w->d, from, to);
    way->base = arena_array(w->memory, w->d->n_epochs, sizeof(struct route_set *));
    if (!way->base)
        return NULL;
    w->way[w->n_ways++] = way;
    return *at = way;
}

/* A route that nobody has taken so far. */
static const struct route *new_route(struct ways *w, const struct way *way, const uint32_t *hop,
                                     uint32_t n_hops)
{
    const struct description *d = w->d;
    const struct route **list =
        grown(w->memory, w->route, w->n_routes, &w->routes_room, sizeof(struct route *));
    struct route *r = arena_array(w->memory, 1, sizeof *r);
    if (!list || !r)
        return NULL;
    w->route = list;
    *r = (struct route){.index = (uint32_t)w->n_routes,
                        .from = way->from,
                        .to = way->to,
                        .n_hops = n_hops,
                        .slowest_bps = INFINITY};
    r->hop = arena_array(w->memory, n_hops + 1, sizeof *r->hop);
    if (!r->hop)
        return NULL;
    for (uint32_t k = 0; k < n_hops; k++) {
        const struct link *l = &d->link[hop[k] / 2];
        r->hop[k] = hop[k];
        r->delay += l->delay;
        r->slowest_bps = fmin(r->slowest_bps, l->bandwidth_bps);
    }
    r->segment_bits = fmax(r->slowest_bps * SEGMENT_SECONDS, SEGMENT_MIN_BITS);
    w->route[w->n_routes++] = r;
    return r;
}

static bool is_along(const struct route *r, const uint32_t *hop, uint32_t n_hops)
{
    return r->n_hops == n_hops && (n_hops == 0 || memcmp(r->hop, hop, n_hops * sizeof *hop) == 0);
}

/* The route of the way along these hops: one that is in one of its sets, or a new one. */
static const struct route *route_along(struct ways *w, const struct way *way, const uint32_t *hop,
                                       uint32_t n_hops)
{
    for (const struct route_set *s = way->sets; s; s = s->next)
        for (uint32_t i = 0; i < s->n; i++)
            if (is_along(s->route[i], hop, n_hops))
                return s->route[i];
    return new_route(w, way, hop, n_hops);
}

static bool is_set(const struct route_set *s, const struct path_list *found)
{
    bool same = s->n == found->n;
    for (uint32_t i = 0; i < found->n && same; i++)
        same = is_along(s->route[i], path_hops(found, i), found->n_hops[i]);
    return same;
}

/* What was found, as a set of the way. NULL where memory ends. */
static const struct route_set *make_set(struct ways *w, struct way *way)
{
    const struct path_list *found = &w->found;
    for (const struct route_set *s = way->sets; s; s = s->next)
        if (is_set(s, found))
            return s;
    struct route_set *set = arena_array(w->memory, 1, sizeof *set);
    if (!set)
        return NULL;
    set->n = found->n;
    set->route = arena_array(w->memory, found->n + 1, sizeof(struct route *));
    set->index = arena_array(w->memory, found->n + 1, sizeof *set->index);
    for (uint32_t i = 0; i < found->n && set->route && set->index; i++) {
        set->route[i] = route_along(w, way, path_hops(found, i), found->n_hops[i]);
        if (!set->route[i])
            return NULL;
        set->index[i] = set->route[i]->index;
    }
    set->next = way->sets;
    way->sets = set;
    return set->route && set->index ? set : NULL;
}

/* Searches the routes of a way in a network as it is, into w->found: by its rule, where there is
 * one. */
static int search(struct ways *w, const struct way *way, struct network *n)
{
    const struct route_rule *r = way->rule;
    uint32_t most = r && r->spread ? NETWORK_PATHS : 1;
    return network_paths_over(n, way->from, r ? r->via : NULL, r ? r->n_via : 0, way->to, most,
                              &w->found, w->room);
}

bool ways_whole(const struct route_set *s, const uint32_t *down)
{
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t k = 0; k < s->route[i]->n_hops; k++)
            if (down[s->route[i]->hop[k] / 2])
                return false;
    return true;
}

const struct route_set *ways_around(struct ways *w, struct way *way, struct network *n,
                                    const struct route_set *base)
{
    if (!n->down || ways_whole(base, n->down))
        return base; /* what fails elsewhere makes nothing better */
    int code = search(w, way, n);
    if (!code && w->found.n == 0 && way->rule && way->rule->n_via)
        code = network_paths(n, way->from, way->to, 1, &w->found);
    return code ? NULL : make_set(w, way);
}

/* The route of a rule cannot be: the best one is found instead. Told where it matters, and where
 * something leads there without the rule, for else that is told of the step that needs it. */
static int no_via(struct ways *w, const struct way *way, struct network *n, psn_diagnostics *all)
{
    const struct description *d = w->d;
    const struct route_rule *r = way->rule;
    int code = network_paths(n, way->from, way->to, 1, &w->found);
    if (code || w->found.n == 0 || !all)
        return code;
    return psn_mistake_add(
        all, PSN_EINPUT, r->place,
        "routes \"%s\" lead nowhere from \"%s\" to \"%s\": between the sites of `via` there are no "
        "links, or the best way over them comes to a site twice; expected sites on one way",
        r->name, d->site[way->from].name, d->site[way->to].name);
}

const struct route_set *ways_base(struct ways *w, struct way *way, uint32_t epoch, int *code,
                                  psn_diagnostics *all)
{
    struct network *n = &w->network[epoch];
    *code = 0;
    if (way->base[epoch])
        return way->base[epoch];
    *code = search(w, way, n);
    if (!*code && w->found.n == 0 && way->rule && way->rule->n_via)
        *code = no_via(w, way, n, all);
    if (*code)
        return NULL;
    way->base[epoch] = make_set(w, way);
    if (!way->base[epoch])
        *code = PSN_EMEMORY;
    return way->base[epoch];
}

uint64_t ways_hash(const struct ways *w, uint32_t source, uint64_t number)
{
    /* SplitMix64's finaliser (Stafford's variant 13): every bit of the number moves every bit. */
    uint64_t z = w->key[source] + number * 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

const struct way_version *way_version_at(const struct way *way, psn_time now)
{
    size_t low = 0, high = way->n_versions;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (way->version[middle].from <= now)
            low = middle;
        else
            high = middle;
    }
    return &way->version[low];
}

uint32_t way_route(const struct ways *w, const struct way *way, psn_time now, uint64_t hash,
                   bool *none)
{
    const struct way_version *v = way_version_at(way, now);
    (void)w;
    *none = v->n == 0;
    if (v->n <= 1)
        return v->n ? v->route[0] : 0;
    return v->route[(uint32_t)(((wide)hash * v->n) >> 64)];
}
