/* SPDX-License-Identifier: Apache-2.0
 * Reads the figures of link directions at one design point from a result file: /link_summary. Used
 * by `show`. */
#ifndef RESULTS_LINKS_READ_H
#define RESULTS_LINKS_READ_H

#include "results/result.h"
#include "study/links.h"

/* A mean over replications and its half-width (NaN where there is none), cell by cell. */
struct link_estimates {
    double *mean, *half_width;
};

/* Everything is owned by the struct. */
struct result_links {
    size_t n_directions, n_classes, n_partners;
    char **direction, **link, **class, **partner;          /* names */
    struct link_estimates channel[CHANNEL_FIGURES];        /* [direction x n_classes + class] */
    struct link_estimates direction_of[DIRECTION_FIGURES]; /* [direction] */
    struct link_estimates peak_share;                      /* [direction x n_partners + partner] */
    struct link_estimates day; /* [(direction x n_classes + class) x OUTCOME_DAY + hour] */
};

/* 0 with *out to be freed by result_links_free, NULL where the result has no links by class (or was
 * written before there were any); or PSN_EIO. */
int result_links_read(const char *path, size_t point, struct result_links **out,
                      psn_diagnostics *all);
void result_links_free(struct result_links *k);

#endif
