/* SPDX-License-Identifier: Apache-2.0
 * Sets of days by rule (`12-25`, `easter-2`, `first Mon May`, `07-23..08-31`): what a calendar is
 * made of, and what service hours leave out. */
#ifndef SCENARIO_CALENDAR_H
#define SCENARIO_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum day_rule_kind {
    DAYS_DATED,  /* first..last as day numbers; one date: first = last */
    DAYS_YEARLY, /* from..to as month x 100 + day, round the year's end where from > to */
    DAYS_EASTER, /* Easter Sunday + offset days */
    DAYS_NTH,    /* the nth (0: last) weekday of a month */
};

struct day_rule {
    enum day_rule_kind kind;
    int64_t first, last;
    uint32_t from, to;
    int32_t offset;
    uint32_t nth, weekday, month;
};

/* Reads one rule. Returns NULL, or what is wrong in words that follow the quoted text ("is no
 * ..."). */
const char *day_rule_read(const char *text, struct day_rule *out);

/* Days [first, first + n), each in the set or not. */
struct day_set {
    int64_t first;
    size_t n;
    uint8_t *in;
};

/* Works `n_rules` rules out over [first, last]. `substitutes`: a yearly single day that falls on a
 * weekend moves to the next working day that is not in the set itself, as bank holidays do. Memory
 * is `a`'s. Returns 0 or PSN_EMEMORY. */
int day_set_make(struct arena *a, const struct day_rule *rules, size_t n_rules, bool substitutes,
                 int64_t first, int64_t last, struct day_set *out);

/* Is the day in the set? False outside its range. */
bool day_set_has(const struct day_set *set, int64_t day);

/* "Mon" ... "Sun" (in any case) at the beginning of `text`: 0 ... 6, or -1. */
int day_of_week_read(const char *text);

#endif
