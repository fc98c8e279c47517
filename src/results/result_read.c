/* SPDX-License-Identifier: Apache-2.0
 * Reads a result file for `show` and for the repetition of a run. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "results/layout.h"
#include "results/open.h"
#include "results/result.h"
#include "results/sensitivity.h"

int result_open(const char *path, hid_t *file, psn_diagnostics *all)
{
    h5_silence();
    *file = H5I_INVALID_HID;
    psn_place place = {.file = path};
    if (access(path, R_OK) != 0) {
        char why[128];
        int error = errno;
        return psn_mistake_add(all, error == ENOENT ? PSN_EINPUT : PSN_EIO, place,
                               "the result cannot be read: %s", strerror_r(error, why, sizeof why));
    }
    hid_t opened = h5_open(path);
    if (opened < 0)
        return h5_mistake(all, PSN_EINPUT, path, "a result file of psnsim was expected");
    int64_t layout = 0;
    char *version = h5_get_text(opened, "psnsim_version");
    int error = PSN_OK;
    if (!version || !h5_get_int64(opened, "layout_version", &layout, 1))
        error =
            psn_mistake_add(all, PSN_EINPUT, place,
                            "this HDF5 file is no result of psnsim; one written by `psnsim run` "
                            "or `psnsim sweep` was expected");
    else if (layout > LAYOUT_VERSION)
        error = psn_mistake_add(all, PSN_EINPUT, place,
                                "the result has layout %lld of psnsim %s; at most %d was expected",
                                (long long)layout, version, LAYOUT_VERSION);
    free(version);
    if (error)
        H5Fclose(opened);
    else
        *file = opened;
    return error;
}

int result_hash(const char *path, char hex[65], psn_diagnostics *all)
{
    hid_t file;
    int error = result_open(path, &file, all);
    if (error)
        return error;
    char *hash = h5_get_text(file, "study_hash");
    if (hash && strlen(hash) == 64)
        memcpy(hex, hash, 65);
    else
        error = psn_mistake_add(all, PSN_EINPUT, (psn_place){.file = path},
                                "the result has no study_hash; 64 hex digits were expected");
    free(hash);
    H5Fclose(file);
    return error;
}

/* Strings of a dataset that must have `expected` items. */
static bool read_texts(hid_t group, const char *name, size_t expected, char ***text)
{
    size_t n = 0;
    *text = h5_read_texts(group, name, &n);
    if (*text && n != expected) {
        h5_texts_free(*text, n);
        *text = NULL;
    }
    return *text != NULL;
}

/* The precision that was asked for; none in the file where replications are fixed. */
static bool read_precision(hid_t file, struct result *r)
{
    int64_t at_least = 0;
    if (H5Aexists(file, "until") <= 0)
        return true;
    r->of = h5_get_text(file, "measures");
    bool ok = r->of && h5_get_int64(file, "at_least", &at_least, 1) && at_least > 0 &&
              h5_get_real(file, "until", &r->until) && r->until > 0;
    r->at_least = (size_t)at_least;
    return ok;
}

/* How the points were made; a grid where nothing is said. */
static bool read_kind(hid_t file, struct result *r)
{
    if (H5Aexists(file, "design") <= 0)
        return true;
    char *word = h5_get_text(file, "design");
    for (enum design_kind kind = DESIGN_GRID; word && kind <= DESIGN_SENSITIVITY; kind++)
        if (strcmp(word, design_word(kind)) == 0)
            r->design = kind;
    bool known = word && strcmp(word, design_word(r->design)) == 0;
    free(word);
    return known;
}

static bool read_root(hid_t file, struct result *r)
{
    int64_t points = 0, replications = 0, complete = 0;
    r->title = h5_get_text(file, "title");
    r->version = h5_get_text(file, "psnsim_version");
    r->hash = h5_get_text(file, "study_hash");
    char *kind = h5_get_text(file, "kind");
    bool ok = r->title && r->version && r->hash && kind &&
              h5_get_int64(file, "points", &points, 1) &&
              h5_get_int64(file, "replications", &replications, 1) &&
              h5_get_int64(file, "complete", &complete, 1) && points > 0 && replications > 0 &&
              h5_get_real(file, "warmup_s", &r->warmup_s);
    int64_t batches = 0, antithetic = 0;
    if (ok && H5Aexists(file, "batches") > 0)
        ok = h5_get_int64(file, "batches", &batches, 1) && batches > 0;
    if (ok && H5Aexists(file, "antithetic") > 0)
        ok = h5_get_int64(file, "antithetic", &antithetic, 1);
    r->batches = (size_t)batches;
    r->antithetic = antithetic == 1;
    r->controls = H5Aexists(file, "controls") > 0;
    char *warmup = h5_get_text(file, "warmup");
    r->warmup_auto = warmup && strcmp(warmup, "automatic") == 0;
    free(warmup);
    r->factors_used = kind && strcmp(kind, "sweep") == 0;
    ok = ok && read_kind(file, r);
    r->n_points = (size_t)points;
    r->n_replications = (size_t)replications;
    r->complete = complete != 0;
    free(kind);
    return ok && read_precision(file, r);
}

static bool read_texts_group(hid_t file, struct result *r)
{
    hid_t group = H5Gopen2(file, "scenario", H5P_DEFAULT);
    if (group < 0)
        return false;
    bool ok = true;
    if (H5Lexists(group, "text", H5P_DEFAULT) > 0) {
        r->text_name = h5_read_texts(group, "text", &r->n_texts);
        ok = r->text_name && read_texts(group, "content", r->n_texts, &r->text);
        r->text_size = calloc(r->n_texts + 1, sizeof *r->text_size);
        ok = ok && r->text_size;
        for (size_t i = 0; ok && i < r->n_texts; i++)
            r->text_size[i] = strlen(r->text[i]);
    }
    if (ok && H5Lexists(group, "setting", H5P_DEFAULT) > 0) {
        r->set = h5_read_texts(group, "setting", &r->n_sets);
        ok = r->set != NULL;
    }
    H5Gclose(group);
    return ok;
}

/* Splits the matrices [point x factor] of /design into factors; takes the texts over. */
static bool split_design(struct result *r, char **name, char **unit, char **label,
                         const double *number)
{
    size_t n = r->n_factors;
    r->factor = calloc(n + 1, sizeof *r->factor);
    for (size_t f = 0; r->factor && f < n; f++) {
        struct result_factor *to = &r->factor[f];
        to->name = name[f];
        to->unit = unit[f];
        name[f] = unit[f] = NULL;
        to->label = calloc(r->n_points + 1, sizeof *to->label);
        to->number = calloc(r->n_points + 1, sizeof *to->number);
        if (!to->label || !to->number)
            return false;
        for (size_t p = 0; p < r->n_points; p++) {
            to->label[p] = label[p * n + f];
            label[p * n + f] = NULL;
            to->number[p] = number[p * n + f];
        }
    }
    return r->factor != NULL;
}

/* What each point is and how far it was taken. */
static bool read_ends(hid_t group, struct result *r)
{
    size_t n = r->n_points;
    int32_t *number = calloc(n + 1, sizeof *number);
    r->point_replications = calloc(n + 1, sizeof *r->point_replications);
    r->point_precise = calloc(n + 1, sizeof *r->point_precise);
    bool ok = number && r->point_replications && r->point_precise &&
              read_texts(group, "key", n, &r->point_key) &&
              h5_read(group, "replications", H5T_NATIVE_INT32, n, number);
    for (size_t i = 0; ok && i < n; i++) {
        r->point_replications[i] = (size_t)number[i];
        number[i] = 1;
        ok = r->point_replications[i] <= r->n_replications;
    }
    if (ok && r->until > 0)
        ok = h5_read(group, "precision", H5T_NATIVE_INT32, n, number);
    for (size_t i = 0; ok && i < n; i++)
        r->point_precise[i] = number[i] == 1;
    free(number);
    return ok;
}

static bool read_design(hid_t file, struct result *r)
{
    hid_t group = H5Gopen2(file, "design", H5P_DEFAULT);
    if (group < 0)
        return false;
    bool ok = read_ends(group, r);
    if (ok && H5Lexists(group, "factor", H5P_DEFAULT) > 0) {
        char **name = h5_read_texts(group, "factor", &r->n_factors), **unit = NULL, **label = NULL;
        size_t n = r->n_factors, cells = r->n_points * n;
        double *number = calloc(cells + 1, sizeof *number);
        ok = name && number && read_texts(group, "unit", n, &unit) &&
             read_texts(group, "label", cells, &label) &&
             h5_read(group, "number", H5T_NATIVE_DOUBLE, cells, number) &&
             split_design(r, name, unit, label, number);
        h5_texts_free(name, n);
        h5_texts_free(unit, n);
        h5_texts_free(label, cells);
        free(number);
    }
    if (ok && H5Lexists(group, "warmup_pilot", H5P_DEFAULT) > 0) {
        r->warmup_pilot_s = calloc(r->n_points, sizeof *r->warmup_pilot_s);
        ok = r->warmup_pilot_s &&
             h5_read(group, "warmup_pilot", H5T_NATIVE_DOUBLE, r->n_points, r->warmup_pilot_s);
    }
    H5Gclose(group);
    return ok;
}

static bool read_runs(hid_t file, struct result *r)
{
    hid_t group = H5Gopen2(file, "runs", H5P_DEFAULT);
    if (group < 0)
        return false;
    bool ok = h5_items(group, "run", &r->n_runs);
    size_t n = ok ? r->n_runs : 0;
    r->run_point = calloc(n + 1, sizeof *r->run_point);
    r->run_replication = calloc(n + 1, sizeof *r->run_replication);
    r->run_events = calloc(n + 1, sizeof *r->run_events);
    r->run_status = calloc(n + 1, sizeof *r->run_status);
    ok = ok && r->run_point && r->run_replication && r->run_events && r->run_status &&
         h5_read(group, "point", H5T_NATIVE_INT64, n, r->run_point) &&
         h5_read(group, "replication", H5T_NATIVE_INT64, n, r->run_replication) &&
         h5_read(group, "events", H5T_NATIVE_INT64, n, r->run_events) &&
         h5_read(group, "status", H5T_NATIVE_INT32, n, r->run_status) &&
         read_texts(group, "error", n, &r->run_error);
    for (size_t i = 0; ok && i < n; i++)
        ok = r->run_point[i] >= 0 && (size_t)r->run_point[i] < r->n_points;
    H5Gclose(group);
    return ok;
}

/* The texts that a measure's `unit` can be: it is no string of its own. */
static const char *known_unit(const char *unit)
{
    static const char *const units[] = {"s", "1", "1/s", "bit/s"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(unit, units[i]) == 0)
            return units[i];
    return "1";
}

static bool read_measures(hid_t group, struct result *r)
{
    char **figure = h5_read_texts(group, "figure", &r->n_measures);
    char **subject = NULL, **partner = NULL, **unit = NULL;
    size_t n = r->n_measures;
    double *limit = calloc(n + 1, sizeof *limit);
    int32_t *at_most = calloc(n + 1, sizeof *at_most), *watched = calloc(n + 1, sizeof *watched);
    r->measure = calloc(n + 1, sizeof *r->measure);
    r->watched = calloc(n + 1, sizeof *r->watched);
    bool ok = figure && limit && at_most && watched && r->measure && r->watched &&
              read_texts(group, "subject", n, &subject) &&
              read_texts(group, "partner", n, &partner) && read_texts(group, "unit", n, &unit) &&
              h5_read(group, "limit", H5T_NATIVE_DOUBLE, n, limit) &&
              h5_read(group, "at_most", H5T_NATIVE_INT32, n, at_most) &&
              (!(r->until > 0) || h5_read(group, "watched", H5T_NATIVE_INT32, n, watched));
    for (size_t i = 0; ok && i < n; i++) {
        r->measure[i] = (struct measure){.figure = figure[i],
                                         .subject = subject[i],
                                         .partner = partner[i],
                                         .unit = known_unit(unit[i]),
                                         .limit = limit[i],
                                         .at_most = at_most[i] == 1};
        r->watched[i] = watched[i] == 1;
        figure[i] = subject[i] = partner[i] = NULL; /* taken over */
    }
    h5_texts_free(figure, n);
    h5_texts_free(subject, n);
    h5_texts_free(partner, n);
    h5_texts_free(unit, n);
    free(limit);
    free(at_most);
    free(watched);
    return ok;
}

static bool read_values(hid_t group, struct result *r)
{
    size_t n = r->n_points * r->n_measures;
    double *value = calloc(n + 1, sizeof *value), *half_width = calloc(n + 1, sizeof *half_width);
    int32_t *whole = calloc(4 * n + 1, sizeof *whole);
    r->value = calloc(n + 1, sizeof *r->value);
    bool ok = value && half_width && whole && r->value &&
              h5_read(group, "value", H5T_NATIVE_DOUBLE, n, value) &&
              h5_read(group, "half_width", H5T_NATIVE_DOUBLE, n, half_width) &&
              h5_read(group, "replications", H5T_NATIVE_INT32, n, whole) &&
              h5_read(group, "unstable", H5T_NATIVE_INT32, n, whole + n) &&
              h5_read(group, "verdict", H5T_NATIVE_INT32, n, whole + 2 * n);
    if (ok && H5Lexists(group, "no_mean", H5P_DEFAULT) > 0) /* not in results of before */
        ok = h5_read(group, "no_mean", H5T_NATIVE_INT32, n, whole + 3 * n);
    for (size_t i = 0; ok && i < n; i++) {
        int32_t verdict = whole[2 * n + i];
        r->value[i].estimate.value = value[i];
        r->value[i].estimate.half_width = half_width[i];
        r->value[i].estimate.n = whole[i] > 0 ? (size_t)whole[i] : 0;
        r->value[i].unstable = whole[n + i] == 1;
        r->value[i].no_mean = whole[3 * n + i] == 1;
        r->value[i].verdict = verdict >= VERDICT_MISSED && verdict <= VERDICT_TOO_CLOSE
                                  ? (enum verdict)verdict
                                  : VERDICT_NONE;
    }
    for (size_t i = 0; ok && i < n; i++)
        r->value[i].gain = (double)NAN;
    if (ok && (r->controls || r->antithetic))
        ok = h5_read(group, "gain", H5T_NATIVE_DOUBLE, n, value);
    for (size_t i = 0; ok && (r->controls || r->antithetic) && i < n; i++)
        r->value[i].gain = value[i];
    bool kept = ok && H5Lexists(group, "kept", H5P_DEFAULT) > 0;
    if (kept)
        ok = h5_read(group, "judged", H5T_NATIVE_INT32, n, whole) &&
             h5_read(group, "kept", H5T_NATIVE_INT32, n, whole + n);
    for (size_t i = 0; ok && kept && i < n; i++) {
        r->value[i].judged = whole[i] > 0 ? (size_t)whole[i] : 0;
        r->value[i].kept = whole[n + i] > 0 ? (size_t)whole[n + i] : 0;
    }
    if (ok && r->batches > 0)
        ok = h5_read(group, "correlated", H5T_NATIVE_INT32, n, whole);
    for (size_t i = 0; ok && r->batches > 0 && i < n; i++)
        r->value[i].correlated = whole[i] == 1;
    free(value);
    free(half_width);
    free(whole);
    return ok;
}

static bool read_summary(hid_t file, struct result *r)
{
    if (H5Lexists(file, "summary", H5P_DEFAULT) <= 0)
        return true;
    hid_t group = H5Gopen2(file, "summary", H5P_DEFAULT);
    bool ok = group >= 0 && read_measures(group, r) && read_values(group, r);
    if (group >= 0)
        H5Gclose(group);
    return ok;
}

/* A station is unstable at a point where it is so in any of its runs. */
static bool read_stations(hid_t file, struct result *r)
{
    if (H5Lexists(file, "stations", H5P_DEFAULT) <= 0)
        return true;
    hid_t group = H5Gopen2(file, "stations", H5P_DEFAULT);
    if (group < 0)
        return false;
    r->station = h5_read_texts(group, "station", &r->n_stations);
    size_t n = r->n_stations;
    r->unstable = calloc(r->n_points * n + 1, sizeof *r->unstable);
    int32_t *flag = calloc(r->n_runs * n + 1, sizeof *flag);
    bool ok = r->station && r->unstable && flag &&
              h5_read(group, "unstable", H5T_NATIVE_INT32, r->n_runs * n, flag);
    for (size_t i = 0; ok && i < r->n_runs * n; i++)
        if (flag[i] == 1)
            r->unstable[(size_t)r->run_point[i / n] * n + i % n] = 1;
    free(flag);
    H5Gclose(group);
    return ok;
}

int result_read(const char *path, struct result **out, psn_diagnostics *all)
{
    *out = NULL;
    hid_t file;
    int error = result_open(path, &file, all);
    if (error)
        return error;
    struct result *r = calloc(1, sizeof *r);
    if (!r)
        error = h5_memory(all, path);
    else if (!read_root(file, r) || !read_texts_group(file, r) || !read_design(file, r) ||
             !read_runs(file, r) || !read_summary(file, r) || !read_stations(file, r) ||
             !sensitivity_read(file, r))
        error = psn_mistake_add(all, PSN_EIO, (psn_place){.file = path},
                                "the result is damaged or too large for memory; a whole file of "
                                "layout %d was expected",
                                LAYOUT_VERSION);
    H5Fclose(file);
    if (error)
        result_free(r);
    else
        *out = r;
    return error;
}

void result_point_name(const struct result *r, size_t point, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t f = 0; f < r->n_factors && used < size; f++) {
        int n = snprintf(text + used, size - used, "%s%s = %s", f ? ", " : "", r->factor[f].name,
                         r->factor[f].label[point]);
        used += n > 0 ? (size_t)n : 0;
    }
}

static void free_factors(struct result *r)
{
    for (size_t f = 0; r->factor && f < r->n_factors; f++) {
        free(r->factor[f].name);
        free(r->factor[f].unit);
        h5_texts_free(r->factor[f].label, r->n_points);
        free(r->factor[f].number);
    }
    free(r->factor);
}

void result_free(struct result *r)
{
    if (!r)
        return;
    free_factors(r);
    free(r->title);
    free(r->version);
    free(r->hash);
    free(r->of);
    free(r->point_replications);
    free(r->point_precise);
    h5_texts_free(r->point_key, r->n_points);
    free(r->watched);
    measures_free(r->measure, r->n_measures);
    free(r->value);
    sensitivity_free(r->sensitivity);
    h5_texts_free(r->text_name, r->n_texts);
    h5_texts_free(r->text, r->n_texts);
    free(r->text_size);
    h5_texts_free(r->set, r->n_sets);
    h5_texts_free(r->station, r->n_stations);
    free(r->unstable);
    free(r->warmup_pilot_s);
    free(r->run_point);
    free(r->run_replication);
    free(r->run_events);
    free(r->run_status);
    h5_texts_free(r->run_error, r->n_runs);
    free(r);
}
