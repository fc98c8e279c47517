/* SPDX-License-Identifier: Apache-2.0
 * The number of requests in progress: by hand, against the meter of a station that all requests are
 * in, and under any partition. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "model/presence.h"

Test(presence, by_hand)
{
    /* Intervals of 10 up to 34. Two are in progress from 4 and 8; one ends at 12, one at 30, and
     * one from 33 on stays. Areas: 6 + 2, 2 + 10, 10, 1 over 10, 10, 10 and 4. */
    struct presence p, other;
    double mean[4];
    cr_assert_eq(presence_init(&p, 10, 34), 0);
    cr_assert_eq(presence_init(&other, 10, 34), 0);
    cr_assert_eq(p.n, 4);
    presence_add(&p, 4, 1);
    presence_add(&p, 8, 1);
    presence_add(&other, 30, -1); /* they may end in another process, and come in any order */
    presence_add(&other, 12, -1);
    presence_add(&p, 33, 1);
    presence_merge(&p, &other);
    presence_means(&p, mean);
    const double expected[] = {0.8, 1.2, 1, 0.25};
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(mean[i], expected[i], "%zu: %g", i, mean[i]);
    presence_fini(&p);
    presence_fini(&other);
}

static struct model_pilot pilot(const struct description *d, const struct model_schedule *schedule)
{
    psn_diagnostics all = {0};
    struct model_pilot p;
    cr_assert_eq(model_pilot(d, schedule, NULL, &p, &all), 0);
    psn_diagnostics_fini(&all);
    return p;
}

/* One server whose queue is everything: what is in progress is what is present there. */
Test(presence, is_the_presence_at_the_only_station)
{
    struct description *d =
        fixture_describe("psnsim: 1\n"
                         "time: {start: 2014-05-12, horizon: 1000 s, interval: 7 s}\n"
                         "partners: {town: {population: 1000, staff: {hall: 10}}}\n"
                         "sites: {hall: {partner: town}}\n"
                         "compute: {server: {site: hall, cores: 1}}\n"
                         "services: {ask: {steps: [{compute: app, work: exp(100 ms)}]}}\n"
                         "workloads: {asking: {service: ask, partners: all, rate: 8 / s}}\n"
                         "arrangements: {alone: {hosting: {all: {app: server}}}}\n");
    struct outcome *o = fixture_run(d, MODEL_PILOT, NULL);
    struct model_pilot p = pilot(d, NULL);
    cr_assert_eq(p.n, 143);
    cr_assert_eq(p.n, o->shape.intervals);
    cr_assert_eq(memcmp(p.in_progress, o->series_present, p.n * sizeof *p.in_progress), 0);
    cr_assert_eq(p.requests, o->stream[0].offered);
    cr_assert(p.requests > 7000, "%lld", (long long)p.requests);
    free(p.in_progress);
    outcome_free(o);
    description_free(d);
}

/* Everybody gives up after exactly 2 s, so that is how long each request is in progress, but for
 * those of the last 2 s: some 16, and hardly 60. */
Test(presence, what_fails_is_in_progress_no_more)
{
    struct description *d =
        fixture_describe("psnsim: 1\n"
                         "time: {start: 2014-05-12, horizon: 1000 s, interval: 10 s}\n"
                         "partners: {town: {population: 1000, staff: {hall: 10}}}\n"
                         "sites: {hall: {partner: town}}\n"
                         "services: {ask: {timeout: 2 s, steps: [{delay: 10 s}]}}\n"
                         "workloads: {asking: {service: ask, partners: all, rate: 8 / s}}\n"
                         "arrangements: {alone: {hosting: {}}}\n");
    struct model_pilot p = pilot(d, NULL);
    double area = 0, offered = (double)p.requests;
    for (size_t i = 0; i < p.n; i++)
        area += p.in_progress[i] * 10;
    cr_assert(p.requests > 7000, "%lld", (long long)p.requests);
    cr_assert(area < 2 * offered && area > 2 * (offered - 60), "%g of %g", area, 2 * offered);
    free(p.in_progress);
    description_free(d);
}

Test(presence, no_partition_moves_a_bit)
{
    struct description *d = fixture_describe(fixture_shire);
    struct model_pilot one = pilot(d, NULL);
    double sum = 0;
    for (size_t i = 0; i < one.n; i++)
        sum += one.in_progress[i];
    cr_assert(sum > 0);
    for (uint32_t partitions = 2; partitions <= 4; partitions++)
        for (uint64_t seed = 1; seed <= 3; seed++) {
            struct model_schedule schedule = {.partitions = partitions, .partition_seed = seed};
            struct model_pilot other = pilot(d, &schedule);
            cr_assert_eq(one.n, other.n);
            cr_assert_eq(one.requests, other.requests);
            cr_assert_eq(memcmp(one.in_progress, other.in_progress, one.n * sizeof(double)), 0,
                         "%u partitions, seed %llu", partitions, (unsigned long long)seed);
            free(other.in_progress);
        }
    free(one.in_progress);
    description_free(d);
}

Test(presence, a_stopped_pilot_is_given_up)
{
    struct description *d = fixture_describe(fixture_shire);
    psn_diagnostics all = {0};
    volatile int stop = 1;
    struct model_pilot p;
    cr_assert_eq(model_pilot(d, NULL, &stop, &p, &all), PSN_EINTERRUPTED);
    cr_assert_null(p.in_progress);
    psn_diagnostics_fini(&all);
    description_free(d);
}
