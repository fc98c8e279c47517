/* SPDX-License-Identifier: Apache-2.0
 * What links, classes of service and routes come to, and what a fault does to messages. */
#include <math.h>

#include "cli/explain_entries.h"
#include "cli/number.h"

/* Rows of a table that people still read; JSON has all. */
#define ROWS_MOST 24

/* What the line sends, from when on. */
static void speeds(struct explanation *e, const struct link *l)
{
    struct sheet *t = &e->sheet;
    char text[NUMBER_SIZE], at[32];
    sheet_table(t, "capacity", "What it sends, and from when");
    sheet_column(t, "from", "from", TABLE_LEFT);
    sheet_column(t, "bandwidth_bps", "bandwidth", TABLE_RIGHT);
    for (size_t i = 0; i < l->n_capacities && (i < ROWS_MOST || t->json); i++) {
        const struct capacity *c = &l->capacity[i];
        double bandwidth = c->servers > 0 ? c->speed * l->bandwidth_bps : 0;
        explanation_date(e->d, c->at, at);
        sheet_text(t, "%s", at);
        number_quantity(bandwidth, DIMENSION_BANDWIDTH, text);
        sheet_number(t, bandwidth, text);
    }
    sheet_end(t);
    if (l->n_capacities > ROWS_MOST && !t->json)
        fprintf(t->page.out, "... and %zu later changes; --json has all\n",
                l->n_capacities - ROWS_MOST);
}

/* What its queues and line do to messages. */
static void link_limits(struct explanation *e, const struct link *l)
{
    struct sheet *t = &e->sheet;
    char text[NUMBER_SIZE], more[NUMBER_SIZE];
    if (l->contract_bps > 0) {
        number_quantity(l->contract_bps, DIMENSION_BANDWIDTH, text);
        number_quantity(l->burst_bits, DIMENSION_SIZE, more);
        sheet_fact(t, "contract_bps", "may send", l->contract_bps,
                   "%s on average, and %s at once after a pause", text, more);
    }
    if (l->buffer_bits > 0) {
        number_quantity(l->buffer_bits, DIMENSION_SIZE, text);
        number_quantity(l->buffer_bits / l->bandwidth_bps * 1e9, DIMENSION_TIME, more);
        sheet_fact(t, "buffer_bits", "holds", l->buffer_bits,
                   "%s in each queue, what it sends in %s; more is dropped", text, more);
    }
    if (l->overhead_bits > 0 || l->overhead_share > 0) {
        double packet = PACKET_BITS * (1 + l->overhead_share) + l->overhead_bits;
        number_quantity(packet, DIMENSION_SIZE, text);
        sheet_fact(t, "packet_bits", "makes", packet, "%s of a packet of 1500 B", text);
    }
    if (l->loss > 0)
        sheet_fact(t, "loss", "loses", l->loss, "%g %% of packets", 100 * l->loss);
    number_count(l->metric, text);
    if (!isnan(l->metric))
        sheet_fact(t, "metric", "costs a route", l->metric, "%s", text);
}

void explain_link(struct explanation *e, const struct member *m)
{
    const struct description *d = e->d;
    uint32_t i = explanation_find(d->link, d->n_links, sizeof *d->link, m->key);
    if (i == NO_INDEX)
        return;
    const struct link *l = &d->link[i];
    char bandwidth[NUMBER_SIZE], delay[NUMBER_SIZE], takes[NUMBER_SIZE];
    number_quantity(l->bandwidth_bps, DIMENSION_BANDWIDTH, bandwidth);
    number_quantity((double)l->delay, DIMENSION_TIME, delay);
    number_quantity(8e15 / l->bandwidth_bps, DIMENSION_TIME, takes);
    sheet_fact(&e->sheet, "ends", "joins", NAN, "%s and %s", d->site[l->end[0]].label,
               d->site[l->end[1]].label);
    sheet_fact(&e->sheet, "bandwidth_bps", "carries", l->bandwidth_bps,
               "%s%s in each direction: 1 MB takes %s", l->n_capacities > 0 ? "up to " : "",
               bandwidth, takes);
    sheet_fact(&e->sheet, "delay_s", "delays by", (double)l->delay * 1e-9, "%s", delay);
    link_limits(e, l);
    explanation_belongs_to(e, l->partner);
    explanation_takes_part(e, l->exists);
    speeds(e, l);
    explanation_uses(e, d->n_pools + d->n_arrays + 2 * (size_t)i, 2, true);
}

/* The policer, and early drop. */
static void class_limits(struct explanation *e, const struct service_class *c)
{
    struct sheet *t = &e->sheet;
    char text[NUMBER_SIZE];
    number_quantity(c->burst_bits, DIMENSION_SIZE, text);
    if (c->limit > 0)
        sheet_fact(t, "limit", "may take", c->limit,
                   "%g %% of each link, and %s%s at once; more is dropped", 100 * c->limit,
                   c->burst_bits > 0 ? "" : "what that is in ",
                   c->burst_bits > 0 ? text : "200 ms");
    if (c->early)
        sheet_fact(t, "early_most", "drops early", c->early_most,
                   "from %g %% to %g %% of a buffer, with probabilities up to %g %%",
                   100 * c->early_from, 100 * c->early_to, 100 * c->early_most);
    number_quantity((double)c->resend, DIMENSION_TIME, text);
    if (c->resend > 0)
        sheet_fact(t, "resend_s", "what is lost", (double)c->resend * 1e-9,
                   "is sent again after %s, and after twice as long each further time", text);
    else
        sheet_fact(t, "resend_s", "what is lost", 0, "is not sent again");
}

static void class_flows(struct explanation *e, const struct service_class *c)
{
    struct sheet *t = &e->sheet;
    char text[NUMBER_SIZE];
    if (c->flows)
        sheet_fact(t, "transfer", "sends", NAN, "%s", "long messages as flows");
    number_quantity(c->window_bits, DIMENSION_SIZE, text);
    if (c->window_bits > 0)
        sheet_fact(t, "window_bits", "each flow gets", c->window_bits, "%s in a round trip at most",
                   text);
    number_quantity(c->start_bits, DIMENSION_SIZE, text);
    if (c->start_bits > 0)
        sheet_fact(t, "start_bits", "each flow begins", c->start_bits,
                   "with %s in a round trip, and twice as much in each next one", text);
}

static void class_targets(struct explanation *e, const struct service_class *c)
{
    struct sheet *t = &e->sheet;
    char text[NUMBER_SIZE];
    number_quantity(c->delay_target, DIMENSION_TIME, text);
    if (!isnan(c->delay_target))
        sheet_fact(t, "delay_s", "should take", c->delay_target * 1e-9,
                   "%s from end to end in the mean, at most", text);
    number_quantity(c->jitter_target, DIMENSION_TIME, text);
    if (!isnan(c->jitter_target))
        sheet_fact(t, "jitter_s", "should vary by", c->jitter_target * 1e-9,
                   "%s at most (p99 less the median)", text);
    if (!isnan(c->loss_target))
        sheet_fact(t, "loss", "should lose", c->loss_target, "%g %% at most", 100 * c->loss_target);
}

void explain_class(struct explanation *e, const struct member *m)
{
    const struct description *d = e->d;
    uint32_t i = explanation_find(d->class, d->n_classes, sizeof *d->class, m->key);
    bool *services = explanation_flags(e, d->n_services);
    char text[NUMBER_SIZE];
    if (i == NO_INDEX || !services)
        return;
    const struct service_class *c = &d->class[i];
    for (size_t s = 0; s < d->n_services; s++)
        services[s] = d->service[s].class == i;
    const char *of = explanation_names(e, d->service, d->n_services, sizeof *d->service, services);
    sheet_fact(&e->sheet, "services", "is the class of", NAN, "%s", *of ? of : "no service");
    sheet_fact(&e->sheet, "level", "is served", (double)(c->level + 1), "in level %u of %u%s",
               c->level + 1, d->n_levels, c->strict ? "" : ", the last, with all fair ones");
    number_count(c->weight, text);
    if (!c->strict)
        sheet_fact(&e->sheet, "weight", "weighs", c->weight, "%s", text);
    class_limits(e, c);
    class_flows(e, c);
    class_targets(e, c);
}

/* Its sites as they stand, "a, b and 15 more"; `none` where there are none. */
static const char *sites_of(struct explanation *e, const uint32_t *site, size_t n, const char *none)
{
    const struct description *d = e->d;
    bool *in = explanation_flags(e, d->n_sites);
    for (size_t i = 0; in && i < n; i++)
        in[site[i]] = true;
    return n > 0 && in ? explanation_names(e, d->site, d->n_sites, sizeof *d->site, in) : none;
}

void explain_route(struct explanation *e, const struct member *m)
{
    const struct description *d = e->d;
    uint32_t i = explanation_find(d->route_rule, d->n_route_rules, sizeof *d->route_rule, m->key);
    explanation_takes_part(e, i != NO_INDEX);
    if (i == NO_INDEX)
        return;
    const struct route_rule *r = &d->route_rule[i];
    const char *way = "";
    for (size_t k = 0; k < r->n_via && way; k++)
        way = arena_format(&e->memory, "%s%s%s", way, k > 0 ? ", then " : "",
                           d->site[r->via[k]].name);
    if (!way) {
        e->sheet.code = PSN_EMEMORY;
        return;
    }
    sheet_fact(&e->sheet, "from", "leads from", NAN, "%s",
               sites_of(e, r->from, r->n_from, "all sites"));
    sheet_fact(&e->sheet, "to", "to", NAN, "%s", sites_of(e, r->to, r->n_to, "all sites"));
    if (r->spread)
        sheet_fact(&e->sheet, "spread", "over", NAN, "%s", "all routes of the same least cost");
    else
        sheet_fact(&e->sheet, "via", "through", NAN, "%s", way);
}

void explain_flight(struct explanation *e, const struct fault *f)
{
    struct sheet *t = &e->sheet;
    char text[NUMBER_SIZE];
    if (f->n_links == 0)
        return;
    sheet_fact(t, "flight", "what is there", NAN, "%s", f->lost ? "is lost" : "waits");
    number_quantity((double)f->reroute, DIMENSION_TIME, text);
    if (f->reroute == PSN_NEVER)
        sheet_fact(t, "reroute_s", "routes", NAN, "%s", "stay");
    else
        sheet_fact(t, "reroute_s", "routes", (double)f->reroute * 1e-9,
                   "lead around it after %s, and back as long after the repair", text);
}
