# SPDX-License-Identifier: Apache-2.0
"""psnsim check --failures: what the failure of each link and site would do, worked out by hand here."""
from harness import ONE, Case, main

# Two halls at a hub, the hub at the centre by two links, and a bypass from one hall. A request is 100 kbit.
HUB = """\
psnsim: 1
title: A hub
time: {start: 2014-01-06, horizon: 1 d}
partners: {p: {population: 1}}
sites: {a: {}, b: {}, hub: {}, dc: {}}
links:
  a1: {between: [a, hub], bandwidth: 10 Mbit/s, delay: 1 ms}
  b1: {between: [b, hub], bandwidth: 10 Mbit/s, delay: 1 ms}
  b2: {between: [b, dc], bandwidth: 1 Mbit/s, delay: 9 ms}
  h1: {between: [hub, dc], bandwidth: 10 Mbit/s, delay: 1 ms}
  h2: {between: [hub, dc], bandwidth: 2 Mbit/s, delay: 2 ms}
compute: {pool: {site: dc, cores: 8}}
services: {s: {steps: [{request: 12.5 KB}, {compute: app, work: 1 ms}]}}
workloads:
  w: {service: s, at: a, rate: 4 / s}
  x: {service: s, at: b, rate: 6 / s}
arrangements: {x: {hosting: {all: {app: pool}}}}
"""


class Failures(Case):
    def test_by_hand(self):
        self.write("hub.yaml", HUB)
        out = self.json("check", "hub.yaml", "--failures", "--json")
        self.assertEqual(out["without_alternative"],
                         {"links_in_use": 3, "links": [{"link": "a1", "routes": 1}],
                          "sites": [{"site": "hub", "routes": 1}]})
        self.assertEqual(out["failures"]["routes"], 2)
        self.assertAlmostEqual(out["failures"]["busiest"]["utilisation"], 0.1)
        of = {f.get("link", f.get("site")): f for f in out["failures"]["failures"]}
        self.assertEqual(set(of), {"a1", "b1", "h1", "a", "b", "dc", "hub"})
        self.assertEqual(of["a1"]["lost"], [{"from": "a", "to": "dc"}])
        for name, station, load in (("a1", "b1 to hub", 0.06), ("b1", "b2 to dc", 0.6), ("h1", "h2 to dc", 0.5),
                                    ("hub", "b2 to dc", 0.6)):
            self.assertEqual(of[name]["busiest"]["station"], station)
            self.assertAlmostEqual(of[name]["busiest"]["utilisation"], load)
        self.assertEqual((of["hub"]["rerouted"], of["hub"]["lost"]), (1, [{"from": "a", "to": "dc"}]))
        self.assertEqual((of["dc"]["routes"], of["dc"]["busiest"]), (0, None))

    def test_text(self):
        self.write("hub.yaml", HUB)
        text = self.ok("check", "hub.yaml", "--failures").out
        self.assertRegex(text, r"site hub +2 +1 +1 +60\.0 +b2 to dc")
        self.assertRegex(text, r"link b1 +1 +1 +0 +60\.0 +b2 to dc")
        self.assertNotIn("site dc", text)
        self.assertIn("Without link a1 there is no route from a to dc.", text)
        plain = self.ok("check", "hub.yaml").out
        self.assertIn("Links in use without an alternative: 1 of 3: a1 (1 route).\n"
                      "Sites on the way without an alternative: hub (1 route).\n", plain)
        self.assertIn("By queueing theory", plain)

    def test_no_links(self):
        self.write("one.yaml", ONE)
        out = self.json("check", "one.yaml", "--failures", "--json")
        self.assertEqual(out["failures"], {"routes": 0, "busiest": None, "failures": []})
        self.assertNotIn("alternative", self.ok("check", "one.yaml").out)

    def test_a_point_of_the_study(self):
        self.write("hub.yaml", HUB + "study: {factors: {links.b2.bandwidth: [1 Mbit/s, 4 Mbit/s]}}\n")
        out = self.json("check", "hub.yaml", "--failures", "--json", "--point", "1")
        of = {f.get("link", f.get("site")): f for f in out["failures"]["failures"]}
        self.assertAlmostEqual(of["b1"]["busiest"]["utilisation"], 0.15)


if __name__ == "__main__":
    main()
