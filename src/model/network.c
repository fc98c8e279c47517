/* SPDX-License-Identifier: Apache-2.0
 * Routes by least delay. */
#include "model/network.h"

#include <math.h>
#include <string.h>

#include "kernel/heap.h"

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
    if (!n->first_link || !n->leaving)
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

/* What a search knows of a site. */
struct reach {
    psn_time delay;
    uint32_t hops;
    uint32_t via;   /* the direction by which it is reached */
    uint32_t begun; /* by which beginning of the search; another's is no news */
    bool settled;
};

/* The ways from one site, found in the order of (delay, hops) as far as anybody asked. */
struct search {
    uint32_t from, begun;
    uint64_t asked; /* when last, by n->searches */
    struct reach *reach;
    struct heap ahead; /* sites reached and not settled, by delay, then hops; in the arena */
};

static struct search *new_search(const struct network *n)
{
    const struct description *d = n->d;
    struct search *s = arena_array(n->memory, 1, sizeof *s);
    if (!s)
        return NULL;
    s->reach = arena_array(n->memory, d->n_sites, sizeof *s->reach);
    /* Each direction leads on once at most, so this never grows. */
    s->ahead.capacity = 2 * d->n_links + 1;
    s->ahead.entry = arena_array(n->memory, s->ahead.capacity, sizeof *s->ahead.entry);
    return s->reach && s->ahead.entry ? s : NULL;
}

static void put_ahead(struct search *s, uint32_t site, struct reach r)
{
    r.begun = s->begun;
    s->reach[site] = r;
    heap_push(&s->ahead, (struct heap_entry){.key = r.delay,
                                             .order = (uint64_t)r.hops << 32 | site,
                                             .item.number = site});
}

/* The search from this site: one that is under way, or else in place of the one that was not asked
 * for longest. NULL where memory ends. */
static struct search *search_from(struct network *n, uint32_t from)
{
    struct search **oldest = &n->search[0];
    for (size_t i = 0; i < NETWORK_SEARCHES; i++) {
        struct search *s = n->search[i];
        if (s && s->from == from) {
            s->asked = ++n->searches;
            return s;
        }
        if (!s || (*oldest && s->asked < (*oldest)->asked))
            oldest = &n->search[i];
        if (!s)
            break;
    }
    if (!*oldest)
        *oldest = new_search(n);
    struct search *s = *oldest;
    if (!s)
        return NULL;
    s->from = from;
    s->asked = ++n->searches;
    s->begun++;
    s->ahead.count = 0;
    put_ahead(s, from, (struct reach){.delay = 0, .via = NO_INDEX});
    return s;
}

/* Follows the links that leave a site which has been settled. */
static void lead_on(const struct network *n, struct search *s, uint32_t site)
{
    const struct description *d = n->d;
    for (uint32_t k = n->first_link[site]; k < n->first_link[site + 1]; k++) {
        uint32_t direction = n->leaving[k], to = network_to(d, direction);
        const struct reach *old = &s->reach[to];
        struct reach r = {.delay = s->reach[site].delay + d->link[direction / 2].delay,
                          .hops = s->reach[site].hops + 1,
                          .via = direction};
        bool news = old->begun != s->begun;
        bool better = news || r.delay < old->delay ||
                      (r.delay == old->delay && r.hops < old->hops) ||
                      (r.delay == old->delay && r.hops == old->hops && direction < old->via);
        if (better && (news || !old->settled))
            put_ahead(s, to, r);
    }
}

/* Goes on until the site is settled; false where nothing leads there. */
static bool search_to(const struct network *n, struct search *s, uint32_t to)
{
    while (s->reach[to].begun != s->begun || !s->reach[to].settled) {
        const struct heap_entry *next = heap_top(&s->ahead);
        if (!next)
            return false;
        uint32_t site = (uint32_t)next->item.number;
        heap_pop(&s->ahead);
        if (s->reach[site].settled)
            continue; /* by a better way */
        s->reach[site].settled = true;
        lead_on(n, s, site);
    }
    return true;
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

/* Where the route of (from, to) is in the table, or would be. */
static struct route **place_of(struct route **table, size_t room, uint32_t from, uint32_t to)
{
    uint64_t hash = ((uint64_t)from << 32 | to) * 0x9E3779B97F4A7C15u; /* Knuth, TAOCP 3, 6.4 */
    size_t at = (size_t)(hash >> 32) & (room - 1);
    while (table[at] && (table[at]->from != from || table[at]->to != to))
        at = (at + 1) & (room - 1);
    return &table[at];
}

/* Room for one route more; false where memory ends. */
static bool grow(struct network *n)
{
    if (2 * n->n_found < n->room)
        return true;
    size_t room = n->room ? 2 * n->room : 64;
    struct route **table = arena_array(n->memory, room, sizeof(struct route *));
    if (!table)
        return false;
    for (size_t i = 0; i < n->room; i++)
        if (n->found[i])
            *place_of(table, room, n->found[i]->from, n->found[i]->to) = n->found[i];
    n->found = table;
    n->room = room;
    return true;
}

const struct route *network_route(struct network *n, uint32_t from, uint32_t to, int *code)
{
    *code = PSN_EMEMORY;
    if (!grow(n))
        return NULL;
    struct route **at = place_of(n->found, n->room, from, to);
    if (!*at) {
        struct search *s = search_from(n, from);
        struct route *r = arena_array(n->memory, 1, sizeof *r);
        if (!s || !r)
            return NULL;
        r->from = from;
        r->to = to;
        if (search_to(n, s, to) && !trace(n, s->reach, r))
            return NULL;
        *at = r;
        n->n_found++;
    }
    *code = 0;
    return (*at)->hop ? *at : NULL;
}

psn_time network_transmission(double bits, double bps)
{
    return law_round_ns(bits * 1e9 / bps);
}

double network_wire_bits(const struct link *l, double bits)
{
    return bits * (1 + l->overhead_share) + ceil(bits / PACKET_BITS) * l->overhead_bits;
}
