# SPDX-License-Identifier: Apache-2.0
"""Designs of experiments through the program: their points, growing them, tables of points, and what sensitivity
the result says."""
import csv
import io
import re

import h5py
import numpy
import xarray

from harness import ONE, SMALL, Case, main

# Quick: about 100 requests a run.
QUICK = ONE[:ONE.index("study:")].replace("horizon: 10 min, warmup: 1 min", "horizon: 1 min, warmup: 5 s")
RANGES = "factors: {workloads.asking.rate: 1 / s..5 / s, compute.server.speed: 0.5..2 log}}"
TWO = "factors: {workloads.asking.rate: 1 / s..5 / s, compute.server.speed: [1, 1.5, 2]}"


def study(text):
    return QUICK + f"study: {text}\n"


def texts(values):
    return [value.decode() for value in values]


class Designs(Case):
    def sweep(self, text, *more, name="d", **options):
        self.write(f"{name}.yaml", study(text))
        return self.ok("sweep", f"{name}.yaml", "-o", f"{name}.h5", *more, **options)

    def points(self, name="d"):
        return self.json("show", f"{name}.h5", "--json")["points"]

    def test_every_design(self):
        for text, n in (("{design: latin-hypercube, points: 7, " + TWO + "}", 7),
                        ("{design: sobol, points: 8, " + TWO + "}", 8),
                        ("{design: one-at-a-time, " + TWO + "}", 1 + 2 + 1),
                        ("{design: morris, points: 3, " + TWO + "}", 9),
                        ("{design: sensitivity, points: 3, " + TWO + "}", 12),
                        ("{design: points, points: [{demand: 1}, {demand: 1.5}]}", 2),
                        ("{factors: {demand: 1..2 step 0.25}}", 5)):
            with self.subTest(text):
                dry = self.write("d.yaml", study(text)) and self.json("sweep", "d.yaml", "--dry-run", "--json")
                self.assertEqual(len(dry["points"]), n)
                self.assertEqual(self.json("check", "d.yaml", "--json")["points"], n)
                self.sweep(text, "--restart", "-q")
                self.assertEqual(len(self.points()), n)
                self.assertIn(f"{n} design points", self.ok("show", "d.h5").out)
                with h5py.File(self.path("d.h5")) as file:
                    self.assertEqual(file.attrs.get("design", b"grid").decode(),
                                     text[9:text.index(",")] if "design" in text else "grid")

    def test_equal_bytes(self):
        """On any number of threads."""
        text = "{design: latin-hypercube, points: 9, replications: 2, " + TWO + "}"
        self.sweep(text, "-q", "--threads", "1")
        one = self.read("d.h5")
        self.sweep(text, "-q", "--threads", "2", "--restart")
        self.assertEqual(one, self.read("d.h5"))

    def test_a_point_is_repeated_by_set(self):
        self.sweep("{design: latin-hypercube, points: 4, seed: 5, replications: 2, factors: {workloads.asking.rate: "
                   "1 / s..5 / s, compute.server.speed: 0.5..2 log}}", "-q")
        for point in self.points():
            sets = [f"--set={name}={value['label']}" for name, value in point["factors"].items()]
            run = self.json("run", "d.yaml", *sets, "-o", "one.h5", "--restart", "--json")
            self.assertEqual(run["points"][0]["figures"], point["figures"])

    def test_grown(self):
        """More points, walks, rows or replications keep what is done, and give the bytes of a study from scratch."""
        for small, large, kept in (
                ("{design: sobol, points: 5, replications: 2, ", "{design: sobol, points: 9, replications: 3, ", 10),
                ("{design: morris, points: 2, replications: 1, ", "{design: morris, points: 4, replications: 2, ", 6),
                ("{design: sensitivity, points: 2, replications: 1, ", "{design: sensitivity, points: 5, replications: 1, ", 8)):
            with self.subTest(large):
                self.sweep(small + RANGES, "-q", "--restart")
                told = re.search(r"(\d+) of them kept from before", self.sweep(large + RANGES).err)
                self.assertGreaterEqual(int(told[1]), kept)  # more where walks cross
                grown = self.read("d.h5")
                self.sweep(large + RANGES, "-q", "--restart")
                self.assertEqual(grown, self.read("d.h5"))

    def test_listed_points_grow_in_any_order(self):
        self.sweep("{design: points, replications: 2, points: [{demand: 1}, {demand: 1.5}]}", "-q")
        out = self.sweep("{design: points, replications: 2, points: [{demand: 2}, {demand: 1.5}, {demand: 1}]}")
        self.assertIn("6 runs, 4 of them kept from before", out.err)

    def test_another_latin_hypercube_is_another_study(self):
        self.sweep("{design: latin-hypercube, points: 5, " + TWO + "}", "-q")
        self.write("d.yaml", study("{design: latin-hypercube, points: 10, " + TWO + "}"))
        self.fails(2, "sweep", "d.yaml", "-o", "d.h5",
                   says=("is the result of another study: this study has no point", "--restart"))

    def test_same_points_once(self):
        """Levels of a list meet often; such points are simulated once."""
        self.write("d.yaml", study("{design: sobol, points: 16, replications: 2, factors: {compute.server.speed: [1, 2]}}"))
        self.assertIn("4 are to do", self.ok("sweep", "d.yaml", "-o", "d.h5", "--dry-run").out)
        self.ok("sweep", "d.yaml", "-o", "d.h5", "-q")
        with h5py.File(self.path("d.h5")) as file:
            self.assertEqual(file["runs/run"].shape, (32,))
        self.assertEqual(self.read("d.h5.log").count(b'"replication"'), 4)

    def test_table(self):
        """The table is one of the study's texts: in the result, which repeats its runs without the file."""
        self.write("plans/plan.csv", "size,demand\nsmall,1\nlarge,1.5\nsmall,1.25\n")
        text = ("{design: points, points: plans/plan.csv, replications: 2, factors: {size: {small: "
                "{compute.server.cores: 1}, large: {compute.server.cores: 2}}}}")
        self.sweep(text, "-q")
        self.assertEqual([tuple(f["label"] for f in p["factors"].values()) for p in self.points()],
                         [("1", "small"), ("1.5", "large"), ("1.25", "small")])
        self.path("plans/plan.csv").rename(self.path("elsewhere.csv"))
        self.assertIn("the same", self.ok("run", "d.h5", "--point", "1", "--replication", "1").out)
        self.assertIn("plans/plan.csv", self.ok("show", "d.h5", "--scenario").out)
        self.fails(2, "sweep", "d.yaml", says='cannot open "plans/plan.csv"')
        self.write("plans/plan.csv", "demand,size\n1,small\n1.5,large\n1.25,middling\n,small\n")
        self.fails(2, "check", "d.yaml", says=('plans/plan.csv:4:6: "middling" is no option of "size"',
                                              'plans/plan.csv:5:1: point 3 gives "demand" no value'))
        self.write("plans/plan.csv", "demand,size\n1,small\n1.5,large\n1.25,small\n2,large\n")
        self.assertIn("8 runs, 6 of them kept", self.ok("sweep", "d.yaml", "-o", "d.h5").err)

    def test_tables_differ_by_what_they_say(self):
        for name, text in (("a", "demand\n1\n1.5\n"), ("c", "demand\n1\n2\n"),
                           ("d", "demand\n" + "".join(f"{i}\n" for i in range(1, 9))),
                           ("e", "demand\n1\n9\n" + "".join(f"{i}\n" for i in range(3, 9)))):
            self.write(f"{name}/plan.csv", text)
            self.write(f"{name}/s.yaml", study("{design: points, points: plan.csv}"))
        self.assertIn("[{demand: 1}, {demand: 1.5}] → [{demand: 1}, {demand: 2}]", self.ok("diff", "a/s.yaml", "c/s.yaml").out)
        self.assertIn("8 points, {demand: 1} to {demand: 8}  (others between them)", self.ok("diff", "d/s.yaml", "e/s.yaml").out)
        self.write("a/inline.yaml", study("{design: points, points: [{demand: 1}, {demand: 1.5}]}"))
        self.assertIn("No difference in meaning", self.ok("diff", "a/s.yaml", "a/inline.yaml").out)

    def test_one_at_a_time_compares_with_the_base_case(self):
        self.sweep("{design: one-at-a-time, replications: 3, " + TWO + "}", "-q")
        labels = [[f["label"] for f in p["factors"].values()] for p in self.points()]
        self.assertEqual(labels, [["1", "5 / s"], ["1.5", "5 / s"], ["2", "5 / s"], ["1", "1 / s"]])
        out = self.ok("compare", "d.h5").out
        self.assertIn("Each point against point 0: compute.server.speed = 1", out)
        self.assertIn("% faster", out)

    def test_many_points_are_told_by_their_spread(self):
        out = self.sweep("{design: latin-hypercube, points: 30, replications: 2, " + TWO + "}").out
        self.assertIn("Over the points", out)
        self.fails(2, "compare", "d.h5", says="the points of d.h5 are drawn by design latin-hypercube, and none is a base")
        self.assertIn("Each point against point 3:", self.ok("compare", "d.h5", "--against", "3").out)
        self.assertIn("against  point 0:", self.ok("compare", "d.h5", "--point", "7").out)
        self.assertIn("response mean of ask, town", out)
        self.assertLess(len(out.splitlines()), 20)

    def test_no_sensitivity_of_other_designs(self):
        self.sweep("{factors: {demand: [1, 2]}}", "-q")
        self.fails(2, "show", "d.h5", "--sensitivity", says="its design is grid")


class Sensitivity(Case):
    """What the file says of the factors is what its own /summary gives by the formulas, done again here."""

    def setUp(self):
        super().setUp()
        self.write("s.yaml", SMALL[:SMALL.index("study:")].replace("horizon: 1 h, warmup: 10 min, interval: 10 min", "horizon: 6 min, warmup: 1 min, interval: 1 min"))

    def sweep(self, text):
        with open(self.path("s.yaml"), "a") as file:
            file.write(f"study: {text}\n")
        self.ok("sweep", "s.yaml", "-o", "s.h5", "-q")
        return h5py.File(self.path("s.h5"))

    FACTORS = "factors: {demand: 0.5..1.2, compute.server.cores: 2..4, links.county.bandwidth: 10 Mbit/s..1 Gbit/s log}"

    def test_sobol_indices(self):
        with self.sweep("{design: sensitivity, points: 12, replications: 3, " + self.FACTORS + "}") as file:
            group, summary = file["sensitivity"], file["summary"]
            self.assertEqual(texts(group["factor"][:]), texts(file["design/factor"][:]))
            self.assertEqual(texts(group["measure"][:]), texts(summary["measure"][:]))
            k, value = 3, summary["value"][:]
            seen = 0
            for m, name in enumerate(texts(group["measure"][:])):
                y = value[:, m].reshape(-1, k + 2)
                missing = int((~numpy.isfinite(value[:, m])).sum())
                self.assertEqual(group["missing"][m], missing, name)
                if missing or numpy.ptp(y) == 0:
                    self.assertTrue(numpy.isnan(group["first"][m]).all(), name)
                    continue
                seen += 1
                y = y - y[:, :2].mean()
                variance = y[:, :2].var()
                numpy.testing.assert_allclose(group["variance"][m], variance, rtol=1e-9)
                for f in range(k):
                    first = (y[:, 1] * (y[:, 2 + f] - y[:, 0])).mean() / variance
                    total = ((y[:, 0] - y[:, 2 + f]) ** 2).mean() / 2 / variance
                    numpy.testing.assert_allclose(group["first"][m, f], first, rtol=1e-6, atol=1e-9)
                    numpy.testing.assert_allclose(group["total"][m, f], total, rtol=1e-6, atol=1e-9)
                    if not numpy.isnan(group["total_low"][m, f]):  # NaN where a resample may not vary at all
                        self.assertLessEqual(group["total_low"][m, f], group["total_high"][m, f])
                error = summary["half_width"][:, m] / 4.302652729749462  # t of 97.5 % at 2 degrees
                numpy.testing.assert_allclose(group["noise"][m], (error ** 2).mean() / variance, rtol=1e-6)
            self.assertGreater(seen, 10)
        self.shown("sensitivity", ("alone", "in total", "Sobol' indices from 12 rows"), "first")

    def test_morris(self):
        with self.sweep("{design: morris, points: 5, replications: 2, " + self.FACTORS + "}") as file:
            group, summary, design = file["sensitivity"], file["summary"], file["design"]
            k, value, label = 3, summary["value"][:], design["label"].asstr()[:]
            number = design["number"][:]
            low, high = [2, 0.5, numpy.log(1e7)], [4, 1.2, numpy.log(1e9)]
            number[:, 2] = numpy.log(number[:, 2])
            u = (number - low) / (numpy.array(high) - low)
            for m, name in enumerate(texts(group["measure"][:])):
                if group["missing"][m]:
                    continue
                effects = [[] for _ in range(k)]
                for walk in range(5):
                    for step in range(k):
                        p = walk * (k + 1) + step
                        moved = [f for f in range(k) if label[p, f] != label[p + 1, f]]
                        self.assertEqual(len(moved), 1)
                        way = numpy.sign(u[p + 1] - u[p])[moved[0]]
                        effects[moved[0]].append((value[p + 1, m] - value[p, m]) / (way * 2 / 3))
                for f in range(k):
                    close = {"rtol": 1e-9, "atol": 1e-12, "err_msg": name}
                    numpy.testing.assert_allclose(group["effect_mean"][m, f], numpy.mean(effects[f]), **close)
                    numpy.testing.assert_allclose(group["size_mean"][m, f], numpy.mean(numpy.abs(effects[f])), **close)
                    numpy.testing.assert_allclose(group["effect_deviation"][m, f], numpy.std(effects[f], ddof=1), **close)
        self.shown("morris", ("size of effects", "deviation", "Morris's measures from 5 walks"), "size_mean")
        self.assertIn("What moves the utilisation of server, in points\n",
                      self.ok("show", "s.h5", "--sensitivity", "--all").out)

    def shown(self, design, says, column):
        """The same by `show`, for people and machines."""
        text = self.ok("show", "s.h5", "--sensitivity").out
        for words in (*says, "What moves the objective fast east", "What moves the response p95 of ask, east"):
            self.assertIn(words, text)
        self.assertNotIn("utilisation", text)
        self.assertLess(text.index("objective fast"), text.index("response p95"))
        self.assertIn("What moves the utilisation of server", self.ok("show", "s.h5", "--sensitivity", "--all").out)
        self.assertEqual(text, self.ok("show", "s.h5").out, "what such a study is made for")
        out = self.json("show", "s.h5", "--sensitivity", "--json")
        self.assertEqual(out["design"], design)
        rows = list(csv.DictReader(io.StringIO(self.ok("show", "s.h5", "--sensitivity", "--csv").out)))
        with h5py.File(self.path("s.h5")) as file:
            value = file["sensitivity"][column][:]
            for m, figure in enumerate(out["figures"]):
                for f, factor in enumerate(figure["factors"].values()):
                    row = rows[m * 3 + f]
                    self.assertEqual((row["figure"], row["subject"]), (figure["figure"], figure["subject"]))
                    if numpy.isnan(value[m, f]):
                        self.assertIsNone(factor[column]["value"])
                        self.assertEqual(row[column], "")
                    else:
                        self.assertEqual(factor[column]["value"], value[m, f])
                        self.assertEqual(float(row[column]), value[m, f])

    def test_opens_by_name(self):
        """By xarray, with either engine, as all other groups do."""
        self.sweep("{design: sensitivity, points: 4, replications: 2, " + self.FACTORS + "}").close()
        for engine in ("netcdf4", "h5netcdf"):
            with xarray.open_dataset(self.path("s.h5"), group="sensitivity", engine=engine) as data:
                one = data.sel(measure="objective: fast east", factor="demand")
                self.assertEqual(data["first"].dims, ("measure", "factor"))
                self.assertEqual(str(one["unit"].values), "s")
                self.assertLessEqual(float(one["total_low"]), float(one["total"]))

    def test_no_index_of_what_is_missing_somewhere(self):
        """A station that cannot carry its load has no figure: nothing is made up for it."""
        with self.sweep("{design: sensitivity, points: 8, replications: 2, factors: {demand: 1..60}}") as file:
            group = file["sensitivity"]
            m = texts(group["measure"][:]).index("wait mean: server")
            self.assertGreater(group["missing"][m], 0)
            self.assertTrue(numpy.isnan(group["first"][m]).all())
        self.assertIn("Nothing can be said of the objective fast east: it has no figure at",
                      self.ok("show", "s.h5", "--sensitivity").out)


if __name__ == "__main__":
    main()
