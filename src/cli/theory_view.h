/* SPDX-License-Identifier: Apache-2.0
 * What queueing theory says, for people and machines: by itself, and beside a simulation. Used by
 * check, run and show. */
#ifndef CLI_THEORY_VIEW_H
#define CLI_THEORY_VIEW_H

#include "cli/emit.h"
#include "model/analysis.h"

/* The tables of streams and stations. `keep`, by station: those that have a row. 0 or PSN_EMEMORY.
 */
int theory_print(const struct description *d, const struct analysis *a, const bool *keep,
                 const struct view_page *page);

/* {"at": ..., "steady": ..., "streams": [...], "stations": [...]}. NULL where memory ends. */
json_t *theory_json(const struct description *d, const struct analysis *a);

/* Why a figure is not exact, in words; empty where it is. `here`: the station whose row it is in,
 * which need not be named; or NO_INDEX. */
void theory_reason(const struct description *d, const struct theory_note *note, uint32_t here,
                   char *text, size_t size);

#endif
