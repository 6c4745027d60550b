"""Runs tests/binary, the program `scalper` as people and scripts meet it, tests/crash, what it must survive, tests/load,
what it must carry meanwhile, and tests/lambda, the program `bootstrap` as AWS Lambda meets it."""

import os
import sys
import unittest

from .tally import BUILD, ROOT

BINARY = ROOT / "tests" / "binary"
CRASH = ROOT / "tests" / "crash"
LOAD = ROOT / "tests" / "load"
LAMBDA = ROOT / "tests" / "lambda"


class Counted(unittest.TestResult):
    """Counts each sub-test that fails by its own name."""

    def __init__(self, tally, label):
        super().__init__()
        self.tally, self.label = tally, label

    def addSuccess(self, test):
        self.tally.ok()

    def addFailure(self, test, error):
        self._failed(test, error)

    def addError(self, test, error):
        self._failed(test, error)

    def addSkip(self, test, reason):
        self.tally.skip(f"{self.label}: {test.id()}", reason)

    def addSubTest(self, test, subtest, error):
        if error:
            self._failed(subtest, error)

    def _failed(self, test, error):
        print(self._exc_info_to_string(error, test))
        self.tally.fail(f"{self.label}: {test.id()}")


def run(tally, folder=BINARY, pattern="*_test.py", long=False):
    os.environ["SCALPER_LONG"] = "1" if long else "0"  # the modules read it when they are loaded
    program = BUILD / "bin" / "scalper"
    if not program.exists():
        tally.fail("binary: build/bin/scalper is not there")
        return
    sys.path.insert(0, str(folder))
    try:
        suite = unittest.defaultTestLoader.discover(str(folder), pattern, str(folder))
        suite.run(Counted(tally, folder.name))
    finally:
        sys.path.remove(str(folder))
