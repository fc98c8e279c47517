# SPDX-License-Identifier: Apache-2.0
"""What scripts/bench measures: each case has runners, which are run in turn, and ratios between them."""
import contextlib
import dataclasses
import functools
import pathlib
import shutil
import subprocess
import sys
import tempfile
from typing import Callable

from . import memory, programs
from .programs import BENCH, ROOT, Unavailable

sys.path.insert(0, str(ROOT / "tests" / "compare"))
import simgrid  # noqa: E402  (its folder is no package)

SCENARIOS = ROOT / "scenarios"


@dataclasses.dataclass
class Runner:
    """One of those that are run in turn. `run(build, quick)` returns figures, `value` the one that counts."""
    label: str
    run: Callable
    times: int = 99      # at most
    ours: bool = True    # of a build of psnsim: can be held against another commit's
    build: object = None  # whose


@dataclasses.dataclass
class Case:
    name: str
    title: str
    unit: str
    runners: list
    ratios: tuple = ()   # (who, over whom), by label: how many times as fast
    cost: bool = False   # value is a time or memory: less is better
    around: Callable = contextlib.nullcontext  # what else is going on while the runners run


@dataclasses.dataclass
class Table(Case):
    """A case whose runners return many figures of one unit, by name; what is told is each of them."""


# The figure of a program's simulation without reading and writing, beside that of the whole program.
ALONE = "{}, simulation alone"

# Horizons of the scenarios here, s, and by how much a quick measurement shortens what it can.
HORIZONS = {"mm1": 11111111, "row": 2777778, "mm16": 694444, "sharing": 11111111, "network": 8000}
QUICK = 0.05


def factor(quick):
    return QUICK if quick else 1


def rate(figures, clock, count="requests", visits=1):
    """Millions a second of a clock."""
    return {**figures, "value": figures[count] * visits / figures[clock] / 1e6}


# The scenarios here, with the loops and SimPy beside them.

def _scenario(name, visits, build, quick):
    horizon = round(HORIZONS[name] * factor(quick))
    figures = programs.run_program(build, BENCH / f"{name}.yaml", [f"time.horizon={horizon} s"])
    return {**rate(figures, "cpu_s", visits=visits), "alone": rate(figures, "alone_s", visits=visits)["value"]}


def _loop(program, name, build, quick):
    return programs.run_loop(build.benchmark(program), name, factor(quick))


def _simpy(name, customers, build, quick):
    return programs.run_simpy(name, round(customers * factor(quick)))


# name, title, unit, visits, cases of bench_kernel with their labels, customers in SimPy (0: not simulated there)
MODELS = [
    ("mm1", "M/M/1 at 0.9", "M customers/s", 1,
     [("mm1-ahead", "kernel alone"), ("mm1", "kernel alone, departures as events")], 200000),
    ("row", "Four M/M/1 in a row", "M visits/s", 4,
     [("row-ahead", "kernel alone"), ("row", "kernel alone, departures as events")], 50000),
    ("mm16", "M/M/16 at 0.9", "M customers/s", 1, [], 0),
    ("sharing", "M/M/1 with processor sharing", "M customers/s", 1, [], 0),
    ("network", "Request network of six partners", "M requests/s", 1, [], 50000),
]


def model_cases():
    for name, title, unit, visits, kernels, customers in MODELS:
        part = functools.partial
        runners = [Runner("psnsim", part(_scenario, name, visits)),
                   *(Runner(label, part(_loop, "kernel", case)) for case, label in kernels),
                   Runner("bare loop", part(_loop, "bare", name), ours=False)]
        ratios = [("psnsim", "bare loop"), (ALONE.format("psnsim"), "bare loop"), *((r.label, "bare loop") for r in runners[1:-1])]
        if customers:
            runners.append(Runner("SimPy", part(_simpy, name, customers), times=3, ours=False))
            ratios.append(("psnsim", "SimPy"))
        yield Case(name, title, unit, runners, tuple(ratios))


# Runs side by side.

MANY = ["time.warmup=0 s", "time.horizon=4 h", "study.replications=64"]
SHORT = ["time={start: 2014-05-12, horizon: 10 s, warmup: 0 s, interval: 10 s}", "study.replications=4000"]


def _runs(scenario, settings, threads, count, build, quick):
    if quick:
        settings = [*settings, "study.replications=200" if count == "runs" else "study.replications=2"]
    return rate(programs.run_program(build, scenario, settings, threads), "wall_s", count)


def sweep_cases():
    cases = [("tri-borough", "tri-borough, 8 days, two runs", "M requests/s", SCENARIOS / "tri-borough.yaml",
              ["time.warmup=0 s", "study.replications=2"], "requests"),
             ("runs", "first.yaml, 64 runs of 4 hours", "M requests/s", SCENARIOS / "first.yaml", MANY, "requests"),
             ("short-runs", "first.yaml, 4,000 runs of 10 s", "M runs/s", SCENARIOS / "first.yaml", SHORT, "runs")]
    for name, title, unit, scenario, settings, count in cases:
        runners = [Runner(label, functools.partial(_runs, scenario, settings, threads, count))
                   for label, threads in (("one thread", 1), ("two threads", 2))]
        yield Case(name, title, unit, runners, (("two threads", "one thread"),))


# One run, on one thread, two, or as many as pay.

# Backups are let begin by day, so that a short run has them, too.
NATIONAL = ["hours.nights=daily 10:00-24:00", "study.replications=1"]


def _one_run(scenario, settings, threads, within, build, quick):
    """By the simulation's own wall time: to read the scenario and to write the result takes one thread."""
    words = ()
    if within:
        if not build.knows("--threads-per-run"):
            raise Unavailable(f"{build.name} has no --threads-per-run")
        words = ("--threads-per-run", within)
    return rate(programs.run_program(build, scenario, settings, threads, words), "alone_s")


def _national(minutes):
    return [*NATIONAL, f"time={{start: 2021-09-14T10:00, horizon: {minutes} min, warmup: 0 s, interval: 1 min}}"]


def _tri(hours):
    return ["time.warmup=0 s", f"time.horizon={hours} h", "study.replications=1"]


def _national_run(threads, within, build, quick):
    return _one_run(SCENARIOS / "national.yaml", _national(1 if quick else 15), threads, within, build, quick)


def _tri_run(threads, within, build, quick):
    return _one_run(SCENARIOS / "tri-borough.yaml", _tri(24 if quick else 96), threads, within, build, quick)


def _regions_run(threads, within, build, quick):
    return _one_run(BENCH / "regions.yaml", ["time.horizon=1 s"] if quick else [], threads, within, build, quick)


def _calls_run(threads, within, build, quick):
    """The difference of a longer and a shorter run, as the model takes longer to build than to simulate; in simulated
    seconds a second, for how many events a packet is depends on how much is known ahead. A commit that has no such
    scenario of its own gets that of this tree."""
    with tempfile.TemporaryDirectory(prefix="psnsim-bench-") as folder:
        scenario = pathlib.Path(folder) / "calls.yaml"
        made = subprocess.run([sys.executable, ROOT / "scripts" / "national.py", "--busy"], capture_output=True, text=True)
        if made.returncode:
            raise Unavailable("scripts/national.py writes no busy hour")
        scenario.write_text(made.stdout, encoding="utf-8")
        shutil.copy(SCENARIOS / "common.yaml", folder)
        seconds = 2 if quick else 6
        short, long = (_one_run(scenario, [f"time.horizon={horizon} s"], threads, within, build, quick)
                       for horizon in (3, 3 + seconds))
    figures = {**long, **{key: long[key] - short[key] for key in ("alone_s", "events", "requests")}}
    return {**figures, "value": seconds / figures["alone_s"]}


def one_run_cases():
    for name, title, unit, run, forced in (
            ("regions", "regions.yaml, windows of 9,600 events", "M requests/s", _regions_run, True),
            ("calls", "national.yaml in a busy hour, every call packet by packet", "simulated s/s", _calls_run, True),
            # These have a handful of events or fewer in a window: two threads would only wait for each other.
            ("national", "national.yaml, a quarter of an hour", "M requests/s", _national_run, False),
            ("one-run", "tri-borough, 4 days, one run", "M requests/s", _tri_run, False)):
        times = 3 if name == "calls" else 99
        one = Runner("one thread", functools.partial(run, 1, None), times)
        two = Runner("two threads", functools.partial(run, 2, "2"), times)
        auto = Runner("auto on two", functools.partial(run, 2, "auto"), times)
        yield Case(name, title, unit, [one, two, auto] if forced else [one, auto],
                   (("two threads", "one thread"), ("auto on two", "one thread")))
        if name != "calls":
            yield Case(f"{name}-busy", f"{title}, beside a program that keeps a core busy", unit, [one, auto],
                       (("auto on two", "one thread"),), around=programs.busy_core)


# The kernel by itself, and what is small.

def _phold(processes, threads, build, quick):
    return programs.run_phold(build.benchmark("phold"), processes, threads, 500000 if quick else None)


def phold_cases():
    for processes in (1024, 8192, 65536):
        runners = [Runner(label, functools.partial(_phold, processes, threads))
                   for label, threads in (("one thread", 1), ("two threads", 2))]
        yield Case(f"phold-{processes}", f"PHOLD, {processes:,} processes (remote 0.25, lookahead 0.1, mean 1)", "M events/s",
                   runners, (("two threads", "one thread"),))


def _simgrid(which, build, quick):
    """psnsim and SimGrid in turn, us a flow."""
    if simgrid.version() is None:
        raise Unavailable("there is no SimGrid here: scripts/setup --bench brings it")
    peer = simgrid.build(ROOT / "build" / "compare")
    platform = simgrid.speed_platforms(500 if quick else 10000)[which]
    with tempfile.TemporaryDirectory(prefix="psnsim-bench-") as folder:
        alone, whole, theirs = simgrid.speed_turn(build.program, peer, platform, pathlib.Path(folder))
    return {"psnsim, simulation alone": alone, "psnsim, whole program": whole,
            **{f"SimGrid {style}": us for style, us in theirs.items()}}


SIMGRID_RATIOS = (("psnsim, simulation alone", "SimGrid as it comes"), ("psnsim, simulation alone", "SimGrid at its best"),
                  ("psnsim, whole program", "SimGrid as it comes"))


def simgrid_cases():
    for which, (name, title) in enumerate((("link", "10,000 flows at once over one link"),
                                           ("star", "10,000 flows at once on a star of 64 hosts"))):
        yield Table(f"simgrid-{name}", title, "us a flow", [Runner("", functools.partial(_simgrid, which), times=3, ours=False)],
                    SIMGRID_RATIOS, cost=True)


def _table(name, build, quick):
    return programs.run_table(build.benchmark(name))


def table_cases():
    for name, title, unit in (("flows", "A flow in stations/flows, from its start to its end", "us"),
                              ("tree", "An event list: the first taken and set anew", "ns"),
                              ("random", "Random numbers and laws", "ns"),
                              ("recording", "To record an observation", "ns")):
        yield Table(name, title, unit, [Runner("", functools.partial(_table, name), times=1)], cost=True)
    yield Table("memory", "Memory", "bytes", [Runner("", memory.measure, times=1)], cost=True)


def all_cases():
    return [*model_cases(), *sweep_cases(), *one_run_cases(), *phold_cases(), *simgrid_cases(), *table_cases()]
