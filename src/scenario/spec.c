/* SPDX-License-Identifier: Apache-2.0
 * Look-ups in the table of the language (spec_sections.c). */
#include "scenario/spec.h"

#include <string.h>

const struct spec_section *spec_section(const char *name)
{
    for (const struct spec_section *s = spec_sections(); s->name; s++)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

static const struct spec_key *key_in(const struct spec_key *record, const char *name)
{
    for (; record && record->name; record++)
        if (strcmp(record->name, name) == 0)
            return record;
    return NULL;
}

const struct spec_key *spec_key(const struct spec_key *record, const char *name, bool common)
{
    const struct spec_key *k = key_in(record, name);
    if (!k && common)
        k = key_in(spec_common(), name);
    return k ? k : key_in(record, "*");
}

void spec_list_words(const char *words, char out[SPEC_WORDS])
{
    size_t used = 0;
    while (*words && used + 40 < SPEC_WORDS) {
        size_t n = strcspn(words, " "), gap = strspn(words + n, " ");
        memcpy(out + used, words, n);
        used += n;
        const char *between = words[n + gap] == '\0'         ? ""
                              : strchr(words + n + gap, ' ') ? ", "
                                                             : " or ";
        memcpy(out + used, between, strlen(between));
        used += strlen(between);
        words += n + gap;
    }
    out[used] = '\0';
}

const char *spec_sections_in_words(const char *sections, bool many, char out[SPEC_SECTIONS_WORDS])
{
    static const struct {
        const char *section, *article, *one, *many;
    } names[] = {
        {"partners", "a ", "partner", "partners"},
        {"links", "a ", "link", "links"},
        {"compute", "a ", "pool", "pools"},
        {"desks", "a ", "desk", "desks"},
        {"storage", "an ", "array", "arrays"},
        {"sites", "a ", "site", "sites"},
        {"classes", "a ", "class", "classes"},
        {"services", "a ", "service", "services"},
        {"profiles", "a ", "profile", "profiles"},
        {"calendars", "a ", "calendar", "calendars"},
        {"arrangements", "an ", "arrangement", "arrangements"},
        {"hours", "an ", "entry of `hours`", "entries of `hours`"},
    };
    size_t left = 0, used = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        left += spec_has_word(sections, names[i].section);
    snprintf(out, SPEC_SECTIONS_WORDS, "%s", left == 0 ? "a name" : "");
    for (size_t i = 0; i < sizeof names / sizeof *names && used < SPEC_SECTIONS_WORDS; i++) {
        if (!spec_has_word(sections, names[i].section))
            continue;
        const char *before = used == 0  ? (many ? "" : names[i].article)
                             : left > 1 ? ", "
                             : many     ? " and "
                                        : " or ";
        int n = snprintf(out + used, SPEC_SECTIONS_WORDS - used, "%s%s", before,
                         many ? names[i].many : names[i].one);
        used += n > 0 ? (size_t)n : 0;
        left--;
    }
    return out;
}

bool spec_holds_records(const struct spec_key *key)
{
    return key && key->kind == SPEC_MAP && key->record && key->record->name &&
           strcmp(key->record->name, "*") != 0;
}

const struct spec_key *spec_key_at(const struct spec_key *record, const char *path, bool common)
{
    for (;;) {
        size_t length = strcspn(path, ".");
        char name[64] = "";
        if (length < sizeof name)
            memcpy(name, path, length);
        const struct spec_key *key = spec_key(record, name, common);
        if (!key || path[length] == '\0')
            return key;
        record = key->record;
        common = false;
        path += length + 1;
        if (spec_holds_records(key)) { /* a free name, and the record's key behind it */
            path += strcspn(path, ".");
            if (*path == '\0')
                return NULL;
            path++;
        }
    }
}

bool spec_has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    while (words && *words) {
        size_t n = strcspn(words, " ");
        if (n == length && strncmp(words, word, n) == 0)
            return true;
        words += n + strspn(words + n, " ");
    }
    return false;
}
