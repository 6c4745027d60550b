"""Starts the built program for tests. Only the standard library."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCALPER = Path(os.environ.get("SCALPER_PROGRAM", ROOT / "build" / "bin" / "scalper"))
PLAIN = {"PATH": os.environ.get("PATH", ""), "TERM": "xterm", "LC_ALL": "C"}


def scalper(*words, stdin=b"", cwd=None, env=None, timeout=60, stdout=subprocess.PIPE):
    """Runs it to its end: (exit code, what it printed, what it complained), the last two as text."""
    done = subprocess.run([SCALPER, *words], input=stdin, stdout=stdout, stderr=subprocess.PIPE, cwd=cwd,
                          env={**PLAIN, **(env or {})}, timeout=timeout, check=False)
    return done.returncode, (done.stdout or b"").decode(), done.stderr.decode()


def can_trace():
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-f", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0
