# SPDX-License-Identifier: Apache-2.0
"""Platforms and flows for comparisons with other simulators: made once, written for each of them."""
import dataclasses
import heapq
import math
import random

# SimGrid's default TCP window, network/TCP-gamma: 4 MiB.
WINDOW = 4194304


@dataclasses.dataclass
class Flow:
    source: int
    target: int
    size: int      # bytes
    start: float   # s


@dataclasses.dataclass
class Platform:
    name: str
    sites: int
    links: list    # (site, site, bit/s, s): two directions each
    flows: list
    window: int = WINDOW
    _trees: dict = dataclasses.field(default_factory=dict)

    def route(self, source, target):
        """The way of least delay, of equals that of fewest links: (link, forwards?) each."""
        if source not in self._trees:
            self._trees[source] = self._tree(source)
        steps, at = [], target
        while at != source:
            at, link, forwards = self._trees[source][at]
            steps.append((link, forwards))
        return steps[::-1]

    def _tree(self, source):
        beside = [[] for _ in range(self.sites)]
        for i, (a, b, _, delay) in enumerate(self.links):
            beside[a].append((b, i, True, delay))
            beside[b].append((a, i, False, delay))
        best, came, heap = {source: (0, 0)}, {}, [(0, 0, source)]
        while heap:
            delay, hops, at = heapq.heappop(heap)
            if (delay, hops) > best[at]:
                continue
            for other, link, forwards, further in beside[at]:
                new = (delay + further, hops + 1)
                if other not in best or new < best[other]:
                    best[other], came[other] = new, (at, link, forwards)
                    heapq.heappush(heap, (*new, other))
        return came

    def latency(self, flow):
        return sum(self.links[i][3] for i, _ in self.route(flow.source, flow.target))

    def slowest(self, flow):
        return min(self.links[i][2] for i, _ in self.route(flow.source, flow.target))

    def simgrid(self):
        """The text that simgrid_flows reads: link 2 i is link i forwards, 2 i + 1 backwards."""
        lines = [f"hosts {self.sites}", f"window {self.window}"]
        for _, _, rate, delay in self.links:
            lines += [f"link {rate / 8!r} {delay!r}"] * 2
        for source, target in sorted({(f.source, f.target) for f in self.flows}):
            steps = " ".join(str(2 * i + (not forwards)) for i, forwards in self.route(source, target))
            lines.append(f"route {source} {target} {steps}")
        lines += [f"flow {f.source} {f.target} {f.size} {f.start!r}" for f in self.flows]
        return "\n".join(lines) + "\n"

    def psnsim(self, bandwidth=1.0, latency=1.0, window=True):
        """The same as a scenario: a service for each flow, asked for once, that waits for its start, sends, and does
        nothing at the other end. `bandwidth` and `latency` are factors: of the share of a link that data may use, and
        of the delay before a flow's first bit, as LV08 has them."""
        end = max(f.start for f in self.flows) + 3600
        targets = sorted({f.target for f in self.flows})
        share = f", overhead: {{share: {1 / bandwidth - 1:.9f}}}" if bandwidth != 1 else ""
        lines = ["psnsim: 1", f'title: "{self.name}"',
                 f"time: {{start: 2024-01-01, horizon: {math.ceil(end)} s, interval: 10 min}}",
                 "partners: {all-of-them: {}}", "sites:"]
        lines += [f"  s{i}: {{}}" for i in range(self.sites)]
        lines.append("classes:")
        lines.append(f"  flows: {{transfer: flows{f', window: {self.window} B' if window else ''}}}")
        lines.append("links:")
        lines += [f"  l{i}: {{between: [s{a}, s{b}], bandwidth: {rate:.0f} bit/s, delay: {delay * 1e9:.0f} ns{share}}}"
                  for i, (a, b, rate, delay) in enumerate(self.links)]
        lines.append("compute:")
        lines += [f"  p{i}: {{site: s{i}, discipline: unlimited}}" for i in targets]
        lines.append("services:")
        for k, f in enumerate(self.flows):
            wait = f.start + (latency - 1) * self.latency(f)
            lines.append(f"  f{k}: {{class: flows, steps: [{{delay: {wait * 1e9:.0f} ns}}, {{request: {f.size} B}}, "
                         f"{{compute: r{f.target}, work: 0 s}}]}}")
        lines.append("workloads:")
        lines += [f"  w{k}: {{service: f{k}, at: s{f.source}, every: 2 d}}" for k, f in enumerate(self.flows)]
        lines.append("arrangements:\n  one:\n    hosting:\n      all:")
        lines += [f"        r{i}: p{i}" for i in targets]
        lines.append("study: {seed: 1, replications: 1}")
        return "\n".join(lines) + "\n"


def together(platform, branches=300):
    """A scenario of flows that all begin at once, for what a flow costs: each of a fork's branches sends one, so that none
    has a service, a workload and a statistic of its own."""
    lines = platform.psnsim().split("services:")[0].splitlines()
    by_source = {}
    for f in platform.flows:
        by_source.setdefault(f.source, []).append(f)
    workloads = ["workloads:"]
    lines.append("services:")
    for source, flows in sorted(by_source.items()):
        for first in range(0, len(flows), branches):
            sent = ", ".join(f"{{steps: [{{request: {f.size} B}}, {{compute: r{f.target}, work: 0 s}}]}}" for f in flows[first:first + branches])
            lines.append(f"  f{source}-{first}: {{class: flows, steps: [{{fork: [{sent}]}}]}}")
            workloads.append(f"  w{source}-{first}: {{service: f{source}-{first}, at: s{source}, every: 2 d}}")
    lines += workloads
    lines.append("arrangements:\n  one:\n    hosting:\n      all:")
    lines += [f"        r{i}: p{i}" for i in sorted({f.target for f in platform.flows})]
    lines.append("study: {seed: 1, replications: 1}")
    return "\n".join(lines) + "\n"


def at_once(platform):
    """The same flows, all at time 0."""
    platform.flows = [dataclasses.replace(f, start=0.0) for f in platform.flows]
    return platform


def _flows(draw, pairs, n, load, bottleneck, most=20e6):
    """n flows at random times between these pairs, sizes uniform by their logarithm from 1 MB to `most`; in the mean
    they ask for `load` of so many bit/s."""
    flows, mean = [], (most - 1e6) / math.log(most / 1e6)
    gap = mean * 8 / (load * bottleneck)
    at = 0.0
    for _ in range(n):
        at += draw.expovariate(1 / gap)
        size = round(1e6 * (most / 1e6) ** draw.random())
        source, target = draw.choice(pairs)
        flows.append(Flow(source, target, size, round(at, 6)))
    return flows


def dumbbell(n, seed=1):
    """Sixteen hosts on a switch, sixteen on another, 100 Mbit/s between the two."""
    links = [(0, 1, 100e6, 0.005)]
    links += [(0, 2 + i, 1e9, 0.001) for i in range(16)] + [(1, 18 + i, 1e9, 0.001) for i in range(16)]
    pairs = [(2 + i, 18 + k) for i in range(16) for k in range(16)]
    return Platform("dumbbell", 34, links, _flows(random.Random(seed), pairs, n, 0.8, 100e6))


def star(n, seed=2):
    """64 hosts round a switch, 100 Mbit/s each."""
    links = [(0, 1 + i, 100e6, 0.002) for i in range(64)]
    pairs = [(1 + i, 1 + k) for i in range(64) for k in range(64) if i != k]
    return Platform("star of 64", 65, links, _flows(random.Random(seed), pairs, n, 0.7, 64 * 100e6))


def single(n, seed=3):
    """Two hosts and a link of 1 Gbit/s."""
    return Platform("one link", 2, [(0, 1, 1e9, 0.005)], _flows(random.Random(seed), [(0, 1)], n, 0.8, 1e9))


def random_topology(n, seed):
    """Twenty sites at random in a square of 600 km: a tree of nearest ones and ten further links; light in fibre takes 5 us
    a km; 100 Mbit/s to 1 Gbit/s."""
    draw = random.Random(seed)
    place = [(draw.uniform(0, 600), draw.uniform(0, 600)) for _ in range(20)]

    def link(a, b):
        return (a, b, draw.choice([100e6, 155.52e6, 622.08e6, 1e9]), round(max(math.dist(place[a], place[b]), 1) * 5e-6, 9))

    links = [link(i, min(range(i), key=lambda k: math.dist(place[i], place[k]))) for i in range(1, 20)]
    joined = {(min(a, b), max(a, b)) for a, b, _, _ in links}
    while len(links) < 29:
        a, b = sorted(draw.sample(range(20), 2))
        if (a, b) not in joined:
            joined.add((a, b))
            links.append(link(a, b))
    pairs = [(a, b) for a in range(20) for b in range(20) if a != b]
    platform = Platform(f"random {seed}", 20, links, [])
    # The busiest direction of all is to be used to 70 % in the mean.
    use = {}
    for a, b in pairs:
        for step in platform.route(a, b):
            use[step] = use.get(step, 0) + 1 / len(pairs)
    bottleneck = min(links[i][2] / share for (i, _), share in use.items())
    platform.flows = _flows(draw, pairs, n, 0.7, bottleneck)
    return platform
