/* SPDX-License-Identifier: Apache-2.0
 * Civil dates as day numbers (proleptic Gregorian calendar), weekdays and Easter: for calendars,
 * hours and the scenario's start. */
#ifndef SCENARIO_CIVIL_H
#define SCENARIO_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

/* Years that texts may name: from the first whole year of the Gregorian calendar. */
#define CIVIL_FIRST_YEAR 1583
#define CIVIL_LAST_YEAR  9999

struct civil {
    int32_t year;
    uint32_t month, day; /* from 1 */
};

/* Days from 1970-01-01. The date must exist. */
int64_t civil_days(struct civil date);

/* The date of a day number. */
struct civil civil_date(int64_t days);

/* 0 = Monday ... 6 = Sunday. */
uint32_t civil_weekday(int64_t days);

/* Days in a month, 1 to 12. */
uint32_t civil_month_length(int32_t year, uint32_t month);

/* The day number of Easter Sunday (Western churches). */
int64_t civil_easter(int32_t year);

/* Exactly two digits at `text`; false where there are none. */
bool civil_two_digits(const char *text, uint32_t *out);

/* Reads the ten characters YYYY-MM-DD at the beginning of `text`. False where they are no date that
 * exists between the years above. */
bool civil_read_date(const char *text, int64_t *days);

/* Reads a whole text: YYYY-MM-DD, or YYYY-MM-DDTHH:MM (a space may stand for the T). */
bool civil_read(const char *text, int64_t *days, uint32_t *minute_of_day);

#endif
