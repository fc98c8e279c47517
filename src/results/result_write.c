/* SPDX-License-Identifier: Apache-2.0
 * Writes the result file: all runs of the journals in their order, and the summary of each point.
 * One pass, one point in memory at a time. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/ends.h"
#include "results/estimates.h"
#include "results/factors.h"
#include "results/figures.h"
#include "results/layout.h"
#include "results/result.h"
#include "results/sensitivity.h"
#include "results/series.h"

struct writer {
    struct layout l;
    struct journals *journals;
    psn_diagnostics *all;
    struct sink sink;
    struct table runs, figures[FIGURE_GROUPS], series, summary;
    struct column status, events;
    char **error; /* by row; NULL: none */
    struct column figure[FIGURE_GROUPS][FIGURE_COLUMNS_MAX];
    struct series_tables by_interval;
    struct link_tables links;
    struct estimates estimates;
    struct summary_value *estimate;        /* of one point */
    struct sensitivity_input *sensitivity; /* NULL where the design tells none */
};

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

/* The run in the journals that row r of a point is from: one long run has a row for each batch. */
static size_t kept_run(const struct study *s, size_t point, size_t r)
{
    return s->shape.batches > 0 ? point : point * s->n_replications + r;
}

/* Lists rows, streams and measures. */
static int prepare(struct writer *w, const struct study *s, struct journals *j, const char *path)
{
    struct layout *l = &w->l;
    size_t streams = s->shape.services * s->shape.partners, n = w->l.n_rows;
    l->study = s;
    l->sink = &w->sink;
    l->n_rows = 0;
    l->run = calloc(n + 1, sizeof *l->run);
    l->point = calloc(n + 1, sizeof *l->point);
    l->stream = calloc(streams + 1, sizeof *l->stream);
    w->error = calloc(n + 1, sizeof *w->error);
    l->measure = measures_new(s, &l->n_measures);
    w->estimate = calloc(l->n_measures + 1, sizeof *w->estimate);
    bool ok = l->run && l->point && l->stream && w->error && l->measure && w->estimate;
    if (!ok)
        return h5_memory(w->all, path);
    if (sensitivity_has(s)) {
        w->sensitivity = sensitivity_begin(s, l->n_measures);
        if (!w->sensitivity)
            return h5_memory(w->all, path);
    }
    for (size_t p = 0; p < s->n_points; p++)
        for (size_t r = 0; r < layout_replications(l, p); r++)
            if (journals_has(j, kept_run(s, p, r))) {
                l->run[l->n_rows] = p * study_rows(s) + r;
                l->point[l->n_rows++] = p;
            }
    for (size_t i = 0; i < streams; i++)
        if (s->stream[i] & STREAM_USED)
            l->stream[l->n_streams++] = i;
    return PSN_OK;
}

static void release(struct writer *w)
{
    for (size_t i = 0; w->error && i < w->l.n_rows; i++)
        free(w->error[i]);
    measures_free(w->l.measure, w->l.n_measures);
    free(w->error);
    free(w->l.run);
    free(w->l.point);
    free(w->l.stream);
    free(w->estimate);
    sensitivity_end(w->sensitivity);
}

/* Has the study figures of this group at all? */
static bool has_group(const struct writer *w, size_t g)
{
    return figure_items(&figure_groups[g]->column[0], &w->l.study->shape) > 0;
}

static void open_tables(struct writer *w)
{
    layout_root(&w->l);
    ends_root(&w->l);
    layout_scenario(&w->l);
    struct table design;
    factors_design(&w->sink, w->l.study, &design);
    ends_design(&w->l, &design);
    table_close(&design);
    layout_runs(&w->l, &w->runs);
    column_open(&w->runs, &status_variable, &w->status);
    column_open(&w->runs, &events_variable, &w->events);
    for (size_t g = 0; g < FIGURE_GROUPS; g++) {
        const struct figure_group *group = figure_groups[g];
        if (!has_group(w, g))
            continue;
        layout_figures(&w->l, group->name, group->title, &w->figures[g]);
        for (size_t c = 0; c < group->n_columns; c++)
            if (figure_items(&group->column[c], &w->l.study->shape) > 0)
                column_open(&w->figures[g], &group->column[c].variable, &w->figure[g][c]);
    }
    layout_series(&w->l, &w->series);
    series_open(&w->l, &w->series, &w->by_interval);
    links_open(&w->l, &w->links);
    if (w->l.n_measures == 0)
        return;
    layout_summary(&w->l, &w->summary);
    estimates_open(w->l.study, &w->summary, &w->estimates);
}

/* Closes everything that was opened; what was not stays as it is. */
static void close_tables(struct writer *w)
{
    column_close(&w->status);
    column_close(&w->events);
    for (size_t i = 0; i < w->l.n_rows; i++)
        if (!w->error[i] && !(w->error[i] = strdup("")))
            sink_out_of_memory(&w->sink);
    table_write(&w->runs, &error_variable, w->error);
    table_close(&w->runs);
    for (size_t g = 0; g < FIGURE_GROUPS; g++) {
        for (size_t c = 0; c < FIGURE_COLUMNS_MAX; c++)
            if (w->figure[g][c].sink)
                column_close(&w->figure[g][c]);
        if (w->figures[g].sink)
            table_close(&w->figures[g]);
    }
    series_close(&w->by_interval);
    links_close(&w->links);
    table_close(&w->series);
    if (!w->summary.sink)
        return;
    estimates_close(&w->estimates);
    table_close(&w->summary);
}

/* One run's row in every group. */
static void write_run(struct writer *w, size_t row, const struct outcome *o)
{
    int32_t *status = column_row(&w->status);
    int64_t *events = column_row(&w->events);
    if (status)
        *status = o->status;
    if (events)
        *events = o->events;
    if (o->status != 0 && !(w->error[row] = strdup(o->error)))
        sink_out_of_memory(&w->sink);
    for (size_t g = 0; g < FIGURE_GROUPS; g++)
        for (size_t c = 0; c < figure_groups[g]->n_columns; c++) {
            if (!w->figure[g][c].sink)
                continue;
            void *figures = column_row(&w->figure[g][c]);
            if (figures)
                figure_fill(&figure_groups[g]->column[c], w->l.study, o, figures);
            column_filled(&w->figure[g][c]);
        }
}

/* The summary of a point into /summary, /series and /link_summary. */
static int write_summary(struct writer *w, struct summary *m, size_t point, const char *path)
{
    if (summary_values(m, w->estimate) != PSN_OK)
        return h5_memory(w->all, path);
    if (w->sensitivity)
        sensitivity_add(w->sensitivity, point, w->estimate);
    if (w->summary.sink)
        estimates_write(&w->estimates, w->estimate, w->l.n_measures);
    series_write(&w->l, m, &w->by_interval);
    links_write(summary_links(m), &w->links);
    return PSN_OK;
}

/* What the replications before this row lack: each is passed over. 0 or PSN_EMEMORY. */
static int skip_missing(const struct writer *w, struct summary *m, size_t row)
{
    size_t rows = study_rows(w->l.study), replication = w->l.run[row] % rows;
    bool first = row == 0 || w->l.point[row - 1] != w->l.point[row];
    size_t before = first ? 0 : w->l.run[row - 1] % rows + 1;
    int code = PSN_OK;
    for (; before < replication && !code; before++)
        code = summary_skip(m);
    return code;
}

/* The long run of a point, a row for each batch. */
static int write_batches(struct writer *w, struct summary *m, size_t *row, const char *path)
{
    struct outcome *o = NULL;
    int error = journals_read(w->journals, w->l.point[*row], &o, w->all);
    if (error)
        return error;
    for (size_t k = 0; k < w->l.study->shape.batches && !w->sink.failed; k++)
        write_run(w, (*row)++, o->status != 0 ? o : o->batch[k]);
    if (summary_add(m, o) != PSN_OK)
        error = h5_memory(w->all, path);
    outcome_free(o);
    return error;
}

/* All runs of a point; *row is the next row of the groups of runs. */
static int write_point(struct writer *w, size_t point, size_t *row, const char *path)
{
    struct summary *m = summary_new(w->l.study);
    if (!m)
        return h5_memory(w->all, path);
    int error = PSN_OK;
    while (!error && !w->sink.failed && *row < w->l.n_rows && w->l.point[*row] == point) {
        if (w->l.study->shape.batches > 0) {
            error = write_batches(w, m, row, path);
            continue;
        }
        struct outcome *o = NULL;
        error = journals_read(w->journals, w->l.run[*row], &o, w->all);
        if (error)
            break;
        write_run(w, *row, o);
        if (skip_missing(w, m, *row) != PSN_OK || summary_add(m, o) != PSN_OK)
            error = h5_memory(w->all, path);
        outcome_free(o);
        ++*row;
    }
    if (!error && !w->sink.failed)
        error = write_summary(w, m, point, path);
    summary_free(m);
    return error;
}

/* What the points say of the factors, after the last of them. */
static int write_sensitivity(struct writer *w, const char *path)
{
    struct sensitivity *s;
    if (!w->sensitivity || w->l.n_measures == 0)
        return PSN_OK;
    if (sensitivity_make(w->sensitivity, &s) != PSN_OK)
        return h5_memory(w->all, path);
    sensitivity_write(&w->l, s);
    sensitivity_free(s);
    return PSN_OK;
}

/* Can the file be made, and hold a little? Told in the system's words; and HDF5 leaks where its
 * first block fails. 0 or the system's error. */
static int try_file(const char *part)
{
    static const char block[1 << 16];
    int file = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0)
        return errno;
    size_t size = 0;
    int error = 0;
    while (!error && size < sizeof block) {
        ssize_t n = write(file, block + size, sizeof block - size);
        if (n > 0)
            size += (size_t)n;
        else if (n == 0 || errno != EINTR)
            error = n == 0 ? ENOSPC : errno;
    }
    if (close(file) != 0 && !error)
        error = errno;
    return error;
}

/* The whole file at `part`. */
static int write_file(struct writer *w, const char *part)
{
    int tried = try_file(part);
    if (tried)
        return psn_mistake_errno(w->all, (psn_place){.file = part}, "the result cannot be written",
                                 tried);
    sink_open(&w->sink, part);
    int error = PSN_OK;
    if (!w->sink.failed) {
        open_tables(w);
        size_t row = 0;
        for (size_t p = 0; p < w->l.study->n_points && !error && !w->sink.failed; p++)
            error = write_point(w, p, &row, part);
        close_tables(w);
        if (!error && !w->sink.failed)
            error = write_sensitivity(w, part);
    }
    if (!sink_close(&w->sink) && !error)
        error = psn_mistake_add(w->all, PSN_EIO, (psn_place){.file = part},
                                "the result cannot be written: %s", w->sink.why);
    return error;
}

/* fsync of a file or folder by name; 0 or the system's error. */
static int sync_path(const char *path, int flags)
{
    int file = open(path, flags | O_CLOEXEC);
    if (file < 0)
        return errno;
    int error = fsync(file) != 0 ? errno : 0;
    close(file);
    return error;
}

/* Syncs the part, renames it to `path`, and syncs the folder so that the new name lasts. */
static int put_in_place(const char *part, const char *path, psn_diagnostics *all)
{
    int error = sync_path(part, O_RDWR);
    if (!error && rename(part, path) != 0)
        error = errno;
    if (error)
        return psn_mistake_errno(all, (psn_place){.file = path}, "the result cannot be written",
                                 error);
    const char *slash = strrchr(path, '/');
    char *folder = slash == path ? strdup("/")
                   : slash       ? strndup(path, (size_t)(slash - path))
                                 : strdup(".");
    if (!folder)
        return h5_memory(all, path);
    error = sync_path(folder, O_RDONLY | O_DIRECTORY);
    free(folder);
    /* EINVAL: a file system whose folders cannot be synced; the rename stands all the same. */
    if (error && error != EINVAL)
        return psn_mistake_errno(all, (psn_place){.file = path},
                                 "the result's folder cannot be synced", error);
    return PSN_OK;
}

/* Removes a part that failed; first emptied, as HDF5 may hold it open until the program ends. */
static void discard(const char *part)
{
    if (truncate(part, 0) == 0 || errno != ENOENT)
        unlink(part);
}

/* How many runs the result shall have, and how many of them there are. */
static void count_rows(struct layout *l, const struct study *s, const struct journals *j)
{
    for (size_t p = 0; p < s->n_points; p++) {
        size_t n = layout_replications(l, p);
        l->n_expected += n;
        for (size_t r = 0; r < n; r++)
            l->n_rows += journals_has(j, kept_run(s, p, r));
    }
}

int result_write(const struct study *s, const struct ending *ending, struct journals *j,
                 const char *path, bool partial, psn_diagnostics *all)
{
    h5_silence();
    struct layout l = {.study = s, .ending = ending};
    count_rows(&l, s, j);
    if (l.n_rows == 0 || (l.n_rows < l.n_expected && !partial))
        return psn_mistake_add(all, PSN_EINPUT, (psn_place){.file = path},
                               "%zu of %zu runs are done; all were expected", l.n_rows,
                               l.n_expected);
    char *part;
    if (asprintf(&part, "%s.part", path) < 0)
        return h5_memory(all, path);
    struct writer *w = calloc(1, sizeof *w);
    if (!w) {
        free(part);
        return h5_memory(all, path);
    }
    w->l = l;
    w->journals = j;
    w->all = all;
    int error = prepare(w, s, j, path);
    if (!error)
        error = write_file(w, part);
    if (!error)
        error = put_in_place(part, path, all);
    if (error)
        discard(part);
    release(w);
    free(w);
    free(part);
    return error;
}
