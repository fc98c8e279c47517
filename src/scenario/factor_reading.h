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

/* Reads a value of a path into an option that sets it. The mistakes of the value are told. */
void factor_option(struct reading *r, const char *path, const struct node *value,
                   const struct spec_key *key, struct option *o);

/* Numbers stand in options only where all of them have one; `key` gives their unit. */
void factor_unify(struct option *option, size_t n, const struct spec_key *key);

/* Is this name one that the language knows as a path: `arrangement`, `demand`, or with a dot? */
bool factor_is_path(const char *name);

/* design_reading.c: `study.design` and `study.points`, before the factors; `points` here is what
 * the design takes a number of. */
void design_read(struct reading *r, const struct node *study);

/* Puts the factors into the order of names and judges whether they suit the design; reads listed
 * points, which make factors of their own. After the factors. */
void design_settle(struct reading *r, const struct node *study);

#endif
