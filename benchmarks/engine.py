"""The fused pass (SHA-256 + CRC-64/NVME + type + UTF-8 and shape) beside `openssl speed`, and the engine's own speeds."""

import os
import re
import time
from pathlib import Path

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


def records_of(size):
    """Records as feeds have them: nested, some text, some of it beyond ASCII."""
    items, left, number = [], size, 0
    while left > 0:
        city = "Zürich" if number % 5 == 0 else "Berlin"
        items.append(f'{{"id": {number}, "name": "Customer {number}", "email": "user{number}@example.com", "active": true, '
                     f'"score": {number * 7919 % 10007 / 101:.14f}, "tags": ["alpha", "beta", "gamma"], "address": '
                     f'{{"street": "Some Street {number % 300}", "city": "{city}", "zip": "{number % 99999:05}"}}, '
                     f'"note": "a longer text that goes on for a while, as comments do, and ends here"}}')
        left -= len(items[-1]) + 2
        number += 1
    return items


def checker_rate(what, path, rounds):
    verdict, size, best, middle = run(program("bench_checkers"), what, path, rounds).split()
    if verdict != "valid":
        raise Missing(f"{path.name}: {what} says {verdict}")
    return int(size) / float(middle)


def checkers():
    """The format checkers alone. Boost.JSON's event parser refuses what ours refuses, but looks for no duplicate names."""
    folder = work_folder()
    for name, size, rounds in (("1 MiB, in cache", IN_CACHE, 30), ("128 MiB", LARGE, 1)):
        items = records_of(size)
        for what, text, target in (("json", "[" + ", ".join(items) + "]", 2.0), ("ndjson", "\n".join(items) + "\n", 2.0)):
            path = folder / f"records.{what}"
            path.write_text(text)
            pairs = Pairs(lambda: checker_rate(what, path, rounds), lambda: checker_rate(f"boost-{what}", path, rounds))
            print(pairs.line(f"{what}, {name}, peer Boost.JSON events", "GB/s", target, 1e9))
            path.unlink()
        del items
        path = folder / "rows.csv"
        path.write_bytes(csv_of(size))
        bad = folder / "bad.csv"
        bad.write_bytes(csv_of(size).replace(b",EUR,", b","))
        rate = checker_rate("csv", path, rounds)
        verdict, length, _, middle = run(program("bench_checkers"), "csv", bad, rounds).split()
        slower = rate / (int(length) / float(middle))
        print(f"csv, {name}: {rate / 1e9:.2f} GB/s; where every row is bad ({verdict}) {slower:.2f} x the time, at most 1.5")
        bad.unlink()
        zsv(path, rate)
        path.unlink()


def zsv(path, rate):
    """zsv is in no registry: measured where SCALPER_PEERS names a folder that holds it."""
    peer = Path(os.environ.get("SCALPER_PEERS", "")) / "zsv"
    if not os.environ.get("SCALPER_PEERS") or not peer.exists():
        print("csv beside zsv: not measured, SCALPER_PEERS names no folder that holds zsv")
        return
    start = time.perf_counter()
    run(peer, "count", path)
    taken = time.perf_counter() - start
    print(f"csv beside `zsv count` (its start included): ratio {rate / (path.stat().st_size / taken):.2f}, target 1.0")


GENERATORS = {"txt": text_of, "json": json_of, "ndjson": ndjson_of, "csv": csv_of}


def formats():
    """No peer: what one core does with each format, everything included."""
    folder = work_folder()
    for suffix, generate in GENERATORS.items():
        path = folder / f"speed.{suffix}"
        path.write_bytes(generate(LARGE))
        print(f"engine on 128 MiB of {suffix}: {pass_rate(path, 3) / 1e9:.2f} GB/s")
        path.unlink()
