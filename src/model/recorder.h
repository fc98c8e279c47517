/* SPDX-License-Identifier: Apache-2.0
 * Records what becomes of requests: one recorder a process, merged at the end. Sums and counts are
 * integers, so the merged figures do not depend on how sites were dealt to processes. A recorder
 * holds the streams alone of which it has seen something. */
#ifndef MODEL_RECORDER_H
#define MODEL_RECORDER_H

#include "base/arena.h"
#include "model/outcome.h"
#include "model/presence.h"
#include "model/watch.h"
#include "scenario/description.h"

/* What a response target has seen, over all streams that it watches. */
struct target_sum {
    int64_t judged, kept; /* fate known, and answered within the limit */
    int64_t failed;       /* of those judged, never answered */
    struct tally response;
    struct histogram histogram; /* of the same; kept where a quantile is asked for */
};

/* What a recorder has of one stream. */
struct record {
    psn_time from;   /* start of the interval of the last arrival recorded */
    size_t interval; /* that interval */
    int64_t *offered, *completed;
    exact_sum *response;          /* series by interval, as in the outcome */
    struct outcome_stream **part; /* the figures of the run, then of each batch */
    struct outcome_stream *own;   /* where these are; NULL: in the outcome */
    int64_t in_flight;            /* those that were still under way at the horizon */
    size_t n_watches;
    struct watch watch[]; /* the objectives that watch it */
};

struct recorder {
    const struct description *d;
    struct arena *memory;
    struct outcome *o; /* the caller's; NULL: the recorder holds its figures itself */
    struct outcome_shape shape;
    struct record **record;    /* by stream; NULL: nothing has been seen of it */
    struct target_sum *sum;    /* by target; then those of each batch */
    struct span batches;       /* from the first to the last; empty where there are none */
    psn_time batch;            /* the length of each */
    struct presence *presence; /* of a pilot run: the caller's; else NULL */
    int code;                  /* PSN_EMEMORY: memory has ended, and something is not recorded */
};

/* 0 or PSN_EMEMORY. `o` (of this shape) gets the figures; NULL: they are for recorder_merge. All
 * memory but that of histograms is the arena's, which must be of this process alone. */
int recorder_init(struct recorder *r, const struct description *d,
                  const struct outcome_shape *shape, struct outcome *o, struct arena *memory);
void recorder_fini(struct recorder *r);

/* A request of a stream arrives. */
void recorder_offer(struct recorder *r, uint32_t stream, psn_time now);

/* A request that arrived at `born` is answered at `now`. */
void recorder_complete(struct recorder *r, uint32_t stream, psn_time born, psn_time now);

/* The same of n requests (1 or more) of one stream: arrivals, in the order of time; and answers, of
 * requests in the order in which they arrived. */
void recorder_offer_block(struct recorder *r, uint32_t stream, size_t n, const psn_time *at);
void recorder_complete_block(struct recorder *r, uint32_t stream, size_t n, const psn_time *born,
                             const psn_time *now);

/* A request that arrived at `born` failed at `now` (`why`: of JOB_FAILED, or 0 where its user's
 * time was over), or is tried once more. */
void recorder_fail(struct recorder *r, uint32_t stream, psn_time born, psn_time now, uint32_t why);
void recorder_retry(struct recorder *r, uint32_t stream, psn_time born);

/* A request that arrived at `born` is still under way at the horizon. */
void recorder_unfinished(struct recorder *r, uint32_t stream, psn_time born);

/* A scheduled job released at `born` ended, or the horizon came, at `now` after its window closed.
 */
void recorder_overrun(struct recorder *r, uint32_t stream, psn_time born, psn_time by);

/* The requests that arrived from warm-up on. */
int64_t recorder_offered(const struct recorder *r);

/* Adds another process's figures, and empties nothing. 0 or PSN_EMEMORY. */
int recorder_merge(struct recorder *into, const struct recorder *from);

/* Of the first recorder, after all that is under way was told: is every request that arrived
 * answered, failed, or under way? 0, or PSN_ERUN with a line in `error` on the first service and
 * partner for whom this is not so. */
int recorder_check(const struct recorder *r, char *error, size_t size);

/* Closes the recorder that has the outcome: unfinished counts, and the value and histogram of every
 * response target. 0 or PSN_EMEMORY. */
int recorder_finish(struct recorder *r);

#endif
