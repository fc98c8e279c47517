/* SPDX-License-Identifier: Apache-2.0
 * Profiles: 24 numbers for working days, weekends, Saturdays and Sundays as 168 hours of a week,
 * and what is done to months and to days of the calendar. describe_shapes.c works them out by date.
 */
#include <string.h>

#include "scenario/describe.h"

/* A level that varies more between days than this is a slip of the pen. */
#define VARY_MOST 10.0

#define HOURS_A_DAY   24
#define WEEK_HOURS    168
#define MONTHS_A_YEAR 12

static const char *const DAY_KEY[DAY_SHAPES] = {
    [DAY_WEEKDAY] = "weekday",
    [DAY_WEEKEND] = "weekend",
    [DAY_SATURDAY] = "saturday",
    [DAY_SUNDAY] = "sunday",
};

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

/* `months`: 12 factors. */
static void read_months(struct reading *r, const struct node *n, struct profile *p)
{
    double total = 0;
    for (size_t i = 0; i < MONTHS_A_YEAR; i++)
        p->month[i] = 1;
    if (n == NULL || n->kind != NODE_LIST || n->count != MONTHS_A_YEAR)
        return; /* another number of them is told by the table of the language */
    p->dated = true;
    for (size_t i = 0; i < MONTHS_A_YEAR; i++) {
        reading_plain(r, n->item[i], DIMENSION_NUMBER, BOUND_NOT_NEGATIVE, &p->month[i]);
        total += p->month[i];
    }
    if (!(total > 0))
        reading_mistake(r, n->place, "the profile is 0 in every month; expected a number above 0");
}

/* Does any calendar have a set of that name? Tells where none has. */
static void check_set(struct reading *r, const struct member *m)
{
    size_t n = 0;
    for (uint32_t c = 0; c < r->calendars.n; c++) {
        if (entries_find(reading_sets(r, c), m->key) != NO_INDEX)
            return;
        n += reading_sets(r, c)->n;
    }
    const char **names = reading_scratch(r, n, sizeof *names);
    if (r->exhausted)
        return;
    n = 0;
    for (uint32_t c = 0; c < r->calendars.n; c++)
        for (size_t i = 0; i < reading_sets(r, c)->n; i++)
            names[n++] = reading_sets(r, c)->name[i];
    reading_mistake(r, m->place,
                    "no calendar has a set of days \"%s\"%s; expected one of the sets of the "
                    "section \"calendars\"",
                    m->key, reading_hint(r, m->key, names, n));
}

/* One set of `days`: the name of a shape that the profile states, or a factor. `stated`: by day. */
static void read_change(struct reading *r, const struct member *m, const bool *stated,
                        struct day_change *c)
{
    const struct node *n = m->value;
    *c = (struct day_change){.set = reading_text(r, m->key), .factor = 1};
    check_set(r, m);
    for (int s = 0; s < DAY_SHAPES; s++)
        if (strcmp(n->text, DAY_KEY[s]) == 0) {
            c->reshapes = true;
            c->shape = (enum day_shape)s;
            if (!stated[s])
                reading_mistake(r, n->place,
                                "\"%s\" is a shape that the profile does not state; expected "
                                "\"%s\" in the profile as well",
                                n->text, DAY_KEY[s]);
            return;
        }
    reading_plain(r, n, DIMENSION_NUMBER, BOUND_NOT_NEGATIVE, &c->factor);
}

static void read_changes(struct reading *r, const struct node *n, const bool *stated,
                         struct profile *p)
{
    if (n == NULL || n->kind != NODE_MAP)
        return;
    p->dated |= n->count > 0;
    p->change = reading_keep(r, n->count, sizeof *p->change);
    for (size_t i = 0; i < n->count && !r->exhausted; i++)
        read_change(r, &n->member[i], stated, &p->change[p->n_changes++]);
}

/* The ordinary week of the four shapes; false where it is 0 throughout. */
static bool make_week(struct profile *p)
{
    p->mean = 0;
    for (size_t d = 0; d < 7; d++) {
        enum day_shape shape = d < 5 ? DAY_WEEKDAY : d == 5 ? DAY_SATURDAY : DAY_SUNDAY;
        memcpy(&p->week[d * HOURS_A_DAY], p->day[shape], sizeof p->day[shape]);
    }
    for (size_t h = 0; h < WEEK_HOURS; h++)
        p->mean += p->week[h] / WEEK_HOURS;
    return p->mean > 0;
}

/* The four shapes of a day: a weekend not said is as the week, a Saturday or Sunday not said as the
 * weekend. */
static void read_shapes(struct reading *r, const struct node *n, struct profile *p, bool *stated)
{
    for (int s = 0; s < DAY_SHAPES; s++)
        stated[s] = read_day(r, node_get(n, DAY_KEY[s]), p->day[s]);
    if (!stated[DAY_WEEKEND])
        memcpy(p->day[DAY_WEEKEND], p->day[DAY_WEEKDAY], sizeof p->day[0]);
    for (int s = DAY_SATURDAY; s <= DAY_SUNDAY; s++)
        if (!stated[s]) {
            memcpy(p->day[s], p->day[DAY_WEEKEND], sizeof p->day[0]);
            stated[s] = stated[DAY_WEEKEND];
        }
}

static void read_profile(struct reading *r, const struct member *m, struct profile *p)
{
    size_t before = r->all->count + r->all->dropped;
    const struct node *vary = node_get(m->value, "vary"), *days = node_get(m->value, "days"),
                      *months = node_get(m->value, "months");
    bool stated[DAY_SHAPES];
    p->name = reading_text(r, m->key);
    p->place = reading_place(r, days != NULL     ? days->place
                                : months != NULL ? months->place
                                                 : m->place);
    read_shapes(r, m->value, p, stated);
    read_months(r, months, p);
    read_changes(r, days, stated, p);
    if (reading_plain(r, vary, DIMENSION_SHARE, BOUND_NOT_NEGATIVE, &p->vary) &&
        p->vary > VARY_MOST)
        reading_mistake(r, vary->place, "the level varies by %g %%; expected at most %g %%",
                        100 * p->vary, 100 * VARY_MOST);
    if (r->all->count + r->all->dropped > before)
        return;
    if (!stated[DAY_WEEKDAY])
        reading_mistake(r, m->place,
                        "profile \"%s\" has no \"weekday\"; expected 24 numbers, one an "
                        "hour, or one for all",
                        m->key);
    else if (!make_week(p))
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
