/* SPDX-License-Identifier: Apache-2.0
 * Which messages of a model may be long flows, and what follows for its processes: the links and
 * sites that flows use, and how long what is told to and by their one owner (fluid.h) takes. A pure
 * function of the recipes, so that nothing which no flow uses changes any of it. */
#ifndef MODEL_FLUID_PLAN_H
#define MODEL_FLUID_PLAN_H

#include "model/recipe.h"

struct fluid_plan {
    bool any;         /* may any message be a flow? Else all below is empty */
    bool *direction;  /* by link direction: may a flow use it? */
    bool *messages;   /* by link direction: may others, of more than no bytes, use it? */
    bool *class;      /* by class, the last of what has none: may a message be one? */
    bool *leaves;     /* by site: may a flow begin there? */
    bool *comes;      /* by site: may a flow end there? */
    psn_time control; /* the control delay: half of the least delay above 0 of the links that flows
                         may use; 0 where none is */
    psn_time *change; /* when ways of flows get other routes, in order, each once; after time 0 */
    size_t n_changes;
};

/* May a message of this operation be a flow, if it is long enough? It is one where its workload is
 * scheduled (bulk), or its class has `transfer: flows`. */
bool fluid_plan_may(const struct description *d, uint32_t source, const struct op *op);

/* Reads the recipes of all sources, by ways that are replayed. End with fluid_plan_fini in every
 * case. Memory is the arena's, but for `change`. 0 or PSN_EMEMORY. */
int fluid_plan_make(struct fluid_plan *plan, const struct ways *ways, const struct recipe *recipe,
                    struct arena *memory);
void fluid_plan_fini(struct fluid_plan *plan);

#endif
