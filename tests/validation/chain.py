# SPDX-License-Identifier: Apache-2.0
"""Markov chains in continuous time, solved numerically: the second method beside the formulas of theory.py,
and the only one where there is no formula. Used by the table and by test_theory.py.

A chain is given by its moves: a function of a state (any hashable value) that yields (rate, next state).
"""

import math

import numpy


class Chain:
    """The stationary distribution over all states that can be reached from `start`: pi Q = 0, sum pi = 1.
    Small chains by elimination, large ones by steps of the uniformised chain (Stewart, Introduction to the
    Numerical Solution of Markov Chains, 1994, sections 2.2 and 3.1). Endless state spaces are cut by the
    caller, where what is cut off does not matter."""

    def __init__(self, start, moves, most=20_000):
        index = {start: 0}
        self.states = [start]
        sources, targets, rates = [], [], []
        for state in self.states:  # grows while it is walked
            for rate, after in moves(state):
                if rate <= 0 or after == state:
                    continue
                if after not in index:
                    index[after] = len(self.states)
                    self.states.append(after)
                    if len(self.states) > most:
                        raise ValueError("too many states")
                sources.append(index[state])
                targets.append(index[after])
                rates.append(rate)
        solve = eliminate if len(self.states) <= 600 else iterate
        self.probability = solve(len(self.states), numpy.array(sources), numpy.array(targets), numpy.array(rates))

    def mean(self, value):
        """The long-run mean of a function of the state."""
        return float(sum(p * value(state) for state, p in zip(self.states, self.probability)))

    def chance(self, holds):
        """The share of time in which a condition holds."""
        return self.mean(lambda state: 1.0 if holds(state) else 0.0)


def birth_death(births, deaths):
    """Stationary probabilities of 0, 1, ..., len(births): births[n] from n to n + 1, deaths[n] back from n + 1.
    Kleinrock, Queueing Systems I (1975), section 3.1."""
    weight = [1.0]
    for up, down in zip(births, deaths):
        weight.append(weight[-1] * up / down)
    total = sum(weight)
    return [w / total for w in weight]


def eliminate(states, sources, targets, rates):
    balance = numpy.zeros((states, states))
    numpy.add.at(balance, (targets, sources), rates)
    numpy.add.at(balance, (sources, sources), -rates)
    balance[-1, :] = 1  # one balance equation follows from the others
    right = numpy.zeros(states)
    right[-1] = 1
    return numpy.linalg.solve(balance, right)


def iterate(states, sources, targets, rates):
    """Steps of 1 / (1.02 of the largest rate) until 500 of them move no more than 1e-11."""
    out = numpy.bincount(sources, rates, states)
    step = 1 / (1.02 * out.max())
    stays, moves = 1 - out * step, rates * step
    probability = numpy.full(states, 1 / states)
    while True:
        before = probability
        for _ in range(500):
            probability = probability * stays + numpy.bincount(targets, probability[sources] * moves, states)
        if numpy.abs(probability - before).sum() < 1e-11:
            return probability / probability.sum()


class Periodic:
    """A chain whose moves change over a period of phases: [(length, moves, change)], where `change` maps a state at
    the phase's beginning (None: as it is). `means(value)` gives the mean of a function of the state over each phase,
    in the periodic regime. Within a phase by uniformisation, exact but for the tail of a Poisson law below 1e-12
    (Stewart 1994, section 8.2)."""

    def __init__(self, start, phases, most=20_000):
        index, self.states = {start: 0}, [start]
        for state in self.states:  # grows while it is walked
            for _, moves, change in phases:
                reached = [after for rate, after in moves(state) if rate > 0]
                for after in reached + ([change(state)] if change else []):
                    if after not in index:
                        index[after] = len(self.states)
                        self.states.append(after)
                        if len(self.states) > most:
                            raise ValueError("too many states")
        self.phases = [self._phase(index, *phase) for phase in phases]
        self.probability = numpy.zeros(len(self.states))
        self.probability[0] = 1
        for _ in range(200):
            before = self.probability
            self.averages = [self._pass(*phase) for phase in self.phases]
            if numpy.abs(self.probability - before).sum() < 1e-11:
                break

    def _phase(self, index, length, moves, change):
        sources, targets, rates = [], [], []
        for state in self.states:
            for rate, after in moves(state):
                if rate > 0 and after != state:
                    sources.append(index[state])
                    targets.append(index[after])
                    rates.append(rate)
        rates = numpy.array(rates)
        out = numpy.bincount(sources, rates, len(self.states))
        fastest = out.max()
        begins = numpy.array([index[change(state)] if change else i for i, state in enumerate(self.states)])
        return length, begins, numpy.array(sources), numpy.array(targets), rates / fastest, 1 - out / fastest, fastest

    def _pass(self, length, begins, sources, targets, rates, stays, fastest):
        """Goes through a phase; returns the mean distribution over it."""
        jumps = fastest * length
        now = numpy.bincount(begins, self.probability, len(self.states))
        end, average = numpy.zeros_like(now), numpy.zeros_like(now)
        chance, below, k = math.exp(-jumps), 0.0, 0
        while k < jumps or 1 - below > 1e-12:
            below += chance
            end += chance * now
            average += max(0.0, 1 - below) * now / jumps
            k += 1
            chance *= jumps / k
            now = now * stays + numpy.bincount(targets, now[sources] * rates, len(self.states))
        self.probability = end / below
        return average

    def means(self, value):
        values = numpy.array([value(state) for state in self.states])
        return [float(average @ values) for average in self.averages]
