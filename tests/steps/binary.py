"""Runs tests/binary: the program `scalper` as people and scripts meet it."""

import os
import sys
import unittest

from .tally import BUILD, ROOT

FOLDER = ROOT / "tests" / "binary"


class Counted(unittest.TestResult):
    """Counts each sub-test that fails by its own name."""

    def __init__(self, tally):
        super().__init__()
        self.tally = tally

    def addSuccess(self, test):
        self.tally.ok()

    def addFailure(self, test, error):
        self._failed(test, error)

    def addError(self, test, error):
        self._failed(test, error)

    def addSkip(self, test, reason):
        self.tally.skip(f"binary: {test.id()}", reason)

    def addSubTest(self, test, subtest, error):
        if error:
            self._failed(subtest, error)

    def _failed(self, test, error):
        print(self._exc_info_to_string(error, test))
        self.tally.fail(f"binary: {test.id()}")


def run(tally, pattern="*_test.py", long=False):
    os.environ["SCALPER_LONG"] = "1" if long else "0"  # the modules read it when they are loaded
    program = BUILD / "bin" / "scalper"
    if not program.exists():
        tally.fail("binary: build/bin/scalper is not there")
        return
    sys.path.insert(0, str(FOLDER))
    try:
        suite = unittest.defaultTestLoader.discover(str(FOLDER), pattern, str(FOLDER))
        suite.run(Counted(tally))
    finally:
        sys.path.remove(str(FOLDER))
