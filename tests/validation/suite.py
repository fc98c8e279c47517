# SPDX-License-Identifier: Apache-2.0
"""Runs the table of cases and writes its page. Used by scripts/validate and test_table.py.

    python3 tests/validation/suite.py [--fast] [--only PATTERN] [--page FILE] [--threads N] [--share X]
    python3 tests/validation/suite.py --text ID

PSNSIM names the built program. The page holds nothing of the clock or the machine: equal builds give equal
pages. Status 1 where a case failed.
"""

import argparse
import fnmatch
import os
import sys
import textwrap
from pathlib import Path

import table
from judge import judge_case
from program import SEEDS, Refused, render, shortened


def all_cases():
    return [(heading, module, module.CASES) for heading, module in table.GROUPS]


class Outcome:
    def __init__(self, case, threads, share=1.0):
        """`share` of its time: where it is not all, precision is not judged."""
        self.case, self.verdicts, self.seed, self.refused = case, [], SEEDS[0], ""
        text = case.text if share == 1 or case.is_known() else shortened(case.text, share)
        try:
            self.verdicts, self.seed = judge_case(text, case.checks, "--threads", str(threads), precise=share == 1)
        except Refused as refusal:
            self.refused = str(refusal)

    @property
    def faults(self):
        if self.refused:
            return [self.refused]
        return [f"{verdict.line()}: {verdict.fault}" for verdict in self.verdicts if verdict.fault]

    def line(self, seconds):
        """`seconds` of processor time."""
        apart = [abs(verdict.apart) for verdict in self.verdicts if verdict.apart is not None]
        worst = f"at most {max(apart):.1f} standard errors apart" if apart else "exact"
        again = "" if self.seed == SEEDS[0] else ", second seed"
        head = f"FAILED  {self.case.id}" if self.faults else f"ok      {self.case.id}: {worst}{again}"
        return "\n".join([f"{head} ({seconds:.1f} s)"] + [f"    {fault}" for fault in self.faults])


# --- The page --------------------------------------------------------------------------------------

def number(value):
    return f"{value:.6g}"


def percent(share, digits=2):
    return f"{100 * share:.{digits}f} %"


def paragraph(text):
    return textwrap.wrap(" ".join(text.split()), 118, break_on_hyphens=False)


def entry(case):
    """What the list of a group says of a case."""
    return f"- `{case.id}`{' (fast)' if case.fast else ''}: {case.title}. *{case.source}.*"


def row(name, verdict):
    check, estimate = verdict.check, verdict.estimate
    if estimate.error is None:
        error, apart = "", f"within {check.beside:g}" if check.beside else "exact"
    else:
        if check.error_abs is not None:
            error = f"{estimate.error:.2g}, at most {check.error_abs:g}"
        else:  # where the exact value is 0 a bound relative to it lets no error pass
            error = percent(estimate.error / abs(check.exact)) if check.exact else f"{estimate.error:g}"
        apart = "0.0" if verdict.apart is None else f"{verdict.apart:+.1f}"
    apart += " **failed**" if verdict.fault else ""
    return (f"| {name} | {check.label} | {number(check.exact)} | {number(estimate.value)} | {error} "
            f"| {apart} |")


def group_page(heading, module, outcomes):
    lines = [f"## {heading}", "", *paragraph(module.__doc__), ""]
    lines += [entry(outcome.case) for outcome in outcomes]
    lines += ["", "| case | figure | exact | simulated | standard error | apart |",
              "|---|---|--:|--:|--:|--:|"]
    for outcome in outcomes:
        if outcome.refused:
            lines.append(f"| `{outcome.case.id}` | **refused by the program** | | | | |")
        name = f"`{outcome.case.id}`" + ("" if outcome.seed == SEEDS[0] else " (second seed)")
        for verdict in outcome.verdicts:
            lines.append(row(name, verdict))
            name = ""
    return lines + [""]


def spread(outcomes):
    """How far apart the random figures are: as many as a normal distribution has, roughly, as figures of
    one scenario depend on each other."""
    apart = [abs(v.apart) for o in outcomes for v in o.verdicts if v.apart is not None]
    if not apart:
        return ""
    shares = ", ".join(f"{percent(sum(a <= k for a in apart) / len(apart), 1)} within {k}" for k in (1, 2, 3))
    return (f"Of {len(apart)} random figures {shares} standard errors (of a normal distribution: 68.3 %, 95.4 %, "
            f"99.7 %); the furthest is {max(apart):.1f} apart.")


def contents(results):
    """A line a group, with a link to it."""
    lines = ["| group | cases | figures | failed |", "|---|--:|--:|--:|"]
    for heading, _, group in results:
        anchor = heading.lower().replace(",", "").replace(" ", "-")
        lines.append(f"| [{heading}](#{anchor}) | {len(group)} | {sum(len(o.case.checks) for o in group)} "
                     f"| {sum(bool(o.faults) for o in group)} |")
    return [*lines, ""]


def page(results):
    """results: [(heading, module, outcomes)]"""
    outcomes = [outcome for _, _, group in results for outcome in group]
    failed = sum(bool(outcome.faults) for outcome in outcomes)
    exact = sum(v.apart is None for o in outcomes for v in o.verdicts)
    lines = ["# Validation against exact theory", "", *paragraph("""
        Written by `scripts/validate`; do not edit. Each case is a scenario in the language of
        [`scenarios/`](../../scenarios/README.md), run by the built program, and compared with values that are known
        exactly. `python3 tests/validation/suite.py --text CASE` prints a case's scenario; cases marked *fast* are run
        by `scripts/test` too."""), "", *paragraph(f"""
        **{len(outcomes) - failed} of {len(outcomes)} cases pass.** {spread(outcomes)} {exact} figures are not random,
        and hold within 1e-9."""), "", *paragraph("""
        A case has 50 replications or more. A figure passes where its standard error is under 0.5 % of the exact value
        (2 % for a 99th percentile; where the value is near 0, at most a bound that the table states) and the estimate
        is within 4 standard errors of it. Where one misses, the case is run once more with a second fixed seed. *apart*
        is (simulated - exact) / standard error. Times are seconds where nothing else is said."""), "",
             *contents(results)]
    for heading, module, group in results:
        lines += group_page(heading, module, group)
    lines += ["## Not expressible", "", "Collected cases that the scenario language cannot say, and why.", ""]
    lines += [f"- `{name}`: {reason}." for name, reason in table.BEYOND.items()]
    lines += ["", "Collected cases above of which some figures are no figures of the program:", ""]
    lines += [f"- `{name}`: {reason}." for name, reason in table.WITHOUT.items()]
    return "\n".join(lines) + "\n"


# --- The command -----------------------------------------------------------------------------------

def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--fast", action="store_true", help="the subset that scripts/test runs")
    parser.add_argument("--only", metavar="PATTERN", help="cases whose name matches, such as 'mva-*'")
    parser.add_argument("--page", metavar="FILE", help="writes the page")
    parser.add_argument("--share", type=float, default=1.0, metavar="X",
                        help="of each case's time, for a quick look: precision is not judged")
    parser.add_argument("--figures", action="store_true", help="prints every figure")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--text", metavar="ID", help="prints a case's scenario and runs nothing")
    options = parser.parse_args(arguments)
    results, chosen = [], []
    for heading, module, cases in all_cases():
        if options.text:
            cases = [case for case in cases if case.id == options.text]
        if options.only:
            cases = [case for case in cases if fnmatch.fnmatch(case.id, options.only)]
        if options.fast:
            cases = [case for case in cases if case.fast]
        chosen += cases
        results.append((heading, module, cases))
    if not chosen:
        parser.error("no case matches")
    if options.text:
        print(render(chosen[0].text), end="")
        return 0
    outcomes = {}
    for case in chosen:
        begun = os.times()
        outcomes[case.id] = Outcome(case, options.threads, options.share)
        done = os.times()
        print(outcomes[case.id].line(sum(done[:4]) - sum(begun[:4])), flush=True)
        for verdict in outcomes[case.id].verdicts if options.figures else []:
            print("   ", verdict.line())
    failed = [outcome.case.id for outcome in outcomes.values() if outcome.faults]
    print(f"{len(chosen) - len(failed)} of {len(chosen)} cases pass, {len(failed)} fail", *failed)
    if options.page and options.share == 1:
        results = [(heading, module, [outcomes[case.id] for case in cases]) for heading, module, cases in results
                   if cases]
        Path(options.page).write_text(page(results), encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
