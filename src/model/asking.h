/* SPDX-License-Identifier: Apache-2.0
 * Who asks what of which station at one time: the model as queueing theory sees it. Internal to the
 * analysis (analysis.c and the files that it calls). */
#ifndef MODEL_ASKING_H
#define MODEL_ASKING_H

#include "model/analysis.h"
#include "model/recipe.h"
#include "model/wire.h"

/* One operation of one source that is served by a station. Times in s. */
struct use {
    uint32_t asker, op, station;
    uint32_t route;             /* of a message: which of its equal routes the link is on, */
    double part;                /* and the part of messages that take it; else 1 */
    double visits;              /* in a pass */
    double mean, second;        /* moments of the service time */
    double taken, taken_second; /* the same of the time that its server is taken: with wrap-up */
    bool exponential, constant, sampled; /* sampled: the moments are estimates */
    bool same;      /* the size was drawn before: service depends on that at another station */
    double tail;    /* index of the service time's tail; INFINITY: light */
    bool again;     /* its request may come to the station more than once */
    uint32_t class; /* of service, or NO_INDEX */
    uint32_t level;
    double weight;
    bool impatient, patience_exponential, patience_constant;
    double patience; /* mean */
    double wait;     /* found: the mean at a visit, of those served */
    double through;  /* found: the share of arrivals that are served */
};

/* A source that asks at the time looked at: an open or closed one. */
struct asker {
    const struct source *source;
    const struct recipe *recipe;
    uint32_t first;
    double rate;    /* open: requests a second; closed: found */
    int64_t users;  /* closed: signed on; 0: open */
    double think_s; /* closed: and the way back of the end's message */
    double *visits; /* by operation */
    size_t first_use, n_uses;
    bool forks, varies; /* varies: the level of its day is random */
    uint32_t family;    /* connected by stations that they share: equal for all of one network */
    struct theory_note note;
    double low, high; /* closed: bounds of the response, found; NaN where there are none */
};

/* A station that may serve. */
struct place {
    int64_t servers; /* 0: nobody serves now, or `unlimited` */
    double speed;
    bool unlimited, shared; /* first come, first served otherwise; or by `discipline` */
    enum discipline discipline;
    int64_t room;
    bool blocks, held;          /* held: it is kept busy after service */
    bool before_block;          /* jobs go on to one that blocks, and may keep their servers here */
    bool faulty;                /* fails at random */
    bool scheduled;             /* jobs on a schedule use it at this hour of some week */
    bool channel;               /* a link that tells classes apart, and partners within fair ones */
    bool rerouted;              /* a link to which routes may lead when others fail */
    enum theory_reason unknown; /* why no theory knows it; REASON_NONE: it may */
    bool closed;                /* somebody who asks here is a user, or shares with one */
    bool forked;     /* branches of a fork come here: what leaves depends on what comes elsewhere */
    bool product;    /* a station of a product-form network */
    uint32_t family; /* see struct asker */
    enum arrivals { ARRIVALS_OTHER, ARRIVALS_PRODUCT, ARRIVALS_POISSON } arrivals;
};

struct asking {
    const struct description *d;
    struct arena memory;
    psn_time at;
    struct ways ways;
    struct wires wires;
    struct asker *asker;
    size_t n_askers;
    struct use *use; /* those of an asker in the order of their operations, first done first */
    size_t n_uses, use_capacity;
    struct place *place;
    size_t n_stations;
    uint32_t *order; /* uses by station: order[from[t] .. from[t + 1]) */
    uint32_t *from;
};

/* Fills everything but what is found; `load` is the description's report. End with asking_fini,
 * even after an error. 0, PSN_EMEMORY or PSN_EINPUT. */
int asking_make(struct asking *w, const struct description *d, const struct load_report *load,
                psn_time at, psn_diagnostics *all);
void asking_fini(struct asking *w);

/* Where arrivals are Poisson or of a product form: place.arrivals. Needs `through` of all uses. 0
 * or PSN_EMEMORY. */
int asking_flow(struct asking *w);

/* The worse of two notes: the one that is nearer to knowing nothing. */
struct theory_note note_worse(struct theory_note a, struct theory_note b);

/* A station by a formula for open arrivals at the askers' rates: its figures, and wait and through
 * of its uses. */
int station_by_formula(struct asking *w, uint32_t station, struct station_theory *out);

/* Does a station serve all who come to it alike, by its discipline or because they are of one
 * level, class, weight or partner? */
bool serves_alike(const struct asking *w, uint32_t station);

/* All stations of a family in which there are users. `out` is by station. 0 or PSN_EMEMORY. */
int family_by_network(struct asking *w, uint32_t family, struct station_theory *out);

#endif
