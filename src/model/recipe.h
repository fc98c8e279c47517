/* SPDX-License-Identifier: Apache-2.0
 * A recipe made ready to run: the steps of a service for one demand source, with every role
 * resolved to a machine, every place known and every message given its route. Used by the engine
 * and the operational laws. Immutable once `ahead` is set; draws are made by the
 * engine's streams. */
#ifndef MODEL_RECIPE_H
#define MODEL_RECIPE_H

#include <stdbool.h>

#include "model/ways.h"
#include "psnsim/diagnostics.h"

enum op_kind {
    OP_SEND,    /* a message over a route of `way` */
    OP_LAN,     /* over the LAN of a site, to the place `to` of it */
    OP_COMPUTE, /* work on pool `station` */
    OP_STORE,   /* a transfer on array `station` */
    OP_DELAY,
    OP_STREAM, /* packets at a constant rate, each a message of the operation `back` */
    OP_SINK,   /* the end of such a packet, which has arrived or was lost */
    OP_CHOICE,
    OP_REPEAT, /* the end of a pass of a loop: back to `back`, until there were so many */
    OP_AGAIN,  /* the same, but there is another pass by chance */
    OP_FORK,   /* a job for each branch; goes on with `next` when all of them have joined */
    OP_JOIN,   /* the end of a branch, where its fork is */
    OP_END,
    OP_FAIL, /* the end of a request that was refused, or whose patience was over */
};

/* How an operation comes by its amount. */
enum op_amount {
    AMOUNT_NONE, /* a message of zero bytes: an ask or an acknowledgement */
    AMOUNT_DRAW,
    AMOUNT_KEEP, /* what the operation before drew: the same bytes go on */
};

/* A loop: operations that are done pass by pass. */
struct loop {
    const struct loop *outer; /* the loop around it; NULL: none */
    double expected;          /* passes, in the mean, whenever a job comes to it */
    bool moves;               /* a pass may end at another site than the first one began: the passes
                                 are not all over the same operations */
};

/* Where a job is in the loops around it makes one number, its visit, from the passes that it has
 * done of each: pass x stride, summed up. The outermost loop has stride 1, each other one the
 * stride of the loop around it times the passes that this may have. So what a visit draws depends
 * on the job's own way alone, and the first pass of all is visit 0. */
struct op {
    enum op_kind kind;
    enum op_amount amount;
    bool ahead;    /* OP_COMPUTE, OP_SEND: what follows is done at once, at the time of departure or
                      arrival: ahead.c */
    uint32_t next; /* what follows; lower than this operation's own index */
    union {
        uint32_t station; /* pool or array */
        uint32_t to;      /* OP_LAN: see places.h */
    };
    uint32_t place; /* where the job is before it; of a message or stream a site's network */
    uint32_t step;  /* number of its step in the service, counted through all branches and calls:
                       keys draws */
    const struct way *way;        /* OP_SEND */
    const struct route_set *base; /* OP_SEND: the routes without failures, in the epoch in which the
                                     request arrives */
    const struct route *route;    /* the first of them */
    bool told;                    /* OP_END, OP_FAIL: the source is elsewhere, and must be told, */
    psn_time back_after;          /* which takes so long: its delays on the way back */
    double mean;   /* of the amount: ns of work, delay or stream, bits; at the start */
    double growth; /* of the mean: 1/s, see description_growth; as it is when the request arrives */
    uint32_t back; /* OP_REPEAT, OP_AGAIN: where the next pass begins; OP_STREAM: what its packets
                      do */
    uint32_t stride, limit; /* of these: passes go on below this visit */
    uint32_t failed; /* OP_COMPUTE, OP_FORK, OP_SEND: what a job goes on with that failed there;
                        NO_INDEX: none does */
    struct law law;
    double interval;         /* OP_STREAM: from one packet to the next, ns */
    double again;            /* OP_AGAIN: the probability of another pass */
    const struct loop *loop; /* the innermost one around it, or which it closes; NULL: none */
    const double *below;     /* OP_CHOICE: cumulated shares */
    const uint32_t *branch;  /* OP_CHOICE, OP_FORK: where each branch begins */
    uint32_t n_branches;
    double patience;                /* OP_COMPUTE: how long it waits for service at most, ns */
    const struct law *patience_law; /* of that; NULL: it waits for ever */
};

/* May a job fail here, or have failed in a branch? By what the network does to messages it may
 * anywhere, but seldom: that is not counted. */
static inline bool recipe_may_fail(const struct op *op)
{
    return (op->kind == OP_COMPUTE || op->kind == OP_FORK) && op->failed != NO_INDEX;
}

struct recipe {
    struct op *op;
    uint32_t n_ops;
    uint32_t *first; /* by epoch: where a request that arrives in it begins; NO_INDEX: none does */
};

/* Makes the recipe of a source, and the ways of its messages. Where the source takes no part in
 * the arrangement, an empty recipe (n_ops 0). Returns 0, PSN_EMEMORY, or PSN_EINPUT with all
 * mistakes told: a site that cannot be reached, a request whose next role is at several places.
 * Memory is the ways' arena's. */
int recipe_make(struct ways *ways, uint32_t source, struct recipe *out, psn_diagnostics *all);

/* The operation that drew the amount which this one moves: itself, or another of its step. */
const struct op *recipe_drawn_by(const struct recipe *r, const struct op *op);

#endif
