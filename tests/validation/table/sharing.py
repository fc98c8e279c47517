# SPDX-License-Identifier: Apache-2.0
"""Processor sharing: the mean depends on the law of work through its mean only."""

import theory
from build import Case, queue, systems
from judge import response, share_of, station
from table.one_station import two_services

SHARED = {"cores": 1, "discipline": "sharing"}
MEAN = theory.shared_sojourn(0.7, 1)
LAWS = {"constant": "1 s", "lognormal": "lognormal(1 s cv 1.5)", "hyperexp": "hyperexp(1 s cv 2)"}

CASES = [
    Case("mg1ps-exp", "M/M/1-PS at 0.7", "Kleinrock II, section 4.4; Sakata, Noguchi and Oizumi 1971",
         queue("M/M/1-PS", 0.7, "exp(1 s)", customers=250_000, discipline="sharing"), (
             response("mean", "q", 3.333333333333333), station("present_mean", "q", 2.333333333333333),
             station("utilisation", "q", 0.7)), fast=True),
    Case("mg1ps-laws", "M/G/1-PS at 0.7: constant, lognormal and hyperexponential work",
         "insensitive to the law; Kleinrock II, section 4.4",
         systems("M/G/1-PS", {law: (0.7, work, SHARED) for law, work in LAWS.items()}, 500_000),
         tuple(check for law in LAWS for check in (
             response("mean", law, MEAN), station("present_mean", law, 0.7 * MEAN),
             station("utilisation", law, 0.7)))),
    Case("mmcps", "M/M/4-PS at 0.8: each job at most one core", "birth and death, as M/M/4",
         queue("M/M/4-PS", 3.2, "exp(1 s)", 4, 300_000, discipline="sharing"), (
             response("mean", "q", theory.MMc(3.2, 1, 4).sojourn), station("utilisation", "q", 0.8),
             station("present_mean", "q", theory.MMc(3.2, 1, 4).present))),
    Case("ciw-capacitated-ps", "full rate up to 3 jobs, then shared: sharing on 3 cores",
         "Ciw, test_capacitated_ps; Xue and Li 2009",
         systems("capacitated sharing", {"q": ("10 / s", "exp(83333333 ns)",
                                               {"cores": 3, "discipline": "sharing"})}, 5_000, 100), (
             station("present_mean", "q", 0.8555295120392076),
             response("mean", "q", 0.08555295120392076)), fast=True),
    Case("two-services-shared", "M/G/1-PS, long work for one partner, short for another",
         "each takes its own work / (1 - rho); Kleinrock II, section 4.4", two_services("sharing"), (
             response("mean", "long", 2 / 0.3, "east"), response("mean", "short", 0.5 / 0.3, "west"),
             share_of("q", "east", 4 / 7), station("utilisation", "q", 0.7))),
]
