/* SPDX-License-Identifier: Apache-2.0
 * Means over replications, cell by cell. */
#include "study/grid.h"

#include <math.h>
#include <stdlib.h>

#include "stats/interval.h"

bool grid_init(struct grid *g, size_t subjects, size_t each, bool pairs)
{
    size_t cells;
    if (__builtin_mul_overflow(subjects, each, &cells))
        return false;
    g->cells = cells;
    g->n = calloc(cells + 1, sizeof *g->n);
    g->mean = calloc(cells + 1, sizeof *g->mean);
    g->square = calloc(cells + 1, sizeof *g->square);
    g->half_width = calloc(cells + 1, sizeof *g->half_width);
    g->first = pairs ? calloc(cells + 1, sizeof *g->first) : NULL;
    for (size_t i = 0; g->mean && i < cells; i++)
        g->mean[i] = NAN;
    return g->n && g->mean && g->square && g->half_width && (g->first || !pairs);
}

void grid_fini(struct grid *g)
{
    free(g->n);
    free(g->mean);
    free(g->square);
    free(g->half_width);
    free(g->first);
    *g = (struct grid){0};
}

void grid_add(struct grid *g, size_t cell, double x, bool second)
{
    if (g->first && !second) {
        g->first[cell] = x;
        return;
    }
    if (g->first)
        x = (g->first[cell] + x) / 2;
    if (isnan(x))
        return;
    if (g->n[cell]++ == 0) {
        g->mean[cell] = x;
        return;
    }
    double delta = x - g->mean[cell];
    g->mean[cell] += delta / g->n[cell];
    g->square[cell] += delta * (x - g->mean[cell]);
}

void grid_skip(struct grid *g)
{
    for (size_t i = 0; g->first && i < g->cells; i++)
        g->first[i] = NAN;
}

void grid_estimates(struct grid *g, double level, const double **mean, const double **half_width)
{
    uint32_t last = 0;
    double t = NAN; /* of `last` observations: nearly always the same number */
    for (size_t i = 0; i < g->cells; i++) {
        uint32_t n = g->n[i];
        if (n >= 2 && n != last) {
            t = interval_t((1 + level) / 2, n - 1);
            last = n;
        }
        g->half_width[i] = n < 2 ? NAN : t * sqrt(g->square[i] / (n - 1) / n);
    }
    *mean = g->mean;
    *half_width = g->half_width;
}
