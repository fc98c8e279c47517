/* SPDX-License-Identifier: Apache-2.0
 * Putting a model together for a replication: processes, stations, demand. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "model/ahead.h"
#include "model/engine.h"
#include "model/engine_slots.h"
#include "model/laws.h"
#include "model/sender.h"
#include "model/slowed.h"
#include "model/transmitter.h"

/* At which pools jobs may run out of patience. */
static void mark_impatient(struct engine *e)
{
    for (size_t i = 0; i < e->d->n_sources; i++)
        for (uint32_t k = 0; k < e->recipe[i].n_ops; k++)
            if (e->recipe[i].op[k].patience_law)
                e->pool[e->recipe[i].op[k].station].impatient = true;
}

/* Streams for when the packets of streams leave. */
static int make_phases(struct engine *e, size_t source)
{
    const struct recipe *r = &e->recipe[source];
    struct source_streams *x = &e->streams[source];
    for (uint32_t k = 0; k < r->n_ops; k++) {
        if (r->op[k].kind != OP_STREAM)
            continue;
        if (!x->phase)
            x->phase = arena_array(&e->memory, r->n_ops, sizeof *x->phase);
        if (!x->phase)
            return PSN_EMEMORY;
        stream_key(&x->phase[k], &e->draws, e->d->source[source].name, RANDOM_PHASE, r->op[k].step);
    }
    return 0;
}

/* Streams for what else the operations at pools draw. */
static int make_pool_streams(struct engine *e, size_t source)
{
    const struct description *d = e->d;
    const struct recipe *r = &e->recipe[source];
    struct source_streams *x = &e->streams[source];
    for (uint32_t k = 0; k < r->n_ops; k++) {
        const struct op *op = &r->op[k];
        if (op->kind != OP_COMPUTE)
            continue;
        const struct pool *pool = &d->pool[op->station];
        if (op->patience_law && !x->patience)
            x->patience = arena_array(&e->memory, r->n_ops, sizeof *x->patience);
        if (pool->wraps_up && !x->wrap_up)
            x->wrap_up = arena_array(&e->memory, r->n_ops, sizeof *x->wrap_up);
        if ((op->patience_law && !x->patience) || (pool->wraps_up && !x->wrap_up))
            return PSN_EMEMORY;
        if (op->patience_law) {
            stream_key(&x->patience[k], &e->draws, d->source[source].name, RANDOM_PATIENCE,
                       op->step);
            x->patience[k].law = *op->patience_law;
        }
        if (pool->wraps_up) {
            stream_key(&x->wrap_up[k], &e->draws, d->source[source].name, RANDOM_WRAP_UP, op->step);
            x->wrap_up[k].law = pool->wrap_up.law;
        }
    }
    return 0;
}

/* Does an operation draw what blocks make faster? Choices do, too. */
static bool draws_in_blocks(const struct op *op)
{
    return op->kind == OP_CHOICE || op->kind == OP_AGAIN ||
           (op->amount == AMOUNT_DRAW && stream_has_blocks(&op->law));
}

/* Where there are more streams than this, blocks are small; where there are more streams of users
 * than that, theirs are made one by one: what does not fit near the processor costs more than it
 * saves. */
#define WHOLE_BLOCKS 4096
#define OWN_BLOCKS   32768

/* Counts the streams of all sources, for blocks_plan: what arrives, or how long users think, and
 * the operations. */
static void blocks_plan(struct engine *e)
{
    const struct description *d = e->d;
    size_t open = 0, own = 0;
    for (size_t i = 0; i < d->n_sources; i++) {
        const struct source *source = &d->source[i];
        size_t n = 1;
        for (uint32_t k = 0; k < e->recipe[i].n_ops; k++)
            n += draws_in_blocks(&e->recipe[i].op[k]);
        if (d->workload[source->workload].kind == WORKLOAD_OPEN)
            open += n;
        else if (d->workload[source->workload].kind == WORKLOAD_CLOSED)
            own += n * (size_t)source->users_most;
    }
    e->block_room = open > WHOLE_BLOCKS ? STREAM_BLOCK_SMALL : STREAM_BLOCK;
    e->own_blocks = own <= OWN_BLOCKS;
}

/* Gives a stream of a source its block, or one for each of its users; none to scheduled jobs. */
static int give_block(struct engine *e, size_t source, struct stream *s)
{
    const struct source *from = &e->d->source[source];
    enum workload_kind kind = e->d->workload[from->workload].kind;
    if (kind == WORKLOAD_OPEN) {
        s->room = e->block_room;
        s->block = arena_array(&e->memory, s->room, sizeof *s->block);
        return s->block ? 0 : PSN_EMEMORY;
    }
    if (kind != WORKLOAD_CLOSED || !e->own_blocks || from->users_most <= 0)
        return 0;
    s->room = (uint32_t)from->users_most;
    s->own = arena_array(&e->memory, s->room, sizeof *s->own);
    return s->own ? 0 : PSN_EMEMORY;
}

/* A stream for each operation that draws; in blocks where jobs, or those of each user, come in the
 * order of their numbers. A choice draws twice its uniform. */
static int make_streams(struct engine *e)
{
    const struct description *d = e->d;
    e->streams = arena_array(&e->memory, d->n_sources + 1, sizeof *e->streams);
    if (!e->streams)
        return PSN_EMEMORY;
    blocks_plan(e);
    for (size_t i = 0; i < d->n_sources; i++) {
        const struct recipe *r = &e->recipe[i];
        struct stream *s = arena_array(&e->memory, r->n_ops + 1, sizeof *s);
        if (!s)
            return PSN_EMEMORY;
        e->streams[i].stream = s;
        for (uint32_t k = 0; k < r->n_ops; k++) {
            const struct op *op = &r->op[k];
            bool chooses = op->kind == OP_CHOICE || op->kind == OP_AGAIN;
            stream_key(&s[k], &e->draws, d->source[i].name, chooses ? RANDOM_CHOICE : RANDOM_STEP,
                       op->step);
            s[k].law = op->law;
            if (chooses)
                law_init(&s[k].law, LAW_UNIFORM, 1);
            if (draws_in_blocks(op) && give_block(e, i, &s[k]))
                return PSN_EMEMORY;
        }
        if (make_pool_streams(e, i) || make_phases(e, i))
            return PSN_EMEMORY;
    }
    return 0;
}

/* What objectives ask of the waits at a station: their histogram (the target's own), and how many
 * kept within a limit. */
static int watch_waits(struct engine *e, struct meter *m, size_t station)
{
    const struct description *d = e->d;
    for (size_t t = 0; t < d->n_targets; t++) {
        const struct objective *o = &d->objective[d->target[t].objective];
        bool watches = o->figure == FIGURE_WAIT_QUANTILE || o->figure == FIGURE_WAIT_WITHIN;
        if (!watches || description_target_station(d, &d->target[t]) != station)
            continue;
        if (!m->limit)
            m->limit = arena_array(&e->memory, d->n_targets, sizeof *m->limit);
        if (!m->limit)
            return PSN_EMEMORY;
        if (o->figure == FIGURE_WAIT_WITHIN)
            m->limit[m->n_limits++] = (struct meter_limit){law_round_ns(o->within), 0};
        else if (!m->waits)
            histogram_init(m->waits = &e->outcome->target_histogram[t]);
    }
    return 0;
}

/* The meter of a station, its series straight into the outcome. It measures until the station ends:
 * what was under way then is worked off beyond the capacity, and belongs in no average. */
static int ready_meter(struct engine *e, struct meter *m, size_t station, const struct span *there,
                       int64_t capacity)
{
    const struct description *d = e->d;
    struct outcome *o = e->outcome;
    const struct owners *owners = &e->owners[station];
    exact_sum *work = arena_lines(&e->memory, owners_count(owners) + 1, sizeof *work);
    if (!work)
        return PSN_EMEMORY;
    psn_time end = there->close < d->horizon ? there->close : d->horizon;
    meter_init(m, d->warmup, d->interval, end, capacity, work,
               o->series_utilisation + station * o->shape.intervals,
               o->series_present + station * o->shape.intervals);
    m->first_owner = owners->first;
    if (o->batch) {
        m->series_left = o->series_left + station * o->shape.intervals;
        m->series_waits = o->series_waits + station * o->shape.intervals;
        m->series_waited = o->series_waited + station * o->shape.intervals;
    }
    return watch_waits(e, m, station);
}

static struct process *process_at(struct engine *e, uint32_t place)
{
    return &e->process[e->process_of[place]];
}

/* The changes of a station; NULL where there are none, or nobody comes. */
static int make_changes(struct engine *e, size_t station, struct changes **out)
{
    *out = NULL;
    if (!e->used[station] || !changes_any(e->d, station))
        return 0;
    *out = arena_array(&e->memory, 1, sizeof **out);
    return *out ? changes_init(*out, e->d, station, &e->draws, &e->memory) : PSN_EMEMORY;
}

static int make_pool(struct engine *e, const struct slots *s, size_t i)
{
    const struct description *d = e->d;
    const struct pool *p = &d->pool[i];
    struct pool_unit *u = &e->pool[i];
    u->d = d;
    u->pool = p;
    u->yard = &e->yard[place_of_pool(d, (uint32_t)i)];
    u->process = process_at(e, place_of_pool(d, (uint32_t)i));
    u->slot = s->number[SLOT_POOL][i];
    u->change_slot = s->number[SLOT_CAPACITY][i];
    u->served = e->served;
    u->abandoned = e->abandoned;
    u->context = e;
    int code = make_changes(e, i, &u->changes);
    if (!code)
        code = ready_meter(e, &u->station.meter, i, &p->there, pool_capacity(u));
    return code ? code : pool_init(u);
}

/* The faults of a link direction or array that stands already. */
static int make_slowed(struct engine *e, const struct slots *s, size_t station,
                       slowed_changed changed, void *owner, struct process *process,
                       struct slowed **out)
{
    if (!e->used[station] || !changes_any(e->d, station))
        return 0;
    struct slowed *x = arena_array(&e->memory, 1, sizeof *x);
    if (!x || changes_init(&x->changes, e->d, station, &e->draws, &e->memory))
        return PSN_EMEMORY;
    x->spare = arena_array(&e->memory, x->changes.n_outages + 1, sizeof *x->spare);
    if (!x->spare)
        return PSN_EMEMORY;
    *out = x;
    x->changed = changed;
    x->owner = owner;
    x->process = process;
    x->change_slot = s->number[SLOT_CAPACITY][station];
    slowed_init(x);
    return 0;
}

static int make_array(struct engine *e, const struct slots *s, size_t i)
{
    const struct array *a = &e->d->array[i];
    struct array_unit *u = &e->array[i];
    size_t station = e->d->n_pools + i;
    int code = array_init(u, a, process_at(e, place_of_array(e->d, (uint32_t)i)),
                          s->number[SLOT_ARRAY][i], s->number[SLOT_LATENCY][i], e->served, e);
    if (!code)
        code = ready_meter(e, &u->station.meter, station, &a->there, METER_WHOLE);
    struct slowed *slowed;
    return code ? code : make_slowed(e, s, station, array_change, u, u->process, &slowed);
}

static int make_machines(struct engine *e, const struct slots *s)
{
    const struct description *d = e->d;
    int code = 0;
    e->pool = arena_array(&e->memory, d->n_pools + 1, sizeof *e->pool);
    e->yard = arena_array(&e->memory, places_count(d) + 1, sizeof *e->yard);
    e->array = arena_array(&e->memory, d->n_arrays + 1, sizeof *e->array);
    if (!e->pool || !e->yard || !e->array)
        return PSN_EMEMORY;
    mark_impatient(e);
    for (size_t i = 0; i < d->n_pools && !code; i++)
        if (d->pool[i].exists)
            code = make_pool(e, s, i);
    for (size_t i = 0; i < d->n_arrays && !code; i++)
        if (d->array[i].exists)
            code = make_array(e, s, i);
    return code;
}

/* Where messages may be dropped, each site sends its own again. */
static int make_senders(struct engine *e, const struct slots *s)
{
    const struct description *d = e->d;
    if (!e->drops)
        return 0;
    e->transport.sender = arena_array(&e->memory, d->n_sites + 1, sizeof *e->transport.sender);
    if (!e->transport.sender)
        return PSN_EMEMORY;
    for (uint32_t i = 0; i < d->n_sites; i++)
        if (d->site[i].exists)
            sender_init(&e->transport.sender[i], &e->transport, process_at(e, i),
                        s->number[SLOT_BACK][i], s->number[SLOT_AGAIN][i]);
    return 0;
}

static int make_links(struct engine *e, const struct slots *s)
{
    const struct description *d = e->d;
    e->transport.link = arena_array(&e->memory, 2 * d->n_links + 1, sizeof *e->transport.link);
    if (!e->transport.link)
        return PSN_EMEMORY;
    for (uint32_t k = 0; k < 2 * d->n_links; k++) {
        if (!d->link[k / 2].exists)
            continue;
        struct transmitter *x = &e->transport.link[k];
        size_t station = d->n_pools + d->n_arrays + k;
        int64_t capacity;
        int code = transmitter_init(x, &e->transport, &e->draws, k, engine_link_is_steady(e, k),
                                    process_at(e, network_from(d, k)), s->number[SLOT_TRANSMIT][k],
                                    process_at(e, network_to(d, k)), s->number[SLOT_DELIVER][k],
                                    &e->memory, &capacity);
        if (!code)
            code = ready_meter(e, transmitter_meter(x), station, &d->link[k / 2].there, capacity);
        if (!code)
            code = make_slowed(e, s, station, transmitter_change, x, x->process, &x->slowed);
        if (code)
            return code;
    }
    return make_senders(e, s);
}

/* What jobs do at places and between those of a site. */
static int make_places(struct engine *e, const struct slots *s)
{
    const struct description *d = e->d;
    size_t n = places_count(d);
    e->delay = arena_array(&e->memory, n + 1, sizeof *e->delay);
    e->lan = arena_array(&e->memory, n + 1, sizeof *e->lan);
    if (!e->delay || !e->lan)
        return PSN_EMEMORY;
    for (uint32_t i = 0; i < n; i++) {
        struct delay_unit *u = &e->delay[i];
        struct lan_unit *lan = &e->lan[i];
        if (!place_exists(d, i))
            continue;
        u->engine = lan->engine = e;
        u->process = lan->line.home = process_at(e, i);
        u->slot = s->number[SLOT_DELAY][i];
        if (u->slot != NO_INDEX)
            process_bind(u->process, u->slot, e->delay_over, u);
        lan->line.slot = s->number[SLOT_LAN][i];
        lan->delay = d->site[place_site(d, i)].lan;
        if (lan->delay > 0)
            process_bind(u->process, lan->line.slot, e->lan_over, lan);
    }
    return 0;
}

static int make_emitters(struct engine *e, const struct slots *s)
{
    const struct description *d = e->d;
    e->emitter = arena_array(&e->memory, d->n_sites + 1, sizeof *e->emitter);
    if (!e->emitter)
        return PSN_EMEMORY;
    for (uint32_t i = 0; i < d->n_sites; i++) {
        struct emitter *x = &e->emitter[i];
        if (!e->emits[i])
            continue;
        x->transport = &e->transport;
        x->process = process_at(e, i);
        x->slot = s->number[SLOT_STREAM][i];
        x->over = e->stream_over;
        x->context = e;
        emitter_init(x);
    }
    return 0;
}

static struct process *site_process(void *context, uint32_t site)
{
    return process_at(context, site);
}

static int make_fluid(struct engine *e, const struct slots *s)
{
    if (!e->plan.any)
        return 0;
    const struct fluid_places places = {.owner = process_at(e, place_of_flows(e->d)),
                                        .timed = s->number[SLOT_FLOW_TIMED][0],
                                        .flows = s->number[SLOT_FLOW_SOLVE][0],
                                        .begin = s->number[SLOT_FLOW_BEGIN],
                                        .land = s->number[SLOT_FLOW_LAND],
                                        .background = s->number[SLOT_FLOW_BACKGROUND],
                                        .load = s->number[SLOT_FLOW_LOAD],
                                        .measure = s->number[SLOT_FLOW_MEASURE],
                                        .process_at = site_process,
                                        .context = e};
    e->transport.flow = fluid_begin;
    e->transport.flow_context = &e->fluid;
    return fluid_init(&e->fluid, e->d, &e->plan, &e->transport, &e->draws, &places, &e->memory);
}

static int make_demand(struct engine *e, const struct slots *s)
{
    const struct description *d = e->d;
    int code = 0;
    for (uint32_t i = 0; i < d->n_sources && !code; i++) {
        struct demand *x = &e->demand[i];
        const struct source *source = &d->source[i];
        x->source = source;
        x->kind = d->workload[source->workload].kind;
        x->index = i;
        x->stream = (uint32_t)outcome_stream_index(
            &e->outcome->shape, d->workload[source->workload].service, source->partner);
        if (e->recipe[i].n_ops == 0)
            continue; /* takes no part: no process, no event */
        x->process = process_at(e, source->site);
        x->change_slot = s->number[SLOT_CHANGE][i];
        x->next_slot = s->number[SLOT_ARRIVAL][i];
        x->news.slot = s->number[SLOT_NEWS][i];
        x->attempts.slot = s->number[SLOT_DEADLINE][i];
        code = give_block(e, i, x->kind == WORKLOAD_OPEN ? &x->as.open.gap : &x->as.closed.think);
        if (!code)
            code = demand_init(x, d, &e->draws);
    }
    return code;
}

static int make_processes(struct engine *e, const struct slots *s)
{
    e->process = process_array(e->n_processes);
    e->recorder = arena_array(&e->memory, e->n_processes, sizeof *e->recorder);
    e->class_targets = arena_array(&e->memory, e->n_processes, sizeof *e->class_targets);
    if (!e->process || !e->recorder || !e->class_targets)
        return PSN_EMEMORY;
    const struct outcome_shape *shape = &e->outcome->shape;
    int code = 0;
    for (size_t i = 0; i < e->n_processes && !code; i++) {
        code = process_init(&e->process[i], s->count[i]);
        if (!code)
            code =
                recorder_init(&e->recorder[i], e->d, shape, i == 0 ? e->outcome : NULL, &e->own[i]);
        if (!code)
            code = class_targets_init(&e->class_targets[i], e->d, &e->own[i]);
    }
    const struct owners *links = e->owners + e->d->n_pools + e->d->n_arrays;
    for (size_t i = 0; i < TRANSPORT_USAGES && !code; i++)
        code = usage_init(&e->usage[i], e->d, shape, links);
    return code;
}

/* What belongs to the replication. */
static int make_run(struct engine *e, const struct model_schedule *schedule)
{
    const struct slots *s = &e->slots;
    e->demand = arena_array(&e->memory, e->d->n_sources + 1, sizeof *e->demand);
    int code = e->demand ? make_streams(e) : PSN_EMEMORY;
    if (!code)
        code = make_processes(e, s);
    if (code)
        return code;
    engine_connect(e);
    code = transport_init(&e->transport, e->n_processes, &e->memory);
    if (!code)
        code = make_machines(e, s);
    if (!code)
        code = make_links(e, s);
    if (!code)
        code = transport_routes(&e->transport, &e->memory);
    if (!code && !schedule->in_step)
        code = transport_let_commit(&e->transport, &e->plan, &e->memory);
    if (!code)
        code = make_places(e, s);
    if (!code)
        code = make_emitters(e, s);
    if (!code)
        code = make_fluid(e, s);
    if (!code)
        code = make_demand(e, s);
    if (!code && schedule->in_step)
        ahead_clear(e);
    else if (!code)
        code = ahead_plan(e);
    return code;
}

void engine_init(struct engine *e, const struct description *d)
{
    memset(e, 0, sizeof *e);
    e->d = d;
}

int engine_begin(struct engine *e, uint32_t replication, const struct model_schedule *schedule,
                 struct outcome *outcome, psn_diagnostics *all)
{
    static const struct model_schedule plain = {0};
    schedule = schedule ? schedule : &plain;
    e->draws = (struct draws){e->d->seed, replication, e->d->antithetic};
    e->account = schedule->account;
    e->outcome = outcome;
    if (engine_has_kept(e, schedule)) {
        ways_draw(&e->ways, &e->draws);
    } else {
        engine_drop_kept(e);
        int code = engine_make_kept(e, schedule, all);
        if (code)
            return code;
    }
    return make_run(e, schedule);
}

void engine_end(struct engine *e)
{
    const struct description *d = e->d;
    fluid_fini(&e->fluid);
    for (size_t i = 0; e->pool && i < d->n_pools; i++)
        pool_fini(&e->pool[i]);
    for (size_t i = 0; e->array && i < d->n_arrays; i++)
        array_fini(&e->array[i]);
    for (size_t i = 0; e->transport.link && i < 2 * d->n_links; i++)
        transmitter_fini(&e->transport.link[i]);
    for (size_t i = 0; e->delay && e->lan && i < places_count(d); i++) {
        heap_fini(&e->delay[i].heap);
        line_fini(&e->lan[i].line);
    }
    for (size_t i = 0; e->emitter && i < d->n_sites; i++)
        emitter_fini(&e->emitter[i]);
    for (size_t i = 0; e->transport.sender && i < d->n_sites; i++)
        sender_fini(&e->transport.sender[i]);
    transport_fini(&e->transport, e->n_processes);
    for (size_t i = 0; e->demand && i < d->n_sources; i++)
        if (e->demand[i].process)
            demand_fini(&e->demand[i]);
    for (size_t i = 0; e->process && e->recorder && e->class_targets && i < e->n_processes; i++) {
        process_fini(&e->process[i]);
        recorder_fini(&e->recorder[i]);
        class_targets_fini(&e->class_targets[i]);
        arena_reset(&e->own[i]);
    }
    for (size_t i = 0; i < TRANSPORT_USAGES; i++)
        usage_fini(&e->usage[i]);
    free(e->process);
    arena_reset(&e->memory);
    size_t begins = offsetof(struct engine, draws);
    memset((char *)e + begins, 0, sizeof *e - begins);
}

void engine_fini(struct engine *e)
{
    engine_drop_kept(e);
    arena_fini(&e->kept);
    arena_fini(&e->memory);
}
