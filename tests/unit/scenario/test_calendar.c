/* SPDX-License-Identifier: Apache-2.0
 * Sets of days: the bank holidays of England and Scotland as gazetted, and every form of rule. */
#include <criterion/criterion.h>

#include "scenario/calendar.h"
#include "scenario/civil.h"

static int64_t day(int32_t year, uint32_t month, uint32_t of_month)
{
    return civil_days((struct civil){year, month, of_month});
}

static struct day_set make(struct arena *a, const char *const *texts, size_t n, bool substitutes,
                           int32_t from, int32_t to)
{
    struct day_rule rules[16];
    struct day_set set;
    for (size_t i = 0; i < n; i++)
        cr_assert_null(day_rule_read(texts[i], &rules[i]), "%s", texts[i]);
    cr_assert_eq(day_set_make(a, rules, n, substitutes, day(from, 1, 1), day(to, 12, 31), &set), 0);
    return set;
}

/* The set holds these days (month x 100 + day) of a year and no others. */
static void check_year(const struct day_set *set, int32_t year, const uint32_t *days, size_t n)
{
    size_t found = 0;
    for (int64_t d = day(year, 1, 1); d <= day(year, 12, 31); d++) {
        struct civil c = civil_date(d);
        bool expected = false;
        for (size_t i = 0; i < n; i++)
            expected |= days[i] == c.month * 100 + c.day;
        cr_assert_eq(day_set_has(set, d), expected, "%d-%02u-%02u", year, c.month, c.day);
        found += expected;
    }
    cr_assert_eq(found, n);
}

static const char *const england[] = {"01-01",         "easter-2",     "easter+1",
                                      "first Mon May", "last Mon May", "last Mon Aug",
                                      "12-25",         "12-26",        "2011-04-29"};

Test(calendar, bank_holidays_of_england)
{
    static const uint32_t in_2010[] = {101, 402, 405, 503, 531, 830, 1227, 1228};
    static const uint32_t in_2011[] = {103, 422, 425, 429, 502, 530, 829, 1226, 1227};
    static const uint32_t in_2012[] = {102, 406, 409, 507, 528, 827, 1225, 1226};
    struct arena a = {0};
    struct day_set set = make(&a, england, 9, true, 2010, 2012);
    check_year(&set, 2010, in_2010, 8);
    check_year(&set, 2011, in_2011, 9);
    check_year(&set, 2012, in_2012, 8);
    arena_fini(&a);
}

/* 1 and 2 January move past one another: 2011-01-03 and -04; 2012: the 2nd is a Monday, so that the
 * 1st moves to the 3rd. */
Test(calendar, holidays_move_past_each_other)
{
    static const char *const scotland[] = {"01-01", "01-02"};
    static const uint32_t in_2011[] = {103, 104}, in_2012[] = {102, 103};
    struct arena a = {0};
    struct day_set set = make(&a, scotland, 2, true, 2011, 2012);
    check_year(&set, 2011, in_2011, 2);
    check_year(&set, 2012, in_2012, 2);
    arena_fini(&a);
}

/* A holiday before the range moves into it: Sunday 2006-12-31 would be Monday 2007-01-01. */
Test(calendar, a_move_into_the_range)
{
    static const char *const rule[] = {"12-31"};
    struct arena a = {0};
    struct day_set set = make(&a, rule, 1, true, 2007, 2007);
    cr_assert(day_set_has(&set, day(2007, 1, 1)));
    arena_fini(&a);
}

Test(calendar, other_sets_do_not_move)
{
    static const char *const rule[] = {"12-25"};
    static const uint32_t in_2011[] = {1225};
    struct arena a = {0};
    struct day_set set = make(&a, rule, 1, false, 2011, 2011);
    check_year(&set, 2011, in_2011, 1);
    arena_fini(&a);
}

Test(calendar, ranges)
{
    static const char *const round_the_year[] = {"12-30..01-02"};
    static const char *const dated[] = {"2011-12-31..2012-01-01"};
    static const char *const leap[] = {"02-28..02-29"};
    static const char *const alone[] = {"02-29"};
    static const uint32_t both_ends[] = {101, 102, 1230, 1231}, first[] = {101}, two[] = {228, 229},
                          one[] = {228};
    struct arena a = {0};
    struct day_set set = make(&a, round_the_year, 1, false, 2012, 2012);
    check_year(&set, 2012, both_ends, 4);
    set = make(&a, dated, 1, false, 2012, 2013);
    check_year(&set, 2012, first, 1);
    check_year(&set, 2013, NULL, 0);
    set = make(&a, leap, 1, false, 2011, 2012);
    check_year(&set, 2012, two, 2);
    check_year(&set, 2011, one, 1);
    set = make(&a, alone, 1, false, 2011, 2011);
    check_year(&set, 2011, NULL, 0);
    arena_fini(&a);
}

Test(calendar, weekdays_of_a_month)
{
    static const char *const rules[] = {"2nd Tue Mar", "third Fri Jun", "fifth Thu Mar",
                                        "last Sun Feb", "5th Sat Feb"};
    /* March 2011 begins on a Tuesday and has five Thursdays; February 2011 has four Saturdays. */
    static const uint32_t in_2011[] = {308, 617, 331, 227};
    struct arena a = {0};
    struct day_set set = make(&a, rules, 5, false, 2011, 2011);
    check_year(&set, 2011, in_2011, 4);
    arena_fini(&a);
}

Test(calendar, what_is_no_rule)
{
    static const char *const wrong[] = {"",
                                        "13-01",
                                        "02-30",
                                        "2011-02-29",
                                        "easter2",
                                        "easter+",
                                        "easter-999",
                                        "easter+1x",
                                        "sixth Mon May",
                                        "first May",
                                        "first Mon Mayday",
                                        "first Mon",
                                        "12-25..",
                                        "12-25..2012-01-01",
                                        "2012-01-02..2012-01-01",
                                        "1-1",
                                        "Monday"};
    struct day_rule rule;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        cr_assert_not_null(day_rule_read(wrong[i], &rule), "%s", wrong[i]);
}
