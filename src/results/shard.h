/* SPDX-License-Identifier: Apache-2.0
 * The layout of a journal's shard, shared by its writer and its reader. Internal to the results
 * room.
 *
 * A shard is an HDF5 file with three datasets of fixed extents:
 *   /run    int64 [rows]       replication + 1 where the row holds a run, else 0; written last
 *   /entry  uint64 [rows x 8]  first word of the run's record, its number of words, its checksum,
 *                              its status (1: failed), and the key of its point
 *   /words  uint64 [capacity]  the records, one behind the other: SHARD_NAME words with the point's
 *                              name, then the outcome (results/pack.h)
 * The extents are those of a full shard, and what is not written yet is a hole that takes no room
 * on the disk. So nothing of HDF5's own bookkeeping ever changes once a shard exists: a kill can
 * tear only the record being written. (With extents that grow, an index is rewritten with each run,
 * and a kill within that leaves a file that does not open.) A run is found again by the key of its
 * point and its replication, so that a study may grow and keep what is done. */
#ifndef RESULTS_SHARD_H
#define RESULTS_SHARD_H

#include <sys/types.h>

#include "results/journal.h"
#include "results/pack.h"

#define SHARD_FORMAT 7
#define SHARD_PREFIX "shard-"
#define SHARD_SUFFIX ".h5"

#define SHARD_RUN   "run"
#define SHARD_ENTRY "entry"
#define SHARD_WORDS "words"

/* Attributes of the root. */
#define SHARD_A_FORMAT "format"
#define SHARD_A_HASH   "study_hash"
#define SHARD_A_SHAPE                                                                              \
    "shape" /* partners, services, stations, targets, intervals, batches, classes,                 \
               directions */
#define SHARD_SHAPE 8

/* The point's name in words, cut to fit. */
#define SHARD_NAME      16
#define SHARD_NAME_SIZE (SHARD_NAME * sizeof(uint64_t))

struct shard_entry {
    uint64_t first, words, checksum, status;
    struct point_key point;
};

/* What the checksum of a record begins with. */
static inline uint64_t shard_identity(const struct shard_entry *e, size_t replication)
{
    const uint64_t *key = e->point.word;
    return pack_checksum(pack_checksum(replication, key, 4), &e->status, 1);
}

/* The runs that a journal has appended to its shard since this was asked last: which they are, and
 * where they lie: *words_at is where the first word stands in the file. Returns the path of the
 * shard. All is the journal's, and holds until the next append. */
const char *journal_news(struct journal *j, size_t *n, const size_t **run,
                         const struct shard_entry **entry, off_t *words_at);

static inline void shard_shape(const struct outcome_shape *s, int64_t shape[SHARD_SHAPE])
{
    shape[0] = (int64_t)s->partners;
    shape[1] = (int64_t)s->services;
    shape[2] = (int64_t)s->stations;
    shape[3] = (int64_t)s->targets;
    shape[4] = (int64_t)s->intervals;
    shape[5] = (int64_t)s->batches;
    shape[6] = (int64_t)s->classes;
    shape[7] = (int64_t)s->directions;
}

#endif
