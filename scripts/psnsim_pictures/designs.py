# SPDX-License-Identifier: Apache-2.0
"""Pictures of studies whose points are no grid: how much each factor matters, what one change at a time does, and
every point as a dot."""
import math
import textwrap

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter

from psnsim_pictures.drawing import COLOURS, GREY, INK, PALE, caption, fit, headline, time_unit
from psnsim_result import duration, short_name

MOST_PANELS = 6     # figures drawn; more would be too small to read
FEW = 6             # values of a factor that are its ticks
TOTAL, ALONE = "#9ecae1", COLOURS[0]


def interest(result):
    """The measures to draw: what objectives judge, else p95 response times."""
    chosen = [m for m in result.of("objective") if m.anything]
    return chosen or [m for m in result.of("response p95") if m.anything]


def name_of(measure):
    if measure.figure == "objective":
        return measure.subject
    return f"{measure.figure} of {measure.subject}" + (f", {measure.partner}" if measure.partner else "")


def in_words(result, measure):
    """The same with the figure that an objective judges."""
    target = result.targets.get(measure.subject) if measure.figure == "objective" else None
    return f"{measure.subject}: {target.figure}" if target else name_of(measure)


def panels(titles, rows, row_height):
    """Axes for a panel under each title with as many rows each, the names of rows shared; and their figure."""
    titles = [textwrap.fill(title, 31) for title in titles]
    columns = 2 if len(titles) == 4 else min(3, len(titles))
    lines = math.ceil(len(titles) / columns)
    broken = max(title.count("\n") for title in titles)
    figure, axes = plt.subplots(lines, columns, sharey=True, squeeze=False,
                                figsize=(2.6 + 2.8 * columns, 1.6 + lines * (0.8 + 0.17 * broken + row_height * rows)))
    for axis in axes.flat[len(titles):]:
        axis.set_visible(False)
    for axis, title in zip(axes.flat, titles):
        axis.set_title(title, fontsize=10)
    return figure, list(axes.flat[:len(titles)])


def name_rows(axis, names):
    axis.set_yticks(np.arange(len(names)), names)
    axis.set_ylim(len(names) - 0.45, -0.55)
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x", color=PALE, linewidth=0.8)


def key(figure, handles, words):
    figure.legend(handles, words, loc="upper left", frameon=False, fontsize=9, ncols=len(words),
                  bbox_to_anchor=(0.0, 1 - 0.32 / figure.get_figheight()))


def whisker(axis, low, high, row):
    axis.plot([low, high], [row, row], color=INK, linewidth=1, solid_capstyle="butt", zorder=3)
    for end in (low, high):
        axis.plot([end, end], [row - 0.07, row + 0.07], color=INK, linewidth=1, zorder=3)


# ------------------------------------------------------------------------------------------ sensitivity

def draw_sensitivity(result):
    """How much each factor matters to what objectives judge: bars with their intervals."""
    sensitivity = result.sensitivity
    if sensitivity is None:
        return None
    weight = sensitivity["total" if "total" in sensitivity else "size_mean"]
    known = [i for i in (result.measures.index(m) for m in interest(result)) if np.nanmax(np.append(weight[i], 0)) > 0]
    if not known:
        return None
    shown = known[:MOST_PANELS]
    share = weight[shown] / weight[shown].max(axis=1, keepdims=True)
    order = np.argsort(-np.nanmean(share, axis=0), kind="stable")
    notes = [] if len(shown) == len(known) else [f"The first {len(shown)} of {len(known)} objectives."]
    draw = draw_indices if "total" in sensitivity else draw_effects
    return draw(result, shown, order, notes)


def draw_indices(result, shown, order, notes):
    """Sobol' indices: what a factor explains alone, and with all that it does together with others."""
    s = result.sensitivity
    figure, axes = panels([in_words(result, result.measures[m]) for m in shown], len(order), 0.46)
    for axis, m in zip(axes, shown):
        for row, f in enumerate(order):
            for kind, at, colour in (("total", row - 0.18, TOTAL), ("first", row + 0.18, ALONE)):
                axis.barh(at, max(s[kind][m, f], 0), height=0.34, color=colour)
                if np.isfinite(s[f"{kind}_low"][m, f]):
                    whisker(axis, max(s[f"{kind}_low"][m, f], 0), max(s[f"{kind}_high"][m, f], 0), at)
        axis.set_xlim(0, np.clip(np.nanmax(np.append(s["total_high"][shown], 0)) * 1.03, 1, 1.5))
        axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 * x:.0f} %"))
        name_rows(axis, [short_name(result.factors[f].name) for f in order])
    headline(figure, "What moves the objectives: shares of the variance")
    fit(figure, 0.62, 0.5)
    key(figure, [plt.Rectangle((0, 0), 1, 1, facecolor=c) for c in (TOTAL, ALONE)],
        ["in total, with all it does together with others", "alone"])
    noise = np.nanmax(np.append(s["noise"][shown], 0))
    words = "less than 1 %" if noise < 0.01 else f"{100 * noise:.0f} %"
    caption(figure, result, [
        f"Sobol' indices from {result.n_points} points; lines are 95 % bootstrap intervals."
        + (f" Replications make {words} of any variance at most." if noise > 0 else ""), *notes])
    return figure


def ways(mean, size, reach):
    """Which way a factor moves the figure; nothing of what is too small to see."""
    if size < 0.02 * reach:
        return ""
    return "more" if mean > 0.9 * size else "less" if mean < -0.9 * size else "both ways"


def draw_effects(result, shown, order, notes):
    """Morris's measures: the size of effects, and how much they differ from place to place."""
    s = result.sensitivity
    figure, axes = panels([in_words(result, result.measures[m]) for m in shown], len(order), 0.36)
    for axis, m in zip(axes, shown):
        measure = result.measures[m]
        reach = np.nanmax(np.concatenate([s["size_mean_high"][m], s["effect_deviation"][m], s["size_mean"][m]]))
        unit, scale = time_unit(reach) if measure.unit == "s" else ("percentage points", 0.01)
        for row, f in enumerate(order):
            size = s["size_mean"][m, f] / scale
            axis.barh(row, size, height=0.5, color=TOTAL)
            ends = [size]
            if np.isfinite(s["size_mean_low"][m, f]):
                ends += [s["size_mean_low"][m, f] / scale, s["size_mean_high"][m, f] / scale]
                whisker(axis, ends[1], ends[2], row)
            if np.isfinite(s["effect_deviation"][m, f]):
                ends.append(s["effect_deviation"][m, f] / scale)
                axis.plot(ends[-1], row, marker="D", markersize=5, markerfacecolor="white", markeredgecolor=COLOURS[1],
                          markeredgewidth=1.4, zorder=4, clip_on=False)
            axis.annotate(ways(s["effect_mean"][m, f], s["size_mean"][m, f], reach), (max(ends), row), (6, 0), fontsize=8,
                          textcoords="offset points", va="center", color=GREY)
        axis.set_xlim(0, reach / scale * 1.28)
        axis.set_xlabel(unit, fontsize=9)
        name_rows(axis, [short_name(result.factors[f].name) for f in order])
    headline(figure, "What moves the objectives: from one end of a factor to the other")
    fit(figure, 0.62, 0.6)
    key(figure, [plt.Rectangle((0, 0), 1, 1, facecolor=TOTAL),
                 plt.Line2D([], [], marker="D", linestyle="", markerfacecolor="white", markeredgecolor=COLOURS[1])],
        ["mean size of the effect", "their standard deviation: large where the effect hangs on the rest"])
    caption(figure, result, [f"Morris's walks over {result.n_points} points; lines are 95 % bootstrap intervals. "
                             "More, less: the way the figure goes as the factor grows.", *notes])
    return figure


# ------------------------------------------------------------------------------------------ one at a time

def changes(result):
    """The points that differ from the first one, by factor: {factor's index: [points]}."""
    found = {}
    for p in range(1, result.n_points):
        moved = [i for i, f in enumerate(result.factors) if f.labels[p] != f.labels[0]]
        if len(moved) == 1:
            found.setdefault(moved[0], []).append(p)
    return found


def draw_tornado(result):
    """What one change at a time does to what objectives judge: a bar from the base case to each value."""
    if result.design != "one-at-a-time":
        return None
    found = changes(result)
    shown = [m for m in interest(result) if np.isfinite(m.value[0])][:MOST_PANELS]
    if not found or not shown:
        return None
    reach = {f: max(np.nanmax(np.append(np.abs(m.value[points] - m.value[0]), 0)) /
                    max(abs(m.value[0]), 1e-12) for m in shown) for f, points in found.items()}
    rows = [(f, p) for f in sorted(found, key=lambda f: -reach[f]) for p in found[f]]
    figure, axes = panels([in_words(result, m) for m in shown], len(rows), 0.34)
    for axis, measure in zip(axes, shown):
        draw_bars(axis, result, measure, rows)
    headline(figure, "What each change does by itself")
    fit(figure, 0.4, 0.6)
    base = ", ".join(f"{short_name(f.name)} {f.labels[0]}" for f in result.factors)
    caption(figure, result, [f"Black: the base case ({base}). Thin lines: 95 % confidence intervals. "
                             "Dashed: the objective's limit."])
    return figure


def draw_bars(axis, result, measure, rows):
    values = measure.value[[0] + [p for _, p in rows]]
    top = max(np.nanmax(values), measure.limit if np.isfinite(measure.limit) else 0)
    unit, scale = time_unit(top) if measure.unit == "s" else ("%", 0.01)
    base = measure.value[0] / scale
    for row, (_, p) in enumerate(rows):
        if not np.isfinite(measure.value[p]):
            axis.text(base, row, " unstable", fontsize=8, va="center", color=COLOURS[1])
            continue
        value = measure.value[p] / scale
        axis.barh(row, value - base, left=base, height=0.5, color=COLOURS[1] if value > base else ALONE)
        if measure.half_width[p] > 0:
            whisker(axis, value - measure.half_width[p] / scale, value + measure.half_width[p] / scale, row)
    axis.axvline(base, color=INK, linewidth=1.2)
    if np.isfinite(measure.limit):
        axis.axvline(measure.limit / scale, color=INK, linewidth=1, linestyle=(0, (3, 3)))
    axis.set_xlabel(unit, fontsize=9)
    name_rows(axis, [f"{short_name(result.factors[f].name)} {result.factors[f].labels[p]}" for f, p in rows])


# ------------------------------------------------------------------------------------------ clouds

def draw_cloud(result, service, measures):
    """Every point as a dot: p95 response against each numeric factor, coloured by partner."""
    numeric = [f for f in result.factors if f.numeric]
    drawn = ("latin-hypercube", "sobol", "sensitivity", "morris", "points")
    if result.design not in drawn or not numeric:
        return None
    numeric = numeric[:MOST_PANELS]
    top = max((np.nanmax(m.value) for m in measures if np.isfinite(m.value).any()), default=0)
    if top <= 0:
        return None
    unit, scale = time_unit(top)
    columns = min(3, len(numeric))
    lines = math.ceil(len(numeric) / columns)
    figure, axes = plt.subplots(lines, columns, sharey=True, squeeze=False,
                                figsize=(1.4 + 2.9 * columns, 1.5 + 2.6 * lines))
    for axis in axes.flat[len(numeric):]:
        axis.set_visible(False)
    lowest = min(np.nanmin(m.value) for m in measures if np.isfinite(m.value).any())
    for axis, factor in zip(axes.flat, numeric):
        for number, measure in enumerate(measures):
            axis.plot(factor.numbers, measure.value / scale, linestyle="", marker="o", markersize=3.2, alpha=0.55,
                      markeredgewidth=0, color=COLOURS[number % len(COLOURS)], label=result.partners.get(measure.partner))
        scale_factor(axis, factor)
        if lowest > 0 and top / lowest > 20:
            axis.set_yscale("log")
            axis.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
        else:
            axis.set_ylim(bottom=0)
        axis.grid(axis="y", color=PALE, linewidth=0.8)
        limit = result.limit(service, measures[0].partner)
        if limit:
            axis.axhline(limit / scale, color=INK, linewidth=1, linestyle=(0, (3, 3)))
    for axis in axes[:, 0]:
        axis.set_ylabel(f"p95 response, {unit}")
    headline(figure, f"{service}: every point of the design")
    fit(figure, 0.6, 0.5)
    handles, words = axes[0, 0].get_legend_handles_labels()
    key(figure, handles, words)
    limit = result.limit(service, measures[0].partner)
    missing = int(sum(np.count_nonzero(m.unstable) for m in measures[:1]))
    caption(figure, result, [f"{result.n_points} points, {result.replications} replications each."
                             + (f" {missing} points have no figure: unstable." if missing else "")
                             + (f" Dashed: at most {duration(limit)}." if limit else "")])
    return figure


def scale_factor(axis, factor):
    """The factor's axis: by powers of ten where its values go over more than 20 times; few values are its ticks; bits
    with their unit."""
    low, high = np.nanmin(factor.numbers), np.nanmax(factor.numbers)
    if low > 0 and high / low > 20:
        axis.set_xscale("log")
        axis.xaxis.set_minor_formatter(FuncFormatter(lambda x, _: ""))
    if len(set(factor.numbers)) <= FEW:
        axis.set_xticks(sorted(set(factor.numbers)))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: quantity(x, factor.unit)))
    axis.set_xlabel(short_name(factor.name), fontsize=9)


def quantity(x, unit):
    if unit == "s":
        return duration(x)
    if unit in ("bit/s", "bit"):
        for prefix, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
            if abs(x) >= size * 0.9995:
                return f"{x / size:.3g} {prefix}{unit}"
    return f"{x:.3g}" if unit in ("1", "") else f"{x:.3g} {unit}"
