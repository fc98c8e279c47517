/* SPDX-License-Identifier: Apache-2.0
 * psnsim diff: what differs by meaning between two scenarios. What that does to their stations is
 * in diff_effect.c. */
#include "cli/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/job.h"
#include "cli/number.h"
#include "cli/wrap.h"
#include "scenario/groups.h"
#include "scenario/standard.h"
#include "scenario/write.h"

struct diff {
    const struct arguments *a;
    struct arena memory;
    struct diff_side side[2];
    struct node *tree[2]; /* expanded, with defaults */
    struct differences found;
    size_t idle; /* of them, how many have no effect on any figure */
};

static int out_of_memory(psn_diagnostics *all)
{
    return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
}

/* Reads and checks one operand whole. */
static int open_side(struct diff *d, size_t i, psn_diagnostics *all)
{
    struct diff_side *s = &d->side[i];
    s->path = d->a->operands[i];
    int code = job_scenario(s->path, d->a->set, d->a->n_sets, &s->scenario, all);
    if (!code)
        code = scenario_describe(s->scenario, NULL, 0, &s->description, all);
    if (!code)
        code = laws_report(s->description, &s->load, all);
    if (code)
        return code == PSN_EIO ? PSN_EINPUT : code;
    s->has_load = true;
    struct node *tree = scenario_expand(s->scenario, NULL, 0, &d->memory, all);
    if (!tree)
        return PSN_EINPUT;
    d->tree[i] = standard_fill(&d->memory, tree, s->description->arrangement);
    struct node *points = s->scenario->points; /* what the table says, not what it is called */
    if (d->tree[i] && points)
        d->tree[i] = node_with(&d->memory, d->tree[i], "study.points", points, points->place, all);
    return d->tree[i] ? 0 : out_of_memory(all);
}

static void close_side(struct diff_side *s)
{
    if (s->has_load)
        laws_fini(&s->load);
    description_free(s->description);
    scenario_free(s->scenario);
}

/* "  (× 10)" of two plain quantities. */
static void print_change(const struct difference *d)
{
    char ratio[NUMBER_SIZE];
    if (!(d->base_a > 0) || !(d->base_b > 0))
        return;
    number_with_unit(d->base_b / d->base_a, "", ratio);
    printf("  (× %s)", ratio);
}

/* The path without its section, but for a section that is a value or `demand`. */
static const char *short_path(const struct difference *d)
{
    size_t n = strlen(d->section);
    return strncmp(d->path, d->section, n) == 0 && d->path[n] == '.' ? d->path + n + 1 : d->path;
}

/* Of a longer list of points the first and the last are shown. */
#define POINTS_SHOWN 6

static const char *long_list(struct arena *a, const struct node *n)
{
    const char *first = write_item(a, n->item[0]), *last = write_item(a, n->item[n->count - 1]);
    return first && last ? arena_format(a, "%zu points, %s to %s", n->count, first, last) : NULL;
}

/* A side as it is written; NULL where memory ends. */
static const char *value_text(struct diff *d, const struct difference *x, const struct node *n,
                              bool brief)
{
    bool item = x->path[strlen(x->path) - 1] == ']'; /* a step: without its defaults */
    if (brief && strcmp(x->path, "study.points") == 0 && n->kind == NODE_LIST &&
        n->count > POINTS_SHOWN)
        return long_list(&d->memory, n);
    if (brief)
        return write_brief(&d->memory, n, item);
    return item ? write_item(&d->memory, n) : write_line(&d->memory, n);
}

static int print_difference(struct diff *d, const struct difference *x, int width)
{
    const char *a = x->a ? value_text(d, x, x->a, true) : "";
    const char *b = x->b ? value_text(d, x, x->b, true) : "", *path = short_path(x);
    if (!a || !b)
        return PSN_EMEMORY;
    size_t own = table_text_width(path), least = (size_t)width;
    int indent = (int)(own > least ? own : least) + 4;
    bool apart =
        x->a && x->b && (size_t)indent + table_text_width(a) + table_text_width(b) + 3 > WRAP_WIDTH;
    printf("  %-*s%s", apart ? 0 : width, path, apart ? "" : "  ");
    if (!x->a || !x->b) {
        const char *which = x->a ? "only in A: " : "only in B: ";
        fputs(which, stdout);
        if (indent > WRAP_WIDTH / 2) {
            printf("\n      ");
            indent = 6;
        } else {
            indent += (int)strlen(which);
        }
        wrap_print(stdout, x->a ? a : b, ",", (size_t)indent);
        return 0;
    }
    if (!apart) {
        printf("%s → %s", a, b);
        print_change(x);
        if (x->a->sample && strcmp(a, b) == 0)
            fputs("  (the file has other values)", stdout);
        else if (strcmp(a, b) == 0)
            fputs("  (others between them)", stdout);
        putchar('\n');
        return 0;
    }
    fputs("\n      A  ", stdout);
    wrap_print(stdout, a, ",", 9);
    fputs("      B  ", stdout);
    wrap_print(stdout, b, ",", 9);
    return 0;
}

/* How wide the paths of a section are; one that is far longer than the others does not count. */
static int path_width(const struct diff *d, const char *section)
{
    size_t width = 0;
    for (size_t i = 0; i < d->found.n; i++) {
        const struct difference *x = &d->found.item[i];
        size_t n = table_text_width(short_path(x));
        if (!x->idle && !strcmp(x->section, section) && n > width && n <= 40)
            width = n;
    }
    return (int)width;
}

/* Members in a row that differ alike and are shown; of more the first is. */
#define MEMBERS_MOST 3

/* What follows a member's name in a path: "" where the difference is the whole member. */
static const char *behind_member(const char *path)
{
    path += group_name_length(path) + 1;
    return path + strspn(path, "0123456789");
}

static bool same_text(struct diff *d, const struct difference *x, const struct difference *y,
                      bool of_b)
{
    const struct node *m = of_b ? x->b : x->a, *n = of_b ? y->b : y->a;
    const char *s = m ? value_text(d, x, m, true) : "", *t = n ? value_text(d, y, n, true) : "";
    return s && t && !strcmp(s, t);
}

/* The number of the member of x's group that a difference is of; 0 where it is of no such. */
static unsigned long member_of(const struct difference *x, const struct difference *y)
{
    const char *a = short_path(x), *b = short_path(y);
    size_t length = group_name_length(a);
    bool alike =
        a[length] == '/' && strcmp(x->section, y->section) == 0 && !strncmp(a, b, length + 1);
    return alike ? strtoul(b + length + 1, NULL, 10) : 0;
}

/* Do two members' differences say the same: of one key, or that one side alone has the member? */
static bool says_again(struct diff *d, const struct difference *x, const struct difference *y)
{
    const char *of_x = behind_member(short_path(x)), *of_y = behind_member(short_path(y));
    if (strcmp(of_x, of_y) != 0 || x->idle != y->idle)
        return false;
    if (!*of_x)
        return !x->a == !y->a && !x->b == !y->b;
    return same_text(d, x, y, false) && same_text(d, x, y, true);
}

/* How many members in a row, from that of `first` on, differ alike; *last is the last such
 * difference. Members stand in the order of their numbers. Marks them in `told` where it is given.
 */
static size_t count_members(struct diff *d, size_t first, size_t *last, bool *told)
{
    const struct difference *x = &d->found.item[first];
    unsigned long number = member_of(x, x);
    size_t n = 1;
    *last = first;
    for (size_t i = first + 1; number > 0 && i < d->found.n; i++) {
        unsigned long next = member_of(x, &d->found.item[i]);
        if (next == 0 || next > number + n)
            break;
        if (next < number + n || !says_again(d, x, &d->found.item[i]))
            continue;
        n++;
        *last = i;
        if (told)
            told[i] = true;
    }
    return n;
}

static int print_differences(struct diff *d, const struct view_page *page)
{
    const char *section = "";
    int width = 0;
    bool *told = arena_array(&d->memory, d->found.n + 1, sizeof *told);
    int code = told ? 0 : PSN_EMEMORY;
    for (size_t i = 0; i < d->found.n && !code; i++) {
        const struct difference *x = &d->found.item[i];
        if (x->idle || told[i])
            continue;
        if (strcmp(section, x->section) != 0) {
            section = x->section;
            width = path_width(d, section);
            view_heading(page, "%s", section);
        }
        code = print_difference(d, x, width);
        size_t last, members = count_members(d, i, &last, NULL);
        if (members <= MEMBERS_MOST)
            continue;
        count_members(d, i, &last, told);
        printf("  ... and so to %s: %zu in all\n", short_path(&d->found.item[last]), members);
    }
    return code;
}

static json_t *difference_list(struct diff *d)
{
    json_t *list = json_array();
    for (size_t i = 0; i < d->found.n; i++) {
        const struct difference *x = &d->found.item[i];
        bool base = !isnan(x->base_a);
        json_t *o = json_object();
        json_object_set_new(o, "section", emit_text(x->section));
        json_object_set_new(o, "path", emit_text(x->path));
        json_object_set_new(o, "a", x->a ? emit_text(value_text(d, x, x->a, false)) : json_null());
        json_object_set_new(o, "b", x->b ? emit_text(value_text(d, x, x->b, false)) : json_null());
        json_object_set_new(o, "base_a", emit_number(x->base_a));
        json_object_set_new(o, "base_b", emit_number(x->base_b));
        json_object_set_new(o, "unit",
                            base ? emit_text(quantity_base_unit(x->key->dimension)) : json_null());
        json_object_set_new(o, "effect", json_boolean(!x->idle));
        json_array_append_new(list, o);
    }
    return list;
}

static int print_json(struct diff *d)
{
    json_t *o = json_object();
    json_object_set_new(o, "a", emit_text(d->side[0].path));
    json_object_set_new(o, "b", emit_text(d->side[1].path));
    json_object_set_new(o, "same", json_boolean(d->found.n == d->idle));
    json_object_set_new(o, "differences", difference_list(d));
    diff_effect_json(d->side, o);
    return emit_print(o);
}

static int print_text(struct diff *d)
{
    struct view_page page = view_stdout();
    printf("A  %s\nB  %s\n", d->side[0].path, d->side[1].path);
    int code = print_differences(d, &page);
    if (d->found.n == d->idle)
        puts("\nNo difference in meaning.");
    else if (!code)
        code = diff_effect_print(d->side, &page);
    if (d->idle)
        printf(
            "\n%zu %s without effect on any figure (title, label, source, model) %s, too: --json "
            "lists %s.\n",
            d->idle, d->idle == 1 ? "text" : "texts", d->idle == 1 ? "differs" : "differ",
            d->idle == 1 ? "it" : "them");
    if (code)
        fputs("psnsim: out of memory\n", stderr);
    return code ? EXIT_INCOMPLETE : EXIT_DONE;
}

int command_diff(const struct arguments *a)
{
    struct diff d = {.a = a};
    psn_diagnostics all = {0};
    int code = open_side(&d, 0, &all), other = open_side(&d, 1, &all);
    code = code ? code : other;
    if (!code && meaning_compare(d.tree[0], d.tree[1], &d.memory, &d.found))
        code = out_of_memory(&all);
    for (size_t i = 0; i < d.found.n; i++)
        d.idle += d.found.item[i].idle;
    int status = job_told(code, &all);
    if (!code)
        status = a->given[OPTION_JSON] ? print_json(&d) : print_text(&d);
    differences_free(&d.found);
    close_side(&d.side[0]);
    close_side(&d.side[1]);
    arena_fini(&d.memory);
    return status;
}
