/* SPDX-License-Identifier: Apache-2.0
 * A small town with classes, a desk and loops, and ways to change it: for the tests of stations,
 * steps and faults. */
#ifndef TESTS_TOWN_H
#define TESTS_TOWN_H

#include <criterion/criterion.h>

#include "describing.h"

/* From Monday 2011-09-05 00:00, four days. */
#define TOWN                                                                                       \
    "psnsim: 1\n"                                                                                  \
    "time: {start: 2011-09-05, horizon: 4 d}\n"                                                    \
    "hours: {office: Mon-Fri 08:00-18:00, late: daily 17:00-20:00, night: daily 20:00-08:00}\n"    \
    "classes:\n"                                                                                   \
    "  voice: {queue: strict, priority: 2, dscp: EF}\n"                                            \
    "  alarm: {queue: strict}\n"                                                                   \
    "  work: {weight: 6}\n"                                                                        \
    "  pager: {queue: strict, priority: 2}\n"                                                      \
    "  rest: {}\n"                                                                                 \
    "partners:\n"                                                                                  \
    "  b: {population: 300, staff: {hall: 10}, counts: {shops: 7}}\n"                              \
    "  a: {population: 100, staff: {hall: 30, barn: 20}, counts: {shops: 5}}\n"                    \
    "  guest: {staff: {hall: 0}}\n"                                                                \
    "sites: {hall: {}, barn: {}, pop: {}, box: {count: 2}}\n"                                      \
    "links: {road: {between: [hall, barn], bandwidth: 1 Mbit/s}, boxes: {between: [box, hall], "   \
    "bandwidth: 1 Mbit/s}}\n"                                                                      \
    "compute:\n"                                                                                   \
    "  front: {site: hall, hosts: 2, cores: 2}\n"                                                  \
    "  zone: {site: hall, hosts: 1 per 20 staff}\n"                                                \
    "desks:\n"                                                                                     \
    "  help: {site: hall, people: {office: 7, late: 2}}\n"                                         \
    "storage: {disk: {site: barn, iops: 100, bandwidth: 1 Gbit/s}}\n"                              \
    "services:\n"                                                                                  \
    "  ask:\n"                                                                                     \
    "    class: voice\n"                                                                           \
    "    steps:\n"                                                                                 \
    "      - {compute: app, work: 1 s}\n"                                                          \
    "      - {compute: sort, work: 1 s}\n"                                                         \
    "      - {desk: people, work: exp(5 min), patience: exp(3 min)}\n"                             \
    "      - {loop: [{read: db, size: 1 KB}, {delay: 1 s}], times: 3}\n"                           \
    "      - {loop: [{delay: 1 s}], again: 20 %}\n"                                                \
    "  plain: {steps: [{compute: app, work: 1 s}]}\n"                                              \
    "workloads: {w: {service: ask, partners: [a, b], at: hall, rate: 1 / h}}\n"                    \
    "arrangements: {only: {hosting: {all: {app: front, sort: zone, people: help, db: disk}}}}\n"

static inline struct description *town(const char *const *sets, size_t n)
{
    char *mistakes;
    struct description *d = describing(TOWN, sets, n, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert_not_null(d);
    return d;
}

static inline struct description *town_with(const char *set)
{
    return town(&set, 1);
}

/* The town with `set` has this one mistake; `set` "": with `add` appended to its text. */
static inline void check_wrong(const char *set, const char *add, const char *told)
{
    char *mistakes, *text = malloc(strlen(TOWN) + strlen(add) + 1);
    strcat(strcpy(text, TOWN), add);
    struct description *d = describing(text, &set, *set != '\0', &mistakes);
    cr_expect_null(d, "%s%s", set, add);
    cr_expect_not_null(mistakes, "%s%s", set, add);
    if (mistakes != NULL) {
        cr_expect_not_null(strstr(mistakes, told), "%s%s: %s", set, add, mistakes);
        cr_expect_eq(strchr(mistakes, '\n')[1], '\0', "more than one: %s", mistakes);
    }
    description_free(d);
    free(mistakes);
    free(text);
}

enum { FRONT, HELP, ZONE };

/* With these settings the town has this mistake, alone or among others. */
static inline void check_settings(const char *const *sets, size_t n, const char *told)
{
    char *mistakes;
    struct description *d = describing(TOWN, sets, n, &mistakes);
    cr_expect_null(d);
    cr_expect(mistakes && strstr(mistakes, told), "%s", mistakes);
    free(mistakes);
    description_free(d);
}

#endif
