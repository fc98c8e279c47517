/* SPDX-License-Identifier: Apache-2.0
 * Civil dates: day numbers, weekdays and Easter against known dates. */
#include <criterion/criterion.h>

#include "scenario/civil.h"

static int64_t day(int32_t year, uint32_t month, uint32_t of_month)
{
    return civil_days((struct civil){year, month, of_month});
}

Test(civil, day_numbers_of_known_dates)
{
    cr_assert_eq(day(1970, 1, 1), 0);
    cr_assert_eq(day(1969, 12, 31), -1);
    cr_assert_eq(day(2000, 3, 1), 11017); /* 30 years of 365 days, 8 leap days, 31 + 28 days */
    cr_assert_eq(day(2011, 9, 5), 15222); /* 1315180800 s of Unix time / 86400 */
}

Test(civil, every_day_of_eight_centuries_follows_the_one_before)
{
    struct civil last = {1600, 1, 1};
    for (int64_t d = day(1600, 1, 1) + 1; d < day(2400, 1, 2); d++) {
        struct civil c = civil_date(d);
        bool same_month = c.month == last.month && c.year == last.year && c.day == last.day + 1;
        bool next_month = c.day == 1 && last.day == civil_month_length(last.year, last.month) &&
                          c.month == last.month % 12 + 1 &&
                          c.year == last.year + (last.month == 12 ? 1 : 0);
        cr_assert(same_month || next_month, "%d-%u-%u", c.year, c.month, c.day);
        cr_assert_eq(civil_days(c), d);
        last = c;
    }
    cr_assert_eq(last.year, 2400);
}

Test(civil, weekdays)
{
    cr_assert_eq(civil_weekday(0), 3);                 /* 1970-01-01, a Thursday */
    cr_assert_eq(civil_weekday(day(2011, 9, 5)), 0);   /* a Monday */
    cr_assert_eq(civil_weekday(day(2011, 12, 25)), 6); /* a Sunday */
    cr_assert_eq(civil_weekday(day(1900, 1, 1)), 0);   /* before 1970: a Monday */
}

/* Published dates: Meeus, Astronomical Algorithms, chapter 8 (1818 and 2285 are its extremes). */
Test(civil, easter)
{
    cr_assert_eq(civil_easter(2011), day(2011, 4, 24));
    cr_assert_eq(civil_easter(2012), day(2012, 4, 8));
    cr_assert_eq(civil_easter(2013), day(2013, 3, 31));
    cr_assert_eq(civil_easter(2014), day(2014, 4, 20));
    cr_assert_eq(civil_easter(2000), day(2000, 4, 23));
    cr_assert_eq(civil_easter(1954), day(1954, 4, 18));
    cr_assert_eq(civil_easter(1818), day(1818, 3, 22));
    cr_assert_eq(civil_easter(2285), day(2285, 3, 22));
    cr_assert_eq(civil_easter(1886), day(1886, 4, 25));
}

Test(civil, reading)
{
    int64_t d = 0;
    uint32_t minute = 1;
    cr_assert(civil_read("2012-02-29", &d, &minute));
    cr_assert_eq(d, day(2012, 2, 29));
    cr_assert_eq(minute, 0);
    cr_assert(civil_read("2011-09-05T08:30", &d, &minute));
    cr_assert_eq(minute, 510);
    cr_assert(civil_read("2011-09-05 23:59", &d, &minute));
    static const char *const wrong[] = {
        "2011-02-29", "2011-13-01",         "2011-00-10",     "2011-01-00",  "11-01-01",
        "2011-9-5",   "2011-09-05T24:00",   "2011-09-05T8:0", "2011-09-05x", "1582-12-31",
        "",           "2011-09-05T08:30:00"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        cr_assert_not(civil_read(wrong[i], &d, &minute), "%s", wrong[i]);
}
