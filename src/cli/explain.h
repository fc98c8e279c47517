/* SPDX-License-Identifier: Apache-2.0
 * psnsim check --explain: what the program takes a part of a scenario to mean. Used by check. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include "cli/options.h"
#include "study/study.h"

/* Prints the part of the scenario that --explain names, of the base case or (`point` not SIZE_MAX)
 * of a point of the study. Returns the exit status. */
int explain_print(const struct arguments *a, const struct study *study, size_t point);

#endif
