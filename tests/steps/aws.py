"""The adapters of AWS against emulators on loopback: the C++ contract tests, then the Python tests with AWS's own client."""

import json
import os
import signal
import subprocess
import sys
import threading

from . import gtest, package
from .tally import BUILD, ROOT, capture

HERE = ROOT / "tests" / "aws"
PROGRAM = BUILD / "bin" / "scalper_tests_aws"
KINDS = "ministack,ministack-auth,moto,seaweedfs"
PYTHON_SECONDS = 900


def environments():
    """Makes the venvs. Why there are none, or None."""
    output, code = capture([sys.executable, HERE / "venvs.py"])
    return None if code == 0 else (output.strip().splitlines() or ["no word why"])[-1]


def tally_line(tally, line):
    """One line of run_python.py; the test that began with it, or None. What is no such line is shown."""
    try:
        told = json.loads(line)
        outcome, test, words = told["outcome"], told["test"], told["words"]
    except (ValueError, TypeError, KeyError):
        print(f"  {line}")
        return None
    if outcome == "start":
        return test
    if outcome == "ok":
        tally.ok()
    elif outcome == "skip":
        tally.skip(f"aws: {test}", words)
    else:
        print(words)
        tally.fail(f"aws: {test}")
    return None


def python_tests(tally, python, long):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with subprocess.Popen([python, HERE / "run_python.py"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace",
                          env=environment | {"SCALPER_LONG": "1" if long else "0"}) as process:
        # Interrupted, it ends its emulators; killed, it would leave them.
        limit = threading.Timer(PYTHON_SECONDS, process.send_signal, [signal.SIGINT])
        limit.start()
        running = None
        try:
            for line in process.stdout:
                running = tally_line(tally, line.rstrip("\n"))
        except BaseException:
            process.send_signal(signal.SIGINT)
            raise
        finally:
            limit.cancel()
        if process.wait() or running:
            tally.fail(f"aws: the Python tests ended with {process.returncode}" + (f" in {running}" if running else ""))


def run(tally, long=False):
    why = environments()
    if why:
        tally.skip("aws: emulators", why)
        return
    sys.path.insert(0, str(HERE))
    try:
        import venvs  # of tests/aws
    finally:
        sys.path.remove(str(HERE))
    if any(HERE.rglob("*_test.cpp")):
        gtest.run(tally, PROGRAM, "aws", wrap=[sys.executable, HERE / "emulators.py", KINDS, "--"])
    problems = []
    package.built(problems)  # the chain runs the very file of the zip
    tally.check("aws: ./package", problems)
    python_tests(tally, venvs.make("emulators") / "bin" / "python", long)
