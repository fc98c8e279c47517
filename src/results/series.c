/* SPDX-License-Identifier: Apache-2.0
 * Writes /series and /link_summary. */
#include "results/series.h"

#include <math.h>

#include <stdlib.h>
#include <string.h>

/* The mean over replications, then its half-width: two variables. */
#define PAIR(NAME, DIMENSIONS, UNIT, MEANING)                                                      \
    {                                                                                              \
        {.name = (NAME),                                                                           \
         .type = TABLE_REAL,                                                                       \
         .dimensions = (DIMENSIONS),                                                               \
         .unit = (UNIT),                                                                           \
         .meaning = MEANING ", mean over replications"},                                           \
        {                                                                                          \
            .name = NAME "_half_width", .type = TABLE_REAL, .dimensions = (DIMENSIONS),            \
            .unit = (UNIT), .meaning = MEANING ", half-width of its 95 % confidence interval"      \
        }                                                                                          \
    }

#define STREAM  "point interval stream"
#define STATION "point interval station"
#define CLASS   "point interval class"

static const struct variable series_variables[SERIES_COUNT][2] = {
    [SERIES_OFFERED] = PAIR("offered", STREAM, "1/s", "requests that arrived in a second"),
    [SERIES_RESPONSE] = PAIR("response_mean", STREAM, "s",
                             "mean response time of requests that arrived in the interval"),
    [SERIES_UTILISATION] = PAIR("utilisation", STATION, "1", "mean share of the capacity in use"),
    [SERIES_PRESENT] = PAIR("present_mean", STATION, "1", "mean number of jobs present"),
    [SERIES_SENT] = PAIR("messages_sent", CLASS, "1/s", "messages sent in a second"),
    [SERIES_DELIVERED] =
        PAIR("messages_delivered", CLASS, "1/s", "of those, messages that arrived by the horizon"),
    [SERIES_LOST] =
        PAIR("messages_lost", CLASS, "1/s", "of those, messages lost for good or without a route"),
    [SERIES_UNDER_WAY] =
        PAIR("messages_under_way", CLASS, "1", "messages under way at the interval's end"),
};

#define CHANNEL   "point direction class"
#define DIRECTION "point direction"

const struct variable links_channel[CHANNEL_FIGURES][2] = {
    [CHANNEL_UTILISATION] =
        PAIR("utilisation", CHANNEL, "1", "mean share of the line in use by the class"),
    [CHANNEL_P95] = PAIR("utilisation_p95", CHANNEL, "1",
                         "share in use by the class that it keeps within for 95 % of the time"),
    [CHANNEL_HOURS_ABOVE] = PAIR("hours_above", CHANNEL, "h",
                                 "hours of intervals in which the class used more than 80 %"),
    [CHANNEL_QUEUE_MEAN] =
        PAIR("queue_mean", CHANNEL, "1", "mean number of messages that wait or are sent"),
    [CHANNEL_QUEUE_MAX] = PAIR("queue_max", CHANNEL, "bit", "most that waited in one queue"),
    [CHANNEL_DELAY_MEAN] =
        PAIR("delay_mean", CHANNEL, "s", "mean time of a message here beyond its own transmission"),
    [CHANNEL_DELAY_MAX] = PAIR("delay_max", CHANNEL, "s",
                               "longest time of a message here beyond its own transmission"),
    [CHANNEL_SENT] = PAIR("messages_sent", CHANNEL, "1", "messages that left"),
    [CHANNEL_DROPPED] = PAIR("messages_dropped", CHANNEL, "1", "messages that were lost"),
    [CHANNEL_LOSS] = PAIR("loss", CHANNEL, "1", "lost, of those that left or were lost"),
    [CHANNEL_BITS] = PAIR("bits", CHANNEL, "bit", "bits that left, overheads and flows included"),
};

const struct variable links_direction[DIRECTION_FIGURES][2] = {
    [DIRECTION_UTILISATION] = PAIR("utilisation_all", DIRECTION, "1",
                                   "mean share of the capacity in use, all classes together"),
    [DIRECTION_P95] = PAIR("utilisation_all_p95", DIRECTION, "1",
                           "share in use that it keeps within for 95 % of the time"),
    [DIRECTION_HOURS_ABOVE] = PAIR("hours_above_all", DIRECTION, "h",
                                   "hours of intervals in which more than 80 % was in use"),
    [DIRECTION_PEAK] =
        PAIR("peak_utilisation", DIRECTION, "1", "share in use in the busiest interval"),
};

const struct variable links_peak[2] =
    PAIR("peak_share", "point direction partner", "1",
         "each partner's share of what was sent in the busiest interval");
const struct variable links_day[2] =
    PAIR("utilisation_by_hour", "point direction class hour", "1",
         "mean share of the line in use by the class, by hour of the day");

static void open_pair(struct table *t, const struct variable v[2], struct mean_columns *c)
{
    column_open(t, &v[0], &c->mean);
    column_open(t, &v[1], &c->half_width);
}

static void close_pair(struct mean_columns *c)
{
    if (!c->mean.sink)
        return;
    column_close(&c->mean);
    column_close(&c->half_width);
}

/* Of one series: the subjects written, 0 where the study has none. */
static size_t subjects_of(const struct layout *l, size_t which)
{
    bool streams = which == SERIES_OFFERED || which == SERIES_RESPONSE;
    return streams ? l->n_streams
                   : summary_series_subjects(&l->study->shape, (enum summary_series)which);
}

void series_open(const struct layout *l, struct table *t, struct series_tables *s)
{
    for (size_t i = 0; i < SERIES_COUNT; i++)
        if (subjects_of(l, i) > 0)
            open_pair(t, series_variables[i], &s->column[i]);
}

void series_close(struct series_tables *s)
{
    for (size_t i = 0; i < SERIES_COUNT; i++)
        close_pair(&s->column[i]);
}

/* A number of a cell into its place; NaN leaves the missing one. */
static void put(double *place, double x)
{
    if (!isnan(x))
        *place = x;
}

/* [subject x interval] of the summary to a row [interval x subject] of the file: means, or
 * half-widths. */
static void write_series(const struct layout *l, size_t which, const struct grid *from,
                         bool half_widths, struct column *to)
{
    double *row = column_row(to);
    size_t n = subjects_of(l, which), intervals = l->study->shape.intervals;
    bool streams = which == SERIES_OFFERED || which == SERIES_RESPONSE;
    struct grid_level level = {.level = SUMMARY_LEVEL};
    for (size_t i = 0; row && i < n; i++) {
        size_t subject = streams ? l->stream[i] : i;
        for (size_t k = 0; k < intervals; k++) {
            size_t cell = subject * intervals + k;
            put(&row[k * n + i],
                half_widths ? grid_half_width(from, cell, &level) : grid_mean(from, cell));
        }
    }
    column_filled(to);
}

void series_write(const struct layout *l, const struct summary *m, struct series_tables *s)
{
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        if (!s->column[i].mean.sink)
            continue;
        const struct grid *from = summary_series(m, (enum summary_series)i);
        write_series(l, i, from, false, &s->column[i].mean);
        write_series(l, i, from, true, &s->column[i].half_width);
    }
}

void links_open(const struct layout *l, struct link_tables *k)
{
    if (l->study->shape.classes == 0)
        return;
    layout_links(l, &k->table);
    for (size_t i = 0; i < CHANNEL_FIGURES; i++)
        open_pair(&k->table, links_channel[i], &k->channel[i]);
    for (size_t i = 0; i < DIRECTION_FIGURES; i++)
        open_pair(&k->table, links_direction[i], &k->direction[i]);
    if (l->study->shape.partners > 0)
        open_pair(&k->table, links_peak, &k->peak_share);
    open_pair(&k->table, links_day, &k->day);
}

static void write_grid(const struct grid *g, struct mean_columns *c)
{
    if (!c->mean.sink)
        return;
    double *row = column_row(&c->mean);
    for (size_t i = 0; row && i < g->cells; i++)
        put(&row[i], grid_mean(g, i));
    column_filled(&c->mean);
    struct grid_level level = {.level = SUMMARY_LEVEL};
    row = column_row(&c->half_width);
    for (size_t i = 0; row && i < g->cells; i++)
        put(&row[i], grid_half_width(g, i, &level));
    column_filled(&c->half_width);
}

void links_write(const struct links_summary *from, struct link_tables *k)
{
    for (size_t i = 0; i < CHANNEL_FIGURES; i++)
        write_grid(&from->channel[i], &k->channel[i]);
    for (size_t i = 0; i < DIRECTION_FIGURES; i++)
        write_grid(&from->direction[i], &k->direction[i]);
    write_grid(&from->peak_share, &k->peak_share);
    write_grid(&from->day, &k->day);
}

void links_close(struct link_tables *k)
{
    if (!k->table.sink)
        return;
    for (size_t i = 0; i < CHANNEL_FIGURES; i++)
        close_pair(&k->channel[i]);
    for (size_t i = 0; i < DIRECTION_FIGURES; i++)
        close_pair(&k->direction[i]);
    close_pair(&k->peak_share);
    close_pair(&k->day);
    table_close(&k->table);
}
