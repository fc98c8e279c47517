/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/infinite. */
#include "drive.h"

#include <math.h>

Test(infinite, everyone_takes_its_demand)
{
    enum { JOBS = 3000 };
    struct trip *trip = calloc(JOBS, sizeof *trip);
    psn_time *expected = malloc(JOBS * sizeof *expected), clock = 0;
    cr_assert(trip && expected);
    uint64_t seed = 3;
    for (int i = 0; i < JOBS; i++) {
        clock += draw(&seed, 20);
        trip[i] = (struct trip){.at = clock, .job.service = draw(&seed, 5000)};
        expected[i] = clock + trip[i].job.service;
    }
    drive_fresh(INFINITE, 1, trip, JOBS, expected);
    for (int i = 1; i < JOBS; i++) /* ties go by arrival */
        for (int k = 0; k < i; k++)
            cr_assert((trip[k].gone <= trip[i].gone) == (trip[k].place < trip[i].place));
    free(trip);
    free(expected);
}

Test(infinite, speed_by_hand)
{
    /* At half speed from 4, still from 10 to 15, then at a third less a 3 x 2^30th, so a ns later
     * than at a third: the first has 10 - 4 - 3 = 3 left at 15; the second, of 2, has had 1 by 10;
     * the third comes while all stands still. At 22 at full speed: 2 2/3 of the third are left. */
    struct trip trip[] = {{.at = 0, .job.service = 10},
                          {.at = 8, .job.service = 2},
                          {.at = 11, .job.service = 5},
                          {.at = 12, .job.service = 0}};
    const struct change change[] = {{.at = 4, .speed = PACE_FULL / 2},
                                    {.at = 10, .speed = 0},
                                    {.at = 15, .speed = PACE_FULL / 3},
                                    {.at = 22, .speed = PACE_FULL}};
    const psn_time expected[] = {23, 19, 25, 12};
    struct station s;
    station_init(&s, INFINITE, 1, 0, 30);
    s.change = change;
    s.n_changes = 4;
    drive(&s, trip, 4);
    for (int i = 0; i < 4; i++)
        cr_assert_eq(trip[i].gone, expected[i], "job %d at %lld", i, (long long)trip[i].gone);
    struct meter *m = station_finish(&s);
    cr_assert(isnan(meter_utilisation(m)));
    cr_assert(m->busy_total == (23 - 5) + (19 - 8 - 5) + (25 - 15));
    cr_assert_float_eq(meter_present(m), (23 + 11 + 14) / 30.0, 1e-15);
    station_fini(&s);
}
