/* SPDX-License-Identifier: Apache-2.0
 * Antithetic replications: the second of a pair mirrors every draw of the first. */
#include <criterion/criterion.h>
#include <math.h>

#include "fixture.h"

/* Services and workloads in a small place. */
#define PLACE(services, workloads)                                                                 \
    "psnsim: 1\n"                                                                                  \
    "time: {start: 2011-09-05, horizon: 15 min, warmup: 0 s, interval: 15 min}\n"                  \
    "use: {arrangement: alone}\n"                                                                  \
    "partners: {adur: {population: 1000, staff: {civic: 10}}}\n"                                   \
    "sites: {civic: {partner: adur}}\n"                                                            \
    "compute: {servers: {site: civic, hosts: 1, cores: 1, discipline: fifo}}\n"                    \
    "services: {" services "}\n"                                                                   \
    "workloads: {" workloads "}\n"                                                                 \
    "arrangements: {alone: {hosting: {adur: {app: servers}}}}\n"

/* A first-come queue at half load. */
static const char *const queue =
    PLACE("work: {steps: [{compute: app, work: exp(500 ms)}]}",
          "case: {service: work, partners: all, rate: 0.1 / s per staff}");

/* One choice for each of 15 jobs. */
static const char *const choices =
    PLACE("work: {steps: [{choice: [{share: 50 %, steps: [{compute: app, work: 1 s}]}, {share: 50 "
          "%, steps: [{compute: app, work: 3 s}]}]}]}",
          "case: {service: work, partners: all, by: app, every: 1 min}");

static double mean_response(const struct description *d, uint32_t replication)
{
    struct outcome *o = fixture_run(d, replication, NULL);
    double mean = tally_mean(&o->stream[0].response);
    outcome_free(o);
    return mean;
}

/* The even one of a pair is what it is without; the odd one is neither that nor its own. */
Test(antithetic, the_first_of_a_pair_is_what_it_was)
{
    struct description *d = fixture_describe(queue);
    double plain0 = mean_response(d, 0), plain1 = mean_response(d, 1), plain2 = mean_response(d, 2);
    d->antithetic = true;
    cr_expect_eq(mean_response(d, 0), plain0);
    cr_expect_eq(mean_response(d, 2), plain2);
    double mirrored = mean_response(d, 1);
    cr_expect_neq(mirrored, plain0);
    cr_expect_neq(mirrored, plain1);
    cr_expect_eq(mean_response(d, 1), mirrored);
    description_free(d);
}

/* u and 1 - u lie on two sides of a half: of a pair, each job takes one branch once. */
Test(antithetic, choices_are_mirrored)
{
    struct description *d = fixture_describe(choices);
    d->antithetic = true;
    double first = mean_response(d, 0), second = mean_response(d, 1);
    cr_expect_lt(fabs(first + second - 4e9), 1);
    cr_expect_neq(first, second);
    description_free(d);
}

/* The mean response rises with each work and falls with each gap, so the means of a pair are
 * negatively correlated: by the inequality of Chebyshev and Harris, as in P. Bratley, B. L. Fox and
 * L. E. Schrage, "A guide to simulation", 2nd ed. (1987), section 2.1. Of 100 independent pairs a
 * correlation below -0.26 has the probability 0.005 (t of 98 degrees); here it is -0.43. */
Test(antithetic, the_means_of_a_pair_are_negatively_correlated)
{
    enum { PAIRS = 100 };
    struct description *d = fixture_describe(queue);
    d->antithetic = true;
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    for (uint32_t k = 0; k < PAIRS; k++) {
        double a = mean_response(d, 2 * k), b = mean_response(d, 2 * k + 1);
        x += a;
        y += b;
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    double covariance = xy / PAIRS - x / PAIRS * y / PAIRS;
    double correlation = covariance / sqrt((xx / PAIRS - x / PAIRS * x / PAIRS) *
                                           (yy / PAIRS - y / PAIRS * y / PAIRS));
    cr_expect_lt(correlation, -0.26, "correlation %g", correlation);
    description_free(d);
}
