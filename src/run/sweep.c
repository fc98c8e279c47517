/* SPDX-License-Identifier: Apache-2.0
 * A sweep from its folders to its result: what is there already, what is missing, the loop that
 * carries it out (loop.c), and the finished file. */
#include "run/sweep.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/folder.h"
#include "run/loop.h"
#include "run/pilots.h"

/* One sweep under way. */
struct sweep {
    struct study *study;
    const struct sweep_options *options;
    struct sweep_report *report;
    char *journals_dir, *log_path;
    int lock;
    size_t *missing, n_missing;
};

static int no_memory(psn_diagnostics *all)
{
    return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
}

static char *with_ending(const char *path, const char *ending)
{
    char *text = NULL;
    return asprintf(&text, "%s%s", path, ending) < 0 ? NULL : text;
}

/* Counts the failed runs of the finished result; tells each distinct error once. PSN_ERUN where
 * there are any. */
static int tell_failures(struct sweep *w, psn_diagnostics *all)
{
    struct result *r = NULL;
    int code = result_read(w->options->result, &r, all);
    if (code)
        return code;
    size_t failed = 0;
    for (size_t i = 0; i < r->n_runs; i++) {
        if (!r->run_status[i])
            continue;
        failed++;
        size_t same = 0, earlier = 0;
        for (size_t k = 0; k < r->n_runs; k++) {
            if (r->run_status[k] && !strcmp(r->run_error[k], r->run_error[i])) {
                same++;
                earlier += k < i;
            }
        }
        if (!earlier)
            psn_mistake_add(all, PSN_ERUN, (psn_place){0},
                            "%zu of %zu runs failed: %s (the first: point %lld, replication %lld)",
                            same, r->n_runs, r->run_error[i], (long long)r->run_point[i],
                            (long long)r->run_replication[i]);
        if (all->count >= PSN_DIAGNOSTICS_KEPT)
            break;
    }
    result_free(r);
    w->report->failed = failed;
    return failed ? PSN_ERUN : 0;
}

/* Are there journals of this very study? Mistakes are of no interest: they are told when it
 * matters. */
static bool has_journals(const struct sweep *w)
{
    psn_diagnostics none = {0};
    struct journals *j = NULL;
    bool some = !journals_open(w->study, w->journals_dir, &j, &none) && journals_count(j) > 0;
    journals_close(j);
    psn_diagnostics_fini(&none);
    return some;
}

/* The result is finished: journals of the same study that a kill left behind say nothing new. */
static void tidy(struct sweep *w)
{
    psn_diagnostics none = {0};
    struct stat s;
    if (!stat(w->journals_dir, &s) && has_journals(w) &&
        !folder_lock(w->journals_dir, &w->lock, &none)) {
        journals_remove(w->journals_dir, &none);
        folder_unlock(&w->lock);
    }
    psn_diagnostics_fini(&none);
}

/* Looks at what stands at the result's path. Sets was_complete where nothing is left to do. */
static int look_at_result(struct sweep *w, psn_diagnostics *all)
{
    const char *path = w->options->result;
    struct stat s;
    if (stat(path, &s))
        return 0;
    if (S_ISDIR(s.st_mode))
        return psn_mistake_add(all, PSN_EINPUT, (psn_place){0},
                               "%s is a folder; a result is a file: name one with -o", path);
    char hash[65] = "";
    psn_diagnostics why = {0};
    int code = result_hash(path, hash, &why);
    psn_diagnostics_fini(&why);
    if (code)
        return psn_mistake_add(
            all, PSN_EINPUT, (psn_place){0},
            "%s stands there and is no result of psnsim; remove it, or name another with -o", path);
    if (w->options->restart)
        return 0;
    if (!strcmp(hash, w->study->hash)) {
        struct result *r = NULL;
        code = result_read(path, &r, all);
        w->report->was_complete = !code && r->complete;
        result_free(r);
        return code;
    }
    /* A --restart over another study's result that was interrupted goes on without being asked. */
    if (has_journals(w))
        return 0;
    return psn_mistake_add(
        all, PSN_EINPUT, (psn_place){0},
        "%s is the result of another study (another text, setting or version); name "
        "another with -o, or replace it with --restart",
        path);
}

/* Lists the runs that no journal holds. */
static int list_missing(struct sweep *w, psn_diagnostics *all)
{
    struct journals *j = NULL;
    int code = journals_open(w->study, w->journals_dir, &j, all);
    if (code == PSN_EINPUT)
        psn_mistake_add(
            all, code, (psn_place){0},
            "%s keeps the runs of another study; name another result with -o, or remove "
            "them with --restart",
            w->journals_dir);
    if (code)
        return code;
    w->missing = calloc(w->study->n_runs + 1, sizeof *w->missing);
    if (!w->missing) {
        journals_close(j);
        return no_memory(all);
    }
    for (size_t run = 0; run < w->study->n_runs; run++)
        if (!journals_has(j, run))
            w->missing[w->n_missing++] = run;
    journals_close(j);
    w->report->done_before = w->study->n_runs - w->n_missing;
    return 0;
}

/* Locks the journals' folder; empties it first for --restart. */
static int take_folder(struct sweep *w, psn_diagnostics *all)
{
    int code = folder_prepare(w->options->result, all);
    if (!code)
        code = folder_lock(w->journals_dir, &w->lock, all);
    if (code || !w->options->restart)
        return code;
    code = journals_remove(w->journals_dir, all);
    folder_unlock(&w->lock);
    return code ? code : folder_lock(w->journals_dir, &w->lock, all);
}

static int threads_of(const struct sweep *w)
{
    return w->options->threads > 0 ? w->options->threads : omp_get_max_threads();
}

/* Finds the warm-up where it is automatic. Where that fails, the folder is left as it was found. */
static int find_warmup(struct sweep *w, psn_diagnostics *all)
{
    const struct sweep_options *o = w->options;
    int code = pilots_run(w->study, threads_of(w), &o->schedule, o->quiet, all);
    if (code == PSN_EINTERRUPTED)
        list_missing(w, all); /* what is kept from before is told */
    if (code)
        rmdir(w->journals_dir); /* does nothing where it holds anything */
    return code;
}

static int carry_out(struct sweep *w, psn_diagnostics *all)
{
    int threads = threads_of(w);
    if ((size_t)threads > w->n_missing)
        threads = (int)w->n_missing;
    struct loop_task task = {.study = w->study,
                             .journals_dir = w->journals_dir,
                             .log_path = w->log_path,
                             .command = w->options->command,
                             .missing = w->missing,
                             .n_missing = w->n_missing,
                             .threads = threads,
                             .quiet = w->options->quiet,
                             .schedule = w->options->schedule};
    struct loop_report done = {0};
    int code = loop_run(&task, &done, all);
    w->report->done_now = done.runs;
    w->report->requests = done.requests;
    w->report->events = done.events;
    return code;
}

/* All runs are in the journals: writes the result and removes them. */
static int finish(struct sweep *w, psn_diagnostics *all)
{
    struct journals *j = NULL;
    int code = journals_open(w->study, w->journals_dir, &j, all);
    if (!code)
        code = result_write(w->study, j, w->options->result, false, all);
    journals_close(j);
    if (code)
        return code;
    w->report->complete = true;
    /* What cannot be removed is told, but the result stands. */
    journals_remove(w->journals_dir, all);
    return tell_failures(w, all);
}

static int sweep_steps(struct sweep *w, psn_diagnostics *all)
{
    int code = look_at_result(w, all);
    if (code)
        return code;
    if (w->report->was_complete) {
        tidy(w);
        w->report->complete = true;
        w->report->done_before = w->study->n_runs;
        return tell_failures(w, all);
    }
    code = take_folder(w, all);
    if (!code)
        code = find_warmup(w, all);
    if (!code)
        code = list_missing(w, all);
    if (!code && w->n_missing)
        code = carry_out(w, all);
    return code ? code : finish(w, all);
}

int sweep_run(struct study *s, const struct sweep_options *options, struct sweep_report *report,
              psn_diagnostics *all)
{
    *report = (struct sweep_report){.runs = s->n_runs};
    uint64_t begin = uv_hrtime();
    struct sweep w = {.study = s,
                      .options = options,
                      .report = report,
                      .journals_dir = with_ending(options->result, ".runs"),
                      .log_path = with_ending(options->result, ".log"),
                      .lock = -1};
    int code;
    if (!w.journals_dir || !w.log_path) {
        code = no_memory(all);
    } else {
        code = study_check_sets(s, all);
        if (!code)
            code = sweep_steps(&w, all);
    }
    folder_unlock(&w.lock);
    free(w.journals_dir);
    free(w.log_path);
    free(w.missing);
    report->wall_s = (double)(uv_hrtime() - begin) / 1e9;
    return code;
}
