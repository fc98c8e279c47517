# SPDX-License-Identifier: Apache-2.0
"""Open networks: requests that visit several stations, in parallel or one after the other, and users who give
up. Warm-ups of 20 relaxation times of the slowest station, 1 / (mu (1 - sqrt(rho))^2), or more."""

import math

import theory
from build import Case, asking, exp, network, pools, visit
from judge import in_all, part, response, station

ONE = {"cores": 1}


def tandem():
    """Successive sojourns are independent, so the response is the sum of two exponentials."""
    return Case(
        "tandem-2", "two M/M/1 in series", "Burke, Operations Research 4(6), 1956; Reich 1957",
        network("tandem", 400_000, 2000, pools("a", "b"),
                {"case": [visit("a", "exp(1 s)"), visit("b", "exp(800 ms)")]},
                {"cases": asking("case", rate=0.7)}), (
            station("present_mean", "a", 2.333333333333333), station("present_mean", "b", 1.2727272727272725),
            in_all(("a", "b"), 3.6060606060606055),
            station("wait_mean", "a", 3.333333333333333 - 1), station("wait_mean", "b", 1.8181818181818181 - 0.8),
            response("mean", "case", 5.151515151515151), response("p50", "case", 4.240608208153841),
            response("p95", "case", 12.533795824384988), response("p99", "case", 17.958285831710526)), fast=True)


def choice_of_stations():
    left, right = theory.MMc(0.3, 0.5), theory.MMc(0.7, 1)
    return Case(
        "choice-stations", "a Poisson stream split 30 : 70", "split at random, two Poisson streams",
        network("choice of two stations", 200_000, 2000, pools("a", "b"), {"case": [{"choice": [
            {"share": "30 %", "steps": [visit("a", "exp(2 s)")]},
            {"share": "70 %", "steps": [visit("b", "exp(1 s)")]}]}]}, {"cases": asking("case", rate=1)}), (
            response("mean", "case", 0.3 * left.sojourn + 0.7 * right.sojourn),
            response("p95", "case", theory.quantile_of_tail(
                lambda t: 0.3 * left.tail(t) + 0.7 * right.tail(t), 0.95, 5)),
            station("throughput", "a", 0.3), station("throughput", "b", 0.7),
            station("present_mean", "a", left.present), station("present_mean", "b", right.present)))


def choice_of_work():
    exact = theory.MG1(0.9, 0.8, (0.25 * 4 + 0.75 * 2 * 0.16) / 0.8 ** 2 - 1)
    return Case(
        "choice-work", "M/G/1, work of 2 s or exp(400 ms), after a delay that half of them take",
        "Pollaczek and Khinchine; Kleinrock I, section 5.6",
        network("choice of work", 200_000, 2000, pools("a"), {"case": [
            {"choice": [{"share": "50 %"}, {"share": "50 %", "steps": [{"delay": "1 s"}]}]},
            {"choice": [{"share": "25 %", "steps": [visit("a", "2 s")]},
                        {"share": "75 %", "steps": [visit("a", "exp(400 ms)")]}]}]},
                {"cases": asking("case", rate=0.9)}), (
            response("mean", "case", 0.5 + exact.sojourn), station("wait_mean", "a", exact.wait),
            station("utilisation", "a", exact.utilisation)))


def repeats():
    """Every visit is an arrival; with one exponential law for all visits the network has product form."""
    exact = theory.MMc(0.75, 1)
    return Case(
        "repeated-visits", "three visits to one station", "Baskett, Chandy, Muntz and Palacios, JACM 22(2), 1975",
        network("three visits", 700_000, 2000, pools("a"), {"case": [visit("a", "exp(1 s)", times=3)]},
                {"cases": asking("case", rate=0.25)}), (
            response("mean", "case", 3 * exact.sojourn), station("throughput", "a", 0.75),
            station("present_mean", "a", exact.present), station("wait_mean", "a", exact.wait)))


def two_classes():
    demands, rates = {"x": (1, 1.5), "y": (2, 1)}, {"x": 0.25, "y": 0.15}
    load = [sum(rates[s] * demands[s][i] for s in rates) for i in (0, 1)]
    return Case(
        "open-two-classes", "two services over two shared stations", "Lazowska et al. 1984, section 7.4.1",
        network("open, two classes", 250_000, 2000, pools("a", "b", discipline="sharing"),
                {s: [visit("a", exp(d[0])), visit("b", f"lognormal({d[1]} s cv 1.2)")]
                 for s, d in demands.items()}, {f"{s}s": asking(s, rate=rate) for s, rate in rates.items()}), (
            *[response("mean", s, sum(d / (1 - u) for d, u in zip(demands[s], load))) for s in demands],
            station("present_mean", "a", load[0] / (1 - load[0])),
            station("present_mean", "b", load[1] / (1 - load[1]))))


def thinking():
    exact = theory.MMc(0.6, 1)
    return Case(
        "station-delay-station", "a delay between two stations", "Jackson's theorem: the delay adds its mean",
        network("station, delay, station", 250_000, 2000, pools("a", "b"),
                {"case": [visit("a", "exp(1 s)"), {"delay": "uniform(0 s 20 s)"}, visit("b", "exp(1 s)")]},
                {"cases": asking("case", rate=0.6)}), (
            response("mean", "case", 2 * exact.sojourn + 10), station("present_mean", "b", exact.present)),
        fast=True)


def fork():
    one = theory.MMc(0.7, 1)
    return Case(
        "fork-join", "two M/M/1 fed by the same arrivals, joined when both are done",
        "(12 - rho) / 8 of one queue's; Flatto and Hahn 1984; Nelson and Tantawi 1988",
        network("fork and join", 250_000, 2000, pools("a", "b"), {"case": [{"fork": [
            {"steps": [visit("a", "exp(1 s)")]}, {"steps": [visit("b", "exp(1 s)")]}]}]},
                {"cases": asking("case", rate=0.7)}), (
            response("mean", "case", (12 - 0.7) / 8 * one.sojourn), station("present_mean", "a", one.present),
            station("present_mean", "b", one.present)))


def longest_of_three():
    return Case(
        "fork-delays", "the longest of three delays, then a fourth", "1 + 1/2 + 1/3 of one exponential's mean",
        network("three at once", 20_000, 200, {}, {"case": [
            {"fork": [{"steps": [{"delay": "exp(1 s)"}]}] * 3}, {"delay": "exp(2 s)"}]},
                {"cases": asking("case", rate=0.7)}), (response("mean", "case", 11 / 6 + 2),), fast=True)


def giving_up():
    """Who gives up leaves the work behind: the queue is M/M/1's, and sojourns exponential of rate d."""
    slack, timeout = theory.MMc(0.7, 1).slack, 5
    late = math.exp(-slack * timeout)
    return Case(
        "timeout", "users who give up after 5 s, one server", "sojourns of M/M/1 are exponential; Kleinrock I",
        network("users who give up", 600_000, 2000, pools("a"),
                {"case": {"timeout": "5 s", "steps": [visit("a", "exp(1 s)")]}},
                {"cases": asking("case", rate=0.7)}), (
            part("failed", "case", late), part("completed", "case", 1 - late),
            response("mean", "case", 1 / slack - timeout * late / (1 - late)),
            station("utilisation", "a", 0.7), station("present_mean", "a", 0.7 / 0.3)))


def attempts():
    """An attempt is over with probability q = exp(-T / m); what is answered in attempt k was born k T ago."""
    q = math.exp(-1)
    inside = 1 - q / (1 - q)  # mean of an exponential below T
    answered = sum(q ** k * (1 - q) * (k + inside) for k in range(3)) / (1 - q ** 3)
    return Case(
        "retries", "three attempts of an exponential delay, 1 s each", "attempts are independent draws",
        network("three attempts", 200_000, 200, {},
                {"case": {"timeout": "1 s", "retries": 2, "steps": [{"delay": "exp(1 s)"}]}},
                {"cases": asking("case", rate=0.7)}), (
            part("failed", "case", q ** 3), part("retries", "case", q + q ** 2),
            response("mean", "case", answered)), fast=True)


CASES = [tandem(), choice_of_stations(), choice_of_work(), repeats(), two_classes(), thinking(), fork(),
         longest_of_three(), giving_up(), attempts()]
