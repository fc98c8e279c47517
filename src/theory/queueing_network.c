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

/* What the classes bring to a station together, and how it serves them. */
struct meeting {
    double left;         /* the share of its rate that open classes leave */
    double open, visits; /* of open ones: work and visits in a unit of time */
    double rate, work;   /* of closed ones: the same */
    double population;   /* of the closed classes that come by */
    double present;      /* closed customers here */
    double queued;       /* the work of those who wait */
    double wait;         /* several servers: the mean wait of closed customers */
};

static bool is_closed(const struct qn_class *c)
{
    return !(c->rate > 0) && c->population > 0;
}

static double count(const struct qn_class *c, size_t k)
{
    return c->count ? c->count[k] : 1;
}

/* The work of a class's customers who wait at station k. */
static double queued_work(const struct qn_class *c, size_t k)
{
    double service = count(c, k) > 0 ? c->demand[k] / count(c, k) : 0;
    return c->throughput * fmax(0, c->residence[k] - c->demand[k]) * service;
}

/* Adds what each closed class brings, at the present throughputs and residences. */
static void meet(const struct queueing_network *q, struct meeting *m)
{
    for (size_t k = 0; k < q->n_stations; k++)
        m[k].rate = m[k].work = m[k].population = m[k].present = m[k].queued = 0;
    for (size_t r = 0; r < q->n_classes; r++) {
        const struct qn_class *c = &q->class[r];
        for (size_t v = 0; is_closed(c) && v < c->n_visits; v++) {
            size_t k = c->visit[v];
            m[k].rate += c->throughput * count(c, k);
            m[k].work += c->throughput * c->demand[k];
            m[k].population += (double)c->population;
            m[k].present += c->throughput * c->residence[k];
            m[k].queued += queued_work(c, k);
        }
    }
}

/* The mean rest of a service that is found in hand. */
static double residual(const struct qn_station *s, const struct meeting *m)
{
    if (s->residual > 0)
        return s->residual;
    double visits = m->visits + m->rate;
    return visits > 0 ? (m->open + m->work) / visits : 0;
}

/* Several servers as machine repairmen, to whom the rest of the network is a delay; where service
 * is no exponential, those who wait for less than everybody wait as in M/G/c (queue.h). */
static void wait_for_several(const struct qn_station *s, struct meeting *m)
{
    m->wait = 0;
    if (s->servers < 2 || !(m->work > 0) || m->left <= 0)
        return;
    double away = fmax(m->population - m->present, 1e-6 * m->population) / m->rate;
    double service = m->work / m->rate;
    struct markov_queue repair = {.rate = 1 / away,
                                  .service = service / m->left,
                                  .servers = s->servers,
                                  .patience = INFINITY,
                                  .population = llround(m->population)};
    m->wait = queue_markov(&repair).wait + service / m->left - service;
    if (!s->shared)
        m->wait *= 1 + (residual(s, m) / service - 1) * fmax(0, 1 - m->present / m->population);
}

/* The mean wait of a customer of class c at a visit to station k of one server: what is in hand,
 * and those who wait, but for the customer's own part in a closed class. */
static double wait_for_one(const struct queueing_network *q, const struct meeting *m,
                           const struct qn_class *c, size_t k)
{
    double own = is_closed(c) ? 1 / (double)c->population : 0;
    double busy = m[k].open + m[k].work - own * c->throughput * c->demand[k];
    double ahead = m[k].queued - own * queued_work(c, k);
    return (busy * residual(&q->station[k], &m[k]) + ahead) / m[k].left;
}

/* The residence of closed class c at station k. */
static double residence(const struct queueing_network *q, const struct meeting *m,
                        const struct qn_class *c, size_t k)
{
    const struct qn_station *s = &q->station[k];
    if (!s->servers)
        return c->demand[k];
    if (m[k].left <= 0)
        return INFINITY;
    if (s->servers > 1 && s->shared)
        return m[k].work > 0 ? c->demand[k] * (1 + m[k].wait * m[k].rate / m[k].work) : 0;
    if (s->servers > 1)
        return c->demand[k] + count(c, k) * m[k].wait;
    if (!s->shared)
        return c->demand[k] + count(c, k) * wait_for_one(q, m, c, k);
    double own = c->throughput * c->residence[k] / (double)c->population;
    return c->demand[k] / m[k].left * (1 + fmax(0, m[k].present - own));
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

/* What open classes bring; the closed ones begin without queueing. */
static void begin(struct queueing_network *q, struct meeting *m)
{
    for (size_t r = 0; r < q->n_classes; r++) {
        struct qn_class *c = &q->class[r];
        double pass = 0;
        for (size_t v = 0; v < c->n_visits; v++) {
            size_t k = c->visit[v];
            pass += c->residence[k] = c->demand[k];
            m[k].open += c->rate * c->demand[k];
            m[k].visits += c->rate * count(c, k);
        }
        c->throughput = c->rate > 0 ? c->rate : pass > 0 ? (double)c->population / pass : 0;
    }
    for (size_t k = 0; k < q->n_stations; k++)
        m[k].left = q->station[k].servers ? 1 - m[k].open / (double)q->station[k].servers : 1;
}

/* The residence of an open class, who finds all closed customers at a single server; at several it
 * waits as Poisson arrivals of all work would, but never for more than all who may be there. */
static double open_at(const struct queueing_network *q, const struct meeting *m,
                      const struct qn_class *c, size_t k)
{
    const struct qn_station *s = &q->station[k];
    double servers = (double)s->servers;
    if (!s->servers)
        return c->demand[k];
    if (m[k].left <= 0)
        return INFINITY;
    if (s->servers == 1)
        return s->shared ? c->demand[k] * (1 + m[k].present) / m[k].left
                         : c->demand[k] + count(c, k) * wait_for_one(q, m, c, k);
    double all = fmin(m[k].open + m[k].work, servers * (1 - 1e-12));
    double most = (1 + m[k].present) / m[k].left / servers;
    double wait = fmin(queue_mmc(all, 1, s->servers).wait, most);
    if (s->shared)
        return c->demand[k] * (1 + wait);
    return c->demand[k] + count(c, k) * wait * residual(s, &m[k]);
}

static void open_residence(struct queueing_network *q, const struct meeting *m)
{
    for (size_t r = 0; r < q->n_classes; r++) {
        struct qn_class *c = &q->class[r];
        for (size_t v = 0; c->rate > 0 && v < c->n_visits; v++)
            c->residence[c->visit[v]] = open_at(q, m, c, c->visit[v]);
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

/* What the bounds of one class are of. */
struct single {
    double users, think, sum,
        most; /* demands at queueing stations: all, and the largest a server */
    double stations;
};

static struct single single_class(const struct queueing_network *q)
{
    const struct qn_class *c = &q->class[0];
    struct single s = {.users = (double)c->population};
    for (size_t v = 0; v < c->n_visits; v++) {
        size_t k = c->visit[v];
        if (!q->station[k].servers) {
            s.think += c->demand[k];
            continue;
        }
        s.sum += c->demand[k];
        s.most = fmax(s.most, c->demand[k] / (double)q->station[k].servers);
        s.stations++;
    }
    return s;
}

static struct qn_bounds of_throughput(const struct single *s, double low, double high)
{
    return (struct qn_bounds){low, high, s->users / high - s->think, s->users / low - s->think};
}

struct qn_bounds qn_asymptotic(const struct queueing_network *q)
{
    struct single s = single_class(q);
    double high = fmin(s.users / (s.sum + s.think), s.most > 0 ? 1 / s.most : INFINITY);
    return of_throughput(&s, s.users / (s.users * s.sum + s.think), high);
}

struct qn_bounds qn_balanced(const struct queueing_network *q)
{
    struct single s = single_class(q);
    double mean = s.sum / s.stations, others = s.users - 1;
    double high = s.users / (s.sum + s.think + mean * others / (1 + s.think / s.sum));
    double low = s.users / (s.sum + s.think + s.most * others / (1 + s.think / (s.users * s.sum)));
    return of_throughput(&s, low, fmin(high, 1 / s.most));
}
