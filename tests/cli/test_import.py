# SPDX-License-Identifier: Apache-2.0
"""psnsim import: networks in other tools' formats, good ones, odd ones and hostile ones."""
import math
import re

from harness import SANITIZED, Case, main

KEYS = """\
<?xml version="1.0" encoding="utf-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key attr.name="label" attr.type="string" for="node" id="d0" />
  <key attr.name="Latitude" attr.type="double" for="node" id="d1" />
  <key attr.name="Longitude" attr.type="double" for="node" id="d2" />
  <key attr.name="LinkLabel" attr.type="string" for="edge" id="d3" />
  <key attr.name="LinkSpeed" attr.type="string" for="edge" id="d4" />
  <key attr.name="LinkSpeedUnits" attr.type="string" for="edge" id="d5" />
  <key attr.name="LinkSpeedRaw" attr.type="double" for="edge" id="d6" />
  <key attr.name="Network" attr.type="string" for="graph" id="d7" />
"""


def node(id, label=None, at=None):
    data = "" if label is None else f'<data key="d0">{label}</data>'
    if at:
        data += f'<data key="d1">{at[0]}</data><data key="d2">{at[1]}</data>'
    return f'    <node id="{id}">{data}</node>\n'


def edge(a, b, **data):
    keys = {"label": "d3", "speed": "d4", "units": "d5", "raw": "d6"}
    inside = "".join(f'<data key="{keys[k]}">{v}</data>' for k, v in data.items())
    return f'    <edge source="{a}" target="{b}">{inside}</edge>\n'


def graph(*items, direction="undirected", before=KEYS):
    return before + f'  <graph edgedefault="{direction}">\n' + "".join(items) + "  </graph>\n</graphml>\n"


LEEDS, YORK, HULL = (53.8, -1.55), (53.96, -1.08), (53.74, -0.33)
TWO = [node(0, "Leeds", LEEDS), node(1, "York", YORK)]

SNDLIB = """\
?SNDlib native format; type: network; version: 1.0
# three towns, written for this test

META (
  granularity = 5min
  unit = GBITPERSEC
)

NODES (
  Leeds ( -1.55 53.80 )
  York ( -1.08 53.96 )
  Hull ( -0.33 53.74 )
)
LINKS (
  # name ( from to ) installed cost routing setup ( modules )
  L1 ( Leeds York ) 2.00 1.00 0.00 0.00 ( 10.00 5.00 )
  L2 ( York Hull ) 0.00 0.00 0.00 0.00 ( 2.50 7.00 0.622 3.00 )
  L3 ( Leeds Hull ) 0.00 0.00 0.00 0.00 ( )
)
DEMANDS (
  D_1 ( Leeds Hull ) 1 0.1 UNLIMITED
  D_2 ( Hull Leeds ) 2 0.05 4
  D_3 ( York Leeds ) 1 0 UNLIMITED
)
ADMISSIBLE_PATHS (
  D_1 ( P_0 ( L1 L2 ) )
)
"""


class Import(Case):
    def imported(self, text, *options, format="graphml", name="net"):
        """The scenario of a network, which `check` accepts, and what was said."""
        self.write(name, text)
        result = self.ok("import", format, name, *options)
        self.write("out.yaml", result.out)
        self.ok("check", "out.yaml", "--json")
        return result

    def bad(self, text, *says, format="graphml", place=r"net:\d+:\d+: "):
        self.write("net", text)
        result = self.fails(2, "import", format, "net", "-o", "never.yaml", says=says)
        self.assertRegex(result.err, place)
        self.assertFalse(self.path("never.yaml").exists())
        self.assertLess(result.seconds, 30 if SANITIZED else 5)
        return result


class GraphML(Import):
    def test_sites_links_delays(self):
        out = self.imported(graph('<data key="d7">Three &amp; towns</data>', *TWO, node(2, "Hull", HULL),
                                  edge(0, 1, raw="155520000.0"), edge(1, 2, speed="10", units="G"))).out
        self.assertIn('title: "Three & towns"', out)
        self.assertIn('leeds: {label: "Leeds"}  # latitude 53.8, longitude -1.55', out)
        self.assertIn("leeds-york: {between: [leeds, york], bandwidth: 155.52 Mbit/s, delay: ", out)
        self.assertIn("york-hull: {between: [york, hull], bandwidth: 10 Gbit/s, delay: ", out)
        # By the spherical law of cosines, which is another formula than the program's.
        a, b = ([math.radians(x) for x in p] for p in (LEEDS, YORK))
        km = 6371.0088 * math.acos(math.sin(a[0]) * math.sin(b[0]) + math.cos(a[0]) * math.cos(b[0]) * math.cos(a[1] - b[1]))
        delay = float(re.search(r"leeds-york: .*delay: ([0-9.]+) us", out)[1])
        self.assertAlmostEqual(delay, km * 1.5 * 5, delta=0.01)  # us; acos loses digits where places are near
        twice = self.imported(self.read("net").decode(), "--detour", "3").out
        self.assertAlmostEqual(float(re.search(r"leeds-york: .*delay: ([0-9.]+) us", twice)[1]), 2 * delay, delta=0.002)

    def test_rates(self):
        rates = {"10 Gbit/s": "10 Gbit/s", "2.5Gbps": "2.5 Gbit/s", "STM-16": "2.48832 Gbit/s", "STM 1": "155.52 Mbit/s",
                 "OC-48c": "2.48832 Gbit/s", "E3": "34.368 Mbit/s", "T1 line": "1.544 Mbit/s", "2 x 10GE": "20 Gbit/s",
                 "4x2.5 Gb/s": "10 Gbit/s", "Gigabit Ethernet": "1 Gbit/s", "dark fibre, 622 Mbps": "622 Mbit/s",
                 "FastEthernet 100M": "100 Mbit/s", "64kbps": "64 kbit/s", "10GigE": "10 Gbit/s", "DS3": "44.736 Mbit/s"}
        ends = [node(i, f"n{i}", (50 + i / 100, 0)) for i in range(len(rates) + 1)]
        links = [edge(i, i + 1, label=text) for i, text in enumerate(rates)]
        out = self.imported(graph(*ends, *links)).out
        for i, (text, rate) in enumerate(rates.items()):
            self.assertRegex(out, rf"n{i}-n{i + 1}: {{between: \[n{i}, n{i + 1}\], bandwidth: {rate}, .*# 1.1 km; {text}", text)

    def test_rates_that_are_none(self):
        for text in ("Red Link", "M25", "G.652", "10", "stm", "E1000", "0 Gbit/s", "10Gold", "x10"):
            result = self.imported(graph(*TWO, edge(0, 1, label=text)), "--bandwidth", "34 Mbit/s")
            self.assertIn("bandwidth: 34 Mbit/s, ", result.out, text)
            self.assertIn("1 link states no bandwidth and gets 34 Mbit/s", result.err)
        result = self.imported(graph(*TWO, edge(0, 1, label="10 Gbit/s, once 2.5 Gbit/s")))
        self.assertIn("bandwidth: 10 Gbit/s", result.out)
        self.assertIn("1 link states several rates: the first holds", result.err)
        result = self.imported(graph(*TWO, edge(0, 1, speed="fast", units="G")))
        self.assertIn("1 link has a LinkSpeed that could not be read as a rate", result.err)

    def test_names(self):
        labels = ["São Paulo", "SAO PAULO", "sao-paulo-2", "", "  ", "42", "all", "true", "None", "King's Lynn", "Łódź", "東京",
                  "users", "app", "Straße &#10; two", 'a "quote" \\ # {x: y}, [z]', "x" * 100]
        nodes = [node(f"i{n}", label.replace('"', "&quot;"), (50, n)) for n, label in enumerate(labels)]
        out = self.imported(graph(*nodes, *[edge("i0", f"i{n}") for n in range(1, len(labels))])).out
        sites = re.findall(r"(?m)^  ([a-z][a-z0-9-]*): \{", out[out.index("sites:"):out.index("links:")])
        self.assertEqual(sites, ["sao-paulo", "sao-paulo-2", "sao-paulo-2-2", "i3", "i4", "node-42", "node-all", "node-true",
                                 "node-none", "kings-lynn", "lodz", "i11", "users-2", "app-2", "strasse-two", "a-quote-x-y-z", "x" * 48])
        self.assertIn('label: "São Paulo"', out)
        self.assertIn('label: "a \\"quote\\" \\\\ # {x: y}, [z]"', out)
        self.assertIn('label: "Straße two"', out)

    def test_parallels_loops_and_places(self):
        result = self.imported(graph(*TWO, node(2, "Nowhere"), edge(0, 1), edge(1, 0), edge(0, 0), edge(1, 2)), "--delay", "7 ms")
        self.assertIn("1 link from a node to itself left out", result.err)
        self.assertIn("the first is at Leeds", result.err)
        self.assertIn("1 link is parallel to another, the first between Leeds and York", result.err)
        self.assertIn("1 node has no coordinates (Nowhere); the 1 link there gets a delay of 7 ms (--delay)", result.err)
        self.assertIn("  leeds-york: {", result.out)
        self.assertIn("  york-leeds: {", result.out)
        self.assertIn("york-nowhere: {between: [york, nowhere], bandwidth: 1 Gbit/s, delay: 7000 us}", result.out)
        for said in result.err.splitlines():
            self.assertIn(said.split(": ", 1)[1], re.sub(r"\n#  *", " ", result.out))  # the scenario says it, too

    def test_directed(self):
        result = self.imported(graph(*TWO, node(2, "Hull", HULL), edge(0, 1, raw=1e6), edge(1, 0, raw=2e6), edge(1, 2),
                                     direction="directed"))
        self.assertIn("1 pair of opposite directed edges became one link", result.err)
        self.assertIn("the greater one holds for both", result.err)
        self.assertIn("1 directed edge has no opposite one", result.err)
        self.assertEqual(len(re.findall("between:", result.out)), 2)
        self.assertIn("bandwidth: 2 Mbit/s", result.out)

    def test_parts(self):
        far = [node(i, f"far{i}", (10 + i, 10)) for i in range(2, 6)]
        result = self.imported(graph(*TWO, *far, edge(0, 1), edge(2, 3), edge(3, 4)))
        self.assertIn("the network has 3 parts with no link between them; the largest has 3 of 6 nodes", result.err)
        self.assertIn("at: [far2, far4]", result.out)
        self.assertIn("servers: {site: far3", result.out)

    def test_defaults_of_keys(self):
        keys = KEYS.replace('for="edge" id="d3" />', 'for="edge" id="d3"><default>5 Mbit/s</default></key>')
        out = self.imported(graph(*TWO, edge(0, 1), before=keys)).out
        self.assertIn("bandwidth: 5 Mbit/s", out)

    def test_encodings_and_what_others_add(self):
        text = graph(node(0, "Zürich", LEEDS), node(1, "York", YORK), "<desc>notes</desc>", edge(0, 1))
        for encoding in ("iso-8859-1", "utf-16"):
            out = self.imported(text.replace("utf-8", encoding).encode(encoding)).out
            self.assertIn('zurich: {label: "Zürich"}', out)
        inside = '<node id="2"><data key="d0">Hull<more xmlns="urn:x"><label>no</label></more></data></node>'
        self.assertIn('hull: {label: "Hull"}', self.imported(graph(*TWO, inside, edge(0, 1), edge(1, 2))).out)

    def test_output(self):
        self.write("net", graph(*TWO, edge(0, 1)))
        said = self.ok("import", "graphml", "net")
        to_file = self.ok("import", "graphml", "net", "-o", "net.yaml")
        self.assertEqual((to_file.out, to_file.err), ("", said.err))
        self.assertEqual(self.read("net.yaml").decode(), said.out)
        self.fails(2, "import", "graphml", "net", "-o", "net.yaml", says=["net.yaml: it is there already", "nothing was written"])
        self.fails(2, "import", "graphml", "net", "-o", "no/net.yaml", says="no/net.yaml: No such file")

    def test_mistakes(self):
        cases = [
            (graph(*TWO, edge(0, 7)), r"net:14:5: a link to '7', and no node has this name"),
            (graph(*TWO, node(1), edge(0, 1)), r"net:14:5: a second node '1'; expected each node once"),
            (graph(*TWO), r"no link between two nodes"),
            (graph(*TWO, edge(0, 0)), r"no link between two nodes"),
            (graph(), r"no link between two nodes"),
            (graph(*TWO, '<edge source="0"/>'), r"<edge> without target"),
            (graph(*TWO, "<node/>"), r"<node> without id"),
            (graph(*TWO, '<hyperedge><endpoint node="0"/></hyperedge>'), r"a hyperedge joins several nodes at once"),
            (graph(*TWO, '<node id="3"><graph></graph></node>'), r"a graph within a node; expected a flat graph"),
            (graph(node(0, "a", ("north", 1)), node(1), edge(0, 1)), r"Latitude 'north'; expected degrees from -90 to 90"),
            (graph(node(0, "a", (91, 1)), node(1, "b", (1, 999)), edge(0, 1)), r"Longitude '999'; expected degrees from -180 to 180"),
            (graph(node(0, "a", ("nan", 1)), node(1), edge(0, 1)), r"Latitude 'nan'"),
            (graph(*TWO, edge(0, 1, raw="fast")), r"LinkSpeedRaw 'fast'; expected bits a second"),
            (graph(*TWO, edge(0, 1, raw="-1")), r"LinkSpeedRaw of -1 bit/s; expected 1 to 1e\+?18 bit/s"),
            (graph(*TWO, edge(0, 1, raw="inf")), r"LinkSpeedRaw of inf"),
            (graph(*TWO, edge(0, 1), '<data key="zz">1</data>'), r"data of key 'zz', which no <key> before it declares"),
            (graph(*TWO, edge(0, 1), direction="both"), r"edgedefault 'both'; expected directed or undirected"),
            ("<html></html>", r"net:1:1: the root is <html>; expected <graphml>"),
            ("", r"no well-formed XML: no element found"),
            ("<graphml/>", r"no graph in it"),
            (KEYS + "</graphml>", r"no graph in it"),
            (b"\xff\xfe\xff", r"no well-formed XML"),
            (graph(*TWO, edge(0, 1)).replace("York", "Y\x01"), r"no well-formed XML"),
            (graph(*TWO, edge(0, 1)).replace("utf-8", "klingon"), r"unknown encoding"),
            (graph(*TWO, edge(0, 1)) + "<graphml/>", r"junk after document element"),
        ]
        for text, said in cases:
            result = self.bad(text)
            self.assertRegex(result.err, said)

    def test_truncated_anywhere(self):
        text = graph(*TWO, edge(0, 1))
        for length in range(0, len(text) - len("</graphml>\n"), 1 if not SANITIZED else 17):
            if length % 7 == 0:
                self.bad(text[:length])

    def test_hostile(self):
        laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
        bombs = [
            f'<!DOCTYPE graphml [<!ENTITY l0 "lol">{laughs}]><graphml>&l9;</graphml>',
            f'<!DOCTYPE graphml [<!ENTITY a "{"x" * 10000}">]><graphml>{"&a;" * 10000}</graphml>',
            '<!DOCTYPE graphml [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><graphml/>',
            '<!DOCTYPE graphml [<!ENTITY x SYSTEM "file:///etc/passwd">]><graphml>&x;</graphml>',
        ]
        for bomb in bombs:
            self.assertIn("expected none, as entities are not expanded", self.bad(bomb).err)
        self.assertIn("entity", self.bad('<!DOCTYPE graphml SYSTEM "http://x.invalid/g.dtd"><graphml>&x;</graphml>').err)
        self.assertIn("elements more than 32 deep", self.bad("<graphml>" + "<a>" * 100000).err)
        self.assertIn("a text of more than 4096 bytes", self.bad(graph(node(0, "x" * 5000))).err)
        self.assertIn("id of more than 4096 bytes", self.bad(graph(node("x" * 5000))).err)
        self.assertIn("more than 1000 keys", self.bad(KEYS + '<key id="a" attr.name="b" for="node"/>' * 1001).err)
        self.assertIn("more than 20000 nodes", self.bad(graph(*[f'<node id="{i}"/>' for i in range(20001)])).err)
        self.assertIn("more than 20000 links", self.bad(graph(*TWO, edge(0, 1) * 20001)).err)
        self.write("net", b" " * 16_000_001)
        self.fails(2, "import", "graphml", "net", says="net")

    def test_as_large_as_it_may_be(self):
        if SANITIZED:
            self.skipTest("too slow with a sanitizer")
        n = 20000
        self.write("net", graph(*[node(i, "Town", (50, i * 1e-3)) for i in range(n)],
                                *[edge(i, i + 1) for i in range(n - 1)],
                                edge(0, n - 1)))
        result = self.ok("import", "graphml", "net")
        self.assertLess(result.seconds, 3)
        self.assertLess(result.memory, 200e6)
        self.assertIn("  town-20000: {", result.out)

    def test_the_words_around_it(self):
        self.write("net", graph(*TWO, edge(0, 1)))
        self.fails(2, "import", "graphm", "net", says=["unknown format graphm", "did you mean graphml?"])
        self.fails(2, "import", "graphml", says="import wants graphml|sndlib NETWORK")
        self.fails(2, "import", "graphml", "nowhere", says="nowhere")
        self.fails(2, "import", "graphml", "net", "--detour", "0.5", says="--detour: 0.5; expected 1 or more")
        self.fails(2, "import", "graphml", "net", "--delay", "5", says="--delay: ")
        self.fails(2, "import", "graphml", "net", "--bandwidth", "0 Mbit/s", says="--bandwidth: ")
        self.fails(2, "import", "graphml", "net", "--size", "1 MB", says="--size: it is about demands")


class SNDlib(Import):
    def test_demands(self):
        result = self.imported(SNDLIB, "--bandwidth", "7 Gbit/s", format="sndlib")
        out = result.out
        self.assertIn("l1: {between: [leeds, york], bandwidth: 2 Gbit/s, ", out)
        self.assertIn("modules of 10", out)
        self.assertIn("l2: {between: [york, hull], bandwidth: 622 Mbit/s, ", out)
        self.assertIn("l3: {between: [leeds, hull], bandwidth: 7 Gbit/s, ", out)
        # 0.1 Gbit/s in messages of 1 MB; and twice 0.05
        self.assertIn("d-1: {service: to-hull, at: leeds, rate: 12.5 / s}  # 100 Mbit/s", out)
        self.assertIn("d-2: {service: to-leeds, at: hull, rate: 12.5 / s}  # 100 Mbit/s", out)
        self.assertIn("to-hull: {steps: [{write: at-hull, size: 1000000 B}]}", out)
        self.assertNotIn("d-3", out)
        for said in ("a plain number is 1000 Mbit/s (--unit)", "1 link has nothing installed: the smallest module counts",
                     "1 demand of nothing, or from a node to itself, left out", "messages of 1000 KB at random (--size)",
                     "1 link states no bandwidth and gets 7000 Mbit/s"):
            self.assertIn(said, result.err)

    def test_units_and_sizes(self):
        out = self.imported(SNDLIB, "--unit", "1 Mbit/s", "--size", "100 KB", format="sndlib").out
        self.assertIn("bandwidth: 2 Mbit/s", out)
        self.assertIn("rate: 0.125 / s}  # 100 kbit/s", out)
        out = self.imported(SNDLIB.replace("GBITPERSEC", "CARRIERPIGEONS"), format="sndlib")
        self.assertIn("the file's unit, CARRIERPIGEONS, is unknown here", out.err)
        self.assertIn("bandwidth: 2 Mbit/s", out.out)

    def test_offered_load(self):
        self.imported(SNDLIB, format="sndlib")
        busy = {s["station"]: s["busiest"] for s in self.json("check", "out.yaml", "--json")["stations"]}
        self.assertAlmostEqual(busy["l3 to hull"], 0.1, delta=1e-3)  # 100 Mbit/s of 1 Gbit/s
        self.assertAlmostEqual(busy["l3 to leeds"], 0.1, delta=1e-3)

    def test_no_demands_and_pixels(self):
        text = SNDLIB[:SNDLIB.index("DEMANDS")].replace("-1.55 53.80", "640 480")
        result = self.imported(text, format="sndlib")
        self.assertIn("The file says nothing of demand", result.out)
        self.assertIn("1 node has no coordinates (Leeds)", result.err)

    def test_mistakes(self):
        cases = [
            ("", r"net:1:1: no native format of SNDlib"),
            (SNDLIB.replace("?SNDlib native", "?SNDlib xml"), r"net:1:1: no native format of SNDlib"),
            (SNDLIB.replace("( Leeds York )", "( Leeds Goole )"), r"net:16:3: a link to 'Goole', and no node has this name"),
            (SNDLIB.replace("( Leeds Hull ) 1", "( Leeds Goole ) 1"), r"net:21:3: a demand to 'Goole'"),
            (SNDLIB.replace("York (", "Leeds ("), r"net:11:3: a second node 'Leeds'.* in line 10"),
            (SNDLIB.replace("2.00", "two"), r"net:16:21: 'two'; expected the capacity that is installed"),
            (SNDLIB.replace("2.00", "-2"), r"'-2'; expected the capacity that is installed"),
            (SNDLIB.replace("2.00", "1e30"), r"net:16:3: a capacity of 1e\+39 bit/s; expected 1 to 1e\+?18 bit/s"),
            (SNDLIB.replace("2.00", "nan"), r"'nan'; expected the capacity"),
            (SNDLIB.replace("( 10.00 5.00 )", "( 10.00 )"), r"net:16:49: '\)'; expected the cost of a module"),
            (SNDLIB.replace("NODES", "NODDES"), r"'NODDES'; expected NODES, LINKS"),
            (SNDLIB.replace("( -1.55 53.80 )", "( -1.55 )"), r"expected a latitude"),
            (SNDLIB[:SNDLIB.index("LINKS")], r"no link between two nodes"),
            ("?SNDlib native format\nNODES ( )", r"no nodes in it"),
            (SNDLIB.replace("L2 ( York Hull )", "L2 ( York Leeds )").replace("L3 ( Leeds Hull )", "L3 ( Leeds York )"),
             r"net:21:3: a demand from 'Leeds' to 'Hull', and no links lead there"),
            (SNDLIB.replace("York", "Y\0rk"), r"net:11:4: "),
            (SNDLIB.encode().replace(b"York", b"Y\xffrk"), r"net:11:4: "),
        ]
        for text, said in cases:
            self.assertRegex(self.bad(text, format="sndlib").err, said)

    def test_truncated_anywhere(self):
        last = SNDLIB.rindex(")")
        for length in range(0, last, 41):
            if not re.search(r"\)\s*$", SNDLIB[:length]):  # between sections it may end
                self.bad(SNDLIB[:length], format="sndlib")

    def test_flows(self):
        self.write("net", SNDLIB)
        out = self.ok("import", "sndlib", "net", "--flows").out
        self.assertIn("demand: {transfer: flows}", out)
        self.assertIn("to-hull: {class: demand, steps:", out)


if __name__ == "__main__":
    main()
