/* SPDX-License-Identifier: Apache-2.0
 * From the tree of the texts to the tree that a description is read from: settings, `like`, `none`,
 * lists of one, and which entries of included texts are used at all. */
#include "scenario/groups.h"
#include "scenario/like.h"
#include "scenario/members.h"
#include "scenario/reach.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/setting.h"

static bool is_main(const struct expansion *x, const char *file)
{
    for (size_t i = 1; i < x->scenario->n_texts; i++)
        if (file == x->scenario->text[i].file)
            return false;
    return true; /* of the first text or of a setting */
}

/* Does a setting stand anywhere in a node of an included text? */
static bool has_setting(const struct node *n, const char *file)
{
    if (n->place.file != file)
        return true;
    for (size_t i = 0; i < n->count; i++)
        if (has_setting(n->kind == NODE_MAP ? n->member[i].value : n->item[i], file))
            return true;
    return false;
}

/* The table of a section of names. */
static bool add_table(struct expansion *x, const struct spec_section *s, const struct node *map)
{
    struct entry_table *t = &x->table[x->n_tables++];
    *t = (struct entry_table){.section = s, .n = map->count};
    if (map->count == 0)
        return true;
    t->entry = arena_array(x->arena, map->count, sizeof *t->entry);
    if (!t->entry)
        return expand_out_of_memory(x);
    for (size_t i = 0; i < map->count; i++)
        t->entry[i] = (struct entry){.member = &map->member[i]};
    expand_sort(t);
    return true;
}

static void unknown_section(struct expansion *x, const struct member *m)
{
    const char *names[64];
    size_t n = 0;
    for (const struct spec_section *s = spec_sections(); s->name; s++)
        names[n++] = s->name;
    char quoted[NODE_QUOTE];
    const char *near = node_nearest(m->key, names, n);
    psn_mistake_add(x->all, PSN_EINPUT, m->place, "\"%s\" is no section; expected a section%s%s%s",
                    node_quote(m->key, quoted), near ? " (did you mean " : " such as links",
                    near ? near : "", near ? "?)" : "");
}

/* Judges a member of the whole tree: is it a section that this version has? */
static const struct spec_section *known_section(struct expansion *x, const struct member *m)
{
    const struct spec_section *s = spec_section(m->key);
    if (!s) {
        unknown_section(x, m);
        return NULL;
    }
    if (s->later && (!s->silent || is_main(x, m->place.file)))
        psn_mistake_add(x->all, PSN_EINPUT, m->place,
                        "`%s` is part of the language but not built in this version; expected a "
                        "scenario without it",
                        s->name);
    if (s->later)
        return NULL;
    if (m->value->kind == NODE_NULL) {
        psn_mistake_add(x->all, PSN_EINPUT, m->place, "\"%s\" has no value; expected %s", s->name,
                        s->scalar ? s->meaning : "a map");
        return NULL;
    }
    if (!s->scalar && m->value->kind != NODE_MAP) {
        psn_mistake_add(x->all, PSN_EINPUT, m->value->place,
                        "\"%s\" holds %s; expected a map of %s", s->name, node_kind_name(m->value),
                        s->single ? "keys" : "names");
        return NULL;
    }
    return s;
}

/* Single sections and `demand`, tidied, into `out`; the tables of all others. */
static bool survey(struct expansion *x, const struct node *tree, struct node *out)
{
    size_t entries = 0;
    for (size_t i = 0; i < tree->count; i++) {
        const struct member *m = &tree->member[i];
        if (strcmp(m->key, "demand") == 0) {
            out->member[out->count++] = *m;
            continue;
        }
        const struct spec_section *s = known_section(x, m);
        if (!s)
            continue;
        if (!s->single && !s->scalar) {
            if (!add_table(x, s, m->value))
                return false;
            entries += m->value->count;
            continue;
        }
        struct member tidied = *m;
        if (s->single)
            tidied.value = like_tidy(x, m->value, s->key, false);
        if (!tidied.value)
            return false;
        out->member[out->count++] = tidied;
    }
    x->queue = arena_array(x->arena, entries + 1, sizeof(struct entry *));
    x->queue_table = arena_array(x->arena, entries + 1, sizeof(struct entry_table *));
    if (!x->queue || !x->queue_table)
        return expand_out_of_memory(x);
    return true;
}

/* Marks what is judged in any case, and what the single sections name. */
static void begin_reach(struct expansion *x, const struct node *out)
{
    for (size_t i = 0; i < x->n_tables; i++) {
        struct entry_table *t = &x->table[i];
        for (size_t j = 0; j < t->n; j++) {
            const struct member *m = t->entry[j].member;
            if (!t->section->by_name || is_main(x, m->place.file) ||
                has_setting(m->value, m->place.file))
                expand_reach(x, t, &t->entry[j]);
        }
    }
    for (size_t i = 0; i < out->count; i++) {
        const struct spec_section *s = spec_section(out->member[i].key);
        if (s && s->single)
            reach_record(x, out->member[i].value, s->key, false);
    }
    struct entry_table *arrangements = expand_table(x, "arrangements");
    if (arrangements && !node_at(out, "use.arrangement")) /* then the only one is in use */
        for (size_t i = 0; i < arrangements->n; i++)
            expand_reach(x, arrangements, &arrangements->entry[i]);
    for (size_t i = 0; i < x->n_member_sets; i++)
        reach_setting(x, x->member_set[i]);
    const struct node *factors = node_at(out, "study.factors");
    if (factors)
        reach_factors(x, factors);
    const struct node *points =
        x->scenario->points ? x->scenario->points : node_at(out, "study.points");
    if (points)
        reach_points(x, points);
}

/* The reached entries of a section in the order of the text. What failed stays as an entry without
 * value, so that its name is still known. */
static struct node *keep_reached(struct expansion *x, struct entry_table *t, const struct node *map)
{
    struct node *out = node_new_map(x->arena, map->place, map->count);
    if (!out)
        return expand_out_of_memory(x);
    out->count = 0;
    for (size_t i = 0; i < map->count; i++) {
        const struct entry *e = expand_find(t, map->member[i].key);
        if (!e->reached)
            continue;
        struct member m = map->member[i];
        m.value = e->done;
        if (!m.value) {
            m.value = arena_alloc(x->arena, sizeof *m.value);
            if (!m.value)
                return expand_out_of_memory(x);
            *m.value = (struct node){.kind = NODE_NULL, .place = m.place};
        }
        out->member[out->count++] = m;
    }
    return out;
}

static struct node *expand_tree(struct expansion *x, const struct node *tree)
{
    struct node *out = node_new_map(x->arena, tree->place, tree->count);
    if (!out)
        return expand_out_of_memory(x);
    out->count = 0;
    if (!survey(x, tree, out))
        return NULL;
    begin_reach(x, out);
    while (x->taken < x->queued && !x->exhausted) {
        struct entry_table *t = x->queue_table[x->taken];
        const struct node *n = like_expand(x, t, x->queue[x->taken++]);
        if (n)
            reach_record(x, n, t->section->key, true);
    }
    for (size_t i = 0; i < x->n_tables && !x->exhausted; i++) {
        const struct member *m = node_member(tree, x->table[i].section->name);
        struct node *map = keep_reached(x, &x->table[i], m->value);
        if (map)
            out->member[out->count++] = (struct member){m->key, m->place, map};
    }
    return x->exhausted ? NULL : out;
}

/* The settings that may act on members of groups: of the command line, then of the point. */
static bool keep_member_sets(struct expansion *x, const struct setting *settings, size_t n)
{
    const struct scenario *s = x->scenario;
    x->member_set = arena_array(x->arena, s->n_member_sets + n + 1, sizeof *x->member_set);
    if (!x->member_set)
        return expand_out_of_memory(x);
    for (size_t i = 0; i < s->n_member_sets; i++)
        x->member_set[x->n_member_sets++] = &s->member_set[i];
    for (size_t i = 0; i < n; i++)
        if (setting_of_members(&settings[i]))
            x->member_set[x->n_member_sets++] = &settings[i];
    return true;
}

/* Checks the compact tree and makes the members of its groups. */
static struct node *check_and_make(struct expansion *x, struct node *tree, size_t before)
{
    struct groups g;
    if (!groups_find(x->arena, tree, &g, x->all))
        return NULL;
    members_find(x, &g);
    spec_check(tree, &g, x->arena, x->all);
    if (x->all->count + x->all->dropped > before)
        return NULL;
    return members_make(x, tree, &g);
}

struct node *scenario_expand(const struct scenario *s, const struct setting *settings, size_t n,
                             struct arena *a, psn_diagnostics *all)
{
    size_t before = all->count + all->dropped;
    struct node *tree = s->tree;
    const struct member *demand = node_member(tree, "demand");
    struct expansion *x = arena_alloc(a, sizeof *x);
    if (!x) {
        psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
        return NULL;
    }
    *x = (struct expansion){.scenario = s, .arena = a, .all = all, .nodes_left = EXPAND_NODES_MOST};
    for (size_t i = 0; demand && i < s->n_texts; i++)
        if (demand->place.file == s->text[i].file)
            unknown_section(x, demand);
    if (!keep_member_sets(x, settings, n))
        return NULL;
    for (size_t i = 0; i < n; i++) {
        struct node *set = setting_apply(a, tree, &settings[i], all);
        tree = set ? set : tree;
    }
    struct node *out = expand_tree(x, tree);
    return out ? check_and_make(x, out, before) : NULL;
}
