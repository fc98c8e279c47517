/* SPDX-License-Identifier: Apache-2.0
 * Quantiles over time of a figure that is known by spells: what it was in each, and for how long.
 * Used for utilisation by interval. */
#ifndef STATS_SPELLS_H
#define STATS_SPELLS_H

#include <stddef.h>

#include "psnsim/types.h"

/* A figure, and how long of its spell counts, ns. */
struct spell {
    double value;
    psn_time length;
};

/* The least value that is not exceeded for a share p of the time: n > 0 spells of lengths > 0, no
 * value NaN. They are sorted by value on the way. */
double spells_quantile(struct spell *x, size_t n, double p);

#endif
