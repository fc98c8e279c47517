/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/sharing: hand calculations, and a reference that goes on ns by ns. */
#include "drive.h"

Test(sharing, by_hand)
{
    const psn_time s = PSN_SECOND;
    struct trip trip[4] = {{.at = 0, .job.service = 4 * s},
                           {.at = 1 * s, .job.service = 2 * s},
                           {.at = 2 * s, .job.service = 1 * s},
                           {.at = 6 * s, .job.service = 2 * s}};
    const psn_time expected[] = {8 * s, 6 * s, 5 * s, 9 * s};
    /* At 6 s job 0 has 1 s to do: until 8 s beside the last job, which then has 1 s left. */
    psn_time sojourns = 0;
    drive_fresh(SHARING, 1, trip, 4, NULL);
    for (int i = 0; i < 4; i++)
        sojourns += trip[i].gone - trip[i].at;
    for (int i = 0; i < 4; i++)
        cr_assert_eq(trip[i].gone, expected[i], "job %d at %lld", i, (long long)trip[i].gone);
    cr_assert_eq(sojourns, 19 * s);
}

Test(sharing, alone_a_job_takes_its_demand)
{
    struct trip trip[4] = {{.at = 7, .job.service = 123456789012345},
                           {.at = 123456789012352, .job.service = 1},
                           {.at = 223456789012352, .job.service = 0},
                           {.at = 323456789012352, .job.service = PSN_DAY * 3000}};
    psn_time expected[4];
    for (int i = 0; i < 4; i++)
        expected[i] = trip[i].at + trip[i].job.service;
    drive_fresh(SHARING, 1, trip, 4, expected);
    drive_fresh(SHARING, 5, trip, 4, expected);
}

Test(sharing, equal_jobs_depart_together_in_order)
{
    struct trip trip[7];
    for (int n = 2; n <= 7; n++) {
        for (int i = 0; i < n; i++)
            trip[i] = (struct trip){.at = 3, .job.service = 1000003};
        psn_time expected[7];
        for (int i = 0; i < n; i++)
            expected[i] = 3 + 1000003 * (psn_time)n;
        drive_fresh(SHARING, 1, trip, (size_t)n, expected);
        for (uint32_t i = 0; i < (uint32_t)n; i++)
            cr_assert_eq(trip[i].place, i);
    }
}

Test(sharing, departures_on_whole_ns_come_out_there)
{
    /* A third and two thirds have no end in binary. Job 0 of 30 from 0; at 10 two more of 10 come:
     * three share until 40 (10 each), and job 0 goes on alone with 10 left. */
    struct trip trip[3] = {
        {.at = 0, .job.service = 30}, {.at = 10, .job.service = 10}, {.at = 10, .job.service = 10}};
    const psn_time expected[] = {50, 40, 40};
    drive_fresh(SHARING, 1, trip, 3, expected);
    /* Three from 0, one more at 1 (a third done): four share until the first is done. */
    struct trip more[4] = {{.at = 0, .job.service = 3},
                           {.at = 0, .job.service = 3},
                           {.at = 0, .job.service = 3},
                           {.at = 1, .job.service = 9}};
    /* 8/3 more at a quarter each: 10 2/3, so at 11 2/3, rounded up to 12; the fourth has 11/4 by
     * then and goes on alone: 25/4, so 18 1/4, rounded up. */
    const psn_time rounded[] = {12, 12, 12, 19};
    drive_fresh(SHARING, 1, more, 4, rounded);
}

Test(sharing, several_servers_by_hand)
{
    /* Two servers, three jobs of 6: at 2/3 each until 9. With a fourth at 9 there is room again. */
    struct trip trip[4] = {{.at = 0, .job.service = 6},
                           {.at = 0, .job.service = 6},
                           {.at = 0, .job.service = 8},
                           {.at = 9, .job.service = 5}};
    const psn_time expected[] = {9, 9, 11, 14};
    struct station s;
    station_init(&s, SHARING, 2, 0, 14);
    drive(&s, trip, 4);
    for (int i = 0; i < 4; i++)
        cr_assert_eq(trip[i].gone, expected[i]);
    meter_finish(station_meter(&s));
    cr_assert_float_eq(meter_utilisation(station_meter(&s)), (9 * 2 + 2 * 2 + 3) / 28.0, 1e-15);
    cr_assert_float_eq(meter_present(station_meter(&s)), (9 * 3 + 2 * 2 + 3) / 14.0, 1e-15);
    station_fini(&s);
}

Test(sharing, never_idle_for_years)
{
    /* Two jobs of ten years, and a short one every day beside them: no overflow, and the day's job
     * takes three times its demand while it has two beside it. */
    enum { DAYS = 3650 };
    struct trip *trip = calloc(DAYS + 2, sizeof *trip);
    cr_assert(trip);
    const psn_time long_service = 3650 * PSN_DAY;
    trip[0] = trip[1] = (struct trip){.job.service = long_service};
    for (int i = 0; i < DAYS; i++)
        trip[i + 2] = (struct trip){.at = (i + 1) * PSN_DAY, .job.service = 1000000007};
    drive_fresh(SHARING, 1, trip, DAYS + 2, NULL);
    for (int i = 0; i < DAYS; i++)
        cr_assert_eq(trip[i + 2].gone, trip[i + 2].at + 3 * (psn_time)1000000007);
    cr_assert_eq(trip[0].gone, 2 * long_service + DAYS * (psn_time)1000000007);
    cr_assert_eq(trip[1].gone, trip[0].gone);
    free(trip);
}

/* What is left of each job in parts of a ns that divide exactly by 1 to 16 jobs. */
#define PARTS 720720

/* Goes on ns by ns: each job present at a ns gets min(1, c / n) of it, and departs at the first
 * whole ns at which nothing is left. At most 16 at once. */
static void reference(const struct trip *trip, size_t n, int64_t servers, psn_time *gone)
{
    int64_t left[512];
    size_t come = 0, present = 0;
    for (psn_time now = 0; come < n || present > 0; now++) {
        for (size_t i = 0; i < come; i++) {
            if (gone[i] == PSN_NEVER && left[i] <= 0) {
                gone[i] = now;
                present--;
            }
        }
        for (; come < n && trip[come].at == now; come++) {
            left[come] = trip[come].job.service * PARTS;
            gone[come] = left[come] > 0 ? PSN_NEVER : now;
            present += left[come] > 0;
        }
        cr_assert_leq(present, 16);
        for (size_t i = 0; i < come; i++) {
            if (gone[i] == PSN_NEVER)
                left[i] -= (int64_t)present <= servers ? PARTS : PARTS * servers / (int64_t)present;
        }
    }
}

Test(sharing, random_jobs_against_the_reference)
{
    enum { JOBS = 200 };
    uint64_t seed = 7;
    for (int round = 0; round < 60; round++) {
        int64_t servers = 1 + round % 3;
        struct trip trip[JOBS];
        psn_time expected[JOBS], clock = 0;
        for (int i = 0; i < JOBS; i++) {
            clock += draw(&seed, 60) * (draw(&seed, 4) > 0);
            trip[i] = (struct trip){.at = clock, .job.service = draw(&seed, 22 * servers)};
        }
        reference(trip, JOBS, servers, expected);
        drive_fresh(SHARING, servers, trip, JOBS, expected);
    }
}

Test(sharing, long_random_jobs_lose_less_than_a_ns_a_departure)
{
    /* Busy periods of thousands of jobs: whenever the station falls idle it has done all the work,
     * and rounding has cost it less than 1 ns for each departure. No job is faster than alone. */
    enum { JOBS = 20000 };
    uint64_t seed = 11;
    struct trip *trip = calloc(JOBS, sizeof *trip);
    cr_assert(trip);
    psn_time clock = 0, done = 0, last = 0;
    for (int i = 0; i < JOBS; i++) {
        clock += draw(&seed, 2000000);
        trip[i] = (struct trip){.at = clock, .job.service = draw(&seed, 1980000)};
        done = (done > clock ? done : clock) + trip[i].job.service;
    }
    drive_fresh(SHARING, 1, trip, JOBS, NULL);
    for (int i = 0; i < JOBS; i++) {
        cr_assert_geq(trip[i].gone - trip[i].at, trip[i].job.service);
        last = trip[i].gone > last ? trip[i].gone : last;
    }
    cr_assert_geq(last, done);
    cr_assert_lt(last, done + JOBS);
    free(trip);
}
