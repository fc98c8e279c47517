#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/plot.py draws every result that psnsim writes, and says in one line what is no result."""
import contextlib
import html
import io
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import h5py
import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PSNSIM = os.environ.get("PSNSIM", os.path.join(ROOT, "build", "release", "psnsim"))
PLOT = os.path.join(ROOT, "scripts", "plot.py")
sys.path.insert(0, os.path.join(ROOT, "scripts"))
import plot as program  # noqa: E402
from psnsim_pictures.response import breaking_point  # noqa: E402
from psnsim_pictures.load import by_weekday  # noqa: E402
from psnsim_result import duration  # noqa: E402

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

# Two towns, alone or together, over two days and two numbers; case work of which an objective is missed.
GRID = """
psnsim: 1
title: Two towns, alone or together
time: {start: 2014-05-13, horizon: 49 h, warmup: 1 h, interval: 1 h}
partners:
  east: {population: 1000, staff: {east-hall: 10}, label: East Town}
  west: {population: 1000, staff: {west-hall: 10}}
sites: {east-hall: {partner: east}, west-hall: {partner: west}}
links: {county: {between: [east-hall, west-hall], bandwidth: 10 Mbit/s, delay: 1 ms}}
compute:
  east-server:  {site: east-hall, hosts: 1, cores: 1, discipline: fifo, only: [alone]}
  west-server:  {site: west-hall, hosts: 1, cores: 1, discipline: fifo, only: [alone]}
  joint-server: {site: west-hall, hosts: 1, cores: 2, discipline: fifo, only: [shared]}
profiles: {office: {weekday: [0,0,0,0,0,0,0,0,1,1,1,1,1,1,1,1,1,1,0,0,0,0,0,0], weekend: 0}}
services: {ask: {steps: [{request: 1 KB}, {compute: app, work: exp(60 s)}, {response: 50 MB}]}}
workloads: {asking: {service: ask, partners: all, rate: 8 / h, profile: office}}
arrangements:
  alone:  {hosting: {east: {app: east-server}, west: {app: west-server}}}
  shared: {hosting: {all: {app: joint-server}}}
use: {arrangement: shared}
objectives:
  quick: {service: ask, figure: response p95, at most: 5 min, per: partner}
  prompt: {service: ask, figure: response within 4 min, at least: 90 %}
study:
  {seed: 1, replications: 3, factors: {arrangement: [alone, shared], demand: [1, 3], links.county.bandwidth: [10 Mbit/s, 100 Mbit/s]}}
"""


def psnsim(*arguments):
    subprocess.run([PSNSIM, *arguments], check=True, stdout=subprocess.DEVNULL)


def plot(*arguments):
    """plot.py within this process: to load what it draws with takes longer than to draw."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), \
            mock.patch.object(sys, "argv", [PLOT, *arguments]):
        status = program.main()
    return subprocess.CompletedProcess([PLOT, *arguments], status, out.getvalue(), err.getvalue())


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
        done = subprocess.run([PLOT, self.path("first.h5")], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        names = self.pictures(".png")
        self.assertEqual(names, ["first-breaking-point-fast.png", "first-objectives.png", "first-stations.png",
                                 "first-week.png"])
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
        for name in ("overload-breaking-point-quick", "overload-stations"):
            self.assertIn("unstable", " ".join(self.words(name)))

    def test_desk_that_people_leave(self):
        psnsim("run", os.path.join(ROOT, "scenarios", "service-desk.yaml"), "--quiet", "-r", "2",
               "--set", "time.horizon=2 d", "-o", self.path("desk.h5"))
        self.assertEqual(plot(self.path("desk.h5"), "--format", "svg").returncode, 0)
        self.assertIn("Desks after their hours:", " ".join(self.words("desk-week")))
        self.assertIn("some failed", " ".join(self.words("desk-response-help")))

    def words(self, name):
        """All texts of a picture drawn as SVG: matplotlib notes each in a comment."""
        with open(self.path(name + ".svg"), encoding="utf-8") as file:
            return [html.unescape(line.strip()[5:-4]) for line in file if line.strip().startswith("<!-- ")]

    def grid(self, *options):
        with open(self.path("grid.yaml"), "w", encoding="utf-8") as file:
            file.write(GRID)
        psnsim("sweep", self.path("grid.yaml"), "--quiet", "-o", self.path("grid.h5"))
        done = plot(self.path("grid.h5"), *options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_two_factors_and_days(self):
        self.grid("--format", "svg")
        self.assertEqual(self.pictures(".svg"), [f"grid-{name}.svg" for name in (
            "breaking-point-quick", "hours-county-to-east-hall", "map-prompt", "map-quick", "objectives", "stations",
            "week")], "the bandwidth moves no response visibly, so there is no picture against it")
        with h5py.File(self.path("grid.h5")) as file:
            measures = list(file["summary/measure"].asstr()[:])
            judged = {name: file["summary/value"][:, i] for i, name in enumerate(measures) if "objective: quick" in name}
            verdict = {name: file["summary/verdict"][:, i] for i, name in enumerate(measures) if name in judged}
        self.assertEqual(len(judged), 2)
        words = self.words("grid-map-quick")
        for wanted in ("ask: response p95 by demand and bandwidth of county", "East Town", "west", "alone", "shared",
                       "demand", "bandwidth of county", "10 Mbit/s", "100 Mbit/s"):
            self.assertIn(wanted, words)
        for value in np.concatenate(list(judged.values())):
            self.assertIn(duration(value), words)
        self.assertIn("Source: Two towns, alone or together.", words[-1])
        self.assertTrue((np.concatenate(list(verdict.values())) == 0).any(), "nothing is missed: no mark is drawn")

    def designed(self, study):
        """The pictures of a short study of the first scenario with this design."""
        with open(FIRST, encoding="utf-8") as file:
            text = file.read()
        with open(self.path("d.yaml"), "w", encoding="utf-8") as file:
            file.write(text[:text.index("study:")] + f"study: {study}\n")
        psnsim("sweep", self.path("d.yaml"), *SHORT, "-o", self.path("d.h5"))
        done = plot(self.path("d.h5"), "--format", "svg")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return [name[2:-4] for name in self.pictures(".svg")]

    FACTORS = "factors: {demand: 0.5..1.1, links.county.delay: 1 ms..60 ms}"

    def test_sensitivity(self):
        names = self.designed("{design: sensitivity, points: 6, " + self.FACTORS + "}")
        self.assertEqual(names, ["objectives", "points-case-work", "sensitivity", "stations"])
        words = " ".join(self.words("d-sensitivity"))
        for wanted in ("What moves the objectives: shares of the variance", "fast adur: response p95", "delay of county",
                       "demand", "alone", "50 %", "Sobol' indices from 24 points"):
            self.assertIn(wanted, words)

    def test_morris(self):
        self.assertIn("sensitivity", self.designed("{design: morris, points: 6, " + self.FACTORS + "}"))
        words = " ".join(self.words("d-sensitivity"))
        for wanted in ("from one end of a factor to the other", "seconds", "more", "delay of county",
                       "Morris's walks over 18 points"):
            self.assertIn(wanted, words)

    def test_one_change_at_a_time(self):
        self.assertIn("changes", self.designed("{design: one-at-a-time, " + self.FACTORS + "}"))
        words = " ".join(self.words("d-changes"))
        for wanted in ("What each change does by itself", "demand 0.5", "demand 1.1", "delay of county 60 ms",
                       "the base case (demand 1, delay of county 2 ms)"):
            self.assertIn(wanted, words)

    def test_points_as_dots(self):
        names = self.designed("{design: latin-hypercube, points: 8, " + self.FACTORS + "}")
        self.assertIn("points-case-work", names)
        self.assertFalse([name for name in names if name.startswith(("breaking", "map", "response"))],
                         "lines and maps are of grids")
        words = " ".join(self.words("d-points-case-work"))
        for wanted in ("case-work: every point of the design", "adur", "worthing", "8 points", "delay of county"):
            self.assertIn(wanted, words)

    def test_hours_of_any_station(self):
        self.grid("--format", "svg", "--only", "hours", "--station", "joint-server", "--station", "county to east-hall")
        self.assertEqual(self.pictures(".svg"), ["grid-hours-county-to-east-hall.svg", "grid-hours-joint-server.svg"])
        words = self.words("grid-hours-joint-server")
        for wanted in ("joint-server: how busy it is by day of the week and hour", "Mon", "Tue", "Sun", "00:00", "24:00",
                       "not simulated", "above 80 %"):
            self.assertIn(wanted, words)
        self.assert_refused(plot(self.path("grid.h5"), "--station", "nowhere"), "no station nowhere; there are east-server,")

    def test_hours_by_hand(self):
        """Intervals of 4 h from Monday 10:00 on stand where they were: the first fills 10:00 to 14:00, the fourth goes
        from 22:00 to Tuesday 02:00; so does the eighth day's first, with which the first is averaged."""
        result = mock.Mock(interval=14400.0, warmup=0.0, start_hour=10.0)
        result.utilisation = np.arange(45.0).reshape(1, 45, 1)
        table = by_weekday(result, 0, 0)
        self.assertEqual(table.shape, (7, 12))  # cells of 2 h divide both 4 h and what they are off midnight
        self.assertEqual(list(table[0, 5:12]), [21, 21, 22, 22, 23, 23, 3])
        self.assertEqual(list(table[1, :3]), [3, 4, 4])
        self.assertEqual(list(table[0, :5]), [39, 40, 40, 41, 41])

    def test_breaking_point_by_hand(self):
        """On a line from (1, 2) to (2, 6), 3 is passed at 1.25; with 1 more at 1, with 1 less at 1.5."""
        at, flat = np.array([1.0, 2.0]), np.array([False, False])
        y = np.array([2.0, 6.0])
        place, span, words = breaking_point(at, y, np.array([1.0, 1.0]), flat, 3.0, np.asarray)
        self.assertEqual((place, span), (1.25, (1.0, 1.5)))
        self.assertEqual(words, "missed from 1.25 (1 to 1.5)")
        # The line is straight in the logarithm: halfway from 2 to 8 is 4.
        place, _, _ = breaking_point(at, np.array([2.0, 8.0]), np.zeros(2), flat, 4.0, np.log)
        self.assertAlmostEqual(place, 1.5, places=12)
        self.assertEqual(breaking_point(at, y, np.zeros(2), flat, 6.0, np.asarray)[2], "met up to 2")
        self.assertEqual(breaking_point(at, y, np.zeros(2), flat, 1.0, np.asarray)[2], "missed at 1 already")
        self.assertEqual(breaking_point(at, y + 2, np.ones(2) * 2, flat, 3.0, np.asarray)[2],
                         "missed at 1 already (or up to 1.25)")
        self.assertEqual(breaking_point(at, y, np.ones(2) * 9, flat, 3.0, np.asarray)[2], "missed from 1.25 (1 or later)")
        unstable = np.array([False, True])
        self.assertEqual(breaking_point(at, np.array([2.0, np.nan]), np.zeros(2), unstable, 3.0, np.asarray),
                         (None, None, "missed from between 1 and 2"))
        self.assertEqual(breaking_point(at, y * np.nan, np.zeros(2), ~flat, 3.0, np.asarray)[2], "missed at 1 already")

    def test_folder_and_format(self):
        psnsim("sweep", FIRST, *SHORT, "-o", self.path("first.h5"))
        os.mkdir(self.path("board"))
        done = plot(self.path("first.h5"), "-o", self.path("board"), "--format", "pdf", "--only", "week")
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(self.path("board/first-week.pdf"), "rb") as file:
            self.assertEqual(file.read(5), b"%PDF-")
        self.assertEqual(self.pictures(".png"), [])
        self.assertEqual(os.listdir(self.path("board")), ["first-week.pdf"])

    def test_r(self):
        if shutil.which("Rscript") is None or subprocess.run(["Rscript", "-e", "library(ncdf4)"], capture_output=True,
                                                             check=False).returncode:
            self.skipTest("R with its package ncdf4 is not installed")
        psnsim("sweep", FIRST, *SHORT, "-o", self.path("first.h5"))
        done = subprocess.run(["Rscript", os.path.join(ROOT, "scripts", "plot.R"), self.path("first.h5")],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assert_picture("first-r.png")

    def test_gnuplot(self):
        if shutil.which("gnuplot") is None:
            self.skipTest("gnuplot is not installed")
        psnsim("sweep", FIRST, *SHORT, "-o", self.path("first.h5"))
        done = subprocess.run(["gnuplot", "-e", f"result='{self.path('first.h5')}'; psnsim='{PSNSIM}'",
                               os.path.join(ROOT, "scripts", "plot.gp")], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assert_picture("first-gnuplot.png")

    def assert_refused(self, done, words):
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(words, done.stderr)

    def test_no_such_file(self):
        self.assert_refused(plot(self.path("nowhere.h5")), "no such file")

    def test_no_hdf5(self):
        self.assert_refused(plot(FIRST), "no result of psnsim")

    def test_hdf5_of_another_program(self):
        with h5py.File(self.path("other.h5"), "w") as file:
            file["summary/value"] = [1.0, 2.0]
        self.assert_refused(plot(self.path("other.h5")), "no result of psnsim")

    def test_folder_that_cannot_be_written(self):
        psnsim("run", FIRST, *SHORT, "-o", self.path("base.h5"))
        self.assert_refused(plot(self.path("base.h5"), "-o", "/proc/nowhere"), "cannot be written")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
