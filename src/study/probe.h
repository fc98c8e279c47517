/* SPDX-License-Identifier: Apache-2.0
 * Probes: what each measure of the summary reads from one outcome. Internal to the study; used by
 * the list of measures and by the summary, so that both keep the same order. */
#ifndef STUDY_PROBE_H
#define STUDY_PROBE_H

#include "study/summary.h"

enum probe_kind {
    PROBE_RESPONSE_MEAN,
    PROBE_RESPONSE_QUANTILE,
    PROBE_RESPONSE_MAX,
    PROBE_WITHIN,
    PROBE_OFFERED,
    PROBE_COMPLETED,
    PROBE_FAILED,
    PROBE_REFUSED,
    PROBE_ABANDONED,
    PROBE_LOST,
    PROBE_UNROUTED,
    PROBE_RETRIES,
    PROBE_UNFINISHED,
    PROBE_OVERRUNS,
    PROBE_OVERRUN_MAX,
    PROBE_UTILISATION,
    PROBE_PRESENT_MEAN,
    PROBE_PRESENT_MAX,
    PROBE_WAIT_MEAN,
    PROBE_THROUGHPUT,
    PROBE_STATION_REFUSED,
    PROBE_STATION_ABANDONED,
    PROBE_SHARE,
    PROBE_DELAY_MEAN, /* of a class, from here on */
    PROBE_DELAY_QUANTILE,
    PROBE_DELAY_MAX,
    PROBE_JITTER_MEAN,
    PROBE_JITTER_SPREAD,
    PROBE_LOSS,
    PROBE_MESSAGES_SENT,
    PROBE_MESSAGES_LOST,
    PROBE_MESSAGES_UNROUTED,
    PROBE_MESSAGES_RESENT,
    PROBE_MESSAGES_UNDER_WAY,
    PROBE_FLOWS_ENDED,
    PROBE_FLOWS_UNDER_WAY,
    PROBE_GOODPUT_MEAN,
    PROBE_FLOW_TIME_MEAN,
    PROBE_FLOW_TIME_MAX,
    PROBE_TARGET, /* of a target of an objective, from here on */
    PROBE_TARGET_QUANTILE,
    PROBE_TARGET_SPREAD,
};

#define PROBE_ALL SIZE_MAX /* all partners together */

struct probe {
    enum probe_kind kind;
    size_t subject;  /* a stream, a station, a class or a target */
    size_t partner;  /* PROBE_SHARE; of a class, or PROBE_ALL */
    double quantile; /* PROBE_RESPONSE_QUANTILE, PROBE_DELAY_QUANTILE, PROBE_TARGET_QUANTILE */
    double limit;    /* what is judged: in base units (s, share); else NaN */
    bool at_most;    /* what is judged */
};

/* Is it of a class, or one (class, partner)? */
static inline bool probe_of_class(const struct probe *p)
{
    return p->kind >= PROBE_DELAY_MEAN && p->kind < PROBE_TARGET;
}

/* The probes of a study in the canonical order of its measures. Freed by free. NULL where memory
 * ends. */
struct probe *probes_new(const struct study *s, size_t *n);

/* The measure that a probe reads; its texts are allocated. False where memory ends. */
bool probe_measure(const struct study *s, const struct probe *p, struct measure *m);

/* The same of classes, as the two above: measures_network.c. Writes the probes to `p`, or only
 * counts them where it is NULL. */
size_t probe_fill_classes(const struct study *s, struct probe *p);
bool probe_measure_class(const struct study *s, const struct probe *p, struct measure *m);
double probe_value_class(const struct probe *p, const struct outcome *o, double seconds);

/* What a run, or a batch, that measured for so many seconds says, in base units; NaN where it says
 * nothing. */
double probe_value(const struct probe *p, const struct outcome *o, double seconds);

/* What the batches of one run say to a figure: the figure itself; counts, which add up to that of
 * the run; or nothing. */
enum probe_batch { BATCH_FIGURE, BATCH_COUNT, BATCH_NOTHING };
enum probe_batch probe_batch(const struct study *s, const struct probe *p);

/* Is it a mean or a share, which a control may sharpen? */
bool probe_is_mean(const struct study *s, const struct probe *p);

/* Does a station that cannot carry its load forbid this figure? */
bool probe_unstable(const struct study *s, const struct probe *p, const struct outcome *o);

/* Is it a mean that is not finite? */
bool probe_no_mean(const struct study *s, const struct probe *p, const struct outcome *o);

/* Is (stream) one of those that a target of a service judges? */
bool probe_target_stream(const struct study *s, const struct target *t, size_t stream);

#endif
