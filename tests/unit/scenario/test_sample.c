/* SPDX-License-Identifier: Apache-2.0
 * Empirical laws: files of values, the laws that name them, and what becomes of them in a scenario.
 */
#include <math.h>

#include "reading.h"
#include "scenario/description.h"
#include "scenario/identity.h"
#include "scenario/quantity.h"
#include "scenario/sample.h"

/* A sound scenario whose one step has this law, in line 7. */
#define ASKING(law)                                                                                \
    "psnsim: 1\n"                                                                                  \
    "time: {start: 2014-04-07, horizon: 1 d}\n"                                                    \
    "use: {arrangement: shared}\n"                                                                 \
    "arrangements: {shared: {hosting: {all: {app: pool}}}}\n"                                      \
    "sites: {hall: {}, dc: {}}\n"                                                                  \
    "compute: {pool: {site: dc, cores: 4}}\n"                                                      \
    "services: {ask: {steps: [{request: 4 KB}, {compute: app, work: " law "}]}}\n"                 \
    "partners: {a: {population: 1, staff: {dc: 1}, data: {db: {size: 1 TB}}}}\n"                   \
    "workloads: {w: {service: ask, rate: 1 / s}}\n"

#define VALUES "work [ms]\n30\n10\n\n\"20\"\r\n40"

static void table_mistake(const char *table, uint32_t line, uint32_t column, const char *gist)
{
    struct given texts[] = {{"main.yaml", ASKING("empirical(w.csv)"), 0}, {"w.csv", table, 0}, {0}};
    one_mistake(texts, NULL, 0, "w.csv", line, column, gist);
}

static void law_mistake(const char *text, const char *gist)
{
    struct given texts[] = {
        {"main.yaml", text, 0}, {"w.csv", VALUES, 0}, {"n.csv", "n\n1\n", 0}, {0}};
    one_mistake(texts, NULL, 0, "main.yaml", 7, 64, gist);
}

/* The law of the one step, with what it stands in; the caller frees both. */
static const struct random_amount *described(struct given *texts, const char *const *sets,
                                             size_t n_sets, struct scenario **s,
                                             struct description **d)
{
    psn_diagnostics all = {0};
    int error = scenario_load_from(given_fetch, texts, texts[0].name, sets, n_sets, s, &all);
    if (!error)
        error = scenario_describe(*s, NULL, 0, d, &all);
    psn_diagnostics_print(&all, stderr);
    psn_diagnostics_fini(&all);
    cr_assert_eq(error, 0);
    return &(*d)->service[0].step[1].amount;
}

Test(sample, values_in_the_unit_of_the_header)
{
    struct given texts[] = {
        {"main.yaml", ASKING("empirical(w.csv)"), 0}, {"w.csv", VALUES, 0}, {0}};
    struct scenario *s;
    struct description *d;
    const struct random_amount *work = described(texts, NULL, 0, &s, &d);
    scenario_free(s); /* the description stands by itself */
    cr_expect_eq(work->mean.value, 25e6);
    cr_expect_eq(work->law.kind, LAW_EMPIRICAL);
    cr_assert_eq(work->law.n_values, 4);
    cr_expect(work->law.value[0] == 0.4 && work->law.value[1] == 0.8 && work->law.value[2] == 1.2 &&
              work->law.value[3] == 1.6);
    cr_expect_float_eq(law_scv(&work->law), 0.2, 1e-15);
    description_free(d);
}

Test(sample, values_with_another_mean)
{
    struct given texts[] = {
        {"main.yaml", ASKING("empirical( 2 s of n.csv )"), 0}, {"n.csv", "n\n1\n3\n", 0}, {0}};
    struct scenario *s;
    struct description *d;
    const struct random_amount *work = described(texts, NULL, 0, &s, &d);
    cr_expect_eq(work->mean.value, 2e9);
    cr_expect(work->law.value[0] == 0.5 && work->law.value[1] == 1.5);
    description_free(d);
    scenario_free(s);
}

Test(sample, the_mean_may_be_tied)
{
    struct given texts[] = {{"main.yaml",
                             ASKING("1 ms}, {read: vault, size: empirical(4 % of data.db of "
                                    "n.csv)}, {delay: 1 s") "storage: {san: {site: dc, iops: 1, "
                                                            "bandwidth: 1 Gbit/s, latency: 0}}\n",
                             0},
                            {"n.csv", "n\n1\n3\n", 0},
                            {0}};
    const char *sets[] = {"arrangements.shared.hosting.all.vault=san"};
    struct scenario *s;
    struct description *d;
    described(texts, sets, 1, &s, &d);
    const struct random_amount *size = &d->service[0].step[2].amount;
    cr_expect_eq(size->mean.of, ATTRIBUTE_DATA);
    cr_expect_eq(size->mean.value, 0.04);
    cr_expect_eq(size->law.kind, LAW_EMPIRICAL);
    description_free(d);
    scenario_free(s);
}

/* Relative to the text that names it; written out, to the first text. */
Test(sample, names_are_relative_to_the_text)
{
    struct given texts[] = {
        {"main.yaml", ASKING("empirical(w.csv)") "include: sub/more.yaml\n", 0},
        {"sub/more.yaml",
         "psnsim: 1\nservices: {more: {steps: [{delay: empirical(1 s of w.csv)}]}}\n", 0},
        {"w.csv", VALUES, 0},
        {"sub/w.csv", "n\n1\n3\n", 0},
        {0}};
    const char *sets[] = {"services.ask.timeout=1 s"};
    psn_diagnostics all = {0};
    struct scenario *s = NULL;
    cr_assert_eq(scenario_load_from(given_fetch, texts, "main.yaml", sets, 1, &s, &all), 0);
    const struct node *steps = node_at(s->tree, "services.more.steps");
    const struct node *law = node_at(steps->item[0], "delay");
    cr_expect_str_eq(law->text, "empirical(1 s of sub/w.csv)");
    cr_assert(law->sample);
    cr_expect_str_eq(law->sample->file, "sub/w.csv");
    cr_expect_eq(law->sample->mean, 2);
    cr_expect_eq(s->n_texts, 4);
    scenario_free(s);
    psn_diagnostics_fini(&all);
}

/* A file that several laws name is one text, read once; with --set it is relative to the scenario.
 */
Test(sample, a_file_is_read_once)
{
    struct given texts[] = {
        {"main.yaml", ASKING("empirical(w.csv)"), 0}, {"w.csv", VALUES, 0}, {0}};
    const char *sets[] = {"services.ask.steps=[{delay: empirical(w.csv)}, {compute: app, work: "
                          "empirical(1 s of w.csv)}]"};
    struct scenario *s;
    struct description *d;
    const struct random_amount *work = described(texts, sets, 1, &s, &d);
    cr_expect_eq(work->mean.value, 1e9);
    cr_expect_eq(s->n_texts, 2);
    description_free(d);
    scenario_free(s);
}

/* Words for people name no file, whatever they say. */
Test(sample, labels_are_no_laws)
{
    struct given texts[] = {{"main.yaml", SOUND "title: empirical(none.csv)\n", 0}, {0}};
    psn_diagnostics all = {0};
    struct scenario *s = NULL;
    cr_expect_eq(scenario_load_from(given_fetch, texts, "main.yaml", NULL, 0, &s, &all), 0);
    scenario_free(s);
    psn_diagnostics_fini(&all);
}

/* Rule 7: what an included text defines and nothing names is not judged; what is named, is. */
Test(sample, a_file_that_nothing_needs_may_be_missing)
{
    struct given texts[] = {
        {"main.yaml", ASKING("1 ms") "include: more.yaml\n", 0},
        {"more.yaml", "psnsim: 1\nservices: {more: {steps: [{delay: empirical(none.csv)}]}}\n", 0},
        {0}};
    struct scenario *s;
    struct description *d;
    described(texts, NULL, 0, &s, &d);
    description_free(d);
    scenario_free(s);
    const char *sets[] = {"workloads.w.service=more"};
    one_mistake(texts, sets, 1, "more.yaml", 2, 35, "no text \"none.csv\"");
}

/* What a study is, and what a point is, depends on the values. */
Test(sample, values_tell_studies_and_points_apart)
{
    const char *tables[] = {VALUES, VALUES "\n50"};
    char hex[2][65];
    uint8_t digest[2][IDENTITY_SIZE];
    for (size_t i = 0; i < 2; i++) {
        struct given texts[] = {
            {"main.yaml", ASKING("empirical(w.csv)"), 0}, {"w.csv", tables[i], 0}, {0}};
        psn_diagnostics all = {0};
        struct scenario *s = NULL;
        cr_assert_eq(scenario_load_from(given_fetch, texts, "main.yaml", NULL, 0, &s, &all), 0);
        scenario_hash(s, hex[i]);
        cr_assert_eq(scenario_identity(s, NULL, 0, digest[i], &all), 0);
        scenario_free(s);
        psn_diagnostics_fini(&all);
    }
    cr_expect_str_neq(hex[0], hex[1]);
    cr_expect_neq(memcmp(digest[0], digest[1], IDENTITY_SIZE), 0);
}

Test(sample, tables_that_are_none)
{
    table_mistake("", 1, 1, "this table is empty");
    table_mistake("work [ms]\n", 1, 1, "0 values stand below this header; expected 1 to 100000");
    table_mistake("work []\n1", 1, 1, "has no unit in its brackets");
    table_mistake("work [ms\n1", 1, 1, "has no unit in its brackets");
    table_mistake("work [ms] x\n1", 1, 1, "has no unit in its brackets");
    table_mistake("work [ms]\n1\n-2\n", 3, 1, "is negative");
    table_mistake("work [ms]\n1\n2 ms\n", 3, 1, "has a unit \"ms\"");
    table_mistake("work [ms]\n1\nx\n", 3, 1, "has no number where one stands");
    table_mistake("work [ms]\n1\ninf\n", 3, 1, "is not finite");
    table_mistake("work [ms]\n1\n\"\"\n", 3, 1, "an empty cell; expected a value");
    table_mistake("work [ms]\n1\n2,3\n", 3, 3, "a second cell; expected one column");
    table_mistake("work [ms]\n0\n0\n", 1, 1, "all values below this header are zero");
    table_mistake("work [ms]\n\"1\n", 2, 1, "does not end");
}

Test(sample, laws_that_are_none)
{
    law_mistake(ASKING("empirical()"), "lacks a file of values");
    law_mistake(ASKING("empirical(none.csv)"), "no text \"none.csv\"");
    law_mistake(ASKING("empirical(n.csv)"), "names a file whose header has no unit");
    law_mistake(ASKING("empirical(2 ms w.csv)"), "has several words where FILE or MEAN of FILE");
    law_mistake(ASKING("empirical(of w.csv)"), "has several words where FILE or MEAN of FILE");
    law_mistake(ASKING("empirical(2 of w.csv)"), "has no unit");
    law_mistake(ASKING("empirical(2 KB of w.csv)"), "is a size; expected a time");
    law_mistake(ASKING("empirical(2 ms 3 of w.csv)"), "gives empirical more than it takes: \"3\"");
    law_mistake(ASKING("empirical(w.csv) 2"), "goes on behind its closing parenthesis");
    struct given texts[] = {
        {"main.yaml", ASKING("empirical(w.csv)"), 0}, {"w.csv", "size [KB]\n1\n", 0}, {0}};
    one_mistake(texts, NULL, 0, "main.yaml", 7, 64,
                "names a file whose header has the unit \"KB\"");
}

/* Every mistake of a table in one pass. */
Test(sample, all_mistakes_at_once)
{
    struct given texts[] = {{"main.yaml", ASKING("empirical(w.csv)"), 0},
                            {"w.csv", "work [ms]\n1\nx\n2,3\n4 s\n", 0},
                            {0}};
    psn_diagnostics all = {0};
    struct scenario *s = NULL;
    cr_expect_eq(scenario_load_from(given_fetch, texts, "main.yaml", NULL, 0, &s, &all),
                 PSN_EINPUT);
    cr_expect_eq(all.count, 3);
    assert_mistake(&all, "w.csv", 3, 1, "has no number");
    assert_mistake(&all, "w.csv", 4, 3, "a second cell");
    assert_mistake(&all, "w.csv", 5, 1, "has a unit");
    psn_diagnostics_fini(&all);
}

/* More values than a law holds. */
Test(sample, too_many_values)
{
    size_t n = LAW_VALUES_MOST + 1;
    char *table = malloc(2 * n + 3);
    cr_assert(table);
    memcpy(table, "n\n", 2);
    for (size_t i = 0; i < n; i++)
        memcpy(table + 2 + 2 * i, "1\n", 3);
    table_mistake(table, 1, 1, "100001 values stand below this header; expected 1 to 100000");
    free(table);
}
