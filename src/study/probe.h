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
    PROBE_TARGET,
    PROBE_TARGET_QUANTILE,
};

struct probe {
    enum probe_kind kind;
    size_t subject;  /* a stream, a station or a target */
    size_t partner;  /* PROBE_SHARE */
    double quantile; /* PROBE_RESPONSE_QUANTILE, PROBE_TARGET_QUANTILE */
    double limit;    /* targets: in base units (s, share) */
    bool at_most;    /* targets */
};

/* The probes of a study in the canonical order of its measures. Freed by free. NULL where memory
 * ends. */
struct probe *probes_new(const struct study *s, size_t *n);

/* The measure that a probe reads; its texts are allocated. False where memory ends. */
bool probe_measure(const struct study *s, const struct probe *p, struct measure *m);

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
