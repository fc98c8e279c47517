/* SPDX-License-Identifier: Apache-2.0
 * Drives one station through a list of arrivals and changes: what the stations' tests share. At
 * equal times a departure precedes a change, and a change an arrival; arrivals at equal times go by
 * index. */
#ifndef TESTS_DRIVE_H
#define TESTS_DRIVE_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "stations/channel.h"
#include "stations/divided.h"
#include "stations/fifo.h"
#include "stations/gps.h"
#include "stations/infinite.h"
#include "stations/servers.h"
#include "stations/sharing.h"
#include "stations/weighted.h"

enum kind { FIFO, SHARING, DIVIDED, SERVERS, WEIGHTED, GPS, INFINITE, CHANNEL };

/* What the owner of a station does to it besides sending jobs. */
struct change {
    psn_time at;
    bool free; /* a server held until freed, where there is one; else the number of servers and the
                  speed */
    int64_t servers;
    uint64_t speed;
};

/* A station that commits (fifo.h) with the jobs in it, in the order of departures. */
struct committed {
    struct fifo of;
    struct heap jobs;
    uint64_t order;
};

/* Any station. */
struct station {
    enum kind kind;
    union {
        struct committed fifo;
        struct sharing sharing;
        struct divided divided;
        struct servers servers;
        struct weighted weighted;
        struct gps gps;
        struct infinite infinite;
        struct channel channel;
    } is;
    const struct change *change; /* by time */
    size_t n_changes;
    enum servers_end how; /* the last job left */
};

#define FREED_LATER PSN_NEVER

/* One job of a test: what is given, and what came of it. */
struct trip {
    psn_time at;
    struct job job;
    psn_time hold;  /* its server stays taken after it: 0 no, FREED_LATER, or for so long */
    psn_time gone;  /* departure */
    uint32_t place; /* in the order of departures */
    bool refused, abandoned;
};

/* PICK(name) for the station's own kind, which is not FIFO. */
#define STATION_DO(s, PICK)                                                                        \
    ((s)->kind == SHARING    ? PICK(sharing)                                                       \
     : (s)->kind == DIVIDED  ? PICK(divided)                                                       \
     : (s)->kind == SERVERS  ? PICK(servers)                                                       \
     : (s)->kind == WEIGHTED ? PICK(weighted)                                                      \
     : (s)->kind == GPS      ? PICK(gps)                                                           \
     : (s)->kind == CHANNEL  ? PICK(channel)                                                       \
                             : PICK(infinite))

static inline struct meter *station_meter(struct station *s)
{
#define PICK(name) &s->is.name.meter
    return s->kind == FIFO ? &s->is.fifo.of.meter : STATION_DO(s, PICK);
#undef PICK
}

/* Its meter at the horizon. */
static inline struct meter *station_finish(struct station *s)
{
    if (s->kind == FIFO)
        fifo_finish(&s->is.fifo.of);
    meter_finish(station_meter(s));
    return station_meter(s);
}

/* A meter of one interval up to `horizon` for a station that is set up. */
static inline void station_measure(struct station *s, psn_time warmup, psn_time horizon,
                                   int64_t capacity)
{
    meter_init(station_meter(s), warmup, horizon, horizon, capacity, NULL, NULL, NULL);
}

/* A station of a kind that needs no more than its number of servers, with a meter of one interval
 * up to `horizon`. */
static inline void station_init(struct station *s, enum kind kind, int64_t servers, psn_time warmup,
                                psn_time horizon)
{
    const double weight = 1;
    memset(s, 0, sizeof *s);
    s->kind = kind;
    int status =
        kind == FIFO      ? fifo_init(&s->is.fifo.of, servers, PSN_NEVER)
        : kind == SHARING ? sharing_init(&s->is.sharing, servers)
        : kind == DIVIDED ? divided_init(&s->is.divided)
        : kind == SERVERS ? servers_init(&s->is.servers, &(struct servers_config){servers, 1, 0, 0})
        : kind == WEIGHTED
            ? weighted_init(
                  &s->is.weighted,
                  &(struct weighted_config){.servers = servers, .n_groups = 1, .weight = &weight})
        : kind == GPS ? gps_init(&s->is.gps, &(struct gps_config){.n_queues = 1, .weight = &weight})
        : kind == CHANNEL
            ? channel_init(&s->is.channel,
                           &(struct channel_config){
                               .n_classes = 1, .class = &(struct channel_class){.weight = weight}})
            : infinite_init(&s->is.infinite);
    cr_assert_eq(status, PSN_OK);
    station_measure(s, warmup, horizon,
                    kind == DIVIDED || kind == CHANNEL ? METER_WHOLE
                    : kind == INFINITE                 ? 0
                                                       : servers);
}

static inline void station_fini(struct station *s)
{
    if (s->kind == FIFO) {
        fifo_fini(&s->is.fifo.of);
        heap_fini(&s->is.fifo.jobs);
        return;
    }
#define PICK(name) name##_fini(&s->is.name)
    STATION_DO(s, PICK);
#undef PICK
}

static inline psn_time station_next(const struct station *s)
{
#define PICK(name) s->is.name.next
    if (s->kind == FIFO)
        return s->is.fifo.jobs.count ? heap_top(&s->is.fifo.jobs)->key : PSN_NEVER;
    return STATION_DO(s, PICK);
#undef PICK
}

static inline int commit(struct committed *c, struct job *job, psn_time now)
{
    psn_time departs;
    job->entered = now;
    int status = fifo_arrive(&c->of, job->service, job->owner, now, &departs);
    return status ? status
                  : heap_push(&c->jobs, (struct heap_entry){departs, c->order++, {.pointer = job}});
}

static inline struct job *take_committed(struct committed *c)
{
    struct job *job = heap_top(&c->jobs)->item.pointer;
    heap_pop(&c->jobs);
    return job;
}

/* False where there is no room. */
static inline bool station_arrive(struct station *s, struct job *job, psn_time now)
{
    int status = s->kind == FIFO       ? commit(&s->is.fifo, job, now)
                 : s->kind == SHARING  ? sharing_arrive(&s->is.sharing, job, now)
                 : s->kind == DIVIDED  ? divided_arrive(&s->is.divided, job, now)
                 : s->kind == SERVERS  ? servers_arrive(&s->is.servers, job, now)
                 : s->kind == WEIGHTED ? weighted_arrive(&s->is.weighted, job, now)
                 : s->kind == GPS      ? gps_arrive(&s->is.gps, job, now)
                 : s->kind == CHANNEL  ? (int)channel_arrive(&s->is.channel, job, 0, now)
                                       : infinite_arrive(&s->is.infinite, job, now);
    if (s->kind == SERVERS && status == SERVERS_FULL)
        return false;
    if (s->kind == CHANNEL && status != CHANNEL_TAKEN) {
        cr_assert_neq(status, CHANNEL_NO_MEMORY);
        return false;
    }
    cr_assert_eq(status, PSN_OK);
    cr_assert_eq(job->entered, now);
    return true;
}

static inline struct job *station_depart(struct station *s, psn_time now)
{
    s->how = SERVERS_SERVED;
    return s->kind == FIFO       ? take_committed(&s->is.fifo)
           : s->kind == SHARING  ? sharing_depart(&s->is.sharing, now)
           : s->kind == DIVIDED  ? divided_depart(&s->is.divided, now)
           : s->kind == SERVERS  ? servers_depart(&s->is.servers, now, &s->how)
           : s->kind == WEIGHTED ? weighted_depart(&s->is.weighted, now)
           : s->kind == GPS      ? gps_depart(&s->is.gps, now)
           : s->kind == CHANNEL  ? channel_depart(&s->is.channel, now)
                                 : infinite_depart(&s->is.infinite, now);
}

static inline void station_change(struct station *s, const struct change *c)
{
    if (s->kind == SERVERS && c->free && s->is.servers.blocked > 0)
        servers_free(&s->is.servers, c->at);
    else if (c->free)
        return;
    else if (s->kind == SERVERS)
        servers_set(&s->is.servers, c->servers, c->speed, c->at);
    else if (s->kind == WEIGHTED)
        weighted_set(&s->is.weighted, c->servers, c->speed, c->at);
    else if (s->kind == GPS)
        gps_set_speed(&s->is.gps, c->speed, c->at);
    else if (s->kind == INFINITE)
        infinite_set_speed(&s->is.infinite, c->speed, c->at);
    else if (s->kind == CHANNEL)
        channel_set_speed(&s->is.channel, c->speed, c->at);
    else if (s->kind == DIVIDED)
        divided_set_speed(&s->is.divided, c->speed, c->at);
    else
        cr_assert_fail("a station that never changes");
}

/* A job that leaves; the server it had may stay taken. */
static inline void trip_end(struct station *s, struct trip *trip, psn_time now, uint32_t place)
{
    cr_assert_eq(trip->gone, PSN_NEVER, "a job departs once");
    trip->gone = now;
    trip->place = place;
    trip->abandoned = s->how == SERVERS_ABANDONED;
    if (trip->hold > 0 && !trip->abandoned)
        cr_assert_eq(servers_hold(&s->is.servers,
                                  trip->hold == FREED_LATER ? PSN_NEVER : now + trip->hold, now),
                     PSN_OK);
    cr_assert_geq(station_next(s), now);
}

/* Runs events before `until`; returns the number of looks at which nothing departed. At equal times
 * departures come first, then changes, then arrivals. */
static inline size_t drive_until(struct station *s, struct trip *trip, size_t n, psn_time until)
{
    size_t come = 0, looks = 0, changed = 0;
    uint32_t gone = 0;
    if (s->kind == FIFO)
        s->is.fifo.of.ends = until;
    for (size_t i = 0; i < n; i++) {
        trip[i].gone = PSN_NEVER;
        trip[i].refused = trip[i].abandoned = false;
        trip[i].job.number = i;
    }
    for (;;) {
        psn_time arrival = come < n ? trip[come].at : PSN_NEVER, next = station_next(s);
        psn_time change = changed < s->n_changes ? s->change[changed].at : PSN_NEVER;
        if (next >= until && arrival >= until && change >= until)
            return looks;
        if (next > change && change <= arrival) {
            station_change(s, &s->change[changed++]);
            cr_assert_geq(station_next(s), change);
        } else if (next > arrival) {
            struct trip *t = &trip[come++];
            t->refused = !station_arrive(s, &t->job, arrival);
            cr_assert_geq(station_next(s), arrival);
        } else {
            struct job *job = station_depart(s, next);
            if (job)
                trip_end(s, &trip[job->number], next, gone++);
            else
                looks++;
            cr_assert(job || s->kind == SERVERS || station_next(s) > next, "a look moves on");
        }
    }
}

static inline size_t drive(struct station *s, struct trip *trip, size_t n)
{
    size_t looks = drive_until(s, trip, n, PSN_NEVER);
    cr_assert_eq(station_meter(s)->present, 0);
    cr_assert_eq(station_meter(s)->busy, 0);
    return looks;
}

/* Runs a whole list through a fresh station, and checks every departure. */
static inline size_t drive_fresh(enum kind kind, int64_t servers, struct trip *trip, size_t n,
                                 const psn_time *expected)
{
    struct station s;
    station_init(&s, kind, servers, 0, PSN_NEVER - 1);
    size_t looks = drive(&s, trip, n);
    for (size_t i = 0; expected && i < n; i++)
        cr_assert_eq(trip[i].gone, expected[i], "job %zu departs at %lld, not %lld", i,
                     (long long)trip[i].gone, (long long)expected[i]);
    station_fini(&s);
    return looks;
}

/* Whole numbers 0 to `below` - 1 for tests that need no distribution: SplitMix64. */
static inline int64_t draw(uint64_t *state, int64_t below)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (int64_t)((z ^ z >> 31) % (uint64_t)below);
}

#endif
