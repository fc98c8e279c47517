# SPDX-License-Identifier: Apache-2.0
"""Published and collected exact cases, each by its identifier, through the built program.

The figures are copied here from a collection of closed forms, numerical solutions and published tables; the
source of each stands beside it. Cases that other files run already (mm1-1, mmc-1, mdc-1, mg1-uniform,
mg1ps-exp in test_stations, tandem-2 in test_networks) are here only to prove the formulas in theory.py.

What the language cannot express (yet), and why:
  mmck-1, rossetti-mm1k, grossharris-mm37, erlangb-1: no finite room that refuses.
  erlanga-1: no patience, no desks.
  prio-np-ciw, trace-prio-np, dps-1, trace-simgrid-io-priority: no priorities or weights between jobs.
  mtminf-periodic: a profile is a step function, not a sine; run here with the sine's hourly means and the
    exact solution for steps.
  mm1-first25: a run ends at a time, not after 25 customers.
  kofn-2of3-1crew: faults are not built. Its mean number failed is run as a closed network; availability
    and times between failures are no figures of a station.
  gunther-passport: feedback is a loop; here nested choices, cut off after 6 visits (a text has 32 levels at
    most), with the exact figures of what is left.
  lazowska-open-2class: visits do not matter at shared stations, so each demand is one visit.
  maxmin-bg, maxmin-simgrid-lmm1, maxmin-simgrid-lmm3: rates fixed over a whole network of links at once;
    each link divides its own capacity. maxmin-parkinglot agrees with that and is run.
  token-bucket-shaper: no shapers.
  simgrid-tcpgamma-3, -4: no window in flight.
  simgrid-energy-exec, -boot, -link, cost-tiered, shapley-airport, raid-rebuild: no energy, no costs, no raid.
  trace-arena-hand: time averages and responses; not the mean over waits begun.
Metrics that are no figure of the program (probability of waiting, variances, busy periods, quantiles of
waits) are left out.
"""

import itertools
import math
import unittest

import theory
from cases import (DAY, HOUR, MINUTE, RUNS, Check, confirm, response, run, scenario, station)


def close(test, got, exact, label):
    """Deterministic cases hold within 1e-9, and within 4 ns: servers work in whole nanoseconds."""
    test.assertAlmostEqual(got, exact, delta=max(1e-9 * abs(exact), 4e-9), msg=label)


class Formulas(unittest.TestCase):
    """theory.py gives the collected values."""

    def near(self, got, value):
        self.assertAlmostEqual(got, value, delta=1e-9 * abs(value))

    def test_stations(self):
        one = theory.MMc(0.8, 1)  # mm1-1: Kleinrock I, ch. 3
        for got, value in ((one.wait, 4), (one.sojourn, 5), (one.present, 4),
                           (one.quantile(0.5), 3.465735902799727),
                           (one.quantile(0.95), 14.978661367769954),
                           (one.quantile(0.99), 23.02585092994046)):
            self.near(got, value)
        four = theory.MMc(3.2, 1, 4)  # mmc-1: Gross and Harris, section 2.3
        for got, value in ((four.waits, 0.5964324717874046), (four.wait, 0.7455405897342559),
                           (four.quantile(0.5), 1.3461990538193107),
                           (four.quantile(0.95), 4.7380194960365944),
                           (four.quantile(0.99), 6.893203748883007)):
            self.near(got, value)
        self.near(theory.MG1(0.8, 1, 1 / 12).sojourn, 3.1666666666666674)  # mg1-uniform
        self.near(theory.shared_sojourn(0.7, 1), 3.333333333333333)        # mg1ps-exp
        self.near(theory.md1_sojourn_quantile(0.5, 0.8, 1), 2.2759398733764415)  # mdc-1
        self.near(theory.md1_sojourn_quantile(0.95, 0.8, 1), 7.620324996844512)
        self.near(theory.quantile_of_tail(lambda t: theory.two_stage_tail(t, 0.3, 0.55), 0.95, 5),
                  12.533795824384988)  # tandem-2

    def test_networks(self):
        jain = theory.Closed([[2, 3, 1]], [20], [4])  # mva-jain
        self.near(jain.throughput[0], 0.3332465122205763)
        self.near(jain.response[0], 56.01563187182579)
        two = theory.Closed([[1, 3], [2, 4]], [1, 1], [0, 0])  # lazowska-142
        self.near(two.throughput[0], 3 / 19)
        self.near(two.response[1], 9.5)
        self.near(theory.Repairman(10, 0.1, 1, 1).wait, 1.732079438553741)  # repairman-1
        office = theory.Jackson(*passport(1))  # gunther-passport
        self.near(office.sojourn, 11738.181818181782)


class Stations(unittest.TestCase):
    def queue(self, title, rate, work, cores, horizon, warmup, **pool):
        return scenario(title, horizon=horizon, warmup=warmup, runs=RUNS, hosting={"app": "server"},
                        compute={"server": {"site": "hall", "cores": cores, **pool}},
                        services={"case": {"steps": [{"compute": "app", "work": work}]}},
                        workloads={"cases": {"service": "case", "partners": "all", "rate": rate}})

    def test_grossharris_eyeclinic(self):
        """M/M/3, 6 and 3 an hour: Lq = 8/9, Wq 8.89 min, W 28.9 min. Gross and Harris, section 2.3."""
        confirm(self, self.queue("eye clinic", "6 / h", "exp(20 min)", 3, 10_000 * HOUR, 100 * HOUR), [
            response("mean", "case", 28.88888888888889 * MINUTE),
            station("wait_mean", "server", 8.88888888888889 * MINUTE),
            station("present_mean", "server", 2.888888888888889)])

    def test_mmc_gmr(self):
        """M/M/50 at 0.96: mean wait 20.8 s. Garnett, Mandelbaum and Reiman, M&SOM 4(3), 2002. Waits
        at this load vary so much that 1 % takes 60 million customers."""
        confirm(self, self.queue("M/M/50", "48 / min", "exp(1 min)", 50, 27_200 * MINUTE, 200 * MINUTE), [
            response("mean", "case", 60 + 20.83366833590503), station("utilisation", "server", 0.96),
            station("wait_mean", "server", 20.83366833590503)])

    def test_ciw_capacitated_ps(self):
        """Full rate up to 3 jobs, then shared: sharing on 3 cores. Ciw, test_capacitated_ps (Xue and
        Li 2009): L = 0.8555."""
        confirm(self, self.queue("capacitated sharing", "10 / s", "exp(83333333 ns)", 3, 2100, 100,
                                 discipline="sharing"), [
            response("mean", "case", 0.08555295120392076),
            station("present_mean", "server", 0.8555295120392076)])

    def test_mtminf_periodic(self):
        """Infinitely many servers under a day's sine, 100 + 60 sin, in hourly steps: the mean present in
        each hour is exact for the steps (Eick, Massey and Whitt 1993). 400 cores never all fill."""
        day = 24
        rates = sine_steps(100, 60, day)
        shape = [round(rate / 100, 6) for rate in rates]
        case = scenario("sinusoidal arrivals", horizon=30 * DAY, warmup=DAY, interval=HOUR, runs=RUNS,
                        hosting={"app": "server"},
                        compute={"server": {"site": "hall", "cores": 400}},
                        services={"case": {"steps": [{"compute": "app", "work": "exp(1 h)"}]}},
                        profiles={"sine": {"weekday": shape, "weekend": shape}},
                        workloads={"cases": {"service": "case", "partners": "all", "rate": "100 / h",
                                             "profile": "sine"}})
        means = theory.infinite_server_means(rates, 1)

        def hour_of_day(hour):
            # By day: the series is a mean over runs, so days are what is independent here.
            return lambda r: r.series("present_mean", station="server")[day + hour::day]
        confirm(self, case, [Check(f"present in hour {hour}", hour_of_day(hour), means[hour])
                             for hour in range(day)] + [station("present_mean", "server", 100)])


def sine_steps(mean, amplitude, hours):
    """Hourly means of mean + amplitude sin(2 pi t / hours)."""
    turn = 2 * math.pi / hours
    return [mean + amplitude * (math.cos(turn * h) - math.cos(turn * (h + 1))) / turn
            for h in range(hours)]


def passport(load):
    """arrival rates, services, routes of Gunther's passport office at a share of its load. Analyzing
    Computer System Performance with Perl::PDQ, section 5.5.4."""
    return ([load / 240, 0, 0, 0], [20, 600, 300, 60],
            [[0, 0.3, 0.7, 0], [0, 0, 0.2, 0.8], [0, 0.1, 0, 0.9], [0, 0, 0, 0]])


class Networks(unittest.TestCase):
    def closed(self, title, demands, users, think, seconds, cores=1, unit="s", visits=None,
               discipline="fifo"):
        """One class over stations s1, s2, ...; demands and think times in `unit`."""
        names = [f"s{i + 1}" for i in range(len(demands))]
        return scenario(
            title, horizon=seconds + seconds // 10, warmup=seconds // 10, runs=RUNS,
            hosting={f"do-{n}": n for n in names},
            compute={n: {"site": "hall", "cores": cores, "discipline": discipline} for n in names},
            services={"case": {"steps": [{"compute": f"do-{n}", "work": f"exp({d} {unit})"}
                                         for n, d in zip(names, demands)]}},
            workloads={"users": {"service": "case", "partners": "all", "users": users,
                                 "think": f"exp({think} {unit})" if think else f"0 {unit}"}})

    def confirm_closed(self, case, seconds, throughput, mean, present, utilisation):
        checks = [response("mean", "case", mean),
                  Check("throughput", lambda r: r.service("offered", "case") / seconds, throughput)]
        for i, (q, u) in enumerate(zip(present, utilisation)):
            # 1e-7: at Lazowska's 50 customers a station is idle for 6e-9 of the time, which no run sees.
            checks += [station("present_mean", f"s{i + 1}", q),
                       station("utilisation", f"s{i + 1}", u, slack=1e-7)]
        confirm(self, case, checks)

    def test_mva_jain(self):
        """Jain, The Art of Computer Systems Performance Analysis, p. 577."""
        self.confirm_closed(
            self.closed("Jain p. 577", [2, 3, 1], 20, 4, 40 * HOUR), 40 * HOUR,
            0.3332465122205763, 56.01563187182579, [1.990623284949121, 16.17665112170628,
                                                   0.49973954446229485],
            [0.6664930244411525, 0.9997395366617288, 0.3332465122205763])

    def test_mva_lazowska_117(self):
        """Lazowska et al. 1984, p. 117: 3 customers, and 50."""
        self.confirm_closed(
            self.closed("Lazowska p. 117, 3", [0.605, 2.1, 1.35], 3, 15, 60 * HOUR), 60 * HOUR,
            0.15151649234709555, 4.7998247816321475,
            [0.09756601940835935, 0.39465655466719385, 0.23503004071801362],
            [0.09166747786999281, 0.3181846339289007, 0.204547264668579])
        self.confirm_closed(
            self.closed("Lazowska p. 117, 50", [0.605, 2.1, 1.35], 50, 15, 40 * HOUR), 40 * HOUR,
            0.476190473236979, 90.00000065124614,
            [0.40468226969920806, 40.652461068008165, 1.7999995637379393],
            [0.2880952363083723, 0.9999999937976559, 0.6428571388699217])

    def test_mva_bolch(self):
        """Bolch et al. 1998, example 8.3: no thinking."""
        self.confirm_closed(
            self.closed("Bolch 8.3", [20, 80, 80, 60], 6, 0, 4000, unit="ms"), 4000,
            9.919836337154356, 0.6048486886348353,
            [0.24361525889194025, 2.2610377914410558, 2.2610377914410558, 1.234309158225948],
            [0.19839672674308712, 0.7935869069723485, 0.7935869069723485, 0.5951901802292613])

    def test_mva_gunther_ebiz(self):
        """Gunther, PDQ demonstration ebiz.R: 10 customers, no thinking."""
        self.confirm_closed(
            self.closed("Gunther ebiz", [9.8, 2.5, 0.72, 9.8], 10, 0, 600, unit="ms"), 600,
            92.3945250470446, 0.10823152123903762,
            [4.814895565365607, 0.29900417614155034, 0.07120469312723669, 4.814895565365607],
            [0.905466345461037, 0.2309863126176115, 0.06652405803387211, 0.905466345461037])

    def test_mva_gunther_mm1n(self):
        """Gunther, PDQ demonstration mm1n.R: 100 users."""
        self.confirm_closed(
            self.closed("Gunther mm1n", [0.63], 100, 300, 20 * HOUR), 20 * HOUR,
            0.33245315287694555, 0.7942596863085922, [0.2640541369163452], [0.2094454863124757])

    def test_repairman(self):
        """Machine repair, 10 machines, one crew. Gross and Harris, section 2.6."""
        self.confirm_closed(self.closed("repairman", [1], 10, 10, 20 * HOUR), 20 * HOUR,
                            0.7854176568926526, 2.732079438553741, [2.1458234310734734],
                            [0.7854176568926526])

    def test_kofn(self):
        """2 of 3 with one crew, failures 0.01, repairs 0.1: the mean number failed. Trivedi 2002."""
        case = self.closed("2 of 3", [10], 3, 100, 400 * HOUR)
        confirm(self, case, [station("present_mean", "s1", 0.3206442166910687)])

    def test_machine_interference(self):
        """5 machines, 0.1 and 0.25, 1 to 5 operators. Rossetti, Simulation Modeling with Arena, appendix
        on queueing, table MIMResults."""
        table = {1: (2.6743277920339175, 0.9302688831864331), 2: (1.6609088493223494, 0.6678182301355302),
                 3: (1.4569904786833758, 0.4724012695088833), 4: (1.4302705917335712, 0.3569729408266429),
                 5: (1.4285714285714288, 0.2857142857142857)}
        case = scenario(
            "machine interference", horizon=33 * HOUR, warmup=3 * HOUR, runs=RUNS,
            hosting={f"do-{c}": f"crew-{c}" for c in table},
            compute={f"crew-{c}": {"site": "hall", "cores": c} for c in table},
            services={f"repair-{c}": {"steps": [{"compute": f"do-{c}", "work": "exp(4 s)"}]}
                      for c in table},
            workloads={f"machines-{c}": {"service": f"repair-{c}", "partners": "all", "users": 5,
                                         "think": "exp(10 s)"} for c in table})
        # Gross and Harris's L counts failed machines, served ones included.
        confirm(self, case, [check for c, (present, busy) in table.items() for check in (
            station("present_mean", f"crew-{c}", present), station("utilisation", f"crew-{c}", busy))])

    def test_aws_tomcat(self):
        """300 threads of 0.444 s, no thinking: X = N / 0.444 to 300 users, then 300 / 0.444, and
        R(500) = 0.74 by Little's law. Gunther and Chawla, arXiv:1811.12341."""
        def threads(users, work, runs):
            case = scenario(
                "threads", horizon=0, runs=runs, hosting={"app": "threads"},
                compute={"threads": {"site": "hall", "cores": 300}},
                services={"case": {"steps": [{"compute": "app", "work": work}]}},
                workloads={"users": {"service": "case", "partners": "all", "users": users,
                                     "think": "0 s"}})
            case["time"] = {"start": "2012-01-02", "horizon": "100444 ms", "warmup": "10444 ms",
                            "interval": "100444 ms"}
            return case

        for users, throughput in ((100, 225.22522522522522), (300, 675.6756756756756),
                                  (500, 675.6756756756756)):
            with self.subTest(users=users):
                confirm(self, threads(users, "exp(444 ms)", RUNS), [
                    station("throughput", "threads", throughput),
                    station("present_mean", "threads", users)])
                result = run(threads(users, "444 ms", 1))
                if users <= 300:
                    close(self, result.service("response_mean", "case")[0], 0.444, "response")
                    close(self, result.service("response_max", "case")[0], 0.444, "longest response")

    def two_classes(self, title, demands, users, think, seconds):
        stations = range(len(demands[0]))
        return scenario(
            title, horizon=seconds + seconds // 10, warmup=seconds // 10, runs=RUNS,
            hosting={f"do-s{i}": f"s{i}" for i in stations},
            compute={f"s{i}": {"site": "hall", "cores": 1, "discipline": "sharing"} for i in stations},
            services={f"class-{c}": {"steps": [{"compute": f"do-s{i}", "work": f"exp({demands[c][i]} s)"}
                                               for i in stations]} for c in (0, 1)},
            workloads={f"users-{c}": {"service": f"class-{c}", "partners": "all", "users": users[c],
                                      "think": f"exp({think[c]} s)" if think[c] else "0 s"}
                       for c in (0, 1)})

    def test_lazowska_142(self):
        """Two classes of one customer, no thinking: X = 3/19 and 2/19. Lazowska et al. 1984, p. 142."""
        seconds = 20 * HOUR
        confirm(self, self.two_classes("Lazowska p. 142", [[1, 3], [2, 4]], [1, 1], [0, 0], seconds), [
            response("mean", "class-0", 6.333333333333333), response("mean", "class-1", 9.5),
            Check("throughput 0", lambda r: r.service("offered", "class-0") / seconds, 3 / 19),
            Check("throughput 1", lambda r: r.service("offered", "class-1") / seconds, 2 / 19),
            station("present_mean", "s0", 0.2105263157894737 + 0.2631578947368421),
            station("utilisation", "s1", 0.8947368421052632)])

    def test_schwetman(self):
        """Two classes at one processor. Schwetman, Purdue CSD-TR-355 (1982), table 5."""
        seconds = 20_000
        confirm(self, self.two_classes("Schwetman table 5", [[0.025], [0.5]], [15, 5], [1, 15], seconds), [
            response("mean", "class-0", 0.04725821719242615),
            response("mean", "class-1", 0.9337446680376779),
            Check("throughput 0", lambda r: r.service("offered", "class-0") / seconds,
                  14.323115115022162),
            Check("throughput 1", lambda r: r.service("offered", "class-1") / seconds,
                  0.31379943033916935),
            station("present_mean", "s0", 0.6768848849778392 + 0.2930085449124601),
            station("utilisation", "s0", 0.5149775930451388)])

    def test_lazowska_open(self):
        """Open, two classes at shared processor and disk. Lazowska et al. 1984, p. 138: demands 1 and 3 s,
        2 and 4 s at 3/19 and 2/19 a second. The disk is at 0.895: tau = 4 / (1 - sqrt(0.895))^2 = 1,400 s."""
        case = scenario(
            "Lazowska p. 138", horizon=530_000, warmup=30_000, runs=RUNS,
            hosting={"do-cpu": "cpu", "do-disk": "disk"},
            compute={n: {"site": "hall", "cores": 1, "discipline": "sharing"} for n in ("cpu", "disk")},
            services={"a": {"steps": [{"compute": "do-cpu", "work": "exp(1 s)"},
                                      {"compute": "do-disk", "work": "exp(3 s)"}]},
                      "b": {"steps": [{"compute": "do-cpu", "work": "exp(2 s)"},
                                      {"compute": "do-disk", "work": "exp(4 s)"}]}},
            workloads={"as": {"service": "a", "partners": "all", "rate": "0.157894736842105 / s"},
                       "bs": {"service": "b", "partners": "all", "rate": "0.105263157894737 / s"}})
        confirm(self, case, [
            response("mean", "a", 30.083333333333304), response("mean", "b", 41.16666666666663),
            station("utilisation", "cpu", 0.3684210526315789),
            station("utilisation", "disk", 0.894736842105263)])

    def test_gunther_passport(self):
        """The passport office with feedback, by Jackson's theorem. Visits to the middle two stations end
        after the sixth, which leaves out 1 visit in 30,000: the exact figures of that, by product form for
        any routing by the number of visits (Baskett et al. 1975), are within 0.2 % of the published. A
        station at 0.97 takes 60 million requests; tau = 300 s / (1 - sqrt(0.97))^2 = 350 h."""
        _, service, route = passport(0.8)
        rate, most = 1 / 240, 6
        visits = [1.0, 0.0, 0.0, 1.0]

        def step(i):
            return {"compute": f"do-s{i + 1}", "work": f"exp({service[i]} s)"}

        def visit(i, depth, share):
            visits[i] += share
            if depth == 1:
                return [step(i)]
            on = route[i][3 - i]
            return [step(i), {"choice": [
                {"share": on, "steps": visit(3 - i, depth - 1, share * on)},
                {"share": round(1 - on, 6)}]}]
        branches = [{"share": s, "steps": visit(i, most, s)} for i, s in ((1, 0.3), (2, 0.7))]
        exact = theory.Jackson([rate * v for v in visits], service, [[0] * 4] * 4)
        self.assertAlmostEqual(sum(exact.present) / rate / 11738.181818181782, 1, delta=0.002)
        case = scenario(
            "passport office", horizon=120_000 * HOUR, warmup=7000 * HOUR, runs=RUNS,
            hosting={f"do-s{i + 1}": f"s{i + 1}" for i in range(4)},
            compute={f"s{i + 1}": {"site": "hall", "cores": 1} for i in range(4)},
            services={"case": {"steps": [step(0), {"choice": branches}, step(3)]}},
            workloads={"cases": {"service": "case", "partners": "all", "rate": "15 / h"}})
        checks = [response("mean", "case", sum(exact.present) / rate)]
        for i in range(4):
            checks += [station("utilisation", f"s{i + 1}", exact.utilisation[i]),
                       station("present_mean", f"s{i + 1}", exact.present[i])]
        confirm(self, case, checks)


class Traces(unittest.TestCase):
    """Hand simulations: each arrival is a scheduled job of its own, released when its window opens. Clock
    times are whole minutes, so a trace's unit is one, ten or a hundred minutes. 2 January 2012, the start,
    is a Monday."""

    def play(self, arrivals, services, until, minutes=1, discipline="fifo"):
        """Runs a trace. `until` is the end of the first interval of the series: the time averages are those
        up to there. Returns (sojourns, utilisation, mean present), times in the trace's unit."""
        windows, recipes, workloads = {}, {}, {}
        for i, (arrival, service) in enumerate(zip(arrivals, services), 1):
            at = round(arrival * minutes)
            day, at = ("Mon", "Tue", "Wed")[at // 1440], at % 1440
            windows[f"w{i}"] = f"{day} {at // 60:02}:{at % 60:02}-24:00"
            recipes[f"j{i}"] = {"steps": [{"compute": "app", "work": f"{round(service * minutes)} min"}]}
            workloads[f"a{i}"] = {"service": f"j{i}", "partners": "all", "by": "app", "every": "1 week",
                                  "window": f"w{i}"}
        case = scenario("a hand simulation", horizon=7 * DAY, interval=round(until * minutes) * MINUTE,
                        hosting={"app": "server"}, hours=windows,
                        compute={"server": {"site": "hall", "cores": 1, "discipline": discipline}},
                        services=recipes, workloads=workloads)
        result = run(case)
        unit = MINUTE * minutes
        sojourns = [result.service("response_max", f"j{i}")[0] / unit
                    for i in range(1, len(arrivals) + 1)]
        close(self, result.station("wait_mean", "server")[0] / unit,
              (sum(sojourns) - sum(services)) / len(services), "mean time beyond the own work")
        return (sojourns, result.series("utilisation", station="server")[0],
                result.series("present_mean", station="server")[0])

    def ends(self, arrivals, services, until, ends, **more):
        played = self.play(arrivals, services, until, **more)
        for i, (arrival, sojourn, end) in enumerate(zip(arrivals, played[0], ends), 1):
            close(self, arrival + sojourn, end, f"end of {i}")
        return played

    def test_fcfs(self):
        """trace-fcfs-c1, by hand: over [0, 11]."""
        sojourns, busy, _ = self.ends([0, 1, 2, 3.5, 10], [3, 2, 1, 2, 1], 11, [3, 5, 6, 8, 11], minutes=2)
        close(self, sum(sojourns) / 5, 3.3, "mean sojourn")
        close(self, (sum(sojourns) - 9) / 5, 1.5, "mean wait")
        close(self, busy, 0.8181818181818182, "utilisation to the last")

    def test_sharing(self):
        """trace-ps, by hand: one server of capacity 1 shared."""
        sojourns, _, _ = self.ends([0, 1, 2, 6], [4, 2, 1, 2], 9, [8, 6, 5, 9], minutes=10,
                                   discipline="sharing")
        close(self, sum(sojourns) / 4, 4.75, "mean sojourn")

    def test_arena(self):
        """trace-arena-hand: Kelton, Sadowski and Zupick, Simulation with Arena, ch. 2, over [0, 20] min."""
        arrivals = [0.0, 1.73, 3.08, 3.79, 4.41, 18.69, 19.39]
        sojourns, busy, present = self.play(arrivals, [2.9, 1.76, 3.39, 4.52, 4.46, 4.36, 2.07], 20,
                                            minutes=100)
        done = [s for a, s in zip(arrivals, sojourns) if a + s <= 20]
        self.assertEqual(len(done), 5)
        close(self, sum(done) / 5, 6.44, "mean time in system")
        close(self, max(done), 12.62, "longest time in system")
        close(self, busy, 0.917, "utilisation")
        close(self, present, 0.789 + 0.917, "mean present")

    def test_law_and_kelton(self):
        """trace-lawkelton-hand: Simulation Modeling and Analysis, section 1.4.2. It stops at 8.6, as the
        sixth delay ends; the two that then wait have work of any length."""
        arrivals = list(itertools.accumulate([0.4, 1.2, 0.5, 1.7, 0.2, 1.6, 0.2, 1.4]))
        services = [2.0, 0.7, 0.2, 1.1, 3.7, 0.6, 1, 1]
        sojourns, busy, present = self.play(arrivals, services, 8.6, minutes=10)
        close(self, sum(t - s for t, s in zip(sojourns[:6], services)) / 6, 0.95, "mean of 6 delays")
        close(self, arrivals[5] + sojourns[5] - services[5], 8.6, "end of the sixth delay")
        close(self, busy, 0.8953488372093024, "utilisation")
        close(self, present, 1.1511627906976745 + 0.8953488372093024, "mean present")

    def test_banks(self):
        """trace-banks-checkout: Banks, Carson, Nelson and Nicol, example 2.1, 20 customers."""
        arrivals = list(itertools.accumulate([0, 8, 6, 1, 8, 3, 8, 7, 2, 3, 1, 1, 5, 6, 3, 8, 1, 2, 4, 5]))
        services = [4, 1, 4, 3, 2, 4, 5, 4, 5, 3, 3, 5, 4, 1, 5, 4, 3, 3, 2, 3]
        sojourns, busy, _ = self.play(arrivals, services, 86)
        close(self, sum(sojourns), 124, "total time in system")
        close(self, sum(sojourns) - sum(services), 56, "total wait")
        close(self, arrivals[-1] + sojourns[-1], 86, "end")
        close(self, 1 - busy, 0.20930232558139536, "idle")
        waited = sum(sojourn > service + 1e-6 for sojourn, service in zip(sojourns, services))
        self.assertEqual(waited / 20, 0.65)

    def test_rossetti(self):
        """trace-rossetti-bank: RossettiArenaBook, ch. 2, 8 customers, over [0, 31] min."""
        sojourns, busy, present = self.ends([3, 11, 13, 14, 17, 19, 21, 27], [4, 4, 4, 3, 2, 4, 3, 2], 31,
                                            [7, 15, 19, 22, 24, 28, 31, 33])
        close(self, sum(sojourns) / 8, 6.75, "mean sojourn")
        close(self, busy, 24 / 31, "utilisation")
        close(self, present, 52 / 31, "mean present")


class Flows(unittest.TestCase):
    """Messages and standing backlogs over links."""

    def one_message(self, size, links):
        """The time of one message of `size` over links [(bandwidth, delay)] in a row from `hall`."""
        sites = ["hall"] + [f"hop-{i}" for i in range(1, len(links))] + ["centre"]
        case = scenario(
            "one message", horizon=1000, hosting={"app": "server"},
            sites={"hall": {"partner": "council"}, **{name: {} for name in sites[1:]}},
            links={f"link-{i}": {"between": [sites[i], sites[i + 1]], "bandwidth": bandwidth,
                                 "delay": delay} for i, (bandwidth, delay) in enumerate(links)},
            compute={"server": {"site": "centre", "cores": 1}},
            services={"case": {"steps": [{"request": size}, {"compute": "app", "work": "1 ms"}]}},
            workloads={"user": {"service": "case", "partners": "all", "users": 1, "think": "100 s"}})
        # Without a response the request ends at the centre.
        result = run(case)
        self.assertGreater(result.service("completed", "case")[0], 0)
        return result.service("response_max", "case")[0] - 0.001

    def test_store_and_forward(self):
        """store-forward-3hop: a packet of 1,500 bytes, and 10 of them as one message."""
        links = [("10 Mbit/s", "1 ms"), ("2 Mbit/s", "5 ms"), ("10 Mbit/s", "2 ms")]
        close(self, self.one_message("1500 B", links), 0.0164, "first packet")
        close(self, self.one_message("15 KB", links), 0.0704, "last packet")

    def test_one_link(self):
        """simgrid-tcpgamma-1, -2 and -5: where the window does not bind, size / bandwidth + latency."""
        for delay, time in (("0 s", 1.0), ("10 us", 1.00001), ("1 ms", 1.001)):
            close(self, self.one_message("10 GB", [("10 GB/s", delay)]), time, delay)

    def backups(self, links, flows, horizon):
        """Scheduled transfers, all released at the start: flows {name: (from, to, size, home link)}.
        Every site has an array that is never a limit. Returns seconds by name."""
        places = sorted({end for between, _ in links.values() for end in between})
        partners = {f"p-{name}": {"population": 1, "staff": {start: 1}}
                    for name, (start, _, _) in flows.items()}
        case = scenario(
            "backups", horizon=horizon, partners=partners, sites={place: {} for place in places},
            hours={"always": "daily 00:00-24:00"},
            links={name: {"between": list(between), "bandwidth": bandwidth, "delay": "1 us"}
                   for name, (between, bandwidth) in links.items()},
            storage={f"disk-{place}": {"site": place, "capacity": "1000 TB", "iops": 1e15,
                                       "bandwidth": "1000000000 Gbit/s", "latency": "0 s"}
                     for place in places},
            arrangements={"base": {"hosting": {
                f"p-{name}": {"home": f"disk-{start}", "vault": f"disk-{end}"}
                for name, (start, end, _) in flows.items()}}},
            services={f"s-{name}": {"steps": [{"write": "vault", "size": size}]}
                      for name, (_, _, size) in flows.items()},
            workloads={f"w-{name}": {"service": f"s-{name}", "partners": f"p-{name}", "by": "home",
                                     "every": "4 weeks", "window": "always"} for name in flows})
        result = run(case)
        return {name: result.service("response_max", f"s-{name}", f"p-{name}")[0] for name in flows}

    def test_backup_parallel(self):
        """backup-parallel: clients of 3, 6 and 9 TB at 100 MB/s each into one link of 200 MB/s, by hand:
        45,000, 75,000 and 105,000 s. Beside it: two links' overlap of one segment, and delays, under 10 ms."""
        links = {f"client-{i}": ((f"c{i}", "hub"), "100 MB/s") for i in (1, 2, 3)}
        links["server"] = (("hub", "vault-site"), "200 MB/s")
        times = self.backups(links, {f"f{i}": (f"c{i}", "vault-site", f"{3 * i} TB") for i in (1, 2, 3)},
                             120_000)
        for i, seconds in ((1, 45_000), (2, 75_000), (3, 105_000)):
            self.assertAlmostEqual(times[f"f{i}"], seconds, delta=0.01)

    def test_parking_lot(self):
        """maxmin-parkinglot: one flow over three links of 1 GB/s and one over each: all get half. Flows of
        500 GB take 1,000 s; the long one, its segments' overlap more, 2 x 1 ms by each link's half."""
        links = {f"l{i}": ((f"n{i}", f"n{i + 1}"), "1 GB/s") for i in (1, 2, 3)}
        flows = {"long": ("n1", "n4", "500 GB")}
        flows |= {f"short-{i}": (f"n{i}", f"n{i + 1}", "500 GB") for i in (1, 2, 3)}
        for name, seconds in self.backups(links, flows, 2000).items():
            self.assertAlmostEqual(seconds, 1000, delta=0.01, msg=name)


if __name__ == "__main__":
    unittest.main()
