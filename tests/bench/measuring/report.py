# SPDX-License-Identifier: Apache-2.0
"""What is told of a measurement: lines on the screen, the table of README.md, figures.json, and which goals were met."""
import dataclasses
import json
import os
import platform
import subprocess
import time

from .programs import BENCH, ROOT
from .turns import spread

BEGIN, END = "<!-- scripts/bench writes from here -->", "<!-- to here -->"
# What the bare loop of M/M/1 did, M customers/s, on the machine for which goals in figures a second are stated.
GOAL_MACHINE = 41.0


@dataclasses.dataclass
class Goal:
    """What a case should reach at least. `scaled`: a figure a second, stated for the machine on which the bare loop does
    GOAL_MACHINE; else a ratio, the same everywhere. `most`: at most."""
    what: str
    case: str
    path: tuple
    bound: float
    unit: str
    scaled: bool = False
    most: bool = False


GOALS = [
    Goal("M/M/1, whole program over bare loop", "mm1", ("ratios", "psnsim over bare loop"), 0.6, "×"),
    Goal("M/M/1, kernel alone over bare loop", "mm1", ("ratios", "kernel alone over bare loop"), 0.8, "×"),
    Goal("M/M/1, whole program", "mm1", ("figures", "psnsim", "value"), 25, "M customers/s", scaled=True),
    Goal("Request network, whole program over bare loop", "network", ("ratios", "psnsim over bare loop"), 0.6, "×"),
    Goal("Request network, whole program", "network", ("figures", "psnsim", "value"), 4.3, "M requests/s", scaled=True),
    Goal("Four M/M/1 in a row", "row", ("figures", "psnsim", "value"), 20, "M visits/s", scaled=True),
    Goal("M/M/16", "mm16", ("figures", "psnsim", "value"), 15, "M customers/s", scaled=True),
    Goal("M/M/1 with processor sharing", "sharing", ("figures", "psnsim", "value"), 10, "M customers/s", scaled=True),
    Goal("PHOLD, 8,192 processes, one core", "phold-8192", ("figures", "one thread", "value"), 10, "M events/s", scaled=True),
    Goal("PHOLD, 65,536 processes, one core", "phold-65536", ("figures", "one thread", "value"), 7, "M events/s", scaled=True),
    *(Goal(f"PHOLD, {n:,} processes, two threads over one", f"phold-{n}", ("ratios", "two threads over one thread"), 1.7, "×")
      for n in (8192, 65536)),
    *(Goal(f"One run ({name}), two threads over one", case, ("ratios", "two threads over one thread"), 1.7, "×")
      for case, name in (("regions", "regions"), ("calls", "national, busy hour"))),
    *(Goal(f"One run ({name}), auto over one thread{where}", f"{case}{end}", ("ratios", "auto on two over one thread"), 0.95, "×")
      for case, name in (("regions", "regions"), ("calls", "national, busy hour"), ("national", "national"), ("one-run", "tri-borough"))
      for end, where in (("", ""), ("-busy", ", a core busy"))),
    *(Goal(f"Sweep ({name}), two threads over one", case, ("ratios", "two threads over one thread"), 1.9, "×")
      for case, name in (("tri-borough", "two long runs"), ("runs", "64 runs"), ("short-runs", "4,000 short runs"))),
    Goal("Short runs, two threads", "short-runs", ("figures", "two threads", "value"), 0.002, "M runs/s"),
    Goal("M/M/1 over SimPy", "mm1", ("ratios", "psnsim over SimPy"), 150, "×"),
    Goal("Request network over SimPy", "network", ("ratios", "psnsim over SimPy"), 150, "×"),
    Goal("10,000 flows over one link, over SimGrid", "simgrid-link",
         ("ratios", "psnsim, simulation alone over SimGrid as it comes"), 100, "×"),
    Goal("10,000 flows on a star, over SimGrid", "simgrid-star",
         ("ratios", "psnsim, simulation alone over SimGrid as it comes"), 20, "×"),
    Goal("To record an observation", "recording", ("figures", "sums, extremes and histogram", "value"), 3, "ns", most=True),
    Goal("Memory, national", "national", ("figures", "one thread", "peak_MB"), 1000, "MB", most=True),
]


def number(x):
    """Four figures."""
    return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.4g}"


def _find(cases, goal):
    found = cases.get(goal.case)
    for key in goal.path:
        found = (found or {}).get(key)
    return found["median"] if found else None


def judge(cases):
    """Each goal with what was seen of it; those of which nothing was seen are left out."""
    loop = _find(cases, Goal("", "mm1", ("figures", "bare loop", "value"), 0, ""))
    judged = []
    for goal in GOALS:
        seen = _find(cases, goal)
        if seen is None:
            continue
        entry = {"what": goal.what, "goal": goal.bound, "unit": goal.unit, "at": "most" if goal.most else "least", "seen": seen}
        value = seen
        if goal.scaled:
            if loop is None:
                continue  # without the bare loop of the same hour the figure says nothing
            value = entry["on_goal_machine"] = seen * GOAL_MACHINE / loop
        entry["met"] = value <= goal.bound if goal.most else value >= goal.bound
        judged.append(entry)
    return judged


def _commit():
    """The commit, and whether files differ from it."""
    asked = [subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
             for words in (("rev-parse", "--short=12", "HEAD"), ("status", "--porcelain", "--untracked-files=no"))]
    if asked[0].returncode:
        return "unknown"
    return asked[0].stdout.strip() + (" with changes" if asked[1].stdout.strip() else "")


def machine():
    """What was measured on, and when."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    compiler = subprocess.run(["cc", "--version"], capture_output=True, text=True).stdout.splitlines()[:1]
    return {"date": time.strftime("%Y-%m-%d"), "processor": models[0] if models else platform.machine(),
            "cores": len(os.sched_getaffinity(0)), "system": f"{platform.system()} {platform.release()}",
            "compiler": compiler[0] if compiler else "unknown", "commit": _commit()}


# On the screen, and as Markdown: rows of the same columns.

def case_rows(case):
    """(who, figure, spread, how many times as fast as whom)."""
    rows = []
    for label, figure in case["figures"].items():
        over = [(name.split(" over ", 1)[1], ratio) for name, ratio in case["ratios"].items() if name.split(" over ", 1)[0] == label]
        value = figure["value"]
        rows.append((label, number(value["median"]), f"{spread(value):.0%}" if len(value["values"]) > 1 else "–",
                     "; ".join(f"{ratio['median']:.3g} × {whom} ({ratio['least']:.3g} to {ratio['most']:.3g})" for whom, ratio in over)))
    return rows


def against_rows(case, other):
    """(what, this, other, this over other)."""
    return [(label, number(c["this"]["median"]), number(c[other]["median"]),
             f"{c['ratio']['median']:.3f} ({c['ratio']['least']:.3f} to {c['ratio']['most']:.3f})")
            for label, c in case["compared"].items()]


def goal_rows(judged):
    return [(g["what"], f"{'≤' if g['at'] == 'most' else '≥'} {number(g['goal'])} {g['unit']}", number(g["seen"]),
             number(g["on_goal_machine"]) if "on_goal_machine" in g else "", "met" if g["met"] else "missed") for g in judged]


def screen(title, heads, rows):
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    lines = [title, *("  " + "  ".join(f"{cell:{'<' if i in (0, len(heads) - 1) else '>'}{width}}" for i, (cell, width)
                                      in enumerate(zip(row, widths))).rstrip() for row in [heads, *rows])]
    return "\n".join(lines)


CASE_HEADS = ("", "median", "spread", "how many times as fast")
GOAL_HEADS = ("goal", "wanted", "seen", "scaled", "")


def print_case(case):
    print(screen(f"{case['title']}, {case['unit']}", CASE_HEADS, case_rows(case)) + "\n", flush=True)


def print_goals(judged):
    print(screen(f"Goals (scaled: as on a machine whose bare M/M/1 loop does {GOAL_MACHINE:.0f} M customers/s)", GOAL_HEADS, goal_rows(judged)))


def _markdown(heads, rows):
    return ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *("| " + " | ".join(row) + " |" for row in rows)]


def markdown(document):
    """The measured part of README.md."""
    m = document["machine"]
    lines = [f"{m['date']}, {m['processor']}, {m['cores']} cores, {m['compiler']}, commit {m['commit']}; medians of "
             f"{document['times']} (`{document['command']}`).", ""]
    lines += _markdown(("goal", "wanted", "seen", "scaled", ""), goal_rows(document["goals"]))
    lines += ["", f"*scaled*: seen × {GOAL_MACHINE:.0f} / what the bare M/M/1 loop did in the same hour, for goals in figures a second "
              f"are stated for a machine where it does {GOAL_MACHINE:.0f} M customers/s.", ""]
    rows, small = [], []
    for case in document["cases"].values():
        if not case["ratios"] and len(case["figures"]) > 3:
            small.append((f"{case['title']}, {case['unit']}",
                          "; ".join(f"{label}: {number(figure['value']['median'])}" for label, figure in case["figures"].items())))
            continue
        for i, (label, value, spread_of, over) in enumerate(case_rows(case)):
            rows.append((f"{case['title']}, {case['unit']}" if i == 0 else "", label, value, spread_of, over))
    lines += _markdown(("case", "", "median", "spread", "how many times as fast (least to most)"), rows)
    lines += ["", *_markdown(("what", "figures"), small)] if small else []
    return "\n".join(lines) + "\n"


def write(document, path):
    """The JSON of a measurement."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1, ensure_ascii=False)
        file.write("\n")


def write_readme(document):
    """Puts the tables between the marks in README.md here."""
    path = BENCH / "README.md"
    text = path.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{path}: the marks {BEGIN} and {END} are missing")
    path.write_text(f"{before}{BEGIN}\n\n{markdown(document)}\n{END}{after}", encoding="utf-8")
