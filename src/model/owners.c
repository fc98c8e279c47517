/* SPDX-License-Identifier: Apache-2.0
 * Walks through recipes and routes. */
#include "model/owners.h"

static void widen(struct owners *o, uint32_t partner)
{
    if (o->first == o->end) {
        *o = (struct owners){partner, partner + 1};
        return;
    }
    o->first = partner < o->first ? partner : o->first;
    o->end = partner + 1 > o->end ? partner + 1 : o->end;
}

/* On all routes that messages may take at some time. */
static void widen_links(struct owners *link, const struct ways *ways, const struct way *way,
                        uint32_t partner)
{
    for (size_t v = 0; v < way->n_versions; v++)
        for (uint32_t i = 0; i < way->version[v].n; i++) {
            const struct route *route = route_at(ways, way->version[v].route[i]);
            for (uint32_t h = 0; h < route->n_hops; h++)
                widen(&link[route->hop[h]], partner);
        }
}

struct owners *owners_find(const struct description *d, const struct recipe *recipe,
                           const struct ways *ways, struct arena *memory)
{
    size_t links = d->n_pools + d->n_arrays;
    struct owners *o = arena_array(memory, links + 2 * d->n_links + 1, sizeof *o);
    for (size_t i = 0; o && i < d->n_sources; i++)
        for (uint32_t k = 0; k < recipe[i].n_ops; k++) {
            const struct op *op = &recipe[i].op[k];
            if (op->kind == OP_COMPUTE)
                widen(&o[op->station], d->source[i].partner);
            else if (op->kind == OP_STORE)
                widen(&o[d->n_pools + op->station], d->source[i].partner);
            else if (op->kind == OP_SEND)
                widen_links(o + links, ways, op->way, d->source[i].partner);
        }
    return o;
}
