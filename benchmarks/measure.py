"""Ratios measured side by side: A B A B, at least 7 pairs, medians and minima, and a word when the machine is busy."""

import os
import socket
import statistics
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / "build" / "bin"
PAIRS = 7  # the least that makes a figure; ./bench --pairs takes others while a benchmark is worked on
BUSY = 0.20
WAIT_SECONDS = 120


class Missing(Exception):
    """A peer or a program is not here: not measured, never met."""


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          stdin=subprocess.DEVNULL, **options)
    if done.returncode:
        raise Missing(f"{command[0]} ended with {done.returncode}: {(done.stderr or done.stdout)[-400:]}")
    return done.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_that(condition, what, every=0.005):
    end = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise Missing(f"{what} took more than {WAIT_SECONDS} s")
        time.sleep(every)


class Pairs:
    """Rates (higher is better) of ours and a peer, taken in turns."""

    count = PAIRS

    def __init__(self, ours, peer):
        self.ours, self.peer = [], []
        for _ in range(self.count):
            self.peer.append(peer())
            self.ours.append(ours())

    @property
    def ratio(self):
        return statistics.median(self.ours) / statistics.median(self.peer)

    @property
    def busy(self):
        middle = statistics.median(self.peer)
        return max(abs(rate - middle) for rate in self.peer) / middle > BUSY

    def line(self, what, unit, target, scale=1.0):
        ours, peer = statistics.median(self.ours) / scale, statistics.median(self.peer) / scale
        met = "met" if self.ratio >= target else "NOT MET"
        busy = f"; the peer moved by more than {BUSY:.0%}: machine busy, run again" if self.busy else ""
        if self.count < PAIRS:
            busy += f"; {self.count} pairs are no figure"
        return (f"{what}: ours {ours:,.2f} {unit} (best {max(self.ours) / scale:,.2f}), peer {peer:,.2f} "
                f"(best {max(self.peer) / scale:,.2f}), ratio {self.ratio:.2f}, target {target}: {met}{busy}")


def program(name):
    path = BIN / name
    if not path.exists():
        raise Missing(f"{path.relative_to(ROOT)} is not built")
    return path


def work_folder():
    """Where durable things are measured: a real disk, not /tmp, which may be memory."""
    folder = ROOT / "build" / "bench" / str(os.getpid())
    folder.mkdir(parents=True, exist_ok=True)
    return folder
