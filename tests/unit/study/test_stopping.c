/* SPDX-License-Identifier: Apache-2.0
 * When a design point has enough: checkpoints, which measures count, and the decision. */
#include <criterion/criterion.h>

#include "invented.h"
#include "study/stopping.h"

/* The invented study with a precision of these names. */
static struct invented *until(double share, const char **of, psn_place *place, size_t n)
{
    struct invented *v = invented_new();
    v->d.replications = 200;
    v->d.precision =
        (struct precision){.at_least = 10, .until = share, .of = of, .of_place = place, .n_of = n};
    v->study.n_replications = 200;
    v->study.n_runs = v->study.n_points * 200;
    return v;
}

static struct stopping *rule(const struct invented *v)
{
    psn_diagnostics all = {0};
    struct stopping *t;
    cr_assert_eq(stopping_open(&v->study, &t, &all), 0, "%s", all.count ? all.items[0].text : "");
    return t;
}

Test(stopping, checkpoints_grow_to_the_most)
{
    static const size_t expected[] = {10, 12, 15, 18,  22,  27,  33,  40,  48,
                                      58, 70, 84, 101, 122, 147, 177, 200, 0};
    const char *of[] = {"objectives"};
    psn_place place[1] = {{0}};
    struct invented *v = until(0.02, of, place, 1);
    struct stopping *t = rule(v);
    cr_assert_not(stopping_fixed(t));
    size_t n = 0;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        cr_assert_eq(n = stopping_next(t, n), expected[i], "%zu: %zu", i, n);
    stopping_free(t);
    v->d.precision.at_least = 2;
    v->study.n_replications = 2;
    t = rule(v);
    cr_assert_eq(stopping_next(t, 0), 2);
    cr_assert_eq(stopping_next(t, 2), 0);
    stopping_free(t);
    invented_free(v);
}

Test(stopping, a_fixed_number_is_one_checkpoint)
{
    struct invented *v = invented_new();
    struct stopping *t = rule(v);
    cr_assert(stopping_fixed(t));
    cr_assert_eq(stopping_next(t, 0), INVENTED_REPLICATIONS);
    cr_assert_eq(stopping_next(t, INVENTED_REPLICATIONS), 0);
    stopping_free(t);
    invented_free(v);
}

Test(stopping, what_is_precise)
{
    struct {
        double value, half_width;
        bool unstable, precise;
    } list[] = {
        {10, 0.5, false, true}, {10, 0.51, false, false}, {-10, 0.5, false, true},
        {0, 0, false, true},    {0, 1e-9, false, false},  {NAN, NAN, false, true},
        {10, NAN, false, true}, {10, 5, true, true},      {10, 0, false, true},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct summary_value v = {.estimate = {list[i].value, list[i].half_width, 10},
                                  .unstable = list[i].unstable};
        cr_expect_eq(stopping_precise_value(&v, 0.05), list[i].precise, "%zu", i);
    }
}

/* How many measures are watched, and of which figure the first is. */
static size_t watched(const struct invented *v, const char **figure, const char **subject)
{
    static char names[2][100];
    struct stopping *t = rule(v);
    size_t n, count = 0;
    struct measure *m = measures_new(&v->study, &n);
    for (size_t i = 0; i < n; i++) {
        if (!stopping_watches(t, i))
            continue;
        if (count++ == 0) {
            snprintf(names[0], sizeof names[0], "%s", m[i].figure);
            snprintf(names[1], sizeof names[1], "%s", m[i].subject);
        }
    }
    *figure = names[0];
    *subject = names[1];
    measures_free(m, n);
    stopping_free(t);
    return count;
}

Test(stopping, names_of_measures)
{
    const char *of[] = {"objectives", "response mean"}, *figure, *subject;
    psn_place place[2] = {{0}};
    struct invented *v = until(0.02, of, place, 1);
    cr_expect_eq(watched(v, &figure, &subject), 4);
    cr_expect_str_eq(figure, "objective");
    of[0] = "roomy";
    cr_expect_eq(watched(v, &figure, &subject), 1);
    cr_expect_str_eq(subject, "roomy county to town-hall");
    of[0] = "fast";
    cr_expect_eq(watched(v, &figure, &subject), 2, "of all its targets");
    of[0] = "utilisation";
    cr_expect_eq(watched(v, &figure, &subject), 5);
    v->d.precision.n_of = 2;
    cr_expect_eq(watched(v, &figure, &subject), 5 + 3);
    cr_expect_str_eq(figure, "response mean");
    invented_free(v);
}

Test(stopping, names_that_mean_nothing)
{
    psn_diagnostics all = {0};
    const char *of[] = {"utilization", "fst", "fast"};
    psn_place place[] = {{"a.yaml", 3, 4}, {"a.yaml", 3, 9}, {0}};
    struct invented *v = until(0.02, of, place, 3);
    struct stopping *t;
    cr_assert_eq(stopping_open(&v->study, &t, &all), PSN_EINPUT);
    cr_assert_null(t);
    cr_assert_eq(all.count, 2);
    cr_assert_eq(all.items[0].place.column, 4);
    cr_assert(strstr(all.items[0].text, "did you mean utilisation?"), "%s", all.items[0].text);
    cr_assert(strstr(all.items[1].text, "did you mean fast?"), "%s", all.items[1].text);
    psn_diagnostics_fini(&all);
    of[0] = "objectives";
    v->d.precision.n_of = 1;
    v->study.shape.targets = v->d.n_targets = v->d.n_objectives = 0;
    cr_assert_eq(stopping_open(&v->study, &t, &all), PSN_EINPUT);
    cr_assert(strstr(all.items[0].text, "there are no objectives"), "%s", all.items[0].text);
    psn_diagnostics_fini(&all);
    invented_free(v);
}

/* The decision is that of the intervals of the watched measures alone. */
Test(stopping, decides_by_the_watched_intervals)
{
    const char *of[] = {"roomy", "patient"};
    psn_place place[2] = {{0}};
    struct invented *v = until(0.02, of, place, 1);
    struct summary *m = summary_new(&v->study);
    for (size_t run = 20; run < 40; run++) { /* run 7 failed */
        struct outcome *o = invented_outcome(&v->study, run);
        cr_assert_eq(summary_add(m, o), 0);
        outcome_free(o);
    }
    size_t n;
    struct measure *measure = measures_new(&v->study, &n);
    struct summary_value *value = calloc(n, sizeof *value);
    cr_assert_eq(summary_values(m, value), 0);
    const struct estimate *roomy = &value[n - 1].estimate, *patient = &value[n - 2].estimate;
    double share[2] = {roomy->half_width / roomy->value, patient->half_width / patient->value};
    cr_assert_lt(share[0], share[1]); /* 0.2 to 0.3 against 0 to 0.1 */
    struct {
        size_t names;
        double until;
        bool precise, enough; /* 20 replications: enough where 60 / 20 times as precise */
    } list[] = {{1, share[0] * 3.003, true, true},   {1, share[0] * 2.997, true, false},
                {1, share[0] * 1.001, true, false},  {1, share[0] * 0.999, false, false},
                {2, share[0] * 3.003, false, false}, {2, share[1] * 1.001, true, false},
                {2, share[1] * 3.003, true, true}};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        v->d.precision.n_of = list[i].names;
        v->d.precision.until = list[i].until;
        struct stopping *t = rule(v);
        struct judgement j;
        cr_assert_eq(stopping_judge(t, m, &j), 0);
        cr_expect_eq(j.precise, list[i].precise, "%zu", i);
        cr_expect_eq(j.enough, list[i].enough, "%zu", i);
        stopping_free(t);
    }
    free(value);
    measures_free(measure, n);
    summary_free(m);
    invented_free(v);
}
