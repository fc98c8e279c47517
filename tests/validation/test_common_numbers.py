# SPDX-License-Identifier: Apache-2.0
"""What common random numbers save, on three boroughs between two capacities: the variance of a difference falls to a
fifth of what independent seeds give, or less. `psnsim compare --gain` takes the latter from the two points' own
variances; here it is held against a point that truly has another seed."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

import h5py
import program

SCENARIO = Path(__file__).parents[2] / "scenarios" / "tri-borough.yaml"
REPLICATIONS = 10
# A working day after its night as warm-up; the hosts of the shared pool. Near saturation, at two hosts, nothing is
# saved: what the busier point alone sees is most of the difference.
SETTINGS = ["time.horizon=1 d", "time.warmup=6 h", "study.factors={compute.joint-servers.hosts: [3, 4]}",
            f"study.replications={REPLICATIONS}"]


def sweep(folder, name, *settings):
    result = Path(folder, name)
    command = [program.program(), "sweep", str(SCENARIO), "-o", str(result), "--quiet"]
    for setting in (*SETTINGS, *settings):
        command += ["--set", setting]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return result


def means(path, point):
    """The mean responses of a point's replications: [replication, service and partner]."""
    with h5py.File(path) as file:
        x = file["services/response_mean"][...]
    return x.reshape(x.shape[0], -1)[point * REPLICATIONS:(point + 1) * REPLICATIONS]


class CommonNumbers(unittest.TestCase):
    def test_a_fifth_of_the_variance_or_less(self):
        with tempfile.TemporaryDirectory(prefix="psnsim-validation-") as folder:
            path = sweep(folder, "a.h5")
            other = sweep(folder, "b.h5", "study.seed=2012")
            done = subprocess.run([program.program(), "compare", str(path), "--point", "1", "--json"], check=True,
                                  capture_output=True, text=True, timeout=60)
            figures = json.loads(done.stdout)["comparisons"][0]["figures"]
            gains = {(f["subject"], f["partner"]): f["gain"] for f in figures if f["figure"] == "response mean"
                     and f["subject"] in ("case-work", "self-service")}
            self.assertEqual(len(gains), 6)
            for name, gain in gains.items():
                self.assertGreater(gain, 5, name)
            base, point, apart = means(path, 0), means(path, 1), means(other, 1)
        paired, added = (point - base).var(axis=0, ddof=1), base.var(axis=0, ddof=1) + point.var(axis=0, ddof=1)
        independent = (apart - base).var(axis=0, ddof=1)
        for i in range(base.shape[1]):
            if not paired[i] > 0:
                continue  # no request of this kind in so short a time
            # Two variances of ten values each: their ratio lies beyond 1 / 10 and 10 once in a thousand times
            # (F with 9 and 9 degrees of freedom).
            self.assertLess(abs(independent[i] / added[i] - 1) if independent[i] > added[i]
                            else added[i] / independent[i] - 1, 9)
            self.assertGreater(independent[i] / paired[i], 2)


if __name__ == "__main__":
    unittest.main()
