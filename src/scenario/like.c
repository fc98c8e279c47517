/* SPDX-License-Identifier: Apache-2.0
 * Rule 3 of the grammar: `like` takes over another entry's keys, `none` drops one; and rule 2: a
 * list of one may be written as its item. */
#include <stdlib.h>
#include <string.h>

#include "scenario/like.h"

/* Beyond this many comparisons a map is searched by a sorted index. */
#define LINEAR_MOST 4096

static struct node *tidy_value(struct expansion *x, struct node *n, const struct spec_key *key);
static struct node *tidy_map(struct expansion *x, struct node *n, const struct spec_key *record,
                             bool common, bool names);

static bool takes_list(const struct spec_key *key)
{
    return key && (key->kind == SPEC_NAMES || key->kind == SPEC_RECORDS);
}

/* A scalar or map where a list stands becomes a list of itself. */
static struct node *as_list(struct expansion *x, struct node *n, const struct spec_key *key)
{
    if (!takes_list(key) || n->kind == NODE_LIST || n->kind == NODE_NULL ||
        (n->kind == NODE_MAP) != (key->kind == SPEC_RECORDS))
        return n;
    if (n->kind == NODE_SCALAR && spec_has_word(key->words, n->text))
        return n;
    struct node *list = node_new_list(x->arena, n->place, 1);
    if (!list)
        return expand_out_of_memory(x);
    list->item[0] = n;
    return list;
}

static struct node *tidy_list(struct expansion *x, struct node *list, const struct spec_key *key)
{
    struct node *copy = NULL;
    for (size_t i = 0; i < list->count; i++) {
        struct node *item = list->item[i];
        if (item->kind == NODE_MAP)
            item = like_tidy(x, item, key->record, false);
        if (!item)
            return NULL;
        if (item != list->item[i] && !copy) {
            copy = node_new_list(x->arena, list->place, list->count);
            if (!copy)
                return expand_out_of_memory(x);
            memcpy(copy->item, list->item, list->count * sizeof *copy->item);
        }
        if (copy)
            copy->item[i] = item;
    }
    return copy ? copy : list;
}

static struct node *tidy_value(struct expansion *x, struct node *n, const struct spec_key *key)
{
    n = as_list(x, n, key);
    if (n && n->kind == NODE_LIST && !expand_count(x, n->count, n->place))
        return NULL;
    if (!n || !key)
        return n;
    if (n->kind == NODE_LIST && key->kind == SPEC_RECORDS)
        return tidy_list(x, n, key);
    if (n->kind == NODE_MAP && key->kind != SPEC_CUSTOM && key->kind != SPEC_CHOICE)
        return tidy_map(x, n, key->record, false,
                        key->kind == SPEC_MAP && key->record &&
                            strcmp(key->record->name, "*") != 0);
    return n;
}

/* Does `none` drop this key of a map? It drops keys of the language and names, so that an unknown
 * key is told whatever stands behind it. */
static bool drops(const struct spec_key *key, const struct member *m, bool names)
{
    return node_is_none(m->value) && (key ? !key->none : names);
}

/* like_tidy; `names`: the map's keys are names, each with a map of the record's keys. */
static struct node *tidy_map(struct expansion *x, struct node *n, const struct spec_key *record,
                             bool common, bool names)
{
    if (!expand_count(x, n->count + 1, n->place))
        return NULL;
    struct node *copy = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < n->count; i++) {
        const struct member *m = &n->member[i];
        const struct spec_key *key = names ? NULL : spec_key(record, m->key, common);
        struct node *value = NULL; /* dropped */
        if (!drops(key, m, names)) {
            value = names && m->value->kind == NODE_MAP
                        ? tidy_map(x, m->value, record, false, false)
                        : tidy_value(x, m->value, key);
            if (!value)
                return NULL;
        }
        if (value != m->value && !copy) {
            copy = node_new_map(x->arena, n->place, n->count);
            if (!copy)
                return expand_out_of_memory(x);
            memcpy(copy->member, n->member, kept * sizeof *copy->member);
        }
        if (copy && value)
            copy->member[kept] = (struct member){m->key, m->place, value};
        kept += value != NULL;
    }
    if (copy)
        copy->count = kept;
    return copy ? copy : n;
}

struct node *like_tidy(struct expansion *x, struct node *n, const struct spec_key *record,
                       bool common)
{
    return tidy_map(x, n, record, common, false);
}

/* A key and where it stands in its map. */
struct ranked {
    const char *key;
    size_t at;
};

static int compare_ranked(const void *x, const void *y)
{
    return strcmp(((const struct ranked *)x)->key, ((const struct ranked *)y)->key);
}

/* Where each member of `over` stands in `base` (SIZE_MAX: nowhere). Malloc'ed. */
static size_t *positions(const struct node *base, const struct node *over)
{
    size_t *at = malloc((over->count + 1) * sizeof *at);
    struct ranked *ranked = NULL;
    if (at && base->count && over->count > LINEAR_MOST / base->count)
        ranked = malloc(base->count * sizeof *ranked);
    if (ranked) {
        for (size_t i = 0; i < base->count; i++)
            ranked[i] = (struct ranked){base->member[i].key, i};
        qsort(ranked, base->count, sizeof *ranked, compare_ranked);
    }
    for (size_t i = 0; at && i < over->count; i++) {
        at[i] = SIZE_MAX;
        struct ranked wanted = {over->member[i].key, 0};
        if (ranked) {
            const struct ranked *hit =
                bsearch(&wanted, ranked, base->count, sizeof *ranked, compare_ranked);
            at[i] = hit ? hit->at : SIZE_MAX;
        } else {
            const struct member *hit = node_member(base, wanted.key);
            at[i] = hit ? (size_t)(hit - base->member) : SIZE_MAX;
        }
    }
    free(ranked);
    return at;
}

/* `base` overlaid with `over`: maps merge deeply, all else replaces. `none` replaces as well, and
 * is dropped by like_tidy afterwards. */
static struct node *merge(struct expansion *x, const struct node *base, const struct node *over)
{
    if (!expand_count(x, base->count + over->count + 1, over->place))
        return NULL;
    struct node *out = node_new_map(x->arena, over->place, base->count + over->count);
    size_t *at = positions(base, over);
    if (!out || !at) {
        free(at);
        return expand_out_of_memory(x);
    }
    if (base->count)
        memcpy(out->member, base->member, base->count * sizeof *out->member);
    out->count = base->count;
    for (size_t i = 0; i < over->count && out; i++) {
        struct member m = over->member[i];
        if (at[i] == SIZE_MAX) {
            out->member[out->count++] = m;
            continue;
        }
        const struct node *below = base->member[at[i]].value;
        if (m.value->kind == NODE_MAP && below->kind == NODE_MAP)
            m.value = merge(x, below, m.value);
        if (!m.value)
            out = NULL;
        else
            out->member[at[i]] = m;
    }
    free(at);
    return out;
}

/* A map without its key `like`. */
static struct node *without_like(struct expansion *x, const struct node *n)
{
    struct node *copy = node_new_map(x->arena, n->place, n->count);
    if (!copy)
        return expand_out_of_memory(x);
    copy->count = 0;
    for (size_t i = 0; i < n->count; i++)
        if (strcmp(n->member[i].key, "like") != 0)
            copy->member[copy->count++] = n->member[i];
    return copy;
}

static struct node *tell(struct expansion *x, psn_place place, const char *entry, const char *wrong,
                         const char *expected)
{
    char quoted[NODE_QUOTE];
    psn_mistake_add(x->all, PSN_EINPUT, place, "\"%s\" %s; expected %s", node_quote(entry, quoted),
                    wrong, expected);
    return NULL;
}

static struct node *unknown_like(struct expansion *x, const struct entry_table *t,
                                 const struct node *like)
{
    char quoted[NODE_QUOTE];
    const char *near = NULL;
    const char **names =
        x->all->count < PSN_DIAGNOSTICS_KEPT ? malloc((t->n + 1) * sizeof *names) : NULL;
    if (names) {
        for (size_t i = 0; i < t->n; i++)
            names[i] = t->entry[i].member->key;
        near = node_nearest(like->text, names, t->n);
        free(names);
    }
    psn_mistake_add(x->all, PSN_EINPUT, like->place,
                    "\"%s\" is no entry of %s; expected another entry of this section%s%s%s",
                    node_quote(like->text, quoted), t->section->name, near ? " (did you mean " : "",
                    near ? near : "", near ? "?)" : "");
    return NULL;
}

static struct node *expand_deep(struct expansion *x, struct entry_table *t, struct entry *e,
                                size_t depth);

/* The map of an entry with the keys of what it is like. */
static struct node *follow(struct expansion *x, struct entry_table *t, const struct node *n,
                           const struct node *like, size_t depth)
{
    if (like->kind != NODE_SCALAR)
        return tell(x, like->place, "like", "holds no name", "another entry of this section");
    struct node *own = without_like(x, n);
    if (!own || node_is_none(like))
        return own;
    struct entry *base = expand_find(t, like->text);
    if (!base)
        return unknown_like(x, t, like);
    if (base->state == ENTRY_BUSY)
        return tell(x, like->place, like->text, "is like itself, in a circle of `like`",
                    "a chain that ends");
    if (depth == EXPAND_LIKE_MOST)
        return tell(x, like->place, like->text, "ends a chain of too many `like`",
                    "64 at most in a row");
    struct node *below = expand_deep(x, t, base, depth + 1);
    if (!below)
        return NULL;
    if (below->kind != NODE_MAP)
        return tell(x, like->place, like->text, "is no map", "an entry that has keys");
    return merge(x, below, own);
}

static struct node *expand_new(struct expansion *x, struct entry_table *t, const struct entry *e,
                               size_t depth)
{
    struct node *n = e->member->value;
    if (n->kind == NODE_NULL)
        return tell(x, e->member->place, e->member->key, "has no value",
                    "a map of keys ({} for an entry without any)");
    bool entry_is_value = strcmp(t->section->key->name, "=") == 0;
    if (n->kind != NODE_MAP || entry_is_value)
        return n;
    const struct node *like = node_get(n, "like");
    if (like)
        n = follow(x, t, n, like, depth);
    return n ? like_tidy(x, n, t->section->key, true) : NULL;
}

static struct node *expand_deep(struct expansion *x, struct entry_table *t, struct entry *e,
                                size_t depth)
{
    if (e->state == ENTRY_NEW && !x->exhausted) {
        e->state = ENTRY_BUSY;
        e->done = expand_new(x, t, e, depth);
        e->state = e->done ? ENTRY_DONE : ENTRY_FAILED;
    }
    return e->done;
}

struct node *like_expand(struct expansion *x, struct entry_table *t, struct entry *e)
{
    return expand_deep(x, t, e, 1);
}
