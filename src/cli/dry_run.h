/* SPDX-License-Identifier: Apache-2.0
 * The outlook of a sweep on the screen. Used by sweep. */
#ifndef CLI_DRY_RUN_H
#define CLI_DRY_RUN_H

#include "run/sweep.h"

/* Prints the points of a study with what is done and to do of each, and where the result would go.
 * Returns the exit status. */
int dry_run_print(const struct study *s, const char *path, const struct sweep_outlook *o,
                  bool json);

#endif
