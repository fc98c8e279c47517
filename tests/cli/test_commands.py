# SPDX-License-Identifier: Apache-2.0
"""Commands, options, help and exit statuses of the program."""
import os

from harness import ONE, SMALL, Case, main


class Commands(Case):
    def test_help_lists_the_commands(self):
        for arguments in (["--help"], ["-h"], ["help"]):
            result = self.ok(*arguments)
            for name in ("check", "run", "sweep", "show"):
                self.assertRegex(result.out, rf"(?m)^  {name} ")
            self.assertEqual(result.err, "")

    def test_help_of_each_command(self):
        for name in ("check", "run", "sweep", "show"):
            result = self.ok(name, "--help")
            self.assertIn(f"usage: psnsim {name}", result.out)
            self.assertIn("--json", result.out)
            self.assertIn("from 0", result.out)
            self.assertNotIn("partition-seed", result.out)  # for tests only
            self.assertEqual(result.out, self.ok("help", name).out)
            self.assertLessEqual(max(map(len, result.out.splitlines())), 100)

    def test_version(self):
        self.assertRegex(self.ok("--version").out, r"^psnsim \d+\.\d+\.\d+\n$")

    def test_no_argument_prints_the_usage_on_stderr(self):
        result = self.fails(2, says="usage: psnsim COMMAND")
        self.assertEqual(result.out, "")

    def test_unknown_words_with_a_near_one(self):
        self.fails(2, "chekc", says=["unknown command chekc", "did you mean check?"])
        self.fails(2, "xyzzy", says="unknown command xyzzy")
        self.fails(2, "help", "swep", says="did you mean sweep?")
        self.fails(2, "--versoin", says=["unknown option --versoin", "did you mean --version?"])
        self.fails(2, "sweep", "--threds", "2", "x.yaml", says=["unknown option --threds", "did you mean --threads?"])
        self.fails(2, "sweep", "--threds=2", "x.yaml", says="did you mean --threads?")
        self.fails(2, "sweep", "-z", "x.yaml", says="unknown option -z")
        self.fails(2, "show", "--restart", "x.h5", says="unknown option --restart")

    def test_values_of_options(self):
        self.fails(2, "sweep", "x.yaml", "--threads", says="--threads wants a value")
        self.fails(2, "sweep", "--json=yes", "x.yaml", says="--json takes no value")
        for bad in ("0", "-1", "two", "2x", "", "99999999999999999999"):
            self.fails(2, "sweep", "--threads", bad, "x.yaml", says="--threads wants a whole number")
            self.fails(2, "sweep", "--threads-per-run", bad, "x.yaml", says="--threads-per-run wants a whole number from 1 to 64 or auto")
        self.fails(2, "run", "--replications", "0", "x.yaml", says="--replications wants")
        self.fails(2, "check", "--set", "study.seed", "x.yaml", says="--set wants PATH=VALUE")
        self.fails(2, "check", "--set", "=1", "x.yaml", says="--set wants PATH=VALUE")
        self.fails(2, "sweep", "-o", "", "x.yaml", says="--output wants")

    def test_operands(self):
        for name in ("check", "run", "sweep", "show"):
            self.fails(2, name, says=f"{name} wants a ")
            self.fails(2, name, "a", "b", says="'b' is a second")

    def test_files_that_are_not_there(self):
        for name in ("check", "run", "sweep"):
            self.fails(2, name, "nowhere.yaml", says="nowhere.yaml")
        self.fails(2, "show", "nowhere.h5", says="nowhere.h5")
        self.fails(2, "check", ".", says=".")

    def test_a_result_is_no_scenario_and_back(self):
        self.write("one.yaml", ONE)
        self.ok("run", "one.yaml", "-o", "r.h5")
        self.fails(2, "check", "r.h5", says="is a result")
        self.fails(2, "sweep", "r.h5", says="is a result")
        self.fails(2, "show", "one.yaml", says="one.yaml")
        self.fails(2, "run", "one.yaml", "--point", "0", says="is none")

    def test_options_may_stand_anywhere(self):
        self.write("one.yaml", ONE)
        self.write("-odd.yaml", ONE)
        before = self.ok("check", "--json", "--set", "study.seed=3", "one.yaml").out
        self.assertEqual(before, self.ok("check", "one.yaml", "-s", "study.seed=3", "--json").out)
        self.ok("check", "--json", "--", "-odd.yaml")

    def test_output_that_cannot_be_written(self):
        self.write("one.yaml", ONE)
        result = self.run_program("check", "one.yaml", preexec=lambda: os.dup2(os.open("/dev/full", os.O_WRONLY), 1))
        self.assertEqual(result.status, 1)
        self.assertIn("could not be written", result.err)


class Results(Case):
    def setUp(self):
        super().setUp()
        self.write("one.yaml", ONE)
        self.write("small.yaml", SMALL)

    def test_default_names(self):
        self.write("deep/er/my.plan.yaml", ONE)
        self.ok("run", "one.yaml")
        self.ok("sweep", "deep/er/my.plan.yaml")
        self.assertTrue(self.path("results/one.run.h5").is_file())
        self.assertTrue(self.path("results/my.plan.h5").is_file())
        self.assertEqual(sorted(p.name for p in self.path("results").iterdir()),
                         [name + end for name in ("my.plan.h5", "one.run.h5") for end in ("", ".log", ".runs")])

    def test_quiet_and_progress_only_on_a_terminal(self):
        loud = self.ok("run", "one.yaml", "-o", "a.h5")
        quiet = self.ok("run", "one.yaml", "-o", "b.h5", "--quiet")
        self.assertIn("a.h5: 2 runs", loud.err)
        self.assertNotIn("\033", loud.err + loud.out)
        self.assertEqual(quiet.err, "")
        self.assertEqual(quiet.out, loud.out)
        self.assertEqual(self.read("a.h5"), self.read("b.h5"))

    def test_progress_on_a_terminal(self):
        leader, follower = self.terminal()
        self.addCleanup(os.close, leader)
        self.write("slow.yaml", ONE.replace("horizon: 10 min", "horizon: 1 d"))
        result = self.run_program("run", "slow.yaml", "--replications", "12", "--threads", "1",
                                  preexec=lambda: os.dup2(follower, 2), timeout=120)
        os.close(follower)
        self.assertEqual(result.status, 0)
        shown = b""
        try:
            while chunk := os.read(leader, 65536):
                shown += chunk
        except OSError:  # the last writer is gone
            pass
        self.assertRegex(shown.decode(), "\r\033\\[2K\\d+ of 12 runs")
        self.assertRegex(shown.decode(), "\r\033\\[2K[^\r]*slow.run.h5: 12 runs")  # the line is removed

    def test_complete_results_are_left_alone(self):
        self.ok("run", "one.yaml")
        before = self.path("results/one.run.h5").stat()
        again = self.ok("run", "one.yaml")
        self.assertIn("stood there already", again.err)
        self.assertEqual(before, self.path("results/one.run.h5").stat())
        self.ok("run", "one.yaml", "--restart")
        self.assertNotEqual(before.st_ino, self.path("results/one.run.h5").stat().st_ino)

    def test_another_study_is_refused(self):
        self.ok("run", "one.yaml", "-o", "r.h5")
        before = self.read("r.h5")
        for other in (["run", "one.yaml", "--set", "study.seed=8"], ["run", "small.yaml"],
                      ["run", "one.yaml", "--replications", "1"]):
            self.fails(2, *other, "-o", "r.h5", says=["r.h5", "another study", "--restart"])
        self.assertEqual(before, self.read("r.h5"))
        self.ok("run", "one.yaml", "--set", "study.seed=8", "-o", "r.h5", "--restart")
        self.assertNotEqual(before, self.read("r.h5"))

    def test_set_changes_what_is_simulated(self):
        out = self.json("run", "one.yaml", "-s", "workloads.asking.rate=8 / s", "--replications", "4", "--json", "-q")
        self.assertEqual(out["replications"], 4)
        self.assertEqual(out["settings"], ["workloads.asking.rate=8 / s", "study.replications=4"])
        self.assertEqual(len(out["runs"]), 4)
        self.fails(2, "run", "one.yaml", "-s", "workloads.asking.rat=8 / s", says=["rat", "did you mean"])
        self.fails(2, "run", "one.yaml", "-s", "study.seed=1 / s", says="seed")

    def test_log_has_one_line_a_run(self):
        import json
        self.ok("run", "one.yaml", "-o", "r.h5", "--threads", "1")
        lines = [json.loads(line) for line in self.read("r.h5.log").splitlines()]
        self.assertEqual(lines[0]["event"], "start")
        self.assertEqual(lines[0]["threads"], 1)
        self.assertEqual(lines[0]["command"], "psnsim run one.yaml -o r.h5 --threads 1")
        self.assertEqual([(x["run"], x["point"], x["replication"]) for x in lines[1:]], [(0, 0, 0), (1, 0, 1)])
        for line in lines[1:]:
            self.assertGreater(line["requests"], 2000)
            self.assertGreater(line["events"], 0)

    def test_a_factor_is_not_set_besides(self):
        self.write("small.yaml", SMALL)
        self.fails(2, "sweep", "small.yaml", "--set", "demand=2", says=["small.yaml:", "the study varies `demand`"])
        self.ok("check", "small.yaml", "--set", "demand=2")

    def test_a_scenario_is_never_written_over(self):
        self.write("small.yaml", SMALL)
        for more in ([], ["--restart"]):
            self.fails(2, "run", "small.yaml", "-o", "small.yaml", *more, says=["is no result of psnsim"])
        self.assertEqual(self.read("small.yaml").decode(), SMALL)


if __name__ == "__main__":
    main()
