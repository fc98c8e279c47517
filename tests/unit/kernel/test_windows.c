/* SPDX-License-Identifier: Apache-2.0
 * Windows: neither threads nor the partition move anything, and every way out ends all threads. */
#include <criterion/criterion.h>

#include "crowd.h"

#define HORIZON 30000

static void same(const struct crowd *a, const struct crowd *b, int threads)
{
    for (size_t i = 0; i < CROWD_SITES; i++) {
        cr_assert_eq(a->site[i].seen, b->site[i].seen, "site %zu, %zu processes, %d threads", i,
                     b->n, threads);
        cr_assert_eq(a->site[i].hash, b->site[i].hash, "site %zu, %zu processes, %d threads", i,
                     b->n, threads);
    }
}

Test(windows, threads_and_partitions_move_nothing)
{
    static const int threads[] = {1, 2, 3, 4, 8};
    static const size_t n[] = {3, CROWD_SITES};
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct crowd *one = crowd_new(seed, 1, NULL);
        cr_assert_eq(crowd_run(one, HORIZON, 1, false), 0);
        int64_t seen = 0;
        for (size_t i = 0; i < CROWD_SITES; i++)
            seen += one->site[i].seen;
        cr_assert_gt(seen, 4000);
        for (size_t k = 0; k < sizeof n / sizeof *n; k++)
            for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
                struct crowd *c = crowd_new(seed, n[k], NULL);
                cr_assert_eq(crowd_run(c, HORIZON, threads[t], t % 2), 0);
                cr_assert_eq(crowd_count(c), CROWD_TOKENS);
                same(one, c, threads[t]);
                crowd_free(c);
            }
        crowd_free(one);
    }
}

/* A run goes on where it stood, whoever ran it before. */
Test(windows, a_run_in_pieces_is_the_same)
{
    struct crowd *one = crowd_new(5, 6, NULL), *c = crowd_new(5, 6, NULL);
    cr_assert_eq(crowd_run(one, HORIZON, 1, false), 0);
    for (int k = 1; k <= 10; k++)
        cr_assert_eq(crowd_run(c, HORIZON / 10 * k, k % 2 ? 2 : 1, false), 0);
    same(one, c, 2);
    crowd_free(one);
    crowd_free(c);
}

Test(windows, stop_ends_all_threads)
{
    for (int threads = 1; threads <= 3; threads++) {
        struct crowd *c = crowd_new(3, 4, NULL);
        c->stop_at = 50;
        cr_assert_eq(crowd_run(c, PSN_NEVER, threads, false), PSN_EINTERRUPTED);
        cr_assert_eq(crowd_count(c), CROWD_TOKENS);
        crowd_free(c);
    }
}

Test(windows, an_error_ends_all_threads)
{
    for (int threads = 1; threads <= 3; threads++) {
        struct crowd *c = crowd_new(4, 8, NULL);
        c->stop_at = 50;
        c->code = PSN_EMEMORY;
        cr_assert_eq(crowd_run(c, PSN_NEVER, threads, threads == 3), PSN_EMEMORY);
        crowd_free(c);
    }
}
