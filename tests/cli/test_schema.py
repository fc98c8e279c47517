# SPDX-License-Identifier: Apache-2.0
"""`psnsim schema` against the program itself: it accepts what `psnsim check` accepts, and refuses every mistake
that a schema can see."""
import copy
import json
import pathlib
import random
import re
import unittest

import jsonschema
import yaml

from harness import ONE, SANITIZED, SMALL, Case, main

SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"
# But for the national one, which is long, of the same few kinds of entries all through, and made by a script.
SHIPPED = sorted(path for path in SCENARIOS.glob("*.yaml") if path.stem != "national")


# The factors of SMALL.
FACTORS = "factors: {demand: [1, 1.5], links.county.bandwidth: [10 Mbit/s, 100 Mbit/s]}"


class Core(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML as editors read it: the core schema of YAML 1.2 (section 10.3.2), where PyYAML has YAML 1.1 with its
    on, 08:00 and dates. Keys are strings, as in JSON."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


for tag, expression, first in (
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
        ("int", r"[-+]?[0-9]+", list("-+0123456789")),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", list("-+.0123456789"))):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{expression})\\Z"), first)
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
Core.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value.lower().replace(".inf", "inf").replace(".nan", "nan")))
Core.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node))


def read(text):
    return yaml.load(text, Loader=Core)


def write(tree):
    """A tree as YAML: plain scalars stay plain, so that `none` and `all` are the language's words."""
    return yaml.dump(tree, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False, width=100_000, allow_unicode=True)


def places(tree):
    """Every (holder, key) of a tree of maps and lists."""
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
        yield tree, key
        if isinstance(tree[key], (dict, list)):
            yield from places(tree[key])


# What the program says of mistakes that a schema can see, whatever else is wrong.
SEEN = re.compile("|".join((
    "is no key here", "is no section", "(?<!`time`) is missing; expected", "has no value", "stands? here; expected",
    "stands in this list", "holds (no map|a text|a list|no value|an empty map)", "is no name", "not built in this version",
    "has no unit", "has an unknown unit", "has a unit", "is a (time|size|bandwidth|share|rate)", "which this key cannot be",
    "is no attribute", "takes `per site`", "is a number of people", "is per data", "has both a unit",
    "has no number", "is negative", "is zero, and must", "is no whole number", "is not possible here", "is no date",
    "is not on a whole hour", "is neither true nor false", "unknown law", "goes on with", "more than it takes",
    "no closing parenthesis", "lacks `", "has a comma", "several words where", "lacks a file", "the list is empty", "two verbs", "without a verb",
    "does not belong to", "does not go with", "has none of users, rate and every", "has both", "who do not think",
    "no limit", "two limits", "of service, link, station and class", "is no version of the language")))

# Values to put in the place of others: of each kind, and of none.
VALUES = (0, 1, 2, 1.5, -1, 0.3, True, "none", "all", "fifo", "5", "4 ms", "10 min", "3 KB", "10 Mbit/s", "40 %", "2 / s",
          "exp(4 ms)", "lognormal(60 ms cv 1.5)", "uniform(1 KB 2 KB)", "erlang(4 ms shape 2)", "triangular(1 ms 2 ms 6 ms)", "weibull(4 ms shape 2)", "pareto(4 ms shape 1)",
          "ph3(4 ms cv 2 skew 4)", "empirical(2 ms of work.csv)", "2 per staff", "59 % of staff",
          "1 per 100 population", "4 % of data.db", "2 / h per 10 staff", "2014-01-01", "2014-01-01T06:00", "2014-01-01T06:30",
          "4 mss", "ms 4", "Hall", "hall/3", [], {}, ["hall"], [1, 2], {"x": 1}, [0.5] * 24, [0.5] * 23, None)


def change(tree, chance):
    """One change to a copy of the tree."""
    tree = copy.deepcopy(tree)
    holder, key = chance.choice(list(places(tree)))
    kind = chance.randrange(6)
    if kind == 0 and isinstance(holder, dict):       # another key, in the same place
        items = [(name + "x" if name == key else name, value) for name, value in holder.items()]
        holder.clear()
        holder.update(items)
    elif kind == 1:                                  # one key less
        del holder[key]
    elif kind == 2 and isinstance(holder[key], str):  # another unit, or none
        holder[key] = re.sub(r"(?<=\d )[A-Za-z%/]+", chance.choice(["ms", "KB", "Mbit/s", "%", "/ s", "m", ""]), holder[key], count=1)
    elif kind == 3:                                  # what stands elsewhere
        other, at = chance.choice(list(places(tree)))
        holder[key] = copy.deepcopy(other[at])
    elif kind == 4 and isinstance(holder, dict):     # one key more
        holder[chance.choice(["like", "label", "times", "rate", "users", "by", "at most", "link", "delay", "price", "x"])] = \
            chance.choice(VALUES)
    else:
        holder[key] = copy.deepcopy(chance.choice(VALUES))
    return tree


STATIONS = SMALL.replace("{all: {app:", "{all: {help: hands, app:") + """
hours: {day: daily 08:00-18:00, night: daily 18:00-08:00}
desks: {hands: {site: west-hall, people: 2}}
classes: {loud: {queue: strict}, calm: {weight: 2}}
faults: {}
"""


class Schema(Case):
    def setUp(self):
        super().setUp()
        if not hasattr(Schema, "text"):  # one for all tests
            Schema.text = self.ok("schema").out
            Schema.schema = json.loads(self.text)
            Schema.validator = jsonschema.Draft7Validator(self.schema)
        for path in (*SCENARIOS.glob("*.yaml"), *SCENARIOS.glob("*.csv")):  # for what includes them
            self.write(path.name, path.read_bytes())
        self.write("work.csv", "work [ms]\n1\n2\n")

    def mistakes(self, text):
        return self.mistakes_of(read(text))

    def mistakes_of(self, tree):
        return [f"{'.'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in self.validator.iter_errors(tree)]

    def takes(self, text):
        """The schema and the program accept this text."""
        self.assertEqual(self.mistakes(text), [], text)
        self.write("good.yaml", text)
        self.ok("check", "good.yaml")

    def refuses(self, text):
        """The schema and the program refuse this text."""
        self.refused(text)
        self.assertNotEqual(self.mistakes(text), [], text)

    def test_it_is_a_schema(self):
        jsonschema.Draft7Validator.check_schema(self.schema)
        self.assertEqual(self.text, self.ok("schema").out)
        used = set(re.findall(r'"#/definitions/([^"]*)"', self.text))
        self.assertEqual(used - set(self.schema["definitions"]), set())
        self.assertEqual(set(self.schema["definitions"]) - used, set())
        self.fails(2, "schema", "more", says="takes no operand")

    def test_examples_and_defaults_are_values(self):
        told = 0
        for name, part in [*self.schema["definitions"].items(), *self.schema["properties"].items()]:
            for value in [*part.get("examples", []), *([part["default"]] if "default" in part else [])]:
                valid = jsonschema.Draft7Validator({**part, "definitions": self.schema["definitions"]})
                self.assertEqual([e.message for e in valid.iter_errors(value)], [], f"{name}: {value}")
                told += 1
        self.assertGreater(told, 80)

    def test_patterns_are_those_of_all_engines(self):
        # No look-behind, no named groups, no possessive quantifiers: ECMA 262 and Python agree on the rest.
        patterns = [*re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', self.text)]
        self.assertGreater(len(patterns), 15)
        for pattern in patterns:
            self.assertNotRegex(json.loads(pattern), r"\(\?[<P>#i]|[+*?]\+|\\[AZdwbG]")

    def test_shipped_scenarios_are_accepted(self):
        self.assertGreater(len(SHIPPED), 2)
        for path in SHIPPED:
            self.assertEqual(self.mistakes(path.read_text()), [], path.name)

    def swap(self, old, new, text=SMALL):
        self.assertIn(old, text)
        return text.replace(old, new)

    def test_what_is_accepted(self):
        for old, new in (
                ("bandwidth: 20 Mbit/s", "bandwidth: 20Mbit / s"), ("bandwidth: 20 Mbit/s", "bandwidth: '2e1 MB/s'"),
                ("delay: 2 ms", "delay: 0"), ("delay: 2 ms", "delay: -0 s"), ("delay: 2 ms", "delay: 2 µs"),
                ("delay: 2 ms", "delay: .5 ms"), ("delay: 2 ms", "delay: none"), ("delay: 2 ms", "label: 12"),
                ("delay: 2 ms", "price: none"), ("cores: 2", "cores: 1.5 per 10 staff"), ("cores: 2", "cores: 2.0"),
                ("cores: 2", "cores: '2'"), ("cores: 2", "cores: 2e0"), ("cores: 2", "cores: 2 per site"),
                ("cores: 2", "cores: 1 % of population"), ("cores: 2", "cores: 1 per100staff"), ("hosts: 1,", ""),
                ("lognormal(200 ms cv 1)", "exp( 200ms )"), ("lognormal(200 ms cv 1)", "erlang(200 ms shape 3)"),
                ("lognormal(200 ms cv 1)", "erlang(200 ms cv 0.5)"), ("lognormal(200 ms cv 1)", "uniform(0 20 ms)"),
                ("lognormal(200 ms cv 1)", "triangular(0 20 ms 30 ms)"), ("lognormal(200 ms cv 1)", "gamma(1 us per population cv 0.5)"),
                ("lognormal(200 ms cv 1)", "weibull(200 ms shape 2)"), ("lognormal(200 ms cv 1)", "weibull(200 ms cv 2)"),
                ("lognormal(200 ms cv 1)", "pareto(200 ms shape 1.5)"), ("lognormal(200 ms cv 1)", "ph2(200 ms cv 2)"),
                ("lognormal(200 ms cv 1)", "ph3(200 ms cv 0.6 skew -0.5)"), ("lognormal(200 ms cv 1)", "ph3 ( 0.2 s cv.6skew 1 )"),
                ("lognormal(200 ms cv 1)", "empirical(work.csv)"), ("lognormal(200 ms cv 1)", "empirical ( ./work.csv )"),
                ("lognormal(200 ms cv 1)", "empirical(2 ms of work.csv)"), ("lognormal(200 ms cv 1)", "empirical(1 us per population of work.csv)"),
                ("lognormal(200 ms cv 1)", "hyperexp (0.2 s cv2)"), ("lognormal(200 ms cv 1)", "exp(1 us per 2 population)"),
                ("size: 64 KB", "size: exp(0.001 % of data.db)"), ("times: 2", "times: none"),
                ("rate: 1 / h per population", "rate: 100 / h"),
                ("rate: 1 / h per population", "rate: 1/h per 2e0 staff"), ("partners: all, rate", "partners: east, rate"),
                ("partners: all, rate", "partners: [east], rate"), ("partners: all, rate", "rate"),
                ("users: 50 % of staff", "users: 0.5 of staff"), ("start: 2024-01-01", "start: 2024-01-01T08:00"),
                ("start: 2024-01-01", "start: '2024-01-01 08:00'"), ("psnsim: 1", "psnsim: '1'"), ("title: Two", "title: none\n#"),
                ("title: Two towns share a server", "title: 2024"), ("horizon: 1 h", "horizon: 0.01 months"),
                ("{app: server, db: disk}", "{app: [server], db: {disk: 100 %}}"), ("all: {app", "west: {web: none}, all: {app"),
                ("steps: [{request: 1 KB}, {compute: app, work: exp(50 ms)}, {response: 20 KB}]", "steps: {compute: app, work: 1 ms}"),
                ("{response: 20 KB}", "{choice: [{share: 30 %, steps: {delay: exp(2 s)}}, {share: 0.7}]}, {response: 20 KB}"),
                ("{response: 20 KB}", "{fork: [{steps: {read: db, size: 1 KB}}, {steps: {delay: 1 s}}]}, {response: 20 KB}"),
                ("{response: 20 KB}", "{loop: [{read: db, size: 1 KB}, {loop: {delay: 1 s}, again: 20 %}], times: 3}, {response: 20 KB}"),
                ("  look:", "  look:\n    class: none"),
                ("  look:", "  look:\n    timeout: 20 s\n    retries: 0"),
                ("warmup: 10 min, interval: 10 min", "warmup: auto, interval: 1 min"),
                ("demand: [1, 1.5]", "demand: 1.5"), ("demand: [1, 1.5]", "arrangement: [shared]"),
                ("demand: [1, 1.5]", "use.arrangement: shared"), ("demand: [1, 1.5]", "size: {small: {demand: 1}, big: {demand: 2, compute.*.hosts: 2}}"),
                ("demand: [1, 1.5]", "arrangements.shared.hosting.all.app: [server]"), ("demand: [1, 1.5]", "partners.*.data.db.size: 3 GB"),
                ("factors: {demand: [1, 1.5], links.county.bandwidth: [10 Mbit/s, 100 Mbit/s]}", "factors: {}"),
                (FACTORS, "design: sobol\n  points: 8\n  factors: {demand: 0.5..1.5, links.county.delay: 1 ms .. 5 ms log}"),
                (FACTORS, "design: morris\n  points: 2\n  factors: {compute.server.hosts: 1..4, workloads.asking.think: exp(2 s)..exp(5 s)}"),
                (FACTORS, "factors: {demand: 0.5..1.5 step .25, links.county.delay: [1 ms..5 ms step 1 ms]}"),
                (FACTORS, "design: points\n  points: [{demand: 1, links.county.delay: 2 ms}, {demand: 2, links.county.delay: 3 ms}]"),
                (FACTORS, "design: points\n  points: [{size: a}]\n  factors: {size: {a: {demand: 1}}}"),
                ("  asking:  {service: ask, partners: all, users: 50 % of staff, think: exp(20 s)}",
                 "  asking: {like: looking, service: ask, rate: none, users: 5, think: 2 s}"),
                ("  server: {site: west-hall,", "  other: {like: server, cores: 4}\n  server: {site: west-hall,")):
            with self.subTest(new):
                self.takes(self.swap(old, new))
        for old, new in (
                ("hosts: 1, cores: 2, discipline: sharing", "discipline: unlimited"), ("discipline: sharing", "discipline: preemptive, room: 9"),
                ("discipline: sharing", "room: 9, full: refuse"), ("discipline: sharing", "discipline: fair, weights: population"),
                ("discipline: sharing", "discipline: fair, weights: {east: 2, west: 0.5}"), ("discipline: sharing", "discipline: weighted, during: {day: {cores: 3}}"),
                ("discipline: sharing", "during: {day: {hosts: 1 per 10 staff, speed: 2}, night: {}}"),
                ("people: 2", "people: {day: 2, night: 0}"), ("people: 2", "people: 1 per 20 staff"), ("people: 2", "people: 2, discipline: priority, wrap-up: exp(1 min)"),
                ("{response: 20 KB}", "{desk: help, work: exp(1 min), patience: 0 s}"), ("{response: 20 KB}", "{desk: help, work: 1 min, patience: none}"),
                ("  look:", "  look:\n    class: loud"), ("weight: 2", "weight: 2, dscp: AF31"),
                ("faults: {}", "faults: {f: {of: [server, county], mtbf: exp(1 d), mttr: 1 h}}"), ("faults: {}", "faults: {f: {of: west-hall, at: 2024-01-01T01:00, for: 1 h, degrade: 10 %}}"),
                ("demand: [1, 1.5]", "desks.hands.people: [1, 2]"), ("demand: [1, 1.5]", "desks.hands.people: [{day: 1}, {day: 2}]"),
                ("demand: [1, 1.5]", "classes.loud.priority: [1, 2]"),
                ("loud: {queue: strict}", "loud: {queue: strict, limit: 30 %, burst: 30 KB, delay: 100 ms, jitter: 50 ms, loss: 0.1 %, resend: none}"),
                ("weight: 2", "transfer: flows, window: 64 KB, start: 14600 B, resend: 200 ms, early: {from: 20 %, to: 0.6}"),
                ("delay: 2 ms", "contract: 5 Mbit/s, burst: 30 KB, buffer: 250 KB, overhead: {packet: 73 B, share: 4 %}, loss: 0.01 %, metric: 2.5"),
                ("delay: 2 ms", "during: {day: {bandwidth: 1 Mbit/s}, night: {bandwidth: 0}}"),
                ("faults: {}", "routes: {a: {from: east-hall, to: [west-hall], via: east-hall}, b: {spread: equal}, c: {from: all, to: west-hall, spread: equal}}"),
                ("faults: {}", "faults: {f: {of: [county, west-hall], mtbf: exp(1 d), mttr: 1 h, reroute: none}}"),
                ("faults: {}", "faults: {f: {of: county, mtbf: exp(1 d), mttr: 1 h, flight: held}}"),
                ("faults: {}", "faults: {f: {of: county, mtbf: exp(1 d), mttr: 1 h, reroute: 50 ms}}"),
                ("{response: 20 KB}", "{stream: db, rate: 87 kbit/s, packet: 218 B, for: exp(3 s), ways: out}"),
                ("figure: response p95", "figure: response p95, hours: day")):
            with self.subTest(new):
                self.takes(self.swap(old, new, STATIONS))
        self.takes(self.swap("service: ask, figure: response p95, at most: 1 s", "class: loud, figure: delay p99, at most: 1 s, hours: day",
                             STATIONS.replace("  look:", "  look:\n    class: loud")))
        self.takes(self.swap("demand: [1, 1.5]", "desks.hands.people.day: [1, 2]", STATIONS.replace("people: 2", "people: {day: 2}")))
        hours = self.swap("workloads:\n", "profiles: {p: {weekday: [" + "1, " * 23 + "1], sunday: .5}}\nhours: {h: daily 08:00-10:00}\nworkloads:\n")
        self.takes(hours.replace("per population", "per population, profile: p"))
        self.takes(hours + "calendars: {england: {holidays: 01-01, other: [2024-01-01, easter-2]}}\n")

    def test_entries_to_include(self):
        # Nothing names them where they stand: they may lack keys, and have sections of later versions.
        library = "psnsim: 1\ncompute: {base: {cores: 2, discipline: sharing}}\nprices: {core: {of: cores}}\n"
        self.assertEqual(self.mistakes(library), [])
        self.write("library.yaml", library)
        self.takes("include: library.yaml\n" + self.swap("cores: 2", "like: base"))
        self.refuses(self.swap("compute:\n", "compute:\n  base: {cores: 2, discipline: sharing}\n"))
        self.refuses(SMALL + "prices: {core: {of: cores}}\n")

    def test_what_is_refused(self):
        for old, new in (
                (FACTORS, "design: sobel\n  points: 8\n  factors: {demand: 0.5..1.5}"), (FACTORS, "points: [{demand: x}]\n  design: points"),
                (FACTORS, "design: sobol\n  points: 0\n  factors: {demand: 0.5..1.5}"), (FACTORS, "design: points\n  points: []"),
                (FACTORS, "design: points\n  points: some.txt"),
                ("links:", "lnks:"), ("psnsim: 1\n", ""), ("psnsim: 1", "psnsim: 2"), ("bandwidth: 20", "bandwith: 20"),
                ("bandwidth: 20 Mbit/s, ", ""), ("bandwidth: 20 Mbit/s", "bandwidth: 20 Mbit"), ("bandwidth: 20 Mbit/s", "bandwidth: 20"),
                ("bandwidth: 20 Mbit/s", "bandwidth: none"), ("bandwidth: 20 Mbit/s", "bandwidth: 0"), ("delay: 2 ms", "delay: -2 ms"),
                ("delay: 2 ms", "delay: 2"), ("delay: 2 ms", "delay: 2 ms per staff"), ("delay: 2 ms", "delay: exp(2 ms)"),
                ("delay: 2 ms", "delay: [2 ms]"), ("delay: 2 ms", "delay: {}"), ("delay: 2 ms", "delay: "), ("delay: 2 ms", "delay: ~"), ("delay: 2 ms", "price: dear"),
                ("delay: 2 ms", "dlay: none"), ("delay: 2 ms", "label: []"), ("between: [east-hall, west-hall]", "between: [east-hall]"),
                ("between: [east-hall, west-hall]", "between: east-hall"), ("cores: 2", "cores: 0"), ("cores: 2", "cores: 1.5"),
                ("cores: 2", "cores: 2 KB"), ("cores: 2", "cores: .inf"), ("cores: 2", "cores: 2 per head"), ("cores: 2", "cores: 2 per data.db"),
                ("discipline: sharing", "discipline: fairly"), ("discipline: sharing", "discipline: sharing, memory: 4 GB"), ("discipline: sharing", "discipline: [fifo]"),
                ("lognormal(200 ms cv 1)", "lognormal(200 ms)"), ("lognormal(200 ms cv 1)", "exp(200 ms cv 1)"),
                ("lognormal(200 ms cv 1)", "normal(200 ms)"), ("lognormal(200 ms cv 1)", "exp(200 KB)"), ("lognormal(200 ms cv 1)", "exp(200)"),
                ("lognormal(200 ms cv 1)", "uniform(2 ms)"), ("lognormal(200 ms cv 1)", "triangular(2 ms 3 ms)"),
                ("lognormal(200 ms cv 1)", "gamma(2 ms shape 3)"), ("lognormal(200 ms cv 1)", "pareto(2 ms cv 3)"),
                ("lognormal(200 ms cv 1)", "ph3(2 ms cv 3)"), ("lognormal(200 ms cv 1)", "ph2(2 ms cv 3 skew 3)"),
                ("lognormal(200 ms cv 1)", "empirical()"), ("lognormal(200 ms cv 1)", "empirical(2 ms work.csv)"),
                ("lognormal(200 ms cv 1)", "empirical(2 KB of work.csv)"), ("lognormal(200 ms cv 1)", "exp(200 ms"), ("size: 64 KB", "size: 2 of staff"),
                ("size: 64 KB", "size: 2 KB of data.db"), ("times: 2", "times: 0"), ("times: 2", "work: 2 ms"), ("{request: 1 KB}", "{}"),
                ("{request: 1 KB}", "{request: 1 KB, response: 2 KB}"), ("{request: 1 KB}", "{request: 1 KB, times: 2}"),
                ("{request: 1 KB}", "{desk: help}"), ("{request: 1 KB}", "{loop: [{delay: 1 s}]}"),
                ("{request: 1 KB}", "{loop: [{delay: 1 s}], times: 2, again: 1 %}"), ("{request: 1 KB}", "{loop: [], times: 2}"),
                ("{request: 1 KB}", "{request: 1 KB, again: 1 %}"), ("work: exp(50 ms)", "work: exp(50 ms), patience: 1 KB"), ("work: exp(50 ms)", "work: exp(50 ms), again: 1 %"),
                ("discipline: sharing", "room: 0"), ("discipline: sharing", "full: block"), ("discipline: sharing", "room: 3, full: maybe"),
                ("discipline: sharing", "weights: [east]"), ("discipline: sharing", "discipline: fair, weights: {}"), ("discipline: sharing", "discipline: fair, weights: {East: 1}"),
                ("discipline: sharing", "during: {office: 3}"), ("discipline: sharing", "during: {office: {hosts: 1.5}}"), ("work: exp(50 ms)", "times: 2"), ("steps: [{request: 1 KB}", "steps: [0, {request: 1 KB}"),
                ("  look:", "  look:\n    retries: 2.5"), ("  look:", "  look:\n    timeout: 0 s"),
                ("{response: 20 KB}", "{fork: [{delay: 1 s}]}"), ("{response: 20 KB}", "{choice: []}"), ("{response: 20 KB}", "{choice: [{steps: {delay: 1 s}}]}"),
                ("rate: 1 / h per population", "rate: 1 h"), ("rate: 1 / h per population", "rate: 1"), ("rate: 1 / h per population", ""),
                ("rate: 1 / h per population", "rate: 1 / hper population"), ("rate: 1 / h per population", "rate: 1 / h per 0 staff"),
                ("rate: 1 / h per population", "rate: 1 / h, users: 5, think: 1 s"), ("think: exp(20 s)", ""), ("think: exp(20 s)", "think: none"),
                ("rate: 1 / h per population", "rate: 1 / h, think: 1 s"), ("rate: 1 / h per population", "rate: 1 / h, at: east-hall, by: app"),
                ("rate: 1 / h per population", "every: 1 h"), ("rate: 1 / h per population", "every: 1 h, by: app, profile: p"),
                ("service: look,", ""), ("service: look,", "service: Look,"), ("partners: all, rate", "partners: [], rate"),
                ("partners: all, rate", "partners: {east: 1}, rate"), ("  west-hall:", "  West:"), ("  west-hall:", "  all:"),
                ("  west-hall: {partner: west}", "  west-hall: west"), ("staff: {west-hall: 60}", "staff: {west-hall: many}"),
                ("staff: {west-hall: 60}", "staff: 60"), ("size: 2 GB", "growth: 2"), ("start: 2024-01-01", "start: 2024-13-01"),
                ("start: 2024-01-01", "start: 2024"), ("start: 2024-01-01", "start: 2024-01-01T08:30"), ("start: 2024-01-01, ", ""),
                ("at most: 1 s, ", ""), ("at most: 1 s", "at most: 1 s, at least: 0 s"), ("service: ask, figure", "link: all, service: ask, figure"),
                ("service: ask, figure", "figure"), ("per: partner", "per: week"), ("{app: server, db: disk}", "{app: {}, db: disk}"),
                ("{app: server, db: disk}", "{app: server, db: {disk: 1 KB}}"), ("hosting: {all", "hoster: {all"), ("seed: 11", "seed: x"),
                ("demand: [1, 1.5]", "demand: [1, -1]"), ("demand: [1, 1.5]", "demand: []"), ("demand: [1, 1.5]", "links.county.delay: [1 KB]"),
                ("demand: [1, 1.5]", "links.county.dlay: [1 ms]"), ("demand: [1, 1.5]", "time.horizon: [1 h]"), ("demand: [1, 1.5]", "hosts: [1, 2]"),
                ("demand: [1, 1.5]", "hosts: {few: {compute.server.hosts: 1 s}}"), ("replications: 3", "replications: 2.5"),
                ("{demand: [1, 1.5], links.county.bandwidth: [10 Mbit/s, 100 Mbit/s]}", "demand")):
            with self.subTest(new):
                self.refuses(self.swap(old, new))
        for old, new in (
                ("site: west-hall, people: 2", "site: west-hall"), ("people: 2", "people: -1"), ("people: 2", "people: {}"), ("people: 2", "people: {day: 1.5}"),
                ("people: 2", "people: {day: {}}"), ("people: 2", "people: [2]"), ("people: 2", "people: 2, discipline: sharing"), ("people: 2", "people: 2, full: refuse"),
                ("people: 2", "people: 2, wrap-up: 1 KB"), ("people: 2", "people: 2, skills: law"), ("weight: 2", "weight: 0"), ("weight: 2", "queue: lax"),
                ("weight: 2", "limit: 0 %"), ("weight: 2", "burst: 30 KB"), ("weight: 2", "early: {from: 20 %}"), ("weight: 2", "resend: never"), ("weight: 2", "transfer: all"),
                ("delay: 2 ms", "burst: 30 KB"), ("delay: 2 ms", "overhead: 73 B"), ("delay: 2 ms", "during: {day: {}}"), ("delay: 2 ms", "metric: 0"), ("delay: 2 ms", "loss: 1 ms"),
                ("faults: {}", "routes: {a: {from: east-hall}}"), ("faults: {}", "routes: {a: {via: east-hall, spread: equal}}"), ("faults: {}", "routes: {a: {spread: some}}"),
                ("faults: {}", "faults: {f: {of: county, mtbf: 1 d, mttr: 1 h, flight: kept}}"), ("faults: {}", "faults: {f: {of: county, mtbf: 1 d, mttr: 1 h, reroute: 3 KB}}"),
                ("{response: 20 KB}", "{stream: db, rate: 87 kbit/s, packet: 218 B}"), ("{response: 20 KB}", "{delay: 1 s, ways: out}"),
                ("faults: {}", "faults: {f: {of: server}}"), ("faults: {}", "faults: {f: {mtbf: 1 d, mttr: 1 h}}"),
                ("faults: {}", "faults: {f: {of: server, mtbf: 1 d}}"), ("faults: {}", "faults: {f: {of: server, at: 2024-01-01}}"),
                ("faults: {}", "faults: {f: {of: server, at: 2024-01-01, for: 1 h, mtbf: 1 d, mttr: 1 h}}"), ("faults: {}", "faults: {f: {of: server, at: noon, for: 1 h}}"),
                ("{response: 20 KB}", "{desk: help, work: 1 KB}"), ("demand: [1, 1.5]", "desks.hands.people.day: [1.5]"), ("demand: [1, 1.5]", "desks.hands.chairs: [1]")):
            with self.subTest(new):
                self.refuses(self.swap(old, new, STATIONS))

    def test_what_only_the_program_sees(self):
        # Names that nothing defines, sums, meanings of texts in words, and what depends on a value elsewhere.
        for old, new in (("site: west-hall", "site: nowhere"), ("demand: [1, 1.5]", "links.x.delay: [1 ms]"), ("db: disk", "db: {disk: 30 %}"),
                         ("figure: response p95", "figure: speed"), ("at most: 1 s", "at most: 1 KB"), ("warmup: 10 min", "warmup: 2 h"),
                         ("start: 2024-01-01", "start: 2023-02-29"), ("lognormal(200 ms cv 1)", "erlang(200 ms shape 1.5)"),
                         ("  look:", "  look:\n    retries: 2"), ("discipline: sharing", "discipline: fair, weights: everybody"),
                         ("discipline: sharing", "discipline: sharing, room: 3"), ("delay: 2 ms", "like: county")):
            with self.subTest(new):
                text = self.swap(old, new)
                self.refused(text)
                self.assertEqual(self.mistakes(text), [])

    def test_changes_at_random(self):
        """The schema accepts whatever the program accepts, and refuses what the program refuses for a mistake that a
        schema can see. (Limits of objectives are not among them: their dimension is the figure's.)"""
        chance = random.Random(17)
        texts = [read(text) for text in (ONE, SMALL, STATIONS.replace("faults: {}", "faults: {f: {of: [server, county], mtbf: exp(1 d), mttr: 1 h}}")
                                        .replace("people: 2", "people: {day: 2}, wrap-up: 1 min, room: 9"), *(path.read_text() for path in SHIPPED))]
        texts = [text for text in texts if "time" in text]  # the others are to be included
        verdicts = {0: 0, 2: 0}
        for _ in range(30 if SANITIZED else 150):
            tree = change(chance.choice(texts), chance)
            text = write(tree)
            self.write("changed.yaml", text)
            result = self.run_program("check", "changed.yaml")
            verdicts[result.status] += 1
            mistakes = self.mistakes_of(tree)
            if result.status == 0:
                self.assertEqual(mistakes, [], text)
            lines = text.splitlines()
            for line, told in re.findall(r"(?m)^changed\.yaml:(\d+):\d+: (.*)$", result.err):
                if SEEN.search(told) and not lines[int(line) - 1].lstrip().startswith(("at most:", "at least:")):
                    self.assertNotEqual(mistakes, [], f"{told}\n{text}")
        self.assertTrue(all(n >= 2 for n in verdicts.values()), verdicts)


if __name__ == "__main__":
    main()
