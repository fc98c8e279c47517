/* SPDX-License-Identifier: Apache-2.0
 * Contrasts: design points of one result, or of two, held against each other figure by figure. Used
 * by `compare`. */
#ifndef RESULTS_CONTRAST_H
#define RESULTS_CONTRAST_H

#include "results/samples.h"
#include "study/compare.h"

/* One point against another. */
struct contrast {
    size_t base, other;        /* points of the base's result, and of the other's */
    size_t pairs;              /* replications that both have */
    struct comparison *figure; /* of each measure that both results have */
};

struct contrasts {
    struct result *base, *other; /* the same one where points of one file are compared */
    struct samples *base_samples, *other_samples;
    bool paired; /* replication k of both has the same random numbers: their seeds are equal */
    struct contrast_measure {
        size_t base, other; /* indices in the results' measures */
    } * measure;
    size_t n_measures;
    struct contrast *item;
    size_t n, capacity;
    size_t family; /* differences that contrasts_together took together; 0: it was not called */
    double level;  /* of each interval in `item` */
    double apiece; /* the level at which all of the family hold together */
};

/* Reads the results that are compared: `other` NULL compares points of one file. Two files must
 * have the same services. PSN_EINPUT or PSN_EIO with all mistakes told. */
int contrasts_open(const char *base, const char *other, struct contrasts **out,
                   psn_diagnostics *all);
void contrasts_free(struct contrasts *c);

/* The measure i, as the other result has it. */
const struct measure *contrasts_measure(const struct contrasts *c, size_t i);

/* What the two points of a contrast say to the measure i. */
const struct summary_value *contrasts_base(const struct contrasts *c, const struct contrast *k,
                                           size_t i);
const struct summary_value *contrasts_other(const struct contrasts *c, const struct contrast *k,
                                            size_t i);

/* The point of the base's result that has the options of the other's point; n_points where there is
 * none. Options are the same where their numbers are, or their labels. */
size_t contrasts_match(const struct contrasts *c, size_t other);

/* Takes the differences of all contrasts so far together, of the measures for which `shown` is
 * true: each holds at a level at which all of them hold together at `level` (multiple_level). Those
 * that are a change at `level` by themselves, but not so, are marked `alone`. Then every interval,
 * and whether it is a change, is put at `level`, or, where `together`, at that level. Once only. */
void contrasts_together(struct contrasts *c, bool (*shown)(const struct measure *m), double level,
                        bool together);

/* Compares two points, which must exist. 0 or PSN_EMEMORY. */
int contrasts_add(struct contrasts *c, size_t base, size_t other);

#endif
