/* SPDX-License-Identifier: Apache-2.0
 * Small numbers for the jobs at a station: each has one while it is there, and the numbers in use
 * stay below the most that there were at once. Used by stations that keep records of their jobs in
 * arrays. */
#ifndef STATIONS_SEATS_H
#define STATIONS_SEATS_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/array.h"
#include "psnsim/types.h"

#define SEATS_NONE UINT32_MAX

/* Zero-initialise to begin. */
struct seats {
    uint32_t *free; /* numbers that were given back, last in first out */
    size_t n_free, room;
    uint32_t given; /* all numbers below it have been given at some time */
};

/* The next number to take is below `given` + 1: makes room for giving that one back. 0 or
 * PSN_EMEMORY. */
static inline int seats_reserve(struct seats *s)
{
    if (s->n_free > 0)
        return PSN_OK;
    if (s->given == SEATS_NONE)
        return PSN_EMEMORY;
    void *items = s->free;
    int status = array_reserve(&items, &s->room, (size_t)s->given + 1, sizeof *s->free);
    s->free = items;
    return status;
}

/* A number that nobody has. After seats_reserve. */
static inline uint32_t seats_take(struct seats *s)
{
    return s->n_free > 0 ? s->free[--s->n_free] : s->given++;
}

static inline void seats_give(struct seats *s, uint32_t seat)
{
    s->free[s->n_free++] = seat;
}

static inline void seats_fini(struct seats *s)
{
    free(s->free);
    *s = (struct seats){0};
}

#endif
