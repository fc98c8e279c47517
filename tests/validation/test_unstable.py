# SPDX-License-Identifier: Apache-2.0
"""Where there is no answer: stations that are offered their capacity or more."""

import unittest

from program import run, scenario


class Unstable(unittest.TestCase):
    """A station that is offered its capacity or more has no figure of response; the others keep theirs, and
    closed workloads never overload."""

    def test_named(self):
        case = scenario(
            "overload", horizon=20_000, runs=2, hosting={"do-a": "a", "do-b": "b", "do-c": "c"},
            compute={name: {"site": "hall", "cores": 2} for name in "abc"},
            services={"over": {"steps": [{"compute": "do-b", "work": "exp(1 s)"},
                                         {"compute": "do-a", "work": "exp(1 s)"}]},
                      "under": {"steps": [{"compute": "do-b", "work": "exp(100 ms)"}]},
                      "users": {"steps": [{"compute": "do-c", "work": "exp(1 s)"}]}},
            workloads={"overs": {"service": "over", "partners": "all", "rate": "1.8 / s"},
                       "others": {"service": "extra", "partners": "all", "rate": "0.3 / s"},
                       "unders": {"service": "under", "partners": "all", "rate": "0.1 / s"},
                       "crowd": {"service": "users", "partners": "all", "users": 50, "think": "1 s"}})
        case["services"]["extra"] = {"steps": [{"compute": "do-a", "work": "exp(1 s)"}]}
        result = run(case)
        for name, load, unstable in (("a", 1.05, 1), ("b", 0.905, 0), ("c", 0, 0)):
            self.assertAlmostEqual(result.station("load", name)[0], load, delta=1e-9)
            self.assertEqual(list(result.station("unstable", name)), [unstable] * 2)
        for service, unstable in (("over", 1), ("extra", 1), ("under", 0), ("users", 0)):
            mean = result.service("response_mean", service)
            self.assertEqual(list(result.service("unstable", service)), [unstable] * 2)
            self.assertEqual([value != value for value in mean], [bool(unstable)] * 2, service)
        self.assertTrue((result.service("offered", "over") > 30_000).all())


if __name__ == "__main__":
    unittest.main()
