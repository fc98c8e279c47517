# SPDX-License-Identifier: Apache-2.0
"""Messages, flows, windows and shapers over links: by hand, and against max-min fair rates worked out apart.

Flows that share links have max-min fair rates over the whole network. Ten random networks of 20 sites, each with 40
flows of random sizes that begin together, so that rates change at each of 40 ends: what they take is worked out by
fair.py, with ways of least delay."""

import fair
from build import Case
from judge import known
from program import DAY, MINUTE, scenario


def one_message(size, links, **sections):
    """One message of `size` over links [(bandwidth, delay)] in a row from `hall`. Without a response the
    request ends at the centre, after 1 ms of work there."""
    sites = ["hall"] + [f"hop-{i}" for i in range(1, len(links))] + ["centre"]
    case = {"steps": [{"request": size}, {"compute": "app", "work": "1 ms"}]}
    return scenario(
        "one message", horizon=1000, hosting={"app": "server"},
        sites={"hall": {"partner": "council"}, **{name: {} for name in sites[1:]}},
        links={f"link-{i}": {"between": [sites[i], sites[i + 1]], "bandwidth": bandwidth, "delay": delay}
               for i, (bandwidth, delay) in enumerate(links)},
        compute={"server": {"site": "centre", "cores": 1}},
        services={"case": {**({"class": name for name in sections.get("classes", ())}), **case}},
        workloads={"user": {"service": "case", "partners": "all", "users": 1, "think": "100 s"}}, **sections)


def took(result):
    return result.service("response_max", "case")[0] - 0.001


def alone(id, title, source, size, links, exact, *more, **sections):
    return Case(id, title, source, one_message(size, links, **sections), (known("time", took, exact), *more), fast=True)


def windowed(id, title, delay, exact):
    """10 GB at 10 GB/s with 4 MiB under way at most."""
    return alone(id, title, SIMGRID, "10 GB", [("10 GB/s", delay)], exact,
                 classes={"bulk": {"transfer": "flows", "window": "4194304 B"}})


def backups(links, flows, horizon, **sections):
    """Scheduled transfers, all released at the start: links {name: ((from, to), bandwidth, delay)}, flows {name:
    (from, to, size, keys of its service)}. Every site has an array that is never a limit."""
    places = sorted({end for between, _, _ in links.values() for end in between})
    return scenario(
        "backups", horizon=horizon, sites={place: {} for place in places},
        partners={f"p-{name}": {"population": 1, "staff": {flow[0]: 1}} for name, flow in flows.items()},
        hours={"always": "daily 00:00-24:00"},
        links={name: {"between": list(between), "bandwidth": bandwidth, "delay": delay}
               for name, (between, bandwidth, delay) in links.items()},
        storage={f"disk-{place}": {"site": place, "capacity": "1000 TB", "iops": 1e15,
                                   "bandwidth": "1000000000 Gbit/s", "latency": "0 s"} for place in places},
        arrangements={"base": {"hosting": {
            f"p-{name}": {"home": f"disk-{flow[0]}", "vault": f"disk-{flow[1]}"} for name, flow in flows.items()}}},
        services={f"s-{name}": {"steps": [{"write": "vault", "size": flow[2]}], **dict(*flow[3:])}
                  for name, flow in flows.items()},
        workloads={f"w-{name}": {"service": f"s-{name}", "partners": f"p-{name}", "by": "home",
                                 "every": "4 weeks", "window": "always"} for name in flows}, **sections)


def ends(label, name, exact):
    """A transfer's time; what its segments take to overlap from link to link, under 10 ms, is not in the exact
    value."""
    return known(label, lambda r: r.service("response_max", f"s-{name}", f"p-{name}")[0], exact).but(beside=0.01)


def parallel():
    links = {f"client-{i}": ((f"c{i}", "hub"), "100 MB/s", "1 us") for i in (1, 2, 3)}
    links["server"] = (("hub", "vault-site"), "200 MB/s", "1 us")
    return Case("backup-parallel", "clients of 3, 6 and 9 TB at 100 MB/s each into 200 MB/s", "by hand",
                backups(links, {f"f{i}": (f"c{i}", "vault-site", f"{3 * i} TB") for i in (1, 2, 3)}, 120_000),
                tuple(ends(f"end of {i}", f"f{i}", exact)
                      for i, exact in ((1, 45_000), (2, 75_000), (3, 105_000))), fast=True)


def max_min(id, title, capacities, flows, ends_of=lambda i: (f"n{i}", f"n{i + 1}")):
    """Links, in a row where `ends_of` says nothing else, of so many GB/s; flows {name: (first site, last site, rate)}.
    What each must send is what its rate sends in 1,000 s, so that all end together."""
    links = {f"l{i}": (ends_of(i), f"{c} GB/s", "1 us") for i, c in enumerate(capacities)}
    sizes = {name: (f"n{first}", f"n{last}", f"{1000 * rate:.17g} GB") for name, (first, last, rate) in flows.items()}
    return Case(id, title, "max-min fair rates; Bertsekas and Gallager, Data Networks, section 6.5",
                backups(links, sizes, 2000),
                tuple(ends(f"time of {name} at {rate:g} GB/s", name, 1000)
                      for name, (_, _, rate) in flows.items()), fast=True)


def by_weight():
    """A link of 1 GB/s and two classes, 3 : 1. In the first one flow of 750 GB; in the second those of two partners,
    125 GB each: 1,000 s for all, at 0.75 and 0.125 GB/s."""
    flows = {"heavy": ("a", "b", "750 GB", {"class": "first"}), "light-1": ("a", "b", "125 GB", {"class": "second"}),
             "light-2": ("a", "b", "125 GB", {"class": "second"})}
    return Case("maxmin-weights", "two classes, 3 : 1, and two partners in the second",
                "weights among classes, equal parts among partners; Parekh and Gallager, IEEE/ACM ToN 1(3), 1993",
                backups({"l": (("a", "b"), "1 GB/s", "1 us")}, flows, 2000,
                        classes={"first": {"weight": 3}, "second": {"weight": 1}}),
                tuple(ends(f"time of {name}", name, 1000) for name in flows), fast=True)


def with_caps():
    """A link of 10 GB/s and windows of 2 and 4 GB in a round trip of 2 s: 1 + 2 + 3.5 + 3.5 GB/s."""
    rates = {"narrow": 1, "wider": 2, "free-1": 3.5, "free-2": 3.5}
    classes = {"narrow": {"window": "2 GB"}, "wider": {"window": "4 GB"}, "free": {"weight": 2}}
    flows = {name: ("a", "b", f"{1000 * rate:g} GB", {"class": name.removesuffix("-1").removesuffix("-2")})
             for name, rate in rates.items()}
    return Case("maxmin-caps", "two flows held back by their windows, and two that share the rest",
                "max-min fair rates with limits; Bertsekas and Gallager, Data Networks, section 6.5",
                backups({"l": (("a", "b"), "10 GB/s", "1 s")}, flows, 2000, classes=classes),
                # There and back, two seconds in all, beside the transfer.
                tuple(known(f"time of {name} at {rate:g} GB/s", lambda r, n=name: r.service(
                    "response_max", f"s-{n}", f"p-{n}")[0], 1002).but(beside=0.01)
                      for name, rate in rates.items()), fast=True)


def shaped():
    """Messages at the full minute over a line that is no limit, behind a shaper of 2 units a minute and a bucket of 4;
    a unit is 60 kB."""
    arrivals, sizes, releases = (0, 0, 0, 1, 1, 6), (2, 2, 2, 3, 1, 4), (0, 0, 1, 2.5, 3, 6)
    jobs = range(1, len(arrivals) + 1)
    text = scenario(
        "a shaper", horizon=7 * DAY, hosting={"home": "here", "away": "there"},
        sites={"hall": {"partner": "council"}, "centre": {}},
        hours={f"w{i}": f"Mon 00:{arrivals[i - 1]:02}-24:00" for i in jobs},
        links={"line": {"between": ["hall", "centre"], "bandwidth": "4194304 kbit/s", "delay": "0 s",
                        "contract": "16 kbit/s", "burst": "240 kB"}},
        storage={name: {"site": site, "capacity": "1 TB", "iops": 1e15, "bandwidth": "1000000000 Gbit/s",
                        "latency": "0 s"} for name, site in (("here", "hall"), ("there", "centre"))},
        services={f"j{i}": {"steps": [{"write": "away", "size": f"{60 * sizes[i - 1]} kB"}]} for i in jobs},
        workloads={f"a{i}": {"service": f"j{i}", "partners": "all", "by": "home", "every": "1 week",
                             "window": f"w{i}"} for i in jobs})
    # The contract is 2^-18 of the line. Besides: a message of 240 kB is on the line for 0.5 ms, and whole ns of the
    # line are 0.3 ms of the contract.
    return Case("token-bucket-shaper", "six messages through a token bucket of 2 a minute, 4 deep",
                "token bucket; RFC 2697",
                text, tuple(known(f"release of {i}", lambda r, i=i: arrivals[i - 1] + r.service(
                    "response_max", f"j{i}")[0] / MINUTE, releases[i - 1]).but(beside=3e-5) for i in jobs), fast=True)


def random_network(seed):
    """20 sites, 32 links, 40 flows: how far the furthest time is from what fair.py works out."""
    net, wanted = fair.topology(seed, 20, 32), fair.demands(seed, 20, 40)
    delays = {name: (ends_, delay) for name, (ends_, delay, _) in net.items()}
    ways = {name: fair.shortest(delays, start, end) for name, (start, end, _) in wanted.items()}
    speeds = {link: net[link[0]][2] for way in ways.values() for link in way}
    links = {name: (ends_, f"{speed} GB/s", f"{delay} us") for name, (ends_, delay, speed) in net.items()}
    flows = {name: (start, end, f"{size} GB") for name, (start, end, size) in wanted.items()}

    def furthest(r):
        exact = fair.times(speeds, ways, {name: size for name, (_, _, size) in wanted.items()})
        return fair.largest({n: r.service("response_max", f"s-{n}", f"p-{n}")[0] for n in exact}, exact)

    return Case(f"maxmin-random-{seed}", f"40 flows over 20 sites and 32 links, at random (seed {seed})",
                "max-min fair rates by progressive filling, end after end (fair.py)",
                backups(links, flows, 20_000),
                (known("largest difference of 40 times, as a share", furthest, 0).but(beside=1e-3),), fast=True)


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
    windowed("simgrid-tcpgamma-3", "the same with 1 ms and a window of 4 MiB", "1 ms", 4.76937158203125),
    windowed("simgrid-tcpgamma-4", "the same with 100 ms", "100 ms", 476.937158203125),
    parallel(),
    shaped(),
    max_min("maxmin-parkinglot", "one flow over three links and one over each", (1, 1, 1), {
        "x1": (0, 3, 0.5), "x2": (0, 1, 0.5), "x3": (1, 2, 0.5), "x4": (2, 3, 0.5)}),
    max_min("maxmin-bg", "six flows over four links", (1, 1, 1, 2), {
        "x1": (0, 2, 0.5), "x2": (0, 1, 0.5), "x3": (1, 3, 0.5), "x4": (2, 4, 0.5), "x5": (3, 4, 0.75),
        "x6": (3, 4, 0.75)}),
    max_min("maxmin-simgrid-lmm1", "four flows, a wide link between two narrow ones", (1, 10, 1), {
        "x1": (0, 3, 0.5), "x2": (0, 1, 0.5), "x3": (1, 2, 9.5), "x4": (2, 3, 0.5)}),
    # Sites 0 to 9 in a row, and 10 behind 8.
    max_min("maxmin-simgrid-lmm3", "eleven flows over ten links, some held back on later ones", (10,) * 10, {
        "x1": (4, 7, 3), "x2": (0, 3, 10 / 3), "x3": (7, 9, 2), "x4": (4, 6, 3), "x5": (5, 8, 2), "x6": (8, 10, 6),
        "x7": (7, 10, 2), "x8": (0, 2, 10 / 3), "x9": (1, 4, 10 / 3), "x10": (4, 10, 2), "x11": (6, 9, 2)},
            lambda i: (f"n{i}", f"n{i + 1}") if i < 9 else ("n8", "n10")),
    by_weight(),
    with_caps(),
    *(random_network(seed) for seed in range(1, 11)),
]
