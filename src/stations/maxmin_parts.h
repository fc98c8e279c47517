/* SPDX-License-Identifier: Apache-2.0
 * What the files of stations/maxmin share: a link, a class on it, and those who share there
 * equally. Included by them only. */
#ifndef STATIONS_MAXMIN_PARTS_H
#define STATIONS_MAXMIN_PARTS_H

#include "stations/maxmin.h"

/* A group on a link. */
struct maxmin_entry {
    uint32_t group, hop; /* which of the group's hops this is */
    uint32_t node;       /* the hop's node, here so that a link's list is read in one go */
};

struct maxmin_link {
    double capacity;            /* bits/s */
    double whole;               /* what limits of classes are shares of; 0: its capacity */
    struct maxmin_entry *entry; /* [count]; first the groups that it holds */
    uint32_t count, held;
    size_t room;
    uint32_t knots;  /* groups on it whose rates come of a knot */
    bool dirty;      /* its capacity has changed since the last solve */
    bool fresh;      /* while solving: nothing counted before holds */
    bool blocked;    /* filling: another link offers less to one of its open groups */
    bool stale;      /* filling: its offers are no longer right */
    bool queued;     /* filling: the caps of its groups of the level are in the queue */
    uint64_t stamp;  /* of the solve that has taken it up */
    uint64_t others; /* flows not taken up */
    uint64_t open;   /* filling: open flows of the level; not kept where offers are single */
    uint32_t offers; /* filling: how many different ones it makes to its open groups */
    uint32_t node;   /* filling: whom it makes the last of them to */
    double grid;     /* see maxmin_term */
    /* Filling. What those it makes its last offer to have of it, together with the closed ones
     * that share with them; in a knot, what all open groups have, and what they have got of it. */
    double budget, closed;
    double wanted; /* in a knot: the least offers of its open groups together, bits/s */
};

/* A class on a link. */
struct maxmin_cell {
    uint32_t node;         /* first of all its nodes */
    uint32_t active;       /* first of its nodes with groups */
    uint32_t load;         /* group of its messages; MAXMIN_NONE: no messages */
    uint32_t owners;       /* with flows */
    double used;           /* bits/s of its limit, by others */
    uint32_t held;         /* groups, loads left out, whose bottleneck the link is */
    bool holds;            /* filling: the link has become the bottleneck of a group here */
    bool offered;          /* filling: has open groups of the level */
    bool limited;          /* filling: offered its limit, which is less than its part by weight */
    double total;          /* filling: bits/s of all here */
    struct maxmin_sum sum; /* as of the last solve */
};

/* An owner in a class of a link: who shares there equally, and whose flows are counted apart. Kept
 * for good once made. */
struct maxmin_node {
    uint64_t stamp; /* the solve that has taken up its link */
    uint32_t taken; /* flows taken up by the solve */
    uint32_t open;  /* filling: flows without a rate yet */
    double grid;    /* the link's */
    double base;    /* while solving: bits/s of the flows not taken up */
    double closed;  /* filling: bits/s of all that have a rate */
    double most;    /* no group here that the link does not hold has a higher rate */
    double rate;    /* of each flow of the groups that stand under it */
    uint32_t link, cell;
    uint64_t settled; /* the filling that has closed all that the link holds here at once */
    double sum;       /* bits/s of all, by the last solve */
    double old;       /* while solving: `rate` before */
    double offer;     /* filling: to each open flow */
    double limit;     /* after filling: the most that a flow may have here */
    double least;     /* no group that the link holds here has a lower cap */
    uint32_t members; /* flows that share here */
    uint32_t held;    /* those of them whose bottleneck the link is */
    uint32_t groups;  /* that share here */
    uint32_t flows;   /* counted here */
    uint32_t owner;
    uint32_t chain;         /* next of the cell */
    uint32_t before, after; /* in the list of those with groups */
    bool holds;             /* as in maxmin_cell */
    bool beyond;            /* after filling: some here may have more than they may */
};

#define MAXMIN_LOAD     UINT32_MAX       /* owner of a load */
#define MAXMIN_TOGETHER (UINT32_MAX - 1) /* owner of all flows where owners do not count */

/* Offers as equal, and what is too much, are told apart beyond the rounding of sums. */
#define MAXMIN_EQUAL 1e-12
#define MAXMIN_OVER  1e-11

/* What so many flows of this rate count for on a link (maxmin.h, sums): a multiple of its unit u,
 * the nearest. `grid` is 1.5 * 2^52 u, next to which doubles are u apart. */
static inline double maxmin_term(double grid, uint32_t members, double rate)
{
    return (members * rate + grid) - grid;
}

/* The larger of two numbers; fmax is a call. */
static inline double maxmin_max(double a, double b)
{
    return a > b ? a : b;
}

/* The node that holds a group; NULL: none does. */
static inline struct maxmin_node *maxmin_holder(const struct maxmin *m,
                                                const struct maxmin_group *g)
{
    return g->holder != MAXMIN_NONE ? &m->node[g->hop[g->holder].node] : NULL;
}

/* Is a group taken up by this solve? */
static inline bool maxmin_is_taken(const struct maxmin *m, const struct maxmin_group *g)
{
    const struct maxmin_node *holder = maxmin_holder(m, g);
    return g->mark >= m->taken || (holder && holder->stamp == m->taken);
}

/* Filling: is it one that has no rate yet? */
static inline bool maxmin_is_open(const struct maxmin *m, const struct maxmin_group *g)
{
    const struct maxmin_node *holder = maxmin_holder(m, g);
    return maxmin_is_taken(m, g) && g->mark < m->tick && !(holder && holder->settled == m->tick);
}

/* Takes a group without members off its links and frees it. (maxmin_groups.c) */
void maxmin_drop(struct maxmin *m, uint32_t group);

/* From now on a group's bottleneck is its hop of this number, or (MAXMIN_NONE) its cap, at this
 * rate; in a knot or not. (maxmin_groups.c) */
void maxmin_hold(struct maxmin *m, uint32_t group, uint32_t hop, double rate, bool knot);

/* Rates of the groups taken up, and what holds them; the others keep theirs. Sets `knotted`.
 * (maxmin_fill.c) */
void maxmin_fill(struct maxmin *m);

/* An open group gets this rate: by its hop of this number, or its cap. (maxmin_fill.c) */
void maxmin_close(struct maxmin *m, uint32_t group, uint32_t hop, double rate);

/* Filling where each busy link has one number for all its open groups: what it offers each flow of
 * its node out of its budget or, in a knot, how far their least offers can be raised.
 * (maxmin_single.c) */
void maxmin_fill_single(struct maxmin *m, uint32_t level);

/* Room for `need` items. 0 or PSN_EMEMORY. */
int maxmin_reserve(struct maxmin_list *list, size_t need);

/* Adds an item that room was made for. */
static inline void maxmin_push(struct maxmin_list *list, uint32_t item)
{
    list->item[list->count++] = item;
}

#endif
