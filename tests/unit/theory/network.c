/* SPDX-License-Identifier: Apache-2.0
 * Networks by theory against published values, and by second methods: mean value analysis, and the
 * sum over all states of the product form. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "theory/queue.h"
#include "theory/queueing_network.h"

enum { STATIONS_MOST = 6, CLASSES_MOST = 3 };

/* A network small enough to be written down; station 0 is a delay where servers[0] is 0. */
struct small {
    struct queueing_network q;
    struct qn_station station[STATIONS_MOST];
    struct qn_class class[CLASSES_MOST];
    double demand[CLASSES_MOST][STATIONS_MOST], residence[CLASSES_MOST][STATIONS_MOST];
    uint32_t visit[STATIONS_MOST];
};

static void begin(struct small *s, size_t stations, size_t classes)
{
    memset(s, 0, sizeof *s);
    s->q = (struct queueing_network){s->station, s->class, stations, classes};
    for (size_t k = 0; k < stations; k++) {
        s->station[k] = (struct qn_station){.servers = 1, .shared = true};
        s->visit[k] = (uint32_t)k;
    }
    for (size_t r = 0; r < classes; r++)
        s->class[r] = (struct qn_class){.demand = s->demand[r],
                                        .visit = s->visit,
                                        .n_visits = stations,
                                        .residence = s->residence[r]};
}

static void near(double found, double exact, double within, const char *what)
{
    cr_assert_leq(fabs(found - exact), within * fabs(exact), "%s: %.12g, not %.12g", what, found,
                  exact);
}

/* One class of `population`, thinking for `think`; n demands. */
static void one_class(struct small *s, double think, const double *demand, size_t n,
                      int64_t population)
{
    begin(s, n + 1, 1);
    s->station[0].servers = 0;
    s->demand[0][0] = think;
    for (size_t k = 0; k < n; k++)
        s->demand[0][k + 1] = demand[k];
    s->class[0].population = population;
}

/* Exact mean value analysis of one class and single servers. Reiser and Lavenberg, JACM 27, 1980.
 */
static double mva(double think, const double *demand, size_t n, int population)
{
    double queue[STATIONS_MOST] = {0}, x = 0;
    for (int i = 1; i <= population; i++) {
        double residence[STATIONS_MOST], pass = think;
        for (size_t k = 0; k < n; k++)
            pass += residence[k] = demand[k] * (1 + queue[k]);
        x = i / pass;
        for (size_t k = 0; k < n; k++)
            queue[k] = x * residence[k];
    }
    return x;
}

/* Published: Jain, Art of Computer Systems Performance Analysis, p. 577; Lazowska et al. 1984,
 * p. 117; Bolch et al. 1998, section 8.3; Gunther's ebiz and mm1n. */
Test(network, published_closed)
{
    const struct {
        double think, demand[4];
        size_t n;
        int population;
        double x, r;
    } v[] = {
        {4, {2, 3, 1}, 3, 20, 0.3332465122205763, 56.01563187182579},
        {15, {0.605, 2.1, 1.35}, 3, 3, 0.15151649234709555, 4.7998247816321475},
        {15, {0.605, 2.1, 1.35}, 3, 50, 0.476190473236979, 90.00000065124614},
        {0, {0.02, 0.08, 0.08, 0.06}, 4, 6, 9.919836337154356, 0.6048486888346353},
        {0, {0.0098, 0.0025, 0.00072, 0.0098}, 4, 10, 92.3945250470446, 0.10823152123903762},
        {300, {0.63}, 1, 100, 0.33245315287694555, 0.7942596863085922},
    };
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        struct small s;
        one_class(&s, v[i].think, v[i].demand, v[i].n, v[i].population);
        cr_assert_eq(qn_exact(&s.q), 0);
        double response = 0;
        for (size_t k = 1; k <= v[i].n; k++)
            response += s.residence[0][k];
        near(s.class[0].throughput, v[i].x, 1e-10, "throughput");
        near(response, v[i].r, 1e-9, "response");
        near(s.class[0].throughput, mva(v[i].think, v[i].demand, v[i].n, v[i].population), 1e-10,
             "mean value analysis");
    }
}

/* Two classes: Lazowska et al. 1984, p. 142 (3/19, 2/19); Schwetman, CSD-TR-355, table 5. */
Test(network, published_classes)
{
    struct small s;
    begin(&s, 2, 2);
    memcpy(s.demand[0], (double[]){1, 3}, 2 * sizeof(double));
    memcpy(s.demand[1], (double[]){2, 4}, 2 * sizeof(double));
    s.class[0].population = s.class[1].population = 1;
    cr_assert_eq(qn_exact(&s.q), 0);
    near(s.class[0].throughput, 3.0 / 19, 1e-12, "X1");
    near(s.class[1].throughput, 2.0 / 19, 1e-12, "X2");
    near(s.residence[0][0], 4.0 / 3, 1e-12, "R11");
    near(s.residence[1][1], 7, 1e-12, "R22");
    begin(&s, 2, 2);
    s.station[0].servers = 0;
    memcpy(s.demand[0], (double[]){1, 0.025}, 2 * sizeof(double));
    memcpy(s.demand[1], (double[]){15, 0.5}, 2 * sizeof(double));
    s.class[0].population = 15;
    s.class[1].population = 5;
    cr_assert_eq(qn_exact(&s.q), 0);
    near(s.class[0].throughput, 14.323115115022162, 1e-10, "X1");
    near(s.residence[0][1], 0.04725821719242615, 1e-10, "R1");
    near(s.residence[1][1], 0.9337446680376779, 1e-10, "R2");
}

/* Several servers: machine repairmen by their birth-death process; 300 threads (Gunther and Chawla,
 * arXiv:1811.12341): nobody waits up to 300 users, then they are all busy. */
Test(network, several_servers)
{
    struct small s;
    one_class(&s, 10, (double[]){1}, 1, 37);
    s.station[1].servers = 3;
    cr_assert_eq(qn_exact(&s.q), 0);
    struct markov_queue m = {
        .rate = 0.1, .service = 1, .servers = 3, .population = 37, .patience = INFINITY};
    near(s.residence[0][1] - 1, queue_markov(&m).wait, 1e-10, "wait");
    one_class(&s, 0, (double[]){0.444}, 1, 500);
    s.station[1].servers = 300;
    cr_assert_eq(qn_exact(&s.q), 0);
    near(s.class[0].throughput, 300 / 0.444, 1e-10, "throughput");
    near(s.residence[0][1], 0.74, 1e-10, "response");
}

/* Open classes alone: Lazowska et al. 1984, p. 138. */
Test(network, open_classes)
{
    struct small s;
    begin(&s, 2, 2);
    memcpy(s.demand[0], (double[]){1, 3}, 2 * sizeof(double));
    memcpy(s.demand[1], (double[]){2, 4}, 2 * sizeof(double));
    s.class[0].rate = 3.0 / 19;
    s.class[1].rate = 2.0 / 19;
    for (int exact = 0; exact <= 1; exact++) {
        cr_assert_eq(exact ? qn_exact(&s.q) : qn_approximate(&s.q), 0);
        near(s.residence[0][0] + s.residence[0][1], 30.083333333333304, 1e-10, "A");
        near(s.residence[1][0] + s.residence[1][1], 41.16666666666663, 1e-10, "B");
    }
}

/* Every state of a mixed network by its weight: one delay, one station of two servers that two
 * closed classes and an open one share, one single server. Open customers up to 400: at a load of
 * a half the rest is below 1e-100. */
struct census {
    double all, here[CLASSES_MOST]; /* weights; customers at the station of two servers */
    double passes[2];               /* services ended there, by closed class */
};

static double factorial(int n)
{
    return tgamma(n + 1.0);
}

static void count_states(const struct small *s, int n1, int n2, struct census *out)
{
    for (int a = 0; a <= n1; a++)
        for (int b = 0; b <= n2; b++)
            for (int i = 0; i + a <= n1; i++)
                for (int j = 0; j + b <= n2; j++) {
                    /* a, b at the two servers; i, j at the single one; the rest think */
                    double w = pow(s->demand[0][0], n1 - a - i) / factorial(n1 - a - i) *
                               pow(s->demand[1][0], n2 - b - j) / factorial(n2 - b - j);
                    w *= factorial(i + j) / factorial(i) / factorial(j) * pow(s->demand[0][2], i) *
                         pow(s->demand[1][2], j);
                    w *= pow(s->demand[0][1], a) * pow(s->demand[1][1], b) / factorial(a) /
                         factorial(b);
                    double open = s->class[2].rate * s->demand[2][1], term = factorial(a + b);
                    for (int k = 1; k <= a + b; k++)
                        term /= k < 2 ? k : 2;
                    for (int k = 0; k < 400; k++) {
                        int n = a + b + k;
                        out->all += w * term;
                        out->here[0] += w * term * a;
                        out->here[1] += w * term * b;
                        out->here[2] += w * term * k;
                        double served = n > 2 ? 2.0 / n : 1;
                        out->passes[0] += a ? w * term * a * served / s->demand[0][1] : 0;
                        out->passes[1] += b ? w * term * b * served / s->demand[1][1] : 0;
                        term *= open * (n + 1) / (k + 1) / (n + 1 < 2 ? n + 1 : 2);
                    }
                }
}

Test(network, mixed_by_all_states)
{
    struct small s;
    begin(&s, 3, 3);
    s.station[0].servers = 0;
    s.station[1].servers = 2;
    memcpy(s.demand[0], (double[]){3, 1, 0.5}, 3 * sizeof(double));
    memcpy(s.demand[1], (double[]){1, 2, 0.3}, 3 * sizeof(double));
    memcpy(s.demand[2], (double[]){0, 0.7, 0}, 3 * sizeof(double));
    s.class[0].population = 4;
    s.class[1].population = 3;
    s.class[2].rate = 1.3;
    struct census c = {0};
    count_states(&s, 4, 3, &c);
    cr_assert_eq(qn_exact(&s.q), 0);
    for (int r = 0; r < 2; r++) {
        near(s.class[r].throughput, c.passes[r] / c.all, 1e-10, "throughput");
        near(s.residence[r][1], c.here[r] / c.passes[r], 1e-10, "residence");
    }
    near(s.residence[2][1], c.here[2] / c.all / 1.3, 1e-10, "open");
    double pass = s.residence[0][0] + s.residence[0][1] + s.residence[0][2];
    near(s.class[0].throughput * pass, 4, 1e-10, "nobody is lost");
}

/* Everybody is somewhere, in a network near the limit of what is solved exactly. */
Test(network, large_populations)
{
    struct small s;
    begin(&s, 3, 2);
    s.station[0].servers = 0;
    s.station[1].servers = 4;
    memcpy(s.demand[0], (double[]){45, 0.2, 0.01}, 3 * sizeof(double));
    memcpy(s.demand[1], (double[]){45, 0.2, 0}, 3 * sizeof(double));
    s.class[0].population = 248;
    s.class[1].population = 448;
    cr_assert_eq(qn_exact(&s.q), 0);
    for (int r = 0; r < 2; r++) {
        double pass = s.residence[r][0] + s.residence[r][1] + s.residence[r][2];
        near(s.class[r].throughput * pass, (double)s.class[r].population, 1e-9, "nobody is lost");
    }
    double exact = s.residence[0][1];
    cr_assert_eq(qn_approximate(&s.q), 0);
    near(s.residence[0][1], exact, 0.01, "approximation");
    s.class[0].population = s.class[1].population = 100000;
    cr_assert_eq(qn_exact(&s.q), QN_TOO_LARGE);
    cr_assert_eq(qn_approximate(&s.q), 0);
    near(s.class[0].throughput + s.class[1].throughput, 4 / 0.2, 1e-3, "saturated");
}

/* Schweitzer's approximation is within 5.5 % of the exact throughput here, worst near saturation.
 */
Test(network, approximation)
{
    for (int64_t n = 1; n <= 60; n += 7) {
        struct small s, a;
        one_class(&s, 15, (double[]){0.605, 2.1, 1.35}, 3, n);
        one_class(&a, 15, (double[]){0.605, 2.1, 1.35}, 3, n);
        cr_assert_eq(qn_exact(&s.q), 0);
        cr_assert_eq(qn_approximate(&a.q), 0);
        near(a.class[0].throughput, s.class[0].throughput, 0.055, "throughput");
    }
}

/* First come, first served: with one exponential law as if shared; so many users that they come
 * like Poisson arrivals wait as in M/G/1 (Pollaczek and Khinchine), beside an open class as well.
 */
Test(network, first_come_approximately)
{
    struct small s, f;
    one_class(&s, 15, (double[]){0.605, 2.1, 1.35}, 3, 20);
    one_class(&f, 15, (double[]){0.605, 2.1, 1.35}, 3, 20);
    for (size_t k = 1; k < 4; k++)
        f.station[k].shared = false;
    cr_assert_eq(qn_approximate(&s.q) | qn_approximate(&f.q), 0);
    near(f.class[0].throughput, s.class[0].throughput, 1e-6, "alike");
    const double count[2][2] = {{1, 1}, {0, 2}}; /* the open class comes twice, for 0.25 each */
    begin(&s, 2, 2);
    s.station[0].servers = 0;
    s.station[1] = (struct qn_station){.servers = 1, .residual = 0.5};
    s.demand[0][0] = 20000;
    s.demand[0][1] = 1;
    s.demand[1][1] = 0.5;
    s.class[0].population = 6000;
    s.class[1].rate = 0.4;
    s.class[0].count = count[0];
    s.class[1].count = count[1];
    s.class[1].visit = s.visit + 1;
    s.class[1].n_visits = 1;
    cr_assert_eq(qn_approximate(&s.q), 0);
    double wait = 0.5 * 0.5 / 0.5; /* load x residual / (1 - load), the load 0.3 + 0.4 x 0.5 */
    near(s.residence[0][1], 1 + wait, 2e-3, "closed");
    near(s.residence[1][1], 0.5 + 2 * wait, 2e-3, "open");
}

/* Both kinds of bounds hold the exact solution between them, balanced ones more tightly, and are it
 * where all demands are one (Zahorjan et al. 1982). */
Test(network, bounds)
{
    const double demand[] = {0.605, 2.1, 1.35}, even[] = {1, 1, 1};
    for (int n = 1; n <= 50; n++)
        for (double think = 0; think <= 15; think += 15) {
            double x = mva(think, demand, 3, n);
            struct small s;
            one_class(&s, think, demand, 3, n);
            struct qn_bounds a = qn_asymptotic(&s.q), b = qn_balanced(&s.q);
            cr_assert(a.throughput_low <= b.throughput_low * (1 + 1e-12));
            cr_assert(b.throughput_low <= x * (1 + 1e-12));
            cr_assert(x <= b.throughput_high * (1 + 1e-12));
            cr_assert(b.throughput_high <= a.throughput_high * (1 + 1e-12));
            cr_assert(b.response_low <= (n / x - think) * (1 + 1e-9));
            cr_assert((n / x - think) <= b.response_high * (1 + 1e-9));
        }
    struct small s;
    one_class(&s, 0, even, 3, 7);
    struct qn_bounds b = qn_balanced(&s.q);
    near(b.throughput_low, mva(0, even, 3, 7), 1e-12, "balanced, low");
    near(b.throughput_high, mva(0, even, 3, 7), 1e-12, "balanced, high");
    one_class(&s, 10, (double[]){3}, 1,
              37); /* three servers: at most one a unit, and 37 x 3 of work */
    s.station[1].servers = 3;
    cr_assert_eq(qn_exact(&s.q), 0);
    b = qn_asymptotic(&s.q);
    near(b.throughput_high, 1, 1e-12, "three servers");
    cr_assert(b.response_low <= s.residence[0][1] && s.residence[0][1] <= b.response_high);
}
