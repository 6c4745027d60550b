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
import termios
import time
import unittest
import zlib
from pathlib import Path

from program import PLAIN, SCALPER

MB = 1_000_000
SMALL, LARGE = 10 * MB, 200 * MB
LONG = 10_000 * MB
APART_KIB = 8 * 1024
LONG_RUN = os.environ.get("SCALPER_LONG") == "1"
# A gzip layer may decode to no more than archive.max_total of the built-in contract, 4 GiB.
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
PROSE = "".join(f"line {n}: {w} Zoë {w}\n" for n, w in enumerate(words(12000))).encode()
# name, media type, beginning, what is repeated, end, verdict, code that it has, bytes in --long
STREAMS = [
    ("text", "text/plain", b"", PROSE, b"", "valid", None, LONG),
    ("csv", "text/csv", b"id,a,b\n", ROWS, b"", "valid", None, LONG),
    ("csv, every row bad", "text/csv", b"id,a\n", ROWS, b"", "invalid", "csv.row_width", LONG),
    ("json", "application/json", b"[", ITEMS, b"{}]", "valid", None, LONG),
    ("ndjson", "application/x-ndjson", b"", LINES, b"", "valid", None, LONG),
    ("gzip of csv", "text/csv", gzip_member(b"id,a,b\n"), gzip_member(ROWS), b"", "valid", None, LONG_GZIP),
    ("unknown", "application/pdf", b"%PDF-1.7\n", PROSE, b"", "unverifiable", "type.no_checker", LONG),
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
    with child, child.stdin as pipe:
        for part in itertools.chain([begin], itertools.repeat(block, max(1, size // len(block))), [end]):
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
