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
    g->first = pairs ? calloc(cells + 1, sizeof *g->first) : NULL;
    return g->n && g->mean && g->square && (g->first || !pairs);
}

void grid_fini(struct grid *g)
{
    free(g->n);
    free(g->mean);
    free(g->square);
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
    uint32_t before = g->n[cell]++;
    double delta = x - g->mean[cell];
    if (delta == 0)
        return; /* and nothing is written: see the type */
    if (before == 0) {
        g->mean[cell] = x;
        return;
    }
    g->mean[cell] += delta / g->n[cell];
    g->square[cell] += delta * (x - g->mean[cell]);
}

void grid_skip(struct grid *g)
{
    for (size_t i = 0; g->first && i < g->cells; i++)
        g->first[i] = NAN;
}

double grid_mean(const struct grid *g, size_t cell)
{
    return g->n[cell] > 0 ? g->mean[cell] : NAN;
}

double grid_half_width(const struct grid *g, size_t cell, struct grid_level *level)
{
    uint32_t n = g->n[cell];
    if (n < 2)
        return NAN;
    if (n != level->n) {
        level->t = interval_t((1 + level->level) / 2, n - 1);
        level->n = n;
    }
    return level->t * sqrt(g->square[cell] / (n - 1) / n);
}
