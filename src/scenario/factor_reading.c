/* SPDX-License-Identifier: Apache-2.0
 * The factors of a study, with the settings of each of their values. */
#include <math.h>
#include <string.h>

#include "scenario/factor_reading.h"
#include "scenario/range.h"
#include "scenario/same.h"

/* A copy of a value in the description's memory. */
static struct node *keep_node(struct reading *r, const struct node *n)
{
    struct node *copy = reading_keep(r, 1, sizeof *copy);
    if (copy == NULL)
        return NULL;
    *copy = *n;
    copy->place = reading_place(r, n->place);
    if (n->kind == NODE_SCALAR)
        copy->text = reading_text(r, n->text);
    if (n->kind == NODE_LIST) {
        copy->item = reading_keep(r, n->count, sizeof(struct node *));
        for (size_t i = 0; i < n->count && !r->exhausted; i++)
            copy->item[i] = keep_node(r, n->item[i]);
    }
    if (n->kind == NODE_MAP) {
        copy->member = reading_keep(r, n->count, sizeof *copy->member);
        for (size_t i = 0; i < n->count && !r->exhausted; i++)
            copy->member[i] = (struct member){reading_text(r, n->member[i].key),
                                              reading_place(r, n->member[i].place),
                                              keep_node(r, n->member[i].value)};
    }
    return r->exhausted ? NULL : copy;
}

/* A value as one line: `100 Mbit/s`, `[a, b]`, `{db: san}`. */
static const char *label(struct reading *r, const struct node *n)
{
    struct arena *a = &r->scratch;
    if (n->kind == NODE_SCALAR)
        return n->text;
    if (n->kind == NODE_NULL)
        return "";
    bool map = n->kind == NODE_MAP;
    const char *text = map ? "{" : "[";
    for (size_t i = 0; i < n->count && text != NULL; i++)
        text = map ? arena_format(a, "%s%s%s: %s", text, i > 0 ? ", " : "", n->member[i].key,
                                  label(r, n->member[i].value))
                   : arena_format(a, "%s%s%s", text, i > 0 ? ", " : "", label(r, n->item[i]));
    text = text != NULL ? arena_format(a, "%s%c", text, map ? '}' : ']') : NULL;
    r->exhausted |= text == NULL;
    return text != NULL ? text : "";
}

/* A value in base units where it is one plain quantity, else NaN. Mistakes are told. */
static double value_number(struct reading *r, const struct node *n, const struct spec_key *key)
{
    struct random_amount v = {.mean = {.per = 1}};
    int error = PSN_OK;
    if (key == NULL || (key->kind != SPEC_QUANTITY && key->kind != SPEC_RANDOM) ||
        n->kind != NODE_SCALAR || node_is_none(n))
        return NAN;
    if (key->kind == SPEC_QUANTITY)
        error = quantity_amount(&r->scratch, n, key->dimension, key->bound, key->attributes,
                                &v.mean, r->all);
    else
        error = quantity_random(&r->scratch, n, key->dimension, key->bound, key->attributes, &v,
                                r->all);
    r->exhausted |= error == PSN_EMEMORY;
    if (error != PSN_OK || v.mean.of != ATTRIBUTE_NONE || v.law.kind != LAW_CONST)
        return NAN;
    return quantity_in_base_unit(v.mean.value, key->dimension);
}

static void set_setting(struct reading *r, struct setting *s, const char *path,
                        const struct node *value)
{
    s->path = reading_text(r, path);
    s->value = keep_node(r, value);
    s->place = reading_place(r, value->place);
}

/* Is it an arrangement that is wanted here? Then it must be one. */
static void check_arrangement(struct reading *r, const struct node *value,
                              const struct spec_key *key)
{
    if (key != NULL && key->kind == SPEC_REFERENCE && key->section != NULL &&
        strcmp(key->section, "arrangements") == 0)
        reading_reference(r, value, &r->arrangements, "an arrangement");
}

void factor_option(struct reading *r, const char *path, const struct node *value,
                   const struct spec_key *key, struct option *o)
{
    check_arrangement(r, value, key);
    o->label = reading_text(r, label(r, value));
    o->number = value_number(r, value, key);
    o->setting = reading_keep(r, 1, sizeof *o->setting);
    if (r->exhausted)
        return;
    o->n_settings = 1;
    set_setting(r, o->setting, path, value);
}

void factor_unify(struct option *option, size_t n, const struct spec_key *key)
{
    bool plain = true;
    for (size_t i = 0; i < n; i++)
        plain &= !isnan(option[i].number);
    for (size_t i = 0; i < n; i++) {
        option[i].number = plain ? option[i].number : NAN;
        option[i].unit = plain ? quantity_base_unit(key->dimension) : NULL;
    }
}

/* More values of a range with a step than anyone means. */
#define STEPS_MOST 10000

/* `2..8 step 2`: its values, as if they were listed. */
static void read_steps(struct reading *r, const struct member *m, const struct range *range,
                       struct factor *f)
{
    /* A hair more, as steps such as 0.1 are no exact sums in binary. */
    double steps = floor((range->high - range->low) / range->step + 1e-9) + 1;
    if (steps > STEPS_MOST) {
        reading_mistake(r, m->value->place, "%.0f values in a range; expected at most %d", steps,
                        STEPS_MOST);
        return;
    }
    size_t n = (size_t)steps;
    f->option = reading_keep(r, n, sizeof *f->option);
    for (size_t i = 0; i < n && !r->exhausted; i++) {
        const char *text = range_text(range, range->low + (double)i * range->step, &r->scratch);
        struct node *value =
            text != NULL ? node_new_scalar(&r->scratch, m->value->place, text) : NULL;
        r->exhausted |= value == NULL;
        if (value != NULL)
            factor_option(r, m->key, value, range->key, &f->option[i]);
    }
    f->n_options = r->exhausted ? 0 : n;
    factor_unify(f->option, f->n_options, range->key);
}

/* `10 Mbit/s..1 Gbit/s` */
static void read_range(struct reading *r, const struct member *m, const struct node *value,
                       const struct spec_key *key, struct factor *f)
{
    char quoted[NODE_QUOTE];
    struct range *range = reading_keep(r, 1, sizeof *range);
    if (range == NULL)
        return;
    int error = range_read(&r->out->memory, value, key, range, r->all);
    r->exhausted |= error == PSN_EMEMORY;
    if (error != PSN_OK)
        return;
    if (range->step > 0)
        read_steps(r, m, range, f);
    else if (r->out->design == DESIGN_GRID)
        reading_mistake(r, value->place,
                        "\"%s\" is a range, of which a grid would have to take every value; "
                        "expected a list of values, a range with a step such as %s step %s, or "
                        "another design",
                        node_quote(value->text, quoted), value->text, range->whole ? "1" : "...");
    else
        f->range = range;
}

/* The text of what the scenario says at a path where it says nothing; NULL where that is in no
 * words of the language. */
static const char *unsaid(const struct reading *r, const char *path, const struct spec_key *key)
{
    if (strcmp(path, "arrangement") == 0 || strcmp(path, "use.arrangement") == 0)
        return r->out->arrangement;
    if (strcmp(path, "demand") == 0)
        return "1";
    return key != NULL && (key->kind == SPEC_QUANTITY || key->kind == SPEC_RANDOM) ? key->standard
                                                                                   : NULL;
}

/* What the scenario itself says at a path: an option that sets nothing. */
static struct option *base_option(struct reading *r, const char *path, const struct spec_key *key)
{
    struct option *o = reading_keep(r, 1, sizeof *o);
    const char *place = strcmp(path, "arrangement") == 0 ? "use.arrangement" : path;
    const struct node *value = node_at(r->tree, place);
    const char *text = unsaid(r, path, key);
    if (value == NULL && text != NULL) {
        value = node_new_scalar(&r->scratch, (psn_place){0}, text);
        r->exhausted |= value == NULL;
    }
    if (r->exhausted)
        return NULL;
    o->label = value != NULL ? reading_text(r, label(r, value)) : "as it is";
    o->number = NAN;
    if (value != NULL && key != NULL)
        o->number = same_base(&r->scratch, value, key);
    if (key != NULL && !isnan(o->number))
        o->unit = quantity_base_unit(key->dimension);
    return o;
}

/* `links.county.bandwidth: [100 Mbit/s, 1 Gbit/s]` */
static void read_values(struct reading *r, const struct member *m, struct factor *f)
{
    const struct spec_key *key;
    size_t n = reading_count(m->value);
    if (!factor_path(r, m->place, m->key, &key))
        return;
    if (r->out->design == DESIGN_ONE)
        f->base = base_option(r, m->key, key);
    if (n == 1 && range_is(reading_item(m->value, 0), key)) {
        read_range(r, m, reading_item(m->value, 0), key, f);
        return;
    }
    f->option = reading_keep(r, n, sizeof *f->option);
    for (size_t i = 0; i < n && !r->exhausted; i++)
        factor_option(r, m->key, reading_item(m->value, i), key, &f->option[i]);
    if (r->exhausted)
        return;
    f->n_options = n;
    factor_unify(f->option, n, key);
}

/* One option of a bundle: `early: {path: value, ...}` */
static void read_option(struct reading *r, const struct member *m, struct option *o)
{
    o->label = reading_text(r, m->key);
    o->number = NAN;
    if (m->value->kind != NODE_MAP) {
        reading_mistake(r, m->place,
                        "option \"%s\" is %s; expected settings such as "
                        "{links.county.delay: 2 ms}",
                        m->key, node_kind_name(m->value));
        return;
    }
    o->setting = reading_keep(r, m->value->count, sizeof *o->setting);
    for (size_t i = 0; i < m->value->count && !r->exhausted; i++) {
        const struct member *s = &m->value->member[i];
        const struct spec_key *key;
        if (!factor_path(r, s->place, s->key, &key))
            continue;
        check_arrangement(r, s->value, key);
        value_number(r, s->value, key); /* for its mistakes */
        set_setting(r, &o->setting[o->n_settings++], s->key, s->value);
    }
}

/* The options are settings of several paths: {option: {path: value}}. */
static void read_bundle(struct reading *r, const struct node *options, struct factor *f)
{
    f->bundle = true;
    f->option = reading_keep(r, options->count, sizeof *f->option);
    if (r->exhausted)
        return;
    f->n_options = options->count;
    for (size_t i = 0; i < f->n_options && !r->exhausted; i++)
        read_option(r, &options->member[i], &f->option[i]);
    if (r->out->design == DESIGN_ONE)
        f->base = base_option(r, "", NULL);
}

bool factor_is_path(const char *name)
{
    return strchr(name, '.') != NULL || strcmp(name, "arrangement") == 0 ||
           strcmp(name, "demand") == 0 || strcmp(name, "transition") == 0;
}

void factor_read(struct reading *r, const struct member *m, struct factor *f)
{
    f->name = reading_text(r, m->key);
    f->place = reading_place(r, m->place);
    if (reading_count(m->value) == 0 || (m->value->kind == NODE_MAP && m->value->count == 0))
        reading_mistake(r, m->place, "factor \"%s\" has no values; expected a list", m->key);
    else if (factor_is_path(m->key))
        read_values(r, m, f);
    else if (m->value->kind != NODE_MAP)
        reading_mistake(r, m->place,
                        "factor \"%s\" is no path; expected SECTION.NAME.KEY: [values], "
                        "arrangement, demand, or NAME: {OPTION: {path: value}}",
                        m->key);
    else
        read_bundle(r, m->value, f);
}
