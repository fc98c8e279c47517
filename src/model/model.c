/* SPDX-License-Identifier: Apache-2.0
 * Models: checking and running them. */
#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/engine.h"
#include "model/laws.h"
#include "scenario/civil.h"

struct outcome_shape model_shape(const struct description *d)
{
    bool network = d->n_links > 0 && d->n_classes > 0;
    return (struct outcome_shape){
        .partners = d->n_partners,
        .services = d->n_services,
        .stations = d->n_pools + d->n_arrays + 2 * d->n_links,
        .targets = d->n_targets,
        .intervals = (size_t)((d->horizon + d->interval - 1) / d->interval),
        .batches = d->batches,
        .classes = network ? d->n_classes + 1 : 0,
        .directions = network ? 2 * d->n_links : 0,
    };
}

void model_station_name(const struct description *d, size_t station, char *name, size_t size)
{
    if (station < d->n_pools) {
        snprintf(name, size, "%s", d->pool[station].name);
        return;
    }
    station -= d->n_pools;
    if (station < d->n_arrays) {
        snprintf(name, size, "%s", d->array[station].name);
        return;
    }
    uint32_t direction = (uint32_t)(station - d->n_arrays);
    snprintf(name, size, "%s to %s", d->link[direction / 2].name,
             d->site[network_to(d, direction)].name);
}

const char *model_station_kind(const struct description *d, size_t station)
{
    if (station < d->n_pools)
        return d->pool[station].desk ? "desk" : "compute";
    return station < d->n_pools + d->n_arrays ? "storage" : "link";
}

const char *model_class_name(const struct description *d, size_t class)
{
    return class < d->n_classes ? d->class[class].name : "default";
}

double model_array_data(const struct description *d, uint32_t array, psn_time t)
{
    double sum = 0;
    for (size_t p = 0; p < d->n_partners; p++) {
        const struct partner *partner = &d->partner[p];
        if (!partner->exists || !span_has(&partner->there, t))
            continue;
        for (size_t r = 0; r < d->n_roles; r++) {
            double share = 0;
            for (const struct machine *m = description_host(d, (uint32_t)p, (uint32_t)r, t); m;
                 m = m->next)
                share += m->kind == MACHINE_ARRAY && m->index == array ? m->share : 0;
            for (size_t k = 0; k < partner->n_data && share > 0; k++)
                if (strcmp(partner->data_name[k], d->role[r]) == 0)
                    sum += share * partner->data_bits[k] *
                           description_growth(d, partner->data_growth[k], t);
        }
    }
    return sum;
}

/* The first day within (low, high] on which the array no longer holds its data, where it does on
 * the first and does not on the last, and nothing moves in between: what is kept is then a sum of
 * exponentials of time, so it is convex and crosses the capacity once. */
static int64_t full_on(const struct description *d, uint32_t array, int64_t low, int64_t high)
{
    psn_time start_of_day = d->start_of_week % PSN_DAY;
    while (low + 1 < high) {
        int64_t middle = low + (high - low) / 2;
        bool full = model_array_data(d, array, middle * PSN_DAY - start_of_day) >
                    d->array[array].capacity_bits;
        *(full ? &high : &low) = middle;
    }
    return d->start_day + high;
}

/* Is an array full within an epoch? Told once. */
static int check_capacity(const struct description *d, uint32_t array, uint32_t epoch,
                          psn_diagnostics *all)
{
    const struct array *a = &d->array[array];
    psn_time from = d->epoch[epoch];
    psn_time last = (epoch + 1 < d->n_epochs ? d->epoch[epoch + 1] : d->horizon) - 1;
    double start = model_array_data(d, array, from), end = model_array_data(d, array, last);
    if (start > a->capacity_bits && epoch == 0)
        return psn_mistake_add(all, PSN_EINPUT, a->place,
                               "array \"%s\" holds %.4g TB, but the data kept there in "
                               "arrangement \"%s\" is %.4g TB; expected a larger capacity",
                               a->name, a->capacity_bits / 8e12, d->arrangement, start / 8e12);
    if (start <= a->capacity_bits && end <= a->capacity_bits)
        return 0;
    int64_t low = (int64_t)description_day(d, from), high = (int64_t)description_day(d, last);
    struct civil full =
        civil_date(start > a->capacity_bits ? d->start_day + low : full_on(d, array, low, high));
    return psn_mistake_add(
        all, PSN_EINPUT, a->place,
        "array \"%s\" holds %.4g TB and is full on %04d-%02u-%02u, for the data "
        "kept there in arrangement \"%s\" grows from %.4g to %.4g TB; expected a "
        "larger capacity or a shorter horizon",
        a->name, a->capacity_bits / 8e12, full.year, full.month, full.day, d->arrangement,
        model_array_data(d, array, 0) / 8e12, end / 8e12);
}

static int check_capacities(const struct description *d, psn_diagnostics *all)
{
    int code = 0;
    for (uint32_t i = 0; i < d->n_arrays; i++) {
        bool limited = d->array[i].exists && d->array[i].capacity_bits > 0;
        int here = 0;
        for (uint32_t k = 0; limited && !here && k < d->n_epochs; k++)
            here = check_capacity(d, i, k, all);
        code = here ? here : code;
    }
    return code;
}

/* Waits are not kept by the time of their request. */
static int check_waits(const struct description *d, psn_diagnostics *all)
{
    int code = 0;
    for (size_t i = 0; i < d->n_objectives; i++) {
        const struct objective *o = &d->objective[i];
        bool always = o->hours == NO_INDEX && o->there.open <= 0 && o->there.close >= d->horizon;
        if (o->figure >= FIGURE_WAIT_MEAN && o->figure <= FIGURE_ABANDONED && !always)
            code = psn_mistake_add(all, PSN_EINPUT, o->place,
                                   "`%s` is over the whole run; expected no `hours`, `from` or "
                                   "`until` with it",
                                   o->text);
    }
    return code;
}

int model_check(const struct description *d, psn_diagnostics *all)
{
    struct load_report report;
    int code = laws_report(d, &report, all);
    laws_fini(&report);
    int full = check_capacities(d, all);
    code = code ? code : full;
    int waits = check_waits(d, all);
    return code ? code : waits;
}

struct model {
    struct engine engine;
    bool known; /* what the operational laws say is in `laws` */
    struct load_report laws;
};

struct model *model_new(const struct description *d)
{
    struct model *m = calloc(1, sizeof *m);
    if (m)
        engine_init(&m->engine, d);
    return m;
}

void model_free(struct model *m)
{
    if (!m)
        return;
    engine_fini(&m->engine);
    laws_fini(&m->laws);
    free(m);
}

/* Writes what the operational laws say into an outcome, or one of its batches. */
static void mark_figures(const struct load_report *laws, struct outcome *o)
{
    for (size_t t = 0; t < laws->n_stations; t++) {
        if (!o->station[t].exists)
            continue;
        o->station[t].load = laws->station[t].open;
        o->station[t].unstable = laws->station[t].unstable;
        o->station[t].no_mean = laws->station[t].no_mean;
    }
    for (size_t i = 0; i < o->shape.services * o->shape.partners; i++) {
        o->stream[i].unstable = laws->stream_unstable[i];
        o->stream[i].no_mean = laws->stream_no_mean[i];
    }
    for (size_t k = 0; k < o->shape.batches; k++)
        mark_figures(laws, o->batch[k]);
}

/* Between engine_begin and engine_end. */
static int carry_out(struct model *m, const volatile int *stop, struct outcome *o)
{
    int code = engine_run(&m->engine, stop);
    if (!code)
        code = engine_finish(&m->engine);
    if (!code)
        mark_figures(&m->laws, o);
    return code;
}

int model_replicate(struct model *m, uint32_t replication, const struct model_schedule *schedule,
                    const volatile int *stop, struct outcome **out, psn_diagnostics *all)
{
    const struct description *d = m->engine.d;
    struct outcome_shape shape = model_shape(d);
    int code = 0;
    *out = NULL;
    if (!m->known)
        code = laws_report(d, &m->laws, all);
    m->known = m->known || !code;
    if (!code && !(*out = outcome_new(&shape)))
        code = PSN_EMEMORY;
    if (!code) {
        code = engine_begin(&m->engine, replication, schedule, *out, all);
        code = code ? code : carry_out(m, stop, *out);
        engine_end(&m->engine);
    }
    if (code == PSN_EMEMORY)
        psn_mistake_add(all, code, (psn_place){0}, "out of memory in a run");
    if (code) {
        outcome_free(*out);
        *out = NULL;
    }
    return code;
}

int model_run(const struct description *d, uint32_t replication,
              const struct model_schedule *schedule, const volatile int *stop, struct outcome **out,
              psn_diagnostics *all)
{
    *out = NULL;
    struct model *m = model_new(d);
    if (!m)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    int code = model_replicate(m, replication, schedule, stop, out, all);
    model_free(m);
    return code;
}

/* Gives each recorder a presence to keep, the first in presence[0]. */
static int watch_presence(struct engine *e, struct presence *presence)
{
    int code = 0;
    for (size_t i = 0; i < e->n_processes && !code; i++) {
        code = presence_init(&presence[i], e->d->interval, e->d->horizon);
        e->recorder[i].presence = &presence[i];
    }
    return code;
}

/* Everything between engine_begin and engine_end. */
static int run_pilot(struct engine *e, const volatile int *stop, struct model_pilot *out)
{
    struct presence *presence = calloc(e->n_processes, sizeof *presence);
    int code = presence ? watch_presence(e, presence) : PSN_EMEMORY;
    if (!code)
        code = engine_run(e, stop);
    for (size_t i = 1; i < e->n_processes && !code; i++)
        presence_merge(&presence[0], &presence[i]);
    if (!code) {
        out->n = presence[0].n;
        out->in_progress = calloc(out->n, sizeof *out->in_progress);
        if (out->in_progress)
            presence_means(&presence[0], out->in_progress);
        else
            code = PSN_EMEMORY;
    }
    for (size_t i = 0; presence && i < e->n_processes; i++)
        presence_fini(&presence[i]);
    free(presence);
    return code;
}

int model_pilot(const struct description *d, const struct model_schedule *schedule,
                const volatile int *stop, struct model_pilot *out, psn_diagnostics *all)
{
    struct outcome_shape shape = model_shape(d);
    shape.batches = 0; /* they begin where the warm-up that it looks for ends */
    struct outcome *o = outcome_new(&shape);
    struct engine e;
    *out = (struct model_pilot){0};
    if (!o)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    engine_init(&e, d);
    int code = engine_begin(&e, MODEL_PILOT, schedule, o, all);
    if (!code)
        code = run_pilot(&e, stop, out);
    for (size_t i = 0; !code && i < e.n_processes; i++)
        out->requests += recorder_offered(&e.recorder[i]);
    engine_end(&e);
    engine_fini(&e);
    outcome_free(o);
    if (code) {
        free(out->in_progress);
        *out = (struct model_pilot){0};
    }
    if (code == PSN_EMEMORY)
        psn_mistake_add(all, code, (psn_place){0}, "out of memory in a pilot run");
    return code;
}
