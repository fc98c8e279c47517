/* SPDX-License-Identifier: Apache-2.0
 * A flow's way through the fluid layer, and its figures (fluid_figures.c). Used by fluid.c. */
#ifndef MODEL_FLUID_FLOW_H
#define MODEL_FLUID_FLOW_H

#include "model/fluid_parts.h"

/* A job that has come to the owner: a flow. */
void fluid_flow_start(struct fluid *f, struct job *job, psn_time now);

/* Routes have changed: flows whose own is gone take what there is now. */
void fluid_flows_move(struct fluid *f, psn_time now);

/* A round trip of slow start is over, unless the flow is not that of this generation any more. */
void fluid_flow_round(struct fluid *f, uint32_t index, uint64_t generation, psn_time now);

/* Its last bit has left: off to its destination. */
void fluid_flow_end(struct fluid *f, struct job *job, psn_time now);

/* Figures: all that a flow, or every flow, has done by now is in those of its links. */
void fluid_charge(struct fluid *f, struct fluid_flow *w, psn_time now);
void fluid_charge_all(struct fluid *f, psn_time now);

/* Figures: a flow has ended, whose last bit is there at `landing`. */
void fluid_count(struct fluid *f, struct fluid_flow *w, psn_time landing, psn_time now);

#endif
