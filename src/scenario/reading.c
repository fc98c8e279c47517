/* SPDX-License-Identifier: Apache-2.0
 * What the parts of the description share: memory, places, entries, references, quantities. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/describe.h"

/* Times beyond this are refused, so that sums of a few of them fit an int64. */
#define LONGEST_TIME ((psn_time)100 * 365 * PSN_DAY)

void *reading_keep(struct reading *r, size_t count, size_t size)
{
    void *p = arena_array(&r->out->memory, count == 0 ? 1 : count, size);
    r->exhausted |= p == NULL;
    return p;
}

void *reading_scratch(struct reading *r, size_t count, size_t size)
{
    void *p = arena_array(&r->scratch, count == 0 ? 1 : count, size);
    r->exhausted |= p == NULL;
    return p;
}

void *reading_grow(struct reading *r, void *items, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return items;
    size_t more = *room * 2 + 16;
    void *grown = reading_scratch(r, more, size);
    if (grown == NULL)
        return NULL;
    if (n > 0)
        memcpy(grown, items, n * size);
    *room = more;
    return grown;
}

const char *reading_text(struct reading *r, const char *text)
{
    char *copy = arena_string(&r->out->memory, text);
    r->exhausted |= copy == NULL;
    return copy != NULL ? copy : "";
}

psn_place reading_place(struct reading *r, psn_place place)
{
    if (place.file == NULL)
        return place;
    for (size_t i = 0; i < r->n_files; i++)
        if (strcmp(r->file[i], place.file) == 0) {
            place.file = r->file[i];
            return place;
        }
    const char **list = reading_grow(r, r->file, r->n_files, &r->files_room, sizeof *list);
    if (list == NULL)
        return (psn_place){0};
    r->file = list;
    place.file = r->file[r->n_files++] = reading_text(r, place.file);
    return place;
}

void reading_mistake(struct reading *r, psn_place place, const char *format, ...)
{
    char buffer[1024]; /* a longer text is cut: names are quoted short, lists are not printed */
    va_list args;
    va_start(args, format);
    vsnprintf(buffer, sizeof buffer, format, args);
    va_end(args);
    psn_mistake_add(r->all, PSN_EINPUT, place, "%s", buffer);
}

const char *reading_hint(struct reading *r, const char *word, const char *const *names, size_t n)
{
    const char *near = node_nearest(word, names, n);
    if (near == NULL)
        return "";
    const char *hint = arena_format(&r->scratch, " (did you mean %s?)", near);
    return hint != NULL ? hint : "";
}

static int by_key(const void *a, const void *b)
{
    const struct member *const *x = a, *const *y = b;
    return strcmp((*x)->key, (*y)->key);
}

void reading_entries(struct reading *r, const char *section, struct entries *out)
{
    reading_members(r, node_get(r->tree, section), out);
    out->section = section;
}

void reading_members(struct reading *r, const struct node *map, struct entries *out)
{
    size_t n = map != NULL && map->kind == NODE_MAP ? map->count : 0;
    *out = (struct entries){0};
    out->member = reading_scratch(r, n, sizeof *out->member);
    out->name = reading_scratch(r, n, sizeof *out->name);
    if (r->exhausted)
        return;
    for (size_t i = 0; i < n; i++)
        out->member[i] = &map->member[i];
    qsort(out->member, n, sizeof *out->member, by_key);
    for (size_t i = 0; i < n; i++)
        out->name[i] = out->member[i]->key;
    out->n = n;
}

void reading_merge(struct reading *r, const struct entries *a, const struct entries *b,
                   struct entries *out)
{
    *out = (struct entries){.section = a->section};
    out->member = reading_scratch(r, a->n + b->n, sizeof *out->member);
    out->name = reading_scratch(r, a->n + b->n, sizeof *out->name);
    for (size_t i = 0, k = 0; !r->exhausted && i + k < a->n + b->n; out->n++) {
        bool first = k == b->n || (i < a->n && strcmp(a->name[i], b->name[k]) < 0);
        out->member[out->n] = first ? a->member[i++] : b->member[k++];
        out->name[out->n] = out->member[out->n]->key;
    }
}

uint32_t name_index(const char *const *names, size_t n, const char *name)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(names[middle], name);
        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NO_INDEX;
}

uint32_t entries_find(const struct entries *e, const char *name)
{
    return name_index(e->name, e->n, name);
}

uint32_t reading_reference(struct reading *r, const struct node *n, const struct entries *e,
                           const char *what)
{
    char quoted[NODE_QUOTE];
    if (n == NULL)
        return NO_INDEX;
    if (n->kind != NODE_SCALAR) {
        reading_mistake(r, n->place, "%s in place of a name; expected %s of the section \"%s\"",
                        node_kind_name(n), what, e->section);
        return NO_INDEX;
    }
    uint32_t found = entries_find(e, n->text);
    if (found == NO_INDEX)
        reading_mistake(r, n->place, "\"%s\" is unknown; expected %s of the section \"%s\"%s",
                        node_quote(n->text, quoted), what, e->section,
                        reading_hint(r, n->text, e->name, e->n));
    return found;
}

size_t reading_count(const struct node *list)
{
    if (list == NULL || list->kind == NODE_NULL)
        return 0;
    return list->kind == NODE_LIST ? list->count : 1;
}

const struct node *reading_item(const struct node *list, size_t i)
{
    return list->kind == NODE_LIST ? list->item[i] : list;
}

const struct node *reading_value(struct reading *r, const char *section, const struct node *entry,
                                 const char *key)
{
    const struct node *n = node_get(entry, key);
    if (n != NULL && n->kind != NODE_NULL)
        return n;
    for (const struct spec_section *s = spec_sections(); s->name != NULL; s++) {
        if (strcmp(s->name, section) != 0)
            continue;
        for (const struct spec_key *k = s->key; k->name != NULL; k++)
            if (strcmp(k->name, key) == 0 && k->standard != NULL) {
                psn_place place = entry != NULL ? entry->place : (psn_place){0};
                const struct node *standard = node_new_scalar(&r->scratch, place, k->standard);
                r->exhausted |= standard == NULL;
                return standard;
            }
    }
    return NULL;
}

/* PSN_EMEMORY is remembered, a mistake is told already. */
static bool read_well(struct reading *r, int error)
{
    r->exhausted |= error == PSN_EMEMORY;
    return error == PSN_OK;
}

bool reading_amount(struct reading *r, const struct node *n, enum dimension d, enum bound b,
                    struct amount *out)
{
    *out = (struct amount){.per = 1};
    if (n == NULL)
        return true;
    bool well = read_well(r, quantity_amount(&r->out->memory, n, d, b, true, out, r->all));
    out->place = reading_place(r, n->place);
    return well;
}

/* Is a time that is no law whole ns, where it is so short that it matters? Else told. */
static bool whole_time(struct reading *r, const struct node *n, double ns)
{
    double parts = fabs(ns - floor(ns + 0.5));
    if (fabs(ns) >= TIME_WHOLE_BELOW || parts < 1e-6)
        return true;
    reading_mistake(r, n->place,
                    "a time of %.6g ns; expected whole ns, in which all times are counted, or "
                    "%g ns at least",
                    ns, TIME_WHOLE_BELOW);
    return false;
}

bool reading_random(struct reading *r, const struct node *n, enum dimension d, enum bound b,
                    struct random_amount *out)
{
    *out = (struct random_amount){.mean = {.per = 1}};
    if (n == NULL)
        return true;
    bool well = read_well(r, quantity_random(&r->out->memory, n, d, b, true, out, r->all));
    out->mean.place = reading_place(r, n->place);
    if (well && d == DIMENSION_TIME && out->law.kind == LAW_CONST &&
        out->mean.of == ATTRIBUTE_NONE && !whole_time(r, n, out->mean.value))
        return false;
    if (out->law.n_values > 0) { /* of the scenario, which may go before the description does */
        size_t size = out->law.n_values * sizeof *out->law.value;
        double *kept = reading_keep(r, out->law.n_values, sizeof *kept);
        if (!kept)
            return false;
        out->law.value = memcpy(kept, out->law.value, size);
    }
    return well;
}

bool reading_plain(struct reading *r, const struct node *n, enum dimension d, enum bound b,
                   double *out)
{
    if (n == NULL)
        return true;
    return read_well(r, quantity_plain(n, d, b, out, r->all));
}

bool reading_time(struct reading *r, const struct node *n, enum bound b, psn_time *out)
{
    double ns = 0;
    *out = 0;
    if (!reading_plain(r, n, DIMENSION_TIME, b, &ns))
        return false;
    if (fabs(ns) > (double)LONGEST_TIME) {
        reading_mistake(r, n->place, "a time of %.3g years; expected at most 100 years",
                        ns / (365.0 * (double)PSN_DAY));
        return false;
    }
    *out = (psn_time)(ns < 0 ? ns - 0.5 : ns + 0.5);
    return n == NULL || whole_time(r, n, ns);
}

bool reading_growth(struct reading *r, const struct node *n, double *out)
{
    static const double most = 20.723265836946411; /* ln(1e9) */
    *out = 0;
    if (!reading_plain(r, n, DIMENSION_GROWTH, BOUND_ANY, out))
        return false;
    double over = *out * ((double)r->out->horizon / (double)PSN_SECOND);
    if (fabs(over) <= most)
        return true;
    reading_mistake(r, n->place,
                    "a growth of more than a thousand million times over the horizon%s; expected "
                    "less",
                    over < 0 ? ", downwards" : "");
    *out = 0;
    return false;
}

bool reading_only(struct reading *r, const struct node *entry)
{
    const struct node *only = node_get(entry, "only");
    if (only == NULL || only->kind == NODE_NULL)
        return true;
    bool in = false;
    for (size_t i = 0; i < reading_count(only); i++) {
        uint32_t a =
            reading_reference(r, reading_item(only, i), &r->arrangements, "an arrangement");
        in |= a != NO_INDEX && a == r->arrangement;
    }
    return in || r->arrangement == NO_INDEX;
}

bool reading_attribute(struct reading *r, const struct amount *amount, uint32_t partner)
{
    const struct partner *p = &r->out->partner[partner];
    const char *lacks = NULL;
    switch (amount->of) {
    case ATTRIBUTE_POPULATION:
        lacks = r->has_population[partner] ? NULL : "population";
        break;
    case ATTRIBUTE_STAFF:
    case ATTRIBUTE_SITE:
        lacks = r->has_staff[partner] ? NULL : "staff";
        break;
    case ATTRIBUTE_COUNT:
    case ATTRIBUTE_DATA: {
        bool data = amount->of == ATTRIBUTE_DATA;
        const char *const *name = data ? p->data_name : p->count_name;
        size_t n = data ? p->n_data : p->n_counts;
        for (size_t i = 0; i < n; i++)
            if (strcmp(name[i], amount->name) == 0)
                return true;
        reading_mistake(
            r, amount->place,
            "partner \"%s\" has no %s.%s, which this amount needs; expected the partner "
            "to say it%s",
            p->name, data ? "data" : "counts", amount->name,
            reading_hint(r, amount->name, name, n));
        return false;
    }
    case ATTRIBUTE_NONE:
        break;
    }
    if (lacks != NULL)
        reading_mistake(r, amount->place,
                        "partner \"%s\" has no \"%s\", which this amount needs; expected the "
                        "partner to say it",
                        p->name, lacks);
    return lacks == NULL;
}
