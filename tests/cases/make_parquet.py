"""Writes tests/cases/files/parquet: small Parquet files, whole and broken, made by hand so that each says one thing wrong.

    python3 tests/cases/make_parquet.py

What each has to come to is said here, and written to its lines of tests/cases/files/expected.tsv.
"""

import struct
import sys
import zlib
from pathlib import Path

I32, I64, BINARY, LIST, STRUCT, TRUE, BYTE = 5, 6, 8, 9, 12, 1, 3
UTF8, DECIMAL, DATE, LIST_TYPE, MAP_TYPE = 0, 5, 6, 3, 1
REQUIRED, OPTIONAL, REPEATED = 0, 1, 2
PLAIN, RLE, RLE_DICTIONARY = 0, 3, 8


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def zigzag(number):
    return varint((number << 1) ^ (number >> 63))


def value(kind, content):
    if kind in (I32, I64):
        return zigzag(content)
    if kind == BINARY:
        return varint(len(content)) + content
    if kind == LIST:
        inner, items = content
        head = bytes([len(items) << 4 | inner]) if len(items) < 15 else bytes([0xF0 | inner]) + varint(len(items))
        return head + b"".join(value(inner, item) for item in items)
    if kind == BYTE:
        return bytes([content])
    return b"" if kind == TRUE else content  # a struct is given as its bytes


def record(*fields):
    """(id, kind, content) each, those whose content is None left out."""
    out, last = b"", 0
    for number, kind, content in fields:
        if content is None:
            continue
        delta = number - last
        out += (bytes([delta << 4 | kind]) if 0 < delta < 16 else bytes([kind]) + zigzag(number)) + value(kind, content)
        last = number
    return out + b"\0"


def element(name, physical=None, repetition=None, children=None, converted=None, **more):
    return record((1, I32, physical), (2, I32, more.get("length")), (3, I32, repetition), (4, BINARY, name.encode("latin1")),
                  (5, I32, children), (6, I32, converted), (7, I32, more.get("scale")), (8, I32, more.get("precision")),
                  (10, STRUCT, more.get("logical")))


def page(data, values, kind=0, crc="right", stored=None, size=None, encoding=PLAIN, **more):
    """One page: its header, and what follows."""
    inner = {
        0: record((1, I32, values), (2, I32, encoding), (3, I32, RLE), (4, I32, RLE)),
        1: record(),
        2: record((1, I32, values), (2, I32, encoding)),
        3: record((1, I32, values), (2, I32, more.get("nulls", 0)), (3, I32, more.get("rows", values)), (4, I32, encoding),
                  (5, I32, more.get("levels", 0)), (6, I32, 0)),
    }.get(kind, record())
    check = {"right": zlib.crc32(data), "wrong": zlib.crc32(data) ^ 1, None: None}[crc]
    if check is not None and check >= 1 << 31:
        check -= 1 << 32
    return record((1, I32, kind), (2, I32, len(data) if size is None else size), (3, I32, len(data) if stored is None else stored),
                  (4, I32, check), ({0: 5, 1: 6, 2: 7, 3: 8}.get(kind, 5), STRUCT, inner)) + data


def numbers(*content):
    return struct.pack(f"<{len(content)}i", *content)


class Column:
    """One column of one row group: its pages, and what the footer says of it. `says` replaces that."""

    def __init__(self, pages, values, path=("n",), physical=1, dictionary=None, **says):
        self.pages, self.values, self.path, self.physical, self.dictionary, self.says = pages, values, path, physical, dictionary, says

    def described(self, begin):
        dictionary = self.dictionary or b""
        says = {"data_at": begin + len(dictionary), "dictionary_at": begin if dictionary else None, "codec": 0, "values": self.values,
                "stored": len(dictionary) + len(b"".join(self.pages)), "encodings": [PLAIN, RLE], "path": self.path,
                "physical": self.physical} | self.says
        stored = says["stored"]
        meta = record((1, I32, says["physical"]), (2, LIST, (I32, says["encodings"])),
                      (3, LIST, (BINARY, [name.encode() for name in says["path"]])), (4, I32, says["codec"]),
                      (5, I64, says["values"]), (6, I64, stored), (7, I64, stored), (9, I64, says["data_at"]),
                      (11, I64, says["dictionary_at"]), (14, I64, says.get("bloom_at")), (15, I32, says.get("bloom_size")))
        return record((1, BINARY, says.get("elsewhere")), (2, I64, begin), (3, STRUCT, None if says.get("undescribed") else meta),
                      (4, I64, says.get("offset_index_at")), (5, I32, says.get("offset_index_size")),
                      (8, STRUCT, says.get("crypto")))


ONE = (element("root", children=1), element("n", 1, REQUIRED))


def table(groups, schema=ONE, rows=None, gap=b"", begin=b"PAR1", end=b"PAR1", behind=b"", more=(), signature=b"", said=None,
          overlap=False, before_footer=b""):
    """groups: (rows, columns) each; `gap` stands before each group but the first."""
    out, described = begin, []
    for number, (count, columns) in enumerate(groups):
        out += gap if number else b""
        chunks = []
        for column in columns:
            begins = len(out)
            out += (column.dictionary or b"") + b"".join(column.pages)
            chunks.append(column.described(begins))
        described.append(record((1, LIST, (STRUCT, chunks)), (2, I64, 0), (3, I64, count)))
    if overlap:
        described.append(described[-1])
    out += before_footer
    total = sum(count for count, _ in groups) if rows is None else rows
    meta = record((1, I32, 1), (2, LIST, (STRUCT, list(schema))), (3, I64, total), (4, LIST, (STRUCT, described)), *more) + signature
    return out + meta + struct.pack("<I", len(meta) if said is None else said) + end + behind


def plain(count=3, **more):
    return Column([page(numbers(*range(count)), count, **more)], count)


def one(column, rows=3, **more):
    return table([(rows, [column])], **more)


PAGE = page(numbers(0, 1, 2), 3)
DICTIONARY = page(numbers(7, 8), 2, kind=2)
BY_DICTIONARY = page(b"\x01\x03\x02", 3, encoding=RLE_DICTIONARY)  # 1 bit, one run of bits: 0, 1, 0
BLOOM = record((1, I32, 32), (2, STRUCT, record((1, STRUCT, record()))), (3, STRUCT, record((1, STRUCT, record()))),
               (4, STRUCT, record((1, STRUCT, record())))) + bytes(32)
LEVELS = struct.pack("<I", 2) + b"\x06\x01"  # three times 1
TEXT = b"".join(struct.pack("<I", len(word)) + word for word in (b"a", b"bc", b""))
NESTED = (element("root", children=1), element("l", None, OPTIONAL, 1, LIST_TYPE), element("list", None, REPEATED, 1),
          element("element", 1, REQUIRED))
TWO = (element("root", children=2), element("n", 1, REQUIRED), element("t", 6, OPTIONAL, converted=UTF8))
TWO_COLUMNS = [plain(), Column([page(LEVELS + TEXT, 3)], 3, ("t",), 6)]
# Three rows of one element each: levels of repetition 0 0 0, of definition 2 2 2.
NESTED_PAGE = page(struct.pack("<I", 2) + b"\x06\x00" + struct.pack("<I", 2) + b"\x06\x02" + numbers(1, 2, 3), 3)


def good():
    yield "one.parquet", one(plain())
    yield "no_checksum.parquet", one(plain(crc=None))
    yield "two_columns.parquet", table([(3, TWO_COLUMNS)], TWO)
    yield "two_groups.parquet", table([(3, [plain()]), (2, [plain(2)])])
    yield "two_pages.parquet", one(Column([PAGE, page(numbers(5), 1)], 4), 4)
    yield "dictionary.parquet", one(Column([BY_DICTIONARY], 3, dictionary=DICTIONARY))
    yield "old_dictionary.parquet", one(Column([DICTIONARY, BY_DICTIONARY], 3))
    yield "version_2.parquet", one(Column([page(numbers(1, 2, 3), 3, kind=3)], 3))
    yield "nested.parquet", table([(3, [Column([NESTED_PAGE], 3, ("l", "list", "element"))])], NESTED)
    yield "padded.parquet", table([(3, [plain()]), (3, [plain()])], gap=bytes(100))
    yield "bloom.parquet", one(Column([PAGE], 3, bloom_at=4 + len(PAGE), bloom_size=len(BLOOM)), before_footer=BLOOM)
    yield "bloom_between.parquet", table([(3, [plain()]), (3, [plain()])], gap=BLOOM)
    index = record((1, LIST, (STRUCT, [record((1, I64, 4), (2, I32, len(PAGE)), (3, I64, 0))])))
    yield "offset_index.parquet", one(Column([PAGE], 3, offset_index_at=4 + len(PAGE), offset_index_size=len(index)), before_footer=index)
    yield "no_rows.parquet", table([])
    yield "no_columns.parquet", table([], (element("root", children=0),))
    decimal = (element("root", children=1), element("n", 1, REQUIRED, converted=DECIMAL, scale=2, precision=9))
    yield "decimal.parquet", one(plain(), schema=decimal)
    yield "notes.parquet", one(plain(), more=[(5, LIST, (STRUCT, [record((1, BINARY, b"k"), (2, BINARY, b"v"))])), (6, BINARY, b"by hand")])
    yield "many_columns.parquet", table([(3, [Column([PAGE], 3, (f"c{n}",)) for n in range(40)])],
                                        [element("root", children=40)] + [element(f"c{n}", 1, REQUIRED) for n in range(40)])


def bad():
    whole = one(plain())
    meta = struct.unpack("<I", whole[-8:-4])[0]
    yield "cut_end.parquet", whole[:-1], "parquet.truncated"
    yield "cut_page.parquet", whole[:20], "parquet.truncated"
    yield "cut_mark.parquet", b"PAR1\x15\0", "parquet.truncated"
    yield "behind.parquet", whole + b"\n", "parquet.truncated"
    yield "footer_zero.parquet", one(plain(), said=0), "parquet.footer"
    yield "footer_long.parquet", one(plain(), said=100000), "parquet.footer"
    yield "footer_short.parquet", one(plain(), said=meta - 1), "parquet.footer"
    yield "footer_huge.parquet", one(plain(), said=0xFFFFFFFF), "parquet.footer"
    yield "footer_surplus.parquet", one(plain(), signature=b"\0\0"), "parquet.footer"
    yield "footer_bits.parquet", whole[:-8 - meta] + bytes([0xFF]) * meta + whole[-8:], "parquet.footer"
    yield "footer_no_rows.parquet", one(plain(), rows=-1), "parquet.footer"
    yield "footer_deep.parquet", one(plain(), more=[(5, STRUCT, b"\x1c" * 200 + b"\0" * 201)]), "parquet.footer"
    yield "footer_note.parquet", one(plain(), more=[(5, LIST, (STRUCT, [record((2, BINARY, b"v"))]))]), "parquet.footer"
    yield "name_none.parquet", one(plain(), schema=(ONE[0], record((1, I32, 1), (3, I32, REQUIRED)))), "parquet.footer"
    yield "converted_unknown.parquet", one(plain(), schema=(ONE[0], element("n", 1, REQUIRED, converted=69))), "parquet.footer"
    decimal = record((5, STRUCT, record((1, I32, 2))))
    yield "logical_half.parquet", one(plain(), schema=(ONE[0], element("n", 1, REQUIRED, logical=decimal))), "parquet.footer"
    bits = record((10, STRUCT, record((1, BYTE, 64), (2, TRUE, True))))
    yield "logical_bits.parquet", one(plain(), schema=(ONE[0], element("n", 1, REQUIRED, logical=bits))), "parquet.schema"
    yield "no_root.parquet", one(plain(), schema=()), "parquet.schema"
    yield "few_children.parquet", one(plain(), schema=(element("root", children=2), ONE[1])), "parquet.schema"
    yield "many_children.parquet", one(plain(), schema=(element("root", children=0), ONE[1])), "parquet.schema"
    yield "no_type.parquet", one(plain(), schema=(ONE[0], element("n", None, REQUIRED))), "parquet.schema"
    yield "no_repetition.parquet", one(plain(), schema=(ONE[0], element("n", 1))), "parquet.schema"
    yield "text_of_numbers.parquet", one(plain(), schema=(ONE[0], element("n", 1, REQUIRED, converted=UTF8))), "parquet.schema"
    yield "latin1_name.parquet", one(plain(), schema=(ONE[0], element("caf\xe9", 1, REQUIRED))), "parquet.schema"
    yield "fixed_without_length.parquet", one(plain(), schema=(ONE[0], element("n", 7, REQUIRED))), "parquet.schema"
    wide = (ONE[0], element("n", 1, REQUIRED, converted=DECIMAL, scale=2, precision=10))
    yield "wide_decimal.parquet", one(plain(), schema=wide), "parquet.schema"
    yield "column_missing.parquet", table([(3, [plain()])], TWO), "parquet.column"
    yield "column_type.parquet", one(Column([PAGE], 3, physical=2)), "parquet.column"
    yield "column_path.parquet", one(Column([PAGE], 3, path=("m",))), "parquet.column"
    yield "column_undescribed.parquet", one(Column([PAGE], 3, undescribed=True)), "parquet.column"
    yield "column_behind.parquet", one(Column([PAGE], 3, data_at=100000)), "parquet.column"
    yield "column_at_0.parquet", one(Column([PAGE], 3, data_at=0)), "parquet.column"
    yield "column_long.parquet", one(Column([PAGE], 3, stored=100000)), "parquet.column"
    yield "column_short.parquet", one(Column([PAGE], 3, stored=len(PAGE) - 1)), "parquet.page"
    yield "column_inside.parquet", one(Column([PAGE], 3, data_at=6, stored=len(PAGE) - 2)), "parquet.page"
    yield "column_twice.parquet", table([(3, [plain()])], rows=6, overlap=True), "parquet.page"
    yield "page_none.parquet", one(Column([b"\x19" + PAGE[1:]], 3)), "parquet.page"
    yield "page_kind.parquet", one(Column([page(numbers(1, 2, 3), 3, kind=9)], 3)), "parquet.page"
    yield "page_values.parquet", one(Column([page(numbers(1, 2), 2)], 3)), "parquet.page"
    yield "page_sizes.parquet", one(Column([page(numbers(1, 2, 3), 3, size=13)], 3)), "parquet.page"
    yield "page_reaches_footer.parquet", one(Column([page(numbers(1, 2, 3), 3, stored=20, size=20)], 3)), "parquet.footer"
    yield "page_reaches_out.parquet", one(Column([page(numbers(1, 2, 3), 3, stored=10000)], 3)), "parquet.truncated"
    yield "page_negative.parquet", one(Column([page(numbers(1, 2, 3), 3, stored=-1)], 3)), "parquet.page"
    yield "dictionary_late.parquet", one(Column([PAGE, DICTIONARY], 3)), "parquet.page"
    yield "dictionary_none.parquet", one(Column([PAGE], 3, dictionary=PAGE)), "parquet.page"
    yield "dictionary_behind.parquet", one(Column([PAGE], 3, dictionary_at=50)), "parquet.column"
    yield "checksum.parquet", one(plain(crc="wrong")), "parquet.checksum"
    yield "checksum_second.parquet", one(Column([PAGE, page(numbers(5), 1, crc="wrong")], 4), 4), "parquet.checksum"
    yield "rows_of_group.parquet", one(plain(), rows=4), "parquet.rows"
    yield "rows_of_column.parquet", one(plain(), 4), "parquet.rows"
    yield "rows_of_pages.parquet", one(Column([page(numbers(1, 2, 3), 3, kind=3, rows=2)], 3)), "parquet.rows"
    yield "index_behind.parquet", one(Column([PAGE], 3, offset_index_at=100000, offset_index_size=5)), "parquet.index"
    yield "bloom_in_page.parquet", one(Column([PAGE], 3, bloom_at=10, bloom_size=5)), "parquet.index"


def neither():
    plain_column = Column([PAGE], 3)
    yield "encrypted.parquet", b"PARE" + bytes(range(1, 60)) + struct.pack("<I", 30) + b"PARE", "parquet.encrypted"
    crypto = record((1, STRUCT, record()))
    yield "encrypted_column.parquet", one(Column([struct.pack("<I", 28) + bytes(28)], 3, crypto=crypto, undescribed=True)), "parquet.encrypted"
    yield "elsewhere.parquet", one(Column([PAGE], 3, elsewhere=b"other.parquet")), "parquet.external"
    yield "gap.parquet", table([(3, [plain_column]), (3, [plain_column])], gap=b"\x19not a page"), "parquet.gap"
    yield "codec.parquet", one(Column([PAGE], 3, codec=12)), "parquet.unsupported"
    yield "encoding.parquet", one(Column([page(numbers(1, 2, 3), 3, encoding=77)], 3)), "parquet.unsupported"


def warned():
    yield "unclaimed.parquet", one(plain(), before_footer=PAGE), "parquet.unclaimed"


def cases():
    """(name, bytes, verdict, codes)"""
    yield from ((name, content, "valid", "-") for name, content in good())
    yield from ((name, content, "valid", codes) for name, content, codes in warned())
    yield from ((name, content, "invalid", codes) for name, content, codes in bad())
    yield from ((name, content, "unverifiable", codes) for name, content, codes in neither())


def main():
    folder = Path(__file__).resolve().parent / "files"
    (folder / "parquet").mkdir(exist_ok=True)
    lines = []
    for name, content, verdict, codes in cases():
        (folder / "parquet" / name).write_bytes(content)
        lines.append(f"parquet/{name}\t{verdict}\tapplication/vnd.apache.parquet\t{codes}\n")
    table_path = folder / "expected.tsv"
    kept = [line for line in table_path.read_text().splitlines(keepends=True) if not line.startswith("parquet/")]
    table_path.write_text("".join(kept + lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
