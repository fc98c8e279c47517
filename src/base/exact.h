/* SPDX-License-Identifier: Apache-2.0
 * Exact sums: 128-bit integers, so that merging is associative and no order of threads moves a bit.
 */
#ifndef BASE_EXACT_H
#define BASE_EXACT_H

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 exact_sum;

/* a * b, which always fits. */
static inline exact_sum exact_product(int64_t a, int64_t b)
{
    return (exact_sum)a * b;
}

/* *sum += term. Returns false, and leaves *sum alone, where that would overflow. */
static inline bool exact_add(exact_sum *sum, exact_sum term)
{
    exact_sum result;
    if (__builtin_add_overflow(*sum, term, &result))
        return false;
    *sum = result;
    return true;
}

/* The nearest double. */
static inline double exact_double(exact_sum x)
{
    return (double)x;
}

#endif
