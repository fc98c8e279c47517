/* SPDX-License-Identifier: Apache-2.0
 * Peeling of stub sites. */
#include "model/stubs.h"

/* The site at the end of a direction. */
static uint32_t end_of(const struct description *d, uint32_t direction)
{
    return d->link[direction / 2].end[1 - (direction & 1)];
}

/* The one direction that leaves a site for another which has not been peeled. */
static uint32_t way_out(const struct description *d, const uint32_t *first_link,
                        const uint32_t *leaving, const uint32_t *up, uint32_t site)
{
    uint32_t k = first_link[site];
    while (up[end_of(d, leaving[k])] != NO_INDEX)
        k++;
    return leaving[k];
}

void stubs_find(const struct description *d, const uint32_t *first_link, const uint32_t *leaving,
                uint32_t *up, uint32_t *room)
{
    uint32_t *links = room; /* of a site, to those that have not been peeled */
    for (uint32_t s = 0; s < d->n_sites; s++) {
        up[s] = NO_INDEX;
        links[s] = first_link[s + 1] - first_link[s];
    }
    for (uint32_t s = 0; s < d->n_sites; s++) {
        uint32_t at = s;
        while (links[at] == 1) {
            up[at] = way_out(d, first_link, leaving, up, at);
            links[at] = 0;
            at = end_of(d, up[at]);
            links[at]--;
        }
    }
}
