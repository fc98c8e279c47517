/* SPDX-License-Identifier: Apache-2.0
 * The fluid layer: long flows (bulk, and long messages of classes with `transfer: flows`), which
 * visit no transmitter. One owner, in one process, divides the links between them: network-wide
 * weighted max-min (stations/flows.h), with no event for a segment and none at all while nothing on
 * a flow's way changes. Used by the engine.
 *
 * A flow alone takes what the language promises a message: the sum of the delays, its size at the
 * least rate, and a segment at the rate of each other link. It comes to the owner by a line, after
 * the control delay (fluid_plan.h), and its end is told as much early on its way out: a line to its
 * destination, at the time that its last bit arrives. Where all delays of its way together are less
 * than twice the control delay (a way of links without any) it takes up to so much longer.
 *
 * A flow sends no more than its window in a round trip (twice the delays of its way), as TCP does:
 * where its class has `window`; from `start` on, doubled each round trip, while that is what limits
 * it (slow start: RFC 5681, section 3.1; RFC 6928); and where links lose a share p of the packets
 * at random, no more than MSS / RTT sqrt(3 / (2 p)) (Mathis, Semke, Mahdavi and Ott, "The
 * macroscopic behavior of the TCP congestion avoidance algorithm", CCR 27(3), 1997). When its route
 * is gone it goes on over the new one, slowly again, with what it has left; while there is none it
 * stands still.
 *
 * Flows of a strict class with a limit have of any link, all together, no more than the messages of
 * the class leave of the limit: what the policer would let through, had they packets that it could
 * drop.
 *
 * Units. Rates here are of the bits of messages: the capacity of a link is its bandwidth by what
 * its overhead makes of a bit (network.h). So a flow is the same on links of different overheads.
 *
 * Messages and flows share links class by class. What flows take of a link is told to it as a
 * background of each class, and what its messages take is measured there and told to the owner
 * (fluid_link.h says how exact that is). */
#ifndef MODEL_FLUID_H
#define MODEL_FLUID_H

#include "model/fluid_parts.h"

/* Where the engine has put what the fluid layer needs in the trees: slot numbers, by site or
 * direction, and the processes of sites. */
struct fluid_places {
    struct process *owner;
    uint32_t timed, flows;
    const uint32_t *begin, *land, *background, *load, *measure;
    struct process *(*process_at)(void *context, uint32_t site);
    void *context;
};

/* Readies the fluid layer of a plan that has any flow. Transmitters must be ready. Memory is the
 * arena's, but for what grows: end with fluid_fini in every case. 0 or PSN_EMEMORY. */
int fluid_init(struct fluid *f, const struct description *d, const struct fluid_plan *plan,
               struct transport *t, const struct draws *draws, const struct fluid_places *places,
               struct arena *memory);
void fluid_fini(struct fluid *f);

/* A transport_flow: a message that is a flow sets out, in the process of where it is. The context
 * is the struct fluid. */
void fluid_begin(void *context, struct process *p, struct job *job, const struct route *route,
                 psn_time now);

/* After the run: what flows took of links goes to the work that their partners were served, and
 * flows that ended to the figures of classes. */
void fluid_finish(struct fluid *f, struct outcome *o);

#endif
