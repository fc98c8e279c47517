/* SPDX-License-Identifier: Apache-2.0
 * Blocks of a network, and what lies between them. */
#include "model/weak.h"

/* A search in depth from one site after the other. */
struct walk {
    const struct network *n;
    uint32_t *rank;  /* by site: in the order in which sites were found, from 1; 0: not yet */
    uint32_t *low;   /* the least rank to which a link leads back from it or what is behind it */
    uint32_t *next;  /* the link to look at, in `leaving` */
    uint32_t *by;    /* the direction by which it was found */
    uint32_t *block; /* by link */
    uint32_t *size;  /* by block: its links */
    uint32_t *open;  /* links that are in no block yet, in the order in which they were found */
    uint32_t n_open, n_blocks, ranks;
    bool *seen; /* by link */
};

static int walk_init(struct walk *x, struct network *n)
{
    size_t sites = n->d->n_sites + 1, links = n->d->n_links + 1;
    *x = (struct walk){.n = n};
    x->rank = arena_array(n->memory, sites, sizeof *x->rank);
    x->low = arena_array(n->memory, sites, sizeof *x->low);
    x->next = arena_array(n->memory, sites, sizeof *x->next);
    x->by = arena_array(n->memory, sites, sizeof *x->by);
    x->block = arena_array(n->memory, links, sizeof *x->block);
    x->size = arena_array(n->memory, links, sizeof *x->size);
    x->open = arena_array(n->memory, links, sizeof *x->open);
    x->seen = arena_array(n->memory, links, sizeof *x->seen);
    return x->rank && x->low && x->next && x->by && x->block && x->size && x->open && x->seen
               ? 0
               : PSN_EMEMORY;
}

static void find_site(struct walk *x, uint32_t site, uint32_t by)
{
    x->rank[site] = x->low[site] = ++x->ranks;
    x->next[site] = x->n->first_link[site];
    x->by[site] = by;
}

static void lead_back(struct walk *x, uint32_t site, uint32_t rank)
{
    if (rank < x->low[site])
        x->low[site] = rank;
}

/* The links found since `first`, and that one, are a block. */
static void close_block(struct walk *x, uint32_t first)
{
    uint32_t link;
    do {
        link = x->open[--x->n_open];
        x->block[link] = x->n_blocks;
        x->size[x->n_blocks]++;
    } while (link != first);
    x->n_blocks++;
}

/* Looks at one more link of a site; returns where the walk goes on. */
static uint32_t walk_on(struct walk *x, uint32_t site)
{
    const struct description *d = x->n->d;
    uint32_t direction = x->n->leaving[x->next[site]++], to = network_to(d, direction);
    if (x->seen[direction / 2])
        return site;
    x->seen[direction / 2] = true;
    x->open[x->n_open++] = direction / 2;
    if (x->rank[to]) {
        lead_back(x, site, x->rank[to]);
        return site;
    }
    find_site(x, to, direction);
    return to;
}

static void walk_from(struct walk *x, uint32_t root)
{
    const struct network *n = x->n;
    uint32_t site = root;
    find_site(x, root, NO_INDEX);
    for (;;) {
        if (x->next[site] < n->first_link[site + 1]) {
            site = walk_on(x, site);
            continue;
        }
        if (site == root)
            return;
        uint32_t by = x->by[site], before = network_from(n->d, by);
        lead_back(x, before, x->low[site]);
        if (x->low[site] >= x->rank[before]) /* nothing behind it leads past `before` */
            close_block(x, by / 2);
        site = before;
    }
}

/* What the way depends on: any of its routes shows it. */
static void add_way(const struct walk *x, const struct route_set *base, struct weak *out)
{
    const struct description *d = x->n->d;
    for (uint32_t i = 0; i < base->n; i++)
        for (uint32_t k = 0; k < base->route[i]->n_hops; k++)
            out->used[base->route[i]->hop[k] / 2] = true;
    const struct route *r = base->n ? base->route[0] : NULL;
    for (uint32_t k = 0; r && k < r->n_hops; k++) {
        uint32_t link = r->hop[k] / 2;
        out->by_link[link] += x->size[x->block[link]] == 1;
        if (k > 0 && x->block[r->hop[k - 1] / 2] != x->block[link])
            out->by_site[network_from(d, r->hop[k])]++;
    }
}

int weak_find(struct ways *w, uint32_t epoch, struct weak *out)
{
    const struct description *d = w->d;
    struct walk x;
    out->by_link = arena_array(w->memory, d->n_links + 1, sizeof *out->by_link);
    out->by_site = arena_array(w->memory, d->n_sites + 1, sizeof *out->by_site);
    out->used = arena_array(w->memory, d->n_links + 1, sizeof *out->used);
    if (!out->by_link || !out->by_site || !out->used || walk_init(&x, &w->network[epoch]))
        return PSN_EMEMORY;
    for (uint32_t s = 0; s < d->n_sites; s++)
        if (!x.rank[s])
            walk_from(&x, s);
    for (size_t i = 0; i < w->n_ways; i++) {
        const struct way *way = w->way[i];
        if (way->sends && way->base[epoch]) /* of this epoch's requests */
            add_way(&x, way->base[epoch], out);
    }
    return 0;
}
