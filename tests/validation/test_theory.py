# SPDX-License-Identifier: Apache-2.0
"""The formulas that the table uses (theory.py, rooms.py, disciplines.py) against collected and published
values, and against Markov chains solved numerically (chain.py). Runs no simulation."""

import cmath
import math
import unittest

import disciplines
import rooms
import theory
from chain import Chain, birth_death


class Formulas(unittest.TestCase):
    def near(self, got, value, relative=1e-9):
        self.assertAlmostEqual(got, value, delta=relative * abs(value))

    def pairs(self, *pairs, relative=1e-9):
        for got, value in pairs:
            self.near(got, value, relative)


class Collected(Formulas):
    """Each by the identifier of its case."""

    def test_stations(self):
        one, four = theory.MMc(0.8, 1), theory.MMc(3.2, 1, 4)  # mm1-1, mmc-1
        self.pairs((one.wait, 4), (one.sojourn, 5), (one.present, 4), (one.quantile(0.5), 3.465735902799727),
                   (one.quantile(0.95), 14.978661367769954), (one.quantile(0.99), 23.02585092994046),
                   (four.waits, 0.5964324717874046), (four.wait, 0.7455405897342559),
                   (four.quantile(0.5), 1.3461990538193107), (four.quantile(0.95), 4.7380194960365944),
                   (four.quantile(0.99), 6.893203748883007))
        self.near(theory.MG1(0.8, 1, 1 / 12).sojourn, 3.1666666666666674)  # mg1-uniform
        tail = theory.mg1_wait_tail(0.8, 1, lambda s: (cmath.exp(-s / 2) - cmath.exp(-1.5 * s)) / s)
        self.pairs((theory.quantile_of_tail(tail, 0.95, 3), 7.215792486436227),
                   (theory.quantile_of_tail(tail, 0.99, 3), 11.301045415109096), relative=1e-6)
        self.pairs((one.wait_quantile(0.95), 13.862943611198904), (four.wait_quantile(0.5), 0.2204474116373254))
        two = theory.MDc(0.8, 1)
        self.pairs((two.present, 2.4), (two.waits, 0.8), relative=1e-8)
        self.near(theory.shared_sojourn(0.7, 1), 3.333333333333333)        # mg1ps-exp
        self.near(theory.md1_sojourn_quantile(0.5, 0.8, 1), 2.2759398733764415)  # mdc-1
        self.near(theory.md1_sojourn_quantile(0.95, 0.8, 1), 7.620324996844512)
        self.near(theory.quantile_of_tail(lambda t: theory.two_stage_tail(t, 0.3, 0.55), 0.95, 5),
                  12.533795824384988)  # tandem-2

    def test_networks(self):
        jain = theory.Closed([[2, 3, 1]], [20], [4])             # mva-jain
        two = theory.Closed([[1, 3], [2, 4]], [1, 1], [0, 0])    # lazowska-142
        office = theory.Jackson([1 / 240, 0, 0, 0], [20, 600, 300, 60], [
            [0, 0.3, 0.7, 0], [0, 0, 0.2, 0.8], [0, 0.1, 0, 0.9], [0, 0, 0, 0]])  # gunther-passport
        self.pairs((jain.throughput[0], 0.3332465122205763), (jain.response[0], 56.01563187182579),
                   (two.throughput[0], 3 / 19), (two.response[1], 9.5), (office.sojourn, 11738.181818181782),
                   (theory.Repairman(10, 0.1, 1, 1).wait, 1.732079438553741))  # repairman-1

    def test_rooms(self):
        small, fax, shop = rooms.MMcK(0.9, 1, 1, 5), rooms.MMcK(1, 1.2, 1, 6), rooms.MMcK(1, 1 / 6, 3, 7)
        self.pairs((small.refused, 0.12602254998836857), (small.present, 2.1947823006280958),  # mmck-1
                   (small.queued, 1.4082025956176274), (small.sojourn, 2.790285951503016),
                   (small.waits, 0.7558057190300603), (fax.refused, 0.07742392634692856),      # rossetti-mm1k
                   (fax.wait, 1.649023019990762), (shop.refused, 0.504820333041192),           # grossharris-mm37
                   (shop.present, 6.063102541630149), (shop.waits, 0.9557522123893806),
                   (rooms.erlang_b(25, 20), 0.0502217778907946))                               # erlangb-1

    def test_impatience(self):
        """erlanga-1, in minutes; by the trapezium rule."""
        desk = rooms.Impatient(48, 1, 50, lambda t: math.exp(-t / 2), 6)
        self.pairs((desk.waits, 0.46777406855379083), (desk.abandoned, 0.03091224916219316),
                   (desk.wait, 0.061824498324386454), (desk.queued, 2.9675759195705496),
                   (desk.utilisation, 0.9303242408042945), (desk.wait_quantile(0.95), 0.2776573085480016),
                   (desk.wait_quantile(0.99), 0.4152883893661016), (desk.wait_tail(0.5), 0.0031555589271087103),
                   relative=1e-5)

    def test_priorities_and_shares(self):
        self.pairs(*zip(disciplines.cobham([0.2, 0.6], [1, 1], [2, 2]), (1, 5)))  # prio-np-ciw
        self.pairs(*zip(disciplines.discriminatory([0.3, 0.4], [1, 1], [2, 1]),   # dps-1
                        (2.6666666666666665, 3.8333333333333326)))


class Chains(Formulas):
    """Two methods, one value."""

    def test_elimination_and_iteration(self):
        """M/M/1 by either way of solving a chain."""
        for most in (300, 900):
            chain = Chain(0, lambda n: [(0.7 * (n < most), n + 1), (1.0 * (n > 0), n - 1)])
            self.near(chain.mean(lambda n: n), 0.7 / 0.3, 1e-8)
        self.near(birth_death([0.7] * 300, [1] * 300)[0], 0.3)

    def test_constant_work_in_a_room(self):
        """M/D/1/K: the chain at departures and the formula; with endless room it is M/D/1."""
        for load, room in ((0.9, 5), (0.5, 2), (1.3, 4), (0.8, 1)):
            self.near(rooms.MD1K(load / 2, 2, room).refused, rooms.md1k_refused(load, room), 1e-9)
        self.near(rooms.MD1K(0.8, 1, 1).refused, rooms.erlang_b(1, 0.8))
        self.near(rooms.MD1K(0.8, 1, 150).present, theory.MDc(0.8, 1).present, 1e-6)

    def test_waits_beyond(self):
        """M/D/1: the integral of its law and the inverse of its transform, E[W] / s - (1 - E[exp(-s W)]) / s^2."""
        def transform(s):
            return 2 / s - (1 - 0.2 * s / (s - 0.8 + 0.8 * cmath.exp(-s))) / (s * s)
        self.near(theory.md1_wait_beyond(0, 0.8, 1), 2)
        for x in (0.3, 1, 2.5):
            self.near(theory.md1_wait_beyond(x, 0.8, 1), theory.inverted(transform, x), 1e-6)

    def test_impatience(self):
        """M/M/3+M by birth and death."""
        p = birth_death([2.5] * 200, [min(n, 3) + 0.4 * max(n - 3, 0) for n in range(1, 201)])
        queued = sum((n - 3) * x for n, x in enumerate(p) if n > 3)
        desk = rooms.Impatient(2.5, 1, 3, lambda t: math.exp(-0.4 * t), 60)
        self.pairs((desk.queued, queued), (desk.abandoned, 0.4 * queued / 2.5), relative=1e-5)

    def test_priorities(self):
        """Two classes of exponential work, mean 1 and 2: without interruption and with."""
        rates, means = (0.3, 0.2), (1, 2)

        def moves(state):
            one, two, busy = state
            for i, more in ((0, (one + 1, two)), (1, (one, two + 1))):
                if more[i] <= 60:
                    yield rates[i], (*more, busy if busy else i + 1)
            if busy:
                one, two = (one - 1, two) if busy == 1 else (one, two - 1)
                yield 1 / means[busy - 1], (one, two, 1 if one else 2 if two else 0)
        chain = Chain((0, 0, 0), moves)
        waits = disciplines.cobham(rates, means, (2, 8))
        for i in (0, 1):
            self.near(chain.mean(lambda s, i=i: s[i]), rates[i] * (waits[i] + means[i]), 1e-4)

        def interrupting(state):
            one, two = state
            if one < 60:
                yield rates[0], (one + 1, two)
            if two < 60:
                yield rates[1], (one, two + 1)
            if one:
                yield 1 / means[0], (one - 1, two)
            elif two:
                yield 1 / means[1], (one, two - 1)
        chain = Chain((0, 0), interrupting)
        for i, sojourn in enumerate(disciplines.preemptive(rates, means, (2, 8))):
            self.near(chain.mean(lambda s, i=i: s[i]), rates[i] * sojourn, 1e-4)

    def test_priorities_of_servers(self):
        """M/M/2, two classes of one law."""
        def moves(state):
            busy, one, two = state
            if busy < 2:
                yield 1.3, (busy + 1, 0, 0)
            else:
                yield 0.5 * (one < 60), (2, one + 1, two)
                yield 0.8 * (two < 60), (2, one, two + 1)
            if busy:
                after = (2, one - 1, two) if one else (2, one, two - 1) if two else (busy - 1, 0, 0)
                yield busy, after
        chain = Chain((0, 0, 0), moves)
        waits = disciplines.cobham_servers((0.5, 0.8), 1, 2)
        self.pairs((chain.mean(lambda s: s[1]), 0.5 * waits[0]), (chain.mean(lambda s: s[2]), 0.8 * waits[1]),
                   relative=1e-6)

    def test_discriminatory(self):
        def moves(state):
            one, two = state
            if one < 60:
                yield 0.3, (one + 1, two)
            if two < 60:
                yield 0.4, (one, two + 1)
            if one + two:
                yield 2 * one / (2 * one + two), (one - 1, two)
                yield two / (2 * one + two) / 0.8, (one, two - 1)
        chain = Chain((0, 0), moves)
        sojourns = disciplines.discriminatory((0.3, 0.4), (1, 0.8), (2, 1))
        self.pairs((chain.mean(lambda s: s[0]), 0.3 * sojourns[0]), (chain.mean(lambda s: s[1]), 0.4 * sojourns[1]),
                   relative=1e-5)

    def test_two_queues(self):
        """Whatever the weights, the work left is that of M/M/1 where both classes have one law."""
        for weights in ((1, 1), (3, 1)):
            self.near(sum(disciplines.two_queues((0.3, 0.4), (1, 1), weights)), 0.7 / 0.3, 1e-5)


if __name__ == "__main__":
    unittest.main()
