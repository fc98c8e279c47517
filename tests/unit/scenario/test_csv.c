/* SPDX-License-Identifier: Apache-2.0
 * CSV tables: RFC 4180, dotted headers, and mistakes at the cell's place. */
#include "reading.h"
#include "scenario/csv.h"

static struct arena memory;

static void fini(void)
{
    arena_fini(&memory);
}

TestSuite(csv, .fini = fini);

static struct node *read_table(const char *text, int expected, psn_diagnostics *all)
{
    struct node *root;
    size_t cells = CSV_CELLS_MOST;
    cr_expect_eq(csv_read(&memory, "t.csv", text, strlen(text), &cells, &root, all), expected);
    return root;
}

static void wrong(const char *text, bool ends, uint32_t line, uint32_t column, const char *gist)
{
    psn_diagnostics all = {0};
    const struct node *root = read_table(text, PSN_EINPUT, &all);
    cr_expect_eq(root == NULL, ends);
    cr_expect_eq(all.count, 1);
    assert_mistake(&all, "t.csv", line, column, gist);
    psn_diagnostics_fini(&all);
}

Test(csv, entries)
{
    psn_diagnostics all = {0};
    struct node *root = read_table("\xEF\xBB\xBFpartners,label,population,staff.town-hall,staff.dc,"
                                   "data.db.size\r\n"
                                   "adur,\"Adur, \"\"the\"\"\nsecond\",61182,420,, 3 TB \r\n"
                                   "\r\n"
                                   "worthing,,104640,,,\n"
                                   "b\xC3\xBC,none,1,2,3,~",
                                   0, &all);
    cr_assert(root);
    cr_expect_str_eq(node_at(root, "partners.adur.label")->text, "Adur, \"the\"\nsecond");
    cr_expect_str_eq(node_at(root, "partners.adur.population")->text, "61182");
    cr_expect_str_eq(node_at(root, "partners.adur.staff.town-hall")->text, "420");
    cr_expect_null(node_at(root, "partners.adur.staff.dc"));
    cr_expect_str_eq(node_at(root, "partners.adur.data.db.size")->text, "3 TB");
    const struct node *worthing = node_at(root, "partners.worthing");
    cr_expect_eq(worthing->count, 1, "empty cells give no keys");
    cr_expect_eq(worthing->place.line, 5);
    const struct node *last = node_at(root, "partners.b\xC3\xBC.staff.dc");
    cr_expect_eq(last->place.line, 6);
    cr_expect_eq(last->place.column, 13, "columns are characters");
    cr_expect_eq(node_at(root, "partners.b\xC3\xBC.data.db.size")->kind, NODE_NULL);
    const struct member *key = node_member(node_at(root, "partners.adur"), "population");
    cr_expect_eq(key->place.line, 1);
    cr_expect_eq(key->place.column, 16, "a key stands at its header");
    psn_diagnostics_fini(&all);
}

Test(csv, mistakes)
{
    wrong("", true, 1, 1, "this table is empty");
    wrong("links,a\nx,1\n", true, 1, 1,
          "\"links\" is the first header; expected partners or sites");
    wrong("partners,a,a\nx,1,2\n", false, 1, 12, "\"a\" stands twice among the headers");
    wrong("partners,a,a.b\nx,1,2\n", false, 1, 12, "stands twice");
    wrong("partners,a.b,a\nx,1,2\n", false, 1, 14, "stands twice");
    wrong("partners,a..b\nx,1\n", false, 1, 10, "no dotted key");
    wrong("partners,,b\nx,1,2\n", false, 1, 10, "an empty header");
    wrong("partners,a\nx,1,2\n", false, 2, 5, "this row has 3 cells; expected 2");
    wrong("partners,a,b\nx,1\n", false, 2, 1, "this row has 2 cells; expected 3");
    wrong("partners,a\n,1\n", false, 2, 1, "this row has no name");
    wrong("partners,a\nx,1\ny,1\nx,2\n", false, 4, 1,
          "\"x\" stands twice in this map, first in line 2");
    wrong("partners,a\nx,\"1\n", true, 2, 3, "does not end");
    wrong("partners,a\nx,\"1\"2\n", true, 2, 6, "behind a closing quote");
    wrong("partners,a\nx,1\"2\n", true, 2, 4, "a quote within a plain cell");
    wrong("partners,a\nx,\xFF\n", true, 2, 3, "not UTF-8");
}

Test(csv, in_a_scenario)
{
    struct given texts[] = {
        {"main.yaml", SOUND "include: p.csv\n", 0},
        {"p.csv", "partners,population,staff.hall\na,10,2\nb,10 KB,3\nc,\"1,000\",3\n", 0},
        {0}};
    psn_diagnostics all = {0};
    struct arena a = {0};
    struct scenario *s = NULL;
    cr_expect_null(given_expand(texts, NULL, 0, &s, &a, &all));
    cr_expect_eq(all.count, 2);
    assert_mistake(&all, "p.csv", 3, 3, "has a unit \"KB\"");
    assert_mistake(&all, "p.csv", 4, 3, "no thousands commas, write 1000");
    psn_diagnostics_fini(&all);
    scenario_free(s);
    arena_fini(&a);
}

/* Every row shares the header's place: one mistake, not one a row. */
Test(csv, unknown_header_is_told_once)
{
    struct given texts[] = {{"main.yaml", SOUND "include: [p.csv]\n", 0},
                            {"p.csv", "partners,populaton\na,10\nb,20\nc,30\n", 0},
                            {0}};
    one_mistake(texts, NULL, 0, "p.csv", 1, 10, "(did you mean population?)");
}

Test(csv, points)
{
    psn_diagnostics all = {0};
    struct node *rows;
    size_t cells = CSV_CELLS_MOST;
    const char *text = "demand,links.a.delay\n1,\"2 ms\"\n\n 1.3 ,3 ms\n";
    cr_assert_eq(csv_points(&memory, "t.csv", text, strlen(text), &cells, &rows, &all), 0);
    cr_assert_eq(rows->count, 2);
    cr_expect_str_eq(node_get(rows->item[0], "links.a.delay")->text, "2 ms");
    cr_expect_str_eq(node_get(rows->item[1], "demand")->text, "1.3");
    cr_expect_eq(node_get(rows->item[1], "demand")->place.line, 4);
    cr_expect_eq(node_get(rows->item[1], "demand")->place.column, 2);
    static const struct {
        const char *text;
        uint32_t line, column;
        const char *gist;
    } wrong_points[] = {
        {"", 1, 1, "empty"},
        {"a,b,a\n1,2,3\n", 1, 5, "\"a\" stands twice"},
        {"a,\n1,2\n", 1, 3, "empty header"},
        {"a,b\n1\n", 2, 1, "1 cells; expected 2"},
    };
    for (size_t i = 0; i < sizeof wrong_points / sizeof *wrong_points; i++) {
        const char *t = wrong_points[i].text;
        cr_expect_eq(csv_points(&memory, "t.csv", t, strlen(t), &cells, &rows, &all), PSN_EINPUT);
        cr_expect_null(rows);
        assert_mistake(&all, "t.csv", wrong_points[i].line, wrong_points[i].column,
                       wrong_points[i].gist);
        psn_diagnostics_fini(&all);
    }
}
