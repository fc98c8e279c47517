/* SPDX-License-Identifier: Apache-2.0
 * From what stations, recorders and live jobs hold at the horizon to the figures of an outcome. */
#include <math.h>
#include <stdlib.h>

#include "model/engine.h"
#include "model/expected.h"
#include "model/transmitter.h"
#include "stats/spells.h"

struct late_context {
    struct engine *engine;
    struct recorder *recorder;
    uint32_t stream; /* of the attempts being visited */
};

/* A job still under way at the horizon; fronts and remnants of messages, branches, and jobs that
 * only carry news are none. Of users with a timeout their attempts tell what is waited for. */
static void late_job(void *context, struct job *job)
{
    struct late_context *c = context;
    const struct demand *s = &c->engine->demand[job->source];
    if (job->flags & (JOB_SHADOW | JOB_ENDED | JOB_CHILD) || s->attempts.timeout > 0)
        return;
    recorder_unfinished(c->recorder, s->stream, job->born);
    if (s->kind == WORKLOAD_SCHEDULED) {
        psn_time horizon = c->engine->d->horizon;
        psn_time closes = s->source->release[job->number].closes;
        if (horizon > closes)
            recorder_overrun(c->recorder, s->stream, job->born, horizon - closes);
    }
}

static void late_waiting(void *context, const struct demand *s, uint64_t number)
{
    struct late_context *c = context;
    const struct release *r = &s->source->release[number];
    recorder_unfinished(c->recorder, s->stream, r->at);
    if (c->engine->d->horizon > r->closes)
        recorder_overrun(c->recorder, s->stream, r->at, c->engine->d->horizon - r->closes);
}

static void late_attempt(void *context, const struct attempt *attempt, psn_time now)
{
    (void)now;
    struct late_context *c = context;
    recorder_unfinished(c->recorder, c->stream, attempt->born);
}

/* Everything counts on the first of each from here on. */
static int finish_requests(struct engine *e)
{
    struct late_context c = {e, &e->recorder[0], 0};
    int code = 0;
    for (size_t i = 1; i < e->n_processes && !code; i++) {
        code = recorder_merge(&e->recorder[0], &e->recorder[i]);
        if (!code)
            code = class_targets_merge(&e->class_targets[0], &e->class_targets[i]);
    }
    for (size_t i = 0; i < e->n_processes; i++) {
        process_each_job(&e->process[i], late_job, &c);
        e->outcome->events += e->process[i].events;
    }
    for (size_t i = 0; i < e->d->n_sources; i++) {
        if (!e->demand[i].process)
            continue;
        c.stream = e->demand[i].stream;
        demand_each_waiting(&e->demand[i], late_waiting, &c);
        attempts_each(&e->demand[i].attempts, late_attempt, &c, e->d->horizon);
    }
    if (recorder_check(&e->recorder[0], e->outcome->error, sizeof e->outcome->error))
        e->outcome->status = 1;
    class_targets_finish(&e->class_targets[0], e->outcome);
    return recorder_finish(&e->recorder[0]);
}

/* How long of [from, until) the station is there. */
static psn_time time_there(const struct span *there, psn_time from, psn_time until)
{
    struct span common = span_common(*there, (struct span){from, until});
    return common.close > common.open ? common.close - common.open : 0;
}

/* A station that is there for a part of the run has its averages over that part: the meter has them
 * from the beginning to the station's end, and nothing was there before it came. */
static void scale_to_presence(struct engine *e, const struct span *there, size_t station)
{
    const struct description *d = e->d;
    struct outcome *o = e->outcome;
    struct outcome_station *s = &o->station[station];
    psn_time end = there->close < d->horizon ? there->close : d->horizon;
    if (there->open <= 0 && end == d->horizon)
        return;
    psn_time here = time_there(there, d->warmup, d->horizon);
    double scale = here > 0 ? (double)(end - d->warmup) / (double)here : NAN;
    s->utilisation *= scale;
    s->present *= scale;
    s->throughput *= scale;
    for (size_t i = 0; i < o->shape.intervals; i++) {
        psn_time from = (psn_time)i * d->interval, until = from + d->interval;
        until = until < end ? until : end;
        psn_time part = time_there(there, from, until);
        double of_part = part > 0 ? (double)(until - from) / (double)part : NAN;
        o->series_utilisation[station * o->shape.intervals + i] *= of_part;
        o->series_present[station * o->shape.intervals + i] *= of_part;
    }
}

static void finish_station(struct engine *e, struct meter *m, const struct span *there,
                           size_t station)
{
    struct outcome *o = e->outcome;
    struct outcome_station *s = &o->station[station];
    size_t partners = o->shape.partners;
    meter_finish(m);
    s->exists = true;
    s->utilisation = meter_utilisation(m);
    s->present = meter_present(m);
    s->present_max = m->present_max;
    s->wait_s = tally_mean(&m->wait) * 1e-9;
    s->wait_max = m->wait.max;
    s->throughput = meter_throughput(m);
    s->refused = m->refused;
    s->abandoned = m->abandoned;
    scale_to_presence(e, there, station);
    const struct owners *owners = &e->owners[station];
    double *share = &o->share[station * partners];
    exact_sum all = 0;
    for (size_t p = owners->first; p < owners->end; p++)
        all += m->served_work[p - owners->first];
    for (size_t p = 0; p < partners; p++)
        share[p] = all > 0 ? 0 : NAN;
    for (size_t p = owners->first; p < owners->end && all > 0; p++)
        share[p] = exact_double(m->served_work[p - owners->first]) / exact_double(all);
}

/* A station in one batch, from the series: what they do not hold a batch does not have. */
static void finish_batch(const struct engine *e, size_t station, uint32_t k)
{
    const struct outcome *o = e->outcome;
    struct span batch = description_batch(e->d, k);
    struct outcome_station *s = &o->batch[k]->station[station];
    size_t first = (size_t)(batch.open / e->d->interval), there = 0;
    double utilisation = 0, present = 0;
    int64_t left = 0, waits = 0;
    exact_sum waited = 0;
    *s = o->station[station];
    for (size_t i = first; i < (size_t)(batch.close / e->d->interval); i++) {
        size_t cell = station * o->shape.intervals + i;
        left += o->series_left[cell];
        waits += o->series_waits[cell];
        waited += o->series_waited[cell];
        if (isnan(o->series_utilisation[cell]) || isnan(o->series_present[cell]))
            continue;
        utilisation += o->series_utilisation[cell];
        present += o->series_present[cell];
        there++;
    }
    s->utilisation = there ? utilisation / (double)there : NAN;
    s->present = there ? present / (double)there : NAN;
    s->wait_s = waits ? exact_double(waited) / (double)waits * 1e-9 : NAN;
    s->throughput = s->exists ? (double)left * 1e9 / (double)(batch.close - batch.open) : NAN;
}

static void absent_station(struct outcome *o, size_t station)
{
    struct outcome_station *s = &o->station[station];
    s->utilisation = s->present = s->wait_s = s->throughput = s->load = NAN;
    for (size_t p = 0; p < o->shape.partners; p++)
        o->share[station * o->shape.partners + p] = NAN;
    for (size_t i = 0; i < o->shape.intervals; i++)
        o->series_utilisation[station * o->shape.intervals + i] =
            o->series_present[station * o->shape.intervals + i] = NAN;
}

static void finish_link(struct engine *e, size_t direction, size_t station)
{
    struct transmitter *x = &e->transport.link[direction];
    finish_station(e, transmitter_measured(x), &e->d->link[direction / 2].there, station);
    e->outcome->events += transmitter_spared(x);
}

static void finish_stations(struct engine *e)
{
    const struct description *d = e->d;
    size_t station = 0;
    for (size_t i = 0; i < d->n_pools; i++, station++)
        if (e->pool[i].process)
            finish_station(e, pool_meter(&e->pool[i]), &d->pool[i].there, station);
        else
            absent_station(e->outcome, station);
    for (size_t i = 0; i < d->n_arrays; i++, station++)
        if (e->array[i].process)
            finish_station(e, array_measured(&e->array[i], d->horizon), &d->array[i].there,
                           station);
        else
            absent_station(e->outcome, station);
    for (size_t i = 0; i < 2 * d->n_links; i++, station++)
        if (e->transport.link[i].process)
            finish_link(e, i, station);
        else
            absent_station(e->outcome, station);
}

/* How long of [from, until) lies in service hours. */
static psn_time in_hours(const struct hours *h, psn_time from, psn_time until)
{
    psn_time sum = 0;
    for (const struct span *s; from < until && (s = hours_span(h, from)) && s->open < until;
         from = s->close)
        sum += (s->close < until ? s->close : until) - (s->open > from ? s->open : from);
    return sum;
}

/* The intervals that lie in `measured` and in service hours, while objective and station are
 * there, each with the time that does, into `x`. */
static size_t judged_intervals(const struct engine *e, const struct objective *o, size_t station,
                               struct span measured, struct spell *x)
{
    const struct span there =
        span_common(span_common(o->there, description_station_there(e->d, station)), measured);
    const struct description *d = e->d;
    const struct outcome *out = e->outcome;
    const double *series = out->series_utilisation + station * out->shape.intervals;
    size_t n = 0;
    for (size_t i = 0; i < out->shape.intervals; i++) {
        psn_time from = (psn_time)i * d->interval, until = from + d->interval;
        from = from > there.open ? from : there.open;
        until = until < there.close ? until : there.close;
        psn_time weight = until > from ? until - from : 0;
        if (weight > 0 && o->hours != NO_INDEX)
            weight = in_hours(&d->hours[o->hours], from, until);
        if (weight == 0 || isnan(series[i]))
            continue; /* not judged, or the station is not there */
        x[n++] = (struct spell){series[i], weight};
    }
    return n;
}

/* A figure over intervals; `x` holds room for all. */
static double over_intervals(const struct engine *e, const struct objective *o, size_t station,
                             struct span measured, struct spell *x)
{
    size_t n = judged_intervals(e, o, station, measured, x);
    psn_time total = 0;
    double sum = 0, above = 0;
    if (n == 0)
        return NAN;
    for (size_t i = 0; i < n; i++) {
        total += x[i].length;
        sum += x[i].value * (double)x[i].length;
        above += x[i].value > o->within ? (double)x[i].length : 0;
    }
    if (o->figure == FIGURE_UTILISATION_MEAN)
        return sum / (double)total;
    if (o->figure == FIGURE_UTILISATION_ABOVE)
        return above / (double)total;
    return spells_quantile(x, n, o->figure == FIGURE_UTILISATION_MAX ? 1 : o->quantile);
}

/* The figure of a target that judges utilisation, of the run and of its batches. */
static void judge_utilisation(struct engine *e, size_t target, size_t station, struct spell *x)
{
    const struct description *d = e->d;
    const struct objective *o = &d->objective[d->target[target].objective];
    struct outcome *out = e->outcome;
    out->target[target] = over_intervals(e, o, station, (struct span){d->warmup, d->horizon}, x);
    for (uint32_t k = 0; out->batch && k < d->batches; k++)
        out->batch[k]->target[target] = over_intervals(e, o, station, description_batch(d, k), x);
}

static struct meter *meter_of(struct engine *e, size_t station)
{
    const struct description *d = e->d;
    if (station < d->n_pools)
        return &e->pool[station].station.meter;
    station -= d->n_pools;
    return station < d->n_arrays ? &e->array[station].station.meter
                                 : transmitter_meter(&e->transport.link[station - d->n_arrays]);
}

/* A part of the jobs that came; 0 where the station takes in all that come. */
static double share_of_arrivals(const struct meter *m, int64_t part)
{
    int64_t all = m->taken + m->refused;
    if (all == 0)
        return m->wait.count > 0 ? 0 : NAN;
    return (double)part / (double)all;
}

/* The figure of a target that judges waits, or jobs that were not served, at a station; in the
 * target's own histogram what its quantile is of. */
static int judge_waits(struct engine *e, size_t target, size_t station)
{
    const struct description *d = e->d;
    const struct objective *o = &d->objective[d->target[target].objective];
    const struct meter *m = meter_of(e, station);
    struct histogram *h = &e->outcome->target_histogram[target];
    double *value = &e->outcome->target[target];
    switch (o->figure) {
    case FIGURE_WAIT_QUANTILE:
        if (h != m->waits) {
            histogram_init(h);
            if (histogram_merge(h, m->waits))
                return PSN_EMEMORY;
        }
        *value = outcome_quantile(h, 0, o->quantile, m->wait.max);
        break;
    case FIGURE_WAIT_MAX:
        *value = m->wait.count > 0 ? (double)m->wait.max * 1e-9 : NAN;
        break;
    case FIGURE_WAIT_WITHIN:
        for (size_t i = 0; i < m->n_limits && m->wait.count > 0; i++)
            if (m->limit[i].limit == law_round_ns(o->within))
                *value = (double)m->limit[i].within / (double)m->wait.count;
        break;
    case FIGURE_REFUSED:
        *value = share_of_arrivals(m, m->refused);
        break;
    case FIGURE_ABANDONED:
        *value = share_of_arrivals(m, m->abandoned);
        break;
    default:
        *value = tally_mean(&m->wait) * 1e-9;
    }
    return 0;
}

/* After the stations. */
static int finish_usage(struct engine *e)
{
    int code = usage_merge(&e->usage[TRANSPORT_MESSAGES], &e->usage[TRANSPORT_FLOWS]);
    return code ? code : usage_finish(&e->usage[TRANSPORT_MESSAGES], e->outcome);
}

static int finish_targets(struct engine *e)
{
    const struct description *d = e->d;
    struct spell *x = malloc((e->outcome->shape.intervals + 1) * sizeof *x);
    int code = x ? 0 : PSN_EMEMORY;
    for (size_t t = 0; t < d->n_targets && !code; t++) {
        const struct objective *o = &d->objective[d->target[t].objective];
        if (o->kind == SUBJECT_SERVICE || o->kind == SUBJECT_CLASS)
            continue;
        size_t station = description_target_station(d, &d->target[t]);
        if (!d->target[t].exists || !e->outcome->station[station].exists)
            e->outcome->target[t] = NAN;
        else if (o->figure >= FIGURE_WAIT_MEAN)
            code = judge_waits(e, t, station);
        else
            judge_utilisation(e, t, station, x);
    }
    free(x);
    return code;
}

int engine_finish(struct engine *e)
{
    struct outcome *o = e->outcome;
    int code = finish_requests(e);
    if (code)
        return code;
    expected_fill(e->d, e->d->warmup, e->d->horizon, o);
    if (e->fluid.process)
        fluid_finish(&e->fluid, o);
    finish_stations(e);
    for (uint32_t k = 0; o->batch && k < e->d->batches; k++) {
        struct span batch = description_batch(e->d, k);
        expected_fill(e->d, batch.open, batch.close, o->batch[k]);
        o->batch[k]->events = k == 0 ? o->events : 0; /* of the run, told once */
        for (size_t i = 0; i < o->shape.stations; i++)
            finish_batch(e, i, k);
    }
    code = transport_finish(&e->transport, e->n_processes, o);
    code = code ? code : finish_usage(e);
    code = code ? code : finish_targets(e);
    return code || outcome_whole(o) ? code : PSN_EMEMORY;
}
