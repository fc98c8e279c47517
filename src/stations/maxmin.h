/* SPDX-License-Identifier: Apache-2.0
 * Weighted max-min fair rates of flows over a network of links, by class, owner and flow on every
 * link. Used by stations/flows, which moves the flows on. Knows no domain. Rates and capacities
 * are in bits/s.
 *
 * Flows that share links, class, owner and cap are one *group* and always have the same rate. The
 * messages of a class on a link are its *load*: one more member there, an owner of its own, whose
 * cap is what they are measured to need, or that takes all it can get (greedy).
 *
 * What one link offers. Levels come in turn, lower numbers first, each on what those before left.
 * Within a level its classes divide by weight what is there, within a class its owners divide
 * equally, within an owner its flows divide equally, and on each of these floors what someone
 * cannot use is divided again among the others there (generalised processor sharing: Parekh and
 * Gallager, IEEE/ACM ToN 1(3), 1993, on three floors). A class with a limit is offered no more than
 * that, however much is there, and the link is then the bottleneck of its flows though not full.
 * (In a knot, below, only what the link has is looked at.)
 *
 * What is computed. In a fair allocation no link is overloaded, and each flow is at its cap or has
 * a *bottleneck*: a link on its path that is full, where no class of its level has more for its
 * weight than its class, no owner of the class more than its owner, no flow of the owner more than
 * itself. Rates are found by progressive filling (Bertsekas and Gallager, Data Networks, 2nd ed.,
 * section 6.5.2), carried over to the three floors:
 *
 *  1. Each open flow (none has a rate yet) is offered by each of its links what it would get there
 *     if all open flows were without limit, and by its cap the cap; its *least offer* counts.
 *  2. A link whose own offer is the least for all its open flows settles: they get it. So do flows
 *     whose least offer is their cap. Repeat from 1 with those that are still open.
 *  3. Where no link settles (a knot: each has a flow that another link holds back more), the least
 *     offers of all open flows are raised in proportion, each until it meets a full link or its cap
 *     (max-min filling with them as weights).
 *
 * Why that is right. Offers only rise as others settle, for who settles takes no more than was
 * offered to it; and in every fair allocation each flow has its least offer at least, as its
 * bottleneck gives it what it would have among flows without limit. Where all flows of a link have
 * their least offer there, these fill it, so every fair allocation has just these rates: without
 * knots there is one fair allocation, this one, whatever the order of steps. With one class and one
 * owner there are no knots (the link of least offer always settles), and it is plain max-min
 * fairness. With several, knots are possible (links that weigh the same two flows 1 : 2 and 2 : 1
 * have fair allocations without number); step 3 then chooses one that no order of flows or links
 * enters: each flow has no less than its least offer, and is at its cap or on a full link.
 *
 * What is shared. All groups that one link holds back and that share there equally have one rate,
 * that of their *node* (link, class, owner); one at its cap, or in a knot, has a rate of its own.
 * So a solve tells which nodes have another rate, and which groups stand under another node, or
 * have another rate of their own, than before: a few of many (stations/flows keeps a clock for
 * each). Where each link makes one offer only, links settle in the order of these, and a group is
 * looked at once, when its link does.
 *
 * Changes. A solve takes up only groups that the changes since the last one may concern: those
 * whose bottleneck is a changed link, with them those whose bottleneck is on their paths, and so
 * on; the others keep their rates, as members that use just that. Then, on every link of a path
 * taken up, the others are looked at: one that now has more there than such a member may is taken
 * up, too, and filling starts again. When none is left, every flow, taken up or not, has its cap
 * or bottleneck, so the allocation is fair; where there are no knots it is the only one (cf. the
 * graph of bottlenecks of Ros-Giralt et al., "On the Bottleneck Structure of Congestion-Controlled
 * Networks", ACM SIGMETRICS 2019/POMACS 3(3)). Where filling met a knot, all that is connected with
 * it by links is taken up. A fair allocation that is found without one may be another than a solve
 * of everything would choose, where that would meet a knot: then it depends on the changes before,
 * and only on them.
 *
 * Sums. What a group has is counted on a link as a multiple of a 2^51st part of its capacity,
 * rounded up to a power of two. Doubles add and take away such numbers without any rounding, up to
 * four times the capacity. So what all have on a link is kept from solve to solve, whatever the
 * number and order of changes: only what was taken up is added anew. */
#ifndef STATIONS_MAXMIN_H
#define STATIONS_MAXMIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAXMIN_NONE UINT32_MAX

/* A class, the same on all links. */
struct maxmin_class {
    double weight;  /* finite, above 0 */
    uint32_t level; /* lower ones first; classes of one level share by weight */
    bool by_owner;  /* its owners share equally; else all its flows do, whoever owns them */
    double limit;   /* how much of each link's whole rate it has at most, (0, 1]; 0: no limit */
};

/* Where a group stands on one link of its path. */
struct maxmin_hop {
    uint32_t node;    /* of those it shares with equally: below n_nodes */
    uint32_t account; /* (link, class, owner): below n_nodes, too */
    uint32_t link;
    uint32_t place; /* in the link's list */
};

#define MAXMIN_BRIEF 5

/* What solving needs of every group, in half a cache line. */
struct maxmin_path {
    uint32_t members;
    uint32_t counted;            /* members, as of the last solve */
    uint32_t hops;               /* 0: more than MAXMIN_BRIEF, see the group */
    uint32_t node[MAXMIN_BRIEF]; /* of each hop */
};

/* Flows of one path, class, owner and cap; or a load. */
struct maxmin_group {
    struct maxmin_hop *hop; /* [hops] */
    uint32_t hops;
    uint32_t node;   /* whose rate it has; MAXMIN_NONE: its own */
    uint32_t holder; /* which hop is its bottleneck; MAXMIN_NONE: its cap, or it is new */
    uint32_t class;
    double rate;   /* of each member, where it has its own; a new one's is 0 */
    double cap;    /* INFINITY: none */
    uint64_t mark; /* the solve that has taken it up, or the filling that has closed it, by itself;
                      of those that links hold, these know (maxmin_is_open) */
    double least;  /* while solving: its least offer */
    bool load;     /* no flows, but a link's messages */
    bool knot;     /* its rate comes of a knot */
    bool dirty;    /* joined or left since the last solve, or its cap has changed */
    bool loose;    /* while solving: in the list of those taken up that no link holds */
    bool changed;  /* while solving: in the list of such */
    uint32_t owner, room;
    uint32_t chain; /* next group of its bucket or, when free, of the free ones */
    uint64_t hash;  /* of what it is found by */
};

struct maxmin_node;
struct maxmin_cell;
struct maxmin_link;

struct maxmin_offer {
    double offer;
    uint32_t item;
};

struct maxmin_list {
    uint32_t *item;
    size_t count, capacity;
};

/* A (link, class) whose flows' sum, number of owners or bottleneck has changed. */
struct maxmin_touch {
    uint32_t link, class;
};

/* What the flows of a class have on a link. */
struct maxmin_sum {
    double rate;     /* bits/s, all together; without the load */
    uint32_t owners; /* how many own flows there */
    bool bottleneck; /* is the link the bottleneck of one of them? */
};

struct maxmin {
    uint32_t n_links, n_classes, n_levels;
    struct maxmin_class *class; /* [n_classes] */
    struct maxmin_link *link;   /* [n_links] */
    struct maxmin_cell *cell;   /* [link * n_classes + class] */
    struct maxmin_node *node;   /* [n_nodes] */
    size_t n_nodes, nodes_room;
    struct maxmin_group *group; /* [n_groups], free ones among them */
    struct maxmin_path *path;   /* [n_groups] */
    size_t n_groups, groups_room, paths_room;
    uint32_t free_group;
    uint32_t *bucket; /* first group of each; a power of two */
    size_t n_buckets, n_live;
    size_t n_entries;                      /* of all links' lists */
    struct maxmin_list dirty, dirty_links; /* what has changed since the last solve */
    struct maxmin_list links;              /* taken up by the solve */
    struct maxmin_list loose;              /* groups taken up that no link holds, or held */
    struct maxmin_list open, busy;         /* while filling: groups without a rate, their links */
    struct maxmin_offer *queue;            /* while filling: [n_queue] next offers, a heap */
    size_t n_queue, queue_room;
    size_t spread;                /* links taken up whose groups are, too */
    uint64_t tick, taken;         /* counts solves and fillings; that of this solve */
    bool knotted;                 /* the last filling met a knot */
    bool mixed;                   /* filling: some groups of this level have closed before */
    struct maxmin_list changed;   /* after a solve, groups (no loads) that have another node, or
                                     another rate of their own */
    struct maxmin_list paced;     /* after a solve, nodes (not of loads) with another rate */
    struct maxmin_touch *touched; /* [n_touched]: after a solve */
    size_t n_touched, touched_room;
};

/* Links without capacity, flows or loads. The classes are copied. 0 or PSN_EMEMORY; to be ended by
 * maxmin_fini in either case. */
int maxmin_init(struct maxmin *m, uint32_t n_links, uint32_t n_classes,
                const struct maxmin_class *class);
void maxmin_fini(struct maxmin *m);

/* From the next solve on: a link of this capacity (0 or more; at 0 all there stand still). Cannot
 * fail. */
void maxmin_set_capacity(struct maxmin *m, uint32_t link, double bps);

/* Before there is any flow: what the limits of classes are shares of on this link; 0, as it begins:
 * its capacity of the time. */
void maxmin_set_whole(struct maxmin *m, uint32_t link, double bps);

/* From the next solve on: the messages of this class need so much of this link, or (greedy) all
 * they can get. 0 or PSN_EMEMORY (nothing changed). */
int maxmin_set_load(struct maxmin *m, uint32_t link, uint32_t class, double bps, bool greedy);

/* From the next solve on: others, who go before and are counted elsewhere, use so much of what the
 * limit of a class lets through; its flows have the rest. Nothing where it has no limit. Cannot
 * fail. */
void maxmin_set_used(struct maxmin *m, uint32_t link, uint32_t class, double bps);

/* One more flow over `n` (1 or more) different links, of at most `cap` (above 0; INFINITY: no cap),
 * from the next solve on. *group: which it belongs to; the number stays the group's while it has
 * members and until the solve after. 0 or PSN_EMEMORY (nothing changed). */
int maxmin_join(struct maxmin *m, const uint32_t *link, uint32_t n, uint32_t class, uint32_t owner,
                double cap, uint32_t *group);

/* One flow less. Cannot fail. */
void maxmin_leave(struct maxmin *m, uint32_t group);

/* Has anything changed since the last solve? */
static inline bool maxmin_dirty(const struct maxmin *m)
{
    return m->dirty.count > 0 || m->dirty_links.count > 0;
}

/* Rates after all changes so far; sets `changed`, `paced` and `touched`. Allocates only where its
 * lists grow. 0 or PSN_EMEMORY (call again, or give up). */
int maxmin_solve(struct maxmin *m);

/* The rate of each flow of a group, by the last solve; 0 for a group that is new since. */
double maxmin_rate(const struct maxmin *m, uint32_t group);

/* The rate of all groups under a node, by the last solve that left it any. */
double maxmin_node_rate(const struct maxmin *m, uint32_t node);

/* The link that keeps the group from a higher rate; MAXMIN_NONE: its cap. */
static inline uint32_t maxmin_bottleneck(const struct maxmin *m, uint32_t group)
{
    const struct maxmin_group *g = &m->group[group];
    return g->holder != MAXMIN_NONE ? g->hop[g->holder].link : MAXMIN_NONE;
}

/* By the last solve. */
struct maxmin_sum maxmin_sum(const struct maxmin *m, uint32_t link, uint32_t class);

/* The capacity of a link as last set. */
double maxmin_capacity(const struct maxmin *m, uint32_t link);

#endif
