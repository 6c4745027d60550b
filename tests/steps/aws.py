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
NO_FOLDER_BESIDE_A_FILE = "versitygw has no key below another key, its keys are paths"
REPEATS_PAGES = "versitygw repeats entries of a listing of versions, or does not go on"
RACES = "versitygw lets several conditional writers win, and a completion take effect after its abort"
MARKER_IS_AN_OBJECT = "versitygw takes a delete marker for an object that is there"
FORGETS_THE_VERSION = "versitygw completes an upload again without naming a version"
VERSITYGW_LACKS = {
    "AReplacementCompletesOnce": FORGETS_THE_VERSION,
    "AnAbortHoldsThoughTheETagFitsAgain": FORGETS_THE_VERSION,
    "AnAbortedReplacementNeverPublishes": FORGETS_THE_VERSION,
    "CopyGoesWhereAnObjectWasTakenAway": MARKER_IS_AN_OBJECT,
    "GivesBackEveryAwkwardKey": NO_FOLDER_BESIDE_A_FILE,
    "ListsBelowAPrefix": NO_FOLDER_BESIDE_A_FILE,
    "ListsByKeyThenNewestFirst": NO_FOLDER_BESIDE_A_FILE,
    "ListsPagesOfOneTo1000": REPEATS_PAGES,
    "ListsTheVersionsOfOneKey": REPEATS_PAGES,
    "PagesHoldWhileVersionsComeAndGo": REPEATS_PAGES,
    "PublishesUnderEveryAwkwardKey": NO_FOLDER_BESIDE_A_FILE,
    "ReplacementOfNothingGoesWhereAConsumerTook": MARKER_IS_AN_OBJECT,
    "ThreadsAbortAndCompleteAndTheAbortIsFinal": RACES,
    "ThreadsCopyToOneKeyAndOneWins": RACES,
    "ThreadsCopyOneSourceAndItIsPublishedOnceAKey": RACES,
    "ThreadsPutCreateOnlyAndOneWins": RACES,
}


def environments(*names):
    """Makes the venvs of these names. Why there are none, or None."""
    output, code = capture([sys.executable, HERE / "venvs.py", *names])
    return None if code == 0 else (output.strip().splitlines() or ["no word why"])[-1]


def tally_line(tally, line, label="aws"):
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
        tally.skip(f"{label}: {test}", words)
    else:
        print(words)
        tally.fail(f"{label}: {test}")
    return None


def python_tests(tally, python, long, arguments=(), label="aws"):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with subprocess.Popen([python, HERE / "run_python.py", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace",
                          env=environment | {"SCALPER_LONG": "1" if long else "0"}) as process:
        # Interrupted, it ends its emulators; killed, it would leave them.
        limit = threading.Timer(PYTHON_SECONDS, process.send_signal, [signal.SIGINT])
        limit.start()
        running = None
        try:
            for line in process.stdout:
                running = tally_line(tally, line.rstrip("\n"), label)
        except BaseException:
            process.send_signal(signal.SIGINT)
            raise
        finally:
            limit.cancel()
        if process.wait() or running:
            tally.fail(f"{label}: the Python tests ended with {process.returncode}" + (f" in {running}" if running else ""))


def run_versitygw(tally, versitygw):
    """The object store's contract on the server that takes checksums most strictly, but for what that server lacks."""
    try:
        versitygw.versitygw()
    except versitygw.NotBuilt as why:
        tally.skip("aws: versitygw", str(why))
        return
    suite = "S3/ObjectStoreContract."
    for test, why in VERSITYGW_LACKS.items():
        tally.skip(f"aws: {suite}{test}/Versity", why)
    without = ":".join(f"{suite}{test}/*" for test in VERSITYGW_LACKS)
    gtest.run(tally, PROGRAM, "aws", wrap=[sys.executable, HERE / "emulators.py", "versitygw", "--"],
              extra=[f"--gtest_filter={suite}*/Versity-{without}"])


def run(tally, long=False):
    why = environments("emulators", "seaweedfs")
    if why:
        tally.skip("aws: emulators", why)
        return
    sys.path.insert(0, str(HERE))
    try:
        import venvs  # of tests/aws
        import versitygw
    finally:
        sys.path.remove(str(HERE))
    if any(HERE.rglob("*_test.cpp")):
        gtest.run(tally, PROGRAM, "aws", wrap=[sys.executable, HERE / "emulators.py", KINDS, "--"])
    if long:
        run_versitygw(tally, versitygw)
    problems = []
    package.built(problems)  # the chain runs the very file of the zip
    tally.check("aws: ./package", problems)
    python_tests(tally, venvs.make("emulators") / "bin" / "python", long)
