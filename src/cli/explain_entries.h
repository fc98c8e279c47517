/* SPDX-License-Identifier: Apache-2.0
 * What an entry comes to, section by section. For explain.c. */
#ifndef CLI_EXPLAIN_ENTRIES_H
#define CLI_EXPLAIN_ENTRIES_H

#include "cli/explanation.h"

/* Fills e->sheet with facts and tables of one entry of the filled tree. */
typedef void (*explain_entry)(struct explanation *e, const struct member *m);

/* explain_things.c */
void explain_partner(struct explanation *e, const struct member *m);
void explain_site(struct explanation *e, const struct member *m);

/* explain_network.c */
void explain_link(struct explanation *e, const struct member *m);
void explain_class(struct explanation *e, const struct member *m);
void explain_route(struct explanation *e, const struct member *m);

/* What a fault does to messages and routes. */
void explain_flight(struct explanation *e, const struct fault *f);

/* explain_stations.c */
void explain_pool(struct explanation *e, const struct member *m);
void explain_desk(struct explanation *e, const struct member *m);
void explain_array(struct explanation *e, const struct member *m);
void explain_fault(struct explanation *e, const struct member *m);

/* "2 hosts × 4 cores = 8 at once", "up to 9 people". */
const char *explain_servers(struct explanation *e, const struct pool *p);

/* explain_demand.c */
void explain_service(struct explanation *e, const struct member *m);
void explain_workload(struct explanation *e, const struct member *m);
void explain_profile(struct explanation *e, const struct member *m);
void explain_hours(struct explanation *e, const struct member *m);
void explain_objective(struct explanation *e, const struct member *m);

/* "400 ms, lognormal, cv 1.2": a random quantity that is tied to no attribute. */
const char *explain_random(struct explanation *e, const struct random_amount *r, enum dimension d);

#endif
