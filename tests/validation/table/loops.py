# SPDX-License-Identifier: Apache-2.0
"""Loops: steps done again, by number and by chance. With Poisson arrivals from outside and one exponential law
at each first-come station, or shared ones, the network has product form however visits are ordered (Baskett,
Chandy, Muntz and Palacios, JACM 22(2), 1975)."""

from build import Case, asking, exp, network, pools, visit
from judge import in_all, mean, response, station

JACKSON = "Jackson, Management Science 10(1), 1963"


def passport():
    """From station 2 a share 0.2 goes to 3, from 3 a share 0.1 to 2, the others to 4. So who is at 2 passes whole
    turns 2, 3 with probability 0.02 each, and then ends as 2 (0.80 of 0.98) or as 2, 3 (0.18 of 0.98); likewise
    from 3. The loop draws the turns first; the order of visits and their probabilities are the same."""
    steps = {i: visit(f"s{i}", exp(mean)) for i, mean in ((1, 20), (2, 600), (3, 300), (4, 60))}

    def from_station(here, other, once):
        return [
            {"choice": [{"share": 0.02, "steps": [{"loop": [steps[here], steps[other]], "again": "2 %"}]},
                        {"share": 0.98}]},
            steps[here],
            {"choice": [{"share": f"{once / 0.98:.15f}", "steps": [steps[other]]},
                        {"share": f"{1 - once / 0.98:.15f}"}]}]
    recipe = [steps[1], {"choice": [{"share": 0.3, "steps": from_station(2, 3, 0.18)},
                                    {"share": 0.7, "steps": from_station(3, 2, 0.08)}]}, steps[4]]
    text = network("passport office", 1_200_000_000, 25_000_000, pools("s1", "s2", "s3", "s4"), {"case": recipe},
                   {"cases": asking("case", rate="15 / h")}, runs=70)
    checks = [response("mean", "case", 11738.181818181782), in_all(("s1", "s2", "s3", "s4"), 48.90909090909076)]
    for name, rate, present, busy, sojourn, work in (
            ("s1", 0.004166666666666667, 0.0909090909090909, 0.08333333333333333, 21.818181818181817, 20),
            ("s2", 0.0015731292517006802, 16.81818181818178, 0.943877551020408, 10690.909090909068, 600),
            ("s3", 0.0032312925170068026, 31.666666666666554, 0.9693877551020407, 9799.999999999965, 300),
            ("s4", 0.004166666666666667, 0.3333333333333333, 0.25, 80.0, 60)):
        checks += [station("throughput", name, rate), station("utilisation", name, busy),
                   station("present_mean", name, present),
                   mean(f"sojourn: {name}", lambda r, n=name, w=work: r.station("wait_mean", n) + w, sojourn)]
    return Case("gunther-passport", "a passport office of four stations with feedback",
                f"Gunther, Analyzing Computer System Performance with Perl::PDQ, section 5.5.4; {JACKSON}", text,
                tuple(checks))


def two_classes():
    """Ten visits to the processor around nine to the disk, five around four."""
    def turns(cpu, disk, visits):
        return [{"loop": [visit("cpu", exp(cpu)), visit("disk", exp(disk))], "times": visits},
                visit("cpu", exp(cpu))]
    text = network("Lazowska p. 138", 1_400_000, 30_000, pools("cpu", "disk", discipline="sharing"),
                   {"a": turns(0.1, 1 / 3, 9), "b": turns(0.4, 1, 4)},
                   {"as": asking("a", rate=3 / 19), "bs": asking("b", rate=2 / 19)})
    return Case("lazowska-open-2class", "two classes at a shared processor and disk, with visits",
                "Lazowska et al. 1984, p. 138", text, (
                    station("utilisation", "cpu", 0.3684210526315789),
                    station("utilisation", "disk", 0.894736842105263),
                    response("mean", "a", 30.083333333333304), response("mean", "b", 41.16666666666663)))


def feedback():
    """Again with probability 0.4: 5/3 visits, each an arrival; L = rho / (1 - rho)."""
    load = 0.45 / 0.6
    text = network("feedback", 700_000, 3000, pools("q"), {"q": [{"loop": [visit("q", exp(1))], "again": "40 %"}]},
                   {"ask-q": asking("q", rate=0.45)})
    return Case("mm1-feedback", "M/M/1 with feedback 40 %", JACKSON, text, (
        response("mean", "q", load / (1 - load) / 0.45), station("utilisation", "q", load),
        station("throughput", "q", load), station("present_mean", "q", load / (1 - load))), fast=True)


def two_stations():
    """A loop over two stations, again with probability 0.3, and a delay between: both are M/M/1 or M/M/2."""
    rate = 0.5 / 0.7
    one = rate * 0.8
    two = rate / 2
    two_present = 2 * two / (1 - two ** 2)
    text = network("a loop of two", 400_000, 3000, {"a": {"cores": 1}, "b": {"cores": 2}},
                   {"case": [{"loop": [visit("a", exp(0.8)), {"delay": "2 s"}, visit("b", exp(1))], "again": "30 %"}]},
                   {"cases": asking("case", rate=0.5)})
    present = one / (1 - one) + two_present
    return Case("loop-two-stations", "a loop over M/M/1, a delay and M/M/2", JACKSON, text, (
        response("mean", "case", (present + 2 * rate) / 0.5), station("present_mean", "a", one / (1 - one)),
        station("present_mean", "b", two_present), station("throughput", "b", rate)))


CASES = [passport(), two_classes(), feedback(), two_stations()]
