/* SPDX-License-Identifier: Apache-2.0
 * Stub sites: those that hang on the rest of a network by one link, alone or with others behind
 * them. Whatever leads from or to one takes that link, so that nobody need search among them. Used
 * by the network. */
#ifndef MODEL_STUBS_H
#define MODEL_STUBS_H

#include "scenario/description.h"

/* Fills up[], by site: the direction over which a stub site reaches the rest; NO_INDEX: it is no
 * stub. By peeling: a site with one link is one, and that link no longer counts at its other end
 * (Matula and Beck, "Smallest-last ordering and clustering and graph coloring algorithms", JACM
 * 30(3), 1983). Of a network without any cycle one site is left. `leaving` are the directions that
 * leave each site, from first_link[site] on; `room` is by site, and is overwritten. */
void stubs_find(const struct description *d, const uint32_t *first_link, const uint32_t *leaving,
                uint32_t *up, uint32_t *room);

#endif
