/* SPDX-License-Identifier: Apache-2.0
 * What failures would do, against descriptions without the link or site. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "kernel/random.h"
#include "model/failures.h"
#include "model/laws.h"

#define SITES 7
#define LINKS 9

/* A random network in which everything is connected: a tree, and three links more. */
struct plan {
    uint32_t end[LINKS][2];
    uint32_t delay[LINKS], rate[LINKS];
};

static uint32_t number(uint64_t *row, uint32_t n)
{
    double u[2];
    random_uniform2(78, (*row)++, 0, 0, u);
    return (uint32_t)(u[0] * n);
}

static void plan_make(struct plan *p, uint64_t *row)
{
    for (uint32_t i = 0; i < LINKS; i++) {
        uint32_t a = i + 1 < SITES ? i + 1 : number(row, SITES);
        p->end[i][0] = a;
        p->end[i][1] =
            i + 1 < SITES ? number(row, i + 1) : (a + 1 + number(row, SITES - 1)) % SITES;
        p->delay[i] = 1 + number(row, 4);
        p->rate[i] = 1 + number(row, 9);
    }
}

/* The scenario without one of the links; LINKS: with all of them. Messages go from all sites to
 * two, by all routes of equal delay. */
static void write(const struct plan *p, uint32_t without, char *text, size_t size)
{
    int n = snprintf(text, size,
                     "psnsim: 1\ntime: {start: 2014-01-06, horizon: 1 d}\n"
                     "partners: {p: {population: 1}}\n"
                     "sites: {s0: {}, s1: {}, s2: {}, s3: {}, s4: {}, s5: {}, s6: {}}\n"
                     "compute: {first: {site: s0}, second: {site: s3}}\nlinks:\n");
    for (uint32_t i = 0; i < LINKS; i++)
        if (i != without)
            n += snprintf(text + n, size - (size_t)n,
                          "  l%u: {between: [s%u, s%u], bandwidth: %u Mbit/s, delay: %u ms, "
                          "overhead: {packet: 70 B, share: 2 %%}}\n",
                          i, p->end[i][0], p->end[i][1], p->rate[i], p->delay[i]);
    snprintf(text + n, size - (size_t)n,
             "services: {s: {steps: [{request: 20 KB}, {compute: app, work: 1 ms}, {request: 1 "
             "KB}, {compute: db, work: 1 ms}, {response: 50 KB}]}}\n"
             "workloads: {w: {service: s, at: [s0, s1, s2, s3, s4, s5, s6], rate: 3 / s}}\n"
             "routes: {r: {spread: equal}}\n"
             "arrangements: {x: {hosting: {all: {app: first, db: second}}}}\n");
}

/* The busiest link by operational laws; NaN where a site cannot be reached. */
static double busiest_link(const struct plan *p, uint32_t without)
{
    char text[4096], message[256];
    write(p, without, text, sizeof text);
    fixture_mistake(text, message, sizeof message);
    if (*message)
        return NAN;
    struct description *d = fixture_describe(text);
    struct load_report report;
    psn_diagnostics none = {0};
    double most = 0;
    cr_assert_eq(laws_report(d, &report, &none), 0);
    for (size_t t = d->n_pools; t < report.n_stations; t++)
        most = fmax(most, report.station[t].busiest);
    laws_fini(&report);
    description_free(d);
    return most;
}

static size_t check_link(const struct plan *p, const struct failures *f, uint32_t link)
{
    for (size_t i = 0; i < f->n_items; i++) {
        const struct failure *x = &f->item[i];
        if (x->site || x->index != link)
            continue;
        double busy = busiest_link(p, link);
        cr_assert_eq(x->ways, x->moved + x->lost);
        cr_assert_eq(isnan(busy), x->lost > 0);
        if (!isnan(busy))
            cr_assert_float_eq(x->peak.utilisation, busy, 1e-9);
        cr_assert_eq(x->lost, f->weak.by_link[link]);
        return x->lost;
    }
    cr_assert(!f->weak.used[link]);
    return 0;
}

Test(failures, as_if_the_link_were_not_there)
{
    uint64_t row = 0;
    size_t lost = 0;
    for (uint32_t k = 0; k < 8; k++) {
        struct plan p;
        char text[4096];
        struct failures f;
        psn_diagnostics none = {0};
        plan_make(&p, &row);
        write(&p, LINKS, text, sizeof text);
        struct description *d = fixture_describe(text);
        cr_assert_eq(failures_make(d, 0, true, &f, &none), 0);
        cr_assert_float_eq(f.normal.utilisation, busiest_link(&p, LINKS), 1e-12);
        for (uint32_t i = 0; i < LINKS; i++)
            lost += check_link(&p, &f, i);
        for (size_t i = 0; i < f.n_items; i++)
            if (f.item[i].site)
                cr_assert_eq(f.item[i].lost, f.weak.by_site[f.item[i].index]);
        failures_fini(&f);
        description_free(d);
    }
    cr_assert_gt(lost, 20, "every link has an alternative: the test sees little");
}

/* Two halls at a hub, the hub at a centre by two links, and a bypass from one hall. */
Test(failures, sites_and_users_by_hand)
{
    struct description *d = fixture_describe(
        "psnsim: 1\ntime: {start: 2014-01-06, horizon: 1 d}\n"
        "partners: {p: {population: 1}}\n"
        "sites: {a: {}, b: {}, hub: {}, dc: {}}\n"
        "links:\n"
        "  a1: {between: [a, hub], bandwidth: 10 Mbit/s, delay: 1 ms}\n"
        "  b1: {between: [b, hub], bandwidth: 10 Mbit/s, delay: 1 ms}\n"
        "  b2: {between: [b, dc], bandwidth: 1 Mbit/s, delay: 9 ms}\n"
        "  h1: {between: [hub, dc], bandwidth: 10 Mbit/s, delay: 1 ms}\n"
        "  h2: {between: [hub, dc], bandwidth: 2 Mbit/s, delay: 2 ms}\n"
        "compute: {pool: {site: dc, cores: 8}}\n"
        "services: {s: {steps: [{request: 12.5 KB}, {compute: app, work: 1 ms}]}}\n"
        "workloads:\n"
        "  w: {service: s, at: a, rate: 4 / s}\n"
        "  x: {service: s, at: b, rate: 6 / s}\n"
        "arrangements: {x: {hosting: {all: {app: pool}}}}\n");
    struct failures f;
    psn_diagnostics none = {0};
    cr_assert_eq(failures_make(d, 0, true, &f, &none), 0);
    cr_assert_eq(f.n_ways, 2);
    cr_assert_float_eq(f.normal.utilisation, 0.1,
                       1e-12); /* 10 a second of 100 kbit over 10 Mbit/s */
    /* Items: a1, b1, h1; then the sites a, b, dc and hub. */
    cr_assert_eq(f.n_items, 7);
    cr_assert(f.item[0].lost == 1 && f.item[0].cut[0]->from == 0);
    cr_assert_float_eq(f.item[0].peak.utilisation, 0.06, 1e-12);
    cr_assert(f.item[1].lost == 0 && f.item[1].moved == 1);
    cr_assert_float_eq(f.item[1].peak.utilisation, 0.6, 1e-12); /* b2 has 600 kbit/s */
    cr_assert_eq(f.item[1].peak.direction / 2, 2);
    cr_assert(f.item[2].lost == 0 && f.item[2].moved == 2);
    cr_assert_float_eq(f.item[2].peak.utilisation, 0.5, 1e-12); /* h2 has all */
    const struct failure *hub = &f.item[6];
    cr_assert(hub->site && hub->ways == 2 && hub->lost == 1 && hub->moved == 1 && hub->ended == 0);
    cr_assert_float_eq(hub->peak.utilisation, 0.6, 1e-12);
    const struct failure *dc = &f.item[5];
    cr_assert(dc->site && dc->ended == 2 && dc->lost == 0 && dc->peak.utilisation <= 1e-12);
    cr_assert(f.weak.by_link[0] == 1 && f.weak.by_link[1] == 0 && f.weak.by_link[3] == 0);
    cr_assert(f.weak.by_site[2] == 0 && f.weak.by_site[3] == 1, "the hub, which comes after dc");
    failures_fini(&f);
    description_free(d);
}
