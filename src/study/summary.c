/* SPDX-License-Identifier: Apache-2.0
 * Reduces the replications of a design point to estimates with confidence intervals, in the order
 * of replications, so that the bits do not depend on who ran what. Used when the result is written.
 */
#include "study/summary.h"

#include <math.h>
#include <stdlib.h>

#include "base/array.h"
#include "stats/batch.h"
#include "stats/control.h"
#include "study/probe.h"

/* Mean and variance of one (subject, interval) over replications in one pass:
 * B. P. Welford, Technometrics 4 (1962), p. 419. */
struct series {
    size_t subjects;
    uint32_t *n;
    double *mean, *square, *half_width;
    double *first; /* of a pair whose second is not here yet; NULL where there are no pairs */
};

struct summary {
    const struct study *study;
    struct probe *probe;
    double *whole;   /* by probe: of the long run that is cut into batches */
    double *control; /* [replication x (streams + 1) + stream]: requests that arrived less those
                        that were to be expected; the last: all together */
    size_t control_capacity;
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

static bool series_init(struct series *s, size_t subjects, size_t intervals, bool pairs)
{
    size_t cells;
    if (__builtin_mul_overflow(subjects, intervals, &cells))
        return false;
    s->subjects = subjects;
    s->n = calloc(cells + 1, sizeof *s->n);
    s->mean = calloc(cells + 1, sizeof *s->mean);
    s->square = calloc(cells + 1, sizeof *s->square);
    s->half_width = calloc(cells + 1, sizeof *s->half_width);
    s->first = pairs ? calloc(cells + 1, sizeof *s->first) : NULL;
    for (size_t i = 0; s->mean && i < cells; i++)
        s->mean[i] = NAN;
    return s->n && s->mean && s->square && s->half_width && (s->first || !pairs);
}

static void series_fini(struct series *s)
{
    free(s->n);
    free(s->mean);
    free(s->square);
    free(s->half_width);
    free(s->first);
}

/* `second`: of a pair, where there are pairs; then their average counts. */
static void series_add(struct series *s, size_t cell, double x, bool second)
{
    if (s->first && !second) {
        s->first[cell] = x;
        return;
    }
    if (s->first)
        x = (s->first[cell] + x) / 2;
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
    m->whole = calloc(m->n_probes + 1, sizeof *m->whole);
    bool ok = m->probe && m->whole && m->unstable && m->no_mean && m->pooled && m->max &&
              m->target && m->target_failed && m->wait_max && init_pools(m);
    for (size_t i = 0; ok && i < SERIES_COUNT; i++) {
        bool by_stream = i == SERIES_OFFERED || i == SERIES_RESPONSE;
        ok = series_init(&m->series[i], by_stream ? m->streams : s->shape.stations,
                         s->shape.intervals, s->base->antithetic);
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
    free(m->whole);
    free(m->control);
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

static void add_stream_series(struct summary *m, const struct outcome *o, bool second)
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
                       (double)o->series_offered[cell] / interval_s(m->study->base, k), second);
            series_add(&m->series[SERIES_RESPONSE], cell, response, second);
        }
}

static void add_station_series(struct summary *m, const struct outcome *o, bool second)
{
    size_t intervals = o->shape.intervals;
    for (size_t i = 0; i < o->shape.stations; i++) {
        if (!o->station[i].exists)
            continue;
        for (size_t k = 0; k < intervals; k++) {
            size_t cell = i * intervals + k;
            series_add(&m->series[SERIES_UTILISATION], cell, o->series_utilisation[cell], second);
            series_add(&m->series[SERIES_PRESENT], cell, o->series_present[cell], second);
        }
    }
}

/* Room for one more row. 0 or PSN_EMEMORY. */
static int reserve_row(struct summary *m)
{
    size_t need, controls = (m->n_rows + 1) * (m->streams + 1);
    void *row = m->row, *control = m->control;
    if (__builtin_mul_overflow(m->n_rows + 1, m->n_probes, &need) ||
        array_reserve(&row, &m->row_capacity, need, sizeof *m->row) != PSN_OK)
        return PSN_EMEMORY;
    m->row = row;
    if (m->study->base->controls &&
        array_reserve(&control, &m->control_capacity, controls, sizeof *m->control) != PSN_OK)
        return PSN_EMEMORY;
    m->control = control;
    return PSN_OK;
}

static void add_controls(struct summary *m, const struct outcome *o)
{
    double *row = &m->control[m->n_rows * (m->streams + 1)];
    row[m->streams] = NAN;
    for (size_t i = 0; i < m->streams; i++) {
        row[i] = (double)o->stream[i].offered - o->stream[i].expected;
        if (!isnan(row[i]))
            row[m->streams] = row[i] + (isnan(row[m->streams]) ? 0 : row[m->streams]);
    }
}

/* A replication or a batch that measured for so long. 0 or PSN_EMEMORY. */
static int add_row(struct summary *m, const struct outcome *o, psn_time measured)
{
    if (reserve_row(m) != PSN_OK)
        return PSN_EMEMORY;
    for (size_t i = 0; i < m->n_probes; i++)
        m->row[m->n_rows * m->n_probes + i] =
            probe_value(&m->probe[i], o, (double)measured / (double)PSN_SECOND);
    if (m->study->base->controls)
        add_controls(m, o);
    m->n_rows++;
    return PSN_OK;
}

int summary_skip(struct summary *m)
{
    if (!m->study->base->antithetic)
        return PSN_OK;
    if (reserve_row(m) != PSN_OK)
        return PSN_EMEMORY;
    for (size_t i = 0; i < m->n_probes; i++)
        m->row[m->n_rows * m->n_probes + i] = NAN;
    for (size_t i = 0; m->control && i <= m->streams; i++)
        m->control[m->n_rows * (m->streams + 1) + i] = NAN;
    for (size_t i = 0; i < SERIES_COUNT; i++)
        for (size_t k = 0; k < m->series[i].subjects * m->study->shape.intervals; k++)
            m->series[i].first[k] = NAN;
    m->n_rows++;
    return PSN_OK;
}

/* What all runs of the point have together: histograms and maxima. */
static void pool(struct summary *m, const struct outcome *o)
{
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
}

int summary_add(struct summary *m, const struct outcome *o)
{
    const struct description *d = m->study->base;
    if (o->status != 0)
        return summary_skip(m);
    bool second = m->n_rows % 2 != 0;
    psn_time measured = d->horizon - d->warmup;
    int code = o->batch ? PSN_OK : add_row(m, o, measured);
    for (uint32_t k = 0; o->batch && !code && k < d->batches; k++) {
        struct span batch = description_batch(d, k);
        code = add_row(m, o->batch[k], batch.close - batch.open);
    }
    if (code)
        return code;
    for (size_t i = 0; i < m->n_probes; i++) {
        m->whole[i] = probe_value(&m->probe[i], o, (double)measured / (double)PSN_SECOND);
        m->unstable[i] |= probe_unstable(m->study, &m->probe[i], o);
        m->no_mean[i] |= probe_no_mean(m->study, &m->probe[i], o);
    }
    pool(m, o);
    add_stream_series(m, o, second);
    add_station_series(m, o, second);
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

static bool is_quantile(const struct probe *p)
{
    return p->kind == PROBE_RESPONSE_QUANTILE || p->kind == PROBE_TARGET_QUANTILE;
}

/* Room for the values of one figure, row by row. */
struct room {
    double *x, *y, *control;
};

/* The variance of a mean over as many independent replications, over that of the estimate. */
static double gain_of(const double *x, size_t n, const struct estimate *e, double degrees)
{
    struct estimate plain = interval_mean(x, n, SUMMARY_LEVEL);
    double p = (1 + SUMMARY_LEVEL) / 2;
    double without = plain.half_width / interval_t(p, (double)plain.n - 1);
    double with = e->half_width / interval_t(p, degrees);
    return without * without / (with * with);
}

/* The control of a figure, row by row, into `to`: of its own stream, else of all together. */
static void take_control(const struct summary *m, const struct probe *p, double *to)
{
    size_t width = m->streams + 1, column = m->streams;
    if (p->kind < PROBE_UTILISATION && !isnan(m->control[p->subject]))
        column = p->subject;
    for (size_t k = 0; k < m->n_rows; k++)
        to[k] = m->control[k * width + column];
}

/* A mean over replications, or over antithetic pairs of them; controlled where the study says so
 * and something is known. 0 or PSN_EMEMORY. */
static int estimate_mean(const struct summary *m, const struct probe *p, struct room *r,
                         struct summary_value *v)
{
    const struct description *d = m->study->base;
    size_t n = d->antithetic ? m->n_rows / 2 : m->n_rows;
    const double zero = 0, *x = r->x;
    if (d->antithetic) {
        v->estimate = interval_pairs(r->x, m->n_rows, r->y, SUMMARY_LEVEL);
        x = r->y;
    } else {
        v->estimate = interval_mean(r->x, n, SUMMARY_LEVEL);
    }
    double degrees = (double)v->estimate.n - 1;
    if (d->controls && m->n_rows > 0 && probe_is_mean(m->study, p)) {
        struct controlled c;
        take_control(m, p, r->control);
        for (size_t k = 0; d->antithetic && k < n; k++)
            r->control[k] = (r->control[2 * k] + r->control[2 * k + 1]) / 2;
        if (control_mean(x, r->control, &zero, n, 1, SUMMARY_LEVEL, &c) != PSN_OK)
            return PSN_EMEMORY;
        if (!isnan(c.estimate.value) && c.estimate.n == v->estimate.n) {
            v->estimate = c.estimate;
            degrees -= 1;
        }
    }
    if (d->antithetic || (d->controls && probe_is_mean(m->study, p)))
        v->gain = gain_of(r->x, m->n_rows, &v->estimate, degrees);
    return PSN_OK;
}

/* A figure of one long run; its interval from the batches. */
static void estimate_batches(const struct summary *m, const struct probe *p, struct room *r,
                             double value, struct summary_value *v)
{
    const struct description *d = m->study->base;
    enum probe_batch kind = probe_batch(m->study, p);
    v->estimate = (struct estimate){.value = value, .half_width = NAN, .n = 1};
    if (kind == BATCH_NOTHING || m->n_rows == 0)
        return;
    struct span batch = description_batch(d, 0);
    double scale = kind == BATCH_COUNT
                       ? (double)(d->horizon - d->warmup) / (double)(batch.close - batch.open)
                       : 1;
    for (size_t k = 0; k < m->n_rows; k++)
        r->x[k] *= scale;
    struct batching b = batch_join(r->x, m->n_rows, r->y);
    v->estimate = interval_section(value, r->y, b.batches, SUMMARY_LEVEL);
    v->correlated = !b.independent;
}

/* How many replications keep to an objective's limit by themselves. */
static void count_kept(const struct probe *p, const double *x, size_t n, struct summary_value *v)
{
    if (p->kind < PROBE_TARGET)
        return;
    for (size_t k = 0; k < n; k++) {
        v->judged += isnan(x[k]) ? 0 : 1;
        v->kept += (p->at_most ? x[k] <= p->limit : x[k] >= p->limit) ? 1 : 0;
    }
}

/* One measure; r->x holds what each row says. 0 or PSN_EMEMORY. */
static int estimate(const struct summary *m, size_t probe, struct room *r, struct summary_value *v)
{
    const struct probe *p = &m->probe[probe];
    bool quantile = is_quantile(p);
    *v = (struct summary_value){.gain = NAN,
                                .unstable = m->unstable[probe],
                                .no_mean = m->no_mean[probe] && !m->unstable[probe]};
    if (v->unstable || v->no_mean) {
        v->estimate = (struct estimate){.value = NAN, .half_width = NAN, .n = m->n_rows};
        return PSN_OK;
    }
    if (m->study->shape.batches > 0) {
        double value = m->n_rows == 0 ? NAN : quantile ? pooled_quantile(m, p) : m->whole[probe];
        estimate_batches(m, p, r, value, v);
        return PSN_OK;
    }
    count_kept(p, r->x, m->n_rows, v);
    if (!quantile)
        return estimate_mean(m, p, r, v);
    double pooled = pooled_quantile(m, p);
    v->estimate = m->study->base->antithetic
                      ? interval_section_pairs(pooled, r->x, m->n_rows, r->y, SUMMARY_LEVEL)
                      : interval_section(pooled, r->x, m->n_rows, SUMMARY_LEVEL);
    return PSN_OK;
}

int summary_values(const struct summary *m, struct summary_value *value)
{
    double *room = calloc(3 * m->n_rows + 3, sizeof *room);
    if (!room)
        return PSN_EMEMORY;
    struct room r = {room, room + m->n_rows + 1, room + 2 * (m->n_rows + 1)};
    int code = PSN_OK;
    for (size_t i = 0; i < m->n_probes && !code; i++) {
        for (size_t k = 0; k < m->n_rows; k++)
            r.x[k] = m->row[k * m->n_probes + i];
        code = estimate(m, i, &r, &value[i]);
        value[i].verdict = judge(&m->probe[i], &value[i]);
    }
    free(room);
    return code;
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
