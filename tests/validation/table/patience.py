# SPDX-License-Identifier: Apache-2.0
"""Who has waited as long as its patience leaves before it is served. Waits are those of all who came, the lesser
of what was offered and the patience."""

import math

import rooms
import theory
from build import Case, asking, losses, waits
from judge import mean, part, queued, share_lost, station, wait, waits_longer
from program import MINUTE, RUNS, scenario

ZELTYN = "Zeltyn and Mandelbaum, Queueing Systems 51, 2005"


def desk(title, rate, work, people, patience, customers, warmup, quantiles=(95, 99), longer=(0,)):
    """A desk `q` of so many people, day and night."""
    text = scenario(
        title, horizon=round(warmup + customers / rate), warmup=warmup, runs=RUNS, hosting={"do-q": "q"},
        hours={"always": "daily 00:00-24:00"}, desks={"q": {"site": "hall", "people": {"always": people}}},
        services={"q": {"steps": [{"desk": "do-q", "work": work, "patience": patience}]}},
        workloads={"ask-q": asking("q", rate=rate)})
    return losses(waits(text, quantiles=quantiles, longer=longer), "q", figures=("abandoned",))


def of_theory(id, title, rate, people, patience, tail, customers, longest, quantiles=(95, 99), fast=False):
    """M/M/n+G, mean work 1 s."""
    exact = rooms.Impatient(rate, 1, people, tail, longest)
    text = desk(title, rate, "exp(1 s)", people, patience, customers, 500, quantiles)
    return Case(id, title, ZELTYN, text, (
        share_lost("abandoned", "q", exact.abandoned), part("failed", "q", exact.abandoned),
        waits_longer("q", 0, exact.waits), station("wait_mean", "q", exact.wait), queued("q", people, exact.queued),
        station("utilisation", "q", exact.utilisation), station("throughput", "q", exact.throughput),
        *[wait(f"p{p}", "q", exact.wait_quantile(p / 100)) for p in quantiles]), fast)


def step_down(t, end):
    """P(patience > t) of a constant patience; half at its very end, as an integral over a grid wants it."""
    return 0.5 if abs(t - end) < 1e-9 else 1.0 if t < end else 0.0


def erlang_a():
    """Per minute in the source; its median wait is 0, as more than half do not wait."""
    text = desk("Erlang A", 0.8, "exp(1 min)", 50, "exp(2 min)", 1_500_000, 100 * MINUTE, (50, 95, 99), (0, 30))
    return Case("erlanga-1", "M/M/50+M, 48 a minute, work of 1 min, patience of 2 min",
                f"Garnett, Mandelbaum and Reiman, M&SOM 4(3), 2002; {ZELTYN}", text, (
                    waits_longer("q", 0, 0.46777406855379083), share_lost("abandoned", "q", 0.03091224916219316),
                    station("wait_mean", "q", 0.061824498324386454 * MINUTE), queued("q", 50, 2.9675759195705496),
                    station("throughput", "q", 46.516212040214725 / MINUTE),
                    station("utilisation", "q", 0.9303242408042945), wait("p50", "q", 0, error_abs=0.001),
                    wait("p95", "q", 0.2776573085480016 * MINUTE), wait("p99", "q", 0.4152883893661016 * MINUTE),
                    waits_longer("q", 30, 0.0031555589271087103, error_abs=5e-5)), fast=True)


def overloaded():
    """More work than people: as many leave as cannot be served, so it is stable. Pools are patient too."""
    exact = rooms.Impatient(6, 1, 4, lambda t: math.exp(-t / 3), 60)
    text = scenario(
        "patience at a pool", horizon=101_000, warmup=1000, runs=RUNS, hosting={"do-q": "q"},
        compute={"q": {"site": "hall", "cores": 4}},
        services={"q": {"steps": [{"compute": "do-q", "work": "exp(1 s)", "patience": "exp(3 s)"}]}},
        workloads={"ask-q": asking("q", rate=6)})
    text = losses(text, "q", figures=("abandoned",))
    return Case("mm4m-over", "M/M/4+M at 1.5 of what a pool can do", ZELTYN, text, (
        share_lost("abandoned", "q", exact.abandoned), station("wait_mean", "q", exact.wait),
        queued("q", 4, exact.queued), station("utilisation", "q", exact.utilisation),
        mean("answered: q", lambda r: r.service("completed", "q") / r.service("offered", "q"),
             1 - exact.abandoned)))


CASES = [
    erlang_a(),
    of_theory("mm3m", "M/M/3+M at 2.7, patience of 2 s", 2.7, 3, "exp(2 s)", lambda t: math.exp(-t / 2), 400_000, 60),
    of_theory("mm10-const", "M/M/10+D at 9.5: everybody waits 0.4 s at most", 9.5, 10, "400 ms",
              lambda t: step_down(t, 0.4), 400_000, 4, quantiles=(), fast=True),
    of_theory("mm5-uniform", "M/M/5+G at 5, patience uniform from 0 to 3 s", 5, 5, "uniform(0 s 3 s)",
              lambda t: max(0.0, 1 - t / 3), 400_000, 10),
    of_theory("mm2-erlang", "M/M/2+G at 2.4, patience Erlang of mean 1.5 s", 2.4, 2, "erlang(1500 ms shape 3)",
              lambda t: theory.erlang_tail(t / 1.5, 3), 400_000, 40),
    overloaded(),
]
