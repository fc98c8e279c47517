# SPDX-License-Identifier: Apache-2.0
"""What the tests that drive the built program share: finding it, a folder of their own, scenarios.

The program is named by the environment's PSNSIM. Where it was built with a sanitizer (which its bytes tell, or
PSNSIM_SANITIZED=1), its memory tells nothing, and it is given more time.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

PROGRAM = os.environ.get("PSNSIM", "psnsim")


def _sanitized():
    if "PSNSIM_SANITIZED" in os.environ:
        return os.environ["PSNSIM_SANITIZED"] == "1"
    path = shutil.which(PROGRAM)
    return path is not None and any(name in pathlib.Path(path).read_bytes() for name in (b"__asan_init", b"__tsan_init"))


SANITIZED = _sanitized()

# What a sanitizer finds ends the program with a status that no test expects.
SANITIZER_OPTIONS = {name: os.environ.get(name, "exitcode=99")
                     for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS")}

# No test waits longer for one command: a hang is a failure.
TIMEOUT = 120 if SANITIZED else 30

# Two partners, a link, sharing servers, an array; closed and scheduled work, an objective, four points.
# Quick: about 7,000 requests a run.
SMALL = """\
psnsim: 1
title: Two towns share a server
time: {start: 2024-01-01, horizon: 1 h, warmup: 10 min, interval: 10 min}
partners:
  east: {population: 1000, staff: {east-hall: 40}, data: {db: {size: 1 GB}}}
  west: {population: 3000, staff: {west-hall: 60}, data: {db: {size: 2 GB}}}
sites:
  east-hall: {partner: east}
  west-hall: {partner: west}
links:
  county: {between: [east-hall, west-hall], bandwidth: 20 Mbit/s, delay: 2 ms}
compute:
  server: {site: west-hall, hosts: 1, cores: 2, discipline: sharing}
storage:
  disk: {site: west-hall, capacity: 10 TB, iops: 2000, bandwidth: 1 Gbit/s, latency: 1 ms}
services:
  ask:
    steps: [{request: 4 KB}, {compute: app, work: lognormal(200 ms cv 1)}, {read: db, size: 64 KB, times: 2}, {response: 60 KB}]
  look:
    steps: [{request: 1 KB}, {compute: app, work: exp(50 ms)}, {response: 20 KB}]
workloads:
  asking:  {service: ask, partners: all, users: 50 % of staff, think: exp(20 s)}
  looking: {service: look, partners: all, rate: 1 / h per population}
arrangements:
  shared: {hosting: {all: {app: server, db: disk}}}
use: {arrangement: shared}
objectives:
  fast: {service: ask, figure: response p95, at most: 1 s, per: partner}
study:
  seed: 11
  replications: 3
  factors: {demand: [1, 1.5], links.county.bandwidth: [10 Mbit/s, 100 Mbit/s]}
"""

# A single server: M/M/1 with rate 5 a second and a mean service of 100 ms, so half busy.
ONE = """\
psnsim: 1
title: One office, one server
time: {start: 2024-01-01, horizon: 10 min, warmup: 1 min, interval: 1 min}
partners: {town: {population: 1000, staff: {hall: 10}}}
sites: {hall: {partner: town}}
compute: {server: {site: hall, hosts: 1, cores: 1, discipline: fifo}}
services: {ask: {steps: [{compute: app, work: exp(100 ms)}]}}
workloads: {asking: {service: ask, partners: all, rate: 5 / s}}
arrangements: {alone: {hosting: {all: {app: server}}}}
use: {arrangement: alone}
study: {seed: 7, replications: 2}
"""


class Result:
    """How a command ended: status, stdout, stderr as text; seconds; the most memory it had (bytes)."""

    def __init__(self, status, out, err, seconds, memory):
        self.status, self.out, self.err = status, out, err
        self.seconds, self.memory = seconds, memory


def _collect(stream, into):
    into.append(stream.read())


class Case(unittest.TestCase):
    """A test in a temporary folder of its own, which is removed with all that is in it."""

    maxDiff = 4000

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="psnsim-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return self.folder / name

    def write(self, name, text):
        """Writes a file (text or bytes) and returns its name."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    def read(self, name):
        return self.path(name).read_bytes()

    def terminal(self):
        """Both ends of a new pseudo-terminal; the test is skipped where the system gives none."""
        try:
            return os.openpty()
        except OSError as error:
            self.skipTest(f"no pseudo-terminal here: {error}")

    def start(self, *arguments, env=None, preexec=None, cwd=None):
        """Starts the program in the test's folder; the caller waits for it."""
        child = subprocess.Popen(
            [PROGRAM, *map(str, arguments)], cwd=cwd or self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=preexec,
            env={**os.environ, **SANITIZER_OPTIONS, **(env or {})})
        self.addCleanup(self._end, child)
        return child

    @staticmethod
    def _end(child):
        if child.poll() is None:
            child.kill()
            child.wait()
        child.stdout.close()
        child.stderr.close()

    def run_program(self, *arguments, timeout=TIMEOUT, **options):
        """Runs the program to its end. A hang fails the test."""
        begin = time.monotonic()
        child = self.start(*arguments, **options)
        out, err = [], []
        readers = [threading.Thread(target=_collect, args=pair)
                   for pair in ((child.stdout, out), (child.stderr, err))]
        for reader in readers:
            reader.start()
        killer = threading.Timer(timeout, child.kill)
        killer.start()
        _, status, usage = os.wait4(child.pid, 0)
        late = not killer.is_alive()
        killer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        for reader in readers:
            reader.join()
        result = Result(child.returncode, out[0].decode(errors="replace"), err[0].decode(errors="replace"),
                        time.monotonic() - begin, usage.ru_maxrss * 1024)
        if late and result.status == -signal.SIGKILL:
            self.fail(f"psnsim {' '.join(map(str, arguments))} did not end in {timeout} s\n{result.err}")
        return result

    def ok(self, *arguments, **options):
        """Runs the program, which must end with 0."""
        result = self.run_program(*arguments, **options)
        self.assertEqual(result.status, 0, f"psnsim {' '.join(map(str, arguments))}\n{result.err}")
        return result

    def fails(self, status, *arguments, says=(), **options):
        """Runs the program, which must end with `status` and say each of `says` on stderr."""
        result = self.run_program(*arguments, **options)
        self.assertEqual(result.status, status,
                         f"psnsim {' '.join(map(str, arguments))}\n{result.out[-2000:]}{result.err[-4000:]}")
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, result.err)
        return result

    def json(self, *arguments, **options):
        """Runs the program, which must end with 0, and reads its stdout as JSON."""
        return json.loads(self.ok(*arguments, **options).out)

    def refused(self, text, *says, name="bad.yaml", seconds=10, **options):
        """`check` refuses this scenario within the time and, not sanitised, 200 MB; it says each of `says`,
        and at least one place as file:line:column."""
        self.write(name, text)
        result = self.fails(2, "check", name, says=says, **options)
        self.assertRegex(result.err, r"(?m)^\S+:\d+:\d+: ")
        self.assertLess(result.seconds, seconds * (6 if SANITIZED else 1))
        if not SANITIZED:
            self.assertLess(result.memory, 200e6)
        return result


def figures(point):
    """The figures of a point of `show --json` by (figure, subject, partner)."""
    return {(f["figure"], f["subject"], f["partner"]): f for f in point["figures"]}


def main():
    unittest.main(verbosity=2)
