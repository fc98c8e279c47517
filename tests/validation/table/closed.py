# SPDX-License-Identifier: Apache-2.0
"""Closed networks: so many users who think and ask. Time averages and counts; unfinished requests, at most
the population, are far below a thousandth of a run's. Without thinking, users ask again at once."""

import theory
from build import Case, asking, closed, exp, network, pools, systems, visit
from chain import Chain
from judge import mean, offered, queued, response, station
from table.priorities import strict

MVA = "exact mean value analysis; Reiser and Lavenberg, JACM 27(2), 1980"


def sojourn_at(name, demand, exact):
    """The residence at a first-come station: the wait and the work."""
    return mean(f"residence: {name}", lambda r: r.station("wait_mean", name) + demand, exact)


def one_class(id, title, source, demands, users, think, horizon, throughput, mean, present, busy, fast=False,
              **more):
    """Published figures of one class over stations s1, s2, ... At Lazowska's 50 users a station is idle for 6e-9 of
    the time, which no run sees."""
    checks = [offered("case", throughput, label="throughput"), response("mean", "case", mean)]
    for i, (q, u) in enumerate(zip(present, busy)):
        checks += [station("present_mean", f"s{i + 1}", q), station("utilisation", f"s{i + 1}", u, beside=1e-8),
                   sojourn_at(f"s{i + 1}", demands[i], q / throughput)]
    return Case(id, title, source, closed(title, demands, users, think, horizon, horizon / 10, **more),
                tuple(checks), fast)


PUBLISHED = [
    one_class("mva-jain", "20 users over three stations", f"Jain 1991, p. 577; {MVA}", [2, 3, 1], 20, 4, 400_000,
              0.3332465122205763, 56.01563187182579,
              [1.990623284949121, 16.17665112170628, 0.49973954446229485],
              [0.6664930244411525, 0.9997395366617288, 0.3332465122205763]),
    one_class("mva-lazowska-117", "3 users over three stations", f"Lazowska et al. 1984, p. 117; {MVA}",
              [0.605, 2.1, 1.35], 3, 15, 100_000, 0.15151649234709555, 4.7998247816321475,
              [0.09756601940835935, 0.39465655466719385, 0.23503004071801362],
              [0.09166747786999281, 0.3181846339289007, 0.204547264668579], fast=True),
    one_class("mva-lazowska-50", "50 users: saturation", f"Lazowska et al. 1984; {MVA}", [0.605, 2.1, 1.35], 50,
              15, 300_000, 0.476190473236979, 90.00000065124614,
              [0.40468226969920806, 40.652461068008165, 1.7999995637379393],
              [0.2880952363083723, 0.9999999937976559, 0.6428571388699217]),
    one_class("mva-bolch-8.3", "6 users over four stations, no thinking", f"Bolch et al. 1998, example 8.3; {MVA}",
              [0.02, 0.08, 0.08, 0.06], 6, 0, 4_000, 9.919836337154356, 0.6048486886348353,
              [0.24361525889194025, 2.2610377914410558, 2.2610377914410558, 1.234309158225948],
              [0.19839672674308712, 0.7935869069723485, 0.7935869069723485, 0.5951901802292613]),
    one_class("mva-gunther-ebiz", "10 users over three tiers and a dummy",
              f"Gunther, PDQ, ebiz.R; {MVA}", [0.0098, 0.0025, 0.00072, 0.0098], 10, 0, 800, 92.3945250470446,
              0.10823152123903762,
              [4.814895565365607, 0.29900417614155034, 0.07120469312723669, 4.814895565365607],
              [0.905466345461037, 0.2309863126176115, 0.06652405803387211, 0.905466345461037]),
    one_class("mva-gunther-mm1n", "100 users of one server", f"Gunther, PDQ, mm1n.R; {MVA}", [0.63], 100, 300,
              80_000, 0.33245315287694555, 0.7942596863085922, [0.2640541369163452], [0.2094454863124757],
              fast=True),
    Case("repairman-1", "10 machines, one crew", "Gross and Harris, section 2.6",
         closed("repairman", [1], 10, 10, 80_000, 2000), (
             offered("case", 0.7854176568926526, label="throughput"),
             station("present_mean", "s1", 2.1458234310734734), queued("s1", 1, 1.3604057741808206),
             response("mean", "case", 2.732079438553741), station("wait_mean", "s1", 1.732079438553741),
             station("utilisation", "s1", 0.7854176568926526)), fast=True),
    Case("kofn-2of3-1crew", "3 machines, one crew: the mean number failed", "Trivedi 2002",
         closed("2 of 3", [10], 3, 100, 700_000, 10_000), (
             station("present_mean", "s1", 0.3206442166910687),), fast=True),
]


def interference():
    """Side by side; L counts the machines under repair too."""
    table = {1: (2.6743277920339175, 0.9302688831864331), 2: (1.6609088493223494, 0.6678182301355302),
             3: (1.4569904786833758, 0.4724012695088833), 4: (1.4302705917335712, 0.3569729408266429),
             5: (1.4285714285714288, 0.2857142857142857)}
    waiting = {1: 1.7440589088474843, 2: 0.3252723890512889, 3: 0.03978667015672545}
    return Case(
        "rossetti-machine-interference", "5 machines and 1 to 5 operators",
        "Rossetti, Simulation Modeling with Arena, appendix on queueing, table MIMResults",
        systems("machine interference", {
            f"crew-{c}": ({"users": 5, "think": exp(10)}, exp(4), {"cores": c}) for c in table}, 600_000),
        tuple(check for c, (present, busy) in table.items() for check in (
            station("present_mean", f"crew-{c}", present), station("utilisation", f"crew-{c}", busy)))
        + tuple(queued(f"crew-{c}", c, exact) for c, exact in waiting.items())
        + tuple(mean(f"cost at 60 a machine and 15 an operator: {c}",
                     lambda r, c=c: 60 * r.station("present_mean", f"crew-{c}") + 15 * c, 60 * present + 15 * c)
                for c, (present, _) in table.items()))


def tomcat():
    """X = N / 0.444 up to 300 users, then 300 / 0.444; R(500) by Little's law."""
    table = {100: 225.22522522522522, 300: 675.6756756756756, 500: 675.6756756756756}
    return Case(
        "gunther-aws-tomcat", "300 threads of 0.444 s, no thinking: 100, 300 and 500 users",
        "Gunther and Chawla, arXiv:1811.12341", systems("threads", {
            f"u{users}": ({"users": users, "think": 0}, exp(0.444), {"cores": 300}) for users in table}, 200, 50),
        (*[offered(f"u{users}", x, label=f"throughput of {users}") for users, x in table.items()],
         *[mean(f"residence by Little's law: {users}", lambda r, n=users: n / r.station("throughput", f"u{n}"), exact)
           for users, exact in ((100, 0.444), (500, 0.74))]), fast=True)


def classes(id, title, source, demands, users, think, horizon, discipline="sharing", laws=exp, fast=False):
    """Several classes: class c is the service `class-c`, with one visit to each station."""
    exact = theory.Closed(demands, users, think)
    names = [f"s{i + 1}" for i in range(len(demands[0]))]
    services = {f"class-{c + 1}": [visit(n, laws(d)) for n, d in zip(names, row) if d]
                for c, row in enumerate(demands)}
    text = network(title, horizon, horizon / 20, pools(*names, discipline=discipline), services, {
        f"users-{c + 1}": asking(f"class-{c + 1}", users=users[c], think=exp(think[c]))
        for c in range(len(demands))})
    checks = [check for c in range(len(demands)) for check in (
        offered(f"class-{c + 1}", exact.throughput[c], label=f"throughput of class {c + 1}"),
        response("mean", f"class-{c + 1}", exact.response[c]))]
    checks += [check for i, n in enumerate(names) for check in (
        station("utilisation", n, exact.utilisation[i]), station("present_mean", n, exact.present[i]))]
    return Case(id, title, source, text, tuple(checks), fast)


def two_processors():
    """12 users over two processors, first come first served, and a shared disk."""
    users, think, work, disk = 12, 5, 1, 0.6

    def moves(state):
        cpu, at_disk = state
        yield (users - cpu - at_disk) / think, (cpu + 1, at_disk)
        if cpu:
            yield min(cpu, 2) / work, (cpu - 1, at_disk + 1)
        if at_disk:
            yield 1 / disk, (cpu, at_disk - 1)
    chain = Chain((0, 0), moves)
    present = [chain.mean(lambda s, i=i: s[i]) for i in (0, 1)]
    through = (users - sum(present)) / think
    text = network("two processors", 80_000, 2000, {"s1": {"cores": 2}, "s2": {"cores": 1, "discipline": "sharing"}},
                   {"case": [visit("s1", exp(work)), visit("s2", exp(disk))]},
                   {"users": asking("case", users=users, think=exp(think))})
    return Case("closed-two-processors", "12 users over two processors and a disk", "Markov chain, solved numerically",
                text, (offered("case", through, label="throughput"), response("mean", "case", sum(present) / through),
                       station("present_mean", "s1", present[0]), station("present_mean", "s2", present[1]),
                       station("utilisation", "s1", through * work / 2), station("utilisation", "s2", through * disk)))


def by_class(discipline):
    """Two classes of users of one server, the first before the second. State: (first, second, who is served)."""
    users, think, work = (4, 6), (5, 9), (0.5, 1)

    def moves(state):
        here, served = state[:2], state[2]
        for i in (0, 1):
            came = (here[0] + (i == 0), here[1] + (i == 1))
            first = 0 if discipline == "preemptive" and came[0] else (served if served is not None else i)
            yield (users[i] - here[i]) / think[i], (*came, first)
        if served is not None:
            left = (here[0] - (served == 0), here[1] - (served == 1))
            yield 1 / work[served], (*left, 0 if left[0] else 1 if left[1] else None)
    chain = Chain((0, 0, None), moves)
    checks = []
    for i in (0, 1):
        present = chain.mean(lambda s, i=i: s[i])
        through = (users[i] - present) / think[i]
        checks += [offered(f"c{i + 1}", through, label=f"throughput of class {i + 1}"),
                   response("mean", f"c{i + 1}", present / through)]
    names, classes_ = strict(2)
    text = network("two classes of users", 120_000, 2000, {"q": {"cores": 1, "discipline": discipline}},
                   {name: {"class": name, "steps": [visit("q", exp(w))]} for name, w in zip(names, work)},
                   {f"users-{name}": asking(name, users=n, think=exp(z)) for name, n, z in zip(names, users, think)},
                   classes=classes_)
    return Case(f"closed-{discipline}", f"two classes of users of one server, {discipline}",
                "Markov chain, solved numerically", text, tuple(checks))


def lognormal(demand):
    return f"lognormal({demand} s cv 1.3)"


CASES = PUBLISHED + [
    interference(), tomcat(),
    classes("lazowska-142", "two classes of one user, no thinking", "Lazowska et al. 1984, p. 142: X = 3/19, 2/19",
            [[1, 3], [2, 4]], [1, 1], [0, 0], 200_000, fast=True),
    classes("schwetman-t5", "two classes at one processor", "Schwetman, Purdue CSD-TR-355 (1982), table 5",
            [[0.025], [0.5]], [15, 5], [1, 15], 30_000),
    classes("closed-one-class", "8 users over three stations", MVA, [[2, 3, 1]], [8], [4], 150_000, "fifo"),
    classes("closed-shared", "the same, shared stations and lognormal work", f"insensitive to the law; {MVA}",
            [[2, 3, 1]], [8], [4], 200_000, laws=lognormal),
    classes("closed-two-classes", "two classes at shared stations", MVA, [[1, 3], [2, 0.5]], [5, 7], [10, 6],
            80_000),
    classes("closed-three-classes", "three classes at three shared stations", MVA,
            [[1, 0.5, 2], [0.3, 1.5, 0.4], [2, 1, 0]], [3, 4, 2], [6, 8, 20], 120_000),
    two_processors(), by_class("priority"), by_class("preemptive"),
    classes("closed-two-fifo", "two classes first come first served, one law at each station", MVA,
            [[1, 2], [1, 2]], [4, 6], [5, 25], 80_000, "fifo"),
]
