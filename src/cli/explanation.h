/* SPDX-License-Identifier: Apache-2.0
 * What the files of check --explain share: the scenario at one point with its loads by operational
 * laws, and the tables that several kinds of entries have. */
#ifndef CLI_EXPLANATION_H
#define CLI_EXPLANATION_H

#include "cli/sheet.h"
#include "cli/station.h"
#include "scenario/explain.h"

/* A source's rates, as laws_sources tells them. */
struct source_rate {
    bool known;                                 /* it takes part */
    double alone_ns, mean_per_s, busiest_per_s; /* busiest: NaN where scheduled */
    uint32_t busiest_hour;
};

/* What the sources of a workload ask of a station together. */
struct station_use {
    uint32_t sources;
    double mean, busiest;  /* of the capacity: over the week, at the station's busiest hour */
    double work, requests; /* ns a second, requests a second: their quotient is one request's */
};

struct explanation {
    const struct scenario *scenario;
    const struct description *d;
    struct load_report load;
    struct arena memory;
    struct source_rate *rate; /* by source */
    double *total;            /* [workload x COURSE_HOURS] requests a second of all its sources */
    struct station_use *use;  /* [station x workloads] */
    uint32_t workload;        /* the one whose amounts are worked out; NO_INDEX: none */
    struct sheet sheet;
};

/* Which sources a table is of; NO_INDEX: any. `service` counts those that come to it by calls. */
struct source_filter {
    uint32_t workload, service, partner, site;
};

/* Fills everything but the sheet. 0, PSN_EMEMORY, or PSN_EINPUT as laws_report. End with
 * explanation_fini in any case. */
int explanation_init(struct explanation *e, const struct scenario *s, const struct description *d,
                     psn_diagnostics *all);
void explanation_fini(struct explanation *e);

/* The index of a name in a list of the description, whose structs begin with their name; NO_INDEX
 * where there is none. */
uint32_t explanation_find(const void *list, size_t n, size_t size, const char *name);

/* Does a request of `from` do the steps of `service`, itself or by calls? */
bool explanation_reaches(const struct description *d, uint32_t from, uint32_t service);

/* Is it among the machines of a role: one, shares, or a list in order of preference? */
bool explanation_provides(const struct machine *m, enum machine_kind kind, uint32_t index);

/* "Mon 2014-05-12 08:00" for a time of the scenario. */
void explanation_date(const struct description *d, psn_time t, char text[32]);

bool explanation_matches(const struct explanation *e, uint32_t source,
                         const struct source_filter *f);

/* "Who asks": the sources, with users, rates and the response without queueing. */
void explanation_sources(struct explanation *e, const struct source_filter *f);

/* What stations [first, first + n) are asked for, by workload, and how busy they are. `direction`:
 * link directions, told apart by name. */
void explanation_uses(struct explanation *e, size_t first, size_t n, bool direction);

/* Who provides the roles in `roles` ([role]: is it asked for?) for the partners in `partners`. */
void explanation_roles(struct explanation *e, const struct description *d, const bool *roles,
                       const bool *partners);

/* The partners whom an entry of this section concerns: whose requests it makes, or whom it serves
 * ([partner], the arena's). NULL where memory ends. */
bool *explanation_concerned(struct explanation *e, const char *section, const char *name);

/* Every amount of these entries of a section (or parts of them) that is tied to an attribute,
 * worked out for the partners whom it concerns. */
void explanation_amounts(struct explanation *e, const char *section, const struct member *entry,
                         size_t n);

/* False for each of `n`, and one more; the arena's. NULL where memory ends. */
bool *explanation_flags(struct explanation *e, size_t n);

/* "lbhf, rbkc and 15 more": names by index where `in`. */
const char *explanation_names(struct explanation *e, const void *list, size_t n, size_t size,
                              const bool *in);

/* The facts that an entry takes part in the arrangement or not, and whose it is. */
void explanation_takes_part(struct explanation *e, bool exists);
void explanation_belongs_to(struct explanation *e, uint32_t partner);

/* The name of a partner, site ... or `none`. */
#define EXPLANATION_NAME(list, index, none) ((index) == NO_INDEX ? (none) : (list)[index].name)

#endif
