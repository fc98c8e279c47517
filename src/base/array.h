/* SPDX-License-Identifier: Apache-2.0
 * Growing arrays: the one place that doubles a capacity. */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include <stddef.h>

/* Makes room for at least `need` items of `size` bytes in *items (malloc'ed, may be NULL at first).
 * Returns 0, or PSN_EMEMORY with *items and *capacity as they were. */
int array_reserve(void **items, size_t *capacity, size_t need, size_t size);

/* What a cache line holds, in bytes. */
#define ARRAY_LINE 64

/* Before the first member of a struct: those of an array, one for each process, share no cache
 * line.
 */
#define ARRAY_APART _Alignas(ARRAY_LINE)

/* Zeroed memory on cache lines of its own, so that no other thread's lies beside it; NULL where
 * there is none. Free with free(). */
void *array_lines(size_t size);

/* Fetches the lines of the first bytes of something to read it, or to write it: another core has
 * them, and so they come all at once. (Always inline: gcc drops calls of a function that but
 * prefetches. Its own prefetch for writing is one for reading where it may not assume the
 * instruction, which every processor of this kind at least ignores.) */
static inline __attribute__((always_inline)) void array_fetch(const void *memory, size_t size)
{
    for (size_t at = 0; at < size; at += ARRAY_LINE)
        __builtin_prefetch((const char *)memory + at);
}

static inline __attribute__((always_inline)) void array_fetch_to_write(void *memory, size_t size)
{
    for (size_t at = 0; at < size; at += ARRAY_LINE)
#if defined(__x86_64__)
        __asm__ volatile("prefetchw %0" : : "m"(((char *)memory)[at]));
#else
        __builtin_prefetch((char *)memory + at, 1);
#endif
}

/* As array_reserve, but on cache lines of its own. *items only from here. */
int array_reserve_lines(void **items, size_t *capacity, size_t need, size_t size);

#endif
