/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/weights. */
#include "stations/weights.h"

#include <criterion/criterion.h>
#include <math.h>

static void check(const double *weight, size_t n, const uint32_t *expected)
{
    uint32_t whole[4];
    weights_whole(weight, n, whole);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(whole[i], expected[i], "weight %zu: %u", i, whole[i]);
}

Test(weights, decimals_are_exact)
{
    check((double[]){6, 1}, 2, (uint32_t[]){6, 1});
    check((double[]){61182, 104640}, 2, (uint32_t[]){61182, 104640});
    check((double[]){0.1, 0.7, 2}, 3, (uint32_t[]){1, 7, 20});
    check((double[]){0.000001, 3.3}, 2, (uint32_t[]){1, 3300000});
    check((double[]){4294967295.0}, 1, (uint32_t[]){4294967295u});
}

Test(weights, others_are_near)
{
    const double weight[4] = {1 / 3.0, 1e200, 3e200, sqrt(2) * 1e200};
    uint32_t whole[4];
    weights_whole(weight, 4, whole);
    cr_assert_eq(whole[0], 1, "one at least");
    for (int i = 2; i < 4; i++)
        cr_assert_float_eq(whole[i] / (double)whole[1], weight[i] / weight[1], 1e-8);
    cr_assert_lt((double)whole[1] + whole[2] + whole[3], 0x1p31 + 4);
    weights_whole((double[]){0x1p31, 0x1p31}, 2, whole); /* as they are they add up to 2^32 */
    cr_assert_eq(whole[0], whole[1]);
    cr_assert_lt((double)whole[0] + whole[1], 0x1p32);
    weights_whole((double[]){5e-324, 5e-324}, 2, whole);
    cr_assert(whole[0] == whole[1] && whole[0] > 1000);
}
