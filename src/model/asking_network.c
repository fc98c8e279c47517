/* SPDX-License-Identifier: Apache-2.0
 * Users who think, ask and wait for their answer: the stations that they share with others, as one
 * network of queues. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/asking.h"
#include "model/response.h"
#include "theory/queueing_network.h"

/* One family as a network. Station 0 is where users think. */
struct family {
    struct asking *w;
    struct arena memory;
    uint32_t *local;   /* by station: its number in the network; 0: none */
    uint32_t *station; /* the other way round */
    size_t n_stations;
    uint32_t *member; /* its askers */
    uint32_t *class;  /* of each */
    size_t n_members;
    struct queueing_network q;
    struct theory_note note; /* of all that comes out */
};

static void lower(struct family *f, enum theory_reason reason, uint32_t station)
{
    if (f->note.kind == THEORY_EXACT)
        f->note = (struct theory_note){THEORY_APPROXIMATE, reason, station};
}

/* Does the network of theory know the station at all, if only approximately? First come, first
 * served, or shared alike; and nobody lost. */
static bool plain(const struct asking *w, uint32_t station)
{
    const struct place *p = &w->place[station];
    bool patient = true;
    for (uint32_t i = w->from[station]; i < w->from[station + 1]; i++)
        patient = patient && !w->use[w->order[i]].impatient;
    return patient && !p->room && !p->unknown && serves_alike(w, station);
}

static int find_members(struct family *f, uint32_t family)
{
    struct asking *w = f->w;
    f->local = arena_array(&f->memory, w->n_stations + 1, sizeof *f->local);
    f->station = arena_array(&f->memory, w->n_stations + 2, sizeof *f->station);
    f->member = arena_array(&f->memory, w->n_askers + 1, sizeof *f->member);
    f->class = arena_array(&f->memory, w->n_askers + 1, sizeof *f->class);
    if (!f->local || !f->station || !f->member || !f->class)
        return PSN_EMEMORY;
    f->n_stations = 1;
    for (uint32_t t = 0; t < w->n_stations; t++) {
        const struct place *p = &w->place[t];
        if (p->family != family || (!p->unlimited && (p->servers < 1 || !(p->speed > 0))))
            continue;
        f->local[t] = (uint32_t)f->n_stations;
        f->station[f->n_stations++] = t;
    }
    for (uint32_t i = 0; i < w->n_askers; i++)
        if (w->asker[i].family == family)
            f->member[f->n_members++] = i;
    return 0;
}

/* Sums of demands and visits of an asker, by station of the network. */
static int make_class(struct family *f, const struct asker *a, struct qn_class *c)
{
    double *demand = arena_array(&f->memory, f->n_stations, sizeof *demand);
    double *count = arena_array(&f->memory, f->n_stations, sizeof *count);
    uint32_t *visit = arena_array(&f->memory, f->n_stations, sizeof *visit);
    double *residence = arena_array(&f->memory, f->n_stations, sizeof *residence);
    if (!demand || !count || !visit || !residence)
        return PSN_EMEMORY;
    double rest = response_of(f->w, a, RESPONSE_DELAYS, VISITS_LONGEST);
    if (isnan(rest))
        return PSN_EMEMORY;
    if (a->users) {
        demand[0] = a->think_s + rest;
        count[0] = 1;
    }
    for (size_t i = a->first_use; i < a->first_use + a->n_uses; i++) {
        const struct use *u = &f->w->use[i];
        demand[f->local[u->station]] += f->local[u->station] ? u->visits * u->mean : 0;
        count[f->local[u->station]] += f->local[u->station] ? u->visits : 0;
    }
    *c = (struct qn_class){.rate = a->users ? 0 : a->rate,
                           .population = a->users,
                           .demand = demand,
                           .count = count,
                           .visit = visit,
                           .residence = residence};
    for (uint32_t k = 0; k < f->n_stations; k++)
        if (count[k] > 0)
            visit[c->n_visits++] = k;
    return 0;
}

/* Are two closed classes one, but for their populations? */
static bool alike(const struct family *f, const struct qn_class *a, const struct qn_class *b)
{
    bool same = !(a->rate > 0) && !(b->rate > 0);
    for (size_t k = 0; same && k < f->n_stations; k++)
        same = fabs(a->demand[k] - b->demand[k]) <= 1e-12 * a->demand[k] &&
               fabs(a->count[k] - b->count[k]) <= 1e-12 * a->count[k];
    return same;
}

static int make_classes(struct family *f)
{
    struct qn_class *class = arena_array(&f->memory, f->n_members, sizeof *class);
    size_t n = 0;
    if (!class)
        return PSN_EMEMORY;
    for (size_t i = 0; i < f->n_members; i++) {
        size_t k = 0;
        if (make_class(f, &f->w->asker[f->member[i]], &class[n]))
            return PSN_EMEMORY;
        while (k < n && !alike(f, &class[k], &class[n]))
            k++;
        if (k < n)
            class[k].population += class[n].population;
        else
            n++;
        f->class[i] = (uint32_t)k;
    }
    f->q.class = class;
    f->q.n_classes = n;
    return 0;
}

/* The mean rest of a service in hand at a station, by visits as they would be without queueing. */
static double residual(const struct family *f, uint32_t station)
{
    const struct asking *w = f->w;
    double first = 0, second = 0;
    for (uint32_t i = w->from[station]; i < w->from[station + 1]; i++) {
        const struct use *u = &w->use[w->order[i]];
        const struct asker *a = &w->asker[u->asker];
        double pass = a->think_s + response_of(w, a, RESPONSE_ALONE, VISITS_LONGEST);
        double rate = a->users ? (double)a->users / pass : a->rate;
        first += rate * u->visits * u->mean;
        second += rate * u->visits * u->second;
    }
    return first > 0 ? second / first / 2 : 0;
}

static int make_stations(struct family *f)
{
    struct qn_station *s = arena_array(&f->memory, f->n_stations, sizeof *s);
    if (!s)
        return PSN_EMEMORY;
    for (uint32_t k = 1; k < f->n_stations; k++) {
        const struct place *p = &f->w->place[f->station[k]];
        s[k] = (struct qn_station){.servers = p->unlimited ? 0 : p->servers,
                                   .shared = p->shared || p->discipline == DISCIPLINE_WEIGHTED ||
                                             p->discipline == DISCIPLINE_FAIR};
        if (!p->product)
            lower(f, p->scheduled ? REASON_JOBS : REASON_USERS, f->station[k]);
        if (!s[k].shared && !p->product)
            s[k].residual = residual(f, f->station[k]);
    }
    for (size_t i = 0; i < f->n_members; i++) {
        const struct asker *a = &f->w->asker[f->member[i]];
        if (a->forks)
            lower(f, REASON_FORK, NO_INDEX);
        if (a->note.kind != THEORY_EXACT)
            lower(f, a->note.reason, NO_INDEX);
    }
    f->q.station = s;
    f->q.n_stations = f->n_stations;
    return 0;
}

/* Is every station one that the network of theory knows? Else there is nothing to say. */
static void look(struct family *f)
{
    for (size_t k = 1; k < f->n_stations; k++) {
        const struct place *p = &f->w->place[f->station[k]];
        enum theory_reason reason = isinf(f->q.station[k].residual) ? REASON_HEAVY
                                    : p->blocks                     ? REASON_BLOCKING
                                    : p->faulty                     ? REASON_FAULTS
                                    : !plain(f->w, f->station[k])   ? REASON_USERS
                                                                    : REASON_NONE;
        if (reason == REASON_NONE)
            continue;
        f->note = (struct theory_note){THEORY_NONE, reason, f->station[k]};
        return;
    }
}

/* Exactly where that is possible, else approximately. */
static int solve(struct family *f)
{
    int code = make_classes(f);
    if (code)
        return code;
    code = f->note.kind == THEORY_EXACT ? qn_exact(&f->q) : QN_TOO_LARGE;
    if (code != QN_TOO_LARGE)
        return code;
    lower(f, REASON_POPULATION, NO_INDEX);
    return qn_approximate(&f->q);
}

/* Bounds of the response where it is approximate and all are of one kind. */
static int give_bounds(struct family *f)
{
    bool single = f->q.n_classes == 1 && f->note.kind == THEORY_APPROXIMATE, one = true;
    for (uint32_t k = 1; k < f->n_stations; k++) {
        one = one && f->q.station[k].servers <= 1;
    }
    if (!single)
        return 0;
    bool product = f->note.reason == REASON_POPULATION && one;
    struct qn_bounds b = product ? qn_balanced(&f->q) : qn_asymptotic(&f->q);
    for (size_t i = 0; i < f->n_members; i++) {
        struct asker *a = &f->w->asker[f->member[i]];
        double rest = response_of(f->w, a, RESPONSE_DELAYS, VISITS_LONGEST);
        if (isnan(rest))
            return PSN_EMEMORY;
        a->low = b.response_low + rest;
        a->high = b.response_high + rest;
    }
    return 0;
}

/* What was found of each asker: its rate, and the wait of its uses. */
static void give_waits(struct family *f)
{
    struct asking *w = f->w;
    for (size_t i = 0; i < f->n_members; i++) {
        struct asker *a = &w->asker[f->member[i]];
        if (f->note.kind == THEORY_NONE) {
            if (a->users) /* at most; nothing better is known */
                a->rate = (double)a->users /
                          (a->think_s + response_of(w, a, RESPONSE_ALONE, VISITS_LONGEST));
            for (size_t u = a->first_use; u < a->first_use + a->n_uses; u++)
                w->use[u].wait = NAN;
            continue;
        }
        const struct qn_class *c = &f->q.class[f->class[i]];
        if (a->users)
            a->rate = c->throughput * (double)a->users / (double)c->population;
        for (size_t u = a->first_use; u < a->first_use + a->n_uses; u++) {
            struct use *use = &w->use[u];
            uint32_t k = f->local[use->station];
            double beyond = c->residence[k] - c->demand[k];
            if (!k)
                use->wait = NAN;
            else if (f->q.station[k].shared)
                use->wait = use->mean > 0 ? use->mean * beyond / c->demand[k] : 0;
            else
                use->wait = beyond / c->count[k];
        }
    }
}

/* The figures of a station from those of its uses. */
static void sum_up(struct family *f, uint32_t k, struct station_theory *s)
{
    const struct asking *w = f->w;
    uint32_t t = f->station[k];
    const struct place *p = &w->place[t];
    double work = 0, waits = 0;
    for (uint32_t i = w->from[t]; i < w->from[t + 1]; i++) {
        const struct use *u = &w->use[w->order[i]];
        double rate = w->asker[u->asker].rate * u->visits;
        s->arrivals_per_s += rate;
        work += rate * u->mean;
        waits += rate * u->wait;
    }
    s->used = true;
    s->utilisation =
        p->unlimited || f->note.kind == THEORY_NONE ? NAN : fmin(1, work / (double)p->servers);
    s->wait_s = s->arrivals_per_s > 0 ? waits / s->arrivals_per_s : 0;
    s->present = work + waits;
    s->note = f->note;
    s->unstable = isinf(waits);
    snprintf(s->by, sizeof s->by, "%s",
             f->note.kind == THEORY_EXACT         ? "product form"
             : f->note.kind == THEORY_APPROXIMATE ? "Schweitzer–Bard"
                                                  : "");
}

int family_by_network(struct asking *w, uint32_t family, struct station_theory *out)
{
    struct family f = {.w = w, .note = {THEORY_EXACT, REASON_NONE, NO_INDEX}};
    int code = find_members(&f, family);
    if (!code)
        code = make_stations(&f);
    if (!code)
        look(&f);
    if (!code && f.note.kind != THEORY_NONE)
        code = solve(&f);
    if (!code)
        code = give_bounds(&f);
    if (!code) {
        give_waits(&f);
        for (uint32_t k = 1; k < f.n_stations; k++)
            sum_up(&f, k, &out[f.station[k]]);
    }
    for (uint32_t t = 0; t < w->n_stations; t++)
        if (!code && w->place[t].family == family && !f.local[t])
            code = station_by_formula(w, t, &out[t]);
    arena_fini(&f.memory);
    return code;
}
