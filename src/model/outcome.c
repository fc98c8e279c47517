/* SPDX-License-Identifier: Apache-2.0
 * The memory of an outcome and the two response figures that the study and the result file share.
 */
#include "model/outcome.h"

#include <math.h>
#include <stdlib.h>

static bool allocate_batches(struct outcome *o)
{
    struct outcome_shape shape = o->shape;
    shape.intervals = shape.batches = shape.classes = shape.directions = 0;
    o->batch = arena_array(&o->memory, o->shape.batches, sizeof(struct outcome *));
    for (size_t k = 0; o->batch && k < o->shape.batches; k++) {
        if (!(o->batch[k] = outcome_new(&shape)))
            return false;
        o->batch[k]->is_batch = true;
    }
    return o->batch != NULL;
}

/* What is held by class, where there are classes. All of it is 0 to begin with, so that what a run
 * does not touch takes no memory. */
static bool allocate_network(struct outcome *o)
{
    const struct outcome_shape *s = &o->shape;
    size_t classes, channels, shares, hours, cells;
    if (s->classes == 0)
        return true;
    if (__builtin_mul_overflow(s->classes, s->partners, &classes) ||
        __builtin_mul_overflow(s->directions, s->classes, &channels) ||
        __builtin_mul_overflow(s->directions, s->partners, &shares) ||
        __builtin_mul_overflow(channels, (size_t)OUTCOME_DAY, &hours) ||
        __builtin_mul_overflow(s->classes, s->intervals, &cells))
        return false;
    o->class = arena_array(&o->memory, classes + 1, sizeof *o->class);
    o->class_delay = arena_array(&o->memory, s->classes, sizeof *o->class_delay);
    o->channel = arena_array(&o->memory, channels + 1, sizeof *o->channel);
    o->direction = arena_array(&o->memory, s->directions + 1, sizeof *o->direction);
    o->peak_share = arena_array(&o->memory, shares + 1, sizeof *o->peak_share);
    o->day = arena_array(&o->memory, hours + 1, sizeof *o->day);
    o->series_sent = arena_array(&o->memory, cells + 1, sizeof *o->series_sent);
    o->series_delivered = arena_array(&o->memory, cells + 1, sizeof *o->series_delivered);
    o->series_lost = arena_array(&o->memory, cells + 1, sizeof *o->series_lost);
    o->series_under_way = arena_array(&o->memory, cells + 1, sizeof *o->series_under_way);
    return o->class && o->class_delay && o->channel && o->direction && o->peak_share && o->day &&
           o->series_sent && o->series_delivered && o->series_lost && o->series_under_way;
}

/* All the arrays of an outcome; false where one could not be had. */
static bool allocate(struct outcome *o, size_t streams)
{
    const struct outcome_shape *s = &o->shape;
    size_t by_stream, by_station, shares;
    if (__builtin_mul_overflow(streams, s->intervals, &by_stream) ||
        __builtin_mul_overflow(s->stations, s->intervals, &by_station) ||
        __builtin_mul_overflow(s->stations, s->partners, &shares))
        return false;
    o->stream = arena_array(&o->memory, streams + 1, sizeof *o->stream);
    o->station = arena_array(&o->memory, s->stations + 1, sizeof *o->station);
    o->share = arena_array(&o->memory, shares + 1, sizeof *o->share);
    o->target = arena_array(&o->memory, s->targets + 1, sizeof *o->target);
    o->target_histogram = arena_array(&o->memory, s->targets + 1, sizeof *o->target_histogram);
    o->target_failed = arena_array(&o->memory, s->targets + 1, sizeof *o->target_failed);
    o->series_offered = arena_array(&o->memory, by_stream + 1, sizeof *o->series_offered);
    o->series_completed = arena_array(&o->memory, by_stream + 1, sizeof *o->series_completed);
    o->series_response = arena_array(&o->memory, by_stream + 1, sizeof *o->series_response);
    o->series_utilisation = arena_array(&o->memory, by_station + 1, sizeof *o->series_utilisation);
    o->series_present = arena_array(&o->memory, by_station + 1, sizeof *o->series_present);
    if (s->batches > 0) {
        o->series_left = arena_array(&o->memory, by_station + 1, sizeof *o->series_left);
        o->series_waits = arena_array(&o->memory, by_station + 1, sizeof *o->series_waits);
        o->series_waited = arena_array(&o->memory, by_station + 1, sizeof *o->series_waited);
        if (!allocate_batches(o) || !o->series_left || !o->series_waits || !o->series_waited)
            return false;
    }
    return o->stream && o->station && o->share && o->target && o->target_histogram &&
           o->series_offered && o->series_completed && o->series_response &&
           o->series_utilisation && o->series_present && allocate_network(o);
}

/* The doubles that mean "none" until the run says otherwise. */
static void blank(struct outcome *o)
{
    for (size_t i = 0; i < o->shape.services * o->shape.partners; i++)
        o->stream[i].expected = NAN;
    for (size_t i = 0; i < o->shape.stations; i++)
        o->station[i].wait_s = NAN;
    for (size_t i = 0; i < o->shape.stations * o->shape.partners; i++)
        o->share[i] = NAN;
    for (size_t i = 0; i < o->shape.targets; i++)
        o->target[i] = NAN;
}

struct outcome *outcome_new(const struct outcome_shape *shape)
{
    size_t streams;
    if (__builtin_mul_overflow(shape->services, shape->partners, &streams))
        return NULL;
    struct outcome *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    o->shape = *shape;
    if (!allocate(o, streams)) {
        outcome_free(o);
        return NULL;
    }
    blank(o);
    return o;
}

void outcome_free(struct outcome *o)
{
    if (!o)
        return;
    for (size_t k = 0; o->batch && k < o->shape.batches; k++)
        outcome_free(o->batch[k]);
    size_t streams = o->shape.services * o->shape.partners;
    for (size_t i = 0; o->stream && i < streams; i++)
        histogram_fini(&o->stream[i].histogram);
    for (size_t i = 0; o->target_histogram && i < o->shape.targets; i++)
        histogram_fini(&o->target_histogram[i]);
    for (size_t i = 0; o->class_delay && i < o->shape.classes; i++)
        histogram_fini(&o->class_delay[i]);
    arena_fini(&o->memory);
    free(o);
}

bool outcome_whole(const struct outcome *o)
{
    bool whole = true;
    for (size_t i = 0; i < o->shape.services * o->shape.partners; i++)
        whole &= !o->stream[i].histogram.failed;
    for (size_t i = 0; i < o->shape.targets; i++)
        whole &= !o->target_histogram[i].failed;
    for (size_t i = 0; i < o->shape.classes; i++)
        whole &= !o->class_delay[i].failed;
    for (size_t k = 0; k < o->shape.batches; k++)
        whole &= outcome_whole(o->batch[k]);
    return whole;
}

int64_t outcome_requests(const struct outcome *o)
{
    int64_t sum = 0;
    for (size_t i = 0; i < o->shape.services * o->shape.partners; i++)
        sum += o->stream[i].offered;
    return sum;
}

double outcome_quantile(const struct histogram *h, int64_t failed, double p, psn_time max)
{
    if (failed == 0)
        return histogram_quantile(h, p, max) / (double)PSN_SECOND;
    double all = (double)h->total + (double)failed;
    if (p * all > (double)h->total || h->total == 0)
        return INFINITY;
    return histogram_quantile(h, p * all / (double)h->total, max) / (double)PSN_SECOND;
}

double outcome_spread(const struct histogram *h, psn_time max)
{
    return (histogram_quantile(h, 0.99, max) - histogram_quantile(h, 0.5, max)) /
           (double)PSN_SECOND;
}

struct outcome_class outcome_class_total(const struct outcome *o, size_t class)
{
    struct outcome_class t = {0};
    for (size_t p = 0; p < o->shape.partners; p++) {
        const struct outcome_class *c = &o->class[outcome_class_index(&o->shape, class, p)];
        t.sent += c->sent;
        t.delivered += c->delivered;
        t.lost += c->lost;
        t.unrouted += c->unrouted;
        t.dropped += c->dropped;
        t.resent += c->resent;
        t.under_way += c->under_way;
        t.bits += c->bits;
        tally_merge(&t.delay, &c->delay);
        tally_merge(&t.jitter, &c->jitter);
        t.flows += c->flows;
        t.flows_under_way += c->flows_under_way;
        t.flow_bits += c->flow_bits;
        tally_merge(&t.flow_time, &c->flow_time);
        t.flow_goodput_sum += c->flow_goodput_sum;
    }
    return t;
}

double outcome_loss(const struct outcome_class *c)
{
    int64_t put = c->delivered + c->dropped;
    return put > 0 ? (double)c->dropped / (double)put : NAN;
}

double outcome_response_mean(const struct outcome_stream *s)
{
    return tally_mean(&s->response) / (double)PSN_SECOND;
}

double outcome_response_quantile(const struct outcome_stream *s, double p)
{
    return histogram_quantile(&s->histogram, p, s->response.max) / (double)PSN_SECOND;
}
