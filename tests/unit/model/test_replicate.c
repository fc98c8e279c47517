/* SPDX-License-Identifier: Apache-2.0
 * One model for many replications: each as from a model of its own, to the bit. */
#include <criterion/criterion.h>

#include "fixture.h"
#include "same.h"

static void check_next(struct model *m, uint32_t replication, const struct model_schedule *schedule,
                       const struct outcome *alone)
{
    psn_diagnostics all = {0};
    struct outcome *o = NULL;
    cr_assert_eq(model_replicate(m, replication, schedule, NULL, &o, &all), 0);
    cr_assert_eq(all.count, 0);
    same_figures(alone, o);
    outcome_free(o);
}

/* In no order, dealt now one way and now another; what was given up leaves nothing behind. */
static void check_again(const char *text)
{
    const struct model_schedule scattered = {.partitions = 3, .partition_seed = 5};
    const int stop = 1;
    struct description *d = fixture_describe(text);
    struct outcome *alone[] = {fixture_run(d, 0, NULL), fixture_run(d, 1, NULL)}, *none;
    struct model *m = model_new(d);
    cr_assert_not_null(m);
    check_next(m, 1, NULL, alone[1]);
    check_next(m, 0, NULL, alone[0]);
    psn_diagnostics all = {0};
    cr_assert_eq(model_replicate(m, 1, NULL, &stop, &none, &all), PSN_EINTERRUPTED);
    cr_assert(!none && all.count == 0);
    check_next(m, 1, &scattered, alone[1]);
    model_free(m);
    outcome_free(alone[0]);
    outcome_free(alone[1]);
    description_free(d);
}

/* Routes change with the failures of links, so they differ from replication to replication. */
Test(replicate, a_town_with_faults)
{
    check_again(fixture_town);
}

/* Here they are the same for all. */
Test(replicate, a_shire)
{
    check_again(fixture_shire);
}
