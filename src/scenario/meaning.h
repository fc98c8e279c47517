/* SPDX-License-Identifier: Apache-2.0
 * What differs by meaning between two scenarios: values are compared as the language reads them, by
 * its table. Used by `diff`. */
#ifndef SCENARIO_MEANING_H
#define SCENARIO_MEANING_H

#include "scenario/node.h"
#include "scenario/spec.h"

/* A value that is not the same in both, or an entry, section or key that only one of them has. */
struct difference {
    const char *section;
    const char *path; /* dotted; the items of a list of records as steps[2], counted from 1 */
    const struct node *a, *b;   /* NULL where it is not there */
    const struct spec_key *key; /* NULL: a whole entry, or none in the table */
    double base_a,
        base_b; /* in base units where it is one plain quantity on both sides; else NaN */
    bool idle;  /* of no effect on any figure: a title, a label */
};

struct differences {
    struct difference *item; /* malloc'ed; the texts are the arena's */
    size_t n, room;
};

/* Compares two filled trees (standard_fill): sections in the order of the language, entries and
 * keys in the order of `a`. The order of keys and of names without an order does not count, nor
 * does the unit in which a quantity is written. Returns 0 with *out to be freed by
 * differences_free, or PSN_EMEMORY. */
int meaning_compare(const struct node *a, const struct node *b, struct arena *arena,
                    struct differences *out);
void differences_free(struct differences *d);

#endif
