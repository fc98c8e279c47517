/* SPDX-License-Identifier: Apache-2.0
 * Single points of failure: links and sites without which the ways in use have no alternative. Used
 * by `check`. */
#ifndef MODEL_WEAK_H
#define MODEL_WEAK_H

#include "model/ways.h"

struct weak {
    uint32_t *by_link; /* ways that have no route without the link */
    uint32_t *by_site; /* the same of sites on the way; those that begin or end there not counted */
    bool *used;        /* by link: is any way over it? */
};

/* Looks at all ways of an epoch that `sends` marks. Memory is the ways'. A link or site has no
 * alternative where it lies between two blocks of the graph on the way: J. Hopcroft and R. Tarjan,
 * "Algorithm 447: efficient algorithms for graph manipulation", Communications of the ACM 16(6),
 * 1973, section "biconnected components". 0 or PSN_EMEMORY. */
int weak_find(struct ways *w, uint32_t epoch, struct weak *out);

#endif
