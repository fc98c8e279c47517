/* SPDX-License-Identifier: Apache-2.0
 * The description's faults: each entry of the section once for each thing that it makes fail. */
#include <stdlib.h>
#include <string.h>

#include "scenario/describe.h"

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

/* The stations of a thing that exist, in order; *all counts those that do not, too. */
static size_t list_stations(const struct description *d, const struct thing *t, bool exists,
                            uint32_t *list, size_t *all)
{
    size_t n = 0;
    *all = t->kind == THING_LINK ? 2 : 1;
    if (t->kind != THING_SITE) {
        uint32_t first = t->kind == THING_POOL ? t->index
                         : t->kind == THING_ARRAY
                             ? (uint32_t)d->n_pools + t->index
                             : (uint32_t)(d->n_pools + d->n_arrays) + 2 * t->index;
        for (uint32_t i = 0; exists && i < *all; i++)
            list[n++] = first + i;
        return n;
    }
    *all = 0;
    for (uint32_t i = 0; i < d->n_pools + d->n_arrays; i++) {
        const struct pool *p = i < d->n_pools ? &d->pool[i] : NULL;
        const struct array *a = p ? NULL : &d->array[i - d->n_pools];
        if ((p ? p->site : a->site) != t->index)
            continue;
        ++*all;
        if (p ? p->exists : a->exists)
            list[n++] = i;
    }
    return n;
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
        reading_random(r, mtbf, DIMENSION_TIME, BOUND_POSITIVE, &f->mtbf);
        reading_random(r, mttr, DIMENSION_TIME, BOUND_POSITIVE, &f->mttr);
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

/* The entry's fault of one thing. False where a mistake was told. */
static bool hit(struct reading *r, struct faults *list, const struct member *m,
                const struct fault *entry, const struct node *of, uint32_t *stations)
{
    const struct description *d = r->out;
    struct fault f = *entry;
    struct thing t;
    struct span there = ALWAYS;
    size_t all;
    if (!find_thing(r, of->text, &t))
        return true;
    f.name = arena_format(&r->out->memory, "%s/%s", m->key, of->text);
    bool in = thing_exists(d, &t, &there);
    f.there = span_common(f.there, there);
    f.n_stations = list_stations(d, &t, in, stations, &all);
    f.exists &= in && f.n_stations > 0 && f.there.open < f.there.close;
    f.station = reading_keep(r, f.n_stations, sizeof *f.station);
    r->exhausted |= f.name == NULL;
    if (r->exhausted)
        return false;
    memcpy(f.station, stations, f.n_stations * sizeof *f.station);
    if (all == 0) {
        reading_mistake(r, of->place,
                        "\"%s\" has no pool, desk or array that could fail: a site's fault is not "
                        "one of its links, and moves no routes, in this version; expected a site "
                        "that has, or links",
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
                       uint32_t *stations)
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
        if (!hit(r, list, m, &entry, named[i], stations))
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
    uint32_t *stations =
        reading_scratch(r, d->n_pools + d->n_arrays + 2 * d->n_links, sizeof *stations);
    for (size_t i = 0; i < r->faults.n && !r->exhausted; i++)
        add_faults(r, &list, r->faults.member[i], stations);
    d->fault = reading_keep(r, list.n, sizeof *d->fault);
    if (r->exhausted)
        return;
    if (list.n > 0)
        memcpy(d->fault, list.item, list.n * sizeof *d->fault);
    d->n_faults = list.n;
    if (list.n > 0)
        qsort(d->fault, list.n, sizeof *d->fault, by_name);
}
