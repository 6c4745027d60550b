"""Runs tests/aws/*_test.py, or those of another pattern and folder, inside a venv and tells what became of each test, a line of
JSON a test."""

import json
import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Told(unittest.TestResult):
    """Says each outcome as it comes, so that a run that is cut still counts."""

    since = time.monotonic()

    def _tell(self, outcome, test, words=""):
        seconds = round(time.monotonic() - self.since, 1)
        print(json.dumps({"outcome": outcome, "test": str(test.id()), "seconds": seconds, "words": words}), flush=True)

    def startTest(self, test):
        super().startTest(test)
        self.since = time.monotonic()
        self._tell("start", test)

    def addSuccess(self, test):
        self._tell("ok", test)

    def addFailure(self, test, err):
        self._tell("fail", test, self._exc_info_to_string(err, test))

    def addError(self, test, err):
        self._tell("fail", test, self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        self._tell("skip", test, reason)

    def addSubTest(self, test, subtest, err):
        if err:
            self._tell("fail", subtest, self._exc_info_to_string(err, test))


if __name__ == "__main__":
    pattern, folder = (sys.argv[1:] + ["*_test.py", str(HERE)][len(sys.argv) - 1:])[:2]
    sys.path[:0] = [folder, str(HERE)]
    unittest.defaultTestLoader.discover(folder, pattern, folder).run(Told())
