/* SPDX-License-Identifier: Apache-2.0
 * Groups into their members. Members share what they have in common with their group's entry. */
#include "scenario/members.h"

#include <string.h>

#include "scenario/like.h"
#include "scenario/setting.h"

/* The tree on its way from groups to members. */
struct making {
    struct expansion *x;
    const struct groups *groups;
    const struct setting **setting; /* those that may act on members of the group at hand */
    size_t n_settings;
    struct node *changed; /* members that a setting changed, in a map for the section at hand */
};

static const char *member_name(struct expansion *x, const char *group, uint32_t number)
{
    const char *name = arena_format(x->arena, "%s/%u", group, number);
    if (!name)
        expand_out_of_memory(x);
    return name;
}

/* Does the setting act on this member of the group, and not on the whole group? `name` NULL: on any
 * member, as far as one can tell by the group alone. */
static bool acts_on(const struct setting *s, const struct group *g, const char *name)
{
    const char *entry = s->path + 6; /* behind "sites." or "links." */
    size_t length = strcspn(entry, "."), group = group_name_length(entry);
    if (setting_matches(entry, length, g->name))
        return false;
    if (!memchr(entry, '*', length) &&
        (group >= length || strlen(g->name) != group || strncmp(entry, g->name, group) != 0))
        return false;
    return !name || setting_matches(entry, length, name);
}

/* Does a path with stars match the name of an entry or of a member? */
static bool is_found(struct expansion *x, const struct setting *s, const struct group_list *list)
{
    const char *entry = s->path + 6;
    size_t length = strcspn(entry, ".");
    for (size_t i = 0; i < list->n && !x->exhausted; i++) {
        const struct group *g = &list->item[i];
        if (g->wrong || setting_matches(entry, length, g->name))
            return true;
        for (uint32_t k = 1; k <= g->count && !x->exhausted; k++) {
            const char *name = member_name(x, g->name, k);
            if (name && setting_matches(entry, length, name))
                return true;
        }
    }
    return x->exhausted;
}

/* A path to one member by its number: is that there? */
static void find_one(struct expansion *x, const struct groups *g, const struct setting *s)
{
    char quoted[NODE_QUOTE], range[GROUP_RANGE];
    const char *section = strncmp(s->path, "sites.", 6) == 0 ? "sites" : "links";
    const char *entry = s->path + 6;
    char *name = arena_string_n(x->arena, entry, strcspn(entry, "."));
    char *base = arena_string_n(x->arena, entry, group_name_length(entry));
    if (!name || !base) {
        expand_out_of_memory(x);
        return;
    }
    const struct group *of = groups_get(g, section, base);
    if (!of || of->wrong)
        return; /* told */
    node_quote(s->path, quoted);
    if (of->count == 0)
        psn_mistake_add(x->all, PSN_EINPUT, s->place,
                        "\"%s\" names a member of what is no group; expected %s.%s", quoted,
                        section, base);
    else if (group_number(name) == 0 || group_number(name) > of->count)
        psn_mistake_add(x->all, PSN_EINPUT, s->place, "\"%s\" names no member; expected %s", quoted,
                        group_range(base, of->count, range));
}

void members_find(struct expansion *x, const struct groups *g)
{
    char quoted[NODE_QUOTE];
    for (size_t i = 0; i < x->n_member_sets && !x->exhausted; i++) {
        const struct setting *s = x->member_set[i];
        bool sites = strncmp(s->path, "sites.", 6) == 0;
        if (!memchr(s->path + 6, '*', strcspn(s->path + 6, ".")))
            find_one(x, g, s);
        else if (!is_found(x, s, sites ? &g->sites : &g->links))
            psn_mistake_add(x->all, PSN_EINPUT, s->place,
                            "\"%s\" names no entry; expected one that the texts define",
                            node_quote(s->path, quoted));
    }
}

/* `[SITE, SITE]` */
static struct node *make_ends(struct making *m, const struct group *g, uint32_t number,
                              psn_place place)
{
    struct arena *a = m->x->arena;
    const char *ends[2];
    struct node *list = node_new_list(a, place, 2);
    if (!list || !groups_ends(a, g, number, ends))
        return expand_out_of_memory(m->x);
    for (size_t i = 0; i < 2; i++) {
        list->item[i] = node_new_scalar(a, place, ends[i]);
        if (!list->item[i])
            return expand_out_of_memory(m->x);
    }
    return list;
}

/* The group's label with the member's number. */
static struct node *make_label(struct making *m, const struct node *label, uint32_t number)
{
    const char *text = arena_format(m->x->arena, "%s %u", label->text, number);
    struct node *n = text ? node_new_scalar(m->x->arena, label->place, text) : NULL;
    return n ? n : expand_out_of_memory(m->x);
}

/* The keys of one member, before any setting: its group's, but for those that make the group. */
static struct node *make_keys(struct making *m, const struct group *g, uint32_t number, bool link)
{
    const struct node *from = g->entry->value;
    struct node *out = node_new_map(m->x->arena, from->place, from->count);
    if (!out || !expand_count(m->x, from->count + 1, from->place))
        return out ? NULL : expand_out_of_memory(m->x);
    out->count = 0;
    for (size_t i = 0; i < from->count; i++) {
        struct member key = from->member[i];
        bool joins = link && (strcmp(key.key, "between") == 0 || strcmp(key.key, "ring") == 0 ||
                              strcmp(key.key, "mesh") == 0);
        if (!link && strcmp(key.key, "count") == 0)
            continue;
        if (joins) {
            key.key = "between";
            key.value = make_ends(m, g, number, key.value->place);
        } else if (strcmp(key.key, "label") == 0) {
            key.value = make_label(m, key.value, number);
        }
        if (!key.value)
            return NULL;
        out->member[out->count++] = key;
    }
    return out;
}

/* What a member cannot be given by a setting: what makes groups. */
static void check_keys(struct expansion *x, const struct node *keys, const struct groups *g)
{
    static const char *const no_keys[] = {"like", "count", "ring", "mesh"};
    const struct node *between = node_get(keys, "between");
    for (size_t i = 0; i < sizeof no_keys / sizeof *no_keys; i++) {
        const struct member *key = node_member(keys, no_keys[i]);
        if (key)
            psn_mistake_add(x->all, PSN_EINPUT, key->place,
                            "a member of a group has no \"%s\"; expected a key of one site or link",
                            key->key);
    }
    for (size_t i = 0; between && between->kind == NODE_LIST && i < between->count; i++) {
        const struct node *end = between->item[i];
        if (end->kind == NODE_SCALAR && end->text[group_name_length(end->text)] == '\0')
            groups_judge(g, "sites", end->text, false, end->place, x->all);
    }
}

/* One member's entry. */
static struct node *make_member(struct making *m, const struct spec_section *section,
                                const struct group *g, uint32_t number, const char *name)
{
    struct expansion *x = m->x;
    bool link = strcmp(section->name, "links") == 0, changed = false;
    struct node *keys = make_keys(m, g, number, link);
    for (size_t i = 0; i < m->n_settings && keys; i++)
        if (acts_on(m->setting[i], g, name)) {
            keys = setting_apply_member(x->arena, keys, m->setting[i], x->all);
            changed = true;
        }
    if (changed && keys)
        keys = like_tidy(x, keys, section->key, true);
    if (changed && keys) {
        check_keys(x, keys, m->groups);
        m->changed->member[m->changed->count++] = (struct member){name, g->entry->place, keys};
    }
    return keys;
}

/* The members of a group, behind the entries that `out` has already. */
static bool make_group(struct making *m, const struct spec_section *section, const struct group *g,
                       struct node *out)
{
    struct expansion *x = m->x;
    m->n_settings = 0;
    for (size_t i = 0; i < x->n_member_sets; i++) {
        const struct setting *s = x->member_set[i];
        if (strncmp(s->path, section->name, 5) == 0 && acts_on(s, g, NULL))
            m->setting[m->n_settings++] = s;
    }
    for (uint32_t i = 1; i <= g->count; i++) {
        const char *name = member_name(x, g->name, i);
        struct node *keys = name ? make_member(m, section, g, i, name) : NULL;
        if (!keys)
            return false;
        out->member[out->count++] = (struct member){name, g->entry->place, keys};
    }
    return true;
}

/* A section with members in place of groups. */
static struct node *make_section(struct making *m, const struct member *of)
{
    struct expansion *x = m->x;
    const struct spec_section *section = spec_section(of->key);
    size_t n = 0;
    for (size_t i = 0; i < of->value->count; i++) {
        uint32_t count = groups_get(m->groups, of->key, of->value->member[i].key)->count;
        n += count ? count : 1;
    }
    struct node *out = node_new_map(x->arena, of->value->place, n);
    m->changed = node_new_map(x->arena, of->value->place, x->n_member_sets ? n : 0);
    m->setting = arena_array(x->arena, x->n_member_sets + 1, sizeof *m->setting);
    if (!out || !m->changed || !m->setting)
        return expand_out_of_memory(x);
    out->count = m->changed->count = 0;
    for (size_t i = 0; i < of->value->count; i++) {
        const struct member *entry = &of->value->member[i];
        const struct group *g = groups_get(m->groups, of->key, entry->key);
        if (g->count == 0)
            out->member[out->count++] = *entry;
        else if (!make_group(m, section, g, out))
            return NULL;
    }
    return out;
}

/* The group of that name in one of the space-separated sections, where it is one. */
static const struct group *find_group(const struct making *m, const char *sections,
                                      const char *name)
{
    static const char *const with_groups[] = {"sites", "links"};
    for (size_t i = 0; i < 2; i++) {
        const struct group *g = spec_has_word(sections, with_groups[i])
                                    ? groups_get(m->groups, with_groups[i], name)
                                    : NULL;
        if (g && g->count > 0)
            return g;
    }
    return NULL;
}

/* Adds to `n` how many things a name stands for; is it a group's? */
static bool count_members(const struct making *m, const char *sections, const char *name, size_t *n)
{
    const struct group *g = find_group(m, sections, name);
    *n += g ? g->count : 1;
    return g != NULL;
}

/* A list that names groups, naming their members. */
static struct node *name_members(struct making *m, struct node *list, const char *sections)
{
    struct expansion *x = m->x;
    bool any = false;
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++)
        any |= count_members(m, sections, list->item[i]->text, &n);
    if (!any)
        return list;
    if (!expand_count(x, n, list->place))
        return NULL;
    struct node *out = node_new_list(x->arena, list->place, n);
    if (!out)
        return expand_out_of_memory(x);
    out->count = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct node *item = list->item[i];
        const struct group *g = find_group(m, sections, item->text);
        for (uint32_t k = 1; k <= (g ? g->count : 0); k++) {
            const char *name = member_name(x, g->name, k);
            struct node *member = name ? node_new_scalar(x->arena, item->place, name) : NULL;
            if (!member)
                return expand_out_of_memory(x);
            out->item[out->count++] = member;
        }
        if (!g)
            out->item[out->count++] = item;
    }
    return out;
}

/* One member's part of a number that its group has. A double's 17 digits are that double. */
static struct node *make_part(struct making *m, const struct node *whole, uint32_t count)
{
    double number = 0;
    if (quantity_plain(whole, DIMENSION_NUMBER, BOUND_ANY, &number, m->x->all))
        return NULL;
    const char *text = arena_format(m->x->arena, "%.17g", number / count);
    struct node *n = text ? node_new_scalar(m->x->arena, whole->place, text) : NULL;
    return n ? n : expand_out_of_memory(m->x);
}

/* A map of numbers by site, dealt evenly over the members of its groups. */
static struct node *deal_members(struct making *m, struct node *map)
{
    struct expansion *x = m->x;
    bool any = false;
    size_t n = 0;
    for (size_t i = 0; i < map->count; i++)
        any |= count_members(m, "sites", map->member[i].key, &n);
    if (!any)
        return map;
    struct node *out =
        expand_count(x, n, map->place) ? node_new_map(x->arena, map->place, n) : NULL;
    if (!out)
        return x->exhausted ? NULL : expand_out_of_memory(x);
    out->count = 0;
    for (size_t i = 0; i < map->count; i++) {
        struct member of = map->member[i];
        const struct group *g = find_group(m, "sites", of.key);
        if (g)
            of.value = make_part(m, of.value, g->count);
        for (uint32_t k = 1; k <= (g ? g->count : 0) && of.value; k++) {
            of.key = member_name(x, g->name, k);
            out->member[out->count++] = of;
        }
        if (!g)
            out->member[out->count++] = of;
        if (!of.value || x->exhausted)
            return NULL;
    }
    return out;
}

static struct node *make_record(struct making *m, struct node *n, const struct spec_key *record,
                                bool common);

/* The value of a key, with members in place of groups where a group may stand. */
static struct node *make_value(struct making *m, struct node *n, const struct spec_key *key)
{
    if (key->groups && n->kind == NODE_LIST)
        return name_members(m, n, key->section);
    if (key->groups && n->kind == NODE_MAP)
        return deal_members(m, n);
    return key->kind == SPEC_MAP && n->kind == NODE_MAP ? make_record(m, n, key->record, false) : n;
}

/* A map with the keys of `record`: a copy where something in it changes. */
static struct node *make_record(struct making *m, struct node *n, const struct spec_key *record,
                                bool common)
{
    struct node *out = n;
    for (size_t i = 0; i < n->count; i++) {
        const struct spec_key *key = spec_key(record, n->member[i].key, common);
        struct node *value = key ? make_value(m, n->member[i].value, key) : n->member[i].value;
        if (!value)
            return NULL;
        if (value == n->member[i].value)
            continue;
        if (out == n) {
            out = node_new_map(m->x->arena, n->place, n->count);
            if (!out)
                return expand_out_of_memory(m->x);
            memcpy(out->member, n->member, n->count * sizeof *out->member);
        }
        out->member[i].value = value;
    }
    return out;
}

/* A section's entries that name groups, naming their members. */
static struct node *make_entries(struct making *m, const struct member *of)
{
    const struct spec_section *s = spec_section(of->key);
    if (!s || s->single || s->scalar || of->value->kind != NODE_MAP || of->value->count == 0)
        return of->value;
    struct node *out = node_new_map(m->x->arena, of->value->place, of->value->count);
    if (!out)
        return expand_out_of_memory(m->x);
    for (size_t i = 0; i < out->count; i++) {
        out->member[i] = of->value->member[i];
        if (out->member[i].value->kind == NODE_MAP)
            out->member[i].value = make_record(m, out->member[i].value, s->key, true);
        if (!out->member[i].value)
            return NULL;
    }
    return out;
}

struct node *members_make(struct expansion *x, struct node *tree, const struct groups *g)
{
    struct making m = {.x = x, .groups = g};
    size_t before = x->all->count + x->all->dropped;
    struct node *out = node_new_map(x->arena, tree->place, tree->count);
    struct node *changed = node_new_map(x->arena, tree->place, 2);
    if (!out || !changed)
        return expand_out_of_memory(x);
    changed->count = 0;
    for (size_t i = 0; i < tree->count; i++) {
        struct member section = tree->member[i];
        bool groups = strcmp(section.key, "sites") == 0 || strcmp(section.key, "links") == 0;
        section.value = groups ? make_section(&m, &section) : make_entries(&m, &section);
        if (!section.value)
            return NULL;
        out->member[i] = section;
        if (groups && m.changed->count > 0)
            changed->member[changed->count++] =
                (struct member){section.key, section.place, m.changed};
    }
    if (changed->count)
        spec_check_members(tree, g, changed, x->arena, x->all);
    return x->all->count + x->all->dropped > before ? NULL : out;
}
