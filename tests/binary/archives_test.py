"""Archives that Python's zipfile and tarfile make at random are valid, and with one byte changed they are not, unless the
byte is one that nothing in the archive vouches for. Those are listed here, and nowhere else is a change forgiven:

- zip: versions made by and needed, how hard the packer tried (two flags), internal and external attributes, comments;
  bits of deflated data that decode to the same bytes;
- tar: contents and extended headers (tar has checksums of headers alone), what fills up their last block, and what
  closes the checksum's own field.
"""

import io
import json
import random
import struct
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path

from program import scalper

MANY = 300
SEED = 20261130


def content(chance):
    kind = chance.randrange(4)
    if kind == 0:
        return ".txt", "".join(chance.choice("abc de\n") for _ in range(chance.randrange(1, 400))).encode()
    if kind == 1:
        rows = "".join(f"{row},{chance.random()}\r\n" for row in range(chance.randrange(1, 40)))
        return ".csv", ("id,value\r\n" + rows).encode()
    if kind == 2:
        return ".json", json.dumps({"a": [chance.random() for _ in range(chance.randrange(20))]}).encode()
    return ".ndjson", b'{"a": 1}\n' * chance.randrange(1, 50)


class Pipe(io.RawIOBase):
    """What cannot be sought in: zipfile writes data descriptors then."""

    def __init__(self):
        super().__init__()
        self.written = b""

    def writable(self):
        return True

    def write(self, piece):
        self.written += bytes(piece)
        return len(piece)


def make_zip(chance):
    streamed = chance.random() < 0.3
    out = Pipe() if streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(chance.randrange(0, 6)):
            ending, text = content(chance)
            member = zipfile.ZipInfo(f"{chance.choice(['', 'Zoë', 'below/'])}{number}{ending}",
                                     (chance.randrange(1980, 2100), chance.randrange(1, 13), 3, 4, 5, 6))
            stored = not streamed and chance.random() < 0.3
            member.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            with archive.open(member, "w", force_zip64=chance.random() < 0.2) as file:
                file.write(text)
        if chance.random() < 0.2:
            archive.comment = b"comment of the archive"
    return out.written if streamed else out.getvalue()


def make_tar(chance):
    out = io.BytesIO()
    form = chance.choice([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for number in range(chance.randrange(1, 5)):
            ending, text = content(chance)
            long = "below/" * 20 if form != tarfile.USTAR_FORMAT and chance.random() < 0.3 else ""
            member = tarfile.TarInfo(f"{long}{number}{ending}")
            member.size, member.mtime = len(text), chance.randrange(2_000_000_000)
            archive.addfile(member, io.BytesIO(text))
    return out.getvalue()


def free_in_zip(whole, changed, place):
    """Whether nothing vouches for the byte at this place."""
    end = whole.rindex(b"PK\5\6")
    if place >= end + 22:
        return True
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        at = archive.start_dir
        for member in archive.infolist():
            header = member.header_offset
            level = whole[place] ^ changed[place]
            if place in (header + 4, header + 5) or (place == header + 6 and level & ~6 == 0):
                return True
            name, extra = struct.unpack("<HH", whole[header + 26:header + 30])
            data = header + 30 + name + extra
            if data <= place < data + member.compress_size:
                return same_contents(whole, changed)
            name, extra, comment = struct.unpack("<HHH", whole[at + 28:at + 34])
            if place - at in (4, 5, 6, 7, 36, 37, 38, 39, 40, 41) or (place - at == 8 and level & ~6 == 0):
                return True
            if 46 + name + extra <= place - at < 46 + name + extra + comment:
                return True
            at += 46 + name + extra + comment
    return False


def same_contents(whole, changed):
    with zipfile.ZipFile(io.BytesIO(whole)) as one, zipfile.ZipFile(io.BytesIO(changed)) as other:
        return all(one.read(name) == other.read(name) for name in one.namelist())


def free_in_tar(whole, _, place):
    block = place // 512 * 512
    at = 0
    while at < len(whole) and whole[at:at + 1] != b"\0":
        if at == block:
            return place - at in (154, 155)
        at += 512 + (int(whole[at + 124:at + 135], 8) + 511) // 512 * 512
        if block < at:
            return True
    return False


class Archives(unittest.TestCase):
    def judged(self, archives, ending):
        with tempfile.TemporaryDirectory() as folder:
            for number, whole in enumerate(archives):
                Path(folder, f"{number:04}{ending}").write_bytes(whole)
            _, out, complaint = scalper("check", "--json", folder)
        self.assertEqual(complaint, "")
        answers = sorted(map(json.loads, out.splitlines()), key=lambda answer: Path(answer["path"]).name)
        self.assertEqual(len(answers), len(archives))
        return answers

    def hold(self, make, ending, is_free):
        chance = random.Random(SEED)
        good = [make(chance) for _ in range(MANY)]
        for number, answer in enumerate(self.judged(good, ending)):
            self.assertEqual(answer["verdict"], "valid", f"{ending} {number}, seed {SEED}: {answer['findings'][:2]}")
        places, bad = [], []
        for whole in good:
            place = chance.randrange(len(whole))
            changed = bytearray(whole)
            changed[place] ^= chance.randrange(1, 256)
            places.append(place)
            bad.append(bytes(changed))
        passed = 0
        for number, answer in enumerate(self.judged(bad, ending)):
            if answer["verdict"] == "valid":
                passed += 1
                self.assertTrue(is_free(good[number], bad[number], places[number]),
                                f"{ending} {number}, seed {SEED}: valid with byte {places[number]} changed")
        print(f"  {ending}: {MANY} good ones valid, {MANY - passed} of as many changed ones refused")
        self.assertLess(passed, MANY)

    def test_zip_against_zipfile(self):
        self.hold(make_zip, ".zip", free_in_zip)

    def test_tar_against_tarfile(self):
        self.hold(make_tar, ".tar", free_in_tar)


if __name__ == "__main__":
    unittest.main()
