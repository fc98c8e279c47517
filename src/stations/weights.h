/* SPDX-License-Identifier: Apache-2.0
 * Weights as whole numbers, so that shares are exact fractions. Used by the stations that share by
 * weight. */
#ifndef STATIONS_WEIGHTS_H
#define STATIONS_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

/* Whole numbers in the ratio of n weights, which are finite and above 0: exactly where the weights
 * have at most six decimals and the whole numbers add up to less than 2^32; else the nearest ones
 * that add up to about 2^31, but 1 at least. n is at most 2^30. */
void weights_whole(const double *weight, size_t n, uint32_t *whole);

#endif
