/* SPDX-License-Identifier: Apache-2.0
 * Control variates: a mean made sharper by what is known of others that move with it. Used by the
 * study. */
#ifndef STATS_CONTROL_H
#define STATS_CONTROL_H

#include <stddef.h>

#include "stats/interval.h"

/* A controlled estimate. */
struct controlled {
    struct estimate estimate; /* n: replications that entered */
    double plain_half_width;  /* of the plain mean of the same replications */
    double gain;              /* variance of the plain mean / of this one: above 1 where it helps */
};

/* The mean of y over n replications with q controls of known means: x[i * q + k] is control k in
 * replication i, `mean` its exact mean. The coefficients are estimated by least squares from the
 * same replications: the estimate is the height at `mean` of the plane through them, its variance
 * the regression's own, with n - q - 1 degrees of freedom. Exact for y and x that are normal
 * together, else for many replications. Lavenberg and Welch, "A perspective on the use of control
 * variables to increase the efficiency of Monte Carlo simulations", Management Science 27, 1981, p.
 * 322; Asmussen and Glynn, Stochastic Simulation, 2007, section V.2.
 *
 * Replications with a y or a control that is not finite are left out. A control that does not vary,
 * or follows from the others, is no use: its coefficient is 0. value and half_width are NaN where
 * fewer than q + 3 replications are left. Returns 0 or PSN_EMEMORY. */
int control_mean(const double *y, const double *x, const double *mean, size_t n, size_t q,
                 double level, struct controlled *out);

#endif
