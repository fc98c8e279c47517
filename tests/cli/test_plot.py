#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/plot.py draws every result that psnsim writes, and says in one line what is no result."""
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PSNSIM = os.environ.get("PSNSIM", os.path.join(ROOT, "build", "release", "psnsim"))
PLOT = os.path.join(ROOT, "scripts", "plot.py")
FIRST = os.path.join(ROOT, "scenarios", "first.yaml")
SHORT = ["--set", "time.horizon=3 min", "--set", "time.warmup=1 min", "--set", "time.interval=30 s",
         "--set", "study.replications=3", "--quiet"]

# One open station, at half its capacity and beyond it: a week long, so that the week is drawn as a week.
OVERLOAD = """
psnsim: 1
title: One server, offered too much
time: {start: 2014-05-12, horizon: 15 d, warmup: 1 d, interval: 1 h}
partners: {council: {population: 1000, staff: {hall: 10}}}
sites: {hall: {partner: council}}
compute: {server: {site: hall, hosts: 1, cores: 1, discipline: fifo}}
services: {visit: {steps: [{compute: app, work: exp(10 min)}]}}
workloads: {arrivals: {service: visit, partners: all, rate: 3 / h}}
arrangements: {base: {hosting: {all: {app: server}}}}
use: {arrangement: base}
objectives: {quick: {service: visit, figure: response p95, at most: 1 h}}
study: {seed: 1, replications: 3, factors: {demand: [0.5, 1, 3]}}
"""


def psnsim(*arguments):
    subprocess.run([PSNSIM, *arguments], check=True, stdout=subprocess.DEVNULL)


def plot(*arguments):
    return subprocess.run([PLOT, *arguments], capture_output=True, text=True, check=False)


class Pictures(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = self.temporary.name
        self.addCleanup(self.temporary.cleanup)

    def path(self, name):
        return os.path.join(self.folder, name)

    def pictures(self, ending):
        return sorted(name for name in os.listdir(self.folder) if name.endswith(ending))

    def assert_picture(self, name):
        """A PNG of some size that is not one colour."""
        import matplotlib.image
        pixels = matplotlib.image.imread(self.path(name))
        self.assertGreater(min(pixels.shape[:2]), 200, name)
        self.assertGreater(pixels[..., :3].std(), 0.01, name)

    def test_study_with_a_numeric_factor(self):
        psnsim("sweep", FIRST, *SHORT, "-o", self.path("first.h5"))
        done = plot(self.path("first.h5"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        names = self.pictures(".png")
        self.assertEqual(names, ["first-objectives.png", "first-response-case-work-by-demand.png",
                                 "first-stations.png", "first-week.png"])
        for name in names:
            self.assertIn(name, done.stdout)
            self.assert_picture(name)

    def test_base_case_alone(self):
        psnsim("run", FIRST, *SHORT, "-o", self.path("base.h5"))
        done = plot(self.path("base.h5"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("base-response-case-work.png", self.pictures(".png"))
        self.assert_picture("base-response-case-work.png")

    def test_unstable_point_is_said_and_not_drawn(self):
        with open(self.path("overload.yaml"), "w", encoding="utf-8") as file:
            file.write(OVERLOAD)
        psnsim("sweep", self.path("overload.yaml"), "--quiet", "-o", self.path("overload.h5"))
        done = plot(self.path("overload.h5"), "--format", "svg")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.path("overload-response-visit-by-demand.svg"), encoding="utf-8") as file:
            self.assertIn("unstable", file.read())
        with open(self.path("overload-stations.svg"), encoding="utf-8") as file:
            self.assertIn("unstable", file.read())

    def test_folder_and_format(self):
        psnsim("sweep", FIRST, *SHORT, "-o", self.path("first.h5"))
        os.mkdir(self.path("board"))
        done = plot(self.path("first.h5"), "-o", self.path("board"), "--format", "pdf")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.path("board/first-week.pdf"), "rb") as file:
            self.assertEqual(file.read(5), b"%PDF-")
        self.assertEqual(self.pictures(".png"), [])

    def assert_refused(self, done, words):
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(words, done.stderr)

    def test_no_such_file(self):
        self.assert_refused(plot(self.path("nowhere.h5")), "no such file")

    def test_no_hdf5(self):
        self.assert_refused(plot(FIRST), "no result of psnsim")

    def test_hdf5_of_another_program(self):
        import h5py
        with h5py.File(self.path("other.h5"), "w") as file:
            file["summary/value"] = [1.0, 2.0]
        self.assert_refused(plot(self.path("other.h5")), "no result of psnsim")

    def test_folder_that_cannot_be_written(self):
        psnsim("run", FIRST, *SHORT, "-o", self.path("base.h5"))
        self.assert_refused(plot(self.path("base.h5"), "-o", "/proc/nowhere"), "cannot be written")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
