/* SPDX-License-Identifier: Apache-2.0
 * Queueing theory of a model: the time looked at, its stations and its streams. */
#include "model/analysis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/asking.h"
#include "model/response.h"
#include "theory/queue.h"

/* Where users would wait so many times longer than they have to in the mean, few give up: of
 * exponential responses 1 in 150. */
#define PATIENT 5

/* Losses make what is behind them less, and so on; this often at most. */
#define ROUNDS_MOST 100

bool analysis_steady(const struct description *d)
{
    if (d->n_epochs > 1)
        return false;
    for (size_t i = 0; i < d->n_pools; i++)
        if (d->pool[i].exists && d->pool[i].n_capacities)
            return false;
    for (size_t i = 0; i < d->n_faults; i++)
        if (d->fault[i].exists && !d->fault[i].random)
            return false;
    for (size_t i = 0; i < d->n_links; i++)
        if (d->link[i].exists && d->link[i].n_capacities)
            return false;
    for (size_t i = 0; i < d->n_sources; i++) {
        const struct source *s = &d->source[i];
        const struct workload *w = &d->workload[s->workload];
        bool asks = w->exists && (s->rate_per_s > 0 || s->users > 0 || s->n_releases > 0);
        if (asks && (s->shape != NO_INDEX || s->growth != 0 || w->kind == WORKLOAD_SCHEDULED ||
                     s->there.open > 0 || s->there.close < d->horizon))
            return false;
    }
    return true;
}

/* Times at which the bottleneck may be as busy as it gets, and the demand of what uses it then: in
 * proportion to its load. */
struct search {
    const struct description *d;
    uint32_t station;
    psn_time first, step;
    double *load; /* by time */
    size_t n;
};

static int add_load(void *context, const struct source_load *l)
{
    struct search *s = context;
    const struct source *source = &s->d->source[l->source];
    if (l->demand[s->station] <= 0 || !l->rate)
        return 0;
    for (size_t i = 0; i < s->n; i++)
        s->load[i] += l->demand[s->station] *
                      description_level(s->d, source, s->first + (psn_time)i * s->step) *
                      (source->users ? (double)source->users : source->rate_per_s);
    return 0;
}

/* The first time at which the bottleneck is as busy as it gets: its busiest hour of the week, in
 * the week in which those who use it ask for most; where the run has no such hour, any hour of it.
 */
static int find_time(const struct description *d, const struct load_report *load, psn_time *at,
                     psn_diagnostics *all)
{
    *at = 0;
    if (load->bottleneck == NO_INDEX)
        return 0;
    struct search s = {.d = d, .station = load->bottleneck, .step = PSN_WEEK};
    uint32_t hour = load->station[s.station].busiest_hour;
    s.first = ((psn_time)hour * PSN_HOUR - d->start_of_week % PSN_WEEK + PSN_WEEK) % PSN_WEEK;
    if (s.first >= d->horizon)
        s = (struct search){.d = d, .station = s.station, .step = PSN_HOUR};
    s.n = (size_t)((d->horizon - 1 - s.first) / s.step) + 1;
    s.load = calloc(s.n, sizeof *s.load);
    if (!s.load)
        return PSN_EMEMORY;
    int code = laws_sources(d, add_load, &s, all);
    size_t best = 0;
    for (size_t i = 1; i < s.n; i++)
        if (s.load[i] > s.load[best] * (1 + 1e-9))
            best = i;
    *at = s.first + (psn_time)best * s.step;
    free(s.load);
    return code;
}

static bool tries_again(const struct asking *w, const struct asker *a)
{
    return w->d->service[w->d->workload[a->source->workload].service].retries > 0;
}

/* Who comes to a station behind one that loses requests: fewer. Returns how far a number of visits
 * has moved. */
static double thin(struct asking *w, const double *visits)
{
    double moved = 0;
    for (size_t i = 0; i < w->n_askers; i++) {
        struct asker *a = &w->asker[i];
        double left = 1;
        uint32_t lossy_station = NO_INDEX;
        for (size_t k = a->first_use; k < a->first_use + a->n_uses; k++) {
            struct use *u = &w->use[k];
            if (left < 1 && a->note.kind == THEORY_EXACT && u->station != lossy_station)
                a->note = (struct theory_note){THEORY_APPROXIMATE, REASON_LOSSES, lossy_station};
            moved = fmax(moved, fabs(u->visits - visits[k] * left) / visits[k]);
            u->visits = visits[k] * left;
            if (isfinite(u->through) && u->through < 1) {
                if (a->note.kind == THEORY_EXACT && tries_again(w, a))
                    a->note = (struct theory_note){THEORY_APPROXIMATE, REASON_RETRIES, u->station};
                left *= 1 - fmin(1, visits[k]) * (1 - u->through);
                lossy_station = u->station;
            }
        }
    }
    return moved;
}

/* The stations of families in which nobody waits for an answer. */
static int open_stations(struct asking *w, struct station_theory *out)
{
    double *visits = calloc(w->n_uses + 1, sizeof *visits);
    int code = visits ? asking_flow(w) : PSN_EMEMORY;
    for (size_t i = 0; i < w->n_uses && !code; i++)
        visits[i] = w->use[i].visits;
    for (int round = 0; round < ROUNDS_MOST && !code; round++) {
        for (uint32_t t = 0; t < w->n_stations && !code; t++)
            if (!w->place[t].closed && w->from[t] < w->from[t + 1]) {
                out[t] = (struct station_theory){0};
                code = station_by_formula(w, t, &out[t]);
            }
        if (!code && thin(w, visits) < 1e-9)
            break;
    }
    free(visits);
    return code;
}

static int closed_stations(struct asking *w, struct station_theory *out)
{
    int code = 0;
    for (uint32_t i = 0; i < w->n_askers && !code; i++) {
        bool users = false;
        if (w->asker[i].family != i)
            continue;
        for (uint32_t k = i; k < w->n_askers; k++)
            users = users || (w->asker[k].family == i && w->asker[k].users);
        if (users)
            code = family_by_network(w, i, out);
    }
    return code;
}

/* The note of an asker: the worst of its own and of its stations'. */
static struct theory_note note_of(const struct asking *w, const struct asker *a,
                                  const struct station_theory *station)
{
    struct theory_note note = a->note;
    for (size_t i = a->first_use; i < a->first_use + a->n_uses; i++) {
        const struct station_theory *s = &station[w->use[i].station];
        note = note_worse(note, s->note);
        if (isnan(w->use[i].wait))
            note = note_worse(
                note, (struct theory_note){THEORY_NONE, REASON_DISCIPLINE, w->use[i].station});
    }
    return note;
}

const double theory_quantile[THEORY_QUANTILES] = {0.5, 0.9, 0.95, 0.99};

/* Is what passes outside of stations the same for every request? */
static bool constant_rest(const struct recipe *r)
{
    for (uint32_t k = 0; k < r->n_ops; k++)
        if (r->op[k].kind == OP_CHOICE || r->op[k].loop ||
            ((r->op[k].kind == OP_DELAY || r->op[k].kind == OP_STREAM) &&
             r->op[k].law.kind != LAW_CONST))
            return false;
    return true;
}

/* The quantiles of a request that waits once, in M/M/c, and takes `response` in the mean. */
static void add_quantiles(const struct asking *w, const struct asker *a,
                          const struct station_theory *station, double response,
                          struct stream_theory *out)
{
    for (size_t i = 0; i < THEORY_QUANTILES; i++)
        out->quantile_s[i] = NAN;
    if (out->used || a->users || a->n_uses != 1 || !constant_rest(a->recipe))
        return;
    const struct use *u = &w->use[a->first_use];
    const struct place *p = &w->place[u->station];
    if (!p->product || p->closed || p->shared || p->unlimited ||
        station[u->station].note.kind != THEORY_EXACT || isinf(u->wait))
        return;
    double rate = station[u->station].arrivals_per_s, rest = response - u->wait - u->mean;
    for (size_t i = 0; i < THEORY_QUANTILES; i++)
        out->quantile_s[i] =
            rest + queue_mmc_sojourn_quantile(rate, u->mean, p->servers, theory_quantile[i]);
}

/* Adds an asker's response to its stream, by its share of `total` requests a second. */
static int add_response(const struct asking *w, const struct asker *a, double total,
                        struct analysis *out)
{
    const struct workload *load = &w->d->workload[a->source->workload];
    struct stream_theory *s =
        &out->stream[(size_t)load->service * w->d->n_partners + a->source->partner];
    struct theory_note note = note_of(w, a, out->station);
    double low = response_of(w, a, RESPONSE_WHOLE, VISITS_LONGEST);
    double high = a->forks ? response_of(w, a, RESPONSE_WHOLE, VISITS_ALL) : low;
    if (note.kind != THEORY_NONE && (isnan(low) || isnan(high)))
        return PSN_EMEMORY;
    double timeout = (double)w->d->service[load->service].timeout / PSN_SECOND;
    if (timeout > 0 && !(high * PATIENT <= timeout))
        note = (struct theory_note){THEORY_NONE, REASON_TIMEOUT, NO_INDEX};
    if (note.kind != THEORY_NONE && high > low * (1 + 1e-12))
        note = (struct theory_note){THEORY_BOUNDS, REASON_FORK, NO_INDEX};
    add_quantiles(w, a, out->station, low, s);
    s->response_s += (note.kind == THEORY_BOUNDS ? NAN : low) * a->rate / total;
    s->low_s += (isnan(a->low) ? low : fmin(low, a->low)) * a->rate / total;
    s->high_s += (isnan(a->high) ? high : fmax(high, a->high)) * a->rate / total;
    s->note = s->used ? note_worse(s->note, note) : note;
    s->used = true;
    for (size_t i = a->first_use; i < a->first_use + a->n_uses; i++)
        s->unstable = s->unstable || out->station[w->use[i].station].unstable;
    return 0;
}

static int streams(const struct asking *w, struct analysis *out)
{
    const struct description *d = w->d;
    double *total = calloc(out->n_streams + 1, sizeof *total);
    int code = total ? 0 : PSN_EMEMORY;
    for (size_t i = 0; i < w->n_askers && !code; i++) {
        const struct source *s = w->asker[i].source;
        total[(size_t)d->workload[s->workload].service * d->n_partners + s->partner] +=
            w->asker[i].rate;
    }
    for (size_t i = 0; i < w->n_askers && !code; i++) {
        const struct source *s = w->asker[i].source;
        size_t stream = (size_t)d->workload[s->workload].service * d->n_partners + s->partner;
        if (total[stream] > 0)
            code = add_response(w, &w->asker[i], total[stream], out);
    }
    for (size_t i = 0; i < out->n_streams && !code; i++) {
        struct stream_theory *s = &out->stream[i];
        if (s->note.kind == THEORY_NONE)
            s->response_s = s->low_s = s->high_s = NAN;
    }
    free(total);
    return code;
}

static void mark_scheduled(const struct description *d, struct analysis *out)
{
    for (size_t i = 0; i < d->n_sources; i++) {
        const struct source *s = &d->source[i];
        const struct workload *w = &d->workload[s->workload];
        struct stream_theory *stream =
            &out->stream[(size_t)w->service * d->n_partners + s->partner];
        if (w->kind == WORKLOAD_SCHEDULED && w->exists && s->n_releases && !stream->used)
            stream->scheduled = true;
    }
}

/* What has no finite mean over the run has none here, whatever else is known of it: waits of open
 * requests where service times have no finite variance. */
static void mark_heavy(const struct asking *w, const struct load_report *load, struct analysis *out)
{
    for (size_t i = 0; i < w->n_uses; i++) {
        const struct use *u = &w->use[i];
        const struct source *source = w->asker[u->asker].source;
        size_t stream =
            (size_t)w->d->workload[source->workload].service * w->d->n_partners + source->partner;
        struct theory_note heavy = {THEORY_EXACT, REASON_HEAVY, u->station};
        struct station_theory *s = &out->station[u->station];
        if (!load->station[u->station].no_mean || s->unstable)
            continue;
        s->wait_s = s->present = INFINITY;
        s->note = heavy;
        if (load->stream_no_mean[stream] && !out->stream[stream].unstable) {
            out->stream[stream].note = heavy;
            out->stream[stream].response_s = INFINITY;
            out->stream[stream].low_s = out->stream[stream].high_s = INFINITY;
        }
    }
}

int analysis_make(const struct description *d, const struct load_report *load, struct analysis *out,
                  psn_diagnostics *all)
{
    *out = (struct analysis){.steady = analysis_steady(d),
                             .n_stations = load->n_stations,
                             .n_streams = d->n_services * d->n_partners};
    out->station = calloc(out->n_stations + 1, sizeof *out->station);
    out->stream = calloc(out->n_streams + 1, sizeof *out->stream);
    int code = out->station && out->stream ? 0 : PSN_EMEMORY;
    if (!code && !out->steady)
        code = find_time(d, load, &out->at, all);
    struct asking w = {0};
    if (!code)
        code = asking_make(&w, d, load, out->at, all);
    if (!code)
        code = closed_stations(&w, out->station);
    if (!code)
        code = open_stations(&w, out->station);
    if (!code)
        code = streams(&w, out);
    if (!code)
        mark_heavy(&w, load, out);
    asking_fini(&w);
    if (code)
        analysis_fini(out);
    else
        mark_scheduled(d, out);
    return code;
}

void analysis_fini(struct analysis *a)
{
    free(a->station);
    free(a->stream);
    *a = (struct analysis){0};
}
