/* SPDX-License-Identifier: Apache-2.0
 * Networks of queues approximately, and bounds; the exact solution is in convolution.c. */
#include "theory/queueing_network.h"

#include <math.h>
#include <stdlib.h>

#include "psnsim/types.h"
#include "theory/queue.h"

/* The iteration ends where no class's pass moves by more than this part of itself; each round goes
 * half of the way, so that it does not swing. */
#define CLOSE_ENOUGH 1e-9
#define ROUNDS_MOST  2000
#define STEP         0.5

/* What the closed classes bring to a station together, and how it serves them. */
struct meeting {
    double left;       /* the share of its rate that open classes leave */
    double open;       /* their work in a unit of time */
    double rate, work; /* closed: passes, and work, in a unit of time */
    double population; /* of the closed classes that come by */
    double present;    /* closed customers here */
    double wait;       /* several servers: the mean wait of closed ones over the mean service */
};

static bool is_closed(const struct qn_class *c)
{
    return !(c->rate > 0) && c->population > 0;
}

/* Adds what each class brings, at the present throughputs and residences. */
static void meet(const struct queueing_network *q, struct meeting *m)
{
    for (size_t k = 0; k < q->n_stations; k++)
        m[k].rate = m[k].work = m[k].population = m[k].present = 0;
    for (size_t r = 0; r < q->n_classes; r++) {
        const struct qn_class *c = &q->class[r];
        for (size_t v = 0; is_closed(c) && v < c->n_visits; v++) {
            struct meeting *here = &m[c->visit[v]];
            here->rate += c->throughput;
            here->work += c->throughput * c->demand[c->visit[v]];
            here->population += (double)c->population;
            here->present += c->throughput * c->residence[c->visit[v]];
        }
    }
}

/* Several servers as machine repairmen, to whom the rest of the network is a delay. */
static void wait_for_several(const struct qn_station *s, struct meeting *m)
{
    m->wait = 0;
    if (s->servers < 2 || !(m->work > 0) || m->left <= 0)
        return;
    double away = fmax(m->population - m->present, 1e-6 * m->population) / m->rate;
    double service = m->work / m->rate / m->left;
    struct markov_queue repair = {.rate = 1 / away,
                                  .service = service,
                                  .servers = s->servers,
                                  .patience = INFINITY,
                                  .population = llround(m->population)};
    m->wait = queue_markov(&repair).wait / service;
}

/* The residence of closed class c at station k. One server: a customer of its own finds the queues
 * of a network with one of its class less. */
static double residence(const struct queueing_network *q, const struct meeting *m,
                        const struct qn_class *c, size_t k)
{
    const struct qn_station *s = &q->station[k];
    if (!s->servers)
        return c->demand[k];
    if (m[k].left <= 0)
        return INFINITY;
    double alone = c->demand[k] / m[k].left;
    if (s->servers > 1)
        return alone * (1 + m[k].wait);
    double own = c->throughput * c->residence[k] / (double)c->population;
    double found = fmax(0, m[k].present - own);
    double busy = fmin(m[k].work, found); /* in service: the rest of one, not a whole one */
    return alone * (1 + found + busy * (s->residual - 1));
}

/* One round over the closed classes; returns the largest relative move of a pass. */
static double round_once(struct queueing_network *q, struct meeting *m)
{
    double moved = 0;
    meet(q, m);
    for (size_t k = 0; k < q->n_stations; k++)
        wait_for_several(&q->station[k], &m[k]);
    for (size_t r = 0; r < q->n_classes; r++) {
        struct qn_class *c = &q->class[r];
        double pass = 0, before = 0;
        for (size_t v = 0; is_closed(c) && v < c->n_visits; v++) {
            size_t k = c->visit[v];
            double now = residence(q, m, c, k);
            before += c->residence[k];
            c->residence[k] = isfinite(now) ? c->residence[k] * (1 - STEP) + now * STEP : now;
            pass += c->residence[k];
        }
        if (pass > 0) {
            c->throughput = (double)c->population / pass;
            moved = fmax(moved, isfinite(pass) ? fabs(pass - before) / pass : 0);
        }
    }
    return moved;
}

/* The closed classes begin without queueing. */
static void begin(struct queueing_network *q, struct meeting *m)
{
    for (size_t k = 0; k < q->n_stations; k++) {
        for (size_t r = 0; r < q->n_classes; r++)
            m[k].open += q->class[r].rate * q->class[r].demand[k];
        m[k].left = q->station[k].servers ? 1 - m[k].open / (double)q->station[k].servers : 1;
    }
    for (size_t r = 0; r < q->n_classes; r++) {
        struct qn_class *c = &q->class[r];
        double pass = 0;
        for (size_t v = 0; v < c->n_visits; v++)
            pass += c->residence[c->visit[v]] = c->demand[c->visit[v]];
        c->throughput = c->rate > 0 ? c->rate : pass > 0 ? (double)c->population / pass : 0;
    }
}

/* Open classes find the closed ones at a single server; at several they find all alike, as Poisson
 * arrivals do, but never more than all closed customers there. */
static void open_residence(struct queueing_network *q, const struct meeting *m)
{
    for (size_t r = 0; r < q->n_classes; r++) {
        struct qn_class *c = &q->class[r];
        for (size_t v = 0; c->rate > 0 && v < c->n_visits; v++) {
            size_t k = c->visit[v];
            double servers = (double)q->station[k].servers, wait = 0;
            if (q->station[k].servers) {
                double all = fmin(m[k].open + m[k].work, servers * (1 - 1e-12));
                double most = (1 + m[k].present) / m[k].left / servers;
                wait = fmin(queue_mmc(all, 1, q->station[k].servers).wait, most);
            }
            if (q->station[k].servers == 1)
                wait = (1 + m[k].present) / m[k].left - 1;
            c->residence[k] = m[k].left <= 0 ? INFINITY : c->demand[k] * (1 + wait);
        }
    }
}

int qn_approximate(struct queueing_network *q)
{
    struct meeting *m = calloc(q->n_stations + 1, sizeof *m);
    if (!m)
        return PSN_EMEMORY;
    begin(q, m);
    for (int i = 0; i < ROUNDS_MOST && round_once(q, m) > CLOSE_ENOUGH; i++)
        ;
    meet(q, m);
    open_residence(q, m);
    free(m);
    return 0;
}

static struct qn_bounds of_throughput(double low, double high, double think, double population)
{
    return (struct qn_bounds){low, high, population / high - think, population / low - think};
}

struct qn_bounds qn_asymptotic(const double *demand, size_t n, double think, int64_t population)
{
    double sum = 0, most = 0, users = (double)population;
    for (size_t k = 0; k < n; k++) {
        sum += demand[k];
        most = fmax(most, demand[k]);
    }
    double high = fmin(users / (sum + think), most > 0 ? 1 / most : INFINITY);
    return of_throughput(users / (users * sum + think), high, think, users);
}

struct qn_bounds qn_balanced(const double *demand, size_t n, double think, int64_t population)
{
    double sum = 0, most = 0, users = (double)population;
    for (size_t k = 0; k < n; k++) {
        sum += demand[k];
        most = fmax(most, demand[k]);
    }
    double mean = sum / (double)n, others = users - 1;
    double high = users / (sum + think + mean * others / (1 + think / sum));
    double low = users / (sum + think + most * others / (1 + think / (users * sum)));
    return of_throughput(low, fmin(high, 1 / most), think, users);
}
