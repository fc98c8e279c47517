/* SPDX-License-Identifier: Apache-2.0
 * When two values of the language mean the same. For meaning.c. */
#ifndef SCENARIO_SAME_H
#define SCENARIO_SAME_H

#include "scenario/spec.h"

/* Do two values of this key (NULL: unknown, compared as written) mean the same? Quantities and laws
 * in base units (to 12 digits), names as sets where they have no order, dates as days, hours of a
 * profile one by one. Memory for names is `a`'s. */
bool same_value(struct arena *a, const struct node *x, const struct node *y,
                const struct spec_key *key);

/* Are two values the same as written, but for the order of keys and blanks? */
bool same_tree(const struct node *x, const struct node *y);

/* The value in its base unit (quantity_base_unit) where it is one plain quantity; else NaN. */
double same_base(struct arena *a, const struct node *n, const struct spec_key *key);

#endif
