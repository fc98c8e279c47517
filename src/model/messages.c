/* SPDX-License-Identifier: Apache-2.0
 * The books on messages. */
#include "model/messages.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bits are summed up in integers, so that their order does not matter. */
#define BIT_PARTS 1024

/* Are there figures by class? As in the shape of an outcome. */
static bool has_figures(const struct description *d)
{
    return d->n_links > 0 && d->n_classes > 0;
}

static int figures_init(struct messages *m)
{
    const struct description *d = m->d;
    m->figures = arena_array(m->memory, (size_t)m->n_classes * d->n_partners + 1,
                             sizeof(struct message_figures *));
    m->delay = arena_array(m->memory, m->n_classes, sizeof *m->delay);
    m->last = arena_array(m->memory, d->n_sources + 1, sizeof(psn_time *));
    if (!m->figures || !m->delay || !m->last)
        return PSN_EMEMORY;
    for (uint32_t c = 0; c < m->n_classes; c++)
        histogram_init(&m->delay[c]);
    return 0;
}

int messages_init(struct messages *m, const struct description *d, const struct recipe *recipe,
                  struct class_targets *targets, struct arena *memory)
{
    memset(m, 0, sizeof *m);
    m->d = d;
    m->recipe = recipe;
    m->targets = targets;
    m->memory = memory;
    m->n_classes = (uint32_t)d->n_classes + 1;
    m->n_intervals = (size_t)((d->horizon + d->interval - 1) / d->interval);
    m->count = arena_array(memory, m->n_classes * m->n_intervals + 1, sizeof *m->count);
    if (!m->count)
        return PSN_EMEMORY;
    messages_turn(m, 0);
    return has_figures(d) ? figures_init(m) : 0;
}

/* Classes x partners; 0 where there are no figures. */
static size_t count_figures(const struct messages *m)
{
    return m->figures ? (size_t)m->n_classes * m->d->n_partners : 0;
}

void messages_fini(struct messages *m)
{
    for (uint32_t c = 0; m->delay && c < m->n_classes; c++)
        histogram_fini(&m->delay[c]);
    memset(m, 0, sizeof *m);
}

/* The last interval goes on, for what is booked at the horizon. */
__attribute__((noinline, cold)) void messages_turn(struct messages *m, psn_time at)
{
    size_t interval = (size_t)(at / m->d->interval);
    bool last = interval + 1 >= m->n_intervals;
    if (last)
        interval = m->n_intervals - 1;
    m->from = (psn_time)interval * m->d->interval;
    m->span = last ? INT64_MAX : (uint64_t)m->d->interval;
    m->last_booked = &m->count[interval * m->n_classes];
}

/* The figures in this place, made where they are not there yet. NULL where memory ends. */
static struct message_figures *figures_at(struct messages *m, size_t place)
{
    struct message_figures **f = &m->figures[place];
    if (__builtin_expect(!*f, 0) && !(*f = arena_alloc(m->memory, sizeof **f)))
        m->code = PSN_EMEMORY;
    return *f;
}

/* The figures that a message belongs to; NULL: none. */
static inline struct message_figures *figures_of(struct messages *m, uint32_t class,
                                                 const struct job *job)
{
    if (!m->figures || job->sent < m->d->warmup || (job->flags & JOB_FLOW))
        return NULL;
    return figures_at(m, class * m->d->n_partners + job->owner);
}

void messages_figure_sent(struct messages *m, uint32_t class, const struct job *job)
{
    struct message_figures *f = figures_of(m, class, job);
    if (f)
        f->sum.sent++;
}

/* By how much the delay differs from that of the message before it of the same source and step,
 * which is of the same direction: the D of RFC 3550, section 6.4.1, without its sign. Below 0 where
 * there was none before. */
static psn_time difference(struct messages *m, const struct job *job, psn_time delay)
{
    psn_time **last = &m->last[job->source];
    if (!*last) {
        uint32_t n = m->recipe[job->source].n_ops;
        *last = arena_array(m->memory, n, sizeof **last);
        for (uint32_t k = 0; *last && k < n; k++)
            (*last)[k] = -1;
    }
    if (!*last) {
        m->code = PSN_EMEMORY;
        return -1;
    }
    psn_time before = (*last)[job->step];
    (*last)[job->step] = delay;
    if (before < 0)
        return -1;
    return delay > before ? delay - before : before - delay;
}

void messages_figure_delivered(struct messages *m, uint32_t class, const struct job *job,
                               psn_time now)
{
    if (job->flags & JOB_FLOW)
        return;
    psn_time delay = now - job->sent, jitter = difference(m, job, delay);
    struct message_figures *f = figures_of(m, class, job);
    if (!f)
        return;
    f->sum.delivered++;
    f->bits += (exact_sum)(job->size_bits * BIT_PARTS + 0.5);
    tally_add(&f->sum.delay, delay);
    histogram_add(&m->delay[class], delay);
    if (jitter >= 0)
        tally_add(&f->sum.jitter, jitter);
    class_targets_delivered(m->targets, class, job->owner, job->sent, delay, jitter);
}

void messages_lost(struct messages *m, uint32_t class, struct job *job, psn_time now)
{
    messages_settle(m, class, job, now)->lost++;
    struct message_figures *f = figures_of(m, class, job);
    if (!f)
        return;
    f->sum.lost++;
    class_targets_lost(m->targets, class, job->owner, job->sent);
}

void messages_unrouted(struct messages *m, uint32_t class, struct job *job, psn_time now)
{
    messages_settle(m, class, job, now)->unrouted++;
    struct message_figures *f = figures_of(m, class, job);
    if (!f)
        return;
    f->sum.unrouted++;
    class_targets_lost(m->targets, class, job->owner, job->sent);
}

void messages_dropped(struct messages *m, uint32_t class, const struct job *job)
{
    struct message_figures *f = figures_of(m, class, job);
    if (!f)
        return;
    f->sum.dropped++;
    class_targets_dropped(m->targets, class, job->owner, job->sent);
}

void messages_resent(struct messages *m, uint32_t class, const struct job *job)
{
    struct message_figures *f = figures_of(m, class, job);
    if (f)
        f->sum.resent++;
}

void messages_alive(struct messages *m, uint32_t class, const struct job *job)
{
    messages_at(m, class, job->sent)->alive++;
    struct message_figures *f = figures_of(m, class, job);
    if (f)
        f->sum.under_way++;
}

static void merge_figures(struct outcome_class *into, const struct outcome_class *from)
{
    into->sent += from->sent;
    into->delivered += from->delivered;
    into->lost += from->lost;
    into->unrouted += from->unrouted;
    into->dropped += from->dropped;
    into->resent += from->resent;
    into->under_way += from->under_way;
    tally_merge(&into->delay, &from->delay);
    tally_merge(&into->jitter, &from->jitter);
}

int messages_merge(struct messages *into, struct messages *from)
{
    size_t cells = into->n_classes * into->n_intervals;
    for (size_t i = 0; i < cells; i++) {
        struct message_count *a = &into->count[i];
        const struct message_count *b = &from->count[i];
        a->sent += b->sent;
        a->delivered += b->delivered;
        a->lost += b->lost;
        a->unrouted += b->unrouted;
        a->alive += b->alive;
        a->settled += b->settled;
    }
    int code = from->code;
    for (uint32_t c = 0; c < into->n_classes && !code; c++) {
        if (into->delay)
            code = histogram_merge(&into->delay[c], &from->delay[c]);
    }
    for (size_t i = 0; i < count_figures(into) && !code; i++) {
        struct message_figures *f = from->figures[i] ? figures_at(into, i) : NULL;
        if (f) {
            merge_figures(&f->sum, &from->figures[i]->sum);
            f->bits += from->figures[i]->bits;
        }
        code = into->code;
    }
    return code;
}

static const char *class_name(const struct description *d, uint32_t class)
{
    return class < d->n_classes ? d->class[class].name : "default";
}

int messages_check(const struct messages *m, char *error, size_t size)
{
    for (uint32_t c = 0; c < m->n_classes; c++) {
        int64_t alive = 0, under_way = 0;
        for (size_t i = 0; i < m->n_intervals; i++) {
            const struct message_count *n = &m->count[i * m->n_classes + c];
            alive += n->alive;
            under_way += n->sent - n->settled;
            if (n->sent == n->delivered + n->lost + n->unrouted + n->alive)
                continue;
            snprintf(error, size,
                     "messages of class \"%s\", interval %zu: %" PRId64 " sent, but %" PRId64
                     " delivered, %" PRId64 " lost, %" PRId64 " without a route and %" PRId64
                     " under way",
                     class_name(m->d, c), i, n->sent, n->delivered, n->lost, n->unrouted, n->alive);
            return PSN_ERUN;
        }
        if (under_way != alive) {
            snprintf(error, size,
                     "messages of class \"%s\", interval %zu: %" PRId64
                     " under way by the books, but %" PRId64 " there",
                     class_name(m->d, c), m->n_intervals - 1, under_way, alive);
            return PSN_ERUN;
        }
    }
    return 0;
}

int messages_finish(struct messages *m, struct outcome *o)
{
    if (o->shape.classes == 0)
        return 0;
    for (uint32_t c = 0; c < m->n_classes; c++) {
        int64_t under_way = 0;
        for (size_t i = 0; i < m->n_intervals; i++) {
            const struct message_count *n = &m->count[i * m->n_classes + c];
            size_t cell = c * m->n_intervals + i;
            under_way += n->sent - n->settled;
            o->series_sent[cell] = n->sent;
            o->series_delivered[cell] = n->delivered;
            o->series_lost[cell] = n->lost + n->unrouted;
            o->series_under_way[cell] = under_way;
        }
    }
    for (size_t i = 0; i < count_figures(m); i++) {
        const struct message_figures *f = m->figures[i];
        if (!f)
            continue;
        merge_figures(&o->class[i], &f -> sum);
        o->class[i].bits = exact_double(f->bits) / BIT_PARTS;
    }
    int code = m->code;
    for (uint32_t c = 0; c < m->n_classes && !code; c++) {
        if (!o->class_delay[c].kept)
            histogram_init(&o->class_delay[c]);
        code = histogram_merge(&o->class_delay[c], &m->delay[c]);
    }
    return code;
}
