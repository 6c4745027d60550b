#!/usr/bin/env python3
"""Starts emulators of AWS on loopback, each on a free port and in a folder of its own, and ends them.

    python3 tests/aws/emulators.py ministack,seaweedfs -- build/bin/scalper_tests_aws

runs one command with the variables that it needs: SCALPER_TEST_AWS_ENDPOINT (ministack: every service),
SCALPER_TEST_AWS_AUTH_ENDPOINT (ministack that checks signatures and policies), SCALPER_TEST_MOTO_ENDPOINT (moto,
which checks once it is told to: POST /moto-api/reset-auth, Content-Type: text/plain, body 0),
SCALPER_TEST_S3_ENDPOINT (seaweedfs), SCALPER_TEST_VERSITY_ENDPOINT (versitygw), AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION.
"""

import argparse
import contextlib
import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import venvs  # noqa: E402
from versitygw import versitygw  # noqa: E402

KEY, SECRET, REGION = "test", "test", "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION}
START_SECONDS = 60  # on a busy machine; a second or less on a quiet one
SAID_AT_END = 3000


def free_port():
    """Free together with the one 10,000 above, which seaweedfs takes beside it; below those that the kernel gives out."""
    for _ in range(1000):
        port = random.SystemRandom().randrange(10_000, 22_000)
        with contextlib.ExitStack() as stack:
            try:
                for each in (port, port + 10_000):
                    probe = stack.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", each))
            except OSError:
                continue
            return port
    raise OSError("no free port on loopback")


def descendants(process):
    """Ids of the process's children, theirs, and so on."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found, at = [process], 0
    while at < len(found):
        found += parents.get(found[at], [])
        at += 1
    return found[1:]


class Emulator:
    """One program that listens on loopback. As a context it is ready when entered, and gone with its folder when left."""

    variable = ""  # where tests look for its endpoint

    def __init__(self):
        self.port = free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.folder = Path(tempfile.mkdtemp(prefix="scalper-emulator-"))
        self.process = None

    def command(self):
        """The words that start it, and its whole environment but PATH, HOME and TMPDIR."""
        raise NotImplementedError

    def is_ready(self):
        return self.request("GET", "/")[0] > 0

    def prepare(self):
        """What is done once it is ready."""

    def __enter__(self):
        try:
            self._start()
            self.prepare()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        words, environment = self.command()
        plain = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(self.folder), "TMPDIR": str(self.folder), "LC_ALL": "C.UTF-8"}
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, cwd=self.folder, env={**plain, **environment},
                                            start_new_session=True)
        end = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > end:
                raise OSError(f"{words[0]} is not ready: {self.log()[-SAID_AT_END:]}")
            time.sleep(0.05)  # polled: it has no other way to say so

    def __exit__(self, *_):
        if self.process is not None:
            family = descendants(self.process.pid)
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            for child in family:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def request(self, method, path, body=b"", headers=None):
        """Status and body; (0, b"") when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def variables(self):
        return {self.variable: self.endpoint, **CREDENTIALS}


class Ministack(Emulator):
    """Every service the gate uses, Lambda included. Authorisation is off: it checks no signature and no policy."""

    variable = "SCALPER_TEST_AWS_ENDPOINT"
    extra = {}

    def command(self):
        # Functions get this whole environment, and it would win over theirs: no endpoint is in it, so that each
        # function's own variable says whom it calls.
        environment = {"GATEWAY_PORT": str(self.port), "BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0", **self.extra}
        return [venvs.make("emulators") / "bin" / "ministack"], environment

    def is_ready(self):
        return self.request("GET", "/_ministack/health")[0] == 200

    def reset(self):
        """Forgets everything that it holds."""
        status, body = self.request("POST", "/_ministack/reset")
        if status != 200:
            raise OSError(f"reset: {status} {body[:200]}")


class MinistackAuth(Ministack):
    """The same with authorisation on: root is KEY, whom it believes without a check; IAM users are checked."""

    variable = "SCALPER_TEST_AWS_AUTH_ENDPOINT"
    extra = {"AUTH": "true"}


class Moto(Emulator):
    """A second judge of header signatures: it checks nothing until authorise_after() is called."""

    variable = "SCALPER_TEST_MOTO_ENDPOINT"

    def command(self):
        return [venvs.make("emulators") / "bin" / "moto_server", "-H", "127.0.0.1", "-p", self.port], {}

    def is_ready(self):
        return self.request("GET", "/moto-api/data.json")[0] == 200

    def authorise_after(self, calls):
        """From now on that many calls pass unchecked, then each is checked."""
        status, body = self.request("POST", "/moto-api/reset-auth", str(calls).encode(), {"Content-Type": "text/plain"})
        if status != 200:
            raise OSError(f"reset-auth: {status} {body[:200]}")


class SeaweedFs(Emulator):
    """A real S3 server, the only one here that honours If-None-Match on CopyObject."""

    variable = "SCALPER_TEST_S3_ENDPOINT"

    def command(self):
        for name in ("logs", "data"):
            (self.folder / name).mkdir()
        ports = [f"-{name}.port={free_port()}" for name in ("master", "volume", "filer", "admin")]
        return [venvs.make("seaweedfs") / "bin" / "weed", f"-logdir={self.folder}/logs", "mini", f"-dir={self.folder}/data",
                "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-webdav=false", "-admin.ui=false", f"-s3.port={self.port}", *ports,
                "-s3.port.iceberg=0", "-s3.port.lance=0"], dict(CREDENTIALS)

    def is_ready(self):
        # Without a signature a running server refuses; before that it answers nothing, or 5xx.
        return self.request("GET", "/")[0] in (200, 403)


class VersityGw(Emulator):
    """An S3 server over a folder, which takes checksums most strictly; in long runs alone, since Go has to build it."""

    variable = "SCALPER_TEST_VERSITY_ENDPOINT"

    def command(self):
        for name in ("data", "versions"):
            (self.folder / name).mkdir()
        return [versitygw(), "--port", f"127.0.0.1:{self.port}", "posix", "--versioning-dir", self.folder / "versions",
                self.folder / "data"], {"ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET}

    def is_ready(self):
        return self.request("GET", "/")[0] in (200, 403)


KINDS = {"ministack": Ministack, "ministack-auth": MinistackAuth, "moto": Moto, "seaweedfs": SeaweedFs,
         "versitygw": VersityGw}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", help="one or more of " + ",".join(KINDS))
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    options = parser.parse_args()
    names = options.names.split(",")
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command or set(names) - set(KINDS):
        parser.error("NAMES -- COMMAND, with names of " + ", ".join(KINDS))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as stack:
        # Nobody's own account, profile or endpoint may leak into a test.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        for name in names:
            environment |= stack.enter_context(KINDS[name]()).variables()
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
