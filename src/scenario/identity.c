/* SPDX-License-Identifier: Apache-2.0
 * What a design point is, whatever its text looks like: a digest of its expanded tree. */
#include "scenario/identity.h"

#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/sample.h"
#include "scenario/spec.h"

_Static_assert(SHA256_DIGEST_LENGTH == IDENTITY_SIZE, "an identity is a SHA-256");

/* What of the tree is left out at this level. */
enum level { LEVEL_TREE, LEVEL_SECTION, LEVEL_ENTRY, LEVEL_BELOW };

struct walk {
    SHA2_CTX hash;
    const char *arrangement; /* in use; NULL: not known, so all of them count */
    bool exhausted;
};

/* A letter for the kind and a length before every text, so that no two trees look alike. */
static void put(struct walk *w, char kind, const char *text, size_t size)
{
    uint8_t head[9] = {(uint8_t)kind};
    for (size_t i = 0; i < 8; i++)
        head[1 + i] = (uint8_t)((uint64_t)size >> (8 * i));
    SHA256Update(&w->hash, head, sizeof head);
    if (text)
        SHA256Update(&w->hash, (const uint8_t *)text, size);
}

static bool is_one_of(const char *key, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(key, words[i]) == 0)
            return true;
    return false;
}

/* Does the member say nothing that a run depends on? */
static bool left_out(const struct walk *w, enum level level, const char *section,
                     const struct member *m)
{
    const char *key = m->key;
    static const char *const frame[] = {"psnsim", "title", "include", "study"};
    static const char *const said[] = {"label", "source"};
    if (level == LEVEL_TREE && strcmp(key, "demand") == 0) /* 1 is as if it were not set */
        return m->value->kind == NODE_SCALAR && strtod(m->value->text, NULL) == 1;
    if (level == LEVEL_TREE)
        return is_one_of(key, frame, sizeof frame / sizeof *frame);
    if (level == LEVEL_SECTION && strcmp(section, "arrangements") == 0)
        return w->arrangement && strcmp(key, w->arrangement) != 0;
    const struct spec_section *s = level == LEVEL_ENTRY ? spec_section(section) : NULL;
    return s && !s->single && !s->scalar && is_one_of(key, said, sizeof said / sizeof *said);
}

static int by_key(const void *a, const void *b)
{
    const struct member *const *x = a, *const *y = b;
    return strcmp((*x)->key, (*y)->key);
}

static void walk(struct walk *w, const struct node *n, enum level level, const char *section);

/* The members in the order of their keys: the order of a text means nothing. */
static void walk_map(struct walk *w, const struct node *n, enum level level, const char *section)
{
    const struct member **member = calloc(n->count + 1, sizeof *member);
    size_t kept = 0;
    if (!member) {
        w->exhausted = true;
        return;
    }
    for (size_t i = 0; i < n->count; i++)
        if (!left_out(w, level, section, &n->member[i]))
            member[kept++] = &n->member[i];
    if (kept)
        qsort(member, kept, sizeof *member, by_key);
    put(w, 'm', NULL, kept);
    for (size_t i = 0; i < kept; i++) {
        put(w, 'k', member[i]->key, strlen(member[i]->key));
        walk(w, member[i]->value, level < LEVEL_BELOW ? level + 1 : LEVEL_BELOW,
             level == LEVEL_TREE ? member[i]->key : section);
    }
    free(member);
}

/* What a file of values holds. */
static void walk_sample(struct walk *w, const struct sample *s)
{
    put(w, 'v', (const char *)s->law.value, s->law.n_values * sizeof *s->law.value);
    put(w, 'v', (const char *)&s->mean, sizeof s->mean);
    if (s->unit)
        put(w, 'v', s->unit, strlen(s->unit));
}

static void walk(struct walk *w, const struct node *n, enum level level, const char *section)
{
    switch (n->kind) {
    case NODE_SCALAR:
        put(w, n->quoted ? 'q' : 's', n->text, strlen(n->text));
        if (n->sample)
            walk_sample(w, n->sample);
        break;
    case NODE_LIST:
        put(w, 'l', NULL, n->count);
        for (size_t i = 0; i < n->count; i++)
            walk(w, n->item[i], LEVEL_BELOW, section);
        break;
    case NODE_MAP:
        walk_map(w, n, level, section);
        break;
    case NODE_NULL:
    default:
        put(w, 'n', NULL, 0);
        break;
    }
}

int scenario_identity(const struct scenario *s, const struct setting *settings, size_t n,
                      uint8_t digest[IDENTITY_SIZE], psn_diagnostics *all)
{
    struct arena a = {0};
    const struct node *tree = scenario_expand(s, settings, n, &a, all);
    if (!tree) {
        arena_fini(&a);
        return all->count ? all->items[all->count - 1].code : PSN_EINPUT;
    }
    const struct node *arrangement = node_at(tree, "use.arrangement");
    struct walk w = {
        .arrangement = arrangement && arrangement->kind == NODE_SCALAR ? arrangement->text : NULL};
    SHA256Init(&w.hash);
    put(&w, 'v', PSNSIM_VERSION, strlen(PSNSIM_VERSION));
    walk(&w, tree, LEVEL_TREE, "");
    SHA256Final(digest, &w.hash);
    arena_fini(&a);
    return w.exhausted ? psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory") : 0;
}
