/* SPDX-License-Identifier: Apache-2.0
 * Service demands: what one request asks of every station. */
#include "model/service_demand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/random.h"
#include "model/machines.h"

/* Draws for the mean of a transfer's service time where its size is random; their error (under 2 %
 * for a cv of 1) is that of a first look, not of a simulation. */
#define SAMPLES 4096

int service_demand_init(struct service_demand *w, const struct description *d, struct arena *memory)
{
    *w = (struct service_demand){.d = d, .n_stations = d->n_pools + d->n_arrays + 2 * d->n_links};
    w->demand = arena_array(memory, w->n_stations + 1, sizeof *w->demand);
    w->growth = arena_array(memory, w->n_stations + 1, sizeof *w->growth);
    return w->demand && w->growth ? 0 : PSN_EMEMORY;
}

/* The mean amount of an operation at the time looked at. */
static double mean_of(const struct service_demand *w, const struct op *op)
{
    return op->growth == 0 ? op->mean : op->mean * description_growth(w->d, op->growth, w->at);
}

/* Mean service time of a transfer of random size. */
static double mean_transfer(const struct service_demand *w, const struct array *a,
                            const struct op *op)
{
    double mean = mean_of(w, op);
    if (op->law.kind == LAW_CONST)
        return array_demand(a->iops, a->bandwidth_bps, mean);
    struct stream s = {.key = random_key(1, 0, "laws", RANDOM_STEP, 0), .law = op->law};
    double sum = 0;
    for (uint64_t n = 0; n < SAMPLES; n++)
        sum += array_demand(a->iops, a->bandwidth_bps, mean * stream_draw_one(&s, n, 0));
    return sum / SAMPLES;
}

/* The amount that an operation moves: its own, or what the drawing operation of its step drew. */
static const struct op *drawn_by(const struct recipe *r, const struct op *op)
{
    for (uint32_t k = 0; op->amount == AMOUNT_KEEP && k < r->n_ops; k++)
        if (r->op[k].step == op->step && r->op[k].amount == AMOUNT_DRAW)
            return &r->op[k];
    return op;
}

/* Adds `weight` times an operation to the demands; returns the time that it takes alone, ns. */
static double add_op(struct service_demand *w, const struct recipe *r, const struct op *op,
                     double weight)
{
    const struct description *d = w->d;
    const struct op *draw = drawn_by(r, op);
    double alone = 0, one;
    switch (op->kind) {
    case OP_COMPUTE:
        one = mean_of(w, op) / d->pool[op->station].speed;
        w->demand[op->station] += weight * one;
        return one;
    case OP_STORE: {
        const struct array *a = &d->array[op->station];
        one = mean_transfer(w, a, draw);
        w->demand[d->n_pools + op->station] += weight * one;
        return one + (double)a->latency;
    }
    case OP_SEND:
        for (uint32_t h = 0; h < op->route->n_hops; h++) {
            uint32_t direction = op->route->hop[h];
            one = op->amount == AMOUNT_NONE
                      ? 0
                      : mean_of(w, draw) * 1e9 / d->link[direction / 2].bandwidth_bps;
            w->demand[d->n_pools + d->n_arrays + direction] += weight * one;
            alone = fmax(alone, one);
        }
        return alone + (double)op->route->delay;
    case OP_DELAY:
        return mean_of(w, op);
    default:
        return 0;
    }
}

/* How often an operation is done whenever a job comes to it, by the loops up to `around` (NULL: all
 * of them) whose passes are all over the same operations. */
static double passes(const struct op *op, const struct loop *around)
{
    double n = 1;
    for (const struct loop *l = op->loop; l && l != around; l = l->outer)
        n *= l->moves ? 1 : l->expected;
    return n;
}

/* Does a loop end its pass here whose later passes are over other operations than its first? */
static bool moves(const struct op *op)
{
    return (op->kind == OP_REPEAT || op->kind == OP_AGAIN) && op->loop->moves;
}

/* Ways on from each operation, `flow` of them coming in; with `forks` into their branches, too.
 * Every operation stands behind its successors, so a pass from the back sees each before them. What
 * goes on to another pass of a loop that moves is left in `back`: as if chance ended it, which
 * makes the same number of passes in the mean. */
static void follow(const struct recipe *r, bool forks, double *flow, double *visits, double *back)
{
    for (uint32_t k = r->n_ops; k-- > 0;) {
        const struct op *op = &r->op[k];
        double w = flow[k];
        if (w <= 0)
            continue;
        visits[k] += w;
        flow[k] = 0;
        for (uint32_t b = 0; b < op->n_branches; b++)
            if (op->kind == OP_CHOICE)
                flow[op->branch[b]] += w * (op->below[b] - (b ? op->below[b - 1] : 0));
            else if (forks)
                flow[op->branch[b]] += w;
        if (moves(op) && back) {
            back[op->back] += w * (1 - 1 / op->loop->expected);
            w /= op->loop->expected;
        }
        if (op->next != NO_INDEX)
            flow[op->next] += w;
    }
}

/* Is `y` `ratio` times `x`, but for rounding? */
static bool proportional(const double *x, const double *y, uint32_t n, double ratio)
{
    for (uint32_t k = 0; k < n; k++)
        if (fabs(y[k] - ratio * x[k]) > 1e-13 * ratio * x[k])
            return false;
    return true;
}

static double sum_of(const double *x, uint32_t n)
{
    double sum = 0;
    for (uint32_t k = 0; k < n; k++)
        sum += x[k];
    return sum;
}

/* More passes than this from place to place are taken to go on as the last ones did. */
#define PASSES_MOST 10000

/* How often a job that begins at `first` comes to each operation, into visits[n_ops]; `room` is for
 * 3 x n_ops. Passes of a loop that moves are followed until each is like the one before it but for
 * a factor: what is left is a geometric series. */
static void count_visits(const struct recipe *r, uint32_t first, bool forks, double *visits,
                         double *room)
{
    uint32_t n = r->n_ops;
    double *flow = room, *before = room + n, *back = room + (size_t)2 * n;
    memset(room, 0, (size_t)3 * n * sizeof *room);
    memset(visits, 0, n * sizeof *visits);
    flow[first] = 1;
    for (uint32_t pass = 0; pass < PASSES_MOST; pass++) {
        follow(r, forks, flow, visits, back);
        double gone = sum_of(back, n), ratio = gone / sum_of(before, n);
        if (gone <= 0)
            return;
        if (pass > 0 && ratio < 1 &&
            (pass + 1 == PASSES_MOST || proportional(before, back, n, ratio))) {
            for (uint32_t k = 0; k < n; k++)
                flow[k] = back[k] / (1 - ratio);
            follow(r, forks, flow, visits, before);
            return;
        }
        memcpy(flow, back, n * sizeof *flow);
        memcpy(before, back, n * sizeof *before);
        memset(back, 0, n * sizeof *back);
    }
}

/* The time alone of what follows `first`, given that of every operation once: `own`. */
static double time_from(const struct recipe *r, uint32_t first, const struct loop *around,
                        const double *own, double *visits, double *room)
{
    double sum = 0;
    count_visits(r, first, false, visits, room);
    for (uint32_t k = 0; k < r->n_ops; k++)
        sum += visits[k] * own[k] * passes(&r->op[k], around);
    return sum;
}

/* Service demands of one request of a source that arrives at time `at`, into w->demand; returns the
 * mean response without queueing. Of branches done at once the longest counts: a lower bound where
 * they are random. */
static double demands(struct service_demand *w, const struct recipe *r, uint32_t first, psn_time at)
{
    double *visits = calloc((size_t)5 * r->n_ops + 1, sizeof *visits);
    if (!visits)
        return NAN;
    double *own = visits + r->n_ops, *room = own + r->n_ops;
    w->at = at;
    memset(w->demand, 0, w->n_stations * sizeof *w->demand);
    count_visits(r, first, true, visits, room);
    for (uint32_t k = 0; k < r->n_ops; k++)
        if (visits[k] > 0)
            own[k] = add_op(w, r, &r->op[k], visits[k] * passes(&r->op[k], NULL));
    for (uint32_t k = 0; k < r->n_ops; k++) { /* a fork stands behind those within it */
        const struct op *op = &r->op[k];
        for (uint32_t b = 0; op->kind == OP_FORK && b < op->n_branches; b++)
            own[k] = fmax(own[k], time_from(r, op->branch[b], op->loop, own, visits, room));
    }
    double response = time_from(r, first, NULL, own, visits, room);
    free(visits);
    return response;
}

double service_demand_make(struct service_demand *w, const struct recipe *r, uint32_t first)
{
    const struct description *d = w->d;
    psn_time last = (psn_time)description_day(d, d->horizon - 1) * PSN_DAY -
                    d->start_of_week % PSN_DAY; /* the last midnight */
    bool grows = false;
    memset(w->growth, 0, w->n_stations * sizeof *w->growth);
    for (uint32_t k = 0; k < r->n_ops; k++)
        grows = grows || r->op[k].growth != 0;
    if (grows && last > 0) {
        demands(w, r, first, d->horizon - 1);
        memcpy(w->growth, w->demand, w->n_stations * sizeof *w->growth);
    }
    double alone = demands(w, r, first, 0);
    for (size_t t = 0; t < w->n_stations; t++)
        if (w->growth[t] > 0 && w->demand[t] > 0)
            w->growth[t] = log(w->growth[t] / w->demand[t]) / ((double)last * 1e-9);
    return alone;
}
