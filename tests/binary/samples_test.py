"""The samples that people meet first, and the contracts that judge them."""

import os
import socket
import subprocess
import sys
import tempfile
import unittest
from collections import Counter

from program import ROOT, scalper
from up_test import RunningGate

LEAST = 25


class Samples(unittest.TestCase):
    def rows(self):
        lines = (ROOT / "samples" / "expected.tsv").read_text(encoding="utf-8").splitlines()
        return [line.split("\t") for line in lines if line and not line.startswith(("#", "path\t"))]

    def test_all_are_judged_as_expected(self):
        code, out, err = scalper("contract", "test", "--contract", ROOT / "contracts", ROOT / "samples")
        self.assertEqual(code, 0, out + err)

    def test_every_file_is_listed_or_a_checksum_file(self):
        listed = {row[0] for row in self.rows()}
        there = {str(path.relative_to(ROOT / "samples")) for path in (ROOT / "samples").rglob("*") if path.is_file()}
        companions = {name for name in there if name.endswith((".sha256", "SHA256SUMS"))}
        programs = {name for name in there if name.startswith("hooks/")}  # that contracts name; no files to judge
        self.assertEqual(there - companions - programs - {"expected.tsv"}, listed)
        self.assertGreaterEqual(len(listed), LEAST)

    def test_every_outcome_is_shown(self):
        outcomes = Counter(row[1] for row in self.rows())
        self.assertEqual(set(outcomes), {"valid", "invalid", "unverifiable"})
        for row in self.rows():
            self.assertEqual(row[4], "output" if row[1] == "valid" else "quarantine", row)


class Journey(unittest.TestCase):
    """What ./run --demo does, on a folder and a port of its own."""

    def test_every_sample_ends_as_expected(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            probe.close()
            done = subprocess.run([sys.executable, ROOT / "scripts" / "journey.py", "--demo"], capture_output=True, text=True,
                                  env={**os.environ, "SCALPER_DATA": f"{folder}/data", "SCALPER_LISTEN": f"127.0.0.1:{port}"},
                                  timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"(\d+) of \1 files as expected")

    def test_another_gate_on_the_folder_or_the_port_is_not_judged_for_ours(self):
        with tempfile.TemporaryDirectory() as folder:
            other = RunningGate(f"{folder}/data")
            try:
                for data, code in ((f"{folder}/data", 75), (f"{folder}/mine", 69)):
                    done = subprocess.run([sys.executable, ROOT / "scripts" / "journey.py", "--demo"], capture_output=True, text=True,
                                          env={**os.environ, "SCALPER_DATA": data, "SCALPER_LISTEN": f"127.0.0.1:{other.port}"},
                                          timeout=120, check=False)
                    self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
            finally:
                other.stop()


if __name__ == "__main__":
    unittest.main()
