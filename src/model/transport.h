/* SPDX-License-Identifier: Apache-2.0
 * Messages over links. Each link direction is a station (its transmitter, in the process of its
 * sending end) and a delay line (into the process of its receiving end). Used by the engine. */
#ifndef MODEL_TRANSPORT_H
#define MODEL_TRANSPORT_H

#include "kernel/process.h"
#include "model/recipe.h"
#include "model/slowed.h"
#include "stations/divided.h"

struct transport;

/* A long message on its way through a link. Its front (a job marked JOB_HEAD) holds the place in
 * the queue and runs ahead segment by segment; the message itself follows with the last bit. Both
 * must be through. */
struct passage {
    struct passage *before,
        *after;      /* in the order of the fronts; `after` also links the free ones */
    uint64_t number; /* which message: (source, number, step, visit) */
    uint32_t source, step, visit;
    bool served;         /* the front is through the transmitter */
    struct job *message; /* once its last bit is here */
    psn_time arrived;    /* when that was */
};

struct transmitter {
    struct divided station;
    struct line line; /* propagation, and what is under way */
    struct transport *transport;
    struct process *process; /* of the sending end */
    uint32_t slot, direction;
    double bandwidth_bps;
    psn_time delay;
    struct slowed *slowed; /* its faults; NULL: none */
    uint64_t order;        /* of departures: ties on the line */
    struct passage *last;  /* the newest passage */
    struct passage *free;
    struct arena passages; /* where they live */
};

/* What the engine is told when a message has arrived: in the process of the receiving end. */
typedef void (*transport_arrived)(void *context, struct process *p, struct job *job, psn_time now);

struct transport {
    const struct description *d;
    const struct recipe *recipe; /* by source */
    const struct ways *ways;
    struct transmitter *link; /* by direction; unused ones have no process */
    transport_arrived arrived;
    void *context;
};

/* Readies a transmitter; the caller binds the slots and initialises the station's meter. 0 or
 * PSN_EMEMORY. */
int transmitter_init(struct transmitter *x, struct transport *t, uint32_t direction,
                     struct process *sender, uint32_t slot, struct process *receiver,
                     uint32_t line_slot);
void transmitter_fini(struct transmitter *x);

/* Sends job->size_bits over a route of the way of the job's operation (at least one hop), which the
 * job keeps. False where there is none now: then job->flags has JOB_UNROUTED, and the job is the
 * caller's. */
bool transport_send(struct transport *t, struct job *job, psn_time now);

/* Slot handlers: the owner is a struct transmitter. */
void transmitter_depart(void *owner, psn_time now);
void transmitter_deliver(void *owner, psn_time now);

#endif
