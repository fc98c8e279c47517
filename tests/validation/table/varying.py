# SPDX-License-Identifier: Apache-2.0
"""Demand that changes over time."""

import math

from build import Case
from judge import Check, Estimate
from program import HOUR, MINUTE, scenario

PERIOD, DAYS = 24, 5  # the period of the sine in mean services; in days of 24 steps


def sine(mean, swing, hours):
    """Mean of mean + swing sin(2 pi t / PERIOD) in each of `hours` equal steps of a period."""
    turn = 2 * math.pi / hours
    return [mean + swing * (math.cos(turn * h) - math.cos(turn * (h + 1))) / turn for h in range(hours)]


def sinusoidal(servers):
    """Two periods of five days, of which the second is judged: a service lasts 5 h, so a period has 120 hourly
    steps, each with the sine's mean; what is left of the steps in the mean present is under 0.01 %. Each day has
    its own profile and workload."""
    rates = sine(20, 12, 24 * DAYS)
    profiles, workloads = {}, {}
    for day in range(2 * DAYS):
        shape = rates[24 * (day % DAYS):24 * (day % DAYS) + 24]
        name = f"day-{day % DAYS}"
        profiles[name] = {"weekday": [round(r / 20, 9) for r in shape]}
        workloads[f"w{day}"] = {
            "service": "case", "partners": "all", "profile": name, "rate": f"{sum(shape) / 24:.9f} / h",
            "from": f"2012-01-{2 + day:02}", "until": f"2012-01-{3 + day:02}"}
    return scenario("sinusoidal arrivals", horizon=48 * DAYS * HOUR, interval=10 * MINUTE, runs=2000,
                    hosting={"app": "q"}, compute={"q": {"site": "hall", **servers}},
                    services={"case": {"steps": [{"compute": "app", "work": "exp(5 h)"}]}},
                    profiles=profiles, workloads=workloads)


def present_at(service, exact, label):
    """The mean number present at a time given in mean services of 5 h after the first period: the mean of the
    intervals of 10 min on either side. Their half-widths are 95 % of Student's t with 1,999 degrees of freedom."""
    def estimate(result):
        first = round((PERIOD + service) * 30) - 1
        pair = slice(first, first + 2)
        half = result.series("present_mean_half_width", station="q")[pair].mean()
        return Estimate(result.series("present_mean", station="q")[pair].mean(), half / 1.9612)
    return Check(label, estimate, exact)


CASES = [
    Case("mtminf-periodic", "infinitely many servers, arrivals 100 + 60 sin over 24 mean services",
         "Eick, Massey and Whitt, Management Science 39, 1993", sinusoidal({"cores": 400}), (
             *[present_at(t, exact, f"mean present at {t}") for t, exact in (
                 (0, 85.29958714465482), (6, 156.1514409140759), (12, 114.70041285534518),
                 (18, 43.848559085924116), (21, 49.90017374000471))],
             present_at(6 + 0.9780495368354237, 158.04383218606912, "mean present at its peak, 6.978")),
         fast=True),
]
