/* SPDX-License-Identifier: Apache-2.0
 * The factors of a study, with the settings of each of their values. */
#include <math.h>
#include <string.h>

#include "scenario/factor_reading.h"

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

/* `links.county.bandwidth: [100 Mbit/s, 1 Gbit/s]` */
static void read_values(struct reading *r, const struct member *m, struct factor *f)
{
    const struct spec_key *key;
    size_t n = reading_count(m->value);
    bool plain = true;
    if (!factor_path(r, m->place, m->key, &key))
        return;
    f->option = reading_keep(r, n, sizeof *f->option);
    for (size_t i = 0; i < n && !r->exhausted; i++) {
        const struct node *value = reading_item(m->value, i);
        struct option *o = &f->option[i];
        if (key != NULL && key->kind == SPEC_REFERENCE && key->section != NULL &&
            strcmp(key->section, "arrangements") == 0)
            reading_reference(r, value, &r->arrangements, "an arrangement");
        o->label = reading_text(r, label(r, value));
        o->number = value_number(r, value, key);
        plain &= !isnan(o->number);
        o->n_settings = 1;
        o->setting = reading_keep(r, 1, sizeof *o->setting);
        if (!r->exhausted)
            set_setting(r, o->setting, m->key, value);
    }
    for (size_t i = 0; i < n && !r->exhausted; i++) {
        f->option[i].number = plain ? f->option[i].number : NAN;
        f->option[i].unit = plain ? quantity_base_unit(key->dimension) : NULL;
    }
    f->n_options = n;
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
        if (key != NULL && key->kind == SPEC_REFERENCE && key->section != NULL &&
            strcmp(key->section, "arrangements") == 0)
            reading_reference(r, s->value, &r->arrangements, "an arrangement");
        value_number(r, s->value, key); /* for its mistakes */
        set_setting(r, &o->setting[o->n_settings++], s->key, s->value);
    }
}

void factor_read(struct reading *r, const struct member *m, struct factor *f)
{
    bool path = strchr(m->key, '.') != NULL || strcmp(m->key, "arrangement") == 0 ||
                strcmp(m->key, "demand") == 0 || strcmp(m->key, "transition") == 0;
    f->name = reading_text(r, m->key);
    f->place = reading_place(r, m->place);
    if (reading_count(m->value) == 0 || (m->value->kind == NODE_MAP && m->value->count == 0)) {
        reading_mistake(r, m->place, "factor \"%s\" has no values; expected a list", m->key);
        return;
    }
    if (path) {
        read_values(r, m, f);
        return;
    }
    if (m->value->kind != NODE_MAP) {
        reading_mistake(r, m->place,
                        "factor \"%s\" is no path; expected SECTION.NAME.KEY: [values], "
                        "arrangement, demand, or NAME: {OPTION: {path: value}}",
                        m->key);
        return;
    }
    f->option = reading_keep(r, m->value->count, sizeof *f->option);
    if (r->exhausted)
        return;
    f->n_options = m->value->count;
    for (size_t i = 0; i < f->n_options && !r->exhausted; i++)
        read_option(r, &m->value->member[i], &f->option[i]);
}
