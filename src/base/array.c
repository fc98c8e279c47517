/* SPDX-License-Identifier: Apache-2.0
 * Growing arrays: doubling a capacity with every overflow checked; used by every room. */
#include "base/array.h"

#include <stdint.h>
#include <stdlib.h>

#include "psnsim/types.h"

#define FIRST_CAPACITY 8

int array_reserve(void **items, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return PSN_OK;
    size_t grown = *capacity ? *capacity : FIRST_CAPACITY;
    while (grown < need) {
        if (grown > SIZE_MAX / 2) {
            grown = need;
            break;
        }
        grown *= 2;
    }
    size_t bytes;
    if (__builtin_mul_overflow(grown, size, &bytes) || bytes > PTRDIFF_MAX)
        return PSN_EMEMORY;
    if (bytes == 0)
        bytes = 1; /* realloc to nothing would free */
    void *moved = realloc(*items, bytes);
    if (!moved)
        return PSN_EMEMORY;
    *items = moved;
    *capacity = grown;
    return PSN_OK;
}
