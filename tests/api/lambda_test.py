"""The gate on AWS, held against schemas/openapi.yaml as that on one machine is (server_test.py), on ministack."""

import os
import subprocess
import unittest
from pathlib import Path

import venvs
from checked import Checked
from lambda_gate import LambdaGate
from walk import Walk

HERE = Path(__file__).resolve().parent
SECONDS = "600" if os.environ.get("SCALPER_LONG") == "1" else "90"


class Lambda(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gate = cls.enterClassContext(LambdaGate())

    def test_answers_are_as_documented(self):
        api = Checked("lambda", self.gate.send)
        Walk(api, self.gate).all()
        for what in api.not_reached():
            print(f"lambda: not reached by the walk: {what}", flush=True)

    def test_schemathesis_finds_nothing(self):
        python = venvs.make("schemathesis") / "bin" / "python"
        done = subprocess.run([python, HERE / "run_schemathesis.py", "lambda", self.gate.bridge.url, SECONDS], check=False,
                              capture_output=True, text=True, env={**os.environ, "SCALPER_API_IDS": " ".join(self.gate.ids())})
        self.assertEqual(done.returncode, 0, done.stdout[-20000:] + done.stderr[-4000:])
        print(done.stdout.strip().splitlines()[-1], flush=True)
