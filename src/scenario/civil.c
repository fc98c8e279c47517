/* SPDX-License-Identifier: Apache-2.0
 * Civil dates as day numbers, weekdays and Easter; see civil.h. */
#include "scenario/civil.h"

#include <string.h>

#define DAYS_IN_400_YEARS 146097

/* A year that begins on 1 March ends with its leap day, so that the day's number in the year
 * depends on the month alone: (153 m + 2) / 5 counts the days before month m (0 = March), as
 * lengths repeat 31 30 31 30 31. Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"
 * (2013), days_from_civil. */
int64_t civil_days(struct civil date)
{
    int64_t month = ((int64_t)date.month + 9) % 12;
    int64_t year = (int64_t)date.year - (date.month <= 2 ? 1 : 0);
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t day = (153 * month + 2) / 5 + (int64_t)date.day - 1;
    int64_t in_era = of_era * 365 + of_era / 4 - of_era / 100 + day;
    return era * DAYS_IN_400_YEARS + in_era - 719468; /* 1970-01-01 counted from 0000-03-01 */
}

/* The inverse; Hinnant, civil_from_days. */
struct civil civil_date(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = (z >= 0 ? z : z - (DAYS_IN_400_YEARS - 1)) / DAYS_IN_400_YEARS;
    int64_t in_era = z - era * DAYS_IN_400_YEARS;
    int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t of_year = in_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    struct civil date;
    date.day = (uint32_t)(of_year - (153 * month + 2) / 5 + 1);
    date.month = (uint32_t)(month < 10 ? month + 3 : month - 9);
    date.year = (int32_t)(year + era * 400 + (date.month <= 2 ? 1 : 0));
    return date;
}

uint32_t civil_weekday(int64_t days)
{
    int64_t w = (days + 3) % 7; /* 1970-01-01 was a Thursday */
    return (uint32_t)(w < 0 ? w + 7 : w);
}

static bool is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

uint32_t civil_month_length(int32_t year, uint32_t month)
{
    static const uint8_t length[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : length[month - 1];
}

/* Butcher's rule; Jean Meeus, "Astronomical Algorithms" (2nd ed., 1998), chapter 8. Its letters. */
int64_t civil_easter(int32_t year)
{
    int32_t a = year % 19, b = year / 100, c = year % 100;
    int32_t d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    int32_t h = (19 * a + b - d - g + 15) % 30;
    int32_t i = c / 4, k = c % 4;
    int32_t l = (32 + 2 * e + 2 * i - h - k) % 7;
    int32_t m = (a + 11 * h + 22 * l) / 451;
    int32_t n = h + l - 7 * m + 114;
    return civil_days((struct civil){year, (uint32_t)(n / 31), (uint32_t)(n % 31 + 1)});
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool civil_two_digits(const char *text, uint32_t *out)
{
    if (!is_digit(text[0]) || !is_digit(text[1]))
        return false;
    *out = (uint32_t)(text[0] - '0') * 10 + (uint32_t)(text[1] - '0');
    return true;
}

bool civil_read_date(const char *text, int64_t *days)
{
    uint32_t century, rest, month, day;
    if (!civil_two_digits(text, &century) || !civil_two_digits(text + 2, &rest) || text[4] != '-' ||
        !civil_two_digits(text + 5, &month) || text[7] != '-' || !civil_two_digits(text + 8, &day))
        return false;
    int32_t year = (int32_t)(century * 100 + rest);
    if (year < CIVIL_FIRST_YEAR || month < 1 || month > 12 || day < 1 ||
        day > civil_month_length(year, month))
        return false;
    *days = civil_days((struct civil){year, month, day});
    return true;
}

bool civil_read(const char *text, int64_t *days, uint32_t *minute_of_day)
{
    uint32_t hour, minute;
    if (!civil_read_date(text, days))
        return false;
    const char *rest = text + 10;
    *minute_of_day = 0;
    if (*rest == '\0')
        return true;
    if ((*rest != 'T' && *rest != ' ') || !civil_two_digits(rest + 1, &hour) || rest[3] != ':' ||
        !civil_two_digits(rest + 4, &minute) || rest[6] != '\0' || hour > 23 || minute > 59)
        return false;
    *minute_of_day = hour * 60 + minute;
    return true;
}
