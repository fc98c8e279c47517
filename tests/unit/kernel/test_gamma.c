/* SPDX-License-Identifier: Apache-2.0
 * Tests of kernel/gamma.h against libm and GSL. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>

#include "kernel/gamma.h"
#include "kernel/random.h"

/* libm's lgamma is right to some units in the last place; between 1 and 2 the result itself is
 * small, and the error is that of the terms that cancel. */
Test(gamma, log_is_that_of_libm)
{
    for (double x = 1e-4; x < 2e4; x *= 1.013)
        cr_assert_lt(fabs(gamma_log(x) - lgamma(x)), 2e-14 + 1e-15 * fabs(lgamma(x)), "%g: %g", x,
                     gamma_log(x) - lgamma(x));
}

/* Probabilities of all sizes, near 0 and near 1 too. */
static double probability(uint64_t n)
{
    double u[2];
    random_uniform2(3, n, 0, 0, u);
    switch (n % 4) {
    case 0:
        return u[0];
    case 1:
        return exp(-36 * u[0]);
    case 2:
        return 1 - (floor(1e9 * exp(-20 * u[0])) + 1) * 0x1p-53; /* odd parts, as of uniforms */
    default:
        return 0.9 + 0.1 * u[0];
    }
}

/* The relative error of a quantile x is that of the probability below (or, from the median on,
 * above) it over x times the density. 1e-12 leaves GSL as much error as ours; at the ends of the
 * range, as the header says, 1e-10. What is no normal number has fewer digits. */
Test(gamma, quantile_inverts_the_distribution_function_of_gsl)
{
    static const double shapes[] = {1e-4, 1e-3, 0.01, 0.1, 0.249, 0.25, 0.3, 0.5, 0.9,
                                    1,    1.1,  2,    2.5, 5,     10,   30,  100, 1e4};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        double a = shapes[i], log_gamma = gamma_log(a + 1);
        double most = a < 0.1 || a > 1000 ? 1e-10 : 1e-12;
        for (uint64_t n = 0; n < 2000; n++) {
            double p = probability(n), x = gamma_quantile(a, log_gamma, p);
            cr_assert(x >= 0 && isfinite(x), "shape %g, p %a: %g", a, p, x);
            if (x < 1e-300) {
                cr_assert_leq((log(p) + log_gamma) / a, log(1.1e-300), "shape %g, p %a", a, p);
                continue;
            }
            double error =
                p < 0.5 ? gsl_cdf_gamma_P(x, a, 1) - p : 1 - p - gsl_cdf_gamma_Q(x, a, 1);
            error /= exp(a * log(x) - x - lgamma(a)); /* x times the density */
            cr_assert_lt(fabs(error), most, "shape %g, p %a: off by %g", a, p, error);
        }
    }
}

/* Shape 1 is the exponential law. */
Test(gamma, quantile_of_shape_1_is_exponential)
{
    for (uint64_t n = 0; n < 2000; n++) {
        double p = probability(n), x = gamma_quantile(1, gamma_log(2), p);
        cr_assert_lt(fabs(x / -log1p(-p) - 1), 1e-13, "%a", p);
    }
}
