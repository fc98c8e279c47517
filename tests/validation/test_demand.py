# SPDX-License-Identifier: Apache-2.0
"""Who asks, and when: counts of closed users by hand, and of open arrivals by hour and by day.

Open arrivals are a Poisson process whose rate follows the profile, so a count over any hours is Poisson
with the integral of the rate; with `vary`, given the day's level, whose mean is 1.
"""

import math
import unittest

import numpy
from judge import confirm, mean
from program import DAY, HOUR, RUNS, SEEDS, reseeded, run, scenario

FLAT = [1] * 24


def idle(title, workloads, service="10 s", **more):
    """A scenario whose only service is a delay: nothing is ever busy."""
    return scenario(title, services={"case": {"steps": [{"delay": service}]}}, workloads=workloads, **more)


def hourly(result, figure="offered", service="case", partner="council"):
    """The counts of a series of a rate a second by the hour, as a mean over runs."""
    return result.series(figure, service=service, partner=partner) * HOUR


class Closed(unittest.TestCase):
    def test_constant_cycle(self):
        """One user thinks 7 s and is served 3 s: a cycle of 10 s. From 1 h to 11 h 3,600 requests arrive;
        the server works 30 % of the time, present are 0.3, nobody waits."""
        case = scenario(
            "one user", horizon=11 * HOUR, warmup=HOUR, interval=HOUR, hosting={"app": "server"},
            compute={"server": {"site": "hall", "cores": 1}},
            services={"case": {"steps": [{"compute": "app", "work": "3 s"}]}},
            workloads={"user": {"service": "case", "partners": "all", "users": 1, "think": "7 s"}})
        result = run(case)
        self.assertEqual(result.service("offered", "case")[0], 3600)
        for figure in ("mean", "max"):
            self.assertAlmostEqual(result.service(f"response_{figure}", "case")[0], 3, delta=1e-9)
        self.assertAlmostEqual(result.station("utilisation", "server")[0], 0.3, delta=1e-12)
        self.assertAlmostEqual(result.station("present_mean", "server")[0], 0.3, delta=1e-12)
        self.assertAlmostEqual(result.station("throughput", "server")[0], 0.1, delta=1e-12)
        self.assertEqual(result.station("present_max", "server")[0], 1)
        self.assertEqual(result.station("wait_mean", "server")[0], 0)

    def test_users_in_step(self):
        """Five users begin to think together, ask together after 20 s and are served 3 s each, in turn:
        waits 0, 3, 6, 9, 12 s. From then on they keep that distance: a cycle of 23 s, work of 15 s in it,
        no waits."""
        case = scenario(
            "five users", horizon=20 + 23 * 1000, interval=23, hosting={"app": "server"},
            compute={"server": {"site": "hall", "cores": 1}},
            services={"case": {"steps": [{"compute": "app", "work": "3 s"}]}},
            workloads={"users": {"service": "case", "partners": "all", "users": 5, "think": "20 s"}})
        result = run(case)
        # In each cycle of 23 s from 20 s on 5 are served, first at 23 s; the last cycle's end is the horizon.
        self.assertEqual(result.service("offered", "case")[0], 5000)
        self.assertAlmostEqual(result.service("response_max", "case")[0], 15, delta=1e-9)
        self.assertEqual(result.station("present_max", "server")[0], 5)
        self.assertAlmostEqual(result.station("utilisation", "server")[0], 15 * 1000 / (20 + 23000),
                               delta=1e-12)
        done = result.service("completed", "case")[0]
        self.assertAlmostEqual(result.service("response_mean", "case")[0], 3 + 30 / done, delta=1e-9)

    def signing_on(self, weekday, weekend=0, **options):
        """Ten users who think 50 s and are served 7 s; `weekday` is the share signed on by hour."""
        share = [0] * 24
        for hour, value in weekday.items():
            share[hour] = value
        return idle("signing on", {"users": {"service": "case", "partners": "all", "users": 10,
                                             "think": "50 s", "profile": "office"}}, "7 s",
                    profiles={"office": {"weekday": share, "weekend": weekend}}, interval=HOUR, **options)

    def test_signing_on_and_off(self):
        """All 10 sign on at 9 and begin by thinking: requests at 50 + 57 k s, 63 of each user before 10.
        The 63rd ends at 3,591 s, so all think when half of them sign off; the others' next 63
        requests come at 3,641 + 57 k s. At 11 all go, the last answers having come at 7,182 s."""
        result = run(self.signing_on({9: 1, 10: 0.5}, horizon=7 * DAY))
        counts = hourly(result)
        expected = numpy.zeros(168)
        for day in range(5):
            expected[24 * day + 9], expected[24 * day + 10] = 630, 315
        numpy.testing.assert_allclose(counts, expected, atol=1e-6)
        self.assertEqual(result.service("offered", "case")[0], 5 * 945)
        self.assertEqual(result.service("completed", "case")[0], 5 * 945)

    def test_finishing_first(self):
        """Served 600 s, thinking 50 s: requests of 9 o'clock begin at 50, 700, ..., 3,300 s after it, 6 each.
        When all sign off at 10 the sixth is under way: it is finished at 3,900 s, and nobody asks again."""
        case = self.signing_on({9: 1}, horizon=DAY)
        case["services"] = {"case": {"steps": [{"delay": "600 s"}]}}
        result = run(case)
        numpy.testing.assert_allclose(hourly(result)[8:12], [0, 60, 0, 0], atol=1e-6)
        self.assertEqual(result.service("completed", "case")[0], 60)
        self.assertAlmostEqual(result.service("response_max", "case")[0], 600, delta=1e-9)

    def test_coming_back(self):
        """A share that falls and rises: 4 of 10 stay from 10 to 11, and at 11 the 6 come back, thinking."""
        counts = hourly(run(self.signing_on({9: 1, 10: 0.4, 11: 1}, horizon=DAY)))
        # Who stays asks at 50 + 57 k s without a break: 63, 63, and k = 126 to 188 (10,766 s): 63.
        self.assertEqual([round(counts[h]) for h in (9, 10, 11, 12)], [630, 252, 630, 0])

    def test_nearest_number(self):
        """Users are whole: 59 % of 100 staff are 59; 25.4 % of them are 15 (14.986)."""
        case = idle("nearest", {"users": {"service": "case", "partners": "all", "users": "59 % of staff",
                                          "think": "50 s", "profile": "office"}}, "7 s", horizon=DAY,
                    interval=HOUR, profiles={"office": {"weekday": [0] * 9 + [0.254] + [0] * 14,
                                                        "weekend": 0}})
        self.assertEqual(round(hourly(run(case))[9]), 63 * 15)

    def test_demand_of_two(self):
        """Demand 2 is twice the users."""
        case = self.signing_on({9: 1, 10: 0.5}, horizon=DAY)
        self.assertEqual(run(case, "--set", "demand=2").service("offered", "case")[0], 2 * 945)


WEEKDAY = [0, 0, 0, 0, 0, .1, .2, .5, 1, 1.5, 2, 1.8, 1.2, 1.7, 1.9, 1.6, 1, .5, .3, .2, .1, 0, 0, 0]
WEEKEND = [0] * 10 + [.4, .6, .3] + [0] * 11


class Open(unittest.TestCase):
    def shaped(self, runs=RUNS, horizon=7 * DAY, rate="240 / h", **more):
        return idle("a profile", {"cases": {"service": "case", "partners": "all", "rate": rate,
                                            "profile": "shape", **more}},
                    profiles={"shape": {"weekday": WEEKDAY, "weekend": WEEKEND}}, horizon=horizon,
                    interval=HOUR, runs=runs)

    def test_counts_by_hour(self):
        """`rate` is the mean of an ordinary week: an hour's count has mean 168 x 240 x shape / sum of
        shapes, and is Poisson. A mean over 50 runs is within 4 standard errors in each of 168 hours
        (chance of a miss 1 in 100, hence the second seed), and 0 where the shape is 0."""
        shape = numpy.array(WEEKDAY * 5 + WEEKEND * 2)
        expected = 168 * 240 * shape / shape.sum()
        told = []
        for seed in SEEDS:
            counts = hourly(run(reseeded(self.shaped(), seed)))
            self.assertEqual(numpy.abs(counts[shape == 0]).max(), 0)
            busy = shape > 0
            off = (counts[busy] - expected[busy]) / numpy.sqrt(expected[busy] / RUNS)
            if numpy.abs(off).max() <= 4:
                # The deviations themselves are standard normal: their mean square is 1.
                self.assertAlmostEqual((off ** 2).mean(), 1, delta=4 * math.sqrt(2 / busy.sum()))
                return
            told.append(f"seed {seed}: {numpy.abs(off).max():.1f} standard errors")
        self.fail("; ".join(told))

    def test_start_within_a_week(self):
        """A scenario that starts on a Saturday sees the weekend first."""
        case = self.shaped(runs=1, horizon=3 * DAY)
        case["time"]["start"] = "2012-01-07"
        counts = hourly(run(case))
        shape = numpy.array(WEEKEND * 2 + WEEKDAY)
        self.assertEqual(numpy.abs(counts[shape == 0]).max(), 0)
        self.assertTrue((counts[shape >= 0.2] > 0).all())

    def test_poisson(self):
        """Counts of a level rate: mean and variance both rate x time. 1,000 runs: the variance has a
        relative standard error of sqrt(2 / 999) = 4.5 %."""
        case = idle("Poisson", {"cases": {"service": "case", "partners": "all", "rate": "100 / h"}},
                    horizon=5 * HOUR, runs=1000)
        self.confirm_counts(case, 500, 500)

    def confirm_counts(self, case, mean, variance):
        """Mean and variance of `offered` over the runs, within 4 standard errors."""
        told = []
        for seed in SEEDS:
            counts = run(reseeded(case, seed)).service("offered", "case").astype(float)
            n = len(counts)
            deviations = (counts - counts.mean()) ** 2
            off = ((counts.mean() - mean) / math.sqrt(variance / n),
                   (counts.var(ddof=1) - variance) / (deviations.std(ddof=1) / math.sqrt(n)))
            if max(map(abs, off)) <= 4:
                return
            told.append(f"seed {seed}: mean {counts.mean():.1f} of {mean}, "
                        f"variance {counts.var(ddof=1):.0f} of {variance}")
        self.fail("; ".join(told))

    def varied(self, days):
        return idle("a varying day", {"cases": {"service": "case", "partners": "all", "rate": "400 / d",
                                                "profile": "vary"}},
                    profiles={"vary": {"weekday": FLAT, "weekend": FLAT, "vary": "20 %"}},
                    horizon=days * DAY, runs=2000)

    def test_vary(self):
        """A day's level has mean 1 and coefficient of variation 0.2: a day's count has variance
        m + (0.2 m)^2 with m = 400. Cox and Lewis, The Statistical Analysis of Series of Events, 1966."""
        self.confirm_counts(self.varied(1), 400, 400 + 80 ** 2)

    def test_days_vary_apart(self):
        """Two days have levels of their own: their variances add."""
        self.confirm_counts(self.varied(2), 800, 2 * (400 + 80 ** 2))

    def test_demand_of_two(self):
        """Demand 2 doubles the rate; and the arrivals are the same process on a faster clock, so the mean
        over runs is within 4 standard errors of twice the rate."""
        case = self.shaped(horizon=DAY)
        day = 168 * 240 * sum(WEEKDAY) / (5 * sum(WEEKDAY) + 2 * sum(WEEKEND))
        for seed in SEEDS:
            offered = run(reseeded(case, seed), "--set", "demand=2").service("offered", "case")
            off = (offered.mean() - 2 * day) / math.sqrt(2 * day / RUNS)
            if abs(off) <= 4:
                return
        self.fail(f"{offered.mean()} arrivals, expected {2 * day}")

    def test_rate_of_attributes(self):
        """13 / year per staff of 100, and a scale of 3."""
        case = idle("per staff", {"cases": {"service": "case", "partners": "all",
                                            "rate": "1300 / year per staff", "scale": 3}},
                    horizon=10 * DAY, runs=RUNS)
        confirm(self, case, [mean("offered", lambda r: r.service("offered", "case"),
                                  3 * 1300 * 100 * 10 / 365)])


class Series(unittest.TestCase):
    def test_sum_to_totals(self):
        """Intervals of 7 hours over 2 days (the last one is shorter), no warm-up: what the intervals hold
        is what the totals hold. One run, so that the series' mean is that run."""
        case = scenario(
            "totals", horizon=2 * DAY, interval=7 * HOUR, hosting={"app": "server"},
            compute={"server": {"site": "hall", "cores": 2}},
            services={"case": {"steps": [{"compute": "app", "work": "exp(40 s)"}]}},
            workloads={"cases": {"service": "case", "partners": "all", "rate": "2 / min"}})
        result = run(case)
        lengths = numpy.array([7 * HOUR] * 6 + [6 * HOUR], dtype=float)
        offered = result.series("offered", service="case") * lengths
        self.assertEqual(len(offered), 7)
        self.assertAlmostEqual(offered.sum(), result.service("offered", "case")[0], delta=1e-6)
        numpy.testing.assert_allclose(offered, numpy.round(offered), atol=1e-6)
        for figure in ("utilisation", "present_mean"):
            series = result.series(figure, station="server")
            self.assertAlmostEqual((series * lengths).sum() / (2 * DAY),
                                   result.station(figure, "server")[0], delta=1e-9)
        # All but the few unfinished at the end are in both means.
        response = result.series("response_mean", service="case")
        self.assertEqual(result.service("unfinished", "case")[0] +
                         result.service("completed", "case")[0], result.service("offered", "case")[0])
        unfinished = result.service("unfinished", "case")[0]
        answered = offered - numpy.array([0] * 6 + [unfinished])
        self.assertAlmostEqual((response * answered).sum() / answered.sum(),
                               result.service("response_mean", "case")[0], delta=1e-6)


if __name__ == "__main__":
    unittest.main()
