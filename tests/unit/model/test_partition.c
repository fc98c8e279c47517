/* SPDX-License-Identifier: Apache-2.0
 * The promise that everything stands on: how sites are dealt to processes moves no bit. */
#include <criterion/criterion.h>
#include <string.h>

#include "fixture.h"

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
    if (a->total)
        cr_assert_eq(memcmp(a->count, b->count, HISTOGRAM_BUCKETS * sizeof *a->count), 0,
                     "histogram %zu", i);
}

static void same_stream(const struct outcome_stream *a, const struct outcome_stream *b, size_t i)
{
    cr_assert_eq(a->offered, b->offered, "stream %zu", i);
    cr_assert_eq(a->completed, b->completed, "stream %zu", i);
    cr_assert_eq(a->failed, b->failed, "stream %zu", i);
    cr_assert_eq(a->retries, b->retries, "stream %zu", i);
    cr_assert_eq(a->unfinished, b->unfinished, "stream %zu", i);
    cr_assert_eq(a->judged, b->judged, "stream %zu", i);
    cr_assert_eq(a->within, b->within, "stream %zu", i);
    cr_assert_eq(a->overruns, b->overruns, "stream %zu", i);
    cr_assert_eq(a->overrun_max, b->overrun_max, "stream %zu", i);
    same_tally(&a->response, &b->response, i);
    same_histogram(&a->histogram, &b->histogram, i);
}

static void same_station(const struct outcome_station *a, const struct outcome_station *b, size_t i)
{
    same_double(a->utilisation, b->utilisation, "utilisation", i);
    same_double(a->present, b->present, "present", i);
    cr_assert_eq(a->present_max, b->present_max, "station %zu", i);
    same_double(a->wait_s, b->wait_s, "wait", i);
    same_double(a->throughput, b->throughput, "throughput", i);
}

static void same_outcome(const struct outcome *a, const struct outcome *b)
{
    const struct outcome_shape *s = &a->shape;
    size_t streams = s->services * s->partners, n = s->intervals;
    cr_assert_eq(a->events, b->events, "%lld events, then %lld", (long long)a->events,
                 (long long)b->events);
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
    cr_assert_eq(memcmp(a->series_offered, b->series_offered, streams * n * 8), 0);
    cr_assert_eq(memcmp(a->series_completed, b->series_completed, streams * n * 8), 0);
    cr_assert_eq(memcmp(a->series_response, b->series_response, streams * n * 16), 0);
    for (size_t i = 0; i < s->stations * n; i++) {
        same_double(a->series_utilisation[i], b->series_utilisation[i], "series", i);
        same_double(a->series_present[i], b->series_present[i], "series", i);
    }
}

Test(partition, moves_no_bit)
{
    struct description *d = fixture_describe(fixture_shire);
    struct outcome *one = fixture_run(d, 3, NULL);
    int64_t completed = 0, failed = 0;
    for (size_t i = 0; i < one->shape.services * one->shape.partners; i++) {
        bool called = strcmp(d->service[i / one->shape.partners].name, "look-up") == 0;
        cr_assert(called || one->stream[i].completed > 0,
                  "stream %zu has no request: the test sees nothing", i);
        completed += one->stream[i].completed;
        failed += one->stream[i].failed;
        cr_assert_eq(one->stream[i].offered,
                     one->stream[i].completed + one->stream[i].failed + one->stream[i].unfinished);
    }
    cr_assert_gt(completed, 3000);
    cr_assert_gt(failed, 0, "no user gave up: the test does not see what that moves");
    for (uint32_t k = 2; k <= 7; k++) {
        struct model_schedule schedule = {k, 10 + k};
        struct outcome *other = fixture_run(d, 3, &schedule);
        same_outcome(one, other);
        outcome_free(other);
    }
    outcome_free(one);
    description_free(d);
}

Test(partition, replications_and_seeds_differ)
{
    struct description *d = fixture_describe(fixture_shire);
    struct outcome *a = fixture_run(d, 0, NULL), *b = fixture_run(d, 1, NULL);
    struct outcome *again = fixture_run(d, 0, NULL);
    same_outcome(a, again);
    cr_assert(a->stream[0].response.sum != b->stream[0].response.sum);
    outcome_free(a);
    outcome_free(b);
    outcome_free(again);
    description_free(d);
}
