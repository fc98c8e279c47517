# SPDX-License-Identifier: Apache-2.0
"""What all pictures share: colours that readers with any colour vision tell apart, headings, the small print at the
foot, and tables with design points as columns."""
import re
import textwrap

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
from matplotlib.colors import LinearSegmentedColormap  # noqa: E402

from psnsim_result import said, settings, short_name  # noqa: E402

ACROSS = 4          # panels beside each other; more go below
HIGH = 0.8          # utilisation above which waiting grows steeply: the usual planning limit

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


def caption_lines(width, result, notes):
    """The lines of the small print of a figure so many inches wide."""
    most = int(width * 16.5)
    return textwrap.wrap(" ".join(notes), most) + textwrap.wrap(f"Source: {result.title}.", most)


def caption(figure, result, notes):
    """The small print at the foot: how to read it, and where it is from."""
    lines = caption_lines(figure.get_figwidth(), result, notes)
    figure.text(0.1 / figure.get_figwidth(), 0.08 / figure.get_figheight(), "\n".join(lines), fontsize=8,
                color=GREY, va="bottom")


def headline_lines(width, words):
    """A headline, broken so that it fits into so many inches."""
    return textwrap.wrap(words, int((width - 0.2) / 0.112))


def headline(figure, words):
    words = "\n".join(headline_lines(figure.get_figwidth(), words))
    figure.text(0.1 / figure.get_figwidth(), 1 - 0.1 / figure.get_figheight(), words, va="top", fontsize=13,
                fontweight="bold")


def fit(figure, above, below):
    """Leaves so many inches free above and below the axes, and lays out the rest."""
    height = figure.get_figheight()
    figure.tight_layout(rect=(0, below / height, 1, 1 - above / height))


def typical_points(result):
    """One point for each combination of the factors that are no numbers, the numbers at their middle; of one at a time
    the base case; none where the points are anywhere."""
    if result.design != "grid":
        return [0] if result.design == "one-at-a-time" else []
    return [p for p in range(result.n_points)
            if all(f.labels[p] == f.middle() for f in result.factors if f.numeric)]


def point_name(result, point):
    varied = [f for f in result.factors if len(f.options) > 1]
    return said(varied, settings(varied, point)) or "base case"


def dark_cell(value):
    """Does a cell of this load want white letters?"""
    red, green, blue, _ = LOAD(value)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 0.6


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
