#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The commands of README.md print what stands below them there: every line, in its order. Figures are the same to the
bit on any machine, so none may differ."""
import os
import pathlib
import shutil
import subprocess

from harness import PROGRAM, TIMEOUT, Case, main

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Its runs would take a minute: only planned here.
LONG = "study.design=sensitivity"


def examples():
    """Each command of the page with the lines below it."""
    found, shown, goes_on = [], None, False
    for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("    "):
            shown = None
        elif goes_on:
            found[-1][0] += "\n" + line
        elif line.startswith("    $ "):
            shown = []
            found.append([line[6:], shown])
        elif shown is not None:
            shown.append(line[4:].rstrip())
        goes_on = shown is not None and line.endswith("\\")
    return [(command, lines) for command, lines in found if not command.startswith("export PATH")]


class Readme(Case):
    def sh(self, command):
        folder = os.path.dirname(os.path.abspath(shutil.which(PROGRAM)))
        environment = dict(os.environ, PATH=folder + os.pathsep + os.environ["PATH"])
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=environment, capture_output=True,
                              text=True, timeout=TIMEOUT, check=False)
        self.assertEqual(done.returncode, 0, command + "\n" + done.stderr)
        return [line.rstrip() for line in done.stdout.splitlines()]

    def test_examples(self):
        shutil.copytree(ROOT / "scenarios", self.path("scenarios"))
        compared = 0
        for command, lines in examples():
            if LONG in command:
                self.sh(command + " --dry-run")
                continue
            printed = iter(self.sh(command))
            for line in lines:
                if line in ("", "..."):
                    continue
                self.assertTrue(any(line == other for other in printed), f"{command}\nprints no such line:\n{line}")
                compared += 1
        self.assertGreater(compared, 70)


if __name__ == "__main__":
    main()
