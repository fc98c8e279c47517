# SPDX-License-Identifier: Apache-2.0
"""Reads a result file of psnsim for scripts that draw or tabulate it: `read(path)` gives a Result. Everything is
found by its name, as results/README.md describes the file; used by plot.py."""
import collections
import os
import re

import h5py
import numpy as np
import xarray as xr


class Mistake(Exception):
    """Something the user can put right: printed in one line, exit status 2."""


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def duration(seconds):
    """1.5 -> '1.5 s': the unit that reads best."""
    for unit, size in (("h", 3600), ("min", 60), ("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if abs(seconds) >= size * 0.9995:
            return f"{seconds / size:.3g} {unit}"
    return "0 s" if seconds == 0 else f"{seconds:.3g} s"


class Factor:
    def __init__(self, name, unit, labels, numbers):
        self.name, self.unit, self.labels, self.numbers = name, unit, labels, numbers
        self.options = list(dict.fromkeys(labels))  # in the order of the design

    @property
    def numeric(self):
        return len(self.options) > 1 and bool(np.all(np.isfinite(self.numbers)))

    def middle(self):
        """The option in the middle of the design: the one to show where only one can be."""
        return self.options[(len(self.options) - 1) // 2]


class Measure:
    def __init__(self, figure, subject, partner, unit, limit, at_most, value, half_width, unstable, verdict):
        self.figure, self.subject, self.partner, self.unit = figure, subject, partner, unit
        self.limit, self.at_most = limit, at_most
        self.value, self.half_width, self.unstable, self.verdict = value, half_width, unstable, verdict

    @property
    def anything(self):
        return bool(np.any(np.isfinite(self.value)) or np.any(self.unstable))

    def wanted(self):
        """The objective's limit in words."""
        limit = duration(self.limit) if self.unit == "s" else f"{100 * self.limit:.3g} %"
        return f"at {'most' if self.at_most else 'least'} {limit}"


# The network's links by class: arrays by design point first.
Links = collections.namedtuple("Links", "directions classes queue partners by_hour peak peak_share")
Target = collections.namedtuple("Target", "name objective figure subject partner hours unit limit at_most")


def settings(factors, point):
    return tuple(factor.labels[point] for factor in factors)


MOST_STATIONS = 40  # rows of a picture that shows every member of a group of links


def short_name(path):
    """`links.*-access.bandwidth` -> `bandwidth of *-access`."""
    parts = path.split(".")
    return path if len(parts) < 3 else f"{' '.join(parts[2:])} of {parts[1]}"


def said(factors, options):
    """How a combination is called: `alone, 100 Mbit/s`; a bare number takes its factor's name."""
    return ", ".join(f"{short_name(factor.name)} {option}" if re.fullmatch(r"[-+.\deE %]+", option) else option
                     for factor, option in zip(factors, options))


class Result:
    """What a result file says of its study, its estimates and its series."""

    def __init__(self, path):
        self.path = path

        def group(name):
            return xr.load_dataset(path, group=name, engine="h5netcdf", decode_times=False)

        root = xr.load_dataset(path, engine="h5netcdf").attrs
        if "psnsim_version" not in root:
            raise KeyError("psnsim_version")
        self.title = text(root["title"])
        self.design = text(root.get("design", "grid"))
        self.n_points = int(np.ravel(root["points"])[0])
        counts = group("design")["replications"].values
        self.n_replications = int(counts.max())
        self.replications = f"{counts.min()} to {counts.max()}" if counts.min() < counts.max() else f"{counts.max()}"
        self.warmup, self.interval = float(np.ravel(root["warmup_s"])[0]), float(np.ravel(root["interval_s"])[0])
        self.horizon = float(np.ravel(root["horizon_s"])[0])
        start = np.datetime64(text(root["start"]).replace(" ", "T"))
        self.start_hour = (start - np.datetime64("1970-01-05T00")) / np.timedelta64(1, "h") % 168
        self.factors = self.read_factors(group("design"))
        self.measures = self.read_measures(group("summary"))
        self.targets = self.read_targets(path, group)
        self.sensitivity = self.read_sensitivity(path)
        self.classes, self.links = self.read_network(path, group)
        stations = group("stations")
        self.partners = dict(zip(map(text, stations["partner"].values), map(text, stations["partner_label"].values)))
        self.read_stations(stations, group("series"))

    @staticmethod
    def read_factors(design):
        if "factor" not in design.dims:
            return []
        return [Factor(text(name), text(unit), [text(label) for label in design["label"].values[:, i]],
                       design["number"].values[:, i])
                for i, (name, unit) in enumerate(zip(design["factor"].values, design["unit"].values))]

    @staticmethod
    def read_measures(summary):
        words = [[text(x) for x in summary[name].values] for name in ("figure", "subject", "partner", "unit")]
        return [Measure(*of, summary["limit"].values[i], summary["at_most"].values[i] == 1,
                        summary["value"].values[:, i], summary["half_width"].values[:, i],
                        summary["unstable"].values[:, i] == 1, summary["verdict"].values[:, i].astype(int))
                for i, of in enumerate(zip(*words))]

    @staticmethod
    def read_targets(path, group):
        """What objectives judge, by name: `fast adur` -> Target. Their estimates are the measures `objective`."""
        with h5py.File(path, "r") as file:
            if "objectives" not in file:
                return {}
        targets = group("objectives")
        words = [[text(x) for x in targets[name].values]
                 for name in ("target", "objective", "figure", "subject", "partner", "hours", "unit")]
        numbers = zip(targets["limit"].values, targets["at_most"].values == 1)
        return {of[0]: Target(*of, *limit) for of, limit in zip(zip(*words), numbers)}

    @staticmethod
    def read_sensitivity(path):
        """How much each factor matters, name -> values by measure and factor (or by measure), in the order of
        `measures` and `factors`; None where the design does not tell."""
        with h5py.File(path, "r") as file:
            if "sensitivity" not in file:
                return None
            return {name: data[:] for name, data in file["sensitivity"].items() if data.dtype.kind in "fi"}

    @staticmethod
    def read_network(path, group):
        """The classes of service, strict ones first, and what they do on links; [] and None without classes."""
        with h5py.File(path, "r") as file:
            if "link_summary" not in file:
                return [], None
        links = group("link_summary")
        names = [[text(x) for x in links[name].values] for name in ("direction", "class", "queue", "partner")]
        classes = sorted(names[1], key=lambda c: (c == "default", names[2][names[1].index(c)] != "strict"))
        return classes, Links(*names, links["utilisation_by_hour"].values, links["peak_utilisation"].values,
                              links["peak_share"].values)

    def read_stations(self, runs, series):
        self.stations = [text(name) for name in series["station"].values]
        kinds = dict(zip(map(text, runs["station"].values), map(text, runs["kind"].values)))
        self.kinds = [kinds.get(name, "") for name in self.stations]
        self.utilisation = series["utilisation"].values
        self.mean_utilisation = np.full((self.n_points, len(self.stations)), np.nan)
        for m in self.of("utilisation"):
            self.mean_utilisation[:, self.stations.index(m.subject)] = m.value
        self.unstable_station = np.zeros(self.mean_utilisation.shape, dtype=bool)
        for run, point in enumerate(runs["point"].values):
            self.unstable_station[int(point)] |= runs["unstable"].values[run] == 1

    def of(self, figure):
        return [m for m in self.measures if m.figure == figure]

    def limited(self, service):
        """The targets that limit the p95 response of a service, by partner (empty: all together)."""
        return {t.partner: t for t in self.targets.values()
                if t.figure == "response p95" and t.at_most and t.subject == service}

    def limit(self, service, partner):
        targets = self.limited(service)
        target = targets.get(partner, targets.get(""))
        return float(target.limit) if target else None

    def hours(self, service):
        """The service hours in which the response of a service is judged; empty: always."""
        return next((t.hours for t in self.limited(service).values()), "")

    def objectives(self):
        """Objectives on the response of services: name -> (service, measures of its targets that judge anything)."""
        services = {m.subject for m in self.of("response p95")}
        found = {}
        for m in self.of("objective"):
            target = self.targets.get(m.subject)
            if target and target.subject in services and target.figure.startswith("response") and m.anything:
                found.setdefault(target.objective, (target.subject, []))[1].append(m)
        return found

    def present(self, point, station):
        return bool(np.isfinite(self.mean_utilisation[point, station]))

    def used(self, point, station):
        return self.present(point, station) and self.mean_utilisation[point, station] > 0

    def busy_stations(self, points):
        """Stations that are used at any of the points; where they are many, of the members of a group of links
        (access/1, access/2 ...) the one that is busiest. And what to say of it below a picture."""
        used = [s for s in range(len(self.stations)) if any(self.used(p, s) for p in points)]
        if len(used) <= MOST_STATIONS:
            return used, []
        busiest = {}
        for s in used:
            kind = re.sub(r"/\d+", "/", self.stations[s])
            load = np.nanmax(self.mean_utilisation[points, s])
            if kind not in busiest or load > busiest[kind][0]:
                busiest[kind] = load, s
        shown = sorted(s for _, s in busiest.values())
        return shown, ["Of the members of a group the busiest is shown."] if len(shown) < len(used) else []


def read(path):
    if not os.path.isfile(path):
        raise Mistake(f"{path}: no such file")
    try:
        return Result(path)
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise Mistake(f"{path}: no result of psnsim ({' '.join(str(error).split())[:120]})") from None
