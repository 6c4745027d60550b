#!/usr/bin/env python3
"""Writes tests/cases/files/polyglot again: content of two types at once, and what only looks like it.

    python3 tests/cases/make_polyglots.py

What each has to come to stands in tests/cases/files/expected.tsv, which nothing writes but us.
"""
from pathlib import Path

from make_tar import CSV, END, header, padded
from make_zip import Member, archive

FOLDER = Path(__file__).parent / "files" / "polyglot"
PNG = (FOLDER.parent / "image" / "picture.png").read_bytes()
GIF = (FOLDER.parent / "image" / "small.gif").read_bytes()
PDF = b"%PDF-1.7\n" + b"% filling\n" * 20 + b"startxref\n0\n%%EOF\n"
ZIP = archive([Member("a.csv", CSV)])


def dicom(begin):
    return begin.ljust(128, b"\0") + b"DICM" + bytes(300)


def cases():
    yield "png_and_zip.png", PNG + ZIP
    yield "gif_and_zip.gif", GIF + ZIP
    yield "pdf_and_zip.pdf", PDF + ZIP
    yield "script_and_zip.sh", b"#!/bin/sh\nexec unzip \"$0\"\n" + ZIP
    yield "program_and_zip.exe", b"MZ" + bytes(300) + ZIP
    yield "page_and_zip.html", b"<html><body>hello</body></html>" + ZIP
    yield "png_and_zip_with_comment.png", PNG + archive([Member("a.csv", CSV)], comment=b"x" * 70)
    yield "png_and_zip_far.png", PNG + bytes(90_000) + ZIP
    yield "png_and_zip64.png", PNG + archive([Member("a.csv", CSV)], zip64={})
    yield "gif_and_pdf.gif", GIF + PDF
    yield "text_and_pdf.txt", b"Dear reader,\n" + PDF
    yield "png_and_tar.png", header(PNG[:8] + b"name", len(CSV)) + padded(CSV) + END
    yield "pdf_and_tar.pdf", header(b"%PDF-1.7 name", len(CSV)) + padded(CSV) + END
    yield "program_and_dicom.dcm", dicom(b"MZ\0\1")
    yield "tiff_and_dicom.dcm", dicom(b"II*\0")
    # What only looks like it.
    yield "png_alone.png", PNG
    yield "png_with_end_word.png", PNG + b"PK\5\6" + bytes(40)
    yield "png_with_empty_zip.png", PNG + archive([])
    yield "pdf_late_end_missing.gif", GIF + PDF[:100]
    yield "pdf_far.gif", GIF + bytes(2000) + PDF
    yield "note_on_pdf.txt", b"A PDF begins with %PDF-1.7, and that is all of it.\n"
    yield "zip_of_stored_pdf.zip", archive([Member("a.pdf", PDF, method=0)])
    yield "dicom_alone.dcm", dicom(b"")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name, whole in cases():
        (FOLDER / name).write_bytes(whole)


if __name__ == "__main__":
    main()
