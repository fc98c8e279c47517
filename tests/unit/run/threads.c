/* SPDX-License-Identifier: Apache-2.0
 * How threads are shared out over runs and within them. */
#include "run/threads.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static int of_run(const struct threads *t, size_t index)
{
    const struct model_schedule base = {.partitions = 3, .partition_seed = 7};
    struct model_schedule s = threads_schedule(t, index, &base);
    cr_expect(s.partitions == 3 && s.partition_seed == 7, "the rest stays");
    return s.threads;
}

Test(threads, runs_come_first)
{
    struct threads t = threads_share(4, 0, 8, false);
    cr_expect(t.runs == 4 && t.used == 4 && t.adapt);
    for (size_t i = 0; i < 8; i++)
        cr_expect_eq(of_run(&t, i), 1);
}

Test(threads, what_is_left_over_goes_to_the_last)
{
    struct threads t = threads_share(4, 0, 6, false); /* four, then two */
    cr_expect(t.runs == 4 && t.used == 4);
    for (size_t i = 0; i < 6; i++)
        cr_expect_eq(of_run(&t, i), i < 4 ? 1 : 2);
    t = threads_share(8, 0, 3, false);
    cr_expect(t.runs == 3 && t.used == 6);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(of_run(&t, i), 2);
    t = threads_share(2, 0, 1, false);
    cr_expect(t.runs == 1 && t.used == 2 && of_run(&t, 0) == 2);
    t = threads_share(256, 0, 1, false);
    cr_expect(t.runs == 1 && t.used == THREADS_PER_RUN_MOST);
}

Test(threads, more_runs_may_come)
{
    /* With as many runs as threads or more, others are begun beyond a checkpoint: nobody is idle.
     */
    struct threads t = threads_share(4, 0, 10, true);
    cr_expect_eq(t.runs, 4);
    for (size_t i = 0; i < 12; i++)
        cr_expect_eq(of_run(&t, i), 1);
    t = threads_share(4, 0, 2, true);
    cr_expect(t.runs == 2 && of_run(&t, 1) == 2);
}

Test(threads, so_many_to_every_run)
{
    struct threads t = threads_share(8, 3, 5, false);
    cr_expect(t.runs == 2 && t.used == 6 && !t.adapt);
    for (size_t i = 0; i < 7; i++)
        cr_expect_eq(of_run(&t, i), 3);
    t = threads_share(2, 4, 5, false);
    cr_expect(t.runs == 1 && of_run(&t, 0) == 4);
    t = threads_share(8, 1, 20, false);
    cr_expect(t.runs == 8 && t.used == 8);
}

Test(threads, as_slurm_and_openmp_say)
{
    unsetenv("OMP_NUM_THREADS");
    setenv("SLURM_CPUS_PER_TASK", "1", 1);
    cr_expect_eq(threads_standard(), 1);
    setenv("SLURM_CPUS_PER_TASK", "100000", 1);
    int all = threads_standard();
    unsetenv("SLURM_CPUS_PER_TASK");
    cr_expect(all == threads_standard() && all >= 1);
}
