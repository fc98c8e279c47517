/* SPDX-License-Identifier: Apache-2.0
 * Windows of conservative lookahead. */
#include "kernel/windows.h"

#include <stdlib.h>

#include "kernel/distance.h"

/* On one thread what is put into a line of another process goes there at once: its time is at or
 * beyond the bound up to which that process runs in this window, whether it has run already or not,
 * so that it is the same as if it came with the end of the window. */
static int run_alone(const struct windows *w, const struct distances *d, psn_time *first)
{
    for (;;) {
        uint32_t slot;
        for (size_t p = 0; p < w->n; p++)
            first[p] = tree_first(&w->process[p].tree, &slot);
        size_t earliest = distances_earliest(first, w->n);
        if (first[earliest] >= w->horizon)
            return PSN_OK;
        for (size_t p = 0; p < w->n; p++) {
            psn_time bound = distances_bound(d, first, earliest, p);
            bound = bound < w->horizon ? bound : w->horizon;
            if (first[p] >= bound)
                continue;
            int code = process_run_until(&w->process[p], bound, w->stop);
            if (code)
                return code;
        }
    }
}

int windows_run(const struct windows *w)
{
    if (w->n == 1)
        return process_run_until(w->process, w->horizon, w->stop);
    struct distances d;
    int code = distances_init(&d, w->distance, w->n);
    psn_time *first = malloc(w->n * sizeof *first);
    if (!first)
        code = PSN_EMEMORY;
    if (!code)
        code = run_alone(w, &d, first);
    free(first);
    distances_fini(&d);
    return code;
}
