/* SPDX-License-Identifier: Apache-2.0
 * Drives one station through a list of arrivals: what the stations' tests share. At equal times a
 * departure precedes an arrival; arrivals at equal times go by index. */
#ifndef TESTS_DRIVE_H
#define TESTS_DRIVE_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "stations/divided.h"
#include "stations/fifo.h"
#include "stations/sharing.h"

enum kind { FIFO, SHARING, DIVIDED };

/* Any station. */
struct station {
    enum kind kind;
    union {
        struct fifo fifo;
        struct sharing sharing;
        struct divided divided;
    } is;
};

/* One job of a test: what is given, and what came of it. */
struct trip {
    psn_time at;
    struct job job;
    psn_time gone;  /* departure */
    uint32_t place; /* in the order of departures */
};

static inline struct meter *station_meter(struct station *s)
{
    return s->kind == FIFO      ? &s->is.fifo.meter
           : s->kind == SHARING ? &s->is.sharing.meter
                                : &s->is.divided.meter;
}

/* A station with a meter of one interval up to `horizon`. */
static inline void station_init(struct station *s, enum kind kind, int64_t servers, psn_time warmup,
                                psn_time horizon)
{
    memset(s, 0, sizeof *s);
    s->kind = kind;
    int status = kind == FIFO      ? fifo_init(&s->is.fifo, servers)
                 : kind == SHARING ? sharing_init(&s->is.sharing, servers)
                                   : divided_init(&s->is.divided);
    cr_assert_eq(status, PSN_OK);
    meter_init(station_meter(s), warmup, horizon, horizon, kind == DIVIDED ? METER_WHOLE : servers,
               NULL, NULL, NULL);
}

static inline void station_fini(struct station *s)
{
    if (s->kind == FIFO)
        fifo_fini(&s->is.fifo);
    else if (s->kind == SHARING)
        sharing_fini(&s->is.sharing);
    else
        divided_fini(&s->is.divided);
}

static inline psn_time station_next(const struct station *s)
{
    return s->kind == FIFO      ? s->is.fifo.next
           : s->kind == SHARING ? s->is.sharing.next
                                : s->is.divided.next;
}

static inline void station_arrive(struct station *s, struct job *job, psn_time now)
{
    int status = s->kind == FIFO      ? fifo_arrive(&s->is.fifo, job, now)
                 : s->kind == SHARING ? sharing_arrive(&s->is.sharing, job, now)
                                      : divided_arrive(&s->is.divided, job, now);
    cr_assert_eq(status, PSN_OK);
    cr_assert_eq(job->entered, now);
}

static inline struct job *station_depart(struct station *s, psn_time now)
{
    return s->kind == FIFO      ? fifo_depart(&s->is.fifo, now)
           : s->kind == SHARING ? sharing_depart(&s->is.sharing, now)
                                : divided_depart(&s->is.divided, now);
}

/* Runs events before `until`; returns the number of looks at which nothing departed. */
static inline size_t drive_until(struct station *s, struct trip *trip, size_t n, psn_time until)
{
    size_t come = 0, looks = 0;
    uint32_t gone = 0;
    for (size_t i = 0; i < n; i++) {
        trip[i].gone = PSN_NEVER;
        trip[i].job.number = i;
    }
    for (;;) {
        psn_time arrival = come < n ? trip[come].at : PSN_NEVER, next = station_next(s);
        if (next >= until && arrival >= until)
            return looks;
        if (next > arrival) {
            station_arrive(s, &trip[come].job, arrival);
            come++;
            cr_assert_geq(station_next(s), arrival);
            continue;
        }
        struct job *job = station_depart(s, next);
        if (job) {
            cr_assert_eq(trip[job->number].gone, PSN_NEVER, "a job departs once");
            trip[job->number].gone = next;
            trip[job->number].place = gone++;
            cr_assert_geq(station_next(s), next);
        } else {
            looks++;
            cr_assert_gt(station_next(s), next, "a look moves on");
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
