/* SPDX-License-Identifier: Apache-2.0
 * The OpenMP team of a sweep. Loops and an explicit queue, no tasks: ThreadSanitizer understands
 * those. */
#include "run/workers.h"

#include <omp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"

/* The loop is told of runs so often at most, and else when many wait, or a worker has none to do:
 * each time takes it from the processor that a worker may be using. */
#define WAKE_EVERY_NS UINT64_C(5000000)

/* What one worker holds: the description of the point that it works on, and its model. */
struct worker {
    struct workers *all;
    struct description *description;
    struct model *model; /* of that: built for the point's first run, and run again */
    size_t point;
    struct queue_item item; /* the run in hand; its record is filled again and again */
    uint64_t woken_ns;      /* when the loop was told last */
};

/* Keeps the first error, and begins no more runs: what a worker cannot do, none can. */
static void worker_failed(struct workers *w, int code, const psn_diagnostics *mistakes)
{
    uv_mutex_lock(&w->lock);
    if (!w->code) {
        w->code = code;
        for (size_t i = 0; i < mistakes->count; i++)
            psn_mistake_add(&w->mistakes, mistakes->items[i].code, mistakes->items[i].place, "%s",
                            mistakes->items[i].text);
    }
    uv_mutex_unlock(&w->lock);
    workers_close(w);
}

/* A run that could not be carried out is an outcome, too: it says why, and the sweep goes on. */
static int failed_outcome(const struct worker *me, const psn_diagnostics *mistakes,
                          struct outcome **out)
{
    *out = outcome_new(&me->all->study->shape);
    if (!*out)
        return PSN_EMEMORY;
    const char *why = mistakes->count ? mistakes->items[0].text : "out of memory";
    (*out)->status = 1;
    snprintf((*out)->error, sizeof(*out)->error, "%s", why);
    return 0;
}

static void leave_point(struct worker *me)
{
    model_free(me->model);
    description_free(me->description);
    me->model = NULL;
    me->description = NULL;
}

static int take_point(struct worker *me, size_t point, psn_diagnostics *mistakes)
{
    leave_point(me);
    int code = study_describe(me->all->study, point, &me->description, mistakes);
    if (code)
        return code;
    me->model = model_new(me->description);
    if (!me->model)
        return psn_mistake_add(mistakes, PSN_EMEMORY, (psn_place){0}, "out of memory");
    me->point = point;
    return 0;
}

/* Does a run, the `index`-th that is begun. */
static int worker_do(struct worker *me, size_t run, size_t index, psn_diagnostics *mistakes)
{
    struct workers *w = me->all;
    size_t point = run / w->study->n_replications;
    if (!me->model || me->point != point) {
        int code = take_point(me, point, mistakes);
        if (code)
            return code;
    }
    struct queue_item *item = &me->item;
    struct outcome *outcome = NULL;
    struct model_schedule schedule = threads_schedule(&w->threads, index, &w->schedule);
    schedule.account = &item->account;
    uint64_t begin = uv_hrtime();
    int code = model_replicate(me->model, (uint32_t)(run % w->study->n_replications), &schedule,
                               &w->stop, &outcome, mistakes);
    if (code == PSN_EMEMORY || code == PSN_ERUN)
        code = failed_outcome(me, mistakes, &outcome);
    if (code)
        return code;
    uint64_t end = uv_hrtime();
    item->wall_s = (double)(end - begin) / 1e9;
    item->requests = outcome_requests(outcome);
    item->events = outcome->events;
    code = journal_pack(&item->record, w->study, run, outcome);
    outcome_free(outcome);
    if (code)
        return code;
    if (queue_push(&w->queue, item) >= QUEUE_MOST / 2 || end - me->woken_ns > WAKE_EVERY_NS) {
        w->wake(w->context);
        me->woken_ns = end;
    }
    return 0;
}

/* The next run to do, and how many were begun before it; waits for one. False where no more are
 * begun. */
static bool take(struct workers *w, size_t *run, size_t *index)
{
    uv_mutex_lock(&w->lock);
    if (!w->closing && w->todo_taken == w->todo_count)
        w->wake(w->context); /* what is to do next may depend on what is done */
    while (!w->closing && w->todo_taken == w->todo_count)
        uv_cond_wait(&w->more, &w->lock);
    bool some = !w->closing;
    if (some) {
        *index = w->todo_taken++;
        *run = w->todo[*index];
    }
    uv_mutex_unlock(&w->lock);
    return some;
}

static void worker_loop(struct workers *w)
{
    struct worker me = {.all = w, .item = {.thread = omp_get_thread_num()}};
    size_t run, index;
    while (take(w, &run, &index)) {
        psn_diagnostics mistakes = {0};
        int code = worker_do(&me, run, index, &mistakes);
        if (code && code != PSN_EINTERRUPTED)
            worker_failed(w, code, &mistakes);
        psn_diagnostics_fini(&mistakes);
        if (code)
            break;
    }
    journal_record_fini(&me.item.record);
    leave_point(&me);
}

static void master_main(void *argument)
{
    struct workers *w = argument;
    omp_set_max_active_levels(2); /* the threads of a run are a team of their own */
#pragma omp parallel num_threads(w->threads.runs) default(none) shared(w)
    worker_loop(w);
    atomic_store(&w->finished, true);
    w->wake(w->context);
}

int workers_start(struct workers *w, psn_diagnostics *all)
{
    atomic_init(&w->finished, false);
    if (queue_init(&w->queue, (size_t)w->threads.runs * 2))
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    int failed = uv_mutex_init(&w->lock);
    if (!failed && (failed = uv_cond_init(&w->more)))
        uv_mutex_destroy(&w->lock);
    if (!failed) {
        /* A signal is the loop's: a worker that took it would be interrupted for nothing. */
        sigset_t every, before;
        sigfillset(&every);
        pthread_sigmask(SIG_SETMASK, &every, &before);
        failed = uv_thread_create(&w->master, master_main, w);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (failed) {
            uv_cond_destroy(&w->more);
            uv_mutex_destroy(&w->lock);
        }
    }
    if (!failed)
        return 0;
    queue_fini(&w->queue);
    return psn_mistake_add(all, PSN_ERUN, (psn_place){0}, "no thread could be started: %s",
                           uv_strerror(failed));
}

int workers_add(struct workers *w, const size_t *run, size_t n)
{
    uv_mutex_lock(&w->lock);
    void *todo = w->todo;
    int error = array_reserve(&todo, &w->todo_capacity, w->todo_count + n, sizeof *w->todo);
    w->todo = todo;
    for (size_t i = 0; i < n && !error; i++)
        w->todo[w->todo_count++] = run[i];
    uv_cond_broadcast(&w->more);
    uv_mutex_unlock(&w->lock);
    return error;
}

void workers_close(struct workers *w)
{
    uv_mutex_lock(&w->lock);
    w->closing = true;
    uv_cond_broadcast(&w->more);
    uv_mutex_unlock(&w->lock);
}

void workers_stop(struct workers *w)
{
    workers_close(w);
    __atomic_store_n(&w->stop, 1, __ATOMIC_RELAXED);
}

int workers_end(struct workers *w, psn_diagnostics *all)
{
    uv_thread_join(&w->master);
    for (size_t i = 0; i < w->mistakes.count; i++)
        psn_mistake_add(all, w->mistakes.items[i].code, w->mistakes.items[i].place, "%s",
                        w->mistakes.items[i].text);
    if (w->code && !w->mistakes.count)
        psn_mistake_add(all, w->code, (psn_place){0},
                        w->code == PSN_EMEMORY ? "out of memory" : "a run could not be begun");
    psn_diagnostics_fini(&w->mistakes);
    queue_fini(&w->queue);
    free(w->todo);
    uv_cond_destroy(&w->more);
    uv_mutex_destroy(&w->lock);
    return w->code;
}
