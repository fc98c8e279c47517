# SPDX-License-Identifier: Apache-2.0
"""Hand simulations: each arrival is a scheduled job of its own, released as its window opens. Clock times are
whole minutes, so a trace's unit is one, ten or a hundred minutes. 2 January 2012, the start, is a Monday."""

from itertools import accumulate

from build import Case
from judge import known
from program import DAY, MINUTE, scenario


class Trace:
    """Jobs (arrival, service) at a pool `q`; `until` is the end of the time averages, which are those of the
    first interval of the series. All in the trace's unit of so many minutes. `more` are keys of the pool;
    `classes` names a class for each job."""

    def __init__(self, arrivals, services, until, minutes=1, classes=None, sections=None, **more):
        self.arrivals, self.services, self.unit = arrivals, services, minutes * MINUTE
        windows, recipes, workloads = {}, {}, {}
        for i, (arrival, service) in enumerate(zip(arrivals, services), 1):
            at = round(arrival * minutes)
            day, at = ("Mon", "Tue", "Wed")[at // 1440], at % 1440
            windows[f"w{i}"] = f"{day} {at // 60:02}:{at % 60:02}-24:00"
            recipes[f"j{i}"] = {"steps": [{"compute": "do-q", "work": f"{round(service * minutes)} min"}]}
            if classes:
                recipes[f"j{i}"]["class"] = classes[i - 1]
            workloads[f"a{i}"] = {"service": f"j{i}", "partners": "all", "by": "do-q", "every": "1 week",
                                  "window": f"w{i}"}
        self.text = scenario("a hand simulation", horizon=7 * DAY, interval=round(until * minutes) * MINUTE,
                             hosting={"do-q": "q"}, hours=windows,
                             compute={"q": {"site": "hall", "cores": 1, **more}}, services=recipes,
                             workloads=workloads, **(sections or {}))

    def sojourn(self, i):
        return lambda r: r.service("response_max", f"j{i}")[0] / self.unit

    def ends(self, ends):
        """C_i: when each job ends."""
        return [known(f"end of {i}", lambda r, i=i: self.arrivals[i - 1] + self.sojourn(i)(r), end)
                for i, end in enumerate(ends, 1)]

    def of_all(self, label, figure, exact):
        """`figure` of the list of sojourns."""
        jobs = range(1, len(self.arrivals) + 1)
        return known(label, lambda r: figure([self.sojourn(i)(r) for i in jobs]), exact)

    def mean_sojourn(self, exact):
        return self.of_all("mean sojourn", lambda s: sum(s) / len(s), exact)

    def mean_wait(self, exact):
        """By the jobs and by the station's own figure."""
        own = sum(self.services)
        return [self.of_all("mean wait", lambda s: (sum(s) - own) / len(s), exact),
                known("wait mean: q", lambda r: r.station("wait_mean", "q")[0] / self.unit, exact)]

    def busy(self, exact):
        return known("utilisation to the end", lambda r: r.series("utilisation", station="q")[0], exact)

    def present(self, exact):
        return known("mean present to the end", lambda r: r.series("present_mean", station="q")[0], exact)

    def waiting(self, exact):
        return known("mean waiting to the end", lambda r: r.series("present_mean", station="q")[0]
                     - r.series("utilisation", station="q")[0], exact)


def first_come():
    trace = Trace([0, 1, 2, 3.5, 10], [3, 2, 1, 2, 1], 11, minutes=2)
    return Case("trace-fcfs-c1", "five jobs, first come first served", "by hand", trace.text, (
        *trace.ends([3, 5, 6, 8, 11]), trace.mean_sojourn(3.3), *trace.mean_wait(1.5),
        trace.busy(0.8181818181818182)), fast=True)


def sharing():
    trace = Trace([0, 1, 2, 6], [4, 2, 1, 2], 9, minutes=10, discipline="sharing")
    return Case("trace-ps", "four jobs share a server", "by hand", trace.text,
                (*trace.ends([8, 6, 5, 9]), trace.mean_sojourn(4.75)), fast=True)


def sharing_on_two():
    """Three jobs share two cores, a core each at most: 2/3 each until 3, when the first ends; then a core each."""
    trace = Trace([0, 0, 0], [2, 4, 6], 7, minutes=10, cores=2, discipline="sharing")
    return Case("trace-ps-c2", "three jobs share two cores", "by hand", trace.text,
                (*trace.ends([3, 5, 7]), trace.busy(6 / 7)), fast=True)


def first_come_two():
    trace = Trace([0, 0, 1, 2, 2, 8], [4, 2, 3, 1, 2, 1], 9, minutes=10, cores=2)
    return Case("trace-fcfs-c2", "six jobs of two cores", "by hand", trace.text, (
        *trace.ends([4, 2, 5, 5, 7, 9]), *trace.mean_wait(1), trace.busy(13 / 18)), fast=True)


def refused():
    """Room for two: the third comes to a full room, and so does the fifth."""
    trace = Trace([0, 1, 2, 5, 6, 9], [4, 4, 1, 2, 1, 1], 11, minutes=10, room=2)
    fails = [known(f"failed: {i}", lambda r, i=i: r.service("failed", f"j{i}")[0], i in (3, 5)) for i in range(1, 7)]
    ends = trace.ends([4, 8, 0, 10, 0, 11])
    return Case("trace-room", "six jobs in a room of two", "by hand", trace.text, (
        *[ends[i] for i in (0, 1, 3, 5)], *fails,
        known("refused", lambda r: r.station("refused", "q")[0], 2)), fast=True)


def arena():
    trace = Trace([0.0, 1.73, 3.08, 3.79, 4.41, 18.69, 19.39], [2.9, 1.76, 3.39, 4.52, 4.46, 4.36, 2.07], 20,
                  minutes=100)

    def done(sojourns):
        return [s for arrival, s in zip(trace.arrivals, sojourns) if arrival + s <= 20]

    def begun(sojourns):
        waits = [s - own for s, own in zip(sojourns, trace.services)]
        return [w for arrival, w in zip(trace.arrivals, waits) if arrival + w <= 20]
    return Case("trace-arena-hand", "a drill press over [0, 20] min",
                "Kelton, Sadowski and Zupick, Simulation with Arena, chapter 2", trace.text, (
                    trace.of_all("produced", lambda s: len(done(s)), 5),
                    trace.of_all("waits begun", lambda s: len(begun(s)), 6),
                    trace.of_all("mean wait of those", lambda s: sum(begun(s)) / 6, 2.5283333333333333),
                    trace.of_all("longest wait", lambda s: max(begun(s)), 8.16),
                    trace.of_all("mean time in system", lambda s: sum(done(s)) / 5, 6.44),
                    trace.of_all("longest time in system", lambda s: max(done(s)), 12.62),
                    trace.waiting(0.789), trace.busy(0.917),
                    known("most waiting", lambda r: r.station("present_max", "q")[0] - 1, 3)), fast=True)


def law_and_kelton():
    """It stops at 8.6, as the sixth delay ends; the two that then wait have work of any length."""
    trace = Trace(list(accumulate([0.4, 1.2, 0.5, 1.7, 0.2, 1.6, 0.2, 1.4])), [2.0, 0.7, 0.2, 1.1, 3.7, 0.6, 1, 1],
                  8.6, minutes=10)

    def delays(sojourns):
        return [s - own for s, own in zip(sojourns[:6], trace.services)]
    return Case("trace-lawkelton-hand", "one server until the sixth delay",
                "Law and Kelton, Simulation Modeling and Analysis, section 1.4.2", trace.text, (
                    trace.of_all("end", lambda s: trace.arrivals[5] + delays(s)[5], 8.6),
                    trace.of_all("mean of 6 delays", lambda s: sum(delays(s)) / 6, 0.95),
                    trace.waiting(1.1511627906976745), trace.busy(0.8953488372093024)), fast=True)


def banks():
    trace = Trace(list(accumulate([0, 8, 6, 1, 8, 3, 8, 7, 2, 3, 1, 1, 5, 6, 3, 8, 1, 2, 4, 5])),
                  [4, 1, 4, 3, 2, 4, 5, 4, 5, 3, 3, 5, 4, 1, 5, 4, 3, 3, 2, 3], 86)

    def waits(sojourns):
        return [s - own for s, own in zip(sojourns, trace.services)]

    def waited(sojourns):
        return [w for w in waits(sojourns) if w > 1e-6]
    return Case("trace-banks-checkout", "20 customers at a checkout",
                "Banks, Carson, Nelson and Nicol, example 2.1", trace.text, (
                    trace.of_all("total wait", lambda s: sum(waits(s)), 56), *trace.mean_wait(2.8),
                    trace.of_all("share that waits", lambda s: len(waited(s)) / 20, 0.65),
                    trace.of_all("mean wait of those", lambda s: sum(waited(s)) / len(waited(s)), 4.3076923076923075),
                    trace.of_all("end", lambda s: trace.arrivals[-1] + s[-1], 86),
                    known("idle", lambda r: 1 - r.series("utilisation", station="q")[0], 0.20930232558139536),
                    trace.mean_sojourn(6.2), trace.of_all("total time in system", sum, 124)), fast=True)


def rossetti():
    trace = Trace([3, 11, 13, 14, 17, 19, 21, 27], [4, 4, 4, 3, 2, 4, 3, 2], 31)
    return Case("trace-rossetti-bank", "8 customers at a bank over [0, 31] min",
                "Rossetti, Simulation Modeling with Arena, chapter 2", trace.text, (
                    *trace.ends([7, 15, 19, 22, 24, 28, 31, 33]), trace.mean_sojourn(6.75),
                    *trace.mean_wait(3.5), trace.busy(0.7741935483870968),
                    trace.present(1.6774193548387097)), fast=True)


CASES = [first_come(), first_come_two(), sharing(), sharing_on_two(), refused(), arena(), law_and_kelton(), banks(),
         rossetti()]
