/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/divided: what it promises comes true, or is revoked in time. The same jobs,
 * backlogs, backgrounds, speeds and flushes go through a station that promises and one that does
 * not. */
#include "drive.h"

enum { JOBS = 4000 };

#define FLUSHED (-2)

/* A station and what its owner knows of each job. */
struct owner {
    struct divided station;
    struct job job[JOBS];
    psn_time gone[JOBS], ahead[JOBS]; /* departure; end of the first stage */
    int64_t promised, revoked, events;
};

static struct job *take_back(void *context, struct job *job, bool staged)
{
    struct owner *o = context;
    cr_assert_geq(o->gone[job->number], 0, "job %llu was promised",
                  (unsigned long long)job->number);
    o->gone[job->number] = PSN_NEVER;
    if (!staged)
        o->ahead[job->number] = PSN_NEVER;
    o->revoked++;
    return job;
}

static void come(struct owner *o, uint64_t k, psn_time now)
{
    struct job *job = &o->job[k];
    psn_time departs;
    if ((job->flags & JOB_BULK) || !divided_may_promise(&o->station)) {
        cr_assert_eq(divided_arrive(&o->station, job, now), PSN_OK);
        return;
    }
    cr_assert_eq(divided_promise(&o->station, job, now, &departs), PSN_OK);
    o->promised++;
    o->gone[k] = departs;
    if (job->last > 0)
        o->ahead[k] = departs - job->last;
}

static void go_on(struct owner *o, psn_time until)
{
    while (o->station.next <= until) {
        psn_time now = o->station.next;
        struct job *job = divided_depart(&o->station, now);
        o->events += job && !(job->flags & JOB_BULK);
        if (job)
            (job->flags & JOB_STAGED ? o->ahead : o->gone)[job->number] = now;
    }
}

static void flush(struct owner *o, psn_time now)
{
    for (struct job *job = divided_flush(&o->station, now); job; job = job->next)
        o->gone[job->number] = FLUSHED;
}

static void begin(struct owner *o, psn_time horizon)
{
    cr_assert_eq(divided_init(&o->station), PSN_OK);
    meter_init(&o->station.meter, 3000, 1000, horizon, METER_WHOLE, NULL, NULL, NULL);
    for (size_t i = 0; i < JOBS; i++)
        o->gone[i] = o->ahead[i] = PSN_NEVER;
}

/* One thing that happens to both stations at `now`. */
static void step(struct owner *both[2], uint64_t *seed, uint64_t *jobs, psn_time now)
{
    int64_t what = draw(seed, 100), amount = draw(seed, 30), part = draw(seed, 3);
    uint64_t level = (uint64_t)draw(seed, METER_WHOLE);
    for (size_t i = 0; i < 2; i++) {
        struct owner *o = both[i];
        go_on(o, now);
        if (what < 90) {
            bool bulk = what < 1;
            o->job[*jobs] = (struct job){.number = *jobs,
                                         .service = amount,
                                         .last = !bulk && part == 0 ? amount / 2 : 0,
                                         .share = (uint32_t)METER_WHOLE,
                                         .flags = bulk ? JOB_BULK : 0};
            come(o, *jobs, now);
        } else if (what < 92) {
            divided_set_background(&o->station, part ? 0 : level, now);
        } else if (what < 94) {
            divided_set_speed(&o->station, part ? (uint64_t)METER_WHOLE : level, now);
        } else if (what < 95) {
            flush(o, now);
        }
    }
    cr_assert(divided_work(&both[0]->station, now) == divided_work(&both[1]->station, now));
    *jobs += what < 90;
}

Test(promises, come_true_or_are_revoked)
{
    struct owner *both[2] = {calloc(1, sizeof **both), calloc(1, sizeof **both)};
    uint64_t seed = 11, jobs = 0;
    psn_time now = 0;
    cr_assert(both[0] && both[1]);
    for (size_t i = 0; i < 2; i++)
        begin(both[i], 100000);
    both[1]->station.revoke = take_back;
    both[1]->station.owner = both[1];
    while (jobs < JOBS)
        step(both, &seed, &jobs, now += draw(&seed, 35));
    for (size_t i = 0; i < 2; i++) {
        divided_set_background(&both[i]->station, 0, now);
        divided_set_speed(&both[i]->station, (uint64_t)METER_WHOLE, now);
        go_on(both[i], PSN_NEVER - 1);
        divided_finish(&both[i]->station, 100000);
        meter_finish(&both[i]->station.meter);
    }
    for (size_t k = 0; k < JOBS; k++) {
        cr_assert_eq(both[0]->gone[k], both[1]->gone[k], "job %zu", k);
        cr_assert_eq(both[0]->ahead[k], both[1]->ahead[k], "job %zu", k);
    }
    const struct meter *a = &both[0]->station.meter, *b = &both[1]->station.meter;
    cr_expect_eq(meter_utilisation(a), meter_utilisation(b));
    cr_expect_eq(meter_present(a), meter_present(b));
    cr_expect_eq(a->present_max, b->present_max);
    cr_expect_eq(a->served, b->served);
    cr_expect_eq(memcmp(&a->wait, &b->wait, sizeof a->wait), 0);
    cr_expect_eq(both[0]->promised, 0);
    cr_expect_gt(both[1]->promised, JOBS / 5);
    cr_expect_gt(both[1]->revoked, 20);
    cr_expect_eq(both[0]->events, both[1]->events + both[1]->station.spared);
    for (size_t i = 0; i < 2; i++) {
        divided_fini(&both[i]->station);
        free(both[i]);
    }
}
