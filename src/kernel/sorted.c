/* SPDX-License-Identifier: Apache-2.0
 * The rare paths of sorted sets: the run grows, spills into the heap behind it, and is filled from
 * there. */
#include "kernel/sorted.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "psnsim/types.h"

/* The most entries of the run; half of them leave it when it is full, and half of it is filled. */
#define NEAR_MOST 32
#define NEAR_HALF (NEAR_MOST / 2)

void sorted_fini(struct sorted *s)
{
    free(s->near);
    heap_fini(&s->far);
    *s = (struct sorted){0};
}

/* Is it greater than all of the run? */
static bool sorted_beyond(const struct sorted *s, int64_t key, uint64_t order)
{
    return heap_rank_of(key, order) > heap_rank_of(s->near[0].key, s->near[0].order);
}

/* The greater half of the run goes into the heap. */
static int sorted_spill(struct sorted *s)
{
    int status = heap_reserve(&s->far, s->far.count + NEAR_HALF);
    if (status != PSN_OK)
        return status;
    for (size_t i = 0; i < NEAR_HALF; i++)
        heap_push(&s->far, s->near[i]);
    s->n_near -= NEAR_HALF;
    memmove(s->near, s->near + NEAR_HALF, s->n_near * sizeof *s->near);
    return PSN_OK;
}

int sorted_push_slowly(struct sorted *s, int64_t key, uint64_t order, union heap_item item)
{
    int status = PSN_OK;
    if (s->n_near == s->room && s->room < NEAR_MOST) {
        void *near = s->near;
        status = array_reserve_lines(&near, &s->room, s->n_near + 1, sizeof *s->near);
        s->near = near;
        s->room = s->room < NEAR_MOST ? s->room : NEAR_MOST;
    } else if (s->n_near == s->room && !sorted_beyond(s, key, order)) {
        status = sorted_spill(s);
    }
    if (status != PSN_OK)
        return status;
    if ((s->n_near == s->room || s->far.count > 0) && sorted_beyond(s, key, order))
        return heap_insert(&s->far, key, order, item);
    sorted_settle(s, key, order, item);
    return PSN_OK;
}

void sorted_refill(struct sorted *s)
{
    size_t n = s->far.count < NEAR_HALF ? s->far.count : NEAR_HALF;
    for (s->n_near = n; n-- > 0; heap_pop(&s->far))
        s->near[n] = *heap_top(&s->far);
}
