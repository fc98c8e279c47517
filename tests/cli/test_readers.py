#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Third parties' readers open a result file: xarray by both engines, h5py, ncdump and R. The environment
variable PSNSIM is the path of the program."""
import os
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy
import xarray

SCENARIO = """\
psnsim: 1
title: Two councils – one server
time: {start: 2011-09-05, horizon: 70 min, warmup: 5 min, interval: 20 min}
partners:
  adur: {population: 61182, staff: {civic: 100}}
  worthing: {population: 104640, staff: {hall: 200}}
sites: {civic: {partner: adur}, hall: {partner: worthing}}
links: {county: {between: [civic, hall], bandwidth: 10 Mbit/s, delay: 2 ms}}
compute: {servers: {site: hall, cores: 1, discipline: fifo}}
storage: {san: {site: hall, capacity: 1 TB, iops: 2000, bandwidth: 1 Gbit/s, latency: 1 ms}}
services:
  case-work:
    steps: [{request: 4 KB}, {compute: app, work: exp(60 ms)}, {read: db, size: 64 KB}, {response: 90 KB}]
workloads: {case: {service: case-work, partners: all, rate: 3 / s}}
arrangements: {shared: {hosting: {all: {app: servers, db: san}}}}
use: {arrangement: shared}
objectives:
  fast: {service: case-work, figure: response p95, at most: 2 s, per: partner}
  roomy: {link: county, figure: utilisation mean, at most: 60 %}
study:
  seed: 7
  replications: 3
  factors: {links.county.bandwidth: [10 Mbit/s, 100 Mbit/s]}
"""
GROUPS = ("scenario", "design", "runs", "services", "stations", "objectives", "series", "summary")
FACTOR = "links.county.bandwidth"
POINTS, REPLICATIONS = 2, 3
RUNS = POINTS * REPLICATIONS

R_PROGRAM = r"""
library(ncdf4)
f <- nc_open(commandArgs(TRUE)[1])
p95 <- ncvar_get(f, "services/response_p95")
cat("dim", dim(p95), "\n")
cat("finite", all(is.finite(p95)), "\n")
cat("partner", ncvar_get(f, "services/partner"), "\n")
cat("bandwidth", ncvar_get(f, "runs/links.county.bandwidth"), "\n")
cat("units", ncatt_get(f, "services/response_p95", "units")$value, "\n")
cat("sum", format(sum(p95), digits = 15), "\n")
"""


class Readers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="psnsim-readers-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        scenario = os.path.join(cls.folder, "study.yaml")
        cls.result = os.path.join(cls.folder, "study.h5")
        with open(scenario, "w", encoding="utf-8") as file:
            file.write(SCENARIO)
        done = subprocess.run([os.environ["PSNSIM"], "sweep", scenario, "-o", cls.result],
                              capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise AssertionError(f"psnsim sweep ended with {done.returncode}: {done.stderr}")

    def open(self, group, engine="netcdf4"):
        data = xarray.open_dataset(self.result, group=group, engine=engine)
        self.addCleanup(data.close)
        return data

    def test_only_the_groups_documented(self):
        with h5py.File(self.result) as file:
            self.assertEqual(sorted(file), sorted(GROUPS))

    def test_xarray_reads_every_group_alike(self):
        for engine in ("netcdf4", "h5netcdf"):
            with self.subTest(engine=engine):
                with xarray.open_dataset(self.result, engine=engine) as root:
                    self.assertEqual(root.attrs["title"], "Two councils – one server")
                    self.assertEqual(root.attrs["Conventions"], "CF-1.8")
                    self.assertEqual(int(root.attrs["layout_version"]), 1)
        for group in GROUPS:
            with self.subTest(group=group):
                one, other = self.open(group).load(), self.open(group, "h5netcdf").load()
                self.assertTrue(len(one.variables) > 0)
                xarray.testing.assert_identical(one, other)

    def test_labels_select(self):
        services = self.open("services")
        self.assertEqual(services.response_p95.dims, ("run", "service", "partner"))
        p95 = services.response_p95.sel(service="case-work", partner="adur")
        self.assertEqual(p95.shape, (RUNS,))
        self.assertTrue(bool((p95 > 0).all()))
        means = p95.groupby(FACTOR).mean()
        self.assertEqual(list(means[FACTOR].values), [1e7, 1e8])
        self.assertGreater(float(means[0]), float(means[1]))
        summary = self.open("summary")
        value = summary.value.sel(measure="response p95: case-work, adur")
        self.assertEqual(value.dims, ("point",))
        self.assertEqual(list(value[FACTOR + "_label"].values), ["10 Mbit/s", "100 Mbit/s"])
        self.assertTrue(bool((summary.replications.sel(measure=value.measure) == REPLICATIONS).all()))
        # Sectioning: the pooled quantile lies among those of the replications.
        for point in range(POINTS):
            here = p95[p95.point == point]
            self.assertLessEqual(float(here.min()), float(value[point]) * 1.01)
            self.assertGreaterEqual(float(here.max()) * 1.01, float(value[point]))

    def test_series_by_calendar_time(self):
        series = self.open("series")
        self.assertEqual(series.time.values[1], numpy.datetime64("2011-09-05T00:20:00"))
        self.assertEqual(list(series.interval.values), [0, 1200, 2400, 3600])
        self.assertEqual(list(series.length.values), [1200, 1200, 1200, 600])
        offered = series.offered.sel(stream="case-work, worthing")
        self.assertEqual(offered.dims, ("point", "interval"))
        # 3 a second: 3 replications of 1,800 to 3,600 requests an interval; far within 20 %.
        self.assertTrue(bool((abs(offered - 3) < 0.6).all()))
        # Common random numbers: both bandwidths see the same arrivals.
        numpy.testing.assert_array_equal(offered[0], offered[1])

    def test_design_says_what_was_varied(self):
        design = self.open("design")
        self.assertEqual(list(design.factor.values), [FACTOR])
        self.assertEqual(list(design.unit.values), ["bit/s"])
        self.assertEqual(design.number.values.tolist(), [[1e7], [1e8]])
        self.assertEqual(list(design[design.column.values[0]].values), [1e7, 1e8])

    def test_texts_are_inside(self):
        scenario = self.open("scenario")
        self.assertIn(SCENARIO, list(scenario.content.values))

    def test_objectives(self):
        objectives = self.open("objectives")
        self.assertEqual(objectives.sizes["run"], RUNS)
        limit = dict(zip(objectives.objective.values, objectives.limit.values))
        self.assertEqual(limit, {"fast": 2.0, "roomy": 0.6})
        summary = self.open("summary")
        judged = summary.where(summary.figure == "objective", drop=True)
        self.assertTrue(set(judged.verdict.values.ravel()) <= {0, 1, 2})

    def test_h5py_finds_scales_and_descriptions(self):
        datasets = []

        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                datasets.append(name)
                self.check_dataset(name, item)

        with h5py.File(self.result) as file:
            file.visititems(visit)
        self.assertGreater(len(datasets), 60)

    def check_dataset(self, name, item):
        self.assertIn("long_name", item.attrs, name)
        self.assertFalse(item.fletcher32, name)
        self.assertEqual(item.shape, item.maxshape, name)
        if not h5py.h5ds.is_scale(item.id):
            for dimension in item.dims:
                self.assertEqual(len(dimension), 1, f"{name}: one scale on every dimension")
                self.assertEqual(dimension[0].parent, item.parent, f"{name}: a scale of its group")
        # Figures of several units in one variable have them in a variable of their own.
        by_variable = "unit" in item.parent and name.split("/")[1] in (
            "value", "half_width", "limit", "number")
        if item.dtype.kind in "if" and not by_variable:
            self.assertIn("units", item.attrs, name)
        if "flag_values" in item.attrs:
            self.assertEqual(len(item.attrs["flag_values"]),
                             len(item.attrs["flag_meanings"].split()), name)

    def test_ncdump_reads_well(self):
        done = subprocess.run(["ncdump", "-h", self.result], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        for line in ("double response_p95(run, service, partner) ;",
                     'response_p95:units = "s" ;',
                     "double value(point, measure) ;",
                     "double utilisation(point, interval, station) ;",
                     'time:units = "seconds since 2011-09-05 00:00:00" ;',
                     ':title = "Two councils – one server" ;'):
            self.assertIn(line, done.stdout)
        self.assertNotIn("UNLIMITED", done.stdout)
        self.assertNotIn("phony_dim", done.stdout, "a dimension without a name")
        whole = subprocess.run(["ncdump", self.result], capture_output=True, text=True)
        self.assertEqual(whole.returncode, 0, whole.stderr)

    def test_r_reads_the_same(self):
        if shutil.which("Rscript") is None:
            self.skipTest("R is not installed: Rscript was not found")
        has = subprocess.run(["Rscript", "-e", "library(ncdf4)"], capture_output=True)
        if has.returncode != 0:
            self.skipTest("R has no package ncdf4 here")
        program = os.path.join(self.folder, "read.R")
        with open(program, "w", encoding="utf-8") as file:
            file.write(R_PROGRAM)
        done = subprocess.run(["Rscript", program, self.result], capture_output=True, text=True,
                              timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        said = {}
        for line in done.stdout.splitlines():
            key, _, value = line.partition(" ")
            said[key] = value.split()
        # R has the first dimension last; it drops those of one.
        self.assertEqual(said["dim"], ["2", str(RUNS)])
        self.assertEqual(said["finite"], ["TRUE"])
        self.assertEqual(said["partner"], ["adur", "worthing"])
        self.assertEqual(said["units"], ["s"])
        self.assertEqual([float(x) for x in said["bandwidth"]], [1e7] * 3 + [1e8] * 3)
        total = float(self.open("services").response_p95.sum())
        self.assertAlmostEqual(float(said["sum"][0]), total, places=9)


if __name__ == "__main__":
    unittest.main()
