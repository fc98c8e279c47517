/* SPDX-License-Identifier: Apache-2.0
 * stations/servers against exact queueing theory. */
#include "theory_classes.h"

/* One class at c servers. */
static struct classes one_class(const char *name, int64_t servers, double rate, enum service law)
{
    return (struct classes){.name = name,
                            .class = {{.rate = rate, .law = law, .mean = 1}},
                            .n = 1,
                            .make = make_servers,
                            .servers = {.servers = servers, .levels = 1}};
}

/* M/M/c/K: Gross and Harris, Fundamentals of Queueing Theory, section 2.4. */
Test(theory_servers, a_finite_room)
{
    struct classes c = one_class("mm1k", 1, 0.9, EXP);
    c.servers.room = 5;
    CHECK(&c, {REFUSED, 0.12602254998836857}, {PRESENT, 2.1947823006280958},
          {WAIT, 1.7902859515030154}, {UTILISATION, 0.7865797050104683},
          {WAITED, 0.7558057190300603});
    /* Three servers, four places beside them, 3.6 offered. */
    double p[8] = {1}, sum = 1, queue = 0;
    for (int n = 1; n <= 7; n++)
        sum += p[n] = p[n - 1] * 3.6 / (n < 3 ? n : 3);
    for (int n = 4; n <= 7; n++)
        queue += (n - 3) * p[n] / sum;
    double lost = p[7] / sum;
    struct classes several = one_class("mm3k", 3, 3.6, EXP);
    several.servers.room = 7;
    CHECK(&several, {REFUSED, lost}, {WAIT, queue / (3.6 * (1 - lost))},
          {UTILISATION, 1.2 * (1 - lost)});
}

/* Erlang's loss formula holds for any law: Cooper, Introduction to Queueing Theory, section 3.3. */
Test(theory_servers, erlang_loss)
{
    cr_assert_float_eq(erlang_b(25, 20), 0.0502217778907946, 1e-15);
    for (int law = CONST; law <= LOGNORMAL; law++) {
        struct classes c = one_class("loss", 25, 20, (enum service)law);
        c.servers.room = 25;
        CHECK(&c, {REFUSED, 0.0502217778907946}, {UTILISATION, 0.7598225776873643},
              {PRESENT, 18.995564442184108});
    }
}

/* M/M/c + M: Garnett, Mandelbaum and Reiman, M&SOM 4(3), 2002; figures by the formulas of Zeltyn
 * and Mandelbaum, QUESTA 51, 2005. */
Test(theory_servers, erlang_a)
{
    struct classes c = one_class("erlang-a", 50, 48, EXP);
    c.class[0].patience = 2;
    CHECK(&c, {ABANDONED, 0.03091224916219316}, {WAIT, 0.061824498324386454},
          {UTILISATION, 0.9303242408042945}, {WAITED, 0.46777406855379083},
          {P95, 0.2776573085480016}, {P99, 0.4152883893661016},
          {PRESENT, 2.9675759195705496 + 46.516212040214725});
}

/* M/M/1 + D with patience t: the work that an arrival finds has density p0 l e^-(m - l)x up to t,
 * and from there falls by e^-m(x - t), as only who finds less than t stays for service (Baccelli
 * and Hebuterne, Performance 81). */
Test(theory_servers, constant_patience)
{
    const double rate = 0.9, patience = 2, spread = 1 - rate;
    double below = rate * (1 - exp(-spread * patience)) / spread;
    double above = rate * exp(-spread * patience);
    double p0 = 1 / (1 + below + above);
    struct classes c = one_class("constant patience", 1, rate, EXP);
    c.class[0].patience = -patience;
    CHECK(&c, {ABANDONED, above * p0}, {UTILISATION, 1 - p0}, {WAITED, 1 - p0});
}

/* Non-preemptive levels: Cobham, Operations Research 2(1), 1954: W = (l E[S^2] / 2) /
 * ((1 - s') (1 - s)), where s is the load of the class and those above, s' of those above. */
static double cobham(double residual, double above, double own)
{
    return residual / ((1 - above) * (1 - above - own));
}

Test(theory_servers, levels_without_preemption)
{
    struct classes ciw = {.name = "levels",
                          .class = {{.rate = 0.2, .law = EXP, .mean = 1},
                                    {.rate = 0.6, .law = EXP, .mean = 1, .level = 1}},
                          .n = 2,
                          .make = make_servers,
                          .servers = {.servers = 1, .levels = 2}};
    CHECK(&ciw, {WAIT0, 1}, {WAIT1, 5}, {WAIT, 4}, {UTILISATION, 0.8});
    struct classes laws = {.name = "three laws",
                           .class = {{.rate = 0.4, .law = UNIFORM, .mean = 0.5},
                                     {.rate = 0.2, .law = CONST, .mean = 1, .level = 1},
                                     {.rate = 0.3, .law = LOGNORMAL, .mean = 1, .level = 2}},
                           .n = 3,
                           .make = make_servers,
                           .servers = {.servers = 1, .levels = 3}};
    double residual = (0.4 * 0.25 * demand_square(UNIFORM) + 0.2 + 0.3 * 3.25) / 2;
    CHECK(&laws, {WAIT0, cobham(residual, 0, 0.2)}, {WAIT1, cobham(residual, 0.2, 0.2)},
          {WAIT2, cobham(residual, 0.4, 0.3)}, {UTILISATION, 0.7});
}

Test(theory_servers, levels_on_several_servers)
{
    /* The same law for all: all servers are busy with Erlang's probability, and one of them is free
     * after 1 / c in the mean (Cobham 1954, section 3). */
    struct classes c = {.name = "levels on four",
                        .class = {{.rate = 1.2, .law = EXP, .mean = 1},
                                  {.rate = 2, .law = EXP, .mean = 1, .level = 1}},
                        .n = 2,
                        .make = make_servers,
                        .servers = {.servers = 4, .levels = 2}};
    double busy = erlang_c(4, 3.2) / 4;
    CHECK(&c, {WAIT0, cobham(busy, 0, 0.3)}, {WAIT1, cobham(busy, 0.3, 0.5)});
}

/* Preemptive-resume levels: Kleinrock, Queueing Systems II, section 3.6: the sojourn is
 * (E[S] (1 - s) + R) / ((1 - s') (1 - s)), where R = l E[S^2] / 2 of the class and those above. */
Test(theory_servers, levels_with_preemption)
{
    struct classes c = {.name = "preemptive",
                        .class = {{.rate = 0.4, .law = EXP, .mean = 0.5},
                                  {.rate = 0.2, .law = LOGNORMAL, .mean = 1, .level = 1},
                                  {.rate = 0.15, .law = UNIFORM, .mean = 2, .level = 2}},
                        .n = 3,
                        .make = make_servers,
                        .servers = {.servers = 1, .levels = 3, .preemptive = true}};
    double above = 0, residual = 0, stay[3];
    for (int k = 0; k < 3; k++) {
        double load = c.class[k].rate * c.class[k].mean, s = above + load;
        residual += load * c.class[k].mean * demand_square(c.class[k].law) / 2;
        stay[k] = (c.class[k].mean * (1 - s) + residual) / ((1 - above) * (1 - s));
        above = s;
    }
    CHECK(&c, {STAY0, stay[0]}, {STAY1, stay[1]}, {STAY2, stay[2]}, {UTILISATION, 0.7});
}

Test(theory_servers, preemption_on_several_servers)
{
    /* The first level sees M/M/c without the second; both together are M/M/c in number. */
    struct classes c = {.name = "preemptive on three",
                        .class = {{.rate = 1, .law = EXP, .mean = 1},
                                  {.rate = 1.4, .law = EXP, .mean = 1, .level = 1}},
                        .n = 2,
                        .make = make_servers,
                        .servers = {.servers = 3, .levels = 2, .preemptive = true}};
    double first = 1 + erlang_c(3, 1) / (3 - 1), all = 2.4 + erlang_c(3, 2.4) * 2.4 / (3 - 2.4);
    CHECK(&c, {STAY0, first}, {STAY1, (all - first) / 1.4}, {PRESENT, all});
}

/* M/M/1 whose server fails at rate f, busy or not, and is repaired at rate r; jobs keep what was
 * done: L = l ((f + r)^2 + f m) / ((f + r) (m r - l (f + r))) (White and Christie, Operations
 * Research 6(1), 1958; Avi-Itzhak and Naor, Operations Research 11(3), 1963, model A). */
Test(theory_servers, breakdowns)
{
    const double rate = 0.5, f = 0.1, r = 0.9;
    struct classes c = one_class("breakdowns", 1, rate, EXP);
    c.up = 1 / f;
    c.down = 1 / r;
    double present = rate * ((f + r) * (f + r) + f) / ((f + r) * (r - rate * (f + r)));
    cr_assert_float_eq(present, 1.375, 1e-12);
    CHECK(&c, {PRESENT, present}, {STAY0, present / rate}, {UTILISATION, 0.5});
    /* Rare and long ones. */
    c.name = "long breakdowns";
    c.up = 1 / 0.02;
    c.down = 1 / 0.2;
    present = rate * (0.22 * 0.22 + 0.02) / (0.22 * (0.2 - rate * 0.22));
    CHECK(&c, {PRESENT, present});
}

/* After-call work is service to those who wait, but not to the caller: M/G/1 whose service is exp
 * and a constant (Pollaczek and Khinchine: Kleinrock, Queueing Systems I, section 5.6). */
Test(theory_servers, wrap_up)
{
    struct classes c = one_class("wrap-up", 1, 0.5, EXP);
    c.class[0].wrap_up = 0.6;
    double square = 2 + 2 * 0.6 + 0.36;
    CHECK(&c, {WAIT, 0.5 * square / (2 * (1 - 0.8))}, {UTILISATION, 0.8});
    /* Where nobody waits it is a loss system, with both parts as service. */
    struct classes four = one_class("wrap-up on four", 4, 2, CONST);
    four.class[0].wrap_up = 1;
    four.class[0].patience = -1e-6;
    CHECK(&four, {UTILISATION, 1 - erlang_b(4, 4)}, {ABANDONED, erlang_b(4, 4)});
}

/* Two stations in a row, a source that never runs dry, exponential services of mean 1, room for K
 * at the second: (K + 1) / (K + 2) jobs a unit of time come through (Hunt, Operations Research
 * 4(6), 1956). */
static double blocked_rate(int64_t room, uint32_t replication)
{
    uint64_t key = random_key(2011, replication, "blocking", RANDOM_STEP, (uint32_t)room);
    struct job job[8];
    struct job *blocked = NULL;
    struct servers a, b;
    enum servers_end how;
    psn_time now = 0;
    uint64_t drawn = 0;
    int64_t through = 0;
    double u[2];
    cr_assert_eq(servers_init(&a, &(struct servers_config){1, 1, false, 0}), PSN_OK);
    cr_assert_eq(servers_init(&b, &(struct servers_config){1, 1, false, room}), PSN_OK);
    meter_init(&a.meter, 0, PSN_DAY, PSN_DAY, 1, NULL, NULL, NULL);
    meter_init(&b.meter, 0, PSN_DAY, PSN_DAY, 1, NULL, NULL, NULL);
    for (int i = 0; i < 8; i++) {
        random_uniform2(key, drawn++, 0, 0, u);
        job[i] = (struct job){.service = in_ns(demand(EXP, u[0])), .patience = PSN_NEVER};
        servers_arrive(&a, &job[i], 0);
    }
    while (through < 22000) {
        struct job *j;
        now = b.next <= a.next ? b.next : a.next;
        random_uniform2(key, drawn++, 0, 0, u);
        if (b.next == now) {
            j = servers_depart(&b, now, &how); /* and round again */
            through++;
            if (blocked) {
                servers_free(&a, now);
                servers_arrive(&b, blocked, now);
                blocked = NULL;
            }
            j->service = in_ns(demand(EXP, u[0]));
            servers_arrive(&a, j, now);
            continue;
        }
        j = servers_depart(&a, now, &how);
        j->service = in_ns(demand(EXP, u[0]));
        if (servers_full(&b)) {
            blocked = j;
            servers_hold(&a, PSN_NEVER, now);
        } else {
            servers_arrive(&b, j, now);
        }
    }
    servers_fini(&a);
    servers_fini(&b);
    return (double)through / (double)now * UNIT;
}

Test(theory_servers, blocking_after_service)
{
    for (int64_t room = 1; room <= 3; room++) {
        double rate[REPLICATIONS];
        for (uint32_t r = 0; r < REPLICATIONS; r++)
            rate[r] = blocked_rate(room, r);
        theory_check("through", rate, (double)(room + 1) / (double)(room + 2));
    }
}
