"""The program versitygw, built once under build/ by Go from its exact version."""

import os
import shutil
import subprocess
from pathlib import Path

VERSION = "v1.7.0"
MODULE = f"github.com/versity/versitygw/cmd/versitygw@{VERSION}"
PLACE = Path(__file__).resolve().parent.parent.parent / "build" / f"versitygw-{VERSION}"
BUILD_SECONDS = 1200


class NotBuilt(Exception):
    """No program to be had, and why."""


def versitygw():
    """Its path; builds it where it is not there."""
    program = PLACE / "versitygw"
    if program.exists():
        return program
    if not shutil.which("go"):
        raise NotBuilt("Go is not installed")
    try:
        subprocess.run(["go", "install", MODULE], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True, timeout=BUILD_SECONDS, cwd="/",
                       env={**os.environ, "GOBIN": str(PLACE), "GOFLAGS": "-mod=mod"})
    except subprocess.CalledProcessError as broken:
        raise NotBuilt((broken.output.strip().splitlines() or ["go install failed"])[-1]) from broken
    except (OSError, subprocess.TimeoutExpired) as broken:
        raise NotBuilt(str(broken)) from broken
    return program
