# SPDX-License-Identifier: Apache-2.0
"""People, and stations where nobody waits."""

import theory
from build import Case, asking, exp, systems, waits
from chain import birth_death
from disciplines import cobham_servers
from judge import part, queued, response, station, wait
from program import MINUTE, RUNS, scenario
from table.priorities import COBHAM, sojourns, strict


def wrapped_up():
    """M/G/1 whose service is work of 40 s and then 20 s of wrap-up, both exponential; who is wrapped up has left."""
    rate, work, after = 0.8 / MINUTE, 40, 20
    total = work + after
    scv = (work ** 2 + after ** 2) / total ** 2
    exact = theory.MG1(rate, total, scv)
    text = scenario("wrap-up", horizon=30_100_000, warmup=100_000, runs=RUNS, hosting={"do-q": "q"},
                    desks={"q": {"site": "hall", "people": 1, "wrap-up": exp(after)}},
                    services={"q": {"steps": [{"desk": "do-q", "work": exp(work)}]}},
                    workloads={"ask-q": asking("q", rate=rate)})
    return Case("desk-wrap-up", "one person, work of 40 s and wrap-up of 20 s",
                "Pollaczek and Khinchine; Kleinrock I, section 5.6", text, (
                    station("wait_mean", "q", exact.wait), response("mean", "q", exact.wait + work),
                    station("utilisation", "q", 0.8), station("present_mean", "q", rate * (exact.wait + work))))


def by_class():
    rates, people = (0.9, 0.9), 2
    names, classes = strict(2)
    text = scenario("a desk of classes", horizon=402_000, warmup=2000, runs=RUNS, hosting={"do-q": "q"},
                    classes=classes,
                    desks={"q": {"site": "hall", "people": people, "discipline": "priority"}},
                    services={name: {"class": name, "steps": [{"desk": "do-q", "work": exp(0.9)}]} for name in names},
                    workloads={f"ask-{name}": asking(name, rate=rate) for name, rate in zip(names, rates)})
    return Case("desk-classes", "two people, two classes of one law", COBHAM, text, (
        *sojourns([w + 0.9 for w in cobham_servers(rates, 0.9, people)]), station("utilisation", "q", 0.81)))


def ample():
    """M/G/inf: what is present is Poisson with mean rate x work, whatever the law. Takacs 1962, chapter 3."""
    laws = {"exp": "exp(2 s)", "lognormal": "lognormal(2 s cv 2)", "constant": "2 s"}
    text = systems("infinitely many servers", {name: (5, work, {"discipline": "unlimited"})
                                               for name, work in laws.items()}, 20_000, 500)
    return Case("mginf", "infinitely many servers, three laws of work", "Takacs 1962, chapter 3", text, tuple(
        check for name in laws for check in (station("present_mean", name, 10), response("mean", name, 2))), fast=True)


def patient_users():
    """20 users who think 10 s and leave the queue of two people at a rate of 1 / (2 s): birth and death."""
    users, think, people = 20, 10, 2
    p = birth_death([(users - n) / think for n in range(users)],
                    [min(n, people) + max(n - people, 0) / 2 for n in range(1, users + 1)])
    waiting = sum((n - people) * x for n, x in enumerate(p) if n > people)
    busy = sum(min(n, people) * x for n, x in enumerate(p))
    coming = busy + waiting / 2
    text = scenario("impatient users", horizon=101_000, warmup=1000, runs=RUNS, hosting={"do-q": "q"},
                    desks={"q": {"site": "hall", "people": people}},
                    services={"q": {"steps": [{"desk": "do-q", "work": "exp(1 s)", "patience": "exp(2 s)"}]}},
                    workloads={"ask-q": asking("q", users=users, think=exp(think))})
    return Case("closed-impatient", "20 users of two people, who leave when they wait", "birth and death", text, (
        queued("q", people, waiting), station("utilisation", "q", busy / people),
        part("failed", "q", waiting / 2 / coming), station("throughput", "q", busy),
        station("wait_mean", "q", waiting / coming)))


def long_waits():
    """M/M/6 at a desk: its waits are exponential where they are."""
    exact = theory.MMc(5, 1, 6)
    text = scenario("M/M/6", horizon=302_000, warmup=2000, runs=RUNS, hosting={"do-q": "q"},
                    desks={"q": {"site": "hall", "people": 6}},
                    services={"q": {"steps": [{"desk": "do-q", "work": "exp(1 s)"}]}},
                    workloads={"ask-q": asking("q", rate=5)})
    return Case("desk-mm6", "M/M/6 at a desk of patient callers", "Gross and Harris, section 2.3",
                waits(text, quantiles=(90, 95, 99), longer=()), (
                    *[wait(f"p{p}", "q", exact.wait_quantile(p / 100)) for p in (90, 95, 99)],
                    response("mean", "q", exact.sojourn), queued("q", 6, 5 * exact.wait)))


CASES = [wrapped_up(), by_class(), ample(), patient_users(), long_waits()]
