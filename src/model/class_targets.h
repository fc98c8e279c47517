/* SPDX-License-Identifier: Apache-2.0
 * What the objectives on classes of service have seen of their messages: one of these a process,
 * merged at the end. Sums and counts are integers, so the figures do not depend on how sites were
 * dealt to processes. A message counts where it was sent between warm-up and horizon, in the hours
 * of the objective, and its fate is known.
 *
 * Delay, its variation and loss are those of ITU-T Y.1540 (2019), sections 6.2, 6.2.2 and 6.4, of
 * messages in place of packets: delay is of those that arrived alone, and loss is the share of what
 * was put on the network that it lost, what was sent again counted anew. */
#ifndef MODEL_CLASS_TARGETS_H
#define MODEL_CLASS_TARGETS_H

#include "base/arena.h"
#include "model/outcome.h"
#include "model/watch.h"

struct class_sum {
    struct tally delay, jitter;
    int64_t kept;               /* of those delivered, within the limit that is counted */
    int64_t dropped;            /* times that one was lost on the way */
    int64_t lost;               /* messages lost for good, or without a route */
    struct histogram histogram; /* of the delay; kept where a quantile or spread is asked for */
};

struct class_targets {
    const struct description *d;
    struct watch *watch;   /* those of class 0, of class 1, ... */
    size_t *first;         /* by class; n_classes + 2, the last class is of what has none */
    struct class_sum *sum; /* by target */
};

/* 0 or PSN_EMEMORY; fini in every case. Memory but that of histograms is the arena's, which must be
 * of this process alone. */
int class_targets_init(struct class_targets *t, const struct description *d, struct arena *memory);
void class_targets_fini(struct class_targets *t);

/* A message of a class (n_classes: none) and partner, sent at `sent`, arrived after `delay` ns.
 * `jitter`: how much that differs from the delay of the message before it in the same stream, ns;
 * below 0 where there is none to compare with. */
void class_targets_delivered(struct class_targets *t, uint32_t class, uint32_t partner,
                             psn_time sent, psn_time delay, psn_time jitter);

/* One was lost on the way, and may be sent again; or was lost for good, or had no route (its last
 * loss on the way is told by both). */
void class_targets_dropped(struct class_targets *t, uint32_t class, uint32_t partner,
                           psn_time sent);
void class_targets_lost(struct class_targets *t, uint32_t class, uint32_t partner, psn_time sent);

/* Adds what another process has seen. 0 or PSN_EMEMORY. */
int class_targets_merge(struct class_targets *into, const struct class_targets *from);

/* The value of every target of a class, and its histogram, into an outcome: s, or a share; NaN
 * where nothing was seen. */
void class_targets_finish(struct class_targets *t, struct outcome *o);

#endif
