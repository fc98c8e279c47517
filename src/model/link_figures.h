/* SPDX-License-Identifier: Apache-2.0
 * What is measured at a link direction by class of service: waits, queues, drops. In the process of
 * its sending end; only where the scenario has classes. Used by transport. */
#ifndef MODEL_LINK_FIGURES_H
#define MODEL_LINK_FIGURES_H

#include "base/arena.h"
#include "model/outcome.h"
#include "model/owners.h"
#include "scenario/description.h"

/* One class. Messages that came after warm-up, but for `sent` and `dropped`: whenever they came. */
struct link_class {
    struct tally wait;  /* ns beyond the own transmission */
    struct tally spent; /* ns from arrival to departure */
    int64_t sent, dropped;
    psn_time *here; /* by owner: work in its queue; of one queue for all, the first alone */
    psn_time *free; /* as `here`: when the last message left its queue */
    psn_time most;  /* the most of `here` since warm-up, ns of the line */
    bool by_owner;
};

struct link_figures {
    const struct description *d;
    struct owners owners;     /* the partners whose messages may come */
    struct link_class *class; /* [n_classes + 1] */
};

/* Empty. Memory is the arena's. 0 or PSN_EMEMORY. */
int link_figures_init(struct link_figures *f, const struct description *d,
                      const struct owners *owners, struct arena *memory);

/* A message of a class and partner that takes `work` ns of the line has come; has left that came at
 * `entered`, and since when it was served: since it came, or the one before it left its queue; has
 * been thrown out of its queue. */
void link_figures_come(struct link_figures *f, uint32_t class, uint32_t partner, psn_time work,
                       psn_time now);
psn_time link_figures_left(struct link_figures *f, uint32_t class, uint32_t partner, psn_time work,
                           psn_time entered, psn_time now);
/* Messages of a class whose queue is one have come and left one by one, before or after warm-up as
 * `at` is: their waits and stays, and the most work of one. */
void link_figures_passed(struct link_figures *f, uint32_t class, const struct tally *wait,
                         const struct tally *spent, psn_time most, psn_time at);
void link_figures_out(struct link_figures *f, uint32_t class, uint32_t partner, psn_time work);

/* One was dropped, and not because it was thrown out alone; `left`: on the line, after it had left.
 */
void link_figures_dropped(struct link_figures *f, uint32_t class, bool left, psn_time now);

/* Fills queue_messages, queue_bits_max, delay_s, delay_max_s, sent, dropped and lost_share of the
 * direction's channels. */
void link_figures_finish(const struct link_figures *f, uint32_t direction, struct outcome *o);

#endif
