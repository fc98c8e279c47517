/* SPDX-License-Identifier: Apache-2.0
 * Tests of stats/meter. */
#include <criterion/criterion.h>
#include <math.h>

#include "stats/meter.h"

/* One job comes at `at`, with `busy` units then in use. */
static void come(struct meter *m, psn_time at, int64_t busy)
{
    meter_advance(m, at);
    meter_arrive(m);
    m->busy = busy;
}

static void go(struct meter *m, psn_time at, psn_time entered, psn_time service, uint32_t owner,
               int64_t busy)
{
    meter_advance(m, at);
    m->busy = busy;
    meter_depart(m, at, entered, service, owner);
}

Test(meter, by_hand_with_warmup_inside_an_interval)
{
    /* Warm-up ends at 15, intervals of 10, horizon 34; two servers. Present and busy:
     *   [0,4) 0  [4,12) 1  [12,18) 2  [18,25) 1  [25,40) 2 present, 1 busy in the last. */
    double utilisation[4] = {0}, present[4] = {0};
    exact_sum work[2] = {0};
    struct meter m;
    meter_init(&m, 15, 10, 34, 2, work, utilisation, present);
    cr_assert_eq(m.n_intervals, 4);
    come(&m, 4, 1);
    come(&m, 12, 2);
    go(&m, 18, 4, 14, 0, 1);
    come(&m, 25, 1);
    meter_finish(&m);
    cr_assert_eq(m.mark, PSN_NEVER);

    const double present_expected[] = {6 / 10.0, (2 + 16) / 10.0 - 0.2, (5 + 10) / 10.0, 8 / 4.0};
    const double busy_expected[] = {6 / 20.0, 16 / 20.0, 10 / 20.0, 4 / 8.0};
    for (int i = 0; i < 4; i++) {
        cr_assert_float_eq(present[i], present_expected[i], 1e-15, "interval %d: %g", i,
                           present[i]);
        cr_assert_float_eq(utilisation[i], busy_expected[i], 1e-15, "interval %d: %g", i,
                           utilisation[i]);
    }
    /* From 15: 2 x 3 + 1 x 7 + 2 x 9 = 31 job ns, 2 x 3 + 1 x 7 + 1 x 9 = 22 busy ns, in 19 ns. */
    cr_assert_float_eq(meter_present(&m), 31 / 19.0, 1e-15);
    cr_assert_float_eq(meter_utilisation(&m), 22 / 38.0, 1e-15);
    cr_assert_eq(m.present_max, 2);
    cr_assert_eq(m.served, 1);
    cr_assert(work[0] == 14 && work[1] == 0);
    cr_assert_eq(m.wait.count, 0, "it entered before the end of warm-up");
}

Test(meter, events_at_a_mark_belong_after_it)
{
    double utilisation[3] = {0}, present[3] = {0};
    exact_sum work[1] = {0};
    struct meter m;
    meter_init(&m, 10, 10, 30, 1, work, utilisation, present);
    come(&m, 2, 1);
    come(&m, 3, 1);
    go(&m, 5, 2, 3, 0, 1);
    cr_assert_eq(m.served, 0, "in warm-up");
    come(&m, 10, 1); /* at the end of warm-up: after it */
    cr_assert_eq(m.present_max, 2, "one was here, one came");
    go(&m, 10, 3, 5, 0, 1);
    cr_assert_eq(m.served, 1);
    go(&m, 20, 10, 4, 0, 0);
    meter_finish(&m);
    cr_assert_eq(m.served, 2);
    cr_assert(work[0] == 9);
    cr_assert_eq(m.wait.count, 1);
    cr_assert(m.wait.sum == 6);
    cr_assert_eq(m.wait.max, 6);
    cr_assert_float_eq(present[0], (1 + 2 * 2 + 5) / 10.0, 1e-15);
    cr_assert_eq(present[1], 1);
    cr_assert_eq(present[2], 0);
    cr_assert_eq(utilisation[1], 1);
    cr_assert_eq(meter_utilisation(&m), 0.5);
    cr_assert_eq(meter_present(&m), 0.5);
}

Test(meter, one_step_over_many_marks)
{
    double present[7] = {0};
    struct meter m;
    meter_init(&m, 25, 10, 65, 1, NULL, NULL, present);
    come(&m, 5, 1);
    meter_advance(&m, 61); /* over six marks of 10 and the end of warm-up */
    cr_assert_eq(m.filled, 6);
    cr_assert_eq(m.mark, 65);
    cr_assert_eq(m.last, 61);
    meter_finish(&m);
    const double expected[] = {0.5, 1, 1, 1, 1, 1, 1};
    for (int i = 0; i < 7; i++)
        cr_assert_eq(present[i], expected[i]);
    cr_assert_eq(meter_present(&m), 1);
    cr_assert_eq(meter_utilisation(&m), 1);
}

Test(meter, sawtooth)
{
    /* One job more at 0, 1, ... 9 ns of each 20, one less at 10, ... 19: in each interval of 20 the
     * area is 1 + ... + 10 + 9 + ... + 0 = 100, in each of 5: 15, 40, 35, 10. */
    double present[40] = {0};
    struct meter m;
    meter_init(&m, 7, 5, 200, 10, NULL, NULL, present);
    for (psn_time t = 0; t < 200; t++) {
        if (t % 20 < 10)
            come(&m, t, m.present + 1);
        else
            go(&m, t, t, 0, 0, m.present - 1);
    }
    meter_finish(&m);
    const double expected[] = {15 / 5.0, 40 / 5.0, 35 / 5.0, 10 / 5.0};
    for (int i = 0; i < 40; i++)
        cr_assert_float_eq(present[i], expected[i % 4], 1e-15, "interval %d: %g", i, present[i]);
    /* Before the end of warm-up: 1 + ... + 7 = 28 of the 1000. */
    cr_assert_float_eq(meter_present(&m), 972 / 193.0, 1e-13);
    cr_assert_float_eq(meter_utilisation(&m), 97.2 / 193.0, 1e-13);
    cr_assert_eq(m.present_max, 10);
    cr_assert_eq(m.served, 100);
}

Test(meter, the_peak_of_the_warmup_is_forgotten)
{
    struct meter m;
    meter_init(&m, 10, 100, 100, 3, NULL, NULL, NULL);
    come(&m, 1, 1);
    come(&m, 2, 2);
    come(&m, 3, 3);
    go(&m, 4, 1, 3, 0, 2);
    cr_assert_eq(m.present_max, 3);
    meter_advance(&m, 50);
    cr_assert_eq(m.present_max, 2);
}

Test(meter, no_warmup_and_warmup_to_the_end)
{
    struct meter m;
    meter_init(&m, 0, 100, 40, 1, NULL, NULL, NULL); /* one interval, longer than the run */
    come(&m, 0, 1);
    meter_finish(&m);
    cr_assert_eq(m.n_intervals, 1);
    cr_assert_eq(m.filled, 1);
    cr_assert_eq(meter_utilisation(&m), 1);
    meter_init(&m, 40, 10, 40, 1, NULL, NULL, NULL);
    come(&m, 0, 1);
    meter_finish(&m);
    cr_assert(isnan(meter_utilisation(&m)) && isnan(meter_present(&m)));
}

Test(meter, long_and_full)
{
    /* The largest capacity over nearly the whole of time: areas near 2^126. */
    struct meter m;
    meter_init(&m, 0, PSN_NEVER - 1, PSN_NEVER - 1, INT64_MAX, NULL, NULL, NULL);
    come(&m, 0, INT64_MAX);
    m.present = INT64_MAX;
    meter_finish(&m);
    cr_assert_float_eq(meter_utilisation(&m), 1, 1e-15);
    cr_assert_float_eq(meter_present(&m) / 0x1p63, 1, 1e-15);
}

Test(meter, a_capacity_that_changes)
{
    /* Warm-up to 5. Two units to 7, none to 23, four to the horizon at 45; busy: 1 from 3 to 10 (so
     * 3 ns of it without capacity: whoever drives it counts those who stay), 2 from 30 on. */
    double utilisation[5] = {0};
    struct meter m;
    meter_init(&m, 5, 10, 45, 2, NULL, utilisation, NULL);
    come(&m, 3, 1);
    meter_advance(&m, 7);
    meter_set_capacity(&m, 0);
    go(&m, 10, 3, 7, 0, 0);
    meter_advance(&m, 23);
    meter_set_capacity(&m, 4);
    come(&m, 30, 2);
    meter_finish(&m);
    cr_assert_float_eq(utilisation[0], 7 / 14.0, 1e-15);
    cr_assert(isnan(utilisation[1]), "nobody there");
    cr_assert_eq(utilisation[2], 0);
    cr_assert_eq(utilisation[3], 0.5);
    cr_assert_eq(utilisation[4], 0.5);
    /* From 5: 5 + 2 x 15 of 2 x 2 + 4 x 22. */
    cr_assert_float_eq(meter_utilisation(&m), 35 / 92.0, 1e-15);
}

Test(meter, no_capacity_at_all)
{
    double utilisation[2] = {0};
    struct meter m;
    meter_init(&m, 0, 10, 20, 0, NULL, utilisation, NULL);
    come(&m, 3, 1);
    meter_finish(&m);
    cr_assert(isnan(utilisation[0]) && isnan(utilisation[1]) && isnan(meter_utilisation(&m)));
    cr_assert_float_eq(meter_present(&m), 17 / 20.0, 1e-15);
}

Test(meter, who_was_refused_or_left)
{
    struct histogram waits;
    struct meter m;
    histogram_init(&waits);
    meter_init(&m, 10, 100, 100, 1, NULL, NULL, NULL);
    m.waits = &waits;
    come(&m, 2, 1);
    meter_refuse(&m, 9); /* in warm-up */
    come(&m, 12, 1);
    come(&m, 13, 1);
    meter_advance(&m, 15);
    meter_refuse(&m, 15);
    meter_advance(&m, 20);
    meter_abandon(&m, 20, 2); /* came in warm-up */
    meter_advance(&m, 30);
    meter_abandon(&m, 30, 12);
    cr_assert_eq(m.present, 1);
    go(&m, 40, 13, 4, 0, 0);
    cr_assert_eq(m.refused, 1);
    cr_assert_eq(m.abandoned, 1);
    cr_assert_eq(m.served, 1);
    cr_assert(m.wait.count == 2 && m.wait.sum == 18 + 23 && m.wait.max == 23);
    cr_assert_eq(waits.total, 2);
    cr_assert(histogram_at(&waits, 18) == 1 && histogram_at(&waits, 23) == 1);
    histogram_fini(&waits);
}
