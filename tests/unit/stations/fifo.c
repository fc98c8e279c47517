/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/fifo: hand calculations from textbooks, and the recursion of Kiefer and
 * Wolfowitz. */
#include "drive.h"

#include <math.h>
#include <stddef.h>

#define MS ((psn_time)1000000) /* one unit of a published trace */

/* Arrivals and services in units, as trips. */
static void make_trips(struct trip *trip, size_t n, const double *at, const double *service)
{
    for (size_t i = 0; i < n; i++)
        trip[i] =
            (struct trip){.at = llround(at[i] * MS), .job = {.service = llround(service[i] * MS)}};
}

Test(fifo, one_server_by_hand)
{
    const double at[] = {0, 1, 2, 3.5, 10}, service[] = {3, 2, 1, 2, 1};
    const psn_time expected[] = {3 * MS, 5 * MS, 6 * MS, 8 * MS, 11 * MS};
    struct trip trip[5];
    make_trips(trip, 5, at, service);
    struct station s;
    station_init(&s, FIFO, 1, 0, 11 * MS);
    drive(&s, trip, 5);
    for (int i = 0; i < 5; i++)
        cr_assert_eq(trip[i].gone, expected[i]);
    struct meter *m = station_finish(&s);
    cr_assert_float_eq(tally_mean(&m->wait), 1.5 * MS, 1e-6);
    cr_assert_float_eq(meter_utilisation(m), 9 / 11.0, 1e-15);
    cr_assert_float_eq(meter_present(m), 5 * 3.3 / 11, 1e-15); /* Little: mean sojourn 3.3 */
    station_fini(&s);
}

Test(fifo, drill_press)
{
    /* Kelton, Sadowski and Zupick, Simulation with Arena, chapter 2: 20 minutes by hand. */
    const double at[] = {0, 1.73, 3.08, 3.79, 4.41, 18.69, 19.39};
    const double service[] = {2.9, 1.76, 3.39, 4.52, 4.46, 4.36, 2.07};
    struct trip trip[7];
    make_trips(trip, 7, at, service);
    struct station s;
    station_init(&s, FIFO, 1, 0, 20 * MS);
    drive_until(&s, trip, 7, 20 * MS);
    struct meter *m = station_finish(&s);
    cr_assert_eq(m->served, 5);
    cr_assert_float_eq(meter_utilisation(m), 0.917, 1e-12);
    cr_assert_float_eq(meter_present(m) - meter_utilisation(m), 0.789, 1e-12);
    cr_assert_eq(m->present_max, 4); /* three wait */
    cr_assert_eq(m->wait.max, llround(8.16 * MS));
    station_fini(&s);
}

Test(fifo, six_delays)
{
    /* Law, Simulation Modeling and Analysis, section 1.4.2: ends at 8.6, when the sixth delay is
     * seen. */
    const double at[] = {0.4, 1.6, 2.1, 3.8, 4.0, 5.6, 5.8, 7.2};
    const double service[] = {2.0, 0.7, 0.2, 1.1, 3.7, 0.6, 1, 1};
    struct trip trip[8];
    make_trips(trip, 8, at, service);
    struct station s;
    station_init(&s, FIFO, 1, 0, llround(8.6 * MS));
    drive_until(&s, trip, 8, llround(8.6 * MS));
    struct meter *m = station_finish(&s);
    cr_assert_eq(station_next(&s), llround(8.6 * MS));
    cr_assert_float_eq(meter_utilisation(m), 0.8953488372093024, 1e-12);
    cr_assert_float_eq(meter_present(m) - meter_utilisation(m), 1.1511627906976745, 1e-12);
    trip[4].gone = station_next(&s);
    psn_time delay = trip[4].gone - trip[5].at; /* the sixth begins service at the end */
    for (int i = 0; i < 5; i++)
        delay += trip[i].gone - trip[i].at - trip[i].job.service;
    cr_assert_eq(delay, llround(6 * 0.95 * MS));
    station_fini(&s);
}

Test(fifo, checkout)
{
    /* Banks, Carson, Nelson and Nicol, Discrete-Event System Simulation, example 2.1. */
    const int gap[] = {0, 8, 6, 1, 8, 3, 8, 7, 2, 3, 1, 1, 5, 6, 3, 8, 1, 2, 4, 5};
    const double service[] = {4, 1, 4, 3, 2, 4, 5, 4, 5, 3, 3, 5, 4, 1, 5, 4, 3, 3, 2, 3};
    double at[20], clock = 0;
    for (int i = 0; i < 20; i++)
        at[i] = clock += gap[i];
    struct trip trip[20];
    make_trips(trip, 20, at, service);
    struct station s;
    station_init(&s, FIFO, 1, 0, 86 * MS);
    drive(&s, trip, 20);
    struct meter *m = station_finish(&s);
    cr_assert(m->wait.sum == 56 * MS);
    cr_assert_eq(trip[19].gone, 86 * MS);
    cr_assert_float_eq(1 - meter_utilisation(m), 0.20930232558139536, 1e-14);
    int waited = 0;
    psn_time sojourns = 0;
    for (int i = 0; i < 20; i++) {
        waited += trip[i].gone - trip[i].at > trip[i].job.service;
        sojourns += trip[i].gone - trip[i].at;
    }
    cr_assert_eq(waited, 13);
    cr_assert_eq(sojourns, 124 * MS);
    station_fini(&s);
}

Test(fifo, bank_teller)
{
    /* Rossetti, Simulation Modeling and Arena, chapter 2: 31 minutes. */
    const double at[] = {3, 11, 13, 14, 17, 19, 21, 27}, service[] = {4, 4, 4, 3, 2, 4, 3, 2};
    const int expected[] = {7, 15, 19, 22, 24, 28, 31, 33};
    struct trip trip[8];
    make_trips(trip, 8, at, service);
    struct station s;
    station_init(&s, FIFO, 1, 0, 31 * MS);
    drive(&s, trip, 8);
    for (int i = 0; i < 8; i++)
        cr_assert_eq(trip[i].gone, expected[i] * MS);
    struct meter *m = station_finish(&s);
    cr_assert_float_eq(meter_present(m), 52 / 31.0, 1e-14);
    cr_assert_float_eq(meter_utilisation(m), 24 / 31.0, 1e-14);
    cr_assert_float_eq(tally_mean(&m->wait), 3.5 * MS, 1e-6);
    station_fini(&s);
}

Test(fifo, equal_departures_go_by_start_of_service)
{
    struct trip trip[6] = {{.at = 0, .job.service = 9}, {.at = 2, .job.service = 7},
                           {.at = 4, .job.service = 5}, {.at = 5, .job.service = 0},
                           {.at = 6, .job.service = 0}, {.at = 6, .job.service = 1}};
    const psn_time expected[] = {9, 9, 9, 9, 9, 10};
    drive_fresh(FIFO, 3, trip, 6, expected);
    for (uint32_t i = 0; i < 6; i++)
        cr_assert_eq(trip[i].place, i);
}

Test(fifo, counts_by_owner_and_busy_servers)
{
    exact_sum work[3] = {0};
    const psn_time service[] = {10, 20, 5, 95};
    const uint32_t owner[] = {2, 0, 2, 1};
    psn_time departs;
    struct fifo f;
    cr_assert_eq(fifo_init(&f, 4, 100), PSN_OK);
    meter_init(&f.meter, 0, 100, 100, 4, work, NULL, NULL);
    for (int i = 0; i < 4; i++) {
        cr_assert_eq(fifo_arrive(&f, service[i], owner[i], 6 * (i / 3), &departs), PSN_OK);
        cr_assert_eq(departs, 6 * (i / 3) + service[i]);
    }
    fifo_finish(&f);
    meter_finish(&f.meter);
    cr_assert(work[0] == 20 && work[2] == 15);
    cr_assert(work[1] == 0, "what departs beyond the horizon has not departed");
    cr_assert_eq(f.meter.served, 3);
    cr_assert_eq(f.meter.present_max, 3); /* one was gone by 6 */
    cr_assert_float_eq(meter_utilisation(&f.meter), (10 + 20 + 5 + 94) / 400.0, 1e-15);
    fifo_fini(&f);
}

Test(fifo, a_service_beyond_the_end_of_time_never_ends)
{
    struct trip trip[1] = {{.at = 10, .job.service = PSN_NEVER - 5}};
    struct station s;
    station_init(&s, FIFO, 1, 0, PSN_NEVER - 1);
    drive_until(&s, trip, 1, PSN_NEVER - 1);
    cr_assert_eq(station_next(&s), PSN_NEVER);
    station_fini(&s);
}

/* Kiefer and Wolfowitz (1955): each job starts when the server that is free first is free. */
static void check_random(int64_t servers, uint64_t seed)
{
    enum { JOBS = 5000 };
    struct trip *trip = calloc(JOBS, sizeof *trip);
    psn_time free_at[16] = {0}, *expected = malloc(JOBS * sizeof *expected), clock = 0;
    cr_assert(trip && expected);
    for (int i = 0; i < JOBS; i++) {
        clock += draw(&seed, 20);
        trip[i] = (struct trip){.at = clock, .job.service = draw(&seed, 20 * servers)};
        int least = 0;
        for (int k = 1; k < servers; k++)
            least = free_at[k] < free_at[least] ? k : least;
        psn_time start = free_at[least] > clock ? free_at[least] : clock;
        expected[i] = free_at[least] = start + trip[i].job.service;
    }
    drive_fresh(FIFO, servers, trip, JOBS, expected);
    free(trip);
    free(expected);
}

Test(fifo, random_jobs_against_the_recursion)
{
    for (int64_t servers = 1; servers <= 16; servers += servers < 4 ? 1 : 4)
        check_random(servers, 1000 + (uint64_t)servers);
}

/* --- what is measured, against a station whose departures are events --- */

enum { INTERVALS = 40, INTERVAL = 500, OWNERS = 3, LIMITS = 2 };

struct measured {
    double utilisation[INTERVALS], present[INTERVALS];
    int64_t left[INTERVALS], waits[INTERVALS];
    exact_sum waited[INTERVALS], work[OWNERS];
    struct meter_limit limit[LIMITS];
    struct histogram histogram;
};

static void measure(struct station *s, struct measured *x, psn_time warmup, psn_time closes,
                    int64_t servers)
{
    struct meter *m = station_meter(s);
    memset(x, 0, sizeof *x);
    meter_init(m, warmup, INTERVAL, closes, servers, x->work, x->utilisation, x->present);
    x->limit[0].limit = 0;
    x->limit[1].limit = 60;
    histogram_init(&x->histogram);
    m->series_left = x->left;
    m->series_waits = x->waits;
    m->series_waited = x->waited;
    m->waits = &x->histogram;
    m->limit = x->limit;
    m->n_limits = LIMITS;
}

static void same_figures(const struct meter *a, const struct meter *b)
{
    cr_assert(a->present_total == b->present_total);
    cr_assert(a->busy_total == b->busy_total);
    cr_assert(a->capacity_total == b->capacity_total);
    cr_assert_eq(a->present_max, b->present_max, "%lld and %lld", (long long)a->present_max,
                 (long long)b->present_max);
    cr_assert_eq(a->wait.count, b->wait.count);
    cr_assert(a->wait.sum == b->wait.sum);
    cr_assert_eq(a->wait.max, b->wait.max);
    cr_assert_eq(a->served, b->served);
    cr_assert_eq(a->served_in_time, b->served_in_time);
}

/* Jobs at a load that goes up and down, some of no demand, many at one time. */
static void make_load(struct trip *trip, size_t n, psn_time until, int64_t servers, uint64_t seed)
{
    const int64_t load = 1 + draw(&seed, 30);
    psn_time gap = until / (psn_time)n, clock = draw(&seed, 3 * INTERVAL);
    for (size_t i = 0; i < n; i++) {
        clock += draw(&seed, 3) ? draw(&seed, 3 * gap) : 0;
        trip[i] = (struct trip){.at = clock, .job.patience = PSN_NEVER};
        trip[i].job.service = draw(&seed, 4) ? draw(&seed, servers * gap * load / 8 + 1) : 0;
        trip[i].job.owner = (uint32_t)draw(&seed, OWNERS);
    }
}

static void check_measured(int64_t servers, uint64_t seed)
{
    enum { JOBS = 400 };
    const psn_time until = (INTERVALS - 1) * INTERVAL + 1 + draw(&seed, INTERVAL);
    const psn_time closes = draw(&seed, 3) ? until : 1 + draw(&seed, until);
    const psn_time warmup = draw(&seed, 3) * draw(&seed, until);
    static struct trip trip[JOBS];
    struct measured *x = malloc(2 * sizeof *x);
    struct station s[2];
    make_load(trip, JOBS, until, servers, seed);
    cr_assert(x);
    for (int i = 0; i < 2; i++) {
        station_init(&s[i], i ? FIFO : SERVERS, servers, 0, until);
        measure(&s[i], &x[i], warmup, closes, servers);
        drive_until(&s[i], trip, JOBS, until);
        station_finish(&s[i]);
    }
    same_figures(station_meter(&s[0]), station_meter(&s[1]));
    cr_assert_eq(memcmp(&x[0], &x[1], offsetof(struct measured, histogram)), 0, "seed %llu",
                 (unsigned long long)seed);
    for (uint32_t b = 0; b < HISTOGRAM_BUCKETS; b++)
        if (histogram_at(&x[0].histogram, b) != histogram_at(&x[1].histogram, b))
            cr_assert_fail("seed %llu, bucket %u", (unsigned long long)seed, b);
    for (int i = 0; i < 2; i++) {
        histogram_fini(&x[i].histogram);
        station_fini(&s[i]);
    }
    free(x);
}

Test(fifo, measures_what_events_measure)
{
    for (uint64_t seed = 1; seed <= 600; seed++)
        check_measured(seed % 2 ? 1 : 1 + (int64_t)(seed / 2) % 20, seed);
}

/* Blocks of one owner each, by one station; the same jobs one by one, by another. */
static void check_blocks(int64_t servers, uint64_t seed)
{
    enum { JOBS = 1000, MOST = 70 };
    const psn_time until = INTERVALS * INTERVAL, warmup = draw(&seed, 2) * draw(&seed, until);
    struct measured *x = malloc(2 * sizeof *x);
    struct station s[2];
    psn_time at[MOST], service[MOST], clock = 0;
    bool watched = draw(&seed, 2);
    cr_assert(x);
    for (int i = 0; i < 2; i++) {
        station_init(&s[i], FIFO, servers, 0, until);
        measure(&s[i], &x[i], warmup, until, servers);
        station_meter(&s[i])->waits = watched ? &x[i].histogram : NULL;
        station_meter(&s[i])->n_limits = watched ? LIMITS : 0;
    }
    for (size_t done = 0, n; done < JOBS; done += n) {
        uint32_t owner = (uint32_t)draw(&seed, OWNERS);
        psn_time departs[MOST];
        n = 1 + (size_t)draw(&seed, MOST);
        for (size_t i = 0; i < n; i++) {
            at[i] = clock += draw(&seed, 40);
            service[i] = draw(&seed, 4) ? draw(&seed, 44 * servers) : 0;
            cr_assert_eq(fifo_arrive(&s[0].is.fifo.of, service[i], owner, at[i], &departs[i]), 0);
        }
        cr_assert_eq(fifo_arrive_block(&s[1].is.fifo.of, n, service, owner, at), 0);
        cr_assert_eq(memcmp(at, departs, n * sizeof *at), 0, "seed %llu", (unsigned long long)seed);
    }
    same_figures(station_finish(&s[0]), station_finish(&s[1]));
    cr_assert_eq(memcmp(&x[0], &x[1], offsetof(struct measured, histogram)), 0);
    cr_assert_eq(x[0].histogram.total, x[1].histogram.total);
    for (int i = 0; i < 2; i++) {
        histogram_fini(&x[i].histogram);
        station_fini(&s[i]);
    }
    free(x);
}

Test(fifo, blocks_are_jobs_one_by_one)
{
    for (uint64_t seed = 1; seed <= 200; seed++)
        check_blocks(seed % 3 ? 1 : 1 + (int64_t)(seed / 3) % 9, seed);
}
