/* SPDX-License-Identifier: Apache-2.0
 * The parts that recipes are made of. */
#include "model/making.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "kernel/job.h"
#include "kernel/random.h"

#define MAX_OPS     65536
#define VISITS_MOST (1u << JOB_VISIT_BITS)

/* Nothing more is made where memory ended or there is too much of it; other mistakes are collected.
 */
bool making_given_up(const struct maker *m)
{
    return m->code == PSN_EMEMORY || m->n_ops > MAX_OPS;
}

uint32_t maker_add(struct maker *m, struct op op)
{
    if (making_given_up(m))
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
    m->op[m->n_ops] = op;
    return (uint32_t)m->n_ops++;
}

/* Where what is known of this is in the table, or would be. */
static size_t place_of(const struct maker *m, const struct known *k)
{
    /* Multiplicative hashing: Knuth, TAOCP 3, 6.4. */
    uint64_t hash = (uint64_t)(uintptr_t)k->step * 0x9E3779B97F4A7C15u;
    hash = (hash ^ (uint64_t)(uintptr_t)k->frame ^ k->place ^ (uint64_t)k->as << 32) *
           0x9E3779B97F4A7C15u;
    size_t at = (size_t)(hash >> 32) & (m->known_capacity - 1);
    for (;; at = (at + 1) & (m->known_capacity - 1)) {
        const struct known *other = &m->known[at];
        bool same = other->step == k->step && other->place == k->place &&
                    other->frame == k->frame && other->as == k->as;
        if (other->as == KNOWN_NOTHING || same)
            return at;
    }
}

/* Room for one more. */
static bool known_grow(struct maker *m)
{
    if (2 * m->n_known < m->known_capacity)
        return true;
    struct maker old = *m;
    m->known_capacity = old.known_capacity ? 2 * old.known_capacity : 64;
    m->known = calloc(m->known_capacity, sizeof *m->known);
    if (!m->known) {
        m->known = old.known;
        m->known_capacity = old.known_capacity;
        return false;
    }
    for (size_t i = 0; i < old.known_capacity; i++)
        if (old.known[i].as != KNOWN_NOTHING)
            m->known[place_of(m, &old.known[i])] = old.known[i];
    free(old.known);
    return true;
}

void making_remember(struct maker *m, struct known known)
{
    if (!known_grow(m)) {
        m->code = PSN_EMEMORY;
        return;
    }
    m->known[place_of(m, &known)] = known;
    m->n_known++;
}

const struct known *making_find(const struct maker *m, enum known_as as, const struct frame *frame,
                                const struct step *step, uint32_t place)
{
    if (m->n_known == 0)
        return NULL;
    const struct known wanted = {as, frame, step, place, 0};
    const struct known *k = &m->known[place_of(m, &wanted)];
    return k->as != KNOWN_NOTHING ? k : NULL;
}

void making_forget(struct maker *m)
{
    if (m->n_known > 0)
        memset(m->known, 0, m->known_capacity * sizeof *m->known);
    m->n_known = 0;
}

/* Memory that lives as long as the ways: what is remembered outlives the call that made it. */
void *making_keep(struct maker *m, size_t size)
{
    void *p = arena_alloc(m->ways->memory, size);
    if (!p)
        m->code = PSN_EMEMORY;
    return p;
}

const struct rest *making_keep_rest(struct maker *m, struct rest rest)
{
    struct rest *kept = making_keep(m, sizeof *kept);
    if (kept)
        *kept = rest;
    return kept;
}

/* A step and its number in its service, counted in the order of the text through all branches and
 * all calls. */
struct numbered {
    const struct step *step;
    uint32_t number;
};

static uint32_t number_steps(const struct description *d, const struct step *list, size_t n,
                             uint32_t number, struct numbered *out, size_t *n_out)
{
    for (size_t i = 0; i < n; i++) {
        out[(*n_out)++] = (struct numbered){&list[i], number++};
        if (list[i].verb == STEP_CALL)
            number += (uint32_t)d->service[list[i].service].n_all;
        for (size_t b = 0; b < list[i].n_branches; b++)
            number = number_steps(d, list[i].branch[b].step, list[i].branch[b].n_steps, number, out,
                                  n_out);
    }
    return number;
}

static int by_address(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const struct numbered *)a)->step;
    uintptr_t y = (uintptr_t)((const struct numbered *)b)->step;
    return (x > y) - (x < y);
}

void making_number(struct maker *m, struct frame *f)
{
    const struct service *s = f->service;
    struct numbered *numbers = making_keep(m, (s->n_all + 1) * sizeof *numbers);
    if (!numbers)
        return;
    number_steps(m->d, s->step, s->n_steps, 0, numbers, &f->n_numbers);
    qsort(numbers, f->n_numbers, sizeof *numbers, by_address);
    f->numbers = numbers;
}

uint32_t making_step_number(const struct frame *f, const struct step *step)
{
    const struct numbered wanted = {step, 0};
    const struct numbered *found =
        bsearch(&wanted, f->numbers, f->n_numbers, sizeof wanted, by_address);
    return f->first + (found ? found->number : (uint32_t)f->service->n_all);
}

struct op making_op(const struct maker *m, const struct spot *at, enum op_kind kind,
                    enum op_amount amount, uint32_t place, uint32_t next)
{
    struct op op = {.kind = kind, .amount = amount, .place = place, .next = next};
    op.step = making_step_number(at->frame, at->step);
    op.mean = amount == AMOUNT_NONE
                  ? 0
                  : description_amount(m->d, &at->step->amount.mean, m->source->partner);
    op.growth = amount == AMOUNT_NONE
                    ? 0
                    : description_amount_growth(m->d, &at->step->amount.mean, m->source->partner);
    op.law = at->step->amount.law;
    op.loop = at->in ? &at->in->loop : NULL;
    op.failed = NO_INDEX;
    return op;
}

const struct route_set *making_routes(struct maker *m, uint32_t from, uint32_t to)
{
    struct way *way = ways_find(m->ways, from, to);
    int code = PSN_EMEMORY;
    const struct route_set *base = way ? ways_base(m->ways, way, m->epoch, &code, m->all) : NULL;
    if (code)
        m->code = code;
    return base;
}

uint32_t making_step_over(struct maker *m, const struct spot *at, uint32_t from, uint32_t to,
                          uint32_t next)
{
    if (from == to || making_given_up(m))
        return next;
    struct op op = making_op(m, at, OP_LAN, AMOUNT_NONE, from, next);
    op.to = to;
    op.mean = (double)place_delay(m->d, from, to);
    return maker_add(m, op);
}

/* A message from one site's network to another's. */
static uint32_t send_between(struct maker *m, const struct spot *at, enum op_amount amount,
                             uint32_t from, uint32_t to, uint32_t failed, uint32_t next)
{
    if (making_given_up(m))
        return next;
    const struct route_set *base = making_routes(m, from, to);
    if (base && base->n == 0)
        m->code = psn_mistake_add(
            m->all, PSN_EINPUT, at->step->place,
            "no links lead from site \"%s\" to site \"%s\" (needed by %s in arrangement \"%s\"); "
            "expected a chain of links between them",
            m->d->site[from].name, m->d->site[to].name, m->source->name,
            m->d->arrangement ? m->d->arrangement : "");
    if (!base || base->n == 0)
        return next;
    struct op op = making_op(m, at, OP_SEND, amount, from, next);
    struct way *way = ways_find(m->ways, from, to);
    way->sends = true;
    op.way = way;
    op.base = base;
    op.route = base->route[0];
    op.failed = failed;
    return maker_add(m, op);
}

uint32_t making_send(struct maker *m, const struct spot *at, enum op_amount amount, uint32_t from,
                     uint32_t to, uint32_t failed, uint32_t next)
{
    uint32_t site = place_site(m->d, from), other = place_site(m->d, to);
    if (site == other)
        return making_step_over(m, at, from, to, next);
    next = making_step_over(m, at, other, to, next);
    next = send_between(m, at, amount, site, other, failed, next);
    return making_step_over(m, at, from, site, next);
}

/* Of two sites at which a job may go on: both, where they are one. */
static uint32_t agree(uint32_t a, uint32_t b)
{
    if (a == NO_ROLE || b == NO_ROLE)
        return a == NO_ROLE ? b : a;
    return a == b ? a : CONFLICT;
}

/* The site at which all branches that have one begin. Those of a choice go on with what follows it;
 * those of a fork end. */
static uint32_t branches_site(const struct maker *m, const struct step *s, const struct rest *after)
{
    uint32_t agreed = NO_ROLE;
    for (size_t b = 0; b < s->n_branches; b++) {
        const struct rest inside = {.frame = after->frame,
                                    .step = s->branch[b].step,
                                    .n = s->branch[b].n_steps,
                                    .then = s->verb == STEP_CHOICE ? after : NULL};
        agreed = agree(agreed, making_next_site(m, &inside));
    }
    return agreed;
}

/* After a pass of a loop there is another one, or what follows the loop. */
static uint32_t turn_site(const struct maker *m, const struct rest *rest)
{
    const struct rest pass = {
        .frame = rest->frame, .step = rest->turn->body->step, .n = rest->turn->body->n};
    return agree(making_next_site(m, &pass), making_next_site(m, rest->then));
}

/* The steps of a called service, or of the first pass of a loop, and what follows. */
static struct rest inner_list(const struct maker *m, const struct step *s, const struct rest *after)
{
    const struct service *called = s->verb == STEP_CALL ? &m->d->service[s->service] : NULL;
    return (struct rest){.frame = after->frame,
                         .step = called ? called->step : s->branch[0].step,
                         .n = called ? called->n_steps : s->branch[0].n_steps,
                         .then = after};
}

/* The site of the next role in what is still to do. */
uint32_t making_next_site(const struct maker *m, const struct rest *rest)
{
    for (; rest; rest = rest->then) {
        if (rest->turn)
            return turn_site(m, rest);
        for (size_t i = 0; i < rest->n; i++) {
            const struct step *s = &rest->step[i];
            if (s->verb == STEP_RESPONSE)
                return NO_ROLE;
            if (s->role != NO_INDEX)
                return description_machine_site(m->d, making_host(m, s->role));
            const struct rest after = {
                .frame = rest->frame, .step = s + 1, .n = rest->n - i - 1, .then = rest->then};
            if (s->verb == STEP_CHOICE)
                return branches_site(m, s, &after);
            if (s->verb == STEP_FORK) {
                uint32_t site = branches_site(m, s, &after);
                if (site != NO_ROLE)
                    return site;
            }
            if (s->verb == STEP_CALL || s->verb == STEP_LOOP) {
                const struct rest inside = inner_list(m, s, &after);
                return making_next_site(m, &inside);
            }
        }
    }
    return NO_ROLE;
}

/* By chance passes end; a loop ends them after so many that the probability to need more is below
 * 2^-53, the least that a uniform draw tells from 0. */
static uint64_t most_passes(double again)
{
    return (uint64_t)(53 * random_log(2) / -random_log(again)) + 2;
}

/* A loop around what is at this place of the recipe, within the loops that are around it. */
struct lap *making_lap(struct maker *m, const struct spot *at)
{
    const struct step *s = at->step;
    struct lap *lap = making_keep(m, sizeof *lap);
    if (!lap)
        return NULL;
    uint64_t span = s->again > 0 ? most_passes(s->again) : s->times;
    uint64_t stride = at->in ? (uint64_t)at->in->stride * at->in->span : 1;
    if (span * stride > VISITS_MOST) {
        m->code = psn_mistake_add(m->all, PSN_EINPUT, s->place,
                                  "service \"%s\" may do this %.0f times in one request, the loops "
                                  "around it counted; expected at most %u times",
                                  at->frame->service->name, (double)(span * stride), VISITS_MOST);
        span = stride = 1;
    }
    *lap = (struct lap){.outer = at->in,
                        .frame = at->frame,
                        .step = s,
                        .stride = (uint32_t)stride,
                        .span = (uint32_t)span,
                        .entry = NO_INDEX,
                        .turn = NO_INDEX};
    lap->loop.outer = at->in ? &at->in->loop : NULL;
    lap->loop.expected = s->again > 0 ? 1 / (1 - s->again) : s->times;
    return lap;
}

/* The end of a pass; where the next one begins is not known yet. */
uint32_t making_turn(struct maker *m, const struct lap *lap, uint32_t place, uint32_t next)
{
    const struct spot at = {lap->frame, lap, lap->step, place};
    bool chance = lap->step->again > 0;
    struct op op = making_op(m, &at, chance ? OP_AGAIN : OP_REPEAT, AMOUNT_NONE, place, next);
    op.again = lap->step->again;
    op.stride = lap->stride;
    op.limit = lap->stride * (lap->span - 1);
    return maker_add(m, op);
}

void making_back(struct maker *m, uint32_t turn, uint32_t begin)
{
    if (turn != NO_INDEX && !making_given_up(m))
        m->op[turn].back = begin;
}
