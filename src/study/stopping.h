/* SPDX-License-Identifier: Apache-2.0
 * When a design point has enough replications: decided on prefixes in the order of replications, at
 * checkpoints fixed beforehand, so that who ran what and when moves nothing. Used by the sweep.
 *
 * The rule is the sequential procedure of Y. S. Chow and H. Robbins (Annals of Mathematical
 * Statistics 36, 1965, p. 457) for a relative half-width (Law, Simulation Modeling and Analysis,
 * 4th ed., section 9.4.1): stop once half-width <= until x |value|. Few replications often agree by
 * luck, and who stops then has an interval that misses the truth: so n < 60 of them must be 60 / n
 * times as precise (Chow and Robbins add 1 / n to the variance for the same reason). Measured on
 * queues from 10 replications on, with a precision of 5 %, an interval of 95 % holds the mean in 93
 * to 95 % of all cases; with 30 in place of 60 it held it in 91.6 to 94 %
 * (tests/validation/coverage).
 *
 * It looks only at checkpoints that grow geometrically: each look is a chance to stop by luck, too.
 * P. W. Glynn and W. Whitt (Annals of Applied Probability 2, 1992, p. 180) show that the interval
 * is valid as `until` goes to 0. */
#ifndef STUDY_STOPPING_H
#define STUDY_STOPPING_H

#include "study/summary.h"

struct stopping;

/* How a point ended: its replications are the first of them. */
struct stopped {
    size_t replications;
    bool precise; /* true where the number is fixed */
};

/* Makes the rule of a study. Returns 0 with *out to be freed by stopping_free; PSN_EINPUT with all
 * mistakes told where `of` names what the study does not have; PSN_EMEMORY. The study must outlive
 * it. */
int stopping_open(const struct study *s, struct stopping **out, psn_diagnostics *all);
void stopping_free(struct stopping *t);

/* Is the number of replications fixed? Then there is one checkpoint: all of them. */
bool stopping_fixed(const struct stopping *t);

/* Must this measure (its index in measures_new) be precise? */
bool stopping_watches(const struct stopping *t, size_t measure);

/* The first checkpoint after n replications; 0 where n is the last. stopping_next(t, 0) is the
 * first of all. */
size_t stopping_next(const struct stopping *t, size_t n);

/* Is an estimate precise enough: half-width <= until x |value|? What has no interval (an unstable
 * station, nothing observed) holds nothing up. */
bool stopping_precise_value(const struct summary_value *v, double until);

/* Of the watched measures of a summary: `enough`: are all so precise that the point may stop here?
 * `precise`: do all intervals keep to the precision, as they must where it stops anyway? */
struct judgement {
    bool enough, precise;
};

/* Returns 0 or PSN_EMEMORY. */
int stopping_judge(struct stopping *t, const struct summary *m, struct judgement *out);

#endif
