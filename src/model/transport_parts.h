/* SPDX-License-Identifier: Apache-2.0
 * What transport is made of, for its own files, from below: sender, transmitter, passage and
 * transport, each of which knows only those before it. */
#ifndef MODEL_TRANSPORT_PARTS_H
#define MODEL_TRANSPORT_PARTS_H

#include "base/array.h"
#include "kernel/heap.h"
#include "kernel/line.h"
#include "model/link_figures.h"
#include "model/messages.h"
#include "model/recipe.h"
#include "model/slowed.h"
#include "model/usage.h"
#include "stations/channel.h"
#include "stations/divided.h"
#include "stations/fifo.h"

/* A dropped message is sent again so often at most; then it is lost for good. */
#define TRANSPORT_RESENDS 15

/* No time-out before sending again is longer (RFC 6298, section 2.4, asks for 60 s at least). */
#define TRANSPORT_PATIENCE (60 * PSN_SECOND)

struct transport;
struct passage;

/* Its station is one of three, the other two NULL: where there are classes, a buffer or a contract
 * a channel; else, where its speed may change or long flows use it, divided; else nothing revokes a
 * departure, and it is committed. A channel may commit to departures of its first level: then what
 * it does by itself is done when the next message comes to it or anyone looks. */
struct transmitter {
    /* What every message touches comes first: a cache line that the sending end writes, ... */
    ARRAY_APART struct fifo *committed;
    struct divided *divided;
    struct channel *channel;
    struct process *process; /* of the sending end */
    uint32_t slot, direction;
    uint64_t order;          /* of departures: ties on the line */
    double timed_bits;       /* the size that was timed last, as most are alike, ... */
    psn_time timed_duration; /* ... and its transmission time */
    /* ... and one that both ends look at and hardly ever write. */
    ARRAY_APART struct transport *transport;
    struct line line; /* propagation, and what is under way */
    psn_time delay;
    struct messages *books;       /* of its process */
    struct messages *books_there; /* of the receiving end's */
    struct transmitter *onward;   /* to which the last that came out of the line went on */
    double log_kept; /* the logarithm of the share of packets that the line does not lose */
    struct link_figures *figures; /* by class; NULL: nobody asks for them */
    double bandwidth_bps;
    bool overhead;        /* a message is more on the wire than it has bits */
    bool down;            /* failed, and what is here or comes is lost */
    struct passage *last; /* the newest passage of a long message */
    struct passage *free;
    struct arena passages; /* where they live */
    const struct link *link;
    struct slowed *slowed; /* its changes; NULL: none */
    struct usage *usage;   /* by messages */
    uint64_t drops;        /* so far: ties on the way back to senders */
    struct stream luck;    /* uniforms for what is dropped by chance */
};

/* What of a site's messages was dropped: on its way back, or waiting to be sent again. */
struct sender {
    ARRAY_APART struct transport *transport;
    struct process *process;
    struct line back;
    ARRAY_APART struct heap waiting; /* (time, order, job) */
    uint32_t waiting_slot;
    uint64_t order;
};

/* What the engine is told when a message has arrived: in the process of the receiving end. */
typedef void (*transport_arrived)(void *context, struct process *p, struct job *job, psn_time now);

/* ... and when one is lost for good or finds no route any more (job->flags: JOB_LOST or
 * JOB_UNROUTED): in the process of its sender. */
typedef void (*transport_failed)(void *context, struct process *p, struct job *job, psn_time now);

/* A flow that is to be served elsewhere: see transport_is_flow (transport.h). */
typedef void (*transport_flow)(void *context, struct process *p, struct job *job,
                               const struct route *r, psn_time now);

/* What a transmitter tells of the front of a long message, that it is out (JOB_STAGED: its first
 * segment is) or dropped: passage.h. */
typedef void (*transport_front)(struct transmitter *x, struct job *front, psn_time now);

/* The promise of when a message departs is revoked (see divided_revoke): the job that is at the
 * transmitter instead. */
typedef struct job *(*transport_take_back)(struct transmitter *x, struct job *message, bool staged);

/* A message that was dropped is to be sent again, from where it was sent. */
typedef void (*transport_again)(struct transport *t, struct process *p, struct job *job,
                                psn_time now);

/* Whose use of links it is. */
enum { TRANSPORT_FLOWS, TRANSPORT_MESSAGES, TRANSPORT_USAGES };

struct transport {
    const struct description *d;
    const struct recipe *recipe; /* by source */
    const struct ways *ways;
    struct transmitter *link; /* by direction; unused ones have no process */
    bool *whole; /* by route: are all its links committed, and lose nothing? see passage.c */
    const uint32_t *class;         /* by source: of its messages */
    struct process *process;       /* all of them */
    const uint32_t *process_of;    /* by site */
    struct messages *books;        /* by process */
    struct class_targets *targets; /* by process: told beside the books */
    struct usage *usage;           /* [TRANSPORT_FLOWS], [TRANSPORT_MESSAGES] */
    const struct owners *owners;   /* by station */
    struct arena *own;             /* by process: memory of it alone */
    struct sender *sender;         /* by site; NULL where nothing is ever dropped */
    process_fire deliver;          /* something comes out of the line of a transmitter, the owner */
    transport_front front_out, front_dropped;
    transport_take_back take_back;
    transport_again again;
    transport_arrived arrived;
    transport_failed failed;
    void *context;       /* of both */
    transport_flow flow; /* NULL where there are none */
    void *flow_context;
};

/* The route that a message took. */
static inline const struct route *transport_route(const struct transport *t, const struct job *job)
{
    return route_at(t->ways, job->route);
}

/* Long: more than one segment, over more than one link. */
static inline bool transport_is_long(const struct route *r, const struct job *job)
{
    return r->n_hops > 1 && job->size_bits > r->segment_bits;
}

#endif
