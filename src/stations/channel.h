/* SPDX-License-Identifier: Apache-2.0
 * One line shared by classes of service: the fluid limit of a packet scheduler. Driven by its
 * owner: jobs go in by arrive and come out by depart at the time that `next` gives. Used by links.
 * Knows no domain: work is in ns at the line's full rate.
 *
 * Who is served. Strict classes stand above all fair ones and above each other by level; those of
 * one level are one first-come first-served queue. Fair classes divide what the strict ones leave
 * by weight, and each divides its part equally between the owners that have jobs in it (or is one
 * queue); first come, first served within a queue. That is generalised processor sharing in two
 * layers: Parekh and Gallager, IEEE/ACM Transactions on Networking 1(3), 1993; Bennett and Zhang,
 * Hierarchical packet fair queueing algorithms, SIGCOMM 1996.
 *
 * Background. Each class may have, beside its jobs, a member without jobs that stands for work that
 * is done elsewhere: it takes part in the sharing within its class with a weight (one queue has 1),
 * up to a highest rate of its own; what it cannot take goes to the others, max-min (progressive
 * filling: Bertsekas and Gallager, Data Networks, 2nd ed., section 6.5.2).
 *
 * A packet is not interrupted. When a job comes that stands above the level that has the line, that
 * level keeps it for the rest of the packet under way, at the line's whole rate. More such arrivals
 * meanwhile change nothing. The packet is that of the job which would depart next in that level
 * (where all stands still, or several would at one ns, in the first such class): what is left of
 * it, counted from the job's beginning, or of the job itself if that is less. Where no job is
 * longer than a packet and the level is one queue, this is priority without preemption (Cobham,
 * Operations Research 2(1), 1954). Backgrounds send packets, too, all of them together one stream.
 * Beside jobs of their level the packet that would be over first is the one under way, as a packet
 * scheduler has it (Parekh and Gallager, section IV); alone it is theirs: where they use a part of
 * the line, each goes at the line's whole rate and a pause follows, in which nothing is waited for.
 *
 * Shaper. A token bucket for the line as a whole: tokens come at the contract's rate, up to the
 * burst, and go as the line sends. With tokens it sends at its own rate, without at the contract's
 * (at most). The bucket is full at the beginning. Utilisation is of the contract.
 *
 * Policer. A token bucket for a class (RFC 2697 with one bucket): a job that finds fewer tokens
 * than its work is dropped and takes none. Full at the beginning; asked before the buffer.
 *
 * Buffer. Of each queue (a level's, a fair class's, or an owner's in it): a job that finds its
 * queue not empty is dropped if the jobs in it that have not left, each whole, and itself would be
 * more. Early drop before that: random early detection (Floyd and Jacobson, IEEE/ACM Transactions
 * on Networking 1(4), 1993) on the queue as it stands: their average is there to let through the
 * bursts of packets that a message is made of, and here a message is one job.
 *
 * Commitments. Nothing stands above the first level, so when a job of it will depart is known when
 * it comes: behind those of its level, or the packet under way (Lindley's recursion). Where nothing
 * revokes that (no shaper, no change of speed, no background of that level), the owner may send it
 * on then and there. What it does to the others, and what is measured of it, is done when the next
 * one comes or anyone looks, at the times at which it happens: so nothing differs but the number of
 * events. Of those that come and go while nobody else is here not even that is done: what is
 * measured of them is sums, which are kept until the meter's next mark.
 *
 * An arrival to a queue that has jobs takes O(1), anything else O(classes + log owners). */
#ifndef STATIONS_CHANNEL_H
#define STATIONS_CHANNEL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/exact.h"
#include "kernel/job.h"
#include "stations/virtual.h"
#include "stats/meter.h"

struct channel_class {
    double weight;  /* fair: finite and above 0; 0: strict */
    uint32_t level; /* strict classes: lower ones first; any numbers. Not looked at for fair ones */
    bool by_owner;  /* fair: one queue for each job->owner, small numbers; else one in all */
    bool early;     /* early drop; only where there is a buffer */
    uint64_t limit; /* policer, 2^-30 of the line; 0: none */
    psn_time burst; /* its bucket, ns of work */
    double early_from, early_to; /* shares of the buffer: from the first on, certain from the other
                                    on (above the first) */
    double early_most;           /* its probability just below the second */
};

/* What a station is. Arrays are copied. */
struct channel_config {
    uint32_t n_classes; /* 1 or more: job->group is below it */
    const struct channel_class *class;
    psn_time packet;         /* ns of work; 0: strict work waits for nothing */
    psn_time buffer;         /* of each queue, ns of work; 0: endless */
    uint64_t contract;       /* shaper, 2^-30 of the line; 0: none */
    psn_time contract_burst; /* its bucket, ns of work */
};

/* What became of a job that came. */
enum channel_fate {
    CHANNEL_TAKEN,
    CHANNEL_POLICED,
    CHANNEL_FULL,
    CHANNEL_EARLY,
    CHANNEL_NO_MEMORY
};

/* Of the first class of the first level: those that passed alone since the meter's last mark, and
 * the last one, which may be here still. */
struct channel_passing {
    psn_time departs;  /* of the last one */
    psn_time service;  /* its own; 0: there is none, or it is counted */
    psn_time wait;     /* its own, for a packet of backgrounds */
    uint32_t owner;    /* its own */
    uint32_t class;    /* UINT32_MAX: the station does not commit */
    int64_t count;     /* of those that have gone */
    psn_time most;     /* the longest service of theirs */
    psn_time *work_of; /* their service by owner, from first_owner on; the station's owner's */
    uint32_t first_owner, owners;
};

/* Of them those that passed beside backgrounds. */
struct channel_beside {
    psn_time waited;       /* together */
    psn_time longest_wait; /* of one */
    psn_time longest;      /* stay of one: wait and service */
    exact_sum spared;      /* what backgrounds would have used meanwhile: meter.busy x service */
};

struct channel_group;
struct channel_member;

struct channel {
    /* What one that passes touches: two cache lines, its class and its owner's work. */
    struct channel_passing passing;
    struct channel_member *member; /* [n_classes] */
    struct channel_group *group;   /* [n_groups]: strict levels, then fair classes */
    uint64_t jobs;                 /* here now */
    uint64_t caps;                 /* of all backgrounds */
    uint64_t n_committed;          /* jobs here that stand for those that have gone on */
    psn_time next;                 /* the next departure or change of rates; PSN_NEVER where none */
    struct meter meter; /* capacity METER_WHOLE; busy: what is sent, as a share of the line's rate
                           of now, or of the shaper's contract where that is less: more than whole
                           while a burst goes at the line's rate */
    exact_sum tokens;   /* of the shaper as of `at`, 2^-30 ns of work */
    exact_sum depth;    /* of its bucket */
    exact_sum hold;     /* work of the line until the packet under way is over, 2^-30 ns */
    exact_sum sent;     /* by all backgrounds since a packet of theirs began, virtual.h's units */
    struct virtual_rate alone; /* of the only queue with jobs, where nothing else has a say */
    uint32_t *order;           /* [n_classes]: the classes by group */
    psn_time packet, buffer;
    uint64_t speed;       /* of the line, 2^-30 */
    uint64_t rate;        /* of the line now: its speed, or what the shaper lets through */
    uint64_t used;        /* what of it is in use */
    uint64_t contract;    /* the shaper's; 0: none */
    psn_time at;          /* all rates are the same since then */
    psn_time hold_next;   /* end of the packet under way */
    psn_time bucket_next; /* end of the shaper's tokens */
    uint32_t n_classes, n_groups, n_strict;
    uint32_t busy;    /* groups that have jobs */
    uint32_t serving; /* the level that has the line: a strict group, or n_strict for the fair ones;
                         UINT32_MAX where there are no jobs, or a packet of a background */
    uint32_t due;     /* the group whose job departs at `next`; UINT32_MAX: another event */
    bool holding;     /* a packet under way has the line before what stands above it */
    bool plain;       /* no shaper, and no background now */
    psn_time free;    /* if it commits: when the first level's last job departs */
    struct channel_beside beside;
    struct job *spare;   /* those that stand for none now: */
    struct job own;      /* the first of them, ... */
    struct arena memory; /* ... and the others */
};

/* The meter is initialised by the caller, before or (where the struct is zeroed) after. 0 or
 * PSN_EMEMORY. */
int channel_init(struct channel *c, const struct channel_config *config);
void channel_fini(struct channel *c);

/* A job of demand job->service (ns of work, 0 or more) and class job->group arrives. `chance` is
 * uniform on [0, 1), for early drop. A job that is taken has job->entered set; one that is not
 * stays the caller's, and the meter counts it as refused (but for want of memory). With job->last >
 * 0 it is served in two stages as at divided.h, the second of job->last ns of its demand. Memory is
 * taken for an owner's first job in a class only. Updates `next`. */
enum channel_fate channel_arrive(struct channel *c, struct job *job, double chance, psn_time now);

/* At now == c->next: the job that departs, or NULL where rates have changed and `next` has moved
 * on. Jobs done at one time come out one by one, by level, by class, and by finish tag within a
 * class, before anything else, and `next` stays. A job returned with JOB_STAGED set has only done
 * its first stage: it stays in service and comes out once more, with JOB_STAGED clear, when it
 * departs. */
struct job *channel_depart(struct channel *c, psn_time now);

/* From now on: this speed in 2^-30 of the line (0: all stands still; METER_WHOLE at most). Jobs
 * keep what was done; the rates of policers, shaper and backgrounds stay what they are of the line.
 * Updates `next`. */
void channel_set_speed(struct channel *c, uint64_t speed, psn_time now);

/* From now on: the background of a class: at most `cap` in 2^-30 of the line (0: none), and
 * `weight` (1 or more, below 2^30) against one queue of its class. Updates `next`. */
void channel_set_background(struct channel *c, uint32_t class, uint64_t cap, uint32_t weight,
                            psn_time now);

/* Takes all jobs out, done or not: a list through ->next, by level, class and owner, front to back
 * in each queue; NULL where there are none. Backgrounds stay. Updates `next`. */
struct job *channel_flush(struct channel *c, psn_time now);

/* Before anything comes: lets the station commit to departures of its first level, if it is one
 * that can: of one queue, without a shaper, and of no class that may have a background
 * (`background`, by class; NULL: none may). From then on the speed stays, and nothing is flushed.
 * `work_of` has room for all `owners` that may come from the meter's first_owner on (zeroed, the
 * caller's). The meter is initialised. */
void channel_let_commit(struct channel *c, const bool *background, psn_time *work_of,
                        size_t owners);

/* May jobs of a class be committed? */
bool channel_may_commit(const struct channel *c, uint32_t class);
static inline bool channel_commits(const struct channel *c, uint32_t class)
{
    return class == c->passing.class || channel_may_commit(c, class);
}

/* For who is to be committed, before channel_commit; all that came before `past` has happened, or
 * has been left undone (channel_wakes). Is it alone, and gone before the meter's next mark? Then it
 * is taken, and *departs is when it departs; it does not come out of channel_depart. Else nothing
 * has been done. */
bool channel_pass(struct channel *c, const struct job *job, psn_time past, psn_time now,
                  psn_time *departs);

/* Before anything else is asked: the last one that passed is counted, if it has gone by `past`.
 * Else it goes into its queue, as it came, and the job that stands for it is returned
 * (channel_commit).
 */
const struct job *channel_settle_passing(struct channel *c, psn_time past);

/* Before the meter passes its mark, or anyone reads it: those that passed are measured, and their
 * sums begin anew. */
void channel_fold(struct channel *c);

/* As channel_arrive, of a job of such a class without a second stage (and of some demand), but the
 * job stays the caller's in every case: where it is taken, *departs is when it departs. At that
 * time channel_depart returns another one, marked JOB_COMMITTED, with owner, group, service and
 * entered as of the job: the channel's, until it is called next. */
enum channel_fate channel_commit(struct channel *c, const struct job *job, double chance,
                                 psn_time now, psn_time *departs);

/* When its owner must look at it next: at `next`; but as long as all jobs here were committed
 * nothing waits for what happens then, and it is enough to call channel_depart for all `next` that
 * have passed before anything else is asked of the channel. */
static inline psn_time channel_wakes(const struct channel *c)
{
    return c->n_committed > 0 && c->n_committed == c->jobs ? PSN_NEVER : c->next;
}

/* What was served of the jobs of a class since the beginning, ns of work, rounded down. O(owners).
 */
exact_sum channel_class_work(const struct channel *c, uint32_t class, psn_time now);

#endif
