# SPDX-License-Identifier: Apache-2.0
"""Exact theory of one station whose jobs differ: priorities, and shares by weight. Used by the table and by
test_theory.py. Classes are lists, the first served first; rates a second, times in seconds."""

import numpy
from chain import Chain
from theory import erlang_c


def loads(rates, means):
    """sigma_k: the load of classes 1 to k."""
    return numpy.cumsum([rate * mean for rate, mean in zip(rates, means)]).tolist()


def cobham(rates, means, seconds):
    """Mean waits in M/G/1 with priorities that do not interrupt; `seconds` are second moments of the work.
    W_k = (sum lambda_i E[S_i^2] / 2) / ((1 - sigma_(k-1)) (1 - sigma_k)). Cobham, Operations Research 2(1),
    1954; Kleinrock, Queueing Systems II, section 3.6."""
    left = sum(rate * second for rate, second in zip(rates, seconds)) / 2
    before = 0.0
    waits = []
    for load in loads(rates, means):
        waits.append(left / ((1 - before) * (1 - load)))
        before = load
    return waits


def cobham_servers(rates, mean, servers):
    """The same in M/M/c with one law for all classes: the work left is C / (c mu), with C of Erlang. Cobham
    1954."""
    left = erlang_c(servers, sum(rates) * mean) * mean / servers
    before = 0.0
    waits = []
    for load in loads(rates, [mean / servers] * len(rates)):
        waits.append(left / ((1 - before) * (1 - load)))
        before = load
    return waits


def preemptive(rates, means, seconds):
    """Mean sojourns in M/G/1 where a higher class interrupts and the work done is kept:
    T_k = E[S_k] / (1 - sigma_(k-1)) + (sum over i <= k of lambda_i E[S_i^2] / 2) / ((1 - sigma_(k-1)) (1 -
    sigma_k)). Kleinrock II, section 3.4; Gross and Harris, section 3.4."""
    before, left = 0.0, 0.0
    sojourns = []
    for rate, mean, second, load in zip(rates, means, seconds, loads(rates, means)):
        left += rate * second / 2
        sojourns.append(mean / (1 - before) + left / ((1 - before) * (1 - load)))
        before = load
    return sojourns


def discriminatory(rates, means, weights):
    """Mean sojourns in M/M/1 shared by the jobs' weights g: for each class k,
    T_k (1 - sum_j lambda_j g_j / (mu_j g_j + mu_k g_k)) - sum_j lambda_j g_j T_j / (mu_j g_j + mu_k g_k)
    = 1 / mu_k. Fayolle, Mitrani and Iasnogorodski, JACM 27(3), 1980."""
    n = len(rates)
    system = numpy.zeros((n, n))
    for k in range(n):
        for j in range(n):
            part = rates[j] * weights[j] / (weights[j] / means[j] + weights[k] / means[k])
            system[k, k] -= part
            system[k, j] -= part
        system[k, k] += 1
    return numpy.linalg.solve(system, numpy.array(means)).tolist()


def two_queues(rates, means, weights, most=(60, 60)):
    """Mean numbers present in two queues of one server that divides itself by weight between those that are
    not empty: weighted fair queues, and sharing by partner. Exponential work; the chain of both numbers, cut
    at `most`. Fayolle and Iasnogorodski 1979 solve it as a boundary problem."""
    def moves(state):
        one, two = state
        total = (weights[0] if one else 0) + (weights[1] if two else 0)
        if one < most[0]:
            yield rates[0], (one + 1, two)
        if two < most[1]:
            yield rates[1], (one, two + 1)
        if one:
            yield weights[0] / total / means[0], (one - 1, two)
        if two:
            yield weights[1] / total / means[1], (one, two - 1)
    chain = Chain((0, 0), moves)
    return [chain.mean(lambda state, i=i: state[i]) for i in (0, 1)]
