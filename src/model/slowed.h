/* SPDX-License-Identifier: Apache-2.0
 * A link direction or array whose speed changes by faults. Used by the engine. */
#ifndef MODEL_SLOWED_H
#define MODEL_SLOWED_H

#include "kernel/process.h"
#include "model/changes.h"

/* What the owner is told: from now on this is how fast the station is. It sets its own slot. */
typedef void (*slowed_changed)(void *owner, const struct changes *c, psn_time now);

struct slowed {
    struct changes changes;
    slowed_changed changed;
    void *owner; /* of the station, in this process */
    struct process *process;
    uint32_t change_slot;
    struct outage *spare; /* room for as many as `changes` has */
};

/* Binds the slot of changes and tells the owner how it is at time 0. All is the caller's. */
void slowed_init(struct slowed *s);

/* When `work` ns at full speed that begin now are done, by all changes to come. */
psn_time slowed_done(const struct slowed *s, psn_time now, psn_time work);

#endif
