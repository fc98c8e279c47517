/* SPDX-License-Identifier: Apache-2.0
 * Which sites are told of for sharing a process. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "model/joined.h"

/* What is told of three halls around a hub, two of whose lines have these delays; "": nothing. */
static void told(const char *first, const char *second, char *text, size_t size)
{
    static const char town[] =
        "psnsim: 1\ntime: {start: 2014-05-12, horizon: 1 h, interval: 10 min}\n"
        "partners: {p: {population: 10}}\nsites: {a: {}, b: {}, c: {}, hub: {}}\n"
        "links: {one: {between: [a, hub], bandwidth: 1 Gbit/s, delay: %s}, two: {between: [b, "
        "hub], "
        "bandwidth: 1 Gbit/s, delay: %s}, three: {between: [c, hub], bandwidth: 1 Gbit/s, delay: 5 "
        "ms}}\n"
        "compute: {m: {site: hub, cores: 9}, x: {site: a, cores: 9}, y: {site: b, cores: 9}, z: "
        "{site: c, cores: 9}}\n"
        "services: {s: {steps: [{compute: own, work: 1 ms}, {request: 1 KB}, {compute: app, work: "
        "1 "
        "ms}, {response: 1 KB}, {compute: own, work: 1 ms, times: 3}]}}\n"
        "workloads: {u: {service: s, partners: p, at: a, rate: 10 / s}}\n"
        "arrangements: {k: {hosting: {all: {app: m, own: x}}}}\n";
    char whole[4096];
    struct joined j;
    psn_diagnostics all = {0};
    snprintf(whole, sizeof whole, town, first, second);
    struct description *d = fixture_describe(whole);
    cr_assert_eq(joined_find(d, &j, &all), 0);
    *text = '\0';
    if (j.n > 0)
        joined_say(d, &j, text, size);
    free(j.site);
    psn_diagnostics_fini(&all);
    description_free(d);
}

Test(joined, two_busy_sites_without_a_delay)
{
    char text[400];
    told("0 s", "5 ms", text, sizeof text);
    cr_expect_str_eq(text,
                     "sites \"a\" and \"hub\" go to one thread of a run, with 100 % of its events: "
                     "link \"one\" has no delay",
                     "%s", text);
}

Test(joined, nothing_where_it_does_not_matter)
{
    char text[400];
    told("5 ms", "5 ms", text, sizeof text);
    cr_expect_str_empty(text);
    told("5 ms", "0 s", text, sizeof text); /* nothing is done at b */
    cr_expect_str_empty(text);
}
