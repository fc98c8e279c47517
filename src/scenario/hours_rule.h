/* SPDX-License-Identifier: Apache-2.0
 * The text of service hours, `Mon-Fri 08:00-18:00 not holidays + Sat 09:00-13:00`, read into parts
 * and worked out into spans: for the description. */
#ifndef SCENARIO_HOURS_RULE_H
#define SCENARIO_HOURS_RULE_H

#include "base/arena.h"
#include "psnsim/diagnostics.h"
#include "scenario/calendar.h"
#include "scenario/hours.h"

/* Sets of days that one part may leave out, and parts of one text. */
#define HOURS_EXCEPT_MAX 8
#define HOURS_PARTS_MAX  20

/* `Mon-Fri 20:00-06:00 not holidays`: minutes from the midnight that begins the day on which it
 * opens; past midnight where `close` is over a day. */
struct hours_part {
    bool on[7]; /* from Monday */
    int32_t open, close;
    const char *except[HOURS_EXCEPT_MAX];
    const struct day_set *except_days[HOURS_EXCEPT_MAX]; /* for the caller to fill, by `except` */
    size_t n_except;
};

struct hours_rule {
    struct hours_part part[HOURS_PARTS_MAX];
    size_t n_parts;
};

/* Reads the text; memory (the names) is `a`'s. Returns 0, PSN_EMEMORY, or PSN_EINPUT with the
 * mistake told at `place`. */
int hours_rule_read(const char *text, psn_place place, struct arena *a, struct hours_rule *out,
                    psn_diagnostics *all);

/* The spans over [-2 days, horizon + 2 days], merged where they touch. `start_day` is the day
 * number of the scenario's first day, `start_of_day` the time of day at which it starts. Memory is
 * `a`'s. Returns 0 or PSN_EMEMORY. */
int hours_rule_spans(const struct hours_rule *rule, int64_t start_day, psn_time start_of_day,
                     psn_time horizon, struct arena *a, struct hours *out);

#endif
