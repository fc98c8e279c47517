/* SPDX-License-Identifier: Apache-2.0
 * Tests of kernel/tree.h against a linear scan: the first event by (time, slot), always. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>

#include "kernel/random.h"
#include "kernel/tree.h"

#define YEARS20 (20 * 365 * PSN_DAY)

/* The reference: each slot's time, searched from the front. */
static psn_time scan(const psn_time *when, uint32_t slots, uint32_t *slot)
{
    psn_time first = PSN_NEVER;
    for (uint32_t i = 0; i < slots; i++)
        if (when[i] < first) {
            first = when[i];
            *slot = i;
        }
    return first;
}

static uint64_t next_random(uint64_t *n)
{
    uint32_t word[4];
    random_words(2011, (*n)++, 0, 0, word);
    return (uint64_t)word[0] << 32 | word[1];
}

/* A gap of any size from 0 (a tie) up to `most`, all magnitudes about as likely. */
static psn_time random_gap(uint64_t *n, psn_time most)
{
    uint64_t r = next_random(n);
    psn_time gap = (psn_time)((r >> 6) % (uint64_t)most);
    return gap >> (r % 63);
}

/* Random updates: the first event moves on; other slots are set to any time from the last event on,
 * or to never. Every answer is compared. */
static void compare(uint32_t slots, psn_time most, int steps)
{
    struct tree t;
    cr_assert_eq(tree_init(&t, slots), 0);
    psn_time *when = malloc(slots * sizeof *when);
    uint64_t n = slots;
    psn_time now = 0;
    for (uint32_t i = 0; i < slots; i++)
        when[i] = PSN_NEVER;
    for (int step = 0; step < steps; step++) {
        uint32_t slot = 0, expected = 0;
        psn_time first = tree_first(&t, &slot);
        cr_assert_eq(first, scan(when, slots, &expected), "time at step %d of %u slots", step,
                     slots);
        uint64_t r = next_random(&n);
        if (first != PSN_NEVER) {
            cr_assert_eq(slot, expected, "slot at step %d of %u slots", step, slots);
            if (r % 8 != 0)
                now = first; /* else something happens before it */
        }
        if (first == PSN_NEVER || r % 3 == 0 || now != first)
            slot = (uint32_t)((r >> 8) % slots);
        when[slot] = (r >> 40) % 10 == 0 ? PSN_NEVER : now + random_gap(&n, most);
        tree_set(&t, slot, when[slot]);
        if (now > PSN_NEVER / 2)
            break;
    }
    free(when);
    tree_fini(&t);
}

Test(tree, equals_a_scan_over_minutes)
{
    static const uint32_t slots[] = {1, 2, 3, 4, 5, 16, 17, 63, 64, 65, 257, 1000};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        compare(slots[i], 10 * PSN_MINUTE, 20000);
}

Test(tree, equals_a_scan_over_twenty_years)
{
    static const uint32_t slots[] = {1, 2, 3, 4, 5, 16, 17, 63, 64, 65, 257, 1000};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        compare(slots[i], YEARS20, 20000);
}

Test(tree, equals_a_scan_with_many_slots)
{
    compare(100000, 10 * PSN_MINUTE, 500);
    compare(100000, YEARS20, 500);
}

Test(tree, ties_come_out_by_slot)
{
    enum { SLOTS = 100 };
    struct tree t;
    cr_assert_eq(tree_init(&t, SLOTS), 0);
    for (uint32_t i = 0; i < SLOTS; i++)
        tree_set(&t, (i * 37) % SLOTS, 5 * YEARS20);
    for (uint32_t i = 0; i < SLOTS; i++) {
        uint32_t slot = SLOTS;
        cr_assert_eq(tree_first(&t, &slot), 5 * YEARS20);
        cr_assert_eq(slot, i);
        tree_set(&t, slot, PSN_NEVER);
    }
    uint32_t slot;
    cr_assert_eq(tree_first(&t, &slot), PSN_NEVER);
    tree_fini(&t);
}

/* The order of all events of a tree of many slots over a long horizon, through many rebases. */
Test(tree, draining_many_slots_sorts_them)
{
    enum { SLOTS = 100000 };
    struct tree t;
    cr_assert_eq(tree_init(&t, SLOTS), 0);
    uint64_t n = 0;
    for (uint32_t i = 0; i < SLOTS; i++)
        tree_set(&t, i, random_gap(&n, 30 * PSN_DAY));
    psn_time last = 0;
    uint32_t last_slot = 0;
    psn_time base = t.base;
    int rebases = 0;
    for (uint32_t i = 0; i < SLOTS; i++) {
        uint32_t slot = 0;
        psn_time when = tree_first(&t, &slot);
        cr_assert_neq(when, PSN_NEVER);
        cr_assert(when > last || (when == last && (i == 0 || slot > last_slot)));
        rebases += t.base != base;
        base = t.base;
        last = when;
        last_slot = slot;
        tree_set(&t, slot, PSN_NEVER);
    }
    uint32_t slot;
    cr_assert_eq(tree_first(&t, &slot), PSN_NEVER);
    /* 17 bits of slot leave 2^47 ns, 1.6 days: 30 days take about 18 bases. */
    cr_assert_geq(rebases, 15);
    tree_fini(&t);
}

Test(tree, an_event_before_the_base_after_a_rebase)
{
    struct tree t;
    cr_assert_eq(tree_init(&t, 1000), 0);
    uint32_t slot = 0;
    tree_set(&t, 7, YEARS20);
    cr_assert_eq(tree_first(&t, &slot), YEARS20);
    cr_assert_eq(slot, 7);
    tree_set(&t, 9, 12); /* a message arrives long before */
    cr_assert_eq(tree_first(&t, &slot), 12);
    cr_assert_eq(slot, 9);
    tree_set(&t, 9, PSN_NEVER);
    cr_assert_eq(tree_first(&t, &slot), YEARS20);
    cr_assert_eq(slot, 7);
    tree_fini(&t);
}

Test(tree, the_last_moments_of_time)
{
    static const uint32_t slots[] = {1, 5, 1024};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        struct tree t;
        uint32_t last = slots[i] - 1, slot = 0;
        cr_assert_eq(tree_init(&t, slots[i]), 0);
        tree_set(&t, last, PSN_NEVER - 1);
        cr_assert_eq(tree_first(&t, &slot), PSN_NEVER - 1);
        cr_assert_eq(slot, last);
        tree_fini(&t);
    }
}

Test(tree, counts_outside_the_range_are_refused)
{
    struct tree t;
    cr_assert_eq(tree_init(&t, 0), PSN_EINPUT);
    cr_assert_eq(tree_init(&t, (1u << 31) + 1), PSN_EINPUT);
    tree_fini(&t);
}
