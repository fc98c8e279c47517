/* SPDX-License-Identifier: Apache-2.0
 * A barrier for the few threads of one run, which meet every few microseconds. For windows only. */
#ifndef KERNEL_BARRIER_H
#define KERNEL_BARRIER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernel/process.h"

/* Each thread writes a cache line of its own, and reads those of the others: one transfer of a line
 * each way. What the thread has to tell the others is told with its arrival. */
struct barrier_seat {
    atomic_uint_least64_t epoch; /* how often it has arrived */
    char apart[PROCESS_LINE - sizeof(atomic_uint_least64_t)];
};

/* A thread that waits spins at first; then it sleeps, for another program may need the core before
 * who is waited for can go on. */
struct barrier {
    struct barrier_seat *seat;
    int n;
    atomic_int sleepers;
    pthread_mutex_t lock;
    pthread_cond_t woken;
};

/* For at most n threads. 0 or PSN_EMEMORY. */
int barrier_init(struct barrier *b, int n);
void barrier_fini(struct barrier *b);

/* Makes it one of n threads, all of which are about to arrive for the first time. No thread may be
 * in it. */
void barrier_reset(struct barrier *b, int n);

/* Thread `me` arrives for the epoch-th time (from 1). */
void barrier_arrive(struct barrier *b, int me, uint64_t epoch);

/* Goes on once all have arrived for the epoch-th time: what any wrote before that is seen from here
 * on. True where it slept in between: some tens of microseconds or more. */
bool barrier_wait(struct barrier *b, uint64_t epoch);

#endif
