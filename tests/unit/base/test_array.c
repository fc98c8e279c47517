/* SPDX-License-Identifier: Apache-2.0
 * Tests of base/array.h. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/array.h"
#include "psnsim/types.h"

Test(array, grows_and_keeps_what_it_held)
{
    void *items = NULL;
    size_t capacity = 0;
    size_t moves = 0;
    for (size_t i = 0; i < 100000; i++) {
        size_t before = capacity;
        cr_assert_eq(array_reserve(&items, &capacity, i + 1, sizeof(size_t)), 0);
        moves += capacity != before;
        ((size_t *)items)[i] = i;
    }
    for (size_t i = 0; i < 100000; i++)
        cr_assert_eq(((size_t *)items)[i], i);
    cr_assert_leq(moves, 17, "capacity should double: %zu moves", moves);
    free(items);
}

Test(array, no_need_no_change)
{
    void *items = NULL;
    size_t capacity = 0;
    cr_assert_eq(array_reserve(&items, &capacity, 0, 8), 0);
    cr_assert_null(items);
    cr_assert_eq(capacity, 0);
}

Test(array, refuses_what_cannot_be)
{
    void *items = NULL;
    size_t capacity = 0;
    cr_assert_eq(array_reserve(&items, &capacity, 4, 4), 0);
    void *before = items;
    size_t held = capacity;
    cr_assert_eq(array_reserve(&items, &capacity, SIZE_MAX, 16), PSN_EMEMORY);
    cr_assert_eq(array_reserve(&items, &capacity, SIZE_MAX / 4, 4), PSN_EMEMORY);
    cr_assert_eq(items, before);
    cr_assert_eq(capacity, held);
    free(items);
}

Test(array, lines_grow_and_keep_what_they_held)
{
    void *items = NULL;
    size_t capacity = 0;
    for (size_t i = 0; i < 1000; i++) {
        cr_assert_eq(array_reserve_lines(&items, &capacity, i + 1, sizeof(size_t)), 0);
        cr_assert_eq((uintptr_t)items % ARRAY_LINE, 0);
        ((size_t *)items)[i] = i;
    }
    for (size_t i = 0; i < 1000; i++)
        cr_assert_eq(((size_t *)items)[i], i);
    size_t held = capacity;
    cr_assert_eq(array_reserve_lines(&items, &capacity, SIZE_MAX / 8, 8), PSN_EMEMORY);
    cr_assert_eq(capacity, held);
    free(items);
}

Test(array, lines_are_whole_and_zeroed)
{
    for (size_t size = 0; size < 300; size += 37) {
        unsigned char *memory = array_lines(size);
        cr_assert_not_null(memory);
        cr_assert_eq((uintptr_t)memory % ARRAY_LINE, 0);
        for (size_t i = 0; i < size; i++)
            cr_assert_eq(memory[i], 0);
        free(memory);
    }
    cr_assert_null(array_lines(SIZE_MAX));
}
