/* SPDX-License-Identifier: Apache-2.0
 * The slots of a model's processes: who has one, and in which order. For engine_build.c. */
#ifndef MODEL_ENGINE_SLOTS_H
#define MODEL_ENGINE_SLOTS_H

#include <stdint.h>

struct engine;

/* Slots are numbered kind by kind, within a kind in the order of names: the canonical rank of
 * origins. At one instant the calendar comes first, faults included, then departures, then what is
 * under way, then arrivals: so a departure precedes an arrival at the same time. What the owner of
 * long flows is told goes before its solution of that time. */
enum slot_kind {
    SLOT_CHANGE,
    SLOT_CAPACITY,
    SLOT_FLOW_BEGIN,
    SLOT_FLOW_LOAD,
    SLOT_FLOW_TIMED,
    SLOT_FLOW_SOLVE,
    SLOT_FLOW_BACKGROUND,
    SLOT_FLOW_MEASURE,
    SLOT_POOL,
    SLOT_ARRAY,
    SLOT_TRANSMIT,
    SLOT_LATENCY,
    SLOT_DELIVER,
    SLOT_LAN,
    SLOT_FLOW_LAND,
    SLOT_DELAY,
    SLOT_STREAM,
    SLOT_BACK,
    SLOT_AGAIN,
    SLOT_NEWS,
    SLOT_DEADLINE,
    SLOT_ARRIVAL,
    SLOT_KINDS
};

/* Slot numbers by kind and owner, and how many each process has. */
struct slots {
    uint32_t *number[SLOT_KINDS];
    uint32_t *count; /* by process */
};

/* How many slots each part of an engine has (dealing.c), whose recipes, ways and flows are known;
 * slots[] is by part, zeroed. */
void slots_count(const struct engine *e, double *slots);

/* Numbers the slots of an engine whose recipes, ways, flows and processes' numbers are known, in
 * the memory that it keeps. 0 or PSN_EMEMORY. */
int slots_number(struct engine *e, struct slots *s);

#endif
