/* SPDX-License-Identifier: Apache-2.0
 * Calendars and faults of stations, replayed. */
#include "model/changes.h"

#include <math.h>

#include "stations/pace.h"

bool changes_touches(const struct fault *f, size_t station)
{
    for (size_t i = 0; f->exists && i < f->n_stations; i++)
        if (f->station[i] == station)
            return true;
    return false;
}

/* The link that a station is a direction of; NULL where it is none. */
static const struct link *link_of(const struct description *d, size_t station)
{
    size_t machines = d->n_pools + d->n_arrays;
    return station < machines ? NULL : &d->link[(station - machines) / 2];
}

bool changes_any(const struct description *d, size_t station)
{
    const struct link *link = link_of(d, station);
    if (station < d->n_pools && d->pool[station].n_capacities > 0)
        return true;
    if (link && link->n_capacities > 0)
        return true;
    for (size_t i = 0; i < d->n_faults; i++)
        if (changes_touches(&d->fault[i], station))
            return true;
    return false;
}

double changes_full_speed(const struct pool *p)
{
    double full = p->n_capacities > 0 ? 0 : p->speed;
    for (size_t i = 0; i < p->n_capacities; i++)
        full = fmax(full, p->capacity[i].speed);
    return full;
}

/* A time that is drawn: 1 ns at least, so that what fails and is repaired gets on. */
static psn_time drawn(const struct stream *s, const struct random_amount *amount, uint64_t n)
{
    psn_time t = law_round_ns(amount->mean.value * stream_draw_one(s, n, 0));
    return t > 0 ? t : 1;
}

/* The next failure, after the one repaired at `from`. */
static void await_failure(struct outage *o, psn_time from)
{
    const struct fault *f = o->fault;
    psn_time at = law_later(from, drawn(&o->failure, &f->mtbf, o->n));
    o->down = false;
    o->at = at < f->there.close ? at : PSN_NEVER;
}

void outage_take(struct outage *o)
{
    const struct fault *f = o->fault;
    psn_time now = o->at;
    if (o->down && f->random) {
        o->n++;
        await_failure(o, now);
    } else if (o->down) {
        o->down = false;
        o->at = PSN_NEVER;
    } else {
        psn_time end =
            f->random ? law_later(now, drawn(&o->repair, &f->mttr, o->n)) : f->scheduled.close;
        o->down = true;
        o->at = end < f->there.close ? end : f->there.close;
    }
}

void outage_init(struct outage *o, const struct fault *f, const struct draws *draws)
{
    *o = (struct outage){.fault = f};
    if (f->random) {
        stream_key(&o->failure, draws, f->name, RANDOM_FAILURE, 0);
        stream_key(&o->repair, draws, f->name, RANDOM_REPAIR, 0);
        o->failure.law = f->mtbf.law;
        o->repair.law = f->mttr.law;
        await_failure(o, f->there.open > 0 ? f->there.open : 0);
    } else {
        struct span s = span_common(f->scheduled, f->there);
        o->at = s.open < s.close ? (s.open > 0 ? s.open : 0) : PSN_NEVER;
    }
}

int changes_init(struct changes *c, const struct description *d, size_t station,
                 const struct draws *draws, struct arena *memory)
{
    *c = (struct changes){.open = description_station_there(d, station).open, .full = 1};
    if (station < d->n_pools) {
        const struct pool *p = &d->pool[station];
        c->calendar = p->n_capacities > 0 ? p->capacity : NULL;
        c->n_calendar = p->n_capacities;
        c->full = changes_full_speed(p);
        c->servers = p->hosts * p->cores;
    }
    const struct link *link = link_of(d, station);
    if (link) {
        c->calendar = link->n_capacities > 0 ? link->capacity : NULL;
        c->n_calendar = link->n_capacities;
        c->link = true;
    }
    c->outage = arena_array(memory, d->n_faults + 1, sizeof *c->outage);
    if (!c->outage)
        return PSN_EMEMORY;
    for (size_t i = 0; i < d->n_faults; i++)
        if (changes_touches(&d->fault[i], station))
            outage_init(&c->outage[c->n_outages++], &d->fault[i], draws);
    changes_take(c, 0);
    return 0;
}

/* A time of the calendar, or the beginning of what has one. */
static psn_time calendar_next(const struct changes *c, psn_time now)
{
    psn_time next = c->passed < c->n_calendar ? c->calendar[c->passed].at : PSN_NEVER;
    return c->calendar && now < c->open && c->open < next ? c->open : next;
}

psn_time changes_next(const struct changes *c)
{
    psn_time next = calendar_next(c, c->now);
    for (size_t i = 0; i < c->n_outages; i++)
        if (c->outage[i].at < next)
            next = c->outage[i].at;
    return next;
}

void changes_take(struct changes *c, psn_time now)
{
    double speed = c->full, share = 1;
    c->now = now;
    c->lost = false;
    while (c->passed < c->n_calendar && c->calendar[c->passed].at <= now)
        c->passed++;
    if (c->calendar) {
        const struct capacity *last = &c->calendar[c->passed > 0 ? c->passed - 1 : 0];
        c->servers = now < c->open ? 0 : last->servers;
        speed = c->link && last->servers == 0 ? 0 : last->speed;
    }
    for (size_t i = 0; i < c->n_outages; i++) {
        struct outage *o = &c->outage[i];
        while (o->at <= now)
            outage_take(o);
        if (!o->down)
            continue;
        share = fmin(share, o->fault->degrade);
        c->lost |= o->fault->lost && o->fault->n_links > 0;
    }
    c->speed = (uint64_t)(speed / c->full * share * (double)PACE_FULL + 0.5);
}
