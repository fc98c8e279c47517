/* SPDX-License-Identifier: Apache-2.0
 * `only`, `from` and `until`: when things are there, the epochs that they make, and mistakes. */
#include <criterion/criterion.h>

#include "describing.h"

#define SERVICE(hosting, extra)                                                                    \
    "psnsim: 1\n"                                                                                  \
    "time: {start: 2011-09-05T08:00, horizon: 2 weeks}\n"                                          \
    "partners: {p: {staff: {hall: 10}}}\n"                                                         \
    "sites: {hall: {}, dc: {until: 2011-09-12}}\n"                                                 \
    "links: {line: {between: [hall, dc], bandwidth: 1 Mbit/s, from: 2011-09-06T10:00}}\n"          \
    "compute: {old: {site: dc}, new: {site: hall, from: 2011-09-07}}\n"                            \
    "services: {v: {steps: [{compute: app, work: 1 ms}]}}\n"                                       \
    "workloads: {w: {service: v, rate: 1 / s" extra "}}\n"                                         \
    "arrangements: {a: {hosting: {all: {app: " hosting "}}}}\n"

#define HOUR_NS INT64_C(3600000000000)

Test(presence, spans_and_epochs)
{
    char *mistakes;
    struct description *d =
        describing(SERVICE("[new, old]", ", from: 2011-09-07"), NULL, 0, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    /* From 8 o'clock on the 5th: the line after 26 h, the new pool after 40, the old site ends
     * after 160. A pool and a link end with their site. */
    cr_assert_eq(d->n_epochs, 4);
    const int64_t hours[4] = {0, 26, 40, 160};
    for (size_t i = 0; i < 4; i++)
        cr_assert_eq(d->epoch[i], hours[i] * HOUR_NS, "epoch %zu", i);
    cr_assert_eq(d->pool[1].there.close, 160 * HOUR_NS, "%s", d->pool[1].name);
    cr_assert_eq(d->link[0].there.open, 26 * HOUR_NS);
    cr_assert_eq(d->link[0].there.close, 160 * HOUR_NS);
    cr_assert_eq(d->source[0].there.open, 40 * HOUR_NS);
    cr_assert_eq(d->source[0].there.close, PSN_NEVER);
    cr_assert_eq(description_epoch(d, 0), 0);
    cr_assert_eq(description_epoch(d, 26 * HOUR_NS - 1), 0);
    cr_assert_eq(description_epoch(d, 26 * HOUR_NS), 1);
    cr_assert_eq(description_epoch(d, 1000 * HOUR_NS), 3);
    cr_assert_eq(description_host(d, 0, 0, 39 * HOUR_NS)->index, 1, "the second of the list");
    cr_assert_eq(description_host(d, 0, 0, 40 * HOUR_NS)->index, 0, "the first");
    description_free(d);
}

/* Of three partners with 10 staff each one is not hosted in this arrangement, and one ends before
 * the run begins. */
Test(presence, a_pool_is_sized_for_those_who_take_part)
{
    char *mistakes;
    struct description *d =
        describing("psnsim: 1\n"
                   "time: {start: 2011-09-05, horizon: 2 weeks}\n"
                   "partners: {p: {staff: {hall: 10}}, q: {staff: {hall: 10}},\n"
                   "  r: {staff: {hall: 10}, until: 2011-09-01}}\n"
                   "sites: {hall: {}}\n"
                   "compute: {pool: {site: hall, hosts: 1 per 2 staff}}\n"
                   "services: {v: {steps: [{compute: app, work: 1 ms}]}}\n"
                   "workloads: {w: {service: v, rate: 1 / s}}\n"
                   "arrangements: {a: {hosting: {all: {app: pool}, q: none}}}\n",
                   NULL, 0, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert_eq(d->pool[0].hosts, 5, "%lld", (long long)d->pool[0].hosts);
    description_free(d);
}

static void expect(const char *text, const char *told)
{
    char *mistakes;
    struct description *d = describing(text, NULL, 0, &mistakes);
    cr_expect_null(d, "%s", told);
    cr_expect_not_null(mistakes, "%s", told);
    if (mistakes != NULL) {
        cr_expect_not_null(strstr(mistakes, told), "%s: %s", told, mistakes);
        cr_expect_eq(strchr(mistakes, '\n')[1], '\0', "more than one: %s", mistakes);
    }
    free(mistakes);
    description_free(d);
}

Test(presence, mistakes)
{
    expect(SERVICE("old", ""),
           "hosted on \"old\", which is not there on 2011-09-12 in arrangement");
    expect(SERVICE("new", ""),
           "hosted on \"new\", which is not there on 2011-09-05 08:00 in arrangement");
    expect(SERVICE("[new, old]", ", from: 2011-09-08, until: 2011-09-07"),
           "test.yaml:8:67: \"until\" is not after \"from\"");
    expect(SERVICE("[new, old]", ", from: 2011-09-08T09:30"), "09:30");
    expect(SERVICE("[new, old]", ", from: 2011-02-30"), "2011-02-30");
    expect(SERVICE("[new, old]", "}}\nprofiles: {x: {weekday: 1, from: 2011-09-08"),
           "\"from\" says nothing in section \"profiles\"");
    expect(SERVICE("[new, old]", ", by: app"), "moves to another site during the run");
}

/* What ends before the run, or begins after it, is as if it were not in the arrangement. */
Test(presence, outside_the_run)
{
    char *mistakes;
    struct description *d =
        describing(SERVICE("[new, old]", ", until: 2011-09-05T08:00"), NULL, 0, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert_not(d->workload[0].exists);
    cr_assert_eq(d->source[0].rate_per_s, 0);
    description_free(d);
}
