/* SPDX-License-Identifier: Apache-2.0
 * Where arrivals are Poisson. Open requests arrive so. A station of product form lets through what
 * it gets: Poisson where nobody comes back to it (Burke, Operations Research 4, 1956; Kelly,
 * Reversibility and Stochastic Networks, 1979, sections 2.2 and 3.3), and else what keeps a network
 * of such stations one of product form. Behind any other station, or a join, arrivals are neither.
 */
#include <stdlib.h>
#include <string.h>

#include "model/asking.h"

static enum arrivals least(enum arrivals a, enum arrivals b)
{
    return a < b ? a : b;
}

/* How a job leaves a station, by how it came. */
static enum arrivals behind(const struct asking *w, const struct use *u, const bool *forward,
                            enum arrivals come)
{
    const struct place *p = &w->place[u->station];
    if (!p->product || p->forked || p->arrivals == ARRIVALS_OTHER)
        return ARRIVALS_OTHER;
    return forward[u->station] && !u->again ? come : least(come, ARRIVALS_PRODUCT);
}

/* Follows the requests of an asker through its operations. Sets *changed where a station's arrivals
 * are found to be less than was thought. */
static void follow(struct asking *w, const struct asker *a, const bool *forward,
                   enum arrivals *come, bool *changed)
{
    const struct recipe *r = a->recipe;
    size_t i = a->first_use;
    for (uint32_t k = 0; k < r->n_ops; k++)
        come[k] = ARRIVALS_POISSON;
    if (a->varies)
        come[a->first] = ARRIVALS_OTHER;
    for (uint32_t k = r->n_ops; k-- > 0;) {
        const struct op *op = &r->op[k];
        if (a->visits[k] <= 0)
            continue;
        enum arrivals on = come[k], off = ARRIVALS_POISSON; /* off: behind other routes */
        uint32_t route = 0;
        for (; i < a->first_use + a->n_uses && w->use[i].op == k; i++) {
            const struct use *u = &w->use[i];
            if (u->route != route) { /* chosen by a hash, as if by chance */
                off = least(off, on);
                on = come[k];
                route = u->route;
            }
            struct place *p = &w->place[u->station];
            enum arrivals here = u->again ? least(on, ARRIVALS_PRODUCT) : on;
            if (here < p->arrivals) {
                p->arrivals = here;
                *changed = true;
            }
            on = behind(w, u, forward, on);
        }
        on = least(on, off);
        for (uint32_t b = 0; b < op->n_branches; b++)
            come[op->branch[b]] = least(come[op->branch[b]], on);
        if (op->kind == OP_STREAM)
            come[op->back] = ARRIVALS_OTHER;
        if (op->next != NO_INDEX)
            come[op->next] = least(come[op->next], op->kind == OP_FORK ? ARRIVALS_OTHER : on);
    }
}

/* Which stations come before every one that jobs go to from there: no way leads back, nor from one
 * to which a way leads back. The order of an asker's uses stands for its ways. */
static int find_forward(const struct asking *w, bool *forward)
{
    size_t *before = calloc(w->n_stations + 1, sizeof *before);
    uint32_t *ready = calloc(w->n_stations + 1, sizeof *ready);
    size_t n = 0;
    if (!before || !ready) {
        free(before);
        free(ready);
        return PSN_EMEMORY;
    }
    for (size_t i = 1; i < w->n_uses; i++)
        if (w->use[i].asker == w->use[i - 1].asker)
            before[w->use[i].station]++;
    for (uint32_t t = 0; t < w->n_stations; t++)
        if (before[t] == 0)
            ready[n++] = t;
    for (size_t done = 0; done < n; done++) {
        uint32_t t = ready[done];
        forward[t] = true;
        for (uint32_t i = w->from[t]; i < w->from[t + 1]; i++) {
            size_t k = w->order[i] + 1;
            if (k < w->n_uses && w->use[k].asker == w->use[k - 1].asker &&
                --before[w->use[k].station] == 0)
                ready[n++] = w->use[k].station;
        }
    }
    free(before);
    free(ready);
    return 0;
}

int asking_flow(struct asking *w)
{
    uint32_t most = 0;
    for (size_t i = 0; i < w->n_askers; i++)
        most = w->asker[i].recipe->n_ops > most ? w->asker[i].recipe->n_ops : most;
    bool *forward = calloc(w->n_stations + 1, sizeof *forward), changed = true;
    enum arrivals *come = calloc((size_t)most + 1, sizeof *come);
    int code = forward && come ? find_forward(w, forward) : PSN_EMEMORY;
    for (size_t t = 0; t < w->n_stations; t++)
        w->place[t].arrivals = w->place[t].closed ? ARRIVALS_OTHER : ARRIVALS_POISSON;
    while (!code && changed) {
        changed = false;
        for (size_t i = 0; i < w->n_askers; i++)
            follow(w, &w->asker[i], forward, come, &changed);
    }
    free(forward);
    free(come);
    return code;
}
