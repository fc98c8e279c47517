/* SPDX-License-Identifier: Apache-2.0
 * The gamma function and the quantile of the gamma distribution; used by the laws. */
#include "kernel/gamma.h"

#include <math.h>
#include <stdbool.h>

#include "kernel/random.h"

/* Stirling's series from here on: its first term left out is below 2e-17. */
#define STIRLING_FROM 15

/* A step in log x below this is the last: what it leaves is of the order of its cube. */
#define LAST_STEP 1e-5

/* More steps than any shape and p take: rounding alone could go on. */
#define STEPS_MOST 100

/* Stirling's series (Abramowitz and Stegun, 6.1.41) for z = x + k, and log gamma(x) = log gamma(z)
 * - log(x (x + 1) ... (z - 1)). The product is below 2e12, for 15 factors at most. */
double gamma_log(double x)
{
    double product = 1, z = x;
    while (z < STIRLING_FROM) {
        product *= z;
        z += 1;
    }
    double w = 1 / (z * z);
    double series =
        (1.0 / 12 -
         w * (1.0 / 360 -
              w * (1.0 / 1260 - w * (1.0 / 1680 - w * (1.0 / 1188 - w * 691 / 360360))))) /
        z;
    const double half_log_two_pi = 0.91893853320467274178;
    return (z - 0.5) * random_log(z) - z + half_log_two_pi + series - random_log(product);
}

/* S with P(a, x) = x^a e^-x S / gamma(a + 1): 1 + x / (a + 1) + x^2 / ((a + 1)(a + 2)) + ...
 * (Abramowitz and Stegun, 6.5.29). All terms are positive. */
static double below_series(double a, double x)
{
    double term = 1, sum = 1;
    for (double k = a + 1; term > 1e-17 * sum; k += 1) {
        term *= x / k;
        sum += term;
    }
    return sum;
}

/* C with Q(a, x) = x^a e^-x C / gamma(a) for x > a + 1: the continued fraction 1 / (x + 1 - a - 1
 * (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - ...))) (Abramowitz and Stegun, 6.5.31, in its
 * even part), by Steed's recurrence of the sum of its convergents' differences (I. J. Thompson and
 * A. R. Barnett, "Coulomb and Bessel functions of complex arguments and order", Journal of
 * Computational Physics 64 (1986), 490-509). */
static double above_fraction(double a, double x)
{
    double b = x + 1 - a;
    double d = 1 / b, delta = d, sum = d;
    for (double k = 1; delta > 1e-17 * sum || delta < -1e-17 * sum; k += 1) {
        double numerator = k * (a - k);
        b += 2;
        d = 1 / (b + numerator * d);
        delta *= b * d - 1;
        sum += delta;
    }
    return sum;
}

/* Where the search for the quantile begins, as log x. */
static double first_guess(double a, double log_gamma, double p, double q, bool above)
{
    /* P(a, x) <= x^a / gamma(a + 1), so x is at least this. */
    double least = (random_log(p) + log_gamma) / a;
    if (a >= 0.25) {
        /* E. B. Wilson and M. M. Hilferty, "The distribution of chi-square", Proceedings of the
         * National Academy of Sciences 17 (1931), 684-688: the cube root is all but normal. */
        double root = 1 - 1 / (9 * a) + random_normal_quantile(p) / (3 * sqrt(a));
        double guess = root > 0 ? random_log(a * root * root * root) : least;
        return guess > least ? guess : least;
    }
    if (above) /* Q(a, x) <= x^(a - 1) e^-x / gamma(a), for x >= 1 below e^-x a / gamma(a + 1) */
        return random_log(random_log(a / q) - log_gamma);
    return least;
}

/* Newton's method in y = log x on log P(a, x) = log p, or, far in the upper tail, on log Q(a, x) =
 * log q. The logarithm of either is concave in y (the density of log x is log-concave, so both its
 * integrals are: M. Bagnoli and T. Bergstrom, "Log-concave probability and its applications",
 * Economic Theory 26 (2005), 445-469): whatever the start, from the second step on Newton's steps
 * go one way, to the root. The slopes come for nothing, d log P / dy = r = a / S and d log Q / dy =
 * -r = -1 / C, and so do their relative changes, a - x - r and a - x + r: near the root Halley's
 * correction makes the convergence cubic. */
double gamma_quantile(double shape, double log_gamma, double p)
{
    double a = shape, q = 1 - p; /* exact for uniforms */
    bool above = q < (a < 1 ? 0.01 * a : 0.01);
    double target = random_log(above ? q / a : p) + log_gamma;
    double y = first_guess(a, log_gamma, p, q, above);
    for (int step = 0; step < STEPS_MOST; step++) {
        double x = random_exp(y), change, bend;
        if (above) {
            double c = above_fraction(a, x);
            change = (a * y - x + random_log(c) - target) * c;
            bend = a - x + 1 / c;
        } else {
            double s = below_series(a, x);
            change = (target - (a * y - x + random_log(s))) * s / a;
            bend = a - x - a / s;
        }
        double halley = change * bend / 2;
        if (halley > -0.25 && halley < 0.25)
            change /= 1 + halley;
        y += change;
        if (change < LAST_STEP && change > -LAST_STEP)
            break;
    }
    return random_exp(y);
}
