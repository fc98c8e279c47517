/* SPDX-License-Identifier: Apache-2.0
 * One long run in batches, and how many requests are expected. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "model/expected.h"

/* 10 intervals of 30 s from the warm-up to the horizon, one more in part: three batches of three,
 * the first of the ten left out. */
static const char *const text =
    "psnsim: 1\ntime: {start: 2014-05-12, horizon: 340 s, warmup: 25 s, interval: 30 s}\n"
    "partners: {p: {staff: {hall: 10}}, q: {staff: {hall: 10}}}\nsites: {hall: {}, far: {}}\n"
    "links: {way: {between: [hall, far], bandwidth: 1 Mbit/s, delay: 5 ms}}\n"
    "compute: {pool: {site: far}}\n"
    "services: {s: {steps: [{request: 1 KB}, {compute: app, work: exp(200 ms)}, {response: 1 "
    "KB}]}}\n"
    "workloads: {open: {service: s, partners: p, rate: 3 / s},\n"
    "            closed: {service: s, partners: q, users: 5, think: exp(10 s)}}\n"
    "arrangements: {x: {hosting: {all: {app: pool}}}}\n"
    "objectives: {fast: {service: s, figure: response p95, at most: 1 s, per: partner},\n"
    "             roomy: {station: pool, figure: utilisation mean, at most: 80 %},\n"
    "             brief: {station: pool, figure: wait mean, at most: 1 s}}\n"
    "study: {batches: 3}\n";

Test(batches, spans_are_whole_intervals_up_to_the_last)
{
    struct description *d = fixture_describe(text);
    cr_assert_eq(d->replications, 1);
    for (uint32_t k = 0; k < 3; k++) {
        struct span s = description_batch(d, k);
        cr_expect_eq(s.open, (60 + 90 * (psn_time)k) * PSN_SECOND);
        cr_expect_eq(s.close, s.open + 90 * PSN_SECOND);
    }
    description_free(d);
}

static double mean_of(const double *series, size_t from, size_t n)
{
    double sum = 0;
    for (size_t i = from; i < from + n; i++)
        sum += series[i];
    return sum / (double)n;
}

Test(batches, hold_what_the_series_hold)
{
    struct description *d = fixture_describe(text);
    struct outcome *o = fixture_run(d, 0, &(struct model_schedule){0});
    size_t intervals = o->shape.intervals;
    cr_assert(o->batch && o->shape.batches == 3 && intervals == 12);
    for (size_t k = 0; k < 3; k++) {
        const struct outcome *b = o->batch[k];
        size_t first = 2 + 3 * k;
        cr_assert(b->is_batch && b->shape.intervals == 0);
        for (size_t i = 0; i < 2; i++) {
            int64_t offered = 0, completed = 0;
            exact_sum response = 0;
            for (size_t cell = i * intervals + first; cell < i * intervals + first + 3; cell++) {
                offered += o->series_offered[cell];
                completed += o->series_completed[cell];
                response += o->series_response[cell];
            }
            cr_expect_eq(b->stream[i].offered, offered);
            cr_expect_eq(b->stream[i].completed, completed);
            cr_expect(b->stream[i].response.sum == response);
            cr_expect_eq(b->stream[i].histogram.total, (uint64_t)completed);
            cr_expect_eq(b->stream[i].unfinished, offered - completed);
            cr_expect_float_eq(b->target[1 + i], outcome_response_quantile(&b->stream[i], 0.95),
                               1e-12);
        }
        for (size_t t = 0; t < o->shape.stations; t++) {
            size_t cell = t * intervals + first;
            cr_expect_float_eq(b->station[t].utilisation, mean_of(o->series_utilisation, cell, 3),
                               1e-12);
            cr_expect_float_eq(b->station[t].present, mean_of(o->series_present, cell, 3), 1e-12);
        }
        cr_expect_float_eq(b->target[3], b->station[0].utilisation, 1e-12, "roomy");
        cr_expect(isnan(b->target[0]), "a batch has no mean wait for an objective");
    }
    /* Little's law, but for what is under way at the ends of a batch: what waits is the number
     * present less the one in service. */
    for (size_t k = 0; k < 3; k++) {
        const struct outcome_station *s = &o->batch[k]->station[0];
        cr_expect_float_eq(s->throughput * s->wait_s, s->present - s->utilisation, 0.5);
        cr_expect(s->throughput > 2 && s->throughput < 5);
    }
    outcome_free(o);
    description_free(d);
}

Test(batches, no_partition_moves_a_bit)
{
    struct description *d = fixture_describe(text);
    struct outcome *a = fixture_run(d, 0, &(struct model_schedule){0});
    struct outcome *b =
        fixture_run(d, 0, &(struct model_schedule){.partitions = 2, .partition_seed = 5});
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < 2; i++) {
            const struct outcome_stream *x = &a->batch[k]->stream[i], *y = &b->batch[k]->stream[i];
            cr_expect(x->offered == y->offered && x->completed == y->completed &&
                      x->response.sum == y->response.sum && x->response.max == y->response.max);
        }
        for (size_t t = 0; t < a->shape.stations; t++) {
            const struct outcome_station *x = &a->batch[k]->station[t];
            const struct outcome_station *y = &b->batch[k]->station[t];
            cr_expect(x->utilisation == y->utilisation && x->present == y->present &&
                      x->throughput == y->throughput);
            cr_expect(x->wait_s == y->wait_s || (isnan(x->wait_s) && isnan(y->wait_s)));
        }
        for (size_t t = 0; t < a->shape.targets; t++)
            cr_expect(a->batch[k]->target[t] == b->batch[k]->target[t] ||
                      isnan(a->batch[k]->target[t]));
    }
    outcome_free(a);
    outcome_free(b);
    description_free(d);
}

Test(expected, the_integral_of_the_rate)
{
    /* 168 requests a week and staff, 20 staff: 20 an hour in an ordinary week, on average; the
     * profile has all of it on weekdays, 28 an hour. From Friday 22:30 to Saturday 01:00 that is
     * one hour and a half; a closed source has no such number. */
    struct description *d = fixture_describe(
        "psnsim: 1\ntime: {start: 2014-05-16, horizon: 2 d}\n"
        "profiles: {days: {weekday: 1, weekend: 0, vary: 20 %}}\n"
        "partners: {p: {staff: {hall: 20}}, q: {staff: {hall: 1}}}\nsites: {hall: {}}\n"
        "compute: {pool: {site: hall}}\n"
        "services: {s: {steps: [{compute: app, work: 1 s}]}}\n"
        "workloads: {open: {service: s, partners: all, rate: 168 / week per staff, profile: "
        "days},\n"
        "            closed: {service: s, partners: q, users: 1, think: 1 min}}\n"
        "arrangements: {x: {hosting: {all: {app: pool}}}}\n");
    const struct source *s = NULL;
    for (size_t i = 0; i < d->n_sources; i++)
        if (!strcmp(d->source[i].name, "open/p/hall"))
            s = &d->source[i];
    cr_assert(s);
    psn_time from = 22 * PSN_HOUR + 30 * PSN_MINUTE;
    cr_expect_float_eq(expected_requests(d, s, from, 25 * PSN_HOUR), 28 * 1.5, 1e-9);
    cr_expect_float_eq(expected_requests(d, s, from, from + PSN_MINUTE), 28.0 / 60, 1e-9);
    cr_expect_eq(expected_requests(d, s, 30 * PSN_HOUR, 40 * PSN_HOUR), 0);
    struct outcome_shape shape = model_shape(d);
    struct outcome *o = outcome_new(&shape);
    expected_fill(d, from, 25 * PSN_HOUR, o);
    cr_expect_float_eq(o->stream[0].expected, 28 * 1.5, 1e-9);
    cr_expect(isnan(o->stream[1].expected), "q has a closed source, too");
    outcome_free(o);
    description_free(d);
}
