/* SPDX-License-Identifier: Apache-2.0
 * Where the threads of one run meet. */
#include "kernel/barrier.h"

#include <stdlib.h>

/* Looks before a waiting thread sleeps, some tens of microseconds. It does not yield in between:
 * who yields to another program waits for the end of its time slice, which is milliseconds, and
 * goes to the back of the queue; who is woken goes to its front. */
#define SPINS 1500

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

int barrier_init(struct barrier *b, int n)
{
    *b = (struct barrier){.n = n};
    b->seat = array_lines((size_t)n * sizeof *b->seat);
    if (!b->seat)
        return PSN_EMEMORY;
    if (pthread_mutex_init(&b->lock, NULL))
        goto no_lock;
    if (pthread_cond_init(&b->woken, NULL))
        goto no_condition;
    barrier_reset(b, n);
    return PSN_OK;
no_condition:
    pthread_mutex_destroy(&b->lock);
no_lock:
    free(b->seat);
    b->seat = NULL;
    return PSN_EMEMORY;
}

void barrier_fini(struct barrier *b)
{
    if (!b->seat)
        return;
    pthread_cond_destroy(&b->woken);
    pthread_mutex_destroy(&b->lock);
    free(b->seat);
    b->seat = NULL;
}

void barrier_reset(struct barrier *b, int n)
{
    b->n = n;
    atomic_init(&b->sleepers, 0);
    for (int i = 0; i < n; i++)
        atomic_init(&b->seat[i].epoch, 0);
}

static bool all_there(struct barrier *b, uint64_t epoch)
{
    for (int i = 0; i < b->n; i++)
        if (atomic_load(&b->seat[i].epoch) < epoch)
            return false;
    return true;
}

static bool spin(struct barrier *b, uint64_t epoch)
{
    for (int i = 0; i < SPINS; i++) {
        if (all_there(b, epoch))
            return true;
        relax();
    }
    return false;
}

static __attribute__((noinline)) bool wait_long(struct barrier *b, uint64_t epoch)
{
    pthread_mutex_lock(&b->lock);
    atomic_fetch_add(&b->sleepers, 1); /* an arrival that is not seen from here on sees this */
    while (!all_there(b, epoch))
        pthread_cond_wait(&b->woken, &b->lock);
    atomic_fetch_sub(&b->sleepers, 1);
    pthread_mutex_unlock(&b->lock);
    return true;
}

void barrier_arrive(struct barrier *b, int me, uint64_t epoch)
{
    /* All sequentially consistent: of an arrival and a sleeper, one sees the other. */
    atomic_store(&b->seat[me].epoch, epoch);
    if (atomic_load(&b->sleepers) > 0) {
        pthread_mutex_lock(&b->lock);
        pthread_cond_broadcast(&b->woken);
        pthread_mutex_unlock(&b->lock);
    }
}

bool barrier_wait(struct barrier *b, uint64_t epoch)
{
    return spin(b, epoch) ? false : wait_long(b, epoch);
}
