# SPDX-License-Identifier: Apache-2.0
"""A full room that blocks: a job that is done keeps its server until there is room for it at the next station
(blocking after service). By Markov chains, solved numerically; Perros, Queueing Networks with Blocking, 1994."""

from build import Case, asking, exp, network, visit
from chain import Chain
from judge import response, station

SOURCE = "Markov chain, solved numerically; Perros, Queueing Networks with Blocking, 1994"


def tandem_chain(rate, servers, speeds, room, most=250):
    """Two stations in series: state (at the first and not done, blocked there, at the second)."""
    def moves(state):
        one, blocked, two = state
        if one + blocked < most:
            yield rate, (one + 1, blocked, two)
        working = min(one, servers[0] - blocked)
        if working:
            yield working * speeds[0], ((one - 1, blocked, two + 1) if two < room else (one - 1, blocked + 1, two))
        if two:
            yield min(two, servers[1]) * speeds[1], ((one, blocked - 1, two) if blocked else (one, 0, two - 1))
    return Chain((0, 0, 0), moves)


def tandem(id, title, rate, servers, speeds, room, horizon, fast=False):
    chain = tandem_chain(rate, servers, speeds, room)
    first, second = chain.mean(lambda s: s[0] + s[1]), chain.mean(lambda s: s[2])
    text = network(title, horizon, 3000, {"a": {"cores": servers[0]},
                                          "b": {"cores": servers[1], "room": room, "full": "block"}},
                   {"case": [visit("a", exp(1 / speeds[0])), visit("b", exp(1 / speeds[1]))]},
                   {"cases": asking("case", rate=rate)})
    return Case(id, title, SOURCE, text, (
        station("present_mean", "a", first), station("present_mean", "b", second),
        response("mean", "case", (first + second) / rate), station("throughput", "b", rate),
        station("utilisation", "b", rate / servers[1] / speeds[1])), fast)


def saturated():
    """Users who never think: of two stations of one server each, the second without a place to wait, the first is
    always working or blocked: a cycle is the longer of two services, 1 + 1/2 of their common mean of 1."""
    text = network("saturated", 100_000, 1000, {"a": {"cores": 1}, "b": {"cores": 1, "room": 1, "full": "block"}},
                   {"case": [visit("a", exp(1)), visit("b", exp(1))]}, {"users": asking("case", users=5, think=0)})
    return Case("blocking-saturated", "two servers and no place between them, saturated",
                "throughput 2/3: the longer of two exponentials; Hunt 1956", text, (
                    station("throughput", "b", 2 / 3), station("utilisation", "b", 2 / 3),
                    response("mean", "case", 7.5)), fast=True)


CASES = [
    tandem("blocking-1-1", "one server and one, room for 2 at the second", 0.55, (1, 1), (1, 1), 2, 500_000, fast=True),
    tandem("blocking-2-1", "two servers and one, room for 3 at the second", 0.7, (2, 1), (0.6, 1), 3, 500_000),
    saturated(),
]
