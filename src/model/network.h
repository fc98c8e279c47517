/* SPDX-License-Identifier: Apache-2.0
 * Routes between sites by least delay, and what a message takes on them. Used by recipes, transport
 * and the operational laws. */
#ifndef MODEL_NETWORK_H
#define MODEL_NETWORK_H

#include <stdint.h>

#include "base/arena.h"
#include "scenario/description.h"

/* A link direction: link x 2 + direction (0 from its first end to its second). */
struct route {
    uint32_t from, to;
    uint32_t n_hops;
    uint32_t *hop;       /* link directions in order */
    psn_time delay;      /* the sum over the hops */
    double slowest_bps;  /* the least bandwidth */
    double segment_bits; /* what the slowest link sends in 1 ms, at least 1,500 bytes */
};

/* Searches that are kept to go on: more than the sites of one recipe, mostly. */
#define NETWORK_SEARCHES 8

struct search;

struct network {
    const struct description *d;
    psn_time at; /* the links are those of this time */
    struct arena *memory;
    uint32_t *first_link; /* by site: where its link directions begin in `leaving` */
    uint32_t *leaving;    /* directions that leave a site, in the order of names */
    struct search *search[NETWORK_SEARCHES]; /* from the origins asked for last; NULL: none yet */
    uint64_t searches;                       /* so far: tells which of them is the oldest */
    struct route **found; /* what was asked for, by (from, to): a hash table of `room` */
    size_t n_found, room; /* a power of two; 0 at first */
};

/* The network of the links that are there at a time of the run. Memory is the arena's. 0 or
 * PSN_EMEMORY. */
int network_init(struct network *n, const struct description *d, psn_time at, struct arena *memory);

/* The networks of all epochs, one behind the other; NULL where memory ends. */
struct network *networks_make(const struct description *d, struct arena *memory);

/* The route from one site to another: by least delay, then fewest links, then the first by the
 * links' names; n_hops 0 where from == to. NULL where there is none, or memory ends (*code tells: 0
 * or PSN_EMEMORY). Dijkstra, "A note on two problems in connexion with graphs", 1959, as far as the
 * site asked for: the ways from thousands of sites to a few are found in time of their own length.
 */
const struct route *network_route(struct network *n, uint32_t from, uint32_t to, int *code);

/* Sites at the ends of a direction. */
static inline uint32_t network_from(const struct description *d, uint32_t direction)
{
    return d->link[direction / 2].end[direction & 1];
}
static inline uint32_t network_to(const struct description *d, uint32_t direction)
{
    return d->link[direction / 2].end[1 - (direction & 1)];
}

/* Transmission time of `bits` at `bps`, to the nearest ns; LAW_DURATION_MOST at most. */
psn_time network_transmission(double bits, double bps);

/* What a message of so many bits is on the wire: packets of 1,500 bytes, with what the link adds to
 * each and to all. None of no bits. */
double network_wire_bits(const struct link *l, double bits);

#endif
