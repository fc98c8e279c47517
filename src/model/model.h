/* SPDX-License-Identifier: Apache-2.0
 * A model: a running instance of a description. A run is a pure function of (description, seed,
 * replication): the schedule, the partition and the machine move no bit. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "model/outcome.h"
#include "psnsim/diagnostics.h"
#include "scenario/description.h"

/* How a run went on; no figure of it. */
struct model_account {
    size_t processes;
    psn_time lookahead; /* the least delay between two of them; PSN_NEVER: none */
    double heaviest;    /* the part of all events that the busiest had */
    int64_t windows;    /* in which they ran; 0 where there was one process */
    int64_t shared;     /* of them, by several threads */
    int threads;        /* the most that took part */
};

/* How a run is executed; none of it affects the outcome. */
struct model_schedule {
    int threads;         /* that may share the windows of the run; 0 or 1: the caller's alone */
    bool adapt;          /* they do so only where and while it pays */
    uint32_t partitions; /* for tests. 0: processes are made for the threads; 1: there is one; k:
                            what can be parted is dealt at random over k processes */
    uint64_t partition_seed;
    bool in_step; /* for tests: nothing goes ahead of time (model/ahead.h), every departure is an
                     event */
    struct model_account *account; /* where not NULL: filled in */
};

/* The shape of a description's outcomes. */
struct outcome_shape model_shape(const struct description *d);

/* A station's name and kind, by its index in the outcome: "joint-servers", "county to town-hall".
 * The name is written to `name`. Kinds: "compute", "desk", "storage", "link". */
void model_station_name(const struct description *d, size_t station, char *name, size_t size);
const char *model_station_kind(const struct description *d, size_t station);

/* A class of service by its index in the outcome; "default" for what has none. */
const char *model_class_name(const struct description *d, size_t class);

/* The data in bits that an array keeps at time t: of every partner that is there then, that of the
 * roles which it provides. */
double model_array_data(const struct description *d, uint32_t array, psn_time t);

/* Checks what only the resolved model shows: that every site a request must reach can be reached,
 * and that the places of its steps agree. Returns 0 or PSN_EINPUT with all mistakes told. */
int model_check(const struct description *d, psn_diagnostics *all);

/* A model of a description, built once for as many replications as are asked of it, whose memory
 * goes from one to the next. Of one thread at a time. */
struct model;

/* The description must outlive the model. NULL where memory ends. */
struct model *model_new(const struct description *d);
void model_free(struct model *m);

/* Runs one replication: as model_run, to the bit. */
int model_replicate(struct model *m, uint32_t replication, const struct model_schedule *schedule,
                    const volatile int *stop, struct outcome **out, psn_diagnostics *all);

/* Runs one replication. Returns 0 with *out owned by the caller (status 1 inside where the run
 * failed, e.g. memory), PSN_EMEMORY, or PSN_EINPUT as model_check. `stop`, where not NULL, is
 * looked at now and then; once non-zero the run is given up with PSN_EINTERRUPTED. */
int model_run(const struct description *d, uint32_t replication,
              const struct model_schedule *schedule, const volatile int *stop, struct outcome **out,
              psn_diagnostics *all);

/* The number that a pilot run's replication has: no study has so many, so that no run of a study
 * sees the requests by which its warm-up was chosen. */
#define MODEL_PILOT UINT32_MAX

/* What a pilot run saw: how many requests were in progress, all services and partners together. */
struct model_pilot {
    double *in_progress; /* by interval, its time average; owned: free */
    size_t n;
    int64_t requests; /* that arrived */
};

/* Runs replication MODEL_PILOT for the number of requests in progress alone; nothing counts as
 * warm-up. *out is zeroed where it fails. Otherwise as model_run. */
int model_pilot(const struct description *d, const struct model_schedule *schedule,
                const volatile int *stop, struct model_pilot *out, psn_diagnostics *all);

#endif
