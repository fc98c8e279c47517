# SPDX-License-Identifier: Apache-2.0
"""Writes a scenario, runs the built program on it, reads its figures. Used by everything in this folder.

The environment names the program: PSNSIM=/path/to/psnsim. A scenario is a dict of the language's sections;
`render` writes it as the text that a person would. How figures are judged: judge.py.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import h5py
import numpy

SEEDS = (20110905, 20140401)  # the second one only where a figure missed with the first
RUNS = 50
DAY, HOUR, MINUTE = 86400, 3600, 60


def program():
    return os.environ["PSNSIM"]


# --- Writing ---------------------------------------------------------------------------------------

def plain(value):
    """A value in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {plain(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(plain(item) for item in value) + "]"
    return str(value)


def render(case):
    """The scenario as text: a section to a paragraph, an entry to a line."""
    lines = []
    for section, body in case.items():
        if body in ({}, None) or section == "files":
            continue
        if section == "title":
            lines.append(f'title: "{body}"')
        elif section in ("psnsim", "time", "use", "study"):
            lines.append(f"{section}: {plain(body)}")
        else:
            lines.append(f"{section}:")
            lines += [f"  {name}: {plain(entry)}" for name, entry in body.items()]
    return "\n".join(lines) + "\n"


def scenario(title, horizon, warmup=0, interval=None, runs=1, start="2012-01-02", **sections):
    """A scenario of one council at one site, `hall`, with 100 people; `sections` add or replace.

    Times are whole seconds. 2 January 2012 is a Monday. The arrangement `base` hosts every partner's
    roles as `hosting` says. `files` {name: content} are no section, but stand beside the scenario.
    """
    hosting = sections.pop("hosting", None)
    text = {
        "psnsim": 1,
        "title": title,
        "time": {"start": start, "horizon": f"{horizon} s", "warmup": f"{warmup} s",
                 "interval": f"{interval or horizon} s"},
        "use": {"arrangement": "base"},
        "partners": {"council": {"population": 1000, "staff": {"hall": 100}}},
        "sites": {"hall": {"partner": "council"}},
        "arrangements": {"base": {"hosting": {"all": hosting} if hosting else {}}},
        "study": {"seed": SEEDS[0], "replications": runs},
    }
    text.update(sections)
    return text


def shortened(text, share):
    """The scenario with so much of its time after the warm-up, for a quick look; whole where it has none, and so is
    of dates of its own."""
    time = text["time"]
    if time["warmup"] == "0 s":
        return text
    horizon, warmup = (float(time[key].removesuffix(" s")) for key in ("horizon", "warmup"))
    horizon = round(warmup + share * (horizon - warmup))
    interval = min(horizon, round(float(time["interval"].removesuffix(" s"))))
    return {**text, "time": {**time, "horizon": f"{horizon} s", "interval": f"{interval} s"}}


def reseeded(text, seed):
    again = dict(text)
    again["study"] = {**text["study"], "seed": seed}
    return again


# --- Running ---------------------------------------------------------------------------------------

class Refused(AssertionError):
    """The program did not do what a sound scenario asks for."""


def run_text(text, *options, keep=None, files=None):
    """Runs the base case of a scenario's text and returns its Result. `keep`: a path for the file; `files`
    {name: content} stand beside the scenario."""
    with tempfile.TemporaryDirectory(prefix="psnsim-validation-") as folder:
        source = Path(folder, "scenario.yaml")
        source.write_text(text, encoding="utf-8")
        for name, content in (files or {}).items():
            Path(folder, name).write_text(content, encoding="utf-8")
        target = Path(keep) if keep else Path(folder, "result.h5")
        command = [program(), "run", str(source), "-o", str(target), "--quiet", *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode != 0:
            raise Refused(f"{' '.join(command)} ended with {done.returncode}\n"
                          f"{done.stderr[:2000]}{done.stdout[-2000:]}")
        return Result(target)


def run(case, *options, keep=None):
    return run_text(render(case), *options, keep=keep, files=case.get("files"))


class Result:
    """All figures of a result file, in memory. Each dataset knows its axes by the names of the
    coordinates attached to it."""

    def __init__(self, path):
        self.values, self.axes = {}, {}
        with h5py.File(path, "r") as file:
            self.counted = float(file.attrs["horizon_s"] - file.attrs["warmup_s"])  # seconds of each run
            for group in file.values():
                if not isinstance(group, h5py.Group):
                    continue
                for dataset in group.values():
                    if dataset.shape is None or not isinstance(dataset, h5py.Dataset):
                        continue
                    values = dataset[()]
                    if h5py.check_string_dtype(dataset.dtype):
                        values = dataset.asstr()[()]
                    self.values[dataset.name] = values
                    if dataset.attrs.get("CLASS") == b"DIMENSION_SCALE":
                        self.axes[dataset.name] = [dataset.name]
                    else:
                        self.axes[dataset.name] = [dimension[0].name if len(dimension) else ""
                                                   for dimension in dataset.dims]

    def get(self, path, **where):
        """The values at `path`, picked by coordinate: get("/services/offered", service="case")."""
        values = self.values[path]
        for axis in reversed(range(values.ndim)):
            name = self.axes[path][axis].rsplit("/", 1)[-1]
            if name in where:
                labels = list(self.values[self.axes[path][axis]])
                values = numpy.take(values, labels.index(where.pop(name)), axis=axis)
        if where:
            raise KeyError(f"{path} has no {', '.join(where)}: {self.axes[path]}")
        return values

    def service(self, figure, service, partner="council"):
        """By run."""
        return self.get(f"/services/{figure}", service=service, partner=partner)

    def station(self, figure, station, **where):
        """By run."""
        return self.get(f"/stations/{figure}", station=station, **where)

    def series(self, figure, **where):
        """By interval: the mean over the runs. Of a station=..., or a service=... and its partner=..."""
        if "service" in where:
            where = {"stream": f"{where['service']}, {where.get('partner', 'council')}"}
        return self.get(f"/series/{figure}", **where).reshape(-1)
