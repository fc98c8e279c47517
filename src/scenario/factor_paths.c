/* SPDX-License-Identifier: Apache-2.0
 * What the factors of a study may vary: their paths against the table of the language. */
#include <string.h>

#include "scenario/factor_reading.h"
#include "scenario/groups.h"
#include "scenario/setting.h"

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
        record = key->kind != SPEC_RECORDS ? key->record : NULL;
        common = false;
        if (spec_holds_records(key) && rest != NULL)
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

bool factor_path(struct reading *r, psn_place place, const char *path, const struct spec_key **key)
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

bool factor_paths_meet(const struct reading *r, const char *a, const char *b)
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
