/* SPDX-License-Identifier: Apache-2.0
 * Pilot runs: an OpenMP team under a thread of its own takes points as they come free, while a
 * libuv loop on the calling thread owns the signals and the progress line. Each pilot's cut stands
 * by its point, so no order of theirs shows. */
#include "run/pilots.h"

#include <omp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <uv.h>

#include "run/progress.h"
#include "study/warmup.h"

struct pilots {
    const struct study *study;
    const struct model_schedule *schedule;
    const struct threads *threads;
    psn_time *cut; /* by point */
    atomic_size_t next, done;
    _Atomic int64_t requests;
    atomic_bool finished;
    volatile int stop; /* no pilot is begun, and those in flight are given up */

    uv_mutex_t lock; /* of the two below */
    int code;        /* the first error */
    psn_diagnostics *all;

    uv_loop_t loop;
    uv_async_t wake;
    uv_timer_t timer;
    uv_signal_t interrupt, terminate;
    struct progress progress;
};

static void stop(struct pilots *p)
{
    __atomic_store_n(&p->stop, 1, __ATOMIC_RELAXED);
}

/* Keeps the first error and what was told with it; one is enough to end them all. */
static void keep_error(struct pilots *p, int code, const psn_diagnostics *mistakes)
{
    uv_mutex_lock(&p->lock);
    if (!p->code) {
        p->code = code;
        for (size_t i = 0; i < mistakes->count; i++)
            psn_mistake_add(p->all, mistakes->items[i].code, mistakes->items[i].place, "%s",
                            mistakes->items[i].text);
    }
    uv_mutex_unlock(&p->lock);
    stop(p);
}

static void take_points(struct pilots *p)
{
    while (!__atomic_load_n(&p->stop, __ATOMIC_RELAXED)) {
        size_t point = atomic_fetch_add(&p->next, 1);
        if (point >= p->study->n_points)
            break;
        psn_diagnostics mistakes = {0};
        int64_t requests;
        const struct model_schedule schedule = threads_schedule(p->threads, point, p->schedule);
        int code = warmup_pilot(p->study, point, &schedule, &p->stop, &p->cut[point], &requests,
                                &mistakes);
        if (code)
            keep_error(p, code, &mistakes);
        psn_diagnostics_fini(&mistakes);
        atomic_fetch_add(&p->requests, requests);
        atomic_fetch_add(&p->done, 1);
    }
}

static void master_main(void *argument)
{
    struct pilots *p = argument;
    omp_set_max_active_levels(2);
#pragma omp parallel num_threads(p->threads->runs) default(none) shared(p)
    take_points(p);
    atomic_store(&p->finished, true);
    uv_async_send(&p->wake);
}

static void look(struct pilots *p)
{
    progress_draw(&p->progress, atomic_load(&p->done), atomic_load(&p->requests), uv_hrtime());
    if (atomic_load(&p->finished))
        uv_stop(&p->loop);
}

static void on_wake(uv_async_t *handle)
{
    look(handle->data);
}

static void on_timer(uv_timer_t *handle)
{
    look(handle->data);
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    keep_error(handle->data, PSN_EINTERRUPTED, &(psn_diagnostics){0});
}

static void close_handle(uv_handle_t *handle, void *context)
{
    (void)context;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* Sets the handles up. 0, or libuv's error. */
static int open_handles(struct pilots *p)
{
    int failed = uv_async_init(&p->loop, &p->wake, on_wake);
    if (!failed)
        failed = uv_timer_init(&p->loop, &p->timer);
    if (!failed)
        failed = uv_signal_init(&p->loop, &p->interrupt);
    if (!failed)
        failed = uv_signal_init(&p->loop, &p->terminate);
    p->wake.data = p->timer.data = p->interrupt.data = p->terminate.data = p;
    if (!failed)
        failed = uv_timer_start(&p->timer, on_timer, PROGRESS_EVERY_MS, PROGRESS_EVERY_MS);
    if (!failed)
        failed = uv_signal_start(&p->interrupt, on_signal, SIGINT);
    if (!failed)
        failed = uv_signal_start(&p->terminate, on_signal, SIGTERM);
    return failed;
}

/* Runs the team and waits for it. 0, or libuv's error. */
static int run_team(struct pilots *p)
{
    uv_thread_t master;
    sigset_t every, before;
    /* A signal is the loop's, not a worker's. */
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);
    int failed = uv_thread_create(&master, master_main, p);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed)
        return failed;
    uv_run(&p->loop, UV_RUN_DEFAULT);
    uv_thread_join(&master);
    return 0;
}

/* Loop, handles and team, from beginning to end. 0, or libuv's error. */
static int run_loop(struct pilots *p)
{
    int failed = uv_loop_init(&p->loop);
    if (failed)
        return failed;
    failed = open_handles(p);
    if (!failed)
        failed = run_team(p);
    uv_walk(&p->loop, close_handle, NULL);
    uv_run(&p->loop, UV_RUN_DEFAULT);
    uv_loop_close(&p->loop);
    return failed;
}

static int run_pilots(struct pilots *p, bool quiet, psn_diagnostics *all)
{
    bool draw = !quiet && uv_guess_handle(2) == UV_TTY;
    progress_init(&p->progress, draw ? stderr : NULL, p->study->n_points, 0, uv_hrtime());
    p->progress.of = "pilot runs for the warm-up";
    int failed = uv_mutex_init(&p->lock);
    if (!failed) {
        failed = run_loop(p);
        uv_mutex_destroy(&p->lock);
    }
    progress_clear(&p->progress);
    if (failed)
        return psn_mistake_add(all, PSN_ERUN, (psn_place){0}, "no pilot run could be begun: %s",
                               uv_strerror(failed));
    return p->code;
}

int pilots_run(struct study *s, const struct threads *threads,
               const struct model_schedule *schedule, bool quiet, psn_diagnostics *all)
{
    if (!s->base->warmup_auto || s->warmup_known)
        return 0;
    struct pilots p = {.study = s,
                       .schedule = schedule,
                       .threads = threads,
                       .cut = calloc(s->n_points, sizeof *p.cut),
                       .all = all};
    if (!p.cut)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    int code = run_pilots(&p, quiet, all);
    if (!code)
        code = warmup_settle(s, p.cut, all);
    free(p.cut);
    return code;
}
