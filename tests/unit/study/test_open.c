/* SPDX-License-Identifier: Apache-2.0
 * Opening a study from a scenario's text: points, checks of each, the hash. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/study.h"

/* Everything but `study`. */
#define SCENARIO                                                                                   \
    "psnsim: 1\n"                                                                                  \
    "time: {start: 2011-09-05, horizon: 1 h, warmup: 5 min, interval: 20 min}\n"                   \
    "partners: {adur: {population: 61182, staff: {civic: 100}}}\n"                                 \
    "sites: {civic: {partner: adur}, hall: {partner: none}}\n"                                     \
    "links: {county: {between: [civic, hall], bandwidth: 10 Mbit/s, delay: 2 ms}}\n"               \
    "compute: {servers: {site: hall, cores: 1}, spare: {site: hall, cores: 1}}\n"                  \
    "services: {case-work: {steps: [{request: 4 KB}, {compute: app, work: 60 ms}, "                \
    "{response: 90 KB}]}}\n"                                                                       \
    "workloads: {case: {service: case-work, partners: all, rate: 3 / s}}\n"                        \
    "arrangements: {shared: {hosting: {all: {app: servers}}}}\n"                                   \
    "use: {arrangement: shared}\n"                                                                 \
    "objectives: {fast: {service: case-work, figure: response p95, at most: 2 s}}\n"

/* Hands out the text in `context`, whatever it is called. */
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

static struct scenario *load(const char *study, psn_diagnostics *all)
{
    char text[4096];
    struct scenario *s = NULL;
    snprintf(text, sizeof text, "%s%s", SCENARIO, study);
    int error = scenario_load_from(fetch, text, "study.yaml", NULL, 0, &s, all);
    cr_assert_eq(error, 0, "%s", all->count ? all->items[0].text : "");
    return s;
}

Test(open, points_runs_and_options)
{
    psn_diagnostics all = {0};
    struct scenario *s =
        load("study: {seed: 7, replications: 5, factors: {demand: [0.5, 1.0, 2.0], "
             "links.county.bandwidth: [10 Mbit/s, 100 Mbit/s]}}\n",
             &all);
    struct study *study;
    cr_assert_eq(study_open(s, true, &study, &all), 0, "%s", all.count ? all.items[0].text : "");
    cr_assert_eq(study->n_points, 6);
    cr_assert_eq(study->n_replications, 5);
    cr_assert_eq(study->n_runs, 30);
    cr_assert_eq(study->shape.intervals, 3);
    cr_assert_eq(study->stream[0], STREAM_USED | STREAM_JUDGED);
    struct description *d;
    cr_assert_eq(study_describe(study, 5, &d, &all), 0);
    cr_assert_eq(d->demand, 2.0);
    cr_assert_eq(d->link[0].bandwidth_bps, 1e8);
    description_free(d);
    cr_assert_eq(study_describe(study, 2, &d, &all), 0);
    cr_assert_eq(d->demand, 1.0);
    cr_assert_eq(d->link[0].bandwidth_bps, 1e7);
    description_free(d);

    struct study *base;
    cr_assert_eq(study_open(s, false, &base, &all), 0);
    cr_assert_eq(base->n_points, 1);
    cr_assert_eq(base->n_runs, 5);
    cr_assert_eq(strlen(base->hash), 64);
    cr_assert_str_neq(base->hash, study->hash, "the result says which of the two it is");
    study_free(base);
    study_free(study);
    scenario_free(s);
    psn_diagnostics_fini(&all);
}

Test(open, points_must_have_the_same_stations)
{
    psn_diagnostics all = {0};
    struct scenario *s = load("study:\n  replications: 2\n  factors:\n    way:\n"
                              "      there: {links.county.between: [civic, hall]}\n"
                              "      back: {links.county.between: [hall, civic]}\n",
                              &all);
    struct study *study;
    cr_assert_eq(study_open(s, true, &study, &all), PSN_EINPUT);
    cr_assert_null(study);
    cr_assert_eq(all.count, 1, "%s", all.count ? all.items[0].text : "none");
    cr_assert(strstr(all.items[0].text, "at way = back the stations are not those"), "%s",
              all.items[0].text);
    cr_assert(all.items[0].place.line > 0);
    scenario_free(s);
    psn_diagnostics_fini(&all);
}

Test(open, every_bad_point_is_told)
{
    psn_diagnostics all = {0};
    struct scenario *s =
        load("study: {seed: 7, replications: 2, factors: {"
             "links.county.bandwidth: [10 Mbit/s, 10 minutes, 100 Mbit/s, -3 kbit/s]}}\n",
             &all);
    struct study *study;
    cr_assert_eq(study_open(s, true, &study, &all), PSN_EINPUT);
    cr_assert_null(study);
    cr_assert(all.count >= 2, "%zu", all.count);
    scenario_free(s);
    psn_diagnostics_fini(&all);
}
