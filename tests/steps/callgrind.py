"""Counts the instructions of one pass of the engine over fixed inputs, and compares with callgrind_counts.tsv.

Instructions do not depend on how busy the machine is. OpenSSL's are left out: which of its loops runs depends on the
processor, and they are not ours. More than TOLERANCE above the committed count fails; so much below is said, so that the
file can follow: python3 tests/run.py --only callgrind, then write what it printed.
"""

import re
import shutil
import tempfile
from pathlib import Path

from . import build
from .tally import BUILD, ROOT, capture

COUNTS = ROOT / "tests" / "steps" / "callgrind_counts.tsv"
TOLERANCE = 0.05
SIZE = 1 << 20
# Under valgrind the program sees the processor's own features: the counts are those of these.
NEEDED = {"avx2", "pclmulqdq", "sse4_2"}
CHUNK = "*verdict_of_pass*"


def text():
    line = b"2026-11-22T08:15:30.123Z INFO  sensor 17 reports 21.5 degrees, humidity 0.43, all well with it\n"
    return line * (SIZE // len(line))


def json_document():
    item = b'{"id": %d, "name": "Zo\\u00eb", "tags": ["a", "b", null], "price": 12.5e1, "ok": true, "note": "text here"},\n'
    count = SIZE // len(item)
    return b"[" + b"".join(item % number for number in range(count)) + b"{}]\n"


def csv_table():
    row = b'%d,2026-11-22,"Smith, Ann",12.50,EUR,paid\n'
    return b"id,date,name,amount,currency,state\n" + b"".join(row % number for number in range(SIZE // len(row)))


INPUTS = {"fused.txt": text, "fused.json": json_document, "fused.csv": csv_table}


def committed():
    rows = [line.split("\t") for line in COUNTS.read_text().splitlines() if line and not line.startswith("#")]
    return {name: int(count) for name, count in rows}


def count(path, folder):
    """(instructions of the pass without OpenSSL's, what went wrong or None)"""
    out = Path(folder) / "callgrind.out"
    said, code = capture(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", f"--toggle-collect={CHUNK}",
                          BUILD / "bin" / "bench_pass", path, "1"], timeout=300)
    if code or "\nvalid " not in said:
        return 0, f"{path.name}: the pass ended with {code}\n{said[-2000:]}"
    listed, code = capture(["callgrind_annotate", "--threshold=100", "--auto=no", out])
    if code:
        return 0, f"{path.name}: callgrind_annotate ended with {code}\n{listed[-2000:]}"
    total = 0
    for line in listed.splitlines():
        found = re.match(r"^\s*([\d,]+) \(\s*[\d.]+%\)\s+(?:\S|\?)", line)
        if found and "libcrypto" not in line and "PROGRAM TOTALS" not in line:
            total += int(found.group(1).replace(",", ""))
    return total, None if total > SIZE // 100 else f"{path.name}: only {total} instructions were counted"


def problem_of(name, got, wanted):
    """What is wrong with a count, or None."""
    if wanted is None:
        return f"{name}: no committed count; it is {got}"
    if got > wanted * (1 + TOLERANCE):
        return f"{name}: {got} instructions, {got / wanted - 1:+.1%} against the committed {wanted}"
    if got < wanted * (1 - TOLERANCE):
        print(f"  note: {name}: {got} instructions, {got / wanted - 1:+.1%}: commit the new count")
    return None


def run(tally):
    if not shutil.which("valgrind"):
        tally.skip("callgrind", "valgrind is not installed")
        return
    features = set(re.findall(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(), re.M)[0].split())
    if not NEEDED <= features:
        tally.skip("callgrind", f"the counts are those of a processor with {', '.join(sorted(NEEDED))}")
        return
    tally.check("callgrind can fail", [] if problem_of("planted", 106, 100) and problem_of("planted", 1, None)
                and not problem_of("planted", 104, 100) else ["a planted count was not found"])
    build.tree("release", ["bench_pass"])
    wanted = committed()
    with tempfile.TemporaryDirectory() as folder:
        for name, generate in INPUTS.items():
            path = Path(folder) / name
            path.write_bytes(generate())
            got, problem = count(path, folder)
            print(f"  {name}\t{got}")
            problem = problem or problem_of(name, got, wanted.get(name))
            tally.check(f"callgrind {name}", [problem] if problem else [])
