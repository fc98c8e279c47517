# SPDX-License-Identifier: Apache-2.0
"""`time: {warmup: auto}` as a user sees it: check, run, sweep, show, repetition, interruption, mistakes."""
import signal
import time

import h5py
import numpy
from harness import ONE, SMALL, Case, main

# 20 minutes in 10 s steps: 120 intervals, of which 60 are searched.
AUTO = SMALL.replace("horizon: 1 h, warmup: 10 min, interval: 10 min", "horizon: 20 min, warmup: auto, interval: 10 s")

# Empty for ever so long: the only workload's first request comes after a long think, so what is in progress rises
# for hundreds of seconds. Ten users think 300 s (constant), then are served 100 s each by one of ten servers.
SLOW = """\
psnsim: 1
title: Ten users who think for 300 s
time: {start: 2024-01-01, horizon: 8000 s, warmup: auto, interval: 20 s}
partners: {town: {population: 1000, staff: {hall: 10}}}
sites: {hall: {partner: town}}
compute: {server: {site: hall, cores: 10}}
services: {ask: {steps: [{compute: app, work: exp(100 s)}]}}
workloads: {asking: {service: ask, partners: all, users: 10, think: 300 s}}
arrangements: {alone: {hosting: {all: {app: server}}}}
study: {seed: 7, replications: 2}
"""


class Automatic(Case):
    def warmup(self, name):
        with h5py.File(self.path(name)) as file:
            return file.attrs["warmup_s"], file["design/warmup_pilot"][:]

    def test_the_result_says_what_was_found(self):
        self.write("auto.yaml", AUTO)
        self.ok("sweep", "auto.yaml", "-o", "a.h5", "-q")
        found, pilots = self.warmup("a.h5")
        self.assertEqual(found, numpy.max(pilots))
        self.assertEqual(len(pilots), 4)
        self.assertTrue(numpy.all(pilots % 10 == 0))
        with h5py.File(self.path("a.h5")) as file:
            self.assertEqual(file.attrs["warmup"], b"automatic")
            variable = file["design/warmup_pilot"]
            self.assertEqual(variable.attrs["units"], b"s")
            self.assertIn(b"pilot", variable.attrs["long_name"])
        shown = self.ok("show", "a.h5").out
        self.assertRegex(shown, r"(?m)^warm-up \d+ s \(automatic: MSER-5 on the requests in progress\)$")
        data = self.json("show", "a.h5", "--json")
        self.assertEqual((data["warmup"], data["warmup_s"]), ("automatic", found))
        self.assertEqual([point["warmup_pilot_s"] for point in data["points"]], list(pilots))

    def test_the_figures_are_those_of_a_stated_warmup(self):
        self.write("slow.yaml", SLOW)
        self.ok("run", "slow.yaml", "-o", "a.h5", "-q")
        found, _ = self.warmup("a.h5")
        self.assertGreaterEqual(found, 300)  # nobody asks for anything before
        self.write("stated.yaml", SLOW.replace("warmup: auto", f"warmup: {found:.0f} s"))
        self.ok("run", "stated.yaml", "-o", "s.h5", "-q")
        one, other = self.json("show", "a.h5", "--json"), self.json("show", "s.h5", "--json")
        self.assertEqual(one["points"][0]["figures"], other["points"][0]["figures"])
        self.assertEqual((other["warmup"], other["warmup_s"]), ("stated", found))
        self.assertNotIn("warmup_pilot_s", other["points"][0])
        self.assertNotIn("automatic", self.ok("show", "s.h5").out)

    def test_same_bytes_for_threads_and_partitions(self):
        self.write("auto.yaml", AUTO)
        self.ok("sweep", "auto.yaml", "-o", "one.h5", "--threads", "1", "-q")
        for name, options in (("two", ("--threads", "2")), ("four", ("--threads", "4")),
                              ("parted", ("--threads", "2", "--partitions", "3", "--partition-seed", "5"))):
            self.ok("sweep", "auto.yaml", "-o", f"{name}.h5", "-q", *options)
            self.assertEqual(self.read("one.h5"), self.read(f"{name}.h5"), name)

    def test_a_run_is_repeated_to_the_bit(self):
        self.write("slow.yaml", SLOW)
        self.ok("run", "slow.yaml", "-o", "a.h5", "-q")
        again = self.ok("run", "a.h5", "--point", "0", "--replication", "1")
        self.assertIn("Every figure is the same to the bit as in a.h5.", again.out)
        # With another warm-up it is not: so the one in the file is what was used.
        with h5py.File(self.path("a.h5"), "r+") as file:
            file.attrs["warmup_s"] += 20.0
        self.fails(1, "run", "a.h5", "--point", "0", "--replication", "1")
        with h5py.File(self.path("a.h5"), "r+") as file:
            file.attrs["warmup_s"] = -1.0
        self.fails(2, "run", "a.h5", "--point", "0", "--replication", "1", says="states a warm-up of -1 s")

    def test_check_says_that_it_is_not_known_yet(self):
        self.write("auto.yaml", AUTO)
        self.assertIn("warm-up: found by pilot runs when simulated\n", self.ok("check", "auto.yaml").out)
        self.assertIsNone(self.json("check", "auto.yaml", "--json")["warmup_s"])
        self.write("stated.yaml", AUTO.replace("warmup: auto", "warmup: 70 s"))
        self.assertNotIn("warm-up", self.ok("check", "stated.yaml").out)
        self.assertEqual(self.json("check", "stated.yaml", "--json")["warmup_s"], 70)

    def test_days_are_compared_where_there_are_profiles(self):
        """Whole days; and the wave itself is no transient."""
        day = "[" + ", ".join(["0"] * 8 + ["1"] * 10 + ["0"] * 6) + "]"
        self.write("day.yaml", SLOW.replace("8000 s", "8 d").replace("20 s", "30 min")
                   .replace("partners:", f"profiles: {{office: {{weekday: {day}}}}}\npartners:", 1)
                   .replace("think: 300 s", "think: exp(300 s), profile: office"))
        self.ok("run", "day.yaml", "-o", "a.h5", "-q")
        found, _ = self.warmup("a.h5")
        self.assertIn(found, (0, 86400))
        self.assertRegex(self.ok("show", "a.h5").out, r"(?m)^warm-up (0 s|1 d) \(automatic")


class Refused(Case):
    def test_unstable_points_are_left_out_and_told(self):
        self.write("one.yaml", ONE.replace("horizon: 10 min, warmup: 1 min, interval: 1 min",
                                           "horizon: 20 min, warmup: auto, interval: 10 s")
                   .replace("replications: 2", "replications: 2, factors: {demand: [1, 3]}"))
        result = self.ok("sweep", "one.yaml", "-o", "a.h5")
        self.assertIn("1 of 2 design points cannot carry their load and never settle, so the automatic warm-up is "
                      "found without them: demand = 3", result.err)
        with h5py.File(self.path("a.h5")) as file:
            pilots = file["design/warmup_pilot"][:]
        self.assertTrue(pilots[0] >= 0 and numpy.isnan(pilots[1]))
        data = self.json("show", "a.h5", "--json")
        self.assertIsNone(data["points"][1]["warmup_pilot_s"])
        self.write("all.yaml", ONE.replace("horizon: 10 min, warmup: 1 min, interval: 1 min",
                                           "horizon: 20 min, warmup: auto, interval: 10 s").replace("5 / s", "50 / s"))
        self.fails(2, "run", "all.yaml", "-o", "b.h5", says="cannot carry its load and never settles")
        self.assertFalse(self.path("b.h5").exists() or self.path("b.h5.runs").exists())

    def test_what_does_not_settle_is_an_error_with_its_place(self):
        """Requests that take longer than the run: ever more of them are in progress."""
        self.write("late.yaml", SLOW.replace("steps: [{compute: app, work: exp(100 s)}]", "steps: [{delay: 9000 s}]")
                   .replace("users: 10, think: 300 s", "rate: 1 / s"))
        result = self.fails(2, "run", "late.yaml", "-o", "a.h5",
                            says="late.yaml:3:52: the number of requests in progress does not settle in the first half "
                                 "of the horizon (MSER-5) at the base case; expected a longer horizon, or a warm-up that is stated")
        self.assertEqual(result.out, "")
        self.assertFalse(self.path("a.h5").exists() or self.path("a.h5.runs").exists())

    def test_mistakes(self):
        self.refused(SMALL.replace("warmup: 10 min", "warmup: auto"),
                     "6 intervals in the horizon are too few to find a warm-up in; expected at least 50")
        self.refused(SMALL.replace("warmup: 10 min", "warmup: automatic"),
                     '"automatic" is not possible here; expected a time such as 40 ms, or auto')
        self.refused(SMALL.replace("horizon: 1 h", "horizon: auto"), "expected a time such as 40 ms")
        self.refused(AUTO.replace("partners:", "profiles: {office: {weekday: [" + "0, " * 12 + "1" + ", 0" * 11
                                  + "]}}\npartners:", 1).replace("exp(20 s)", "exp(20 s), profile: office"),
                     "only 0 intervals of the horizon have a like")


class Ends(Case):
    # Six points of a busy server, for a second or more.
    TEXT = ONE.replace("horizon: 10 min, warmup: 1 min, interval: 1 min", "horizon: 4 h, warmup: auto, interval: 1 min") \
        .replace("replications: 2", "replications: 1, factors: {demand: [1, 1.1, 1.2, 1.3, 1.4, 1.5]}")

    def test_a_signal_ends_pilot_runs_at_once(self):
        self.write("long.yaml", self.TEXT.replace("4 h", "6000 h").replace("1 min", "10 h"))
        for number in (signal.SIGINT, signal.SIGTERM):
            child = self.start("sweep", "long.yaml", "-o", "r.h5", "--threads", "2", "-q")
            end = time.monotonic() + 60
            while not self.path("r.h5.runs").exists() and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(0.3)  # the pilots have begun
            child.send_signal(number)
            _, err = child.communicate(timeout=60)
            self.assertEqual(child.returncode, 130, err)
            self.assertIn("interrupted before the first run was done; nothing is kept", err.decode())
            self.assertFalse(self.path("r.h5").exists() or self.path("r.h5.runs").exists())

    def test_a_killed_sweep_comes_to_the_same_warmup(self):
        self.write("long.yaml", self.TEXT)
        self.ok("sweep", "long.yaml", "-o", "whole.h5", "-q")
        child = self.start("sweep", "long.yaml", "-o", "r.h5", "--threads", "1", "-q")
        end = time.monotonic() + 60

        def kept():
            folder = self.path("r.h5.runs")
            return sum(f.stat().st_blocks for f in folder.iterdir()) if folder.is_dir() else 0

        while not kept() and child.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.ok("sweep", "long.yaml", "-o", "r.h5", "-q")
        self.assertEqual(self.read("whole.h5"), self.read("r.h5"))


if __name__ == "__main__":
    main()
