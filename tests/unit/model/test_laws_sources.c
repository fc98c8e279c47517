/* SPDX-License-Identifier: Apache-2.0
 * What each source asks of the stations, against figures worked out by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "fixture.h"
#include "model/laws.h"

/* 10 users of `p` think 9 s and work 1 s at one core; `q` asks twice a second on weekdays (a rate
 * of 10 / 7 over the week), and has a job a day. */
static const char *const text =
    "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 2 d}\n"
    "profiles: {days: {weekday: 1, weekend: 0}}\n"
    "partners: {p: {staff: {hall: 10}}, q: {staff: {hall: 1}}}\nsites: {hall: {}}\n"
    "compute: {pool: {site: hall}}\n"
    "services: {s: {steps: [{compute: app, work: exp(1 s)}]}}\n"
    "workloads:\n"
    "  closed: {service: s, partners: p, users: 100 % of staff, think: exp(9 s)}\n"
    "  open: {service: s, partners: q, rate: 10 / s per 7 staff, profile: days}\n"
    "  timed: {service: s, partners: q, by: app, every: 1 d}\n"
    "arrangements: {x: {hosting: {all: {app: pool}}}}\n";

struct seen {
    size_t n;
    struct source_load load[4];
    double demand[4], last_hour[4];
};

static int keep(void *context, const struct source_load *s)
{
    struct seen *seen = context;
    seen->load[seen->n] = *s;
    seen->demand[seen->n] = s->demand[0];
    seen->last_hour[seen->n++] = s->rate ? s->rate[COURSE_HOURS - 1] : -1;
    return 0;
}

Test(laws_sources, by_hand)
{
    struct description *d = fixture_describe(text);
    struct seen seen = {0};
    psn_diagnostics all = {0};
    cr_assert_eq(laws_sources(d, keep, &seen, &all), 0);
    cr_assert_eq(seen.n, 3);
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(seen.load[i].source, i);
        cr_expect_float_eq(seen.demand[i], 1e9, 1e-3);
        cr_expect_float_eq(seen.load[i].alone_ns, 1e9, 1e-3);
    }
    cr_expect_float_eq(seen.load[0].mean_per_s, 1, 1e-12, "10 users / (9 s + 1 s)");
    cr_expect_float_eq(seen.last_hour[0], 1, 1e-12, "level all week");
    cr_expect_float_eq(seen.load[1].mean_per_s, 10.0 / 7, 1e-12);
    cr_expect_float_eq(seen.last_hour[1], 0, 0, "Sunday");
    cr_expect_eq(seen.load[1].busiest_hour, 0, "the first of equals");
    cr_expect_null(seen.load[2].rate, "scheduled jobs have no rate by the hour");
    cr_expect_float_eq(seen.load[2].mean_per_s, 2 / (2 * 86400.0), 1e-15, "two in two days");
    description_free(d);
}

static int stop(void *context, const struct source_load *s)
{
    (*(size_t *)context)++;
    return s->source == 1 ? -7 : 0;
}

Test(laws_sources, a_visit_ends_it)
{
    struct description *d = fixture_describe(text);
    size_t n = 0;
    psn_diagnostics all = {0};
    cr_expect_eq(laws_sources(d, stop, &n, &all), -7);
    cr_expect_eq(n, 2);
    description_free(d);
}
