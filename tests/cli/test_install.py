# SPDX-License-Identifier: Apache-2.0
"""`cmake --install` into a folder gives a program, and a library that another program can use."""
import pathlib
import subprocess
import unittest

import harness

PROGRAM = r"""
#include <psnsim/psnsim.h>
#include <psnsim/study.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    psn_diagnostics all = {0};
    psn_study *study;
    int code = argc == 3 ? psn_study_open(argv[1], NULL, 0, true, &study, &all) : PSN_EINPUT;
    if (!code) {
        printf("%s: %zu points\n", psn_study_title(study), psn_study_points(study));
        code = psn_study_sweep(study, argv[2], 1, &all);
        psn_study_free(study);
    }
    psn_diagnostics_print(&all, stderr);
    psn_diagnostics_fini(&all);
    return code ? 1 : 0;
}
"""


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=harness.TIMEOUT, **options)
    if done.returncode:
        raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout


class Install(harness.Case):
    def test_program_and_library(self):
        here = pathlib.Path(self.folder)
        run("cmake", "--install", pathlib.Path(harness.PROGRAM).resolve().parent, "--prefix", here / "usr")
        self.assertIn("psnsim", run(here / "usr/bin/psnsim", "--version"))
        share = here / "usr/share"
        for name, command in (("psnsim/psnsim.schema.json", ["schema"]), ("man/man1/psnsim.1", ["man"]),
                              ("bash-completion/completions/psnsim", ["completion", "bash"]),
                              ("zsh/site-functions/_psnsim", ["completion", "zsh"]),
                              ("fish/vendor_completions.d/psnsim.fish", ["completion", "fish"])):
            self.assertEqual((share / name).read_text(), run(here / "usr/bin/psnsim", *command), name)
        (here / "use.c").write_text(PROGRAM)
        (here / "small.yaml").write_text(harness.SMALL)
        found = next((here / "usr").rglob("psnsim.pc")).parent
        flags = run("pkg-config", "--cflags", "--libs", "psnsim", env={"PKG_CONFIG_PATH": str(found), "PATH": "/usr/bin:/bin"})
        sanitized = ["-fsanitize=address,undefined"] if harness.SANITIZED else []
        run("gcc", *sanitized, here / "use.c", "-o", here / "use", *flags.split())
        self.assertEqual(run(here / "use", here / "small.yaml", here / "library.h5"), "Two towns share a server: 4 points\n")
        run(here / "usr/bin/psnsim", "sweep", here / "small.yaml", "-o", here / "program.h5", "--quiet")
        self.assertEqual((here / "library.h5").read_bytes(), (here / "program.h5").read_bytes())


if __name__ == "__main__":
    unittest.main()
