/* SPDX-License-Identifier: Apache-2.0
 * Designs of experiments: which points there are; see design.h. */
#include "study/design.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/range.h"
#include "scenario/same.h"
#include "stats/sampling.h"

static int no_memory(psn_diagnostics *all)
{
    return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
}

size_t design_option(const struct design *d, size_t point, size_t factor)
{
    if (d->option)
        return d->option[point * d->n_factors + factor];
    for (size_t f = d->n_factors; f-- > factor + 1;)
        point /= d->factor[f].n_options;
    return point % d->factor[factor].n_options;
}

/* An option that sets one value of a range. */
static bool fill_option(struct design *d, const struct factor *f, double x, struct option *o)
{
    const struct range *range = f->range;
    const char *text = range_text(range, x, &d->memory);
    struct node *value = text ? node_new_scalar(&d->memory, f->place, text) : NULL;
    o->setting = arena_array(&d->memory, 1, sizeof *o->setting);
    if (!value || !o->setting)
        return false;
    o->label = text;
    o->number = same_base(&d->memory, value, range->key);
    o->unit = isnan(o->number) ? NULL : quantity_base_unit(range->key->dimension);
    o->setting[0] = (struct setting){.path = f->name, .value = value, .place = f->place};
    o->n_settings = 1;
    return true;
}

/* Gives a factor with a range options: one for each of n values of it. */
static bool fill_options(struct design *d, struct factor *f, const double *x, size_t n)
{
    f->option = arena_array(&d->memory, n + 1, sizeof *f->option);
    f->n_options = f->option ? n : 0;
    for (size_t i = 0; i < f->n_options; i++)
        if (!fill_option(d, f, x[i], &f->option[i]))
            return false;
    return f->option != NULL;
}

/* Room for the table of n points. */
static int make_room(struct design *d, size_t n, psn_place place, psn_diagnostics *all)
{
    if (n > DESIGN_POINTS_MOST)
        return psn_mistake_add(all, PSN_EINPUT, place, "%zu design points; expected at most %d", n,
                               DESIGN_POINTS_MOST);
    d->n_points = n;
    d->option = calloc(n * d->n_factors + 1, sizeof *d->option);
    return d->option ? PSN_OK : no_memory(all);
}

static const char **names_of(const struct design *d)
{
    const char **name = calloc(d->n_factors + 1, sizeof *name);
    for (size_t f = 0; name && f < d->n_factors; f++)
        name[f] = d->factor[f].name;
    return name;
}

static int make_grid(struct design *d, psn_place place, psn_diagnostics *all)
{
    d->n_points = 1;
    for (size_t f = 0; f < d->n_factors; f++)
        if (__builtin_mul_overflow(d->n_points, d->factor[f].n_options, &d->n_points) ||
            d->n_points > DESIGN_POINTS_MOST)
            return psn_mistake_add(all, PSN_EINPUT, place,
                                   "the factors make more than %d design points; fewer options "
                                   "were expected",
                                   DESIGN_POINTS_MOST);
    return PSN_OK;
}

static int make_listed(struct design *d, const struct description *from, psn_diagnostics *all)
{
    int error = make_room(d, from->design_points, from->design_place, all);
    if (!error && from->design_option)
        memcpy(d->option, from->design_option,
               d->n_points * d->n_factors * sizeof *from->design_option);
    return error;
}

/* Is it what the base case has anyhow? */
static bool is_base(const struct option *base, const struct option *o)
{
    if (!isnan(base->number) && !isnan(o->number))
        return base->number == o->number;
    return strcmp(base->label, o->label) == 0;
}

/* One at a time: the base case's option in front, then the factor's own, those of a range its ends.
 * *n is how many of them are others than the base case's. */
static bool put_base(struct design *d, struct factor *f, size_t *n)
{
    const double ends[] = {f->range ? f->range->low : 0, f->range ? f->range->high : 0};
    if (f->range && !fill_options(d, f, ends, 2))
        return false;
    struct option *all = arena_array(&d->memory, f->n_options + 1, sizeof *all);
    if (!all)
        return false;
    all[0] = *f->base;
    size_t kept = 1;
    for (size_t o = 0; o < f->n_options; o++)
        if (!is_base(f->base, &f->option[o]))
            all[kept++] = f->option[o];
    bool numbers = true;
    for (size_t o = 0; o < kept; o++)
        numbers = numbers && !isnan(all[o].number);
    for (size_t o = 0; o < kept && !numbers; o++) {
        all[o].number = (double)NAN;
        all[o].unit = NULL;
    }
    f->option = all;
    f->n_options = kept;
    *n += kept - 1;
    return true;
}

static int make_one(struct design *d, const struct description *from, psn_diagnostics *all)
{
    size_t n = 1;
    for (size_t f = 0; f < d->n_factors; f++)
        if (!put_base(d, &d->factor[f], &n))
            return no_memory(all);
    int error = make_room(d, n, from->design_place, all);
    size_t point = 1;
    for (size_t f = 0; f < d->n_factors && !error; f++)
        for (size_t o = 1; o < d->factor[f].n_options; o++)
            d->option[point++ * d->n_factors + f] = (uint32_t)o;
    return error;
}

/* Turns n coordinates of one factor, u[0], u[stride] ..., into its options: of a range each into
 * one of its own, else into one of the list, all of them as likely. option[i] is which. */
static bool place_factor(struct design *d, struct factor *f, const double *u, size_t n,
                         size_t stride, uint32_t *option)
{
    double *x = f->range ? calloc(n + 1, sizeof *x) : NULL;
    if (f->range && !x)
        return false;
    for (size_t i = 0; i < n; i++) {
        option[i] = (uint32_t)i;
        if (f->range)
            x[i] = range_quantile(f->range, u[i * stride]);
        else
            option[i] = (uint32_t)(u[i * stride] * (double)f->n_options);
    }
    bool done = !f->range || fill_options(d, f, x, n);
    free(x);
    return done;
}

static int make_latin(struct design *d, const struct description *from, psn_diagnostics *all)
{
    size_t n = from->design_points;
    int error = make_room(d, n, from->design_place, all);
    double *u = calloc(n + 1, sizeof *u);
    uint32_t *option = calloc(n + 1, sizeof *option);
    bool whole = u && option;
    for (size_t f = 0; f < d->n_factors && whole && !error; f++) {
        whole = sampling_latin(from->seed, d->factor[f].name, n, u) == PSN_OK &&
                place_factor(d, &d->factor[f], u, n, 1, option);
        for (size_t i = 0; i < n && whole; i++)
            d->option[i * d->n_factors + f] = option[i];
    }
    free(u);
    free(option);
    return error || whole ? error : no_memory(all);
}

/* A Sobol' sequence of `copies` points in a row, each factor placed over all of them: the options
 * of point i's copy c are option[(i x copies + c) x n_factors + factor]. */
static int place_sobol(struct design *d, const struct description *from, size_t copies,
                       uint32_t *option, psn_diagnostics *all)
{
    size_t k = d->n_factors, n = from->design_points;
    if (k * copies > SAMPLING_SOBOL_DIMENSIONS)
        return psn_mistake_add(
            all, PSN_EINPUT, from->design_place,
            "%zu factors; design %s expected at most %zu, as its Sobol' sequence "
            "has no more dimensions",
            k, design_word(from->design), SAMPLING_SOBOL_DIMENSIONS / copies);
    const char **name = names_of(d);
    double *u = calloc(n * k * copies + 1, sizeof *u);
    uint32_t *one = calloc(n * copies + 1, sizeof *one);
    bool whole = name && u && one && sampling_sobol(from->seed, name, k, copies, n, u) == PSN_OK;
    for (size_t f = 0; f < k && whole; f++) {
        whole = place_factor(d, &d->factor[f], u + f, n * copies, k, one);
        for (size_t i = 0; i < n * copies && whole; i++)
            option[i * k + f] = one[i];
    }
    free(name);
    free(u);
    free(one);
    return whole ? PSN_OK : no_memory(all);
}

static int make_sobol(struct design *d, const struct description *from, psn_diagnostics *all)
{
    int error = make_room(d, from->design_points, from->design_place, all);
    return error ? error : place_sobol(d, from, 1, d->option, all);
}

static int make_sensitivity(struct design *d, const struct description *from, psn_diagnostics *all)
{
    size_t k = d->n_factors, width = k + 2;
    d->rows = from->design_points;
    int error = make_room(d, d->rows * width, from->design_place, all);
    uint32_t *pair = error ? NULL : calloc(2 * d->rows * k + 1, sizeof *pair);
    if (!error)
        error = pair ? place_sobol(d, from, 2, pair, all) : no_memory(all);
    for (size_t i = 0; pair && i < d->rows && !error; i++) {
        const uint32_t *a = pair + 2 * i * k, *b = a + k;
        for (size_t p = 0; p < width; p++)
            for (size_t f = 0; f < k; f++)
                d->option[(i * width + p) * k + f] = p == 1 || p == f + 2 ? b[f] : a[f];
    }
    free(pair);
    return error;
}

/* The options of Morris's levels: of a range evenly spaced values, else those of the list that lie
 * nearest, in its order. */
static bool fill_levels(struct design *d, struct factor *f, uint32_t *option)
{
    double x[SAMPLING_MORRIS_LEVELS];
    for (size_t l = 0; l < SAMPLING_MORRIS_LEVELS; l++) {
        double u = (double)l / (SAMPLING_MORRIS_LEVELS - 1);
        x[l] = f->range ? range_at(f->range, u) : 0;
        option[l] = f->range ? (uint32_t)l : (uint32_t)(u * (double)(f->n_options - 1) + 0.5);
    }
    return !f->range || fill_options(d, f, x, SAMPLING_MORRIS_LEVELS);
}

static int make_morris(struct design *d, const struct description *from, psn_diagnostics *all)
{
    size_t k = d->n_factors;
    d->rows = from->design_points;
    int error = make_room(d, d->rows * (k + 1), from->design_place, all);
    if (error)
        return error;
    const char **name = names_of(d);
    d->level = calloc(d->n_points * k + 1, sizeof *d->level);
    bool whole =
        name && d->level && sampling_morris(from->seed, name, k, d->rows, d->level) == PSN_OK;
    for (size_t f = 0; f < k && whole; f++) {
        uint32_t option[SAMPLING_MORRIS_LEVELS];
        whole = fill_levels(d, &d->factor[f], option);
        for (size_t p = 0; p < d->n_points && whole; p++)
            d->option[p * k + f] = option[d->level[p * k + f]];
    }
    free(name);
    return whole ? PSN_OK : no_memory(all);
}

static int make_points(struct design *d, const struct description *from, psn_diagnostics *all)
{
    switch (d->kind) {
    case DESIGN_POINTS:
        return make_listed(d, from, all);
    case DESIGN_LATIN:
        return make_latin(d, from, all);
    case DESIGN_SOBOL:
        return make_sobol(d, from, all);
    case DESIGN_ONE:
        return make_one(d, from, all);
    case DESIGN_MORRIS:
        return make_morris(d, from, all);
    case DESIGN_SENSITIVITY:
        return make_sensitivity(d, from, all);
    case DESIGN_GRID:
    default:
        return make_grid(d, d->n_factors ? d->factor[0].place : (psn_place){0}, all);
    }
}

int design_make(const struct description *d, struct design *out, psn_diagnostics *all)
{
    *out = (struct design){.kind = d->design, .n_factors = d->n_factors};
    out->factor = calloc(d->n_factors + 1, sizeof *out->factor);
    if (!out->factor)
        return no_memory(all);
    if (d->n_factors)
        memcpy(out->factor, d->factor, d->n_factors * sizeof *out->factor);
    int error = make_points(out, d, all);
    if (error)
        design_fini(out);
    return error;
}

void design_fini(struct design *d)
{
    free(d->factor);
    free(d->level);
    free(d->option);
    arena_fini(&d->memory);
    *d = (struct design){0};
}
