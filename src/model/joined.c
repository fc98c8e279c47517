/* SPDX-License-Identifier: Apache-2.0
 * Sites joined by links without delay. */
#include "model/joined.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/laws.h"
#include "model/network.h"
#include "model/partition.h"

/* Sites that have more of the events than this are a matter for two threads; */
#define SHARE_LEAST 0.4
/* but where the busiest of them has nearly all of it, a delay would not help. */
#define ALONE_MOST 0.8

/* The site at which a station works. */
static uint32_t site_of(const struct description *d, size_t station)
{
    if (station < d->n_pools)
        return d->pool[station].site;
    station -= d->n_pools;
    if (station < d->n_arrays)
        return d->array[station].site;
    return network_from(d, (uint32_t)(station - d->n_arrays));
}

struct looking {
    const struct description *d;
    double *load; /* by site: visits to its stations a second */
    double total;
};

static int add_source(void *context, const struct source_load *s)
{
    struct looking *x = context;
    const struct description *d = x->d;
    for (size_t t = 0; t < d->n_pools + d->n_arrays + 2 * d->n_links; t++) {
        if (s->demand[t] <= 0)
            continue;
        x->load[site_of(d, t)] += s->mean_per_s;
        x->total += s->mean_per_s;
    }
    return 0;
}

/* The heaviest group into *out: its sites, if joining them matters. */
static int choose(const struct looking *x, const uint32_t *first, struct joined *out)
{
    const struct description *d = x->d;
    double *sum = calloc(d->n_sites + 1, sizeof *sum), most = 0;
    uint32_t heaviest = 0;
    out->site = calloc(d->n_sites + 1, sizeof *out->site);
    if (!sum || !out->site) {
        free(sum);
        return PSN_EMEMORY;
    }
    for (uint32_t i = 0; i < d->n_sites; i++)
        sum[first[i]] += x->load[i];
    for (uint32_t i = 0; i < d->n_sites; i++)
        heaviest = sum[i] > sum[heaviest] ? i : heaviest;
    for (uint32_t i = 0; i < d->n_sites; i++)
        if (first[i] == heaviest && x->load[i] > 0) {
            out->site[out->n++] = i;
            most = x->load[i] > most ? x->load[i] : most;
        }
    if (x->total <= 0 || sum[heaviest] <= SHARE_LEAST * x->total ||
        most >= ALONE_MOST * sum[heaviest])
        out->n = 0;
    out->share = x->total > 0 ? sum[heaviest] / x->total : 0;
    free(sum);
    return 0;
}

/* The links without delay as crossings between sites. */
static int cross(const struct description *d, struct parts *p)
{
    int code = 0;
    for (size_t i = 0; i < d->n_links && !code; i++)
        if (d->link[i].exists && d->link[i].delay == 0)
            code = parts_cross(p, d->link[i].end[0], d->link[i].end[1], 0);
    return code;
}

/* One of the links that join the sites found: the first in the order of names. */
static uint32_t link_of(const struct description *d, const uint32_t *first, uint32_t group)
{
    for (uint32_t i = 0; i < d->n_links; i++)
        if (d->link[i].exists && d->link[i].delay == 0 && first[d->link[i].end[0]] == group)
            return i;
    return NO_INDEX;
}

int joined_find(const struct description *d, struct joined *out, psn_diagnostics *all)
{
    struct parts parts;
    struct looking x = {.d = d, .load = calloc(d->n_sites + 1, sizeof *x.load)};
    uint32_t *first = calloc(d->n_sites + 1, sizeof *first);
    *out = (struct joined){0};
    int code = parts_init(&parts, d->n_sites);
    if (!x.load || !first)
        code = PSN_EMEMORY;
    if (!code)
        code = cross(d, &parts);
    if (!code && parts.n_crossings > 0) {
        code = partition_merge(&parts, first);
        if (!code)
            code = laws_sources(d, add_source, &x, all);
        if (!code)
            code = choose(&x, first, out);
        if (!code && out->n > 0)
            out->link = link_of(d, first, first[out->site[0]]);
    }
    parts_fini(&parts);
    free(x.load);
    free(first);
    return code;
}

/* Names beyond this are counted. */
#define NAMES_MOST 3

void joined_say(const struct description *d, const struct joined *j, char *text, size_t size)
{
    size_t shown = j->n > NAMES_MOST + 1 ? NAMES_MOST : j->n;
    int at = snprintf(text, size, "sites ");
    for (size_t i = 0; i < shown && at >= 0 && (size_t)at < size; i++)
        at += snprintf(text + at, size - (size_t)at, "%s\"%s\"",
                       i == 0                            ? ""
                       : i + 1 == shown && shown == j->n ? " and "
                                                         : ", ",
                       d->site[j->site[i]].name);
    if (shown < j->n && at >= 0 && (size_t)at < size)
        at += snprintf(text + at, size - (size_t)at, " and %zu more", j->n - shown);
    if (at >= 0 && (size_t)at < size)
        snprintf(text + at, size - (size_t)at,
                 " go to one thread of a run, with %.0f %% of its events: link \"%s\" has no delay",
                 100 * j->share, d->link[j->link].name);
}
