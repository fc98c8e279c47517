/* SPDX-License-Identifier: Apache-2.0
 * Profiles worked out by date: a shape is a profile in one calendar, with a plan for each civil day
 * of the horizon where its weeks differ. Sources that are alike share one. */
#include "scenario/calendar.h"
#include "scenario/civil.h"
#include "scenario/describe.h"

#define HOURS_A_DAY 24
#define WEEK_HOURS  168
/* A share of 1 that factors made a hair too large in binary is 1. */
#define HAIR 1e-12

/* What is known of one (profile, calendar) so far. */
struct shape_state {
    bool made, wrong; /* wrong: its mistake is told */
    uint32_t shape;
};

static double highest_of(const double *hour, size_t n)
{
    double most = 0;
    for (size_t h = 0; h < n; h++)
        most = hour[h] > most ? hour[h] : most;
    return most;
}

/* The days of each change in the shape's calendar; NULL where the calendar lacks them. */
static const struct day_set **sets_of(struct reading *r, const struct profile *p, uint32_t calendar)
{
    const struct day_set **days = reading_scratch(r, p->n_changes, sizeof *days);
    for (size_t i = 0; i < p->n_changes && !r->exhausted; i++) {
        uint32_t set = entries_find(reading_sets(r, calendar), p->change[i].set);
        if (set != NO_INDEX)
            days[i] = reading_days(r, calendar, set);
    }
    return days;
}

/* The plan of one date: the ordinary day of its weekday and the factor of its month, then what the
 * sets that hold it do, in the order of the text. */
static struct day_plan plan_day(const struct profile *p, const struct day_set *const *days,
                                int64_t date)
{
    struct day_plan plan = {.hour = &p->week[(size_t)HOURS_A_DAY * civil_weekday(date)],
                            .factor = p->month[civil_date(date).month - 1]};
    for (size_t i = 0; i < p->n_changes; i++) {
        if (days[i] == NULL || !day_set_has(days[i], date))
            continue;
        if (p->change[i].reshapes)
            plan.hour = p->day[p->change[i].shape];
        else
            plan.factor *= p->change[i].factor;
    }
    return plan;
}

static void make_plan(struct reading *r, struct shape *s)
{
    const struct description *d = r->out;
    const struct profile *p = &d->profile[s->profile];
    const struct day_set **days = sets_of(r, p, s->calendar);
    s->n_days = description_day(d, d->horizon - 1) + 1;
    s->plan = reading_keep(r, s->n_days, sizeof *s->plan);
    if (r->exhausted)
        return;
    s->highest = 0;
    for (size_t i = 0; i < s->n_days; i++) {
        s->plan[i] = plan_day(p, days, d->start_day + (int64_t)i);
        double most = highest_of(s->plan[i].hour, HOURS_A_DAY) * s->plan[i].factor;
        s->highest = most > s->highest ? most : s->highest;
    }
}

/* The shares of users who are signed on, of a shape whose highest is above 1: tells the first day.
 */
static void tell_share(struct reading *r, const struct shape *s, const struct workload *w)
{
    const struct description *d = r->out;
    const struct profile *p = &d->profile[s->profile];
    for (size_t i = 0; i < s->n_days; i++)
        for (size_t h = 0; h < HOURS_A_DAY; h++) {
            double share = s->plan[i].hour[h] * s->plan[i].factor;
            if (share <= 1 + HAIR)
                continue;
            struct civil c = civil_date(d->start_day + (int64_t)i);
            reading_mistake(r, p->place,
                            "profile \"%s\" comes to %.6g on %04d-%02u-%02u at %02zu:00; expected "
                            "shares from 0 to 1, for workload \"%s\" takes them for users who are "
                            "signed on",
                            p->name, share, c.year, c.month, c.day, h, w->name);
            return;
        }
}

/* The calendar that the profile needs for a partner. False where it has none, which is told for the
 * first such partner. `none`: the state of the profile without a calendar. */
static bool find_calendar(struct reading *r, const struct profile *p, uint32_t partner,
                          struct shape_state *none, uint32_t *calendar)
{
    *calendar = NO_INDEX;
    if (p->n_changes == 0)
        return true;
    *calendar = reading_calendar(r, partner);
    if (*calendar == NO_INDEX && !none->wrong)
        reading_mistake(r, p->place,
                        "the days of profile \"%s\" need a calendar, and partner \"%s\" has none; "
                        "expected that partner with calendar: NAME",
                        p->name, r->partners.name[partner]);
    none->wrong |= *calendar == NO_INDEX;
    return *calendar != NO_INDEX;
}

static void make_shape(struct reading *r, uint32_t profile, uint32_t calendar,
                       struct shape_state *state)
{
    struct description *d = r->out;
    const struct profile *p = &d->profile[profile];
    struct shape s = {
        .profile = profile, .calendar = calendar, .highest = highest_of(p->week, WEEK_HOURS)};
    if (p->dated && d->horizon > 0)
        make_plan(r, &s);
    state->made = true;
    state->shape = (uint32_t)d->n_shapes;
    d->shape[d->n_shapes++] = s;
}

uint32_t describe_shape(struct reading *r, uint32_t workload, uint32_t partner)
{
    struct description *d = r->out;
    const struct workload *w = &d->workload[workload];
    size_t kinds = r->calendars.n + 1;
    uint32_t calendar;
    if (w->profile == NO_INDEX)
        return NO_INDEX;
    if (r->shapes == NULL) {
        r->shapes = reading_scratch(r, d->n_profiles * kinds, sizeof *r->shapes);
        d->shape = reading_keep(r, d->n_profiles * kinds, sizeof *d->shape);
    }
    if (r->exhausted)
        return NO_INDEX;
    struct shape_state *of_profile = &r->shapes[w->profile * kinds];
    struct shape_state *none = &of_profile[r->calendars.n];
    if (!find_calendar(r, &d->profile[w->profile], partner, none, &calendar))
        return NO_INDEX;
    struct shape_state *state = calendar == NO_INDEX ? none : &of_profile[calendar];
    if (!state->made)
        make_shape(r, w->profile, calendar, state);
    if (r->exhausted)
        return NO_INDEX;
    const struct shape *s = &d->shape[state->shape];
    if (w->kind == WORKLOAD_CLOSED && s->plan != NULL && s->highest > 1 + HAIR && !state->wrong) {
        state->wrong = true;
        tell_share(r, s, w);
    }
    return state->shape;
}
