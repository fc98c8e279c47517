/* SPDX-License-Identifier: Apache-2.0
 * How much of a link each class and partner used, from a few messages told by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "model/usage.h"

#define CLASSES 2
#define SECONDS PSN_SECOND

/* One link of 1 Mbit/s for two days from Monday 06:00; an hour is an interval, the first two are
 * warm-up. One class, and what has none; three partners. */
struct hand {
    struct description d;
    struct link link;
    struct owners owners[2];
    struct usage usage;
    struct outcome *o;
};

static void begin(struct hand *h)
{
    *h = (struct hand){0};
    h->link = (struct link){.bandwidth_bps = 1e6, .exists = true, .there = {0, PSN_NEVER}};
    h->d = (struct description){.horizon = 2 * PSN_DAY,
                                .warmup = 2 * PSN_HOUR,
                                .interval = PSN_HOUR,
                                .start_of_week = 6 * PSN_HOUR,
                                .link = &h->link,
                                .n_links = 1,
                                .n_partners = 3,
                                .n_classes = CLASSES - 1};
    struct outcome_shape s = {
        .partners = 3, .stations = 2, .intervals = 48, .classes = CLASSES, .directions = 2};
    h->o = outcome_new(&s);
    cr_assert_not_null(h->o);
    h->o->station[0].exists = h->o->station[1].exists = true;
    h->owners[0] = (struct owners){0, 3};
    h->owners[1] = (struct owners){0, 3};
    cr_assert_eq(usage_init(&h->usage, &h->d, &s, h->owners), 0);
}

static void end(struct hand *h)
{
    usage_fini(&h->usage);
    outcome_free(h->o);
}

static void add(struct hand *h, uint32_t direction, uint32_t class, uint32_t partner, double work_s,
                psn_time from, psn_time until)
{
    cr_assert_eq(
        usage_add(&h->usage, direction, class, partner, (psn_time)(work_s * 1e9), from, until), 0);
}

/* A link that is there until 04:00: what still waited then is sent later, and is not in its use of
 * the two hours that are measured. */
Test(usage, what_is_sent_when_the_link_is_gone_does_not_count)
{
    struct hand h;
    begin(&h);
    h.link.there.close = 4 * PSN_HOUR;
    add(&h, 0, 0, 0, 1800, 3 * PSN_HOUR, 4 * PSN_HOUR);
    add(&h, 0, 0, 0, 3600, 3 * PSN_HOUR + PSN_HOUR / 2, 4 * PSN_HOUR + PSN_HOUR / 2);
    add(&h, 0, 0, 0, 3600, 4 * PSN_HOUR, 5 * PSN_HOUR);
    cr_assert_eq(usage_finish(&h.usage, h.o), 0);
    cr_assert_float_eq(h.o->channel[0].utilisation, 0.5, 1e-12);
    end(&h);
}

Test(usage, by_class_over_the_measured_time)
{
    struct hand h;
    begin(&h);
    add(&h, 0, 0, 0, 100, PSN_HOUR, PSN_HOUR + 100 * SECONDS); /* warm-up: not in the mean */
    add(&h, 0, 0, 0, 1800, 3 * PSN_HOUR, 4 * PSN_HOUR);
    add(&h, 0, 1, 1, 3600, 10 * PSN_HOUR, 11 * PSN_HOUR);
    cr_assert_eq(usage_finish(&h.usage, h.o), 0);
    const struct outcome_channel *c = h.o->channel;
    cr_assert_float_eq(c[0].utilisation, 1800.0 / (46 * 3600), 1e-12);
    cr_assert_float_eq(c[0].bits, 1800e6, 1);
    cr_assert_eq(c[0].hours_above, 0);
    cr_assert_float_eq(c[1].utilisation, 1.0 / 46, 1e-12);
    cr_assert_eq(c[1].hours_above, 1);
    cr_assert_eq(c[0].p95, 0, "of 46 hours, 45 saw nothing");
    cr_assert_eq(c[2].utilisation, 0, "the other direction");
    end(&h);
}

Test(usage, what_lies_across_marks_is_split_evenly)
{
    struct hand h;
    begin(&h);
    /* Half of it in the warm-up, an eighth of it beyond the horizon. */
    add(&h, 0, 0, 0, 3600, PSN_HOUR, 3 * PSN_HOUR);
    add(&h, 1, 0, 0, 800, 48 * PSN_HOUR - 700 * SECONDS, 48 * PSN_HOUR + 100 * SECONDS);
    add(&h, 1, 0, 0, 50, 49 * PSN_HOUR, 50 * PSN_HOUR);
    add(&h, 1, 0, 0, 60, 5 * PSN_HOUR, 5 * PSN_HOUR); /* at one instant */
    cr_assert_eq(h.usage.by_class[0][1], 1800 * SECONDS);
    cr_assert_eq(h.usage.by_class[0][2], 1800 * SECONDS);
    cr_assert_eq(h.usage.by_class[0][48], 1800 * SECONDS, "after the warm-up");
    cr_assert_eq(h.usage.by_class[CLASSES][47], 700 * SECONDS);
    cr_assert_eq(h.usage.by_class[CLASSES][5], 60 * SECONDS);
    cr_assert_eq(h.usage.by_class[CLASSES][48], 760 * SECONDS);
    end(&h);
}

Test(usage, parts_add_up_to_the_work_however_it_is_cut)
{
    struct hand h;
    begin(&h);
    psn_time work = 0;
    for (int i = 1; i < 200; i++) {
        psn_time from = (psn_time)i * 13 * 60 * SECONDS + i, part = 7919 * i;
        work += part;
        cr_assert_eq(usage_add(&h.usage, 0, 0, 0, part, from, from + i * 61 * SECONDS), 0);
    }
    psn_time sum = 0;
    for (size_t i = 0; i < 48; i++)
        sum += h.usage.by_class[0][i];
    cr_assert_eq(sum, work);
    end(&h);
}

Test(usage, the_busiest_interval_and_whose_it_is)
{
    struct hand h;
    begin(&h);
    double *series = h.o->series_utilisation;
    series[1] = 1; /* warm-up */
    series[20] = 0.9;
    series[21] = 0.9;
    series[30] = 0.85;
    add(&h, 0, 0, 0, 810, 20 * PSN_HOUR, 21 * PSN_HOUR);
    add(&h, 0, 1, 2, 2430, 20 * PSN_HOUR, 21 * PSN_HOUR);
    add(&h, 0, 0, 1, 3000, 21 * PSN_HOUR, 22 * PSN_HOUR);
    cr_assert_eq(usage_finish(&h.usage, h.o), 0);
    const struct outcome_direction *k = h.o->direction;
    cr_assert_eq(k[0].peak, 0.9);
    cr_assert_eq(k[0].peak_interval, 20);
    cr_assert_eq(k[0].hours_above, 3);
    cr_assert_eq(k[0].p95, 0.85, "the least that 44 of 46 hours keep within");
    cr_assert_float_eq(h.o->peak_share[0], 0.25, 1e-12);
    cr_assert_eq(h.o->peak_share[1], 0);
    cr_assert_float_eq(h.o->peak_share[2], 0.75, 1e-12);
    cr_assert_eq(h.o->peak_share[3], 0, "nothing on the way back");
    cr_assert_eq(k[1].peak_interval, 2, "the first of equals");
    end(&h);
}

Test(usage, by_hour_of_the_civil_day)
{
    struct hand h;
    begin(&h);
    /* From 06:00: hour 4 of the run is 10:00, and of the second day 28. */
    add(&h, 0, 0, 0, 3600, 4 * PSN_HOUR, 5 * PSN_HOUR);
    add(&h, 0, 0, 0, 1800, 28 * PSN_HOUR, 29 * PSN_HOUR);
    add(&h, 0, 0, 0, 900, 26 * PSN_HOUR, 27 * PSN_HOUR); /* 08:00, whose first is no warm-up */
    add(&h, 0, 0, 0, 900, 25 * PSN_HOUR, 26 * PSN_HOUR); /* 07:00, whose first is warm-up */
    cr_assert_eq(usage_finish(&h.usage, h.o), 0);
    cr_assert_float_eq(h.o->day[10], 0.75, 1e-12);
    cr_assert_float_eq(h.o->day[8], 0.125, 1e-12);
    cr_assert_float_eq(h.o->day[7], 0.25, 1e-12);
    cr_assert_eq(h.o->day[11], 0);
    end(&h);
}

Test(usage, two_processes_are_one)
{
    struct hand a, b;
    begin(&a);
    begin(&b);
    add(&a, 0, 0, 0, 100, 3 * PSN_HOUR, 4 * PSN_HOUR);
    add(&b, 0, 0, 0, 200, 3 * PSN_HOUR, 4 * PSN_HOUR);
    add(&b, 1, 1, 2, 300, 3 * PSN_HOUR, 4 * PSN_HOUR);
    cr_assert_eq(usage_merge(&a.usage, &b.usage), 0);
    cr_assert_eq(a.usage.by_class[0][3], 300 * SECONDS);
    cr_assert_eq(a.usage.by_owner[3 + 2][3], 300 * SECONDS);
    cr_assert_eq(a.usage.by_class[CLASSES + 1][48], 300 * SECONDS);
    end(&a);
    end(&b);
}

Test(usage, a_link_that_is_there_for_a_part_is_measured_then)
{
    struct hand h;
    begin(&h);
    h.link.there = (struct span){10 * PSN_HOUR, 20 * PSN_HOUR};
    for (size_t i = 0; i < 48; i++)
        h.o->series_utilisation[i] = i >= 10 && i < 20 ? 0.1 : NAN;
    add(&h, 0, 0, 0, 3600, 12 * PSN_HOUR, 13 * PSN_HOUR);
    cr_assert_eq(usage_finish(&h.usage, h.o), 0);
    cr_assert_float_eq(h.o->channel[0].utilisation, 0.1, 1e-12);
    cr_assert_eq(h.o->channel[0].p95, 1, "one hour in ten");
    cr_assert_eq(h.o->direction[0].p95, 1, "in use for what was sent at least");
    end(&h);
}

Test(usage, a_direction_is_in_use_for_what_was_sent_and_by_no_more_than_its_line)
{
    struct hand h;
    begin(&h);
    double *series = h.o->series_utilisation;
    series[10] = series[11] = 0.4;
    add(&h, 0, 0, 0, 900, 10 * PSN_HOUR, 11 * PSN_HOUR);
    add(&h, 0, 1, 2, 1800, 11 * PSN_HOUR, 12 * PSN_HOUR);
    add(&h, 0, 0, 0, 3636, 12 * PSN_HOUR, 13 * PSN_HOUR);
    cr_assert_eq(usage_finish(&h.usage, h.o), 0);
    cr_assert_eq(series[10], 0.4, "the meter saw more");
    cr_assert_eq(series[11], 0.5);
    cr_assert_eq(series[12], 1);
    end(&h);
}

Test(usage, keeps_nothing_without_classes)
{
    struct description d = {.horizon = PSN_DAY, .interval = PSN_HOUR};
    struct outcome_shape s = {.partners = 1, .stations = 2, .intervals = 24};
    struct usage u;
    cr_assert_eq(usage_init(&u, &d, &s, NULL), 0);
    cr_assert_eq(usage_add(&u, 0, 0, 0, 1, 0, 1), 0);
    cr_assert_null(u.by_class);
    usage_fini(&u);
}
