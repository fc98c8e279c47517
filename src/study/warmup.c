/* SPDX-License-Identifier: Apache-2.0
 * From pilot runs to the study's warm-up. */
#include "study/warmup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/laws.h"

/* Does a station have more to do than it can? */
static int look_at_laws(const struct description *d, bool *unstable, psn_diagnostics *all)
{
    struct load_report report;
    *unstable = false;
    int code = laws_report(d, &report, all);
    if (code)
        return code;
    for (size_t i = 0; i < report.n_stations; i++)
        *unstable = *unstable || (report.station[i].exists && report.station[i].unstable);
    laws_fini(&report);
    return 0;
}

int warmup_pilot(const struct study *s, size_t point, const struct model_schedule *schedule,
                 const volatile int *stop, psn_time *cut, int64_t *requests, psn_diagnostics *all)
{
    struct description *d = NULL;
    struct model_pilot pilot = {0};
    bool unstable = false;
    *requests = 0;
    int code = study_describe(s, point, &d, all);
    if (!code)
        code = look_at_laws(d, &unstable, all);
    if (!code && unstable) {
        *cut = WARMUP_UNSTABLE;
    } else if (!code) {
        /* Every day at its mean level: how levels vary between days is no transient, but looks like
         * one where the first days happen to be alike. */
        for (size_t i = 0; i < d->n_profiles; i++)
            d->profile[i].vary = 0;
        code = model_pilot(d, schedule, stop, &pilot, all);
        *requests = pilot.requests;
        if (!code && transient_end(d, pilot.in_progress, cut))
            code = psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    }
    free(pilot.in_progress);
    description_free(d);
    return code;
}

/* Names the unstable points in one line, the first few of them. */
static void tell_unstable(const struct study *s, const psn_time *cut, size_t unstable,
                          psn_diagnostics *all)
{
    char text[2000] = "", name[500];
    size_t used = 0, named = 0;
    for (size_t i = 0; i < s->n_points && named < 5; i++) {
        if (cut[i] != WARMUP_UNSTABLE)
            continue;
        study_point_name(s, i, name, sizeof name);
        int n = snprintf(text + used, sizeof text - used, "%s%s", named ? "; " : "", name);
        used = n > 0 && used + (size_t)n < sizeof text ? used + (size_t)n : sizeof text - 1;
        named++;
    }
    char more[40] = "";
    if (unstable > named)
        snprintf(more, sizeof more, "; and %zu more", unstable - named);
    psn_mistake_add(all, PSN_OK, s->base->warmup_place,
                    "%zu of %zu design points cannot carry their load and never settle, so the "
                    "automatic warm-up is found without them: %s%s",
                    unstable, s->n_points, text, more);
}

/* Takes the warm-up over: into the base case, and so into every description from now on. */
static void take(struct study *s, psn_time warmup)
{
    s->warmup_known = true;
    s->warmup = warmup;
    s->base->warmup = warmup;
}

int warmup_settle(struct study *s, const psn_time *cut, psn_diagnostics *all)
{
    size_t unstable = 0;
    psn_time longest = 0;
    int code = 0;
    for (size_t i = 0; i < s->n_points; i++) {
        char name[500];
        unstable += cut[i] == WARMUP_UNSTABLE;
        longest = cut[i] > longest ? cut[i] : longest;
        if (cut[i] != TRANSIENT_UNSETTLED)
            continue;
        study_point_name(s, i, name, sizeof name);
        code = psn_mistake_add(all, PSN_EINPUT, s->base->warmup_place,
                               "the number of requests in progress does not settle in the first "
                               "half of the horizon (MSER-5) at %s; expected a longer horizon, or "
                               "a warm-up that is stated",
                               name);
    }
    if (!code && unstable == s->n_points)
        code = psn_mistake_add(all, PSN_EINPUT, s->base->warmup_place,
                               "%s cannot carry %s load and never settle%s, so that no warm-up can "
                               "be found; expected one that is stated",
                               s->n_points == 1 ? "the system" : "all design points",
                               s->n_points == 1 ? "its" : "their", s->n_points == 1 ? "s" : "");
    struct description with = *s->base;
    with.warmup = longest;
    if (!code && with.batches > 0) {
        struct span first = description_batch(&with, 0);
        if (first.close == first.open)
            code = psn_mistake_add(all, PSN_EINPUT, with.batches_place,
                                   "%u batches, but there are not so many whole intervals between "
                                   "the warm-up that was found and the horizon; expected fewer, or "
                                   "a longer horizon",
                                   with.batches);
    }
    if (code)
        return code;
    s->warmup_cut = calloc(s->n_points + 1, sizeof *s->warmup_cut);
    if (!s->warmup_cut)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    memcpy(s->warmup_cut, cut, s->n_points * sizeof *cut);
    if (unstable)
        tell_unstable(s, cut, unstable, all);
    take(s, longest);
    return 0;
}

int warmup_adopt(struct study *s, double seconds, psn_diagnostics *all)
{
    const struct description *d = s->base;
    double ns = seconds * (double)PSN_SECOND;
    if (!(ns >= 0 && ns < (double)d->horizon))
        return psn_mistake_add(all, PSN_EINPUT, (psn_place){0},
                               "the result states a warm-up of %g s; expected one from 0 to the "
                               "horizon",
                               seconds);
    /* Whole days are whole seconds, which a double holds exactly; anything else is a multiple of
     * the interval, by which what a double of seconds has lost of a long time is made good. */
    psn_time nearest = llround(ns), of_interval = llround(ns / (double)d->interval) * d->interval;
    psn_time apart = nearest > of_interval ? nearest - of_interval : of_interval - nearest;
    take(s, (double)apart <= ns * 0x1p-50 ? of_interval : nearest);
    return 0;
}
