"""The gate on one machine, held against schemas/openapi.yaml: a walk through all calls, then schemathesis."""

import os
import subprocess
import sys
import unittest
from pathlib import Path

from checked import Checked
from local_gate import LocalGate
from walk import Walk

HERE = Path(__file__).resolve().parent
SECONDS = "600" if os.environ.get("SCALPER_LONG") == "1" else "90"


class Server(unittest.TestCase):
    def test_answers_are_as_documented(self):
        with LocalGate() as gate:
            api = Checked("server", gate.send)
            Walk(api, gate).all()
        for what in api.not_reached():
            print(f"server: not reached by the walk: {what}", flush=True)

    def test_schemathesis_finds_nothing(self):
        with LocalGate() as gate:
            ids = [file["id"] for file in gate.get("/v1/files?limit=1000")["files"]]
            done = subprocess.run([sys.executable, HERE / "run_schemathesis.py", "server", gate.operator, SECONDS], check=False,
                                  capture_output=True, text=True, env={**os.environ, "SCALPER_API_IDS": " ".join(ids)})
            self.assertEqual(done.returncode, 0, done.stdout[-20000:] + done.stderr[-4000:])
            print(done.stdout.strip().splitlines()[-1], flush=True)
            self.assertIsNone(gate.process.poll(), "the gate ended")
