/* SPDX-License-Identifier: Apache-2.0
 * What is measured at a station: the marks (end of warm-up, ends of intervals, horizon) and the
 * averages. Used by every station and by the run.
 *
 * No integral can overflow: a count and a capacity are below 2^63, the times that they are
 * multiplied by add up to less than 2^63 ns, so every area is below 2^126. */
#include "stats/meter.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Where the current interval ends: the last one at the horizon. */
static psn_time meter_interval_end(const struct meter *m)
{
    psn_time start = (psn_time)m->filled * m->interval; /* below the horizon */
    return m->interval < m->horizon - start ? start + m->interval : m->horizon;
}

/* The next mark after `last`; PSN_NEVER once the horizon is passed. */
static psn_time meter_next_mark(const struct meter *m)
{
    if (m->filled >= m->n_intervals)
        return PSN_NEVER;
    psn_time end = meter_interval_end(m);
    return m->last < m->warmup && m->warmup < end ? m->warmup : end;
}

void meter_init(struct meter *m, psn_time warmup, psn_time interval, psn_time horizon,
                int64_t capacity, exact_sum *served_work, double *series_utilisation,
                double *series_present)
{
    memset(m, 0, sizeof *m);
    m->warmup = warmup;
    m->interval = interval;
    m->horizon = horizon;
    m->capacity = capacity;
    m->served_work = served_work;
    m->series_utilisation = series_utilisation;
    m->series_present = series_present;
    m->n_intervals = (uint32_t)(horizon / interval + (horizon % interval != 0));
    m->mark = meter_next_mark(m);
}

/* Brings the area of the capacity up to the last advance: at marks and changes only. */
static void meter_settle_capacity(struct meter *m)
{
    m->capacity_area += exact_product(m->capacity, m->last - m->capacity_since);
    m->capacity_since = m->last;
}

void meter_set_capacity(struct meter *m, int64_t capacity)
{
    meter_settle_capacity(m);
    m->capacity = capacity;
}

static double meter_share(exact_sum busy, exact_sum capacity)
{
    return capacity > 0 ? exact_double(busy) / exact_double(capacity) : (double)NAN;
}

/* At the end of an interval: its averages into the series, its areas into the totals. */
static void meter_close_interval(struct meter *m)
{
    psn_time length = m->last - (psn_time)m->filled * m->interval;
    meter_settle_capacity(m);
    if (m->series_utilisation)
        m->series_utilisation[m->filled] = meter_share(m->busy_area, m->capacity_area);
    if (m->series_present)
        m->series_present[m->filled] = exact_double(m->present_area) / (double)length;
    if (m->series_left) {
        m->series_left[m->filled] = m->served - m->left_before;
        m->series_waits[m->filled] = m->wait.count - m->waits_before;
        m->series_waited[m->filled] = m->wait.sum - m->waited_before;
        m->left_before = m->served;
        m->waits_before = m->wait.count;
        m->waited_before = m->wait.sum;
    }
    if (m->last > m->warmup) {
        m->present_total += m->present_area - m->present_before;
        m->busy_total += m->busy_area - m->busy_before;
        m->capacity_total += m->capacity_area - m->capacity_before;
    }
    m->present_area = m->busy_area = m->capacity_area = 0;
    m->present_before = m->busy_before = m->capacity_before = 0;
    m->filled++;
}

void meter_roll(struct meter *m, psn_time now)
{
    while (m->filled < m->n_intervals && now >= m->mark) {
        psn_time dt = m->mark - m->last;
        bool interval_ends = m->mark == meter_interval_end(m);
        m->present_area += exact_product(m->present, dt);
        m->busy_area += exact_product(m->busy, dt);
        m->last = m->mark;
        if (interval_ends)
            meter_close_interval(m);
        if (m->last == m->horizon)
            m->served_in_time = m->served;
        if (m->last == m->warmup) {
            m->present_before = m->present_area;
            m->busy_before = m->busy_area;
            meter_settle_capacity(m);
            m->capacity_before = m->capacity_area;
            m->present_max = m->present;
        }
        m->mark = meter_next_mark(m);
    }
}

void meter_watch(struct meter *m, psn_time wait)
{
    if (m->waits)
        histogram_add(m->waits, wait);
    for (size_t i = 0; i < m->n_limits; i++)
        m->limit[i].within += wait <= m->limit[i].limit;
}

void meter_finish(struct meter *m)
{
    meter_roll(m, m->horizon);
}

double meter_utilisation(const struct meter *m)
{
    if (m->warmup >= m->horizon)
        return (double)NAN;
    return meter_share(m->busy_total, m->capacity_total);
}

double meter_present(const struct meter *m)
{
    if (m->warmup >= m->horizon)
        return (double)NAN;
    return exact_double(m->present_total) / (double)(m->horizon - m->warmup);
}

double meter_throughput(const struct meter *m)
{
    if (m->warmup >= m->horizon)
        return (double)NAN;
    return (double)m->served_in_time * 1e9 / (double)(m->horizon - m->warmup);
}
