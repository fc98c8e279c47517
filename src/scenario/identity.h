/* SPDX-License-Identifier: Apache-2.0
 * The identity of a design point: what its runs depend on, as a digest. Used by the study, so that
 * what was simulated is found again in a study that has grown. */
#ifndef SCENARIO_IDENTITY_H
#define SCENARIO_IDENTITY_H

#include "scenario/scenario.h"

#define IDENTITY_SIZE 32

/* SHA-256 (FIPS 180-4) of psnsim's version and the expanded tree with `settings` applied, its keys
 * sorted; without title, labels, sources, the study, and arrangements that are not in use. Equal
 * for points that are the same in any text; the seed is not part of it. Returns 0, PSN_EINPUT or
 * PSN_EMEMORY with the mistakes told. Thread-safe. */
int scenario_identity(const struct scenario *s, const struct setting *settings, size_t n,
                      uint8_t digest[IDENTITY_SIZE], psn_diagnostics *all);

#endif
