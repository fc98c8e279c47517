/* SPDX-License-Identifier: Apache-2.0
 * Calendars while a description is made: whose is which, and their sets of days, each worked out
 * when it is first asked for. Service hours leave such days out, profiles differ on them. */
#include <string.h>

#include "scenario/calendar.h"
#include "scenario/describe.h"

/* What is known of one calendar so far. */
struct calendar_days {
    struct entries sets;
    const struct day_set **days; /* [set]; NULL: not yet, or a mistake */
    bool *read;
    bool opened;
};

uint32_t reading_calendar(struct reading *r, uint32_t partner)
{
    const struct node *named = node_get(r->partners.member[partner]->value, "calendar");
    if (named != NULL && named->kind == NODE_SCALAR)
        return entries_find(&r->calendars, named->text);
    return r->calendars.n == 1 ? 0 : NO_INDEX;
}

const struct entries *reading_sets(struct reading *r, uint32_t calendar)
{
    static const struct entries none = {0};
    if (r->days == NULL)
        r->days = reading_scratch(r, r->calendars.n, sizeof *r->days);
    if (r->exhausted)
        return &none;
    struct calendar_days *c = &r->days[calendar];
    if (!c->opened) {
        c->opened = true;
        reading_members(r, r->calendars.member[calendar]->value, &c->sets);
        c->days = reading_scratch(r, c->sets.n, sizeof *c->days);
        c->read = reading_scratch(r, c->sets.n, sizeof *c->read);
    }
    return r->exhausted ? &none : &c->sets;
}

static const struct day_set *read_set(struct reading *r, const struct member *set)
{
    size_t n = reading_count(set->value);
    struct day_rule *rule = reading_scratch(r, n, sizeof *rule);
    struct day_set *days = reading_scratch(r, 1, sizeof *days);
    if (r->exhausted)
        return NULL;
    bool well = true;
    for (size_t i = 0; i < n; i++) {
        const struct node *day = reading_item(set->value, i);
        char quoted[NODE_QUOTE];
        const char *wrong = day->kind == NODE_SCALAR
                                ? day_rule_read(day->text, &rule[i])
                                : "in place of a day; expected a date or a rule";
        if (wrong == NULL)
            continue;
        well = false;
        if (day->kind == NODE_SCALAR)
            reading_mistake(r, day->place, "\"%s\" %s", node_quote(day->text, quoted), wrong);
        else
            reading_mistake(r, day->place, "%s %s", node_kind_name(day), wrong);
    }
    if (!well)
        return NULL;
    int64_t last = r->out->start_day + r->out->horizon / PSN_DAY + 7;
    if (day_set_make(&r->scratch, rule, n, strcmp(set->key, "holidays") == 0, r->out->start_day - 7,
                     last, days) != PSN_OK) {
        r->exhausted = true;
        return NULL;
    }
    return days;
}

const struct day_set *reading_days(struct reading *r, uint32_t calendar, uint32_t set)
{
    const struct entries *sets = reading_sets(r, calendar);
    if (r->exhausted)
        return NULL;
    struct calendar_days *c = &r->days[calendar];
    if (!c->read[set])
        c->days[set] = read_set(r, sets->member[set]);
    c->read[set] = true;
    return c->days[set];
}
