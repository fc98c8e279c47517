/* SPDX-License-Identifier: Apache-2.0
 * Routes by least delay. */
#include "model/network.h"

#include <math.h>
#include <string.h>

#define SEGMENT_SECONDS  1e-3
#define SEGMENT_MIN_BITS (1500.0 * 8.0)

static bool is_there(const struct network *n, uint32_t link)
{
    return n->d->link[link].exists && span_has(&n->d->link[link].there, n->at);
}

int network_init(struct network *n, const struct description *d, psn_time at, struct arena *memory)
{
    memset(n, 0, sizeof *n);
    n->d = d;
    n->at = at;
    n->memory = memory;
    n->first_link = arena_array(memory, d->n_sites + 1, sizeof *n->first_link);
    n->leaving = arena_array(memory, 2 * d->n_links + 1, sizeof *n->leaving);
    n->tree = arena_array(memory, d->n_sites + 1, sizeof *n->tree);
    if (!n->first_link || !n->leaving || !n->tree)
        return PSN_EMEMORY;
    /* A counting sort by site keeps the order of names within each. */
    uint32_t directions = (uint32_t)(2 * d->n_links);
    for (uint32_t k = 0; k < directions; k++)
        if (is_there(n, k / 2))
            n->first_link[network_from(d, k) + 1]++;
    for (size_t s = 0; s < d->n_sites; s++)
        n->first_link[s + 1] += n->first_link[s];
    uint32_t *fill = arena_array(memory, d->n_sites + 1, sizeof *fill);
    if (!fill)
        return PSN_EMEMORY;
    memcpy(fill, n->first_link, d->n_sites * sizeof *fill);
    for (uint32_t k = 0; k < directions; k++)
        if (is_there(n, k / 2))
            n->leaving[fill[network_from(d, k)]++] = k;
    return 0;
}

struct network *networks_make(const struct description *d, struct arena *memory)
{
    struct network *n = arena_array(memory, d->n_epochs, sizeof *n);
    for (size_t i = 0; n && i < d->n_epochs; i++)
        if (network_init(&n[i], d, d->epoch[i], memory))
            return NULL;
    return n;
}

/* What the search knows of a site. */
struct reach {
    psn_time delay;
    uint32_t hops;
    uint32_t via; /* the direction by which it is reached */
    bool settled;
};

/* The nearest site not settled yet; NO_INDEX where none is left. A linear search: routes are made
 * once an origin, for at most a few thousand sites. */
static uint32_t nearest(const struct reach *r, size_t n_sites)
{
    uint32_t best = NO_INDEX;
    for (uint32_t s = 0; s < n_sites; s++) {
        if (r[s].settled || r[s].delay == PSN_NEVER)
            continue;
        if (best == NO_INDEX || r[s].delay < r[best].delay ||
            (r[s].delay == r[best].delay && r[s].hops < r[best].hops))
            best = s;
    }
    return best;
}

static void search(const struct network *n, uint32_t from, struct reach *r)
{
    const struct description *d = n->d;
    for (size_t s = 0; s < d->n_sites; s++)
        r[s] = (struct reach){PSN_NEVER, 0, NO_INDEX, false};
    r[from].delay = 0;
    for (uint32_t s; (s = nearest(r, d->n_sites)) != NO_INDEX;) {
        r[s].settled = true;
        for (uint32_t k = n->first_link[s]; k < n->first_link[s + 1]; k++) {
            uint32_t direction = n->leaving[k], to = network_to(d, direction);
            psn_time delay = r[s].delay + d->link[direction / 2].delay;
            uint32_t hops = r[s].hops + 1;
            bool better = delay < r[to].delay || (delay == r[to].delay && hops < r[to].hops) ||
                          (delay == r[to].delay && hops == r[to].hops && direction < r[to].via);
            if (!r[to].settled && better)
                r[to] = (struct reach){delay, hops, direction, false};
        }
    }
}

/* Writes down the route that the search found. */
static bool trace(const struct network *n, const struct reach *r, struct route *out)
{
    const struct description *d = n->d;
    out->n_hops = r[out->to].hops;
    out->delay = r[out->to].delay;
    out->slowest_bps = INFINITY;
    out->hop = arena_array(n->memory, out->n_hops + 1, sizeof *out->hop);
    if (!out->hop)
        return false;
    uint32_t at = out->to;
    for (uint32_t k = out->n_hops; k-- > 0;) {
        out->hop[k] = r[at].via;
        out->slowest_bps = fmin(out->slowest_bps, d->link[r[at].via / 2].bandwidth_bps);
        at = network_from(d, r[at].via);
    }
    out->segment_bits = fmax(out->slowest_bps * SEGMENT_SECONDS, SEGMENT_MIN_BITS);
    return true;
}

const struct route *network_route(struct network *n, uint32_t from, uint32_t to, int *code)
{
    const struct description *d = n->d;
    *code = 0;
    if (!n->tree[from]) {
        struct reach *r = arena_array(n->memory, d->n_sites, sizeof *r);
        struct route *routes = arena_array(n->memory, d->n_sites, sizeof *routes);
        *code = PSN_EMEMORY;
        if (!r || !routes)
            return NULL;
        search(n, from, r);
        for (uint32_t s = 0; s < d->n_sites; s++) {
            routes[s].from = from;
            routes[s].to = s;
            if (r[s].delay != PSN_NEVER && !trace(n, r, &routes[s]))
                return NULL;
        }
        n->tree[from] = routes;
        *code = 0;
    }
    const struct route *found = &n->tree[from][to];
    return found->hop ? found : NULL;
}

psn_time network_transmission(double bits, double bps)
{
    return law_round_ns(bits * 1e9 / bps);
}
