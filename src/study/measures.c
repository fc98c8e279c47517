/* SPDX-License-Identifier: Apache-2.0
 * The list of what a study estimates, in its canonical order: streams by (service, partner),
 * stations, classes, targets; and how each figure is read from one outcome. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/probe.h"

#define SECONDS ((double)PSN_SECOND)

/* The longest name of a station: two names of sites and " to ". */
#define NAME_SIZE 512

/* A row of the summary by its probe: its name, and the flags that its stream or station must have.
 */
struct figure_name {
    const char *figure, *unit;
    double quantile; /* PROBE_RESPONSE_QUANTILE */
    enum probe_kind kind;
    uint8_t needs; /* enum stream_flags, enum station_flags */
};

static const struct figure_name stream_figures[] = {
    {"response mean", "s", 0, PROBE_RESPONSE_MEAN, STREAM_USED},
    {"response p50", "s", 0.50, PROBE_RESPONSE_QUANTILE, STREAM_USED},
    {"response p90", "s", 0.90, PROBE_RESPONSE_QUANTILE, STREAM_USED},
    {"response p95", "s", 0.95, PROBE_RESPONSE_QUANTILE, STREAM_USED},
    {"response p99", "s", 0.99, PROBE_RESPONSE_QUANTILE, STREAM_USED},
    {"response max", "s", 0, PROBE_RESPONSE_MAX, STREAM_USED},
    {"within objective", "1", 0, PROBE_WITHIN, STREAM_USED | STREAM_JUDGED},
    {"offered", "1/s", 0, PROBE_OFFERED, STREAM_USED},
    {"completed", "1/s", 0, PROBE_COMPLETED, STREAM_USED},
    {"failed", "1", 0, PROBE_FAILED, STREAM_USED | STREAM_FAILING},
    {"refused", "1", 0, PROBE_REFUSED, STREAM_USED | STREAM_REFUSED},
    {"abandoned", "1", 0, PROBE_ABANDONED, STREAM_USED | STREAM_ABANDONED},
    {"lost", "1", 0, PROBE_LOST, STREAM_USED | STREAM_LOST},
    {"unrouted", "1", 0, PROBE_UNROUTED, STREAM_USED | STREAM_LOST},
    {"retries", "1", 0, PROBE_RETRIES, STREAM_USED | STREAM_RETRIED},
    {"unfinished", "1", 0, PROBE_UNFINISHED, STREAM_USED},
    {"overruns", "1", 0, PROBE_OVERRUNS, STREAM_USED | STREAM_SCHEDULED},
    {"overrun max", "s", 0, PROBE_OVERRUN_MAX, STREAM_USED | STREAM_SCHEDULED},
};

static const struct figure_name station_figures[] = {
    {"utilisation", "1", 0, PROBE_UTILISATION, 0},
    {"present mean", "1", 0, PROBE_PRESENT_MEAN, 0},
    {"present max", "1", 0, PROBE_PRESENT_MAX, 0},
    {"wait mean", "s", 0, PROBE_WAIT_MEAN, 0},
    {"throughput", "1/s", 0, PROBE_THROUGHPUT, 0},
    {"refused", "1", 0, PROBE_STATION_REFUSED, STATION_REFUSES},
    {"abandoned", "1", 0, PROBE_STATION_ABANDONED, STATION_ABANDONED},
    {"share", "1", 0, PROBE_SHARE, 0},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* A target's probe: its limit in s or as a share. */
static struct probe target_probe(const struct study *s, size_t target)
{
    const struct objective *o = &s->base->objective[s->base->target[target].objective];
    bool quantile = o->figure == FIGURE_RESPONSE_QUANTILE || o->figure == FIGURE_WAIT_QUANTILE ||
                    o->figure == FIGURE_DELAY_QUANTILE;
    return (struct probe){.kind = quantile                            ? PROBE_TARGET_QUANTILE
                                  : o->figure == FIGURE_JITTER_SPREAD ? PROBE_TARGET_SPREAD
                                                                      : PROBE_TARGET,
                          .subject = target,
                          .quantile = o->quantile,
                          .limit =
                              description_figure_is_time(o->figure) ? o->limit / SECONDS : o->limit,
                          .at_most = o->at_most};
}

/* Of more pairs of a station and a partner the summary leaves shares out: most are of a station
 * that the partner never uses, and names alone would take a gigabyte. /stations/share has them all.
 */
#define SHARES_MOST 200000

/* How many measures a figure of a station makes: a share is for each partner. */
static size_t times_of(const struct study *s, const struct figure_name *f)
{
    if (f->kind != PROBE_SHARE)
        return 1;
    return s->shape.stations * s->shape.partners > SHARES_MOST ? 0 : s->shape.partners;
}

/* Writes the probes to `p`, or only counts them where it is NULL. */
static size_t fill_probes(const struct study *s, struct probe *p)
{
    size_t n = 0;
    for (size_t i = 0; i < s->shape.services * s->shape.partners; i++)
        for (size_t f = 0; f < COUNT(stream_figures); f++) {
            if ((s->stream[i] & stream_figures[f].needs) != stream_figures[f].needs)
                continue;
            if (p)
                p[n] = (struct probe){.kind = stream_figures[f].kind,
                                      .subject = i,
                                      .quantile = stream_figures[f].quantile,
                                      .limit = NAN};
            n++;
        }
    for (size_t i = 0; i < s->shape.stations; i++)
        for (size_t f = 0; f < COUNT(station_figures); f++) {
            size_t times = times_of(s, &station_figures[f]);
            if ((s->station[i] & station_figures[f].needs) != station_figures[f].needs)
                continue;
            for (size_t k = 0; k < times; k++, n++)
                if (p)
                    p[n] = (struct probe){
                        .kind = station_figures[f].kind, .subject = i, .partner = k, .limit = NAN};
        }
    n += probe_fill_classes(s, p ? p + n : NULL);
    for (size_t i = 0; i < s->shape.targets; i++, n++)
        if (p)
            p[n] = target_probe(s, i);
    return n;
}

struct probe *probes_new(const struct study *s, size_t *n)
{
    *n = fill_probes(s, NULL);
    struct probe *p = calloc(*n + 1, sizeof *p);
    if (p)
        fill_probes(s, p);
    return p;
}

static const struct figure_name *find_name(const struct figure_name *table, size_t n,
                                           const struct probe *p)
{
    for (size_t i = 0; i < n; i++)
        if (table[i].kind == p->kind && table[i].quantile == p->quantile)
            return &table[i];
    return NULL;
}

static bool set_texts(struct measure *m, const char *figure, const char *subject,
                      const char *partner)
{
    m->figure = strdup(figure);
    m->subject = strdup(subject);
    m->partner = strdup(partner);
    return m->figure && m->subject && m->partner;
}

bool probe_measure(const struct study *s, const struct probe *p, struct measure *m)
{
    const struct description *d = s->base;
    m->limit = NAN;
    m->at_most = false;
    if (p->kind >= PROBE_TARGET) {
        const struct target *t = &d->target[p->subject];
        m->unit = description_figure_is_time(d->objective[t->objective].figure) ? "s" : "1";
        m->limit = p->limit;
        m->at_most = p->at_most;
        return set_texts(m, "objective", t->name,
                         t->partner == NO_INDEX ? "" : d->partner[t->partner].name);
    }
    if (probe_of_class(p))
        return probe_measure_class(s, p, m);
    if (p->kind < PROBE_UTILISATION) {
        const struct figure_name *f = find_name(stream_figures, COUNT(stream_figures), p);
        m->unit = f->unit;
        return set_texts(m, f->figure, d->service[p->subject / s->shape.partners].name,
                         d->partner[p->subject % s->shape.partners].name);
    }
    const struct figure_name *f = find_name(station_figures, COUNT(station_figures), p);
    char name[NAME_SIZE];
    model_station_name(d, p->subject, name, sizeof name);
    m->unit = f->unit;
    return set_texts(m, f->figure, name, p->kind == PROBE_SHARE ? d->partner[p->partner].name : "");
}

struct measure *measures_new(const struct study *s, size_t *n)
{
    struct probe *p = probes_new(s, n);
    struct measure *m = p ? calloc(*n + 1, sizeof *m) : NULL;
    for (size_t i = 0; m && i < *n; i++)
        if (!probe_measure(s, &p[i], &m[i])) {
            measures_free(m, i + 1);
            m = NULL;
        }
    free(p);
    return m;
}

void measures_free(struct measure *m, size_t n)
{
    for (size_t i = 0; m && i < n; i++) {
        free(m[i].figure);
        free(m[i].subject);
        free(m[i].partner);
    }
    free(m);
}

bool probe_target_stream(const struct study *s, const struct target *t, size_t stream)
{
    return stream / s->shape.partners == t->subject &&
           (t->partner == NO_INDEX || stream % s->shape.partners == t->partner);
}

static double stream_value(const struct probe *p, const struct outcome_stream *o, double seconds)
{
    switch (p->kind) {
    case PROBE_RESPONSE_MEAN:
        return outcome_response_mean(o);
    case PROBE_RESPONSE_QUANTILE:
        return outcome_response_quantile(o, p->quantile);
    case PROBE_RESPONSE_MAX:
        return o->response.count ? (double)o->response.max / SECONDS : NAN;
    case PROBE_WITHIN:
        return o->judged ? (double)o->within / (double)o->judged : NAN;
    case PROBE_OFFERED:
        return (double)o->offered / seconds;
    case PROBE_COMPLETED:
        return (double)o->completed / seconds;
    case PROBE_FAILED:
        return (double)o->failed;
    case PROBE_REFUSED:
        return (double)o->refused;
    case PROBE_ABANDONED:
        return (double)o->abandoned;
    case PROBE_LOST:
        return (double)o->lost;
    case PROBE_UNROUTED:
        return (double)o->unrouted;
    case PROBE_RETRIES:
        return (double)o->retries;
    case PROBE_UNFINISHED:
        return (double)o->unfinished;
    case PROBE_OVERRUNS:
        return (double)o->overruns;
    default:
        return (double)o->overrun_max / SECONDS;
    }
}

static double station_value(const struct probe *p, const struct outcome *o)
{
    const struct outcome_station *station = &o->station[p->subject];
    if (!station->exists)
        return NAN;
    switch (p->kind) {
    case PROBE_UTILISATION:
        return station->utilisation;
    case PROBE_PRESENT_MEAN:
        return station->present;
    case PROBE_PRESENT_MAX:
        return (double)station->present_max;
    case PROBE_WAIT_MEAN:
        return station->wait_s;
    case PROBE_THROUGHPUT:
        return station->throughput;
    case PROBE_STATION_REFUSED:
        return (double)station->refused;
    case PROBE_STATION_ABANDONED:
        return (double)station->abandoned;
    default:
        return o->share[p->subject * o->shape.partners + p->partner];
    }
}

/* The objective whose figure a target's probe reads. */
static const struct objective *objective_of(const struct study *s, const struct probe *p)
{
    return &s->base->objective[s->base->target[p->subject].objective];
}

enum probe_batch probe_batch(const struct study *s, const struct probe *p)
{
    switch (p->kind) {
    case PROBE_FAILED:
    case PROBE_REFUSED:
    case PROBE_ABANDONED:
    case PROBE_LOST:
    case PROBE_UNROUTED:
    case PROBE_RETRIES:
    case PROBE_OVERRUNS:
        return BATCH_COUNT;
    case PROBE_RESPONSE_MAX:
    case PROBE_UNFINISHED:
    case PROBE_OVERRUN_MAX:
    case PROBE_PRESENT_MAX:
    case PROBE_STATION_REFUSED:
    case PROBE_STATION_ABANDONED:
    case PROBE_SHARE:
        return BATCH_NOTHING;
    case PROBE_TARGET:
    case PROBE_TARGET_QUANTILE:
    case PROBE_TARGET_SPREAD:
        switch (objective_of(s, p)->figure) {
        case FIGURE_RESPONSE_MEAN:
        case FIGURE_RESPONSE_QUANTILE:
        case FIGURE_RESPONSE_WITHIN:
        case FIGURE_UTILISATION_MEAN:
        case FIGURE_UTILISATION_QUANTILE:
        case FIGURE_UTILISATION_ABOVE:
            return BATCH_FIGURE;
        default: /* maxima, and what no series holds */
            return BATCH_NOTHING;
        }
    default:
        return probe_of_class(p) ? BATCH_NOTHING : BATCH_FIGURE;
    }
}

bool probe_is_mean(const struct study *s, const struct probe *p)
{
    switch (p->kind) {
    case PROBE_RESPONSE_MEAN:
    case PROBE_WITHIN:
    case PROBE_UTILISATION:
    case PROBE_PRESENT_MEAN:
    case PROBE_WAIT_MEAN:
    case PROBE_THROUGHPUT:
    case PROBE_DELAY_MEAN:
    case PROBE_JITTER_MEAN:
    case PROBE_LOSS:
    case PROBE_GOODPUT_MEAN:
    case PROBE_FLOW_TIME_MEAN:
        return true;
    case PROBE_TARGET:
        switch (objective_of(s, p)->figure) {
        case FIGURE_RESPONSE_MEAN:
        case FIGURE_RESPONSE_WITHIN:
        case FIGURE_UTILISATION_MEAN:
        case FIGURE_WAIT_MEAN:
        case FIGURE_WAIT_WITHIN:
        case FIGURE_DELAY_MEAN:
        case FIGURE_DELAY_WITHIN:
        case FIGURE_JITTER:
        case FIGURE_LOSS:
            return true;
        default:
            return false;
        }
    default:
        return false;
    }
}

double probe_value(const struct probe *p, const struct outcome *o, double seconds)
{
    if (p->kind >= PROBE_TARGET)
        return o->target[p->subject];
    if (probe_of_class(p))
        return probe_value_class(p, o, seconds);
    if (p->kind < PROBE_UTILISATION)
        return stream_value(p, &o->stream[p->subject], seconds);
    return station_value(p, o);
}

bool summary_target_unstable(const struct study *s, size_t target, const struct outcome *o)
{
    const struct target *t = &s->base->target[target];
    const struct objective *objective = &s->base->objective[t->objective];
    if (objective->kind == SUBJECT_CLASS)
        return false;
    if (objective->kind != SUBJECT_SERVICE)
        return objective->figure >= FIGURE_WAIT_MEAN && objective->figure <= FIGURE_WAIT_WITHIN &&
               o->station[description_target_station(s->base, t)].unstable;
    for (size_t i = 0; i < s->shape.services * s->shape.partners; i++)
        if (probe_target_stream(s, t, i) && o->stream[i].unstable)
            return true;
    return false;
}

bool probe_unstable(const struct study *s, const struct probe *p, const struct outcome *o)
{
    switch (p->kind) {
    case PROBE_RESPONSE_MEAN:
    case PROBE_RESPONSE_QUANTILE:
    case PROBE_RESPONSE_MAX:
    case PROBE_WITHIN:
        return o->stream[p->subject].unstable;
    case PROBE_PRESENT_MEAN:
    case PROBE_PRESENT_MAX:
    case PROBE_WAIT_MEAN:
        return o->station[p->subject].unstable;
    case PROBE_TARGET:
    case PROBE_TARGET_QUANTILE:
        return summary_target_unstable(s, p->subject, o);
    default:
        return false;
    }
}

bool summary_target_no_mean(const struct study *s, size_t target, const struct outcome *o)
{
    const struct target *t = &s->base->target[target];
    enum figure figure = s->base->objective[t->objective].figure;
    if (figure == FIGURE_WAIT_MEAN)
        return o->station[description_target_station(s->base, t)].no_mean;
    for (size_t i = 0; figure == FIGURE_RESPONSE_MEAN && i < s->shape.services * s->shape.partners;
         i++)
        if (probe_target_stream(s, t, i) && o->stream[i].no_mean)
            return true;
    return false;
}

bool probe_no_mean(const struct study *s, const struct probe *p, const struct outcome *o)
{
    switch (p->kind) {
    case PROBE_RESPONSE_MEAN:
        return o->stream[p->subject].no_mean;
    case PROBE_PRESENT_MEAN:
    case PROBE_WAIT_MEAN:
        return o->station[p->subject].no_mean;
    case PROBE_TARGET:
        return summary_target_no_mean(s, p->subject, o);
    default:
        return false;
    }
}
