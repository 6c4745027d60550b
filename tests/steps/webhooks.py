"""Runs tests/webhooks inside a venv of its own, with the verifier that receivers use."""

import sys

from . import aws
from .tally import BUILD, ROOT

HERE = ROOT / "tests" / "webhooks"


def run(tally):
    if not (BUILD / "bin" / "scalper").exists():
        tally.fail("webhooks: build/bin/scalper is not there")
        return
    why = aws.environments("webhooks")
    if why:
        tally.skip("webhooks", why)
        return
    sys.path.insert(0, str(ROOT / "tests" / "aws"))
    try:
        import venvs  # of tests/aws
    finally:
        sys.path.remove(str(ROOT / "tests" / "aws"))
    aws.python_tests(tally, venvs.make("webhooks") / "bin" / "python", False, ("*_test.py", HERE), "webhooks")
