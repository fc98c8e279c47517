# SPDX-License-Identifier: Apache-2.0
"""Groups through the built program: what members are called, settings of one, and what is refused."""
import h5py
import numpy as np

from harness import SANITIZED, Case, figures, main

GROUPS = """\
psnsim: 1
title: Groups
time: {start: 2024-01-01, horizon: 30 min, warmup: 10 min, interval: 10 min}
partners:
  council: {label: County, population: 1000, staff: {offices: 10, hall: 5}}
sites:
  hall: {}
  pops: {count: 3, label: Exchange}
  schools: {count: 4, partner: council}
  offices: {like: schools, count: 3}
links:
  ring: {ring: pops, bandwidth: 1 Gbit/s, delay: 1 ms}
  access: {between: [schools, pops], bandwidth: 10 Mbit/s, delay: 2 ms}
  lines: {like: access, between: [offices, pops], bandwidth: 20 Mbit/s}
  trunk: {between: [pops/2, hall], bandwidth: 1 Gbit/s}
compute: {server: {site: hall, cores: 4}}
services: {ask: {steps: [{request: 4 KB}, {compute: app, work: 40 ms}, {response: 60 KB}]}}
workloads:
  case: {service: ask, users: 100 % of staff, think: exp(20 s)}
  lessons: {service: ask, at: schools, users: 3 per site, think: exp(20 s)}
arrangements:
  shared: {hosting: {all: {app: server}}}
  moved: {hosting: {all: {app: server}}, staff: {council: {offices/1: 15}}}
use: {arrangement: shared}
objectives: {roomy: {link: [access], figure: utilisation p95, at most: 80 %}}
study: {seed: 3, replications: 2, factors: {links.access/3.bandwidth: [1 Mbit/s, 20 Mbit/s]}}
"""


class Groups(Case):
    def setUp(self):
        super().setUp()
        self.write("groups.yaml", GROUPS)

    def stations(self, *arguments):
        out = self.json("check", "groups.yaml", "--json", *arguments)
        return {s["station"]: s for s in out["stations"]}

    def test_names(self):
        out = self.json("check", "groups.yaml", "--json")
        self.assertEqual((out["sites"], out["links"]), (11, 3 + 4 + 3 + 1))
        self.assertEqual({s["station"] for s in out["stations"] if s["kind"] == "link"},
                         {"ring/1 to pops/1", "ring/1 to pops/2", "ring/2 to pops/2", "ring/2 to pops/3",
                          "ring/3 to pops/3", "ring/3 to pops/1",
                          "access/1 to pops/1", "access/1 to schools/1", "access/2 to pops/2", "access/2 to schools/2",
                          "access/3 to pops/3", "access/3 to schools/3", "access/4 to pops/1", "access/4 to schools/4",
                          "lines/1 to pops/1", "lines/1 to offices/1", "lines/2 to pops/2", "lines/2 to offices/2",
                          "lines/3 to pops/3", "lines/3 to offices/3",
                          "trunk to pops/2", "trunk to hall"})
        self.assertIn("access/4 to schools/4", self.ok("check", "groups.yaml").out)

    def test_results(self):
        self.ok("sweep", "groups.yaml", "-o", "groups.h5")
        with h5py.File(self.path("groups.h5")) as f:
            names = [s.decode() for s in f["stations/station"]]
            self.assertIn("access/4 to pops/1", names)
            self.assertEqual([t.decode() for t in f["objectives/target"]][:2],
                             ["roomy access/1 to pops/1", "roomy access/1 to schools/1"])
            self.assertEqual([x.decode() for x in f["design/factor"]], ["links.access/3.bandwidth"])
            # A name in HDF5 has no slash: the factor's own column says so by its name.
            self.assertEqual([x.decode() for x in f["design/column"]], ["links.access_3.bandwidth"])
            self.assertEqual(list(f["runs/links.access_3.bandwidth"]), [1e6, 1e6, 2e7, 2e7])
            # 60 KB over 1 Mbit/s in place of 20: the members beside it are as they were.
            use = f["stations/utilisation"][()]
            third, fourth = names.index("access/3 to schools/3"), names.index("access/4 to schools/4")
            self.assertGreater(use[0, third], 10 * use[2, third])
            self.assertTrue(np.allclose(use[0, fourth], use[2, fourth], rtol=0.05))
        shown = self.json("show", "groups.h5", "--json")
        self.assertIn(("utilisation", "lines/2 to offices/2", None), figures(shown["points"][0]))
        again = self.ok("run", "groups.h5", "--point", 1, "--replication", 1)
        self.assertIn("every figure is the same", (again.out + again.err).lower())

    def test_settings_of_one_member(self):
        one = ["--set", "links.access/2.bandwidth=1 Mbit/s"]
        before, after = self.stations(), self.stations(*one)
        for name in before:
            if name.startswith("access/2 "):
                self.assertAlmostEqual(after[name]["busiest"] / before[name]["busiest"], 10, delta=0.3)  # closed: a little slower
            elif name.startswith("access/"):
                self.assertAlmostEqual(after[name]["busiest"] / before[name]["busiest"], 1, delta=0.01)
        # What acts on the group acts first, wherever it stands; a star covers members.
        group = ["--set", "links.access.bandwidth=5 Mbit/s"]
        self.assertEqual(self.stations(*one, *group), self.stations(*group, *one))
        every = ["--set", "links.access/*.bandwidth=5 Mbit/s"]
        self.assertEqual(self.stations(*every), self.stations(*group))
        self.assertEqual(self.stations(*every, *one), self.stations(*group, *one))

    def test_who_sits_where(self):
        at_two = "lines/2 to offices/2"
        self.assertTrue(self.stations()[at_two]["used"])
        moved = self.stations("--set", "arrangement=moved")
        self.assertFalse(moved[at_two]["used"])
        self.assertTrue(moved["lines/1 to offices/1"]["used"])
        # The same 15 people ask for the same.
        self.assertAlmostEqual(moved["server"]["busiest"], self.stations()["server"]["busiest"], delta=0.001)
        # Points of one study may differ in who sits where.
        factors = ["--set", "study.factors={arrangement: [shared, moved]}"]
        self.ok("sweep", "groups.yaml", "-o", "moved.h5", *factors)
        with h5py.File(self.path("moved.h5")) as f:
            second = [s.decode() for s in f["stations/station"]].index(at_two)
            use = f["stations/utilisation"][:, second]
            self.assertTrue((use[:2] > 0).all() and (use[2:] == 0).all())

    def test_mistakes(self):
        for old, new, place, says in (
                ("site: hall", "site: schools", "16:26", '"schools" is a group of sites; expected one of its sites, such as schools/1'),
                ("app: server}}}\n  moved", "app: pops}}}\n  moved", "22:33", "expected one of its sites, such as pops/1"),
                ("[schools, pops]", "[schools, schools]", "13:21", 'link "access" has group "schools" at both ends'),
                ("[schools, pops]", "[schools, pops/4]", "13:31", '"pops/4" is not there; expected one of pops/1 to pops/3'),
                ("ring: pops", "ring: hall", "12:16", "a ring of 1 site; expected at least 3 sites"),
                ("ring: pops", "ring: pops, mesh: pops", "12:22", "expected one of between, ring and mesh"),
                ("ring: pops, ", "", "12:3", 'link "ring" joins nothing; expected one of between: [SITE, SITE], ring and mesh'),
                ("count: 4", "count: 100001", "9:20", "all groups together have more than 100000 members"),
                ("count: 4", "count: four", "9:20", '"four" has no number'),
                ("offices: 10", "offices: 10, offices/1: 3", "5:67", '"offices/1" stands beside its whole group'),
                ("access/3.b", "access/5.b", "26:45", "names no member; expected one of access/1 to access/4"),
                ("10 Mbit/s", "10 Mbit", "13:49", "is a size; expected a bandwidth"),
                ("schools: {count: 4,", "schools: {count: 4, only: [moved],", "20:3",
                 'workload "lessons" of partner "council" is asked for at site "schools/1", which takes no part'),
        ):
            with self.subTest(new):
                self.assertIn(old, GROUPS)
                result = self.refused(GROUPS.replace(old, new, 1), f"bad.yaml:{place}: ", says)
                told = result.err.strip().splitlines()
                self.assertEqual(len(told), 2 if "[moved]" in new else 1, result.err)  # case asks there, too
        for path, says in (("links.access/5.delay=1 s", "expected one of access/1 to access/4"),
                           ("links.trunk/1.delay=1 s", "names a member of what is no group; expected links.trunk"),
                           ("sites.pops/1.count=3", 'a member of a group has no "count"')):
            with self.subTest(path):
                self.fails(2, "check", "groups.yaml", "--set", path, says=says)

    def test_long_tables_show_one_member_of_a_group(self):
        # 40 schools: 80 rows of their links; the one with a slower link is the busiest.
        many = GROUPS.replace("count: 4", "count: 40").replace("access/3", "access/17").replace("[1 Mbit/s, 20", "[10 Mbit/s, 1")
        many = many.replace("at most: 80 %", "at most: 5 %")
        self.write("many.yaml", many)
        slow = ["--set", "links.access/17.bandwidth=1 Mbit/s"]
        text = self.ok("check", "many.yaml", *slow).out
        self.assertIn("access/17 to schools/17", text)
        self.assertNotIn("access/16", text)
        self.assertRegex(text, r"Of each group the busiest is shown, and 40 rows at most; \d+ more are in --json\.")
        self.assertEqual(len([n for n in self.json("check", "many.yaml", "--json", *slow)["stations"]
                              if n["station"].startswith("access/")]), 80)
        self.ok("sweep", "many.yaml", "-o", "many.h5")
        for arguments in ([], ["--point", 1]):
            text = self.ok("show", "many.h5", *arguments).out
            self.assertIn("roomy access/17 to schools/17", text)  # the one that misses its objective
            self.assertNotIn("access/16", text)
            self.assertRegex(text, r"Of each group the worst is shown, and 40 rows at most; \d+ more are in --json\.")
        self.ok("sweep", "many.yaml", "-o", "less.h5", "--set", "study.factors.demand=[1, 0.5]", "-r", 5)
        for arguments in ([], ["--point", 3, "--against", 1]):  # half the demand: every link is less busy
            text = self.ok("compare", "less.h5", *arguments).out
            self.assertIn("access/17 to schools/17", text)  # on the slow link it is the most
            self.assertNotIn("access/16", text)
            self.assertRegex(text, r"Of each group the one that changes most is shown, and 40 rows at most; \d+ more are in --json\.")

    def test_thousands_of_members_are_read_at_once(self):
        # Without anybody there, no way to it is looked for: what remains is reading.
        many = GROUPS.replace("count: 4", "count: 20000").replace("at: schools, users: 3 per site", "at: hall, users: 3")
        self.write("many.yaml", many.replace("  offices: {like: schools, count: 3}", "  offices: {count: 3}"))
        result = self.ok("check", "many.yaml", "--json", timeout=100)
        self.assertIn('"sites": 20007', result.out)
        if not SANITIZED:
            self.assertLess(result.memory, 400e6)


if __name__ == "__main__":
    main()
