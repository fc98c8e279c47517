/* SPDX-License-Identifier: Apache-2.0
 * A sweep from its folders to its result: what is there already, what is missing, the loop that
 * carries it out (loop.c), and the finished file. */
#include "run/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/joined.h"
#include "run/folder.h"
#include "run/loop.h"
#include "run/pilots.h"
#include "run/standing.h"

/* One sweep under way. */
struct sweep {
    struct study *study;
    const struct sweep_options *options;
    struct sweep_report *report;
    char *journals_dir, *log_path;
    int lock;
    struct stopping *rule;
    struct standing standing;
    struct journals *journals;
    struct plan plan;
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

/* The result is finished: its journals go where that is wished. What cannot be removed is told, but
 * the result stands. */
static void tidy(struct sweep *w, psn_diagnostics *all)
{
    struct stat s;
    if (!w->options->tidy || stat(w->journals_dir, &s))
        return;
    if (w->lock >= 0 || !folder_lock(w->journals_dir, &w->lock, all))
        journals_remove(w->journals_dir, all);
}

/* What the sweep must know before it does anything: when points have enough, and what stands
 * there. */
static int prepare(struct sweep *w, psn_diagnostics *all)
{
    int code = study_check_sets(w->study, all);
    if (!code)
        code = stopping_open(w->study, &w->rule, all);
    if (code)
        return code;
    w->report->at_most = !stopping_fixed(w->rule);
    w->standing = (struct standing){.path = w->options->result, .journals_dir = w->journals_dir};
    return standing_look(&w->standing, w->study, w->options->restart, all);
}

/* Is there nothing to do? */
static bool is_complete(const struct sweep *w)
{
    return w->standing.same && !(w->options->retry_failed && w->standing.failed > 0);
}

/* Reads the journals in `dir` and plans what is missing. The warm-up is known by now. */
static int make_plan(struct sweep *w, const char *dir, psn_diagnostics *all)
{
    int code = study_identify(w->study, all);
    if (!code)
        code = journals_open(w->study, dir, &w->journals, all);
    if (!code)
        code = standing_judge(&w->standing, w->study, w->journals, all);
    if (!code)
        code = plan_init(&w->plan, w->rule, w->journals, w->study, w->options->retry_failed, all);
    if (!code)
        code = standing_keeps(&w->standing, &w->plan, all);
    if (!code)
        w->report->done_before = plan_kept_before(&w->plan);
    return code;
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

static struct threads threads_of(const struct sweep *w, size_t runs, bool more)
{
    const struct sweep_options *o = w->options;
    int all = o->threads > 0 ? o->threads : threads_standard();
    return threads_share(all, o->threads_per_run, runs > 0 ? runs : 1, more);
}

/* What is kept from before where the points' keys are not known yet: all that is there. */
static void count_kept(struct sweep *w, psn_diagnostics *all)
{
    if (study_identify(w->study, all) ||
        journals_open(w->study, w->journals_dir, &w->journals, all))
        return;
    w->report->done_before = journals_records(w->journals);
}

/* Finds the warm-up where it is automatic. Where that fails, the folder is left as it was found. */
static int find_warmup(struct sweep *w, psn_diagnostics *all)
{
    const struct sweep_options *o = w->options;
    const struct threads threads = threads_of(w, w->study->n_points, false);
    int code = pilots_run(w->study, &threads, &o->schedule, o->quiet, all);
    if (code == PSN_EINTERRUPTED)
        count_kept(w, all);
    if (code)
        rmdir(w->journals_dir); /* does nothing where it holds anything */
    return code;
}

/* Says what keeps threads from sharing a run, where they are to; it does not matter to any figure.
 */
static int tell_joined(const struct sweep *w, const struct threads *threads, psn_diagnostics *all)
{
    struct joined joined;
    char text[400];
    if (threads->each_of_last <= 1 || w->options->quiet)
        return 0;
    int code = joined_find(w->study->base, &joined, all);
    if (!code && joined.n > 0) {
        joined_say(w->study->base, &joined, text, sizeof text);
        psn_mistake_add(all, PSN_OK, (psn_place){0}, "%s", text);
    }
    free(joined.site);
    return code;
}

static int carry_out(struct sweep *w, psn_diagnostics *all)
{
    bool more = w->report->at_most;
    const struct threads threads = threads_of(w, more ? w->study->n_runs : w->plan.n_queued, more);
    struct loop_task task = {.study = w->study,
                             .plan = &w->plan,
                             .journals_dir = w->journals_dir,
                             .log_path = w->log_path,
                             .command = w->options->command,
                             .threads = threads,
                             .quiet = w->options->quiet,
                             .schedule = w->options->schedule};
    struct loop_report done = {0};
    int code = tell_joined(w, &threads, all);
    if (!code)
        code = loop_run(&task, &done, all);
    w->report->done_now = done.runs;
    w->report->requests = done.requests;
    w->report->events = done.events;
    return code;
}

/* Every point is settled: writes the result. */
static int finish(struct sweep *w, psn_diagnostics *all)
{
    struct ending ending = {.rule = w->rule, .point = w->plan.end};
    int threads = w->options->threads > 0 ? w->options->threads : threads_standard();
    int code =
        result_write(w->study, &ending, w->journals, w->options->result, false, threads, all);
    if (code)
        return code;
    struct plan_count count = plan_count(&w->plan);
    w->report->complete = true;
    w->report->runs = count.runs;
    w->report->done_before = count.before;
    tidy(w, all);
    return tell_failures(w, all);
}

static int sweep_steps(struct sweep *w, psn_diagnostics *all)
{
    int code = prepare(w, all);
    if (code)
        return code;
    if (is_complete(w)) {
        w->report->complete = w->report->was_complete = true;
        w->report->runs = w->report->done_before = w->standing.old->n_runs;
        tidy(w, all);
        return tell_failures(w, all);
    }
    code = take_folder(w, all);
    if (!code)
        code = find_warmup(w, all);
    if (!code)
        code = make_plan(w, w->journals_dir, all);
    if (!code && w->plan.unsettled)
        code = carry_out(w, all);
    return code ? code : finish(w, all);
}

/* Names its files; false where memory ends. */
static bool sweep_init(struct sweep *w, struct study *s, const struct sweep_options *options,
                       struct sweep_report *report)
{
    *report = (struct sweep_report){.runs = s->n_runs};
    *w = (struct sweep){.study = s,
                        .options = options,
                        .report = report,
                        .journals_dir = with_ending(options->result, ".runs"),
                        .log_path = with_ending(options->result, ".log"),
                        .lock = -1};
    return w->journals_dir && w->log_path;
}

static void sweep_fini(struct sweep *w)
{
    plan_fini(&w->plan);
    journals_close(w->journals);
    standing_fini(&w->standing);
    stopping_free(w->rule);
    folder_unlock(&w->lock);
    free(w->journals_dir);
    free(w->log_path);
}

int sweep_run(struct study *s, const struct sweep_options *options, struct sweep_report *report,
              psn_diagnostics *all)
{
    uint64_t begin = uv_hrtime();
    struct sweep w;
    int code = sweep_init(&w, s, options, report) ? sweep_steps(&w, all) : no_memory(all);
    sweep_fini(&w);
    report->wall_s = (double)(uv_hrtime() - begin) / 1e9;
    return code;
}

/* Fills in what is done and to do of each point; an untouched one where the result is complete. */
static int fill_outlook(struct sweep *w, struct sweep_outlook *out)
{
    size_t n = w->study->n_replications;
    out->point = calloc(w->study->n_points + 1, sizeof *out->point);
    if (!out->point)
        return PSN_EMEMORY;
    out->at_most = w->report->at_most;
    out->unknown = !is_complete(w) && w->study->base->warmup_auto && !w->study->warmup_known;
    out->complete = is_complete(w);
    for (size_t i = 0; i < w->study->n_points; i++) {
        struct outlook_point *here = &out->point[i];
        if (out->complete) {
            here->done = w->standing.old->point_replications[i];
        } else {
            for (size_t r = 0; r < n; r++)
                here->done += w->plan.state[i * n + r] == PLAN_KEPT_BEFORE;
            here->todo = w->plan.point[i].settled ? 0 : w->plan.point[i].open;
        }
        if (!out->complete && w->plan.leader[i] != i)
            continue; /* its runs are those of a point before */
        out->done += here->done;
        out->todo += here->todo;
    }
    return 0;
}

int sweep_outlook(struct study *s, const struct sweep_options *options, struct sweep_outlook *out,
                  psn_diagnostics *all)
{
    struct sweep w;
    struct sweep_report report;
    *out = (struct sweep_outlook){0};
    int code = sweep_init(&w, s, options, &report) ? prepare(&w, all) : no_memory(all);
    /* Without journals (nothing has the empty name) for a restart, and where the warm-up, so the
     * points' keys, would take pilot runs to find. */
    bool none = options->restart || (s->base->warmup_auto && !s->warmup_known);
    if (!code && none && !is_complete(&w))
        standing_fini(&w.standing);
    if (!code && !is_complete(&w))
        code = make_plan(&w, none ? "" : w.journals_dir, all);
    if (!code && fill_outlook(&w, out))
        code = no_memory(all);
    sweep_fini(&w);
    return code;
}

void sweep_outlook_fini(struct sweep_outlook *out)
{
    free(out->point);
    *out = (struct sweep_outlook){0};
}
