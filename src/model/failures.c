/* SPDX-License-Identifier: Apache-2.0
 * The failure of each link and site, one at a time. */
#include "model/failures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "model/laws.h"
#include "model/recipe.h"
#include "model/supply.h"
#include "model/visits.h"
#include "model/wire.h"

#define HOURS COURSE_HOURS

/* Messages of one operation of a source over a way. */
struct traffic {
    struct way *way;
    uint32_t source;
    double visits;       /* in a request */
    const struct op *op; /* that drew their size; NULL: they have none */
};

/* What link directions carry by hour of the week, bits a second on the wire: [direction x HOURS] of
 * open workloads, and of closed ones were there no queueing. */
struct carried {
    double *open, *closed;
};

struct trial {
    const struct description *d;
    struct failures *out;
    struct recipe *recipe; /* by source */
    double **rate; /* by source: requests a second by hour of the week; NULL: on a schedule */
    struct traffic *traffic; /* in the order of their ways */
    size_t n_traffic, traffic_room;
    size_t *first;         /* by way: where its traffic begins; n_ways + 1 */
    uint32_t *from, *user; /* by link: the ways over it are user[from[i] .. from[i + 1]) */
    struct wires wires;
    struct supply *supply; /* by link */
    struct carried normal, now;
    struct failures_peak *alone; /* by direction: its busiest hour without a failure */
    bool *touched;               /* by direction: is it one that the failure at hand changes? */
    uint32_t *touch;             /* all of those */
    size_t n_touched;
    bool *tried;    /* by way: is it looked at already? */
    uint32_t *down; /* by link */
};

static const struct route_set *base_of(const struct trial *t, const struct way *way)
{
    return way->base[t->out->epoch];
}

/* The messages of a source's requests of the epoch. */
static int add_traffic(struct trial *t, uint32_t source)
{
    const struct recipe *r = &t->recipe[source];
    uint32_t first = r->n_ops ? r->first[t->out->epoch] : NO_INDEX;
    if (first == NO_INDEX)
        return 0;
    double *visits = calloc((size_t)r->n_ops + 1, sizeof *visits);
    int code = visits ? visits_count(r, first, visits) : PSN_EMEMORY;
    for (uint32_t k = 0; k < r->n_ops && !code; k++) {
        const struct op *op = &r->op[k];
        if (op->kind != OP_SEND || visits[k] <= 0)
            continue;
        code = array_reserve((void **)&t->traffic, &t->traffic_room, t->n_traffic + 1,
                             sizeof *t->traffic);
        if (code)
            break;
        t->traffic[t->n_traffic++] =
            (struct traffic){.way = t->out->ways.way[op->way->index],
                             .source = source,
                             .visits = visits[k],
                             .op = op->amount == AMOUNT_NONE ? NULL : recipe_drawn_by(r, op)};
    }
    free(visits);
    return code;
}

static int by_way(const void *a, const void *b)
{
    const struct traffic *x = a, *y = b;
    if (x->way->index != y->way->index)
        return x->way->index < y->way->index ? -1 : 1;
    return x < y ? -1 : x > y;
}

static int make_traffic(struct trial *t, psn_diagnostics *all)
{
    const struct description *d = t->d;
    struct ways *w = &t->out->ways;
    int code = 0;
    t->recipe = arena_array(&t->out->memory, d->n_sources + 1, sizeof *t->recipe);
    if (!t->recipe)
        return PSN_EMEMORY;
    for (uint32_t i = 0; i < d->n_sources && code != PSN_EMEMORY; i++) {
        int c = recipe_make(w, i, &t->recipe[i], all);
        code = c ? c : code;
    }
    for (uint32_t i = 0; i < d->n_sources && !code; i++)
        code = add_traffic(t, i);
    t->first = arena_array(&t->out->memory, w->n_ways + 2, sizeof *t->first);
    if (!code && !t->first)
        code = PSN_EMEMORY;
    if (code)
        return code;
    if (t->n_traffic > 0)
        qsort(t->traffic, t->n_traffic, sizeof *t->traffic, by_way);
    for (size_t i = 0; i < t->n_traffic; i++)
        t->first[t->traffic[i].way->index + 1]++;
    for (size_t i = 0; i < w->n_ways; i++) {
        t->out->n_ways += t->first[i + 1] > 0;
        t->first[i + 1] += t->first[i];
    }
    return 0;
}

static bool in_use(const struct trial *t, const struct way *way)
{
    return t->first[way->index] < t->first[way->index + 1];
}

/* Which ways lead over each link, by counting. */
static int make_users(struct trial *t)
{
    const struct ways *w = &t->out->ways;
    size_t n = 0;
    t->from = arena_array(&t->out->memory, t->d->n_links + 3, sizeof *t->from);
    if (!t->from)
        return PSN_EMEMORY;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < w->n_ways; i++) {
            const struct route_set *s = in_use(t, w->way[i]) ? base_of(t, w->way[i]) : NULL;
            for (uint32_t k = 0; s && k < s->n; k++)
                for (uint32_t h = 0; h < s->route[k]->n_hops; h++, n++) {
                    uint32_t link = s->route[k]->hop[h] / 2;
                    if (pass == 0)
                        t->from[link + 2]++;
                    else
                        t->user[t->from[link + 1]++] = (uint32_t)i;
                }
        }
        for (size_t i = 0; i < t->d->n_links && pass == 0; i++)
            t->from[i + 2] += t->from[i + 1];
        if (pass == 0)
            t->user = arena_array(&t->out->memory, n + 1, sizeof *t->user);
        if (!t->user)
            return PSN_EMEMORY;
    }
    return 0;
}

static int keep_rate(void *context, const struct source_load *s)
{
    struct trial *t = context;
    if (!s->rate)
        return 0;
    t->rate[s->source] = arena_array(&t->out->memory, HOURS, sizeof **t->rate);
    if (!t->rate[s->source])
        return PSN_EMEMORY;
    memcpy(t->rate[s->source], s->rate, HOURS * sizeof *s->rate);
    return 0;
}

/* Sizes are those of when they are largest. */
static double bits_of(struct trial *t, const struct traffic *x, const struct link *l)
{
    double grown = description_growth(t->d, x->op->growth, t->d->horizon - 1);
    return x->visits * wire_of(&t->wires, l, &x->op->law, x->op->mean * fmax(1, grown)).mean;
}

static void touch(struct trial *t, uint32_t direction)
{
    if (!t->touched[direction])
        t->touch[t->n_touched++] = direction;
    t->touched[direction] = true;
}

/* Puts the messages of a way on routes, or takes them off (part -1). */
static void put_on(struct trial *t, struct carried *c, const struct way *way,
                   const struct route_set *set, double part)
{
    const struct description *d = t->d;
    for (size_t i = t->first[way->index]; i < t->first[way->index + 1]; i++) {
        const struct traffic *x = &t->traffic[i];
        const struct source *s = &d->source[x->source];
        const double *rate = t->rate[x->source];
        double *into = d->workload[s->workload].kind == WORKLOAD_CLOSED ? c->closed : c->open;
        for (uint32_t k = 0; rate && x->op && k < set->n; k++)
            for (uint32_t h = 0; h < set->route[k]->n_hops; h++) {
                uint32_t direction = set->route[k]->hop[h];
                double bits = part / set->n * bits_of(t, x, &d->link[direction / 2]);
                double *sum = into + (size_t)direction * HOURS;
                touch(t, direction);
                for (uint32_t hour = 0; hour < HOURS; hour++)
                    sum[hour] += rate[hour] * bits;
            }
    }
}

/* Users wait where others leave them no more room: what they ask for is no more than the rest. */
static struct failures_peak peak_of(const struct trial *t, const struct carried *c,
                                    uint32_t direction)
{
    struct failures_peak peak = {.direction = direction};
    const double *open = c->open + (size_t)direction * HOURS;
    const double *closed = c->closed + (size_t)direction * HOURS;
    for (uint32_t h = 0; h < HOURS; h++) {
        double bps =
            t->d->link[direction / 2].bandwidth_bps * supply_at(&t->supply[direction / 2], h);
        double busy = bps > 0 ? fmax(open[h], fmin(bps, open[h] + closed[h])) / bps : 0;
        if (busy > peak.utilisation * (1 + 1e-12)) {
            peak.utilisation = busy;
            peak.hour = h;
        }
    }
    return peak;
}

static void higher(struct failures_peak *a, const struct failures_peak *b)
{
    if (b->utilisation > a->utilisation * (1 + 1e-12))
        *a = *b;
}

/* The busiest of all, of which only those touched differ from normal. */
static struct failures_peak highest(const struct trial *t)
{
    struct failures_peak most = {.direction = NO_INDEX};
    for (uint32_t k = 0; k < 2 * t->d->n_links; k++) {
        struct failures_peak p = t->alone[k];
        if (t->touched[k])
            p = peak_of(t, &t->now, k);
        if (!t->down[k / 2])
            higher(&most, &p);
    }
    return most;
}

static void back_to_normal(struct trial *t)
{
    for (size_t i = 0; i < t->n_touched; i++) {
        size_t at = (size_t)t->touch[i] * HOURS;
        memcpy(t->now.open + at, t->normal.open + at, HOURS * sizeof *t->now.open);
        memcpy(t->now.closed + at, t->normal.closed + at, HOURS * sizeof *t->now.closed);
        t->touched[t->touch[i]] = false;
    }
    t->n_touched = 0;
}

static bool ends_at(const struct failure *f, const struct way *way)
{
    return f->site && (way->from == f->index || way->to == f->index);
}

/* What becomes of one way. */
static int divert(struct trial *t, struct failure *f, struct way *way)
{
    struct ways *w = &t->out->ways;
    const struct route_set *base = base_of(t, way);
    const struct route_set *set = ways_around(w, way, &w->network[t->out->epoch], base);
    if (!set)
        return PSN_EMEMORY;
    f->ways++;
    put_on(t, &t->now, way, base, -1);
    put_on(t, &t->now, way, set, 1);
    if (ends_at(f, way))
        f->ended++;
    else if (set->n > 0)
        f->moved++;
    else
        f->cut[f->lost++] = way;
    return 0;
}

/* Fails the links marked in `down`, which are in list[n], and all that goes with them. */
static int try_links(struct trial *t, struct failure *f, const uint32_t *list, size_t n)
{
    struct ways *w = &t->out->ways;
    size_t most = 0;
    int code = 0;
    for (size_t i = 0; i < n; i++) {
        t->down[list[i]] = 1;
        most += t->from[list[i] + 1] - t->from[list[i]];
    }
    f->cut = arena_array(&t->out->memory, most + 1, sizeof(struct way *));
    if (!f->cut)
        return PSN_EMEMORY;
    network_fail(&w->network[t->out->epoch], t->down);
    for (size_t i = 0; i < n; i++)
        for (uint32_t k = t->from[list[i]]; k < t->from[list[i] + 1] && !code; k++)
            if (!t->tried[t->user[k]]) {
                t->tried[t->user[k]] = true;
                code = divert(t, f, w->way[t->user[k]]);
            }
    f->peak = highest(t);
    for (size_t i = 0; i < n; i++) {
        t->down[list[i]] = 0;
        for (uint32_t k = t->from[list[i]]; k < t->from[list[i] + 1]; k++)
            t->tried[t->user[k]] = false;
    }
    back_to_normal(t);
    return code;
}

/* Each link with a way over it, then each site where one of these ends. */
static int try_each(struct trial *t)
{
    const struct description *d = t->d;
    const struct network *n = &t->out->ways.network[t->out->epoch];
    struct failures *out = t->out;
    uint32_t *list = arena_array(&out->memory, d->n_links + 1, sizeof *list);
    int code = 0;
    out->item = arena_array(&out->memory, d->n_links + d->n_sites + 1, sizeof *out->item);
    if (!list || !out->item)
        return PSN_EMEMORY;
    for (uint32_t i = 0; i < d->n_links && !code; i++) {
        struct failure *f = &out->item[out->n_items];
        *f = (struct failure){.index = i};
        if (t->from[i] < t->from[i + 1]) {
            code = try_links(t, f, &i, 1);
            out->n_items++;
        }
    }
    for (uint32_t s = 0; s < d->n_sites && !code; s++) {
        struct failure *f = &out->item[out->n_items];
        size_t links = 0, users = 0;
        for (uint32_t k = n->first_link[s]; k < n->first_link[s + 1]; k++) {
            list[links++] = n->leaving[k] / 2;
            users += t->from[list[links - 1] + 1] - t->from[list[links - 1]];
        }
        *f = (struct failure){.site = true, .index = s};
        if (users > 0) {
            code = try_links(t, f, list, links);
            out->n_items++;
        }
    }
    network_fail(&out->ways.network[out->epoch], NULL);
    return code;
}

static int carried_init(struct carried *c, size_t directions, struct arena *memory)
{
    c->open = arena_array(memory, directions * HOURS + 1, sizeof *c->open);
    c->closed = arena_array(memory, directions * HOURS + 1, sizeof *c->closed);
    return c->open && c->closed ? 0 : PSN_EMEMORY;
}

static int make_room(struct trial *t)
{
    const struct description *d = t->d;
    struct arena *memory = &t->out->memory;
    size_t directions = 2 * d->n_links;
    t->rate = arena_array(memory, d->n_sources + 1, sizeof *t->rate);
    t->supply = arena_array(memory, d->n_links + 1, sizeof *t->supply);
    t->alone = arena_array(memory, directions + 1, sizeof *t->alone);
    t->touched = arena_array(memory, directions + 1, sizeof *t->touched);
    t->touch = arena_array(memory, directions + 1, sizeof *t->touch);
    t->tried = arena_array(memory, t->out->ways.n_ways + 1, sizeof *t->tried);
    t->down = arena_array(memory, d->n_links + 1, sizeof *t->down);
    int code = carried_init(&t->normal, directions, memory);
    if (!code)
        code = carried_init(&t->now, directions, memory);
    if (!t->rate || !t->supply || !t->alone || !t->touched || !t->touch || !t->tried || !t->down)
        code = PSN_EMEMORY;
    for (size_t i = 0; i < d->n_links && !code; i++)
        code = supply_make(&t->supply[i], d, d->n_pools + d->n_arrays + 2 * i, memory);
    return code;
}

/* What links carry without a failure. */
static void set_normal(struct trial *t)
{
    const struct ways *w = &t->out->ways;
    t->out->normal.direction = NO_INDEX;
    for (size_t i = 0; i < w->n_ways; i++)
        if (in_use(t, w->way[i]))
            put_on(t, &t->normal, w->way[i], base_of(t, w->way[i]), 1);
    back_to_normal(t);
    for (uint32_t k = 0; k < 2 * t->d->n_links; k++) {
        t->alone[k] = peak_of(t, &t->normal, k);
        higher(&t->out->normal, &t->alone[k]);
    }
}

int failures_make(const struct description *d, psn_time at, bool each, struct failures *out,
                  psn_diagnostics *all)
{
    struct trial t = {.d = d, .out = out};
    memset(out, 0, sizeof *out);
    out->epoch = description_epoch(d, at);
    int code = ways_init(&out->ways, d, &out->memory, all);
    if (!code)
        code = make_traffic(&t, all);
    if (!code)
        code = weak_find(&out->ways, out->epoch, &out->weak);
    if (!code && each) {
        code = make_users(&t);
        if (!code)
            code = make_room(&t);
        if (!code)
            code = laws_sources(d, keep_rate, &t, all);
        if (!code) {
            set_normal(&t);
            code = try_each(&t);
        }
    }
    free(t.traffic);
    return code;
}

void failures_fini(struct failures *f)
{
    arena_fini(&f->memory);
    memset(f, 0, sizeof *f);
}
