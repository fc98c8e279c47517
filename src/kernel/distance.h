/* SPDX-License-Identifier: Apache-2.0
 * How far processes are from each other in simulated time, and how far each may run in a window.
 *
 * Let first[q] be the time of the earliest event that is pending at q, what is under way to it
 * included, and distance[q][p] the least time in which what happens at q can be felt at p over any
 * chain of lines. Whatever will yet happen at p and is not pending there already is the end of a
 * chain of messages that begins at a pending event of some q (q = p: a cycle that comes back), so
 * it is no earlier than
 *
 *     bound[p] = min over q of first[q] + distance[q][p],
 *
 * and p may execute everything before that without hearing from anybody. Direct neighbours alone
 * would not do: r may be idle for long, so that first[r] is late, and yet pass on at once what it
 * gets from q; the closure over all chains holds that case. The bound by pairs is the bounded lag
 * of Lubachevsky ("Efficient distributed event-driven simulations of multiple-loop networks", CACM
 * 32(1), 1989) with the lag that the earliest event leaves; with one distance for all pairs it is
 * Nicol's YAWNS (JACM 40(2), 1993). Progress: distances are above zero, so that the process with
 * the earliest event of all always executes it. */
#ifndef KERNEL_DISTANCE_H
#define KERNEL_DISTANCE_H

#include <stddef.h>
#include <stdint.h>

#include "psnsim/types.h"

/* Turns the least direct delays between n processes ([n x n], from x n + to; PSN_NEVER where no
 * line leads there; the diagonal PSN_NEVER) into least delays over any chain of lines, the diagonal
 * into the least cycle (Floyd, "Algorithm 97: shortest path", CACM 5(6), 1962). */
void distance_close(psn_time *distance, size_t n);

/* Who can be felt at a process, the nearest first. */
struct distance_near {
    psn_time distance;
    uint32_t from;
};

/* Bounds by distances. Not written to once made: any number of threads may ask. */
struct distances {
    size_t n;
    const psn_time *distance;   /* [n x n], closed; not owned */
    struct distance_near *near; /* [n x n], by `to` */
};

/* Of closed distances, all above zero, which must stay while *d is used. 0 or PSN_EMEMORY. */
int distances_init(struct distances *d, const psn_time *distance, size_t n);
void distances_fini(struct distances *d);

/* Which process has the earliest event of all; of equals the first. */
size_t distances_earliest(const psn_time *first, size_t n);

/* The bound of process `to`, as above; `earliest` from distances_earliest. */
psn_time distances_bound(const struct distances *d, const psn_time *first, size_t earliest,
                         size_t to);

#endif
