/* SPDX-License-Identifier: Apache-2.0
 * What queueing theory says, for people and machines: by itself, and beside a simulation. Used by
 * check, run and show. */
#ifndef CLI_THEORY_VIEW_H
#define CLI_THEORY_VIEW_H

#include "cli/emit.h"
#include "cli/station.h"
#include "model/analysis.h"

/* The tables of streams and stations. `keep`, by station: those that have a row. 0 or PSN_EMEMORY.
 */
int theory_print(const struct description *d, const struct analysis *a, const bool *keep,
                 const struct view_page *page);

/* {"at": ..., "steady": ..., "streams": [...], "stations": [...]}. NULL where memory ends. */
json_t *theory_json(const struct description *d, const struct analysis *a);

/* A reason in words, with the name of a station. */
#define THEORY_REASON_SIZE (STATION_NAME_SIZE + 100)

/* Reasons as they come up, to be told once below a table. Zero-initialise to begin. */
struct theory_notes {
    char (*text)[THEORY_REASON_SIZE];
    size_t n, room;
};

/* A cell: "exact", or "approximate (2)" with the number of the reason. `here`: the station whose
 * row it is in, which need not be named; or NO_INDEX. 0 or PSN_EMEMORY. */
int theory_add_note(struct table *t, const struct description *d, struct theory_notes *notes,
                    const struct theory_note *note, uint32_t here);

/* Prints "(1) arrivals are not Poisson" and so on, and empties the list. */
void theory_print_notes(struct theory_notes *notes, FILE *out);

/* Sets the keys `kind` and `reason`. */
void theory_set_note(json_t *o, const struct description *d, const struct theory_note *note,
                     uint32_t here);

#endif
