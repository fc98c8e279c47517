# SPDX-License-Identifier: Apache-2.0
"""scripts/bench: that it runs, and what it makes of figures; never how fast anything is."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

from harness import PROGRAM, main

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "bench"))
from measuring import report, turns  # noqa: E402
from measuring.cases import Case, Runner, Table, all_cases  # noqa: E402
from measuring.programs import Build, Unavailable, watched  # noqa: E402


def bench(*words):
    return subprocess.run([ROOT / "scripts" / "bench", *words], capture_output=True, text=True)


def says(runs, label, *values, key="value"):
    """A runner that notes each run, and returns these values by turn."""
    left = list(values)

    def run(build, quick):
        runs.append(f"{label}@{build.name}" if build else label)
        value = left.pop(0)
        if isinstance(value, Exception):
            raise value
        return value if isinstance(value, dict) else {key: value}
    return Runner(label, run)


class Command(unittest.TestCase):
    def test_help_and_list(self):
        told = bench("--help")
        self.assertEqual(told.returncode, 0)
        for option in ("--times", "--quick", "--only", "--against", "--json", "--list"):
            self.assertIn(option, told.stdout)
        listed = bench("--list")
        self.assertEqual(listed.returncode, 0)
        self.assertEqual([line.split()[0] for line in listed.stdout.splitlines()], [case.name for case in all_cases()])

    def test_command_line_that_is_wrong(self):
        for words, told in ((("--only", "mm2"), "there is no case mm2"), (("--times", "0"), "--times is 1 at least"),
                            (("--fast",), "unrecognized")):
            refused = bench(*words)
            self.assertEqual(refused.returncode, 2, words)
            self.assertIn(told, refused.stderr)

    def test_quick_measurement(self):
        """Of the program that is tested, and of the loops beside it where they are built."""
        folder = pathlib.Path(shutil.which(PROGRAM)).parent
        measured = bench("--quick", "--only", "mm1", "--build", str(folder), "--json", "/dev/stdout")
        self.assertEqual(measured.returncode, 0, measured.stderr)
        document = json.loads(measured.stdout[re.search(r"(?m)^\{", measured.stdout).start():])
        figures = document["cases"]["mm1"]["figures"]
        self.assertGreater(figures["psnsim"]["requests"]["median"], 490000)
        loops = [figure for label, figure in figures.items() if "mean_s" in figure and label != "SimPy"]
        if os.access(folder / "tests" / "bench" / "bench_bare", os.X_OK):
            self.assertEqual(len(loops), 3)
            self.assertEqual(len({loop["mean_s"]["median"] for loop in loops}), 1, "the same customers, the same responses")
        for loop in loops:
            # The standard error over 500,000 customers at 0.9 is 0.23 s (Whitt, Management Science 35(11), 1989).
            self.assertLess(abs(loop["mean_s"]["median"] - loop["theory_s"]["median"]), 0.9)


class Building(unittest.TestCase):
    def test_tells_how_far_it_is(self):
        for lines in ("[1/8] a\n[2/8] b\n[5/8] c\n[8/8] d\n", "-- found\n[ 10%] a\n[ 25%] b\n[ 60%] c\n[100%] d\n"):
            said = []
            watched(["printf", "%s", lines], said.append)
            self.assertEqual(said, [" 25 %", " 50 %", " 75 %"])

    def test_what_fails_says_why(self):
        with self.assertRaises(Unavailable) as failed:
            watched(["sh", "-c", "echo '[1/2] cc'; echo no such header >&2; exit 3"])
        self.assertIn("exit status 3\n[1/2] cc\nno such header", str(failed.exception))


class Figures(unittest.TestCase):
    def test_runners_take_turns(self):
        runs = []
        case = Case("x", "X", "M/s", [says(runs, "a", 2.0, 6.0, 3.0), says(runs, "b", 1.0, 2.0, 2.0)], (("a", "b"),))
        seen = turns.measure(case, None, False, 3, self.fail)
        self.assertEqual(runs, ["a", "b"] * 3)
        self.assertEqual(seen["figures"]["a"]["value"], {"median": 3.0, "least": 2.0, "most": 6.0, "values": [2.0, 6.0, 3.0]})
        self.assertEqual(seen["ratios"]["a over b"]["values"], [2.0, 3.0, 1.5])
        self.assertEqual(turns.spread(seen["figures"]["a"]["value"]), 4 / 3)

    def test_what_cannot_run_is_told_and_left_out(self):
        told, runs = [], []
        case = Case("x", "X", "M/s", [says(runs, "a", 2.0, 2.0), says(runs, "b", Unavailable("there is no b here"))], (("a", "b"),))
        seen = turns.measure(case, None, False, 2, told.append)
        self.assertEqual(told, ["skipped x, b: there is no b here"])
        self.assertEqual((list(seen["figures"]), seen["ratios"]), (["a"], {}))
        self.assertIsNone(turns.measure(Case("y", "Y", "M/s", [says(runs, "b", Unavailable("no"))]), None, False, 2, told.append))

    def test_costs_are_better_where_they_are_less(self):
        table = Table("t", "T", "us", [says([], "", {"ours": 2.0, "theirs": 300.0})], (("ours", "theirs"),), cost=True)
        self.assertEqual(turns.measure(table, None, False, 1, self.fail)["ratios"]["ours over theirs"]["median"], 150)

    def test_against_another_commit(self):
        runs = []
        told = []
        case = Case("x", "X", "M/s", [says(runs, "new", Unavailable("old has no new")), says(runs, "a", 2.0, 3.0, 2.0, 4.0),
                                      Runner("peer", self.fail, ours=False)])
        seen = turns.against(case, Build("this", None, None), Build("old", None, None), False, 2, told.append)
        self.assertEqual(runs, ["new@old", "a@old", "a@this", "a@old", "a@this"])
        self.assertEqual(told, ["skipped x, new: old has no new"])
        self.assertEqual(list(seen["compared"]), ["a"])
        self.assertEqual(seen["compared"]["a"]["ratio"]["values"], [1.5, 2.0])

    def test_goals(self):
        def figure(x):
            return turns.median([x])
        cases = {"mm1": {"figures": {"psnsim": {"value": figure(40.0)}, "bare loop": {"value": figure(82.0)}},
                         "ratios": {"psnsim over bare loop": figure(40 / 82)}},
                 "national": {"figures": {"one thread": {"peak_MB": figure(700.0)}}, "ratios": {}}}
        judged = {goal["what"]: goal for goal in report.judge(cases)}
        self.assertFalse(judged["M/M/1, whole program over bare loop"]["met"])
        self.assertEqual(judged["M/M/1, whole program"]["on_goal_machine"], 20.0)  # half as fast there
        self.assertFalse(judged["M/M/1, whole program"]["met"])
        self.assertTrue(judged["Memory, national"]["met"])
        self.assertEqual(len(judged), 3)


if __name__ == "__main__":
    main()
