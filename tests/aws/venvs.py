"""Virtual environments of emulators and tools under build/, each made once for what its list of versions says."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"
LISTS = {"emulators": HERE / "requirements.txt", "seaweedfs": HERE / "requirements-seaweedfs.txt",
         "schemathesis": HERE.parent / "api" / "requirements.txt", "tus": HERE.parent / "api" / "requirements-tus.txt",
         "prometheus": HERE / "requirements-prometheus.txt",
         "checkov": HERE.parent / "terraform" / "requirements-checkov.txt",
         "webhooks": HERE.parent / "webhooks" / "requirements.txt"}
INSTALL_SECONDS = 600


class NotInstalled(Exception):
    """No venv to be had, and why: there is no pip, or no registry answered."""


def folder(name):
    """Where the venv of that list lies, made or not: another list or another Python is another venv."""
    key = LISTS[name].read_bytes() + sys.version.encode() + str(HERE).encode()
    return BUILD / f"venv-{name}-{hashlib.sha256(key).hexdigest()[:12]}"


def make(name):
    """The venv's folder; makes it where it is not there or was not finished. One process at a time."""
    place = folder(name)
    done = place / "complete"
    if done.exists():
        return place
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / f"venv-{name}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            for old in BUILD.glob(f"venv-{name}-*"):
                shutil.rmtree(old)
            _install(place, LISTS[name])
            done.touch()
    return place


def _install(place, versions):
    # Every version is in the list, so that pip has nothing to resolve.
    for command in ([sys.executable, "-m", "venv", place],
                    [place / "bin" / "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "-r", versions],
                    [place / "bin" / "pip", "check", "--disable-pip-version-check"]):
        try:
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           text=True, timeout=INSTALL_SECONDS, env={**os.environ, "PIP_NO_INPUT": "1"})
        except subprocess.CalledProcessError as broken:
            raise NotInstalled(f"{Path(command[0]).name} {command[1]}: {_last_line(broken.output)}") from broken
        except (OSError, subprocess.TimeoutExpired) as broken:
            raise NotInstalled(str(broken)) from broken


def _last_line(text):
    lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
    return lines[-1] if lines else "no word why"


if __name__ == "__main__":
    for wanted in sys.argv[1:] or LISTS:
        print(make(wanted))
