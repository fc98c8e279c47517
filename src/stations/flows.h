/* SPDX-License-Identifier: Apache-2.0
 * Flows over a network of links whose rates are max-min fair (stations/maxmin): how far each has
 * come, and when it ends. Driven by its owner like a station: flows go in by start, change by
 * change, and come out by depart at the time that `next` gives. Used by the model's fluid layer.
 * Knows no domain. Sizes are in bits, rates in bits/s.
 *
 * Flows whose rates are one and the same x, always, have one *clock*, the virtual time V: the bits
 * that each has had since the clock was last without flows. There is one for all groups that one
 * link holds back and that share there equally (a node of maxmin), and one for each group at its
 * cap or in a knot. A flow of S bits that starts at V ends at the tag V + S whatever becomes of x,
 * so only V moves on when rates change. A group's flows wait in a heap by their tags, and under a
 * clock its groups in a heap by the first tag of each. So a start or an end takes O(log n), a new
 * rate of a clock O(1), however many flows it has, and a group that another link holds back from
 * now on takes its flows with it to another clock, all at once, in O(log n): their tags are counted
 * from where its own count began.
 *
 * Exactness. V and tags are integers in units of 2^-56 bits, so no number of changes adds an error
 * to them. A size is rounded up to a unit. A rate is rounded to a multiple of 2^-56 bits/ns (1.4e-8
 * bits/s), which is far below a double's own precision from 1e9 bits/s on. An end comes out at the
 * first whole ns at which the work is done: never early, less than 1 ns late. So a flow whose rate
 * is piecewise constant ends within 1 ns + (its duration) x 2^-52 + (1.4e-8 bits/s / rate) x
 * duration of the exact time, however many changes there were.
 *
 * Changes at one instant are solved once: each sets `next` to now, and the depart at `now` solves.
 */
#ifndef STATIONS_FLOWS_H
#define STATIONS_FLOWS_H

#include "base/exact.h"
#include "kernel/job.h"
#include "stations/maxmin.h"
#include "stations/tags.h"

#define FLOWS_BITS 56 /* a unit of work is 2^-56 bits */

struct flow;
struct flows_clock;
struct flows_group;

struct flows {
    struct maxmin maxmin;      /* to read: sums, rates; what the last solve has touched */
    struct flow *flow;         /* [n_flows], free ones among them */
    size_t n_flows, flow_room; /* flow 0 stands for none */
    uint32_t free_flow;
    struct flows_group *group; /* by group of maxmin */
    struct flows_clock *own;   /* by group of maxmin */
    struct flows_clock *node;  /* by node of maxmin */
    size_t n_groups, group_room, n_own, own_room, n_nodes, node_room;
    struct tags due; /* the next end of each clock */
    uint32_t done;   /* flows that have ended and have not come out yet: a heap */
    size_t present;  /* flows that have started and have not come out */
    bool solved;     /* the last depart has solved: maxmin.touched is of it */
    psn_time next;   /* the next thing to happen: an end, or a solve; PSN_NEVER where none */
};

/* As maxmin_init. 0 or PSN_EMEMORY; to be ended by flows_fini in either case. */
int flows_init(struct flows *f, uint32_t n_links, uint32_t n_classes,
               const struct maxmin_class *class);
void flows_fini(struct flows *f); /* jobs stay their owner's */

/* A flow of job->size_bits (0 or more, below 2^63) starts over n different links (0: it stands
 * still until a change), at most at `cap` (above 0; INFINITY: none), for job->owner. Sets
 * job->entered; job->kept is the station's until it departs. Updates `next`. 0 or PSN_EMEMORY (not
 * taken in); PSN_ERUN (not taken in) where its clock has gone on for more than 2^70 bits without a
 * pause. */
int flows_start(struct flows *f, struct job *job, const uint32_t *link, uint32_t n, uint32_t class,
                double cap, psn_time now);

/* From now on: this path (n 0: it stands still) and this cap; what was done is kept. Updates
 * `next`. As flows_start; where it fails the flow stands still. A flow that has done all its work
 * and has not come out yet is left as it is. */
int flows_change(struct flows *f, struct job *job, const uint32_t *link, uint32_t n, double cap,
                 psn_time now);

/* As maxmin_set_capacity and maxmin_set_load, from now on. Update `next`. */
void flows_set_capacity(struct flows *f, uint32_t link, double bps, psn_time now);
int flows_set_load(struct flows *f, uint32_t link, uint32_t class, double bps, bool greedy,
                   psn_time now);

/* As maxmin_set_used, from now on. Updates `next`. */
void flows_set_used(struct flows *f, uint32_t link, uint32_t class, double bps, psn_time now);

/* At now == f->next: in *job the flow that ends; NULL: none does, it has only solved (f->solved:
 * rates and sums may be others, see maxmin's `touched`). Where several end at one
 * time they come out one by one, by (source, number, step, visit), and `next` stays at now; their
 * leaving is solved after the last. 0, PSN_EMEMORY or PSN_ERUN as flows_start (*job NULL; the run
 * cannot go on). */
int flows_depart(struct flows *f, psn_time now, struct job **job);

/* Bits that a flow has left at `now`, no earlier than the last event and no later than `next`. */
double flows_left(const struct flows *f, const struct job *job, psn_time now);

/* Is the own cap of a flow what keeps it from a higher rate, by the last solve? Not of one that
 * stands still. */
bool flows_capped(const struct flows *f, const struct job *job);

#endif
