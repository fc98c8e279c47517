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
 * meeting of threads, and what is looked at for each process. An event costs so much in a process
 * of few slots, and by a part more for each time that they are twice as many: its way through the
 * event list is longer, and what it touches lies further from the processor. Only ratios matter,
 * and only to the time that a run takes. */
#define EVENT_S   150e-9
#define FEW_SLOTS 2048.0
#define FARTHER   0.09
#define MEETING_S 500e-9
#define PROCESS_S 40e-9

/* Loads are foreseen about so well: a process may turn out to have so much more, of which a thread
 * that has others beside it can be relieved. */
#define UNFORESEEN 0.1

/* More processes than this are not asked for, in all and for each thread. */
#define MOST_PROCESSES 64
#define MOST_EACH      8

/* What is expected to gain less than this is not worth the company, or several processes. */
#define GAIN_LEAST       1.05
#define GAIN_ALONE_LEAST 1.1

/* Where threads need not take part, one that is alone must not lose more than this. */
#define ALONE_LEAST 0.98

/* Groups beside the heaviest are so many times smaller than a thread's part. */
#define SMALL 8

/* A way of dealing takes the place of a coarser one where it is better by this. */
#define BETTER 1.05

int parts_init(struct parts *p, size_t n)
{
    *p = (struct parts){
        .n = n, .load = calloc(n + 1, sizeof *p->load), .slots = calloc(n + 1, sizeof *p->slots)};
    return p->load && p->slots ? 0 : PSN_EMEMORY;
}

void parts_fini(struct parts *p)
{
    free(p->load);
    free(p->slots);
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
    double *load, *slots;  /* by representative */
    struct weighed *group; /* what groups there are, the heaviest first */
    size_t n_groups;
    uint32_t *process_of; /* by representative */
    double total, all_slots;
};

/* Puts two groups together; the earlier part represents them. */
static void unite(struct grouping *g, uint32_t a, uint32_t b)
{
    uint32_t first = a < b ? a : b, other = a < b ? b : a;
    g->parent[other] = first;
    g->load[first] += g->load[other];
    g->slots[first] += g->slots[other];
}

static void grouping_fini(struct grouping *g)
{
    free(g->sorted);
    free(g->parent);
    free(g->load);
    free(g->slots);
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
                           .slots = calloc(n, sizeof *g->slots),
                           .group = calloc(n, sizeof *g->group),
                           .process_of = calloc(n, sizeof *g->process_of)};
    if (!g->sorted || !g->parent || !g->load || !g->slots || !g->group || !g->process_of)
        return PSN_EMEMORY;
    if (parts->n_crossings)
        memcpy(g->sorted, parts->crossing, parts->n_crossings * sizeof *g->sorted);
    qsort(g->sorted, parts->n_crossings, sizeof *g->sorted, by_delay);
    for (size_t i = 0; i < parts->n; i++) {
        g->total += parts->load[i];
        g->all_slots += parts->slots[i];
    }
    return 0;
}

static int by_load(const void *a, const void *b)
{
    const struct weighed *x = a, *y = b;
    if (x->load != y->load)
        return x->load > y->load ? -1 : 1;
    return x->part < y->part ? -1 : x->part > y->part;
}

/* Makes groups whose load is no more than `most`; but what must be together is. Once two could not
 * be put together for that, no crossing that is longer lengthens the least one between groups: they
 * grow no further than to `small`, so that they can be dealt evenly, neighbours still together. */
static void make_groups(struct grouping *g, double most, double small)
{
    const struct parts *parts = g->parts;
    for (uint32_t i = 0; i < parts->n; i++) {
        g->parent[i] = i;
        g->load[i] = parts->load[i];
        g->slots[i] = parts->slots[i];
    }
    for (size_t k = 0; k < parts->n_crossings; k++) {
        const struct crossing *c = &g->sorted[k];
        uint32_t a = group_of(g->parent, c->from), b = group_of(g->parent, c->to);
        if (a == b)
            continue;
        if (c->delay == 0 || g->load[a] + g->load[b] <= most)
            unite(g, a, b);
        else
            most = fmin(most, small);
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

/* What processes take. */
struct taken {
    double load[MOST_PROCESSES], slots[MOST_PROCESSES];
};

/* Deals the groups to n processes. */
static void deal_groups(struct grouping *g, size_t n, struct taken *taken)
{
    *taken = (struct taken){0};
    for (size_t i = 0; i < g->n_groups; i++) {
        size_t p = least(taken->load, n);
        g->process_of[g->group[i].part] = (uint32_t)p;
        taken->load[p] += g->group[i].load;
        taken->slots[p] += g->slots[g->group[i].part];
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

/* The most that one of so many threads has to do, if they share n processes out; `work` is by
 * process, the heaviest first but for little. */
static double heaviest(const double *work, size_t n, size_t threads)
{
    double busy[MOST_PROCESSES] = {0}, most = 0;
    for (size_t i = 0; i < n; i++)
        busy[least(busy, threads)] += work[i];
    for (size_t i = 0; i < threads; i++)
        most = fmax(most, busy[i]);
    return most;
}

/* What an event costs in a process of so many slots, s. */
static double event_s(double slots)
{
    return EVENT_S * (1 + FARTHER * log2(fmax(slots, FEW_SLOTS) / FEW_SLOTS));
}

/* How much longer than its share the busiest of several threads works in a window of so many
 * events, as a part of all of it. How the events of a window fall to threads is by chance: the
 * busiest has more by what the normal law has as the mean of the largest of two, and about so for
 * more threads. */
static double by_chance(double events, size_t threads)
{
    double t = (double)threads;
    return sqrt(log(t) * 2 / (3.14159265358979 * log(4)) / (t * events));
}

/* What a deal to n processes is expected to come to. */
static void judge(struct grouping *g, const struct taken *taken, size_t n, size_t threads,
                  struct partition *out)
{
    psn_time lookahead = lookahead_of(g);
    double events = g->total * 1e-9 * (double)(lookahead < PSN_DAY ? lookahead : PSN_DAY);
    double in_window = fmax(events, 1), work[MOST_PROCESSES], all = 0, most = 0, share = 0;
    for (size_t i = 0; i < n; i++) {
        double part = taken->load[i] / g->total;
        work[i] = in_window * part * event_s(taken->slots[i]);
        all += work[i];
        most = fmax(most, work[i]);
        share = fmax(share, part);
    }
    double time = all, looks = PROCESS_S * (double)n;
    if (threads > 1)
        time = fmin(all, heaviest(work, n, threads) + UNFORESEEN * most +
                             all * by_chance(in_window, threads)) +
               MEETING_S;
    out->n = n;
    out->lookahead = lookahead;
    out->events = events;
    out->share = share;
    out->speedup = in_window * event_s(g->all_slots) / (time + looks);
    out->alone = in_window * event_s(g->all_slots) / (all + looks);
}

/* One process for all. */
static void keep_together(const struct grouping *g, struct partition *out)
{
    memset(out->process, 0, g->parts->n * sizeof *out->process);
    out->n = 1;
    out->lookahead = PSN_NEVER;
    out->events = INFINITY;
    out->share = out->speedup = out->alone = 1;
}

/* Deals the groups to n processes, and keeps that where it is better. */
static void attempt(struct grouping *g, size_t threads, size_t n, bool always,
                    struct partition *best)
{
    struct taken taken;
    struct partition here = {.process = best->process};
    deal_groups(g, n, &taken);
    judge(g, &taken, n, threads, &here);
    if ((!always && here.alone < ALONE_LEAST) ||
        (best->n > 1 && here.speedup <= BETTER * best->speedup))
        return;
    for (uint32_t i = 0; i < g->parts->n; i++)
        here.process[i] = process_of(g, i);
    *best = here;
}

/* Can nothing be gained between groups that are no further apart than these? By a window that
 * they share evenly, at the least cost of an event. */
static bool is_hopeless(struct grouping *g, size_t threads)
{
    double ns = 0;
    for (size_t k = 0; k < g->parts->n_crossings && ns <= 0; k++)
        if (group_of(g->parent, g->sorted[k].from) != group_of(g->parent, g->sorted[k].to))
            ns = (double)g->sorted[k].delay;
    double events = fmax(g->total * 1e-9 * ns, 1);
    double least = events * EVENT_S / (double)threads + 2 * PROCESS_S;
    least += threads > 1 ? MEETING_S : 0;
    return ns > 0 && events * event_s(g->all_slots) < GAIN_LEAST * least;
}

/* Tries groups of no more than a share of a thread's part, and so many processes a thread. */
static void attempts(struct grouping *g, size_t threads, bool always, struct partition *best)
{
    static const double part[] = {1, 0.8, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05};
    for (size_t k = 0; k < sizeof part / sizeof *part; k++) {
        double share = g->total / (double)threads;
        make_groups(g, part[k] * share, share / SMALL);
        if (!always && is_hopeless(g, threads))
            return; /* smaller ones are nearer */
        size_t most = g->n_groups < MOST_PROCESSES ? g->n_groups : MOST_PROCESSES, last = 1;
        for (size_t each = 1; each <= MOST_EACH && last < most; each *= 2) {
            size_t n = threads * each < most ? threads * each : most;
            if (n > last)
                attempt(g, threads, n, always, best);
            last = n;
        }
    }
}

bool partition_for_one(const struct parts *parts)
{
    double sum = 0;
    for (size_t i = 0; i < parts->n; i++)
        sum += parts->slots[i];
    return sum > FEW_SLOTS;
}

int partition_deal(const struct parts *parts, int threads, bool always, struct partition *out)
{
    struct grouping g;
    int code = grouping_init(&g, parts);
    *out = (struct partition){.process = calloc(parts->n + 1, sizeof *out->process)};
    if (!out->process)
        code = PSN_EMEMORY;
    if (!code) {
        size_t many = (size_t)(threads < MOST_PROCESSES ? threads : MOST_PROCESSES);
        keep_together(&g, out);
        always = always && many > 1;
        if (g.total > 0 && (many > 1 || partition_for_one(parts)))
            attempts(&g, many, always, out);
        if (!always && out->speedup < (many > 1 ? GAIN_LEAST : GAIN_ALONE_LEAST))
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
        make_groups(&g, -1, -1);
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
        make_groups(&g, -1, -1);
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
