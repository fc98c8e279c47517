/* SPDX-License-Identifier: Apache-2.0
 * Outcomes compared bit by bit. */
#include "same.h"

#include <criterion/criterion.h>
#include <string.h>

static void same_double(double a, double b, const char *what, size_t i)
{
    cr_assert(memcmp(&a, &b, sizeof a) == 0 || (a != a && b != b), "%s %zu: %.17g, then %.17g",
              what, i, a, b);
}

static void same_tally(const struct tally *a, const struct tally *b, size_t i)
{
    cr_assert_eq(a->count, b->count, "stream %zu", i);
    cr_assert(a->sum == b->sum, "stream %zu: sums differ", i);
    cr_assert_eq(a->max, b->max, "stream %zu", i);
}

static void same_histogram(const struct histogram *a, const struct histogram *b, size_t i)
{
    cr_assert_eq(a->total, b->total, "histogram %zu", i);
    for (uint32_t k = histogram_next(a, 0); k < HISTOGRAM_BUCKETS; k = histogram_next(a, k + 1))
        cr_assert_eq(histogram_at(a, k), histogram_at(b, k), "histogram %zu", i);
}

void same_stream(const struct outcome_stream *a, const struct outcome_stream *b, size_t i)
{
    cr_assert_eq(a->offered, b->offered, "stream %zu", i);
    cr_assert_eq(a->completed, b->completed, "stream %zu", i);
    cr_assert_eq(a->failed, b->failed, "stream %zu", i);
    cr_assert_eq(a->refused, b->refused, "stream %zu", i);
    cr_assert_eq(a->abandoned, b->abandoned, "stream %zu", i);
    cr_assert_eq(a->lost, b->lost, "stream %zu", i);
    cr_assert_eq(a->unrouted, b->unrouted, "stream %zu", i);
    cr_assert_eq(a->retries, b->retries, "stream %zu", i);
    cr_assert_eq(a->unfinished, b->unfinished, "stream %zu", i);
    cr_assert_eq(a->judged, b->judged, "stream %zu", i);
    cr_assert_eq(a->within, b->within, "stream %zu", i);
    cr_assert_eq(a->overruns, b->overruns, "stream %zu", i);
    cr_assert_eq(a->overrun_max, b->overrun_max, "stream %zu", i);
    same_tally(&a->response, &b->response, i);
    same_histogram(&a->histogram, &b->histogram, i);
}

void same_station(const struct outcome_station *a, const struct outcome_station *b, size_t i)
{
    same_double(a->utilisation, b->utilisation, "utilisation", i);
    same_double(a->present, b->present, "present", i);
    cr_assert_eq(a->present_max, b->present_max, "station %zu", i);
    same_double(a->wait_s, b->wait_s, "wait", i);
    same_double(a->throughput, b->throughput, "throughput", i);
    cr_assert_eq(a->wait_max, b->wait_max, "station %zu", i);
    cr_assert_eq(a->refused, b->refused, "station %zu", i);
    cr_assert_eq(a->abandoned, b->abandoned, "station %zu", i);
}

static void same_class(const struct outcome_class *a, const struct outcome_class *b, size_t i)
{
    cr_assert_eq(a->sent, b->sent, "class %zu", i);
    cr_assert_eq(a->delivered, b->delivered, "class %zu", i);
    cr_assert_eq(a->lost, b->lost, "class %zu", i);
    cr_assert_eq(a->unrouted, b->unrouted, "class %zu", i);
    cr_assert_eq(a->dropped, b->dropped, "class %zu", i);
    cr_assert_eq(a->resent, b->resent, "class %zu", i);
    cr_assert_eq(a->under_way, b->under_way, "class %zu", i);
    same_double(a->bits, b->bits, "bits of class", i);
    same_tally(&a->delay, &b->delay, i);
    same_tally(&a->jitter, &b->jitter, i);
    cr_assert_eq(a->flows, b->flows, "class %zu", i);
    cr_assert_eq(a->flows_under_way, b->flows_under_way, "class %zu", i);
    same_double(a->flow_bits, b->flow_bits, "bits of flows", i);
    same_tally(&a->flow_time, &b->flow_time, i);
    same_double(a->flow_goodput_sum, b->flow_goodput_sum, "goodput", i);
}

static void same_channel(const struct outcome_channel *a, const struct outcome_channel *b, size_t i)
{
    same_double(a->utilisation, b->utilisation, "channel's utilisation", i);
    same_double(a->p95, b->p95, "channel's p95", i);
    same_double(a->hours_above, b->hours_above, "channel's hours", i);
    same_double(a->queue_messages, b->queue_messages, "channel's queue", i);
    same_double(a->queue_bits_max, b->queue_bits_max, "channel's queue", i);
    same_double(a->delay_s, b->delay_s, "channel's delay", i);
    same_double(a->delay_max_s, b->delay_max_s, "channel's delay", i);
    cr_assert_eq(a->sent, b->sent, "channel %zu", i);
    cr_assert_eq(a->dropped, b->dropped, "channel %zu", i);
    same_double(a->lost_share, b->lost_share, "channel's loss", i);
    same_double(a->bits, b->bits, "channel's bits", i);
}

static void same_network(const struct outcome *a, const struct outcome *b)
{
    const struct outcome_shape *s = &a->shape;
    size_t cells = s->classes * s->intervals * sizeof *a->series_sent;
    for (size_t i = 0; i < s->classes * s->partners; i++)
        same_class(&a->class[i], &b -> class[i], i);
    for (size_t i = 0; i < s->classes; i++)
        same_histogram(&a->class_delay[i], &b->class_delay[i], i);
    for (size_t i = 0; i < s->directions * s->classes; i++)
        same_channel(&a->channel[i], &b->channel[i], i);
    for (size_t i = 0; i < s->directions; i++) {
        same_double(a->direction[i].p95, b->direction[i].p95, "p95", i);
        same_double(a->direction[i].peak, b->direction[i].peak, "peak", i);
        cr_assert_eq(a->direction[i].peak_interval, b->direction[i].peak_interval);
    }
    for (size_t i = 0; i < s->directions * s->partners; i++)
        same_double(a->peak_share[i], b->peak_share[i], "share of the peak", i);
    if (s->classes == 0)
        return;
    cr_assert_eq(memcmp(a->series_sent, b->series_sent, cells), 0);
    cr_assert_eq(memcmp(a->series_delivered, b->series_delivered, cells), 0);
    cr_assert_eq(memcmp(a->series_lost, b->series_lost, cells), 0);
    cr_assert_eq(memcmp(a->series_under_way, b->series_under_way, cells), 0);
    cr_assert_eq(memcmp(a->day, b->day, s->directions * s->classes * OUTCOME_DAY * sizeof *a->day),
                 0);
}

void same_figures(const struct outcome *a, const struct outcome *b)
{
    const struct outcome_shape *s = &a->shape;
    size_t streams = s->services * s->partners, n = s->intervals;
    for (size_t i = 0; i < streams; i++)
        same_stream(&a->stream[i], &b->stream[i], i);
    for (size_t i = 0; i < s->stations; i++)
        same_station(&a->station[i], &b->station[i], i);
    for (size_t i = 0; i < s->stations * s->partners; i++)
        same_double(a->share[i], b->share[i], "share", i);
    for (size_t i = 0; i < s->targets; i++) {
        same_double(a->target[i], b->target[i], "target", i);
        same_histogram(&a->target_histogram[i], &b->target_histogram[i], i);
    }
    if (s->classes == b->shape.classes) /* not where one has more of them */
        same_network(a, b);
    cr_assert_eq(memcmp(a->series_offered, b->series_offered, streams * n * 8), 0);
    cr_assert_eq(memcmp(a->series_completed, b->series_completed, streams * n * 8), 0);
    cr_assert_eq(memcmp(a->series_response, b->series_response, streams * n * 16), 0);
    for (size_t i = 0; i < s->stations * n; i++) {
        same_double(a->series_utilisation[i], b->series_utilisation[i], "series", i);
        same_double(a->series_present[i], b->series_present[i], "series", i);
    }
}

void same_outcome(const struct outcome *a, const struct outcome *b)
{
    cr_assert_eq(a->events, b->events, "%lld events, then %lld", (long long)a->events,
                 (long long)b->events);
    same_figures(a, b);
}
