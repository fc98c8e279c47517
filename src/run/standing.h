/* SPDX-License-Identifier: Apache-2.0
 * What stands at the path of a result and in its journals, and whether a study may go on with it:
 * only one that has every point of what stands there, with at least as many replications. Used by
 * the sweep. */
#ifndef RUN_STANDING_H
#define RUN_STANDING_H

#include "run/plan.h"

struct standing {
    const char *path, *journals_dir; /* the caller's */
    struct result *old;              /* the result that stands there; NULL: none */
    bool same;                       /* it is of this very study, and whole */
    size_t failed;                   /* of its runs */
};

/* Looks at the result. With `restart` it is as if none stood there. Returns 0 with what
 * standing_fini frees; PSN_EINPUT where the path is a folder or no result of psnsim; PSN_EIO. */
int standing_look(struct standing *w, const struct study *s, bool restart, psn_diagnostics *all);
void standing_fini(struct standing *w);

/* May the study go on with these journals and this result? 0; else PSN_EINPUT with the reason: a
 * point that it lacks, too few replications, or journals that are gone. */
int standing_judge(const struct standing *w, const struct study *s, const struct journals *j,
                   psn_diagnostics *all);

/* The same for a point that has enough already by the study's precision, but has more replications
 * in the result. */
int standing_keeps(const struct standing *w, const struct plan *p, psn_diagnostics *all);

#endif
