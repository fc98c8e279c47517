/* SPDX-License-Identifier: Apache-2.0
 * Compares a repeated run with the one that stands in a result file, figure by figure and bit by
 * bit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/figures.h"
#include "results/open.h"
#include "results/result.h"

struct comparison {
    hid_t file;
    const struct study *study;
    const struct outcome *outcome;
    hsize_t row;
    bool same;
    char *where;
    size_t size;
};

/* A row that is all missing, as the writer begins with. */
static void blank(enum table_type type, size_t n, void *row)
{
    for (size_t i = 0; i < n; i++) {
        if (type == TABLE_REAL)
            ((double *)row)[i] = NAN;
        else if (type == TABLE_INT64)
            ((int64_t *)row)[i] = TABLE_NO_INT64;
        else
            ((int32_t *)row)[i] = TABLE_NO_INT32;
    }
}

/* Names what differs: "services/response_p95 [2]". */
static void differs(struct comparison *c, const char *group, const char *variable, size_t item)
{
    c->same = false;
    snprintf(c->where, c->size, "%s/%s [%zu]", group, variable, item);
}

/* One column of a group: 0, PSN_EMEMORY or PSN_EIO. */
static int compare_column(struct comparison *c, hid_t group, const struct figure_group *g,
                          const struct figure_column *column)
{
    enum table_type type = column->variable.type;
    size_t n = figure_items(column, &c->study->shape), size = table_type_size(type);
    if (n == 0)
        return PSN_OK;
    char *here = calloc(n, size), *there = calloc(n, size);
    int error = here && there ? PSN_OK : PSN_EMEMORY;
    if (!error) {
        blank(type, n, here);
        figure_fill(column, c->study, c->outcome, here);
        if (!h5_read_row(group, column->variable.name, table_memory_type(type), c->row, n, there))
            error = PSN_EIO;
    }
    for (size_t i = 0; !error && c->same && i < n; i++)
        if (memcmp(here + i * size, there + i * size, size) != 0)
            differs(c, g->name, column->variable.name, i);
    free(here);
    free(there);
    return error;
}

static int compare_groups(struct comparison *c)
{
    for (size_t i = 0; i < FIGURE_GROUPS; i++) {
        const struct figure_group *g = figure_groups[i];
        if (figure_items(&g->column[0], &c->study->shape) == 0)
            continue;
        hid_t group = H5Gopen2(c->file, g->name, H5P_DEFAULT);
        if (group < 0)
            return PSN_EIO;
        int error = PSN_OK;
        for (size_t k = 0; k < g->n_columns && !error && c->same; k++)
            error = compare_column(c, group, g, &g->column[k]);
        H5Gclose(group);
        if (error)
            return error;
    }
    return PSN_OK;
}

/* The row of a run, by the coordinate `run`. *found is false where it is not in the file. */
static int find_row(hid_t group, size_t run, hsize_t *row, bool *found)
{
    size_t n;
    *found = false;
    if (!h5_items(group, "run", &n))
        return PSN_EIO;
    int64_t *number = calloc(n + 1, sizeof *number);
    if (!number)
        return PSN_EMEMORY;
    int error = h5_read(group, "run", H5T_NATIVE_INT64, n, number) ? PSN_OK : PSN_EIO;
    for (size_t i = 0; !error && !*found && i < n; i++)
        if (number[i] == (int64_t)run) {
            *found = true;
            *row = i;
        }
    free(number);
    return error;
}

/* Status, error and number of events. */
static int compare_run(struct comparison *c, hid_t group)
{
    int32_t status;
    int64_t events;
    if (!h5_read_row(group, "status", H5T_NATIVE_INT32, c->row, 1, &status) ||
        !h5_read_row(group, "events", H5T_NATIVE_INT64, c->row, 1, &events))
        return PSN_EIO;
    size_t n = 0;
    char **error = h5_read_texts(group, "error", &n);
    if (!error || c->row >= n) {
        h5_texts_free(error, n);
        return PSN_EIO;
    }
    const char *said = c->outcome->status ? c->outcome->error : "";
    if (status != c->outcome->status)
        differs(c, "runs", "status", c->row);
    else if (events != c->outcome->events)
        differs(c, "runs", "events", c->row);
    else if (strcmp(error[c->row], said) != 0)
        differs(c, "runs", "error", c->row);
    h5_texts_free(error, n);
    return PSN_OK;
}

static int compare_open(struct comparison *c, const char *path, size_t run, psn_diagnostics *all)
{
    psn_place place = {.file = path};
    char *hash = h5_get_text(c->file, "study_hash");
    bool ours = hash && strcmp(hash, c->study->hash) == 0;
    free(hash);
    if (!ours)
        return psn_mistake_add(
            all, PSN_EINPUT, place,
            "the result is of another study; one of the same texts, settings and "
            "version was expected");
    bool found = false;
    hid_t runs = H5Gopen2(c->file, "runs", H5P_DEFAULT);
    int error = runs < 0 ? PSN_EIO : find_row(runs, run, &c->row, &found);
    if (!error && !found)
        error = psn_mistake_add(all, PSN_EINPUT, place, "run %zu is not in the result", run);
    else if (!error)
        error = compare_run(c, runs);
    if (!error && c->same)
        error = compare_groups(c);
    if (error == PSN_EIO)
        psn_mistake_add(all, error, place, "the result is damaged");
    else if (error == PSN_EMEMORY)
        h5_memory(all, path);
    if (runs >= 0)
        H5Gclose(runs);
    return error;
}

int result_compare(const char *path, const struct study *s, size_t run, const struct outcome *o,
                   bool *same, char *where, size_t size, psn_diagnostics *all)
{
    *same = false;
    if (size > 0)
        where[0] = '\0';
    struct comparison c = {.study = s, .outcome = o, .same = true, .where = where, .size = size};
    int error = result_open(path, &c.file, all);
    if (error)
        return error;
    error = compare_open(&c, path, run, all);
    H5Fclose(c.file);
    *same = !error && c.same;
    return error;
}
