/* SPDX-License-Identifier: Apache-2.0
 * Which operations go on ahead of time: where a station commits to a departure when a job arrives
 * (stations/fifo.h), what follows it may often be done at once, at a time that is yet to come,
 * without an event. Used by the engine. */
#ifndef MODEL_AHEAD_H
#define MODEL_AHEAD_H

#include "model/engine.h"

/* Marks the operations (struct op) and sources (struct demand) that go ahead, once stations, links
 * and demand are made. It depends on the model alone, never on how sites are dealt to processes,
 * and no figure but the count of events depends on it. 0 or PSN_EMEMORY. */
int ahead_plan(struct engine *e);

/* Takes the marks off operations that are kept from a run before. Sources are made anew with each
 * run, and have none. */
void ahead_clear(struct engine *e);

#endif
