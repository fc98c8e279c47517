/* SPDX-License-Identifier: Apache-2.0
 * Several classes at one station against published values and a second method: the stationary law
 * of the Markov chain itself, iterated. */
#include <criterion/criterion.h>
#include <math.h>

#include "theory/queue.h"

static struct queue_class exponential(double rate, double mean, double weight)
{
    return (struct queue_class){.rate = rate, .service = {mean, 1}, .weight = weight};
}

/* Loads of 0.2 and 0.6: sojourns of 2 and 6. Cobham, Operations Research 2, 1954; Ciw's test of the
 * same. */
Test(classes, non_preemptive)
{
    struct queue_class level[] = {exponential(0.2, 1, 1), exponential(0.6, 1, 1)};
    cr_assert(queue_priority(level, 2, 1, false));
    cr_assert_float_eq(level[0].wait, 1, 1e-12);
    cr_assert_float_eq(level[1].wait, 5, 1e-12);
}

/* Who is above sees nothing of who is below, whatever that is: M/G/1 of its own. Kleinrock II,
 * section 3.5. */
Test(classes, preemptive)
{
    struct queue_class level[] = {{.rate = 0.5, .service = {1, 0}}, exponential(0.1, 3, 1)};
    cr_assert(queue_priority(level, 2, 1, true));
    cr_assert_float_eq(level[0].wait, queue_mg1(0.5, level[0].service).wait, 1e-12);
    /* (0.5 / 2 + 0.1 x 18 / 2) / (0.5 x 0.2) + 3 x 0.5 / 0.5 */
    cr_assert_float_eq(level[1].wait, 11.5 + 3, 1e-12);
}

/* Work is conserved: the mean of the waits, weighted by the loads, is that of first come, first
 * served (Kleinrock II, section 3.4); alike exponential levels on several servers share one queue.
 */
Test(classes, conservation)
{
    struct queue_class one[] = {{.rate = 0.2, .service = {1, 0.5}},
                                {.rate = 0.1, .service = {2, 3}},
                                {.rate = 0.3, .service = {0.5, 0}}};
    double load = 0, sum = 0, residual = 0;
    cr_assert(queue_priority(one, 3, 1, false));
    for (int i = 0; i < 3; i++) {
        double x = one[i].rate * one[i].service.mean;
        load += x;
        sum += x * one[i].wait;
        residual += x * one[i].service.mean * (1 + one[i].service.scv) / 2;
    }
    cr_assert_float_eq(sum, load * residual / (1 - load), 1e-12);
    struct queue_class four[] = {exponential(1, 1, 1), exponential(0.7, 1, 1),
                                 exponential(1.5, 1, 1)};
    double wait = queue_mmc(3.2, 1, 4).wait;
    for (int preemptive = 0; preemptive <= 1; preemptive++) {
        cr_assert(queue_priority(four, 3, 4, preemptive));
        cr_assert_float_eq((1 * four[0].wait + 0.7 * four[1].wait + 1.5 * four[2].wait) / 3.2, wait,
                           1e-12);
        cr_assert(four[0].wait < four[1].wait && four[1].wait < four[2].wait);
    }
    cr_assert_float_eq(four[0].wait, queue_mmc(1, 1, 4).wait, 1e-12, "nothing of who is below");
}

/* Levels that differ on several servers are approximated: on one they would be exact, and with
 * alike ones the approximation is exact, too. */
Test(classes, several_servers_that_differ)
{
    struct queue_class near[] = {exponential(1, 1, 1), exponential(2, 1 + 1e-9, 1)};
    struct queue_class same[] = {exponential(1, 1, 1), exponential(2, 1, 1)};
    cr_assert_not(queue_priority(near, 2, 4, false));
    cr_assert(queue_priority(same, 2, 4, false));
    for (int i = 0; i < 2; i++)
        cr_assert_float_eq(near[i].wait, same[i].wait, 1e-6);
}

Test(classes, who_is_below_may_wait_for_ever)
{
    for (int64_t servers = 1; servers <= 2; servers++) {
        double c = (double)servers;
        struct queue_class level[] = {exponential(0.5 * c, 1, 1), exponential(0.6 * c, 1, 1)};
        queue_priority(level, 2, servers, true);
        cr_assert(isfinite(level[0].wait));
        cr_assert_eq(level[1].wait, INFINITY);
    }
}

/* Fayolle, Mitrani and Iasnogorodski 1980: 0.3 and 0.4 of weights 2 and 1: sojourns 8 / 3 and
 * 23 / 6. */
Test(classes, discriminatory)
{
    struct queue_class c[] = {exponential(0.3, 1, 2), exponential(0.4, 1, 1)};
    cr_assert_eq(queue_discriminatory(c, 2), 0);
    cr_assert_float_eq(c[0].wait + 1, 2.6666666666666665, 1e-12);
    cr_assert_float_eq(c[1].wait + 1, 3.8333333333333326, 1e-12);
    struct queue_class even[] = {exponential(0.3, 1, 5), exponential(0.1, 3, 5)};
    cr_assert_eq(queue_discriminatory(even, 2), 0);
    cr_assert_float_eq(even[0].wait, 1 / 0.4 - 1, 1e-12, "equal weights share equally");
    cr_assert_float_eq(even[1].wait, 3 / 0.4 - 3, 1e-12);
    struct queue_class full[] = {exponential(1, 1, 2)};
    cr_assert_eq(queue_discriminatory(full, 1), 0);
    cr_assert_eq(full[0].wait, INFINITY);
}

/* Different means, too: against the chain of (n1, n2) below 60 each, iterated to rest. The loads
 * are 0.2 and 0.3, so what is cut off is below 1e-15. */
Test(classes, discriminatory_by_its_chain)
{
    enum { MOST = 60 };
    static double p[MOST][MOST], next[MOST][MOST];
    const double rate[2] = {0.2, 0.1}, mu[2] = {1, 1.0 / 3}, g[2] = {3, 1}, unit = 2;
    p[0][0] = 1;
    for (int round = 0; round < 4000; round++) {
        for (int a = 0; a < MOST; a++)
            for (int b = 0; b < MOST; b++)
                next[a][b] = 0;
        for (int a = 0; a < MOST; a++)
            for (int b = 0; b < MOST; b++) {
                double all = g[0] * a + g[1] * b, here = p[a][b] / unit;
                double down[2] = {a ? mu[0] * g[0] * a / all : 0, b ? mu[1] * g[1] * b / all : 0};
                double up[2] = {a + 1 < MOST ? rate[0] : 0, b + 1 < MOST ? rate[1] : 0};
                if (up[0] > 0)
                    next[a + 1][b] += here * up[0];
                if (up[1] > 0)
                    next[a][b + 1] += here * up[1];
                if (a)
                    next[a - 1][b] += here * down[0];
                if (b)
                    next[a][b - 1] += here * down[1];
                next[a][b] += p[a][b] - here * (up[0] + up[1] + down[0] + down[1]);
            }
        for (int a = 0; a < MOST; a++)
            for (int b = 0; b < MOST; b++)
                p[a][b] = next[a][b];
    }
    double present[2] = {0, 0};
    for (int a = 0; a < MOST; a++)
        for (int b = 0; b < MOST; b++) {
            present[0] += a * p[a][b];
            present[1] += b * p[a][b];
        }
    struct queue_class c[] = {exponential(0.2, 1, 3), exponential(0.1, 3, 1)};
    cr_assert_eq(queue_discriminatory(c, 2), 0);
    cr_assert_float_eq(c[0].wait + 1, present[0] / rate[0], 1e-9);
    cr_assert_float_eq(c[1].wait + 3, present[1] / rate[1], 1e-9);
}
