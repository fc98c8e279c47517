/* SPDX-License-Identifier: Apache-2.0
 * Service demands: the time that one request of a source asks of every station (visits x service
 * time; Lazowska et al., Quantitative System Performance (1984), section 3.5). Used by the
 * operational laws. */
#ifndef MODEL_SERVICE_DEMAND_H
#define MODEL_SERVICE_DEMAND_H

#include "model/recipe.h"
#include "model/wire.h"

/* The mean time of a transfer, kept from one operation to the next: what is asked of many alike
 * arrays by many alike sources is worked out once. */
struct transfer_mean {
    double iops, bandwidth_bps, bits;
    struct law law;
    double ns; /* NaN: none yet */
};

struct service_demand {
    const struct description *d;
    uint32_t source;   /* whose requests are looked at */
    size_t n_stations; /* pools, arrays, link directions */
    uint32_t *asked;   /* the stations to which the request comes, of those that there are; all */
    size_t n_asked;    /* that follows is zero elsewhere, and `tail` INFINITY */
    bool *listed;      /* by station: is it among these? */
    bool may_cut;      /* network_may_cut */
    psn_time at;       /* when the request looked at arrives: what grows has its size of then */
    double *demand;    /* by station: ns of one server that a request takes at the start */
    double *growth;    /* by station: of that, 1/s */
    double *sure;      /* by station: of the demand, what comes there whatever happens and stays
                          until it is served: behind nothing that may have failed, no room that
                          refuses it, no patience that ends, and no buffer or policer of a link
                          that drops it */
    bool *stays;       /* by station: does some of it stay until it is served, if it comes? */
    double *tail;      /* by station: the least index of the tail of a service time there; INFINITY:
                          light ones, or none */
    struct wires wires;
    struct transfer_mean last;
    bool
        fails_at_once; /* may a request be refused, or leave, at the instant at which it arrives? */
};

/* Memory is the arena's. 0 or PSN_EMEMORY. */
int service_demand_init(struct service_demand *w, const struct description *d,
                        struct arena *memory);

/* Fills all of it for requests of a source, of recipe r, that begin at operation `first`: exact
 * where all that is served at a station grows alike. Returns the mean response at the start without
 * queueing, ns; NaN where memory ends. */
double service_demand_make(struct service_demand *w, uint32_t source, const struct recipe *r,
                           uint32_t first);

#endif
