/* SPDX-License-Identifier: Apache-2.0
 * From the steps of one service, with every role bound to a machine, to operations at known places.
 * Internal to recipes (recipe.c). */
#ifndef MODEL_MAKER_H
#define MODEL_MAKER_H

#include "model/recipe.h"

struct frame;
struct known;
struct lap;

struct maker {
    struct ways *ways;
    uint32_t epoch; /* in which the requests arrive */
    const struct description *d;
    const struct source *source;
    const struct service *service; /* that the source asks for */
    psn_diagnostics *all;
    struct op *op;
    size_t n_ops, op_capacity;
    struct known *known;            /* a hash table */
    size_t n_known, known_capacity; /* which is 0 or a power of two */
    struct lap *laps;
    const struct machine **bound; /* by role: who provides it in the binding being made */
    int code;
};

/* Adds an operation; returns its index. Where memory ends or there are too many, m->code is set. */
uint32_t maker_add(struct maker *m, struct op op);

/* Adds the operations of a whole request under the present binding, the last one first; returns the
 * one with which it begins. */
uint32_t maker_request(struct maker *m);

/* Frees the operations and what was known. */
void maker_fini(struct maker *m);

#endif
