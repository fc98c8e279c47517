/* SPDX-License-Identifier: Apache-2.0
 * Opening a result file with its checks. Internal to the results room. */
#ifndef RESULTS_OPEN_H
#define RESULTS_OPEN_H

#include "results/h5.h"

/* Opens a result file of a layout that is known here. PSN_EINPUT or PSN_EIO with the mistake told.
 */
int result_open(const char *path, hid_t *file, psn_diagnostics *all);

#endif
