/* SPDX-License-Identifier: Apache-2.0
 * Labels as names of the language: "São Paulo (2)" is sao-paulo-2, and a second one sao-paulo-2-2.
 */
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import.h"
#include "scenario/node.h"

/* The longest name that is made of a label, in bytes. */
#define NAME_MOST 48

/* The letters of U+00C0 to U+017F without their marks (Unicode's decompositions; ligatures in two
 * letters); "" is none. */
static const char *const plain_letters[] = {
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",  /* 00C0 */
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "ss", /* 00D0 */
    "a", "a", "a",  "a",  "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",  /* 00E0 */
    "d", "n", "o",  "o",  "o", "o", "o",  "",  "o", "u", "u", "u", "u", "y", "th", "y",  /* 00F0 */
    "a", "a", "a",  "a",  "a", "a", "c",  "c", "c", "c", "c", "c", "c", "c", "d",  "d",  /* 0100 */
    "d", "d", "e",  "e",  "e", "e", "e",  "e", "e", "e", "e", "e", "g", "g", "g",  "g",  /* 0110 */
    "g", "g", "g",  "g",  "h", "h", "h",  "h", "i", "i", "i", "i", "i", "i", "i",  "i",  /* 0120 */
    "i", "i", "ij", "ij", "j", "j", "k",  "k", "k", "l", "l", "l", "l", "l", "l",  "l",  /* 0130 */
    "l", "l", "l",  "n",  "n", "n", "n",  "n", "n", "n", "n", "n", "o", "o", "o",  "o",  /* 0140 */
    "o", "o", "oe", "oe", "r", "r", "r",  "r", "r", "r", "s", "s", "s", "s", "s",  "s",  /* 0150 */
    "s", "s", "t",  "t",  "t", "t", "t",  "t", "u", "u", "u", "u", "u", "u", "u",  "u",  /* 0160 */
    "u", "u", "u",  "u",  "w", "w", "y",  "y", "y", "z", "z", "z", "z", "z", "z",  "s",  /* 0170 */
};

/* The character at *text, which moves behind it; 0 at the end. The text is UTF-8. */
static uint32_t next_character(const unsigned char **text)
{
    uint32_t c = *(*text)++;
    size_t more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
    if (more)
        c &= 0x3FU >> more;
    for (; more > 0 && (**text & 0xC0) == 0x80; more--)
        c = c << 6 | (*(*text)++ & 0x3F);
    return c;
}

/* Small letters, digits and single hyphens of a text; "" where nothing of it can be in a name. */
static void make_plain(const char *text, char name[NAME_MOST + 1])
{
    size_t used = 0;
    bool apart = false;
    const unsigned char *at = (const unsigned char *)text;
    while (*at) {
        uint32_t c = next_character(&at);
        char one[2] = {(char)c, '\0'};
        const char *letters = one;
        if (c >= 'A' && c <= 'Z')
            one[0] = (char)(c - 'A' + 'a');
        else if (c >= 0xC0 && c < 0xC0 + sizeof plain_letters / sizeof *plain_letters)
            letters = plain_letters[c - 0xC0];
        else if (c == '\'' || c == 0x2019)
            continue; /* King's Lynn is kings-lynn */
        else if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            letters = "";
        size_t length = strlen(letters), hyphen = apart && used > 0 && length > 0;
        if (used + hyphen + length > NAME_MOST)
            break;
        if (hyphen)
            name[used++] = '-';
        memcpy(name + used, letters, length);
        used += length;
        apart = length == 0;
    }
    name[used] = '\0';
}

/* Words that YAML may read as something else than a name, or that the language keeps. */
static bool is_kept(const char *name)
{
    static const char *const words[] = {"all", "none", "true", "false", "null", "yes",
                                        "no",  "on",   "off",  "y",     "n"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], name) == 0)
            return true;
    return false;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void keep(void *text)
{
    (void)text; /* the arena's */
}

/* Names that are taken: one set for sites, links, roles and the partner, another for workloads. */
struct taken {
    struct arena *arena;
    void *tree;
    /* How often a base was asked for, so that the next number is found without trying all. */
    void *counts;
};

struct count {
    const char *base; /* first: compared as a text through its entry */
    size_t n;
};

static int compare_counts(const void *a, const void *b)
{
    return strcmp(((const struct count *)a)->base, ((const struct count *)b)->base);
}

/* Takes `name` if nobody has it. 1: taken, 0: somebody has it, PSN_EMEMORY. */
static int take(struct taken *t, const char *name)
{
    const char **found = tsearch(name, &t->tree, compare_texts);
    return found ? *found == name : PSN_EMEMORY;
}

static struct count *count_of(struct taken *t, const char *base)
{
    struct count *c = arena_alloc(t->arena, sizeof *c);
    if (!c)
        return NULL;
    *c = (struct count){base, 1};
    struct count **found = tsearch(c, &t->counts, compare_counts);
    return found ? *found : NULL;
}

/* `base`, or where it is taken base-2, base-3 ...; NULL where memory ends. */
static const char *make_unique(struct taken *t, const char *base)
{
    struct count *c = count_of(t, base);
    const char *name = base;
    while (c && name) {
        int code = take(t, name);
        if (code < 0)
            return NULL;
        if (code > 0)
            return name;
        name = arena_format(t->arena, "%s-%zu", base, ++c->n);
    }
    return NULL;
}

/* A name of the first of these texts of which one can be made, with `kind` before it where it would
 * begin with a digit or is a word of the language. */
static const char *name_of(struct taken *t, const char *kind, const char *label, const char *id)
{
    char plain[NAME_MOST + 1] = "";
    if (label)
        make_plain(label, plain);
    if (!*plain && id)
        make_plain(id, plain);
    const char *base;
    if (!*plain)
        base = arena_string(t->arena, kind);
    else if (plain[0] < 'a' || is_kept(plain))
        base = arena_format(t->arena, "%s-%s", kind, plain);
    else
        base = arena_string(t->arena, plain);
    return base ? make_unique(t, base) : NULL;
}

static bool name_all(struct import_network *w, struct taken *things, struct taken *workloads)
{
    /* What import_write names itself. */
    static const char *const own[] = {"users", "servers", "app"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (!make_unique(things, own[i]))
            return false;
    for (size_t i = 0; i < w->n_nodes; i++)
        if (!(w->node[i].name = name_of(things, "node", w->node[i].label, w->node[i].id)))
            return false;
    for (size_t i = 0; i < w->n_nodes && w->n_demands > 0; i++) {
        const char *role = arena_format(w->arena, "at-%s", w->node[i].name);
        if (!role || !(w->node[i].role = make_unique(things, role)))
            return false;
    }
    for (size_t i = 0; i < w->n_links; i++) {
        struct import_link *l = &w->link[i];
        const char *both =
            arena_format(w->arena, "%s-%s", w->node[l->from].name, w->node[l->to].name);
        l->name = both ? name_of(things, "link", l->id ? l->id : both, NULL) : NULL;
        if (!l->name)
            return false;
    }
    for (size_t i = 0; i < w->n_demands; i++)
        if (!(w->demand[i].name = name_of(workloads, "demand", w->demand[i].id, NULL)))
            return false;
    return true;
}

int import_name(struct import_network *w)
{
    struct taken things = {.arena = w->arena}, workloads = {.arena = w->arena};
    bool named = name_all(w, &things, &workloads);
    tdestroy(things.tree, keep);
    tdestroy(things.counts, keep);
    tdestroy(workloads.tree, keep);
    tdestroy(workloads.counts, keep);
    if (named)
        return 0;
    return psn_mistake_add(w->all, PSN_EMEMORY, (psn_place){.file = w->file}, "out of memory");
}

/* White space, control characters and other breaks of lines: U+0085, U+2028, U+2029, U+FEFF and
 * what no text has (U+FFFE, U+FFFF). */
static bool is_blank(uint32_t c)
{
    return c <= ' ' || (c >= 0x7F && c <= 0xA0) || c == 0x2028 || c == 0x2029 || c == 0xFEFF ||
           c == 0xFFFE || c == 0xFFFF;
}

const char *import_line(struct arena *a, const char *text)
{
    char *line = arena_alloc(a, strlen(text) + 1), *end = line;
    if (!line)
        return NULL;
    bool apart = false;
    const unsigned char *at = (const unsigned char *)text;
    while (*at) {
        const unsigned char *begin = at;
        if (is_blank(next_character(&at))) {
            apart = end > line;
            continue;
        }
        if (apart)
            *end++ = ' ';
        apart = false;
        memcpy(end, begin, (size_t)(at - begin));
        end += at - begin;
    }
    *end = '\0';
    return line;
}
