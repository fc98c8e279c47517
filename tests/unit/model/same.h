/* SPDX-License-Identifier: Apache-2.0
 * Outcomes compared bit by bit, for what must move none. */
#ifndef TESTS_MODEL_SAME_H
#define TESTS_MODEL_SAME_H

#include "model/outcome.h"

/* Fails the test where any figure differs: the count of events is none. */
void same_figures(const struct outcome *a, const struct outcome *b);

/* The same, and the count of events. */
void same_outcome(const struct outcome *a, const struct outcome *b);

/* Of one stream, one station: `i` names it where it differs. */
void same_stream(const struct outcome_stream *a, const struct outcome_stream *b, size_t i);
void same_station(const struct outcome_station *a, const struct outcome_station *b, size_t i);

#endif
