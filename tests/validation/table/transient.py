# SPDX-License-Identifier: Apache-2.0
"""From empty: the first customers of M/M/1. One user asks for a service that lets n customers in, one after the
other: each is a branch of a fork beside the call that lets the rest in. When all are served the user thinks and
asks again, so that a run holds thousands of independent beginnings."""

from build import Case, asking, exp, network, visit
from judge import mean, station


def beginnings(customers):
    """{name: customers} of stations side by side, each with its own chain of calls."""
    stations, services, workloads = {}, {}, {}
    for name, n in customers.items():
        stations[name] = {"cores": 1}
        for left in range(1, n + 1):
            serve = visit(name, exp(0.9))
            rest = {"call": f"{name}-{left - 1}"}
            services[f"{name}-{left}"] = [{"delay": exp(1)}, serve if left == 1 else
                                          {"fork": [{"steps": [serve]}, {"steps": [rest]}]}]
        workloads[f"ask-{name}"] = asking(f"{name}-{n}", users=1, think=1)
    return network("first customers", 250_000, 0, stations, services, workloads)


CASES = [
    Case("mm1-first25", "M/M/1 at 0.9 from empty: the first 25 waits",
         "chain of the number found by each arrival; Kelton and Law 1985",
         beginnings({"first-25": 25, "first-2": 2}), (
             station("wait_mean", "first-25", 2.124489346531958, label="mean wait of the first 25"),
             mean("mean wait of the second", lambda r: 2 * r.station("wait_mean", "first-2"),
                  0.42631578947368415))),
]
