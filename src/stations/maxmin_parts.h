/* SPDX-License-Identifier: Apache-2.0
 * What the files of stations/maxmin share: a link, a class on it, and those who share there
 * equally. Included by them and stations/flows only. */
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
    struct maxmin_entry *entry; /* [count] */
    size_t count, room;
    bool dirty;      /* its capacity has changed since the last solve */
    bool blocked;    /* filling: another link offers less to one of its open groups */
    uint64_t stamp;  /* of the solve that has taken it up */
    uint32_t open;   /* filling: open groups of the level */
    uint32_t others; /* groups not taken up */
    uint32_t offers; /* filling: how many different ones it makes to its open groups */
    double offer;    /* one of them; in a knot: how far it lets least offers be raised */
    bool stale;      /* filling: its offers are no longer right */
    double wanted;   /* in a knot: the least offers of its open groups together, bits/s */
};

/* A class on a link. */
struct maxmin_cell {
    uint32_t node;         /* first of all its nodes */
    uint32_t active;       /* first of its nodes with groups */
    uint32_t load;         /* group of its messages; MAXMIN_NONE: no messages */
    uint32_t owners;       /* with flows */
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
    uint32_t cell, owner;
    uint32_t next;          /* of the cell */
    uint32_t before, after; /* in the list of those with groups */
    uint32_t groups;        /* that share here */
    uint32_t flows;         /* counted here */
    uint64_t open;          /* filling: flows without a rate yet */
    double closed;          /* filling: bits/s of those that have one */
    double offer;           /* filling: to each open flow */
    double limit;           /* after filling: the most that a flow may have here */
    bool holds;             /* as in maxmin_cell */
};

#define MAXMIN_LOAD     UINT32_MAX       /* owner of a load */
#define MAXMIN_TOGETHER (UINT32_MAX - 1) /* owner of all flows where owners do not count */

/* Offers as equal, and what is too much, are told apart beyond the rounding of sums. */
#define MAXMIN_EQUAL 1e-12
#define MAXMIN_OVER  1e-11

/* Takes a group without members off its links and frees it. (maxmin_groups.c) */
void maxmin_drop(struct maxmin *m, uint32_t group);

/* Rates of the groups taken up, in `least`, by progressive filling; the others keep theirs.
 * Sets `knotted`. (maxmin_fill.c) */
void maxmin_fill(struct maxmin *m);

/* Room for `need` items. 0 or PSN_EMEMORY. */
int maxmin_reserve(struct maxmin_list *list, size_t need);

/* Adds an item that room was made for. */
static inline void maxmin_push(struct maxmin_list *list, uint32_t item)
{
    list->item[list->count++] = item;
}

#endif
