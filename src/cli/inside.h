/* SPDX-License-Identifier: Apache-2.0
 * The scenario inside a result, read again. Used by commands that take a result for its scenario.
 */
#ifndef CLI_INSIDE_H
#define CLI_INSIDE_H

#include "results/result.h"
#include "scenario/scenario.h"

/* The texts of a result (its file is `path`) with its own settings and these after them. Returns 0
 * with *out to be freed by scenario_free, or a PSN_E code with all told. */
int inside_scenario(struct result *r, const char *path, const char *const *sets, size_t n_sets,
                    struct scenario **out, psn_diagnostics *all);

#endif
