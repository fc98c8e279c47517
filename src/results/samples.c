/* SPDX-License-Identifier: Apache-2.0
 * Reads the figures of single runs by the names of their variables and labels: a measure
 * "response p95" of (service, partner) stands in /services/response_p95. */
#include "results/samples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/figures.h"
#include "results/layout.h"
#include "results/open.h"

/* The labels along the dimensions of a variable behind `run`: of the subject and, where there are
 * two, of the partner. */
struct labels {
    char **text[2];
    size_t n[2];
};

static void labels_free(struct labels *l)
{
    for (size_t i = 0; i < 2; i++)
        h5_texts_free(l->text[i], l->n[i]);
}

/* `dimensions`: "run station partner". */
static bool labels_read(hid_t group, const char *dimensions, struct labels *l)
{
    *l = (struct labels){.n = {1, 1}};
    size_t k = 0;
    for (const char *name = strchr(dimensions, ' '); name && k < 2; k++) {
        char text[TABLE_NAME_SIZE];
        size_t length = strcspn(name + 1, " ");
        if (length >= sizeof text)
            return false;
        memcpy(text, name + 1, length);
        text[length] = '\0';
        l->text[k] = h5_read_texts(group, text, &l->n[k]);
        if (!l->text[k])
            return false;
        name = strchr(name + 1, ' ');
    }
    return k > 0;
}

static size_t find_label(const struct labels *l, size_t dimension, const char *name)
{
    size_t i = 0;
    while (i < l->n[dimension] && strcmp(l->text[dimension][i], name) != 0)
        i++;
    return i;
}

/* The item of a measure in a row of the variable; false where it has none: a variable without
 * partners is of all together, but for targets, which have their partners in their names. */
static bool find_item(const struct labels *l, const struct measure *m, size_t *item)
{
    size_t subject = find_label(l, 0, m->subject);
    size_t partner = l->text[1] ? find_label(l, 1, m->partner) : 0;
    *item = subject * l->n[1] + partner;
    if (!l->text[1] && *m->partner && strcmp(m->figure, "objective") != 0)
        return false;
    return subject < l->n[0] && partner < l->n[1];
}

/* Is the measure the mean or the like of this variable? Names differ by "_" for " "; what an
 * objective judges is /objectives/value. */
static bool of_column(const struct measure *m, const struct figure_group *g,
                      const struct figure_column *c)
{
    if (!strcmp(g->name, "objectives"))
        return !strcmp(m->figure, "objective");
    const char *a = m->figure, *b = c->variable.name;
    while (*a && (*a == *b || (*a == ' ' && *b == '_')))
        a++, b++;
    return !*a && !*b;
}

/* Missing integers are marks of their type. */
static double number_of(enum table_type type, double x)
{
    bool missing = (type == TABLE_INT64 && x <= (double)TABLE_NO_INT64) ||
                   (type == TABLE_INT32 && x <= (double)TABLE_NO_INT32);
    return missing ? (double)NAN : x;
}

static void take_column(const struct result *r, struct samples *s, const struct figure_group *g,
                        const struct figure_column *c, const struct labels *l, const double *data)
{
    size_t items = l->n[0] * l->n[1], item;
    for (size_t i = 0; i < r->n_measures; i++) {
        const struct measure *m = &r->measure[i];
        if (!of_column(m, g, c) || !find_item(l, m, &item))
            continue;
        /* Runs hold counts where the summary holds rates. */
        bool rate = !strcmp(m->unit, "1/s") && c->variable.unit && !strcmp(c->variable.unit, "1");
        double scale = rate ? 1 / (s->horizon_s - s->warmup_s) : 1;
        for (size_t k = 0; k < r->n_runs; k++)
            s->value[i * r->n_runs + k] =
                number_of(c->variable.type, data[k * items + item]) * scale;
    }
}

static bool wanted(const struct result *r, const struct figure_group *g,
                   const struct figure_column *c)
{
    for (size_t i = 0; i < r->n_measures; i++)
        if (of_column(&r->measure[i], g, c))
            return true;
    return false;
}

static bool read_column(hid_t group, const struct result *r, struct samples *s,
                        const struct figure_group *g, const struct figure_column *c)
{
    if (!wanted(r, g, c))
        return true;
    struct labels l;
    bool ok = labels_read(group, c->variable.dimensions, &l);
    size_t n = r->n_runs * l.n[0] * l.n[1];
    double *data = ok ? calloc(n + 1, sizeof *data) : NULL;
    ok = data && h5_read(group, c->variable.name, H5T_NATIVE_DOUBLE, n, data);
    if (ok)
        take_column(r, s, g, c, &l, data);
    free(data);
    labels_free(&l);
    return ok;
}

static bool read_groups(hid_t file, const struct result *r, struct samples *s)
{
    bool ok = true;
    for (size_t i = 0; ok && i < FIGURE_GROUPS; i++) {
        const struct figure_group *g = figure_groups[i];
        if (H5Lexists(file, g->name, H5P_DEFAULT) <= 0)
            continue; /* a study without objectives has no group of them */
        hid_t group = H5Gopen2(file, g->name, H5P_DEFAULT);
        ok = group >= 0;
        for (size_t k = 0; ok && k < g->n_columns; k++)
            ok = read_column(group, r, s, g, &g->column[k]);
        if (group >= 0)
            H5Gclose(group);
    }
    return ok;
}

static bool read_file(hid_t file, const struct result *r, struct samples *s)
{
    size_t n = r->n_measures * r->n_runs;
    s->value = calloc(n + 1, sizeof *s->value);
    for (size_t i = 0; s->value && i < n; i++)
        s->value[i] = NAN;
    return s->value && h5_get_int64(file, "seed", &s->seed, 1) &&
           h5_get_real(file, "horizon_s", &s->horizon_s) &&
           h5_get_real(file, "warmup_s", &s->warmup_s) && s->horizon_s > s->warmup_s &&
           read_groups(file, r, s);
}

int samples_read(const char *path, const struct result *r, struct samples **out,
                 psn_diagnostics *all)
{
    *out = NULL;
    hid_t file;
    int error = result_open(path, &file, all);
    if (error)
        return error;
    struct samples *s = calloc(1, sizeof *s);
    if (!s || !read_file(file, r, s))
        error = psn_mistake_add(all, PSN_EIO, (psn_place){.file = path},
                                "the figures of single runs are damaged or too large for memory; "
                                "a whole file of layout %d was expected",
                                LAYOUT_VERSION);
    H5Fclose(file);
    if (error)
        samples_free(s);
    else
        *out = s;
    return error;
}

void samples_free(struct samples *s)
{
    if (!s)
        return;
    free(s->value);
    free(s);
}
