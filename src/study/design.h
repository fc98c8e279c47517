/* SPDX-License-Identifier: Apache-2.0
 * The design of a study: its points as a table of the factors' options. Made when a study is
 * opened; read through study.h by all that name points or their values. */
#ifndef STUDY_DESIGN_H
#define STUDY_DESIGN_H

#include "scenario/description.h"

struct design {
    enum design_kind kind;
    size_t n_factors, n_points;
    struct factor *factor; /* in the order of names, each with all its options; the texts are of the
                              description and of `memory` */
    size_t rows;           /* of a design for sensitivity: rows, or walks */
    uint8_t *level;        /* DESIGN_MORRIS: [point x n_factors + factor], see stats/sampling.h */
    uint32_t *option;      /* [point x n_factors + factor]; NULL of a grid, which needs no table */
    struct arena memory;
};

/* More points than this are refused. */
#define DESIGN_POINTS_MOST 1000000

/* Makes the points that the description of a base case asks for. It must outlive the design. The
 * points of a grid and of a list are in the order of the text's values, the last factor fastest; of
 * one at a time the base case comes first, then every value of each factor; of Morris's walks each
 * has n_factors + 1 in its order; of sensitivity each row has its two points A and B, then A with
 * one factor after the other from B (A. Saltelli et al., Computer Physics Communications 181
 * (2010), p. 259). More points, walks or rows keep the first ones, but in a Latin hypercube.
 * Returns 0 with *out to be ended by design_fini; PSN_EINPUT told; PSN_EMEMORY. */
int design_make(const struct description *d, struct design *out, psn_diagnostics *all);
void design_fini(struct design *d);

/* Which option of a factor a point has. */
size_t design_option(const struct design *d, size_t point, size_t factor);

#endif
