/* SPDX-License-Identifier: Apache-2.0
 * What a link and the fluid layer tell each other. */
#include "model/fluid_link.h"

#include <math.h>

#include "model/transmitter.h"
#include "stations/pace.h"

#define SECOND       ((psn_time)1000000000)
#define PERIOD_FIRST (SECOND / 64)
#define PERIOD_MOST  (16 * SECOND)
#define SLACK        0.02
#define WHOLE        ((uint64_t)METER_WHOLE)

double fluid_link_factor(const struct link *l)
{
    return 1 + l->overhead_share + l->overhead_bits / (double)PACKET_BITS;
}

double fluid_link_capacity(const struct fluid_link *l)
{
    double speed = l->changes ? (double)l->changes->speed / (double)PACE_FULL : 1;
    return fmin(l->line_bps * speed, l->most_bps);
}

static void set_load(struct fluid_link *l, uint32_t class, double bps, psn_time now)
{
    if (flows_set_load(&l->fluid->flows, l->index, class, bps, false, now))
        l->fluid->process->error = PSN_EMEMORY;
}

/* The limit of a class, a share of the line; 0: none. */
static double limit_of(const struct fluid_link *l, uint32_t class)
{
    const struct description *d = l->fluid->d;
    return class < d->n_classes ? d->class[class].limit : 0;
}

/* Tells the station of loads. What messages were measured to take is what the link has given them
 * beside its flows, whatever their part is, so it goes before these: as a load of the class before
 * all others. Only where flows of several classes share a link each class's is told as its own, for
 * there it is a part of what its class may have; but not that of a class with a limit, which the
 * policer lets through first: of the limit flows have what it leaves. */
static void set_loads(struct fluid_link *l, psn_time now)
{
    uint32_t n = (uint32_t)l->fluid->d->n_classes + 1;
    double sum = 0;
    for (uint32_t c = 0; c < n; c++) {
        bool own = l->in_classes && limit_of(l, c) <= 0;
        sum += own ? 0 : l->load_bps[c];
        set_load(l, c, own ? l->load_bps[c] : 0, now);
        flows_set_used(&l->fluid->flows, l->index, c, l->load_bps[c], now);
    }
    set_load(l, n, sum, now);
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
        double most = (double)WHOLE, limit = limit_of(l, class);
        if (limit > 0)
            most *= fmax(limit - l->load_bps[class] / l->line_bps, 0);
        cap = (uint64_t)fmax(1, fmin(most, sum->bottleneck ? most : share + 0.5));
    }
    if (cap == l->told_cap[class] && sum->owners == l->told_weight[class])
        return;
    struct job *job = news(l->fluid->process, class);
    if (!job)
        return;
    l->told_cap[class] = job->number = cap;
    job->owner = sum->owners;
    if (sum->owners > 0 && l->told_weight[class] == 0)
        l->n_classes++;
    else if (sum->owners == 0 && l->told_weight[class] > 0)
        l->n_classes--;
    l->told_weight[class] = sum->owners;
    if (l->n_classes > 0 && (l->n_classes > 1) != l->in_classes) {
        l->in_classes = l->n_classes > 1;
        set_loads(l, now);
    }
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

/* Looks come at short intervals from now on. */
static void look_closely(struct fluid_link *l, psn_time now)
{
    l->period = PERIOD_FIRST;
    tree_set(&l->x->process->tree, l->measure_slot, law_later(now, l->period));
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
    struct fluid_background *old = &l->background_of[job->group];
    struct fluid_background new = {job->number, job->owner};
    uint32_t before = l->n_backgrounds;
    /* Does the class share with messages in another way than before? */
    bool other = new.weight != old->weight || (new.cap == WHOLE) != (old->cap == WHOLE);
    if (new.cap > 0 && old->cap == 0)
        l->n_backgrounds++;
    else if (new.cap == 0 && old->cap > 0)
        l->n_backgrounds--;
    *old = new;
    transmitter_background(l->x, job->group, new.cap, new.weight, now);
    if (!l->fluid->plan->messages[l->direction]) {
        /* there is nothing to look at */
    } else if (before == 0 && l->n_backgrounds > 0) {
        look_first(l, now);
        look_closely(l, now);
    } else if (before > 0 && l->n_backgrounds == 0) {
        look(l, now);
        tree_set(&l->x->process->tree, l->measure_slot, PSN_NEVER);
    } else if (other && l->n_backgrounds > 0) {
        look_closely(l, now);
    }
    process_release(l->x->process, job);
}

/* The owner is told what messages of a class take of a link. */
static void load(void *owner, psn_time now)
{
    struct fluid_link *l = owner;
    struct fluid *f = l->fluid;
    struct job *job = line_take(&l->loads);
    l->load_bps[job->group] = job->size_bits * l->line_bps;
    set_loads(l, now);
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
    l->owners = f->transport->owners[f->d->n_pools + f->d->n_arrays + direction];
    l->served = arena_array(memory, owners_count(&l->owners) + 1, sizeof *l->served);
    l->told_cap = arena_array(memory, n, sizeof *l->told_cap);
    l->told_weight = arena_array(memory, n, sizeof *l->told_weight);
    l->load = arena_array(memory, n, sizeof *l->load);
    l->background_of = arena_array(memory, n, sizeof *l->background_of);
    l->load_bps = arena_array(memory, n, sizeof *l->load_bps);
    if (!l->served || !l->told_cap || !l->told_weight || !l->load || !l->background_of ||
        !l->load_bps)
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
