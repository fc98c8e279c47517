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

static void check(const struct course *course, const psn_time *expected, size_t n, const char *who)
{
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(course->ride[i].gone, expected[i], "%s: job %zu goes at %lld, not %lld", who,
                     i, (long long)course->ride[i].gone, (long long)expected[i]);
}

/* Runs a course up to `until`, and checks when each job has gone (never, where it was not taken),
 * and that the reference finds the same and the same utilisation. */
static void run(struct course *course, psn_time until, const psn_time *expected, size_t n)
{
    cr_assert_eq(course->n_rides, n);
    course->until = until;
    course_expect(course);
    double utilisation = course->utilisation;
    check(course, expected, n, "reference");
    course_drive(course);
    check(course, expected, n, "station");
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
        run(&course_, end, (psn_time[]){__VA_ARGS__}, COUNT(((psn_time[]){__VA_ARGS__})));         \
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

Test(channel, strict_classes_of_a_level_are_one_queue)
{
    const struct channel_class class[] = {STRICT(5), STRICT(5), STRICT(7), FAIR(1)};
    struct ride ride[] = {JOB(0, 10, 1), JOB(1, 10, 2), JOB(2, 10, 0), JOB(3, 10, 1),
                          JOB(3, 10, 3)};
    RUN(class, 100, ride, 10, 40, 20, 30, 50);
}

Test(channel, owners_share_what_their_class_gets)
{
    /* Half for each class to 40: the first class's owners a quarter each, and in turn within an
     * owner: at 40 and 80 two of owner 0 are done, and one of owner 5; then owner 0 has what its
     * class gets. The other class's 40 take to 80. */
    const struct channel_class class[] = {OWNERS(1), FAIR(1)};
    struct ride ride[] = {OWNED(0, 10, 0, 0), OWNED(0, 10, 0, 0), OWNED(0, 20, 0, 5),
                          OWNED(0, 40, 1, 3), OWNED(0, 20, 0, 0)};
    RUN(class, 10, ride, 40, 80, 80, 80, 100);
    /* In one queue it is first come, first served. */
    const struct channel_class one[] = {FAIR(1), FAIR(1)};
    RUN(one, 10, ride, 20, 40, 80, 80, 100);
}

Test(channel, the_rest_of_a_packet_in_the_middle_of_sharing)
{
    /* Two fair queues, 3 to 1; at 20 the first has had 15 of its 30 and would go next: packets of
     * 10, so 5 of work are left of its second one. Both go on to 25 (18 3/4 and 6 1/4); the strict
     * job has it to 35; the first's last 11 1/4 take 15, the other's 3 3/4 after that: to 60. */
    const struct channel_class class[] = {FAIR(3), FAIR(1), STRICT(0)};
    struct ride ride[] = {JOB(0, 30, 0), JOB(0, 20, 1), JOB(20, 10, 2)};
    RUN(class, 10, ride, 50, 60, 35);
    /* The second level's packet is over at 12; what comes of the first level meanwhile does not
     * wait for another; the third level waits for both. */
    const struct channel_class levels[] = {STRICT(0), STRICT(1), FAIR(1)};
    struct ride three[] = {JOB(0, 30, 2), JOB(2, 30, 1), JOB(8, 6, 0), JOB(9, 6, 0)};
    RUN(levels, 12, three, 72, 54, 18, 24);
    /* A job that ends within its packet departs, and no more of its level begins. */
    struct ride brief[] = {JOB(0, 8, 2), JOB(0, 8, 2), JOB(1, 5, 0)};
    RUN(levels, 12, brief, 8, 21, 13);
}

Test(channel, an_arrival_before_a_departure_of_the_same_ns)
{
    /* The owner may send the arrival first. The job whose time has come departs all the same, and
     * the strict one waits for nothing. */
    const struct channel_class class[] = {FAIR(1), STRICT(0)};
    struct channel c = {0};
    cr_assert_eq(channel_init(&c, &(struct channel_config){CLASSES(class), .packet = 100}), PSN_OK);
    meter_init(&c.meter, 0, 1000, 1000, METER_WHOLE, NULL, NULL, NULL);
    struct job a = {.service = 10}, b = {.service = 10}, urgent = {.service = 10, .group = 1};
    channel_arrive(&c, &a, 0, 0);
    channel_arrive(&c, &b, 0, 10);
    channel_arrive(&c, &urgent, 0, 10);
    cr_assert_eq(channel_depart(&c, 10), &a);
    cr_assert_eq(c.next, 20);
    cr_assert_eq(channel_depart(&c, 20), &urgent);
    cr_assert_eq(c.next, 30);
    cr_assert_eq(channel_depart(&c, 30), &b);
    cr_assert_eq(c.next, PSN_NEVER);
    channel_fini(&c);
    /* What the first job leaves of its last ns, which ends at 2 and not at 1 1/2, is not for one
     * that comes at 2: 1 at two thirds from there. */
    const struct channel_class shared[] = {FAIR(1), FAIR(2)};
    cr_assert_eq(channel_init(&c, &(struct channel_config){CLASSES(shared)}), PSN_OK);
    struct job other = {.service = 100}, first = {.service = 1, .group = 1}, next = first;
    channel_arrive(&c, &other, 0, 0);
    channel_arrive(&c, &first, 0, 0);
    cr_assert_eq(c.next, 2);
    channel_arrive(&c, &next, 0, 2);
    cr_assert_eq(channel_depart(&c, 2), &first);
    cr_assert_eq(c.next, 4);
    channel_fini(&c);
}

Test(channel, no_work_goes_while_a_packet_of_a_background_is_under_way)
{
    const struct channel_class class[] = {STRICT(0), FAIR(1)};
    const struct channel_config config = {CLASSES(class), .packet = 10};
    struct operation all[] = {
        {.at = 0, .deed = BACKGROUND, .class = 1, .value = FULL, .weight = 1}};
    struct ride ride[] = {JOB(3, 5, 0), JOB(13, 0, 0), JOB(13, 0, 0), JOB(16, 0, 0), JOB(17, 1, 0)};
    RUN_WITH(config, ride, all, 1, 1000, 15, 15, 15, 16, 26);
    struct channel c = {0};
    cr_assert_eq(channel_init(&c, &config), PSN_OK);
    meter_init(&c.meter, 0, 1000, 1000, METER_WHOLE, NULL, NULL, NULL);
    struct job none = {0}, some = {.service = 5};
    channel_set_background(&c, 1, FULL, 1, 0);
    channel_arrive(&c, &none, 0, 3);
    channel_arrive(&c, &some, 0, 3);
    cr_assert_eq(channel_depart(&c, 3), &none);
    cr_assert_eq(c.next, 10, "end of the packet");
    cr_assert_null(channel_depart(&c, 10));
    cr_assert_eq(c.next, 15);
    channel_fini(&c);
}

Test(channel, policer_of_rfc_2697)
{
    /* A quarter of the line, bucket 30, full. At 0: 20 of 30. At 0: 11 of 10: dropped, and takes
     * none. At 4: 11 of 11. At 40: 9 of 9; 1 more is not there until 44. After a long time the
     * bucket is full, not more: 31 never conforms, 30 does. */
    const struct channel_class class[] = {{.limit = FULL / 4, .burst = 30}, FAIR(1)};
    struct ride ride[] = {JOB(0, 20, 0),  JOB(0, 11, 0),  JOB(4, 11, 0),   JOB(40, 9, 0),
                          JOB(43, 1, 0),  JOB(44, 1, 0),  JOB(500, 31, 0), JOB(500, 30, 0),
                          JOB(500, 1, 0), JOB(500, 60, 1)};
    RUN(class, 10, ride, 20, PSN_NEVER, 31, 49, PSN_NEVER, 50, PSN_NEVER, 530, PSN_NEVER, 590);
    cr_assert(ride[1].fate == CHANNEL_POLICED && ride[8].fate == CHANNEL_POLICED);
}

Test(channel, shaper_is_a_token_bucket)
{
    /* A bucket of depth 4 filled at 2/s, jobs of 2, 2, 2, 3, 1, 4 that come at 0, 0, 0, 1, 1 and 6
     * s: a shaper that lets whole jobs go releases them at 0, 0, 1, 2 1/2, 3 and 6 s. Where work
     * flows the last of a job goes then, or when it is through at the line's rate, here 8 times the
     * contract's: 1 s is 1600 ns, and 1 unit is 100 ns on the line. */
    const struct channel_class class[] = {FAIR(1)};
    const struct channel_config config = {CLASSES(class), .contract = FULL / 8,
                                          .contract_burst = 400};
    struct ride ride[] = {JOB(0, 200, 0),    JOB(0, 200, 0),    JOB(0, 200, 0),
                          JOB(1600, 300, 0), JOB(1600, 100, 0), JOB(9600, 400, 0)};
    RUN_WITH(config, ride, NULL, 0, 20000, 200, 400, 1600, 4000, 4800, 10000);
    /* With an empty bucket of no depth it is a line of the contract's rate. */
    const struct channel_config slow = {CLASSES(class), .contract = FULL / 8};
    struct ride more[] = {JOB(0, 10, 0), JOB(50, 10, 0), JOB(1000, 10, 0)};
    RUN_WITH(slow, more, NULL, 0, 2000, 80, 160, 1080);
    /* A background uses tokens, too: at half the line 3/8 more than come, so 30 last to 80. Then
     * half of an eighth is the job's. */
    struct operation half[] = {{.at = 0, .deed = BACKGROUND, .value = FULL / 2, .weight = 1}};
    const struct channel_config shared = {CLASSES(class), .contract = FULL / 8,
                                          .contract_burst = 30};
    struct ride beside[] = {JOB(80, 10, 0)};
    RUN_WITH(shared, beside, half, 1, 1000, 240);
}

Test(channel, buffers_drop_the_tail)
{
    /* 30 to a queue, the one in service whole until it has gone: an empty queue takes any job. */
    const struct channel_class class[] = {OWNERS(1), STRICT(0)};
    const struct channel_config config = {CLASSES(class), .buffer = 30};
    struct ride ride[] = {OWNED(0, 50, 0, 0), OWNED(1, 1, 0, 0),   OWNED(1, 20, 0, 1),
                          OWNED(1, 10, 0, 1), OWNED(1, 1, 0, 1),   OWNED(80, 30, 0, 1),
                          OWNED(81, 0, 0, 1), OWNED(82, 31, 1, 0), OWNED(83, 1, 1, 7)};
    /* Half each from 1: at 41 owner 1's 20, at 61 its 10; owner 0 has had 31 then: at 80. */
    RUN_WITH(config, ride, NULL, 0, 1000, 80, PSN_NEVER, 41, 61, PSN_NEVER, 141, 141, 113,
             PSN_NEVER);
    cr_assert_eq(ride[1].fate, CHANNEL_FULL);
}

Test(channel, early_drop)
{
    /* From a quarter of the buffer on, 40 % just below three quarters, all from there. */
    const struct channel_class class[] = {
        {.weight = 1, .early = true, .early_from = 0.25, .early_to = 0.75, .early_most = 0.4}};
    const struct channel_config config = {CLASSES(class), .buffer = 100};
    struct ride ride[] = {JOB(0, 24, 0), JOB(0, 1, 0),  JOB(0, 25, 0), JOB(0, 25, 0),
                          JOB(0, 24, 0), JOB(0, 20, 0), JOB(0, 1, 0)};
    ride[3].chance = 0.19; /* at a half: 20 % */
    ride[4].chance = 0.21;
    RUN_WITH(config, ride, NULL, 0, 1000, 24, 25, 50, PSN_NEVER, 74, PSN_NEVER, PSN_NEVER);
    cr_assert(ride[3].fate == CHANNEL_EARLY && ride[5].fate == CHANNEL_EARLY);
    ride[6].chance = 0.99; /* at 74 %: 39.2 %; at 75 %: certain */
    struct ride certain[] = {JOB(0, 24, 0), JOB(0, 51, 0), JOB(0, 1, 0)};
    certain[2].chance = 0.999;
    RUN_WITH(config, certain, NULL, 0, 1000, 24, 75, PSN_NEVER);
}

Test(channel, speed_and_flush_in_the_middle)
{
    /* Half speed from 10, nothing from 30 to 50; a flush at 60 takes what is there. */
    const struct channel_class class[] = {STRICT(0), FAIR(1)};
    const struct channel_config config = {CLASSES(class), .packet = 10};
    struct operation operation[] = {{.at = 10, .deed = SPEED, .value = FULL / 2},
                                    {.at = 30, .deed = SPEED, .value = 0},
                                    {.at = 50, .deed = SPEED, .value = FULL},
                                    {.at = 60, .deed = LOOK, .class = 1},
                                    {.at = 60, .deed = FLUSH},
                                    {.at = 70, .deed = LOOK, .class = 1}};
    /* The fair one has 10, and by 14 its second packet has had 2: the strict one waits until 30 (8
     * at half speed), and has 10 from 50 to 60. */
    struct ride ride[] = {JOB(0, 40, 1), JOB(14, 15, 0), JOB(20, 5, 1), JOB(65, 20, 1)};
    RUN_WITH(config, ride, operation, 6, 1000, 60, 60, 60, 85);
    cr_assert(ride[0].flushed && ride[1].flushed && ride[2].flushed && !ride[3].flushed);
    cr_assert(operation[3].work == 20 && operation[5].work == 25);
}

Test(channel, backgrounds_with_caps)
{
    /* Weights 2 and 1, each with a background. The first class's is capped at an eighth: its jobs
     * get 2/3 - 1/8 of the line; the other's has double weight and a cap that it does not reach: so
     * its jobs get 1/9. 26 take 48, when the other has had 5 1/3. */
    const struct channel_class class[] = {FAIR(2), FAIR(1), STRICT(0)};
    const struct channel_config config = {CLASSES(class)};
    struct operation both[] = {
        {.at = 0, .deed = BACKGROUND, .class = 0, .value = FULL / 8, .weight = 1},
        {.at = 0, .deed = BACKGROUND, .class = 1, .value = FULL / 2, .weight = 2},
        {.at = 300, .deed = BACKGROUND, .class = 2, .value = FULL / 4, .weight = 1}};
    struct ride ride[] = {JOB(0, 26, 0), JOB(0, 12, 1), JOB(200, 40, 2), JOB(320, 30, 2),
                          JOB(400, 30, 1)};
    /* From 48 the first class's background leaves 7/8 to the second, whose own would get two thirds
     * of that and is at its cap: 3/8 for the job, so 6 2/3 take 17 7/9. The strict one has the line
     * to itself. From 300 its background has a quarter: 30 at three quarters. Then 5/8 are left for
     * the second class, a third of that for its job. */
    RUN_WITH(config, ride, both, 3, 1000, 48, 66, 240, 360, 544);
}

Test(channel, packets_of_backgrounds)
{
    /* Packets of 10. A background that has all of the line ends its third one at 30; the strict job
     * has it to 34, and another packet begins. */
    const struct channel_class class[] = {STRICT(0), FAIR(1), STRICT(1)};
    const struct channel_config config = {CLASSES(class), .packet = 10};
    struct operation all[] = {
        {.at = 0, .deed = BACKGROUND, .class = 1, .value = FULL, .weight = 1}};
    struct ride ride[] = {JOB(23, 4, 0), JOB(41, 4, 0), JOB(42, 4, 2), JOB(47, 4, 0)};
    RUN_WITH(config, ride, all, 1, 1000, 34, 48, 56, 52);
    /* One that has a quarter sends a packet every 40 ns, for 10 ns. */
    struct operation quarter[] = {
        {.at = 0, .deed = BACKGROUND, .class = 1, .value = FULL / 4, .weight = 1}};
    struct ride beside[] = {JOB(80, 1, 0), JOB(101, 1, 0), JOB(134, 1, 2)};
    /* That at 80 waits to 90, and to 91 the background stands still: so its packets end at 131,
     * then, as it stands still to 102, at 132, 172. */
    RUN_WITH(config, beside, quarter, 1, 1000, 91, 102, 135);
    /* A background above is not waited for, and goes on meanwhile. */
    struct operation above[] = {
        {.at = 0, .deed = BACKGROUND, .class = 0, .value = FULL / 2, .weight = 1}};
    struct ride below[] = {JOB(3, 10, 1), JOB(5, 10, 2)};
    /* The fair job has 1 by 5, and 9 of its packet left, which go at the line's rate: to 14. */
    RUN_WITH(config, below, above, 1, 1000, 43, 34);
    /* Beside a job: at 24 it and the background have had 12 each, so both packets would be over at
     * the same time, and it is the job's: 8 left, to 32. The strict one has it to 36, then the
     * job's last 4 take 8. Where the job came at 2, the background has had 13 and has 7 left:
     * to 31. */
    struct ride same[] = {JOB(0, 20, 1), JOB(24, 4, 0)};
    RUN_WITH(config, same, all, 1, 1000, 44, 36);
    struct ride later[] = {JOB(2, 20, 1), JOB(24, 4, 0)};
    RUN_WITH(config, later, all, 1, 1000, 46, 35);
}

Test(channel, stages)
{
    /* The front comes out when its work is done, also beside others and before what stands above.
     */
    const struct channel_class class[] = {FAIR(1), FAIR(1), STRICT(0)};
    struct ride ride[] = {{.at = 0, .job = {.service = 100, .last = 60}},
                          JOB(0, 30, 1),
                          {.at = 90, .job = {.service = 20, .last = 20, .group = 2}}};
    /* Half each: 30 at 60; 40 of the first at 70, 60 at 90: then the strict one; 40 more. */
    RUN(class, 0, ride, 150, 60, 110);
    cr_assert_eq(ride[0].staged, 70);
    cr_assert_eq(ride[2].staged, 90);
}

Test(channel, work_by_class)
{
    const struct channel_class class[] = {STRICT(0), STRICT(0), OWNERS(1)};
    struct channel c = {0};
    cr_assert_eq(channel_init(&c, &(struct channel_config){CLASSES(class)}), PSN_OK);
    meter_init(&c.meter, 0, 1000, 1000, METER_WHOLE, NULL, NULL, NULL);
    struct job job[] = {{.service = 10, .group = 2},
                        {.service = 10, .group = 2, .owner = 1},
                        {.service = 10, .group = 2},
                        {.service = 10, .group = 1},
                        {.service = 10, .group = 0}};
    channel_arrive(&c, &job[0], 0, 0);
    channel_arrive(&c, &job[1], 0, 0);
    channel_arrive(&c, &job[2], 0, 0);
    channel_arrive(&c, &job[3], 0, 4);
    cr_assert(channel_class_work(&c, 2, 9) == 4 && channel_class_work(&c, 1, 9) == 5);
    channel_arrive(&c, &job[4], 0, 9);
    const size_t order[] = {3, 4, 0, 2, 1};
    const struct job *list = channel_flush(&c, 10);
    for (size_t i = 0; i < COUNT(job); i++, list = list->next)
        cr_assert_eq(list, &job[order[i]], "place %zu", i);
    cr_assert(!list && c.next == PSN_NEVER && c.meter.present == 0);
    channel_fini(&c);
}

Test(channel, never_idle_for_years)
{
    /* Ten years of work in one class, as much with double weight in another, 1 s of a class of
     * treble weight every day, and a strict job every day: no overflow, no drift. */
    enum { DAYS = 3650 };
    const psn_time days = DAYS, brief = 1000000007, years = 3650 * PSN_DAY;
    const struct channel_class class[] = {FAIR(1), OWNERS(2), FAIR(3), STRICT(0)};
    const struct channel_config config = {CLASSES(class)};
    struct ride *ride = calloc(2 * DAYS + 2, sizeof *ride);
    cr_assert(ride);
    ride[0] = (struct ride)JOB(0, years, 0);
    ride[1] = (struct ride)JOB(0, years, 1);
    for (int i = 0; i < DAYS; i++) {
        ride[2 * i + 2] = (struct ride)JOB((i + 1) * PSN_DAY, brief, 2);
        ride[2 * i + 3] = (struct ride)JOB((i + 1) * PSN_DAY + 1, brief, 3);
    }
    struct course course = {
        .config = &config, .ride = ride, .n_rides = 2 * DAYS + 2, .until = PSN_NEVER - 1};
    course_drive(&course);
    for (int i = 0; i < DAYS; i++) {
        cr_assert_eq(ride[2 * i + 2].gone, ride[2 * i + 2].at + 3 * brief);
        cr_assert_eq(ride[2 * i + 3].gone, ride[2 * i + 3].at + brief);
    }
    cr_assert_eq(ride[1].gone, years * 3 / 2 + 2 * days * brief);
    cr_assert_eq(ride[0].gone, 2 * years + 2 * days * brief);
    free(ride);
}

Test(channel, unequal_shares_for_years)
{
    /* Shares that no binary fraction is: weights 1, 1.7 and pi, three owners, a background of a
     * seventh of the line: nothing is lost or gained in 20 years of work. */
    const struct channel_class class[] = {OWNERS(1), FAIR(1.7), FAIR(3.14159265358979)};
    const struct channel_config config = {CLASSES(class)};
    struct operation seventh = {.deed = BACKGROUND, .class = 1, .value = FULL / 7, .weight = 3};
    struct ride ride[] = {OWNED(0, 1000 * PSN_DAY + 1, 0, 1), OWNED(0, 1000 * PSN_DAY + 2, 0, 2),
                          OWNED(0, 1000 * PSN_DAY + 3, 0, 3), OWNED(0, 2000 * PSN_DAY, 1, 0),
                          OWNED(0, 2300 * PSN_DAY, 2, 0)};
    struct course course = {.config = &config,
                            .ride = ride,
                            .n_rides = COUNT(ride),
                            .operation = &seventh,
                            .n_operations = 1,
                            .until = PSN_NEVER - 1};
    course_drive(&course);
    psn_time last = 0, work = 0;
    for (size_t i = 0; i < COUNT(ride); i++) {
        last = ride[i].gone > last ? ride[i].gone : last;
        work += ride[i].job.service;
    }
    /* The background is never below its cap; the line sends the rest: 1 - floor(2^30 / 7) / 2^30.
     * Each time a queue falls empty less than 1 ns is lost. */
    exact_sum own = exact_product(last, (int64_t)(FULL - FULL / 7)) >> 30;
    cr_assert(own >= work && own < work + (psn_time)COUNT(ride));
}
