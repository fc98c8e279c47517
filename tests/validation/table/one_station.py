# SPDX-License-Identifier: Apache-2.0
"""Run lengths: M/M/1's mean number present, over a time t, has a standard error of about
sqrt(2 (1 + rho) / (rho (1 - rho)^2 mu t)) of its value (Whitt, Management Science 35(11), 1989): 25 million
services at 0.8 give 0.2 %. Bias: a run starts empty and forgets that as exp(-t / tau), tau = 1 / (mu (1 -
sqrt(rho))^2), 90 services at 0.8 (Cohen, The Single Server Queue, section II.2); each warm-up is 20 tau or
more. Who is unfinished at the end is left out: L of a run's customers, far below its standard error.
"""

import theory
from build import Case, queue, systems, waits
from chain import Chain
from judge import queued, response, share_of, station, wait, waits_longer
from program import HOUR, MINUTE, RUNS, scenario


def first_come(exact, rate, servers=1, name="q", quantiles=()):
    """What every station must show: `exact` has utilisation, present, wait and sojourn."""
    return (
        station("utilisation", name, exact.utilisation),
        station("throughput", name, rate),
        station("present_mean", name, exact.present),
        queued(name, servers, rate * exact.wait),
        station("wait_mean", name, exact.wait),
        response("mean", name, exact.sojourn),
        *[response(f"p{p}", name, exact.quantile(p / 100)) for p in quantiles])


def general(id, title, work, scv, rate=0.7, customers=250_000, tail=None, fast=False):
    """M/G/1 of mean 1 s. `tail(t)` is P(work > t): with it also quantiles of the wait."""
    text, checks = queue(title, rate, work, customers=customers), first_come(theory.MG1(rate, 1, scv), rate)
    if tail:
        text, lattice = waits(text), theory.WaitsOnLattice(rate, 1, tail, 120)
        checks += (waits_longer("q", 0, rate), *[wait(f"p{p}", "q", lattice.quantile(p / 100)) for p in (50, 95, 99)])
    return Case(id, title, "Pollaczek and Khinchine; Kleinrock, Queueing Systems I (1975), sections 5.6 and 5.7", text,
                checks, fast)


def in_milliseconds():
    """M/M/1 in milliseconds, on a core of speed 2."""
    case = queue("M/M/1 in milliseconds", 500, "exp(2 ms)", customers=125_000, speed=2)
    case["time"] = {"start": "2012-01-02", "horizon": "252 s", "warmup": "2 s", "interval": "252 s"}
    return case


TWO_PARTNERS = {
    "partners": {"east": {"population": 3000, "staff": {"hall": 30}},
                 "west": {"population": 1000, "staff": {"hall": 10}}},
    "sites": {"hall": {}},
}


def by_population():
    case = systems("two partners, same work", {"q": ("0.2 / s per 1000 population", "exp(1 s)", {"cores": 1})},
                   500_000, **TWO_PARTNERS)
    return case


def two_services(discipline):
    """East asks for long work, west for short."""
    return scenario(
        f"two partners, two services, {discipline}", horizon=402_000, warmup=2000, runs=RUNS,
        hosting={"do-q": "q"}, compute={"q": {"site": "hall", "cores": 1, "discipline": discipline}},
        services={"long": {"steps": [{"compute": "do-q", "work": "exp(2 s)"}]},
                  "short": {"steps": [{"compute": "do-q", "work": "500 ms"}]}},
        workloads={"longs": {"service": "long", "partners": "east", "rate": "0.2 / s"},
                   "shorts": {"service": "short", "partners": "west", "rate": "0.6 / s"}},
        **TWO_PARTNERS)


def phases(arrival, servers, arrivals_begin, moves_on, most=150):
    """The chain of M/PH/c: (phases of those in service, number that wait). `arrivals_begin` [(probability, phase)],
    `moves_on` {phase: (rate, next phase or None)}."""
    def moves(state):
        served, waiting = state
        if len(served) < servers:
            for p, phase in arrivals_begin:
                yield arrival * p, (tuple(sorted((*served, phase))), 0)
        elif waiting < most:
            yield arrival, (served, waiting + 1)
        for i, phase in enumerate(served):
            rate, after = moves_on[phase]
            rest = served[:i] + served[i + 1:]
            if after is not None:
                yield rate, (tuple(sorted((*rest, after))), waiting)
            elif waiting:
                for p, begun in arrivals_begin:
                    yield rate * p, (tuple(sorted((*rest, begun))), waiting - 1)
            else:
                yield rate, (rest, 0)
    return Chain(((), 0), moves)


def of_phases(id, title, work, rate, servers, begin, moves_on, customers):
    chain = phases(rate, servers, begin, moves_on)
    present, waiting = chain.mean(lambda s: len(s[0]) + s[1]), chain.mean(lambda s: s[1])
    return Case(id, title, "Markov chain of phases, solved numerically; Neuts 1981",
                queue(title, rate, work, servers, customers), (
                    station("utilisation", "q", rate / servers), station("present_mean", "q", present),
                    queued("q", servers, waiting), station("wait_mean", "q", waiting / rate),
                    response("mean", "q", present / rate)))


P, FAST, SLOW = theory.hyperexp_branches(2)

def from_file():
    """Work of five values of mean 1 s, each as likely."""
    values = (0.1, 0.3, 0.6, 1, 3)
    text = queue("M/G/1 from a file", 0.7, "empirical(work.csv)", customers=250_000)
    text["files"] = {"work.csv": "work [s]\n" + "".join(f"{v}\n" for v in values)}
    return Case("mg1-empirical", "M/G/1, work drawn from a file of five values",
                "Pollaczek and Khinchine; Kleinrock I, section 5.6", text,
                first_come(theory.MG1(0.7, 1, sum(v * v for v in values) / len(values) - 1), 0.7))


MM1, MM4, CLINIC = theory.MMc(0.8, 1), theory.MMc(3.2, 1, 4), theory.MMc(0.1 / MINUTE, 0.05 / MINUTE, 3)
MIXED_WAIT = (0.2 * 8 + 0.6 * 0.25) / (2 * 0.3)  # lambda E[S^2] / (2 (1 - rho))

CASES = [
    Case("mm1-1", "M/M/1 at 0.8", "Kleinrock, Queueing Systems I (1975), chapter 3",
         waits(queue("M/M/1", 0.8, "exp(1 s)")), (
             station("utilisation", "q", 0.8), station("present_mean", "q", 4),
             queued("q", 1, 3.2), station("wait_mean", "q", 4), response("mean", "q", 5),
             response("p50", "q", 3.465735902799727), response("p95", "q", 14.978661367769954),
             response("p99", "q", 23.02585092994046), waits_longer("q", 0, 0.8),
             wait("p50", "q", 2.350018146228679), wait("p95", "q", 13.862943611198904),
             wait("p99", "q", 21.910133173369406)), fast=True),
    Case("mm1-ms", "M/M/1 at 0.5 in milliseconds, on a core of speed 2", "Kleinrock I, section 3.2",
         in_milliseconds(), first_come(theory.MMc(500, 1000), 500, quantiles=(50, 90, 95, 99)), fast=True),
    Case("mmc-1", "M/M/4 at 0.8", "Gross and Harris, Fundamentals of Queueing Theory, section 2.3",
         waits(queue("M/M/4", 3.2, "exp(1 s)", 4, 2_000_000)), (
             station("utilisation", "q", 0.8), station("present_mean", "q", 5.585729887149618),
             queued("q", 4, 2.3857298871496186), station("wait_mean", "q", 0.7455405897342559),
             response("mean", "q", 1.7455405897342557), response("p50", "q", 1.3461990538193107),
             response("p95", "q", 4.7380194960365944), response("p99", "q", 6.893203748883007),
             waits_longer("q", 0, 0.5964324717874046), wait("p50", "q", 0.2204474116373254),
             wait("p95", "q", 3.098678777879882), wait("p99", "q", 5.110476168422507)), fast=True),
    Case("mmc-hosts", "M/M/4 at 0.8 as 2 hosts of 2 cores", "Gross and Harris, section 2.3",
         systems("2 hosts of 2", {"q": (3.2, "exp(1 s)", {"hosts": 2, "cores": 2})}, 300_000),
         first_come(MM4, 3.2, 4, quantiles=(50, 95, 99))),
    Case("grossharris-eyeclinic", "M/M/3, 6 and 3 an hour: the eye clinic", "Gross and Harris, section 2.3",
         queue("eye clinic", 6 / HOUR, "exp(20 min)", 3, 800_000, 100 * HOUR), (
             station("present_mean", "q", 2.888888888888889), queued("q", 3, 0.888888888888889),
             station("wait_mean", "q", 8.88888888888889 * MINUTE),
             response("mean", "q", 28.88888888888889 * MINUTE),
             response("p95", "q", CLINIC.quantile(0.95)))),
    Case("mmc-gmr", "M/M/50 at 0.96, a call centre where nobody gives up",
         "Garnett, Mandelbaum and Reiman, M&SOM 4(3), 2002",
         waits(queue("M/M/50", 0.8, "exp(1 min)", 50, 8_000_000, 200 * MINUTE), quantiles=(90,)), (
             station("utilisation", "q", 0.96), queued("q", 50, 16.666934668724025),
             station("wait_mean", "q", 20.83366833590503), waits_longer("q", 0, 0.6944556111968344),
             wait("p90", "q", 58.13874178200882),
             response("mean", "q", 60 + 20.83366833590503))),
    Case("mdc-1", "M/D/1 at 0.8", "Erlang 1909; Crommelin 1932; Franx, OR Letters 29, 2001",
         waits(queue("M/D/1", 0.8, "1 s", customers=350_000)), (
             station("utilisation", "q", 0.8), station("present_mean", "q", 2.4000000000167394),
             queued("q", 1, 1.6000000000167394), station("wait_mean", "q", 2.000000000020924),
             response("mean", "q", 3.000000000020924), response("p50", "q", 2.2759398733764415),
             response("p95", "q", 7.620324996844512), response("p99", "q", 11.355886792014033),
             waits_longer("q", 0, 0.8), wait("p50", "q", 1.2759398733764415), wait("p95", "q", 6.620324996844512),
             wait("p99", "q", 10.355886792014033)), fast=True),
    Case("mg1-uniform", "M/U/1 at 0.8, 0.5 to 1.5 s", "Takacs; Kleinrock I, section 5.7",
         waits(queue("M/U/1", 0.8, "uniform(0.5 s 1.5 s)", customers=500_000)), (
             station("utilisation", "q", 0.8), station("present_mean", "q", 2.533333333333334),
             queued("q", 1, 1.733333333333334), station("wait_mean", "q", 2.1666666666666674),
             response("mean", "q", 3.1666666666666674), waits_longer("q", 0, 0.8),
             wait("p50", "q", 1.3650887659206865), wait("p95", "q", 7.215792486436227),
             wait("p99", "q", 11.301045415109096))),
    general("mg1-lognormal", "M/LN/1, cv 1.5", "lognormal(1 s cv 1.5)", 2.25, customers=1_000_000,
            tail=lambda t: theory.lognormal_tail(t, 1.5)),
    general("mg1-erlang", "M/E4/1", "erlang(1 s shape 4)", 1 / 4, tail=lambda t: theory.erlang_tail(t, 4)),
    general("mg1-hyperexp", "M/H2/1, cv 2", "hyperexp(1 s cv 2)", 4, customers=800_000,
            tail=lambda t: theory.hyperexp_tail(t, 2)),
    general("mg1-gamma", "M/G/1, gamma work, cv 0.6", "gamma(1 s cv 0.6)", 0.36),
    general("mg1-weibull", "M/G/1, Weibull work of shape 0.8", "weibull(1 s shape 0.8)", theory.weibull_scv(0.8),
            customers=500_000, fast=True),
    general("mg1-pareto", "M/G/1, Pareto work of shape 5", "pareto(1 s shape 5)", theory.pareto_scv(5),
            tail=lambda t: theory.pareto_tail(t, 5)),
    general("mg1-triangular", "M/G/1, triangular work", "triangular(200 ms 300 ms 2500 ms)",
            (0.04 + 0.09 + 6.25 - 0.06 - 0.5 - 0.75) / 18),
    general("mg1-ph2", "M/G/1, work of two phase types, cv 0.7", "ph2(1 s cv 0.7)", 0.49),
    general("mg1-ph3", "M/G/1, work fitted to three moments, cv 1.4", "ph3(1 s cv 1.4 skew 3.5)", 1.96,
            customers=500_000),
    from_file(),
    of_phases("me2-2", "M/E2/2 at 0.85", "erlang(1 s shape 2)", 1.7, 2, [(1, 2)], {2: (2, 1), 1: (2, None)}, 700_000),
    of_phases("mh2-3", "M/H2/3 at 0.8, cv 2", "hyperexp(1 s cv 2)", 2.4, 3, [(P, 1), (1 - P, 2)],
              {1: (FAST, None), 2: (SLOW, None)}, 1_500_000),
    Case("mdc-2", "M/D/2 at 0.85", "Crommelin 1932", queue("M/D/2", 1.7, "1 s", 2, 500_000),
         first_come(theory.MDc(1.7, 2), 1.7, 2)),
    Case("mdc-10", "M/D/10 at 0.9", "Crommelin 1932", queue("M/D/10", 9, "1 s", 10, 1_000_000),
         first_come(theory.MDc(9, 10), 9, 10)),
    Case("two-partners", "M/M/1, two partners 3 : 1 with the same work",
         "arrivals find time averages; Wolff, Operations Research 30(2), 1982", by_population(), (
             response("mean", "q", MM1.sojourn, "east"), response("mean", "q", MM1.sojourn, "west"),
             response("p95", "q", MM1.quantile(0.95), "east"), response("p95", "q", MM1.quantile(0.95), "west"),
             share_of("q", "east", 0.75), share_of("q", "west", 0.25), station("utilisation", "q", 0.8))),
    Case("two-services", "M/G/1, long work for one partner, short for another",
         "all wait lambda E[S^2] / (2 (1 - rho)); Kleinrock I, section 5.6", two_services("fifo"), (
             response("mean", "long", MIXED_WAIT + 2, "east"),
             response("mean", "short", MIXED_WAIT + 0.5, "west"),
             share_of("q", "east", 4 / 7), share_of("q", "west", 3 / 7),
             station("wait_mean", "q", MIXED_WAIT), station("utilisation", "q", 0.7))),
]
