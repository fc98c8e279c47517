/* SPDX-License-Identifier: Apache-2.0
 * The fast stations against exact queueing theory. */
#include "theory.h"

/* One case and what theory says: the wait beyond the own demand, the number present, utilisation.
 */
struct theory {
    enum kind kind;
    int64_t servers;
    enum service law;
    double rate;
    bool bulk; /* a backlog without end beside the queue */
    double wait, present, utilisation;
};

static void replicate(const struct theory *c, uint32_t replication, struct trip *trip,
                      double figure[3])
{
    uint64_t key = random_key(2011, replication, "theory", RANDOM_ARRIVAL, 0);
    double clock = 0;
    for (size_t i = 0; i < ARRIVALS; i++) {
        double u[2];
        random_uniform2(key, i, 0, 0, u);
        clock -= random_log(u[0]) / c->rate * UNIT;
        trip[i] = (struct trip){.at = llround(clock),
                                .job = {.service = llround(demand(c->law, u[1]) * UNIT)}};
    }
    if (c->bulk)
        trip[0] = (struct trip){
            .job = {.service = PSN_DAY * 30000, .share = 1u << 30, .flags = JOB_BULK}};
    struct station s;
    psn_time horizon = trip[ARRIVALS - 1].at;
    station_init(&s, c->kind, c->servers, llround(WARMUP / c->rate * UNIT), horizon);
    drive_until(&s, trip, ARRIVALS, horizon);
    struct meter *m = station_finish(&s);
    figure[0] = tally_mean(&m->wait) / UNIT;
    figure[1] = meter_present(m);
    figure[2] = meter_utilisation(m);
    station_fini(&s);
}

static void check(const struct theory *c)
{
    static const char *const name[] = {"wait", "present", "utilisation"};
    const double expected[] = {c->wait, c->present, c->utilisation};
    struct trip *trip = malloc(ARRIVALS * sizeof *trip);
    double figure[3][REPLICATIONS];
    cr_assert(trip);
    for (uint32_t r = 0; r < REPLICATIONS; r++) {
        double one[3];
        replicate(c, r, trip, one);
        for (int f = 0; f < 3; f++)
            figure[f][r] = one[f];
    }
    free(trip);
    for (int f = 0; f < 3; f++)
        theory_check(name[f], figure[f], expected[f]);
}

/* The mean number present in M/D/c: the state one service time later is max(n - c, 0) and what has
 * come meanwhile (Crommelin 1932). Iterated to its fixed point on the first 400 states. */
static double mdc_present(int c, double rate)
{
    enum { STATES = 400 };
    static double p[STATES], next[STATES], come[STATES];
    come[0] = exp(-rate);
    for (int k = 1; k < STATES; k++)
        come[k] = come[k - 1] * rate / k;
    memset(p, 0, sizeof p);
    p[0] = 1;
    for (int round = 0; round < 1500; round++) {
        memset(next, 0, sizeof next);
        for (int n = 0; n < STATES; n++) {
            int stay = n > c ? n - c : 0;
            for (int k = 0; k < 40 && stay + k < STATES; k++)
                next[stay + k] += p[n] * come[k];
        }
        memcpy(p, next, sizeof p);
    }
    double mean = 0;
    for (int n = 0; n < STATES; n++)
        mean += n * p[n];
    return mean;
}

/* Kleinrock, Queueing Systems I, chapters 3 and 5 (Pollaczek and Khinchine); Gross and Harris,
 * Fundamentals of Queueing Theory, section 2.3. */
Test(theory, mm1)
{
    check(&(struct theory){FIFO, 1, EXP, 0.8, false, 4, 4, 0.8});
}

Test(theory, mm4)
{
    check(&(struct theory){FIFO, 4, EXP, 3.2, false, 0.7455405897342559, 5.585729887149618, 0.8});
}

Test(theory, eye_clinic)
{
    /* Three servers, 6 an hour, 20 minutes each: a wait of 8.89 minutes, 2.89 present. */
    check(&(struct theory){FIFO, 3, EXP, 2, false, 4 / 9.0, 2.888888888888889, 2 / 3.0});
}

Test(theory, md1)
{
    cr_assert_float_eq(mdc_present(1, 0.8), 2.4, 1e-9);
    check(&(struct theory){FIFO, 1, CONST, 0.8, false, 2, 2.4, 0.8});
}

Test(theory, md4)
{
    double present = mdc_present(4, 3.2);
    check(&(struct theory){FIFO, 4, CONST, 3.2, false, present / 3.2 - 1, present, 0.8});
}

Test(theory, mg1_uniform)
{
    check(&(struct theory){FIFO, 1, UNIFORM, 0.8, false, 13 / 6.0, 2.533333333333333, 0.8});
}

Test(theory, mg1_lognormal)
{
    /* 0.8 (1 + 1.5^2) / (2 x 0.2) */
    check(&(struct theory){FIFO, 1, LOGNORMAL, 0.8, false, 6.5, 6, 0.8});
}

/* Processor sharing is insensitive to the law: Kleinrock, Queueing Systems II, section 4.4. */
Test(theory, ps_exponential)
{
    check(&(struct theory){SHARING, 1, EXP, 0.7, false, 7 / 3.0, 7 / 3.0, 0.7});
}

Test(theory, ps_lognormal)
{
    check(&(struct theory){SHARING, 1, LOGNORMAL, 0.7, false, 7 / 3.0, 7 / 3.0, 0.7});
}

Test(theory, ps_uniform)
{
    check(&(struct theory){SHARING, 1, UNIFORM, 0.7, false, 7 / 3.0, 7 / 3.0, 0.7});
}

Test(theory, ps_several_servers)
{
    /* As many present as in M/M/c, whatever the law. Three servers, 10 / 12 offered: the limited
     * sharing of Ciw's tests. */
    check(&(struct theory){SHARING, 4, UNIFORM, 3.2, false, 0.7455405897342559, 5.585729887149618,
                           0.8});
    check(&(struct theory){SHARING, 3, EXP, 10 / 12.0, false, 0.08555295120392076 * 12 - 1,
                           0.8555295120392076, 10 / 36.0});
}

Test(theory, divided_without_bulk_is_mm1)
{
    check(&(struct theory){DIVIDED, 1, EXP, 0.8, false, 4, 4, 0.8});
}

Test(theory, queue_beside_a_standing_backlog)
{
    /* The queue has half the server: M/M/1 with a mean of 2 and 0.8 offered, so 10 in all, 1 of it
     * the demand; 4 present and the backlog. */
    check(&(struct theory){DIVIDED, 1, EXP, 0.4, true, 9, 5, 1});
}
