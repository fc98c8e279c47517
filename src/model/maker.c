/* SPDX-License-Identifier: Apache-2.0
 * Steps over roles become operations at known places. */
#include "model/maker.h"

#include <stdlib.h>

#include "base/array.h"

/* Whose steps are being made: the service that is asked for, one that it calls, or a branch of a
 * fork. */
struct frame {
    const struct service *service;
    uint32_t home;  /* where its `response` goes: the user's site, the place of the call or fork */
    uint32_t first; /* the number of the service's first step */
    bool fork;      /* a branch, which ends by joining the others at `home` */
};

/* What is still to do: a list of steps, then what follows the list that holds it. */
struct rest {
    const struct frame *frame;
    const struct step *step;
    size_t n;
    const struct rest *then;
};

/* An operation that stands already: continuing in `frame` with `step` at `place` begins at `op`.
 * The continuation after a step depends on the step and its frame alone, so these are all there is
 * to know. */
struct known {
    const struct frame *frame;
    const struct step *step; /* NULL: the end */
    uint32_t place, op;
};

#define MAX_OPS 65536

static const struct machine *hosted(const struct maker *m, uint32_t role)
{
    return m->bound[role];
}

/* Nothing more is made where memory ended or there is too much of it; other mistakes are collected.
 */
static bool given_up(const struct maker *m)
{
    return m->code == PSN_EMEMORY || m->n_ops > MAX_OPS;
}

uint32_t maker_add(struct maker *m, struct op op)
{
    if (given_up(m))
        return 0;
    if (m->n_ops == MAX_OPS) {
        m->n_ops++;
        m->code = psn_mistake_add(m->all, PSN_EINPUT, m->service->place,
                                  "service \"%s\" makes more than %d operations for %s; expected "
                                  "fewer steps, or fewer machines with shares",
                                  m->service->name, MAX_OPS, m->source->name);
        return 0;
    }
    if (array_reserve((void **)&m->op, &m->op_capacity, m->n_ops + 1, sizeof *m->op)) {
        m->code = PSN_EMEMORY;
        return 0;
    }
    if (op.loop == 0)
        op.loop = 1;
    m->op[m->n_ops] = op;
    return (uint32_t)m->n_ops++;
}

static void remember(struct maker *m, struct known known)
{
    if (array_reserve((void **)&m->known, &m->known_capacity, m->n_known + 1, sizeof *m->known))
        m->code = PSN_EMEMORY;
    else
        m->known[m->n_known++] = known;
}

/* Memory that lives as long as the network: what is remembered outlives the call that made it. */
static void *keep(struct maker *m, size_t size)
{
    void *p = arena_alloc(m->network->memory, size);
    if (!p)
        m->code = PSN_EMEMORY;
    return p;
}

static const struct rest *keep_rest(struct maker *m, const struct frame *frame,
                                    const struct step *step, size_t n, const struct rest *then)
{
    struct rest *rest = keep(m, sizeof *rest);
    if (rest)
        *rest = (struct rest){frame, step, n, then};
    return rest;
}

/* The number of a step in its service, counted in the order of the text through all branches and
 * all calls. */
static bool number_of(const struct description *d, const struct step *list, size_t n,
                      const struct step *wanted, uint32_t *count)
{
    for (size_t i = 0; i < n; i++) {
        if (&list[i] == wanted)
            return true;
        ++*count;
        if (list[i].verb == STEP_CALL)
            *count += (uint32_t)d->service[list[i].service].n_all;
        for (size_t b = 0; b < list[i].n_branches; b++)
            if (number_of(d, list[i].branch[b].step, list[i].branch[b].n_steps, wanted, count))
                return true;
    }
    return false;
}

static uint32_t step_number(const struct maker *m, const struct frame *f, const struct step *step)
{
    uint32_t n = f->first;
    number_of(m->d, f->service->step, f->service->n_steps, step, &n);
    return n;
}

/* A step where it is made. */
struct spot {
    const struct frame *frame;
    const struct step *step;
    uint32_t place;
};

static struct op base(const struct maker *m, const struct spot *at, enum op_kind kind,
                      enum op_amount amount, uint32_t place, uint32_t next)
{
    struct op op = {.kind = kind, .amount = amount, .place = place, .next = next};
    op.step = step_number(m, at->frame, at->step);
    op.mean = amount == AMOUNT_NONE
                  ? 0
                  : description_amount(m->d, &at->step->amount.mean, m->source->partner);
    op.growth = amount == AMOUNT_NONE
                    ? 0
                    : description_amount_growth(m->d, &at->step->amount.mean, m->source->partner);
    op.law = at->step->amount.law;
    return op;
}

/* The route that a step needs; NULL with m->code set where there is none. */
static const struct route *route_to(struct maker *m, const struct step *step, uint32_t from,
                                    uint32_t to)
{
    int code;
    const struct route *route = network_route(m->network, from, to, &code);
    if (code)
        m->code = code;
    else if (!route)
        m->code = psn_mistake_add(
            m->all, PSN_EINPUT, step->place,
            "no links lead from site \"%s\" to site \"%s\" (needed by %s in arrangement \"%s\"); "
            "expected a chain of links between them",
            m->d->site[from].name, m->d->site[to].name, m->source->name,
            m->d->arrangement ? m->d->arrangement : "");
    return route;
}

/* A message; none is needed within a site. */
static uint32_t add_send(struct maker *m, const struct spot *at, enum op_amount amount,
                         uint32_t from, uint32_t to, uint32_t next)
{
    if (from == to || given_up(m))
        return next;
    const struct route *route = route_to(m, at->step, from, to);
    if (!route)
        return next;
    struct op op = base(m, at, OP_SEND, amount, from, next);
    op.route = route;
    return maker_add(m, op);
}

#define NO_ROLE  (NO_INDEX - 1) /* nothing more has a role */
#define CONFLICT (NO_INDEX - 2) /* the branches of a choice or fork begin at different sites */

static uint32_t next_site(const struct maker *m, const struct rest *rest);

/* The site at which all branches that have one begin. Those of a choice go on with what follows it;
 * those of a fork end. */
static uint32_t branches_site(const struct maker *m, const struct step *s, const struct rest *after)
{
    uint32_t agreed = NO_ROLE;
    for (size_t b = 0; b < s->n_branches; b++) {
        const struct rest inside = {after->frame, s->branch[b].step, s->branch[b].n_steps,
                                    s->verb == STEP_CHOICE ? after : NULL};
        uint32_t site = next_site(m, &inside);
        if (site == NO_ROLE)
            continue;
        if (agreed != NO_ROLE && site != agreed)
            return CONFLICT;
        agreed = site;
    }
    return agreed;
}

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
            const struct rest after = {rest->frame, s + 1, rest->n - i - 1, rest->then};
            if (s->verb == STEP_CHOICE)
                return branches_site(m, s, &after);
            if (s->verb == STEP_FORK) {
                uint32_t site = branches_site(m, s, &after);
                if (site != NO_ROLE)
                    return site;
            }
            if (s->verb == STEP_CALL) {
                const struct service *called = &m->d->service[s->service];
                const struct rest inside = {rest->frame, called->step, called->n_steps, &after};
                return next_site(m, &inside);
            }
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

static struct loop loop_open(struct maker *m, const struct spot *at, uint32_t place, uint32_t next)
{
    struct loop l = {NO_INDEX, next, 0};
    if (at->step->times > 1) {
        struct op op = base(m, at, OP_REPEAT, AMOUNT_NONE, place, next);
        op.times = at->step->times;
        l.repeat = l.after = maker_add(m, op);
    }
    l.first_op = m->n_ops;
    return l;
}

static void loop_close(struct maker *m, const struct loop *l, uint32_t begin)
{
    if (l->repeat == NO_INDEX || given_up(m))
        return;
    m->op[l->repeat].back = begin;
    for (size_t i = l->first_op; i < m->n_ops; i++)
        m->op[i].loop = m->op[l->repeat].times;
}

static uint32_t make_compute(struct maker *m, const struct spot *at, uint32_t site, uint32_t next)
{
    struct loop l = loop_open(m, at, site, next);
    struct op op = base(m, at, OP_COMPUTE, AMOUNT_DRAW, site, l.after);
    op.station = hosted(m, at->step->role)->index;
    uint32_t begin = maker_add(m, op);
    loop_close(m, &l, begin);
    return add_send(m, at, AMOUNT_NONE, at->place, site, begin);
}

/* read and write: the job travels to the array and back, and stays where it was. */
static uint32_t make_transfer(struct maker *m, const struct spot *at, uint32_t next)
{
    const struct machine *host = hosted(m, at->step->role);
    uint32_t site = description_machine_site(m->d, host), place = at->place;
    bool write = at->step->verb == STEP_WRITE, away = site != place;
    bool array = host->kind == MACHINE_ARRAY;
    if (!away && !array)
        return next;
    struct loop l = loop_open(m, at, place, next);
    bool drawn_before = write && away;
    uint32_t begin = add_send(m, at,
                              write   ? AMOUNT_NONE
                              : array ? AMOUNT_KEEP
                                      : AMOUNT_DRAW,
                              site, place, l.after);
    if (array) {
        struct op op = base(m, at, OP_STORE, drawn_before ? AMOUNT_KEEP : AMOUNT_DRAW, site, begin);
        op.station = host->index;
        begin = maker_add(m, op);
    }
    begin = add_send(m, at, write ? AMOUNT_DRAW : AMOUNT_NONE, place, site, begin);
    loop_close(m, &l, begin);
    return begin;
}

static uint32_t make_choice(struct maker *m, const struct spot *at, const struct rest *after)
{
    const struct step *s = at->step;
    uint32_t *branch = keep(m, s->n_branches * sizeof *branch);
    double *below = keep(m, s->n_branches * sizeof *below);
    double sum = 0;
    if (given_up(m))
        return 0;
    for (size_t b = 0; b < s->n_branches && !given_up(m); b++) {
        const struct rest *inside =
            keep_rest(m, at->frame, s->branch[b].step, s->branch[b].n_steps, after);
        branch[b] = inside ? make(m, inside, at->place) : 0;
        sum += s->branch[b].share;
        below[b] = sum;
    }
    struct op op = base(m, at, OP_CHOICE, AMOUNT_NONE, at->place, NO_INDEX);
    op.branch = branch;
    op.below = below;
    op.n_branches = (uint32_t)s->n_branches;
    return maker_add(m, op);
}

/* Every branch begins where the fork is, and ends there: one that ends elsewhere tells by a message
 * of zero bytes. */
static uint32_t make_fork(struct maker *m, const struct spot *at, const struct rest *after)
{
    const struct step *s = at->step;
    uint32_t *branch = keep(m, s->n_branches * sizeof *branch);
    struct frame *frame = keep(m, sizeof *frame);
    if (given_up(m))
        return 0;
    *frame = *at->frame;
    frame->home = at->place;
    frame->fork = true;
    uint32_t next = make(m, after, at->place);
    for (size_t b = 0; b < s->n_branches && !given_up(m); b++) {
        const struct rest *inside =
            keep_rest(m, frame, s->branch[b].step, s->branch[b].n_steps, NULL);
        branch[b] = inside ? make(m, inside, at->place) : 0;
    }
    struct op op = base(m, at, OP_FORK, AMOUNT_NONE, at->place, next);
    op.branch = branch;
    op.n_branches = (uint32_t)s->n_branches;
    return maker_add(m, op);
}

static uint32_t make_call(struct maker *m, const struct spot *at, const struct rest *after)
{
    const struct service *called = &m->d->service[at->step->service];
    struct frame *frame = keep(m, sizeof *frame);
    if (!frame)
        return 0;
    *frame = (struct frame){
        .service = called, .home = at->place, .first = step_number(m, at->frame, at->step) + 1};
    const struct rest *inside = keep_rest(m, frame, called->step, called->n_steps, after);
    return inside ? make(m, inside, at->place) : 0;
}

static uint32_t make_request(struct maker *m, const struct spot *at, const struct rest *after)
{
    uint32_t site = next_site(m, after);
    if (site == CONFLICT || site == NO_ROLE || site == NO_INDEX) {
        m->code = psn_mistake_add(
            m->all, PSN_EINPUT, at->step->place,
            site == CONFLICT ? "the branches after this request of service \"%s\" begin at "
                               "different sites; expected the request inside each branch"
                             : "no step with a role follows this request of service \"%s\"; "
                               "expected one that says where it goes",
            at->frame->service->name);
        return 0;
    }
    return add_send(m, at, AMOUNT_DRAW, at->place, site, make(m, after, site));
}

static uint32_t make_step(struct maker *m, const struct spot *at, const struct rest *after)
{
    const struct step *s = at->step;
    uint32_t place = at->place, home = at->frame->home;
    switch (s->verb) {
    case STEP_REQUEST:
        return make_request(m, at, after);
    case STEP_COMPUTE:
    case STEP_DESK: {
        uint32_t site = description_machine_site(m->d, hosted(m, s->role));
        return make_compute(m, at, site, make(m, after, site));
    }
    case STEP_READ:
    case STEP_WRITE:
        return make_transfer(m, at, make(m, after, place));
    case STEP_DELAY: {
        struct loop l = loop_open(m, at, place, make(m, after, place));
        uint32_t begin = maker_add(m, base(m, at, OP_DELAY, AMOUNT_DRAW, place, l.after));
        loop_close(m, &l, begin);
        return begin;
    }
    case STEP_CHOICE:
        return make_choice(m, at, after);
    case STEP_FORK:
        return make_fork(m, at, after);
    case STEP_CALL:
        return make_call(m, at, after);
    case STEP_RESPONSE:
        return add_send(m, at, AMOUNT_DRAW, place, home, make(m, after, home));
    case STEP_LOOP: /* the language does not let it through yet */
        break;
    }
    return 0;
}

/* The end of a request. A user who waits, or a schedule, must learn of it; who sends requests one
 * after the other at random need not, unless they have a timeout. */
static uint32_t make_end(struct maker *m, uint32_t place)
{
    struct op op = {.kind = OP_END, .place = place, .next = NO_INDEX};
    bool told =
        m->d->workload[m->source->workload].kind != WORKLOAD_OPEN || m->service->timeout > 0;
    if (place != m->source->site && told) {
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
    return maker_add(m, op);
}

/* The end of a branch of a fork; `last` is the step that it ends with. */
static uint32_t make_join(struct maker *m, const struct frame *frame, const struct step *last,
                          uint32_t place)
{
    const struct spot at = {frame, last, place};
    uint32_t join =
        maker_add(m, (struct op){.kind = OP_JOIN, .place = frame->home, .next = NO_INDEX});
    return add_send(m, &at, AMOUNT_NONE, place, frame->home, join);
}

/* The operation with which `rest` begins at `place`. What follows is made first, so that every
 * operation stands behind its successors. */
static uint32_t make(struct maker *m, const struct rest *rest, uint32_t place)
{
    const struct rest *done = rest; /* the last list that was begun */
    while (rest && rest->n == 0) {
        done = rest;
        rest = rest->then;
    }
    const struct frame *frame = rest ? rest->frame : done->frame;
    const struct step *step = rest ? rest->step : NULL;
    for (size_t i = 0; i < m->n_known; i++)
        if (m->known[i].step == step && m->known[i].place == place && m->known[i].frame == frame)
            return m->known[i].op;
    if (given_up(m))
        return 0;
    uint32_t op;
    if (rest) {
        const struct rest *after = keep_rest(m, frame, step + 1, rest->n - 1, rest->then);
        if (!after)
            return 0;
        op = make_step(m, &(struct spot){frame, step, place}, after);
    } else {
        op = frame->fork ? make_join(m, frame, done->step - 1, place) : make_end(m, place);
    }
    remember(m, (struct known){frame, step, place, op});
    return op;
}

uint32_t maker_request(struct maker *m)
{
    struct frame *frame = keep(m, sizeof *frame);
    if (!frame)
        return 0;
    *frame = (struct frame){.service = m->service, .home = m->source->site};
    m->n_known = 0; /* what stands already is of another binding */
    const struct rest *whole = keep_rest(m, frame, m->service->step, m->service->n_steps, NULL);
    return whole ? make(m, whole, m->source->site) : 0;
}

void maker_fini(struct maker *m)
{
    free(m->op);
    free(m->known);
}
