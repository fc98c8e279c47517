# SPDX-License-Identifier: Apache-2.0
"""Max-min fair rates and the times that flows take by them, worked out apart from the program. Used by
table/flows.py."""

import heapq
import math
import random


def rates(capacities, flows):
    """By progressive filling (Bertsekas and Gallager, Data Networks, 2nd ed., section 6.5.2): all rates rise together,
    and who meets a full link stays. capacities {link: c}, flows {name: links}."""
    rate, rest, level, count = {}, dict(capacities), 0.0, {}
    for path in flows.values():
        for link in path:
            count[link] = count.get(link, 0) + 1
    while len(rate) < len(flows):
        level = min(rest[link] / n for link, n in count.items() if n)
        full = {link for link, n in count.items() if n and rest[link] <= level * n + 1e-12 * capacities[link]}
        for name, path in flows.items():
            if name not in rate and full.intersection(path):
                rate[name] = level
                for link in path:
                    rest[link] -= level
                    count[link] -= 1
    return rate


def times(capacities, flows, sizes):
    """When each flow ends of those that all begin at 0."""
    left, now, end = dict(sizes), 0.0, {}
    while left:
        rate = rates(capacities, {name: flows[name] for name in left})
        step = min(left[name] / rate[name] for name in left)
        now += step
        for name in list(left):
            left[name] -= step * rate[name]
            if left[name] <= 1e-9 * sizes[name]:
                end[name] = now
                del left[name]
    return end


def shortest(links, start, end):
    """The links of the way of least delay; links {name: ((a, b), delay)}. Directions: (name, from)."""
    best, queue = {}, [(0.0, start, ())]
    while queue:
        delay, place, way = heapq.heappop(queue)
        if place in best:
            continue
        best[place] = way
        for name, (ends, own) in links.items():
            if place in ends:
                other = ends[1 - ends.index(place)]
                heapq.heappush(queue, (delay + own, other, way + ((name, place),)))
    return best[end]


def topology(seed, nodes, links):
    """Random sites in a ring with chords: {name: ((a, b), delay in us, GB/s)}; all delays differ, so that no two ways
    are alike."""
    draw = random.Random(seed)
    pairs = [(i, (i + 1) % nodes) for i in range(nodes)]
    while len(pairs) < links:
        a, b = sorted(draw.sample(range(nodes), 2))
        if (a, b) not in pairs and (b, a) not in pairs:
            pairs.append((a, b))
    delays = draw.sample(range(1, 50 * links), links)
    return {f"l{i}": ((f"n{a}", f"n{b}"), delay, draw.choice((1, 2, 4, 10)))
            for i, ((a, b), delay) in enumerate(zip(pairs, delays))}


def demands(seed, nodes, count):
    """Random flows: {name: (from, to, GB)}."""
    draw = random.Random(seed)
    return {f"f{i}": (*(f"n{n}" for n in draw.sample(range(nodes), 2)), draw.randint(100, 2000)) for i in range(count)}


def largest(seen, exact):
    """The largest relative difference."""
    return max(math.fabs(seen[name] / exact[name] - 1) for name in exact)
