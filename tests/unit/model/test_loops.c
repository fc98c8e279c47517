/* SPDX-License-Identifier: Apache-2.0
 * Loops: how often, with which draws, and from where. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "fixture.h"
#include "model/laws.h"

#define HEAD                                                                                       \
    "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 20000 s, interval: 1000 s}\n"         \
    "partners: {p: {staff: {hall: 1}}}\nsites: {hall: {}, dc: {}}\n"                               \
    "links: {l: {between: [hall, dc], bandwidth: 8 Mbit/s, delay: 1 ms}}\n"                        \
    "compute: {pool: {site: hall, discipline: unlimited}, far: {site: dc, cores: 8}}\n"            \
    "workloads: {w: {service: s, rate: 1 / s}}\n"                                                  \
    "arrangements: {x: {hosting: {all: {app: pool, other: far}}}}\n"

static struct description *describe(const char *steps)
{
    char text[2048];
    snprintf(text, sizeof text, HEAD "services: {s: {steps: [%s]}}\n", steps);
    return fixture_describe(text);
}

static struct outcome *run(const char *steps)
{
    struct description *d = describe(steps);
    struct outcome *o = fixture_run(d, 0, NULL);
    description_free(d);
    return o;
}

static void same_responses(const char *a, const char *b)
{
    struct outcome *x = run(a), *y = run(b);
    cr_expect_gt(x->stream[0].completed, 10000);
    cr_expect_eq(x->stream[0].completed, y->stream[0].completed);
    cr_expect(x->stream[0].response.sum == y->stream[0].response.sum, "%s: %.9g, %s: %.9g", a,
              (double)x->stream[0].response.sum, b, (double)y->stream[0].response.sum);
    outcome_free(x);
    outcome_free(y);
}

/* The step of the loop itself has a number, as has a delay in its place. */
Test(loops, of_one_step_are_its_times)
{
    same_responses("{loop: [{compute: app, work: exp(1 s)}], times: 3}",
                   "{delay: 0 s}, {compute: app, work: exp(1 s), times: 3}");
    same_responses("{loop: [{compute: app, work: exp(1 s)}], times: 1}",
                   "{delay: 0 s}, {compute: app, work: exp(1 s)}");
}

/* What comes after a loop draws as if it had not been there, and what is around it, too. */
Test(loops, move_no_draw_of_others)
{
    struct outcome *o[3];
    static const char *const inner[] = {"times: 1", "times: 5", "again: 60 %"};
    for (size_t i = 0; i < 3; i++) {
        char steps[512];
        snprintf(steps, sizeof steps,
                 "{loop: [{compute: app, work: exp(1 s)}, {loop: [{delay: 0 s}], %s}], times: 4}, "
                 "{compute: app, work: exp(2 s)}",
                 inner[i]);
        o[i] = run(steps);
        cr_expect(o[i]->stream[0].response.sum == o[0]->stream[0].response.sum, "%s", inner[i]);
        cr_expect_eq(o[i]->stream[0].response.max, o[0]->stream[0].response.max, "%s", inner[i]);
    }
    for (size_t i = 0; i < 3; i++)
        outcome_free(o[i]);
}

/* Six draws: an Erlang of shape 6, whose 95 % quantile is chi-square's with 12 degrees of freedom,
 * halved: 21.026 / 2. Were two passes to draw the same it would be 12.59. 20,000 requests: the
 * standard error of a quantile is 0.03. */
Test(loops, draw_anew_in_every_pass)
{
    static const char *const ways[] = {
        "{loop: [{loop: [{compute: app, work: exp(1 s)}], times: 3}], times: 2}",
        "{loop: [{compute: app, work: exp(1 s), times: 2}], times: 3}",
        "{loop: [{loop: [{loop: [{compute: app, work: exp(1 s)}], times: 1}], times: 2}], times: "
        "3}",
    };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct outcome *o = run(ways[i]);
        cr_expect_float_eq(outcome_response_mean(&o->stream[0]), 6, 0.07, "%s", ways[i]);
        cr_expect_float_eq(outcome_response_quantile(&o->stream[0], 0.95), 21.026 / 2, 0.12, "%s",
                           ways[i]);
        outcome_free(o);
    }
}

/* A geometric number of exponentials is exponential: 1 s / (1 - 3/4), whose 95 % quantile is
 * 4 ln 20 = 11.98. Nested with 1/2 and 1/2 the same. Tolerances: 4 standard errors. */
Test(loops, by_chance)
{
    static const char *const ways[] = {
        "{loop: [{compute: app, work: exp(1 s)}], again: 75 %}",
        "{loop: [{loop: [{compute: app, work: exp(1 s)}], again: 50 %}], again: 50 %}",
    };
    for (size_t i = 0; i < 2; i++) {
        struct outcome *o = run(ways[i]);
        cr_expect_float_eq(outcome_response_mean(&o->stream[0]), 4, 0.12, "%s", ways[i]);
        cr_expect_float_eq(outcome_response_quantile(&o->stream[0], 0.95), 11.98, 0.5, "%s",
                           ways[i]);
        outcome_free(o);
    }
}

/* The job is at the far site after the first pass: it asks for it once alone. */
Test(loops, go_on_from_where_a_pass_ended)
{
    static const char *const steps =
        "{loop: [{request: 1 KB}, {compute: other, work: exp(100 ms)}], %s}, {response: 2 KB}";
    static const struct {
        const char *how;
        double passes;
    } ways[] = {{"times: 4", 4}, {"again: 75 %", 4}, {"times: 1000", 1000}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char text[512];
        snprintf(text, sizeof text, steps, ways[i].how);
        struct description *d = describe(text);
        struct load_report r;
        psn_diagnostics all = {0};
        cr_assert_eq(laws_report(d, &r, &all), 0);
        cr_expect_float_eq(r.station[0].open, 0.1 * ways[i].passes / 8, 1e-9, "%s", ways[i].how);
        cr_expect_float_eq(r.station[2].open, 0.001, 1e-12, "%s: 8 kbit of 8 Mbit/s", ways[i].how);
        cr_expect_float_eq(r.station[3].open, 0.002, 1e-12, "%s", ways[i].how);
        laws_fini(&r);
        if (ways[i].passes < 10) {
            struct outcome *o = fixture_run(d, 0, NULL);
            cr_expect_float_eq(o->station[0].utilisation, 0.05, 0.002, "%s", ways[i].how);
            cr_expect_float_eq(o->station[2].utilisation, 0.001, 0.00004, "%s", ways[i].how);
            outcome_free(o);
        }
        description_free(d);
    }
}

/* A pass that ends at either of two sites, from each of which the next one begins. */
Test(loops, whose_passes_end_at_different_sites)
{
    struct description *d = describe(
        "{loop: [{choice: [{share: 25 %, steps: [{compute: other, work: 40 ms}]}, "
        "{share: 75 %, steps: [{compute: app, work: 40 ms}]}]}], again: 80 %}, {response: 1 KB}");
    struct load_report r;
    psn_diagnostics all = {0};
    cr_assert_eq(laws_report(d, &r, &all), 0);
    cr_expect_float_eq(r.station[0].open, 0.04 * 5 * 0.25 / 8, 1e-9);
    cr_expect_float_eq(r.station[3].open, 0.001 * 0.25, 1e-9, "a quarter ends far away");
    laws_fini(&r);
    struct outcome *o = fixture_run(d, 0, NULL);
    cr_expect_float_eq(o->station[1].throughput, 5 * 0.75, 0.15);
    cr_expect_float_eq(o->station[0].throughput, 5 * 0.25, 0.08);
    outcome_free(o);
    description_free(d);
}

Test(loops, too_many_passes_are_refused)
{
    char message[512];
    fixture_mistake(HEAD "services: {s: {steps: [{loop: [{loop: [{compute: app, work: 1 ns, times: "
                         "300}], times: 100}], times: 100}]}}\n",
                    message, sizeof message);
    cr_expect_str_eq(message, "service \"s\" may do this 3000000 times in one request, the loops "
                              "around it counted; expected at most 1048576 times");
}
