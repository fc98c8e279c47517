/* SPDX-License-Identifier: Apache-2.0
 * c servers with levels, room, patience, changes and holds. Used by compute pools and desks.
 *
 * All jobs in service go at one speed, so a job's end is the work that one server would have done
 * since time 0 when it goes (pace.h): a change of speed moves no job in the heap of ends.
 *
 * Each level keeps two lists, of jobs in service and of those who wait, both by arrival. Whoever
 * begins is the first who waits, and whoever loses its server the last in service, so in each level
 * all in service arrived before all who wait, and each move is at an end of a list. */
#include "stations/servers.h"

#include <stdlib.h>
#include <string.h>

/* Where a job stands. */
struct servers_seat {
    struct job *job;
    exact_sum left; /* to do when it began last, or will begin: units of pace */
    uint64_t arrival;
    uint32_t before, after; /* in its list, or SEATS_NONE */
    uint64_t begins;        /* how often it has begun */
};

struct servers_list {
    uint32_t head, tail; /* or SEATS_NONE */
};

struct servers_level {
    struct servers_list waiting, serving;
    int64_t n_serving;
};

int servers_init(struct servers *s, const struct servers_config *config)
{
    struct servers_level *level = malloc(config->levels * sizeof *level);
    struct meter meter = s->meter;
    if (!level)
        return PSN_EMEMORY;
    *s = (struct servers){.meter = meter,
                          .level = level,
                          .servers = config->servers,
                          .room = config->room,
                          .levels = config->levels,
                          .followed = SEATS_NONE,
                          .preemptive = config->preemptive,
                          .next = PSN_NEVER};
    pace_init(&s->pace);
    for (uint32_t l = 0; l < s->levels; l++)
        level[l] = (struct servers_level){.waiting = {SEATS_NONE, SEATS_NONE},
                                          .serving = {SEATS_NONE, SEATS_NONE}};
    return PSN_OK;
}

void servers_fini(struct servers *s)
{
    free(s->level);
    free(s->seat);
    s->level = NULL;
    s->seat = NULL;
    seats_fini(&s->seats);
    tags_fini(&s->ends);
    tags_fini(&s->patience);
    heap_fini(&s->holds);
}

static void list_append(struct servers *s, struct servers_list *list, uint32_t seat)
{
    s->seat[seat].before = list->tail;
    s->seat[seat].after = SEATS_NONE;
    if (list->tail == SEATS_NONE)
        list->head = seat;
    else
        s->seat[list->tail].after = seat;
    list->tail = seat;
}

static void list_prepend(struct servers *s, struct servers_list *list, uint32_t seat)
{
    s->seat[seat].before = SEATS_NONE;
    s->seat[seat].after = list->head;
    if (list->head == SEATS_NONE)
        list->tail = seat;
    else
        s->seat[list->head].before = seat;
    list->head = seat;
}

static void list_remove(struct servers *s, struct servers_list *list, uint32_t seat)
{
    uint32_t before = s->seat[seat].before, after = s->seat[seat].after;
    if (before == SEATS_NONE)
        list->head = after;
    else
        s->seat[before].after = after;
    if (after == SEATS_NONE)
        list->tail = before;
    else
        s->seat[after].before = before;
}

static inline struct servers_level *servers_level_of(const struct servers *s, uint32_t seat)
{
    return &s->level[s->seat[seat].job->level];
}

/* The first who waits goes into service on a server that has been free since it had done `from`. */
static void servers_begin(struct servers *s, uint32_t seat, exact_sum from)
{
    struct servers_level *level = servers_level_of(s, seat);
    list_remove(s, &level->waiting, seat);
    list_append(s, &level->serving, seat);
    level->n_serving++;
    s->serving++;
    s->seat[seat].begins++;
    if (tags_find(&s->patience, seat))
        tags_remove(&s->patience, seat);
    tags_push(&s->ends,
              (struct tag){.at = from + s->seat[seat].left, .order = s->begun++, .item = seat});
}

/* Out of service. */
static void servers_end(struct servers *s, uint32_t seat)
{
    struct servers_level *level = servers_level_of(s, seat);
    tags_remove(&s->ends, seat);
    list_remove(s, &level->serving, seat);
    level->n_serving--;
    s->serving--;
}

/* The last in service of its level waits again, with `left` to do. */
static void servers_lose(struct servers *s, uint32_t seat, exact_sum left)
{
    servers_end(s, seat);
    s->seat[seat].left = left;
    list_prepend(s, &servers_level_of(s, seat)->waiting, seat);
}

/* May a job that waits in this level have the server of one in a level below? Then that one loses
 * it. Not where the one to lose it has all its work: it goes at this instant. */
static bool servers_preempt(struct servers *s, uint32_t level)
{
    uint32_t last = s->levels;
    int64_t above = s->held;
    for (uint32_t l = 0; l < s->levels; l++) {
        if (s->level[l].n_serving == 0)
            continue;
        if (l <= level)
            above += s->level[l].n_serving;
        last = l;
    }
    if (last == s->levels || last <= level || above >= s->servers)
        return false;
    uint32_t seat = s->level[last].serving.tail;
    exact_sum left = tags_find(&s->ends, seat)->at - s->pace.work;
    if (left <= 0) {
        s->deferred = true;
        return false;
    }
    servers_lose(s, seat, left);
    return true;
}

/* One job begins, if one may: on a server that has been free since it had done `from`, or on
 * another's. Its seat, or SEATS_NONE. */
static uint32_t servers_fill_one(struct servers *s, exact_sum from)
{
    uint32_t l = 0;
    while (l < s->levels && s->level[l].waiting.head == SEATS_NONE)
        l++;
    if (l == s->levels || s->pace.speed == 0)
        return SEATS_NONE;
    if (s->serving + s->held >= s->servers) {
        if (!s->preemptive || !servers_preempt(s, l))
            return SEATS_NONE;
        from = s->pace.work;
    }
    uint32_t seat = s->level[l].waiting.head;
    servers_begin(s, seat, from);
    return seat;
}

static void servers_fill(struct servers *s)
{
    s->deferred = false;
    while (servers_fill_one(s, s->pace.work) != SEATS_NONE)
        continue;
}

/* Before a change. */
static void servers_advance(struct servers *s, psn_time now)
{
    meter_advance(&s->meter, now);
    pace_advance(&s->pace, now);
    s->followed = SEATS_NONE;
}

/* After a change: what the meter sees, and the next thing. */
static void servers_settle(struct servers *s, psn_time now)
{
    int64_t taken = s->serving + s->held;
    int64_t there = taken > s->servers ? taken : s->servers;
    s->meter.busy = s->pace.speed > 0 ? taken : 0;
    if (s->meter.capacity != there)
        meter_set_capacity(&s->meter, there);
    const struct tag *end = tags_top(&s->ends), *patience = tags_top(&s->patience);
    const struct heap_entry *hold = heap_top(&s->holds);
    s->next = end ? pace_when(&s->pace, end->at) : PSN_NEVER;
    if (hold && hold->key < s->next)
        s->next = hold->key;
    if (patience && patience->at < s->next)
        s->next = (psn_time)patience->at;
    if (s->deferred || s->next < now)
        s->next = now;
}

bool servers_full(const struct servers *s)
{
    return s->room > 0 && s->meter.present >= s->room;
}

static int servers_reserve(struct servers *s)
{
    size_t seats = (size_t)s->seats.given + 1;
    void *items = s->seat;
    int status = seats_reserve(&s->seats);
    if (status == PSN_OK)
        status = array_reserve(&items, &s->seat_room, seats, sizeof *s->seat);
    s->seat = items;
    if (status == PSN_OK)
        status = tags_reserve(&s->ends, seats);
    return status == PSN_OK ? tags_reserve(&s->patience, seats) : status;
}

/* Its patience begins, or goes on. */
static void servers_be_patient(struct servers *s, uint32_t seat)
{
    const struct job *job = s->seat[seat].job;
    if (job->patience >= PSN_NEVER - job->entered)
        return;
    tags_push(&s->patience, (struct tag){.at = job->entered + job->patience,
                                         .order = s->seat[seat].arrival,
                                         .item = seat});
}

int servers_arrive(struct servers *s, struct job *job, psn_time now)
{
    if (servers_full(s)) {
        meter_advance(&s->meter, now);
        meter_refuse(&s->meter, now);
        return SERVERS_FULL;
    }
    int status = servers_reserve(s);
    if (status != PSN_OK)
        return status;
    servers_advance(s, now);
    meter_arrive(&s->meter);
    meter_take(&s->meter, now);
    job->entered = now;
    uint32_t seat = seats_take(&s->seats);
    s->seat[seat] = (struct servers_seat){
        .job = job, .left = pace_units(job->service), .arrival = s->arrivals++};
    list_append(s, &s->level[job->level].waiting, seat);
    servers_fill(s);
    if (s->seat[seat].begins == 0)
        servers_be_patient(s, seat);
    servers_settle(s, now);
    return PSN_OK;
}

/* The end of a service, and who follows on this server. What else may follow (by preemption) does
 * so in the next call, for the owner may still hold the server. */
static struct job *servers_depart_served(struct servers *s, psn_time now)
{
    const struct tag end = *tags_top(&s->ends);
    struct job *job = s->seat[end.item].job;
    servers_end(s, end.item);
    seats_give(&s->seats, end.item);
    meter_depart(&s->meter, now, job->entered, job->service, job->owner);
    if (s->serving + s->held < s->servers)
        s->followed = servers_fill_one(s, end.at);
    else if (s->preemptive)
        s->deferred = true;
    return job;
}

static struct job *servers_depart_abandoned(struct servers *s, psn_time now)
{
    uint32_t seat = tags_top(&s->patience)->item;
    struct job *job = s->seat[seat].job;
    tags_remove(&s->patience, seat);
    list_remove(s, &s->level[job->level].waiting, seat);
    seats_give(&s->seats, seat);
    meter_abandon(&s->meter, now, job->entered);
    return job;
}

struct job *servers_depart(struct servers *s, psn_time now, enum servers_end *how)
{
    const struct tag *end = tags_top(&s->ends);
    struct job *job = NULL;
    servers_advance(s, now);
    if (end && end->at <= s->pace.work) {
        job = servers_depart_served(s, now);
        *how = SERVERS_SERVED;
    } else if (s->deferred || (heap_top(&s->holds) && heap_top(&s->holds)->key <= now)) {
        while (heap_top(&s->holds) && heap_top(&s->holds)->key <= now) {
            heap_pop(&s->holds);
            s->held--;
        }
        servers_fill(s);
    } else {
        job = servers_depart_abandoned(s, now);
        *how = SERVERS_ABANDONED;
    }
    servers_settle(s, now);
    return job;
}

int servers_hold(struct servers *s, psn_time until, psn_time now)
{
    uint32_t followed = s->followed;
    if (until != PSN_NEVER) {
        int status = heap_push(&s->holds, (struct heap_entry){.key = until});
        if (status != PSN_OK)
            return status;
    }
    servers_advance(s, now);
    s->held++;
    if (until == PSN_NEVER) {
        s->blocked++;
        meter_stay(&s->meter);
    }
    if (followed != SEATS_NONE) {
        servers_lose(s, followed, s->seat[followed].left);
        if (--s->seat[followed].begins == 0)
            servers_be_patient(s, followed);
    }
    servers_settle(s, now);
    return PSN_OK;
}

void servers_free(struct servers *s, psn_time now)
{
    servers_advance(s, now);
    s->held--;
    s->blocked--;
    meter_go(&s->meter);
    servers_fill(s);
    servers_settle(s, now);
}

/* Takes one of the holds that end at a time out of the heap. */
static void servers_drop_hold(struct servers *s, psn_time until)
{
    struct heap *h = &s->holds;
    size_t i = 0;
    while (h->entry[i].key != until)
        i++;
    h->entry[i] = h->entry[--h->count];
    heap_rebuild(h);
}

int servers_hold_on(struct servers *s, psn_time from, psn_time to, psn_time now)
{
    if (to != PSN_NEVER) {
        int status = heap_push(&s->holds, (struct heap_entry){.key = to});
        if (status != PSN_OK)
            return status;
    }
    servers_advance(s, now);
    s->blocked += to == PSN_NEVER;
    s->blocked -= from == PSN_NEVER;
    if (from != PSN_NEVER)
        servers_drop_hold(s, from);
    servers_settle(s, now);
    return PSN_OK;
}

void servers_set(struct servers *s, int64_t servers, uint64_t speed, psn_time now)
{
    servers_advance(s, now);
    s->servers = servers;
    s->pace.speed = speed;
    servers_fill(s);
    servers_settle(s, now);
}
