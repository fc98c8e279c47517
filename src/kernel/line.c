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
    struct line_ring *ring = array_lines(sizeof *l->ring + capacity * sizeof l->ring->entry[0]);
    if (!ring)
        return false;
    ring->count = count;
    ring->capacity = capacity;
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
        if (mail_write(from->out, home, (struct letter){line, at, order}, job))
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

/* How many letters ahead memory is fetched: the line, its ring, and where in that the entry will
 * stand. */
#define AHEAD_LINE  9
#define AHEAD_RING  6
#define AHEAD_ENTRY 3

/* The letters themselves, and their jobs, come from the cache of another core: what is beyond them
 * is left there. */
static inline __attribute__((always_inline)) void fetch(const struct mail_pile *p, size_t i)
{
    if (i + MAIL_LETTERS < p->n)
        array_fetch(&p->letter[i + MAIL_LETTERS], 1);
    if (i + AHEAD_LINE >= p->n)
        return;
    __builtin_prefetch(p->letter[i + AHEAD_LINE].line);
    __builtin_prefetch(p->letter[i + AHEAD_RING].line->ring);
    const struct line_ring *r = p->letter[i + AHEAD_ENTRY].line->ring;
    if (r)
        __builtin_prefetch(&r->entry[(r->head + r->count) & (r->capacity - 1)]);
}

static int deliver_bare(const struct mail_pile *p)
{
    array_fetch(p->letter, mail_first_bytes(p->n, MAIL_LETTERS, sizeof *p->letter));
    for (size_t i = 0; i < p->n; i++) {
        const struct letter *l = &p->letter[i];
        fetch(p, i);
        line_insert(l->line, l->at, l->order, NULL);
        if (__builtin_expect(l->line->home->error != 0, 0))
            return l->line->home->error;
    }
    return PSN_OK;
}

static int deliver_laden(const struct mail_pile *p, const struct job *jobs)
{
    array_fetch(p->letter, mail_first_bytes(p->n, MAIL_LETTERS, sizeof *p->letter));
    array_fetch(jobs, mail_first_bytes(p->n, MAIL_JOBS, sizeof *jobs));
    for (size_t i = 0; i < p->n; i++) {
        const struct letter *l = &p->letter[i];
        fetch(p, i);
        if (i + MAIL_JOBS < p->n)
            array_fetch(&jobs[i + MAIL_JOBS], sizeof *jobs);
        struct job *job = process_copy(l->line->home, &jobs[i]);
        if (job)
            line_insert(l->line, l->at, l->order, job);
        if (__builtin_expect(l->line->home->error != 0, 0))
            return l->line->home->error;
    }
    return PSN_OK;
}

int line_deliver(const struct mail *mail, size_t turn, size_t thread)
{
    const struct mail_bag *b = mail_bag(mail, turn, thread);
    int code = deliver_bare(&b->bare);
    return code ? code : deliver_laden(&b->laden, b->job);
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
