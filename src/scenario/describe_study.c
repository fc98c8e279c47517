/* SPDX-License-Identifier: Apache-2.0
 * The description's study: seed, replications, and factors with the settings of each of their
 * values. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/describe.h"
#include "scenario/groups.h"
#include "scenario/setting.h"

#define POINTS_MAX 1000000

/* A seed has more digits than a double holds. */
static void read_seed(struct reading *r, const struct node *n)
{
    char quoted[NODE_QUOTE];
    if (n == NULL)
        return;
    const char *text = n->kind == NODE_SCALAR ? n->text : "";
    size_t digits = strspn(text, "0123456789");
    unsigned long long seed = strtoull(text, NULL, 10); /* too large: ULLONG_MAX, refused too */
    if (digits == 0 || text[digits] != '\0' || seed > INT64_MAX)
        reading_mistake(r, n->place, "seed \"%s\"; expected a whole number from 0 to %lld",
                        node_quote(text, quoted), (long long)INT64_MAX);
    else
        r->out->seed = seed;
}

static void read_frame(struct reading *r, const struct node *study)
{
    const struct node *replications = reading_value(r, "study", study, "replications");
    const struct node *design = reading_value(r, "study", study, "design");
    read_seed(r, reading_value(r, "study", study, "seed"));
    if (design != NULL && (design->kind != NODE_SCALAR || strcmp(design->text, "grid") != 0))
        reading_mistake(r, design->place,
                        "this design is not built in this version; expected grid");
    describe_replications(r, replications);
}

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

/* One part of a path, cut out; "" where it is too long to be a key. */
static const char *part(const char *path, char out[64])
{
    size_t length = strcspn(path, ".");
    out[0] = '\0';
    if (length < 64) {
        memcpy(out, path, length);
        out[length] = '\0';
    }
    return path[length] == '.' ? path + length + 1 : NULL;
}

static void path_mistake(struct reading *r, psn_place place, const char *path, const char *wrong,
                         const char *hint)
{
    char quoted[NODE_QUOTE];
    reading_mistake(r, place, "\"%s\" %s%s", node_quote(path, quoted), wrong, hint);
}

/* The key at the end of `rest` below an entry of a section (of a map's whole entry: the map's key).
 * NULL with the mistake told where the language has none. */
static const struct spec_key *find_key(struct reading *r, psn_place place, const char *path,
                                       const char *rest, const struct spec_section *section)
{
    const struct spec_key *record = section->key, *key = NULL;
    bool common = !section->single;
    char name[64];
    while (rest != NULL) {
        rest = part(rest, name);
        key = record != NULL ? spec_key(record, name, common) : NULL;
        if (key == NULL) {
            const char *names[64];
            size_t n = 0;
            for (const struct spec_key *k = record; k != NULL && k->name != NULL && n < 64; k++)
                names[n++] = k->name;
            path_mistake(r, place, path,
                         record == NULL ? "goes on below a value; expected a key"
                                        : "ends in an unknown key; expected one of its "
                                          "section",
                         reading_hint(r, name, names, n));
            return NULL;
        }
        if (key->later) {
            path_mistake(r, place, path, "is not built in this version", "");
            return NULL;
        }
        bool holds = key->kind == SPEC_RECORD || key->kind == SPEC_MAP;
        record = holds ? key->record : NULL;
        common = false;
        if (key->kind == SPEC_MAP && record != NULL && strcmp(record->name, "*") != 0 &&
            rest != NULL)
            rest = part(rest, name); /* a free name, and the record's key behind it */
    }
    return key;
}

/* Is there an entry by the path's second part, which may have stars? Members of groups are entries
 * here, and their group's name stands for all of them. */
static bool has_entry(const struct reading *r, const char *section, const char *entry)
{
    const struct node *map = node_get(r->tree, section);
    size_t length = strcspn(entry, ".");
    for (size_t i = 0; map != NULL && map->kind == NODE_MAP && i < map->count; i++)
        if (setting_covers(entry, length, map->member[i].key))
            return true;
    return false;
}

/* Tells that there is no such entry; of a group, which members there are. */
static void no_entry(struct reading *r, psn_place place, const char *path, const char *section,
                     const char *entry)
{
    struct entries e;
    char range[GROUP_RANGE], name[64];
    size_t group = group_name_length(entry);
    uint32_t members = 0;
    reading_entries(r, section, &e);
    for (size_t i = 0; i < e.n; i++)
        members += group < strcspn(entry, ".") && strncmp(e.name[i], entry, group + 1) == 0;
    part(entry, name);
    if (members > 0)
        path_mistake(r, place, path, "names no member; expected ",
                     group_range(entry, members, range));
    else
        path_mistake(r, place, path, "names no entry; expected one that the texts define",
                     reading_hint(r, name, e.name, e.n));
}

/* What a factor may vary: the key of its path. `arrangement` and `demand` have none of the table's
 * own. False with the mistake told. */
static bool check_path(struct reading *r, psn_place place, const char *path,
                       const struct spec_key **key)
{
    static const struct spec_key demand = {
        .kind = SPEC_QUANTITY, .dimension = DIMENSION_NUMBER, .bound = BOUND_POSITIVE};
    static const struct spec_key arrangement = {.kind = SPEC_REFERENCE, .section = "arrangements"};
    char name[64];
    const char *rest = part(path, name);
    *key = NULL;
    if (strcmp(path, "demand") == 0 || strcmp(path, "arrangement") == 0 ||
        strcmp(path, "use.arrangement") == 0) {
        *key = *path == 'd' ? &demand : &arrangement;
        return true;
    }
    const struct spec_section *section = spec_section(name);
    if (strcmp(name, "time") == 0 || strcmp(name, "study") == 0 ||
        (section != NULL && section->scalar)) {
        path_mistake(r, place, path,
                     "is no factor: the study's own frame cannot be a factor; expected "
                     "a path such as links.county.bandwidth",
                     "");
        return false;
    }
    if (strcmp(name, "objectives") == 0) {
        path_mistake(r, place, path,
                     "is no factor: every point is judged by the same objectives; expected a "
                     "path such as links.county.bandwidth",
                     "");
        return false;
    }
    if ((section != NULL && section->later) || strcmp(path, "transition") == 0) {
        path_mistake(r, place, path, "is part of the language but not built in this version", "");
        return false;
    }
    if (section == NULL || rest == NULL) {
        const char *names[64];
        size_t n = 0;
        for (const struct spec_section *s = spec_sections(); s->name != NULL && n < 64; s++)
            names[n++] = s->name;
        path_mistake(r, place, path, "is no path; expected SECTION.NAME.KEY, arrangement or demand",
                     section == NULL ? reading_hint(r, name, names, n) : "");
        return false;
    }
    if (!section->single) {
        char entry[64];
        if (!has_entry(r, name, rest)) {
            no_entry(r, place, path, name, rest);
            return false;
        }
        rest = part(rest, entry);
        if (rest == NULL) { /* a whole entry: a text where the section has texts */
            *key = spec_key(section->key, "=", false);
            return true;
        }
    }
    *key = find_key(r, place, path, rest, section);
    return *key != NULL;
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
    if (!check_path(r, m->place, m->key, &key))
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
        if (!check_path(r, s->place, s->key, &key))
            continue;
        if (key != NULL && key->kind == SPEC_REFERENCE && key->section != NULL &&
            strcmp(key->section, "arrangements") == 0)
            reading_reference(r, s->value, &r->arrangements, "an arrangement");
        value_number(r, s->value, key); /* for its mistakes */
        set_setting(r, &o->setting[o->n_settings++], s->key, s->value);
    }
}

static void read_factor(struct reading *r, const struct member *m, struct factor *f)
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

static int by_name(const void *a, const void *b)
{
    const struct factor *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* Settings of all factors together; each is held against every other. */
#define SETTINGS_MOST 1000

/* Can two parts of a path, each up to `n` characters, name the same thing? `names`: all there are
 * of it, or NULL where that is not known. */
static bool parts_meet(const char *a, size_t n_a, const char *b, size_t n_b,
                       const struct entries *names)
{
    size_t group_a = strcspn(a, "/"), group_b = strcspn(b, "/");
    bool star_a = memchr(a, '*', n_a) != NULL, star_b = memchr(b, '*', n_b) != NULL;
    if (!star_a && !star_b) {
        bool whole_a = group_a >= n_a, whole_b = group_b >= n_b;
        if (names != NULL && whole_a != whole_b) { /* a group and one of its members? */
            n_a = whole_a ? n_a : group_a;
            n_b = whole_b ? n_b : group_b;
        }
        return n_a == n_b && memcmp(a, b, n_a) == 0;
    }
    for (size_t i = 0; names != NULL && i < names->n; i++) {
        const char *name = names->name[i];
        if (setting_covers(a, n_a, name) && setting_covers(b, n_b, name))
            return true;
    }
    return names == NULL;
}

/* The entries of a section, where it is one of names; NULL of all others. */
static const struct entries *section_entries(const struct reading *r, const char *section)
{
    const struct entries *all[] = {&r->arrangements, &r->calendars, &r->hours,     &r->profiles,
                                   &r->partners,     &r->sites,     &r->links,     &r->pools,
                                   &r->arrays,       &r->services,  &r->workloads, &r->objectives};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i]->section, section) == 0)
            return all[i];
    return NULL;
}

/* Do two settings meet: the same path, or one within the other? */
static bool settings_meet(struct reading *r, const char *a, const char *b)
{
    char section[64];
    a = strcmp(a, "arrangement") == 0 ? "use.arrangement" : a;
    b = strcmp(b, "arrangement") == 0 ? "use.arrangement" : b;
    part(a, section);
    for (int level = 0;; level++) {
        size_t n_a = strcspn(a, "."), n_b = strcspn(b, ".");
        const struct entries *names = level == 1 ? section_entries(r, section) : NULL;
        if (!parts_meet(a, n_a, b, n_b, names))
            return false;
        if (a[n_a] == '\0' || b[n_b] == '\0')
            return true;
        a += n_a + 1;
        b += n_b + 1;
    }
}

/* The first of a factor's settings that meets one of another factor; NULL where none does. */
static const struct setting *meeting(struct reading *r, const struct factor *f,
                                     const struct factor *other)
{
    for (size_t o = 0; o < f->n_options; o++)
        for (size_t s = 0; s < f->option[o].n_settings; s++)
            for (size_t p = 0; p < other->n_options; p++)
                for (size_t t = 0; t < other->option[p].n_settings; t++)
                    if (settings_meet(r, f->option[o].setting[s].path,
                                      other->option[p].setting[t].path))
                        return &f->option[o].setting[s];
    return NULL;
}

/* Two factors that set one thing would give points whose labels are not what was simulated. */
static void check_meetings(struct reading *r)
{
    const struct description *d = r->out;
    size_t n = 0;
    for (size_t i = 0; i < d->n_factors; i++)
        for (size_t o = 0; o < d->factor[i].n_options; o++)
            n += d->factor[i].option[o].n_settings;
    if (n > SETTINGS_MOST) {
        reading_mistake(r, d->factor[0].place, "%zu settings in all factors; expected at most %d",
                        n, SETTINGS_MOST);
        return;
    }
    for (size_t i = 1; i < d->n_factors; i++)
        for (size_t k = 0; k < i; k++) {
            const struct setting *s = meeting(r, &d->factor[i], &d->factor[k]);
            if (s != NULL)
                reading_mistake(
                    r, s->place,
                    "\"%s\" is set by factor \"%s\" and by factor \"%s\"; expected each "
                    "factor to set something else",
                    s->path, d->factor[k].name, d->factor[i].name);
        }
}

void describe_study(struct reading *r)
{
    struct description *d = r->out;
    const struct node *study = node_get(r->tree, "study");
    const struct node *factors = node_get(study, "factors");
    size_t n = factors != NULL && factors->kind == NODE_MAP ? factors->count : 0;
    d->seed = 1;
    d->replications = 1;
    read_frame(r, study);
    if (factors != NULL && factors->kind != NODE_MAP && factors->kind != NODE_NULL)
        reading_mistake(r, factors->place,
                        "factors are %s; expected a map such as {demand: [0.8, 1]}",
                        node_kind_name(factors));
    d->factor = reading_keep(r, n, sizeof *d->factor);
    if (r->exhausted)
        return;
    for (size_t i = 0; i < n && !r->exhausted; i++)
        read_factor(r, &factors->member[i], &d->factor[i]);
    if (r->exhausted)
        return;
    d->n_factors = n;
    qsort(d->factor, n, sizeof *d->factor, by_name);
    if (!r->exhausted)
        check_meetings(r);
    size_t points = 1;
    for (size_t i = 0; i < n; i++)
        if (__builtin_mul_overflow(points, d->factor[i].n_options, &points) ||
            points > POINTS_MAX) {
            reading_mistake(r, factors->place,
                            "more than %d design points; expected fewer values or "
                            "factors",
                            POINTS_MAX);
            return;
        }
}
