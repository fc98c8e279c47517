#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the pictures of a psnsim result, for reports and board papers.

Takes any result of `psnsim run` or `psnsim sweep` and writes, beside it or into a folder:

  NAME-breaking-point-OBJECTIVE     the response that the objective judges against demand, and where it is first missed
  NAME-map-OBJECTIVE                the same over two factors, as a map with the figures written in
  NAME-response-SERVICE-by-FACTOR   p95 response time with its confidence band against each other numeric factor
  NAME-week                         utilisation of each station over the time simulated
  NAME-hours-STATION                utilisation of one station by hour of the day and day of the week
  NAME-stations                     mean utilisation of each station at every design point
  NAME-classes                      how long messages of each class of service take on the network, and what is lost
  NAME-links-day                    what fills the busiest links over the day, by class
  NAME-objectives                   what each objective judges at every design point, and whether it is met
  NAME-sensitivity                  how much each factor matters to each objective (designs sensitivity and morris)
  NAME-changes                      what each change does by itself (design one-at-a-time)
  NAME-points-SERVICE               p95 response time of every point against each numeric factor (other designs than grids)
"""
import argparse
import os
import sys

from psnsim_pictures.designs import draw_cloud, draw_sensitivity, draw_tornado
from psnsim_pictures.drawing import plt, safe
from psnsim_pictures.load import draw_hours, draw_stations, draw_week, pick_stations
from psnsim_pictures.network import draw_classes, draw_links_day
from psnsim_pictures.response import draw_breaking, draw_dots, draw_response, moves
from psnsim_pictures.verdicts import draw_map, draw_objectives, map_axes
from psnsim_result import Mistake, read


def response_pictures(result):
    """(name, figure) of every picture of response times."""
    numeric = [f for f in result.factors if f.numeric]
    demand = next((f for f in numeric if f.name == "demand"), None)
    broken = set()
    for objective, (service, measures) in result.objectives().items():
        if demand and measures[0].unit == "s" and measures[0].at_most:
            yield f"breaking-point-{safe(objective)}", lambda o=objective, s=service, m=measures: draw_breaking(
                result, o, s, m, demand)
            broken.add(service)
        if map_axes(result):
            yield f"map-{safe(objective)}", lambda o=objective, s=service, m=measures: draw_map(result, o, s, m)
    p95 = [m for m in result.of("response p95") if m.anything]
    for service in dict.fromkeys(m.subject for m in p95):
        measures = [m for m in p95 if m.subject == service]
        for factor in numeric:
            if not (factor is demand and service in broken) and (len(numeric) == 1 or moves(result, measures, factor)):
                yield f"response-{safe(service)}-by-{safe(factor.name)}", lambda s=service, m=measures, f=factor: \
                    draw_response(result, s, m, f)
        if not numeric:
            yield f"response-{safe(service)}", lambda s=service, m=measures: draw_dots(result, s, m)


def design_pictures(result):
    """The same of a study whose points are no grid."""
    yield "sensitivity", lambda: draw_sensitivity(result)
    yield "changes", lambda: draw_tornado(result)
    p95 = [m for m in result.of("response p95") if m.anything]
    for service in dict.fromkeys(m.subject for m in p95):
        yield f"points-{safe(service)}", lambda s=service, m=[m for m in p95 if m.subject == service]: \
            draw_cloud(result, s, m)


def pictures(result, stations):
    """(name, function that draws it) of every picture that the result has material for."""
    yield from (response_pictures if result.design == "grid" else design_pictures)(result)
    yield "week", lambda: draw_week(result)
    for station in pick_stations(result, stations):
        yield f"hours-{safe(result.stations[station])}", lambda s=station: draw_hours(result, s)
    yield "stations", lambda: draw_stations(result)
    yield "classes", lambda: draw_classes(result)
    yield "links-day", lambda: draw_links_day(result)
    yield "objectives", lambda: draw_objectives(result)


def main():
    parser = argparse.ArgumentParser(prog="plot.py", description="Draws the pictures of a psnsim result.")
    parser.add_argument("result", metavar="RESULT.h5", help="a result of psnsim run or sweep")
    parser.add_argument("-o", "--output", metavar="FOLDER", help="where to (default: beside the result)")
    parser.add_argument("--only", metavar="WORD", help="only the pictures with WORD in their names, such as map")
    parser.add_argument("--station", metavar="NAME", action="append", default=[],
                        help="whose hours to draw (default: of the link that is busiest); may be repeated")
    parser.add_argument("--format", choices=["png", "svg", "pdf"], default="png", help="default: png")
    options = parser.parse_args()
    folder = options.output or os.path.dirname(options.result) or "."
    stem = os.path.splitext(os.path.basename(options.result))[0]
    try:
        result = read(options.result)
        for name, draw in pictures(result, options.station):
            figure = draw() if (options.only or "") in name else None
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
