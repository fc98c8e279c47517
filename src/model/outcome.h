/* SPDX-License-Identifier: Apache-2.0
 * What one run found: the figures of every (service, partner), every station and link direction,
 * every (class of service, partner), every target of an objective, and their series. Written by the
 * model, kept by the journal, reduced by the study. Plain arrays, dense, in the order of the
 * layout. */
#ifndef MODEL_OUTCOME_H
#define MODEL_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "psnsim/types.h"
#include "stats/histogram.h"
#include "stats/tally.h"

/* Hours of a day. */
#define OUTCOME_DAY 24

/* Sizes of all arrays: equal for all runs of a study. */
struct outcome_shape {
    size_t partners, services, stations, targets, intervals;
    size_t batches; /* of one long run; 0: it is a replication */
    /* Of the network, where the scenario has links and classes; else both are 0, and nothing is
     * held by class. The last class is that of what has none ("default"). */
    size_t classes;
    size_t directions; /* of links: link x 2 + direction */
};

/* One (service, partner): requests that arrived between warm-up and horizon. */
struct outcome_stream {
    int64_t offered;   /* arrived */
    int64_t completed; /* answered by the horizon; offered = completed + failed + unfinished */
    int64_t failed;    /* in vain after the last attempt: too late for their users, or ... */
    int64_t refused;   /* ... of those, that found no room at a station, or ... */
    int64_t abandoned; /* ... that ran out of patience there, or ... */
    int64_t lost;      /* ... one of whose messages the network lost for good, or ... */
    int64_t unrouted;  /* ... had no route */
    int64_t retries;   /* further attempts */
    int64_t unfinished;
    double expected; /* the mean of `offered`; NaN unless all that ask are open sources */
    int64_t
        judged; /* arrived in the hours of the service's response objective, and their fate known */
    int64_t within;   /* of those, answered within its limit */
    int64_t overruns; /* scheduled jobs that ended, or were still under way, after their window
                         closed */
    psn_time overrun_max;
    bool unstable; /* passes a station that cannot carry its load: no figure of response holds */
    bool no_mean;  /* passes a station whose wait has no finite mean: nor has the response */
    struct tally response;      /* ns */
    struct histogram histogram; /* of the response, ns */
};

/* One station or link direction, from warm-up to horizon. */
struct outcome_station {
    double utilisation; /* of the capacity, 0 to 1 */
    double present;     /* mean number of jobs, in service included */
    int64_t present_max;
    double wait_s; /* mean time beyond the own service demand; NaN where nothing came */
    psn_time wait_max;
    double throughput; /* departures of the served a second */
    int64_t refused;   /* jobs that found no room */
    int64_t abandoned; /* jobs that ran out of patience */
    double load;       /* offered work of open and scheduled workloads / capacity, see laws.h */
    bool exists;       /* in this arrangement */
    bool unstable;     /* who never leaves offers its capacity or more */
    bool no_mean;      /* the wait has no finite mean: service times vary too much */
};

/* The messages and flows of one (class, partner): those that were sent from warm-up to horizon, so
 * that sent = delivered + lost + unrouted + under_way. A message is one for its whole way, however
 * many links it passes. Flows are long bulk transfers; no message is both. */
struct outcome_class {
    int64_t sent;
    int64_t delivered;   /* the whole message at its receiver by the horizon */
    int64_t lost;        /* for good */
    int64_t unrouted;    /* no way led there when it was sent */
    int64_t dropped;     /* times that a buffer, policer, line or failed link lost one */
    int64_t resent;      /* times that one was sent again for that */
    int64_t under_way;   /* at the horizon */
    double bits;         /* delivered, overheads not counted */
    struct tally delay;  /* ns from sending to delivery, of the delivered */
    struct tally jitter; /* ns: how much the delays of two messages differ that one sender's stream
                            sent one after the other */
    int64_t flows;       /* that ended by the horizon */
    int64_t flows_under_way; /* at the horizon */
    double flow_bits;        /* of those that ended */
    struct tally flow_time;  /* ns from start to end, of those that ended */
    double flow_goodput_sum; /* bit/s: bits by time of each one that ended, summed */
};

/* One class on one link direction, from warm-up to horizon. */
struct outcome_channel {
    double utilisation;    /* of the line's capacity by this class, 0 to 1, flows included */
    double p95;            /* the same by interval: 95 % of the time is no busier */
    double hours_above;    /* hours of intervals in which this class alone took more than 80 % */
    double queue_messages; /* mean number of messages that wait or are sent */
    double queue_bits_max; /* most that waited at once, in one queue */
    double delay_s;        /* mean time of a message here beyond its own transmission; NaN: none */
    double delay_max_s;
    int64_t sent;      /* messages that left */
    int64_t dropped;   /* messages that a full buffer, early drop, policer, line or failure lost */
    double lost_share; /* dropped / (sent + dropped); NaN where neither */
    double bits;       /* sent, overheads and flows included */
};

/* One link direction, all classes together, from warm-up to horizon. */
struct outcome_direction {
    double p95;            /* utilisation by interval: 95 % of the time is no busier */
    double hours_above;    /* hours of intervals in which it was above 80 % */
    double peak;           /* utilisation in the busiest interval */
    int64_t peak_interval; /* which that is, the first of equals; -1: none */
};

struct outcome {
    struct outcome_shape shape;
    struct arena memory; /* all that follows, but for what histograms hold */
    int64_t events;
    int32_t status; /* 0 done, 1 failed (`error` says why) */
    char error[200];
    struct outcome_stream *stream;   /* [service x partners + partner] */
    struct outcome_station *station; /* pools, arrays, then link directions: link x 2 + direction */
    double *share;  /* [station x partners + partner]: of the work served; NaN where none was */
    double *target; /* the objective's figure in its own base unit: s, or a share; NaN where none */
    struct histogram *target_histogram; /* quantiles: of the requests or waits judged; else empty */
    int64_t *target_failed;             /* by target: requests judged that were never answered */
    /* series, by the interval in which a request arrived; all from time 0, warm-up included */
    int64_t *series_offered; /* [stream x intervals + interval] */
    int64_t *series_completed;
    exact_sum *series_response; /* ns, summed over the completed ones */
    double *series_utilisation; /* [station x intervals + interval] */
    double *series_present;
    /* [station x intervals + interval]: the served that left, and the ns that they and those who
     * abandoned waited; of runs in batches only, else NULL */
    int64_t *series_left, *series_waits;
    exact_sum *series_waited;
    /* The network by class; all NULL where shape.classes is 0, and in batches. */
    struct outcome_class *class;         /* [class x partners + partner] */
    struct histogram *class_delay;       /* [class]: of `delay`, ns; initialised by who fills it */
    struct outcome_channel *channel;     /* [direction x classes + class] */
    struct outcome_direction *direction; /* [direction] */
    double *peak_share; /* [direction x partners + partner]: of the bits in the direction's busiest
                           interval; all 0 where nothing was sent */
    double *day;        /* [(direction x classes + class) x OUTCOME_DAY + hour of the civil day]:
                           mean utilisation by the class from warm-up to horizon; 0 where the run
                           has no such hour */
    /* [class x intervals + interval], all partners together: messages sent in the interval; of
     * those, delivered and lost (for good, or without a route) by the horizon; and how many were
     * under way at the interval's end, whenever sent */
    int64_t *series_sent, *series_delivered, *series_lost, *series_under_way;
    /* Batches, by the time in which a request arrived: outcomes of their own without series, whose
     * stations have utilisation, present, wait_s and throughput alone; NULL where there are none */
    struct outcome **batch;
    bool is_batch;
};

/* All zero (doubles NaN where they mean "none"), and no histogram kept. Freed by outcome_free. NULL
 * where memory ends. */
struct outcome *outcome_new(const struct outcome_shape *shape);
void outcome_free(struct outcome *o);

/* Has every histogram all that was to go into it? False where memory ended on the way. */
bool outcome_whole(const struct outcome *o);

/* Requests that arrived from warm-up on, over all services and partners. */
int64_t outcome_requests(const struct outcome *o);

/* Index of a stream. */
static inline size_t outcome_stream_index(const struct outcome_shape *s, uint32_t service,
                                          uint32_t partner)
{
    return (size_t)service * s->partners + partner;
}

/* Index of a (class, partner), and of a class on a link direction. */
static inline size_t outcome_class_index(const struct outcome_shape *s, size_t class,
                                         size_t partner)
{
    return class * s->partners + partner;
}
static inline size_t outcome_channel_index(const struct outcome_shape *s, size_t direction,
                                           size_t class)
{
    return direction * s->classes + class;
}

/* The p-quantile, in seconds, of the responses in a histogram (the longest of them: `max`) and of
 * `failed` requests, which were never answered: infinite where it is among these, NaN where there
 * is neither. */
double outcome_quantile(const struct histogram *h, int64_t failed, double p, psn_time max);

/* How far the 0.99-quantile of the delays in a histogram, whose longest is `max`, lies above their
 * median, in s: a delay variation as ITU-T Y.1540 (2019), section 6.2.2, has it between quantiles;
 * NaN where it is empty. */
double outcome_spread(const struct histogram *h, psn_time max);

/* All partners of a class together. */
struct outcome_class outcome_class_total(const struct outcome *o, size_t class);

/* Of what was put on the network the share that it lost (IPLR of Y.1540, section 6.4): what was
 * sent again counts anew. NaN where nothing was. */
double outcome_loss(const struct outcome_class *c);

/* Mean and p-quantile of a stream's response in seconds, of the requests that were answered; NaN
 * where empty. */
double outcome_response_mean(const struct outcome_stream *s);
double outcome_response_quantile(const struct outcome_stream *s, double p);

#endif
