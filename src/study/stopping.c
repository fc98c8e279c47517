/* SPDX-License-Identifier: Apache-2.0
 * Decides when a design point is precise enough. */
#include "study/stopping.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A checkpoint is this many times the one before, rounded up: from 10 to 200 in 17 looks. */
#define GROWTH_NUMERATOR   6
#define GROWTH_DENOMINATOR 5

/* Fewer replications than this are trusted less. */
#define TRUSTED 60

struct stopping {
    const struct study *study;
    bool *watched;               /* by measure */
    struct summary_value *value; /* scratch: one for each measure */
    size_t n_measures;
};

bool stopping_fixed(const struct stopping *t)
{
    return !(t->study->base->precision.until > 0);
}

bool stopping_watches(const struct stopping *t, size_t measure)
{
    return t->watched[measure];
}

size_t stopping_next(const struct stopping *t, size_t n)
{
    size_t most = t->study->n_replications, least = t->study->base->precision.at_least;
    if (n >= most)
        return 0;
    if (stopping_fixed(t))
        return most;
    size_t next = (n * GROWTH_NUMERATOR + GROWTH_DENOMINATOR - 1) / GROWTH_DENOMINATOR;
    next = n < least ? least : next;
    next += t->study->base->antithetic ? next % 2 : 0; /* whole pairs; so is `most` */
    return next < most ? next : most;
}

bool stopping_precise_value(const struct summary_value *v, double until)
{
    if (v->unstable || isnan(v->estimate.value) || isnan(v->estimate.half_width))
        return true;
    return v->estimate.half_width <= until * fabs(v->estimate.value);
}

/* The precision at which n replications are enough: few of them often agree by luck. */
static double asked(double until, size_t n)
{
    return n < TRUSTED ? until * (double)n / TRUSTED : until;
}

int stopping_judge(struct stopping *t, const struct summary *m, struct judgement *out)
{
    double until = t->study->base->precision.until;
    int error = summary_values(m, t->value);
    *out = (struct judgement){.enough = !error, .precise = !error};
    for (size_t i = 0; out->precise && i < t->n_measures; i++) {
        const struct summary_value *v = &t->value[i];
        if (!t->watched[i])
            continue;
        out->precise = stopping_precise_value(v, until);
        out->enough &= stopping_precise_value(v, asked(until, v->estimate.n));
    }
    out->enough &= out->precise;
    return error;
}

/* Is the measure meant by this name? `objectives` before an objective's name before a figure. */
static bool is_meant(const struct study *s, const struct measure *m, const char *name,
                     size_t target)
{
    const struct description *d = s->base;
    bool objective = strcmp(m->figure, "objective") == 0;
    if (strcmp(name, "objectives") == 0)
        return objective;
    for (size_t i = 0; i < d->n_objectives; i++)
        if (strcmp(d->objective[i].name, name) == 0)
            return objective && d->target[target].objective == i;
    return strcmp(m->figure, name) == 0;
}

/* Marks what one name means; the number of measures. */
static size_t watch(struct stopping *t, const struct measure *m, const char *name)
{
    size_t meant = 0, targets = t->study->shape.targets;
    for (size_t i = 0; i < t->n_measures; i++) {
        /* Targets stand last, in their order. */
        size_t target = i + targets >= t->n_measures ? i + targets - t->n_measures : 0;
        if (!is_meant(t->study, &m[i], name, target))
            continue;
        t->watched[i] = true;
        meant++;
    }
    return meant;
}

/* Tells that a name means nothing here, with the nearest of those that do. */
static int unknown(const struct stopping *t, const struct measure *m, const char *name,
                   psn_place place, psn_diagnostics *all)
{
    const struct description *d = t->study->base;
    char quoted[NODE_QUOTE];
    if (strcmp(name, "objectives") == 0)
        return psn_mistake_add(all, PSN_EINPUT, place,
                               "replications until a precision of the objectives, but there are no "
                               "objectives; expected some, or `of` with figures such as response "
                               "mean");
    const char **names = calloc(d->n_objectives + t->n_measures + 1, sizeof *names);
    size_t n = 0;
    for (size_t i = 0; names && i < d->n_objectives; i++)
        names[n++] = d->objective[i].name;
    for (size_t i = 0; names && i < t->n_measures; i++)
        names[n++] = m[i].figure;
    const char *near = n ? node_nearest(name, names, n) : NULL;
    free(names);
    return psn_mistake_add(all, PSN_EINPUT, place,
                           "\"%s\" is no objective and no figure here; expected objectives, the "
                           "name of one, or a figure such as response p95%s%s%s",
                           node_quote(name, quoted), near ? " (did you mean " : "",
                           near ? near : "", near ? "?)" : "");
}

static int watch_all(struct stopping *t, const struct measure *m, psn_diagnostics *all)
{
    const struct precision *p = &t->study->base->precision;
    int error = 0;
    for (size_t i = 0; i < p->n_of; i++)
        if (watch(t, m, p->of[i]) == 0)
            error = unknown(t, m, p->of[i], p->of_place[i], all);
    return error;
}

int stopping_open(const struct study *s, struct stopping **out, psn_diagnostics *all)
{
    *out = NULL;
    struct stopping *t = calloc(1, sizeof *t);
    if (!t)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    t->study = s;
    struct measure *m = measures_new(s, &t->n_measures);
    t->watched = calloc(t->n_measures + 1, sizeof *t->watched);
    t->value = calloc(t->n_measures + 1, sizeof *t->value);
    int error;
    if (!m || !t->watched || !t->value)
        error = psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    else
        error = watch_all(t, m, all);
    measures_free(m, t->n_measures);
    if (error)
        stopping_free(t);
    else
        *out = t;
    return error;
}

void stopping_free(struct stopping *t)
{
    if (!t)
        return;
    free(t->watched);
    free(t->value);
    free(t);
}
