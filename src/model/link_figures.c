/* SPDX-License-Identifier: Apache-2.0
 * What is measured at a link direction by class. */
#include "model/link_figures.h"

#include <math.h>

int link_figures_init(struct link_figures *f, const struct description *d,
                      const struct owners *owners, struct arena *memory)
{
    f->d = d;
    f->owners = *owners;
    f->class = arena_array(memory, d->n_classes + 1, sizeof *f->class);
    if (!f->class)
        return PSN_EMEMORY;
    for (size_t c = 0; c <= d->n_classes; c++) {
        struct link_class *k = &f->class[c];
        k->by_owner = c == d->n_classes || !d->class[c].strict;
        size_t queues = k->by_owner ? owners_count(owners) + 1 : 1;
        k->here = arena_array(memory, queues, sizeof *k->here);
        k->free = arena_array(memory, queues, sizeof *k->free);
        if (!k->here || !k->free)
            return PSN_EMEMORY;
    }
    return 0;
}

static uint32_t queue_of(const struct link_figures *f, const struct link_class *k, uint32_t partner)
{
    return k->by_owner ? partner - f->owners.first : 0;
}

void link_figures_come(struct link_figures *f, uint32_t class, uint32_t partner, psn_time work,
                       psn_time now)
{
    struct link_class *k = &f->class[class];
    psn_time *here = &k->here[queue_of(f, k, partner)];
    *here += work;
    if (*here > k->most && now >= f->d->warmup)
        k->most = *here;
}

psn_time link_figures_left(struct link_figures *f, uint32_t class, uint32_t partner, psn_time work,
                           psn_time entered, psn_time now)
{
    struct link_class *k = &f->class[class];
    uint32_t queue = queue_of(f, k, partner);
    psn_time free = k->free[queue];
    k->here[queue] -= work;
    k->free[queue] = now;
    if (now >= f->d->warmup)
        k->sent++;
    if (entered >= f->d->warmup) {
        tally_add(&k->spent, now - entered);
        tally_add(&k->wait, now - entered - work);
    }
    return free > entered ? free : entered;
}

void link_figures_passed(struct link_figures *f, uint32_t class, const struct tally *wait,
                         const struct tally *spent, psn_time most, psn_time at)
{
    struct link_class *k = &f->class[class];
    if (at < f->d->warmup)
        return;
    k->sent += spent->count;
    tally_merge(&k->wait, wait);
    tally_merge(&k->spent, spent);
    if (most > k->most)
        k->most = most;
}

void link_figures_out(struct link_figures *f, uint32_t class, uint32_t partner, psn_time work)
{
    struct link_class *k = &f->class[class];
    k->here[queue_of(f, k, partner)] -= work;
}

void link_figures_dropped(struct link_figures *f, uint32_t class, bool left, psn_time now)
{
    if (now < f->d->warmup)
        return;
    f->class[class].dropped++;
    if (left)
        f->class[class].sent--;
}

void link_figures_finish(const struct link_figures *f, uint32_t direction, struct outcome *o)
{
    double span = (double)(f->d->horizon - f->d->warmup);
    double per_ns = f->d->link[direction / 2].bandwidth_bps * 1e-9;
    for (size_t c = 0; c < o->shape.classes; c++) {
        const struct link_class *k = &f->class[c];
        struct outcome_channel *x = &o->channel[outcome_channel_index(&o->shape, direction, c)];
        x->queue_messages = exact_double(k->spent.sum) / span;
        x->queue_bits_max = (double)k->most * per_ns;
        x->delay_s = tally_mean(&k->wait) * 1e-9;
        x->delay_max_s = (double)k->wait.max * 1e-9;
        x->sent = k->sent;
        x->dropped = k->dropped;
        x->lost_share =
            k->sent + k->dropped > 0 ? (double)k->dropped / (double)(k->sent + k->dropped) : NAN;
    }
}
