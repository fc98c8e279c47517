/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/fifo: hand calculations from textbooks, and the recursion of Kiefer and
 * Wolfowitz. */
#include "drive.h"

#include <math.h>

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
    struct meter *m = station_meter(&s);
    meter_finish(m);
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
    struct meter *m = station_meter(&s);
    meter_finish(m);
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
    struct meter *m = station_meter(&s);
    meter_finish(m);
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
    struct meter *m = station_meter(&s);
    meter_finish(m);
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
    cr_assert_float_eq(meter_present(station_meter(&s)), 52 / 31.0, 1e-14);
    cr_assert_float_eq(meter_utilisation(station_meter(&s)), 24 / 31.0, 1e-14);
    cr_assert_float_eq(tally_mean(&station_meter(&s)->wait), 3.5 * MS, 1e-6);
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

Test(fifo, counts_by_owner_and_idle_servers)
{
    exact_sum work[3] = {0};
    struct fifo f;
    cr_assert_eq(fifo_init(&f, 4), PSN_OK);
    meter_init(&f.meter, 0, 100, 100, 4, work, NULL, NULL);
    struct job job[3] = {{.service = 10, .owner = 2}, {.service = 20}, {.service = 5, .owner = 2}};
    cr_assert_eq(f.next, PSN_NEVER);
    for (int i = 0; i < 3; i++)
        fifo_arrive(&f, &job[i], 0);
    cr_assert_eq(f.meter.busy, 3);
    cr_assert_eq(fifo_depart(&f, 5), &job[2]);
    cr_assert_eq(fifo_depart(&f, 10), &job[0]);
    cr_assert_eq(f.meter.busy, 1);
    cr_assert_eq(fifo_depart(&f, 20), &job[1]);
    cr_assert_eq(f.next, PSN_NEVER);
    cr_assert(work[0] == 20 && work[1] == 0 && work[2] == 15);
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
