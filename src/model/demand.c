/* SPDX-License-Identifier: Apache-2.0
 * Demand sources. */
#include "model/demand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/random.h"

enum { USER_AWAY, USER_THINKING, USER_ASKING };

struct job *demand_job(struct demand *s, uint64_t number, psn_time born)
{
    struct job *job = process_job(s->process);
    if (!job)
        return NULL;
    job->number = number;
    job->born = born;
    job->source = s->index;
    job->owner = s->source->partner;
    if (s->kind == WORKLOAD_SCHEDULED)
        job->flags |= JOB_BULK;
    return job;
}

static inline void job_begin(struct demand *s, uint64_t number, psn_time born, uint32_t attempt,
                             psn_time now)
{
    struct job *job = demand_job(s, number, born);
    if (!job)
        return;
    job->attempt = (uint16_t)attempt; /* retries are fewer than 2^12 */
    if (s->attempts.timeout > 0)
        job->ticket = attempts_begin(&s->attempts, number, born, attempt, now);
    s->begin(s->context, s, job, now);
}

/* --- open: a Poisson process by inversion of its cumulated rate (Cinlar, Introduction to
 * Stochastic Processes (1975), section 4.7): arrival n comes when the integral of the rate reaches
 * the n-th point of a unit-rate process, so another demand or shape moves arrivals but keeps them.
 * --- */

/* The random level of a day, with mean 1: lognormal, exp(sigma z - sigma^2 / 2). Without a loading
 * a, z is the workload's and partner's own; with one it is a Z + sqrt(1 - a^2) times that, where Z
 * is one standard normal of the day for all. So two levels of equal sigma and loadings a and b have
 * the correlation (exp(sigma^2 a b) - 1) / (exp(sigma^2) - 1): a one-factor Gaussian model, as O.
 * Vasicek, "The distribution of loan portfolio value", Risk 15(12), 2002, has it for loans. */
static double day_level(const struct demand *s, uint64_t day)
{
    const struct open_demand *o = &s->as.open;
    double loading = s->d->workload[s->source->workload].loading, own[2], common[2];
    if (loading == 0)
        return stream_draw_one(&o->level, day, 0);
    stream_uniform2(&o->level, day, 0, 0, own);
    stream_uniform2(&o->common, day, 0, 0, common);
    double z = loading * random_normal_quantile(common[0]) +
               sqrt(1 - loading * loading) * random_normal_quantile(own[0]);
    return random_exp(o->level.law.a + o->level.law.b * z);
}

static double hour_rate(struct demand *s, psn_time hour)
{
    const struct description *d = s->d;
    struct open_demand *o = &s->as.open;
    uint32_t profile = d->workload[s->source->workload].profile;
    double rate = o->base_per_ns * description_level(d, s->source, hour);
    if (profile != NO_INDEX && d->profile[profile].vary > 0 && rate > 0)
        rate *= day_level(s, (uint64_t)((d->start_of_week + hour) / PSN_DAY));
    return rate;
}

/* The time of the next arrival; PSN_NEVER where none comes before the horizon. */
static psn_time open_next(struct demand *s)
{
    struct open_demand *o = &s->as.open;
    double need = stream_draw(&o->gap, o->n, 0);
    for (;;) {
        double room = ((double)PSN_HOUR - o->past) * o->per_ns;
        if (need < room) {
            o->past += need / o->per_ns;
            return o->hour + (psn_time)(o->past + 0.5);
        }
        need -= room;
        o->hour += PSN_HOUR;
        o->past = 0;
        if (o->hour >= s->d->horizon)
            return PSN_NEVER;
        o->per_ns = hour_rate(s, o->hour);
    }
}

/* The arrival at `now`, which is due, and those that follow before the horizon, of a source that
 * runs ahead. */
static void open_arrive_ahead(struct demand *s, psn_time now)
{
    struct open_demand *o = &s->as.open;
    uint64_t first = o->n;
    psn_time at[DEMAND_BLOCK], next = now;
    size_t n = 0;
    do {
        at[n++] = next;
        o->n++;
        next = open_next(s);
    } while (n < DEMAND_BLOCK && next < s->d->horizon);
    tree_set(&s->process->tree, s->next_slot, next);
    if (s->arrive_block(s->context, s, first, at, n))
        return;
    for (size_t i = 0; i < n; i++)
        job_begin(s, first + i, at[i], 0, at[i]);
}

static void open_arrive(void *owner, psn_time now)
{
    struct demand *s = owner;
    if (s->ahead) {
        open_arrive_ahead(s, now);
        return;
    }
    uint64_t number = s->as.open.n++;
    tree_set(&s->process->tree, s->next_slot, open_next(s));
    s->offer(s->context, s, now);
    job_begin(s, number, now, 0, now);
}

static int open_init(struct demand *s, const struct draws *draws)
{
    const struct description *d = s->d;
    const struct source *source = s->source;
    struct open_demand *o = &s->as.open;
    uint32_t p = d->workload[source->workload].profile;
    if (source->rate_per_s <= 0)
        return 0;
    if (p != NO_INDEX) {
        /* The level of a day is common to all sites of (workload, partner). */
        struct draws of_workload = *draws;
        stream_key(&o->level, draws, d->workload[source->workload].name, RANDOM_DAY, 0);
        of_workload.seed = o->level.key;
        stream_key(&o->level, &of_workload, d->partner[source->partner].name, RANDOM_DAY, 1);
        stream_key(&o->common, draws, "", RANDOM_COMMON_DAY, 0);
        if (d->profile[p].vary > 0 && law_init(&o->level.law, LAW_LOGNORMAL, d->profile[p].vary))
            return PSN_EINPUT;
    }
    o->base_per_ns = source->rate_per_s * 1e-9 / description_level_mean(d, source);
    stream_key(&o->gap, draws, source->name, RANDOM_ARRIVAL, 0);
    int code = law_init(&o->gap.law, LAW_EXP, 0);
    o->per_ns = hour_rate(s, 0);
    tree_set(&s->process->tree, s->next_slot, open_next(s));
    return code;
}

/* --- closed: users think, ask, wait for the answer, and think again. --- */

static uint64_t user_number(const struct closed_demand *c, uint32_t user)
{
    return (uint64_t)user << 32 | c->cycle[user];
}

/* Sets the source's slot to when the first of those who think asks. */
static void closed_set(struct demand *s)
{
    uint32_t user;
    tree_set(&s->process->tree, s->next_slot, tree_first(&s->as.closed.thinking, &user));
}

/* When a user who thinks from now on asks. */
static inline psn_time begin_thinking(struct closed_demand *c, uint32_t user, psn_time now)
{
    double ns = c->think_ns * stream_draw(&c->think, user_number(c, user), 0);
    c->state[user] = USER_THINKING;
    return law_later(now, law_round_ns(ns));
}

static psn_time think(struct demand *s, uint32_t user, psn_time now)
{
    struct closed_demand *c = &s->as.closed;
    psn_time end = begin_thinking(c, user, now);
    tree_set(&c->thinking, user, end);
    return end;
}

/* Those of `from` to `to` who are away begin to think: all in the tree at once, which costs less
 * than one by one where they are many. */
static void all_think(struct closed_demand *c, int64_t from, int64_t to, psn_time now)
{
    bool any = false;
    for (int64_t user = from; user < to; user++) {
        if (c->state[user] != USER_AWAY)
            continue;
        tree_note(&c->thinking, (uint32_t)user, begin_thinking(c, (uint32_t)user, now));
        any = true;
    }
    if (any)
        tree_rebase(&c->thinking, now);
}

/* From so many on, as a share of all users, those who come are set at once. */
#define AT_ONCE_SHARE 4

static void closed_ask(void *owner, psn_time now)
{
    struct demand *s = owner;
    struct closed_demand *c = &s->as.closed;
    uint32_t user = 0;
    tree_first(&c->thinking, &user);
    tree_set(&c->thinking, user, PSN_NEVER);
    closed_set(s);
    c->state[user] = USER_ASKING;
    s->offer(s->context, s, now);
    job_begin(s, user_number(c, user), now, 0, now);
}

/* The next hour at which another number of users is signed on. Where all weeks are alike, none is
 * if none is within a week. */
static psn_time closed_next_change(const struct demand *s, psn_time now)
{
    const struct description *d = s->d;
    const struct source *source = s->source;
    bool limited = source->there.open > 0 || source->there.close < d->horizon;
    bool dated = limited || source->growth != 0 ||
                 (source->shape != NO_INDEX && d->shape[source->shape].plan != NULL);
    if (source->shape == NO_INDEX && !dated)
        return PSN_NEVER;
    for (psn_time h = now + PSN_HOUR; h < d->horizon && (dated || h - now <= PSN_WEEK);
         h += PSN_HOUR)
        if (description_signed_on(d, source, h) != s->as.closed.signed_on)
            return h;
    return PSN_NEVER;
}

/* Users who sign off while they think leave at once; those who wait for an answer leave when they
 * have it. Who comes begins by thinking. */
static void closed_change(void *owner, psn_time now)
{
    struct demand *s = owner;
    struct closed_demand *c = &s->as.closed;
    int64_t before = c->signed_on;
    c->signed_on = description_signed_on(s->d, s->source, now);
    for (int64_t user = c->signed_on; user < before; user++) {
        if (c->state[user] != USER_THINKING)
            continue;
        tree_set(&c->thinking, (uint32_t)user, PSN_NEVER);
        c->state[user] = USER_AWAY;
        c->cycle[user]++; /* so that the next sign-on thinks anew */
    }
    if ((c->signed_on - before) * AT_ONCE_SHARE > s->source->users_most)
        all_think(c, before, c->signed_on, now);
    else
        for (int64_t user = before; user < c->signed_on; user++)
            if (c->state[user] == USER_AWAY)
                think(s, (uint32_t)user, now);
    closed_set(s);
    tree_set(&s->process->tree, s->change_slot, closed_next_change(s, now));
}

static int closed_init(struct demand *s, const struct draws *draws)
{
    const struct source *source = s->source;
    const struct random_amount *amount = &s->d->workload[source->workload].think;
    struct closed_demand *c = &s->as.closed;
    if (source->users <= 0)
        return 0;
    stream_key(&c->think, draws, source->name, RANDOM_THINK, 0);
    c->think.law = amount->law;
    c->think_ns = description_amount(s->d, &amount->mean, source->partner);
    size_t most = (size_t)source->users_most;
    c->cycle = calloc(most, sizeof *c->cycle);
    c->state = calloc(most, sizeof *c->state);
    if (!c->cycle || !c->state || tree_init(&c->thinking, (uint32_t)most))
        return PSN_EMEMORY;
    closed_change(s, 0);
    return s->process->error;
}

static void closed_ended(struct demand *s, uint32_t user, psn_time now)
{
    struct closed_demand *c = &s->as.closed;
    c->cycle[user]++;
    c->state[user] = USER_AWAY;
    if ((int64_t)user < c->signed_on) {
        psn_time end = think(s, user, now);
        if (end <= s->process->tree.when[s->next_slot])
            tree_set(&s->process->tree, s->next_slot, end);
    }
}

/* --- scheduled: released by the calendar, one at a time. --- */

static void scheduled_begin(struct demand *s, psn_time now)
{
    struct scheduled_demand *c = &s->as.scheduled;
    if (c->running || c->begun == c->released)
        return;
    size_t number = c->begun++;
    c->running = true;
    job_begin(s, number, s->source->release[number].at, 0, now);
}

static void scheduled_release(void *owner, psn_time now)
{
    struct demand *s = owner;
    struct scheduled_demand *c = &s->as.scheduled;
    c->released++;
    tree_set(&s->process->tree, s->next_slot,
             c->released < s->source->n_releases ? s->source->release[c->released].at : PSN_NEVER);
    s->offer(s->context, s, now);
    scheduled_begin(s, now);
}

/* --- all kinds --- */

static void news_arrive(void *owner, psn_time now)
{
    struct demand *s = owner;
    struct job *job = line_take(&s->news);
    demand_ended(s, job, now);
    process_release(s->process, job);
}

/* A request is over for who asked. */
static void settled(struct demand *s, uint64_t number, psn_time now)
{
    if (s->kind == WORKLOAD_CLOSED) {
        closed_ended(s, (uint32_t)(number >> 32), now);
    } else if (s->kind == WORKLOAD_SCHEDULED) {
        s->as.scheduled.running = false;
        scheduled_begin(s, now);
    }
}

/* An attempt was in vain: the user tries again at once, or gives up. */
static void in_vain(struct demand *s, uint64_t number, psn_time born, uint32_t attempt,
                    uint32_t why, psn_time now)
{
    bool again = attempt < s->retries;
    if (again || s->attempts.timeout > 0) /* else it has been counted where it failed */
        s->given_up(s->context, s, born, why, again);
    if (again)
        job_begin(s, number, born, attempt + 1, now);
    else
        settled(s, number, now);
}

/* The time of an attempt is over. What the attempt set going goes on, for nobody tells those who
 * work on it. */
static void attempt_over(void *context, const struct attempt *attempt, psn_time now)
{
    in_vain(context, attempt->number, attempt->born, attempt->attempt, 0, now);
}

int demand_init(struct demand *s, const struct description *d, const struct draws *draws)
{
    s->d = d;
    s->news.home = s->process;
    if (s->news.slot != NO_INDEX)
        process_bind(s->process, s->news.slot, news_arrive, s);
    const struct service *service = &d->service[d->workload[s->source->workload].service];
    s->retries = service->retries;
    if (service->timeout > 0) {
        s->attempts.timeout = service->timeout;
        s->attempts.process = s->process;
        s->attempts.over = attempt_over;
        s->attempts.context = s;
        attempts_init(&s->attempts);
    }
    switch (s->kind) {
    case WORKLOAD_OPEN:
        process_bind(s->process, s->next_slot, open_arrive, s);
        return open_init(s, draws);
    case WORKLOAD_CLOSED:
        process_bind(s->process, s->change_slot, closed_change, s);
        process_bind(s->process, s->next_slot, closed_ask, s);
        return closed_init(s, draws);
    case WORKLOAD_SCHEDULED:
        process_bind(s->process, s->next_slot, scheduled_release, s);
        if (s->source->n_releases > 0)
            tree_set(&s->process->tree, s->next_slot, s->source->release[0].at);
        return 0;
    }
    return 0;
}

void demand_fini(struct demand *s)
{
    if (s->kind == WORKLOAD_CLOSED) {
        tree_fini(&s->as.closed.thinking);
        free(s->as.closed.cycle);
        free(s->as.closed.state);
    }
    line_fini(&s->news);
    attempts_fini(&s->attempts);
}

void demand_ended(struct demand *s, const struct job *job, psn_time now)
{
    bool timed = s->attempts.timeout > 0;
    if (timed && !attempts_answer(&s->attempts, job->ticket))
        return;
    if (job->flags & JOB_FAILED) {
        in_vain(s, job->number, job->born, job->attempt, job->flags & JOB_FAILED, now);
        return;
    }
    if (timed)
        s->answered(s->context, s, job->born, now);
    settled(s, job->number, now);
}

void demand_each_waiting(const struct demand *s,
                         void (*visit)(void *context, const struct demand *s, uint64_t number),
                         void *context)
{
    if (s->kind != WORKLOAD_SCHEDULED)
        return;
    for (size_t k = s->as.scheduled.begun; k < s->as.scheduled.released; k++)
        visit(context, s, k);
}
