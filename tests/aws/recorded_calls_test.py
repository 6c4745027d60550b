"""Least privilege: what all tests of the chain called is what tests/aws/recorded-calls.json lists, no more and no less.

The last file by name, so that all others ran before. SCALPER_RECORD_CALLS=1 writes the list again.
"""

import json
import os
import unittest

import world


def as_text(rows):
    """One row a line, sorted: a difference shows as lines."""
    names = ("handler", "service", "action", "resource")
    lines = [json.dumps(dict(zip(names, row))) for row in sorted(rows)]
    return '{"calls": [\n' + ",\n".join(lines) + "\n]}\n"


class RecordedCalls(unittest.TestCase):
    maxDiff = None

    def test_the_committed_list_is_what_was_seen(self):
        if not world.SEEN:
            self.skipTest("no test of the chain ran in this process")
        if os.environ.get("SCALPER_RECORD_CALLS") == "1":
            world.PERMISSIONS.write_text(as_text(world.SEEN))
        self.assertEqual(world.PERMISSIONS.read_text(), as_text(world.SEEN))


if __name__ == "__main__":
    unittest.main()
