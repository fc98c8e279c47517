/* SPDX-License-Identifier: Apache-2.0
 * What the parts of scenario_describe share: the expanded tree on its way into a description. For
 * the describe_*.c files and nobody else. */
#ifndef SCENARIO_DESCRIBE_H
#define SCENARIO_DESCRIBE_H

#include "scenario/description.h"
#include "scenario/scenario.h"
#include "scenario/spec.h"

/* The entries of a section in the order of their names; an index is a rank. */
struct entries {
    const char *section;
    const struct member **member;
    const char **name;
    size_t n;
};

/* Servers of one pool (hosts x cores) or people at a desk, and jobs in a room. More is a slip of
 * the pen. */
#define POOL_MOST 10000000

struct demand;

/* One description in the making. Where memory ends, `exhausted` is set, and whoever comes next
 * returns without doing anything. */
struct reading {
    const struct scenario *scenario;
    struct description *out;
    struct arena scratch; /* the expanded tree and the tables below */
    const struct node *tree;
    psn_diagnostics *all;
    bool exhausted;
    bool point; /* of a study, and not its base case */

    const char **file; /* names of texts, copied into the description */
    size_t n_files, files_room;

    struct entries arrangements, calendars, hours, profiles, partners, sites, links, desks, arrays,
        classes, services, workloads, routes, faults, objectives;
    struct entries pools;       /* of the sections compute and desks together */
    uint32_t arrangement;       /* in use; NO_INDEX where that is a mistake */
    bool *has_population;       /* [partner] */
    bool *has_staff;            /* [partner] */
    bool *partner_exists;       /* [partner] */
    struct span *partner_there; /* [partner] */
    bool *source_exists;        /* [source]: takes part in the arrangement in use */
    bool *hours_wrong;          /* [hours]: a mistake was told, so they have no spans */
    struct demand *demand;      /* [workload]: what describe_demand.c has read of it */
    struct calendar_days *days; /* [calendar]: describe_calendars.c */
    struct shape_state *shapes; /* [profile x (calendars + 1)]: describe_shapes.c */
};

/* Zeroed memory of the description, or of this reading alone; NULL sets `exhausted`. */
void *reading_keep(struct reading *r, size_t count, size_t size);
void *reading_scratch(struct reading *r, size_t count, size_t size);

/* The list of scratch memory, `items`, that holds n of *room, with room for one more: it or a
 * longer copy. NULL, with `exhausted` set, where memory ends. */
void *reading_grow(struct reading *r, void *items, size_t n, size_t *room, size_t size);

/* A copy of a string in the description; "" where memory ends. */
const char *reading_text(struct reading *r, const char *text);

/* The place with its file's name in the description's memory. */
psn_place reading_place(struct reading *r, psn_place place);

/* Adds a mistake of PSN_EINPUT. */
__attribute__((format(printf, 3, 4))) void reading_mistake(struct reading *r, psn_place place,
                                                           const char *format, ...);

/* ` (did you mean x?)` in the reading's scratch memory, or "". */
const char *reading_hint(struct reading *r, const char *word, const char *const *names, size_t n);

/* The entries of a section; none where the tree has no such section. */
void reading_entries(struct reading *r, const char *section, struct entries *out);

/* The entries of two lists in one, in the order of names, which are different. */
void reading_merge(struct reading *r, const struct entries *a, const struct entries *b,
                   struct entries *out);

/* The same of any map; none where it is no map. */
void reading_members(struct reading *r, const struct node *map, struct entries *out);

/* The rank of a name; NO_INDEX where there is none. */
uint32_t entries_find(const struct entries *e, const char *name);

/* The index of a name among `n` in the order of strcmp; NO_INDEX where it is not there. */
uint32_t name_index(const char *const *names, size_t n, const char *name);

/* The entry that a scalar names; NO_INDEX with the mistake told (`what`: "a site") where there is
 * none. NULL is NO_INDEX and no mistake. */
uint32_t reading_reference(struct reading *r, const struct node *n, const struct entries *e,
                           const char *what);

/* A list's items, where a scalar or map is a list of itself and nothing is empty. */
size_t reading_count(const struct node *list);
const struct node *reading_item(const struct node *list, size_t i);

/* The value of an entry's key, or the language's default for it as a node; NULL where there is
 * neither. */
const struct node *reading_value(struct reading *r, const char *section, const struct node *entry,
                                 const char *key);

/* The hours that a scalar names or states; NO_INDEX with the mistake told where there are none.
 * NULL is NO_INDEX and no mistake. After describe_hours. */
uint32_t reading_hours(struct reading *r, const struct node *n);

/* The entry's partner; NO_INDEX where it has none. (describe_places.c) */
uint32_t reading_owner(struct reading *r, const struct node *entry);

/* An entry takes part by its own keys, within a time, and where it has a partner only while that
 * does; *there is when. (describe_places.c) */
bool reading_owned(struct reading *r, const struct member *m, uint32_t partner, struct span within,
                   struct span *there);

/* The site at which a station stands, its partner, and when it is there; does it take part in the
 * arrangement in use? (describe_places.c) */
uint32_t reading_station(struct reading *r, const struct member *m, uint32_t *partner, bool *exists,
                         struct span *there);

/* Quantities into the description: names and places are copied. NULL reads as 0. False where a
 * mistake was told. */
bool reading_amount(struct reading *r, const struct node *n, enum dimension d, enum bound b,
                    struct amount *out);
bool reading_random(struct reading *r, const struct node *n, enum dimension d, enum bound b,
                    struct random_amount *out);
bool reading_plain(struct reading *r, const struct node *n, enum dimension d, enum bound b,
                   double *out);

/* The same for a time in whole nanoseconds. */
bool reading_time(struct reading *r, const struct node *n, enum bound b, psn_time *out);

/* What may be sent at once: room for a packet at least. NULL changes nothing. (describe_links.c) */
void reading_burst(struct reading *r, const struct node *n, double *out);

/* A growth; one that multiplies or divides by more than a thousand million over the horizon is
 * told. */
bool reading_growth(struct reading *r, const struct node *n, double *out);

/* Does the entry take part in the arrangement in use, by its key `only`? */
bool reading_only(struct reading *r, const struct node *entry);

/* presence.c: does the entry take part in the arrangement in use, by its key `only`, and for a time
 * within the run and within `within` (its partner's, its site's), by `from` and `until`? *there is
 * when; after describe_time. */
bool reading_presence(struct reading *r, const struct node *entry, struct span within,
                      struct span *there);

/* The time of a date, from the scenario's start on (before it: negative); `otherwise` where there
 * is none, or a mistake is told. */
psn_time reading_moment(struct reading *r, const struct node *n, psn_time otherwise);

/* The whole run, which no text limits. */
#define ALWAYS ((struct span){0, PSN_NEVER})

/* The epochs of what the description holds so far: of sites, links, pools and arrays. */
void describe_epochs(struct reading *r);

/* Tells `only`, `from` and `until` where they mean nothing. */
void describe_presence(struct reading *r);

/* A time of the run as a civil date, "2011-10-01" or "2011-10-01 08:00". */
void reading_date(const struct reading *r, psn_time at, char *text, size_t size);

/* Tells a mistake where the partner lacks the attribute that the amount is tied to. */
bool reading_attribute(struct reading *r, const struct amount *amount, uint32_t partner);

/* The attribute's value for a partner; 0 where it has none. */
double description_attribute(const struct description *d, const struct amount *amount,
                             uint32_t partner);

/* The parts, in the order in which they are read. */
void describe_time(struct reading *r); /* describe_time.c: time, hours */
void describe_hours(struct reading *r);
void describe_profiles(struct reading *r); /* profile.c */
void describe_partners(struct reading *r); /* describe_places.c */
void describe_places(struct reading *r);   /* sites, arrays */
void describe_links(struct reading *r);    /* describe_links.c */
void describe_pools(struct reading *r);    /* describe_pools.c: pools and desks */
void describe_sizes(struct reading *r);   /* describe_sizes.c: of pools and desks, by the hosting */
void describe_weights(struct reading *r); /* of partners at pools, after the sources */
void describe_classes(struct reading *r); /* describe_classes.c */
void describe_roles(struct reading *r);   /* describe_services.c */
void describe_services(struct reading *r);

/* calls.c: calls without circles, each service's steps in all (at most `steps_most`), requests that
 * go somewhere, and retries that follow on something. */
void calls_check(struct reading *r, size_t steps_most);

void describe_hosting(struct reading *r);    /* hosting.c */
void describe_routes(struct reading *r);     /* describe_routes.c */
void describe_faults(struct reading *r);     /* describe_faults.c */
void describe_workloads(struct reading *r);  /* describe_demand.c */
void describe_sources(struct reading *r);    /* describe_sources.c */
void describe_objectives(struct reading *r); /* describe_objectives.c */
void describe_study(struct reading *r);      /* describe_study.c */

/* describe_precision.c: `study.replications`, a whole number or a precision. NULL changes nothing.
 */
void describe_replications(struct reading *r, const struct node *replications);

/* The same: `batches`, `controls` and `antithetic` of the study, after its replications. */
void describe_analysis(struct reading *r, const struct node *study);

/* hosting.c: what a partner's workload needs is hosted, and fits its steps. `exists` false where
 * every machine that it needs is left out of the arrangement by `only`. */
void hosting_check(struct reading *r, uint32_t workload, uint32_t partner, bool *exists);

/* Is any role of the partner hosted on the pool? Of one that takes no part none is. */
bool hosting_uses(const struct description *d, uint32_t partner, uint32_t pool);

/* blocking.c: pools and desks that hold each other's jobs back in a circle. */
void blocking_check(struct reading *r);

/* The site of what provides a role for a partner at a time; NO_INDEX where nothing does. */
uint32_t hosting_site(const struct description *d, uint32_t partner, uint32_t role, psn_time at);

/* Takes machines out of the hosting that the arrangement leaves out; after all checks. */
void hosting_settle(struct reading *r);

/* describe_calendars.c: the calendar of a partner: the one that it names, or the only one that
 * there is; NO_INDEX where there is neither. */
uint32_t reading_calendar(struct reading *r, uint32_t partner);

/* The sets of days of a calendar in the order of their names. */
const struct entries *reading_sets(struct reading *r, uint32_t calendar);

/* One of them by its rank, worked out once, from a week before the start to a week after the
 * horizon. NULL where it has a mistake, which is told the first time. */
const struct day_set *reading_days(struct reading *r, uint32_t calendar, uint32_t set);

/* describe_shapes.c: the shape of a profile in the calendar of a partner, for a workload of this
 * kind; NO_INDEX where there is no profile or a mistake was told. */
uint32_t describe_shape(struct reading *r, uint32_t workload, uint32_t partner);

/* What a workload says of its demand, before it is dealt out to sources. */
struct demand {
    uint32_t *partner; /* ranks in order */
    size_t n_partners;
    uint32_t *at; /* sites in order; NULL: not said */
    size_t n_at;
    uint32_t by;          /* role; NO_INDEX: not said */
    bool well;            /* nothing wrong that sources would need */
    struct amount amount; /* users or rate */
    double scale;
    double growth; /* 1/s */
    psn_time every;
    uint32_t window;         /* hours, or NO_INDEX */
    struct release *release; /* the same for all its partners */
    size_t n_releases;
};

/* Releases of a job every so often within a window (NULL: none), over the horizon: in each period
 * at the window's first opening, at its beginning where the window is open then and does not open
 * later, and not at all where it is closed throughout. Memory is `a`'s; NULL where it ends. */
struct release *demand_releases(struct arena *a, const struct hours *window, psn_time every,
                                psn_time horizon, size_t *n);

/* What is left of one part of a deal. */
struct remainder {
    double rest;
    size_t part;
};

/* Deals a whole number out in proportion to `weight`: by largest remainder, ties to the earlier.
 * All to the first where the weights are all 0. `room` is for `n` remainders. */
void demand_deal(int64_t total, const double *weight, size_t n, struct remainder *room,
                 int64_t *share);

/* The index of a role; NO_INDEX where there is none. */
uint32_t describe_role(const struct description *d, const char *name);

#endif
