#!/usr/bin/env python3
"""Writes the animated pictures of tests/cases/files/image again, good ones and each with one thing wrong.

    python3 tests/cases/make_animations.py

What each has to come to stands in tests/cases/files/expected.tsv, which nothing writes but us.
"""
import struct
import zlib
from pathlib import Path

FOLDER = Path(__file__).parent / "files" / "image"
SIDE = 8


def chunk(name, body=b""):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def rows(width, height, shade):
    return zlib.compress((b"\0" + bytes([shade]) * width) * height)


def control(frames=3):
    return chunk(b"acTL", struct.pack(">II", frames, 0))


def frame(number, width=SIDE, height=SIDE, x=0, y=0, dispose=0, blend=0):
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, width, height, x, y, 1, 10, dispose, blend))


def data(number, width=SIDE, height=SIDE, packed=None, part=slice(None)):
    return chunk(b"fdAT", struct.pack(">I", number) + (rows(width, height, 90) if packed is None else packed)[part])


def picture(before, behind):
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)) + before +
            chunk(b"IDAT", rows(SIDE, SIDE, 30)) + behind + chunk(b"IEND"))


def cases():
    begin = control() + frame(0)
    small = frame(3, 4, 4, 2, 4) + data(4, 4, 4)
    full = frame(1) + data(2) + small
    yield "animated.png", picture(begin, full)
    yield "animated_in_parts.png", picture(begin, frame(1) + data(2, part=slice(0, 5)) + data(3, part=slice(5, None)) +
                                           frame(4, 4, 4) + data(5, 4, 4))
    yield "animated_beside.png", picture(control(2), frame(0) + data(1) + frame(2) + data(3))
    yield "animated_number_skipped.png", picture(begin, frame(1) + data(3) + frame(4) + data(5))
    yield "animated_number_twice.png", picture(begin, frame(1) + data(1) + frame(2) + data(3))
    yield "animated_too_few.png", picture(begin, frame(1) + data(2))
    yield "animated_too_many.png", picture(control(2) + frame(0), full)
    yield "animated_none.png", picture(control(0), b"")
    yield "animated_header_late.png", picture(b"", control(1) + frame(0) + data(1))
    yield "animated_header_twice.png", picture(control() + begin, full)
    yield "animated_data_alone.png", picture(control(1) + frame(0), data(1))
    yield "animated_data_before.png", picture(control(2) + frame(0) + data(1), frame(2) + data(3))
    yield "animated_frame_empty.png", picture(begin, frame(1) + frame(2) + data(3))
    yield "animated_last_frame_empty.png", picture(begin, frame(1) + data(2) + frame(3))
    yield "animated_frame_outside.png", picture(begin, frame(1) + data(2) + frame(3, 4, 4, 5, 0) + data(4, 4, 4))
    yield "animated_first_small.png", picture(control(2) + frame(0, 4, 4), frame(1) + data(2))
    yield "animated_rows_few.png", picture(begin, frame(1) + data(2, SIDE, SIDE - 1) + small)
    yield "animated_rows_many.png", picture(begin, frame(1) + data(2, SIDE, SIDE + 1) + small)
    yield "animated_data_cut.png", picture(begin, frame(1) + data(2, part=slice(0, -6)) + small)
    yield "animated_data_behind.png", picture(begin, frame(1) + data(2) + data(3) + frame(4, 4, 4) + data(5, 4, 4))
    yield "animated_blend_odd.png", picture(begin, frame(1, blend=2) + data(2) + small)
    yield "not_animated.png", picture(frame(7), data(9))
    gif = (FOLDER / "small.gif").read_bytes()
    assert gif.endswith(b"\0;")
    yield "payload_behind_codes.gif", gif[:-2] + b"\x08PAYLOAD!\0;"


def main():
    for name, content in cases():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
