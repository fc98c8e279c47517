# SPDX-License-Identifier: Apache-2.0
"""Exact theory of stations with a finite room, and of customers who leave before they are served. Used by the
table and by test_theory.py. Rates a second, times in seconds."""

import math

import numpy
from chain import birth_death
from theory import balance_of_steps, quantile_of_tail


def erlang_b(servers, offered):
    """P(an arrival is refused) in M/G/c/c, whatever the law of service. Erlang 1917; Jagerman, Bell System
    Technical Journal 53(3), 1974: B(n) = a B(n - 1) / (n + a B(n - 1))."""
    refused = 1.0
    for n in range(1, servers + 1):
        refused = offered * refused / (n + offered * refused)
    return refused


class MMcK:
    """M/M/c with room for `room`, those in service included; waits and sojourns of those let in. Gross and
    Harris, Fundamentals of Queueing Theory, section 2.4."""

    def __init__(self, arrival, service, servers, room):
        p = birth_death([arrival] * room, [min(n, servers) * service for n in range(1, room + 1)])
        self.service, self.servers = service, servers
        self.refused = p[room]
        self.throughput = arrival * (1 - p[room])
        self.present = sum(n * x for n, x in enumerate(p))
        self.queued = sum((n - servers) * x for n, x in enumerate(p) if n > servers)
        self.utilisation = self.throughput / (servers * service)
        self.wait = self.queued / self.throughput
        self.sojourn = self.present / self.throughput
        self.found = [x / (1 - p[room]) for x in p[:room]]  # by those let in
        self.waits = sum(self.found[servers:])

    def wait_tail(self, t):
        """P(wait > t): of n found, n - c + 1 must leave first, at the rate of all servers."""
        x = self.servers * self.service * t
        total = 0.0
        for n in range(self.servers, len(self.found)):
            total += self.found[n] * math.exp(-x) * sum(x ** k / math.factorial(k)
                                                        for k in range(n - self.servers + 1))
        return total

    def wait_quantile(self, p):
        return quantile_of_tail(self.wait_tail, p, self.wait)


class MD1K:
    """M/D/1 with room for `room`, the one in service included; waits and sojourns of those let in. The number left
    behind by a departure is a chain n' = max(n - 1, 0) + a Poisson number, room - 1 at most; with its law q the
    number present is n with probability q(n) / (q(0) + load) and `room` with all that is left, for each who is let
    in leaves once (Medhi, Stochastic Models in Queueing Theory, section 6.6)."""

    def __init__(self, arrival, duration, room):
        load = arrival * duration
        poisson = [math.exp(-load) * load ** k / math.factorial(k) for k in range(room)]
        q = balance_of_steps(poisson, 1)
        whole = q[0] + load
        self.refused = 1 - 1 / whole
        self.throughput = arrival * (1 - self.refused)
        self.utilisation = self.throughput * duration
        self.present = float(q @ numpy.arange(room)) / whole + room * self.refused
        self.sojourn = self.present / self.throughput
        self.wait = self.sojourn - duration


def md1k_refused(load, room):
    """P(an arrival is refused) in M/D/1 with room for `room`: 1 - b / (1 + load b), b the sum over k < room of
    (-load (room - 1 - k))^k e^(load (room - 1 - k)) / k!. Brun and Garcia, Journal of Applied Probability 37(4),
    2000. The sum alternates: for small rooms."""
    b = sum((-load * (room - 1 - k)) ** k * math.exp(load * (room - 1 - k)) / math.factorial(k) for k in range(room))
    return 1 - b / (1 + load * b)


class Impatient:
    """M/M/c where who has waited as long as its patience leaves: Zeltyn and Mandelbaum, Queueing Systems 51,
    2005, section 2. `patience_tail(t)` is P(patience > t), `longest` a time that no wait reaches. Waits are
    those of all arrivals, the lesser of what is offered and the patience.

    With H(x) the integral of the tail from 0 to x, J(t) the integral of exp(lambda H(x) - c mu x) from t on and
    e = sum over j < c of (a^j / j!) / (a^(c-1) / (c - 1)!), the offered wait V has
    P(V > t) = lambda J(t) / (e + lambda J(0)).
    """

    def __init__(self, arrival, service, servers, patience_tail, longest, steps=200_000):
        self.tail = patience_tail
        self.times = numpy.linspace(0, longest, steps + 1)
        step = longest / steps
        stays = numpy.array([patience_tail(t) for t in self.times])
        held = integral(stays, step)
        inside = integral(numpy.exp(arrival * held - servers * service * self.times), step)
        self.beyond = inside[-1] - inside
        idle, term = 0.0, 1.0
        for j in range(servers - 1, -1, -1):
            idle += term
            term *= j * service / arrival
        total = idle + arrival * self.beyond[0]
        self.offered = arrival * self.beyond / total  # P(V > t)
        self.waits = float(self.offered[0])
        self.wait = float(integral(self.offered * stays, step)[-1])
        self.queued = arrival * self.wait
        self.abandoned = float((1 + (arrival - servers * service) * self.beyond[0]) / total)
        self.throughput = arrival * (1 - self.abandoned)
        self.utilisation = self.throughput / (servers * service)
        self.present = self.queued + servers * self.utilisation

    def wait_tail(self, t):
        """P(wait > t), over all arrivals."""
        return float(numpy.interp(t, self.times, self.offered)) * self.tail(t) if t > 0 else self.waits

    def wait_quantile(self, p):
        return quantile_of_tail(self.wait_tail, p, self.times[-1] / 1000) if self.waits > 1 - p else 0.0


def integral(values, step):
    """The integral from 0 to each point of an even grid, by the trapezium rule."""
    return numpy.concatenate(([0.0], numpy.cumsum((values[1:] + values[:-1]) * step / 2)))
