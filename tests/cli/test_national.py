# SPDX-License-Identifier: Apache-2.0
"""scenarios/national.yaml: what its script makes of its table, and that it can be read and looked at as a whole."""
import csv
import pathlib
import subprocess
import sys
import unittest

from harness import SANITIZED, Case, main

ROOT = pathlib.Path(__file__).resolve().parents[2]


class National(Case):
    def test_it_is_what_the_script_makes(self):
        made = subprocess.run([sys.executable, ROOT / "scripts/national.py"], capture_output=True, check=True).stdout
        self.assertTrue(made == (ROOT / "scenarios/national.yaml").read_bytes(), "scripts/national.py --write makes another text")

    def test_table(self):
        with open(ROOT / "scripts/national.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
        principal = [row for row in rows if row["type"] not in ("SRA", "COMB")]
        self.assertEqual(len(principal), 398)  # councils of the United Kingdom on 1 April 2021
        residents = sum(int(row["population"]) for row in principal if row["type"] != "CTY")
        self.assertEqual(round(residents / 1e6, 1), 67.1)  # ONS, mid-2020: a county's residents are its districts'
        for row in rows:
            self.assertTrue(49 < float(row["latitude"]) < 61 and -8 < float(row["longitude"]) < 2, row)

    def test_what_check_says_of_an_entry(self):
        """Reads all of it; what all of `check` takes is a matter of seconds, more with a sanitizer."""
        result = self.ok("check", ROOT / "scenarios/national.yaml", "--explain", "links.leeds-access")
        self.assertIn("1 Gbit/s", result.out)
        if not SANITIZED:
            self.assertLess(result.memory, 1e9)


if __name__ == "__main__":
    main()
