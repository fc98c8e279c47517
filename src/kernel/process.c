/* SPDX-License-Identifier: Apache-2.0
 * Logical processes, their free lists and lines. */
#include "kernel/process.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_JOBS 256
/* How many events pass between two looks at `stop`. */
#define STOP_EVERY 8192

struct job_chunk {
    struct job_chunk *next;
    struct job job[CHUNK_JOBS];
};

struct process *process_array(size_t n)
{
    struct process *p = aligned_alloc(PROCESS_LINE, n * sizeof *p);
    if (p)
        memset(p, 0, n * sizeof *p);
    return p;
}

int process_init(struct process *p, uint32_t slots)
{
    memset(p, 0, sizeof *p);
    p->n_slots = slots;
    p->slot = calloc(slots ? slots : 1, sizeof *p->slot);
    if (!p->slot)
        return PSN_EMEMORY;
    return tree_init(&p->tree, slots ? slots : 1);
}

void process_fini(struct process *p)
{
    while (p->chunk) {
        struct job_chunk *next = p->chunk->next;
        free(p->chunk);
        p->chunk = next;
    }
    tree_fini(&p->tree);
    free(p->slot);
    memset(p, 0, sizeof *p);
}

void process_bind(struct process *p, uint32_t slot, process_fire fire, void *owner)
{
    p->slot[slot] = (struct process_slot){fire, owner};
}

struct job *process_job(struct process *p)
{
    if (!p->free) {
        struct job_chunk *c = malloc(sizeof *c);
        if (!c) {
            p->error = PSN_EMEMORY;
            return NULL;
        }
        c->next = p->chunk;
        p->chunk = c;
        for (size_t i = CHUNK_JOBS; i-- > 0;) {
            c->job[i].flags = 0;
            c->job[i].next = p->free;
            p->free = &c->job[i];
        }
    }
    struct job *j = p->free;
    p->free = j->next;
    memset(j, 0, sizeof *j);
    j->flags = JOB_LIVE;
    return j;
}

void process_release(struct process *p, struct job *job)
{
    job->flags = 0;
    job->next = p->free;
    p->free = job;
}

void process_each_job(struct process *p, void (*visit)(void *context, struct job *job),
                      void *context)
{
    for (struct job_chunk *c = p->chunk; c; c = c->next)
        for (size_t i = 0; i < CHUNK_JOBS; i++)
            if (c->job[i].flags & JOB_LIVE)
                visit(context, &c->job[i]);
}

/* Doubles the ring, its entries laid out anew from index 0. */
static bool line_grow(struct line *l)
{
    size_t capacity = l->capacity ? 2 * l->capacity : 8;
    struct line_entry *ring = malloc(capacity * sizeof *ring);
    if (!ring)
        return false;
    for (size_t i = 0; i < l->count; i++)
        ring[i] = l->ring[(l->head + i) & (l->capacity - 1)];
    free(l->ring);
    l->ring = ring;
    l->head = 0;
    l->capacity = capacity;
    return true;
}

void line_insert(struct line *l, psn_time at, uint64_t order, struct job *job)
{
    if (l->count == l->capacity && !line_grow(l)) {
        l->home->error = PSN_EMEMORY;
        return;
    }
    size_t mask = l->capacity - 1;
    size_t i = l->count++;
    for (; i > 0; i--) {
        struct line_entry *before = &l->ring[(l->head + i - 1) & mask];
        if (before->at < at || (before->at == at && before->order <= order))
            break;
        l->ring[(l->head + i) & mask] = *before;
    }
    l->ring[(l->head + i) & mask] = (struct line_entry){at, order, job};
    if (i == 0)
        tree_set(&l->home->tree, l->slot, at);
}

void line_mail(struct process *from, struct line *line, psn_time at, uint64_t order,
               struct job *job)
{
    struct job *copy = process_job(line->home);
    if (!copy)
        return;
    *copy = *job;
    process_release(from, job);
    line_insert(line, at, order, copy);
}

struct job *line_take(struct line *l)
{
    struct job *job = l->ring[l->head].job;
    l->head = (l->head + 1) & (l->capacity - 1);
    l->count--;
    tree_set(&l->home->tree, l->slot, l->count ? l->ring[l->head].at : PSN_NEVER);
    return job;
}

struct job *line_withdraw(struct line *l, bool (*same)(const struct job *job, const void *what),
                          const void *what)
{
    size_t mask = l->capacity - 1, i = l->count;
    while (i > 0 && !same(l->ring[(l->head + i - 1) & mask].job, what))
        i--;
    if (i == 0)
        return NULL;
    struct job *job = l->ring[(l->head + i - 1) & mask].job;
    for (; i < l->count; i++)
        l->ring[(l->head + i - 1) & mask] = l->ring[(l->head + i) & mask];
    l->count--;
    tree_set(&l->home->tree, l->slot, l->count ? l->ring[l->head].at : PSN_NEVER);
    return job;
}

void line_fini(struct line *l)
{
    free(l->ring);
    memset(l, 0, sizeof *l);
}

int process_run_until(struct process *p, psn_time until, const volatile int *stop)
{
    uint32_t slot;
    psn_time now;
    int64_t events = p->events;
    while ((now = tree_first(&p->tree, &slot)) < until) {
        p->now = now;
        p->slot[slot].fire(p->slot[slot].owner, now);
        events++;
        if (__builtin_expect(p->error != 0, 0))
            break;
        if (__builtin_expect((events & (STOP_EVERY - 1)) == 0, 0) && stop &&
            __atomic_load_n(stop, __ATOMIC_RELAXED)) {
            p->events = events;
            return PSN_EINTERRUPTED;
        }
    }
    p->events = events;
    return p->error;
}
