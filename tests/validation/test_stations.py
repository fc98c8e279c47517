# SPDX-License-Identifier: Apache-2.0
"""One station against exact queueing theory, through the scenario language and the built program.

Run lengths. The relative standard error of a mean sojourn over n customers is about
sqrt(4 / (rho (1 - rho)^2 n)) in M/M/1 (Daley 1968; Whitt, Management Science 35, 1989): 5 million
customers at rho = 0.8 give 0.5 %. Each case simulates 50 runs of 100,000 customers or more.

Bias. A run starts empty; M/M/1 forgets that as exp(-t / tau), tau = 1 / (mu (1 - sqrt(rho))^2), 90
services at rho = 0.8 (Cohen, The Single Server Queue, section II.2). A warm-up of 2,000 services is over
20 tau. At the end some L customers are unfinished and left out, a share L / 100,000 of them: a tenth of
the standard error. Percentiles of a run are biased by about 1.5 x its own relative variance, 0.1 %.
"""

import unittest
from statistics import NormalDist

import theory
from cases import RUNS, Check, confirm, response, run, scenario, station

WARMUP = 2000


def queue(title, rate, work, server, customers=100_000, **sections):
    """A scenario of one service of one step on one pool; `rate` a second, work in the language."""
    return scenario(
        title, horizon=WARMUP + round(customers / rate), warmup=WARMUP, runs=RUNS,
        hosting={"app": "server"},
        compute={"server": {"site": "hall", **server}},
        services={"case": {"steps": [{"compute": "app", "work": work}]}},
        workloads={"cases": {"service": "case", "partners": "all", "rate": f"{rate} / s"}},
        **sections)


def station_checks(exact, rate):
    """What every first-come station must show: `exact` has sojourn, wait, present, utilisation."""
    return [
        response("mean", "case", exact.sojourn),
        station("utilisation", "server", exact.utilisation),
        station("present_mean", "server", exact.present),
        station("wait_mean", "server", exact.wait),
        station("throughput", "server", rate),
    ]


class Markov(unittest.TestCase):
    def test_one_server(self):
        """M/M/1 at 0.8: sojourns are exponential of rate mu - lambda. Kleinrock I, section 3.2."""
        exact = theory.MMc(0.8, 1)
        confirm(self, queue("M/M/1", 0.8, "exp(1 s)", {"cores": 1}, 150_000),
                station_checks(exact, 0.8) +
                [response(f"p{p}", "case", exact.quantile(p / 100)) for p in (50, 90, 95, 99)])

    def test_one_fast_server(self):
        """M/M/1 at 0.5 in milliseconds, on a core of speed 2."""
        exact = theory.MMc(500, 1000)
        case = queue("M/M/1, 1 ms", 500, "exp(2 ms)", {"cores": 1, "speed": 2}, 60_000)
        case["time"] = {"start": "2012-01-02", "horizon": "122 s", "warmup": "2 s",
                        "interval": "122 s"}
        confirm(self, case, station_checks(exact, 500) +
                [response(f"p{p}", "case", exact.quantile(p / 100)) for p in (50, 95)])

    def test_four_servers(self):
        """M/M/4 at 0.8, as 4 cores and as 2 hosts of 2."""
        exact = theory.MMc(3.2, 1, 4)
        for server in ({"cores": 4}, {"hosts": 2, "cores": 2}):
            with self.subTest(server=server):
                confirm(self, queue("M/M/4", 3.2, "exp(1 s)", server),
                        station_checks(exact, 3.2) +
                        [response(f"p{p}", "case", exact.quantile(p / 100)) for p in (50, 95, 99)])


class General(unittest.TestCase):
    """M/G/1, first come first served: Pollaczek and Khinchine."""

    def confirm_mean(self, title, work, scv, customers, rate=0.7):
        exact = theory.MG1(rate, 1, scv)
        confirm(self, queue(title, rate, work, {"cores": 1}, customers), station_checks(exact, rate))

    def test_uniform(self):
        """0.5 to 1.5 s: squared coefficient of variation 1 / 12."""
        self.confirm_mean("M/U/1", "uniform(0.5 s 1.5 s)", 1 / 12, 100_000, 0.8)

    def test_lognormal(self):
        self.confirm_mean("M/LN/1", "lognormal(1 s cv 1.5)", 2.25, 200_000)

    def test_erlang(self):
        self.confirm_mean("M/E4/1", "erlang(1 s shape 4)", 1 / 4, 60_000)

    def test_hyperexponential(self):
        self.confirm_mean("M/H2/1", "hyperexp(1 s cv 2)", 4, 200_000)

    def test_constant(self):
        """M/D/1 at 0.8 with its percentiles: Erlang 1909."""
        confirm(self, queue("M/D/1", 0.8, "1 s", {"cores": 1}),
                station_checks(theory.MG1(0.8, 1, 0), 0.8) +
                [response(f"p{p}", "case", theory.md1_sojourn_quantile(p / 100, 0.8, 1))
                 for p in (50, 95, 99)])


class Sharing(unittest.TestCase):
    """Processor sharing: the mean depends on the law of service through its mean only. One server at
    0.7 forgets its start more slowly than first come first served, but WARMUP is still over 40
    relaxation times of M/M/1."""

    def test_insensitive(self):
        mean = theory.shared_sojourn(0.7, 1)
        for work in ("exp(1 s)", "1 s", "lognormal(1 s cv 1.5)", "hyperexp(1 s cv 2)"):
            with self.subTest(work=work):
                confirm(self, queue(f"M/G/1-PS, {work}", 0.7, work,
                                    {"cores": 1, "discipline": "sharing"}),
                        [response("mean", "case", mean), station("utilisation", "server", 0.7),
                         station("present_mean", "server", 0.7 * mean)])

    def test_four_cores(self):
        """Exponential work on 4 shared cores: the number present is M/M/4's birth and death process."""
        exact = theory.MMc(3.2, 1, 4)
        confirm(self, queue("M/M/4-PS", 3.2, "exp(1 s)", {"cores": 4, "discipline": "sharing"}),
                [response("mean", "case", exact.sojourn),
                 station("utilisation", "server", exact.utilisation),
                 station("present_mean", "server", exact.present)])


class Partners(unittest.TestCase):
    """Two partners on one station. Their arrivals are Poisson, so both find it as time averages say."""

    PARTNERS = {
        "partners": {"east": {"population": 3000, "staff": {"hall": 30}},
                     "west": {"population": 1000, "staff": {"hall": 10}}},
        "sites": {"hall": {}},
    }

    def test_same_work(self):
        """Rates 3 : 1 by population; each waits alike; shares of the work as the rates."""
        exact = theory.MMc(0.8, 1)
        case = queue("two partners, M/M/1", 0.8, "exp(1 s)", {"cores": 1}, 150_000, **self.PARTNERS)
        case["workloads"]["cases"]["rate"] = "0.2 / s per 1000 population"
        confirm(self, case, [
            response("mean", "case", exact.sojourn, "east"),
            response("mean", "case", exact.sojourn, "west"),
            response("p95", "case", exact.quantile(0.95), "east"),
            response("p95", "case", exact.quantile(0.95), "west"),
            Check("share of east", lambda r: r.station("share", "server", partner="east"), 0.75),
            Check("share of west", lambda r: r.station("share", "server", partner="west"), 0.25),
            station("utilisation", "server", 0.8),
        ])

    def two_services(self, discipline):
        return scenario(
            f"two partners, two services, {discipline}", horizon=WARMUP + 150_000, warmup=WARMUP,
            runs=RUNS, hosting={"app": "server"},
            compute={"server": {"site": "hall", "cores": 1, "discipline": discipline}},
            services={"long": {"steps": [{"compute": "app", "work": "exp(2 s)"}]},
                      "short": {"steps": [{"compute": "app", "work": "500 ms"}]}},
            workloads={"longs": {"service": "long", "partners": "east", "rate": "0.2 / s"},
                       "shorts": {"service": "short", "partners": "west", "rate": "0.6 / s"}},
            **self.PARTNERS)

    def test_different_work(self):
        """East: 0.2 / s of exp(2 s), west: 0.6 / s of 0.5 s. First come first served all wait
        lambda E[S^2] / (2 (1 - rho)) with lambda E[S^2] = 0.2 x 8 + 0.6 x 0.25; shares 4 : 3."""
        wait = (0.2 * 8 + 0.6 * 0.25) / (2 * 0.3)
        confirm(self, self.two_services("fifo"), [
            response("mean", "long", wait + 2, "east"), response("mean", "short", wait + 0.5, "west"),
            Check("share of east", lambda r: r.station("share", "server", partner="east"), 4 / 7),
            Check("share of west", lambda r: r.station("share", "server", partner="west"), 3 / 7),
            station("wait_mean", "server", wait), station("utilisation", "server", 0.7),
        ])

    def test_different_work_shared(self):
        """The same under processor sharing: each takes its own work / (1 - rho)."""
        confirm(self, self.two_services("sharing"), [
            response("mean", "long", 2 / 0.3, "east"), response("mean", "short", 0.5 / 0.3, "west"),
            Check("share of east", lambda r: r.station("share", "server", partner="east"), 4 / 7),
            station("utilisation", "server", 0.7),
        ])


class Unstable(unittest.TestCase):
    """A station that is offered its capacity or more has no figure of response; the others keep theirs, and
    closed workloads never overload."""

    def test_named(self):
        case = scenario(
            "overload", horizon=20_000, runs=2, hosting={"do-a": "a", "do-b": "b", "do-c": "c"},
            compute={name: {"site": "hall", "cores": 2} for name in "abc"},
            services={"over": {"steps": [{"compute": "do-b", "work": "exp(1 s)"},
                                         {"compute": "do-a", "work": "exp(1 s)"}]},
                      "under": {"steps": [{"compute": "do-b", "work": "exp(100 ms)"}]},
                      "users": {"steps": [{"compute": "do-c", "work": "exp(1 s)"}]}},
            workloads={"overs": {"service": "over", "partners": "all", "rate": "1.8 / s"},
                       "others": {"service": "extra", "partners": "all", "rate": "0.3 / s"},
                       "unders": {"service": "under", "partners": "all", "rate": "0.1 / s"},
                       "crowd": {"service": "users", "partners": "all", "users": 50, "think": "1 s"}})
        case["services"]["extra"] = {"steps": [{"compute": "do-a", "work": "exp(1 s)"}]}
        result = run(case)
        for name, load, unstable in (("a", 1.05, 1), ("b", 0.905, 0), ("c", 0, 0)):
            self.assertAlmostEqual(result.station("load", name)[0], load, delta=1e-9)
            self.assertEqual(list(result.station("unstable", name)), [unstable] * 2)
        for service, unstable in (("over", 1), ("extra", 1), ("under", 0), ("users", 0)):
            mean = result.service("response_mean", service)
            self.assertEqual(list(result.service("unstable", service)), [unstable] * 2)
            self.assertEqual([value != value for value in mean], [bool(unstable)] * 2, service)
        self.assertTrue((result.service("offered", "over") > 30_000).all())


class Laws(unittest.TestCase):
    """A delay occupies nothing, so its responses are independent draws of its law: mean and percentiles.
    50 x 40,000 draws: p99 of the most skewed law (hyperexp, cv 2) has a standard error of 0.3 %. Who is
    still waiting at the end is left out, and that is who waits long: a bias of E[X^2] / (2 x 40,000 s)
    in the mean, under a tenth of the standard error."""

    def confirm_law(self, text, quantile):
        case = scenario(f"delay {text}", horizon=41_000, warmup=1000, runs=RUNS,
                        services={"case": {"steps": [{"delay": text}]}},
                        workloads={"cases": {"service": "case", "partners": "all", "rate": "1 / s"}})
        confirm(self, case, [response("mean", "case", 2.0)] +
                [response(f"p{p}", "case", 2 * quantile(p / 100)) for p in (50, 90, 95, 99)])

    def test_exponential(self):
        self.confirm_law("exp(2 s)", theory.MMc(0, 1).quantile)

    def test_uniform(self):
        self.confirm_law("uniform(1 s 3 s)", lambda p: 0.5 + p)

    def test_erlang(self):
        self.confirm_law("erlang(2 s shape 4)", lambda p: theory.quantile_of_tail(
            lambda t: theory.erlang_tail(t, 4), p, 1))

    def test_hyperexponential(self):
        self.confirm_law("hyperexp(2 s cv 2)", lambda p: theory.quantile_of_tail(
            lambda t: theory.hyperexp_tail(t, 2), p, 1))

    def test_lognormal(self):
        self.confirm_law("lognormal(2 s cv 1.5)", lambda p: theory.lognormal_quantile(
            NormalDist().inv_cdf(p), 1.5))


if __name__ == "__main__":
    unittest.main()
