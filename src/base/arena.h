/* SPDX-License-Identifier: Apache-2.0
 * Memory that is freed all at once: for the scenario's tree, its description and a model. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;

/* Zero-initialise to begin; end with arena_fini. Not shared between threads. */
struct arena {
    struct arena_block *blocks;
    size_t used;  /* in the newest block */
    size_t total; /* bytes asked of the system so far */
    size_t limit; /* refuse beyond this many bytes; 0: none */
};

/* Zeroed memory: where size >= 64 on cache lines of its own, else aligned to 16 bytes. NULL when
 * memory or the limit is exhausted. Owned by the arena. */
void *arena_alloc(struct arena *a, size_t size);

/* `count` zeroed items of `size` bytes; NULL also where the product overflows. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* As arena_array, on cache lines of its own whatever the size: for what threads write side by side.
 */
void *arena_lines(struct arena *a, size_t count, size_t size);

/* A copy of a string, or of its first `length` bytes (fewer where it ends before) with a NUL
 * behind. */
char *arena_string(struct arena *a, const char *text);
char *arena_string_n(struct arena *a, const char *text, size_t length);

/* A formatted string owned by the arena. */
__attribute__((format(printf, 2, 3))) char *arena_format(struct arena *a, const char *format, ...);

/* Gives back everything that was handed out, and keeps the memory, zeroed, for what is asked for
 * next: in one block, where there were several. */
void arena_reset(struct arena *a);

/* Frees everything. */
void arena_fini(struct arena *a);

#endif
