# SPDX-License-Identifier: Apache-2.0
"""Groups against the same scenario without any: every site and link written out, by rules of its own here.

Names of members may not have a slash where they are written, so `schools/17` becomes `schools-17`: the order of
names, which decides between equals, stays the same. What operational laws say must be equal to the bit, and so must
every simulated figure where nothing is random; random streams are keyed by names, so that with random times the two
are samples of one thing and agree within their intervals.
"""
import pathlib
import re

import h5py
import numpy as np
import yaml

from harness import Case, main

SCENARIOS = pathlib.Path(__file__).parents[2] / "scenarios"

# Half an hour of a school morning behind ten minutes of warm-up, with the backup in it.
MORNING = ["--set", "time={start: 2011-05-10T09:00, horizon: 40 min, warmup: 10 min, interval: 5 min}",
           "--set", "workloads.nightly.window=daily 09:20-09:40"]


def read(name):
    """A scenario with what it includes; every scalar a text."""
    whole = yaml.load((SCENARIOS / name).read_text(), Loader=yaml.BaseLoader)
    for other in whole.pop("include", []):
        for section, entries in read(other).items():
            if section != "psnsim":
                whole.setdefault(section, {}).update(entries)
    return whole


def merged(base, over):
    """Rule 3: maps merge, all else replaces."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return {**base, **{key: merged(base.get(key), value) for key, value in over.items()}}


def alike(section):
    """The entries of a section with `like` followed."""
    def follow(entry):
        if "like" not in entry:
            return entry
        own = {key: value for key, value in entry.items() if key != "like"}
        return merged(follow(section[entry["like"]]), own)

    return {name: follow(entry) for name, entry in section.items()}


class WrittenOut:
    """A scenario without groups, and what its names were."""

    def __init__(self, scenario):
        self.was = {}  # name here: name there
        self.sites = {}  # group: members
        self.links = {}
        self.whole = {**scenario, "sites": self.make_sites(alike(scenario["sites"])),
                      "links": self.make_links(alike(scenario["links"]))}
        self.whole["partners"] = {name: {**entry, "staff": self.dealt(entry["staff"])}
                                  for name, entry in scenario["partners"].items()}
        self.whole["workloads"] = self.make_workloads(scenario["workloads"])
        for objective in self.whole["objectives"].values():
            if isinstance(objective.get("link"), list):
                objective["link"] = [link for name in objective["link"] for link in self.links.get(name, [name])]

    def members(self, group, count):
        names = [f"{group}-{i + 1}" for i in range(count)]
        self.was.update({name: f"{group}/{i + 1}" for i, name in enumerate(names)})
        return names

    def make_sites(self, section):
        out = {}
        for name, entry in section.items():
            one = {key: value for key, value in entry.items() if key not in ("count", "label")}
            if "count" in entry:
                self.sites[name] = self.members(name, int(entry["count"]))
                out.update({member: dict(one) for member in self.sites[name]})
            else:
                out[name] = one
        return out

    def at(self, end):
        """What stands at an end of a link: the members of a group, or one site."""
        return self.sites.get(end, [end.replace("/", "-")])

    def pairs(self, entry):
        if "ring" in entry:
            around = self.at(entry["ring"])
            return list(zip(around, around[1:] + around[:1])), True
        here, there = (self.at(end) for end in entry["between"])
        many = max(len(here), len(there))
        return ([(here[i % len(here)], there[i % len(there)]) for i in range(many)],
                any(end in self.sites for end in entry["between"]))

    def make_links(self, section):
        out = {}
        for name, entry in section.items():
            one = {key: value for key, value in entry.items() if key not in ("between", "ring")}
            pairs, group = self.pairs(entry)
            names = self.members(name, len(pairs)) if group else [name]
            if group:
                self.links[name] = names
            out.update({link: {"between": list(ends), **one} for link, ends in zip(names, pairs)})
        return out

    def dealt(self, staff):
        out = {}
        for site, people in staff.items():
            for member in self.at(site):
                out[member] = repr(float(people) / len(self.at(site)))
        return out

    def make_workloads(self, section):
        """One workload for each site of a group: streams and tables are by partner and service."""
        out = {}
        for name, entry in section.items():
            if entry.get("at") not in self.sites:
                out[name] = entry
                continue
            amount = re.fullmatch(r"(\d+) per site", entry["users"])
            for site in self.sites[entry["at"]]:
                out[f"{name}-{site.rsplit('-', 1)[1]}"] = {**entry, "at": site, "users": amount[1]}
        return out

    def name(self, name):
        """What a station or target of this scenario is called where there are groups."""
        return re.sub(r"[a-z][a-z0-9-]*", lambda word: self.was.get(word[0], word[0]), name)


def text(node, indent=0):
    """Maps and lists in block style, scalars as they were written."""
    pad = "  " * indent
    if isinstance(node, str):
        return " " + node + "\n"
    if not node:
        return " {}\n" if isinstance(node, dict) else " []\n"
    head = "\n" if indent else ""
    if isinstance(node, dict):
        return head + "".join(f"{pad}{key}:{text(value, indent + 1)}" for key, value in node.items())
    return head + "".join(f"{pad}-{text(value, indent + 1)}" for value in node)


# What is random, made certain: every draw is its mean, and every choice its first branch.
CERTAIN = [("exp(2 min)", "2 min"), ("lognormal(400 ms cv 1)", "400 ms"), ("exp(5 ms)", "5 ms"),
           ("share: 30 %", "share: 100 %"), ("share: 50 %, steps", "share: 100 %, steps"),
           (", {share: 70 %}", ""), (", {share: 50 %}", "")]


class WrittenOutHerefordshire(Case):
    def setUp(self):
        super().setUp()
        for name in ("common.yaml", "herefordshire.yaml"):
            self.write(name, (SCENARIOS / name).read_text())

    def write_out(self, name="herefordshire.yaml"):
        out = WrittenOut(read(SCENARIOS / name if name == "herefordshire.yaml" else self.path(name)))
        self.write("written.yaml", text(out.whole))
        return out

    def test_operational_laws_are_equal_to_the_bit(self):
        out = self.write_out()
        self.assertGreater(len(out.was), 500)
        for point in range(4):
            ours = self.json("check", "herefordshire.yaml", "--json", "--point", point)
            theirs = self.json("check", "written.yaml", "--json", "--point", point)
            for key in ("partners", "sites", "links", "compute", "storage", "services", "points", "arrangement"):
                self.assertEqual(ours[key], theirs[key], key)
            self.assertEqual(ours["bottleneck"], out.name(theirs["bottleneck"]))
            for station in theirs["stations"]:
                station["station"] = out.name(station["station"])
            self.assertGreater(len(ours["stations"]), 300)
            self.assertEqual(ours["stations"], theirs["stations"])

    def test_certain_runs_are_equal_to_the_bit(self):
        scenario = (SCENARIOS / "herefordshire.yaml").read_text()
        for random, certain in CERTAIN:
            self.assertIn(random, scenario)
            scenario = scenario.replace(random, certain)
        self.write("certain.yaml", scenario)
        out = self.write_out("certain.yaml")
        for arrangement in ("apart", "joined"):
            with self.subTest(arrangement):
                for name in ("certain", "written"):
                    self.ok("run", f"{name}.yaml", "-o", f"{name}.h5", "-r", 1, *MORNING, "--restart",
                            "--set", f"arrangement={arrangement}")
                with h5py.File(self.path("certain.h5")) as ours, h5py.File(self.path("written.h5")) as theirs:
                    self.compare(ours, theirs, out)

    def compare(self, ours, theirs, out):
        """Every variable of every group but the scenario's texts, and the keys that are made of them."""
        compared = 0
        self.assertEqual(set(ours), set(theirs))
        for group in set(ours) - {"scenario"}:
            self.assertEqual(set(ours[group]), set(theirs[group]))
            for name in set(ours[group]) - {"key"}:
                here, there = ours[group][name][()], theirs[group][name][()]
                if here.dtype.kind == "O":
                    there = np.array([out.name(x.decode()).encode() for x in there.ravel()]).reshape(there.shape)
                    here = np.array([bytes(x) for x in here.ravel()]).reshape(here.shape)
                    self.assertTrue(np.array_equal(here, there), f"{group}/{name}")
                else:
                    self.assertTrue(np.array_equal(here, there, equal_nan=here.dtype.kind == "f"), f"{group}/{name}")
                compared += here.size
        self.assertGreater(ours["runs/events"][0], 50_000)
        self.assertGreater(compared, 10_000)

    def test_random_runs_agree_within_their_intervals(self):
        self.write_out()
        figures = {}
        for name in ("herefordshire", "written"):
            result = self.json("run", f"{name}.yaml", "-o", f"{name}.h5", "-r", 6, *MORNING, "--json")
            figures[name] = {(f["figure"], f["subject"], f["partner"]): f for f in result["points"][0]["figures"]}
        compared = 0
        for service, partner in (("case-work", "council"), ("case-work", "trust"), ("lesson", "council")):
            for figure in ("response mean", "response p95", "response p50", "offered"):
                ours, theirs = (figures[name][figure, service, partner] for name in figures)
                # Two independent means with half-widths of 95 % (Student's t, 5 degrees): their distance is beyond
                # the sum of both for 1 % of seeds at most, beyond twice the sum for 1 in 10,000; 12 are compared.
                self.assertLessEqual(abs(ours["value"] - theirs["value"]),
                                     2 * (ours["half_width"] + theirs["half_width"]),
                                     f"{figure} of {service}, {partner}")
                compared += 1
        self.assertEqual(compared, 12)


if __name__ == "__main__":
    main()
