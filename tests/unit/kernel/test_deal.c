/* SPDX-License-Identifier: Apache-2.0
 * Processes dealt to threads: each to one, the load even, and nothing moved for nothing. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/deal.h"

#define N 40

static int64_t load_of(const struct deal *d, const int64_t *events, int thread)
{
    int64_t sum = 0;
    for (size_t k = d->start[thread]; k < d->start[thread + 1]; k++)
        sum += events[d->order[k]];
    return sum;
}

Test(deal, every_process_to_one_thread_and_evenly)
{
    struct process *process = process_array(N);
    int64_t events[N];
    struct deal d;
    cr_assert_eq(deal_init(&d, N, 4), 0);
    for (int threads = 1; threads <= 4; threads++) {
        int64_t all = 0, most = 0;
        for (size_t p = 0; p < N; p++) {
            events[p] = 1000 * (int64_t)(1 + p * p % 37);
            process[p].events += 64 * events[p]; /* far more than what it remembers of before */
            all += events[p];
        }
        deal_make(&d, process, threads);
        int seen[N] = {0};
        cr_assert_eq(d.start[0], 0);
        cr_assert_eq(d.start[threads], N);
        for (size_t k = 0; k < N; k++)
            seen[d.order[k]]++;
        for (size_t p = 0; p < N; p++)
            cr_assert_eq(seen[p], 1);
        for (int t = 0; t < threads; t++)
            most = load_of(&d, events, t) > most ? load_of(&d, events, t) : most;
        cr_assert_leq(most * threads, all + all / 10, "%d threads: %lld of %lld", threads,
                      (long long)most, (long long)all);
    }
    deal_fini(&d);
    free(process);
}

Test(deal, stands_while_it_is_even_and_follows_a_shift)
{
    struct process *process = process_array(N);
    uint32_t before[N];
    int64_t events[N];
    struct deal d;
    cr_assert_eq(deal_init(&d, N, 2), 0);
    for (size_t p = 0; p < N; p++)
        process[p].events = 1000;
    deal_make(&d, process, 2);
    memcpy(before, d.order, sizeof before);
    for (size_t p = 0; p < N; p++)
        process[p].events += 1000 + (int64_t)(p % 7);
    deal_make(&d, process, 2);
    cr_assert_eq(memcmp(before, d.order, sizeof before), 0);
    /* Now all happens at what one thread has. */
    for (size_t p = 0; p < N; p++)
        events[p] = 0;
    for (size_t k = d.start[0]; k < d.start[1]; k++)
        events[d.order[k]] = 100000;
    for (size_t p = 0; p < N; p++)
        process[p].events += events[p];
    deal_make(&d, process, 2);
    cr_assert_eq(load_of(&d, events, 0), load_of(&d, events, 1));
    deal_fini(&d);
    free(process);
}
