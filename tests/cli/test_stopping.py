# SPDX-License-Identifier: Apache-2.0
"""Replications until a precision, as a user sees them: what the scenario may say, the tables, the file, and the
rule itself recomputed from the runs in the file."""
import json
import math

import h5py
import numpy as np

from harness import ONE, SMALL, Case, figures, main

STOPPED = ONE.replace("replications: 2", "replications: {until: 5 %, of: response mean, at most: 60}, "
                      "factors: {demand: [0.5, 1, 1.7]}")


def checkpoints(least, most):
    """The rule of scenarios/README.md: each 1.2 times the one before, rounded up."""
    n = least
    while True:
        yield min(n, most)
        if n >= most:
            return
        n = -(-n * 6 // 5)


def student(df):
    """The 0.975 quantile of Student's t by its own distribution function, integrated and bisected."""
    scale = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)
    low, high = 1.9, 13.0
    for _ in range(60):
        middle = (low + high) / 2
        x = np.linspace(0, middle, 4001)
        y = scale * (1 + x * x / df) ** (-(df + 1) / 2)
        area = (y[0] + y[-1] + 4 * y[1:-1:2].sum() + 2 * y[2:-1:2].sum()) * middle / 4000 / 3  # Simpson's rule
        low, high = (middle, high) if area < 0.475 else (low, middle)
    return low


def relative(x):
    return student(len(x) - 1) * np.std(x, ddof=1) / math.sqrt(len(x)) / abs(np.mean(x))


def end(x, until):
    """Where the rule stops: fewer than 60 replications must be more precise."""
    return next((n for n in checkpoints(10, len(x)) if relative(x[:n]) * max(1, 60 / n) <= until), len(x))


class Stopping(Case):
    def test_each_point_stops_where_the_rule_says(self):
        self.write("one.yaml", STOPPED)
        self.ok("sweep", "one.yaml", "-o", "all.h5", "-r", "60", "-q")
        self.ok("sweep", "one.yaml", "-o", "r.h5", "-q")
        with h5py.File(self.path("all.h5")) as every, h5py.File(self.path("r.h5")) as file:
            mean = every["services/response_mean"][:, 0, 0].reshape(3, 60)
            expected = [end(x, 0.05) for x in mean]
            self.assertEqual(list(file["design/replications"][:]), expected)
            reached = [relative(x[:n]) <= 0.05 for x, n in zip(mean, expected)]
            self.assertEqual(list(file["design/precision"][:]), reached)
            self.assertGreater(len(set(expected)), 1, "the points do not differ")
            point, replication = file["runs/point"][:], file["runs/replication"][:]
            self.assertEqual(list(zip(point, replication)), [(p, r) for p in range(3) for r in range(expected[p])])
            for p in range(3):
                np.testing.assert_array_equal(file["services/response_mean"][point == p, 0, 0], mean[p, :expected[p]])
            self.assertEqual([file.attrs[name] for name in ("at_least", "at_most", "until", "measures", "complete")],
                             [10, 60, 0.05, b"response mean", 1])
            watched = [name.decode() for name, yes in zip(file["summary/measure"][:], file["summary/watched"][:]) if yes]
            self.assertEqual(watched, ["response mean: ask, town"])
            self.assertEqual(list(file["summary/replications"][:, 0]), expected)

    def test_tables_say_how_many_and_what_is_not_precise(self):
        self.write("one.yaml", STOPPED.replace("at most: 60", "at most: 12"))
        result = self.ok("sweep", "one.yaml", "-o", "r.h5")
        self.assertRegex(result.out, r"3 design points × (10 to )?12 replications = \d+ runs;")
        self.assertIn("Replications until ± is 5 % of the value or less for response mean: at least 10, at most 12", result.out)
        self.assertRegex(result.out, r"(?m)^point  demand  replications$")
        self.assertIn("Precision not reached within at most 12 replications", result.out)
        self.assertRegex(result.out, r"(?m)^point 2 \(demand = 1\.7\): response mean of ask, town \(± \d+\.\d %\)$")
        out = self.json("show", "r.h5", "--json")
        self.assertEqual(out["precision"], {"at_least": 10, "until": 0.05, "of": "response mean", "at_most": 12})
        self.assertEqual(out["points"][2]["replications"], 12)
        self.assertIs(out["points"][2]["precise"], False)
        self.assertIn("not reached", self.ok("show", "r.h5", "--point", "2").out)
        self.assertNotIn("not reached", self.ok("show", "r.h5", "--point", "0").out)

    def test_run_stops_too_and_a_number_overrides(self):
        self.write("one.yaml", STOPPED)
        out = self.json("run", "one.yaml", "-o", "r.h5", "--json", "-q")
        self.assertEqual(len(out["points"]), 1)
        self.assertEqual(len(out["runs"]), out["points"][0]["replications"])
        f = figures(out["points"][0])[("response mean", "ask", "town")]
        self.assertLessEqual(f["half_width"], 0.05 * f["value"])
        fixed = self.json("run", "one.yaml", "-o", "f.h5", "--replications", "4", "--json", "-q")
        self.assertIsNone(fixed["precision"])
        self.assertEqual(len(fixed["runs"]), 4)
        last = out["points"][0]["replications"] - 1
        self.assertIn("the same to the bit", self.ok("run", "r.h5", "--point", "0", "--replication", last).out)
        self.fails(2, "run", "r.h5", "--point", "0", "--replication", last + 1, says=f"replications 0 to {last}")

    def test_what_has_no_interval_holds_nothing_up(self):
        self.write("one.yaml", STOPPED.replace("1.7", "2.5"))  # more than the server can carry
        out = self.json("sweep", "one.yaml", "-o", "r.h5", "--json", "-q")
        self.assertEqual(out["points"][2]["unstable"], ["server"])
        self.assertEqual(out["points"][2]["replications"], 10)
        self.assertIs(out["points"][2]["precise"], True)

    def test_mistakes(self):
        def with_replications(text):
            return ONE.replace("replications: 2", f"replications: {text}")
        self.refused(with_replications("{until: 5 %}"), "there are no objectives")
        self.refused(with_replications("{until: 5 %, of: [response men, waiting]}"), "did you mean response mean?", "waiting")
        self.refused(with_replications("{until: 5 %, of: overruns}"), "no figure here")
        self.refused(with_replications("{at least: 20, of: utilisation}"), "`until` is missing")
        self.refused(with_replications("{until: 120 %, of: utilisation}"), "below 100 %")
        self.refused(with_replications("{until: 5 %, of: utilisation, at most: 5}"), "at least 10")
        self.ok("check", self.write("good.yaml", with_replications("{until: 5 %, of: [utilisation, response p95]}")))

    def test_check_and_dry_run(self):
        self.write("one.yaml", STOPPED)
        self.assertIn("3 design points × 10 to 60 replications, until 5 % = at most 180 runs", self.ok("check", "one.yaml").out)
        before = self.ok("sweep", "one.yaml", "-o", "r.h5", "--dry-run")
        self.assertIn("0 runs are kept, 30 are to do up to the next checkpoints, and at most 180 in all", before.out)
        self.assertIn("The result would be r.h5", before.out)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["one.yaml"])
        self.ok("sweep", "one.yaml", "-o", "r.h5", "-q")
        self.assertIn("complete: nothing is to do", self.ok("sweep", "one.yaml", "-o", "r.h5", "--dry-run").out)
        out = self.json("sweep", "one.yaml", "-o", "r.h5", "--dry-run", "--json", "-s", "study.factors.demand=[0.5, 3]",
                        "--restart")
        self.assertEqual([(p["name"], p["done"], p["todo"]) for p in out["points"]],
                         [("demand = 0.5", 0, 10), ("demand = 3", 0, 10)])

    def test_the_log_says_when_points_had_enough(self):
        self.write("one.yaml", STOPPED)
        self.ok("sweep", "one.yaml", "-o", "r.h5", "-q")
        lines = [json.loads(line) for line in self.read("r.h5.log").splitlines()]
        ends = {line["point"]: line["replications"] for line in lines if line["event"] == "point"}
        out = self.json("show", "r.h5", "--json")
        self.assertEqual(ends, {i: p["replications"] for i, p in enumerate(out["points"])})
        self.assertEqual(lines[0]["until"], 0.05)

    def test_objectives_are_what_counts_where_nothing_is_said(self):
        self.write("small.yaml", SMALL.replace("replications: 3", "replications: {at least: 4, until: 4 %, at most: 30}"))
        out = self.json("sweep", "small.yaml", "-o", "r.h5", "--json", "-q")
        for point in out["points"]:
            fast = [f for f in point["figures"] if f["figure"] == "objective"]
            self.assertEqual(len(fast), 2)
            self.assertTrue(point["precise"])
            for f in fast:
                self.assertLessEqual(f["half_width"], 0.04 * f["value"])


if __name__ == "__main__":
    main()
