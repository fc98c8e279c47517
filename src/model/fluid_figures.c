/* SPDX-License-Identifier: Apache-2.0
 * What flows have done: to the partners on links, to classes, and to usage interval by interval. */
#include <math.h>

#include "model/fluid_flow.h"
#include "model/transmitter.h"

/* What a flow has done since it was charged last goes to its partner on all links of its route. */
static void charge(struct fluid *f, struct fluid_flow *w, double done, psn_time now)
{
    for (uint32_t h = 0; w->route && h < w->route->n_hops; h++) {
        const struct fluid_link *l = &f->link[f->index[w->route->hop[h]]];
        double work = (done - w->charged) / l->line_bps * 1e9;
        if (w->charged_at >= f->d->warmup)
            l->served[w->owner - l->owners.first] += work;
        if (usage_add(&f->transport->usage[TRANSPORT_FLOWS], l->direction, w->class, w->owner,
                      llround(work), w->charged_at, now))
            f->process->error = PSN_EMEMORY;
    }
    w->charged = done;
    w->charged_at = now;
}

void fluid_charge(struct fluid *f, struct fluid_flow *w, psn_time now)
{
    charge(f, w, w->job->size_bits - flows_left(&f->flows, w->job, now), now);
}

void fluid_charge_all(struct fluid *f, psn_time now)
{
    for (size_t i = 0; i < f->n_flows; i++)
        if (f->flow[i].job)
            fluid_charge(f, &f->flow[i], now);
}

static struct outcome_class *figures_of(struct fluid *f, uint32_t class, uint32_t owner)
{
    return &f->by_class[class * f->d->n_partners + owner];
}

void fluid_count(struct fluid *f, struct fluid_flow *w, psn_time landing, psn_time now)
{
    struct outcome_class *c = figures_of(f, w->class, w->owner);
    charge(f, w, w->job->size_bits, now);
    if (w->begun < f->d->warmup)
        return;
    if (landing >= f->d->horizon) {
        c->flows_under_way++;
        return;
    }
    c->flows++;
    c->flow_bits += w->bits;
    tally_add(&c->flow_time, landing - w->begun);
    c->flow_goodput_sum += w->bits / ((double)(landing - w->begun) * 1e-9);
}

/* Those under way at the horizon, on their way to the owner included. */
static void count_under_way(struct fluid *f)
{
    for (size_t i = 0; i < f->n_flows; i++)
        if (f->flow[i].job && f->flow[i].begun >= f->d->warmup)
            figures_of(f, f->flow[i].class, f->flow[i].owner)->flows_under_way++;
    for (size_t s = 0; s < f->d->n_sites; s++) {
        const struct line *l = &f->begin[s].line;
        for (uint32_t i = 0; i < line_count(l); i++) {
            const struct line_entry *e = line_entry(l, i);
            if (e->at - f->plan->control >= f->d->warmup)
                figures_of(f, f->transport->class[e->job->source], e -> job -> owner)
                    ->flows_under_way++;
        }
    }
}

void fluid_finish(struct fluid *f, struct outcome *o)
{
    const struct description *d = f->d;
    fluid_charge_all(f, d->horizon);
    count_under_way(f);
    for (uint32_t i = 0; i < f->n_links; i++) {
        const struct fluid_link *l = &f->link[i];
        for (uint32_t k = 0; k < owners_count(&l->owners); k++)
            transmitter_meter(l->x)->served_work[k] += llround(l->served[k]);
    }
    for (size_t i = 0; o->class && i < o->shape.classes * o->shape.partners; i++) {
        o->class[i].flows = f->by_class[i].flows;
        o->class[i].flows_under_way = f->by_class[i].flows_under_way;
        o->class[i].flow_bits = f->by_class[i].flow_bits;
        o->class[i].flow_time = f->by_class[i].flow_time;
        o->class[i].flow_goodput_sum = f->by_class[i].flow_goodput_sum;
    }
}
