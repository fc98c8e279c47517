#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what pooling saves: by how much the peaks of the partners' own pools exceed, together, the peak of the
pool that they share, against a factor of the study such as a workload's loading on the common factor of the day.

Takes the result of a sweep with the factor `arrangement` (alone and shared) and an objective for the utilisation
of stations, and writes NAME-pooling.png beside it or into a folder.

Gain = sum over partners of (peak of the partner's own pool, in cores) / (peak of the shared pool, in cores), where
the peak is what the objective judges, such as utilisation p95. A pool of c cores whose mean utilisation is u does
work for c u cores, and the work is the same in both arrangements (the same requests, whoever serves them). So with
s, each partner's share of the work, the gain is the sum of s x (peak / mean of its own pool), divided by (peak / mean
of the shared pool): no number of cores is needed. It is worked out for each replication by itself, which gives the
standard error.
"""
import argparse
import os
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import xarray as xr  # noqa: E402

from psnsim_result import Mistake, read, said, short_name, text  # noqa: E402

# Okabe and Ito's palette, which readers with any colour vision tell apart.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
INK, GREY = "#222222", "#666666"


class Runs:
    """What each run of the result says: peaks[run, station] as the objective judges them (NaN: not there), means
    and shares[run, station, partner] of the work served, and the run's point and replication."""

    def __init__(self, path, objective):
        def group(name):
            return xr.load_dataset(path, group=name, engine="h5netcdf", decode_times=False)

        stations = group("stations")
        try:
            targets = group("objectives")
        except (OSError, KeyError):
            raise Mistake(f"{path}: no objectives; expected one for the utilisation of stations") from None
        self.point, self.replication = (stations[name].values.astype(int) for name in ("point", "replication"))
        self.station = [text(name) for name in stations["station"].values]
        self.mean, self.share = stations["utilisation"].values, stations["share"].values
        rows = [i for i, figure in enumerate(map(text, targets["figure"].values)) if figure.startswith("utilisation")]
        names = list(dict.fromkeys(text(targets["objective"].values[i]) for i in rows))
        if objective is None and len(names) == 1:
            objective = names[0]
        if objective not in names:
            raise Mistake(f"{path}: its objectives for utilisation are {', '.join(names) or 'none'}; expected "
                          f"--objective with one of them")
        rows = [i for i in rows if text(targets["objective"].values[i]) == objective
                and text(targets["subject"].values[i]) in self.station]
        self.figure, self.hours = (text(targets[name].values[rows[0]]) for name in ("figure", "hours"))
        self.peak = np.full(self.mean.shape, np.nan)
        for i in rows:
            self.peak[:, self.station.index(text(targets["subject"].values[i]))] = targets["value"].values[:, i]

    def ratio(self, run):
        """Peak over mean of the run's pools, weighted by their share of all the work; its mean over pools is that
        of the work of a partner, whichever pools it is on."""
        used = np.isfinite(self.peak[run]) & (self.mean[run] > 0)
        return np.where(used, self.peak[run] / np.where(used, self.mean[run], 1), np.nan)


def weigh(runs, alone, shared):
    """The gain of one pair of runs. Each partner's share of the work is what it has of the shared pool; where there
    are several shared pools, each is compared with the partners' own pools by what it does of their work."""
    pools = np.flatnonzero(np.isfinite(runs.ratio(shared)))
    own = np.flatnonzero(np.isfinite(runs.ratio(alone)))
    if len(pools) != 1:
        raise Mistake(f"{len(pools)} pools are judged in the shared arrangement; expected one")
    share = runs.share[shared, pools[0]]
    total = 0
    for partner in np.flatnonzero(share > 0):
        mine = [s for s in own if runs.share[alone, s, partner] > 0]
        if len(mine) != 1 or runs.share[alone, mine[0], partner] < 1 - 1e-9:
            raise Mistake("a partner is not on a pool of its own in the arrangement without sharing")
        total += share[partner] * runs.ratio(alone)[mine[0]]
    return total / runs.ratio(shared)[pools[0]]


def factor_of(result, wanted):
    """The numeric factor to draw against: the one named, or that of a loading, or the only one."""
    numeric = [f for f in result.factors if f.numeric]
    chosen = [f for f in numeric if f.name == wanted] if wanted else (
        [f for f in numeric if f.name.endswith(".loading")] or numeric)
    if len(chosen) != 1:
        raise Mistake(f"{result.path}: its numeric factors are {', '.join(f.name for f in numeric) or 'none'}; "
                      f"expected --against with one of them")
    return chosen[0]


def gains(result, runs, arrangement, options, factor):
    """{settings of the other factors: {value of the factor: gains by replication}}."""
    others = [f for f in result.factors if f not in (arrangement, factor)]
    run_of = {(p, r): i for i, (p, r) in enumerate(zip(runs.point, runs.replication))}
    point_of = {tuple(f.labels[p] for f in [arrangement, factor, *others]): p for p in range(result.n_points)}
    found = {}
    for (option, value, *rest), shared in point_of.items():
        alone = point_of.get((options[0], value, *rest))
        if option != options[1] or alone is None:
            continue
        both = [r for p, r in run_of if p == shared and (alone, r) in run_of]
        found.setdefault(tuple(rest), {})[factor.numbers[shared]] = np.array(
            [weigh(runs, run_of[alone, r], run_of[shared, r]) for r in both])
    return others, found


def draw(result, runs, factor, others, found):
    plt.rcParams.update({"font.family": "sans-serif", "font.size": 10, "text.color": INK, "axes.labelcolor": INK,
                         "axes.edgecolor": GREY, "axes.spines.top": False, "axes.spines.right": False,
                         "xtick.color": GREY, "ytick.color": GREY, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
                         "svg.hashsalt": "psnsim", "pdf.fonttype": 42, "savefig.dpi": 160})
    figure, axis = plt.subplots(figsize=(8, 5))
    share = factor.unit == "1"
    for (setting, values), colour in zip(found.items(), COLOURS):
        x = sorted(values)
        y = np.array([values[at].mean() for at in x])
        half = np.array([2 * values[at].std(ddof=1) / np.sqrt(len(values[at])) if len(values[at]) > 1 else np.nan
                         for at in x])
        x = np.array(x) * (100 if share else 1)
        axis.fill_between(x, y - half, y + half, color=colour, alpha=0.2, linewidth=0)
        axis.plot(x, y, color=colour, marker="o", markersize=5, linewidth=1.8)
        axis.annotate(said(others, setting) or "", (x[0], y[0]), (26, 9), textcoords="offset points", color=colour)
        for at, gain, number in zip(x, y, sorted(values)):
            top = all(gain >= other[number].mean() for other in found.values() if number in other)
            axis.annotate(f"{gain:.3f}", (at, gain), (0, 7 if top else -15), textcoords="offset points", color=colour,
                          fontsize=8, ha="center")
    axis.axhline(1, color=INK, linewidth=1, linestyle=(0, (3, 3)))
    axis.annotate("1: pooling saves nothing", (0, 1), (4, 4), xycoords=axis.get_yaxis_transform(),
                  textcoords="offset points", fontsize=8, color=GREY)
    low, high = axis.get_ylim()
    axis.set_ylim(min(low, 1) - 0.05 * (high - min(low, 1)), high + 0.05 * (high - low))
    axis.set_xlabel(short_name(factor.name) + (", %" if share else f", {factor.unit}" if factor.unit else ""))
    axis.set_ylabel("sum of the partners' peaks / peak of the pool")
    figure.text(0.02, 0.955, "What pooling saves of the peak", fontsize=14, fontweight="bold")
    figure.text(0.02, 0.915, result.title, fontsize=10, color=GREY)
    hours = f" in the hours {runs.hours}" if runs.hours else ""
    figure.text(0.02, 0.015, f"Peak: {runs.figure} of intervals of {result.interval / 3600:g} h{hours}. "
                f"{result.replications} replications; band: two standard errors.", fontsize=8, color=GREY)
    figure.subplots_adjust(left=0.1, right=0.97, top=0.87, bottom=0.15)
    return figure


def main():
    parser = argparse.ArgumentParser(prog="pooling.py", description="Draws what pooling saves of the peak.")
    parser.add_argument("result", metavar="RESULT.h5", help="a result of psnsim sweep")
    parser.add_argument("--alone", default="alone", metavar="NAME", help="the arrangement apart (default: alone)")
    parser.add_argument("--shared", default="shared", metavar="NAME", help="the one together (default: shared)")
    parser.add_argument("--objective", metavar="NAME", help="whose figure is the peak (default: the only one)")
    parser.add_argument("--against", metavar="FACTOR", help="the factor to draw against (default: a loading)")
    parser.add_argument("-o", "--output", metavar="FOLDER", help="where to (default: beside the result)")
    parser.add_argument("--format", choices=["png", "svg", "pdf"], default="png", help="default: png")
    options = parser.parse_args()
    stem = os.path.splitext(os.path.basename(options.result))[0]
    path = os.path.join(options.output or os.path.dirname(options.result) or ".", f"{stem}-pooling.{options.format}")
    try:
        result = read(options.result)
        arrangement = next((f for f in result.factors if f.name in ("arrangement", "use.arrangement")), None)
        wanted = [options.alone, options.shared]
        if arrangement is None or not set(wanted) <= set(arrangement.options):
            raise Mistake(f"{result.path}: no factor arrangement with the options {' and '.join(wanted)}")
        factor = factor_of(result, options.against)
        runs = Runs(options.result, options.objective)
        others, found = gains(result, runs, arrangement, wanted, factor)
        figure = draw(result, runs, factor, others, found)
        try:
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            figure.savefig(path)
        except OSError as error:
            raise Mistake(f"{path}: cannot be written: {error.strerror or error}") from None
        print(path)
    except Mistake as mistake:
        print(f"pooling.py: {mistake}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
