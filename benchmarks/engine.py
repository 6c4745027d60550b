"""The fused pass (SHA-256 + CRC-64/NVME + type + UTF-8 and shape) beside `openssl speed`, and the engine's own speeds."""

import re

from measure import Missing, Pairs, program, run, work_folder

IN_CACHE, LARGE = 1 << 20, 128 << 20


def openssl_rate():
    """Bytes a second of SHA-256 over one buffer of 64 KiB that stays in cache: the peer's best case."""
    out = run("openssl", "speed", "-mr", "-elapsed", "-seconds", "1", "-bytes", "65536", "-evp", "sha256")
    found = re.search(r"^\+F:\d+:[^:]+:([\d.]+)", out, re.M)
    if not found:
        raise Missing("openssl speed printed no figure")
    return float(found.group(1))


def pass_rate(path, rounds, wanted="valid"):
    verdict, size, best, middle = run(program("bench_pass"), path, rounds).split()
    if verdict != wanted:
        raise Missing(f"{path.name}: the engine says {verdict}, expected {wanted}")
    return int(size) / float(middle)


def text_of(size):
    line = b"2026-11-22T08:15:30.123Z INFO  sensor 17 reports 21.5 degrees, humidity 0.43, all well with it\n"
    return (line * (size // len(line) + 1))[:size - 1] + b"\n"


def fused():
    folder = work_folder()
    print(run("openssl", "version").strip())
    for name, size, rounds in (("1 MiB, in cache", IN_CACHE, 400), ("128 MiB", LARGE, 3)):
        path = folder / "fused.txt"
        path.write_bytes(text_of(size))
        pairs = Pairs(lambda: pass_rate(path, rounds), openssl_rate)
        print(pairs.line(f"fused pass over text, {name}", "GB/s", 0.93, 1e9))


def json_of(size):
    item = b'{"id": 4711, "name": "Zo\\u00eb", "tags": ["a", "b", null], "price": 12.5e1, "ok": true, "note": "plain text here"},\n'
    return b"[" + (item * (size // len(item))) + b"{}]\n"


def ndjson_of(size):
    item = b'{"id": 4711, "name": "Zo\\u00eb", "tags": ["a", "b", null], "price": 12.5e1, "ok": true, "note": "plain text"}\n'
    return item * (size // len(item))


def csv_of(size):
    row = b'4711,2026-11-22,"Smith, Ann",12.50,EUR,paid\n'
    return b"id,date,name,amount,currency,state\n" + row * (size // len(row))


GENERATORS = {"txt": text_of, "json": json_of, "ndjson": ndjson_of, "csv": csv_of}


def formats():
    """No peer: what one core does with each format, everything included."""
    folder = work_folder()
    for suffix, generate in GENERATORS.items():
        path = folder / f"speed.{suffix}"
        path.write_bytes(generate(LARGE))
        print(f"engine on 128 MiB of {suffix}: {pass_rate(path, 3) / 1e9:.2f} GB/s")
        path.unlink()
