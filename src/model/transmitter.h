/* SPDX-License-Identifier: Apache-2.0
 * What the files of transport share among themselves. */
#ifndef MODEL_TRANSMITTER_H
#define MODEL_TRANSMITTER_H

#include "model/transport.h"

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

/* A message comes to a link, or the front of one, or what is left of one (passage.c sees to long
 * ones). */
void transmitter_enter(struct transmitter *x, const struct route *r, struct job *job, psn_time now);

/* Its figures by class into an outcome. */
void transmitter_finish(const struct transmitter *x, struct outcome *o);

/* Its station, where that is a channel. 0 or PSN_EMEMORY. */
int transmitter_make_channel(struct transmitter *x, struct arena *memory);

/* A uniform by which the link decides whether a message is dropped early (u[0]) and lost on the
 * line (u[1]): the same however jobs are served, another one each time that it is sent. */
void transmitter_luck(const struct transmitter *x, const struct job *job, double u[2]);

/* transmitter_join where the station is a channel, or down. */
bool transmitter_join_any(struct transmitter *x, struct job *job, psn_time now);

/* The station takes in a job whose demand is set. False: it is dropped, and the caller's. */
static inline bool transmitter_join(struct transmitter *x, struct job *job, psn_time now)
{
    if (__builtin_expect(!x->plain, 0))
        return transmitter_join_any(x, job, now);
    if (divided_arrive(&x->station, job, now))
        x->process->error = PSN_EMEMORY;
    tree_set(&x->process->tree, x->slot, x->station.next);
    return true;
}

/* Onto the line at `at`. */
static inline void transmitter_put(struct transmitter *x, psn_time at, struct job *job)
{
    line_put(x->process, &x->line, law_later(at, x->delay), x->order++, job);
}

/* Does the line lose a message, which is counted then? Kept apart, as few lines lose any. */
bool transmitter_loses(struct transmitter *x, const struct job *message);

/* A message's last bit is out at `at`, now or later: it goes on, or the line loses it (false: it is
 * the caller's). */
static inline bool transmitter_leave(struct transmitter *x, struct job *message, psn_time at)
{
    if (__builtin_expect(x->log_kept < 0, 0) && transmitter_loses(x, message))
        return false;
    transmitter_put(x, at, message);
    return true;
}

/* Transmission time at the link's own speed, overheads included. */
psn_time transmitter_duration(const struct transmitter *x, double bits);

/* When what takes so long at the link's own speed is out, where it begins now. */
psn_time transmitter_sent(const struct transmitter *x, psn_time now, psn_time duration);

/* A link has dropped a message at `at`, now or later: it goes back to its sender. */
void transport_drop(struct transmitter *x, struct job *message, psn_time at);

/* A long message, front or remnant of one comes to a link. */
void passage_enter(struct transmitter *x, const struct route *r, struct job *job, psn_time now);

/* The first segment of a front is out, and goes ahead to the next link; all of it is out. */
void passage_segment(struct transmitter *x, struct job *front, psn_time now);
void passage_served(struct transmitter *x, struct job *front, psn_time now);

/* A front is dropped: and so is its message, now or once it comes. */
void passage_dropped(struct transmitter *x, struct job *front, psn_time now);

#endif
