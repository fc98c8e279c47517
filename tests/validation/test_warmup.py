# SPDX-License-Identifier: Apache-2.0
"""The automatic warm-up against theory: it follows the time in which a system forgets that it began empty, and
figures after it are those of the steady state.

What is known exactly: in M/G/inf with exponential delays of mean T, started empty, the mean number in progress at
time t is rate x T x (1 - exp(-t / T)) (Takacs, Introduction to the Theory of Queues, 1962, chapter 3); its standard
deviation in steady state is sqrt(rate x T). So the bias is as small as the noise at t = T x ln(sqrt(rate x T)). In
M/M/1 the relaxation time is 1 / (mu (1 - sqrt(rho))^2) (Cohen, The Single Server Queue, section II.2.1).
"""

import math
import tempfile
import unittest
from pathlib import Path

import h5py
from judge import confirm, response, station
from program import RUNS, render, reseeded, run_text, scenario


def automatic(case, interval):
    """The same with `warmup: auto` and this interval (text)."""
    again = dict(case)
    again["time"] = {**case["time"], "warmup": "auto", "interval": interval}
    return again


# A pilot that sees a cut: it begins with thousands of seconds further from the mean than the rest.
SEED_WITH_A_CUT = 4


class Relaxation(unittest.TestCase):
    def warmup(self, case):
        with tempfile.TemporaryDirectory(prefix="psnsim-validation-") as folder:
            path = Path(folder, "result.h5")
            run_text(render(case), keep=path)
            with h5py.File(path) as file:
                self.assertEqual(file.attrs["warmup"], b"automatic")
                return float(file.attrs["warmup_s"])

    def test_infinite_servers_forget_exponentially(self):
        """Where the bias has come down to the noise: no cut is earlier than half the time at which the two are equal,
        for relaxation times of 100 s to 1,600 s. Later ones come by chance, as the noise is correlated over the
        relaxation time; so of five seeds the median, which must lie before five times that time, and grow."""
        before = 0
        for mean in (100, 400, 1600):
            case = automatic(scenario(f"delay of {mean} s", horizon=60 * mean, runs=1,
                                      services={"ask": {"steps": [{"delay": f"exp({mean} s)"}]}},
                                      workloads={"w": {"service": "ask", "partners": "all", "rate": "1 / s"}}), "10 s")
            cuts = sorted(self.warmup(reseeded(case, seed)) for seed in range(1, 6))
            equal = mean * math.log(math.sqrt(mean))
            self.assertGreaterEqual(cuts[0], equal / 2, f"mean {mean}: {cuts}, equal at {equal:.0f}")
            self.assertLess(cuts[2], 5 * equal, f"mean {mean}: {cuts}, equal at {equal:.0f}")
            self.assertGreater(cuts[2], before)
            before = cuts[2]

    def test_single_server_in_its_own_time(self):
        """Common random numbers: another speed of everything stretches the same path, and with it the relaxation
        time; the cut must follow it, but for the batches of five intervals of 10 s at either end."""
        cuts = []
        for mean in (0.5, 1, 2, 4):
            case = automatic(scenario(f"M/M/1, {mean} s", horizon=round(50_000 * mean), runs=1, hosting={"app": "server"},
                                      compute={"server": {"site": "hall", "cores": 1}},
                                      services={"ask": {"steps": [{"compute": "app", "work": f"exp({mean} s)"}]}},
                                      workloads={"w": {"service": "ask", "partners": "all",
                                                       "rate": f"{0.9 / mean:.10g} / s"}}), "10 s")
            case["study"] = {"seed": SEED_WITH_A_CUT, "replications": 1}
            cuts.append(self.warmup(case) / mean)
        self.assertGreater(min(cuts), 0)
        for mean, cut in zip((0.5, 1, 2, 4), cuts):
            self.assertLess(abs(cut - cuts[-1]), 3 * 50 / mean, f"in units of the mean service: {cuts}")


class SteadyState(unittest.TestCase):
    def test_single_server_at_90_percent(self):
        """M/M/1 from empty with the warm-up that the program finds: rate 0.9, mean service 1, so that the mean
        response is 1 / (1 - 0.9) and the mean number present 0.9 / (1 - 0.9). A run of 130,000 services has a
        standard error of 5.5 % (Whitt, Management Science 35(11), 1989), 50 runs have 0.8 %."""
        case = automatic(scenario("M/M/1 at 0.9, automatic warm-up", horizon=130_000, runs=RUNS, hosting={"app": "server"},
                                  compute={"server": {"site": "hall", "cores": 1}},
                                  services={"ask": {"steps": [{"compute": "app", "work": "exp(1 s)"}]}},
                                  workloads={"w": {"service": "ask", "partners": "all", "rate": "0.9 / s"}}), "60 s")
        confirm(self, case, [response("mean", "ask", 10.0, error=0.01), station("present_mean", "server", 9.0, error=0.012),
                             station("utilisation", "server", 0.9)])


if __name__ == "__main__":
    unittest.main()
