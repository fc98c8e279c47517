/* SPDX-License-Identifier: Apache-2.0
 * What the language describes and the model does not simulate: refused by name before anything is
 * reckoned or simulated. Used by the operational laws, through which every command goes. */
#ifndef MODEL_BUILT_H
#define MODEL_BUILT_H

#include "psnsim/diagnostics.h"
#include "scenario/description.h"

/* Tells all of it at its place. Returns 0 or PSN_EINPUT. */
int built_check(const struct description *d, psn_diagnostics *all);

#endif
