/* SPDX-License-Identifier: Apache-2.0
 * Routes: paths against brute force, and how they follow failures. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "kernel/random.h"
#include "model/changes.h"
#include "model/ways.h"

#define SITES 7
#define LINKS 12

/* A network without a text. */
struct graph {
    struct description d;
    struct link link[LINKS];
    struct site site[SITES];
    psn_time epoch;
};

static void graph_init(struct graph *g, uint32_t sites, uint32_t links)
{
    memset(g, 0, sizeof *g);
    g->d.n_sites = sites;
    g->d.n_links = links;
    g->d.link = g->link;
    g->d.site = g->site;
    g->d.epoch = &g->epoch;
    g->d.n_epochs = 1;
    g->d.horizon = PSN_HOUR;
    for (uint32_t i = 0; i < links; i++)
        g->link[i] = (struct link){.name = "l",
                                   .bandwidth_bps = 1e9,
                                   .metric = NAN,
                                   .exists = true,
                                   .there = {0, PSN_NEVER}};
}

/* The next of a row of numbers below n. */
static uint32_t number(uint64_t *row, uint32_t n)
{
    double u[2];
    random_uniform2(77, (*row)++, 0, 0, u);
    return (uint32_t)(u[0] * n);
}

/* Links between any two sites, several between some; few costs, so that many paths are equal. With
 * as many links as sites, about, most graphs have stubs, stubs of stubs, and parts apart. */
static void graph_random(struct graph *g, uint64_t *row, uint32_t links, bool metric,
                         uint32_t least_delay)
{
    graph_init(g, SITES, links);
    for (uint32_t i = 0; i < links; i++) {
        struct link *l = &g->link[i];
        l->end[0] = number(row, SITES);
        l->end[1] = (l->end[0] + 1 + number(row, SITES - 1)) % SITES;
        l->delay = least_delay + number(row, 3);
        l->metric = metric ? 1.0 + number(row, 3) : (double)NAN;
    }
}

/* All paths from a site, by trying. */
struct every {
    const struct description *d;
    uint32_t to, hop[SITES], n;
    bool seen[SITES];
    /* Found: by cost, then delay, then hops; the best so far. */
    int64_t cost, best_cost;
    psn_time delay, best_delay;
    uint32_t best_hops, paths; /* paths: of the best cost */
};

static int64_t cost_of(const struct link *l)
{
    return isnan(l->metric) ? l->delay : (int64_t)(l->metric * 1e6);
}

static void arrive(struct every *e)
{
    bool better = e->paths == 0 || e->cost < e->best_cost;
    if (better)
        e->paths = 0;
    if (!better && e->cost > e->best_cost)
        return;
    if (better || e->delay < e->best_delay || (e->delay == e->best_delay && e->n < e->best_hops)) {
        e->best_delay = e->delay;
        e->best_hops = e->n;
    }
    e->best_cost = e->cost;
    e->paths++;
}

static void try_all(struct every *e, uint32_t at)
{
    if (at == e->to) {
        arrive(e);
        return;
    }
    e->seen[at] = true;
    for (uint32_t k = 0; k < 2 * e->d->n_links; k++) {
        const struct link *l = &e->d->link[k / 2];
        uint32_t to = network_to(e->d, k);
        if (!l->exists || network_from(e->d, k) != at || e->seen[to])
            continue;
        e->hop[e->n++] = k;
        e->cost += cost_of(l);
        e->delay += l->delay;
        try_all(e, to);
        e->n--;
        e->cost -= cost_of(l);
        e->delay -= l->delay;
    }
    e->seen[at] = false;
}

static struct every try_from(const struct description *d, uint32_t from, uint32_t to)
{
    struct every e = {.d = d, .to = to};
    try_all(&e, from);
    return e;
}

/* Does the path lead there, without coming to a site twice? Returns its cost. */
static int64_t check_path(const struct description *d, const uint32_t *hop, uint32_t n,
                          uint32_t from, uint32_t to, psn_time *delay)
{
    bool seen[SITES] = {false};
    int64_t cost = 0;
    *delay = 0;
    seen[from] = true;
    for (uint32_t k = 0; k < n; k++) {
        cr_assert_eq(network_from(d, hop[k]), from);
        from = network_to(d, hop[k]);
        cr_assert(!seen[from], "a site twice");
        seen[from] = true;
        cost += cost_of(&d->link[hop[k] / 2]);
        *delay += d->link[hop[k] / 2].delay;
    }
    cr_assert_eq(from, to);
    return cost;
}

static int compare_paths(const struct path_list *l, uint32_t a, uint32_t b)
{
    for (uint32_t k = 0;; k++) {
        cr_assert(k < l->n_hops[a] && k < l->n_hops[b]);
        if (path_hops(l, a)[k] != path_hops(l, b)[k])
            return path_hops(l, a)[k] < path_hops(l, b)[k] ? -1 : 1;
    }
}

static void check_pair(struct network *n, struct path_list *list, uint32_t from, uint32_t to,
                       bool all_cost)
{
    const struct description *d = n->d;
    struct every e = try_from(d, from, to);
    psn_time delay;
    cr_assert_eq(network_paths(n, from, to, 1, list), 0);
    cr_assert_eq(list->n, e.paths > 0);
    if (list->n == 0)
        return;
    cr_assert_eq(check_path(d, path_hops(list, 0), list->n_hops[0], from, to, &delay), e.best_cost);
    cr_assert_eq(delay, e.best_delay);
    cr_assert_eq(list->n_hops[0], e.best_hops);
    cr_assert_eq(network_paths(n, from, to, NETWORK_PATHS, list), 0);
    if (all_cost)
        cr_assert_eq(list->n, e.paths < NETWORK_PATHS ? e.paths : NETWORK_PATHS);
    cr_assert(list->n >= 1 && list->n <= e.paths);
    for (uint32_t i = 0; i < list->n; i++) {
        cr_assert_eq(check_path(d, path_hops(list, i), list->n_hops[i], from, to, &delay),
                     e.best_cost);
        cr_assert(i == 0 || compare_paths(list, i - 1, i) < 0, "in the order of names");
    }
}

Test(ways, paths_are_the_best_there_are)
{
    uint64_t row = 0;
    uint32_t several = 0, stubs = 0;
    for (uint32_t g = 0; g < 120;
         g++) { /* by metric, by delay, and where some links cost nothing */
        struct graph graph;
        struct arena memory = {0};
        struct network n;
        struct path_list list;
        graph_random(&graph, &row, g < 60 ? LINKS : SITES, g % 3 == 0, g % 3 == 1);
        cr_assert_eq(network_init(&n, &graph.d, 0, &memory), 0);
        cr_assert_eq(path_list_init(&list, &graph.d, &memory), 0);
        for (uint32_t k = 0; k < SITES * SITES; k++)
            if (k / SITES != k % SITES) {
                check_pair(&n, &list, k / SITES, k % SITES, g % 3 != 2);
                several += list.n > 1;
            }
        for (uint32_t s = 0; s < SITES; s++)
            stubs += n.up[s] != NO_INDEX && n.up[network_to(&graph.d, n.up[s])] != NO_INDEX;
        arena_fini(&memory);
    }
    cr_assert_gt(stubs, 30, "few of these graphs have stubs of stubs");
    cr_assert_gt(several, 300, "few of these paths have an equal");
}

/* A grid of equal links has binomially many paths of least cost: (6 over 3) = 20 across 4 x 4, of
 * which the first eight are taken; (4 over 2) = 6 across 3 x 3. */
Test(ways, at_most_eight_in_the_order_of_names)
{
    struct description *d = fixture_describe(
        "psnsim: 1\ntime: {start: 2014-01-01, horizon: 1 h}\npartners: {p: {population: 1}}\n"
        "sites: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, g: {}, h: {}, i: {}}\n"
        "links:\n"
        "  ab: {between: [a, b], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "  bc: {between: [b, c], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "  de: {between: [d, e], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "  ef: {between: [e, f], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "  gh: {between: [g, h], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "  hi: {between: [h, i], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "  ad: {between: [a, d], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "  be: {between: [b, e], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "  cf: {between: [c, f], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "  dg: {between: [d, g], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "  eh: {between: [e, h], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "  fi: {between: [f, i], bandwidth: 1 Mbit/s, delay: 1 ms}\n"
        "compute: {pool: {site: i}}\n"
        "services: {s: {steps: [{compute: app, work: 1 ms}]}}\n"
        "workloads: {w: {service: s, at: a, rate: 1 / s}}\n"
        "arrangements: {x: {hosting: {all: {app: pool}}}}\n");
    struct arena memory = {0};
    struct network n;
    struct path_list list;
    cr_assert_eq(network_init(&n, d, 0, &memory), 0);
    cr_assert_eq(path_list_init(&list, d, &memory), 0);
    cr_assert_eq(network_paths(&n, 0, 8, NETWORK_PATHS, &list), 0);
    cr_assert_eq(list.n, 6);
    static const char *const first[] = {"ab", "bc", "cf", "fi"}, *const last[] = {"ad", "dg", "gh",
                                                                                  "hi"};
    for (uint32_t k = 0; k < 4; k++) {
        cr_assert_str_eq(d->link[path_hops(&list, 0)[k] / 2].name, first[k]);
        cr_assert_str_eq(d->link[path_hops(&list, 5)[k] / 2].name, last[k]);
    }
    cr_assert_eq(network_paths(&n, 0, 8, 4, &list), 0);
    cr_assert_eq(list.n, 4);
    arena_fini(&memory);
    description_free(d);
}

/* The description without the links that routing knows to be down at a time. */
static void believe(const struct graph *g, const struct draws *draws, psn_time at,
                    struct graph *out)
{
    *out = *g;
    out->d.link = out->link;
    for (size_t i = 0; i < g->d.n_faults; i++) {
        const struct fault *f = &g->d.fault[i];
        struct outage o;
        outage_init(&o, f, draws);
        while (o.at <= at - f->reroute)
            outage_take(&o);
        for (size_t k = 0; k < f->n_links && o.down; k++)
            out->link[f->link[k]].exists = false;
    }
}

#define FAULTS 6

static void make_faults(struct graph *g, struct fault *fault, uint32_t link[FAULTS][2],
                        uint64_t *row)
{
    static const char *const name[FAULTS] = {"a", "b", "c", "d", "e", "f"};
    for (uint32_t i = 0; i < FAULTS; i++) {
        struct fault *f = &fault[i];
        uint32_t links = (uint32_t)g->d.n_links;
        link[i][0] = number(row, links);
        link[i][1] = (link[i][0] + 1 + number(row, links - 1)) % links;
        *f = (struct fault){.name = name[i],
                            .exists = true,
                            .random = i > 1,
                            .lost = true,
                            .reroute = (psn_time)i * PSN_SECOND,
                            .link = link[i],
                            .n_links = 1 + i % 2,
                            .there = {0, PSN_NEVER},
                            .scheduled = {PSN_MINUTE * (10 + i), PSN_MINUTE * (30 + i)}};
        f->mtbf.mean.value = 200e9;
        f->mttr.mean.value = 100e9;
        cr_assert_eq(law_init(&f->mtbf.law, LAW_EXP, 0), 0);
        cr_assert_eq(law_init(&f->mttr.law, LAW_EXP, 0), 0);
    }
    g->d.fault = fault;
    g->d.n_faults = FAULTS;
}

/* What a way has at a time is what a search finds in a network without the links that are down. */
static void check_way(const struct ways *w, const struct way *way, psn_time at, struct network *n,
                      struct path_list *list, uint32_t most)
{
    size_t v = way->n_versions;
    while (way->version[--v].from > at)
        cr_assert(v > 0);
    cr_assert_eq(network_paths(n, way->from, way->to, most, list), 0);
    cr_assert_eq(way->version[v].n, list->n);
    for (uint32_t i = 0; i < list->n; i++) {
        const struct route *r = route_at(w, way->version[v].route[i]);
        cr_assert_eq(r->n_hops, list->n_hops[i]);
        cr_assert_eq(memcmp(r->hop, path_hops(list, i), r->n_hops * sizeof *r->hop), 0);
    }
}

Test(ways, follow_failures_as_if_searched_anew)
{
    uint64_t row = 1000;
    struct draws draws = {.seed = 5};
    size_t versions = 0;
    for (uint32_t k = 0; k < 24; k++) {
        struct graph g;
        struct fault fault[FAULTS];
        uint32_t link[FAULTS][2];
        struct route_rule all = {.name = "all", .spread = true};
        struct arena memory = {0};
        struct ways w;
        psn_diagnostics none = {0};
        graph_random(&g, &row, k < 12 ? LINKS : SITES + 1, k % 2, 1);
        make_faults(&g, fault, link, &row);
        g.d.route_rule = &all;
        g.d.n_route_rules = k % 3 == 0;
        cr_assert_eq(ways_init(&w, &g.d, &memory, &none), 0);
        for (uint32_t i = 0; i < SITES * SITES; i++)
            if (i / SITES != i % SITES)
                ways_find(&w, i / SITES, i % SITES)->sends = true;
        cr_assert_eq(ways_replay(&w, &draws), 0);
        for (psn_time at = 0; at < g.d.horizon; at += 19 * PSN_SECOND) {
            struct graph now;
            struct network n;
            struct path_list list;
            believe(&g, &draws, at, &now);
            cr_assert_eq(network_init(&n, &now.d, 0, &memory), 0);
            cr_assert_eq(path_list_init(&list, &now.d, &memory), 0);
            for (size_t i = 0; i < w.n_ways; i++)
                check_way(&w, w.way[i], at, &n, &list, g.d.n_route_rules ? NETWORK_PATHS : 1);
        }
        for (size_t i = 0; i < w.n_ways; i++)
            versions += w.way[i]->n_versions;
        arena_fini(&memory);
    }
    cr_assert_gt(versions, 12 * 42 * 4, "few of these ways ever change");
}

/* A ring a-b-c-d-a, whose link ab fails from 10:00 to 10:02, and site c from 10:01 to 10:03. */
#define RING                                                                                       \
    "psnsim: 1\ntime: {start: '2014-01-01T09:00', horizon: 2 h}\n"                                 \
    "partners: {p: {population: 1}}\n"                                                             \
    "sites: {a: {}, b: {}, c: {}, d: {}}\n"                                                        \
    "links:\n"                                                                                     \
    "  ab: {between: [a, b], bandwidth: 1 Mbit/s, delay: 1 ms}\n"                                  \
    "  bc: {between: [b, c], bandwidth: 1 Mbit/s, delay: 1 ms}\n"                                  \
    "  cd: {between: [c, d], bandwidth: 1 Mbit/s, delay: 1 ms}\n"                                  \
    "  da: {between: [d, a], bandwidth: 1 Mbit/s, delay: 1 ms}\n"                                  \
    "compute: {pool: {site: b}}\n"                                                                 \
    "services: {s: {steps: [{request: 1 KB}, {compute: app, work: 1 ms}, {response: 1 KB}]}}\n"    \
    "workloads: {w: {service: s, at: a, rate: 1 / s}}\n"                                           \
    "arrangements: {x: {hosting: {all: {app: pool}}}}\n"

static void expect_hops(const struct ways *w, const struct way *way, psn_time at, uint32_t hops)
{
    bool none;
    uint32_t r = way_route(w, way, at, 0, &none);
    cr_assert_eq(none, hops == 0, "at %lld ns", (long long)at);
    if (!none)
        cr_assert_eq(route_at(w, r)->n_hops, hops, "at %lld ns", (long long)at);
}

Test(ways, converge_after_failure_and_repair)
{
    struct description *d = fixture_describe(
        RING "faults:\n"
             "  dig: {of: ab, at: '2014-01-01T10:00', for: 2 min, reroute: 500 ms}\n"
             "  fire: {of: c, at: '2014-01-01T10:00', for: 1 min, reroute: 3 s}\n"
             "  lull: {of: da, at: '2014-01-01T10:00', for: 5 min, flight: held}\n");
    struct arena memory = {0};
    struct ways w;
    psn_diagnostics none = {0};
    struct draws draws = {0};
    const psn_time ten = PSN_HOUR, ms = PSN_SECOND / 1000;
    cr_assert_eq(ways_init(&w, d, &memory, &none), 0);
    struct way *ab = ways_find(&w, 0, 1), *bd = ways_find(&w, 1, 3);
    ab->sends = bd->sends = true;
    cr_assert_eq(ways_replay(&w, &draws), 0);
    expect_hops(&w, ab, 0, 1);
    expect_hops(&w, ab, ten + 500 * ms - 1, 1);
    expect_hops(&w, ab, ten + 500 * ms, 3);       /* over da, which is held: routes stay */
    expect_hops(&w, ab, ten + 3 * PSN_SECOND, 0); /* c is down, too */
    expect_hops(&w, ab, ten + 63 * PSN_SECOND - 1, 0);
    expect_hops(&w, ab, ten + 63 * PSN_SECOND, 3);
    expect_hops(&w, ab, ten + 2 * PSN_MINUTE + 500 * ms, 1);
    cr_assert_eq(ab->n_versions, 5);
    bool no;
    const struct route *r = route_at(&w, way_route(&w, bd, 0, 0, &no));
    cr_assert_str_eq(d->link[r->hop[0] / 2].name, "bc", "cd comes before da, which it ends with");
    expect_hops(&w, bd, ten + 1 * PSN_SECOND, 2);
    expect_hops(&w, bd, ten + 3 * PSN_SECOND, 0);
    cr_assert_eq(bd->n_versions, 3, "with ab down there is but the way that it takes anyway");
    arena_fini(&memory);
    description_free(d);
}

Test(ways, equal_routes_have_equal_parts)
{
    struct description *d = fixture_describe(RING "routes: {s: {from: b, to: d, spread: equal}}\n");
    struct arena memory = {0};
    struct ways w;
    psn_diagnostics none = {0};
    struct draws draws = {.seed = 3};
    cr_assert_eq(ways_init(&w, d, &memory, &none), 0);
    struct way *way = ways_find(&w, 1, 3), *back = ways_find(&w, 3, 1);
    way->sends = back->sends = true;
    cr_assert_eq(ways_replay(&w, &draws), 0);
    cr_assert_eq(way->version[0].n, 2);
    cr_assert_eq(back->version[0].n, 1, "the rule leads one way");
    uint32_t first = 0, runs = 0, last = 0;
    for (uint64_t k = 0; k < 10000; k++) {
        bool no;
        uint32_t r = way_route(&w, way, 0, ways_hash(&w, 0, k), &no);
        cr_assert(!no);
        cr_assert_eq(r, way_route(&w, way, PSN_MINUTE, ways_hash(&w, 0, k), &no));
        first += r == way->version[0].route[0];
        runs += k == 0 || r != last;
        last = r;
    }
    /* As tosses of a coin: 10,000 of them have a standard deviation of 50, so have their runs. */
    cr_assert(first > 4800 && first < 5200, "%u", first);
    cr_assert(runs > 4800 && runs < 5200, "%u", runs);
    arena_fini(&memory);
    description_free(d);
}

Test(ways, given_routes)
{
    struct description *d =
        fixture_describe(RING "routes:\n"
                              "  round: {from: a, to: [b, c], via: [d]}\n"
                              "  straight: {from: a, to: b, via: [c]}\n"
                              "faults: {dig: {of: cd, at: '2014-01-01T10:00', for: 2 min}}\n");
    struct arena memory = {0};
    struct ways w;
    psn_diagnostics all = {0};
    struct draws draws = {0};
    int code;
    cr_assert_eq(ways_init(&w, d, &memory, &all), 0);
    struct way *ab = ways_find(&w, 0, 1), *ac = ways_find(&w, 0, 2);
    const struct route_set *s = ways_base(&w, ab, 0, &code, &all);
    cr_assert_null(s, "a to c leads over b, which would come twice");
    cr_assert_eq(code, PSN_EINPUT);
    cr_assert_eq(all.count, 1);
    cr_assert(strstr(all.items[0].text, "\"straight\" lead nowhere from \"a\" to \"b\""), "%s",
              all.items[0].text);
    s = ways_base(&w, ac, 0, &code, &all);
    cr_assert(s && s->n == 1 && s->route[0]->n_hops == 2);
    cr_assert_str_eq(d->link[s->route[0]->hop[0] / 2].name, "da");
    ac->sends = true;
    cr_assert_eq(ways_replay(&w, &draws), 0);
    cr_assert_eq(ac->n_versions, 3);
    const struct route *r = route_at(&w, ac->version[1].route[0]);
    cr_assert_str_eq(d->link[r->hop[0] / 2].name, "ab", "d no longer leads to c: without it");
    psn_diagnostics_fini(&all);
    arena_fini(&memory);
    description_free(d);
}
