/* SPDX-License-Identifier: Apache-2.0
 * Probability laws of unit mean by their parameters or moments; drawn in stream.c.
 *
 * All of it by our own elementary functions, for the same draws on every machine. */
#include "kernel/law.h"

#include <math.h>
#include <stdlib.h>

#include "kernel/gamma.h"

/* Balanced means (W. Whitt, "Approximating a point process by a renewal process, I", Operations
 * Research 30 (1982), section 3.1; A. O. Allen, "Probability, statistics, and queueing theory",
 * 1990, section 3.2.9): each branch carries half of the mean, so branch i of probability p_i has
 * the mean 1 / (2 p_i), and p = (1 - sqrt((c^2 - 1) / (c^2 + 1))) / 2 for the longer one, here
 * without cancellation. */
static int init_hyperexp(struct law *l, double cv)
{
    if (!(cv > 1 && cv <= LAW_CV_MOST))
        return PSN_EINPUT;
    double scv = cv * cv;
    double root = sqrt((scv - 1) / (scv + 1));
    l->a = 1 / ((scv + 1) * (1 + root)); /* probability of the longer branch */
    l->b = 1 / (2 * l->a);               /* its mean */
    l->c = 1 / (2 * (1 - l->a));         /* mean of the shorter */
    return PSN_OK;
}

/* Mean exp(mu + sigma^2 / 2) = 1 and scv = exp(sigma^2) - 1. 2 artanh(c^2 / (2 + c^2)) as a series
 * where 1 + c^2 would lose digits. */
static int init_lognormal(struct law *l, double cv)
{
    if (!(cv > 0 && cv <= LAW_CV_MOST))
        return PSN_EINPUT;
    double scv = cv * cv;
    double variance = random_log(1 + scv);
    if (scv < 1e-3) {
        double s = scv / (2 + scv);
        double z = s * s;
        variance = 2 * s * (1 + z * (1.0 / 3 + z * (1.0 / 5 + z / 7)));
    }
    l->a = -variance / 2;  /* mu */
    l->b = sqrt(variance); /* sigma */
    return PSN_OK;
}

/* Shape 1 / cv^2; 1e-12 for a cv of 0.01, whose square rounds. */
static int init_gamma(struct law *l, double cv)
{
    if (!(cv > 0 && cv <= LAW_GAMMA_CV_MOST && cv * cv * LAW_SHAPE_MOST >= 1 - 1e-12))
        return PSN_EINPUT;
    l->a = 1 / (cv * cv); /* shape */
    l->b = gamma_log(l->a + 1);
    return PSN_OK;
}

/* P(X > x) = exp(-(x / scale)^shape), of mean scale gamma(1 + 1 / shape). */
static int init_weibull(struct law *l, double shape)
{
    if (!(shape >= LAW_WEIBULL_LEAST && shape <= LAW_WEIBULL_MOST))
        return PSN_EINPUT;
    l->a = 1 / shape;
    l->b = random_exp(-gamma_log(1 + l->a)); /* scale */
    return PSN_OK;
}

/* P(X > x) = (least / x)^shape for x >= least (V. Pareto's first law; N. L. Johnson, S. Kotz and N.
 * Balakrishnan, "Continuous univariate distributions" 1, 2nd ed. (1994), chapter 20), of mean least
 * shape / (shape - 1). */
static int init_pareto(struct law *l, double shape)
{
    if (!(shape > 1 && shape <= LAW_SHAPE_MOST))
        return PSN_EINPUT;
    l->a = 1 / shape;
    l->b = (shape - 1) / shape; /* least */
    return PSN_OK;
}

/* For cv > 1 two exponentials with balanced means. Else a mixture of Erlang laws of orders k and k
 * - 1 and one rate, 1 / k <= c^2 < 1 / (k - 1) (H. C. Tijms, "Stochastic models: an algorithmic
 * approach", Wiley 1994, section A.4): the shorter has the probability p = (k c^2 - sqrt(k (1 +
 * c^2)
 * - k^2 c^2)) / (1 + c^2), the rate is k - p. Where c^2 is 1 / k that is Erlang's law, and for cv =
 * 1 the exponential. */
static int init_phase2(struct law *l, double cv)
{
    l->order[0] = l->order[1] = 1;
    if (cv > 1)
        return init_hyperexp(l, cv);
    double scv = cv * cv, k = ceil((1 - 1e-12) / scv);
    if (!(cv > 0 && k <= LAW_SHAPE_MOST))
        return PSN_EINPUT;
    double square = k * (1 + scv - k * scv); /* not below 0 but by rounding */
    double shorter = (k * scv - (square > 0 ? sqrt(square) : 0)) / (1 + scv);
    l->order[0] = (uint32_t)k;
    l->order[1] = (uint32_t)k - 1;
    l->a = 1 - (shorter > 0 ? shorter : 0); /* probability of the longer branch */
    l->b = l->c = 1 / (k - 1 + l->a);       /* mean of one phase */
    return PSN_OK;
}

int law_init(struct law *l, enum law_kind kind, double parameter)
{
    *l = (struct law){.kind = kind, .parameter = parameter};
    switch (kind) {
    case LAW_CONST:
    case LAW_EXP:
        return PSN_OK;
    case LAW_UNIFORM:
        return parameter >= 0 && parameter <= 1 ? PSN_OK : PSN_EINPUT;
    case LAW_ERLANG:
        if (!(parameter >= 1 && parameter <= LAW_SHAPE_MOST) || parameter != floor(parameter))
            return PSN_EINPUT;
        l->a = 1 / parameter; /* the mean of one phase */
        return PSN_OK;
    case LAW_HYPEREXP:
        return init_hyperexp(l, parameter);
    case LAW_LOGNORMAL:
        return init_lognormal(l, parameter);
    case LAW_GAMMA:
        return init_gamma(l, parameter);
    case LAW_WEIBULL:
        return init_weibull(l, parameter);
    case LAW_PARETO:
        return init_pareto(l, parameter);
    case LAW_PH2:
        return init_phase2(l, parameter);
    case LAW_TRIANGULAR:
    case LAW_PH3:
    case LAW_EMPIRICAL:
        break;
    }
    return PSN_EINPUT;
}

int law_init_triangular(struct law *l, double low, double mode, double high)
{
    double mean = (low + mode + high) / 3;
    *l = (struct law){.kind = LAW_TRIANGULAR, .parameter = low / mean, .second = high / mean};
    if (!(low >= 0 && low <= mode && mode <= high && low < high && isfinite(mean)))
        return PSN_EINPUT;
    l->a = l->parameter;
    l->b = (high - low) / mean;
    l->c = (mode - low) / (high - low); /* the share below the mode */
    return PSN_OK;
}

/* How near to the edge of what an order has, relatively, counts as on it: nearer the two branches
 * would lose digits. */
#define EDGE 1e-6

/* The third moment about 0 is 1 + 3 c^2 + skew c^3 where the mean is 1, and 1 / (m1 m3 / m2^2 - 1)
 * = (1 + c^2)^2 / (c^2 (1 + skew c - c^2)). */
static double inverse_margin(double cv, double skew)
{
    double scv = cv * cv, left = 1 + skew * cv - scv;
    return left > 0 ? (1 + scv) * (1 + scv) / (scv * left) : (double)INFINITY;
}

double law_least_skew(double cv)
{
    double scv = cv * cv;
    double most = LAW_SHAPE_MOST - EDGE * LAW_SHAPE_MOST;
    return ((1 + scv) * (1 + scv) / (scv * (most + 1)) + scv - 1) / cv;
}

/* A mixture of two Erlang laws of one order n (M. A. Johnson and M. R. Taaffe, "Matching moments to
 * phase distributions: mixtures of Erlang distributions of common order", Stochastic Models 5
 * (1989), 711-743). X = T E, where E is Erlang's of order n and mean 1 and T is one of two positive
 * values; E has the moments 1, (n + 1) / n, (n + 1)(n + 2) / n^2, so T must have f1 = 1, f2 = m2 n
 * / (n + 1) and f3 = m3 n^2 / ((n + 1)(n + 2)). Two positive values have these just where f2 > 1
 * and f1 f3 > f2^2: n > 1 / c^2 and n + 1 > 1 / (m1 m3 / m2^2 - 1). With the central moments v and
 * w of T, which need no differences of what is nearly equal, they are 1 + t for the roots t of t^2
 * - t w / v - v. Where both conditions hold with equality at a whole n, the law is Erlang's. */
int law_init_phase3(struct law *l, double cv, double skew)
{
    *l = (struct law){.kind = LAW_PH3, .parameter = cv, .second = skew};
    if (!(cv > 0 && cv <= LAW_CV_MOST && isfinite(skew)))
        return PSN_EINPUT;
    double by_cv = 1 / (cv * cv), by_skew = inverse_margin(cv, skew) - 1;
    double whole = nearbyint(by_cv);
    if (fabs(by_cv - whole) <= 1e-9 * whole && fabs(by_skew - whole) <= 1e-9 * whole &&
        whole <= LAW_SHAPE_MOST) {
        l->order[0] = l->order[1] = (uint32_t)whole;
        l->a = 1; /* the one branch */
        l->b = l->c = 1 / whole;
        return PSN_OK;
    }
    double n = floor((by_cv > by_skew ? by_cv : by_skew) * (1 + EDGE)) + 1;
    if (!(n <= LAW_SHAPE_MOST))
        return PSN_EINPUT;
    double scv = cv * cv;
    double v = (scv * n - 1) / (n + 1);
    double w = (n * (n * (skew * cv * scv) - 6 * scv) + 4) / ((n + 1) * (n + 2));
    double half = w / (2 * v), root = sqrt(half * half + v);
    double longer = half > 0 ? half + root : v / (root - half), shorter = -v / longer;
    l->order[0] = l->order[1] = (uint32_t)n;
    l->a = -shorter / (longer - shorter); /* probability of the longer branch */
    l->b = (1 + longer) / n;              /* means of one phase */
    l->c = (1 + shorter) / n;
    return PSN_OK;
}

static int ascending(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

int law_init_empirical(struct law *l, double *value, size_t n, double *mean)
{
    *l = (struct law){.kind = LAW_EMPIRICAL, .value = value, .n_values = n};
    if (n == 0 || n > LAW_VALUES_MOST)
        return PSN_EINPUT;
    qsort(value, n, sizeof *value, ascending);
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += value[i];
    *mean = sum / (double)n;
    if (!(value[0] >= 0 && sum > 0 && isfinite(sum)))
        return PSN_EINPUT;
    for (size_t i = 0; i < n; i++) {
        value[i] /= *mean;
        squares += (value[i] - 1) * (value[i] - 1);
    }
    l->a = squares / (double)n; /* squared coefficient of variation */
    return PSN_OK;
}

/* log(1 + cv^2) of the Weibull law with shape 1 / a: its second moment is gamma(1 + 2 a), that of
 * scale 1 (Johnson, Kotz and Balakrishnan, chapter 21). */
static double weibull_spread(double a)
{
    return gamma_log(1 + 2 * a) - 2 * gamma_log(1 + a);
}

/* The spread rises with a = 1 / shape: halves the interval, which in a hundred steps has no inside
 * left. */
double law_weibull_shape(double cv)
{
    double low = 1 / LAW_WEIBULL_MOST, high = 1 / LAW_WEIBULL_LEAST,
           wanted = random_log(1 + cv * cv);
    if (!(wanted >= weibull_spread(low) && wanted <= weibull_spread(high)))
        return NAN;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (weibull_spread(middle) < wanted)
            low = middle;
        else
            high = middle;
    }
    return 1 / high;
}

double law_scv(const struct law *l)
{
    double p = l->parameter;
    switch (l->kind) {
    case LAW_CONST:
        return 0;
    case LAW_EXP:
        return 1;
    case LAW_UNIFORM:
        return p * p / 3;
    case LAW_ERLANG:
        return 1 / p;
    case LAW_HYPEREXP:
    case LAW_LOGNORMAL:
    case LAW_GAMMA:
    case LAW_PH2:
    case LAW_PH3:
        return p * p;
    case LAW_TRIANGULAR: /* (x^2 + y^2 + z^2 - x y - x z - y z) / 18 of its three corners */
        return l->b * l->b * (1 - l->c + l->c * l->c) / 18;
    case LAW_WEIBULL:
        return random_exp(weibull_spread(l->a)) - 1;
    case LAW_PARETO:
        return p > 2 ? 1 / (p * (p - 2)) : (double)INFINITY;
    case LAW_EMPIRICAL:
        return l->a;
    }
    return 0;
}

double law_tail(const struct law *l)
{
    return l->kind == LAW_PARETO ? l->parameter : INFINITY;
}

bool law_same(const struct law *a, const struct law *b)
{
    return a->kind == b->kind && a->order[0] == b->order[0] && a->order[1] == b->order[1] &&
           a->parameter == b->parameter && a->second == b->second && a->value == b->value &&
           a->n_values == b->n_values;
}
