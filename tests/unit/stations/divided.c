/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/divided: hand calculations, and a reference that goes on ns by ns. */
#include "drive.h"

#define S PSN_SECOND

/* A first-come job, and a backlog without and with a highest share of its own. */
#define JOB(when, work)                                                                            \
    {                                                                                              \
        .at = (when), .job = {.service = (work) }                                                  \
    }
#define BULK(when, work) CAPPED(when, work, METER_WHOLE, 0)
#define CAPPED(when, work, most, tail)                                                             \
    {                                                                                              \
        .at = (when), .job = {                                                                     \
            .service = (work),                                                                     \
            .last = (tail),                                                                        \
            .share = (uint32_t)(most),                                                             \
            .flags = JOB_BULK                                                                      \
        }                                                                                          \
    }
#define CHECK(trip, ...)                                                                           \
    drive_fresh(DIVIDED, 1, trip, sizeof trip / sizeof *trip, (psn_time[]){__VA_ARGS__})

Test(divided, without_bulk_it_is_first_come_first_served)
{
    enum { JOBS = 5000 };
    struct trip *trip = calloc(JOBS, sizeof *trip);
    psn_time *expected = malloc(JOBS * sizeof *expected), clock = 0;
    cr_assert(trip && expected);
    uint64_t seed = 3;
    for (int i = 0; i < JOBS; i++) {
        clock += draw(&seed, 20);
        trip[i] = (struct trip)JOB(clock, draw(&seed, 20));
    }
    drive_fresh(FIFO, 1, trip, JOBS, NULL);
    for (int i = 0; i < JOBS; i++)
        expected[i] = trip[i].gone;
    cr_assert_eq(drive_fresh(DIVIDED, 1, trip, JOBS, expected), 0, "no looks");
    free(trip);
    free(expected);
}

Test(divided, bulk_alone)
{
    struct trip whole[] = {BULK(5, 3 * S)};
    CHECK(whole, 5 + 3 * S);
    /* A quarter until the last 40 ns: (3000 - 40) x 4 + 40. */
    struct trip quarter[] = {CAPPED(0, 3000, METER_WHOLE / 4, 40)};
    CHECK(quarter, 11880);
    struct trip never[] = {CAPPED(0, 3000, METER_WHOLE / 4, 3000)};
    CHECK(never, 3000);
    struct trip longer[] = {CAPPED(0, 3000, METER_WHOLE / 4, 5000)};
    CHECK(longer, 3000);
    struct trip always[] = {CAPPED(0, 3000, METER_WHOLE / 4, 0)};
    CHECK(always, 12000);
    struct trip nothing[] = {BULK(9, 0), BULK(9, 0)};
    CHECK(nothing, 9, 9);
    struct trip rounded[] = {CAPPED(0, 100, METER_WHOLE / 8 * 3, 5)}; /* 95 x 8 / 3 = 253 1/3 */
    CHECK(rounded, 254 + 5);
    struct trip least[] = {CAPPED(0, 2, 0, 0)}; /* no share counts as 2^-30 */
    CHECK(least, (psn_time)2 << 30);
}

Test(divided, months_of_bulk_to_the_ns)
{
    struct trip years[] = {CAPPED(17, 400 * PSN_DAY + 1, METER_WHOLE / 2, 1)};
    CHECK(years, 17 + 800 * PSN_DAY + 1);
    struct trip three[] = {BULK(0, 30 * PSN_DAY), BULK(0, 30 * PSN_DAY), BULK(0, 30 * PSN_DAY)};
    CHECK(three, 90 * PSN_DAY, 90 * PSN_DAY, 90 * PSN_DAY);
}

Test(divided, job_and_bulk_together_take_twice_as_long)
{
    struct trip trip[] = {JOB(0, 7 * S), BULK(0, 7 * S)};
    CHECK(trip, 14 * S, 14 * S);
    cr_assert(trip[0].place == 0 && trip[1].place == 1);
    struct trip swapped[] = {BULK(0, 7 * S), JOB(0, 7 * S)};
    CHECK(swapped, 14 * S, 14 * S);
    cr_assert(swapped[0].place == 1 && swapped[1].place == 0, "the first-come job goes first");
}

Test(divided, bulk_in_the_middle_of_a_job)
{
    /* 6 of the job's 10 are left when it comes: 12 more. By then it has had 6 of 20 and goes on
     * alone. */
    struct trip trip[] = {JOB(0, 10), BULK(4, 20)};
    CHECK(trip, 16, 30);
}

Test(divided, bulk_that_ends_speeds_up_the_job)
{
    /* Half each until 8, when the backlog's 4 are done; the job then has 6 left. */
    struct trip trip[] = {JOB(0, 10), BULK(0, 4), JOB(1, 3)};
    CHECK(trip, 14, 8, 17);
}

Test(divided, two_bulks_share_their_half)
{
    /* The queue is busy to 40: 20 for it, 10 for each backlog; then half each: 30 left take 60. */
    struct trip trip[] = {JOB(0, 20), BULK(0, 40), BULK(0, 40)};
    CHECK(trip, 40, 100, 100);
    cr_assert(trip[1].place == 1 && trip[2].place == 2);
    /* Unlike: the first is done at 80 (10, then 20 at a half), the other has 10 left then. */
    struct trip unlike[] = {JOB(0, 20), BULK(0, 30), BULK(0, 40)};
    CHECK(unlike, 40, 80, 90);
}

Test(divided, capped_bulk_leaves_the_rest_to_the_queue)
{
    /* An eighth for the backlog: 7/8 for the job, 70 takes 80, and 10 of the backlog are done. It
     * goes on at an eighth: 30 more take 240. */
    struct trip trip[] = {JOB(0, 70), CAPPED(0, 40, METER_WHOLE / 8, 0)};
    CHECK(trip, 80, 320);
    /* A tenth, as near as 2^-30 comes, leaves nine tenths and a bit: 900 take just below 1000. */
    struct trip tenth[] = {JOB(0, 900), CAPPED(0, 5000, METER_WHOLE / 10, 0)};
    drive_fresh(DIVIDED, 1, tenth, 2, NULL);
    cr_assert_eq(tenth[0].gone, 1000);
}

Test(divided, capped_and_free_bulk)
{
    /* Idle: an eighth and seven eighths. The free one is done at 80, the other has 30 left. */
    struct trip idle[] = {CAPPED(0, 40, METER_WHOLE / 8, 0), BULK(0, 70)};
    CHECK(idle, 320, 80);
    /* Beside a job that lasts to the end of the second: an eighth and three eighths. */
    struct trip busy[] = {CAPPED(0, 40, METER_WHOLE / 8, 0), BULK(0, 30), JOB(0, 400)};
    /* At 80 the free one is done; the job has had 40 of 400, gets 7/8 until the capped one is done
     * at 320 (210 more), then all: 150 more. */
    CHECK(busy, 320, 80, 470);
    /* A limit above an equal part binds nobody: a quarter each of half. */
    struct trip loose[] = {CAPPED(0, 10, METER_WHOLE / 3, 0), BULK(0, 10), JOB(0, 20)};
    CHECK(loose, 40, 40, 40);
}

Test(divided, the_last_segment_is_unlimited)
{
    /* Beside a long job: an eighth until the last 10 (90 take 720), then half: 20 more. */
    struct trip trip[] = {CAPPED(0, 100, METER_WHOLE / 8, 10), JOB(0, 2000)};
    /* The job gets 630 + 10 of its 2000 by 740, and then all: 1360 more. */
    CHECK(trip, 740, 2100);
}

Test(divided, nothing_is_lost_between_two_jobs)
{
    /* At two thirds each the odd demands end inside a ns; what is left of it goes to the next job,
     * so 30 jobs of 1 at 0 take 45 in all, 1 1/2 each, each rounded up. */
    struct trip trip[31];
    psn_time expected[31];
    trip[0] = (struct trip)CAPPED(0, 1000, 0, 0);
    trip[0].job.share = (uint32_t)(METER_WHOLE / 3); /* a third less a 3 x 2^30th */
    for (int i = 1; i <= 30; i++) {
        trip[i] = (struct trip)JOB(0, 1);
        expected[i] = (3 * i + 1) / 2;
    }
    drive_fresh(DIVIDED, 1, trip, 31, NULL);
    for (int i = 1; i <= 30; i++)
        cr_assert_eq(trip[i].gone, expected[i], "job %d at %lld", i, (long long)trip[i].gone);
}

Test(divided, meter)
{
    /* [0,10) a backlog at an eighth; [10,18) a job of 7 beside it; [18,24) the backlog again, until
     * it is done; idle to 40. */
    struct trip trip[] = {CAPPED(0, 3, METER_WHOLE / 8, 0), JOB(10, 7)};
    exact_sum work[2] = {0};
    struct station s;
    station_init(&s, DIVIDED, 1, 0, 40);
    s.is.divided.meter.served_work = work;
    trip[0].job.owner = 1;
    drive(&s, trip, 2);
    cr_assert(trip[0].gone == 24 && trip[1].gone == 18);
    struct meter *m = station_finish(&s);
    cr_assert_float_eq(meter_utilisation(m), (10 / 8.0 + 8 + 6 / 8.0) / 40, 1e-15);
    cr_assert_float_eq(meter_present(m), (24 + 8) / 40.0, 1e-15);
    cr_assert(work[0] == 7 && work[1] == 3);
    cr_assert(m->wait.sum == (24 - 3) + 1);
    cr_assert_eq(m->present_max, 2);
    station_fini(&s);
}

Test(divided, looks_are_few)
{
    /* A backlog of a day beside a queue that is never idle: what is left at least halves from look
     * to look, so some 47 looks at most whatever the queue does. */
    enum { JOBS = 20000 };
    struct trip *trip = calloc(JOBS + 1, sizeof *trip);
    cr_assert(trip);
    trip[0] = (struct trip)BULK(0, PSN_DAY);
    for (int i = 0; i < JOBS; i++)
        trip[i + 1] = (struct trip)JOB(0, PSN_DAY * 2 / JOBS);
    size_t looks = drive_fresh(DIVIDED, 1, trip, JOBS + 1, NULL);
    cr_assert_eq(trip[0].gone, 2 * PSN_DAY);
    cr_assert_leq(looks, 48, "%zu looks", looks);
    free(trip);
}

/* ---- The reference: ns by ns, in exact parts of a ns ---- */

#define WHOLE (((int64_t)1 << 30) * 720720)

struct reference {
    const struct trip *trip;
    psn_time *gone;
    int64_t left[256], rate[256];
    size_t come, n;
};

static bool is_bulk(const struct reference *r, size_t i)
{
    return r->trip[i].job.flags & JOB_BULK;
}

static int64_t limit_of(const struct reference *r, size_t i)
{
    const struct job *j = &r->trip[i].job;
    return r->left[i] > j->last * WHOLE ? (int64_t)j->share * 720720 : WHOLE;
}

/* Max-min by taking the backlogs from the lowest limit up, each the lesser of its limit and an
 * equal part of what is left. Returns what they have together. */
static int64_t reference_rates(struct reference *r, int64_t capacity)
{
    bool served[256] = {false};
    int64_t rest = capacity;
    for (;;) {
        size_t lowest = r->n, open = 0;
        for (size_t i = 0; i < r->come; i++) {
            if (is_bulk(r, i) && r->gone[i] == PSN_NEVER && !served[i]) {
                open++;
                if (lowest == r->n || limit_of(r, i) < limit_of(r, lowest))
                    lowest = i;
            }
        }
        if (open == 0)
            return capacity - rest;
        cr_assert_leq(open, 16);
        int64_t part = rest / (int64_t)open, limit = limit_of(r, lowest);
        r->rate[lowest] = limit < part ? limit : part;
        rest -= r->rate[lowest];
        served[lowest] = true;
    }
}

/* The first of the queue, or n. */
static size_t reference_head(const struct reference *r)
{
    for (size_t i = 0; i < r->come; i++) {
        if (!is_bulk(r, i) && r->gone[i] == PSN_NEVER)
            return i;
    }
    return r->n;
}

static void reference_leave(struct reference *r, psn_time now)
{
    for (size_t head; (head = reference_head(r)) < r->n && r->left[head] <= 0;) {
        int64_t over = r->left[head];
        r->gone[head] = now;
        head = reference_head(r);
        if (head < r->n && over < 0)
            r->left[head] += over; /* done within a ns: the rest of it goes to the next */
    }
    for (size_t i = 0; i < r->come; i++) {
        if (is_bulk(r, i) && r->gone[i] == PSN_NEVER && r->left[i] <= 0)
            r->gone[i] = now;
    }
}

static void reference_run(const struct trip *trip, size_t n, const struct change *change,
                          size_t n_changes, psn_time *gone)
{
    struct reference r = {.trip = trip, .gone = gone, .n = n};
    int64_t whole = WHOLE;
    size_t changed = 0;
    for (size_t i = 0; i < n; i++)
        gone[i] = PSN_NEVER;
    for (psn_time now = 0;; now++) {
        reference_leave(&r, now);
        for (; changed < n_changes && change[changed].at == now; changed++)
            whole = (int64_t)change[changed].speed * 720720;
        while (r.come < n && trip[r.come].at == now) {
            r.left[r.come] = trip[r.come].job.service * WHOLE;
            r.come++;
            reference_leave(&r, now);
        }
        size_t head = reference_head(&r), open = 0;
        int64_t used = reference_rates(&r, head < n ? whole / 2 : whole);
        for (size_t i = 0; i < r.come; i++) {
            open += gone[i] == PSN_NEVER;
            if (is_bulk(&r, i) && gone[i] == PSN_NEVER)
                r.left[i] -= r.rate[i];
        }
        if (head < n)
            r.left[head] -= whole - used;
        if (open == 0 && r.come == n && changed == n_changes)
            return;
    }
}

/* Random jobs and backlogs. */
static void draw_trips(uint64_t *seed, struct trip *trip, int n)
{
    const uint32_t share[] = {1u << 30,       1u << 27,  (1u << 30) / 10,
                              (1u << 30) / 3, 700000000, 1u << 29};
    psn_time clock = 0;
    int64_t gap = 60 + draw(seed, 120);
    for (int i = 0; i < n; i++) {
        clock += draw(seed, gap) * (draw(seed, 5) > 0);
        if (draw(seed, 16) == 0) {
            int64_t work = draw(seed, 300);
            trip[i] = (struct trip)CAPPED(clock, work, share[draw(seed, 6)],
                                          draw(seed, 2) * draw(seed, work + 1));
        } else {
            trip[i] = (struct trip)JOB(clock, draw(seed, 30));
        }
    }
}

Test(divided, random_jobs_against_the_reference)
{
    enum { JOBS = 120 };
    uint64_t seed = 5;
    size_t apart = 0;
    for (int round = 0; round < 150; round++) {
        struct trip trip[JOBS];
        psn_time expected[JOBS];
        draw_trips(&seed, trip, JOBS);
        reference_run(trip, JOBS, NULL, 0, expected);
        drive_fresh(DIVIDED, 1, trip, JOBS, expected);
        for (int i = 0; i < JOBS; i++)
            apart += trip[i].gone > trip[i].at + trip[i].job.service;
    }
    cr_assert_gt(apart, 150 * JOBS / 4, "the jobs got into each other's way");
}

Test(divided, random_speeds_against_the_reference)
{
    enum { JOBS = 80, CHANGES = 30 };
    /* Multiples of 16, so that parts for up to 16 backlogs are exact. */
    const uint64_t speed[] = {1 << 30, 0, 1 << 29, (1 << 30) / 48 * 16, 16, 999999984};
    uint64_t seed = 17;
    for (int round = 0; round < 150; round++) {
        struct trip trip[JOBS];
        struct change change[CHANGES];
        psn_time expected[JOBS], clock = 0;
        draw_trips(&seed, trip, JOBS);
        for (int i = 0; i < CHANGES; i++) {
            clock += draw(&seed, 300);
            change[i] = (struct change){.at = clock, .speed = speed[draw(&seed, 6)]};
        }
        change[CHANGES - 1].speed = METER_WHOLE;
        reference_run(trip, JOBS, change, CHANGES, expected);
        struct station s;
        station_init(&s, DIVIDED, 1, 0, PSN_NEVER - 1);
        s.change = change;
        s.n_changes = CHANGES;
        drive(&s, trip, JOBS);
        for (int i = 0; i < JOBS; i++)
            cr_assert_eq(trip[i].gone, expected[i], "job %d departs at %lld, not %lld", i,
                         (long long)trip[i].gone, (long long)expected[i]);
        station_fini(&s);
    }
}

Test(divided, speed_by_hand)
{
    /* At half speed from 4: the backlog, limited to a quarter of the whole, gets that until the job
     * comes at 12, then a quarter (half of half) beside it. Still from 20 to 30. The job has had 2
     * by then; at 30 it has 4 left, at full speed with three quarters: until 36 (5 1/3, rounded
     * up). */
    struct trip trip[] = {CAPPED(0, 100, METER_WHOLE / 4, 0), JOB(12, 6)};
    const struct change change[] = {{.at = 4, .speed = METER_WHOLE / 2},
                                    {.at = 20, .speed = 0},
                                    {.at = 30, .speed = METER_WHOLE}};
    struct station s;
    station_init(&s, DIVIDED, 1, 0, 500);
    s.change = change;
    s.n_changes = 3;
    drive(&s, trip, 2);
    cr_assert_eq(trip[0].gone, 410, "it had a quarter all the time, but for 10 ns");
    cr_assert_eq(trip[1].gone, 36);
    /* Busy: a quarter of the whole to 4, half of what there is to 12, all to 20, nothing to 30, all
     * to 36, a quarter to 410. */
    struct meter *m = station_finish(&s);
    cr_assert_float_eq(meter_utilisation(m), (1 + 4 + 8 + 6 + 374 / 4.0) / 500, 1e-9);
    station_fini(&s);
}

Test(divided, random_bulk_loses_no_work)
{
    /* Backlogs of seconds in busy periods of minutes: while anything is present the server is fully
     * used (no limits), so each busy period takes the sum of the demands, and rounding costs less
     * than 1 ns for each departure. */
    enum { JOBS = 5000 };
    struct trip *trip = calloc(JOBS, sizeof *trip);
    cr_assert(trip);
    uint64_t seed = 23;
    psn_time clock = 0, done = 0, last = 0;
    for (int i = 0; i < JOBS; i++) {
        clock += draw(&seed, S);
        bool bulk = draw(&seed, 100) == 0;
        psn_time work = draw(&seed, bulk ? 20 * S : S * 3 / 4);
        trip[i] = bulk ? (struct trip)BULK(clock, work) : (struct trip)JOB(clock, work);
        done = (done > clock ? done : clock) + work;
    }
    drive_fresh(DIVIDED, 1, trip, JOBS, NULL);
    for (int i = 0; i < JOBS; i++) {
        cr_assert_geq(trip[i].gone - trip[i].at, trip[i].job.service);
        last = trip[i].gone > last ? trip[i].gone : last;
    }
    cr_assert_geq(last, done);
    cr_assert_lt(last, done + JOBS);
    free(trip);
}
