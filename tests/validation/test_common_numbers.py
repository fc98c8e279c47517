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


# A town's desk of one step; what asks, what is asked for and what is varied are filled in.
SMALL = """\
psnsim: 1
time: {start: 2024-01-01, horizon: 1100 s, warmup: 100 s, interval: 1100 s}
partners: {town: {population: 1000, staff: {hall: 40}}}
sites: {hall: {partner: town}}
compute: {server: {site: hall, hosts: 1, cores: 4, discipline: fifo}}
services: {ask: {%s}}
workloads: {asking: {service: ask, partners: all, %s}}
arrangements: {alone: {hosting: {all: {app: server}}}}
study: {replications: 20, factors: {%s}}
"""
WORK = "steps: [{compute: app, work: exp(100 ms)}]"
CHOICE = ("steps: [{choice: [{share: 20 %, steps: [{compute: app, work: exp(300 ms)}]}, "
          "{share: 80 %, steps: [{compute: app, work: exp(50 ms)}]}]}]")
RETRIES = "timeout: 500 ms, retries: 2, steps: [{compute: app, work: lognormal(100 ms cv 1.2)}]"


def gains(folder, *filled):
    """The gain of each figure between the two points, of the service or the server."""
    source, result = Path(folder, "small.yaml"), Path(folder, "small.h5")
    source.write_text(SMALL % filled, encoding="utf-8")
    subprocess.run([program.program(), "sweep", str(source), "-o", str(result), "--quiet", "--restart"], check=True,
                   capture_output=True, timeout=120)
    done = subprocess.run([program.program(), "compare", str(result), "--json"], check=True, capture_output=True, text=True,
                          timeout=60)
    return {f["figure"]: f for f in json.loads(done.stdout)["comparisons"][0]["figures"]}


class CommonNumbers(unittest.TestCase):
    def check(self, filled, **least):
        with tempfile.TemporaryDirectory(prefix="psnsim-validation-") as folder:
            found = gains(folder, *filled)
        for figure, gain in least.items():
            f = found[figure.replace("_", " ")]
            if gain is None:  # the same number in every replication
                self.assertEqual((f["difference"], f["half_width"]), (0, 0), figure)
            else:
                self.assertGreater(f["gain"], gain, figure)

    def test_capacity_keeps_open_requests_and_their_work(self):
        self.check((WORK, "rate: 25 / s", "compute.server.cores: [4, 5]"), offered=None, response_mean=3, utilisation=20)

    def test_capacity_keeps_choices(self):
        # Were each request's branch drawn anew, its work would be, too.
        self.check((CHOICE, "rate: 25 / s", "compute.server.cores: [4, 5]"), offered=None, utilisation=20)

    def test_capacity_keeps_retries(self):
        self.check((RETRIES, "rate: 22 / s", "compute.server.cores: [5, 6]"), offered=None, retries=10, response_mean=5,
                   utilisation=20)

    def test_capacity_keeps_closed_users(self):
        # Their thoughts and their work stay; what they ask for moves with the little that they wait less.
        self.check((WORK, "users: 100 % of staff, think: exp(1.5 s)", "compute.server.cores: [4, 5]"), offered=20,
                   utilisation=20)

    def test_demand_keeps_arrivals(self):
        self.check((WORK, "rate: 25 / s", "demand: [1, 1.02]"), offered=10, response_mean=10, utilisation=20)

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
