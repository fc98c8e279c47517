# SPDX-License-Identifier: Apache-2.0
"""Pictures of how busy stations are: over the week, hour by hour, and at every design point."""
import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter

from psnsim_pictures.drawing import (COLOURS, GREY, HIGH, INK, LOAD, PALE, caption, dark_cell, finish_table, fit,
                                     headline, point_name, typical_points)
from psnsim_result import Mistake, duration, said, settings

MOST_PANELS = 6     # stations drawn as curves; more are drawn as a map
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def week(result, values):
    """Intervals after the warm-up; where these span more than a week, averaged by time of the week.
    Returns edges in hours from the first Monday 00:00, and [interval x station]."""
    step = result.interval / 3600
    first = math.ceil(result.warmup / result.interval - 1e-9)
    values = values[first:]
    a_week = round(168 / step)
    begin = result.start_hour + first * step
    if len(values) > a_week and abs(a_week * step - 168) < 1e-9:
        before = math.floor(begin / step + 1e-9)
        slot = (np.arange(len(values)) + before) % a_week
        sums, counts = np.zeros((a_week, values.shape[1])), np.zeros((a_week, values.shape[1]))
        known = np.isfinite(values)
        np.add.at(sums, slot, np.where(known, values, 0))
        np.add.at(counts, slot, known)
        values = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
        begin -= before * step
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
    notes = [f"Means of {duration(result.interval)}"
             + (f" over {result.replications} replications." if result.n_replications > 1 else "."), *hidden]
    if any(result.kinds[s] == "desk" for s in shown):
        notes.append("Desks after their hours: of the people who are still there to finish.")
    fixed = [f for f in result.factors if f.numeric]
    if fixed:
        notes.append("Shown at " + said(fixed, settings(fixed, points[0])) + ".")
    caption(figure, result, notes)
    return figure


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


# -------------------------------------------------------------------------------- one station's hours

def by_weekday(result, point, station):
    """Utilisation as weekday x cell of the day, Monday first; NaN where nothing was simulated."""
    edges, values = week(result, result.utilisation[point])
    step = cell(result)
    a_day = round(24 / step)
    table = np.full((7, a_day), np.nan)
    shown = np.repeat(values[:, station], round(result.interval / 3600 / step))
    slot = (round(edges[0] / step) + np.arange(len(shown))) % (7 * a_day)
    table[slot // a_day, slot % a_day] = shown
    return table


def cell(result):
    """Hours that divide the interval and, where intervals do not begin at midnight, what they are off."""
    return math.gcd(round(result.interval), round(result.start_hour * 3600)) / 3600


def covers_days(result):
    """Is there more than a day, in intervals that divide one?"""
    intervals = result.utilisation.shape[1] - math.ceil(result.warmup / result.interval - 1e-9)
    return 86400 % result.interval == 0 and intervals * result.interval > 86400


def pick_stations(result, names):
    """The stations asked for; else the link (or, without links, the station) that is longest above 80 %."""
    unknown = [name for name in names if name not in result.stations]
    if unknown:
        raise Mistake(f"no station {unknown[0]}; there are {', '.join(result.stations)}")
    if names:
        return [result.stations.index(name) for name in names]
    if not covers_days(result):
        return []
    points = typical_points(result)
    links = [s for s, kind in enumerate(result.kinds) if kind == "link"] or range(len(result.stations))
    used = [s for s in links if any(result.used(p, s) for p in points)]
    values = [np.concatenate([week(result, result.utilisation[p])[1][:, s] for p in points]) for s in used]
    order = [(np.sum(v > HIGH), np.nanmax(v)) for v in values]
    return [used[max(range(len(used)), key=order.__getitem__)]] if used else []


def outline(axis, busy, step):
    """Draws the border of the cells that are `busy`, so that it also reads without colour."""
    rows, columns = busy.shape
    for row in range(rows):
        for column in range(columns):
            if not busy[row, column]:
                continue
            left, right = column * step, (column + 1) * step
            for inside, x, y in ((column and busy[row, column - 1], (left, left), (row, row + 1)),
                                 (column + 1 < columns and busy[row, column + 1], (right, right), (row, row + 1)),
                                 (row and busy[row - 1, column], (left, right), (row, row)),
                                 (row + 1 < rows and busy[row + 1, column], (left, right), (row + 1, row + 1))):
                if not inside:
                    axis.plot(x, y, color=INK, linewidth=1.1, zorder=4, clip_on=False, solid_capstyle="projecting")


def hours_panel(axis, result, point, station):
    """One point: weekday x hour, what is above 80 % hatched and outlined, and its hours a day beside it."""
    table = by_weekday(result, point, station)
    step = cell(result)
    edges = step * np.arange(table.shape[1] + 1)
    axis.set_facecolor("#eeeeee")
    mesh = axis.pcolormesh(edges, np.arange(8), np.ma.masked_invalid(table), cmap=LOAD, vmin=0, vmax=1, rasterized=True)
    busy = np.nan_to_num(table) > HIGH
    for row, column in zip(*np.nonzero(busy)):
        axis.add_patch(plt.Rectangle((column * step, row), step, 1, fill=False, hatch="////", edgecolor="#ffffff",
                                     linewidth=0, alpha=0.55))
    outline(axis, busy, step)
    for row in range(1, 7):
        axis.axhline(row, color="white", linewidth=1.5)
    for row in range(7):
        hours = busy[row].sum() * step
        words = f"{hours:g} h" if hours else "" if np.isnan(table[row]).all() else "–"
        axis.text(1.015, 1 - (row + 0.5) / 7, words, transform=axis.transAxes, fontsize=9, va="center")
        if np.isnan(table[row]).all():
            axis.text(12, row + 0.5, "not simulated", fontsize=8, color=GREY, ha="center", va="center")
    axis.set_ylim(7, 0)
    axis.set_yticks(np.arange(7) + 0.5, DAYS)
    axis.tick_params(left=False)
    axis.set_xlim(0, 24)
    axis.set_xticks(range(0, 25, 3), [f"{h:02d}:00" for h in range(0, 25, 3)])
    hours = busy.sum() * step
    words = f"above 80 % for {hours:g} hours of the week" if hours else f"at most {100 * np.nanmax(table):.3g} %"
    axis.set_title(f"{point_name(result, point)}: {words}")
    axis.annotate("above 80 %", (1.015, 1), (0, 4), xycoords="axes fraction", fontsize=8, color=GREY,
                  textcoords="offset points")
    return mesh


def draw_hours(result, station):
    """When in the week one station is busy: hour of the day x day of the week, one panel a typical point."""
    points = [p for p in typical_points(result) if result.used(p, station)]
    if not points or not covers_days(result):
        return None
    figure, axes = plt.subplots(len(points), 1, squeeze=False, sharex=True, figsize=(8.6, 1.4 + 2.5 * len(points)))
    for axis, point in zip(axes[:, 0], points):
        mesh = hours_panel(axis, result, point, station)
    headline(figure, f"{result.stations[station]}: how busy it is by day of the week and hour")
    fit(figure, 0.35, 0.7)
    load_scale(figure, mesh)
    notes = [f"Means of {duration(result.interval)}"
             + (f" over {result.replications} replications." if result.n_replications > 1 else "."),
             "Hatched and outlined: above 80 %."]
    caption(figure, result, notes)
    return figure
