/* SPDX-License-Identifier: Apache-2.0
 * Long tables for people: of the members of a group ("school-access/17 to schools/17") the one that
 * matters most stands for all, and of many rows those that matter most are shown. Used by check and
 * by the views of results; JSON has every one. */
#ifndef CLI_FOLD_H
#define CLI_FOLD_H

#include <stdbool.h>
#include <stddef.h>

/* Tables of at most so many rows show every member; none has more. */
#define FOLD_ROWS 40

/* Which of `n` rows are shown: every one whose name has no number behind a slash, and of those that
 * are alike but for these numbers the first of the greatest weight (a NaN is the least); where that
 * leaves more than FOLD_ROWS, so many of the greatest weight. Fills `keep` (caller's, n entries),
 * and *hidden with how many are not shown: 0 where there are at most FOLD_ROWS rows. Returns 0 or
 * PSN_EMEMORY. */
int fold_rows(const char *const *name, const double *weight, size_t n, bool *keep, size_t *hidden);

/* The same of rows that stand for other things: takes those that are not shown out of `row`, whose
 * names and weights are name[i] and weight[i], and out of *n. Returns 0 or PSN_EMEMORY. */
int fold_list(const char *const *name, const double *weight, size_t *row, size_t *n,
              size_t *hidden);

#endif
