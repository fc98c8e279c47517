/* SPDX-License-Identifier: Apache-2.0
 * The schema of a study's factors: which paths of the language they may vary, and with what values.
 * For schema.c. */
#ifndef SCENARIO_SCHEMA_PATHS_H
#define SCENARIO_SCHEMA_PATHS_H

#include "scenario/schema_json.h"

/* The schema of a map of factors, as describe_study.c reads one. */
json_t *schema_factors(struct schema *s);

#endif
