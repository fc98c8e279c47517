/* SPDX-License-Identifier: Apache-2.0
 * What the fluid layer is made of, for its own files: fluid_link, fluid_flow and fluid. */
#ifndef MODEL_FLUID_PARTS_H
#define MODEL_FLUID_PARTS_H

#include "kernel/heap.h"
#include "model/changes.h"
#include "model/fluid_plan.h"
#include "model/outcome.h"
#include "model/transport.h"
#include "stations/flows.h"

struct fluid;

/* The messages of a class on a link. */
struct fluid_load {
    exact_sum served; /* their work up to the last look, ns of the whole line */
    double told;      /* what the owner counts on, a share of the line */
    double debt;      /* what they took beyond that, ns of the line */
};

/* What flows of a class take of a link: see transmitter_background. */
struct fluid_background {
    uint64_t cap;
    uint32_t weight;
};

/* A link direction that flows may use. */
struct fluid_link {
    struct fluid *fluid;
    uint32_t index, direction;
    /* in the owner's process */
    double line_bps;         /* of messages' bits at the full bandwidth */
    double most_bps;         /* the same of its contract; infinite where there is none */
    struct changes *changes; /* NULL: none */
    struct owners owners;    /* the partners whose flows may come */
    double *served;          /* of each of these: ns of the line that flows had after warm-up */
    uint64_t *told_cap;      /* by class: what the link has been told */
    uint32_t *told_weight;
    double *load_bps;   /* by class: of messages, as last told */
    uint32_t n_classes; /* that have flows here */
    bool in_classes;    /* loads are told to the station by class */
    struct line background;
    uint64_t told;
    /* in the process of the link */
    struct transmitter *x;
    struct fluid_load *load;                /* by class */
    struct fluid_background *background_of; /* by class: what holds now */
    uint32_t n_backgrounds;
    psn_time looked, period;
    uint32_t measure_slot;
    struct line loads;
    uint64_t reports;
};

/* A line into or out of the fluid layer, one a site, so that ties have an order of their own. */
struct fluid_port {
    struct fluid *fluid;
    struct line line;
    uint64_t order;
};

/* A flow under way, by job->group. */
struct fluid_flow {
    struct job *job;           /* NULL: not in use */
    const struct route *route; /* NULL: there is none, and it stands still */
    uint64_t generation;       /* of the uses of this place, and of its slow starts */
    uint32_t class, owner;     /* its class and partner */
    uint32_t free;             /* not in use: the next one such */
    double bits;               /* the message */
    double charged;            /* of what it had to do: in the figures of links up to charged_at */
    psn_time charged_at;
    double cap, most; /* bit/s at most, now and after slow start */
    psn_time begun;   /* when it was sent */
    psn_time round_trip;
};

struct fluid {
    const struct description *d;
    const struct fluid_plan *plan;
    struct transport *transport;
    struct process *process; /* the owner's */
    uint32_t timed_slot, flows_slot;
    struct flows flows;
    struct heap timed;       /* what comes at a known time: see fluid.c */
    struct fluid_link *link; /* those that flows may use, in the order of directions */
    uint32_t n_links;
    uint32_t *index;                 /* by direction: which of them; NO_INDEX */
    struct fluid_port *begin, *land; /* by site */
    struct fluid_flow *flow;
    size_t n_flows, room;           /* places used so far */
    uint32_t free;                  /* NO_INDEX: none */
    uint32_t *path;                 /* scratch: a route's links */
    size_t n_passed;                /* of the plan's changes of routes */
    struct outcome_class *by_class; /* [class x partners + partner]; flows that ended in time */
};

/* What comes at a known time, in this order where it comes at one. */
enum timed_kind { TIMED_CAPACITY, TIMED_ROUTES, TIMED_CHARGE, TIMED_ROUND };

#define TIMED_KIND_SHIFT 40

/* Sets the owner's slots to their next times. */
static inline void fluid_wake(struct fluid *f)
{
    const struct heap_entry *top = heap_top(&f->timed);
    tree_set(&f->process->tree, f->timed_slot, top ? top->key : PSN_NEVER);
    tree_set(&f->process->tree, f->flows_slot, f->flows.next);
}

/* Puts it among what is to come; `index` and `generation` tell of what. Not at PSN_NEVER. */
static inline void fluid_await(struct fluid *f, psn_time at, enum timed_kind kind, uint32_t index,
                               uint64_t generation)
{
    struct heap_entry e = {at, (uint64_t)kind << TIMED_KIND_SHIFT | index, {.number = generation}};
    if (at < PSN_NEVER && heap_push(&f->timed, e))
        f->process->error = PSN_EMEMORY;
}

#endif
