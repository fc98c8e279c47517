/* SPDX-License-Identifier: Apache-2.0
 * The books on messages: how many were sent and what became of each, by class of service; one set
 * of books a process, merged at the end. A message is booked in the interval in which it was sent
 * first, whenever its fate is settled, so that for every class and interval
 *
 *     sent = delivered + lost + unrouted + under way at the horizon,
 *
 * where the last is counted from the jobs themselves. What is booked may come in any order of time:
 * a message may be sent ahead of the process's clock. Flows are messages, too, but in the figures
 * by class they stand apart. Used by transport and the engine. */
#ifndef MODEL_MESSAGES_H
#define MODEL_MESSAGES_H

#include "base/array.h"
#include "kernel/process.h"
#include "model/class_targets.h"
#include "model/recipe.h"

/* Of one class in one interval. */
struct message_count {
    int64_t sent, delivered, lost, unrouted;
    int64_t alive;   /* counted from the jobs at the horizon */
    int64_t settled; /* in this interval, whenever they were sent */
};

/* Of one class and partner. */
struct message_figures {
    struct outcome_class sum; /* but for its bits */
    exact_sum bits;           /* delivered, in 2^-10 bit */
};

struct messages {
    ARRAY_APART const struct description *d;
    const struct recipe *recipe;   /* by source */
    struct arena *memory;          /* of this process alone */
    struct class_targets *targets; /* told what the figures are told */
    uint32_t n_classes;            /* the last is that of what has none */
    size_t n_intervals;
    psn_time from;                     /* the interval that was booked in last begins then, ... */
    uint64_t span;                     /* ... and is so long; the last one goes on for ever */
    struct message_count *last_booked; /* [class]: that interval's */
    struct message_count *count;       /* [interval x n_classes + class] */
    /* [class x partners + partner], each NULL until it sends; NULL: nobody asks for them */
    struct message_figures **figures;
    struct histogram *delay; /* [class] */
    psn_time **last;         /* [source][step]: the delay of the last message; below 0: none yet */
    int code;                /* PSN_EMEMORY: memory has ended, and something is not booked */
};

/* Empty books for a run with these recipes; `targets` is of the same process, and the arena of this
 * process alone: all memory but that of histograms is from there. 0 or PSN_EMEMORY; messages_fini
 * in both cases. */
int messages_init(struct messages *m, const struct description *d, const struct recipe *recipe,
                  struct class_targets *targets, struct arena *memory);
void messages_fini(struct messages *m);

/* The slow paths of what follows: opens the interval of another time; figures. */
void messages_turn(struct messages *m, psn_time at);
void messages_figure_sent(struct messages *m, uint32_t class, const struct job *job);
void messages_figure_delivered(struct messages *m, uint32_t class, const struct job *job,
                               psn_time now);

/* A class's books of the interval in which `at` lies: mostly that of the booking before. */
static inline struct message_count *messages_at(struct messages *m, uint32_t class, psn_time at)
{
    if (__builtin_expect((uint64_t)at - (uint64_t)m->from >= m->span, 0))
        messages_turn(m, at);
    return &m->last_booked[class];
}

/* A message sets out: from now on job->sent is its time, and it is under way. */
static inline void messages_sent(struct messages *m, uint32_t class, struct job *job, psn_time now)
{
    job->flags |= JOB_MESSAGE;
    job->sent = now;
    messages_at(m, class, now)->sent++;
    if (m->figures)
        messages_figure_sent(m, class, job);
}

/* Its fate is settled: from now on it is no message. The books that it stands in. */
static inline struct message_count *messages_settle(struct messages *m, uint32_t class,
                                                    struct job *job, psn_time now)
{
    job->flags &= ~JOB_MESSAGE;
    messages_at(m, class, now)->settled++;
    return messages_at(m, class, job->sent);
}

/* It has arrived. */
static inline void messages_delivered(struct messages *m, uint32_t class, struct job *job,
                                      psn_time now)
{
    messages_settle(m, class, job, now)->delivered++;
    if (m->figures)
        messages_figure_delivered(m, class, job, now);
}

/* It is lost for good; it has no route. */
void messages_lost(struct messages *m, uint32_t class, struct job *job, psn_time now);
void messages_unrouted(struct messages *m, uint32_t class, struct job *job, psn_time now);

/* A link has dropped it; it is sent again. Figures alone, for it stays under way. */
void messages_dropped(struct messages *m, uint32_t class, const struct job *job);
void messages_resent(struct messages *m, uint32_t class, const struct job *job);

/* A job that is alive at the horizon and is a message under way: for each such job once, in
 * whichever books. */
void messages_alive(struct messages *m, uint32_t class, const struct job *job);

/* Adds another process's books, both at the horizon. 0 or PSN_EMEMORY. */
int messages_merge(struct messages *into, struct messages *from);

/* Of merged books: do they balance? 0, or PSN_ERUN with a line in `error` on the first class and
 * interval that do not. */
int messages_check(const struct messages *m, char *error, size_t size);

/* Closes merged books into an outcome; nothing where its shape has no classes. 0 or PSN_EMEMORY. */
int messages_finish(struct messages *m, struct outcome *o);

#endif
