/* SPDX-License-Identifier: Apache-2.0
 * Reduces the replications of a design point to estimates with confidence intervals, in the order
 * of replications, so that the bits do not depend on who ran what. Used when the result is written.
 */
#include "study/summary.h"

#include <math.h>
#include <stdlib.h>

#include "base/array.h"
#include "study/probe.h"

/* Mean and variance of one (subject, interval) over replications in one pass:
 * B. P. Welford, Technometrics 4 (1962), p. 419. */
struct series {
    size_t subjects;
    uint32_t *n;
    double *mean, *square, *half_width;
};

struct summary {
    const struct study *study;
    struct probe *probe;
    size_t n_probes;
    bool *unstable, *no_mean; /* by probe */
    double *row;              /* [replication x n_probes + probe] */
    size_t row_capacity, n_rows;
    size_t streams;
    struct histogram *pooled; /* by stream; count NULL where it is not used */
    psn_time *max;            /* by stream */
    struct histogram *target; /* by target; count NULL where it is no quantile */
    int64_t *target_failed;   /* by target: judged and never answered */
    psn_time *wait_max;       /* by station */
    struct series series[SERIES_COUNT];
};

static bool series_init(struct series *s, size_t subjects, size_t intervals)
{
    size_t cells;
    if (__builtin_mul_overflow(subjects, intervals, &cells))
        return false;
    s->subjects = subjects;
    s->n = calloc(cells + 1, sizeof *s->n);
    s->mean = calloc(cells + 1, sizeof *s->mean);
    s->square = calloc(cells + 1, sizeof *s->square);
    s->half_width = calloc(cells + 1, sizeof *s->half_width);
    for (size_t i = 0; s->mean && i < cells; i++)
        s->mean[i] = NAN;
    return s->n && s->mean && s->square && s->half_width;
}

static void series_fini(struct series *s)
{
    free(s->n);
    free(s->mean);
    free(s->square);
    free(s->half_width);
}

static void series_add(struct series *s, size_t cell, double x)
{
    if (isnan(x))
        return;
    if (s->n[cell]++ == 0) {
        s->mean[cell] = x;
        return;
    }
    double delta = x - s->mean[cell];
    s->mean[cell] += delta / s->n[cell];
    s->square[cell] += delta * (x - s->mean[cell]);
}

/* The histograms that quantiles are pooled in. */
static bool init_pools(struct summary *m)
{
    bool ok = true;
    for (size_t i = 0; ok && i < m->streams; i++)
        if (m->study->stream[i] & STREAM_USED)
            ok = histogram_init(&m->pooled[i]) == PSN_OK;
    for (size_t i = 0; ok && i < m->n_probes; i++)
        if (m->probe[i].kind == PROBE_TARGET_QUANTILE)
            ok = histogram_init(&m->target[m->probe[i].subject]) == PSN_OK;
    return ok;
}

struct summary *summary_new(const struct study *s)
{
    struct summary *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->study = s;
    m->streams = s->shape.services * s->shape.partners;
    m->probe = probes_new(s, &m->n_probes);
    m->unstable = calloc(m->n_probes + 1, sizeof *m->unstable);
    m->no_mean = calloc(m->n_probes + 1, sizeof *m->no_mean);
    m->pooled = calloc(m->streams + 1, sizeof *m->pooled);
    m->max = calloc(m->streams + 1, sizeof *m->max);
    m->target = calloc(s->shape.targets + 1, sizeof *m->target);
    m->target_failed = calloc(s->shape.targets + 1, sizeof *m->target_failed);
    m->wait_max = calloc(s->shape.stations + 1, sizeof *m->wait_max);
    bool ok = m->probe && m->unstable && m->no_mean && m->pooled && m->max && m->target &&
              m->target_failed && m->wait_max && init_pools(m);
    for (size_t i = 0; ok && i < SERIES_COUNT; i++) {
        bool by_stream = i == SERIES_OFFERED || i == SERIES_RESPONSE;
        ok = series_init(&m->series[i], by_stream ? m->streams : s->shape.stations,
                         s->shape.intervals);
    }
    if (!ok) {
        summary_free(m);
        return NULL;
    }
    return m;
}

void summary_free(struct summary *m)
{
    if (!m)
        return;
    for (size_t i = 0; m->pooled && i < m->streams; i++)
        histogram_fini(&m->pooled[i]);
    for (size_t i = 0; m->target && i < m->study->shape.targets; i++)
        histogram_fini(&m->target[i]);
    for (size_t i = 0; i < SERIES_COUNT; i++)
        series_fini(&m->series[i]);
    free(m->probe);
    free(m->unstable);
    free(m->no_mean);
    free(m->row);
    free(m->pooled);
    free(m->max);
    free(m->target);
    free(m->target_failed);
    free(m->wait_max);
    free(m);
}

/* Length of an interval in seconds: the last ends at the horizon. */
static double interval_s(const struct description *d, size_t interval)
{
    psn_time from = (psn_time)interval * d->interval;
    psn_time length = d->horizon - from < d->interval ? d->horizon - from : d->interval;
    return (double)length / (double)PSN_SECOND;
}

static void add_stream_series(struct summary *m, const struct outcome *o)
{
    size_t intervals = o->shape.intervals;
    for (size_t i = 0; i < m->streams; i++)
        for (size_t k = 0; k < intervals; k++) {
            size_t cell = i * intervals + k;
            int64_t done = o->series_completed[cell];
            double response =
                done ? exact_double(o->series_response[cell]) / (double)done / (double)PSN_SECOND
                     : NAN;
            series_add(&m->series[SERIES_OFFERED], cell,
                       (double)o->series_offered[cell] / interval_s(m->study->base, k));
            series_add(&m->series[SERIES_RESPONSE], cell, response);
        }
}

static void add_station_series(struct summary *m, const struct outcome *o)
{
    size_t intervals = o->shape.intervals;
    for (size_t i = 0; i < o->shape.stations; i++) {
        if (!o->station[i].exists)
            continue;
        for (size_t k = 0; k < intervals; k++) {
            size_t cell = i * intervals + k;
            series_add(&m->series[SERIES_UTILISATION], cell, o->series_utilisation[cell]);
            series_add(&m->series[SERIES_PRESENT], cell, o->series_present[cell]);
        }
    }
}

int summary_add(struct summary *m, const struct outcome *o)
{
    if (o->status != 0)
        return PSN_OK;
    size_t need;
    void *row = m->row;
    if (__builtin_mul_overflow(m->n_rows + 1, m->n_probes, &need) ||
        array_reserve(&row, &m->row_capacity, need, sizeof *m->row) != PSN_OK)
        return PSN_EMEMORY;
    m->row = row;
    for (size_t i = 0; i < m->n_probes; i++) {
        m->row[m->n_rows * m->n_probes + i] = probe_value(m->study, &m->probe[i], o);
        m->unstable[i] |= probe_unstable(m->study, &m->probe[i], o);
        m->no_mean[i] |= probe_no_mean(m->study, &m->probe[i], o);
    }
    m->n_rows++;
    for (size_t i = 0; i < m->streams; i++) {
        if (m->pooled[i].count && o->stream[i].histogram.count)
            histogram_merge(&m->pooled[i], &o->stream[i].histogram);
        if (o->stream[i].response.max > m->max[i])
            m->max[i] = o->stream[i].response.max;
    }
    for (size_t i = 0; i < o->shape.stations; i++)
        if (o->station[i].wait_max > m->wait_max[i])
            m->wait_max[i] = o->station[i].wait_max;
    for (size_t i = 0; i < o->shape.targets; i++) {
        m->target_failed[i] += o->target_failed[i];
        if (m->target[i].count && o->target_histogram[i].count)
            histogram_merge(&m->target[i], &o->target_histogram[i]);
    }
    add_stream_series(m, o);
    add_station_series(m, o);
    return PSN_OK;
}

/* The greatest response or wait that a target can have judged: a bound for its quantile. */
static psn_time target_max(const struct summary *m, size_t target)
{
    const struct description *d = m->study->base;
    psn_time max = 0;
    if (d->objective[d->target[target].objective].kind != SUBJECT_SERVICE)
        return m->wait_max[description_target_station(d, &d->target[target])];
    for (size_t i = 0; i < m->streams; i++)
        if (probe_target_stream(m->study, &m->study->base->target[target], i) && m->max[i] > max)
            max = m->max[i];
    return max;
}

/* The quantile of all replications together, s. */
static double pooled_quantile(const struct summary *m, const struct probe *p)
{
    bool stream = p->kind == PROBE_RESPONSE_QUANTILE;
    const struct histogram *h = stream ? &m->pooled[p->subject] : &m->target[p->subject];
    psn_time max = stream ? m->max[p->subject] : target_max(m, p->subject);
    return outcome_quantile(h, stream ? 0 : m->target_failed[p->subject], p->quantile, max);
}

/* Both in one bucket of the histogram: which is the longer cannot be told. */
static bool same_bucket(double a_s, double b_s)
{
    return histogram_bucket((psn_time)(a_s * (double)PSN_SECOND + 0.5)) ==
           histogram_bucket((psn_time)(b_s * (double)PSN_SECOND + 0.5));
}

static enum verdict judge(const struct probe *p, const struct summary_value *v)
{
    if (p->kind < PROBE_TARGET)
        return VERDICT_NONE;
    /* Response and wait grow without bound there: no limit is kept. */
    if (v->unstable || v->no_mean)
        return VERDICT_MISSED;
    if (isnan(v->estimate.value))
        return VERDICT_NONE;
    double away = v->estimate.value - p->limit;
    if (v->estimate.half_width > 0 && fabs(away) <= v->estimate.half_width)
        return VERDICT_TOO_CLOSE;
    if (p->kind == PROBE_TARGET_QUANTILE && away != 0 && isfinite(away) &&
        same_bucket(v->estimate.value, p->limit))
        return VERDICT_TOO_CLOSE;
    return (p->at_most ? away <= 0 : away >= 0) ? VERDICT_MET : VERDICT_MISSED;
}

int summary_values(const struct summary *m, struct summary_value *value)
{
    double *x = calloc(m->n_rows + 1, sizeof *x);
    if (!x)
        return PSN_EMEMORY;
    for (size_t i = 0; i < m->n_probes; i++) {
        const struct probe *p = &m->probe[i];
        struct summary_value *v = &value[i];
        for (size_t k = 0; k < m->n_rows; k++)
            x[k] = m->row[k * m->n_probes + i];
        v->unstable = m->unstable[i];
        v->no_mean = m->no_mean[i] && !v->unstable;
        if (v->unstable || v->no_mean)
            v->estimate = (struct estimate){.value = NAN, .half_width = NAN, .n = m->n_rows};
        else if (p->kind == PROBE_RESPONSE_QUANTILE || p->kind == PROBE_TARGET_QUANTILE)
            v->estimate = interval_section(pooled_quantile(m, p), x, m->n_rows, SUMMARY_LEVEL);
        else
            v->estimate = interval_mean(x, m->n_rows, SUMMARY_LEVEL);
        v->verdict = judge(p, v);
    }
    free(x);
    return PSN_OK;
}

void summary_series(const struct summary *m, enum summary_series which, const double **mean,
                    const double **half_width)
{
    const struct series *s = &m->series[which];
    size_t cells = s->subjects * m->study->shape.intervals;
    uint32_t last = 0;
    double t = NAN; /* of `last` observations: nearly always the same number */
    for (size_t i = 0; i < cells; i++) {
        uint32_t n = s->n[i];
        if (n >= 2 && n != last) {
            t = interval_t((1 + SUMMARY_LEVEL) / 2, n - 1);
            last = n;
        }
        s->half_width[i] = n < 2 ? NAN : t * sqrt(s->square[i] / (n - 1) / n);
    }
    *mean = s->mean;
    *half_width = s->half_width;
}
