/* SPDX-License-Identifier: Apache-2.0
 * Texts into descriptions, and mistakes into one string: for the tests of the describing half. */
#ifndef TESTS_DESCRIBING_H
#define TESTS_DESCRIBING_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/description.h"
#include "scenario/scenario.h"

/* Hands the one text out. */
static inline int describing_fetch(void *context, const char *name, psn_place asked, char **bytes,
                                   size_t *size, psn_diagnostics *all)
{
    const char *text = context;
    if (strcmp(name, "test.yaml") != 0)
        return psn_mistake_add(all, PSN_EIO, asked, "no file %s", name);
    *bytes = strdup(text);
    *size = strlen(text);
    return *bytes != NULL ? PSN_OK : PSN_EMEMORY;
}

/* All mistakes as printed, in memory that the caller frees. */
static inline char *describing_mistakes(const psn_diagnostics *all)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    psn_diagnostics_print(all, out);
    fclose(out);
    return text;
}

/* The description of a text with `n` settings of the command line; NULL with *mistakes (to be
 * freed) where it is wrong. *mistakes is NULL where it is right. */
static inline struct description *describing(const char *text, const char *const *sets, size_t n,
                                             char **mistakes)
{
    psn_diagnostics all = {0};
    struct scenario *s = NULL;
    struct description *d = NULL;
    int error = scenario_load_from(describing_fetch, (void *)(uintptr_t)text, "test.yaml", sets, n,
                                   &s, &all);
    if (error == PSN_OK)
        error = scenario_describe(s, NULL, 0, &d, &all);
    *mistakes = error != PSN_OK || all.count > 0 ? describing_mistakes(&all) : NULL;
    scenario_free(s);
    psn_diagnostics_fini(&all);
    return d;
}

/* The canonical example, cut to what this version builds. */
#define COUNCILS                                                                                   \
    "psnsim: 1\n"                                                                                  \
    "title: Two councils\n"                                                                        \
    "time: {start: 2011-09-05, horizon: 2 weeks, warmup: 1 d, interval: 15 min}\n"                 \
    "use: {arrangement: shared}\n"                                                                 \
    "calendars: {england: {holidays: [01-01, first Mon May, 12-25, 12-26, 2011-09-14]}}\n"         \
    "hours: {office: Mon-Fri 08:00-18:00 not holidays, nights: daily 20:00-06:00}\n"               \
    "profiles:\n"                                                                                  \
    "  office: {weekday: [0,0,0,0,0,0,.02,.2,.7,1,1,.95,.7,.9,1,.95,.7,.3,.1,.05,0,0,0,0], "       \
    "weekend: .02}\n"                                                                              \
    "partners:\n"                                                                                  \
    "  worthing: {population: 104640, staff: {town-hall: 300, civic: 460}, data: {db: {size: 5 "   \
    "TB}}}\n"                                                                                      \
    "  adur: {label: Adur, population: 61182, staff: {civic: 420}, data: {db: {size: 3 TB}}}\n"    \
    "sites:\n"                                                                                     \
    "  town-hall: {partner: worthing}\n"                                                           \
    "  civic: {partner: adur}\n"                                                                   \
    "  internet: {}\n"                                                                             \
    "links:\n"                                                                                     \
    "  county: {between: [town-hall, civic], bandwidth: 100 Mbit/s, delay: 2 ms}\n"                \
    "  web: {between: [internet, town-hall], bandwidth: 1 Gbit/s, only: [shared]}\n"               \
    "compute:\n"                                                                                   \
    "  joint-servers: {site: town-hall, hosts: 3, cores: 1 per 100 staff, discipline: sharing}\n"  \
    "  adur-servers: {site: civic, hosts: 2, cores: 4, partner: adur, only: [alone]}\n"            \
    "storage:\n"                                                                                   \
    "  joint-san: {site: town-hall, capacity: 30 TB, iops: 9000, bandwidth: 8 Gbit/s, latency: 1 " \
    "ms}\n"                                                                                        \
    "services:\n"                                                                                  \
    "  case-work:\n"                                                                               \
    "    steps:\n"                                                                                 \
    "      - {request: 4 KB}\n"                                                                    \
    "      - {compute: app, work: lognormal(60 ms cv 1.5)}\n"                                      \
    "      - {read: db, size: 64 KB, times: 3}\n"                                                  \
    "      - choice: [{share: 30 %, steps: [{write: db, size: 16 KB}]}, {share: 70 %}]\n"          \
    "      - {response: 90 KB}\n"                                                                  \
    "  backup: {steps: [{read: db, size: 4 % of data.db}, {write: vault, size: 4 % of "            \
    "data.db}]}\n"                                                                                 \
    "workloads:\n"                                                                                 \
    "  case: {service: case-work, users: 59 % of staff, think: exp(45 s), profile: office}\n"      \
    "  pages: {service: case-work, at: internet, rate: 63 / year per population}\n"                \
    "  nightly: {service: backup, by: db, every: 1 d, window: nights}\n"                           \
    "arrangements:\n"                                                                              \
    "  alone:\n"                                                                                   \
    "    hosting: {adur: {app: adur-servers}, worthing: {app: joint-servers}, all: {db: "          \
    "joint-san, vault: internet}}\n"                                                               \
    "  shared:\n"                                                                                  \
    "    hosting: {all: {app: joint-servers, db: joint-san, vault: internet}}\n"                   \
    "objectives:\n"                                                                                \
    "  fast: {service: case-work, figure: response p95, at most: 2 s, hours: office, per: "        \
    "partner}\n"                                                                                   \
    "  roomy: {link: all, figure: utilisation p95, at most: 80 %}\n"                               \
    "study:\n"                                                                                     \
    "  seed: 2011\n"                                                                               \
    "  replications: 20\n"                                                                         \
    "  factors: {arrangement: [alone, shared], links.county.bandwidth: [100 Mbit/s, 1 Gbit/s], "   \
    "demand: [0.8, 1.0, 1.3]}\n"

#endif
