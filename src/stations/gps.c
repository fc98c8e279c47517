/* SPDX-License-Identifier: Apache-2.0
 * Generalised processor sharing by a virtual time for each level. Used by compute pools.
 *
 * A level's virtual time (virtual.h) is the work for one unit of weight that a queue with jobs all
 * along has received since the level was last empty. Weights are whole and add up to less than
 * 2^32.
 *
 * Rounding. A finish tag is rounded down by less than a unit for each job since its queue was
 * empty: times the weight, less than 2^-30 ns of work a job. A job counts as finished as soon as
 * its tag may have been reached, within VIRTUAL_SLACK: 2^-8 ns of work or less. A departure comes
 * out at the first whole ns at which the job is done. What its queue receives in the rest of that
 * ns goes to the next one in it that was there, so a queue with jobs does not drift; a queue that
 * is left empty counts as one with jobs up to there. So no job departs before it has been here for
 * its demand. */
#include "stations/gps.h"

#include <stdbool.h>
#include <stdlib.h>

#include "stations/tags.h"
#include "stations/virtual.h"
#include "stations/weights.h"

struct gps_queue {
    struct job_queue jobs;
    exact_sum finish; /* tag of the first job, as virtual time of its level */
    uint32_t level, weight;
};

struct gps_level {
    struct tags heads;           /* finish tags of the first jobs, by queue */
    struct virtual_time virtual; /* work for a unit of weight */
    int64_t weights;             /* of the queues with jobs, together */
};

static int gps_allocate(struct gps *g, uint32_t n_queues, uint32_t n_levels)
{
    g->n_queues = n_queues;
    g->n_levels = n_levels;
    g->queue = calloc(n_queues, sizeof *g->queue);
    g->level = calloc(n_levels, sizeof *g->level);
    if (!g->queue || !g->level)
        return PSN_EMEMORY;
    for (uint32_t l = 0; l < n_levels; l++) {
        int status = tags_reserve(&g->level[l].heads, n_queues);
        if (status != PSN_OK)
            return status;
    }
    return PSN_OK;
}

int gps_init(struct gps *g, const struct gps_config *config)
{
    uint32_t n_levels = 1;
    uint32_t *weight = malloc(config->n_queues * sizeof *weight);
    for (uint32_t q = 0; config->level && q < config->n_queues; q++)
        n_levels = config->level[q] >= n_levels ? config->level[q] + 1 : n_levels;
    g->at = 0;
    g->speed = PACE_FULL;
    g->active = n_levels;
    g->first = 0;
    g->next = PSN_NEVER;
    if (gps_allocate(g, config->n_queues, n_levels) != PSN_OK || !weight) {
        free(weight);
        gps_fini(g);
        return PSN_EMEMORY;
    }
    weights_whole(config->weight, config->n_queues, weight);
    for (uint32_t q = 0; q < config->n_queues; q++) {
        g->queue[q].level = config->level ? config->level[q] : 0;
        g->queue[q].weight = weight[q];
    }
    free(weight);
    return PSN_OK;
}

void gps_fini(struct gps *g)
{
    for (uint32_t l = 0; g->level && l < g->n_levels; l++)
        tags_fini(&g->level[l].heads);
    free(g->queue);
    free(g->level);
    g->queue = NULL;
    g->level = NULL;
}

/* How fast the virtual time of a level with jobs grows while it is served. */
static inline struct virtual_rate gps_rate(const struct gps *g, const struct gps_level *level)
{
    return virtual_rate((int64_t)g->speed, level->weights);
}

/* Brings the virtual time of the level that is served up to now. */
static void gps_advance(struct gps *g, psn_time now)
{
    if (g->active < g->n_levels) {
        struct gps_level *level = &g->level[g->active];
        const struct virtual_rate rate = gps_rate(g, level);
        virtual_advance(&level->virtual, &rate, now - g->at);
    }
    g->at = now;
}

/* The first job of a queue, from the tag `from` on, goes into the heap. */
static void gps_begin(struct gps *g, uint32_t q, exact_sum from)
{
    struct gps_queue *queue = &g->queue[q];
    queue->finish = from + virtual_work(queue->jobs.head->service) / queue->weight;
    tags_push(&g->level[queue->level].heads,
              (struct tag){.at = queue->finish, .order = q, .item = q});
}

/* After a change: the level that is served, and the next departure. A job of a level below may have
 * all its work, too. */
static void gps_settle(struct gps *g)
{
    g->active = g->n_levels;
    g->next = PSN_NEVER;
    for (uint32_t l = 0; l < g->n_levels; l++) {
        const struct gps_level *level = &g->level[l];
        const struct tag *top = tags_top(&level->heads);
        if (!top)
            continue;
        exact_sum left = virtual_left(&level->virtual, top->at);
        const struct virtual_rate rate = gps_rate(g, level);
        psn_time when = left <= 0                  ? g->at
                        : g->active == g->n_levels ? virtual_when(&rate, left, g->at)
                                                   : PSN_NEVER;
        if (g->active == g->n_levels)
            g->active = l;
        if (when < g->next) {
            g->next = when;
            g->first = l;
        }
    }
    g->meter.busy = g->active < g->n_levels && g->speed > 0;
}

int gps_arrive(struct gps *g, struct job *job, psn_time now)
{
    struct gps_queue *queue = &g->queue[job->group];
    struct gps_level *level = &g->level[queue->level];
    meter_advance(&g->meter, now);
    meter_arrive(&g->meter);
    gps_advance(g, now);
    job->entered = now;
    bool first = !queue->jobs.head;
    job_queue_push(&queue->jobs, job);
    if (first) {
        level->weights += queue->weight;
        gps_begin(g, job->group, level->virtual.at);
    }
    gps_settle(g);
    return PSN_OK;
}

struct job *gps_depart(struct gps *g, psn_time now)
{
    meter_advance(&g->meter, now);
    gps_advance(g, now);
    struct gps_level *level = &g->level[g->first];
    uint32_t q = tags_top(&level->heads)->item;
    struct gps_queue *queue = &g->queue[q];
    struct job *job = job_queue_pop(&queue->jobs);
    tags_remove(&level->heads, q);
    if (queue->jobs.head)
        gps_begin(g, q, queue->jobs.head->entered < now ? queue->finish : level->virtual.at);
    else
        level->weights -= queue->weight;
    if (level->weights == 0)
        level->virtual = (struct virtual_time){0};
    gps_settle(g);
    meter_depart(&g->meter, now, job->entered, job->service, job->owner);
    return job;
}

void gps_set_speed(struct gps *g, uint64_t speed, psn_time now)
{
    meter_advance(&g->meter, now);
    gps_advance(g, now);
    g->speed = speed;
    gps_settle(g);
}
