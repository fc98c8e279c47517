/* SPDX-License-Identifier: Apache-2.0
 * The description's sources: each workload's demand dealt out to partners and the sites of those
 * who ask. The list is the same in every arrangement; what takes no part has no demand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/describe.h"
#include "scenario/groups.h"

/* A source and what only the making of the list needs. */
struct making {
    struct source source;
    bool exists;
};

/* Is the amount one for each site that is named (or for the one of the role)? */
static bool is_each(const struct demand *from)
{
    return from->amount.of == ATTRIBUTE_SITE && (from->at != NULL || from->by != NO_INDEX);
}

/* The partner's whole demand of a workload, or that of each site: users or a rate, scale and demand
 * factor included. */
static double whole_demand(const struct description *d, const struct demand *from, uint32_t partner)
{
    double factor = from->scale * d->demand;
    if (is_each(from))
        return factor * from->amount.value / from->amount.per;
    return factor * description_amount(d, &from->amount, partner);
}

/* How the demand of (workload, partner) grows: its own growth, and its partner's where it is tied
 * to people or counts. */
static double whole_growth(const struct description *d, const struct demand *from, uint32_t partner)
{
    return from->growth + description_amount_growth(d, &from->amount, partner);
}

/* Tells where the demand of (workload, partner), `whole` at the start, is beyond all measure at its
 * peak; false then. */
static bool check_peak(struct reading *r, const struct source *s, const struct demand *from,
                       double whole)
{
    const struct description *d = r->out;
    bool closed = d->workload[s->workload].kind == WORKLOAD_CLOSED;
    double peak = whole * fmax(1, description_growth(d, s->growth, d->horizon - 1));
    if (!closed && s->shape != NO_INDEX && d->shape[s->shape].plan != NULL)
        peak *= fmax(1, d->shape[s->shape].highest / description_level_mean(d, s));
    if (peak <= (closed ? 2147483647.0 : 1e15))
        return true;
    reading_mistake(r, from->amount.place, "%g %s for partner \"%s\"; expected at most %s", peak,
                    closed ? "users" : "requests a second", d->partner[s->partner].name,
                    closed ? "2147483647" : "1e15");
    return false;
}

/* How demand goes over the horizon, common to the sources of (workload, partner). */
static void set_course(struct reading *r, struct making *list, size_t n, const struct demand *from)
{
    const struct source *one = &list[0].source;
    uint32_t shape = describe_shape(r, one->workload, one->partner);
    for (size_t i = 0; i < n; i++) {
        list[i].source.shape = shape;
        list[i].source.growth = whole_growth(r->out, from, one->partner);
    }
}

/* Tells where demand would be lost: a site that takes no part while the partner does, or staff of
 * which there is none. Once for the members of a group: `told` is the last site of which it was. */
static void check_site(struct reading *r, uint32_t workload, uint32_t partner, uint32_t site,
                       uint32_t *told)
{
    const struct description *d = r->out;
    const struct workload *w = &d->workload[workload];
    if (site == NO_INDEX || d->site[site].exists)
        return;
    const struct span *when = &d->site[site].there;
    if (when->open >= when->close || when->open >= d->horizon)
        return; /* nobody asks, for nobody sits there during the run */
    const char *name = d->site[site].name;
    size_t group = group_name_length(name);
    bool again = *told != NO_INDEX && name[group] == '/' &&
                 strncmp(d->site[*told].name, name, group + 1) == 0;
    *told = site;
    if (!again)
        reading_mistake(
            r, w->place,
            "workload \"%s\" of partner \"%s\" is asked for at site \"%s\", which takes no "
            "part in arrangement \"%s\"; expected a site that does",
            w->name, d->partner[partner].name, name, d->arrangement);
}

/* The releases while the source asks. */
static void set_releases(const struct demand *from, struct source *s)
{
    s->release = from->release;
    s->n_releases = from->n_releases;
    s->every = from->every;
    while (s->n_releases > 0 && s->release[0].at < s->there.open) {
        s->release++;
        s->n_releases--;
    }
    while (s->n_releases > 0 && s->release[s->n_releases - 1].at >= s->there.close)
        s->n_releases--;
}

/* When a source asks. */
static struct span there(struct reading *r, uint32_t workload, uint32_t partner, uint32_t site)
{
    const struct description *d = r->out;
    struct span s = span_common(d->workload[workload].there, r->partner_there[partner]);
    return site != NO_INDEX ? span_common(s, d->site[site].there) : s;
}

/* Deals the demand of (workload, partner) out to its `n` sources. */
static void deal(struct reading *r, uint32_t workload, uint32_t partner, struct making *list,
                 size_t n, bool exists)
{
    const struct description *d = r->out;
    const struct demand *from = &r->demand[workload];
    const struct workload *w = &d->workload[workload];
    const struct partner *p = &d->partner[partner];
    double whole = exists && w->kind != WORKLOAD_SCHEDULED ? whole_demand(d, from, partner) : 0;
    double *weight = reading_scratch(r, n, sizeof *weight);
    int64_t *users = reading_scratch(r, n, sizeof *users);
    struct remainder *room = reading_scratch(r, n, sizeof *room);
    uint32_t told = NO_INDEX;
    if (r->exhausted)
        return;
    if (n > 0 && exists && w->kind != WORKLOAD_SCHEDULED)
        set_course(r, list, n, from);
    double total = is_each(from) ? whole * (double)n : whole;
    if (r->exhausted || (n > 0 && !check_peak(r, &list[0].source, from, total)))
        return;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        bool by_staff = from->at == NULL && from->by == NO_INDEX;
        weight[i] = by_staff ? p->staff_at[i].people : 1;
        sum += weight[i];
    }
    if (exists && sum <= 0 && whole > 0)
        reading_mistake(
            r, w->place,
            "workload \"%s\" is asked for where the staff of partner \"%s\" sit, and there is "
            "none at any site; expected at: SITE, by: ROLE, or staff",
            w->name, p->name);
    if (w->kind == WORKLOAD_CLOSED && !is_each(from))
        demand_deal(description_whole(whole), weight, n, room, users);
    for (size_t i = 0; i < n && w->kind == WORKLOAD_CLOSED && is_each(from); i++)
        users[i] = description_whole(whole);
    for (size_t i = 0; i < n; i++) {
        struct source *s = &list[i].source;
        if (exists && weight[i] > 0 && whole > 0)
            check_site(r, workload, partner, s->site, &told);
        list[i].exists = exists && s->site != NO_INDEX && d->site[s->site].exists;
        if (w->kind == WORKLOAD_OPEN && list[i].exists)
            s->rate_per_s = is_each(from) ? whole : sum > 0 ? whole * (weight[i] / sum) : 0;
        if (w->kind == WORKLOAD_CLOSED) {
            s->users = list[i].exists ? users[i] : 0;
            s->users_most = description_whole(
                (double)s->users * fmax(1, description_growth(d, s->growth, d->horizon - 1)));
        }
        if (w->kind == WORKLOAD_SCHEDULED && list[i].exists)
            set_releases(from, s);
    }
}

static struct making make_source(struct reading *r, uint32_t workload, uint32_t partner,
                                 uint32_t site, bool with_site)
{
    const struct description *d = r->out;
    struct making m = {.source = {.workload = workload,
                                  .partner = partner,
                                  .site = site,
                                  .there = there(r, workload, partner, site),
                                  .shape = NO_INDEX,
                                  .place = d->workload[workload].place}};
    m.source.name = with_site
                        ? arena_format(&r->out->memory, "%s/%s/%s", d->workload[workload].name,
                                       d->partner[partner].name, d->site[site].name)
                        : arena_format(&r->out->memory, "%s/%s", d->workload[workload].name,
                                       d->partner[partner].name);
    r->exhausted |= m.source.name == NULL;
    return m;
}

/* The attribute that demand is tied to, where it is one of the partner's. */
static bool has_attribute(struct reading *r, const struct demand *from, uint32_t partner)
{
    if (is_each(from))
        return true;
    return reading_attribute(r, &from->amount, partner);
}

/* The site of the role `by` which a workload asks; mistakes are told where it `exists`. */
static uint32_t asking_site(struct reading *r, uint32_t workload, uint32_t partner, bool exists)
{
    const struct description *d = r->out;
    const struct workload *w = &d->workload[workload];
    uint32_t role = r->demand[workload].by;
    const char *name = d->role[role], *of = d->partner[partner].name;
    struct span asks = span_common(w->there, r->partner_there[partner]);
    uint32_t site = hosting_site(d, partner, role, asks.open);
    if (!exists)
        return site;
    if (site == NO_INDEX)
        reading_mistake(r, w->place,
                        "role \"%s\", by which workload \"%s\" asks, is hosted nowhere "
                        "for partner \"%s\" in arrangement \"%s\"; expected it in the "
                        "arrangement's hosting",
                        name, w->name, of, d->arrangement);
    if (d->hosting[partner * d->n_roles + role].next)
        reading_mistake(r, w->place,
                        "role \"%s\", by which workload \"%s\" asks, is shared out to several "
                        "machines for partner \"%s\"; expected one",
                        name, w->name, of);
    for (size_t i = 0; i < d->n_epochs; i++) {
        bool asked = d->epoch[i] > asks.open && d->epoch[i] < asks.close;
        if (!asked || hosting_site(d, partner, role, d->epoch[i]) == site)
            continue;
        reading_mistake(r, w->place,
                        "role \"%s\", by which workload \"%s\" asks, moves to another site "
                        "during the run for partner \"%s\"; expected a workload for each, with "
                        "`until` and `from`",
                        name, w->name, of);
        break;
    }
    return site;
}

/* The sources of (workload, partner) into `list`; returns how many. */
static size_t add_sources(struct reading *r, uint32_t workload, uint32_t partner,
                          struct making *list)
{
    const struct description *d = r->out;
    const struct demand *from = &r->demand[workload];
    const struct workload *w = &d->workload[workload];
    const struct partner *p = &d->partner[partner];
    bool exists = w->exists && r->partner_exists[partner];
    size_t n = 1;
    if (exists)
        hosting_check(r, workload, partner, &exists);
    if (exists)
        exists = has_attribute(r, from, partner);
    if (from->at != NULL) {
        n = from->n_at;
        for (size_t i = 0; i < n; i++)
            list[i] = make_source(r, workload, partner, from->at[i], true);
    } else if (from->by != NO_INDEX) {
        list[0] =
            make_source(r, workload, partner, asking_site(r, workload, partner, exists), false);
    } else {
        n = p->n_staff_at;
        if (n == 0)
            reading_mistake(r, w->place,
                            "workload \"%s\" is asked for where the staff of partner \"%s\" "
                            "sit, and it has none; expected at: SITE, by: ROLE, or staff",
                            w->name, p->name);
        for (size_t i = 0; i < n; i++)
            list[i] = make_source(r, workload, partner, p->staff_at[i].site, true);
    }
    if (!r->exhausted)
        deal(r, workload, partner, list, n, exists);
    return n;
}

static int by_name(const void *a, const void *b)
{
    const struct making *x = a, *y = b;
    return strcmp(x->source.name, y->source.name);
}

void describe_sources(struct reading *r)
{
    struct description *d = r->out;
    size_t room = 0, n = 0;
    for (size_t w = 0; w < d->n_workloads; w++)
        for (size_t i = 0; i < r->demand[w].n_partners; i++)
            room += d->partner[r->demand[w].partner[i]].n_staff_at + r->demand[w].n_at + 1;
    struct making *list = reading_scratch(r, room, sizeof *list);
    d->source = reading_keep(r, room, sizeof *d->source);
    r->source_exists = reading_scratch(r, room, sizeof *r->source_exists);
    if (r->exhausted)
        return;
    for (uint32_t w = 0; w < d->n_workloads; w++)
        for (size_t i = 0; i < r->demand[w].n_partners && !r->exhausted; i++)
            if (r->demand[w].well)
                n += add_sources(r, w, r->demand[w].partner[i], list + n);
    if (r->exhausted)
        return;
    qsort(list, n, sizeof *list, by_name);
    for (size_t i = 0; i < n; i++) {
        d->source[i] = list[i].source;
        r->source_exists[i] = list[i].exists;
    }
    d->n_sources = n;
}
