/* SPDX-License-Identifier: Apache-2.0
 * The description's faults: each entry of the section once for each thing that it makes fail. */
#include <stdlib.h>
#include <string.h>

#include "scenario/describe.h"

/* Failures of one thing over the horizon. */
#define FAILURES_MAX 10000000

/* A thing that fails: a pool, an array, a link or a site. */
enum thing_kind { THING_POOL, THING_ARRAY, THING_LINK, THING_SITE, THINGS };

struct thing {
    enum thing_kind kind;
    uint32_t index;
};

/* Faults on their way. */
struct faults {
    struct fault *item;
    size_t n, room;
};

static bool find_thing(const struct reading *r, const char *name, struct thing *out)
{
    const struct entries *const of[THINGS] = {[THING_POOL] = &r->pools,
                                              [THING_ARRAY] = &r->arrays,
                                              [THING_LINK] = &r->links,
                                              [THING_SITE] = &r->sites};
    for (enum thing_kind i = 0; i < THINGS; i++) {
        uint32_t index = entries_find(of[i], name);
        if (index == NO_INDEX)
            continue;
        *out = (struct thing){.kind = i, .index = index};
        return true;
    }
    return false; /* told by spec_check */
}

/* Where a thing takes part in the arrangement in use, and when. */
static bool thing_exists(const struct description *d, const struct thing *t, struct span *there)
{
    switch (t->kind) {
    case THING_POOL:
        *there = d->pool[t->index].there;
        return d->pool[t->index].exists;
    case THING_ARRAY:
        *there = d->array[t->index].there;
        return d->array[t->index].exists;
    case THING_LINK:
        *there = d->link[t->index].there;
        return d->link[t->index].exists;
    case THING_SITE:
        *there = d->site[t->index].there;
        return d->site[t->index].exists;
    case THINGS:
        break;
    }
    return false;
}

/* What goes down with a thing: stations and links that exist, in order. `all` counts those that do
 * not, too. */
struct hit {
    uint32_t *station, *link;
    size_t n_stations, n_links, all;
};

static void add_station(struct hit *h, uint32_t station, bool exists)
{
    h->all++;
    if (exists)
        h->station[h->n_stations++] = station;
}

static void add_link(const struct description *d, struct hit *h, uint32_t link, bool exists)
{
    exists &= d->link[link].exists;
    if (exists)
        h->link[h->n_links++] = link;
    for (uint32_t i = 0; i < 2; i++)
        add_station(h, (uint32_t)(d->n_pools + d->n_arrays) + 2 * link + i, exists);
}

/* Of a site its pools and arrays, and its links where nothing is left of it (`down`). */
static void add_site(const struct description *d, struct hit *h, uint32_t site, bool down)
{
    for (uint32_t i = 0; i < d->n_pools; i++)
        if (d->pool[i].site == site)
            add_station(h, i, d->pool[i].exists);
    for (uint32_t i = 0; i < d->n_arrays; i++)
        if (d->array[i].site == site)
            add_station(h, (uint32_t)d->n_pools + i, d->array[i].exists);
    for (uint32_t i = 0; i < d->n_links && down; i++)
        if (d->link[i].end[0] == site || d->link[i].end[1] == site)
            add_link(d, h, i, true);
}

static void list_hit(const struct description *d, const struct thing *t, bool exists, bool down,
                     struct hit *h)
{
    h->n_stations = h->n_links = h->all = 0;
    if (t->kind == THING_POOL)
        add_station(h, t->index, exists);
    else if (t->kind == THING_ARRAY)
        add_station(h, (uint32_t)d->n_pools + t->index, exists);
    else if (t->kind == THING_LINK)
        add_link(d, h, t->index, exists);
    else
        add_site(d, h, t->index, down);
}

/* Failures at random that a run can be expected to see: so many at most. Where they close links
 * each is kept, as are the ways around it. */
static void check_failures(struct reading *r, const struct node *mtbf, const struct fault *f)
{
    double expected = (double)r->out->horizon / (f->mtbf.mean.value + f->mttr.mean.value);
    if (expected > FAILURES_MAX)
        reading_mistake(r, mtbf->place, "%.0f failures over the horizon; expected at most %d",
                        expected, FAILURES_MAX);
}

/* When it happens: mtbf and mttr, or at and for. */
static void read_times(struct reading *r, const struct member *m, struct fault *f)
{
    const struct node *mtbf = node_get(m->value, "mtbf"), *mttr = node_get(m->value, "mttr"),
                      *at = node_get(m->value, "at"), *length = node_get(m->value, "for");
    bool random = mtbf != NULL || mttr != NULL, once = at != NULL || length != NULL;
    f->random = random;
    if (random == once || (random && (mtbf == NULL || mttr == NULL)) ||
        (once && (at == NULL || length == NULL))) {
        reading_mistake(r, m->place, "fault \"%s\" has %s; expected mtbf and mttr, or at and for",
                        m->key,
                        random && once ? "a failure at random and one on a date"
                        : random       ? (mtbf == NULL ? "mttr without mtbf" : "mtbf without mttr")
                        : once         ? (at == NULL ? "for without at" : "at without for")
                                       : "neither a rate of failures nor a date");
        return;
    }
    if (random) {
        bool well = reading_random(r, mtbf, DIMENSION_TIME, BOUND_POSITIVE, &f->mtbf);
        if (reading_random(r, mttr, DIMENSION_TIME, BOUND_POSITIVE, &f->mttr) && well)
            check_failures(r, mtbf, f);
        return;
    }
    psn_time lasts = 0;
    f->scheduled.open = reading_moment(r, at, 0);
    if (reading_time(r, length, BOUND_POSITIVE, &lasts) &&
        __builtin_add_overflow(f->scheduled.open, lasts, &f->scheduled.close))
        f->scheduled.close = PSN_NEVER;
}

/* The entry, but for what it hits. */
static void read_fault(struct reading *r, const struct member *m, struct fault *f)
{
    const struct node *degrade = node_get(m->value, "degrade");
    *f = (struct fault){.place = reading_place(r, m->place), .reroute = PSN_NEVER};
    f->exists = reading_presence(r, m->value, ALWAYS, &f->there);
    read_times(r, m, f);
    if (degrade != NULL &&
        reading_plain(r, degrade, DIMENSION_SHARE, BOUND_NOT_NEGATIVE, &f->degrade) &&
        f->degrade >= 1)
        reading_mistake(r, degrade->place,
                        "fault \"%s\" leaves all of the speed; expected less than 100 %%", m->key);
}

static void add_fault(struct reading *r, struct faults *list, const struct fault *f)
{
    struct fault *item = reading_grow(r, list->item, list->n, &list->room, sizeof *item);
    if (item == NULL)
        return;
    list->item = item;
    list->item[list->n++] = *f;
}

/* What becomes of messages, and of routes: of links and sites of which nothing is left. */
static bool read_flight(struct reading *r, const struct member *m, const struct node *of,
                        const struct thing *t, struct fault *f)
{
    static const char *const keys[] = {"flight", "reroute"};
    const struct node *flight = node_get(m->value, "flight"),
                      *reroute = node_get(m->value, "reroute");
    bool links = t->kind == THING_LINK || t->kind == THING_SITE, held = false;
    for (size_t i = 0; i < 2; i++) {
        const struct member *key = node_member(m->value, keys[i]);
        if (key == NULL || (links && f->degrade <= 0))
            continue;
        reading_mistake(r, key->place,
                        links ? "fault \"%s\" says %s, and leaves \"%s\" a part of its speed; "
                                "expected it without, or without degrade"
                              : "fault \"%s\" says %s, and \"%s\" carries no messages; expected "
                                "it of links and sites only",
                        m->key, keys[i], of->text);
        return false;
    }
    if (!links || f->degrade > 0)
        return true;
    held = flight != NULL && strcmp(flight->text, "held") == 0;
    if (held && reroute != NULL && !node_is_none(reroute)) {
        reading_mistake(r, reroute->place,
                        "fault \"%s\" holds what is in flight until the repair, and leads routes "
                        "around it; expected one or the other",
                        m->key);
        return false;
    }
    f->lost = !held;
    if (held || node_is_none(reroute))
        return true;
    return reading_time(r, reading_value(r, "faults", m->value, "reroute"), BOUND_NOT_NEGATIVE,
                        &f->reroute);
}

/* A list of its own length. */
static uint32_t *keep_list(struct reading *r, const uint32_t *list, size_t n)
{
    uint32_t *kept = reading_keep(r, n, sizeof *kept);
    if (!r->exhausted && n > 0)
        memcpy(kept, list, n * sizeof *list);
    return kept;
}

/* The entry's fault of one thing. False where a mistake was told. */
static bool add_hit(struct reading *r, struct faults *list, const struct member *m,
                    const struct fault *entry, const struct node *of, struct hit *h)
{
    const struct description *d = r->out;
    struct fault f = *entry;
    struct thing t;
    struct span there = ALWAYS;
    bool down = f.degrade <= 0;
    if (!find_thing(r, of->text, &t))
        return true;
    f.name = arena_format(&r->out->memory, "%s/%s", m->key, of->text);
    bool in = thing_exists(d, &t, &there);
    f.there = span_common(f.there, there);
    list_hit(d, &t, in, down, h);
    f.exists &= in && h->n_stations > 0 && f.there.open < f.there.close;
    f.n_stations = h->n_stations;
    f.n_links = in && down ? h->n_links : 0;
    f.station = keep_list(r, h->station, f.n_stations);
    f.link = keep_list(r, h->link, f.n_links);
    r->exhausted |= f.name == NULL;
    if (r->exhausted || !read_flight(r, m, of, &t, &f))
        return false;
    if (h->all == 0) {
        reading_mistake(r, of->place,
                        down ? "\"%s\" has no pool, desk, array or link that could fail; expected "
                               "a site that has"
                             : "\"%s\" has no pool, desk or array that could be slower; expected "
                               "a site that has, its links, or no degrade",
                        of->text);
        return false;
    }
    add_fault(r, list, &f);
    return true;
}

static int by_text(const void *a, const void *b)
{
    const struct node *const *x = a, *const *y = b;
    return strcmp((*x)->text, (*y)->text);
}

/* The entry's faults of all things that it names, each once. */
static void add_faults(struct reading *r, struct faults *list, const struct member *m,
                       struct hit *h)
{
    const struct node *of = node_get(m->value, "of");
    size_t n = reading_count(of);
    const struct node **named = reading_scratch(r, n, sizeof *named);
    struct fault entry;
    read_fault(r, m, &entry);
    if (r->exhausted)
        return;
    for (size_t i = 0; i < n; i++)
        named[i] = reading_item(of, i);
    if (n > 0)
        qsort(named, n, sizeof *named, by_text);
    for (size_t i = 0; i < n && !r->exhausted; i++) {
        if (i > 0 && strcmp(named[i]->text, named[i - 1]->text) == 0)
            continue;
        if (!add_hit(r, list, m, &entry, named[i], h))
            return; /* the members of a group are alike */
    }
}

static int by_name(const void *a, const void *b)
{
    const struct fault *x = a, *y = b;
    return strcmp(x->name, y->name);
}

void describe_faults(struct reading *r)
{
    struct description *d = r->out;
    struct faults list = {0};
    size_t n_stations = d->n_pools + d->n_arrays + 2 * d->n_links;
    struct hit h = {.station = reading_scratch(r, n_stations, sizeof *h.station),
                    .link = reading_scratch(r, d->n_links, sizeof *h.link)};
    for (size_t i = 0; i < r->faults.n && !r->exhausted; i++)
        add_faults(r, &list, r->faults.member[i], &h);
    d->fault = reading_keep(r, list.n, sizeof *d->fault);
    if (r->exhausted)
        return;
    if (list.n > 0)
        memcpy(d->fault, list.item, list.n * sizeof *d->fault);
    d->n_faults = list.n;
    if (list.n > 0)
        qsort(d->fault, list.n, sizeof *d->fault, by_name);
}
