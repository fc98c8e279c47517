/* SPDX-License-Identifier: Apache-2.0
 * Windows of conservative lookahead, on one thread or many. */
#include "kernel/windows.h"

#include <omp.h>
#include <stdlib.h>
#include <time.h>

#include "kernel/barrier.h"
#include "kernel/deal.h"
#include "kernel/distance.h"
#include "kernel/line.h"
#include "kernel/mail.h"
#include "kernel/pace.h"

/* How often the clock is looked at, about. */
#define CLOCK_NS INT64_C(50000)

/* What a slice came to an end by, beside errors (below 0). */
#define SLICE_OVER 1
#define HORIZON    2

/* Mail and reports are written by turns, as windows are even or odd: who is ahead writes the next
 * while others still read the last; further ahead the barrier lets nobody. */
#define TURNS 2

/* What a thread tells the others at the end of a window. */
struct report {
    int code;   /* what it ran into; or, of the first thread, SLICE_OVER */
    uint32_t n; /* of `due`: its own processes, and those that it has sent to */
    struct due due[];
};

/* How many bytes of a report are fetched at once. */
#define REPORT_AHEAD 512

/* A thread of the team. What others look at comes first, on cache lines that do not change. */
struct member {
    struct report *report[TURNS];
    char apart[PROCESS_LINE - TURNS * sizeof(void *)];
    struct mail mail;
    psn_time *first;  /* of all processes, as this thread knows them, */
    size_t earliest;  /* and of which it is the earliest */
    uint64_t arrived; /* how often, at the barrier */
    bool slept;       /* it waited for long since the clock was looked at */
    /* Of the last slice. */
    int code;
    int64_t windows;
    char rest[PROCESS_LINE - 5 * sizeof(size_t)];
};

/* One run. The first thread leads: it goes from slice to slice. The first slice that is to be
 * shared calls the others in; from then to the end of the run they wait at the barrier while it is
 * alone.
 */
struct team {
    const struct windows *w;
    struct distances distances;
    struct barrier barrier;
    struct deal deal;
    struct pace pace;
    struct member *member;
    int members;
    int threads; /* that may take part: as many, or what the system grants */
    bool called, dismissed;
    /* The slice under way. */
    struct pace_slice slice;
    int64_t windows;
};

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t events_of(const struct windows *w)
{
    int64_t sum = 0;
    for (size_t p = 0; p < w->n; p++)
        sum += w->process[p].events;
    return sum;
}

/* When to look at the clock next: windows are of any length. */
struct watch {
    int64_t began, last, until; /* ns */
    int64_t windows, next, step;
};

static void watch_start(struct watch *c, int64_t slice_ns)
{
    *c = (struct watch){.began = clock_ns(CLOCK_MONOTONIC), .step = 1, .next = 1};
    c->last = c->began;
    c->until = slice_ns < INT64_MAX - c->began ? c->began + slice_ns : INT64_MAX;
}

/* Counts a window; true where the clock was looked at: c->last is the time. */
static bool watch_window(struct watch *c)
{
    if (++c->windows < c->next)
        return false;
    int64_t now = clock_ns(CLOCK_MONOTONIC);
    if (now - c->last < CLOCK_NS / 2)
        c->step *= 2;
    else if (now - c->last > 2 * CLOCK_NS && c->step > 1)
        c->step /= 2;
    c->last = now;
    c->next = c->windows + c->step;
    return true;
}

/* Executes the events of process p before its bound, and no further than `most` from the first. */
static inline int run_process(const struct team *t, const psn_time *first, size_t earliest,
                              size_t p, psn_time most)
{
    const struct windows *w = t->w;
    psn_time bound = distances_bound(&t->distances, first, earliest, p);
    bound = bound < w->horizon ? bound : w->horizon;
    if (first[p] < bound && bound - first[p] > most)
        bound = first[p] + most;
    return first[p] < bound ? process_run_until(&w->process[p], bound, w->stop) : 0;
}

/* One thread has all processes, and there is no mail. */
static int run_alone(struct team *t)
{
    const struct windows *w = t->w;
    psn_time *first = t->member[0].first;
    struct watch watch;
    watch_start(&watch, t->slice.ns);
    for (;;) {
        uint32_t slot;
        for (size_t p = 0; p < w->n; p++)
            first[p] = tree_first(&w->process[p].tree, &slot);
        size_t earliest = distances_earliest(first, w->n);
        t->windows = watch.windows;
        if (first[earliest] >= w->horizon)
            return HORIZON;
        for (size_t p = 0; p < w->n; p++) {
            int code = run_process(t, first, earliest, p, PSN_NEVER);
            if (code)
                return code;
        }
        if (watch_window(&watch) && watch.last >= watch.until)
            return SLICE_OVER;
    }
}

static int worse(int a, int b)
{
    return a == 0 || (b && b < a) ? b : a;
}

static const struct report *report_of(const struct team *t, int u, uint64_t window)
{
    return t->member[u].report[window % TURNS];
}

/* The first event of each process at the end of a window, what is under way to it included, into
 * `first`. Returns the worst that any ran into. */
static int gather(const struct team *t, uint64_t window, psn_time *first)
{
    int code = 0;
    for (size_t p = 0; p < t->w->n; p++)
        first[p] = PSN_NEVER;
    for (int u = 0; u < t->deal.threads; u++) {
        const struct report *r = report_of(t, u, window);
        for (size_t i = 0; i < r->n; i++) {
            psn_time *at = &first[r->due[i].process];
            *at = r->due[i].at < *at ? r->due[i].at : *at;
        }
        code = worse(code, r->code);
    }
    return code;
}

/* Puts what others have written for the processes of thread `me` into their lines. */
static int take_in(const struct team *t, int me, uint64_t window)
{
    int code = 0;
    for (int u = 0; u < t->deal.threads && !code; u++)
        if (u != me)
            code = line_deliver(&t->member[u].mail, window % TURNS, (size_t)me);
    return code;
}

/* Tells the others what lies ahead in the processes of thread `me`, and what it has sent. */
static void report(const struct team *t, int me, uint64_t window, int code)
{
    const struct deal *deal = &t->deal;
    struct report *r = t->member[me].report[window % TURNS];
    struct due *due = r->due;
    uint32_t slot;
    for (size_t k = deal->start[me]; k < deal->start[me + 1]; k++) {
        uint32_t p = deal->order[k];
        *due = (struct due){tree_first(&t->w->process[p].tree, &slot), p};
        due += due->at < t->w->horizon;
    }
    due += mail_close(&t->member[me].mail, due);
    r->n = (uint32_t)(due - r->due);
    r->code = code;
}

/* The events of the processes of thread `me`. */
static int64_t own_events(const struct team *t, int me)
{
    int64_t sum = 0;
    for (size_t k = t->deal.start[me]; k < t->deal.start[me + 1]; k++)
        sum += t->w->process[t->deal.order[k]].events;
    return sum;
}

/* Whether the first thread ends the slice: it is over, or goes badly. The others' events are
 * theirs to look at; the deal gave each about as many. */
static bool over(struct team *t, struct watch *watch, int64_t events)
{
    int64_t before = watch->last;
    if (t->member[0].slept)
        watch->next = 0;
    if (!watch_window(watch))
        return false;
    t->member[0].slept = false;
    return watch->last >= watch->until ||
           pace_bad(&t->pace, watch->last - watch->began, watch->last - before,
                    (own_events(t, 0) - events) * t->deal.threads);
}

/* Before a window: what the others have read of the last but one is written anew. */
static void begin_turn(struct member *m, uint64_t window)
{
    mail_open(&m->mail, window % TURNS);
    array_fetch_to_write(m->report[window % TURNS], REPORT_AHEAD);
}

/* Before the first window of a slice. */
static int64_t begin(const struct team *t, int me)
{
    begin_turn(&t->member[me], 0);
    for (size_t k = t->deal.start[me]; k < t->deal.start[me + 1]; k++) {
        struct process *p = &t->w->process[t->deal.order[k]];
        p->thread = (uint32_t)me;
        p->out = &t->member[me].mail;
    }
    return own_events(t, me);
}

/* What thread `me` has to do in a window. It goes no further than the distance of the nearest
 * neighbour: a process that is ahead of another by d runs so much less than that in one window, and
 * would else run so much more in the next, the other the other way round, for ever; all wait for
 * whoever runs more. */
static int run_window(const struct team *t, int me)
{
    const struct member *m = &t->member[me];
    int code = 0;
    for (size_t k = t->deal.start[me]; k < t->deal.start[me + 1] && !code; k++) {
        size_t p = t->deal.order[k];
        psn_time most = t->distances.near[p * t->w->n].distance;
        code = run_process(t, m->first, m->earliest, p, most);
    }
    return code;
}

/* Waits until all have ended a window, learns how things stand, and takes in the mail of it; what
 * goes wrong there is *code. Returns what the window ended the slice by; 0: by nothing. */
static int catch_up(struct team *t, int me, uint64_t window, int *code)
{
    struct member *m = &t->member[me];
    m->slept |= barrier_wait(&t->barrier, m->arrived);
    for (int u = 0; u < t->deal.threads; u++) {
        array_fetch(report_of(t, u, window), REPORT_AHEAD);
        array_fetch(mail_bag(&t->member[u].mail, window % TURNS, (size_t)me), 1);
    }
    int ended = gather(t, window, m->first);
    *code = take_in(t, me, window);
    m->earliest = distances_earliest(m->first, t->w->n);
    return worse(ended, m->first[m->earliest] < t->w->horizon ? 0 : HORIZON);
}

/* A thread's part of a slice. All see the same reports, so all leave after the same window, with no
 * mail on its way. Returns what the slice ended by, the same in all threads, or what this one ran
 * into when it took in its last mail. */
static int run_member(struct team *t, int me)
{
    struct member *m = &t->member[me];
    int64_t events = begin(t, me);
    struct watch watch;
    watch_start(&watch, t->slice.ns);
    int code = 0, ended = 0;
    for (uint64_t window = 0;; window++) {
        report(t, me, window, code);
        barrier_arrive(&t->barrier, me, ++m->arrived);
        ended = catch_up(t, me, window, &code);
        if (ended)
            break;
        begin_turn(m, window + 1);
        code = code ? code : run_window(t, me);
        if (me == 0 && !code && over(t, &watch, events))
            code = SLICE_OVER;
    }
    m->windows = watch.windows;
    return worse(ended, code);
}

/* All meet before a slice and after it. */
static void meet(struct team *t, int me)
{
    barrier_arrive(&t->barrier, me, ++t->member[me].arrived);
    barrier_wait(&t->barrier, t->member[me].arrived);
}

/* What all but the first thread do: their part of each slice that it shares, until it has no more.
 */
static void follow(struct team *t, int me)
{
    for (meet(t, me); !t->dismissed; meet(t, me)) {
        t->member[me].code = run_member(t, me);
        meet(t, me);
    }
}

/* A slice by all, for the first thread. */
static int run_together(struct team *t)
{
    deal_make(&t->deal, t->w->process, t->threads);
    meet(t, 0);
    int worst = t->member[0].code = run_member(t, 0);
    meet(t, 0);
    for (int u = 1; u < t->threads; u++)
        worst = worse(worst, t->member[u].code);
    for (size_t p = 0; p < t->w->n; p++)
        t->w->process[p].thread = 0;
    t->windows = t->member[0].windows;
    return worst;
}

/* Counts a slice. */
static void account(const struct team *t)
{
    struct windows_account *a = t->w->account;
    int threads = t->slice.together ? t->threads : 1;
    if (!a)
        return;
    a->windows += t->windows;
    a->shared += threads > 1 ? t->windows : 0;
    a->threads = threads > a->threads ? threads : a->threads;
}

/* The slice at hand, and how it went. */
static int run_slice(struct team *t)
{
    int64_t events = events_of(t->w);
    int64_t began = clock_ns(CLOCK_MONOTONIC), cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    int code = t->slice.together ? run_together(t) : run_alone(t);
    account(t);
    if (code == SLICE_OVER)
        pace_seen(&t->pace, clock_ns(CLOCK_MONOTONIC) - began,
                  clock_ns(CLOCK_THREAD_CPUTIME_ID) - cpu, events_of(t->w) - events, t->windows);
    return code;
}

static void next_slice(struct team *t)
{
    t->slice = t->threads > 1 ? pace_next(&t->pace) : (struct pace_slice){.ns = INT64_MAX};
}

/* Slice by slice to the horizon; or to the first that is to be shared, while the others are not
 * called yet, which SLICE_OVER says. */
static int lead(struct team *t)
{
    int code = SLICE_OVER;
    while (code == SLICE_OVER && (t->called || !t->slice.together)) {
        code = run_slice(t);
        next_slice(t);
    }
    return code;
}

/* The others are there; fewer than asked for where the system grants no more. */
static void call(struct team *t, int threads)
{
    t->called = true;
    t->threads = threads;
    t->slice.together = threads > 1;
    t->slice.ns = threads > 1 ? t->slice.ns : INT64_MAX;
    barrier_reset(&t->barrier, threads);
}

static void dismiss(struct team *t)
{
    t->dismissed = true;
    meet(t, 0);
}

static int run_team(struct team *t)
{
    next_slice(t);
    int code = lead(t);
    if (code != SLICE_OVER)
        return code;
#pragma omp parallel num_threads(t->threads) default(none) shared(t, code)
    {
#pragma omp single
        call(t, omp_get_num_threads());
        if (omp_get_thread_num() > 0) {
            follow(t, omp_get_thread_num());
        } else {
            code = lead(t);
            dismiss(t);
        }
    }
    return code;
}

static int team_init(struct team *t, const struct windows *w)
{
    *t = (struct team){.w = w};
    t->threads = w->threads < 1 || w->n == 1 ? 1 : w->threads;
    t->threads = (size_t)t->threads > w->n ? (int)w->n : t->threads;
    pace_init(&t->pace, w->adapt);
    t->members = t->threads;
    size_t threads = (size_t)t->threads;
    t->member = array_lines(threads * sizeof *t->member);
    if (!t->member)
        return PSN_EMEMORY;
    if (distances_init(&t->distances, w->distance, w->n))
        return PSN_EMEMORY;
    for (size_t i = 0; i < threads; i++) {
        struct member *m = &t->member[i];
        m->first = array_lines(w->n * sizeof *m->first);
        if (!m->first || (threads > 1 && mail_init(&m->mail, TURNS, threads, w->n)))
            return PSN_EMEMORY;
        for (int k = 0; k < TURNS && threads > 1; k++) {
            m->report[k] = array_lines(REPORT_AHEAD + 2 * w->n * sizeof(struct due));
            if (!m->report[k])
                return PSN_EMEMORY;
        }
    }
    if (threads == 1)
        return PSN_OK;
    return deal_init(&t->deal, w->n, t->threads) || barrier_init(&t->barrier, t->threads)
               ? PSN_EMEMORY
               : PSN_OK;
}

static void team_fini(struct team *t)
{
    for (int i = 0; t->member && i < t->members; i++) {
        struct member *m = &t->member[i];
        free(m->first);
        mail_fini(&m->mail);
        for (int k = 0; k < TURNS; k++)
            free(m->report[k]);
    }
    free(t->member);
    distances_fini(&t->distances);
    deal_fini(&t->deal);
    barrier_fini(&t->barrier);
}

int windows_run(const struct windows *w)
{
    for (size_t p = 0; p < w->n; p++) {
        w->process[p].index = (uint32_t)p;
        w->process[p].thread = 0;
    }
    if (w->n == 1)
        return process_run_until(w->process, w->horizon, w->stop);
    struct team t;
    int code = team_init(&t, w);
    if (!code)
        code = run_team(&t);
    team_fini(&t);
    return code == HORIZON ? PSN_OK : code;
}
