/* SPDX-License-Identifier: Apache-2.0
 * The keys of design points: equal where the runs are, whatever the text looks like. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/study.h"

#define HEAD  "psnsim: 1\ntitle: A study\n"
#define TIME  "time: {start: 2011-09-05, horizon: 1 h, warmup: 5 min, interval: 20 min}\n"
#define HOME  "partners: {adur: {population: 61182, staff: {civic: 100}}}\n"
#define SITES "sites: {civic: {partner: adur}, hall: {partner: none}}\n"
#define LINKS "links: {county: {between: [civic, hall], bandwidth: 10 Mbit/s, delay: 2 ms}}\n"
#define POOLS "compute: {servers: {site: hall, cores: 1}}\n"
#define WORK                                                                                       \
    "services: {case-work: {steps: [{compute: app, work: 60 ms}, {response: 90 KB}]}}\n"           \
    "workloads: {case: {service: case-work, partners: all, rate: 3 / s}}\n"
#define HOSTS "arrangements: {shared: {hosting: {all: {app: servers}}}}\n"
#define USE   "use: {arrangement: shared}\n"
#define TEXT  HEAD TIME HOME SITES LINKS POOLS WORK HOSTS USE

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

/* The keys of all points of a text with a setting (NULL: none); the caller frees them. */
static struct point_key *keys(const char *text, const char *set, size_t *n)
{
    psn_diagnostics all = {0};
    struct scenario *s = NULL;
    struct study *study = NULL;
    char *copy = strdup(text);
    int code = scenario_load_from(fetch, copy, "study.yaml", &set, set ? 1 : 0, &s, &all);
    if (!code)
        code = study_open(s, true, &study, &all);
    if (!code)
        code = study_identify(study, &all);
    cr_assert_eq(code, 0, "%s", all.count ? all.items[0].text : "");
    *n = study->n_points;
    struct point_key *key = study->key;
    study->key = NULL;
    study_free(study);
    scenario_free(s);
    free(copy);
    return key;
}

/* Have two texts the same key at their first points? */
static bool same(const char *a, const char *b, const char *set)
{
    size_t n;
    struct point_key *x = keys(a, NULL, &n), *y = keys(b, set, &n);
    bool equal = memcmp(x, y, sizeof *x) == 0;
    free(x);
    free(y);
    return equal;
}

#define STUDY "study: {seed: 7, replications: 5}\n"

Test(identify, what_a_text_may_say_otherwise)
{
    cr_expect(same(TEXT STUDY, TEXT STUDY, NULL));
    cr_expect(same(TEXT STUDY, STUDY USE HOSTS WORK POOLS LINKS SITES HOME TIME HEAD, NULL),
              "the order of sections");
    cr_expect(same(TEXT STUDY, TEXT STUDY, "title=Another"));
    cr_expect(same(TEXT STUDY, TEXT STUDY, "partners.adur.label=Adur District Council"));
    cr_expect(same(TEXT STUDY, TEXT STUDY, "partners.adur.source=census"));
    cr_expect(same(TEXT STUDY, TEXT STUDY, "study.replications=9"));
    cr_expect(same(TEXT STUDY, TEXT STUDY, "demand=1.0"));
    cr_expect(same(TEXT STUDY,
                   HEAD TIME HOME
                   "sites: {hall: {partner: none}, civic: {partner: adur}}\n" LINKS POOLS WORK HOSTS
                       USE STUDY,
                   NULL),
              "the order of entries");
    cr_expect(same(TEXT STUDY,
                   HEAD TIME HOME SITES LINKS POOLS WORK
                   "arrangements: {shared: {hosting: {all: {app: servers}}},"
                   " later: {hosting: {all: {app: servers}}}}\n" USE STUDY,
                   NULL),
              "an arrangement that is not in use");
}

Test(identify, what_changes_a_run)
{
    static const char *const sets[] = {"study.seed=8",
                                       "time.warmup=6 min",
                                       "time.horizon=2 h",
                                       "compute.servers.cores=2",
                                       "links.county.delay=3 ms",
                                       "workloads.case.rate=4 / s",
                                       "partners.adur.staff.civic=101",
                                       "partners.adur.staff={civic: 60, hall: 40}",
                                       "links.county.between=[hall, civic]",
                                       "demand=1.1"};
    static const char *const steps[] = {
        "{compute: app, work: 61 ms}, {response: 90 KB}",
        "{compute: app, work: 60 ms}, {response: 91 KB}",
        "{compute: app, work: 60 ms, times: 2}, {response: 90 KB}",
        "{choice: [{share: 60 %, steps: [{compute: app, work: 60 ms}]}, {share: 40 %}]}",
        "{choice: [{share: 70 %, steps: [{compute: app, work: 60 ms}]}, {share: 30 %}]}"};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        for (size_t k = 0; k < i; k++) {
            char a[200], b[200];
            snprintf(a, sizeof a, "services.case-work.steps=[%s]", steps[i]);
            snprintf(b, sizeof b, "services.case-work.steps=[%s]", steps[k]);
            size_t n;
            struct point_key *x = keys(TEXT STUDY, a, &n), *y = keys(TEXT STUDY, b, &n);
            cr_expect(memcmp(x, y, sizeof *x) != 0, "%s and %s", a, b);
            free(x);
            free(y);
        }
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        cr_expect_not(same(TEXT STUDY, TEXT STUDY, sets[i]), "%s", sets[i]);
    cr_expect_not(same(TEXT STUDY,
                       TEXT STUDY "objectives: {fast: {service: case-work, figure: response p95, "
                                  "at most: 2 s}}\n",
                       NULL),
                  "a run keeps what objectives judge");
}

Test(identify, a_point_keeps_its_key_in_a_study_that_grows)
{
    size_t n, m;
    struct point_key *few = keys(TEXT "study: {factors: {demand: [1, 2]}}\n", NULL, &n),
                     *more = keys(TEXT "study: {factors: {demand: [0.5, 1, 1.5, 2]}}\n", NULL, &m);
    cr_assert_eq(n, 2);
    cr_assert_eq(m, 4);
    cr_expect_eq(memcmp(&few[0], &more[1], sizeof *few), 0);
    cr_expect_eq(memcmp(&few[1], &more[3], sizeof *few), 0);
    for (size_t i = 1; i < m; i++)
        cr_expect_neq(memcmp(&more[i - 1], &more[i], sizeof *more), 0);
    free(few);
    free(more);
}
