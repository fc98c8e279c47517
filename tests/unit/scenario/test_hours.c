/* SPDX-License-Identifier: Apache-2.0
 * Service hours: texts into parts, parts into spans, and looking times up. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/civil.h"
#include "scenario/hours_rule.h"

#define H(day, hour) ((day)*PSN_DAY + (hour)*PSN_HOUR)

/* Spans of a text from Monday 2011-09-05 at `hour`, with 2011-09-07 as the set "holidays". */
static struct hours spans(struct arena *a, const char *text, int hour, psn_time horizon)
{
    static struct hours_rule rule;
    struct day_rule holiday;
    static struct day_set set;
    psn_diagnostics all = {0};
    struct hours h = {.name = text};
    int64_t start = civil_days((struct civil){2011, 9, 5});
    cr_assert_eq(hours_rule_read(text, (psn_place){0}, a, &rule, &all), 0, "%s: %s", text,
                 all.count > 0 ? all.items[0].text : "");
    cr_assert_null(day_rule_read("2011-09-07", &holiday));
    cr_assert_eq(day_set_make(a, &holiday, 1, false, start - 10, start + 100, &set), 0);
    for (size_t p = 0; p < rule.n_parts; p++)
        for (size_t i = 0; i < rule.part[p].n_except; i++)
            rule.part[p].except_days[i] = &set;
    cr_assert_eq(hours_rule_spans(&rule, start, hour * PSN_HOUR, horizon, a, &h), 0);
    psn_diagnostics_fini(&all);
    return h;
}

static void check(const struct hours *h, const struct span *expected, size_t n)
{
    cr_assert_eq(h->n_spans, n, "%zu spans", h->n_spans);
    for (size_t i = 0; i < n; i++) {
        cr_assert_eq(h->span[i].open, expected[i].open, "span %zu opens at %g h", i,
                     (double)h->span[i].open / (double)PSN_HOUR);
        cr_assert_eq(h->span[i].close, expected[i].close, "span %zu closes at %g h", i,
                     (double)h->span[i].close / (double)PSN_HOUR);
    }
}

Test(hours, office_week_without_a_holiday_and_with_saturday)
{
    /* Two days before Monday is a Saturday: its hours are there too. */
    static const struct span expected[] = {
        {H(-2, 9), H(-2, 13)}, {H(0, 8), H(0, 18)}, {H(1, 8), H(1, 18)}, {H(3, 8), H(3, 18)},
        {H(4, 8), H(4, 18)},   {H(5, 9), H(5, 13)}, {H(7, 8), H(7, 18)}, {H(8, 8), H(8, 18)}};
    struct arena a = {0};
    struct hours h =
        spans(&a, "Mon-Fri 08:00-18:00 not holidays + Sat 09:00-13:00", 0, 7 * PSN_DAY);
    check(&h, expected, 8);
    arena_fini(&a);
}

Test(hours, nights_belong_to_the_day_on_which_they_open)
{
    /* Wednesday the 7th is left out, and so is the morning of the 8th; that of the 7th is not. */
    static const struct span expected[] = {
        {H(-2, 0), H(-2, 6)}, {H(-2, 20), H(-1, 6)}, {H(-1, 20), H(0, 6)}, {H(0, 20), H(1, 6)},
        {H(1, 20), H(2, 6)},  {H(3, 20), H(4, 6)},   {H(4, 20), H(5, 6)},  {H(5, 20), H(6, 0)}};
    struct arena a = {0};
    struct hours h = spans(&a, "daily 20:00-06:00 not holidays", 0, 4 * PSN_DAY);
    check(&h, expected, 8);
    arena_fini(&a);
}

Test(hours, a_start_in_the_day_moves_all_spans)
{
    static const struct span expected[] = {{H(0, 0), H(0, 10)}, {H(7, 0), H(7, 10)}};
    struct arena a = {0};
    struct hours h = spans(&a, "Mon 08:00-18:00", 8, 7 * PSN_DAY);
    check(&h, expected, 2);
    arena_fini(&a);
}

Test(hours, what_touches_is_one_span)
{
    static const struct span always[] = {{H(-2, 0), H(9, 0)}};
    static const struct span lists[] = {{H(0, 8), H(0, 14)}, {H(2, 8), H(2, 14)}};
    struct arena a = {0};
    struct hours h = spans(&a, "daily 00:00-24:00", 0, 7 * PSN_DAY);
    check(&h, always, 1);
    h = spans(&a,
              "Mon,Wed 08:00-12:00 + Mon, Wed 11:00-13:00 + Mon-Wed 13:00-14:00 not holidays + "
              "Wed 13:00-14:00",
              0, PSN_DAY / 2);
    cr_assert_eq(h.span[0].open, lists[0].open);
    cr_assert_eq(h.span[0].close, lists[0].close);
    arena_fini(&a);
}

Test(hours, days_over_the_weekend)
{
    static const struct span expected[] = {
        {H(-2, 10), H(-2, 11)}, {H(-1, 10), H(-1, 11)}, {H(0, 10), H(0, 11)}};
    struct arena a = {0};
    struct hours h = spans(&a, "sat-mon 10:00-11:00", 0, 2 * PSN_DAY);
    check(&h, expected, 3);
    arena_fini(&a);
}

Test(hours, looking_up)
{
    struct arena a = {0};
    struct hours h = spans(&a, "Mon-Fri 08:00-18:00", 0, 7 * PSN_DAY), none = {0};
    cr_assert_not(hours_open(&h, H(0, 8) - 1));
    cr_assert(hours_open(&h, H(0, 8)));
    cr_assert(hours_open(&h, H(0, 18) - 1));
    cr_assert_not(hours_open(&h, H(0, 18)));
    cr_assert_eq(hours_span(&h, H(0, 18))->open, H(1, 8));
    cr_assert_eq(hours_span(&h, H(1, 12))->open, H(1, 8));
    cr_assert_eq(hours_span(&h, H(4, 18))->open, H(7, 8));
    cr_assert_null(hours_span(&h, H(8, 18)));
    cr_assert_not(hours_open(&none, 0));
    cr_assert_null(hours_span(&none, 0));
    arena_fini(&a);
}

/* Each wrong text and words of its mistake. */
Test(hours, mistakes)
{
    static const char *const wrong[][2] = {
        {"", "end too early; expected daily, or days"},
        {"Mon-Fri", "expected times such as 08:00-18:00"},
        {"Mon-Fri 8:00-18:00", "\"8:00-18:00\""},
        {"Mon-Fri 08:00-25:00", "\"08:00-25:00\""},
        {"Mon-Fri 08:00-08:00", "a time to open and another to close"},
        {"Mon 24:00-06:00", "a time to open and another to close"},
        {"Monday 08:00-18:00", "\"Monday\""},
        {"Mon-Fry 08:00-18:00", "\"Mon-Fry\""},
        {"Mon- 08:00-18:00", "expected daily, or days"},
        {"Mon, 08:00-18:00", "expected daily, or days"},
        {"daily 08:00-18:00 not", "a set of days after `not`"},
        {"daily 08:00-18:00 except holidays", "\"except\""},
        {"daily 08:00-18:00 +", "end too early"},
        {"daily 08:00-18:00 daily 19:00-20:00", "`+` and further hours"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct arena a = {0};
        struct hours_rule rule;
        psn_diagnostics all = {0};
        psn_place place = {"x.yaml", 3, 7};
        cr_assert_eq(hours_rule_read(wrong[i][0], place, &a, &rule, &all), PSN_EINPUT, "%s",
                     wrong[i][0]);
        cr_assert_eq(all.count, 1);
        cr_assert_eq(all.items[0].place.line, 3);
        cr_assert_not_null(strstr(all.items[0].text, wrong[i][1]), "%s: %s", wrong[i][0],
                           all.items[0].text);
        psn_diagnostics_fini(&all);
        arena_fini(&a);
    }
}

Test(hours, no_more_parts_than_there_is_room_for)
{
    struct arena a = {0};
    struct hours_rule rule;
    psn_diagnostics all = {0};
    char text[1024] = "";
    for (int i = 0; i < HOURS_PARTS_MAX; i++)
        strcat(text, i == 0 ? "Mon 08:00-18:00" : " + Mon 08:00-18:00");
    cr_assert_eq(hours_rule_read(text, (psn_place){0}, &a, &rule, &all), 0);
    strcat(text, " + Mon 08:00-18:00");
    cr_assert_eq(hours_rule_read(text, (psn_place){0}, &a, &rule, &all), PSN_EINPUT);
    psn_diagnostics_fini(&all);
    arena_fini(&a);
}
