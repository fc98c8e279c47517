/* SPDX-License-Identifier: Apache-2.0
 * The kernel and its stations alone, without scenario, recipes, routes or results: M/M/1 and four
 * M/M/1 in a row, on a process with its tree, streams, jobs, lines and stations/fifo, with the
 * response statistics of bare.c beside the meters of the stations. Once event by event, each
 * departure an event; once with departures told on arrival, so that a customer is one event: where
 * a station has one feeder and one server, what leaves it is known as soon as it has come. Both
 * give the same figures. Never passes or fails. */
#include "kernel/law.h"
#include "kernel/line.h"
#include "measure.h"
#include "stations/fifo.h"

#define MOST_SERVERS 4
#define MEAN_GAP     ((double)SECOND / 0.9)
#define MEAN_WORK    ((double)SECOND)
#define INTERVAL     (100000 * SECOND) /* of the meters, as in mm1.yaml */

struct row;

/* One of the servers, and those on their way out of it. */
struct server {
    struct row *row;
    struct fifo fifo;
    struct stream work;
    struct line line;
    double block[STREAM_BLOCK];
};

struct row {
    struct process process;
    struct stream gap;
    struct server server[MOST_SERVERS];
    uint32_t servers;
    bool ahead;
    uint64_t customers;
    psn_time horizon;
    struct responses responses;
    double block[STREAM_BLOCK];
};

static void give_up(void)
{
    fprintf(stderr, "bench_kernel: out of memory\n");
    exit(1);
}

static void draw_exponentials(struct stream *s, const char *name, uint32_t index)
{
    static const struct draws draws = {.seed = 1};
    *s = (struct stream){.room = STREAM_BLOCK};
    stream_key(s, &draws, name, RANDOM_STEP, index);
    if (law_init(&s->law, LAW_EXP, 0) != 0)
        give_up();
}

/* Customer n comes to a server; returns when it will leave. */
static inline psn_time enter(struct server *s, uint64_t n, psn_time now)
{
    psn_time departs;
    if (fifo_arrive(&s->fifo, law_round_ns(stream_draw(&s->work, n, 0) * MEAN_WORK), 0, now,
                    &departs) != PSN_OK)
        give_up();
    return departs;
}

/* As an event: the customer is on the server's line until it leaves. */
static inline void enter_by_event(struct row *r, struct server *s, struct job *job, psn_time now)
{
    line_put(&r->process, &s->line, enter(s, job->number, now), job->number, job);
}

static inline void next_arrival(struct row *r, psn_time now)
{
    psn_time gap = law_round_ns(stream_draw(&r->gap, r->customers, 0) * MEAN_GAP);
    tree_set(&r->process.tree, 0, law_later(now, gap));
}

static void arrive(void *owner, psn_time now)
{
    struct row *r = owner;
    struct job *job = process_job(&r->process);
    if (!job)
        return;
    job->number = r->customers++;
    job->born = now;
    next_arrival(r, now);
    enter_by_event(r, &r->server[0], job, now);
}

static void depart(void *owner, psn_time now)
{
    struct server *s = owner;
    struct row *r = s->row;
    struct job *job = line_take(&s->line);
    if (s + 1 < r->server + r->servers) {
        enter_by_event(r, s + 1, job, now);
        return;
    }
    responses_add(&r->responses, now - job->born);
    process_release(&r->process, job);
}

/* All visits at once; what would leave at the horizon or later has not left. */
static void arrive_ahead(void *owner, psn_time now)
{
    struct row *r = owner;
    uint64_t number = r->customers++;
    psn_time at = now;
    next_arrival(r, now);
    for (uint32_t i = 0; i < r->servers && at < r->horizon; i++)
        at = enter(&r->server[i], number, at);
    if (at < r->horizon)
        responses_add(&r->responses, at - now);
}

static void row_init(struct row *r, uint32_t servers, bool ahead, psn_time horizon)
{
    memset(r, 0, sizeof *r);
    r->servers = servers;
    r->ahead = ahead;
    r->horizon = horizon;
    if (process_init(&r->process, 1 + servers) != PSN_OK)
        give_up();
    draw_exponentials(&r->gap, "gap", 0);
    r->gap.block = r->block;
    process_bind(&r->process, 0, ahead ? arrive_ahead : arrive, r);
    for (uint32_t i = 0; i < servers; i++) {
        struct server *s = &r->server[i];
        s->row = r;
        s->line = (struct line){.home = &r->process, .slot = 1 + i};
        draw_exponentials(&s->work, "work", i);
        s->work.block = s->block;
        meter_init(&s->fifo.meter, 0, INTERVAL, horizon, 1, NULL, NULL, NULL);
        if (fifo_init(&s->fifo, 1, horizon) != PSN_OK)
            give_up();
        process_bind(&r->process, 1 + i, depart, s);
    }
}

static void row_fini(struct row *r)
{
    for (uint32_t i = 0; i < r->servers; i++) {
        struct server *s = &r->server[i];
        fifo_finish(&s->fifo);
        meter_finish(&s->fifo.meter);
        line_fini(&s->line);
        fifo_fini(&s->fifo);
    }
    process_fini(&r->process);
}

static void run(uint32_t servers, bool ahead, psn_time horizon, struct responses *figures)
{
    static struct row row;
    row_init(&row, servers, ahead, horizon);
    row.responses = *figures;
    next_arrival(&row, 0);
    if (process_run_until(&row.process, horizon, NULL) != PSN_OK)
        give_up();
    *figures = row.responses;
    row_fini(&row);
}

static void run_mm1(psn_time horizon, struct responses *r)
{
    run(1, false, horizon, r);
}

static void run_mm1_ahead(psn_time horizon, struct responses *r)
{
    run(1, true, horizon, r);
}

static void run_row(psn_time horizon, struct responses *r)
{
    run(4, false, horizon, r);
}

static void run_row_ahead(psn_time horizon, struct responses *r)
{
    run(4, true, horizon, r);
}

int main(int argc, char **argv)
{
    static const struct loop loop[] = {
        {"mm1", 11111111 * SECOND, 10, 1, run_mm1},
        {"mm1-ahead", 11111111 * SECOND, 10, 1, run_mm1_ahead},
        {"row", 2777778 * SECOND, 40, 4, run_row},
        {"row-ahead", 2777778 * SECOND, 40, 4, run_row_ahead},
    };
    return loops_main(loop, sizeof loop / sizeof *loop, argc, argv);
}
