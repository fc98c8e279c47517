# SPDX-License-Identifier: Apache-2.0
"""Studies that stop by precision and studies that grow: the same bytes as one simulated from scratch, for any
number of threads and after kills; refused where something of the old study is missing; failed runs done again."""
import random
import resource
import shutil
import signal
import time

from harness import ONE, SANITIZED, SMALL, Case, main

# A second on one core; its points end with 15 to 40 replications.
STOPPED = SMALL.replace("replications: 3", "replications: {until: 3 %, at most: 40}").replace("horizon: 1 h", "horizon: 30 min")
GROWN = STOPPED.replace("demand: [1, 1.5]", "demand: [0.8, 1, 1.5]").replace("until: 3 %", "until: 2.5 %")


class Extend(Case):
    made = {}  # the bytes of undisturbed sweeps by text, and how long they took

    def scratch(self, text):
        if text not in Extend.made:
            self.write("scratch.yaml", text)
            shutil.move(self.path("scratch.yaml"), self.path("study.yaml"))
            begin = time.monotonic()
            self.ok("sweep", "study.yaml", "-o", "scratch.h5", "--threads", "1", "-q", "--tidy", timeout=300)
            Extend.made[text] = self.read("scratch.h5"), time.monotonic() - begin
            self.path("scratch.h5").unlink()
        self.write("study.yaml", text)
        return Extend.made[text]

    def sweep(self, *more, **options):
        return self.ok("sweep", "study.yaml", "-o", "r.h5", "-q", *more, timeout=300, **options)

    def begin(self, *more):
        """Starts a sweep and waits until it has kept a run (or ended): then its loop owns the signals. One that
        comes before ends the program at once, as it does any other."""
        starts, end = self.starts(), time.monotonic() + 60
        child = self.start("sweep", "study.yaml", "-o", "r.h5", *more)
        wait = lambda: child.poll() is None and time.monotonic() < end and time.sleep(0.002) is None
        while self.starts() == starts and wait():
            pass
        kept = self.kept()
        while self.kept() <= kept and wait():
            pass
        return child

    def starts(self):
        """How many sweeps the log has, which a sweep tells after it has begun its journal."""
        return self.read("r.h5.log").count(b'"start"') if self.path("r.h5.log").exists() else 0

    def kept(self):
        return sum(f.stat().st_size for f in self.path("r.h5.runs").iterdir())

    def kill_often(self, text, seed, times):
        """Kills a sweep of `text` at random moments, then lets it go on to its end."""
        expected, seconds = self.scratch(text)
        moments = random.Random(seed)
        for _ in range(times):
            child = self.start("sweep", "study.yaml", "-o", "r.h5", "-q", "--threads", "2")
            time.sleep(moments.uniform(0, seconds / times))
            child.send_signal(signal.SIGKILL)
            child.wait()
        self.sweep("--threads", "4")
        self.assertEqual(expected, self.read("r.h5"))

    def test_stopped_has_the_same_bytes_for_any_threads(self):
        expected, _ = self.scratch(STOPPED)
        for threads in (2, 4, 16):
            self.sweep("--threads", threads, "--restart")
            self.assertEqual(expected, self.read("r.h5"), threads)

    def test_stopped_has_the_same_bytes_after_kills(self):
        self.kill_often(STOPPED, 1965, 8)

    def test_stopped_has_the_same_bytes_after_a_signal(self):
        expected, _ = self.scratch(STOPPED)
        for _ in range(2):
            child = self.begin("--threads", "2")
            child.send_signal(signal.SIGINT)
            _, err = child.communicate(timeout=120)
            if child.returncode:
                self.assertEqual(child.returncode, 130, err)
                self.assertRegex(err.decode(), r"interrupted; \d+ of at most 160 runs are kept")
        self.sweep()
        self.assertEqual(expected, self.read("r.h5"))

    def test_grown_from_what_is_done(self):
        self.scratch(STOPPED)
        self.sweep()
        expected, _ = self.scratch(GROWN)
        result = self.ok("sweep", "study.yaml", "-o", "r.h5", timeout=300)
        self.assertRegex(result.err, r"r\.h5: \d+ runs, [1-9]\d* of them kept from before")
        self.assertEqual(expected, self.read("r.h5"))

    def test_grown_under_kills(self):
        self.scratch(STOPPED)
        self.sweep()
        before = self.read("r.h5")
        self.scratch(GROWN)
        child = self.start("sweep", "study.yaml", "-o", "r.h5", "-q", "--threads", "2")
        time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.assertIn(self.read("r.h5"), (before, Extend.made[GROWN][0]))  # the old result stands until the new one is whole
        self.kill_often(GROWN, 1992, 6)

    def test_more_replications_and_another_title(self):
        self.write("study.yaml", SMALL)
        self.sweep()
        more = SMALL.replace("replications: 3", "replications: 5").replace("title: Two", "title: The two")
        expected, _ = self.scratch(more)
        self.assertRegex(self.ok("sweep", "study.yaml", "-o", "r.h5").err, "20 runs, 12 of them kept from before")
        self.assertEqual(expected, self.read("r.h5"))

    def test_another_factor(self):
        # The base case is one point of the grid that a further factor makes.
        self.write("study.yaml", SMALL)
        self.sweep()
        text = SMALL.replace("{demand: [1, 1.5],", "{compute.server.cores: [2, 3], demand: [1, 1.5],")
        self.scratch(text)
        result = self.ok("sweep", "study.yaml", "-o", "r.h5")
        self.assertRegex(result.err, "24 runs, 12 of them kept from before")
        self.assertEqual(Extend.made[text][0], self.read("r.h5"))

    def test_a_new_arrangement(self):
        text = SMALL.replace("factors: {demand: [1, 1.5], links.county.bandwidth: [10 Mbit/s, 100 Mbit/s]}",
                             "factors: {arrangement: [shared]}")
        self.write("study.yaml", text)
        self.sweep()
        grown = text.replace("arrangement: [shared]", "arrangement: [shared, other]").replace(
            "arrangements:\n", "arrangements:\n  other: {like: shared}\n")
        expected, _ = self.scratch(grown)
        self.assertRegex(self.ok("sweep", "study.yaml", "-o", "r.h5").err, "6 runs, 3 of them kept from before")
        self.assertEqual(expected, self.read("r.h5"))

    def test_what_is_no_extension_says_why(self):
        self.write("study.yaml", SMALL)
        self.sweep()
        before = self.read("r.h5")
        for setting, reason in (("study.factors.demand=[1]", 'this study has no point "demand = 1.5, links.county.bandwidth = 10 Mbit/s"'),
                                ("study.replications=2", "has 3 replications there, and this study gives at most 2"),
                                ("study.seed=12", "was simulated there from another text, setting, seed"),
                                ("time.warmup=11 min", "was simulated there from another text, setting, seed")):
            for dry in ([], ["--dry-run"]):
                self.fails(2, "sweep", "study.yaml", "-o", "r.h5", "-s", setting, *dry,
                           says=["r.h5 is the result of another study: ", reason, "-o", "--restart"])
        self.assertEqual(before, self.read("r.h5"))

    def test_a_looser_precision_is_no_extension(self):
        self.scratch(STOPPED)
        self.sweep()
        self.fails(2, "sweep", "study.yaml", "-o", "r.h5", "-s", "study.replications.until=20 %",
                   says=["r.h5 has ", "and this study would stop at 1", "--restart"])
        loose = "study.replications.until=20 %"
        self.sweep("-s", loose, "--restart")
        self.ok("sweep", "study.yaml", "-o", "s.h5", "-s", loose, "-q")
        self.assertEqual(self.read("r.h5"), self.read("s.h5"))

    def test_a_restart_that_was_interrupted_goes_on(self):
        self.scratch(STOPPED)
        self.sweep()
        other = ["-s", "study.seed=5"]
        child = self.begin("-q", "--threads", "1", "--restart", *other)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=120)
        self.sweep(*other)
        self.ok("sweep", "study.yaml", "-o", "s.h5", "-q", *other, timeout=300)
        self.assertEqual(self.read("r.h5"), self.read("s.h5"))

    def test_tidy_ends_growing(self):
        self.write("study.yaml", SMALL)
        self.sweep("--tidy")
        self.assertFalse(self.path("r.h5.runs").exists())
        self.sweep()  # it stands there
        self.fails(2, "sweep", "study.yaml", "-o", "r.h5", "--replications", "4", says=["cannot be extended", "r.h5.runs", "--tidy"])
        self.fails(2, "sweep", "study.yaml", "-o", "r.h5", "--replications", "1", says="gives at most 1")
        self.assertFalse(self.path("r.h5.runs").exists() and any(self.path("r.h5.runs").iterdir()))
        self.sweep("--replications", "4", "--restart")


# Point 1 has far more users than there is memory for.
HUGE = ONE.replace("{service: ask, partners: all, rate: 5 / s}", "{service: ask, partners: all, users: 10, think: exp(2 s)}").replace(
    "replications: 2", "replications: 2, factors: {workloads.asking.users: [10, 200000000, 20]}")


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


class Failures(Case):
    def test_runs_that_fail_are_kept_listed_and_done_again(self):
        if SANITIZED:
            self.skipTest("a sanitizer's shadow takes more than any limit")
        self.write("huge.yaml", HUGE)
        command = ["sweep", "huge.yaml", "-o", "r.h5", "--threads", "1"]
        result = self.fails(1, *command, preexec=limit_memory, says=["2 of 6 runs failed: out of memory",
                                                                     "point 1, replication 0",
                                                                     "psnsim show --failed r.h5 lists them"])
        self.assertIn("6 runs = 6", result.out.replace("3 design points × 2 replications", "6 runs"))
        shown = self.ok("show", "r.h5", "--failed").out
        self.assertIn("2 of 6 runs failed", shown)
        self.assertRegex(shown, r"(?m)^ +1  workloads\.asking\.users = 200000000 +1  out of memory")
        listed = self.json("show", "r.h5", "--failed", "--json")
        self.assertEqual([(f["point"], f["replication"]) for f in listed], [(1, 0), (1, 1)])
        self.assertIn("of which 2 failed", self.ok("show", "r.h5").out)
        before = self.read("r.h5")
        self.fails(1, *command, preexec=limit_memory, says=["stood there already", "2 of 6 runs failed"])
        self.fails(1, *command, "--retry-failed", preexec=limit_memory, says="2 of 6 runs failed")
        self.assertEqual(before, self.read("r.h5"))
        figures = self.json("show", "r.h5", "--json")["points"]
        self.assertEqual([p["figures"][0]["replications"] for p in figures], [2, 0, 2])

    def test_a_failed_run_that_succeeds_leaves_no_trace(self):
        if SANITIZED:
            self.skipTest("a sanitizer's shadow takes more than any limit")
        # Too many users for the limit, not for the machine; they hardly ever ask.
        text = HUGE.replace("200000000", "9000000").replace("exp(2 s)", "exp(1 d)").replace(
            "horizon: 10 min, warmup: 1 min, interval: 1 min", "horizon: 2 s, warmup: 1 s, interval: 1 s")
        self.write("huge.yaml", text)
        self.ok("sweep", "huge.yaml", "-o", "whole.h5", "-q")
        tight = lambda: resource.setrlimit(resource.RLIMIT_AS, (230 << 20, 230 << 20))
        self.fails(1, "sweep", "huge.yaml", "-o", "r.h5", "--threads", "1", preexec=tight, says="2 of 6 runs failed")
        self.ok("sweep", "huge.yaml", "-o", "r.h5", "--retry-failed")
        self.assertEqual(self.read("whole.h5"), self.read("r.h5"))
        self.assertEqual(self.ok("show", "r.h5", "--failed").out, "No run failed.\n")


if __name__ == "__main__":
    main()
