/* SPDX-License-Identifier: Apache-2.0
 * Paths by least cost, and recipes over them. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "model/recipe.h"

#define HEAD                                                                                       \
    "psnsim: 1\ntitle: t\ntime: {start: 2014-05-12, horizon: 1 h}\n"                               \
    "partners: {p: {population: 10, staff: {a: 4}}}\n"                                             \
    "compute: {pool-b: {site: b}, pool-d: {site: d}}\n"

#define LINKS                                                                                      \
    "sites: {a: {}, b: {}, c: {}, d: {}, e: {}}\n"                                                 \
    "links:\n"                                                                                     \
    "  ab: {between: [a, b], bandwidth: 10 Mbit/s, delay: 1 ms}\n"                                 \
    "  bc: {between: [b, c], bandwidth: 2 Mbit/s, delay: 1 ms}\n"                                  \
    "  ac: {between: [c, a], bandwidth: 100 Mbit/s, delay: 2 ms}\n"                                \
    "  cd: {between: [c, d], bandwidth: 50 Mbit/s, delay: 1 ms}\n"

#define WORK                                                                                       \
    "workloads: {w: {service: s, at: a, rate: 1 / s}}\n"                                           \
    "arrangements: {x: {hosting: {all: {app: pool-b, far: pool-d}}}}\n"

/* The route without failures; NULL: there is none. */
static const struct route *route_between(struct ways *w, uint32_t from, uint32_t to)
{
    int code;
    const struct route_set *s = ways_base(w, ways_find(w, from, to), 0, &code, NULL);
    cr_assert_eq(code, 0);
    return s->n ? s->route[0] : NULL;
}

Test(network, least_delay_then_fewest_links)
{
    struct description *d =
        fixture_describe(HEAD LINKS "services: {s: {steps: [{compute: app, work: 1 ms}]}}\n" WORK);
    struct arena memory = {0};
    struct ways w;
    psn_diagnostics none = {0};
    cr_assert_eq(ways_init(&w, d, &memory, &none), 0);
    const struct route *r = route_between(&w, 0, 3); /* a to d: both ways to c take 2 ms */
    cr_assert_not_null(r);
    cr_assert_eq(r->n_hops, 2);
    cr_assert_eq(r->delay, 3000000);
    cr_assert_float_eq(r->slowest_bps, 50e6, 0);
    cr_assert_float_eq(r->segment_bits, 50e3, 1e-9); /* 1 ms of 50 Mbit/s */
    cr_assert_str_eq(d->link[r->hop[0] / 2].name, "ac");
    cr_assert_eq(r->hop[0] & 1, 1, "ac is named from c to a, so a to c is its way back");
    r = route_between(&w, 1, 2); /* b to c: 1 ms, slow */
    cr_assert_eq(r->n_hops, 1);
    cr_assert_float_eq(r->segment_bits, 12000, 0); /* 1,500 bytes at least */
    cr_assert_null(route_between(&w, 0, 4), "nothing leads to e");
    cr_assert_eq(route_between(&w, 2, 2)->n_hops, 0);
    cr_assert_eq(network_transmission(12000, 1e7), 1200000);
    arena_fini(&memory);
    description_free(d);
}

/* From more sites than searches are kept, in no order: each search goes on where it stopped, or
 * begins anew in another's place. On a ring of equal delays the way is the shorter one round. */
Test(network, any_order_of_asking)
{
    enum { SITES = 25 };
    struct description *d =
        fixture_describe("psnsim: 1\n"
                         "time: {start: 2014-01-01, horizon: 1 h}\n"
                         "partners: {p: {population: 1}}\n"
                         "sites: {r: {count: 25}}\n"
                         "links: {l: {ring: r, bandwidth: 1 Gbit/s, delay: 1 ms}}\n"
                         "compute: {pool: {site: r/1}}\n"
                         "services: {s: {steps: [{compute: app, work: 1 ms}]}}\n"
                         "workloads: {w: {service: s, at: r/1, rate: 1 / s}}\n"
                         "arrangements: {x: {hosting: {all: {app: pool}}}}\n");
    struct arena memory = {0};
    struct ways w;
    psn_diagnostics none = {0};
    uint32_t number[SITES]; /* of the site at each rank, from 0 */
    for (uint32_t s = 0; s < SITES; s++)
        number[s] = (uint32_t)strtoul(d->site[s].name + 2, NULL, 10) - 1;
    cr_assert_eq(ways_init(&w, d, &memory, &none), 0);
    for (uint32_t k = 0; k < SITES * SITES * 2; k++) { /* each pair twice */
        uint32_t pair = k * 367 % (SITES * SITES), from = pair / SITES, to = pair % SITES;
        uint32_t apart = (number[to] + SITES - number[from]) % SITES;
        uint32_t hops = apart <= SITES / 2 ? apart : SITES - apart;
        const struct route *r = route_between(&w, from, to);
        cr_assert_not_null(r);
        cr_assert_eq(r->n_hops, hops, "%s to %s", d->site[from].name, d->site[to].name);
        cr_assert_eq(r->delay, (psn_time)hops * 1000000);
        uint32_t at = from;
        for (uint32_t h = 0; h < hops; h++) {
            cr_assert_eq(network_from(d, r->hop[h]), at);
            at = network_to(d, r->hop[h]);
        }
        cr_assert_eq(at, to);
    }
    arena_fini(&memory);
    description_free(d);
}

Test(recipe, places_and_repeats)
{
    struct description *d = fixture_describe(
        HEAD LINKS "services: {s: {steps: [{request: 1 KB}, {compute: far, work: 1 ms}, "
                   "{compute: app, work: 2 ms, times: 3}, {response: 2 KB}]}}\n" WORK);
    struct arena memory = {0};
    struct ways w;
    struct recipe r;
    psn_diagnostics all = {0};
    cr_assert_eq(ways_init(&w, d, &memory, &all), 0);
    cr_assert_eq(recipe_make(&w, 0, &r, &all), 0);
    const enum op_kind expected[] = {OP_SEND,   OP_COMPUTE, OP_SEND, OP_COMPUTE,
                                     OP_REPEAT, OP_SEND,    OP_END};
    uint32_t at = r.first[0];
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct op *op = &r.op[at];
        cr_assert_eq(op->kind, expected[i], "operation %zu", i);
        cr_assert_eq(op->loop != NULL, i == 3 || i == 4, "operation %zu", i);
        if (i == 0)
            cr_assert_eq(op->route->to, 3);
        if (i == 2)
            cr_assert(op->amount == AMOUNT_NONE && op->route->to == 1,
                      "the job moves with no bytes");
        if (i == 4)
            cr_assert(op->limit == 2 && op->stride == 1 && op->loop->expected == 3 &&
                      !op->loop->moves && r.op[op->back].kind == OP_COMPUTE);
        if (i == 5)
            cr_assert(op->route->from == 1 && op->route->to == 0 && op->mean == 16000);
        at = op->next;
    }
    arena_fini(&memory);
    description_free(d);
}

Test(recipe, mistakes_are_told)
{
    char message[512];
    fixture_mistake(
        HEAD "sites: {a: {}, b: {}, d: {}}\nlinks: {ab: {between: [a, b], bandwidth: 1 Mbit/s}}\n"
             "services: {s: {steps: [{request: 1 KB}, {compute: far, work: 1 ms}]}}\n" WORK,
        message, sizeof message);
    cr_assert(strstr(message, "no links lead from site \"a\" to site \"d\""), "%s", message);
    fixture_mistake(
        HEAD LINKS
        "services: {s: {steps: [{request: 1 KB}, {choice: [{share: 50 %, steps: [{compute: app, "
        "work: 1 ms}]}, {share: 50 %, steps: [{compute: far, work: 1 ms}]}]}]}}\n" WORK,
        message, sizeof message);
    cr_assert(strstr(message, "begin at different sites"), "%s", message);
}

Test(recipe, shares_bind_a_request_throughout)
{
    /* 70 % of requests have both computes on one pool at b, 30 % on that at d. */
    struct description *d = fixture_describe(
        HEAD LINKS
        "services: {s: {steps: [{request: 1 KB}, {compute: app, work: 1 ms}, {delay: 1 ms}, "
        "{compute: app, work: 1 ms}, {response: 1 KB}]}}\n"
        "workloads: {w: {service: s, at: a, rate: 100 / s}}\n"
        "arrangements: {x: {hosting: {all: {app: {pool-d: 30 %, pool-b: 70 %}}}}}\n");
    struct outcome *o = fixture_run(d, 0, NULL);
    /* Over 360,000 requests the share of one branch has a standard error of 0.08 %; four of them.
     */
    double all = o->station[0].throughput + o->station[1].throughput;
    cr_assert_float_eq(all, 2 * (double)o->stream[0].completed / 3600, 0.01);
    cr_assert_float_eq(o->station[0].throughput / all, 0.7, 0.0031);
    /* A request is never at both: each pool serves an even number, but for those under way at the
     * end. */
    struct arena memory = {0};
    struct ways w;
    struct recipe r;
    psn_diagnostics none = {0};
    cr_assert_eq(ways_init(&w, d, &memory, &none), 0);
    cr_assert_eq(recipe_make(&w, 0, &r, &none), 0);
    const struct op *choice = &r.op[r.first[0]];
    cr_assert(choice->kind == OP_CHOICE && choice->n_branches == 2);
    for (uint32_t b = 0; b < 2; b++) {
        uint32_t station = NO_INDEX;
        for (uint32_t at = choice->branch[b]; r.op[at].kind != OP_END; at = r.op[at].next) {
            if (r.op[at].kind != OP_COMPUTE)
                continue;
            cr_assert(station == NO_INDEX || station == r.op[at].station);
            station = r.op[at].station;
        }
        cr_assert_eq(station, b, "machines are in the order of names");
    }
    arena_fini(&memory);
    outcome_free(o);
    description_free(d);
}

Test(recipe, shares_are_checked)
{
    char message[512];
    fixture_mistake(HEAD LINKS
                    "services: {s: {steps: [{request: 1 KB}, {compute: app, work: 1 ms}]}}\n"
                    "workloads: {w: {service: s, at: a, rate: 1 / s}}\n"
                    "arrangements: {x: {hosting: {all: {app: {pool-d: 30 %, pool-b: 60 %}}}}}\n",
                    message, sizeof message);
    cr_assert_str_eq(message, "the shares add up to 90 %; expected 100 %");
    fixture_mistake(HEAD LINKS
                    "services: {s: {steps: [{request: 1 KB}, {compute: app, work: 1 ms}]}}\n"
                    "workloads: {w: {service: s, at: a, rate: 1 / s}}\n"
                    "arrangements: {x: {hosting: {all: {app: [pool-b, pool-q]}}}}\n",
                    message, sizeof message);
    cr_assert(strstr(message, "\"pool-q\" is not defined"), "%s", message);
}
