#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/pooling.py: the gain of pooling from a result file, against the cores of the scenario; its picture; and
what it says of results that cannot be drawn."""
import contextlib
import io
import os
import sys
from unittest import mock

from harness import ONE, Case, main

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEAKS = os.path.join(ROOT, "scenarios", "peaks.yaml")
CORES = {"lbhf-advisers": 24, "rbkc-advisers": 21, "wcc-advisers": 29, "joint-advisers": 74}


def draw(*arguments):
    """Runs the script in this process, for its libraries take long to load: (status, stderr)."""
    import pooling
    err = io.StringIO()
    with mock.patch.object(sys, "argv", ["pooling.py", *map(str, arguments)]), contextlib.redirect_stderr(err), \
            contextlib.redirect_stdout(io.StringIO()):
        return pooling.main(), err.getvalue()


class Pooling(Case):
    def setUp(self):
        super().setUp()
        scripts = mock.patch.object(sys, "path", [os.path.join(ROOT, "scripts"), *sys.path])
        scripts.start()
        self.addCleanup(scripts.stop)

    def sweep(self):
        self.ok("sweep", PEAKS, "--quiet", "-o", "peaks.h5", "--set", "time.horizon=5 weeks", "--set",
                "study.replications=1")
        return self.path("peaks.h5")

    def test_gain(self):
        """Five weeks: the sum of the peaks in cores over that of the pool, as the script has it without knowing
        the cores; and what the scenario is there to show: the gain falls to about 1 as the loading rises."""
        import matplotlib.image
        import numpy
        import xarray
        path = self.sweep()
        import pooling
        result = pooling.read(str(path))
        runs = pooling.Runs(str(path), None)
        arrangement = result.factors[0]
        loading = pooling.factor_of(result, None)
        self.assertEqual(loading.name, "workloads.calls.loading")
        others, found = pooling.gains(result, runs, arrangement, ["alone", "shared"], loading)
        self.assertEqual([f.name for f in others], ["profiles.calls.vary"])
        of_objective = xarray.load_dataset(path, group="objectives", engine="h5netcdf", decode_times=False)
        names = [str(name) for name in of_objective["subject"].values]
        for setting, gains in found.items():
            for value, by_replication in gains.items():
                where = {option: next(p for p in range(result.n_points) if arrangement.labels[p] == option and
                                      loading.numbers[p] == value and others[0].labels[p] == setting[0])
                         for option in ("alone", "shared")}
                for replication, gain in enumerate(by_replication):
                    cores = {option: sum(
                        of_objective["value"].values[run, names.index(name)] * CORES[name]
                        for run in numpy.flatnonzero((runs.point == point) & (runs.replication == replication))
                        for name in CORES if (name == "joint-advisers") == (option == "shared"))
                        for option, point in where.items()}
                    # The same calls, but those under way at the end: a thousandth.
                    self.assertAlmostEqual(gain, cores["alone"] / cores["shared"], delta=2e-3)
            low, _, high = (gains[value].mean() for value in sorted(gains))
            self.assertGreater(low, high)
            self.assertAlmostEqual(high, 1, delta=0.05)
        self.assertEqual(draw(path), (0, ""))
        pixels = matplotlib.image.imread(self.path("peaks-pooling.png"))
        self.assertGreater(min(pixels.shape[:2]), 200)
        self.assertGreater(pixels[..., :3].std(), 0.01)

    def test_mistakes(self):
        self.write("one.yaml", ONE)
        self.ok("run", "one.yaml", "--quiet", "-o", "one.h5")
        for arguments, says in (
                (["one.h5"], "no factor arrangement with the options alone and shared"),
                (["nothing.h5"], "no such file"),
                (["one.yaml"], "no result of psnsim")):
            status, err = draw(*[self.path(a) for a in arguments])
            self.assertEqual(status, 2)
            self.assertIn(says, err)
            self.assertEqual(err.count("\n"), 1)


if __name__ == "__main__":
    main()
