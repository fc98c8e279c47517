/* SPDX-License-Identifier: Apache-2.0
 * Reading the factors of a study: shared by describe_study.c, factor_reading.c and factor_paths.c.
 */
#ifndef SCENARIO_FACTOR_READING_H
#define SCENARIO_FACTOR_READING_H

#include "scenario/describe.h"

/* What a factor may vary: the key of its path. `arrangement` and `demand` have none of the table's
 * own. False with the mistake told. */
bool factor_path(struct reading *r, psn_place place, const char *path, const struct spec_key **key);

/* Do two paths meet: the same, or one within the other? */
bool factor_paths_meet(const struct reading *r, const char *a, const char *b);

/* Reads one factor of `study.factors`. */
void factor_read(struct reading *r, const struct member *m, struct factor *f);

#endif
