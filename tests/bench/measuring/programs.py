# SPDX-License-Identifier: Apache-2.0
"""Builds psnsim and its benchmarks, and runs each once: what it took, as a dictionary of figures."""
import collections
import contextlib
import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
BENCH = HERE.parent
ROOT = BENCH.parents[1]
PATIENCE = 120  # s: what takes longer, on a machine with other work, say, is given up
PYTHON = "/usr/bin/python3"  # Debian's own, where its SimPy is


class Unavailable(Exception):
    """What cannot be measured here, and why."""


@dataclasses.dataclass
class Build:
    """A psnsim and its benchmarks, of one commit."""
    name: str
    folder: pathlib.Path  # its build folder
    source: pathlib.Path
    options: str = ""     # what `psnsim run --help` prints

    @property
    def program(self):
        return self.folder / "psnsim"

    def knows(self, option):
        if not self.options:
            asked = subprocess.run([self.program, "run", "--help"], capture_output=True, text=True, check=True)
            self.options = asked.stdout
        return option in self.options

    def benchmark(self, name):
        """The program bench_NAME; older commits build it in another folder."""
        for folder in (self.folder / "tests" / "bench", self.folder / "tests"):
            if os.access(folder / f"bench_{name}", os.X_OK):
                return folder / f"bench_{name}"
        raise Unavailable(f"{self.name} has no bench_{name}")


def watched(command, say=None, **options):
    """Runs a command, and where `say` is given tells it each quarter of its way, which Ninja and make print before each
    line as [5/20] or [ 25%]. Where it fails its last lines are told."""
    last, quarters = collections.deque(maxlen=20), 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options) as child:
        for line in child.stdout:
            last.append(line)
            done = re.match(r"\[ *(\d+)(?:%|/(\d+))\]", line)
            share = int(done[1]) / int(done[2] or 100) if done else 0
            while say and share >= (quarters + 1) / 4 and quarters < 3:
                quarters += 1
                say(f" {25 * quarters} %")
    if child.returncode:
        raise Unavailable(f"{' '.join(map(str, command))}: exit status {child.returncode}\n" + "".join(last).rstrip())


def build(name, source, folder, say):
    """Builds the release of a source folder, without its tests, and each benchmark that it has. `say` is told how far it
    is, in one line."""
    said = Build(name, folder, source)
    try:
        say(f"building {name}: psnsim")
        watched(["cmake", "--preset", "release", "-B", folder, "-DPSNSIM_TESTS=OFF"], cwd=source)
        watched(["cmake", "--build", folder, "--target", "psnsim"], say, cwd=source)
        say(", benchmarks")
        for file in sorted((source / "tests" / "bench").glob("*.c")):
            # A commit from before benchmarks were built without tests has no such target: its cases are left out.
            with contextlib.suppress(Unavailable):
                watched(["cmake", "--build", folder, "--target", f"bench_{file.stem}"], cwd=source)
                say(f" {file.stem}")
    finally:
        say("\n")
    return said


@contextlib.contextmanager
def build_of(revision, say):
    """The build of another commit, from a worktree that lasts as long as the `with`; `say` as for build."""
    commit = subprocess.run(["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"], cwd=ROOT,
                            capture_output=True, text=True)
    if commit.returncode:
        raise Unavailable(f"git knows no commit {revision}")
    with tempfile.TemporaryDirectory(prefix="psnsim-against-") as folder:
        source = pathlib.Path(folder) / "source"
        watched(["git", "worktree", "add", "--detach", source, commit.stdout.strip()], cwd=ROOT)
        try:
            yield build(revision, source, pathlib.Path(folder) / "build", say)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", source], cwd=ROOT, capture_output=True)


def run_program(build, scenario, settings=(), threads=1, words=(), replications=None):
    """`psnsim run`: wall and processor time in s, peak memory in MB, requests and events, the simulation's own
    wall time in s (`alone`, all runs together), the number of runs, and of windows that threads shared or might have."""
    with tempfile.TemporaryDirectory(prefix="psnsim-bench-") as folder:
        result = os.path.join(folder, "bench.h5")
        line = [build.program, "run", scenario, "--quiet", "--threads", str(threads), "-o", result, *words]
        if replications:
            line += ["--replications", str(replications)]
        for setting in settings:
            line += ["--set", setting]
        begun = os.times().elapsed
        with open(os.path.join(folder, "mistakes"), "w+", encoding="utf-8") as mistakes:
            child = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=mistakes)
            killer = threading.Timer(PATIENCE, child.kill)
            killer.start()
            _, status, usage = os.wait4(child.pid, 0)
            wall = os.times().elapsed - begun
            killer.cancel()
            child.returncode = os.waitstatus_to_exitcode(status)
            if wall >= PATIENCE:
                raise Unavailable(f"{build.name}: {' '.join(map(str, line))}: had not ended after {PATIENCE} s")
            if child.returncode:
                mistakes.seek(0)
                raise Unavailable(f"{build.name}: {' '.join(map(str, line))}: exit status {child.returncode}: "
                                  f"{mistakes.read(300).strip()}")
        with open(result + ".log", encoding="utf-8") as log:
            runs = [entry for entry in map(json.loads, log) if entry["event"] == "run"]
    windows = sum(run.get("windows", 0) for run in runs)
    return {"wall_s": wall, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_MB": usage.ru_maxrss / 1024,
            "alone_s": sum(run["wall_s"] for run in runs), "requests": sum(run["requests"] for run in runs),
            "events": sum(run["events"] for run in runs), "runs": len(runs),
            **({"windows": windows} if windows else {})}


def run_loop(program, case, factor):
    """A case of bench_bare or bench_kernel: count, CPU s, M/s, mean and theory in s."""
    done = subprocess.run([program, case, str(factor)], capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(f"{program} {case}: exit status {done.returncode}: {done.stderr.strip()}")
    return _figures_of_loop(done.stdout)


def run_simpy(case, customers):
    """A model in SimPy: the same figures."""
    script = BENCH / "peers" / "simpy_models.py"
    done = subprocess.run([PYTHON, script, case, str(customers)], capture_output=True, text=True)
    if "No module named 'simpy'" in done.stderr:
        raise Unavailable("there is no SimPy here: scripts/setup --bench brings it")
    if done.returncode:
        raise Unavailable(f"{script} {case}: exit status {done.returncode}: {done.stderr.strip()[-300:]}")
    return _figures_of_loop(done.stdout)


def _figures_of_loop(text):
    count, cpu, rate, mean, theory = map(float, text.splitlines()[-1].split()[1:6])
    return {"value": rate, "cpu_s": cpu, "requests": count, "mean_s": mean, "theory_s": theory}


def run_phold(program, processes, threads, events):
    """bench_phold: M events/s by wall time."""
    done = subprocess.run([program, str(processes), str(threads), *([str(events)] if events else [])],
                          capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(f"{program}: exit status {done.returncode}: {done.stderr.strip()}")
    header, line = done.stdout.splitlines()[-2:]
    figures = dict(zip(header.split(), map(float, line.split())))
    return {"value": figures["M/s"], "wall_s": figures["wall_s"], "events": figures["events"]}


def run_table(program, arguments=()):
    """A program that prints `what   figure [figure ...]` lines: the last figure of each, by what it is of; of a line with
    several each with its column's name."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(f"{program}: exit status {done.returncode}: {done.stderr.strip()}")
    columns, found = [], {}
    for line in done.stdout.splitlines():
        words = re.split(r"\s{2,}", re.sub(r"\s*\(.*\)$", "", line.strip()))
        if len(words) < 2:
            continue
        try:
            values = [float(word) for word in " ".join(words[1:]).split()]
        except ValueError:
            columns = " ".join(words[1:]).split()
            continue
        if len(values) == 1:
            found[words[0]] = values[0]
        else:
            found.update({f"{words[0]}, {column}": value for column, value in zip(columns, values)})
    return found


@contextlib.contextmanager
def busy_core():
    """Another program that keeps one core busy: the last one that this process may use."""
    core = max(os.sched_getaffinity(0))
    child = subprocess.Popen([sys.executable, "-c", f"import os\nos.sched_setaffinity(0, {{{core}}})\nwhile True: pass"])
    try:
        yield
    finally:
        child.kill()
        child.wait()


def has_simgrid():
    return shutil.which("pkg-config") and subprocess.run(["pkg-config", "--exists", "simgrid"]).returncode == 0
