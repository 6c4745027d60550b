"""The clients of docs/api/examples against a running gate: each says what the reports say, in its own language."""

import hashlib
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from local_gate import ROOT, LocalGate

EXAMPLES = ROOT / "docs" / "api" / "examples"
SOURCES = ("invalid.ts", "gate.ts", "tsconfig.json", "package.json", "package-lock.json")
SECONDS = 120


def missing(*programs):
    return ", ".join(program for program in programs if not shutil.which(program))


class Examples(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.gate = cls.enterClassContext(LocalGate())
        lines = []
        for file in cls.gate.get("/v1/files?status=invalid")["files"]:
            report = cls.gate.get(f"/v1/files/{file['id']}/report")
            lines += [f"{file['key']}: {finding['code']}: {finding['message']}" for finding in report["findings"]]
        assert len(lines) > 10, lines  # else the samples are not what they were
        cls.lines = lines

    def prints(self, *command, wanted=None, cwd=None):
        done = subprocess.run(command, capture_output=True, check=False, timeout=SECONDS, cwd=cwd,
                              env={"PATH": os.environ["PATH"], "SCALPER_URL": self.gate.url, "LC_ALL": "C.UTF-8"})
        self.assertEqual((done.returncode, done.stderr.decode()), (0, ""), done.stdout.decode()[-2000:])
        told = done.stdout.decode().splitlines()
        if wanted is None:
            self.assertEqual(told, self.lines)
        else:
            self.assertEqual(sorted(told), sorted(wanted))  # below a prefix files come by key

    def orders(self):
        found = [line for line in self.lines if line.startswith("orders/")]
        self.assertTrue(found and len(found) < len(self.lines))
        return found

    def test_curl(self):
        if lacks := missing("curl", "jq"):
            self.skipTest(f"not installed: {lacks}")
        self.prints("bash", EXAMPLES / "invalid.sh")
        self.prints("bash", EXAMPLES / "invalid.sh", "orders/", wanted=self.orders())

    def test_python(self):
        self.prints(sys.executable, EXAMPLES / "invalid.py")
        self.prints(sys.executable, EXAMPLES / "invalid.py", "orders/", wanted=self.orders())

    def test_typescript(self):
        if lacks := missing("node", "npm"):
            self.skipTest(f"not installed: {lacks}")
        version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
        if int(version[1:].split(".")[0]) < 20:
            self.skipTest(f"node is {version}, the example is for 20")
        folder = self.compiled()
        self.prints("node", folder / "build" / "invalid.js")
        self.prints("node", folder / "build" / "invalid.js", "orders/", wanted=self.orders())

    def compiled(self):
        """Built apart, once for what the sources say."""
        key = hashlib.sha256(b"".join((EXAMPLES / name).read_bytes() for name in SOURCES)).hexdigest()[:12]
        folder = ROOT / "build" / f"examples-{key}"
        if (folder / "build" / "invalid.js").exists():
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in SOURCES:
            shutil.copy(EXAMPLES / name, folder)
        installed = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, capture_output=True,
                                   text=True, check=False, timeout=SECONDS)
        if installed.returncode:
            self.skipTest(f"npm ci: {(installed.stderr.strip().splitlines() or ['no word why'])[-1]}")
        built = subprocess.run(["node_modules/.bin/tsc"], cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS)
        self.assertEqual(built.returncode, 0, built.stdout)
        return folder
