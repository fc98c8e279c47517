# SPDX-License-Identifier: Apache-2.0
"""A finite room that refuses: so many places, those in service included. Waits and responses are those of who is
let in."""

import rooms
from build import Case, losses, queue, systems, waits
from chain import Chain
from judge import part, queued, response, share_lost, station, wait, waits_longer

BIRTH_AND_DEATH = "birth and death; Gross and Harris, section 2.4"
LAWS = {"exp": "exp(1 s)", "lognormal": "lognormal(1 s cv 2)", "constant": "1 s",
        "hyperexp": "hyperexp(1 s cv 2.1343747458109497)"}


def full(id, title, source, rate, work, servers, room, exact, customers, unit=1, quantiles=(), fast=False):
    """M/M/c/K. `exact` holds the figures: refused, present, queued, throughput, sojourn, wait, utilisation,
    waits; those that are None are left out."""
    text = queue(title, rate, work, servers, customers, room=room)
    text = losses(waits(text, quantiles=tuple(quantiles)), "q")
    checks = (
        share_lost("refused", "q", exact["refused"]), part("failed", "q", exact["refused"]),
        station("present_mean", "q", exact["present"]), queued("q", servers, exact["queued"]),
        station("throughput", "q", exact["throughput"] / unit),
        response("mean", "q", exact["sojourn"] * unit), station("wait_mean", "q", exact["wait"] * unit),
        station("utilisation", "q", exact["utilisation"]), waits_longer("q", 0, exact["waits"]),
        *[wait(f"p{p}", "q", value) for p, value in dict(quantiles).items()])
    return Case(id, title, source, text, checks, fast)


def of_theory(id, title, rate, servers, room, customers, quantiles=()):
    exact = rooms.MMcK(rate, 1, servers, room)
    return full(id, title, BIRTH_AND_DEATH, rate, "exp(1 s)", servers, room, vars(exact), customers,
                quantiles={p: exact.wait_quantile(p / 100) for p in quantiles})


def erlang_b():
    """Insensitive: only the mean of the work counts."""
    text = systems("Erlang's loss", {law: (20, work, {"cores": 25, "room": 25}) for law, work in LAWS.items()},
                   20_000, 200)
    return Case("erlangb-1", "M/G/25/25 at 20 erlangs: four laws of work",
                "Erlang 1917; Jagerman, Bell System Technical Journal 53(3), 1974", losses(text, *LAWS),
                tuple(check for law in LAWS for check in (
                    share_lost("refused", law, 0.0502217778907946), station("utilisation", law, 0.7598225776873643),
                    station("present_mean", law, 18.995564442184108))), fast=True)


def erlang_work():
    """M/E2/2/5 by its chain: the number of phases left of each job in service, and who waits."""
    def moves(state):
        served, queue_length = state
        if len(served) < 2:
            yield 1.6, (tuple(sorted((*served, 2))), queue_length)
        elif queue_length < 3:
            yield 1.6, (served, queue_length + 1)
        for i, phases in enumerate(served):
            rest = served[:i] + served[i + 1:]
            if phases == 2:
                yield 2.0, (tuple(sorted((*rest, 1))), queue_length)
            elif queue_length:
                yield 2.0, (tuple(sorted((*rest, 2))), queue_length - 1)
            else:
                yield 2.0, (rest, 0)
    chain = Chain(((), 0), moves)
    refused = chain.chance(lambda s: s[1] == 3)
    present, waiting = chain.mean(lambda s: len(s[0]) + s[1]), chain.mean(lambda s: s[1])
    through = 1.6 * (1 - refused)
    return Case("me2c-room", "M/E2/2/5: Erlang work in a finite room", "Markov chain of phases, solved numerically",
                losses(queue("M/E2/2/5", 1.6, "erlang(1 s shape 2)", 2, 200_000, room=5), "q"), (
                    share_lost("refused", "q", refused), station("present_mean", "q", present),
                    queued("q", 2, waiting), response("mean", "q", present / through),
                    station("wait_mean", "q", waiting / through), station("throughput", "q", through)))


CASES = [
    full("mmck-1", "M/M/1/5 at 0.9", BIRTH_AND_DEATH, 0.9, "exp(1 s)", 1, 5, dict(
        refused=0.12602254998836857, present=2.1947823006280958, queued=1.4082025956176274,
        throughput=0.7865797050104683, sojourn=2.790285951503016, wait=1.7902859515030154,
        utilisation=0.7865797050104683, waits=0.7558057190300603), 200_000, fast=True),
    full("rossetti-mm1k", "M/M/1/6, a fax buffer, 1 and 1.2 a minute",
         "Rossetti, Simulation Modeling with Arena, appendix on queueing", 1 / 60, "exp(50 s)", 1, 6, dict(
             refused=0.07742392634692856, present=2.2901625778575, queued=1.5213491831466077,
             throughput=0.9225760736530715, sojourn=2.482356353324095, wait=1.649023019990762,
             utilisation=0.7688133947108929, waits=0.7494118784441365), 200_000, unit=60),
    full("grossharris-mm37", "M/M/3/7, an inspection station, 1 a minute, 6 min each",
         "Gross and Harris, section 2.4", 1 / 60, "exp(6 min)", 3, 7, dict(
             refused=0.504820333041192, present=6.063102541630149, queued=3.092024539877301,
             throughput=0.495179666958808, sojourn=12.244247787610622, wait=6.244247787610621,
             utilisation=0.990359333917616, waits=0.9557522123893806), 200_000, unit=60),
    of_theory("mmck-4-12", "M/M/4/12 at 3.6, with its waits", 3.6, 4, 12, 300_000, (95, 99)),
    of_theory("mm2-2", "M/M/2/2 at 1.5: nobody waits", 1.5, 2, 2, 100_000),
    of_theory("mm1-over", "M/M/1/4 at 1.5: more work than the server can do", 1.5, 1, 4, 200_000, (50, 95)),
    erlang_b(), erlang_work(),
]
