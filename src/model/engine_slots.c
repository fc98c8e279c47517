/* SPDX-License-Identifier: Apache-2.0
 * Numbers of slots, by what they are for and whom they belong to. */
#include "model/engine_slots.h"

#include "model/engine.h"

#include "model/transmitter.h"

static size_t owners(const struct description *d, enum slot_kind kind)
{
    const size_t n[SLOT_KINDS] = {
        [SLOT_CHANGE] = d->n_sources,
        [SLOT_NEWS] = d->n_sources,
        [SLOT_DEADLINE] = d->n_sources,
        [SLOT_ARRIVAL] = d->n_sources,
        [SLOT_POOL] = d->n_pools,
        [SLOT_ARRAY] = d->n_arrays,
        [SLOT_LATENCY] = d->n_arrays,
        [SLOT_TRANSMIT] = 2 * d->n_links,
        [SLOT_DELIVER] = 2 * d->n_links,
        [SLOT_LAN] = places_count(d),
        [SLOT_DELAY] = places_count(d),
        [SLOT_STREAM] = d->n_sites,
        [SLOT_BACK] = d->n_sites,
        [SLOT_AGAIN] = d->n_sites,
        [SLOT_CAPACITY] = d->n_pools + d->n_arrays + 2 * d->n_links,
        [SLOT_FLOW_BEGIN] = d->n_sites,
        [SLOT_FLOW_LAND] = d->n_sites,
        [SLOT_FLOW_LOAD] = 2 * d->n_links,
        [SLOT_FLOW_BACKGROUND] = 2 * d->n_links,
        [SLOT_FLOW_MEASURE] = 2 * d->n_links,
        [SLOT_FLOW_TIMED] = 1,
        [SLOT_FLOW_SOLVE] = 1,
    };
    return n[kind];
}

static enum workload_kind kind_of(const struct description *d, uint32_t source)
{
    return d->workload[d->source[source].workload].kind;
}

static const struct service *service_of(const struct description *d, uint32_t source)
{
    return &d->service[d->workload[d->source[source].workload].service];
}

/* The site of a source; NO_INDEX where it takes no part. */
static uint32_t source_site(const struct engine *e, uint32_t source)
{
    return e->recipe[source].n_ops ? e->d->source[source].site : NO_INDEX;
}

/* Is a source ever told from elsewhere that a request has ended or failed? */
static bool hears(const struct engine *e, uint32_t source)
{
    const struct service *s = service_of(e->d, source);
    bool attends = kind_of(e->d, source) != WORKLOAD_OPEN || s->timeout > 0 || s->retries > 0;
    for (uint32_t k = 0; k < e->recipe[source].n_ops; k++) {
        const struct op *op = &e->recipe[source].op[k];
        if ((op->kind == OP_END && op->told) || (op->kind == OP_FAIL && attends))
            return true;
    }
    return false;
}

/* Does anything ever come to a link direction? */
static bool is_used(const struct engine *e, uint32_t direction)
{
    const struct description *d = e->d;
    return d->link[direction / 2].exists && e->used[d->n_pools + d->n_arrays + direction];
}

bool engine_link_is_steady(const struct engine *e, uint32_t direction)
{
    const struct description *d = e->d;
    return !e->plan.direction[direction] && !changes_any(d, d->n_pools + d->n_arrays + direction);
}

/* The site in whose process departures from a link direction stand. A committed one has none. */
static uint32_t transmit_site(const struct engine *e, uint32_t direction)
{
    const struct link *l = &e->d->link[direction / 2];
    if (!is_used(e, direction) || transmitter_commits(e->d, l, engine_link_is_steady(e, direction)))
        return NO_INDEX;
    return network_from(e->d, direction);
}

static uint32_t place_of(const struct engine *e, enum slot_kind kind, uint32_t i);

/* The place in whose process a station stands; NO_INDEX where it takes no part. */
static uint32_t station_place(const struct engine *e, uint32_t station)
{
    const struct description *d = e->d;
    uint32_t pools = (uint32_t)d->n_pools, arrays = (uint32_t)d->n_arrays;
    if (station < pools)
        return place_of(e, SLOT_POOL, station);
    if (station < pools + arrays)
        return place_of(e, SLOT_ARRAY, station - pools);
    return place_of(e, SLOT_TRANSMIT, station - pools - arrays);
}

/* The place in whose process owner i's slot stands; NO_INDEX where it takes no part. */
static uint32_t place_of(const struct engine *e, enum slot_kind kind, uint32_t i)
{
    const struct description *d = e->d;
    switch (kind) {
    case SLOT_CHANGE:
        return kind_of(d, i) == WORKLOAD_CLOSED ? source_site(e, i) : NO_INDEX;
    case SLOT_NEWS:
        return hears(e, i) ? source_site(e, i) : NO_INDEX;
    case SLOT_ARRIVAL:
        return source_site(e, i);
    case SLOT_DEADLINE:
        return service_of(d, i)->timeout > 0 ? source_site(e, i) : NO_INDEX;
    case SLOT_CAPACITY:
        return e->used[i] && changes_any(d, i) ? station_place(e, i) : NO_INDEX;
    case SLOT_FLOW_TIMED:
    case SLOT_FLOW_SOLVE:
        return e->plan.any ? place_of_flows(d) : NO_INDEX;
    case SLOT_FLOW_BEGIN:
        return e->plan.leaves[i] ? place_of_flows(d) : NO_INDEX;
    case SLOT_FLOW_LAND:
        return e->plan.comes[i] ? i : NO_INDEX;
    case SLOT_FLOW_LOAD:
        return e->plan.direction[i] ? place_of_flows(d) : NO_INDEX;
    case SLOT_FLOW_BACKGROUND:
    case SLOT_FLOW_MEASURE:
        return e->plan.direction[i] ? network_from(d, i) : NO_INDEX;
    case SLOT_POOL:
        return d->pool[i].exists ? place_of_pool(d, i) : NO_INDEX;
    case SLOT_ARRAY:
    case SLOT_LATENCY:
        return d->array[i].exists ? place_of_array(d, i) : NO_INDEX;
    case SLOT_TRANSMIT:
        return transmit_site(e, i);
    case SLOT_DELIVER:
        return is_used(e, i) ? network_to(d, i) : NO_INDEX;
    case SLOT_LAN:
        return place_exists(d, i) && d->site[place_site(d, i)].lan > 0 ? i : NO_INDEX;
    case SLOT_DELAY:
        return e->delays[i] ? i : NO_INDEX;
    case SLOT_STREAM:
        return e->emits[i] ? i : NO_INDEX;
    case SLOT_BACK:
    case SLOT_AGAIN:
        return e->drops && d->site[i].exists ? i : NO_INDEX;
    case SLOT_KINDS:
        break;
    }
    return NO_INDEX;
}

void slots_count(const struct engine *e, double *slots)
{
    for (enum slot_kind k = 0; k < SLOT_KINDS; k++)
        for (uint32_t i = 0; i < owners(e->d, k); i++) {
            uint32_t place = place_of(e, k, i);
            if (place != NO_INDEX)
                slots[place]++;
        }
}

int slots_number(struct engine *e, struct slots *s)
{
    s->count = arena_array(&e->kept, e->n_processes, sizeof *s->count);
    if (!s->count)
        return PSN_EMEMORY;
    for (enum slot_kind k = 0; k < SLOT_KINDS; k++) {
        size_t n = owners(e->d, k);
        s->number[k] = arena_array(&e->kept, n + 1, sizeof *s->number[k]);
        if (!s->number[k])
            return PSN_EMEMORY;
        for (uint32_t i = 0; i < n; i++) {
            uint32_t place = place_of(e, k, i);
            s->number[k][i] = place == NO_INDEX ? NO_INDEX : s->count[e->process_of[place]]++;
        }
    }
    return 0;
}
