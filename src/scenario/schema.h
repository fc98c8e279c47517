/* SPDX-License-Identifier: Apache-2.0
 * A JSON Schema of the language, from the table that checks texts (spec.h): editors complete,
 * explain and check scenarios by it. For the program's command `schema`. */
#ifndef SCENARIO_SCHEMA_H
#define SCENARIO_SCHEMA_H

#include <stdio.h>

/* Prints the schema (draft-07), the same bytes each time. It accepts every text that the program
 * accepts, but for entries of included texts that nothing names, which the program does not judge.
 * It cannot refuse all that the program refuses: see scenarios/README.md. Returns 0, PSN_EMEMORY
 * or PSN_EIO. */
int scenario_schema(FILE *out);

#endif
