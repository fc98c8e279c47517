/* SPDX-License-Identifier: Apache-2.0
 * A ring of slots under one lock. The calling thread takes what is next in order as soon as it is
 * prepared, and prepares like the others while it is not. */
#include "results/in_order.h"

#include <omp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "psnsim/types.h"

struct ring {
    const struct in_order *of;
    pthread_mutex_t lock;
    pthread_cond_t moved; /* an item was prepared or taken, or it is over */
    bool *prepared;       /* by slot */
    size_t next, taken;   /* items from `next` on are nobody's yet; those before `taken` are done */
    bool over;
    int code;
};

/* The next item that a slot is free for; false where there is none now. Under the lock. */
static bool claim(struct ring *r, size_t *item)
{
    if (r->over || r->next == r->of->n || r->next == r->taken + r->of->slots)
        return false;
    *item = r->next++;
    return true;
}

/* Prepares an item, under the lock but for the work itself. */
static void prepare(struct ring *r, size_t item)
{
    size_t slot = item % r->of->slots;
    pthread_mutex_unlock(&r->lock);
    r->of->prepare(r->of->context, item, slot);
    pthread_mutex_lock(&r->lock);
    r->prepared[slot] = true;
    pthread_cond_broadcast(&r->moved);
}

static void help(struct ring *r)
{
    size_t item;
    pthread_mutex_lock(&r->lock);
    while (!r->over && r->next < r->of->n)
        if (claim(r, &item))
            prepare(r, item);
        else
            pthread_cond_wait(&r->moved, &r->lock);
    pthread_mutex_unlock(&r->lock);
}

static void lead(struct ring *r)
{
    size_t item;
    pthread_mutex_lock(&r->lock);
    while (!r->over && r->taken < r->of->n) {
        size_t slot = r->taken % r->of->slots;
        if (r->prepared[slot]) {
            pthread_mutex_unlock(&r->lock);
            int code = r->of->take(r->of->context, r->taken, slot);
            pthread_mutex_lock(&r->lock);
            r->code = code;
            r->over = code != 0;
            r->prepared[slot] = false;
            r->taken++;
            pthread_cond_broadcast(&r->moved);
        } else if (claim(r, &item)) {
            prepare(r, item);
        } else {
            pthread_cond_wait(&r->moved, &r->lock);
        }
    }
    pthread_mutex_unlock(&r->lock);
}

static int one_by_one(const struct in_order *o)
{
    int code = PSN_OK;
    for (size_t i = 0; i < o->n && !code; i++) {
        o->prepare(o->context, i, i % o->slots);
        code = o->take(o->context, i, i % o->slots);
    }
    return code;
}

int in_order_run(const struct in_order *o)
{
    if (o->threads <= 1 || o->slots <= 1 || o->n <= 1)
        return one_by_one(o);
    struct ring r = {.of = o, .prepared = calloc(o->slots, sizeof *r.prepared)};
    if (!r.prepared || pthread_mutex_init(&r.lock, NULL)) {
        free(r.prepared);
        return PSN_EMEMORY;
    }
    if (pthread_cond_init(&r.moved, NULL)) {
        pthread_mutex_destroy(&r.lock);
        free(r.prepared);
        return PSN_EMEMORY;
    }
#pragma omp parallel num_threads(o->threads) default(none) shared(r)
    {
        if (omp_get_thread_num() == 0)
            lead(&r);
        else
            help(&r);
    }
    pthread_cond_destroy(&r.moved);
    pthread_mutex_destroy(&r.lock);
    free(r.prepared);
    return r.code;
}
