/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/divided: a background, the work that was done, and an emptied station. */
#include "drive.h"

/* A station with a background, driven by hand. */
static void set_up(struct divided *d, uint64_t cap)
{
    memset(d, 0, sizeof *d);
    cr_assert_eq(divided_init(d), PSN_OK);
    meter_init(&d->meter, 0, 100000, 100000, METER_WHOLE, NULL, NULL, NULL);
    divided_set_background(d, cap, 0);
}

static struct job *leave(struct divided *d, psn_time at)
{
    cr_assert_eq(d->next, at, "next is %lld", (long long)d->next);
    return divided_depart(d, at);
}

/* Of 1,000 ns of work: three quarters beside a background of a quarter, half beside a greater one.
 */
Test(background, takes_half_of_the_line_at_most)
{
    static const struct {
        uint64_t cap;
        psn_time gone;
    } t[] = {{0, 1000},
             {METER_WHOLE / 4, 1334},
             {METER_WHOLE / 2, 2000},
             {METER_WHOLE, 2000},
             {2 * METER_WHOLE, 2000}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct divided d;
        struct job job = {.service = 1000};
        set_up(&d, t[i].cap);
        cr_assert_eq(divided_arrive(&d, &job, 0), PSN_OK);
        cr_assert_eq(leave(&d, t[i].gone), &job);
        cr_assert_eq(d.next, PSN_NEVER);
        divided_fini(&d);
    }
}

/* A quarter of the line all the time, and all of it for 1,334 ns: what the job and it use. */
Test(background, counts_as_capacity_in_use)
{
    struct divided d;
    struct job job = {.service = 1000};
    set_up(&d, METER_WHOLE / 4);
    divided_arrive(&d, &job, 1000);
    leave(&d, 2334);
    meter_finish(&d.meter);
    cr_assert_float_eq(meter_utilisation(&d.meter), (1334 + 98666 * 0.25) / 100000, 1e-12);
    cr_assert_eq(d.meter.present_max, 1);
    divided_fini(&d);
}

/* It changes in the middle of a job: 300 ns at three quarters, then the rest at full rate. At half
 * speed it still takes a quarter of the whole, then half of what there is. */
Test(background, changes_with_work_there)
{
    struct divided d;
    struct job job = {.service = 1000}, other = {.service = 100};
    set_up(&d, METER_WHOLE / 4);
    divided_arrive(&d, &job, 0);
    divided_set_background(&d, 0, 300);
    cr_assert_eq(leave(&d, 300 + 775), &job);
    divided_set_background(&d, METER_WHOLE / 4, 2000);
    divided_set_speed(&d, METER_WHOLE / 2, 2000);
    divided_arrive(&d, &other, 2000);
    cr_assert_eq(leave(&d, 2400), &other);
    divided_fini(&d);
}

/* Bulk jobs divide what the background leaves them of their half, or of the idle line. */
Test(background, bulk_has_the_rest)
{
    struct divided d;
    struct job bulk = {.service = 300, .share = METER_WHOLE, .flags = JOB_BULK};
    set_up(&d, METER_WHOLE / 4);
    divided_arrive(&d, &bulk, 0);
    cr_assert_eq(leave(&d, 400), &bulk);
    divided_fini(&d);
}

/* Work of jobs that have left and of the one in service, in both of its stages, and while all
 * stands still. */
Test(background, work_is_counted_as_it_is_done)
{
    struct divided d;
    struct job a = {.service = 100}, b = {.service = 400, .last = 100};
    set_up(&d, METER_WHOLE / 2);
    divided_arrive(&d, &a, 0);
    divided_arrive(&d, &b, 0);
    cr_assert(divided_work(&d, 100) == 50);
    leave(&d, 200);
    cr_assert(divided_work(&d, 200) == 100);
    cr_assert(divided_work(&d, 401) == 200, "whole ns");
    divided_set_speed(&d, 0, 500);
    cr_assert(divided_work(&d, 500) == 250 && divided_work(&d, 700) == 250);
    divided_set_speed(&d, METER_WHOLE, 700);
    leave(&d, 1000);
    cr_assert(b.flags & JOB_STAGED);
    cr_assert(divided_work(&d, 1100) == 450);
    leave(&d, 1200);
    cr_assert(divided_work(&d, 5000) == 500);
    divided_fini(&d);
}

/* All jobs come out in order, nobody is there any more, and the next one is served as ever. */
Test(background, an_emptied_station_begins_anew)
{
    struct divided d;
    struct job a = {.service = 400, .last = 100}, b = {.service = 9}, after = {.service = 500};
    struct job bulk = {.service = 300, .share = METER_WHOLE, .flags = JOB_BULK};
    set_up(&d, 0);
    divided_arrive(&d, &bulk, 0);
    divided_arrive(&d, &a, 0);
    divided_arrive(&d, &b, 5);
    cr_assert_null(leave(&d, 300), "a look at the backlog");
    struct job *first = divided_flush(&d, 350);
    cr_assert(first == &a && a.next == &b && b.next == &bulk && !bulk.next);
    cr_assert_eq(a.flags & JOB_STAGED, 0);
    cr_assert_eq(d.meter.present, 0);
    cr_assert_eq(d.meter.busy, 0);
    cr_assert_eq(d.next, PSN_NEVER);
    cr_assert_null(divided_flush(&d, 660));
    divided_arrive(&d, &after, 700);
    cr_assert_eq(leave(&d, 1200), &after);
    divided_fini(&d);
}
