# SPDX-License-Identifier: Apache-2.0
"""The fast cases of the table (table/), and the page that scripts/validate writes of all of them."""

import sys
import unittest
from pathlib import Path

import suite
import table


class Page(unittest.TestCase):
    def test_holds_every_case(self):
        """The page is of this table: each case and each exact value stands in it. scripts/validate writes it."""
        page = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
        for _, _, cases in suite.all_cases():
            for case in cases:
                self.assertIn(suite.entry(case), page)
                for check in case.checks:
                    self.assertIn(f"| {check.label} | {suite.number(check.exact)} |", page, case.id)
        for name, reason in (*table.BEYOND.items(), *table.WITHOUT.items()):
            self.assertIn(f"- `{name}`: {reason}.", page)

    def test_names_are_unique(self):
        names = [case.id for _, _, cases in suite.all_cases() for case in cases]
        self.assertEqual(len(names), len(set(names)))
        self.assertFalse(set(names) & set(table.BEYOND))
        self.assertLessEqual(set(table.WITHOUT), set(names))


class Fast(unittest.TestCase):
    def test_cases(self):
        self.assertEqual(suite.main(["--fast"]), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
