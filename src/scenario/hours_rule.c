/* SPDX-License-Identifier: Apache-2.0
 * The text of service hours read and worked out; see hours_rule.h. */
#include "scenario/hours_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/civil.h"
#include "scenario/node.h"

#define MINUTES_A_DAY 1440

/* A text on its way. */
struct cursor {
    const char *at;
    const char *text;
    psn_place place;
    struct arena *a;
    psn_diagnostics *all;
};

static void skip_blanks(struct cursor *c)
{
    while (*c->at == ' ' || *c->at == '\t' || *c->at == '\n' || *c->at == '\r')
        c->at++;
}

static bool is_word(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           ch == '-' || ch == ':' || ch == '_';
}

/* The length of the word at the cursor, for messages and for names. */
static size_t word_length(const struct cursor *c)
{
    size_t n = 0;
    while (is_word(c->at[n]))
        n++;
    return n;
}

/* Tells that something else was expected where the cursor stands. */
static int expected(const struct cursor *c, const char *what)
{
    char text[NODE_QUOTE], word[NODE_QUOTE];
    node_quote(c->text, text);
    if (*c->at == '\0')
        return psn_mistake_add(c->all, PSN_EINPUT, c->place,
                               "hours \"%s\" end too early; expected %s", text, what);
    size_t n = word_length(c);
    n = n == 0 ? 1 : n < NODE_QUOTE - 1 ? n : NODE_QUOTE - 1;
    snprintf(word, sizeof word, "%.*s", (int)n, c->at);
    return psn_mistake_add(c->all, PSN_EINPUT, c->place, "\"%s\" in hours \"%s\"; expected %s",
                           word, text, what);
}

/* One day or a range of days that may run over the weekend (`Sat-Mon`). */
static int read_days(struct cursor *c, bool on[7])
{
    static const char *const days = "daily, or days such as Mon, Mon-Fri or Mon,Wed";
    int first = day_of_week_read(c->at);
    if (first < 0)
        return expected(c, days);
    int last = first;
    if (c->at[3] == '-') {
        last = day_of_week_read(c->at + 4);
        if (last < 0 || (is_word(c->at[7])))
            return expected(c, days);
        c->at += 7;
    } else {
        if (is_word(c->at[3]))
            return expected(c, days);
        c->at += 3;
    }
    for (int d = first;; d = (d + 1) % 7) {
        on[d] = true;
        if (d == last)
            return PSN_OK;
    }
}

static int read_day_list(struct cursor *c, bool on[7])
{
    skip_blanks(c);
    if (strncmp(c->at, "daily", 5) == 0 && !is_word(c->at[5])) {
        c->at += 5;
        for (int d = 0; d < 7; d++)
            on[d] = true;
        return PSN_OK;
    }
    for (;;) {
        int error = read_days(c, on);
        if (error != PSN_OK)
            return error;
        skip_blanks(c);
        if (*c->at != ',')
            return PSN_OK;
        c->at++;
        skip_blanks(c);
    }
}

/* HH:MM up to 24:00, in minutes; false where it is none. */
static bool read_time(const char *text, int32_t *minute)
{
    uint32_t hour, of_hour;
    if (!civil_two_digits(text, &hour) || text[2] != ':' || !civil_two_digits(text + 3, &of_hour) ||
        of_hour > 59 || hour * 60 + of_hour > MINUTES_A_DAY)
        return false;
    *minute = (int32_t)(hour * 60 + of_hour);
    return true;
}

static int read_times(struct cursor *c, struct hours_part *part)
{
    skip_blanks(c);
    if (word_length(c) != 11 || !read_time(c->at, &part->open) || c->at[5] != '-' ||
        !read_time(c->at + 6, &part->close))
        return expected(c, "times such as 08:00-18:00, from 00:00 to 24:00");
    if (part->open == part->close || part->open == MINUTES_A_DAY)
        return expected(c, "a time to open and another to close; the whole day is 00:00-24:00");
    if (part->close < part->open)
        part->close += MINUTES_A_DAY;
    c->at += 11;
    return PSN_OK;
}

/* `not holidays not vacation`. */
static int read_exceptions(struct cursor *c, struct hours_part *part)
{
    for (;;) {
        skip_blanks(c);
        if (word_length(c) != 3 || strncmp(c->at, "not", 3) != 0)
            return PSN_OK;
        c->at += 3;
        skip_blanks(c);
        size_t n = word_length(c);
        if (n == 0)
            return expected(c, "the name of a set of days after `not`, such as not holidays");
        if (part->n_except == HOURS_EXCEPT_MAX)
            return expected(c, "no more than 8 sets of days to leave out");
        char *name = arena_string_n(c->a, c->at, n);
        if (name == NULL)
            return PSN_EMEMORY;
        part->except[part->n_except++] = name;
        c->at += n;
    }
}

int hours_rule_read(const char *text, psn_place place, struct arena *a, struct hours_rule *out,
                    psn_diagnostics *all)
{
    struct cursor c = {.at = text, .text = text, .place = place, .a = a, .all = all};
    out->n_parts = 0;
    for (;;) {
        struct hours_part *part = &out->part[out->n_parts++];
        *part = (struct hours_part){0};
        int error = read_day_list(&c, part->on);
        if (error == PSN_OK)
            error = read_times(&c, part);
        if (error == PSN_OK)
            error = read_exceptions(&c, part);
        if (error != PSN_OK)
            return error;
        skip_blanks(&c);
        if (*c.at == '\0')
            return PSN_OK;
        if (*c.at != '+')
            return expected(&c, "`not` and a set of days, `+` and further hours, or the end");
        if (out->n_parts == HOURS_PARTS_MAX)
            return expected(&c, "no more than 20 parts");
        c.at++;
    }
}

static bool part_opens(const struct hours_part *part, int64_t day)
{
    if (!part->on[civil_weekday(day)])
        return false;
    for (size_t i = 0; i < part->n_except; i++)
        if (day_set_has(part->except_days[i], day))
            return false;
    return true;
}

static int by_opening(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    if (x->open != y->open)
        return x->open < y->open ? -1 : 1;
    return (x->close > y->close) - (x->close < y->close);
}

/* Joins sorted spans that touch or overlap; returns how many are left. */
static size_t merge(struct span *s, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept > 0 && s[i].open <= s[kept - 1].close) {
            if (s[i].close > s[kept - 1].close)
                s[kept - 1].close = s[i].close;
        } else {
            s[kept++] = s[i];
        }
    return kept;
}

int hours_rule_spans(const struct hours_rule *rule, int64_t start_day, psn_time start_of_day,
                     psn_time horizon, struct arena *a, struct hours *out)
{
    psn_time from = -2 * PSN_DAY, to = horizon + 2 * PSN_DAY;
    int64_t days = (horizon + start_of_day) / PSN_DAY + 7;
    /* Each part opens at most once a day. */
    struct span *all = calloc((size_t)days * rule->n_parts, sizeof *all);
    if (all == NULL)
        return PSN_EMEMORY;
    size_t n = 0;
    for (int64_t d = -4; d < days - 4; d++) {
        psn_time midnight = d * PSN_DAY - start_of_day;
        for (size_t p = 0; p < rule->n_parts; p++) {
            const struct hours_part *part = &rule->part[p];
            if (!part_opens(part, start_day + d))
                continue;
            struct span s = {midnight + part->open * PSN_MINUTE,
                             midnight + part->close * PSN_MINUTE};
            s.open = s.open > from ? s.open : from;
            s.close = s.close < to ? s.close : to;
            if (s.open < s.close)
                all[n++] = s;
        }
    }
    qsort(all, n, sizeof *all, by_opening);
    n = merge(all, n);
    out->n_spans = n;
    out->span = arena_array(a, n + 1, sizeof *all);
    if (out->span != NULL)
        memcpy(out->span, all, n * sizeof *all);
    free(all);
    return out->span != NULL ? PSN_OK : PSN_EMEMORY;
}
