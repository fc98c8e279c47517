/* SPDX-License-Identifier: Apache-2.0
 * What recipes are made of: lists of steps that are still to do, loops, and single operations at
 * known places. Internal to the making of recipes (making.c, maker.c). */
#ifndef MODEL_MAKING_H
#define MODEL_MAKING_H

#include "model/maker.h"
#include "model/places.h"

/* Whose steps are being made: the service that is asked for, one that it calls, or a branch of a
 * fork. */
struct frame {
    const struct service *service;
    uint32_t home;  /* where its `response` goes: the user's site, the place of the call or fork */
    uint32_t first; /* the number of the service's first step */
    const struct numbered *numbers; /* of the service's own steps, by address */
    size_t n_numbers;
    bool fork;           /* a branch, which ends by joining the others at `home` */
    struct frame *joins; /* the branch that this is or is called in; NULL: none */
    bool fails;          /* of a branch: a job may fail in it */
};

/* What is still to do: a list of steps, then what follows the list that holds it. */
struct rest {
    const struct frame *frame;
    const struct lap *in; /* the innermost loop around the list; NULL: none */
    const struct step *step;
    size_t n;
    const struct rest *then;
    struct lap *turn; /* no list, but where a pass of this loop ends */
};

/* A loop that is being made. The next pass begins where the last one ended, which may be elsewhere
 * than the first one began. */
struct lap {
    struct loop loop;
    const struct lap *outer;
    const struct frame *frame;
    const struct step *step;  /* which the loop is of */
    const struct rest *body;  /* a pass, up to its turn */
    const struct rest *after; /* the last one */
    uint32_t stride, span;    /* see struct op; span: the most passes */
    bool used;
    uint32_t first;   /* the place where a job came to it, once it is used */
    uint32_t entry;   /* the place where the pass being made begins; NO_INDEX: none is being made */
    uint32_t turn;    /* the end of a pass at that place, or NO_INDEX */
    struct lap *next; /* of those known */
};

/* An operation that stands already: continuing in `frame` with `step` at `place` begins at `op`.
 * The continuation after a step depends on the step and its frame alone, so these are all there is
 * to know. */
enum known_as {
    KNOWN_NOTHING,
    KNOWN_STEP,
    KNOWN_TURN,    /* after a pass of the loop that `step` is */
    KNOWN_FAILURE, /* of a job in the branch `frame`, or of the request (NULL) */
};

struct known {
    enum known_as as;
    const struct frame *frame;
    const struct step *step; /* NULL: the end */
    uint32_t place, op;
};

/* A step where it is made. */
struct spot {
    const struct frame *frame;
    const struct lap *in; /* the innermost loop around it; NULL: none */
    const struct step *step;
    uint32_t place;
};

#define NO_ROLE  (NO_INDEX - 1) /* nothing more has a role */
#define CONFLICT (NO_INDEX - 2) /* the branches of a choice or fork begin at different sites */

/* Who provides a role in the binding being made. */
static inline const struct machine *making_host(const struct maker *m, uint32_t role)
{
    return m->bound[role];
}

/* Nothing more is made where memory ended or there is too much of it; other mistakes are collected.
 */
bool making_given_up(const struct maker *m);

/* Memory that lives as long as the network: what is remembered outlives the call that made it. NULL
 * with m->code set where it ends. */
void *making_keep(struct maker *m, size_t size);
const struct rest *making_keep_rest(struct maker *m, struct rest rest);

/* What stands already, and what does from now on. */
const struct known *making_find(const struct maker *m, enum known_as as, const struct frame *frame,
                                const struct step *step, uint32_t place);
void making_remember(struct maker *m, struct known known);

/* Nothing stands any more. */
void making_forget(struct maker *m);

/* Numbers the steps of a frame's service. Where memory ends, m->code is set. */
void making_number(struct maker *m, struct frame *f);

/* The number of a step in the service that is asked for; of what is no step of the frame's service
 * the number after its last. */
uint32_t making_step_number(const struct frame *f, const struct step *step);

/* An operation of a step, with its amount. */
struct op making_op(const struct maker *m, const struct spot *at, enum op_kind kind,
                    enum op_amount amount, uint32_t place, uint32_t next);

/* Adds the way over a site's LAN from one of its places to another; returns it, or `next` where
 * they are one. */
uint32_t making_step_over(struct maker *m, const struct spot *at, uint32_t from, uint32_t to,
                          uint32_t next);

/* Adds a message from place to place, and returns what it begins with, or `next` where none is
 * needed: at one place. Within a site it goes over the LAN alone, and nothing is drawn; between
 * sites over both LANs and the links between. Where it is lost or finds no route the job goes on,
 * at the network of the site that it left, with `failed`; NO_INDEX: then it is sent until it gets
 * through. */
uint32_t making_send(struct maker *m, const struct spot *at, enum op_amount amount, uint32_t from,
                     uint32_t to, uint32_t failed, uint32_t next);

/* The routes from one site to another; n 0 where there are none. NULL with m->code set where memory
 * ends, or a mistake was told. */
const struct route_set *making_routes(struct maker *m, uint32_t from, uint32_t to);

/* The site of the next role in what is still to do. */
uint32_t making_next_site(const struct maker *m, const struct rest *rest);

/* A loop around what is at this place of the recipe, within the loops that are around it. NULL
 * where memory ends. */
struct lap *making_lap(struct maker *m, const struct spot *at);

/* Adds the end of a pass. Where the next one begins is set by making_back, once it stands. */
uint32_t making_turn(struct maker *m, const struct lap *lap, uint32_t place, uint32_t next);
void making_back(struct maker *m, uint32_t turn, uint32_t begin);

#endif
