# SPDX-License-Identifier: Apache-2.0
"""What queueing theory says in check, and beside a simulation in run and show."""
import math

from harness import ONE, Case, main

# M/M/1 at 0.5, then four servers that share: both exact; and a queue of constant service behind them.
TANDEM = """\
psnsim: 1
title: Tandem
time: {start: 2024-01-01, horizon: 2000 s, warmup: 200 s, interval: 1000 s}
partners: {town: {staff: {hall: 10}}}
sites: {hall: {partner: town}}
compute:
  desk:   {site: hall}
  pool:   {site: hall, cores: 4, discipline: sharing}
  screen: {site: hall}
services:
  walk: {steps: [{compute: a, work: exp(1 s)}, {compute: b, work: lognormal(2 s cv 2)}]}
  talk: {steps: [{compute: c, work: 1 s}, {compute: b, work: 1 s}]}
workloads:
  walks: {service: walk, partners: all, rate: 0.5 / s}
  talks: {service: talk, partners: all, rate: 0.2 / s}
arrangements: {alone: {hosting: {all: {a: desk, b: pool, c: screen}}}}
use: {arrangement: alone}
study: {seed: 7, replications: 5}
"""

# Users who think for 9 s on average before two servers: machine repairmen.
USERS = """\
psnsim: 1
title: Users
time: {start: 2024-01-01, horizon: 2000 s, warmup: 200 s, interval: 1000 s}
partners: {town: {staff: {hall: 10}}}
sites: {hall: {partner: town}}
compute: {pool: {site: hall, cores: 2}}
services: {ask: {steps: [{compute: a, work: exp(1 s)}]}}
workloads: {asking: {service: ask, partners: all, users: 100 % of staff, think: exp(9 s)}}
arrangements: {alone: {hosting: {all: {a: pool}}}}
use: {arrangement: alone}
study: {seed: 7, replications: 5}
"""

# The level of a weekday doubles at 10:00; eleven hours of a Monday.
WEEK = ONE.replace("horizon: 10 min", "horizon: 11 h").replace("rate: 5 / s", "rate: 2 / s, profile: up").replace(
    "title:", f"profiles: {{up: {{weekday: {[1] * 10 + [2] * 14}, weekend: 0}}}}\ntitle:")

CHECK = """\
By queueing theory, without simulation
                  response
service  partner   mean, s  how good
───────────────────────────────────────────
talk     town         2.14  approximate (1)
walk     town         4.03  approximate (1)

                                wait  present
station  formula   busy, %      mean     mean  how good
──────────────────────────────────────────────────────────────
desk     M/M/1        50.0       1 s    1.00   exact
pool     M/G/4-PS     30.0  22.68 ms    1.22   approximate (2)
screen   M/D/1        20.0    125 ms    0.225  exact
(1) arrivals at pool are not Poisson
(2) arrivals are not Poisson"""

RUN = """\
Theory beside simulation
of         figure         simulated           theory     how good         in words
────────────────────────────────────────────────────────────────────────────────────────────────
talk town  mean response      2.139 ± 0.017    2.138 s   approximate (1)  agrees
walk town  mean response      4.0   ± 0.4      4.03  s   approximate (1)  agrees
desk       mean wait          1.0   ± 0.2      1.00  s   exact            agrees
pool       mean wait         13     ± 5       22.7   ms  approximate (2)  simulated 40.9 % below
screen     mean wait        133     ± 15     125.0   ms  exact            agrees
(1) arrivals at pool are not Poisson
(2) arrivals are not Poisson
Of 2 exact figures 2 lie within the interval; by chance 1 in 20 does not."""


def below(text, heading):
    """The lines from a heading on."""
    lines = text.splitlines()
    return "\n".join(lines[lines.index(heading):])


class Theory(Case):
    def theory(self, *arguments):
        return self.json(*arguments, "--json")["theory"]

    def test_how_good_each_figure_is(self):
        self.write("tandem.yaml", TANDEM)
        text = below(self.ok("check", "tandem.yaml").out, "By queueing theory, without simulation")
        self.assertEqual(text, CHECK)

    def test_beside_a_simulation(self):
        self.write("tandem.yaml", TANDEM)
        text = below(self.ok("run", "tandem.yaml", "-o", "tandem.h5").out, "Theory beside simulation")
        self.assertEqual(text, RUN)
        self.assertEqual(below(self.ok("show", "tandem.h5", "--point", "0").out, "Theory beside simulation"), text)
        beside = self.theory("show", "tandem.h5", "--point", "0")
        self.assertEqual([(b["figure"], b["subject"]) for b in beside],
                         [("response mean", "talk"), ("response mean", "walk"), ("wait mean", "desk"),
                          ("wait mean", "pool"), ("wait mean", "screen")])
        desk = beside[2]
        self.assertEqual((desk["at_least"], desk["kind"], desk["reason"]), (1.0, "exact", None))
        error = desk["half_width"] / 2.776445  # Student's t, four degrees of freedom
        self.assertAlmostEqual(desk["standard_errors_apart"], abs(desk["simulated"] - 1) / error, places=5)
        self.assertEqual(desk["within_interval"], abs(desk["simulated"] - 1) <= desk["half_width"])
        self.assertEqual(self.theory("run", "tandem.yaml", "-o", "tandem.h5"), beside)

    def test_users_by_hand(self):
        self.write("users.yaml", USERS)
        # Birth and death: p(n + 1) = p(n) x (10 - n) / 9 / min(n + 1, 2).
        p = [1.0]
        for n in range(10):
            p.append(p[-1] * (10 - n) / 9 / min(n + 1, 2))
        rate = sum(w * (10 - n) / 9 for n, w in enumerate(p)) / sum(p)
        present = sum(w * n for n, w in enumerate(p)) / sum(p)
        theory = self.theory("check", "users.yaml")
        self.assertTrue(theory["steady"])
        [stream], [station] = theory["streams"], theory["stations"]
        self.assertEqual((stream["kind"], stream["reason"], station["formula"]), ("exact", None, "product form"))
        self.assertAlmostEqual(stream["response_mean_s"], present / rate, places=9)
        self.assertAlmostEqual(station["present_mean"], present, places=9)
        self.assertAlmostEqual(station["utilisation"], rate / 2, places=9)
        self.assertAlmostEqual(station["arrivals_per_s"], rate, places=9)

    def test_the_busiest_hour(self):
        """Demand that goes up and down has no steady state: check says what hour it takes for one, and a
        simulation of all of them has nothing beside it."""
        self.write("week.yaml", WEEK)
        out = self.ok("check", "week.yaml").out
        self.assertIn("By queueing theory, as if the busiest hour, Mon 10:00 on 2024-01-01, lasted\n", out)
        theory = self.theory("check", "week.yaml")
        self.assertEqual((theory["steady"], theory["at_s"]), (False, 10 * 3600))
        rate = 2 * 2 * 168 / (5 * 38)  # the level of that hour over its mean
        self.assertAlmostEqual(theory["streams"][0]["response_mean_s"], 0.1 / (1 - rate * 0.1), places=9)
        self.assertNotIn("Theory beside", self.ok("run", "week.yaml", "-o", "week.h5").out)
        self.assertEqual(self.theory("show", "week.h5", "--point", "0"), [])

    def test_no_finite_mean(self):
        """Service times of no variance: the mean wait is infinite however light the load, quantiles are not."""
        self.write("heavy.yaml", ONE.replace("exp(100 ms)", "pareto(100 ms shape 1.8)"))
        [stream] = self.theory("check", "heavy.yaml")["streams"]
        self.assertEqual((stream["no_mean"], stream["unstable"], stream["response_mean_s"]), (True, False, None))
        self.assertIn("(1) service times at server have no finite variance\n", self.ok("check", "heavy.yaml").out)
        text = self.ok("run", "heavy.yaml", "-o", "heavy.h5").out
        self.assertNotIn("Theory beside", text)
        row = next(line for line in text.splitlines() if line.startswith("town"))
        self.assertRegex(row, r"^town +no mean +0\.\d+ ")
        figures = {f["figure"]: f for f in self.json("show", "heavy.h5", "--point", "0", "--json")["figures"]}
        for name in ("response mean", "wait mean", "present mean"):
            self.assertTrue(figures[name]["no_mean"])
            self.assertIsNone(figures[name]["value"])
        for name in ("response p95", "utilisation", "throughput"):
            self.assertFalse(figures[name]["no_mean"])
            self.assertGreater(figures[name]["value"], 0)

    def test_no_finite_variance_in_a_room(self):
        """A room makes all means finite, but by no formula that is known here: none is given, and no losses."""
        text = ONE.replace("exp(100 ms)", "pareto(100 ms shape 1.8)").replace("discipline: fifo", "room: 20")
        self.write("room.yaml", text)
        theory = self.theory("check", "room.yaml")
        [stream], [station] = theory["streams"], theory["stations"]
        for figure, none in ((stream, "response_mean_s"), (station, "wait_mean_s"), (station, "refused")):
            self.assertEqual((figure["kind"], figure["no_mean"], figure[none]), ("none", False, None))
        self.write("light.yaml", text.replace("shape 1.8", "shape 2.8"))
        [station] = self.theory("check", "light.yaml")["stations"]
        self.assertEqual(station["kind"], "approximate")
        self.assertGreater(station["wait_mean_s"], 0)

    def test_one_server(self):
        self.write("full.yaml", ONE.replace("rate: 5 / s", "rate: 11 / s"))
        [stream] = self.theory("check", "full.yaml")["streams"]
        self.assertEqual((stream["no_mean"], stream["unstable"]), (False, True))
        self.write("one.yaml", ONE)
        [stream] = self.theory("check", "one.yaml")["streams"]
        self.assertAlmostEqual(stream["response_p95_s"], 0.2 * math.log(20), places=9)  # exponential, as in any M/M/1
        self.assertRegex(self.ok("check", "full.yaml").out, r"(?m)^server +M/M/1 +100\.0 +unstable +– +exact$")


if __name__ == "__main__":
    main()
