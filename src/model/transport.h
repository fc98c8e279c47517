/* SPDX-License-Identifier: Apache-2.0
 * Messages over links: how they are sent, go from link to link, arrive, or are dropped and sent
 * again. Each link direction is a transmitter (in the process of its sending end) and a delay line
 * (into the process of its receiving end). Used by the engine and the fluid layer. */
#ifndef MODEL_TRANSPORT_H
#define MODEL_TRANSPORT_H

#include "model/fluid_plan.h"
#include "model/transport_parts.h"

/* Classes and books of the transport, whose other members are set. Memory is the arena's but for
 * the books': end with transport_fini in every case. 0 or PSN_EMEMORY. */
int transport_init(struct transport *t, size_t n_processes, struct arena *memory);
/* Once the transmitters are made: which routes are committed as a whole. 0 or PSN_EMEMORY. */
int transport_routes(struct transport *t, struct arena *memory);

/* After that: lets channels commit to departures of their first level, where nothing changes their
 * speed or shares that level. What a line loses is told when it leaves. 0 or PSN_EMEMORY. */
int transport_let_commit(struct transport *t, const struct fluid_plan *plan, struct arena *memory);

void transport_fini(struct transport *t, size_t n_processes);

/* Is a message of the job's a flow on this route: longer than one segment, and bulk or of a class
 * whose messages are flows? */
bool transport_is_flow(const struct transport *t, const struct job *job, const struct route *r);

/* The first link (direction) of all messages of an operation, where they may be sent ahead of time
 * as far as transport is concerned: all take one route for ever, which is committed as a whole.
 * Else NO_INDEX. Once transport_routes has been. */
uint32_t transport_ahead(const struct transport *t, const struct op *op);

/* Is it known of all messages of an operation when they arrive, once they come to their last link:
 * do all take one route for ever, whose links are all committed or whose last one is a channel that
 * commits to each of them? */
bool transport_knows_arrival(const struct transport *t, uint32_t source, const struct op *op);

/* Sends job->size_bits over a route of the way of the job's operation (at least one hop), which the
 * job keeps. False where there is none now: then job->flags has JOB_UNROUTED, and the job is the
 * caller's. `now` may be later than the process's time, before the horizon, where transport_ahead
 * has a link to which nothing else comes before `now` any more. */
bool transport_send(struct transport *t, struct job *job, psn_time now);

/* A flow has arrived at the end of its route, in process p. */
void transport_land(struct transport *t, struct process *p, struct job *job, psn_time now);

/* The messages under way at the horizon, of all processes; then books are merged into the first,
 * checked and closed. A breach of the balance makes the outcome one of a run that failed. 0 or
 * PSN_EMEMORY. */
int transport_finish(struct transport *t, size_t n_processes, struct outcome *o);

#endif
