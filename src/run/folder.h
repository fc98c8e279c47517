/* SPDX-License-Identifier: Apache-2.0
 * The folders of a sweep: made where missing, and locked so that two programs do not work on one
 * study at once. Used by the sweep. */
#ifndef RUN_FOLDER_H
#define RUN_FOLDER_H

#include "psnsim/diagnostics.h"

/* Makes the folder that `path` (a file) stands in, with those above it. PSN_EIO where that fails or
 * nothing can be written there. */
int folder_prepare(const char *path, psn_diagnostics *all);

/* Makes folder `dir` where missing and locks it for this process: *lock is the descriptor that
 * holds the lock, to be ended by folder_unlock, or by the kernel when the process ends in whatever
 * way. PSN_EINPUT where another process holds it, PSN_EIO where the folder cannot be made. */
int folder_lock(const char *dir, int *lock, psn_diagnostics *all);
void folder_unlock(int *lock);

#endif
