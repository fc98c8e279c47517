/* SPDX-License-Identifier: Apache-2.0
 * stations/flows against exact queueing theory, at the level of flows. */
#include <math.h>
#include <stdlib.h>

#include "stations/flows.h"
#include "theory.h"

#define LINK 1e9 /* bits/s: a bit a ns */

/* Flows over one link in one or two classes: arrival rates (in UNITs), laws of their sizes, a cap
 * for each, as a share of the link. */
struct traffic {
    struct maxmin_class class[2];
    double rate[2];
    enum service law[2];
    double cap;
};

/* One replication: mean sojourn by class, in UNITs, of those that start after the warm-up. */
static void replicate(const struct traffic *t, uint64_t seed, double stay[2])
{
    struct flows f;
    static struct job job[ARRIVALS];
    double sum[2] = {0}, rate = t->rate[0] + t->rate[1], clock = 0;
    uint32_t count[2] = {0}, link = 0;
    cr_assert_eq(flows_init(&f, 1, 2, t->class), PSN_OK);
    flows_set_capacity(&f, 0, LINK, 0);
    for (uint64_t i = 0; i <= ARRIVALS; i++) {
        double u[2], v[2];
        random_uniform2(seed, i, 0, 0, u);
        random_uniform2(seed, i, 1, 0, v);
        clock += -random_log(u[0]) / rate * UNIT;
        psn_time at = i < ARRIVALS ? (psn_time)clock : PSN_NEVER - 1;
        while (f.next <= at) {
            struct job *gone;
            psn_time now = f.next;
            cr_assert_eq(flows_depart(&f, now, &gone), PSN_OK);
            if (!gone || (double)gone->entered < WARMUP / rate * UNIT)
                continue;
            sum[gone->group] += (double)(now - gone->entered) / UNIT;
            count[gone->group]++;
        }
        if (i == ARRIVALS)
            break;
        uint32_t c = u[1] * rate >= t->rate[0];
        job[i] = (struct job){.number = i, .group = c, .size_bits = demand(t->law[c], v[0]) * UNIT};
        cr_assert_eq(flows_start(&f, &job[i], &link, 1, c, t->cap * LINK, at), PSN_OK);
    }
    for (int c = 0; c < 2; c++)
        stay[c] = count[c] > 0 ? sum[c] / count[c] : 0;
    flows_fini(&f);
}

static void check(const char *name, const struct traffic *t, double first, double second)
{
    double stay[2][REPLICATIONS];
    for (uint64_t r = 0; r < REPLICATIONS; r++) {
        double both[2];
        replicate(t, 1000 + r, both);
        stay[0][r] = both[0];
        stay[1][r] = both[1];
    }
    theory_check(name, stay[0], first);
    if (second > 0)
        theory_check(name, stay[1], second);
}

/* A link shared equally is processor sharing: S / (1 - rho) whatever the law of sizes (Kleinrock,
 * Queueing Systems II, section 4.4). */
Test(theory_flows, a_link_is_processor_sharing_of_any_sizes)
{
    static const enum service law[] = {EXP, CONST, LOGNORMAL};
    for (size_t i = 0; i < sizeof law / sizeof *law; i++) {
        struct traffic t = {
            .class = {{1, 0, true}, {1, 0, true}}, .rate = {0.7}, .law = {law[i]}, .cap = INFINITY};
        check("processor sharing", &t, 1 / 0.3, 0);
    }
}

/* Flows of a third of the link at most are sharing on three servers, which any law of sizes leaves
 * with as many present as M/M/3 (Cohen, Acta Informatica 12, 1979). */
Test(theory_flows, caps_are_servers)
{
    struct traffic t = {.class = {{1, 0, true}, {1, 0, true}}, .rate = {0.7}, .cap = 1 / 3.0};
    for (t.law[0] = CONST; t.law[0] <= EXP; t.law[0]++)
        check("three servers", &t, 3 + erlang_c(3, 2.1) * 3 / (3 - 2.1), 0);
}

/* A strict class does not see the other; with exponential sizes both together are M/M/1 in number.
 */
Test(theory_flows, a_strict_class_goes_first)
{
    struct traffic t = {.class = {{1, 0, true}, {1, 1, true}},
                        .rate = {0.3, 0.4},
                        .law = {EXP, EXP},
                        .cap = INFINITY};
    check("strict", &t, 1 / 0.7, (0.7 / 0.3 - 0.3 / 0.7) / 0.4);
}
