# SPDX-License-Identifier: Apache-2.0
"""Whatever ends a sweep, the same command goes on and the result has the same bytes; so it has for any
number of threads and any partition."""
import os
import random
import signal
import time

from harness import SMALL, Case, figures, main

# Long enough to be interrupted: some seconds on one core.
LONG = SMALL.replace("replications: 3", "replications: 10").replace("horizon: 1 h", "horizon: 10 h")


class Bytes(Case):
    def setUp(self):
        super().setUp()
        self.write("small.yaml", SMALL)
        self.ok("sweep", "small.yaml", "-o", "r.h5", "--threads", "1", "-q")
        self.expected = self.read("r.h5")

    def test_threads_and_partitions(self):
        for threads in (2, 4, 64):
            self.ok("sweep", "small.yaml", "-o", f"t{threads}.h5", "--threads", threads, "-q")
            self.assertEqual(self.expected, self.read(f"t{threads}.h5"))
        for partitions, seed in ((1, 0), (3, 1), (3, 2), (7, 1)):
            name = f"p{partitions}-{seed}.h5"
            self.ok("sweep", "small.yaml", "-o", name, "--threads", "2", "--partitions", partitions,
                    "--partition-seed", seed, "-q")
            self.assertEqual(self.expected, self.read(name), name)

    def test_another_folder_and_another_time(self):
        self.write("else/where/small.yaml", SMALL)
        self.ok("sweep", "small.yaml", "-q", cwd=self.path("else/where"), env={"TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8"})
        self.assertEqual(self.expected, self.read("else/where/results/small.h5"))

    def test_another_order_of_keys_gives_the_same_figures(self):
        head, _, rest = SMALL.partition("partners:")
        partners, _, rest = rest.partition("sites:")
        east, west = partners.strip("\n").split("\n")
        swapped = head + "sites:" + rest + "partners:\n" + west + "\n" + east + "\n"
        swapped = swapped.replace("{demand: [1, 1.5], links.county.bandwidth: [10 Mbit/s, 100 Mbit/s]}",
                                  "{links.county.bandwidth: [10 Mbit/s, 100 Mbit/s], demand: [1, 1.5]}")
        swapped = swapped.replace("asking:  {service: ask, partners: all,", "asking: {partners: all, service: ask,")
        self.assertNotEqual(swapped, SMALL)
        self.write("swapped.yaml", swapped)
        self.ok("sweep", "swapped.yaml", "-o", "swapped.h5", "-q")
        one, other = self.json("show", "r.h5", "--json"), self.json("show", "swapped.h5", "--json")
        self.assertEqual(one["points"], other["points"])
        self.assertEqual(one["runs"], other["runs"])

    def test_an_unused_site_moves_no_figure(self):
        self.write("more.yaml", SMALL.replace("sites:\n", "sites:\n  annexe: {}\n"))
        self.ok("sweep", "more.yaml", "-o", "more.h5", "-q")
        one, other = self.json("show", "r.h5", "--json"), self.json("show", "more.h5", "--json")
        for a, b in zip(one["points"], other["points"]):
            self.assertEqual(figures(a), figures(b))


class Ends(Case):
    undisturbed = None  # the bytes of an undisturbed sweep of LONG, and how long it took; made once

    def setUp(self):
        super().setUp()
        self.write("long.yaml", LONG)
        if not Ends.undisturbed:
            begin = time.monotonic()
            self.ok("sweep", "long.yaml", "-o", "whole.h5", "--threads", "2", "-q", timeout=300)
            Ends.undisturbed = self.read("whole.h5"), time.monotonic() - begin
        self.expected, self.seconds = Ends.undisturbed

    def kept(self):
        """Room on the disk that the journals of r.h5 take: it grows with each run."""
        folder = self.path("r.h5.runs")
        return sum(f.stat().st_blocks for f in folder.iterdir()) if folder.is_dir() else 0

    def begin(self, *more):
        self.before = self.kept()
        return self.start("sweep", "long.yaml", "-o", "r.h5", "--threads", "2", "-q", *more)

    def wait_for_runs(self):
        """Until the program begun last has kept something."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.kept() > self.before:
                return
            time.sleep(0.005)
        self.fail("no journal was begun")

    def test_kill_at_ten_random_moments(self):
        moments = random.Random(2011)
        kept = []
        for _ in range(10):
            child = self.begin()
            time.sleep(moments.uniform(0, self.seconds / 8))
            child.send_signal(signal.SIGKILL)
            child.wait()
            kept.append(self.kept())
            if self.path("r.h5").exists():
                break
        result = self.ok("sweep", "long.yaml", "-o", "r.h5", timeout=300)
        self.assertEqual(self.expected, self.read("r.h5"))
        self.assertTrue(any(kept), "every kill came before the first run")
        self.assertIn("r.h5", result.err)
        self.ok("sweep", "long.yaml", "-o", "r.h5", "--tidy")
        self.assertEqual(self.expected, self.read("r.h5"))
        self.assertFalse(self.path("r.h5.runs").exists())

    def test_first_signal_keeps_and_the_same_command_goes_on(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            child = self.begin()
            self.wait_for_runs()
            child.send_signal(number)
            _, err = child.communicate(timeout=120)
            self.assertEqual(child.returncode, 130, err)
            self.assertRegex(err.decode(), r"interrupted; \d+ of 40 runs are kept in r\.h5\.runs, and the same command goes on")
            self.assertFalse(self.path("r.h5").exists())
        result = self.ok("sweep", "long.yaml", "-o", "r.h5", timeout=300)
        self.assertRegex(result.err, r"r\.h5: 40 runs, [1-9]\d* of them kept from before")
        self.assertEqual(self.expected, self.read("r.h5"))

    def test_second_signal_leaves_at_once(self):
        # One run of a century: nothing but giving it up ends it.
        self.write("endless.yaml", SMALL.replace("horizon: 1 h", "horizon: 50 years").replace("interval: 10 min", "interval: 30 d"))
        child = self.start("run", "endless.yaml", "-o", "e.h5", "--threads", "1")
        end = time.monotonic() + 60
        while not self.path("e.h5.log").exists() and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        time.sleep(0.5)
        self.assertIsNone(child.poll(), "the first signal must wait for the run in flight")
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=20)
        self.assertEqual(child.returncode, 130, err)
        self.assertIn(b"nothing is kept", err)

    def test_two_programs_on_one_study(self):
        child = self.begin()
        self.wait_for_runs()
        result = self.fails(2, "sweep", "long.yaml", "-o", "r.h5", says="another psnsim is at work")
        self.assertEqual(result.out, "")
        child.communicate(timeout=300)
        self.assertEqual(child.returncode, 0)
        self.assertEqual(self.expected, self.read("r.h5"))

    def test_journals_of_another_study(self):
        child = self.begin()
        self.wait_for_runs()
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=120)
        names = sorted(os.listdir(self.path("r.h5.runs")))
        self.assertTrue(names)
        self.fails(2, "sweep", "long.yaml", "-o", "r.h5", "-s", "study.seed=12", says=["r.h5.runs", "another study", "--restart"])
        self.assertEqual(names, sorted(os.listdir(self.path("r.h5.runs"))))
        self.ok("sweep", "long.yaml", "-o", "r.h5", "-s", "study.seed=12", "-s", "study.replications=1", "--restart", "-q", timeout=300)
        self.fails(2, "sweep", "long.yaml", "-o", "r.h5", says=["r.h5 is the result of another study", "seed"])

    def test_restart_keeps_the_earlier_result_until_the_new_one_is_done(self):
        self.write("small.yaml", SMALL)
        self.ok("sweep", "small.yaml", "-o", "r.h5", "-q")
        before = self.read("r.h5")
        child = self.begin("--restart")
        self.wait_for_runs()
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=120)
        self.assertEqual(child.returncode, 130)
        self.assertIn(b"the same command without --restart", err)
        self.assertEqual(before, self.read("r.h5"))
        self.ok("sweep", "long.yaml", "-o", "r.h5", "-q", timeout=300)
        self.assertEqual(self.expected, self.read("r.h5"))


if __name__ == "__main__":
    main()
