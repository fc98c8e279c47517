/* SPDX-License-Identifier: Apache-2.0
 * One model for many replications: each as from a model of its own, to the bit. */
#include <criterion/criterion.h>

#include "fixture.h"
#include "same.h"

static void check_next(struct model *m, uint32_t replication, const struct model_schedule *schedule,
                       const struct outcome *alone)
{
    psn_diagnostics all = {0};
    struct outcome *o = NULL;
    cr_assert_eq(model_replicate(m, replication, schedule, NULL, &o, &all), 0);
    cr_assert_eq(all.count, 0);
    same_figures(alone, o);
    outcome_free(o);
}

/* In no order, dealt now one way and now another; what was given up leaves nothing behind. */
static void check_again(const char *text)
{
    const struct model_schedule scattered = {.partitions = 3, .partition_seed = 5};
    const int stop = 1;
    struct description *d = fixture_describe(text);
    struct outcome *alone[] = {fixture_run(d, 0, NULL), fixture_run(d, 1, NULL)}, *none;
    struct model *m = model_new(d);
    cr_assert_not_null(m);
    check_next(m, 1, NULL, alone[1]);
    check_next(m, 0, NULL, alone[0]);
    psn_diagnostics all = {0};
    cr_assert_eq(model_replicate(m, 1, NULL, &stop, &none, &all), PSN_EINTERRUPTED);
    cr_assert(!none && all.count == 0);
    check_next(m, 1, &scattered, alone[1]);
    model_free(m);
    outcome_free(alone[0]);
    outcome_free(alone[1]);
    description_free(d);
}

/* Routes change with the failures of links, so they differ from replication to replication. */
Test(replicate, a_town_with_faults)
{
    check_again(fixture_town);
}

/* Here they are the same for all. */
Test(replicate, a_shire)
{
    check_again(fixture_shire);
}

static int64_t events_of(struct model *m, const struct model_schedule *schedule)
{
    psn_diagnostics all = {0};
    struct outcome *o = NULL;
    cr_assert_eq(model_replicate(m, 0, schedule, NULL, &o, &all), 0);
    int64_t events = o->events;
    outcome_free(o);
    return events;
}

/* Runs that go ahead and runs in step take turns on one model: each has the events that it has on a
 * model of its own. */
Test(replicate, in_step_and_ahead)
{
    const struct model_schedule step = {.in_step = true};
    struct description *d = fixture_describe(
        "psnsim: 1\ntime: {start: 2014-05-12, horizon: 10 min}\n"
        "partners: {p: {staff: {hall: 10}}}\nsites: {hall: {}}\n"
        "compute: {a: {site: hall}, b: {site: hall}}\n"
        "services: {s: {steps: [{compute: r-a, work: exp(80 ms)}, {compute: r-b, work: 50 ms}]}}\n"
        "workloads: {w: {service: s, rate: 9 / s}}\n"
        "arrangements: {x: {hosting: {all: {r-a: a, r-b: b}}}}\n");
    struct outcome *ahead = fixture_run(d, 0, NULL), *in_step = fixture_run(d, 0, &step);
    cr_assert_lt(ahead->events, in_step->events);
    struct model *m = model_new(d);
    cr_assert_not_null(m);
    for (int turn = 0; turn < 2; turn++) {
        cr_expect_eq(events_of(m, NULL), ahead->events);
        cr_expect_eq(events_of(m, &step), in_step->events);
    }
    model_free(m);
    outcome_free(ahead);
    outcome_free(in_step);
    description_free(d);
}
