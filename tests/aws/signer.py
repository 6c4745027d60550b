"""Our signer, as build/bin/scalper_sign_requests: requests go in as JSON, every text in hexadecimal, signatures come out."""

import json
import subprocess
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent.parent / "build" / "bin" / "scalper_sign_requests"


def hexed(value):
    return (value if isinstance(value, bytes) else str(value).encode()).hex()


def pairs(fields):
    return [[hexed(name), hexed(value)] for name, value in fields]


def unhexed(fields):
    return {bytes.fromhex(name).decode(): bytes.fromhex(value).decode() for name, value in fields}


def signed(requests):
    """The answers of the program, one a request."""
    text = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run([PROGRAM], input=text, stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(requests)
    return answers
