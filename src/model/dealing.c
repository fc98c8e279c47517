/* SPDX-License-Identifier: Apache-2.0
 * What of a model can be dealt to processes: its places, and the owner of long flows; how busy each
 * is, and how soon what happens at one can be felt at another. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/engine.h"
#include "model/partition.h"
#include "model/visits.h"

/* Events of an operation, but for what a message has at each link: by how the stations work. */
#define EVENTS_OF_SERVICE  1
#define EVENTS_OF_TRANSFER 2
#define EVENTS_OF_HOP      2 /* one at each end */
#define EVENTS_OF_FLOW                                                                             \
    20 /* of the owner of flows: its beginning, its end, and what others do to it */

/* The mean level of a source's demand is that of so many moments of the run. */
#define MOMENTS 64

/* Who thinks for no time asks again no sooner than after this, ns. */
#define RESPONSE_LEAST 1e6

/* Requests a second of a source, over the run, whose response takes so many ns. */
static double rate_of(const struct description *d, const struct source *s, double response)
{
    const struct workload *w = &d->workload[s->workload];
    double level = 0;
    if (w->kind == WORKLOAD_SCHEDULED)
        return (double)s->n_releases / ((double)d->horizon * 1e-9);
    for (int i = 0; i < MOMENTS; i++)
        level += description_level(d, s, d->horizon / MOMENTS * i) / MOMENTS;
    if (w->kind == WORKLOAD_OPEN)
        return s->rate_per_s * level / description_level_mean(d, s);
    double cycle = description_amount(d, &w->think.mean, s->partner) + response;
    return (double)s->users * level / fmax(cycle, RESPONSE_LEAST) * 1e9;
}

/* How long an operation takes, about: without queueing and service at links and arrays, which
 * matter little beside how long users think. ns. */
static double takes(const struct op *op)
{
    switch (op->kind) {
    case OP_COMPUTE:
    case OP_LAN:
    case OP_DELAY:
    case OP_STREAM:
        return op->mean;
    case OP_SEND:
        return (double)op->route->delay;
    default:
        return 0;
    }
}

/* What is being made: the parts of an engine. */
struct dealing {
    struct engine *e;
    struct parts parts;
    double *load;
    uint32_t flows; /* the owner of flows, as a part */
};

/* A message's events, at both ends of each link of its routes. */
static void add_message(struct dealing *x, const struct op *op, double n)
{
    const struct description *d = x->e->d;
    for (uint32_t i = 0; i < op->base->n; i++)
        for (uint32_t h = 0; h < op->base->route[i]->n_hops; h++) {
            uint32_t direction = op->base->route[i]->hop[h];
            x->load[network_from(d, direction)] += n * EVENTS_OF_HOP / 2 / op->base->n;
            x->load[network_to(d, direction)] += n * EVENTS_OF_HOP / 2 / op->base->n;
        }
}

/* The events of an operation that is done n times a second. */
static void add_op(struct dealing *x, uint32_t source, const struct op *op, double n)
{
    switch (op->kind) {
    case OP_SEND:
        if (fluid_plan_may(x->e->d, source, op))
            x->load[x->flows] += n * EVENTS_OF_FLOW;
        else
            add_message(x, op, n);
        break;
    case OP_LAN:
        x->load[op->to] += n;
        break;
    case OP_STORE:
        x->load[op->place] += n * EVENTS_OF_TRANSFER;
        break;
    case OP_COMPUTE:
    case OP_DELAY:
    case OP_STREAM:
        x->load[op->place] += n * EVENTS_OF_SERVICE;
        break;
    default:
        break;
    }
}

/* What a source makes happen in an epoch, of which so many ns; `room` is for twice its operations.
 */
static int add_epoch(struct dealing *x, uint32_t source, uint32_t first, double ns, double *room)
{
    const struct description *d = x->e->d;
    const struct recipe *r = &x->e->recipe[source];
    double *visits = room, *own = room + r->n_ops;
    for (uint32_t i = 0; i < r->n_ops; i++)
        own[i] = takes(&r->op[i]);
    double response = visits_time(r, first, VISITS_LONGEST, own);
    int code = isnan(response) ? PSN_EMEMORY : visits_count(r, first, visits);
    if (code)
        return code;
    double n = rate_of(d, &d->source[source], response) * ns / (double)d->horizon;
    x->load[d->source[source].site] += n;
    for (uint32_t i = 0; i < r->n_ops; i++)
        if (visits[i] > 0)
            add_op(x, source, &r->op[i], n * visits[i]);
    return 0;
}

static int add_source(struct dealing *x, uint32_t source, double *room)
{
    const struct description *d = x->e->d;
    const uint32_t *first = x->e->recipe[source].first;
    int code = 0;
    for (size_t k = 0; k < d->n_epochs && !code; k++) {
        psn_time end = k + 1 < d->n_epochs ? d->epoch[k + 1] : d->horizon;
        if (first[k] != NO_INDEX)
            code = add_epoch(x, source, first[k], (double)(end - d->epoch[k]), room);
    }
    return code;
}

static int add_loads(struct dealing *x)
{
    int code = 0;
    size_t most = 0;
    for (size_t i = 0; i < x->e->d->n_sources; i++)
        most = x->e->recipe[i].n_ops > most ? x->e->recipe[i].n_ops : most;
    double *room = calloc(2 * most + 1, sizeof *room);
    if (!room)
        return PSN_EMEMORY;
    for (uint32_t i = 0; i < x->e->d->n_sources && !code; i++)
        if (x->e->recipe[i].n_ops)
            code = add_source(x, i, room);
    free(room);
    return code;
}

/* Over LANs, and of the ends of requests that are told to their source. */
static int cross_by_recipes(struct dealing *x)
{
    const struct description *d = x->e->d;
    int code = 0;
    for (uint32_t i = 0; i < d->n_sources; i++)
        for (uint32_t k = 0; k < x->e->recipe[i].n_ops && !code; k++) {
            const struct op *op = &x->e->recipe[i].op[k];
            if (op->kind == OP_LAN)
                code = parts_cross(&x->parts, op->place, op->to, place_delay(d, op->place, op->to));
            else if ((op->kind == OP_END || op->kind == OP_FAIL) && op->told)
                code = parts_cross(&x->parts, op->place, d->source[i].site, op->back_after);
        }
    return code;
}

/* Over links, and back to the senders of what they drop (sender.c), which takes the delays of all
 * links on the way together. */
static int cross_by_links(struct dealing *x)
{
    const struct description *d = x->e->d;
    int code = 0;
    for (uint32_t k = 0; k < 2 * d->n_links && !code; k++) {
        const struct link *l = &d->link[k / 2];
        if (!l->exists || !x->e->used[d->n_pools + d->n_arrays + k])
            continue;
        code = parts_cross(&x->parts, network_from(d, k), network_to(d, k), l->delay);
        if (!code && x->e->drops)
            code = parts_cross(&x->parts, network_to(d, k), network_from(d, k), l->delay);
    }
    return code;
}

/* What is told to the owner of flows and by it: fluid.c, fluid_link.c. */
static int cross_by_flows(struct dealing *x)
{
    const struct description *d = x->e->d;
    const struct fluid_plan *plan = &x->e->plan;
    int code = 0;
    for (uint32_t i = 0; i < d->n_sites && !code && plan->any; i++) {
        if (plan->leaves[i])
            code = parts_cross(&x->parts, i, x->flows, plan->control);
        if (plan->comes[i] && !code)
            code = parts_cross(&x->parts, x->flows, i, plan->control);
    }
    for (uint32_t k = 0; k < 2 * d->n_links && !code && plan->any; k++) {
        if (!plan->direction[k])
            continue;
        code = parts_cross(&x->parts, x->flows, network_from(d, k), plan->control);
        if (!code)
            code = parts_cross(&x->parts, network_from(d, k), x->flows, plan->control);
    }
    return code;
}

static int make_parts(struct dealing *x)
{
    int code = cross_by_recipes(x);
    if (!code)
        code = cross_by_links(x);
    if (!code)
        code = cross_by_flows(x);
    return code ? code : add_loads(x);
}

/* Several processes, if there is anything in it. */
static int deal(struct dealing *x, const struct model_schedule *s, struct partition *out)
{
    bool scatter = s->partitions > 1, many = s->threads > 1;
    int code = parts_init(&x->parts, places_count(x->e->d) + 1);
    if (code)
        return code;
    x->load = x->parts.load;
    slots_count(x->e, x->parts.slots);
    if (!scatter && !many && !partition_for_one(&x->parts))
        return 0;
    code = make_parts(x);
    if (code)
        return code;
    if (scatter)
        return partition_scatter(&x->parts, s->partitions, s->partition_seed, out);
    return partition_deal(&x->parts, many ? s->threads : 1, !s->adapt, out);
}

int engine_deal(struct engine *e, const struct model_schedule *schedule)
{
    size_t n = places_count(e->d) + 1;
    struct dealing x = {.e = e, .flows = place_of_flows(e->d)};
    struct partition p = {.n = 1, .lookahead = PSN_NEVER};
    int code = 0;
    e->process_of = arena_array(&e->kept, n, sizeof *e->process_of);
    if (!e->process_of)
        return PSN_EMEMORY;
    if (schedule->partitions != 1)
        code = deal(&x, schedule, &p);
    e->threads = schedule->threads > 1 ? schedule->threads : 1;
    e->adapt = schedule->adapt;
    e->n_processes = p.n;
    e->lookahead = p.lookahead;
    if (!code && p.n > 1) {
        memcpy(e->process_of, p.process, n * sizeof *e->process_of);
        e->distance = arena_array(&e->kept, p.n * p.n, sizeof *e->distance);
        if (e->distance)
            partition_distances(&x.parts, &p, e->distance);
        else
            code = PSN_EMEMORY;
    }
    free(p.process);
    parts_fini(&x.parts);
    return code;
}
