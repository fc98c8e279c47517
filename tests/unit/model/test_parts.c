/* SPDX-License-Identifier: Apache-2.0
 * Dealing parts to processes: what must be together is, what is near is, nobody has much more than
 * its share. Delays in ms, loads in thousand events a second. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "model/partition.h"

#define MS 1000000

static void both_ways(struct parts *p, uint32_t a, uint32_t b, psn_time ms)
{
    cr_assert_eq(parts_cross(p, a, b, ms * MS), 0);
    cr_assert_eq(parts_cross(p, b, a, ms * MS), 0);
}

/* n parts of these loads. */
static struct parts parts_of(size_t n, const double *load)
{
    struct parts p;
    cr_assert_eq(parts_init(&p, n), 0);
    for (size_t i = 0; i < n; i++)
        p.load[i] = 1e3 * load[i];
    return p;
}

static struct partition deal(const struct parts *p, int threads, bool always)
{
    struct partition d;
    cr_assert_eq(partition_deal(p, threads, always, &d), 0);
    return d;
}

Test(parts, near_ones_together)
{
    /* Two towns of three sites, 1 ms apart, and 20 ms between the towns. */
    static const double load[] = {50, 30, 20, 30, 60, 10};
    struct parts p = parts_of(6, load);
    both_ways(&p, 0, 1, 1);
    both_ways(&p, 1, 2, 1);
    both_ways(&p, 3, 4, 1);
    both_ways(&p, 4, 5, 1);
    both_ways(&p, 0, 3, 20);
    struct partition d = deal(&p, 2, false);
    cr_assert_eq(d.n, 2);
    cr_expect(d.process[0] == d.process[1] && d.process[1] == d.process[2]);
    cr_expect(d.process[3] == d.process[4] && d.process[4] == d.process[5]);
    cr_expect_neq(d.process[0], d.process[3]);
    cr_expect_eq(d.lookahead, 20 * MS);
    cr_expect_float_eq(d.events, 200e3 * 20e-3, 1e-6);
    cr_expect_float_eq(d.share, 0.5, 1e-12);
    cr_expect(d.speedup > 1.5 && d.speedup <= 2, "%g", d.speedup);
    free(d.process);
    parts_fini(&p);
}

Test(parts, no_delay_no_parting)
{
    static const double load[] = {80, 80, 40, 40};
    struct parts p = parts_of(4, load);
    both_ways(&p, 0, 1, 0);
    both_ways(&p, 1, 2, 30);
    both_ways(&p, 2, 3, 30);
    for (int threads = 2; threads <= 8; threads *= 2) {
        struct partition d = deal(&p, threads, true);
        cr_expect(d.n > 1 && d.process[0] == d.process[1], "%d threads", threads);
        cr_expect_float_eq(d.share, 160.0 / 240, 1e-12);
        free(d.process);
    }
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct partition d;
        cr_assert_eq(partition_scatter(&p, 5, seed, &d), 0);
        cr_expect(d.process[0] == d.process[1] && d.process[3] < 5);
        free(d.process);
    }
    uint32_t first[4];
    cr_assert_eq(partition_merge(&p, first), 0);
    cr_expect(first[0] == 0 && first[1] == 0 && first[2] == 2 && first[3] == 3);
    parts_fini(&p);
}

Test(parts, one_process_where_nothing_is_gained)
{
    /* Ten events a second, 1 ms apart: a window has none. */
    static const double load[] = {0.005, 0.005};
    struct parts p = parts_of(2, load);
    both_ways(&p, 0, 1, 1);
    struct partition d = deal(&p, 2, false);
    cr_expect_eq(d.n, 1);
    free(d.process);
    d = deal(&p, 2, true);
    cr_expect_eq(d.n, 2);
    cr_expect_lt(d.speedup, 1);
    free(d.process);
    d = deal(&p, 1, true);
    cr_expect_eq(d.n, 1);
    free(d.process);
    parts_fini(&p);
}

Test(parts, shares_are_even)
{
    /* A hundred sites around a hub, all 10 ms away from it: on four threads nobody has more than
     * 30 % of the load. */
    static double load[101];
    for (size_t i = 0; i < 101; i++)
        load[i] = i == 0 ? 50 : 1 + (double)(i % 7);
    struct parts p = parts_of(101, load);
    for (uint32_t i = 1; i < 101; i++)
        both_ways(&p, 0, i, 10);
    struct partition d = deal(&p, 4, false);
    double share[64] = {0}, total = 0;
    for (size_t i = 0; i < 101; i++) {
        share[d.process[i]] += load[i];
        total += load[i];
    }
    cr_expect_geq(d.n, 4);
    for (size_t i = 0; i < d.n; i++)
        cr_expect(share[i] > 0 && share[i] < 0.3 * total, "%zu: %g", i, share[i] / total);
    cr_expect_eq(d.lookahead, 10 * MS);
    free(d.process);
    parts_fini(&p);
}

/* Forty towns in a ring, 2 ms apart, each of a hundred sites without delay between, all alike. */
static struct parts forty_towns(double load, double slots)
{
    struct parts p;
    cr_assert_eq(parts_init(&p, 4000), 0);
    for (uint32_t i = 0; i < 4000; i++) {
        uint32_t centre = i / 100 * 100;
        p.load[i] = load;
        p.slots[i] = slots;
        if (i > centre)
            both_ways(&p, centre, i, 0);
        else
            both_ways(&p, centre, (centre + 100) % 4000, 2);
    }
    return p;
}

Test(parts, one_thread_has_processes_where_there_is_much_to_look_after)
{
    struct parts busy = forty_towns(1000, 10), idle = forty_towns(0.5, 10),
                 small = forty_towns(1000, 0.5);
    struct partition d = deal(&busy, 1, false);
    cr_expect(d.n > 1 && d.lookahead == 2 * MS && d.speedup > 1.1, "%zu: %g", d.n, d.speedup);
    cr_expect_eq(d.speedup, d.alone);
    free(d.process);
    d = deal(&idle, 1, false); /* four events in a window */
    cr_expect_eq(d.n, 1);
    free(d.process);
    d = deal(&small, 1, true); /* 2,000 slots */
    cr_expect_eq(d.n, 1);
    free(d.process);
    parts_fini(&busy);
    parts_fini(&idle);
    parts_fini(&small);
}

Test(parts, threads_have_more_processes_than_one_each)
{
    struct parts p = forty_towns(1000, 10);
    struct partition d = deal(&p, 2, false);
    cr_expect(d.n > 2 && d.share <= 0.4, "%zu: %g", d.n, d.share);
    cr_expect(d.speedup > 1.7 && d.alone > 1, "%g, %g", d.speedup, d.alone);
    free(d.process);
    parts_fini(&p);
}

Test(parts, distances_are_over_chains)
{
    static const double load[] = {1, 1, 1};
    struct parts p = parts_of(3, load);
    cr_assert_eq(parts_cross(&p, 0, 1, 4 * MS), 0);
    cr_assert_eq(parts_cross(&p, 0, 1, 3 * MS), 0);
    cr_assert_eq(parts_cross(&p, 1, 2, 5 * MS), 0);
    cr_assert_eq(parts_cross(&p, 2, 0, 7 * MS), 0);
    cr_assert_eq(parts_cross(&p, 2, 2, 0), 0); /* to itself: nothing */
    uint32_t apart[] = {0, 1, 2};
    const struct partition each = {.n = 3, .process = apart};
    psn_time d[9];
    partition_distances(&p, &each, d);
    static const psn_time ms[] = {15, 3, 8, 12, 15, 5, 7, 10, 15};
    for (size_t i = 0; i < 9; i++)
        cr_expect_eq(d[i], ms[i] * MS, "%zu: %lld", i, (long long)d[i]);
    parts_fini(&p);
}
