/* SPDX-License-Identifier: Apache-2.0
 * What of an engine belongs to the description: recipes, ways, and how places are dealt to
 * processes. */
#include "model/engine.h"

/* Stations at which jobs come. What happens to the others is nobody's business, and no event. */
static void mark_used(struct engine *e, const struct recipe *r)
{
    const struct description *d = e->d;
    for (uint32_t k = 0; k < r->n_ops; k++) {
        const struct op *op = &r->op[k];
        if (op->kind == OP_COMPUTE)
            e->used[op->station] = true;
        else if (op->kind == OP_STORE)
            e->used[d->n_pools + op->station] = true;
        else if (op->kind == OP_STREAM)
            e->emits[op->place] = true;
        else if (op->kind == OP_DELAY)
            e->delays[op->place] = true;
    }
}

/* The same of links: on all routes that messages may take at some time of the run. */
static void mark_links(struct engine *e, const struct way *way)
{
    const struct description *d = e->d;
    for (size_t v = 0; v < way->n_versions; v++)
        for (uint32_t i = 0; i < way->version[v].n; i++) {
            const struct route *route = route_at(&e->ways, way->version[v].route[i]);
            for (uint32_t h = 0; h < route->n_hops; h++)
                e->used[d->n_pools + d->n_arrays + route->hop[h]] = true;
        }
}

static int make_recipes(struct engine *e, psn_diagnostics *all)
{
    const struct description *d = e->d;
    int code = ways_init(&e->ways, d, &e->kept, all);
    e->recipe = arena_array(&e->kept, d->n_sources + 1, sizeof *e->recipe);
    e->used = arena_array(&e->kept, d->n_pools + d->n_arrays + 2 * d->n_links + 1, sizeof *e->used);
    e->emits = arena_array(&e->kept, d->n_sites + 1, sizeof *e->emits);
    e->delays = arena_array(&e->kept, places_count(d) + 1, sizeof *e->delays);
    if (!e->recipe || !e->used || !e->emits || !e->delays)
        return PSN_EMEMORY;
    if (code)
        return code;
    for (uint32_t i = 0; i < d->n_sources; i++) {
        int c = recipe_make(&e->ways, i, &e->recipe[i], all);
        if (c)
            code = c;
        mark_used(e, &e->recipe[i]);
    }
    if (!code)
        code = ways_replay(&e->ways, &e->draws);
    for (size_t i = 0; i < e->ways.n_ways && !code; i++)
        mark_links(e, e->ways.way[i]);
    if (code)
        return code;
    e->owners = owners_find(d, e->recipe, &e->ways, &e->kept);
    return e->owners ? 0 : PSN_EMEMORY;
}

int engine_make_kept(struct engine *e, const struct model_schedule *schedule, psn_diagnostics *all)
{
    int code = make_recipes(e, all);
    if (!code)
        code = fluid_plan_make(&e->plan, &e->ways, e->recipe, &e->kept);
    if (code)
        return code;
    e->drops = network_may_drop(e->d);
    code = engine_deal(e, schedule);
    if (!code)
        code = slots_number(e, &e->slots);
    if (code)
        return code;
    e->own = arena_array(&e->kept, e->n_processes, sizeof *e->own);
    e->made = e->own != NULL;
    e->made_for = *schedule;
    return e->made ? 0 : PSN_EMEMORY;
}

void engine_drop_kept(struct engine *e)
{
    fluid_plan_fini(&e->plan);
    for (size_t i = 0; e->own && i < e->n_processes; i++)
        arena_fini(&e->own[i]);
    e->own = NULL;
    e->distance = NULL;
    e->made = false;
    arena_reset(&e->kept);
}

bool engine_has_kept(const struct engine *e, const struct model_schedule *s)
{
    const struct model_schedule *m = &e->made_for;
    return e->made && !network_may_cut(e->d) && m->threads == s->threads && m->adapt == s->adapt &&
           m->partitions == s->partitions && m->partition_seed == s->partition_seed;
}
