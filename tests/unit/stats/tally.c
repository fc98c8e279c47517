/* SPDX-License-Identifier: Apache-2.0
 * Tests of stats/tally. */
#include <criterion/criterion.h>
#include <math.h>

#include "stats/tally.h"

Test(tally, empty_has_no_mean)
{
    struct tally t = {0};
    cr_assert(isnan(tally_mean(&t)));
}

Test(tally, sums_beyond_64_bits_are_exact)
{
    struct tally t = {0};
    for (int i = 0; i < 8; i++)
        tally_add(&t, INT64_MAX - i);
    cr_assert(t.sum == (exact_sum)8 * INT64_MAX - 28);
    cr_assert_eq(t.count, 8);
    cr_assert_eq(t.max, INT64_MAX);
    cr_assert_float_eq(tally_mean(&t), 0x1p63, 4096);
}

Test(tally, merges_in_any_order_to_the_same)
{
    struct tally part[3] = {0}, whole = {0}, forth = {0}, back = {0};
    for (int i = 0; i < 999; i++) {
        psn_time x = (psn_time)i * i * 1000003;
        tally_add(&part[i % 3], x);
        tally_add(&whole, x);
    }
    for (int i = 0; i < 3; i++) {
        tally_merge(&forth, &part[i]);
        tally_merge(&back, &part[2 - i]);
    }
    cr_assert(forth.sum == whole.sum && back.sum == whole.sum);
    cr_assert(forth.count == 999 && back.count == 999);
    cr_assert(forth.max == whole.max && back.max == whole.max);
}
