# SPDX-License-Identifier: Apache-2.0
"""psnsim check: what operational laws say, worked out by hand here."""
import math
import re

from harness import ONE, SMALL, Case, main

# 30 users sign on at 10:00 on weekdays only; web requests come all week with a peak on Tuesday at 10.
WEEK = """\
psnsim: 1
title: A week
time: {start: 2024-01-01, horizon: 1 week, warmup: 1 h, interval: 1 h}
hours: {peak: Tue 10:00-11:00}
profiles:
  level: {weekday: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], weekend: 1}
partners: {town: {population: 1000, staff: {hall: 10}}}
sites: {hall: {partner: town}, dc: {}}
links: {wire: {between: [hall, dc], bandwidth: 1 Mbit/s, delay: 1 ms}}
compute: {server: {site: dc, hosts: 2, cores: 2, discipline: fifo}}
services: {ask: {steps: [{request: 1 KB}, {compute: app, work: exp(100 ms)}, {response: 10 KB}]}}
workloads: {asking: {service: ask, partners: all, rate: 8 / s, profile: level}}
arrangements: {alone: {hosting: {all: {app: server}}}}
use: {arrangement: alone}
study: {seed: 7, replications: 2, factors: {demand: [1, 2]}}
"""


class Check(Case):
    def stations(self, *arguments):
        out = self.json("check", *arguments, "--json")
        return out, {s["station"]: s for s in out["stations"]}

    def test_one_server_by_hand(self):
        self.write("one.yaml", ONE)
        out, stations = self.stations("one.yaml")
        # Utilisation law: 5 a second x 100 ms = 0.5 on one core; full at twice the demand.
        self.assertEqual(set(stations), {"server"})
        server = stations["server"]
        self.assertAlmostEqual(server["offered"], 0.5, places=9)
        self.assertAlmostEqual(server["busiest"], 0.5, places=9)
        self.assertAlmostEqual(server["saturates"], 2, places=9)
        self.assertFalse(server["unstable"])
        self.assertEqual(out["bottleneck"], "server")
        self.assertEqual((out["partners"], out["sites"], out["links"], out["compute"], out["storage"]), (1, 1, 0, 1, 0))
        self.assertEqual((out["points"], out["replications"]), (1, 2))

    def test_a_profile_by_hand(self):
        self.write("week.yaml", WEEK)
        _, stations = self.stations("week.yaml")
        # Weights: 5 weekdays of 23 x 1 + 4, two days of 24 x 1: 183 over 168 hours. The mean rate is 8 a second,
        # so the peak's is 8 x 4 x 168 / 183. Four cores, 100 ms each.
        peak = 8 * 4 * 168 / 183
        server, there, back = (stations[n] for n in ("server", "wire to dc", "wire to hall"))
        self.assertAlmostEqual(server["offered"], 8 * 0.1 / 4, places=9)
        self.assertAlmostEqual(server["busiest"], peak * 0.1 / 4, places=9)
        self.assertEqual(server["busiest_hour"], "Mon 10:00")  # the first of five equal ones
        self.assertAlmostEqual(server["saturates"], 4 / (peak * 0.1), places=9)
        # A response of 10 KB is 80 ms of a link of 1 Mbit/s, a request of 1 KB 8 ms.
        self.assertAlmostEqual(back["offered"], 8 * 0.080, places=9)
        self.assertAlmostEqual(back["busiest"], peak * 0.080, places=9)
        self.assertAlmostEqual(there["busiest"], peak * 0.008, places=9)

    def test_points(self):
        self.write("week.yaml", WEEK)
        base, _ = self.stations("week.yaml")
        self.assertEqual((base["points"], base["point"]), (2, None))
        one, stations = self.stations("week.yaml", "--point", "1")
        self.assertEqual(one["point"], 1)
        self.assertAlmostEqual(stations["server"]["offered"], 0.4, places=9)
        self.fails(2, "check", "week.yaml", "--point", "2", says="no point 2; its points are 0 to 1")

    def test_unstable_stations_are_named(self):
        self.write("one.yaml", ONE)
        text = self.ok("check", "one.yaml", "--set", "workloads.asking.rate=12 / s").out
        self.assertIn("server is unstable", text)
        _, stations = self.stations("one.yaml", "--set", "workloads.asking.rate=12 / s")
        self.assertTrue(stations["server"]["unstable"])
        self.assertAlmostEqual(stations["server"]["saturates"], 10 / 12, places=9)

    def test_messages_that_no_policer_lets_through(self):
        """Two packets at once: of 3 KB all pass, of 3,001 bytes none, of exponential ones of 1 KB e^-3 do not; nor do
        packets of a stream that headers make longer than the bucket."""
        policed = WEEK.replace("links:", "classes: {voice: {queue: strict, limit: 10 %, burst: 3 KB}}\nlinks:").replace(
            "ask: {steps", "ask: {class: voice, steps").replace(", {response: 10 KB}", "")
        line = policed[:policed.index("ask: {class")].count("\n") + 1
        for request, share in (("3 KB", None), ("3001 B", 100), ("exp(1 KB)", 100 * math.exp(-3))):
            self.write("policed.yaml", policed.replace("request: 1 KB", f"request: {request}"))
            concerns = self.json("check", "policed.yaml", "--json")["concerns"]
            self.assertEqual(len(concerns), 0 if share is None else 1)
            if share is None:
                self.assertNotIn("policed.yaml:", self.ok("check", "policed.yaml").out)
                continue
            said = concerns[0]
            self.assertEqual((said["file"], said["line"]), ("policed.yaml", line))
            found = re.fullmatch('service "ask" has messages of which ([\\d.]+) % are longer than the 3000 bytes that class '
                                 '"voice" may send at once on link "wire", and are always dropped there; expected a larger '
                                 'burst, or shorter messages', said["text"])
            self.assertAlmostEqual(float(found[1]), share, delta=1.4)  # four standard errors of 4,096 draws
            self.assertIn(f"policed.yaml:{line}:{said['column']}: {said['text']}.\n", self.ok("check", "policed.yaml").out)
        stream = policed.replace("{request: 1 KB}", "{stream: far, rate: 8 kbit/s, packet: 1500 B, for: 10 s}").replace(
            "burst: 3 KB", "burst: 1500 B").replace("{all: {app: server}}", "{all: {app: server, far: dc}}").replace(
            "{compute: app, work: exp(100 ms)}", "{delay: 1 s}").replace("all: {app: server, ", "all: {")
        for header, n in (("0 B", 0), ("73 B", 1)):
            self.write("stream.yaml", stream.replace("delay: 1 ms", f"delay: 1 ms, overhead: {{packet: {header}}}"))
            self.assertEqual(len(self.json("check", "stream.yaml", "--json")["concerns"]), n)

    def test_runs_that_would_not_end(self):
        self.write("one.yaml", ONE)
        self.assertEqual(self.json("check", "one.yaml", "--json")["concerns"], [])
        # 600 s of 10^9 requests each.
        said = self.ok("check", "one.yaml", "--set", "workloads.asking.rate=1000000000 / s").out
        self.assertIn('one.yaml:8:13: a run has some 6e+11 requests, most of them of workload "asking", and takes hours or '
                      'more; expected a shorter horizon, or less demand.\n', said)

    def test_closed_workloads_are_never_unstable(self):
        self.write("one.yaml", ONE.replace("rate: 5 / s", "users: 300 % of staff, think: exp(1 s)"))
        _, stations = self.stations("one.yaml")
        # 30 users with a second of thinking ask for at most 30 / 1.1 a second, of which one core serves 10.
        self.assertFalse(stations["server"]["unstable"])
        self.assertAlmostEqual(stations["server"]["busiest"], 1, places=9)

    def test_scheduled_jobs(self):
        jobs = SMALL.replace("workloads:\n", "  back-up: {steps: [{write: db, size: 10 GB}]}\nworkloads:\n"
                             "  nightly: {service: back-up, partners: [east], at: east-hall, every: 1 d}\n")
        self.write("jobs.yaml", jobs)
        text = self.ok("check", "jobs.yaml").out
        self.assertRegex(text, r"county to west-hall +link +[\d.]+ +100\.0 ")
        self.assertIn("A busiest hour with scheduled jobs in it has all that these may take beside the rest;\n"
                      "the bottleneck and the demand at which it saturates are without them.\n", text)

    def test_text_for_people(self):
        self.write("small.yaml", SMALL)
        text = self.ok("check", "small.yaml").out
        self.assertIn("Two towns share a server\n", text)
        self.assertIn("2 partners, 2 sites, 1 link, 1 compute pool, 1 storage array, 2 services, 2 workloads\n", text)
        self.assertIn("study: 4 design points × 3 replications = 12 runs\n", text)
        self.assertIn("arrangement shared", text)
        self.assertNotIn("scheduled jobs", text)
        self.assertRegex(text, r"(?m)^server +compute +[\d.]+ +[\d.]+ +\w{3} \d\d:00 +[\d.]+$")
        self.assertRegex(text, r"The bottleneck is server: in the busiest hour, \w{3} \d\d:00, its utilisation is [\d.]+ %")
        self.assertLessEqual(max(map(len, text.splitlines())), 100)
        _, stations = self.stations("small.yaml")
        self.assertEqual({s["kind"] for s in stations.values()}, {"compute", "storage", "link"})
        for station in stations.values():
            self.assertTrue(station["saturates"] is None or math.isfinite(station["saturates"]))

    def test_no_simulation_is_left_behind(self):
        self.write("small.yaml", SMALL)
        self.ok("check", "small.yaml")
        self.assertEqual([p.name for p in self.folder.iterdir()], ["small.yaml"])


if __name__ == "__main__":
    main()
