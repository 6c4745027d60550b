#!/usr/bin/env python3
"""Writes tests/cases/files/zip again: archives of known bytes, good ones and each with one thing wrong.

    python3 tests/cases/make_zip.py

What each has to come to stands in tests/cases/files/expected.tsv, which nothing writes but us.
"""
import struct
import zlib
from pathlib import Path

FOLDER = Path(__file__).parent / "files" / "zip"
CSV = b"id,name\r\n1,ada\r\n2,bob\r\n"
TEXT = b"a line of text\n" * 4
XML = b'<?xml version="1.0"?>\n<a/>\n'
UNIX = 3 << 8
ODT = "application/vnd.oasis.opendocument.text"


def deflated(content):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


class Member:
    """A member as it should be; keyword arguments replace what local header, data, descriptor or directory say."""

    def __init__(self, name, content=b"", method=8, flags=0, descriptor=None, local=None, central=None, extra=b"",
                 central_extra=None, attributes=0, data=None, made_by=20, comment=b"", gap=b"", needed=20):
        self.name = name if isinstance(name, bytes) else name.encode()
        self.data = data if data is not None else deflated(content) if method == 8 else content
        self.true = {"flags": flags | (8 if descriptor else 0), "method": method, "time": 0x5D7D6000,
                     "crc": zlib.crc32(content), "stored": len(self.data), "size": len(content), "name": self.name,
                     "needed": needed}
        self.descriptor, self.local, self.central = descriptor, local or {}, central or {}
        self.extra, self.central_extra = extra, extra if central_extra is None else central_extra
        self.attributes, self.made_by, self.comment, self.gap = attributes, made_by, comment, gap

    def header(self):
        says = dict(self.true)
        if self.descriptor:
            says.update(crc=0, stored=0, size=0)
        says.update(self.local)
        return struct.pack("<IHHHIIIIHH", 0x04034B50, says["needed"], says["flags"], says["method"], says["time"],
                           says["crc"], says["stored"], says["size"], len(says["name"]),
                           len(self.extra)) + says["name"] + self.extra

    def behind(self):
        if not self.descriptor:
            return b""
        signature, width = self.descriptor
        return (b"PK\7\x08" if signature else b"") + struct.pack("<I" + width * 2, self.true["crc"],
                                                                self.true["stored"], self.true["size"])

    def record(self, offset):
        says = dict(self.true, offset=offset, disk=0, inside=0)
        says.update(self.central)
        return struct.pack("<IHHHHIIIIHHHHHII", 0x02014B50, self.made_by, says["needed"], says["flags"],
                           says["method"], says["time"], says["crc"], says["stored"], says["size"], len(says["name"]),
                           len(self.central_extra), len(self.comment), says["disk"], says["inside"], self.attributes,
                           says["offset"]) + says["name"] + self.central_extra + self.comment


def archive(members, comment=b"", end=None, zip64=None, listed=None, before_directory=b"", start=b""):
    out, offsets = start, []
    for member in members:
        offsets.append(len(out))
        out += member.header() + member.data + member.behind() + member.gap
    out += before_directory
    begin = len(out)
    order = range(len(members)) if listed is None else listed
    for place in order:
        out += members[place].record(offsets[place])
    size = len(out) - begin
    says = {"disk": 0, "here": len(order), "all": len(order), "size": size, "offset": begin, "comment": len(comment)}
    if zip64 is not None:
        wide = dict(says, disks=1, at=len(out), length=44)
        wide.update(zip64)
        out += struct.pack("<IQHHIIQQQQ", 0x06064B50, wide["length"], 45, 45, wide["disk"], 0, wide["here"],
                           wide["all"], wide["size"], wide["offset"])
        out += struct.pack("<IIQI", 0x07064B50, 0, wide["at"], wide["disks"])
        says.update({"here": 0xFFFF, "all": 0xFFFF, "size": 0xFFFFFFFF, "offset": 0xFFFFFFFF})
    says.update(end or {})
    return out + struct.pack("<IHHHHIIH", 0x06054B50, says["disk"], 0, says["here"], says["all"], says["size"],
                             says["offset"], says["comment"]) + comment


def block(identity, content):
    return struct.pack("<HH", identity, len(content)) + content


def unicode_path(name, of):
    return block(0x7075, b"\1" + struct.pack("<I", zlib.crc32(of)) + name)


def wide_member(name, content):
    """Sizes in the extra field of zip64 alone."""
    true = struct.pack("<QQ", len(content), len(deflated(content)))
    most = {"stored": 0xFFFFFFFF, "size": 0xFFFFFFFF}
    return Member(name, content, extra=block(1, true), local=most, central=most)


def flipped(whole, at, bits=0x10):
    return whole[:at] + bytes([whole[at] ^ bits]) + whole[at + 1:]


def quoted_overlap():
    """Several members of the directory in the data of the first one (Fifield 2019, the idea of it)."""
    inner = Member("b.txt", TEXT, method=0)
    outer = Member("a.txt", inner.header() + inner.data, method=0)
    out = outer.header() + outer.data
    begin = len(out)
    out += outer.record(0) + inner.record(len(outer.header()))
    return out + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2, 2, len(out) - begin, begin, 0)


def nested(times):
    whole = archive([Member("a.txt", TEXT)])
    for _ in range(times):
        whole = archive([Member("in.zip", whole)])
    return whole


def link(name, target):
    return Member(name, target, method=0, made_by=UNIX | 20, attributes=0o120777 << 16)


def record_in_extra():
    """The last record's extra field ends with the records of another archive, of zip64, where readers look for them."""
    hidden = Member("../evil.csv", CSV)
    begin = 0  # of the hidden archive, from where the whole one begins
    first = Member("a.csv", CSV)
    for _ in range(2):  # offsets depend on no length that changes
        inner = hidden.header() + hidden.data
        directory = hidden.record(begin)
        at = begin + len(inner)
        ends = (struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, len(directory), at) +
                struct.pack("<IIQI", 0x07064B50, 0, at + len(directory), 1))
        first.central_extra = block(0xCAFE, inner + directory + ends)
        begin = len(first.header() + first.data) + 46 + len("a.csv") + 4
    return archive([first])


def streamed(kind):
    """libarchive's field, which gives the local header external attributes."""
    return block(0x6C78, b"\4" + struct.pack("<I", kind << 16))


def asi_unix(mode, target=b""):
    """The Unix field of ASi, by which some readers make links."""
    says = struct.pack("<HIHH", mode, len(target), 0, 0) + target
    return block(0x756E, struct.pack("<I", zlib.crc32(says)) + says)


def cases():
    csv, text = Member("a.csv", CSV), Member("b/note.txt", TEXT, method=0)
    good = archive([csv, Member("b/", method=0), text])
    yield "plain.zip", good
    yield "empty.zip", archive([])
    yield "comment.zip", archive([csv], comment=b"made for a test")
    yield "directory_in_other_order.zip", archive([csv, text], listed=[1, 0])
    for signature in (True, False):
        for width in "IQ":
            yield (f"descriptor_{'signed' if signature else 'bare'}_{'32' if width == 'I' else '64'}.zip",
                   archive([Member("a.csv", CSV, descriptor=(signature, width)), text]))
    yield "descriptor_and_size.zip", archive([Member("a.csv", CSV, descriptor=(True, "I"), local={"size": len(CSV)})])
    yield "descriptor_other_size.zip", archive([Member("a.csv", CSV, descriptor=(True, "I"), local={"size": 5})])
    yield "from_a_pipe.zip", archive([Member("a.csv", CSV, made_by=UNIX | 20, attributes=0o010600 << 16)])
    yield "folder_behind_descriptor.zip", archive([Member("b/", method=0, descriptor=(True, "I")), csv])
    yield "zip64_end.zip", archive([csv], zip64={})
    yield "zip64_member.zip", archive([wide_member("a.csv", CSV)])
    yield "unknown_extra.zip", archive([Member("a.csv", CSV, extra=block(0x5455, b"\1\0\0\0\0"), central_extra=b"")])
    yield "zipalign_padding.zip", archive([Member("a.csv", CSV, extra=b"\0\0\0", central_extra=b"")])
    yield "utf8_name.zip", archive([Member("Zo\u00eb.csv", CSV, flags=0x800)])
    yield "own_name.zip", archive([Member(b"Zo\x89.csv", CSV, extra=unicode_path("Zo\u00eb.csv".encode(), b"Zo\x89.csv"))])
    yield "stored_gzip_inside.zip", archive([Member("a.csv.gz", __import__("gzip").compress(CSV, mtime=0), method=0)])
    yield "zip_inside.zip", archive([Member("in.zip", good), Member("c.json", b'{"a": 1}')])
    yield "five_deep.zip", nested(4)
    yield "link_inside.zip", archive([text, link("b/to", b"note.txt"), link("b/up", b"../a.txt")])
    yield "member_comment.zip", archive([Member("a.csv", CSV, comment=b"of the member")])
    yield "times.zip", archive([Member("a.csv", CSV, extra=block(0x5455, b"\7" + bytes(12)), central_extra=block(0x5455, b"\7" + bytes(4)))])
    yield "streamed_file.zip", archive([Member("a.csv", CSV, extra=streamed(0o100644))])
    yield "file_by_asi_unix.zip", archive([Member("a.csv", CSV, extra=asi_unix(0o100644))])
    yield "file_by_pkware_unix.zip", archive([Member("a.csv", CSV, extra=block(0x000D, bytes(12)))])
    # Numbers that happen to be a record's signature.
    chance = {"time": 0x02014B50}
    yield "time_like_record.zip", archive([Member("a.csv", CSV, local=chance, central=chance), text])
    # Members that are not what they should be.
    yield "bad_member.zip", archive([csv, Member("bad.csv", b"a,b\n1,2\n3\n")])
    yield "bad_member_deep.zip", archive([Member("in.zip", archive([Member("bad.json", b'{"a": }')]))])
    yield "png_called_csv.zip", archive([Member("a.csv", b"\x89PNG\r\n\x1a\n")])
    yield "program_inside.zip", archive([Member("setup.exe", b"MZ\0\0\1\2")])
    yield "unknown_inside.zip", archive([Member("a.bin", b"\0\1\2\3")])
    # The archive itself.
    yield "truncated_header.zip", good[:20]
    yield "truncated_data.zip", good[:40]
    yield "truncated_directory.zip", good[:-60]
    yield "truncated_end.zip", good[:-1]
    yield "truncated_comment.zip", archive([csv], comment=b"made for a test")[:-3]
    yield "trailing.zip", good + b"x"
    yield "trailing_archive.zip", good + good
    yield "wrong_sum.zip", archive([Member("a.csv", CSV, local={"crc": 1}, central={"crc": 1})])
    yield "wrong_size.zip", archive([Member("a.csv", CSV, local={"size": 99}, central={"size": 99})])
    yield "longer_than_stated.zip", archive([Member("a.csv", CSV, local={"size": 9}, central={"size": 9})])
    yield "bad_block.zip", archive([Member("a.csv", CSV, data=b"\xff" * 20)])
    yield "data_after_deflate.zip", archive([Member("a.csv", CSV, data=deflated(CSV) + b"hidden")])
    yield "deflate_goes_on.zip", archive([Member("a.csv", CSV, data=deflated(CSV)[:-4])])
    yield "no_data.zip", archive([Member("a.csv", b"", data=b"")])
    yield "stored_sizes.zip", archive([Member("a.csv", CSV, method=0, local={"size": 5}, central={"size": 5})])
    yield "wrong_descriptor.zip", flipped(archive([Member("a.csv", CSV, descriptor=(True, "I"))]), 35 + len(deflated(CSV)) + 6)
    yield "header_beside_descriptor.zip", archive([Member("a.csv", CSV, descriptor=(True, "I"), local={"crc": 5})])
    for what, value in [("name", b"b.csv"), ("flags", 0x800), ("method", 0), ("time", 1), ("crc", 1), ("stored", 7), ("size", 7)]:
        yield f"directory_other_{what}.zip", archive([Member("a.csv", CSV, central={what: value})])
    yield "directory_lacks_member.zip", archive([csv, text], listed=[0])
    yield "directory_twice.zip", archive([csv, text], listed=[0, 0])
    yield "directory_too_many.zip", archive([csv], listed=[0, 0])
    yield "directory_elsewhere.zip", archive([Member("a.csv", CSV, central={"offset": 5})])
    yield "quoted_overlap.zip", quoted_overlap()
    yield "header_behind_directory.zip", good[:-22] + csv.header() + csv.data + good[-22:]
    yield "end_other_count.zip", archive([csv], end={"all": 2, "here": 2})
    yield "end_other_size.zip", archive([csv], end={"size": 1})
    yield "end_other_offset.zip", archive([csv], end={"offset": 1})
    yield "end_other_disk.zip", archive([csv], end={"disk": 1})
    yield "zip64_other_count.zip", archive([csv], zip64={"all": 2})
    yield "zip64_other_place.zip", archive([csv], zip64={"at": 3})
    yield "zip64_disks.zip", archive([csv], zip64={"disks": 2})
    yield "zip64_length.zip", archive([csv], zip64={"length": 3})
    yield "zip64_end_differs.zip", archive([csv], zip64={}, end={"all": 7})
    yield "zip64_lacks_sizes.zip", archive([Member("a.csv", CSV, extra=block(1, b""), local={"size": 0xFFFFFFFF})])
    yield "extra_too_long.zip", archive([Member("a.csv", CSV, extra=struct.pack("<HH", 9, 99))])
    yield "member_on_other_disk.zip", archive([Member("a.csv", CSV, central={"disk": 3})])
    yield "spanned.zip", b"PK\7\x08" + good
    yield "comment_with_end.zip", archive([csv], comment=b"PK\5\6" + bytes(18))
    yield "record_in_extra.zip", record_in_extra()
    yield "locator_in_attributes.zip", archive(
        [Member("abcdef.csv", CSV, central={"inside": 0x4B50}, attributes=0x0706)])
    yield "link_by_asi_unix.zip", archive([Member("a.csv", CSV, extra=asi_unix(0o120777, b"/etc/passwd"))])
    yield "link_by_asi_unix_in_header.zip", archive(
        [Member("a.csv", CSV, extra=asi_unix(0o120777, b"/etc/passwd"), central_extra=b"")])
    yield "link_by_pkware_unix.zip", archive(
        [Member("a.csv", CSV, extra=block(0x000D, bytes(12) + b"/etc/passwd"))])
    yield "asi_unix_too_short.zip", archive([Member("a.csv", CSV, extra=block(0x756E, bytes(5)))])
    yield "name_with_record.zip", archive([Member(b"PK\6\7" + b"a" * 16, CSV)])
    yield "streamed_link.zip", archive([Member("a.csv", CSV, method=0, central_extra=streamed(0o120777))])
    yield "streamed_link_in_header.zip", archive([Member("a.csv", CSV, extra=streamed(0o120777), central_extra=b"")])
    yield "newer_version_in_directory.zip", archive([Member("a.csv", CSV, central={"needed": 99})])
    yield "file_called_folder.zip", archive([Member("a.csv", CSV, attributes=0o040755 << 16, made_by=UNIX | 20)])
    yield "file_called_folder_by_dos.zip", archive([Member("a.csv", CSV, attributes=0x10)])
    yield "aes_too_short.zip", archive([Member("a.csv", CSV, extra=block(0x9901, b"\1\0"))])
    yield "times_too_short.zip", archive([Member("a.csv", CSV, extra=block(0x5455, b"\3" + bytes(4)))])
    yield "own_name_empty.zip", archive([Member("a.csv", CSV, extra=unicode_path(b"", b"a.csv"))])
    yield "gap.zip", archive([Member("a.csv", CSV, gap=b"left over"), text])
    yield "gap_before_directory.zip", archive([csv], before_directory=b"left over")
    yield "stored_behind_descriptor.zip", archive([Member("a.csv", CSV, method=0, descriptor=(True, "I"))])
    yield "encrypted.zip", archive([Member("a.csv", CSV, flags=1), text])
    yield "encrypted_open_ended.zip", archive([Member("a.csv", CSV, flags=1, descriptor=(True, "I"))])
    yield "lzma.zip", archive([Member("a.csv", CSV, method=14, data=b"0123456789")])
    yield "newer_version.zip", archive([Member("a.csv", CSV, needed=64)])
    yield "folder_with_content.zip", archive([Member("a/", b"x", method=0)])
    # Names.
    for what, name in [("climbs", "../a.csv"), ("climbs_inside", "b/../../a.csv"), ("absolute", "/etc/a.csv"),
                       ("drive", "C:/a.csv"), ("share", "\\\\host\\a.csv"), ("backslash", "b\\a.csv"),
                       ("nul", "a.csv\0.exe"), ("control", "a\n.csv"), ("turned", "a\u202evsc.exe.csv"), ("long", "a" * 256 + ".csv")]:
        yield f"name_{what}.zip", archive([Member(name, CSV, flags=0x800)])
    yield "name_empty.zip", archive([Member("", CSV)])
    yield "name_not_utf8.zip", archive([Member(b"Zo\xeb.csv", CSV, flags=0x800)])
    yield "name_unstated.zip", archive([Member(b"Zo\x89.csv", CSV)])
    yield "name_two.zip", archive([Member("a.csv", CSV, extra=unicode_path(b"b.csv", b"a.csv"))])
    yield "name_stale.zip", archive([Member("a.csv", CSV, extra=unicode_path(b"a.csv", b"other"))])
    for what, name in [("device", "b/NUL.csv"), ("port", "com1.csv"), ("point", "a.csv./b.csv"), ("question", "a?.csv")]:
        yield f"name_windows_{what}.zip", archive([Member(name, CSV)])
    yield "name_twice.zip", archive([csv, Member("a.csv", CSV)])
    yield "name_case.zip", archive([csv, Member("A.CSV", CSV)])
    yield "name_composed.zip", archive([Member("Zo\u00eb.csv", CSV, flags=0x800), Member("Zoe\u0308.csv", CSV, flags=0x800)])
    yield "name_folded.zip", archive([Member("Stra\u00dfe.csv", CSV, flags=0x800), Member("STRASSE.csv", CSV)])
    yield "name_dots.zip", archive([csv, Member("./a.csv. ", CSV)])
    yield "name_below_file.zip", archive([csv, Member("a.csv/b.csv", CSV)])
    yield "folder_twice.zip", archive([Member("b/", method=0), Member("b/", method=0)])
    yield "folder_and_file.zip", archive([Member("b/", method=0), Member("b", TEXT)])
    yield "link_out.zip", archive([link("to", b"../../etc/passwd")])
    yield "link_absolute.zip", archive([link("to", b"/etc/passwd")])
    yield "link_below.zip", archive([link("to", b"b"), Member("to/a.csv", CSV)])
    yield "device.zip", archive([Member("null", method=0, made_by=UNIX | 20, attributes=0o020666 << 16)])
    # How much.
    yield "bomb.zip", archive([Member("a.txt", b"\n" * 3_000_000)])
    yield "bomb_open_ended.zip", archive([Member("a.txt", b"\n" * 3_000_000, descriptor=(True, "I"))])
    yield "six_deep.zip", nested(5)
    # Containers.
    parts = [Member("[Content_Types].xml", XML), Member("_rels/.rels", XML)]
    yield "letter.docx", archive(parts + [Member("word/document.xml", XML)])
    yield "table.xlsx", archive(parts + [Member("xl/workbook.xml", XML)])
    yield "talk.pptx", archive(parts + [Member("ppt/presentation.xml", XML)])
    yield "table_called.docx", archive(parts + [Member("xl/workbook.xml", XML)])
    yield "plain.docx", archive([csv])
    yield "letter_unnamed", archive(parts + [Member("word/document.xml", XML)])
    yield "letter_called.zip", archive(parts + [Member("word/document.xml", XML)])
    yield "macro.docx", archive(parts + [Member("word/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")])
    yield "text.odt", archive([Member("mimetype", ODT.encode(), method=0), Member("content.xml", XML)])
    yield "text_called.ods", archive([Member("mimetype", ODT.encode(), method=0), Member("content.xml", XML)])
    yield "book.epub", archive([Member("mimetype", b"application/epub+zip", method=0), Member("META-INF/container.xml", XML)])
    yield "mimetype_second.epub", archive([csv, Member("mimetype", b"application/epub+zip", method=0)])
    manifest = Member("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\n")
    yield "tool.jar", archive([manifest])
    yield "tool_called.zip", archive([manifest])
    yield "app.apk", archive([Member("AndroidManifest.xml", b"\3\0\x08\0\0\1"), manifest])
    yield "broken.docx", archive(parts)[:-10]


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name, whole in cases():
        (FOLDER / name).write_bytes(whole)


if __name__ == "__main__":
    main()
