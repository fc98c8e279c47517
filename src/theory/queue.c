/* SPDX-License-Identifier: Apache-2.0
 * One station by queueing theory: closed forms and birth-death processes. */
#include "theory/queue.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "psnsim/types.h"

/* Weights above this are scaled down, so that any number of states fits into doubles; a weight of
 * this part of the total ends an infinite sum. */
#define LARGE 1e250
#define TINY  1e-18

/* How many terms of the sum for M/D/c are worked out at most: some milliseconds. */
#define TERMS_MOST 20000

static struct queue_figures never(double servers_busy)
{
    return (struct queue_figures){
        .utilisation = servers_busy, .wait = INFINITY, .present = INFINITY, .delayed = 1};
}

/* Sums over the states of a birth-death process, of weights in proportion to their probability. */
struct sums {
    double total, present, queue, busy; /* 1, n, those who wait, servers at work */
    double away;                        /* population - n; 1 where it is infinite */
    double blocked;                     /* as away, where an arrival finds the room full */
    double delayed;                     /* as away, where it finds no server free */
    double served, waited;              /* as away: those who will be served, times their wait */
};

static void sums_scale(struct sums *s, double by)
{
    double *x[] = {&s->total, &s->present, &s->queue, &s->busy, &s->away, &s->blocked, &s->delayed};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        *x[i] *= by;
}

/* What becomes of an arrival by its place in the queue: served with this probability; its wait,
 * where it is, times that. At place 0 it is served at once. */
struct fate {
    double served, waited;
};

/* The fate at place k from that at place k - 1: whoever leaves first moves it one up or takes it
 * away. */
static struct fate fate_next(const struct markov_queue *q, struct fate before, int64_t k)
{
    double others = (double)q->servers / q->service + (double)(k - 1) / q->patience;
    double leaving = others + 1 / q->patience, served = before.served * others / leaving;
    return (struct fate){served, served / leaving + before.waited * others / leaving};
}

static void sums_add(struct sums *s, const struct markov_queue *q, int64_t n, double weight,
                     struct fate arrival)
{
    double busy = (double)(n < q->servers ? n : q->servers);
    double away = q->population ? (double)(q->population - n) : 1;
    bool full = q->room && n >= q->room;
    s->total += weight;
    s->present += weight * (double)n;
    s->queue += weight * ((double)n - busy);
    s->busy += weight * busy;
    s->away += weight * away;
    s->blocked += full ? weight * away : 0;
    s->delayed += !full && n >= q->servers ? weight * away : 0;
    s->served += full ? 0 : weight * away * arrival.served;
    s->waited += full ? 0 : weight * away * arrival.waited;
}

/* The rate at which somebody leaves state n. */
static double leaving(const struct markov_queue *q, int64_t n)
{
    double served = (double)(n < q->servers ? n : q->servers) / q->service;
    return n > q->servers ? served + (double)(n - q->servers) / q->patience : served;
}

struct queue_figures queue_markov(const struct markov_queue *q)
{
    struct sums s = {0};
    int64_t last = q->room ? q->room : INT64_MAX;
    double weight = 1, servers = (double)q->servers;
    if (q->population && q->population < last)
        last = q->population;
    if (last == INT64_MAX && !(q->patience < INFINITY))
        return queue_mmc(q->rate, q->service, q->servers);
    struct fate fate = {1, 0};
    for (int64_t n = 0;; n++) {
        if (n >= q->servers)
            fate = fate_next(q, fate, n - q->servers + 1);
        sums_add(&s, q, n, weight, fate);
        double away = q->population ? (double)(q->population - n) : 1;
        double ratio = n < last ? q->rate * away / leaving(q, n + 1) : 0;
        if (n >= last || (ratio < 1 && n > q->servers && weight < TINY * s.total))
            break;
        weight *= ratio;
        if (weight > LARGE) {
            sums_scale(&s, 1 / LARGE);
            weight /= LARGE;
        }
    }
    double offered = q->rate * s.away / s.total; /* arrivals in a unit of time */
    double taken = q->rate * (s.away - s.blocked) / s.total;
    double served = s.busy / s.total / q->service;
    return (struct queue_figures){
        .utilisation = s.busy / s.total / servers,
        .wait = taken > 0 ? s.queue / s.total / taken : 0,
        .wait_served = s.served > 0 ? s.waited / s.served : 0,
        .present = s.present / s.total,
        .delayed = s.away > s.blocked ? s.delayed / (s.away - s.blocked) : 0,
        .refused = s.away > 0 ? s.blocked / s.away : 0,
        .abandoned = q->patience < INFINITY && offered > 0 ? fmax(0, taken - served) / offered : 0};
}

struct queue_figures queue_deadline(double rate, double service, int64_t servers, double patience)
{
    double c = (double)servers, drain = c / service, k = rate - drain;
    /* Integrals over 0 to patience of e^(k t) and of t e^(k t), and beyond it; all of them times
     * `scale`, so that none is too large. */
    double scale = exp(-fmax(0, k) * patience), at = exp(fmin(0, k) * patience);
    double z = k * patience, waits, first;
    if (fabs(z) < 1e-5) {
        waits = patience * (1 + z / 2) * scale;
        first = patience * patience * (0.5 + z / 3) * scale;
    } else {
        waits = (at - scale) / k;
        first = patience * at / k - waits / k;
    }
    double late = at / drain;
    /* The chance that no server is free, but one more would be: from Erlang B of one server less.
     */
    double last = 1 / (scale / queue_erlang_b(servers - 1, rate * service) + rate * (waits + late));
    double abandoned = last * rate * late, served = 1 - abandoned;
    double in_time = last * rate * first, wait = in_time + abandoned * patience;
    return (struct queue_figures){.utilisation = rate * served / drain,
                                  .wait = wait,
                                  .wait_served = served > 0 ? in_time / served : 0,
                                  .present = rate * (wait + served * service),
                                  .delayed = last * rate * (waits + late),
                                  .abandoned = abandoned};
}

double queue_erlang_b(int64_t servers, double offered)
{
    double blocked = 1;
    for (int64_t n = 1; n <= servers; n++)
        blocked = offered * blocked / ((double)n + offered * blocked);
    return blocked;
}

double queue_erlang_c(int64_t servers, double offered)
{
    double load = offered / (double)servers;
    if (load >= 1)
        return 1;
    double blocked = queue_erlang_b(servers, offered);
    return blocked / (1 - load * (1 - blocked));
}

struct queue_figures queue_mmc(double rate, double service, int64_t servers)
{
    double c = (double)servers, offered = rate * service;
    if (offered >= c)
        return never(1);
    double delayed = queue_erlang_c(servers, offered), wait = delayed * service / (c - offered);
    return (struct queue_figures){.utilisation = offered / c,
                                  .wait = wait,
                                  .wait_served = wait,
                                  .present = offered + rate * wait,
                                  .delayed = delayed};
}

double queue_mmc_wait_quantile(double rate, double service, int64_t servers, double p)
{
    double slack = (double)servers / service - rate;
    if (slack <= 0)
        return INFINITY;
    double delayed = queue_erlang_c(servers, rate * service);
    return p <= 1 - delayed ? 0 : log(delayed / (1 - p)) / slack;
}

/* P(wait + service > t): service of rate `mu`, a wait of rate `slack` with probability `delayed`.
 */
static double sojourn_tail(double t, double mu, double slack, double delayed)
{
    double own = exp(-mu * t);
    if (fabs(slack - mu) < 1e-9 * mu)
        return own * (1 + delayed * mu * t);
    double both = (slack * own - mu * exp(-slack * t)) / (slack - mu);
    return (1 - delayed) * own + delayed * both;
}

double queue_mmc_sojourn_quantile(double rate, double service, int64_t servers, double p)
{
    double slack = (double)servers / service - rate, low = 0, high = service;
    if (slack <= 0)
        return INFINITY;
    double delayed = queue_erlang_c(servers, rate * service);
    while (sojourn_tail(high, 1 / service, slack, delayed) > 1 - p)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (sojourn_tail(middle, 1 / service, slack, delayed) > 1 - p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

struct queue_figures queue_mg1(double rate, struct service_time service)
{
    double load = rate * service.mean;
    if (load >= 1)
        return never(1);
    double wait = load > 0 ? load * service.mean * (1 + service.scv) / 2 / (1 - load) : 0;
    return (struct queue_figures){.utilisation = load,
                                  .wait = wait,
                                  .wait_served = wait,
                                  .present = load + rate * wait,
                                  .delayed = load};
}

bool queue_mdc(double rate, double service, int64_t servers, struct queue_figures *out)
{
    double c = (double)servers, offered = rate * service, load = offered / c;
    if (servers == 1 || load >= 1) {
        *out = load >= 1 ? never(1) : queue_mg1(rate, (struct service_time){service, 0});
        return true;
    }
    double sum = 0, term = 0;
    uint32_t k = 0;
    do {
        k++;
        double mean = k * offered;
        unsigned most = (unsigned)(k * (uint64_t)servers);
        term = gsl_cdf_poisson_Q(most - 1, mean) - gsl_cdf_poisson_Q(most, mean) / load;
        sum += term;
    } while (k < TERMS_MOST && term > 1e-13 * sum);
    bool exact = k < TERMS_MOST;
    double wait = service * sum;
    if (!exact) {
        double correction = (1 - load) * (c - 1) * (sqrt(4 + 5 * c) - 2) / (16 * offered);
        wait = (1 + correction) / 2 * queue_mmc(rate, service, servers).wait;
    }
    *out = (struct queue_figures){.utilisation = load,
                                  .wait = wait,
                                  .wait_served = wait,
                                  .present = offered + rate * wait,
                                  .delayed = NAN};
    return exact;
}

struct queue_figures queue_mgc(double rate, struct service_time service, int64_t servers)
{
    if (servers == 1)
        return queue_mg1(rate, service);
    struct queue_figures f = queue_mmc(rate, service.mean, servers);
    if (service.scv == 1 || !(f.wait > 0 && f.wait < INFINITY))
        return f;
    if (service.scv > 1) {
        f.wait *= (1 + service.scv) / 2;
    } else {
        struct queue_figures constant;
        queue_mdc(rate, service.mean, servers, &constant);
        f.wait =
            constant.wait > 0
                ? (1 + service.scv) / (2 * service.scv / f.wait + (1 - service.scv) / constant.wait)
                : f.wait * (1 + service.scv) / 2;
    }
    f.wait_served = f.wait;
    f.present = rate * (service.mean + f.wait);
    f.delayed = NAN;
    return f;
}

bool queue_wait_has_no_mean(double offered, int64_t servers, double index)
{
    double spare = (double)servers - floor(offered);
    return spare > 0 && index <= 1 + 1 / spare;
}

struct queue_figures queue_shared(double rate, double service, int64_t servers)
{
    return queue_mmc(rate, service, servers);
}

struct queue_figures queue_infinite(double rate, double service)
{
    return (struct queue_figures){.utilisation = NAN, .present = rate * service};
}
