# SPDX-License-Identifier: Apache-2.0
"""Pictures of the network by class of service: how long messages take from end to end, and what fills the busiest
links over the day."""
import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from psnsim_pictures.drawing import (COLOURS, GREY, HIGH, INK, MARKERS, PALE, caption, fit, headline, point_name,
                                     typical_points)
from psnsim_result import duration, said, settings

MOST_POINTS = 4     # design points drawn beside each other in one row of a class
MOST_LINKS = 6      # link directions drawn
HOURS = np.arange(25)
# Classes from the most urgent to the least; apart in brightness, too, so that they print in grey.
FILLS = ["#b2182b", "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#CC79A7", "#bdbdbd"]


def class_figures(result, figure):
    """Class -> measure of all partners together."""
    return {m.subject: m for m in result.of(figure) if m.partner == "" and m.anything}


def time_axis(axis, low, high):
    """A logarithmic axis of times whose ticks say their unit."""
    axis.set_xscale("log")
    axis.set_xlim(low, high)
    decades = np.arange(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    axis.xaxis.set_major_locator(FixedLocator([10.0 ** d for d in decades]))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: tick(x)))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.grid(axis="x", color=PALE, linewidth=0.8)


def tick(seconds):
    """1e-3 -> '1 ms': powers of ten keep their seconds."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size * 0.999:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:g} s"


def words_of(measure, point, kept=".2g"):
    """'1.2 %', '0', '< 0.01 %'."""
    value = 100 * measure.value[point]
    if not np.isfinite(value):
        return "–"
    return "0" if value == 0 else "< 0.01 %" if value < 0.01 else f"{value:{kept}} %"


def verdict_of(figures, name, point):
    """What the class makes of its own targets: ("missed: delay", True), or ("met", False)."""
    judged = {word: figures[figure][name].verdict[point]
              for figure, word in (("delay mean", "delay"), ("jitter p99", "jitter"), ("loss", "loss"))
              if name in figures[figure] and np.isfinite(figures[figure][name].limit)}
    for verdict, words in ((0, "missed"), (2, "too close")):
        which = [word for word, said_of in judged.items() if said_of == verdict]
        if which:
            return f"{words}: {', '.join(which)}", verdict == 0
    return ("met" if 1 in judged.values() else ""), False


def pick_points(result):
    """Typical points; of a grid of numbers alone those at its ends and in the middle."""
    numeric = [f for f in result.factors if f.numeric]
    if result.design == "grid" and len(numeric) == 1 and all(f.numeric for f in result.factors if len(f.options) > 1):
        points = list(range(result.n_points))
        if len(points) > MOST_POINTS:
            points = [points[round(i)] for i in np.linspace(0, len(points) - 1, MOST_POINTS)]
        return points
    return (typical_points(result) or [0])[:MOST_POINTS]


def draw_classes(result):
    """Delay of messages by class: from the median over p95 to p99, the mean, and the target; loss beside it."""
    figures = {name: class_figures(result, name)
               for name in ("delay mean", "delay p50", "delay p95", "delay p99", "jitter p99", "loss")}
    classes = [c for c in result.classes if c in figures["delay p95"] and c in figures["delay p99"]]
    if not classes:
        return None
    points = pick_points(result)
    gap, step = 0.55, 0.34
    height = step * len(points) + gap
    figure, axis = plt.subplots(figsize=(9.2, 1.9 + 0.62 * height * len(classes)))
    known = [figures[f][c].value[p] for f in ("delay p50", "delay p99") for c in classes for p in points]
    known += [figures["delay mean"][c].limit for c in classes]
    known = [x for x in known if np.isfinite(x) and x > 0]
    time_axis(axis, 10 ** (math.floor(2 * math.log10(min(known)) - 0.2) / 2),
              10 ** (math.ceil(2 * math.log10(max(known)) + 0.2) / 2))
    for row, c in enumerate(classes):
        top = row * height
        limit = figures["delay mean"][c].limit
        if row % 2 == 0:
            axis.axhspan(top - gap / 2, top + height - gap / 2, color="#f6f6f6", zorder=0)
        for k, p in enumerate(points):
            y, colour = top + step * (k + 0.5), COLOURS[k % len(COLOURS)]
            p50, p95, p99, mean = (figures[f][c].value[p] for f in ("delay p50", "delay p95", "delay p99", "delay mean"))
            if not np.isfinite(p99):
                continue
            axis.plot([p50, p99], [y, y], color=colour, linewidth=1.4, solid_capstyle="butt", zorder=2)
            axis.plot([p50, p95], [y, y], color=colour, linewidth=6, alpha=0.45, solid_capstyle="butt", zorder=2)
            axis.plot([p99, p99], [y - 0.07, y + 0.07], color=colour, linewidth=1.4, zorder=2)
            axis.plot(mean, y, marker=MARKERS[k % len(MARKERS)], color=colour, markersize=6, markeredgecolor="white",
                      markeredgewidth=0.8, zorder=4)
            verdict, missed = verdict_of(figures, c, p)
            axis.annotate(words_of(figures["loss"][c], p) if c in figures["loss"] else "–", (1.03, y),
                          xycoords=axis.get_yaxis_transform(), fontsize=9, va="center", annotation_clip=False)
            axis.annotate(verdict, (1.15, y), xycoords=axis.get_yaxis_transform(), fontsize=9, va="center",
                          annotation_clip=False, color="#b2182b" if missed else INK,
                          fontweight="bold" if missed else "normal")
        if np.isfinite(limit):
            axis.plot([limit, limit], [top - 0.08, top + step * len(points) + 0.08], color="black", linewidth=2, zorder=3)
    axis.set_ylim(len(classes) * height - gap / 2, -gap / 2)
    axis.set_yticks([row * height + step * len(points) / 2 for row in range(len(classes))], classes)
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    axis.set_xlabel("time of a message from end to end")
    for x, word in ((1.03, "loss"), (1.15, "own targets")):
        axis.annotate(word, (x, 1), (0, 4), xycoords="axes fraction", textcoords="offset points", fontsize=8,
                      color=GREY, annotation_clip=False)
    if len(points) > 1:
        for k, p in enumerate(points):
            axis.plot([], [], color=COLOURS[k % len(COLOURS)], marker=MARKERS[k % len(MARKERS)], linewidth=6, alpha=0.8,
                      markeredgecolor="white", label=point_name(result, p))
        axis.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=min(4, len(points)), frameon=False,
                    fontsize=9, handlelength=1.6)
    headline(figure, "How long messages take, by class of service")
    fit(figure, 0.32, 0.5)
    figure.subplots_adjust(right=0.72)
    varied = [f for f in result.factors if len(f.options) > 1]
    shown = [f"Shown at {said(varied, settings(varied, points[0]))}."] if varied and len(points) == 1 else []
    caption(figure, result, ["Bar: from the median to the time that 95 % keep within; line: on to 99 %; mark: the mean."
                             + (" Black: the most that the class allows of its mean."
                                if any(np.isfinite(figures["delay mean"][c].limit) for c in classes) else ""),
                             "Loss: of all that was put on the network, sent again or not.", *shown])
    return figure


def order_of(queue, classes):
    """Classes from the bottom of a stack up: strict ones first, what has no class last."""
    return sorted(range(len(classes)), key=lambda c: (classes[c] == "default", queue[c] != "strict", classes[c]))


def missing_hours(result):
    """Hours of the day that the measured time does not touch: pairs of begin and end."""
    begin, end = result.start_hour + result.warmup / 3600, result.start_hour + result.horizon / 3600
    touched = {int(h) % 24 for h in range(math.floor(begin), math.ceil(end))}
    return [(h, h + 1) for h in range(24) if h not in touched]


def owner_words(result, links, share):
    """Whose most of the busiest interval is: "64 % of it Adur's"."""
    if not np.isfinite(share).any() or np.nanmax(share) <= 0:
        return ""
    most = int(np.nanargmax(share))
    name = result.partners.get(links.partners[most], links.partners[most])
    return f", {'all' if share[most] > 0.995 else f'{100 * share[most]:.0f} %'} of it {name}"


def draw_links_day(result):
    """What fills the busiest links over the day: use of the line by class, stacked, hour by hour."""
    if not result.links:
        return None
    links = result.links
    point = (typical_points(result) or [0])[-1]
    use = links.by_hour[point]                                   # direction x class x hour
    peak = links.peak[point]
    whole = np.nansum(use, axis=(1, 2))                          # of links that are all full for a while the busier
    order = sorted(range(len(peak)), key=lambda d: (-np.nan_to_num(peak)[d].round(2), -whole[d]))
    order = [d for d in order if whole[d] > 0][:MOST_LINKS]
    if not order:
        return None
    columns = min(2, len(order))
    rows = math.ceil(len(order) / columns)
    figure, axes = plt.subplots(rows, columns, squeeze=False, sharex=True, sharey=True,
                                figsize=(5 * columns, 1.75 + 2.15 * rows))
    blank = missing_hours(result)
    stack = [c for c in order_of(links.queue, links.classes) if np.nansum(use[order, c]) > 0]
    colours = {c: FILLS[-1] if links.classes[c] == "default" else FILLS[k % (len(FILLS) - 1)]
               for k, c in enumerate(stack)}
    for axis, d in zip(axes.flat, order):
        base = np.zeros(25)
        for c in stack:
            level = np.append(use[d, c], use[d, c, -1])
            axis.fill_between(HOURS, base, base + level, step="post", color=colours[c], linewidth=0,
                              label=links.classes[c])
            base = base + level
        axis.step(HOURS, base, where="post", color=INK, linewidth=0.9)
        axis.axhline(HIGH, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
        axis.set_title(links.directions[d], fontsize=10, pad=16)
        words = f"busiest {duration(result.interval)}: {100 * peak[d]:.0f} %"
        axis.annotate(words + owner_words(result, links, links.peak_share[point][d]), (0, 1), (0, 4),
                      xycoords="axes fraction", textcoords="offset points", fontsize=8.5, color=GREY)
        for span in blank:
            axis.axvspan(*span, color="#eeeeee", linewidth=0, zorder=0)
        axis.set_xlim(0, 24)
        axis.set_xticks(range(0, 25, 6), [f"{h:02d}:00" for h in range(0, 25, 6)])
        axis.set_xticks(range(0, 25, 2), minor=True)
        axis.grid(axis="y", color=PALE, linewidth=0.8)
    for axis in axes.flat[len(order):]:
        axis.set_visible(False)
    top = max(float(np.nansum(use[d], axis=0).max()) for d in order)
    axes[0, 0].set_ylim(0, max(1.0 if top > 0.5 else HIGH * 1.1 if top > 0.25 else top * 1.2, top * 1.02))
    axes[0, 0].yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:.0f} %"))
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="lower right", ncols=len(labels), frameon=False, fontsize=9,
                  bbox_to_anchor=(0.995, 0.42 / figure.get_figheight()), handlelength=1, handleheight=1)
    headline(figure, "What fills the busiest links over the day, by class of service")
    fit(figure, 0.32, 0.78)
    notes = ["Mean share of the line in use by hour of the day"
             + (f", over {result.replications} replications." if result.n_replications > 1 else "."),
             "Dashed: 80 %."]
    varied = [f for f in result.factors if len(f.options) > 1]
    if varied:
        notes.append("Shown at " + said(varied, settings(varied, point)) + ".")
    if blank:
        notes.append("Grey: not simulated.")
    caption(figure, result, notes)
    return figure
