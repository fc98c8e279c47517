/* SPDX-License-Identifier: Apache-2.0
 * Distances between processes: the closure and the bounds against their definitions. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "kernel/distance.h"

#define MOST 12

static uint64_t next(uint64_t *x)
{
    *x = *x * 6364136223846793005u + 1442695040888963407u;
    return *x >> 33;
}

static psn_time sum(psn_time a, psn_time b)
{
    return a == PSN_NEVER || b == PSN_NEVER ? PSN_NEVER : a + b;
}

/* Some pairs are joined; sparse graphs have processes that nothing reaches. */
static void draw_direct(psn_time *direct, size_t n, uint64_t *x)
{
    uint64_t joined = 1 + next(x) % 4;
    for (size_t i = 0; i < n * n; i++)
        direct[i] =
            i % (n + 1) == 0 || next(x) % 6 >= joined ? PSN_NEVER : 1 + (psn_time)(next(x) % 50);
}

Test(distance, closure_is_the_least_over_all_chains)
{
    uint64_t x = 1;
    for (int round = 0; round < 60; round++) {
        size_t n = 2 + next(&x) % (MOST - 1);
        psn_time direct[MOST * MOST], closed[MOST * MOST], walk[MOST * MOST];
        draw_direct(direct, n, &x);
        for (size_t i = 0; i < n * n; i++)
            closed[i] = walk[i] = direct[i];
        distance_close(closed, n);
        /* Chains of one line more in each round: Bellman and Ford. */
        for (size_t length = 1; length <= n; length++)
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < n; j++)
                    for (size_t k = 0; k < n; k++) {
                        psn_time more = sum(walk[i * n + k], direct[k * n + j]);
                        walk[i * n + j] = more < walk[i * n + j] ? more : walk[i * n + j];
                    }
        for (size_t i = 0; i < n * n; i++)
            cr_assert_eq(closed[i], walk[i], "round %d: %zu to %zu", round, i / n, i % n);
    }
}

Test(distance, bound_is_the_least_over_all_processes)
{
    uint64_t x = 2;
    for (int round = 0; round < 200; round++) {
        size_t n = 2 + next(&x) % (MOST - 1);
        psn_time d[MOST * MOST], first[MOST];
        struct distances all;
        draw_direct(d, n, &x);
        distance_close(d, n);
        cr_assert_eq(distances_init(&all, d, n), 0);
        for (size_t q = 0; q < n; q++)
            first[q] = next(&x) % 5 == 0 ? PSN_NEVER : (psn_time)(next(&x) % 200);
        size_t earliest = distances_earliest(first, n);
        for (size_t p = 0; p < n; p++) {
            psn_time least = PSN_NEVER;
            for (size_t q = 0; q < n; q++) {
                psn_time felt = sum(first[q], d[q * n + p]);
                least = felt < least ? felt : least;
                cr_assert_geq(first[q], first[earliest]);
            }
            cr_assert_eq(distances_bound(&all, first, earliest, p), least, "round %d, process %zu",
                         round, p);
        }
        distances_fini(&all);
    }
}

/* Times near the end of what can be told do not wrap round. */
Test(distance, bounds_end_at_never)
{
    psn_time d[4] = {10, 5, 5, 10}, first[2] = {PSN_NEVER - 3, PSN_NEVER};
    struct distances all;
    cr_assert_eq(distances_init(&all, d, 2), 0);
    cr_assert_eq(distances_bound(&all, first, 0, 0), PSN_NEVER);
    cr_assert_eq(distances_bound(&all, first, 0, 1), PSN_NEVER);
    distances_fini(&all);
}
