/* SPDX-License-Identifier: Apache-2.0
 * Runs a crowd on threads in many ways, for ThreadSanitizer to watch; what comes out is compared
 * with one thread, too. Exit status 1 where it differs. */
#include <omp.h>
#include <stdio.h>

#include "crowd.h"

#define HORIZON 20000

static int differ(const struct crowd *a, const struct crowd *b)
{
    int sites = 0;
    for (size_t i = 0; i < CROWD_SITES; i++)
        sites += a->site[i].hash != b->site[i].hash || a->site[i].seen != b->site[i].seen;
    return sites;
}

/* Runs a crowd to the end, and one that is stopped. Returns how many ran wrong. */
static int try_one(uint64_t seed, size_t n, int threads, bool adapt, const struct crowd *one)
{
    struct crowd *c = crowd_new(seed, n, NULL), *stopped = crowd_new(seed, n, NULL);
    int wrong = 1;
    if (c && stopped) {
        stopped->stop_at = 50;
        stopped->code = seed % 2 ? PSN_EMEMORY : 0;
        int expected = seed % 2 ? PSN_EMEMORY : PSN_EINTERRUPTED;
        wrong = crowd_run(c, HORIZON, threads, adapt) != 0 || differ(one, c) > 0 ||
                crowd_run(stopped, PSN_NEVER, threads, adapt) != expected;
    }
    if (wrong)
        fprintf(stderr, "seed %llu, %zu processes, %d threads%s: wrong\n", (unsigned long long)seed,
                n, threads, adapt ? ", adapting" : "");
    crowd_free(c);
    crowd_free(stopped);
    return wrong;
}

static int try_seed(uint64_t seed)
{
    static const size_t n[] = {2, 5, CROWD_SITES};
    struct crowd *one = crowd_new(seed, 1, NULL);
    int wrong = !one || crowd_run(one, HORIZON, 1, false) != 0;
    for (size_t k = 0; k < sizeof n / sizeof *n && !wrong; k++)
        for (int threads = 2; threads <= 4; threads++)
            wrong += try_one(seed, n[k], threads, k == 1, one);
    crowd_free(one);
    return wrong;
}

int main(void)
{
    int wrong = 0;
    for (uint64_t seed = 1; seed <= 2; seed++)
        wrong += try_seed(seed);
    /* Two runs at a time, each with a team of its own. */
    omp_set_max_active_levels(2);
#pragma omp parallel for num_threads(2) schedule(static, 1) default(none) reduction(+ : wrong)
    for (int i = 0; i < 2; i++)
        wrong += try_seed(3 + (uint64_t)i);
    if (wrong)
        return 1;
    puts("same on all threads");
    return 0;
}
