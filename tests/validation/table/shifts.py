# SPDX-License-Identifier: Apache-2.0
"""People and machines by the hours of the day. Each hour is judged over the days of a run, which are all but
independent, as every day empties the queue."""

from build import Case, asking
from chain import Periodic
from judge import mean, response, station
from program import DAY, HOUR, RUNS, scenario
from table.traces import Trace


def hour_of_day(hour, exact):
    """The mean number present in an hour of the day, over the days after the first two."""
    return mean(f"mean present from {hour} to {hour + 1} o'clock",
                lambda r: r.series("present_mean", station="q")[48 + hour::24], exact)


def day(title, pool, hours, rate, days, kind="compute"):
    """One pool or desk that changes over the day; work of 10 min."""
    step = {"compute": "do-q", "work": "exp(10 min)"} if kind == "compute" else {"desk": "do-q", "work": "exp(10 min)"}
    return scenario(title, horizon=days * DAY, warmup=2 * DAY, interval=HOUR, runs=4 * RUNS, hosting={"do-q": "q"},
                    hours=hours, services={"q": {"steps": [step]}},
                    workloads={"ask-q": asking("q", rate=f"{rate} / h")},
                    **{"compute" if kind == "compute" else "desks": {"q": {"site": "hall", **pool}}})


HOURS = {"office": "daily 08:00-18:00", "night": "daily 18:00-24:00 + daily 00:00-08:00"}


def people_by_shift():
    """Five people by day and three at night. As the day ends, those at work finish; who is free of more than three
    goes. State: (in service, waiting)."""
    rate, most = 15, 90

    def with_people(people):
        def moves(state):
            busy, waiting = state
            if busy < people:
                yield rate, (busy + 1, waiting)
            elif waiting < most:
                yield rate, (busy, waiting + 1)
            if busy:
                yield 6 * busy, ((busy, waiting - 1) if waiting and busy <= people else (busy - 1, waiting))
        return moves

    def morning(state):
        begins = max(0, min(state[1], 5 - state[0]))
        return state[0] + begins, state[1] - begins
    chain = Periodic((0, 0), [(1, with_people(5 if 8 <= h < 18 else 3), morning if h == 8 else None)
                              for h in range(24)])
    present = chain.means(sum)
    text = day("shifts", {"people": {"office": 5, "night": 3}}, HOURS, rate, 260, "desk")
    return Case("shifts", "a desk of five by day and three at night", "Markov chain over a day, solved numerically",
                text, (station("present_mean", "q", sum(present) / 24),
                       response("mean", "q", sum(present) / 24 / rate * HOUR),
                       *[hour_of_day(h, present[h]) for h in (2, 7, 8, 12, 18, 21)]))


def speed_by_day():
    """One server that is twice as fast by day: the speed changes at once for the job in service."""
    rate, most = 5, 120

    def at(speed):
        def moves(n):
            if n < most:
                yield rate, n + 1
            if n:
                yield 6 * speed, n - 1
        return moves
    chain = Periodic(0, [(1, at(2 if 8 <= h < 18 else 1), None) for h in range(24)])
    present = chain.means(lambda n: n)
    text = day("speed", {"cores": 1, "during": {"office": {"speed": 2}}}, HOURS, rate, 1200)
    return Case("speed-by-day", "one server, twice as fast by day", "Markov chain over a day, solved numerically",
                text, (station("present_mean", "q", sum(present) / 24),
                       response("mean", "q", sum(present) / 24 / rate * HOUR),
                       *[hour_of_day(h, present[h]) for h in (3, 7, 8, 9, 19)]))


def by_hand():
    """From 2 to 4 at three times the speed: job 1 (5 units) has 2 done at 2 and 5 at 3; job 2 (4 units) has 3 done at
    4, and ends at 5."""
    trace = Trace([0, 1], [5, 4], 5, minutes=60, during={"fast": {"speed": 3}})
    trace.text["hours"]["fast"] = "Mon 02:00-04:00"
    return Case("trace-speed", "two jobs, three times the speed from 2 to 4", "by hand", trace.text,
                tuple(trace.ends([3, 5])), fast=True)


def servers_by_hand():
    """Two cores until 2, then one until 5: jobs of 4 units at 0 and 1 go on to their ends, 4 and 5; the one that comes
    at 1.5 with 1 unit waits for the one core that is left to be free: when both are done."""
    trace = Trace([0, 1, 1.5], [4, 4, 1], 6, minutes=60, during={"few": {"cores": 1}})
    trace.text["compute"]["q"]["cores"] = 2
    trace.text["hours"]["few"] = "Mon 02:00-12:00"
    return Case("trace-servers", "three jobs, one of two cores goes at 2", "by hand", trace.text,
                tuple(trace.ends([4, 5, 6])), fast=True)


CASES = [people_by_shift(), speed_by_day(), by_hand(), servers_by_hand()]
