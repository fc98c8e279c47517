/* SPDX-License-Identifier: Apache-2.0
 * The integral of rates over hours. */
#include "model/expected.h"

#include <math.h>

double expected_requests(const struct description *d, const struct source *s, psn_time from,
                         psn_time until)
{
    double sum = 0;
    for (psn_time hour = from / PSN_HOUR * PSN_HOUR; hour < until; hour += PSN_HOUR) {
        psn_time begin = hour > from ? hour : from;
        psn_time end = until - hour > PSN_HOUR ? hour + PSN_HOUR : until;
        sum += description_level(d, s, hour) * (double)(end - begin);
    }
    return sum * 1e-9 * s->rate_per_s / description_level_mean(d, s);
}

void expected_fill(const struct description *d, psn_time from, psn_time until, struct outcome *o)
{
    for (size_t i = 0; i < d->n_sources; i++) {
        const struct workload *w = &d->workload[d->source[i].workload];
        o->stream[outcome_stream_index(&o->shape, w->service, d->source[i].partner)].expected = 0;
    }
    for (size_t i = 0; i < d->n_sources; i++) {
        const struct source *s = &d->source[i];
        const struct workload *w = &d->workload[s->workload];
        double *expected =
            &o->stream[outcome_stream_index(&o->shape, w->service, s->partner)].expected;
        *expected += w->kind == WORKLOAD_OPEN ? expected_requests(d, s, from, until) : (double)NAN;
    }
}
