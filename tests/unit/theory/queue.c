/* SPDX-License-Identifier: Apache-2.0
 * One station by theory against published values (the source stands at each) and a second method.
 * Published and exact values must hold to 1e-9 of themselves: both are sums of some hundred terms
 * in doubles. */
#include <criterion/criterion.h>
#include <math.h>

#include "theory/queue.h"

static void near(double found, double exact, const char *what)
{
    cr_assert_leq(fabs(found - exact), 1e-9 * fabs(exact) + 1e-15, "%s: %.15g, not %.15g", what,
                  found, exact);
}

/* M/M/1, 0.8 of one a unit. Kleinrock, Queueing Systems I (1975), chapter 3. */
Test(queue, one_server)
{
    struct queue_figures f = queue_mmc(0.8, 1, 1);
    near(f.utilisation, 0.8, "utilisation");
    near(f.present, 4, "present");
    near(f.wait, 4, "wait");
    near(f.delayed, 0.8, "delayed");
    near(queue_mmc_sojourn_quantile(0.8, 1, 1, 0.5), 3.465735902799727, "sojourn p50");
    near(queue_mmc_sojourn_quantile(0.8, 1, 1, 0.99), 23.02585092994046, "sojourn p99");
    near(queue_mmc_wait_quantile(0.8, 1, 1, 0.95), 13.862943611198904, "wait p95");
    near(queue_mmc_wait_quantile(0.8, 1, 1, 0.1), 0, "who does not wait");
}

/* M/M/4 at 0.8; the eye clinic and 50 servers: Gross and Harris, section 2.3; Garnett, Mandelbaum
 * and Reiman, MSOM 4(3), 2002 (20.8 s of wait, 58.1 s at p90, in minutes). */
Test(queue, several_servers)
{
    struct queue_figures f = queue_mmc(3.2, 1, 4);
    near(f.delayed, 0.5964324717874046, "delayed");
    near(f.wait, 0.7455405897342559, "wait");
    near(f.present, 5.585729887149618, "present");
    near(queue_mmc_sojourn_quantile(3.2, 1, 4, 0.95), 4.7380194960365944, "sojourn p95");
    near(queue_mmc_wait_quantile(3.2, 1, 4, 0.99), 5.110476168422507, "wait p99");
    near(queue_mmc(6, 1.0 / 3, 3).wait * 60, 8.88888888888889, "eye clinic");
    near(queue_mmc(48, 1, 50).wait * 60, 20.83366833590503, "50 servers");
    near(queue_mmc_wait_quantile(48, 1, 50, 0.9) * 60, 58.13874178200882, "50 servers, p90");
}

/* 100,000 servers: the sums stay within doubles, and Erlang C is near Halfin's and Whitt's limit 1
 * / (1 + beta Phi(beta) / phi(beta)) with beta = (c - a) / sqrt(c) (Operations Research 29, 1981),
 * whose error is of the order of 1 / sqrt(c). */
Test(queue, very_many_servers)
{
    const double c = 1e5, beta = 0.5, a = c - beta * sqrt(c);
    double phi = exp(-beta * beta / 2) / sqrt(2 * M_PI), below = 0.5 * erfc(-beta / sqrt(2));
    double limit = 1 / (1 + beta * below / phi), found = queue_erlang_c((int64_t)c, a);
    cr_assert_float_eq(found, limit, 2 / sqrt(c));
    struct markov_queue q = {
        .rate = a, .service = 1, .servers = (int64_t)c, .patience = INFINITY, .room = 10000000};
    cr_assert_float_eq(queue_markov(&q).wait, queue_mmc(a, 1, (int64_t)c).wait, 1e-9);
}

/* Erlang B: 20 on 25. Jagerman, BSTJ 53, 1974; Cooper, Introduction to Queueing Theory. */
Test(queue, loss)
{
    near(queue_erlang_b(25, 20), 0.0502217778907946, "blocked");
    struct markov_queue q = {
        .rate = 20, .service = 1, .servers = 25, .room = 25, .patience = INFINITY};
    struct queue_figures f = queue_markov(&q);
    near(f.refused, 0.0502217778907946, "refused");
    near(f.utilisation, 0.7598225776873643, "utilisation");
    near(f.wait, 0, "wait");
}

/* M/M/c/K: Gross and Harris, section 2.4 (the inspection station M/M/3/7: 6.06 present, 3.09 wait,
 * 12.3 minutes); Rossetti, Arena book, appendix on queueing (M/M/1/6). */
Test(queue, finite_room)
{
    const struct {
        double rate, service;
        int64_t c, k;
        double refused, present, wait, delayed;
    } v[] = {
        {0.9, 1, 1, 5, 0.12602254998836857, 2.1947823006280958, 1.7902859515030154,
         0.7558057190300603},
        {1, 6, 3, 7, 0.504820333041192, 6.063102541630149, 6.244247787610621, 0.9557522123893806},
        {1, 1 / 1.2, 1, 6, 0.07742392634692856, 2.2901625778575, 1.649023019990762,
         0.7494118784441365},
    };
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        struct markov_queue q = {.rate = v[i].rate,
                                 .service = v[i].service,
                                 .servers = v[i].c,
                                 .room = v[i].k,
                                 .patience = INFINITY};
        struct queue_figures f = queue_markov(&q);
        near(f.refused, v[i].refused, "refused");
        near(f.present, v[i].present, "present");
        near(f.wait, v[i].wait, "wait");
        near(f.delayed, v[i].delayed, "delayed");
        cr_assert_eq(f.abandoned, 0);
    }
}

/* Erlang A: Garnett, Mandelbaum and Reiman 2002 (3.1 % leave, 3.7 s of wait, 93 % busy); figures
 * by Zeltyn and Mandelbaum, Queueing Systems 51, 2005. */
Test(queue, impatience)
{
    struct markov_queue q = {.rate = 48, .service = 1, .servers = 50, .patience = 2};
    struct queue_figures f = queue_markov(&q);
    near(f.delayed, 0.46777406855379083, "delayed");
    near(f.abandoned, 0.03091224916219316, "abandoned");
    near(f.wait, 0.061824498324386454, "wait");
    near(f.utilisation, 0.9303242408042945, "utilisation");
    near(f.abandoned, f.wait / 2, "everybody waiting leaves at one rate");
    q.rate = 500; /* ten times what the servers can do: no overflow */
    f = queue_markov(&q);
    near(f.utilisation, 1, "overloaded");
    near(f.abandoned, 0.9, "what cannot be served leaves");
}

/* Everybody leaves after 0.3: against the differential equation of the virtual wait, in steps of
 * 1e-5 (a Riemann sum by midpoints, whose error is of the order of 1e-10), for less and for more
 * than the servers can do. With patience without end it is M/M/c. */
Test(queue, deadline)
{
    const double rates[] = {2, 3, 3.6}, patience = 0.3, step = 1e-5;
    for (size_t i = 0; i < 3; i++) {
        double rate = rates[i], term = 1, states = 0, tail = 0, mean = 0, beyond = 0;
        for (int n = 0; n < 3; n++, term *= rate / n)
            states += term; /* of 0, 1 and 2 busy; `term` ends as that of 2 x rate / 3 */
        double two = rate * rate / 2;
        for (double t = step / 2; t < 12; t += step) {
            double density = two * rate * exp(rate * fmin(t, patience) - 3 * t) * step;
            tail += density;
            beyond += t > patience ? density : 0;
            mean += density * fmin(t, patience);
        }
        struct queue_figures f = queue_deadline(rate, 1, 3, patience);
        cr_assert_float_eq(f.delayed, tail / (states + tail), 1e-7);
        cr_assert_float_eq(f.abandoned, beyond / (states + tail), 1e-7);
        cr_assert_float_eq(f.wait, mean / (states + tail), 1e-7);
        cr_assert_float_eq(f.wait_served * (1 - f.abandoned) + f.abandoned * patience, f.wait,
                           1e-12);
    }
    near(queue_deadline(3.2, 1, 4, 400).wait, queue_mmc(3.2, 1, 4).wait, "patient");
    near(queue_deadline(500, 1, 50, 2).abandoned, 0.9, "overloaded");
}

/* Machine repairmen: Gross and Harris, section 2.6; Rossetti's machine interference. */
Test(queue, repairman)
{
    struct markov_queue q = {
        .rate = 0.1, .service = 1, .servers = 1, .population = 10, .patience = INFINITY};
    struct queue_figures f = queue_markov(&q);
    near(f.present, 2.1458234310734734, "present");
    near(f.wait, 1.7320794385537410, "wait");
    near(f.utilisation, 0.7854176568926526, "utilisation");
    q = (struct markov_queue){
        .rate = 0.1, .service = 4, .servers = 2, .population = 5, .patience = INFINITY};
    near(queue_markov(&q).present, 1.6609088493223494, "two operators");
}

/* M/G/1: Pollaczek and Khinchine for service uniform on 0.5 to 1.5 (wait 13 / 6), and M/D/c against
 * its embedded chain (Crommelin 1932; values by the chain, as in Franx, OR Letters 29, 2001). */
Test(queue, general_service)
{
    near(queue_mg1(0.8, (struct service_time){1, 1.0 / 12}).wait, 13.0 / 6, "uniform");
    cr_assert_eq(queue_mg1(0.5, (struct service_time){1, INFINITY}).wait, INFINITY);
    struct queue_figures f;
    cr_assert(queue_mdc(0.8, 1, 1, &f));
    near(f.wait, 2, "M/D/1");
}

/* The mean number in M/D/c from its embedded chain: what is there a service time later are those
 * who waited, and what has come meanwhile. Iterated to its fixed point. */
static double chain_present(int c, double offered)
{
    enum { STATES = 300 };
    static double p[STATES], next[STATES], come[STATES];
    come[0] = exp(-offered);
    for (int k = 1; k < STATES; k++)
        come[k] = come[k - 1] * offered / k;
    for (int k = 0; k < STATES; k++)
        p[k] = k == 0;
    for (int i = 0; i < 2000; i++) {
        for (int k = 0; k < STATES; k++)
            next[k] = 0;
        for (int n = 0; n < STATES; n++)
            for (int k = 0, stay = n > c ? n - c : 0; k < 60 && stay + k < STATES; k++)
                next[stay + k] += p[n] * come[k];
        for (int k = 0; k < STATES; k++)
            p[k] = next[k];
    }
    double mean = 0;
    for (int n = 0; n < STATES; n++)
        mean += n * p[n];
    return mean;
}

Test(queue, constant_service)
{
    struct queue_figures f;
    for (int c = 2; c <= 5; c++) {
        cr_assert(queue_mdc(0.8 * c, 1, c, &f));
        cr_assert_float_eq(f.present, chain_present(c, 0.8 * c), 1e-7, "M/D/%d: %g", c, f.present);
    }
    cr_assert_not(queue_mdc(4 * 0.9999, 1, 4, &f), "a sum too long");
    double half = queue_mmc(4 * 0.9999, 1, 4).wait / 2;
    cr_assert_float_eq(f.wait, half, 0.01 * half, "half of M/M/4 near saturation");
}

/* The approximation of M/G/c is M/M/c, M/D/c and M/G/1 where those hold, and lies between. */
Test(queue, several_general_servers)
{
    struct queue_figures d, m = queue_mmc(1.6, 1, 2);
    queue_mdc(1.6, 1, 2, &d);
    near(queue_mgc(1.6, (struct service_time){1, 1}, 2).wait, m.wait, "M/M/2");
    near(queue_mgc(1.6, (struct service_time){1, 0}, 2).wait, d.wait, "M/D/2");
    near(queue_mgc(0.8, (struct service_time){1, 3}, 1).wait, 8, "M/G/1");
    double erlang = queue_mgc(1.6, (struct service_time){1, 0.5}, 2).wait;
    cr_assert(erlang > d.wait && erlang < m.wait);
    near(queue_mgc(1.6, (struct service_time){1, 4}, 2).wait, 2.5 * m.wait, "Lee and Longton");
}

Test(queue, overloaded)
{
    struct queue_figures f = queue_mmc(2, 1, 2);
    cr_assert(f.wait == INFINITY && f.present == INFINITY && f.utilisation == 1);
    cr_assert_eq(queue_mg1(1, (struct service_time){1, 0}).wait, INFINITY);
    cr_assert_eq(queue_mgc(3, (struct service_time){1, 2}, 2).wait, INFINITY);
    cr_assert_eq(queue_mmc_wait_quantile(2, 1, 2, 0.5), INFINITY);
    cr_assert_eq(queue_mmc_sojourn_quantile(2, 1, 2, 0.5), INFINITY);
    cr_assert_eq(queue_erlang_c(2, 2), 1);
}

/* A light load has no mean wait on one server where the second moment is infinite; on two servers
 * that are half idle an index above 1.5 is enough. Scheller-Wolf and Sigman 1997. */
Test(queue, waits_without_mean)
{
    cr_assert(queue_wait_has_no_mean(0.5, 1, 2));
    cr_assert_not(queue_wait_has_no_mean(0.5, 1, 2.1));
    cr_assert_not(queue_wait_has_no_mean(0.5, 2, 1.6));
    cr_assert(queue_wait_has_no_mean(0.5, 2, 1.5));
    cr_assert(queue_wait_has_no_mean(1.2, 2, 1.6), "one of two is taken up");
    cr_assert_not(queue_wait_has_no_mean(0.9, 1, INFINITY));
}

/* Processor sharing, whatever the law: Kleinrock II, section 4.4 (10 / 3 at 0.7). */
Test(queue, sharing)
{
    near(queue_shared(0.7, 1, 1).wait + 1, 10.0 / 3, "one server");
    near(queue_shared(0.7, 1, 1).present, 7.0 / 3, "present");
    struct queue_figures f = queue_infinite(3, 2);
    near(f.present, 6, "nobody waits");
    cr_assert(isnan(f.utilisation) && f.wait == 0);
}
