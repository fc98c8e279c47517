# SPDX-License-Identifier: Apache-2.0
"""Messages and standing backlogs over links, by hand."""

from build import Case
from judge import known
from program import scenario


def one_message(size, links):
    """One message of `size` over links [(bandwidth, delay)] in a row from `hall`. Without a response the
    request ends at the centre, after 1 ms of work there."""
    sites = ["hall"] + [f"hop-{i}" for i in range(1, len(links))] + ["centre"]
    return scenario(
        "one message", horizon=1000, hosting={"app": "server"},
        sites={"hall": {"partner": "council"}, **{name: {} for name in sites[1:]}},
        links={f"link-{i}": {"between": [sites[i], sites[i + 1]], "bandwidth": bandwidth, "delay": delay}
               for i, (bandwidth, delay) in enumerate(links)},
        compute={"server": {"site": "centre", "cores": 1}},
        services={"case": {"steps": [{"request": size}, {"compute": "app", "work": "1 ms"}]}},
        workloads={"user": {"service": "case", "partners": "all", "users": 1, "think": "100 s"}})


def took(result):
    return result.service("response_max", "case")[0] - 0.001


def alone(id, title, source, size, links, exact, *more):
    return Case(id, title, source, one_message(size, links), (known("time", took, exact), *more), fast=True)


def backups(links, flows, horizon):
    """Scheduled transfers, all released at the start: links {name: ((from, to), bandwidth)}, flows {name:
    (from, to, size)}. Every site has an array that is never a limit."""
    places = sorted({end for between, _ in links.values() for end in between})
    return scenario(
        "backups", horizon=horizon, sites={place: {} for place in places},
        partners={f"p-{name}": {"population": 1, "staff": {start: 1}} for name, (start, _, _) in flows.items()},
        hours={"always": "daily 00:00-24:00"},
        links={name: {"between": list(between), "bandwidth": bandwidth, "delay": "1 us"}
               for name, (between, bandwidth) in links.items()},
        storage={f"disk-{place}": {"site": place, "capacity": "1000 TB", "iops": 1e15,
                                   "bandwidth": "1000000000 Gbit/s", "latency": "0 s"} for place in places},
        arrangements={"base": {"hosting": {
            f"p-{name}": {"home": f"disk-{start}", "vault": f"disk-{end}"}
            for name, (start, end, _) in flows.items()}}},
        services={f"s-{name}": {"steps": [{"write": "vault", "size": size}]} for name, (_, _, size) in flows.items()},
        workloads={f"w-{name}": {"service": f"s-{name}", "partners": f"p-{name}", "by": "home",
                                 "every": "4 weeks", "window": "always"} for name in flows})


def ends(label, name, exact):
    """A transfer's time; what its segments take to overlap from link to link, under 10 ms, is not in the exact
    value."""
    return known(label, lambda r: r.service("response_max", f"s-{name}", f"p-{name}")[0], exact).but(beside=0.01)


def parallel():
    links = {f"client-{i}": ((f"c{i}", "hub"), "100 MB/s") for i in (1, 2, 3)}
    links["server"] = (("hub", "vault-site"), "200 MB/s")
    return Case("backup-parallel", "clients of 3, 6 and 9 TB at 100 MB/s each into 200 MB/s", "by hand",
                backups(links, {f"f{i}": (f"c{i}", "vault-site", f"{3 * i} TB") for i in (1, 2, 3)}, 120_000),
                tuple(ends(f"end of {i}", f"f{i}", exact)
                      for i, exact in ((1, 45_000), (2, 75_000), (3, 105_000))), fast=True)


def max_min(id, title, capacities, flows):
    """Links in a row, of so many GB/s; flows {name: (first link, last link, rate)}. What each must send is what its
    rate sends in 1,000 s, so that all end together."""
    links = {f"l{i}": ((f"n{i}", f"n{i + 1}"), f"{c} GB/s") for i, c in enumerate(capacities)}
    sizes = {name: (f"n{first}", f"n{last + 1}", f"{1000 * rate:g} GB") for name, (first, last, rate) in flows.items()}
    return Case(id, title, "max-min fair rates; Bertsekas and Gallager, Data Networks, section 6.5",
                backups(links, sizes, 2000),
                tuple(ends(f"time of {name} at {rate:g} GB/s", name, 1000)
                      for name, (_, _, rate) in flows.items()), fast=True)


HOPS = [("10 Mbit/s", "1 ms"), ("2 Mbit/s", "5 ms"), ("10 Mbit/s", "2 ms")]
SIMGRID = "SimGrid, cm02-tcpgamma.tesh"

CASES = [
    alone("store-forward-first", "a packet of 1,500 bytes over three links", "sum L / R + sum of delays", "1500 B",
          HOPS, 0.0164),
    alone("store-forward-3hop", "10 packets of 1,500 bytes over three links",
          "sum L / R + sum of delays + 9 L / least R", "15 KB", HOPS, 0.0704,
          known("bits a second", lambda r: 120_000 / took(r), 1704545.4545454546)),
    alone("simgrid-tcpgamma-1", "10 GB at 10 GB/s without delay", SIMGRID, "10 GB", [("10 GB/s", "0 s")], 1.0),
    alone("simgrid-tcpgamma-2", "the same with 10 us", SIMGRID, "10 GB", [("10 GB/s", "10 us")], 1.00001),
    alone("simgrid-tcpgamma-5", "the same with 1 ms, no window", SIMGRID, "10 GB", [("10 GB/s", "1 ms")], 1.001),
    parallel(),
    max_min("maxmin-parkinglot", "one flow over three links and one over each", (1, 1, 1), {
        "x1": (0, 2, 0.5), "x2": (0, 0, 0.5), "x3": (1, 1, 0.5), "x4": (2, 2, 0.5)}),
    max_min("maxmin-bg", "six flows over four links", (1, 1, 1, 2), {
        "x1": (0, 1, 0.5), "x2": (0, 0, 0.5), "x3": (1, 2, 0.5), "x4": (2, 3, 0.5), "x5": (3, 3, 0.75),
        "x6": (3, 3, 0.75)}),
    max_min("maxmin-simgrid-lmm1", "four flows, a wide link between two narrow ones", (1, 10, 1), {
        "x1": (0, 2, 0.5), "x2": (0, 0, 0.5), "x3": (1, 1, 9.5), "x4": (2, 2, 0.5)}),
]
