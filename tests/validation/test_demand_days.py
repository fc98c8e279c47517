# SPDX-License-Identifier: Apache-2.0
"""Demand by date against exact theory: holidays, months, growth, and the day's factor that partners share.

Open arrivals are Poisson given the day's level, so a day's count N of mean m and coefficient of variation v of
its level has the variance m + (m v)^2, and two partners' counts have the covariance m^2 (exp(s^2 a b) - 1),
where s^2 = ln(1 + v^2) and a, b are their loadings on the common factor (both levels are lognormal).
"""

import math
import unittest

import numpy
from program import DAY, HOUR, SEEDS, reseeded, run, scenario

ENGLAND = {"england": {"holidays": ["12-25", "12-26"], "sale": ["12-27..12-29"]}}


def idle(title, workloads, service="1 s", partners=("council",), **more):
    """A scenario whose only service is a delay, of partners who are alike."""
    sections = {"partners": {name: {"population": 1000, "staff": {"hall": 100}} for name in partners},
                "sites": {"hall": {}}, **more}
    return scenario(title, services={"case": {"steps": [{"delay": service}]}}, workloads=workloads, **sections)


def counts(result, length=DAY, partner="council"):
    """What arrived in each interval: the mean over the runs."""
    return result.series("offered", service="case", partner=partner) * length


class CommonFactor(unittest.TestCase):
    DAYS, MEAN, VARY = 1200, 400, 0.3

    def correlation(self, one, other, seed):
        """Of the daily counts of two partners whose workloads have these loadings, over one run."""
        workload = {"service": "case", "at": "hall", "rate": f"{self.MEAN} / d", "profile": "flat"}
        case = idle("two partners", {"one": {**workload, "partners": ["a"], "loading": one},
                                     "other": {**workload, "partners": ["b"], "loading": other}},
                    partners=("a", "b"), horizon=self.DAYS * DAY, interval=DAY,
                    profiles={"flat": {"weekday": 1, "vary": self.VARY}})
        result = run(reseeded(case, seed))
        of = {partner: counts(result, partner=partner) for partner in "ab"}
        for days in of.values():  # whatever the loading, each partner's own days are as ever
            self.assertAlmostEqual(days.mean() / self.MEAN, 1, delta=4 * self.VARY / math.sqrt(self.DAYS))
        return numpy.corrcoef(of["a"], of["b"])[0, 1]

    def expected(self, a, b):
        variance = math.log(1 + self.VARY ** 2)
        return self.MEAN ** 2 * math.expm1(a * b * variance) / (self.MEAN + (self.MEAN * self.VARY) ** 2)

    def confirm(self, a, b):
        """Fisher's z of an estimated correlation over n days has a standard error of 1 / sqrt(n - 3) for
        normal pairs. These are lognormal, skewed by 0.93, which makes it up to 1.14 times that (at two
        loadings of 1, from 3,000 samples of the theory): 4.8 are at least 4 of the true ones. A second seed
        where the first missed."""
        wanted, told = self.expected(a, b), []
        for seed in SEEDS:
            found = self.correlation(f"{100 * a:g} %", f"{100 * b:g} %", seed)
            if abs(math.atanh(found) - math.atanh(wanted)) <= 4.8 / math.sqrt(self.DAYS - 3):
                return
            told.append(f"seed {seed}: {found:.4f}, expected {wanted:.4f}")
        self.fail("; ".join(told))

    def test_independent(self):
        self.confirm(0, 0)

    def test_half(self):
        self.confirm(0.5, 0.5)

    def test_the_same(self):
        self.confirm(1, 1)

    def test_unequal(self):
        self.confirm(1, 0.5)

    def test_against(self):
        """Loadings of opposite sign: when one partner has a busy day the other has a quiet one."""
        self.confirm(-0.8, 1)

    def test_no_loading_moves_nothing(self):
        """A loading of 0 is none: the same arrivals to the last one."""
        workload = {"service": "case", "partners": "all", "at": "hall", "rate": "1000 / d", "profile": "flat"}
        made = [counts(run(idle("none", {"cases": {**workload, **more}}, horizon=20 * DAY, interval=DAY,
                                profiles={"flat": {"weekday": 1, "vary": 0.3}})))
                for more in ({}, {"loading": 0})]
        numpy.testing.assert_array_equal(*made)


class Dates(unittest.TestCase):
    def poisson(self, case, expected, length=DAY):
        """Every interval's mean over the runs is within 4 standard errors of a Poisson mean, and nothing
        comes where nothing is expected. One retry with the second seed."""
        expected = numpy.asarray(expected, dtype=float)
        runs = case["study"]["replications"]
        told = []
        for seed in SEEDS:
            found = counts(run(reseeded(case, seed)), length)
            self.assertEqual(len(found), len(expected))
            self.assertEqual(numpy.abs(found[expected == 0]).max(initial=0), 0)
            some = expected > 0
            off = (found[some] - expected[some]) / numpy.sqrt(expected[some] / runs)
            if numpy.abs(off).max() <= 4:
                return
            told.append(f"seed {seed}: {numpy.abs(off).max():.1f} standard errors on day "
                        f"{numpy.flatnonzero(some)[numpy.abs(off).argmax()]}")
        self.fail("; ".join(told))

    def test_holidays_and_months(self):
        """From Monday 19 December 2011 to 8 January: a rate of 7,000 a week over weekdays of 2 and weekends of
        0.5 is 7,000 / 11 a day for each unit of level. Sunday 25 December moves to Tuesday 27th, as Monday is
        a holiday itself. Holidays are as Sundays, the sale doubles, December has a factor of 1.2."""
        case = idle("winter", {"cases": {"service": "case", "partners": "all", "rate": "7000 / week",
                                         "profile": "shape"}},
                    start="2011-12-19", horizon=21 * DAY, interval=DAY, runs=40, calendars=ENGLAND,
                    profiles={"shape": {"weekday": 2, "weekend": 0.5, "days": {"holidays": "sunday", "sale": 2},
                                        "months": [1] * 11 + [1.2]}})
        level = numpy.array(([2.0] * 5 + [0.5] * 2) * 3)
        day = {date: date - 19 for date in range(19, 40)}  # of December; 32 is 1 January
        for holiday in (25, 26, 27):
            level[day[holiday]] = 0.5
        for sale in (27, 28, 29):
            level[day[sale]] *= 2
        level[:day[32]] *= 1.2
        self.poisson(case, level * 7000 / 11)

    def test_a_start_within_a_day(self):
        """The scenario begins on Christmas Eve at 22:00. Nothing comes on the holidays: Monday 26 and, for
        Sunday 25, which is a Sunday as any, Tuesday 27. In intervals of 2 hours."""
        case = idle("eve", {"cases": {"service": "case", "partners": "all", "rate": "1000 / h",
                                      "profile": "shape"}},
                    start="2011-12-24T22:00", horizon=76 * HOUR, interval=2 * HOUR, runs=20, calendars=ENGLAND,
                    profiles={"shape": {"weekday": 1, "days": {"holidays": 0}}})
        self.poisson(case, [2000] * 13 + [0] * 24 + [2000], 2 * HOUR)

    def test_growth(self):
        """A rate of 250 a day that grows by 20 % a month, for a population that grows by 50 % a year: day i
        has the mean 250 g^i, g the daily product of both."""
        case = idle("growth", {"cases": {"service": "case", "partners": "all", "at": "hall",
                                         "rate": "0.25 / d per population", "growth": "20 % / month"}},
                    horizon=120 * DAY, interval=DAY, runs=20)
        case["partners"]["council"]["growth"] = "50 % / year"
        daily = 1.2 ** (12 / 365) * 1.5 ** (1 / 365)
        self.poisson(case, 250 * daily ** numpy.arange(120))

    def test_mean_rate_under_growth(self):
        """Over three years the mean of a rate that grows by 30 % a year is that of (1 + g)^t at midnights, the
        integral (g^3 - 1) / (3 ln g) within half a day's growth; the count has a relative error of
        1 / sqrt(340,000) or 0.17 %."""
        case = idle("years", {"cases": {"service": "case", "partners": "all", "at": "hall", "rate": "200 / d",
                                        "growth": "30 % / year"}}, horizon=3 * 365 * DAY)
        steps = 200 * sum(1.3 ** (day / 365) for day in range(3 * 365))
        integral = 200 * 365 * (1.3 ** 3 - 1) / math.log(1.3)
        self.assertAlmostEqual(steps / integral, 1, delta=math.log(1.3) / 365)
        offered = run(case).service("offered", "case")[0]
        self.assertAlmostEqual(offered, steps, delta=4 * math.sqrt(steps))


class Users(unittest.TestCase):
    def test_signed_on_through_a_holiday(self):
        """Ten users who think 50 s and are served 7 s are signed on from 9 to 10 only: 63 requests each (at 50
        + 57 k s, the last answered before 10). On holidays nobody is; in the sale half of them, in January
        30 %. Deterministic, so exact."""
        share = [0] * 9 + [1] + [0] * 14
        case = idle("holiday", {"users": {"service": "case", "partners": "all", "users": "10 % of staff",
                                          "think": "50 s", "profile": "office"}}, "7 s",
                    start="2011-12-23", horizon=12 * DAY, interval=DAY, calendars=ENGLAND,
                    profiles={"office": {"weekday": share, "weekend": 0,
                                         "days": {"holidays": "weekend", "sale": 0.5},
                                         "months": [0.3] + [1] * 11}})
        # Friday 23, weekend 24 and 25, holidays 26 and 27, sale 28 and 29, Friday 30, weekend, 2 and 3 January.
        signed_on = [10, 0, 0, 0, 0, 5, 5, 10, 0, 0, 3, 3]
        numpy.testing.assert_allclose(counts(run(case)), 63 * numpy.array(signed_on), atol=1e-6)

    def test_more_every_day(self):
        """100 users and 5 % more of them each midnight, to the nearest whole number: 100, 105, 110.25, ... Each
        thinks 3,000 s and is served 600 s. Those who are new begin by thinking at midnight, as all did at the
        start, and 24 hours are 24 cycles: so each asks 24 times a day."""
        case = idle("more", {"users": {"service": "case", "partners": "all", "users": "100 % of staff",
                                       "think": "3000 s", "growth": "5 % / d"}}, "600 s",
                    horizon=10 * DAY, interval=DAY)
        users = [math.floor(100 * 1.05 ** day + 0.5) for day in range(10)]
        numpy.testing.assert_allclose(counts(run(case)), 24 * numpy.array(users), atol=1e-6)

    def test_fewer_every_day(self):
        """The same with 10 % fewer each day. Who goes at midnight has just had an answer and begun to think,
        or is told so at that instant: nobody is under way."""
        case = idle("fewer", {"users": {"service": "case", "partners": "all", "users": "100 % of staff",
                                        "think": "3000 s", "growth": "-10 % / d"}}, "500 s",
                    horizon=10 * DAY, interval=DAY)
        counted = counts(run(case))
        cycles = DAY / 3500  # not whole: a user asks 24 or 25 times a day
        for day, found in enumerate(counted):
            users = math.floor(100 * 0.9 ** day + 0.5)
            self.assertGreaterEqual(round(found), users * math.floor(cycles))
            self.assertLessEqual(round(found), users * math.ceil(cycles))


class Sizes(unittest.TestCase):
    def test_backups_grow(self):
        """A nightly backup of 10 % of 1 GB at 1 Gbit/s takes 0.8 s; the data grow by 1 % a day, from the start
        on at each midnight. Deterministic, so exact: the mean response of each day's job."""
        case = idle("backup", {"nightly": {"service": "copy", "partners": "all", "by": "db", "every": "1 d"}},
                    horizon=30 * DAY, interval=DAY, hosting={"db": "san"},
                    storage={"san": {"site": "hall", "iops": 1e12, "bandwidth": "1 Gbit/s"}})
        case["partners"]["council"]["data"] = {"db": {"size": "1 GB", "growth": "1 % / d"}}
        case["services"] = {"copy": {"steps": [{"read": "db", "size": "10 % of data.db"}]}}
        response = run(case).series("response_mean", service="copy")
        numpy.testing.assert_allclose(response, 0.8 * 1.01 ** numpy.arange(30), rtol=1e-9)

    def test_one_size_for_a_request(self):
        """A request of 23:59:30 reads, waits a minute, and reads again after midnight: both reads have the size
        of the day on which it arrived, 1 GB at 1 Gbit/s or 8 s each, although the data double that day."""
        case = idle("one size", {"late": {"service": "twice", "partners": "all", "by": "db", "every": "2 d"}},
                    start="2012-01-02", horizon=2 * DAY, hosting={"db": "san"},
                    hours={"late": "daily 23:00-24:00"},
                    storage={"san": {"site": "hall", "iops": 1e12, "bandwidth": "1 Gbit/s"}})
        case["workloads"]["late"]["window"] = "late"
        case["partners"]["council"]["data"] = {"db": {"size": "1 GB", "growth": "100 % / d"}}
        read = {"read": "db", "size": "100 % of data.db"}
        case["services"] = {"twice": {"steps": [read, {"delay": "3600 s"}, read]}}
        self.assertAlmostEqual(run(case).service("response_max", "twice")[0], 3616, delta=1e-6)


if __name__ == "__main__":
    unittest.main()
