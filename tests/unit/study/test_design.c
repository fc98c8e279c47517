/* SPDX-License-Identifier: Apache-2.0
 * Designs of experiments: which points a study has, from the scenario's text on. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/study.h"

#define SCENARIO                                                                                   \
    "psnsim: 1\n"                                                                                  \
    "time: {start: 2011-09-05, horizon: 1 h}\n"                                                    \
    "partners: {adur: {staff: {civic: 100}}}\n"                                                    \
    "sites: {civic: {partner: adur}, hall: {partner: none}}\n"                                     \
    "links: {county: {between: [civic, hall], bandwidth: 10 Mbit/s, delay: 2 ms}}\n"               \
    "compute: {servers: {site: hall, hosts: 2, cores: 1}, spare: {site: hall, cores: 1}}\n"        \
    "services: {work: {steps: [{request: 4 KB}, {compute: app, work: 60 ms}, {response: 9 "        \
    "KB}]}}\n"                                                                                     \
    "workloads: {case: {service: work, partners: all, rate: 3 / s}}\n"                             \
    "arrangements: {shared: {hosting: {all: {app: servers}}}, "                                    \
    "apart: {hosting: {all: {app: spare}}}}\n"                                                     \
    "use: {arrangement: shared}\n"

/* The factors of most tests: a range, whole numbers, a range by its logarithm, and names. */
#define FOUR                                                                                       \
    "factors: {arrangement: [shared, apart], compute.servers.hosts: 2..8, demand: 0.5..1.5, "      \
    "links.county.bandwidth: 10 Mbit/s..1 Gbit/s log}"

struct opened {
    struct scenario *scenario;
    struct study *study;
};

struct texts {
    const char *scenario, *table;
};

static int fetch(void *context, const char *name, psn_place asked, char **bytes, size_t *size,
                 psn_diagnostics *all)
{
    const struct texts *t = context;
    const char *text = strcmp(name, "study.yaml") == 0 ? t->scenario : t->table;
    if (!text)
        return psn_mistake_add(all, PSN_EINPUT, asked, "no file %s", name);
    *bytes = strdup(text);
    *size = strlen(text);
    return *bytes ? 0 : PSN_EMEMORY;
}

static struct opened open_with(const char *study, const char *table)
{
    char text[8192];
    psn_diagnostics all = {0};
    struct opened o = {0};
    snprintf(text, sizeof text, "%sstudy: %s\n", SCENARIO, study);
    struct texts t = {text, table};
    int error = scenario_load_from(fetch, &t, "study.yaml", NULL, 0, &o.scenario, &all);
    if (!error)
        error = study_open(o.scenario, true, &o.study, &all);
    if (!error)
        error = study_identify(o.study, &all);
    cr_assert_eq(error, 0, "%s", all.count ? all.items[0].text : "");
    psn_diagnostics_fini(&all);
    return o;
}

static struct opened open_study(const char *study)
{
    return open_with(study, NULL);
}

static void close_study(struct opened *o)
{
    study_free(o->study);
    scenario_free(o->scenario);
}

static const char *label(const struct opened *o, size_t point, size_t factor)
{
    return study_option(o->study, point, factor)->label;
}

/* Has the second study all points of the first one, by their keys? */
static bool extends(const char *small, const char *large)
{
    struct opened a = open_study(small), b = open_study(large);
    bool all = b.study->n_points > a.study->n_points;
    for (size_t i = 0; i < a.study->n_points; i++) {
        bool found = false;
        for (size_t k = 0; k < b.study->n_points; k++)
            found |= memcmp(&a.study->key[i], &b.study->key[k], sizeof *a.study->key) == 0;
        all &= found;
    }
    close_study(&a);
    close_study(&b);
    return all;
}

/* Every range in strata, every whole number and name as often as its share: 70 points, 7 numbers of
 * hosts and 2 arrangements. */
Test(design, latin_hypercube)
{
    struct opened o = open_study("{design: latin-hypercube, points: 70, " FOUR "}");
    int arrangement[2] = {0}, hosts[9] = {0}, demand[70] = {0}, bandwidth[70] = {0};
    cr_assert_eq(o.study->n_points, 70);
    for (size_t i = 0; i < 70; i++) {
        arrangement[strcmp(label(&o, i, 0), "apart") == 0]++;
        hosts[(int)study_option(o.study, i, 1)->number]++;
        demand[(int)((study_option(o.study, i, 2)->number - 0.5) * 70)]++;
        bandwidth[(int)(log10(study_option(o.study, i, 3)->number / 1e7) / 2 * 70)]++;
    }
    cr_assert(arrangement[0] == 35 && arrangement[1] == 35);
    for (int h = 2; h <= 8; h++)
        cr_assert_eq(hosts[h], 10);
    for (int i = 0; i < 70; i++)
        cr_assert(demand[i] == 1 && bandwidth[i] == 1);
    cr_assert_str_eq(study_option(o.study, 0, 3)->unit, "bit/s");
    close_study(&o);
}

/* What is printed is what is simulated: the label as a setting gives the point's key. */
Test(design, settings_repeat_a_point)
{
    struct opened o = open_study("{design: latin-hypercube, points: 5, factors: {demand: "
                                 "0.5..1.5, links.county.bandwidth: 10 Mbit/s..1 Gbit/s log}}");
    for (size_t i = 0; i < 5; i++) {
        char study[300];
        snprintf(study, sizeof study,
                 "{design: points, points: [{demand: %s, links.county.bandwidth: %s}]}",
                 label(&o, i, 0), label(&o, i, 1));
        struct opened one = open_study(study);
        cr_assert_eq(memcmp(one.study->key, &o.study->key[i], sizeof *o.study->key), 0, "%s",
                     study);
        close_study(&one);
    }
    close_study(&o);
}

/* A further factor and another order of keys move nothing of the others; another seed all. */
Test(design, latin_hypercube_of_more_factors)
{
    struct opened o = open_study("{design: latin-hypercube, points: 9, factors: {demand: 0.5..1.5, "
                                 "links.county.delay: 1 ms..9 ms}}"),
                  more = open_study("{design: latin-hypercube, points: 9, factors: "
                                    "{links.county.delay: 1 ms..9 ms, compute.servers.hosts: 2..8, "
                                    "demand: 0.5..1.5}}"),
                  other = open_study("{seed: 2, design: latin-hypercube, points: 9, factors: "
                                     "{demand: 0.5..1.5, links.county.delay: 1 ms..9 ms}}");
    int equal = 0;
    for (size_t i = 0; i < 9; i++) {
        cr_assert_str_eq(label(&o, i, 0), label(&more, i, 1));
        cr_assert_str_eq(label(&o, i, 1), label(&more, i, 2));
        equal += strcmp(label(&o, i, 0), label(&other, i, 0)) == 0;
    }
    cr_assert_lt(equal, 9);
    close_study(&o);
    close_study(&more);
    close_study(&other);
}

Test(design, what_extends_what)
{
    cr_assert(
        extends("{design: sobol, points: 8, " FOUR "}", "{design: sobol, points: 20, " FOUR "}"));
    cr_assert(
        extends("{design: morris, points: 3, " FOUR "}", "{design: morris, points: 7, " FOUR "}"));
    cr_assert(extends("{design: sensitivity, points: 4, " FOUR "}",
                      "{design: sensitivity, points: 6, " FOUR "}"));
    cr_assert(extends("{design: points, points: [{demand: 1}, {demand: 2}]}",
                      "{design: points, points: [{demand: 3}, {demand: 2}, {demand: 1}]}"));
    cr_assert(
        extends("{design: one-at-a-time, factors: {demand: [1, 2]}}",
                "{design: one-at-a-time, factors: {demand: [2, 3], links.county.delay: 1 ms}}"));
    cr_assert(extends("{factors: {demand: [1, 2]}}", "{design: one-at-a-time, factors: {demand: "
                                                     "0.5..2, links.county.delay: 1 ms}}"));
    cr_assert_not(extends("{design: latin-hypercube, points: 8, factors: {demand: 0.5..1.5}}",
                          "{design: latin-hypercube, points: 16, factors: {demand: 0.5..1.5}}"));
}

/* 32 points of a sequence: every name and every stratum of a range equally often. */
Test(design, sobol)
{
    struct opened o = open_study("{design: sobol, points: 32, " FOUR "}");
    int apart = 0, demand[32] = {0};
    for (size_t i = 0; i < 32; i++) {
        apart += strcmp(label(&o, i, 0), "apart") == 0;
        demand[(int)((study_option(o.study, i, 2)->number - 0.5) * 32)]++;
    }
    cr_assert_eq(apart, 16);
    for (int i = 0; i < 32; i++)
        cr_assert_eq(demand[i], 1);
    close_study(&o);
}

/* The base case, then each value that is not its own; the ends of a range. */
Test(design, one_at_a_time)
{
    struct opened o = open_study(
        "{design: one-at-a-time, factors: {compute.servers.hosts: [1, 2, 3], demand: 0.5..1.5, "
        "size: {small: {compute.spare.cores: 2}, large: {compute.spare.cores: 4}}}}");
    static const char *const expected[][3] = {
        {"2", "1", "as it is"},   {"1", "1", "as it is"},   {"3", "1", "as it is"},
        {"2", "0.5", "as it is"}, {"2", "1.5", "as it is"}, {"2", "1", "small"},
        {"2", "1", "large"},
    };
    cr_assert_eq(o.study->n_points, 7);
    for (size_t i = 0; i < 7; i++)
        for (size_t f = 0; f < 3; f++)
            cr_assert_str_eq(label(&o, i, f), expected[i][f], "point %zu, factor %zu", i, f);
    cr_assert_eq(study_option(o.study, 0, 0)->number, 2);
    cr_assert_eq(study_option(o.study, 0, 0)->n_settings, 0, "the base case sets nothing");
    close_study(&o);
}

/* Each walk goes through all factors, over half of the four levels of each and more. */
Test(design, morris)
{
    struct opened o = open_study("{design: morris, points: 6, " FOUR "}");
    static const double hosts[] = {2, 4, 6, 8};
    cr_assert_eq(o.study->n_points, 30);
    cr_assert_eq(o.study->design.rows, 6);
    for (size_t walk = 0; walk < 6; walk++)
        for (size_t step = 0; step < 4; step++) {
            size_t p = walk * 5 + step, changed = 0;
            for (size_t f = 0; f < 4; f++)
                changed += strcmp(label(&o, p, f), label(&o, p + 1, f)) != 0;
            cr_assert_eq(changed, 1);
            bool level = false;
            for (size_t l = 0; l < 4; l++)
                level |= study_option(o.study, p, 1)->number == hosts[l];
            cr_assert(level);
        }
    close_study(&o);
}

/* Rows A, B, and A with one factor from B. */
Test(design, sensitivity)
{
    struct opened o = open_study("{design: sensitivity, points: 5, " FOUR "}");
    cr_assert_eq(o.study->n_points, 30);
    for (size_t row = 0; row < 5; row++)
        for (size_t p = 0; p < 6; p++)
            for (size_t f = 0; f < 4; f++) {
                size_t from = row * 6 + (p == 1 || p == f + 2);
                cr_assert_str_eq(label(&o, row * 6 + p, f), label(&o, from, f));
            }
    cr_assert_str_neq(label(&o, 0, 2), label(&o, 1, 2));
    close_study(&o);
}

Test(design, listed_in_a_table)
{
    const char *study = "{design: points, points: plan.csv, factors: {size: {small: "
                        "{compute.servers.hosts: 1}, large: {compute.servers.hosts: 4}}}}";
    struct opened o = open_with(study, "size,demand,links.county.delay\n"
                                       "large,1.2,\"3 ms\"\n"
                                       "small,0.8,4 ms\n"),
                  other = open_with(study, "demand,links.county.delay,size\n"
                                           "1.2,3 ms,large\n"
                                           "0.8,4 ms,small\n"
                                           "0.8,4 ms,large\n");
    cr_assert_eq(o.study->n_points, 2);
    cr_assert_eq(other.study->n_points, 3);
    char name[200];
    study_point_name(o.study, 0, name, sizeof name);
    cr_assert_str_eq(name, "demand = 1.2, links.county.delay = 3 ms, size = large");
    cr_assert_eq(study_option(o.study, 1, 1)->number, 0.004);
    cr_assert_eq(memcmp(o.study->key, other.study->key, 2 * sizeof *o.study->key), 0);
    cr_assert_str_neq(o.study->hash, other.study->hash, "the table is one of the study's texts");
    cr_assert_eq(o.scenario->n_texts, 2);
    cr_assert_str_eq(o.scenario->text[1].name, "plan.csv");
    close_study(&o);
    close_study(&other);
}

/* Steps of a grid are a list. */
Test(design, steps)
{
    struct opened o = open_study("{factors: {demand: 0.8..1.2 step 0.1}}");
    static const char *const expected[] = {"0.8", "0.9", "1", "1.1", "1.2"};
    cr_assert_eq(o.study->n_points, 5);
    for (size_t i = 0; i < 5; i++)
        cr_assert_str_eq(label(&o, i, 0), expected[i]);
    close_study(&o);
}

static void refused(const char *study, const char *told)
{
    char text[8192];
    psn_diagnostics all = {0};
    struct scenario *s = NULL;
    struct study *opened = NULL;
    snprintf(text, sizeof text, "%sstudy: %s\n", SCENARIO, study);
    struct texts t = {text, NULL};
    int error = scenario_load_from(fetch, &t, "study.yaml", NULL, 0, &s, &all);
    if (!error)
        error = study_open(s, true, &opened, &all);
    cr_expect_eq(error, PSN_EINPUT, "%s", study);
    bool found = false;
    for (size_t i = 0; i < all.count; i++)
        found |= strstr(all.items[i].text, told) != NULL;
    cr_expect(found, "%s: %s", study, all.count ? all.items[0].text : "nothing told");
    scenario_free(s);
    psn_diagnostics_fini(&all);
}

Test(design, mistakes)
{
    refused("{design: sobol, factors: {demand: 1..2}}", "has no points");
    refused("{design: sensitivity, points: 1, factors: {demand: 1..2}}", "has one row");
    refused("{design: sobol, points: 0, factors: {demand: 1..2}}", "is zero");
    refused("{design: sobol, points: [{demand: 1}], factors: {demand: 1..2}}", "a whole number");
    refused("{design: sobol, points: 3}", "has no factors");
    refused("{points: 3, factors: {demand: [1, 2]}}", "of the factors alone");
    refused("{factors: {demand: 1..2}}", "range with a step");
    refused("{factors: {compute.servers.hosts: 2..8}}", "step 1");
    refused("{design: morris, points: 3, factors: {demand: 1}}", "has one value");
    refused("{design: sensitivity, points: 300000, factors: {demand: 1..2, "
            "links.county.delay: 1 ms..2 ms}}",
            "1200000 design points");
    refused("{design: points}", "has no points");
    refused("{design: points, points: 4}", "a text stands here");
    refused("{design: points, points: []}", "an empty list");
    refused("{design: points, points: [1]}", "point 0 is a text");
    refused("{design: points, points: plan.csv}", "no file plan.csv");
    refused("{design: points, points: [{demand: 1}, {arrangement: apart}]}", "does not say");
    refused("{design: points, points: [{demand: 1}, {arrangement: apart}]}", "point 1 sets");
    refused("{design: points, points: [{demand: x}]}", "has no number");
    refused("{design: points, points: [{size: x}]}", "neither a path nor in factors");
    refused("{design: points, points: [{size: x}], factors: {size: {y: {demand: 1}}}}",
            "no option of");
    refused("{design: points, points: [{demand: 1}], factors: {demand: [1]}}",
            "has its values in points");
    refused("{design: points, points: [{demand: 1, size: y}], factors: {size: {y: {demand: 1}}}}",
            "is set by factor");
    refused("{factors: {demand: 1..2 step 0.00001}}", "100001 values");
}

/* A Sobol' sequence has 40 dimensions, and sensitivity takes two for each factor. */
Test(design, too_many_factors)
{
    char many[2000] = "{design: sensitivity, points: 2, factors: {";
    for (int i = 0; i < 21; i++)
        sprintf(many + strlen(many), "f%d: {a: {workloads.case.scale: 1}, b: {}}%s", i,
                i < 20 ? ", " : "}}");
    refused(many, "is set by factor");
    strcpy(many, "{design: sensitivity, points: 2, factors: {");
    for (int i = 0; i < 21; i++)
        sprintf(many + strlen(many), "f%d: {a: {}, b: {}}%s", i, i < 20 ? ", " : "}}");
    refused(many, "at most 20");
}
