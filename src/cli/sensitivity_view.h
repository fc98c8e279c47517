/* SPDX-License-Identifier: Apache-2.0
 * How much each factor matters: the tables of `show --sensitivity` and of studies made for it, and
 * the same for machines. */
#ifndef CLI_SENSITIVITY_VIEW_H
#define CLI_SENSITIVITY_VIEW_H

#include "cli/emit.h"

/* One table for each figure of interest, those of objectives first; `all`: of every figure. The
 * result must have a sensitivity. Returns 0 or PSN_EMEMORY. */
int sensitivity_print(const struct result *r, bool all, const struct view_page *p);

/* Every figure. */
json_t *sensitivity_emit(const struct result *r);
void sensitivity_csv(const struct result *r);

#endif
