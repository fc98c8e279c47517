/* SPDX-License-Identifier: Apache-2.0
 * What the commands share: opening a scenario as a study by the command line, exit statuses, and
 * the sweep with its tables behind it. */
#ifndef CLI_JOB_H
#define CLI_JOB_H

#include "cli/options.h"
#include "run/sweep.h"

/* An opened scenario. Zero-initialise; end with job_close. */
struct job {
    struct scenario *scenario;
    struct study *study;
};

/* Opens the scenario that the command line names, with its settings. Returns -1, or the exit status
 * with all mistakes told on stderr. */
int job_open(const struct arguments *a, bool with_factors, struct job *j);
void job_close(struct job *j);

/* The scenario of a file, which is one or a result, with these settings. As scenario_load. */
int job_scenario(const char *path, const char *const *sets, size_t n_sets, struct scenario **out,
                 psn_diagnostics *all);

/* Is the file one of HDF5 (by its first bytes)? false also where it cannot be read. */
bool job_is_result(const char *path);

/* Prints all mistakes on stderr, frees them, and returns the exit status of `code`. */
int job_told(int code, psn_diagnostics *all);

/* run and sweep: simulates what is missing, then prints the result. Returns the exit status. */
int job_simulate(const struct arguments *a, bool with_factors);

/* Prints a whole result as tables or JSON; `study` is the one it is of, or NULL where that is to be
 * read from it. Returns the exit status. */
int job_print_result(struct result *r, struct study *study, bool json);

#endif
