/* SPDX-License-Identifier: Apache-2.0
 * The part of a scenario that a path leads to, and where each value of it came from. Its YAML is
 * written in explain_lines.c. */
#include "scenario/explain.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/setting.h"
#include "scenario/standard.h"

size_t explain_depth(const char *path)
{
    size_t parts = 1;
    for (; *path; path++)
        parts += *path == '.';
    return parts;
}

/* A path on its way down. */
struct search {
    const struct scenario *scenario;
    const char *path;
    struct arena *arena;
    psn_diagnostics *all;
};

static struct node *fail(struct search *s, const char *wrong, const char *expected,
                         const char *near)
{
    char quoted[NODE_QUOTE];
    psn_mistake_add(s->all, PSN_EINPUT, (psn_place){.file = "--explain"},
                    "\"%s\" %s; expected %s%s%s%s", node_quote(s->path, quoted), wrong, expected,
                    near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    return NULL;
}

static struct node *out_of_memory(struct search *s)
{
    psn_mistake_add(s->all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    return NULL;
}

/* The nearest to the first `length` bytes of `word` among a map's keys and a record's. */
static const char *nearest(struct search *s, const char *word, size_t length,
                           const struct node *map, const struct spec_key *record)
{
    size_t room = map ? map->count : 0, n = 0;
    for (const struct spec_key *k = record; k && k->name; k++)
        room++;
    const char **names = arena_array(s->arena, room + 1, sizeof *names);
    char *cut = arena_string_n(s->arena, word, length);
    if (!names || !cut)
        return NULL;
    for (size_t i = 0; map && i < map->count; i++)
        names[n++] = map->member[i].key;
    for (const struct spec_key *k = record; k && k->name; k++)
        if (!k->later && strcmp(k->name, "*") != 0 && strcmp(k->name, "=") != 0)
            names[n++] = k->name;
    return node_nearest(cut, names, n);
}

/* Where the map is one of values (factors), its keys are paths themselves. */
static size_t part_length(const char *path, const struct spec_key *above)
{
    return above && above->kind == SPEC_CUSTOM ? strlen(path) : strcspn(path, ".");
}

static struct node *cut_below(struct search *s, const struct node *map, const char *path,
                              const struct spec_key *record, const struct spec_key *above,
                              bool common);

static struct node *cut_member(struct search *s, const struct member *m, const char *rest,
                               const struct spec_key *record, const struct spec_key *above,
                               bool common)
{
    if (*rest == '\0')
        return m->value;
    bool free_name = spec_holds_records(above);
    const struct spec_key *key = free_name ? NULL : spec_key(record, m->key, common);
    if (m->value->kind != NODE_MAP)
        return fail(s, "goes on below a text or list", "a path through maps", NULL);
    const struct spec_key *below = key ? key->record : free_name ? record : NULL;
    return cut_below(s, m->value, rest + 1, below, key, false);
}

/* Nothing matches: of the language but not said, or unknown? */
static void no_match(struct search *s, const struct node *map, const char *path, size_t length,
                     const struct spec_key *record, bool common)
{
    char *name = arena_string_n(s->arena, path, length);
    const struct spec_key *key = name ? spec_key(record, name, common) : NULL;
    if (key && key->later)
        fail(s, "is part of the language but not built in this version", "another path", NULL);
    else if (key && strcmp(key->name, "*") != 0)
        fail(s, "is not said and has no default", "a key that the entry has", NULL);
    else
        fail(s, "leads to nothing", "a section, SECTION.NAME or SECTION.NAME.KEY",
             nearest(s, path, length, map, record));
}

/* The members of a map that a path leads to, as a map; NULL where there are none (told, but where
 * the part has a star: another entry may have it). */
static struct node *cut_below(struct search *s, const struct node *map, const char *path,
                              const struct spec_key *record, const struct spec_key *above,
                              bool common)
{
    size_t length = part_length(path, above);
    struct node *out = node_new_map(s->arena, map->place, map->count);
    if (!out)
        return out_of_memory(s);
    out->count = 0;
    bool found = false;
    for (size_t i = 0; i < map->count; i++) {
        struct member m = map->member[i];
        if (!setting_matches(path, length, m.key))
            continue;
        found = true;
        m.value = cut_member(s, &m, path + length, record, above, common);
        if (m.value)
            out->member[out->count++] = m;
    }
    if (!found)
        no_match(s, map, path, length, record, common);
    return out->count > 0 ? out : NULL;
}

/* Does the path's part mean this entry? The name of a group means all of its members. */
static bool means_entry(const char *path, size_t length, const char *name)
{
    size_t group = strcspn(name, "/");
    bool member = name[group] == '/' && group == length && strncmp(path, name, length) == 0;
    return member || setting_matches(path, length, name);
}

/* The entries of a section of names. Mistakes of single entries do not count where a star let
 * others through. */
static struct node *cut_entries(struct search *s, const struct spec_section *section,
                                const struct node *map, const char *path)
{
    size_t length = strcspn(path, ".");
    const struct node *raw = node_get(s->scenario->tree, section->name);
    bool value = strcmp(section->key->name, "=") == 0;
    struct node *out = node_new_map(s->arena, map->place, map->count);
    if (!out)
        return out_of_memory(s);
    out->count = 0;
    bool found = false;
    for (size_t i = 0; i < map->count; i++) {
        struct member m = map->member[i];
        if (!means_entry(path, length, m.key))
            continue;
        found = true;
        if (path[length] && (value || m.value->kind != NODE_MAP))
            m.value = fail(s, "goes on below a text", "a path through maps", NULL);
        else if (path[length])
            m.value = cut_below(s, m.value, path + length + 1, section->key, NULL, true);
        if (m.value)
            out->member[out->count++] = m;
    }
    bool unused = false;
    for (size_t i = 0; !found && raw && raw->kind == NODE_MAP && i < raw->count; i++)
        unused = unused || setting_matches(path, length, raw->member[i].key);
    if (unused)
        fail(s, "stands in an included text, and nothing uses it", "an entry that takes part",
             NULL);
    else if (!found)
        fail(s, "names no entry", "one that the texts define", nearest(s, path, length, map, NULL));
    return out->count > 0 ? out : NULL;
}

static struct node *cut_section(struct search *s, const struct member *m, const char *rest)
{
    const struct spec_section *section = spec_section(m->key);
    if (*rest == '\0')
        return m->value;
    if (!section || section->scalar || m->value->kind != NODE_MAP)
        return fail(s, "goes on below a text", "a section alone", NULL);
    if (section->single)
        return cut_below(s, m->value, rest + 1, section->key, NULL, false);
    return cut_entries(s, section, m->value, rest + 1);
}

static void no_section(struct search *s, const char *path, size_t length)
{
    const char *names[66];
    size_t n = 0;
    char *name = arena_string_n(s->arena, path, length);
    const struct spec_section *known = name ? spec_section(name) : NULL;
    for (const struct spec_section *each = spec_sections(); each->name && n < 64; each++)
        names[n++] = each->name;
    names[n++] = "arrangement";
    names[n++] = "demand";
    if (known && known->later)
        fail(s, "is part of the language but not built in this version", "another section", NULL);
    else if (known)
        fail(s, "is empty: the scenario has no such section", "a section that it has", NULL);
    else
        fail(s, "begins with no section", "a section, SECTION.NAME or SECTION.NAME.KEY",
             name ? node_nearest(name, names, n) : NULL);
}

/* Not among "all sections": what is included stands there already, and `demand` is no section. So
 * that `*` gives a scenario of its own. */
static bool apart(const char *section)
{
    return strcmp(section, "include") == 0 || strcmp(section, "demand") == 0;
}

struct node *explain_part(const struct scenario *scenario, const struct node *tree,
                          const char *path, struct arena *a, psn_diagnostics *all)
{
    psn_diagnostics found = {0};
    struct search s = {.scenario = scenario, .path = path, .arena = a, .all = &found};
    if (strcmp(path, "arrangement") == 0)
        path = "use.arrangement";
    struct node *out = node_new_map(a, tree->place, tree->count);
    if (!out)
        return NULL;
    out->count = 0;
    size_t length = strcspn(path, ".");
    bool star = memchr(path, '*', length) != NULL, any = false;
    bool gap = path[0] == '.' || strstr(path, "..") || (*path && path[strlen(path) - 1] == '.');
    for (size_t i = 0; i < tree->count && !gap; i++) {
        struct member m = tree->member[i];
        if (!setting_matches(path, length, m.key) || (star && apart(m.key)))
            continue;
        any = true;
        m.value = cut_section(&s, &m, path + length);
        if (m.value)
            out->member[out->count++] = m;
    }
    if (gap)
        fail(&s, "has an empty part", "a path such as links.county.delay", NULL);
    else if (!any)
        no_section(&s, path, length);
    bool memory = false;
    for (size_t i = 0; i < found.count; i++)
        memory = memory || found.items[i].code == PSN_EMEMORY;
    if (out->count == 0 && found.count > 0) /* the first: a star says the same of each entry */
        psn_mistake_add(all, found.items[0].code, found.items[0].place, "%s", found.items[0].text);
    psn_diagnostics_fini(&found);
    return out->count > 0 && !memory ? out : NULL;
}

/* A walk over the values of a part. */
struct walk {
    const struct scenario *scenario;
    struct arena *arena;
    explain_visit visit;
    void *context;
    struct origin_path path;
};

static int walk_value(struct walk *w, const struct node *n, const struct spec_key *key,
                      const struct spec_key *record, const char *dotted);

/* The members of a map with these keys, or (`names`) of free names with records of these keys. */
static int walk_map(struct walk *w, const struct node *map, const struct spec_key *record,
                    bool names, const char *dotted, bool common)
{
    int code = 0;
    for (size_t i = 0; i < map->count && !code; i++) {
        const struct member *m = &map->member[i];
        const char *path = arena_format(w->arena, "%s.%s", dotted, m->key);
        if (!path)
            return PSN_EMEMORY;
        origin_push(&w->path, m->key);
        const struct spec_key *key = names ? NULL : spec_key(record, m->key, common);
        code = walk_value(w, m->value, key, names ? record : key ? key->record : NULL, path);
        origin_pop(&w->path);
    }
    return code;
}

static int walk_value(struct walk *w, const struct node *n, const struct spec_key *key,
                      const struct spec_key *record, const char *dotted)
{
    if (n->kind == NODE_MAP && n->count > 0)
        return walk_map(w, n, record, spec_holds_records(key), dotted, false);
    const struct explain_value v = {n, key, dotted, origin_of(w->scenario, &w->path, n)};
    return w->visit(w->context, &v);
}

int explain_values(const struct scenario *s, const struct node *part, struct arena *a,
                   explain_visit visit, void *context)
{
    struct walk w = {.scenario = s, .arena = a, .visit = visit, .context = context};
    int code = 0;
    for (size_t i = 0; i < part->count && !code; i++) {
        const struct member *m = &part->member[i];
        const struct spec_section *section = spec_section(m->key);
        w.path = (struct origin_path){.section = section};
        if (!section || section->scalar || m->value->kind != NODE_MAP)
            code = walk_value(&w, m->value, section ? section->key : NULL, NULL, m->key);
        else if (section->single)
            code = walk_map(&w, m->value, section->key, false, m->key, false);
        for (size_t k = 0;
             section && !section->single && !section->scalar && !code && k < m->value->count; k++) {
            const struct member *entry = &m->value->member[k];
            const char *path = arena_format(a, "%s.%s", m->key, entry->key);
            if (!path)
                return PSN_EMEMORY;
            w.path.entry = entry->key;
            if (entry->value->kind == NODE_MAP)
                code = walk_map(&w, entry->value, section->key, false, path, true);
            else
                code = walk_value(&w, entry->value, section->key, NULL, path);
        }
    }
    return code;
}
