/* SPDX-License-Identifier: Apache-2.0
 * Tests of base/arena.h: alignment, zeroes, limits, and that items never overlap. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

static int all_bytes(const unsigned char *p, size_t size, unsigned char value)
{
    for (size_t i = 0; i < size; i++)
        if (p[i] != value)
            return 0;
    return 1;
}

Test(arena, items_are_zeroed_aligned_and_apart)
{
    enum { ITEMS = 3000 };
    struct arena a = {0};
    unsigned char *item[ITEMS];
    size_t size[ITEMS];
    uint32_t state = 12345;
    for (int i = 0; i < ITEMS; i++) {
        state = state * 1664525u + 1013904223u;
        size[i] = (state >> 8) % (i % 100 == 0 ? 400000 : 300);
        item[i] = arena_alloc(&a, size[i]);
        cr_assert_not_null(item[i]);
        cr_assert_eq((uintptr_t)item[i] % (size[i] >= 64 ? 64 : 16), 0);
        cr_assert(all_bytes(item[i], size[i], 0), "item %d of %zu bytes is not zeroed", i, size[i]);
        memset(item[i], i & 0xff, size[i]);
    }
    for (int i = 0; i < ITEMS; i++)
        cr_assert(all_bytes(item[i], size[i], (unsigned char)i), "item %d was overwritten", i);
    arena_fini(&a);
    cr_assert_null(a.blocks);
    cr_assert_eq(a.total, 0);
}

Test(arena, an_item_of_no_bytes_has_its_own_address)
{
    struct arena a = {0};
    void *first = arena_alloc(&a, 0);
    void *second = arena_alloc(&a, 0);
    cr_assert(first && second && first != second);
    arena_fini(&a);
}

Test(arena, the_limit_holds_and_refusal_does_no_harm)
{
    struct arena a = {.limit = 100000};
    char *kept = arena_string(&a, "kept");
    cr_assert_null(arena_alloc(&a, 200000));
    size_t got = 0;
    while (arena_alloc(&a, 1000))
        got += 1000;
    cr_assert_leq(a.total, a.limit);
    cr_assert_gt(got, 80000, "only %zu of 100000 bytes could be used", got);
    cr_assert_str_eq(kept, "kept");
    arena_fini(&a);
}

Test(arena, impossible_sizes_are_refused)
{
    struct arena a = {0};
    cr_assert_null(arena_alloc(&a, SIZE_MAX));
    cr_assert_null(arena_alloc(&a, SIZE_MAX / 2));
    cr_assert_null(arena_array(&a, SIZE_MAX / 8 + 1, 8));
    cr_assert_null(arena_array(&a, SIZE_MAX / 2, 4));
    cr_assert_not_null(arena_array(&a, 10, 8));
    arena_fini(&a);
}

Test(arena, a_large_item_leaves_the_newest_block_in_use)
{
    struct arena a = {0};
    char *before = arena_alloc(&a, 16);
    cr_assert_not_null(arena_alloc(&a, (size_t)1 << 21));
    char *after = arena_alloc(&a, 16);
    cr_assert_eq(after, before + 16);
    arena_fini(&a);
}

Test(arena, strings)
{
    struct arena a = {0};
    cr_assert_str_eq(arena_string(&a, ""), "");
    cr_assert_str_eq(arena_string(&a, "Adur"), "Adur");
    cr_assert_str_eq(arena_string_n(&a, "Worthing", 5), "Worth");
    cr_assert_str_eq(arena_string_n(&a, "Adur", 100), "Adur");
    const char unended[3] = {'a', 'b', 'c'};
    cr_assert_str_eq(arena_string_n(&a, unended, 3), "abc");
    cr_assert_str_eq(arena_format(&a, "links.%s.%d", "county", 7), "links.county.7");
    char *padded = arena_format(&a, "%5000d", 1);
    cr_assert_eq(strlen(padded), 5000);
    arena_fini(&a);
}

/* Given back, the memory comes again, zeroed and in one block: nothing more is asked of the system
 * for as much. */
Test(arena, given_back_it_is_zeroed_and_whole)
{
    struct arena a = {0};
    for (int round = 0; round < 4; round++) {
        size_t total = a.total;
        for (size_t i = 0; i < 300; i++) {
            unsigned char *item = arena_alloc(&a, 100 + i);
            cr_assert_not_null(item);
            for (size_t k = 0; k < 100 + i; k++)
                cr_assert_eq(item[k], 0);
            memset(item, 0xA5, 100 + i);
        }
        if (round > 0)
            cr_assert_eq(a.total, total, "round %d", round);
        arena_reset(&a);
    }
    arena_fini(&a);
    arena_reset(&a); /* an empty one */
    cr_assert(a.blocks == NULL && a.used == 0);
}
