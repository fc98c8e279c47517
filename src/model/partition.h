/* SPDX-License-Identifier: Apache-2.0
 * How the parts of a model are dealt to logical processes: what is seldom busy and near is put
 * together, so that no process holds much more than its share of the events, and what leads from
 * process to process takes as long as can be. No outcome depends on it. Used by the engine. */
#ifndef MODEL_PARTITION_H
#define MODEL_PARTITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "psnsim/types.h"

/* From one part to another something may go, which takes so long at least. */
struct crossing {
    uint32_t from, to;
    psn_time delay;
};

/* Parts that can be dealt. Zero-initialise; end with parts_fini. */
struct parts {
    size_t n;
    double *load;  /* by part: events a second, in the mean; owned */
    double *slots; /* by part: things that cause events; owned */
    struct crossing *crossing;
    size_t n_crossings, room;
};

/* n parts without load or crossings. 0 or PSN_EMEMORY. */
int parts_init(struct parts *p, size_t n);
void parts_fini(struct parts *p);

/* Adds a crossing, which does nothing from a part to itself. 0 or PSN_EMEMORY. */
int parts_cross(struct parts *p, uint32_t from, uint32_t to, psn_time delay);

/* What a way of dealing comes to. */
struct partition {
    size_t n;           /* processes */
    uint32_t *process;  /* by part; owned: free */
    psn_time lookahead; /* the least delay of a crossing between two processes; PSN_NEVER: none */
    double events;      /* in so long a window, by all processes together */
    double share;       /* of all events, of the process that has most */
    double speedup;     /* expected of the threads asked for, against one process on one thread */
    double alone;       /* the same of one thread that has all processes */
};

/* May one thread gain from several processes? By the slots alone. */
bool partition_for_one(const struct parts *parts);

/* Deals for `threads` threads: parts with a crossing of no delay together, then what is nearest, up
 * to a limit of load for each process that makes the expected time shortest. More processes than
 * threads even out what was not foreseen, and one thread gains from several, too: it executes the
 * events of a window process by process, each with a small event list and its memory at hand. One
 * process where nothing can be gained, or one thread alone would lose; with `always` several
 * threads get theirs in any case. 0 or PSN_EMEMORY. */
int partition_deal(const struct parts *parts, int threads, bool always, struct partition *out);

/* Deals at random over n processes, but what has no delay between together: for tests. */
int partition_scatter(const struct parts *parts, size_t n, uint64_t seed, struct partition *out);

/* By part the first of those that it shares a process with whatever is done, for no delay lies
 * between them. 0 or PSN_EMEMORY. */
int partition_merge(const struct parts *parts, uint32_t *first);

/* The least delays between the processes, over any chain of crossings: [n x n], as
 * kernel/distance.h. */
void partition_distances(const struct parts *parts, const struct partition *p, psn_time *distance);

#endif
