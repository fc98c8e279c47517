# SPDX-License-Identifier: Apache-2.0
"""The fast cases of the table (table/)."""

import sys
import unittest

import suite
import table


class Table(unittest.TestCase):
    def test_names_are_unique(self):
        names = [case.id for _, _, cases in suite.all_cases() for case in cases]
        self.assertEqual(len(names), len(set(names)))
        self.assertFalse(set(names) & set(table.BEYOND))


class Fast(unittest.TestCase):
    def test_cases(self):
        self.assertEqual(suite.main(["--fast"]), 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
