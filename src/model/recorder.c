/* SPDX-License-Identifier: Apache-2.0
 * Records what becomes of requests. */
#include "model/recorder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/job.h"

/* Does target t watch this stream by its response? */
static bool watches(const struct description *d, uint32_t t, uint32_t service, uint32_t partner)
{
    const struct target *target = &d->target[t];
    const struct objective *o = &d->objective[target->objective];
    return o->kind == SUBJECT_SERVICE && o->figure <= FIGURE_RESPONSE_WITHIN && target->exists &&
           target->subject == service &&
           (target->partner == NO_INDEX || target->partner == partner);
}

/* The limit in ns that requests are counted against. */
static psn_time limit_of(const struct objective *o)
{
    if (o->figure == FIGURE_RESPONSE_WITHIN)
        return (psn_time)(o->within + 0.5);
    return o->at_most ? (psn_time)(o->limit + 0.5) : PSN_NEVER;
}

static struct watch watch_make(const struct description *d, uint32_t t)
{
    const struct objective *o = &d->objective[d->target[t].objective];
    return (struct watch){.target = t,
                          .hours = o->hours == NO_INDEX ? NULL : &d->hours[o->hours],
                          .there = o->there,
                          .within = limit_of(o)};
}

static int histogram_need(struct histogram *h)
{
    return h->count ? 0 : histogram_init(h);
}

/* Histograms of the streams that have demand and of the targets that need one. */
static int make_histograms(struct recorder *r)
{
    const struct description *d = r->d;
    int code = 0;
    for (size_t i = 0; i < d->n_sources && !code; i++) {
        const struct source *s = &d->source[i];
        size_t stream =
            outcome_stream_index(&r->o->shape, d->workload[s->workload].service, s->partner);
        code = histogram_need(&r->o->stream[stream].histogram);
    }
    for (size_t t = 0; t < d->n_targets && !code; t++)
        if (d->objective[d->target[t].objective].figure == FIGURE_RESPONSE_QUANTILE)
            code = histogram_need(&r->o->target_histogram[t]);
    return code;
}

int recorder_init(struct recorder *r, const struct description *d, struct outcome *o)
{
    const struct outcome_shape *s = &o->shape;
    size_t streams = s->services * s->partners, n = 0;
    memset(r, 0, sizeof *r);
    r->d = d;
    r->o = o;
    r->watch = calloc(streams * s->targets + 1, sizeof *r->watch);
    r->first_watch = calloc(streams + 1, sizeof *r->first_watch);
    r->sum = calloc(s->targets + 1, sizeof *r->sum);
    r->from = malloc((streams + 1) * sizeof *r->from);
    r->cell = calloc(streams + 1, sizeof *r->cell);
    if (!r->watch || !r->first_watch || !r->sum || !r->from || !r->cell)
        return PSN_EMEMORY;
    for (size_t i = 0; i < streams; i++) {
        r->from[i] = -d->interval; /* no interval yet */
        r->first_watch[i] = (uint32_t)n;
        for (uint32_t t = 0; t < s->targets; t++)
            if (watches(d, t, (uint32_t)(i / s->partners), (uint32_t)(i % s->partners)))
                r->watch[n++] = watch_make(d, t);
    }
    r->first_watch[streams] = (uint32_t)n;
    return make_histograms(r);
}

void recorder_fini(struct recorder *r)
{
    free(r->watch);
    free(r->first_watch);
    free(r->sum);
    free(r->from);
    free(r->cell);
    memset(r, 0, sizeof *r);
}

/* The place in the series of the interval in which `born` lies. Most requests lie in the interval
 * of the one before, so the division is seldom. */
static size_t cell_of(struct recorder *r, uint32_t stream, psn_time born)
{
    if (born - r->from[stream] >= r->d->interval || born < r->from[stream]) {
        size_t interval = (size_t)(born / r->d->interval);
        r->from[stream] = (psn_time)interval * r->d->interval;
        r->cell[stream] = stream * r->o->shape.intervals + interval;
    }
    return r->cell[stream];
}

/* A request begins (+1) or ends (-1): of interest to a pilot run alone. */
static void recorder_progress(struct recorder *r, psn_time now, int64_t change)
{
    if (r->presence)
        presence_add(r->presence, now, change);
}

void recorder_offer(struct recorder *r, uint32_t stream, psn_time now)
{
    recorder_progress(r, now, 1);
    r->o->series_offered[cell_of(r, stream, now)]++;
    if (now >= r->d->warmup)
        r->o->stream[stream].offered++;
}

/* Does a request that arrived at `born` count for this watch? */
static bool in_hours(struct watch *w, psn_time born)
{
    if (!span_has(&w->there, born))
        return false;
    if (!w->hours)
        return true;
    if (born < w->from || born >= w->until) {
        const struct span *s = hours_span(w->hours, born);
        w->open = s && s->open <= born;
        w->until = w->open ? s->close : s ? s->open : PSN_NEVER;
        w->from = born;
    }
    return w->open;
}

void recorder_complete(struct recorder *r, uint32_t stream, psn_time born, psn_time now)
{
    struct outcome *o = r->o;
    size_t cell = cell_of(r, stream, born);
    psn_time response = now - born;
    recorder_progress(r, now, -1);
    o->series_completed[cell]++;
    o->series_response[cell] += response;
    if (born < r->d->warmup)
        return;
    struct outcome_stream *s = &o->stream[stream];
    s->completed++;
    tally_add(&s->response, response);
    histogram_add(&s->histogram, response);
    bool counted = false;
    for (uint32_t i = r->first_watch[stream]; i < r->first_watch[stream + 1]; i++) {
        struct watch *w = &r->watch[i];
        if (!in_hours(w, born))
            continue;
        struct target_sum *t = &r->sum[w->target];
        t->judged++;
        t->kept += response <= w->within;
        tally_add(&t->response, response);
        if (o->target_histogram[w->target].count)
            histogram_add(&o->target_histogram[w->target], response);
        if (!counted && w->within != PSN_NEVER) {
            counted = true;
            s->judged++;
            s->within += response <= w->within;
        }
    }
}

void recorder_fail(struct recorder *r, uint32_t stream, psn_time born, psn_time now, uint32_t why)
{
    struct outcome_stream *s = &r->o->stream[stream];
    bool counted = false;
    recorder_progress(r, now, -1);
    if (born < r->d->warmup)
        return;
    s->failed++;
    if (why & JOB_REFUSED)
        s->refused++;
    else if (why & JOB_ABANDONED)
        s->abandoned++;
    for (uint32_t i = r->first_watch[stream]; i < r->first_watch[stream + 1]; i++) {
        struct watch *w = &r->watch[i];
        if (!in_hours(w, born))
            continue;
        r->sum[w->target].judged++;
        r->sum[w->target].failed++;
        if (!counted && w->within != PSN_NEVER)
            s->judged++;
        counted |= w->within != PSN_NEVER;
    }
}

void recorder_retry(struct recorder *r, uint32_t stream, psn_time born)
{
    r->o->stream[stream].retries += born >= r->d->warmup;
}

void recorder_unfinished(struct recorder *r, uint32_t stream, psn_time born)
{
    if (born < r->d->warmup)
        return;
    bool counted = false;
    for (uint32_t i = r->first_watch[stream]; i < r->first_watch[stream + 1]; i++) {
        struct watch *w = &r->watch[i];
        if (w->within == PSN_NEVER || r->d->horizon - born <= w->within || !in_hours(w, born))
            continue; /* it may still be in time: its fate is not known */
        r->sum[w->target].judged++;
        if (!counted)
            r->o->stream[stream].judged++;
        counted = true;
    }
}

void recorder_overrun(struct recorder *r, uint32_t stream, psn_time born, psn_time by)
{
    struct outcome_stream *s = &r->o->stream[stream];
    if (born < r->d->warmup)
        return;
    s->overruns++;
    if (by > s->overrun_max)
        s->overrun_max = by;
}

static void merge_stream(struct outcome_stream *into, const struct outcome_stream *from)
{
    into->offered += from->offered;
    into->completed += from->completed;
    into->failed += from->failed;
    into->refused += from->refused;
    into->abandoned += from->abandoned;
    into->retries += from->retries;
    into->judged += from->judged;
    into->within += from->within;
    into->overruns += from->overruns;
    if (from->overrun_max > into->overrun_max)
        into->overrun_max = from->overrun_max;
    tally_merge(&into->response, &from->response);
    if (from->histogram.count)
        histogram_merge(&into->histogram, &from->histogram);
}

int recorder_merge(struct recorder *into, const struct recorder *from)
{
    const struct outcome_shape *s = &into->o->shape;
    size_t streams = s->services * s->partners, cells = streams * s->intervals;
    for (size_t i = 0; i < streams; i++)
        merge_stream(&into->o->stream[i], &from->o->stream[i]);
    for (size_t i = 0; i < cells; i++) {
        into->o->series_offered[i] += from->o->series_offered[i];
        into->o->series_completed[i] += from->o->series_completed[i];
        into->o->series_response[i] += from->o->series_response[i];
    }
    for (size_t t = 0; t < s->targets; t++) {
        into->sum[t].judged += from->sum[t].judged;
        into->sum[t].kept += from->sum[t].kept;
        into->sum[t].failed += from->sum[t].failed;
        tally_merge(&into->sum[t].response, &from->sum[t].response);
        if (from->o->target_histogram[t].count)
            histogram_merge(&into->o->target_histogram[t], &from->o->target_histogram[t]);
    }
    return 0;
}

/* The figure of a response target, in s or as a share; NaN where nothing was judged. */
static double target_value(const struct recorder *r, size_t t)
{
    const struct objective *o = &r->d->objective[r->d->target[t].objective];
    const struct target_sum *sum = &r->sum[t];
    switch (o->figure) {
    case FIGURE_RESPONSE_MEAN:
        return tally_mean(&sum->response) * 1e-9;
    case FIGURE_RESPONSE_QUANTILE:
        return outcome_quantile(&r->o->target_histogram[t], sum->failed, o->quantile,
                                sum->response.max);
    case FIGURE_RESPONSE_MAX:
        if (sum->failed > 0)
            return INFINITY;
        return sum->response.count ? (double)sum->response.max * 1e-9 : NAN;
    case FIGURE_RESPONSE_WITHIN:
        return sum->judged ? (double)sum->kept / (double)sum->judged : NAN;
    default:
        return NAN;
    }
}

void recorder_finish(struct recorder *r)
{
    const struct outcome_shape *s = &r->o->shape;
    for (size_t i = 0; i < s->services * s->partners; i++)
        r->o->stream[i].unfinished =
            r->o->stream[i].offered - r->o->stream[i].completed - r->o->stream[i].failed;
    for (size_t t = 0; t < s->targets; t++) {
        r->o->target_failed[t] = r->sum[t].failed;
        if (r->d->objective[r->d->target[t].objective].figure <= FIGURE_RESPONSE_WITHIN)
            r->o->target[t] = r->d->target[t].exists ? target_value(r, t) : NAN;
    }
}
