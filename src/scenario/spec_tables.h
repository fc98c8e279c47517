/* SPDX-License-Identifier: Apache-2.0
 * How the table of the language is written, and its keys of things, stations and demand: for the
 * spec_*.c files. */
#ifndef SCENARIO_SPEC_TABLES_H
#define SCENARIO_SPEC_TABLES_H

#include "scenario/spec.h"

/* A key of the language that this version does not build. */
#define LATER(key)                                                                                 \
    {                                                                                              \
        .name = (key), .later = true                                                               \
    }
#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }
/* A quantity's kind, dimension and bound. */
#define QUANTITY(d, b) .kind = SPEC_QUANTITY, .dimension = DIMENSION_##d, .bound = BOUND_##b
#define RANDOM(d, b)   .kind = SPEC_RANDOM, .dimension = DIMENSION_##d, .bound = BOUND_##b

/* Keys of the entries of these sections. */
extern const struct spec_key spec_partners[], spec_sites[], spec_links[], spec_compute[],
    spec_storage[], spec_desks[], spec_classes[], spec_services[], spec_workloads[],
    spec_arrangements[], spec_routes[], spec_faults[];

#endif
