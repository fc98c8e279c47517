/* SPDX-License-Identifier: Apache-2.0
 * The mean response of a request. */
#include "model/response.h"

#include <math.h>
#include <stdlib.h>

#define NS 1e-9

/* What an operation takes outside of its stations. */
static double delay_of(const struct asking *w, const struct op *op)
{
    double delay = 0;
    switch (op->kind) {
    case OP_LAN:
    case OP_DELAY:
    case OP_STREAM:
        return op->mean * (op->growth == 0 ? 1 : description_growth(w->d, op->growth, w->at)) * NS;
    case OP_STORE:
        return (double)w->d->array[op->station].latency * NS;
    case OP_SEND:
        for (uint32_t i = 0; i < op->base->n; i++)
            delay += (double)op->base->route[i]->delay / op->base->n * NS;
        return delay;
    default:
        return 0;
    }
}

double response_of(const struct asking *w, const struct asker *a, enum response_part part,
                   enum visits_fork fork)
{
    const struct recipe *r = a->recipe;
    double *own = calloc((size_t)r->n_ops + 1, sizeof *own);
    if (!own)
        return NAN;
    for (uint32_t k = 0; k < r->n_ops; k++)
        own[k] = delay_of(w, &r->op[k]);
    for (size_t i = a->first_use; i < a->first_use + a->n_uses;) {
        const struct use first = w->use[i];
        double sum = 0, longest = 0, waits = 0; /* over the links of a message's route */
        for (; i < a->first_use + a->n_uses && w->use[i].op == first.op &&
               w->use[i].route == first.route;
             i++) {
            sum += w->use[i].mean;
            longest = fmax(longest, w->use[i].mean);
            waits += w->use[i].wait;
        }
        own[first.op] += first.part * (part == RESPONSE_DELAYS ? longest - sum : longest);
        own[first.op] += part == RESPONSE_WHOLE ? first.part * waits : 0;
    }
    double time = visits_time(r, a->first, fork, own);
    free(own);
    return part == RESPONSE_DELAYS ? fmax(0, time) : time;
}
