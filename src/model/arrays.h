/* SPDX-License-Identifier: Apache-2.0
 * Storage arrays as stations of a running model, and what all machines have in common. Used by the
 * engine. */
#ifndef MODEL_ARRAYS_H
#define MODEL_ARRAYS_H

#include "kernel/line.h"
#include "model/changes.h"
#include "scenario/description.h"
#include "stations/divided.h"

/* What the engine is told when a job has been served. */
typedef void (*machine_served)(void *context, struct process *p, struct job *job, psn_time now);

/* An array: first come first served beside standing backlogs, then the latency as a delay. */
struct array_unit {
    struct divided station;
    struct line latency;
    psn_time latency_ns;
    double iops, bandwidth_bps;
    uint64_t order;
    struct process *process;
    uint32_t slot;
    machine_served served;
    void *context;
};

int array_init(struct array_unit *u, const struct array *a, struct process *process, uint32_t slot,
               uint32_t latency_slot, machine_served served, void *context);
void array_fini(struct array_unit *u);

/* A transfer of job->size_bits arrives. */
void array_arrive(struct array_unit *u, struct job *job, psn_time now);

/* Its meter at the horizon, complete but for meter_finish. */
struct meter *array_measured(struct array_unit *u, psn_time horizon);

/* Its speed has changed: for struct slowed, whose owner is the array_unit. */
void array_change(void *owner, const struct changes *c, psn_time now);

/* The service demand of a transfer on an array in ns: one operation for each started 64 KiB, or the
 * bandwidth, whichever takes longer. */
double array_demand(double iops, double bandwidth_bps, double bits);

#endif
