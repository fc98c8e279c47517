/* SPDX-License-Identifier: Apache-2.0
 * Ranges in which a factor lies, `10 Mbit/s..1 Gbit/s`, and single values of them as texts. Used by
 * the reading of factors and by the study's designs. */
#ifndef SCENARIO_RANGE_H
#define SCENARIO_RANGE_H

#include "scenario/setting.h"
#include "scenario/spec.h"

/* The numbers from low to high with the same text around them: " Mbit/s" behind, or "exp(" before
 * and " ms)" behind. */
struct range {
    const char *before, *after;
    double low, high;
    double step;      /* `step`: the distance of its values from low on; 0: none */
    bool logarithmic; /* `log`: the logarithm is uniform */
    bool whole;       /* whole numbers only, as the key wants them */
    double ns;        /* a time that is no law: what a number of 1 is; else 0 */
    const struct spec_key *key;
};

/* Is a value of this key a range? */
bool range_is(const struct node *n, const struct spec_key *key);

/* Reads `a..b`, `a..b log` or `a..b step c`. Returns 0; PSN_EINPUT with the mistake told at n's
 * place; PSN_EMEMORY. The texts are the arena's. */
int range_read(struct arena *a, const struct node *n, const struct spec_key *key, struct range *out,
               psn_diagnostics *all);

/* The value below which a share u, 0 < u < 1, of the range lies: uniform, log-uniform, or one of
 * the whole numbers, each of them as likely (with `log`: as their share of the logarithm). */
double range_quantile(const struct range *r, double u);

/* The value at a share u, 0 to 1, of the way from low (0) to high (1); the nearest whole number. */
double range_at(const struct range *r, double u);

/* One value of a range as a text, `347.1235 Mbit/s`: it is rounded to a millionth of the range
 * (of the value with `log`), a time that is no law to whole ns where it must be (quantity.h), never
 * out of the range, and is what the text says from then on. NULL where memory ends. */
const char *range_text(const struct range *r, double x, struct arena *a);

/* The whole range as a text. NULL where memory ends. */
const char *range_write(const struct range *r, struct arena *a);

#endif
