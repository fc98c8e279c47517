# SPDX-License-Identifier: Apache-2.0
"""Priorities: classes that are served first, without interrupting, or interrupting and resuming. Class 1 is the
first; where there are several, the last is the fair one."""

import disciplines
import theory
from build import Case, asking, exp, losses, network, visit
from chain import Chain
from judge import response, share_lost, station
from table.traces import Trace

COBHAM = "Cobham, Operations Research 2(1), 1954"
RESUME = "Kleinrock II, section 3.4; Gross and Harris, section 3.4"


def strict(count):
    """Classes c1, c2, ... in order; the last is fair."""
    names = [f"c{i + 1}" for i in range(count)]
    return names, {name: {"queue": "strict", "priority": i + 1} if i < count - 1 else {"queue": "fair"}
                   for i, name in enumerate(names)}


def mixture(title, discipline, rates, works, horizon, classes=None, warmup=3000, **pool):
    """One pool `q`; class i asks for works[i] at rates[i], as the service of its own name."""
    names, standard = strict(len(rates))
    return network(
        title, horizon, warmup, {"q": {"cores": 1, "discipline": discipline, **pool}},
        {name: {"class": name, "steps": [visit("q", work)]} for name, work in zip(names, works)},
        {f"ask-{name}": asking(name, rate=rate) for name, rate in zip(names, rates)},
        classes=classes or standard)


def sojourns(exact):
    return [response("mean", f"c{i + 1}", value) for i, value in enumerate(exact)]


def published():
    text = mixture("two classes", "priority", (0.2, 0.6), ("exp(1 s)", "exp(1 s)"), 600_000)
    return Case("prio-np-ciw", "M/M/1, two classes, without interruption",
                f"Ciw, test_priority_system_compare_literature; {COBHAM}", text, (
                    *sojourns((2.0, 6.0)), station("wait_mean", "q", 4.0), station("utilisation", "q", 0.8)), fast=True)


# Three classes: constant, exponential and lognormal (cv 1.5) work.
RATES, MEANS = (0.3, 0.2, 0.2), (0.5, 1, 2)
SECONDS = (0.25, 2, 4 * 3.25)
WORKS = ("500 ms", "exp(1 s)", "lognormal(2 s cv 1.5)")


def three(discipline, exact, source):
    return Case(f"prio-three-{discipline}", f"M/G/1, three classes of different work, {discipline}", source,
                mixture("three classes", discipline, RATES, WORKS, 1_500_000),
                (*sojourns(exact), station("utilisation", "q", 0.75),
                 station("present_mean", "q", sum(r * t for r, t in zip(RATES, exact)))))


def servers():
    waits = disciplines.cobham_servers((1, 1, 0.4), 1, 3)
    return Case("prio-mmc", "M/M/3, three classes of one law, without interruption", COBHAM,
                mixture("three classes, three servers", "priority", (1, 1, 0.4), ("exp(1 s)",) * 3, 400_000, cores=3),
                (*sojourns([w + 1 for w in waits]), station("utilisation", "q", 0.8),
                 station("wait_mean", "q", theory.MMc(2.4, 1, 3).wait)))


def interrupting_servers():
    """The first class sees M/M/2 of its own; both together are M/M/2."""
    first, both = theory.MMc(0.9, 1, 2), theory.MMc(1.6, 1, 2)
    second = (1.6 * both.sojourn - 0.9 * first.sojourn) / 0.7
    return Case("preemptive-mmc", "M/M/2, two classes of one law, interrupting",
                "the number present does not depend on the order; Kleinrock II, section 3.4",
                mixture("two classes, two servers", "preemptive", (0.9, 0.7), ("exp(1 s)",) * 2, 400_000, cores=2),
                (*sojourns((first.sojourn, second)), station("present_mean", "q", both.present)))


def two_laws_two_servers(discipline):
    """M/M/2 with work of mean 0.5 and 2 s: no formula. State: those in service of each class, those waiting."""
    rates, speeds, most = (1.2, 0.4), (2.0, 0.5), 60

    def moves(state):
        one, two, waiting_one, waiting_two = state
        if one + two < 2:
            yield rates[0], (one + 1, two, 0, 0)
            yield rates[1], (one, two + 1, 0, 0)
        else:
            if discipline == "preemptive" and two:
                yield rates[0], (one + 1, two - 1, waiting_one, waiting_two + 1)
            elif waiting_one < most:
                yield rates[0], (one, two, waiting_one + 1, waiting_two)
            if waiting_two < most:
                yield rates[1], (one, two, waiting_one, waiting_two + 1)
        for left, rate in (((one - 1, two), one * speeds[0]), ((one, two - 1), two * speeds[1])):
            if rate:
                if waiting_one:
                    yield rate, (left[0] + 1, left[1], waiting_one - 1, waiting_two)
                elif waiting_two:
                    yield rate, (left[0], left[1] + 1, 0, waiting_two - 1)
                else:
                    yield rate, (*left, 0, 0)
    chain = Chain((0, 0, 0, 0), moves)
    present = [chain.mean(lambda s, i=i: s[i] + s[i + 2]) for i in (0, 1)]
    return Case(f"prio-two-laws-{discipline}", f"M/M/2, two classes of different work, {discipline}",
                "Markov chain, solved numerically",
                mixture("two laws, two servers", discipline, rates, ("exp(500 ms)", "exp(2 s)"), 300_000, cores=2),
                (*sojourns([n / rate for n, rate in zip(present, rates)]), station("present_mean", "q", sum(present))))


def in_a_room():
    """M/M/1/5, two classes, interrupting: who finds five is refused, of whichever class."""
    rates, means, room = (0.4, 0.5), (1, 1.2), 5

    def moves(state):
        one, two = state
        if one + two < room:
            yield rates[0], (one + 1, two)
            yield rates[1], (one, two + 1)
        if one:
            yield 1 / means[0], (one - 1, two)
        elif two:
            yield 1 / means[1], (one, two - 1)
    chain = Chain((0, 0), moves)
    refused = chain.chance(lambda s: sum(s) == room)
    text = mixture("classes in a room", "preemptive", rates, [exp(m) for m in means], 200_000, room=room)
    return Case("preemptive-room", "M/M/1/5, two classes, interrupting", "Markov chain, solved numerically",
                losses(text, "q"), (share_lost("refused", "q", refused), *sojourns([
                    chain.mean(lambda s, i=i: s[i]) / (rates[i] * (1 - refused)) for i in (0, 1)])))


def by_hand():
    names, classes = strict(3)
    trace = Trace([0, 1, 2, 3, 9], [4, 3, 2, 1, 2], 12, minutes=10, discipline="priority",
                  classes=[names[i] for i in (2, 1, 2, 0, 1)], sections={"classes": classes})
    return Case("trace-prio-np", "five jobs of three classes, without interruption", "by hand", trace.text,
                tuple(trace.ends([4, 8, 10, 5, 12])), fast=True)


def by_hand_interrupting():
    """The last class works 0 to 1, is interrupted for [1, 2] and [2, 4], works 4 to 6, is interrupted for [6, 8],
    and ends at 9; the second of its class follows."""
    names, classes = strict(3)
    trace = Trace([0, 1, 2, 3, 6], [4, 1, 2, 1, 2], 10, minutes=10, discipline="preemptive",
                  classes=[names[i] for i in (2, 0, 1, 2, 0)], sections={"classes": classes})
    return Case("trace-prio-resume", "five jobs of three classes, interrupting and resuming", "by hand", trace.text,
                tuple(trace.ends([9, 2, 4, 10, 8])), fast=True)


CASES = [
    published(),
    three("priority", [w + m for w, m in zip(disciplines.cobham(RATES, MEANS, SECONDS), MEANS)], COBHAM),
    three("preemptive", disciplines.preemptive(RATES, MEANS, SECONDS), RESUME),
    servers(), interrupting_servers(), two_laws_two_servers("priority"), two_laws_two_servers("preemptive"),
    in_a_room(), by_hand(), by_hand_interrupting(),
]
