/* SPDX-License-Identifier: Apache-2.0
 * Groups of alike sites, and the links that join them. */
#include "scenario/groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/spec.h"

/* The survey of a tree on its way. */
struct survey {
    struct arena *arena;
    struct groups *out;
    psn_diagnostics *all;
    uint64_t members; /* of all groups so far */
    bool exhausted;
};

size_t group_name_length(const char *name)
{
    return strcspn(name, "/");
}

uint32_t group_number(const char *name)
{
    const char *digits = name + group_name_length(name);
    if (digits[0] != '/' || digits[1] < '1' || digits[1] > '9')
        return 0;
    size_t n = strspn(digits + 1, "0123456789");
    if (digits[1 + n] != '\0' || n > 6) /* more than GROUP_MEMBERS_MOST */
        return 0;
    return (uint32_t)strtoul(digits + 1, NULL, 10);
}

const char *group_range(const char *name, uint32_t count, char buffer[GROUP_RANGE])
{
    char quoted[NODE_QUOTE];
    int shown = (int)group_name_length(node_quote(name, quoted));
    if (count == 1)
        snprintf(buffer, GROUP_RANGE, "%.*s/1", shown, quoted);
    else
        snprintf(buffer, GROUP_RANGE, "one of %.*s/1 to %.*s/%u", shown, quoted, shown, quoted,
                 count);
    return buffer;
}

static const struct group *find(const struct group_list *list, const char *name, size_t length)
{
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *here = list->item[middle].name;
        int order = strncmp(here, name, length);
        if (order == 0 && here[length] != '\0')
            order = 1;
        if (order == 0)
            return &list->item[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct group *groups_get(const struct groups *g, const char *section, const char *name)
{
    const struct group_list *list = strcmp(section, "sites") == 0   ? &g->sites
                                    : strcmp(section, "links") == 0 ? &g->links
                                                                    : NULL;
    return list ? find(list, name, strlen(name)) : NULL;
}

bool groups_judge(const struct groups *g, const char *sections, const char *name, bool allowed,
                  psn_place place, psn_diagnostics *all)
{
    static const char *const with_groups[] = {"sites", "links"};
    char quoted[NODE_QUOTE], range[GROUP_RANGE];
    size_t length = group_name_length(name), of = 0;
    bool member = name[length] != '\0';
    const struct group *found = NULL;
    for (size_t i = 0; i < 2 && !found; i++)
        if (spec_has_word(sections, with_groups[i])) {
            found = find(i == 0 ? &g->sites : &g->links, name, length);
            of = i;
        }
    if (!found || (!member && found->count == 0))
        return false;
    node_quote(name, quoted);
    if (!member && !allowed)
        psn_mistake_add(all, PSN_EINPUT, place,
                        "\"%s\" is a group of %s; expected one of its %s, such as %s/1", quoted,
                        with_groups[of], with_groups[of], quoted);
    else if (member && found->count == 0 && !found->wrong)
        psn_mistake_add(all, PSN_EINPUT, place,
                        "\"%s\" is a member of what is no group; expected %.*s", quoted,
                        (int)length, name);
    else if (member && !found->wrong &&
             (group_number(name) == 0 || group_number(name) > found->count))
        psn_mistake_add(all, PSN_EINPUT, place, "\"%s\" is not there; expected %s", quoted,
                        group_range(name, found->count, range));
    return true;
}

void groups_judge_key(const struct node *map, const struct member *key, psn_diagnostics *all)
{
    size_t length = group_name_length(key->key);
    char quoted[NODE_QUOTE];
    for (size_t i = 0; key->key[length] == '/' && i < map->count; i++) {
        const char *other = map->member[i].key;
        if (strncmp(other, key->key, length) == 0 && other[length] == '\0')
            psn_mistake_add(all, PSN_EINPUT, key->place,
                            "\"%s\" stands beside its whole group \"%s\"; expected one or the "
                            "other",
                            node_quote(key->key, quoted), other);
    }
}

static int by_name(const void *x, const void *y)
{
    return strcmp(((const struct group *)x)->name, ((const struct group *)y)->name);
}

/* The entries of a section, sorted; none of them a group yet. */
static bool list_entries(struct survey *s, const struct node *map, struct group_list *out)
{
    size_t n = map && map->kind == NODE_MAP ? map->count : 0;
    *out = (struct group_list){0};
    if (n == 0)
        return true;
    out->item = arena_array(s->arena, n, sizeof *out->item);
    if (!out->item) {
        s->exhausted = true;
        return false;
    }
    for (size_t i = 0; i < n; i++)
        out->item[i] = (struct group){.name = map->member[i].key, .entry = &map->member[i]};
    qsort(out->item, n, sizeof *out->item, by_name);
    out->n = n;
    return true;
}

/* Makes a group of an entry, within the bound on all members, which is told once. */
static void set_count(struct survey *s, struct group *g, uint64_t count, psn_place place)
{
    bool before = s->members > GROUP_MEMBERS_MOST;
    char quoted[NODE_QUOTE];
    s->members += count;
    g->wrong = s->members > GROUP_MEMBERS_MOST;
    g->count = g->wrong ? 1 : (uint32_t)count;
    if (g->wrong && !before)
        psn_mistake_add(s->all, PSN_EINPUT, place,
                        "with \"%s\" all groups together have more than %d members; expected "
                        "fewer",
                        node_quote(g->name, quoted), GROUP_MEMBERS_MOST);
}

/* `count: 102`. A value that is no whole number is told by spec_check. */
static void read_count(struct survey *s, struct group *g)
{
    const struct node *count = node_get(g->entry->value, "count");
    psn_diagnostics unheard = {0};
    double n = 0;
    if (!count)
        return;
    g->count = 1;
    g->wrong = quantity_plain(count, DIMENSION_NUMBER, BOUND_WHOLE_POSITIVE, &n, &unheard) != 0;
    if (!g->wrong)
        set_count(s, g, n > GROUP_MEMBERS_MOST ? GROUP_MEMBERS_MOST + 1 : (uint64_t)n,
                  count->place);
    psn_diagnostics_fini(&unheard);
}

/* What a scalar names: a group, or one site (which may not be there: spec_check tells). False where
 * that leaves open how many links there are. */
static bool read_end(const struct survey *s, const struct node *n, struct link_end *out)
{
    *out = (struct link_end){0};
    if (n->kind != NODE_SCALAR)
        return false;
    out->site = n->text;
    const struct group *site = find(&s->out->sites, n->text, group_name_length(n->text));
    if (!site || site->wrong)
        return false;
    if (site->count > 0 && n->text[group_name_length(n->text)] == '\0')
        out->group = site;
    return true;
}

/* `between: [A, B]`: a link for each member of the larger end. */
static void read_between(struct survey *s, struct group *g, const struct node *between)
{
    char link[NODE_QUOTE], site[NODE_QUOTE];
    g->join = JOIN_BETWEEN;
    g->wrong = between->kind != NODE_LIST || between->count != 2;
    for (size_t i = 0; i < 2 && !g->wrong; i++)
        g->wrong = !read_end(s, between->item[i], &g->end[i]);
    if (g->wrong)
        return;
    const struct link_end *a = &g->end[0], *b = &g->end[1];
    size_t shared = group_name_length(a->site);
    bool same = shared == group_name_length(b->site) && strncmp(a->site, b->site, shared) == 0;
    node_quote(g->name, link);
    if (same && a->group && b->group) {
        psn_mistake_add(s->all, PSN_EINPUT, between->place,
                        "link \"%s\" has group \"%s\" at both ends; expected two of different "
                        "names, or ring: %s, or mesh: %s",
                        link, node_quote(a->site, site), a->site, a->site);
        g->wrong = true;
    } else if (same && (a->group || b->group)) {
        psn_mistake_add(s->all, PSN_EINPUT, between->place,
                        "link \"%s\" joins group \"%s\" to one of itself, \"%s\"; expected a site "
                        "outside the group",
                        link, a->group ? a->group->name : b->group->name,
                        node_quote(a->group ? b->site : a->site, site));
        g->wrong = true;
    }
    uint32_t n = a->group ? a->group->count : 0, m = b->group ? b->group->count : 0;
    if (!g->wrong && (n || m))
        set_count(s, g, n > m ? n : m, between->place);
}

/* The sites of a ring or mesh in order, groups member by member. */
static bool list_sites(struct survey *s, struct group *g, const struct node *list)
{
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct link_end end;
        if (!read_end(s, list->item[i], &end))
            return false;
        n += end.group ? end.group->count : 1;
    }
    g->site = arena_array(s->arena, n + 1, sizeof *g->site);
    for (size_t i = 0; i < list->count && g->site; i++) {
        struct link_end end;
        read_end(s, list->item[i], &end);
        for (uint32_t k = 1; k <= (end.group ? end.group->count : 1); k++) {
            const char *name = end.group ? arena_format(s->arena, "%s/%u", end.site, k) : end.site;
            s->exhausted |= !name;
            g->site[g->n_sites++] = name;
        }
    }
    s->exhausted |= !g->site;
    return !s->exhausted;
}

static int compare_texts(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* The first name, in their order, that stands twice; NULL where none does. */
static const char *find_twice(struct survey *s, const struct group *g)
{
    const char **sorted = arena_array(s->arena, g->n_sites + 1, sizeof *sorted);
    s->exhausted |= !sorted;
    if (!sorted || g->n_sites == 0)
        return NULL;
    memcpy(sorted, g->site, g->n_sites * sizeof *sorted);
    qsort(sorted, g->n_sites, sizeof *sorted, compare_texts);
    for (size_t i = 1; i < g->n_sites; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            return sorted[i];
    return NULL;
}

/* `ring: pops` and `mesh: [a, b, c]`: always a group, however many links. */
static void read_round(struct survey *s, struct group *g, const struct node *list, enum join join)
{
    size_t least = join == JOIN_RING ? 3 : 2;
    const char *key = join == JOIN_RING ? "ring" : "mesh";
    char quoted[NODE_QUOTE];
    g->join = join;
    g->count = 1;
    g->wrong = list->kind != NODE_LIST || list->count == 0 || !list_sites(s, g, list);
    if (g->wrong)
        return;
    const char *twice = find_twice(s, g);
    if (twice) {
        psn_mistake_add(s->all, PSN_EINPUT, list->place,
                        "\"%s\" stands twice in this %s; expected each site once",
                        node_quote(twice, quoted), key);
        g->wrong = true;
    } else if (g->n_sites < least) {
        psn_mistake_add(s->all, PSN_EINPUT, list->place,
                        "a %s of %zu %s; expected at least %zu sites, or between: [SITE, SITE]",
                        key, g->n_sites, g->n_sites == 1 ? "site" : "sites", least);
        g->wrong = true;
    } else {
        uint64_t n = g->n_sites;
        set_count(s, g, join == JOIN_RING ? n : n * (n - 1) / 2, list->place);
    }
}

static void read_link(struct survey *s, struct group *g)
{
    static const char *const keys[] = {"between", "ring", "mesh"};
    const struct member *found = NULL;
    char quoted[NODE_QUOTE];
    size_t which = 0;
    node_quote(g->name, quoted);
    if (g->entry->value->kind != NODE_MAP) { /* told already */
        g->wrong = true;
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        const struct member *m = node_member(g->entry->value, keys[i]);
        if (m && found) {
            psn_mistake_add(s->all, PSN_EINPUT, m->place,
                            "link \"%s\" has both \"%s\" and \"%s\"; expected one of between, ring "
                            "and mesh (%s: none drops one)",
                            quoted, found->key, m->key, found->key);
            g->wrong = true;
        }
        which = m ? i : which;
        found = m ? m : found;
    }
    if (!found) {
        psn_mistake_add(s->all, PSN_EINPUT, g->entry->place,
                        "link \"%s\" joins nothing; expected one of between: [SITE, SITE], ring "
                        "and mesh",
                        quoted);
        g->wrong = true;
    }
    if (g->wrong)
        return;
    if (which == 0)
        read_between(s, g, found->value);
    else
        read_round(s, g, found->value, which == 1 ? JOIN_RING : JOIN_MESH);
}

bool groups_find(struct arena *a, const struct node *tree, struct groups *out, psn_diagnostics *all)
{
    struct survey s = {.arena = a, .out = out, .all = all};
    *out = (struct groups){0};
    if (list_entries(&s, node_get(tree, "sites"), &out->sites))
        for (size_t i = 0; i < out->sites.n; i++)
            read_count(&s, &out->sites.item[i]);
    if (!s.exhausted && list_entries(&s, node_get(tree, "links"), &out->links))
        for (size_t i = 0; i < out->links.n && !s.exhausted; i++)
            read_link(&s, &out->links.item[i]);
    if (s.exhausted)
        psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    return !s.exhausted;
}

bool groups_ends(struct arena *a, const struct group *link, uint32_t number, const char *ends[2])
{
    uint32_t k = number - 1;
    if (link->join == JOIN_RING) {
        ends[0] = link->site[k];
        ends[1] = link->site[(k + 1) % link->n_sites];
        return true;
    }
    if (link->join == JOIN_MESH) { /* 1-2, 1-3 ... 1-n, 2-3 ...: row by row */
        size_t row = 0, in_row = link->n_sites - 1;
        while (k >= in_row) {
            k -= (uint32_t)in_row--;
            row++;
        }
        ends[0] = link->site[row];
        ends[1] = link->site[row + 1 + k];
        return true;
    }
    for (size_t i = 0; i < 2; i++) {
        const struct link_end *end = &link->end[i];
        ends[i] = end->site;
        if (end->group)
            ends[i] = arena_format(a, "%s/%u", end->site, k % end->group->count + 1);
        if (!ends[i])
            return false;
    }
    return true;
}
