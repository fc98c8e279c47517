/* SPDX-License-Identifier: Apache-2.0
 * What a channel is made of; for channel.c, which moves jobs, channel_commit.c, which knows when
 * some of them depart, and channel_rates.c, which says how fast. */
#ifndef STATIONS_CHANNEL_PARTS_H
#define STATIONS_CHANNEL_PARTS_H

#include "stations/channel.h"
#include "stations/tags.h"
#include "stations/virtual.h"

#define CHANNEL_NONE UINT32_MAX

/* A first-come first-served queue. */
struct channel_queue {
    struct job_queue jobs;
    exact_sum finish; /* tag of the first job (of its stage), as virtual time of its group */
    psn_time backlog; /* jobs that have not left, each whole, ns; kept where there is a buffer */
    uint32_t owner;
};

/* Queues that share equally: the one of a strict level, or those of a fair class. */
struct channel_group {
    struct virtual_time virtual; /* work for each queue with jobs since there was none */
    struct virtual_rate rate;    /* at which it grows */
    psn_time when;               /* its next departure; PSN_NEVER where none */
    uint32_t busy;               /* queues with jobs */
    uint32_t weight;             /* fair: whole, together below 2^32 */
    uint32_t from, to;           /* its classes: [from, to) of channel.order */
    uint64_t caps;               /* of their backgrounds, together */
    bool by_owner;
    bool full;                   /* while rates are worked out: takes no more than its caps */
    struct channel_queue *queue; /* [n_queues], in the order in which they came up */
    size_t n_queues, capacity;
    uint32_t *of_owner; /* by owner: its queue + 1; 0 where it has none */
    size_t owners;
    struct tags heads; /* by owner: finish tags of the first jobs, by queue */
};

/* A class. */
struct channel_member {
    uint64_t limit; /* policer; 0: none */
    psn_time filled;
    exact_sum tokens, depth; /* 2^-30 ns of work, as of `filled` */
    uint64_t cap;            /* of its background; 0: none */
    uint32_t weight;
    uint32_t group;
    uint64_t jobs;  /* here now */
    psn_time done;  /* demand of those that have departed */
    exact_sum lost; /* done of those that were flushed, 2^-30 ns */
    bool full;      /* while rates are worked out: its background gets its cap */
    bool early;
    double early_from, early_to, early_most;
};

_Static_assert(sizeof(struct channel_member) % 64 == 0, "a class begins on a cache line");

/* The level of a group. */
static inline uint32_t channel_level(const struct channel *c, uint32_t group)
{
    return group < c->n_strict ? group : c->n_strict;
}

/* The queue of a group whose first job departs next; it has one. */
static inline struct channel_queue *channel_first(const struct channel_group *g)
{
    return &g->queue[g->by_owner ? tags_top(&g->heads)->item : 0];
}

/* Does the policer let a job pass? Takes its tokens if so. */
bool channel_conforms(struct channel_member *m, const struct job *job, psn_time now);

/* Policer and buffer: is a job taken that comes to a queue? Then it is counted, and joins it. */
enum channel_fate channel_admit(struct channel *c, struct channel_member *m,
                                const struct channel_queue *q, const struct job *job, double chance,
                                psn_time now);
void channel_join(struct channel *c, struct channel_member *m, struct channel_queue *q,
                  struct job *job, psn_time now);

/* What stands for a job no longer. */
static inline void channel_spare(struct channel *c, struct job *s)
{
    s->next = c->spare;
    c->spare = s;
}

/* Brings virtual times, tokens and the packet under way up to now: before anything that rates
 * depend on changes. */
void channel_settle(struct channel *c, psn_time now);

/* After such a change: who has the line, all rates, and what happens next. */
void channel_refill(struct channel *c);

/* When a group's next job departs, at the rate that it has. */
void channel_schedule(const struct channel *c, struct channel_group *g);

/* The next of all that may happen. */
void channel_pick(struct channel *c);

/* Where backgrounds alone have the line: how long a job of the first level that comes now waits for
 * the packet under way; and that the level has had the whole line from `start` to `end`. */
psn_time channel_wait_of_first(const struct channel *c, psn_time now);
void channel_go_past(struct channel *c, psn_time start, psn_time end);

/* Now that a job of `level` has come, above the one that has the line (and all is settled): the
 * rest of the packet under way. */
void channel_hold(struct channel *c, uint32_t level);

#endif
