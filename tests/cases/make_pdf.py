#!/usr/bin/env python3
"""Writes tests/cases/files/pdf and samples/exports/letter.pdf again: documents of known bytes, good ones and each with
one thing wrong.

    python3 tests/cases/make_pdf.py

What each has to come to stands in tests/cases/files/expected.tsv and samples/expected.tsv, which nothing writes but us.
"""
import struct
import zlib
from pathlib import Path

FOLDER = Path(__file__).parent / "files" / "pdf"
SAMPLE = Path(__file__).parents[2] / "samples" / "exports" / "letter.pdf"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = (b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842.5] /Contents 4 0 R\n"
        b"   /Resources << /Font << /F1 5 0 R >> >> >>")
DRAWN = b"BT /F1 12 Tf 72 770 Td (Dear reader, \\(all\\) is well.) Tj ET\n"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def stream(data, more=b"", length=None, end=b"\nendstream", line=b"\n"):
    length = str(len(data)).encode() if length is None else length
    return b"<< /Length " + length + more + b" >>\nstream" + line + data + end


def packed(data, more=b"", **kept):
    return stream(zlib.compress(data, 9), b" /Filter /FlateDecode" + more, **kept)


GOOD = {1: CATALOG, 2: PAGES, 3: PAGE, 4: packed(DRAWN), 5: FONT}


class Document:
    """Objects behind a header, and where each begins; what is added stands in the order in which it is added."""

    def __init__(self, objects=None, header=b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"):
        self.text, self.places, self.inside = header, {}, {}
        for number, body in (GOOD if objects is None else objects).items():
            self.add(number, body)

    def add(self, number, body, generation=0, end=b"\nendobj\n"):
        self.places[number] = (len(self.text), generation)
        self.text += b"%d %d obj\n" % (number, generation) + body + end

    def size(self):
        return max([*self.places, *self.inside]) + 1

    def table(self, only=None, size=None, more=b"", root=b"/Root 1 0 R", change=lambda number, place: place,
              entry=b"%010d %05d n \n"):
        """A classical table and its trailer. Where it begins."""
        at = len(self.text)
        self.text += b"xref\n"
        if only is None:
            self.text += b"0 1\n0000000000 65535 f \n"
        for number, place in sorted(self.places.items()):
            if only is None or number in only:
                self.text += b"%d 1\n" % number + entry % change(number, place)
        self.text += b"trailer\n<< /Size %d " % (size or self.size()) + root + more + b" >>\n"
        return at

    def rows(self, own, change=lambda number, row: row):
        rows = {0: (0, 0, 65535), own: (1, len(self.text), 0)}
        rows.update({number: (1, *place) for number, place in self.places.items()})
        rows.update({number: (2, *place) for number, place in self.inside.items()})
        return {number: change(number, row) for number, row in rows.items()}

    def table_stream(self, number, more=b"", predictor=True, change=lambda number, row: row, cut=0, root=b"/Root 1 0 R",
                     rows_more=b"", size=None):
        """A cross-reference stream. Where it begins."""
        at, rows = len(self.text), sorted(self.rows(number, change).items())
        fields = [struct.pack(">BIH", *row) for _, row in rows]
        index = b"".join(b"%d 1 " % number for number, _ in rows)
        if predictor:
            above = [bytes(7)] + fields
            fields = [b"\2" + bytes((a - b) & 255 for a, b in zip(row, up)) for row, up in zip(fields, above)]
            more += b" /DecodeParms << /Predictor 12 /Columns 7 >>"
        data = b"".join(fields) + rows_more
        self.add(number, packed(data[:len(data) - cut], b" /Type /XRef /W [1 4 2] /Index [" + index + b"] /Size %d " %
                                (size or self.size() + 1) + root + more))
        return at

    def object_stream(self, number, objects, more=b"", first=0, count=0, places=None, filters=None):
        bodies, pairs, at = b"", b"", 0
        for place, (inner, body) in enumerate(objects.items()):
            self.inside[inner] = (number, place)
            pairs += b"%d %d " % (inner, at if places is None else places[place])
            bodies += body + b"\n"
            at += len(body) + 1
        says = b" /Type /ObjStm /N %d /First %d" % (len(objects) + count, len(pairs) + first)
        data = pairs + bodies
        self.add(number, packed(data, says + more) if filters is None else filters(data, says + more))

    def close(self, at, end=b"%%EOF\n"):
        self.text += b"startxref\n%d\n" % at + end
        return self.text


def whole(objects=None, **table):
    document = Document(objects)
    return document.close(document.table(**table))


def with_objects(**changed):
    """The good document with some objects replaced or added: _3=..."""
    return whole({**GOOD, **{int(number[1:]): body for number, body in changed.items()}})


def modern(inner=None, header=b"%PDF-1.5\n", objects=None, extra=None, **kept):
    """The good document by an object stream and a cross-reference stream."""
    document = Document({4: GOOD[4]}, header)
    inside = {1: CATALOG, 2: PAGES, 3: PAGE, 5: FONT, **(inner or {})}
    document.object_stream(20, inside, **(objects or {}))
    if extra:
        extra(document)
    return document.close(document.table_stream(21, **kept))


def updated(wrong_previous=0, more=b""):
    document = Document()
    first = document.table()
    document.close(first)
    document.add(4, packed(DRAWN.replace(b"well", b"better")))
    second = document.table(only={4}, more=b" /Prev %d" % (first + wrong_previous) + more)
    return document.close(second)


def hybrid(lost=False):
    document = Document()
    document.object_stream(20, {6: b"<< /Title (a) >>"})
    # What only new readers see: its own entries and those of the object stream.
    beside = Document({})
    beside.text, beside.inside = document.text, document.inside
    at = beside.table_stream(21)
    document.text = beside.text
    document.places[21] = beside.places[21]
    return document.close(document.table(size=22, more=b" /XRefStm %d" % (at + lost)))


def linearized():
    """The table of the first page stands before its objects; the rest of the table behind all."""
    front = b"%PDF-1.4\n"

    def build(places, length, main):
        document = Document({}, front)
        document.add(6, b"<< /Linearized 1 /L %08d /H [0 0] /O 3 /E 0 /N 1 /T %08d >>" % (length, main))
        document.places.update({number: places.get(number, (1, 0)) for number in (1, 3, 4, 5)})
        first = document.table(only={1, 3, 4, 5, 6}, size=7, more=b" /Prev %010d" % main)
        document.text += b"startxref\n0\n%%EOF\n"
        for number in (1, 3, 4, 5, 2):
            document.add(number, GOOD[number])
        places = dict(document.places)
        main = document.table(only={2}, size=7)
        return document.close(first), places, main

    text, places, main = build({}, 0, 0)
    text, places, main = build(places, len(text), main)
    return build(places, len(text), main)[0]


def late_lengths(**changed):
    objects = {**GOOD, 4: packed(DRAWN, length=b"6 0 R"), 6: b"%d" % len(zlib.compress(DRAWN, 9)), **changed}
    return whole(objects)


def raw_file_inside(known):
    data = b"before\nendstream\nendobj\nbehind\n"
    objects = dict(GOOD)
    objects[6] = stream(data, length=None if known else b"7 0 R")
    objects[7] = b"%d" % len(data)
    return whole(objects)


def encrypted():
    objects = {**GOOD, 4: stream(b"\x93\x11 not to be read", b" /Filter /FlateDecode"),
               6: b"<< /Filter /Standard /V 1 /R 2 /O <00> /U <00> /P -4 >>"}
    return whole(objects, more=b" /Encrypt 6 0 R /ID [<00> <00>]")


def shifted(number, by):
    return lambda n, place: (place[0] + by, place[1]) if n == number else place


def cases():
    good = whole()
    # Good ones
    yield "letter.pdf", good
    yield "two_pages.pdf", with_objects(_2=PAGES.replace(b"[3 0 R]", b"[3 0 R 6 0 R]").replace(b"/Count 1", b"/Count 2"), _6=PAGE)
    yield "version_2.pdf", good.replace(b"%PDF-1.7", b"%PDF-2.0")
    yield "line_ends_crlf.pdf", whole({**GOOD, 4: packed(DRAWN, line=b"\r\n", end=b"\r\nendstream")})
    yield "tokens.pdf", with_objects(_6=b"<</A#20b(\\)(x)\\\\)/C<4 1 fF>/D[true false null -1 +.5 4. 1 0 R 7 8]%c >>\n"
                                        b"/E<</F[[]]>>/G 1 0 R/H/>>")
    yield "stored_page.pdf", with_objects(_4=stream(DRAWN))
    yield "widths_of_a_font.pdf", with_objects(_6=b"<< /Type /Font /W [1 [2 3] 4 5 6 7 8] /Index [1 -2] >>")
    yield "no_line_before_endstream.pdf", with_objects(_4=packed(DRAWN, end=b"endstream"))
    yield "empty_stream.pdf", with_objects(_4=stream(b""))
    yield "late_length.pdf", late_lengths()
    yield "generation.pdf", (lambda d: (d.add(6, b"null", 3), d.close(d.table()))[1])(Document())
    yield "updated.pdf", updated()
    yield "hybrid.pdf", hybrid()
    yield "linearized.pdf", linearized()
    yield "object_stream.pdf", modern()
    yield "object_stream_plain_table.pdf", modern(predictor=False)
    yield "object_stream_stored.pdf", modern(objects={"filters": stream})
    yield "raw_file_inside.pdf", raw_file_inside(True)
    yield "blanks_behind.pdf", good + b"\r\n\0\0\0"
    yield "no_last_line_end.pdf", good[:-1]
    yield "other_filters.pdf", with_objects(_6=stream(b"zz", b" /Filter [/LZWDecode /DCTDecode]"))
    # What runs, and what lies inside
    yield "script.pdf", with_objects(_1=CATALOG[:-2] + b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>")
    yield "script_escaped.pdf", with_objects(_6=b"<< /S /J#61vaScript /J#53 (1) >>")
    yield "script_in_object_stream.pdf", modern({6: b"<< /S /JavaScript /JS (1) >>"})
    yield "script_name_tree.pdf", with_objects(_1=CATALOG[:-2] + b"/Names << /JavaScript 6 0 R >> >>", _6=b"<< >>")
    yield "launch.pdf", with_objects(_6=b"<< /Type /Action /S /Launch /F (calc.exe) >>")
    yield "submit.pdf", with_objects(_6=b"<< /S /SubmitForm /F (http://example.com) >>")
    yield "xfa.pdf", with_objects(_1=CATALOG[:-2] + b"/AcroForm << /Fields [] /XFA 6 0 R >> >>", _6=stream(b"<a/>"))
    yield "rich_media.pdf", with_objects(_6=b"<< /Type /Annot /Subtype /RichMedia /RichMediaContent << >> >>")
    yield "attachment.pdf", with_objects(_6=b"<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>",
                                         _7=stream(b"MZ", b" /Type /EmbeddedFile"))
    yield "opens_address.pdf", with_objects(_1=CATALOG[:-2] + b"/OpenAction 6 0 R >>",
                                            _6=b"<< /S /URI /URI (http://example.com) >>")
    yield "page_opens_address.pdf", with_objects(_3=PAGE[:-2] + b"/AA << /O << /S /URI /URI (http://a) >> >> >>")
    yield "link.pdf", with_objects(_6=b"<< /Subtype /Link /A << /S /URI /URI (http://example.com) >> >>")
    yield "opens_at_page.pdf", with_objects(_1=CATALOG[:-2] + b"/OpenAction [3 0 R /Fit] >>")
    # What cannot be judged
    yield "encrypted.pdf", encrypted()
    yield "encrypted_by_null.pdf", whole(GOOD, more=b" /Encrypt null")
    yield "version_1_9.pdf", good.replace(b"%PDF-1.7", b"%PDF-1.9")
    yield "objects_in_lzw.pdf", modern(objects={"filters": lambda d, more: stream(d, b" /Filter /LZWDecode" + more)})
    yield "objects_twice_packed.pdf", modern(objects={
        "filters": lambda d, more: stream(zlib.compress(d), b" /Filter [/FlateDecode /ASCIIHexDecode]" + more)})
    yield "raw_file_inside_late.pdf", raw_file_inside(False)
    yield "objects_too_many.pdf", modern(objects={"count": 40000})
    yield "filter_unknown.pdf", with_objects(_4=stream(zlib.compress(DRAWN), b" /Filter /FlatDecode"))
    yield "data_elsewhere.pdf", with_objects(_4=stream(b"", b" /F (other.bin)"))
    yield "deep.pdf", with_objects(_6=b"[" * 300 + b"]" * 300)
    # Header, end and structure
    yield "header_alone.pdf", b"%PDF-1.7\n"
    yield "header_odd.pdf", good.replace(b"%PDF-1.7", b"%PDF-17x")
    yield "cut_in_object.pdf", good[:200]
    yield "cut_in_stream.pdf", good[:good.index(b"endstream") - 4]
    yield "cut_before_table.pdf", good[:good.index(b"xref")]
    yield "cut_before_end.pdf", good[:-8]
    yield "cut_in_update.pdf", updated()[:-8]
    yield "trailing_text.pdf", good + b"<html>and more</html>\n"
    yield "trailing_word.pdf", good + b"more"
    yield "trailing_end.pdf", good + b"startxref\n9\n%%EOF\n"
    yield "no_endobj.pdf", good.replace(b"Helvetica >>\nendobj", b"Helvetica >>\n      ")
    yield "stray_word.pdf", good.replace(b"endobj\n2 0", b"endobj x\n2 0")
    yield "word_in_dictionary.pdf", with_objects(_6=b"<< /A flase >>")
    yield "odd_dictionary.pdf", with_objects(_6=b"<< /A 1 /B >>")
    yield "key_no_name.pdf", with_objects(_6=b"<< 1 /B >>")
    yield "key_twice.pdf", with_objects(_6=b"<< /Type /Page /Type /Pages >>")
    yield "crossed_brackets.pdf", with_objects(_6=b"<< /A [ >> ]")
    yield "number_odd.pdf", with_objects(_6=b"[1.2.3]")
    yield "name_odd.pdf", with_objects(_6=b"/A#2")
    yield "hex_odd.pdf", with_objects(_6=b"<4x>")
    yield "two_values.pdf", with_objects(_6=b"1 2")
    yield "reference_odd.pdf", with_objects(_6=b"[1 R]")
    # Streams
    yield "length_short.pdf", with_objects(_4=packed(DRAWN, length=b"20"))
    yield "length_long.pdf", with_objects(_4=packed(DRAWN, length=b"90"))
    yield "length_none.pdf", with_objects(_4=packed(DRAWN).replace(b"/Length", b"/Lengte"))
    yield "late_length_short.pdf", late_lengths().replace(b"6 0 obj\n%d" % len(zlib.compress(DRAWN, 9)),
                                                               b"6 0 obj\n10")
    yield "late_length_lost.pdf", late_lengths().replace(b"/Length 6 0 R", b"/Length 9 0 R")
    yield "stream_line_cr.pdf", with_objects(_4=packed(DRAWN, line=b"\r"))
    yield "stream_damaged.pdf", with_objects(_4=stream(zlib.compress(DRAWN)[:-3] + b"abc", b" /Filter /FlateDecode"))
    yield "stream_data_cut.pdf", with_objects(_4=stream(zlib.compress(DRAWN)[:-9], b" /Filter /FlateDecode"))
    # Tables and trailer
    yield "entry_shifted.pdf", whole(change=shifted(3, 2))
    yield "entry_before.pdf", whole(change=shifted(3, -1))
    yield "entry_other_object.pdf", whole(change=lambda n, place: Document().places[2] if n == 3 else place)
    yield "entry_other_generation.pdf", whole(change=lambda n, place: (place[0], 1) if n == 3 else place)
    yield "entry_in_stream.pdf", (lambda d: d.close(d.table(change=lambda n, place: (
        d.text.index(b"5 0 obj"), 0) if n == 5 else place)))(
            Document({**GOOD, 4: stream(b"5 0 obj\n<< >>\nendobj\n")}))
    yield "entry_behind.pdf", whole(change=lambda n, place: (99999, 0) if n == 3 else place)
    yield "entry_free.pdf", (lambda t: t.replace(b"5 1\n" + t.split(b"\n5 1\n")[1][:18],
                                                 b"5 1\n" + t.split(b"\n5 1\n")[1][:17] + b"f"))(good)
    yield "entry_short.pdf", whole(entry=b"%09d %05d n \n")
    yield "entries_19_bytes.pdf", (lambda d: d.close(d.table(only={1}, root=b"/Root 1 0 R")))(Document()).replace(
        b"xref\n1 1\n", b"xref\n0 2\n0000000000 65535 f\n")
    yield "object_unlisted.pdf", whole(only={0, 1, 2, 3, 4})
    yield "start_elsewhere.pdf", (lambda d: d.close(d.table() + 7))(Document())
    yield "size_small.pdf", whole(size=5)
    yield "root_lost.pdf", whole(root=b"/Root 9 0 R")
    yield "root_no_catalog.pdf", whole(root=b"/Root 2 0 R")
    yield "root_missing.pdf", whole(root=b"")
    yield "no_pages.pdf", with_objects(_3=PAGE.replace(b"/Page ", b"/Leaf "))
    yield "previous_lost.pdf", updated(wrong_previous=3)
    yield "hybrid_lost.pdf", hybrid(lost=True)
    yield "circle.pdf", (lambda d: (lambda at: d.close(d.table(more=b" /Prev %d" % at)))(len(d.text)))(Document())
    yield "table_stream_shifted.pdf", modern(change=lambda n, row: (1, row[1] + 1, 0) if n == 4 else row)
    yield "table_stream_other_holder.pdf", modern(change=lambda n, row: (2, 20, 0) if n == 3 else row)
    yield "table_stream_cut.pdf", modern(predictor=False, cut=3)
    yield "table_stream_long.pdf", modern(predictor=False, rows_more=bytes(7))
    yield "object_stream_places.pdf", modern(objects={"places": [0, 30, 70, 200]})
    yield "object_stream_first.pdf", modern(objects={"first": -3})
    yield "object_stream_count.pdf", modern(objects={"count": 1})
    yield "object_stream_open.pdf", modern({6: b"<< /A ("})


def main():
    FOLDER.mkdir(exist_ok=True)
    for name, content in cases():
        (FOLDER / name).write_bytes(content)
    SAMPLE.write_bytes(whole())


if __name__ == "__main__":
    main()
