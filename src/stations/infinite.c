/* SPDX-License-Identifier: Apache-2.0
 * Infinite servers by one heap of ends. Used by compute pools. An end is the work that one server
 * would have done since time 0 when the job goes, so a change of speed moves no job in the heap. */
#include "stations/infinite.h"

#include <stdlib.h>
#include <string.h>

int infinite_init(struct infinite *f)
{
    f->seats = (struct seats){0};
    f->job = NULL;
    f->job_room = 0;
    memset(&f->ends, 0, sizeof f->ends);
    pace_init(&f->pace);
    f->arrivals = 0;
    f->next = PSN_NEVER;
    return PSN_OK;
}

void infinite_fini(struct infinite *f)
{
    seats_fini(&f->seats);
    tags_fini(&f->ends);
    free(f->job);
    f->job = NULL;
}

static void infinite_schedule(struct infinite *f)
{
    const struct tag *top = tags_top(&f->ends);
    f->next = top ? pace_when(&f->pace, top->at) : PSN_NEVER;
}

static void infinite_busy(struct infinite *f)
{
    f->meter.busy = f->pace.speed > 0 ? f->meter.present : 0;
}

static int infinite_reserve(struct infinite *f)
{
    void *items = f->job;
    int status = seats_reserve(&f->seats);
    if (status == PSN_OK)
        status = array_reserve(&items, &f->job_room, (size_t)f->seats.given + 1, sizeof *f->job);
    f->job = items;
    return status == PSN_OK ? tags_reserve(&f->ends, (size_t)f->seats.given + 1) : status;
}

int infinite_arrive(struct infinite *f, struct job *job, psn_time now)
{
    int status = infinite_reserve(f);
    if (status != PSN_OK)
        return status;
    meter_advance(&f->meter, now);
    meter_arrive(&f->meter);
    pace_advance(&f->pace, now);
    job->entered = now;
    uint32_t seat = seats_take(&f->seats);
    f->job[seat] = job;
    tags_push(&f->ends, (struct tag){.at = f->pace.work + pace_units(job->service),
                                     .order = f->arrivals++,
                                     .item = seat});
    infinite_busy(f);
    infinite_schedule(f);
    return PSN_OK;
}

struct job *infinite_depart(struct infinite *f, psn_time now)
{
    meter_advance(&f->meter, now);
    pace_advance(&f->pace, now);
    uint32_t seat = tags_top(&f->ends)->item;
    struct job *job = f->job[seat];
    tags_remove(&f->ends, seat);
    seats_give(&f->seats, seat);
    meter_depart(&f->meter, now, job->entered, job->service, job->owner);
    infinite_busy(f);
    infinite_schedule(f);
    return job;
}

void infinite_set_speed(struct infinite *f, uint64_t speed, psn_time now)
{
    meter_advance(&f->meter, now);
    pace_advance(&f->pace, now);
    f->pace.speed = speed;
    infinite_busy(f);
    infinite_schedule(f);
}
