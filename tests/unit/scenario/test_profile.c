/* SPDX-License-Identifier: Apache-2.0
 * Profiles: how the days of a week are made of weekday, weekend, saturday and sunday. */
#include <criterion/criterion.h>

#include "describing.h"

/* The week of a profile's text. */
static struct profile profile(const char *text, char **mistakes)
{
    char whole[8192];
    struct profile p = {0};
    snprintf(whole, sizeof whole,
             "psnsim: 1\ntime: {start: 2011-09-05, horizon: 1 week}\npartners: {p: {}}\n"
             "sites: {s: {}}\nuse: {arrangement: a}\nprofiles: {x: %s}\ncompute: {c: {site: s}}\n"
             "services: {v: {steps: [{compute: app, work: 1 s}]}}\n"
             "workloads: {w: {service: v, at: s, rate: 1 / s, profile: x}}\n"
             "arrangements: {a: {hosting: {all: {app: c}}}}\n",
             text);
    struct description *d = describing(whole, NULL, 0, mistakes);
    if (d != NULL) {
        cr_assert_eq(d->n_profiles, 1);
        p = d->profile[0];
    }
    description_free(d);
    return p;
}

Test(profile, hours_by_day)
{
    char *mistakes;
    struct profile p = profile(
        "{weekday: [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23], weekend: .5, "
        "sunday: .25, vary: 9 %}",
        &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    for (int h = 0; h < 168; h++) {
        double expected = h < 120 ? h % 24 : h < 144 ? 0.5 : 0.25;
        cr_assert_float_eq(p.week[h], expected, 1e-15, "hour %d: %g", h, p.week[h]);
    }
    cr_assert_float_eq(p.vary, 0.09, 1e-15);
}

Test(profile, a_weekend_not_said_is_as_the_week)
{
    char *mistakes;
    struct profile p = profile("{weekday: 2, saturday: 3}", &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert_eq(p.week[119], 2);
    cr_assert_eq(p.week[120], 3);
    cr_assert_eq(p.week[144], 2);
    cr_assert_eq(p.vary, 0);
}

Test(profile, mistakes)
{
    static const char *const wrong[][2] = {
        {"{weekday: 0}", "is 0 in every hour"},
        {"{weekday: [1, 2]}", "24"},
        {"{weekday: -1}", "negative"},
        {"{weekend: 1}", "weekday"},
        {"{weekday: much}", "much"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char *mistakes;
        profile(wrong[i][0], &mistakes);
        cr_assert_not_null(mistakes, "%s", wrong[i][0]);
        cr_assert_not_null(strstr(mistakes, wrong[i][1]), "%s: %s", wrong[i][0], mistakes);
        free(mistakes);
    }
}
