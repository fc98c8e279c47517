/* SPDX-License-Identifier: Apache-2.0
 * Steps over roles become operations at known places. */
#include "model/maker.h"

#include <stdlib.h>

#include "model/making.h"

static uint32_t make(struct maker *m, const struct rest *rest, uint32_t place);

/* The end of a request, or its failure. A user who waits, or a schedule, must learn of it; who
 * sends requests one after the other at random need not, unless they have a timeout, or try again.
 */
static uint32_t make_end(struct maker *m, enum op_kind kind, uint32_t place)
{
    struct op op = {.kind = kind, .place = place, .next = NO_INDEX};
    bool told = m->d->workload[m->source->workload].kind != WORKLOAD_OPEN ||
                m->service->timeout > 0 || (kind == OP_FAIL && m->service->retries > 0);
    uint32_t site = place_site(m->d, place);
    op.told = place != m->source->site && told;
    if (op.told)
        op.back_after = place_delay(m->d, place, site);
    if (op.told && site != m->source->site) {
        const struct route_set *back = making_routes(m, site, m->source->site);
        if (back && back->n)
            op.back_after += back->route[0]->delay;
        else if (back)
            m->code = psn_mistake_add(
                m->all, PSN_EINPUT, m->service->place,
                "service \"%s\" ends at site \"%s\", from which no links lead back to \"%s\"; "
                "expected a way by which %s learns of its end",
                m->service->name, m->d->site[site].name, m->d->site[m->source->site].name,
                m->source->name);
    }
    return maker_add(m, op);
}

/* The end of a branch of a fork; `last` is the step that it ends with. */
static uint32_t make_join(struct maker *m, const struct spot *last, const struct frame *fork,
                          uint32_t place)
{
    uint32_t join =
        maker_add(m, (struct op){.kind = OP_JOIN, .place = fork->home, .next = NO_INDEX});
    return making_send(m, last, AMOUNT_NONE, place, fork->home, NO_INDEX, join);
}

/* What a job goes on with that failed at a place: it tells the branch's beginning, or its user. */
static uint32_t make_failure(struct maker *m, const struct spot *at, uint32_t place)
{
    struct frame *fork = at->frame->joins;
    const struct known *known = making_find(m, KNOWN_FAILURE, fork, NULL, place);
    if (fork)
        fork->fails = true;
    if (known)
        return known->op;
    uint32_t op = fork ? make_join(m, at, fork, place) : make_end(m, OP_FAIL, place);
    making_remember(m, (struct known){KNOWN_FAILURE, fork, NULL, place, op});
    return op;
}

static bool same_site(const struct maker *m, uint32_t place, uint32_t other)
{
    return place_site(m->d, place) == place_site(m->d, other);
}

/* Where what provides a role is, in the binding being made. */
static uint32_t role_place(const struct maker *m, uint32_t role)
{
    return place_of_machine(m->d, making_host(m, role));
}

/* A message of a step, after which the job goes on with `next`: where the network may not deliver
 * it, with its failure else. */
static uint32_t make_send(struct maker *m, const struct spot *at, enum op_amount amount,
                          uint32_t from, uint32_t to, uint32_t next)
{
    bool fails = !same_site(m, from, to) && m->ways->may_fail;
    uint32_t failed = fails ? make_failure(m, at, place_site(m->d, from)) : NO_INDEX;
    return making_send(m, at, amount, from, to, failed, next);
}

/* Of a single step that is done several times: the end of a pass, which must stand before what is
 * in it, for that runs into it. *at comes to be in the loop. NO_INDEX where it is done once. */
static uint32_t open_times(struct maker *m, struct spot *at, uint32_t place, uint32_t next)
{
    if (at->step->times <= 1)
        return NO_INDEX;
    const struct lap *lap = making_lap(m, at);
    if (!lap)
        return NO_INDEX;
    at->in = lap;
    return making_turn(m, lap, place, next);
}

static uint32_t make_delay(struct maker *m, const struct spot *at, uint32_t next)
{
    struct spot once = *at;
    uint32_t turn = open_times(m, &once, at->place, next);
    uint32_t begin = maker_add(
        m, making_op(m, &once, OP_DELAY, AMOUNT_DRAW, at->place, turn == NO_INDEX ? next : turn));
    making_back(m, turn, begin);
    return begin;
}

static uint32_t make_compute(struct maker *m, const struct spot *at, uint32_t there, uint32_t next)
{
    struct spot once = *at;
    uint32_t turn = open_times(m, &once, there, next);
    struct op op =
        making_op(m, &once, OP_COMPUTE, AMOUNT_DRAW, there, turn == NO_INDEX ? next : turn);
    op.station = making_host(m, at->step->role)->index;
    if (at->step->impatient) {
        op.patience = description_amount(m->d, &at->step->patience.mean, m->source->partner);
        op.patience_law = &at->step->patience.law;
    }
    const struct pool *pool = &m->d->pool[op.station];
    if (at->step->impatient || (pool->room > 0 && !pool->blocks))
        op.failed = make_failure(m, &once, there);
    uint32_t begin = maker_add(m, op);
    making_back(m, turn, begin);
    return make_send(m, at, AMOUNT_NONE, at->place, there, begin);
}

/* read and write: the job travels to the array and back, and stays where it was. */
static uint32_t make_transfer(struct maker *m, const struct spot *at, uint32_t next)
{
    const struct machine *host = making_host(m, at->step->role);
    uint32_t there = place_of_machine(m->d, host), place = at->place;
    bool write = at->step->verb == STEP_WRITE, away = !same_site(m, place, there);
    bool array = host->kind == MACHINE_ARRAY;
    if (!away && !array)
        return next;
    struct spot once = *at;
    uint32_t turn = open_times(m, &once, place, next);
    bool drawn_before = write && away;
    uint32_t begin = make_send(m, &once,
                               write   ? AMOUNT_NONE
                               : array ? AMOUNT_KEEP
                                       : AMOUNT_DRAW,
                               there, place, turn == NO_INDEX ? next : turn);
    if (array) {
        struct op op =
            making_op(m, &once, OP_STORE, drawn_before ? AMOUNT_KEEP : AMOUNT_DRAW, there, begin);
        op.station = host->index;
        begin = maker_add(m, op);
    }
    begin = make_send(m, &once, write ? AMOUNT_DRAW : AMOUNT_NONE, place, there, begin);
    making_back(m, turn, begin);
    return begin;
}

/* The loop that a step is, and its passes; one for all places at which jobs come to it. */
static struct lap *lap_of(struct maker *m, const struct spot *at, const struct rest *after)
{
    const struct branch *pass = &at->step->branch[0];
    for (struct lap *l = m->laps; l; l = l->next)
        if (l->step == at->step && l->frame == at->frame)
            return l;
    struct lap *lap = making_lap(m, at);
    if (!lap)
        return NULL;
    const struct rest *turn = making_keep_rest(
        m, (struct rest){.frame = at->frame, .in = at->in, .then = after, .turn = lap});
    lap->after = after;
    lap->body = making_keep_rest(
        m,
        (struct rest){
            .frame = at->frame, .in = lap, .step = pass->step, .n = pass->n_steps, .then = turn});
    if (!lap->body || !turn)
        return NULL;
    lap->next = m->laps;
    m->laps = lap;
    return lap;
}

static uint32_t make_loop(struct maker *m, const struct spot *at, const struct rest *after)
{
    struct lap *lap = lap_of(m, at, after);
    if (!lap)
        return 0;
    if (lap->used && lap->first != at->place)
        lap->loop.moves = true;
    lap->used = true;
    lap->first = at->place;
    uint32_t entry = lap->entry, turn = lap->turn; /* of a pass of a loop around this one */
    lap->entry = at->place;
    lap->turn = NO_INDEX;
    uint32_t begin = make(m, lap->body, at->place);
    making_back(m, lap->turn, begin);
    lap->entry = entry;
    lap->turn = turn;
    return begin;
}

/* The end of a pass at a place: from there the next one begins. */
static uint32_t make_turn(struct maker *m, struct lap *lap, uint32_t place)
{
    uint32_t next = make(m, lap->after, place);
    const struct known *known = making_find(m, KNOWN_TURN, lap->frame, lap->step, place);
    if (known) /* by a loop around this one */
        return known->op;
    uint32_t turn = making_turn(m, lap, place, next);
    making_remember(m, (struct known){KNOWN_TURN, lap->frame, lap->step, place, turn});
    if (making_given_up(m))
        return 0;
    if (place == lap->entry) {
        lap->turn = turn;
        return turn;
    }
    lap->loop.moves = true;
    uint32_t back = make(m, lap->body, place);
    making_back(m, turn, back);
    return turn;
}

static uint32_t make_choice(struct maker *m, const struct spot *at, const struct rest *after)
{
    const struct step *s = at->step;
    uint32_t *branch = making_keep(m, s->n_branches * sizeof *branch);
    double *below = making_keep(m, s->n_branches * sizeof *below);
    double sum = 0;
    if (making_given_up(m))
        return 0;
    for (size_t b = 0; b < s->n_branches && !making_given_up(m); b++) {
        const struct rest *inside = making_keep_rest(m, (struct rest){.frame = at->frame,
                                                                      .in = at->in,
                                                                      .step = s->branch[b].step,
                                                                      .n = s->branch[b].n_steps,
                                                                      .then = after});
        branch[b] = make(m, inside, at->place);
        sum += s->branch[b].share;
        below[b] = sum;
    }
    struct op op = making_op(m, at, OP_CHOICE, AMOUNT_NONE, at->place, NO_INDEX);
    op.branch = branch;
    op.below = below;
    op.n_branches = (uint32_t)s->n_branches;
    return maker_add(m, op);
}

/* What the branches of a fork are made in; NULL where memory ends. */
static struct frame *open_fork(struct maker *m, const struct spot *at)
{
    struct frame *frame = making_keep(m, sizeof *frame);
    if (!frame)
        return NULL;
    *frame = *at->frame;
    frame->home = at->place;
    frame->fork = true;
    frame->joins = frame;
    frame->fails = false;
    return frame;
}

/* The fork, whose branches are made. */
static uint32_t close_fork(struct maker *m, const struct spot *at, const struct frame *frame,
                           const uint32_t *branch, size_t n_branches, uint32_t next)
{
    uint32_t failed = frame->fails ? make_failure(m, at, at->place) : NO_INDEX;
    struct op op = making_op(m, at, OP_FORK, AMOUNT_NONE, at->place, next);
    op.failed = failed;
    op.branch = branch;
    op.n_branches = (uint32_t)n_branches;
    return maker_add(m, op);
}

/* Every branch begins where the fork is, and ends there: one that ends elsewhere tells by a message
 * of zero bytes. */
static uint32_t make_fork(struct maker *m, const struct spot *at, const struct rest *after)
{
    const struct step *s = at->step;
    uint32_t *branch = making_keep(m, s->n_branches * sizeof *branch);
    struct frame *frame = open_fork(m, at);
    if (making_given_up(m))
        return 0;
    uint32_t next = make(m, after, at->place);
    for (size_t b = 0; b < s->n_branches && !making_given_up(m); b++) {
        const struct rest *inside = making_keep_rest(m, (struct rest){.frame = frame,
                                                                      .in = at->in,
                                                                      .step = s->branch[b].step,
                                                                      .n = s->branch[b].n_steps});
        branch[b] = make(m, inside, at->place);
    }
    return close_fork(m, at, frame, branch, s->n_branches, next);
}

/* Packets at a constant rate from one site to another, after which the job goes on with `next`; in
 * one site a delay. They set out from the site's network, where the job is meanwhile. */
static uint32_t make_packets(struct maker *m, const struct spot *at, uint32_t from, uint32_t to,
                             uint32_t next)
{
    const struct step *s = at->step;
    if (same_site(m, from, to))
        return maker_add(m, making_op(m, at, OP_DELAY, AMOUNT_DRAW, from, next));
    uint32_t site = place_site(m->d, from);
    uint32_t sink = maker_add(m, making_op(m, at, OP_SINK, AMOUNT_NONE, to, NO_INDEX));
    uint32_t packet = making_send(m, at, AMOUNT_DRAW, site, to, sink, sink);
    if (making_given_up(m))
        return 0;
    m->op[packet].mean = s->packet_bits;
    m->op[packet].law = (struct law){.kind = LAW_CONST};
    struct op op =
        making_op(m, at, OP_STREAM, AMOUNT_DRAW, site, making_step_over(m, at, site, from, next));
    op.back = packet;
    op.interval = s->packet_bits / s->rate_bps * 1e9;
    return making_step_over(m, at, from, site, maker_add(m, op));
}

/* A stream from the role's site: a message of zero bytes asks for it, and another tells when it is
 * over. */
static uint32_t make_back(struct maker *m, const struct spot *at, uint32_t there, uint32_t over)
{
    uint32_t packets = make_packets(m, at, there, at->place, over);
    return make_send(m, at, AMOUNT_NONE, at->place, there, packets);
}

/* Both ways at once: two branches, whose draws are the same. */
static uint32_t make_stream(struct maker *m, const struct spot *at, const struct rest *after)
{
    const struct step *s = at->step;
    uint32_t there = role_place(m, s->role);
    uint32_t next = make(m, after, at->place);
    if (!s->back || same_site(m, there, at->place))
        return make_packets(m, at, at->place, there, next);
    if (!s->out)
        return make_back(m, at, there, make_send(m, at, AMOUNT_NONE, there, at->place, next));
    struct frame *frame = open_fork(m, at);
    uint32_t *branch = making_keep(m, 2 * sizeof *branch);
    if (making_given_up(m))
        return 0;
    const struct spot inside = {frame, at->in, s, at->place};
    branch[0] = make_packets(m, &inside, at->place, there, make_join(m, &inside, frame, at->place));
    branch[1] = make_back(m, &inside, there, make_join(m, &inside, frame, there));
    return close_fork(m, at, frame, branch, 2, next);
}

static uint32_t make_call(struct maker *m, const struct spot *at, const struct rest *after)
{
    const struct service *called = &m->d->service[at->step->service];
    struct frame *frame = making_keep(m, sizeof *frame);
    if (!frame)
        return 0;
    *frame = (struct frame){.service = called,
                            .joins = at->frame->joins,
                            .home = at->place,
                            .first = making_step_number(at->frame, at->step) + 1};
    making_number(m, frame);
    if (making_given_up(m))
        return 0;
    const struct rest *inside = making_keep_rest(m, (struct rest){.frame = frame,
                                                                  .in = at->in,
                                                                  .step = called->step,
                                                                  .n = called->n_steps,
                                                                  .then = after});
    return make(m, inside, at->place);
}

static uint32_t make_request(struct maker *m, const struct spot *at, const struct rest *after)
{
    uint32_t site = making_next_site(m, after);
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
    uint32_t to = same_site(m, at->place, site) ? at->place : site;
    return make_send(m, at, AMOUNT_DRAW, at->place, to, make(m, after, to));
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
        uint32_t there = role_place(m, s->role);
        return make_compute(m, at, there, make(m, after, there));
    }
    case STEP_READ:
    case STEP_WRITE:
        return make_transfer(m, at, make(m, after, place));
    case STEP_STREAM:
        return make_stream(m, at, after);
    case STEP_DELAY:
        return make_delay(m, at, make(m, after, place));
    case STEP_CHOICE:
        return make_choice(m, at, after);
    case STEP_FORK:
        return make_fork(m, at, after);
    case STEP_CALL:
        return make_call(m, at, after);
    case STEP_RESPONSE:
        return make_send(m, at, AMOUNT_DRAW, place, home, make(m, after, home));
    case STEP_LOOP:
        return make_loop(m, at, after);
    }
    return 0;
}

/* The operation with which `rest` begins at `place`. What follows is made first, so that every
 * operation stands behind its successors. */
static uint32_t make(struct maker *m, const struct rest *rest, uint32_t place)
{
    if (!rest) /* memory ended while it was made */
        return 0;
    const struct rest *done = rest; /* the last list that was begun */
    while (rest && rest->n == 0 && !rest->turn) {
        done = rest;
        rest = rest->then;
    }
    bool turn = rest && rest->turn;
    const struct frame *frame = rest ? rest->frame : done->frame;
    const struct step *step = turn ? rest->turn->step : rest ? rest->step : NULL;
    const struct known *known = making_find(m, turn ? KNOWN_TURN : KNOWN_STEP, frame, step, place);
    if (known)
        return known->op;
    if (making_given_up(m))
        return 0;
    if (turn)
        return make_turn(m, rest->turn, place);
    uint32_t op;
    if (rest) {
        const struct rest *after = making_keep_rest(m, (struct rest){.frame = frame,
                                                                     .in = rest->in,
                                                                     .step = step + 1,
                                                                     .n = rest->n - 1,
                                                                     .then = rest->then});
        if (!after)
            return 0;
        op = make_step(m, &(struct spot){frame, rest->in, step, place}, after);
    } else {
        const struct spot last = {frame, done->in, done->step - 1, place};
        op = frame->fork ? make_join(m, &last, frame, place) : make_end(m, OP_END, place);
    }
    making_remember(m, (struct known){KNOWN_STEP, frame, step, place, op});
    return op;
}

uint32_t maker_request(struct maker *m)
{
    struct frame *frame = making_keep(m, sizeof *frame);
    if (!frame)
        return 0;
    *frame = (struct frame){.service = m->service, .home = m->source->site};
    making_forget(m); /* what stands already is of another binding */
    m->laps = NULL;
    making_number(m, frame);
    if (making_given_up(m))
        return 0;
    const struct rest *whole = making_keep_rest(
        m, (struct rest){.frame = frame, .step = m->service->step, .n = m->service->n_steps});
    return make(m, whole, m->source->site);
}

void maker_fini(struct maker *m)
{
    free(m->op);
    free(m->known);
}
