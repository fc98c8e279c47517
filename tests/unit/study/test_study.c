/* SPDX-License-Identifier: Apache-2.0
 * The order of points and options, and what is known of streams. */
#include <criterion/criterion.h>

#include "invented.h"

Test(study, last_factor_changes_fastest)
{
    struct invented *v = invented_new();
    size_t point = 0;
    for (size_t a = 0; a < 2; a++)
        for (size_t g = 0; g < 2; g++)
            for (size_t b = 0; b < 3; b++, point++) {
                cr_assert_eq(study_option(&v->study, point, 0), &v->option[0][a]);
                cr_assert_eq(study_option(&v->study, point, 1), &v->option[1][g]);
                cr_assert_eq(study_option(&v->study, point, 2), &v->option[2][b]);
            }
    cr_assert_eq(point, v->study.n_points);
    cr_assert_eq(study_factors(&v->study), 3);
    v->study.factors_used = false;
    cr_assert_eq(study_factors(&v->study), 0);
    invented_free(v);
}

Test(study, point_names_are_cut_not_overrun)
{
    struct invented *v = invented_new();
    char name[200], cut[12];
    study_point_name(&v->study, 11, name, sizeof name);
    cr_assert_str_eq(
        name, "arrangement = shared, growth = h\xc3\xb6her, links.county.bandwidth = 1 Gbit/s");
    study_point_name(&v->study, 11, cut, sizeof cut);
    cr_assert_str_eq(cut, "arrangement");
    v->study.factors_used = false;
    study_point_name(&v->study, 0, name, sizeof name);
    cr_assert_str_eq(name, "the base case");
    invented_free(v);
}

Test(study, streams_are_marked_by_workloads_and_objectives)
{
    struct invented *v = invented_new();
    const uint8_t *s = v->study.stream; /* backup: adur quiet worthing; case-work: the same */
    cr_assert_eq(s[0], STREAM_USED | STREAM_SCHEDULED);
    cr_assert_eq(s[1], 0);
    cr_assert_eq(s[2], 0);
    cr_assert_eq(s[3], STREAM_USED | STREAM_JUDGED);
    cr_assert_eq(s[4], STREAM_JUDGED);
    cr_assert_eq(s[5], STREAM_USED | STREAM_JUDGED);
    invented_free(v);
}
