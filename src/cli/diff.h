/* SPDX-License-Identifier: Apache-2.0
 * What the files of psnsim diff share: one of the two scenarios, and what the differences do. */
#ifndef CLI_DIFF_H
#define CLI_DIFF_H

#include "cli/emit.h"
#include "cli/station.h"
#include "scenario/meaning.h"
#include "scenario/scenario.h"

/* One of the two, with its base case. */
struct diff_side {
    const char *path;
    struct scenario *scenario;
    struct description *description;
    struct load_report load;
    bool has_load;
};

/* Prints the stations whose utilisation or saturation differs by operational laws. 0 or
 * PSN_EMEMORY. */
int diff_effect_print(const struct diff_side side[2], const struct view_page *page);

/* The same into a JSON object. */
void diff_effect_json(const struct diff_side side[2], json_t *o);

#endif
