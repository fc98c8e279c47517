/* SPDX-License-Identifier: Apache-2.0
 * A job: what stations serve. A record of two cache lines at most, from a free list of its process;
 * it crosses to another process by value. */
#ifndef KERNEL_JOB_H
#define KERNEL_JOB_H

#include <stdint.h>

#include "psnsim/types.h"

struct job {
    struct job *next; /* link of a queue or free list */
    psn_time born;    /* arrival of the request */
    psn_time entered; /* arrival at the station where it is now */
    psn_time service; /* service demand at this station, ns at full speed */
    uint64_t number;  /* n where arrivals are open; user << 32 | cycle where closed */
    double size_bits; /* of the message or transfer under way */
    void *kept;       /* what the owner of the station keeps with it while it is there */
    int64_t last;     /* of the demand, ns: the last part, served in its own way (divided.h) */
    uint32_t source;  /* the demand source it came from */
    uint32_t step;    /* where in its recipe it stands */
    uint32_t visit;   /* repetition of the present step */
    uint32_t owner;   /* the partner it belongs to */
    uint16_t hop;     /* links: position on its route */
    uint16_t sends;   /* links: how often the message was sent again */
    uint32_t share;   /* bulk: highest share of the station it may take, in 2^-30 */
    uint32_t flags;   /* JOB_... below */
    uint16_t attempt; /* of its request, from 0; below 2^12 */
    uint16_t level;   /* at this station: who is served first, from 0 */
    uint32_t group;   /* at this station: its queue, or who it shares with */
    union {
        uint32_t pending; /* of a job that waits for its children: how many are still under way */
        uint32_t route;   /* of a message: which one it took */
    };
    union {
        psn_time patience; /* how long it will wait at this station for service to begin, ns;
                              PSN_NEVER: for ever */
        psn_time sent;     /* of a message: when it was sent first */
    };
    uint64_t ticket;    /* under which its source waits for this attempt; of a packet: which of its
                           stream's it is */
    struct job *parent; /* of a child: whom it joins at its end, in the parent's process */
};

#define JOB_BULK      1u   /* served as a standing backlog */
#define JOB_LIVE      2u   /* in use, not on a free list */
#define JOB_HEAD      4u   /* links: stands for the front of a long message, not for the message */
#define JOB_ENDED     8u   /* counted as completed or failed; on its way back to tell its origin */
#define JOB_STAGED    16u  /* the first of its two stages of service is over */
#define JOB_CHILD     32u  /* does a branch of its parent's; no request of its own */
#define JOB_REFUSED   64u  /* it, or a branch of it, found no room */
#define JOB_ABANDONED 128u /* it, or a branch of it, ran out of patience */
#define JOB_MESSAGE   256u /* a message under way: it was sent, and its fate is open */
#define JOB_REMNANT   512u /* what is left of a long message that was dropped: follows its fronts */
#define JOB_LOST      1024u  /* a message of it, or of a branch of it, was lost for good */
#define JOB_UNROUTED  2048u  /* a message of it, or of a branch of it, found no route */
#define JOB_FLOW      4096u  /* a message that was a flow from the start: see transport_is_flow */
#define JOB_PACKET    8192u  /* a packet of a stream: a message that no request waits for */
#define JOB_COMMITTED 16384u /* stands at a channel for one that has gone on (channel_commit) */
#define JOB_FAILED    (JOB_REFUSED | JOB_ABANDONED | JOB_LOST | JOB_UNROUTED)

/* Jobs that are there for a message only, and are no request or branch of one. */
#define JOB_SHADOW (JOB_HEAD | JOB_REMNANT)

/* A step is repeated less often than 2^20 times, so that repetition and attempt together are one
 * number: what tells the draws and messages of a job at one step apart. */
#define JOB_VISIT_BITS 20

static inline uint32_t job_visit(const struct job *j)
{
    return j->visit | (uint32_t)j->attempt << JOB_VISIT_BITS;
}

_Static_assert(sizeof(struct job) <= 128, "a job is two cache lines at most");

/* A first-in first-out queue of jobs through `next`. Zero-initialise. */
struct job_queue {
    struct job *head, *tail;
};

static inline void job_queue_push(struct job_queue *q, struct job *j)
{
    j->next = 0;
    if (q->head)
        q->tail->next = j;
    else
        q->head = j;
    q->tail = j;
}

/* The first job, removed; NULL where empty. */
static inline struct job *job_queue_pop(struct job_queue *q)
{
    struct job *j = q->head;
    if (j)
        q->head = j->next;
    return j;
}

#endif
