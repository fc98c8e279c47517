# SPDX-License-Identifier: Apache-2.0
"""psnsim check --explain: what the program takes an entry to mean, worked out by hand here."""
import pathlib
import re

from harness import SMALL, Case, main

SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"

COMMON = """\
psnsim: 1
profiles:
  day: {weekday: [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0], weekend: 0}
  idle: {weekday: 1}
hours:
  office: Mon-Fri 08:00-18:00
"""

TOWNS = """\
psnsim: 1
title: Towns, and what they share
include: common.yaml
time: {start: 2024-01-01, horizon: 1 week}
partners:
  east: {population: 1000, staff: {east-hall: 300}, data: {db: {size: 2 TB}}}
  west: {population: 3000, staff: {west-hall: 100}, data: {db: {size: 1 TB}}}
sites:
  east-hall: {partner: east}
  west-hall: {partner: west}
  dc: {label: "the shared one: here"}
links:
  base: {between: [east-hall, dc], bandwidth: 10 Mbit/s, partner: east}
  wide: {like: base, bandwidth: 1 Gbit/s, delay: 3 ms}
  way: {like: wide, between: [west-hall, dc], partner: none, label: "100 % west"}
compute:
  pool: {site: dc, hosts: 1 per 100 staff, cores: 2}
storage:
  disk: {site: dc, iops: 1000, bandwidth: 1 Gbit/s}
services:
  ask:
    steps:
      - {request: 4 KB}
      - {compute: app, work: exp(100 ms)}
      - {read: db, size: 0.001 % of data.db, times: 2}
      - choice:
          - {share: 25 %, steps: [{write: db, size: 1 KB}, {delay: 1 s}]}
          - {share: 75 %}
      - {response: 10 KB}
workloads:
  asking: {service: ask, users: 59 % of staff, think: exp(45 s), profile: day}
  looking: {like: asking, users: none, think: none, partners: [west], rate: 36 / h per 1000 population}
arrangements:
  shared: {hosting: {all: {app: pool, db: disk}}}
objectives:
  fast: {service: ask, figure: response p95, at most: 2 s, hours: office, per: partner}
"""


def yaml_of(text):
    """The part before the first blank line, each line without its comment, and the comments by line."""
    lines = text.split("\n\n")[0].splitlines()
    return [line.split("  # ")[0].rstrip() for line in lines], [line.partition("  # ")[2] for line in lines]


class Explain(Case):
    def setUp(self):
        super().setUp()
        self.write("common.yaml", COMMON)
        self.write("towns.yaml", TOWNS)

    def explain(self, path, *more):
        return self.ok("check", "towns.yaml", "--explain", path, *more).out

    def line_of(self, text):
        return 1 + next(i for i, line in enumerate(TOWNS.splitlines()) if text in line)

    def comes_to(self, path, *more, file="towns.yaml"):
        out = self.json("check", file, "-e", path, "--json", *more)
        return out["comes_to"][0]

    def test_like_over_two_steps_and_none(self):
        lines, comments = yaml_of(self.explain("links.way"))
        self.assertEqual(lines, ["links:", "  way:", "    between: [west-hall, dc]", "    bandwidth: 1 Gbit/s",
                                 "    delay: 3 ms", '    label: "100 % west"'])
        own, wide = self.line_of("  way: {like"), self.line_of("  wide: {like")
        self.assertEqual(comments[2:], [f"towns.yaml:{own}", f"towns.yaml:{wide}, like wide",
                                        f"towns.yaml:{wide}, like wide", f"towns.yaml:{own}"])

    def test_default_setting_and_include(self):
        lines, comments = yaml_of(self.explain("links.base"))
        self.assertEqual(dict(zip(lines, comments))["    delay: 0 s"], "default")
        lines, comments = yaml_of(self.explain("links.way", "--set", "links.wide.delay=7 ms"))
        self.assertEqual(dict(zip(lines, comments))["    delay: 7 ms"], "--set, like wide")
        lines, comments = yaml_of(self.explain("links.way", "--set", "links.way.delay=7 ms"))
        self.assertEqual(dict(zip(lines, comments))["    delay: 7 ms"], "--set")
        lines, comments = yaml_of(self.explain("hours.office"))
        self.assertEqual(lines, ["hours:", "  office: Mon-Fri 08:00-18:00"])
        self.assertEqual(comments[1], "common.yaml:6")
        lines, comments = yaml_of(self.explain("arrangement"))
        self.assertEqual((lines, comments), (["use:", "  arrangement: shared"], ["", "default"]))

    def test_users_by_hand(self):
        out = self.comes_to("workloads.asking")
        # 59 % of 300 and of 100 people.
        self.assertEqual([(a["partner"], a["from"], a["value"]) for a in out["amounts"]],
                         [("east", "59 % × 300", 177), ("west", "59 % × 100", 59)])
        self.assertEqual(out["users"], 177 + 59)
        sources = {s["partner"]: s for s in out["sources"]}
        self.assertEqual((sources["east"]["site"], sources["east"]["demand"]), ("east-hall", "177 users"))
        # At most N / (Z + R) requests a second while signed on: ten of 24 hours on five of seven days.
        for name, users in (("east", 177), ("west", 59)):
            s = sources[name]
            peak = users / (45 + s["alone_s"])
            self.assertAlmostEqual(s["busiest_per_s"], peak, places=9)
            self.assertAlmostEqual(s["mean_per_s"], peak * 50 / 168, places=9)
            self.assertEqual(s["busiest_hour"], "Mon 08:00")
        self.assertAlmostEqual(out["busiest_per_s"], sum(s["busiest_per_s"] for s in sources.values()), places=9)

    def test_response_alone_by_hand(self):
        s = {s["partner"]: s for s in self.comes_to("workloads.asking")["sources"]}["west"]
        # 1 Gbit/s and 3 ms each way; 100 ms of work; twice 0.001 % of 1 TB = 10 MB from the array at 1 Gbit/s;
        # in one case of four 1 KB = one operation at 1000 a second, and a second's delay.
        bits = 4e3 * 8 / 1e9 + 10e3 * 8 / 1e9
        self.assertAlmostEqual(s["alone_s"], bits + 0.006 + 0.1 + 2 * max(80e6 / 1e9, 153 / 1000) + 0.25 * 1.001,
                               places=6)

    def test_rates_by_hand(self):
        out = self.comes_to("workloads.looking")
        self.assertEqual([(a["partner"], a["from"]) for a in out["amounts"]], [("west", "36 / h × 3,000 / 1,000")])
        self.assertAlmostEqual(out["mean_per_s"], 36 * 3 / 3600, places=12)
        self.assertAlmostEqual(out["busiest_per_s"], 36 * 3 / 3600 * 168 / 50, places=12)
        doubled = self.comes_to("workloads.looking", "--set", "demand=2")
        self.assertAlmostEqual(doubled["mean_per_s"], 2 * 36 * 3 / 3600, places=12)
        self.assertEqual(doubled["demand"], 2)

    def test_pool_by_hand(self):
        out = self.comes_to("compute.pool")
        self.assertEqual(out["cores"], 8)  # 400 people: 4 hosts of 2 cores
        self.assertEqual([(a["key"], a["partner"], a["value"]) for a in out["amounts"]],
                         [("hosts", "east", 3), ("hosts", "west", 1)])
        uses = {u["workload"]: u for u in out["uses"]}
        self.assertAlmostEqual(uses["looking"]["takes_s"], 0.1, places=12)
        self.assertAlmostEqual(uses["looking"]["offered"], 36 * 3 / 3600 * 0.1 / 8, places=12)
        # The parts of the busiest hour are the whole that check tells.
        station = self.json("check", "towns.yaml", "--json")["stations"][0]
        self.assertEqual(station["station"], "pool")
        self.assertAlmostEqual(sum(u["busiest"] for u in uses.values()), station["busiest"], places=12)
        self.assertEqual(out["stations"][0]["busiest_hour"], station["busiest_hour"])

    def test_stations_by_hand(self):
        self.write("towns.yaml", TOWNS.replace("  pool: {site: dc,", "  pool: {site: dc, discipline: fair, weights: {east: 2, west: 3},")
                   .replace("hosting: {all: {", "hosting: {all: {people: help, ")
                   .replace("      - {response: 10 KB}", "      - {loop: [{desk: people, work: 1 min, patience: exp(3 min)}, {delay: 1 s}], again: 20 %}\n"
                            "      - {response: 10 KB}\n    class: urgent")
                   + """desks:
  help: {site: dc, people: {office: 2, lunch: 1}, wrap-up: 90 s, room: 9, full: block, discipline: priority}
classes:
  urgent: {queue: strict, priority: 7}
  calm: {weight: 2}
faults:
  dig: {of: [way, dc], mtbf: exp(9 d), mttr: 1 d, degrade: 25 %}
  flood: {of: help, at: 2024-01-02T06:00, for: 12 h}
""")
        common = COMMON + "  lunch: Mon-Wed 12:00-13:00\n"
        self.write("common.yaml", common)
        desk = self.comes_to("desks.help")
        self.assertEqual((desk["site"], desk["people"], desk["room"], desk["wrap_up_s"]), ("the shared one: here", 3, 9, 90))
        self.assertEqual([(c["from"][:3] + c["from"][-6:], c["servers"]) for c in desk["capacity"]][:5],
                         [("Mon 00:00", 0), ("Mon 08:00", 2), ("Mon 12:00", 3), ("Mon 13:00", 2), ("Mon 18:00", 0)])
        self.assertEqual(len(desk["capacity"]), 1 + 3 * 4 + 2 * 2)
        # A minute and its wrap-up, 1.25 times, of two people at 08:00, who work at a quarter a tenth of the time.
        uses = {u["workload"]: u for u in desk["uses"]}
        self.assertAlmostEqual(uses["looking"]["takes_s"], 187.5, places=9)
        self.assertAlmostEqual(uses["looking"]["busiest"], 36 * 3 / 3600 * 168 / 50 * 187.5 / (2 * 0.925), places=9)
        self.assertEqual(desk["stations"][0]["busiest_hour"], "Mon 08:00")
        text = self.explain("desks.help")
        self.assertIn("serves with          up to 3 people\n", text)
        self.assertIn("has room for         9 jobs, and holds back more\n", text)
        pool = self.comes_to("compute.pool")
        self.assertEqual([(w["partner"], w["weight"]) for w in pool["weights"]], [("east", 2), ("west", 3)])
        self.assertEqual(self.comes_to("classes.urgent")["level"], 1)
        self.assertEqual(self.comes_to("classes.calm")["level"], 2)
        self.assertEqual(self.comes_to("classes.urgent")["services"], "ask")
        dig = self.comes_to("faults.dig")
        self.assertAlmostEqual(dig["share"], 0.1, places=12)
        self.assertEqual([(t["thing"], t["stations"]) for t in dig["things"]], [("dc", 3), ("way", 2)])
        flood = self.comes_to("faults.flood")
        self.assertEqual((flood["from"], flood["to"]), ("Tue 2024-01-02 06:00", "Tue 2024-01-02 18:00"))
        steps = {s["step"]: s for s in self.comes_to("services.ask")["steps"]}
        self.assertEqual((steps["5"]["verb"], steps["5"]["amount"]), ("loop", "again in 20.0 % of cases: 1.25 passes"))
        self.assertEqual((steps["5.1"]["verb"], steps["5.1"]["role"]), ("desk", "people"))
        self.assertIn("leaves after 180 s, exponential", steps["5.1"]["amount"])
        self.assertEqual(self.json("check", "towns.yaml", "--json")["desks"], 1)
        self.assertIn("1 compute pool, 1 desk, 1 storage array", self.ok("check", "towns.yaml").out)

    def test_link_both_ways(self):
        out = self.comes_to("links.way")
        uses = {(u["direction"], u["workload"]): u for u in out["uses"]}
        self.assertEqual(set(uses), {(f"way to {end}", w) for end in ("dc", "west-hall")
                                     for w in ("asking", "looking")})
        self.assertAlmostEqual(uses["way to dc", "looking"]["bits"], 32e3, places=6)
        self.assertAlmostEqual(uses["way to west-hall", "looking"]["bits"], 80e3, places=6)
        text = self.explain("links.way")
        self.assertIn("joins                west-hall and the shared one: here\n", text)
        self.assertIn("carries              1 Gbit/s in each direction: 1 MB takes 8 ms\n", text)

    def test_the_network(self):
        self.write("towns.yaml", TOWNS.replace("between: [west-hall, dc], partner: none,",
                                               "between: [west-hall, dc], partner: none, contract: 100 Mbit/s, buffer: 250 KB, loss: 0.01 %,"
                                               " overhead: {packet: 73 B, share: 1 %}, during: {office: {bandwidth: 10 Gbit/s}},")
                   .replace("      - {response: 10 KB}", "      - {stream: db, rate: 87.2 kbit/s, packet: 218 B, for: exp(3 min), ways: out}\n"
                            "      - {response: 10 KB}\n    class: voice") + """
classes:
  voice: {queue: strict, limit: 30 %, delay: 100 ms, jitter: 50 ms, loss: 0.1 %}
  bulk: {transfer: flows, window: 64 KB, start: 14600 B, early: {from: 20 %, to: 60 %}}
routes:
  round: {from: east-hall, to: west-hall, via: dc}
  even: {spread: equal}
faults:
  cut: {of: way, mtbf: exp(1 y), mttr: 1 h, reroute: 50 ms}
  hold: {of: way, mtbf: exp(1 y), mttr: 1 h, flight: held}
""")
        way = self.comes_to("links.way")
        self.assertEqual((way["bandwidth_bps"], way["contract_bps"]), (10e9, 100e6))
        self.assertEqual((way["buffer_bits"], way["loss"]), (2e6, 0.0001))
        self.assertAlmostEqual(way["packet_bits"], 12000 * 1.01 + 584, places=6)
        self.assertEqual([(c["from"][-5:], c["bandwidth_bps"]) for c in way["capacity"]], [("00:00", 1e9)] + [("08:00", 10e9), ("18:00", 1e9)] * 5)
        text = self.explain("links.way")
        self.assertIn("carries              up to 10 Gbit/s in each direction", text)
        self.assertIn("may send             100 Mbit/s on average, and 12.5 MB at once after a pause\n", text)
        self.assertIn("loses                0.01 % of packets\n", text)
        voice = self.comes_to("classes.voice")
        self.assertEqual((voice["limit"], voice["resend_s"], voice["delay_s"], voice["jitter_s"], voice["loss"]), (0.3, 0, 0.1, 0.05, 0.001))
        self.assertIn("may take             30 % of each link, and what that is in 200 ms at once; more is dropped\n", self.explain("classes.voice"))
        bulk = self.comes_to("classes.bulk")
        self.assertEqual((bulk["window_bits"], bulk["start_bits"], bulk["early_most"], bulk["resend_s"]), (512e3, 116800, 0.1, 1))
        self.assertEqual(bulk["transfer"], "long messages as flows")
        routes = self.comes_to("routes.round")
        self.assertEqual((routes["from"], routes["to"], routes["via"]), ("east-hall", "west-hall", "dc"))
        self.assertEqual((self.comes_to("routes.even")["from"], self.comes_to("routes.even")["spread"]), ("all sites", "all routes of the same least cost"))
        self.assertEqual((self.comes_to("faults.cut")["flight"], self.comes_to("faults.cut")["reroute_s"]), ("is lost", 0.05))
        self.assertEqual((self.comes_to("faults.hold")["flight"], self.comes_to("faults.hold")["reroute_s"]), ("waits", "stay"))
        steps = {s["step"]: s for s in self.comes_to("services.ask")["steps"]}
        self.assertEqual((steps["5"]["verb"], steps["5"]["role"]), ("stream", "db"))
        self.assertEqual(steps["5"]["amount"], "180 s, exponential, cv 1: 87.2 kbit/s out in packets of 218 B")

    def test_service_steps_and_roles(self):
        out = self.comes_to("services.ask")
        self.assertEqual([(s["step"], s["verb"], s["role"], s["times"]) for s in out["steps"]],
                         [("1", "request", None, 1), ("2", "compute", "app", 1), ("3", "read", "db", 2),
                          ("4", "choice", None, 1), ("4.1", "branch", None, 1), ("4.1.1", "write", "db", 1),
                          ("4.1.2", "delay", None, 1), ("4.2", "branch", None, 1), ("5", "response", None, 1)])
        self.assertEqual(out["roles"], [{"role": "app", "partners": "east, west", "machine": "pool", "site": "dc"},
                                        {"role": "db", "partners": "east, west", "machine": "disk", "site": "dc"}])
        self.assertEqual([(a["key"], a["partner"], a["value"]) for a in out["amounts"]],
                         [("steps[3].size", "east", 160e6), ("steps[3].size", "west", 80e6)])

    def test_calls_and_forks(self):
        self.write("towns.yaml", TOWNS.replace("services:\n", '''services:
  outer:
    timeout: 20 s
    retries: 2
    steps:
      - {request: 1 KB}
      - {compute: app, work: 20 ms}
      - fork:
          - {steps: [{compute: app, work: 10 ms}]}
          - {steps: [{call: inner}]}
      - {response: 2 KB}
  inner: {steps: [{read: db, size: 64 KB}]}
''').replace("looking: {like: asking,", "looking: {like: asking, service: outer,"))
        out = self.comes_to("services.outer")
        self.assertEqual([(s["step"], s["verb"], s["amount"]) for s in out["steps"]],
                         [("1", "request", "1 KB"), ("2", "compute", "20 ms"), ("3", "fork", "all 2 branches at once"),
                          ("3.1", "branch", "always"), ("3.1.1", "compute", "10 ms"), ("3.2", "branch", "always"),
                          ("3.2.1", "call", "the steps of inner"), ("4", "response", "2 KB")])
        self.assertEqual([r["role"] for r in out["roles"]], ["app", "db"])  # those of what it calls, too
        self.assertEqual(out["timeout_s"], 20)
        self.assertIn("is given up after    20 s, and tried again 2 times\n", self.explain("services.outer"))
        inner = self.comes_to("services.inner")
        self.assertEqual(inner["workloads"], "looking")  # by the call
        self.assertEqual([s["workload"] for s in inner["sources"]], ["looking"])

    def test_taking_part(self):
        self.write("towns.yaml", TOWNS.replace("dc: {", "lone: {only: [alone]}\n  dc: {")
                   .replace("  shared: {host", "  alone: {hosting: {east: {app: pool, db: disk}}}\n  shared: {host")
                   + "use: {arrangement: shared}\n")
        self.assertIs(self.comes_to("sites.lone")["takes_part"], False)
        self.assertIs(self.comes_to("sites.dc")["takes_part"], True)
        alone = self.comes_to("arrangements.alone")
        self.assertIs(alone.get("in_use", alone.get("sound")), False)
        self.assertIs(self.comes_to("arrangements.shared")["in_use"], True)

    def test_groups(self):
        self.write("towns.yaml", TOWNS.replace("  dc: {", "  schools: {like: east-hall, count: 3}\n  dc: {")
                   .replace("staff: {east-hall: 300}", "staff: {east-hall: 300, schools: 30}")
                   .replace("links:\n", "links:\n  branch: {like: base, between: [schools, dc]}\n"))
        lines, comments = yaml_of(self.explain("links.branch/2"))
        self.assertEqual(lines[:4], ["links:", "  branch/2:", "    between: [schools/2, dc]", "    bandwidth: 10 Mbit/s"])
        self.assertTrue(comments[3].endswith(", like base"), comments)
        self.assertEqual(self.comes_to("sites.schools/3")["staff.east"], 10)
        names = [line for line in yaml_of(self.explain("sites.schools"))[0] if re.fullmatch(r"  \S+:", line)]
        self.assertEqual(names, ["  schools/1:", "  schools/2:", "  schools/3:"])
        self.fails(2, "check", "towns.yaml", "-e", "sites.schools/4", says="did you mean schools/")

    def test_large_groups(self):
        many = TOWNS.replace("  dc: {", "  schools: {count: 7}\n  dc: {") \
            .replace("links:\n", "links:\n  branch: {like: base, between: [schools, dc]}\n") \
            .replace("arrangements:", "  lessons: {like: asking, at: [schools, dc], partners: east, users: 6 per site}\narrangements:")
        self.write("towns.yaml", many)
        lines, _ = yaml_of(self.explain("workloads.lessons"))
        self.assertIn("    at: [schools/1, ..., schools/7, dc]", lines)
        # 6 at each of the eight sites that it names, not at the one where staff sit
        amounts = self.comes_to("workloads.lessons")["amounts"]
        self.assertEqual([(a["from"], a["value"]) for a in amounts if a["key"] == "users"], [("6 × 8", 48)])
        whole = self.json("check", "towns.yaml", "-e", "sites.schools", "--json")
        self.assertEqual([entry["path"] for entry in whole["comes_to"]], [f"sites.schools/{i}" for i in range(1, 8)])
        text = self.explain("sites.schools")
        self.assertIn("\nschools/1 comes to\n", text)
        self.assertNotIn("\nschools/2 comes to\n", text)
        self.assertIn("Of the 7 members of schools that is the first; --explain sites.schools/2 tells of another.", text)
        self.write("fewer.yaml", many.replace("count: 7", "count: 6"))
        difference = self.ok("diff", "fewer.yaml", "towns.yaml").out
        self.assertIn("lessons.at  [schools/1, ..., schools/6, dc] → [schools/1, ..., schools/7, dc]", difference)
        self.assertIn("  schools/7  only in B: {lan: 0 s}\n", difference)
        # all links alike, whatever both sides set: said once
        self.write("faster.yaml", many.replace("branch: {like: base,", "branch: {like: base, bandwidth: 20 Mbit/s,"))
        odd = ["--set", "links.branch/2.delay=1 ms"]
        difference = self.ok("diff", "towns.yaml", "faster.yaml", *odd).out
        self.assertIn("  branch/1.bandwidth  10 Mbit/s → 20 Mbit/s  (× 2)\n  ... and so to branch/7.bandwidth: 7 in all\n",
                      difference)
        self.assertNotIn("branch/2.bandwidth", difference)
        whole = self.json("diff", "towns.yaml", "faster.yaml", "--json")
        self.assertEqual(len([d for d in whole["differences"] if d["section"] == "links"]), 7)

    def test_other_entries(self):
        self.assertEqual(self.comes_to("partners.east")["data.db"], 16e12)
        self.assertEqual(self.comes_to("storage.disk")["data_bits"], 24e12)
        self.assertEqual([h["name"] for h in self.comes_to("sites.dc")["here"]], ["pool", "disk", "base", "way", "wide"])
        self.assertEqual(self.comes_to("profiles.day")["hours_a_weekday"], 10)
        self.assertEqual(self.comes_to("hours.office")["open_s"], 50 * 3600)
        objective = self.comes_to("objectives.fast")
        self.assertEqual((objective["at_most"], objective["hours"]), (2, "office"))
        self.assertEqual([t["target"] for t in objective["targets"]], ["fast east", "fast west"])
        self.assertEqual(self.comes_to("hours.office")["first"], "Mon 2024-01-01 08:00")
        self.assertEqual(self.comes_to("time")["horizon_s"], 7 * 86400)
        self.assertIn("7 d, from Mon 2024-01-01 00:00 to Mon 2024-01-08 00:00\n", self.explain("time"))
        self.assertEqual(self.comes_to("study")["runs"], 10)
        self.assertEqual(len(self.comes_to("arrangements.shared")["roles"]), 2)

    def test_a_key_and_stars(self):
        text = self.explain("links.w*.delay")
        self.assertEqual(yaml_of(text)[0], ["links:", "  wide:", "    delay: 3 ms", "  way:", "    delay: 3 ms"])
        self.assertIn("The propagation delay of each direction.", text)
        self.assertRegex(text, r"links\.way\.delay +3 ms +0\.003 s")
        text = self.explain("workloads.asking.users")
        self.assertIn("users  east     59 % × 300       177", text)

    def test_a_point_of_the_study(self):
        self.write("small.yaml", SMALL)
        out = self.json("check", "small.yaml", "-e", "links.county", "-p", "1", "--json")
        self.assertEqual(out["comes_to"][0]["bandwidth_bps"], 100e6)
        line = 1 + next(i for i, line in enumerate(SMALL.splitlines()) if "factors:" in line)
        bandwidth = next(v for v in out["values"] if v["path"] == "links.county.bandwidth")
        self.assertEqual((bandwidth["value"], bandwidth["from"], bandwidth["line"]), ("100 Mbit/s", "text", line))

    def test_unknown_paths(self):
        for path, says in (("lnks.base", "did you mean links?"), ("links.wya", "did you mean way?"),
                           ("links.way.dely", "did you mean delay?"), ("links.way.price", "not built"),
                           ("links.way.partner", "is not said"), ("links..x", "empty part"), ("links.x*", "no entry"),
                           ("profiles.idle", "nothing uses it"), ("time.start.x", "below a text"),
                           ("costs", "not built"), ("links.way.delay.x", "below a text"),
                           ("calendars", "no such section"), ("", "begins with no section")):
            result = self.fails(2, "check", "towns.yaml", "--explain", path, says=says)
            self.assertEqual(result.out, "")
            self.assertEqual(len(result.err.splitlines()), 1, result.err)

    def test_mistakes_go_first(self):
        self.write("towns.yaml", TOWNS.replace("bandwidth: 10 Mbit/s", "bandwidth: 10 Mbps"))
        self.fails(2, "check", "towns.yaml", "--explain", "links.way", says="towns.yaml:13:")

    def test_odd_texts(self):
        self.write("towns.yaml", TOWNS.replace("the shared one: here", 'a \\"quote\\", a # and [brackets]'))
        lines, _ = yaml_of(self.explain("sites.dc"))
        self.assertEqual(lines[2], '    label: "a \\"quote\\", a # and [brackets]"')

    def whole(self, name):
        """Everything that --explain tells of a scenario, as a scenario of its own."""
        text = self.ok("check", name, "--explain", "*").out
        return "\n".join(yaml_of(text)[0]) + "\n"

    def test_its_yaml_means_the_same(self):
        for path in sorted(SCENARIOS.glob("*.yaml")):
            self.write("shipped/" + path.name, path.read_bytes())
        for name in ["towns.yaml"] + sorted(f"shipped/{c['case']}.yaml" for c in self.json("init", "--json")):
            text = self.whole(name)
            if re.search(r"(?m)^  [a-z0-9-]+/\d+:", text):
                continue  # members of groups, which no text can name
            self.write("again.yaml", text)
            out = self.json("diff", name, "again.yaml", "--json")
            self.assertEqual(out["differences"], [], name)
            self.assertEqual(self.whole("again.yaml"), self.read("again.yaml").decode())

    def test_width(self):
        for path in ("*", "links", "services.ask", "workloads.asking", "arrangements.shared.hosting.all.app"):
            for line in self.explain(path).splitlines():
                self.assertLessEqual(len(line), 100)
                self.assertFalse(re.search(r"\s$", line), line)


if __name__ == "__main__":
    main()
