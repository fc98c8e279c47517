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

/* Histograms of the streams that have demand are kept, if only to hold nothing. */
static void keep_histograms(const struct description *d, struct outcome *o)
{
    for (size_t i = 0; i < d->n_sources; i++) {
        const struct source *s = &d->source[i];
        size_t stream =
            outcome_stream_index(&o->shape, d->workload[s->workload].service, s->partner);
        if (!o->stream[stream].histogram.kept)
            histogram_init(&o->stream[stream].histogram);
    }
    for (size_t k = 0; o->batch && k < o->shape.batches; k++)
        keep_histograms(d, o->batch[k]);
}

/* How many outcomes are filled: the whole, and one for each batch. */
static size_t count_parts(const struct recorder *r)
{
    return 1 + r->shape.batches;
}

/* The part that is the batch in which a request that arrived at `born` belongs; 0 where there is
 * none. */
static size_t batch_part(const struct recorder *r, psn_time born)
{
    if (born < r->batches.open || born >= r->batches.close)
        return 0;
    return 1 + (size_t)((born - r->batches.open) / r->batch);
}

int recorder_init(struct recorder *r, const struct description *d,
                  const struct outcome_shape *shape, struct outcome *o, struct arena *memory)
{
    size_t streams = shape->services * shape->partners;
    memset(r, 0, sizeof *r);
    r->d = d;
    r->memory = memory;
    r->o = o;
    r->shape = *shape;
    r->record = arena_array(memory, streams + 1, sizeof *r->record);
    r->sum = arena_array(memory, shape->targets * count_parts(r) + 1, sizeof *r->sum);
    if (!r->record || !r->sum)
        return PSN_EMEMORY;
    for (size_t i = 0; i < shape->targets * count_parts(r); i++)
        if (d->objective[d->target[i % shape->targets].objective].figure ==
            FIGURE_RESPONSE_QUANTILE)
            histogram_init(&r->sum[i].histogram);
    if (shape->batches > 0) {
        struct span first = description_batch(d, 0);
        r->batch = first.close - first.open;
        r->batches = (struct span){first.open, d->horizon / d->interval * d->interval};
    }
    if (o)
        keep_histograms(d, o);
    return 0;
}

/* Where the figures of a stream go: into the outcome, or, where the recorder has none, into memory
 * of its own. False where that ends. */
static bool place_record(const struct recorder *r, struct record *x, uint32_t stream)
{
    size_t parts = count_parts(r), intervals = r->shape.intervals;
    x->part = arena_array(r->memory, parts, sizeof *x->part);
    if (!x->part)
        return false;
    if (r->o) {
        for (size_t k = 0; k < parts; k++)
            x->part[k] = &(k > 0 ? r->o->batch[k - 1] : r->o)->stream[stream];
        x->offered = r->o->series_offered + stream * intervals;
        x->completed = r->o->series_completed + stream * intervals;
        x->response = r->o->series_response + stream * intervals;
        return true;
    }
    x->own = arena_array(r->memory, parts, sizeof *x->own);
    x->offered = arena_array(r->memory, intervals, sizeof *x->offered);
    x->completed = arena_array(r->memory, intervals, sizeof *x->completed);
    x->response = arena_array(r->memory, intervals, sizeof *x->response);
    if (!x->own || !x->offered || !x->completed || !x->response)
        return false;
    for (size_t k = 0; k < parts; k++)
        x->part[k] = &x->own[k];
    return true;
}

/* The objectives that watch a stream. */
static size_t find_watches(const struct recorder *r, uint32_t stream, struct watch *watch)
{
    const struct description *d = r->d;
    uint32_t service = (uint32_t)(stream / r->shape.partners);
    uint32_t partner = (uint32_t)(stream % r->shape.partners);
    size_t n = 0;
    for (uint32_t t = 0; t < r->shape.targets; t++) {
        if (!watches(d, t, service, partner))
            continue;
        if (watch)
            watch[n] = watch_make(d, t, limit_of(&d->objective[d->target[t].objective]));
        n++;
    }
    return n;
}

/* The record of a stream that was not seen here before. NULL where memory ends, which r->code says
 * from then on. */
static __attribute__((noinline, cold)) struct record *new_record(struct recorder *r,
                                                                 uint32_t stream)
{
    size_t n = find_watches(r, stream, NULL);
    struct record *x = arena_alloc(r->memory, sizeof *x + n * sizeof *x->watch);
    if (!x || !place_record(r, x, stream)) {
        r->code = PSN_EMEMORY;
        return NULL;
    }
    x->from = -r->d->interval; /* no interval yet */
    x->n_watches = find_watches(r, stream, x->watch);
    return r->record[stream] = x;
}

static inline struct record *record_of(struct recorder *r, uint32_t stream)
{
    struct record *x = r->record[stream];
    return __builtin_expect(x != NULL, 1) ? x : new_record(r, stream);
}

void recorder_fini(struct recorder *r)
{
    for (size_t i = 0; r->record && i < r->shape.services * r->shape.partners; i++) {
        struct record *x = r->record[i];
        for (size_t k = 0; x && x->own && k < count_parts(r); k++)
            histogram_fini(&x->own[k].histogram);
    }
    for (size_t i = 0; r->sum && i < r->shape.targets * count_parts(r); i++)
        histogram_fini(&r->sum[i].histogram);
    memset(r, 0, sizeof *r);
}

/* The interval in which `born` lies. Most requests lie in the interval of the one before, so the
 * division is seldom. */
static size_t interval_of(const struct recorder *r, struct record *x, psn_time born)
{
    if (born - x->from >= r->d->interval || born < x->from) {
        x->interval = (size_t)(born / r->d->interval);
        x->from = (psn_time)x->interval * r->d->interval;
    }
    return x->interval;
}

/* A request begins (+1) or ends (-1): of interest to a pilot run alone. */
static void recorder_progress(struct recorder *r, psn_time now, int64_t change)
{
    if (r->presence)
        presence_add(r->presence, now, change);
}

void recorder_offer(struct recorder *r, uint32_t stream, psn_time now)
{
    struct record *x = record_of(r, stream);
    recorder_progress(r, now, 1);
    if (!x)
        return;
    x->offered[interval_of(r, x, now)]++;
    if (now < r->d->warmup)
        return;
    x->part[0]->offered++;
    size_t part = batch_part(r, now);
    if (part)
        x->part[part]->offered++;
}

/* Where n requests that arrived from `first` to `last` are recorded alike: after warm-up, in one
 * interval, with no batches, nor anyone who counts those in progress. NULL: one by one. */
static struct record *alike(struct recorder *r, uint32_t stream, psn_time first, psn_time last)
{
    struct record *x = record_of(r, stream);
    if (!x || r->presence || r->batch > 0 || first < r->d->warmup)
        return NULL;
    size_t interval = interval_of(r, x, first);
    return interval_of(r, x, last) == interval ? x : NULL;
}

void recorder_offer_block(struct recorder *r, uint32_t stream, size_t n, const psn_time *at)
{
    struct record *x = alike(r, stream, at[0], at[n - 1]);
    if (x) {
        x->offered[x->interval] += (int64_t)n;
        x->part[0]->offered += (int64_t)n;
        return;
    }
    for (size_t i = 0; i < n; i++)
        recorder_offer(r, stream, at[i]);
}

/* An answered request in one part. */
static inline void complete(struct recorder *r, size_t part, struct record *x, psn_time born,
                            psn_time response)
{
    struct target_sum *sum = &r->sum[part * r->shape.targets];
    struct outcome_stream *s = x->part[part];
    s->completed++;
    tally_add(&s->response, response);
    histogram_add(&s->histogram, response);
    bool counted = false;
    for (size_t i = 0; i < x->n_watches; i++) {
        struct watch *w = &x->watch[i];
        if (!watch_counts(w, born))
            continue;
        struct target_sum *t = &sum[w->target];
        t->judged++;
        t->kept += response <= w->within;
        tally_add(&t->response, response);
        if (t->histogram.kept)
            histogram_add(&t->histogram, response);
        if (!counted && w->within != PSN_NEVER) {
            counted = true;
            s->judged++;
            s->within += response <= w->within;
        }
    }
}

/* The same in the batch that it belongs to, if any: out of the way of runs without batches. */
__attribute__((noinline)) static void complete_in_batch(struct recorder *r, struct record *x,
                                                        psn_time born, psn_time response)
{
    size_t part = batch_part(r, born);
    if (part)
        complete(r, part, x, born, response);
}

void recorder_complete(struct recorder *r, uint32_t stream, psn_time born, psn_time now)
{
    struct record *x = record_of(r, stream);
    psn_time response = now - born;
    recorder_progress(r, now, -1);
    if (!x)
        return;
    size_t interval = interval_of(r, x, born);
    x->completed[interval]++;
    x->response[interval] += response;
    if (born < r->d->warmup)
        return;
    complete(r, 0, x, born, response);
    if (r->batch > 0)
        complete_in_batch(r, x, born, response);
}

void recorder_complete_block(struct recorder *r, uint32_t stream, size_t n, const psn_time *born,
                             const psn_time *now)
{
    struct record *x = n ? alike(r, stream, born[0], born[n - 1]) : NULL;
    if (!x || x->n_watches > 0) {
        for (size_t i = 0; i < n; i++)
            recorder_complete(r, stream, born[i], now[i]);
        return;
    }
    struct outcome_stream *s = x->part[0];
    struct tally all = {.count = (int64_t)n};
    for (size_t i = 0; i < n; i++) {
        psn_time response = now[i] - born[i];
        all.sum += response;
        all.max = response > all.max ? response : all.max;
        histogram_add(&s->histogram, response);
    }
    s->completed += all.count;
    tally_merge(&s->response, &all);
    x->completed[x->interval] += all.count;
    x->response[x->interval] += all.sum;
}

/* One that failed, in one part. */
static void fail(struct recorder *r, size_t part, struct record *x, psn_time born, uint32_t why)
{
    struct target_sum *sum = &r->sum[part * r->shape.targets];
    struct outcome_stream *s = x->part[part];
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
    for (size_t i = 0; i < x->n_watches; i++) {
        struct watch *w = &x->watch[i];
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
    struct record *x = record_of(r, stream);
    recorder_progress(r, now, -1);
    if (!x || born < r->d->warmup)
        return;
    fail(r, 0, x, born, why);
    size_t part = batch_part(r, born);
    if (part)
        fail(r, part, x, born, why);
}

void recorder_retry(struct recorder *r, uint32_t stream, psn_time born)
{
    struct record *x = record_of(r, stream);
    if (!x || born < r->d->warmup)
        return;
    x->part[0]->retries++;
    size_t part = batch_part(r, born);
    if (part)
        x->part[part]->retries++;
}

/* One under way at the horizon, in one part. */
static void unfinished(struct recorder *r, size_t part, struct record *x, psn_time born)
{
    bool counted = false;
    for (size_t i = 0; i < x->n_watches; i++) {
        struct watch *w = &x->watch[i];
        if (w->within == PSN_NEVER || r->d->horizon - born <= w->within || !watch_counts(w, born))
            continue; /* it may still be in time: its fate is not known */
        r->sum[part * r->shape.targets + w->target].judged++;
        if (!counted)
            x->part[part]->judged++;
        counted = true;
    }
}

void recorder_unfinished(struct recorder *r, uint32_t stream, psn_time born)
{
    struct record *x = record_of(r, stream);
    if (!x || born < r->d->warmup)
        return;
    x->in_flight++;
    unfinished(r, 0, x, born);
    size_t part = batch_part(r, born);
    if (part)
        unfinished(r, part, x, born);
}

static void overrun(struct outcome_stream *s, psn_time by)
{
    s->overruns++;
    if (by > s->overrun_max)
        s->overrun_max = by;
}

void recorder_overrun(struct recorder *r, uint32_t stream, psn_time born, psn_time by)
{
    struct record *x = record_of(r, stream);
    if (!x || born < r->d->warmup)
        return;
    overrun(x->part[0], by);
    size_t part = batch_part(r, born);
    if (part)
        overrun(x->part[part], by);
}

int64_t recorder_offered(const struct recorder *r)
{
    int64_t sum = 0;
    for (size_t i = 0; i < r->shape.services * r->shape.partners; i++)
        sum += r->record[i] ? r->record[i]->part[0]->offered : 0;
    return sum;
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

/* What another process has of a stream. */
static int merge_record(struct recorder *into, const struct record *from, uint32_t stream)
{
    struct record *x = record_of(into, stream);
    int code = x ? 0 : PSN_EMEMORY;
    for (size_t k = 0; k < count_parts(into) && !code; k++)
        code = merge_stream(x->part[k], from->part[k]);
    for (size_t i = 0; i < into->shape.intervals && !code; i++) {
        x->offered[i] += from->offered[i];
        x->completed[i] += from->completed[i];
        x->response[i] += from->response[i];
    }
    return code;
}

int recorder_merge(struct recorder *into, const struct recorder *from)
{
    const struct outcome_shape *s = &into->shape;
    int code = from->code;
    for (size_t i = 0; i < s->services * s->partners && !code; i++)
        if (from->record[i])
            code = merge_record(into, from->record[i], (uint32_t)i);
    for (size_t i = 0; i < s->targets * count_parts(into) && !code; i++) {
        struct target_sum *sum = &into->sum[i];
        const struct target_sum *more = &from->sum[i];
        sum->judged += more->judged;
        sum->kept += more->kept;
        sum->failed += more->failed;
        tally_merge(&sum->response, &more->response);
        code = histogram_merge(&sum->histogram, &more->histogram);
    }
    return code;
}

/* The figure of a response target, in s or as a share; NaN where nothing was judged. */
static double target_value(const struct objective *o, const struct target_sum *sum)
{
    switch (o->figure) {
    case FIGURE_RESPONSE_MEAN:
        return tally_mean(&sum->response) * 1e-9;
    case FIGURE_RESPONSE_QUANTILE:
        return outcome_quantile(&sum->histogram, sum->failed, o->quantile, sum->response.max);
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

static void finish_part(struct recorder *r, struct outcome *o, size_t part)
{
    for (size_t i = 0; i < r->shape.services * r->shape.partners; i++)
        o->stream[i].unfinished =
            o->stream[i].offered - o->stream[i].completed - o->stream[i].failed;
    for (size_t t = 0; t < r->shape.targets; t++) {
        const struct objective *judged = &r->d->objective[r->d->target[t].objective];
        struct target_sum *sum = &r->sum[part * r->shape.targets + t];
        o->target_failed[t] = sum->failed;
        if (judged->figure > FIGURE_RESPONSE_WITHIN)
            continue;
        o->target[t] = r->d->target[t].exists ? target_value(judged, sum) : NAN;
        o->target_histogram[t] = sum->histogram; /* the outcome's from now on */
        sum->histogram = (struct histogram){0};
    }
}

int recorder_finish(struct recorder *r)
{
    for (size_t part = 0; part < count_parts(r) && !r->code; part++)
        finish_part(r, part > 0 ? r->o->batch[part - 1] : r->o, part);
    return r->code;
}

int recorder_check(const struct recorder *r, char *error, size_t size)
{
    for (size_t i = 0; i < r->shape.services * r->shape.partners; i++) {
        const struct record *x = r->record[i];
        const struct outcome_stream *s = x ? x->part[0] : NULL;
        if (!x || s->offered == s->completed + s->failed + x->in_flight)
            continue;
        snprintf(error, size,
                 "requests of service \"%s\" and partner \"%s\": %" PRId64 " arrived, but %" PRId64
                 " were answered, %" PRId64 " failed and %" PRId64 " are under way",
                 r->d->service[i / r->shape.partners].name,
                 r->d->partner[i % r->shape.partners].name, s->offered, s->completed, s->failed,
                 x->in_flight);
        return PSN_ERUN;
    }
    return 0;
}
