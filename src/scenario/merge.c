/* SPDX-License-Identifier: Apache-2.0
 * Merges the texts of a scenario: a name is defined once over all of them. */
#include <stdlib.h>
#include <string.h>

#include "scenario/load.h"
#include "scenario/spec.h"

static int compare_pieces(const void *x, const void *y)
{
    const struct piece *a = x, *b = y;
    int order = strcmp(a->member.key, b->member.key);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

static void tell_twice(psn_diagnostics *all, const char *section, const struct member *m,
                       psn_place first)
{
    char quoted[NODE_QUOTE];
    psn_mistake_add(all, PSN_EINPUT, m->place,
                    "\"%s\"%s%s is defined twice, first at %s:%u:%u; expected a name once over all "
                    "texts",
                    node_quote(m->key, quoted), section ? " of " : "", section ? section : "",
                    first.file ? first.file : "", first.line, first.column);
}

/* The entries of `n` maps in one, each name once. */
static struct node *merge_maps(struct arena *a, const struct piece *pieces, size_t n,
                               psn_diagnostics *all)
{
    size_t count = 0, used = 0;
    for (size_t i = 0; i < n; i++)
        count += pieces[i].member.value->count;
    struct node *out = node_new_map(a, pieces[0].member.value->place, count);
    struct piece *entry = malloc((count + 1) * sizeof *entry);
    if (!out || !entry) {
        free(entry);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < pieces[i].member.value->count; j++, used++)
            entry[used] = (struct piece){pieces[i].member.value->member[j], false, used};
    qsort(entry, count, sizeof *entry, compare_pieces);
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        bool twice = i > 0 && strcmp(entry[i].member.key, entry[first].member.key) == 0;
        if (twice)
            tell_twice(all, pieces[0].member.key, &entry[i].member, entry[first].member.place);
        else
            first = i;
        out->member[entry[i].order] = entry[i].member;
        if (twice)
            out->member[entry[i].order].value = NULL;
    }
    out->count = 0;
    for (size_t i = 0; i < count; i++)
        if (out->member[i].value)
            out->member[out->count++] = out->member[i];
    free(entry);
    return out;
}

/* Pieces of one key: a section of names is merged, all else stands once. */
static bool merge_key(struct arena *a, struct piece *pieces, size_t n, struct member *out,
                      psn_diagnostics *all)
{
    const struct spec_section *s = spec_section(pieces[0].member.key);
    bool names = s && !s->single && !s->scalar && !s->later, all_maps = true;
    *out = pieces[0].member;
    for (size_t i = 0; i < n; i++)
        all_maps = all_maps && pieces[i].member.value->kind == NODE_MAP;
    if (n == 1)
        return true;
    if (names && all_maps) {
        out->value = merge_maps(a, pieces, n, all);
        return out->value != NULL;
    }
    for (size_t i = 1; i < n; i++) {
        if (names) { /* one of them is no map: the expansion tells it where it is the only one */
            const struct node *v = pieces[i].member.value;
            if (v->kind != NODE_MAP)
                psn_mistake_add(all, PSN_EINPUT, v->place,
                                "\"%s\" holds %s; expected a map of names", s->name,
                                node_kind_name(v));
        } else if (!s || !s->later) {
            tell_twice(all, NULL, &pieces[i].member, pieces[0].member.place);
        } else if (pieces[i].first_text) {
            *out = pieces[i].member; /* the one that is refused */
        }
    }
    return true;
}

struct node *merge_pieces(struct arena *a, struct piece *pieces, size_t n, psn_place place,
                          psn_diagnostics *all)
{
    struct node *out = node_new_map(a, place, n);
    if (!out)
        return NULL;
    out->count = 0;
    if (n)
        qsort(pieces, n, sizeof *pieces, compare_pieces);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i + 1; j < n && strcmp(pieces[i].member.key, pieces[j].member.key) == 0;)
            j++;
        if (!merge_key(a, &pieces[i], j - i, &out->member[out->count++], all))
            return NULL;
    }
    return out;
}
