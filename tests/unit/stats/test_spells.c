/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "stats/spells.h"

Test(spells, quantile_is_the_least_value_not_exceeded_for_the_share_of_time)
{
    /* 0.2 for 6 h, 0.5 for 3 h, 0.9 for 1 h: below or at 0.2 for 60 % of the time, 0.5 for 90 %. */
    const struct spell day[] = {{0.9, PSN_HOUR}, {0.2, 6 * PSN_HOUR}, {0.5, 3 * PSN_HOUR}};
    const double p[] = {0, 0.6, 0.61, 0.9, 0.91, 1}, want[] = {0.2, 0.2, 0.5, 0.5, 0.9, 0.9};
    for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
        struct spell x[3] = {day[0], day[1], day[2]};
        cr_assert_eq(spells_quantile(x, 3, p[i]), want[i], "p = %g", p[i]);
    }
}

Test(spells, one_spell_is_every_quantile)
{
    struct spell x = {0.3, 1};
    cr_assert_eq(spells_quantile(&x, 1, 0), 0.3);
    cr_assert_eq(spells_quantile(&x, 1, 1), 0.3);
}
