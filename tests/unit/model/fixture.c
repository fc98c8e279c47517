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

const char *const fixture_town =
    "psnsim: 1\ntitle: a town\n"
    "time: {start: 2014-05-12T09:00, horizon: 80 min, warmup: 10 min, interval: 10 min}\n"
    "hours: {morning: 'Mon-Fri 08:00-10:00', noon: 'Mon-Fri 10:00-12:00'}\n"
    "partners: {east: {staff: {east-hall: 40}}, west: {staff: {west-hall: 30}}}\n"
    "sites: {east-hall: {}, west-hall: {}, centre: {}, annexe: {}}\n"
    "classes: {urgent: {queue: strict}, steady: {weight: 3}, slow: {weight: 1}}\n"
    "links:\n"
    "  e: {between: [east-hall, centre], bandwidth: 10 Mbit/s, delay: 3 ms}\n"
    "  w: {between: [west-hall, centre], bandwidth: 4 Mbit/s, delay: 5 ms}\n"
    "  x: {between: [annexe, centre], bandwidth: 100 Mbit/s, delay: 1 ms}\n"
    "compute:\n"
    "  counter: {site: centre, cores: 2, room: 4}\n"
    "  front: {site: centre, cores: 3, discipline: priority}\n"
    "  back: {site: centre, cores: 1, room: 2, full: block}\n"
    "  urgent: {site: annexe, cores: 1, discipline: preemptive, room: 9}\n"
    "  blend: {site: annexe, cores: 2, discipline: weighted, "
    "during: {noon: {cores: 3, speed: 0.5}}}\n"
    "  even: {site: annexe, cores: 2, discipline: fair, weights: staff}\n"
    "  lanes: {site: centre, cores: 1, discipline: fair-queues}\n"
    "  cloud: {site: annexe, discipline: unlimited}\n"
    "storage: {disk: {site: centre, iops: 200, bandwidth: 1 Gbit/s, latency: 1 ms}}\n"
    "desks:\n"
    "  help: {site: east-hall, people: {morning: 2, noon: 1}, wrap-up: exp(5 s)}\n"
    "  expert: {site: centre, people: {morning: 1, noon: 2}, discipline: priority, room: 6}\n"
    "services:\n"
    "  case:\n"
    "    class: urgent\n"
    "    timeout: 20 s\n"
    "    retries: 2\n"
    "    steps:\n"
    "    - {request: 4 KB}\n"
    "    - {compute: r-counter, work: exp(300 ms), patience: exp(2 s)}\n"
    "    - fork:\n"
    "      - steps: [{compute: r-urgent, work: exp(100 ms), patience: exp(1 s)}, {response: 1 "
    "KB}]\n"
    "      - steps: [{compute: r-front, work: exp(200 ms)}, {compute: r-back, work: exp(120 ms)}]\n"
    "      - steps: [{loop: [{read: r-disk, size: 64 KB, times: 2}, {loop: [{compute: r-lanes, "
    "work: "
    "exp(10 ms)}], again: 40 %}], times: 3}]\n"
    "    - {response: 20 KB}\n"
    "  call:\n"
    "    class: steady\n"
    "    steps: [{desk: r-help, work: exp(60 s), patience: exp(90 s)}, {choice: [{share: 40 %, "
    "steps: "
    "[{request: 1 KB}, {desk: r-expert, work: exp(80 s), patience: exp(50 s)}, {response: 1 KB}]}, "
    "{share: 60 %}]}]\n"
    "  query: {steps: [{request: 2 KB}, {loop: [{compute: r-blend, work: exp(80 ms)}, {compute: "
    "r-even, "
    "work: exp(60 ms)}, {compute: r-cloud, work: exp(50 ms)}], again: 50 %}, {response: 30 KB}]}\n"
    "  bulk: {class: slow, steps: [{read: r-disk, size: 20 MB}, {compute: r-lanes, work: 2 s}]}\n"
    "workloads:\n"
    "  cases: {service: case, users: 100 % of staff, think: exp(8 s)}\n"
    "  calls: {service: call, rate: 0.03 / s}\n"
    "  queries: {service: query, rate: 2 / s}\n"
    "  nightly: {service: bulk, by: r-disk, every: 20 min}\n"
    "faults:\n"
    "  crash: {of: counter, mtbf: exp(10 min), mttr: exp(30 s)}\n"
    "  power: {of: annexe, mtbf: exp(15 min), mttr: exp(20 s), degrade: 50 %}\n"
    "  dig: {of: e, at: '2014-05-12T10:00', for: 2 min}\n"
    "  wear: {of: disk, mtbf: exp(5 min), mttr: 30 s, degrade: 20 %}\n"
    "arrangements: {base: {hosting: {all: {r-counter: counter, r-front: front, r-back: back, "
    "r-urgent: urgent, r-blend: blend, r-even: even, r-lanes: lanes, r-cloud: cloud, r-disk: disk, "
    "r-help: help, r-expert: expert}}}}\n"
    "objectives: {w: {station: help, figure: wait p90, at most: 60 s}, s: {station: help, figure: "
    "wait within 20 s, at least: 80 %}, r: {station: counter, figure: refused, at most: 5 %}}\n";
