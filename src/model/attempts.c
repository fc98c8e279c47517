/* SPDX-License-Identifier: Apache-2.0
 * The ring of attempts under way. */
#include "model/attempts.h"

#include <stdlib.h>

#include "kernel/law.h"

#define FIRST_CAPACITY 16

static struct attempt *at(const struct attempts *a, uint64_t ticket)
{
    return &a->ring[ticket & (a->capacity - 1)];
}

/* The answered ones at the head go; the slot is set to the next deadline. So an attempt that is
 * answered in time costs an event only where it is the oldest. */
static void settle(struct attempts *a)
{
    while (a->first != a->end && at(a, a->first)->answered)
        a->first++;
    tree_set(&a->process->tree, a->slot,
             a->first != a->end ? at(a, a->first)->deadline : PSN_NEVER);
}

static void deadline(void *owner, psn_time now)
{
    struct attempts *a = owner;
    const struct attempt late = *at(a, a->first); /* `over` may begin another, and move the ring */
    a->first++;
    settle(a);
    a->over(a->context, &late, now);
}

void attempts_init(struct attempts *a)
{
    process_bind(a->process, a->slot, deadline, a);
}

void attempts_fini(struct attempts *a)
{
    free(a->ring);
    a->ring = NULL;
}

static bool grow(struct attempts *a)
{
    size_t capacity = a->capacity ? 2 * a->capacity : FIRST_CAPACITY;
    struct attempt *ring = calloc(capacity, sizeof *ring);
    if (!ring) {
        a->process->error = PSN_EMEMORY;
        return false;
    }
    for (uint64_t t = a->first; t != a->end; t++)
        ring[t & (capacity - 1)] = *at(a, t);
    free(a->ring);
    a->ring = ring;
    a->capacity = capacity;
    return true;
}

uint64_t attempts_begin(struct attempts *a, uint64_t number, psn_time born, uint32_t attempt,
                        psn_time now)
{
    if (a->end - a->first == a->capacity && !grow(a))
        return a->end;
    uint64_t ticket = a->end++;
    *at(a, ticket) = (struct attempt){
        .born = born, .deadline = law_later(now, a->timeout), .number = number, .attempt = attempt};
    if (ticket == a->first)
        settle(a);
    return ticket;
}

bool attempts_answer(struct attempts *a, uint64_t ticket)
{
    if (ticket < a->first)
        return false;
    at(a, ticket)->answered = true;
    if (ticket == a->first)
        settle(a);
    return true;
}

void attempts_each(const struct attempts *a, attempts_over visit, void *context, psn_time now)
{
    for (uint64_t t = a->first; t != a->end; t++)
        if (!at(a, t)->answered)
            visit(context, at(a, t), now);
}
