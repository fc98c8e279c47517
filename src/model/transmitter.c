/* SPDX-License-Identifier: Apache-2.0
 * The sending end of a link direction. A message of one segment at most, or over one link, is one
 * job: it queues, is sent, and arrives after the propagation delay; passage.c has the longer ones.
 */
#include "model/transmitter.h"

#include <math.h>

#include "kernel/random.h"
#include "model/sender.h"

/* A uniform by which the link decides whether a message is dropped early (u[0]) and lost on the
 * line (u[1]): the same however jobs are served, another one each time that it is sent. */
static void luck(const struct transmitter *x, const struct job *job, double u[2])
{
    const struct transport *t = x->transport;
    uint64_t source = random_hash(t->d->source[job->source].name);
    uint32_t step = t->recipe[job->source].op[job->step].step;
    uint32_t part = (uint32_t)(source >> 32) ^ (uint32_t)source;
    if (job->flags & JOB_PACKET)
        part += (uint32_t)job->ticket * UINT32_C(2246822507);
    stream_uniform2(&x->luck, job->number, job_visit(job),
                    part + step * UINT32_C(2654435761) + job->sends, u);
}

psn_time transmitter_duration(const struct transmitter *x, double bits)
{
    return network_transmission(__builtin_expect(x->overhead, 0) ? network_wire_bits(x->link, bits)
                                                                 : bits,
                                x->bandwidth_bps);
}

psn_time transmitter_sent(const struct transmitter *x, psn_time now, psn_time duration)
{
    return x->slowed ? slowed_done(x->slowed, now, duration) : law_later(now, duration);
}

/* A message of n packets is lost where one of them is: with probability 1 - (1 - p)^n. */
__attribute__((noinline)) bool transmitter_loses(struct transmitter *x, const struct job *message,
                                                 psn_time at)
{
    double u[2];
    if (at >= x->transport->d->horizon)
        return false;
    luck(x, message, u);
    if (u[1] < random_exp(ceil(message->size_bits / PACKET_BITS) * x->log_kept))
        return false;
    if (x->figures)
        link_figures_dropped(x->figures, x->transport->class[message->source], true,
                             x->process->now);
    return true;
}

static inline void set_next(struct transmitter *x)
{
    psn_time next = x->channel ? channel_wakes(x->channel) : x->divided->next;
    if (next != x->process->tree.when[x->slot])
        tree_set(&x->process->tree, x->slot, next);
}

/* What it has taken of the line, evenly while it was served (beside other queues that is longer
 * than it takes alone), and how long it was here. */
static __attribute__((noinline)) void use(struct transmitter *x, const struct job *job,
                                          psn_time now)
{
    uint32_t class = job->group;
    psn_time since =
        link_figures_left(x->figures, class, job->owner, job->service, job->entered, now);
    if (usage_add(x->usage, x->direction, class, job->owner, job->service, since, now))
        x->process->error = PSN_EMEMORY;
}

/* What is measured of those that passed since the last mark; all came before the next one. */
static void fold(struct transmitter *x)
{
    struct channel *c = x->channel;
    const struct channel_passing *p = &c->passing;
    const struct channel_beside *b = &c->beside;
    psn_time at = c->meter.mark - 1, work = 0;
    if (p->count == 0)
        return;
    for (uint32_t i = 0; x->figures && i < p->owners; i++) {
        work += p->work_of[i];
        if (p->work_of[i] > 0 &&
            usage_add(x->usage, x->direction, p->class, p->first_owner + i, p->work_of[i], at, at))
            x->process->error = PSN_EMEMORY;
    }
    const struct tally wait = {p->count, b->waited, b->longest_wait};
    const struct tally spent = {p->count, b->waited + work,
                                b->longest > p->most ? b->longest : p->most};
    if (x->figures)
        link_figures_passed(x->figures, p->class, &wait, &spent, p->most, at);
    channel_fold(c);
}

/* What happened at a channel up to a time, and needed no event: what happens while others are there
 * has its own, which comes after the event under way if it is due now. */
static __attribute__((noinline)) void replay(struct transmitter *x, psn_time until)
{
    struct channel *c = x->channel;
    const struct job *stays = channel_settle_passing(c, until);
    if (stays && x->figures)
        link_figures_come(x->figures, stays->group, stays->owner, stays->service, stays->entered);
    if (until >= c->meter.mark - 1)
        fold(x);
    while (c->next <= until && channel_wakes(c) == PSN_NEVER) {
        psn_time at = c->next;
        const struct job *job = channel_depart(c, at);
        if (job && x->figures)
            use(x, job, at);
    }
}

/* Up to which time a channel's own events came before the one under way. */
static inline psn_time past_at(const struct transmitter *x, psn_time now)
{
    return x->process->rank > x->slot ? now : now - 1;
}

/* Before anything is asked of a channel: all that came before the event under way has happened. */
static inline void catch_up(struct transmitter *x, psn_time now)
{
    const struct channel *c = x->channel;
    psn_time past = past_at(x, now);
    if (c->next <= past || c->passing.service > 0 || now >= c->meter.mark)
        replay(x, past);
}

/* Nothing can be sent here, or there is no room for it. */
static __attribute__((noinline)) bool refuse(struct transmitter *x, const struct job *job,
                                             psn_time now)
{
    if (x->figures)
        link_figures_dropped(x->figures, x->transport->class[job->source], false, now);
    return false;
}

/* A job comes to a channel. By what chance it is dropped early. */
static inline double come_to_channel(struct transmitter *x, const struct job *job, psn_time now)
{
    const struct description *d = x->transport->d;
    uint32_t class = job->group;
    double u[2] = {0, 0};
    if (class < d->n_classes && d->class[class].early)
        luck(x, job, u);
    catch_up(x, now);
    return u[0];
}

/* What became of it there. Is it taken in? */
static inline bool settle_fate(struct transmitter *x, const struct job *job, enum channel_fate fate,
                               psn_time now)
{
    set_next(x);
    if (__builtin_expect(fate == CHANNEL_NO_MEMORY, 0))
        x->process->error = PSN_EMEMORY;
    else if (__builtin_expect(fate != CHANNEL_TAKEN, 0))
        return refuse(x, job, now);
    if (x->figures)
        link_figures_come(x->figures, job->group, job->owner, job->service, now);
    return true;
}

static __attribute__((noinline)) bool join_channel(struct transmitter *x, struct job *job,
                                                   psn_time now)
{
    job->group = x->transport->class[job->source];
    double chance = come_to_channel(x, job, now);
    return settle_fate(x, job, channel_arrive(x->channel, job, chance, now), now);
}

bool transmitter_commit_first(struct transmitter *x, struct job *job, psn_time now,
                              psn_time *departs)
{
    job->group = x->transport->class[job->source];
    if (channel_pass(x->channel, job, past_at(x, now), now, departs))
        return true;
    double chance = come_to_channel(x, job, now);
    *departs = PSN_NEVER;
    return settle_fate(x, job, channel_commit(x->channel, job, chance, now, departs), now);
}

static __attribute__((noinline)) bool join_none(struct transmitter *x, const struct job *job,
                                                psn_time now)
{
    struct meter *m = transmitter_meter(x);
    meter_advance(m, now);
    meter_refuse(m, now);
    return refuse(x, job, now);
}

bool transmitter_join(struct transmitter *x, struct job *job, psn_time now)
{
    if (__builtin_expect(x->down, 0))
        return join_none(x, job, now);
    if (x->channel)
        return join_channel(x, job, now);
    if (divided_arrive(x->divided, job, now))
        x->process->error = PSN_EMEMORY;
    tree_set(&x->process->tree, x->slot, x->divided->next);
    return true;
}

static struct job *take_back(void *owner, struct job *message, bool staged)
{
    struct transmitter *x = owner;
    return x->transport->take_back(x, message, staged);
}

void transmitter_promise(struct transmitter *x)
{
    x->divided->revoke = take_back;
    x->divided->owner = x;
}

psn_time transmitter_promised(struct transmitter *x, struct job *job, psn_time now)
{
    psn_time departs = PSN_NEVER;
    if (divided_promise(x->divided, job, now, &departs))
        x->process->error = PSN_EMEMORY;
    return departs;
}

/* What a station lets go: a message goes on, or the front of one. */
static inline void departed(struct transmitter *x, struct job *job, psn_time now)
{
    if (job->flags & (JOB_STAGED | JOB_HEAD))
        x->transport->front_out(x, job, now);
    else if (!transmitter_leave(x, job, now))
        sender_drop(x, job, now);
}

static void depart_divided(void *owner, psn_time now)
{
    struct transmitter *x = owner;
    struct job *job = divided_depart(x->divided, now);
    tree_set(&x->process->tree, x->slot, x->divided->next);
    if (job)
        departed(x, job, now);
}

static void depart_channel(void *owner, psn_time now)
{
    struct transmitter *x = owner;
    if (__builtin_expect(now >= x->channel->meter.mark, 0))
        fold(x);
    struct job *job = channel_depart(x->channel, now);
    set_next(x);
    if (!job)
        return;
    if (x->figures && !(job->flags & JOB_STAGED))
        use(x, job, now);
    if (!(job->flags & JOB_COMMITTED))
        departed(x, job, now);
}

/* What takes so many bits of the line, in ns of it; 1 ns at least where there are any. */
static psn_time work_of(const struct transmitter *x, double bits)
{
    psn_time work = network_transmission(bits, x->bandwidth_bps);
    return bits > 0 && work == 0 ? 1 : work;
}

/* A rate as a share of the line, in 2^-30: at least one, where there is any. */
static uint64_t share_of(double share)
{
    double parts = share * (double)METER_WHOLE + 0.5;
    return share > 0 ? (uint64_t)fmin(fmax(parts, 1), (double)METER_WHOLE) : 0;
}

static struct channel_class class_of(const struct transmitter *x, const struct service_class *c)
{
    struct channel_class k = {.level = c->level,
                              .weight = c->strict ? 0 : c->weight,
                              .by_owner = !c->strict,
                              .limit = share_of(c->limit),
                              .early = c->early && x->link->buffer_bits > 0,
                              .early_from = c->early_from,
                              .early_to = c->early_to,
                              .early_most = c->early_most};
    k.burst = k.limit ? work_of(x, network_burst_bits(x->link, c)) : 0;
    return k;
}

/* A link direction that nobody uses has no slots. */
static void bind(struct process *p, uint32_t slot, process_fire fire, struct transmitter *x)
{
    if (slot != NO_INDEX)
        process_bind(p, slot, fire, x);
}

/* Its station, where that is a channel. 0 or PSN_EMEMORY. */
static int make_channel(struct transmitter *x, struct arena *memory)
{
    const struct description *d = x->transport->d;
    const struct link *l = x->link;
    uint32_t n = (uint32_t)d->n_classes;
    struct channel_class *class = arena_array(memory, n + 1, sizeof *class);
    x->channel = arena_array(memory, 1, sizeof *x->channel);
    if (!class || !x->channel)
        return PSN_EMEMORY;
    bind(x->process, x->slot, depart_channel, x);
    for (uint32_t c = 0; c < n; c++)
        class[c] = class_of(x, &d->class[c]);
    class[n] = (struct channel_class){.weight = 1, .by_owner = n > 0};
    struct channel_config config = {.n_classes = n + 1,
                                    .class = class,
                                    .packet = transmitter_duration(x, PACKET_BITS),
                                    .buffer = work_of(x, l->buffer_bits),
                                    .contract = share_of(l->contract_bps / l->bandwidth_bps),
                                    .contract_burst = work_of(x, l->burst_bits)};
    return channel_init(x->channel, &config);
}

static bool has_channel(const struct description *d, const struct link *l)
{
    return d->n_classes > 0 || l->buffer_bits > 0 || l->contract_bps > 0;
}

bool transmitter_commits(const struct description *d, const struct link *l, bool steady)
{
    return steady && !has_channel(d, l);
}

/* Its station: see struct transmitter. 0 or PSN_EMEMORY. */
static int make_station(struct transmitter *x, bool steady, struct arena *memory, int64_t *capacity)
{
    const struct description *d = x->transport->d;
    *capacity = METER_WHOLE;
    if (has_channel(d, x->link))
        return make_channel(x, memory);
    if (transmitter_commits(d, x->link, steady)) {
        *capacity = 1;
        x->committed = arena_array(memory, 1, sizeof *x->committed);
        return x->committed ? fifo_init(x->committed, 1, d->horizon) : PSN_EMEMORY;
    }
    x->divided = arena_array(memory, 1, sizeof *x->divided);
    if (!x->divided || divided_init(x->divided))
        return PSN_EMEMORY;
    bind(x->process, x->slot, depart_divided, x);
    x->divided->first_come = true; /* bulk that is long enough to matter is a flow */
    return 0;
}

int transmitter_init(struct transmitter *x, struct transport *t, const struct draws *draws,
                     uint32_t direction, bool steady, struct process *sender, uint32_t slot,
                     struct process *receiver, uint32_t line_slot, struct arena *memory,
                     int64_t *capacity)
{
    const struct link *l = &t->d->link[direction / 2];
    x->transport = t;
    x->link = l;
    x->process = sender;
    x->slot = slot;
    x->direction = direction;
    x->bandwidth_bps = l->bandwidth_bps;
    x->delay = l->delay;
    x->overhead = l->overhead_bits > 0 || l->overhead_share > 0;
    x->log_kept = l->loss > 0 ? random_log(1 - l->loss) : 0;
    x->books = &t->books[sender - t->process];
    x->books_there = &t->books[receiver - t->process];
    x->usage = &t->usage[TRANSPORT_MESSAGES];
    x->line.home = receiver;
    x->line.slot = line_slot;
    stream_key(&x->luck, draws, l->name, RANDOM_LOSS, direction & 1);
    bind(receiver, line_slot, t->deliver, x);
    if (t->d->n_classes > 0) {
        x->figures = arena_array(memory, 1, sizeof *x->figures);
        if (!x->figures ||
            link_figures_init(x->figures, t->d,
                              &t->owners[t->d->n_pools + t->d->n_arrays + direction], memory))
            return PSN_EMEMORY;
    }
    return make_station(x, steady, memory, capacity);
}

void transmitter_fini(struct transmitter *x)
{
    if (!x->process)
        return;
    if (x->channel)
        channel_fini(x->channel);
    if (x->divided)
        divided_fini(x->divided);
    if (x->committed)
        fifo_fini(x->committed);
    line_fini(&x->line);
    arena_fini(&x->passages);
}

struct meter *transmitter_meter(struct transmitter *x)
{
    if (x->committed)
        return &x->committed->meter;
    return x->channel ? &x->channel->meter : &x->divided->meter;
}

struct meter *transmitter_measured(struct transmitter *x)
{
    if (x->committed)
        fifo_finish(x->committed);
    if (x->divided)
        divided_finish(x->divided, x->transport->d->horizon);
    if (x->channel)
        replay(x, x->transport->d->horizon - 1);
    if (x->channel)
        fold(x);
    return transmitter_meter(x);
}

/* All that is here is dropped. */
static void flush(struct transmitter *x, psn_time now)
{
    struct job *next = x->channel ? channel_flush(x->channel, now) : divided_flush(x->divided, now);
    while (next) {
        struct job *job = next;
        uint32_t class = x->transport->class[job->source];
        next = job->next;
        if (x->figures) {
            link_figures_out(x->figures, class, job->owner, job->service);
            link_figures_dropped(x->figures, class, false, now);
        }
        if (job->flags & JOB_HEAD)
            x->transport->front_dropped(x, job, now);
        else
            sender_drop(x, job, now);
    }
}

void transmitter_change(void *owner, const struct changes *c, psn_time now)
{
    struct transmitter *x = owner;
    bool was_down = x->down;
    if (x->channel)
        channel_set_speed(x->channel, c->speed, now);
    else
        divided_set_speed(x->divided, c->speed, now);
    x->down = c->lost;
    if (x->down && !was_down)
        flush(x, now);
    set_next(x);
}

/* A divided station has one class, whose messages share one to one with all flows together. */
void transmitter_background(struct transmitter *x, uint32_t class, uint64_t cap, uint32_t weight,
                            psn_time now)
{
    if (x->channel) {
        catch_up(x, now);
        channel_set_background(x->channel, class, cap, weight, now);
    } else {
        divided_set_background(x->divided, cap, now);
    }
    set_next(x);
}

exact_sum transmitter_work(struct transmitter *x, uint32_t class, psn_time now)
{
    if (x->channel) {
        catch_up(x, now);
        fold(x);
    }
    return x->channel ? channel_class_work(x->channel, class, now) : divided_work(x->divided, now);
}

int64_t transmitter_spared(const struct transmitter *x)
{
    return x->divided ? x->divided->spared : 0;
}

void transmitter_finish(const struct transmitter *x, struct outcome *o)
{
    if (x->figures)
        link_figures_finish(x->figures, x->direction, o);
}
