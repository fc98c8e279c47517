/* SPDX-License-Identifier: Apache-2.0
 * One station by queueing theory: means of waiting, presence and loss in steady state, and
 * quantiles of waiting. Knows no domain and simulates nothing; used by the analysis of a model.
 *
 * Arrivals are Poisson with `rate`; times and rates are in one unit of time and its inverse. A
 * queue that is offered its capacity or more, and loses nobody, has infinite wait and presence. */
#ifndef THEORY_QUEUE_H
#define THEORY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue_figures {
    double utilisation; /* servers busy / servers */
    double wait;        /* mean, before service and in its interruptions; of all who came in, those
                           who left without service included */
    double wait_served; /* the same, of those who are served */
    double present;     /* mean number, in service included */
    double delayed;     /* share of those who came in that found all servers busy; NaN where the
                           formula does not tell */
    double refused;     /* share of all arrivals */
    double abandoned;   /* share of all arrivals */
};

/* The law of a service time, as far as it matters here. */
struct service_time {
    double mean;
    double scv; /* squared coefficient of variation; infinite where there is none */
};

/* Exponential arrivals, service and patience: M/M/c, and with a finite room M/M/c/K, with patience
 * M/M/c+M (Erlang A), with a finite population M/M/c//N (machine repairman). */
struct markov_queue {
    double rate;        /* of arrivals; of each of the population while it is away */
    double service;     /* mean */
    int64_t servers;    /* at least 1 */
    int64_t room;       /* most who are present; 0: any number */
    double patience;    /* mean; INFINITY: all wait */
    int64_t population; /* 0: infinite */
};

/* The stationary birth-death process, exactly: its weights are positive and added up from below, so
 * nothing cancels. Gross and Harris, Fundamentals of Queueing Theory (1998), sections 2.3 to 2.7;
 * Palm 1957, Garnett, Mandelbaum and Reiman, MSOM 4(3), 2002 (patience). */
struct queue_figures queue_markov(const struct markov_queue *q);

/* M/M/c+D: everybody who has waited for `patience` leaves. By the law of the virtual wait, whose
 * density falls as exp(-c t / service) beyond the patience, for nobody joins there. Baccelli and
 * Hebuterne, Performance '81; Zeltyn and Mandelbaum, Queueing Systems 51, 2005. */
struct queue_figures queue_deadline(double rate, double service, int64_t servers, double patience);

/* Share of arrivals that find all of `servers` busy when nobody waits (Erlang B) and when all do
 * (Erlang C; 1 where offered >= servers), at `offered` = rate x mean service. By the recursion of
 * Erlang B, stable for any number of servers. Jagerman, BSTJ 53, 1974; Cooper 1981, section 3.4. */
double queue_erlang_b(int64_t servers, double offered);
double queue_erlang_c(int64_t servers, double offered);

/* M/M/c, first come first served, any number of servers. Gross and Harris, section 2.3. */
struct queue_figures queue_mmc(double rate, double service, int64_t servers);

/* The time that a share p of arrivals wait at most: the wait is 0 with probability 1 - C and else
 * exponential of rate c / service - rate. Infinite where unstable. */
double queue_mmc_wait_quantile(double rate, double service, int64_t servers, double p);

/* The same of wait and service together, by bisection on their exact law; for one server an
 * exponential of rate 1 / service - rate. */
double queue_mmc_sojourn_quantile(double rate, double service, int64_t servers, double p);

/* M/G/1, first come first served: Pollaczek and Khinchine. Kleinrock, Queueing Systems I (1975),
 * section 5.6. The wait is infinite where the scv is. */
struct queue_figures queue_mg1(double rate, struct service_time service);

/* M/D/c, exactly: the mean wait is the sum over k of E[(N_k - k c)+] / (k rate), where N_k is
 * Poisson of mean k x offered (Crommelin 1932; the sum is Spitzer's identity). Returns false where
 * the sum is too long to be worked out: near saturation of several servers; then by Cosmetatos'
 * approximation (Operational Research Quarterly 27, 1976). */
bool queue_mdc(double rate, double service, int64_t servers, struct queue_figures *out);

/* M/G/c approximately: Kimura's two-moment interpolation between M/D/c and M/M/c up to an scv of 1
 * (Management Science 32(6), 1986), above it Lee and Longton's (1 + scv) / 2 times M/M/c
 * (Operational Research Quarterly 10, 1959; what Allen and Cunneen's becomes under Poisson
 * arrivals). Exact for exponential service, and M/D/c where that is. */
struct queue_figures queue_mgc(double rate, struct service_time service, int64_t servers);

/* Is the mean wait in M/G/c infinite, where service has a tail of this index (P(S > x) about
 * x^-index; INFINITY: a light one)? With s = servers - floor(offered) spare servers it is where
 * index <= 1 + 1 / s. Scheller-Wolf and Sigman, Queueing Systems 25, 1997. */
bool queue_wait_has_no_mean(double offered, int64_t servers, double index);

/* Processor sharing on c servers, each job at most one server's rate, any law of service
 * (insensitive): presence as in M/M/c. `wait` is the mean time beyond the own service. Kelly,
 * Reversibility and Stochastic Networks (1979), section 3.3; Kleinrock II (1976), section 4.4. */
struct queue_figures queue_shared(double rate, double service, int64_t servers);

/* M/G/infinity: nobody waits; utilisation is NaN. */
struct queue_figures queue_infinite(double rate, double service);

/* One level of priority or one class of a discriminatory share; level 0 is served first. */
struct queue_class {
    double rate;
    struct service_time service;
    double weight; /* queue_discriminatory only */
    double wait;   /* what is found: mean time beyond the own service; 0 where nothing comes */
};

/* M/G/1 with priorities, first come first served within each: non-preemptive (Cobham, Operations
 * Research 2, 1954) or preemptive-resume (Kleinrock II, section 3.5). A level whose load and that
 * above it is 1 or more waits for ever. Several servers: exact where all levels have one
 * exponential law (Cobham; preemptive by differences of M/M/c), else the one-server result times
 * the ratio of M/G/c to M/G/1 of c times the speed (Bondi and Buzen, Performance Evaluation 4,
 * 1984): returns false where that was needed. */
bool queue_priority(struct queue_class *level, size_t n, int64_t servers, bool preemptive);

/* One server shared in proportion to the weights of the jobs present, exponential service of one
 * mean for each class (discriminatory processor sharing), exactly: linear equations in the sojourns
 * of Fayolle, Mitrani and Iasnogorodski, JACM 27(3), 1980. Waits are infinite where the load is 1
 * or more. 0 or PSN_EMEMORY. */
int queue_discriminatory(struct queue_class *class, size_t n);

#endif
