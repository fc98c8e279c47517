# SPDX-License-Identifier: Apache-2.0
"""Times worked out by hand, to the nanosecond: single requests over links, arrays and windows.

Every law is constant and nothing else goes on, so a response is the sum that the language's definition
gives. Figures are stored in seconds as doubles: 1e-9 s tells nanoseconds apart. Where a term is no whole
number of nanoseconds, each of its `rounded` terms may be off by half of one.
"""

import unittest
from fractions import Fraction

import theory
from program import DAY, HOUR, run, scenario

MS, SECOND = 10 ** 6, 10 ** 9
MBIT = 10 ** 6

# hall --10 Mbit/s-- town --100 Mbit/s-- county --1 Gbit/s-- centre; and hall --100-- annex --20-- depot.
LINKS = {
    "slow": ("hall", "town", 10 * MBIT, 3 * MS),
    "middle": ("town", "county", 100 * MBIT, 2 * MS),
    "fast": ("county", "centre", 1000 * MBIT, 1 * MS),
    "wide": ("hall", "annex", 100 * MBIT, 4 * MS),
    "narrow": ("annex", "depot", 20 * MBIT, 5 * MS),
}
PATHS = {
    "hall": [], "town": ["slow"], "county": ["slow", "middle"], "centre": ["slow", "middle", "fast"],
    "annex": ["wide"], "depot": ["wide", "narrow"],
}


def legs(site):
    """The links between hall and a site, as theory.message_ns takes them."""
    return [(LINKS[name][2], LINKS[name][3]) for name in PATHS[site]]


class Exact(unittest.TestCase):
    def same(self, seconds, nanoseconds, rounded=0, label=None):
        """A figure in seconds against an exact time in ns."""
        off = abs(Fraction(float(seconds)) * SECOND - nanoseconds)
        self.assertLessEqual(float(off), 0.5 * rounded + 0.5,
                             f"{label or ''}: {seconds:.10f} s, by hand {float(nanoseconds) / 1e9:.10f} s")


class Requests(Exact):
    """Every request finds everything idle."""

    SECTIONS = {
        "sites": {"hall": {"partner": "council"}, **{name: {} for name in PATHS if name != "hall"}},
        "links": {name: {"between": [a, b], "bandwidth": f"{rate // MBIT} Mbit/s",
                         "delay": f"{delay // MS} ms"} for name, (a, b, rate, delay) in LINKS.items()},
        "compute": {f"server-{site}": {"site": site, "cores": 1} for site in PATHS},
        "storage": {f"disk-{site}": {"site": site, "capacity": "10 TB", "iops": 2000,
                                     "bandwidth": "1 Gbit/s", "latency": "4 ms"} for site in PATHS},
        "hosting": {**{f"app-{site}": f"server-{site}" for site in PATHS},
                    **{f"db-{site}": f"disk-{site}" for site in PATHS}},
    }

    def once(self, steps, **options):
        """The response of a service of these steps, in s. One user who thinks 100 s: the same in every
        cycle."""
        sections = {**self.SECTIONS, "services": {"case": {"steps": steps}},
                    "workloads": {"user": {"service": "case", "partners": "all", "users": 1,
                                           "think": "100 s"}}}
        sections.update(options)
        result = run(scenario("by hand", horizon=3600, **sections))
        self.assertGreaterEqual(result.service("completed", "case")[0], 10)
        longest = result.service("response_max", "case")[0]
        self.assertAlmostEqual(result.service("response_mean", "case")[0], longest, delta=1e-9)
        return longest

    def same_each(self, cases):
        """Cases (steps, time by hand in ns, rounded terms): a service and a user each, who ask 20 s apart and
        once only."""
        first = 20 * len(cases)
        result = run(scenario(
            "by hand", horizon=2 * first, **self.SECTIONS,
            services={f"case-{i}": {"steps": steps} for i, (steps, _, _) in enumerate(cases)},
            workloads={f"user-{i}": {"service": f"case-{i}", "partners": "all", "users": 1,
                                     "think": f"{first + 20 * i} s"} for i in range(len(cases))}))
        for i, (steps, by_hand, rounded) in enumerate(cases):
            with self.subTest(steps=steps):
                self.assertEqual(result.service("completed", f"case-{i}")[0], 1)
                self.same(result.service("response_max", f"case-{i}")[0], by_hand, rounded)

    def array(self, size):
        return theory.array_ns(size, 2000, 1000 * MBIT, 4 * MS)

    def test_request_and_response(self):
        """There and back over one, two and three links, slowest first and last, sizes below the segment
        (10 Mbit/s sends 1,250 bytes in 1 ms: 1,500 hold; 20 Mbit/s 2,500), at it and above it."""
        cases = []
        for site in ("town", "county", "centre", "annex", "depot"):
            for size in (1, 500, 1500, 2000, 2500, 90_000, 4_000_000):
                path = legs(site)
                steps = [{"request": f"{size} B"}, {"compute": f"app-{site}", "work": "60 ms"},
                         {"response": f"{2 * size} B"}]
                expected = (theory.message_ns(8 * size, path) + 60 * MS +
                            theory.message_ns(16 * size, path[::-1]))
                cases.append((steps, expected, 2 * len(path)))
        self.same_each(cases)

    def test_two_links_by_hand(self):
        """The worked example: 100 KB over 10 then 100 Mbit/s. Delays 3 + 2 ms; 800,000 bits at 10 Mbit/s
        80 ms; one segment of 1,500 bytes at 100 Mbit/s 0.12 ms: 85.12 ms. Then work of 1 ms, and
        1,000 bytes back: 5 + 0.8 + 0.08 ms."""
        self.same(self.once([{"request": "100 KB"}, {"compute": "app-county", "work": "1 ms"},
                             {"response": "1000 B"}]), 85_120_000 + 1_000_000 + 5_880_000)

    def test_at_home(self):
        """All at one site: messages take no time."""
        self.same(self.once([{"request": "10 MB"}, {"compute": "app-hall", "work": "25 ms"},
                             {"response": "10 MB"}]), 25 * MS)

    def test_speed(self):
        """Work is that of a core of speed 1."""
        self.same(self.once(
            [{"compute": "app-hall", "work": "25 ms"}],
            compute={f"server-{s}": {"site": s, "cores": 4, "speed": 2.5} for s in PATHS}), 10 * MS)

    def test_delay_and_repeats(self):
        """`times` does a step over and over."""
        self.same(self.once([{"delay": "7 ms", "times": 3}, {"compute": "app-hall", "work": "5 ms",
                                                           "times": 4}]), 41 * MS)

    def test_read_at_home(self):
        """Operations bind (4 ops of 0.5 ms against 2 ms), bandwidth binds, one started operation."""
        self.same_each([([{"read": "db-hall", "size": f"{size} B"}], self.array(size), 1)
                        for size in (65_536 * 4, 10_000_000, 1, 65_537)])
        self.same(self.once([{"read": "db-hall", "size": "256 KiB"}]), 2_097_152 + 4 * MS)

    def test_read_across(self):
        """The ask takes the delays, the array its time, the bytes come back over the links."""
        cases = []
        for site in ("town", "county", "depot"):
            for size in (1000, 65_536, 3_000_000):
                path = legs(site)
                expected = (theory.message_ns(0, path) + self.array(size) +
                            theory.message_ns(8 * size, path[::-1]))
                cases.append(([{"read": f"db-{site}", "size": f"{size} B"}], expected, 1 + len(path)))
        self.same_each(cases)

    def test_read_repeated(self):
        """Three reads one after the other, each with its ask."""
        path = legs("county")
        one = theory.message_ns(0, path) + self.array(65_536) + theory.message_ns(8 * 65_536, path[::-1])
        self.same(self.once([{"read": "db-county", "size": "64 KiB", "times": 3}]), 3 * one, rounded=9)

    def test_write_across(self):
        """The bytes go over the links, the array takes its time, an acknowledgement takes the delays."""
        cases = []
        for site in ("hall", "county", "depot"):
            for size in (1000, 16_000, 3_000_000):
                path = legs(site)
                expected = (theory.message_ns(8 * size, path) + self.array(size) +
                            theory.message_ns(0, path[::-1]))
                cases.append(([{"write": f"db-{site}", "size": f"{size} B"}], expected, 1 + len(path)))
        self.same_each(cases)

    def test_places(self):
        """A job has a place. The request goes to town; the read leaves the job there; compute at the county
        moves it by a message of no bytes; the write leaves it there; the response goes home from there."""
        home_town, town_county = legs("town"), legs("county")[1:]
        expected = (
            theory.message_ns(80_000, home_town)                                       # request
            + 10 * MS                                                                  # compute in town
            + theory.message_ns(0, town_county) + self.array(8000)
            + theory.message_ns(64_000, town_county)                                   # read
            + theory.message_ns(0, town_county) + 20 * MS                              # compute, county
            + theory.message_ns(160_000, town_county) + self.array(20_000)
            + theory.message_ns(0, town_county)                                        # write to town
            + theory.message_ns(400_000, legs("county")[::-1]))                        # response
        self.same(self.once([
            {"request": "10 KB"}, {"compute": "app-town", "work": "10 ms"},
            {"read": "db-county", "size": "8000 B"}, {"compute": "app-county", "work": "20 ms"},
            {"write": "db-town", "size": "20 KB"}, {"response": "50 KB"}]), expected, rounded=8)

    def test_request_goes_to_a_branch(self):
        """`request` travels to the next role's site, also where the role stands in a choice."""
        expected = theory.message_ns(80_000, legs("town")) + 10 * MS
        self.same(self.once([{"request": "10 KB"}, {"choice": [
            {"share": 0.5, "steps": [{"compute": "app-town", "work": "10 ms"}]},
            {"share": 0.5, "steps": [{"compute": "app-town", "work": "10 ms"}]}]}]), expected, rounded=1)

    def test_least_delay(self):
        """Two ways from hall to the far site: 30 ms over one fast link, 5 + 5 ms over two slow ones. The
        route is the one of least delay, whatever its bandwidth."""
        way = [(10 * MBIT, 5 * MS), (10 * MBIT, 5 * MS)]
        seconds = self.once(
            [{"request": "50 KB"}, {"compute": "app", "work": "1 ms"}, {"response": "50 KB"}],
            sites={"hall": {"partner": "council"}, "mid": {}, "far": {}},
            links={"direct": {"between": ["hall", "far"], "bandwidth": "1 Gbit/s", "delay": "30 ms"},
                   "first": {"between": ["hall", "mid"], "bandwidth": "10 Mbit/s", "delay": "5 ms"},
                   "second": {"between": ["far", "mid"], "bandwidth": "10 Mbit/s", "delay": "5 ms"}},
            compute={"server": {"site": "far", "cores": 1}}, storage={},
            arrangements={"base": {"hosting": {"all": {"app": "server"}}}})
        self.same(seconds, 2 * theory.message_ns(400_000, way) + MS)


OPERATION = 65_536


class Backups(Exact):
    """A backup from the council's disk to a vault over one link: read at home, written across."""

    def backup(self, size, days, window, link="1 Gbit/s", disk=2000, vault=5000, **more):
        """`size` bytes a night. Sections in `more` merge over those here."""
        sections = {
            "partners": {"council": {"population": 1000, "staff": {"hall": 100}}},
            "sites": {"hall": {"partner": "council"}, "vault-site": {}},
            "links": {"line": {"between": ["hall", "vault-site"], "bandwidth": link, "delay": "10 ms"}},
            "storage": {
                "disk": {"site": "hall", "capacity": "10 TB", "iops": disk, "bandwidth": "2 Gbit/s",
                         "latency": "4 ms"},
                "vault": {"site": "vault-site", "capacity": "100 TB", "iops": vault,
                          "bandwidth": "4 Gbit/s", "latency": "6 ms"}},
            "hosting": {"db": "disk", "safe": "vault"},
            "hours": {"nights": window},
            "services": {"backup": {"steps": [{"read": "db", "size": f"{size} B"},
                                              {"write": "safe", "size": f"{size} B"}]}},
            "workloads": {"nightly": {"service": "backup", "partners": "all", "by": "db",
                                      "every": "1 d", "window": "nights"}},
        }
        for name, entries in more.items():
            sections[name] = {**sections.get(name, {}), **entries}
        return run(scenario("a backup", horizon=days * DAY, interval=HOUR, **sections))

    def test_alone(self):
        """100,000 operations of 64 KiB. Reading: 50 s by operations (26.2 s by bandwidth) + 4 ms. Sending:
        52,428,800,000 bits at 1 Gbit/s + 10 ms. Writing: 20 s by operations (13.1 s) + 6 ms. The
        acknowledgement: 10 ms. Released as the window opens, every day."""
        result = self.backup(100_000 * OPERATION, 3, "daily 20:00-06:00")
        by_hand = 50 * SECOND + 52_428_800_000 + 20 * SECOND + (4 + 10 + 6 + 10) * MS
        self.same(result.service("response_max", "backup")[0], by_hand)
        self.same(result.service("response_mean", "backup")[0], by_hand)
        self.assertEqual(result.service("offered", "backup")[0], 3)
        self.assertEqual(result.service("completed", "backup")[0], 3)
        self.assertEqual(result.service("overruns", "backup")[0], 0)
        self.assertAlmostEqual(result.station("utilisation", "disk")[0], 50 / DAY, delta=1e-12)
        self.assertAlmostEqual(result.station("utilisation", "line to vault-site")[0],
                               52.4288 / DAY, delta=1e-12)
        self.assertEqual(result.station("utilisation", "line to hall")[0], 0)
        offered = result.series("offered", service="backup") * HOUR
        self.assertEqual([hour for hour in range(72) if offered[hour] > 0.5], [20, 44, 68])

    def test_size_of_data(self):
        """`4 % of data.db` of 5 TB are 200 GB: 3,051,758 operations."""
        result = self.backup(
            0, 1, "daily 00:00-24:00",
            partners={"council": {"population": 1000, "staff": {"hall": 100},
                                  "data": {"db": {"size": "5 TB"}}}},
            services={"backup": {"steps": [{"read": "db", "size": "4 % of data.db"},
                                           {"write": "safe", "size": "4 % of data.db"}]}})
        size = 200 * 10 ** 9
        by_hand = (theory.array_ns(size, 2000, 2000 * MBIT, 4 * MS) + Fraction(8 * size, 10 ** 9) * SECOND
                   + 20 * MS + theory.array_ns(size, 5000, 4000 * MBIT, 6 * MS))
        self.same(result.service("response_max", "backup")[0], by_hand, rounded=2)

    def test_overrun(self):
        """A window of one minute: the backup goes on to its end after 122.4588 s, and is told."""
        result = self.backup(100_000 * OPERATION, 2, "daily 02:00-02:01")
        self.assertEqual(result.service("overruns", "backup")[0], 2)
        self.same(result.service("overrun_max", "backup")[0],
                  122_428_800_000 + 30 * MS - 60 * SECOND)

    def test_the_next_one_waits(self):
        """10 hours of reading, 14.6 of sending and 4 of writing, released every midnight: no station is
        overloaded, but a backup takes 28.6 hours and the next one waits for it. Number k (from 0) ends
        after 28.6 (k + 1) hours, so it takes 28.6 + 4.6 k hours from its release. After 5 days 4 are done
        and the fifth, begun at 114 hours, is not; all 5 have overrun their window of 2 hours. A flow ends
        up to 1 ns late, and 1 ns later for 14.6 hours at a rate in units of 1.4e-8 bit/s."""
        operations = 72_000  # at 2 a second, and at 5
        size = operations * OPERATION
        sending = Fraction(8 * size, 720_000) * SECOND
        result = self.backup(size, 5, "daily 00:00-02:00", link="720 kbit/s", disk=2, vault=5)
        one = 36_000 * SECOND + 14_400 * SECOND + sending + (4 + 10 + 6 + 10) * MS
        self.assertEqual(one // (3600 * SECOND), 28)
        done = [one * (k + 1) - k * DAY * SECOND for k in range(4)]
        self.assertEqual(result.service("offered", "backup")[0], 5)
        self.assertEqual(result.service("completed", "backup")[0], 4)
        self.assertEqual(result.service("unfinished", "backup")[0], 1)
        self.same(result.service("response_max", "backup")[0], max(done), rounded=4 + 4 * 4)
        self.same(result.service("response_mean", "backup")[0], Fraction(sum(done), 4), rounded=4 + 4 * 4)
        self.assertEqual(result.service("overruns", "backup")[0], 5)
        late = max([d - 2 * HOUR * SECOND for d in done] + [(24 - 2) * HOUR * SECOND])
        self.same(result.service("overrun_max", "backup")[0], late, rounded=4 + 4 * 4)

    def test_half_and_half(self):
        """A backup and a message of the same size begin to share a link at the same time: each gets half,
        so both take twice their time alone. The user asks 600 s after midnight, as the window opens. The
        backup is a flow, whose owner learns of the message when the link has looked, after 1/64 s at
        first, and the control delay twice: until then it counts on all of the link, where it gets half."""
        size = 12_500_000  # 100 Mbit: a second at 100 Mbit/s
        user = {"services": {"case": {"steps": [{"request": f"{size} B"},
                                                {"compute": "app", "work": "1 ms"}]},
                             "backup": {"steps": [{"write": "safe", "size": f"{size} B"}]}},
                "hosting": {"app": "server"},
                "compute": {"server": {"site": "vault-site", "cores": 1}}}
        for with_backup in (False, True):
            workloads = {"desk": {"service": "case", "partners": "all", "users": 1, "think": "600 s"}}
            if with_backup:
                workloads["nightly"] = {"service": "backup", "partners": "all", "by": "db",
                                        "every": "1 d", "window": "nights"}
            sections = {
                "sites": {"hall": {"partner": "council"}, "vault-site": {}},
                "links": {"line": {"between": ["hall", "vault-site"], "bandwidth": "100 Mbit/s",
                                   "delay": "10 ms"}},
                "storage": {
                    "disk": {"site": "hall", "capacity": "10 TB", "iops": 2000,
                             "bandwidth": "2 Gbit/s", "latency": "4 ms"},
                    "vault": {"site": "vault-site", "capacity": "100 TB", "iops": 5000,
                              "bandwidth": "4 Gbit/s", "latency": "6 ms"}},
                "hours": {"nights": "daily 00:10-06:00"}, "workloads": workloads,
                **user, "hosting": {"app": "server", "db": "disk", "safe": "vault"}}
            result = run(scenario("half and half", horizon=1100, **sections))
            with self.subTest(with_backup=with_backup):
                self.assertEqual(result.service("completed", "case")[0], 1)
                if not with_backup:
                    self.same(result.service("response_max", "case")[0], SECOND + 11 * MS, rounded=2)
                else:
                    off = 0.5 * (1 / 64 + 2 * 0.005) / 0.5 + 1e-8
                    self.assertAlmostEqual(result.service("response_max", "case")[0], 2.011, delta=off)
                    array = theory.array_ns(size, 5000, 4000 * MBIT, 6 * MS)
                    self.assertAlmostEqual(result.service("response_max", "backup")[0],
                                           2 + 0.02 + float(array) / SECOND, delta=off)
                    self.assertAlmostEqual(result.station("utilisation", "line to vault-site")[0],
                                           2 / 1100, delta=off / 1100)

    def test_backups_share_what_is_left(self):
        """Two partners' backups of the same size over one link at the same time: half each, alone. With
        sizes 1 : 2 the first ends at 2 S / r and the second at 3 S / r."""
        unit = 125_000_000  # 1 Gbit
        result = run(scenario(
            "two backups", horizon=DAY,
            partners={"east": {"population": 1, "staff": {"hall": 1}, "data": {"db": {"size": "125 MB"}}},
                      "west": {"population": 1, "staff": {"hall": 1}, "data": {"db": {"size": "250 MB"}}}},
            sites={"hall": {}, "vault-site": {}},
            links={"line": {"between": ["hall", "vault-site"], "bandwidth": "100 Mbit/s",
                            "delay": "10 ms"}},
            storage={"disk": {"site": "hall", "capacity": "10 TB", "iops": 2000, "bandwidth": "2 Gbit/s",
                              "latency": "4 ms"},
                     "vault": {"site": "vault-site", "capacity": "100 TB", "iops": 5000,
                               "bandwidth": "4 Gbit/s", "latency": "6 ms"}},
            hosting={"db": "disk", "safe": "vault"}, hours={"nights": "daily 20:00-06:00"},
            services={"backup": {"steps": [{"write": "safe", "size": "100 % of data.db"}]}},
            workloads={"nightly": {"service": "backup", "partners": "all", "by": "db", "every": "1 d",
                                   "window": "nights"}}))
        for partner, size, seconds in (("east", unit, 20), ("west", 2 * unit, 30)):
            self.same(result.service("response_max", "backup", partner)[0], seconds * SECOND + 20 * MS +
                      theory.array_ns(size, 5000, 4000 * MBIT, 6 * MS), rounded=3, label=partner)


class FlowsAndMessages(unittest.TestCase):
    """A flow of 250 MB, 20 s alone at 100 Mbit/s, beside messages of 12.5 KB, 1 ms each."""

    def flow(self, demand, classes):
        """How long it takes, in s, from 5 s on. `demand` for messages; `classes` of both, or none."""
        live, rest = ({"class": name} if classes else {} for name in ("live", "rest"))
        result = run(scenario(
            "a flow beside messages", horizon=120,
            partners={"council": {"staff": {"hall": 1}}, "other": {"staff": {"hall": 1}}},
            sites={"hall": {}, "centre": {}}, classes=classes,
            links={"line": {"between": ["hall", "centre"], "bandwidth": "100 Mbit/s", "delay": "5 ms"}},
            compute={"server": {"site": "centre", "discipline": "unlimited"}}, hosting={"app": "server"},
            services={
                "move": {**rest, "steps": [{"delay": "5 s"}, {"request": "250 MB"},
                                           {"compute": "app", "work": "1 us"}]},
                "ask": {**live, "steps": [{"request": "12.5 KB"}, {"compute": "app", "work": "1 us"}]}},
            workloads={"moves": {"service": "move", "partners": "council", "at": "hall", "every": "1 d"},
                       "asks": {"service": "ask", "partners": "other", "at": "hall", **demand}}))
        self.assertEqual(result.service("completed", "move", "council")[0], 1)
        return result.service("response_max", "move", "council")[0] - 5.005

    def test_shares(self):
        """Messages that come at random with a load below their part get it, and the flow has the rest; where
        100 users ask for more than that, half each, or by weight. Off by no more than 2 % of the line for
        16 s, and four standard deviations of how many messages come."""
        weighted = {"live": {"weight": 3}, "rest": {"weight": 1}}
        many = {"users": 100, "think": "1 ms"}
        for rate, classes, part in ((300, {}, 0.7), (None, {}, 0.5), (500, weighted, 0.5), (None, weighted, 0.25)):
            expected = 20 / part
            chance = 4 * (rate * expected) ** 0.5 * 1e-3 if rate else 0
            with self.subTest(rate=rate, classes=bool(classes)):
                self.assertAlmostEqual(self.flow({"rate": f"{rate} / s"} if rate else many, classes), expected,
                                       delta=(0.32 + chance) / part)


if __name__ == "__main__":
    unittest.main()
