/* SPDX-License-Identifier: Apache-2.0
 * The passage of jobs through their recipes. */
#include "model/engine.h"

#include "model/block.h"

#include "kernel/windows.h"

static void proceed(struct engine *e, struct process *p, struct job *job, psn_time now);

static struct recorder *recorder_of(struct engine *e, const struct process *p)
{
    return &e->recorder[p - e->process];
}

/* What grows has the size that it had when the request arrived, in all its steps. Apart, for few
 * things grow, and the draw of the others is small enough to be inlined. */
static __attribute__((noinline)) double grown(const struct engine *e, const struct op *op,
                                              const struct job *job)
{
    return op->mean * description_growth(e->d, op->growth, job->born);
}

/* The amount of an operation for this job, in its own unit. */
static inline double draw(struct engine *e, const struct op *op, const struct job *job)
{
    struct stream *s = &e->streams[job->source].stream[job->step];
    double mean = __builtin_expect(op->growth != 0, 0) ? grown(e, op, job) : op->mean;
    if (s->law.kind == LAW_CONST)
        return mean;
    return mean * stream_draw(s, job->number, job_visit(job));
}

/* The uniform of a choice, its own, the same however jobs are served: half of its stream's, whose
 * law is the uniform one on [0, 2], which loses no digit. */
static inline double draw_choice(struct engine *e, const struct job *job)
{
    struct stream *s = &e->streams[job->source].stream[job->step];
    return stream_draw(s, job->number, job_visit(job)) / 2;
}

/* The branch of a choice. */
static uint32_t choose(struct engine *e, const struct op *op, const struct job *job)
{
    double u = draw_choice(e, job);
    uint32_t b = 0;
    while (b + 1 < op->n_branches && u >= op->below[b])
        b++;
    return op->branch[b];
}

/* After a pass of a loop: another one, or none; by its own uniform, too. */
static __attribute__((noinline)) void once_more(struct engine *e, const struct op *op,
                                                struct job *job)
{
    if (draw_choice(e, job) < op->again && job->visit < op->limit) {
        job->visit += op->stride;
        job->step = op->back;
    } else {
        job->visit %= op->stride; /* the passes of the loops around */
        job->step = op->next;
    }
}

/* How long a job will wait at a pool, and its server stays busy after it. Apart, as what follows
 * that few recipes have: the passage of all others stays small. */
static __attribute__((noinline)) void ready_for(struct engine *e, const struct op *op,
                                                const struct pool_unit *u, struct job *job)
{
    const struct source_streams *s = &e->streams[job->source];
    job->patience = PSN_NEVER;
    job->last = 0;
    if (op->patience_law)
        job->patience = law_round_ns(
            op->patience * stream_draw_one(&s->patience[job->step], job->number, job_visit(job)));
    if (u->pool->wraps_up)
        job->last =
            law_round_ns(u->pool->wrap_up.mean.value *
                         stream_draw_one(&s->wrap_up[job->step], job->number, job_visit(job)));
}

/* The recipe is done: the figures are recorded where it ended, a user or schedule learns of it
 * after the way back. Whether a user with a timeout still waited is known only there. */
static void end(struct engine *e, struct process *p, const struct op *op, struct job *job,
                psn_time now)
{
    struct demand *s = &e->demand[job->source];
    bool patient = s->attempts.timeout == 0;
    if (patient)
        recorder_complete(recorder_of(e, p), s->stream, job->born, now);
    if (s->kind == WORKLOAD_SCHEDULED) {
        psn_time closes = s->source->release[job->number].closes;
        if (now > closes)
            recorder_overrun(recorder_of(e, p), s->stream, job->born, now - closes);
    }
    if (op->told) {
        job->flags |= JOB_ENDED;
        line_put(p, &s->news, now + op->back_after, job->number, job);
        return;
    }
    if (s->kind != WORKLOAD_OPEN || !patient)
        demand_ended(s, job, now);
    process_release(p, job);
}

/* The request has failed. Where nobody waits for another attempt that counts here; else its user or
 * schedule learns of it after the way back, and sees to it. */
static __attribute__((noinline)) void fail(struct engine *e, struct process *p, const struct op *op,
                                           struct job *job, psn_time now)
{
    struct demand *s = &e->demand[job->source];
    bool last = s->attempts.timeout == 0 && job->attempt >= s->retries;
    if (last) {
        recorder_fail(recorder_of(e, p), s->stream, job->born, now, job->flags);
        job->flags |= JOB_ENDED;
    }
    if (last && s->kind == WORKLOAD_OPEN)
        process_release(p, job);
    else
        line_put(p, &s->news, now + op->back_after, job->number, job);
}

/* The job waits where it is, and a child of it does each branch. */
static __attribute__((noinline)) void fork_job(struct engine *e, struct process *p,
                                               const struct op *op, struct job *job, psn_time now)
{
    e->yard[op->place].leaving = NULL; /* nobody comes straight from before the fork */
    job->pending = op->n_branches;
    for (uint32_t b = 0; b < op->n_branches; b++) {
        struct job *child = process_job(p);
        if (!child)
            return;
        *child = *job;
        child->flags |= JOB_CHILD;
        child->parent = job;
        child->step = op->branch[b];
        proceed(e, p, child, now);
    }
}

/* A branch is done or has failed; the last one lets the parent go on, which fails if one did. */
static __attribute__((noinline)) void join(struct engine *e, struct process *p, const struct op *op,
                                           struct job *child, psn_time now)
{
    struct job *parent = child->parent;
    e->yard[op->place].leaving = NULL; /* nor from within it */
    parent->flags |= child->flags & JOB_FAILED;
    process_release(p, child);
    if (--parent->pending > 0)
        return;
    const struct op *fork = &e->recipe[parent->source].op[parent->step];
    parent->step = parent->flags & JOB_FAILED ? fork->failed : fork->next;
    proceed(e, p, parent, now);
}

static void delay_start(struct engine *e, uint32_t place, struct job *job, psn_time until)
{
    struct delay_unit *u = &e->delay[place];
    if (heap_push(&u->heap, (struct heap_entry){until, u->order++, {.pointer = job}}))
        u->process->error = PSN_EMEMORY;
    tree_set(&u->process->tree, u->slot, heap_top(&u->heap)->key);
}

static void delay_over(void *owner, psn_time now)
{
    struct delay_unit *u = owner;
    struct job *job = heap_top(&u->heap)->item.pointer;
    heap_pop(&u->heap);
    const struct heap_entry *top = heap_top(&u->heap);
    tree_set(&u->process->tree, u->slot, top ? top->key : PSN_NEVER);
    job->step = u->engine->recipe[job->source].op[job->step].next;
    proceed(u->engine, u->process, job, now);
}

/* From one place of a site to another. What leaves different places for one at the same time comes
 * in the order of places, so that no schedule matters. Apart, for few sites have a LAN delay. */
static __attribute__((noinline)) void step_over(struct engine *e, struct process *p,
                                                const struct op *op, struct job *job, psn_time now)
{
    struct lan_unit *to = &e->lan[op->to];
    uint64_t order = (uint64_t)op->place << 40 | e->lan[op->place].left++;
    line_put(p, &to->line, law_later(now, to->delay), order, job);
}

static void lan_over(void *owner, psn_time now)
{
    struct lan_unit *u = owner;
    struct job *job = line_take(&u->line);
    job->step = u->engine->recipe[job->source].op[job->step].next;
    proceed(u->engine, u->line.home, job, now);
}

/* A stream begins. Apart, for few recipes have any. */
static __attribute__((noinline)) void stream_start(struct engine *e, const struct op *op,
                                                   struct job *job, psn_time now)
{
    double u[2];
    const struct stream *s = &e->streams[job->source].phase[job->step];
    stream_uniform2(s, job->number, job_visit(job), 0, u);
    emitter_begin(&e->emitter[op->place], job, law_round_ns(draw(e, op, job)), u[0] * op->interval,
                  now);
}

/* A job comes to a pool. True where it goes on at once: it has been served ahead of time, and
 * leaves at *now, or it was refused. */
static inline bool serve(struct engine *e, const struct op *op, struct job *job, psn_time *now)
{
    struct pool_unit *pool = &e->pool[op->station];
    if (pool_commits(pool)) {
        psn_time departs = pool_commit(pool, draw(e, op, job), job->owner, *now);
        if (__builtin_expect(departs >= e->d->horizon, 0))
            return false; /* under way at the end */
        if (!op->ahead) {
            pool_put(pool, departs, job);
            return false;
        }
        *now = departs;
        job->step = op->next;
        return true;
    }
    if (__builtin_expect(pool->driver != NULL, 0))
        ready_for(e, op, pool, job);
    if (__builtin_expect(pool_arrive(pool, job, draw(e, op, job), *now), 1))
        return false;
    job->flags |= JOB_REFUSED;
    job->step = op->failed;
    return true;
}

/* The end of a pass of a loop: another pass, or on. */
static inline void repeat(const struct op *op, struct job *job)
{
    if (job->visit < op->limit) {
        job->visit += op->stride;
        job->step = op->back;
    } else {
        job->visit -= op->limit;
        job->step = op->next;
    }
}

/* Does operations until one takes time. */
static void proceed(struct engine *e, struct process *p, struct job *job, psn_time now)
{
    const struct op *ops = e->recipe[job->source].op;
    for (;;) {
        const struct op *op = &ops[job->step];
        if (op->amount == AMOUNT_NONE && op->kind == OP_SEND)
            job->size_bits = 0;
        else if (op->amount == AMOUNT_DRAW && (op->kind == OP_SEND || op->kind == OP_STORE))
            job->size_bits = draw(e, op, job);
        switch (op->kind) {
        case OP_SEND:
            if (__builtin_expect(transport_send(&e->transport, job, now), 1))
                return;
            job->step = op->failed;
            break;
        case OP_LAN:
            step_over(e, p, op, job, now);
            return;
        case OP_COMPUTE:
            if (!serve(e, op, job, &now))
                return;
            break;
        case OP_STORE:
            array_arrive(&e->array[op->station], job, now);
            return;
        case OP_DELAY:
            delay_start(e, op->place, job, law_later(now, law_round_ns(draw(e, op, job))));
            return;
        case OP_STREAM:
            stream_start(e, op, job, now);
            return;
        case OP_SINK:
            process_release(p, job);
            return;
        case OP_CHOICE:
            job->step = choose(e, op, job);
            break;
        case OP_REPEAT:
            repeat(op, job);
            break;
        case OP_AGAIN:
            once_more(e, op, job);
            break;
        case OP_FORK:
            fork_job(e, p, op, job, now);
            return;
        case OP_JOIN:
            join(e, p, op, job, now);
            return;
        case OP_END:
            end(e, p, op, job, now);
            return;
        case OP_FAIL:
            fail(e, p, op, job, now);
            return;
        }
    }
}

/* A message has arrived, or a machine has served: the next operation. */
static void go_on(void *context, struct process *p, struct job *job, psn_time now)
{
    struct engine *e = context;
    job->step = e->recipe[job->source].op[job->step].next;
    proceed(e, p, job, now);
}

/* A job waited in vain at a pool. */
static void abandoned(void *context, struct process *p, struct job *job, psn_time now)
{
    struct engine *e = context;
    job->flags |= JOB_ABANDONED;
    job->step = e->recipe[job->source].op[job->step].failed;
    proceed(e, p, job, now);
}

/* A message was lost for good, or has no route when it is to be sent again. */
static void undelivered(void *context, struct process *p, struct job *job, psn_time now)
{
    struct engine *e = context;
    job->step = e->recipe[job->source].op[job->step].failed;
    proceed(e, p, job, now);
}

static void offer(void *context, struct demand *s, psn_time now)
{
    recorder_offer(recorder_of(context, s->process), s->stream, now);
}

static void answered(void *context, struct demand *s, psn_time born, psn_time now)
{
    recorder_complete(recorder_of(context, s->process), s->stream, born, now);
}

static void given_up(void *context, struct demand *s, psn_time born, uint32_t why, bool again)
{
    struct recorder *r = recorder_of(context, s->process);
    if (again)
        recorder_retry(r, s->stream, born);
    else
        recorder_fail(r, s->stream, born, s->process->now, why);
}

static void begin(void *context, struct demand *s, struct job *job, psn_time now)
{
    struct engine *e = context;
    /* A job that waited for the one before it keeps the binding of its arrival, as any other. */
    job->step = e->recipe[s->index].first[description_epoch(e->d, job->born)];
    proceed(e, s->process, job, now);
}

void engine_connect(struct engine *e)
{
    e->transport.d = e->d;
    e->transport.recipe = e->recipe;
    e->transport.process = e->process;
    e->transport.process_of = e->process_of;
    e->transport.targets = e->class_targets;
    e->transport.usage = e->usage;
    e->transport.owners = e->owners;
    e->transport.own = e->own;
    e->transport.ways = &e->ways;
    e->transport.arrived = go_on;
    e->transport.failed = undelivered;
    e->transport.context = e;
    for (size_t i = 0; i < e->d->n_sources; i++) {
        e->demand[i].offer = offer;
        e->demand[i].begin = begin;
        e->demand[i].arrive_block = block_arrive;
        e->demand[i].answered = answered;
        e->demand[i].given_up = given_up;
        e->demand[i].context = e;
    }
    e->served = go_on;
    e->abandoned = abandoned;
    e->delay_over = delay_over;
    e->lan_over = lan_over;
    e->stream_over = go_on;
}

/* What became of the run, for who asks. */
static void fill_account(const struct engine *e, const struct windows_account *w)
{
    int64_t all = 0, most = 0;
    for (size_t i = 0; i < e->n_processes; i++) {
        all += e->process[i].events;
        most = e->process[i].events > most ? e->process[i].events : most;
    }
    e->account->windows = w->windows;
    e->account->shared = w->shared;
    e->account->threads = w->threads > 1 ? w->threads : 1;
    e->account->processes = e->n_processes;
    e->account->lookahead = e->lookahead;
    e->account->heaviest = all > 0 ? (double)most / (double)all : 0;
}

int engine_run(struct engine *e, const volatile int *stop)
{
    struct windows_account account = {0};
    const struct windows w = {.n = e->n_processes,
                              .account = &account,
                              .process = e->process,
                              .distance = e->distance,
                              .horizon = e->d->horizon,
                              .stop = stop,
                              .threads = e->threads,
                              .adapt = e->adapt};
    int code = windows_run(&w);
    if (e->account)
        fill_account(e, &account);
    return code;
}
