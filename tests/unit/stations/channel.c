/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/channel: hand calculations, to the nanosecond. The reference of the random
 * tests must find the same. */
#include "channel.h"

#define JOB(when, work, to) OWNED(when, work, to, 0)
#define OWNED(when, work, to, whose)                                                               \
    {                                                                                              \
        .at = (when), .job = {.service = (work), .group = (to), .owner = (whose) }                 \
    }
#define STRICT(place)                                                                              \
    {                                                                                              \
        .level = (place)                                                                           \
    }
#define FAIR(share)                                                                                \
    {                                                                                              \
        .weight = (share)                                                                          \
    }
#define OWNERS(share)                                                                              \
    {                                                                                              \
        .weight = (share), .by_owner = true                                                        \
    }
#define CLASSES(classes) .n_classes = COUNT(classes), .class = (classes)

static void check(const struct course *course, const psn_time *expected, const char *who)
{
    for (size_t i = 0; i < course->n_rides; i++)
        cr_assert_eq(course->ride[i].gone, expected[i], "%s: job %zu goes at %lld, not %lld", who,
                     i, (long long)course->ride[i].gone, (long long)expected[i]);
}

/* Runs a course up to `until`, and checks when each job has gone (never, where it was not taken),
 * and that the reference finds the same and the same utilisation. */
static void run(struct course *course, psn_time until, const psn_time *expected)
{
    course->until = until;
    course_expect(course);
    double utilisation = course->utilisation;
    check(course, expected, "reference");
    course_drive(course);
    check(course, expected, "station");
    cr_assert_float_eq(course->utilisation, utilisation, 1e-8);
}

#define RUN(classes, packet_ns, rides, ...)                                                        \
    RUN_WITH(((struct channel_config){CLASSES(classes), .packet = (packet_ns)}), rides, NULL, 0,   \
             1000, __VA_ARGS__)
#define RUN_WITH(configured, rides, operations, n, end, ...)                                       \
    do {                                                                                           \
        const struct channel_config config_ = configured;                                          \
        struct course course_ = {.config = &config_,                                               \
                                 .ride = (rides),                                                  \
                                 .n_rides = COUNT(rides),                                          \
                                 .operation = (operations),                                        \
                                 .n_operations = (n)};                                             \
        run(&course_, end, (psn_time[]){__VA_ARGS__});                                             \
    } while (0)

Test(channel, strict_burst_ahead_of_a_fair_queue)
{
    /* Packets of 10. The strict jobs come at 4 and 5, in the first packet of the fair one, which
     * keeps the line to 10; they have it to 40; then the fair one has 90 left, and at 55 is 5 into
     * its third packet when the next one comes: to 60, 20 for that, and the last 70. */
    const struct channel_class class[] = {STRICT(0), FAIR(1)};
    struct ride ride[] = {JOB(0, 100, 1), JOB(4, 20, 0), JOB(5, 10, 0), JOB(55, 20, 0)};
    RUN(class, 10, ride, 150, 30, 40, 80);
    /* Without packets nothing is waited for. */
    RUN(class, 0, ride, 150, 24, 34, 75);
}

Test(channel, two_fair_classes_that_empty_at_different_times)
{
    /* 3 to 1: the first is done with 30 at 40, when the other has had 10 of its 20; at 50. */
    const struct channel_class class[] = {FAIR(3), FAIR(1)};
    struct ride ride[] = {JOB(0, 30, 0), JOB(0, 20, 1)};
    RUN(class, 10, ride, 40, 50);
    /* The second job of the first class begins where the first ends; the other's 20 take 80 at a
     * quarter. */
    struct ride more[] = {JOB(0, 30, 0), JOB(0, 20, 1), JOB(20, 60, 0)};
    RUN(class, 10, more, 40, 80, 110);
}
