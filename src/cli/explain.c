/* SPDX-License-Identifier: Apache-2.0
 * psnsim check --explain: the part of a scenario that a path leads to, as YAML with the origin of
 * each value, and what its entries come to. */
#include "cli/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain_entries.h"
#include "cli/job.h"
#include "cli/number.h"
#include "cli/wrap.h"
#include "scenario/groups.h"
#include "scenario/range.h"
#include "scenario/standard.h"
#include "scenario/write.h"

/* Comments stand in one column, but behind lines that are longer. */
#define COMMENT_COLUMN_MOST 60

struct explaining {
    const struct arguments *a;
    const struct study *study;
    const char *path;
    size_t point; /* SIZE_MAX: the base case */
    struct setting *setting;
    size_t n_settings;
    struct description *own; /* of a point; else the study's */
    struct arena memory;
    struct node *part;
    struct explanation e;
    psn_diagnostics *all;
};

static int out_of_memory(struct explaining *x)
{
    return psn_mistake_add(x->all, PSN_EMEMORY, (psn_place){0}, "out of memory");
}

static int prepare(struct explaining *x)
{
    const struct scenario *s = x->study->scenario;
    const struct description *d = x->study->base;
    int code = 0;
    if (x->point != SIZE_MAX) {
        code = study_settings(x->study, x->point, &x->setting, &x->n_settings, x->all);
        if (!code)
            code = study_describe(x->study, x->point, &x->own, x->all);
        d = x->own;
    }
    if (code)
        return code;
    struct node *tree = scenario_expand(s, x->setting, x->n_settings, &x->memory, x->all);
    if (!tree)
        return PSN_EINPUT;
    tree = standard_fill(&x->memory, tree, d->arrangement);
    if (!tree)
        return out_of_memory(x);
    x->part = explain_part(s, tree, x->path, &x->memory, x->all);
    if (!x->part)
        return x->all->count ? x->all->items[0].code : out_of_memory(x);
    return explanation_init(&x->e, s, d, x->all);
}

/* The YAML with its comments. */
static int print_lines(struct explaining *x)
{
    struct explain_line *line;
    size_t n, column = 0;
    if (explain_lines(x->study->scenario, x->part, &x->memory, &line, &n))
        return out_of_memory(x);
    for (size_t i = 0; i < n; i++) {
        size_t width = table_text_width(line[i].text);
        if (line[i].origin && width > column && width <= COMMENT_COLUMN_MOST)
            column = width;
    }
    for (size_t i = 0; i < n; i++) {
        size_t width = table_text_width(line[i].text);
        int gap = width < column ? (int)(column - width) + 2 : 2;
        if (line[i].origin)
            printf("%s%*s# %s\n", line[i].text, gap, "", line[i].origin);
        else
            puts(line[i].text);
    }
    return 0;
}

static const struct {
    const char *section;
    explain_entry explain;
} entries[] = {
    {"partners", explain_partner},     {"sites", explain_site},       {"links", explain_link},
    {"compute", explain_pool},         {"storage", explain_array},    {"services", explain_service},
    {"workloads", explain_workload},   {"profiles", explain_profile}, {"hours", explain_hours},
    {"objectives", explain_objective}, {"desks", explain_desk},       {"classes", explain_class},
    {"faults", explain_fault},         {"routes", explain_route},
};

static explain_entry entry_of(const char *section)
{
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (!strcmp(entries[i].section, section))
            return entries[i].explain;
    return NULL;
}

/* An arrangement's hosting is known of the one in use: so this one is put in use. */
static int explain_arrangement(struct explaining *x, const char *name)
{
    struct setting *with = calloc(x->n_settings + 1, sizeof *with);
    struct description *d = NULL;
    struct node *value = node_new_scalar(&x->memory, (psn_place){0}, name);
    if (!with || !value) {
        free(with);
        return out_of_memory(x);
    }
    if (x->n_settings)
        memcpy(with, x->setting, x->n_settings * sizeof *with);
    with[x->n_settings] = (struct setting){.path = "use.arrangement", .value = value};
    psn_diagnostics quiet = {0};
    int code = scenario_describe(x->study->scenario, with, x->n_settings + 1, &d, &quiet);
    free(with);
    psn_diagnostics_fini(&quiet);
    if (code) { /* it is never used as it stands */
        sheet_flag(&x->e.sheet, "sound", "is sound", false,
                   "no: psnsim check --set arrangement=NAME tells why");
        return 0;
    }
    bool used = strcmp(name, x->e.d->arrangement) == 0;
    sheet_flag(&x->e.sheet, "in_use", "is in use", used, used ? "yes" : "no");
    bool *roles = arena_array(&x->memory, d->n_roles + 1, sizeof *roles);
    bool *partners = arena_array(&x->memory, d->n_partners + 1, sizeof *partners);
    if (roles && partners) {
        memset(roles, true, d->n_roles * sizeof *roles);
        memset(partners, true, d->n_partners * sizeof *partners);
        explanation_roles(&x->e, d, roles, partners);
    }
    description_free(d);
    return roles && partners ? 0 : out_of_memory(x);
}

static void explain_time(struct explaining *x)
{
    const struct description *d = x->e.d;
    struct sheet *t = &x->e.sheet;
    char text[NUMBER_SIZE], from[32], to[32];
    explanation_date(d, 0, from);
    explanation_date(d, d->horizon, to);
    number_quantity((double)d->horizon, DIMENSION_TIME, text);
    sheet_fact(t, "horizon_s", "simulates", (double)d->horizon * 1e-9, "%s, from %s to %s", text,
               from, to);
    number_quantity((double)(d->horizon - d->warmup), DIMENSION_TIME, text);
    sheet_fact(t, "counted_s", "counts", (double)(d->horizon - d->warmup) * 1e-9,
               "requests of the last %s", text);
    double intervals = ceil((double)d->horizon / (double)d->interval);
    number_count(intervals, text);
    sheet_fact(t, "intervals", "series have", intervals, "%s intervals", text);
}

static void explain_study(struct explaining *x)
{
    const struct study *s = x->study;
    struct sheet *t = &x->e.sheet;
    if (s->design.kind != DESIGN_GRID)
        sheet_fact(t, "design", "design", NAN, "%s", design_word(s->design.kind));
    sheet_fact(t, "points", "points", (double)s->n_points, "%zu", s->n_points);
    const struct precision *p = &s->base->precision;
    if (p->until > 0)
        sheet_fact(t, "runs", "runs", (double)s->n_runs,
                   "%zu points × %u to %zu replications = at most %zu", s->n_points, p->at_least,
                   s->n_replications, s->n_runs);
    else
        sheet_fact(t, "runs", "runs", (double)s->n_runs, "%zu points × %zu replications = %zu",
                   s->n_points, s->n_replications, s->n_runs);
    sheet_table(t, "factors", "What it varies");
    sheet_column(t, "factor", "factor", TABLE_LEFT);
    sheet_column(t, "options", "options", TABLE_LEFT);
    for (size_t f = 0; f < study_factors(s); f++) {
        const struct factor *factor = study_factor(s, f);
        const char *options = factor->range ? range_write(factor->range, &x->memory) : "";
        for (size_t i = 0; !factor->range && i < factor->n_options && options && i < 12; i++)
            options = arena_format(&x->memory, "%s%s%s", options, i ? ", " : "",
                                   i < 11 ? factor->option[i].label : "...");
        sheet_text(t, "%s", factor->name);
        sheet_text(t, "%s", options ? options : "");
    }
    sheet_end(t);
}

/* A single key: what the language says of it, and the value in plain units. */
static int explain_key(void *context, const struct explain_value *v)
{
    struct explaining *x = context;
    struct sheet *t = &x->e.sheet;
    if (!v->key || !v->key->meaning)
        return 0;
    const char *text = write_line(&x->memory, v->node);
    double base = NAN, number = NAN;
    char plain[NUMBER_SIZE] = "";
    psn_diagnostics quiet = {0};
    bool quantity = v->key->kind == SPEC_QUANTITY || v->key->kind == SPEC_RANDOM;
    if (quantity && v->node->kind == NODE_SCALAR &&
        !quantity_plain(v->node, v->key->dimension, v->key->bound, &base, &quiet)) {
        number = quantity_in_base_unit(base, v->key->dimension);
        number_count(number, plain);
    }
    psn_diagnostics_fini(&quiet);
    if (isnan(number))
        return 0;
    const char *unit = quantity_base_unit(v->key->dimension);
    unit = strcmp(unit, "1") != 0 ? unit : "";
    sheet_text(t, "%s", v->path);
    sheet_text(t, "%s", text ? text : "");
    sheet_number(t, number, table_text(&t->table, "%s%s%s", plain, *unit ? " " : "", unit));
    return text ? 0 : PSN_EMEMORY;
}

/* The meaning of the first key; of a path with stars all are of one kind. */
static int first_meaning(void *context, const struct explain_value *v)
{
    const char **meaning = context;
    if (!*meaning && v->key)
        *meaning = v->key->meaning;
    return 0;
}

static int explain_keys(struct explaining *x)
{
    struct sheet *t = &x->e.sheet;
    const char *meaning = NULL;
    explain_values(x->study->scenario, x->part, &x->memory, first_meaning, &meaning);
    if (meaning && !t->json) {
        putchar('\n');
        wrap_print(stdout, meaning, "", 0);
    } else if (meaning)
        json_object_set_new(t->json, "meaning", emit_text(meaning));
    sheet_table(t, "keys", NULL);
    sheet_column(t, "path", "path", TABLE_LEFT);
    sheet_column(t, "value", "value", TABLE_LEFT);
    sheet_column(t, "base", "is", TABLE_RIGHT);
    int code = explain_values(x->study->scenario, x->part, &x->memory, explain_key, x);
    sheet_end(t);
    for (size_t i = 0; i < x->part->count; i++) {
        const struct member *section = &x->part->member[i];
        const struct spec_section *s = spec_section(section->key);
        if (s && !s->single && section->value->kind == NODE_MAP)
            explanation_amounts(&x->e, section->key, section->value->member, section->value->count);
    }
    return code ? code : t->code;
}

/* The facts and tables of an entry, under its heading or into an object of its own. */
static int explain_one(struct explaining *x, const char *section, const struct member *m,
                       json_t *list)
{
    struct sheet *t = &x->e.sheet;
    explain_entry explain = entry_of(section);
    bool arrangement = !strcmp(section, "arrangements");
    int code = 0;
    if (!explain && !arrangement)
        return 0;
    t->json = list ? json_object() : NULL;
    if (list)
        json_object_set_new(t->json, "path",
                            emit_text(arena_format(&x->memory, "%s.%s", section, m->key)));
    else
        view_heading(&t->page, "%s comes to", m->key);
    if (arrangement)
        code = explain_arrangement(x, m->key);
    else
        explain(&x->e, m);
    if (list)
        json_array_append_new(list, t->json);
    t->json = NULL;
    return code ? code : t->code;
}

static int explain_single(struct explaining *x, const char *section, json_t *list)
{
    struct sheet *t = &x->e.sheet;
    bool time = !strcmp(section, "time");
    if (!time && strcmp(section, "study") != 0)
        return 0;
    t->json = list ? json_object() : NULL;
    if (list)
        json_object_set_new(t->json, "path", emit_text(section));
    else
        view_heading(&t->page, "%s comes to", section);
    if (time)
        explain_time(x);
    else
        explain_study(x);
    if (list)
        json_array_append_new(list, t->json);
    t->json = NULL;
    return t->code;
}

/* Members of a group that are explained one by one for people; of a larger group the first is. */
#define MEMBERS_MOST 3

/* How many entries from `first` on are members of one group. */
static size_t count_members(const struct node *map, size_t first)
{
    const char *name = map->member[first].key;
    size_t length = group_name_length(name), n = 1;
    while (name[length] == '/' && first + n < map->count &&
           !strncmp(map->member[first + n].key, name, length + 1))
        n++;
    return n;
}

/* The entries of a section, each with its facts. */
static int explain_entries(struct explaining *x, const struct member *section, json_t *list)
{
    const struct node *map = section->value;
    int code = 0;
    for (size_t k = 0; k < map->count && !code; k++) {
        size_t n = count_members(map, k);
        const char *name = map->member[k].key;
        code = explain_one(x, section->key, &map->member[k], list);
        if (list || n <= MEMBERS_MOST || !entry_of(section->key))
            continue;
        fprintf(
            x->e.sheet.page.out,
            "\nOf the %zu members of %.*s that is the first; --explain %s.%s tells of another.\n",
            n, (int)group_name_length(name), name, section->key, map->member[k + 1].key);
        k += n - 1;
    }
    return code;
}

/* Everything behind the YAML; into `list` where JSON is wanted. */
static int explain_all(struct explaining *x, json_t *list)
{
    int code = 0;
    for (size_t i = 0; i < x->part->count && !code; i++) {
        const struct member *m = &x->part->member[i];
        const struct spec_section *s = spec_section(m->key);
        bool names = s && !s->single && !s->scalar && m->value->kind == NODE_MAP;
        size_t whole = names ? 2 : 1; /* deeper paths lead to keys */
        if (explain_depth(x->path) > whole && s) {
            x->e.sheet.json = list ? json_object() : NULL;
            code = explain_keys(x);
            if (list)
                json_array_append_new(list, x->e.sheet.json);
            x->e.sheet.json = NULL;
            return code;
        }
        if (!names)
            code = explain_single(x, m->key, list);
        else
            code = explain_entries(x, m, list);
    }
    return code;
}

static json_t *node_json(const struct node *n)
{
    json_t *out;
    switch (n->kind) {
    case NODE_SCALAR:
        return emit_text(n->text);
    case NODE_LIST:
        out = json_array();
        for (size_t i = 0; i < n->count; i++)
            json_array_append_new(out, node_json(n->item[i]));
        return out;
    case NODE_MAP:
        out = json_object();
        for (size_t i = 0; i < n->count; i++)
            json_object_set_new(out, n->member[i].key, node_json(n->member[i].value));
        return out;
    case NODE_NULL:
    default:
        return json_null();
    }
}

static int value_json(void *context, const struct explain_value *v)
{
    static const char *const kinds[] = {
        [ORIGIN_TEXT] = "text", [ORIGIN_SET] = "set", [ORIGIN_STANDARD] = "default"};
    bool text = v->origin.kind == ORIGIN_TEXT;
    json_t *o = json_object();
    json_object_set_new(o, "path", emit_text(v->path));
    json_object_set_new(o, "value", node_json(v->node));
    json_object_set_new(o, "from", emit_text(kinds[v->origin.kind]));
    json_object_set_new(o, "like", emit_text(v->origin.like));
    json_object_set_new(o, "file", text ? emit_text(v->origin.file) : json_null());
    json_object_set_new(o, "line", text ? json_integer(v->origin.line) : json_null());
    return json_array_append_new(context, o) ? PSN_EMEMORY : 0;
}

static int print_json(struct explaining *x)
{
    json_t *o = json_object(), *values = json_array(), *list = json_array();
    json_object_set_new(o, "explain", emit_text(x->path));
    json_object_set_new(o, "arrangement", emit_text(x->e.d->arrangement));
    json_object_set_new(o, "point",
                        x->point == SIZE_MAX ? json_null() : json_integer((json_int_t)x->point));
    int code = explain_values(x->study->scenario, x->part, &x->memory, value_json, values);
    json_object_set_new(o, "values", values);
    if (!code)
        code = explain_all(x, list);
    json_object_set_new(o, "comes_to", list);
    if (code) {
        json_decref(o);
        return out_of_memory(x);
    }
    return emit_print(o) == EXIT_DONE ? 0 : PSN_EIO;
}

static int print_text(struct explaining *x)
{
    int code = print_lines(x);
    if (!code && explain_all(x, NULL))
        code = out_of_memory(x);
    return code;
}

int explain_print(const struct arguments *a, const struct study *study, size_t point)
{
    psn_diagnostics all = {0};
    struct explaining x = {
        .a = a, .study = study, .path = a->value[OPTION_EXPLAIN], .point = point, .all = &all};
    int code = prepare(&x);
    x.e.sheet.page = view_stdout();
    if (!code)
        code = a->given[OPTION_JSON] ? print_json(&x) : print_text(&x);
    explanation_fini(&x.e);
    if (x.own)
        description_free(x.own);
    free(x.setting);
    arena_fini(&x.memory);
    return job_told(code, &all);
}
