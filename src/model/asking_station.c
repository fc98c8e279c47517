/* SPDX-License-Identifier: Apache-2.0
 * One station by a formula for open arrivals. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/asking.h"
#include "theory/queue.h"

/* What comes to a station, all together. */
struct mixture {
    double rate;                       /* visits a second */
    double work, second;               /* of service and what is held behind it, by the rate */
    double served;                     /* of service alone, by the rate */
    double tail;                       /* the least index */
    bool exponential, constant, alike; /* all uses; alike: of one mean */
    bool sampled;                      /* any */
    bool impatient, patience_exponential, patience_constant; /* the laws: of all uses, and one */
    double patience;                                         /* mean */
};

static struct mixture mix(const struct asking *w, uint32_t t)
{
    struct mixture m = {.tail = INFINITY,
                        .exponential = true,
                        .constant = true,
                        .alike = true,
                        .patience_exponential = true,
                        .patience_constant = true};
    const struct use *first = NULL;
    double leaving = 0;
    for (uint32_t i = w->from[t]; i < w->from[t + 1]; i++) {
        const struct use *u = &w->use[w->order[i]];
        double rate = w->asker[u->asker].rate * u->visits;
        if (!first)
            first = u;
        m.rate += rate;
        m.work += rate * u->taken;
        m.served += rate * u->mean;
        m.second += rate * u->taken_second;
        m.tail = fmin(m.tail, u->tail);
        m.exponential = m.exponential && u->exponential && u->taken <= u->mean;
        m.constant = m.constant && u->constant && u->taken <= u->mean;
        m.sampled = m.sampled || u->sampled;
        m.alike = m.alike && fabs(u->mean - first->mean) <= 1e-12 * first->mean;
        m.impatient = m.impatient || u->impatient;
        m.patience_exponential = m.patience_exponential && u->patience_exponential &&
                                 fabs(u->patience - first->patience) <= 1e-12 * first->patience;
        m.patience_constant =
            m.patience_constant && u->patience_constant && u->patience == first->patience;
        leaving += u->impatient ? rate / u->patience : 0;
    }
    m.patience = leaving > 0 ? m.rate / leaving : INFINITY;
    return m;
}

static struct service_time service_of(const struct mixture *m)
{
    double mean = m->rate > 0 ? m->work / m->rate : 0;
    double scv = mean > 0 ? m->second / m->rate / (mean * mean) - 1 : 0;
    if (m->exponential && m->alike)
        scv = 1;
    return (struct service_time){mean, m->constant && m->alike ? 0 : fmax(0, scv)};
}

static void approximate(struct station_theory *s, enum theory_reason reason, uint32_t t)
{
    if (s->note.kind == THEORY_EXACT)
        s->note = (struct theory_note){THEORY_APPROXIMATE, reason, t};
}

static void nothing(struct station_theory *s, enum theory_reason reason, uint32_t t)
{
    s->note = (struct theory_note){THEORY_NONE, reason, t};
    s->wait_s = s->present = NAN;
}

__attribute__((format(printf, 2, 3))) static void name(struct station_theory *s, const char *format,
                                                       ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(s->by, sizeof s->by, format, list);
    va_end(list);
}

/* The same wait for every use. */
static void all_wait(struct asking *w, uint32_t t, double wait, double through)
{
    for (uint32_t i = w->from[t]; i < w->from[t + 1]; i++) {
        w->use[w->order[i]].wait = wait;
        w->use[w->order[i]].through = through;
    }
}

static void no_waits(struct asking *w, uint32_t t)
{
    for (uint32_t i = w->from[t]; i < w->from[t + 1]; i++)
        w->use[w->order[i]].wait = NAN;
}

/* Everybody waits as long beyond its own service as that is long, times a factor. */
static void all_share(struct asking *w, uint32_t t, double factor)
{
    for (uint32_t i = w->from[t]; i < w->from[t + 1]; i++) {
        struct use *u = &w->use[w->order[i]];
        u->wait = u->mean > 0 ? u->mean * factor : 0;
    }
}

/* First come, first served, and nobody lost. */
static void first_come(struct asking *w, uint32_t t, const struct mixture *m,
                       struct station_theory *s)
{
    int64_t c = w->place[t].servers;
    struct service_time service = service_of(m);
    struct queue_figures f = queue_mgc(m->rate, service, c);
    bool exponential = m->exponential && m->alike, constant = m->constant && m->alike;
    name(s, exponential ? "M/M/%lld" : constant ? "M/D/%lld" : "M/G/%lld", (long long)c);
    bool exact = exponential || c == 1;
    if (constant && c > 1)
        exact = queue_mdc(m->rate, service.mean, c, &f);
    if (!exact) {
        approximate(s, REASON_GENERAL, t);
        name(s, "M/%s/%lld %s", constant ? "D" : "G", (long long)c,
             constant           ? "Cosmetatos"
             : service.scv <= 1 ? "Kimura"
                                : "Lee–Longton");
    }
    if (m->work < (double)c && queue_wait_has_no_mean(m->work, c, m->tail))
        f.wait = f.present = INFINITY;
    s->wait_s = f.wait;
    s->present = m->served + m->rate * f.wait;
    all_wait(w, t, f.wait, 1);
}

/* A finite room, or people who leave. */
static void with_losses(struct asking *w, uint32_t t, const struct mixture *m,
                        struct station_theory *s)
{
    const struct place *p = &w->place[t];
    struct service_time service = service_of(m);
    struct markov_queue q = {.rate = m->rate,
                             .service = service.mean,
                             .servers = p->servers,
                             .room = p->room,
                             .patience = m->patience};
    bool loss = p->room == p->servers && !m->impatient; /* nobody waits: whatever the law */
    bool deadline = m->impatient && m->patience_constant && !p->room;
    bool exact =
        m->exponential && m->alike && (!m->impatient || m->patience_exponential || deadline);
    struct queue_figures f = deadline
                                 ? queue_deadline(m->rate, service.mean, p->servers, m->patience)
                                 : queue_markov(&q);
    name(s, "M/%s/%lld", exact || !loss ? "M" : "G", (long long)p->servers);
    size_t end = strlen(s->by);
    if (p->room)
        snprintf(s->by + end, sizeof s->by - end, "/%lld", (long long)p->room);
    end = strlen(s->by);
    if (m->impatient)
        snprintf(s->by + end, sizeof s->by - end, deadline ? "+D" : "+M");
    if (!exact && !loss)
        approximate(s, m->exponential && m->alike ? REASON_PATIENCE : REASON_GENERAL, t);
    s->utilisation = f.utilisation;
    s->wait_s = f.wait;
    s->present = f.present;
    s->refused = f.refused;
    s->abandoned = f.abandoned;
    all_wait(w, t, f.wait_served, 1 - f.refused - f.abandoned);
    if (!exact && !loss && isinf(service.scv)) { /* M/M/c comes nowhere near */
        nothing(s, REASON_HEAVY, t);
        s->refused = s->abandoned = NAN;
        no_waits(w, t);
    }
}

/* Each use waits as its level does; of one server's interruptions, which are in proportion to the
 * own service, it has its own part. */
static void give_waits(struct asking *w, uint32_t t, const struct queue_class *level,
                       bool interrupted)
{
    for (uint32_t i = w->from[t]; i < w->from[t + 1]; i++) {
        struct use *u = &w->use[w->order[i]];
        double above = 0;
        for (uint32_t k = 0; k < u->level; k++)
            above += level[k].rate * level[k].service.mean;
        u->wait = level[u->level].wait;
        if (interrupted && above < 1)
            u->wait += (u->taken - level[u->level].service.mean) * above / (1 - above);
    }
}

/* Priorities: the uses of each level together. */
static int by_priority(struct asking *w, uint32_t t, const struct mixture *m,
                       struct station_theory *s)
{
    const struct place *p = &w->place[t];
    bool preemptive = p->discipline == DISCIPLINE_PREEMPTIVE;
    size_t n = w->d->n_levels ? w->d->n_levels : 1;
    struct queue_class *level = calloc(n, sizeof *level);
    double *second = calloc(n, sizeof *second);
    if (!level || !second) {
        free(level);
        free(second);
        return PSN_EMEMORY;
    }
    for (uint32_t i = w->from[t]; i < w->from[t + 1]; i++) {
        const struct use *u = &w->use[w->order[i]];
        double rate = w->asker[u->asker].rate * u->visits;
        level[u->level].rate += rate;
        level[u->level].service.mean += rate * u->taken;
        second[u->level] += rate * u->taken_second;
    }
    for (size_t i = 0; i < n; i++) {
        struct service_time *x = &level[i].service;
        x->mean = level[i].rate > 0 ? x->mean / level[i].rate : 0;
        x->scv = m->exponential && m->alike ? 1
                 : x->mean > 0 ? fmax(0, second[i] / level[i].rate / (x->mean * x->mean) - 1)
                               : 0;
    }
    bool exact = queue_priority(level, n, p->servers, preemptive);
    name(s, "M/%s/%lld %s%s", m->exponential && m->alike ? "M" : "G", (long long)p->servers,
         preemptive ? "preemptive" : "priority", exact ? "" : " Bondi–Buzen");
    if (!exact)
        approximate(s, REASON_GENERAL, t);
    s->wait_s = 0;
    for (size_t i = 0; i < n; i++)
        s->wait_s += level[i].rate > 0 ? level[i].rate * level[i].wait / m->rate : 0;
    s->present = m->served + m->rate * s->wait_s;
    give_waits(w, t, level, preemptive && p->servers == 1);
    free(level);
    free(second);
    return 0;
}

/* All servers are shared by weight of the job: one server, one exponential law each. */
static int by_weight(struct asking *w, uint32_t t, const struct mixture *m,
                     struct station_theory *s)
{
    uint32_t n = w->from[t + 1] - w->from[t];
    struct queue_class *class = calloc((size_t)n + 1, sizeof *class);
    if (!class)
        return PSN_EMEMORY;
    for (uint32_t i = 0; i < n; i++) {
        const struct use *u = &w->use[w->order[w->from[t] + i]];
        class[i] = (struct queue_class){.rate = w->asker[u->asker].rate * u->visits,
                                        .service = {u->mean, 1},
                                        .weight = u->weight};
    }
    int code = queue_discriminatory(class, n);
    name(s, "M/M/1-DPS");
    if (!m->exponential)
        approximate(s, REASON_GENERAL, t);
    s->wait_s = 0;
    for (uint32_t i = 0; i < n && !code; i++) {
        w->use[w->order[w->from[t] + i]].wait = class[i].wait;
        s->wait_s += class[i].rate * class[i].wait / m->rate;
    }
    s->present = m->served + m->rate * s->wait_s;
    free(class);
    return code;
}

static bool one_level(const struct asking *w, uint32_t t)
{
    for (uint32_t i = w->from[t] + 1; i < w->from[t + 1]; i++)
        if (w->use[w->order[i]].level != w->use[w->order[w->from[t]]].level)
            return false;
    return true;
}

static bool is_strict(const struct description *d, uint32_t class)
{
    return class != NO_INDEX && d->class[class].strict;
}

bool serves_alike(const struct asking *w, uint32_t t)
{
    enum discipline by = w->place[t].discipline;
    const struct use *first = &w->use[w->order[w->from[t]]];
    if (by == DISCIPLINE_PRIORITY || by == DISCIPLINE_PREEMPTIVE)
        return one_level(w, t);
    for (uint32_t i = w->from[t]; i < w->from[t + 1]; i++) {
        const struct use *u = &w->use[w->order[i]];
        if (by == DISCIPLINE_FAIR &&
            w->asker[u->asker].source->partner != w->asker[first->asker].source->partner)
            return false;
        if (by == DISCIPLINE_FAIR_QUEUES && u->class != first->class)
            return false;
        if (w->place[t].channel && !is_strict(w->d, u->class) &&
            w->asker[u->asker].source->partner != w->asker[first->asker].source->partner)
            return false;
        if (by == DISCIPLINE_WEIGHTED && (u->level != first->level || u->weight != first->weight))
            return false;
    }
    return true;
}

static void equal_share(struct asking *w, uint32_t t, const struct mixture *m,
                        struct station_theory *s)
{
    const struct place *p = &w->place[t];
    double mean = m->work / m->rate;
    struct queue_figures f = queue_shared(m->rate, mean, p->servers);
    name(s, "M/G/%lld-PS", (long long)p->servers);
    s->wait_s = f.wait;
    s->present = m->work + m->rate * f.wait;
    all_share(w, t, mean > 0 ? f.wait / mean : 0);
}

/* A discipline that has no formula for who waits how long: where all are served by one exponential
 * law, how many are there does not depend on it. */
static void conserving(struct asking *w, uint32_t t, const struct mixture *m,
                       struct station_theory *s)
{
    all_wait(w, t, NAN, 1);
    if (!m->exponential || !m->alike) {
        nothing(s, REASON_DISCIPLINE, t);
        return;
    }
    struct queue_figures f = queue_mmc(m->rate, m->work / m->rate, w->place[t].servers);
    name(s, "M/M/%lld in all", (long long)w->place[t].servers);
    s->wait_s = f.wait;
    s->present = f.present;
}

/* First come, first served in each level, with or without interruption. */
static int by_level(struct asking *w, uint32_t t, const struct mixture *m, struct station_theory *s)
{
    const struct place *p = &w->place[t];
    bool one = serves_alike(w, t);
    if (!p->room && !m->impatient) {
        if (!one)
            return by_priority(w, t, m, s);
        first_come(w, t, m, s);
        return 0;
    }
    with_losses(w, t, m, s);
    if (!one) /* how many are there is known, but not who waits how long */
        no_waits(w, t);
    if (!one && m->impatient && p->discipline == DISCIPLINE_PREEMPTIVE)
        approximate(s, REASON_DISCIPLINE, t); /* who was interrupted does not leave */
    return 0;
}

/* The discipline's formula, for a station that is open. */
static int by_discipline(struct asking *w, uint32_t t, const struct mixture *m,
                         struct station_theory *s)
{
    const struct place *p = &w->place[t];
    bool one = serves_alike(w, t);
    switch (p->discipline) {
    case DISCIPLINE_SHARING:
        equal_share(w, t, m, s);
        return 0;
    case DISCIPLINE_FIFO:
        if (p->room || m->impatient)
            with_losses(w, t, m, s);
        else
            first_come(w, t, m, s);
        return 0;
    case DISCIPLINE_PRIORITY:
    case DISCIPLINE_PREEMPTIVE:
        return by_level(w, t, m, s);
    case DISCIPLINE_WEIGHTED:
        if (one)
            equal_share(w, t, m, s);
        else if (p->servers == 1 && one_level(w, t))
            return by_weight(w, t, m, s);
        else
            conserving(w, t, m, s);
        return 0;
    case DISCIPLINE_FAIR:
        if (one)
            equal_share(w, t, m, s);
        else
            conserving(w, t, m, s);
        return 0;
    case DISCIPLINE_FAIR_QUEUES:
        if (one)
            first_come(w, t, m, s);
        else
            conserving(w, t, m, s);
        if (!one && p->channel && !one_level(w, t))
            approximate(s, REASON_DISCIPLINE, t); /* strict ones wait for the rest of a packet */
        return 0;
    case DISCIPLINE_UNLIMITED:
        break;
    }
    name(s, "M/G/∞");
    s->utilisation = NAN;
    s->wait_s = 0;
    s->present = m->served;
    all_wait(w, t, 0, 1);
    return 0;
}

/* Is the formula exact for these arrivals? */
static void judge(const struct asking *w, uint32_t t, struct station_theory *s)
{
    const struct place *p = &w->place[t];
    bool enough = p->arrivals == ARRIVALS_POISSON ||
                  (p->arrivals == ARRIVALS_PRODUCT && (p->product || p->unlimited));
    if (p->scheduled)
        approximate(s, REASON_JOBS, t);
    if (p->rerouted)
        approximate(s, REASON_ROUTES, t);
    if (p->closed)
        approximate(s, REASON_USERS, t);
    if (!enough)
        approximate(s, REASON_NOT_POISSON, t);
    for (uint32_t i = w->from[t]; i < w->from[t + 1] && !p->unlimited; i++)
        if (w->use[w->order[i]].same)
            approximate(s, REASON_SAME, t);
}

int station_by_formula(struct asking *w, uint32_t t, struct station_theory *s)
{
    const struct place *p = &w->place[t];
    struct mixture m = mix(w, t);
    double capacity = p->unlimited ? NAN : (double)p->servers;
    int code = 0;
    s->used = m.rate > 0;
    s->note = (struct theory_note){THEORY_EXACT, REASON_NONE, NO_INDEX};
    s->arrivals_per_s = m.rate;
    s->utilisation = fmin(1, m.work / capacity);
    if (!s->used)
        return 0;
    if (!p->unlimited && (p->servers < 1 || !(p->speed > 0))) {
        nothing(s, REASON_CLOSED, t);
        s->utilisation = NAN;
    } else if (p->blocks || p->before_block) {
        nothing(s, REASON_BLOCKING, t);
    } else if (p->faulty) {
        nothing(s, REASON_FAULTS, t);
    } else if (p->unknown) {
        nothing(s, p->unknown, t);
    } else {
        code = by_discipline(w, t, &m, s);
    }
    if (m.sampled)
        approximate(s, REASON_SAMPLED, t);
    s->unstable = isinf(s->wait_s) && !(m.work < capacity);
    if (s->note.kind == THEORY_NONE)
        all_wait(w, t, NAN, 1);
    judge(w, t, s);
    return code;
}
