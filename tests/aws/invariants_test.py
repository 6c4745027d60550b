"""The judge sees each broken promise when one is planted, and none where all is well."""

import unittest

import invariants
import world
from world import Landed, Sent

DATA = b'{"a": 1}'


class Planted:
    """A gate with one file that went its way; each test breaks something."""

    name, input, output, quarantine = "gate", "gate-input", "gate-output", "gate-quarantine"

    def __init__(self):
        self.sent = [Sent("a.json", "v1", DATA, "output")]
        self.id = world.file_id(self.input, "a.json", "v1")
        target = {"bucket": self.output, "key": "a.json", "version_id": "o1"}
        self.all_records = {self.id: {"status": "valid", "target": target}}
        self.all_landed = [Landed("output", "a.json", "o1", invariants.digest(DATA), self.id)]
        self.left = []

    def records(self):
        return self.all_records

    def landed(self):
        return self.all_landed

    def versions(self, _bucket):
        return self.left


class Invariants(unittest.TestCase):
    def letters(self, break_it):
        gate = Planted()
        break_it(gate)
        return "".join(sorted({problem[1] if problem.startswith("(") else "?" for problem in invariants.check(gate)}))

    def test_each_broken_promise_has_its_letter(self):
        other = invariants.digest(b"other")
        cases = {
            "": lambda gate: None,
            "abc": lambda gate: gate.all_landed.clear(),
            "g": lambda gate: (gate.all_records.clear(), gate.all_landed.clear(), gate.left.append(("a.json", "v1"))),
            "c": lambda gate: gate.all_landed.append(Landed("output", "b", "o2", invariants.digest(DATA), gate.id)),
            "d": lambda gate: gate.all_landed.append(Landed("quarantine", "b", "o2", other, "stranger")),
            "df": lambda gate: gate.all_landed.append(Landed("output", "b", "o2", other, "stranger")),
            "b": lambda gate: gate.left.append(("a.json", "v1")),
        }
        for letters, break_it in cases.items():
            with self.subTest(letters=letters):
                self.assertEqual(self.letters(break_it), letters)

    def test_changed_bytes_and_the_wrong_bucket(self):
        def change(gate):
            gate.all_landed = [Landed("output", "a.json", "o1", invariants.digest(b"other"), gate.id)]

        def misplace(gate):
            gate.all_landed = [Landed("quarantine", "a.json", "q1", invariants.digest(DATA), gate.id)]
            gate.all_records[gate.id]["target"] = {"bucket": gate.quarantine, "key": "a.json", "version_id": "q1"}

        self.assertEqual(self.letters(change), "abf")
        self.assertEqual(self.letters(misplace), "?")

    def test_a_record_that_names_another_version(self):
        gate = Planted()
        gate.all_records[gate.id]["target"]["version_id"] = "o9"
        self.assertEqual(len(invariants.check(gate)), 1)


if __name__ == "__main__":
    unittest.main()
