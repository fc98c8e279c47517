/* SPDX-License-Identifier: Apache-2.0
 * The description's places: partners with their people and data, sites and storage arrays; links
 * are in describe_links.c, pools and desks in describe_pools.c. */
#include <stdlib.h>
#include <string.h>

#include "scenario/describe.h"

static int by_site(const void *a, const void *b)
{
    const struct place_staff *x = a, *y = b;
    return (x->site > y->site) - (x->site < y->site);
}

static void read_staff(struct reading *r, const struct node *staff, uint32_t index)
{
    struct partner *p = &r->out->partner[index];
    if (staff == NULL || staff->kind == NODE_NULL)
        return;
    if (staff->kind != NODE_MAP) {
        reading_mistake(r, staff->place,
                        "staff is %s; expected people by site, such as {hall: 420}",
                        node_kind_name(staff));
        return;
    }
    p->staff_at = reading_keep(r, staff->count, sizeof *p->staff_at);
    if (r->exhausted)
        return;
    r->has_staff[index] = staff->count > 0;
    for (size_t i = 0; i < staff->count; i++) {
        const struct member *m = &staff->member[i];
        struct place_staff at = {.site = entries_find(&r->sites, m->key)};
        if (at.site == NO_INDEX)
            reading_mistake(r, m->place,
                            "staff at \"%s\", which is no site%s; expected a name of the "
                            "section \"sites\"",
                            m->key, reading_hint(r, m->key, r->sites.name, r->sites.n));
        if (reading_plain(r, m->value, DIMENSION_NUMBER, BOUND_NOT_NEGATIVE, &at.people) &&
            at.site != NO_INDEX)
            p->staff_at[p->n_staff_at++] = at;
    }
    qsort(p->staff_at, p->n_staff_at, sizeof *p->staff_at, by_site);
    for (size_t i = 0; i < p->n_staff_at; i++)
        p->staff += p->staff_at[i].people;
}

/* Names with values in the order of names: `key` NULL where the value stands by itself, else the
 * key of a record that holds it. */
static size_t read_values(struct reading *r, const struct node *map, const char *key,
                          enum dimension d, const char ***names, double **values)
{
    struct entries e;
    reading_members(r, map, &e);
    *names = reading_keep(r, e.n, sizeof **names);
    *values = reading_keep(r, e.n, sizeof **values);
    if (r->exhausted)
        return 0;
    for (size_t i = 0; i < e.n; i++) {
        const struct member *m = e.member[i];
        const struct node *value = key == NULL ? m->value : node_get(m->value, key);
        if (key != NULL && value == NULL)
            reading_mistake(r, m->place, "\"%s\" has no %s; expected %s", m->key, key,
                            quantity_expected(d));
        else
            reading_plain(r, value, d, BOUND_NOT_NEGATIVE, &(*values)[i]);
        (*names)[i] = reading_text(r, m->key);
    }
    return e.n;
}

/* How the data of each role grow; in the order of names, as read_values has them. */
static double *read_data_growth(struct reading *r, const struct node *map, size_t n)
{
    struct entries e;
    double *growth = reading_keep(r, n, sizeof *growth);
    reading_members(r, map, &e);
    for (size_t i = 0; i < n && !r->exhausted; i++)
        reading_growth(r, node_get(e.member[i]->value, "growth"), &growth[i]);
    return growth;
}

static const char *read_label(struct reading *r, const struct member *m)
{
    const struct node *label = node_get(m->value, "label");
    return reading_text(r, label != NULL && label->kind == NODE_SCALAR ? label->text : m->key);
}

/* A partner whose hosting is `none` takes no part in the arrangement. */
static bool takes_part(struct reading *r, const struct member *m, struct span *there)
{
    const struct node *hosting = NULL;
    if (r->arrangement != NO_INDEX)
        hosting = node_get(r->arrangements.member[r->arrangement]->value, "hosting");
    bool in = reading_presence(r, m->value, ALWAYS, there);
    return in && !node_is_none(node_get(hosting, m->key));
}

/* Who sits where: what the arrangement in use says of the partner, or else its own `staff`. */
static const struct node *staff_of(const struct reading *r, const struct member *m)
{
    const struct node *here = NULL;
    if (r->arrangement != NO_INDEX)
        here = node_get(node_get(r->arrangements.member[r->arrangement]->value, "staff"), m->key);
    return here != NULL ? here : node_get(m->value, "staff");
}

void describe_partners(struct reading *r)
{
    struct description *d = r->out;
    size_t n = r->partners.n;
    d->partner = reading_keep(r, n, sizeof *d->partner);
    r->has_population = reading_scratch(r, n, sizeof *r->has_population);
    r->has_staff = reading_scratch(r, n, sizeof *r->has_staff);
    r->partner_exists = reading_scratch(r, n, sizeof *r->partner_exists);
    r->partner_there = reading_scratch(r, n, sizeof *r->partner_there);
    if (r->exhausted)
        return;
    d->n_partners = n;
    for (uint32_t i = 0; i < n && !r->exhausted; i++) {
        const struct member *m = r->partners.member[i];
        struct partner *p = &d->partner[i];
        const struct node *population = node_get(m->value, "population");
        p->name = reading_text(r, m->key);
        p->label = read_label(r, m);
        p->place = reading_place(r, m->place);
        p->exists = r->partner_exists[i] = takes_part(r, m, &p->there);
        r->partner_there[i] = p->there;
        r->has_population[i] = population != NULL;
        reading_plain(r, population, DIMENSION_NUMBER, BOUND_NOT_NEGATIVE, &p->population);
        read_staff(r, staff_of(r, m), i);
        p->n_counts = read_values(r, node_get(m->value, "counts"), NULL, DIMENSION_NUMBER,
                                  &p->count_name, &p->count);
        p->n_data = read_values(r, node_get(m->value, "data"), "size", DIMENSION_SIZE,
                                &p->data_name, &p->data_bits);
        p->data_growth = read_data_growth(r, node_get(m->value, "data"), p->n_data);
        reading_growth(r, node_get(m->value, "growth"), &p->growth);
    }
}

uint32_t reading_owner(struct reading *r, const struct node *entry)
{
    const struct node *partner = node_get(entry, "partner");
    if (node_is_none(partner))
        return NO_INDEX;
    return reading_reference(r, partner, &r->partners, "a partner");
}

bool reading_owned(struct reading *r, const struct member *m, uint32_t partner, struct span within,
                   struct span *there)
{
    bool owned = partner != NO_INDEX;
    if (owned)
        within = span_common(within, r->partner_there[partner]);
    bool in = reading_presence(r, m->value, within, there);
    return in && (!owned || r->partner_exists[partner]);
}

static void read_site(struct reading *r, const struct member *m, struct site *s)
{
    s->name = reading_text(r, m->key);
    s->label = read_label(r, m);
    s->place = reading_place(r, m->place);
    s->partner = reading_owner(r, m->value);
    reading_time(r, reading_value(r, "sites", m->value, "lan"), BOUND_NOT_NEGATIVE, &s->lan);
    s->exists = reading_owned(r, m, s->partner, ALWAYS, &s->there);
}

uint32_t reading_station(struct reading *r, const struct member *m, uint32_t *partner, bool *exists,
                         struct span *there)
{
    const struct node *site = node_get(m->value, "site");
    uint32_t at = reading_reference(r, site, &r->sites, "a site");
    if (site == NULL)
        reading_mistake(r, m->place, "\"%s\" has no site; expected site: NAME", m->key);
    *partner = reading_owner(r, m->value);
    struct span within = at != NO_INDEX ? r->out->site[at].there : ALWAYS;
    bool in = reading_owned(r, m, *partner, within, there);
    *exists = in && at != NO_INDEX && r->out->site[at].exists;
    return at;
}

static void read_array(struct reading *r, const struct member *m, struct array *a)
{
    const struct node *iops = reading_value(r, "storage", m->value, "iops");
    const struct node *bandwidth = reading_value(r, "storage", m->value, "bandwidth");
    a->name = reading_text(r, m->key);
    a->place = reading_place(r, m->place);
    a->site = reading_station(r, m, &a->partner, &a->exists, &a->there);
    if (iops == NULL)
        reading_mistake(r, m->place,
                        "array \"%s\" has no iops; expected operations a second, such "
                        "as 2000",
                        m->key);
    if (bandwidth == NULL)
        reading_mistake(r, m->place, "array \"%s\" has no bandwidth; expected %s", m->key,
                        quantity_expected(DIMENSION_BANDWIDTH));
    reading_plain(r, iops, DIMENSION_NUMBER, BOUND_POSITIVE, &a->iops);
    reading_plain(r, bandwidth, DIMENSION_BANDWIDTH, BOUND_POSITIVE, &a->bandwidth_bps);
    reading_plain(r, node_get(m->value, "capacity"), DIMENSION_SIZE, BOUND_POSITIVE,
                  &a->capacity_bits);
    reading_time(r, reading_value(r, "storage", m->value, "latency"), BOUND_NOT_NEGATIVE,
                 &a->latency);
}

void describe_places(struct reading *r)
{
    struct description *d = r->out;
    d->site = reading_keep(r, r->sites.n, sizeof *d->site);
    d->array = reading_keep(r, r->arrays.n, sizeof *d->array);
    if (r->exhausted)
        return;
    d->n_sites = r->sites.n;
    d->n_arrays = r->arrays.n;
    for (size_t i = 0; i < d->n_sites && !r->exhausted; i++)
        read_site(r, r->sites.member[i], &d->site[i]);
    for (size_t i = 0; i < d->n_arrays && !r->exhausted; i++)
        read_array(r, r->arrays.member[i], &d->array[i]);
}
