/* SPDX-License-Identifier: Apache-2.0
 * Delay lines. */
#include "kernel/line.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/mail.h"

/* Doubles the ring, its entries laid out anew from index 0. */
static bool grow(struct line *l)
{
    uint32_t count = line_count(l);
    uint32_t capacity = l->ring ? 2 * l->ring->capacity : 2;
    size_t size = sizeof *l->ring + capacity * sizeof l->ring->entry[0];
    struct line_ring *ring =
        aligned_alloc(PROCESS_LINE, (size + PROCESS_LINE - 1) / PROCESS_LINE * PROCESS_LINE);
    if (!ring)
        return false;
    ring->head = 0;
    ring->count = count;
    ring->capacity = capacity;
    ring->unused = 0;
    for (uint32_t i = 0; i < count; i++)
        ring->entry[i] = *line_entry(l, i);
    free(l->ring);
    l->ring = ring;
    return true;
}

void line_insert(struct line *l, psn_time at, uint64_t order, struct job *job)
{
    struct line_ring *r = l->ring;
    if (__builtin_expect(!r || r->count == r->capacity, 0)) {
        if (!grow(l)) {
            l->home->error = PSN_EMEMORY;
            return;
        }
        r = l->ring;
    }
    uint32_t mask = r->capacity - 1;
    uint32_t i = r->count++;
    for (; i > 0; i--) {
        struct line_entry *before = &r->entry[(r->head + i - 1) & mask];
        if (before->at < at || (before->at == at && before->order <= order))
            break;
        r->entry[(r->head + i) & mask] = *before;
    }
    r->entry[(r->head + i) & mask] = (struct line_entry){at, order, job};
    if (i == 0)
        tree_set(&l->home->tree, l->slot, at);
}

void line_send(struct process *from, struct line *line, psn_time at, uint64_t order,
               struct job *job)
{
    struct process *home = line->home;
    if (from->thread != home->thread) {
        if (mail_write(from->out, home, (struct letter){line, at, order, 0}, job))
            from->error = PSN_EMEMORY;
        else if (job)
            process_release(from, job);
        return;
    }
    /* The same thread runs both, so the entry goes there at once. Its time is at or beyond the
     * bound to which the home runs in this window, whether it has run already or not: it is as if
     * it came with the end of the window. */
    struct job *copy = NULL;
    if (job) {
        copy = process_copy(home, job);
        if (!copy)
            return;
        process_release(from, job);
    }
    line_insert(line, at, order, copy);
}

int line_deliver(const struct mail *mail, size_t thread)
{
    const struct mail_bag *b = &mail->bag[thread];
    for (size_t i = 0; i < b->n_letters; i++) {
        const struct letter *l = &b->letter[i];
        struct process *home = l->line->home;
        struct job *job = NULL;
        __builtin_prefetch(l + MAIL_AHEAD);
        if (l->job) {
            __builtin_prefetch(&b->job[l->job]);
            job = process_copy(home, &b->job[l->job - 1]);
        }
        if (job || !l->job)
            line_insert(l->line, l->at, l->order, job);
        if (__builtin_expect(home->error != 0, 0))
            return home->error;
    }
    return PSN_OK;
}

struct job *line_take(struct line *l)
{
    struct line_ring *r = l->ring;
    struct job *job = r->entry[r->head].job;
    r->head = (r->head + 1) & (r->capacity - 1);
    r->count--;
    tree_set(&l->home->tree, l->slot, r->count ? r->entry[r->head].at : PSN_NEVER);
    return job;
}

struct job *line_withdraw(struct line *l, bool (*same)(const struct job *job, const void *what),
                          const void *what)
{
    uint32_t i = line_count(l);
    while (i > 0 && !same(line_entry(l, i - 1)->job, what))
        i--;
    if (i == 0)
        return NULL;
    struct line_ring *r = l->ring;
    struct job *job = line_entry(l, i - 1)->job;
    for (; i < r->count; i++)
        r->entry[(r->head + i - 1) & (r->capacity - 1)] = *line_entry(l, i);
    r->count--;
    tree_set(&l->home->tree, l->slot, r->count ? r->entry[r->head].at : PSN_NEVER);
    return job;
}

void line_fini(struct line *l)
{
    free(l->ring);
    *l = (struct line){0};
}
