/* SPDX-License-Identifier: Apache-2.0
 * The design of a study: which one, how many points, and those that a text or table lists. */
#include <stdlib.h>
#include <string.h>

#include "scenario/factor_reading.h"
#include "scenario/text.h"

/* More points than anyone means: a slip, told at once instead of after hours. */
#define POINTS_MOST 1000000

/* Does the design take a number of points? */
static bool is_drawn(enum design_kind kind)
{
    return kind == DESIGN_LATIN || kind == DESIGN_SOBOL || kind == DESIGN_MORRIS ||
           kind == DESIGN_SENSITIVITY;
}

/* `points: 100` */
static void read_number(struct reading *r, const struct node *study, const struct node *points)
{
    double number = 0;
    const char *word = design_word(r->out->design);
    if (points == NULL)
        reading_mistake(r, study->place,
                        "design %s has no points; expected a number, such as points: 100", word);
    else if (points->kind != NODE_SCALAR)
        reading_mistake(r, points->place,
                        "%s stands here; design %s expected a whole number of points, and design "
                        "points takes a list",
                        node_kind_name(points), word);
    else if (reading_plain(r, points, DIMENSION_NUMBER, BOUND_WHOLE_POSITIVE, &number) &&
             number > POINTS_MOST)
        reading_mistake(r, points->place, "%.0f points; expected at most %d", number, POINTS_MOST);
    else if (number == 1 && r->out->design == DESIGN_SENSITIVITY)
        reading_mistake(r, points->place,
                        "design sensitivity has one row, whose figures have no variance; expected "
                        "points: 2 or more");
    r->out->design_points = number > POINTS_MOST ? POINTS_MOST : (size_t)number;
}

void design_read(struct reading *r, const struct node *study)
{
    struct description *d = r->out;
    const struct node *design = reading_value(r, "study", study, "design");
    const struct node *points = reading_value(r, "study", study, "points");
    if (design != NULL && design->kind == NODE_SCALAR)
        for (enum design_kind kind = DESIGN_GRID; kind <= DESIGN_SENSITIVITY; kind++)
            if (strcmp(design->text, design_word(kind)) == 0) {
                d->design = kind;
                d->design_place = reading_place(r, design->place);
            }
    if (is_drawn(d->design))
        read_number(r, study, points);
    else if (points != NULL && d->design != DESIGN_POINTS)
        reading_mistake(r, points->place,
                        "design %s makes its points of the factors alone; expected no points, or "
                        "another design, such as %s",
                        design_word(d->design),
                        points->kind == NODE_LIST ? "points" : "latin-hypercube");
}

/* The rows that `points` lists, of the table where it names one; NULL with the mistake told. */
static const struct node *listed_rows(struct reading *r, const struct node *study)
{
    const struct node *points = node_get(study, "points");
    const char *expected = "expected a list such as [{demand: 1}, {demand: 1.3}], or a table such "
                           "as design.csv";
    if (points == NULL) {
        reading_mistake(r, study->place, "design points has no points; %s", expected);
        return NULL;
    }
    if (points->kind == NODE_SCALAR && text_is_table(points->text) && r->scenario->points != NULL)
        points = r->scenario->points;
    if (points->kind != NODE_LIST || points->count == 0) {
        reading_mistake(r, points->place, "%s stands here; %s",
                        points->kind == NODE_LIST ? "an empty list" : node_kind_name(points),
                        expected);
        return NULL;
    }
    if (points->count > POINTS_MOST) {
        reading_mistake(r, points->place, "%zu points; expected at most %d", points->count,
                        POINTS_MOST);
        return NULL;
    }
    for (size_t i = 0; i < points->count; i++)
        if (points->item[i]->kind != NODE_MAP || points->item[i]->count == 0) {
            reading_mistake(r, points->item[i]->place,
                            "point %zu is %s; expected settings such as {demand: 1.3}", i,
                            points->item[i]->kind == NODE_MAP ? "an empty map"
                                                              : node_kind_name(points->item[i]));
            return NULL;
        }
    return points;
}

/* Every point sets what the first one does, and nothing else. */
static bool same_factors(struct reading *r, const struct node *rows)
{
    const struct node *first = rows->item[0];
    bool same = true;
    char quoted[NODE_QUOTE];
    for (size_t i = 1; i < rows->count; i++) {
        const struct node *row = rows->item[i];
        for (size_t k = 0; k < first->count; k++)
            if (node_member(row, first->member[k].key) == NULL) {
                reading_mistake(r, row->place,
                                "point %zu does not say \"%s\"; expected every point to set the "
                                "same factors as the first",
                                i, node_quote(first->member[k].key, quoted));
                same = false;
            }
        for (size_t k = 0; k < row->count; k++)
            if (node_member(first, row->member[k].key) == NULL) {
                reading_mistake(r, row->member[k].place,
                                "point %zu sets \"%s\"; expected the factors of the first point "
                                "alone",
                                i, node_quote(row->member[k].key, quoted));
                same = false;
            }
    }
    return same;
}

/* A factor of paths: each point has an option of its own. */
static void read_path(struct reading *r, const struct node *rows, size_t index, size_t width)
{
    struct description *d = r->out;
    struct factor *f = &d->factor[index];
    const struct member *m = node_member(rows->item[0], f->name);
    const struct spec_key *key;
    if (!factor_path(r, m->place, m->key, &key))
        return;
    f->option = reading_keep(r, rows->count, sizeof *f->option);
    for (size_t i = 0; i < rows->count && !r->exhausted; i++) {
        const struct node *value = node_get(rows->item[i], f->name);
        if (value->kind == NODE_NULL)
            reading_mistake(r, value->place, "point %zu gives \"%s\" no value; expected one", i,
                            f->name);
        factor_option(r, f->name, value, key, &f->option[i]);
        d->design_option[i * width + index] = (uint32_t)i;
    }
    if (r->exhausted)
        return;
    f->n_options = rows->count;
    factor_unify(f->option, f->n_options, key);
}

/* A bundle of `factors`: each point names one of its options. */
static void read_bundle(struct reading *r, const struct node *rows, size_t index, size_t width)
{
    struct description *d = r->out;
    const struct factor *f = &d->factor[index];
    char quoted[NODE_QUOTE];
    for (size_t i = 0; i < rows->count; i++) {
        const struct node *value = node_get(rows->item[i], f->name);
        size_t o = 0;
        while (value->kind == NODE_SCALAR && o < f->n_options &&
               strcmp(f->option[o].label, value->text) != 0)
            o++;
        if (value->kind != NODE_SCALAR || o == f->n_options)
            reading_mistake(
                r, value->place,
                "\"%s\" is no option of \"%s\"; expected one such as "
                "%s",
                node_quote(value->kind == NODE_SCALAR ? value->text : node_kind_name(value),
                           quoted),
                f->name, f->n_options > 0 ? f->option[0].label : "low");
        d->design_option[i * width + index] = (uint32_t)o;
    }
}

static int by_name(const void *a, const void *b)
{
    const struct factor *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* The bundle of that name among the n factors that the study has so far. */
static const struct factor *find_bundle(const struct factor *f, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(f[i].name, name) == 0)
            return &f[i];
    return NULL;
}

/* The factors of the listed points: bundles that `factors` has, and paths. */
static bool list_factors(struct reading *r, const struct node *row)
{
    struct description *d = r->out;
    const struct factor *bundle = d->factor;
    size_t bundles = d->n_factors;
    bool known = true;
    d->factor = reading_keep(r, row->count, sizeof *d->factor);
    for (size_t k = 0; k < row->count && !r->exhausted; k++) {
        const struct member *m = &row->member[k];
        const struct factor *found = find_bundle(bundle, bundles, m->key);
        if (found != NULL)
            d->factor[k] = *found;
        else
            d->factor[k] = (struct factor){.name = reading_text(r, m->key),
                                           .place = reading_place(r, m->place)};
        if (found == NULL && !factor_is_path(m->key)) {
            reading_mistake(r, m->place,
                            "\"%s\" is neither a path nor in factors; expected SECTION.NAME.KEY, "
                            "arrangement, demand, or a name that factors explain: {NAME: {OPTION: "
                            "{path: value}}}",
                            m->key);
            known = false;
        }
    }
    d->n_factors = r->exhausted ? 0 : row->count;
    if (d->n_factors > 0)
        qsort(d->factor, d->n_factors, sizeof *d->factor, by_name);
    return known;
}

static void read_listed(struct reading *r, const struct node *study)
{
    struct description *d = r->out;
    const struct node *rows = listed_rows(r, study);
    for (size_t i = 0; i < d->n_factors; i++)
        if (!d->factor[i].bundle)
            reading_mistake(r, d->factor[i].place,
                            "\"%s\" has its values in points; expected factors to hold bundles "
                            "alone, {NAME: {OPTION: {path: value}}}",
                            d->factor[i].name);
    if (rows == NULL || !list_factors(r, rows->item[0]) || !same_factors(r, rows) || r->exhausted)
        return;
    size_t width = d->n_factors;
    d->design_points = rows->count;
    d->design_option = reading_keep(r, rows->count * width, sizeof *d->design_option);
    for (size_t f = 0; f < width && !r->exhausted; f++) {
        if (d->factor[f].bundle)
            read_bundle(r, rows, f, width);
        else
            read_path(r, rows, f, width);
    }
}

/* Steps between levels need two of them. */
static void check_levels(struct reading *r)
{
    const struct description *d = r->out;
    for (size_t i = 0; i < d->n_factors; i++)
        if (d->factor[i].n_options == 1 && d->factor[i].range == NULL)
            reading_mistake(r, d->factor[i].place,
                            "factor \"%s\" has one value; design %s expected a range, or a list of "
                            "two values or more",
                            d->factor[i].name, design_word(d->design));
}

static void check_grid(struct reading *r)
{
    const struct description *d = r->out;
    size_t points = 1;
    for (size_t i = 0; i < d->n_factors; i++)
        if (__builtin_mul_overflow(points, d->factor[i].n_options, &points) ||
            points > POINTS_MOST) {
            reading_mistake(r, d->factor[i].place,
                            "more than %d design points; expected fewer values or factors",
                            POINTS_MOST);
            return;
        }
}

void design_settle(struct reading *r, const struct node *study)
{
    struct description *d = r->out;
    if (d->n_factors > 0)
        qsort(d->factor, d->n_factors, sizeof *d->factor, by_name);
    if (d->design == DESIGN_POINTS)
        read_listed(r, study);
    else if (d->design == DESIGN_GRID)
        check_grid(r);
    else if (d->n_factors == 0)
        reading_mistake(r, study->place, "design %s has no factors; expected some to vary",
                        design_word(d->design));
    if (d->design == DESIGN_MORRIS || d->design == DESIGN_SENSITIVITY)
        check_levels(r);
}
