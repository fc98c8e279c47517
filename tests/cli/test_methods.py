# SPDX-License-Identifier: Apache-2.0
"""Batches of one long run, antithetic pairs and control by arrivals, as a user sees them: what the scenario may say, the
tables, the file, and each interval recomputed from the runs in the file."""
import math

import h5py
import numpy as np

from harness import Case, figures, main

# Student's quantiles of 95 % intervals by degrees of freedom, as tables print them.
T975 = {2: 4.30265, 3: 3.18245, 4: 2.77645, 8: 2.30600, 10: 2.22814, 11: 2.20099, 19: 2.09302}

QUEUE = """\
psnsim: 1
title: One queue
time: {start: 2024-01-01, horizon: 1300 s, warmup: 100 s, interval: 20 s}
partners: {town: {population: 1000, staff: {hall: 10}}}
sites: {hall: {partner: town}}
compute: {server: {site: hall, hosts: 1, cores: 1, discipline: fifo}}
services: {ask: {steps: [{compute: app, work: exp(100 ms)}]}}
workloads: {asking: {service: ask, partners: all, rate: 6 / s}}
arrangements: {alone: {hosting: {all: {app: server}}}}
objectives: {fast: {service: ask, figure: response p95, at most: 2 s}}
study: {%s, factors: {compute.server.speed: [1, 1.5]}}
"""
ASK = ("ask", "town")
SERVER = ("server", None)


def half(x, about=None, n=None):
    """The half-width of x, squares about its mean or another value."""
    about = np.mean(x) if about is None else about
    return T975[len(x) - 1] * math.sqrt(((x - about) ** 2).sum() / (len(x) - 1) / len(x))


class Methods(Case):
    def sweep(self, study, name, *options):
        self.write("q.yaml", QUEUE % study)
        return self.ok("sweep", "q.yaml", "-o", name, "--quiet", *options)

    def shown(self, name, point=0):
        return figures(self.json("show", name, "--json")["points"][point])

    def test_batches_play_replications(self):
        out = self.sweep("batches: 12", "b.h5").out
        self.assertIn("2 design points, one run each in 12 batches; ± is", out)
        self.assertIn("Intervals from 12 batches of a run, neighbours joined until they are independent.\n"
                      "No interval from batches: response max, unfinished, present max, share.\n", out)
        with h5py.File(self.path("b.h5")) as file:
            self.assertEqual(file.attrs["batches"], 12)
            self.assertEqual(list(file["runs/replication"]), list(range(12)) * 2)
            self.assertEqual(list(file["runs/point"]), [0] * 12 + [1] * 12)
            mean, p95 = file["services/response_mean"][:, 0, 0], file["services/response_p95"][:, 0, 0]
            offered, completed = file["services/offered"][:, 0, 0], file["services/completed"][:, 0, 0]
            busy, wait = file["stations/utilisation"][:, 0], file["stations/wait_mean"][:, 0]
            series = file["series/utilisation"][0, :, 0]
            self.assertTrue(np.isnan(file["stations/share"][...]).all())
            self.assertTrue((file["stations/present_max"][...] < 0).all(), "missing")
        np.testing.assert_allclose(busy[:12], series[5:].reshape(12, 5).mean(axis=1), rtol=1e-12)
        one = self.shown("b.h5")
        # The whole run: 1200 s in twelve batches of five intervals, nothing left over.
        self.assertAlmostEqual(one["offered", *ASK]["value"], offered[:12].sum() / 1200, delta=1e-9)
        whole = (mean[:12] * completed[:12]).sum() / completed[:12].sum()
        self.assertAlmostEqual(one["response mean", *ASK]["value"], whole, delta=1e-9)
        checked = 0
        for name, x in ((("response mean", *ASK), mean), (("response p95", *ASK), p95), (("utilisation", *SERVER), busy),
                        (("wait mean", *SERVER), wait)):
            f = one[name]
            if f["replications"] == 12:
                self.assertAlmostEqual(f["half_width"] / half(x[:12], f["value"]), 1, delta=1e-5, msg=name)
                checked += 1
        self.assertGreater(checked, 1)
        for name in (("response max", *ASK), ("unfinished", *ASK), ("present max", *SERVER)):
            self.assertIsNone(one[name]["half_width"])
        # A pair of batches has the same arrivals and the same work.
        f = figures(self.json("compare", "b.h5", "--json")["comparisons"][0])["response mean", *ASK]
        self.assertEqual(f["change"], "less")
        if f["replications"] == 12:
            self.assertAlmostEqual(f["half_width"] / half(mean[12:] - mean[:12], f["difference"]), 1, delta=1e-5)
        self.assertGreater(f["gain"], 1)
        self.assertIn("\n12 batches, in pairs that share", self.ok("compare", "b.h5").out)
        again = self.ok("run", "b.h5", "--point", "1", "--replication", "7").out
        self.assertIn("the run of batch 7:", again)
        self.assertIn("Every figure is the same to the bit", again)
        self.fails(2, "run", "b.h5", "--point", "1", "--replication", "12", says="its replications 0 to 11")

    def test_batches_are_those_of_any_threads_and_partition_and_resume(self):
        self.sweep("batches: 6", "one.h5", "--threads", "1")
        self.sweep("batches: 6", "two.h5", "--threads", "2", "--partitions", "2")
        self.assertEqual(self.read("one.h5"), self.read("two.h5"))
        self.assertIn("stood there already, complete", self.ok("sweep", "q.yaml", "-o", "one.h5").err)
        # Other batches are another study: nothing of it is taken for this one.
        self.fails(2, "sweep", "q.yaml", "-o", "one.h5", "--set", "study.batches=5", says="another study")

    def test_short_batches_are_joined_or_told(self):
        self.sweep("batches: 60", "b.h5", "--set", "workloads.asking.rate=9.5 / s", "--set", "study.factors=none")
        joined = {f["replications"] for f in self.shown("b.h5").values()}
        self.assertTrue(joined & {30, 15}, joined)
        self.sweep("batches: 12", "c.h5", "--set", "workloads.asking.rate=9.8 / s", "--set", "study.factors=none",
                   "--set", "time={start: 2024-01-01, horizon: 200 s, interval: 4 s}")
        found = [name for name, f in self.shown("c.h5").items() if f.get("correlated")]
        self.assertTrue(found)
        self.assertRegex(self.ok("show", "c.h5").out, r"Of \d+ intervals %d are too narrow: their batches" % len(found))

    def test_antithetic_pairs(self):
        out = self.sweep("antithetic: yes, replications: 10", "a.h5").out
        self.assertIn("2 design points × 10 replications = 20 runs in antithetic pairs; ± is", out)
        one = self.shown("a.h5")
        with h5py.File(self.path("a.h5")) as file:
            self.assertEqual(file.attrs["antithetic"], 1)
            x = file["services/response_mean"][:, 0, 0]
            offered = file["services/offered"][:10, 0, 0]
        pairs = x.reshape(-1, 2).mean(axis=1)
        f = one["response mean", *ASK]
        self.assertEqual(f["replications"], 5)
        self.assertAlmostEqual(f["half_width"] / half(pairs[:5]), 1, delta=1e-5)
        self.assertAlmostEqual(f["gain"] / (x[:10].var(ddof=1) / 10 / (pairs[:5].var(ddof=1) / 5)), 1, delta=1e-5)
        self.assertLess(np.corrcoef(offered[::2], offered[1::2])[0, 1], 0, "many arrivals, then few")
        text = self.ok("show", "a.h5", "--point", "0").out
        self.assertRegex(text, r"What antithetic pairs save\n(?s:.*)\nask +town +response mean +[\d.]+\n")
        c = figures(self.json("compare", "a.h5", "--json")["comparisons"][0])["response mean", *ASK]
        self.assertAlmostEqual(c["half_width"] / half(pairs[5:] - pairs[:5]), 1, delta=1e-5)
        self.fails(2, "sweep", "q.yaml", "-o", "odd.h5", "-r", "5", says="5 replications in antithetic pairs; expected an even")
        # Until a precision: checkpoints are even, too.
        self.sweep("antithetic: yes, replications: {until: 8 %, of: response mean, at least: 5, at most: 60}", "u.h5")
        with h5py.File(self.path("u.h5")) as file:
            self.assertFalse((file["design/replications"][...] % 2).any())

    def test_control_by_arrivals(self):
        self.sweep("controls: offered, replications: 12", "c.h5")
        self.sweep("replications: 12", "p.h5")
        with h5py.File(self.path("c.h5")) as file:
            self.assertEqual(np.bytes_(file.attrs["controls"]), b"offered")
            x = file["services/offered"][:12, 0, 0] - file["services/expected"][:12, 0, 0]
            self.assertEqual(file["services/expected"][0, 0, 0], 6 * 1200)
            y = file["stations/utilisation"][:12, 0]
        slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
        rest = y - y.mean() - slope * (x - x.mean())
        error = math.sqrt((rest ** 2).sum() / 10 * (1 / 12 + x.mean() ** 2 / ((x - x.mean()) ** 2).sum()))
        f, plain = self.shown("c.h5")["utilisation", *SERVER], self.shown("p.h5")["utilisation", *SERVER]
        self.assertAlmostEqual(f["value"], y.mean() - slope * x.mean(), delta=1e-9)
        self.assertAlmostEqual(f["half_width"] / (T975[10] * error), 1, delta=1e-5)
        self.assertAlmostEqual(plain["value"], y.mean(), delta=1e-12)
        self.assertAlmostEqual(f["gain"] / (y.var(ddof=1) / 12 / error ** 2), 1, delta=1e-5)
        # The same runs, another analysis: what is kept of one serves the other.
        text = self.ok("show", "c.h5", "--point", "0").out
        self.assertRegex(text, r"What the control by arrivals saves\n(?s:.*)\nserver +utilisation +[\d.]+\n")
        self.assertNotIn("saves", self.ok("show", "p.h5", "--point", "0").out)
        # Quantiles are as without.
        self.assertEqual(self.shown("c.h5")["response p95", *ASK], self.shown("p.h5")["response p95", *ASK])
        # Pairs share their arrivals: compare does without controls.
        a, b = (figures(self.json("compare", name, "--json")["comparisons"][0])["utilisation", *SERVER]
                for name in ("c.h5", "p.h5"))
        self.assertAlmostEqual(a["difference"], b["difference"], delta=1e-12)
        self.assertAlmostEqual(a["half_width"], b["half_width"], delta=1e-9)

    def test_how_many_replications_keep_to_a_limit(self):
        self.write("q.yaml", (QUEUE % "replications: 8").replace("p95, at most: 2 s", "mean, at most: 250 ms"))
        self.ok("sweep", "q.yaml", "-o", "k.h5", "--quiet")
        with h5py.File(self.path("k.h5")) as file:
            kept = (file["objectives/value"][:8, 0] <= 0.25).sum()
        self.assertIn(kept, range(1, 8), "neither all nor none")
        f = self.shown("k.h5")["objective", "fast", None]
        self.assertEqual((f["kept"], f["judged"]), (kept, 8))

        def tail(p, ks):
            return sum(math.comb(8, k) * p ** k * (1 - p) ** (8 - k) for k in ks)
        # At its ends the chance of so many or more, or of so many or fewer, is 2.5 %.
        self.assertAlmostEqual(tail(f["kept_low"], range(kept, 9)), 0.025, delta=1e-9)
        self.assertAlmostEqual(tail(f["kept_high"], range(0, kept + 1)), 0.025, delta=1e-9)
        text = self.ok("show", "k.h5", "--point", "0").out
        self.assertRegex(text, r"(?m)^fast +%d of 8 +%.1f to %.1f$" % (kept, 100 * f["kept_low"], 100 * f["kept_high"]))

    def test_before_it_is_simulated(self):
        self.write("q.yaml", QUEUE % "batches: 10")
        self.assertIn("study: 2 design points, one run each in 10 batches\n", self.ok("check", "q.yaml").out)
        out = self.ok("sweep", "q.yaml", "--dry-run", "-o", "q.h5").out
        self.assertIn("\nDesign points and their runs\n", out)
        self.assertIn("0 runs are kept, 2 are to do.", out)

    def test_mistakes(self):
        for study, *says in (
                ("batches: 1", "1 batches; expected 2 to 1000"),
                ("batches: 2000", "2000 batches; expected 2 to 1000"),
                ("batches: 61", "61 batches, but there are not so many whole intervals"),
                ("batches: 10, replications: 3", "expected one or the other, such as replications: none"),
                ("batches: 10, antithetic: yes", "antithetic pairs of one long run"),
                ("batches: 10, controls: offered", "controls of one long run"),
                ("antithetic: yes, replications: 7", "7 replications in antithetic pairs; expected an even number"),
                ("antithetic: yes, replications: {at least: 2, until: 1 %, of: response mean}",
                 "one pair has no interval; expected at least: 4"),
                ("antithetic: perhaps", "expected yes or no"),
                ("controls: everything", "expected offered or none")):
            with self.subTest(study):
                self.refused(QUEUE % study, *says)
        self.write("q.yaml", QUEUE % "batches: 10")
        self.fails(2, "sweep", "q.yaml", "-r", "3", says="`batches` of one long run beside `replications`")


if __name__ == "__main__":
    main()
