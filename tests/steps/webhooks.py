"""Runs tests/webhooks inside a venv of its own, with the verifier that receivers use."""

import subprocess
import sys

from .tally import BUILD, ROOT
from .aws import tally_line

HERE = ROOT / "tests" / "webhooks"
RUNNER = ROOT / "tests" / "aws" / "run_python.py"
SECONDS = 300


def run(tally):
    if not (BUILD / "bin" / "scalper").exists():
        tally.fail("webhooks: build/bin/scalper is not there")
        return
    sys.path.insert(0, str(ROOT / "tests" / "aws"))
    import venvs
    try:
        python = venvs.make("webhooks") / "bin" / "python"
    except venvs.NotInstalled as reason:
        tally.skip("webhooks", str(reason))
        return
    try:
        done = subprocess.run([python, RUNNER, "*_test.py", HERE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        tally.fail(f"webhooks: not done within {SECONDS} s")
        return
    running = None
    told = 0
    for line in done.stdout.splitlines():
        running = tally_line(tally, line)
        told += 1
    if done.returncode != 0 or running or not told:
        tally.fail(f"webhooks: ended with {done.returncode} while {running or 'nothing'} ran")
