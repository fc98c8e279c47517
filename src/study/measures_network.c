/* SPDX-License-Identifier: Apache-2.0
 * What a study estimates of each class of service on the network: of all partners together, then of
 * each partner that uses it. Those that the class itself has a target for are judged by it. */
#include <math.h>
#include <string.h>

#include "study/probe.h"

#define SECONDS ((double)PSN_SECOND)

/* A measure of a class; `partners`: each partner has it, too. */
struct class_figure {
    const char *figure, *unit;
    double quantile;
    enum probe_kind kind;
    uint8_t needs; /* enum class_flags */
    bool partners;
};

static const struct class_figure figures[] = {
    {"delay mean", "s", 0, PROBE_DELAY_MEAN, CLASS_USED, true},
    {"delay p50", "s", 0.50, PROBE_DELAY_QUANTILE, CLASS_USED, false},
    {"delay p95", "s", 0.95, PROBE_DELAY_QUANTILE, CLASS_USED, false},
    {"delay p99", "s", 0.99, PROBE_DELAY_QUANTILE, CLASS_USED, false},
    {"delay max", "s", 0, PROBE_DELAY_MAX, CLASS_USED, true},
    {"jitter mean", "s", 0, PROBE_JITTER_MEAN, CLASS_USED, true},
    {"jitter p99", "s", 0, PROBE_JITTER_SPREAD, CLASS_USED, false},
    {"loss", "1", 0, PROBE_LOSS, CLASS_USED, true},
    {"messages sent", "1/s", 0, PROBE_MESSAGES_SENT, CLASS_USED, true},
    {"messages lost", "1", 0, PROBE_MESSAGES_LOST, CLASS_USED, false},
    {"messages unrouted", "1", 0, PROBE_MESSAGES_UNROUTED, CLASS_USED, false},
    {"messages resent", "1", 0, PROBE_MESSAGES_RESENT, CLASS_USED, false},
    {"messages under way", "1", 0, PROBE_MESSAGES_UNDER_WAY, CLASS_USED, false},
    {"flows ended", "1", 0, PROBE_FLOWS_ENDED, CLASS_FLOWS, true},
    {"flows under way", "1", 0, PROBE_FLOWS_UNDER_WAY, CLASS_FLOWS, false},
    {"goodput mean", "bit/s", 0, PROBE_GOODPUT_MEAN, CLASS_FLOWS, true},
    {"flow time mean", "s", 0, PROBE_FLOW_TIME_MEAN, CLASS_FLOWS, true},
    {"flow time max", "s", 0, PROBE_FLOW_TIME_MAX, CLASS_FLOWS, false},
};

#define FIGURES (sizeof figures / sizeof *figures)

/* The class's own target for a figure, in s or as a share; NaN where it has none. ITU-T Y.1541
 * (2011), table 1, bounds the mean of the delay, a difference between quantiles of it, and the loss
 * ratio. */
static double own_limit(const struct study *s, size_t class, const struct class_figure *f)
{
    const struct description *d = s->base;
    if (class >= d->n_classes)
        return NAN;
    switch (f->kind) {
    case PROBE_DELAY_MEAN:
        return d->class[class].delay_target / SECONDS;
    case PROBE_JITTER_SPREAD:
        return d->class[class].jitter_target / SECONDS;
    case PROBE_LOSS:
        return d->class[class].loss_target;
    default:
        return NAN;
    }
}

/* What any partner has of a class. */
static uint8_t flags_of(const struct study *s, size_t class)
{
    uint8_t flags = 0;
    for (size_t k = 0; k < s->shape.partners; k++)
        flags |= s->class[outcome_class_index(&s->shape, class, k)];
    return flags;
}

/* One class of one partner, or of all; returns how many probes. */
static size_t fill(const struct study *s, size_t class, size_t partner, struct probe *p)
{
    size_t n = 0;
    bool all = partner == PROBE_ALL;
    uint8_t flags =
        all ? flags_of(s, class) : s->class[outcome_class_index(&s->shape, class, partner)];
    for (size_t f = 0; f < FIGURES; f++) {
        if ((flags & figures[f].needs) != figures[f].needs || !(all || figures[f].partners))
            continue;
        if (p)
            p[n] = (struct probe){.kind = figures[f].kind,
                                  .subject = class,
                                  .partner = partner,
                                  .quantile = figures[f].quantile,
                                  .limit = all ? own_limit(s, class, &figures[f]) : NAN,
                                  .at_most = true};
        n++;
    }
    return n;
}

size_t probe_fill_classes(const struct study *s, struct probe *p)
{
    size_t n = 0;
    for (size_t c = 0; c < s->shape.classes; c++) {
        n += fill(s, c, PROBE_ALL, p ? p + n : NULL);
        for (size_t k = 0; k < s->shape.partners && s->shape.partners > 1; k++)
            n += fill(s, c, k, p ? p + n : NULL);
    }
    return n;
}

bool probe_measure_class(const struct study *s, const struct probe *p, struct measure *m)
{
    const struct description *d = s->base;
    const struct class_figure *f = figures;
    while (f->kind != p->kind || f->quantile != p->quantile)
        f++;
    m->unit = f->unit;
    m->limit = p->limit;
    m->at_most = p->at_most && !isnan(p->limit);
    m->figure = strdup(f->figure);
    m->subject = strdup(model_class_name(d, p->subject));
    m->partner = strdup(p->partner == PROBE_ALL ? "" : d->partner[p->partner].name);
    return m->figure && m->subject && m->partner;
}

static double time_of(const struct tally *t, bool max)
{
    if (t->count == 0)
        return NAN;
    return (max ? (double)t->max : tally_mean(t)) / SECONDS;
}

double probe_value_class(const struct probe *p, const struct outcome *o, double seconds)
{
    if (!o->class) /* a batch */
        return NAN;
    struct outcome_class c = p->partner == PROBE_ALL
                                 ? outcome_class_total(o, p->subject)
                                 : o->class[outcome_class_index(&o->shape, p->subject, p->partner)];
    const struct histogram *h = &o->class_delay[p->subject];
    switch (p->kind) {
    case PROBE_DELAY_MEAN:
    case PROBE_DELAY_MAX:
        return time_of(&c.delay, p->kind == PROBE_DELAY_MAX);
    case PROBE_DELAY_QUANTILE:
        return histogram_quantile(h, p->quantile, c.delay.max) / SECONDS;
    case PROBE_JITTER_MEAN:
        return time_of(&c.jitter, false);
    case PROBE_JITTER_SPREAD:
        return outcome_spread(h, c.delay.max);
    case PROBE_LOSS:
        return outcome_loss(&c);
    case PROBE_MESSAGES_SENT:
        return (double)c.sent / seconds;
    case PROBE_MESSAGES_LOST:
        return (double)c.lost;
    case PROBE_MESSAGES_UNROUTED:
        return (double)c.unrouted;
    case PROBE_MESSAGES_RESENT:
        return (double)c.resent;
    case PROBE_MESSAGES_UNDER_WAY:
        return (double)c.under_way;
    case PROBE_FLOWS_ENDED:
        return (double)c.flows;
    case PROBE_FLOWS_UNDER_WAY:
        return (double)c.flows_under_way;
    case PROBE_GOODPUT_MEAN:
        return c.flows > 0 ? c.flow_goodput_sum / (double)c.flows : NAN;
    default:
        return time_of(&c.flow_time, p->kind == PROBE_FLOW_TIME_MAX);
    }
}
