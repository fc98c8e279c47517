/* SPDX-License-Identifier: Apache-2.0
 * How sites are dealt to logical processes. */
#include <stdlib.h>

#include "kernel/random.h"
#include "model/engine.h"

/* The representative of a site's group (union-find with path halving: Tarjan, JACM 22(2), 1975). */
static uint32_t group_of(uint32_t *parent, uint32_t s)
{
    while (parent[s] != s) {
        parent[s] = parent[parent[s]];
        s = parent[s];
    }
    return s;
}

size_t partition_sites(const struct description *d, const struct model_schedule *schedule,
                       const struct fluid_plan *plan, uint32_t *process_of)
{
    size_t n = schedule && schedule->partitions > 1 ? schedule->partitions : 1;
    if (plan->any && plan->control == 0)
        n = 1;
    uint32_t *group = process_of; /* first the groups, then what they are dealt to */
    for (uint32_t s = 0; s < d->n_sites; s++)
        group[s] = s;
    for (size_t i = 0; i < d->n_links; i++) {
        const struct link *l = &d->link[i];
        uint32_t a = group_of(group, l->end[0]), b = group_of(group, l->end[1]);
        if (l->exists && l->delay == 0 && a != b) /* the later name joins the earlier */
            group[a > b ? a : b] = a > b ? b : a;
    }
    for (uint32_t s = 0; s < d->n_sites; s++)
        group[s] = group_of(group, s);
    uint64_t key =
        n > 1 ? random_key(schedule->partition_seed, 0, "partition", RANDOM_CHOICE, 0) : 0;
    for (uint32_t s = (uint32_t)d->n_sites;
         s-- > 0;) { /* groups point to earlier sites: from the back */
        double u[2] = {0, 0};
        if (n > 1)
            random_uniform2(key, group[s], 0, 0, u);
        process_of[s] = (uint32_t)(u[0] * (double)n);
    }
    return n;
}
