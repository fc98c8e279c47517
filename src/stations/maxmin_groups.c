/* SPDX-License-Identifier: Apache-2.0
 * The groups of stations/maxmin and where they stand on links: found by path, class, owner and cap;
 * made on first use, and their memory kept for others when they are empty. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "psnsim/types.h"
#include "stations/maxmin_parts.h"

#define FIRST_BUCKETS 64

/* What a group is found by. */
struct maxmin_key {
    const uint32_t *link;
    uint32_t n, class, owner;
    double cap;
};

static uint64_t maxmin_hash(const struct maxmin_key *key)
{
    /* FNV-1a, a word at a time (Fowler, Noll and Vo); the last step brings the high bits down. */
    const uint64_t prime = 0x100000001b3;
    uint64_t h = 0xcbf29ce484222325, cap;
    memcpy(&cap, &key->cap, sizeof cap);
    h = (h ^ key->class) * prime;
    h = (h ^ key->owner) * prime;
    h = (h ^ cap) * prime;
    for (uint32_t i = 0; i < key->n; i++)
        h = (h ^ key->link[i]) * prime;
    return h ^ h >> 32;
}

static bool maxmin_is(const struct maxmin_group *g, const struct maxmin_key *key)
{
    if (g->class != key->class || g->owner != key->owner || g->hops != key->n ||
        g->cap < key->cap || g->cap > key->cap)
        return false;
    for (uint32_t i = 0; i < key->n; i++) {
        if (g->hop[i].link != key->link[i])
            return false;
    }
    return true;
}

static uint32_t maxmin_find(const struct maxmin *m, const struct maxmin_key *key, uint64_t hash)
{
    if (m->n_buckets == 0)
        return MAXMIN_NONE;
    uint32_t g = m->bucket[hash & (m->n_buckets - 1)];
    while (g != MAXMIN_NONE && (m->group[g].hash != hash || !maxmin_is(&m->group[g], key)))
        g = m->group[g].chain;
    return g;
}

/* Twice as many buckets as there are groups, at least. */
static int maxmin_rehash(struct maxmin *m)
{
    if (m->n_buckets >= 2 * (m->n_live + 1))
        return PSN_OK;
    size_t n = m->n_buckets ? 2 * m->n_buckets : FIRST_BUCKETS;
    uint32_t *bucket = malloc(n * sizeof *bucket);
    if (!bucket)
        return PSN_EMEMORY;
    for (size_t i = 0; i < n; i++)
        bucket[i] = MAXMIN_NONE;
    for (size_t i = 0; i < m->n_buckets; i++) {
        for (uint32_t g = m->bucket[i], next; g != MAXMIN_NONE; g = next) {
            uint32_t *home = &bucket[m->group[g].hash & (n - 1)];
            next = m->group[g].chain;
            m->group[g].chain = *home;
            *home = g;
        }
    }
    free(m->bucket);
    m->bucket = bucket;
    m->n_buckets = n;
    return PSN_OK;
}

/* The node of an owner in a cell, made where it is new; MAXMIN_NONE: out of memory. */
static uint32_t maxmin_node(struct maxmin *m, uint32_t link, uint32_t class, uint32_t owner)
{
    uint32_t cell = link * m->n_classes + class;
    uint32_t n = m->cell[cell].node;
    while (n != MAXMIN_NONE && m->node[n].owner != owner)
        n = m->node[n].chain;
    if (n != MAXMIN_NONE)
        return n;
    void *items = m->node;
    int status = array_reserve(&items, &m->nodes_room, m->n_nodes + 1, sizeof *m->node);
    m->node = items;
    if (status != PSN_OK)
        return MAXMIN_NONE;
    n = (uint32_t)m->n_nodes++;
    m->node[n] = (struct maxmin_node){.link = link,
                                      .cell = cell,
                                      .owner = owner,
                                      .grid = m->link[link].grid,
                                      .chain = m->cell[cell].node,
                                      .after = MAXMIN_NONE};
    m->cell[cell].node = n;
    return n;
}

/* A group without a path, from the free ones or new. MAXMIN_NONE: out of memory. */
static uint32_t maxmin_blank(struct maxmin *m, uint32_t hops)
{
    uint32_t g = m->free_group;
    if (g == MAXMIN_NONE) {
        void *items = m->group, *paths = m->path;
        int status = array_reserve(&items, &m->groups_room, m->n_groups + 1, sizeof *m->group);
        m->group = items;
        if (status == PSN_OK)
            status = array_reserve(&paths, &m->paths_room, m->n_groups + 1, sizeof *m->path);
        m->path = paths;
        if (status != PSN_OK || maxmin_reserve(&m->dirty, m->n_groups + 1) != PSN_OK)
            return MAXMIN_NONE;
        g = (uint32_t)m->n_groups++;
        m->group[g] = (struct maxmin_group){.chain = MAXMIN_NONE};
        m->free_group = g;
    }
    struct maxmin_group *group = &m->group[g];
    if (hops > group->room) {
        struct maxmin_hop *hop = realloc(group->hop, hops * sizeof *hop);
        if (!hop)
            return MAXMIN_NONE;
        group->hop = hop;
        group->room = hops;
    }
    return g;
}

/* Puts hop `h` of a group at the end of its link's list, for which there is room. */
static void maxmin_attach(struct maxmin *m, uint32_t group, uint32_t h)
{
    struct maxmin_hop *hop = &m->group[group].hop[h];
    struct maxmin_link *l = &m->link[hop->link];
    struct maxmin_node *n = &m->node[hop->node];
    struct maxmin_cell *c = &m->cell[n->cell];
    hop->place = l->count;
    l->entry[l->count++] = (struct maxmin_entry){.group = group, .hop = h, .node = hop->node};
    m->n_entries++;
    if (n->groups++ > 0)
        return;
    n->sum = n->most = 0;
    n->least = INFINITY;
    n->before = MAXMIN_NONE;
    n->after = c->active;
    if (c->active != MAXMIN_NONE)
        m->node[c->active].before = hop->node;
    c->active = hop->node;
}

/* Puts an entry into a place of its link's list. */
static void maxmin_put(struct maxmin *m, struct maxmin_link *l, uint32_t place,
                       struct maxmin_entry e)
{
    l->entry[place] = e;
    m->group[e.group].hop[e.hop].place = place;
}

/* Changes the places of two entries. */
static void maxmin_swap(struct maxmin *m, struct maxmin_link *l, uint32_t a, uint32_t b)
{
    struct maxmin_entry e = l->entry[a];
    maxmin_put(m, l, a, l->entry[b]);
    maxmin_put(m, l, b, e);
}

/* Takes hop `h` of a group, which that link does not hold, off the link's list. */
static void maxmin_detach(struct maxmin *m, uint32_t group, uint32_t h)
{
    const struct maxmin_hop *hop = &m->group[group].hop[h];
    struct maxmin_link *l = &m->link[hop->link];
    struct maxmin_node *n = &m->node[hop->node];
    maxmin_put(m, l, hop->place, l->entry[--l->count]);
    m->n_entries--;
    if (--n->groups > 0)
        return;
    if (n->after != MAXMIN_NONE)
        m->node[n->after].before = n->before;
    if (n->before != MAXMIN_NONE)
        m->node[n->before].after = n->after;
    else
        m->cell[n->cell].active = n->after;
}

/* The link of a hop holds the group from now on. */
static void maxmin_catch(struct maxmin *m, const struct maxmin_group *g,
                         const struct maxmin_hop *hop)
{
    struct maxmin_link *l = &m->link[hop->link];
    struct maxmin_node *n = &m->node[hop->node];
    maxmin_swap(m, l, hop->place, l->held++);
    n->held += m->path[g - m->group].members;
    n->least = fmin(n->least, g->cap);
    m->cell[n->cell].held += !g->load;
}

/* It does so no more. */
static void maxmin_free(struct maxmin *m, const struct maxmin_group *g,
                        const struct maxmin_hop *hop)
{
    struct maxmin_link *l = &m->link[hop->link];
    struct maxmin_node *n = &m->node[hop->node];
    maxmin_swap(m, l, hop->place, --l->held);
    n->held -= m->path[g - m->group].members;
    m->cell[n->cell].held -= !g->load;
}

void maxmin_hold(struct maxmin *m, uint32_t group, uint32_t hop, double rate, bool knot)
{
    struct maxmin_group *g = &m->group[group];
    uint32_t node = hop != MAXMIN_NONE && !knot ? g->hop[hop].node : MAXMIN_NONE;
    bool other = node != g->node || (node == MAXMIN_NONE && (rate < g->rate || rate > g->rate));
    if (hop != g->holder) {
        if (g->holder != MAXMIN_NONE)
            maxmin_free(m, g, &g->hop[g->holder]);
        if (hop != MAXMIN_NONE)
            maxmin_catch(m, g, &g->hop[hop]);
        g->holder = hop;
    }
    if (hop == MAXMIN_NONE && !g->loose) {
        maxmin_push(&m->loose, group);
        g->loose = true;
    }
    for (uint32_t h = 0; h < g->hops && knot != g->knot; h++)
        m->link[g->hop[h].link].knots += (uint32_t)(knot ? 1 : -1);
    g->knot = knot;
    g->node = node;
    g->rate = rate;
    if (other && !g->load && !g->changed) {
        maxmin_push(&m->changed, group);
        g->changed = true;
    }
}

void maxmin_close(struct maxmin *m, uint32_t group, uint32_t hop, double rate)
{
    struct maxmin_group *g = &m->group[group];
    uint32_t members = m->path[group].members;
    g->mark = m->tick;
    for (uint32_t h = 0; h < g->hops; h++) {
        struct maxmin_node *n = &m->node[g->hop[h].node];
        n->open -= members;
        n->closed += maxmin_term(n->grid, members, rate);
        m->link[n->link].open -= members;
        m->link[n->link].stale = true;
        if (h != hop) {
            n->most = maxmin_max(n->most, rate);
            continue;
        }
        n->limit = n->holds ? maxmin_max(n->limit, rate) : rate;
        n->holds = true;
        n->rate = m->knotted ? n->rate : rate;
        m->cell[n->cell].holds = true;
    }
    maxmin_hold(m, group, hop, rate, m->knotted);
}

/* Nodes, and room in the links' lists, for a group's path. */
static int maxmin_place(struct maxmin *m, struct maxmin_hop *hop, const struct maxmin_key *key)
{
    uint32_t sharer = key->owner;
    if (!m->class[key->class].by_owner && key->owner != MAXMIN_LOAD)
        sharer = MAXMIN_TOGETHER;
    for (uint32_t h = 0; h < key->n; h++) {
        struct maxmin_link *l = &m->link[key->link[h]];
        void *items = l->entry;
        hop[h] =
            (struct maxmin_hop){.link = key->link[h],
                                .node = maxmin_node(m, key->link[h], key->class, sharer),
                                .account = maxmin_node(m, key->link[h], key->class, key->owner)};
        int status = array_reserve(&items, &l->room, l->count + 1u, sizeof *l->entry);
        l->entry = items;
        if (status != PSN_OK || hop[h].node == MAXMIN_NONE || hop[h].account == MAXMIN_NONE)
            return PSN_EMEMORY;
    }
    return PSN_OK;
}

/* A new group without members. MAXMIN_NONE: out of memory (nothing changed). */
static uint32_t maxmin_make(struct maxmin *m, const struct maxmin_key *key, uint64_t hash)
{
    uint32_t g = maxmin_blank(m, key->n);
    if (g == MAXMIN_NONE || maxmin_rehash(m) != PSN_OK ||
        maxmin_place(m, m->group[g].hop, key) != PSN_OK)
        return MAXMIN_NONE;
    struct maxmin_group *group = &m->group[g];
    m->free_group = group->chain;
    m->n_live++;
    *group = (struct maxmin_group){.cap = key->cap,
                                   .node = MAXMIN_NONE,
                                   .holder = MAXMIN_NONE,
                                   .load = key->owner == MAXMIN_LOAD,
                                   .class = key->class,
                                   .owner = key->owner,
                                   .hop = group->hop,
                                   .hops = key->n,
                                   .room = group->room,
                                   .hash = hash,
                                   .chain = MAXMIN_NONE};
    m->path[g] = (struct maxmin_path){.hops = key->n <= MAXMIN_BRIEF ? key->n : 0};
    for (uint32_t h = 0; h < key->n; h++) {
        if (h < m->path[g].hops)
            m->path[g].node[h] = group->hop[h].node;
        maxmin_attach(m, g, h);
    }
    if (!group->load) {
        uint32_t *bucket = &m->bucket[hash & (m->n_buckets - 1)];
        group->chain = *bucket;
        *bucket = g;
    }
    return g;
}

void maxmin_drop(struct maxmin *m, uint32_t group)
{
    struct maxmin_group *g = &m->group[group];
    if (g->holder != MAXMIN_NONE)
        maxmin_free(m, g, &g->hop[g->holder]);
    for (uint32_t h = 0; h < g->hops; h++) {
        m->link[g->hop[h].link].knots -= g->knot;
        maxmin_detach(m, group, h);
    }
    if (!g->load) {
        uint32_t *at = &m->bucket[g->hash & (m->n_buckets - 1)];
        while (*at != group)
            at = &m->group[*at].chain;
        *at = g->chain;
    }
    g->node = g->holder = MAXMIN_NONE;
    g->rate = 0;
    g->chain = m->free_group;
    m->free_group = group;
    m->n_live--;
}

static void maxmin_mark(struct maxmin *m, uint32_t group)
{
    if (!m->group[group].dirty)
        maxmin_push(&m->dirty, group);
    m->group[group].dirty = true;
}

/* One member more, or (-1) less. */
static void maxmin_count(struct maxmin *m, uint32_t group, int change)
{
    struct maxmin_group *g = &m->group[group];
    uint32_t more = (uint32_t)change;
    m->path[group].members += more;
    for (uint32_t h = 0; h < g->hops; h++) {
        struct maxmin_node *n = &m->node[g->hop[h].node];
        n->members += more;
        n->held += h == g->holder ? more : 0;
    }
    maxmin_mark(m, group);
}

int maxmin_join(struct maxmin *m, const uint32_t *link, uint32_t n, uint32_t class, uint32_t owner,
                double cap, uint32_t *group)
{
    struct maxmin_key key = {link, n, class, owner, cap};
    uint64_t hash = maxmin_hash(&key);
    uint32_t g = maxmin_find(m, &key, hash);
    if (g == MAXMIN_NONE)
        g = maxmin_make(m, &key, hash);
    if (g == MAXMIN_NONE)
        return PSN_EMEMORY;
    maxmin_count(m, g, 1);
    for (uint32_t h = 0; h < n; h++) {
        struct maxmin_node *account = &m->node[m->group[g].hop[h].account];
        if (account->flows++ == 0)
            m->cell[account->cell].owners++;
    }
    *group = g;
    return PSN_OK;
}

void maxmin_leave(struct maxmin *m, uint32_t group)
{
    struct maxmin_group *g = &m->group[group];
    maxmin_count(m, group, -1);
    for (uint32_t h = 0; h < g->hops; h++) {
        struct maxmin_node *account = &m->node[g->hop[h].account];
        if (--account->flows == 0)
            m->cell[account->cell].owners--;
    }
}

int maxmin_set_load(struct maxmin *m, uint32_t link, uint32_t class, double bps, bool greedy)
{
    struct maxmin_cell *c = &m->cell[(size_t)link * m->n_classes + class];
    double cap = greedy ? INFINITY : bps;
    if (cap <= 0) {
        if (c->load != MAXMIN_NONE)
            maxmin_count(m, c->load, -1);
        c->load = MAXMIN_NONE;
        return PSN_OK;
    }
    if (c->load == MAXMIN_NONE) {
        struct maxmin_key key = {&link, 1, class, MAXMIN_LOAD, cap};
        uint32_t made = maxmin_make(m, &key, 0);
        if (made == MAXMIN_NONE)
            return PSN_EMEMORY;
        c->load = made;
        maxmin_count(m, made, 1);
        return PSN_OK;
    }
    /* Where the link gives it less than either cap, nothing changes. */
    struct maxmin_group *g = &m->group[c->load];
    struct maxmin_node *n = &m->node[g->hop[0].node];
    bool idle = !g->dirty && !g->knot && g->holder != MAXMIN_NONE && cap >= n->rate;
    bool same = cap <= g->cap && cap >= g->cap;
    g->cap = cap;
    n->least = fmin(n->least, cap);
    if (!idle && !same)
        maxmin_mark(m, c->load);
    return PSN_OK;
}
