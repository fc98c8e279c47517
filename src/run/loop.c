/* SPDX-License-Identifier: Apache-2.0
 * The loop of a sweep. Workers wake it by uv_async_send after each run; sends coalesce, so each
 * wake drains the whole queue, and a timer drains it too. */
#include "run/loop.h"

#include <signal.h>

#include "results/journal.h"
#include "run/log.h"
#include "run/progress.h"

struct loop {
    const struct loop_task *task;
    struct loop_report *report;
    psn_diagnostics *all;
    uv_loop_t uv;
    uv_async_t wake;
    uv_timer_t timer;
    uv_signal_t interrupt, terminate;
    struct workers workers;
    struct journal *journal;
    struct log log;
    struct progress progress;
    int signals; /* how many came */
    int code;    /* the first error of the journal */
};

/* Called by workers. The fence: libuv before 1.53 looks at its pending flag with a relaxed load,
 * which could be moved before the push that the flag announces. */
static void wake_loop(void *context)
{
    struct loop *l = context;
    atomic_thread_fence(memory_order_seq_cst);
    uv_async_send(&l->wake);
}

static void keep(struct loop *l, struct queue_item *item)
{
    if (!l->code)
        l->code = journal_append(l->journal, item->run, item->outcome, l->all);
    if (l->code) {
        workers_stop(&l->workers); /* nothing can be kept any more */
    } else {
        size_t replications = l->task->study->n_replications;
        log_run(&l->log, item, item->run / replications, item->run % replications, l->all);
        l->report->runs++;
        l->report->requests += log_requests(item->outcome);
        l->report->events += item->outcome->events;
    }
    outcome_free(item->outcome);
}

static void drain(struct loop *l)
{
    /* Read before draining: what was pushed before it became true is in the queue by now. */
    bool finished = atomic_load(&l->workers.finished);
    struct queue_item item;
    while (queue_take(&l->workers.queue, &item))
        keep(l, &item);
    progress_draw(&l->progress, l->report->runs, l->report->requests, uv_hrtime());
    if (finished)
        uv_stop(&l->uv);
}

static void on_wake(uv_async_t *handle)
{
    drain(handle->data);
}

static void on_timer(uv_timer_t *handle)
{
    drain(handle->data);
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    struct loop *l = handle->data;
    if (++l->signals == 1)
        workers_close(&l->workers);
    else
        workers_stop(&l->workers);
    l->progress.stopping = true;
}

static void close_handle(uv_handle_t *handle, void *context)
{
    (void)context;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void loop_fini(struct loop *l)
{
    uv_walk(&l->uv, close_handle, NULL);
    uv_run(&l->uv, UV_RUN_DEFAULT);
    uv_loop_close(&l->uv);
}

static int loop_init(struct loop *l)
{
    int failed = uv_loop_init(&l->uv);
    if (failed)
        return psn_mistake_add(l->all, PSN_ERUN, (psn_place){0}, "no event loop: %s",
                               uv_strerror(failed));
    failed = uv_async_init(&l->uv, &l->wake, on_wake);
    if (!failed)
        failed = uv_timer_init(&l->uv, &l->timer);
    if (!failed)
        failed = uv_signal_init(&l->uv, &l->interrupt);
    if (!failed)
        failed = uv_signal_init(&l->uv, &l->terminate);
    l->wake.data = l->timer.data = l->interrupt.data = l->terminate.data = l;
    if (!failed)
        failed = uv_timer_start(&l->timer, on_timer, PROGRESS_EVERY_MS, PROGRESS_EVERY_MS);
    if (!failed)
        failed = uv_signal_start(&l->interrupt, on_signal, SIGINT);
    if (!failed)
        failed = uv_signal_start(&l->terminate, on_signal, SIGTERM);
    if (!failed)
        return 0;
    loop_fini(l);
    return psn_mistake_add(l->all, PSN_ERUN, (psn_place){0}, "no event loop: %s",
                           uv_strerror(failed));
}

/* Starts the workers, runs until they have finished, and brings everything home. */
static int loop_work(struct loop *l)
{
    const struct loop_task *t = l->task;
    l->workers = (struct workers){.study = t->study,
                                  .schedule = t->schedule,
                                  .missing = t->missing,
                                  .n_missing = t->n_missing,
                                  .threads = t->threads,
                                  .wake = wake_loop,
                                  .context = l};
    bool draw = !t->quiet && uv_guess_handle(2) == UV_TTY;
    progress_init(&l->progress, draw ? stderr : NULL, t->study->n_runs,
                  t->study->n_runs - t->n_missing, uv_hrtime());
    int code = workers_start(&l->workers, l->all);
    if (code)
        return code;
    uv_run(&l->uv, UV_RUN_DEFAULT);
    code = workers_end(&l->workers, l->all);
    progress_clear(&l->progress);
    if (l->code)
        return l->code;
    if (code)
        return code;
    return l->report->runs < t->n_missing ? PSN_EINTERRUPTED : 0;
}

int loop_run(const struct loop_task *task, struct loop_report *report, psn_diagnostics *all)
{
    *report = (struct loop_report){0};
    struct loop l = {.task = task, .report = report, .all = all};
    int code = journal_create(task->study, task->journals_dir, &l.journal, all);
    if (code)
        return code;
    struct log_start start = {.command = task->command,
                              .hash = task->study->hash,
                              .runs = task->study->n_runs,
                              .missing = task->n_missing,
                              .threads = task->threads};
    code = log_open(&l.log, task->log_path, &start, all);
    if (!code)
        code = loop_init(&l);
    if (!code) {
        code = loop_work(&l);
        loop_fini(&l);
    }
    log_close(&l.log, all);
    int closed = journal_close(l.journal, all);
    return code ? code : closed;
}
