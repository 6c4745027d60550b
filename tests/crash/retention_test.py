"""What a gate forgets when its time is over, and what it must not: the records of files that lie in quarantine."""

import contextlib
import sqlite3
import unittest

from gate import MEMORY, Gate, Sender, quiet


class Retention(unittest.TestCase):
    FILES = 12

    def test_a_file_in_quarantine_keeps_its_record(self):
        with Gate(workers=2, place=MEMORY) as gate:
            gate.start()
            self.assertTrue(gate.wait_healthy(), gate.log_tail())
            sender = Sender(gate.data / "input", 4)
            for _ in range(self.FILES):
                sender.drop()
            self.assertTrue(quiet(gate, sender.sent), gate.log_tail())
            self.assertEqual(gate.stop(), 0)
            with contextlib.closing(sqlite3.connect(gate.data / ".scalper" / "gate.db")) as database, database:
                database.execute("UPDATE records SET expires_at = 1")
            kept = sorted(file.key for file in sender.sent if file.bucket == "quarantine")
            self.assertTrue(0 < len(kept) < self.FILES)
            gate.start()
            self.assertTrue(gate.wait_healthy(), gate.log_tail())

            def known():
                return sorted(record["key"] for record in gate.records() or [])

            self.assertTrue(gate.wait(lambda: known() == kept, 30), f"{known()} are known, {kept} lie in quarantine")
            self.assertEqual(len(gate.files_in("quarantine")), len(kept))
            self.assertEqual(gate.stop(), 0)


if __name__ == "__main__":
    unittest.main()
