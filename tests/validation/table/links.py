# SPDX-License-Identifier: Apache-2.0
"""Messages at a link: where none is longer than a packet of 1,500 bytes, a link is a single server that finishes
what it has begun, and classes are priorities without interruption. Lines that lose packets: a message of n packets
is lost with probability 1 - (1 - p)^n and sent again after time-outs that double. The line sends a packet in 1 ms;
runs begin with 20 s that do not count, over 1,000 times the time in which a run forgets that it began empty.

Drops and shapers, all packets of 1,500 bytes, which Poisson arrivals send once. A buffer of K packets: M/D/1 with room
for K. A policer whose bucket is K packets: what it let through less what the limit's rate has worked off since is the
work left in M/D/1. It takes a packet where that is K - 1 packets at most, so where fewer than K are there: it drops as
many as M/D/1 with room for K. A shaper: what has left by time t is the least of what had come by s and what line and
bucket let through in t - s, over all s (Le Boudec and Thiran, Network Calculus, 2001, section 1.5). So with a bucket of
K packets, one of which comes in each time D, a packet that would wait for W in M/D/1 of duration D has left after
W - (K - 1) D, or what the line takes if that is longer."""

import disciplines
import rooms
import theory
from build import Case, asking
from judge import mean, part, response, station
from program import RUNS, scenario

LINE = "line to centre"
COBHAM = "Cobham, Operations Research 2(1), 1954"


def link(title, rates, sizes, horizon, classes=None, **line):
    """Service i sends sizes[i] over a line of 12 Mbit/s without delay at rates[i], and ends there after 1 ms."""
    names = [f"c{i + 1}" for i in range(len(rates))]
    return scenario(
        title, horizon=horizon + 20, warmup=20, runs=RUNS, hosting={"app": "server"},
        sites={"hall": {"partner": "council"}, "centre": {}},
        links={"line": {"between": ["hall", "centre"], "bandwidth": "12 Mbit/s", **line}},
        compute={"server": {"site": "centre", "discipline": "unlimited"}},
        services={name: {**({"class": name} if classes else {}),
                         "steps": [{"request": size}, {"compute": "app", "work": "1 ms"}]}
                  for name, size in zip(names, sizes)},
        workloads={f"ask-{name}": asking(name, rate=rate) for name, rate in zip(names, rates)},
        **({"classes": classes} if classes else {}))


def sojourns(waits, means):
    return [response("mean", f"c{i + 1}", wait + mean_ + 0.001) for i, (wait, mean_) in enumerate(zip(waits, means))]


def constant(id, title, classes=None):
    exact = theory.MG1(600, 0.001, 0)
    return Case(id, title, "Pollaczek and Khinchine; Kleinrock, Queueing Systems I (1975), section 5.6",
                link("packets", (600,), ("1500 B",), 300, classes),
                (station("wait_mean", LINE, exact.wait), station("utilisation", LINE, 0.6),
                 *sojourns((exact.wait,), (0.001,))))


def exponential():
    exact = theory.MMc(600, 1000)
    return Case("mm1-link", "M/M/1 at 0.6 on a link of one class with a buffer that is never full",
                "Kleinrock, Queueing Systems I (1975), section 3.2",
                link("messages", (600,), ("exp(1500 B)",), 400, buffer="100 MB"),
                (station("wait_mean", LINE, exact.wait), station("present_mean", LINE, exact.present),
                 *sojourns((exact.wait,), (0.001,))))


def priorities():
    """Two strict levels above a fair class: packets of 300, 600 and 1,500 bytes."""
    rates, means = (1000, 500, 300), (0.0002, 0.0004, 0.001)
    waits = disciplines.cobham(rates, means, [m * m for m in means])
    classes = {"c1": {"queue": "strict", "priority": 1}, "c2": {"queue": "strict", "priority": 2}, "c3": {"weight": 2}}
    return Case("prio-link", "M/G/1 without interruption: two strict classes above a fair one, three sizes", COBHAM,
                link("three classes", rates, ("300 B", "600 B", "1500 B"), 200, classes),
                (*sojourns(waits, means), station("utilisation", LINE, 0.7)))


def lossy():
    """Ten packets of which each is lost with 1 %, at 0.2 % of the line: what is lost is sent in vain for 10 ms, and
    again 1, 2, 4, ... s later. The wait behind others is left out, 0.01 ms."""
    lost = 1 - 0.99 ** 10
    late = sum(lost ** (k + 1) * (0.01 + min(2 ** k, 60)) for k in range(15))
    return Case("loss-link", "messages of ten packets on a line that loses 1 % of the packets",
                "1 - (1 - p)^n; sum over the k-th loss of its time-out",
                link("a lossy line", (0.2,), ("15 kB",), 100_000, loss="1 %"),
                (response("mean", "c1", late + 0.011, label="response mean"),
                 mean("messages sent for each that arrives", lambda r: r.station("throughput", LINE)
                      * r.counted / r.service("completed", "c1"), 1 / (1 - lost), error_abs=0.002)), fast=True)


ROOM = "M/D/1/K by its chain at departures; Medhi, Stochastic Models in Queueing Theory, section 6.6"


def full(id, title, rate, room, **more):
    """A buffer of so many packets, the one on the line included; what does not fit fails."""
    exact = rooms.MD1K(rate, 0.001, room)
    return Case(id, title, ROOM, link("a buffer", (rate,), ("1500 B",), 400, {"c1": {"resend": "none"}},
                                      buffer=f"{1500 * room} B"),
                (part("failed", "c1", exact.refused), station("utilisation", LINE, exact.utilisation),
                 station("present_mean", LINE, exact.present), *sojourns((exact.wait,), (0.001,))), **more)


def policed():
    """Half of the line, and five packets at once: a packet wears off in 2 ms. What passes is alone in its class."""
    exact = rooms.MD1K(450, 0.002, 5)
    return Case("policer-md1k", "a policer at 0.9 of its limit, five packets deep", ROOM,
                link("a policer", (450,), ("1500 B",), 600, {"c1": {"queue": "strict", "limit": "50 %",
                                                                    "burst": "7500 B"}}),
                (part("failed", "c1", exact.refused),
                 station("utilisation", LINE, 0.001 * exact.throughput)), fast=True)


def shaped(id, title, times, bucket, beside=0.0):
    """A contract of 12 Mbit/s at 0.8, on a line of so many times that: it takes 1 / `times` ms for a packet. With a
    bucket of one packet the line, twice the contract at least, is free whenever there are tokens, so that a packet has
    left after the longer of its wait and of what the line takes."""
    takes = 0.001 / times
    beyond = (bucket - 1) * 0.001
    wait = theory.md1_wait_beyond(takes if bucket == 1 else beyond, 800, 0.001)
    return Case(id, title, "M/D/1 at the rate of the tokens; Erlang 1909; Crommelin 1932",
                link("a shaper", (800,), ("1500 B",), 400, bandwidth=f"{12 * times} Mbit/s", contract="12 Mbit/s",
                     burst=f"{1500 * bucket} B"),
                (response("mean", "c1", takes + wait + 0.001, beside=beside), station("utilisation", LINE, 0.8),
                 *[response(f"p{p}", "c1", theory.md1_sojourn_quantile(p / 100, 800, 0.001) - beyond, beside=beside)
                   for p in (95, 99)]))


CASES = [
    constant("md1-link", "M/D/1 at 0.6 on a link without classes"),
    constant("md1-link-strict", "the same in a strict class", {"c1": {"queue": "strict"}}),
    constant("md1-link-fair", "the same in a fair class", {"c1": {"weight": 3}}),
    exponential(),
    priorities(),
    lossy(),
    full("md1k-link", "M/D/1/5 at 0.9: a buffer of five packets", 900, 5, fast=True),
    full("md1k-link-over", "M/D/1/3 at 1.3: more than the line can send", 1300, 3),
    policed(),
    shaped("shaper-md1", "a shaper whose bucket is one packet, on a line of four times the contract", 4, 1),
    # Besides: the line takes 0.5 us for a packet, and where several leave at once some of them wait for others.
    shaped("shaper-burst", "a shaper whose bucket is four packets, on a line of 2,000 times the contract", 2000, 4,
           beside=1e-6),
]
