/* SPDX-License-Identifier: Apache-2.0
 * Best paths by links' costs. */
#include "model/network.h"

#include <math.h>
#include <string.h>

#include "kernel/heap.h"
#include "kernel/law.h"
#include "model/stubs.h"

#define METRIC_UNIT 1e-6

static bool is_there(const struct network *n, uint32_t link)
{
    return n->d->link[link].exists && span_has(&n->d->link[link].there, n->at);
}

static bool is_up(const struct network *n, uint32_t direction)
{
    return !n->down || n->down[direction / 2] == 0;
}

/* What a route over each link costs. */
static void set_costs(struct network *n)
{
    const struct description *d = n->d;
    for (size_t i = 0; i < d->n_links; i++)
        n->metric = n->metric || (d->link[i].exists && !isnan(d->link[i].metric));
    for (size_t i = 0; i < d->n_links; i++)
        n->cost[i] = !n->metric          ? d->link[i].delay
                     : d->link[i].exists ? (int64_t)(d->link[i].metric / METRIC_UNIT + 0.5)
                                         : 0;
}

/* Link directions by the site that they leave: a counting sort, which keeps the order of names
 * within each. */
static void sort_links(struct network *n)
{
    const struct description *d = n->d;
    uint32_t directions = (uint32_t)(2 * d->n_links);
    uint32_t *fill = n->stack; /* room that nothing else needs yet */
    for (uint32_t k = 0; k < directions; k++)
        if (is_there(n, k / 2))
            n->first_link[network_from(d, k) + 1]++;
    for (size_t s = 0; s < d->n_sites; s++)
        n->first_link[s + 1] += n->first_link[s];
    memcpy(fill, n->first_link, d->n_sites * sizeof *fill);
    for (uint32_t k = 0; k < directions; k++)
        if (is_there(n, k / 2))
            n->leaving[fill[network_from(d, k)]++] = k;
}

/* Tells stub sites from the others, and counts these and what leads from one to another. */
static void part_stubs(struct network *n)
{
    const struct description *d = n->d;
    stubs_find(d, n->first_link, n->leaving, n->up, n->stack);
    for (uint32_t s = 0; s < d->n_sites; s++) {
        if (n->up[s] != NO_INDEX)
            continue;
        n->place[s] = n->n_places++;
        for (uint32_t k = n->first_link[s]; k < n->first_link[s + 1]; k++)
            n->n_between += n->up[network_to(d, n->leaving[k])] == NO_INDEX;
    }
}

int network_init(struct network *n, const struct description *d, psn_time at, struct arena *memory)
{
    memset(n, 0, sizeof *n);
    n->d = d;
    n->at = at;
    n->memory = memory;
    n->cost = arena_array(memory, d->n_links + 1, sizeof *n->cost);
    n->first_link = arena_array(memory, d->n_sites + 1, sizeof *n->first_link);
    n->leaving = arena_array(memory, 2 * d->n_links + 1, sizeof *n->leaving);
    n->mark = arena_array(memory, d->n_sites + 1, sizeof *n->mark);
    n->stack = arena_array(memory, d->n_sites + 1, sizeof *n->stack);
    n->up = arena_array(memory, d->n_sites + 1, sizeof *n->up);
    n->place = arena_array(memory, d->n_sites + 1, sizeof *n->place);
    if (!n->cost || !n->first_link || !n->leaving || !n->mark || !n->stack || !n->up || !n->place)
        return PSN_EMEMORY;
    set_costs(n);
    sort_links(n);
    part_stubs(n);
    return 0;
}

int path_list_init(struct path_list *l, const struct description *d, struct arena *memory)
{
    *l = (struct path_list){.stride = d->n_sites + 1};
    l->hop = arena_array(memory, NETWORK_PATHS * l->stride, sizeof *l->hop);
    return l->hop ? 0 : PSN_EMEMORY;
}

/* What a search knows of a site. */
struct reach {
    int64_t cost;
    psn_time delay;
    uint32_t hops;
    uint32_t by;    /* the direction by which it is reached */
    uint32_t begun; /* by which beginning of the search; another's is no news */
    bool settled;
};

/* The paths from one site, found in the order of (cost, hops) as far as anybody asked. */
struct search {
    uint32_t from, begun;
    uint64_t asked;      /* when last, by n->searches */
    struct reach *reach; /* by place */
    struct heap ahead;   /* sites reached and not settled, by cost, then hops; in the arena */
};

static struct search *new_search(const struct network *n)
{
    struct search *s = arena_array(n->memory, 1, sizeof *s);
    if (!s)
        return NULL;
    s->reach = arena_array(n->memory, n->n_places, sizeof *s->reach);
    /* Each direction leads on once at most, so this never grows. */
    s->ahead.capacity = (size_t)n->n_between + 1;
    s->ahead.entry = arena_array(n->memory, s->ahead.capacity, sizeof *s->ahead.entry);
    return s->reach && s->ahead.entry ? s : NULL;
}

/* What a search knows of a site that is no stub. */
static inline struct reach *reach_of(const struct network *n, const struct search *s, uint32_t site)
{
    return &s->reach[n->place[site]];
}

static void put_ahead(const struct network *n, struct search *s, uint32_t site, struct reach r)
{
    r.begun = s->begun;
    *reach_of(n, s, site) = r;
    heap_push(&s->ahead, (struct heap_entry){.key = r.cost,
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
    put_ahead(n, s, from, (struct reach){.by = NO_INDEX});
    return s;
}

void network_fail(struct network *n, const uint32_t *down)
{
    n->down = down;
    for (size_t i = 0; i < NETWORK_SEARCHES; i++)
        if (n->search[i])
            n->search[i]->from = NO_INDEX;
}

static bool is_better(const struct reach *a, const struct reach *b)
{
    if (a->cost != b->cost)
        return a->cost < b->cost;
    if (a->delay != b->delay)
        return a->delay < b->delay;
    return a->hops != b->hops ? a->hops < b->hops : a->by < b->by;
}

/* Follows the links that leave a site which has been settled. */
static void lead_on(const struct network *n, struct search *s, uint32_t site)
{
    const struct description *d = n->d;
    const struct reach *here = reach_of(n, s, site);
    for (uint32_t k = n->first_link[site]; k < n->first_link[site + 1]; k++) {
        uint32_t direction = n->leaving[k], to = network_to(d, direction);
        if (n->up[to] != NO_INDEX || !is_up(n, direction))
            continue;
        const struct reach *old = reach_of(n, s, to);
        struct reach r = {.cost = here->cost + n->cost[direction / 2],
                          .delay = here->delay + d->link[direction / 2].delay,
                          .hops = here->hops + 1,
                          .by = direction};
        bool news = old->begun != s->begun;
        if (news || (!old->settled && is_better(&r, old)))
            put_ahead(n, s, to, r);
    }
}

/* Goes on until the site is settled; false where nothing leads there. */
static bool search_to(const struct network *n, struct search *s, uint32_t to)
{
    const struct reach *there = reach_of(n, s, to);
    while (there->begun != s->begun || !there->settled) {
        const struct heap_entry *next = heap_top(&s->ahead);
        if (!next)
            return false;
        uint32_t site = (uint32_t)next->item.number;
        heap_pop(&s->ahead);
        struct reach *next_reach = reach_of(n, s, site);
        if (next_reach->settled)
            continue; /* by a better path */
        next_reach->settled = true;
        lead_on(n, s, site);
    }
    return true;
}

/* Writes down the best path that the search found. */
static void trace(const struct network *n, const struct search *s, uint32_t to,
                  struct path_list *out)
{
    uint32_t *hop = path_hops(out, 0), at = to;
    out->n = 1;
    out->n_hops[0] = reach_of(n, s, to)->hops;
    for (uint32_t k = out->n_hops[0]; k-- > 0;) {
        hop[k] = reach_of(n, s, at)->by;
        at = network_from(n->d, hop[k]);
    }
}

/* Does a direction lie on a path of least cost to the site where it ends? Neither end is a stub. */
static bool is_tight(const struct network *n, const struct search *s, uint32_t direction)
{
    const struct reach *from = reach_of(n, s, network_from(n->d, direction));
    const struct reach *to = reach_of(n, s, network_to(n->d, direction));
    int64_t cost = n->cost[direction / 2];
    return is_up(n, direction) && from->begun == s->begun && from->settled &&
           from->cost + cost == to->cost && (cost > 0 || from->hops + 1 == to->hops);
}

/* Marks the sites on paths of least cost to a settled one. All of them have been settled, for their
 * cost is lower, or it is the same and they have fewer hops. */
static void mark_back(struct network *n, const struct search *s, uint32_t to)
{
    uint32_t count = 0;
    n->marks++;
    n->mark[to] = n->marks;
    n->stack[count++] = to;
    while (count > 0) {
        uint32_t site = n->stack[--count];
        for (uint32_t k = n->first_link[site]; k < n->first_link[site + 1]; k++) {
            uint32_t direction = n->leaving[k] ^ 1, before = network_from(n->d, direction);
            if (n->mark[before] == n->marks || n->up[before] != NO_INDEX ||
                !is_tight(n, s, direction))
                continue;
            n->mark[before] = n->marks;
            n->stack[count++] = before;
        }
    }
}

/* The first `most` paths of least cost in the order of names. From every site that is marked some
 * lead on, and none comes back, so each step belongs to a path. */
static void list_paths(struct network *n, const struct search *s, uint32_t to, uint32_t most,
                       struct path_list *out)
{
    uint32_t *next = n->stack; /* by depth: the direction to look at, in `leaving` */
    uint32_t depth = 0, site = s->from;
    mark_back(n, s, to);
    next[0] = n->first_link[site];
    out->n = 0;
    while (out->n < most) {
        uint32_t *hop = path_hops(out, out->n);
        uint32_t k = next[depth]++;
        if (k == n->first_link[site + 1]) {
            if (depth == 0)
                return;
            site = network_from(n->d, hop[--depth]);
            continue;
        }
        uint32_t direction = n->leaving[k], ahead = network_to(n->d, direction);
        if (n->mark[ahead] != n->marks || !is_tight(n, s, direction))
            continue;
        hop[depth] = direction;
        if (ahead != to) {
            site = ahead;
            next[++depth] = n->first_link[site];
            continue;
        }
        out->n_hops[out->n++] = depth + 1;
        if (out->n < most)
            memcpy(path_hops(out, out->n), hop, depth * sizeof *hop);
    }
}

/* The paths between two sites that are no stubs. */
static int paths_between(struct network *n, uint32_t from, uint32_t to, uint32_t most,
                         struct path_list *out)
{
    struct search *s = search_from(n, from);
    if (!s)
        return PSN_EMEMORY;
    if (!search_to(n, s, to))
        return 0;
    if (most > 1 && from != to)
        list_paths(n, s, to, most < NETWORK_PATHS ? most : NETWORK_PATHS, out);
    else
        trace(n, s, to, out);
    return 0;
}

/* The way from a site up to another, of which it is known to hang: its links. False where one has
 * failed. */
static bool climb(const struct network *n, uint32_t site, uint32_t top, uint32_t *links)
{
    bool open = true;
    for (*links = 0; site != top; ++*links) {
        open = open && is_up(n, n->up[site]);
        site = network_to(n->d, n->up[site]);
    }
    return open;
}

/* Puts `ups` links up from one site before a path, and `downs` links down to another behind it. */
static void extend(const struct network *n, uint32_t from, uint32_t ups, uint32_t to,
                   uint32_t downs, uint32_t *hop, uint32_t *n_hops)
{
    memmove(hop + ups, hop, *n_hops * sizeof *hop);
    for (uint32_t k = 0; k < ups; k++) {
        hop[k] = n->up[from];
        from = network_to(n->d, hop[k]);
    }
    *n_hops += ups + downs;
    for (uint32_t k = *n_hops; downs-- > 0;) {
        hop[--k] = n->up[to] ^ 1;
        to = network_from(n->d, hop[k]);
    }
}

/* Where the ways up from two sites first meet, or else, in *top and *other, where they end. */
static bool meet(struct network *n, uint32_t from, uint32_t to, uint32_t *top, uint32_t *other)
{
    n->marks++;
    for (n->mark[to] = n->marks; n->up[to] != NO_INDEX; n->mark[to] = n->marks)
        to = network_to(n->d, n->up[to]);
    *other = to;
    while (n->mark[from] != n->marks && n->up[from] != NO_INDEX)
        from = network_to(n->d, n->up[from]);
    *top = from;
    return n->mark[from] == n->marks;
}

int network_paths(struct network *n, uint32_t from, uint32_t to, uint32_t most,
                  struct path_list *out)
{
    uint32_t top, other, ups, downs;
    int code = 0;
    out->n = 0;
    bool met = meet(n, from, to, &top, &other);
    other = met ? top : other;
    bool open = climb(n, from, top, &ups);
    open = climb(n, to, other, &downs) && open;
    if (!open)
        return 0;
    if (met) {
        out->n = 1;
        out->n_hops[0] = 0;
    } else {
        code = paths_between(n, top, other, most, out);
    }
    for (uint32_t i = 0; i < out->n && ups + downs > 0; i++)
        extend(n, from, ups, to, downs, path_hops(out, i), &out->n_hops[i]);
    return code;
}

/* Adds a path and what goes on from its end as one, unless that comes to a site twice. */
static void add_joined(struct network *n, uint32_t from, const struct path_list *first, uint32_t i,
                       const struct path_list *then, uint32_t j, struct path_list *out)
{
    uint32_t *hop = path_hops(out, out->n), hops = 0;
    n->marks++;
    n->mark[from] = n->marks;
    for (uint32_t k = 0; k < first->n_hops[i] + then->n_hops[j]; k++) {
        uint32_t direction = k < first->n_hops[i] ? path_hops(first, i)[k]
                                                  : path_hops(then, j)[k - first->n_hops[i]];
        uint32_t to = network_to(n->d, direction);
        if (n->mark[to] == n->marks)
            return;
        n->mark[to] = n->marks;
        hop[hops++] = direction;
    }
    out->n_hops[out->n++] = hops;
}

int network_paths_over(struct network *n, uint32_t from, const uint32_t *via, size_t n_via,
                       uint32_t to, uint32_t most, struct path_list *out, struct path_list room[2])
{
    struct path_list *so_far = &room[0], *leg = &room[1];
    int code = network_paths(n, from, n_via ? via[0] : to, most, out);
    for (size_t i = 0; i < n_via && out->n > 0 && !code; i++) {
        struct path_list swap = *so_far;
        *so_far = *out;
        *out = swap;
        out->n = 0;
        code = network_paths(n, via[i], i + 1 < n_via ? via[i + 1] : to, most, leg);
        for (uint32_t k = 0; k < so_far->n && !code; k++)
            for (uint32_t j = 0; j < leg->n && out->n < most; j++)
                add_joined(n, from, so_far, k, leg, j, out);
    }
    return code;
}

bool network_may_cut(const struct description *d)
{
    for (size_t i = 0; i < d->n_faults; i++) {
        const struct fault *f = &d->fault[i];
        if (f->exists && f->n_links > 0 && f->degrade <= 0 && f->reroute != PSN_NEVER)
            return true;
    }
    return false;
}

bool network_may_drop(const struct description *d)
{
    for (size_t i = 0; i < d->n_faults; i++)
        if (d->fault[i].exists && d->fault[i].n_links > 0 && d->fault[i].lost)
            return true;
    for (size_t i = 0; i < d->n_links; i++)
        if (d->link[i].exists && (d->link[i].buffer_bits > 0 || d->link[i].loss > 0))
            return true;
    for (size_t i = 0; i < d->n_classes; i++)
        if (d->class[i].limit > 0)
            return d->n_links > 0;
    return false;
}

psn_time network_transmission(double bits, double bps)
{
    return law_round_ns(bits * 1e9 / bps);
}

double network_wire_bits(const struct link *l, double bits)
{
    return bits * (1 + l->overhead_share) + ceil(bits / PACKET_BITS) * l->overhead_bits;
}

/* What a policer lets through at once where no text says it: so long at its rate. */
#define POLICER_SECONDS 0.2

double network_burst_bits(const struct link *l, const struct service_class *c)
{
    return c->burst_bits > 0 ? c->burst_bits
                             : fmax(PACKET_BITS, c->limit * l->bandwidth_bps * POLICER_SECONDS);
}
