/* SPDX-License-Identifier: Apache-2.0
 * The sending end of a link direction. Used by passages, transport, the fluid layer and the
 * engine. */
#ifndef MODEL_TRANSMITTER_H
#define MODEL_TRANSMITTER_H

#include "model/transport_parts.h"

/* Is the station of a link committed (stations/fifo.h)? `steady`: its speed never changes, and no
 * flow uses it. */
bool transmitter_commits(const struct description *d, const struct link *l, bool steady);

/* Readies a transmitter; the caller initialises the station's meter, whose capacity *capacity is.
 * `steady`: see transmitter_commits. 0 or PSN_EMEMORY. */
int transmitter_init(struct transmitter *x, struct transport *t, const struct draws *draws,
                     uint32_t direction, bool steady, struct process *sender, uint32_t slot,
                     struct process *receiver, uint32_t line_slot, struct arena *memory,
                     int64_t *capacity);
void transmitter_fini(struct transmitter *x);

/* The meter of its station, whichever kind it is of; at the horizon: complete but for meter_finish.
 */
struct meter *transmitter_meter(struct transmitter *x);
struct meter *transmitter_measured(struct transmitter *x);

/* Its speed or failures have changed: for struct slowed, whose owner is the transmitter. */
void transmitter_change(void *owner, const struct changes *c, psn_time now);

/* From now on flows take up to this share of the line (2^-30) in a class, which they share with
 * messages as `weight` queues; 0: none. */
void transmitter_background(struct transmitter *x, uint32_t class, uint64_t cap, uint32_t weight,
                            psn_time now);

/* The work of a class's messages that is done so far, ns of the whole line. */
exact_sum transmitter_work(struct transmitter *x, uint32_t class, psn_time now);

/* What happened at it, at the horizon, that needed no event: it depends on the processes whether it
 * does. */
int64_t transmitter_spared(const struct transmitter *x);

/* Its figures by class into an outcome. */
void transmitter_finish(const struct transmitter *x, struct outcome *o);

/* A station that is not committed takes in a job whose demand is set. False: it is dropped, and the
 * caller's. */
bool transmitter_join(struct transmitter *x, struct job *job, psn_time now);

/* When a job of this demand and owner will leave, where the station is committed; PSN_NEVER: not
 * before time ends, or memory has ended. `now` may be later than the process's. */
static inline psn_time transmitter_commit(struct transmitter *x, psn_time service, uint32_t owner,
                                          psn_time now)
{
    psn_time departs;
    if (__builtin_expect(fifo_arrive(x->committed, service, owner, now, &departs) != 0, 0)) {
        x->process->error = PSN_EMEMORY;
        return PSN_NEVER;
    }
    return departs;
}

/* From now on the station, which is divided, promises departures where it can: for a link whose
 * line stays in its process, which loses nothing, and to which no front of a long message comes
 * without its message. */
void transmitter_promise(struct transmitter *x);

/* A station that may promise it now takes in a job whose demand is set: when it departs. */
psn_time transmitter_promised(struct transmitter *x, struct job *job, psn_time now);

static inline bool transmitter_may_promise(const struct transmitter *x)
{
    return x->divided && divided_may_promise(x->divided);
}

/* Does a channel commit to when this job departs, whose demand is set? What takes no time departs
 * with others at one ns, in an order that is known only then. */
static inline bool transmitter_may_commit(const struct transmitter *x, const struct job *job)
{
    const struct channel *c = x->channel;
    return c && job->service > 0 && channel_commits(c, x->transport->class[job->source]);
}

/* Then it takes it in: *departs is when it departs, and the caller sends it on. False: it is
 * dropped, and the caller's. */
bool transmitter_commit_first(struct transmitter *x, struct job *job, psn_time now,
                              psn_time *departs);

/* What leaves at one ns enters the line in this order, and within it as it was put there: what was
 * known before to leave then; what was committed at a channel, whose first level goes first; what
 * leaves as it is put there. */
#define TRANSMITTER_COMMITTED ((uint64_t)1 << 62)
#define TRANSMITTER_AT_ONCE   ((uint64_t)2 << 62)

/* Onto the line at `at`. */
static inline void transmitter_put(struct transmitter *x, psn_time at, struct job *job)
{
    uint64_t when = at > x->process->now ? 0 : TRANSMITTER_AT_ONCE;
    line_put(x->process, &x->line, law_later(at, x->delay), x->order++ | when, job);
}

/* The same of a job that was committed at a channel. */
static inline void transmitter_put_committed(struct transmitter *x, psn_time at, struct job *job)
{
    line_put(x->process, &x->line, law_later(at, x->delay), x->order++ | TRANSMITTER_COMMITTED,
             job);
}

/* Does the line lose a message that leaves at `at`, which is counted then? What leaves at the
 * horizon or later is still under way. Kept apart, as few lines lose any. */
bool transmitter_loses(struct transmitter *x, const struct job *message, psn_time at);

/* A message's last bit is out at `at`, now or later: it goes on, or the line loses it (false: it is
 * the caller's). */
static inline bool transmitter_leave(struct transmitter *x, struct job *message, psn_time at)
{
    if (__builtin_expect(x->log_kept < 0, 0) && transmitter_loses(x, message, at))
        return false;
    transmitter_put(x, at, message);
    return true;
}

/* Transmission time at the link's own speed, overheads included. */
psn_time transmitter_duration(const struct transmitter *x, double bits);

/* The same of a message that comes, in the transmitter's process. */
static inline psn_time transmitter_time(struct transmitter *x, double bits)
{
    if (bits != x->timed_bits) {
        x->timed_bits = bits;
        x->timed_duration = transmitter_duration(x, bits);
    }
    return x->timed_duration;
}

/* When what takes so long at the link's own speed is out, where it begins now. */
psn_time transmitter_sent(const struct transmitter *x, psn_time now, psn_time duration);

#endif
