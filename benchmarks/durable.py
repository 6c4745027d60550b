"""Small files from the inbox to their target, durable and recorded, beside a careful script that copies, syncs and commits."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass

from measure import Missing, Pairs, await_that, free_port, program, run, work_folder

SIZE = 4096
GOAL = 5.0


@dataclass
class Disk:
    """The machine's own, or the same one with each flush made to last (preload/slow_flush.cpp)."""

    name: str
    files: int
    micros: int = 0
    shared: bool = False

    def environment(self, count):
        if not self.micros:
            return None
        return os.environ | {"LD_PRELOAD": str(program("bench_slow_flush.so")), "SLOW_FLUSH_US": str(self.micros),
                             "SLOW_FLUSH_SHARED": str(int(self.shared)), "SLOW_FLUSH_COUNT": str(count)}


QUEUED = "waiting flushes become one, as in Linux's block layer"
DISKS = (Disk("this machine's disk as it is", 2000),
         Disk(f"1 ms a flush, {QUEUED}", 1500, 1000, True),
         Disk(f"5 ms a flush, {QUEUED}", 500, 5000, True),
         Disk("1 ms a flush, one after the other for every caller", 1500, 1000),
         Disk("5 ms a flush, one after the other for every caller", 500, 5000))


class Flushes:
    """How many flushes the last run took; that they are counted shows that the preloaded library was in the way."""

    def __init__(self, disk):
        self.disk, self.path, self.last = disk, work_folder() / "flushes", {}

    def environment(self):
        self.path.unlink(missing_ok=True)
        return self.disk.environment(self.path)

    def note(self, who):
        if self.disk.micros:
            self.last[who] = int(self.path.read_text()) / self.disk.files

    def line(self):
        return "".join(f"; {who} took {count:.2f} flushes a file" for who, count in self.last.items())


def make_files(folder, count):
    folder.mkdir(parents=True)
    for number in range(count):
        line = f"reading {number:08} of a sensor that has much to say about the weather of today\n"
        (folder / f"{number:06}.txt").write_text((line * (SIZE // len(line) + 1))[:SIZE - 1] + "\n")


@contextlib.contextmanager
def fresh_files(name, count):
    folder = work_folder() / name
    make_files(folder / "from", count)
    try:
        os.sync()
        yield folder
    finally:
        shutil.rmtree(folder)


def copy_loop_rate(flushes):
    with fresh_files("loop", flushes.disk.files) as folder:
        (folder / "to").mkdir()
        rate = run(program("bench_copy_loop"), folder / "from", folder / "to", folder / "loop.db",
                   env=flushes.environment())
    flushes.note("the peer")
    return float(rate)


class Log:
    """Follows the gate's log, one line a final record: asking the gate itself would take of its two cores."""

    def __init__(self, path):
        self.path, self.read, self.valid = path, 0, 0

    def count(self):
        with open(self.path, "rb") as file:
            file.seek(self.read)
            fresh = file.read()
        fresh = fresh[:fresh.rfind(b"\n") + 1]
        self.read += len(fresh)
        self.valid += fresh.count(b'"status":"valid"')
        return self.valid


def gate_rate(flushes):
    """Files per second from the first one's arrival in the inbox to the last one's final record."""
    count = flushes.disk.files
    with fresh_files("gate", count) as folder:
        words = [program("scalper"), "up", "--data", folder / "data", "--listen", f"127.0.0.1:{free_port()}"]
        gate = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=flushes.environment())
        try:
            if b"http://" not in gate.stdout.readline():
                raise Missing("the gate did not start")
            log = Log(folder / "data" / ".scalper" / "log" / "gate.jsonl")
            start = time.monotonic()
            for path in (folder / "from").iterdir():
                path.rename(folder / "data" / "input" / path.name)
            await_that(lambda: log.count() >= count, "the journey", 0.002)
            rate = count / (time.monotonic() - start)
            if (found := len(os.listdir(folder / "data" / "output"))) != count:
                raise Missing(f"{found} of {count} files are in output")
        finally:
            gate.send_signal(signal.SIGTERM)
            gate.wait(60)
    flushes.note("ours")
    return rate


def durable():
    for disk in DISKS:
        flushes = Flushes(disk)
        pairs = Pairs(lambda: gate_rate(flushes), lambda: copy_loop_rate(flushes))
        print(pairs.line(f"{disk.name}: {disk.files} files of {SIZE} bytes, end to end and durable", "files/s", GOAL)
              + flushes.line(), flush=True)


def records():
    """A page of the list and a claim cost the same however long the history is; SCALPER_RECORDS: how long the longer is."""
    small, large = 10_000, int(os.environ.get("SCALPER_RECORDS", "1000000"))
    for count in (small, large):
        print(run(program("bench_records"), work_folder() / f"records-{count}.db", count).strip())
