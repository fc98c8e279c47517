/* SPDX-License-Identifier: Apache-2.0
 * Which runs a sweep still needs: those of every point up to its next checkpoint. Decides a point
 * when they are all in the journals. Used by the sweep and its loop, on one thread. */
#ifndef RUN_PLAN_H
#define RUN_PLAN_H

#include "results/result.h"

/* How far a point is. */
struct plan_point {
    size_t passed; /* the checkpoint that was not precise enough; 0: none yet */
    size_t target; /* the next one; at its end, its number of replications */
    size_t open;   /* runs below `target` that no journal holds */
    size_t next;   /* replications below are queued or kept */
    bool settled;
};

struct plan {
    const struct study *study;
    struct stopping *rule;
    struct journals *journals;
    struct plan_point *point;
    struct stopped *end; /* by point: what the result holds; right where settled */
    uint8_t *state;      /* by run: enum plan_state */
    size_t unsettled;    /* points */
    size_t *leader;      /* by point: the first of those with the same key, whose runs are theirs */
    size_t *follower;    /* by point: the next of them; n_points behind the last */
    size_t *queue;       /* runs to do, in order */
    size_t n_queued, queue_capacity;
};

enum plan_state { PLAN_NEEDED, PLAN_QUEUED, PLAN_KEPT, PLAN_KEPT_BEFORE };

/* Looks at what the journals hold, settles what can be and queues what is missing. With
 * `retry_failed`, runs that failed count as missing. `rule` and `journals` must outlive the plan.
 * Returns 0 with a plan to be ended by plan_fini; PSN_EMEMORY or PSN_EIO. */
int plan_init(struct plan *p, struct stopping *rule, struct journals *journals,
              const struct study *s, bool retry_failed, psn_diagnostics *all);
void plan_fini(struct plan *p);

/* A run is in the journals: settles its point or queues its next runs where that was the last that
 * it waited for; *settled says whether it did. Points with the same key go on together. Returns 0,
 * PSN_EMEMORY or PSN_EIO. */
int plan_done(struct plan *p, size_t run, bool *settled, psn_diagnostics *all);

/* Queues one run beyond a checkpoint, of the point that is least far beyond its own: for a thread
 * that would else be idle. False where there is none. What turns out to be surplus stays in the
 * journals, out of the result. */
bool plan_speculate(struct plan *p);

/* How many runs the journals held when the plan was made, surplus included. */
size_t plan_kept_before(const struct plan *p);

/* The runs that a sweep does at most: those of points with the same key once. */
size_t plan_runs(const struct plan *p);

/* Runs of the result so far, how many of them were kept from before, and how many are done. */
struct plan_count {
    size_t runs, before, done;
};
struct plan_count plan_count(const struct plan *p);

#endif
