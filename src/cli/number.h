/* SPDX-License-Identifier: Apache-2.0
 * Figures as people read them: digits that the half-width of the interval allows, times in a unit
 * of their size. Used by the tables. */
#ifndef CLI_NUMBER_H
#define CLI_NUMBER_H

#include <stddef.h>

#include "scenario/quantity.h"
#include "stats/interval.h"

#define NUMBER_SIZE 48

/* A unit and what a figure in seconds, or a second, is multiplied by to be in it. */
struct time_unit {
    const char *name;
    double per_second;
};

/* The unit for `n` figures in seconds: by the median of the finite ones, so that one table has one
 * unit, and by the longest where that would have too many digits. `x` is sorted on the way. */
struct time_unit number_time_unit(double *x, size_t n);

/* The same for rates: figures a second, shown "/s", "/min", "/h" or "/d"; per_second turns them. */
struct time_unit number_rate_unit(double *x, size_t n);

/* The unit for a speed in bit/s of that size: kbit/s, Mbit/s or Gbit/s; per_second turns it. */
struct time_unit number_speed_unit(double size);

/* A plain figure with three significant digits, no exponent; "–" where it is none. */
void number_plain(double x, char text[NUMBER_SIZE]);

/* A count or attribute: whole with thousands apart ("182,493"), else up to four digits. */
void number_count(double x, char text[NUMBER_SIZE]);

/* A share as per cent with one decimal, "<0.1" for next to nothing; "–" where it is none. */
void number_percent(double share, char text[NUMBER_SIZE]);

/* An estimate times `scale`: `value` to the place of the half-width's first digit (its second where
 * the first is 1), and "± half-width". `half` is empty where there is none. */
void number_estimate(const struct estimate *e, double scale, char value[NUMBER_SIZE],
                     char half[NUMBER_SIZE]);

/* A quantity in base units (times in ns) with the unit in which it reads well: "12 TB",
 * "1 Gbit/s", "8 d", "15 %", "2.3 /s", "182,493". */
void number_quantity(double x, enum dimension d, char text[NUMBER_SIZE]);

/* A figure with its unit for a sentence: "2 s", "450 ms", "80 %", "3.2". Units as in a measure. */
void number_with_unit(double x, const char *unit, char text[NUMBER_SIZE]);

/* A length of simulated time in seconds: "1 d", "0 s", "90 min". Whole days are shown as such. */
void number_length(double seconds, char text[NUMBER_SIZE]);

#endif
