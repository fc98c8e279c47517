/* SPDX-License-Identifier: Apache-2.0
 * Laws with their parameters, for the tests of kernel/law.h. */
#include "laws.h"

#include <criterion/criterion.h>
#include <string.h>

const struct example examples[EXAMPLES] = {
    {"const", LAW_CONST, 0, 0},
    {"exp", LAW_EXP, 0, 0},
    {"uniform 0", LAW_UNIFORM, 0, 0},
    {"uniform 0.5", LAW_UNIFORM, 0.5, 0},
    {"uniform 1", LAW_UNIFORM, 1, 0},
    {"erlang 1", LAW_ERLANG, 1, 0},
    {"erlang 3", LAW_ERLANG, 3, 0},
    {"erlang 40", LAW_ERLANG, 40, 0},
    {"hyperexp 1.5", LAW_HYPEREXP, 1.5, 0},
    {"hyperexp 3", LAW_HYPEREXP, 3, 0},
    {"lognormal 0.01", LAW_LOGNORMAL, 0.01, 0},
    {"lognormal 0.5", LAW_LOGNORMAL, 0.5, 0},
    {"lognormal 1.2", LAW_LOGNORMAL, 1.2, 0},
    {"triangular", LAW_TRIANGULAR, 0.2, 2.2},
    {"triangular from 0", LAW_TRIANGULAR, 0, 1.5},
    {"gamma 0.5", LAW_GAMMA, 0.5, 0},
    {"gamma 1.5", LAW_GAMMA, 1.5, 0},
    {"gamma 3", LAW_GAMMA, 3, 0},
    {"weibull 0.7", LAW_WEIBULL, 0.7, 0},
    {"weibull 2.5", LAW_WEIBULL, 2.5, 0},
    {"pareto 6", LAW_PARETO, 6, 0},
    {"ph2 0.6", LAW_PH2, 0.6, 0},
    {"ph2 0.2", LAW_PH2, 0.2, 0},
    {"ph2 2", LAW_PH2, 2, 0},
    {"ph3 0.6 1.5", LAW_PH3, 0.6, 1.5},
    {"ph3 1.5 4", LAW_PH3, 1.5, 4},
    {"ph3 0.6 -0.5", LAW_PH3, 0.6, -0.5},
    {"empirical", LAW_EMPIRICAL, 0, 0},
};

int example_init(struct law *l, const struct example *x)
{
    static const double values[EXAMPLE_VALUES] = {3, 0, 12, 1, 3, 40, 5, 0.5};
    static double kept[EXAMPLE_VALUES]; /* divided by their mean, in order */
    double mean;
    switch (x->kind) {
    case LAW_TRIANGULAR:
        return law_init_triangular(l, x->p, 3 - x->p - x->q, x->q);
    case LAW_PH3:
        return law_init_phase3(l, x->p, x->q);
    case LAW_EMPIRICAL:
        memcpy(kept, values, sizeof kept);
        return law_init_empirical(l, kept, EXAMPLE_VALUES, &mean);
    default:
        return law_init(l, x->kind, x->p);
    }
}

struct stream example_stream(const struct example *x, uint64_t key, double *block)
{
    struct stream s = {.key = key, .block = block, .room = STREAM_BLOCK};
    cr_assert_eq(example_init(&s.law, x), 0, "%s", x->name);
    return s;
}
