/* SPDX-License-Identifier: Apache-2.0
 * The engine: a model put together, and the passage of each job through its recipe. Used by
 * model.c. */
#ifndef MODEL_ENGINE_H
#define MODEL_ENGINE_H

#include "base/array.h"
#include "model/arrays.h"
#include "model/class_targets.h"
#include "model/demand.h"
#include "model/engine_slots.h"
#include "model/fluid.h"
#include "model/model.h"
#include "model/places.h"
#include "model/pools.h"
#include "model/recorder.h"
#include "model/streams.h"
#include "model/transport.h"

struct engine;

/* What is under way over a LAN to one place. */
struct lan_unit {
    ARRAY_APART struct engine *engine;
    struct line line;
    psn_time delay;
    ARRAY_APART uint64_t left; /* how many have left from this place over the LAN */
};

/* Delays of recipes at one place: a heap, whose first stands in the tree. */
struct delay_unit {
    ARRAY_APART struct engine *engine;
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
    /* What belongs to the description, and is made once for many replications. */
    const struct description *d;
    struct arena kept; /* its memory */
    bool made;
    struct model_schedule made_for;
    struct ways ways;
    struct recipe *recipe;  /* by source */
    bool *used;             /* by station: does any recipe lead there? */
    bool *emits;            /* by site: are streams sent from there? */
    bool *delays;           /* by place: are there delays? */
    struct owners *owners;  /* by station */
    bool drops;             /* may links drop messages? */
    struct fluid_plan plan; /* of long flows */
    int threads;            /* that may share the windows, */
    bool adapt;             /* only where and while it pays */
    psn_time lookahead;     /* the least delay between two processes; PSN_NEVER: none */
    size_t n_processes;
    uint32_t *process_of; /* by place (places.h), behind them that of the owner of flows */
    psn_time *distance; /* between processes, closed (kernel/distance.h); NULL where there is one */
    struct slots slots;
    struct arena *own;   /* by process: what it takes as it runs */
    struct arena memory; /* of a replication: what is taken for it, again and again */

    /* What belongs to one replication. */
    struct draws draws;             /* all from here on is zero between two replications */
    struct model_account *account;  /* NULL: nobody asks */
    struct source_streams *streams; /* by source */
    uint32_t block_room;            /* values that streams draw ahead of open demand */
    bool own_blocks;                /* do streams of closed demand draw ahead by user? */
    struct fluid fluid; /* of long flows, in the first process; no process where there are none */
    struct process *process;
    struct recorder *recorder;           /* by process */
    struct class_targets *class_targets; /* by process */
    struct usage usage[TRANSPORT_USAGES];
    struct pool_unit *pool;
    struct pool_yard *yard; /* by place */
    struct array_unit *array;
    struct transport transport;
    struct delay_unit *delay; /* by place */
    struct lan_unit *lan;     /* by place */
    struct emitter *emitter;  /* by site; no process where nothing of the kind is sent */
    struct demand *demand;    /* by source */
    struct outcome *outcome;
    machine_served served; /* set by engine_connect */
    pool_abandoned abandoned;
    process_fire delay_over, lan_over;
    emitter_over stream_over;
};

/* An engine for a description, which must outlive it. Nothing is made yet. End with engine_fini. */
void engine_init(struct engine *e, const struct description *d);
void engine_fini(struct engine *e);

/* Puts the model together for one replication, figures to go into *outcome: what belongs to the
 * description is made where it is not there yet, was made for another schedule, or differs from
 * replication to replication (the routes around links that fail at random). Returns 0, PSN_EMEMORY,
 * or PSN_EINPUT with all mistakes told. End with engine_end in every case. */
int engine_begin(struct engine *e, uint32_t replication, const struct model_schedule *schedule,
                 struct outcome *outcome, psn_diagnostics *all);
void engine_end(struct engine *e);

/* For engine_begin (engine_kept.c): makes what belongs to the description, drops it, and says
 * whether it is there for such a schedule and any replication. 0, PSN_EMEMORY or PSN_EINPUT. */
int engine_make_kept(struct engine *e, const struct model_schedule *schedule, psn_diagnostics *all);
void engine_drop_kept(struct engine *e);
bool engine_has_kept(const struct engine *e, const struct model_schedule *schedule);

/* Does the speed of a link direction never change, and no flow use it? Once the plan is made. */
bool engine_link_is_steady(const struct engine *e, uint32_t direction);

/* Names the engine's own handlers to the parts, before the first event is set. */
void engine_connect(struct engine *e);

/* Runs to the horizon; as windows_run. */
int engine_run(struct engine *e, const volatile int *stop);

/* Closes all figures into the outcome. 0 or PSN_EMEMORY. */
int engine_finish(struct engine *e);

/* Deals the places of an engine whose recipes, ways and flows are known to processes, and finds
 * their distances: n_processes, process_of and distance (dealing.c). 0 or PSN_EMEMORY. */
int engine_deal(struct engine *e, const struct model_schedule *schedule);

#endif
