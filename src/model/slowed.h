/* SPDX-License-Identifier: Apache-2.0
 * A link direction or array whose speed changes by faults. Used by the engine. */
#ifndef MODEL_SLOWED_H
#define MODEL_SLOWED_H

#include "kernel/process.h"
#include "model/changes.h"
#include "stations/divided.h"

struct slowed {
    struct changes changes;
    struct divided *station; /* in this process and slot */
    struct process *process;
    uint32_t slot, change_slot;
    struct outage *spare; /* room for as many as `changes` has */
};

/* Binds the slot of changes and sets the station's speed at time 0. All is the caller's. */
void slowed_init(struct slowed *s);

/* When `work` ns at full speed that begin now are done, by all changes to come. */
psn_time slowed_done(const struct slowed *s, psn_time now, psn_time work);

#endif
