/* SPDX-License-Identifier: Apache-2.0
 * The description's frame of time: start, horizon, warm-up, interval, and service hours. */
#include <stdlib.h>
#include <string.h>

#include "scenario/civil.h"
#include "scenario/describe.h"
#include "scenario/hours_rule.h"
#include "stats/mser.h"

#define INTERVALS_MAX 1000000

static void read_start(struct reading *r, const struct node *time)
{
    const struct node *start = node_get(time, "start");
    psn_place place = start != NULL ? start->place : time != NULL ? time->place : r->tree->place;
    uint32_t minute;
    char quoted[NODE_QUOTE];
    if (start == NULL || start->kind != NODE_SCALAR) {
        reading_mistake(r, place, "time has no start; expected a date such as 2011-09-05");
        return;
    }
    if (!civil_read(start->text, &r->out->start_day, &minute)) {
        reading_mistake(r, place,
                        "start \"%s\" is no date; expected one such as 2011-09-05 or "
                        "2011-09-05T08:00, from the year 1583 on",
                        node_quote(start->text, quoted));
        return;
    }
    if (minute % 60 != 0)
        reading_mistake(r, place, "start \"%s\" is not on the hour; expected a whole hour",
                        node_quote(start->text, quoted));
    r->out->start_of_week = civil_weekday(r->out->start_day) * PSN_DAY + minute * PSN_MINUTE;
}

/* The warm-up as a length; or `auto`, which leaves it at 0 until a study has found it. */
static bool read_warmup(struct reading *r, const struct node *warmup)
{
    struct description *d = r->out;
    if (warmup == NULL)
        return true; /* memory has ended: the caller's caller tells so */
    d->warmup_place = reading_place(r, warmup->place);
    d->warmup_auto = warmup->kind == NODE_SCALAR && strcmp(warmup->text, "auto") == 0;
    return d->warmup_auto || reading_time(r, warmup, BOUND_NOT_NEGATIVE, &d->warmup);
}

/* Are there intervals enough to find a warm-up in? */
static void check_automatic(struct reading *r, psn_time intervals)
{
    if (r->out->warmup_auto && intervals < (psn_time)MSER_LEAST)
        reading_mistake(r, r->out->warmup_place,
                        "%lld interval%s in the horizon %s too few to find a warm-up in; expected "
                        "at least %zu (a longer horizon or a shorter `interval`), or a warm-up "
                        "that is stated",
                        (long long)intervals, intervals == 1 ? "" : "s",
                        intervals == 1 ? "is" : "are", MSER_LEAST);
}

void describe_time(struct reading *r)
{
    struct description *d = r->out;
    const struct node *time = node_get(r->tree, "time");
    const struct node *horizon = reading_value(r, "time", time, "horizon");
    const struct node *warmup = reading_value(r, "time", time, "warmup");
    const struct node *interval = reading_value(r, "time", time, "interval");
    psn_place place = time != NULL ? time->place : r->tree->place;
    read_start(r, time);
    if (horizon == NULL) {
        reading_mistake(r, place, "time has no horizon; expected a length such as 1 week");
        return;
    }
    bool well = reading_time(r, horizon, BOUND_POSITIVE, &d->horizon);
    bool warm = read_warmup(r, warmup);
    bool cut = reading_time(r, interval, BOUND_POSITIVE, &d->interval);
    if (interval == NULL)
        d->interval = d->horizon;
    if (well && warm && d->warmup >= d->horizon)
        reading_mistake(r, warmup->place,
                        "the warm-up lasts as long as the horizon or longer; "
                        "expected less");
    if (!well || !cut || interval == NULL)
        return;
    if (d->interval > d->horizon && node_get(time, "interval") == NULL)
        d->interval = d->horizon; /* a short run is one interval, unless the text says otherwise */
    psn_time intervals = (d->horizon - 1) / d->interval + 1;
    if (d->interval > d->horizon)
        reading_mistake(r, interval->place,
                        "the interval is longer than the horizon; expected at "
                        "most that");
    else if (intervals > INTERVALS_MAX)
        reading_mistake(r, interval->place, "%lld intervals in the horizon; expected at most %d",
                        (long long)intervals, INTERVALS_MAX);
    else
        check_automatic(r, intervals);
}

/* The calendar of the partners: the one that they name, or the only one there is. */
static uint32_t common_calendar(struct reading *r, const struct node *asked)
{
    uint32_t found = NO_INDEX;
    for (size_t i = 0; i < r->partners.n; i++) {
        const struct node *named = node_get(r->partners.member[i]->value, "calendar");
        if (named == NULL || named->kind == NODE_NULL)
            continue;
        uint32_t c = reading_reference(r, named, &r->calendars, "a calendar");
        if (c == NO_INDEX)
            return NO_INDEX;
        if (found != NO_INDEX && found != c) {
            reading_mistake(
                r, asked->place,
                "these hours need a calendar, and partners have different ones (\"%s\", "
                "\"%s\"): not built in this version; expected one calendar for all",
                r->calendars.name[found], r->calendars.name[c]);
            return NO_INDEX;
        }
        found = c;
    }
    if (found != NO_INDEX)
        return found;
    if (r->calendars.n == 1)
        return 0;
    reading_mistake(r, asked->place,
                    "these hours need a calendar, and %s; expected partners with "
                    "calendar: NAME",
                    r->calendars.n == 0 ? "there is none"
                                        : "no partner names one of those there are");
    return NO_INDEX;
}

/* The common calendar, chosen when it is first asked for. */
struct sets {
    uint32_t calendar;
    bool chosen;
};

static const struct day_set *find_set(struct reading *r, struct sets *sets, const char *name,
                                      const struct node *asked)
{
    if (!sets->chosen)
        sets->calendar = common_calendar(r, asked);
    sets->chosen = true;
    if (sets->calendar == NO_INDEX)
        return NULL;
    const struct entries *all = reading_sets(r, sets->calendar);
    uint32_t set = entries_find(all, name);
    if (set != NO_INDEX)
        return reading_days(r, sets->calendar, set);
    reading_mistake(r, asked->place,
                    "calendar \"%s\" has no set of days \"%s\"%s; expected one of "
                    "its names after \"not\"",
                    r->calendars.name[sets->calendar], name,
                    reading_hint(r, name, all->name, all->n));
    return NULL;
}

/* Hours under their name: an entry of the section, or a text where a workload's window or an
 * objective has it. */
struct hours_text {
    const char *name;
    const struct node *text;
    psn_place place;
};

/* False where a mistake was told. */
static bool read_hours(struct reading *r, struct sets *sets, const struct hours_text *from,
                       struct hours *out)
{
    struct hours_rule rule;
    out->name = reading_text(r, from->name);
    if (from->text->kind != NODE_SCALAR) {
        reading_mistake(r, from->place, "hours are %s; expected a text such as Mon-Fri 08:00-18:00",
                        node_kind_name(from->text));
        return false;
    }
    int error = hours_rule_read(from->text->text, from->text->place, &r->scratch, &rule, r->all);
    r->exhausted |= error == PSN_EMEMORY;
    if (error != PSN_OK)
        return false;
    for (size_t p = 0; p < rule.n_parts; p++)
        for (size_t i = 0; i < rule.part[p].n_except; i++) {
            const struct day_set *days = find_set(r, sets, rule.part[p].except[i], from->text);
            if (days == NULL)
                return false;
            rule.part[p].except_days[i] = days;
        }
    if (r->out->horizon > 0 &&
        hours_rule_spans(&rule, r->out->start_day, r->out->start_of_week % PSN_DAY, r->out->horizon,
                         &r->out->memory, out) != PSN_OK)
        r->exhausted = true;
    return true;
}

/* Texts in place of a name: those with anything that no name has. */
static void add_texts(struct reading *r, const struct entries *users, const char *key,
                      struct hours_text *list, size_t *n)
{
    for (size_t i = 0; i < users->n; i++) {
        const struct node *text = node_get(users->member[i]->value, key);
        if (text == NULL || text->kind != NODE_SCALAR || node_is_name(text->text) ||
            entries_find(&r->hours, text->text) != NO_INDEX)
            continue;
        list[(*n)++] = (struct hours_text){text->text, text, text->place};
    }
}

static int by_name(const void *a, const void *b)
{
    const struct hours_text *x = a, *y = b;
    return strcmp(x->name, y->name);
}

void describe_hours(struct reading *r)
{
    struct sets sets = {.chosen = false};
    size_t n = 0, room = r->hours.n + r->workloads.n + r->objectives.n;
    struct hours_text *list = reading_scratch(r, room, sizeof *list);
    r->out->hours = reading_keep(r, room, sizeof *r->out->hours);
    r->hours_wrong = reading_scratch(r, room, sizeof *r->hours_wrong);
    if (r->exhausted)
        return;
    for (; n < r->hours.n; n++) {
        const struct member *m = r->hours.member[n];
        list[n] = (struct hours_text){m->key, m->value, m->place};
    }
    add_texts(r, &r->workloads, "window", list, &n);
    add_texts(r, &r->objectives, "hours", list, &n);
    qsort(list, n, sizeof *list, by_name);
    for (size_t i = 0; i < n && !r->exhausted; i++) {
        size_t h = r->out->n_hours;
        if (i > 0 && strcmp(list[i].name, list[i - 1].name) == 0)
            continue;
        r->hours_wrong[h] = !read_hours(r, &sets, &list[i], &r->out->hours[h]);
        r->out->n_hours++;
    }
}

uint32_t reading_hours(struct reading *r, const struct node *n)
{
    char quoted[NODE_QUOTE];
    if (n == NULL || n->kind == NODE_NULL)
        return NO_INDEX;
    if (n->kind != NODE_SCALAR) {
        reading_mistake(r, n->place,
                        "hours are %s; expected a name of the section \"hours\", or a text "
                        "such as Mon-Fri 08:00-18:00",
                        node_kind_name(n));
        return NO_INDEX;
    }
    size_t low = 0, high = r->out->n_hours;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(r->out->hours[middle].name, n->text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < r->out->n_hours && strcmp(r->out->hours[low].name, n->text) == 0)
        return (uint32_t)low;
    reading_mistake(r, n->place,
                    "\"%s\" is unknown%s; expected a name of the section \"hours\", or a "
                    "text such as Mon-Fri 08:00-18:00",
                    node_quote(n->text, quoted),
                    reading_hint(r, n->text, r->hours.name, r->hours.n));
    return NO_INDEX;
}
