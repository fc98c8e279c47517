/* SPDX-License-Identifier: Apache-2.0
 * The figures of link directions for machines. Used by show. */
#ifndef CLI_LINKS_EMIT_H
#define CLI_LINKS_EMIT_H

#include <jansson.h>

#include "results/links_read.h"

/* An array with an object for each direction: its figures, those of each class, and who used its
 * busiest interval. NULL where memory ends. */
json_t *links_emit(const struct result_links *k);

/* A row for each figure: point, direction, class, partner, figure, unit, value, half_width; `head`:
 * the names of the columns before the first. */
void links_csv(const struct result_links *k, size_t point, bool head);

#endif
