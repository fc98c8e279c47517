/* SPDX-License-Identifier: Apache-2.0
 * The YAML reader: places, plain and quoted scalars, and what the language refuses. */
#include <stdio.h>

#include "reading.h"
#include "scenario/yaml.h"

static struct arena memory;

static void fini(void)
{
    arena_fini(&memory);
}

TestSuite(yaml, .fini = fini);

static struct node *read_sized(const char *text, size_t size, int expected, psn_diagnostics *all)
{
    struct node *root;
    size_t nodes = YAML_NODES_MOST;
    cr_expect_eq(yaml_read(&memory, "t", text, size, &nodes, &root, all), expected);
    return root;
}

static struct node *sound(const char *text)
{
    psn_diagnostics all = {0};
    struct node *root = read_sized(text, strlen(text), 0, &all);
    psn_diagnostics_print(&all, stderr);
    cr_assert_eq(all.count, 0);
    return root;
}

/* The one mistake ends the reading. */
static void refused_sized(const char *text, size_t size, uint32_t line, uint32_t column,
                          const char *gist)
{
    psn_diagnostics all = {0};
    cr_expect_null(read_sized(text, size, PSN_EINPUT, &all));
    cr_expect_eq(all.count, 1);
    assert_mistake(&all, "t", line, column, gist);
    psn_diagnostics_fini(&all);
}

static void refused(const char *text, uint32_t line, uint32_t column, const char *gist)
{
    refused_sized(text, strlen(text), line, column, gist);
}

static void expect_place(const struct node *n, uint32_t line, uint32_t column)
{
    cr_assert(n);
    cr_expect_str_eq(n->place.file, "t");
    cr_expect_eq(n->place.line, line, "line %u", n->place.line);
    cr_expect_eq(n->place.column, column, "column %u", n->place.column);
}

Test(yaml, places)
{
    struct node *root = sound("a: 1\n"
                              "\xC3\xA9t\xC3\xA9: {b: \"two\", c: [3, 4]}\n"
                              "block:\n"
                              "  deep:\n"
                              "    x: 'y'\n"
                              "  empty:\n"
                              "  text: |\n"
                              "    line\n");
    expect_place(node_get(root, "a"), 1, 4);
    struct node *flow = node_get(root, "\xC3\xA9t\xC3\xA9");
    expect_place(flow, 2, 6); /* columns are characters, not bytes */
    expect_place(node_get(flow, "b"), 2, 10);
    expect_place(node_get(flow, "c")->item[1], 2, 24);
    expect_place(node_get(root, "block"), 3, 1); /* a block map stands at its key */
    expect_place(node_at(root, "block.deep.x"), 5, 8);
    expect_place(node_at(root, "block.empty"), 6, 3);
    expect_place(node_at(root, "block.text"), 7, 3);
    cr_expect_eq(node_member(node_get(root, "block"), "deep")->place.line, 4);
    cr_expect_eq(node_member(node_get(root, "block"), "deep")->place.column, 3);
}

Test(yaml, scalars)
{
    struct node *root = sound("\xEF\xBB\xBF"
                              "a: null\nb: ~\nc:\nd: 'null'\ne: \"\"\nf: plain  text # not this\n"
                              "g: {}\nh: []\ni: a\r\nj: one\n  two\n");
    cr_expect_eq(node_get(root, "a")->kind, NODE_NULL);
    cr_expect_eq(node_get(root, "b")->kind, NODE_NULL);
    cr_expect_eq(node_get(root, "c")->kind, NODE_NULL);
    cr_expect_eq(node_get(root, "d")->kind, NODE_SCALAR);
    cr_expect(node_get(root, "d")->quoted);
    cr_expect_str_eq(node_get(root, "e")->text, "");
    cr_expect_str_eq(node_get(root, "f")->text, "plain  text");
    cr_expect_eq(node_get(root, "g")->kind, NODE_MAP);
    cr_expect_eq(node_get(root, "h")->kind, NODE_LIST);
    cr_expect_str_eq(node_get(root, "i")->text, "a");
    cr_expect_str_eq(node_get(root, "j")->text, "one two");
    expect_place(node_get(root, "a"), 1, 4); /* a byte order mark is no column */
}

Test(yaml, json_is_yaml)
{
    struct node *root = sound("{\"a\": [1, {\"b\": \"c\"}],\n \"d\": null}");
    cr_expect_str_eq(node_get(node_get(root, "a")->item[1], "b")->text, "c");
    cr_expect_eq(node_get(root, "d")->kind, NODE_NULL);
}

Test(yaml, empty_text)
{
    cr_expect_eq(sound("")->kind, NODE_NULL);
    cr_expect_eq(sound("# nothing\n\n")->kind, NODE_NULL);
}

Test(yaml, syntax_error_is_told_alone)
{
    refused("a: 1\na: 2\nb: [1, 2\n", 4, 1, "no YAML: flow sequence without a closing bracket");
    refused("a: 'x\n", 1, 5, "without closing quote");
    refused("a:\n\tb: 1\n", 2, 1, "tab");
}

Test(yaml, alias_bomb)
{
    refused("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 1, 5, "`like` takes their place");
    refused("a: [1, *x]\n", 1, 9, "an alias (*)");
}

Test(yaml, merge_keys_and_tags)
{
    refused("a: 1\n<<: {b: 1}\n", 2, 1, "a merge key (<<)");
    refused("a: !!int 3\n", 1, 4, "a tag (!)");
    refused("a: !x {b: 1}\n", 1, 4, "a tag (!)");
    cr_expect_str_eq(node_get(sound("'<<': 1\n"), "<<")->text, "1");
}

Test(yaml, second_document)
{
    refused("a: 1\n---\nb: 2\n", 2, 1, "a second document");
    refused("a: 1\n...\n---\n", 3, 1, "a second document");
    cr_expect(node_get(sound("---\na: 1\n"), "a"));
}

Test(yaml, deep_flow)
{
    char text[2100];
    memcpy(text, "a: ", 3);
    memset(text + 3, '[', 1000);
    memset(text + 1003, ']', 1000);
    text[2003] = '\0';
    /* the map is level 1, so the 32nd list is one too deep */
    refused(text, 1, 4 + 31, "more than 32 levels");
}

Test(yaml, deep_block)
{
    size_t size = 0;
    char *text = malloc(1000 * 1003);
    for (size_t i = 0; i < 1000; i++) {
        memset(text + size, ' ', i);
        memcpy(text + size + i, "a:\n", 3);
        size += i + 3;
    }
    refused_sized(text, size, 33, 33, "more than 32 levels");
    free(text);
}

Test(yaml, thirty_two_levels_are_fine)
{
    char text[80] = "";
    memset(text, '[', 32);
    memset(text + 32, ']', 32);
    cr_expect_eq(sound(text)->kind, NODE_LIST);
}

Test(yaml, nul_and_invalid_utf8)
{
    refused_sized("a: b\nc: \0d\n", 11, 2, 4, "a NUL byte");
    refused("a: \"\\0\"\n", 1, 4, "a NUL character");
    refused("a: \xE2\x82\xAC\xFF\n", 1, 5, "not UTF-8");
    refused("a: \xC0\xAF\n", 1, 4, "not UTF-8");         /* overlong */
    refused("a: \xED\xA0\x80\n", 1, 4, "not UTF-8");     /* a surrogate */
    refused("a: \xF4\x90\x80\x80\n", 1, 4, "not UTF-8"); /* above U+10FFFF */
    refused("a: \xE2\x82", 1, 4, "not UTF-8");
    refused("a: \033[1m\n", 1, 4, "a control character");
    refused_sized("\xFF\xFE"
                  "a\0",
                  4, 1, 1, "UTF-16");
}

Test(yaml, duplicate_keys_are_all_told)
{
    psn_diagnostics all = {0};
    const char *text = "a: 1\nb: {x: 1, y: 2, x: 3}\na: 4\na: 5\n";
    struct node *root = read_sized(text, strlen(text), PSN_EINPUT, &all);
    cr_assert(root);
    cr_expect_eq(all.count, 3);
    assert_mistake(&all, "t", 2, 17, "\"x\" stands twice in this map, first in line 2");
    assert_mistake(&all, "t", 3, 1, "\"a\" stands twice in this map, first in line 1");
    assert_mistake(&all, "t", 4, 1, "\"a\" stands twice");
    cr_expect_eq(root->count, 2);
    cr_expect_str_eq(node_get(root, "a")->text, "1");
    psn_diagnostics_fini(&all);
}

Test(yaml, forty_thousand_keys, .timeout = 5)
{
    char *text = malloc(40000 * 12 + 20);
    size_t size = 0;
    for (int i = 0; i < 40000; i++)
        size += (size_t)sprintf(text + size, "k%d: 1\n", i);
    psn_diagnostics all = {0};
    cr_expect_eq(read_sized(text, size, 0, &all)->count, 40000);
    size += (size_t)sprintf(text + size, "k7: 1\n");
    read_sized(text, size, PSN_EINPUT, &all);
    assert_mistake(&all, "t", 40001, 1, "\"k7\" stands twice in this map, first in line 8");
    psn_diagnostics_fini(&all);
    free(text);
}

Test(yaml, too_many_values)
{
    char *text = malloc(4 * 300000);
    for (int i = 0; i < 300000; i++)
        memcpy(text + 4 * i, "- a\n", 4);
    /* the list itself counts as one: the 300,000th item is too much */
    refused_sized(text, 4 * 300000, 300000, 3, "more than 300000 keys and values");
    free(text);
}

/* libfyaml would keep gigabytes of tokens for such a line. */
Test(yaml, line_of_brackets, .timeout = 5)
{
    char *text = malloc(8000000);
    memset(text, '[', 8000000);
    memcpy(text, "a: 1\nb: ", 8);
    refused_sized(text, 8000000, 2, 1, "a line with more than 400000 brackets");
    free(text);
}

Test(yaml, keys_that_are_none)
{
    refused("? [a, b]\n: 3\n", 1, 3, "a list as a key");
    refused("{{a: 1}: 3}\n", 1, 2, "a map as a key");
    refused(": 3\n", 1, 1, "a value without its key");
}

static void trap(const char *text, uint32_t column, const char *gist)
{
    psn_diagnostics all = {0};
    cr_expect(read_sized(text, strlen(text), PSN_EINPUT, &all));
    cr_expect_eq(all.count, 1);
    assert_mistake(&all, "t", 1, column, gist);
    psn_diagnostics_fini(&all);
}

Test(yaml, comma_trap)
{
    trap("p: {population: 182,493}", 21,
         "a comma inside { } starts a new key, and this one has no value; no thousands commas: "
         "write "
         "182493");
    trap("p: {work: lognormal(60 ms, cv 1.5), size: 3 KB}", 28,
         "the arguments of a law are apart by spaces: write lognormal(60 ms cv 1.5)");
    trap("p: {label: Hammersmith, Fulham}", 25, "write \"Hammersmith, Fulham\"");
    trap("p: {population: 1,182,493}", 19, "no thousands commas: write 1182493");
    trap("p: {sites: [a], 493}", 17, "here \"493\" without a value; expected `key: value`");
    sound("p: {a, b}");            /* names without values: the table of keys judges them */
    sound("p: {label: \"x, y\"}"); /* quoted */
}
