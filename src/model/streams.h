/* SPDX-License-Identifier: Apache-2.0
 * Streams of packets at a constant rate, as voice and video are: what one site sends of them. Each
 * packet is a message of its own, which joins nothing and, where it is lost, is counted and not
 * sent again. Used by the engine. */
#ifndef MODEL_STREAMS_H
#define MODEL_STREAMS_H

#include "base/array.h"
#include "kernel/heap.h"
#include "model/transport.h"

/* What the engine is told when a stream is over: job->step is still the stream's operation. */
typedef void (*emitter_over)(void *context, struct process *p, struct job *job, psn_time now);

/* The streams that one site sends. */
struct emitter {
    ARRAY_APART struct transport *transport;
    struct process *process; /* of the site */
    struct heap heap;        /* (next packet or end, order, job) */
    uint32_t slot;
    uint64_t order;
    emitter_over over;
    void *context;
};

/* Readies an emitter whose other members are set; zeroed before. */
void emitter_init(struct emitter *x);
void emitter_fini(struct emitter *x);

/* A job's stream begins and lasts for `duration`: packets of the operation op->back leave after
 * `first`, then every op->interval ns from there, as long as it lasts. Where the first is evenly
 * distributed over an interval, there are duration / interval of them in the mean. */
void emitter_begin(struct emitter *x, struct job *job, psn_time duration, double first,
                   psn_time now);

#endif
