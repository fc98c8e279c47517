/* SPDX-License-Identifier: Apache-2.0
 * What a link and the fluid layer tell each other. */
#include "model/fluid_link.h"

#include <math.h>

#include "model/fluid.h"
#include "stations/pace.h"

#define SECOND       ((psn_time)1000000000)
#define PERIOD_FIRST (SECOND / 8)
#define PERIOD_MOST  (16 * SECOND)
#define SLACK        0.02

double fluid_link_factor(const struct link *l)
{
    return 1 + l->overhead_share + l->overhead_bits / (double)PACKET_BITS;
}

double fluid_link_capacity(const struct fluid_link *l)
{
    double speed = l->changes ? (double)l->changes->speed / (double)PACE_FULL : 1;
    return fmin(l->line_bps * speed, l->most_bps);
}

/* A job that only carries news. */
static struct job *news(struct process *p, uint32_t class)
{
    struct job *job = process_job(p);
    if (job) {
        job->flags |= JOB_ENDED | JOB_HEAD;
        job->group = class;
    }
    return job;
}

void fluid_link_tell(struct fluid_link *l, uint32_t class, const struct maxmin_sum *sum,
                     psn_time now)
{
    uint64_t cap = 0;
    if (sum->owners > 0) {
        double share = sum->rate / l->line_bps * (double)METER_WHOLE;
        cap = sum->bottleneck ? (uint64_t)METER_WHOLE
                              : (uint64_t)fmin((double)METER_WHOLE, fmax(1, share + 0.5));
    }
    if (cap == l->told_cap[class] && sum->owners == l->told_weight[class])
        return;
    struct job *job = news(l->fluid->process, class);
    if (!job)
        return;
    l->told_cap[class] = job->number = cap;
    l->told_weight[class] = job->owner = sum->owners;
    line_put(l->fluid->process, &l->background, law_later(now, l->fluid->plan->control), l->told++,
             job);
}

/* Tells the owner what to count on for a class from now on. */
static void report(struct fluid_link *l, uint32_t class, double load, psn_time now)
{
    struct job *job = news(l->x->process, class);
    if (!job)
        return;
    l->load[class].told = job->size_bits = fmin(fmax(load, 0), 1);
    line_put(l->x->process, &l->loads, law_later(now, l->fluid->plan->control), l->reports++, job);
}

/* What the messages of a class took since the last look, as a share of the line; and the look is
 * over. */
static double taken(struct fluid_link *l, uint32_t class, psn_time now)
{
    exact_sum work = transmitter_work(l->x, class, now);
    double share = exact_double(work - l->load[class].served);
    l->load[class].served = work;
    return now > l->looked ? share / (double)(now - l->looked) : 0;
}

/* The first flows come: the time without any tells what to expect, where it was long enough. */
static void look_first(struct fluid_link *l, psn_time now)
{
    uint32_t n = (uint32_t)l->fluid->d->n_classes + 1;
    for (uint32_t c = 0; c < n; c++) {
        double share = taken(l, c, now);
        l->load[c].debt = 0;
        if (now - l->looked >= SECOND && fabs(share - l->load[c].told) > SLACK)
            report(l, c, share, now);
    }
    l->looked = now;
    l->period = PERIOD_FIRST;
}

/* A look while there are flows. Returns whether a load was told. */
static bool look(struct fluid_link *l, psn_time now)
{
    uint32_t n = (uint32_t)l->fluid->d->n_classes + 1;
    psn_time period = l->period > SECOND ? l->period : SECOND;
    bool told = false;
    for (uint32_t c = 0; c < n; c++) {
        struct fluid_load *load = &l->load[c];
        double share = taken(l, c, now), more = share - load->told;
        load->debt += more * (double)(now - l->looked);
        if (fabs(load->debt + more * (double)period) <= SLACK * (double)period)
            continue;
        report(l, c, share + load->debt / (double)SECOND, now);
        told = true;
    }
    l->looked = now;
    return told;
}

static void measure(void *owner, psn_time now)
{
    struct fluid_link *l = owner;
    bool told = look(l, now);
    if (l->period < SECOND || (!told && l->period < PERIOD_MOST))
        l->period *= 2;
    else if (told)
        l->period = SECOND;
    tree_set(&l->x->process->tree, l->measure_slot, law_later(now, l->period));
}

/* The link is told what flows of a class take. */
static void background(void *owner, psn_time now)
{
    struct fluid_link *l = owner;
    struct job *job = line_take(&l->background);
    uint64_t *cap = &l->background_of[job->group];
    uint32_t before = l->n_backgrounds;
    if (job->number > 0 && *cap == 0)
        l->n_backgrounds++;
    else if (job->number == 0 && *cap > 0)
        l->n_backgrounds--;
    *cap = job->number;
    transmitter_background(l->x, job->group, *cap, job->owner, now);
    if (!l->fluid->plan->messages[l->direction]) {
        /* there is nothing to look at */
    } else if (before == 0 && l->n_backgrounds > 0) {
        look_first(l, now);
        tree_set(&l->x->process->tree, l->measure_slot, law_later(now, l->period));
    } else if (before > 0 && l->n_backgrounds == 0) {
        look(l, now);
        tree_set(&l->x->process->tree, l->measure_slot, PSN_NEVER);
    }
    process_release(l->x->process, job);
}

/* The owner is told what messages of a class take of a link. */
static void load(void *owner, psn_time now)
{
    struct fluid_link *l = owner;
    struct fluid *f = l->fluid;
    struct job *job = line_take(&l->loads);
    if (flows_set_load(&f->flows, l->index, job->group, job->size_bits * l->line_bps, false, now))
        f->process->error = PSN_EMEMORY;
    process_release(f->process, job);
    fluid_wake(f);
}

int fluid_link_init(struct fluid_link *l, struct fluid *f, uint32_t index, uint32_t direction,
                    uint32_t background_slot, uint32_t measure_slot, uint32_t load_slot,
                    struct arena *memory)
{
    const struct link *link = &f->d->link[direction / 2];
    double factor = fluid_link_factor(link);
    size_t n = f->d->n_classes + 1;
    *l = (struct fluid_link){.fluid = f,
                             .index = index,
                             .direction = direction,
                             .line_bps = link->bandwidth_bps / factor,
                             .most_bps =
                                 link->contract_bps > 0 ? link->contract_bps / factor : INFINITY,
                             .x = &f->transport->link[direction],
                             .measure_slot = measure_slot};
    l->served = arena_array(memory, f->d->n_partners + 1, sizeof *l->served);
    l->told_cap = arena_array(memory, n, sizeof *l->told_cap);
    l->told_weight = arena_array(memory, n, sizeof *l->told_weight);
    l->load = arena_array(memory, n, sizeof *l->load);
    l->background_of = arena_array(memory, n, sizeof *l->background_of);
    if (!l->served || !l->told_cap || !l->told_weight || !l->load || !l->background_of)
        return PSN_EMEMORY;
    l->background = (struct line){.home = l->x->process, .slot = background_slot};
    l->loads = (struct line){.home = f->process, .slot = load_slot};
    process_bind(l->x->process, background_slot, background, l);
    process_bind(l->x->process, measure_slot, measure, l);
    process_bind(f->process, load_slot, load, l);
    return 0;
}

void fluid_link_fini(struct fluid_link *l)
{
    line_fini(&l->background);
    line_fini(&l->loads);
}
