# SPDX-License-Identifier: Apache-2.0
"""Flows that come and go over one link. Those that share it equally are processor sharing: E[S] / (1 - rho) in the
mean, and x / (1 - rho) for a flow that takes x alone, whatever the law of sizes. Where a window lets none have more
than 1 / c of the link, as many are there as in M/M/c, whatever the law. The link sends 1 Gbit/s, and 100 MB in 0.8 s.
Messages of less than 125 KB are no flows: of the laws here one in 10^8 sends such a one at most. Run lengths as for
processor sharing; runs begin with 2,000 s that do not count."""

import theory
from build import Case, asking
from judge import response, station
from program import RUNS, scenario

LINE = "line to centre"
ALONE = 0.8
KLEINROCK = "insensitive to the law; Kleinrock II, section 4.4"
LAWS = {"constant": "100 MB", "uniform": "uniform(20 MB 180 MB)", "lognormal": "lognormal(100 MB cv 1.5)",
        "pareto": "pareto(100 MB shape 3.5)"}


def flows(title, horizon, parts, classes, delay="0 s"):
    """parts {service: (rate, size, class)}: each sends one flow over the line, and ends where it has come in."""
    return scenario(
        title, horizon=horizon + 2000, warmup=2000, runs=RUNS, hosting={"app": "server"},
        sites={"hall": {"partner": "council"}, "centre": {}},
        links={"line": {"between": ["hall", "centre"], "bandwidth": "1 Gbit/s", "delay": delay}},
        compute={"server": {"site": "centre", "discipline": "unlimited"}},
        classes={name: {"transfer": "flows", **keys} for name, keys in classes.items()},
        services={name: {"class": class_, "steps": [{"request": size}, {"compute": "app", "work": "0 s"}]}
                  for name, (_, size, class_) in parts.items()},
        workloads={f"ask-{name}": asking(name, rate=rate) for name, (rate, _, _) in parts.items()})


def of_law(law):
    return Case(f"flows-ps-{law}", f"M/G/1-PS at 0.7: flows of {law} size", KLEINROCK,
                flows(f"{law} sizes", 60_000, {"flow": (0.7 / ALONE, LAWS[law], "bulk")}, {"bulk": {}}),
                (response("mean", "flow", theory.shared_sojourn(0.7 / ALONE, ALONE)),
                 station("utilisation", LINE, 0.7)), fast=law == "lognormal")


def two_sizes():
    """250 MB at 0.1 flows a second and 50 MB at 1: loads of 0.2 and 0.4."""
    return Case("flows-ps-two", "long flows and short ones: each as long as its size", KLEINROCK,
                flows("two sizes", 60_000, {"long": (0.1, "250 MB", "bulk"), "short": (1, "50 MB", "bulk")},
                      {"bulk": {}}),
                (response("mean", "long", 2 / 0.4), response("mean", "short", 0.4 / 0.4),
                 station("utilisation", LINE, 0.6)))


def windows():
    """Windows of 625 kB in a round trip of 20 ms: 250 Mbit/s, a quarter of the link. The propagation delay is added."""
    exact = theory.MMc(0.8 / ALONE, 1 / (4 * ALONE), 4)
    return Case("flows-windows", "M/G/4-PS at 0.8: a window lets a flow have a quarter of the link",
                "as M/M/4 in number, insensitive to the law; Cohen, Acta Informatica 12, 1979",
                flows("windows", 60_000, {"flow": (0.8 / ALONE, LAWS["uniform"], "bulk")},
                      {"bulk": {"window": "625 kB"}}, delay="10 ms"),
                (response("mean", "flow", exact.sojourn + 0.01), station("utilisation", LINE, 0.8)))


CASES = [*(of_law(law) for law in LAWS), two_sizes(), windows()]
