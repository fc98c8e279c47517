/* SPDX-License-Identifier: Apache-2.0
 * What the tests of the reading half share: texts from memory, and the mistakes that they must
 * give. */
#ifndef TEST_SCENARIO_READING_H
#define TEST_SCENARIO_READING_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/scenario.h"

/* A sound scenario of seven lines; what a test adds begins in line 8. */
#define SOUND                                                                                      \
    "psnsim: 1\n"                                                                                  \
    "time: {start: 2014-04-07, horizon: 1 d}\n"                                                    \
    "use: {arrangement: shared}\n"                                                                 \
    "arrangements: {shared: {hosting: {all: {app: pool}}}}\n"                                      \
    "sites: {hall: {}, dc: {}}\n"                                                                  \
    "compute: {pool: {site: dc, cores: 4}}\n"                                                      \
    "services: {ask: {steps: [{request: 4 KB}, {compute: app, work: exp(40 ms)}]}}\n"

/* A text by its name. */
struct given {
    const char *name, *text;
    size_t size; /* 0: up to the NUL */
};

/* A scenario_fetch over an array of them that ends with a NULL name. */
static inline int given_fetch(void *context, const char *name, psn_place asked, char **bytes,
                              size_t *size, psn_diagnostics *all)
{
    for (const struct given *g = context; g->name; g++)
        if (strcmp(g->name, name) == 0) {
            *size = g->size ? g->size : strlen(g->text);
            *bytes = malloc(*size + 1);
            cr_assert(*bytes);
            memcpy(*bytes, g->text, *size);
            return 0;
        }
    return psn_mistake_add(all, PSN_EINPUT, asked, "no text \"%s\"", name);
}

/* Loads and expands the first text given; NULL with the mistakes where it is not sound. The
 * scenario is the caller's to free in any case. */
static inline struct node *given_expand(struct given *texts, const char *const *sets, size_t n_sets,
                                        struct scenario **s, struct arena *a, psn_diagnostics *all)
{
    if (scenario_load_from(given_fetch, texts, texts[0].name, sets, n_sets, s, all))
        return NULL;
    return scenario_expand(*s, NULL, 0, a, all);
}

/* Is there a mistake at this place whose text has all of `gist`? */
static inline bool has_mistake(const psn_diagnostics *all, const char *file, uint32_t line,
                               uint32_t column, const char *gist)
{
    for (size_t i = 0; i < all->count; i++) {
        const psn_mistake *m = &all->items[i];
        if (m->place.line == line && m->place.column == column && m->place.file &&
            strcmp(m->place.file, file) == 0 && strstr(m->text, gist))
            return true;
    }
    return false;
}

#define assert_mistake(all, file, line, column, gist)                                              \
    do {                                                                                           \
        bool has_it = has_mistake(all, file, line, column, gist);                                  \
        if (!has_it)                                                                               \
            psn_diagnostics_print(all, stderr);                                                    \
        cr_expect(has_it, "no mistake %s:%d:%d with \"%s\"", file, line, column, gist);            \
    } while (0)

/* The texts give exactly one mistake: this one. */
static inline void one_mistake(struct given *texts, const char *const *sets, size_t n_sets,
                               const char *file, uint32_t line, uint32_t column, const char *gist)
{
    psn_diagnostics all = {0};
    struct arena a = {0};
    struct scenario *s = NULL;
    const struct node *tree = given_expand(texts, sets, n_sets, &s, &a, &all);
    cr_expect_null(tree);
    cr_expect_eq(all.count, 1, "%zu mistakes", all.count);
    assert_mistake(&all, file, line, column, gist);
    arena_fini(&a);
    scenario_free(s);
    psn_diagnostics_fini(&all);
}

/* The same for one text alone. */
static inline void text_mistake(const char *text, uint32_t line, uint32_t column, const char *gist)
{
    struct given texts[] = {{"main.yaml", text, 0}, {0}};
    one_mistake(texts, NULL, 0, "main.yaml", line, column, gist);
}

/* The sound scenario with more lines below, from line 8 on. */
#define sound_mistake(more, line, column, gist) text_mistake(SOUND more, line, column, gist)

#endif
