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
    size_t fed;  /* runs of the plan's queue that the workers have */
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

/* Into the journal, and what follows from it. */
static int keep_run(struct loop *l, const struct queue_item *item)
{
    struct plan *p = l->task->plan;
    size_t replications = l->task->study->n_replications, point = item->run / replications;
    int code = journal_append(l->journal, item->run, item->outcome, l->all);
    if (!code)
        code = journals_learn(p->journals, l->journal, l->all);
    if (code)
        return code;
    log_run(&l->log, item, point, item->run % replications, l->all);
    l->report->runs++;
    l->report->requests += log_requests(item->outcome);
    l->report->events += item->outcome->events;
    bool settled;
    code = plan_done(p, item->run, &settled, l->all);
    if (!code && settled && !stopping_fixed(p->rule))
        log_point(&l->log, point, &p->end[point], l->all);
    return code;
}

static void keep(struct loop *l, struct queue_item *item)
{
    if (!l->code)
        l->code = keep_run(l, item);
    if (l->code)
        workers_stop(&l->workers); /* nothing can be kept any more */
    outcome_free(item->outcome);
}

/* Hands the workers what the plan has queued; and, where threads would be idle, runs that may turn
 * out to be needed. */
static void feed(struct loop *l)
{
    struct plan *p = l->task->plan;
    if (l->code || l->signals > 0)
        return;
    if (p->unsettled == 0) {
        workers_stop(&l->workers); /* what is still in flight is not needed */
        return;
    }
    size_t threads = (size_t)l->task->threads.runs, in_hand = p->n_queued - l->report->runs;
    for (; in_hand < threads && plan_speculate(p); in_hand++)
        ;
    if (workers_add(&l->workers, p->queue + l->fed, p->n_queued - l->fed)) {
        l->code = psn_mistake_add(l->all, PSN_EMEMORY, (psn_place){0}, "out of memory");
        workers_stop(&l->workers);
    }
    l->fed = p->n_queued;
}

static void drain(struct loop *l)
{
    /* Read before draining: what was pushed before it became true is in the queue by now. */
    bool finished = atomic_load(&l->workers.finished);
    struct queue_item item;
    while (queue_take(&l->workers.queue, &item))
        keep(l, &item);
    feed(l);
    l->progress.settled = l->task->study->n_points - l->task->plan->unsettled;
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
                                  .threads = t->threads,
                                  .wake = wake_loop,
                                  .context = l};
    bool draw = !t->quiet && uv_guess_handle(2) == UV_TTY;
    progress_init(&l->progress, draw ? stderr : NULL, plan_runs(t->plan), plan_kept_before(t->plan),
                  uv_hrtime());
    l->progress.points = stopping_fixed(t->plan->rule) ? 0 : t->study->n_points;
    int code = workers_start(&l->workers, l->all);
    if (code)
        return code;
    feed(l);
    uv_run(&l->uv, UV_RUN_DEFAULT);
    code = workers_end(&l->workers, l->all);
    progress_clear(&l->progress);
    if (l->code)
        return l->code;
    if (code)
        return code;
    return t->plan->unsettled ? PSN_EINTERRUPTED : 0;
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
                              .missing = task->plan->n_queued,
                              .until = task->study->base->precision.until,
                              .threads = &task->threads};
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
