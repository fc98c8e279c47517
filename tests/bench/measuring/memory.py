# SPDX-License-Identifier: Apache-2.0
"""What a partner, a site with its link and a pending job take, as the user meets it: the difference in the program's peak
memory between scenarios with more and with fewer of them, over how many more there are."""
import pathlib
import tempfile

from . import programs

HEAD = """\
psnsim: 1
title: Memory
time: {start: 2014-05-12, horizon: 1 h, warmup: 0 s, interval: 15 min}
"""
TAIL = """\
use: {arrangement: base}
study: {seed: 1, replications: 1}
"""


def partners(n):
    """Partners who each have a hall, a link to the centre, a server of their own, and ask twice an hour and employee."""
    lines = ["partners:", *(f"  p{i}: {{staff: {{h{i}: 10}}}}" for i in range(n)), "sites:", "  centre: {}",
             *(f"  h{i}: {{partner: p{i}}}" for i in range(n)), "links:",
             *(f"  l{i}: {{between: [h{i}, centre], bandwidth: 100 Mbit/s, delay: 2 ms}}" for i in range(n)), "compute:",
             *(f"  s{i}: {{site: centre, hosts: 1, cores: 1, discipline: fifo}}" for i in range(n)),
             "services: {ask: {steps: [{request: 4 KB}, {compute: app, work: exp(10 ms)}, {response: 60 KB}]}}",
             "workloads: {asks: {service: ask, partners: all, rate: 2 / h per staff}}", "arrangements:", "  base:", "    hosting:",
             *(f"      p{i}: {{app: s{i}}}" for i in range(n))]
    return HEAD + "\n".join(lines) + "\n" + TAIL


def links(n):
    """Sites of one partner, each with a link to the centre."""
    return HEAD + f"""\
partners: {{council: {{staff: {{branches: {n}}}}}}}
sites: {{centre: {{}}, branches: {{partner: council, count: {n}}}}}
links: {{branch: {{between: [branches, centre], bandwidth: 100 Mbit/s, delay: 2 ms}}}}
compute: {{server: {{site: centre, hosts: 1, cores: 1, discipline: fifo}}}}
services: {{ask: {{steps: [{{request: 4 KB}}, {{compute: app, work: exp(1 ms)}}, {{response: 60 KB}}]}}}}
workloads: {{asks: {{service: ask, partners: all, rate: 2 / h per staff}}}}
arrangements: {{base: {{hosting: {{all: {{app: server}}}}}}}}
""" + TAIL


def jobs(n):
    """Jobs that all are there at the end: they take longer than the run, each at a server of its own."""
    return HEAD + f"""\
partners: {{council: {{staff: {{hall: 10}}}}}}
sites: {{hall: {{partner: council}}}}
compute: {{server: {{site: hall, discipline: unlimited}}}}
services: {{ask: {{steps: [{{compute: app, work: 10 h}}]}}}}
workloads: {{asks: {{service: ask, partners: all, rate: {n} / h}}}}
arrangements: {{base: {{hosting: {{all: {{app: server}}}}}}}}
""" + TAIL


def peak(build, text):
    """Bytes at most."""
    with tempfile.TemporaryDirectory(prefix="psnsim-bench-") as folder:
        scenario = pathlib.Path(folder) / "memory.yaml"
        scenario.write_text(text, encoding="utf-8")
        return programs.run_program(build, scenario)["peak_MB"] * 2 ** 20


# What there is more of, the scenario with so many, and how many more and fewer.
GROWING = [("a partner, with its hall, link, server and statistics", partners, 200, 1000),
           ("a site with its link, both directions", links, 500, 3000),
           ("a pending job", jobs, 100000, 500000)]


def measure(build, quick):
    """Bytes by what they are for."""
    return {what: (peak(build, text_of(more)) - peak(build, text_of(fewer))) / (more - fewer)
            for what, text_of, fewer, more in GROWING}
