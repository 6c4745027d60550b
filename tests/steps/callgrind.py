"""Counts the instructions of one pass of the engine over fixed inputs, and compares with callgrind_counts.tsv. Inputs that
are made to be dear have bounds a byte, and a file of nothing but bad rows may take so many times those of a good one.

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


def ndjson_lines():
    item = b'{"id": %d, "name": "Zo\\u00eb", "tags": ["a", "b", null], "price": 12.5e1, "ok": true, "note": "text here"}\n'
    return b"".join(item % number for number in range(SIZE // len(item)))


def xml_document():
    item = b'<order id="%d" state="paid"><name>Ann &amp; Zo\xc3\xab</name><price currency="EUR">12.50</price></order>\n'
    return b"<orders>\n" + b"".join(item % number for number in range(SIZE // len(item))) + b"</orders>\n"


INPUTS = {"fused.txt": text, "fused.json": json_document, "fused.ndjson": ndjson_lines, "fused.csv": csv_table,
          "fused.xml": xml_document}

# By ending: name, beginning, what is repeated, end. Inputs that are made to be dear, two or three bytes a finding above all.
WORST = {
    "json": [("containers", b"[", b"[" * 900 + b"]" * 900 + b",\n", b"1]"), ("names", b"{", lambda n: b'"%x":1,' % n, b'"":1}'),
             ("objects of other names", b"[", lambda n: b'{"%x":1,"%x":2},' % (n, n + 1), b"1]"),
             ("one name", b"{", b'"a":1,', b'"a":1}'), ("small numbers", b"[", b"1,", b"1]"), ("white space", b"[", b" \n", b"1]"),
             ("escapes", b"[", b'"\\u00eb\\n",', b"1]"), ("lone surrogates", b"[", b'"\\ud800",', b"1]"),
             ("huge numbers", b"[", b"1e999,", b"1]"), ("wide characters", b"[", '"é€😀",'.encode(), b"1]")],
    "ndjson": [("short lines", b"", b"1\n", b""), ("bad lines", b"", b"{\n", b""), ("blank lines", b"1\n", b"\n", b""),
               ("objects of other names", b"", lambda n: b'{"%x":1,"%x":2}\n' % (n, n + 1), b"")],
    "csv": [("empty cells", b"a,b\n", b",\n", b""), ("quotes", b"a,b\n", b'"""","""",\n', b""), ("wide rows", b"a,b\n", b"1,2,3\n", b""),
            ("formulas", b"a,b\n", b"=1,=1\n", b""), ("bare quotes", b"a,b\n", b'x",y"\n', b""), ("blank lines", b"a,b\n", b"\n", b""),
            ("text behind quotes", b"a,b\n", b'"x"y,"x"y\n', b""), ("returns", b"a,b\r", b"1,2\r", b""),
            ("wide characters", b"a,b\n", "é,€\n".encode(), b""), ("columns", b"a", lambda n: b",%x" % n, b"\n"),
            ("signs", b"a,b\n", b"-,+\n", b"")],
    "xml": [("elements", b"<a>", b"<b/>", b"</a>"), ("depth", b"<a>", b"<b>" * 900 + b"</b>" * 900, b"</a>"),
            ("references", b"<a>", b"&#x41;", b"</a>"), ("attributes", b"<a>", b"<b c='' d='' e='' f=''/>", b"</a>")],
    "txt": [("controls", b"text\n", b"\x01", b""), ("wide characters", b"text\n", "é€😀".encode(), b""), ("lines", b"text\n", b"\n", b"")],
}
WORST_SIZE = 1 << 18
# Instructions a byte of the dearest of them, as it is now and some more: a guard, not the goal (./bench worst has that).
WORST_MOST = {"json": 150, "ndjson": 370, "csv": 215, "xml": 330, "txt": 135}
# Every row bad, beside none.
BAD_TIMES = 1.5
BAD = {"csv": ("every row bad", lambda good: good.replace(b",EUR,", b",")),
       "ndjson": ("every line bad", lambda good: good.replace(b"null]", b"nul]"))}


def crafted(begin, unit, end, wanted=WORST_SIZE):
    """About `wanted` bytes."""
    parts, size, number = [begin], 0, 0
    while size < wanted:
        part = unit(number) if callable(unit) else unit
        parts.append(part)
        size += len(part)
        number += 1
    return b"".join(parts) + end


def committed():
    rows = [line.split("\t") for line in COUNTS.read_text().splitlines() if line and not line.startswith("#")]
    return {name: int(count) for name, count in rows}


def count(path, folder, verdict="valid"):
    """(instructions of the pass without OpenSSL's, what went wrong or None)"""
    out = Path(folder) / "callgrind.out"
    said, code = capture(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", f"--toggle-collect={CHUNK}",
                          BUILD / "bin" / "bench_pass", path, "1"], timeout=300)
    if code or not re.search(r"^%s \d+ " % verdict, said, re.M):
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


def a_byte(path, folder):
    """(instructions a byte, what went wrong or None), whatever the verdict"""
    got, problem = count(path, folder, "(valid|invalid|unverifiable)")
    return got / path.stat().st_size, problem


def run_worst(tally, folder):
    for ending, inputs in WORST.items():
        dearest = (0.0, "")
        for name, begin, unit, end in inputs:
            path = Path(folder) / f"worst.{ending}"
            path.write_bytes(crafted(begin, unit, end))
            got, problem = a_byte(path, folder)
            dearest = max(dearest, (got, name))
            if not problem and got > WORST_MOST[ending]:
                problem = f"{got:.0f} instructions a byte, at most {WORST_MOST[ending]}"
            tally.check(f"callgrind {ending}, {name}", [problem] if problem else [])
        print(f"  dearest {ending}: {dearest[1]}, {dearest[0]:.0f} instructions a byte")


def run_bad(tally, folder, good):
    """`good`: instructions a byte, by ending."""
    for ending, (name, spoil) in BAD.items():
        path = Path(folder) / f"bad.{ending}"
        path.write_bytes(spoil(INPUTS[f"fused.{ending}"]()))
        got, problem = a_byte(path, folder)
        times = got / good[ending]
        print(f"  {ending}, {name}: {times:.2f} times a good one")
        if not problem and times > BAD_TIMES:
            problem = f"{times:.2f} times the instructions of a good file, at most {BAD_TIMES}"
        tally.check(f"callgrind {ending}, {name}", [problem] if problem else [])


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
    wanted, good = committed(), {}
    with tempfile.TemporaryDirectory() as folder:
        for name, generate in INPUTS.items():
            path = Path(folder) / name
            path.write_bytes(generate())
            got, problem = count(path, folder)
            print(f"  {name}\t{got}")
            problem = problem or problem_of(name, got, wanted.get(name))
            tally.check(f"callgrind {name}", [problem] if problem else [])
            good[path.suffix[1:]] = got / path.stat().st_size
        run_worst(tally, folder)
        if all(good.values()):
            run_bad(tally, folder, good)
