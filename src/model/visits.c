/* SPDX-License-Identifier: Apache-2.0
 * Ways through a recipe: mean numbers of visits, and times. */
#include "model/visits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* Ways on from each of the first n operations, `flow` of them coming in; with `forks` into their
 * branches and to the packets of streams, too. Every operation stands behind its successors, so a
 * pass from the back sees each before them. What goes on to another pass of a loop that moves is
 * left in `back`: as if chance ended it, which makes the same number of passes in the mean. Returns
 * whether anything does. */
static bool follow(const struct recipe *r, uint32_t n, bool forks, double *flow, double *visits,
                   double *back)
{
    bool again = false;
    for (uint32_t k = n; k-- > 0;) {
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
        if (op->kind == OP_STREAM && forks)
            flow[op->back] += w * op->mean / op->interval;
        if (moves(op) && back) {
            back[op->back] += w * (1 - 1 / op->loop->expected);
            w /= op->loop->expected;
            again = true;
        }
        if (op->next != NO_INDEX)
            flow[op->next] += w;
    }
    return again;
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

/* Passes of a loop that moves, after the first one, are followed until each is like the one before
 * it but for a factor: what is left is a geometric series. */
static void more_passes(const struct recipe *r, bool forks, double *visits, double *room)
{
    uint32_t n = r->n_ops;
    double *flow = room, *before = room + n, *back = room + (size_t)2 * n;
    for (uint32_t pass = 1; pass <= PASSES_MOST; pass++) {
        double gone = sum_of(back, n), ratio = gone / sum_of(before, n);
        if (gone <= 0)
            return;
        if (pass > 1 && ratio < 1 &&
            (pass == PASSES_MOST || proportional(before, back, n, ratio))) {
            for (uint32_t k = 0; k < n; k++)
                flow[k] = back[k] / (1 - ratio);
            follow(r, n, forks, flow, visits, before);
            return;
        }
        memcpy(flow, back, n * sizeof *flow);
        memcpy(before, back, n * sizeof *before);
        memset(back, 0, n * sizeof *back);
        follow(r, n, forks, flow, visits, back);
    }
}

/* How often a job that begins at `first` comes to each operation, into visits[n_ops]; `room` is for
 * 3 x n_ops. All must be zero before, and `room` is afterwards. Returns how many operations are all
 * that it may come to. */
static uint32_t count_visits(const struct recipe *r, uint32_t first, bool forks, double *visits,
                             double *room)
{
    room[first] = 1;
    /* The first time all ways stand before the beginning. */
    if (!follow(r, first + 1, forks, room, visits, room + (size_t)2 * r->n_ops))
        return first + 1;
    more_passes(r, forks, visits, room);
    memset(room, 0, (size_t)3 * r->n_ops * sizeof *room);
    return r->n_ops;
}

/* The time alone of what follows `first`, given that of every operation once: `own`. Visits and
 * room are zero before and afterwards. */
static double time_from(const struct recipe *r, uint32_t first, const struct loop *around,
                        const double *own, double *visits, double *room)
{
    double sum = 0;
    uint32_t n = count_visits(r, first, false, visits, room);
    for (uint32_t k = 0; k < n; k++) {
        if (visits[k] > 0) /* elsewhere it may take for ever */
            sum += visits[k] * own[k] * passes(&r->op[k], around);
        visits[k] = 0;
    }
    return sum;
}

int visits_count(const struct recipe *r, uint32_t first, double *visits)
{
    double *room = calloc((size_t)3 * r->n_ops + 1, sizeof *room);
    if (!room)
        return PSN_EMEMORY;
    memset(visits, 0, r->n_ops * sizeof *visits);
    count_visits(r, first, true, visits, room);
    for (uint32_t k = 0; k < r->n_ops; k++)
        visits[k] *= passes(&r->op[k], NULL);
    free(room);
    return 0;
}

double visits_time(const struct recipe *r, uint32_t first, enum visits_fork fork, double *own)
{
    double *visits = calloc((size_t)4 * r->n_ops + 1, sizeof *visits);
    if (!visits)
        return NAN;
    double *room = visits + r->n_ops;
    for (uint32_t k = 0; k < r->n_ops; k++) { /* a fork stands behind those within it */
        const struct op *op = &r->op[k];
        if (op->kind == OP_FORK)
            own[k] = 0;
        for (uint32_t b = 0; op->kind == OP_FORK && b < op->n_branches; b++) {
            double branch = time_from(r, op->branch[b], op->loop, own, visits, room);
            own[k] = fork == VISITS_LONGEST ? fmax(own[k], branch) : own[k] + branch;
        }
    }
    double response = time_from(r, first, NULL, own, visits, room);
    free(visits);
    return response;
}
