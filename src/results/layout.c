/* SPDX-License-Identifier: Apache-2.0
 * Lays down the groups of the result file: their dimensions, coordinates and texts. */
#include "results/layout.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "results/factors.h"
#include "results/layout_network.h"

#define SECONDS ((double)PSN_SECOND)

/* The scenario's start as a calendar's: "2011-09-05 00:00:00". */
static void start_text(const struct description *d, char *text, size_t size)
{
    time_t seconds = (time_t)(d->start_day * 86400 + (d->start_of_week % PSN_DAY) / PSN_SECOND);
    struct tm civil;
    if (!gmtime_r(&seconds, &civil) || strftime(text, size, "%Y-%m-%d %H:%M:%S", &civil) == 0)
        snprintf(text, size, "1970-01-01 00:00:00");
}

size_t layout_replications(const struct layout *l, size_t point)
{
    if (l->study->shape.batches > 0)
        return l->study->shape.batches;
    return l->ending ? l->ending->point[point].replications : l->study->n_replications;
}

const struct stopping *layout_rule(const struct layout *l)
{
    return l->ending && !stopping_fixed(l->ending->rule) ? l->ending->rule : NULL;
}

void layout_root(const struct layout *l)
{
    const struct study *s = l->study;
    const struct description *d = s->base;
    hid_t file = l->sink->file;
    if (l->sink->failed)
        return;
    char start[64];
    start_text(d, start, sizeof start);
    /* 32 bits where they suffice: R knows no integers of 64. */
    int32_t layout = LAYOUT_VERSION, points = (int32_t)s->n_points,
            replications = (int32_t)study_rows(s), complete = l->n_rows == l->n_expected;
    int64_t seed = (int64_t)d->seed;
    bool ok = h5_put_text(file, "title", d->title ? d->title : "") &&
              h5_put_text(file, "Conventions", "CF-1.8") &&
              h5_put_text(file, "psnsim_version", PSNSIM_VERSION) &&
              h5_put_int32(file, "layout_version", &layout, 1) &&
              h5_put_text(file, "study_hash", s->hash) &&
              h5_put_text(file, "kind", s->factors_used ? "sweep" : "run") &&
              h5_put_int64(file, "seed", &seed, 1) && h5_put_int32(file, "points", &points, 1) &&
              h5_put_int32(file, "replications", &replications, 1) &&
              h5_put_int32(file, "complete", &complete, 1) && h5_put_text(file, "start", start) &&
              h5_put_real(file, "horizon_s", (double)d->horizon / SECONDS) &&
              h5_put_real(file, "warmup_s", (double)d->warmup / SECONDS) &&
              h5_put_text(file, "warmup", d->warmup_auto ? "automatic" : "stated") &&
              h5_put_real(file, "interval_s", (double)d->interval / SECONDS) &&
              h5_put_real(file, "confidence_level", SUMMARY_LEVEL);
    if (ok && study_factors(s) > 0 && s->design.kind != DESIGN_GRID)
        ok = h5_put_text(file, "design", design_word(s->design.kind));
    /* Only where the study says so: else the file is as it always was. */
    int32_t batches = (int32_t)d->batches, antithetic = 1;
    if (ok && batches > 0)
        ok = h5_put_int32(file, "batches", &batches, 1);
    if (ok && d->antithetic)
        ok = h5_put_int32(file, "antithetic", &antithetic, 1);
    if (ok && d->controls)
        ok = h5_put_text(file, "controls", "offered");
    if (!ok)
        sink_fail(l->sink);
}

static void text_content(struct table *t, const struct scenario *s, const char **name,
                         const char **bytes, int64_t *size)
{
    for (size_t i = 0; i < s->n_texts; i++) {
        name[i] = s->text[i].name;
        bytes[i] = s->text[i].bytes;
        size[i] = (int64_t)s->text[i].size;
    }
    layout_text_dimension(t, "text", "name of the file, as it was given or included", s->n_texts,
                          name);
    table_write(t,
                &(struct variable){.name = "content",
                                   .type = TABLE_TEXT,
                                   .dimensions = "text",
                                   .meaning = "the whole text, byte by byte"},
                bytes);
    table_write(t,
                &(struct variable){.name = "size",
                                   .type = TABLE_INT64,
                                   .dimensions = "text",
                                   .unit = "byte",
                                   .meaning = "length of the text"},
                size);
}

void layout_scenario(const struct layout *l)
{
    const struct scenario *s = l->study->scenario;
    struct table t;
    table_open(l->sink, "scenario", "The texts that the study was made from", &t);
    size_t n = s->n_texts + 1;
    const char **name = calloc(n, sizeof *name), **bytes = calloc(n, sizeof *bytes);
    int64_t *size = calloc(n, sizeof *size);
    if (!name || !bytes || !size)
        sink_out_of_memory(l->sink);
    else if (s->n_texts > 0)
        text_content(&t, s, name, bytes, size);
    free(name);
    free(bytes);
    free(size);
    if (s->n_sets > 0)
        layout_text_dimension(&t, "setting", "PATH=VALUE of the command line, in its order",
                              s->n_sets, s->set);
    table_close(&t);
}

void layout_runs(const struct layout *l, struct table *t)
{
    table_open(l->sink, "runs", "The runs: each replication of each design point", t);
    layout_run_dimension(l, t);
}

static void service_dimension(const struct layout *l, struct table *t)
{
    const struct description *d = l->study->base;
    const char **name = calloc(d->n_services + 1, sizeof *name);
    for (size_t i = 0; name && i < d->n_services; i++)
        name[i] = d->service[i].name;
    if (name)
        layout_text_dimension(t, "service", "name of the service", d->n_services, name);
    else
        sink_out_of_memory(l->sink);
    free(name);
}

static void station_dimension(const struct layout *l, struct table *t)
{
    size_t n = l->study->shape.stations;
    char **name = layout_stations(l->study);
    const char **kind = calloc(n + 1, sizeof *kind);
    for (size_t i = 0; kind && i < n; i++)
        kind[i] = model_station_kind(l->study->base, i);
    if (name && kind) {
        layout_text_dimension(t, "station", "name of the pool, desk, array or link direction", n,
                              name);
        layout_text_coordinate(t, "kind", "station",
                               "what the station is: compute, desk, storage or link", kind);
    } else {
        sink_out_of_memory(l->sink);
    }
    free(kind);
    h5_texts_free(name, n);
}

/* What a target is about, for its coordinates. Texts are the description's, or in `stations`. */
struct target_columns {
    const char **name, **objective, **figure, **hours, **subject, **partner, **unit;
    double *limit;
    int32_t *at_most;
};

static void fill_targets(const struct study *s, char **stations, const struct target_columns *c)
{
    const struct description *d = s->base;
    for (size_t i = 0; i < s->shape.targets; i++) {
        const struct target *t = &d->target[i];
        const struct objective *o = &d->objective[t->objective];
        bool time = description_figure_is_time(o->figure);
        c->name[i] = t->name;
        c->objective[i] = o->name;
        c->figure[i] = o->text;
        c->hours[i] = o->hours == NO_INDEX ? "" : d->hours[o->hours].name;
        c->subject[i] = o->kind == SUBJECT_SERVICE ? d->service[t->subject].name
                        : o->kind == SUBJECT_CLASS ? model_class_name(d, t->subject)
                                                   : stations[description_target_station(d, t)];
        c->partner[i] = t->partner == NO_INDEX ? "" : d->partner[t->partner].name;
        c->unit[i] = time ? "s" : "1";
        c->limit[i] = time ? o->limit / SECONDS : o->limit;
        c->at_most[i] = o->at_most;
    }
}

static void write_targets(struct table *t, size_t n, const struct target_columns *c)
{
    layout_text_dimension(t, "target", "name of what is judged", n, c->name);
    layout_text_coordinate(t, "objective", "target", "name of the objective", c->objective);
    layout_text_coordinate(t, "figure", "target", "what is judged, as written", c->figure);
    layout_text_coordinate(t, "hours", "target",
                           "service hours in which it is judged; empty: always", c->hours);
    layout_text_coordinate(t, "subject", "target", "service, station or class that is judged",
                           c->subject);
    layout_text_coordinate(t, "partner", "target", "partner whose requests are judged; empty: all",
                           c->partner);
    layout_text_coordinate(t, "unit", "target", "unit of the figure and its limit", c->unit);
    struct variable v = {.name = "limit",
                         .type = TABLE_REAL,
                         .dimensions = "target",
                         .meaning = "limit of the objective, in the unit that `unit` gives",
                         .coordinate = true};
    table_write(t, &v, c->limit);
    v = (struct variable){.name = "at_most",
                          .type = TABLE_INT32,
                          .dimensions = "target",
                          .unit = "1",
                          .meaning = "whether the limit is the most or the least allowed",
                          .flags = "at_least at_most",
                          .coordinate = true};
    table_write(t, &v, c->at_most);
}

static void target_dimension(const struct layout *l, struct table *t)
{
    size_t n = l->study->shape.targets;
    char **stations = layout_stations(l->study);
    const char **text = calloc(7 * n, sizeof *text);
    double *limit = calloc(n, sizeof *limit);
    int32_t *at_most = calloc(n, sizeof *at_most);
    if (stations && text && limit && at_most) {
        struct target_columns c = {.name = text,
                                   .objective = text + n,
                                   .subject = text + 2 * n,
                                   .partner = text + 3 * n,
                                   .unit = text + 4 * n,
                                   .figure = text + 5 * n,
                                   .hours = text + 6 * n,
                                   .limit = limit,
                                   .at_most = at_most};
        fill_targets(l->study, stations, &c);
        write_targets(t, n, &c);
    } else {
        sink_out_of_memory(l->sink);
    }
    h5_texts_free(stations, l->study->shape.stations);
    free(text);
    free(limit);
    free(at_most);
}

void layout_figures(const struct layout *l, const char *group, const char *title, struct table *t)
{
    table_open(l->sink, group, title, t);
    layout_run_dimension(l, t);
    if (strcmp(group, "services") == 0) {
        service_dimension(l, t);
        layout_partner_dimension(l, t);
    } else if (strcmp(group, "stations") == 0) {
        station_dimension(l, t);
        if (l->study->shape.partners > 0)
            layout_partner_dimension(l, t);
    } else if (strcmp(group, "objectives") == 0) {
        target_dimension(l, t);
    } else {
        layout_network(l, group, t);
    }
}

static void interval_dimension(const struct layout *l, struct table *t)
{
    const struct description *d = l->study->base;
    size_t n = l->study->shape.intervals;
    double *begin = calloc(n + 1, sizeof *begin), *length = calloc(n + 1, sizeof *length);
    char start[64], unit[96];
    start_text(d, start, sizeof start);
    snprintf(unit, sizeof unit, "seconds since %s", start);
    if (!begin || !length)
        sink_out_of_memory(l->sink);
    for (size_t i = 0; begin && length && i < n; i++) {
        psn_time from = (psn_time)i * d->interval, rest = d->horizon - from;
        begin[i] = (double)from / SECONDS;
        length[i] = (double)(rest < d->interval ? rest : d->interval) / SECONDS;
    }
    struct variable v = {.name = "interval",
                         .type = TABLE_REAL,
                         .dimensions = "interval",
                         .unit = "s",
                         .meaning = "begin of the interval, from the scenario's start"};
    table_dimension(t, &v, n, begin);
    v = (struct variable){.name = "time",
                          .type = TABLE_REAL,
                          .dimensions = "interval",
                          .unit = unit,
                          .meaning = "begin of the interval, local civil time",
                          .coordinate = true};
    table_write(t, &v, begin);
    table_note(t, "time", "standard_name", "time");
    table_note(t, "time", "calendar", "proleptic_gregorian");
    v = (struct variable){.name = "length",
                          .type = TABLE_REAL,
                          .dimensions = "interval",
                          .unit = "s",
                          .meaning = "length of the interval: the last ends at the horizon",
                          .coordinate = true};
    table_write(t, &v, length);
    free(begin);
    free(length);
}

static void stream_dimension(const struct layout *l, struct table *t)
{
    const struct description *d = l->study->base;
    size_t n = l->n_streams;
    const char **service = calloc(n + 1, sizeof *service),
               **partner = calloc(n + 1, sizeof *partner);
    char **name = calloc(n + 1, sizeof *name);
    bool ok = service && partner && name;
    for (size_t i = 0; ok && i < n; i++) {
        service[i] = d->service[l->stream[i] / d->n_partners].name;
        partner[i] = d->partner[l->stream[i] % d->n_partners].name;
        if (asprintf(&name[i], "%s, %s", service[i], partner[i]) < 0) {
            name[i] = NULL;
            ok = false;
        }
    }
    if (ok) {
        layout_text_dimension(t, "stream", "service and partner", n, name);
        layout_text_coordinate(t, "service", "stream", "name of the service", service);
        layout_text_coordinate(t, "partner", "stream", "name of the partner", partner);
    } else {
        sink_out_of_memory(l->sink);
    }
    free(service);
    free(partner);
    h5_texts_free(name, n);
}

void layout_series(const struct layout *l, struct table *t)
{
    table_open(l->sink, "series", "Figures by interval: means over the replications", t);
    layout_points(l, t);
    interval_dimension(l, t);
    if (l->n_streams > 0)
        stream_dimension(l, t);
    if (l->study->shape.stations > 0)
        station_dimension(l, t);
    if (l->study->shape.classes > 0)
        layout_class_dimension(l, t);
}

/* "response p95: case-work, adur"; "utilisation: joint-servers": unique in a study. */
static char *measure_name(const struct measure *m)
{
    char *name;
    bool partner = m->partner[0] != '\0' && strcmp(m->figure, "objective") != 0;
    if (asprintf(&name, "%s: %s%s%s", m->figure, m->subject, partner ? ", " : "",
                 partner ? m->partner : "") < 0)
        return NULL;
    return name;
}

/* The coordinates of a measure. */
static void write_measures(const struct layout *l, struct table *t, char **name, const char **text,
                           double *limit, int32_t *at_most)
{
    size_t n = l->n_measures;
    const char **figure = text, **subject = text + n, **partner = text + 2 * n,
               **unit = text + 3 * n;
    for (size_t i = 0; i < n; i++) {
        const struct measure *m = &l->measure[i];
        figure[i] = m->figure;
        subject[i] = m->subject;
        partner[i] = m->partner;
        unit[i] = m->unit;
        limit[i] = m->limit;
        at_most[i] = isnan(m->limit) ? TABLE_NO_INT32 : m->at_most;
    }
    layout_text_dimension(t, "measure", "what is estimated", n, name);
    layout_text_coordinate(t, "figure", "measure", "which figure", figure);
    layout_text_coordinate(t, "subject", "measure",
                           "service, station, class or target of an objective", subject);
    layout_text_coordinate(t, "partner", "measure", "partner; empty: all together", partner);
    layout_text_coordinate(t, "unit", "measure", "unit of value, half_width and limit", unit);
    struct variable v = {
        .name = "limit",
        .type = TABLE_REAL,
        .dimensions = "measure",
        .meaning = "limit of the objective or of the class, in the unit that `unit` gives",
        .coordinate = true};
    table_write(t, &v, limit);
    v = (struct variable){.name = "at_most",
                          .type = TABLE_INT32,
                          .dimensions = "measure",
                          .unit = "1",
                          .meaning = "whether the limit is the most or the least allowed",
                          .flags = "at_least at_most",
                          .missing = true,
                          .coordinate = true};
    table_write(t, &v, at_most);
    const struct stopping *rule = layout_rule(l);
    for (size_t i = 0; rule && i < n; i++)
        at_most[i] = stopping_watches(rule, i);
    v = (struct variable){.name = "watched",
                          .type = TABLE_INT32,
                          .dimensions = "measure",
                          .unit = "1",
                          .meaning = "whether replications went on until this was precise",
                          .flags = "no yes",
                          .coordinate = true};
    if (rule)
        table_write(t, &v, at_most);
}

void layout_measures(const struct layout *l, struct table *t)
{
    size_t n = l->n_measures;
    char **name = calloc(n + 1, sizeof *name);
    const char **text = calloc(4 * n + 1, sizeof *text);
    double *limit = calloc(n + 1, sizeof *limit);
    int32_t *at_most = calloc(n + 1, sizeof *at_most);
    bool ok = name && text && limit && at_most;
    for (size_t i = 0; ok && i < n; i++)
        ok = (name[i] = measure_name(&l->measure[i])) != NULL;
    if (ok)
        write_measures(l, t, name, text, limit, at_most);
    else
        sink_out_of_memory(l->sink);
    h5_texts_free(name, n);
    free(text);
    free(limit);
    free(at_most);
}

void layout_summary(const struct layout *l, struct table *t)
{
    table_open(l->sink, "summary", "Estimates for each design point over its replications", t);
    layout_points(l, t);
    layout_measures(l, t);
}
