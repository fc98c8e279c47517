# SPDX-License-Identifier: Apache-2.0
"""Builds the scenarios of the table: systems of stations at one site. Used by table/ and the tests here.

Names: a system `q` is the pool `q`, which provides the role `do-q`; the service `q`; and the workload
`ask-q`. Rates are a second and times seconds where they are numbers; texts are the language's own.
"""

from dataclasses import dataclass

from program import RUNS, scenario


def seconds(value):
    return value if isinstance(value, str) else f"{value:.12g} s"


def rate_text(value):
    return value if isinstance(value, str) else f"{value:.15g} / s"


def exp(mean):
    return "0 s" if not mean else f"exp({seconds(mean)})"


def visit(name, work, **more):
    """A step: `work` at the pool `name`."""
    return {"compute": f"do-{name}", "work": seconds(work), **more}


def pools(*names, **keys):
    return {name: {"site": "hall", "cores": 1, **keys} for name in names}


def hosted(*names):
    return {f"do-{name}": name for name in names}


def asking(service, partners="all", **demand):
    """A workload: rate=, or users= and think=."""
    demand = dict(demand)
    if "rate" in demand:
        demand["rate"] = rate_text(demand["rate"])
    if "think" in demand:
        demand["think"] = seconds(demand["think"])
    return {"service": service, "partners": partners, **demand}


def network(title, horizon, warmup, stations, services, workloads, runs=RUNS, **sections):
    """stations {name: keys of a pool}; services {name: steps, or a dict with `steps`}; workloads {name:
    asking(...)}."""
    return scenario(
        title, horizon=round(warmup + horizon), warmup=round(warmup), runs=runs, hosting=hosted(*stations),
        compute={name: {"site": "hall", **keys} for name, keys in stations.items()},
        services={name: steps if isinstance(steps, dict) else {"steps": steps}
                  for name, steps in services.items()},
        workloads=workloads, **sections)


def systems(title, parts, horizon, warmup=2000, runs=RUNS, **sections):
    """Stations side by side that have nothing to do with each other. parts {name: (demand, work, pool
    keys)}, where demand is a rate, or a dict for `asking`; work a text, a mean, or the steps."""
    services, workloads = {}, {}
    for name, (demand, work, _) in parts.items():
        services[name] = work if isinstance(work, (list, dict)) else [visit(name, work)]
        workloads[f"ask-{name}"] = asking(name, **(demand if isinstance(demand, dict) else {"rate": demand}))
    return network(title, horizon, warmup, {name: pool for name, (_, _, pool) in parts.items()}, services,
                   workloads, runs, **sections)


def queue(title, rate, work, servers=1, customers=1_000_000, warmup=2000, runs=RUNS, **pool):
    """One system `q` of so many servers, `customers` a run."""
    return systems(title, {"q": (rate, work, {"cores": servers, **pool})}, customers / rate, warmup, runs)


def closed(title, demands, users, think, horizon, warmup, cores=1, discipline="fifo", runs=RUNS):
    """One class of users over stations s1, s2, ... of these mean demands; service `case`."""
    names = [f"s{i + 1}" for i in range(len(demands))]
    return network(title, horizon, warmup, {n: {"cores": cores, "discipline": discipline} for n in names},
                   {"case": [visit(n, exp(d)) for n, d in zip(names, demands)]},
                   {"users": asking("case", users=users, think=exp(think))}, runs)


def waits(text, name="q", quantiles=(50, 95, 99), longer=(0,)):
    """The scenario with objectives that no run misses, so that it tells quantiles of the waits at a station,
    and which share of them is over so many seconds (judge.wait, judge.waits_longer)."""
    more = {f"{name}-wait-p{p}": {"station": name, "figure": f"wait p{p}", "at most": "9999 d"} for p in quantiles}
    more |= {f"{name}-waits-{t}".replace(".", "-"): {"station": name, "figure": f"wait within {t:g} s",
                                                     "at least": "0 %"} for t in longer}
    return {**text, "objectives": {**text.get("objectives", {}), **more}}


def losses(text, *names, figures=("refused",)):
    """The scenario with objectives that tell the shares of arrivals refused or abandoned (judge.share_lost)."""
    more = {f"{name}-{figure}": {"station": name, "figure": figure, "at most": "100 %"}
            for name in names for figure in figures}
    return {**text, "objectives": {**text.get("objectives", {}), **more}}


@dataclass(frozen=True)
class Case:
    """One entry of the table: a scenario, and checks (judge.py) of its figures against exact values. `fast`:
    also in the subset that scripts/test runs."""
    id: str
    title: str
    source: str
    text: dict
    checks: tuple
    fast: bool = False

    def is_known(self):
        """Nothing is random: one run says it all."""
        return self.text["study"]["replications"] == 1
