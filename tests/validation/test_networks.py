# SPDX-License-Identifier: Apache-2.0
"""Networks of stations against exact theory, through the scenario language and the built program.

Run lengths and warm-up as in test_stations: 50 runs, a standard error under 1 %, a warm-up of at least 20
relaxation times. A closed network's figures are time averages; its response is judged by Little's law
too, because throughput and number present are both checked. Its unfinished requests, at most the
population, are below a thousandth of a run's.
"""

import unittest

import theory
from cases import HOUR, RUNS, Check, confirm, response, scenario, station


def compute(role, work, **more):
    return {"compute": role, "work": work, **more}


def pools(*names, **keys):
    return {name: {"site": "hall", "cores": 1, **keys} for name in names}


def hosted(*names):
    """Each pool provides the role of its own name after `do-`."""
    return {f"do-{name}": name for name in names}


class Open(unittest.TestCase):
    def test_tandem(self):
        """Two M/M/1 in series: successive sojourns are independent, so the response is the sum of two
        exponentials. Burke, Operations Research 4(6), 1956; Reich, Annals of Math. Statistics 28, 1957."""
        first, second = theory.MMc(0.7, 1), theory.MMc(0.7, 1.25)

        def tail(t):
            return theory.two_stage_tail(t, first.slack, second.slack)
        case = scenario(
            "tandem of two", horizon=152_000, warmup=2000, runs=RUNS, hosting=hosted("a", "b"),
            compute=pools("a", "b"),
            services={"case": {"steps": [compute("do-a", "exp(1 s)"), compute("do-b", "exp(800 ms)")]}},
            workloads={"cases": {"service": "case", "partners": "all", "rate": "0.7 / s"}})
        confirm(self, case, [
            response("mean", "case", first.sojourn + second.sojourn),
            *[response(f"p{p}", "case", theory.quantile_of_tail(tail, p / 100, 5))
              for p in (50, 95, 99)],
            station("present_mean", "a", first.present), station("present_mean", "b", second.present),
            station("wait_mean", "a", first.wait), station("wait_mean", "b", second.wait),
            station("throughput", "b", 0.7),
        ])

    def test_choice_of_stations(self):
        """A Poisson stream split 30 : 70 at random is two Poisson streams."""
        left, right = theory.MMc(0.3, 0.5), theory.MMc(0.7, 1)
        case = scenario(
            "choice of two stations", horizon=152_000, warmup=2000, runs=RUNS,
            hosting=hosted("a", "b"), compute=pools("a", "b"),
            services={"case": {"steps": [{"choice": [
                {"share": "30 %", "steps": [compute("do-a", "exp(2 s)")]},
                {"share": "70 %", "steps": [compute("do-b", "exp(1 s)")]}]}]}},
            workloads={"cases": {"service": "case", "partners": "all", "rate": "1 / s"}})
        confirm(self, case, [
            response("mean", "case", 0.3 * left.sojourn + 0.7 * right.sojourn),
            response("p95", "case", theory.quantile_of_tail(
                lambda t: 0.3 * left.tail(t) + 0.7 * right.tail(t), 0.95, 5)),
            station("throughput", "a", 0.3), station("throughput", "b", 0.7),
            station("present_mean", "a", left.present), station("present_mean", "b", right.present),
        ])

    def test_choice_of_work(self):
        """One station, work drawn from a mixture, 25 % of 2 s, 75 % of exp(400 ms), and a branch that
        does nothing before it: M/G/1."""
        mean = 0.25 * 2 + 0.75 * 0.4
        second = 0.25 * 4 + 0.75 * 2 * 0.16
        exact = theory.MG1(0.9, mean, second / mean ** 2 - 1)
        case = scenario(
            "choice of work", horizon=152_000, warmup=2000, runs=RUNS, hosting=hosted("a"),
            compute=pools("a"),
            services={"case": {"steps": [
                {"choice": [{"share": "50 %"}, {"share": "50 %", "steps": [{"delay": "1 s"}]}]},
                {"choice": [{"share": "25 %", "steps": [compute("do-a", "2 s")]},
                            {"share": "75 %", "steps": [compute("do-a", "exp(400 ms)")]}]}]}},
            workloads={"cases": {"service": "case", "partners": "all", "rate": "0.9 / s"}})
        confirm(self, case, [response("mean", "case", 0.5 + exact.sojourn),
                             station("wait_mean", "a", exact.wait),
                             station("utilisation", "a", exact.utilisation)])

    def test_repeats(self):
        """`times: 3` at one first-come station: every visit is an arrival of rate 3 lambda, and with one
        exponential law for all visits the network has product form, so the number present is M/M/1's.
        Baskett, Chandy, Muntz and Palacios, JACM 22(2), 1975."""
        exact = theory.MMc(0.75, 1)
        case = scenario(
            "three visits", horizon=202_000, warmup=2000, runs=RUNS, hosting=hosted("a"),
            compute=pools("a"),
            services={"case": {"steps": [compute("do-a", "exp(1 s)", times=3)]}},
            workloads={"cases": {"service": "case", "partners": "all", "rate": "0.25 / s"}})
        confirm(self, case, [
            response("mean", "case", 3 * exact.sojourn), station("throughput", "a", 0.75),
            station("present_mean", "a", exact.present), station("wait_mean", "a", exact.wait)])

    def test_two_classes(self):
        """Two services over two shared stations: the mean time at each is demand / (1 - utilisation).
        Lazowska et al., Quantitative System Performance (1984), section 7.4.1."""
        demands, rates = {"x": (1, 1.5), "y": (2, 1)}, {"x": 0.25, "y": 0.15}
        load = [sum(rates[s] * demands[s][i] for s in rates) for i in (0, 1)]
        case = scenario(
            "open, two classes", horizon=182_000, warmup=2000, runs=RUNS, hosting=hosted("a", "b"),
            compute=pools("a", "b", discipline="sharing"),
            services={s: {"steps": [compute("do-a", f"exp({d[0]} s)"),
                                    compute("do-b", f"lognormal({d[1]} s cv 1.2)")]}
                      for s, d in demands.items()},
            workloads={f"{s}s": {"service": s, "partners": "all", "rate": f"{rate} / s"}
                       for s, rate in rates.items()})
        confirm(self, case, [
            *[response("mean", s, sum(d / (1 - u) for d, u in zip(demands[s], load))) for s in demands],
            station("present_mean", "a", load[0] / (1 - load[0])),
            station("present_mean", "b", load[1] / (1 - load[1]))])

    def test_thinking_is_infinitely_many_servers(self):
        """A delay between two stations: Jackson's theorem holds, the delay adds its mean."""
        exact = theory.MMc(0.6, 1)
        case = scenario(
            "station, delay, station", horizon=102_000, warmup=2000, runs=RUNS,
            hosting=hosted("a", "b"), compute=pools("a", "b"),
            services={"case": {"steps": [compute("do-a", "exp(1 s)"), {"delay": "uniform(0 s 20 s)"},
                                         compute("do-b", "exp(1 s)")]}},
            workloads={"cases": {"service": "case", "partners": "all", "rate": "0.6 / s"}})
        confirm(self, case, [response("mean", "case", 2 * exact.sojourn + 10),
                             station("present_mean", "b", exact.present)])


class Closed(unittest.TestCase):
    def confirm_classes(self, title, demands, population, think, discipline, seconds, laws=None):
        """Class c is service `class-c`: one visit to each station. Demands and think times in seconds."""
        exact = theory.Closed(demands, population, think)
        names = [f"station-{i}" for i in range(len(demands[0]))]
        services, workloads = {}, {}
        for c, row in enumerate(demands):
            services[f"class-{c}"] = {"steps": [
                compute(f"do-{name}", (laws or "exp({} s)").format(d)) for name, d in zip(names, row)]}
            workloads[f"users-{c}"] = {"service": f"class-{c}", "partners": "all",
                                       "users": population[c], "think": f"exp({think[c]} s)"}
        case = scenario(title, horizon=seconds + seconds // 20, warmup=seconds // 20, runs=RUNS,
                        hosting=hosted(*names), compute=pools(*names, discipline=discipline),
                        services=services, workloads=workloads)
        checks = [response("mean", f"class-{c}", exact.response[c]) for c in range(len(demands))]
        checks += [Check(f"throughput of class {c}", lambda r, c=c: r.service("offered", f"class-{c}"),
                         exact.throughput[c] * seconds) for c in range(len(demands))]
        for i, name in enumerate(names):
            checks += [station("utilisation", name, exact.utilisation[i]),
                       station("present_mean", name, exact.present[i])]
        confirm(self, case, checks)

    def test_one_class(self):
        """Exact mean value analysis, first come first served."""
        self.confirm_classes("closed, one class", [[2, 3, 1]], [8], [4], "fifo", 60 * HOUR)

    def test_one_class_shared(self):
        """Shared stations: the mean depends on no law of work."""
        self.confirm_classes("closed, one class, shared", [[2, 3, 1]], [8], [4], "sharing", 60 * HOUR,
                             "lognormal({} s cv 1.3)")

    def test_two_classes(self):
        """Two classes of different demands at shared stations."""
        self.confirm_classes("closed, two classes", [[1, 3], [2, 0.5]], [5, 7], [10, 6], "sharing",
                             60 * HOUR)

    def test_two_classes_first_come(self):
        """First come first served keeps product form where both classes have one law there."""
        self.confirm_classes("closed, two classes, first come", [[1, 2], [1, 2]], [4, 6], [5, 25], "fifo",
                             60 * HOUR)

    def test_repairman(self):
        """Ten machines, two crews: users are machines, thinking is running, the pool is the crew."""
        exact = theory.Repairman(10, 1 / 20, 1 / 5, 2)
        case = scenario(
            "machine repair", horizon=210_000, warmup=10_000, runs=RUNS, hosting=hosted("crew"),
            compute=pools("crew", cores=2),
            services={"repair": {"steps": [compute("do-crew", "exp(5 s)")]}},
            workloads={"machines": {"service": "repair", "partners": "all", "users": 10,
                                    "think": "exp(20 s)"}})
        confirm(self, case, [
            response("mean", "repair", exact.sojourn), station("wait_mean", "crew", exact.wait),
            station("utilisation", "crew", exact.utilisation),
            station("present_mean", "crew", exact.present),
            station("throughput", "crew", exact.throughput)])


if __name__ == "__main__":
    unittest.main()
