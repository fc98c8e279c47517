# SPDX-License-Identifier: Apache-2.0
"""The laws of random quantities, as delays: a delay occupies nothing, so its responses are independent draws.
Who is still waiting at the end is left out, and that is who waits long: a bias of E[X^2] / (2 x 60,000 s) in
the mean, under a tenth of the standard error."""

from statistics import NormalDist

import theory
from build import Case, asking, network
from judge import response


def law(id, text, quantile, source, fast=False):
    """Mean 2 s; `quantile` is that of mean 1."""
    case = network(f"delay {text}", 60_000, 1000, {}, {"case": [{"delay": text}]},
                   {"cases": asking("case", rate=5)})
    return Case(f"law-{id}", text, source, case, (
        response("mean", "case", 2),
        *[response(f"p{p}", "case", 2 * quantile(p / 100)) for p in (50, 90, 95, 99)]), fast)


def of_tail(tail):
    return lambda p: theory.quantile_of_tail(tail, p, 1)


CASES = [
    law("exp", "exp(2 s)", theory.MMc(0, 1).quantile, "-ln(1 - p)", fast=True),
    law("uniform", "uniform(1 s 3 s)", lambda p: 0.5 + p, "1 + 2 p"),
    law("erlang", "erlang(2 s shape 4)", of_tail(lambda t: theory.erlang_tail(t, 4)), "a Poisson count below 4"),
    law("hyperexp", "hyperexp(2 s cv 2)", of_tail(lambda t: theory.hyperexp_tail(t, 2)),
        "balanced means; Tijms 2003, appendix B", fast=True),
    law("lognormal", "lognormal(2 s cv 1.5)",
        lambda p: theory.lognormal_quantile(NormalDist().inv_cdf(p), 1.5), "Johnson, Kotz and Balakrishnan I, ch. 14"),
]
