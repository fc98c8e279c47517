/* SPDX-License-Identifier: Apache-2.0
 * The language's defaults written into an expanded tree. */
#include "scenario/standard.h"

#include <string.h>

#include "scenario/spec.h"

const char standard_file[] = "default";

bool standard_is(const struct node *n)
{
    return n->place.file == standard_file;
}

static const psn_place standard_place = {.file = standard_file};

/* Is the default of this key a value? Of some keys it is a description ("the only one"). */
static bool is_value(const struct spec_key *k)
{
    if (k->later || k->beside || !k->standard)
        return false;
    switch (k->kind) {
    case SPEC_QUANTITY:
    case SPEC_RANDOM: {
        psn_diagnostics quiet = {0};
        const struct node n = {.kind = NODE_SCALAR, .text = k->standard};
        double value;
        bool well = quantity_plain(&n, k->dimension, k->bound, &value, &quiet) == 0;
        psn_diagnostics_fini(&quiet);
        return well;
    }
    case SPEC_WORD:
    case SPEC_NAMES:
        return spec_has_word(k->words, k->standard);
    case SPEC_BOOL:
        return true;
    default:
        return false;
    }
}

/* Is the key's default to be written into this map? Of one that goes with others only beside them.
 */
static bool is_missing(const struct node *map, const struct spec_key *k)
{
    bool beside = !k->with;
    for (size_t i = 0; i < map->count && !beside; i++)
        beside = spec_has_word(k->with, map->member[i].key);
    return beside && !node_get(map, k->name) && is_value(k);
}

static struct node *fill_record(struct arena *a, const struct node *map,
                                const struct spec_key *record, bool common);

/* A list of records with each of them filled. */
static struct node *fill_list(struct arena *a, const struct node *list,
                              const struct spec_key *record)
{
    struct node *copy = node_new_list(a, list->place, list->count);
    for (size_t i = 0; copy && i < list->count; i++) {
        copy->item[i] = list->item[i];
        if (copy->item[i]->kind == NODE_MAP)
            copy->item[i] = fill_record(a, copy->item[i], record, false);
        if (!copy->item[i])
            return NULL;
    }
    return copy;
}

/* A map of free names, each with a record. */
static struct node *fill_names(struct arena *a, const struct node *map,
                               const struct spec_key *record, bool common)
{
    struct node *copy = node_new_map(a, map->place, map->count);
    for (size_t i = 0; copy && i < map->count; i++) {
        copy->member[i] = map->member[i];
        if (map->member[i].value->kind == NODE_MAP)
            copy->member[i].value = fill_record(a, map->member[i].value, record, common);
        if (!copy->member[i].value)
            return NULL;
    }
    return copy;
}

static struct node *fill_value(struct arena *a, struct node *n, const struct spec_key *k)
{
    if (!k || !k->record)
        return n;
    if (k->kind == SPEC_RECORDS && n->kind == NODE_LIST)
        return fill_list(a, n, k->record);
    if (k->kind == SPEC_RECORD && n->kind == NODE_MAP)
        return fill_record(a, n, k->record, false);
    if (spec_holds_records(k) && n->kind == NODE_MAP)
        return fill_names(a, n, k->record, false);
    return n;
}

static bool add_standard(struct arena *a, struct node *map, const char *key, const char *text)
{
    struct node *value = node_new_scalar(a, standard_place, text);
    if (value)
        map->member[map->count++] = (struct member){key, standard_place, value};
    return value != NULL;
}

static struct node *fill_record(struct arena *a, const struct node *map,
                                const struct spec_key *record, bool common)
{
    size_t extra = 0;
    for (const struct spec_key *k = record; k && k->name; k++)
        extra += is_missing(map, k);
    struct node *copy = node_new_map(a, map->place, map->count + extra);
    if (!copy)
        return NULL;
    copy->count = map->count;
    for (size_t i = 0; i < map->count; i++) {
        const struct member *m = &map->member[i];
        copy->member[i] = *m;
        copy->member[i].value = fill_value(a, m->value, spec_key(record, m->key, common));
        if (!copy->member[i].value)
            return NULL;
    }
    for (const struct spec_key *k = record; k && k->name; k++)
        if (is_missing(map, k) && !add_standard(a, copy, k->name, k->standard))
            return NULL;
    return copy;
}

/* A whole section. `map` NULL: it is not there. */
static struct node *fill_section(struct arena *a, const struct spec_section *s,
                                 const struct node *map, const char *arrangement)
{
    static const struct node nothing = {.kind = NODE_MAP, .place = {.file = standard_file}};
    if (!s->single)
        return fill_names(a, map, s->key, true);
    struct node *out = fill_record(a, map ? map : &nothing, s->key, false);
    if (!out || strcmp(s->name, "use") != 0 || node_get(out, "arrangement") || !arrangement)
        return out;
    struct node *name = node_new_scalar(a, standard_place, arrangement);
    psn_diagnostics quiet = {0};
    out = name ? node_with(a, out, "arrangement", name, standard_place, &quiet) : NULL;
    psn_diagnostics_fini(&quiet);
    return out;
}

struct node *standard_fill(struct arena *a, const struct node *tree, const char *arrangement)
{
    size_t n = 0;
    for (const struct spec_section *s = spec_sections(); s->name; s++)
        n++;
    struct node *out = node_new_map(a, tree->place, n + 1);
    if (!out)
        return NULL;
    out->count = 0;
    for (const struct spec_section *s = spec_sections(); s->name; s++) {
        const struct member *m = node_member(tree, s->name);
        if (s->later || (!m && !s->single))
            continue;
        struct member filled = m ? *m : (struct member){s->name, standard_place, NULL};
        bool value = s->scalar || (s->key && strcmp(s->key->name, "=") == 0);
        if (!value && (!m || m->value->kind == NODE_MAP))
            filled.value = fill_section(a, s, m ? m->value : NULL, arrangement);
        if (!filled.value)
            return NULL;
        if (m || filled.value->count > 0) /* no section where it has no default either */
            out->member[out->count++] = filled;
    }
    const struct member *demand = node_member(tree, "demand");
    if (demand)
        out->member[out->count++] = *demand;
    else if (!add_standard(a, out, "demand", "1"))
        return NULL;
    return out;
}
