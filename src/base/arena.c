/* SPDX-License-Identifier: Apache-2.0
 * Memory that is freed all at once: blocks of growing size, filled from the front. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE        ((size_t)64) /* a cache line: big items have theirs alone */
#define SMALL_ALIGN 16
#define FIRST_BLOCK ((size_t)4096)
#define LARGE_BLOCK ((size_t)1 << 20)

/* A block is one allocation: this header, then items from the next line on. It comes from calloc,
 * which gives large blocks as untouched pages. */
struct arena_block {
    struct arena_block *older;
    size_t room; /* bytes for items, a multiple of LINE */
    char *bytes; /* the first of them, on a line */
};

/* What a block takes beyond its room: the header and the way to the next line. */
#define OVERHEAD (sizeof(struct arena_block) + LINE - 1)

/* What the system may still be asked for. */
static size_t arena_allowance(const struct arena *a)
{
    if (a->limit == 0)
        return SIZE_MAX;
    return a->total < a->limit ? a->limit - a->total : 0;
}

/* A zeroed block with room for `room` bytes (a multiple of LINE), not linked yet; NULL where memory
 * or the limit is exhausted. */
static struct arena_block *block_new(struct arena *a, size_t room)
{
    if (room > PTRDIFF_MAX - OVERHEAD || room + OVERHEAD > arena_allowance(a))
        return NULL;
    size_t whole = room + OVERHEAD;
    struct arena_block *b = calloc(1, whole);
    if (!b)
        return NULL;
    size_t past = (uintptr_t)(b + 1) % LINE;
    b->room = room;
    b->bytes = (char *)(b + 1) + (past ? LINE - past : 0);
    a->total += whole;
    return b;
}

/* Makes a new newest block with room for `size` bytes. Blocks grow with the arena, so that small
 * arenas stay small and large ones ask seldom; near the limit the block is as small as will do. */
static bool arena_grow(struct arena *a, size_t size)
{
    size_t wish = a->total < FIRST_BLOCK ? FIRST_BLOCK : a->total;
    if (wish > LARGE_BLOCK)
        wish = LARGE_BLOCK;
    wish = (wish - OVERHEAD) / LINE * LINE;
    struct arena_block *b = wish >= size ? block_new(a, wish) : NULL;
    if (!b)
        b = block_new(a, size);
    if (!b)
        return false;
    b->older = a->blocks;
    a->blocks = b;
    a->used = 0;
    return true;
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t align = size >= LINE ? LINE : SMALL_ALIGN;
    if (size == 0)
        size = 1; /* every item has its own address */
    if (size > PTRDIFF_MAX - 4 * LINE)
        return NULL;
    if (size >= LINE)
        size = (size + LINE - 1) / LINE * LINE;
    size_t start = (a->used + align - 1) / align * align;
    if (!a->blocks || start > a->blocks->room || size > a->blocks->room - start) {
        size_t room = (size + LINE - 1) / LINE * LINE;
        if (a->blocks && room >= LARGE_BLOCK / 4) {
            /* A large item gets a block of its own behind the newest, whose rest stays in use. */
            struct arena_block *own = block_new(a, room);
            if (!own)
                return NULL;
            own->older = a->blocks->older;
            a->blocks->older = own;
            return own->bytes;
        }
        if (!arena_grow(a, room))
            return NULL;
        start = 0;
    }
    a->used = start + size;
    return a->blocks->bytes + start;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return arena_alloc(a, bytes);
}

void *arena_lines(struct arena *a, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return arena_alloc(a, bytes < LINE ? LINE : bytes);
}

char *arena_string_n(struct arena *a, const char *text, size_t length)
{
    length = strnlen(text, length);
    char *copy = arena_alloc(a, length + 1);
    if (copy)
        memcpy(copy, text, length);
    return copy;
}

char *arena_string(struct arena *a, const char *text)
{
    return arena_string_n(a, text, strlen(text));
}

char *arena_format(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = length < 0 ? NULL : arena_alloc(a, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void arena_reset(struct arena *a)
{
    if (!a->blocks)
        return;
    if (!a->blocks->older) {
        memset(a->blocks->bytes, 0, a->used);
        a->used = 0;
        return;
    }
    size_t room = 0;
    for (const struct arena_block *b = a->blocks; b; b = b->older)
        room += b->room;
    arena_fini(a);
    a->blocks = block_new(a, room); /* NULL: it begins anew */
}

void arena_fini(struct arena *a)
{
    while (a->blocks) {
        struct arena_block *older = a->blocks->older;
        free(a->blocks);
        a->blocks = older;
    }
    a->used = 0;
    a->total = 0;
}
