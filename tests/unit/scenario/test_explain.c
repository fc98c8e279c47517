/* SPDX-License-Identifier: Apache-2.0
 * Parts of a scenario by path, the origin of their values, and their YAML. */
#include <stdio.h>

#include "reading.h"
#include "scenario/explain.h"
#include "scenario/standard.h"
#include "scenario/write.h"

/* A filled tree, and what a path leads to. */
struct given_part {
    struct scenario *s;
    struct arena a;
    psn_diagnostics all;
    struct node *tree;
};

static struct given_part begin(const char *more, const char *const *sets, size_t n)
{
    struct given_part g = {0};
    char *text = arena_format(&g.a, "%s%s", SOUND, more);
    struct given texts[] = {{"main.yaml", text, 0}, {0}};
    struct node *tree = given_expand(texts, sets, n, &g.s, &g.a, &g.all);
    psn_diagnostics_print(&g.all, stderr);
    cr_assert(tree);
    g.tree = standard_fill(&g.a, tree, "shared");
    cr_assert(g.tree);
    return g;
}

static void end(struct given_part *g)
{
    scenario_free(g->s);
    arena_fini(&g->a);
    psn_diagnostics_fini(&g->all);
}

/* The lines of a part as "text|origin\n". */
static const char *lines(struct given_part *g, const char *path)
{
    struct node *part = explain_part(g->s, g->tree, path, &g->a, &g->all);
    struct explain_line *line;
    size_t n;
    if (!part)
        return "";
    cr_assert_eq(explain_lines(g->s, part, &g->a, &line, &n), 0);
    const char *text = "";
    for (size_t i = 0; i < n; i++)
        text = arena_format(&g->a, "%s%s|%s\n", text, line[i].text,
                            line[i].origin ? line[i].origin : "");
    return text;
}

#define LINKS                                                                                      \
    "links:\n"                                                                                     \
    "  one: {between: [hall, dc], bandwidth: 1 Mbit/s, delay: 5 ms}\n"                             \
    "  two:\n"                                                                                     \
    "    like: one\n"                                                                              \
    "    bandwidth: 2 Mbit/s\n"                                                                    \
    "    delay: none\n"

Test(explain, origins)
{
    const char *const sets[] = {"links.one.between=[dc, hall]"};
    struct given_part g = begin(LINKS, sets, 1);
    cr_expect_str_eq(lines(&g, "links.two"), "links:|\n"
                                             "  two:|\n"
                                             "    between: [dc, hall]|--set, like one\n"
                                             "    bandwidth: 2 Mbit/s|main.yaml:12\n"
                                             "    delay: 0 s|default\n");
    cr_expect_str_eq(lines(&g, "links.*.bandwidth"), "links:|\n"
                                                     "  one:|\n"
                                                     "    bandwidth: 1 Mbit/s|main.yaml:9\n"
                                                     "  two:|\n"
                                                     "    bandwidth: 2 Mbit/s|main.yaml:12\n");
    cr_expect_str_eq(lines(&g, "use"), "use:|\n  arrangement: shared|main.yaml:3\n");
    cr_expect_str_eq(lines(&g, "demand"), "demand: 1|default\n");
    cr_expect_eq(g.all.count, 0);
    end(&g);
}

Test(explain, a_map_of_one_origin_is_one_line)
{
    struct given_part g = begin("partners:\n"
                                "  a: {staff: {hall: 3}, data: {db: {size: 1 TB}}}\n"
                                "  b: {like: a, staff: {dc: 4}}\n",
                                NULL, 0);
    cr_expect_str_eq(lines(&g, "partners.b"), "partners:|\n"
                                              "  b:|\n"
                                              "    staff:|\n"
                                              "      hall: 3|main.yaml:9, like a\n"
                                              "      dc: 4|main.yaml:10\n"
                                              "    data: {db: {size: 1 TB}}|main.yaml:9, like a\n");
    cr_expect_str_eq(lines(&g, "partners.b.data.db.size"),
                     "partners:|\n  b:|\n    data: {db: {size: 1 TB}}|main.yaml:9, like a\n");
    end(&g);
}

/* A name of a group's member has a slash; in the text stands the group alone. */
Test(explain, members_of_a_group)
{
    struct given_part g = begin(LINKS, NULL, 0);
    struct node *map = (struct node *)node_get(g.tree, "links");
    struct member old = map->member[1];
    map->member[1].key = "two/17";
    cr_assert_str_eq(old.key, "two");
    cr_expect_str_eq(lines(&g, "links.two/17.between"),
                     "links:|\n  two/17:|\n    between: [hall, dc]|main.yaml:9, like one\n");
    cr_expect_str_eq(lines(&g, "links.two/*.bandwidth"),
                     "links:|\n  two/17:|\n    bandwidth: 2 Mbit/s|main.yaml:12\n");
    cr_expect_str_eq(lines(&g, "links.two/71"), "");
    cr_expect(strstr(g.all.items[0].text, "did you mean two/17?"), "%s", g.all.items[0].text);
    end(&g);
}

Test(explain, scalars_read_as_they_were)
{
    const struct {
        const char *text, *written;
        bool quoted;
    } of[] = {
        {"plain text", "plain text", false},
        {"100 % of it", "100 % of it", false},
        {"a: b", "\"a: b\"", false},
        {"a #b", "\"a #b\"", false},
        {"[a]", "\"[a]\"", false},
        {"none", "\"none\"", true},
        {"", "\"\"", false},
        {"~", "\"~\"", false},
        {"- a", "\"- a\"", false},
        {"-5", "-5", false},
        {"a \"b\" \\ \n\x01", "\"a \\\"b\\\" \\\\ \\n\\x01\"", false},
        {"tail:", "\"tail:\"", false},
        {"a, b", "a, b", false},
    };
    struct arena a = {0};
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        struct node n = {.kind = NODE_SCALAR, .text = of[i].text, .quoted = of[i].quoted};
        cr_expect_str_eq(write_line(&a, &n), of[i].written);
    }
    struct node comma = {.kind = NODE_SCALAR, .text = "a, b"};
    cr_expect_str_eq(write_item(&a, &comma), "\"a, b\"", "a comma in a list begins an item");
    arena_fini(&a);
}
