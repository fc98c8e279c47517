/* SPDX-License-Identifier: Apache-2.0
 * Models: checking and running them. */
#include "model/model.h"

#include <stdio.h>
#include <string.h>

#include "model/engine.h"
#include "model/laws.h"

struct outcome_shape model_shape(const struct description *d)
{
    return (struct outcome_shape){
        .partners = d->n_partners,
        .services = d->n_services,
        .stations = d->n_pools + d->n_arrays + 2 * d->n_links,
        .targets = d->n_targets,
        .intervals = (size_t)((d->horizon + d->interval - 1) / d->interval),
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
        return "compute";
    return station < d->n_pools + d->n_arrays ? "storage" : "link";
}

double model_array_data(const struct description *d, uint32_t array)
{
    double sum = 0;
    for (size_t p = 0; p < d->n_partners; p++) {
        const struct partner *partner = &d->partner[p];
        for (size_t r = 0; r < d->n_roles; r++) {
            double share = 0;
            for (const struct machine *m = &d->hosting[p * d->n_roles + r]; m; m = m->next)
                share += m->kind == MACHINE_ARRAY && m->index == array ? m->share : 0;
            for (size_t k = 0; k < partner->n_data && share > 0; k++)
                if (strcmp(partner->data_name[k], d->role[r]) == 0)
                    sum += share * partner->data_bits[k];
        }
    }
    return sum;
}

static int check_capacities(const struct description *d, psn_diagnostics *all)
{
    int code = 0;
    for (uint32_t i = 0; i < d->n_arrays; i++) {
        const struct array *a = &d->array[i];
        double kept = a->exists && a->capacity_bits > 0 ? model_array_data(d, i) : 0;
        if (kept > a->capacity_bits)
            code = psn_mistake_add(all, PSN_EINPUT, a->place,
                                   "array \"%s\" holds %.4g TB, but the data kept there in "
                                   "arrangement \"%s\" is %.4g TB; expected a larger capacity",
                                   a->name, a->capacity_bits / 8e12, d->arrangement, kept / 8e12);
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
    for (size_t i = 0; i < d->n_objectives; i++)
        if (d->objective[i].figure == FIGURE_WAIT_MEAN && d->objective[i].hours != NO_INDEX)
            code =
                psn_mistake_add(all, PSN_EINPUT, d->objective[i].place,
                                "`wait mean` is over the whole run; expected no `hours` with it");
    return code;
}

/* Writes what the operational laws say into the outcome. */
static int mark_unstable(const struct description *d, struct outcome *o, psn_diagnostics *all)
{
    struct load_report report;
    int code = laws_report(d, &report, all);
    if (code)
        return code;
    for (size_t t = 0; t < report.n_stations; t++) {
        if (!o->station[t].exists)
            continue;
        o->station[t].load = report.station[t].open;
        o->station[t].unstable = report.station[t].open >= 1;
    }
    for (size_t i = 0; i < d->n_services * d->n_partners; i++)
        o->stream[i].unstable = report.stream_unstable[i];
    laws_fini(&report);
    return 0;
}

int model_run(const struct description *d, uint32_t replication,
              const struct model_schedule *schedule, const volatile int *stop, struct outcome **out,
              psn_diagnostics *all)
{
    struct outcome_shape shape = model_shape(d);
    struct engine e;
    *out = outcome_new(&shape);
    if (!*out)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    int code = engine_init(&e, d, replication, schedule, *out, all);
    if (!code)
        code = engine_run(&e, stop);
    if (!code)
        code = engine_finish(&e);
    engine_fini(&e);
    if (!code)
        code = mark_unstable(d, *out, all);
    if (code == PSN_EMEMORY)
        psn_mistake_add(all, code, (psn_place){0}, "out of memory in a run");
    if (code) {
        outcome_free(*out);
        *out = NULL;
    }
    return code;
}
