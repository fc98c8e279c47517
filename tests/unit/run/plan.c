/* SPDX-License-Identifier: Apache-2.0
 * Tests of run/plan: which runs a sweep asks for, in any order of their ends, and where it stops.
 */
#include "run/plan.h"

#include "../results/folder.h"
#include "../results/keep.h"

/* The invented study with two points and a precision, its journals and a plan. */
struct fixture {
    struct invented *v;
    struct folder folder;
    const char *of[1];
    psn_place place[1];
    struct stopping *rule;
    struct journal *journal;
    struct journals *journals;
    struct plan plan;
};

static void fixture_plan(struct fixture *f, bool retry)
{
    psn_diagnostics all = {0};
    folder_expect(journals_open(&f->v->study, f->folder.journals, &f->journals, &all), 0, &all);
    folder_expect(plan_init(&f->plan, f->rule, f->journals, &f->v->study, retry, &all), 0, &all);
    folder_expect(journal_create(&f->v->study, f->folder.journals, &f->journal, &all), 0, &all);
}

static void fixture_unplan(struct fixture *f)
{
    psn_diagnostics all = {0};
    plan_fini(&f->plan);
    journals_close(f->journals);
    folder_expect(journal_close(f->journal, &all), 0, &all);
}

static void fixture_new(struct fixture *f, double until)
{
    psn_diagnostics all = {0};
    *f = (struct fixture){.v = invented_new()};
    folder_new(&f->folder);
    f->of[0] = "roomy";
    f->v->d.replications = 60;
    f->v->d.precision = (struct precision){
        .at_least = 10, .until = until, .of = f->of, .of_place = f->place, .n_of = 1};
    f->v->study.n_points = 2;
    f->v->study.n_replications = 60;
    f->v->study.n_runs = 120;
    folder_expect(stopping_open(&f->v->study, &f->rule, &all), 0, &all);
    fixture_plan(f, false);
}

static void fixture_free(struct fixture *f)
{
    fixture_unplan(f);
    stopping_free(f->rule);
    folder_free(&f->folder);
    invented_free(f->v);
}

/* A run ends. */
static void done(struct fixture *f, size_t run)
{
    psn_diagnostics all = {0};
    bool settled;
    struct outcome *o = invented_outcome(&f->v->study, run);
    folder_expect(keep_run(f->journal, &f->v->study, run, o, &all), 0, &all);
    folder_expect(journals_learn(f->journals, f->journal, &all), 0, &all);
    folder_expect(plan_done(&f->plan, run, &settled, &all), 0, &all);
    outcome_free(o);
}

/* Carries the plan out with `threads` runs in flight, which end in a random order; `most` runs. */
static void carry_out(struct fixture *f, size_t threads, uint64_t seed, size_t most)
{
    size_t fed = 0, n = 0, flight[64];
    while (f->plan.unsettled > 0 && most-- > 0) {
        while (n < threads && (fed < f->plan.n_queued || plan_speculate(&f->plan)))
            flight[n++] = f->plan.queue[fed++];
        cr_assert_gt(n, 0, "the plan waits for nothing");
        size_t i = (size_t)(invented_next(&seed) % n);
        size_t run = flight[i];
        flight[i] = flight[--n];
        done(f, run);
    }
}

/* The replications that the rule gives a point, straight from its definition. */
static size_t expected_end(const struct fixture *f, size_t point, bool *precise)
{
    struct summary *m = summary_new(&f->v->study);
    size_t have = 0;
    struct judgement j = {false, false};
    for (size_t n = stopping_next(f->rule, 0); n > 0 && !j.enough; n = stopping_next(f->rule, n)) {
        for (; have < n; have++) {
            struct outcome *o = invented_outcome(&f->v->study, point * 60 + have);
            cr_assert_eq(summary_add(m, o), 0);
            outcome_free(o);
        }
        cr_assert_eq(stopping_judge(f->rule, m, &j), 0);
    }
    *precise = j.precise;
    summary_free(m);
    return have;
}

/* With this precision one point ends between the least and the most, not at the first look. */
#define UNTIL 0.045

Test(plan, ends_where_the_rule_says_in_any_order)
{
    size_t ends[2] = {0, 0};
    for (size_t threads = 1; threads <= 16; threads *= 2)
        for (uint64_t seed = 1; seed <= 3; seed++) {
            struct fixture f;
            fixture_new(&f, UNTIL);
            cr_assert_eq(f.plan.n_queued, 20, "the first checkpoint of each point");
            carry_out(&f, threads, seed, SIZE_MAX);
            size_t runs = 0;
            for (size_t p = 0; p < 2; p++) {
                bool precise;
                ends[p] = expected_end(&f, p, &precise);
                cr_assert_eq(f.plan.end[p].replications, ends[p]);
                cr_assert_eq(f.plan.end[p].precise, precise);
                runs += ends[p];
            }
            struct plan_count count = plan_count(&f.plan);
            cr_assert_eq(count.runs, runs);
            cr_assert_eq(count.done, runs);
            cr_assert_eq(count.before, 0);
            fixture_free(&f);
        }
    cr_assert(ends[0] != ends[1] || (ends[0] > 10 && ends[0] < 60),
              "the precision makes no difference: %zu, %zu", ends[0], ends[1]);
}

Test(plan, one_thread_does_nothing_in_vain)
{
    struct fixture f;
    fixture_new(&f, UNTIL);
    carry_out(&f, 1, 1, SIZE_MAX);
    cr_assert_eq(f.plan.n_queued, plan_count(&f.plan).runs);
    fixture_free(&f);
}

/* Two points that are the same are simulated once, and end alike. */
Test(plan, same_points_share_their_runs)
{
    for (size_t threads = 1; threads <= 8; threads *= 2) {
        struct fixture f;
        fixture_new(&f, UNTIL);
        fixture_unplan(&f);
        f.v->study.key[1] = f.v->study.key[0];
        fixture_plan(&f, false);
        cr_assert_eq(f.plan.n_queued, 10, "the first checkpoint of one point");
        cr_assert_eq(plan_runs(&f.plan), 60);
        carry_out(&f, threads, threads, SIZE_MAX);
        bool precise;
        size_t end = expected_end(&f, 0, &precise);
        for (size_t p = 0; p < 2; p++) {
            cr_assert_eq(f.plan.end[p].replications, end);
            cr_assert_eq(f.plan.end[p].precise, precise);
            for (size_t r = 0; r < end; r++)
                cr_assert(journals_has(f.journals, p * 60 + r));
        }
        for (size_t i = 0; i < f.plan.n_queued; i++)
            cr_assert_lt(f.plan.queue[i], 60, "only runs of the first");
        if (threads == 1)
            cr_assert_eq(f.plan.n_queued, end);
        fixture_unplan(&f);
        fixture_plan(&f, false);
        cr_assert_eq(f.plan.unsettled, 0, "all is kept");
        fixture_free(&f);
    }
}

Test(plan, goes_on_from_journals)
{
    for (size_t stop = 1; stop < 60; stop += 7) {
        struct fixture f;
        fixture_new(&f, UNTIL);
        carry_out(&f, 4, stop, stop);
        fixture_unplan(&f);
        fixture_plan(&f, false);
        cr_assert_eq(plan_kept_before(&f.plan), stop);
        carry_out(&f, 4, stop + 1, SIZE_MAX);
        for (size_t p = 0; p < 2; p++) {
            bool precise;
            cr_assert_eq(f.plan.end[p].replications, expected_end(&f, p, &precise));
        }
        fixture_free(&f);
    }
}

Test(plan, the_most_ends_what_is_never_precise)
{
    struct fixture f;
    fixture_new(&f, 1e-6);
    carry_out(&f, 3, 1, SIZE_MAX);
    for (size_t p = 0; p < 2; p++) {
        cr_assert_eq(f.plan.end[p].replications, 60);
        cr_assert_not(f.plan.end[p].precise);
    }
    cr_assert_not(plan_speculate(&f.plan));
    fixture_free(&f);
}

Test(plan, a_fixed_number_needs_no_look)
{
    struct fixture f;
    fixture_new(&f, 0);
    cr_assert_eq(f.plan.n_queued, 120);
    cr_assert_not(plan_speculate(&f.plan));
    carry_out(&f, 5, 1, SIZE_MAX);
    cr_assert_eq(plan_count(&f.plan).runs, 120);
    cr_assert(f.plan.end[0].precise && f.plan.end[1].precise);
    fixture_free(&f);
}

Test(plan, failed_runs_are_missing_only_where_they_are_retried)
{
    struct fixture f;
    fixture_new(&f, 0); /* run 7 fails */
    carry_out(&f, 1, 1, SIZE_MAX);
    fixture_unplan(&f);
    fixture_plan(&f, false);
    cr_assert_eq(f.plan.unsettled, 0);
    fixture_unplan(&f);
    fixture_plan(&f, true);
    cr_assert_eq(f.plan.unsettled, 1);
    cr_assert_eq(f.plan.n_queued, 1);
    cr_assert_eq(f.plan.queue[0], 7);
    fixture_free(&f);
}
