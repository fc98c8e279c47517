# SPDX-License-Identifier: Apache-2.0
"""Pictures of response times: against a factor, and where no factor is a number."""
import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from psnsim_pictures.drawing import (ACROSS, COLOURS, DASHES, INK, MARKERS, PALE, caption, fit, headline, spread,
                                     time_unit)
from psnsim_result import duration, said, settings, short_name


def styles(others, combinations):
    """Colour by the first of the other factors, dash and marker by the rest."""
    first = list(dict.fromkeys(c[:1] for c in combinations))
    rest = list(dict.fromkeys(c[1:] for c in combinations))
    return {c: dict(color=COLOURS[first.index(c[:1]) % len(COLOURS)],
                    linestyle=DASHES[rest.index(c[1:]) % len(DASHES)],
                    marker=MARKERS[rest.index(c[1:]) % len(MARKERS)]) for c in combinations}


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


def moves(result, measures, factor):
    """Is there anything to see in these measures against the factor?"""
    reach = np.concatenate([m.value for m in measures])
    return matters(result, factor, measures, max(reach[np.isfinite(reach)], default=1))


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


def draw_limit(axis, limit, size):
    """A dashed line across the panel."""
    if limit is not None:
        axis.axhline(limit / size, color=INK, linewidth=1, linestyle=(0, (3, 3)), zorder=1)


def name_limit(axis, limit, size, right=False):
    """Names the limit's line, at its left-hand or right-hand end."""
    if limit is not None:
        axis.annotate(f"objective: at most {duration(limit)}", (int(right), limit / size), (-3 if right else 3, 3),
                      fontsize=8, ha="right" if right else "left", xycoords=axis.get_yaxis_transform(),
                      textcoords="offset points", bbox=dict(facecolor="white", edgecolor="none", alpha=0.7, pad=0.3))


def scale_response(axis, lowest, highest, most=40):
    """From zero where that shows everything, else (above the ratio `most`) by powers of ten."""
    if lowest > 0 and highest / lowest > most:
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_minor_locator(NullLocator())
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


def notes_on_response(result, measures, limit, drawn="Bands", hours=""):
    notes = []
    if result.n_replications > 1:
        notes.append(f"{drawn}: 95 % confidence over {result.replications} replications; none is seen where it is "
                     "narrower than the mark.")
    if any(np.any(m.unstable) for m in measures):
        notes.append("Unstable: a station on the way is offered more than it can carry; there is no figure.")
    if limit:
        judged = f", which is judged in the hours `{hours}`; the points are of all hours" if hours else ""
        notes.append(f"Dashed: the objective{judged}.")
    if any(np.any(m.value > 0) for m in result.of("failed") if m.subject == measures[0].subject):
        notes.append("Of the requests that were answered; some failed.")
    return notes


def panels(result, measures, limits, factor, breaking=False):
    """One panel a measure (of one partner each) against a numeric factor. Factors that move nothing are held at their
    middle. `breaking`: with room for a text on each line, and a scale that shows where a limit is passed. Returns the
    figure, its panels, the size of the unit in s, the factors that the lines stand for, the points shown, where each
    line of the last panel ends, and a note on what was held."""
    reach = np.concatenate([m.value + np.nan_to_num(m.half_width) for m in measures])
    highest = max([*reach[np.isfinite(reach)], *filter(None, limits)], default=1)
    lowest = min([*(v for m in measures for v in m.value if np.isfinite(v)), *filter(None, limits)], default=0)
    unit, size = time_unit(highest)
    varied = [f for f in result.factors if f is not factor and len(f.options) > 1]
    others = [f for f in varied if matters(result, f, measures, highest)]
    idle = [f for f in varied if f not in others]
    shown = [p for p in range(result.n_points) if all(f.labels[p] == f.middle() for f in idle)]
    lines = len({settings(others, p) for p in shown})
    above, below = (0.65 + 12 / 72 * lines, 1.25) if breaking else (0.75, 1.0)

    columns = min(ACROSS, len(measures))
    rows = math.ceil(len(measures) / columns)
    height = 3.05 * rows + (rows - 1) * (above + 0.2) + above + below
    width = max(7, 2.6 + 2.85 * columns)
    figure, axes = plt.subplots(rows, columns, sharey=True, squeeze=False, figsize=(width, height))
    for axis in axes.flat[len(measures):]:
        axis.set_visible(False)
    axes, ends = axes.flat[:len(measures)], []
    for axis, measure, limit in zip(axes, measures, limits):
        ends = draw_panel(axis, result, measure, factor, others, shown, size)
        draw_limit(axis, limit, size)
        axis.set_xlabel(short_name(factor.name))
        scale_factor(axis, factor)
    scale_response(axes[0], lowest / size, highest / size, 8 if breaking else 40)
    for number, axis in enumerate(axes):
        axis.grid(axis="y", color=PALE, linewidth=0.8)
        if number % columns:
            axis.tick_params(left=False)
        else:
            axis.set_ylabel(unit)
    longest = max((len(said(others, c)) for c, *_ in ends), default=0) if others else 0
    figure.subplots_adjust(left=0.75 / width, right=1 - (0.3 + 0.082 * longest) / width, top=1 - above / height,
                           bottom=below / height, wspace=0.1, hspace=(above + 0.2) / 3.05)
    held = []
    if idle:
        held.append(" and ".join(short_name(f.name) for f in idle).capitalize()
                    + " made no visible difference: shown at " + said(idle, [f.middle() for f in idle]) + ".")
    return figure, axes, size, others, shown, ends, held


def partner_name(result, measure):
    return result.partners.get(measure.partner, measure.partner) or "all partners"


def draw_response(result, service, measures, factor):
    """p95 of one service against one numeric factor, one panel a partner."""
    limits = [result.limit(service, m.partner) for m in measures]
    figure, axes, size, others, _, ends, held = panels(result, measures, limits, factor)
    name_limit(axes[0], limits[0], size)
    for axis, measure in zip(axes, measures):
        axis.set_title(partner_name(result, measure))
    headline(figure, f"{service}: 95 % of requests are answered within this time")
    if others:
        figure.canvas.draw()
        label_ends(axes[-1], ends, others)
    caption(figure, result, notes_on_response(result, measures, any(limits), hours=result.hours(service)) + held)
    return figure


# ------------------------------------------------------------------------------------- breaking point

def crossing(x, y, limit):
    """Where a line from point to point first passes the limit; None where it never does, x[0] where it begins above."""
    for i, value in enumerate(y):
        if value > limit:
            return x[0] if i == 0 else x[i - 1] + (x[i] - x[i - 1]) * (limit - y[i - 1]) / (value - y[i - 1])
    return None


def breaking_point(x, y, half, unstable, limit, scale):
    """From where an objective is missed: the place, the lowest and highest place by the confidence band, and in words.
    The place is None where it is missed nowhere, or somewhere before a point without a figure. `scale`: of the axis, on
    which lines are straight."""
    stable = int(np.argmax(unstable)) if unstable.any() else len(x)

    def passes(values):
        return crossing(x[:stable], scale(np.maximum(values[:stable], 1e-9)), scale(limit))

    place = passes(y)
    if place is None and stable == len(x):
        return None, None, f"met up to {x[-1]:g}"
    if place is None and stable:
        return None, None, f"missed from between {x[stable - 1]:g} and {x[stable]:g}"
    low, high = (passes(y + half), passes(y - half)) if stable else (None, x[0])
    if place is None or place == x[0]:
        later = "" if high == x[0] else " (or later)" if high is None else f" (or up to {high:.3g})"
        return place, None, f"missed at {x[0]:g} already{later}"
    span = f"{low:.3g} or later" if high is None else f"{low:.3g} to {high:.3g}"
    return place, (low, x[stable - 1] if high is None else high), f"missed from {place:.3g} ({span})"


def mark_breaking(axis, limit, size, place, band, colour, lower):
    """A cross on the limit from where it is missed, with the span that the confidence band leaves open, and the place
    so many lines below."""
    if band:
        axis.plot(band, [limit / size] * 2, color=colour, linewidth=5, alpha=0.45, solid_capstyle="butt", zorder=4)
    axis.plot([place], [limit / size], marker="X", markersize=10, color=colour, markeredgecolor="white", zorder=6)
    axis.annotate(f"{place:.3g}", (place, limit / size), (7, -6 - 12 * lower), textcoords="offset points", color=colour,
                  fontsize=9, fontweight="bold", va="top", zorder=6,
                  bbox=dict(facecolor="white", edgecolor="none", alpha=0.8, pad=0.4))


MOST_LETTERS = 40   # beside each other over a panel; longer texts go without what stands in brackets


def break_panel(axis, result, measure, factor, others, shown, size, limit):
    """Marks and names the breaking point of each line of a panel. Returns where they are."""
    combinations = list(dict.fromkeys(settings(others, p) for p in shown))
    style = styles(others, combinations)
    scale = np.log if axis.get_yscale() == "log" else np.asarray
    near, marked = 0.12 * np.ptp(axis.get_xlim()), []
    for row, c in enumerate(combinations):
        points = sorted((p for p in shown if settings(others, p) == c), key=lambda p: factor.numbers[p])
        known = [p for p in points if np.isfinite(measure.value[p]) or measure.unstable[p]]
        if not known:
            continue
        place, band, words = breaking_point(np.array([factor.numbers[p] for p in known]), measure.value[known],
                                            np.nan_to_num(measure.half_width[known]), measure.unstable[known], limit,
                                            scale)
        if place is not None:
            lower = sum(abs(place - other) < near for other in marked)
            mark_breaking(axis, limit, size, place, band, style[c]["color"], lower)
            marked.append(place)
        words = (said(others, c) + ": " if others else "") + words
        words = words if len(words) <= MOST_LETTERS else words.split(" (")[0]
        axis.annotate(words, (0, 1), (0, 5 + 12 * (len(combinations) - 1 - row)), xycoords="axes fraction",
                      textcoords="offset points", fontsize=8.5, color=style[c]["color"])
    axis.set_title(partner_name(result, measure), pad=9 + 12 * len(combinations))
    return marked


def draw_breaking(result, objective, service, measures, factor):
    """What an objective judges against demand, one panel a partner: where it is first missed."""
    limits = [float(m.limit) for m in measures]
    figure, axes, size, others, shown, ends, held = panels(result, measures, limits, factor, breaking=True)
    marked = [break_panel(axis, result, measure, factor, others, shown, size, limit)
              for axis, measure, limit in zip(axes, measures, limits)]
    # On the side where no line passes it.
    name_limit(axes[0], limits[0], size, right=any(place < np.mean(axes[0].get_xlim()) for place in marked[0]))
    target = result.targets[measures[0].subject]
    headline(figure, f"{service}: {target.figure} by {factor.name}, and its breaking point")
    if others:
        figure.canvas.draw()
        label_ends(axes[-1], ends, others)
    hours = f" in the hours `{target.hours}`" if target.hours else ""
    notes = [f"The response is that which the objective judges{hours}. Crosses: the {factor.name} from which it is "
             "missed, interpolated on the lines between the points simulated; in brackets, and as a bar on the limit, "
             "what the confidence bands leave open."]
    caption(figure, result, notes + notes_on_response(result, measures, False) + held)
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
    names = [", ".join(filter(None, [result.partners.get(m.partner, m.partner), said(varied, settings(varied, p))]))
             for m, p in rows]
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
