# SPDX-License-Identifier: Apache-2.0
"""Sensitivity indices through the language and the built program, where theory says what they are."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy

from program import render, scenario


def swept(case, measure):
    """The group /sensitivity for one measure, as {name: value or array by factor}, and the factors' names."""
    with tempfile.TemporaryDirectory(prefix="psnsim-validation-") as folder:
        source, target = Path(folder, "s.yaml"), Path(folder, "s.h5")
        source.write_text(render(case), encoding="utf-8")
        done = subprocess.run([os.environ["PSNSIM"], "sweep", str(source), "-o", str(target), "-q"],
                              capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            raise AssertionError(f"{done.stderr}\n{render(case)}")
        with h5py.File(target) as file:
            group = file["sensitivity"]
            m = list(group["measure"].asstr()[:]).index(measure)
            values = {name: data[m] for name, data in group.items()
                      if data.dtype.kind in "fi" and name not in ("limit", "at_most")}
            return values, list(group["factor"].asstr()[:])


def two_delays(design, points):
    """Two links in a row, each of a constant delay, there and back: the response is 2 (d1 + d2) and what does not
    depend on the factors. One request a second, each alone."""
    return scenario(
        "Two delays", horizon=20, runs=1, hosting={"app": "server"},
        sites={"hall": {"partner": "council"}, "middle": {"partner": "none"}, "far": {"partner": "none"}},
        links={"a": {"between": ["hall", "middle"], "bandwidth": "10 Gbit/s", "delay": "10 ms"},
               "b": {"between": ["middle", "far"], "bandwidth": "10 Gbit/s", "delay": "10 ms"}},
        compute={"server": {"site": "far", "cores": 100}},
        services={"ask": {"steps": [{"request": "1 KB"}, {"compute": "app", "work": "1 ms"}, {"response": "1 KB"}]}},
        workloads={"asking": {"service": "ask", "partners": "all", "rate": "1 / s"}},
        study={"seed": 4, "replications": 1, "design": design, "points": points,
               "factors": {"links.a.delay": "0..20 ms", "links.b.delay": "10 ms..50 ms"}})


class TwoDelays(unittest.TestCase):
    def test_indices(self):
        """Variances of uniforms go as the squares of their ranges: 20^2 / (20^2 + 40^2) = 0.2 and 0.8; first and
        total alike, as nothing interacts."""
        exact = numpy.array([0.2, 0.8])
        found, factors = swept(two_delays("sensitivity", 256), "response mean: ask, council")
        self.assertEqual(factors, ["links.a.delay", "links.b.delay"])
        for kind in ("first", "total"):
            self.assertTrue((found[f"{kind}_low"] <= exact).all() and (exact <= found[f"{kind}_high"]).all(), found)
            # 256 rows of a Sobol' sequence: the error of a smooth integrand is of the order of 1 / rows.
            numpy.testing.assert_allclose(found[kind], exact, atol=0.01)
        self.assertAlmostEqual(found["first"].sum(), 1, delta=0.01)
        # (2 (d1 + d2)) has the variance 4 (20^2 + 40^2) / 12 ms^2.
        self.assertAlmostEqual(found["variance"] / (4 * 2000 / 12 * 1e-6), 1, delta=0.02)

    def test_morris(self):
        """Effects over the whole ranges: 2 x 20 ms and 2 x 40 ms at every step; a step's ends are right to a
        millionth of the range."""
        found, _ = swept(two_delays("morris", 6), "response mean: ask, council")
        exact = numpy.array([0.040, 0.080])
        numpy.testing.assert_allclose(found["effect_mean"], exact, rtol=1e-5)
        numpy.testing.assert_allclose(found["size_mean"], exact, rtol=1e-5)
        numpy.testing.assert_allclose(found["effect_deviation"], 0, atol=1e-6)


class Markov(unittest.TestCase):
    """M/M/1 with its rate and its speed as factors: W = 1 / (speed - rate), of work exp(1 s)."""

    RATE, SPEED = (0.1, 0.5), (1.0, 1.6)

    def exact(self):
        """First and total indices by quadrature: a midpoint rule of 1,000 points a dimension, whose error is
        below 1e-6 here."""
        n = 1000
        u = (numpy.arange(n) + 0.5) / n
        rate = self.RATE[0] + u * (self.RATE[1] - self.RATE[0])
        speed = self.SPEED[0] + u * (self.SPEED[1] - self.SPEED[0])
        wait = 1 / (speed[:, None] - rate[None, :])
        variance = wait.var()
        first = numpy.array([wait.mean(axis=1).var(), wait.mean(axis=0).var()]) / variance
        return first, 1 - first[::-1]

    def test_indices(self):
        """Every point sees the same arrivals and work, so what its customers (2 x 4,000 or more) are off by is nearly the
        same function everywhere; a standard error of 2 % in W is a thousandth of its variance over the factors."""
        case = scenario(
            "M/M/1 and what moves it", horizon=40_000, warmup=1000, runs=2, hosting={"app": "server"},
            compute={"server": {"site": "hall", "cores": 1}},
            services={"case": {"steps": [{"compute": "app", "work": "exp(1 s)"}]}},
            workloads={"cases": {"service": "case", "partners": "all", "rate": "0.3 / s"}},
            study={"seed": 9, "replications": 2, "design": "sensitivity", "points": 128,
                   "factors": {"workloads.cases.rate": "%g / s..%g / s" % self.RATE,
                               "compute.server.speed": "%g..%g" % self.SPEED}})
        found, factors = swept(case, "response mean: case, council")
        self.assertEqual(factors, ["compute.server.speed", "workloads.cases.rate"])
        first, total = self.exact()
        for kind, exact in (("first", first), ("total", total)):
            self.assertTrue((found[f"{kind}_low"] <= exact).all() and (exact <= found[f"{kind}_high"]).all(),
                            (kind, exact, found))
            numpy.testing.assert_allclose(found[kind], exact, atol=0.04)
        self.assertLess(found["first"].sum(), 1)
        self.assertGreater(found["total"].sum(), 1, "rate and speed act together")
        self.assertLess(found["noise"], 0.01)


if __name__ == "__main__":
    unittest.main(verbosity=2)
