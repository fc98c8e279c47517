/* SPDX-License-Identifier: Apache-2.0
 * Operational laws on the resolved model: service demands per request (visits x service time),
 * times arrival rates, over capacity. */
#include "model/laws.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "model/course.h"
#include "model/outcome.h"
#include "model/recipe.h"
#include "model/service_demand.h"
#include "model/supply.h"
#include "theory/queue.h"

#define WEEK_HOURS COURSE_HOURS

/* Of a station, by hour of the week. While an epoch is looked at, the first two are its own. */
struct week_load {
    double all[WEEK_HOURS];    /* utilisation by what demand scales; its highest over the horizon */
    double closed[WEEK_HOURS]; /* of that, by closed workloads, were there no queueing */
    double scheduled[WEEK_HOURS]; /* utilisation by scheduled jobs */
    double weeks[WEEK_HOURS];     /* how often the hour was looked at */
};

/* The requests of a stream come to a station. */
struct visit {
    uint32_t stream, station;
    bool waits; /* open ones whose users never give up wait there */
};

/* What is added up over epochs. */
struct work {
    const struct description *d;
    struct ways ways;
    struct arena memory;
    struct courses courses;
    size_t n_stations;
    struct service_demand per; /* of one request of the source at hand */
    struct recipe *recipe;     /* by source */
    struct span epoch;         /* looked at */
    struct week_load **hours;  /* by station; NULL: nothing has come there yet */
    double **released; /* by station: work of scheduled jobs by the hour of the horizon, in hours of
                          its capacity; NULL where there is none */
    size_t n_hours;    /* of the horizon */
    double *backlog;   /* by station: of scheduled jobs at the end of the epoch, in hours */
    double *open;      /* by station: mean load of open and scheduled while it is there */
    double *sure;      /* by station: of that, see struct service_demand */
    struct supply *supply; /* by station */
    bool *asked;           /* by station: does anything come there? */
    double *tail;          /* by station: the least index of a service time's tail */
    struct visit *visit;   /* may name a stream and station again */
    size_t n_visits, visit_room;
    bool weeks_differ;
};

/* The length of what two spans have in common within the run. */
static double common_ns(const struct description *d, struct span a, struct span b)
{
    struct span s = span_common(span_common(a, b), (struct span){0, d->horizon});
    return s.close > s.open ? (double)(s.close - s.open) : 0;
}

/* The part of the time that a station is there in which a source asks in this epoch. */
static double asks_for(const struct work *w, const struct source *s, size_t t)
{
    struct span there = description_station_there(w->d, t);
    return common_ns(w->d, s->there, w->epoch) / common_ns(w->d, there, there);
}

static double closed_rate(const struct description *d, const struct source *s, double alone_ns,
                          double share)
{
    double users = (double)description_whole((double)s->users * share);
    double cycle =
        description_amount(d, &d->workload[s->workload].think.mean, s->partner) + alone_ns;
    return cycle > 0 ? users * 1e9 / cycle : INFINITY;
}

/* Requests a second of an open or closed source by hour of the week, where weeks are alike. */
static void rates_of(const struct description *d, const struct source *s, double alone_ns,
                     double rate[WEEK_HOURS])
{
    const struct workload *w = &d->workload[s->workload];
    const double *week = w->profile == NO_INDEX ? NULL : d->profile[w->profile].week;
    bool closed = w->kind == WORKLOAD_CLOSED;
    double sum = 0;
    for (size_t h = 0; h < WEEK_HOURS && week; h++)
        sum += week[h];
    for (size_t h = 0; h < WEEK_HOURS; h++)
        if (closed)
            rate[h] = closed_rate(d, s, alone_ns, week ? week[h] : 1);
        else
            rate[h] = week ? s->rate_per_s * week[h] * WEEK_HOURS / sum : s->rate_per_s;
}

/* A part of the mean load of a station, by requests of the source at hand. */
static void add_open(struct work *w, size_t station, double load)
{
    w->open[station] += load;
    w->sure[station] += load * (w->per.sure[station] / w->per.demand[station]);
}

/* What a request takes of a station at an hour of the week: s of its capacity of then; nothing
 * where nobody serves, for what comes then waits for others. */
static double demand_at(const struct work *w, size_t station, uint32_t hour)
{
    double capacity = supply_at(&w->supply[station], hour);
    return capacity > 0 ? w->per.demand[station] * 1e-9 / capacity : 0;
}

/* The work of one source's scheduled jobs at a station, by the hour of their release. */
static int add_scheduled(struct work *w, const struct source *s, size_t station)
{
    const struct description *d = w->d;
    if (!w->released[station])
        w->released[station] = arena_array(&w->memory, w->n_hours, sizeof **w->released);
    if (!w->released[station])
        return PSN_EMEMORY;
    double jobs = 0; /* of the size at the start */
    w->weeks_differ |= w->per.growth[station] != 0;
    for (size_t k = 0; k < s->n_releases; k++) {
        psn_time at = s->release[k].at;
        if (!span_has(&w->epoch, at) || at >= d->horizon)
            continue;
        double grown = description_growth(d, w->per.growth[station], at);
        jobs += grown;
        w->released[station][at / PSN_HOUR] +=
            grown * w->per.demand[station] / w->supply[station].mean / (double)PSN_HOUR;
    }
    /* Over the whole periods that the horizon touches: a run may end in the middle of one. */
    struct span there = description_station_there(d, station);
    double periods = ceil((double)d->horizon / (double)s->every);
    double part = common_ns(d, there, there) / (double)d->horizon;
    add_open(w, station,
             jobs * w->per.demand[station] / w->supply[station].mean /
                 (periods * (double)s->every * part));
    return 0;
}

/* The load of an open or closed source at a station, where all weeks are alike. */
static void add_week(struct work *w, const struct source *s, size_t t,
                     const double rate[WEEK_HOURS])
{
    const struct description *d = w->d;
    double demand_s = w->per.demand[t] * 1e-9 / w->supply[t].mean, part = asks_for(w, s, t);
    for (uint32_t h = 0; h < WEEK_HOURS; h++) {
        double u = rate[h] * demand_at(w, t, h);
        w->hours[t]->all[h] += u;
        if (d->workload[s->workload].kind == WORKLOAD_OPEN)
            add_open(w, t, rate[h] * demand_s / WEEK_HOURS * part);
        else
            w->hours[t]->closed[h] += u;
    }
}

/* The same where they differ, over the part of the epoch in which the source asks: the highest of
 * each hour of the week, and of an open source the mean. Of a closed one users and work have their
 * highest apart. */
static int add_course(struct work *w, const struct source *s, size_t t, double alone)
{
    const struct description *d = w->d;
    bool open = d->workload[s->workload].kind == WORKLOAD_OPEN;
    double demand_s = w->per.demand[t] * 1e-9 / w->supply[t].mean, grows = w->per.growth[t];
    struct span asks = span_common(span_common(s->there, w->epoch), (struct span){0, d->horizon});
    w->weeks_differ = true;
    if (asks.open >= asks.close)
        return 0;
    const struct course *c =
        courses_find(&w->courses, s->shape, s->growth + (open ? grows : 0), asks);
    if (!c)
        return PSN_EMEMORY;
    double most =
        fmax(description_growth(d, grows, asks.open), description_growth(d, grows, asks.close - 1));
    double base = open ? s->rate_per_s / description_level_mean(d, s) : 0;
    for (uint32_t h = 0; h < WEEK_HOURS; h++) {
        double rate = open ? base * c->highest[h] : closed_rate(d, s, alone, c->highest[h]) * most;
        double u = rate * demand_at(w, t, h);
        w->hours[t]->all[h] += u;
        if (!open)
            w->hours[t]->closed[h] += u;
    }
    if (open)
        add_open(w, t, base * demand_s * c->mean * asks_for(w, s, t));
    return 0;
}

/* Works scheduled jobs off as a fluid, hour by hour of the epoch: they take what is left over, half
 * at least, until they are done. The same hour of all weeks is averaged. */
static void work_off(struct work *w, size_t station)
{
    const struct description *d = w->d;
    const double *released = w->released[station];
    struct week_load *x = w->hours[station];
    size_t end = (size_t)((w->epoch.close + PSN_HOUR - 1) / PSN_HOUR);
    for (size_t i = (size_t)(w->epoch.open / PSN_HOUR); released && i < end; i++) {
        uint32_t hour = description_hour_of_week(d, (psn_time)i * PSN_HOUR);
        double others = fmin(1, x->all[hour]);
        w->backlog[station] += released[i];
        double served = fmin(w->backlog[station], fmax(1 - others, 0.5));
        w->backlog[station] -= served;
        x->scheduled[hour] += fmin(served, 1 - others);
        x->weeks[hour]++;
    }
}

/* Requests of a stream come to a station. 0 or PSN_EMEMORY. */
static int come(struct work *w, uint32_t stream, uint32_t station, bool waits)
{
    void *visit = w->visit;
    int code = array_reserve(&visit, &w->visit_room, w->n_visits + 1, sizeof *w->visit);
    w->visit = visit;
    if (code)
        return code;
    w->visit[w->n_visits++] = (struct visit){stream, station, waits};
    if (!w->hours[station])
        w->hours[station] = arena_alloc(&w->memory, sizeof *w->hours[station]);
    return w->hours[station] ? 0 : PSN_EMEMORY;
}

/* The load of a source in the epoch looked at; its requests begin at operation `first`. */
static int add_source(struct work *w, uint32_t index, uint32_t first, psn_diagnostics *all)
{
    const struct description *d = w->d;
    const struct source *s = &d->source[index];
    const struct recipe *r = &w->recipe[index];
    const struct workload *load = &d->workload[s->workload];
    double alone = service_demand_make(&w->per, index, r, first);
    int code = 0;
    if (isnan(alone))
        return PSN_EMEMORY;
    double think =
        load->kind == WORKLOAD_CLOSED ? description_amount(d, &load->think.mean, s->partner) : NAN;
    if (think <= 0 && w->per.fails_at_once)
        return psn_mistake_add(
            all, PSN_EINPUT, load->place,
            "a user of workload \"%s\" who is refused, leaves or finds no route at once asks "
            "again at the same instant, and again; expected some time to think",
            load->name);
    if (think + alone <= 0)
        return psn_mistake_add(
            all, PSN_EINPUT, load->place,
            "a user of workload \"%s\" asks again and again at one instant: "
            "neither thinking nor the service takes time; expected one that does",
            load->name);
    size_t stream = (size_t)load->service * d->n_partners + s->partner;
    bool waits = load->kind == WORKLOAD_OPEN && d->service[load->service].timeout == 0;
    bool plain = load->kind != WORKLOAD_SCHEDULED && course_is_plain(d, s->shape, s->growth);
    double rate[WEEK_HOURS];
    if (plain)
        rates_of(d, s, alone, rate);
    for (size_t i = 0; i < w->per.n_asked; i++) {
        uint32_t t = w->per.asked[i];
        if (w->per.demand[t] <= 0)
            continue;
        if (come(w, (uint32_t)stream, t, waits && w->per.stays[t]))
            return PSN_EMEMORY;
        w->tail[t] = fmin(w->tail[t], w->per.tail[t]);
        w->asked[t] = true;
        if (load->kind == WORKLOAD_SCHEDULED) {
            if (add_scheduled(w, s, t))
                code = PSN_EMEMORY;
            continue;
        }
        if (plain && w->per.growth[t] == 0)
            add_week(w, s, t, rate);
        else if (add_course(w, s, t, alone))
            code = PSN_EMEMORY;
    }
    return code;
}

static bool exists(const struct description *d, size_t t)
{
    if (t < d->n_pools)
        return d->pool[t].exists;
    t -= d->n_pools;
    if (t < d->n_arrays)
        return d->array[t].exists;
    return d->link[(t - d->n_arrays) / 2].exists;
}

/* The busiest hour of the epoch looked at, where it is busier than those before. Its own scheduled
 * jobs are those of the hours so far. */
static void conclude_epoch(struct work *w, struct load_report *report)
{
    for (uint32_t t = 0; t < w->n_stations; t++) {
        struct station_load *s = &report->station[t];
        const struct week_load *x = w->hours[t];
        if (!x)
            continue;
        work_off(w, t);
        for (uint32_t h = 0; h < WEEK_HOURS; h++) {
            double scaled = x->all[h], fixed = x->scheduled[h] / fmax(x->weeks[h], 1);
            s->jobs[h] = s->jobs[h] || fixed > 0;
            /* Closed workloads slow down where the others leave them no more room. */
            double open = scaled - x->closed[h];
            double busy = fmax(open, fmin(1, scaled)) + fixed;
            if (busy > s->busiest) {
                s->busiest = busy;
                s->busiest_hour = h;
            }
            /* A scheduled job takes what is left over, half at least: it does not saturate a link.
             */
            if (scaled > 0)
                s->saturates = fmin(s->saturates, w->d->demand / scaled);
        }
    }
}

/* Is a wait there such that a service time without a variance leaves it no mean? First come, first
 * served in one queue that takes everybody. */
static bool is_queue(const struct description *d, size_t t)
{
    if (t >= d->n_pools)
        return true;
    const struct pool *p = &d->pool[t];
    return p->room == 0 &&
           (p->discipline == DISCIPLINE_FIFO || p->discipline == DISCIPLINE_PRIORITY);
}

/* By the work that surely comes: with more the mean would be infinite all the sooner. */
static bool has_no_mean(const struct work *w, size_t t)
{
    double servers = w->supply[t].mean;
    return w->sure[t] > 0 && w->sure[t] < 1 && is_queue(w->d, t) &&
           queue_wait_has_no_mean(w->sure[t] * servers, (int64_t)ceil(servers), w->tail[t]);
}

static void conclude(struct work *w, struct load_report *report)
{
    const struct description *d = w->d;
    report->bottleneck = NO_INDEX;
    report->weeks_differ = w->weeks_differ;
    for (uint32_t t = 0; t < w->n_stations; t++) {
        struct station_load *s = &report->station[t];
        s->exists = exists(d, t);
        s->supply = w->supply[t].mean;
        s->busiest_supply = supply_at(&w->supply[t], s->busiest_hour);
        s->open = isinf(w->supply[t].mean) && w->asked[t] ? NAN : w->open[t];
        s->unstable = w->sure[t] >= 1;
        s->no_mean = has_no_mean(w, t);
        if (s->busiest > 0 && (report->bottleneck == NO_INDEX ||
                               s->saturates < report->station[report->bottleneck].saturates))
            report->bottleneck = t;
    }
    for (const struct visit *v = w->visit; v && v < w->visit + w->n_visits; v++) {
        const struct station_load *s = &report->station[v->station];
        report->stream_unstable[v->stream] |= s->unstable;
        report->stream_no_mean[v->stream] |= v->waits && s->no_mean;
    }
}

/* The load of one epoch. */
static int add_epoch(struct work *w, uint32_t epoch, struct load_report *report,
                     psn_diagnostics *all)
{
    const struct description *d = w->d;
    int code = 0;
    w->epoch.open = d->epoch[epoch];
    w->epoch.close = epoch + 1 < d->n_epochs ? d->epoch[epoch + 1] : d->horizon;
    for (size_t t = 0; t < w->n_stations; t++)
        if (w->hours[t]) {
            memset(w->hours[t]->all, 0, sizeof w->hours[t]->all);
            memset(w->hours[t]->closed, 0, sizeof w->hours[t]->closed);
        }
    for (uint32_t i = 0; i < d->n_sources && code != PSN_EMEMORY; i++) {
        uint32_t first = w->recipe[i].n_ops ? w->recipe[i].first[epoch] : NO_INDEX;
        int c = first != NO_INDEX ? add_source(w, i, first, all) : 0;
        code = c ? c : code;
    }
    if (!code)
        conclude_epoch(w, report);
    return code;
}

static void work_fini(struct work *w)
{
    arena_fini(&w->memory);
    free(w->visit);
}

/* End with work_fini in every case. 0, PSN_EMEMORY or PSN_EINPUT. */
static int work_init(struct work *w, const struct description *d, psn_diagnostics *all)
{
    memset(w, 0, sizeof *w);
    w->d = d;
    w->n_stations = d->n_pools + d->n_arrays + 2 * d->n_links;
    size_t n = w->n_stations + 1;
    w->courses = (struct courses){.d = d, .memory = &w->memory};
    w->recipe = arena_array(&w->memory, d->n_sources + 1, sizeof *w->recipe);
    w->backlog = arena_array(&w->memory, n, sizeof *w->backlog);
    w->open = arena_array(&w->memory, n, sizeof *w->open);
    w->sure = arena_array(&w->memory, n, sizeof *w->sure);
    w->asked = arena_array(&w->memory, n, sizeof *w->asked);
    w->supply = arena_array(&w->memory, n, sizeof *w->supply);
    w->tail = arena_array(&w->memory, n, sizeof *w->tail);
    w->released = arena_array(&w->memory, n, sizeof *w->released);
    w->n_hours = (size_t)((d->horizon + PSN_HOUR - 1) / PSN_HOUR);
    w->hours = arena_array(&w->memory, n, sizeof(struct week_load *));
    if (!w->hours || !w->released || !w->recipe || !w->backlog || !w->open || !w->sure ||
        !w->asked || !w->supply || !w->tail)
        return PSN_EMEMORY;
    for (size_t t = 0; t < w->n_stations; t++) {
        w->tail[t] = INFINITY;
        if (supply_make(&w->supply[t], d, t, &w->memory))
            return PSN_EMEMORY;
    }
    int code = service_demand_init(&w->per, d, &w->memory);
    return code ? code : ways_init(&w->ways, d, &w->memory, all);
}

int laws_report(const struct description *d, struct load_report *report, psn_diagnostics *all)
{
    struct work w;
    memset(report, 0, sizeof *report);
    int code = work_init(&w, d, all);
    report->n_stations = w.n_stations;
    report->station = calloc(w.n_stations + 1, sizeof *report->station);
    report->stream_unstable =
        calloc(d->n_services * d->n_partners + 1, sizeof *report->stream_unstable);
    report->stream_no_mean =
        calloc(d->n_services * d->n_partners + 1, sizeof *report->stream_no_mean);
    if (!report->station || !report->stream_unstable || !report->stream_no_mean)
        code = PSN_EMEMORY;
    for (size_t t = 0; t < w.n_stations && !code; t++)
        report->station[t].saturates = INFINITY;
    bool ready = code == 0;
    for (uint32_t i = 0; i < d->n_sources && ready && code != PSN_EMEMORY; i++) {
        int c = recipe_make(&w.ways, i, &w.recipe[i], all);
        code = c ? c : code;
    }
    for (uint32_t k = 0; k < d->n_epochs && !code; k++)
        code = add_epoch(&w, k, report, all);
    if (!code)
        conclude(&w, report);
    work_fini(&w);
    if (code)
        laws_fini(report);
    return code;
}

void laws_fini(struct load_report *report)
{
    free(report->station);
    free(report->stream_unstable);
    free(report->stream_no_mean);
    memset(report, 0, sizeof *report);
}

/* The rates of an open or closed source by hour of the week: the highest over the horizon. */
static int source_rates(struct work *w, const struct source *s, struct source_load *load,
                        double rate[WEEK_HOURS])
{
    const struct description *d = w->d;
    bool open = d->workload[s->workload].kind == WORKLOAD_OPEN;
    const struct course *c = NULL;
    if (!course_is_plain(d, s->shape, s->growth)) {
        struct span asks = span_common(s->there, (struct span){0, d->horizon});
        c = courses_find(&w->courses, s->shape, s->growth, asks);
        if (!c)
            return PSN_EMEMORY;
    }
    double base = open ? s->rate_per_s / description_level_mean(d, s) : 0;
    if (!c)
        rates_of(d, s, load->alone_ns, rate);
    for (uint32_t h = 0; h < WEEK_HOURS; h++) {
        if (c)
            rate[h] =
                open ? base * c->highest[h] : closed_rate(d, s, load->alone_ns, c->highest[h]);
        load->mean_per_s += rate[h] / WEEK_HOURS;
        if (rate[h] > rate[load->busiest_hour])
            load->busiest_hour = h;
    }
    if (c && open)
        load->mean_per_s = base * c->mean;
    return 0;
}

/* What a source asks of the stations, by the first epoch in which it asks. */
static int visit_source(struct work *w, uint32_t index, laws_visit visit, void *context)
{
    const struct description *d = w->d;
    const struct source *s = &d->source[index];
    const struct recipe *r = &w->recipe[index];
    struct source_load load = {
        .source = index, .demand = w->per.demand, .recipe = r, .ways = &w->ways};
    double rate[WEEK_HOURS];
    uint32_t epoch = 0;
    while (r->n_ops && epoch < d->n_epochs && r->first[epoch] == NO_INDEX)
        epoch++;
    if (!r->n_ops || epoch == d->n_epochs || s->there.open >= d->horizon)
        return 0;
    load.alone_ns = service_demand_make(&w->per, index, r, r->first[epoch]);
    if (isnan(load.alone_ns))
        return PSN_EMEMORY;
    if (d->workload[s->workload].kind == WORKLOAD_SCHEDULED) {
        load.mean_per_s = (double)s->n_releases / ((double)d->horizon * 1e-9);
        return visit(context, &load);
    }
    load.rate = rate;
    int code = source_rates(w, s, &load, rate);
    return code ? code : visit(context, &load);
}

int laws_sources(const struct description *d, laws_visit visit, void *context, psn_diagnostics *all)
{
    struct work w;
    int code = work_init(&w, d, all);
    for (uint32_t i = 0; i < d->n_sources && !code; i++)
        code = recipe_make(&w.ways, i, &w.recipe[i], all);
    for (uint32_t i = 0; i < d->n_sources && !code; i++)
        code = visit_source(&w, i, visit, context);
    work_fini(&w);
    return code;
}
