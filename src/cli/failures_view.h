/* SPDX-License-Identifier: Apache-2.0
 * What failures of links and sites would do: as a table, as sentences and as JSON. Used by check.
 */
#ifndef CLI_FAILURES_VIEW_H
#define CLI_FAILURES_VIEW_H

#include <jansson.h>

#include "cli/view.h"
#include "model/failures.h"

/* A sentence on what has no alternative; nothing where no message goes over a link. Returns 0 or
 * PSN_EMEMORY. */
int weak_print(const struct description *d, const struct failures *f, FILE *out);

/* What each failure does, the worst first; of many that are alike the worst. Returns 0 or
 * PSN_EMEMORY. */
int failures_print(const struct description *d, const struct failures *f,
                   const struct view_page *page);

/* What has no alternative; and what each failure does, in the order of names. */
json_t *weak_json(const struct description *d, const struct failures *f);
json_t *failures_json(const struct description *d, const struct failures *f);

#endif
