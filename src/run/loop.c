/* SPDX-License-Identifier: Apache-2.0
 * The loop of a sweep. Workers wake it by uv_async_send, not for every run; sends coalesce, so each
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
    size_t fed;                         /* runs of the plan's queue that the workers have */
    int signals;                        /* how many came */
    int code;                           /* the first error of the journal */
    struct queue_item item[QUEUE_MOST]; /* those in hand; records go round */
};

/* Records of more words than this go round no more: 512 KB. */
#define LONG_RECORD ((size_t)1 << 16)

/* Called by workers. The fence: libuv before 1.53 looks at its pending flag with a relaxed load,
 * which could be moved before the push that the flag announces. */
static void wake_loop(void *context)
{
    struct loop *l = context;
    atomic_thread_fence(memory_order_seq_cst);
    uv_async_send(&l->wake);
}

/* What follows from a run that is in the journal. */
static int note_run(struct loop *l, const struct queue_item *item)
{
    struct plan *p = l->task->plan;
    size_t run = item->record.run, replications = l->task->study->n_replications;
    size_t point = run / replications;
    log_run(&l->log, item, point, run % replications, l->all);
    l->report->runs++;
    l->report->requests += item->requests;
    l->report->events += item->events;
    bool settled;
    int code = plan_done(p, run, &settled, l->all);
    if (!code && settled && !stopping_fixed(p->rule))
        log_point(&l->log, point, &p->end[point], l->all);
    return code;
}

/* Runs into the journal, as many at a time as it takes. */
static int keep_runs(struct loop *l, size_t n)
{
    const struct journal_record *record[QUEUE_MOST];
    size_t done = 0, some;
    int code = 0;
    for (size_t i = 0; i < n; i++)
        record[i] = &l->item[i].record;
    while (done < n && !code) {
        code = journal_append(l->journal, record + done, n - done, &some, l->all);
        if (!code)
            code = journals_learn(l->task->plan->journals, l->journal, l->all);
        for (size_t i = 0; i < some && !code; i++)
            code = note_run(l, &l->item[done + i]);
        done += some;
    }
    return code;
}

/* The first n of l->item. */
static void keep(struct loop *l, size_t n)
{
    if (!l->code)
        l->code = keep_runs(l, n);
    if (l->code)
        workers_stop(&l->workers); /* nothing can be kept any more */
    for (size_t i = 0; i < n; i++)
        if (l->item[i].record.capacity > LONG_RECORD)
            journal_record_fini(&l->item[i].record);
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
    size_t n;
    while ((n = queue_take(&l->workers.queue, l->item, QUEUE_MOST)) > 0)
        keep(l, n);
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
    for (size_t i = 0; i < QUEUE_MOST; i++)
        journal_record_fini(&l.item[i].record);
    log_close(&l.log, all);
    int closed = journal_close(l.journal, all);
    return code ? code : closed;
}
