/* SPDX-License-Identifier: Apache-2.0
 * Checks an expanded tree against the table of the language: keys, kinds of values, units, names.
 * What depends on several keys at once is the description's to judge. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/civil.h"
#include "scenario/groups.h"
#include "scenario/spec.h"

/* Names of a section, sorted. */
struct names {
    const char *section;
    const char **name;
    size_t n;
};

struct check {
    struct arena *arena;
    psn_diagnostics *all;
    const struct groups *groups;
    bool members; /* it is members of groups that are checked */
    struct names names[64];
    size_t n_names;
};

#define NOT_BUILT "`%s` is part of the language but not built in this version"

static void check_record(struct check *c, const struct node *n, const struct spec_key *record,
                         bool common, psn_place place);
static void check_value(struct check *c, const char *name, const struct node *n,
                        const struct spec_key *key);

static int compare_names(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static const struct names *names_of(const struct check *c, const char *section, size_t length)
{
    for (size_t i = 0; i < c->n_names; i++)
        if (strlen(c->names[i].section) == length &&
            strncmp(c->names[i].section, section, length) == 0)
            return &c->names[i];
    return NULL;
}

/* Is the name an entry of one of the space-separated sections? */
static bool is_entry(const struct check *c, const char *sections, const char *name)
{
    while (*sections) {
        size_t length = strcspn(sections, " ");
        const struct names *t = names_of(c, sections, length);
        if (t && t->n && bsearch(&name, t->name, t->n, sizeof *t->name, compare_names))
            return true;
        sections += length + strspn(sections + length, " ");
    }
    return false;
}

/* The nearest entry of the sections. Not looked for once no more mistakes are kept. */
static const char *nearest_entry(const struct check *c, const char *sections, const char *name)
{
    const char *best = NULL;
    while (*sections && c->all->count < PSN_DIAGNOSTICS_KEPT) {
        size_t length = strcspn(sections, " ");
        const struct names *t = names_of(c, sections, length);
        const char *near = t ? node_nearest(name, t->name, t->n) : NULL;
        if (near && best) {
            const char *two[] = {best, near};
            near = node_nearest(name, two, 2);
        }
        best = near ? near : best;
        sections += length + strspn(sections + length, " ");
    }
    return best;
}

/* `"TEXT" WRONG; expected EXPECTED (did you mean NEAR?)`. */
static void tell(struct check *c, psn_place place, const char *text, const char *wrong,
                 const char *expected, const char *near)
{
    char quoted[NODE_QUOTE];
    psn_mistake_add(c->all, PSN_EINPUT, place, "\"%s\" %s; expected %s%s%s%s",
                    node_quote(text, quoted), wrong, expected, near ? " (did you mean " : "",
                    near ? near : "", near ? "?)" : "");
}

/* Has something been told at this place already? Rows of a table share their headers' places. */
static bool told(const struct check *c, psn_place place)
{
    for (size_t i = 0; i < c->all->count; i++) {
        const psn_place *p = &c->all->items[i].place;
        if (p->line == place.line && p->column == place.column && p->file && place.file &&
            strcmp(p->file, place.file) == 0)
            return true;
    }
    return false;
}

/* A name that must be an entry of one of the sections: one thing, a member of a group, or where the
 * key allows it a group. */
static void check_name(struct check *c, psn_place place, const char *name,
                       const struct spec_key *key)
{
    char expected[SPEC_SECTIONS_WORDS];
    if (!groups_judge(c->groups, key->section, name, key->groups, place, c->all) &&
        !is_entry(c, key->section, name))
        tell(c, place, name, "is not defined",
             spec_sections_in_words(key->section, false, expected),
             nearest_entry(c, key->section, name));
}

static void check_reference(struct check *c, const struct node *n, const struct spec_key *key)
{
    char expected[SPEC_SECTIONS_WORDS];
    if (n->kind != NODE_SCALAR)
        psn_mistake_add(c->all, PSN_EINPUT, n->place, "%s stands here; expected the name of %s",
                        node_kind_name(n), spec_sections_in_words(key->section, false, expected));
    else if (strcmp(key->section, "arrangements") == 0 && !names_of(c, "arrangements", 12))
        return; /* that there are none at all is told once, by the description */
    else if (!(key->none && node_is_none(n)))
        check_name(c, n->place, n->text, key);
}

/* One name, several in order of preference, or several with their shares. */
static void check_choice(struct check *c, const struct node *n, const struct spec_key *key)
{
    if (n->kind == NODE_LIST && n->count > 0) {
        for (size_t i = 0; i < n->count; i++)
            check_reference(c, n->item[i], key);
        return;
    }
    if (n->kind != NODE_MAP) {
        check_reference(c, n, key);
        return;
    }
    double sum = 0;
    for (size_t i = 0; i < n->count; i++) {
        const struct member *m = &n->member[i];
        double share = 0;
        check_name(c, m->place, m->key, key);
        if (quantity_plain(m->value, DIMENSION_SHARE, BOUND_POSITIVE, &share, c->all))
            return;
        sum += share;
    }
    if (sum < 1 - 1e-9 || sum > 1 + 1e-9)
        psn_mistake_add(c->all, PSN_EINPUT, n->place,
                        "the shares add up to %.6g %%; expected 100 %%", 100 * sum);
}

static void check_list(struct check *c, const struct node *n, const struct spec_key *key)
{
    if (n->kind == NODE_SCALAR && key->words && spec_has_word(key->words, n->text))
        return;
    if (n->kind != NODE_LIST) {
        psn_mistake_add(c->all, PSN_EINPUT, n->place, "%s stands here; expected a list of names",
                        node_kind_name(n));
        return;
    }
    if (key->kind == SPEC_PAIR && n->count != 2)
        psn_mistake_add(c->all, PSN_EINPUT, n->place, "%zu names stand here; expected two, [a, b]",
                        n->count);
    if (n->count == 0 && key->section)
        psn_mistake_add(c->all, PSN_EINPUT, n->place, "the list is empty; expected names%s",
                        key->words ? " or `all`" : "");
    for (size_t i = 0; i < n->count; i++) {
        if (key->section)
            check_reference(c, n->item[i], key);
        else if (n->item[i]->kind != NODE_SCALAR)
            psn_mistake_add(c->all, PSN_EINPUT, n->item[i]->place,
                            "%s stands in this list; expected texts", node_kind_name(n->item[i]));
    }
}

/* Tells that a scalar is none of the key's words, with the nearest of them. */
static void tell_word(struct check *c, const struct node *n, const char *of, const char *expected)
{
    char copy[128] = "", *rest = NULL;
    const char *words[16];
    size_t n_words = 0;
    strncpy(copy, of, sizeof copy - 1);
    for (char *w = strtok_r(copy, " ", &rest); w && n_words < 16; w = strtok_r(NULL, " ", &rest))
        words[n_words++] = w;
    tell(c, n->place, n->text, "is not possible here", expected,
         node_nearest(n->text, words, n_words));
}

static void check_word(struct check *c, const struct node *n, const struct spec_key *key)
{
    char expected[SPEC_WORDS];
    if (spec_has_word(key->words, n->text))
        return;
    spec_list_words(key->words, expected);
    if (spec_has_word(key->later_words, n->text)) {
        psn_mistake_add(c->all, PSN_EINPUT, n->place, NOT_BUILT "; expected %s", n->text, expected);
        return;
    }
    tell_word(c, n, key->words, expected);
}

static void check_hourly(struct check *c, const struct node *n, const struct spec_key *key)
{
    double value;
    if (n->kind == NODE_SCALAR) {
        quantity_plain(n, DIMENSION_NUMBER, key->bound, &value, c->all);
    } else if (n->kind != NODE_LIST || n->count != 24) {
        psn_mistake_add(c->all, PSN_EINPUT, n->place,
                        "%zu values stand here; expected 24, one an hour, or one for all hours",
                        n->kind == NODE_LIST ? n->count : 0);
    } else {
        for (size_t i = 0; i < n->count; i++)
            quantity_plain(n->item[i], DIMENSION_NUMBER, key->bound, &value, c->all);
    }
}

static void check_monthly(struct check *c, const struct node *n, const struct spec_key *key)
{
    double value;
    if (n->kind != NODE_LIST || n->count != 12) {
        psn_mistake_add(c->all, PSN_EINPUT, n->place,
                        "%zu values stand here; expected 12, one a month from January on",
                        n->kind == NODE_LIST ? n->count : (size_t)(n->kind == NODE_SCALAR));
        return;
    }
    for (size_t i = 0; i < n->count; i++)
        quantity_plain(n->item[i], DIMENSION_NUMBER, key->bound, &value, c->all);
}

static void check_quantity(struct check *c, const struct node *n, const struct spec_key *key)
{
    struct amount amount;
    struct random_amount random;
    if (n->kind == NODE_SCALAR && spec_has_word(key->words, n->text))
        return;
    if (n->kind == NODE_SCALAR && key->words && isalpha((unsigned char)n->text[0])) {
        char words[SPEC_WORDS], expected[SPEC_WORDS + 128];
        spec_list_words(key->words, words);
        snprintf(expected, sizeof expected, "%s, or %s", quantity_expected(key->dimension), words);
        tell_word(c, n, key->words, expected);
        return;
    }
    if (n->kind == NODE_SCALAR && spec_has_word(key->later_words, n->text))
        psn_mistake_add(c->all, PSN_EINPUT, n->place, NOT_BUILT "; expected %s", n->text,
                        quantity_expected(key->dimension));
    else if (key->kind == SPEC_QUANTITY)
        quantity_amount(c->arena, n, key->dimension, key->bound, key->attributes, &amount, c->all);
    else
        quantity_random(c->arena, n, key->dimension, key->bound, key->attributes, &random, c->all);
}

/* A map of names, of a section or free. */
static void check_map(struct check *c, const struct node *n, const struct spec_key *key)
{
    bool scalars = key->record && strcmp(key->record->name, "*") == 0;
    for (size_t i = 0; i < n->count; i++) {
        const struct member *m = &n->member[i];
        size_t before = c->all->count + c->all->dropped;
        if (key->section && !spec_has_word(key->words, m->key) && !told(c, m->place)) {
            check_name(c, m->place, m->key, key);
            groups_judge_key(n, m, c->all);
        }
        if (c->all->count + c->all->dropped > before)
            continue;
        if (!key->section && !node_is_name(m->key) && !told(c, m->place)) {
            tell(c, m->place, m->key, "is no name",
                 "small letters, digits and hyphens, beginning with a letter, not all or none",
                 NULL);
        } else if (scalars) {
            check_value(c, m->key, m->value, key->record);
        } else if (m->value->kind == NODE_MAP) {
            check_record(c, m->value, key->record, false, m->place);
        } else {
            tell(c, m->place, m->key, m->value->kind == NODE_NULL ? "has no value" : "holds no map",
                 "a map of keys", NULL);
        }
    }
}

static void check_date(struct check *c, const struct node *n)
{
    int64_t day;
    uint32_t minute;
    if (!civil_read(n->text, &day, &minute))
        tell(c, n->place, n->text, "is no date",
             "a date such as 2014-04-01 or 2014-04-01T06:00, from the year 1583 on", NULL);
    else if (minute % 60 != 0)
        tell(c, n->place, n->text, "is not on a whole hour",
             "a date and hour such as 2014-04-01T06:00", NULL);
}

/* Kinds whose value is a scalar. */
static void check_scalar(struct check *c, const char *name, const struct node *n,
                         const struct spec_key *key)
{
    if (n->kind == NODE_MAP && key->record) {
        if (key->section)
            check_map(c, n, key);
        else
            check_record(c, n, key->record, false, n->place);
        if (n->count == 0)
            tell(c, n->place, name, "holds an empty map", key->example, NULL);
        return;
    }
    if (key->kind == SPEC_QUANTITY || key->kind == SPEC_RANDOM) {
        check_quantity(c, n, key);
        return;
    }
    if (n->kind != NODE_SCALAR) {
        psn_mistake_add(c->all, PSN_EINPUT, n->place, "%s stands here; expected %s, such as %s",
                        node_kind_name(n), key->kind == SPEC_NAME ? "a name" : "a text",
                        key->example);
        return;
    }
    if (key->kind == SPEC_WORD)
        check_word(c, n, key);
    else if (key->kind == SPEC_DATE)
        check_date(c, n);
    else if (key->kind == SPEC_NAME && !node_is_name(n->text))
        tell(c, n->place, n->text, "is no name",
             "small letters, digits and hyphens, beginning with a letter, not all or none", NULL);
    else if (key->kind == SPEC_BOOL && strcmp(n->text, "true") != 0 &&
             strcmp(n->text, "false") != 0)
        tell(c, n->place, n->text, "is neither true nor false", "true or false", NULL);
}

static void check_records(struct check *c, const struct node *n, const struct spec_key *key)
{
    if (n->kind != NODE_LIST || n->count == 0) {
        psn_mistake_add(c->all, PSN_EINPUT, n->place, "%s stands here; expected a list such as %s",
                        n->kind == NODE_LIST ? "an empty list" : node_kind_name(n), key->example);
        return;
    }
    for (size_t i = 0; i < n->count; i++) {
        const struct node *item = n->item[i];
        if (item->kind == NODE_MAP)
            check_record(c, item, key->record, false, item->place);
        else
            psn_mistake_add(c->all, PSN_EINPUT, item->place,
                            "%s stands in this list; expected a map such as %s",
                            node_kind_name(item), key->example);
    }
}

static void check_value(struct check *c, const char *name, const struct node *n,
                        const struct spec_key *key)
{
    if (n->kind == NODE_NULL) {
        tell(c, n->place, name, "has no value", key->example ? key->example : "one", NULL);
        return;
    }
    switch (key->kind) {
    case SPEC_CHOICE:
        check_choice(c, n, key);
        break;
    case SPEC_REFERENCE:
        check_reference(c, n, key);
        break;
    case SPEC_NAMES:
    case SPEC_PAIR:
        check_list(c, n, key);
        break;
    case SPEC_HOURLY:
        check_hourly(c, n, key);
        break;
    case SPEC_MONTHLY:
        check_monthly(c, n, key);
        break;
    case SPEC_RECORD:
    case SPEC_MAP:
        if (key->none && node_is_none(n))
            break;
        if (n->kind != NODE_MAP)
            psn_mistake_add(c->all, PSN_EINPUT, n->place,
                            "%s stands here; expected a map such as %s", node_kind_name(n),
                            key->example);
        else if (key->kind == SPEC_MAP)
            check_map(c, n, key);
        else
            check_record(c, n, key->record, false, n->place);
        break;
    case SPEC_RECORDS:
        check_records(c, n, key);
        break;
    case SPEC_POINTS: /* by the design: design_reading.c */
        break;
    case SPEC_CUSTOM:
        if (n->kind != NODE_MAP)
            psn_mistake_add(c->all, PSN_EINPUT, n->place,
                            "%s stands here; expected a map such as %s", node_kind_name(n),
                            key->example);
        break;
    default:
        check_scalar(c, name, n, key);
        break;
    }
}

static void unknown_key(struct check *c, const struct member *m, const struct spec_key *record,
                        bool common)
{
    const char *names[64];
    size_t n = 0;
    if (told(c, m->place))
        return;
    for (const struct spec_key *k = record; k && k->name && n < 48; k++)
        if (!k->later)
            names[n++] = k->name;
    for (const struct spec_key *k = common ? spec_common() : NULL; k && k->name && n < 64; k++)
        if (!k->later)
            names[n++] = k->name;
    char expected[512] = "";
    size_t used = 0;
    for (size_t i = 0; i < n && used + 40 < sizeof expected; i++) {
        const char *between = i == 0 ? "" : i + 1 == n ? " or " : ", ";
        memcpy(expected + used, between, strlen(between));
        used += strlen(between);
        memcpy(expected + used, names[i], strlen(names[i]));
        used += strlen(names[i]);
    }
    expected[used] = '\0';
    tell(c, m->place, m->key,
         m->value->kind == NODE_NULL
             ? "is no key here and has no value (a comma inside { } starts a new key)"
             : "is no key here",
         expected, node_nearest(m->key, names, n));
}

static void check_record(struct check *c, const struct node *n, const struct spec_key *record,
                         bool common, psn_place place)
{
    for (size_t i = 0; i < n->count; i++) {
        const struct member *m = &n->member[i];
        const struct spec_key *key = spec_key(record, m->key, common);
        if (!key)
            unknown_key(c, m, record, common);
        else if (key->later)
            psn_mistake_add(c->all, PSN_EINPUT, m->place,
                            NOT_BUILT "; expected a scenario without it", m->key);
        else
            check_value(c, m->key, m->value, key);
    }
    for (const struct spec_key *k = record; k && k->name; k++)
        if (k->required && !node_get(n, k->name))
            psn_mistake_add(c->all, PSN_EINPUT, place, "`%s` is missing; expected %s: %s", k->name,
                            k->name, k->example);
}

/* One entry of a section of names. */
static void check_entry(struct check *c, const struct spec_section *s, const struct member *m)
{
    if (!c->members && !node_is_name(m->key))
        tell(c, m->place, m->key, "is no name",
             "small letters, digits and hyphens, beginning with a letter, not all or none", NULL);
    if (m->value->kind == NODE_NULL)
        return; /* told when it was expanded */
    if (strcmp(s->key->name, "=") == 0) {
        check_value(c, m->key, m->value, s->key);
    } else if (m->value->kind == NODE_MAP) {
        check_record(c, m->value, s->key, true, m->place);
    } else {
        tell(c, m->value->place, m->key, "holds no map", s->example, NULL);
    }
}

static void check_section(struct check *c, const struct member *m)
{
    double demand;
    if (strcmp(m->key, "demand") == 0) {
        quantity_plain(m->value, DIMENSION_NUMBER, BOUND_POSITIVE, &demand, c->all);
        return;
    }
    const struct spec_section *s = spec_section(m->key);
    if (!s || s->later)
        return; /* told when it was expanded */
    if (s->scalar) {
        if (strcmp(s->name, "title") == 0)
            check_value(c, m->key, m->value, s->key);
    } else if (s->single) {
        check_record(c, m->value, s->key, false, m->place);
    } else {
        for (size_t i = 0; i < m->value->count; i++)
            check_entry(c, s, &m->value->member[i]);
    }
}

/* The names of every section, sorted. */
static bool collect_names(struct check *c, const struct node *tree)
{
    for (size_t i = 0; i < tree->count && c->n_names < 64; i++) {
        const struct member *m = &tree->member[i];
        const struct spec_section *s = spec_section(m->key);
        if (!s || s->single || s->scalar || m->value->kind != NODE_MAP || m->value->count == 0)
            continue;
        struct names *t = &c->names[c->n_names++];
        *t = (struct names){.section = s->name, .n = m->value->count};
        t->name = arena_array(c->arena, t->n, sizeof *t->name);
        if (!t->name)
            return false;
        for (size_t j = 0; j < t->n; j++)
            t->name[j] = m->value->member[j].key;
        qsort(t->name, t->n, sizeof *t->name, compare_names);
    }
    return true;
}

/* Rule 7: partners, sites, links and stations share one name space. */
static void check_name_space(struct check *c, const struct node *tree)
{
    static const char *const shared[] = {"partners", "sites", "links",
                                         "compute",  "desks", "storage"};
    for (size_t i = 1; i < sizeof shared / sizeof *shared; i++) {
        const struct node *map = node_get(tree, shared[i]);
        for (size_t j = 0; map && j < map->count && c->all->count < PSN_DIAGNOSTICS_KEPT; j++) {
            for (size_t k = 0; k < i; k++) {
                if (!is_entry(c, shared[k], map->member[j].key))
                    continue;
                char quoted[NODE_QUOTE];
                psn_place first = node_member(node_get(tree, shared[k]), map->member[j].key)->place;
                psn_mistake_add(c->all, PSN_EINPUT, map->member[j].place,
                                "\"%s\" of %s has the name of an entry of %s at %s:%u:%u; expected "
                                "one name for one thing",
                                node_quote(map->member[j].key, quoted), shared[i], shared[k],
                                first.file ? first.file : "", first.line, first.column);
                break;
            }
        }
    }
}

/* A check that knows the names of a tree; NULL where memory ends (told). */
static struct check *new_check(const struct node *tree, const struct groups *g, struct arena *a,
                               psn_diagnostics *all)
{
    struct check *c = arena_alloc(a, sizeof *c);
    if (c)
        *c = (struct check){.arena = a, .all = all, .groups = g};
    if (c && collect_names(c, tree))
        return c;
    psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    return NULL;
}

int spec_check(const struct node *tree, const struct groups *g, struct arena *a,
               psn_diagnostics *all)
{
    size_t before = all->count + all->dropped;
    struct check *c = new_check(tree, g, a, all);
    if (!c)
        return PSN_EMEMORY;
    for (const struct spec_section *s = spec_sections(); s->name; s++) {
        bool needed = false;
        for (const struct spec_key *k = s->single && !s->later ? s->key : NULL; k && k->name; k++)
            needed = needed || k->required;
        if (needed && !node_get(tree, s->name))
            psn_mistake_add(all, PSN_EINPUT, (psn_place){tree->place.file, 1, 1},
                            "`%s` is missing; expected %s", s->name, s->example);
    }
    for (size_t i = 0; i < tree->count; i++)
        check_section(c, &tree->member[i]);
    check_name_space(c, tree);
    return all->count + all->dropped > before ? PSN_EINPUT : 0;
}

int spec_check_members(const struct node *tree, const struct groups *g, const struct node *changed,
                       struct arena *a, psn_diagnostics *all)
{
    size_t before = all->count + all->dropped;
    struct check *c = new_check(tree, g, a, all);
    if (!c)
        return PSN_EMEMORY;
    c->members = true;
    for (size_t i = 0; i < changed->count; i++)
        check_section(c, &changed->member[i]);
    return all->count + all->dropped > before ? PSN_EINPUT : 0;
}
