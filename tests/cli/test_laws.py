# SPDX-License-Identifier: Apache-2.0
"""Laws through the built program: what explanations say of them, and files of values on their way through
results, repetitions, differences and studies that grow."""
from harness import ONE, Case, main

WORK = "exp(100 ms)"
VALUES = "work [ms]\n50\n150\n40\n160\n"


def asking(law):
    assert WORK in ONE
    return ONE.replace(WORK, law)


class Laws(Case):
    def test_explained(self):
        # cv by hand: (LOW, MODE, HIGH) = (0, 1, 5), variance (0 + 1 + 25 - 0 - 0 - 5) / 18, mean 2; Weibull of shape 1
        # is exponential; Pareto 1 / sqrt(3 x 1).
        for law, said in (("triangular(0 100 ms 500 ms)", "200 ms, triangular, cv 0.54"), ("gamma(90 ms cv 0.5)", "90 ms, gamma, cv 0.5"),
                          ("weibull(90 ms shape 1)", "90 ms, Weibull, cv 1"), ("pareto(90 ms shape 3)", "90 ms, Pareto, cv 0.577"),
                          ("pareto(90 ms shape 2)", "90 ms, Pareto, cv infinite"), ("ph2(90 ms cv 1.5)", "90 ms, phase type, cv 1.5"),
                          ("ph3(90 ms cv 1.5 skew 4)", "90 ms, phase type, cv 1.5")):
            with self.subTest(law):
                self.write("one.yaml", asking(law))
                self.assertIn(said, self.ok("check", "one.yaml", "--explain", "services.ask").out)

    def test_a_law_without_a_mean_is_refused(self):
        self.refused(asking("pareto(100 ms shape 1)"), "has a shape that is not above 1, and so no finite mean")

    def test_a_skewness_that_no_law_has(self):
        found = self.refused(asking("ph3(100 ms cv 0.5 skew -1.6)"), "no law of positive values", "(near: skew -1.498)")
        self.write("near.yaml", asking("ph3(100 ms cv 0.5 skew -1.498)"))
        self.ok("check", "near.yaml")
        self.assertIn("bad.yaml:7:47", found.err)


class Empirical(Case):
    def setUp(self):
        super().setUp()
        self.write("work.csv", VALUES)
        self.write("one.yaml", asking("empirical(work.csv)"))

    def test_explained(self):
        out = self.ok("check", "one.yaml", "--explain", "services.ask").out
        self.assertIn("100 ms, empirical, cv 0.552", out)  # of -50, 50, -60, 60
        self.assertIn("work: empirical(work.csv)", out)
        # 5 a second x 100 ms
        self.assertIn("50.0 %", self.ok("check", "one.yaml").out)

    def test_a_result_repeats_without_the_file(self):
        self.ok("run", "one.yaml", "-o", "one.h5")
        repeat = ("run", "one.h5", "--point", "0", "--replication", "1", "--json")
        before = self.json(*repeat)
        self.path("work.csv").unlink()
        self.assertEqual(self.json(*repeat), before)
        self.assertIn("work.csv", self.json("show", "one.h5", "--json")["texts"])
        self.fails(2, "check", "one.yaml", says=("one.yaml:7:47: cannot open \"work.csv\"",))

    def test_scaling_keeps_the_draws(self):
        self.ok("run", "one.yaml", "-o", "one.h5")
        self.write("same.yaml", asking("empirical(0.1 s of work.csv)"))
        self.ok("run", "same.yaml", "-o", "same.h5")
        points = [self.json("show", f"{name}.h5", "--json")["points"] for name in ("one", "same")]
        self.assertEqual(*points)

    def test_a_study_does_not_go_on_with_other_values(self):
        self.ok("run", "one.yaml", "-o", "one.h5")
        self.ok("run", "one.yaml", "-o", "one.h5")
        self.write("work.csv", VALUES + "100\n")
        self.fails(2, "run", "one.yaml", "-o", "one.h5")

    def test_differences(self):
        self.write("scaled.csv", "w [s]\n.05\n.150\n.04\n.160\n")
        self.write("other.csv", VALUES + "100\n")
        for law, same in (("empirical(scaled.csv)", True), ("empirical(100 ms of scaled.csv)", True),
                          ("empirical(other.csv)", False), ("empirical(90 ms of work.csv)", False), ("const(100 ms)", False)):
            with self.subTest(law):
                self.write("b.yaml", asking(law))
                found = self.json("diff", "one.yaml", "b.yaml", "--json")["differences"]
                self.assertEqual([d["path"] for d in found], [] if same else ["services.ask.steps[1].work"])

    def test_a_file_of_the_same_name(self):
        self.write("other/work.csv", VALUES + "100\n")
        self.write("other/one.yaml", asking("empirical(work.csv)"))
        self.assertIn("empirical(work.csv) → empirical(work.csv)  (the file has other values)",
                      self.ok("diff", "one.yaml", "other/one.yaml").out)

    def test_written_out(self):
        self.write("sub/more.yaml", "psnsim: 1\nservices: {more: {steps: [{compute: app, work: empirical(w.csv)}]}}\n")
        self.write("sub/w.csv", VALUES)
        self.write("one.yaml", "include: sub/more.yaml\n" + asking("empirical(work.csv)").replace("service: ask", "service: more"))
        self.write("two.yaml", self.ok("check", "one.yaml", "--explain", "*").out.split("\n\n")[0])
        self.assertIn("empirical(sub/w.csv)", self.read("two.yaml").decode())


if __name__ == "__main__":
    main()
