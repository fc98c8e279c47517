/* SPDX-License-Identifier: Apache-2.0
 * The owner of long flows.
 *
 * What comes at a known time stands in one heap of (time, kind, index): the changes of a link's
 * capacity, new routes, the end of the warm-up, the rounds of slow start. All that is due at one
 * time is one event, and goes before the solution of that time (flows_slot), so that a time is
 * solved once. The round of a flow that has ended is known by its generation. */
#include "model/fluid.h"

#include <stdlib.h>

#include "model/fluid_flow.h"
#include "model/fluid_link.h"

void fluid_begin(void *context, struct process *p, struct job *job, const struct route *route,
                 psn_time now)
{
    struct fluid *f = context;
    struct fluid_port *port = &f->begin[route->from];
    line_put(p, &port->line, law_later(now, f->plan->control), port->order++, job);
}

static void begin(void *owner, psn_time now)
{
    struct fluid_port *port = owner;
    fluid_flow_start(port->fluid, line_take(&port->line), now);
    fluid_wake(port->fluid);
}

/* What the owner's links have been told is what they get. */
static void tell_touched(struct fluid *f, psn_time now)
{
    const struct maxmin *m = &f->flows.maxmin;
    for (size_t i = 0; i < m->n_touched; i++) {
        const struct maxmin_touch *t = &m->touched[i];
        if (t->class > f->d->n_classes)
            continue;
        struct maxmin_sum sum = maxmin_sum(m, t->link, t->class);
        fluid_link_tell(&f->link[t->link], t->class, &sum, now);
    }
}

static void solve(void *owner, psn_time now)
{
    struct fluid *f = owner;
    struct job *job;
    int code = flows_depart(&f->flows, now, &job);
    if (code)
        f->process->error = code;
    if (job)
        fluid_flow_end(f, job, now);
    if (f->flows.solved)
        tell_touched(f, now);
    fluid_wake(f);
}

static void land(void *owner, psn_time now)
{
    struct fluid_port *port = owner;
    transport_land(port->fluid->transport, port->line.home, line_take(&port->line), now);
}

/* The next time after `now` at which the routes of flows change. */
static void await_routes(struct fluid *f, psn_time now)
{
    while (f->n_passed < f->plan->n_changes && f->plan->change[f->n_passed] <= now)
        f->n_passed++;
    if (f->n_passed < f->plan->n_changes)
        fluid_await(f, f->plan->change[f->n_passed], TIMED_ROUTES, 0, 0);
}

/* What has been done is charged at the end of each interval, and at that of the warm-up. */
static void await_charge(struct fluid *f, psn_time now)
{
    const struct description *d = f->d;
    psn_time next = f->transport->usage[TRANSPORT_FLOWS].classes > 0
                        ? (now / d->interval + 1) * d->interval
                        : PSN_NEVER;
    fluid_await(f, now < d->warmup && d->warmup < next ? d->warmup : next, TIMED_CHARGE, 0, 0);
}

static void change_capacity(struct fluid *f, uint32_t index, psn_time now)
{
    struct fluid_link *l = &f->link[index];
    changes_take(l->changes, now);
    flows_set_capacity(&f->flows, index, fluid_link_capacity(l), now);
    fluid_await(f, changes_next(l->changes), TIMED_CAPACITY, index, 0);
}

/* All that is due now. */
static void timed(void *owner, psn_time now)
{
    struct fluid *f = owner;
    for (const struct heap_entry *top; (top = heap_top(&f->timed)) && top->key == now;) {
        uint32_t index = (uint32_t)top->order;
        uint64_t generation = top->item.number;
        enum timed_kind kind = (enum timed_kind)(top->order >> TIMED_KIND_SHIFT);
        heap_pop(&f->timed);
        switch (kind) {
        case TIMED_CAPACITY:
            change_capacity(f, index, now);
            break;
        case TIMED_ROUTES:
            fluid_flows_move(f, now);
            await_routes(f, now);
            break;
        case TIMED_CHARGE:
            fluid_charge_all(f, now);
            await_charge(f, now);
            break;
        case TIMED_ROUND:
            fluid_flow_round(f, index, generation, now);
            break;
        }
    }
    fluid_wake(f);
}

static int make_ports(struct fluid *f, const struct fluid_places *places, struct arena *memory)
{
    const struct description *d = f->d;
    f->begin = arena_array(memory, d->n_sites + 1, sizeof *f->begin);
    f->land = arena_array(memory, d->n_sites + 1, sizeof *f->land);
    if (!f->begin || !f->land)
        return PSN_EMEMORY;
    for (uint32_t s = 0; s < d->n_sites; s++) {
        struct process *there = places->process_at(places->context, s);
        f->begin[s] = (struct fluid_port){f, {.home = f->process, .slot = places->begin[s]}, 0};
        f->land[s] = (struct fluid_port){f, {.home = there, .slot = places->land[s]}, 0};
        if (f->plan->leaves[s])
            process_bind(f->process, places->begin[s], begin, &f->begin[s]);
        if (f->plan->comes[s])
            process_bind(there, places->land[s], land, &f->land[s]);
    }
    return 0;
}

/* The changes of a link's capacity; a station of theirs is one of the link's direction. */
static int make_changes(struct fluid *f, struct fluid_link *l, const struct draws *draws,
                        struct arena *memory)
{
    const struct description *d = f->d;
    size_t station = d->n_pools + d->n_arrays + l->direction;
    if (!changes_any(d, station))
        return 0;
    l->changes = arena_array(memory, 1, sizeof *l->changes);
    if (!l->changes || changes_init(l->changes, d, station, draws, memory))
        return PSN_EMEMORY;
    fluid_await(f, changes_next(l->changes), TIMED_CAPACITY, l->index, 0);
    return 0;
}

static int make_links(struct fluid *f, const struct draws *draws, const struct fluid_places *places,
                      struct arena *memory)
{
    const struct description *d = f->d;
    uint32_t directions = (uint32_t)(2 * d->n_links);
    f->index = arena_array(memory, directions + 1, sizeof *f->index);
    f->link = arena_array(memory, f->n_links + 1, sizeof *f->link);
    f->path = arena_array(memory, directions + 1, sizeof *f->path);
    if (!f->index || !f->link || !f->path)
        return PSN_EMEMORY;
    uint32_t n = 0;
    int code = 0;
    for (uint32_t k = 0; k < directions && !code; k++) {
        f->index[k] = f->plan->direction[k] ? n++ : NO_INDEX;
        if (f->index[k] == NO_INDEX)
            continue;
        struct fluid_link *l = &f->link[f->index[k]];
        code = fluid_link_init(l, f, f->index[k], k, places->background[k], places->measure[k],
                               places->load[k], memory);
        if (!code)
            code = make_changes(f, l, draws, memory);
        if (!code)
            flows_set_capacity(&f->flows, l->index, fluid_link_capacity(l), 0);
        maxmin_set_whole(&f->flows.maxmin, l->index, l->line_bps);
    }
    return code;
}

static int make_flows(struct fluid *f, struct arena *memory)
{
    const struct description *d = f->d;
    uint32_t n = (uint32_t)d->n_classes + 1;
    struct maxmin_class *class = arena_array(memory, n + 1, sizeof *class);
    f->by_class = arena_array(memory, n * d->n_partners + 1, sizeof *f->by_class);
    if (!class || !f->by_class)
        return PSN_EMEMORY;
    for (uint32_t c = 0; c < n; c++) {
        const struct service_class *s = c < d->n_classes ? &d->class[c] : NULL;
        class[c] = (struct maxmin_class){.level = 1 + (s ? s->level : d->n_levels - 1),
                                         .weight = s ? s->weight : 1,
                                         .by_owner = !s || !s->strict,
                                         .limit = s ? s->limit : 0};
    }
    class[n] = (struct maxmin_class){.level = 0, .weight = 1}; /* of measured loads */
    for (uint32_t k = 0; k < 2 * d->n_links; k++)
        f->n_links += f->plan->direction[k];
    return flows_init(&f->flows, f->n_links, n + 1, class);
}

int fluid_init(struct fluid *f, const struct description *d, const struct fluid_plan *plan,
               struct transport *t, const struct draws *draws, const struct fluid_places *places,
               struct arena *memory)
{
    *f = (struct fluid){.d = d,
                        .plan = plan,
                        .transport = t,
                        .process = places->owner,
                        .timed_slot = places->timed,
                        .flows_slot = places->flows,
                        .free = NO_INDEX};
    int code = make_flows(f, memory);
    if (!code)
        code = make_ports(f, places, memory);
    if (!code)
        code = make_links(f, draws, places, memory);
    if (code)
        return code;
    process_bind(f->process, f->timed_slot, timed, f);
    process_bind(f->process, f->flows_slot, solve, f);
    await_routes(f, 0);
    await_charge(f, 0);
    fluid_wake(f);
    return f->process->error;
}

void fluid_fini(struct fluid *f)
{
    if (!f->process)
        return;
    for (size_t s = 0; f->land && s < f->d->n_sites; s++) {
        line_fini(&f->begin[s].line);
        line_fini(&f->land[s].line);
    }
    for (uint32_t i = 0; f->link && i < f->n_links; i++)
        fluid_link_fini(&f->link[i]);
    flows_fini(&f->flows);
    heap_fini(&f->timed);
    free(f->flow);
    f->process = NULL;
}
