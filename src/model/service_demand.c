/* SPDX-License-Identifier: Apache-2.0
 * Service demands: what one request asks of every station. */
#include "model/service_demand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/random.h"
#include "model/arrays.h"
#include "model/changes.h"
#include "model/fluid_plan.h"
#include "model/visits.h"

/* Draws for the mean of a transfer's service time where its size is random; their error (under 2 %
 * for a cv of 1) is that of a first look, not of a simulation. */
#define SAMPLES 4096

int service_demand_init(struct service_demand *w, const struct description *d, struct arena *memory)
{
    *w = (struct service_demand){.d = d,
                                 .may_cut = network_may_cut(d),
                                 .n_stations = d->n_pools + d->n_arrays + 2 * d->n_links,
                                 .last = {.ns = NAN}};
    w->demand = arena_array(memory, w->n_stations + 1, sizeof *w->demand);
    w->growth = arena_array(memory, w->n_stations + 1, sizeof *w->growth);
    w->sure = arena_array(memory, w->n_stations + 1, sizeof *w->sure);
    w->tail = arena_array(memory, w->n_stations + 1, sizeof *w->tail);
    w->stays = arena_array(memory, w->n_stations + 1, sizeof *w->stays);
    w->asked = arena_array(memory, w->n_stations + 1, sizeof *w->asked);
    w->listed = arena_array(memory, w->n_stations + 1, sizeof *w->listed);
    if (!w->demand || !w->growth || !w->sure || !w->tail || !w->stays || !w->asked || !w->listed)
        return PSN_EMEMORY;
    for (size_t t = 0; t < w->n_stations; t++)
        w->tail[t] = INFINITY;
    return 0;
}

/* The mean amount of an operation at the time looked at. */
static double mean_of(const struct service_demand *w, const struct op *op)
{
    return op->growth == 0 ? op->mean : op->mean * description_growth(w->d, op->growth, w->at);
}

/* Is it the mean that was worked out last? */
static bool is_last(const struct transfer_mean *last, const struct array *a, double bits,
                    const struct law *law)
{
    return !isnan(last->ns) && last->iops == a->iops && last->bandwidth_bps == a->bandwidth_bps &&
           last->bits == bits && law_same(&last->law, law);
}

/* Mean service time of a transfer of random size. */
static double mean_transfer(struct service_demand *w, const struct array *a, const struct op *op)
{
    double mean = mean_of(w, op);
    if (op->law.kind == LAW_CONST)
        return array_demand(a->iops, a->bandwidth_bps, mean);
    if (is_last(&w->last, a, mean, &op->law))
        return w->last.ns;
    struct stream s = {.key = random_key(1, 0, "laws", RANDOM_STEP, 0), .law = op->law};
    double sum = 0;
    for (uint64_t n = 0; n < SAMPLES; n++)
        sum += array_demand(a->iops, a->bandwidth_bps, mean * stream_draw_one(&s, n, 0));
    w->last = (struct transfer_mean){.iops = a->iops,
                                     .bandwidth_bps = a->bandwidth_bps,
                                     .bits = mean,
                                     .law = op->law,
                                     .ns = sum / SAMPLES};
    return w->last.ns;
}

/* What a job asks of a station: does it come whatever happens, and stay until it is served? */
static void add_demand(struct service_demand *w, size_t station, double ns, const struct law *law,
                       bool comes, bool stays)
{
    if (!w->listed[station])
        w->asked[w->n_asked++] = (uint32_t)station;
    w->listed[station] = true;
    w->demand[station] += ns;
    w->sure[station] += comes && stays ? ns : 0;
    w->stays[station] |= stays && ns > 0;
    if (ns > 0)
        w->tail[station] = fmin(w->tail[station], law_tail(law));
}

/* May a link drop messages of the source rather than let them wait? A flow waits. */
static bool may_drop(const struct service_demand *w, const struct link *l, const struct op *send)
{
    const struct description *d = w->d;
    uint32_t class = description_class(d, d->workload[d->source[w->source].workload].service);
    bool policed = class < d->n_classes && d->class[class].limit > 0;
    return (policed || l->buffer_bits > 0) && !fluid_plan_may(d, w->source, send);
}

/* Adds `weight` times a message of a size that was drawn (NULL: of no bits) over a route; returns
 * the time that it takes alone, ns. */
static double add_route(struct service_demand *w, const struct route *route, const struct op *send,
                        const struct op *draw, double weight, bool comes)
{
    const struct description *d = w->d;
    double longest = 0;
    for (uint32_t h = 0; draw && h < route->n_hops; h++) {
        const struct link *l = &d->link[route->hop[h] / 2];
        double bits = wire_of(&w->wires, l, &draw->law, mean_of(w, draw)).mean;
        double one = bits * 1e9 / l->bandwidth_bps;
        add_demand(w, d->n_pools + d->n_arrays + route->hop[h], weight * one, &draw->law, comes,
                   !may_drop(w, l, send));
        longest = fmax(longest, one);
    }
    return longest + (double)route->delay;
}

/* Adds `weight` times an operation to the demands; returns the time that it takes alone, ns. */
static double add_op(struct service_demand *w, const struct recipe *r, const struct op *op,
                     double weight, bool comes)
{
    const struct description *d = w->d;
    const struct op *draw = recipe_drawn_by(r, op);
    double alone = 0, one;
    switch (op->kind) {
    case OP_COMPUTE: {
        const struct pool *p = &d->pool[op->station];
        one = mean_of(w, op) / changes_full_speed(p);
        add_demand(w, op->station, weight * (one + (p->wraps_up ? p->wrap_up.mean.value : 0)),
                   &op->law, comes, !recipe_may_fail(op));
        return one;
    }
    case OP_STORE: {
        const struct array *a = &d->array[op->station];
        one = mean_transfer(w, a, draw);
        add_demand(w, d->n_pools + op->station, weight * one, &draw->law, comes, true);
        return one + (double)a->latency;
    }
    case OP_SEND:
        for (uint32_t i = 0; i < op->base->n; i++)
            alone += add_route(w, op->base->route[i], op, op->amount == AMOUNT_NONE ? NULL : draw,
                               weight / op->base->n, comes) /
                     op->base->n;
        return alone;
    case OP_LAN:
    case OP_DELAY:
    case OP_STREAM:
        return mean_of(w, op);
    default:
        return 0;
    }
}

/* Which operations a request may not come to, for it may have failed before. Every operation stands
 * behind its successors. */
static void mark_doubtful(const struct recipe *r, bool *doubtful)
{
    for (uint32_t k = r->n_ops; k-- > 0;) {
        const struct op *op = &r->op[k];
        for (uint32_t b = 0; b < op->n_branches; b++)
            doubtful[op->branch[b]] |= doubtful[k];
        if (op->kind == OP_STREAM)
            doubtful[op->back] |= doubtful[k];
        if (op->next != NO_INDEX)
            doubtful[op->next] |= doubtful[k] || recipe_may_fail(op);
    }
}

/* What may become of a job at the very instant at which it comes to an operation. */
enum { FAILS = 1, ENDS = 2 };

static bool never_waits(const struct op *op)
{
    return op->patience_law && op->patience <= 0;
}

/* The same of operation k, where now[] tells it of its successors, and own[] how long each takes.
 */
static unsigned at_once(const struct service_demand *w, const struct recipe *r, uint32_t k,
                        const double *own, const unsigned char *now)
{
    const struct op *op = &r->op[k];
    unsigned any = 0, all = FAILS | ENDS;
    unsigned then = own[k] <= 0 && op->next != NO_INDEX ? now[op->next] : 0;
    bool waits = false;
    for (uint32_t b = 0; b < op->n_branches; b++) {
        unsigned branch = now[op->branch[b]];
        any |= branch;
        all &= branch;
        waits = waits || branch == 0;
    }
    switch (op->kind) {
    case OP_CHOICE:
        return any;
    case OP_FORK: /* it fails when all of its branches have ended */
        return waits ? 0 : (any & FAILS) | (all & ENDS ? then : 0);
    case OP_JOIN:
    case OP_END:
        return ENDS;
    case OP_FAIL:
        return FAILS;
    case OP_COMPUTE: {
        const struct pool *p = &w->d->pool[op->station];
        return (never_waits(op) || (p->room > 0 && !p->blocks) ? FAILS : 0) | then;
    }
    case OP_SEND: /* what finds no route */
        return (op->failed != NO_INDEX && w->may_cut ? FAILS : 0) | then;
    default:
        return then;
    }
}

/* Nothing is asked of any station. */
static void clear(struct service_demand *w)
{
    for (size_t i = 0; i < w->n_asked; i++) {
        uint32_t t = w->asked[i];
        w->listed[t] = w->stays[t] = false;
        w->demand[t] = w->sure[t] = 0;
        w->tail[t] = INFINITY;
    }
    w->n_asked = 0;
}

/* Service demands of one request of a source that arrives at time `at`, into w->demand; returns the
 * mean response without queueing. Of branches done at once the longest counts: a lower bound where
 * they are random. */
static double demands(struct service_demand *w, const struct recipe *r, uint32_t first, psn_time at)
{
    double *visits = calloc((size_t)r->n_ops + 1, sizeof *visits);
    double *own = calloc((size_t)r->n_ops + 1, sizeof *own);
    bool *doubtful = calloc((size_t)r->n_ops + 1, sizeof *doubtful);
    unsigned char *now = calloc((size_t)r->n_ops + 1, sizeof *now);
    double response = NAN;
    w->at = at;
    clear(w);
    if (visits && own && doubtful && now && !visits_count(r, first, visits)) {
        mark_doubtful(r, doubtful);
        for (uint32_t k = 0; k < r->n_ops; k++)
            if (visits[k] > 0)
                own[k] = add_op(w, r, &r->op[k], visits[k], !doubtful[k]);
        for (uint32_t k = 0; k < r->n_ops; k++) /* successors first */
            now[k] = (unsigned char)at_once(w, r, k, own, now);
        w->fails_at_once = now[first] & FAILS;
        response = visits_time(r, first, VISITS_LONGEST, own);
    }
    free(visits);
    free(own);
    free(doubtful);
    free(now);
    return response;
}

double service_demand_make(struct service_demand *w, uint32_t source, const struct recipe *r,
                           uint32_t first)
{
    const struct description *d = w->d;
    psn_time last = (psn_time)description_day(d, d->horizon - 1) * PSN_DAY -
                    d->start_of_week % PSN_DAY; /* the last midnight */
    bool grows = false;
    w->source = source;
    for (size_t i = 0; i < w->n_asked; i++)
        w->growth[w->asked[i]] = 0;
    for (uint32_t k = 0; k < r->n_ops; k++)
        grows = grows || r->op[k].growth != 0;
    if (grows && last > 0) {
        demands(w, r, first, d->horizon - 1); /* of the same stations as at the start */
        for (size_t i = 0; i < w->n_asked; i++)
            w->growth[w->asked[i]] = w->demand[w->asked[i]];
    }
    double alone = demands(w, r, first, 0);
    for (size_t i = 0, t; i < w->n_asked; i++)
        if (t = w->asked[i], w->growth[t] > 0 && w->demand[t] > 0)
            w->growth[t] = log(w->growth[t] / w->demand[t]) / ((double)last * 1e-9);
    return alone;
}
