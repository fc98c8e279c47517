/* SPDX-License-Identifier: Apache-2.0
 * Dealing parts to processes.
 *
 * With a limit of load for a process, crossings are taken by ascending delay, and the parts at the
 * two ends put together where that keeps within the limit (Kruskal, "On the shortest spanning
 * subtree of a graph", Proc. AMS 7(1), 1956): what is left between two groups is long. The groups
 * go to processes by descending load, each to the process that has least (Graham, "Bounds on
 * multiprocessing timing anomalies", SIAM J. Appl. Math. 17(2), 1969). That is tried with several
 * limits and numbers of processes, for long delays and even loads are at odds, and what is expected
 * to be fastest is taken. */
#include "model/partition.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "kernel/distance.h"
#include "kernel/random.h"

/* What an event, and a window of several processes, cost by measurement on one machine, s: the
 * meeting of threads, and what is looked at for each process. Only their ratio matters, and only to
 * the time that a run takes. */
#define EVENT_S   200e-9
#define MEETING_S 500e-9
#define PROCESS_S 20e-9

/* More processes than this are not asked for. */
#define MOST_PROCESSES 64

/* Threads that gain less than this are not worth the company. */
#define GAIN_LEAST 1.05

int parts_init(struct parts *p, size_t n)
{
    *p = (struct parts){.n = n, .load = calloc(n + 1, sizeof *p->load)};
    return p->load ? 0 : PSN_EMEMORY;
}

void parts_fini(struct parts *p)
{
    free(p->load);
    free(p->crossing);
    *p = (struct parts){0};
}

int parts_cross(struct parts *p, uint32_t from, uint32_t to, psn_time delay)
{
    if (from == to)
        return 0;
    void *items = p->crossing;
    int code = array_reserve(&items, &p->room, p->n_crossings + 1, sizeof *p->crossing);
    p->crossing = items;
    if (!code)
        p->crossing[p->n_crossings++] = (struct crossing){from, to, delay};
    return code;
}

/* The representative of a part's group (union-find with path halving: Tarjan, JACM 22(2), 1975). */
static uint32_t group_of(uint32_t *parent, uint32_t part)
{
    while (parent[part] != part) {
        parent[part] = parent[parent[part]];
        part = parent[part];
    }
    return part;
}

/* Puts two groups together; the earlier part represents them. */
static void unite(uint32_t *parent, double *load, uint32_t a, uint32_t b)
{
    uint32_t first = a < b ? a : b, other = a < b ? b : a;
    parent[other] = first;
    load[first] += load[other];
    load[other] = 0;
}

static int by_delay(const void *a, const void *b)
{
    const struct crossing *x = a, *y = b;
    if (x->delay != y->delay)
        return x->delay < y->delay ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

/* A group by its load. */
struct weighed {
    double load;
    uint32_t part; /* that represents it */
};

/* Groups of parts; `sorted` are the crossings by delay. */
struct grouping {
    const struct parts *parts;
    struct crossing *sorted;
    uint32_t *parent;
    double *load;          /* by representative */
    struct weighed *group; /* what groups there are, the heaviest first */
    size_t n_groups;
    uint32_t *process_of; /* by representative */
    double total;
};

static void grouping_fini(struct grouping *g)
{
    free(g->sorted);
    free(g->parent);
    free(g->load);
    free(g->group);
    free(g->process_of);
}

/* End with grouping_fini in every case. 0 or PSN_EMEMORY. */
static int grouping_init(struct grouping *g, const struct parts *parts)
{
    size_t n = parts->n + 1;
    *g = (struct grouping){.parts = parts,
                           .sorted = calloc(parts->n_crossings + 1, sizeof *g->sorted),
                           .parent = calloc(n, sizeof *g->parent),
                           .load = calloc(n, sizeof *g->load),
                           .group = calloc(n, sizeof *g->group),
                           .process_of = calloc(n, sizeof *g->process_of)};
    if (!g->sorted || !g->parent || !g->load || !g->group || !g->process_of)
        return PSN_EMEMORY;
    if (parts->n_crossings)
        memcpy(g->sorted, parts->crossing, parts->n_crossings * sizeof *g->sorted);
    qsort(g->sorted, parts->n_crossings, sizeof *g->sorted, by_delay);
    for (size_t i = 0; i < parts->n; i++)
        g->total += parts->load[i];
    return 0;
}

static int by_load(const void *a, const void *b)
{
    const struct weighed *x = a, *y = b;
    if (x->load != y->load)
        return x->load > y->load ? -1 : 1;
    return x->part < y->part ? -1 : x->part > y->part;
}

/* Makes groups whose load is no more than `most`; but what must be together is. */
static void make_groups(struct grouping *g, double most)
{
    const struct parts *parts = g->parts;
    for (uint32_t i = 0; i < parts->n; i++) {
        g->parent[i] = i;
        g->load[i] = parts->load[i];
    }
    for (size_t k = 0; k < parts->n_crossings; k++) {
        const struct crossing *c = &g->sorted[k];
        uint32_t a = group_of(g->parent, c->from), b = group_of(g->parent, c->to);
        if (a != b && (c->delay == 0 || g->load[a] + g->load[b] <= most))
            unite(g->parent, g->load, a, b);
    }
    g->n_groups = 0;
    for (uint32_t i = 0; i < parts->n; i++)
        if (g->parent[i] == i)
            g->group[g->n_groups++] = (struct weighed){g->load[i], i};
    qsort(g->group, g->n_groups, sizeof *g->group, by_load);
}

/* The number of an item among `n` that has least. */
static size_t least(const double *taken, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (taken[i] < taken[best])
            best = i;
    return best;
}

/* Deals the groups to n processes; what each takes into taken[]. */
static void deal_groups(struct grouping *g, size_t n, double *taken)
{
    memset(taken, 0, n * sizeof *taken);
    for (size_t i = 0; i < g->n_groups; i++) {
        size_t p = least(taken, n);
        g->process_of[g->group[i].part] = (uint32_t)p;
        taken[p] += g->group[i].load;
    }
}

static uint32_t process_of(struct grouping *g, uint32_t part)
{
    return g->process_of[group_of(g->parent, part)];
}

/* The least delay between two processes. */
static psn_time lookahead_of(struct grouping *g)
{
    for (size_t k = 0; k < g->parts->n_crossings; k++)
        if (process_of(g, g->sorted[k].from) != process_of(g, g->sorted[k].to))
            return g->sorted[k].delay;
    return PSN_NEVER;
}

/* The most that one of so many threads has to do, if they share n processes out; `taken` is by
 * process, the heaviest first but for little. */
static double heaviest(const double *taken, size_t n, size_t threads)
{
    double busy[MOST_PROCESSES] = {0}, most = 0;
    for (size_t i = 0; i < n; i++)
        busy[least(busy, threads)] += taken[i];
    for (size_t i = 0; i < threads; i++)
        most = fmax(most, busy[i]);
    return most;
}

/* What a deal to n processes is expected to come to. How the events of a window fall to threads is
 * by chance: the busiest of them has more than its share, by what the normal law has as the mean of
 * the largest of two, and about so for more. */
static void judge(struct grouping *g, const double *taken, size_t n, size_t threads,
                  struct partition *out)
{
    psn_time lookahead = lookahead_of(g);
    double events = g->total * 1e-9 * (double)(lookahead < PSN_DAY ? lookahead : PSN_DAY);
    double in_window = fmax(events, 1), share = heaviest(taken, n, threads) / g->total;
    double most = 0, t = (double)threads;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, taken[i]);
    double chance = sqrt(in_window / t * log(t) * 2 / (3.14159265358979 * log(4)));
    double busy = fmin(share * in_window + chance, in_window) * EVENT_S;
    out->n = n;
    out->lookahead = lookahead;
    out->events = events;
    out->share = most / g->total;
    out->speedup = in_window * EVENT_S / (busy + MEETING_S + PROCESS_S * (double)n);
}

/* One process for all. */
static void keep_together(const struct grouping *g, struct partition *out)
{
    memset(out->process, 0, g->parts->n * sizeof *out->process);
    out->n = 1;
    out->lookahead = PSN_NEVER;
    out->events = INFINITY;
    out->share = out->speedup = 1;
}

/* Tries processes of no more than a share of a thread's part each. */
static void attempt(struct grouping *g, size_t threads, size_t each, double part,
                    struct partition *best)
{
    double taken[MOST_PROCESSES];
    struct partition here = {.process = best->process};
    make_groups(g, part * g->total / (double)threads);
    size_t n = threads * each < MOST_PROCESSES ? threads * each : MOST_PROCESSES;
    n = n < g->n_groups ? n : g->n_groups;
    if (n < 2)
        return;
    deal_groups(g, n, taken);
    judge(g, taken, n, threads, &here);
    if (best->n > 1 && here.speedup <= best->speedup)
        return;
    for (uint32_t i = 0; i < g->parts->n; i++)
        here.process[i] = process_of(g, i);
    *best = here;
}

int partition_deal(const struct parts *parts, int threads, bool always, struct partition *out)
{
    static const size_t each[] = {1, 2, 4, 8};
    static const double part[] = {1, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05};
    struct grouping g;
    int code = grouping_init(&g, parts);
    *out = (struct partition){.process = calloc(parts->n + 1, sizeof *out->process)};
    if (!out->process)
        code = PSN_EMEMORY;
    if (!code) {
        size_t many = (size_t)(threads < MOST_PROCESSES ? threads : MOST_PROCESSES);
        keep_together(&g, out);
        for (size_t i = 0; many > 1 && g.total > 0 && i < sizeof each / sizeof *each; i++)
            for (size_t k = 0; k < sizeof part / sizeof *part; k++)
                attempt(&g, many, each[i], part[k], out);
        if (!always && out->speedup < GAIN_LEAST)
            keep_together(&g, out);
    }
    grouping_fini(&g);
    return code;
}

int partition_scatter(const struct parts *parts, size_t n, uint64_t seed, struct partition *out)
{
    struct grouping g;
    uint64_t key = random_key(seed, 0, "partition", RANDOM_CHOICE, 0);
    int code = grouping_init(&g, parts);
    *out = (struct partition){.n = n, .process = calloc(parts->n + 1, sizeof *out->process)};
    if (!out->process)
        code = PSN_EMEMORY;
    if (!code) {
        make_groups(&g, -1);
        for (size_t i = 0; i < g.n_groups; i++) {
            double u[2];
            random_uniform2(key, g.group[i].part, 0, 0, u);
            g.process_of[g.group[i].part] = (uint32_t)(u[0] * (double)n);
        }
        for (uint32_t i = 0; i < parts->n; i++)
            out->process[i] = process_of(&g, i);
        out->lookahead = lookahead_of(&g);
    }
    grouping_fini(&g);
    return code;
}

int partition_merge(const struct parts *parts, uint32_t *first)
{
    struct grouping g;
    int code = grouping_init(&g, parts);
    if (!code)
        make_groups(&g, -1);
    for (uint32_t i = 0; i < parts->n && !code; i++)
        first[i] = group_of(g.parent, i);
    grouping_fini(&g);
    return code;
}

void partition_distances(const struct parts *parts, const struct partition *p, psn_time *distance)
{
    for (size_t i = 0; i < p->n * p->n; i++)
        distance[i] = PSN_NEVER;
    for (size_t k = 0; k < parts->n_crossings; k++) {
        const struct crossing *c = &parts->crossing[k];
        size_t from = p->process[c->from], to = p->process[c->to];
        if (from != to && c->delay < distance[from * p->n + to])
            distance[from * p->n + to] = c->delay;
    }
    distance_close(distance, p->n);
}
