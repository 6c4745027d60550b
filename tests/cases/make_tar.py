#!/usr/bin/env python3
"""Writes tests/cases/files/tar again: archives of known bytes, good ones and each with one thing wrong.

    python3 tests/cases/make_tar.py

What each has to come to stands in tests/cases/files/expected.tsv, which nothing writes but us.
"""
import gzip
from pathlib import Path

FOLDER = Path(__file__).parent / "files" / "tar"
CSV = b"id,name\r\n1,ada\r\n2,bob\r\n"
TEXT = b"a line of text\n" * 4
BLOCK = 512
END = bytes(2 * BLOCK)
USTAR = b"ustar\00000"
GNU = b"ustar  \0"


def padded(content, fill=b"\0"):
    return content + fill * (-len(content) % BLOCK)


def octal(number, size):
    return b"%0*o\0" % (size - 1, number)


def header(name, size=0, kind=b"0", link=b"", magic=USTAR, prefix=b"", size_field=None, total=None, mode=0o644):
    name = name if isinstance(name, bytes) else name.encode()
    out = name.ljust(100, b"\0") + octal(mode, 8) + octal(0, 8) + octal(0, 8)
    out += (octal(size, 12) if size_field is None else size_field) + octal(0o14500000000, 12) + b" " * 8 + kind
    out += link.ljust(100, b"\0") + magic.ljust(8, b"\0") + bytes(64) + bytes(16) + prefix.ljust(155, b"\0")
    out = out.ljust(BLOCK, b"\0")
    total = sum(out) if total is None else total
    return out[:148] + b"%06o\0 " % total + out[156:]


def changed(block, at, field):
    """A header with another field, and its checksum right."""
    out = block[:at] + field + block[at + len(field):]
    out = out[:148] + b" " * 8 + out[156:]
    return out[:148] + b"%06o\0 " % sum(out) + out[156:]


def member(name, content=b"", fill=b"\0", **says):
    return header(name, len(content), **says) + padded(content, fill)


def records(**pairs):
    out = b""
    for key, value in pairs.items():
        rest = b" " + key.replace("__", ".").encode() + b"=" + value + b"\n"
        length = len(rest)
        while len(str(length)) + len(rest) != length:
            length = len(str(length)) + len(rest)
        out += str(length).encode() + rest
    return out


def extended(kind=b"x", raw=None, **pairs):
    return member("PaxHeaders/x", records(**pairs) if raw is None else raw, kind=kind)


def long_name(name, kind=b"L"):
    return member("././@LongLink", name + b"\0", kind=kind, magic=GNU)


def cases():
    csv, text = member("a.csv", CSV), member("b/note.txt", TEXT)
    good = csv + header("b/", kind=b"5") + text + END
    deep = "/".join(["folder"] * 30) + "/a.csv"
    yield "plain.tar", good
    yield "blocked.tar", good.ljust(10240, b"\0")
    yield "gnu.tar", member("a.csv", CSV, magic=GNU) + END
    yield "old.tar", member("a.csv", CSV, magic=b"", kind=b"\0") + header("b/", magic=b"", kind=b"\0") + END
    yield "prefix.tar", member("a.csv", CSV, prefix=b"folder/below") + END
    yield "pax.tar", extended(path=deep.encode(), mtime=b"1.5") + member("a.csv", CSV) + END
    yield "pax_size.tar", extended(size=str(len(CSV)).encode()) + csv + END
    yield "pax_global.tar", extended(b"g", comment=b"of a commit") + csv + END
    yield "pax_vendor.tar", extended(SCHILY__xattr__user__a=b"1") + csv + END
    yield "pax_utf8.tar", extended(path="Zo\u00eb.csv".encode()) + csv + END
    yield "gnu_long.tar", long_name(deep.encode()) + member(deep[:100], CSV, magic=GNU) + END
    yield "gnu_long_link.tar", (long_name(b"y" * 120, b"K") +
                                header("to", kind=b"2", magic=GNU) + END)
    yield "base256_size.tar", header("a.csv", size_field=b"\x80" + bytes(10) + bytes([len(CSV)])) + padded(CSV) + END
    yield "blank_before_size.tar", header("a.csv", size_field=b"%11o " % len(CSV)) + padded(CSV) + END
    yield "links.tar", text + header("b/to", kind=b"2", link=b"note.txt") + header("b/hard", kind=b"1", link=b"b/note.txt") + END
    yield "root_folder.tar", header("./", kind=b"5") + member("./a.csv", CSV) + END
    yield "empty_file.tar", member("a.txt") + END
    yield "exact_block.tar", member("a.txt", b"x" * 511 + b"\n") + END
    yield "packed.tar.gz", gzip.compress(good, mtime=0)
    yield "packed.tgz", gzip.compress(good, mtime=0)
    yield "tar_inside.tar", member("in.tar", good) + END
    yield "gzip_inside.tar", member("a.csv.gz", gzip.compress(CSV, mtime=0)) + END
    yield "unnamed", good
    yield "times_below_zero.tar", changed(header("a.csv", len(CSV), magic=GNU), 136, b"\xff" * 11 + b"\x00") + padded(CSV) + END
    yield "no_numbers.tar", changed(header("a.csv", len(CSV)), 100, bytes(24)) + padded(CSV) + END
    yield "pax_times.tar", extended(mtime=b"1732262400.123456789", atime=b"-1", uid=b"1000", gid=b"") + csv + END
    yield "empty.tar", bytes(10240)
    yield "empty_unblocked.tar", END
    # Members that are not what they should be.
    yield "bad_member.tar", csv + member("bad.csv", b"a,b\n1,2\n3\n") + END
    yield "bad_member.tar.gz", gzip.compress(member("bad.json", b'{"a": }') + END, mtime=0)
    yield "program_inside.tar", member("setup.exe", b"MZ\0\0\1\2") + END
    yield "unknown_inside.tar", member("a.bin", b"\0\1\2\3") + END
    yield "png_called_csv.tar", member("a.csv", b"\x89PNG\r\n\x1a\n") + END
    # The archive itself.
    yield "wrong_sum.tar", header("a.csv", len(CSV)) + padded(CSV) + header("b.csv", len(CSV), total=1) + padded(CSV) + END
    yield "no_sum.tar", csv + header("b.csv")[:148] + b"nothing!" + header("b.csv")[156:] + END
    yield "wrong_size_field.tar", csv + header("b.csv", size_field=b"000000000x7\0") + END
    yield "no_size_field.tar", csv + header("b.csv", size_field=bytes(12)) + END
    yield "negative_size.tar", csv + header("b.csv", size_field=b"\xff" * 12) + END
    yield "huge_size.tar", csv + header("b.csv", size_field=b"\x80\xff" + b"\xff" * 10) + END
    for what, at in [("mode", 100), ("owner", 108), ("group", 116), ("time", 136), ("device", 329)]:
        yield f"{what}_no_number.tar", text + changed(csv[:BLOCK], at, b"garbage\0") + csv[BLOCK:] + END
    yield "time_beyond_clocks.tar", changed(csv[:BLOCK], 136, b"\x80" + b"\xff" * 11) + csv[BLOCK:] + END
    yield "gnu_times.tar", changed(header("a.csv", len(CSV), magic=GNU), 345, b"14500000000\0") + padded(CSV) + END
    yield "pax_time_no_number.tar", extended(mtime=b"abc") + csv + END
    yield "pax_owner_no_number.tar", extended(uid=b"ada") + csv + END
    yield "hard_link_to_nothing.tar", csv + header("b.csv", kind=b"1", link=b"c.csv") + END
    yield "hard_link_to_itself.tar", csv + header("b.csv", kind=b"1", link=b"./b.csv") + END
    yield "truncated_header.tar", good[:BLOCK * 2 + 100]
    yield "truncated_data.tar", good[:BLOCK + 10]
    yield "truncated_at_member.tar", csv
    yield "one_zero_block.tar", csv + bytes(BLOCK)
    yield "no_padding.tar", csv[:BLOCK + len(CSV)]
    yield "zero_block_between.tar", csv + bytes(BLOCK) + text + END
    yield "trailing.tar", good + b"x"
    yield "trailing_archive.tar", good + good
    yield "dirty_padding.tar", member("a.csv", CSV, fill=b"x") + END
    yield "size_beyond.tar", header("a.csv", size=99999) + padded(CSV) + END
    yield "folder_with_content.tar", member("b/", TEXT, kind=b"5") + END
    yield "file_called_folder.tar", member("b/", TEXT) + END
    yield "link_with_content.tar", member("to", TEXT, kind=b"2", link=b"a.csv") + END
    yield "pax_other_size.tar", extended(size=b"5") + csv + END
    yield "pax_malformed.tar", extended(raw=b"99 path=a\n") + csv + END
    yield "pax_no_equal.tar", extended(raw=b"8 path1\n") + csv + END
    yield "pax_twice.tar", extended(raw=records(path=b"a.csv") + records(path=b"b.csv")) + csv + END
    yield "pax_two_headers.tar", extended(path=b"a.csv") + extended(path=b"b.csv") + csv + END
    yield "pax_alone.tar", csv + extended(path=b"a.csv") + END
    yield "pax_global_path.tar", extended(b"g", path=b"a.csv") + csv + END
    yield "pax_binary_names.tar", extended(hdrcharset=b"BINARY") + csv + END
    yield "pax_unknown_key.tar", extended(realtime=b"1") + csv + END
    yield "pax_sparse.tar", extended(GNU__sparse__major=b"1") + csv + END
    yield "pax_and_long_name.tar", extended(path=b"a.csv") + long_name(b"b.csv") + csv + END
    yield "pax_too_long.tar", extended(comment=b"x" * 140_000) + csv + END
    yield "long_name_twice.tar", long_name(b"a.csv") + long_name(b"b.csv") + csv + END
    yield "sparse.tar", csv + header("b.bin", kind=b"S", magic=GNU) + END
    yield "volume.tar", header("label", kind=b"V", magic=GNU) + csv + END
    yield "device.tar", header("null", kind=b"3") + END
    yield "pipe.tar", header("pipe", kind=b"6") + END
    # Names.
    for what, name in [("climbs", "../a.csv"), ("absolute", "/a.csv"), ("backslash", "b\\a.csv"), ("control", "a\n.csv")]:
        yield f"name_{what}.tar", member(name, CSV) + END
    yield "name_empty.tar", csv + member("", CSV) + END
    yield "name_nul.tar", extended(path=b"a.csv\0.exe") + csv + END
    yield "name_not_utf8.tar", member(b"Zo\xeb.csv", CSV) + END
    yield "name_device.tar", member("aux.csv", CSV) + END
    yield "name_dot.tar", member(".", CSV) + END
    yield "name_twice.tar", csv + csv + END
    yield "name_case.tar", csv + member("A.csv", CSV) + END
    yield "name_below_link.tar", header("b", kind=b"2", link=b"c") + member("b/a.csv", CSV) + END
    yield "folder_twice.tar", header("b/", kind=b"5") + header("b", kind=b"5") + END
    yield "link_out.tar", header("b/to", kind=b"2", link=b"../../a") + END
    yield "link_absolute.tar", header("to", kind=b"2", link=b"/etc/passwd") + END
    yield "hard_link_out.tar", header("b/to", kind=b"1", link=b"../a") + END
    yield "half_an_end.tar", bytes(BLOCK)
    yield "zeros.tar", bytes(65536 + BLOCK)
    yield "zeros_and_more.tar", bytes(10240) + csv + END
    yield "six_deep.tar", nested(6)


def nested(times):
    whole = member("a.txt", TEXT) + END
    for _ in range(times - 1):
        whole = member("in.tar", whole) + END
    return whole


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name, whole in cases():
        (FOLDER / name).write_bytes(whole)


if __name__ == "__main__":
    main()
