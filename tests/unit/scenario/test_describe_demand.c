/* SPDX-License-Identifier: Apache-2.0
 * Demand: how it is dealt out to sources, and when scheduled jobs are released. */
#include <criterion/criterion.h>
#include <math.h>

#include "describing.h"
#include "scenario/describe.h"

static void check_deal(int64_t total, const double *weight, size_t n, const int64_t *expected)
{
    struct remainder room[8];
    int64_t share[8];
    demand_deal(total, weight, n, room, share);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(share[i], expected[i], "part %zu of %lld: %lld", i, (long long)total,
                     (long long)share[i]);
}

Test(demand, largest_remainder)
{
    /* 448 x 460/760 = 271.16, 448 x 300/760 = 176.84 */
    check_deal(448, (double[]){460, 300}, 2, (int64_t[]){271, 177});
    /* 3.33 each: the one left goes to the first */
    check_deal(10, (double[]){7, 7, 7}, 3, (int64_t[]){4, 3, 3});
    check_deal(11, (double[]){7, 7, 7}, 3, (int64_t[]){4, 4, 3});
    /* 0.4, 1.6, 2.0 */
    check_deal(4, (double[]){1, 4, 5}, 3, (int64_t[]){0, 2, 2});
    check_deal(9, (double[]){0, 0}, 2, (int64_t[]){9, 0});
    check_deal(0, (double[]){1, 2}, 2, (int64_t[]){0, 0});
    check_deal(5, (double[]){0, 1.5}, 2, (int64_t[]){0, 5});
    check_deal(2147483647, (double[]){1, 1}, 2, (int64_t[]){1073741824, 1073741823});
}

Test(demand, any_deal_adds_up)
{
    struct remainder room[8];
    int64_t share[8];
    for (int total = 0; total < 300; total++) {
        double weight[8];
        int64_t sum = 0;
        for (int i = 0; i < 8; i++)
            weight[i] = (double)((total * 31 + i * i * 17) % 23) / 7;
        demand_deal(total, weight, 8, room, share);
        for (int i = 0; i < 8; i++) {
            cr_assert_geq(share[i], 0);
            sum += share[i];
        }
        cr_assert_eq(sum, total);
    }
}

static const struct span spans[] = {
    {-4 * PSN_HOUR, 6 * PSN_HOUR}, {20 * PSN_HOUR, 30 * PSN_HOUR}, {44 * PSN_HOUR, 54 * PSN_HOUR}};
static const struct hours nights = {.name = "nights", .span = (struct span *)spans, .n_spans = 3};

static void check_releases(const struct hours *window, psn_time every, psn_time horizon,
                           const struct release *expected, size_t n)
{
    struct arena a = {0};
    size_t found;
    struct release *list = demand_releases(&a, window, every, horizon, &found);
    cr_assert_not_null(list);
    cr_assert_eq(found, n, "%zu releases", found);
    for (size_t i = 0; i < n; i++) {
        cr_assert_eq(list[i].at, expected[i].at, "release %zu at %g h", i,
                     (double)list[i].at / (double)PSN_HOUR);
        cr_assert_eq(list[i].closes, expected[i].closes);
    }
    arena_fini(&a);
}

Test(demand, once_a_day_at_the_first_opening)
{
    static const struct release expected[] = {{20 * PSN_HOUR, 30 * PSN_HOUR},
                                              {44 * PSN_HOUR, 54 * PSN_HOUR}};
    check_releases(&nights, PSN_DAY, 2 * PSN_DAY, expected, 2);
}

/* In [24 h, 32 h) the window does not open, but is open at 24 h; in [0, 8 h) likewise; in [8 h, 16
 * h) it is closed throughout. */
Test(demand, a_window_that_is_open_already)
{
    static const struct release expected[] = {{0, 6 * PSN_HOUR},
                                              {20 * PSN_HOUR, 30 * PSN_HOUR},
                                              {24 * PSN_HOUR, 30 * PSN_HOUR},
                                              {44 * PSN_HOUR, 54 * PSN_HOUR}};
    check_releases(&nights, 8 * PSN_HOUR, 48 * PSN_HOUR, expected, 4);
}

Test(demand, nothing_at_or_after_the_horizon)
{
    static const struct release expected[] = {{20 * PSN_HOUR, 30 * PSN_HOUR}};
    check_releases(&nights, PSN_DAY, 44 * PSN_HOUR, expected, 1);
    check_releases(&nights, 300 * PSN_DAY, 44 * PSN_HOUR, expected, 1);
}

/* Weekday nights: the end of Friday's is in Saturday's period, and no job of its own. */
Test(demand, the_end_of_a_window_is_no_new_one)
{
    static const struct span span[] = {{-4 * PSN_HOUR, 6 * PSN_HOUR},
                                       {20 * PSN_HOUR, 30 * PSN_HOUR}};
    static const struct hours friday = {.name = "f", .span = (struct span *)span, .n_spans = 2};
    static const struct release expected[] = {{20 * PSN_HOUR, 30 * PSN_HOUR}};
    check_releases(&friday, PSN_DAY, 3 * PSN_DAY, expected, 1);
    /* One that is open for days gives a job each day. */
    static const struct span days[] = {{-PSN_DAY, 3 * PSN_DAY}};
    static const struct hours open = {.name = "o", .span = (struct span *)days, .n_spans = 1};
    static const struct release daily[] = {
        {0, 3 * PSN_DAY}, {PSN_DAY, 3 * PSN_DAY}, {2 * PSN_DAY, 3 * PSN_DAY}};
    check_releases(&open, PSN_DAY, 3 * PSN_DAY, daily, 3);
}

Test(demand, without_a_window)
{
    static const struct release expected[] = {
        {0, PSN_NEVER}, {PSN_HOUR, PSN_NEVER}, {2 * PSN_HOUR, PSN_NEVER}};
    check_releases(NULL, PSN_HOUR, 3 * PSN_HOUR, expected, 3);
    check_releases(NULL, PSN_HOUR, 2 * PSN_HOUR + 1, expected, 3);
}

static struct description *councils(const char *const *sets, size_t n)
{
    char *mistakes;
    struct description *d = describing(COUNCILS, sets, n, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    return d;
}

static const struct source *source(const struct description *d, const char *name)
{
    for (size_t i = 0; i < d->n_sources; i++)
        if (strcmp(d->source[i].name, name) == 0)
            return &d->source[i];
    cr_assert_fail("no source %s", name);
    return NULL;
}

Test(demand, users_sit_where_the_staff_sit)
{
    struct description *d = councils(NULL, 0);
    cr_assert_eq(d->n_sources, 7);
    for (size_t i = 1; i < d->n_sources; i++)
        cr_assert_lt(strcmp(d->source[i - 1].name, d->source[i].name), 0);
    const struct source *civic = source(d, "case/worthing/civic"),
                        *adur = source(d, "case/adur/civic");
    cr_assert_eq(adur->users, 248);  /* 59 % of 420 = 247.8 */
    cr_assert_eq(civic->users, 271); /* of 448 (448.4) */
    cr_assert_eq(source(d, "case/worthing/town-hall")->users, 177);
    cr_assert_eq(civic->site, 0);
    cr_assert_eq(civic->partner, 1);
    cr_assert_eq(adur->users_most, 248);
    cr_assert_eq(description_signed_on(d, adur, 0), 0); /* the start is a Monday's midnight */
    cr_assert_eq(description_signed_on(d, adur, 6 * PSN_HOUR), 5);  /* 4.96 */
    cr_assert_eq(description_signed_on(d, adur, 7 * PSN_HOUR), 50); /* 49.6 */
    cr_assert_eq(description_signed_on(d, adur, 9 * PSN_HOUR), 248);
    cr_assert_eq(description_signed_on(d, adur, 5 * PSN_DAY), 5); /* the weekend's 2 % */
    cr_assert_eq(d->workload[0].kind, WORKLOAD_CLOSED);
    cr_assert_eq(d->workload[0].think.mean.value, 45e9);
    cr_assert_eq(d->workload[0].think.law.kind, LAW_EXP);
    description_free(d);
}

Test(demand, a_half_is_rounded_up_in_decimals)
{
    /* 0.7 x 415 = 290.49999999999994 in binary; 290.5 in the text */
    static const char *const sets[] = {"partners.adur.staff.civic=415",
                                       "workloads.case.users=70 % of staff"};
    struct description *d = councils(sets, 2);
    cr_assert_eq(source(d, "case/adur/civic")->users, 291);
    description_free(d);
}

Test(demand, rates)
{
    static const char *const sets[] = {"demand=1.5", "workloads.pages.scale=2"};
    struct description *d = councils(sets, 2);
    double expected = 3.0 * 63 / (365 * 86400.0) * 61182;
    const struct source *adur = source(d, "pages/adur/internet");
    cr_assert_float_eq(adur->rate_per_s, expected, 1e-12 * expected);
    cr_assert_eq(adur->site, 1);
    cr_assert_eq(source(d, "case/adur/civic")->users, 372); /* 371.7 */
    description_free(d);
}

Test(demand, open_demand_of_staff_is_divided)
{
    static const char *const sets[] = {
        "workloads.pages={service: case-work, rate: 13 / year per staff}"};
    struct description *d = councils(sets, 1);
    double one = 13 / (365 * 86400.0);
    cr_assert_float_eq(source(d, "pages/worthing/civic")->rate_per_s, 460 * one, 1e-12);
    cr_assert_float_eq(source(d, "pages/worthing/town-hall")->rate_per_s, 300 * one, 1e-12);
    description_free(d);
}

Test(demand, per_site)
{
    static const char *const at[] = {"workloads.case.users=12 per site",
                                     "workloads.case.at=internet"};
    static const char *const staff[] = {"workloads.case.users=12 per site"};
    struct description *d = councils(at, 2);
    cr_assert_eq(source(d, "case/worthing/internet")->users, 12);
    description_free(d);
    d = councils(staff, 1);
    cr_assert_eq(source(d, "case/adur/civic")->users, 12);
    cr_assert_eq(source(d, "case/worthing/civic")->users, 15); /* 24 by 460 to 300: 14.53, 9.47 */
    cr_assert_eq(source(d, "case/worthing/town-hall")->users, 9);
    description_free(d);
}

Test(demand, scheduled_jobs)
{
    static const char *const sets[] = {"demand=2"}; /* which does not touch them */
    struct description *d = councils(sets, 1);
    const struct source *s = source(d, "nightly/adur");
    cr_assert_eq(s->site, 2); /* of joint-san */
    cr_assert_eq(s->n_releases, 14);
    cr_assert_eq(s->release[0].at, 20 * PSN_HOUR);
    cr_assert_eq(s->release[0].closes, 30 * PSN_HOUR);
    cr_assert_eq(s->release[13].at, 13 * PSN_DAY + 20 * PSN_HOUR);
    cr_assert_eq(s->users, 0);
    cr_assert_eq(s->rate_per_s, 0);
    description_free(d);
}

Test(demand, partners_named)
{
    static const char *const sets[] = {"workloads.case.partners=[worthing]"};
    struct description *d = councils(sets, 1);
    cr_assert_eq(d->n_sources, 6);
    cr_assert_str_eq(d->source[0].name, "case/worthing/civic");
    description_free(d);
}

/* Left out, they stay in the list, and ask for nothing. */
Test(demand, what_takes_no_part_asks_for_nothing)
{
    static const char *const workload[] = {"workloads.case.only=[alone]"};
    static const char *const site[] = {"sites.internet.only=[alone]", "links.web.only=none",
                                       "arrangements.shared.hosting.all.vault=civic",
                                       "workloads.pages.only=[alone]"};
    static const char *const machines[] = {
        "storage.joint-san.only=[alone]", "workloads.case.only=[alone]",
        "workloads.pages.only=[alone]", "arrangements.shared.hosting.all.vault=joint-san"};
    static const char *const partner[] = {"partners.adur.only=[alone]", "sites.civic.partner=none"};
    struct description *d = councils(workload, 1);
    cr_assert_eq(d->n_sources, 7);
    cr_assert_eq(source(d, "case/adur/civic")->users, 0);
    cr_assert_eq(description_signed_on(d, source(d, "case/adur/civic"), 9 * PSN_HOUR), 0);
    cr_assert_gt(source(d, "pages/adur/internet")->rate_per_s, 0);
    description_free(d);
    d = councils(site, 4);
    cr_assert_eq(source(d, "pages/adur/internet")->rate_per_s, 0);
    cr_assert_not(d->link[1].exists);
    cr_assert_eq(source(d, "case/adur/civic")->users, 248);
    description_free(d);
    d = councils(machines, 4);
    cr_assert_eq(source(d, "nightly/adur")->n_releases, 0);
    cr_assert_eq(d->hosting[1].kind, MACHINE_NONE);
    description_free(d);
    d = councils(partner, 2);
    cr_assert_eq(source(d, "case/adur/civic")->users, 0);
    cr_assert_eq(source(d, "case/worthing/civic")->users, 271);
    cr_assert_not(d->target[0].exists);
    cr_assert(d->target[1].exists);
    description_free(d);
}
