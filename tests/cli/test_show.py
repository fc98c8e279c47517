# SPDX-License-Identifier: Apache-2.0
"""psnsim show: tables for people, JSON for machines, and one run once more."""
import csv
import os

from harness import ONE, SMALL, Case, figures, main


class Show(Case):
    def setUp(self):
        super().setUp()
        self.write("small.yaml", SMALL)
        self.sweep = self.ok("sweep", "small.yaml", "-o", "s.h5", "--quiet")

    def test_sweep_prints_what_show_prints(self):
        self.assertEqual(self.sweep.out, self.ok("show", "s.h5").out)

    def test_tables(self):
        text = self.sweep.out
        self.assertTrue(text.startswith("Two towns share a server\n4 design points × 3 replications = 12 runs"))
        for heading in ("Design points", "ask: response time in ", "look: response time in ",
                        "Objectives, by point", "Stations: mean utilisation in %, by point"):
            self.assertRegex(text, rf"(?m)^{heading}")
        self.assertRegex(text, r"(?m)^ +3 +1\.5 +100 Mbit/s$")
        self.assertRegex(text, r"(?m)^ +0 +1 +10 Mbit/s( +[\d.]+ ± [\d.]+ +[\d.]+){2}$")
        self.assertRegex(text, r"(?m)^server( +[\d.]+){4}$")
        self.assertRegex(text, r"(?m)^fast east +≤ 1 s( +(met|missed|close)){4}$")
        self.assertLessEqual(max(map(len, text.splitlines())), 100)
        for line in text.splitlines():
            self.assertEqual(line, line.rstrip())
        self.assertNotIn("nan", text)
        self.assertNotIn("\033", text)

    def test_tables_say_what_json_says(self):
        out = self.json("show", "s.h5", "--json")
        f = figures(out["points"][2])[("response p95", "ask", "east")]
        row = next(line for line in self.sweep.out.split("ask: response time in ")[1].splitlines()
                   if line.split()[:1] == ["2"])
        unit = self.sweep.out.split("ask: response time in ")[1].split()[0]
        scale = {"ms": 1e3, "s": 1, "min": 1 / 60}[unit]
        value, half = row.split("Mbit/s")[1].split()[0], row.split("±")[1].split()[0]
        # To half a unit of the last digit printed, and a hair for the rounding of a tie.
        digit = 10.0 ** -len(value.partition(".")[2])
        self.assertLessEqual(abs(float(value) - f["value"] * scale), 0.501 * digit)
        self.assertLessEqual(abs(float(half) - f["half_width"] * scale), 0.501 * digit)

    def test_json_has_everything_in_a_stable_order(self):
        first = self.ok("show", "s.h5", "--json").out
        self.assertEqual(first, self.ok("show", "s.h5", "--json", "--all").out)
        out = self.json("show", "s.h5", "--json")
        self.assertEqual(list(out), ["title", "version", "study", "complete", "replications", "precision", "warmup_s", "warmup",
                                     "texts", "settings", "points", "runs"])
        self.assertIsNone(out["precision"])
        self.assertTrue(out["complete"])
        self.assertEqual(len(out["points"]), 4)
        self.assertEqual(len(out["runs"]), 12)
        self.assertEqual([p["factors"]["demand"]["number"] for p in out["points"]], [1, 1, 1.5, 1.5])
        bandwidth = out["points"][3]["factors"]["links.county.bandwidth"]
        self.assertEqual(bandwidth, {"label": "100 Mbit/s", "number": 100e6, "unit": "bit/s"})
        f = figures(out["points"][0])
        self.assertGreater(f[("response p95", "ask", "east")]["value"], f[("response mean", "ask", "east")]["value"])
        self.assertEqual(f[("objective", "fast east", "east")]["at_most"], 1)
        self.assertIn(f[("objective", "fast east", "east")]["verdict"], ("met", "missed", "too close to tell"))
        self.assertEqual({r["status"] for r in out["runs"]}, {0})

    def test_csv_has_every_figure_of_every_point(self):
        rows = list(csv.DictReader(self.ok("show", "s.h5", "--csv").out.splitlines()))
        points = self.json("show", "s.h5", "--json")["points"]
        self.assertEqual(len(rows), sum(len(p["figures"]) for p in points))
        names = ("figure", "subject", "partner", "unit")
        for row, (p, f) in zip(rows, ((p, f) for p in points for f in p["figures"])):
            self.assertEqual([row[n] for n in names], [f[n] or "" for n in names])
            self.assertEqual(int(row["point"]), p["point"])
            self.assertEqual(float(row["demand"]), p["factors"]["demand"]["number"])
            self.assertEqual(float(row["links.county.bandwidth"]), p["factors"]["links.county.bandwidth"]["number"])
            for name in ("value", "half_width"):
                self.assertEqual(float(row[name]) if row[name] else None, f[name])
            self.assertEqual(int(row["replications"]), 3)
            self.assertEqual(row["verdict"], f.get("verdict", ""))
            self.assertEqual(row["limit"], "1" if f["figure"] == "objective" else "")

    def test_one_point(self):
        text = self.ok("show", "s.h5", "--point", "3").out
        self.assertIn("Point 3: demand = 1.5, links.county.bandwidth = 100 Mbit/s\n", text)
        for heading in ("ask: response time", "ask: requests", "Objectives", "Stations"):
            self.assertRegex(text, rf"(?m)^{heading}")
        for figure in ("mean", "p50", "p90", "p95", "p99", "max", "arrived", "completed", "unfinished"):
            self.assertIn(figure, text)
        self.assertLessEqual(max(map(len, text.splitlines())), 100)
        out = self.json("show", "s.h5", "--point", "3", "--json")
        self.assertEqual(out["figures"], self.json("show", "s.h5", "--json")["points"][3]["figures"])
        self.fails(2, "show", "s.h5", "--point", "4", says="no point 4; its points are 0 to 3")

    def test_all_points(self):
        text = self.ok("show", "s.h5", "--all").out
        for point in range(4):
            self.assertIn(f"\nPoint {point}: ", text)

    def test_scenario_comes_out_again(self):
        self.assertEqual(self.ok("show", "s.h5", "--scenario").out, SMALL)
        self.assertEqual(self.json("show", "s.h5", "--scenario", "--json"), [{"name": "small.yaml", "text": SMALL}])

    def test_no_result(self):
        self.write("junk.h5", b"\x89HDF\r\n\x1a\n" + bytes(500))
        self.fails(2, "show", "junk.h5", says="junk.h5")
        self.write("empty.h5", b"")
        self.fails(2, "show", "empty.h5", says="empty.h5")
        self.write("half.h5", self.read("s.h5")[:len(self.read("s.h5")) // 2])
        self.fails(2, "show", "half.h5", says="half.h5")

    def test_bold_only_on_a_terminal_and_without_no_color(self):
        def shown(env):
            leader, follower = self.terminal()
            self.addCleanup(os.close, leader)
            result = self.run_program("show", "s.h5", "--point", "0", env=env, preexec=lambda: os.dup2(follower, 1))
            os.close(follower)
            self.assertEqual(result.status, 0)
            text = b""
            try:
                while chunk := os.read(leader, 65536):
                    text += chunk
            except OSError:
                pass
            return text.decode()
        self.assertIn("\033[1m", shown({"NO_COLOR": ""}))
        self.assertNotIn("\033", shown({"NO_COLOR": "1"}))


class Unstable(Case):
    def test_unstable_stations_stand_in_place_of_figures(self):
        self.write("one.yaml", ONE.replace("replications: 2", "replications: 2, factors: {demand: [1, 2.5]}"))
        result = self.ok("sweep", "one.yaml", "-o", "r.h5", "-q")
        self.assertRegex(result.out, r"(?m)^ +1 +2\.5 +unstable: server$")
        self.assertRegex(result.out, r"(?m)^server +[\d.]+ +unstable$")
        self.assertIn("server is unstable", self.ok("show", "r.h5", "--point", "1").out)
        points = self.json("show", "r.h5", "--json")["points"]
        self.assertEqual([p["unstable"] for p in points], [[], ["server"]])
        f = figures(points[1])[("response mean", "ask", "town")]
        self.assertEqual((f["value"], f["unstable"]), (None, True))


class Repeat(Case):
    def setUp(self):
        super().setUp()
        self.write("parts/rest.yaml", "psnsim: 1\n" + "".join(SMALL.partition("services:")[1:]))
        self.write("small.yaml", SMALL.partition("services:")[0] + "include: [parts/rest.yaml]\n")
        self.ok("sweep", "small.yaml", "-o", "s.h5", "-q", "-s", "study.seed=5")

    def test_any_run_is_the_same_to_the_bit(self):
        self.path("small.yaml").unlink()  # all comes from the result
        self.path("parts/rest.yaml").unlink()
        for point, replication, partitions in ((0, 0, 1), (3, 2, 1), (2, 1, 3)):
            result = self.ok("run", "s.h5", "--point", point, "--replication", replication, "--partitions", partitions)
            self.assertIn("Every figure is the same to the bit", result.out)
            self.assertIn("ask: response time", result.out)
        out = self.json("run", "s.h5", "--point", "1", "--replication", "2", "--json")
        self.assertTrue(out["same"])
        runs = self.json("show", "s.h5", "--json")["runs"]
        run = next(r for r in runs if (r["point"], r["replication"]) == (1, 2))
        self.assertEqual(out["events"], run["events"])

    def test_what_it_needs(self):
        self.fails(2, "run", "s.h5", says="--point")
        self.fails(2, "run", "s.h5", "--point", "0", says="--replication")
        self.fails(2, "run", "s.h5", "--point", "4", "--replication", "0", says="points are 0 to 3")
        self.fails(2, "run", "s.h5", "--point", "0", "--replication", "3", says="replications 0 to 2")
        self.fails(2, "run", "s.h5", "--point", "0", "--replication", "0", "--set", "study.seed=1", says="takes only")

    def test_a_changed_figure_is_found(self):
        import h5py
        with h5py.File(self.path("s.h5"), "r+") as f:
            events = f["runs/events"]
            events[0] = events[0] + 1
        result = self.run_program("run", "s.h5", "--point", "0", "--replication", "0")
        self.assertEqual(result.status, 1, result.err)
        self.assertRegex(result.out, r"Not the same as in s\.h5: .*events.* differs")
        self.ok("run", "s.h5", "--point", "0", "--replication", "1")


class ManyPartners(Case):
    """A table that nobody would read to its end shows what matters most."""

    def test_the_slowest_and_the_busiest_are_shown(self):
        n = 90
        partners = "\n".join(f"  p{i}: {{population: {1000 + i}, staff: {{s{i}: 10}}}}" for i in range(n))
        sites = "\n".join(f"  s{i}: {{partner: p{i}}}" for i in range(n))
        pools = "\n".join(f"  c{i}: {{site: s{i}, partner: p{i}, hosts: 1, cores: 1, speed: {1 + i / 20}}}"
                          for i in range(n))
        hosting = ", ".join(f"p{i}: {{app: c{i}}}" for i in range(n))
        self.write("many.yaml", f"""\
psnsim: 1
time: {{start: 2014-05-12, horizon: 10 min, warmup: 1 min, interval: 1 min}}
partners:
{partners}
sites:
{sites}
compute:
{pools}
services: {{ask: {{steps: [{{compute: app, work: 1 s}}]}}}}
workloads: {{asking: {{service: ask, partners: all, rate: 6 / min}}}}
arrangements: {{each: {{hosting: {{{hosting}}}}}}}
use: {{arrangement: each}}
study: {{seed: 1, replications: 2}}
""")
        self.ok("run", "many.yaml", "-o", "many.h5", "--quiet")
        text = self.ok("show", "many.h5", "--point", "0").out
        self.assertIn("The partners with the longest p95 are shown; 70 more are in --json.", text)
        self.assertIn("The 40 busiest are shown; 50 more are in --json.", text)
        response = text[text.index("ask: response time"):text.index("ask: requests")]
        rows = [line.split()[0] for line in response.splitlines() if line.startswith("p") and "±" in line]
        found = {m["partner"]: m["value"] for m in self.json("show", "many.h5", "--point", "0", "--json")["figures"]
                 if m["figure"] == "response p95"}
        self.assertEqual(sorted(rows[:20]), sorted(sorted(found, key=found.get)[-20:]))
        self.assertEqual(len(found), n)


if __name__ == "__main__":
    main()
