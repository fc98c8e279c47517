# SPDX-License-Identifier: Apache-2.0
"""Stations that fail and are repaired; work done before a failure is kept. A station that is down is not busy."""

from build import Case, exp, queue, systems
from chain import Chain
from judge import offered, response, station
from table.traces import Trace


def breaking(rate, servers=1, fails=1 / 20, repairs=1 / 2, degraded=0.0, most=500):
    """The chain of the number present, and whether the station is up: M/M/c of service rate 1 a server."""
    def moves(state):
        n, up = state
        if n < most:
            yield rate, (n + 1, up)
        if n:
            yield min(n, servers) * (1 if up else degraded), (n - 1, up)
        yield (fails if up else repairs), (n, not up)
    return Chain((0, True), moves)


def broken(id, title, rate, servers, degraded=0.0, customers=500_000, fast=False):
    chain = breaking(rate, servers, degraded=degraded)
    present = chain.mean(lambda s: s[0])
    text = queue(title, rate, "exp(1 s)", servers, customers)
    fault = {"of": "q", "mtbf": "exp(20 s)", "mttr": "exp(2 s)"}
    if degraded:
        fault["degrade"] = f"{degraded:.0%}".replace("%", " %")
    text["faults"] = {"break": fault}
    checks = [station("present_mean", "q", present), response("mean", "q", present / rate),
              station("throughput", "q", rate)]
    if not degraded:
        checks.append(station("utilisation", "q", rate / servers))
    return Case(id, title, "Markov chain of number present and state, solved numerically", text, tuple(checks), fast)


def saturated():
    """Users who never think keep the server busy while it is up: it is up mtbf / (mtbf + mttr) of the time, whatever
    the laws."""
    laws = {"exponential": ("exp(90 s)", "exp(10 s)"), "constant": ("90 s", "10 s"),
            "lognormal": ("lognormal(90 s cv 1.5)", "erlang(10 s shape 3)")}
    text = systems("availability", {name: ({"users": 3, "think": 0}, exp(1), {"cores": 1}) for name in laws},
                   100_000, 2000)
    text["faults"] = {f"break-{name}": {"of": name, "mtbf": up, "mttr": down} for name, (up, down) in laws.items()}
    return Case("availability", "a server that is up 90 % of the time, three pairs of laws",
                "mtbf / (mtbf + mttr); Trivedi 2002", text, tuple(check for name in laws for check in (
                    offered(name, 0.9, label=f"throughput: {name}"), station("utilisation", name, 0.9))))


def by_hand():
    """Jobs of 3 units at 0 and of 2 at 1; down from 2 to 4."""
    trace = Trace([0, 1], [3, 2], 7, minutes=60, sections={"faults": {"break": {
        "of": "q", "at": "2012-01-02T02:00", "for": "2 h"}}})
    return Case("trace-fault", "two jobs and a fault from 2 to 4", "by hand", trace.text, (
        *trace.ends([5, 7]), trace.busy(5 / 7)), fast=True)


def degraded_by_hand():
    """At half the speed from 2 to 4: 2 + 1 units by 4."""
    trace = Trace([0, 1], [3, 2], 6, minutes=60, sections={"faults": {"slow": {
        "of": "q", "at": "2012-01-02T02:00", "for": "2 h", "degrade": "50 %"}}})
    return Case("trace-degraded", "two jobs and half the speed from 2 to 4", "by hand", trace.text,
                tuple(trace.ends([4, 6])), fast=True)


CASES = [
    broken("mm1-breaks", "M/M/1 at 0.6 that is down 1 of 11 s", 0.6, 1, fast=True),
    broken("mm2-breaks", "M/M/2 at 0.65, both servers down together", 1.3, 2),
    broken("mm1-slows", "M/M/1 at 0.6 that slows down to 40 %", 0.6, 1, degraded=0.4),
    saturated(), by_hand(), degraded_by_hand(),
]
