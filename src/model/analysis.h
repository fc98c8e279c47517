/* SPDX-License-Identifier: Apache-2.0
 * What queueing theory says of a model in steady state, and how far it may be trusted. Used by
 * `check`, and beside the figures of a simulation.
 *
 * The model is looked at as it is at one time, as if that lasted: rates, users, sizes, capacities
 * and hosting of then. Where nothing changes over the run, that is the run's own steady state. A
 * figure is exact where a theorem says so for this very model, approximate by a named formula where
 * it comes near, and none where no formula is known here. */
#ifndef MODEL_ANALYSIS_H
#define MODEL_ANALYSIS_H

#include "model/laws.h"

enum theory_kind {
    THEORY_NONE,
    THEORY_BOUNDS,
    THEORY_APPROXIMATE,
    THEORY_EXACT,
};

/* Why a figure is not exact; where, the note's station tells. */
enum theory_reason {
    REASON_NONE,
    REASON_CLOSED,      /* nobody serves there at this time */
    REASON_DISCIPLINE,  /* no formula for this discipline */
    REASON_BLOCKING,    /* a full room holds jobs back, there or on the way to it */
    REASON_JOBS,        /* scheduled jobs, which are left out */
    REASON_FAULTS,      /* random ones */
    REASON_VARIES,      /* the level of the day is random */
    REASON_TIMEOUT,     /* users may give up: left out where few do */
    REASON_RETRIES,     /* who is refused or leaves may try again, which is left out */
    REASON_LOSSES,      /* who was refused or left is gone behind it */
    REASON_FORK,        /* branches that run side by side */
    REASON_SAMPLED,     /* transfers of random size: moments of their service from 4,096 draws */
    REASON_GENERAL,     /* service is not exponential, and no exact formula for it is known */
    REASON_PATIENCE,    /* service is, but patience is not, or not one law for all */
    REASON_NOT_POISSON, /* arrivals come from such a station, or come back */
    REASON_SAME,       /* what comes has the size that it had at a station before: long ones hold up
                          those behind them there, too */
    REASON_HEAVY,      /* service times there have no finite variance */
    REASON_USERS,      /* users who wait for their answer, where there is no product form */
    REASON_DROPS,      /* a link may drop messages, which are sent again */
    REASON_SHAPED,     /* a shaper lets through so much at once and so much on average */
    REASON_FLOWS,      /* long messages share links as flows */
    REASON_ROUTES,     /* routes may lead there when other links fail */
    REASON_POPULATION, /* too many users of too many kinds to add up all states */
};

struct theory_note {
    enum theory_kind kind;
    enum theory_reason reason;
    uint32_t station; /* where the reason is; NO_INDEX: no station's */
};

#define THEORY_BY_SIZE 40

struct station_theory {
    bool used;               /* somebody asks for it at this time */
    bool unstable;           /* more is asked for than it can do */
    char by[THEORY_BY_SIZE]; /* the model it is taken for: "M/M/4", "M/G/1-PS" */
    struct theory_note note; /* of wait and present */
    double arrivals_per_s;
    double utilisation; /* of capacity; NaN where it has no meaning */
    double wait_s;      /* mean, beyond the own service; INFINITY: no steady state, or no mean */
    double present;     /* mean number */
    double refused, abandoned; /* shares of arrivals */
};

/* The quantiles that a result has, too. */
#define THEORY_QUANTILES 4
extern const double theory_quantile[THEORY_QUANTILES];

/* One (service, partner). */
struct stream_theory {
    bool used;
    bool unstable;  /* passes a station that is */
    bool scheduled; /* nothing but scheduled jobs: no steady state to speak of */
    struct theory_note note;
    double response_s;    /* mean, of requests that are answered; INFINITY: no steady state, or no
                             mean; NaN where there are bounds or nothing */
    double low_s, high_s; /* bounds; else both as response_s */
    double quantile_s[THEORY_QUANTILES]; /* of the response, at theory_quantile[]; NaN where not
                                            known: only one wait in M/M/c tells them */
};

struct analysis {
    psn_time at;                    /* the time looked at */
    bool steady;                    /* nothing changes over the run */
    struct station_theory *station; /* as in the outcome: pools, arrays, link directions */
    struct stream_theory *stream;   /* [service x partners + partner] */
    size_t n_stations, n_streams;
};

/* Does nothing change over the run? */
bool analysis_steady(const struct description *d);

/* Fills *out; `load` is the description's own report. Where something changes, the time is the
 * first one in the run at which the bottleneck is as busy as it gets. Ended with analysis_fini.
 * Returns 0, PSN_EMEMORY, or PSN_EINPUT as laws_report. */
int analysis_make(const struct description *d, const struct load_report *load, struct analysis *out,
                  psn_diagnostics *all);
void analysis_fini(struct analysis *a);

#endif
