/* SPDX-License-Identifier: Apache-2.0
 * The groups of the network in the result file. Internal to the results room. */
#ifndef RESULTS_LAYOUT_NETWORK_H
#define RESULTS_LAYOUT_NETWORK_H

#include "results/layout_parts.h"

/* Lays down the dimensions and coordinates of "classes", "class_partners" or "links" (by run) in an
 * open group. */
void layout_network(const struct layout *l, const char *group, struct table *t);

/* Opens /link_summary and lays down its dimensions: by point. */
void layout_links(const struct layout *l, struct table *t);

/* Classes of service as a dimension; the last is of what has none. */
void layout_class_dimension(const struct layout *l, struct table *t);

#endif
