/* SPDX-License-Identifier: Apache-2.0
 * The runs of a result that failed. Used by show. */
#ifndef CLI_FAILED_H
#define CLI_FAILED_H

#include "cli/view.h"

/* Prints each with its point, replication and error. Returns the exit status. */
int failed_print(const struct result *r, bool json);

#endif
