/* SPDX-License-Identifier: Apache-2.0
 * Several classes of jobs at one station, and the figures that theory knows: what the tests of the
 * general stations share. */
#ifndef TESTS_THEORY_CLASSES_H
#define TESTS_THEORY_CLASSES_H

#include <stdio.h>

#include "theory.h"

#define CLASSES 3

/* Poisson arrivals of one class. */
struct class
{
    double rate;
    enum service law;
    double mean;
    uint16_t level;
    uint32_t group;
    uint32_t owner;
    double patience; /* mean of an exponential one, minus a constant one; 0: endless */
    double wrap_up;  /* constant, after service */
};

enum figure {
    WAIT0,
    WAIT1,
    WAIT2, /* of the class: served or gone */
    STAY0,
    STAY1,
    STAY2, /* sojourn */
    WAIT,
    PRESENT,
    UTILISATION,
    REFUSED,
    ABANDONED, /* shares of arrivals */
    WAITED,    /* share of those taken in that waited at all */
    P95,
    P99, /* of the wait */
    N_FIGURES
};

struct expected {
    enum figure figure;
    double value;
};

/* A case: a station is made by `make` for each replication. */
struct classes {
    const char *name;
    struct class class[CLASSES];
    size_t n;
    void (*make)(struct station *s, const struct classes *c);
    struct servers_config servers;
    struct weighted_config weighted;
    struct gps_config gps;
    struct channel_config channel;
    double up, down; /* means of exponential times between failures and repairs; 0: none */
};

static inline void make_servers(struct station *s, const struct classes *c)
{
    s->kind = SERVERS;
    cr_assert_eq(servers_init(&s->is.servers, &c->servers), PSN_OK);
}

static inline void make_weighted(struct station *s, const struct classes *c)
{
    s->kind = WEIGHTED;
    cr_assert_eq(weighted_init(&s->is.weighted, &c->weighted), PSN_OK);
}

static inline void make_gps(struct station *s, const struct classes *c)
{
    s->kind = GPS;
    cr_assert_eq(gps_init(&s->is.gps, &c->gps), PSN_OK);
}

static inline void make_channel(struct station *s, const struct classes *c)
{
    s->kind = CHANNEL;
    cr_assert_eq(channel_init(&s->is.channel, &c->channel), PSN_OK);
}

static inline void make_infinite(struct station *s, const struct classes *c)
{
    (void)c;
    s->kind = INFINITE;
    cr_assert_eq(infinite_init(&s->is.infinite), PSN_OK);
}

static inline psn_time in_ns(double units)
{
    return llround(units * UNIT);
}

static inline double rate_of(const struct classes *c)
{
    double rate = 0;
    for (size_t k = 0; k < c->n; k++)
        rate += c->class[k].rate;
    return rate;
}

static inline void draw_trips(const struct classes *c, uint32_t replication, struct trip *trip,
                              uint8_t *of)
{
    uint64_t key = random_key(2011, replication, c->name, RANDOM_ARRIVAL, 0);
    double clock = 0, rate = rate_of(c);
    for (size_t i = 0; i < ARRIVALS; i++) {
        double u[2], v[2];
        random_uniform2(key, i, 0, 0, u);
        random_uniform2(key, i, 0, 1, v);
        size_t k = 0;
        for (double part = v[0] * rate; k + 1 < c->n && part >= c->class[k].rate; k++)
            part -= c->class[k].rate;
        const struct class *own = &c->class[k];
        clock -= random_log(u[0]) / rate;
        double patience = own->patience > 0 ? -own->patience * random_log(v[1]) : -own->patience;
        trip[i] = (struct trip){.at = in_ns(clock),
                                .hold = in_ns(own->wrap_up),
                                .job = {.service = in_ns(own->mean * demand(own->law, u[1])),
                                        .level = own->level,
                                        .group = own->group,
                                        .owner = own->owner,
                                        .patience = patience > 0 ? in_ns(patience) : PSN_NEVER}};
        of[i] = (uint8_t)k;
    }
}

/* Failures and repairs up to the horizon; how many changes. */
static inline size_t draw_failures(const struct classes *c, uint32_t replication,
                                   struct change *change, size_t most, psn_time horizon)
{
    uint64_t key = random_key(2011, replication, c->name, RANDOM_STEP, 0);
    double clock = 0;
    size_t n = 0;
    for (; c->up > 0 && clock * UNIT < (double)horizon; n++) {
        double u[2];
        cr_assert_lt(n, most);
        random_uniform2(key, n, 0, 0, u);
        clock -= (n % 2 == 0 ? c->up : c->down) * random_log(u[0]);
        change[n] = (struct change){
            .at = in_ns(clock), .servers = c->servers.servers, .speed = n % 2 == 0 ? 0 : PACE_FULL};
    }
    return n;
}

/* What came of the jobs that entered after warm-up. */
static inline void by_class(const struct trip *trip, const uint8_t *of, psn_time warmup,
                            double *figure)
{
    double wait[CLASSES] = {0}, stay[CLASSES] = {0};
    int64_t n[CLASSES] = {0}, waited = 0, all = 0;
    for (size_t i = 0; i < ARRIVALS; i++) {
        if (trip[i].at < warmup || trip[i].refused || trip[i].gone == PSN_NEVER)
            continue;
        psn_time sojourn = trip[i].gone - trip[i].at;
        psn_time delay = sojourn - (trip[i].abandoned ? 0 : trip[i].job.service);
        stay[of[i]] += (double)sojourn;
        wait[of[i]] += (double)delay;
        n[of[i]]++;
        waited += delay > 0;
        all++;
    }
    for (int k = 0; k < CLASSES; k++) {
        figure[WAIT0 + k] = n[k] ? wait[k] / (double)n[k] / UNIT : 0;
        figure[STAY0 + k] = n[k] ? stay[k] / (double)n[k] / UNIT : 0;
    }
    figure[WAITED] = (double)waited / (double)all;
}

static inline void replicate_classes(const struct classes *c, uint32_t replication,
                                     struct trip *trip, uint8_t *of, double *figure)
{
    enum { CHANGES = 50000 };
    struct change *change = c->up > 0 ? malloc(CHANGES * sizeof *change) : NULL;
    struct histogram waits;
    struct station s;
    memset(&s, 0, sizeof s);
    draw_trips(c, replication, trip, of);
    psn_time horizon = trip[ARRIVALS - 1].at, warmup = in_ns(WARMUP / rate_of(c));
    s.n_changes = draw_failures(c, replication, change, CHANGES, horizon);
    s.change = change;
    c->make(&s, c);
    histogram_init(&waits);
    station_measure(&s, warmup, horizon,
                    s.kind == SERVERS    ? c->servers.servers
                    : s.kind == WEIGHTED ? c->weighted.servers
                    : s.kind == CHANNEL  ? METER_WHOLE
                                         : s.kind == GPS);
    struct meter *m = station_meter(&s);
    m->waits = &waits;
    drive_until(&s, trip, ARRIVALS, horizon);
    meter_finish(m);
    by_class(trip, of, warmup, figure);
    double taken_in = (double)m->wait.count, arrivals = taken_in + (double)m->refused;
    figure[WAIT] = tally_mean(&m->wait) / UNIT;
    figure[PRESENT] = meter_present(m);
    figure[UTILISATION] = meter_utilisation(m);
    figure[REFUSED] = (double)m->refused / arrivals;
    figure[ABANDONED] = (double)m->abandoned / arrivals;
    figure[P95] = histogram_quantile(&waits, 0.95, m->wait.max) / UNIT;
    figure[P99] = histogram_quantile(&waits, 0.99, m->wait.max) / UNIT;
    histogram_fini(&waits);
    station_fini(&s);
    free(change);
}

static inline void check_classes(const struct classes *c, const struct expected *expected, size_t n)
{
    static const char *const name[] = {"wait 0",    "wait 1", "wait 2",  "sojourn 0",   "sojourn 1",
                                       "sojourn 2", "wait",   "present", "utilisation", "refused",
                                       "abandoned", "waited", "p95",     "p99"};
    struct trip *trip = malloc(ARRIVALS * sizeof *trip);
    uint8_t *of = malloc(ARRIVALS);
    double figure[N_FIGURES][REPLICATIONS];
    cr_assert(trip && of);
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        double one[N_FIGURES];
        replicate_classes(c, r, trip, of, one);
        for (int f = 0; f < N_FIGURES; f++)
            figure[f][r] = one[f];
    }
    free(trip);
    free(of);
    for (size_t i = 0; i < n; i++) {
        char label[64];
        snprintf(label, sizeof label, "%s: %s", c->name, name[expected[i].figure]);
        theory_check(label, figure[expected[i].figure], expected[i].value);
    }
}

#define CHECK(c, ...)                                                                              \
    check_classes(c, (struct expected[]){__VA_ARGS__},                                             \
                  sizeof((struct expected[]){__VA_ARGS__}) / sizeof(struct expected))

#endif
