/* SPDX-License-Identifier: Apache-2.0
 * The scenario's tree: look-ups, rewrites that copy the path they change, and what messages need.
 * Used by the readers, the expansion and the description. */
#include "scenario/node.h"

#include <ctype.h>
#include <string.h>

struct node *node_get(const struct node *map, const char *key)
{
    const struct member *m = node_member(map, key);
    return m ? m->value : NULL;
}

const struct member *node_member(const struct node *map, const char *key)
{
    if (!map || map->kind != NODE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->member[i].key, key) == 0)
            return &map->member[i];
    return NULL;
}

/* The member whose key is the first `length` bytes of `key`. */
static const struct member *member_n(const struct node *map, const char *key, size_t length)
{
    for (size_t i = 0; i < map->count; i++)
        if (strncmp(map->member[i].key, key, length) == 0 && map->member[i].key[length] == '\0')
            return &map->member[i];
    return NULL;
}

struct node *node_at(const struct node *map, const char *path)
{
    while (map && map->kind == NODE_MAP) {
        size_t length = strcspn(path, ".");
        const struct member *m = member_n(map, path, length);
        if (!m || path[length] == '\0')
            return m ? m->value : NULL;
        map = m->value;
        path += length + 1;
    }
    return NULL;
}

struct node *node_new_map(struct arena *a, psn_place place, size_t count)
{
    struct node *n = arena_alloc(a, sizeof *n);
    if (!n)
        return NULL;
    *n = (struct node){.kind = NODE_MAP, .place = place, .count = count};
    if (count) {
        n->member = arena_array(a, count, sizeof *n->member);
        if (!n->member)
            return NULL;
    }
    return n;
}

struct node *node_new_list(struct arena *a, psn_place place, size_t count)
{
    struct node *n = arena_alloc(a, sizeof *n);
    if (!n)
        return NULL;
    *n = (struct node){.kind = NODE_LIST, .place = place, .count = count};
    if (count) {
        n->item = arena_array(a, count, sizeof(struct node *));
        if (!n->item)
            return NULL;
    }
    return n;
}

struct node *node_new_scalar(struct arena *a, psn_place place, const char *text)
{
    struct node *n = arena_alloc(a, sizeof *n);
    if (!n)
        return NULL;
    *n = (struct node){.kind = NODE_SCALAR, .place = place, .text = arena_string(a, text)};
    return n->text ? n : NULL;
}

/* A copy of a map (or an empty one for NULL) with one more member where `extra`. */
static struct node *copy_map(struct arena *a, const struct node *map, psn_place place, bool extra)
{
    size_t count = map ? map->count : 0;
    struct node *copy = node_new_map(a, map ? map->place : place, count + (extra ? 1 : 0));
    if (copy && count)
        memcpy(copy->member, map->member, count * sizeof *copy->member);
    return copy;
}

struct node *node_with(struct arena *a, const struct node *map, const char *path,
                       struct node *value, psn_place place, psn_diagnostics *all)
{
    size_t length = strcspn(path, ".");
    const struct member *old = map ? member_n(map, path, length) : NULL;
    struct node *below = value;
    if (path[length] == '.') {
        const struct node *next = old ? old->value : NULL;
        if (next && next->kind == NODE_NULL)
            next = NULL;
        if (next && next->kind != NODE_MAP) {
            char quoted[NODE_QUOTE];
            char key[NODE_QUOTE];
            size_t shown = length < sizeof key ? length : sizeof key - 1;
            memcpy(key, path, shown);
            key[shown] = '\0';
            psn_mistake_add(all, PSN_EINPUT, place,
                            "\"%s\" of this path holds %s; expected a key that holds a map",
                            node_quote(key, quoted), node_kind_name(next));
            return NULL;
        }
        below = node_with(a, next, path + length + 1, value, place, all);
        if (!below)
            return NULL;
    }
    struct node *copy = copy_map(a, map, place, !old);
    if (!copy) {
        psn_mistake_add(all, PSN_EMEMORY, place, "out of memory");
        return NULL;
    }
    if (old) {
        copy->member[old - map->member].value = below;
    } else {
        char *key = arena_string_n(a, path, length);
        if (!key) {
            psn_mistake_add(all, PSN_EMEMORY, place, "out of memory");
            return NULL;
        }
        copy->member[copy->count - 1] = (struct member){key, place, below};
    }
    return copy;
}

/* Words longer than this have no near name: nobody mistypes them, and the table stays small. */
#define NEAREST_MAX 48

/* Edits (insert, delete, replace, swap of neighbours) from a to b, letters' case aside; more than
 * `most` counts as most + 1. The restricted Damerau-Levenshtein distance by three rows. */
static size_t distance(const char *a, size_t la, const char *b, size_t lb, size_t most)
{
    size_t row[3][NEAREST_MAX + 1];
    size_t *before = row[0], *last = row[1], *now = row[2];
    if (la > lb + most || lb > la + most)
        return most + 1;
    for (size_t j = 0; j <= lb; j++)
        last[j] = j;
    for (size_t i = 1; i <= la; i++) {
        int x = tolower((unsigned char)a[i - 1]);
        size_t least = now[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            int y = tolower((unsigned char)b[j - 1]);
            size_t d = last[j - 1] + (x != y);
            if (last[j] + 1 < d)
                d = last[j] + 1;
            if (now[j - 1] + 1 < d)
                d = now[j - 1] + 1;
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
                y == tolower((unsigned char)a[i - 2]) && before[j - 2] + 1 < d)
                d = before[j - 2] + 1;
            now[j] = d;
            if (d < least)
                least = d;
        }
        if (least > most)
            return most + 1;
        size_t *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[lb];
}

const char *node_nearest(const char *word, const char *const *names, size_t n)
{
    size_t length = strnlen(word, NEAREST_MAX + 1);
    if (length > NEAREST_MAX)
        return NULL;
    size_t most = length / 3;
    const char *best = NULL;
    for (size_t i = 0; i < n; i++) {
        size_t other = strnlen(names[i], NEAREST_MAX + 1);
        if (other > NEAREST_MAX)
            continue;
        size_t d = distance(word, length, names[i], other, most);
        if (d > most)
            continue;
        best = names[i];
        if (d == 0)
            break;
        most = d - 1; /* only a nearer one replaces it: the first of equals stands */
    }
    return best;
}

bool node_is_none(const struct node *n)
{
    return n && n->kind == NODE_SCALAR && !n->quoted && strcmp(n->text, "none") == 0;
}

const char *node_kind_name(const struct node *n)
{
    switch (n ? n->kind : NODE_NULL) {
    case NODE_SCALAR:
        return "a text";
    case NODE_LIST:
        return "a list";
    case NODE_MAP:
        return "a map";
    case NODE_NULL:
    default:
        return "no value";
    }
}

bool node_is_name(const char *text)
{
    if (*text < 'a' || *text > 'z' || strcmp(text, "all") == 0 || strcmp(text, "none") == 0)
        return false;
    for (const char *c = text; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-'))
            return false;
    return true;
}

const char *node_quote(const char *text, char buffer[NODE_QUOTE])
{
    enum { CHARACTERS = 40, ROOM = NODE_QUOTE - 4 };
    size_t used = 0, characters = 0;
    const unsigned char *c = (const unsigned char *)text;
    while (*c) {
        bool begins = (*c & 0xC0) != 0x80;
        if (begins && (characters == CHARACTERS || used + 4 > ROOM)) {
            memcpy(buffer + used, "...", 3);
            used += 3;
            break;
        }
        if (used >= ROOM) /* a run of continuation bytes: no UTF-8, cut */
            break;
        characters += begins;
        buffer[used++] = (char)(*c < 0x20 || *c == 0x7F ? ' ' : *c);
        c++;
    }
    buffer[used] = '\0';
    return buffer;
}
