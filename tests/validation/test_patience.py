# SPDX-License-Identifier: Apache-2.0
"""Services that call, fork and have users who give up: exact theory, and figures by hand.

Statistical checks as in test_stations: 50 runs, a standard error under 1 %, four of them at most from the
exact value. What is constant is exact to the nanosecond.
"""

import math
import unittest

import theory
from cases import HOUR, RUNS, Check, confirm, response, run, scenario, station


def share(part):
    """A check's figure: a count of requests as a share of those offered."""
    return lambda r: r.service(part, "case", "council") / r.service("offered", "case", "council")


def pools(*names, **keys):
    return {name: {"site": "hall", "cores": 1, **keys} for name in names}


def mm1(title, steps, rate="0.7 / s", roles=("a",), **service):
    return scenario(title, horizon=152_000, warmup=2000, runs=RUNS,
                    hosting={f"do-{name}": name for name in roles}, compute=pools(*roles),
                    services={"case": {**service, "steps": steps}},
                    workloads={"cases": {"service": "case", "partners": "all", "rate": rate}})


class Patience(unittest.TestCase):
    def test_users_of_one_server(self):
        """Who gives up leaves the work behind, so the queue is that of M/M/1 without patience: sojourns are
        exponential with rate d = mu - lambda, a share exp(-d T) of them is longer than T, and the mean of the
        others is 1 / d - T exp(-d T) / (1 - exp(-d T))."""
        slack, timeout = theory.MMc(0.7, 1).slack, 5
        late = math.exp(-slack * timeout)
        case = mm1("users who give up", [{"compute": "do-a", "work": "exp(1 s)"}], timeout="5 s")
        confirm(self, case, [
            Check("failed", share("failed"), late),
            Check("completed", share("completed"), 1 - late),
            response("mean", "case", 1 / slack - timeout * late / (1 - late)),
            station("utilisation", "a", 0.7),
            station("present_mean", "a", 0.7 / 0.3),
        ])

    def test_attempts_are_independent(self):
        """Delays of their own for each attempt, occupying nothing: an attempt is over with probability
        q = exp(-T / m), so a share q^3 fails after two retries, there are q + q^2 retries a request, and what
        is answered in attempt k was born k T earlier."""
        timeout, mean = 1, 1
        q = math.exp(-timeout / mean)
        inside = mean - timeout * q / (1 - q)  # mean of an exponential below T
        answered = sum(q ** k * (1 - q) * (k * timeout + inside) for k in range(3)) / (1 - q ** 3)
        case = mm1("three attempts", [{"delay": "exp(1 s)"}], roles=(), timeout="1 s", retries=2)
        confirm(self, case, [
            Check("failed", share("failed"), q ** 3),
            Check("retries", share("retries"), q + q ** 2),
            response("mean", "case", answered),
        ])

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
        case = mm1("objectives", [{"delay": "exp(1 s)"}], roles=(), timeout="2 s")
        case["objectives"] = {
            "some": {"service": "case", "figure": "response p80", "at most": "2 s"},
            "most": {"service": "case", "figure": "response p90", "at most": "3 s"},
            "soon": {"service": "case", "figure": "response within 3 s", "at least": "99 %"}}

        def value(name):
            return lambda r: r.get("/objectives/value", target=name)
        confirm(self, case, [Check("p80", value("some"), -math.log(0.2), slack=2 ** -7),
                             Check("within", value("soon"), 1 - math.exp(-2))])
        self.assertTrue(all(math.isinf(x) for x in run(case).get("/objectives/value", target="most")))


class Forks(unittest.TestCase):
    def test_two_queues(self):
        """Two M/M/1 queues fed by the same Poisson arrivals, joined when both are done: the mean is
        (12 - rho) / 8 of one queue's. Flatto and Hahn, SIAM J. Applied Math. 44(5), 1984; Nelson and Tantawi,
        IEEE Trans. Computers 37(6), 1988."""
        one = theory.MMc(0.7, 1)
        case = mm1("fork and join", [{"fork": [
            {"steps": [{"compute": "do-a", "work": "exp(1 s)"}]},
            {"steps": [{"compute": "do-b", "work": "exp(1 s)"}]}]}], roles=("a", "b"))
        confirm(self, case, [response("mean", "case", (12 - 0.7) / 8 * one.sojourn),
                             station("present_mean", "a", one.present),
                             station("present_mean", "b", one.present)])

    def test_longest_of_three_delays(self):
        """The mean of the longest of three exponentials is 1 + 1/2 + 1/3 of one's; then a fourth behind them."""
        case = mm1("three at once", [{"fork": [{"steps": [{"delay": "exp(1 s)"}]}] * 3},
                                     {"delay": "exp(2 s)"}], roles=())
        confirm(self, case, [response("mean", "case", 11 / 6 + 2)])

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
