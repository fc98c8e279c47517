/* SPDX-License-Identifier: Apache-2.0
 * Journals: uncompressed, append-only HDF5 shards in which a study keeps each run as it ends. A
 * shard is written once and never reopened for writing; a kill at any moment loses at most the runs
 * being written. */
#ifndef RESULTS_JOURNAL_H
#define RESULTS_JOURNAL_H

#include "study/study.h"

struct journal;

/* A new shard in folder `dir` (made where missing), for a study whose points have their keys
 * (study_identify). PSN_EIO where it cannot be written. */
int journal_create(const struct study *s, const char *dir, struct journal **out,
                   psn_diagnostics *all);

/* A run as a journal keeps it. Zero-initialise; one may be filled again and again, and keeps its
 * memory for that. */
struct journal_record {
    size_t run;
    uint64_t *words; /* the point's name, then the outcome (results/pack.h) */
    size_t n, capacity;
    uint64_t checksum;
    bool failed; /* the run could not be carried out */
};

/* Packs the outcome of a run of a study whose points have their keys: on any thread, for a journal
 * of that study. 0 or PSN_EMEMORY. */
int journal_pack(struct journal_record *r, const struct study *s, size_t run,
                 const struct outcome *o);
void journal_record_fini(struct journal_record *r);

/* Appends as many of n runs (at least 1) as it can at a time: the first *appended of them, 1 or
 * more. Their identifiers are written last. On failure (a full disk) PSN_EIO and none; what was
 * appended before stays readable. */
int journal_append(struct journal *j, const struct journal_record *const *record, size_t n,
                   size_t *appended, psn_diagnostics *all);

/* Closes the shard; an empty one is removed. */
int journal_close(struct journal *j, psn_diagnostics *all);

struct journals;

/* All shards in `dir` (a missing folder is no shard), for reading: the runs of this study's points
 * (by s->key), whatever study they were made for. PSN_EINPUT where a shard is of another format,
 * naming it; shards that were never completed enough to hold a run are passed over. */
int journals_open(const struct study *s, const char *dir, struct journals **out,
                  psn_diagnostics *all);
void journals_close(struct journals *j);

/* A run that failed is had, too, until one that is done takes its place. */
bool journals_has(const struct journals *j, size_t run);
bool journals_failed(const struct journals *j, size_t run);
size_t journals_count(const struct journals *j);

/* How many runs there are in all, of whatever study. */
size_t journals_records(const struct journals *j);

/* A run in the journals that the study has not. */
struct stranger {
    char point[128];    /* its point's name, in the study that it was made for */
    bool known;         /* the study has the point, but so many replications of it not */
    size_t replication; /* of those, the greatest found */
};

/* The first shard's first stranger; false where every run is of the study. */
bool journals_stranger(const struct journals *j, struct stranger *out);

/* The runs that `w` appended since the last call can be read from now on. Returns 0 or PSN_EMEMORY,
 * told. */
int journals_learn(struct journals *j, struct journal *w, psn_diagnostics *all);

/* Reads a run back: to the bit what was appended. *out is the caller's. Several threads may do so
 * at once, each with an `all` of its own, where nobody does anything else with `j`. */
int journals_read(struct journals *j, size_t run, struct outcome **out, psn_diagnostics *all);

/* Removes all shards in `dir`, and the folder itself where it is empty then. Refuses (PSN_EINPUT) a
 * folder that holds files which are no shards. */
int journals_remove(const char *dir, psn_diagnostics *all);

#endif
