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
# Name, bytes, rounds that one figure takes.
SIZES = (("1 MiB, in cache", 1 << 20, 100), ("128 MiB", 128 << 20, 1))


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
    """Figures of ours and a peer, taken in turns: rates, or with `less` times and sizes."""

    count = PAIRS

    def __init__(self, ours, peer, less=False):
        self.ours, self.peer, self.less = [], [], less
        for _ in range(self.count):
            self.peer.append(peer())
            self.ours.append(ours())

    @classmethod
    def of(cls, ours, peer, less=False):
        """Of figures that were taken in turns already."""
        pairs = cls.__new__(cls)
        pairs.ours, pairs.peer, pairs.less = ours, peer, less
        return pairs

    @property
    def ratio(self):
        """How much better ours is."""
        ratio = statistics.median(self.ours) / statistics.median(self.peer)
        return 1 / ratio if self.less else ratio

    @property
    def note(self):
        middle = statistics.median(self.peer)
        busy = max(abs(figure - middle) for figure in self.peer) / middle > BUSY
        words = f"; the peer moved by more than {BUSY:.0%}: machine busy, run again" if busy else ""
        return words + (f"; {len(self.ours)} pairs are no figure" if len(self.ours) < PAIRS else "")

    def figures(self, who, figures, unit, scale):
        best = min(figures) if self.less else max(figures)
        return f"{who} {statistics.median(figures) / scale:,.2f} {unit} (best {best / scale:,.2f})"

    def line(self, what, unit, target, scale=1.0):
        """`target`: the least ratio that was agreed, or None."""
        met = "" if target is None else f", target {target}: {'met' if self.ratio >= target else 'NOT MET'}"
        return (f"{what}: {self.figures('ours', self.ours, unit, scale)}, {self.figures('peer', self.peer, unit, scale)}, "
                f"ratio {self.ratio:.2f}{met}{self.note}")

    def limit_line(self, what, unit, limit, scale=1.0):
        """Ours against a limit of its own."""
        met = "met" if statistics.median(self.ours) / scale <= limit else "NOT MET"
        return f"{what}: {self.figures('ours', self.ours, unit, scale)}, limit {limit} {unit}: {met}{self.note}"

    def share_line(self, what, unit, most, scale=1.0):
        """Two figures of ours: the first takes at most so many times the second."""
        share = statistics.median(self.ours) / statistics.median(self.peer)
        return (f"{what}: {self.figures('the first', self.ours, unit, scale)}, {self.figures('the second', self.peer, unit, scale)}, "
                f"{share:.2f} times, at most {most}: {'met' if share <= most else 'NOT MET'}{self.note}")


def program(name):
    path = BIN / name
    if not path.exists():
        raise Missing(f"{path.relative_to(ROOT)} is not built")
    return path


def load():
    """What else the machine does: a word for each line of figures."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def subject_rate(name, subject, path, rounds, wanted=None, environment=None):
    """Bytes a second of a program made with benchmarks/subjects.h, the median of its rounds; what it says has to be `wanted`."""
    said, size, _, middle = run(program(name), subject, path, rounds, env={**os.environ, **(environment or {})}).split()
    if wanted is not None and said != wanted:
        raise Missing(f"{path.name}: {name} {subject} says {said}, expected {wanted}")
    return int(size) / float(middle)


def work_folder():
    """Where durable things are measured: a real disk, not /tmp, which may be memory."""
    folder = ROOT / "build" / "bench" / str(os.getpid())
    folder.mkdir(parents=True, exist_ok=True)
    return folder
