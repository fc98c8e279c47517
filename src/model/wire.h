/* SPDX-License-Identifier: Apache-2.0
 * What messages of random size are on the wire, in the mean: with what links add to each packet.
 * Used by the operational laws and the analysis. */
#ifndef MODEL_WIRE_H
#define MODEL_WIRE_H

#include "kernel/law.h"
#include "scenario/description.h"

/* Moments of the bits on the wire. */
struct wire {
    double mean, second;
    bool sampled; /* they are estimates */
};

/* The packets of messages of one law and mean. */
struct wire_packets {
    struct law law;
    double bits; /* the mean size */
    double mean, second;
    double cross; /* the mean of packets x bits */
};

/* Those that were asked for last: the messages of a service are alike at many sites. Zero to begin.
 */
#define WIRES 16
struct wires {
    struct wire_packets known[WIRES];
    uint32_t n;
};

/* Of a message whose size has this law and mean (bits) over a link. What is added as a share of all
 * is exact, and so is what is added to each packet where the size is constant; else it is by 4,096
 * draws. */
struct wire wire_of(struct wires *w, const struct link *l, const struct law *law, double mean);

#endif
