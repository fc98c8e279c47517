/* SPDX-License-Identifier: Apache-2.0
 * The links of one time as a graph, the best paths in it, and what a message takes on a link. Used
 * by the ways of messages, transport and the operational laws. */
#ifndef MODEL_NETWORK_H
#define MODEL_NETWORK_H

#include <stdint.h>

#include "base/arena.h"
#include "scenario/description.h"

/* Paths of equal cost that are found at most. */
#define NETWORK_PATHS 8

/* Paths from one site to another: link directions (link x 2 + direction, 0 from its first end to
 * its second), none of which comes to a site twice. */
struct path_list {
    uint32_t n;
    uint32_t n_hops[NETWORK_PATHS];
    uint32_t *hop; /* [NETWORK_PATHS x stride] */
    size_t stride; /* a path is shorter */
};

static inline uint32_t *path_hops(const struct path_list *l, uint32_t path)
{
    return l->hop + path * l->stride;
}

/* Searches that are kept to go on: more than there are sites from which most others are asked for,
 * stub sites aside. */
#define NETWORK_SEARCHES 64

struct search;

struct network {
    const struct description *d;
    psn_time at; /* the links are those of this time */
    struct arena *memory;
    bool metric;          /* links have one */
    int64_t *cost;        /* by link: its metric in units of 10^-6, or its delay in ns */
    uint32_t *first_link; /* by site: where its link directions begin in `leaving` */
    uint32_t *leaving;    /* directions that leave a site, in the order of names */
    uint32_t *up;         /* by site: see stubs.h */
    uint32_t *place;      /* by site that is no stub: its number among them */
    uint32_t n_places;    /* how many those are, */
    uint32_t n_between;   /* and the directions between them */
    const uint32_t *down; /* by link: not 0: it has failed; NULL: none has */
    struct search *search[NETWORK_SEARCHES]; /* from the origins asked for last; NULL: none yet. No
                                                stub site is in any */
    uint64_t searches;                       /* so far: tells which of them is the oldest */
    uint32_t *mark, *stack;                  /* by site: room for what goes through paths */
    uint32_t marks;                          /* so far: a site's mark is this one, or it has none */
};

/* The network of the links that are there at a time of the run. Memory is the arena's. 0 or
 * PSN_EMEMORY. */
int network_init(struct network *n, const struct description *d, psn_time at, struct arena *memory);

/* Room for the paths of a network, in the arena. 0 or PSN_EMEMORY. */
int path_list_init(struct path_list *l, const struct description *d, struct arena *memory);

/* From now on these links have failed (see `down`): all searches begin anew. */
void network_fail(struct network *n, const uint32_t *down);

/* The best path from one site to another: of least cost, then of least delay, of fewest links, and
 * the first by the links' names; with `most` > 1 instead so many paths at most that cost no more
 * than it, in the order of their links' names. Where links cost nothing, only such of these count
 * as take no detour over them: to each of its sites the path has as few links after the last one
 * that costs something as any. The path of a site to itself has no hop. Into *out, n 0: there is
 * none. 0 or PSN_EMEMORY.
 *
 * Dijkstra, "A note on two problems in connexion with graphs", 1959, as far as the site asked for,
 * and without stub sites, whose part of a path is known: the paths between thousands of sites are
 * found in time of their own length. */
int network_paths(struct network *n, uint32_t from, uint32_t to, uint32_t most,
                  struct path_list *out);

/* The same over these sites in their order: the best path from each to the next. With `most` > 1
 * the combinations of the paths of equal cost, of which those that come to a site twice do not
 * count; without, there is none where it would. `room` is overwritten. */
int network_paths_over(struct network *n, uint32_t from, const uint32_t *via, size_t n_via,
                       uint32_t to, uint32_t most, struct path_list *out, struct path_list room[2]);

/* May a message find no route, and may one be dropped on its way? */
bool network_may_cut(const struct description *d);
bool network_may_drop(const struct description *d);

/* May one fail, of either? What is dropped is lost for good where it is not sent again, or dropped
 * too often. */
static inline bool network_may_fail(const struct description *d)
{
    return network_may_cut(d) || network_may_drop(d);
}

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

/* What the policer of a class lets through of a link at once after a pause, bits on the wire. */
double network_burst_bits(const struct link *l, const struct service_class *c);

#endif
