/* SPDX-License-Identifier: Apache-2.0
 * Reduces the replications of a design point to estimates with confidence intervals, in the order
 * of replications, so that the bits do not depend on who ran what. Used when the result is written.
 */
#include "study/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "stats/batch.h"
#include "stats/control.h"
#include "study/probe.h"

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
    struct histogram *pooled;      /* by stream; count NULL where it is not used */
    psn_time *max;                 /* by stream */
    struct histogram *target;      /* by target; count NULL where it is no quantile */
    int64_t *target_failed;        /* by target: judged and never answered */
    psn_time *wait_max;            /* by station */
    struct histogram *class_delay; /* by class */
    psn_time *class_max;           /* by class: of the delay */
    struct grid series[SERIES_COUNT];
    struct links_summary links;
};

/* The histograms that quantiles are pooled in. */
static void init_pools(struct summary *m)
{
    for (size_t i = 0; i < m->streams; i++)
        if (m->study->stream[i] & STREAM_USED)
            histogram_init(&m->pooled[i]);
    for (size_t i = 0; i < m->n_probes; i++)
        if (m->probe[i].kind >= PROBE_TARGET_QUANTILE)
            histogram_init(&m->target[m->probe[i].subject]);
    for (size_t i = 0; i < m->study->shape.classes; i++)
        histogram_init(&m->class_delay[i]);
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
    m->class_delay = calloc(s->shape.classes + 1, sizeof *m->class_delay);
    m->class_max = calloc(s->shape.classes + 1, sizeof *m->class_max);
    bool ok = m->probe && m->whole && m->unstable && m->no_mean && m->pooled && m->max &&
              m->target && m->target_failed && m->wait_max && m->class_delay && m->class_max &&
              links_init(&m->links, &s->shape, s->base->antithetic);
    for (size_t i = 0; ok && i < SERIES_COUNT; i++) {
        ok = grid_init(&m->series[i], summary_series_subjects(&s->shape, (enum summary_series)i),
                       s->shape.intervals, s->base->antithetic);
    }
    if (!ok) {
        summary_free(m);
        return NULL;
    }
    init_pools(m);
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
        grid_fini(&m->series[i]);
    for (size_t i = 0; m->class_delay && i < m->study->shape.classes; i++)
        histogram_fini(&m->class_delay[i]);
    links_fini(&m->links);
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
    free(m->class_delay);
    free(m->class_max);
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
            grid_add(&m->series[SERIES_OFFERED], cell,
                     (double)o->series_offered[cell] / interval_s(m->study->base, k), second);
            grid_add(&m->series[SERIES_RESPONSE], cell, response, second);
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
            grid_add(&m->series[SERIES_UTILISATION], cell, o->series_utilisation[cell], second);
            grid_add(&m->series[SERIES_PRESENT], cell, o->series_present[cell], second);
        }
    }
}

static void add_class_series(struct summary *m, const struct outcome *o, bool second)
{
    size_t intervals = o->shape.intervals;
    for (size_t cell = 0; cell < o->shape.classes * intervals; cell++) {
        double length = interval_s(m->study->base, cell % intervals);
        grid_add(&m->series[SERIES_SENT], cell, (double)o->series_sent[cell] / length, second);
        grid_add(&m->series[SERIES_DELIVERED], cell, (double)o->series_delivered[cell] / length,
                 second);
        grid_add(&m->series[SERIES_LOST], cell, (double)o->series_lost[cell] / length, second);
        grid_add(&m->series[SERIES_UNDER_WAY], cell, (double)o->series_under_way[cell], second);
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

static double measured_s(const struct summary *m)
{
    return (double)(m->study->base->horizon - m->study->base->warmup) / (double)PSN_SECOND;
}

static void read_values(const struct summary *m, const struct outcome *o, double seconds,
                        double *value)
{
    for (size_t i = 0; i < m->n_probes; i++)
        value[i] = probe_value(&m->probe[i], o, seconds);
}

static uint8_t read_flags(const struct summary *m, const struct outcome *o, size_t probe)
{
    const struct probe *p = &m->probe[probe];
    return (uint8_t)((probe_unstable(m->study, p, o) ? READING_UNSTABLE : 0) |
                     (probe_no_mean(m->study, p, o) ? READING_NO_MEAN : 0));
}

void summary_read(const struct summary *m, const struct outcome *o, struct summary_reading *r)
{
    read_values(m, o, measured_s(m), r->value);
    for (size_t i = 0; i < m->n_probes; i++)
        r->flags[i] = read_flags(m, o, i);
}

/* A replication or a batch that measured for so long; `value`: what was read of it, NULL where
 * nothing was. 0 or PSN_EMEMORY. */
static int add_row(struct summary *m, const struct outcome *o, double seconds, const double *value)
{
    if (reserve_row(m) != PSN_OK)
        return PSN_EMEMORY;
    double *row = &m->row[m->n_rows * m->n_probes];
    if (value)
        memcpy(row, value, m->n_probes * sizeof *row);
    else
        read_values(m, o, seconds, row);
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
        grid_skip(&m->series[i]);
    links_skip(&m->links);
    m->n_rows++;
    return PSN_OK;
}

/* What all runs of the point have together: histograms and maxima. 0 or PSN_EMEMORY. */
static int pool(struct summary *m, const struct outcome *o)
{
    int code = PSN_OK;
    for (size_t i = 0; i < m->streams && !code; i++) {
        if (m->pooled[i].kept)
            code = histogram_merge(&m->pooled[i], &o->stream[i].histogram);
        if (o->stream[i].response.max > m->max[i])
            m->max[i] = o->stream[i].response.max;
    }
    for (size_t i = 0; i < o->shape.stations; i++)
        if (o->station[i].wait_max > m->wait_max[i])
            m->wait_max[i] = o->station[i].wait_max;
    for (size_t i = 0; i < o->shape.classes && !code; i++) {
        struct outcome_class all = outcome_class_total(o, i);
        code = histogram_merge(&m->class_delay[i], &o->class_delay[i]);
        if (all.delay.max > m->class_max[i])
            m->class_max[i] = all.delay.max;
    }
    for (size_t i = 0; i < o->shape.targets && !code; i++) {
        m->target_failed[i] += o->target_failed[i];
        if (m->target[i].kept)
            code = histogram_merge(&m->target[i], &o->target_histogram[i]);
    }
    return code;
}

/* The figures of the whole run and what forbids them. */
static void note_run(struct summary *m, const struct outcome *o, const struct summary_reading *r)
{
    if (o->batch)
        read_values(m, o, measured_s(m), m->whole);
    for (size_t i = 0; i < m->n_probes; i++) {
        uint8_t flags = r ? r->flags[i] : read_flags(m, o, i);
        m->unstable[i] |= (flags & READING_UNSTABLE) != 0;
        m->no_mean[i] |= (flags & READING_NO_MEAN) != 0;
    }
}

int summary_add_read(struct summary *m, const struct outcome *o, const struct summary_reading *r)
{
    const struct description *d = m->study->base;
    if (o->status != 0)
        return summary_skip(m);
    bool second = m->n_rows % 2 != 0;
    int code = o->batch ? PSN_OK : add_row(m, o, measured_s(m), r ? r->value : NULL);
    for (uint32_t k = 0; o->batch && !code && k < d->batches; k++) {
        struct span batch = description_batch(d, k);
        code =
            add_row(m, o->batch[k], (double)(batch.close - batch.open) / (double)PSN_SECOND, NULL);
    }
    if (code)
        return code;
    note_run(m, o, r);
    if (pool(m, o) != PSN_OK)
        return PSN_EMEMORY;
    add_stream_series(m, o, second);
    add_station_series(m, o, second);
    add_class_series(m, o, second);
    links_add(&m->links, o, second);
    return PSN_OK;
}

int summary_add(struct summary *m, const struct outcome *o)
{
    return summary_add_read(m, o, NULL);
}

/* The greatest response, wait or delay that a target can have judged: a bound for its quantile. */
static psn_time target_max(const struct summary *m, size_t target)
{
    const struct description *d = m->study->base;
    const struct target *t = &d->target[target];
    psn_time max = 0;
    switch (d->objective[t->objective].kind) {
    case SUBJECT_CLASS:
        return m->study->shape.classes > 0 ? m->class_max[t->subject] : 0;
    case SUBJECT_SERVICE:
        for (size_t i = 0; i < m->streams; i++)
            if (probe_target_stream(m->study, t, i) && m->max[i] > max)
                max = m->max[i];
        return max;
    default:
        return m->wait_max[description_target_station(d, t)];
    }
}

/* The quantile, or difference of quantiles, of all replications together, s. */
static double pooled_quantile(const struct summary *m, const struct probe *p)
{
    size_t i = p->subject;
    switch (p->kind) {
    case PROBE_RESPONSE_QUANTILE:
        return outcome_quantile(&m->pooled[i], 0, p->quantile, m->max[i]);
    case PROBE_DELAY_QUANTILE:
        return outcome_quantile(&m->class_delay[i], 0, p->quantile, m->class_max[i]);
    case PROBE_JITTER_SPREAD:
        return outcome_spread(&m->class_delay[i], m->class_max[i]);
    case PROBE_TARGET_SPREAD:
        return outcome_spread(&m->target[i], target_max(m, i));
    default:
        return outcome_quantile(&m->target[i], m->target_failed[i], p->quantile, target_max(m, i));
    }
}

/* Both in one bucket of the histogram: which is the longer cannot be told. */
static bool same_bucket(double a_s, double b_s)
{
    return histogram_bucket((psn_time)(a_s * (double)PSN_SECOND + 0.5)) ==
           histogram_bucket((psn_time)(b_s * (double)PSN_SECOND + 0.5));
}

static enum verdict judge(const struct probe *p, const struct summary_value *v)
{
    if (isnan(p->limit))
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
    return p->kind == PROBE_RESPONSE_QUANTILE || p->kind == PROBE_DELAY_QUANTILE ||
           p->kind == PROBE_JITTER_SPREAD || p->kind >= PROBE_TARGET_QUANTILE;
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
    if (isnan(p->limit))
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

size_t summary_series_subjects(const struct outcome_shape *s, enum summary_series which)
{
    switch (which) {
    case SERIES_OFFERED:
    case SERIES_RESPONSE:
        return s->services * s->partners;
    case SERIES_UTILISATION:
    case SERIES_PRESENT:
        return s->stations;
    default:
        return s->classes;
    }
}

const struct grid *summary_series(const struct summary *m, enum summary_series which)
{
    return &m->series[which];
}

const struct links_summary *summary_links(const struct summary *m)
{
    return &m->links;
}
