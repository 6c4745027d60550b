"""`scalper check` needs as much memory for 200 MB (10 GB in --long) as for 10 MB, whatever the format.

The bytes come down a pipe, made on the way: nothing is stored.
"""

import base64
import fcntl
import hashlib
import itertools
import json
import os
import re
import struct
import subprocess
import sys
import tarfile
import termios
import time
import unittest
import zlib
from pathlib import Path

from program import PLAIN, SCALPER

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cases"))
import make_parquet

MB = 1_000_000
SMALL, LARGE = 10 * MB, 200 * MB
LONG = 10_000 * MB
APART_KIB = 8 * 1024
LONG_RUN = os.environ.get("SCALPER_LONG") == "1"
# What is packed may decode to no more than archive.max_total of the built-in contract, 4 GiB.
LONG_GZIP = 3_000 * MB


def words(count):
    """Text that packs badly, the same in every run."""
    return [base64.b64encode(hashlib.sha256(str(number).encode()).digest()[:24]).decode() for number in range(count)]


def gzip_member(block):
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(block) + packer.flush()


ROWS = "".join(f'{n},{w},"{w}, {w}"\n' for n, w in enumerate(words(12000))).encode()
ITEMS = "".join(f'{{"id": {n}, "v": [1.5, null, "{w}"], "w": "{w}"}},\n' for n, w in enumerate(words(10000))).encode()
LINES = "".join(f'{{"id": {n}, "v": [1.5, null, "{w}"], "w": "{w}"}}\n' for n, w in enumerate(words(10000))).encode()
SEQUENCE = b"".join(b"\x1e" + line for line in LINES.splitlines(keepends=True))
PROSE = "".join(f"line {n}: {w} Zoë {w}\n" for n, w in enumerate(words(12000))).encode()
# A piece of deflated data that stands alone and may be repeated.
PACKED = zlib.compressobj(1, zlib.DEFLATED, -15)
PACKED = PACKED.compress(ROWS) + PACKED.flush(zlib.Z_FULL_FLUSH)
HEADER = b"id,a,b\n"


def zip_begin(_):
    """One member whose length stands behind it; its first row in a block of its own."""
    first = struct.pack("<BHH", 0, len(HEADER), len(HEADER) ^ 0xFFFF) + HEADER
    return struct.pack("<IHHHIIIIHH", 0x04034B50, 45, 8, 8, 0x5D7D6000, 0, 0, 0, 5, 0) + b"a.csv" + first


def zip_end(count):
    total, stored, size = zlib.crc32(HEADER), len(PACKED) * count + len(HEADER) + 5 + 2, len(ROWS) * count + len(HEADER)
    for _ in range(count):
        total = zlib.crc32(ROWS, total)
    last = b"\3\0" + b"PK\7\x08" + struct.pack("<IQQ", total, stored, size)
    wide = struct.pack("<HHQQ", 1, 16, size, stored)
    record = struct.pack("<IHHHHIIIIHHHHHII", 0x02014B50, 45, 45, 8, 8, 0x5D7D6000, total, 0xFFFFFFFF, 0xFFFFFFFF, 5, len(wide),
                         0, 0, 0, 0, 0) + b"a.csv" + wide
    begin = 35 + stored + 24
    end64 = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, len(record), begin)
    locator = struct.pack("<IIQI", 0x07064B50, 0, begin + len(record), 1)
    return last + record + end64 + locator + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, len(record), 0xFFFFFFFF, 0)


def tar_begin(count):
    member = tarfile.TarInfo("a.csv")
    member.size = len(ROWS) * count + len(HEADER)
    return member.tobuf(tarfile.GNU_FORMAT) + HEADER


def tar_end(count):
    return b"\0" * (-(len(ROWS) * count + len(HEADER)) % 512 + 1024)


PAGE = make_parquet.page(b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(8192)), 65536)


def parquet_end(count):
    column = make_parquet.Column([], 65536 * count, stored=len(PAGE) * count, data_at=4)
    return make_parquet.table([(65536 * count, [column])], begin=b"")


PDF_PAGE = (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
            b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
            b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>\nendobj\n4 0 obj\n")
OBJECTS = b"".join(b"%d 0 obj\n<< /A [%d] /B (text) >>\nendobj\n" % (n, n) for n in range(1, 20000))


def pdf_begin(count):
    """One page, whose content is one long stream; its data begins with what a zlib stream begins with."""
    length = 2 + len(PACKED) * count + 2 + 4
    return PDF_PAGE + b"<< /Length %d /Filter /FlateDecode >>\nstream\n\x78\x01" % length


def pdf_end(count):
    total = 1
    for _ in range(count):
        total = zlib.adler32(ROWS, total)
    text = pdf_begin(count)
    places = [text.index(b"%d 0 obj" % number) for number in range(1, 5)]
    end = b"\3\0" + struct.pack(">I", total) + b"\nendstream\nendobj\n"
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    at = len(text) + len(PACKED) * count + len(end)
    return end + table + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % at


# name, media type, beginning, what is repeated, end, verdict, code that it has, bytes in --long
STREAMS = [
    ("text", "text/plain", b"", PROSE, b"", "valid", None, LONG),
    ("csv", "text/csv", b"id,a,b\n", ROWS, b"", "valid", None, LONG),
    ("csv, every row bad", "text/csv", b"id,a\n", ROWS, b"", "invalid", "csv.row_width", LONG),
    ("json", "application/json", b"[", ITEMS, b"{}]", "valid", None, LONG),
    ("ndjson", "application/x-ndjson", b"", LINES, b"", "valid", None, LONG),
    ("json texts", "application/json-seq", b"", SEQUENCE, b"", "valid", None, LONG),
    ("gzip of csv", "text/csv", gzip_member(b"id,a,b\n"), gzip_member(ROWS), b"", "valid", None, LONG_GZIP),
    ("zip of csv", "application/zip", zip_begin, PACKED, zip_end, "valid", None, LONG_GZIP),
    ("tar of csv", "application/x-tar", tar_begin, ROWS, tar_end, "valid", None, LONG_GZIP),
    ("parquet", "application/vnd.apache.parquet", b"PAR1", PAGE, parquet_end, "valid", None, LONG),
    ("yaml", "application/yaml", b"", b"---\n" + b"".join(b"- " + line for line in LINES.splitlines(keepends=True)[:6000]), b"",
     "valid", None, LONG),
    ("pdf", "application/pdf", pdf_begin, PACKED, pdf_end, "valid", None, LONG_GZIP),
    ("pdf of many objects", "application/pdf", b"%PDF-1.7\n", OBJECTS, b"", "unverifiable", "limit.objects", LONG),
    ("unknown", "application/vnd.rar", b"Rar!\x1A\x07\x01\0", PROSE, b"", "unverifiable", "type.no_checker", LONG),
]


def drained(pipe):
    """Returns when the other end has read all that was written."""
    while struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]:
        time.sleep(0.001)


def peak_of(media, begin, block, end, size):
    """(peak of its memory in KiB, the verdict as an object)

    The peak is the kernel's VmHWM: what wait4() answers has the peak of the process that started it as well.
    """
    child = subprocess.Popen([SCALPER, "check", "--json", "--as", media, "-"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, env=PLAIN, bufsize=0)
    count = max(1, size // len(block))
    begin, end = (part(count) if callable(part) else part for part in (begin, end))
    with child, child.stdin as pipe:
        for part in itertools.chain([begin], itertools.repeat(block, count), [end]):
            rest = memoryview(part)
            while rest:
                rest = rest[pipe.write(rest):]
        drained(pipe)
        status = Path(f"/proc/{child.pid}/status").read_text()
        pipe.close()
        verdict = json.loads(child.stdout.read())
    return int(re.search(r"^VmHWM:\s*(\d+) kB", status, re.M).group(1)), verdict


class Memory(unittest.TestCase):
    def test_does_not_grow_with_the_file(self):
        for name, media, begin, block, end, verdict, code, long_size in STREAMS:
            with self.subTest(name):
                large = long_size if LONG_RUN else LARGE
                small_peak, small = peak_of(media, begin, block, end, SMALL)
                large_peak, big = peak_of(media, begin, block, end, large)
                print(f"  memory, {name}: {small_peak} KiB for {small['size'] // MB} MB, {large_peak} KiB for "
                      f"{big['size'] // MB} MB")
                for answer in (small, big):
                    self.assertEqual(answer["verdict"], verdict, answer["findings"][:3])
                    self.assertIn(code, [None] + [finding["code"] for finding in answer["findings"]])
                self.assertGreater(big["size"], 10 * small["size"])
                self.assertLess(abs(large_peak - small_peak), APART_KIB)


if __name__ == "__main__":
    unittest.main()
