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
    law("triangular", "triangular(500 ms 1 s 4500 ms)", lambda p: theory.triangular_quantile(p, 0.25, 0.5, 2.25),
        "by hand"),
    law("erlang", "erlang(2 s shape 4)", of_tail(lambda t: theory.erlang_tail(t, 4)), "a Poisson count below 4"),
    law("hyperexp", "hyperexp(2 s cv 2)", of_tail(lambda t: theory.hyperexp_tail(t, 2)),
        "balanced means; Tijms 2003, appendix B", fast=True),
    law("lognormal", "lognormal(2 s cv 1.5)",
        lambda p: theory.lognormal_quantile(NormalDist().inv_cdf(p), 1.5), "Johnson, Kotz and Balakrishnan I, ch. 14"),
    law("gamma", "gamma(2 s cv 0.8)", of_tail(lambda t: theory.gamma_tail(t, 1 / 0.64)),
        "incomplete gamma function; Abramowitz and Stegun 6.5"),
    law("gamma-wide", "gamma(2 s cv 1.6)", of_tail(lambda t: theory.gamma_tail(t, 1 / 2.56)),
        "incomplete gamma function; Abramowitz and Stegun 6.5"),
    law("weibull", "weibull(2 s shape 0.7)", lambda p: theory.weibull_quantile(p, 0.7),
        "Johnson, Kotz and Balakrishnan I, ch. 21"),
    law("pareto", "pareto(2 s shape 3.5)", lambda p: theory.pareto_quantile(p, 3.5),
        "Johnson, Kotz and Balakrishnan I, ch. 20", fast=True),
    law("ph2", "ph2(2 s cv 0.6)",
        of_tail(lambda t: theory.mixed_erlang_tail(t, theory.two_moment_parts(0.6))), "Tijms 2003, appendix B"),
    law("ph3", "ph3(2 s cv 1.5 skew 4)",
        of_tail(lambda t: theory.mixed_erlang_tail(t, theory.three_moment_parts(1.5, 4))),
        "Johnson and Taaffe 1989", fast=True),
    law("ph3-narrow", "ph3(2 s cv 0.7 skew 0.9)",
        of_tail(lambda t: theory.mixed_erlang_tail(t, theory.three_moment_parts(0.7, 0.9))),
        "Johnson and Taaffe 1989"),
]
