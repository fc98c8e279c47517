#!/usr/bin/env python3
"""What psnsim's memory grows by: bytes a partner, a link, a pending job and so on.

usage: memory.py [PSNSIM]        (default: build/release/psnsim)

Two scenarios are simulated that differ in the number of one thing alone, and the difference of the
peak memory of the two programs is divided by that number. Prints a line `what bytes` for each.
"""
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

# n partners with a site of their own, each on links of its own to a centre where all ask one pool.
# An interval is a quarter of an hour, as in the shipped scenarios; a day has 96 of them.
def network(partners, links, classes="classes: {office: {queue: fair, weight: 1}}"):
    of = [f"p{i:05d}" for i in range(partners)]
    lines = [
        "psnsim: 1",
        "time: {start: 2021-09-14, horizon: 1 d, interval: 15 min}",
        "partners: {" + ", ".join(f"{p}: {{population: 1000, staff: {{s{p}: 10}}}}" for p in of) + "}",
        "sites: {centre: {}, " + ", ".join(f"s{p}: {{partner: {p}}}" for p in of) + "}",
        classes,
        "links: {" + ", ".join(
            f"l{p}x{k}: {{between: [s{p}, centre], bandwidth: 10 Mbit/s, delay: {1 + k} ms}}"
            for p in of for k in range(links)) + "}",
        "compute: {pool: {site: centre, hosts: 64, cores: 64, discipline: sharing}}",
        "services: {visit: {class: office, steps: [{request: 4 KB}, {compute: app, work: exp(20 ms)},"
        " {response: 40 KB}]}}",
        "workloads: {visits: {service: visit, partners: all, rate: 40 / h}}",
        "arrangements: {base: {hosting: {all: {app: pool}}}}",
        "use: {arrangement: base}",
        "study: {seed: 1, replications: 1}",
    ]
    return "\n".join(lines) + "\n"


# Requests that are under way for longer than the run: rate x horizon of them at its end.
def pending(step, rate, extra=""):
    return f"""psnsim: 1
time: {{start: 2021-09-14, horizon: 100 s, interval: 100 s}}
partners: {{p: {{population: 1, staff: {{here: 1}}}}}}
sites: {{here: {{partner: p}}, there: {{}}}}
links: {{line: {{between: [here, there], bandwidth: 100 Gbit/s, delay: 200 s}}}}
compute: {{pool: {{site: here, hosts: 1, cores: 1, discipline: fifo}},
          far: {{site: there, hosts: 1, cores: 1, discipline: fifo}}}}
services: {{visit: {{steps: [{step}]}}}}
workloads: {{visits: {{service: visit, partners: all, {rate}}}}}
arrangements: {{base: {{hosting: {{all: {{app: pool, away: far}}}}}}}}
use: {{arrangement: base}}
study: {{seed: 1, replications: 1}}
"""


def peak(program, text):
    """Peak resident bytes of one run of a scenario."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = pathlib.Path(folder) / "scenario.yaml"
        scenario.write_text(text)
        child = subprocess.Popen(
            [program, "run", str(scenario), "--quiet", "--threads", "1", "-o", str(pathlib.Path(folder) / "r.h5")],
            stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            sys.exit(f"memory.py: {program} failed on\n{text}")
        return usage.ru_maxrss * 1024


def each(program, few, many, n):
    return round((peak(program, many) - peak(program, few)) / n)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "build/release/psnsim"
    wait = "{delay: 1 h}"
    queue = "{compute: app, work: 1 h}"
    message = "{request: 1 KB}, {compute: away, work: 1 ms}, {response: 1 KB}"
    n = 400_000
    figures = {
        # With its site, its link and its workload.
        "a partner": each(program, network(200, 1), network(1000, 1), 800),
        # Both directions, with figures by class and interval.
        "a link": each(program, network(200, 1), network(200, 9), 1600),
        "a request in a delay": each(program, pending(wait, "rate: 1000 / s"), pending(wait, "rate: 5000 / s"), n),
        "a request in a queue": each(program, pending(queue, "rate: 1000 / s"), pending(queue, "rate: 5000 / s"), n),
        "a message on a link": each(program, pending(message, "rate: 1000 / s"), pending(message, "rate: 5000 / s"), n),
        "a user who thinks": each(program, pending(wait, "users: 1000, think: exp(1 h)"),
                                  pending(wait, "users: 401000, think: exp(1 h)"), n),
    }
    for what, size in figures.items():
        print(what, size)


if __name__ == "__main__":
    main()
