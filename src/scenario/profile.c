/* SPDX-License-Identifier: Apache-2.0
 * Profiles: 24 numbers for working days, weekends, Saturdays and Sundays as 168 hours of a week. */
#include <string.h>

#include "scenario/describe.h"

/* A level that varies more between days than this is a slip of the pen. */
#define VARY_MOST 10.0

#define HOURS_A_DAY 24

/* Reads 24 numbers, or one for all hours; false where there are none or a mistake was told. */
static bool read_day(struct reading *r, const struct node *n, double day[HOURS_A_DAY])
{
    if (n == NULL || n->kind == NODE_NULL)
        return false;
    if (n->kind == NODE_SCALAR || (n->kind == NODE_LIST && n->count == 1)) {
        double level = 0;
        if (!reading_plain(r, reading_item(n, 0), DIMENSION_NUMBER, BOUND_NOT_NEGATIVE, &level))
            return false;
        for (size_t h = 0; h < HOURS_A_DAY; h++)
            day[h] = level;
        return true;
    }
    if (n->kind != NODE_LIST || n->count != HOURS_A_DAY) {
        reading_mistake(r, n->place,
                        "%zu values for the hours of a day; expected 24, or one for all", n->count);
        return false;
    }
    bool well = true;
    for (size_t h = 0; h < HOURS_A_DAY; h++)
        well &= reading_plain(r, n->item[h], DIMENSION_NUMBER, BOUND_NOT_NEGATIVE, &day[h]);
    return well;
}

static void read_profile(struct reading *r, const struct member *m, struct profile *p)
{
    size_t before = r->all->count + r->all->dropped;
    double day[4][HOURS_A_DAY] = {{0}}; /* weekday, weekend, saturday, sunday */
    p->name = reading_text(r, m->key);
    bool weekday = read_day(r, node_get(m->value, "weekday"), day[0]);
    bool weekend = read_day(r, node_get(m->value, "weekend"), day[1]);
    bool saturday = read_day(r, node_get(m->value, "saturday"), day[2]);
    bool sunday = read_day(r, node_get(m->value, "sunday"), day[3]);
    const struct node *vary = node_get(m->value, "vary");
    if (reading_plain(r, vary, DIMENSION_SHARE, BOUND_NOT_NEGATIVE, &p->vary) &&
        p->vary > VARY_MOST)
        reading_mistake(r, vary->place, "the level varies by %g %%; expected at most %g %%",
                        100 * p->vary, 100 * VARY_MOST);
    if (r->all->count + r->all->dropped > before)
        return;
    if (!weekday) {
        reading_mistake(r, m->place,
                        "profile \"%s\" has no \"weekday\"; expected 24 numbers, one an "
                        "hour, or one for all",
                        m->key);
        return;
    }
    double total = 0;
    for (size_t d = 0; d < 7; d++) {
        const double *of = d < 5 ? day[0] : weekend ? day[1] : day[0];
        if (d == 5 && saturday)
            of = day[2];
        if (d == 6 && sunday)
            of = day[3];
        memcpy(&p->week[d * HOURS_A_DAY], of, HOURS_A_DAY * sizeof *of);
        for (size_t h = 0; h < HOURS_A_DAY; h++)
            total += of[h];
    }
    if (!(total > 0))
        reading_mistake(r, m->place, "profile \"%s\" is 0 in every hour; expected a number above 0",
                        m->key);
}

void describe_profiles(struct reading *r)
{
    r->out->n_profiles = r->profiles.n;
    r->out->profile = reading_keep(r, r->profiles.n, sizeof *r->out->profile);
    for (size_t i = 0; i < r->profiles.n && !r->exhausted; i++)
        read_profile(r, r->profiles.member[i], &r->out->profile[i]);
}
