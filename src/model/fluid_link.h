/* SPDX-License-Identifier: Apache-2.0
 * What a link direction and the fluid layer tell each other; each takes the control delay d.
 *
 * The owner tells the link, whenever they change, of each class: what share of the line its flows
 * take where none of them has its bottleneck there, else that they take what they get; and how many
 * partners they are of, against one partner's messages.
 *
 * While there is such a background the link looks at the work of its messages: 1/64 s after the
 * first flow, then after twice as long, up to a second; and from there on every second while the
 * load changes, else each time after twice as long, up to 16 s. So a week in which nothing changes
 * costs little; where nothing but flows may come it does not look at all. The owner counts on a
 * load of each class. The link keeps the difference between what it has served of the class and
 * what the owner has counted on, and where that would be more than 2 % of the line by the next look
 * it tells a new load: what the class took since the last look, and beyond it, over a second, what
 * was missing or too much until now. With the first flow it tells what the class took since the
 * last background was over, in a second or more. When a class shares with messages in another way
 * than before (flows of more or fewer partners, or the link is a bottleneck now, or no more), looks
 * come as after the first flow again.
 *
 * How exact this is. Let T be the time between looks when the load of messages changes by a share c
 * of the line. Until the owner has learnt of it, which takes T + 2 d at most (d down, d up; T is
 * 1/64 s for flows that have just begun, 16 s at most), it counts on a load that is wrong by c; and
 * what is left without being told is 2 % of the line, over 16 s at most. So at any time the bits
 * that a flow was given differ from those that the link had for it by no more than
 *
 *     r (c (T + 2 d) + 0.02 max(T, 1 s)),
 *
 * r being the rate of the link. What was missing is made good in the next second or so, as far as
 * there is room for it, so this does not add up over changes of the load. The end of a flow is off
 * by no more than this divided by the rate that it has then; of messages that come at random the
 * load changes from look to look, c being what chance makes of it. Over several links a flow gets
 * at each moment what the busiest leaves, for there is nowhere between them that it waits: of loads
 * that go up and down by chance that is a little less than the mean of any.
 *
 * Messages get what the link gives them, beside a background that takes what its classes, weights
 * and partners allow; flows get the rest, which they divide by their classes. Only where flows of
 * several classes share a link does the load of a class count as one partner's more in that class:
 * there, where messages of several partners ask for more than one's part of a class that has flows,
 * these flows get what is more than one's part too much. */
#ifndef MODEL_FLUID_LINK_H
#define MODEL_FLUID_LINK_H

#include "model/fluid_parts.h"

/* Of what the overhead of a link makes of a bit of long messages. */
double fluid_link_factor(const struct link *l);

/* Binds the slots of a link and readies its part: `background` and `measure` in the process of the
 * link, `load` in the owner's. Memory is the arena's. 0 or PSN_EMEMORY. */
int fluid_link_init(struct fluid_link *l, struct fluid *f, uint32_t index, uint32_t direction,
                    uint32_t background, uint32_t measure, uint32_t load, struct arena *memory);
void fluid_link_fini(struct fluid_link *l);

/* The owner: what flows of a class take of the link now. */
void fluid_link_tell(struct fluid_link *l, uint32_t class, const struct maxmin_sum *sum,
                     psn_time now);

/* The owner: the capacity of the link as its changes and contract have it, bit/s. */
double fluid_link_capacity(const struct fluid_link *l);

#endif
