/* SPDX-License-Identifier: Apache-2.0
 * Channels against the stations that do a part of the same, and the bounds of Parekh and Gallager.
 */
#include "channel.h"

#define S PSN_SECOND

/* Runs trips and changes through a channel, and checks every departure. */
static void channel_finds(const struct channel_config *config, struct trip *trip, size_t n,
                          const struct change *change, size_t n_changes, const psn_time *expected)
{
    struct station s = {.kind = CHANNEL, .change = change, .n_changes = n_changes};
    cr_assert_eq(channel_init(&s.is.channel, config), PSN_OK);
    station_measure(&s, 0, PSN_NEVER - 1, METER_WHOLE);
    drive(&s, trip, n);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(trip[i].gone, expected[i], "job %zu departs at %lld, not %lld", i,
                     (long long)trip[i].gone, (long long)expected[i]);
    station_fini(&s);
}

static void note(const struct trip *trip, size_t n, psn_time *gone)
{
    for (size_t i = 0; i < n; i++)
        gone[i] = trip[i].gone;
}

static void draw_changes(uint64_t *seed, struct change *change, size_t n, int64_t gap)
{
    psn_time clock = 0;
    for (size_t i = 0; i < n; i++) {
        clock += draw(seed, gap);
        change[i] = (struct change){.at = clock, .speed = (uint64_t)draw(seed, 1 + (int64_t)FULL)};
    }
    change[n - 1].speed = FULL;
}

Test(channel_equal, one_class_is_first_come_first_served)
{
    enum { JOBS = 5000 };
    const struct channel_class kinds[] = {{.weight = 0.37}, {.level = 4}};
    struct trip *trip = calloc(JOBS, sizeof *trip);
    psn_time *expected = malloc(JOBS * sizeof *expected), clock = 0;
    cr_assert(trip && expected);
    uint64_t seed = 3;
    for (int i = 0; i < JOBS; i++) {
        clock += draw(&seed, 20);
        trip[i] = (struct trip){.at = clock, .job = {.service = draw(&seed, 20)}};
        trip[i].job.owner = (uint32_t)draw(&seed, 9);
    }
    drive_fresh(FIFO, 1, trip, JOBS, NULL);
    note(trip, JOBS, expected);
    for (size_t k = 0; k < COUNT(kinds); k++) {
        const struct channel_config config = {
            .n_classes = 1, .class = &kinds[k], .packet = 7, .buffer = k ? PSN_DAY : 0};
        channel_finds(&config, trip, JOBS, NULL, 0, expected);
    }
    free(trip);
    free(expected);
}

/* Weights that are no round numbers and any speed: so nothing falls on a whole ns by itself. */
Test(channel_equal, one_owner_each_is_gps)
{
    enum { JOBS = 400, CHANGES = 60, QUEUES = 5 };
    const double weight[QUEUES] = {1, 1, 0.37, 2.25, 3.141592};
    const uint32_t level[QUEUES] = {0, 1, 2, 2, 2};
    struct channel_class class[QUEUES];
    for (int q = 0; q < QUEUES; q++)
        class[q] = (struct channel_class){
            .level = level[q], .weight = level[q] < 2 ? 0 : weight[q], .by_owner = q % 2};
    const struct channel_config config = {.n_classes = QUEUES, .class = class};
    const struct gps_config gps = {.n_queues = QUEUES, .weight = weight, .level = level};
    uint64_t seed = 13;
    for (int round = 0; round < 40; round++) {
        struct trip trip[JOBS];
        struct change change[CHANGES];
        psn_time expected[JOBS], clock = 0;
        for (int i = 0; i < JOBS; i++) {
            clock += draw(&seed, round % 2 ? 2 * S : 40) * (draw(&seed, 5) > 0);
            trip[i] = (struct trip){.at = clock,
                                    .job = {.service = draw(&seed, round % 2 ? 3 * S / 2 : 30),
                                            .group = (uint32_t)draw(&seed, QUEUES)}};
        }
        draw_changes(&seed, change, CHANGES, round % 2 ? 20 * S : 400);
        size_t n_changes = round % 4 < 2 ? CHANGES : 0;
        struct station s = {.kind = GPS, .change = change, .n_changes = n_changes};
        cr_assert_eq(gps_init(&s.is.gps, &gps), PSN_OK);
        station_measure(&s, 0, PSN_NEVER - 1, 1);
        drive(&s, trip, JOBS);
        note(trip, JOBS, expected);
        station_fini(&s);
        channel_finds(&config, trip, JOBS, change, n_changes, expected);
    }
}

Test(channel_equal, a_background_of_one_queues_weight_is_divided)
{
    /* A standing backlog that never ends, with a highest share of its own, beside the queue. */
    enum { JOBS = 400, CHANGES = 60 };
    const struct channel_class one = {.weight = 5};
    const struct channel_config config = {.n_classes = 1, .class = &one};
    const uint64_t share[] = {FULL, FULL / 3, FULL / 2, 1, FULL / 7 * 5};
    uint64_t seed = 29;
    for (int round = 0; round < 40; round++) {
        struct trip trip[JOBS + 1];
        struct change change[CHANGES];
        psn_time expected[JOBS + 1], clock = 0;
        uint64_t cap = share[round % (int)COUNT(share)];
        trip[0] = (struct trip){
            .job = {.service = PSN_NEVER / 2, .share = (uint32_t)cap, .flags = JOB_BULK}};
        for (int i = 1; i <= JOBS; i++) {
            clock += draw(&seed, 3 * S);
            trip[i] = (struct trip){.at = clock, .job = {.service = draw(&seed, S)}};
        }
        draw_changes(&seed, change, CHANGES, 30 * S);
        size_t n_changes = round % 2 ? CHANGES : 0;
        struct station s, c = {.kind = CHANNEL, .change = change, .n_changes = n_changes};
        station_init(&s, DIVIDED, 1, 0, clock);
        s.change = change;
        s.n_changes = n_changes;
        drive_until(&s, trip, JOBS + 1, clock);
        note(trip, JOBS + 1, expected);
        cr_assert_eq(channel_init(&c.is.channel, &config), PSN_OK);
        station_measure(&c, 0, clock, METER_WHOLE);
        channel_set_background(&c.is.channel, 0, cap, 1, 0);
        drive_until(&c, trip + 1, JOBS, clock);
        for (int i = 1; i <= JOBS; i++)
            cr_assert_eq(trip[i].gone, expected[i], "round %d, job %d: %lld, not %lld", round, i,
                         (long long)trip[i].gone, (long long)expected[i]);
        meter_finish(station_meter(&s));
        meter_finish(station_meter(&c));
        cr_assert_float_eq(meter_utilisation(station_meter(&c)),
                           meter_utilisation(station_meter(&s)), 1e-12);
        station_fini(&s);
        station_fini(&c);
    }
}

enum { JOBS = 2000, BURST = 4000, POLICED = 800, PACKET = 300, MOST = 300 };

/* Jobs of owner 2 that a token bucket lets through as soon as it can, beside two strict ones for
 * each, after the first three, which stay for ever. Returns when the last one comes. */
static psn_time make_greedy(struct ride *ride)
{
    uint64_t seed = 31;
    psn_time clock = 0, tokens = 32 * BURST / 3; /* in ns until they have come */
    for (size_t i = 0; i < 3; i++)
        ride[i] = (struct ride){.job = {.service = PSN_DAY, .group = 1 + (i == 2)}};
    ride[1].job.owner = 1;
    for (size_t i = 3; i < 3 * JOBS + 3; i++) {
        psn_time work = 1 + draw(&seed, MOST);
        /* Two strict ones for each, some of which are dropped, at its time. */
        ride[i] = (struct ride){.at = clock, .job = {.service = 1 + draw(&seed, POLICED)}};
        if (i % 3 > 0)
            continue;
        psn_time need = (32 * work + 2) / 3;
        psn_time lull = draw(&seed, 40) == 0 ? 16 * BURST : 0;
        psn_time gap = need > tokens + lull ? need - tokens : lull;
        clock += gap;
        tokens = tokens + gap < 32 * BURST / 3 ? tokens + gap : 32 * BURST / 3;
        tokens -= need;
        ride[i] = (struct ride){.at = clock, .job = {.service = work, .group = 1, .owner = 2}};
    }
    return clock;
}

Test(channel_equal, bounds_of_parekh_and_gallager)
{
    /* An owner whose work arrives by a token bucket (burst B, rate R), and who is guaranteed R: no
     * job stays longer than B / R, and no more than B is there, whatever the others do (IEEE/ACM
     * ToN 1(3), 1993, section V). Its class has half of what is left by a strict one that is
     * policed to a quarter (and a burst D), three owners and a background of an owner's weight, so
     * R is 3/32 of the line; the strict one's burst comes on top: (B + D / 8) / R at most, and a
     * packet's. Met to within a tenth: so the bound is tight. */
    const struct channel_class class[] = {
        {.limit = FULL / 4, .burst = POLICED}, {.weight = 2, .by_owner = true}, {.weight = 2}};
    const struct channel_config config = {.n_classes = 3, .class = class, .packet = PACKET};
    struct ride *ride = calloc(3 * JOBS + 3, sizeof *ride);
    struct operation background = {.deed = BACKGROUND, .class = 1, .value = FULL, .weight = 1};
    cr_assert(ride);
    psn_time last = make_greedy(ride);
    struct course course = {.config = &config,
                            .ride = ride,
                            .n_rides = 3 * JOBS + 3,
                            .operation = &background,
                            .n_operations = 1,
                            .until = last + (psn_time)64 * BURST};
    course_drive(&course);
    psn_time worst = 0, bound = (32 * BURST + 4 * POLICED) / 3 + PACKET;
    exact_sum most = 0, here = 0;
    size_t gone = 3;
    for (size_t i = 3; i < 3 * JOBS + 3; i++) {
        if (ride[i].job.group == 0)
            continue;
        here += ride[i].job.service;
        for (; gone < i; gone++) {
            if (ride[gone].job.group == 0)
                continue;
            if (ride[gone].gone > ride[i].at)
                break;
            here -= ride[gone].job.service;
        }
        most = here > most ? here : most;
        psn_time delay = ride[i].gone - ride[i].at;
        cr_assert_leq(delay, bound, "job %zu: %lld", i, (long long)delay);
        worst = delay > worst ? delay : worst;
    }
    cr_assert_gt(worst, bound * 9 / 10, "%lld of %lld", (long long)worst, (long long)bound);
    /* Whole jobs: the one in service may be served in part. */
    cr_assert(most <= BURST + POLICED / 8 + MOST + PACKET && most > BURST * 9 / 10);
    free(ride);
}
