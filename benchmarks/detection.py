"""What a content is, beside libmagic; and how much memory the engine takes."""

import array
import fcntl
import itertools
import re
import subprocess
import termios
import time
from pathlib import Path

from engine import csv_of, json_of, ndjson_of, text_of
from measure import ROOT, Missing, Pairs, load, program, run

ROUNDS = 20
SMALL, LARGE = 10 << 20, 1 << 30
ABOVE_MIB = 8


def seconds_a_buffer(who):
    count, known, _, middle = run(program("bench_types"), who, ROOT / "tests" / "cases" / "files", 1 if who == "libmagic" else ROUNDS).split()
    if int(known) * 2 < int(count):
        raise Missing(f"{who} knows {known} of {count} buffers")
    return float(middle) / int(count)


def types():
    """The first 4 KiB of every file of tests/cases/files."""
    print(f"{run(program('bench_types'), '--version').strip()}; {load()}")
    pairs = Pairs(lambda: seconds_a_buffer("ours"), lambda: seconds_a_buffer("libmagic"), less=True)
    print(pairs.line("type of a buffer", "us", 200, 1e-6), flush=True)


def wait_until_read(child):
    """Until the pipe is empty: before it runs at all, what a process has says nothing of it."""
    held, until = array.array("i", [1]), time.monotonic() + 30
    while held[0] > 0:
        if time.monotonic() > until or child.poll() is not None:
            raise Missing("`scalper check -` does not read its standard input")
        fcntl.ioctl(child.stdin, termios.FIONREAD, held)
        time.sleep(0.001)


def peak(block, begin, end, media, size):
    """KiB that `scalper check` had at most, of so many bytes down a pipe."""
    command = [program("scalper"), "check", "--json", "--as", media, "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as child:
        for part in itertools.chain([begin], itertools.repeat(block, size // len(block))):
            rest = memoryview(part)
            while rest:
                rest = rest[child.stdin.write(rest):]
        wait_until_read(child)
        status = Path(f"/proc/{child.pid}/status").read_text()
        child.stdin.write(end)
        child.stdin.close()
        if b'"valid"' not in child.stdout.read():
            raise Missing(f"{media}: the engine does not say valid")
    return int(re.search(r"^VmHWM:\s*(\d+) kB", status, re.M).group(1))


def memory():
    """Against the smallest file of all, so that what the program itself needs is left out."""
    start = peak(b"a\n", b"", b"", "text/plain", 2)
    print(f"engine's memory, MiB above the {start / 1024:.1f} MiB of a file of two bytes; at most {ABOVE_MIB}, whatever the size")
    for media, text, begin, end in (("text/plain", text_of(1 << 20), b"", b""), ("text/csv", csv_of(1 << 20).partition(b"\n")[2], b"id,date,name,amount,currency,state\n", b""),
                                    ("application/x-ndjson", ndjson_of(1 << 20), b"", b""),
                                    ("application/json", json_of(1 << 20)[1:-4], b"[", b"{}]\n")):
        above = [(peak(text, begin, end, media, size) - start) / 1024 for size in (SMALL, LARGE)]
        print(f"{media}: {above[0]:.1f} for 10 MiB, {above[1]:.1f} for 1 GiB: {'met' if max(above) <= ABOVE_MIB else 'NOT MET'}", flush=True)
