/* SPDX-License-Identifier: Apache-2.0
 * Sites that links without delay make one process of, where that keeps threads from sharing a run.
 * Used by `check`, and by a sweep whose threads are to share runs. */
#ifndef MODEL_JOINED_H
#define MODEL_JOINED_H

#include "psnsim/diagnostics.h"
#include "scenario/description.h"

/* Sites of one process. */
struct joined {
    uint32_t *site; /* in the order of names; owned: free */
    size_t n;       /* 0: none whose joining matters */
    uint32_t link;  /* one of the links without delay between them */
    double share;   /* of all visits to stations, by the operational laws: they have so much */
};

/* Looks for sites that are joined by links without delay and together have over 40 % of all events
 * to expect, when the busiest of them alone has much less: what more than two threads could share.
 * 0, PSN_EMEMORY, or PSN_EINPUT as model_check. */
int joined_find(const struct description *d, struct joined *out, psn_diagnostics *all);

/* "sites a, b and 3 more go to one thread of a run, with 83 % of its events: link x has no
 * delay". */
void joined_say(const struct description *d, const struct joined *j, char *text, size_t size);

#endif
