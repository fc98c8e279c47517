/* SPDX-License-Identifier: Apache-2.0
 * Sets of days by rule; see calendar.h. */
#include "scenario/calendar.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "psnsim/types.h"
#include "scenario/civil.h"

/* A holiday moves by a weekend and the holidays behind it: days to look at before the range. */
#define LONGEST_MOVE 31

static const char *const WEEKDAY[7] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
static const char *const MONTH[12] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

int day_of_week_read(const char *text)
{
    for (int i = 0; i < 7; i++)
        if (strncasecmp(text, WEEKDAY[i], 3) == 0)
            return i;
    return -1;
}

/* The five characters MM-DD; 29 February is a day, if not of every year. */
static bool read_month_day(const char *text, uint32_t *out)
{
    uint32_t month, day;
    if (!civil_two_digits(text, &month) || text[2] != '-' || !civil_two_digits(text + 3, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > civil_month_length(2000, month))
        return false;
    *out = month * 100 + day;
    return true;
}

static const char *read_range(const char *text, const char *dots, struct day_rule *out)
{
    size_t left = (size_t)(dots - text), right = strlen(dots + 2);
    if (left == 10 && right == 10 && civil_read_date(text, &out->first) &&
        civil_read_date(dots + 2, &out->last)) {
        out->kind = DAYS_DATED;
        return out->first <= out->last ? NULL : "ends before it begins";
    }
    if (left == 5 && right == 5 && read_month_day(text, &out->from) &&
        read_month_day(dots + 2, &out->to)) {
        out->kind = DAYS_YEARLY;
        return NULL;
    }
    return "is no range of days; expected 12-24..12-31 or 2012-07-23..2012-08-31";
}

static const char *read_easter(const char *rest, struct day_rule *out)
{
    out->kind = DAYS_EASTER;
    out->offset = 0;
    if (*rest == '\0')
        return NULL;
    char *end;
    long offset = strtol(rest, &end, 10);
    if ((*rest != '+' && *rest != '-') || rest[1] < '0' || rest[1] > '9' || *end != '\0' ||
        offset < -300 || offset > 300)
        return "is no day by Easter; expected easter, easter-2 or easter+1 (up to 300 days)";
    out->offset = (int32_t)offset;
    return NULL;
}

/* `first Mon May`, `2nd Tue Mar`, `last Mon Aug`. */
static const char *read_nth(const char *text, struct day_rule *out)
{
    static const char *const order[11] = {"last", "first", "second", "third", "fourth", "fifth",
                                          "1st",  "2nd",   "3rd",    "4th",   "5th"};
    static const char *const expected =
        "is no set of days; expected a date (2011-04-29), a day of each year (12-25), a range "
        "(12-24..12-31), easter-2, or a weekday of a month (first Mon May, last Mon Aug)";
    size_t word = strcspn(text, " ");
    int nth = -1;
    for (int i = 0; i < 11; i++)
        if (strlen(order[i]) == word && strncasecmp(text, order[i], word) == 0)
            nth = i > 5 ? i - 5 : i;
    if (nth < 0)
        return expected;
    text += word;
    text += strspn(text, " ");
    int weekday = day_of_week_read(text);
    if (weekday < 0 || text[3] != ' ')
        return expected;
    text += 3;
    text += strspn(text, " ");
    for (uint32_t m = 0; m < 12; m++)
        if (strcasecmp(text, MONTH[m]) == 0) {
            *out = (struct day_rule){.kind = DAYS_NTH,
                                     .nth = (uint32_t)nth,
                                     .weekday = (uint32_t)weekday,
                                     .month = m + 1};
            return NULL;
        }
    return expected;
}

const char *day_rule_read(const char *text, struct day_rule *out)
{
    *out = (struct day_rule){0};
    const char *dots = strstr(text, "..");
    if (dots != NULL)
        return read_range(text, dots, out);
    if (strncmp(text, "easter", 6) == 0)
        return read_easter(text + 6, out);
    size_t length = strlen(text);
    if (length == 10 && civil_read_date(text, &out->first)) {
        out->kind = DAYS_DATED;
        out->last = out->first;
        return NULL;
    }
    if (length == 5 && read_month_day(text, &out->from)) {
        out->kind = DAYS_YEARLY;
        out->to = out->from;
        return NULL;
    }
    return read_nth(text, out);
}

/* The nth weekday of a month; false where a month has no fifth. */
static bool nth_day(const struct day_rule *r, int32_t year, int64_t *day)
{
    int64_t first = civil_days((struct civil){year, r->month, 1});
    uint32_t length = civil_month_length(year, r->month);
    uint32_t to_first = (r->weekday + 7 - civil_weekday(first)) % 7;
    uint32_t n = r->nth > 0 ? r->nth - 1 : (length - 1 - to_first) / 7;
    uint32_t offset = to_first + 7 * n;
    *day = first + offset;
    return offset < length;
}

static void mark(struct day_set *set, int64_t first, int64_t last)
{
    int64_t end = set->first + (int64_t)set->n - 1;
    first = first > set->first ? first : set->first;
    last = last < end ? last : end;
    if (first <= last)
        memset(set->in + (first - set->first), 1, (size_t)(last - first + 1));
}

static bool is_single_yearly(const struct day_rule *r)
{
    return r->kind == DAYS_YEARLY && r->from == r->to;
}

/* The rule's days that begin in one year. 29 February begins a range on 1 March and ends one on 28
 * February where the year has none; alone it is then no day at all. */
static void mark_yearly(struct day_set *set, const struct day_rule *r, int32_t year,
                        bool substitutes)
{
    int32_t end_year = r->from <= r->to ? year : year + 1;
    uint32_t length = civil_month_length(end_year, r->to / 100);
    uint32_t to_day = r->to % 100 < length ? r->to % 100 : length;
    int64_t first = civil_days((struct civil){year, r->from / 100, r->from % 100});
    int64_t last = civil_days((struct civil){end_year, r->to / 100, to_day});
    if (substitutes && is_single_yearly(r) && civil_weekday(first) >= 5)
        return; /* it moves: mark_substitutes */
    mark(set, first, last);
}

static void mark_rule(struct day_set *set, const struct day_rule *r, bool substitutes)
{
    int64_t day;
    if (r->kind == DAYS_DATED) {
        mark(set, r->first, r->last);
        return;
    }
    int32_t from = civil_date(set->first).year - 1;
    int32_t to = civil_date(set->first + (int64_t)set->n - 1).year + 1;
    for (int32_t year = from; year <= to; year++)
        if (r->kind == DAYS_YEARLY)
            mark_yearly(set, r, year, substitutes);
        else if (r->kind == DAYS_EASTER)
            mark(set, civil_easter(year) + r->offset, civil_easter(year) + r->offset);
        else if (nth_day(r, year, &day))
            mark(set, day, day);
}

/* Moves the single yearly days that fall on a weekend, the earliest first, each to the next working
 * day that is free: 25 and 26 December 2010, Saturday and Sunday, became the 27th and 28th. */
static void mark_substitutes(struct day_set *set, const struct day_rule *rules, size_t n)
{
    bool moves[1232] = {false}; /* by month x 100 + day */
    for (size_t k = 0; k < n; k++)
        if (is_single_yearly(&rules[k]))
            moves[rules[k].from] = true;
    for (size_t i = 0; i < set->n; i++) {
        int64_t day = set->first + (int64_t)i;
        struct civil c = civil_date(day);
        if (civil_weekday(day) < 5 || !moves[c.month * 100 + c.day])
            continue;
        size_t to = i + 1;
        while (to < set->n && (set->in[to] || civil_weekday(set->first + (int64_t)to) >= 5))
            to++;
        if (to < set->n)
            set->in[to] = 1;
    }
}

int day_set_make(struct arena *a, const struct day_rule *rules, size_t n_rules, bool substitutes,
                 int64_t first, int64_t last, struct day_set *out)
{
    first -= LONGEST_MOVE;
    out->first = first;
    out->n = (size_t)(last - first + 1);
    out->in = arena_array(a, out->n, 1);
    if (out->in == NULL)
        return PSN_EMEMORY;
    for (size_t i = 0; i < n_rules; i++)
        mark_rule(out, &rules[i], substitutes);
    if (substitutes)
        mark_substitutes(out, rules, n_rules);
    return PSN_OK;
}

bool day_set_has(const struct day_set *set, int64_t day)
{
    int64_t i = day - set->first;
    return i >= 0 && i < (int64_t)set->n && set->in[i] != 0;
}
