/* SPDX-License-Identifier: Apache-2.0
 * The description's links: what they join, what they send, and what their lines and queues do to
 * it. Members of a group are alike, so that mistakes name none of them and are told once. */
#include <math.h>

#include "scenario/shifts.h"

/* A shaper lets through at once what its line sends in so long, where no text says it. */
#define BURST_STANDARD_S 0.01

/* The two sites; *ends: do they exist, and when. */
static void read_ends(struct reading *r, const struct member *m, struct link *l,
                      struct span *within, bool *ends)
{
    const struct node *between = node_get(m->value, "between");
    l->end[0] = l->end[1] = NO_INDEX;
    if (reading_count(between) != 2) {
        reading_mistake(r, between != NULL ? between->place : m->place,
                        "link \"%s\" has %zu ends; expected between: [SITE, SITE]", m->key,
                        reading_count(between));
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        l->end[i] = reading_reference(r, reading_item(between, i), &r->sites, "a site");
        if (l->end[i] == NO_INDEX)
            continue;
        *ends &= r->out->site[l->end[i]].exists;
        *within = span_common(*within, r->out->site[l->end[i]].there);
    }
    if (l->end[0] == l->end[1] && l->end[0] != NO_INDEX)
        reading_mistake(r, between->place,
                        "link \"%s\" has site \"%s\" at both ends; expected two "
                        "sites",
                        m->key, r->sites.name[l->end[0]]);
}

/* The bandwidth, and what it is in some hours: the most of it, and the share of that by time. */
static void read_bandwidth(struct reading *r, const struct member *m, struct link *l)
{
    const struct node *always = node_get(m->value, "bandwidth");
    struct shifts shifts = {.of = "link", .name = m->key};
    struct entries e;
    if (always == NULL)
        reading_mistake(r, m->place, "link \"%s\" has no bandwidth; expected %s", m->key,
                        quantity_expected(DIMENSION_BANDWIDTH));
    if (!reading_plain(r, always, DIMENSION_BANDWIDTH, BOUND_POSITIVE, &l->bandwidth_bps))
        return;
    reading_members(r, node_get(m->value, "during"), &e);
    if (e.n == 0 || l->bandwidth_bps <= 0)
        return;
    struct capacity otherwise = {.servers = 1, .speed = l->bandwidth_bps};
    shifts.item = reading_scratch(r, e.n, sizeof *shifts.item);
    for (size_t i = 0; i < e.n && !r->exhausted; i++) {
        struct shift *s = &shifts.item[shifts.n];
        *s = (struct shift){.servers = 1};
        reading_plain(r, node_get(e.member[i]->value, "bandwidth"), DIMENSION_BANDWIDTH,
                      BOUND_NOT_NEGATIVE, &s->speed);
        if (s->speed <= 0) /* at a standstill, at whatever speed */
            *s = (struct shift){.servers = 0, .speed = l->bandwidth_bps};
        l->bandwidth_bps = fmax(l->bandwidth_bps, s->speed);
        shifts.n += shifts_hours(r, e.member[i], s);
    }
    size_t n;
    struct capacity *list = shifts_capacity(r, &shifts, otherwise, &n);
    for (size_t i = 0; i < n; i++)
        list[i].speed /= l->bandwidth_bps;
    bool changes = n > 1 || (n == 1 && (list->servers != 1 || list->speed < 1));
    l->capacity = list;
    l->n_capacities = changes ? n : 0;
}

void reading_burst(struct reading *r, const struct node *n, double *out)
{
    if (n == NULL || !reading_plain(r, n, DIMENSION_SIZE, BOUND_POSITIVE, out))
        return;
    if (*out < PACKET_BITS)
        reading_mistake(r, n->place,
                        "a burst of %g bytes, which lets no packet through; expected 1500 B or "
                        "more",
                        *out / 8);
}

/* What may be sent on average, and at once. */
static void read_contract(struct reading *r, const struct member *m, struct link *l)
{
    const struct node *contract = node_get(m->value, "contract"),
                      *burst = node_get(m->value, "burst");
    if (contract == NULL) {
        if (burst != NULL)
            reading_mistake(r, burst->place,
                            "a burst, and no contract that it would be above; expected contract: "
                            "BANDWIDTH");
        return;
    }
    if (!reading_plain(r, contract, DIMENSION_BANDWIDTH, BOUND_POSITIVE, &l->contract_bps))
        return;
    if (l->bandwidth_bps > 0 && l->contract_bps >= l->bandwidth_bps)
        reading_mistake(r, contract->place,
                        "a contract of %g Mbit/s for a line that sends %g Mbit/s; expected less "
                        "than the line's bandwidth (contract: none drops it)",
                        l->contract_bps * 1e-6, l->bandwidth_bps * 1e-6);
    l->burst_bits = fmax(l->bandwidth_bps * BURST_STANDARD_S, PACKET_BITS);
    reading_burst(r, burst, &l->burst_bits);
}

/* A share of less than all. */
static void read_loss(struct reading *r, const struct node *loss, double *out)
{
    if (loss != NULL && reading_plain(r, loss, DIMENSION_SHARE, BOUND_NOT_NEGATIVE, out) &&
        *out >= 1)
        reading_mistake(r, loss->place, "a line that loses all packets; expected less than 100 %%");
}

static void read_link(struct reading *r, const struct member *m, struct link *l)
{
    const struct node *overhead = node_get(m->value, "overhead"),
                      *metric = node_get(m->value, "metric");
    struct span within = ALWAYS;
    bool ends = true;
    l->name = reading_text(r, m->key);
    l->place = reading_place(r, m->place);
    l->partner = reading_owner(r, m->value);
    read_ends(r, m, l, &within, &ends);
    bool in = reading_owned(r, m, l->partner, within, &l->there);
    l->exists = in && ends && l->end[0] != NO_INDEX && l->end[1] != NO_INDEX;
    read_bandwidth(r, m, l);
    reading_time(r, reading_value(r, "links", m->value, "delay"), BOUND_NOT_NEGATIVE, &l->delay);
    read_contract(r, m, l);
    reading_plain(r, node_get(m->value, "buffer"), DIMENSION_SIZE, BOUND_POSITIVE, &l->buffer_bits);
    reading_plain(r, node_get(overhead, "packet"), DIMENSION_SIZE, BOUND_NOT_NEGATIVE,
                  &l->overhead_bits);
    reading_plain(r, node_get(overhead, "share"), DIMENSION_SHARE, BOUND_NOT_NEGATIVE,
                  &l->overhead_share);
    read_loss(r, node_get(m->value, "loss"), &l->loss);
    l->metric = NAN;
    if (metric != NULL)
        reading_plain(r, metric, DIMENSION_NUMBER, BOUND_POSITIVE, &l->metric);
}

/* Costs that are told of some links and not of others could not be compared. */
static void check_metrics(struct reading *r)
{
    const struct description *d = r->out;
    const struct link *with = NULL, *without = NULL;
    for (size_t i = 0; i < d->n_links; i++) {
        const struct link *l = &d->link[i];
        if (!l->exists)
            continue;
        if (isnan(l->metric) && without == NULL)
            without = l;
        else if (!isnan(l->metric) && with == NULL)
            with = l;
    }
    if (with != NULL && without != NULL)
        reading_mistake(r, without->place,
                        "link \"%s\" has no metric, and link \"%s\" has one; expected one of every "
                        "link, or of none",
                        without->name, with->name);
}

void describe_links(struct reading *r)
{
    struct description *d = r->out;
    d->link = reading_keep(r, r->links.n, sizeof *d->link);
    if (r->exhausted)
        return;
    d->n_links = r->links.n;
    for (size_t i = 0; i < d->n_links && !r->exhausted; i++)
        read_link(r, r->links.member[i], &d->link[i]);
    check_metrics(r);
}
