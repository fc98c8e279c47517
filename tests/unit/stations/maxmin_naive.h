/* SPDX-License-Identifier: Apache-2.0
 * Max-min fair rates the slow way, flow by flow, for tests of stations/maxmin: nothing is shared
 * with it but the definition. */
#ifndef TESTS_MAXMIN_NAIVE_H
#define TESTS_MAXMIN_NAIVE_H

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "stations/maxmin.h"

#define NAIVE_LINKS 64
#define NAIVE_FLOWS 512
#define NAIVE_HOPS  8

struct naive_flow {
    uint32_t link[NAIVE_HOPS], hops, class, owner;
    double cap, rate, least;
    bool open;
    uint32_t group; /* of the station under test */
};

struct naive {
    uint32_t n_links, n_classes;
    struct maxmin_class class[8];
    double capacity[NAIVE_LINKS];
    struct naive_flow flow[NAIVE_FLOWS]; /* loads are flows of one link and an owner of their own */
    uint32_t n_flows;
    bool knotted;
};

static inline bool naive_on(const struct naive_flow *f, uint32_t link)
{
    for (uint32_t h = 0; h < f->hops; h++) {
        if (f->link[h] == link)
            return true;
    }
    return false;
}

/* Do two flows share equally on a link where both are? */
static inline bool naive_same_owner(const struct naive *n, const struct naive_flow *a,
                                    const struct naive_flow *b)
{
    bool load_a = a->owner == UINT32_MAX, load_b = b->owner == UINT32_MAX;
    if (a->class != b->class || load_a != load_b)
        return false;
    return load_a || !n->class[a->class].by_owner || a->owner == b->owner;
}

/* Plain max-min: all rates rise together; who meets a full link or its cap stays (Bertsekas and
 * Gallager, Data Networks, 2nd ed., section 6.5.2). Classes and owners do not count. */
static inline void naive_plain(struct naive *n)
{
    uint32_t open = n->n_flows;
    double level = 0;
    for (uint32_t i = 0; i < n->n_flows; i++)
        n->flow[i].open = true;
    while (open > 0) {
        double room = INFINITY;
        double share[NAIVE_LINKS];
        for (uint32_t l = 0; l < n->n_links; l++) {
            double rest = n->capacity[l];
            uint32_t count = 0;
            for (uint32_t i = 0; i < n->n_flows; i++) {
                if (!naive_on(&n->flow[i], l))
                    continue;
                count += n->flow[i].open;
                rest -= n->flow[i].open ? 0 : n->flow[i].rate;
            }
            share[l] = count > 0 ? fmax(rest, 0) / count : INFINITY;
            room = fmin(room, share[l]);
        }
        for (uint32_t i = 0; i < n->n_flows; i++)
            room = n->flow[i].open ? fmin(room, n->flow[i].cap) : room;
        level = fmax(level, room);
        for (uint32_t i = 0; i < n->n_flows; i++) {
            struct naive_flow *f = &n->flow[i];
            bool stays = f->cap <= level * (1 + 1e-13);
            for (uint32_t h = 0; h < f->hops; h++)
                stays = stays || share[f->link[h]] <= level * (1 + 1e-13);
            if (!f->open || !stays)
                continue;
            f->open = false;
            f->rate = fmin(level, f->cap);
            open--;
        }
    }
}

/* What link l offers to open flow f, by the three floors, looking at every pair of flows. */
static inline double naive_offer(const struct naive *n, const struct naive_flow *f, uint32_t l)
{
    uint32_t level = n->class[f->class].level;
    double rest = n->capacity[l], weights = 0;
    for (uint32_t c = 0; c < n->n_classes; c++) {
        double sum = 0;
        bool open = false;
        if (n->class[c].level > level)
            continue;
        for (uint32_t i = 0; i < n->n_flows; i++) {
            const struct naive_flow *g = &n->flow[i];
            if (g->class != c || !naive_on(g, l))
                continue;
            open = open || g->open;
            sum += g->open ? 0 : g->rate;
        }
        weights += open ? n->class[c].weight : 0;
        rest -= open ? 0 : sum;
    }
    double share = fmax(rest, 0) / weights * n->class[f->class].weight;
    uint32_t owners = 0, flows = 0;
    double own = 0;
    for (uint32_t i = 0; i < n->n_flows; i++) {
        const struct naive_flow *g = &n->flow[i];
        if (g->class != f->class || !naive_on(g, l))
            continue;
        bool open = false, first = true;
        for (uint32_t k = 0; k < n->n_flows; k++) {
            const struct naive_flow *e = &n->flow[k];
            if (!naive_on(e, l) || !naive_same_owner(n, e, g))
                continue;
            open = open || e->open;
            first = first && (k >= i || !e->open); /* the first open one stands for its owner */
        }
        owners += open && first && g->open;
        share -= open ? 0 : g->rate;
        if (naive_same_owner(n, g, f)) {
            flows += g->open;
            own += g->open ? 0 : g->rate;
        }
    }
    return fmax(fmax(share, 0) / owners - own, 0) / flows;
}

/* A knot: all least offers are raised in proportion; who meets a full link or its cap stays. */
static inline uint32_t naive_untie(struct naive *n, uint32_t level)
{
    uint32_t settled = 0, before;
    n->knotted = true;
    do {
        double raise[NAIVE_LINKS], least = INFINITY;
        before = settled;
        for (uint32_t l = 0; l < n->n_links; l++) {
            double rest = n->capacity[l], wanted = 0;
            for (uint32_t i = 0; i < n->n_flows; i++) {
                const struct naive_flow *f = &n->flow[i];
                if (!naive_on(f, l) || n->class[f->class].level > level)
                    continue;
                wanted += f->open ? f->least : 0;
                rest -= f->open ? 0 : f->rate;
            }
            raise[l] = wanted > 0 ? fmax(rest / wanted, 1) : INFINITY;
            least = fmin(least, raise[l]);
        }
        for (uint32_t i = 0; i < n->n_flows; i++)
            if (n->flow[i].open && n->flow[i].least > 0)
                least = fmin(least, n->flow[i].cap / n->flow[i].least);
        for (uint32_t i = 0; i < n->n_flows; i++) {
            struct naive_flow *f = &n->flow[i];
            bool stays = f->cap <= f->least * least * (1 + 1e-12) || least == INFINITY;
            for (uint32_t h = 0; h < f->hops; h++)
                stays = stays || raise[f->link[h]] <= least * (1 + 1e-12);
            if (!f->open || !stays)
                continue;
            f->rate = least == INFINITY ? f->least : fmin(f->least * least, f->cap);
            f->open = false;
            settled++;
        }
    } while (settled > before);
    return settled;
}

/* Progressive filling with classes and owners: the steps of stations/maxmin.h. */
static inline void naive_fill(struct naive *n)
{
    n->knotted = false;
    for (uint32_t i = 0; i < n->n_flows; i++)
        n->flow[i].rate = 0;
    for (uint32_t level = 0; level < 8; level++) {
        uint32_t open = 0;
        for (uint32_t i = 0; i < n->n_flows; i++) {
            n->flow[i].open = n->class[n->flow[i].class].level == level;
            open += n->flow[i].open;
        }
        while (open > 0) {
            static double offer[NAIVE_FLOWS][NAIVE_HOPS];
            bool blocked[NAIVE_LINKS] = {false};
            uint32_t settled = 0;
            for (uint32_t i = 0; i < n->n_flows; i++) {
                struct naive_flow *f = &n->flow[i];
                if (!f->open)
                    continue;
                f->least = f->cap;
                for (uint32_t h = 0; h < f->hops; h++) {
                    offer[i][h] = naive_offer(n, f, f->link[h]);
                    f->least = fmin(f->least, offer[i][h]);
                }
                for (uint32_t h = 0; h < f->hops; h++)
                    if (offer[i][h] > f->least * (1 + 1e-12))
                        blocked[f->link[h]] = true;
            }
            for (uint32_t i = 0; i < n->n_flows; i++) {
                struct naive_flow *f = &n->flow[i];
                bool stays = f->least >= f->cap;
                for (uint32_t h = 0; h < f->hops; h++)
                    stays = stays || !blocked[f->link[h]];
                if (!f->open || !stays)
                    continue;
                f->rate = f->least;
                f->open = false;
                settled++;
            }
            if (settled == 0)
                settled = naive_untie(n, level);
            if (settled == 0)
                return; /* the test that compares will tell */
            open -= settled;
        }
    }
}

#endif
