# SPDX-License-Identifier: Apache-2.0
"""The same flows over the same platforms in SimGrid and in psnsim: when does each end, and what does it cost to know?

Run by scripts/compare-simgrid, which builds simgrid_flows.cpp. README.md here explains what is compared and why the two
differ where they do."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import platforms

# What is stated of SimGrid: its models as they are, but for cross-traffic (below), and its window (4 MiB, as it is).
SIMGRID = ["--cfg=network/crosstraffic:0", f"--cfg=network/TCP-gamma:{platforms.WINDOW}", "--log=root.thresh:warning"]
# LV08's factors, of which psnsim has none but what a scenario says.
LV08 = {"bandwidth": 0.97, "latency": 13.01}

# (what, SimGrid's options, psnsim's, tolerances of the median and the 95th percentile of completion times; None: told,
# not judged).
MODELS = [
    ("CM02, equal weights", ["--alike", "--cfg=network/model:CM02"], {}, (0.05, 0.10)),
    ("CM02", ["--cfg=network/model:CM02"], {}, (0.05, 0.10)),
    ("LV08, its factors in psnsim, too", ["--cfg=network/model:LV08"], LV08, (0.05, 0.10)),
    ("LV08, psnsim without them", ["--cfg=network/model:LV08"], {}, None),
]

EXPLANATION = """\
Why they differ:
- psnsim shares a link equally among the flows that it holds up. SimGrid's CM02 gives a flow a weight of 1 / latency, and
  LV08 of 1 / (latency + the sum over its links of 20537 B / bandwidth in B/s), as TCP favours short round trips. "Equal
  weights" takes that out (latency is paid before the flow starts, its window as a rate): what is left of the difference
  is psnsim's delay line and segments.
- psnsim's flow ends when its last bit has arrived: for each link but the slowest one segment is added (what the slowest
  link sends in 1 ms), for bits go from link to link in packets; SimGrid adds nothing.
- LV08 multiplies latency by 13.01 (slow start and what else a short transfer pays, fitted to packet simulations) and
  bandwidth by 0.97 (headers: 1460 / 1500 and the like). psnsim has neither unless a scenario says so: `overhead` of a
  link is the one, `start` of a class, or a step `delay`, the other."""


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


def agreement(options, folder):
    """Prints the table; returns whether all that is judged is within its tolerance."""
    n = 200 if options.quick else 1000
    seeds = range(11, 13 if options.quick else 21)
    made = [platforms.dumbbell(n), platforms.star(n), *(platforms.random_topology(n, s) for s in seeds)]
    print(f"Completion times of {n} flows, psnsim against SimGrid {options.version}: by how much the median and the 95th\n"
          "percentile of all flows differ, and how far a flow is from itself (median and 95th percentile of flows), in %\n")
    print(f"{'SimGrid model':34}{'platform':14}{'median':>9}{'p95':>9}{'flow, median':>15}{'flow, p95':>12}")
    good = True
    for what, theirs, ours, limits in MODELS:
        for p in made:
            r = compare(p, psnsim(options.psnsim, p, folder, **ours)[0], simgrid(options.simgrid, p, theirs)[0])
            missed = limits and (abs(r["median"]) > limits[0] or abs(r["p95"]) > limits[1])
            good &= not missed
            print(f"{what:34}{p.name:14}{100 * r['median']:+9.2f}{100 * r['p95']:+9.2f}{100 * r['flow median']:15.2f}"
                  f"{100 * r['flow p95']:12.2f}{'  MISSED' if missed else ''}", flush=True)
    print(f"\nJudged where a limit is set: median within 5 %, 95th percentile within 10 %.\n\n{EXPLANATION}\n")
    return good


def speed(options, folder):
    n = 1000 if options.quick else 10000
    times = 3 if options.quick else 7
    print(f"Speed: {n} flows, the simulation alone (no reading, no writing), one thread, in turn; medians of {times}\n")
    print(f"{'platform':14}{'psnsim, us a flow':>19}{'SimGrid CM02':>15}{'ratio':>8}   {'of all turns'}")
    for p in (platforms.single(n), platforms.star(n)):
        ours, theirs = [], []
        for _ in range(times):
            ours.append(psnsim(options.psnsim, p, folder)[1] / n * 1e6)
            theirs.append(simgrid(options.simgrid, p, ["--cfg=network/model:CM02"])[1] / n * 1e6)
        ratios = sorted(b / a for a, b in zip(ours, theirs))
        print(f"{p.name:14}{statistics.median(ours):19.2f}{statistics.median(theirs):15.2f}"
              f"{statistics.median(theirs) / statistics.median(ours):8.2f}   {ratios[0]:.2f} to {ratios[-1]:.2f}", flush=True)
    print("\nratio: SimGrid's time over psnsim's; above 1 psnsim is the faster one.")


def main():
    parser = argparse.ArgumentParser(prog="scripts/compare-simgrid", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer flows and platforms: under a minute")
    parser.add_argument("--only", choices=["agreement", "speed"], help="one part")
    parser.add_argument("--psnsim", default=os.environ.get("PSNSIM", "psnsim"), help=argparse.SUPPRESS)
    parser.add_argument("--simgrid", default=os.environ.get("SIMGRID_FLOWS"), help=argparse.SUPPRESS)
    parser.add_argument("--version", default=os.environ.get("SIMGRID_VERSION", ""), help=argparse.SUPPRESS)
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="psnsim-compare-") as folder:
        good = options.only == "speed" or agreement(options, pathlib.Path(folder))
        if options.only != "agreement":
            speed(options, pathlib.Path(folder))
    print(f"\n{'Agreed' if good else 'A limit was missed'}; {time.monotonic() - begun:.0f} s.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
