/* SPDX-License-Identifier: Apache-2.0
 * The factors of a study as columns along points or runs. Internal to the results room. */
#ifndef RESULTS_FACTORS_H
#define RESULTS_FACTORS_H

#include "results/table.h"
#include "study/study.h"

/* The variable's name of a factor: its own where it is a path, `arrangement` or `demand`; a
 * bundle's with `factor_` before it, as it might be the name of a figure; with `_` for the `/` of a
 * group's member, which no name in the file can have. False where memory ends. */
bool factor_name(const struct factor *f, char **name);

/* Are all options quantities of one unit? */
bool factor_is_number(const struct factor *f);

/* Writes each factor along dimension `along` of n rows, row i being of point[i] (NULL: of point i),
 * as coordinates of the table: numbers in base units with the texts as written beside them in
 * NAME_label, or the texts alone. */
void factors_write(struct table *t, const struct study *s, const char *along, const size_t *point,
                   size_t n);

/* Opens the group /design and writes the points and their factors; the caller closes it. */
void factors_design(struct sink *k, const struct study *s, struct table *t);

#endif
