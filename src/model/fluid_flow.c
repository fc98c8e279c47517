/* SPDX-License-Identifier: Apache-2.0
 * A flow's way through the fluid layer: its caps, rounds and routes, its end. */
#include "model/fluid_flow.h"

#include <math.h>

#include "base/array.h"
#include "model/fluid_link.h"

/* The maximum segment of the loss law: a packet. */
#define SEGMENT_BITS ((double)PACKET_BITS)

/* A place for a flow; NULL where memory ends. */
static struct fluid_flow *take_place(struct fluid *f)
{
    if (f->free == NO_INDEX) {
        if (array_reserve((void **)&f->flow, &f->room, f->n_flows + 1, sizeof *f->flow)) {
            f->process->error = PSN_EMEMORY;
            return NULL;
        }
        f->flow[f->n_flows] = (struct fluid_flow){.free = NO_INDEX};
        f->free = (uint32_t)f->n_flows++;
    }
    struct fluid_flow *w = &f->flow[f->free];
    f->free = w->free;
    return w;
}

static void give_place(struct fluid *f, struct fluid_flow *w)
{
    w->job = NULL;
    w->generation++;
    w->free = f->free;
    f->free = (uint32_t)(w - f->flow);
}

static uint32_t n_links_of(const struct fluid_flow *w)
{
    return w->route ? w->route->n_hops : 0;
}

/* The links of its route, as the station numbers them. */
static const uint32_t *links_of(struct fluid *f, const struct fluid_flow *w)
{
    for (uint32_t h = 0; h < n_links_of(w); h++)
        f->path[h] = f->index[w->route->hop[h]];
    return f->path;
}

/* The hop that sends the fewest bits of messages a second: the first of them. */
static uint32_t slowest_hop(const struct fluid *f, const struct route *r)
{
    uint32_t slowest = 0;
    double least = INFINITY;
    for (uint32_t h = 0; h < r->n_hops; h++) {
        double bps = f->link[f->index[r->hop[h]]].line_bps;
        if (bps < least) {
            least = bps;
            slowest = h;
        }
    }
    return slowest;
}

/* The probability that a packet is lost at random somewhere on the route. */
static double loss_of(const struct fluid *f, const struct route *r)
{
    double kept = 1;
    for (uint32_t h = 0; h < r->n_hops; h++)
        kept *= 1 - f->d->link[r->hop[h] / 2].loss;
    return 1 - kept;
}

/* The route that its message would take now: the one it has, while that is among those of its way;
 * NULL where there is none. */
static const struct route *route_now(const struct fluid *f, const struct job *job, psn_time now)
{
    const struct transport *t = f->transport;
    const struct way *way = t->recipe[job->source].op[job->step].way;
    const struct way_version *v = way_version_at(way, now);
    for (uint32_t i = 0; i < v->n; i++)
        if (v->route[i] == job->route)
            return route_at(t->ways, job->route);
    bool none;
    uint32_t index =
        way_route(t->ways, way, now, ways_hash(t->ways, job->source, job->number), &none);
    return none ? NULL : route_at(t->ways, index);
}

/* The caps of a flow that begins on its route now, and the end of its first round. */
static void begin_slowly(struct fluid *f, struct fluid_flow *w, psn_time now)
{
    const struct service_class *c = w->class < f->d->n_classes ? &f->d->class[w->class] : NULL;
    w->generation++;
    w->cap = w->most = INFINITY;
    w->round_trip = w->route ? 2 * w->route->delay : 0;
    if (w->round_trip == 0)
        return;
    double trip = (double)w->round_trip * 1e-9, loss = loss_of(f, w->route);
    if (c && c->window_bits > 0)
        w->most = c->window_bits / trip;
    if (loss > 0)
        w->most = fmin(w->most, SEGMENT_BITS / trip * sqrt(1.5 / loss));
    w->cap = w->most;
    if (c && c->start_bits > 0 && c->start_bits / trip < w->most) {
        w->cap = c->start_bits / trip;
        fluid_await(f, law_later(now, w->round_trip), TIMED_ROUND, (uint32_t)(w - f->flow),
                    w->generation);
    }
}

static void change(struct fluid *f, struct fluid_flow *w, psn_time now)
{
    int code = flows_change(&f->flows, w->job, links_of(f, w), n_links_of(w), w->cap, now);
    if (code)
        f->process->error = code;
}

void fluid_flow_round(struct fluid *f, uint32_t index, uint64_t generation, psn_time now)
{
    struct fluid_flow *w = &f->flow[index];
    if (!w->job || w->generation != generation)
        return;
    /* Where its window does not limit it, slow start is over. */
    w->cap = flows_capped(&f->flows, w->job) ? fmin(2 * w->cap, w->most) : w->most;
    change(f, w, now);
    if (w->cap < w->most)
        fluid_await(f, law_later(now, w->round_trip), TIMED_ROUND, index, generation);
}

/* What it has to do is such that it takes the whole transmission of its message at the slowest hop,
 * the overhead of the last packet included. */
void fluid_flow_start(struct fluid *f, struct job *job, psn_time now)
{
    struct fluid_flow *w = take_place(f);
    if (!w)
        return;
    const struct route *taken = transport_route(f->transport, job);
    const struct link *slowest = &f->d->link[taken->hop[slowest_hop(f, taken)] / 2];
    w->job = job;
    w->class = f->transport->class[job->source];
    w->owner = job->owner;
    w->bits = job->size_bits;
    w->begun = now - f->plan->control;
    w->charged = 0;
    w->charged_at = now;
    w->route = route_now(f, job, now);
    if (w->route)
        job->route = w->route->index;
    job->group = (uint32_t)(w - f->flow);
    job->size_bits = network_wire_bits(slowest, w->bits) / fluid_link_factor(slowest);
    if (f->d->n_classes == 0)
        job->owner = 0; /* all flows share as one with the one queue of messages */
    begin_slowly(f, w, now);
    int code = flows_start(&f->flows, job, links_of(f, w), n_links_of(w), w->class, w->cap, now);
    if (code)
        f->process->error = code;
}

void fluid_flows_move(struct fluid *f, psn_time now)
{
    for (size_t i = 0; i < f->n_flows; i++) {
        struct fluid_flow *w = &f->flow[i];
        const struct route *route = w->job ? route_now(f, w->job, now) : NULL;
        if (!w->job || route == w->route)
            continue;
        fluid_charge(f, w, now);
        w->route = route;
        if (route)
            w->job->route = route->index;
        begin_slowly(f, w, now);
        change(f, w, now);
    }
}

/* When its last bit is there, if it has left now: the first segment has gone through the other
 * links before it. That is told the control delay before. */
static psn_time landing_of(const struct fluid *f, const struct fluid_flow *w, psn_time now)
{
    const struct route *r = transport_route(f->transport, w->job);
    uint32_t slowest = slowest_hop(f, r);
    double segment = fmin(w->bits, r->segment_bits);
    psn_time landing = law_later(now, r->delay);
    for (uint32_t h = 0; h < r->n_hops; h++) {
        const struct link *l = &f->d->link[r->hop[h] / 2];
        if (h != slowest)
            landing = law_later(
                landing, network_transmission(network_wire_bits(l, segment), l->bandwidth_bps));
    }
    landing -= f->plan->control;
    psn_time soonest = law_later(now, f->plan->control);
    return landing > soonest ? landing : soonest;
}

void fluid_flow_end(struct fluid *f, struct job *job, psn_time now)
{
    struct fluid_flow *w = &f->flow[job->group];
    psn_time landing = landing_of(f, w, now);
    struct fluid_port *port = &f->land[transport_route(f->transport, job)->to];
    fluid_count(f, w, landing, now);
    job->size_bits = w->bits;
    job->owner = w->owner;
    give_place(f, w);
    line_put(f->process, &port->line, landing, port->order++, job);
}
