/* SPDX-License-Identifier: Apache-2.0
 * The engine: a model put together, and the passage of each job through its recipe. Used by
 * model.c. */
#ifndef MODEL_ENGINE_H
#define MODEL_ENGINE_H

#include "model/arrays.h"
#include "model/class_targets.h"
#include "model/demand.h"
#include "model/fluid.h"
#include "model/model.h"
#include "model/pools.h"
#include "model/recorder.h"
#include "model/streams.h"
#include "model/transport.h"
#include "model/usage.h"

struct engine;

/* Delays of recipes at one site: a heap, whose first stands in the tree. */
struct delay_unit {
    struct engine *engine;
    struct process *process;
    struct heap heap; /* (end, order, job) */
    uint32_t slot;
    uint64_t order;
};

/* One source's streams, by operation of its recipe. */
struct source_streams {
    struct stream *stream;
    struct stream *patience; /* NULL: nobody runs out of it */
    struct stream *wrap_up;  /* NULL: no desk has any */
    struct stream *phase;    /* NULL: it sends no packets at a rate */
};

struct engine {
    const struct description *d;
    struct draws draws;
    struct arena memory;
    struct ways ways;
    struct recipe *recipe;          /* by source */
    bool *used;                     /* by station: does any recipe lead there? */
    bool drops;                     /* may links drop messages? */
    struct source_streams *streams; /* by source */
    struct fluid_plan plan;
    struct fluid fluid; /* of long flows, in the first process; no process where there are none */
    struct process *process;
    size_t n_processes;
    uint32_t *process_of;                /* by site */
    psn_time *distance;                  /* between processes, closed (kernel/distance.h) */
    struct recorder *recorder;           /* by process */
    struct class_targets *class_targets; /* by process */
    struct usage *usage;                 /* by process */
    struct outcome **partial;            /* by process; the first is the run's outcome */
    struct pool_unit *pool;
    struct pool_yard *yard; /* by site */
    struct array_unit *array;
    struct transport transport;
    struct delay_unit *delay; /* by site */
    struct emitter *emitter;  /* by site; no process where nothing of the kind is sent */
    bool *emits;              /* by site: are streams sent from there? */
    struct demand *demand;    /* by source */
    struct outcome *outcome;
    machine_served served; /* set by engine_connect */
    pool_abandoned abandoned;
    process_fire delay_over;
    emitter_over stream_over;
};

/* Puts a model together for one replication, figures to go into *outcome. Returns 0, PSN_EMEMORY,
 * or PSN_EINPUT with all mistakes told. End with engine_fini in every case. */
int engine_init(struct engine *e, const struct description *d, uint32_t replication,
                const struct model_schedule *schedule, struct outcome *outcome,
                psn_diagnostics *all);
void engine_fini(struct engine *e);

/* Does the speed of a link direction never change, and no flow use it? Once the plan is made. */
bool engine_link_is_steady(const struct engine *e, uint32_t direction);

/* Names the engine's own handlers to the parts, before the first event is set. */
void engine_connect(struct engine *e);

/* Runs to the horizon; as windows_run. */
int engine_run(struct engine *e, const volatile int *stop);

/* Closes all figures into the outcome. 0 or PSN_EMEMORY. */
int engine_finish(struct engine *e);

/* How sites are dealt to processes: `process_of` by site; returns the number of processes. Sites
 * joined by links of zero delay share one; all do where there are flows and no control delay. */
size_t partition_sites(const struct description *d, const struct model_schedule *schedule,
                       const struct fluid_plan *plan, uint32_t *process_of);

/* Makes e->distance once sites are dealt. 0 or PSN_EMEMORY. */
int lookahead_make(struct engine *e);

#endif
