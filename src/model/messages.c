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
    m->figures = calloc((size_t)m->n_classes * d->n_partners + 1, sizeof *m->figures);
    m->bits = calloc((size_t)m->n_classes * d->n_partners + 1, sizeof *m->bits);
    m->delay = calloc(m->n_classes, sizeof *m->delay);
    m->last = calloc(d->n_sources + 1, sizeof *m->last);
    if (!m->figures || !m->bits || !m->delay || !m->last)
        return PSN_EMEMORY;
    for (uint32_t c = 0; c < m->n_classes; c++)
        histogram_init(&m->delay[c]);
    return 0;
}

int messages_init(struct messages *m, const struct description *d, const struct recipe *recipe,
                  struct class_targets *targets)
{
    memset(m, 0, sizeof *m);
    m->d = d;
    m->recipe = recipe;
    m->targets = targets;
    m->n_classes = (uint32_t)d->n_classes + 1;
    m->n_intervals = (size_t)((d->horizon + d->interval - 1) / d->interval);
    m->mark = d->interval < d->horizon ? d->interval : d->horizon;
    m->count = calloc(m->n_classes * m->n_intervals + 1, sizeof *m->count);
    m->under_way = calloc(m->n_classes, sizeof *m->under_way);
    if (!m->count || !m->under_way)
        return PSN_EMEMORY;
    m->now = m->count;
    return has_figures(d) ? figures_init(m) : 0;
}

void messages_fini(struct messages *m)
{
    for (uint32_t c = 0; m->delay && c < m->n_classes; c++)
        histogram_fini(&m->delay[c]);
    for (size_t i = 0; m->last && i < m->d->n_sources; i++)
        free(m->last[i]);
    free(m->last);
    free(m->delay);
    free(m->figures);
    free(m->bits);
    free(m->count);
    free(m->under_way);
    memset(m, 0, sizeof *m);
}

/* The last interval goes on, for what is booked at the horizon. */
__attribute__((noinline, cold)) void messages_roll(struct messages *m, psn_time now)
{
    while (now >= m->mark) {
        for (uint32_t c = 0; c < m->n_classes; c++)
            m->now[c].under_way = m->under_way[c];
        if (m->interval + 1 >= m->n_intervals) {
            m->mark = PSN_NEVER;
            return;
        }
        m->interval++;
        m->now += m->n_classes;
        m->from = m->mark;
        m->mark = m->interval + 1 < m->n_intervals ? m->mark + m->d->interval : m->d->horizon;
    }
}

/* The figures that a message belongs to; NULL: none. */
static inline struct outcome_class *figures_of(struct messages *m, uint32_t class,
                                               const struct job *job)
{
    if (!m->figures || job->sent < m->d->warmup || (job->flags & JOB_FLOW))
        return NULL;
    return &m->figures[class * m->d->n_partners + job->owner];
}

void messages_figure_sent(struct messages *m, uint32_t class, const struct job *job)
{
    struct outcome_class *f = figures_of(m, class, job);
    if (f)
        f->sent++;
}

/* By how much the delay differs from that of the message before it of the same source and step,
 * which is of the same direction: the D of RFC 3550, section 6.4.1, without its sign. Below 0 where
 * there was none before. */
static psn_time difference(struct messages *m, const struct job *job, psn_time delay)
{
    psn_time **last = &m->last[job->source];
    if (!*last) {
        uint32_t n = m->recipe[job->source].n_ops;
        *last = malloc(n * sizeof **last);
        for (uint32_t k = 0; *last && k < n; k++)
            (*last)[k] = -1;
    }
    if (!*last)
        return -1;
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
    struct outcome_class *f = figures_of(m, class, job);
    if (!f)
        return;
    f->delivered++;
    m->bits[f - m->figures] += (exact_sum)(job->size_bits * BIT_PARTS + 0.5);
    tally_add(&f->delay, delay);
    histogram_add(&m->delay[class], delay);
    if (jitter >= 0)
        tally_add(&f->jitter, jitter);
    class_targets_delivered(m->targets, class, job->owner, job->sent, delay, jitter);
}

void messages_lost(struct messages *m, uint32_t class, struct job *job, psn_time now)
{
    messages_settle(m, class, job, now)->lost++;
    struct outcome_class *f = figures_of(m, class, job);
    if (!f)
        return;
    f->lost++;
    class_targets_lost(m->targets, class, job->owner, job->sent);
}

void messages_unrouted(struct messages *m, uint32_t class, struct job *job, psn_time now)
{
    messages_settle(m, class, job, now)->unrouted++;
    struct outcome_class *f = figures_of(m, class, job);
    if (!f)
        return;
    f->unrouted++;
    class_targets_lost(m->targets, class, job->owner, job->sent);
}

void messages_dropped(struct messages *m, uint32_t class, const struct job *job)
{
    struct outcome_class *f = figures_of(m, class, job);
    if (!f)
        return;
    f->dropped++;
    class_targets_dropped(m->targets, class, job->owner, job->sent);
}

void messages_resent(struct messages *m, uint32_t class, const struct job *job)
{
    struct outcome_class *f = figures_of(m, class, job);
    if (f)
        f->resent++;
}

void messages_alive(struct messages *m, uint32_t class, const struct job *job)
{
    messages_advance(m, m->d->horizon);
    messages_count(m, class, job)->alive++;
    struct outcome_class *f = figures_of(m, class, job);
    if (f)
        f->under_way++;
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
    size_t figures = into->figures ? into->n_classes * into->d->n_partners : 0;
    messages_advance(into, into->d->horizon);
    messages_advance(from, into->d->horizon);
    for (size_t i = 0; i < cells; i++) {
        struct message_count *a = &into->count[i];
        const struct message_count *b = &from->count[i];
        a->sent += b->sent;
        a->delivered += b->delivered;
        a->lost += b->lost;
        a->unrouted += b->unrouted;
        a->alive += b->alive;
        a->under_way += b->under_way;
    }
    int code = 0;
    for (uint32_t c = 0; c < into->n_classes && !code; c++) {
        into->under_way[c] += from->under_way[c];
        if (into->delay)
            code = histogram_merge(&into->delay[c], &from->delay[c]);
    }
    for (size_t i = 0; i < figures; i++) {
        merge_figures(&into->figures[i], &from->figures[i]);
        into->bits[i] += from->bits[i];
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
        int64_t alive = 0;
        for (size_t i = 0; i < m->n_intervals; i++) {
            const struct message_count *n = &m->count[i * m->n_classes + c];
            alive += n->alive;
            if (n->sent == n->delivered + n->lost + n->unrouted + n->alive)
                continue;
            snprintf(error, size,
                     "messages of class \"%s\", interval %zu: %" PRId64 " sent, but %" PRId64
                     " delivered, %" PRId64 " lost, %" PRId64 " without a route and %" PRId64
                     " under way",
                     class_name(m->d, c), i, n->sent, n->delivered, n->lost, n->unrouted, n->alive);
            return PSN_ERUN;
        }
        if (m->under_way[c] != alive) {
            snprintf(error, size,
                     "messages of class \"%s\", interval %zu: %" PRId64
                     " under way by the books, but %" PRId64 " there",
                     class_name(m->d, c), m->n_intervals - 1, m->under_way[c], alive);
            return PSN_ERUN;
        }
    }
    return 0;
}

int messages_finish(struct messages *m, struct outcome *o)
{
    if (o->shape.classes == 0)
        return 0;
    messages_advance(m, m->d->horizon);
    for (size_t i = 0; i < m->n_intervals; i++)
        for (uint32_t c = 0; c < m->n_classes; c++) {
            const struct message_count *n = &m->count[i * m->n_classes + c];
            size_t cell = c * m->n_intervals + i;
            o->series_sent[cell] = n->sent;
            o->series_delivered[cell] = n->delivered;
            o->series_lost[cell] = n->lost + n->unrouted;
            o->series_under_way[cell] = n->under_way;
        }
    for (size_t i = 0; i < m->n_classes * o->shape.partners; i++) {
        struct outcome_class *into = &o->class[i];
        merge_figures(into, &m->figures[i]);
        into->bits = exact_double(m->bits[i]) / BIT_PARTS;
    }
    int code = 0;
    for (uint32_t c = 0; c < m->n_classes && !code; c++) {
        if (!o->class_delay[c].kept)
            histogram_init(&o->class_delay[c]);
        code = histogram_merge(&o->class_delay[c], &m->delay[c]);
    }
    return code;
}
