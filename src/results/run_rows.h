/* SPDX-License-Identifier: Apache-2.0
 * The groups of the result file that have a row for each run, /runs and those of figures: rows are
 * filled on any thread, and put in their order. Internal to the results room. */
#ifndef RESULTS_RUN_ROWS_H
#define RESULTS_RUN_ROWS_H

#include "results/figures.h"
#include "results/layout.h"

/* A column of any of these groups, and where it stands in a row of all of them. */
struct run_column {
    struct column column;
    const struct figure_column *figure; /* NULL: of /runs */
    size_t offset;
};

struct run_rows {
    const struct layout *l;
    struct table runs, figures[FIGURE_GROUPS];
    struct run_column status, events, figure[FIGURE_GROUPS][FIGURE_COLUMNS_MAX];
    size_t row_size; /* bytes of a row of all columns */
    char **error;    /* by row; NULL: none */
};

/* Opens the groups of a layout whose rows are listed; a failure is the sink's. To be ended by
 * run_rows_close, which compresses on so many threads, and always by run_rows_fini. */
void run_rows_open(struct run_rows *r, const struct layout *l);
void run_rows_close(struct run_rows *r, int threads);
void run_rows_fini(struct run_rows *r);

/* Fills a row of r->row_size bytes with what an outcome says. On any thread. */
void run_rows_fill(const struct run_rows *r, const struct outcome *o, void *row);

/* Puts the next row, number `number`, which was filled with `o`. */
void run_rows_put(struct run_rows *r, size_t number, const struct outcome *o, const void *row);

#endif
