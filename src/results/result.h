/* SPDX-License-Identifier: Apache-2.0
 * The result file: HDF5 that is valid netCDF-4, written once from all journals, read by `show`. Its
 * layout is described in results/README.md. */
#ifndef RESULTS_RESULT_H
#define RESULTS_RESULT_H

#include "results/journal.h"
#include "study/summary.h"

/* Writes the result of all runs that the journals hold beside `path`, syncs and renames it: `path`
 * is the whole new file or what it was before. Equal studies give equal bytes. Runs that are
 * missing are left out only where `partial`; else PSN_EINPUT. */
int result_write(const struct study *s, struct journals *j, const char *path, bool partial,
                 psn_diagnostics *all);

/* What `show` and a repetition need of a result file. Everything is owned by the struct. */
struct result_factor {
    char *name, *unit;
    char **label;   /* by point */
    double *number; /* by point; NaN where the option is no quantity */
};

struct result {
    char *title, *version, *hash;
    bool factors_used;
    int complete; /* 1: every run of the study is in it */
    size_t n_points, n_replications, n_runs;
    double warmup_s;
    bool warmup_auto;       /* found by pilot runs, not stated */
    double *warmup_pilot_s; /* by point, NaN where unstable; NULL where no pilot runs were made */
    struct result_factor *factor;
    size_t n_factors;
    struct measure *measure; /* as in the summary */
    size_t n_measures;
    struct summary_value *value; /* [point x n_measures + measure] */
    char **text_name, **text;    /* the scenario and its includes */
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

/* The hash of the study in a result file, without reading the rest: 64 hex digits into `hex`. */
int result_hash(const char *path, char hex[65], psn_diagnostics *all);

/* Is `o` to the bit the run that stands in the file? Compares every figure of (point, replication)
 * stored there; sets *same, and names the first difference in `where`. */
int result_compare(const char *path, const struct study *s, size_t run, const struct outcome *o,
                   bool *same, char *where, size_t size, psn_diagnostics *all);

#endif
