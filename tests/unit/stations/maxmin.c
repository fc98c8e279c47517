/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/maxmin: published cases, each rule by hand, and random networks against
 * progressive filling the slow way. */
#include "stations/maxmin.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "drive.h"
#include "maxmin_naive.h"

static const struct maxmin_class one_class = {.weight = 1};

static void near(const char *what, double value, double expected, double scale)
{
    cr_assert_leq(fabs(value - expected), 1e-9 * fmax(fabs(expected), scale * 1e-3),
                  "%s: %.17g, not %.17g", what, value, expected);
}

/* One flow a row: path (1-based, 0 ends it), cap (0: none), rate expected. */
struct row {
    uint32_t path[NAIVE_HOPS];
    double cap, rate;
};

static void check_rows(const double *capacity, uint32_t n_links, const struct row *row, uint32_t n)
{
    struct maxmin m;
    uint32_t group[16];
    cr_assert_eq(maxmin_init(&m, n_links, 1, &one_class), PSN_OK);
    for (uint32_t l = 0; l < n_links; l++)
        maxmin_set_capacity(&m, l, capacity[l]);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t link[NAIVE_HOPS], hops = 0;
        for (; hops < NAIVE_HOPS && row[i].path[hops]; hops++)
            link[hops] = row[i].path[hops] - 1;
        cr_assert_eq(
            maxmin_join(&m, link, hops, 0, 0, row[i].cap > 0 ? row[i].cap : INFINITY, &group[i]),
            PSN_OK);
    }
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    for (uint32_t i = 0; i < n; i++)
        near("rate", maxmin_rate(&m, group[i]), row[i].rate, 1);
    maxmin_fini(&m);
}
#define CHECK_ROWS(capacity, row)                                                                  \
    check_rows(capacity, sizeof(capacity) / sizeof *(capacity), row, sizeof(row) / sizeof *(row))

/* One long flow and a short one on each of three links (the "parking lot"). */
Test(maxmin, parking_lot)
{
    static const double capacity[] = {1, 1, 1};
    static const struct row row[] = {
        {{1, 2, 3}, 0, 0.5}, {{1}, 0, 0.5}, {{2}, 0, 0.5}, {{3}, 0, 0.5}};
    CHECK_ROWS(capacity, row);
}

/* Bertsekas and Gallager, Data Networks, 2nd ed., section 6.5.2: their example's kind. */
Test(maxmin, six_flows_over_four_links)
{
    static const double capacity[] = {1, 1, 1, 2};
    static const struct row row[] = {{{1, 2}, 0, 0.5}, {{1}, 0, 0.5},  {{2, 3}, 0, 0.5},
                                     {{3, 4}, 0, 0.5}, {{4}, 0, 0.75}, {{4}, 0, 0.75}};
    CHECK_ROWS(capacity, row);
}

/* SimGrid's tests of its own solver (teshsuite/surf/lmm_usage), cases 1 and 3. */
Test(maxmin, wide_link_between_narrow_ones)
{
    static const double capacity[] = {1, 10, 1};
    static const struct row row[] = {
        {{1, 2, 3}, 0, 0.5}, {{1}, 0, 0.5}, {{2}, 0, 9.5}, {{3}, 0, 0.5}};
    CHECK_ROWS(capacity, row);
}

Test(maxmin, eleven_flows_over_ten_links)
{
    static const double capacity[] = {10, 10, 10, 10, 10, 10, 10, 10, 10, 10};
    static const struct row row[] = {
        {{5, 6, 7}, 0, 3}, {{1, 2, 3}, 0, 10 / 3.0}, {{8, 9}, 0, 2},
        {{5, 6}, 0, 3},    {{6, 7, 8}, 0, 2},        {{10}, 0, 6},
        {{8, 10}, 0, 2},   {{1, 2}, 0, 10 / 3.0},    {{2, 3, 4}, 0, 10 / 3.0},
        {{7, 8, 9}, 0, 2}, {{5, 6, 7, 8, 10}, 0, 2}};
    CHECK_ROWS(capacity, row);
}

/* Who cannot use its part leaves it to the others: on a link of 10, 1 + 2 + 3.5 + 3.5. */
Test(maxmin, caps)
{
    static const double capacity[] = {10};
    static const struct row row[] = {{{1}, 1, 1}, {{1}, 2, 2}, {{1}, 9, 3.5}, {{1}, 0, 3.5}};
    CHECK_ROWS(capacity, row);
}

/* A link of 12 and one flow each in classes of weight 3, 2 and 1: 6, 4 and 2. With the first at a
 * cap of 3 the others divide 9 as 2 : 1; with two owners in the third class, one of two flows, 3
 * are divided in halves, and one half in halves. */
Test(maxmin, classes_owners_and_flows)
{
    static const struct maxmin_class class[] = {{3, 0, true, 0}, {2, 0, true, 0}, {1, 0, true, 0}};
    struct maxmin m;
    uint32_t link = 0, a, b, c, d, e;
    cr_assert_eq(maxmin_init(&m, 1, 3, class), PSN_OK);
    maxmin_set_capacity(&m, 0, 12);
    cr_assert_eq(maxmin_join(&m, &link, 1, 0, 0, INFINITY, &a), PSN_OK);
    cr_assert_eq(maxmin_join(&m, &link, 1, 1, 0, INFINITY, &b), PSN_OK);
    cr_assert_eq(maxmin_join(&m, &link, 1, 2, 0, INFINITY, &c), PSN_OK);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    near("weight 3", maxmin_rate(&m, a), 6, 1);
    near("weight 2", maxmin_rate(&m, b), 4, 1);
    near("weight 1", maxmin_rate(&m, c), 2, 1);
    maxmin_leave(&m, a);
    cr_assert_eq(maxmin_join(&m, &link, 1, 0, 0, 3, &a), PSN_OK);
    cr_assert_eq(maxmin_join(&m, &link, 1, 2, 7, INFINITY, &d), PSN_OK);
    cr_assert_eq(maxmin_join(&m, &link, 1, 2, 7, INFINITY, &e), PSN_OK);
    cr_assert_eq(d, e, "alike, so one group");
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    near("at its cap", maxmin_rate(&m, a), 3, 1);
    cr_assert_eq(maxmin_bottleneck(&m, a), MAXMIN_NONE);
    near("two thirds", maxmin_rate(&m, b), 6, 1);
    near("one flow of its owner", maxmin_rate(&m, c), 1.5, 1);
    near("one of two", maxmin_rate(&m, d), 0.75, 1);
    cr_assert_eq(maxmin_bottleneck(&m, d), 0);
    near("sum", maxmin_sum(&m, 0, 2).rate, 3, 1);
    cr_assert_eq(maxmin_sum(&m, 0, 2).owners, 2);
    cr_assert(maxmin_sum(&m, 0, 2).bottleneck);
    cr_assert_not(maxmin_sum(&m, 0, 0).bottleneck);
    maxmin_fini(&m);
}

/* Messages: a strict class takes its load first; a fair one no more than its load; one whose
 * messages wait takes its share, as one owner among others. */
Test(maxmin, loads)
{
    static const struct maxmin_class class[] = {{1, 0, false, 0}, {3, 1, true, 0}, {1, 1, true, 0}};
    struct maxmin m;
    uint32_t link = 0, flow;
    cr_assert_eq(maxmin_init(&m, 1, 3, class), PSN_OK);
    maxmin_set_capacity(&m, 0, 100);
    cr_assert_eq(maxmin_join(&m, &link, 1, 2, 0, INFINITY, &flow), PSN_OK);
    cr_assert_eq(maxmin_set_load(&m, 0, 0, 20, false), PSN_OK);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    near("beside a strict load", maxmin_rate(&m, flow), 80, 1);
    cr_assert_eq(maxmin_set_load(&m, 0, 1, 30, false), PSN_OK);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    near("and a fair one below its share", maxmin_rate(&m, flow), 50, 1);
    cr_assert_eq(m.paced.count, 1);
    cr_assert_eq(m.changed.count, 0, "its bottleneck is the same");
    cr_assert_eq(m.n_touched, 1);
    cr_assert_eq(m.touched[0].class, 2);
    cr_assert_eq(maxmin_set_load(&m, 0, 1, 0, true), PSN_OK);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    near("that takes all it can", maxmin_rate(&m, flow), 20, 1);
    cr_assert_eq(maxmin_set_load(&m, 0, 2, 0, true), PSN_OK);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    near("with messages of its own class", maxmin_rate(&m, flow), 10, 1);
    cr_assert_eq(maxmin_sum(&m, 0, 2).owners, 1, "messages are not counted among the owners");
    near("nor among the flows", maxmin_sum(&m, 0, 2).rate, 10, 1);
    cr_assert_eq(maxmin_set_load(&m, 0, 0, 200, false), PSN_OK);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    cr_assert_eq(maxmin_rate(&m, flow), 0, "all is taken by the strict class");
    for (uint32_t c = 0; c < 3; c++)
        cr_assert_eq(maxmin_set_load(&m, 0, c, 0, false), PSN_OK);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    near("alone", maxmin_rate(&m, flow), 100, 1);
    maxmin_set_capacity(&m, 0, 0);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    cr_assert_eq(maxmin_rate(&m, flow), 0, "a link that has failed");
    maxmin_leave(&m, flow);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    cr_assert_eq(maxmin_sum(&m, 0, 2).owners, 0);
    maxmin_fini(&m);
}

/* A strict class of at most 30 % of a line of 100 goes before a fair one and leaves it 70; two
 * strict ones of one level divide 100 by weight, and what one may not have is the other's. The line
 * is what limits them, though not full; a link that is slower than its line has the same limit. */
Test(maxmin, a_class_with_a_limit)
{
    static const struct maxmin_class class[] = {
        {1, 0, false, 0.3}, {1, 0, false, 0}, {1, 1, true, 0}};
    struct maxmin m;
    uint32_t link = 0, a, b, fair;
    cr_assert_eq(maxmin_init(&m, 1, 3, class), PSN_OK);
    maxmin_set_capacity(&m, 0, 100);
    maxmin_set_whole(&m, 0, 100);
    cr_assert_eq(maxmin_join(&m, &link, 1, 0, 0, INFINITY, &a), PSN_OK);
    cr_assert_eq(maxmin_join(&m, &link, 1, 0, 1, INFINITY, &a), PSN_OK);
    cr_assert_eq(maxmin_join(&m, &link, 1, 2, 0, INFINITY, &fair), PSN_OK);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    near("half of the limit", maxmin_rate(&m, a), 15, 1);
    near("the rest", maxmin_rate(&m, fair), 70, 1);
    cr_assert(maxmin_sum(&m, 0, 0).bottleneck);
    cr_assert_eq(maxmin_join(&m, &link, 1, 1, 0, INFINITY, &b), PSN_OK);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    near("as before", maxmin_rate(&m, a), 15, 1);
    near("all that the limit leaves", maxmin_rate(&m, b), 70, 1);
    cr_assert_eq(maxmin_rate(&m, fair), 0, "nothing is left");
    maxmin_set_capacity(&m, 0, 50);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    near("half of half", maxmin_rate(&m, a), 12.5, 1);
    near("the other half", maxmin_rate(&m, b), 25, 1);
    maxmin_leave(&m, b);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    near("the limit is of the line", maxmin_rate(&m, a), 15, 1);
    near("the rest of the slow line", maxmin_rate(&m, fair), 20, 1);
    maxmin_set_used(&m, 0, 0, 12);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    near("what others leave of the limit", maxmin_rate(&m, a), 9, 1);
    near("who are counted elsewhere", maxmin_rate(&m, fair), 32, 1);
    maxmin_set_used(&m, 0, 0, 40);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    cr_assert_eq(maxmin_rate(&m, a), 0, "nothing is left of the limit");
    maxmin_fini(&m);
}

/* Two flows of two owners over two links; on each link one of the owners has another flow, so that
 * the links weigh the two 1 : 2 and 2 : 1. A knot: each flow is sure of 0.75, and all that is left
 * is divided in proportion. */
Test(maxmin, a_knot_is_divided_in_proportion)
{
    static const struct maxmin_class class[] = {{1, 0, true, 0}, {1, 0, true, 0}};
    struct maxmin m;
    uint32_t group[4], both[] = {0, 1}, first = 0, second = 1;
    cr_assert_eq(maxmin_init(&m, 4, 2, class), PSN_OK);
    maxmin_set_capacity(&m, 0, 3);
    maxmin_set_capacity(&m, 1, 3);
    cr_assert_eq(maxmin_join(&m, both, 2, 0, 1, INFINITY, &group[0]), PSN_OK);
    cr_assert_eq(maxmin_join(&m, both, 2, 0, 2, INFINITY, &group[1]), PSN_OK);
    cr_assert_eq(maxmin_join(&m, &first, 1, 0, 1, INFINITY, &group[2]), PSN_OK);
    cr_assert_eq(maxmin_join(&m, &second, 1, 0, 2, INFINITY, &group[3]), PSN_OK);
    cr_assert_eq(maxmin_solve(&m), PSN_OK);
    cr_assert(m.knotted);
    /* Least offers 0.75 each; raised to 1 both links are full. */
    for (int i = 0; i < 4; i++)
        near("rate", maxmin_rate(&m, group[i]), 1, 1);
    maxmin_fini(&m);
}

/* ---- random networks ---- */

struct trial {
    struct naive n;
    struct maxmin m;
    uint64_t seed;
    bool plain; /* one class, one owner */
    uint32_t knots;
    /* What one knows who only listens to what each solve tells. */
    uint32_t node[NAIVE_FLOWS];                      /* by group */
    double own[NAIVE_FLOWS], paced[2 * NAIVE_FLOWS]; /* by group; by node */
};

static double draw_rate(uint64_t *seed)
{
    return (1 + (double)draw(seed, 999)) * 1e6;
}

static void trial_begin(struct trial *t, uint64_t seed, bool plain)
{
    static const struct maxmin_class class[] = {
        {1, 0, false, 0}, {3, 1, true, 0}, {1, 1, true, 0}, {2, 1, false, 0}};
    memset(t, 0, sizeof *t);
    t->seed = seed;
    t->plain = plain;
    t->n.n_links = seed % 2 ? 20 + (uint32_t)draw(&t->seed, 40) : 5 + (uint32_t)draw(&t->seed, 5);
    t->n.n_classes = plain ? 1 : 4;
    memcpy(t->n.class, plain ? &one_class : class, t->n.n_classes * sizeof *class);
    cr_assert_eq(maxmin_init(&t->m, t->n.n_links, t->n.n_classes, t->n.class), PSN_OK);
    for (uint32_t l = 0; l < t->n.n_links; l++) {
        t->n.capacity[l] = draw_rate(&t->seed);
        maxmin_set_capacity(&t->m, l, t->n.capacity[l]);
    }
}

static void trial_join(struct trial *t)
{
    struct naive_flow *f = &t->n.flow[t->n.n_flows++];
    *f = (struct naive_flow){.cap = draw(&t->seed, 4) ? INFINITY : draw_rate(&t->seed) / 10,
                             .class = (uint32_t)draw(&t->seed, t->n.n_classes),
                             .owner = t->plain ? 0 : (uint32_t)draw(&t->seed, 3)};
    uint32_t want = 1 + (uint32_t)draw(&t->seed, 4);
    /* Links near each other, so that paths meet again. */
    uint32_t at = (uint32_t)draw(&t->seed, t->n.n_links);
    while (f->hops < want) {
        if (!naive_on(f, at))
            f->link[f->hops++] = at;
        at = (at + 1 + (uint32_t)draw(&t->seed, 3)) % t->n.n_links;
    }
    cr_assert_eq(maxmin_join(&t->m, f->link, f->hops, f->class, f->owner, f->cap, &f->group),
                 PSN_OK);
}

static void trial_load(struct trial *t)
{
    uint32_t link = (uint32_t)draw(&t->seed, t->n.n_links);
    uint32_t class = (uint32_t)draw(&t->seed, t->n.n_classes);
    bool greedy = draw(&t->seed, 4) == 0 && class > 0;
    double load = draw(&t->seed, 3) ? draw_rate(&t->seed) / 4 : 0;
    uint32_t i = 0;
    while (i < t->n.n_flows && !(t->n.flow[i].owner == UINT32_MAX && t->n.flow[i].class == class &&
                                 t->n.flow[i].link[0] == link))
        i++;
    if (i < t->n.n_flows)
        t->n.flow[i] = t->n.flow[--t->n.n_flows];
    if (greedy || load > 0)
        t->n.flow[t->n.n_flows++] = (struct naive_flow){.link = {link},
                                                        .hops = 1,
                                                        .class = class,
                                                        .owner = UINT32_MAX,
                                                        .cap = greedy ? INFINITY : load,
                                                        .group = MAXMIN_NONE};
    cr_assert_eq(maxmin_set_load(&t->m, link, class, load, greedy), PSN_OK);
}

static void trial_change(struct trial *t)
{
    uint32_t what = (uint32_t)draw(&t->seed, 10);
    if (what < 4 || (what < 8 && t->n.n_flows == 0)) {
        if (t->n.n_flows < 90)
            trial_join(t);
    } else if (what < 8) {
        uint32_t i = (uint32_t)draw(&t->seed, t->n.n_flows);
        if (t->n.flow[i].owner == UINT32_MAX)
            return;
        maxmin_leave(&t->m, t->n.flow[i].group);
        t->n.flow[i] = t->n.flow[--t->n.n_flows];
    } else if (what == 8 && !t->plain) {
        trial_load(t);
    } else {
        uint32_t l = (uint32_t)draw(&t->seed, t->n.n_links);
        t->n.capacity[l] = draw(&t->seed, 8) ? draw_rate(&t->seed) : 0;
        maxmin_set_capacity(&t->m, l, t->n.capacity[l]);
    }
}

/* Each flow is at its cap or on a full link, and no link has too much. */
static void trial_check_full(struct trial *t)
{
    double used[NAIVE_LINKS] = {0};
    for (uint32_t i = 0; i < t->n.n_flows; i++)
        for (uint32_t h = 0; h < t->n.flow[i].hops; h++)
            used[t->n.flow[i].link[h]] += t->n.flow[i].rate;
    for (uint32_t l = 0; l < t->n.n_links; l++)
        cr_assert_leq(used[l], t->n.capacity[l] * (1 + 1e-9) + 1e-3);
    for (uint32_t i = 0; i < t->n.n_flows; i++) {
        const struct naive_flow *f = &t->n.flow[i];
        bool held = f->rate >= f->cap;
        for (uint32_t h = 0; h < f->hops; h++)
            held = held || used[f->link[h]] >= t->n.capacity[f->link[h]] * (1 - 1e-9) - 1e-3;
        cr_assert(held, "a flow could have more");
    }
}

/* The rate of a flow by the station; a load's is what its group has. */
static double trial_rate(const struct trial *t, const struct naive_flow *f)
{
    if (f->owner != UINT32_MAX)
        return maxmin_rate(&t->m, f->group);
    for (size_t g = 0; g < t->m.n_groups; g++) {
        const struct maxmin_group *group = &t->m.group[g];
        if (group->load && t->m.path[g].members > 0 && group->class == f->class &&
            group->hop[0].link == f->link[0])
            return maxmin_rate(&t->m, (uint32_t)g);
    }
    return -1;
}

static void trial_check(struct trial *t)
{
    if (t->plain)
        naive_plain(&t->n);
    else
        naive_fill(&t->n);
    trial_check_full(t);
    if (t->n.knotted) {
        /* There may be several fair allocations; which one is found depends on the changes. */
        t->knots++;
        for (uint32_t i = 0; i < t->n.n_flows; i++)
            t->n.flow[i].rate = trial_rate(t, &t->n.flow[i]);
        trial_check_full(t);
        return;
    }
    for (uint32_t i = 0; i < t->n.n_flows; i++)
        near("rate", trial_rate(t, &t->n.flow[i]), t->n.flow[i].rate, 1e6);
}

/* The sums are those of the rates. */
static void trial_check_sums(const struct trial *t)
{
    for (uint32_t l = 0; l < t->n.n_links; l++) {
        for (uint32_t c = 0; c < t->n.n_classes; c++) {
            double rate = 0;
            bool bottleneck = false, owner[3] = {false};
            for (uint32_t i = 0; i < t->n.n_flows; i++) {
                const struct naive_flow *f = &t->n.flow[i];
                if (f->owner == UINT32_MAX || f->class != c || !naive_on(f, l))
                    continue;
                rate += maxmin_rate(&t->m, f->group);
                bottleneck = bottleneck || maxmin_bottleneck(&t->m, f->group) == l;
                owner[f->owner] = true;
            }
            struct maxmin_sum sum = maxmin_sum(&t->m, l, c);
            near("sum", sum.rate, rate, 1e6);
            cr_assert_eq(sum.bottleneck, bottleneck);
            cr_assert_eq(sum.owners, (uint32_t)owner[0] + owner[1] + owner[2]);
        }
    }
}

/* What a solve tells of nodes and groups is enough to know all rates by. */
static void trial_listen(struct trial *t)
{
    const struct maxmin *m = &t->m;
    cr_assert(m->n_groups <= NAIVE_FLOWS && m->n_nodes <= sizeof t->paced / sizeof *t->paced);
    for (size_t i = 0; i < m->paced.count; i++)
        t->paced[m->paced.item[i]] = maxmin_node_rate(m, m->paced.item[i]);
    for (size_t i = 0; i < m->changed.count; i++) {
        uint32_t group = m->changed.item[i];
        t->node[group] = m->group[group].node;
        t->own[group] = maxmin_rate(m, group);
    }
    for (uint32_t i = 0; i < t->n.n_flows; i++) {
        uint32_t g = t->n.flow[i].group;
        if (t->n.flow[i].owner == UINT32_MAX)
            continue;
        cr_assert_eq(t->node[g], m->group[g].node);
        cr_assert_eq(t->node[g] == MAXMIN_NONE ? t->own[g] : t->paced[t->node[g]],
                     maxmin_rate(m, g));
    }
}

/* Everything again in a station that has never solved before. */
static void trial_check_fresh(struct trial *t)
{
    struct maxmin old = t->m;
    static uint32_t group[NAIVE_FLOWS];
    cr_assert_eq(maxmin_init(&t->m, t->n.n_links, t->n.n_classes, t->n.class), PSN_OK);
    for (uint32_t l = 0; l < t->n.n_links; l++)
        maxmin_set_capacity(&t->m, l, t->n.capacity[l]);
    for (uint32_t i = 0; i < t->n.n_flows; i++) {
        struct naive_flow *f = &t->n.flow[i];
        group[i] = f->group;
        if (f->owner == UINT32_MAX)
            cr_assert_eq(maxmin_set_load(&t->m, f->link[0], f->class, f->cap, f->cap == INFINITY),
                         PSN_OK);
        else
            cr_assert_eq(
                maxmin_join(&t->m, f->link, f->hops, f->class, f->owner, f->cap, &f->group),
                PSN_OK);
    }
    cr_assert_eq(maxmin_solve(&t->m), PSN_OK);
    naive_fill(&t->n);
    for (uint32_t i = 0; i < t->n.n_flows; i++) {
        near("fresh rate", trial_rate(t, &t->n.flow[i]), t->n.flow[i].rate, 1e6);
        if (t->plain)
            cr_assert_eq(maxmin_rate(&t->m, t->n.flow[i].group), maxmin_rate(&old, group[i]),
                         "not one bit depends on what has been before");
        t->n.flow[i].group = group[i];
    }
    maxmin_fini(&t->m);
    t->m = old;
}

static uint32_t try_random(uint64_t seed, bool plain, int changes)
{
    struct trial *t = malloc(sizeof *t);
    trial_begin(t, seed, plain);
    for (uint32_t flows = (uint32_t)draw(&t->seed, 90); t->n.n_flows < flows;)
        trial_join(t);
    for (int i = 0; i < changes; i++) {
        uint32_t at_once = 1 + (uint32_t)draw(&t->seed, 3);
        for (uint32_t k = 0; k < at_once; k++)
            trial_change(t);
        cr_assert_eq(maxmin_solve(&t->m), PSN_OK);
        trial_listen(t);
        trial_check(t);
        trial_check_sums(t);
        if (i % 10 == 0)
            trial_check_fresh(t);
    }
    uint32_t knots = t->knots;
    maxmin_fini(&t->m);
    free(t);
    return knots;
}

Test(maxmin, plain_networks_at_random)
{
    for (uint64_t seed = 1; seed <= 10; seed++)
        try_random(seed, true, 300);
}

Test(maxmin, networks_with_classes_and_owners_at_random)
{
    uint32_t knots = 0;
    for (uint64_t seed = 1; seed <= 10; seed++)
        knots += try_random(seed, false, 150);
    cr_assert_gt(knots, 100, "there are knots, too");
    cr_assert_lt(knots, 750);
}
