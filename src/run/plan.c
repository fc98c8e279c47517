/* SPDX-License-Identifier: Apache-2.0
 * Plans the runs of a sweep, point by point and checkpoint by checkpoint. */
#include "run/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

static int no_memory(psn_diagnostics *all)
{
    return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
}

static bool kept(const struct plan *p, size_t run)
{
    return p->state[run] >= PLAN_KEPT;
}

static int enqueue(struct plan *p, size_t run, psn_diagnostics *all)
{
    void *queue = p->queue;
    int error = array_reserve(&queue, &p->queue_capacity, p->n_queued + 1, sizeof *p->queue);
    p->queue = queue;
    if (error)
        return no_memory(all);
    p->queue[p->n_queued++] = run;
    p->state[run] = PLAN_QUEUED;
    return 0;
}

/* Queues a run that is needed; of points with the same key, the first one's. */
static int need(struct plan *p, size_t point, size_t replication, psn_diagnostics *all)
{
    size_t n = p->study->n_replications, run = point * n + replication,
           leads = p->leader[point] * n + replication;
    p->state[run] = PLAN_QUEUED;
    if (leads != run && p->state[leads] != PLAN_NEEDED)
        return 0;
    return enqueue(p, leads, all);
}

/* Counts what is missing up to a new target, and queues what is not queued yet. */
static int open_target(struct plan *p, size_t point, psn_diagnostics *all)
{
    struct plan_point *here = &p->point[point];
    size_t first = point * p->study->n_replications;
    int error = 0;
    here->open = 0;
    for (size_t r = here->passed; r < here->target && !error; r++) {
        here->open += !kept(p, first + r);
        if (p->state[first + r] == PLAN_NEEDED)
            error = need(p, point, r, all);
    }
    if (here->next < here->target)
        here->next = here->target;
    return error;
}

/* Adds the replications [from, to) of a point to its summary. */
static int read_runs(struct plan *p, size_t point, size_t from, size_t to, struct summary *m,
                     psn_diagnostics *all)
{
    int error = 0;
    for (size_t r = from; r < to && !error; r++) {
        struct outcome *o = NULL;
        error = journals_read(p->journals, point * p->study->n_replications + r, &o, all);
        if (!error && summary_add(m, o) != 0)
            error = no_memory(all);
        outcome_free(o);
    }
    return error;
}

static void settle(struct plan *p, size_t point, bool precise)
{
    p->point[point].settled = true;
    p->end[point] = (struct stopped){.replications = p->point[point].target, .precise = precise};
    p->unsettled--;
}

/* Everything up to the target is kept: is it enough, or what is the next target? */
static int look(struct plan *p, size_t point, struct summary *m, psn_diagnostics *all)
{
    struct judgement j;
    struct plan_point *here = &p->point[point];
    if (stopping_judge(p->rule, m, &j))
        return no_memory(all);
    size_t next = stopping_next(p->rule, here->target);
    if (j.enough || next == 0) {
        settle(p, point, j.precise);
        return 0;
    }
    here->passed = here->target;
    here->target = next;
    return open_target(p, point, all);
}

/* Looks at a point's checkpoints until one waits for runs, or is the last. */
static int advance(struct plan *p, size_t point, psn_diagnostics *all)
{
    struct plan_point *here = &p->point[point];
    if (here->open > 0)
        return 0;
    if (stopping_fixed(p->rule)) {
        settle(p, point, true);
        return 0;
    }
    struct summary *m = summary_new(p->study);
    if (!m)
        return no_memory(all);
    size_t read = 0;
    int error = 0;
    while (!error && !here->settled && here->open == 0) {
        error = read_runs(p, point, read, here->target, m, all);
        read = here->target;
        if (!error)
            error = look(p, point, m, all);
    }
    summary_free(m);
    return error;
}

/* A point by its key. */
struct keyed {
    const struct point_key *key;
    size_t point;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    int order = memcmp(x->key, y->key, sizeof *x->key);
    return order ? order : (x->point > y->point) - (x->point < y->point);
}

/* Finds the points that are the same: levels and whole numbers meet often in a design. */
static bool find_twins(struct plan *p)
{
    size_t n = p->study->n_points;
    struct keyed *x = calloc(n + 1, sizeof *x);
    p->leader = calloc(n + 1, sizeof *p->leader);
    p->follower = calloc(n + 1, sizeof *p->follower);
    bool whole = x && p->leader && p->follower;
    for (size_t i = 0; whole && i < n; i++)
        x[i] = (struct keyed){&p->study->key[i], i};
    if (whole && n)
        qsort(x, n, sizeof *x, by_key);
    for (size_t i = 0; whole && i < n; i++) {
        bool follows = i > 0 && memcmp(x[i].key, x[i - 1].key, sizeof *x[i].key) == 0;
        p->leader[x[i].point] = follows ? p->leader[x[i - 1].point] : x[i].point;
        p->follower[x[i].point] = n;
        if (follows)
            p->follower[x[i - 1].point] = x[i].point;
    }
    free(x);
    return whole;
}

int plan_init(struct plan *p, struct stopping *rule, struct journals *journals,
              const struct study *s, bool retry_failed, psn_diagnostics *all)
{
    *p = (struct plan){.study = s, .rule = rule, .journals = journals, .unsettled = s->n_points};
    p->point = calloc(s->n_points + 1, sizeof *p->point);
    p->end = calloc(s->n_points + 1, sizeof *p->end);
    p->state = calloc(s->n_runs + 1, sizeof *p->state);
    if (!p->point || !p->end || !p->state || !find_twins(p)) {
        plan_fini(p);
        return no_memory(all);
    }
    int error = 0;
    for (size_t run = 0; run < s->n_runs; run++)
        if (journals_has(journals, run) && !(retry_failed && journals_failed(journals, run)))
            p->state[run] = PLAN_KEPT_BEFORE;
    for (size_t i = 0; i < s->n_points && !error; i++) {
        p->end[i].replications = s->n_replications;
        p->point[i].target = stopping_next(rule, 0);
        error = open_target(p, i, all);
        if (!error)
            error = advance(p, i, all);
    }
    if (error)
        plan_fini(p);
    return error;
}

void plan_fini(struct plan *p)
{
    free(p->point);
    free(p->end);
    free(p->state);
    free(p->queue);
    free(p->leader);
    free(p->follower);
    *p = (struct plan){0};
}

/* The same for one of the points that have the run. */
static int point_done(struct plan *p, size_t point, size_t replication, bool *settled,
                      psn_diagnostics *all)
{
    size_t run = point * p->study->n_replications + replication;
    struct plan_point *here = &p->point[point];
    *settled = false;
    if (kept(p, run))
        return 0;
    p->state[run] = PLAN_KEPT;
    if (here->settled || replication >= here->target)
        return 0;
    here->open--;
    int error = advance(p, point, all);
    *settled = here->settled;
    return error;
}

int plan_done(struct plan *p, size_t run, bool *settled, psn_diagnostics *all)
{
    size_t point = run / p->study->n_replications, replication = run % p->study->n_replications;
    int error = point_done(p, point, replication, settled, all);
    for (size_t i = p->follower[point]; i < p->study->n_points && !error; i = p->follower[i]) {
        bool too;
        error = point_done(p, i, replication, &too, all);
    }
    return error;
}

bool plan_speculate(struct plan *p)
{
    size_t n = p->study->n_replications, best = p->study->n_points, least = n;
    for (size_t i = 0; i < p->study->n_points; i++) {
        struct plan_point *here = &p->point[i];
        if (p->leader[i] != i)
            continue;
        while (!here->settled && here->next < n && p->state[i * n + here->next] != PLAN_NEEDED)
            here->next++;
        if (!here->settled && here->next < n && here->next - here->target < least) {
            best = i;
            least = here->next - here->target;
        }
    }
    psn_diagnostics none = {0};
    bool some = best < p->study->n_points && !enqueue(p, best * n + p->point[best].next, &none);
    psn_diagnostics_fini(&none);
    return some;
}

size_t plan_kept_before(const struct plan *p)
{
    size_t n = 0, replications = p->study->n_replications;
    for (size_t run = 0; run < p->study->n_runs; run++)
        n += p->state[run] == PLAN_KEPT_BEFORE &&
             p->leader[run / replications] == run / replications;
    return n;
}

size_t plan_runs(const struct plan *p)
{
    size_t points = 0;
    for (size_t i = 0; i < p->study->n_points; i++)
        points += p->leader[i] == i;
    return points * p->study->n_replications;
}

struct plan_count plan_count(const struct plan *p)
{
    struct plan_count c = {0};
    for (size_t i = 0; i < p->study->n_points; i++) {
        size_t first = i * p->study->n_replications;
        c.runs += p->end[i].replications;
        for (size_t r = 0; r < p->end[i].replications; r++) {
            c.before += p->state[first + r] == PLAN_KEPT_BEFORE;
            c.done += kept(p, first + r);
        }
    }
    return c;
}
