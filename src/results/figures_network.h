/* SPDX-License-Identifier: Apache-2.0
 * The figures of the network by class and link in the result file. Internal to the results room. */
#ifndef RESULTS_FIGURES_NETWORK_H
#define RESULTS_FIGURES_NETWORK_H

#include "results/figure_column.h"

/* The groups /classes, /class_partners and /links. */
extern const struct figure_group figure_classes, figure_class_partners, figure_links;

/* Fills a row of a column of theirs, that is all missing, as figure_fill (figures.h). */
void figure_fill_network(const struct figure_column *c, const struct study *s,
                         const struct outcome *o, void *row);

#endif
