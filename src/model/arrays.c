/* SPDX-License-Identifier: Apache-2.0
 * Storage arrays. */
#include "model/arrays.h"

#include <math.h>

#define OPERATION_BITS (64.0 * 1024.0 * 8.0)

static void array_depart(void *owner, psn_time now)
{
    struct array_unit *u = owner;
    struct job *job = divided_depart(&u->station, now);
    tree_set(&u->process->tree, u->slot, u->station.next);
    if (!job)
        return;
    if (u->latency_ns > 0)
        line_put(u->process, &u->latency, law_later(now, u->latency_ns), u->order++, job);
    else
        u->served(u->context, u->process, job, now);
}

static bool is_same(const struct job *job, const void *what)
{
    return job == what;
}

/* A divided_revoke: the job is back from its latency. */
static struct job *array_take_back(void *owner, struct job *job, bool staged)
{
    struct array_unit *u = owner;
    (void)staged;
    return line_withdraw(&u->latency, is_same, job);
}

static void array_latency_over(void *owner, psn_time now)
{
    struct array_unit *u = owner;
    u->served(u->context, u->process, line_take(&u->latency), now);
}

int array_init(struct array_unit *u, const struct array *a, struct process *process, uint32_t slot,
               uint32_t latency_slot, machine_served served, void *context)
{
    u->latency_ns = a->latency;
    u->iops = a->iops;
    u->bandwidth_bps = a->bandwidth_bps;
    u->process = process;
    u->slot = slot;
    u->latency.home = process;
    u->latency.slot = latency_slot;
    u->served = served;
    u->context = context;
    process_bind(process, slot, array_depart, u);
    process_bind(process, latency_slot, array_latency_over, u);
    int code = divided_init(&u->station);
    u->station.revoke = array_take_back;
    u->station.owner = u;
    return code;
}

void array_fini(struct array_unit *u)
{
    if (!u->process)
        return;
    divided_fini(&u->station);
    line_fini(&u->latency);
}

double array_demand(double iops, double bandwidth_bps, double bits)
{
    double operations = ceil(bits / OPERATION_BITS);
    return fmax(operations / iops, bits / bandwidth_bps) * 1e9;
}

void array_arrive(struct array_unit *u, struct job *job, psn_time now)
{
    job->service = law_round_ns(array_demand(u->iops, u->bandwidth_bps, job->size_bits));
    job->last = 0;
    job->share = (uint32_t)METER_WHOLE;
    int code;
    if (!(job->flags & JOB_BULK) && divided_may_promise(&u->station)) {
        psn_time departs = PSN_NEVER;
        code = divided_promise(&u->station, job, now, &departs);
        line_put(u->process, &u->latency, law_later(departs, u->latency_ns), u->order++, job);
    } else {
        code = divided_arrive(&u->station, job, now);
        tree_set(&u->process->tree, u->slot, u->station.next);
    }
    if (code)
        u->process->error = code;
}

struct meter *array_measured(struct array_unit *u, psn_time horizon)
{
    divided_finish(&u->station, horizon);
    return &u->station.meter;
}

void array_change(void *owner, const struct changes *c, psn_time now)
{
    struct array_unit *u = owner;
    divided_set_speed(&u->station, c->speed, now);
    tree_set(&u->process->tree, u->slot, u->station.next);
}
