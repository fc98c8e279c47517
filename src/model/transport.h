/* SPDX-License-Identifier: Apache-2.0
 * Messages over links: how they are sent, go from link to link, arrive, or are dropped and sent
 * again. Each link direction is a transmitter (in the process of its sending end) and a delay line
 * (into the process of its receiving end). Used by the engine and the fluid layer. */
#ifndef MODEL_TRANSPORT_H
#define MODEL_TRANSPORT_H

#include "kernel/heap.h"
#include "kernel/process.h"
#include "model/link_figures.h"
#include "model/messages.h"
#include "model/recipe.h"
#include "model/slowed.h"
#include "model/usage.h"
#include "stations/channel.h"
#include "stations/divided.h"

/* A dropped message is sent again so often at most; then it is lost for good. */
#define TRANSPORT_RESENDS 15

/* No time-out before sending again is longer (RFC 6298, section 2.4, asks for 60 s at least). */
#define TRANSPORT_PATIENCE (60 * PSN_SECOND)

struct transport;
struct passage;

struct transmitter {
    struct divided station;  /* where there are no classes, buffer and contract, ... */
    struct channel *channel; /* ... else this one; NULL */
    struct transport *transport;
    struct process *process; /* of the sending end */
    uint32_t slot, direction;
    double bandwidth_bps;
    double log_kept; /* the logarithm of the share of packets that the line does not lose */
    psn_time delay;
    uint64_t order;               /* of departures: ties on the line */
    struct link_figures *figures; /* by class; NULL: nobody asks for them */
    bool overhead;                /* a message is more on the wire than it has bits */
    bool down;                    /* failed, and what is here or comes is lost */
    bool plain;                   /* neither a channel nor down */
    struct line line;             /* propagation, and what is under way */
    struct messages *books;       /* of its process */
    struct messages *books_there; /* of the receiving end's */
    struct passage *last;         /* the newest passage of a long message */
    struct passage *free;
    struct arena passages; /* where they live */
    const struct link *link;
    struct slowed *slowed; /* its changes; NULL: none */
    struct usage *usage;   /* of its process */
    uint64_t drops;        /* so far: ties on the way back to senders */
    struct stream luck;    /* uniforms for what is dropped by chance */
};

/* What of a site's messages was dropped: on its way back, or waiting to be sent again. */
struct sender {
    struct transport *transport;
    struct process *process;
    struct line back;
    struct heap waiting; /* (time, order, job) */
    uint32_t waiting_slot;
    uint64_t order;
};

/* What the engine is told when a message has arrived: in the process of the receiving end. */
typedef void (*transport_arrived)(void *context, struct process *p, struct job *job, psn_time now);

/* ... and when one is lost for good or finds no route any more (job->flags: JOB_LOST or
 * JOB_UNROUTED): in the process of its sender. */
typedef void (*transport_failed)(void *context, struct process *p, struct job *job, psn_time now);

/* A flow that is to be served elsewhere: see transport_is_flow. */
typedef void (*transport_flow)(void *context, struct process *p, struct job *job,
                               const struct route *r, psn_time now);

struct transport {
    const struct description *d;
    const struct recipe *recipe; /* by source */
    const struct ways *ways;
    struct transmitter *link;      /* by direction; unused ones have no process */
    const uint32_t *class;         /* by source: of its messages */
    struct process *process;       /* all of them */
    const uint32_t *process_of;    /* by site */
    struct messages *books;        /* by process */
    struct class_targets *targets; /* by process: told beside the books */
    struct usage *usage;           /* by process */
    struct sender *sender;         /* by site; NULL where nothing is ever dropped */
    transport_arrived arrived;
    transport_failed failed;
    void *context;       /* of both */
    transport_flow flow; /* NULL where there are none */
    void *flow_context;
};

/* Classes and books of the transport, whose other members are set. Memory is the arena's but for
 * the books': end with transport_fini in every case. 0 or PSN_EMEMORY. */
int transport_init(struct transport *t, size_t n_processes, struct arena *memory);
void transport_fini(struct transport *t, size_t n_processes);

/* Readies a site to send again; zeroed before. The slots are those of its line and its heap. */
void sender_init(struct sender *s, struct transport *t, struct process *process, uint32_t back_slot,
                 uint32_t waiting_slot);
void sender_fini(struct sender *s);

/* Readies a transmitter; the caller initialises the station's meter. 0 or PSN_EMEMORY. */
int transmitter_init(struct transmitter *x, struct transport *t, const struct draws *draws,
                     uint32_t direction, struct process *sender, uint32_t slot,
                     struct process *receiver, uint32_t line_slot, struct arena *memory);
void transmitter_fini(struct transmitter *x);

/* The meter of its station, whichever kind it is of. */
struct meter *transmitter_meter(struct transmitter *x);

/* Its speed or failures have changed: for struct slowed, whose owner is the transmitter. */
void transmitter_change(void *owner, const struct changes *c, psn_time now);

/* From now on flows take up to this share of the line (2^-30) in a class, which they share with
 * messages as `weight` queues; 0: none. */
void transmitter_background(struct transmitter *x, uint32_t class, uint64_t cap, uint32_t weight,
                            psn_time now);

/* The work of a class's messages that is done so far, ns of the whole line. */
exact_sum transmitter_work(const struct transmitter *x, uint32_t class, psn_time now);

/* Is a message of the job's a flow on this route: longer than one segment, and bulk or of a class
 * whose messages are flows? */
bool transport_is_flow(const struct transport *t, const struct job *job, const struct route *r);

/* Sends job->size_bits over a route of the way of the job's operation (at least one hop), which the
 * job keeps. False where there is none now: then job->flags has JOB_UNROUTED, and the job is the
 * caller's. */
bool transport_send(struct transport *t, struct job *job, psn_time now);

/* A flow has arrived at the end of its route, in process p. */
void transport_land(struct transport *t, struct process *p, struct job *job, psn_time now);

/* The messages under way at the horizon, of all processes; then books are merged into the first,
 * checked and closed. A breach of the balance makes the outcome one of a run that failed. 0 or
 * PSN_EMEMORY. */
int transport_finish(struct transport *t, size_t n_processes, struct outcome *o);

#endif
