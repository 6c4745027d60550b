"""Counts the instructions of one pass of the engine over fixed inputs, and compares with callgrind_counts.tsv. Inputs that
are made to be dear have bounds a byte, each of twice the size takes at most LINEAR times as many, and a file of nothing but bad
rows may take so many times those of a good one.

Instructions do not depend on how busy the machine is. OpenSSL's are left out: which of its loops runs depends on the
processor, and they are not ours. More than TOLERANCE above the committed count fails; so much below is said, so that the
file can follow: python3 tests/run.py --only callgrind, then write what it printed.
"""

import io
import re
import shutil
import tarfile
import tempfile
import zipfile
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
    "yaml": [("keys", b"", lambda n: b"k%x: 1\n" % n, b""), ("flow", b"[", b"a,", b"a]"), ("anchors", b"", lambda n: b"- &a%x 1\n" % n, b""),
             ("flow keys", b"{", lambda n: b"%x: 1," % n, b"z: 1}"), ("deep", b"", b"- " * 100 + b"a\n", b"")],
    "toml": [("keys", b"", lambda n: b"k%x=1\n" % n, b""), ("tables", b"", lambda n: b"[t%x]\n" % n, b""), ("arrays", b"a=[", b"1,", b"1]"),
             ("arrays of tables", b"", b"[[a]]\n", b""), ("dotted keys", b"", lambda n: b"a.b%x.c=1\n" % n, b"")],
    "txt": [("controls", b"text\n", b"\x01", b""), ("wide characters", b"text\n", "é€😀".encode(), b""), ("lines", b"text\n", b"\n", b"")],
}
WORST_SIZE = 1 << 18
# Twice the input, at most so many times the instructions.
LINEAR = 2.5
# Instructions a byte of the dearest of them, as it is now and some more: a guard, not the goal (./bench worst has that).
WORST_MOST = {"json": 150, "ndjson": 330, "csv": 215, "xml": 330, "txt": 135, "yaml": 950, "toml": 480}
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


def zip_of(wanted):
    """Empty members, with their names the dearest part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(wanted // 110):
            archive.writestr(f"{number:08x}.txt", b"")
    return out.getvalue()


def tar_of(wanted):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for number in range(wanted // 512):
            archive.addfile(tarfile.TarInfo(f"{number:08x}.txt"))
    return out.getvalue()


# Whole files of about a size, whose growth is looked at and no more.
BUILT = {"zip": ("empty members", zip_of), "tar": ("empty members", tar_of)}


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


def problem_of_growth(half, whole):
    """What is wrong with instructions a byte of an input and of one of twice its size, or None."""
    times = 2 * whole / max(half, 1e-9)
    return f"{times:.2f} times the instructions for twice the input, at most {LINEAR}" if times > LINEAR else None


def growth(path, folder, of_size):
    """(instructions a byte of WORST_SIZE, what went wrong or None): half of it is counted too."""
    path.write_bytes(of_size(WORST_SIZE // 2))
    half, problem = a_byte(path, folder)
    path.write_bytes(of_size(WORST_SIZE))
    whole, later = a_byte(path, folder)
    return whole, problem or later or problem_of_growth(half, whole)


def run_worst(tally, folder):
    for ending, inputs in WORST.items():
        dearest, path = (0.0, ""), Path(folder) / f"worst.{ending}"
        for name, begin, unit, end in inputs:
            got, problem = growth(path, folder, lambda size: crafted(begin, unit, end, size))
            dearest = max(dearest, (got, name))
            if not problem and got > WORST_MOST[ending]:
                problem = f"{got:.0f} instructions a byte, at most {WORST_MOST[ending]}"
            tally.check(f"callgrind {ending}, {name}", [problem] if problem else [])
        print(f"  dearest {ending}: {dearest[1]}, {dearest[0]:.0f} instructions a byte")
    for ending, (name, of_size) in BUILT.items():
        _, problem = growth(Path(folder) / f"worst.{ending}", folder, of_size)
        tally.check(f"callgrind {ending}, {name}", [problem] if problem else [])


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
                and not problem_of("planted", 104, 100) and problem_of_growth(100, 130) and not problem_of_growth(100, 120) else ["a planted count was not found"])
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
