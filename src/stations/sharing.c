/* SPDX-License-Identifier: Apache-2.0
 * Processor sharing on c servers by virtual time. Used by compute pools.
 *
 * Virtual time V is the service that a job present all along has received since the station was
 * last idle: it grows at min(1, c / n). A job's finish tag is V at its arrival plus its demand; the
 * least tag departs first. V is whole ns and a rest in units of 2^-24 ns. It never passes the
 * length of the busy period, so it cannot overflow, and a tag that would counts as never.
 *
 * V is rounded down, so it falls behind by less than a unit at each event: n / c units of time,
 * below 1 ns for any n / c under 2^24. `lost` counts the roundings since the station was idle, so
 * true V lies in [V, V + lost]; a job counts as finished as soon as its tag may have been reached,
 * within SHARING_SLACK. So a departure that falls on a whole ns comes out there, and since V is
 * never ahead and the slack is far below 1 ns, no job departs before it has been here for its
 * demand. V is not set to the tag at a departure: what the others received in the part of a ns by
 * which the departure was rounded up is theirs. */
#include "stations/sharing.h"

#include <stdbool.h>
#include <string.h>

#define SHARING_BITS  24
#define SHARING_UNIT  (1u << SHARING_BITS)
#define SHARING_SLACK (1u << 16) /* units: 2^-8 ns */

/* The bits of a tag's `order` below the rest: the number of the arrival in this busy period. */
#define SHARING_ORDER_BITS 40

__extension__ typedef unsigned __int128 wide;

int sharing_init(struct sharing *s, int64_t servers)
{
    memset(&s->tags, 0, sizeof s->tags);
    s->servers = servers;
    s->virtual_now = 0;
    s->virtual_rest = 0;
    s->virtual_at = 0;
    s->lost = 0;
    s->order = s->count = 0;
    s->inverse = 0;
    s->next = PSN_NEVER;
    return PSN_OK;
}

void sharing_fini(struct sharing *s)
{
    sorted_fini(&s->tags);
}

/* x / n rounded down, and in *over what is left, by the inverse of n: what it gives is right or one
 * too low. n is below 2^40. */
static inline uint64_t sharing_divide(uint64_t x, uint64_t n, uint64_t inverse, uint64_t *over)
{
    uint64_t quotient = (uint64_t)((wide)x * inverse >> 64);
    uint64_t rest = x - quotient * n;
    bool more = rest >= n;
    *over = more ? rest - n : rest;
    return quotient + more;
}

/* Brings V up to now: V += dt * c / n, rounded down to the unit. */
static inline void sharing_advance(struct sharing *s, psn_time now)
{
    uint64_t dt = (uint64_t)(now - s->virtual_at), n = s->count, c = (uint64_t)s->servers;
    s->virtual_at = now;
    if (n <= c) {
        if (n > 0)
            s->virtual_now += (psn_time)dt;
        return;
    }
    uint64_t work, whole, part, over;
    bool overflows = __builtin_mul_overflow(dt, c, &work);
    if (__builtin_expect(!overflows && work >> (64 - SHARING_BITS) == 0, 1)) {
        part = sharing_divide(work << SHARING_BITS, n, s->inverse, &over);
        whole = part >> SHARING_BITS;
        part &= SHARING_UNIT - 1;
    } else {
        whole = (uint64_t)((wide)dt * c / n);
        over = (uint64_t)((wide)dt * c % n) << SHARING_BITS; /* n, and so this, fits */
        part = over / n;
        over %= n;
    }
    uint64_t rest = s->virtual_rest + part;
    s->lost += over != 0 && s->lost < SHARING_SLACK;
    s->virtual_now += (int64_t)(whole + (rest >> SHARING_BITS));
    s->virtual_rest = (uint32_t)rest & (SHARING_UNIT - 1);
}

/* The next departure: V reaches the least tag after (tag - V) * max(n, c) / c, rounded up. */
static inline void sharing_schedule(struct sharing *s, psn_time now)
{
    const struct heap_entry *top = sorted_top(&s->tags);
    uint64_t n = s->count, c = (uint64_t)s->servers;
    if (!top) {
        s->next = PSN_NEVER;
        return;
    }
    if (n > c)
        s->inverse = UINT64_MAX / n; /* asked for at the next event only: nothing waits for it */
    int64_t ahead = top->key - s->virtual_now;
    int64_t rest = (int64_t)(top->order >> SHARING_ORDER_BITS) - s->virtual_rest - s->lost;
    exact_sum units = exact_product(ahead, SHARING_UNIT) + rest;
    if (units <= 0) {
        s->next = now;
        return;
    }
    wide wait = n > c ? (wide)units * n : (wide)units;
    wait = (wait + SHARING_UNIT - 1) >> SHARING_BITS;
    if (n > c && c > 1) /* rounding up twice is rounding up once */
        wait = (wait >> 63) == 0 ? ((uint64_t)wait + c - 1) / c : (wait + c - 1) / c;
    s->next = wait < (wide)(PSN_NEVER - now) ? now + (psn_time)wait : PSN_NEVER;
}

int sharing_arrive(struct sharing *s, struct job *job, psn_time now)
{
    sharing_advance(s, now);
    psn_time tag;
    if (__builtin_add_overflow(s->virtual_now, job->service, &tag))
        tag = PSN_NEVER;
    uint64_t order = (uint64_t)s->virtual_rest << SHARING_ORDER_BITS | s->order;
    int status = sorted_push(&s->tags, tag, order, (union heap_item){.pointer = job});
    if (status != PSN_OK)
        return status;
    s->order++;
    s->count++;
    sharing_schedule(s, now);
    meter_advance(&s->meter, now);
    meter_arrive(&s->meter);
    s->meter.busy += s->meter.busy < s->servers;
    job->entered = now;
    return PSN_OK;
}

struct job *sharing_depart(struct sharing *s, psn_time now)
{
    sharing_advance(s, now);
    struct job *job = sorted_take(&s->tags);
    s->count--;
    if (s->count == 0) {
        s->virtual_now = 0;
        s->virtual_rest = s->lost = 0;
        s->order = 0;
    }
    sharing_schedule(s, now);
    meter_advance(&s->meter, now);
    if (s->count < (uint64_t)s->servers)
        s->meter.busy = (int64_t)s->count;
    meter_depart(&s->meter, now, job->entered, job->service, job->owner);
    return job;
}
