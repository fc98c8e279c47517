/* SPDX-License-Identifier: Apache-2.0
 * When two values of the language mean the same. */
#include "scenario/same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/civil.h"

#define HOURS_A_DAY 24

/* Two ways to write one quantity may differ in the last bits: 0.7 h and 42 min. */
static bool same_number(double x, double y)
{
    return x == y || fabs(x - y) <= 1e-12 * fmax(fabs(x), fabs(y));
}

/* The same words, whatever the blanks between them. */
static bool same_text(const char *x, const char *y)
{
    for (;;) {
        x += strspn(x, " ");
        y += strspn(y, " ");
        size_t n = strcspn(x, " ");
        if (n != strcspn(y, " ") || strncmp(x, y, n) != 0)
            return false;
        if (n == 0)
            return true;
        x += n;
        y += n;
    }
}

bool same_tree(const struct node *x, const struct node *y)
{
    if (x->kind != y->kind || x->count != y->count)
        return false;
    if (x->kind == NODE_SCALAR)
        return same_text(x->text, y->text);
    for (size_t i = 0; i < x->count; i++) {
        const struct node *other = x->kind == NODE_MAP ? node_get(y, x->member[i].key) : y->item[i];
        if (!other || !same_tree(x->kind == NODE_MAP ? x->member[i].value : x->item[i], other))
            return false;
    }
    return true;
}

/* Reads a quantity or law; false where it is none (a word, a map). */
static bool read_random(struct arena *a, const struct node *n, enum dimension d, bool law,
                        struct random_amount *out)
{
    psn_diagnostics quiet = {0};
    int code = PSN_EINPUT;
    *out = (struct random_amount){0};
    if (n->kind == NODE_SCALAR && law)
        code = quantity_random(a, n, d, BOUND_ANY, true, out, &quiet);
    else if (n->kind == NODE_SCALAR)
        code = quantity_amount(a, n, d, BOUND_ANY, true, &out->mean, &quiet);
    psn_diagnostics_fini(&quiet);
    return code == 0;
}

static bool same_amount(const struct amount *x, const struct amount *y)
{
    double per_x = x->per > 0 ? x->per : 1, per_y = y->per > 0 ? y->per : 1;
    bool named = (x->name == NULL) == (y->name == NULL) &&
                 (x->name == NULL || strcmp(x->name, y->name) == 0);
    return x->of == y->of && named && same_number(x->value / per_x, y->value / per_y);
}

static bool is_whole(const struct node *n)
{
    return n->kind == NODE_SCALAR && n->text[strspn(n->text, "0123456789")] == '\0';
}

static bool same_law(const struct law *x, const struct law *y)
{
    bool same = x->kind == y->kind && same_number(x->parameter, y->parameter) &&
                same_number(x->second, y->second) && x->n_values == y->n_values;
    for (size_t i = 0; same && i < x->n_values; i++)
        same = same_number(x->value[i], y->value[i]);
    return same;
}

static bool same_quantity(struct arena *a, const struct node *x, const struct node *y,
                          enum dimension d, bool law)
{
    struct random_amount p, q;
    if (is_whole(x) && is_whole(y)) /* a seed has more digits than a double holds */
        return strcmp(x->text, y->text) == 0;
    if (!read_random(a, x, d, law, &p) || !read_random(a, y, d, law, &q))
        return same_tree(x, y);
    return same_amount(&p.mean, &q.mean) && same_law(&p.law, &q.law);
}

/* A text that may be a quantity: the limit of an objective is a time or a share by its figure. */
static bool same_words(struct arena *a, const struct node *x, const struct node *y)
{
    static const enum dimension tried[] = {DIMENSION_TIME, DIMENSION_SHARE};
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
        struct random_amount p, q;
        if (read_random(a, x, tried[i], false, &p) && read_random(a, y, tried[i], false, &q))
            return same_amount(&p.mean, &q.mean);
    }
    return same_tree(x, y);
}

static bool has_item(const struct node *list, const struct node *item)
{
    for (size_t i = 0; i < list->count; i++)
        if (same_tree(list->item[i], item))
            return true;
    return false;
}

/* Lists of names that have no order; no name stands there twice to any effect. */
static bool same_set(const struct node *x, const struct node *y)
{
    if (x->kind != NODE_LIST || y->kind != NODE_LIST)
        return same_tree(x, y);
    for (size_t i = 0; i < x->count; i++)
        if (!has_item(y, x->item[i]))
            return false;
    for (size_t i = 0; i < y->count; i++)
        if (!has_item(x, y->item[i]))
            return false;
    return true;
}

static bool same_day(const struct node *x, const struct node *y)
{
    int64_t day_x, day_y;
    uint32_t minute_x, minute_y;
    if (x->kind != NODE_SCALAR || y->kind != NODE_SCALAR ||
        !civil_read(x->text, &day_x, &minute_x) || !civil_read(y->text, &day_y, &minute_y))
        return same_tree(x, y);
    return day_x == day_y && minute_x == minute_y;
}

/* The level of an hour: one of 24, or one for all. */
static const struct node *hour_of(const struct node *n, size_t hour)
{
    if (n->kind == NODE_LIST && n->count == HOURS_A_DAY)
        return n->item[hour];
    return n->kind == NODE_LIST && n->count == 1 ? n->item[0] : n;
}

static bool same_hours(struct arena *a, const struct node *x, const struct node *y)
{
    for (size_t h = 0; h < HOURS_A_DAY; h++)
        if (!same_quantity(a, hour_of(x, h), hour_of(y, h), DIMENSION_NUMBER, false))
            return false;
    return true;
}

/* A machine, several in order, or shares by name. */
static bool same_choice(struct arena *a, const struct node *x, const struct node *y)
{
    if (x->kind == NODE_LIST && x->count == 1)
        x = x->item[0];
    if (y->kind == NODE_LIST && y->count == 1)
        y = y->item[0];
    if (x->kind != NODE_MAP || y->kind != NODE_MAP || x->count != y->count)
        return same_tree(x, y);
    for (size_t i = 0; i < x->count; i++) {
        const struct node *other = node_get(y, x->member[i].key);
        if (!other || !same_quantity(a, x->member[i].value, other, DIMENSION_SHARE, false))
            return false;
    }
    return true;
}

static size_t items(const struct node *n)
{
    return n->kind == NODE_LIST ? n->count : 1;
}

static const struct node *item(const struct node *n, size_t i)
{
    return n->kind == NODE_LIST ? n->item[i] : n;
}

/* A quantity, or the values of a factor in their order: it numbers the points. */
static bool same_values(struct arena *a, const struct node *x, const struct node *y,
                        const struct spec_key *key)
{
    bool same = items(x) == items(y);
    for (size_t i = 0; same && i < items(x); i++)
        same = same_quantity(a, item(x, i), item(y, i), key->dimension, key->kind == SPEC_RANDOM);
    return same;
}

bool same_value(struct arena *a, const struct node *x, const struct node *y,
                const struct spec_key *key)
{
    switch (key ? key->kind : SPEC_CUSTOM) {
    case SPEC_QUANTITY:
    case SPEC_RANDOM:
        return same_values(a, x, y, key);
    case SPEC_DATE:
        return same_day(x, y);
    case SPEC_NAMES:
    case SPEC_PAIR:
        return key->ordered ? same_choice(a, x, y) : same_set(x, y);
    case SPEC_HOURLY:
        return same_hours(a, x, y);
    case SPEC_CHOICE:
        return same_choice(a, x, y);
    case SPEC_TEXT:
        return same_words(a, x, y);
    default:
        return same_tree(x, y);
    }
}

double same_base(struct arena *a, const struct node *n, const struct spec_key *key)
{
    struct random_amount v;
    if ((key->kind != SPEC_QUANTITY && key->kind != SPEC_RANDOM) ||
        !read_random(a, n, key->dimension, key->kind == SPEC_RANDOM, &v) ||
        v.mean.of != ATTRIBUTE_NONE || v.law.kind != LAW_CONST)
        return NAN;
    return quantity_in_base_unit(v.mean.value, key->dimension);
}
