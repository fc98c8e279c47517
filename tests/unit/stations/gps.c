/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/gps: hand calculations, the bound of Parekh and Gallager, and a reference that
 * goes on ns by ns. */
#include "drive.h"

#define FULL PACE_FULL

#define JOB(when, work, to)                                                                        \
    {                                                                                              \
        .at = (when), .job = {.service = (work), .group = (to) }                                   \
    }
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Runs trips and changes through a fresh station; checks departures where they are given. */
static void run(struct gps_config config, struct trip *trip, size_t n, const struct change *change,
                size_t n_changes, const psn_time *expected)
{
    struct station s = {.kind = GPS, .change = change, .n_changes = n_changes};
    cr_assert_eq(gps_init(&s.is.gps, &config), PSN_OK);
    station_measure(&s, 0, PSN_NEVER - 1, 1);
    drive(&s, trip, n);
    for (size_t i = 0; expected && i < n; i++)
        cr_assert_eq(trip[i].gone, expected[i], "job %zu departs at %lld, not %lld", i,
                     (long long)trip[i].gone, (long long)expected[i]);
    station_fini(&s);
}

#define RUN(config, trip, ...) run(config, trip, COUNT(trip), NULL, 0, (psn_time[]){__VA_ARGS__})

static struct gps_config config_of(uint32_t queues, const double *weight, const uint32_t *level)
{
    return (struct gps_config){.n_queues = queues, .weight = weight, .level = level};
}

Test(gps, one_queue_is_first_come_first_served)
{
    enum { JOBS = 5000 };
    struct trip *trip = calloc(JOBS, sizeof *trip);
    psn_time *expected = malloc(JOBS * sizeof *expected), clock = 0;
    cr_assert(trip && expected);
    uint64_t seed = 3;
    for (int i = 0; i < JOBS; i++) {
        clock += draw(&seed, 20);
        trip[i] = (struct trip)JOB(clock, draw(&seed, 20), 0);
    }
    drive_fresh(FIFO, 1, trip, JOBS, NULL);
    for (int i = 0; i < JOBS; i++)
        expected[i] = trip[i].gone;
    run(config_of(1, (double[]){0.37}, NULL), trip, JOBS, NULL, 0, expected);
    free(trip);
    free(expected);
}

Test(gps, two_queues_by_hand)
{
    /* Weights 3 and 1. To 8: three quarters of 6, so the first is done, and 2 of the second; its
     * queue has all until 10 (2 more: 4), then a quarter: 2 left take until 18. The third: 6 at
     * three quarters from 10. Then the fourth, which waited behind the second, has all. */
    struct trip trip[] = {JOB(0, 6, 0), JOB(0, 6, 1), JOB(9, 5, 1), JOB(10, 6, 0)};
    RUN(config_of(2, (double[]){3, 1}, NULL), trip, 8, 18, 23, 18);
    /* In a queue it is first come, first served, and what a job leaves of its last ns is the next
     * one's: 1 and 1 and 1 at a third end at 3, 6, 9; of weight 2 at 1 1/2, 3, 4 1/2. */
    struct trip ones[] = {JOB(0, 1, 0), JOB(0, 1, 0), JOB(0, 1, 0), JOB(0, 1, 1),
                          JOB(0, 1, 1), JOB(0, 1, 1), JOB(0, 9, 1)};
    RUN(config_of(2, (double[]){1, 2}, NULL), ones, 3, 6, 9, 2, 3, 5, 15);
}

Test(gps, strict_levels)
{
    /* Queue 1 stands above the others, which go on with what was done. To 4 at 1/3 and 2/3. */
    struct trip trip[] = {JOB(0, 6, 0), JOB(0, 6, 2), JOB(4, 5, 1), JOB(5, 1, 1), JOB(6, 3, 2)};
    /* From 10: 3 1/3 of queue 2's first take 5, so at 15, where queue 0 has had 3; then 3 at 2/3:
     * 4 1/2, so at 20, up to where the queue counts: queue 0 has had 4 2/3 and needs 1 1/3 more. */
    RUN(config_of(3, (double[]){1, 5, 2}, (uint32_t[]){1, 0, 1}), trip, 22, 15, 9, 10, 20);
}

Test(gps, speed_by_hand)
{
    /* Half and half to 4: 2 done; at half speed a quarter each: 1 more at 8; still to 20. Then 3
     * left of the first and 1 of the second: at 22, and the first has 2 left. */
    struct trip trip[] = {JOB(0, 6, 0), JOB(0, 4, 1)};
    const struct change change[] = {
        {.at = 4, .speed = FULL / 2}, {.at = 8, .speed = 0}, {.at = 20, .speed = FULL}};
    struct station s = {.kind = GPS, .change = change, .n_changes = 3};
    const struct gps_config config = config_of(2, (double[]){2, 2}, NULL);
    cr_assert_eq(gps_init(&s.is.gps, &config), PSN_OK);
    station_measure(&s, 0, 30, 1);
    drive(&s, trip, 2);
    cr_assert_eq(trip[0].gone, 24);
    cr_assert_eq(trip[1].gone, 22);
    meter_finish(station_meter(&s));
    cr_assert_float_eq(meter_utilisation(station_meter(&s)), 12 / 30.0, 1e-15);
    station_fini(&s);
}

Test(gps, never_idle_for_years)
{
    /* As for stations/weighted: ten years of work with weights 1 and 2, and 1 s every day of weight
     * 3; no overflow, no drift. */
    enum { DAYS = 3650 };
    const psn_time brief = 1000000007, long_service = 3650 * PSN_DAY;
    struct trip *trip = calloc(DAYS + 2, sizeof *trip);
    psn_time *expected = malloc((DAYS + 2) * sizeof *expected);
    cr_assert(trip && expected);
    trip[0] = (struct trip)JOB(0, long_service, 0);
    trip[1] = (struct trip)JOB(0, long_service, 1);
    for (int i = 0; i < DAYS; i++) {
        trip[i + 2] = (struct trip)JOB((i + 1) * PSN_DAY, brief, 2);
        expected[i + 2] = trip[i + 2].at + 2 * brief;
    }
    expected[1] = long_service * 3 / 2 + DAYS * brief;
    expected[0] = 2 * long_service + DAYS * brief;
    run(config_of(3, (double[]){1, 2, 3}, NULL), trip, DAYS + 2, NULL, 0, expected);
    free(trip);
    free(expected);
}

Test(gps, work_is_conserved_in_long_busy_periods)
{
    /* Whenever the station falls idle it has done all the work: as a single queue would, but for
     * less than 1 ns for each time that a queue fell empty. */
    enum { JOBS = 20000 };
    struct trip *trip = calloc(JOBS, sizeof *trip);
    cr_assert(trip);
    uint64_t seed = 11;
    psn_time clock = 0, done = 0, last = 0;
    for (int i = 0; i < JOBS; i++) {
        clock += draw(&seed, 2000000);
        trip[i] = (struct trip)JOB(clock, draw(&seed, 1980000), (uint32_t)draw(&seed, 3));
        done = (done > clock ? done : clock) + trip[i].job.service;
    }
    run(config_of(3, (double[]){0.123456789, 3.3, 7}, NULL), trip, JOBS, NULL, 0, NULL);
    for (int i = 0; i < JOBS; i++) {
        cr_assert_geq(trip[i].gone - trip[i].at, trip[i].job.service);
        last = trip[i].gone > last ? trip[i].gone : last;
    }
    cr_assert_geq(last, done);
    cr_assert_lt(last, done + JOBS);
    free(trip);
}

Test(gps, delay_bound_of_parekh_and_gallager)
{
    /* A queue whose work arrives by a token bucket (burst S, rate R) and whose share of the server
     * is R or more: no job stays longer than S / R, whatever the others do (IEEE/ACM ToN 1(3),
     * 1993, section V: locally stable sessions). Weights 1 of 4, R = 1/4, and two queues that never
     * run dry. Met to within the largest demand: so the bound is tight. Rounding: 1 ns. */
    enum { JOBS = 3000, BURST = 4000 };
    struct trip *trip = calloc(JOBS + 2, sizeof *trip);
    cr_assert(trip);
    uint64_t seed = 31;
    psn_time clock = 0, tokens = 4 * BURST, worst = 0; /* in quarters */
    trip[0] = (struct trip)JOB(0, PSN_DAY, 1);
    trip[1] = (struct trip)JOB(0, PSN_DAY, 2);
    for (int i = 2; i < JOBS + 2; i++) {
        psn_time work = 1 + draw(&seed, 400);
        psn_time lull = draw(&seed, 50) == 0 ? draw(&seed, 8 * BURST) : 0;
        /* As soon as there are tokens, but for lulls. */
        psn_time until = 4 * work > tokens ? 4 * work - tokens : 0;
        psn_time gap = until > lull ? until : lull;
        clock += gap;
        tokens = tokens + gap < 4 * BURST ? tokens + gap : 4 * BURST;
        tokens -= 4 * work;
        trip[i] = (struct trip)JOB(clock, work, 0);
    }
    struct station s = {.kind = GPS};
    const struct gps_config config = config_of(3, (double[]){1, 2, 1}, NULL);
    cr_assert_eq(gps_init(&s.is.gps, &config), PSN_OK);
    station_measure(&s, 0, PSN_NEVER - 1, 1);
    drive_until(&s, trip, JOBS + 2, clock + 8 * BURST);
    for (int i = 2; i < JOBS + 2; i++) {
        psn_time delay = trip[i].gone - trip[i].at;
        cr_assert_leq(delay, 4 * BURST + 1, "job %d: %lld", i, (long long)delay);
        worst = delay > worst ? delay : worst;
    }
    cr_assert_gt(worst, 4 * (BURST - 400));
    station_fini(&s);
    free(trip);
}

/* ---- The reference: ns by ns, in exact parts of a ns ---- */

#define QUEUES 4
#define PARTS  (27720 * 4) /* divides by all sums of weights up to 12, and by quarters of speed */

struct reference {
    const struct gps_config *config;
    const struct trip *trip;
    int64_t left[128];
    psn_time *gone;
    size_t come;
};

/* The first job of a queue, or none. */
static size_t head_of(const struct reference *r, uint32_t queue)
{
    size_t i = 0;
    while (i < r->come && (r->trip[i].job.group != queue || r->gone[i] < PSN_NEVER))
        i++;
    return i;
}

static void reference_leave(struct reference *r, psn_time now)
{
    for (uint32_t q = 0; q < QUEUES; q++) {
        for (size_t i; (i = head_of(r, q)) < r->come && r->left[i] <= 0;) {
            r->gone[i] = now;
            size_t next = head_of(r, q);
            if (next < r->come)
                r->left[next] += r->left[i];
        }
    }
}

static void reference_run(struct reference *r, size_t n, const struct change *change,
                          size_t n_changes)
{
    int64_t quarters = 4;
    size_t changed = 0;
    for (size_t i = 0; i < n; i++)
        r->gone[i] = PSN_NEVER;
    for (psn_time now = 0; now < 20000; now++) {
        reference_leave(r, now);
        for (; changed < n_changes && change[changed].at == now; changed++)
            quarters = (int64_t)(change[changed].speed / (FULL / 4));
        while (r->come < n && r->trip[r->come].at == now) {
            r->left[r->come] = PARTS * r->trip[r->come].job.service;
            r->come++;
            reference_leave(r, now);
        }
        uint32_t level = UINT32_MAX;
        int64_t weights = 0;
        for (uint32_t q = 0; q < QUEUES; q++) {
            uint32_t own = r->config->level[q];
            if (head_of(r, q) == r->come || own > level)
                continue;
            weights = (own == level ? weights : 0) + (int64_t)r->config->weight[q];
            level = own;
        }
        for (uint32_t q = 0; q < QUEUES; q++) {
            size_t i = head_of(r, q);
            if (i == r->come || r->config->level[q] != level)
                continue;
            r->left[i] -= PARTS / 4 * quarters / weights * (int64_t)r->config->weight[q];
        }
    }
}

Test(gps, random_jobs_against_the_reference)
{
    enum { JOBS = 70, CHANGES = 20 };
    uint64_t seed = 5;
    for (int round = 0; round < 300; round++) {
        struct trip trip[JOBS];
        struct change change[CHANGES];
        psn_time expected[JOBS], clock = 0;
        double weight[QUEUES];
        uint32_t level[QUEUES];
        for (int q = 0; q < QUEUES; q++) {
            weight[q] = (double)(1 + draw(&seed, 3));
            level[q] = round % 2 ? (uint32_t)draw(&seed, 3) : 0;
        }
        const struct gps_config config = config_of(QUEUES, weight, level);
        for (int i = 0; i < JOBS; i++) {
            clock += draw(&seed, 30) * (draw(&seed, 4) > 0);
            trip[i] = (struct trip)JOB(clock, draw(&seed, 25), (uint32_t)draw(&seed, QUEUES));
        }
        clock = 0;
        for (int i = 0; i < CHANGES; i++) {
            clock += draw(&seed, 150);
            change[i] = (struct change){.at = clock, .speed = FULL / 4 * (uint64_t)draw(&seed, 5)};
        }
        change[CHANGES - 1].speed = FULL;
        size_t n_changes = round % 3 ? CHANGES : 0;
        struct reference r = {.config = &config, .trip = trip, .gone = expected};
        reference_run(&r, JOBS, change, n_changes);
        run(config, trip, JOBS, change, n_changes, expected);
    }
}
