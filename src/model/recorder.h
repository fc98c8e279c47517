/* SPDX-License-Identifier: Apache-2.0
 * Records what becomes of requests: one recorder a process, merged at the end. Sums and counts are
 * integers, so the merged figures do not depend on how sites were dealt to processes. */
#ifndef MODEL_RECORDER_H
#define MODEL_RECORDER_H

#include "model/outcome.h"
#include "model/presence.h"
#include "model/watch.h"
#include "scenario/description.h"

/* What a response target has seen, over all streams that it watches. */
struct target_sum {
    int64_t judged, kept; /* fate known, and answered within the limit */
    int64_t failed;       /* of those judged, never answered */
    struct tally response;
};

struct recorder {
    const struct description *d;
    struct outcome *o;         /* streams and series; owned by the caller */
    struct watch *watch;       /* [the watches of stream 0, of stream 1, ...] */
    uint32_t *first_watch;     /* by stream; n_streams + 1 */
    struct target_sum *sum;    /* by target; then those of each batch */
    struct span batches;       /* from the first to the last; empty where there are none */
    psn_time batch;            /* the length of each */
    psn_time *from;            /* by stream: start of the interval of the last arrival recorded */
    size_t *cell;              /* by stream: that interval's place in the series */
    int64_t *in_flight;        /* by stream: those that were still under way at the horizon */
    struct presence *presence; /* of a pilot run: the caller's; else NULL */
};

/* 0 or PSN_EMEMORY. `o` gets the figures. */
int recorder_init(struct recorder *r, const struct description *d, struct outcome *o);
void recorder_fini(struct recorder *r);

/* A request of a stream arrives. */
void recorder_offer(struct recorder *r, uint32_t stream, psn_time now);

/* A request that arrived at `born` is answered at `now`. */
void recorder_complete(struct recorder *r, uint32_t stream, psn_time born, psn_time now);

/* A request that arrived at `born` failed at `now` (`why`: of JOB_FAILED, or 0 where its user's
 * time was over), or is tried once more. */
void recorder_fail(struct recorder *r, uint32_t stream, psn_time born, psn_time now, uint32_t why);
void recorder_retry(struct recorder *r, uint32_t stream, psn_time born);

/* A request that arrived at `born` is still under way at the horizon. */
void recorder_unfinished(struct recorder *r, uint32_t stream, psn_time born);

/* A scheduled job released at `born` ended, or the horizon came, at `now` after its window closed.
 */
void recorder_overrun(struct recorder *r, uint32_t stream, psn_time born, psn_time by);

/* Adds another process's figures, and empties nothing. 0 or PSN_EMEMORY. */
int recorder_merge(struct recorder *into, const struct recorder *from);

/* Of the first recorder, after all that is under way was told: is every request that arrived
 * answered, failed, or under way? 0, or PSN_ERUN with a line in `error` on the first service and
 * partner for whom this is not so. */
int recorder_check(const struct recorder *r, char *error, size_t size);

/* Closes: unfinished counts, and the value of every response target into o->target. */
void recorder_finish(struct recorder *r);

#endif
