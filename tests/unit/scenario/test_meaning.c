/* SPDX-License-Identifier: Apache-2.0
 * When values mean the same, and what differs between two trees. */
#include <math.h>

#include "reading.h"
#include "scenario/meaning.h"
#include "scenario/same.h"
#include "scenario/standard.h"

static bool same(const struct spec_key *key, const char *x, const char *y)
{
    struct arena a = {0};
    const struct node p = {.kind = NODE_SCALAR, .text = x}, q = {.kind = NODE_SCALAR, .text = y};
    bool out = same_value(&a, &p, &q, key);
    cr_expect_eq(out, same_value(&a, &q, &p, key), "%s, %s: both ways", x, y);
    arena_fini(&a);
    return out;
}

Test(meaning, quantities)
{
    const struct spec_key time = {.kind = SPEC_RANDOM, .dimension = DIMENSION_TIME},
                          number = {.kind = SPEC_QUANTITY, .dimension = DIMENSION_NUMBER},
                          rate = {.kind = SPEC_QUANTITY, .dimension = DIMENSION_RATE},
                          share = {.kind = SPEC_QUANTITY, .dimension = DIMENSION_SHARE};
    cr_expect(same(&time, "0.7 h", "42 min"));
    cr_expect(same(&time, "const(2 s)", "2000 ms"));
    cr_expect(same(&time, "erlang(1 s cv 0.5)", "erlang(1000 ms shape 4)"));
    cr_expect(same(&time, "0", "0 s"));
    cr_expect_not(same(&time, "1 s", "1.0000001 s"));
    cr_expect_not(same(&time, "exp(1 s)", "1 s"));
    cr_expect_not(same(&time, "lognormal(1 s cv 1)", "lognormal(1 s cv 1.1)"));
    cr_expect(same(&number, "1 per 100 staff", "0.01 per staff"));
    cr_expect_not(same(&number, "1 per 100 staff", "1 per 100 population"));
    cr_expect_not(same(&number, "2 per counts.a", "2 per counts.b"));
    cr_expect_not(same(&number, "9007199254740993", "9007199254740992"), "a seed is read whole");
    cr_expect(same(&rate, "60 / min", "1 / s"));
    cr_expect(same(&share, "30 %", "0.3"));
}

Test(meaning, other_kinds)
{
    const struct spec_key date = {.kind = SPEC_DATE}, text = {.kind = SPEC_TEXT},
                          word = {.kind = SPEC_WORD};
    cr_expect(same(&date, "2014-04-07", "2014-04-07T00:00"));
    cr_expect_not(same(&date, "2014-04-07", "2014-04-07T01:00"));
    cr_expect(same(&text, "80 %", "0.8"));
    cr_expect(same(&text, "2 s", "2000 ms"));
    cr_expect(same(&text, "response  p95", "response p95"));
    cr_expect_not(same(&text, "response p95", "response p99"));
    cr_expect_not(same(&word, "fifo", "sharing"));
}

/* How many things differ between two texts; the path of the first. */
static size_t differ(const char *x, const char *y, char path[100])
{
    struct arena a = {0};
    psn_diagnostics all = {0};
    struct scenario *s[2];
    struct node *tree[2];
    const char *text[] = {x, y};
    for (size_t i = 0; i < 2; i++) {
        struct given texts[] = {{"main.yaml", text[i], 0}, {0}};
        tree[i] = given_expand(texts, NULL, 0, &s[i], &a, &all);
        psn_diagnostics_print(&all, stderr);
        cr_assert(tree[i]);
        tree[i] = standard_fill(&a, tree[i], "shared");
    }
    struct differences d;
    cr_assert_eq(meaning_compare(tree[0], tree[1], &a, &d), 0);
    size_t n = d.n;
    snprintf(path, 100, "%s", n ? d.item[0].path : "");
    differences_free(&d);
    scenario_free(s[0]);
    scenario_free(s[1]);
    arena_fini(&a);
    return n;
}

#define PARTNER(data) SOUND "partners: {a: {data: {db: {" data "}}}}\n"
Test(meaning, paths)
{
    char path[100];
    cr_expect_eq(differ(PARTNER("size: 1 TB"), PARTNER("size: 1000 GB"), path), 0);
    cr_expect_eq(differ(PARTNER("size: 1 TB"), PARTNER("size: 2 TB"), path), 1);
    cr_expect_str_eq(path, "partners.a.data.db.size");
    cr_expect_eq(differ(SOUND, PARTNER("size: 2 TB"), path), 1, "an entry is told once");
    cr_expect_str_eq(path, "partners.a");
    cr_expect_eq(differ(SOUND "study: {replications: 10}\n", SOUND, path), 0, "the default");
    cr_expect_eq(differ(SOUND "study: {factors: {demand: [1, 2.0]}}\n",
                        SOUND "study: {factors: {demand: [1.0, 2]}}\n", path),
                 0);
    cr_expect_eq(differ(SOUND "study: {factors: {x: {y: {compute.pool.cores: 4}}}}\n",
                        SOUND "study: {factors: {x: {y: {compute.pool.cores: 5}}}}\n", path),
                 1);
    cr_expect_str_eq(path, "study.factors.x.y.compute.pool.cores");
}

/* Maps that stand in place of a scalar are compared key by key, values as what they are. */
Test(meaning, maps_in_place_of_scalars)
{
    char path[100];
#define DESK(people)                                                                               \
    SOUND "hours: {h: daily 08:00-18:00}\ndesks: {d: {site: dc, people: " people "}}\n"
    cr_expect_eq(differ(DESK("{h: 4}"), DESK("{h: 4.0}"), path), 0);
    cr_expect_eq(differ(DESK("{h: 4}"), DESK("{h: 5}"), path), 1);
    cr_expect_str_eq(path, "desks.d.people.h");
    cr_expect_eq(differ(DESK("{h: 4}"), DESK("4"), path), 1);
    cr_expect_str_eq(path, "desks.d.people");
    cr_expect_eq(differ(SOUND "study: {replications: {until: 2 %}}\n",
                        SOUND "study: {replications: {until: 0.02}}\n", path),
                 0);
}

Test(meaning, base_values)
{
    struct arena a = {0};
    const struct spec_key size = {.kind = SPEC_RANDOM, .dimension = DIMENSION_SIZE};
    const struct node one = {.kind = NODE_SCALAR, .text = "1 KB"},
                      law = {.kind = NODE_SCALAR, .text = "exp(1 KB)"},
                      tied = {.kind = NODE_SCALAR, .text = "4 % of data.db"};
    cr_expect_eq(same_base(&a, &one, &size), 8000);
    cr_expect(isnan(same_base(&a, &law, &size)));
    cr_expect(isnan(same_base(&a, &tied, &size)));
    arena_fini(&a);
}
