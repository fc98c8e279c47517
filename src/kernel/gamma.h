/* SPDX-License-Identifier: Apache-2.0
 * The gamma function and the gamma distribution by our own arithmetic: the same bits on every
 * machine. Used by the laws. */
#ifndef KERNEL_GAMMA_H
#define KERNEL_GAMMA_H

/* log of the gamma function of x > 0; its error is below 1e-14 + 1e-15 |result|. */
double gamma_log(double x);

/* The quantile x of the gamma distribution of this shape (1e-4 to 1e4) and scale 1: a share p of
 * it, 0 < p < 1, lies below x. `log_gamma` is gamma_log(shape + 1). The relative error is about
 * 1e-13, up to 1e-10 at the ends of the range of shapes; 0 where the quantile is too small for a
 * double.
 */
double gamma_quantile(double shape, double log_gamma, double p);

#endif
