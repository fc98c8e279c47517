/* SPDX-License-Identifier: Apache-2.0
 * From pilot runs to a study's warm-up. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/warmup.h"

/* M/M/1 at 50, 80 and 120 % of the capacity. */
static const char *const queue =
    "psnsim: 1\n"
    "time: {start: 2011-09-05, horizon: 2000 s, warmup: auto, interval: 10 s}\n"
    "partners: {town: {population: 1000, staff: {hall: 10}}}\n"
    "sites: {hall: {partner: town}}\n"
    "compute: {server: {site: hall, cores: 1}}\n"
    "services: {ask: {steps: [{compute: app, work: exp(1 s)}]}}\n"
    "workloads: {asking: {service: ask, partners: all, rate: 0.5 / s}}\n"
    "arrangements: {alone: {hosting: {all: {app: server}}}}\n"
    "study: {seed: 7, replications: 2, factors: {workloads.asking.rate: [0.5 / s, 0.8 / s, 1.2 / "
    "s]}}\n";

static int fetch(void *context, const char *name, psn_place asked, char **bytes, size_t *size,
                 psn_diagnostics *all)
{
    (void)name;
    (void)asked;
    (void)all;
    *bytes = strdup(context);
    *size = strlen(context);
    return *bytes ? 0 : PSN_EMEMORY;
}

struct opened {
    struct scenario *scenario;
    struct study *study;
    psn_diagnostics all;
};

static struct opened open_study(const char *text)
{
    struct opened o = {0};
    int code = scenario_load_from(fetch, (void *)(uintptr_t)text, "queue.yaml", NULL, 0,
                                  &o.scenario, &o.all);
    if (!code)
        code = study_open(o.scenario, true, &o.study, &o.all);
    cr_assert_eq(code, 0, "%s", o.all.count ? o.all.items[0].text : "");
    return o;
}

static void close_study(struct opened *o)
{
    study_free(o->study);
    scenario_free(o->scenario);
    psn_diagnostics_fini(&o->all);
}

static psn_time warmup_at(struct opened *o, size_t point)
{
    struct description *d;
    cr_assert_eq(study_describe(o->study, point, &d, &o->all), 0);
    psn_time warmup = d->warmup;
    description_free(d);
    return warmup;
}

Test(warmup, the_longest_cut_is_every_points)
{
    struct opened o = open_study(queue);
    const psn_time cut[] = {50 * PSN_SECOND, 350 * PSN_SECOND, WARMUP_UNSTABLE};
    cr_assert_eq(warmup_at(&o, 1), 0);
    cr_assert_eq(warmup_settle(o.study, cut, &o.all), 0);
    cr_assert_eq(o.study->base->warmup, 350 * PSN_SECOND);
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq(warmup_at(&o, i), 350 * PSN_SECOND);
    cr_assert_eq(memcmp(o.study->warmup_cut, cut, sizeof cut), 0);
    cr_assert_eq(o.all.count, 1);
    cr_assert(strstr(o.all.items[0].text, "1 of 3 design points cannot carry their load"));
    cr_assert(strstr(o.all.items[0].text, "workloads.asking.rate = 1.2 / s"), "%s",
              o.all.items[0].text);
    close_study(&o);
}

Test(warmup, what_does_not_settle_is_told_point_by_point)
{
    struct opened o = open_study(queue);
    const psn_time cut[] = {TRANSIENT_UNSETTLED, TRANSIENT_UNSETTLED, WARMUP_UNSTABLE};
    cr_assert_eq(warmup_settle(o.study, cut, &o.all), PSN_EINPUT);
    cr_assert_eq(o.all.count, 2);
    cr_assert(strstr(o.all.items[0].text, "at workloads.asking.rate = 0.5 / s; expected a longer"),
              "%s", o.all.items[0].text);
    cr_assert(strstr(o.all.items[1].text, "at workloads.asking.rate = 0.8 / s;"));
    cr_assert_eq(o.all.items[0].place.line, 2);
    cr_assert_eq(o.all.items[0].place.column, 52);
    cr_assert_not(o.study->warmup_known);
    close_study(&o);
}

Test(warmup, no_stable_point_no_warmup)
{
    struct opened o = open_study(queue);
    const psn_time cut[] = {WARMUP_UNSTABLE, WARMUP_UNSTABLE, WARMUP_UNSTABLE};
    cr_assert_eq(warmup_settle(o.study, cut, &o.all), PSN_EINPUT);
    cr_assert_eq(o.all.count, 1);
    cr_assert(strstr(o.all.items[0].text, "all design points cannot carry their load"));
    close_study(&o);
}

Test(warmup, a_pilot_is_a_pure_function)
{
    struct opened o = open_study(queue);
    struct model_schedule schedule = {.partitions = 3, .partition_seed = 1};
    for (size_t point = 0; point < 3; point++) {
        psn_time one = -7, other = -7;
        int64_t requests, again;
        cr_assert_eq(warmup_pilot(o.study, point, NULL, NULL, &one, &requests, &o.all), 0);
        cr_assert_eq(warmup_pilot(o.study, point, &schedule, NULL, &other, &again, &o.all), 0);
        cr_assert_eq(one, other);
        cr_assert_eq(requests, again);
        if (point == 2) {
            cr_assert_eq(one, WARMUP_UNSTABLE);
            cr_assert_eq(requests, 0, "nothing needs to be simulated for that");
        } else {
            cr_assert(one >= 0 && one % (10 * PSN_SECOND) == 0 && one < 1000 * PSN_SECOND);
            cr_assert_gt(requests, 800);
        }
    }
    close_study(&o);
}

/* What a result states in seconds comes back to the nanosecond, however long it is and whatever the
 * interval. */
Test(warmup, is_taken_over_from_a_result)
{
    struct opened o = open_study(queue);
    const psn_time horizon = 99 * 365 * PSN_DAY,
                   intervals[] = {333333333, 77 * PSN_SECOND + 1, PSN_HOUR, 123456789012345};
    o.study->base->horizon = horizon;
    for (size_t i = 0; i < 4; i++)
        for (psn_time k = 0; k < 400000; k = 2 * k + 1) {
            psn_time warmup = k * intervals[i];
            if (warmup >= horizon)
                break;
            o.study->base->interval = intervals[i];
            cr_assert_eq(warmup_adopt(o.study, (double)warmup / 1e9, &o.all), 0);
            cr_assert_eq(o.study->warmup, warmup, "%lld x %lld: %lld", (long long)k,
                         (long long)intervals[i], (long long)o.study->warmup);
            psn_time days = k % 30000 * PSN_DAY;
            cr_assert_eq(warmup_adopt(o.study, (double)days / 1e9, &o.all), 0);
            cr_assert_eq(o.study->warmup, days);
        }
    cr_assert_eq(warmup_adopt(o.study, (double)horizon / 1e9, &o.all), PSN_EINPUT);
    cr_assert_eq(warmup_adopt(o.study, -1, &o.all), PSN_EINPUT);
    cr_assert_eq(warmup_adopt(o.study, NAN, &o.all), PSN_EINPUT);
    close_study(&o);
}
