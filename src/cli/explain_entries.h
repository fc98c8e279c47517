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
void explain_link(struct explanation *e, const struct member *m);
void explain_pool(struct explanation *e, const struct member *m);
void explain_array(struct explanation *e, const struct member *m);

/* explain_demand.c */
void explain_service(struct explanation *e, const struct member *m);
void explain_workload(struct explanation *e, const struct member *m);
void explain_profile(struct explanation *e, const struct member *m);
void explain_hours(struct explanation *e, const struct member *m);
void explain_objective(struct explanation *e, const struct member *m);

#endif
