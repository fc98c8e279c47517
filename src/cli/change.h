/* SPDX-License-Identifier: Apache-2.0
 * A figure of two design points in words and digits: "1.07 s", "12 % faster", "no real difference".
 * Used by `compare`. */
#ifndef CLI_CHANGE_H
#define CLI_CHANGE_H

#include "cli/number.h"
#include "study/compare.h"

#define CHANGE_SIZE 96

/* What a figure is multiplied by to be printed, and the unit that it then has. */
struct change_scale {
    double factor;
    const char *unit; /* "s", "%", "/min", or "" for a count */
};

/* For figures of this size; differences of shares are in "points". */
struct change_scale change_scale(const struct measure *m, double size);

/* The larger of the two estimates, by which both and their difference are scaled. */
double change_size(const struct comparison *c);

/* An estimate in the unit for figures of `size`: "1.07 s", "94.2 %"; "–" where there is none. */
void change_value(const struct measure *m, double x, double size, char text[CHANGE_SIZE]);

/* The difference with its sign and its half-width, times `scale`; "–" where there is none. */
void change_difference(const struct comparison *c, double scale, char value[NUMBER_SIZE],
                       char half[NUMBER_SIZE]);

/* What the difference means: "12 % faster", "4.9 points busier", "no real difference". */
void change_words(const struct measure *m, const struct comparison *c, char text[CHANGE_SIZE]);

/* Where one of the two has no figure: why, in a word or two ("becomes unstable"). NULL where both
 * have one. */
const char *change_missing(enum change change);

#endif
