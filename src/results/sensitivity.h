/* SPDX-License-Identifier: Apache-2.0
 * The group /sensitivity of a result file. Internal to the results room. */
#ifndef RESULTS_SENSITIVITY_H
#define RESULTS_SENSITIVITY_H

#include "results/layout.h"
#include "study/sensitivity.h"

/* Writes the group. */
void sensitivity_write(const struct layout *l, const struct sensitivity *s);

/* Reads it where the file has it; else r->sensitivity stays NULL. False where it is damaged. */
bool sensitivity_read(hid_t file, struct result *r);

#endif
