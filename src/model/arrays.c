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
    return divided_init(&u->station);
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
    if (divided_arrive(&u->station, job, now))
        u->process->error = PSN_EMEMORY;
    tree_set(&u->process->tree, u->slot, u->station.next);
}

void array_change(void *owner, const struct changes *c, psn_time now)
{
    struct array_unit *u = owner;
    divided_set_speed(&u->station, c->speed, now);
    tree_set(&u->process->tree, u->slot, u->station.next);
}
