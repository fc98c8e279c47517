/* SPDX-License-Identifier: Apache-2.0
 * Which thread of a run has which processes: by the events that they executed of late, the heaviest
 * first to who has least (Graham's longest processing time first, SIAM J. Appl. Math. 17(2), 1969:
 * within a third of the best); where that is nearly as even, in the order of their numbers. Moves
 * no bit of the results. For windows only. */
#ifndef KERNEL_DEAL_H
#define KERNEL_DEAL_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/process.h"

struct deal {
    int threads;     /* of the deal that stands; 0: none yet */
    uint32_t *order; /* processes, thread by thread */
    size_t *start;   /* [threads + 1], where each thread's begin in `order` */
    /* Of the next deal. */
    struct deal_load *load; /* by process */
    int64_t *sum;           /* by thread */
    uint32_t *thread;       /* by process */
    uint32_t *sorted;       /* processes, the heaviest first */
    size_t n;
};

/* For n processes and at most so many threads. 0 or PSN_EMEMORY; end with deal_fini in every case.
 */
int deal_init(struct deal *d, size_t n, int threads);
void deal_fini(struct deal *d);

/* Deals the processes over so many threads (>= 1, no more than in deal_init) anew, by what they did
 * since the last deal; a deal that is still nearly even stands, for processes that stay have their
 * memory in the caches of their thread. */
void deal_make(struct deal *d, const struct process *process, int threads);

#endif
