#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the pictures of a psnsim result, for reports and board papers.

Takes any result of `psnsim run` or `psnsim sweep` and writes, beside it or into a folder:

  NAME-response-SERVICE-by-FACTOR   p95 response time with its confidence band against each numeric factor,
                                    one panel a partner, one line for each setting of the other factors
  NAME-week                         utilisation of each station over the time simulated
  NAME-stations                     mean utilisation of each station at every design point
  NAME-objectives                   what each objective judges at every design point, and whether it is met
"""
import argparse
import math
import os
import re
import sys
import textwrap

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
from matplotlib.colors import LinearSegmentedColormap  # noqa: E402
from matplotlib.ticker import FuncFormatter, NullLocator  # noqa: E402

from psnsim_result import Mistake, duration, read, said, settings, short_name  # noqa: E402

HIGH = 0.8          # utilisation above which waiting grows steeply: the usual planning limit
MOST_PANELS = 6     # stations drawn as curves; more are drawn as a map

# Okabe and Ito's palette, which readers with any colour vision tell apart; black is kept for limits.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]
DASHES = ["-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2))]
MARKERS = ["o", "s", "D", "^"]
INK, GREY, PALE = "#222222", "#666666", "#dddddd"
# Blues up to the planning limit, then oranges: the step at 80 % is seen without reading the scale.
LOAD = LinearSegmentedColormap.from_list("load", [
    (0.0, "#ffffff"), (0.4, "#9ecae1"), (0.7999, "#2171b5"), (0.8, "#fdae61"), (1.0, "#b2182b")])

plt.rcParams.update({
    "font.family": "sans-serif", "font.size": 10, "text.color": INK, "axes.labelcolor": INK,
    "axes.edgecolor": GREY, "axes.spines.top": False, "axes.spines.right": False,
    "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "xtick.color": GREY, "ytick.color": GREY, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
    "figure.dpi": 100, "savefig.dpi": 160, "svg.hashsalt": "psnsim", "pdf.fonttype": 42})


def time_unit(most):
    """The unit for an axis that reaches `most` seconds, and its size."""
    for unit, size in (("hours", 3600), ("minutes", 60), ("seconds", 1)):
        if most >= 2 * size:
            return unit, size
    return ("seconds", 1) if most >= 0.5 else ("milliseconds", 1e-3)


def safe(name):
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")


# ------------------------------------------------------------------------------------------- response

def styles(others, combinations):
    """Colour by the first of the other factors, dash and marker by the rest."""
    first = list(dict.fromkeys(c[:1] for c in combinations))
    rest = list(dict.fromkeys(c[1:] for c in combinations))
    return {c: dict(color=COLOURS[first.index(c[:1]) % len(COLOURS)],
                    linestyle=DASHES[rest.index(c[1:]) % len(DASHES)],
                    marker=MARKERS[rest.index(c[1:]) % len(MARKERS)]) for c in combinations}


def spread(positions, gap):
    """Positions of labels moved apart to at least `gap`, in order, as little as that takes."""
    order = np.argsort(positions, kind="stable")
    moved = np.array(positions, dtype=float)
    for _ in range(500):
        shifted = False
        for low, high in zip(order, order[1:]):
            short = gap - (moved[high] - moved[low])
            if short > 1e-6:
                moved[low] -= short / 2
                moved[high] += short / 2
                shifted = True
        if not shifted:
            break
    return moved


def draw_line(axis, x, y, half, style):
    known = np.isfinite(y)
    half = np.nan_to_num(half)
    axis.fill_between(x, np.maximum(y - half, 0), y + half, where=known, linewidth=0, alpha=0.22,
                      color=style["color"])
    axis.errorbar(x, y, yerr=[np.minimum(half, np.where(known, y, 0)), half], fmt="none",
                  ecolor=style["color"], elinewidth=1)
    axis.plot(x, y, markersize=4.5, linewidth=1.8, **style)


def mark_unstable(axis, marks):
    """Points without a figure: named at the top of the panel, above the place on the axis."""
    for place in sorted({x for x, _ in marks}):
        for row, colour in enumerate(colour for x, colour in marks if x == place):
            axis.text(place, 0.985 - 0.055 * row, "× unstable", color=colour, fontsize=8, va="top",
                      ha="center", transform=axis.get_xaxis_transform(), zorder=5,
                      bbox=dict(facecolor="white", edgecolor="none", alpha=0.8, pad=0.5))


def matters(result, factor, measures, highest):
    """Does the factor move any line by more than the width of one? Where not, its lines coincide."""
    rest = [f for f in result.factors if f is not factor]
    groups = {}
    for p in range(result.n_points):
        groups.setdefault(settings(rest, p), []).append(p)
    for measure in measures:
        for points in groups.values():
            if measure.unstable[points].any() != measure.unstable[points].all():
                return True
            values = measure.value[points]
            values = values[np.isfinite(values)]
            if len(values) and np.ptp(values) > 0.01 * highest:
                return True
    return False


def draw_panel(axis, result, measure, factor, others, shown, size):
    """One partner's lines over the points shown. Returns where each ends, for its label: (combination, x, y,
    colour)."""
    combinations = list(dict.fromkeys(settings(others, p) for p in shown))
    style = styles(others, combinations)
    ends, marks = [], []
    for c in combinations:
        points = [p for p in shown if settings(others, p) == c]
        points.sort(key=lambda p: factor.numbers[p])
        x = np.array([factor.numbers[p] for p in points])
        y = measure.value[points] / size
        draw_line(axis, x, y, measure.half_width[points] / size, style[c])
        marks += [(x[i], style[c]["color"]) for i, p in enumerate(points) if measure.unstable[p]]
        known = np.flatnonzero(np.isfinite(y))
        end = (x[known[-1]], y[known[-1]]) if len(known) else (np.nan, np.nan)
        ends.append((c, *end, style[c]["color"]))
    mark_unstable(axis, marks)
    return ends


def label_ends(axis, ends, others):
    """Names the lines beside the right-hand end of the last panel."""
    low, high = axis.transAxes.transform([(0, 0), (0, 1)])[:, 1]
    wanted = [axis.transData.transform((x, y))[1] if np.isfinite(y) else high for _, x, y, _ in ends]
    moved = spread(wanted, 13 * axis.figure.dpi / 72)
    moved += max(0, low - moved.min())
    for (c, x, y, colour), pixel in zip(ends, moved):
        name = said(others, c) if np.isfinite(y) else f"{said(others, c)} (unstable)"
        place = dict(xycoords="data", arrowprops=dict(arrowstyle="-", color=colour, linewidth=0.6, shrinkA=0,
                     shrinkB=3, relpos=(0, 0.5))) if np.isfinite(y) else dict(xycoords="axes fraction")
        axis.annotate(name, (x, y) if np.isfinite(y) else (1, 1), (1.05, (pixel - low) / (high - low)),
                      textcoords="axes fraction", fontsize=9, color=colour, va="center",
                      annotation_clip=False, **place)


def draw_limit(axis, limit, size, first):
    if limit is None:
        return
    axis.axhline(limit / size, color=INK, linewidth=1, linestyle=(0, (3, 3)), zorder=1)
    if first:
        axis.annotate(f"objective: at most {duration(limit)}", (0, limit / size), (3, 3), fontsize=8,
                      xycoords=axis.get_yaxis_transform(), textcoords="offset points",
                      bbox=dict(facecolor="white", edgecolor="none", alpha=0.7, pad=0.3))


def scale_response(axis, lowest, highest):
    """From zero where that shows everything, else by powers of ten."""
    if lowest > 0 and highest / lowest > 40:
        axis.set_yscale("log")
        axis.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    else:
        axis.set_ylim(0, highest * 1.12)
    axis.grid(axis="y", color=PALE, linewidth=0.8)


def scale_factor(axis, factor):
    numbers = sorted(set(factor.numbers))
    label = {factor.numbers[p]: factor.labels[p] for p in range(len(factor.labels))}
    if numbers[0] > 0 and numbers[-1] / numbers[0] >= 8:
        axis.set_xscale("log")
        margin = (numbers[-1] / numbers[0]) ** 0.2
        axis.set_xlim(numbers[0] / margin, numbers[-1] * margin)
    else:
        margin = 0.15 * (numbers[-1] - numbers[0])
        axis.set_xlim(numbers[0] - margin, numbers[-1] + margin)
    axis.set_xticks(numbers, [label[n] for n in numbers])
    axis.xaxis.set_minor_locator(NullLocator())


def caption(figure, result, notes):
    """The small print at the foot: how to read it, and where it is from."""
    width = int(figure.get_figwidth() * 16.5)
    lines = textwrap.wrap(" ".join(notes), width) + textwrap.wrap(f"Source: {result.title}.", width)
    figure.text(0.1 / figure.get_figwidth(), 0.08 / figure.get_figheight(), "\n".join(lines), fontsize=8,
                color=GREY, va="bottom")


def headline(figure, words):
    figure.text(0.1 / figure.get_figwidth(), 1 - 0.1 / figure.get_figheight(), words, va="top", fontsize=13,
                fontweight="bold")


def fit(figure, above, below):
    """Leaves so many inches free above and below the axes, and lays out the rest."""
    height = figure.get_figheight()
    figure.tight_layout(rect=(0, below / height, 1, 1 - above / height))


def notes_on_response(result, measures, limit, drawn="Bands", hours=""):
    notes = []
    if result.n_replications > 1:
        notes.append(f"{drawn}: 95 % confidence over {result.n_replications} replications; none is seen where it is "
                     "narrower than the mark.")
    if any(np.any(m.unstable) for m in measures):
        notes.append("Unstable: a station on the way is offered more than it can carry; there is no figure.")
    if limit:
        judged = f", which is judged in the hours `{hours}`; the points are of all hours" if hours else ""
        notes.append(f"Dashed: the objective{judged}.")
    return notes


def draw_response(result, service, measures, factor):
    """p95 of one service against one numeric factor, one panel a partner."""
    limits = [result.limit(service, m.partner) for m in measures]
    reach = np.concatenate([m.value + np.nan_to_num(m.half_width) for m in measures])
    highest = max([*reach[np.isfinite(reach)], *filter(None, limits)], default=1)
    lowest = min([*(v for m in measures for v in m.value if np.isfinite(v)), *filter(None, limits)], default=0)
    unit, size = time_unit(highest)
    varied = [f for f in result.factors if f is not factor and len(f.options) > 1]
    others = [f for f in varied if matters(result, f, measures, highest)]
    idle = [f for f in varied if f not in others]
    shown = [p for p in range(result.n_points) if all(f.labels[p] == f.middle() for f in idle)]

    figure, axes = plt.subplots(1, len(measures), sharey=True, squeeze=False,
                                figsize=(2.6 + 2.85 * len(measures), 4.8))
    axes, ends = axes[0], []
    for axis, measure, limit in zip(axes, measures, limits):
        ends = draw_panel(axis, result, measure, factor, others, shown, size)
        draw_limit(axis, limit, size, axis is axes[0])
        axis.set_title(result.partners.get(measure.partner, measure.partner) or "all partners")
        axis.set_xlabel(short_name(factor.name))
        scale_factor(axis, factor)
    scale_response(axes[0], lowest / size, highest / size)
    for axis in axes[1:]:
        axis.grid(axis="y", color=PALE, linewidth=0.8)
        axis.tick_params(left=False)
    axes[0].set_ylabel(unit)
    headline(figure, f"{service}: 95 % of requests are answered within this time")
    width, height = figure.get_size_inches()
    longest = max((len(said(others, c)) for c, *_ in ends), default=0) if others else 0
    figure.subplots_adjust(left=0.75 / width, right=1 - (0.3 + 0.082 * longest) / width, top=1 - 0.75 / height,
                           bottom=1.0 / height, wspace=0.1)
    if others:
        figure.canvas.draw()
        label_ends(axes[-1], ends, others)
    notes = notes_on_response(result, measures, any(limits), hours=result.hours(service))
    if idle:
        notes.append(" and ".join(short_name(f.name) for f in idle).capitalize()
                     + " made no visible difference: shown at " + said(idle, [f.middle() for f in idle]) + ".")
    caption(figure, result, notes)
    return figure


def draw_dots(result, service, measures):
    """p95 of one service where no factor is a number: one row a partner and design point."""
    rows = [(m, p) for m in measures for p in range(result.n_points)
            if np.isfinite(m.value[p]) or m.unstable[p]]
    limits = {m.partner: result.limit(service, m.partner) for m in measures}
    shown = [m.value[p] for m, p in rows if np.isfinite(m.value[p])] + [x for x in limits.values() if x]
    unit, size = time_unit(max(shown, default=1))
    figure, axis = plt.subplots(figsize=(8, 2.0 + 0.36 * len(rows)))
    varied = [f for f in result.factors if len(f.options) > 1]
    for row, (m, p) in enumerate(rows):
        colour = COLOURS[p % len(COLOURS)]
        if m.unstable[p]:
            axis.text(0.01, row, "× unstable", color=colour, fontsize=9, va="center",
                      transform=axis.get_yaxis_transform())
        else:
            half = np.nan_to_num(m.half_width[p]) / size
            axis.errorbar(m.value[p] / size, row, xerr=[[min(half, m.value[p] / size)], [half]], fmt="o",
                          color=colour, capsize=3)
            axis.annotate(f"{m.value[p] / size:.3g}", (m.value[p] / size, row), (0, 6), fontsize=8, ha="center",
                          textcoords="offset points")
        if limits[m.partner]:
            axis.plot([limits[m.partner] / size] * 2, [row - 0.4, row + 0.4], color=INK, linewidth=1.2)
    names = [", ".join(filter(None, [result.partners.get(m.partner, m.partner), said(varied, settings(varied, p))])) for m, p in rows]
    axis.set_yticks(range(len(rows)), names)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlim(0, max(shown, default=1) / size * 1.1)
    axis.set_xlabel(unit)
    axis.grid(axis="x", color=PALE, linewidth=0.8)
    headline(figure, f"{service}: 95 % of requests are answered within this time")
    fit(figure, 0.35, 0.5)
    notes = notes_on_response(result, measures, False, "Whiskers")
    caption(figure, result, notes + (["Upright line: the objective."] if any(limits.values()) else []))
    return figure


# ---------------------------------------------------------------------------------------- utilisation

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def typical_points(result):
    """One point for each combination of the factors that are no numbers, the numbers at their middle."""
    return [p for p in range(result.n_points)
            if all(f.labels[p] == f.middle() for f in result.factors if f.numeric)]


def point_name(result, point):
    varied = [f for f in result.factors if len(f.options) > 1]
    return said(varied, settings(varied, point)) or "base case"


def week(result, values):
    """Intervals after the warm-up; where these span more than a week, averaged by time of the week.
    Returns edges in hours from the first Monday 00:00, and [interval x station]."""
    step = result.interval / 3600
    first = math.ceil(result.warmup / result.interval - 1e-9)
    values = values[first:]
    a_week = round(168 / step)
    begin = result.start_hour + first * step
    if len(values) > a_week and abs(a_week * step - 168) < 1e-9:
        slot = (np.arange(len(values)) + round(begin / step)) % a_week
        sums, counts = np.zeros((a_week, values.shape[1])), np.zeros((a_week, values.shape[1]))
        known = np.isfinite(values)
        np.add.at(sums, slot, np.where(known, values, 0))
        np.add.at(counts, slot, known)
        values = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
        begin = 0
    return begin + step * np.arange(len(values) + 1), values


def scale_week(axis, edges):
    span = edges[-1] - edges[0]
    axis.set_xlim(edges[0], edges[-1])
    if span > 36:
        noons = [h for h in np.arange(math.ceil(edges[0] / 24) * 24 - 12, edges[-1], 24) if h >= edges[0]]
        axis.set_xticks(noons, [DAYS[int(h // 24) % 7] for h in noons])
        axis.tick_params(axis="x", length=0)
        for midnight in np.arange(math.ceil(edges[0] / 24) * 24, edges[-1], 24):
            axis.axvline(midnight, color=PALE, linewidth=0.7, zorder=1.5)
    else:
        step = next(s for s in (0.25, 0.5, 1, 2, 3, 6) if span / s <= 12 or s == 6)
        ticks = np.arange(math.ceil(edges[0] / step) * step, edges[-1] + 1e-9, step)
        axis.set_xticks(ticks, [f"{int(h % 24):02d}:{round(h % 1 * 60):02d}" for h in ticks])


def draw_week_curves(result, points, shown):
    """One panel a station, one curve a point."""
    columns = min(3, len(shown))
    rows = math.ceil(len(shown) / columns)
    figure, axes = plt.subplots(rows, columns, sharex=True, sharey=True, squeeze=False,
                                figsize=(3.0 + 3.0 * columns, 1.5 + 2.4 * rows))
    for axis in axes.flat[len(shown):]:
        axis.set_visible(False)
    for number, (axis, station) in enumerate(zip(axes.flat, shown)):
        for line, point in enumerate(points):
            edges, values = week(result, result.utilisation[point])
            axis.stairs(values[:, station], edges, baseline=None, color=COLOURS[line % len(COLOURS)], linewidth=1.6,
                        label=point_name(result, point))
        axis.axhline(HIGH, color=INK, linewidth=1, linestyle=(0, (3, 3)))
        if number == 0:
            axis.annotate("80 %", (0, HIGH), (3, 3), fontsize=8, textcoords="offset points",
                          xycoords=axis.get_yaxis_transform())
        axis.set_title(result.stations[station], fontsize=10)
        axis.set_ylim(0, 1.02)
        axis.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:.0f} %"))
        axis.grid(axis="y", color=PALE, linewidth=0.8)
        scale_week(axis, edges)
    headline(figure, "How busy each station is over time")
    fit(figure, 0.35 if len(points) == 1 else 0.6, 0.5)
    if len(points) > 1:
        figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="upper left", frameon=False,
                      bbox_to_anchor=(0.0, 1 - 0.34 / figure.get_figheight()), ncols=len(points), fontsize=9)
    return figure


def draw_week_map(result, points, shown):
    """A map for each point: station x time."""
    heights = [max(1, sum(result.used(p, s) for s in shown)) for p in points]
    figure, axes = plt.subplots(len(points), 1, squeeze=False, sharex=True,
                                gridspec_kw=dict(height_ratios=heights),
                                figsize=(11, 1.5 + 0.25 * sum(heights) + 0.45 * len(points)))
    for axis, point in zip(axes[:, 0], points):
        rows = [s for s in shown if result.used(point, s)]
        edges, values = week(result, result.utilisation[point])
        mesh = axis.pcolormesh(edges, np.arange(len(rows) + 1), values[:, rows].T, cmap=LOAD, vmin=0, vmax=1,
                               rasterized=True)
        axis.set_yticks(np.arange(len(rows)) + 0.5, [result.stations[s] for s in rows])
        axis.set_ylim(len(rows), 0)
        axis.tick_params(left=False)
        for edge in range(1, len(rows)):
            axis.axhline(edge, color="white", linewidth=1.5)
        for row, s in enumerate(rows):
            above = np.nanmean(values[:, s] > HIGH) * (edges[-1] - edges[0])
            axis.text(1.01, 1 - (row + 0.5) / len(rows), f"{above:.0f} h" if above >= 0.5 else "–",
                      transform=axis.transAxes, fontsize=9, va="center")
        scale_week(axis, edges)
        axis.set_title(point_name(result, point))
        axis.annotate("above 80 %", (1.01, 1), (0, 4), xycoords="axes fraction", fontsize=8, color=GREY,
                      textcoords="offset points")
    headline(figure, "How busy each station is over the week")
    fit(figure, 0.3, 0.62)
    load_scale(figure, mesh)
    return figure


def load_scale(figure, mesh):
    """The key to the colours, at the foot on the right."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes((1 - 3.6 / width, 0.36 / height, 3.1 / width, 0.13 / height))
    bar = figure.colorbar(mesh, cax=axes, orientation="horizontal", ticks=[0, 0.2, 0.4, 0.6, 0.8, 1])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:.0f} %"))
    axes.tick_params(labelsize=8)
    bar.outline.set_visible(False)


def draw_week(result):
    points = typical_points(result)
    shown, hidden = result.busy_stations(points)
    if not shown:
        return None
    curves = len(shown) <= MOST_PANELS and len(points) <= len(COLOURS)
    figure = (draw_week_curves if curves else draw_week_map)(result, points, shown)
    notes = [f"Means of {result.interval / 60:g} min"
             + (f" over {result.n_replications} replications." if result.n_replications > 1 else "."), *hidden]
    fixed = [f for f in result.factors if f.numeric]
    if fixed:
        notes.append("Shown at " + said(fixed, [f.middle() for f in fixed]) + ".")
    caption(figure, result, notes)
    return figure


def dark_cell(value):
    """Does a cell of this load want white letters?"""
    red, green, blue, _ = LOAD(value)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 0.6


def draw_stations(result):
    """Mean utilisation: station x design point, with the figures written in."""
    shown, hidden = result.busy_stations(range(result.n_points))
    if not shown or result.n_points > 40:
        return None
    varied = [f for f in result.factors if len(f.options) > 1]
    figure, axis = plt.subplots(figsize=(2.9 + 0.72 * result.n_points,
                                         1.5 + 0.3 * len(shown) + 0.22 * max(1, len(varied))))
    values = result.mean_utilisation[:, shown].T
    axis.pcolormesh(np.arange(result.n_points + 1), np.arange(len(shown) + 1), values, cmap=LOAD,
                    vmin=0, vmax=1, edgecolors="white", linewidth=1)
    for row, s in enumerate(shown):
        for p in range(result.n_points):
            if result.unstable_station[p, s]:
                words, dark = "unstable", True
                axis.add_patch(plt.Rectangle((p, row), 1, 1, facecolor=LOAD(1.0), edgecolor="white"))
            elif not result.used(p, s):
                words, dark = "–" if result.present(p, s) else "", False
            elif values[row, p] < 0.005:
                words, dark = "< 1 %", False
            else:
                words, dark = f"{100 * values[row, p]:.0f} %", dark_cell(values[row, p])
            axis.text(p + 0.5, row + 0.5, words, ha="center", va="center", fontsize=8,
                      color="white" if dark else INK)
    axis.set_yticks(np.arange(len(shown)) + 0.5, [result.stations[s] for s in shown])
    finish_table(figure, axis, result, varied, len(shown), "How busy each station is, on average")
    caption(figure, result, ["Orange to red: above 80 %. –: not used. Blank: not part of that arrangement.", *hidden])
    return figure


def finish_table(figure, axis, result, varied, rows, title):
    """A table with design points as columns: their headings, and no frame."""
    axis.set_xticks([])
    axis.tick_params(left=False)
    axis.set_xlim(0, result.n_points)
    axis.set_ylim(rows, 0)
    for spine in axis.spines.values():
        spine.set_visible(False)
    for level, factor in enumerate(varied):
        label_columns(axis, factor, len(varied) - level)
    for edge in group_edges(varied, result.n_points):
        axis.axvline(edge, color="white", linewidth=6)
    headline(figure, title)
    fit(figure, 0.35, 0.45)


def group_edges(varied, n):
    """Where the first factor changes from one design point to the next."""
    return [p for p in range(1, n) if len(varied) > 1 and varied[0].labels[p] != varied[0].labels[p - 1]]


def label_columns(axis, factor, height):
    """One line of column headings; equal neighbours share one. `height`: lines above the axes, from 1."""
    place = dict(textcoords="offset points", fontsize=9, annotation_clip=False)
    above = 13 * (height - 1) + 5
    begin = 0
    for p in range(1, len(factor.labels) + 1):
        if p == len(factor.labels) or factor.labels[p] != factor.labels[begin]:
            axis.annotate(factor.labels[begin], ((begin + p) / 2, 0), (0, above), ha="center", **place)
            begin = p
    axis.annotate(short_name(factor.name), (0, 0), (-6, above), ha="right", color=GREY, **place)


# ----------------------------------------------------------------------------------------- objectives

MET, MISSED, CLOSE, NONE = 1, 0, 2, -1
VERDICT = {MET: ("#cfe3f3", "met"), MISSED: ("#e66101", "missed"), CLOSE: ("#fee5b6", "too close to say"),
           NONE: ("#ffffff", "nothing to judge")}


def as_text(measure, point):
    if measure.unstable[point]:
        return "unstable"
    value = measure.value[point]
    if not np.isfinite(value):
        return ""
    if measure.unit == "s":
        return duration(value)
    return "< 0.1 %" if 0 < value < 0.0005 else f"{round(100 * value, 1):g} %"


def draw_objectives(result):
    """What each objective judges, at every design point, and whether it is met."""
    rows = [m for m in result.of("objective") if m.anything]
    if not rows or result.n_points > 40 or len(rows) > 60:
        return None
    varied = [f for f in result.factors if len(f.options) > 1]
    figure, axis = plt.subplots(figsize=(4.4 + 0.74 * result.n_points, 1.6 + 0.28 * len(rows) + 0.22 * len(varied)))
    for row, m in enumerate(rows):
        for p in range(result.n_points):
            verdict = MISSED if m.unstable[p] else m.verdict[p]
            axis.add_patch(plt.Rectangle((p, row), 1, 1, facecolor=VERDICT[verdict][0], edgecolor="white"))
            axis.text(p + 0.5, row + 0.5, as_text(m, p), ha="center", va="center", fontsize=8,
                      fontweight="bold" if verdict == MISSED else "normal")
    axis.set_yticks(np.arange(len(rows)) + 0.5, [f"{m.subject}: {m.wanted()}" for m in rows])
    finish_table(figure, axis, result, varied, len(rows), "Which objectives are met")
    used = [v for v in (MET, CLOSE, MISSED) if any(v in m.verdict for m in rows)]
    figure.legend([plt.Rectangle((0, 0), 1, 1, facecolor=VERDICT[v][0]) for v in used],
                  [VERDICT[v][1] for v in used], loc="lower right", ncols=len(used), frameon=False, fontsize=9)
    caption(figure, result, ["Blank: not part of that arrangement." if any(
        NONE in m.verdict for m in rows) else "Each figure is the estimate that the objective judges."])
    return figure


# ---------------------------------------------------------------------------------------- command line

def pictures(result):
    """(name, figure) of every picture that the result has material for."""
    numeric = [f for f in result.factors if f.numeric]
    p95 = [m for m in result.of("response p95") if m.anything]
    for service in dict.fromkeys(m.subject for m in p95):
        measures = [m for m in p95 if m.subject == service]
        for factor in numeric:
            yield f"response-{safe(service)}-by-{safe(factor.name)}", draw_response(result, service, measures, factor)
        if not numeric:
            yield f"response-{safe(service)}", draw_dots(result, service, measures)
    yield "week", draw_week(result)
    yield "stations", draw_stations(result)
    yield "objectives", draw_objectives(result)


def main():
    parser = argparse.ArgumentParser(prog="plot.py", description="Draws the pictures of a psnsim result.")
    parser.add_argument("result", metavar="RESULT.h5", help="a result of psnsim run or sweep")
    parser.add_argument("-o", "--output", metavar="FOLDER", help="where to (default: beside the result)")
    parser.add_argument("--format", choices=["png", "svg", "pdf"], default="png", help="default: png")
    options = parser.parse_args()
    folder = options.output or os.path.dirname(options.result) or "."
    stem = os.path.splitext(os.path.basename(options.result))[0]
    try:
        result = read(options.result)
        for name, figure in pictures(result):
            if figure is None:
                continue
            path = os.path.join(folder, f"{stem}-{name}.{options.format}")
            try:
                os.makedirs(folder, exist_ok=True)
                figure.savefig(path)
            except OSError as error:
                raise Mistake(f"{path}: cannot be written: {error.strerror or error}") from None
            plt.close(figure)
            print(path)
    except Mistake as mistake:
        print(f"plot.py: {mistake}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
