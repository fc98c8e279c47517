/* SPDX-License-Identifier: Apache-2.0
 * Operational laws on the resolved model: service demands per request (visits x service time),
 * times arrival rates, over capacity. */
#include "model/laws.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/random.h"
#include "model/machines.h"
#include "model/outcome.h"
#include "model/recipe.h"

#define WEEK_HOURS 168
/* Draws for the mean of a transfer's service time where its size is random; their error (under 2 %
 * for a cv of 1) is that of a first look, not of a simulation. */
#define SAMPLES 4096

struct work {
    const struct description *d;
    struct network network;
    struct arena memory;
    size_t n_stations;
    double *demand;    /* by station: ns of one server per request of the source at hand */
    double *by_hour;   /* [station x 168]: utilisation by what demand scales */
    double *closed;    /* [station x 168]: of that, by closed workloads, were there no queueing */
    double *scheduled; /* [station x 168]: utilisation by scheduled jobs */
    double **released; /* by station: work of scheduled jobs by the hour of the horizon, in hours of
                          its capacity; NULL where there is none */
    size_t n_hours;    /* of the horizon */
    double *open;      /* by station: mean load of open and scheduled */
    bool *used;        /* [stream x stations] */
};

static double servers(const struct description *d, size_t station)
{
    return station < d->n_pools ? (double)(d->pool[station].hosts * d->pool[station].cores) : 1.0;
}

/* Mean service time of a transfer of random size. */
static double mean_transfer(const struct array *a, const struct op *op)
{
    if (op->law.kind == LAW_CONST)
        return array_demand(a->iops, a->bandwidth_bps, op->mean);
    struct stream s = {.key = random_key(1, 0, "laws", RANDOM_STEP, 0), .law = op->law};
    double sum = 0;
    for (uint64_t n = 0; n < SAMPLES; n++)
        sum += array_demand(a->iops, a->bandwidth_bps, op->mean * stream_draw_one(&s, n, 0));
    return sum / SAMPLES;
}

/* The amount that an operation moves: its own, or what the drawing operation of its step drew. */
static const struct op *drawn_by(const struct recipe *r, const struct op *op)
{
    for (uint32_t k = 0; op->amount == AMOUNT_KEEP && k < r->n_ops; k++)
        if (r->op[k].step == op->step && r->op[k].amount == AMOUNT_DRAW)
            return &r->op[k];
    return op;
}

/* Adds `weight` times an operation to the demands; returns the time that it takes alone, ns. */
static double add_op(struct work *w, const struct recipe *r, const struct op *op, double weight)
{
    const struct description *d = w->d;
    const struct op *draw = drawn_by(r, op);
    double alone = 0, one;
    switch (op->kind) {
    case OP_COMPUTE:
        one = op->mean / d->pool[op->station].speed;
        w->demand[op->station] += weight * one;
        return one;
    case OP_STORE: {
        const struct array *a = &d->array[op->station];
        one = mean_transfer(a, draw);
        w->demand[d->n_pools + op->station] += weight * one;
        return one + (double)a->latency;
    }
    case OP_SEND:
        for (uint32_t h = 0; h < op->route->n_hops; h++) {
            uint32_t direction = op->route->hop[h];
            one = op->amount == AMOUNT_NONE
                      ? 0
                      : draw->mean * 1e9 / d->link[direction / 2].bandwidth_bps;
            w->demand[d->n_pools + d->n_arrays + direction] += weight * one;
            alone = fmax(alone, one);
        }
        return alone + (double)op->route->delay;
    case OP_DELAY:
        return op->mean;
    default:
        return 0;
    }
}

/* The time from an operation to the end of its list without queueing, given `own` (its own, all
 * repetitions included) and that of those behind it. Of branches done at once the longest counts.
 */
static double alone_from(const struct op *op, double own, const double *alone)
{
    double branches = 0;
    for (uint32_t b = 0; b < op->n_branches; b++)
        branches = op->kind == OP_FORK ? fmax(branches, alone[op->branch[b]])
                                       : branches + alone[op->branch[b]] *
                                                        (op->below[b] - (b ? op->below[b - 1] : 0));
    return own + branches + (op->next != NO_INDEX ? alone[op->next] : 0);
}

/* Service demands of one request of a source, into w->demand; returns the mean response without
 * queueing (of a fork: a lower bound where branches are random). Every operation stands behind its
 * successors, so a pass from the back sees each before them, and one from the front after them. */
static double demands(struct work *w, const struct recipe *r)
{
    double *weight = calloc(r->n_ops, sizeof *weight), *alone = calloc(r->n_ops, sizeof *alone);
    double response = NAN;
    memset(w->demand, 0, w->n_stations * sizeof *w->demand);
    if (!weight || !alone)
        goto end;
    weight[r->first] = 1;
    for (uint32_t k = r->n_ops; k-- > 0;) {
        const struct op *op = &r->op[k];
        if (weight[k] <= 0)
            continue;
        alone[k] = op->loop * add_op(w, r, op, weight[k] * op->loop);
        for (uint32_t b = 0; b < op->n_branches; b++)
            weight[op->branch[b]] += op->kind == OP_FORK
                                         ? weight[k]
                                         : weight[k] * (op->below[b] - (b ? op->below[b - 1] : 0));
        if (op->next != NO_INDEX)
            weight[op->next] += weight[k];
    }
    for (uint32_t k = 0; k < r->n_ops; k++)
        alone[k] = alone_from(&r->op[k], alone[k], alone);
    response = alone[r->first];
end:
    free(weight);
    free(alone);
    return response;
}

/* Requests a second of an open or closed source at an hour of the week. */
static double rate_at(const struct description *d, const struct source *s, double alone_ns,
                      uint32_t hour)
{
    const struct workload *w = &d->workload[s->workload];
    if (w->kind == WORKLOAD_CLOSED) {
        double users = (double)(s->signed_on ? s->signed_on[hour] : s->users);
        double cycle = description_amount(d, &w->think.mean, s->partner) + alone_ns;
        return cycle > 0 ? users * 1e9 / cycle : INFINITY;
    }
    if (w->profile == NO_INDEX)
        return s->rate_per_s;
    const double *week = d->profile[w->profile].week;
    double sum = 0;
    for (size_t h = 0; h < WEEK_HOURS; h++)
        sum += week[h];
    return s->rate_per_s * week[hour] * WEEK_HOURS / sum;
}

/* The work of one source's scheduled jobs at a station, by the hour of their release. */
static int add_scheduled(struct work *w, const struct source *s, size_t station)
{
    const struct description *d = w->d;
    if (!w->released[station])
        w->released[station] = arena_array(&w->memory, w->n_hours, sizeof **w->released);
    if (!w->released[station])
        return PSN_EMEMORY;
    for (size_t k = 0; k < s->n_releases; k++)
        if (s->release[k].at < d->horizon)
            w->released[station][s->release[k].at / PSN_HOUR] +=
                w->demand[station] / servers(d, station) / (double)PSN_HOUR;
    /* Over the whole periods that the horizon touches: a run may end in the middle of one. */
    double periods = ceil((double)d->horizon / (double)s->every);
    w->open[station] += (double)s->n_releases * w->demand[station] / servers(d, station) /
                        (periods * (double)s->every);
    return 0;
}

/* Works scheduled jobs off as a fluid, hour by hour: they take what is left over, half at least,
 * until they are done. The same hour of all weeks is averaged. */
static void work_off(struct work *w, size_t station)
{
    const struct description *d = w->d;
    const double *released = w->released[station];
    double backlog = 0, weeks[WEEK_HOURS] = {0};
    double *used = w->scheduled + station * WEEK_HOURS;
    for (size_t i = 0; released && i < w->n_hours; i++) {
        uint32_t hour = description_hour_of_week(d, (psn_time)i * PSN_HOUR);
        double others = fmin(1, w->by_hour[station * WEEK_HOURS + hour]);
        backlog += released[i];
        double served = fmin(backlog, fmax(1 - others, 0.5));
        backlog -= served;
        used[hour] += fmin(served, 1 - others);
        weeks[hour]++;
    }
    for (size_t h = 0; h < WEEK_HOURS; h++)
        used[h] /= fmax(weeks[h], 1);
}

static int add_source(struct work *w, uint32_t index, const struct recipe *r, psn_diagnostics *all)
{
    const struct description *d = w->d;
    const struct source *s = &d->source[index];
    const struct workload *load = &d->workload[s->workload];
    double alone = demands(w, r);
    int code = 0;
    if (load->kind == WORKLOAD_CLOSED &&
        description_amount(d, &load->think.mean, s->partner) + alone <= 0)
        return psn_mistake_add(
            all, PSN_EINPUT, load->place,
            "a user of workload \"%s\" asks again and again at one instant: "
            "neither thinking nor the service takes time; expected one that does",
            load->name);
    size_t stream = (size_t)load->service * d->n_partners + s->partner;
    for (size_t t = 0; t < w->n_stations; t++) {
        double demand_s = w->demand[t] * 1e-9 / servers(d, t);
        if (demand_s <= 0)
            continue;
        w->used[stream * w->n_stations + t] = true;
        if (load->kind == WORKLOAD_SCHEDULED) {
            if (add_scheduled(w, s, t))
                code = PSN_EMEMORY;
            continue;
        }
        for (uint32_t h = 0; h < WEEK_HOURS; h++) {
            double u = rate_at(d, s, alone, h) * demand_s;
            w->by_hour[t * WEEK_HOURS + h] += u;
            if (load->kind == WORKLOAD_OPEN)
                w->open[t] += u / WEEK_HOURS;
            else
                w->closed[t * WEEK_HOURS + h] += u;
        }
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

static void conclude(struct work *w, struct load_report *report)
{
    const struct description *d = w->d;
    report->bottleneck = NO_INDEX;
    for (uint32_t t = 0; t < w->n_stations; t++) {
        struct station_load *s = &report->station[t];
        s->exists = exists(d, t);
        s->open = w->open[t];
        s->saturates = INFINITY;
        work_off(w, t);
        for (uint32_t h = 0; h < WEEK_HOURS; h++) {
            double scaled = w->by_hour[t * WEEK_HOURS + h],
                   fixed = w->scheduled[t * WEEK_HOURS + h];
            /* Closed workloads slow down where the others leave them no more room. */
            double open = scaled - w->closed[t * WEEK_HOURS + h];
            double busy = fmax(open, fmin(1, scaled)) + fixed;
            if (busy > s->busiest) {
                s->busiest = busy;
                s->busiest_hour = h;
            }
            /* A scheduled job takes what is left over, half at least: it does not saturate a link.
             */
            if (scaled > 0)
                s->saturates = fmin(s->saturates, d->demand / scaled);
        }
        if (s->busiest > 0 && (report->bottleneck == NO_INDEX ||
                               s->saturates < report->station[report->bottleneck].saturates))
            report->bottleneck = t;
    }
    for (size_t i = 0; i < d->n_services * d->n_partners; i++)
        for (size_t t = 0; t < w->n_stations; t++)
            if (w->used[i * w->n_stations + t] && w->open[t] >= 1)
                report->stream_unstable[i] = true;
}

static int work_init(struct work *w, const struct description *d)
{
    memset(w, 0, sizeof *w);
    w->d = d;
    w->n_stations = d->n_pools + d->n_arrays + 2 * d->n_links;
    size_t n = w->n_stations + 1, streams = d->n_services * d->n_partners;
    w->demand = arena_array(&w->memory, n, sizeof *w->demand);
    w->by_hour = arena_array(&w->memory, n * WEEK_HOURS, sizeof *w->by_hour);
    w->closed = arena_array(&w->memory, n * WEEK_HOURS, sizeof *w->closed);
    w->scheduled = arena_array(&w->memory, n * WEEK_HOURS, sizeof *w->scheduled);
    w->open = arena_array(&w->memory, n, sizeof *w->open);
    w->used = arena_array(&w->memory, n * (streams + 1), sizeof *w->used);
    w->released = arena_array(&w->memory, n, sizeof *w->released);
    w->n_hours = (size_t)((d->horizon + PSN_HOUR - 1) / PSN_HOUR);
    if (!w->closed || !w->released || !w->demand || !w->by_hour || !w->scheduled || !w->open ||
        !w->used)
        return PSN_EMEMORY;
    return network_init(&w->network, d, &w->memory);
}

int laws_report(const struct description *d, struct load_report *report, psn_diagnostics *all)
{
    struct work w;
    memset(report, 0, sizeof *report);
    int code = work_init(&w, d);
    report->n_stations = w.n_stations;
    report->station = calloc(w.n_stations + 1, sizeof *report->station);
    report->stream_unstable =
        calloc(d->n_services * d->n_partners + 1, sizeof *report->stream_unstable);
    if (!report->station || !report->stream_unstable)
        code = PSN_EMEMORY;
    for (uint32_t i = 0; i < d->n_sources && code != PSN_EMEMORY; i++) {
        struct recipe r;
        int c = recipe_make(&w.network, i, &r, all);
        if (!c && r.n_ops)
            c = add_source(&w, i, &r, all);
        if (c)
            code = c;
    }
    if (!code)
        conclude(&w, report);
    arena_fini(&w.memory);
    if (code)
        laws_fini(report);
    return code;
}

void laws_fini(struct load_report *report)
{
    free(report->station);
    free(report->stream_unstable);
    memset(report, 0, sizeof *report);
}
