/* SPDX-License-Identifier: Apache-2.0
 * One server divided between a first-come queue and standing backlogs. Used by links and arrays.
 *
 * Units. A rate is a number of DIVIDED_WHOLE-ths of the capacity, work is rate x ns. DIVIDED_WHOLE
 * is 2^30, the unit of a job's share, times 720720, the least common multiple of 1 to 16: so equal
 * parts for up to 16 backlogs are exact, and with more each loses less than one unit of 2^49. Work
 * is below 2^63 x 2^50 and fits 128 bits. All is integer, so what a job gets does not depend on
 * when anyone looked. A speed below full leaves as many DIVIDED_PARTS as it has units of 2^-30.
 *
 * Laziness. While the set of backlogs and their limits stay, each backlog has one rate while the
 * queue is empty and one while it is not. Arrivals and departures of the queue only add up the time
 * that it was busy; backlogs are settled when one comes, may be done, or loses its limit. The time
 * of that look (bulk_next) is a lower bound: as if the queue were empty as soon as its job in
 * service has gone. A look that came too early has still cut what is left by the rate, so looks
 * come closer geometrically, and each moves on by at least 1 ns.
 *
 * Promises. While there are any, nothing but the meter follows the queue, and that late: departures
 * are caught up with before anything else is done.
 *
 * Rounding. A departure comes out at the first whole ns at which the work is done. What the job in
 * service leaves of that ns goes to the next one in the queue, so a busy period does not drift. A
 * change of the set of backlogs takes effect at a whole ns. */
#include "stations/divided.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define DIVIDED_PARTS 720720
#define DIVIDED_WHOLE (METER_WHOLE * DIVIDED_PARTS)

int divided_init(struct divided *d)
{
    d->queue = (struct job_queue){0};
    d->bulk = NULL;
    d->n_bulk = d->capacity = 0;
    d->first_come = false;
    d->steady = true;
    d->whole = d->queue_rate = DIVIDED_WHOLE;
    d->queue_over = 0;
    d->done = 0;
    d->background = 0;
    d->busy_together = METER_WHOLE;
    d->busy_alone = 0;
    d->at = d->busy_time = d->busy_from = 0;
    d->next = d->queue_next = d->bulk_next = PSN_NEVER;
    d->revoke = NULL;
    d->owner = NULL;
    d->promise = NULL;
    d->promise_head = d->n_promises = d->promise_capacity = 0;
    d->free = 0;
    d->spared = 0;
    return PSN_OK;
}

void divided_fini(struct divided *d)
{
    free(d->bulk);
    free(d->promise);
    d->bulk = NULL;
    d->promise = NULL;
    d->n_bulk = d->capacity = d->n_promises = d->promise_capacity = 0;
}

static inline bool divided_queue_busy(const struct divided *d)
{
    return d->queue.head != NULL;
}

static inline void divided_set_next(struct divided *d)
{
    d->next = d->queue_next < d->bulk_next ? d->queue_next : d->bulk_next;
}

/* now + dt; beyond the end of time: never. */
static inline psn_time divided_later(psn_time now, exact_sum dt)
{
    return dt < PSN_NEVER - now ? now + (psn_time)dt : PSN_NEVER;
}

/* Whole ns that `work` takes at `rate`, rounded up; 0 where none is left. */
static exact_sum divided_duration(exact_sum work, int64_t rate)
{
    if (work <= 0)
        return 0;
    return rate > 0 ? (work + rate - 1) / rate : PSN_NEVER;
}

/* The job in service, with this much work left (negative: done already by so much), at queue_rate.
 */
static void divided_serve(struct divided *d, exact_sum left, psn_time now)
{
    d->queue_next = divided_later(now, divided_duration(left, d->queue_rate));
    d->queue_over = exact_product(d->queue_rate, d->queue_next - now) - left;
}

/* The head of the queue goes into service. At full capacity it takes its demand, and what the job
 * before it left of its last ns is handed on. */
static inline void divided_begin(struct divided *d, psn_time now)
{
    const struct job *job = d->queue.head;
    psn_time service = job->flags & JOB_STAGED ? job->last : job->service - job->last;
    if (d->queue_rate == DIVIDED_WHOLE && service > 0)
        d->queue_next = divided_later(now, service);
    else
        divided_serve(d, exact_product(service, DIVIDED_WHOLE) - d->queue_over, now);
}

/* The first of the promises. */
static inline struct promise *divided_first(const struct divided *d)
{
    return &d->promise[d->promise_head];
}

static inline void divided_drop_first(struct divided *d)
{
    d->promise_head = (d->promise_head + 1) & (d->promise_capacity - 1);
    d->n_promises--;
}

/* Who was promised to depart by `until` has. */
static inline void divided_catch_up(struct divided *d, psn_time until)
{
    while (d->n_promises > 0 && divided_first(d)->departs <= until) {
        const struct promise *p = divided_first(d);
        meter_advance(&d->meter, p->departs);
        meter_depart(&d->meter, p->departs, p->entered, p->service, p->owner);
        d->done += p->service;
        d->spared += p->last > 0 ? 2 : 1;
        divided_drop_first(d);
        if (d->n_promises == 0)
            d->meter.busy = d->busy_alone;
    }
}

/* A job that was promised goes into the queue as it is now, before those that came after it. */
static void divided_take_back(struct divided *d, const struct promise *p, psn_time now)
{
    bool staged = p->last > 0 && p->departs - p->last <= now;
    struct job *job = d->revoke(d->owner, p->job, staged);
    if (!job)
        return;
    job->entered = p->entered;
    job->service = p->service;
    job->last = p->last;
    if (staged) {
        job->flags |= JOB_STAGED;
        d->spared++;
    }
    d->queue_next = staged ? p->departs : p->departs - p->last;
    job->next = d->queue.head;
    if (!d->queue.head)
        d->queue.tail = job;
    d->queue.head = job;
}

/* All that was promised beyond now is revoked, the last first: so an owner that keeps jobs in the
 * order of departures finds each at the end. */
static void divided_withdraw(struct divided *d, psn_time now)
{
    divided_catch_up(d, now);
    if (d->n_promises == 0)
        return;
    for (; d->n_promises > 0; d->n_promises--) {
        size_t last = (d->promise_head + d->n_promises - 1) & (d->promise_capacity - 1);
        divided_take_back(d, &d->promise[last], now);
    }
    d->busy_from = now;
    divided_set_next(d);
}

/* Brings every backlog's work up to now. */
static void divided_settle(struct divided *d, psn_time now)
{
    psn_time busy = d->busy_time + (divided_queue_busy(d) ? now - d->busy_from : 0);
    psn_time idle = now - d->at - busy;
    for (size_t i = 0; i < d->n_bulk; i++) {
        struct backlog *b = &d->bulk[i];
        b->left -= exact_product(b->rate_busy, busy) + exact_product(b->rate_idle, idle);
    }
    d->at = d->busy_from = now;
    d->busy_time = 0;
}

static inline int64_t *divided_rate(struct backlog *b, bool busy)
{
    return busy ? &b->rate_busy : &b->rate_idle;
}

/* Divides `capacity` between the backlogs, max-min: whoever's limit is below an equal part gets its
 * limit, and the others divide the rest (progressive filling: Bertsekas and Gallager, Data
 * Networks, 2nd ed., section 6.5.2). Returns what they get together. */
static int64_t divided_fill(struct divided *d, int64_t capacity, bool busy)
{
    int64_t rest = capacity, used = 0, open = (int64_t)d->n_bulk;
    for (size_t i = 0; i < d->n_bulk; i++)
        *divided_rate(&d->bulk[i], busy) = 0;
    for (bool again = true; again && open > 0;) {
        int64_t equal = rest / open;
        again = false;
        for (size_t i = 0; i < d->n_bulk; i++) {
            struct backlog *b = &d->bulk[i];
            int64_t *rate = divided_rate(b, busy);
            int64_t limit = b->left > b->tail ? b->limit : DIVIDED_WHOLE;
            if (*rate == 0 && limit <= equal) {
                *rate = limit;
                rest -= limit;
                open--;
                again = true;
            }
        }
    }
    int64_t part = open > 0 ? rest / open : 0;
    for (size_t i = 0; i < d->n_bulk; i++) {
        int64_t *rate = divided_rate(&d->bulk[i], busy);
        if (*rate == 0)
            *rate = part;
        used += *rate;
    }
    return used;
}

/* When a backlog may be done or lose its limit: no sooner than this. */
static psn_time divided_bound(const struct divided *d, const struct backlog *b, psn_time now)
{
    exact_sum need = b->left > b->tail ? b->left - b->tail : b->left;
    if (!divided_queue_busy(d))
        return divided_later(now, divided_duration(need, b->rate_idle));
    exact_sum meanwhile = exact_product(b->rate_busy, d->queue_next - now);
    if (need <= meanwhile)
        return divided_later(now, divided_duration(need, b->rate_busy));
    return divided_later(d->queue_next, divided_duration(need - meanwhile, b->rate_idle));
}

/* What a rate is of the whole, in 2^-30. */
static int64_t divided_share(int64_t rate, int64_t whole)
{
    return whole > 0 ? (int64_t)((exact_product(rate, METER_WHOLE) + whole / 2) / whole) : 0;
}

static int64_t divided_least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* After a settling: new rates, and all that follows from them. */
static void divided_refill(struct divided *d, psn_time now)
{
    int64_t alone = divided_least(d->background, d->whole);
    int64_t together = divided_least(d->background, d->whole / 2);
    alone += divided_fill(d, d->whole - alone, false);
    together += divided_fill(d, d->whole / 2 - together, true);
    int64_t queue_rate = d->whole - together;
    d->busy_together = d->whole > 0 ? METER_WHOLE : 0;
    d->busy_alone = divided_share(alone, d->whole);
    if (divided_queue_busy(d) && queue_rate != d->queue_rate) {
        exact_sum left = exact_product(d->queue_rate, d->queue_next - now) - d->queue_over;
        d->queue_rate = queue_rate;
        divided_serve(d, left, now);
    }
    d->queue_rate = queue_rate;
    d->steady = d->n_bulk == 0 && d->background == 0 && d->whole == DIVIDED_WHOLE;
    d->meter.busy = divided_queue_busy(d) ? d->busy_together : d->busy_alone;
    d->bulk_next = PSN_NEVER;
    for (size_t i = 0; i < d->n_bulk; i++) {
        psn_time bound = divided_bound(d, &d->bulk[i], now);
        if (bound < d->bulk_next)
            d->bulk_next = bound;
    }
    divided_set_next(d);
}

/* A backlog comes. */
static int divided_arrive_bulk(struct divided *d, struct job *job, psn_time now)
{
    divided_withdraw(d, now);
    void *items = d->bulk;
    int status = array_reserve(&items, &d->capacity, d->n_bulk + 1, sizeof *d->bulk);
    d->bulk = items;
    if (status != PSN_OK)
        return status;
    int64_t share = job->share ? job->share : 1;
    if (share > METER_WHOLE)
        share = METER_WHOLE;
    meter_advance(&d->meter, now);
    meter_arrive(&d->meter);
    divided_settle(d, now);
    job->entered = now;
    d->bulk[d->n_bulk++] = (struct backlog){.job = job,
                                            .left = exact_product(job->service, DIVIDED_WHOLE),
                                            .tail = exact_product(job->last, DIVIDED_WHOLE),
                                            .limit = share * DIVIDED_PARTS};
    divided_refill(d, now);
    return PSN_OK;
}

int divided_arrive(struct divided *d, struct job *job, psn_time now)
{
    if ((job->flags & JOB_BULK) && !d->first_come)
        return divided_arrive_bulk(d, job, now);
    divided_withdraw(d, now);
    meter_advance(&d->meter, now);
    meter_arrive(&d->meter);
    job->entered = now;
    bool first = !divided_queue_busy(d);
    job_queue_push(&d->queue, job);
    if (first) {
        d->meter.busy = d->busy_together;
        d->busy_from = now;
        divided_begin(d, now);
        divided_set_next(d);
    }
    return PSN_OK;
}

/* Twice as much room for promises. False where memory ends. */
static bool divided_grow_promises(struct divided *d)
{
    size_t capacity = d->promise_capacity ? 2 * d->promise_capacity : 8;
    struct promise *promise = malloc(capacity * sizeof *promise);
    if (!promise)
        return false;
    for (size_t i = 0; i < d->n_promises; i++)
        promise[i] = d->promise[(d->promise_head + i) & (d->promise_capacity - 1)];
    free(d->promise);
    d->promise = promise;
    d->promise_head = 0;
    d->promise_capacity = capacity;
    return true;
}

int divided_promise(struct divided *d, struct job *job, psn_time now, psn_time *departs)
{
    divided_catch_up(d, now);
    if (d->n_promises == d->promise_capacity && !divided_grow_promises(d))
        return PSN_EMEMORY;
    meter_advance(&d->meter, now);
    meter_arrive(&d->meter);
    d->meter.busy = d->busy_together;
    job->entered = now;
    d->free = divided_later(d->n_promises > 0 ? d->free : now, job->service);
    *departs = d->free;
    d->promise[(d->promise_head + d->n_promises) & (d->promise_capacity - 1)] =
        (struct promise){job, now, job->service, d->free, job->last, job->owner};
    d->n_promises++;
    return PSN_OK;
}

void divided_finish(struct divided *d, psn_time end)
{
    divided_catch_up(d, end - 1);
    if (d->n_promises > 0)
        d->spared +=
            divided_first(d)->last > 0 && divided_first(d)->departs - divided_first(d)->last < end;
}

/* The job in service goes, and the next one follows; or its first stage is over, and it stays. */
static struct job *divided_depart_queue(struct divided *d, psn_time now)
{
    struct job *job = d->queue.head;
    if (job->last > 0 && !(job->flags & JOB_STAGED)) {
        job->flags |= JOB_STAGED;
        divided_begin(d, now);
        divided_set_next(d);
        return job;
    }
    job_queue_pop(&d->queue);
    job->flags &= ~JOB_STAGED;
    d->done += job->service;
    if (divided_queue_busy(d)) {
        divided_begin(d, now);
    } else {
        d->queue_next = PSN_NEVER;
        d->queue_over = 0;
        d->busy_time += now - d->busy_from;
        d->meter.busy = d->busy_alone;
    }
    divided_set_next(d);
    return job;
}

/* A look at the backlogs: the first that is done goes. */
static struct job *divided_depart_bulk(struct divided *d, psn_time now)
{
    struct job *job = NULL;
    divided_settle(d, now);
    for (size_t i = 0; i < d->n_bulk && !job; i++) {
        if (d->bulk[i].left > 0)
            continue;
        job = d->bulk[i].job;
        d->n_bulk--;
        memmove(&d->bulk[i], &d->bulk[i + 1], (d->n_bulk - i) * sizeof *d->bulk);
    }
    divided_refill(d, now);
    return job;
}

struct job *divided_depart(struct divided *d, psn_time now)
{
    meter_advance(&d->meter, now);
    struct job *job =
        d->queue_next <= now ? divided_depart_queue(d, now) : divided_depart_bulk(d, now);
    if (job && !(job->flags & JOB_STAGED))
        meter_depart(&d->meter, now, job->entered, job->service, job->owner);
    return job;
}

void divided_set_speed(struct divided *d, uint64_t speed, psn_time now)
{
    divided_withdraw(d, now);
    meter_advance(&d->meter, now);
    divided_settle(d, now);
    d->whole = (int64_t)speed * DIVIDED_PARTS;
    divided_refill(d, now);
}

void divided_set_background(struct divided *d, uint64_t cap, psn_time now)
{
    divided_withdraw(d, now);
    meter_advance(&d->meter, now);
    divided_settle(d, now);
    d->background = (int64_t)(cap < METER_WHOLE ? cap : METER_WHOLE) * DIVIDED_PARTS;
    divided_refill(d, now);
}

struct job *divided_flush(struct divided *d, psn_time now)
{
    divided_withdraw(d, now);
    struct job_queue all = d->queue;
    meter_advance(&d->meter, now);
    divided_settle(d, now);
    for (size_t i = 0; i < d->n_bulk; i++)
        job_queue_push(&all, d->bulk[i].job);
    for (struct job *job = all.head; job; job = job->next) {
        job->flags &= ~JOB_STAGED;
        meter_go(&d->meter);
    }
    d->queue = (struct job_queue){0};
    d->n_bulk = 0;
    d->queue_next = PSN_NEVER;
    d->queue_over = 0;
    divided_refill(d, now);
    return all.head;
}

exact_sum divided_work(struct divided *d, psn_time now)
{
    const struct job *job = d->queue.head;
    divided_catch_up(d, now);
    if (d->n_promises > 0)
        return d->done + divided_first(d)->service - (divided_first(d)->departs - now);
    if (!job)
        return d->done;
    psn_time due =
        job->flags & JOB_STAGED || job->last == 0 ? job->service : job->service - job->last;
    const exact_sum whole = exact_product(METER_WHOLE, DIVIDED_PARTS);
    exact_sum left = exact_product(d->queue_rate, d->queue_next - now) - d->queue_over;
    return d->done + due - (left > 0 ? (left + whole - 1) / whole : 0);
}
