/* SPDX-License-Identifier: Apache-2.0
 * Threads over runs, and several to a run. */
#include "run/threads.h"

#include <omp.h>
#include <stdlib.h>

int threads_standard(void)
{
    const char *slurm = getenv("SLURM_CPUS_PER_TASK");
    long given = slurm && !getenv("OMP_NUM_THREADS") ? strtol(slurm, NULL, 10) : 0;
    int most = omp_get_max_threads();
    return given > 0 && given < most ? (int)given : most;
}

static int at_most(size_t n, int most)
{
    return n < (size_t)most ? (int)n : most;
}

struct threads threads_share(int all, int each, size_t runs, bool more)
{
    if (each > 0) {
        int at_once = at_most(runs, all > each ? all / each : 1);
        return (struct threads){.runs = at_once,
                                .each = each,
                                .last = runs,
                                .each_of_last = each,
                                .used = at_once * each};
    }
    size_t many = (size_t)all, last = runs < many ? runs : more ? 0 : runs % many;
    struct threads t = {.runs = at_most(runs, all),
                        .each = 1,
                        .last = runs - last,
                        .each_of_last = last > 0 ? at_most(many / last, THREADS_PER_RUN_MOST) : 1,
                        .adapt = true};
    t.used = t.last == 0 ? t.runs * t.each_of_last : t.runs;
    return t;
}

struct model_schedule threads_schedule(const struct threads *t, size_t index,
                                       const struct model_schedule *base)
{
    struct model_schedule s = *base;
    s.threads = index < t->last ? t->each : t->each_of_last;
    s.adapt = t->adapt;
    return s;
}
