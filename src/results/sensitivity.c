/* SPDX-License-Identifier: Apache-2.0
 * Writes and reads /sensitivity: how much each factor matters to each measure. */
#include "results/sensitivity.h"

#include <stdlib.h>
#include <string.h>

/* A variable by measure and factor, and where its number stands in what the study makes. */
struct part {
    const char *name, *meaning;
    size_t at; /* in bytes, from the beginning of a sobol_index or morris_effect */
};

#define SOBOL(field)  offsetof(struct sobol_index, field)
#define MORRIS(field) offsetof(struct morris_effect, field)

static const struct part sobol_parts[] = {
    {"first", "share of the variance that the factor explains alone", SOBOL(first.value)},
    {"first_low", "lower end of its 95 % bootstrap interval", SOBOL(first.low)},
    {"first_high", "upper end of its 95 % bootstrap interval", SOBOL(first.high)},
    {"total", "share of the variance that the factor takes part in", SOBOL(total.value)},
    {"total_low", "lower end of its 95 % bootstrap interval", SOBOL(total.low)},
    {"total_high", "upper end of its 95 % bootstrap interval", SOBOL(total.high)},
};

static const struct part morris_parts[] = {
    {"size_mean", "mean size of the elementary effects, in the unit that `unit` gives",
     MORRIS(size.value)},
    {"size_mean_low", "lower end of its 95 % bootstrap interval", MORRIS(size.low)},
    {"size_mean_high", "upper end of its 95 % bootstrap interval", MORRIS(size.high)},
    {"effect_mean", "mean of the elementary effects, in the unit that `unit` gives", MORRIS(mean)},
    {"effect_deviation",
     "standard deviation of the elementary effects, in the unit that `unit` gives",
     MORRIS(deviation)},
};

/* The parts of a kind, how many, and the size of what they are in. */
static const struct part *parts_of(enum design_kind kind, size_t *n, size_t *size)
{
    bool morris = kind == DESIGN_MORRIS;
    *n = morris ? sizeof morris_parts / sizeof *morris_parts
                : sizeof sobol_parts / sizeof *sobol_parts;
    *size = morris ? sizeof(struct morris_effect) : sizeof(struct sobol_index);
    return morris ? morris_parts : sobol_parts;
}

static char *items_of(const struct sensitivity *s)
{
    return s->kind == DESIGN_MORRIS ? (char *)s->effect : (char *)s->index;
}

/* All variables by measure and factor. `number` has room for them. */
static void write_parts(struct table *t, const struct sensitivity *s, double *number)
{
    size_t n, size;
    const struct part *part = parts_of(s->kind, &n, &size);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < s->n_measures * s->n_factors; k++)
            memcpy(&number[k], items_of(s) + k * size + part[i].at, sizeof *number);
        table_write(t,
                    &(struct variable){.name = part[i].name,
                                       .type = TABLE_REAL,
                                       .dimensions = "measure factor",
                                       .unit = s->kind == DESIGN_MORRIS ? NULL : "1",
                                       .meaning = part[i].meaning},
                    number);
    }
}

/* What is known of each measure as a whole. */
static void write_figures(struct table *t, const struct sensitivity *s, double *number,
                          int32_t *missing)
{
    bool morris = s->kind == DESIGN_MORRIS;
    struct variable v = {.name = "variance",
                         .type = TABLE_REAL,
                         .dimensions = "measure",
                         .meaning = "variance over the sampled points, in the square of `unit`"};
    for (size_t i = 0; i < s->n_measures; i++)
        number[i] = s->figure[i].variance;
    if (!morris)
        table_write(t, &v, number);
    v = (struct variable){.name = "noise",
                          .type = TABLE_REAL,
                          .dimensions = "measure",
                          .unit = morris ? NULL : "1",
                          .meaning = morris ? "standard deviation that replications give an effect "
                                              "at most, in the unit that `unit` gives"
                                            : "share of the variance that comes of replications at "
                                              "most"};
    for (size_t i = 0; i < s->n_measures; i++)
        number[i] = s->figure[i].noise;
    table_write(t, &v, number);
    v = (struct variable){.name = "missing",
                          .type = TABLE_INT32,
                          .dimensions = "measure",
                          .unit = "1",
                          .meaning = "points without a figure; where there are any, no index is "
                                     "given"};
    for (size_t i = 0; i < s->n_measures; i++)
        missing[i] = (int32_t)s->figure[i].missing;
    table_write(t, &v, missing);
}

static void write_factors(struct table *t, const struct study *s)
{
    size_t n = study_factors(s);
    const char **name = calloc(n + 1, sizeof *name);
    for (size_t f = 0; name && f < n; f++)
        name[f] = study_factor(s, f)->name;
    if (name)
        table_dimension(t,
                        &(struct variable){.name = "factor",
                                           .type = TABLE_TEXT,
                                           .dimensions = "factor",
                                           .meaning = "what the study varies"},
                        n, name);
    else
        sink_out_of_memory(t->sink);
    free(name);
}

void sensitivity_write(const struct layout *l, const struct sensitivity *s)
{
    struct table t;
    table_open(l->sink, "sensitivity",
               s->kind == DESIGN_MORRIS ? "How much each factor matters: Morris's measures"
                                        : "How much each factor matters: Sobol' indices",
               &t);
    layout_measures(l, &t);
    write_factors(&t, l->study);
    double *number = calloc(s->n_measures * (s->n_factors + 1) + 1, sizeof *number);
    int32_t *missing = calloc(s->n_measures + 1, sizeof *missing);
    if (number && missing) {
        write_parts(&t, s, number);
        write_figures(&t, s, number, missing);
    } else {
        sink_out_of_memory(l->sink);
    }
    free(number);
    free(missing);
    table_close(&t);
}

static bool read_parts(hid_t group, struct sensitivity *s, double *number)
{
    size_t n, size, cells = s->n_measures * s->n_factors;
    const struct part *part = parts_of(s->kind, &n, &size);
    for (size_t i = 0; i < n; i++) {
        if (!h5_read(group, part[i].name, H5T_NATIVE_DOUBLE, cells, number))
            return false;
        for (size_t k = 0; k < cells; k++)
            memcpy(items_of(s) + k * size + part[i].at, &number[k], sizeof *number);
    }
    return true;
}

static bool read_figures(hid_t group, struct sensitivity *s, double *number, int32_t *missing)
{
    bool sobol = s->kind != DESIGN_MORRIS;
    bool ok = !sobol || h5_read(group, "variance", H5T_NATIVE_DOUBLE, s->n_measures, number);
    for (size_t i = 0; ok && i < s->n_measures; i++)
        s->figure[i].variance = sobol ? number[i] : 0;
    ok = ok && h5_read(group, "noise", H5T_NATIVE_DOUBLE, s->n_measures, number) &&
         h5_read(group, "missing", H5T_NATIVE_INT32, s->n_measures, missing);
    for (size_t i = 0; ok && i < s->n_measures; i++) {
        s->figure[i].noise = number[i];
        s->figure[i].missing = (size_t)missing[i];
    }
    return ok;
}

bool sensitivity_read(hid_t file, struct result *r)
{
    if (H5Lexists(file, "sensitivity", H5P_DEFAULT) <= 0)
        return true;
    hid_t group = H5Gopen2(file, "sensitivity", H5P_DEFAULT);
    if (group < 0)
        return false;
    bool morris = H5Lexists(group, "effect_mean", H5P_DEFAULT) > 0;
    struct sensitivity *s =
        sensitivity_new(morris ? DESIGN_MORRIS : DESIGN_SENSITIVITY, r->n_measures, r->n_factors);
    double *number = calloc(r->n_measures * (r->n_factors + 1) + 1, sizeof *number);
    int32_t *missing = calloc(r->n_measures + 1, sizeof *missing);
    bool ok = s && number && missing && read_parts(group, s, number) &&
              read_figures(group, s, number, missing);
    size_t width = r->n_factors + (morris ? 1 : 2);
    if (ok)
        s->rows = r->n_points / width;
    free(number);
    free(missing);
    H5Gclose(group);
    r->sensitivity = s;
    return ok;
}
