/* SPDX-License-Identifier: Apache-2.0
 * Many requests at a time, of a source that runs ahead of the clock (ahead.h): what is the same for
 * all of them is done once. Used by the engine. */
#ifndef MODEL_BLOCK_H
#define MODEL_BLOCK_H

#include "model/engine.h"

/* What demand tells of a block of requests (demand_arrive_block): counts them as offered; where
 * they go straight through their stations or have a shared one to themselves (struct demand), all
 * that becomes of them. */
bool block_arrive(void *engine, struct demand *s, uint64_t number, const psn_time *at, size_t n);

#endif
