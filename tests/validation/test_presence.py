# SPDX-License-Identifier: Apache-2.0
"""What is there for a time only (`only`, `from`, `until`), to the nanosecond where nothing is random."""

import math
import unittest

import numpy
from program import HOUR, run, scenario

DAY = 24  # hours


def move(**more):
    """One user asks every second; on the third day, a Wednesday, the service moves to another centre, on
    another line. The old line lasts 12 hours longer than anything needs it."""
    return scenario(
        "a move", horizon=4 * DAY * HOUR, interval=HOUR, runs=2,
        sites={"hall": {}, "old-centre": {}, "new-centre": {"from": "2012-01-04"}},
        links={"old-line": {"between": ["hall", "old-centre"], "bandwidth": "8 Mbit/s", "delay": "2 ms",
                            "until": "2012-01-04T12:00"},
               "new-line": {"between": ["hall", "new-centre"], "bandwidth": "8 Mbit/s", "delay": "7 ms"}},
        compute={"old-servers": {"site": "old-centre", "cores": 2, "until": "2012-01-04"},
                 "new-servers": {"site": "new-centre", "cores": 4}},
        services={"case": {"steps": [{"request": "1 KB"}, {"compute": "app", "work": "20 ms"},
                                     {"response": "1 KB"}]}},
        workloads={"cases": {"service": "case", "partners": "all", "users": 1, "think": "974 ms"}},
        hosting={"app": ["new-servers", "old-servers"]}, **more)


class Presence(unittest.TestCase):
    def test_service_moves_on_a_date(self):
        """1,000 bytes take 1 ms, so a request takes 2 + 1 + 20 + 1 + 2 ms, then 7 + 1 + 20 + 1 + 7 ms, by when
        it arrived: a cycle of 1 s, then of 1.01 s."""
        result = run(move())
        response = result.series("response_mean", service="case")
        self.assertTrue(numpy.allclose(response[:2 * DAY], 0.026, rtol=0, atol=1e-12))
        self.assertTrue(numpy.allclose(response[2 * DAY:], 0.036, rtol=0, atol=1e-12))
        # 20 ms of each second on one of two cores, over the two days that the servers are there.
        for value in result.station("utilisation", "old-servers"):
            self.assertAlmostEqual(value, 0.01, places=6)
        for value in result.station("utilisation", "new-servers"):
            self.assertAlmostEqual(value, 0.02 / 1.01 / 4, places=6)
        # A line that is there half a day longer: 1 ms of each second for 48 of 60 hours.
        for value in result.station("utilisation", "old-line to old-centre"):
            self.assertAlmostEqual(value, 0.001 * 48 / 60, places=7)
        series = result.series("utilisation", station="old-line to old-centre")
        self.assertFalse(numpy.isnan(series[:60]).any())
        self.assertTrue(numpy.isnan(series[60:]).all(), "nothing is told of a line that is not there")
        self.assertTrue(numpy.isnan(result.series("utilisation", station="new-servers")[:2 * DAY]).all())

    def test_a_request_keeps_its_binding(self):
        """Asked a moment before midnight, answered after it: by the old servers, on the old line."""
        case = move()
        case["services"]["case"]["steps"][1]["work"] = "2 h"
        case["workloads"]["cases"]["think"] = "6 h"
        result = run(case)
        response = result.series("response_mean", service="case")
        asked = ~numpy.isnan(response)
        # Asked at 6, 14, 22, 30, 38, 46 h of the old centre (2 h and 6 ms each), then of the new one.
        self.assertEqual(list(numpy.flatnonzero(asked))[:7], [6, 14, 22, 30, 38, 46, 54])
        self.assertTrue(numpy.allclose(response[asked][:6], 7200.006, rtol=0, atol=1e-9))
        self.assertTrue(numpy.allclose(response[asked][6:], 7200.016, rtol=0, atol=1e-9))

    def test_a_station_is_measured_while_it_is_there(self):
        """A hundred users with half a minute of work each keep two cores busy from the first second to the end
        of Tuesday, and half an hour beyond it, which no average has. An interval of 5 h ends 2 h after them: it
        weighs 3 h in what an objective says, so that its mean is the station's own."""
        case = move(objectives={"busy": {"station": "old-servers", "figure": "utilisation mean", "at most": "99 %"}})
        case["services"]["case"]["steps"][1]["work"] = "30 s"
        case["workloads"]["cases"].update(users=100, think="1 s")
        case["time"]["interval"] = "5 h"
        result = run(case)
        for value in result.station("utilisation", "old-servers"):
            self.assertLessEqual(value, 1)
            self.assertAlmostEqual(value, 1, places=4)
        for value in result.station("throughput", "old-servers"):  # 2 in 30 s, from the first half minute on
            self.assertAlmostEqual(value, 2 / 30, delta=2 / (48 * HOUR))
        for value, whole in zip(result.get("/objectives/value", target="busy"),
                                result.station("utilisation", "old-servers")):
            self.assertAlmostEqual(value, whole, places=12)
        series = result.series("utilisation", station="old-servers")
        self.assertTrue((series[:10] <= 1).all() and numpy.isnan(series[10:]).all())

    def test_demand_for_a_time(self):
        """Two workloads, one there for 12 hours: nobody asks outside them, and users who are told to leave
        finish what they asked for."""
        case = move()
        case["workloads"]["more"] = {"service": "case", "partners": "all", "users": 3, "think": "974 ms",
                                     "from": "2012-01-03", "until": "2012-01-03T12:00"}
        offered = run(case).series("offered", service="case") * HOUR
        self.assertTrue((offered[:DAY] == HOUR).all() or abs(offered[:DAY] - HOUR).max() <= 1)
        self.assertLessEqual(abs(offered[DAY:DAY + 12] - 4 * HOUR).max(), 4)
        self.assertLessEqual(abs(offered[DAY + 12:2 * DAY] - HOUR).max(), 1)

    def test_objective_for_a_time(self):
        """The longest response is judged on Thursday, then on Monday, then on no day of the run."""
        def value(**when):
            case = move(objectives={"soon": {"service": "case", "figure": "response max", "at most": "1 s",
                                             **when}})
            return run(case).get("/objectives/value", target="soon")
        for x in value(**{"from": "2012-01-05"}):
            self.assertAlmostEqual(x, 0.036, places=12)
        for x in value(until="2012-01-03"):
            self.assertAlmostEqual(x, 0.026, places=12)
        self.assertTrue(all(math.isnan(x) for x in value(**{"from": "2013-01-01"})))

    def test_scheduled_jobs_for_a_time(self):
        """One job a day at midnight, from Tuesday to Wednesday."""
        case = move()
        case["workloads"] = {"nightly": {"service": "case", "partners": "all", "at": "hall", "every": "1 d",
                                         "from": "2012-01-03", "until": "2012-01-05"}}
        offered = run(case).series("offered", service="case") * HOUR
        self.assertEqual([round(x) for x in offered[::DAY]], [0, 1, 1, 0])
        self.assertEqual(round(offered.sum()), 2)


if __name__ == "__main__":
    unittest.main()
