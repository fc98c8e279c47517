/* SPDX-License-Identifier: Apache-2.0
 * A part of an expanded scenario as lines of YAML, each with the origin of its value. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "scenario/explain.h"
#include "scenario/standard.h"
#include "scenario/write.h"

/* A map or list goes into one line where that is no longer, as the comment stands behind it; a
 * longer list of scalars is broken into lines of that length. */
#define FLOW_MOST 58

struct writer {
    const struct scenario *scenario;
    struct arena *arena;
    struct explain_line *line;
    size_t n, room;
    struct origin_path path;
    const struct node *list; /* the list that is being written, at the end of the path; or NULL */
    bool failed;
};

static void add_line(struct writer *w, const char *text, const char *origin)
{
    void *room = w->line;
    if (!text || w->failed || array_reserve(&room, &w->room, w->n + 1, sizeof *w->line)) {
        w->failed = true;
        return;
    }
    w->line = room;
    w->line[w->n++] = (struct explain_line){text, origin};
}

/* A step down into a map, and back. Within a list the path stays that of the list. */
static void push(struct writer *w, const char *key)
{
    if (!w->list)
        origin_push(&w->path, key);
}

static void pop(struct writer *w)
{
    if (!w->list)
        origin_pop(&w->path);
}

/* The origin of a value as a text. What is in a list came with the list, from a line of its own. */
static const char *origin_here(struct writer *w, const struct node *n)
{
    struct origin o = origin_of(w->scenario, &w->path, w->list ? w->list : n);
    o.line = n->place.line;
    const char *text = origin_text(w->arena, &o);
    w->failed |= !text;
    return text;
}

/* Is all of the value, the path's own, from one place? Its text in *text then. */
static bool one_origin(struct writer *w, const struct node *n, const char **text)
{
    if (n->kind != NODE_MAP || n->count == 0) {
        const char *here = origin_here(w, n);
        bool same = here && (!*text || strcmp(*text, here) == 0);
        *text = *text ? *text : here;
        return same;
    }
    bool same = true;
    for (size_t i = 0; i < n->count && same; i++) {
        if (w->list && standard_is(n->member[i].value))
            continue;
        push(w, n->member[i].key);
        same = one_origin(w, n->member[i].value, text);
        pop(w);
    }
    return same;
}

/* Code points of a UTF-8 text. */
static size_t width(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

static bool all_scalars(const struct node *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->item[i]->kind != NODE_SCALAR)
            return false;
    return true;
}

static const char *key_text(struct writer *w, const char *key)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    write_key(out, key, false);
    const char *copy = fclose(out) == 0 ? arena_string(w->arena, text) : NULL;
    free(text);
    return copy;
}

/* `head [a, b,` and the lines that follow, further in. */
static void wrap_list(struct writer *w, const struct node *list, const char *head, size_t indent,
                      const char *origin)
{
    const char *line = arena_format(w->arena, "%s[", head);
    for (size_t i = 0; i < list->count && line; i++) {
        const char *text = write_item(w->arena, list->item[i]);
        w->failed |= !text;
        if (!text)
            return;
        size_t length = width(text);
        const char *behind = i + 1 < list->count ? "," : "]";
        if (i > 0 && width(line) + length + 2 > FLOW_MOST) {
            add_line(w, line, origin);
            origin = NULL;
            line = arena_format(w->arena, "%*s%s%s", (int)indent + 4, "", text, behind);
        } else {
            line = arena_format(w->arena, "%s%s%s%s", line, i > 0 ? " " : "", text, behind);
        }
    }
    add_line(w, line, origin);
}

static void write_value(struct writer *w, const char *head, const struct node *n, size_t indent);

static void write_members(struct writer *w, const struct node *map, size_t indent)
{
    for (size_t i = 0; i < map->count && !w->failed; i++) {
        const struct member *m = &map->member[i];
        if (w->list && standard_is(m->value))
            continue;
        const char *key = key_text(w, m->key);
        const char *head = key ? arena_format(w->arena, "%*s%s:", (int)indent, "", key) : NULL;
        w->failed |= !head;
        if (w->failed)
            return;
        push(w, m->key);
        write_value(w, head, m->value, indent);
        pop(w);
    }
}

/* The items of a list, each behind a dash. */
static void write_items(struct writer *w, const struct node *list, size_t indent)
{
    const struct node *outer = w->list;
    w->list = outer ? outer : list;
    for (size_t i = 0; i < list->count && !w->failed; i++) {
        const struct node *item = list->item[i];
        const char *flow = write_item(w->arena, item);
        w->failed |= !flow;
        if (!flow)
            return;
        if (item->kind != NODE_MAP || indent + 2 + width(flow) <= FLOW_MOST) {
            add_line(w, arena_format(w->arena, "%*s- %s", (int)indent, "", flow),
                     origin_here(w, item));
            continue;
        }
        size_t first = w->n;
        write_members(w, item, indent + 2);
        if (w->n > first && !w->failed) { /* the dash stands where the indent ends */
            char *text = arena_string(w->arena, w->line[first].text);
            w->failed |= !text;
            if (text)
                text[indent] = '-';
            w->line[first].text = text;
        }
    }
    w->list = outer;
}

/* "key:" with its value behind or below. */
static void write_value(struct writer *w, const char *head, const struct node *n, size_t indent)
{
    const char *origin = NULL, *flow = write_brief(w->arena, n, false);
    bool one = one_origin(w, n, &origin);
    if (!flow || w->failed) {
        w->failed = true;
        return;
    }
    bool leaf = (n->kind != NODE_MAP && n->kind != NODE_LIST) || n->count == 0;
    if (leaf || (one && width(head) + 1 + width(flow) <= FLOW_MOST)) {
        add_line(w, arena_format(w->arena, "%s %s", head, flow), origin);
    } else if (n->kind == NODE_LIST && all_scalars(n)) {
        wrap_list(w, n, arena_format(w->arena, "%s ", head), indent, origin);
    } else {
        add_line(w, head, NULL);
        if (n->kind == NODE_LIST)
            write_items(w, n, indent + 2);
        else
            write_members(w, n, indent + 2);
    }
}

/* The entries of a section of names: always in blocks, so that entries look alike. */
static void write_entries(struct writer *w, const struct node *map, const char *section)
{
    add_line(w, arena_format(w->arena, "%s:", section), NULL);
    for (size_t i = 0; i < map->count && !w->failed; i++) {
        const struct member *m = &map->member[i];
        const char *head = arena_format(w->arena, "  %s:", m->key);
        w->path.entry = m->key;
        if (head && m->value->kind == NODE_MAP && m->value->count > 0) {
            add_line(w, head, NULL);
            write_members(w, m->value, 4);
        } else if (head) {
            write_value(w, head, m->value, 2);
        }
        w->failed |= !head;
    }
}

int explain_lines(const struct scenario *s, const struct node *part, struct arena *a,
                  struct explain_line **out, size_t *n)
{
    struct writer w = {.scenario = s, .arena = a};
    for (size_t i = 0; i < part->count && !w.failed; i++) {
        const struct member *m = &part->member[i];
        const struct spec_section *section = spec_section(m->key);
        const char *head = arena_format(a, "%s:", m->key);
        w.path = (struct origin_path){.section = section};
        if (!head)
            w.failed = true;
        else if (!section || section->scalar || m->value->kind != NODE_MAP)
            write_value(&w, head, m->value, 0);
        else if (section->single) {
            add_line(&w, head, NULL);
            write_members(&w, m->value, 2);
        } else
            write_entries(&w, m->value, m->key);
    }
    *n = w.n;
    *out = w.failed ? NULL : arena_array(a, w.n + 1, sizeof **out);
    if (*out && w.n)
        memcpy(*out, w.line, w.n * sizeof **out);
    free(w.line);
    return *out ? 0 : PSN_EMEMORY;
}
