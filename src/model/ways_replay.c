/* SPDX-License-Identifier: Apache-2.0
 * How routes change over a run: epochs, failures and repairs replayed in the order of time, before
 * the run begins. What a failure does not touch keeps its routes, for taking links away makes no
 * other route better; so each change costs in proportion to the ways that it concerns. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "model/changes.h"
#include "model/ways.h"

/* A change: a fault's links go down or come up, or an epoch begins (fault NULL). */
struct turn {
    psn_time at;
    size_t order; /* of those at one time: as they were found */
    const struct fault *fault;
    bool down;
};

/* A way that is followed. */
struct track {
    struct way *way;
    const struct route_set *base; /* of the epoch; where it has none, the last that there was */
    const struct route_set *now;
    bool away; /* its base is cut */
};

/* Something that a way's versions are made of. */
struct change {
    psn_time at;
    uint32_t track;
    const struct route_set *set;
};

struct replay {
    struct ways *w;
    uint32_t epoch;
    struct turn *turn;
    size_t n_turns, turn_room;
    struct track
        *track; /* in the order of (from, to): so that those of one origin share a search */
    uint32_t n_tracks;
    uint32_t *down;    /* by link: how many faults have it down */
    uint32_t *before;  /* by link: `down` before the turns of this time */
    uint32_t *touched; /* links that they concern */
    size_t n_touched;
    bool *listed;           /* by link: is it among these? */
    uint32_t *first, *user; /* by link: the tracks whose base leads over it */
    uint32_t *away;         /* tracks whose base is cut, in order */
    uint32_t n_away;
    uint32_t *look; /* tracks to look at */
    uint32_t n_look;
    bool better;  /* something came or was repaired: what is whole may not be the best any more */
    bool *looked; /* by track: is it among these? */
    struct change *change;
    size_t n_changes, change_room;
};

static int add_turn(struct replay *r, psn_time at, const struct fault *fault, bool down)
{
    if (at >= r->w->d->horizon)
        return 0;
    if (array_reserve((void **)&r->turn, &r->turn_room, r->n_turns + 1, sizeof *r->turn))
        return PSN_EMEMORY;
    r->turn[r->n_turns] = (struct turn){at, r->n_turns, fault, down};
    r->n_turns++;
    return 0;
}

/* All failures and repairs of a fault, as routing learns of them. */
static int add_fault(struct replay *r, const struct fault *f, const struct draws *draws)
{
    struct outage o;
    int code = 0;
    if (!f->exists || f->degrade > 0 || f->reroute == PSN_NEVER || f->n_links == 0)
        return 0;
    outage_init(&o, f, draws);
    while (o.at < r->w->d->horizon && !code) {
        psn_time at = law_later(o.at, f->reroute);
        outage_take(&o);
        code = add_turn(r, at, f, o.down);
    }
    return code;
}

static int by_time(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static int list_turns(struct replay *r, const struct draws *draws)
{
    const struct description *d = r->w->d;
    int code = 0;
    for (size_t k = 1; k < d->n_epochs && !code; k++)
        code = add_turn(r, d->epoch[k], NULL, false);
    for (size_t i = 0; i < d->n_faults && !code; i++)
        code = add_fault(r, &d->fault[i], draws);
    if (r->n_turns > 0)
        qsort(r->turn, r->n_turns, sizeof *r->turn, by_time);
    return code;
}

static int by_ends(const void *a, const void *b)
{
    const struct track *x = a, *y = b;
    if (x->way->from != y->way->from)
        return x->way->from < y->way->from ? -1 : 1;
    return x->way->to < y->way->to ? -1 : x->way->to > y->way->to;
}

static int list_tracks(struct replay *r)
{
    const struct ways *w = r->w;
    r->track = calloc(w->n_ways + 1, sizeof *r->track);
    if (!r->track)
        return PSN_EMEMORY;
    for (size_t i = 0; i < w->n_ways; i++)
        if (w->way[i]->sends)
            r->track[r->n_tracks++].way = w->way[i];
    qsort(r->track, r->n_tracks, sizeof *r->track, by_ends);
    return 0;
}

static int make_room(struct replay *r)
{
    size_t links = r->w->d->n_links + 1, tracks = (size_t)r->n_tracks + 1;
    r->down = calloc(links, sizeof *r->down);
    r->before = calloc(links, sizeof *r->before);
    r->touched = calloc(links, sizeof *r->touched);
    r->listed = calloc(links, sizeof *r->listed);
    r->first = calloc(links + 1, sizeof *r->first);
    r->away = calloc(tracks, sizeof *r->away);
    r->look = calloc(tracks, sizeof *r->look);
    r->looked = calloc(tracks, sizeof *r->looked);
    return r->down && r->before && r->touched && r->listed && r->first && r->away && r->look &&
                   r->looked
               ? 0
               : PSN_EMEMORY;
}

static void replay_fini(struct replay *r)
{
    free(r->turn);
    free(r->track);
    free(r->down);
    free(r->before);
    free(r->touched);
    free(r->listed);
    free(r->first);
    free(r->user);
    free(r->away);
    free(r->look);
    free(r->looked);
    free(r->change);
}

/* The bases of an epoch. Where nothing leads there any more, messages still under way to or from
 * what has gone take the routes that there were. */
static int set_bases(struct replay *r)
{
    for (uint32_t i = 0; i < r->n_tracks; i++) {
        struct track *t = &r->track[i];
        int code;
        const struct route_set *base = ways_base(r->w, t->way, r->epoch, &code, NULL);
        if (code)
            return code;
        if (base->n > 0 || !t->base)
            t->base = base;
    }
    return 0;
}

/* Who is on each link, by counting; twice where two routes of its set are. */
static int index_users(struct replay *r)
{
    size_t links = r->w->d->n_links, n = 0;
    memset(r->first, 0, (links + 2) * sizeof *r->first);
    for (uint32_t i = 0; i < r->n_tracks; i++)
        for (uint32_t k = 0; k < r->track[i].base->n; k++) {
            const struct route *route = r->track[i].base->route[k];
            for (uint32_t h = 0; h < route->n_hops; h++)
                r->first[route->hop[h] / 2 + 2]++;
            n += route->n_hops;
        }
    uint32_t *user = realloc(r->user, (n + 1) * sizeof *user);
    if (!user)
        return PSN_EMEMORY;
    r->user = user;
    for (size_t i = 0; i < links; i++)
        r->first[i + 1] += r->first[i];
    for (uint32_t i = 0; i < r->n_tracks; i++)
        for (uint32_t k = 0; k < r->track[i].base->n; k++) {
            const struct route *route = r->track[i].base->route[k];
            for (uint32_t h = 0; h < route->n_hops; h++)
                user[r->first[route->hop[h] / 2 + 1]++] = i;
        }
    return 0;
}

static void look_at(struct replay *r, uint32_t track)
{
    if (!r->looked[track])
        r->look[r->n_look++] = track;
    r->looked[track] = true;
}

static int begin_epoch(struct replay *r)
{
    network_fail(&r->w->network[r->epoch], NULL); /* bases are those without failures */
    int code = set_bases(r);
    if (!code)
        code = index_users(r);
    r->better = true;
    for (uint32_t i = 0; i < r->n_tracks && !code; i++)
        look_at(r, i);
    return code;
}

static void count_fault(struct replay *r, const struct turn *t)
{
    for (size_t i = 0; i < t->fault->n_links; i++) {
        uint32_t link = t->fault->link[i];
        if (!r->listed[link]) {
            r->before[link] = r->down[link];
            r->touched[r->n_touched++] = link;
        }
        r->listed[link] = true;
        if (t->down)
            r->down[link]++;
        else
            r->down[link]--;
    }
}

/* Which ways a change of links concerns: of a failure those with the link on their base, and those
 * that are away, which may lead over it; of a repair the latter, one of which may get back. */
static bool look_around(struct replay *r)
{
    bool any = false;
    for (size_t i = 0; i < r->n_touched; i++) {
        uint32_t link = r->touched[i];
        r->listed[link] = false;
        if ((r->before[link] > 0) == (r->down[link] > 0))
            continue;
        any = true;
        r->better = r->better || r->down[link] == 0;
        for (uint32_t k = r->first[link]; r->down[link] && k < r->first[link + 1]; k++)
            look_at(r, r->user[k]);
    }
    r->n_touched = 0;
    for (uint32_t i = 0; i < r->n_away && any; i++)
        look_at(r, r->away[i]);
    return any;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static int set_routes(struct replay *r, struct track *t, psn_time at)
{
    if (!r->better && ways_whole(t->now, r->down))
        return 0;
    const struct route_set *set = ways_around(r->w, t->way, &r->w->network[r->epoch], t->base);
    if (!set)
        return PSN_EMEMORY;
    t->away = set != t->base;
    if (set == t->now)
        return 0;
    t->now = set;
    if (array_reserve((void **)&r->change, &r->change_room, r->n_changes + 1, sizeof *r->change))
        return PSN_EMEMORY;
    r->change[r->n_changes++] = (struct change){at, (uint32_t)(t - r->track), set};
    return 0;
}

/* New routes for those that are looked at. */
static int set_all(struct replay *r, psn_time at)
{
    int code = 0;
    network_fail(&r->w->network[r->epoch], r->down);
    qsort(r->look, r->n_look, sizeof *r->look, by_number);
    for (uint32_t i = 0; i < r->n_look && !code; i++)
        code = set_routes(r, &r->track[r->look[i]], at);
    /* Those that are away: the ones that were and still are, and the new ones. */
    for (uint32_t i = 0; i < r->n_away; i++)
        look_at(r, r->away[i]);
    r->n_away = 0;
    for (uint32_t i = 0; i < r->n_look; i++) {
        r->looked[r->look[i]] = false;
        if (r->track[r->look[i]].away)
            r->away[r->n_away++] = r->look[i];
    }
    r->n_look = 0;
    r->better = false;
    return code;
}

/* All turns, those of one time together. */
static int follow(struct replay *r)
{
    int code = begin_epoch(r);
    if (!code)
        code = set_all(r, 0);
    for (size_t i = 0; i < r->n_turns && !code;) {
        psn_time at = r->turn[i].at;
        bool epoch = false;
        for (; i < r->n_turns && r->turn[i].at == at; i++) {
            if (r->turn[i].fault) {
                count_fault(r, &r->turn[i]);
            } else {
                r->epoch++;
                epoch = true;
            }
        }
        bool changed = look_around(r);
        if (epoch)
            code = begin_epoch(r);
        if (!code && (changed || epoch))
            code = set_all(r, at);
    }
    return code;
}

/* Deals the steps to their ways. */
static int make_versions(struct replay *r)
{
    struct arena *memory = r->w->memory;
    for (size_t i = 0; i < r->n_changes; i++)
        r->track[r->change[i].track].way->n_versions++;
    for (uint32_t i = 0; i < r->n_tracks; i++) {
        struct way *way = r->track[i].way;
        way->version = arena_array(memory, way->n_versions + 1, sizeof *way->version);
        if (!way->version)
            return PSN_EMEMORY;
        way->n_versions = 0;
    }
    for (size_t i = 0; i < r->n_changes; i++) {
        struct way *way = r->track[r->change[i].track].way;
        way->version[way->n_versions++] =
            (struct way_version){r->change[i].at, r->change[i].set->n, r->change[i].set->index};
    }
    return 0;
}

void ways_draw(struct ways *w, const struct draws *draws)
{
    const struct description *d = w->d;
    for (size_t i = 0; i < d->n_sources; i++) {
        struct stream s = {.key = 0};
        stream_key(&s, draws, d->source[i].name, RANDOM_ROUTE, 0);
        w->key[i] = s.key;
    }
}

int ways_replay(struct ways *w, const struct draws *draws)
{
    struct replay r = {.w = w};
    int code = list_turns(&r, draws);
    if (!code)
        code = list_tracks(&r);
    if (!code)
        code = make_room(&r);
    if (!code)
        code = follow(&r);
    if (!code)
        code = make_versions(&r);
    w->key = arena_array(w->memory, w->d->n_sources + 1, sizeof *w->key);
    if (!w->key)
        code = PSN_EMEMORY;
    else
        ways_draw(w, draws);
    for (size_t i = 0; i < w->d->n_epochs; i++)
        network_fail(&w->network[i], NULL);
    replay_fini(&r);
    return code;
}
