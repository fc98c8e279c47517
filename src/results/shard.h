/* SPDX-License-Identifier: Apache-2.0
 * The layout of a journal's shard, shared by its writer and its reader. Internal to the results
 * room.
 *
 * A shard is an HDF5 file with three datasets of fixed extents:
 *   /run    int64 [rows]       run + 1 where the row holds one, else 0; written last
 *   /entry  uint64 [rows x 3]  first word of the run's record, its number of words, its checksum
 *   /words  uint64 [capacity]  the records (results/pack.h), one behind the other
 * The extents are those of a full shard, and what is not written yet is a hole that takes no room
 * on the disk. So nothing of HDF5's own bookkeeping ever changes once a shard exists: a kill can
 * tear only the record being written. (With extents that grow, an index is rewritten with each run,
 * and a kill within that leaves a file that does not open.) */
#ifndef RESULTS_SHARD_H
#define RESULTS_SHARD_H

#include "study/study.h"

#define SHARD_FORMAT 2
#define SHARD_PREFIX "shard-"
#define SHARD_SUFFIX ".h5"

#define SHARD_RUN   "run"
#define SHARD_ENTRY "entry"
#define SHARD_WORDS "words"

/* Attributes of the root. */
#define SHARD_A_FORMAT "format"
#define SHARD_A_HASH   "study_hash"
#define SHARD_A_SHAPE  "shape" /* partners, services, stations, targets, intervals */
#define SHARD_SHAPE    5

struct shard_entry {
    uint64_t first, words, checksum;
};

static inline void shard_shape(const struct outcome_shape *s, int64_t shape[SHARD_SHAPE])
{
    shape[0] = (int64_t)s->partners;
    shape[1] = (int64_t)s->services;
    shape[2] = (int64_t)s->stations;
    shape[3] = (int64_t)s->targets;
    shape[4] = (int64_t)s->intervals;
}

#endif
