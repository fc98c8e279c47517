# SPDX-License-Identifier: Apache-2.0
"""Pictures of what objectives judge: which are met at every design point, and maps over two factors."""
import math

import matplotlib.pyplot as plt
import numpy as np

from psnsim_pictures.drawing import (ACROSS, GREY, INK, LOAD, caption, caption_lines, dark_cell, finish_table,
                                     headline, headline_lines)
from psnsim_result import duration, said, settings, short_name

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


# ------------------------------------------------------------------------------ a map over two factors

LEAST_WIDTH = 4.6   # inches of a map, so that its headline and small print have room
MOST_ROWS = 4       # combinations of the other factors that are drawn; of more, the middle


def map_axes(result):
    """The factors along x and y: demand and the last number, or what there is; None where fewer than two vary."""
    varied = [f for f in result.factors if len(f.options) > 1]
    numeric = [f for f in varied if f.numeric]
    order = [f for f in numeric if f.name == "demand"] + [f for f in reversed(numeric) if f.name != "demand"]
    order += [f for f in varied if f not in numeric]
    return tuple(order[:2]) if len(order) > 1 else None


def strain(measure, point):
    """How much of what the limit allows is used up: 1 at the limit, whichever way it is set; 2 at most."""
    if measure.unstable[point]:
        return 2.0
    value, limit = measure.value[point], measure.limit
    if not measure.at_most:
        value, limit = 1 - value, 1 - limit      # what may fail
    return float(np.clip(value / limit, 0, 2)) if limit > 0 else 0.0 if value <= limit else 2.0


def corner(axis, x, y, verdict):
    """A black corner where the objective is missed, a hollow one where that cannot be told: seen without colour."""
    if verdict in (MISSED, CLOSE):
        axis.add_patch(plt.Polygon([(x + 0.98, y + 0.97), (x + 0.98, y + 0.61), (x + 0.79, y + 0.97)], closed=True,
                                   linewidth=1, facecolor=INK if verdict == MISSED else "white", edgecolor=INK,
                                   zorder=4))


def map_panel(axis, measure, across, up, points):
    """One partner at one setting of the other factors."""
    columns, rows = sorted_options(across), sorted_options(up)
    if not up.numeric:
        rows = rows[::-1]       # names are read from the top, numbers from the bottom
    for p in points:
        if not (np.isfinite(measure.value[p]) or measure.unstable[p]):
            continue
        x, y = columns.index(across.labels[p]), rows.index(up.labels[p])
        verdict = MISSED if measure.unstable[p] else measure.verdict[p]
        used = strain(measure, p)
        shade = 0.8 + 0.2 * max(used - 1, 0) if verdict == MISSED else 0.12 + 0.38 * min(used, 1)
        axis.add_patch(plt.Rectangle((x, y), 1, 1, facecolor=LOAD(shade), edgecolor="white", linewidth=1.5))
        axis.text(x + 0.5, y + 0.47, as_text(measure, p), ha="center", va="center", fontsize=9,
                  fontweight="bold" if verdict == MISSED else "normal",
                  color="white" if dark_cell(shade) else INK)
        corner(axis, x, y, verdict)
    axis.set_xlim(0, len(columns))
    axis.set_ylim(0, len(rows))
    axis.set_xticks(np.arange(len(columns)) + 0.5, columns)
    axis.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)


def sorted_options(factor):
    number = dict(zip(factor.labels, factor.numbers))
    return sorted(factor.options, key=number.get) if factor.numeric else factor.options


def draw_map(result, objective, service, measures):
    """What an objective judges over two factors: one column of panels a partner, one row a setting of the others."""
    across, up = map_axes(result)
    target = result.targets[measures[0].subject]
    others = [f for f in result.factors if f not in (across, up) and len(f.options) > 1]
    combinations = list(dict.fromkeys(settings(others, p) for p in range(result.n_points)))
    if len(combinations) > MOST_ROWS:
        combinations = [tuple(f.middle() for f in others)]
    columns = min(ACROSS, len(measures))
    blocks = math.ceil(len(measures) / columns)     # of partners, one below the other
    rows = blocks * len(combinations)
    width, height = 0.5 + 0.78 * len(across.options), 0.3 + 0.42 * len(up.options)
    left = 0.25 + 0.078 * max(map(len, [short_name(up.name), *up.options]))
    title = f"{service}: {target.figure} by {short_name(across.name)} and {short_name(up.name)}"
    hours = f", in the hours `{target.hours}`" if target.hours else ""
    notes = [f"Objective {objective}: {measures[0].wanted()}{hours}.",
             "Black corner, bold, orange to red: missed. Hollow corner: too close to say. Blue: met, the darker the "
             "nearer to the limit."]
    if others and len(combinations) == 1:
        notes.append("Shown at " + said(others, combinations[0]) + ".")
    right = max(0.15, LEAST_WIDTH - left - width * columns)
    wide = left + width * columns + right
    below = 0.6 + 0.135 * len(caption_lines(wide, result, notes))
    above = (0.96 if others else 0.7) + 0.2 * (len(headline_lines(wide, title)) - 1)
    gap = (0.34 if others else 0.1) + (0.3 if blocks > 1 else 0)
    size = (wide, below + above + (height + gap) * rows - gap)
    figure, axes = plt.subplots(rows, columns, squeeze=False, sharex=True, sharey=True, figsize=size)
    figure.subplots_adjust(left=left / size[0], right=1 - right / size[0], top=1 - above / size[1],
                           bottom=below / size[1], wspace=0.3 / width, hspace=(gap + 0.1) / height)
    for axis in axes.flat:
        axis.set_visible(False)
    for number, measure in enumerate(measures):
        block, column = divmod(number, columns)
        for row, c in enumerate(combinations):
            axis = axes[block * len(combinations) + row, column]
            axis.set_visible(True)
            map_panel(axis, measure, across, up,
                      [p for p in range(result.n_points) if settings(others, p) == c])
            if row == 0:
                axis.set_title(result.partners.get(measure.partner, measure.partner) or "all partners",
                               pad=22 if others else 6)
            if others and column == 0:
                axis.annotate(said(others, c), (0, 1), (0, 5), xycoords="axes fraction", textcoords="offset points",
                              color=GREY)
    axes[0, 0].annotate(short_name(up.name), (0, 1), (-8, 5), xycoords="axes fraction", textcoords="offset points",
                        ha="right", fontsize=9, color=GREY)
    for column in axes.T:
        lowest = [axis for axis in column if axis.get_visible()][-1]
        lowest.tick_params(labelbottom=True)
        lowest.set_xlabel(short_name(across.name))
    headline(figure, title)
    caption(figure, result, notes)
    return figure
