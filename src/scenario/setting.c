/* SPDX-License-Identifier: Apache-2.0
 * Overrides: PATH=VALUE of the command line and the settings of a study's points, applied to a
 * tree. */
#include "scenario/setting.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/groups.h"
#include "scenario/spec.h"
#include "scenario/yaml.h"

/* A path has no more parts than a text has levels. */
#define PARTS_MOST YAML_DEPTH_MOST

static bool matches(const char *pattern, size_t length, const char *name, size_t name_length)
{
    const char *end = pattern + length, *name_end = name + name_length;
    const char *star = NULL, *after = NULL;
    while (name < name_end) {
        if (pattern < end && *pattern == '*') {
            star = pattern++;
            after = name;
        } else if (pattern < end && *pattern == *name) {
            pattern++;
            name++;
        } else if (star) { /* the last star takes one more character */
            pattern = star + 1;
            name = ++after;
        } else {
            return false;
        }
    }
    while (pattern < end && *pattern == '*')
        pattern++;
    return pattern == end;
}

bool setting_matches(const char *pattern, size_t length, const char *name)
{
    return matches(pattern, length, name, strlen(name));
}

bool setting_covers(const char *pattern, size_t length, const char *name)
{
    return setting_matches(pattern, length, name) ||
           matches(pattern, length, name, group_name_length(name));
}

/* The part of a path behind its first dot; NULL where it has only one. */
static const char *second_part(const char *path)
{
    const char *dot = strchr(path, '.');
    return dot ? dot + 1 : NULL;
}

bool setting_of_members(const struct setting *s)
{
    const char *entry = second_part(s->path);
    if (strncmp(s->path, "sites.", 6) != 0 && strncmp(s->path, "links.", 6) != 0)
        return false;
    return entry && strcspn(entry, "/*") < strcspn(entry, ".");
}

int setting_read(struct arena *a, const char *text, struct setting *out, psn_diagnostics *all)
{
    char quoted[NODE_QUOTE];
    const char *equals = strchr(text, '=');
    psn_place place = {.file = "--set"};
    *out = (struct setting){0};
    if (!equals || equals == text)
        return psn_mistake_add(all, PSN_EINPUT, place, "\"%s\" is no setting; expected PATH=VALUE",
                               node_quote(text, quoted));
    out->path = arena_string_n(a, text, (size_t)(equals - text));
    if (!out->path)
        return psn_mistake_add(all, PSN_EMEMORY, place, "out of memory");
    place.file = arena_format(a, "--set %s", node_quote(out->path, quoted));
    if (!place.file)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    out->place = place;
    size_t nodes = YAML_NODES_MOST;
    return yaml_read(a, place.file, equals + 1, strlen(equals + 1), &nodes, &out->value, all);
}

/* One setting on its way down the tree. */
struct descent {
    struct arena *arena;
    const struct setting *setting;
    psn_diagnostics *all;
    size_t applied;
    bool entries; /* it acts on entries of the texts, not on members of groups alone */
};

static struct node *fail(struct descent *d, int code, const char *wrong, const char *expected)
{
    char quoted[NODE_QUOTE];
    psn_mistake_add(d->all, code, d->setting->place, "\"%s\" %s; expected %s",
                    node_quote(d->setting->path, quoted), wrong, expected);
    return NULL;
}

static struct node *set_below(struct descent *d, const struct node *map, const char *path);

/* The new value of a member at the end of, or on, the path. */
static struct node *set_member(struct descent *d, const struct node *old, const char *path,
                               size_t length)
{
    if (path[length] == '\0') {
        d->applied++;
        return d->setting->value;
    }
    if (old && old->kind == NODE_NULL)
        old = NULL;
    if (old && old->kind != NODE_MAP)
        return fail(d, PSN_EINPUT, "goes on below a text or list", "a path through maps");
    return set_below(d, old, path + length + 1);
}

/* A copy of `map` (NULL: an empty one) with the value at the path. */
static struct node *set_below(struct descent *d, const struct node *map, const char *path)
{
    size_t length = strcspn(path, "."), count = map ? map->count : 0;
    bool wild = memchr(path, '*', length) != NULL, found = false;
    struct node *copy = node_new_map(d->arena, map ? map->place : d->setting->place, count + 1);
    if (!copy)
        return fail(d, PSN_EMEMORY, "finds no memory", "more of it");
    if (count)
        memcpy(copy->member, map->member, count * sizeof *copy->member);
    for (size_t i = 0; i < count; i++) {
        if (!setting_matches(path, length, copy->member[i].key))
            continue;
        found = true;
        copy->member[i].value = set_member(d, copy->member[i].value, path, length);
        if (!copy->member[i].value)
            return NULL;
    }
    copy->count = count;
    if (!found && !wild) {
        struct member *m = &copy->member[copy->count++];
        m->key = arena_string_n(d->arena, path, length);
        m->place = d->setting->place;
        m->value = set_member(d, NULL, path, length);
        if (!m->key)
            return fail(d, PSN_EMEMORY, "finds no memory", "more of it");
        if (!m->value)
            return NULL;
    }
    return copy;
}

/* "did you mean" among the entries of a section. */
static int no_entry(struct descent *d, const struct node *section, const char *entry, size_t length)
{
    char name[NODE_QUOTE], quoted[NODE_QUOTE];
    const char *near = NULL;
    size_t n = length < sizeof name ? length : sizeof name - 1;
    memcpy(name, entry, n);
    name[n] = '\0';
    const char **names = section ? malloc((section->count + 1) * sizeof *names) : NULL;
    if (names) {
        for (size_t i = 0; i < section->count; i++)
            names[i] = section->member[i].key;
        near = node_nearest(name, names, section->count);
        free(names);
    }
    return psn_mistake_add(d->all, PSN_EINPUT, d->setting->place,
                           "\"%s\" names no entry; expected one that the texts define%s%s%s",
                           node_quote(d->setting->path, quoted), near ? " (did you mean " : "",
                           near ? near : "", near ? "?)" : "");
}

/* The path's section and, in a section of names, its entry must be there. */
static int check_path(struct descent *d, const struct node *tree, const char *path)
{
    size_t parts = 1, length = strcspn(path, ".");
    for (const char *c = path; *c; c++) {
        parts += *c == '.';
        if (*c == '.' && (c == path || c[1] == '.' || c[1] == '\0'))
            return fail(d, PSN_EINPUT, "has an empty part", "a path such as links.county.delay"),
                   PSN_EINPUT;
    }
    if (parts > PARTS_MOST)
        return fail(d, PSN_EINPUT, "has too many parts", "a shorter path"), PSN_EINPUT;
    char name[32] = "";
    if (length < sizeof name)
        memcpy(name, path, length);
    const struct spec_section *s = spec_section(name);
    if (!s) {
        const char *names[64];
        size_t n = 0;
        for (const struct spec_section *each = spec_sections(); each->name; each++)
            names[n++] = each->name;
        names[n++] = "arrangement";
        names[n++] = "demand";
        const char *near = *name ? node_nearest(name, names, n) : NULL;
        char quoted[NODE_QUOTE];
        return psn_mistake_add(d->all, PSN_EINPUT, d->setting->place,
                               "\"%s\" begins with no section; expected arrangement, demand or "
                               "SECTION.NAME.KEY%s%s%s",
                               node_quote(path, quoted), near ? " (did you mean " : "",
                               near ? near : "", near ? "?)" : "");
    }
    if (s->later)
        return psn_mistake_add(d->all, PSN_EINPUT, d->setting->place,
                               "`%s` is part of the language but not built in this version", name);
    if (s->scalar && (strcmp(name, "title") != 0 || parts != 1))
        return fail(d, PSN_EINPUT, "cannot be set", "a key of a section"), PSN_EINPUT;
    d->entries = s->scalar || s->single;
    if (d->entries)
        return 0;
    if (parts < 2)
        return fail(d, PSN_EINPUT, "is a whole section", "a path such as links.county.delay"),
               PSN_EINPUT;
    const char *entry = path + length + 1;
    size_t entry_length = strcspn(entry, ".");
    const struct node *section = node_get(tree, name);
    bool members = setting_of_members(d->setting);
    if (members) /* whether they are there is known once the groups are */
        entry_length = strcspn(entry, "./");
    if (section && section->kind == NODE_MAP)
        for (size_t i = 0; i < section->count; i++)
            if (setting_matches(entry, entry_length, section->member[i].key)) {
                d->entries |= entry[entry_length] != '/';
                return 0;
            }
    if (members && memchr(entry, '*', entry_length))
        return 0;
    return no_entry(d, section && section->kind == NODE_MAP ? section : NULL, entry, entry_length);
}

struct node *setting_apply(struct arena *a, struct node *tree, const struct setting *s,
                           psn_diagnostics *all)
{
    struct setting named = *s;
    struct descent d = {.arena = a, .setting = &named, .all = all, .entries = true};
    if (strcmp(s->path, "arrangement") == 0)
        named.path = "use.arrangement";
    if (strcmp(s->path, "demand") != 0 && check_path(&d, tree, named.path))
        return NULL;
    if (!d.entries)
        return tree;
    struct node *out = set_below(&d, tree, named.path);
    if (out && d.applied == 0)
        return fail(&d, PSN_EINPUT, "matches no key", "a `*` that stands for part of a name");
    return out;
}

struct node *setting_apply_member(struct arena *a, const struct node *member,
                                  const struct setting *s, psn_diagnostics *all)
{
    struct descent d = {.arena = a, .setting = s, .all = all};
    const char *entry = second_part(s->path), *key = entry ? second_part(entry) : NULL;
    if (!key)
        return fail(&d, PSN_EINPUT, "is a whole member of a group",
                    "a path such as links.NAME/1.delay");
    struct node *out = set_below(&d, member, key);
    if (out && d.applied == 0)
        return fail(&d, PSN_EINPUT, "matches no key", "a `*` that stands for part of a name");
    return out;
}
