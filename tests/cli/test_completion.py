# SPDX-License-Identifier: Apache-2.0
"""The scripts by which shells complete the command line, each in its shell, and the manual page. A shell that is
not installed is skipped."""
import re
import shutil
import subprocess

from harness import TIMEOUT, Case, main


class Completion(Case):
    def setUp(self):
        super().setUp()
        for name in ("one.yaml", "two words.yaml", "r.h5", "notes.txt"):
            self.write(name, "")
        self.path("folder").mkdir()
        self.commands = re.findall(r"(?m)^  ([a-z]+)  ", self.ok("--help").out)
        self.assertIn("sweep", self.commands)

    def script(self, shell):
        if not shutil.which(shell):
            self.skipTest(f"no {shell} here")
        self.write(f"psnsim.{shell}", self.ok("completion", shell).out)
        self.shell(shell, "-n", f"psnsim.{shell}")
        return f"psnsim.{shell}"

    def shell(self, *command):
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=TIMEOUT,
                              stdin=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": "C.UTF-8"})
        self.assertEqual((done.returncode, done.stderr), (0, ""), command)
        return done.stdout

    def options(self, command):
        return set(re.findall(r"(?m)^  (?:-\w, |    )(--[a-z-]+)", self.ok(command, "--help").out))

    def bash(self, *words):
        """What bash offers for the last word. It parts words at =."""
        words = [part for word in ("psnsim", *words) for part in re.findall(r"=|[^=]+|^$", word)]
        if words[-1] == "=":
            words.append("")
        quoted = " ".join(f"'{word}'" for word in words)
        return self.shell("bash", "--norc", "-c", f'''
            source psnsim.bash
            [[ $(complete -p psnsim) == 'complete -F _psnsim psnsim' ]] || exit 9
            COMP_WORDS=({quoted}) COMP_CWORD={len(words) - 1}
            _psnsim psnsim && printf '%s\\n' "${{COMPREPLY[@]}}"''').split("\n")[:-1]

    def test_bash(self):
        self.script("bash")
        self.assertEqual(set(self.bash("")), {*self.commands, "help", "--help", "--version"})
        self.assertEqual(self.bash("sw"), ["sweep"])
        self.assertEqual(set(self.bash("help", "")), set(self.commands))
        for command in self.commands:
            self.assertEqual(set(self.bash(command, "--")), self.options(command), command)
        self.assertEqual(set(self.bash("check", "")), {"one.yaml", "two words.yaml", "folder"})
        self.assertEqual(self.bash("check", "t"), ["two words.yaml"])
        self.assertEqual(set(self.bash("show", "--all", "")), {"r.h5", "folder"})
        self.assertEqual(set(self.bash("run", "")), {"one.yaml", "two words.yaml", "r.h5", "folder"})
        self.assertEqual(set(self.bash("sweep", "one.yaml", "-o", "")), {"r.h5", "folder"})
        self.assertEqual(set(self.bash("sweep", "one.yaml", "--output=")), {"r.h5", "folder"})
        self.assertEqual(self.bash("sweep", "one.yaml", "--output=r"), ["r.h5"])
        self.assertEqual(self.bash("sweep", "--threads", ""), [""])
        self.assertEqual(self.bash("completion", "z"), ["zsh"])
        cases = [case["case"] for case in self.json("init", "--json")]
        self.assertEqual(self.bash("init", ""), cases)
        self.assertEqual(self.bash("init", "t"), ["tri-borough"])
        self.assertEqual(self.bash("unheard", "-"), [""])

    def test_fish(self):
        self.script("fish")

        def offers(line):
            out = self.shell("fish", "--no-config", "-c", f"source psnsim.fish; complete -C '{line}'")
            return {offer.split("\t")[0] for offer in out.splitlines()}

        self.assertLessEqual({*self.commands, "help"}, offers("psnsim "))
        self.assertEqual(offers("psnsim sw"), {"sweep"})
        for command in self.commands:
            self.assertEqual(offers(f"psnsim {command} --"), self.options(command), command)
        self.assertIn("one.yaml", offers("psnsim check "))
        self.assertEqual(offers("psnsim completion "), {"bash", "zsh", "fish"})

    def test_zsh(self):
        name = self.script("zsh")
        out = self.shell("zsh", "-f", "-c", f"autoload -U compinit; compinit -D; source ./{name}; print $_comps[psnsim]")
        self.assertEqual(out, "_psnsim\n")
        text = self.read(name).decode()
        for command in self.commands:
            part = re.search(rf"(?ms)^        {command}\)\n(.*?)^            ;;", text)[1]
            self.assertEqual(set(re.findall(r"[)*'](--[a-z-]+)=?\[", part)), self.options(command), command)

    def test_other_shells(self):
        self.fails(2, "completion", "tcsh", says="unknown shell tcsh")
        self.fails(2, "completion", "bsh", says="did you mean bash?")
        self.fails(2, "completion", says="completion wants a bash|zsh|fish")


class Manual(Case):
    def test_it_is_clean(self):
        page = self.ok("man").out
        self.assertEqual(page, self.ok("man").out)
        if not shutil.which("groff"):
            self.skipTest("no groff here")
        done = subprocess.run(["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-P-c", "-P-b", "-P-u"], input=page,
                              capture_output=True, text=True, timeout=TIMEOUT)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        sections = re.findall(r"(?m)^[A-Z][A-Z ]+$", done.stdout)
        self.assertEqual(sections, ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "FILES", "EXAMPLES", "SEE ALSO"])
        usage = self.ok("--help").out
        for command, summary in re.findall(r"(?m)^  ([a-z]+)  +(.*)$", usage):
            self.assertIn(f"\n   psnsim {command} [OPTION]...", done.stdout)
            for option in re.findall(r"(?m)^  (?:-\w, |    )(--[a-z-]+)", self.ok(command, "--help").out):
                self.assertRegex(done.stdout, rf"(?m)^       (-\w, )?{option}\b")
        self.assertNotIn("partition-seed", page)  # for tests only
        for status, meaning in re.findall(r"(?m)^  (\d+)  +(.*)$", usage):
            self.assertRegex(done.stdout, rf"(?m)^       {status} +{re.escape(meaning)}$")


if __name__ == "__main__":
    main()
