/* SPDX-License-Identifier: Apache-2.0
 * What flows may use. */
#include "model/fluid_plan.h"

#include <stdlib.h>

#include "base/array.h"

static uint32_t class_of(const struct description *d, uint32_t source)
{
    return description_class(d, d->workload[d->source[source].workload].service);
}

bool fluid_plan_may(const struct description *d, uint32_t source, const struct op *op)
{
    if (op->kind != OP_SEND || op->amount == AMOUNT_NONE)
        return false;
    const struct workload *w = &d->workload[d->source[source].workload];
    uint32_t class = class_of(d, source);
    return w->kind == WORKLOAD_SCHEDULED || (class < d->n_classes && d->class[class].flows);
}

static void mark_route(struct fluid_plan *plan, const struct description *d, const struct route *r)
{
    for (uint32_t h = 0; h < r->n_hops; h++) {
        psn_time delay = d->link[r->hop[h] / 2].delay;
        plan->direction[r->hop[h]] = true;
        if (delay > 0 && (plan->control == 0 || delay < plan->control))
            plan->control = delay;
    }
    plan->any = true;
    plan->leaves[r->from] = true;
    plan->comes[r->to] = true;
}

/* All routes of a way, and when they change; its first version is from time 0 on. */
static int mark_way(struct fluid_plan *plan, const struct ways *ways, const struct way *way,
                    size_t *room)
{
    void *items = plan->change;
    int code = array_reserve(&items, room, plan->n_changes + way->n_versions, sizeof(psn_time));
    plan->change = items;
    if (code)
        return code;
    for (size_t k = 0; k < way->n_versions; k++) {
        const struct way_version *v = &way->version[k];
        if (v->from > 0)
            plan->change[plan->n_changes++] = v->from;
        for (uint32_t i = 0; i < v->n; i++)
            mark_route(plan, ways->d, route_at(ways, v->route[i]));
    }
    return 0;
}

/* Where messages of an operation go that are no flows: too short, or of no class of theirs. */
static void mark_messages(struct fluid_plan *plan, const struct ways *ways, const struct op *op,
                          bool may)
{
    for (size_t k = 0; k < op->way->n_versions; k++)
        for (uint32_t i = 0; i < op->way->version[k].n; i++) {
            const struct route *r = route_at(ways, op->way->version[k].route[i]);
            bool always =
                may && op->law.kind == LAW_CONST && op->mean > r->segment_bits && op->growth >= 0;
            for (uint32_t h = 0; !always && h < r->n_hops; h++)
                plan->messages[r->hop[h]] = true;
        }
}

static int by_time(const void *a, const void *b)
{
    psn_time x = *(const psn_time *)a, y = *(const psn_time *)b;
    return (x > y) - (x < y);
}

/* The ways of all operations whose messages may be flows, each once. */
static int mark_ways(struct fluid_plan *plan, const struct ways *ways, const struct recipe *recipe,
                     bool *seen)
{
    size_t room = 0;
    int code = 0;
    for (uint32_t i = 0; i < ways->d->n_sources && !code; i++)
        for (uint32_t k = 0; k < recipe[i].n_ops && !code; k++) {
            const struct op *op = &recipe[i].op[k];
            bool may = fluid_plan_may(ways->d, i, op);
            if (op->kind == OP_SEND && op->amount != AMOUNT_NONE)
                mark_messages(plan, ways, op, may);
            if (may)
                plan->class[class_of(ways->d, i)] = true;
            if (!may || seen[op->way->index])
                continue;
            seen[op->way->index] = true;
            code = mark_way(plan, ways, op->way, &room);
        }
    if (code || plan->n_changes == 0)
        return code;
    qsort(plan->change, plan->n_changes, sizeof *plan->change, by_time);
    size_t n = 1;
    for (size_t i = 1; i < plan->n_changes; i++)
        if (plan->change[i] != plan->change[n - 1])
            plan->change[n++] = plan->change[i];
    plan->n_changes = n;
    return 0;
}

int fluid_plan_make(struct fluid_plan *plan, const struct ways *ways, const struct recipe *recipe,
                    struct arena *memory)
{
    const struct description *d = ways->d;
    *plan = (struct fluid_plan){0};
    plan->direction = arena_array(memory, 2 * d->n_links + 1, sizeof *plan->direction);
    plan->messages = arena_array(memory, 2 * d->n_links + 1, sizeof *plan->messages);
    plan->class = arena_array(memory, d->n_classes + 1, sizeof *plan->class);
    plan->leaves = arena_array(memory, d->n_sites + 1, sizeof *plan->leaves);
    plan->comes = arena_array(memory, d->n_sites + 1, sizeof *plan->comes);
    bool *seen = arena_array(memory, ways->n_ways + 1, sizeof *seen);
    if (!plan->direction || !plan->messages || !plan->class || !plan->leaves || !plan->comes ||
        !seen)
        return PSN_EMEMORY;
    int code = mark_ways(plan, ways, recipe, seen);
    plan->control /= 2;
    return code;
}

void fluid_plan_fini(struct fluid_plan *plan)
{
    free(plan->change);
    plan->change = NULL;
}
