/* SPDX-License-Identifier: Apache-2.0
 * Contrasts for people: one in full, or several side by side; and as JSON. Used by `compare`. */
#ifndef CLI_CONTRAST_VIEW_H
#define CLI_CONTRAST_VIEW_H

#include <jansson.h>

#include "cli/view.h"
#include "results/contrast.h"

/* What is compared, and how the two sides are called. */
struct contrast_page {
    const struct contrasts *contrasts;
    const char *base_file, *other_file; /* as on the command line; the same where of one file */
    bool by_arrangement; /* each against the first arrangement at the same other options */
    bool every_figure;   /* --all */
    bool together;       /* --together: the intervals hold together */
    bool gain;           /* --gain */
    double level;        /* of the intervals, or of all of them together */
    struct view_page page;
};

/* How the columns of a contrast's two sides are headed: by arrangement, file or point. */
void contrast_heads(const struct contrast_page *p, const struct contrast *k, char *base,
                    char *other, size_t size);

/* How far a figure moves: its difference without sign, or where one side alone has it, what it has.
 */
double contrast_change(const struct comparison *c);

/* Takes the rows out of `row` (measures, by index; *n of them) that a long table leaves out: see
 * fold.h. Returns 0 or PSN_EMEMORY. */
int contrast_fold(const struct contrasts *c, const double *weight, size_t *row, size_t *n,
                  size_t *hidden);

/* Is the measure among those that are shown without --all? In one contrast, or of several. */
bool contrast_shows(const struct measure *m);
bool contrasts_show(const struct measure *m);

/* What a change that would not hold together with the others has behind its half-width, or
 * where that is not shown behind its words. */
const char *contrast_mark(const struct comparison *c);

/* The index of the factor `arrangement` in a result; n_factors where it is none. */
size_t contrast_arrangement(const struct result *r);

/* One contrast: every service and partner, the objectives and the stations. 0 or PSN_EMEMORY. */
int contrast_print(const struct contrast_page *p, const struct contrast *k);

/* All contrasts: by service one row each, with the p95 response of every partner; objectives and
 * stations with one column each. 0 or PSN_EMEMORY. */
int contrasts_print(const struct contrast_page *p);

/* What common random numbers save, figure by figure of all contrasts, and over all. 0 or
 * PSN_EMEMORY. */
int gain_print(const struct contrast_page *p);

/* All contrasts with every figure. NULL where memory ends. */
json_t *contrasts_emit(const struct contrast_page *p);

#endif
