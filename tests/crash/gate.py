"""A real gate on a data folder of its own, senders that drop files, and what must hold once all is quiet."""

import contextlib
import fcntl
import http.client
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

LANES = 2
WAITING_LANES = 8  # a run of a few files waits more than it works: a file that was dropped unseen has to settle
ROOT = Path(__file__).resolve().parent.parent.parent
SCALPER = Path(os.environ.get("SCALPER_PROGRAM", ROOT / "build" / "bin" / "scalper"))
PLAIN = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "SCALPER_LOG_LEVEL": "warning"}
# Where a process ends, what is not synced stays: memory is as good as a disk, and quicker.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
QUIET_SECONDS = 120  # a slow disk under load


@dataclass(frozen=True)
class Sent:
    """One file that a sender dropped. Its bytes are like no other's."""
    key: str
    data: bytes
    bucket: str  # where it has to end


class Sender:
    """Drops small files into the inbox, as rename does or by writing in place; remembers each."""

    def __init__(self, inbox, seed, folder=""):
        self.inbox, self.random, self.sent, self.folder = inbox, random.Random(seed), [], folder

    def drop(self, in_place=False):
        number = len(self.sent)
        good = self.random.random() < 0.7
        text = f'{{"number": {number}, "mark": "{self.random.getrandbits(128):032x}"' + ("}\n" if good else ",}\n")
        folder = self.folder or f"feed-{number % 3}"
        file = Sent(f"{folder}/{number:06}.json", text.encode(), "output" if good else "quarantine")
        path = self.inbox / file.key
        path.parent.mkdir(parents=True, exist_ok=True)
        if in_place:
            path.write_bytes(file.data)
        else:
            part = path.with_name(f".{path.name}.part")
            part.write_bytes(file.data)
            part.rename(path)
        self.sent.append(file)
        return file


class Gate:
    """`scalper up` on a temporary folder. As a context it ends the process by its id and removes the folder."""

    def __init__(self, folder=None, workers=0, place=None):
        self.workers = workers
        self.own = folder is None
        self.folder = Path(folder or tempfile.mkdtemp(prefix="scalper-crash-", dir=place))
        self.data = self.folder / "data"
        self.process = None
        self.port = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        if self.own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def words(self):
        with socket.socket() as probe:  # a free port; loopback only
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        words = [str(SCALPER), "up", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}"]
        return words + (["--workers", str(self.workers)] if self.workers else [])

    def start(self, wrap=()):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([*wrap, *self.words()], stdout=log, stderr=subprocess.STDOUT, env=PLAIN,
                                            start_new_session=True)
        return self

    def start_traced(self, calls, inject):
        """Under strace, which does something to the n-th of these calls. It counts for each thread by itself, so that
        few workers reach further."""
        return self.start(wrap=["strace", "-f", "-qq", "-o", str(self.folder / "trace"), "-e", f"trace={calls}",
                                "-e", f"inject={calls}:{inject}"])

    @contextlib.contextmanager
    def traced(self, calls, inject):
        """The same for a gate that runs."""
        pid = self.process.pid
        words = ["strace", "-f", "-qq", "-p", str(pid), "-o", str(self.folder / "trace"), "-e", f"trace={calls}",
                 "-e", f"inject={calls}:{inject}"]
        with subprocess.Popen(words, stderr=subprocess.DEVNULL) as tracer:
            try:
                tasks = Path(f"/proc/{pid}/task")
                if not self.wait(lambda: all("TracerPid:\t0\n" not in (task / "status").read_text()
                                             for task in tasks.iterdir()), 10):
                    raise AssertionError("strace does not attach")
                yield
            finally:
                tracer.send_signal(signal.SIGINT)

    def was_injected(self):
        return b"(INJECTED)" in (self.folder / "trace").read_bytes()

    def kill(self):
        """kill -9, the tracer that may be around it included."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        self.process = None
        self.wait_unlocked()
        return code

    def wait_unlocked(self, seconds=10):
        """A traced gate outlives its tracer by a moment."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with open(self.data / ".scalper" / "lock", "rb") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except FileNotFoundError:
                return
            except BlockingIOError:
                time.sleep(0.005)

    def stop(self, seconds=30):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(seconds)
        self.process = None
        return code

    def told(self):
        """The key of each notice in the outbox."""
        database = sqlite3.connect(f"file:{self.data}/.scalper/gate.db?mode=ro", uri=True)
        try:
            return [json.loads(body)["origin"]["key"] for (body,) in database.execute("SELECT body FROM outbox")]
        finally:
            database.close()

    def redrive(self):
        """Puts back what was given up, a message that twenty runs received and did not live to finish: how many, or None."""
        words = [str(SCALPER), "redrive", "--json", "--data", str(self.data)]
        done = subprocess.run(words, stdout=subprocess.PIPE, env=PLAIN, check=False)
        return json.loads(done.stdout)["redriven"] if done.returncode == 0 else None

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def ask(self, target):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", target)
            answer = connection.getresponse()
            body = answer.read()
            return json.loads(body) if answer.status == 200 else None
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()

    def wait_healthy(self, seconds=20):
        return self.wait(lambda: self.ask("/v1/health") is not None, seconds)

    def wait(self, condition, seconds):
        """Whether the condition came true in time, while the gate lived."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return True
            if not self.is_alive():
                return False
            time.sleep(0.01)
        return False

    def records(self, status=""):
        files, cursor = [], ""
        while True:
            page = self.ask(f"/v1/files?limit=1000{status}" + (f"&cursor={cursor}" if cursor else ""))
            if page is None:
                return None
            files += page["files"]
            cursor = page.get("next_cursor", "")
            if not cursor:
                return files

    def files_in(self, *names):
        """Every regular file below these folders of the data folder."""
        return [path for name in names for path in sorted((self.data / name).rglob("*")) if path.is_file()]

    def log_tail(self, size=3000):
        return (self.folder / "log").read_bytes()[-size:].decode(errors="replace")


def each_number(run_once, most):
    """run_once(1), run_once(2) ..., several abreast, until a whole row lies beyond the last call; yields (did anything
    happen?, broken promises), as run_once answers them."""
    with ThreadPoolExecutor(WAITING_LANES) as pool:
        for first in range(1, most + 1, WAITING_LANES):
            row = list(pool.map(run_once, range(first, min(first + WAITING_LANES, most + 1))))
            yield from row
            if not any(happened for happened, _ in row):
                return


def quiet(gate, sent):
    """Nothing is in the inbox or on its way, and every file has its final record. It is waited for as long as less is
    left each time: after thousands of kills on a busy machine much is."""
    before = left = None

    def is_quiet():
        nonlocal left
        left = len(gate.files_in("input", ".scalper/in", ".scalper/staging"))
        if left:
            return False
        unfinished, final = gate.records("&status=open"), gate.records()
        return unfinished == [] and final is not None and len(final) >= len(sent)
    while not gate.wait(is_quiet, QUIET_SECONDS):
        if not gate.is_alive() or left is None or (before is not None and left >= before):
            return False
        before = left
    return True


def broken_promises(gate, sent):
    """Sentences about every file that is lost, doubled, misplaced or not recorded exactly once."""
    wrong = []
    places = {}
    for bucket in ("output", "quarantine"):
        for path in gate.files_in(bucket):
            places.setdefault(path.read_bytes(), []).append(bucket)
    records = []
    if not gate.wait(lambda: (answer := gate.records()) is not None and (records.extend(answer) or True), QUIET_SECONDS):
        wrong.append("the gate does not list its records")
    recorded = Counter(record["key"] for record in records)
    # Whoever was being parsed at three crashes goes to quarantine unparsed: that is the promise, not a breach of it.
    unparsed = {record["key"] for record in records if record.get("codes") == ["limit.crashes"]}
    told = Counter(gate.told())
    for file in sent:
        found = places.pop(file.data, [])
        if found != [file.bucket] and not (file.key in unparsed and found == ["quarantine"]):
            wrong.append(f"{file.key}: expected once in {file.bucket}, found in {found or 'no target'}")
        if recorded[file.key] != 1:
            wrong.append(f"{file.key}: {recorded[file.key]} final records")
        if told[file.key] != 1:
            wrong.append(f"{file.key}: {told[file.key]} notices")
    wrong += [f"bytes that nobody sent lie in {found}" for found in places.values()]
    wrong += [f"left behind: {path.relative_to(gate.data)}"
              for path in gate.files_in("input", ".scalper/in", ".scalper/staging", ".scalper/replaced")]
    return wrong
