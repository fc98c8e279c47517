# SPDX-License-Identifier: Apache-2.0
"""Demand by date on the command line: what `check` says of it, every mistake with its place, and studies over it."""
from harness import Case, main

YEARS = """\
psnsim: 1
title: A town through the winter
time: {start: 2011-12-19, horizon: 28 d, interval: 1 d}
calendars:
  england: {holidays: [01-01, 12-25, 12-26], christmas: [12-24..12-31]}
profiles:
  office: {weekday: .8, weekend: 0, days: {holidays: weekend, christmas: .5}}
  web: {weekday: 1, months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, .8], vary: 20 %}
partners:
  town: {population: 1000, staff: {hall: 50}, growth: 1 % / month, data: {db: {size: 1 TB, growth: 25 % / year}}}
sites: {hall: {partner: town}}
compute: {server: {site: hall, cores: 4}}
storage: {san: {site: hall, iops: 1000, bandwidth: 1 Gbit/s, capacity: 1.5 TB}}
services:
  case: {steps: [{compute: app, work: 100 ms}]}
  copy: {steps: [{read: db, size: 1 % of data.db}]}
workloads:
  cases: {service: case, partners: all, users: 50 % of staff, think: 60 s, profile: office}
  visits: {service: case, partners: all, at: hall, rate: 1 / d per population, profile: web, loading: 50 %, growth: 10 % / year}
  nightly: {service: copy, partners: all, by: db, every: 1 d}
arrangements: {alone: {hosting: {all: {app: server, db: san}}}}
study: {replications: 2}
"""


class DemandCalendar(Case):
    def changed(self, old, new, *says):
        self.assertIn(old, YEARS)
        return self.refused(YEARS.replace(old, new), *says)

    def test_sound(self):
        self.write("years.yaml", YEARS)
        text = self.ok("check", "years.yaml").out
        self.assertIn("horizon, %", text)  # what is offered is over the horizon, for its weeks differ
        self.assertNotIn("the week, %", text)
        self.ok("run", "years.yaml", "--quiet")

    def test_days(self):
        self.changed("holidays: weekend", "holiday: weekend",
                     'bad.yaml:7:44: no calendar has a set of days "holiday" (did you mean holidays?); expected one of '
                     'the sets of the section "calendars"')
        self.changed("holidays: weekend", "holidays: weekand",
                     'bad.yaml:7:54: "weekand" is not possible here; expected a plain number such as 12, or weekday, weekend, saturday or sunday (did you mean weekend?)')
        self.changed("holidays: weekend", "holidays: -1", 'bad.yaml:7:54: "-1" is negative')
        self.changed("holidays: weekend", "holidays: 50 %", '"50 %" has a unit "%"; expected a plain number')
        self.changed("holidays: weekend", "holidays: [1]", "bad.yaml:7:54: a list stands here")
        self.changed("weekend: 0, days: {holidays: weekend", "days: {holidays: weekend",
                     'bad.yaml:7:42: "weekend" is a shape that the profile does not state; expected "weekend" in the '
                     'profile as well')
        self.changed("days: {holidays: weekend, christmas: .5}", "days: weekend",
                     "bad.yaml:7:43: a text stands here; expected a map such as {holidays: weekend")

    def test_a_calendar_is_needed(self):
        two = YEARS.replace("england: {", "wales: {holidays: [03-01]}\n  england: {")
        self.refused(two, 'bad.yaml:8:43: the days of profile "office" need a calendar, and partner "town" has none; '
                          'expected that partner with calendar: NAME')
        self.write("two.yaml", two.replace("population:", "calendar: wales, population:"))
        self.ok("check", "two.yaml")  # and Wales has no Christmas here
        self.changed("calendars:\n  england: {holidays: [01-01, 12-25, 12-26], christmas: [12-24..12-31]}\n", "",
                     'no calendar has a set of days "holidays"; expected', 'no calendar has a set of days "christmas"')

    def test_shares_stay_within_one(self):
        self.changed("christmas: .5", "christmas: 1.5",
                     'bad.yaml:7:43: profile "office" comes to 1.2 on 2011-12-28 at 00:00; expected shares from 0 to 1, '
                     'for workload "cases" takes them for users who are signed on')
        # Not in the horizon, so of no effect: a factor of 3 in July.
        self.write("july.yaml", YEARS.replace("days: {holidays", "months: [1,1,1,1,1,1,3,1,1,1,1,1], days: {holidays"))
        self.ok("check", "july.yaml")

    def test_months(self):
        self.changed("1, .8], vary", "1], vary", "bad.yaml:8:29: 11 values stand here; expected 12")
        self.changed("months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, .8]", "months: 1", "expected 12, one a month")
        self.changed("1, .8], vary", "1, -1], vary", '"-1" is negative')
        self.changed("months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, .8]", "months: [0,0,0,0,0,0,0,0,0,0,0,0]",
                     "bad.yaml:8:29: the profile is 0 in every month")

    def test_growth(self):
        self.changed("growth: 10 % / year", "growth: 10 %",
                     '"10 %" is a share; expected a growth such as 10 % / year')
        self.changed("growth: 10 % / year", "growth: 10 % / yaer", "(did you mean % / year?)")
        self.changed("growth: 1 % / month", "growth: -100 % / month", '"-100 % / month" leaves nothing, or less')
        self.changed("growth: 25 % / year", "growth: 400 % / d",
                     "a growth of more than a thousand million times over the horizon")
        self.changed("every: 1 d", "every: 1 d, growth: 1 % / year",
                     '"growth" does not go with "every"; expected it with users or rate')

    def test_an_array_that_will_be_full(self):
        self.write("years.yaml", YEARS)
        # 1 TB x 1.25^t is 1.5 TB after 1.817 years: 663.2 days, so it is too much from the 664th midnight on.
        self.fails(2, "check", "years.yaml", "--set", "time.horizon=2 y",
                   says='years.yaml:13:11: array "san" holds 1.5 TB and is full on 2013-10-13, for the data kept there in '
                        'arrangement "alone" grows from 1 to 1.562 TB; expected a larger capacity or a shorter horizon')
        self.ok("check", "years.yaml", "--set", "time.horizon=663 d")

    def test_loading(self):
        self.changed("loading: 50 %", "loading: 110 %", "a loading of 110 %; expected -100 % to 100 %")
        self.changed(", vary: 20 %", "",
                     'workload "visits" loads on the day\'s common factor, but its level does not vary from day to day; '
                     'expected a profile with vary')
        self.changed("profile: web, ", "", "expected a profile with vary")
        self.changed("think: 60 s", "think: 60 s, loading: 0", '"loading" does not go with "users"; expected it with rate')
        self.changed("every: 1 d", "every: 1 d, loading: 0", '"loading" does not go with "every"; expected it with rate')

    def test_all_mistakes_at_once(self):
        text = YEARS.replace("holidays: weekend", "holyday: weekend").replace("growth: 10 % / year", "growth: fast")
        self.refused(text.replace("loading: 50 %", "loading: 3"), '"fast" has no number where one stands')
        self.refused(text.replace("growth: fast", "growth: 400 % / d").replace("loading: 50 %", "loading: 3"),
                     "a loading of 300 %", "a growth of more than", 'set of days "holyday"')

    def test_a_study_over_growth(self):
        self.write("years.yaml", YEARS.replace(
            "study: {", "study: {factors: {workloads.visits.growth: [0, 10 % / year, 100 % / year], "
                        "workloads.visits.loading: [0 %, 100 %]}, "))
        self.ok("sweep", "years.yaml", "--quiet", "-o", "years.h5")
        points = self.json("show", "years.h5", "--json")["points"]
        self.assertEqual(len(points), 6)


if __name__ == "__main__":
    main()
