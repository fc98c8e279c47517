/* SPDX-License-Identifier: Apache-2.0
 * Recipes: from steps over roles to operations at known places. */
#include "model/recipe.h"

#include <string.h>

#include "base/array.h"

#include <stdlib.h>

/* What is still to do: a list of steps, then what follows the list that holds it. */
struct rest {
    const struct step *step;
    size_t n;
    const struct rest *then;
};

/* An operation that stands already: continuing with `step` at `place` begins at `op`. The
 * continuation after a step depends on the step alone, so this pair is all there is to know. */
struct known {
    const struct step *step; /* NULL: the end */
    uint32_t place, op;
};

struct maker {
    struct network *network;
    const struct description *d;
    const struct source *source;
    const struct service *service;
    psn_diagnostics *all;
    struct op *op;
    size_t n_ops, op_capacity;
    struct known *known;
    size_t n_known, known_capacity;
    const struct machine **bound; /* by role: who provides it in the binding being made */
    int code;
};

#define MAX_OPS 65536
/* Ways to bind the roles of a service that are shared out; the number of the draw among them, which
 * no step has. */
#define MAX_BINDINGS 256
#define BINDING_STEP UINT32_MAX

static const struct machine *hosted(const struct maker *m, uint32_t role)
{
    return m->bound[role];
}

static uint32_t add(struct maker *m, struct op op)
{
    if (m->n_ops >= MAX_OPS ||
        array_reserve((void **)&m->op, &m->op_capacity, m->n_ops + 1, sizeof *m->op)) {
        m->code = PSN_EMEMORY;
        return 0;
    }
    if (op.loop == 0)
        op.loop = 1;
    m->op[m->n_ops] = op;
    return (uint32_t)m->n_ops++;
}

static void remember(struct maker *m, const struct step *step, uint32_t place, uint32_t op)
{
    if (array_reserve((void **)&m->known, &m->known_capacity, m->n_known + 1, sizeof *m->known)) {
        m->code = PSN_EMEMORY;
        return;
    }
    m->known[m->n_known++] = (struct known){step, place, op};
}

/* The number of a step in its service, counted in the order of the text through all branches. */
static bool number_of(const struct step *list, size_t n, const struct step *wanted, uint32_t *count)
{
    for (size_t i = 0; i < n; i++) {
        if (&list[i] == wanted)
            return true;
        ++*count;
        for (size_t b = 0; b < list[i].n_branches; b++)
            if (number_of(list[i].branch[b].step, list[i].branch[b].n_steps, wanted, count))
                return true;
    }
    return false;
}

static struct op base(const struct maker *m, const struct step *step, enum op_kind kind,
                      enum op_amount amount, uint32_t place, uint32_t next)
{
    struct op op = {.kind = kind, .amount = amount, .place = place, .next = next};
    number_of(m->service->step, m->service->n_steps, step, &op.step);
    op.mean = amount == AMOUNT_NONE
                  ? 0
                  : description_amount(m->d, &step->amount.mean, m->source->partner);
    op.growth = amount == AMOUNT_NONE
                    ? 0
                    : description_amount_growth(m->d, &step->amount.mean, m->source->partner);
    op.law = step->amount.law;
    return op;
}

/* A message; none is needed within a site, unless it must draw for what follows. */
static uint32_t add_send(struct maker *m, const struct step *step, enum op_amount amount,
                         uint32_t from, uint32_t to, uint32_t next)
{
    if (from == to || m->code == PSN_EMEMORY)
        return next;
    int code;
    const struct route *route = network_route(m->network, from, to, &code);
    if (code) {
        m->code = code;
        return next;
    }
    if (!route) {
        m->code = psn_mistake_add(
            m->all, PSN_EINPUT, step->place,
            "no links lead from site \"%s\" to site \"%s\" (needed by %s in arrangement \"%s\"); "
            "expected a chain of links between them",
            m->d->site[from].name, m->d->site[to].name, m->source->name,
            m->d->arrangement ? m->d->arrangement : "");
        return next;
    }
    struct op op = base(m, step, OP_SEND, amount, from, next);
    op.route = route;
    return add(m, op);
}

#define NO_ROLE  (NO_INDEX - 1) /* nothing more has a role */
#define CONFLICT (NO_INDEX - 2) /* the branches of a choice begin at different sites */

/* The site of the next role in what is still to do. */
static uint32_t next_site(const struct maker *m, const struct rest *rest)
{
    for (; rest; rest = rest->then) {
        for (size_t i = 0; i < rest->n; i++) {
            const struct step *s = &rest->step[i];
            if (s->verb == STEP_RESPONSE)
                return NO_ROLE;
            if (s->role != NO_INDEX)
                return description_machine_site(m->d, hosted(m, s->role));
            if (s->verb != STEP_CHOICE)
                continue;
            const struct rest after = {s + 1, rest->n - i - 1, rest->then};
            uint32_t agreed = NO_ROLE;
            for (size_t b = 0; b < s->n_branches; b++) {
                const struct rest inside = {s->branch[b].step, s->branch[b].n_steps, &after};
                uint32_t site = next_site(m, &inside);
                if (site == NO_ROLE)
                    continue;
                if (agreed != NO_ROLE && site != agreed)
                    return CONFLICT;
                agreed = site;
            }
            return agreed;
        }
    }
    return NO_ROLE;
}

static uint32_t make(struct maker *m, const struct rest *rest, uint32_t place);

/* Puts `times` repetitions around the operations that `body` adds. The repeat must stand before its
 * body is added, for the body runs into it. */
struct loop {
    uint32_t repeat; /* NO_INDEX where the step is done once */
    uint32_t after;  /* where the body leads */
    size_t first_op;
};

static struct loop loop_open(struct maker *m, const struct step *step, uint32_t place,
                             uint32_t next)
{
    struct loop l = {NO_INDEX, next, 0};
    if (step->times > 1) {
        struct op op = base(m, step, OP_REPEAT, AMOUNT_NONE, place, next);
        op.times = step->times;
        l.repeat = l.after = add(m, op);
    }
    l.first_op = m->n_ops;
    return l;
}

static void loop_close(struct maker *m, const struct loop *l, uint32_t begin)
{
    if (l->repeat == NO_INDEX || m->code == PSN_EMEMORY)
        return;
    m->op[l->repeat].back = begin;
    for (size_t i = l->first_op; i < m->n_ops; i++)
        m->op[i].loop = m->op[l->repeat].times;
}

static uint32_t make_compute(struct maker *m, const struct step *s, uint32_t place, uint32_t site,
                             uint32_t next)
{
    struct loop l = loop_open(m, s, site, next);
    struct op op = base(m, s, OP_COMPUTE, AMOUNT_DRAW, site, l.after);
    op.station = hosted(m, s->role)->index;
    uint32_t at = add(m, op);
    loop_close(m, &l, at);
    return add_send(m, s, AMOUNT_NONE, place, site, at);
}

/* read and write: the job travels to the array and back, and stays where it was. */
static uint32_t make_transfer(struct maker *m, const struct step *s, uint32_t place, uint32_t next)
{
    const struct machine *host = hosted(m, s->role);
    uint32_t site = description_machine_site(m->d, host);
    bool write = s->verb == STEP_WRITE, away = site != place, array = host->kind == MACHINE_ARRAY;
    if (!away && !array)
        return next;
    struct loop l = loop_open(m, s, place, next);
    bool drawn_before = write && away;
    uint32_t at = add_send(m, s,
                           write   ? AMOUNT_NONE
                           : array ? AMOUNT_KEEP
                                   : AMOUNT_DRAW,
                           site, place, l.after);
    if (array) {
        struct op op = base(m, s, OP_STORE, drawn_before ? AMOUNT_KEEP : AMOUNT_DRAW, site, at);
        op.station = host->index;
        at = add(m, op);
    }
    at = add_send(m, s, write ? AMOUNT_DRAW : AMOUNT_NONE, place, site, at);
    loop_close(m, &l, at);
    return at;
}

static uint32_t make_choice(struct maker *m, const struct step *s, const struct rest *after,
                            uint32_t place)
{
    struct arena *a = m->network->memory;
    uint32_t *branch = arena_array(a, s->n_branches, sizeof *branch);
    double *below = arena_array(a, s->n_branches, sizeof *below);
    if (!branch || !below) {
        m->code = PSN_EMEMORY;
        return 0;
    }
    double sum = 0;
    for (size_t b = 0; b < s->n_branches; b++) {
        /* The rest lives in the arena: what is remembered outlives this call. */
        struct rest *inside = arena_alloc(a, sizeof *inside);
        if (!inside) {
            m->code = PSN_EMEMORY;
            return 0;
        }
        *inside = (struct rest){s->branch[b].step, s->branch[b].n_steps, after};
        branch[b] = make(m, inside, place);
        sum += s->branch[b].share;
        below[b] = sum;
    }
    struct op op = base(m, s, OP_CHOICE, AMOUNT_NONE, place, NO_INDEX);
    op.branch = branch;
    op.below = below;
    op.n_branches = (uint32_t)s->n_branches;
    return add(m, op);
}

static uint32_t make_request(struct maker *m, const struct step *s, const struct rest *after,
                             uint32_t place)
{
    uint32_t site = next_site(m, after);
    if (site == CONFLICT || site == NO_ROLE || site == NO_INDEX) {
        m->code = psn_mistake_add(
            m->all, PSN_EINPUT, s->place,
            site == CONFLICT ? "the branches after this request of service \"%s\" begin at "
                               "different sites; expected the request inside each branch"
                             : "no step with a role follows this request of service \"%s\"; "
                               "expected one that says where it goes",
            m->service->name);
        return 0;
    }
    return add_send(m, s, AMOUNT_DRAW, place, site, make(m, after, site));
}

static uint32_t make_step(struct maker *m, const struct step *s, const struct rest *after,
                          uint32_t place)
{
    switch (s->verb) {
    case STEP_REQUEST:
        return make_request(m, s, after, place);
    case STEP_COMPUTE: {
        uint32_t site = description_machine_site(m->d, hosted(m, s->role));
        return make_compute(m, s, place, site, make(m, after, site));
    }
    case STEP_READ:
    case STEP_WRITE:
        return make_transfer(m, s, place, make(m, after, place));
    case STEP_DELAY: {
        struct loop l = loop_open(m, s, place, make(m, after, place));
        uint32_t at = add(m, base(m, s, OP_DELAY, AMOUNT_DRAW, place, l.after));
        loop_close(m, &l, at);
        return at;
    }
    case STEP_CHOICE:
        return make_choice(m, s, after, place);
    case STEP_RESPONSE:
        return add_send(m, s, AMOUNT_DRAW, place, m->source->site, make(m, after, m->source->site));
    }
    return 0;
}

static uint32_t make_end(struct maker *m, uint32_t place)
{
    struct op op = {.kind = OP_END, .place = place, .next = NO_INDEX};
    if (place != m->source->site && m->d->workload[m->source->workload].kind != WORKLOAD_OPEN) {
        int code;
        op.route = network_route(m->network, place, m->source->site, &code);
        if (code)
            m->code = code;
        else if (!op.route)
            m->code = psn_mistake_add(
                m->all, PSN_EINPUT, m->service->place,
                "service \"%s\" ends at site \"%s\", from which no links lead back to \"%s\"; "
                "expected a way by which %s learns of its end",
                m->service->name, m->d->site[place].name, m->d->site[m->source->site].name,
                m->source->name);
    }
    return add(m, op);
}

/* The operation with which `rest` begins at `place`. What follows is made first, so that every
 * operation stands behind its successors. */
static uint32_t make(struct maker *m, const struct rest *rest, uint32_t place)
{
    while (rest && rest->n == 0)
        rest = rest->then;
    const struct step *step = rest ? rest->step : NULL;
    for (size_t i = 0; i < m->n_known; i++)
        if (m->known[i].step == step && m->known[i].place == place)
            return m->known[i].op;
    if (m->code == PSN_EMEMORY)
        return 0;
    uint32_t op;
    if (rest) {
        struct rest *after = arena_alloc(m->network->memory, sizeof *after);
        if (!after) {
            m->code = PSN_EMEMORY;
            return 0;
        }
        *after = (struct rest){rest->step + 1, rest->n - 1, rest->then};
        op = make_step(m, step, after, place);
    } else {
        op = make_end(m, place);
    }
    remember(m, step, place, op);
    return op;
}

/* The bindings of a request: every way to take one machine for each role that is shared out. */
struct bindings {
    double share[MAX_BINDINGS];
    uint32_t first[MAX_BINDINGS];
    uint32_t n;
};

/* Marks the roles that a list of steps uses. */
static void mark_roles(const struct step *s, size_t n, bool *used)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i].role != NO_INDEX)
            used[s[i].role] = true;
        for (size_t b = 0; b < s[i].n_branches; b++)
            mark_roles(s[i].branch[b].step, s[i].branch[b].n_steps, used);
    }
}

/* Binds the roles from `role` on in every way, and makes the recipe of each binding: a request
 * keeps the one that it began with. */
static void bind(struct maker *m, struct bindings *all, const bool *used, size_t role, double share)
{
    const struct description *d = m->d;
    for (; role < d->n_roles; role++) {
        const struct machine *host = &d->hosting[(size_t)m->source->partner * d->n_roles + role];
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
    const struct rest whole = {m->service->step, m->service->n_steps, NULL};
    m->n_known = 0; /* what stands already is of another binding */
    all->share[all->n] = share;
    all->first[all->n++] = make(m, &whole, m->source->site);
}

/* Where a request begins: with the choice of its binding, where there are several. */
static uint32_t choose_binding(struct maker *m, const struct bindings *all)
{
    if (all->n == 1 || m->code)
        return all->first[0];
    uint32_t *branch = arena_array(m->network->memory, all->n, sizeof *branch);
    double *below = arena_array(m->network->memory, all->n, sizeof *below);
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
    return add(m, (struct op){.kind = OP_CHOICE,
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

int recipe_make(struct network *n, uint32_t source, struct recipe *out, psn_diagnostics *all)
{
    const struct description *d = n->d;
    struct maker m = {.network = n, .d = d, .source = &d->source[source], .all = all};
    memset(out, 0, sizeof *out);
    if (!takes_part(d, m.source))
        return 0;
    m.service = &d->service[d->workload[m.source->workload].service];
    struct bindings all_bindings = {.n = 0};
    bool *used = arena_array(n->memory, d->n_roles + 1, sizeof *used);
    m.bound = arena_array(n->memory, d->n_roles + 1, sizeof *m.bound);
    if (!used || !m.bound)
        return PSN_EMEMORY;
    mark_roles(m.service->step, m.service->n_steps, used);
    bind(&m, &all_bindings, used, 0, 1);
    uint32_t first = choose_binding(&m, &all_bindings);
    if (!m.code) {
        out->op = arena_array(n->memory, m.n_ops, sizeof *out->op);
        if (out->op) {
            memcpy(out->op, m.op, m.n_ops * sizeof *out->op);
            out->n_ops = (uint32_t)m.n_ops;
            out->first = first;
        } else {
            m.code = PSN_EMEMORY;
        }
    }
    free(m.op);
    free(m.known);
    return m.code;
}
