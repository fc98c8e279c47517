/* SPDX-License-Identifier: Apache-2.0
 * Records what becomes of requests. */
#include "model/recorder.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
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

static void histogram_need(struct histogram *h)
{
    if (!h->kept)
        histogram_init(h);
}

/* Histograms of the streams that have demand and of the targets that need one. */
static void make_histograms(const struct description *d, struct outcome *o)
{
    for (size_t i = 0; i < d->n_sources; i++) {
        const struct source *s = &d->source[i];
        size_t stream =
            outcome_stream_index(&o->shape, d->workload[s->workload].service, s->partner);
        histogram_need(&o->stream[stream].histogram);
    }
    for (size_t t = 0; t < d->n_targets; t++)
        if (d->objective[d->target[t].objective].figure == FIGURE_RESPONSE_QUANTILE)
            histogram_need(&o->target_histogram[t]);
    for (size_t k = 0; o->batch && k < o->shape.batches; k++)
        make_histograms(d, o->batch[k]);
}

/* How many outcomes are filled: the whole, and one for each batch. */
static size_t count_parts(const struct outcome *o)
{
    return 1 + (o->batch ? o->shape.batches : 0);
}

/* Part 0 is the whole. */
static struct outcome *part_of(struct outcome *o, size_t part)
{
    return part > 0 ? o->batch[part - 1] : o;
}

/* The part that is the batch in which a request that arrived at `born` belongs; 0 where there is
 * none. */
static size_t batch_part(const struct recorder *r, psn_time born)
{
    if (born < r->batches.open || born >= r->batches.close)
        return 0;
    return 1 + (size_t)((born - r->batches.open) / r->batch);
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
    r->sum = calloc(s->targets * count_parts(o) + 1, sizeof *r->sum);
    r->from = malloc((streams + 1) * sizeof *r->from);
    r->cell = calloc(streams + 1, sizeof *r->cell);
    r->in_flight = calloc(streams + 1, sizeof *r->in_flight);
    if (!r->watch || !r->first_watch || !r->sum || !r->from || !r->cell || !r->in_flight)
        return PSN_EMEMORY;
    for (size_t i = 0; i < streams; i++) {
        r->from[i] = -d->interval; /* no interval yet */
        r->first_watch[i] = (uint32_t)n;
        for (uint32_t t = 0; t < s->targets; t++)
            if (watches(d, t, (uint32_t)(i / s->partners), (uint32_t)(i % s->partners)))
                r->watch[n++] = watch_make(d, t, limit_of(&d->objective[d->target[t].objective]));
    }
    r->first_watch[streams] = (uint32_t)n;
    if (o->batch) {
        struct span first = description_batch(d, 0);
        r->batch = first.close - first.open;
        r->batches = (struct span){first.open, d->horizon / d->interval * d->interval};
    }
    make_histograms(d, o);
    return 0;
}

void recorder_fini(struct recorder *r)
{
    free(r->watch);
    free(r->first_watch);
    free(r->sum);
    free(r->from);
    free(r->cell);
    free(r->in_flight);
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
    if (now < r->d->warmup)
        return;
    r->o->stream[stream].offered++;
    size_t part = batch_part(r, now);
    if (part)
        r->o->batch[part - 1]->stream[stream].offered++;
}

/* An answered request in one part. */
static inline void complete(struct recorder *r, size_t part, uint32_t stream, psn_time born,
                            psn_time response)
{
    struct outcome *o = part_of(r->o, part);
    struct target_sum *sum = &r->sum[part * o->shape.targets];
    struct outcome_stream *s = &o->stream[stream];
    s->completed++;
    tally_add(&s->response, response);
    histogram_add(&s->histogram, response);
    bool counted = false;
    for (uint32_t i = r->first_watch[stream]; i < r->first_watch[stream + 1]; i++) {
        struct watch *w = &r->watch[i];
        if (!watch_counts(w, born))
            continue;
        struct target_sum *t = &sum[w->target];
        t->judged++;
        t->kept += response <= w->within;
        tally_add(&t->response, response);
        if (o->target_histogram[w->target].kept)
            histogram_add(&o->target_histogram[w->target], response);
        if (!counted && w->within != PSN_NEVER) {
            counted = true;
            s->judged++;
            s->within += response <= w->within;
        }
    }
}

/* The same in the batch that it belongs to, if any: out of the way of runs without batches. */
__attribute__((noinline)) static void complete_in_batch(struct recorder *r, uint32_t stream,
                                                        psn_time born, psn_time response)
{
    size_t part = batch_part(r, born);
    if (part)
        complete(r, part, stream, born, response);
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
    complete(r, 0, stream, born, response);
    if (r->batch > 0)
        complete_in_batch(r, stream, born, response);
}

/* One that failed, in one part. */
static void fail(struct recorder *r, size_t part, uint32_t stream, psn_time born, uint32_t why)
{
    struct outcome *o = part_of(r->o, part);
    struct target_sum *sum = &r->sum[part * o->shape.targets];
    struct outcome_stream *s = &o->stream[stream];
    bool counted = false;
    s->failed++;
    if (why & JOB_REFUSED)
        s->refused++;
    else if (why & JOB_ABANDONED)
        s->abandoned++;
    else if (why & JOB_LOST)
        s->lost++;
    else if (why & JOB_UNROUTED)
        s->unrouted++;
    for (uint32_t i = r->first_watch[stream]; i < r->first_watch[stream + 1]; i++) {
        struct watch *w = &r->watch[i];
        if (!watch_counts(w, born))
            continue;
        sum[w->target].judged++;
        sum[w->target].failed++;
        if (!counted && w->within != PSN_NEVER)
            s->judged++;
        counted |= w->within != PSN_NEVER;
    }
}

void recorder_fail(struct recorder *r, uint32_t stream, psn_time born, psn_time now, uint32_t why)
{
    recorder_progress(r, now, -1);
    if (born < r->d->warmup)
        return;
    fail(r, 0, stream, born, why);
    size_t part = batch_part(r, born);
    if (part)
        fail(r, part, stream, born, why);
}

void recorder_retry(struct recorder *r, uint32_t stream, psn_time born)
{
    if (born < r->d->warmup)
        return;
    r->o->stream[stream].retries++;
    size_t part = batch_part(r, born);
    if (part)
        r->o->batch[part - 1]->stream[stream].retries++;
}

/* One under way at the horizon, in one part. */
static void unfinished(struct recorder *r, size_t part, uint32_t stream, psn_time born)
{
    struct outcome *o = part_of(r->o, part);
    bool counted = false;
    for (uint32_t i = r->first_watch[stream]; i < r->first_watch[stream + 1]; i++) {
        struct watch *w = &r->watch[i];
        if (w->within == PSN_NEVER || r->d->horizon - born <= w->within || !watch_counts(w, born))
            continue; /* it may still be in time: its fate is not known */
        r->sum[part * o->shape.targets + w->target].judged++;
        if (!counted)
            o->stream[stream].judged++;
        counted = true;
    }
}

void recorder_unfinished(struct recorder *r, uint32_t stream, psn_time born)
{
    if (born < r->d->warmup)
        return;
    r->in_flight[stream]++;
    unfinished(r, 0, stream, born);
    size_t part = batch_part(r, born);
    if (part)
        unfinished(r, part, stream, born);
}

static void overrun(struct outcome_stream *s, psn_time by)
{
    s->overruns++;
    if (by > s->overrun_max)
        s->overrun_max = by;
}

void recorder_overrun(struct recorder *r, uint32_t stream, psn_time born, psn_time by)
{
    if (born < r->d->warmup)
        return;
    overrun(&r->o->stream[stream], by);
    size_t part = batch_part(r, born);
    if (part)
        overrun(&r->o->batch[part - 1]->stream[stream], by);
}

static int merge_stream(struct outcome_stream *into, const struct outcome_stream *from)
{
    into->offered += from->offered;
    into->completed += from->completed;
    into->failed += from->failed;
    into->refused += from->refused;
    into->abandoned += from->abandoned;
    into->lost += from->lost;
    into->unrouted += from->unrouted;
    into->retries += from->retries;
    into->judged += from->judged;
    into->within += from->within;
    into->overruns += from->overruns;
    if (from->overrun_max > into->overrun_max)
        into->overrun_max = from->overrun_max;
    tally_merge(&into->response, &from->response);
    return histogram_merge(&into->histogram, &from->histogram);
}

/* Streams and targets of one part of another process. */
static int merge_part(struct recorder *into, const struct recorder *from, size_t part)
{
    struct outcome *to = part_of(into->o, part);
    const struct outcome *other = part_of(from->o, part);
    const struct outcome_shape *s = &to->shape;
    int code = 0;
    for (size_t i = 0; i < s->services * s->partners && !code; i++)
        code = merge_stream(&to->stream[i], &other->stream[i]);
    for (size_t t = 0; t < s->targets && !code; t++) {
        struct target_sum *sum = &into->sum[part * s->targets + t];
        const struct target_sum *more = &from->sum[part * s->targets + t];
        sum->judged += more->judged;
        sum->kept += more->kept;
        sum->failed += more->failed;
        tally_merge(&sum->response, &more->response);
        const struct objective *o = &into->d->objective[into->d->target[t].objective];
        if (o->figure <= FIGURE_RESPONSE_WITHIN)
            code = histogram_merge(&to->target_histogram[t], &other->target_histogram[t]);
    }
    return code;
}

int recorder_merge(struct recorder *into, const struct recorder *from)
{
    const struct outcome_shape *s = &into->o->shape;
    size_t cells = s->services * s->partners * s->intervals;
    int code = 0;
    for (size_t part = 0; part < count_parts(into->o) && !code; part++)
        code = merge_part(into, from, part);
    for (size_t i = 0; i < cells; i++) {
        into->o->series_offered[i] += from->o->series_offered[i];
        into->o->series_completed[i] += from->o->series_completed[i];
        into->o->series_response[i] += from->o->series_response[i];
    }
    return code;
}

/* The figure of a response target, in s or as a share; NaN where nothing was judged. */
static double target_value(const struct objective *o, const struct target_sum *sum,
                           const struct histogram *h)
{
    switch (o->figure) {
    case FIGURE_RESPONSE_MEAN:
        return tally_mean(&sum->response) * 1e-9;
    case FIGURE_RESPONSE_QUANTILE:
        return outcome_quantile(h, sum->failed, o->quantile, sum->response.max);
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

static void finish_part(struct recorder *r, size_t part)
{
    struct outcome *o = part_of(r->o, part);
    const struct outcome_shape *s = &o->shape;
    for (size_t i = 0; i < s->services * s->partners; i++)
        o->stream[i].unfinished =
            o->stream[i].offered - o->stream[i].completed - o->stream[i].failed;
    for (size_t t = 0; t < s->targets; t++) {
        const struct objective *judged = &r->d->objective[r->d->target[t].objective];
        const struct target_sum *sum = &r->sum[part * s->targets + t];
        o->target_failed[t] = sum->failed;
        if (judged->figure <= FIGURE_RESPONSE_WITHIN)
            o->target[t] =
                r->d->target[t].exists ? target_value(judged, sum, &o->target_histogram[t]) : NAN;
    }
}

void recorder_finish(struct recorder *r)
{
    for (size_t part = 0; part < count_parts(r->o); part++)
        finish_part(r, part);
}

int recorder_check(const struct recorder *r, char *error, size_t size)
{
    const struct outcome_shape *shape = &r->o->shape;
    for (size_t i = 0; i < shape->services * shape->partners; i++) {
        const struct outcome_stream *s = &r->o->stream[i];
        if (s->offered == s->completed + s->failed + r->in_flight[i])
            continue;
        snprintf(error, size,
                 "requests of service \"%s\" and partner \"%s\": %" PRId64 " arrived, but %" PRId64
                 " were answered, %" PRId64 " failed and %" PRId64 " are under way",
                 r->d->service[i / shape->partners].name, r->d->partner[i % shape->partners].name,
                 s->offered, s->completed, s->failed, r->in_flight[i]);
        return PSN_ERUN;
    }
    return 0;
}
