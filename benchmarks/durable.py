"""Small files from the inbox to their target, durable and recorded, beside a careful script that copies, syncs and commits."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request

from measure import Missing, Pairs, program, run, work_folder

FILES, SIZE = 2000, 4096
WAIT_SECONDS = 120


def make_files(folder):
    folder.mkdir(parents=True)
    for number in range(FILES):
        line = f"reading {number:08} of a sensor that has much to say about the weather of today\n"
        (folder / f"{number:06}.txt").write_text((line * (SIZE // len(line) + 1))[:SIZE - 1] + "\n")


def copy_loop_rate():
    folder = work_folder() / "loop"
    make_files(folder / "from")
    (folder / "to").mkdir()
    os.sync()
    try:
        return float(run(program("bench_copy_loop"), folder / "from", folder / "to", folder / "loop.db"))
    finally:
        shutil.rmtree(folder)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def valid_files(port):
    """What the gate has counted so far; -1 while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return -1
    return sum(int(float(line.rsplit(" ", 1)[1])) for line in lines if line.startswith("scalper_files_valid_total"))


def wait_for(condition, what):
    end = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise Missing(f"{what} took more than {WAIT_SECONDS} s")
        time.sleep(0.005)


def gate_rate():
    """Files per second from the first one's arrival in the inbox to the last one's final record."""
    folder = work_folder() / "gate"
    make_files(folder / "from")
    os.sync()
    port = free_port()
    words = [program("scalper"), "up", "--data", folder / "data", "--listen", f"127.0.0.1:{port}"]
    gate = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: valid_files(port) >= 0, "the start")
        start = time.monotonic()
        for path in (folder / "from").iterdir():
            path.rename(folder / "data" / "input" / path.name)
        wait_for(lambda: valid_files(port) >= FILES, "the journey")
        return FILES / (time.monotonic() - start)
    finally:
        gate.send_signal(signal.SIGTERM)
        gate.wait(30)
        shutil.rmtree(folder)


def durable():
    pairs = Pairs(gate_rate, copy_loop_rate)
    print(pairs.line(f"{FILES} files of {SIZE} bytes, end to end and durable", "files/s", 5.0))


def records():
    """A page of the list and a claim cost the same however long the history is."""
    small, large = 1000, 1_000_000
    for count in (small, large):
        print(run(program("bench_records"), work_folder() / f"records-{count}.db", count).strip())
