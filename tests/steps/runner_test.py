"""The runner's own tests: it must see failures, crashes and reasons of skips."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from . import style, tidy
from .tally import BuildFailed, Tally, run_step

LOG = """\
[==========] Running 4 tests from 1 test suite.
[ RUN      ] Gate.Passes
[       OK ] Gate.Passes (0 ms)
[ RUN      ] Gate.Skips
/src/a_test.cpp:7: Skipped
suites are not here:
set SCALPER_SUITES

[  SKIPPED ] Gate.Skips (0 ms)
[ RUN      ] Gate/Typed.Fails/3
/src/a_test.cpp:9: Failure
[  FAILED  ] Gate/Typed.Fails/3, where GetParam() = 4 (12 ms)
[ RUN      ] Gate.Crashes
"""


class GTestLog(unittest.TestCase):
    def test_counts_and_reasons(self):
        tally = Tally()
        self.assertEqual(tally.add_gtest(LOG), "Gate.Crashes")
        self.assertEqual(tally.passed, 1)
        self.assertEqual(tally.failed, ["Gate/Typed.Fails/3"])
        self.assertEqual(tally.skipped, ["Gate.Skips: suites are not here: set SCALPER_SUITES"])

    def test_summary_at_the_end_is_not_counted_again(self):
        tally = Tally()
        self.assertIsNone(tally.add_gtest("[ RUN      ] A.B\n[  FAILED  ] A.B (0 ms)\n"
                                          "[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.B\n\n 1 FAILED TEST\n"))
        self.assertEqual(tally.failed, ["A.B"])


class Steps(unittest.TestCase):
    def test_a_step_that_breaks_is_a_failure(self):
        def broken():
            raise BuildFailed("release")

        def ends_with_one():
            subprocess.run(["false"], check=True)

        for work in (broken, ends_with_one):
            tally = Tally()
            self.assertFalse(run_step(tally, "a step that must break", 1, work))
            self.assertEqual(len(tally.failed), 1)

    def test_problems_fail(self):
        tally = Tally()
        tally.check("style", ["a planted problem"])
        tally.check("style", [])
        self.assertEqual((tally.passed, len(tally.failed)), (1, 1))


class Checks(unittest.TestCase):
    def test_format_and_size_see_a_bad_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".cpp", dir=style.ROOT / "tests") as bad:
            bad.write("int  f( ){return 1 ;}\n" * 501)
            bad.flush()
            path = Path(bad.name)
            self.assertTrue(style.sizes([path]))
            self.assertTrue(style.misformatted([path]))

    def test_tidy_follows_includes(self):
        tree = tidy.Tree()
        reached = {path.name for path in tree.reached(tidy.ROOT / "src/model/verdict.h")}
        self.assertIn("finding.h", reached)
