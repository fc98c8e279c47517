/* SPDX-License-Identifier: Apache-2.0
 * How many requests open sources are expected to make: what the number that arrived is compared
 * with, as a control of other figures. Used when a run's figures are put together. */
#ifndef MODEL_EXPECTED_H
#define MODEL_EXPECTED_H

#include "model/outcome.h"
#include "scenario/description.h"

/* The mean number of requests of an open source in [from, until): the integral of its rate, which
 * is constant over each civil hour. The random level of a day has mean 1, so it changes nothing. */
double expected_requests(const struct description *d, const struct source *s, psn_time from,
                         psn_time until);

/* Sets `expected` of the streams of an outcome that counts requests in [from, until); NaN stays
 * where any of a stream's sources is not open. */
void expected_fill(const struct description *d, psn_time from, psn_time until, struct outcome *o);

#endif
