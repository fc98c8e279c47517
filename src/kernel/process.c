/* SPDX-License-Identifier: Apache-2.0
 * Logical processes and their free lists. */
#include "kernel/process.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_JOBS 256
/* How many events pass between two looks at `stop`. */
#define STOP_EVERY 8192

/* Jobs come first, each on whole cache lines. */
struct job_chunk {
    struct job job[CHUNK_JOBS];
    struct job_chunk *next;
};

struct process *process_array(size_t n)
{
    return array_lines(n * sizeof(struct process));
}

int process_init(struct process *p, uint32_t slots)
{
    memset(p, 0, sizeof *p);
    p->n_slots = slots;
    p->slot = array_lines(slots * sizeof *p->slot);
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

/* The first of the free list, as it is. */
static inline struct job *take(struct process *p)
{
    if (!p->free) {
        struct job_chunk *c = array_lines(sizeof *c);
        if (!c) {
            p->error = PSN_EMEMORY;
            return NULL;
        }
        c->next = p->chunk;
        p->chunk = c;
        for (size_t i = CHUNK_JOBS; i-- > 0;) {
            c->job[i].next = p->free;
            p->free = &c->job[i];
        }
    }
    struct job *j = p->free;
    p->free = j->next;
    return j;
}

struct job *process_job(struct process *p)
{
    struct job *j = take(p);
    if (j) {
        memset(j, 0, sizeof *j);
        j->flags = JOB_LIVE;
    }
    return j;
}

struct job *process_copy(struct process *p, const struct job *job)
{
    struct job *j = take(p);
    if (j)
        *j = *job;
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

/* From how many slots on what an event touches is often not in the nearest cache. */
#define MANY_SLOTS 256

/* The event after this one is most often the first below one of the root's children: fetches their
 * owners and leaves while this one happens. (Always inline: gcc takes a function that but
 * prefetches for one without effect, and drops its calls.) */
static inline __attribute__((always_inline)) void fetch_next(const struct process *p)
{
    const uint64_t *child = &p->tree.node[(size_t)4 * (TREE_ROOT - 2)];
    uint64_t mask = ((uint64_t)1 << p->tree.bits) - 1;
    for (int k = 0; k < 4; k++) {
        uint64_t slot = child[k] & mask;
        if (slot < p->n_slots) {
            __builtin_prefetch(p->slot[slot].owner);
            __builtin_prefetch(&p->tree.node[p->tree.leaf + slot]);
        }
    }
}

int process_run_until(struct process *p, psn_time until, const volatile int *stop)
{
    uint32_t slot;
    psn_time now;
    int64_t events = p->events;
    const bool many = p->n_slots >= MANY_SLOTS;
    while ((now = tree_first(&p->tree, &slot)) < until) {
        p->rank = now == p->now && p->rank > slot ? p->rank : slot;
        p->now = now;
        if (many)
            fetch_next(p);
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
