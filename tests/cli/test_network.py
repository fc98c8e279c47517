#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The network by class of service, from the run to the result file, the tables, JSON, CSV and the pictures. The
environment variable PSNSIM is the path of the program."""
import contextlib
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import numpy
import xarray

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PSNSIM = os.environ.get("PSNSIM", os.path.join(ROOT, "build", "release", "psnsim"))
sys.path.insert(0, os.path.join(ROOT, "scripts"))
import plot  # noqa: E402

# A line of 8 Mbit/s: calls of a strict class, case work of a fair one, one copy of 20 MB a partner as a flow, and mail
# without a class. Interactive asks for a delay that no line of 5 ms gives.
SCENARIO = """\
psnsim: 1
title: Two councils on one line
time: {start: 2014-05-12, horizon: 40 min, warmup: 10 min, interval: 5 min}
partners:
  adur:     {label: Adur, population: 61182, staff: {civic: 40}}
  worthing: {label: Worthing, population: 104640, staff: {civic: 80}}
sites: {civic: {}, hall: {}}
classes:
  bulk:        {queue: fair, weight: 1, transfer: flows}
  interactive: {queue: fair, weight: 4, delay: 1 ms, loss: 50 %}
  voice:       {queue: strict, delay: 50 ms, jitter: 20 ms, loss: 1 %}
links: {county: {between: [civic, hall], bandwidth: 8 Mbit/s, delay: 5 ms}}
compute: {servers: {site: hall, cores: 64, discipline: sharing}}
services:
  call: {class: voice, steps: [{request: 200 B}, {compute: app, work: 1 ms}, {response: 200 B}]}
  case: {class: interactive, steps: [{request: 4 KB}, {compute: app, work: 5 ms}, {response: 40 KB}]}
  copy: {class: bulk, steps: [{request: 20 MB}, {compute: app, work: 1 ms}]}
  mail: {steps: [{request: 10 KB}, {compute: app, work: 1 ms}, {response: 10 KB}]}
workloads:
  calls: {service: call, partners: all, rate: 3 / min per staff}
  cases: {service: case, partners: all, rate: 1 / min per staff}
  copies: {service: copy, partners: [adur], at: civic, every: 15 min}
  mails: {service: mail, partners: [worthing], rate: 1 / min per staff}
arrangements: {one: {hosting: {all: {app: servers}}}}
use: {arrangement: one}
objectives: {calm: {class: voice, figure: delay p95, at most: 40 ms}}
study: {seed: 3, replications: 3, factors: {demand: [0.5, 1]}}
"""
RUNS, DIRECTION = 6, "county to hall"


def run(*arguments):
    return subprocess.run([PSNSIM, *arguments], capture_output=True, text=True, timeout=120)


class Network(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="psnsim-network-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        scenario = os.path.join(cls.folder, "line.yaml")
        cls.result = os.path.join(cls.folder, "line.h5")
        with open(scenario, "w", encoding="utf-8") as file:
            file.write(SCENARIO)
        done = run("sweep", scenario, "-o", cls.result, "--quiet")
        if done.returncode != 0:
            raise AssertionError(done.stderr)

    def open(self, group, engine="netcdf4"):
        data = xarray.open_dataset(self.result, group=group, engine=engine)
        self.addCleanup(data.close)
        return data

    def shown(self, *arguments):
        done = run("show", self.result, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_both_engines_read_the_groups_alike(self):
        for group in ("classes", "class_partners", "links", "link_summary", "series"):
            with self.subTest(group=group):
                xarray.testing.assert_identical(self.open(group).load(), self.open(group, "h5netcdf").load())
        done = subprocess.run(["ncdump", self.result], capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(b"phony_dim", done.stdout)

    def test_messages_balance(self):
        for group in ("classes", "class_partners"):
            c = self.open(group)
            used = c.messages_sent.notnull() & (c.messages_sent > 0)
            fates = c.messages_delivered + c.messages_lost + c.messages_unrouted + c.messages_under_way
            self.assertTrue(bool((fates == c.messages_sent).where(used, True).all()), group)
        both = self.open("class_partners")
        sums = both.messages_sent.where(both.messages_sent >= 0).sum("partner")
        whole = self.open("classes").messages_sent.fillna(0)
        numpy.testing.assert_array_equal(sums, whole)
        self.assertEqual(list(both["class"].values), ["bulk", "interactive", "voice", "default"])
        self.assertTrue(bool(both.messages_sent.sel({"class": "default", "partner": "adur"}).isnull().all()),
                        "adur has no mail")

    def test_series_add_up_to_the_runs(self):
        series, runs = self.open("series"), self.open("classes")
        counts = (series.messages_sent * series.length).where(series.interval >= 600, drop=True).sum("interval")
        means = runs.messages_sent.groupby("point").mean()
        for name in ("interactive", "voice", "default"):
            numpy.testing.assert_allclose(counts.sel({"class": name}), means.sel({"class": name}), rtol=1e-9)

    def test_a_flow_takes_what_the_line_leaves_it(self):
        """20 MB are 160 Mbit: 20 s at 8 Mbit/s, where nothing else is sent; here a part of it is taken."""
        c = self.open("classes").sel({"class": "bulk"})
        self.assertTrue(bool((c.flows_ended == 2).all()), "at 15 and 30 min")
        self.assertTrue(bool((c.flow_time_mean > 20).all()) and bool((c.flow_time_mean < 40).all()))
        numpy.testing.assert_allclose(c.flow_bits, 2 * 160e6)
        self.assertTrue(bool((c.goodput_mean < 8e6).all()) and bool((c.goodput_mean > 4e6).all()))
        self.assertTrue(bool((c.messages_sent == 0).all()), "a flow is no message")

    def test_use_of_links_by_class_adds_up(self):
        links = self.open("links").sel(direction=DIRECTION)
        # Beside a flow, whose rate is told once a second, the line is full now and then: 1.3 % seen.
        numpy.testing.assert_allclose(links.utilisation.sum("class"), links.utilisation_all, rtol=0.03)
        numpy.testing.assert_allclose(links.bits, links.utilisation * 8e6 * 1800, rtol=1e-9)
        numpy.testing.assert_allclose(links.peak_share.sum("partner"), 1, rtol=1e-9)
        self.assertTrue(bool((links.peak_utilisation >= links.utilisation_all_p95).all()))
        self.assertTrue(set(links.peak_interval.values) <= {900.0, 1800.0}, "when a copy begins")
        summary = self.open("link_summary").sel(direction=DIRECTION)
        numpy.testing.assert_allclose(summary.utilisation, links.utilisation.groupby("point").mean(), rtol=1e-9)
        day = summary.utilisation_by_hour.sel(hour=0)
        numpy.testing.assert_allclose(day, summary.utilisation, rtol=1e-9, err_msg="all of it before one o'clock")
        self.assertTrue(bool((summary.utilisation_by_hour.sel(hour=slice(1, 23)) == 0).all()))

    def test_classes_are_judged_by_what_they_ask_for(self):
        figures = {(f["figure"], f["subject"], f["partner"]): f
                   for f in json.loads(self.shown("--point", "1", "--json"))["figures"]}
        self.assertEqual(figures["delay mean", "voice", None]["verdict"], "met")
        self.assertEqual(figures["delay mean", "voice", None]["at_most"], 0.05)
        self.assertEqual(figures["delay mean", "interactive", None]["verdict"], "missed")
        self.assertEqual(figures["loss", "interactive", None]["verdict"], "met")
        self.assertNotIn("verdict", figures["delay mean", "default", None])
        self.assertNotIn("verdict", figures["delay mean", "voice", "adur"])
        self.assertEqual(figures["objective", "calm", None]["verdict"], "met")
        # The same p95, once of the class and once of the objective, which judges all that is sent.
        self.assertEqual(figures["objective", "calm", None]["value"], figures["delay p95", "voice", None]["value"])
        # 5 ms of delay and 0.2 ms of sending, in a bucket that is 1/128 wide.
        self.assertGreater(figures["delay p50", "voice", None]["value"], 0.0051)
        self.assertEqual(figures["goodput mean", "bulk", "adur"]["unit"], "bit/s")

    def test_tables(self):
        text = self.shown("--point", "1")
        part = text[text.index("Network by class"):text.index("\nStations")]
        self.assertIn("missed: delay", part)
        self.assertIn("allowed", part)
        self.assertRegex(part, r"bulk +2 ± 0 +0 ± 0 +\d")
        rows = [line.split()[0] for line in part.splitlines() if line.startswith(("interactive", "voice", "default"))]
        self.assertEqual(rows, ["interactive", "voice", "default"] * 2)
        self.assertIn("Network by class: p95 delay of messages", self.shown())
        for text in (part, self.shown("--links")):
            self.assertLessEqual(max(map(len, text.splitlines())), 100)

    def test_links_for_people_and_machines(self):
        text = self.shown("--links", "--point", "1")
        self.assertIn("county to hall", text)
        self.assertRegex(text, r"(adur|worthing) \d+ %")
        self.assertIn("A direction is busy by what it could send then (contract, hours), a class by the whole\nline.", text)
        rows = list(csv.DictReader(io.StringIO(self.shown("--links", "--csv"))))
        links = json.loads(self.shown("--links", "--json"))
        self.assertEqual([p["point"] for p in links], [0, 1])
        for point in links:
            for direction in point["links"]:
                self.assertEqual(len(direction["classes"]), 4)
                for c in direction["classes"]:
                    self.assertEqual(len(c["utilisation_by_hour"]), 24)
                    for figure in c["figures"]:
                        same = [r for r in rows if int(r["point"]) == point["point"]
                                and (r["direction"], r["class"], r["figure"]) ==
                                (direction["direction"], c["class"], figure["figure"])]
                        self.assertEqual(len(same), 1)
                        self.assertEqual(same[0]["value"], "" if figure["value"] is None else same[0]["value"])
                        if figure["value"] is not None:
                            self.assertEqual(float(same[0]["value"]), figure["value"])
        done = run("show", self.result, "--links", "--point", "2")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no point 2", done.stderr)

    def test_without_classes_there_is_nothing_by_class(self):
        scenario, result = os.path.join(self.folder, "plain.yaml"), os.path.join(self.folder, "plain.h5")
        plain = "\n".join(line for line in SCENARIO.replace("class: voice, ", "").splitlines()
                          if not line.startswith(("classes:", "  bulk:", "  interactive:", "  voice:", "objectives:",
                                                  "  case:", "  copy:", "  cases:", "  copies:")))
        with open(scenario, "w", encoding="utf-8") as file:
            file.write(plain)
        done = run("run", scenario, "-o", result, "--quiet", "-r", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("by class", done.stdout)
        done = run("show", result, "--links")
        self.assertEqual((done.returncode, done.stdout.count("Links")), (2, 0))
        self.assertIn("no figures of links by class", done.stderr)

    def test_compare_and_repeat(self):
        done = run("compare", self.result, "--point", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"interactive +delay mean ")
        done = run("run", self.result, "--point", "1", "--replication", "2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("the same to the bit", done.stdout)

    def test_pictures(self):
        import matplotlib.image
        out = io.StringIO()
        for word in ("classes", "links-day"):
            with contextlib.redirect_stdout(out), mock.patch.object(
                    sys, "argv", ["plot.py", self.result, "-o", self.folder, "--only", word]):
                self.assertEqual(plot.main(), 0)
            pixels = matplotlib.image.imread(os.path.join(self.folder, f"line-{word}.png"))
            self.assertGreater(min(pixels.shape[:2]), 200)
            self.assertGreater(pixels[..., :3].std(), 0.01)


if __name__ == "__main__":
    unittest.main()
