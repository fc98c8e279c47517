/* SPDX-License-Identifier: Apache-2.0
 * Blocks of requests that go straight through their stations.
 *
 * Such a request visits the same pools in the same order as all others of its source, each of which
 * commits and has no other customers, and then ends: station by station the whole block goes by
 * Lindley's recursion, with the draws of a block of its stream, and the state of a station stays in
 * registers. A visit costs some 15 instructions beside its draw, and no event. */
#include "model/block.h"

#include "kernel/law.h"

/* What n jobs from `number` on take at an operation, ns; as the engine draws it for one. */
static void draw_services(const struct op *op, struct stream *s, double speed, uint64_t number,
                          size_t n, psn_time *service)
{
    double mean = op->mean;
    if (s->law.kind == LAW_CONST) {
        for (size_t i = 0; i < n; i++)
            service[i] = law_round_ns(speed != 1 ? mean / speed : mean);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        double work = mean * stream_draw(s, number + i, 0);
        service[i] = law_round_ns(speed != 1 ? work / speed : work);
    }
}

/* Those who do not leave a station before the horizon stay under way there: the last ones, or where
 * several servers serve, some. Returns how many go on, first in `born` and `at`, in their order. */
static size_t keep_late(struct engine *e, struct demand *s, uint64_t number, psn_time *born,
                        psn_time *at, size_t n)
{
    size_t on = 0;
    for (size_t i = 0; i < n; i++) {
        if (at[i] < e->d->horizon) {
            born[on] = born[i];
            at[on++] = at[i];
        } else {
            demand_job(s, number + i, born[i]);
        }
    }
    return on;
}

/* All visits and the end. After several servers there is nothing but the end, so that numbers stay
 * those of the block as long as they are needed. */
static void serve(struct engine *e, struct demand *s, uint64_t number, const psn_time *arrivals,
                  size_t n)
{
    const struct recipe *r = &e->recipe[s->index];
    psn_time born[DEMAND_BLOCK], at[DEMAND_BLOCK], service[DEMAND_BLOCK];
    for (size_t i = 0; i < n; i++)
        born[i] = at[i] = arrivals[i];
    for (uint32_t k = r->first[0]; r->op[k].kind == OP_COMPUTE; k = r->op[k].next) {
        struct pool_unit *u = &e->pool[r->op[k].station];
        draw_services(&r->op[k], &e->streams[s->index].stream[k], u->speed, number, n, service);
        if (fifo_arrive_block(&u->station.fifo, n, service, s->source->partner, at))
            s->process->error = PSN_EMEMORY;
        psn_time last = 0;
        for (size_t i = 0; i < n; i++)
            last = at[i] > last ? at[i] : last;
        if (__builtin_expect(last >= e->d->horizon, 0))
            n = keep_late(e, s, number, born, at, n);
    }
    recorder_complete_block(&e->recorder[s->process->index], s->stream, n, born, at);
}

/* A shared station that no other customers have: it goes from arrival to arrival, a departure first
 * where both are due, without an event. Whoever is there after the last arrival leaves by events,
 * as long as none of the next block comes. */
static void share(struct engine *e, struct demand *s, uint64_t number, const psn_time *at, size_t n)
{
    const struct recipe *r = &e->recipe[s->index];
    uint32_t step = r->first[0];
    struct pool_unit *u = &e->pool[r->op[step].station];
    struct sharing *x = &u->station.sharing;
    struct recorder *recorder = &e->recorder[s->process->index];
    psn_time service[DEMAND_BLOCK];
    draw_services(&r->op[step], &e->streams[s->index].stream[step], u->speed, number, n, service);
    for (size_t i = 0; i < n; i++) {
        while (x->next <= at[i]) {
            psn_time now = x->next;
            struct job *gone = sharing_depart(x, now);
            recorder_complete(recorder, s->stream, gone->born, now);
            process_release(s->process, gone);
        }
        struct job *job = demand_job(s, number + i, at[i]);
        if (!job)
            return;
        job->step = step;
        job->service = service[i];
        if (sharing_arrive(x, job, at[i]))
            s->process->error = PSN_EMEMORY;
    }
    tree_set(&s->process->tree, u->slot, x->next);
}

bool block_arrive(void *engine, struct demand *s, uint64_t number, const psn_time *at, size_t n)
{
    struct engine *e = engine;
    recorder_offer_block(&e->recorder[s->process->index], s->stream, n, at);
    if (s->straight)
        serve(e, s, number, at, n);
    else if (s->shares)
        share(e, s, number, at, n);
    return s->straight || s->shares;
}
