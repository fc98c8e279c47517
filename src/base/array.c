/* SPDX-License-Identifier: Apache-2.0
 * Growing arrays: doubling a capacity with every overflow checked; used by every room. */
#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "psnsim/types.h"

#define FIRST_CAPACITY 8

/* The capacity that makes room for `need` items, and its bytes; 0 where that is too much. */
static size_t grown(size_t capacity, size_t need, size_t size, size_t *bytes)
{
    size_t grown = capacity ? capacity : FIRST_CAPACITY;
    while (grown < need) {
        if (grown > SIZE_MAX / 2) {
            grown = need;
            break;
        }
        grown *= 2;
    }
    return __builtin_mul_overflow(grown, size, bytes) || *bytes > PTRDIFF_MAX ? 0 : grown;
}

int array_reserve(void **items, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return PSN_OK;
    size_t bytes;
    size_t room = grown(*capacity, need, size, &bytes);
    if (room == 0)
        return PSN_EMEMORY;
    void *moved = realloc(*items, bytes ? bytes : 1); /* realloc to nothing would free */
    if (!moved)
        return PSN_EMEMORY;
    *items = moved;
    *capacity = room;
    return PSN_OK;
}

void *array_lines(size_t size)
{
    if (size > PTRDIFF_MAX - ARRAY_LINE)
        return NULL;
    size_t lines = size ? (size + ARRAY_LINE - 1) / ARRAY_LINE : 1;
    void *memory = aligned_alloc(ARRAY_LINE, lines * ARRAY_LINE);
    return memory ? memset(memory, 0, lines * ARRAY_LINE) : NULL;
}

int array_reserve_lines(void **items, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return PSN_OK;
    size_t bytes;
    size_t room = grown(*capacity, need, size, &bytes);
    void *moved = room ? array_lines(bytes) : NULL;
    if (!moved)
        return PSN_EMEMORY;
    if (*items)
        memcpy(moved, *items, *capacity * size);
    free(*items);
    *items = moved;
    *capacity = room;
    return PSN_OK;
}
