/* SPDX-License-Identifier: Apache-2.0
 * Quantities with units, amounts tied to an attribute of a partner, and probability laws, as texts
 * write them: `10 Mbit/s`, `13 / year per staff`, `4 % of data.db`, `lognormal(60 ms cv 1.5)`. */
#ifndef SCENARIO_QUANTITY_H
#define SCENARIO_QUANTITY_H

#include "kernel/law.h"
#include "scenario/node.h"

/* Dimensions and the base unit that a value is converted to. */
enum dimension {
    DIMENSION_NUMBER,    /* 1 */
    DIMENSION_SHARE,     /* 1; written `30 %` or `0.3` */
    DIMENSION_TIME,      /* ns: ns us ms s min h d week(s) month(s) y|year(s); a year is 365 days,
                            a month a twelfth of it */
    DIMENSION_SIZE,      /* bit: B KB MB GB TB PB (powers of 1000), KiB MiB GiB TiB, bit kbit ... */
    DIMENSION_BANDWIDTH, /* bit/s: bit/s kbit/s Mbit/s Gbit/s, B/s KB/s MB/s GB/s */
    DIMENSION_RATE,      /* 1/s: `13 / year`, `2 / s` */
    DIMENSION_GROWTH,    /* 1/s: `10 % / year` compounds, so that rates add up: ln(1.1) / year */
};

/* What an amount is proportional to (rule 4 of the grammar). */
enum attribute {
    ATTRIBUTE_NONE,
    ATTRIBUTE_POPULATION,
    ATTRIBUTE_STAFF,
    ATTRIBUTE_COUNT, /* counts.NAME */
    ATTRIBUTE_DATA,  /* data.NAME: its size in bits */
    ATTRIBUTE_SITE,  /* `per site`: of the sites concerned */
};

/* value [x attribute / per]; the value in base units. */
struct amount {
    double value;
    enum attribute of;
    const char *name; /* of counts.NAME or data.NAME; else NULL */
    double per;       /* 1 but for `per 1000 population` */
    psn_place place;
};

/* A random quantity: mean x law. A plain quantity is LAW_CONST. */
struct random_amount {
    struct amount mean;
    struct law law;
};

/* Bounds that a quantity must keep; violations are told. */
enum bound {
    BOUND_ANY,
    BOUND_NOT_NEGATIVE,
    BOUND_POSITIVE,
    BOUND_WHOLE_POSITIVE,
    BOUND_WHOLE_NOT_NEGATIVE
};

/* The unit of figures in files and comparisons: "s", "bit", "bit/s", "1/s", "1/year" (of growth) or
 * "1". */
const char *quantity_base_unit(enum dimension d);

/* A value (a time in ns) in that unit; growth as a share a year, which says more than its
 * logarithm.
 */
double quantity_in_base_unit(double value, enum dimension d);

/* A time that is not 0 is this long at least, and one that is no law is whole ns where it is
 * shorter than the second: from there on to round it to whole ns, as all times are counted, changes
 * it by less than a thousandth. Told where it is not. */
#define TIME_LEAST       1.0
#define TIME_WHOLE_BELOW 1000.0

/* The largest value of a quantity in base units, times apart; beyond it products would lose all
 * meaning. */
#define QUANTITY_MOST 1e24

/* How texts name the attributes, and the laws. Both are ended by a NULL name. */
struct attribute_name {
    const char *name;
    enum attribute of;
    bool further; /* a further name stands behind it: `counts.NAME` */
};
struct law_name {
    const char *name;
    enum law_kind kind;
    const char *said; /* to people */
    size_t ends;      /* amounts in place of a mean: LOW HIGH, LOW MODE HIGH; else 0 */
    const char
        *parameter;     /* words that may stand before its parameter (space separated), or NULL */
    const char *second; /* the word before a further one of either sign, or NULL */
};
const struct attribute_name *quantity_attributes(void);
const struct law_name *quantity_laws(void);

/* quantity_expected, also where the bound asks for more, or it may be a law. */
const char *quantity_expected_within(enum dimension d, enum bound b, bool law);

/* Reads a scalar node. Every mistake (no unit, wrong dimension, unknown unit with "did you mean",
 * infinity, NaN, thousands comma, out of bounds, no number) is added to `all` at its place, and
 * PSN_EINPUT returned. Finite on success. `attributes`: may it be tied to one? */
int quantity_amount(struct arena *a, const struct node *n, enum dimension d, enum bound b,
                    bool attributes, struct amount *out, psn_diagnostics *all);
int quantity_random(struct arena *a, const struct node *n, enum dimension d, enum bound b,
                    bool attributes, struct random_amount *out, psn_diagnostics *all);

/* The same without attributes: a plain number in base units. */
int quantity_plain(const struct node *n, enum dimension d, enum bound b, double *out,
                   psn_diagnostics *all);

/* A dimension's name for messages ("a time", "a bandwidth such as 10 Mbit/s"). */
const char *quantity_expected(enum dimension d);

#endif
