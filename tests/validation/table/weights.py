# SPDX-License-Identifier: Apache-2.0
"""A server that divides itself by weight: among jobs (weighted), among partners (fair), among queues
(fair-queues)."""

import disciplines
import theory
from build import Case, asking, network, visit
from chain import Chain
from judge import response, share_of, station
from table.one_station import TWO_PARTNERS
from table.priorities import mixture, sojourns
from table.traces import Trace

FAYOLLE = "Fayolle, Mitrani and Iasnogorodski, JACM 27(3), 1980"
COUPLED = "Markov chain of both numbers, solved numerically; Fayolle and Iasnogorodski 1979"


def fair(*weights):
    return {f"c{i + 1}": {"queue": "fair", "weight": w} for i, w in enumerate(weights)}


def by_job(id, title, rates, means, weights, horizon=500_000, published=None, fast=False):
    exact = published or disciplines.discriminatory(rates, means, weights)
    text = mixture(title, "weighted", rates, [f"exp({m} s)" for m in means], horizon, fair(*weights))
    return Case(id, title, FAYOLLE, text, (
        *sojourns(exact), station("present_mean", "q", sum(r * t for r, t in zip(rates, exact))),
        station("utilisation", "q", sum(r * m for r, m in zip(rates, means)))), fast)


def strict_above():
    """The first class is strict: M/M/1-PS of its own; the fair two share what it leaves."""
    rates, weights = (0.3, 0.2, 0.2), (3, 1)

    def moves(state):
        one, two, three = state
        for i in range(3):
            if state[i] < 25:
                yield rates[i], tuple(n + (i == j) for j, n in enumerate(state))
        if one:
            yield 1, (one - 1, two, three)
        elif two + three:
            total = weights[0] * two + weights[1] * three
            yield weights[0] * two / total, (0, two - 1, three)
            yield weights[1] * three / total, (0, two, three - 1)
    chain = Chain((0, 0, 0), moves)
    exact = [chain.mean(lambda s, i=i: s[i]) / rates[i] for i in range(3)]
    classes = {"c1": {"queue": "strict"}, "c2": {"queue": "fair", "weight": 3}, "c3": {"queue": "fair", "weight": 1}}
    return Case("dps-strict", "a strict class above two fair ones, 3 : 1", "Markov chain, solved numerically",
                mixture("strict above fair", "weighted", rates, ("exp(1 s)",) * 3, 500_000, classes),
                tuple(sojourns(exact)))


def on_servers(discipline="weighted"):
    """Two cores, weights 3 : 1, a job at most one core: with both classes present a core each where there is one
    job of either; else each light job takes w / sum of what the heavy ones leave over."""
    rates, weights = (0.8, 0.7), (3, 1)

    def moves(state):
        one, two = state
        if one < 50:
            yield rates[0], (one + 1, two)
        if two < 50:
            yield rates[1], (one, two + 1)
        if one + two:
            heavy, light = capped(one, two, weights, 2)
            if one:
                yield one * heavy, (one - 1, two)
            if two:
                yield two * light, (one, two - 1)
    chain = Chain((0, 0), moves)
    exact = [chain.mean(lambda s, i=i: s[i]) / rates[i] for i in (0, 1)]
    return Case("dps-two-cores", "weights 3 : 1 on two cores", "Markov chain, solved numerically",
                mixture("weights on two cores", discipline, rates, ("exp(1 s)",) * 2, 300_000, fair(*weights), cores=2),
                (*sojourns(exact), station("utilisation", "q", 0.75)))


def capped(heavy, light, weights, capacity):
    """The rates of a heavy and of a light job: by weight, but at most 1 each (max-min with caps)."""
    if heavy + light <= capacity:
        return 1.0, 1.0
    share = capacity / (weights[0] * heavy + weights[1] * light)
    if heavy and weights[0] * share > 1:
        return 1.0, (capacity - heavy) / light
    return weights[0] * share, weights[1] * share


def by_partner(id, title, rates, means, weights, pool, **options):
    """Each partner present has its weight, whatever the number of its jobs. With exponential work the numbers are
    those of two weighted queues."""
    present = disciplines.two_queues(rates, means, weights, **options)
    text = network(title, 500_000, 3000, {"q": {"cores": 1, "discipline": "fair", **pool}},
                   {"one": [visit("q", f"exp({means[0]} s)")], "two": [visit("q", f"exp({means[1]} s)")]},
                   {"ask-one": asking("one", "east", rate=rates[0]), "ask-two": asking("two", "west", rate=rates[1])},
                   **TWO_PARTNERS)
    load = [r * m for r, m in zip(rates, means)]
    return Case(id, title, COUPLED, text, (
        response("mean", "one", present[0] / rates[0], "east"), response("mean", "two", present[1] / rates[1], "west"),
        station("present_mean", "q", sum(present)), station("utilisation", "q", sum(load)),
        share_of("q", "east", load[0] / sum(load))))


def insensitive():
    """One partner alone: sharing within a partner is equal, so the mean needs only the mean of the work."""
    text = network("one partner", 800_000, 3000, {"q": {"cores": 1, "discipline": "fair"}},
                   {"one": [visit("q", "lognormal(1 s cv 1.5)")]}, {"ask-one": asking("one", rate=0.7)})
    return Case("fair-one-partner", "one partner alone: M/G/1-PS", "Kleinrock II, section 4.4", text, (
        response("mean", "one", theory.shared_sojourn(0.7, 1)), station("utilisation", "q", 0.7)))


def by_queue(id, title, rates, means, weights):
    present = disciplines.two_queues(rates, means, weights)
    text = mixture(title, "fair-queues", rates, [f"exp({m} s)" for m in means], 500_000, fair(*weights))
    return Case(id, title, COUPLED, text, (
        *sojourns([n / r for n, r in zip(present, rates)]), station("present_mean", "q", sum(present)),
        station("utilisation", "q", sum(r * m for r, m in zip(rates, means)))))


def conserved():
    """Whatever the division, with one exponential law for both classes the number present is M/M/1's."""
    rates = (0.5, 0.3)
    text = mixture("conservation", "fair-queues", rates, ("exp(1 s)",) * 2, 800_000, fair(4, 1))
    return Case("gps-conserved", "fair queues of one law: all together as M/M/1",
                "birth and death; Kleinrock I, chapter 3", text, (
                    station("present_mean", "q", theory.MMc(0.8, 1).present), station("utilisation", "q", 0.8)))


def disk_by_hand():
    """SimGrid's two writers on a disk of 40 MB/s, where 4 MB are 0.1 s; here 200 min. The second write of the
    privileged one has weight 1 for its first half and 2 for its second: two jobs, the second released as the
    first ends."""
    trace = Trace([0, 0, 4, 4, 6], [2, 2, 2, 1, 1], 8, minutes=100, discipline="weighted",
                  classes=["plain", "heavy", "plain", "plain", "heavy"],
                  sections={"classes": {"plain": {"weight": 1}, "heavy": {"weight": 2}}})
    ends = trace.ends([4, 3, 8, 6, 7.5])
    labels = ("first write of the writer", "first write of the privileged", "second of the writer",
              "half of the second of the privileged", "second of the privileged")
    return Case("trace-simgrid-io-priority", "two writers on a disk, weights 1 and 2; 0.05 s is a unit",
                "SimGrid, s4u-io-priority.tesh", trace.text,
                tuple(end.but(label=label) for end, label in zip(ends, labels)), fast=True)


def queues_by_hand():
    """Queues of weight 3 and 1: until 4 at 3/4 and 1/4. Job 1 (3 units) ends at 4, when job 2 (2 units, the light
    queue) has had 1; alone it ends at 5. At 6 two heavy jobs of 1 unit and a light one of 1: the heavy ones one
    after the other at 3/4, ending 6 + 4/3 and 6 + 8/3; the light one then has 1/3 left: 9."""
    trace = Trace([0, 0, 6, 6, 6], [3, 2, 1, 1, 1], 9, minutes=60, discipline="fair-queues",
                  classes=["heavy", "light", "heavy", "heavy", "light"],
                  sections={"classes": {"heavy": {"weight": 3}, "light": {"weight": 1}}})
    return Case("trace-gps", "two fair queues, 3 : 1", "by hand", trace.text,
                tuple(trace.ends([4, 5, 6 + 4 / 3, 6 + 8 / 3, 9])), fast=True)


CASES = [
    by_job("dps-1", "two classes, weights 2 : 1", (0.3, 0.4), (1, 1), (2, 1),
           published=(2.6666666666666665, 3.8333333333333326), fast=True),
    by_job("dps-three", "three classes of different work, weights 4 : 2 : 1", (0.2, 0.3, 0.1), (1, 0.5, 3), (4, 2, 1)),
    by_job("dps-equal", "equal weights: M/M/1-PS", (0.3, 0.2), (1, 2), (1, 1)),
    strict_above(), on_servers(),
    by_partner("fair-equal", "two partners of equal weight", (0.5, 0.2), (1, 1), (1, 1), {}),
    by_partner("fair-weights", "two partners, 3 : 1 by population", (0.4, 0.3), (1, 1), (3, 1),
               {"weights": "population"}),
    insensitive(),
    by_queue("gps-two", "two fair queues, 3 : 1", (0.3, 0.4), (1, 1), (3, 1)),
    by_queue("gps-different", "two fair queues of different work, 1 : 1", (0.2, 0.5), (2, 0.6), (1, 1)),
    conserved(), disk_by_hand(), queues_by_hand(),
]
