/* SPDX-License-Identifier: Apache-2.0
 * stations/weighted, gps and infinite against exact queueing theory. */
#include "theory_classes.h"

static const double weights[2] = {2, 1};

/* Two exponential classes in groups 0 and 1. */
static struct classes two_classes(const char *name, double rate0, double mean0, double rate1,
                                  double mean1)
{
    return (struct classes){.name = name,
                            .class = {{.rate = rate0, .law = EXP, .mean = mean0},
                                      {.rate = rate1, .law = EXP, .mean = mean1, .group = 1}},
                            .n = 2,
                            .make = make_weighted,
                            .weighted = {.servers = 1, .n_groups = 2, .weight = weights},
                            .gps = {.n_queues = 2, .weight = weights}};
}

/* Discriminatory sharing of two exponential classes: the sojourn of the first is
 * (1 + m1 r2 (g2 - g1) / D) / (m1 (1 - r1 - r2)), D = m1 g1 (1 - r1) + m2 g2 (1 - r2), with loads
 * r, rates of service m and weights g (Fayolle, Mitrani and Iasnogorodski, JACM 27(3), 1980). */
static double discriminatory(const struct class *own, const struct class *other, double own_weight,
                             double weight)
{
    double load = own->rate * own->mean, others = other->rate * other->mean;
    double d = own_weight * (1 - load) / own->mean + weight * (1 - others) / other->mean;
    return own->mean / (1 - load - others) * (1 + others / own->mean * (weight - own_weight) / d);
}

Test(theory_shared, discriminatory)
{
    struct classes c = two_classes("discriminatory", 0.3, 1, 0.4, 1);
    CHECK(&c, {STAY0, 2.6666666666666665}, {STAY1, 3.8333333333333326}, {UTILISATION, 0.7},
          {PRESENT, 0.8 + 1.5333333333333332});
    struct classes unlike = two_classes("discriminatory, unlike", 0.15, 2, 1, 0.4);
    double first = discriminatory(&unlike.class[0], &unlike.class[1], 2, 1);
    double second = discriminatory(&unlike.class[1], &unlike.class[0], 1, 2);
    CHECK(&unlike, {STAY0, first}, {STAY1, second});
    cr_assert_float_eq(discriminatory(&c.class[1], &c.class[0], 1, 2), 3.8333333333333326, 1e-14);
}

Test(theory_shared, equal_weights_are_egalitarian_for_any_law)
{
    /* Two groups of equal weights on three servers: as many present as in M/M/3. The capacitated
     * sharing of Ciw's tests (Xue and Li, 2009). */
    static const double equal[2] = {5, 5};
    struct classes c = two_classes("capacitated", 5 / 12.0, 1, 5 / 12.0, 1);
    c.weighted = (struct weighted_config){.servers = 3, .n_groups = 2, .weight = equal};
    CHECK(&c, {PRESENT, 0.8555295120392076}, {STAY0, 0.08555295120392076 * 12},
          {STAY1, 0.08555295120392076 * 12});
    c.class[0].law = LOGNORMAL;
    c.class[1].law = CONST;
    c.name = "capacitated, other laws";
    CHECK(&c, {PRESENT, 0.8555295120392076}, {STAY0, 0.08555295120392076 * 12},
          {STAY1, 0.08555295120392076 * 12});
}

Test(theory_shared, strict_levels)
{
    /* The first level does not see the second; exponential demands of one mean: together they are
     * M/M/1, or M/M/3, in number. */
    static const uint32_t level[2] = {1, 0};
    struct classes c = two_classes("levels of sharing", 0.4, 1, 0.3, 1);
    c.weighted.level = level;
    CHECK(&c, {STAY1, 1 / 0.7}, {STAY0, (0.7 / 0.3 - 0.3 / 0.7) / 0.4}, {PRESENT, 0.7 / 0.3});
    struct classes three = two_classes("levels on three", 1.4, 1, 1, 1);
    three.weighted.level = level;
    three.weighted.servers = 3;
    double first = 1 + erlang_c(3, 1) / (3 - 1), all = 2.4 + erlang_c(3, 2.4) * 2.4 / (3 - 2.4);
    CHECK(&three, {STAY1, first}, {STAY0, (all - first) / 1.4}, {PRESENT, all});
}

/* Means present of two classes that share one server 2 to 1 while both have jobs, however many, and
 * have all of it alone: exponential demands, so a Markov chain on the two numbers, solved by
 * repeated sweeps up to 69 of each (the probability beyond is below 1e-9 for the loads here). */
static void coupled(double rate0, double mean0, double rate1, double mean1, double present[2])
{
    enum { N = 70 };
    static double p[N][N];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            p[i][j] = pow(0.6, i + j);
    for (int sweep = 0; sweep < 1500; sweep++) {
        double sum = 0;
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                double in = 0, out = (i + 1 < N) * rate0 + (j + 1 < N) * rate1;
                out += i > 0 ? (j > 0 ? 2 / 3.0 : 1) / mean0 : 0;
                out += j > 0 ? (i > 0 ? 1 / 3.0 : 1) / mean1 : 0;
                in += i > 0 ? rate0 * p[i - 1][j] : 0;
                in += j > 0 ? rate1 * p[i][j - 1] : 0;
                in += i + 1 < N ? (j > 0 ? 2 / 3.0 : 1) / mean0 * p[i + 1][j] : 0;
                in += j + 1 < N ? (i > 0 ? 1 / 3.0 : 1) / mean1 * p[i][j + 1] : 0;
                sum += p[i][j] = in / out;
            }
        }
        present[0] = present[1] = 0;
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                p[i][j] /= sum;
                present[0] += i * p[i][j];
                present[1] += j * p[i][j];
            }
        }
    }
}

Test(theory_shared, by_group_and_by_queue)
{
    /* For exponential demands it does not matter for the numbers whether a class's jobs share its
     * part or are served in turn. */
    double present[2];
    coupled(0.3, 1, 0.4, 1, present);
    cr_assert_float_eq(present[0] + present[1], 0.7 / 0.3, 1e-9, "in all it is M/M/1");
    struct classes c = two_classes("by group", 0.3, 1, 0.4, 1);
    c.weighted.whole = true;
    CHECK(&c, {STAY0, present[0] / 0.3}, {STAY1, present[1] / 0.4}, {UTILISATION, 0.7});
    c.name = "by queue";
    c.make = make_gps;
    CHECK(&c, {STAY0, present[0] / 0.3}, {STAY1, present[1] / 0.4}, {UTILISATION, 0.7});
    coupled(0.8, 0.5, 0.2, 1.5, present);
    struct classes unlike = two_classes("by queue, unlike", 0.8, 0.5, 0.2, 1.5);
    unlike.make = make_gps;
    CHECK(&unlike, {STAY0, present[0] / 0.8}, {STAY1, present[1] / 0.2});
}

/* A neighbour that never runs dry has a third, and no more for having ten jobs than one: the other
 * class has a server of speed 2/3. */
Test(theory_shared, a_noisy_neighbour_gains_nothing)
{
    for (int jobs = 1; jobs <= 10; jobs += 9) {
        struct trip *trip = malloc((ARRIVALS + 10) * sizeof *trip);
        double stay[REPLICATIONS];
        struct classes c = two_classes("beside a neighbour", 0.4, 1, 0, 0);
        uint8_t of[ARRIVALS];
        cr_assert(trip);
        c.n = 1;
        c.weighted.whole = true;
        for (uint32_t r = 0; r < REPLICATIONS; r++) {
            struct station s = {0};
            draw_trips(&c, r, trip + jobs, of);
            for (int i = 0; i < jobs; i++)
                trip[i] = (struct trip){.job = {.service = PSN_DAY, .group = 1}};
            psn_time horizon = trip[ARRIVALS - 1].at, warmup = in_ns(WARMUP / 0.4);
            make_weighted(&s, &c);
            station_measure(&s, warmup, horizon, 1);
            drive_until(&s, trip, ARRIVALS, horizon);
            stay[r] = 0;
            double n = 0;
            for (int i = jobs; i < ARRIVALS; i++) {
                if (trip[i].at < warmup || trip[i].gone == PSN_NEVER)
                    continue;
                stay[r] += (double)(trip[i].gone - trip[i].at) / UNIT;
                n++;
            }
            stay[r] /= n;
            station_fini(&s);
        }
        theory_check("sojourn", stay, 1 / (2 / 3.0 - 0.4));
        free(trip);
    }
}

/* M/G/infinity: as many present as a Poisson variable of mean l E[S], whatever the law (Cooper,
 * Introduction to Queueing Theory, section 3.1). */
Test(theory_shared, infinite_servers)
{
    for (int law = CONST; law <= LOGNORMAL; law++) {
        struct classes c = {.name = "infinite",
                            .class = {{.rate = 3, .law = (enum service)law, .mean = 1}},
                            .n = 1,
                            .make = make_infinite};
        CHECK(&c, {PRESENT, 3}, {STAY0, 1});
    }
}

Test(theory_shared, infinite_servers_hold_a_poisson_number)
{
    /* Counted every 5 units of time, when nearly all have changed. */
    const double mean = 3;
    struct trip *trip = malloc(ARRIVALS * sizeof *trip);
    double share[6][REPLICATIONS] = {{0}};
    uint8_t of[ARRIVALS];
    cr_assert(trip);
    struct classes c = {.name = "infinite",
                        .class = {{.rate = mean, .law = LOGNORMAL, .mean = 1}},
                        .n = 1,
                        .make = make_infinite};
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        struct station s = {0};
        draw_trips(&c, r, trip, of);
        make_infinite(&s, &c);
        station_measure(&s, 0, trip[ARRIVALS - 1].at, 0);
        drive(&s, trip, ARRIVALS);
        station_fini(&s);
        int times = 0, first = 0;
        for (psn_time now = in_ns(500); now < trip[ARRIVALS - 1].at; now += in_ns(5), times++) {
            int here = 0;
            while (trip[first].at < now - in_ns(500)) /* nobody stays so long */
                first++;
            for (int i = first; i < ARRIVALS && trip[i].at <= now; i++)
                here += trip[i].gone > now;
            if (here < 6)
                share[here][r]++;
        }
        for (int k = 0; k < 6; k++)
            share[k][r] /= times;
    }
    double p = exp(-mean);
    for (int k = 0; k < 6; k++) {
        theory_check("share", share[k], p);
        p *= mean / (k + 1);
    }
    free(trip);
}
