/* SPDX-License-Identifier: Apache-2.0
 * Recipes: who provides each role of a request, and the operations of every such binding
 * (maker.c). */
#include "model/recipe.h"

#include <string.h>

#include "model/maker.h"

/* Ways to bind the roles of a service that are shared out; the number of the draw among them, which
 * no step has. */
#define MAX_BINDINGS 256
#define BINDING_STEP UINT32_MAX

/* The bindings of a request: every way to take one machine for each role that is shared out. */
struct bindings {
    double share[MAX_BINDINGS];
    uint32_t first[MAX_BINDINGS];
    uint32_t n;
};

/* Marks the roles that a list of steps uses, those of called services included. */
static void mark_roles(const struct description *d, const struct step *s, size_t n, bool *used)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i].role != NO_INDEX)
            used[s[i].role] = true;
        if (s[i].verb == STEP_CALL)
            mark_roles(d, d->service[s[i].service].step, d->service[s[i].service].n_steps, used);
        for (size_t b = 0; b < s[i].n_branches; b++)
            mark_roles(d, s[i].branch[b].step, s[i].branch[b].n_steps, used);
    }
}

/* Binds the roles from `role` on in every way, and makes the recipe of each binding: a request
 * keeps the one that it began with. */
static void bind(struct maker *m, struct bindings *all, const bool *used, size_t role, double share)
{
    const struct description *d = m->d;
    for (; role < d->n_roles; role++) {
        const struct machine *host =
            description_host(d, m->source->partner, (uint32_t)role, d->epoch[m->epoch]);
        m->bound[role] = host;
        if (!used[role] || !host->next)
            continue;
        for (; host; host = host->next) {
            m->bound[role] = host;
            bind(m, all, used, role + 1, share * host->share);
        }
        return;
    }
    if (all->n == MAX_BINDINGS) {
        if (m->code != PSN_EINPUT)
            m->code =
                psn_mistake_add(m->all, PSN_EINPUT, m->service->place,
                                "the roles of service \"%s\" are shared out in more than %d ways; "
                                "expected fewer machines with shares",
                                m->service->name, MAX_BINDINGS);
        return;
    }
    all->share[all->n] = share;
    all->first[all->n++] = maker_request(m);
}

/* Where a request begins: with the choice of its binding, where there are several. */
static uint32_t choose_binding(struct maker *m, const struct bindings *all)
{
    if (all->n == 1 || m->code)
        return all->first[0];
    uint32_t *branch = arena_array(m->ways->memory, all->n, sizeof *branch);
    double *below = arena_array(m->ways->memory, all->n, sizeof *below);
    if (!branch || !below) {
        m->code = PSN_EMEMORY;
        return 0;
    }
    double sum = 0;
    for (uint32_t i = 0; i < all->n; i++) {
        branch[i] = all->first[i];
        sum += all->share[i];
        below[i] = sum;
    }
    return maker_add(m, (struct op){.kind = OP_CHOICE,
                                    .place = m->source->site,
                                    .next = NO_INDEX,
                                    .step = BINDING_STEP,
                                    .branch = branch,
                                    .below = below,
                                    .n_branches = all->n});
}

/* A source takes part where its workload and its machines are there: the description has made its
 * demand zero otherwise, but a source of zero demand may also stand on machines that are not there.
 */
static bool takes_part(const struct description *d, const struct source *s)
{
    if (!d->workload[s->workload].exists || s->site == NO_INDEX || !d->site[s->site].exists)
        return false;
    return s->rate_per_s > 0 || s->users > 0 || s->n_releases > 0;
}

/* The requests that arrive in an epoch; NO_INDEX where none do. */
static uint32_t make_epoch(struct maker *m, uint32_t epoch, const bool *used)
{
    const struct description *d = m->d;
    psn_time end = epoch + 1 < d->n_epochs ? d->epoch[epoch + 1] : d->horizon;
    const struct span *there = &m->source->there;
    if (there->open >= end || there->close <= d->epoch[epoch])
        return NO_INDEX;
    struct bindings all = {.n = 0};
    m->epoch = epoch;
    bind(m, &all, used, 0, 1);
    return choose_binding(m, &all);
}

int recipe_make(struct ways *ways, uint32_t source, struct recipe *out, psn_diagnostics *all)
{
    const struct description *d = ways->d;
    struct arena *memory = ways->memory;
    struct maker m = {.d = d, .ways = ways, .source = &d->source[source], .all = all};
    memset(out, 0, sizeof *out);
    if (!takes_part(d, m.source))
        return 0;
    m.service = &d->service[d->workload[m.source->workload].service];
    bool *used = arena_array(memory, d->n_roles + 1, sizeof *used);
    m.bound = arena_array(memory, d->n_roles + 1, sizeof *m.bound);
    out->first = arena_array(memory, d->n_epochs, sizeof *out->first);
    if (!used || !m.bound || !out->first)
        return PSN_EMEMORY;
    mark_roles(d, m.service->step, m.service->n_steps, used);
    for (uint32_t k = 0; k < d->n_epochs && !m.code; k++)
        out->first[k] = make_epoch(&m, k, used);
    if (!m.code && m.n_ops > 0) {
        out->op = arena_array(memory, m.n_ops, sizeof *out->op);
        if (out->op) {
            memcpy(out->op, m.op, m.n_ops * sizeof *out->op);
            out->n_ops = (uint32_t)m.n_ops;
        } else {
            m.code = PSN_EMEMORY;
        }
    }
    maker_fini(&m);
    return m.code;
}

const struct op *recipe_drawn_by(const struct recipe *r, const struct op *op)
{
    for (uint32_t k = 0; op->amount == AMOUNT_KEEP && k < r->n_ops; k++)
        if (r->op[k].step == op->step && r->op[k].amount == AMOUNT_DRAW)
            return &r->op[k];
    return op;
}
