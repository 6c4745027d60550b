"""The API of both hosts against schemas/openapi.yaml: a walk through every call with every answer checked, then
schemathesis; and resumable uploads by a client that is not ours."""

import sys

from . import aws, package
from .tally import BUILD, ROOT

HERE = ROOT / "tests" / "api"
# Which venv runs which tests: the Lambda's need the emulators, and start schemathesis in its own.
TESTS = {"reference_test.py": "schemathesis", "examples_test.py": "schemathesis", "server_test.py": "schemathesis",
         "tus_test.py": "tus", "lambda_test.py": "emulators"}


def run(tally, long=False):
    if not (BUILD / "bin" / "scalper").exists():
        tally.fail("api: build/bin/scalper is not there")
        return
    problems = []
    package.built(problems)
    tally.check("api: ./package", problems)
    sys.path.insert(0, str(ROOT / "tests" / "aws"))
    try:
        import venvs  # of tests/aws
    finally:
        sys.path.remove(str(ROOT / "tests" / "aws"))
    for pattern, name in TESTS.items():
        why = aws.environments(name, "schemathesis")
        if why:
            tally.skip(f"api: {pattern}", why)
        else:
            aws.python_tests(tally, venvs.make(name) / "bin" / "python", long, (pattern, HERE), "api")
