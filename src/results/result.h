/* SPDX-License-Identifier: Apache-2.0
 * The result file: HDF5 that is valid netCDF-4, written once from all journals, read by `show`. Its
 * layout is described in results/README.md. */
#ifndef RESULTS_RESULT_H
#define RESULTS_RESULT_H

#include "results/journal.h"
#include "study/sensitivity.h"
#include "study/stopping.h"

/* How the points of a study ended. */
struct ending {
    const struct stopping *rule;
    const struct stopped *point;
};

/* Writes the result of each point's first runs, as many as `ending` says (NULL: all replications),
 * beside `path`, syncs and renames it: `path` is the whole new file or what it was before. Equal
 * studies give equal bytes, whatever number of threads. Runs that are missing are left out only
 * where `partial`; else PSN_EINPUT. */
int result_write(const struct study *s, const struct ending *ending, struct journals *j,
                 const char *path, bool partial, int threads, psn_diagnostics *all);

/* What `show` and a repetition need of a result file. Everything is owned by the struct. */
struct result_factor {
    char *name, *unit;
    char **label;   /* by point */
    double *number; /* by point; NaN where the option is no quantity */
};

struct result {
    char *title, *version, *hash;
    bool factors_used;
    int complete;                            /* 1: every run of the study is in it */
    size_t n_points, n_replications, n_runs; /* replications: the most of any point */
    double until;                            /* the precision; 0: replications are fixed */
    size_t at_least;
    char *of;                   /* what had to be precise, as written; NULL where fixed */
    size_t *point_replications; /* by point */
    bool *point_precise;        /* by point */
    char **point_key;           /* by point: 64 hex digits */
    bool *watched;              /* by measure: it had to be precise */
    double warmup_s;
    size_t batches;         /* of one long run a point; 0: replications */
    bool antithetic;        /* replications 2 k and 2 k + 1 are a pair */
    bool controls;          /* means are controlled by the requests that arrived */
    bool warmup_auto;       /* found by pilot runs, not stated */
    double *warmup_pilot_s; /* by point, NaN where unstable; NULL where no pilot runs were made */
    struct result_factor *factor;
    size_t n_factors;
    struct measure *measure; /* as in the summary */
    size_t n_measures;
    struct summary_value *value; /* [point x n_measures + measure] */
    enum design_kind design;
    struct sensitivity *sensitivity; /* NULL where the design tells none */
    char **text_name, **text;        /* the scenario and its includes */
    size_t *text_size;
    size_t n_texts;
    char **set;
    size_t n_sets;
    size_t n_stations;
    char **station;
    int32_t *unstable; /* [point x n_stations + station] */
    int64_t *run_point, *run_replication, *run_events;
    int32_t *run_status;
    char **run_error;
};

/* Reads a result file. PSN_EIO or PSN_EINPUT (no such file, no result of psnsim, of a newer
 * layout). */
int result_read(const char *path, struct result **out, psn_diagnostics *all);
void result_free(struct result *r);

/* A point's key as the result file has it: 64 hex digits and a NUL. */
void result_key(const struct point_key *key, char hex[65]);

/* A point as "arrangement = shared, demand = 1.3" (cut to `size`); empty where the study has no
 * factors. */
void result_point_name(const struct result *r, size_t point, char *text, size_t size);

/* The hash of the study in a result file, without reading the rest: 64 hex digits into `hex`. */
int result_hash(const char *path, char hex[65], psn_diagnostics *all);

/* Is `o` to the bit the run that stands in the file? Compares every figure of (point, replication)
 * stored there; sets *same, and names the first difference in `where`. */
int result_compare(const char *path, const struct study *s, size_t run, const struct outcome *o,
                   bool *same, char *where, size_t size, psn_diagnostics *all);

#endif
