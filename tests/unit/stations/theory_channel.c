/* SPDX-License-Identifier: Apache-2.0
 * stations/channel against exact queueing theory. */
#include "theory_classes.h"

/* Longer than any job: a packet is a job. */
#define WHOLE_JOBS (PSN_DAY)

Test(theory_channel, constant_packets)
{
    /* M/D/1: a wait of load / (2 (1 - load)). */
    const struct channel_class one = {.weight = 1};
    struct classes c = {.name = "channel, M/D/1",
                        .class = {{.rate = 0.8, .law = CONST, .mean = 1}},
                        .n = 1,
                        .make = make_channel,
                        .channel = {.n_classes = 1, .class = &one, .packet = WHOLE_JOBS}};
    CHECK(&c, {WAIT, 2}, {UTILISATION, 0.8});
}

/* Cobham (1954): the wait of a class is the mean residual work in service over (1 - s') (1 - s),
 * where s is the load of the class and those above, s' of those above. */
static double cobham(double residual, double above, double own)
{
    return residual / ((1 - above) * (1 - above - own));
}

Test(theory_channel, priorities_of_whole_packets)
{
    const struct channel_class levels[] = {{.weight = 1}, {.level = 0}, {.level = 1}};
    struct classes c = {.name = "channel, levels",
                        .class = {{.rate = 0.4, .law = UNIFORM, .mean = 0.5, .group = 1},
                                  {.rate = 0.2, .law = CONST, .mean = 1, .group = 2},
                                  {.rate = 0.3, .law = LOGNORMAL, .mean = 1, .group = 0}},
                        .n = 3,
                        .make = make_channel,
                        .channel = {.n_classes = 3, .class = levels, .packet = WHOLE_JOBS}};
    double residual = (0.4 * 0.25 * demand_square(UNIFORM) + 0.2 + 0.3 * 3.25) / 2;
    CHECK(&c, {WAIT0, cobham(residual, 0, 0.2)}, {WAIT1, cobham(residual, 0.2, 0.2)},
          {WAIT2, cobham(residual, 0.4, 0.3)}, {UTILISATION, 0.7});
}

Test(theory_channel, priorities_in_the_middle_of_a_job)
{
    /* Without packets the first level is M/M/1 by itself, and so are both together in number. */
    const struct channel_class levels[] = {{.level = 0}, {.weight = 1}};
    struct classes c = {.name = "channel, preemption",
                        .class = {{.rate = 0.3, .law = EXP, .mean = 1, .group = 0},
                                  {.rate = 0.4, .law = EXP, .mean = 1, .group = 1}},
                        .n = 2,
                        .make = make_channel,
                        .channel = {.n_classes = 2, .class = levels}};
    CHECK(&c, {STAY0, 1 / 0.7}, {STAY1, (0.7 / 0.3 - 0.3 / 0.7) / 0.4}, {PRESENT, 0.7 / 0.3});
    c.name = "channel, packets";
    c.channel.packet = (psn_time)(0.2 * UNIT);
    /* Packets of a fifth of a mean job: the first level waits for what is left of one, as in M/G/1
     * with priorities (Cobham) where each packet is a job: of an exponential job each is the lesser
     * of 0.2 and what is left, exponential again, so there are 0.4 / (1 - exp(-0.2)) in a unit of
     * time, of mean square 2 (1 - 1.2 exp(-0.2)). */
    double packets = 0.4 / (1 - exp(-0.2)), square = 2 * (1 - 1.2 * exp(-0.2));
    CHECK(&c, {WAIT0, (0.3 + packets * square / 2) / 0.7}, {UTILISATION, 0.7});
}

/* A channel whose last class has a background that takes all that is left. */
static void make_beside_background(struct station *s, const struct classes *c)
{
    make_channel(s, c);
    channel_set_background(&s->is.channel, c->channel.n_classes - 1, PACE_FULL, 1, 0);
}

Test(theory_channel, packets_beside_a_bulk_flow)
{
    /* Whenever the strict queue is empty a packet of the background is under way: M/D/1 with
     * vacations, which adds a packet's mean residual, here a half of 1.5 (Doshi, Queueing Systems
     * 1(1), 1986; Fuhrmann and Cooper, Operations Research 33(5), 1985). */
    const struct channel_class class[] = {{.level = 0}, {.weight = 1}};
    struct classes c = {.name = "channel, vacations",
                        .class = {{.rate = 0.5, .law = CONST, .mean = 1}},
                        .n = 1,
                        .make = make_beside_background,
                        .channel = {.n_classes = 2, .class = class}};
    c.channel.packet = in_ns(1.5);
    CHECK(&c, {WAIT, 0.5 + 0.75}, {UTILISATION, 1});
}

/* The share lost of M/D/1 with room for k: with p(j) the probabilities of j left behind by a
 * departure, from p(j) = p(0) a(j) + sum p(i) a(j - i + 1) with Poisson a, it is
 * 1 - 1 / (p(0) + load) (Gross and Harris, Fundamentals of Queueing Theory, section 5.1.8). */
static double lost_constant(int k, double load)
{
    double p[32] = {1}, a[32], sum = 1;
    a[0] = exp(-load);
    for (int j = 1; j < k; j++)
        a[j] = a[j - 1] * load / j;
    for (int j = 0; j + 1 < k; j++) {
        double next = p[j] - p[0] * a[j];
        for (int i = 1; i <= j; i++)
            next -= p[i] * a[j - i + 1];
        p[j + 1] = next / a[0];
        sum += p[j + 1];
    }
    return 1 - 1 / (1 / sum + load);
}

Test(theory_channel, buffers_of_equal_packets)
{
    cr_assert_float_eq(lost_constant(1, 0.9), 0.9 / 1.9, 1e-14, "Erlang's loss formula");
    const struct channel_class one = {.weight = 1};
    struct classes c = {.name = "channel, M/D/1/5",
                        .class = {{.rate = 0.9, .law = CONST, .mean = 1}},
                        .n = 1,
                        .make = make_channel,
                        .channel = {.n_classes = 1, .class = &one}};
    c.channel.buffer = in_ns(5);
    double lost = lost_constant(5, 0.9);
    CHECK(&c, {REFUSED, lost}, {UTILISATION, 0.9 * (1 - lost)});
}

Test(theory_channel, owners_are_coupled_queues)
{
    /* Two owners of one class share its line while both have jobs: equal exponential ones are
     * M/M/1 in number together, and alike. */
    const struct channel_class class[] = {{.weight = 3, .by_owner = true}, {.weight = 1}};
    struct classes c = {
        .name = "channel, owners",
        .class = {{.rate = 0.35, .law = EXP, .mean = 1}, {.rate = 0.35, .law = EXP, .mean = 1}},
        .n = 2,
        .make = make_channel,
        .channel = {.n_classes = 2, .class = class}};
    c.class[1].owner = 1;
    CHECK(&c, {PRESENT, 0.7 / 0.3}, {STAY0, 1 / 0.3}, {STAY1, 1 / 0.3});
}
