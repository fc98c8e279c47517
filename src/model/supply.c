/* SPDX-License-Identifier: Apache-2.0
 * The mean capacity of stations. */
#include "model/supply.h"

#include <math.h>

#include "model/changes.h"

/* The share of the time that a random fault leaves a station up (F. Barlow and R. Proschan,
 * Mathematical Theory of Reliability (1965), section 3.2: the limit for any two laws). */
static double up(const struct fault *f)
{
    return f->mtbf.mean.value / (f->mtbf.mean.value + f->mttr.mean.value);
}

/* The mean share of the speed that random faults leave, in the long run: they come and go
 * independently, and the lowest share of those that are down counts. */
static double left_by_faults(const struct description *d, size_t station)
{
    bool link = station >= d->n_pools + d->n_arrays;
    double mean = 1, x = 0;
    /* E min = integral of P(min > x) over x from 0 to 1; between two shares it is the probability
     * that everything at or below is up. */
    while (x < 1) {
        double all_up = 1, below = 1;
        for (size_t i = 0; i < d->n_faults; i++) {
            const struct fault *f = &d->fault[i];
            if (!f->random || !changes_touches(f, station))
                continue;
            if (link && f->reroute != PSN_NEVER) /* what would come meanwhile goes elsewhere */
                continue;
            if (f->degrade <= x)
                all_up *= up(f);
            else if (f->degrade < below)
                below = f->degrade;
        }
        mean -= (1 - all_up) * (below - x);
        x = below;
    }
    return mean;
}

/* Adds what a pool does from `from` to `until` to its hours of the week, and the time to theirs. */
static void add_span(const struct description *d, double rate, psn_time from, psn_time until,
                     double *work, double *time)
{
    psn_time offset = d->start_of_week % PSN_HOUR;
    while (from < until) {
        psn_time end = from - (from + offset) % PSN_HOUR + PSN_HOUR;
        end = end < until ? end : until;
        uint32_t hour = description_hour_of_week(d, from);
        work[hour] += rate * (double)(end - from);
        time[hour] += (double)(end - from);
        from = end;
    }
}

/* What changes by a calendar, whose speeds are parts of `full`, and is never more than `most`. */
static int by_calendar(struct supply *s, const struct description *d, const struct span *is_there,
                       const struct capacity *list, size_t n, double full, double most,
                       struct arena *memory)
{
    struct span there = span_common(*is_there, (struct span){0, d->horizon});
    double all_work = 0, all_time = 0;
    double time[SUPPLY_HOURS] = {0};
    s->hour = arena_array(memory, SUPPLY_HOURS, sizeof *s->hour);
    if (!s->hour)
        return PSN_EMEMORY;
    for (size_t i = 0; i < n; i++) {
        psn_time until = i + 1 < n ? list[i + 1].at : d->horizon;
        struct span part = span_common(there, (struct span){list[i].at, until});
        add_span(d, fmin((double)list[i].servers * list[i].speed / full, most), part.open,
                 part.close, s->hour, time);
    }
    for (size_t h = 0; h < SUPPLY_HOURS; h++) {
        all_work += s->hour[h];
        all_time += time[h];
        s->hour[h] = time[h] > 0 ? s->hour[h] / time[h] : 0;
    }
    s->mean = all_time > 0 ? all_work / all_time : 0;
    return 0;
}

/* A link's calendar of bandwidths, and its contract: what its shaper lets through on average. */
static int of_link(struct supply *s, const struct description *d, const struct link *l,
                   struct arena *memory)
{
    double most = l->contract_bps > 0 ? fmin(1, l->contract_bps / l->bandwidth_bps) : 1;
    s->mean = most;
    return l->n_capacities > 0
               ? by_calendar(s, d, &l->there, l->capacity, l->n_capacities, 1, most, memory)
               : 0;
}

int supply_make(struct supply *s, const struct description *d, size_t station, struct arena *memory)
{
    const struct pool *p = station < d->n_pools ? &d->pool[station] : NULL;
    int code = 0;
    *s = (struct supply){.mean = p ? (double)(p->hosts * p->cores) : 1};
    if (p && p->discipline == DISCIPLINE_UNLIMITED)
        s->mean = INFINITY;
    else if (p && p->n_capacities > 0)
        code = by_calendar(s, d, &p->there, p->capacity, p->n_capacities, changes_full_speed(p),
                           INFINITY, memory);
    else if (station >= d->n_pools + d->n_arrays)
        code = of_link(s, d, &d->link[(station - d->n_pools - d->n_arrays) / 2], memory);
    double left = left_by_faults(d, station);
    s->mean *= left;
    for (size_t h = 0; s->hour && h < SUPPLY_HOURS; h++)
        s->hour[h] *= left;
    return code;
}
