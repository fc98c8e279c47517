# SPDX-License-Identifier: Apache-2.0
"""psnsim init: a new scenario from a shipped one."""
import os
import pathlib

from harness import Case, main

SCENARIOS = pathlib.Path(__file__).resolve().parents[2] / "scenarios"


class Init(Case):
    def names(self):
        return sorted(p.name for p in self.folder.iterdir())

    def test_list(self):
        for arguments in ([], ["--list"]):
            text = self.ok("init", *arguments).out
            self.assertRegex(text, r"(?m)^tri-borough +Tri-borough, three councils")
            self.assertRegex(text, r"(?m)^first +Two councils share an application server$")
            self.assertNotIn("common", text)  # only there to be included
        listed = {c["case"]: c for c in self.json("init", "--json")}
        self.assertEqual(listed["tri-borough"]["files"], ["tri-borough.yaml", "common.yaml"])
        titled = {p.stem for p in SCENARIOS.glob("*.yaml") if "\ntitle:" in p.read_text()}
        self.assertEqual(set(listed), titled)

    def test_every_case_is_written_and_sound(self):
        for case in self.json("init", "--json"):
            folder = self.path("in-" + case["case"])
            folder.mkdir()
            text = self.ok("init", case["case"], cwd=folder).out
            self.assertIn(f"psnsim check {case['case']}.yaml", text)
            self.assertEqual(sorted(p.name for p in folder.iterdir()), sorted(case["files"]))
            for name in case["files"]:
                self.assertEqual((folder / name).read_bytes(), (SCENARIOS / name).read_bytes())
            # Of the national one only whether it is sound: what theory says of it takes long with a sanitizer.
            less = ["--explain", "use"] if case["case"] == "national" else []
            self.ok("check", case["case"] + ".yaml", *less, cwd=folder)

    def test_never_over_a_file(self):
        self.write("tri-borough.yaml", "mine\n")
        self.fails(2, "init", "tri-borough", says=["tri-borough.yaml is there already", "nothing was written"])
        self.assertEqual(self.names(), ["tri-borough.yaml"])
        self.assertEqual(self.read("tri-borough.yaml"), b"mine\n")
        os.rename(self.path("tri-borough.yaml"), self.path("common.yaml"))
        self.fails(2, "init", "tri-borough", says="common.yaml is there already")
        self.assertEqual(self.names(), ["common.yaml"])  # what was begun is gone again
        self.assertEqual(self.read("common.yaml"), b"mine\n")
        os.symlink("elsewhere.yaml", self.path("first.yaml"))  # not through a link either
        self.fails(2, "init", "first", says="first.yaml is there already")
        self.assertFalse(self.path("elsewhere.yaml").exists())

    def test_shared_text_stays(self):
        self.ok("init", "tri-borough")
        before = self.path("common.yaml").stat()
        self.ok("init", "tri-borough", "-o", "second.yaml")
        self.assertEqual(self.path("common.yaml").stat(), before)
        self.fails(2, "init", "tri-borough", "-o", "second.yaml", says="second.yaml is there already")

    def test_output(self):
        self.path("deep").mkdir()
        out = self.json("init", "tri-borough.yaml", "--output", "deep/mine.yaml", "--json")
        self.assertEqual(out["files"], ["deep/mine.yaml", "deep/common.yaml"])
        self.assertEqual(self.names(), ["deep"])
        self.ok("check", "deep/mine.yaml")
        self.fails(2, "init", "first", "-o", "nowhere/mine.yaml", says="nowhere/mine.yaml")
        self.fails(2, "init", "-o", "mine.yaml", says="wants a CASE")

    def test_unknown_case(self):
        self.fails(2, "init", "triborough", says=["unknown case triborough", "did you mean tri-borough?"])
        self.fails(2, "init", "common", says="unknown case common")
        self.fails(2, "init", "first", "second", says="'second' is a second")
        self.assertEqual(self.names(), [])


if __name__ == "__main__":
    main()
