# SPDX-License-Identifier: Apache-2.0
"""Runs the runners of a case in turn, so that a slow minute of the machine meets all alike, and reduces what came to
medians, spreads and ratios."""
import dataclasses
import statistics

from .cases import ALONE, Table
from .programs import Unavailable


def median(values):
    """Their median, least and most."""
    return {"median": statistics.median(values), "least": min(values), "most": max(values), "values": values}


def spread(figure):
    """(most - least) / median."""
    return (figure["most"] - figure["least"]) / figure["median"] if figure["median"] else 0.0


def _turns(case, runners, quick, times, tell):
    """Each runner with its figures by turn, and why others cannot be run, by label: that is told, and they are left out, of
    two builds both."""
    samples = [[] for _ in runners]
    gone = {}
    with case.around():
        for turn in range(times):
            for runner, seen in zip(runners, samples):
                if runner.label in gone or turn >= runner.times:
                    continue
                try:
                    seen.append(runner.run(runner.build, quick))
                except Unavailable as why:
                    gone[runner.label] = str(why)
                    tell(f"skipped {case.name}{', ' if runner.label else ''}{runner.label}: {why}")
    return [(runner, seen) for runner, seen in zip(runners, samples) if runner.label not in gone], gone


def _ratio(case, ours, theirs):
    """How many times as fast the first is, turn by turn."""
    pairs = list(zip(ours, theirs))
    return median([b / a if case.cost else a / b for a, b in pairs])


def _ratios(case, values):
    return {f"{who} over {whom}": _ratio(case, values[who], values[whom])
            for who, whom in case.ratios if who in values and whom in values}


def _columns(samples):
    """Of dictionaries of figures: the list of each."""
    return {key: [sample[key] for sample in samples if key in sample] for key in samples[0]}


def measure(case, build, quick, times, tell):
    """A case in one build: its figures by label, and its ratios; None where nothing of it could be run."""
    runners = [dataclasses.replace(runner, build=build) for runner in case.runners]
    done, gone = _turns(case, runners, quick, times, tell)
    if not done:
        return None
    if isinstance(case, Table):
        values = _columns(done[0][1])
        figures = {label: {"value": median(column)} for label, column in values.items()}
    else:
        values, figures = {}, {}
        for runner, seen in done:
            columns = _columns(seen)
            alone = columns.pop("alone", None)
            values[runner.label] = columns["value"]
            figures[runner.label] = {key: median(column) for key, column in columns.items()}
            if alone:
                values[ALONE.format(runner.label)] = alone
                figures[ALONE.format(runner.label)] = {"value": median(alone)}
    return {"title": case.title, "unit": case.unit, "figures": figures, "ratios": _ratios(case, values), "skipped": gone}


def against(case, ours, theirs, quick, times, tell):
    """A case in two builds in turn: by label what both reach, and how many times as fast ours is; None where there is
    nothing that both can run."""
    pairs = [[dataclasses.replace(runner, build=build) for build in (theirs, ours)] for runner in case.runners if runner.ours]
    done, _ = _turns(case, [runner for pair in pairs for runner in pair], quick, times, tell)
    compared = {}
    for (runner, before), (_, now) in zip(done[::2], done[1::2]):
        before, now = _columns(before), _columns(now)
        for key in now if isinstance(case, Table) else ["value"]:
            if key in before:
                label = key if isinstance(case, Table) else runner.label
                compared[label] = {"this": median(now[key]), theirs.name: median(before[key]), "ratio": _ratio(case, now[key], before[key])}
    return {"title": case.title, "unit": case.unit, "compared": compared} if compared else None
