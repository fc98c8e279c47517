/* SPDX-License-Identifier: Apache-2.0
 * Who asks what of which station at one time. */
#include "model/asking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "kernel/random.h"
#include "model/arrays.h"
#include "model/changes.h"
#include "model/visits.h"

#define NS 1e-9

/* Draws for the moments of a transfer's service time where its size is random. */
#define SAMPLES 4096

struct theory_note note_worse(struct theory_note a, struct theory_note b)
{
    return b.kind < a.kind ? b : a;
}

/* The servers and the speed of a pool at a time. */
static void set_pool(struct place *p, const struct pool *pool, psn_time at)
{
    *p = (struct place){.servers = pool->hosts * pool->cores,
                        .speed = pool->speed,
                        .discipline = pool->discipline,
                        .unlimited = pool->discipline == DISCIPLINE_UNLIMITED,
                        .shared = pool->discipline == DISCIPLINE_SHARING,
                        .room = pool->room,
                        .blocks = pool->blocks,
                        .held = pool->wraps_up};
    for (size_t i = 0; i < pool->n_capacities && pool->capacity[i].at <= at; i++) {
        p->servers = pool->capacity[i].servers;
        p->speed = pool->capacity[i].speed;
    }
    if (p->unlimited)
        p->servers = 0;
}

/* The speed of a link at a time, and what its queues and line do that theory does not know. */
static void set_link(struct place *p, const struct description *d, bool cut, const struct link *l,
                     psn_time at)
{
    p->rerouted = cut;
    for (size_t i = 0; i < l->n_capacities && l->capacity[i].at <= at; i++) {
        p->servers = l->capacity[i].servers;
        p->speed = l->capacity[i].speed;
    }
    p->channel = d->n_classes > 0;
    if (p->channel)
        p->discipline = DISCIPLINE_FAIR_QUEUES;
    if (l->contract_bps > 0)
        p->unknown = REASON_SHAPED;
    if (l->buffer_bits > 0 || l->loss > 0)
        p->unknown = REASON_DROPS;
    for (size_t i = 0; i < d->n_classes; i++)
        if (d->class[i].limit > 0)
            p->unknown = REASON_DROPS;
}

static int add_use(struct asking *w, struct use u)
{
    if (array_reserve((void **)&w->use, &w->use_capacity, w->n_uses + 1, sizeof *w->use))
        return PSN_EMEMORY;
    u.through = 1;
    u.part = u.part > 0 ? u.part : 1;
    if (u.taken <= 0) {
        u.taken = u.mean;
        u.taken_second = u.second;
    }
    w->use[w->n_uses++] = u;
    return 0;
}

/* The mean amount of an operation at the time looked at. */
static double amount_of(const struct asking *w, const struct op *op)
{
    return op->growth == 0 ? op->mean : op->mean * description_growth(w->d, op->growth, w->at);
}

/* Sets the moments of a service time of this mean and law. */
static void set_law(struct use *u, double mean, const struct law *law)
{
    double scv = law_scv(law);
    u->mean = mean;
    u->second = mean > 0 ? mean * mean * (1 + scv) : 0;
    u->exponential = law->kind == LAW_EXP && mean > 0;
    u->constant = scv <= 0 || mean <= 0;
    u->tail = mean > 0 ? law_tail(law) : INFINITY;
}

/* Its server stays busy after it: drawn by itself, so that the moments add up. */
static void wrap_up(struct use *u, const struct pool *p)
{
    double held = p->wrap_up.mean.value * NS;
    u->taken = u->mean + held;
    u->taken_second = u->second + 2 * u->mean * held + held * held * (1 + law_scv(&p->wrap_up.law));
}

static void set_transfer(const struct asking *w, struct use *u, const struct op *draw,
                         const struct array *a)
{
    double mean = amount_of(w, draw), first = 0, second = 0;
    set_law(u, array_demand(a->iops, a->bandwidth_bps, mean) * NS, &draw->law);
    if (draw->law.kind == LAW_CONST)
        return;
    struct stream s = {.key = random_key(1, 0, "laws", RANDOM_STEP, 0), .law = draw->law};
    for (uint64_t n = 0; n < SAMPLES; n++) {
        double x = array_demand(a->iops, a->bandwidth_bps, mean * stream_draw_one(&s, n, 0)) * NS;
        first += x / SAMPLES;
        second += x * x / SAMPLES;
    }
    u->mean = first;
    u->second = isinf(u->second) ? INFINITY : second;
    u->exponential = false;
    u->sampled = true;
}

/* The service of a message at a link, as fast as that is now. */
static void set_message(struct asking *w, struct use *u, const struct link *l, double mean,
                        const struct law *law)
{
    const struct place *p = &w->place[u->station];
    double bps = l->bandwidth_bps * (p->speed > 0 ? p->speed : 1);
    struct wire wire = wire_of(&w->wires, l, law, mean);
    set_law(u, wire.mean / bps, law);
    if (!wire.sampled)
        return;
    u->second = wire.second / (bps * bps);
    u->exponential = false;
    u->sampled = true;
}

/* The links of a message's route, which a part of its messages take. */
static int add_route(struct asking *w, struct use u, const struct op *op, const struct op *draw,
                     const struct route *route)
{
    const struct description *d = w->d;
    double bits = op->amount == AMOUNT_NONE ? 0 : amount_of(w, draw);
    bool flows = u.class != NO_INDEX && d->class[u.class].flows && bits > 0 &&
                 (draw->law.kind != LAW_CONST || bits > route->segment_bits);
    u.visits *= u.part;
    for (uint32_t h = 0; h < route->n_hops; h++) {
        u.station = (uint32_t)(d->n_pools + d->n_arrays) + route->hop[h];
        set_message(w, &u, &d->link[route->hop[h] / 2], bits, &draw->law);
        u.same = (h > 0 || op->amount == AMOUNT_KEEP) && !u.constant;
        if (flows)
            w->place[u.station].unknown = REASON_FLOWS;
        if (add_use(w, u))
            return PSN_EMEMORY;
    }
    return 0;
}

/* The stations that an operation is served by, in order. */
static int add_uses(struct asking *w, uint32_t asker, uint32_t k)
{
    const struct description *d = w->d;
    const struct asker *a = &w->asker[asker];
    const struct op *op = &a->recipe->op[k], *draw = recipe_drawn_by(a->recipe, op);
    const struct service *service = &d->service[d->workload[a->source->workload].service];
    struct use u = {.asker = asker,
                    .op = k,
                    .class = service->class,
                    .visits = a->visits[k],
                    .level = d->n_levels ? d->n_levels - 1 : 0,
                    .weight = 1,
                    .patience = INFINITY};
    if (service->class != NO_INDEX) {
        u.level = d->class[service->class].level;
        u.weight = d->class[service->class].weight;
    }
    if (op->kind == OP_COMPUTE) {
        const struct pool *p = &d->pool[op->station];
        u.station = op->station;
        if (w->place[u.station].speed > 0)
            set_law(&u, amount_of(w, op) * NS / w->place[u.station].speed, &op->law);
        if (op->patience_law) {
            u.impatient = true;
            u.patience = op->patience * NS;
            u.patience_exponential = op->patience_law->kind == LAW_EXP;
            u.patience_constant = op->patience_law->kind == LAW_CONST;
        }
        if (p->wraps_up)
            wrap_up(&u, p);
        return add_use(w, u);
    }
    if (op->kind == OP_STORE) {
        u.station = (uint32_t)d->n_pools + op->station;
        set_transfer(w, &u, draw, &d->array[op->station]);
        u.same = op->amount == AMOUNT_KEEP && !u.constant;
        return add_use(w, u);
    }
    int code = 0;
    for (uint32_t i = 0; op->kind == OP_SEND && i < op->base->n && !code; i++) {
        u.route = i;
        u.part = 1.0 / op->base->n;
        code = add_route(w, u, op, draw, op->base->route[i]);
    }
    return code;
}

/* May a request that has done operation `from` come to `to` after it? */
static int reaches(const struct recipe *r, uint32_t from, uint32_t to, bool *yes)
{
    bool *seen = calloc((size_t)r->n_ops + 1, sizeof *seen);
    if (!seen)
        return PSN_EMEMORY;
    *yes = r->op[from].loop || r->op[to].loop;
    seen[from] = true;
    for (uint32_t k = from + 1; k-- > 0 && !*yes;) {
        const struct op *op = &r->op[k];
        if (!seen[k])
            continue;
        *yes = k == to && k != from;
        if (op->next != NO_INDEX)
            seen[op->next] = true;
        for (uint32_t b = 0; b < op->n_branches; b++)
            seen[op->branch[b]] = true;
    }
    free(seen);
    return 0;
}

/* Marks uses at stations to which their request may come again. Branches of a fork may come to one
 * at the same time, too. */
static int mark_again(struct asking *w, const struct asker *a)
{
    struct use *u = w->use + a->first_use;
    for (size_t i = 0; i < a->n_uses; i++)
        u[i].again = a->recipe->op[u[i].op].loop != NULL;
    for (size_t i = 0; i < a->n_uses; i++)
        for (size_t k = i + 1; k < a->n_uses; k++) {
            bool after = a->forks;
            if (u[i].station != u[k].station || (u[i].again && u[k].again))
                continue;
            if (!after && reaches(a->recipe, u[i].op, u[k].op, &after))
                return PSN_EMEMORY;
            u[i].again = u[i].again || after;
            u[k].again = u[k].again || after;
        }
    return 0;
}

/* A source at its rate or with its users of the time looked at. */
static int add_asker(struct asking *w, const struct source *s, const struct recipe *r,
                     uint32_t first)
{
    const struct description *d = w->d;
    const struct workload *load = &d->workload[s->workload];
    const struct service *service = &d->service[load->service];
    struct asker *a = &w->asker[w->n_askers];
    *a = (struct asker){.source = s,
                        .recipe = r,
                        .first = first,
                        .note = {THEORY_EXACT, REASON_NONE, NO_INDEX},
                        .first_use = w->n_uses,
                        .low = NAN,
                        .high = NAN};
    a->visits = arena_array(&w->memory, r->n_ops, sizeof *a->visits);
    if (!a->visits || visits_count(r, first, a->visits))
        return PSN_EMEMORY;
    if (load->kind == WORKLOAD_OPEN)
        a->rate = s->rate_per_s * description_level(d, s, w->at) / description_level_mean(d, s);
    else if (load->kind == WORKLOAD_CLOSED)
        a->users = description_signed_on(d, s, w->at);
    for (uint32_t k = r->n_ops; k-- > 0;) {
        if (a->visits[k] <= 0)
            continue;
        a->forks = a->forks || r->op[k].kind == OP_FORK || r->op[k].kind == OP_STREAM;
        if (r->op[k].kind == OP_END)
            a->think_s += a->visits[k] * (double)r->op[k].back_after * NS;
        if (add_uses(w, (uint32_t)w->n_askers, k))
            return PSN_EMEMORY;
    }
    a->n_uses = w->n_uses - a->first_use;
    if (load->kind == WORKLOAD_SCHEDULED || (a->rate <= 0 && a->users <= 0)) {
        w->n_uses = a->first_use;
        return 0;
    }
    a->think_s += description_amount(d, &load->think.mean, s->partner) * NS;
    a->varies = s->shape != NO_INDEX && d->profile[d->shape[s->shape].profile].vary > 0;
    if (a->varies) /* for whole days: no steady state is like that */
        a->note = (struct theory_note){THEORY_APPROXIMATE, REASON_VARIES, NO_INDEX};
    if (service->timeout > 0)
        a->note = (struct theory_note){THEORY_APPROXIMATE, REASON_TIMEOUT, NO_INDEX};
    w->n_askers++;
    return mark_again(w, a);
}

/* Marks the stations that a request comes to before one that blocks. */
static void mark_before_blocks(struct asking *w)
{
    for (size_t i = 0; i < w->n_askers; i++) {
        const struct asker *a = &w->asker[i];
        bool before = false;
        for (size_t k = a->first_use + a->n_uses; k-- > a->first_use;) {
            struct place *p = &w->place[w->use[k].station];
            p->before_block |= before;
            before = before || p->blocks;
        }
    }
}

/* The uses of each station, one behind the other. */
static int sort_uses(struct asking *w)
{
    w->from = arena_array(&w->memory, w->n_stations + 2, sizeof *w->from);
    w->order = arena_array(&w->memory, w->n_uses + 1, sizeof *w->order);
    if (!w->from || !w->order)
        return PSN_EMEMORY;
    for (size_t i = 0; i < w->n_uses; i++)
        w->from[w->use[i].station + 2]++;
    for (size_t t = 0; t < w->n_stations; t++)
        w->from[t + 2] += w->from[t + 1];
    for (size_t i = 0; i < w->n_uses; i++)
        w->order[w->from[w->use[i].station + 1]++] = (uint32_t)i;
    return 0;
}

/* Gives all askers that share stations, by way of others too, one number: the first of them. */
static void find_families(struct asking *w)
{
    bool changed = true;
    for (size_t i = 0; i < w->n_askers; i++)
        w->asker[i].family = (uint32_t)i;
    for (size_t t = 0; t < w->n_stations; t++)
        w->place[t].family = NO_INDEX;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < w->n_uses; i++) {
            uint32_t *a = &w->asker[w->use[i].asker].family;
            uint32_t *t = &w->place[w->use[i].station].family;
            changed = changed || *a != *t;
            *a = *t = *a < *t ? *a : *t;
        }
    }
    for (size_t i = 0; i < w->n_askers; i++)
        for (size_t t = 0; w->asker[i].users && t < w->n_stations; t++)
            if (w->place[t].family == w->asker[i].family)
                w->place[t].closed = true;
}

/* May it stand in a network of product form? One exponential law for all that comes first, or all
 * served alike at once; and nothing that the networks of theory do not know. */
static bool is_product(const struct asking *w, size_t station)
{
    const struct place *p = &w->place[station];
    const struct use *first = NULL;
    bool idle = true; /* nothing takes any time there, so that nobody waits */
    for (uint32_t i = w->from[station]; i < w->from[station + 1]; i++)
        idle = idle && w->use[w->order[i]].mean <= 0;
    if (idle && !p->scheduled && !p->faulty)
        return true;
    if (p->scheduled || p->room || p->held || p->faulty || p->before_block || p->unknown)
        return false;
    if (p->channel && !serves_alike(w, (uint32_t)station))
        return false;
    for (uint32_t i = w->from[station]; i < w->from[station + 1]; i++) {
        const struct use *u = &w->use[w->order[i]];
        if (u->same || u->impatient)
            return false;
        if (p->unlimited || p->shared)
            continue;
        if (!first)
            first = u;
        if ((p->discipline != DISCIPLINE_FIFO && !p->channel) || !u->exponential ||
            fabs(u->mean - first->mean) > 1e-12 * first->mean)
            return false;
    }
    return true;
}

static void set_places(struct asking *w, const struct load_report *load)
{
    const struct description *d = w->d;
    uint32_t hour = description_hour_of_week(d, w->at);
    bool cut = network_may_cut(d);
    for (size_t t = 0; t < w->n_stations; t++) {
        w->place[t] = (struct place){.servers = 1, .speed = 1, .discipline = DISCIPLINE_FIFO};
        if (t < d->n_pools)
            set_pool(&w->place[t], &d->pool[t], w->at);
        else if (t >= d->n_pools + d->n_arrays)
            set_link(&w->place[t], d, cut, &d->link[(t - d->n_pools - d->n_arrays) / 2], w->at);
        for (size_t i = 0; i < d->n_faults; i++)
            w->place[t].faulty |=
                d->fault[i].exists && d->fault[i].random && changes_touches(&d->fault[i], t);
        w->place[t].scheduled = load->station[t].jobs[hour];
    }
}

int asking_make(struct asking *w, const struct description *d, const struct load_report *load,
                psn_time at, psn_diagnostics *all)
{
    memset(w, 0, sizeof *w);
    w->d = d;
    w->at = at;
    w->n_stations = d->n_pools + d->n_arrays + 2 * d->n_links;
    w->place = arena_array(&w->memory, w->n_stations + 1, sizeof *w->place);
    w->asker = arena_array(&w->memory, d->n_sources + 1, sizeof *w->asker);
    struct recipe *recipe = arena_array(&w->memory, d->n_sources + 1, sizeof *recipe);
    int code = w->place && w->asker && recipe ? 0 : PSN_EMEMORY;
    if (!code)
        code = ways_init(&w->ways, d, &w->memory, all);
    if (code)
        return code;
    set_places(w, load);
    uint32_t epoch = description_epoch(d, at);
    for (uint32_t i = 0; i < d->n_sources && !code; i++) {
        code = recipe_make(&w->ways, i, &recipe[i], all);
        uint32_t first = !code && recipe[i].n_ops ? recipe[i].first[epoch] : NO_INDEX;
        if (!code && first != NO_INDEX)
            code = add_asker(w, &d->source[i], &recipe[i], first);
    }
    if (!code)
        code = sort_uses(w);
    if (code)
        return code;
    find_families(w);
    mark_before_blocks(w);
    for (size_t i = 0; i < w->n_uses; i++)
        w->place[w->use[i].station].forked |= w->asker[w->use[i].asker].forks;
    for (size_t t = 0; t < w->n_stations; t++)
        w->place[t].product = is_product(w, t);
    return 0;
}

void asking_fini(struct asking *w)
{
    free(w->use);
    arena_fini(&w->memory);
}
