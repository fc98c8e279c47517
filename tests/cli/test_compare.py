# SPDX-License-Identifier: Apache-2.0
"""psnsim compare: differences between points and files with their intervals, in figures and in words."""
import math
import pathlib

import h5py
import numpy as np
from harness import ONE, SMALL, Case, figures, main

T975 = {2: 4.302652729749462}  # Student's t by degrees of freedom: three replications have two


def t_of_two(level):
    """Student's quantile with two degrees of freedom for an interval of this level: a closed form."""
    p = (1 + level) / 2
    return (2 * p - 1) / math.sqrt(2 * p * (1 - p))


# Sixteen cores for two users, each asking for a constant 100 ms of work: nobody ever waits.
CONSTANT = """\
psnsim: 1
title: Constant work
time: {start: 2024-01-01, horizon: 10 min, warmup: 1 min, interval: 1 min}
partners: {town: {population: 1000, staff: {hall: 2}}}
sites: {hall: {partner: town}}
compute: {server: {site: hall, hosts: 1, cores: 16, discipline: fifo}}
services: {ask: {steps: [{compute: app, work: 100 ms}]}}
workloads: {asking: {service: ask, partners: all, users: 2, think: exp(900 ms)}}
arrangements: {base: {hosting: {all: {app: server}}}}
use: {arrangement: base}
objectives: {fast: {service: ask, figure: response mean, at most: 90 ms}}
study: {seed: 7, replications: 3, factors: {compute.server.speed: [1, 1.25, 0.25]}}
"""

# Two towns with a server each, or on one server; the demand beyond what a server of one core carries.
TOGETHER = """\
psnsim: 1
title: Alone or together
time: {start: 2024-01-01, horizon: 20 min, warmup: 2 min, interval: 2 min}
partners: {east: {population: 1000, staff: {east-hall: 10}}, west: {population: 1000, staff: {west-hall: 10}}}
sites: {east-hall: {partner: east}, west-hall: {partner: west}}
compute:
  east-server:  {site: east-hall, hosts: 1, cores: 1, discipline: fifo, only: [alone]}
  west-server:  {site: west-hall, hosts: 1, cores: 1, discipline: fifo, only: [alone]}
  joint-server: {site: west-hall, hosts: 1, cores: 3, discipline: fifo, only: [shared]}
links: {county: {between: [east-hall, west-hall], bandwidth: 100 Mbit/s, delay: 1 ms}}
services: {ask: {steps: [{request: 1 KB}, {compute: app, work: exp(100 ms)}, {response: 1 KB}]}}
workloads: {asking: {service: ask, partners: all, rate: 8 / s}}
arrangements:
  alone:  {hosting: {east: {app: east-server}, west: {app: west-server}}}
  shared: {hosting: {all: {app: joint-server}}}
use: {arrangement: shared}
objectives: {fast: {service: ask, figure: response p95, at most: 800 ms, per: partner}}
study: {seed: 3, replications: 3, factors: {arrangement: [alone, shared], demand: [1, 1.4]}}
"""


def paired(x, y, about=None):
    """Mean of the differences and the half-width of their interval, by the formula; squares about `about`."""
    d = np.asarray(y) - np.asarray(x)
    centre = d.mean() if about is None else about
    return centre, T975[len(d) - 1] * math.sqrt(((d - centre) ** 2).sum() / (len(d) - 1) / len(d))


class Compare(Case):
    def sweep(self, text, name, *options):
        self.write("s.yaml", text)
        self.ok("sweep", "s.yaml", "-o", name, "--quiet", "--threads", "1", *options)
        return name

    def assert_page(self, text):
        self.assertLessEqual(max(map(len, text.splitlines())), 100)
        for line in text.splitlines():
            self.assertEqual(line, line.rstrip())
        self.assertNotIn("nan", text)
        self.assertNotIn("\033", text)

    def test_a_file_with_itself(self):
        self.sweep(SMALL, "a.h5")
        out = self.json("compare", "a.h5", "a.h5", "--json")
        self.assertEqual([(c["point"], c["against"], c["pairs"]) for c in out["comparisons"]],
                         [(i, i, 3) for i in range(4)])
        for comparison in out["comparisons"]:
            self.assertGreater(len(comparison["figures"]), 50)
            for f in comparison["figures"]:
                with self.subTest(**f):
                    self.assertEqual((f["difference"], f["half_width"]), (0, 0))
                    self.assertEqual(f["change"], "no real difference")
                    self.assertEqual(f["words"], "no real difference")
                    self.assertEqual(f["base"], f["value"])
        text = self.ok("compare", "a.h5", "a.h5").out
        self.assert_page(text)
        self.assertEqual(text.count("no real difference\n"), 16)  # two services, two partners, four points
        self.assertIn("2 objectives: nowhere judged otherwise than at the base.\n", text)
        self.assertIn("4 stations: no real difference.\n", text)

    def test_paired_intervals_are_those_of_the_runs(self):
        self.sweep(SMALL, "a.h5")
        shown = figures(self.json("show", "a.h5", "--json")["points"][0])
        there = figures(self.json("show", "a.h5", "--json")["points"][3])
        out = self.json("compare", "a.h5", "--point", "3", "--json")
        self.assertEqual((out["paired"], out["level"], out["seeds"]), (True, 0.95, [11, 11]))
        [comparison] = out["comparisons"]
        self.assertEqual(comparison["against_factors"], {"demand": "1", "links.county.bandwidth": "10 Mbit/s"})
        of = figures(comparison)
        self.assertEqual(set(of), set(there))
        with h5py.File("%s/a.h5" % self.folder) as file:
            service, partner = (list(file["services"][n].asstr()) for n in ("service", "partner"))
            station, target = list(file["stations/station"].asstr()), list(file["objectives/target"].asstr())
            at = np.s_[:, service.index("ask"), partner.index("west")]
            runs = {
                ("response mean", "ask", "west"): file["services/response_mean"][at],
                ("response p95", "ask", "west"): file["services/response_p95"][at],
                ("within objective", "ask", "west"): file["services/within_objective"][at],
                ("completed", "ask", "west"): file["services/completed"][at] / 3000,
                ("unfinished", "ask", "west"): file["services/unfinished"][at],
                ("utilisation", "server", None): file["stations/utilisation"][:, station.index("server")],
                ("share", "server", "east"): file["stations/share"][:, station.index("server"), partner.index("east")],
                ("objective", "fast west", "west"): file["objectives/value"][:, target.index("fast west")],
            }
        for name, x in runs.items():
            with self.subTest(name=name):
                f, difference = of[name], there[name]["value"] - shown[name]["value"]
                value, half = paired(x[:3], x[9:], difference)
                self.assertEqual((f["base"], f["value"]), (shown[name]["value"], there[name]["value"]))
                self.assertAlmostEqual(f["difference"], value, delta=1e-12 * abs(f["value"]))
                self.assertAlmostEqual(f["half_width"], half, delta=1e-9 * abs(f["value"]))
                self.assertAlmostEqual(f["relative"], value / f["base"], delta=1e-9)
                self.assertEqual(f["replications"], 3)
                sign = "no real difference" if abs(value) <= half else "more" if value > 0 else "less"
                self.assertEqual(f["change"], sign)

    def test_a_known_difference(self):
        self.sweep(CONSTANT, "c.h5")
        out = self.json("compare", "c.h5", "--json")
        faster, slower = map(figures, out["comparisons"])
        for name in ("response mean", "response p95"):
            for point, value, difference, words in ((faster, 0.08, -0.02, "20 % faster"),
                                                    (slower, 0.4, 0.3, "4.0 times as long")):
                f = point[name, "ask", "town"]
                self.assertAlmostEqual(f["base"], 0.1, delta=1e-12)
                self.assertAlmostEqual(f["value"], value, delta=1e-12)
                self.assertAlmostEqual(f["difference"], difference, delta=1e-12)
                self.assertAlmostEqual(f["half_width"], 0, delta=1e-12)
                self.assertEqual(f["words"], words)
        text = self.ok("compare", "c.h5").out
        self.assert_page(text)
        self.assertTrue(text.startswith("Constant work\nEach point against point 0: compute.server.speed = 1\n"
                                        "3 replications, in pairs that share their random numbers"))
        self.assertIn("ask: difference of the p95 response time in ms\n", text)
        self.assertRegex(text, r"(?m)^ +1 +1\.25 +-20\.00 ± \S+ +20 % faster$")
        self.assertRegex(text, r"(?m)^ +2 +0\.25 +\+300\.0 +± \S+ +4\.0 times as long$")
        self.assertRegex(text, r"(?m)^fast +≤ 90 ms +→ met +missed$")
        text = self.ok("compare", "c.h5", "--point", "1").out
        self.assert_page(text)
        self.assertRegex(text, r"(?m)^town +response mean +100 ms +80\.0 ms +-20\.00 ± \S+ ms +20 % faster$")
        self.assertRegex(text, r"(?m)^fast +≤ 90 ms +100 ms missed +80\.0 ms met +20 % shorter$")
        # The other way round: a quarter more.
        back = self.json("compare", "c.h5", "--point", "0", "--against", "1", "--json")["comparisons"][0]
        self.assertEqual(figures(back)["response mean", "ask", "town"]["words"], "25 % slower")

    def test_every_figure(self):
        self.sweep(SMALL, "a.h5")
        text = self.ok("compare", "a.h5", "--all").out
        self.assert_page(text)
        for point in (1, 2, 3):
            self.assertIn(f"\nPoint {point} against 0: demand = ", text)
        for figure in ("response p50", "response p99", "response max", "offered", "unfinished", "present mean",
                       "wait mean", "throughput", "share of east"):
            self.assertIn(figure, text)
        few = self.ok("compare", "a.h5", "--point", "1").out
        self.assert_page(few)
        for figure in ("response p50", "offered", "throughput"):
            self.assertNotIn(figure, few)

    def test_arrangements_at_the_same_options(self):
        self.sweep(TOGETHER, "t.h5")
        out = self.json("compare", "t.h5", "--json")
        self.assertEqual([(c["point"], c["against"]) for c in out["comparisons"]], [(2, 0), (3, 1)])
        self.assertEqual(out["comparisons"][1]["factors"], {"arrangement": "shared", "demand": "1.4"})
        # A server of 8 a second and 100 ms each is busy to 0.8; at 1.4 times that it has no steady state.
        low, high = map(figures, out["comparisons"])
        f = low["response p95", "ask", "east"]
        self.assertEqual(f["change"], "less")
        self.assertGreater(f["base"], f["value"])
        self.assertEqual(high["response p95", "ask", "east"]["change"], "becomes stable")
        self.assertIsNone(high["response p95", "ask", "east"]["difference"])
        self.assertEqual(low["utilisation", "joint-server", None]["change"], "new")
        self.assertEqual(low["utilisation", "east-server", None]["change"], "no longer there")
        text = self.ok("compare", "t.h5").out
        self.assert_page(text)
        self.assertIn("\nEach arrangement against alone, all other options the same\n", text)
        self.assertRegex(text, r"(?m)^ +2 +0 +1 +-\S+ ± \S+ +(\d+ % faster|[\d.]+ times as long) +-")
        self.assertRegex(text, r"(?m)^ +3 +1 +1\.4 +– +becomes stable +– +becomes stable$")
        self.assertRegex(text, r"(?m)^joint-server +new +new$")
        text = self.ok("compare", "t.h5", "--point", "3", "--against", "2").out
        self.assertRegex(text, r"(?m)^partner +figure +point 2 +point 3 ")

    def test_objectives_that_come_and_go(self):
        desk = pathlib.Path(__file__).resolve().parents[2] / "scenarios" / "service-desk.yaml"
        self.ok("sweep", desk, "-o", "d.h5", "--quiet", "-r", "3", "--set", "time.horizon=2 d")
        text = self.ok("compare", "d.h5").out
        self.assert_page(text)
        self.assertRegex(text, r"(?m)^lost joint-desk +≤ 5 % +new: met +new: (met|close) +new: \w+$")
        self.assertRegex(text, r"(?m)^lost lbhf-desk +≤ 5 % +gone +gone +gone$")
        self.assertNotIn("nowhere judged otherwise", text)
        self.assertRegex(text, r" 0(\.0+)? ± ")
        self.assertNotRegex(text, r"[-+]0(\.0+)? ± ")

    def test_different_numbers_of_replications(self):
        self.sweep(SMALL, "three.h5")
        self.sweep(SMALL, "five.h5", "-r", "5")
        shown = figures(self.json("show", "three.h5", "--json")["points"][1])
        out = self.json("compare", "five.h5", "three.h5", "--point", "1", "--json")
        [comparison] = out["comparisons"]
        self.assertEqual((comparison["point"], comparison["against"], comparison["pairs"]), (1, 1, 3))
        # The first three of five replications are those three: only they are compared.
        f = figures(comparison)["response mean", "ask", "east"]
        self.assertAlmostEqual(f["base"], shown["response mean", "ask", "east"]["value"], delta=1e-12)
        self.assertEqual((f["change"], f["replications"]), ("no real difference", 3))
        self.assertIn("\n3 replications, in pairs", self.ok("compare", "five.h5", "three.h5").out)

    def test_different_seeds_are_not_paired(self):
        self.sweep(SMALL, "a.h5")
        self.sweep(SMALL, "b.h5", "--set", "study.seed=12")
        out = self.json("compare", "a.h5", "b.h5", "--json")
        self.assertEqual((out["paired"], out["seeds"]), (False, [11, 12]))
        one = figures(self.json("show", "a.h5", "--json")["points"][0])
        two = figures(self.json("show", "b.h5", "--json")["points"][0])
        name = ("response p95", "ask", "east")
        f = figures(out["comparisons"][0])[name]
        self.assertAlmostEqual(f["difference"], two[name]["value"] - one[name]["value"], delta=1e-12)
        # Welch's degrees are from 2 to 4 here, and t falls with them.
        error = math.hypot(one[name]["half_width"], two[name]["half_width"]) / T975[2]
        self.assertGreaterEqual(f["half_width"], 2.776445 * error)
        self.assertLessEqual(f["half_width"], T975[2] * error * (1 + 1e-9))
        text = self.ok("compare", "a.h5", "b.h5").out
        self.assert_page(text)
        self.assertIn("The seeds differ (11 and 12): nothing to pair, so the intervals are Welch's", text)

    def test_points_of_two_files_match_by_their_options(self):
        factors = "study.factors.demand="
        self.sweep(SMALL, "a.h5", "--set", factors + "[1, 1.5]")
        self.sweep(SMALL, "b.h5", "--set", factors + "[0.5, 1.5, 1.0]")
        out = self.json("compare", "a.h5", "b.h5", "--json")
        self.assertEqual([(c["point"], c["against"]) for c in out["comparisons"]], [(2, 2), (3, 3), (4, 0), (5, 1)])
        self.assertIn("2 points of b.h5 have no counterpart in a.h5.\n", self.ok("compare", "a.h5", "b.h5").out)
        out = self.json("compare", "a.h5", "b.h5", "--point", "0", "--against", "3", "--json")
        self.assertEqual([(c["point"], c["against"]) for c in out["comparisons"]], [(0, 3)])

    def test_all_differences_together(self):
        self.sweep(SMALL, "a.h5")
        apart = self.json("compare", "a.h5", "--point", "3", "--json")
        together = self.json("compare", "a.h5", "--point", "3", "--json", "--together")
        m = sum(f["half_width"] is not None for f in apart["comparisons"][0]["figures"])
        for out, level in ((apart, 0.95), (together, 1 - 0.05 / m)):
            self.assertEqual(out["differences"], m)
            self.assertAlmostEqual(out["level"], level, delta=1e-12)
            self.assertAlmostEqual(out["level_together"], 1 - 0.05 / m, delta=1e-12)
        ratio, lost = t_of_two(1 - 0.05 / m) / T975[2], 0
        for one, wide in zip(apart["comparisons"][0]["figures"], together["comparisons"][0]["figures"]):
            self.assertEqual(one["difference"], wide["difference"])
            if one["half_width"]:
                self.assertAlmostEqual(wide["half_width"] / one["half_width"], ratio, delta=1e-6 * ratio)
                lost += one["change"] != wide["change"]
                self.assertEqual(one["stands_together"], one["change"] == wide["change"])
                if abs(one["difference"]) > 1e-9:
                    self.assertEqual(wide["change"] == "no real difference",
                                     abs(wide["difference"]) <= wide["half_width"])
        self.assertGreater(lost, 0)
        text = self.ok("compare", "a.h5", "--point", "3").out
        self.assertRegex(text, r"± \S+\?")
        self.assertRegex(text, r"by itself\.\n\?: it would hold 0 if all \d+ differences shown had to hold together")
        text = self.ok("compare", "a.h5", "--point", "3", "--together").out
        self.assert_page(text)
        self.assertNotIn("?", text)
        self.assertRegex(text, r"All \d+ differences shown hold together at 95 %:\neach interval is at 99\.\d+ % ")

    def test_another_level(self):
        self.sweep(SMALL, "a.h5")
        wide = figures(self.json("compare", "a.h5", "--point", "1", "--json", "--level", "99")["comparisons"][0])
        for name, f in figures(self.json("compare", "a.h5", "--point", "1", "--json")["comparisons"][0]).items():
            if f["half_width"]:
                self.assertAlmostEqual(wide[name]["half_width"] / f["half_width"], t_of_two(0.99) / T975[2], delta=1e-6)
        self.assertIn("Each interval is at 90 % by itself", self.ok("compare", "a.h5", "--level", "90").out)
        self.fails(2, "compare", "a.h5", "--level", "100", says="--level wants a whole number from 50 to 99, not '100'")

    def test_what_common_random_numbers_save(self):
        self.sweep(SMALL, "a.h5", "-r", "8")
        f = figures(self.json("compare", "a.h5", "--point", "1", "--json")["comparisons"][0])
        with h5py.File("%s/a.h5" % self.folder) as file:
            service, partner = (list(file["services"][n].asstr()) for n in ("service", "partner"))
            x = file["services/response_mean"][:, service.index("ask"), partner.index("west")]
        base, other = x[:8], x[8:16]
        gain = (base.var() + other.var()) / (other - base).var()
        self.assertAlmostEqual(f["response mean", "ask", "west"]["gain"] / gain, 1, delta=1e-9)
        text = self.ok("compare", "a.h5", "--point", "1", "--gain").out
        self.assert_page(text)
        shown = "%.1f" % gain if gain < 9.95 else "%.0f" % gain
        self.assertRegex(text, r"(?m)^ask +west +response mean +\S+ \S+ +\S+ \S+ +%s$" % shown)
        self.assertRegex(text, r"(?s)Variance ratio: .* The middle one of \d+\nis [\d.]+, the least [\d.]+\.\n$")
        self.sweep(SMALL, "d.h5", "-r", "4", "--set", "study.factors={links.county.delay: [2 ms, 2.001 ms]}")
        gains = figures(self.json("compare", "d.h5", "--json")["comparisons"][0])
        self.assertGreater(gains["response mean", "ask", "east"]["gain"], 1000)
        self.assertRegex(self.ok("compare", "d.h5", "--gain").out, r"(?m)^ask +east +response mean .* >1000$")
        self.assertRegex(self.ok("compare", "a.h5", "--gain").out, r"(?m)^0 – 3 +ask +east +response p95 ")
        self.sweep(SMALL, "b.h5", "--set", "study.seed=12")
        self.fails(2, "compare", "a.h5", "b.h5", "--gain",
                   says="the seeds differ (11 and 12), or the methods, so no random numbers")
        self.sweep(SMALL, "c.h5", "-r", "1")
        self.assertIn("Nothing: no difference varies", self.ok("compare", "c.h5", "--gain").out)

    def test_one_replication_has_no_interval(self):
        self.sweep(SMALL, "a.h5", "-r", "1")
        f = figures(self.json("compare", "a.h5", "--point", "1", "--json")["comparisons"][0])
        f = f["response mean", "ask", "east"]
        self.assertIsNone(f["half_width"])
        self.assertEqual((f["change"], f["words"]), ("too few replications", "one pair: no interval"))
        self.assert_page(self.ok("compare", "a.h5").out)

    def test_mistakes(self):
        self.sweep(SMALL, "a.h5")
        self.sweep(ONE, "one.h5")
        self.sweep(ONE, "two.h5", "--set", "study.factors.demand=[1, 2]")
        self.sweep(ONE.replace("replications: 2", "replications: 2, factors: {compute.server.cores: [1, 2]}"), "other.h5")
        self.write("text.h5", "no result")
        self.fails(2, "compare", "a.h5", "--point", "4", says="a.h5 has no point 4; its points are 0 to 3")
        self.fails(2, "compare", "a.h5", "--against", "7", says="a.h5 has no point 7; its points are 0 to 3")
        self.fails(2, "compare", "a.h5", "one.h5", says="one.h5: there is no service look, which a.h5 has")
        self.fails(2, "compare", "one.h5", "a.h5", says="one.h5: there is no service look, which a.h5 has")
        self.fails(2, "compare", "one.h5", says="one.h5 has one design point and nothing to compare it with")
        self.fails(2, "compare", "two.h5", "other.h5",
                   says="no design point of other.h5 has the options of one of two.h5")
        self.fails(2, "compare", "text.h5", says="text.h5: a result file of psnsim was expected")
        self.fails(2, "compare", "a.h5", "none.h5", says="none.h5: the result cannot be read")
        self.fails(2, "compare", "a.h5", "a.h5", "a.h5", says="'a.h5' is one more")
        self.fails(2, "compare", says="compare wants a RESULT [RESULT]")
        self.fails(2, "compare", "a.h5", "--point", "x", says="--point wants a whole number")


if __name__ == "__main__":
    main()
