# SPDX-License-Identifier: Apache-2.0
"""Texts that are wrong, by mistake or by malice: each gets a clear error with its place, quickly and in
little memory (harness.Case.refused measures both)."""
import random

from harness import ONE, SMALL, Case, main


def changed(old, new, text=ONE):
    assert old in text, old
    return text.replace(old, new)


class Hostile(Case):
    """What would make a careless reader hang, swell or crash."""

    def test_alias_bomb(self):
        lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
        self.refused("psnsim: 1\n" + "\n".join(lines) + "\n", "alias")
        self.refused("psnsim: 1\nsites: {a: &x {}, b: *x}\n", "alias")
        self.refused("psnsim: 1\nsites:\n  a: &x {pue: 1}\n  b: {<<: *x}\n")

    def test_deep_nesting(self):
        for depth in (200, 100_000):
            self.refused("psnsim: 1\nsites: " + "[" * depth + "]" * depth + "\n")
            self.refused("psnsim: 1\nsites: " + "{a: " * depth + "1" + "}" * depth + "\n")
        self.refused("psnsim: 1\nsites:\n" + "".join(" " * (i + 1) + "a:\n" for i in range(3000)))
        self.refused("psnsim: 1\nsites: " + "[" * 100_000)

    def test_a_text_of_100_mb(self):
        path = self.path("big.yaml")
        with open(path, "wb") as f:
            f.write(b"psnsim: 1\n")
            for _ in range(100):
                f.write(b"# " + b"x" * 1_000_000 + b"\n")
        result = self.fails(2, "check", "big.yaml", says=["big.yaml", "16 MB"])
        self.assertLess(result.memory, 1e9)
        self.assertLess(result.seconds, 10)

    def test_a_file_without_end(self):
        self.fails(2, "check", "/dev/zero", says="/dev/zero")

    def test_nul_bytes(self):
        self.refused(ONE.encode().replace(b"One office", b"One\0office"), "NUL")
        self.refused(b"\0" * 1000, "NUL")
        self.refused(ONE.encode() + b"\0")

    def test_no_utf_8(self):
        self.refused(ONE.encode().replace(b"One office", b"One \xff\xfe office"))
        self.refused(ONE.encode("utf-16"))

    def test_second_document(self):
        self.refused(ONE + "---\npsnsim: 1\n", "document")
        self.refused(ONE + "...\n---\npsnsim: 1\n")

    def test_duplicate_keys(self):
        self.refused(ONE + "title: Again\n", "title")
        self.refused(changed("sites: {hall: {partner: town}}", "sites: {hall: {partner: town}, hall: {}}"), "hall")

    def test_40_000_keys(self):
        many = "".join(f"  s{i}: {{}}\n" for i in range(40_000))
        self.write("many.yaml", changed("sites: {hall: {partner: town}}", "sites:\n  hall: {partner: town}\n" + many))
        result = self.run_program("check", "many.yaml")
        self.assertIn(result.status, (0, 2), result.err[:2000])
        # The same with one mistake in the last of them, found all the same.
        self.refused(changed("sites: {hall: {partner: town}}",
                             "sites:\n  hall: {partner: town}\n" + many + "  s7: {}\n"), "s7")
        unknown = "".join(f"k{i}: 1\n" for i in range(40_000))
        self.refused(ONE + unknown, "k0", "more")

    def test_random_bytes_never_crash(self):
        source = random.Random(1)
        for n in range(30):
            text = bytearray(SMALL.encode())
            for _ in range(source.randint(1, 12)):
                text[source.randrange(len(text))] = source.choice(b"[]{}:,-#&*!|>'\"%@` \n\tx0\xc3\x00")
            self.write("fuzz.yaml", bytes(text))
            result = self.run_program("check", "fuzz.yaml")
            self.assertIn(result.status, (0, 2), f"{n}: {result.err}")

    def test_cut_off_anywhere(self):
        for size in range(0, len(SMALL), 97):
            self.write("cut.yaml", SMALL[:size])
            result = self.run_program("check", "cut.yaml")
            self.assertIn(result.status, (0, 2), f"{size}: {result.err}")


class Values(Case):
    """Quantities that are none, or that cannot be."""

    def test_infinities_and_no_numbers(self):
        for bad in ("inf / s", ".inf", "1e999 / s", "nan / s", ".nan", "-inf / s", "/ s", "five / s"):
            self.refused(changed("rate: 5 / s", f"rate: {bad}"), "bad.yaml:8:57: ")

    def test_negative_sizes(self):
        self.refused(changed("{request: 4 KB}", "{request: -4 KB}", SMALL), "-4 KB")
        self.refused(changed("bandwidth: 20 Mbit/s", "bandwidth: -20 Mbit/s", SMALL), "-20 Mbit/s")
        self.refused(changed("hosts: 1", "hosts: -1"), "-1")
        self.refused(changed("hosts: 1", "hosts: 1.5"), "1.5")
        self.refused(changed("hosts: 1", "hosts: 0"), "0")
        self.refused(changed("rate: 5 / s", "rate: -5 / s"), "-5")

    def test_units(self):
        self.refused(changed("exp(100 ms)", "exp(100 MB)"), "100 MB")
        self.refused(changed("exp(100 ms)", "exp(100)"))
        self.refused(changed("exp(100 ms)", "exp(100 mss)"), "mss")
        self.refused(changed("bandwidth: 20 Mbit/s", "bandwidth: 20 Mbit", SMALL), "20 Mbit")
        self.refused(changed("delay: 2 ms", "delay: 2", SMALL))
        self.refused(changed("horizon: 10 min", "horizon: 10 KB"), "10 KB")
        self.refused(changed("start: 2024-01-01", "start: 2024-02-30"), "2024-02-30")

    def test_comma_traps(self):
        # In a flow map a comma begins a new key, and nobody notices.
        self.refused(changed("population: 1000", "population: 1,000"), "comma")
        self.refused(changed("work: lognormal(200 ms cv 1)", "work: lognormal(200 ms, cv 1)", SMALL), "comma")
        self.refused(changed("rate: 5 / s}", "rate: 5 / s, profile}"))

    def test_clock_times_and_horizons(self):
        self.refused(changed("warmup: 1 min", "warmup: 20 min"))
        self.refused(changed("horizon: 10 min", "horizon: 0 s"))
        self.refused(changed("horizon: 10 min", "horizon: 1000 years"))


class Names(Case):
    """References, near names, circles."""

    def test_a_mean_wait_has_no_time_of_its_own(self):
        text = ONE.replace("study:", "objectives: {short: {station: server, figure: wait mean, at most: 1 s, WHEN}}\nstudy:")
        for when in ("hours: Mon 00:00-01:00", "until: 2024-01-01T00:00", "from: 2024-01-01T01:00"):
            self.refused(text.replace("WHEN", when), "`wait mean` is over the whole run")
        self.write("whole.yaml", text.replace("WHEN", "from: 2023-01-01, until: 2025-01-01"))
        self.ok("check", "whole.yaml")

    def test_near_names(self):
        self.refused(changed("partners: all", "partners: twn"), "twn", "did you mean", "town")
        self.refused(changed("compute: {server", "compte: {server"), "compte", "did you mean", "compute")
        self.refused(changed("discipline: fifo", "discipline: fif"), "fif", "did you mean", "fifo")
        self.refused(changed("hosts: 1", "hostss: 1"), "hostss", "did you mean", "hosts")

    def test_references_to_nothing(self):
        self.refused(changed("site: hall", "site: nowhere"), "nowhere")
        self.refused(changed("service: ask", "service: unheard-of"), "unheard-of")
        self.refused(changed("use: {arrangement: alone}", "use: {arrangement: together}"), "together")
        self.refused(changed("{app: server}", "{ap: server}"), "app")

    def test_circles(self):
        self.refused(changed("sites: {hall: {partner: town}}", "sites: {hall: {like: b}, b: {like: c}, c: {like: hall}}"), "like")
        self.refused(changed("sites: {hall: {partner: town}}", "sites: {hall: {like: hall}}"), "like")
        self.write("b.yaml", "psnsim: 1\ninclude: [bad.yaml]\n")
        self.refused(ONE + "include: [b.yaml]\n", "include")
        self.refused(ONE + "include: [bad.yaml]\n", "include")

    def test_includes(self):
        self.refused(ONE + "include: [nowhere.yaml]\n", "nowhere.yaml", "bad.yaml:12:")
        self.write("twice.yaml", "psnsim: 1\nsites: {hall: {}}\n")
        self.refused(ONE + "include: [twice.yaml]\n", "hall")

    def test_sections_of_later(self):
        for later in ("transitions: {}", "money: {currency: GBP}", "costs: {c: {once: £1}}"):
            name = later.partition(":")[0]
            self.refused(ONE + later + "\n", name)

    def test_stations(self):
        desk = ONE + "hours: {day: daily 08:00-18:00}\ndesks: {d: {site: hall, people: {day: 2}}}\n"
        self.refused(desk.replace("{day: 2}", "{dya: 2}"), "dya", "day")
        self.refused(desk.replace("d: {site", "server: {site"), "server", "one name for one thing")
        self.refused(desk + "faults: {f: {of: hal, mtbf: 1 d, mttr: 1 h}}\n", "hal", "hall")
        self.refused(desk + "faults: {f: {of: hall, mtbf: 1 d}}\n", "mtbf without mttr")
        self.refused(ONE + "faults: {f: {of: server, mtbf: 1 ns, mttr: exp(1 ns)}}\n", "bad.yaml:12:32: 300000000000 failures over the horizon; expected at most 10000000")
        self.refused(ONE + "classes: {c: {weight: 2, priority: 1}}\n", "queue: strict")
        self.refused(changed("{site: hall", "{discipline: prioritty, site: hall"), "priority")
        self.refused(changed("{site: hall", "{full: block, site: hall"), "room")

    def test_the_network(self):
        """One mistake for each rule, at its place: SMALL's link is on line LINK."""
        link = next(i for i, line in enumerate(SMALL.splitlines(), 1) if line.startswith("  county:"))
        for keys, *says in (
                ("contract: 30 Mbit/s", f"bad.yaml:{link}:", "a contract of 30 Mbit/s for a line that sends 20 Mbit/s; expected less"),
                ("burst: 30 KB", "no contract"), ("contract: 3 Mbit/s, burst: 1 KB", "a burst of 1000 bytes", "1500 B or more"),
                ("loss: 100 %", "loses all packets"), ("buffer: 3", "has no unit"), ("overhead: {packet: 3 ms}", "is a time"),
                ("metric: -1", "is negative"), ("during: {nights: {bandwidth: 1 Mbit/s}}", "nights", "is not defined")):
            self.refused(SMALL.replace("delay: 2 ms", "delay: 2 ms, " + keys), *says)
        for entry, *says in (
                ("c: {limit: 30 %}", 'class "c" has a limit, which is for queue: strict'),
                ("c: {queue: strict, limit: 300 %}", "a share of 300 %"), ("c: {queue: strict, burst: 3 KB}", "no limit"),
                ("c: {queue: strict, transfer: flows}", "is strict and sends flows"), ("c: {resend: never}", "or none"),
                ("c: {early: {from: 50 %, to: 50 %}}", "expected the second above the first"),
                ("c: {window: 2 KB, start: 3 KB}", "starts with 3000 bytes and has a window of 2000"), ("c: {jitter: 3 KB}", "is a size")):
            self.refused(SMALL + "classes: {" + entry + "}\n", *says)
        for entry, *says in (
                ("r: {from: west-hall}", 'route "r" has no way'), ("r: {from: west-hal, via: east-hall}", "did you mean west-hall?"),
                ("r: {via: east-hall, spread: equal}", "both a way and a spread"), ("r: {via: [east-hall, east-hall]}", "twice"),
                ("r: {spread: equal}, s: {via: east-hall}", "are both for messages from")):
            self.refused(SMALL + "routes: {" + entry + "}\n", *says)
        for keys, *says in (
                ("of: server, reroute: 1 s", "carries no messages"), ("of: county, flight: held, reroute: 1 s", "one or the other"),
                ("of: county, flight: held, degrade: 50 %", "a part of its speed"), ("of: county, flight: lost at sea", "lost or held"),
                ("of: county, reroute: soon", "or none")):
            self.refused(SMALL + "faults: {f: {" + keys + ", mtbf: exp(1 y), mttr: 1 h}}\n", *says)
        for step, *says in (
                ("stream: app, rate: 87 kbit/s, packet: 218 B", '"stream" without "for"'), ("stream: app, rate: 87 kbit/s, for: 1 s", '"packet"'),
                ("stream: app, packet: 218 B, for: 1 s", '"rate"'), ("stream: app, rate: 1 Gbit/s, packet: 2 KB, for: 1 s", "1500 B at most"),
                ("stream: app, rate: 100 Gbit/s, packet: 1 KB, for: 1 s", "at least 1 us"), ("delay: 1 s, packet: 1 KB", "expected it with stream"),
                ("stream: app, rate: 87 kbit/s, packet: 218 B, for: exp(1 min per staff)", "staff")):
            self.refused(SMALL.replace("{response: 20 KB}", "{" + step + "}"), *says)
        for keys, *says in (
                ("class: c, figure: wait p95, at most: 1 s", "no figure of a class"), ("class: calm, figure: loss, at most: 1 %", "\"calm\" is not defined; expected a class"),
                ("class: c, figure: loss, at most: 1 %", "judges what no workload asks for"), ("link: all, figure: jitter, at most: 1 s", "no figure of a link")):
            self.refused(SMALL.replace("objectives:", "objectives:\n  o: {" + keys + "}") + "classes: {c: {}}\n", *says)

    def test_no_language_and_another_version(self):
        self.refused(changed("psnsim: 1\n", ""), "psnsim")
        self.refused(changed("psnsim: 1\n", "psnsim: 2\n"), "2")
        self.refused("", "psnsim")
        self.refused("- a\n- b\n")
        self.refused("just a text\n")

    def test_all_mistakes_in_one_pass(self):
        text = changed("hosts: 1", "hosts: -1")
        text = text.replace("rate: 5 / s", "rate: 5 KB").replace("partner: town", "partner: twon").replace("exp(100 ms)", "expo(100 ms)")
        result = self.refused(text, "-1", "5 KB", "twon", "expo")
        places = [line for line in result.err.splitlines() if line.startswith("bad.yaml:")]
        self.assertGreaterEqual(len(places), 4)
        numbers = [int(line.split(":")[1]) for line in places]
        self.assertEqual(numbers, sorted(numbers))

    def test_routes_that_are_none(self):
        text = SMALL.replace("  county: {between: [east-hall, west-hall], bandwidth: 20 Mbit/s, delay: 2 ms}\n",
                             "  county: {between: [east-hall, other], bandwidth: 20 Mbit/s, delay: 2 ms}\n")
        self.refused(text.replace("sites:\n", "sites:\n  other: {}\n"), "east")

    def test_paths_of_settings(self):
        self.write("one.yaml", ONE)
        self.fails(2, "check", "one.yaml", "--set", "compute.sever.hosts=2", says="sever")
        self.fails(2, "check", "one.yaml", "--set", "compute.server.hosts=two", says="two")
        self.fails(2, "check", "one.yaml", "--set", "demand=-1", says="-1")
        self.fails(2, "check", "one.yaml", "--set", "arrangement=none-such", says="none-such")
        self.fails(2, "check", "one.yaml", "--set", "title.more=x", says="title")
        self.ok("check", "one.yaml", "--set", "demand=1.5", "--set", "arrangement=alone")

    def test_factors(self):
        def study(factors):
            return changed("replications: 2", f"replications: 2, factors: {factors}")
        self.refused(study("{compute.sever.hosts: [1, 2]}"), "sever")
        self.refused(study("{compute.server.hosts: [1, -2]}"), "-2")
        self.refused(study("{demand: []}"))
        self.refused(changed("replications: 2", "replications: 0"))


if __name__ == "__main__":
    main()
