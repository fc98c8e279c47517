/* SPDX-License-Identifier: Apache-2.0
 * Processes dealt to threads. */
#include "kernel/deal.h"

#include <stdlib.h>
#include <string.h>

struct deal_load {
    int64_t recent; /* events, of older ones half, a quarter, ...; at least 1 */
    int64_t seen;   /* events when last looked */
};

int deal_init(struct deal *d, size_t n, int threads)
{
    *d = (struct deal){.n = n};
    d->order = malloc(n * sizeof *d->order);
    d->start = malloc(((size_t)threads + 1) * sizeof *d->start);
    d->load = calloc(n, sizeof *d->load);
    d->sum = malloc((size_t)threads * sizeof *d->sum);
    d->thread = malloc(n * sizeof *d->thread);
    d->sorted = malloc(n * sizeof *d->sorted);
    return d->order && d->start && d->load && d->sum && d->thread && d->sorted ? PSN_OK
                                                                               : PSN_EMEMORY;
}

void deal_fini(struct deal *d)
{
    free(d->order);
    free(d->start);
    free(d->load);
    free(d->sum);
    free(d->thread);
    free(d->sorted);
    *d = (struct deal){0};
}

static void look(struct deal *d, const struct process *process)
{
    for (size_t p = 0; p < d->n; p++) {
        struct deal_load *l = &d->load[p];
        l->recent = l->recent / 2 + (process[p].events - l->seen) + 1;
        l->seen = process[p].events;
    }
}

/* The heaviest first, by insertion: they come nearly sorted from deal to deal. */
static void sort(struct deal *d)
{
    for (size_t i = 0; i < d->n; i++) {
        if (d->threads == 0)
            d->sorted[i] = (uint32_t)i;
        uint32_t p = d->sorted[i];
        size_t k = i;
        for (; k > 0 && d->load[d->sorted[k - 1]].recent < d->load[p].recent; k--)
            d->sorted[k] = d->sorted[k - 1];
        d->sorted[k] = p;
    }
}

static int64_t most(const int64_t *sum, int threads)
{
    int64_t max = 0;
    for (int t = 0; t < threads; t++)
        max = sum[t] > max ? sum[t] : max;
    return max;
}

/* The heaviest thread's load if nothing moves. */
static int64_t as_dealt(const struct deal *d)
{
    memset(d->sum, 0, (size_t)d->threads * sizeof *d->sum);
    for (int t = 0; t < d->threads; t++)
        for (size_t k = d->start[t]; k < d->start[t + 1]; k++)
            d->sum[t] += d->load[d->order[k]].recent;
    return most(d->sum, d->threads);
}

/* Fills `thread`; returns the heaviest thread's load. */
static int64_t longest_first(const struct deal *d, int threads)
{
    memset(d->sum, 0, (size_t)threads * sizeof *d->sum);
    for (size_t i = 0; i < d->n; i++) {
        int least = 0;
        for (int t = 1; t < threads; t++)
            least = d->sum[t] < d->sum[least] ? t : least;
        d->sum[least] += d->load[d->sorted[i]].recent;
        d->thread[d->sorted[i]] = (uint32_t)least;
    }
    return most(d->sum, threads);
}

/* As longest_first, but each thread has processes that follow one another. They stand side by side
 * in memory, of which the processor fetches some more than it is told to; and as a model numbers
 * them, many a one has its neighbours in the network beside it. */
static int64_t side_by_side(const struct deal *d, int threads)
{
    int64_t all = 0, before = 0;
    for (size_t p = 0; p < d->n; p++)
        all += d->load[p].recent;
    memset(d->sum, 0, (size_t)threads * sizeof *d->sum);
    for (size_t p = 0; p < d->n; p++) {
        int64_t load = d->load[p].recent;
        int64_t thread = (int64_t)(((double)before + (double)load / 2) / (double)all * threads);
        thread = thread < threads ? thread : threads - 1;
        d->sum[thread] += load;
        d->thread[p] = (uint32_t)thread;
        before += load;
    }
    return most(d->sum, threads);
}

void deal_make(struct deal *d, const struct process *process, int threads)
{
    look(d, process);
    sort(d);
    int64_t now = d->threads == threads ? as_dealt(d) : INT64_MAX;
    int64_t best = longest_first(d, threads);
    if (now - now / 32 <= best)
        return;
    int64_t beside = side_by_side(d, threads);
    if (beside - beside / 32 > best)
        longest_first(d, threads);
    size_t k = 0;
    for (int t = 0; t < threads; t++) {
        d->start[t] = k;
        for (size_t p = 0; p < d->n; p++)
            if (d->thread[p] == (uint32_t)t)
                d->order[k++] = (uint32_t)p;
    }
    d->start[threads] = k;
    d->threads = threads;
}
