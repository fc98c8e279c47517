/* SPDX-License-Identifier: Apache-2.0
 * Laws with their parameters, for the tests of kernel/law.h. */
#ifndef TESTS_KERNEL_LAWS_H
#define TESTS_KERNEL_LAWS_H

#include "kernel/law.h"

/* p and q: the parameter; of a triangular law its ends (its mode makes the mean 1), of LAW_PH3 cv
 * and skewness; LAW_EMPIRICAL has values of its own. */
struct example {
    const char *name;
    enum law_kind kind;
    double p, q;
};

#define EXAMPLES 28
extern const struct example examples[EXAMPLES];

/* LAW_EMPIRICAL: as many values, the least of them 0, not in order, one of them twice. */
#define EXAMPLE_VALUES 8

/* What law_init or its like returns. */
int example_init(struct law *l, const struct example *x);

/* A stream of the law; fails the test where it has none. */
struct stream example_stream(const struct example *x, uint64_t key, double *block);

#endif
