/* SPDX-License-Identifier: Apache-2.0
 * Nodes: look-ups, rewrites that leave the old tree alone, near names, quotes for messages. */
#include "reading.h"
#include "scenario/node.h"

static struct node *scalar(struct arena *a, const char *text)
{
    struct node *n = node_new_scalar(a, (psn_place){0}, text);
    cr_assert(n);
    return n;
}

Test(node, with_makes_maps_on_the_way_and_leaves_the_old_tree)
{
    struct arena a = {0};
    psn_diagnostics all = {0};
    struct node *empty = node_new_map(&a, (psn_place){0}, 0);
    struct node *one = node_with(&a, empty, "x.y.z", scalar(&a, "1"), (psn_place){0}, &all);
    struct node *two = node_with(&a, one, "x.y.z", scalar(&a, "2"), (psn_place){0}, &all);
    struct node *three = node_with(&a, two, "x.w", scalar(&a, "3"), (psn_place){0}, &all);
    cr_assert(three);
    cr_expect_eq(empty->count, 0);
    cr_expect_str_eq(node_at(one, "x.y.z")->text, "1");
    cr_expect_str_eq(node_at(two, "x.y.z")->text, "2");
    cr_expect_null(node_at(two, "x.w"));
    cr_expect_str_eq(node_at(three, "x.w")->text, "3");
    cr_expect_eq(node_at(three, "x.y"), node_at(two, "x.y"), "what is beside the path is shared");
    cr_expect_null(node_at(three, "x.y.z.q"));
    cr_expect_null(node_get(node_at(three, "x.w"), "k"));
    arena_fini(&a);
    psn_diagnostics_fini(&all);
}

Test(node, with_stops_at_a_scalar)
{
    struct arena a = {0};
    psn_diagnostics all = {0};
    psn_place here = {"f", 3, 4};
    struct node *map = node_new_map(&a, (psn_place){0}, 0);
    map = node_with(&a, map, "x", scalar(&a, "1"), here, &all);
    cr_expect_null(node_with(&a, map, "x.y", scalar(&a, "2"), here, &all));
    assert_mistake(&all, "f", 3, 4,
                   "\"x\" of this path holds a text; expected a key that holds a map");
    arena_fini(&a);
    psn_diagnostics_fini(&all);
}

Test(node, nearest_by_a_third_of_the_length)
{
    const char *names[] = {"bandwidth", "delay", "between", "iops"};
    cr_expect_str_eq(node_nearest("bandwith", names, 4), "bandwidth");
    cr_expect_str_eq(node_nearest("dealy", names, 4), "delay"); /* neighbours swapped: one edit */
    cr_expect_str_eq(node_nearest("Delay", names, 4), "delay");
    cr_expect_str_eq(node_nearest("ipos", names, 4), "iops");
    cr_expect_null(node_nearest("dlx", names, 4)); /* three edits from delay, one allowed */
    cr_expect_null(node_nearest("", names, 4));
    cr_expect_null(node_nearest("b", names, 4));
}

Test(node, names)
{
    cr_expect(node_is_name("town-hall-2"));
    cr_expect_not(node_is_name("Town"));
    cr_expect_not(node_is_name("2nd"));
    cr_expect_not(node_is_name("a.b"));
    cr_expect_not(node_is_name(""));
    cr_expect_not(node_is_name("all"));
    cr_expect_not(node_is_name("none"));
    cr_expect(node_is_name("nones"));
}

Test(node, quotes_are_short_and_cut_between_characters)
{
    char buffer[NODE_QUOTE];
    cr_expect_str_eq(node_quote("a\tb\033[31m", buffer), "a b [31m");
    char longer[200];
    memset(longer, 'x', 199);
    longer[199] = '\0';
    cr_expect_eq(strlen(node_quote(longer, buffer)), 43);
    char euros[301];
    for (size_t i = 0; i < 100; i++)
        memcpy(euros + 3 * i, "\xE2\x82\xAC", 3);
    euros[300] = '\0';
    node_quote(euros, buffer);
    cr_expect_eq(strlen(buffer) % 3, 0);
    cr_expect_str_eq(buffer + strlen(buffer) - 3, "...");
    cr_expect_eq((unsigned char)buffer[strlen(buffer) - 4], 0xAC);
}
