# SPDX-License-Identifier: Apache-2.0
"""psnsim diff: what differs by meaning between two scenarios, and what that does."""
from harness import ONE, SMALL, Case, main

# SMALL in other words: other order, `like`, other units, defaults written out, lists for single items.
SAME = """\
# another comment
psnsim: 1
title: Two towns share a server
study:
  factors: {links.county.bandwidth: [0.01 Gbit/s, 100 Mbit/s], demand: [1, 1.50]}
  replications: 3
  design: grid
  seed: 11
time: {warmup: 600 s, interval: 10 min, horizon: 60 min, start: 2024-01-01T00:00}
partners:
  west: {population: 3000, staff: {west-hall: 60}, data: {db: {size: 2000 MB}}}
  east: {like: west, population: 1e3, staff: {west-hall: none, east-hall: 40}, data: {db: {size: 1 GB}}}
sites: {west-hall: {partner: west}, east-hall: {partner: east}}
links:
  county: {between: [west-hall, east-hall], bandwidth: 20000 kbit/s, delay: 0.002 s}
compute:
  server: {site: west-hall, cores: 2, discipline: sharing, speed: 1}
storage:
  disk: {site: west-hall, capacity: 10 TB, iops: 2000, bandwidth: 125 MB/s, latency: 1000 us}
services:
  look:
    steps: [{request: 1000 B}, {work: exp(0.05 s), compute: app, times: 1}, {response: 20 KB}]
  ask:
    steps: [{request: 4 KB}, {compute: app, work: lognormal(0.2 s cv 1.0)}, {read: db, size: 64 KB, times: 2}, {response: 60 KB}]
workloads:
  looking: {service: look, rate: 24 / d per population}
  asking:  {service: ask, partners: all, users: 50 % of staff, think: exp(20 s), scale: 1}
arrangements:
  shared: {hosting: {all: {db: [disk], app: server}}}
objectives:
  fast: {service: [ask], figure: response p95, at most: 1000 ms, per: partner}
"""


class Diff(Case):
    def setUp(self):
        super().setUp()
        self.write("a.yaml", SMALL)

    def differ(self, text, *more):
        self.write("b.yaml", text)
        return self.json("diff", "a.yaml", "b.yaml", "--json", *more)

    def paths(self, out):
        return {d["path"]: (d["a"], d["b"]) for d in out["differences"]}

    def test_other_words_mean_the_same(self):
        self.assertEqual(self.paths(self.differ(SAME)), {})
        text = self.ok("diff", "a.yaml", "b.yaml").out
        self.assertEqual(text, "A  a.yaml\nB  b.yaml\n\nNo difference in meaning.\n")

    def test_values(self):
        out = self.differ(SMALL.replace("bandwidth: 20 Mbit/s, delay: 2 ms", "bandwidth: 0.1 Gbit/s, delay: 3 ms")
                          .replace("cores: 2", "cores: 4"))
        self.assertEqual(self.paths(out), {"links.county.bandwidth": ("20 Mbit/s", "0.1 Gbit/s"),
                                           "links.county.delay": ("2 ms", "3 ms"),
                                           "compute.server.cores": ("2", "4")})
        first = out["differences"][0]
        self.assertEqual((first["base_a"], first["base_b"], first["unit"]), (20e6, 100e6, "bit/s"))
        self.assertEqual((out["differences"][1]["base_a"], out["differences"][1]["unit"]), (0.002, "s"))
        text = self.ok("diff", "a.yaml", "b.yaml").out
        self.assertIn("\nlinks\n  county.bandwidth  20 Mbit/s → 0.1 Gbit/s  (× 5)\n", text)
        self.assertIn("\ncompute\n  server.cores  2 → 4  (× 2)\n", text)

    def test_what_that_does(self):
        self.write("a.yaml", ONE)
        out = self.differ(ONE.replace("rate: 5 / s", "rate: 8 / s"))
        self.assertFalse(out["same"])
        # The utilisation law: 5 and 8 a second x 100 ms; full at 10 a second.
        [station] = out["stations"]
        self.assertEqual((station["station"], station["kind"]), ("server", "compute"))
        for side, rate in (("a", 5), ("b", 8)):
            self.assertAlmostEqual(station["busiest_" + side], rate * 0.1, places=9)
            self.assertAlmostEqual(station["offered_" + side], rate * 0.1, places=9)
            self.assertAlmostEqual(station["saturates_" + side], 10 / rate, places=9)
            self.assertEqual(out["bottleneck_" + side], "server")
        text = self.ok("diff", "a.yaml", "b.yaml").out
        self.assertRegex(text, r"(?m)^server +compute +50\.0 +80\.0 +2\.00 +1\.25$")
        self.assertIn("The bottleneck is server in both.", text)

    def test_no_effect_on_stations(self):
        self.differ(SMALL.replace("at most: 1 s", "at most: 2 s"))
        self.assertIn("Nothing: utilisation and saturation stay as they are.", self.ok("diff", "a.yaml", "b.yaml").out)

    def test_entries_in_one_only(self):
        out = self.differ(SMALL.replace("  server: {", "  spare: {site: east-hall}\n  server: {")
                          .replace("  looking: {service: look, partners: all, rate: 1 / h per population}\n", ""))
        paths = self.paths(out)
        self.assertEqual(set(paths), {"compute.spare", "workloads.looking"})
        self.assertIsNone(paths["compute.spare"][0])
        self.assertTrue(paths["compute.spare"][1].startswith("{site: east-hall"))
        self.assertIsNone(paths["workloads.looking"][1])
        text = self.ok("diff", "a.yaml", "b.yaml").out
        self.assertIn("spare  only in B: {site: east-hall", text)
        self.assertIn("looking  only in A: {service: look", text)
        back = self.json("diff", "b.yaml", "a.yaml", "--json")
        self.assertEqual({p: (b, a) for p, (a, b) in self.paths(back).items()}, paths)

    def test_a_station_in_one_only(self):
        out = self.differ(SMALL.replace("compute:\n  server:", "compute:\n  other:").replace("app: server", "app: other"))
        stations = {s["station"]: s for s in out["stations"]}
        self.assertIsNone(stations["other"]["busiest_a"])
        self.assertIsNone(stations["server"]["busiest_b"])
        self.assertEqual((out["bottleneck_a"], out["bottleneck_b"]), ("server", "other"))
        self.assertIn("The bottleneck is server in A, and other in B.", self.ok("diff", "a.yaml", "b.yaml").out)

    def test_steps(self):
        out = self.differ(SMALL.replace("work: lognormal(200 ms cv 1)", "work: lognormal(200 ms cv 2)")
                          .replace("{compute: app, work: exp(50 ms)}, ", "{compute: app, work: exp(50 ms)}, {delay: 1 s}, "))
        self.assertEqual(self.paths(out),
                         {"services.ask.steps[2].work": ("lognormal(200 ms cv 1)", "lognormal(200 ms cv 2)"),
                          "services.look.steps[3]": (None, "{delay: 1 s}")})

    def test_amounts_laws_and_factors(self):
        for old, new, path in (("50 % of staff", "50 % of population", "workloads.asking.users"),
                               ("think: exp(20 s)", "think: 20 s", "workloads.asking.think"),
                               ("1 / h per population", "1 / h per 2 population", "workloads.looking.rate"),
                               ("demand: [1, 1.5]", "demand: [1.5, 1]", "study.factors.demand"),
                               ("[10 Mbit/s, 100 Mbit/s]", "[10 Mbit/s, 101 Mbit/s]",
                                "study.factors.links.county.bandwidth"),
                               ("seed: 11", "seed: 12", "study.seed"),
                               ("2024-01-01", "2024-01-02", "time.start"),
                               ("partners: all, users", "partners: [east], users", "workloads.asking.partners"),
                               ("figure: response p95", "figure: response p90", "objectives.fast.figure")):
            self.assertIn(old, SMALL)
            self.assertEqual(set(self.paths(self.differ(SMALL.replace(old, new)))), {path})
        big = SMALL.replace("seed: 11", "seed: 9007199254740993")  # more digits than a double has
        self.write("a.yaml", big)
        self.assertEqual(set(self.paths(self.differ(big.replace("740993", "740992")))), {"study.seed"})

    def test_titles_have_no_effect(self):
        out = self.differ(SMALL.replace("share a server", "share one server"))
        self.assertTrue(out["same"])
        self.assertEqual([(d["path"], d["effect"]) for d in out["differences"]], [("title", False)])
        text = self.ok("diff", "a.yaml", "b.yaml").out
        self.assertIn("No difference in meaning.", text)
        self.assertIn("1 text without effect", text)

    def test_settings_are_for_both(self):
        faster = SMALL.replace("bandwidth: 20 Mbit/s", "bandwidth: 50 Mbit/s")
        self.assertEqual(len(self.differ(faster)["differences"]), 1)
        self.assertEqual(self.differ(faster, "--set", "links.county.bandwidth=1 Gbit/s")["differences"], [])

    def test_results_are_scenarios(self):
        self.write("one.yaml", ONE)
        self.ok("run", "one.yaml", "-s", "workloads.asking.rate=6 / s", "-o", "r.h5", "-q")
        out = self.json("diff", "one.yaml", "r.h5", "--json")
        self.assertEqual(self.paths(out), {"workloads.asking.rate": ("5 / s", "6 / s")})
        self.assertEqual(self.json("diff", "r.h5", "one.yaml", "--json", "-s", "workloads.asking.rate=7 / s")["differences"], [])
        self.ok("run", "r.h5", "--point", "0", "--replication", "1")  # its texts are read the same way there

    def test_mistakes_of_both_are_told(self):
        self.write("b.yaml", SMALL.replace("cores: 2", "cores: two"))
        self.write("c.yaml", SMALL.replace("2 ms", "2 mms"))
        result = self.fails(2, "diff", "b.yaml", "c.yaml", says=["b.yaml:", "c.yaml:"])
        self.assertEqual(result.out, "")
        self.fails(2, "diff", "a.yaml", "nowhere.yaml", says="nowhere.yaml")
        self.fails(2, "diff", "a.yaml", says="diff wants A B")
        self.fails(2, "diff", "a.yaml", "b.yaml", "c.yaml", says="'c.yaml' is one more")


if __name__ == "__main__":
    main()
