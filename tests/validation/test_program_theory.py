# SPDX-License-Identifier: Apache-2.0
"""What the program itself says by theory: against the exact values of the table, without simulation; and against
its own simulation, where the table has no such station."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

import suite
from build import asking, exp, hosted
from judge import APART
from program import program, render, scenario

KEYS = {"utilisation": "utilisation", "present mean": "present_mean", "wait mean": "wait_mean_s"}

# How near figures come that the program calls approximate, and where that is less near.
NEAR = 0.1
LESS_NEAR = {"mm5-uniform": 0.35, "mm2-erlang": 0.35}  # patience of another law is taken for an exponential one

# The table integrates over a step of the patience by a sum: 1e-4.
ROUNDED = {"mm10-const": 1e-4}


def theory(case, command="check", *options):
    """The key `theory` of what the program prints of a scenario as JSON."""
    with tempfile.TemporaryDirectory(prefix="psnsim-validation-") as folder:
        source = Path(folder, "scenario.yaml")
        source.write_text(render(case), encoding="utf-8")
        for name, content in case.get("files", {}).items():
            Path(folder, name).write_text(content, encoding="utf-8")
        done = subprocess.run([program(), command, str(source), "--json", *options], capture_output=True, text=True,
                              timeout=600, check=True, cwd=folder)
        return json.loads(done.stdout)["theory"]


class Table(unittest.TestCase):
    """An exact figure of the program is the table's to 1e-6 of it; bounds hold it between them; approximate ones
    are near."""

    def figure(self, said, label):
        """(figure, kind, bounds) of what a check of the table is called; None where theory does not say it."""
        what, _, who = label.partition(": ")
        if what == "response mean":
            service, _, partner = who.partition(", ")
            for s in said["streams"]:
                if (s["service"], s["partner"]) == (service, partner or "council"):
                    return s["response_mean_s"], s["kind"], (s["at_least_s"], s["at_most_s"])
        if what in KEYS:
            for s in said["stations"]:
                if s["station"] == who:
                    return s[KEYS[what]], s["kind"], None
        return None

    def test_all(self):
        exact = bounds = 0
        for _, _, cases in suite.all_cases():
            for case in cases:
                said = theory(case.text)
                for check in case.checks if said["steady"] else ():
                    figure = self.figure(said, check.label)
                    if figure is None or figure[1] == "none":
                        continue
                    value, kind, between = figure
                    with self.subTest(case=case.id, figure=check.label, kind=kind):
                        if kind == "exact":
                            exact += 1
                            part = ROUNDED.get(case.id, 1e-6)
                            self.assertAlmostEqual(value, check.exact, delta=part * abs(check.exact) + 1e-12)
                        elif kind == "bounds":
                            bounds += 1
                            self.assertLessEqual(between[0], check.exact)
                            self.assertGreaterEqual(between[1], check.exact)
                        else:
                            self.assertAlmostEqual(value, check.exact, delta=LESS_NEAR.get(case.id, NEAR) * check.exact)
        self.assertGreater(exact, 150)
        self.assertGreaterEqual(bounds, 2)


LEVELS = {"gold": {"queue": "strict", "priority": 1}, "six": {"queue": "fair", "weight": 6}}


def two(title, first, second, **pool):
    """Two services, one in class `first`, at one pool; each is (class, work, rate)."""
    services, workloads = {}, {}
    for name, (level, work, rate) in (("s", first), ("t", second)):
        services[name] = {"steps": [{"compute": "do-q", "work": work}], **({"class": level} if level else {})}
        workloads[f"ask-{name}"] = asking(name, rate=rate)
    return scenario(title, horizon=30_000, warmup=1000, runs=20, hosting=hosted("q"), classes=LEVELS,
                    compute={"q": {"site": "hall", **pool}}, services=services, workloads=workloads)


CASES = [
    two("non-preemptive", ("gold", "lognormal(1 s cv 1.5)", 0.3), (None, "2 s", 0.2), discipline="priority"),
    two("preemptive on three", ("gold", exp(1), 1.2), (None, exp(1), 1.2), cores=3, discipline="preemptive"),
    two("discriminatory", ("six", exp(1), 0.3), (None, exp(2), 0.2), discipline="weighted"),
    scenario("deadline", horizon=30_000, warmup=1000, runs=20, hosting={"agent": "q"},
             hours={"always": "daily 00:00-24:00"}, desks={"q": {"site": "hall", "people": {"always": 3}}},
             services={"s": {"steps": [{"desk": "agent", "work": exp(1), "patience": "1 s"}]}},
             workloads={"ask-s": asking("s", rate=3.6)}),
    scenario("users and others", horizon=30_000, warmup=1000, runs=20, hosting=hosted("q", "r"),
             compute={"q": {"site": "hall", "cores": 3, "discipline": "sharing"}, "r": {"site": "hall"}},
             services={"s": {"steps": [{"compute": "do-q", "work": "lognormal(1 s cv 2)"},
                                       {"compute": "do-r", "work": exp(0.2)}]},
                       "t": {"steps": [{"compute": "do-r", "work": exp(0.2)}]}},
             workloads={"ask-s": asking("s", users=30, think=10), "ask-t": asking("t", rate=1)}),
]


class Simulation(unittest.TestCase):
    """Beside a simulation of 20 runs of 30,000 s each exact figure lies within 4 standard errors. Their own error is
    at most 3 % of the figure, so that this says something."""

    def test_beside(self):
        for case in CASES:
            beside = theory(case, "run", "--quiet", "-o", "result.h5")
            self.assertGreaterEqual(len(beside), 2, case["title"])
            for figure in beside:
                with self.subTest(case=case["title"], figure=figure["figure"], of=figure["subject"]):
                    self.assertEqual(figure["kind"], "exact", figure["reason"])
                    self.assertLess(figure["standard_errors_apart"], APART)
                    self.assertLess(figure["half_width"] / 2.093, 0.03 * figure["at_least"])  # Student's t of 19


if __name__ == "__main__":
    unittest.main()
