/* SPDX-License-Identifier: Apache-2.0
 * Pools and desks that hold each other's jobs back: where a job goes straight from one to another
 * of the same site that blocks, its server is held, and a circle of those could stand still for
 * ever. After the sources are read. */
#include <string.h>

#include "scenario/describe.h"

/* Pools that block: more are a slip of the pen. */
#define BLOCKING_MOST 1000

/* Who may hold whom: edges between pools that block, for a circle has no others. */
struct holds {
    struct reading *r;
    uint32_t partner;
    psn_time at;
    uint32_t *pool; /* by rank among those that block */
    uint32_t *rank; /* [pool]; NO_INDEX of one that does not */
    size_t n;
    bool *edge; /* [from x n + to], ranks */
};

/* Pools that a job may have come from straight: a set. */
typedef bool *from_set;

static from_set new_set(struct holds *h, const bool *of)
{
    from_set set = reading_scratch(h->r, h->n, sizeof *set);
    if (set != NULL && of != NULL)
        memcpy(set, of, h->n * sizeof *set);
    return set;
}

static void unite(struct holds *h, from_set set, const bool *with)
{
    for (size_t i = 0; i < h->n; i++)
        set[i] |= with[i];
}

static bool none(const struct holds *h, const bool *set)
{
    bool any = false;
    for (size_t i = 0; i < h->n; i++)
        any |= set[i];
    return !any;
}

static void follow(struct holds *h, const struct step *s, size_t n, from_set from);

/* May a pool that blocks hold back the server from which a job comes straight? One of the same
 * site, if no network lies between them. */
static bool holds_back(const struct description *d, uint32_t from, uint32_t to)
{
    uint32_t site = d->pool[to].site;
    return d->pool[from].site == site && (from == to || d->site[site].lan == 0);
}

/* Served by a pool, or by one of several. */
static void follow_served(struct holds *h, const struct step *s, from_set from)
{
    const struct description *d = h->r->out;
    const struct machine *first = description_host(d, h->partner, s->role, h->at);
    from_set next = new_set(h, NULL);
    for (const struct machine *m = first; m != NULL && !h->r->exhausted; m = m->next) {
        if (m->kind != MACHINE_POOL)
            continue;
        uint32_t to = h->rank[m->index];
        if (to == NO_INDEX)
            continue;
        next[to] = true;
        from[to] |= s->times > 1;
        for (size_t i = 0; i < h->n; i++)
            if (from[i] && holds_back(d, h->pool[i], m->index))
                h->edge[i * h->n + to] = true;
    }
    if (!h->r->exhausted)
        memcpy(from, next, h->n * sizeof *from);
}

/* The branches of a choice, any of which may be taken; of a fork, which are jobs of their own. */
static void follow_branches(struct holds *h, const struct step *s, from_set from)
{
    from_set after = new_set(h, NULL);
    for (size_t b = 0; b < s->n_branches && !h->r->exhausted; b++) {
        from_set inside = new_set(h, s->verb == STEP_CHOICE ? from : NULL);
        if (h->r->exhausted)
            return;
        follow(h, s->branch[b].step, s->branch[b].n_steps, inside);
        if (s->verb == STEP_CHOICE)
            unite(h, after, inside);
    }
    if (!h->r->exhausted)
        memcpy(from, after, h->n * sizeof *from);
}

/* A loop, whose later passes may begin with what the one before has ended with. What they add, a
 * second pass shows. */
static void follow_loop(struct holds *h, const struct step *s, from_set from)
{
    const struct branch *pass = &s->branch[0];
    from_set first = new_set(h, from);
    if (h->r->exhausted)
        return;
    follow(h, pass->step, pass->n_steps, from);
    unite(h, first, from);
    if (h->r->exhausted || (s->times <= 1 && s->again <= 0) || none(h, from))
        return;
    memcpy(from, first, h->n * sizeof *from);
    follow(h, pass->step, pass->n_steps, from);
}

/* Follows steps; `from` becomes what their end may have come from. */
static void follow(struct holds *h, const struct step *s, size_t n, from_set from)
{
    const struct description *d = h->r->out;
    for (size_t i = 0; i < n && !h->r->exhausted; i++) {
        if (s[i].verb == STEP_COMPUTE || s[i].verb == STEP_DESK)
            follow_served(h, &s[i], from);
        else if (s[i].verb == STEP_CALL)
            follow(h, d->service[s[i].service].step, d->service[s[i].service].n_steps, from);
        else if (s[i].verb == STEP_LOOP)
            follow_loop(h, &s[i], from);
        else if (s[i].n_branches > 0)
            follow_branches(h, &s[i], from);
        else
            memset(from, 0, h->n * sizeof *from);
    }
}

/* Tells a circle that the search has closed: from `last` back over `came` to `first`. */
static void tell_circle(struct holds *h, const uint32_t *came, uint32_t first, uint32_t last)
{
    const struct pool *pool = h->r->out->pool;
    const char *begin = pool[h->pool[first]].name, *text = "";
    for (uint32_t i = last; i != first && text != NULL; i = came[i])
        text = arena_format(&h->r->scratch, " \"%s\", whose jobs wait for room at%s",
                            pool[h->pool[i]].name, text);
    h->r->exhausted |= text == NULL;
    if (text != NULL)
        reading_mistake(h->r, pool[h->pool[first]].place,
                        "jobs of \"%s\" wait for room at%s \"%s\" again: a circle that could "
                        "stand still for ever; expected full: refuse at one of them, or no room",
                        begin, text, begin);
}

enum { UNSEEN, ON_THE_WAY, DONE };

/* Looks for a circle on the ways from `at`, in depth. True where one was told. */
static bool search(struct holds *h, uint32_t at, uint8_t *state, uint32_t *came)
{
    state[at] = ON_THE_WAY;
    for (uint32_t to = 0; to < h->n; to++) {
        if (!h->edge[at * h->n + to])
            continue;
        if (state[to] == ON_THE_WAY) {
            tell_circle(h, came, to, at);
            return true;
        }
        came[to] = at;
        if (state[to] == UNSEEN && search(h, to, state, came))
            return true;
    }
    state[at] = DONE;
    return false;
}

/* The edges of what one source asks for, at every time at which machines may change. */
static void follow_source(struct holds *h, const struct source *s)
{
    const struct description *d = h->r->out;
    const struct service *service = &d->service[d->workload[s->workload].service];
    h->partner = s->partner;
    for (size_t k = 0; k < d->n_epochs && !h->r->exhausted; k++) {
        h->at = d->epoch[k];
        from_set from = new_set(h, NULL);
        if (from != NULL)
            follow(h, service->step, service->n_steps, from);
    }
}

/* Numbers the pools that block; false where memory ends, or with the mistake told. */
static bool rank_pools(struct holds *h)
{
    struct reading *r = h->r;
    const struct description *d = r->out;
    h->pool = reading_scratch(r, d->n_pools, sizeof *h->pool);
    h->rank = reading_scratch(r, d->n_pools, sizeof *h->rank);
    for (uint32_t i = 0; i < d->n_pools && !r->exhausted; i++) {
        h->rank[i] = NO_INDEX;
        if (!d->pool[i].blocks)
            continue;
        if (h->n == BLOCKING_MOST) {
            reading_mistake(r, d->pool[i].place,
                            "more than %d pools and desks with full: block; expected fewer",
                            BLOCKING_MOST);
            return false;
        }
        h->rank[i] = (uint32_t)h->n;
        h->pool[h->n++] = i;
    }
    return !r->exhausted;
}

void blocking_check(struct reading *r)
{
    const struct description *d = r->out;
    struct holds h = {.r = r};
    if (!rank_pools(&h) || h.n == 0 || r->all->count + r->all->dropped > 0)
        return; /* with mistakes nobody knows where the steps lead */
    h.edge = reading_scratch(r, h.n * h.n, sizeof *h.edge);
    uint8_t *state = reading_scratch(r, h.n, sizeof *state);
    uint32_t *came = reading_scratch(r, h.n, sizeof *came);
    for (size_t i = 0; i < d->n_sources && !r->exhausted; i++) {
        const struct source *s = &d->source[i];
        bool again = i > 0 && d->source[i - 1].workload == s->workload &&
                     d->source[i - 1].partner == s->partner;
        if (r->source_exists[i] && !again) /* further sites of it ask for the same */
            follow_source(&h, s);
    }
    for (uint32_t i = 0; i < h.n && !r->exhausted; i++)
        if (state[i] == UNSEEN && search(&h, i, state, came))
            return;
}
