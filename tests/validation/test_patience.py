# SPDX-License-Identifier: Apache-2.0
"""Services that call, fork and have users who give up: figures by hand, to the nanosecond, and objectives. The
statistical cases are in table/networks.py."""

import math
import unittest

from build import asking, network, pools
from judge import confirm, mean
from program import HOUR, run, scenario


class Patience(unittest.TestCase):
    def test_constant_work_by_hand(self):
        """One user, a server that takes 3 s, a timeout of 2 s, one retry, 1 s to think. The first request
        begins at 1 s; its attempts are over at 3 s and 5 s. The server does the attempts one after the other,
        3 s each, and falls behind: nobody is ever answered in time but by a server that takes 1.5 s."""
        def patient(work):
            return scenario(
                "one user", horizon=601, runs=2, hosting={"do-a": "a"}, compute=pools("a"),
                services={"case": {"timeout": "2 s", "retries": 1, "steps": [
                    {"compute": "do-a", "work": work}]}},
                workloads={"cases": {"service": "case", "partners": "all", "users": 1, "think": "1 s"}})
        slow, quick = run(patient("3 s")), run(patient("1500 ms"))
        for k in range(2):
            # A cycle of 5 s: from 1 s, 6 s, ... up to 596 s, whose second attempt is over at 600 s.
            self.assertEqual(slow.service("offered", "case", "council")[k], 120)
            self.assertEqual(slow.service("failed", "case", "council")[k], 120)
            self.assertEqual(slow.service("retries", "case", "council")[k], 120)
            self.assertEqual(slow.service("completed", "case", "council")[k], 0)
            # A cycle of 2.5 s; the last of 240 begins at 598.5 s and is answered at 600 s.
            self.assertEqual(quick.service("completed", "case", "council")[k], 240)
            self.assertEqual(quick.service("failed", "case", "council")[k], 0)
            self.assertEqual(quick.service("response_mean", "case", "council")[k], 1.5)

    def test_an_objective_counts_who_failed(self):
        """A request that failed was answered never: with a share q^1 = 13.5 % of them the 80th percentile is
        that of an exponential, the 90th is infinite, and all are misses of `within`."""
        case = network("objectives", 150_000, 0, {},
                       {"case": {"timeout": "2 s", "steps": [{"delay": "exp(1 s)"}]}},
                       {"cases": asking("case", rate=0.7)})
        case["objectives"] = {
            "some": {"service": "case", "figure": "response p80", "at most": "2 s"},
            "most": {"service": "case", "figure": "response p90", "at most": "3 s"},
            "soon": {"service": "case", "figure": "response within 3 s", "at least": "99 %"}}

        def value(name):
            return lambda r: r.get("/objectives/value", target=name)
        confirm(self, case, [mean("p80", value("some"), -math.log(0.2)),
                             mean("within", value("soon"), 1 - math.exp(-2))])
        self.assertTrue(all(math.isinf(x) for x in run(case).get("/objectives/value", target="most")))


class Forks(unittest.TestCase):
    def test_calls_and_forks_by_hand(self):
        """From the hall over a line of 2 ms and 8 Mbit/s: 1,000 bytes take 1 ms. The case asks (3 ms), works
        10 ms, then at once: looks up (next door, 4 ms there, 7 ms, and 4 ms back), and reads ten times 1 ms from
        the array; then answers (3 ms): 3 + 10 + max(15, 10) + 3 ms. The look-up's request and answer have
        1,000 bytes on a line of 3 ms and 8 Mbit/s."""
        case = scenario(
            "a call within a fork", horizon=HOUR, runs=2,
            sites={"hall": {}, "dc": {}, "next-door": {}},
            links={"line": {"between": ["hall", "dc"], "bandwidth": "8 Mbit/s", "delay": "2 ms"},
                   "lane": {"between": ["dc", "next-door"], "bandwidth": "8 Mbit/s", "delay": "3 ms"}},
            compute={"servers": {"site": "dc", "cores": 9}, "index": {"site": "next-door", "cores": 9}},
            storage={"san": {"site": "dc", "iops": 1000, "bandwidth": "8 Gbit/s"}},
            services={
                "look-up": {"steps": [{"request": "1 KB"}, {"compute": "find", "work": "7 ms"},
                                      {"response": "1 KB"}]},
                "case": {"steps": [
                    {"request": "1 KB"}, {"compute": "app", "work": "10 ms"},
                    {"fork": [{"steps": [{"call": "look-up"}]},
                              {"steps": [{"read": "db", "size": "1 KB", "times": 10}]}]},
                    {"response": "1 KB"}]}},
            workloads={"cases": {"service": "case", "partners": "all", "users": 1, "think": "1 s"}},
            hosting={"app": "servers", "find": "index", "db": "san"})
        result = run(case)
        for figure in ("response_mean", "response_max"):
            for x in result.service(figure, "case", "council"):
                self.assertAlmostEqual(x, 0.031, places=12)
        # The branch that ends elsewhere tells by an empty message: 4 ms there, 7 ms, 3 ms back.
        case["services"]["look-up"]["steps"].pop()
        for x in run(case).service("response_max", "case", "council"):
            self.assertAlmostEqual(x, 0.030, places=12)


if __name__ == "__main__":
    unittest.main()
