# SPDX-License-Identifier: Apache-2.0
"""The same flows over the same platforms in SimGrid and in psnsim: when does each end, and what does it cost to know?

Run by scripts/compare-simgrid, and in part by scripts/bench. README.md here explains what is compared and why the two differ
where they do."""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import platforms

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What is stated of SimGrid: its models as they are, but for cross-traffic (below), and its window (4 MiB, as it is).
SIMGRID = [f"--cfg=network/TCP-gamma:{platforms.WINDOW}", "--log=root.thresh:warning"]
ALIKE = ["--cfg=network/crosstraffic:0"]
# LV08's factors, of which psnsim has none but what a scenario says.
LV08 = {"bandwidth": 0.97, "latency": 13.01}

# (what, SimGrid's options, psnsim's, whose random topologies are judged, too: elsewhere round trips are all the same, and
# with them SimGrid's weights).
MODELS = [
    ("CM02, equal weights", ["--alike", "1", "--cfg=network/model:CM02"], {}, True),
    ("LV08, equal weights", ["--alike", "13.01", "--cfg=network/model:LV08"], LV08, True),
    ("CM02", ["--cfg=network/model:CM02"], {}, False),
    ("LV08", ["--cfg=network/model:LV08"], LV08, False),
]
# How far psnsim without LV08's factors is from LV08: told, never judged.
PLAIN = ("LV08, psnsim without factors", ["--cfg=network/model:LV08"], {}, None)
LIMITS = {"median": 0.05, "p95": 0.10}

EXPLANATION = """\
Why they differ:
- Weights. psnsim shares a link equally among the flows that it holds up. In SimGrid a flow's share of a link is inversely
  proportional to its latency (CM02), or to its latency plus 20537 / bandwidth (in B/s) of each of its links (LV08), as
  TCP favours short round trips. Where all round trips are alike that is the same; on random topologies it moves many flows,
  some faster, some slower. "Equal weights" takes it out: SimGrid's solver and rates as they are, the latency paid before
  the flow starts, its window as a rate. What is left is below.
- Segments. A flow in psnsim has ended when its last bit has arrived, and bits go from link to link in packets: for each
  link but the slowest one segment is added, what the slowest one sends in 1 ms. SimGrid adds nothing. A flow of 1 MB
  that has 1 Gbit/s for itself takes 8 ms, and over four links 3 ms more.
- Factors. LV08 multiplies the latency by 13.01 (slow start, and what else a short transfer pays) and the bandwidth by 0.97
  (headers), both fitted to packet simulations, as is 20537 (Velho and Legrand, SIMUTools 2009; Velho and others, ACM
  TOMACS 23(4), 2013). psnsim has neither unless a scenario says so; here, `overhead: {share: 1 / 0.97 - 1}` on
  links, and 12.01 latencies of waiting before each flow. The last rows tell what they come to.
- Cross-traffic, the 5 % that SimGrid lets the acknowledgements of a flow take of the way back, is switched off there
  (network/crosstraffic:0): psnsim has it where a scenario sends something back."""


def version():
    """That of the SimGrid that is installed; None: there is none, or no compiler for it."""
    if not shutil.which("pkg-config") or not shutil.which("g++"):
        return None
    asked = subprocess.run(["pkg-config", "--modversion", "simgrid"], capture_output=True, text=True)
    return asked.stdout.strip() if asked.returncode == 0 else None


def build(folder):
    """Builds simgrid_flows in this folder; returns the program."""
    program = pathlib.Path(folder) / "simgrid_flows"
    source = pathlib.Path(__file__).with_name("simgrid_flows.cpp")
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        program.parent.mkdir(parents=True, exist_ok=True)
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "simgrid"], capture_output=True, text=True, check=True).stdout.split()
        subprocess.run(["g++", "-O2", "-std=c++17", source, "-o", program, *flags], check=True)
    return program


def simgrid(program, platform, options):
    """Completion times in s, and the seconds of the simulation."""
    done = subprocess.run([program, *options, *SIMGRID], input=platform.simgrid(), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"simgrid_flows: exit status {done.returncode}\n{done.stderr}")
    ends = list(map(float, done.stdout.split()))
    took = float(done.stderr.split("simulated in ")[1].split()[0])
    return [end - f.start for end, f in zip(ends, platform.flows, strict=True)], took


def psnsim(program, platform, folder, **options):
    """Completion times in s, and the seconds of the simulation."""
    scenario, result = folder / "flows.yaml", folder / "flows.h5"
    scenario.write_text(platform.psnsim(**options))
    done = subprocess.run([program, "run", scenario, "--quiet", "--json", "--restart", "--threads", "1", "-o", result],
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"psnsim: exit status {done.returncode}\n{done.stderr}")
    found = {f["subject"]: f["value"] for f in json.loads(done.stdout)["points"][0]["figures"] if f["figure"] == "response mean"}
    with open(f"{result}.log", encoding="utf-8") as log:
        took = [entry["wall_s"] for entry in map(json.loads, log) if entry["event"] == "run"][-1]
    return [found[f"f{k}"] - f.start for k, f in enumerate(platform.flows)], took


def quantile(x, p):
    return statistics.quantiles(x, n=100, method="inclusive")[p - 1]


def compare(platform, ours, theirs):
    """How far psnsim's completion times are from SimGrid's: their median and 95th percentile, and flow by flow."""
    apart = [abs(a - b) / b for a, b in zip(ours, theirs)]
    return {"median": quantile(ours, 50) / quantile(theirs, 50) - 1, "p95": quantile(ours, 95) / quantile(theirs, 95) - 1,
            "flow median": quantile(apart, 50), "flow p95": quantile(apart, 95)}


def row(options, folder, model, p):
    """Prints the row of a platform; returns whether it is within the limits where it is judged, and nothing elsewhere."""
    what, theirs, ours, all_judged = model
    r = compare(p, psnsim(options.psnsim, p, folder, **ours)[0], simgrid(options.simgrid, p, [*theirs, *ALIKE])[0])
    within = all(abs(r[k]) <= limit for k, limit in LIMITS.items())
    judged = all_judged is not None and (all_judged or not p.name.startswith("random"))
    said = "" if within else "  MISSED" if judged else "  beyond"
    print(f"{what:30}{p.name:14}{100 * r['median']:+9.2f}{100 * r['p95']:+9.2f}{100 * r['flow median']:15.2f}"
          f"{100 * r['flow p95']:12.2f}{said}", flush=True)
    return within or not judged


def agreement(options, folder):
    """Prints the table; returns whether all that is judged is within its limits."""
    n = 200 if options.quick else 1000
    seeds = range(11, 13 if options.quick else 21)
    made = [platforms.dumbbell(n), platforms.star(n), *(platforms.random_topology(n, s) for s in seeds)]
    print(f"Completion times of {n} flows, psnsim against SimGrid {options.version}, in %: by how much the median and the 95th\n"
          "percentile of all flows differ, then how far a flow is from itself (median and 95th percentile of flows)\n")
    print(f"{'SimGrid model':30}{'platform':14}{'median':>9}{'p95':>9}{'flow, median':>15}{'flow, p95':>12}")
    good = True
    for model in [*MODELS, PLAIN]:
        for p in made if model is not PLAIN else made[:3]:
            good &= row(options, folder, model, p)
    print("\nJudged are the first two models on all platforms, the next two where all round trips are alike: the median within\n"
          f"5 %, the 95th percentile within 10 %. `beyond`: further apart, where weights differ or factors are missing.\n\n{EXPLANATION}\n")
    return good


def wall(program, text_of, folder):
    """Seconds of the simulation and of the whole program, reading and writing included, for flows that begin at once."""
    scenario, result = folder / "together.yaml", folder / "together.h5"
    scenario.write_text(text_of)
    begun = time.monotonic()
    done = subprocess.run([program, "run", scenario, "--quiet", "--restart", "--threads", "1", "-o", result],
                          capture_output=True, text=True)
    whole = time.monotonic() - begun
    if done.returncode:
        sys.exit(f"psnsim: exit status {done.returncode}\n{done.stderr}")
    with open(f"{result}.log", encoding="utf-8") as log:
        return [entry["wall_s"] for entry in map(json.loads, log) if entry["event"] == "run"][-1], whole


# SimGrid's options of each way in which its speed is measured.
STYLES = {"as it comes": ["--actors"], "at its best": ALIKE}


def speed_platforms(n):
    """Those on which speed is measured: n flows each, all from the beginning on."""
    return [platforms.at_once(platforms.single(n)), platforms.at_once(platforms.star(n))]


def speed_turn(psnsim_program, simgrid_program, platform, folder):
    """Each program once: us a flow of psnsim alone and of the whole program, and of SimGrid by style."""
    n = len(platform.flows)
    alone, whole = wall(psnsim_program, platforms.together(platform), folder)
    theirs = {style: simgrid(simgrid_program, platform, [*words, "--cfg=network/model:LV08"])[1] / n * 1e6
              for style, words in STYLES.items()}
    return alone / n * 1e6, whole / n * 1e6, theirs


def speed(options, folder):
    n = 1000 if options.quick else 10000
    times = 3
    print(f"Speed: the same {n} flows, all from the beginning on, one thread, in turn; us a flow, medians of {times}. SimGrid as it\n"
          "comes: LV08 with cross-traffic, an actor at each end of each flow, as its examples have it; and at its best: LV08\n"
          "without cross-traffic, one actor that starts all.\n")
    print(f"{'':14}{'psnsim':>10}{'whole':>10}{'SimGrid as':>12}{'SimGrid at':>12}{'ratio, as':>12}{'ratio, at':>12}")
    print(f"{'platform':14}{'alone':>10}{'program':>10}{'it comes':>12}{'its best':>12}{'it comes':>12}{'its best':>12}")
    for p in speed_platforms(n):
        turns = [speed_turn(options.psnsim, options.simgrid, p, folder) for _ in range(times)]
        ours, whole = [turn[0] for turn in turns], [turn[1] for turn in turns]
        theirs = {style: [turn[2][style] for turn in turns] for style in STYLES}
        ratios = {style: statistics.median(b / a for a, b in zip(ours, theirs[style])) for style in STYLES}
        print(f"{p.name:14}{statistics.median(ours):10.2f}{statistics.median(whole):10.2f}"
              + "".join(f"{statistics.median(theirs[style]):12.2f}" for style in STYLES)
              + "".join(f"{ratios[style]:12.1f}" for style in STYLES), flush=True)
    print("\nalone: the simulation, as SimGrid's time is; whole program: with reading the scenario and writing the result.\n"
          "ratio: SimGrid's time over psnsim's alone in the same turn.")


def main():
    parser = argparse.ArgumentParser(prog="scripts/compare-simgrid", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer flows and platforms: under a minute")
    parser.add_argument("--only", choices=["agreement", "speed"], help="one part")
    parser.add_argument("--psnsim", default=os.environ.get("PSNSIM", "psnsim"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.version = version()
    if options.version is None:
        print("skipped: there is no SimGrid here; apt-get install libsimgrid-dev g++ brings it")
        return 0
    options.simgrid = build(ROOT / "build" / "compare")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="psnsim-compare-") as folder:
        good = options.only == "speed" or agreement(options, pathlib.Path(folder))
        if options.only != "agreement":
            speed(options, pathlib.Path(folder))
    print(f"\n{'Agreed' if good else 'A limit was missed'}; {time.monotonic() - begun:.0f} s.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
