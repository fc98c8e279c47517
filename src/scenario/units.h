/* SPDX-License-Identifier: Apache-2.0
 * The units of quantities: one table for reading, for "did you mean" and for the reference. */
#ifndef SCENARIO_UNITS_H
#define SCENARIO_UNITS_H

#include "scenario/quantity.h"

/* The value in base units is number x factor, or number / divisor where the divisor is not 0 (so
 * that 30 % is exactly 0.3). */
struct unit {
    const char *name;
    enum dimension dimension;
    double factor, divisor;
    const char *meaning;
};

/* All units, ended by a NULL name. Rates are not among them: they are `/` and a unit of time; nor
 * is growth: `% /` and a unit of time. */
const struct unit *units_all(void);

/* The unit of that name in this dimension (a rate: "/s", a growth: "%/year"); NULL where there is
 * none. For these two the divisor is filled into *rate, which is returned. */
const struct unit *unit_find(const char *name, enum dimension d, struct unit *rate);

/* The dimension in which a unit of that name is known, other than `but`; -1 where there is none. */
int unit_dimension(const char *name, enum dimension but);

/* The unit that was likely meant; NULL where none is near. `spare` gives a rate or growth its text.
 */
const char *unit_nearest(const char *name, enum dimension d, char spare[32]);

#endif
