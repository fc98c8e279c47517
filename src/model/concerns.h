/* SPDX-License-Identifier: Apache-2.0
 * What is sound and yet hardly meant: messages that a policer never lets through, and runs of more
 * requests than anyone would wait for. Used by `check`. */
#ifndef MODEL_CONCERNS_H
#define MODEL_CONCERNS_H

#include "psnsim/diagnostics.h"
#include "scenario/description.h"

struct concern {
    psn_place place; /* the description's */
    char text[400];  /* `what is wrong; what was expected` */
};

/* In the order of services, then what concerns whole runs. */
struct concerns {
    struct concern *item; /* owned: concerns_fini */
    size_t n, capacity;
};

/* A service is named where 1 % of the messages of one of its steps, or more, are longer than its
 * class lets through at once on a link of their way. A run has too many requests from 10^11 on, by
 * the operational laws: hours of a fast processor. *out is to be ended in any case. 0, PSN_EMEMORY,
 * or PSN_EINPUT as model_check. */
int concerns_find(const struct description *d, struct concerns *out, psn_diagnostics *all);
void concerns_fini(struct concerns *c);

#endif
