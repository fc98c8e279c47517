/* SPDX-License-Identifier: Apache-2.0
 * What it costs to record an observation, in ns: exact sums, the histogram, both with the extremes,
 * as the loops of bare.c do; and a customer at stations/fifo with the meter that each station has.
 * Durations are exponential, made beforehand. Never passes or fails. */
#include "measure.h"
#include "stations/fifo.h"
#include "stats/tally.h"

#define DURATIONS    4096
#define OBSERVATIONS 4000000
#define ROUNDS       5

struct records {
    struct tally tally;
    struct responses responses;
    struct fifo fifo;
    psn_time now;
};

static void observe_nothing(struct records *r, psn_time x)
{
    r->now += x;
}

static void observe_tally(struct records *r, psn_time x)
{
    tally_add(&r->tally, x);
}

static void observe_histogram(struct records *r, psn_time x)
{
    histogram_add(&r->responses.histogram, x);
}

static void observe_all(struct records *r, psn_time x)
{
    responses_add(&r->responses, x);
}

/* At a load of 0.5: a gap of twice the work. */
static void observe_visit(struct records *r, psn_time x)
{
    psn_time departs;
    r->now += SECOND / 500;
    if (fifo_arrive(&r->fifo, x, 0, r->now, &departs) != PSN_OK)
        exit(1);
}

/* The best of some rounds, ns an observation. Inlined, so that each way has a loop of its own. */
__attribute__((always_inline)) static inline double
best_of(void (*observe)(struct records *, psn_time), struct records *r, const psn_time *duration)
{
    double best = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        double begun = processor_s();
        for (size_t i = 0; i < OBSERVATIONS; i++)
            observe(r, duration[i % DURATIONS]);
        best = fmin(best, (processor_s() - begun) / OBSERVATIONS * 1e9);
    }
    return best;
}

int main(void)
{
    static struct records r;
    static psn_time duration[DURATIONS];
    static struct times times;
    times_init(&times, "duration", 1e6);
    for (size_t i = 0; i < DURATIONS; i++)
        duration[i] = times_draw(&times);
    responses_init(&r.responses);
    meter_init(&r.fifo.meter, 0, 100 * SECOND, PSN_NEVER / 2, 1, NULL, NULL, NULL);
    if (fifo_init(&r.fifo, 1, PSN_NEVER / 2) != PSN_OK)
        return 1;
    printf("ns each, best of %d\n", ROUNDS);
    printf("%-40s %8.2f\n", "nothing, a sum", best_of(observe_nothing, &r, duration));
    printf("%-40s %8.2f\n", "count, exact sum, maximum", best_of(observe_tally, &r, duration));
    printf("%-40s %8.2f\n", "histogram", best_of(observe_histogram, &r, duration));
    printf("%-40s %8.2f\n", "sums, extremes and histogram", best_of(observe_all, &r, duration));
    r.now = 0;
    printf("%-40s %8.2f\n", "a visit to a metered server", best_of(observe_visit, &r, duration));
    printf("(checksum %g)\n", exact_double(r.tally.sum + r.responses.sum) + (double)r.now);
    fifo_fini(&r.fifo);
    histogram_fini(&r.responses.histogram);
    return 0;
}
