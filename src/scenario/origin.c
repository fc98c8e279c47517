/* SPDX-License-Identifier: Apache-2.0
 * Where a value of the expanded tree came from: its place tells the text, and the tree before
 * `like` was followed tells in which entry it stands. */
#include "scenario/origin.h"

#include <string.h>

#include "scenario/expansion.h"
#include "scenario/standard.h"

void origin_push(struct origin_path *p, const char *key)
{
    if (p->n < sizeof p->key / sizeof *p->key)
        p->key[p->n] = key;
    p->n++;
}

void origin_pop(struct origin_path *p)
{
    p->n--;
}

/* The value at the end of the path below an entry as it was before expansion. */
static const struct node *follow(const struct node *entry, const struct origin_path *p)
{
    for (size_t i = 0; i < p->n && entry; i++)
        entry = i < sizeof p->key / sizeof *p->key ? node_get(entry, p->key[i]) : NULL;
    return entry;
}

/* An entry before expansion. One of a group ("schools/17") stands in the text under the group's
 * name. */
static const struct member *raw_entry(const struct node *section, const char *name)
{
    const struct member *m = node_member(section, name);
    size_t length = strcspn(name, "/");
    for (size_t i = 0; !m && name[length] && section && i < section->count; i++)
        if (strlen(section->member[i].key) == length &&
            strncmp(section->member[i].key, name, length) == 0)
            m = &section->member[i];
    return m;
}

static bool same_place(psn_place a, psn_place b)
{
    return a.line == b.line && a.column == b.column && a.file && b.file &&
           strcmp(a.file, b.file) == 0;
}

/* The entry, on the chain of `like` from the path's own, in which the value stands; NULL where it
 * is its own, or none has it (a setting of a study's point). */
static const char *owner(const struct scenario *s, const struct origin_path *p, psn_place place)
{
    const struct node *section = p->section ? node_get(s->tree, p->section->name) : NULL;
    const struct member *entry = p->entry ? raw_entry(section, p->entry) : NULL;
    for (size_t depth = 0; entry && depth <= EXPAND_LIKE_MOST; depth++) {
        const struct node *n = follow(entry->value, p);
        if (n && same_place(n->place, place))
            return depth ? entry->key : NULL;
        const struct node *like = node_get(entry->value, "like");
        if (!like || like->kind != NODE_SCALAR)
            return NULL;
        entry = raw_entry(section, like->text);
    }
    return NULL;
}

struct origin origin_of(const struct scenario *s, const struct origin_path *p, const struct node *n)
{
    struct origin o = {.kind = ORIGIN_TEXT, .file = n->place.file, .line = n->place.line};
    if (standard_is(n)) {
        o.kind = ORIGIN_STANDARD;
        return o;
    }
    if (n->place.file && strncmp(n->place.file, "--set", 5) == 0)
        o.kind = ORIGIN_SET;
    o.like = owner(s, p, n->place);
    for (size_t i = 0; i < s->n_texts && o.file; i++)
        if (strcmp(s->text[i].file, n->place.file) == 0)
            o.file = s->text[i].name;
    return o;
}

const char *origin_text(struct arena *a, const struct origin *o)
{
    const char *before = o->like ? ", like " : "", *like = o->like ? o->like : "";
    if (o->kind == ORIGIN_STANDARD)
        return "default";
    if (o->kind == ORIGIN_SET)
        return arena_format(a, "--set%s%s", before, like);
    return arena_format(a, "%s:%u%s%s", o->file ? o->file : "", o->line, before, like);
}
