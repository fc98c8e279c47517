/* SPDX-License-Identifier: Apache-2.0
 * Where jobs can be: the network of each site, where its users are and its links end; and, of a
 * site with a LAN delay, each of its machines by itself, reached over that delay. A site without
 * one is a single place, its machines included. Places are numbered sites first, then pools, then
 * arrays, so that a site is its network's place. Used by recipes and the engine. */
#ifndef MODEL_PLACES_H
#define MODEL_PLACES_H

#include "scenario/description.h"

/* One more than the highest number of a place. */
static inline size_t places_count(const struct description *d)
{
    return d->n_sites + d->n_pools + d->n_arrays;
}

/* The number of the owner of long flows (fluid.h), who is at no place: behind all of them. */
static inline uint32_t place_of_flows(const struct description *d)
{
    return (uint32_t)places_count(d);
}

/* The site of a place; NO_INDEX for that of a machine without a site. */
static inline uint32_t place_site(const struct description *d, uint32_t place)
{
    if (place < d->n_sites)
        return place;
    place -= (uint32_t)d->n_sites;
    return place < d->n_pools ? d->pool[place].site : d->array[place - d->n_pools].site;
}

static inline uint32_t place_of_pool(const struct description *d, uint32_t pool)
{
    uint32_t site = d->pool[pool].site;
    return site != NO_INDEX && d->site[site].lan > 0 ? (uint32_t)d->n_sites + pool : site;
}

static inline uint32_t place_of_array(const struct description *d, uint32_t array)
{
    uint32_t site = d->array[array].site;
    return site != NO_INDEX && d->site[site].lan > 0 ? (uint32_t)(d->n_sites + d->n_pools) + array
                                                     : site;
}

/* Where what provides a role is; NO_INDEX: nothing does. */
static inline uint32_t place_of_machine(const struct description *d, const struct machine *m)
{
    if (m->kind == MACHINE_POOL)
        return place_of_pool(d, m->index);
    return m->kind == MACHINE_ARRAY ? place_of_array(d, m->index) : description_machine_site(d, m);
}

/* Is there a place of this number that jobs can be at? */
static inline bool place_exists(const struct description *d, uint32_t place)
{
    if (place < d->n_sites)
        return d->site[place].exists;
    uint32_t machine = place - (uint32_t)d->n_sites;
    if (machine < d->n_pools)
        return d->pool[machine].exists && place_of_pool(d, machine) == place;
    machine -= (uint32_t)d->n_pools;
    return d->array[machine].exists && place_of_array(d, machine) == place;
}

/* What it takes from one place of a site to another of the same: its LAN delay. */
static inline psn_time place_delay(const struct description *d, uint32_t from, uint32_t to)
{
    return from == to ? 0 : d->site[place_site(d, from)].lan;
}

#endif
