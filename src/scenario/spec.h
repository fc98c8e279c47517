/* SPDX-License-Identifier: Apache-2.0
 * The table of the language: every section and key, its kind of value, default, meaning and an
 * example. One table checks the text, words the mistakes and is the source of the reference. */
#ifndef SCENARIO_SPEC_H
#define SCENARIO_SPEC_H

#include <stdio.h>

#include "scenario/node.h"
#include "scenario/quantity.h"

struct groups;

enum spec_kind {
    SPEC_TEXT, /* any scalar; a map of names of `section` where it has a `record` */
    SPEC_WORD, /* one of `words` (space separated) */
    SPEC_BOOL,
    SPEC_QUANTITY,  /* of `dimension` within `bound`; attributes where `attributes`; a map of names
                       of `section` where it has one */
    SPEC_RANDOM,    /* a quantity or a law */
    SPEC_DATE,      /* YYYY-MM-DD or YYYY-MM-DDTHH:MM */
    SPEC_NAME,      /* a name that is introduced by being used (a role) */
    SPEC_REFERENCE, /* a name of section `section` (several sections: space separated) */
    SPEC_CHOICE,    /* such a name, a list in order of preference, or {name: share} (rule 6) */
    SPEC_NAMES,   /* a list of such names, or one; `all` where `words` is "all"; without `section`:
                     a list of texts */
    SPEC_PAIR,    /* exactly two names */
    SPEC_HOURLY,  /* 24 numbers, or one for all hours */
    SPEC_MONTHLY, /* 12 numbers */
    SPEC_RECORD,  /* a map with the keys of `record` */
    SPEC_MAP, /* a map of free names, or of names of `section` (and `all` where `words` is "all");
                 each value is of `record` where it has one (one key named "*" for scalars) */
    SPEC_RECORDS, /* a list of maps with the keys of `record`, or one */
    SPEC_CUSTOM,  /* checked by the description */
    SPEC_POINTS,  /* a whole number, a table's file, or a list of settings {path: value} */
};

struct spec_key {
    const char *name;
    enum spec_kind kind;
    enum dimension dimension;
    enum bound bound;
    bool attributes, required;
    bool later;        /* of the language, but not built yet: refused by name */
    bool beside;       /* it stands by the values of other keys: its default is not written out */
    bool idle;         /* kept, shown, and of no effect on any figure */
    bool none;         /* the word `none` is a value here, and drops no key */
    bool ordered;      /* of SPEC_NAMES: their order means something */
    bool groups;       /* a group may stand here for all of its members; elsewhere one is wanted */
    bool paths;        /* of SPEC_CUSTOM: a map of factors, whose keys are paths of the language */
    const char *words; /* SPEC_QUANTITY, SPEC_RANDOM: values besides, each a word of its own */
    const char *section;
    const struct spec_key
        *record;          /* ends with a NULL name; of a scalar: the keys of its form as a map */
    const char *standard; /* the default as text; NULL: none */
    const char *meaning, *example;
    const char *later_words; /* values of the language that are not built yet (space separated) */
    /* Keys of one record that depend on each other, for the schema; the description tells such
     * mistakes in words of the thing described. */
    const char *one_of;  /* of the keys with the same word here exactly one stands */
    const char *with;    /* it stands only together with one of these keys (space separated) */
    const char *without; /* it does not stand together with this key */
};

struct spec_section {
    const char *name;
    const struct spec_key *key; /* of an entry; a first key named "=" is the entry itself */
    const char *meaning;
    const char *example; /* an entry (or the whole of a single section), as YAML text */
    bool single;         /* one record, not a map of names */
    bool scalar;         /* psnsim, title, include: the one key of `key` is its value */
    bool later;
    bool silent;  /* later, and without effect until something names it: not even told where an
                     included text has it */
    bool by_name; /* an entry does nothing until something names it: one of an included text that
                     nothing names is not judged (rule 7) */
};

/* All sections of the language, ended by a NULL name. */
const struct spec_section *spec_sections(void);

/* The keys that any entry of a section of names may have (rule 3), ended by a NULL name. */
const struct spec_key *spec_common(void);

/* The section of that name; NULL where there is none. */
const struct spec_section *spec_section(const char *name);

/* "fifo, priority or sharing" of "fifo priority sharing". */
#define SPEC_WORDS 128
void spec_list_words(const char *words, char out[SPEC_WORDS]);

/* Room for the words of spec_sections_in_words. */
#define SPEC_SECTIONS_WORDS 128

/* What stands in the space-separated sections, in the order of a fixed list: "a pool, array or
 * site", or of many "pools, arrays and sites"; "a name" of others. Returns `out`. */
const char *spec_sections_in_words(const char *sections, bool many, char out[SPEC_SECTIONS_WORDS]);

/* The key of that name in a record (or its key "*"); `common`: rule 3's keys as well, where the
 * record has none of that name. NULL: none. */
const struct spec_key *spec_key(const struct spec_key *record, const char *name, bool common);

/* Are the values of this key maps of free names, each with the keys of key->record? */
bool spec_holds_records(const struct spec_key *key);

/* The key at the end of a dotted path below an entry with the keys of `record`; NULL: none. */
const struct spec_key *spec_key_at(const struct spec_key *record, const char *path, bool common);

/* Is `word` one of the space-separated `words` (which may be NULL)? */
bool spec_has_word(const char *words, const char *word);

/* Checks a whole tree in which `like` was followed, its groups (groups.h) not yet made into
 * members; adds every mistake. Returns 0 or PSN_EINPUT. */
int spec_check(const struct node *tree, const struct groups *g, struct arena *a,
               psn_diagnostics *all);

/* The same for members of groups that were changed one by one: `changed` is a tree of their
 * sections, with them alone; names are those of `tree`. */
int spec_check_members(const struct node *tree, const struct groups *g, const struct node *changed,
                       struct arena *a, psn_diagnostics *all);

/* Prints the reference of the language in Markdown. Returns 0, or PSN_EIO. */
int scenario_reference(FILE *out);

#endif
