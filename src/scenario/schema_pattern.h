/* SPDX-License-Identifier: Apache-2.0
 * Quantities, laws, names and dates as regular expressions (ECMA 262), from the tables of units,
 * attributes and laws. For the schema. */
#ifndef SCENARIO_SCHEMA_PATTERN_H
#define SCENARIO_SCHEMA_PATTERN_H

#include "scenario/spec.h"

/* What node_is_name takes, and such a name as a reference: `schools/17` is one of a group. */
#define SCHEMA_PATTERN_NAME      "^(?!(all|none)$)[a-z][a-z0-9-]*$"
#define SCHEMA_PATTERN_REFERENCE "^(?!(all|none)$)[a-z][a-z0-9-]*(/[1-9][0-9]*)?$"

/* A day, or a day and whole hour. */
#define SCHEMA_PATTERN_DATE                                                                        \
    "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T ]([01][0-9]|2[0-3]):00)?$"

/* The texts that quantity_amount, or quantity_random where `law`, takes; malloc'ed, NULL where
 * memory ends. It may take a little more (a shape that is not whole), never less, but for negative
 * numbers too small for a double. */
char *schema_pattern(enum dimension d, enum bound b, bool attributes, bool law);

#endif
