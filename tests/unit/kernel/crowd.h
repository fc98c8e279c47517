/* SPDX-License-Identifier: Apache-2.0
 * A model to run on threads: sites with random links between them, each with a delay of its own,
 * and tokens that wander. For the unit tests of windows and the program that looks for races. */
#ifndef UNIT_KERNEL_CROWD_H
#define UNIT_KERNEL_CROWD_H

#include "kernel/line.h"
#include "kernel/windows.h"

#define CROWD_SITES  24
#define CROWD_OUT    3 /* links that leave a site */
#define CROWD_TOKENS 96

struct crowd;

struct crowd_link {
    struct crowd *crowd;
    uint32_t from, to;
    psn_time delay; /* at least */
    uint64_t sent;
    struct line line;
};

struct crowd_site {
    struct crowd *crowd;
    struct process *process;
    struct line held; /* tokens that stay for a while */
    uint64_t kept;
    uint64_t hash; /* of all that happened here, in its order */
    int64_t seen;
};

struct crowd {
    uint64_t seed;
    struct process *process;
    size_t n;
    uint32_t process_of[CROWD_SITES];
    psn_time *distance;
    struct crowd_site site[CROWD_SITES];
    struct crowd_link link[CROWD_SITES * CROWD_OUT];
    int code; /* what a token that comes to its end sets as error; 0: none does */
    volatile int stop;
    int64_t stop_at; /* events of site 0 after which it asks for a stop; 0: never */
};

/* A crowd on n processes, to which sites are dealt by `process_of` (at random where NULL; n <= 1:
 * all to one). NULL where memory ends. */
struct crowd *crowd_new(uint64_t seed, size_t n, const uint32_t *process_of);
void crowd_free(struct crowd *c);

int crowd_run(struct crowd *c, psn_time horizon, int threads, bool adapt);

/* Tokens that are alive; CROWD_TOKENS at any time. */
int crowd_count(struct crowd *c);

#endif
