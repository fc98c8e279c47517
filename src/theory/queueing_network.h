/* SPDX-License-Identifier: Apache-2.0
 * Networks of queues with open and closed classes by product form: exactly, approximately, and
 * bounds. Knows no domain; used by the analysis of a model.
 *
 * Product form (Baskett, Chandy, Muntz and Palacios, JACM 22(2), 1975): each station is first come
 * first served with one exponential law for all, or shares its servers equally, or has a server for
 * everybody; arrivals are Poisson, and routes are chosen by fixed shares. */
#ifndef THEORY_QUEUEING_NETWORK_H
#define THEORY_QUEUEING_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qn_station {
    int64_t servers; /* 0: one for everybody, such as thinking */
    bool shared;     /* qn_approximate: shares its servers equally; else first come, first served */
    double residual; /* qn_approximate, first come first served: mean rest of a service that an
                        arrival finds in hand, E[S^2] / (2 E[S]); 0: the mean service */
};

struct qn_class {
    double rate;           /* open: arrivals; 0: closed */
    int64_t population;    /* closed */
    const double *demand;  /* by station: visits x mean service */
    const double *count;   /* by station: visits in a pass; NULL: one each */
    const uint32_t *visit; /* the stations visited, `n_visits` of them; demand is 0 elsewhere */
    size_t n_visits;
    double throughput; /* found: passes through the network; of open classes the rate */
    double *residence; /* found: by station: time there in a pass, waiting included; INFINITY where
                          open classes alone are too much. The caller's memory */
};

struct queueing_network {
    struct qn_station *station;
    struct qn_class *class;
    size_t n_stations, n_classes;
};

/* qn_exact gives up above this many additions and multiplications: a tenth of a second of work. */
#define QN_WORK_MOST 3e7
/* Closed classes that qn_exact takes at most; those that are alike are better made one. */
#define QN_LANES_MOST 16
/* A network whose exact solution is too large, or is lost in the range of doubles. */
#define QN_TOO_LARGE 1

/* The exact solution, by convolution over all populations (Buzen, CACM 16, 1973; Reiser and
 * Kobayashi, IBM J. R&D 19, 1975); what open classes leave of a station's rate is an exact
 * load-dependent rate (Lazowska et al. 1984, section 20.5; Bolch et al. 2006, section 8.3). All
 * terms are positive, so nothing cancels where mean value analysis with several servers does. The
 * work is the product of (population + 1) over the closed classes, times what the stations ask for.
 * Returns 0, PSN_EMEMORY or QN_TOO_LARGE. */
int qn_exact(struct queueing_network *q);

/* Schweitzer's and Bard's approximate mean value analysis (Lazowska et al., section 7.4.2), with
 * the residual service of first-come stations (Reiser, 1979; Bolch et al., section 10.1); a station
 * of several servers is a machine repairman to whom the rest of the network is a delay (queue.h).
 * Open classes take their share of a station's rate (Lazowska et al., section 7.5). 0 or
 * PSN_EMEMORY. */
int qn_approximate(struct queueing_network *q);

/* Bounds of a network of one closed class; response: without what passes at no queueing station. */
struct qn_bounds {
    double throughput_low, throughput_high, response_low, response_high;
};

/* Asymptotic bounds: hold whatever the laws, for each service keeps all others waiting at most.
 * Denning and Buzen 1978; Lazowska et al., section 5.2. */
struct qn_bounds qn_asymptotic(const struct queueing_network *q);

/* Balanced job bounds: hold in product form, with one server at each queueing station. Zahorjan,
 * Sevcik, Eager and Galler, CACM 25(2), 1982; Lazowska et al., section 5.4. */
struct qn_bounds qn_balanced(const struct queueing_network *q);

#endif
