/* SPDX-License-Identifier: Apache-2.0
 * Rows of runs: status, events, error, and every figure. */
#include "results/run_rows.h"

#include <stdlib.h>
#include <string.h>

static const struct variable status_variable = {.name = "status",
                                                .type = TABLE_INT32,
                                                .dimensions = "run",
                                                .unit = "1",
                                                .meaning = "how the run ended",
                                                .flags = "done failed"};
static const struct variable events_variable = {.name = "events",
                                                .type = TABLE_INT64,
                                                .dimensions = "run",
                                                .unit = "1",
                                                .meaning = "events simulated"};
static const struct variable error_variable = {.name = "error",
                                               .type = TABLE_TEXT,
                                               .dimensions = "run",
                                               .meaning =
                                                   "why the run failed; empty where it is done"};

static void open_column(struct run_rows *r, struct table *t, const struct variable *v,
                        const struct figure_column *figure, struct run_column *c)
{
    column_open(t, v, &c->column);
    c->figure = figure;
    c->offset = r->row_size;
    /* Every column's part of a row begins on a whole word. */
    r->row_size +=
        (column_row_size(&c->column) + sizeof(int64_t) - 1) / sizeof(int64_t) * sizeof(int64_t);
}

void run_rows_open(struct run_rows *r, const struct layout *l)
{
    const struct outcome_shape *shape = &l->study->shape;
    *r = (struct run_rows){.l = l, .error = calloc(l->n_rows + 1, sizeof *r->error)};
    if (!r->error)
        sink_out_of_memory(l->sink);
    layout_runs(l, &r->runs);
    open_column(r, &r->runs, &status_variable, NULL, &r->status);
    open_column(r, &r->runs, &events_variable, NULL, &r->events);
    for (size_t g = 0; g < FIGURE_GROUPS; g++) {
        const struct figure_group *group = figure_groups[g];
        if (figure_items(&group->column[0], shape) == 0)
            continue; /* the study has no figures of this group */
        layout_figures(l, group->name, group->title, &r->figures[g]);
        for (size_t c = 0; c < group->n_columns; c++)
            if (figure_items(&group->column[c], shape) > 0)
                open_column(r, &r->figures[g], &group->column[c].variable, &group->column[c],
                            &r->figure[g][c]);
    }
}

/* Compresses what the columns hold: all of a study of not too many runs. */
static void pack_columns(struct run_rows *r, int threads)
{
    size_t n = (size_t)FIGURE_GROUPS * FIGURE_COLUMNS_MAX;
    struct run_column *column = &r->figure[0][0];
    bool alone = threads <= 1 || r->l->sink->failed;
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (!alone) default(none)          \
    shared(n, column)
    for (size_t i = 0; i < n; i++)
        if (column[i].figure)
            column_pack(&column[i].column);
}

void run_rows_close(struct run_rows *r, int threads)
{
    struct sink *sink = r->l->sink;
    pack_columns(r, threads);
    column_close(&r->status.column);
    column_close(&r->events.column);
    for (size_t i = 0; r->error && i < r->l->n_rows; i++)
        if (!r->error[i] && !(r->error[i] = strdup("")))
            sink_out_of_memory(sink);
    table_write(&r->runs, &error_variable, r->error);
    table_close(&r->runs);
    for (size_t g = 0; g < FIGURE_GROUPS; g++) {
        for (size_t c = 0; c < FIGURE_COLUMNS_MAX; c++)
            if (r->figure[g][c].figure)
                column_close(&r->figure[g][c].column);
        if (r->figures[g].sink)
            table_close(&r->figures[g]);
    }
}

void run_rows_fini(struct run_rows *r)
{
    for (size_t i = 0; r->error && i < r->l->n_rows; i++)
        free(r->error[i]);
    free(r->error);
    r->error = NULL;
}

void run_rows_fill(const struct run_rows *r, const struct outcome *o, void *row)
{
    char *bytes = row;
    *(int32_t *)(void *)(bytes + r->status.offset) = o->status;
    *(int64_t *)(void *)(bytes + r->events.offset) = o->events;
    for (size_t g = 0; g < FIGURE_GROUPS; g++)
        for (size_t k = 0; k < figure_groups[g]->n_columns; k++) {
            const struct run_column *c = &r->figure[g][k];
            if (!c->figure)
                continue;
            column_blank(&c->column, bytes + c->offset);
            figure_fill(c->figure, r->l->study, o, bytes + c->offset);
        }
}

void run_rows_put(struct run_rows *r, size_t number, const struct outcome *o, const void *row)
{
    const char *bytes = row;
    column_put(&r->status.column, bytes + r->status.offset);
    column_put(&r->events.column, bytes + r->events.offset);
    if (o->status != 0 && !(r->error[number] = strdup(o->error)))
        sink_out_of_memory(r->l->sink);
    for (size_t g = 0; g < FIGURE_GROUPS; g++)
        for (size_t k = 0; k < figure_groups[g]->n_columns; k++)
            if (r->figure[g][k].figure)
                column_put(&r->figure[g][k].column, bytes + r->figure[g][k].offset);
}
