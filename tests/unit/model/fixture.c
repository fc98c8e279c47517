/* SPDX-License-Identifier: Apache-2.0
 * Descriptions from inline texts. */
#include "fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

const char *const fixture_shire =
    "psnsim: 1\n"
    "title: A shire with three town halls\n"
    "time: {start: 2014-05-12T06:00, horizon: 4 h, warmup: 1 h, interval: 30 min}\n"
    "hours: {office: Mon-Fri 08:00-17:00, backup: daily 08:30-09:00}\n"
    "profiles:\n"
    "  desk: {weekday: [0,0,0,0,0,0,.1,.4,.8,1,1,.9,.7,.9,1,.9,.7,.3,.1,0,0,0,0,0], weekend: 0}\n"
    "  web: {weekday: [1,1,1,1,1,1,1,1,2,3,3,3,2,3,3,2,2,1,1,1,1,1,1,1], weekend: 1, vary: 20 %}\n"
    "partners:\n"
    "  ashe: {population: 50000, staff: {ashe-hall: 40}, data: {db: {size: 2 GB}}}\n"
    "  bere: {population: 70000, staff: {bere-hall: 60, hub: 5}, data: {db: {size: 3 GB}}}\n"
    "  cole: {population: 90000, staff: {cole-hall: 50}, data: {db: {size: 1 GB}}}\n"
    "sites: {ashe-hall: {}, bere-hall: {}, cole-hall: {}, hub: {}, web: {}, vault-site: {}}\n"
    "links:\n"
    "  ashe-line: {between: [ashe-hall, hub], bandwidth: 10 Mbit/s, delay: 2 ms}\n"
    "  bere-line: {between: [bere-hall, hub], bandwidth: 20 Mbit/s, delay: 1 ms}\n"
    "  cole-line: {between: [cole-hall, hub], bandwidth: 5 Mbit/s, delay: 3 ms}\n"
    "  web-line: {between: [web, hub], bandwidth: 100 Mbit/s, delay: 4 ms}\n"
    "  vault-line: {between: [hub, vault-site], bandwidth: 50 Mbit/s, delay: 500 us}\n"
    "compute:\n"
    "  app-pool: {site: hub, hosts: 2, cores: 2, discipline: sharing}\n"
    "  web-pool: {site: hub, cores: 3}\n"
    "storage:\n"
    "  san: {site: hub, iops: 3000, bandwidth: 1 Gbit/s, latency: 1 ms}\n"
    "  tape: {site: vault-site, iops: 500, bandwidth: 400 Mbit/s, latency: 5 ms}\n"
    "services:\n"
    "  case:\n"
    "    steps:\n"
    "      - {request: 4 KB}\n"
    "      - {compute: app, work: lognormal(60 ms cv 1.5)}\n"
    "      - {read: db, size: 64 KB, times: 3}\n"
    "      - choice: [{share: 30 %, steps: [{write: vault, size: exp(16 KB)}]}, {share: 70 %}]\n"
    "      - {delay: exp(5 ms)}\n"
    "      - {response: 90 KB}\n"
    "  visit: {steps: [{request: 2 KB}, {compute: page, work: hyperexp(25 ms cv 2)}, {read: db, "
    "size: "
    "uniform(16 KB 48 KB)}, {response: 250 KB}]}\n"
    "  backup: {steps: [{read: db, size: 4 % of data.db}, {write: vault, size: 4 % of data.db}]}\n"
    "  look-up: {steps: [{request: exp(1 KB)}, {read: vault, size: exp(30 KB)}, {response: 8 "
    "KB}]}\n"
    "  search:\n"
    "    timeout: 120 ms\n"
    "    retries: 2\n"
    "    steps:\n"
    "      - {request: 3 KB}\n"
    "      - {compute: page, work: exp(20 ms)}\n"
    "      - fork: [{steps: [{call: look-up}, {delay: exp(9 ms)}]}, {steps: [{call: look-up}]}, "
    "{steps: [{compute: app, work: exp(40 ms)}, {write: vault, size: exp(9 KB)}]}]\n"
    "      - {call: look-up}\n"
    "workloads:\n"
    "  desk-work: {service: case, users: 100 % of staff, think: exp(20 s), profile: desk}\n"
    "  visits: {service: visit, at: web, rate: 2000 / year per population, profile: web}\n"
    "  finds: {service: search, at: web, rate: 1000 / year per population}\n"
    "  asks: {service: search, users: 20 % of staff, think: exp(10 s), profile: desk}\n"
    "  save: {service: backup, by: db, every: 6 h, window: backup}\n"
    "arrangements:\n"
    "  shared: {hosting: {all: {app: app-pool, page: web-pool, db: san, vault: tape}}}\n"
    "objectives:\n"
    "  fast: {service: case, figure: response p95, at most: 1 s, hours: office, per: partner}\n"
    "  soon: {service: visit, figure: response within 300 ms, at least: 90 %}\n"
    "  found: {service: search, figure: response p50, at most: 300 ms}\n"
    "  roomy: {link: all, figure: utilisation p95, at most: 80 %, hours: office}\n";

static int fetch(void *context, const char *name, psn_place asked, char **bytes, size_t *size,
                 psn_diagnostics *all)
{
    (void)name;
    (void)asked;
    (void)all;
    *bytes = strdup(context);
    *size = strlen(context);
    return *bytes ? 0 : PSN_EMEMORY;
}

static int describe(const char *text, struct description **d, psn_diagnostics *all)
{
    struct scenario *s = NULL;
    int code = scenario_load_from(fetch, (void *)(uintptr_t)text, "test.yaml", NULL, 0, &s, all);
    *d = NULL;
    if (!code)
        code = scenario_describe(s, NULL, 0, d, all);
    if (s)
        scenario_free(s);
    return code;
}

struct description *fixture_describe(const char *text)
{
    psn_diagnostics all = {0};
    struct description *d = NULL;
    int code = describe(text, &d, &all);
    psn_diagnostics_print(&all, stderr);
    psn_diagnostics_fini(&all);
    cr_assert_eq(code, 0, "the scenario is not sound");
    return d;
}

void fixture_mistake(const char *text, char *message, size_t size)
{
    psn_diagnostics all = {0};
    struct description *d = NULL;
    if (!describe(text, &d, &all))
        model_check(d, &all);
    message[0] = '\0';
    if (all.count)
        snprintf(message, size, "%s", all.items[0].text);
    if (d)
        description_free(d);
    psn_diagnostics_fini(&all);
}

struct outcome *fixture_run(const struct description *d, uint32_t replication,
                            const struct model_schedule *schedule)
{
    psn_diagnostics all = {0};
    struct outcome *o = NULL;
    int code = model_run(d, replication, schedule, NULL, &o, &all);
    psn_diagnostics_print(&all, stderr);
    psn_diagnostics_fini(&all);
    cr_assert_eq(code, 0);
    return o;
}
