/* SPDX-License-Identifier: Apache-2.0
 * How the threads of a sweep are shared out: over runs first, and where fewer runs are left than
 * threads, several to a run. Used by the sweep, its workers and pilot runs. */
#ifndef RUN_THREADS_H
#define RUN_THREADS_H

#include <stddef.h>

#include "model/model.h"

/* The most that a run is given; more find no work in it. */
#define THREADS_PER_RUN_MOST 64

struct threads {
    int runs;    /* that go on at once */
    int each;    /* threads of a run, the last ones aside */
    size_t last; /* runs of which on have fewer fellows than there are threads: by the order in
                    which they are begun */
    int each_of_last;
    int used;   /* that work at once, at most */
    bool adapt; /* several share a run only where and while it pays */
};

/* As many threads as this program is to use where nothing else is said: OMP_NUM_THREADS, or what
 * Slurm gave to the task (SLURM_CPUS_PER_TASK), or one for each processor that it may run on. */
int threads_standard(void);

/* Shares `all` threads out over so many runs (at least 1). `each`: so many to every run; 0: as
 * above. With `more` the runs are only the most that there can be. */
struct threads threads_share(int all, int each, size_t runs, bool more);

/* The schedule of the run that is begun as number `index` (from 0) of all. */
struct model_schedule threads_schedule(const struct threads *t, size_t index,
                                       const struct model_schedule *base);

#endif
