/* SPDX-License-Identifier: Apache-2.0
 * Tests of base/exact.h: products and sums at the edges of their range. */
#include <criterion/criterion.h>
#include <stdint.h>

#include "base/exact.h"

Test(exact, products_of_extremes_fit)
{
    exact_sum most = exact_product(INT64_MIN, INT64_MIN);
    cr_assert(most > 0);
    cr_assert_eq(exact_double(most), 0x1p126);
    cr_assert_eq(exact_double(exact_product(INT64_MIN, INT64_MAX)), -0x1p126);
}

Test(exact, overflow_is_told_and_leaves_the_sum)
{
    exact_sum sum = 0;
    exact_sum most = exact_product(INT64_MIN, INT64_MIN); /* 2^126 */
    cr_assert(exact_add(&sum, most));
    exact_sum before = sum;
    cr_assert_not(exact_add(&sum, most));
    cr_assert(sum == before);
    cr_assert(exact_add(&sum, -1));
    cr_assert(exact_add(&sum, 1 - most));
    cr_assert(sum == 0);
}

Test(exact, sums_do_not_depend_on_order)
{
    exact_sum up = 0, down = 0;
    for (int64_t i = 1; i <= 1000; i++)
        cr_assert(exact_add(&up, exact_product(i * 1000000007, i * 998244353)));
    for (int64_t i = 1000; i >= 1; i--)
        cr_assert(exact_add(&down, exact_product(i * 998244353, i * 1000000007)));
    cr_assert(up == down);
}
