# SPDX-License-Identifier: Apache-2.0
"""What must not change a figure: the order of keys, unused entries, the partition of the model, threads; and, for
who asks when and for what, the capacity that serves them (common random numbers)."""

import tempfile
import unittest
from pathlib import Path

import numpy
from build import hosted
from program import HOUR, render, run, run_text, scenario

GROUPS = ("services", "stations", "series")


def county(runs=2):
    """Six sites, eight links (one without delay), four services; open, closed and scheduled workloads of three
    partners."""
    office = [0, 0, 0, 0, 0, 0, .02, .2, .7, 1, 1, .95, .7, .9, 1, .95, .7, .3, .1, .05, 0, 0, 0, 0]
    return scenario(
        "six sites", horizon=30 * HOUR, warmup=3 * HOUR, interval=HOUR, runs=runs,
        partners={
            "adur": {"population": 61182, "staff": {"civic": 120}, "data": {"db": {"size": "300 GB"}}},
            "worthing": {"population": 104640, "staff": {"town-hall": 160, "annex": 60},
                         "data": {"db": {"size": "500 GB"}}},
            "arun": {"population": 149518, "staff": {"hub": 90}, "data": {"db": {"size": "200 GB"}}}},
        sites={"civic": {"partner": "adur"}, "town-hall": {"partner": "worthing"},
               "annex": {"partner": "worthing"}, "hub": {}, "centre": {}, "vault-site": {}},
        links={
            "one": {"between": ["civic", "hub"], "bandwidth": "4 Mbit/s", "delay": "3 ms"},
            "two": {"between": ["town-hall", "hub"], "bandwidth": "6 Mbit/s", "delay": "2 ms"},
            "three": {"between": ["annex", "town-hall"], "bandwidth": "3 Mbit/s", "delay": "1 ms"},
            "four": {"between": ["hub", "centre"], "bandwidth": "10 Mbit/s", "delay": "4 ms"},
            "five": {"between": ["centre", "vault-site"], "bandwidth": "20 Mbit/s", "delay": "5 ms"},
            "six": {"between": ["hub", "vault-site"], "bandwidth": "100 Mbit/s", "delay": "10 ms"},
            "seven": {"between": ["annex", "civic"], "bandwidth": "2 Mbit/s", "delay": "0 s"},
            "eight": {"between": ["civic", "centre"], "bandwidth": "30 Mbit/s", "delay": "9 ms"}},
        compute={"servers": {"site": "centre", "hosts": 2, "cores": 1, "speed": 0.2, "discipline": "sharing"},
                 "web-servers": {"site": "hub", "cores": 1, "speed": 0.2}},
        storage={"san": {"site": "centre", "capacity": "30 TB", "iops": 100, "bandwidth": "4 Gbit/s",
                         "latency": "1 ms"},
                 "vault": {"site": "vault-site", "capacity": "60 TB", "iops": 300,
                           "bandwidth": "2 Gbit/s", "latency": "5 ms"}},
        profiles={"office": {"weekday": office, "weekend": 0.02},
                  "web": {"like": "office", "vary": "9 %"}},
        hours={"nights": "daily 20:00-06:00", "office": "Mon-Fri 08:00-18:00"},
        services={
            "case-work": {"steps": [
                {"request": "4 KB"}, {"compute": "app", "work": "lognormal(60 ms cv 1.5)"},
                {"read": "db", "size": "exp(64 KB)", "times": 3},
                {"choice": [{"share": "30 %", "steps": [{"write": "db", "size": "16 KB"}]},
                            {"share": "70 %"}]}, {"response": "lognormal(90 KB cv 1)"}]},
            "web": {"steps": [{"request": "2 KB"}, {"compute": "web", "work": "exp(25 ms)"},
                              {"read": "db", "size": "32 KB", "times": 2}, {"delay": "exp(5 ms)"},
                              {"response": "250 KB"}]},
            "scan": {"steps": [{"compute": "app", "work": "erlang(200 ms shape 3)"},
                               {"write": "db", "size": "uniform(100 KB 3 MB)"}]},
            "backup": {"steps": [{"read": "db", "size": "4 % of data.db"},
                                 {"write": "safe", "size": "4 % of data.db"}]}},
        workloads={
            "case": {"service": "case-work", "partners": "all", "users": "59 % of staff",
                     "think": "exp(45 s)", "profile": "office"},
            "web": {"service": "web", "partners": ["adur", "arun"], "at": "hub",
                    "rate": "200 / d per 1000 population", "profile": "web"},
            "scan": {"service": "scan", "partners": "worthing", "rate": "2 / min"},
            "nightly": {"service": "backup", "partners": "all", "by": "db", "every": "1 d",
                        "window": "nights"}},
        hosting={"app": "servers", "web": "web-servers", "db": "san", "safe": "vault"},
        objectives={"fast": {"service": "case-work", "figure": "response p95", "at most": "2 s",
                             "hours": "office", "per": "partner"},
                    "roomy": {"link": "all", "figure": "utilisation p95", "at most": "80 %"}})


def town(runs=2):
    """Three sites, and every kind of station and of step: all disciplines, rooms that refuse and that block, patience,
    wrap-up, capacity by hours, faults, loops, forks, calls, users who give up."""
    def steps(*more):
        return [{"request": "4 KB"}, *more, {"response": "20 KB"}]
    return scenario(
        "a town", horizon=30 * HOUR, warmup=3 * HOUR, interval=HOUR, runs=runs,
        partners={"adur": {"population": 61182, "staff": {"civic": 120}},
                  "worthing": {"population": 104640, "staff": {"hall": 160}}},
        sites={"civic": {}, "hall": {}, "centre": {}},
        links={"one": {"between": ["civic", "hall"], "bandwidth": "8 Mbit/s", "delay": "3 ms"},
               "two": {"between": ["hall", "centre"], "bandwidth": "9 Mbit/s", "delay": "2 ms"}},
        hours={"office": "daily 08:00-18:00", "night": "daily 18:00-24:00 + daily 00:00-08:00"},
        classes={"urgent": {"queue": "strict"}, "high": {"queue": "strict", "priority": 2}, "plain": {"weight": 2},
                 "light": {"weight": 1}},
        compute={
            "first": {"site": "centre", "cores": 2, "discipline": "priority"},
            "steps": {"site": "centre", "cores": 1, "discipline": "preemptive", "room": 5, "full": "block"},
            "small": {"site": "hall", "cores": 1, "room": 2},
            "weighed": {"site": "hall", "cores": 2, "discipline": "weighted"},
            "even": {"site": "centre", "cores": 1, "discipline": "fair", "weights": "population"},
            "queues": {"site": "hall", "cores": 1, "discipline": "fair-queues"},
            "wide": {"site": "civic", "discipline": "unlimited"},
            "hourly": {"site": "centre", "hosts": 2, "cores": 2, "discipline": "sharing",
                       "during": {"night": {"hosts": 1, "speed": 0.5}}}},
        storage={"san": {"site": "centre", "iops": 400, "bandwidth": "1 Gbit/s", "latency": "1 ms"}},
        desks={"counter": {"site": "hall", "people": {"office": 4, "night": 2}, "wrap-up": "exp(20 s)",
                           "discipline": "priority", "room": 5}},
        faults={"wear": {"of": ["first", "weighed", "queues"], "mtbf": "exp(3 h)", "mttr": "lognormal(3 min cv 1)"},
                "cut": {"of": "one", "mtbf": "gamma(4 h cv 0.5)", "mttr": "exp(1 min)", "degrade": "30 %"},
                "power": {"of": "centre", "at": "2012-01-02T09:00", "for": "6 min"}},
        services={
            "case": {"class": "plain", "timeout": "40 s", "retries": 1, "steps": steps(
                {"compute": "do-first", "work": "gamma(300 ms cv 1.2)"}, {"compute": "do-steps", "work": "exp(200 ms)"},
                {"loop": [{"read": "db", "size": "exp(64 KB)"}, {"compute": "do-even", "work": "exp(50 ms)"}],
                 "again": "40 %"})},
            "alarm": {"class": "urgent", "steps": steps(
                {"compute": "do-first", "work": "weibull(200 ms shape 1.5)"},
                {"compute": "do-weighed", "work": "100 ms"},
                {"fork": [{"steps": [{"compute": "do-queues", "work": "exp(150 ms)"}]},
                          {"steps": [{"call": "look-up"}, {"delay": "exp(100 ms)"}]}]})},
            "look-up": {"steps": [{"compute": "do-hourly", "work": "pareto(80 ms shape 3)"}]},
            "enquiry": {"class": "light", "steps": [
                {"desk": "do-counter", "work": "erlang(90 s shape 3)", "patience": "exp(4 min)"},
                {"loop": [{"compute": "do-wide", "work": "uniform(1 s 3 s)"}], "times": 2},
                {"choice": [{"share": "60 %", "steps": [{"compute": "do-small", "work": "ph2(1 min cv 0.7)",
                                                         "patience": "40 s"}]},
                            {"share": "40 %", "steps": [{"compute": "do-queues",
                                                         "work": "triangular(10 ms 50 ms 900 ms)"},
                                                        {"compute": "do-weighed", "work": "exp(400 ms)"}]}]}]}},
        workloads={
            "cases": {"service": "case", "partners": "all", "users": "50 % of staff", "think": "exp(60 s)"},
            "alarms": {"service": "alarm", "partners": "all", "rate": "40 / min"},
            "enquiries": {"service": "enquiry", "partners": "all", "rate": "50 / h"}},
        hosting={"db": "san", **hosted("first", "steps", "small", "weighed", "even", "queues", "wide", "hourly",
                                       "counter")},
        objectives={"soon": {"station": "counter", "figure": "wait p90", "at most": "2 min"},
                    "kept": {"station": "counter", "figure": "abandoned", "at most": "5 %"},
                    "room": {"station": "small", "figure": "refused", "at most": "5 %"}})


def backwards(value):
    """The same maps with their keys in reverse order; lists, whose order has a meaning, as they were."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [backwards(item) for item in value]
    return value


class Invariance(unittest.TestCase):
    def same_figures(self, one, two, groups=GROUPS):
        """Every figure of the result `one` stands in `two`, bit for bit, under the same coordinates."""
        compared = 0
        for path, values in one.values.items():
            if path.split("/")[1] not in groups or one.axes[path] == [path]:
                continue
            picked = two.values[path]
            for axis, name in enumerate(one.axes[path]):
                labels = list(two.values[name])
                wanted = [labels.index(label) for label in one.values[name]]
                picked = numpy.take(picked, wanted, axis=axis)
            numpy.testing.assert_array_equal(values, picked, err_msg=path)
            compared += values.size
        self.assertGreater(compared, 1000)

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="psnsim-invariance-")
        self.addCleanup(self.folder.cleanup)

    def bytes_of(self, text, *options):
        path = Path(self.folder.name, "kept.h5")
        run_text(text, "--restart", *options, keep=path)
        data = path.read_bytes()
        path.unlink()
        return data

    def test_partitions(self):
        """Sites dealt at random over processes: the file keeps every byte."""
        for model, parts in ((county, ((2, 1), (2, 2), (3, 5), (4, 7), (5, 9), (6, 11))),
                             (town, ((2, 1), (2, 3), (3, 1)))):
            text = render(model())
            whole = self.bytes_of(text)
            for part, seed in parts:
                with self.subTest(model=model.__name__, partitions=part, seed=seed):
                    self.assertEqual(
                        whole, self.bytes_of(text, "--partitions", str(part), "--partition-seed", str(seed)))

    def test_threads(self):
        """One thread, and more than there are runs."""
        text = render(town(runs=3))
        whole = self.bytes_of(text, "--threads", "1")
        for threads in (2, 5):
            self.assertEqual(whole, self.bytes_of(text, "--threads", str(threads)))

    def test_threads_of_a_run(self):
        """Runs that share their windows out over threads, two at once or one after the other; and what two runs leave of
        eight threads. Each machine of two sites stands apart, and delays are so long that a window has many events."""
        apart = town(runs=2)
        apart["sites"] |= {"hall": {"lan": "200 ms"}, "centre": {"lan": "300 ms"}}
        for link in apart["links"].values():
            link["delay"] = link["delay"].replace(" ms", "00 ms")
        text, less = render(apart), ("--set", "time={start: 2012-01-02T09:00, horizon: 20 min, warmup: 2 min, interval: 4 min}")
        whole = self.bytes_of(text, "--threads", "1", *less)
        for threads, each in ((2, 2), (3, 3), (4, 2), (8, 8), (8, "auto")):
            with self.subTest(threads=threads, each=each):
                self.assertEqual(whole, self.bytes_of(text, "--threads", str(threads), "--threads-per-run", str(each),
                                                      *less))

    def test_order_of_keys(self):
        for model in (county, town):
            case = model()
            first = run(case)
            again = backwards(case)
            again = {"psnsim": 1, **{k: v for k, v in again.items() if k != "psnsim"}}
            self.same_figures(first, run(again))

    def test_everything_happens_in_the_town(self):
        """What the tests here compare is there: refused, abandoned, failed, tried again; everything is busy."""
        result = run(town())
        for figure, name in (("refused", "small"), ("refused", "counter"), ("abandoned", "counter"),
                             ("abandoned", "small")):
            self.assertTrue((result.station(figure, name) > 0).all(), f"{figure} {name}")
        self.assertTrue((result.service("retries", "case", "adur") > 0).all())
        for name in town()["compute"]:
            self.assertTrue((result.station("throughput", name) > 0).all(), name)

    def test_unused_entries(self):
        """A partner without workloads, an idle pool, array, site and link, a service nobody asks for, a
        workload for nobody: their names sort before, among and behind the others."""
        case = county()
        first = run(case)
        more = county()
        more["partners"] = {"aaa": {"population": 5}, **more["partners"], "zzz": {"population": 7}}
        more["sites"] |= {"aaa-site": {}, "nowhere": {}}
        more["links"] |= {"aaa-link": {"between": ["aaa-site", "hub"], "bandwidth": "1 Gbit/s",
                                       "delay": "50 ms"},
                          "zero": {"between": ["nowhere", "aaa-site"], "bandwidth": "1 Gbit/s",
                                   "delay": "1 ms"}}
        more["compute"] |= {"aaa-pool": {"site": "centre", "cores": 3}, "spare": {"site": "hub", "cores": 1}}
        more["storage"] |= {"aaa-disk": {"site": "hub", "capacity": "1 TB", "iops": 100,
                                         "bandwidth": "1 Gbit/s", "latency": "1 ms"}}
        more["services"] = {"aaa-idle": {"steps": [{"delay": "1 s"}]}, **more["services"]}
        more["profiles"] |= {"aaa": {"weekday": [1] * 24, "weekend": 1}}
        named = ["adur", "worthing", "arun"]
        for workload in more["workloads"].values():
            if workload["partners"] == "all":
                workload["partners"] = named
        self.same_figures(first, run(more))

    def test_unused_stations(self):
        """An idle desk, pool, class, fault and service in the town, their names before and behind the others."""
        first = run(town())
        more = town()
        more["classes"] = {"aaa": {"queue": "strict"}, **more["classes"], "zzz": {"weight": 9}}
        more["compute"] |= {"aaa-pool": {"site": "hall", "cores": 1, "discipline": "weighted"},
                            "zzz-pool": {"site": "centre", "cores": 1, "room": 1, "full": "block"}}
        more["desks"]["aaa-desk"] = {"site": "centre", "people": 2}
        more["services"]["aaa-idle"] = {"class": "aaa", "steps": [{"loop": [{"delay": "1 s"}], "times": 2}]}
        more["faults"]["aaa-fault"] = {"of": "aaa-pool", "mtbf": "exp(1 h)", "mttr": "exp(1 h)"}
        self.same_figures(first, run(more))

    def test_capacity_keeps_what_is_asked_for(self):
        """The town with more of everything, and with nothing that fails: the same open requests, run by run; and, where
        all work is done within the run, the same work. Closed users ask for as much as the machines let them."""
        first, richer = run(town(runs=5)), town(runs=5)
        del richer["faults"]
        for pool in richer["compute"].values():
            if "cores" in pool:
                pool["cores"] = 8 if pool.get("discipline") != "fair-queues" else 1
            pool.pop("room", None)
            pool.pop("full", None)
            pool.pop("during", None)
        richer["desks"]["counter"]["people"] = 60
        second = run(richer)
        for service in ("alarm", "enquiry"):
            for partner in ("adur", "worthing"):
                before, after = (r.service("offered", service, partner) for r in (first, second))
                self.assertTrue((before > 0).all())
                numpy.testing.assert_array_equal(before, after)
        self.assertTrue((first.service("response_mean", "alarm", "adur") >
                         second.service("response_mean", "alarm", "adur")).all())

    def test_demand_keeps_the_draws(self):
        """Twice the demand on machines that nobody waits for: each arrival comes at half its time, so that the first
        half of the time holds the same requests with the same work and the same delays, to the bit; users and their
        thoughts stay what they were, and others join them."""
        def idle(seconds, factor):
            case = scenario(
                "nobody waits", horizon=seconds, runs=3, hosting={"app": "pool"},
                compute={"pool": {"site": "hall", "discipline": "unlimited"}},
                services={"case": {"steps": [
                    {"choice": [{"share": "30 %", "steps": [{"compute": "app", "work": "exp(3 ms)"}]},
                                {"share": "70 %"}]},
                    {"loop": [{"compute": "app", "work": "gamma(2 ms cv 1.5)"}], "again": "50 %"}]}},
                workloads={"cases": {"service": "case", "partners": "all", "rate": "1 / s"}})
            return run(case, "--set", f"demand={factor}")
        slow, fast = idle(40_000, 1), idle(20_000, 2)
        numpy.testing.assert_array_equal(slow.service("offered", "case"), fast.service("offered", "case"))
        for figure in ("response_mean", "response_p95", "response_max"):
            numpy.testing.assert_array_equal(slow.service(figure, "case"), fast.service(figure, "case"))

    def test_capacity_keeps_arrivals(self):
        """Twice the cores and ten times the bandwidth: the same open and scheduled arrivals, run by run."""
        first = run(county(runs=5))
        richer = county(runs=5)
        for pool in richer["compute"].values():
            pool["cores"] *= 2
        richer["links"]["four"]["bandwidth"] = "100 Mbit/s"
        second = run(richer)
        for service, partner in (("web", "adur"), ("web", "arun"), ("scan", "worthing"),
                                 ("backup", "adur"), ("backup", "worthing"), ("backup", "arun")):
            with self.subTest(service=service, partner=partner):
                before = first.service("offered", service, partner)
                self.assertTrue((before > 0).all())
                numpy.testing.assert_array_equal(before, second.service("offered", service, partner))
        slow = first.service("response_mean", "web", "arun")
        self.assertTrue((slow > second.service("response_mean", "web", "arun")).all())

    def test_other_partners_keep_their_demand(self):
        """A partner that leaves takes only its own demand away: the others' open arrivals stay, to the one."""
        first = run(county(runs=3))
        without = county(runs=3)
        for name in ("case", "nightly"):
            without["workloads"][name]["partners"] = ["worthing", "arun"]
        without["workloads"]["web"]["partners"] = ["arun"]
        second = run(without)
        for service, partner in (("web", "arun"), ("scan", "worthing"), ("backup", "arun")):
            numpy.testing.assert_array_equal(first.service("offered", service, partner),
                                             second.service("offered", service, partner))

    def test_seeds_and_replications_differ(self):
        """Runs are replications, not repetitions: other figures for another number or seed; and the first
        runs of a longer study are those of a shorter one."""
        case = county(runs=3)
        result = run(case)
        offered = result.service("offered", "web", "arun")
        self.assertEqual(len(set(offered)), 3)
        shorter = run(county(runs=2))
        numpy.testing.assert_array_equal(shorter.service("response_mean", "web", "arun"),
                                         result.service("response_mean", "web", "arun")[:2])
        case["study"] = {**case["study"], "seed": 99}
        self.assertNotEqual(list(offered), list(run(case).service("offered", "web", "arun")))


if __name__ == "__main__":
    unittest.main()
