# SPDX-License-Identifier: Apache-2.0
"""Routes worked out by hand: by least cost, given, over equal ways, around failures and back.

A user at hall asks a server at centre, and nothing else goes on; two ways lead there:
hall -- north -- centre, and hall -- south -- centre, which takes longer.
"""

import unittest
from fractions import Fraction

import theory
from program import HOUR, run, scenario

MS, SECOND, MBIT = 10 ** 6, 10 ** 9, 10 ** 6
LINKS = {
    "hn": ("hall", "north", 10 * MBIT, 3 * MS), "nc": ("north", "centre", 20 * MBIT, 2 * MS),
    "hs": ("hall", "south", 10 * MBIT, 4 * MS), "sc": ("south", "centre", 5 * MBIT, 5 * MS),
}
NORTH, SOUTH = ["hn", "nc"], ["hs", "sc"]
THINK = 97 * SECOND  # so that no request falls near a whole hour
REQUEST, RESPONSE, WORK = 4000 * 8, 1000 * 8, 5 * MS


def alone(way):
    """Request, work and response in ns."""
    links = [(LINKS[name][2], LINKS[name][3]) for name in way]
    return theory.message_ns(REQUEST, links) + WORK + theory.message_ns(RESPONSE, links[::-1])


def ring(title, horizon, links=None, **sections):
    return scenario(
        title, horizon=horizon,
        sites={"hall": {"partner": "council"}, "north": {}, "south": {}, "centre": {}},
        links={name: {"between": [a, b], "bandwidth": f"{rate // MBIT} Mbit/s", "delay": f"{delay // MS} ms",
                      **(links or {}).get(name, {})} for name, (a, b, rate, delay) in LINKS.items()},
        compute={"server": {"site": "centre"}, "box": {"site": "north"}}, hosting={"app": "server", "near": "box"},
        services={"case": {"steps": [{"request": "4 KB"}, {"compute": "app", "work": "5 ms"}, {"response": "1 KB"}]}},
        workloads={"user": {"service": "case", "partners": "all", "users": 1, "think": "97 s"}}, **sections)


class Hand(unittest.TestCase):
    def same(self, seconds, nanoseconds, rounded=4):
        """A figure in seconds against an exact time in ns; each transmission is rounded to 1 ns."""
        self.assertLessEqual(abs(float(Fraction(float(seconds)) * SECOND - nanoseconds)), 0.5 * rounded + 0.5)

    def course(self, horizon, time_at):
        """The user's requests one after the other: (asked at, response) in ns; None: it fails at once."""
        asked, at = [], Fraction(THINK)
        while at < horizon * SECOND:
            response = time_at(at)
            asked.append((at, response))
            at += (response or 0) + THINK
        return asked

    def check(self, case, horizon, time_at):
        result = run(case)
        asked = self.course(horizon, time_at)
        answered = [r for at, r in asked if r is not None and at + r < horizon * SECOND]
        failed = sum(1 for _, r in asked if r is None)
        self.assertEqual(result.service("offered", "case")[0], len(asked))
        self.assertEqual(result.service("completed", "case")[0], len(answered))
        if failed:
            self.assertEqual(result.service("failed", "case")[0], failed)
            self.assertEqual(result.service("unrouted", "case")[0], failed)
        self.same(result.service("response_max", "case")[0], max(answered))
        self.same(result.service("response_mean", "case")[0], sum(answered) / len(answered), 6)
        return result


class Choice(Hand):
    def test_least_delay(self):
        self.check(ring("by delay", HOUR), HOUR, lambda _: alone(NORTH))

    def test_least_metric(self):
        metric = {"hn": {"metric": 10}, "nc": {"metric": 3}, "hs": {"metric": 6}, "sc": {"metric": 6.9}}
        self.check(ring("by metric", HOUR, metric), HOUR, lambda _: alone(SOUTH))

    def test_given(self):
        """There by the south, and back by the north: a route leads one way."""
        there = theory.message_ns(REQUEST, [(LINKS[n][2], LINKS[n][3]) for n in SOUTH])
        back = theory.message_ns(RESPONSE, [(LINKS[n][2], LINKS[n][3]) for n in NORTH[::-1]])
        self.check(ring("given", HOUR, routes={"south": {"from": "hall", "to": "centre", "via": ["south"]}}), HOUR,
                   lambda _: there + WORK + back)

    def test_equal_ways_have_half_each(self):
        """100 requests a second by the hash of their number: 360,000 tosses, of which the half has a standard
        deviation of 300. What takes the first link of a way takes the second."""
        alike = {name: {"bandwidth": "10 Mbit/s", "delay": "3 ms"} for name in LINKS}
        case = ring("spread", HOUR, alike, routes={"both": {"spread": "equal"}})
        case["workloads"] = {"user": {"service": "case", "partners": "all", "at": "hall", "rate": "100 / s"}}
        case["services"] = {"case": {"steps": [{"request": "100 B"}, {"compute": "app", "work": "1 us"}]}}
        result = run(case)
        sent = {name: result.station("throughput", f"{name} to {LINKS[name][1]}")[0] * HOUR for name in LINKS}
        total = sent["hn"] + sent["hs"]
        self.assertAlmostEqual(total, 360000, delta=5 * 600)
        self.assertAlmostEqual(sent["hn"], total / 2, delta=4 * total ** 0.5 / 2)
        for first, second in (NORTH, SOUTH):
            self.assertAlmostEqual(sent[first], sent[second], delta=2)


class Failures(Hand):
    def fault(self, title, of, time_at, horizon=3 * HOUR):
        faults = {"dig": {"of": of, "at": "2012-01-02T01:00", "for": "1 h"}}
        return self.check(ring(title, horizon, faults=faults), horizon, time_at)

    @staticmethod
    def meanwhile(at, other):
        """From 1 s after the failure to 1 s after the repair: other."""
        return other if (HOUR + 1) * SECOND <= at < (2 * HOUR + 1) * SECOND else alone(NORTH)

    def test_around_a_link_and_back(self):
        self.fault("a link", "nc", lambda at: self.meanwhile(at, alone(SOUTH)))

    def test_around_a_site_and_back(self):
        self.fault("a site", "north", lambda at: self.meanwhile(at, alone(SOUTH)))

    def test_what_is_not_on_the_way(self):
        self.fault("elsewhere", "sc", lambda at: alone(NORTH))

    def test_no_route(self):
        """Both ways are cut: a request fails at once, and its user thinks before the next."""
        self.fault("cut off", "[nc, south]", lambda at: self.meanwhile(at, None))

    def test_what_is_at_the_failed_site(self):
        case = ring("at the site", 3 * HOUR, faults={"fire": {"of": "north", "at": "2012-01-02T01:00", "for": "1 h"}})
        case["services"]["case"]["steps"][1]["compute"] = "near"
        links = [LINKS["hn"][2:]]
        response = theory.message_ns(REQUEST, links) + WORK + theory.message_ns(RESPONSE, links)
        self.check(case, 3 * HOUR, lambda at: None if self.meanwhile(at, None) is None else response)


if __name__ == "__main__":
    unittest.main()
