/* SPDX-License-Identifier: Apache-2.0
 * The description: one design point of a scenario, read, checked and resolved; what a model is
 * built from. Never changed once made. Every list is in the canonical order of names (strcmp), so
 * an index is a rank. Everything that the text names exists in every point of a study; `exists`
 * says whether it takes part in the arrangement in use. */
#ifndef SCENARIO_DESCRIPTION_H
#define SCENARIO_DESCRIPTION_H

#include "scenario/hours.h"
#include "scenario/quantity.h"

#define NO_INDEX UINT32_MAX

struct place_staff {
    uint32_t site;
    double people;
};

struct partner {
    const char *name, *label; /* label: the name where the text gives none */
    double population, staff; /* staff: over all sites; both, as counts, at the start */
    double growth;            /* of population, staff and counts: 1/s, see description_growth */
    struct place_staff *staff_at;
    size_t n_staff_at;
    const char **count_name, **data_name;
    double *count, *data_bits, *data_growth; /* data_bits: at the start; data_growth: 1/s */
    size_t n_counts, n_data;
    bool exists; /* takes part in the arrangement in use, for a time within the run at least */
    struct span there; /* when it does */
    psn_place place;
};

/* What exists takes part in the arrangement in use, at least for a time within the run: `there`.
 * Its ends are 0 and PSN_NEVER where no text sets them. A link or station is there no longer than
 * its sites and its partner. */
struct site {
    const char *name, *label;
    uint32_t partner; /* or NO_INDEX */
    psn_time lan; /* what its local network takes between any two of its machines, its users and the
                     ends of its links; 0: nothing */
    bool exists;
    struct span there;
    psn_place place;
};

/* From a time on a pool has so many servers (0: jobs wait) that work at this speed. */
struct capacity {
    psn_time at;
    int64_t servers;
    double speed; /* as that of the pool; below or above it */
};

/* Two directions: 0 from end[0] to end[1], 1 back. */
struct link {
    const char *name;
    uint32_t end[2];
    double bandwidth_bps; /* what the line sends; where it changes, the most of it */
    psn_time delay;
    double buffer_bits;    /* of each of its queues; 0: endless */
    double contract_bps;   /* a shaper lets through so much on average; 0: there is none */
    double burst_bits;     /* and so much at once; 0 where there is no shaper */
    double overhead_bits;  /* added to each packet of PACKET_BITS at most */
    double overhead_share; /* added to all that is sent, as a share of it */
    double loss;           /* the probability that the line loses a packet, below 1 */
    double metric; /* what a route over it costs; NaN: its delay counts. All links that exist have
                      one, or none has */
    struct capacity *capacity; /* where the bandwidth changes, in the order of time, the first at 0,
                                  none like the one before it: `speed` is a share of bandwidth_bps,
                                  `servers` 1, or 0 where nothing is sent */
    size_t n_capacities;       /* 0: it never changes */
    uint32_t partner;
    bool exists;
    struct span there;
    psn_place place;
};

/* A message is sent in packets of so many bits at most: 1,500 bytes, as Ethernet carries. */
#define PACKET_BITS 12000

/* The first time-out after which what is lost is sent again (RFC 6298, section 2.1), where no text
 * says another: of fair classes, and of what has no class. */
#define RESEND_STANDARD ((psn_time)1000000000)

/* A class of service. Where a station tells classes apart, level 0 goes before level 1 and so on:
 * each priority of strict classes is a level, and all fair ones, with what has no class, are the
 * last, in which they share by weight. The class of the service that a user asks for goes with all
 * that the request does, calls included. */
struct service_class {
    const char *name;
    bool strict;
    uint32_t level;       /* below n_levels */
    double weight;        /* > 0; 1 where not said, and of strict ones */
    const char *dscp;     /* the code point as written ("EF"), which changes nothing; NULL */
    double limit;         /* strict: a policer drops what is over this share of a link; 0: none */
    double burst_bits;    /* that the policer lets through at once; 0: what `limit` sends in
                             200 ms, at least PACKET_BITS */
    double delay_target;  /* end to end, ns; NaN: none */
    double jitter_target; /* ns; NaN: none */
    double loss_target;   /* a share; NaN: none */
    bool flows;           /* its long messages are flows, which share the links of their routes */
    double window_bits;   /* of each flow, as of TCP; 0: it limits nothing */
    double start_bits;    /* the window with which a flow starts slowly; 0: it starts at once */
    psn_time resend;      /* what is lost is sent again after so long, the first time; 0: it is
                             lost for good */
    bool early;           /* its queues drop early, as RED does: */
    double early_from, early_to; /* between these shares of the buffer */
    double early_most;           /* with probabilities from 0 up to this one, above 0 */
    psn_place place;
};

/* How a pool serves. By level: those of classes, see above. */
enum discipline {
    DISCIPLINE_FIFO,        /* first come, first served */
    DISCIPLINE_SHARING,     /* all jobs at once and alike, each at most at one server's speed */
    DISCIPLINE_PRIORITY,    /* by level, first come first served in each; what is served is ended */
    DISCIPLINE_PREEMPTIVE,  /* the same, but a higher level interrupts a lower one, whose work done
                               so far is kept */
    DISCIPLINE_WEIGHTED,    /* as sharing, but by level, and within one by weight of each job */
    DISCIPLINE_FAIR,        /* as sharing, but each partner present by its weight, its jobs alike */
    DISCIPLINE_FAIR_QUEUES, /* one server: first come first served within each class (and among
                               those without one), classes by level, and within one by weight */
    DISCIPLINE_UNLIMITED,   /* a server for every job: hosts and cores say nothing */
};

/* May its pools have a finite room, and jobs that lose patience? */
static inline bool description_has_room(enum discipline d)
{
    return d == DISCIPLINE_FIFO || d == DISCIPLINE_PRIORITY || d == DISCIPLINE_PREEMPTIVE;
}

/* A pool of servers, or a desk: a pool of people. Both are in one list in the order of names. */
struct pool {
    const char *name;
    uint32_t site, partner;
    enum discipline discipline;
    bool desk;
    bool blocks;   /* of room: where it is full a job that comes from a pool of the same site keeps
                      its server there until there is room (first held, first in), and any other
                      waits before the door; else a job is refused, and its request has failed */
    bool wraps_up; /* of a desk: after a job has left, its server stays busy */
    bool exists;
    int64_t hosts, cores; /* cores of each host; of a desk: the most people at once over the
                             horizon (1 where there is never one), and 1 */
    double speed;         /* work done in a second of a core, 1 where not said */
    int64_t room;   /* jobs at most, those in service counted; 0: no end. With fifo, priority and
                       preemptive only */
    double *weight; /* [partner], > 0: of DISCIPLINE_FAIR; else NULL */
    struct capacity *capacity; /* in the order of time, the first at 0, none like the one before
                                  it; none at all where it never changes: hosts x cores at speed */
    size_t n_capacities;
    struct random_amount wrap_up; /* where wraps_up: for so long, ns; tied to no attribute */
    struct span there;
    psn_place place;
};

struct array {
    const char *name;
    uint32_t site, partner;
    double capacity_bits; /* 0 where not said */
    double iops, bandwidth_bps;
    psn_time latency;
    bool exists;
    struct span there;
    psn_place place;
};

enum step_verb {
    STEP_REQUEST,
    STEP_COMPUTE,
    STEP_READ,
    STEP_WRITE,
    STEP_DELAY,
    STEP_CHOICE,
    STEP_RESPONSE,
    STEP_CALL,   /* the steps of another service, from where the job is */
    STEP_FORK,   /* all branches at once; goes on when the last of them has ended */
    STEP_DESK,   /* as compute, on a pool that is a desk */
    STEP_LOOP,   /* its one branch, `times` over or as long as chance has it (`again`) */
    STEP_STREAM, /* packets at a constant rate between where the job is and the role's site */
};

struct step;

struct branch {
    double share; /* the shares of a choice sum to 1; of a fork and a loop: 1 each */
    struct step *step;
    size_t n_steps;
};

struct step {
    enum step_verb verb;
    uint32_t role;               /* compute, desk, read, write, stream; else NO_INDEX */
    struct random_amount amount; /* compute, desk: ns of work; request, read, write, response: bits;
                                    delay, stream: ns */
    double rate_bps, packet_bits; /* stream: each way; packets follow each other in packet_bits /
                                     rate_bps */
    bool out, back;               /* stream: to the role's site, from there, or both at once */
    uint32_t times;               /* the step is done this many times, one after the other */
    double again;   /* loop: with this probability (< 1) there is another pass after each one; then
                       `times` is 1. 0: `times` passes */
    bool impatient; /* compute, desk: who has waited for `patience` and is not being served leaves,
                       and the request has failed; drawn anew each time */
    struct random_amount patience; /* ns */
    uint32_t service;              /* call: whose steps; else NO_INDEX. Calls make no circle */
    struct branch *branch;         /* choice, fork, loop */
    size_t n_branches;
    psn_place place;
};

struct service {
    const char *name;
    struct step *step;
    size_t n_steps;
    size_t n_all;     /* its steps, those of all branches and of all called services counted, those
                         of loops once */
    uint32_t class;   /* or NO_INDEX: of the last level, with weight 1 */
    psn_time timeout; /* of each attempt; 0: its users wait for ever. Never of a called service */
    uint32_t retries; /* further attempts after one that took too long */
    psn_place place;
};

enum workload_kind { WORKLOAD_OPEN, WORKLOAD_CLOSED, WORKLOAD_SCHEDULED };

/* The shapes that a day may have. */
enum day_shape { DAY_WEEKDAY, DAY_WEEKEND, DAY_SATURDAY, DAY_SUNDAY, DAY_SHAPES };

/* What becomes of the days in one set of a calendar: they take another shape, or a factor. */
struct day_change {
    const char *set;
    bool reshapes;
    enum day_shape shape;
    double factor;
};

/* How demand goes up and down: hour by hour over an ordinary week from Monday 00:00, and what is
 * done to days of the calendar and to months. */
struct profile {
    const char *name;
    double week[168];
    double mean;                /* over the ordinary week */
    double day[DAY_SHAPES][24]; /* hour by hour */
    double vary;                /* coefficient of variation of the level between days; 0: none */
    bool dated;                 /* months or days are said: weeks differ */
    double month[12];           /* a factor, from January */
    struct day_change *change;  /* in the order of the text */
    size_t n_changes;
    psn_place place; /* of what makes it dated, else of the profile */
};

/* One civil day of a profile. */
struct day_plan {
    const double *hour; /* 24 values */
    double factor;      /* on each of them */
};

/* A profile over the horizon, in one calendar. */
struct shape {
    uint32_t profile;
    uint32_t calendar; /* rank of its name; NO_INDEX where the profile needs none */
    struct day_plan
        *plan; /* by civil day from the scenario's first; NULL: every week is ordinary */
    size_t n_days;
    double highest; /* the highest level of any hour in the horizon */
};

struct workload {
    const char *name;
    uint32_t service;
    enum workload_kind kind;
    uint32_t profile;           /* or NO_INDEX: level all week */
    double loading;             /* open: of the day's level on the common factor, -1 to 1 */
    struct random_amount think; /* closed */
    bool exists;
    struct span there;
    psn_place place;
};

/* When a scheduled job is released, and when its window closes (PSN_NEVER: no window). */
struct release {
    psn_time at, closes;
};

/* Who asks: one workload of one partner at one site. Its name, "workload/partner/site" (with
 * `by`: "workload/partner"), keys its random streams; sources are in the order of names. The demand
 * factor and `scale` are in rate and users already. */
struct source {
    const char *name;
    uint32_t workload, partner, site;
    uint32_t shape;          /* or NO_INDEX: level */
    double growth;           /* of its rate or users: 1/s, see description_growth */
    double rate_per_s;       /* open: mean of an ordinary week, at the start */
    int64_t users;           /* closed: where everybody is signed on, at the start */
    int64_t users_most;      /* closed: as many at most over the horizon */
    struct release *release; /* scheduled */
    size_t n_releases;
    psn_time every;    /* scheduled: the period of which each has one release at most */
    struct span there; /* when it asks: while its workload, partner and site are there */
    psn_place place;
};

enum machine_kind { MACHINE_NONE, MACHINE_POOL, MACHINE_ARRAY, MACHINE_SITE };

/* Who provides a role for a partner: one machine; a chain of several in the order of names, each
 * for a share of the requests; or the first of a list in order of preference that is there. */
struct machine {
    enum machine_kind kind;
    uint32_t index;                  /* of the pool, array or site */
    double share;                    /* the shares of a chain sum to 1 */
    const struct machine *next;      /* of the chain */
    const struct machine *otherwise; /* of the list; never both */
    psn_place place;
};

/* What makes one thing fail: an entry of `faults` on one station, link (both directions) or site
 * (its pools and arrays, and where `degrade` is 0 the links that end there). Its name,
 * "fault/thing", keys its random streams; faults are in the order
 * of names. From a failure to its repair the stations work at `degrade` of their speed, and what is
 * in service there keeps what is done, but what a link carries may be lost; of several faults at
 * once the lowest share counts. Hosting stays as it is, and so do routes but where `reroute` says
 * when they change. */
struct fault {
    const char *name;
    uint32_t *station; /* numbered as in an outcome, in order: those that exist */
    size_t n_stations;
    bool random;                     /* else there is one failure, `scheduled` */
    struct random_amount mtbf, mttr; /* random: ns from `there.open`, then from each repair, to the
                                        next failure; from a failure to its repair */
    struct span scheduled;
    double degrade;   /* 0 (at a standstill) to less than 1 */
    psn_time reroute; /* so long after a failure routes lead around its links, and so long after
                         its repair back; PSN_NEVER: they stay, as with `degrade` above 0, and of
                         what is neither a link nor a site */
    bool lost;        /* what is on its links, and comes there, is lost; else it waits */
    uint32_t *link;   /* that a failure takes down, both directions, in order: the link itself, or
                         those that end at the site; only where `degrade` is 0 */
    size_t n_links;
    bool exists;       /* in the arrangement in use, and so does a station of it */
    struct span there; /* failures begin within it only, and end with it */
    psn_place place;
};

/* Where least cost is not wanted: a route that the text gives. It holds from each of its sites to
 * each other one, and by itself not back. */
struct route_rule {
    const char *name;
    uint32_t *from, *to; /* sites, in order; none: all sites */
    size_t n_from, n_to;
    uint32_t *via; /* sites that it leads through, in the order of the way, joined by links */
    size_t n_via;  /* 0: by the least cost */
    bool spread;   /* over all routes of the same least cost, by hash */
    psn_place place;
};

enum figure {
    FIGURE_RESPONSE_MEAN,
    FIGURE_RESPONSE_QUANTILE,
    FIGURE_RESPONSE_MAX,
    FIGURE_RESPONSE_WITHIN, /* the share of requests within `within` */
    FIGURE_UTILISATION_MEAN,
    FIGURE_UTILISATION_QUANTILE,
    FIGURE_UTILISATION_MAX,   /* over intervals */
    FIGURE_UTILISATION_ABOVE, /* the share of time (of intervals) above `within` */
    FIGURE_WAIT_MEAN, /* of a station: for service to begin, those counted that left without */
    FIGURE_WAIT_QUANTILE,
    FIGURE_WAIT_MAX,
    FIGURE_WAIT_WITHIN, /* the share of jobs that waited for `within` at most */
    FIGURE_REFUSED,     /* the share of a station's arrivals that its room did not hold */
    FIGURE_ABANDONED,   /* that ran out of patience */
    FIGURE_DELAY_MEAN,  /* of a class: of its messages, from end to end */
    FIGURE_DELAY_QUANTILE,
    FIGURE_DELAY_MAX,
    FIGURE_DELAY_WITHIN,  /* the share of messages that took `within` at most */
    FIGURE_JITTER,        /* the mean absolute difference between a message's delay and the next */
    FIGURE_JITTER_SPREAD, /* the quantile 0.99 of the delay less the median */
    FIGURE_LOSS,          /* the share of what was put on the network that it lost, resent or not */
};

enum subject_kind { SUBJECT_SERVICE, SUBJECT_LINK, SUBJECT_STATION, SUBJECT_CLASS };

/* One thing that an objective judges: "case-fast lbhf", "links-roomy vault-psn to gcn". */
struct target {
    const char *name;
    uint32_t objective;
    uint32_t subject; /* service index; link index x 2 + direction; pool index, or n_pools + array
                         index; class index */
    uint32_t partner; /* or NO_INDEX: all partners together */
    bool exists;
};

struct objective {
    const char *name;
    enum subject_kind kind;
    enum figure figure;
    const char *text;  /* the figure as written: "response p95" */
    double quantile;   /* 0.95 for p95 */
    double within;     /* FIGURE_…_WITHIN: ns; FIGURE_UTILISATION_ABOVE: a share */
    bool at_most;      /* else at least */
    double limit;      /* ns for response, wait, delay and jitter; a share for the others */
    uint32_t hours;    /* or NO_INDEX: always */
    struct span there; /* when it is judged at all */
    psn_place place;
};

/* One value of a factor: what it is called and what it sets. */
struct option {
    const char *label; /* the value as written, or the option's name in a bundle */
    double number;     /* the value in base units where it is one quantity, else NaN */
    const char *unit;  /* base unit's name of `number` ("s", "bit/s", "1"), else NULL */
    struct setting *setting;
    size_t n_settings;
};

struct range;

struct factor {
    const char *name; /* the path, or the bundle's name */
    struct option *option;
    size_t n_options;
    const struct range *range; /* it may be anything within; NULL: one of its options */
    struct option *base; /* one at a time: what the scenario itself says, which sets nothing */
    bool bundle;         /* its options have names, and set several paths */
    psn_place place;
};

/* How points are made of factors. */
enum design_kind {
    DESIGN_GRID,        /* every combination of options */
    DESIGN_POINTS,      /* those that the text lists */
    DESIGN_LATIN,       /* a Latin hypercube */
    DESIGN_SOBOL,       /* a Sobol' sequence */
    DESIGN_ONE,         /* the base case, and from there one factor at a time */
    DESIGN_MORRIS,      /* Morris's walks */
    DESIGN_SENSITIVITY, /* Saltelli's rows for Sobol' indices */
};

/* Replications until a precision: the relative half-width of an interval. */
struct precision {
    uint32_t at_least;
    double until;    /* half-width / |value|; 0: the number of replications is fixed */
    const char **of; /* what must be as precise: `objectives`, names of objectives, figures */
    psn_place *of_place;
    size_t n_of;
    psn_place place;
};

struct description {
    struct arena memory;
    const char *title;
    int64_t start_day; /* days from 1970-01-01 of the scenario's first day */
    psn_time
        start_of_week; /* from Monday 00:00 of that week to the scenario's start: whole hours */
    psn_time horizon, warmup, interval;
    bool warmup_auto; /* a study finds the warm-up by pilot runs; until it has, `warmup` is 0 */
    psn_place warmup_place; /* where the text says so */
    double demand;
    const char *arrangement;
    uint64_t seed;
    bool antithetic;       /* replications 2 k and 2 k + 1 are a pair with mirrored draws */
    bool controls;         /* means are controlled by the requests that arrived (study/summary.h) */
    uint32_t replications; /* of each point; the most of them where there is a precision */
    uint32_t batches;      /* of one long run in place of replications; 0: none */
    psn_place batches_place;
    struct precision precision;
    enum design_kind design;
    size_t design_points;    /* what the text says of a design that is drawn: points, walks or rows;
                                of one that is listed, its points */
    uint32_t *design_option; /* listed points: [point x n_factors + factor] */
    psn_place design_place;

    struct partner *partner;
    struct site *site;
    struct link *link;
    struct pool *pool; /* of the sections `compute` and `desks` */
    struct array *array;
    struct service_class *class;
    const char **role;
    struct service *service;
    struct profile *profile;
    struct shape *shape;
    struct workload *workload;
    struct source *source;
    struct hours *hours;
    struct fault *fault;
    struct route_rule *route_rule; /* those that exist, in the order of their names */
    struct objective *objective;
    struct target *target; /* in the order of (objective, subject, partner) */
    struct factor *factor; /* of the study, in the order of names; the base case's alone has them */
    struct machine *hosting; /* [partner x n_roles + role] in the arrangement in use */
    psn_time *epoch; /* when links, sites, pools or arrays come or go: 0, then later times in order;
                        a request keeps the machines and routes of the epoch in which it arrived */
    size_t n_partners, n_sites, n_links, n_pools, n_arrays, n_roles, n_services, n_profiles,
        n_shapes, n_workloads, n_sources, n_hours, n_objectives, n_targets, n_factors, n_epochs,
        n_classes, n_faults, n_route_rules;
    uint32_t n_levels; /* of classes: one for each priority of strict ones, and the last */
};

void description_free(struct description *d);

/* Is the figure a time (in ns)? Else it is a share. */
bool description_figure_is_time(enum figure f);

/* The word that the language has for a design: "latin-hypercube". */
const char *design_word(enum design_kind kind);

/* The amount in base units for a partner (rule 4): value x attribute / per. */
double description_amount(const struct description *d, const struct amount *amount,
                          uint32_t partner);

/* The growth of what the amount is tied to for a partner: 1/s; 0 where it is tied to nothing that
 * grows. */
double description_amount_growth(const struct description *d, const struct amount *amount,
                                 uint32_t partner);

/* The nearest whole number of people, halves up; a number that decimals make a hair too small in
 * binary counts as what it stands for. */
int64_t description_whole(double people);

/* The civil day of time t >= 0, counted from the scenario's first. */
size_t description_day(const struct description *d, psn_time t);

/* The class of a service's messages: its index, or n_classes of those without one. */
static inline uint32_t description_class(const struct description *d, uint32_t service)
{
    uint32_t class = d->service[service].class;
    return class != NO_INDEX ? class : (uint32_t)d->n_classes;
}

/* The factor by which something has grown at time t: exp(rate x time), where `rate_per_s` is as
 * DIMENSION_GROWTH has it and the time is that of the midnight before t; 1 on the first day, from
 * the scenario's start on. */
double description_growth(const struct description *d, double rate_per_s, psn_time t);

/* The level of an open source at time t: its profile's value with the factors of the day and the
 * growth; 0 while it is not there; constant over each civil hour. The rate is rate_per_s x level /
 * description_level_mean, but for the random level of the day. */
double description_level(const struct description *d, const struct source *s, psn_time t);

/* The mean level over an ordinary week, before days, months and growth. */
double description_level_mean(const struct description *d, const struct source *s);

/* The users of a closed source who are signed on at time t: constant over each civil hour, at most
 * users_most. */
int64_t description_signed_on(const struct description *d, const struct source *s, psn_time t);

/* Of two rules for one pair of sites the one of the higher rank holds: that which names a single
 * site at more of its ends; one for all pairs comes last. Of equal rank no two are for one pair. */
int description_route_rank(const struct route_rule *rule);

/* The site of a machine; NO_INDEX for none. */
uint32_t description_machine_site(const struct description *d, const struct machine *machine);

/* Who provides a role for a partner at a time: the first of a list that is there then, or the first
 * of all where none is. */
const struct machine *description_host(const struct description *d, uint32_t partner, uint32_t role,
                                       psn_time at);

/* The name of a machine; "none" for none. */
const char *description_machine_name(const struct description *d, const struct machine *m);

/* Is the machine there at that time? */
bool description_machine_there(const struct description *d, const struct machine *m, psn_time at);

/* When a station is there. Stations are numbered as in an outcome: pools, then arrays, then links,
 * two directions each. */
struct span description_station_there(const struct description *d, size_t station);

/* The station that a target of an objective of links or stations judges. */
size_t description_target_station(const struct description *d, const struct target *t);

/* The epoch in which a time of the run lies. */
uint32_t description_epoch(const struct description *d, psn_time t);

/* Batch k of `batches`: the time from the warm-up to the horizon cut into equal numbers of whole
 * intervals; what does not fill a batch is left out at its beginning. Empty (close = open) where
 * there are fewer intervals than batches. */
struct span description_batch(const struct description *d, uint32_t k);

/* The hour of the week (0 = Monday 00:00) at time t of the scenario. */
uint32_t description_hour_of_week(const struct description *d, psn_time t);

#endif
