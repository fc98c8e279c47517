/* SPDX-License-Identifier: Apache-2.0
 * Counts messages for the objectives on classes. */
#include "model/class_targets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/law.h"

/* Is target t of this class? */
static bool watches(const struct description *d, uint32_t t, size_t class)
{
    const struct target *target = &d->target[t];
    return d->objective[target->objective].kind == SUBJECT_CLASS && target->exists &&
           target->subject == class;
}

static bool needs_histogram(enum figure f)
{
    return f == FIGURE_DELAY_QUANTILE || f == FIGURE_JITTER_SPREAD;
}

int class_targets_init(struct class_targets *t, const struct description *d, struct arena *memory)
{
    size_t n = 0;
    memset(t, 0, sizeof *t);
    t->d = d;
    t->first = arena_array(memory, d->n_classes + 2, sizeof *t->first);
    t->watch = arena_array(memory, d->n_targets + 1, sizeof *t->watch);
    t->sum = arena_array(memory, d->n_targets + 1, sizeof *t->sum);
    if (!t->first || !t->watch || !t->sum)
        return PSN_EMEMORY;
    for (size_t k = 0; k <= d->n_classes; k++) {
        t->first[k] = n;
        for (uint32_t i = 0; i < d->n_targets; i++) {
            if (!watches(d, i, k))
                continue;
            const struct objective *judged = &d->objective[d->target[i].objective];
            psn_time within =
                judged->figure == FIGURE_DELAY_WITHIN ? law_round_ns(judged->within) : PSN_NEVER;
            t->watch[n++] = watch_make(d, i, within);
            if (needs_histogram(judged->figure))
                histogram_init(&t->sum[i].histogram);
        }
    }
    t->first[d->n_classes + 1] = n;
    return PSN_OK;
}

void class_targets_fini(struct class_targets *t)
{
    for (size_t i = 0; t->sum && i < t->d->n_targets; i++)
        histogram_fini(&t->sum[i].histogram);
    memset(t, 0, sizeof *t);
}

/* The next sum that counts a message, from watch *i on; NULL where there is none any more. */
static struct class_sum *next_sum(struct class_targets *t, size_t *i, uint32_t class,
                                  uint32_t partner, psn_time sent, const struct watch **watch)
{
    if (sent < t->d->warmup)
        return NULL;
    for (; *i < t->first[class + 1]; ++*i) {
        struct watch *w = &t->watch[*i];
        uint32_t of = t->d->target[w->target].partner;
        if ((of == NO_INDEX || of == partner) && watch_counts(w, sent)) {
            ++*i;
            *watch = w;
            return &t->sum[w->target];
        }
    }
    return NULL;
}

void class_targets_delivered(struct class_targets *t, uint32_t class, uint32_t partner,
                             psn_time sent, psn_time delay, psn_time jitter)
{
    const struct watch *w;
    struct class_sum *sum;
    for (size_t i = t->first[class]; (sum = next_sum(t, &i, class, partner, sent, &w));) {
        tally_add(&sum->delay, delay);
        if (jitter >= 0)
            tally_add(&sum->jitter, jitter);
        sum->kept += delay <= w->within;
        if (sum->histogram.kept)
            histogram_add(&sum->histogram, delay);
    }
}

void class_targets_dropped(struct class_targets *t, uint32_t class, uint32_t partner, psn_time sent)
{
    const struct watch *w;
    struct class_sum *sum;
    for (size_t i = t->first[class]; (sum = next_sum(t, &i, class, partner, sent, &w));)
        sum->dropped++;
}

void class_targets_lost(struct class_targets *t, uint32_t class, uint32_t partner, psn_time sent)
{
    const struct watch *w;
    struct class_sum *sum;
    for (size_t i = t->first[class]; (sum = next_sum(t, &i, class, partner, sent, &w));)
        sum->lost++;
}

int class_targets_merge(struct class_targets *into, const struct class_targets *from)
{
    int code = PSN_OK;
    for (size_t i = 0; i < into->d->n_targets && !code; i++) {
        if (into->d->objective[into->d->target[i].objective].kind != SUBJECT_CLASS)
            continue;
        struct class_sum *sum = &into->sum[i];
        const struct class_sum *more = &from->sum[i];
        tally_merge(&sum->delay, &more->delay);
        tally_merge(&sum->jitter, &more->jitter);
        sum->kept += more->kept;
        sum->dropped += more->dropped;
        sum->lost += more->lost;
        code = histogram_merge(&sum->histogram, &more->histogram);
    }
    return code;
}

static double share_of(int64_t part, int64_t rest)
{
    return part + rest > 0 ? (double)part / (double)(part + rest) : NAN;
}

static double value_of(const struct objective *o, const struct class_sum *sum)
{
    switch (o->figure) {
    case FIGURE_DELAY_MEAN:
        return tally_mean(&sum->delay) * 1e-9;
    case FIGURE_DELAY_QUANTILE:
        return outcome_quantile(&sum->histogram, 0, o->quantile, sum->delay.max);
    case FIGURE_DELAY_MAX:
        return sum->delay.count > 0 ? (double)sum->delay.max * 1e-9 : NAN;
    case FIGURE_DELAY_WITHIN:
        return share_of(sum->kept, sum->delay.count - sum->kept + sum->lost);
    case FIGURE_JITTER:
        return tally_mean(&sum->jitter) * 1e-9;
    case FIGURE_JITTER_SPREAD:
        return outcome_spread(&sum->histogram, sum->delay.max);
    case FIGURE_LOSS:
        return share_of(sum->dropped, sum->delay.count);
    default:
        return NAN;
    }
}

void class_targets_finish(struct class_targets *t, struct outcome *o)
{
    for (size_t i = 0; i < t->d->n_targets; i++) {
        const struct objective *judged = &t->d->objective[t->d->target[i].objective];
        struct class_sum *sum = &t->sum[i];
        if (judged->kind != SUBJECT_CLASS)
            continue;
        o->target[i] = t->d->target[i].exists ? value_of(judged, sum) : NAN;
        o->target_histogram[i] = sum->histogram; /* the outcome's from now on */
        sum->histogram = (struct histogram){0};
    }
}
