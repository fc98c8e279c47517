# SPDX-License-Identifier: Apache-2.0
"""Exact formulas that the validation tests compare with, each with its source. Used by test_*.py here.

All rates are a second and all times seconds unless said otherwise. Nothing here is estimated.
"""

import math
from fractions import Fraction

import numpy


# --- One station ---------------------------------------------------------------------------------

def erlang_c(servers, offered):
    """P(an arrival waits) in M/M/c at offered load a = lambda / mu < c.

    By the recursion of Erlang's loss formula B(n) = a B(n-1) / (n + a B(n-1)), then
    C = B / (1 - (a / c)(1 - B)). Gross and Harris, Fundamentals of Queueing Theory, section 2.3.
    """
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked / (1 - offered / servers * (1 - blocked))


class MMc:
    """M/M/c, first come first served. Gross and Harris, section 2.3.

    The wait is 0 with probability 1 - C and else exponential of rate c mu - lambda; the service time
    is independent of it.
    """

    def __init__(self, arrival, service, servers=1):
        self.arrival, self.service, self.servers = arrival, service, servers
        self.utilisation = arrival / (servers * service)
        self.waits = erlang_c(servers, arrival / service)
        self.slack = servers * service - arrival
        self.wait = self.waits / self.slack
        self.sojourn = self.wait + 1 / service
        self.present = arrival * self.sojourn

    def tail(self, t):
        """P(sojourn > t): the convolution of wait and service."""
        own = math.exp(-self.service * t)
        if abs(self.slack - self.service) < 1e-12 * self.service:
            return own * (1 + self.waits * self.service * t)
        both = (self.slack * own - self.service * math.exp(-self.slack * t)) / (
            self.slack - self.service)
        return (1 - self.waits) * own + self.waits * both

    def quantile(self, p):
        return quantile_of_tail(self.tail, p, self.sojourn)

    def wait_quantile(self, p):
        """ln(C / (1 - p)) / (c mu - lambda), 0 where fewer wait."""
        return max(0.0, math.log(self.waits / (1 - p)) / self.slack)


class MG1:
    """M/G/1, first come first served: the Pollaczek-Khinchine mean. Kleinrock, Queueing Systems I,
    section 5.6. `mean` and `scv` are those of the service time."""

    def __init__(self, arrival, mean, scv):
        self.utilisation = arrival * mean
        self.wait = arrival * mean * mean * (1 + scv) / (2 * (1 - self.utilisation))
        self.sojourn = self.wait + mean
        self.present = arrival * self.sojourn


def md1_wait_within(t, arrival, duration):
    """P(wait <= t) in M/D/1. Erlang 1909; Adan and Resing, Queueing Systems, section 7.

    F(t) = (1 - rho) sum over k <= t / D of e^y (-y)^k / k! with y = lambda (t - k D). The sum
    alternates: doubles hold while lambda t stays below about 20.
    """
    if t < 0:
        return 0.0
    total = 0.0
    for k in range(int(t / duration) + 1):
        y = arrival * (t - k * duration)
        total += math.exp(y) * (-y) ** k / math.factorial(k)
    return (1 - arrival * duration) * total


def md1_wait_beyond(x, arrival, duration, parts=4000):
    """E[max(W - x, 0)] in M/D/1: E[W] less the integral of P(W > t) from 0 to x, by Simpson's rule between the
    multiples of the duration, where the law of the wait W is smooth."""
    waited = 0.0
    for k in range(math.ceil(x / duration)):
        low, high = k * duration, min((k + 1) * duration, x)
        t = numpy.linspace(low, high, parts + 1)
        tails = numpy.array([1 - md1_wait_within(v, arrival, duration) for v in t])
        waited += (high - low) / parts / 3 * (tails[0] + tails[-1] + 4 * tails[1::2].sum() + 2 * tails[2:-1:2].sum())
    return MG1(arrival, duration, 0).wait - waited


def md1_sojourn_quantile(p, arrival, duration):
    return quantile_of_tail(lambda t: 1 - md1_wait_within(t - duration, arrival, duration), p, duration)


def inverted(transform, t, terms=12, first=40):
    """f(t) of its Laplace transform, by Euler's summation. Abate and Whitt, ORSA Journal on Computing 7(1), 1995:
    about 8 digits where f is smooth at t."""
    a = 18.4
    parts = [(transform(complex(a, 2 * k * math.pi) / (2 * t))).real for k in range(first + terms + 1)]
    sums, total = [], parts[0] / 2
    for k in range(1, first + terms + 1):
        total += (-1) ** k * parts[k]
        if k >= first:
            sums.append(total)
    mean = sum(math.comb(terms, k) * x for k, x in enumerate(sums)) / 2 ** terms
    return math.exp(a / 2) / t * mean


def mg1_wait_tail(arrival, mean, work):
    """P(wait > t) in M/G/1 as a function of t; `work(s)` is the Laplace transform of the work. Pollaczek and
    Khinchine: E[exp(-s W)] = (1 - rho) s / (s - lambda + lambda work(s)). Kleinrock I, section 5.7."""
    def tail(t):
        if t <= 0:
            return arrival * mean
        return inverted(lambda s: (1 - (1 - arrival * mean) * s / (s - arrival + arrival * work(s))) / s, t)
    return tail


class WaitsOnLattice:
    """Waits in M/G/1 for any law of work: the geometric sum of residual works (Kleinrock I, section 5.7, after Benes
    1956), each rounded to a grid, by Panjer's recursion (ASTIN Bulletin 12, 1981). `tail(t)` is P(work > t) of mean
    `mean`. Rounding to the nearest point leaves an error of the order of the step squared."""

    def __init__(self, arrival, mean, tail, longest, points=6000):
        self.step = longest / points
        load = arrival * mean
        edges = (numpy.arange(points + 1) - 0.5) * self.step
        edges[0] = 0.0
        fine = numpy.linspace(0, edges[-1], 20 * points + 1)
        tails = numpy.array([tail(t) for t in fine])
        areas = numpy.concatenate(([0.0], numpy.cumsum((tails[1:] + tails[:-1]) / 2 * (fine[1] - fine[0])))) / mean
        residual = numpy.diff(numpy.interp(edges, fine, areas))
        found = numpy.zeros(points)
        found[0] = (1 - load) / (1 - load * residual[0])
        for n in range(1, points):
            found[n] = load * (residual[1:n + 1] @ found[n - 1::-1][:n]) / (1 - load * residual[0])
        # P(W <= t): the mass of a point is spread over its step, but for that of those who do not wait.
        self.below = numpy.cumsum(found) - found / 2

    def quantile(self, p):
        return float(numpy.interp(p, self.below, numpy.arange(len(self.below)) * self.step))


def balance_of_steps(poisson, servers):
    """The stationary probabilities of 0, 1, ... present, seen each constant service time: those in service leave, and k come
    with probability poisson[k]; what would go beyond the last number stays at it."""
    most = len(poisson)
    step = numpy.zeros((most, most))
    for n in range(most):
        left = max(n - servers, 0)
        step[left:, n] = poisson[:most - left]
        step[-1, n] += 1 - step[:, n].sum()
    balance = step - numpy.eye(most)
    balance[-1, :] = 1
    right = numpy.zeros(most)
    right[-1] = 1
    return numpy.linalg.solve(balance, right)


class MDc:
    """M/D/c, first come first served, work of 1: the number present a service apart is a chain, n' = max(n - c, 0)
    + a Poisson number, and its stationary law is that at any time. Crommelin, P.O. Electrical Engineers' Journal
    25, 1932."""

    def __init__(self, arrival, servers, most=400):
        poisson = [math.exp(-arrival)]
        for k in range(1, most):
            poisson.append(poisson[-1] * arrival / k)
        p = balance_of_steps(poisson, servers)
        self.present = float(p @ numpy.arange(most))
        self.queued = float(p @ numpy.maximum(numpy.arange(most) - servers, 0))
        self.waits = 1 - float(p[:servers].sum())
        self.wait, self.sojourn = self.queued / arrival, self.present / arrival
        self.utilisation = arrival / servers


def shared_sojourn(arrival, mean):
    """Mean sojourn in M/G/1 under processor sharing, whatever the law of service: E[S] / (1 - rho).
    Kleinrock, Queueing Systems II, section 4.4."""
    return mean / (1 - arrival * mean)


def two_stage_tail(t, first, second):
    """P(sum of two independent exponentials of these rates > t)."""
    return (second * math.exp(-first * t) - first * math.exp(-second * t)) / (second - first)


def quantile_of_tail(tail, p, scale):
    """The t with tail(t) = 1 - p, by bisection. `tail` falls; `scale` is of its size."""
    low, high = 0.0, scale
    while tail(high) > 1 - p:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if tail(middle) > 1 - p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


# --- Laws of mean 1 ------------------------------------------------------------------------------

def erlang_tail(t, shape):
    """P(X > t) of an Erlang law of mean 1: a Poisson count of mean shape x t stays below shape."""
    return poisson_below(shape * t, shape)


def hyperexp_branches(cv):
    """(p, rate 1, rate 2) of the two-stage hyperexponential of mean 1 with balanced means:
    p = (1 + sqrt((c2 - 1) / (c2 + 1))) / 2, rates 2 p and 2 (1 - p). Tijms, A First Course in
    Stochastic Models (2003), appendix B."""
    scv = cv * cv
    p = (1 + math.sqrt((scv - 1) / (scv + 1))) / 2
    return p, 2 * p, 2 * (1 - p)


def hyperexp_tail(t, cv):
    p, one, two = hyperexp_branches(cv)
    return p * math.exp(-one * t) + (1 - p) * math.exp(-two * t)


def triangular_quantile(p, low, mode, high):
    """The inverse of the distribution function, a parabola on either side of the mode."""
    if p * (high - low) < mode - low:
        return low + math.sqrt(p * (high - low) * (mode - low))
    return high - math.sqrt((1 - p) * (high - low) * (high - mode))


def mixed_erlang_tail(t, parts):
    """A mixture of Erlang laws, parts [(probability, shape, mean)]."""
    return sum(p * erlang_tail(t / mean, shape) for p, shape, mean in parts)


def two_moment_parts(cv):
    """Tijms, Stochastic Models: An Algorithmic Approach (1994), section A.4: Erlang laws of k - 1 and k phases of one
    rate k - p, of mean 1, where 1/k <= cv^2 <= 1/(k - 1)."""
    scv = cv * cv
    k = math.ceil(1 / scv)
    p = (k * scv - math.sqrt(k * (1 + scv) - k * k * scv)) / (1 + scv)
    return [(p, k - 1, (k - 1) / (k - p)), (1 - p, k, k / (k - p))]


def three_moment_parts(cv, skew):
    """Johnson and Taaffe, Stochastic Models 5 (1989): two Erlang laws of one order, the least that has the moments.
    Their means x satisfy x^2 = s x - q, which the moments f of the mixing law give."""
    second, third = 1 + cv ** 2, 1 + 3 * cv ** 2 + skew * cv ** 3
    n = 1
    while not (n > 1 / cv ** 2 and (n + 1) * (third / second ** 2 - 1) > 1):
        n += 1
    f2, f3 = second * n / (n + 1), third * n * n / ((n + 1) * (n + 2))
    s = (f3 - f2) / (f2 - 1)
    q = s - f2
    long, short = s / 2 + math.sqrt(s * s / 4 - q), s / 2 - math.sqrt(s * s / 4 - q)
    p = (1 - short) / (long - short)
    return [(p, n, long), (1 - p, n, short)]


def lognormal_tail(t, cv):
    """P(X > t) of mean 1."""
    variance = math.log(1 + cv * cv)
    return 0.5 * math.erfc((math.log(t) + variance / 2) / math.sqrt(2 * variance)) if t > 0 else 1.0


def pareto_tail(t, shape):
    """P(X > t) of mean 1."""
    least = (shape - 1) / shape
    return (least / t) ** shape if t > least else 1.0


def lognormal_quantile(z, cv):
    """exp(mu + z sigma) of mean 1, where z is the standard normal quantile: sigma^2 = ln(1 + cv^2),
    mu = -sigma^2 / 2. Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions I, ch. 14."""
    sigma = math.sqrt(math.log(1 + cv * cv))
    return math.exp(z * sigma - sigma * sigma / 2)


def gamma_tail(t, shape):
    """P(X > t) of a gamma law of mean 1: the regularised upper incomplete gamma function, by its series, with 1 -
    the sum. Abramowitz and Stegun 6.5.29."""
    x = shape * t
    if x <= 0:
        return 1.0
    term = total = 1 / shape
    k = 0
    while term > 1e-17 * total:
        k += 1
        term *= x / (shape + k)
        total += term
    return 1 - total * math.exp(shape * math.log(x) - x - math.lgamma(shape))


def weibull_quantile(p, shape):
    """Of mean 1. Johnson, Kotz and Balakrishnan I, chapter 21."""
    return (-math.log(1 - p)) ** (1 / shape) / math.gamma(1 + 1 / shape)


def weibull_scv(shape):
    return math.gamma(1 + 2 / shape) / math.gamma(1 + 1 / shape) ** 2 - 1


def pareto_quantile(p, shape):
    """Of mean 1: the least value is (A - 1) / A. Johnson, Kotz and Balakrishnan I, chapter 20."""
    return (shape - 1) / shape * (1 - p) ** (-1 / shape)


def pareto_scv(shape):
    return 1 / (shape * (shape - 2))


def poisson_below(mean, count):
    """P(a Poisson count < count)."""
    return math.exp(-mean) * sum(mean ** k / math.factorial(k) for k in range(count))


# --- Networks ------------------------------------------------------------------------------------

class Closed:
    """Exact mean value analysis of a closed product-form network with several classes.

    demands[class][station], population[class], think[class]; stations have one server, either first
    come first served with one exponential law for all, or processor sharing. Reiser and Lavenberg,
    JACM 27(2), 1980: R(N) = D (1 + Q(N - 1 of this class)), X = N / (Z + sum R), Q = X R.
    """

    def __init__(self, demands, population, think):
        classes, stations = len(demands), len(demands[0])
        queue = {}
        cells = [()]
        for most in population:
            cells = [cell + (n,) for cell in cells for n in range(most + 1)]
        for cell in sorted(cells, key=sum):
            throughput, residence = [0.0] * classes, [[0.0] * stations for _ in range(classes)]
            for c in range(classes):
                if not cell[c]:
                    continue
                before = queue[cell[:c] + (cell[c] - 1,) + cell[c + 1:]]
                residence[c] = [demands[c][s] * (1 + before[s]) for s in range(stations)]
                throughput[c] = cell[c] / (think[c] + sum(residence[c]))
            queue[cell] = [sum(throughput[c] * residence[c][s] for c in range(classes))
                           for s in range(stations)]
        self.throughput, self.residence = throughput, residence
        self.response = [sum(r) for r in residence]
        self.present = queue[tuple(population)]
        self.utilisation = [sum(throughput[c] * demands[c][s] for c in range(classes))
                            for s in range(stations)]


class Repairman:
    """M/M/c//M: `machines` that each fail after exp(1 / failure), repaired by `crews`. A birth and
    death process. Gross and Harris, section 2.6."""

    def __init__(self, machines, failure, repair, crews):
        weight = [1.0]
        for n in range(machines):
            weight.append(weight[-1] * (machines - n) * failure / (min(n + 1, crews) * repair))
        total = sum(weight)
        self.probability = [w / total for w in weight]
        self.present = sum(n * p for n, p in enumerate(self.probability))
        self.throughput = failure * (machines - self.present)
        self.sojourn = self.present / self.throughput
        self.wait = self.sojourn - 1 / repair
        self.utilisation = self.throughput / (crews * repair)


class Jackson:
    """An open network of M/M/1 stations: rates from the traffic equations, solved by iteration, and
    each station as if alone. Jackson, Management Science 10(1), 1963."""

    def __init__(self, arrival, service, route):
        stations = range(len(service))
        rate = list(arrival)
        for _ in range(10000):
            rate = [arrival[s] + sum(rate[r] * route[r][s] for r in stations) for s in stations]
        self.rate = rate
        self.utilisation = [rate[s] * service[s] for s in stations]
        self.present = [u / (1 - u) for u in self.utilisation]
        self.sojourn = sum(self.present) / sum(arrival)


# --- Demand that changes ---------------------------------------------------------------------------

def infinite_server_means(rates, service):
    """Mean number present in each step of a periodic M(t)/M/infinity with piecewise constant arrival
    rates (one an hour, `service` also an hour): m' = rate - service m, with the period's end the
    start of the next. Eick, Massey and Whitt, Management Science 39(2), 1993, theorem 1."""
    decay = math.exp(-service)
    start = 0.0
    for _ in range(200):  # the periodic solution: the start is forgotten at e^-24 service a day
        for rate in rates:
            start = rate / service + (start - rate / service) * decay
    means = []
    for rate in rates:
        level = rate / service
        means.append(level + (start - level) * (1 - decay) / service)
        start = level + (start - level) * decay
    return means


# --- Deterministic times, exact, in nanoseconds -----------------------------------------------------

NS = 10 ** 9


def message_ns(bits, links):
    """A message alone over links [(bit/s, delay ns)]: sum of delays + S / min r + over the other links
    min(S, s) / r, where the segment s is what the slowest link sends in 1 ms, at least 1,500 bytes.
    The language's own definition; with S of many packets it is the store-and-forward time of a
    packet train (Kurose and Ross, Computer Networking, section 1.4)."""
    delay = Fraction(sum(d for _, d in links))
    if not bits or not links:
        return delay
    slowest = min(r for r, _ in links)
    segment = max(Fraction(slowest, 1000), 12000)
    rates = [r for r, _ in links]
    rates.remove(slowest)
    seconds = Fraction(bits, slowest) + sum(Fraction(min(bits, segment), r) for r in rates)
    return delay + seconds * NS


def array_ns(size, iops, bandwidth, latency):
    """One request of `size` bytes at an idle array: max(started 64 KiB / iops, size / bandwidth), then
    the latency (ns)."""
    operations = -(-size // 65536)
    return max(Fraction(operations, iops), Fraction(8 * size, bandwidth)) * NS + latency
