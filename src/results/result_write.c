/* SPDX-License-Identifier: Apache-2.0
 * Writes the result file: all runs of the journals in their order, and the summary of each point.
 * One pass, one point in memory at a time; runs are read, and their figures worked out, on several
 * threads. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/ends.h"
#include "results/estimates.h"
#include "results/factors.h"
#include "results/in_order.h"
#include "results/layout.h"
#include "results/result.h"
#include "results/run_rows.h"
#include "results/sensitivity.h"
#include "results/series.h"

/* A run read back, until it is in the file. */
struct ready {
    struct outcome *outcome; /* NULL: there is none (any more) */
    int error;               /* in place of the outcome; why is in `all` */
    psn_diagnostics all;
    char *row; /* one, or one for each batch */
    struct summary_reading reading;
};

/* How many runs are read at a time for a slot, and how much memory all slots may take. */
#define EACH_MOST  16
#define READY_MOST ((size_t)64 << 20)

struct writer {
    struct layout l;
    struct journals *journals;
    psn_diagnostics *all;
    const char *path;
    struct sink sink;
    struct table series, summary;
    struct run_rows rows;
    struct series_tables by_interval;
    struct link_tables links;
    struct estimates estimates;
    struct summary_value *estimate;        /* of one point */
    struct sensitivity_input *sensitivity; /* NULL where the design tells none */
    /* The runs: [slot x each + k] of them are read at a time. */
    struct ready *ready;
    size_t slots, each;
    size_t n_runs, rows_each; /* a run has one row, or one for each batch */
    struct summary *reader;   /* by which outcomes are read */
    struct summary *current;  /* of `point`; NULL before its first run */
    size_t point;
};

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
    l->measure = measures_new(s, &l->n_measures);
    w->estimate = calloc(l->n_measures + 1, sizeof *w->estimate);
    w->reader = summary_new(s);
    bool ok = l->run && l->point && l->stream && l->measure && w->estimate && w->reader;
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
    w->rows_each = s->shape.batches > 0 ? s->shape.batches : 1;
    w->n_runs = l->n_rows / w->rows_each;
    return PSN_OK;
}

static void release(struct writer *w)
{
    for (size_t i = 0; w->ready && i < w->slots * w->each; i++) {
        outcome_free(w->ready[i].outcome);
        psn_diagnostics_fini(&w->ready[i].all);
        free(w->ready[i].row);
        free(w->ready[i].reading.value);
        free(w->ready[i].reading.flags);
    }
    free(w->ready);
    summary_free(w->reader);
    summary_free(w->current);
    run_rows_fini(&w->rows);
    measures_free(w->l.measure, w->l.n_measures);
    free(w->l.run);
    free(w->l.point);
    free(w->l.stream);
    free(w->estimate);
    sensitivity_end(w->sensitivity);
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
    run_rows_open(&w->rows, &w->l);
    layout_series(&w->l, &w->series);
    series_open(&w->l, &w->series, &w->by_interval);
    links_open(&w->l, &w->links);
    if (w->l.n_measures == 0)
        return;
    layout_summary(&w->l, &w->summary);
    estimates_open(w->l.study, &w->summary, &w->estimates);
}

/* Closes everything that was opened; what was not stays as it is. */
static void close_tables(struct writer *w, int threads)
{
    run_rows_close(&w->rows, threads);
    series_close(&w->by_interval);
    links_close(&w->links);
    table_close(&w->series);
    if (!w->summary.sink)
        return;
    estimates_close(&w->estimates);
    table_close(&w->summary);
}

/* The summary of a point into /summary, /series and /link_summary. */
static int write_summary(struct writer *w, struct summary *m, size_t point)
{
    if (summary_values(m, w->estimate) != PSN_OK)
        return h5_memory(w->all, w->path);
    if (w->sensitivity)
        sensitivity_add(w->sensitivity, point, w->estimate);
    if (w->summary.sink)
        estimates_write(&w->estimates, w->estimate, w->l.n_measures);
    series_write(&w->l, m, &w->by_interval);
    links_write(summary_links(m), &w->links);
    return PSN_OK;
}

/* Ends the points before `point` and begins that. */
static int go_to_point(struct writer *w, size_t point)
{
    int error = PSN_OK;
    while (!error && w->point < point && !w->sink.failed) {
        if (!w->current && !(w->current = summary_new(w->l.study)))
            return h5_memory(w->all, w->path);
        error = write_summary(w, w->current, w->point++);
        summary_free(w->current);
        w->current = NULL;
    }
    if (!error && !w->current && point < w->l.study->n_points)
        w->current = summary_new(w->l.study);
    return error || w->current || point == w->l.study->n_points ? error
                                                                : h5_memory(w->all, w->path);
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

/* Reads the run of a row, and fills in what it says. On any thread. */
static void read_run(struct writer *w, size_t row, struct ready *r)
{
    size_t rows = study_rows(w->l.study), run = w->l.run[row];
    r->error = journals_read(w->journals, kept_run(w->l.study, run / rows, run % rows), &r->outcome,
                             &r->all);
    if (r->error)
        return;
    const struct outcome *o = r->outcome;
    for (size_t k = 0; k < w->rows_each; k++)
        run_rows_fill(&w->rows, o->batch && o->status == 0 ? o->batch[k] : o,
                      r->row + k * w->rows.row_size);
    if (!o->batch && o->status == 0)
        summary_read(w->reader, o, &r->reading);
}

/* Writes what was read of the run whose rows begin at `row`. */
static int write_run(struct writer *w, size_t row, struct ready *r)
{
    const struct outcome *o = r->outcome;
    int error = r->error;
    for (size_t i = 0; error && i < r->all.count; i++)
        psn_mistake_add(w->all, r->all.items[i].code, r->all.items[i].place, "%s",
                        r->all.items[i].text);
    if (!error)
        error = go_to_point(w, w->l.point[row]);
    if (error)
        return error;
    for (size_t k = 0; k < w->rows_each && !w->sink.failed; k++)
        run_rows_put(&w->rows, row + k, o->batch && o->status == 0 ? o->batch[k] : o,
                     r->row + k * w->rows.row_size);
    if (!o->batch && skip_missing(w, w->current, row) != PSN_OK)
        error = PSN_EMEMORY;
    if (!error && summary_add_read(w->current, o, o->batch ? NULL : &r->reading) != PSN_OK)
        error = PSN_EMEMORY;
    outcome_free(r->outcome);
    r->outcome = NULL;
    return error ? h5_memory(w->all, w->path) : PSN_OK;
}

/* The part of the runs that item i of the order stands for. */
static size_t last_of(const struct writer *w, size_t i)
{
    size_t end = (i + 1) * w->each;
    return end < w->n_runs ? end : w->n_runs;
}

static void prepare_item(void *context, size_t i, size_t slot)
{
    struct writer *w = context;
    for (size_t run = i * w->each; run < last_of(w, i); run++) {
        struct ready *r = &w->ready[slot * w->each + run % w->each];
        read_run(w, run * w->rows_each, r);
        if (r->error)
            break;
    }
}

static int take_item(void *context, size_t i, size_t slot)
{
    struct writer *w = context;
    int error = PSN_OK;
    for (size_t run = i * w->each; run < last_of(w, i) && !error; run++)
        error = write_run(w, run * w->rows_each, &w->ready[slot * w->each + run % w->each]);
    /* Why a sink failed is told when it is closed. */
    return !error && w->sink.failed ? PSN_EIO : error;
}

/* What a run takes while it is read, roughly. 0 where memory ends. */
static size_t bytes_of_run(const struct writer *w)
{
    const struct outcome_shape *s = &w->l.study->shape;
    struct outcome *o = outcome_new(s);
    if (!o)
        return 0;
    size_t bytes = o->memory.total + w->rows_each * w->rows.row_size;
    for (size_t k = 0; k < s->batches; k++)
        bytes += o->batch[k]->memory.total;
    size_t histograms = s->services * s->partners + s->targets + s->classes;
    outcome_free(o);
    return bytes + histograms * (s->batches + 1) * (4u << 10);
}

/* Makes slots for the runs that so many threads read: as many as keep them busy and are not too
 * large together. */
static int make_slots(struct writer *w, int threads)
{
    size_t bytes = bytes_of_run(w), fit = bytes ? READY_MOST / bytes : 0;
    size_t wanted = threads > 1 ? 2 * (size_t)threads : 1;
    w->each = fit / wanted < EACH_MOST ? fit / wanted : EACH_MOST;
    if (threads <= 1 || w->each == 0)
        w->each = 1;
    w->slots = fit / w->each < wanted ? fit / w->each : wanted;
    if (w->slots == 0)
        w->slots = 1;
    size_t n = w->slots * w->each;
    w->ready = calloc(n, sizeof *w->ready);
    for (size_t i = 0; w->ready && i < n; i++) {
        struct ready *r = &w->ready[i];
        r->row = calloc(w->rows_each, w->rows.row_size);
        r->reading.value = calloc(w->l.n_measures + 1, sizeof *r->reading.value);
        r->reading.flags = calloc(w->l.n_measures + 1, sizeof *r->reading.flags);
        if (!r->row || !r->reading.value || !r->reading.flags)
            return h5_memory(w->all, w->path);
    }
    return w->ready ? PSN_OK : h5_memory(w->all, w->path);
}

/* All runs, and the summary of each point. */
static int write_runs(struct writer *w, int threads)
{
    int error = make_slots(w, threads);
    if (error)
        return error;
    struct in_order order = {.n = (w->n_runs + w->each - 1) / w->each,
                             .slots = w->slots,
                             .threads = threads,
                             .context = w,
                             .prepare = prepare_item,
                             .take = take_item};
    error = in_order_run(&order);
    if (w->sink.failed)
        return PSN_OK; /* told when it is closed */
    return error ? error : go_to_point(w, w->l.study->n_points);
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

/* The whole file at `part`, whose runs so many threads read. */
static int write_file(struct writer *w, const char *part, int threads)
{
    int tried = try_file(part);
    if (tried)
        return psn_mistake_errno(w->all, (psn_place){.file = part}, "the result cannot be written",
                                 tried);
    sink_open(&w->sink, part);
    int error = PSN_OK;
    if (!w->sink.failed) {
        w->path = part;
        open_tables(w);
        if (!w->sink.failed)
            error = write_runs(w, threads);
        close_tables(w, threads);
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
                 const char *path, bool partial, int threads, psn_diagnostics *all)
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
        error = write_file(w, part, threads);
    if (!error)
        error = put_in_place(part, path, all);
    if (error)
        discard(part);
    release(w);
    free(w);
    free(part);
    return error;
}
