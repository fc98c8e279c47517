/* SPDX-License-Identifier: Apache-2.0
 * The ways of messages: which routes lead from one site to another, and how that changes over a run
 * as links and sites come, go, fail and are repaired. All of it is known before the run begins.
 * Used by recipes, the engine, transport and the operational laws. */
#ifndef MODEL_WAYS_H
#define MODEL_WAYS_H

#include "model/network.h"
#include "psnsim/diagnostics.h"

struct draws;

/* How one message goes. */
struct route {
    uint32_t index; /* in its ways */
    uint32_t from, to;
    uint32_t n_hops;
    uint32_t *hop;       /* link directions in order */
    psn_time delay;      /* the sum over the hops */
    double slowest_bps;  /* the least bandwidth */
    double segment_bits; /* what the slowest link sends in 1 ms, at least 1,500 bytes */
};

/* Routes of equal cost, over which messages are spread alike; n 0: none leads there. */
struct route_set {
    uint32_t n;
    const struct route **route;
    uint32_t *index;        /* of each */
    struct route_set *next; /* of the same way, in no order that matters */
};

/* The routes that messages take from this time on. */
struct way_version {
    psn_time from;
    uint32_t n; /* 0: there is no route */
    const uint32_t *route;
};

/* From one site to another. */
struct way {
    uint32_t index; /* in its ways */
    uint32_t from, to;
    size_t n_versions;           /* 0 before ways_replay, or where nothing is sent */
    struct way_version *version; /* the first at time 0 */
    /* For the making of them: */
    bool sends;                    /* are there messages? else only its delay counts */
    const struct route_rule *rule; /* that gives its routes; NULL: the best path */
    const struct route_set **base; /* by epoch: without failures; NULL: not asked for yet */
    struct route_set *sets;        /* all that were found */
};

struct ways {
    const struct description *d;
    struct arena *memory;
    struct network *network; /* by epoch */
    bool may_fail;           /* network_may_fail */
    struct way **way;
    size_t n_ways, ways_room;
    struct way **table; /* the same by (from, to): a hash table of `table_room`, a power of two */
    size_t table_room;
    const struct route **route; /* all of them, by index */
    size_t n_routes, routes_room;
    uint64_t *key; /* by source: of the choice among equal routes; NULL before ways_replay */
    struct path_list found, room[2];
};

/* Ready to be asked. Memory is the arena's, which also has the networks of all epochs. 0,
 * PSN_EMEMORY, or PSN_EINPUT with all mistakes told: a metric that is too large or too small. */
int ways_init(struct ways *w, const struct description *d, struct arena *memory,
              psn_diagnostics *all);

/* The way from one site to another, which is made where it is new. NULL where memory ends. */
struct way *ways_find(struct ways *w, uint32_t from, uint32_t to);

/* Its routes in an epoch, without failures: by least cost, or as the rule has it that holds from
 * the one site to the other. NULL where memory ends, or (*code PSN_EINPUT) the rule's route comes
 * to a site twice or cannot be: then that has been told. With no diagnostics (`all` NULL) the best
 * route stands in for it. */
const struct route_set *ways_base(struct ways *w, struct way *way, uint32_t epoch, int *code,
                                  psn_diagnostics *all);

/* Does none of the routes lead over a link that has failed (`down` by link, not 0)? */
bool ways_whole(const struct route_set *s, const uint32_t *down);

/* The routes of a way where links of the network have failed (network_fail), given those without
 * failures: where these are cut it is searched anew, and where a rule's sites can no longer be
 * reached, without them. NULL where memory ends. */
const struct route_set *ways_around(struct ways *w, struct way *way, struct network *n,
                                    const struct route_set *base);

/* Makes the versions of all ways that `sends` marks: a new one wherever an epoch begins, or the
 * routes change some time (`reroute`) after a link of theirs has failed or been repaired. 0 or
 * PSN_EMEMORY. From then on nothing changes. */
int ways_replay(struct ways *w, const struct draws *draws);

/* Draws anew, for another replication, by what messages choose among routes of equal cost; the
 * versions stay, which are the same for all where no link fails at random (network_may_cut). */
void ways_draw(struct ways *w, const struct draws *draws);

/* By which a message, or a flow of messages, chooses among routes of equal cost: the same for all
 * of one request of a source. */
uint64_t ways_hash(const struct ways *w, uint32_t source, uint64_t number);

/* The version at a time: the last one that began by then. O(log of how many there are). */
const struct way_version *way_version_at(const struct way *way, psn_time now);

/* The index of the route that a message takes which is sent now; *none: there is no route now, and
 * the index is that of nothing. Of n routes each has an equal part of the hashes (D. Thaler and C.
 * Hopps, RFC 2992: hash-threshold). */
uint32_t way_route(const struct ways *w, const struct way *way, psn_time now, uint64_t hash,
                   bool *none);

static inline const struct route *route_at(const struct ways *w, uint32_t index)
{
    return w->route[index];
}

#endif
