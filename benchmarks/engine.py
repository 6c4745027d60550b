"""The fused pass (SHA-256 + CRC-64/NVME + type + UTF-8 and shape) beside `openssl speed`, the CRCs, and the engine's speeds."""

import random
import re

from measure import SIZES, Missing, Pairs, load, program, run, subject_rate, work_folder

LARGE = 128 << 20


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
    print(f"{run('openssl', 'version').strip()}; {load()}")
    for name, size, rounds in SIZES:
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


def repeated(rows, size):
    """Whole rows of about `size` bytes; what repeats does so beyond the reach of gzip's window."""
    block = "".join(rows).encode()
    times, rest = divmod(size, len(block))
    return block * times + block[:block.rfind(b"\n", 0, rest) + 1]


def csv_of(size):
    rows = (f'{number},2026-11-{number % 28 + 1:02},"Smith{number * 7919 % 997}, Ann",{number * 7919 % 10007 / 100:.2f},EUR,paid\n'
            for number in range(20000))
    return b"id,date,name,amount,currency,state\n" + repeated(rows, size)


def orders_of(size):
    rows = (f'{number},2026-{number % 12 + 1:02}-{number % 28 + 1:02},"Smith{number * 7919 % 997}, Ann",{number * 7919 % 99991 / 100:.2f},'
            f'{"EUR" if number % 3 else "USD"},{"true" if number % 7 else "false"}\n' for number in range(20000))
    return b"id,date,name,amount,currency,paid\n" + repeated(rows, size)


def crc():
    """Debian's ISA-L has no CRC-64/NVME; its CRC-64/ECMA folds as many bits by as many products."""
    folder = work_folder()
    print(f"{run(program('bench_crc'), '--version').strip()}; {load()}")
    path = folder / "crc.bin"
    for size_name, size, rounds in SIZES:
        path.write_bytes(random.Random(1).randbytes(size))
        if crc_of("crc32c", path) != crc_of("isal-crc32c", path):
            raise Missing("the two CRC-32C differ")
        for name, peer in (("crc64", "isal-crc64"), ("crc32c", "isal-crc32c")):
            pairs = Pairs(lambda: subject_rate("bench_crc", name, path, rounds), lambda: subject_rate("bench_crc", peer, path, rounds))
            print(pairs.line(f"{name}, {size_name}, beside {peer}", "GB/s", 0.8, 1e9), flush=True)
    path.unlink()


def crc_of(name, path):
    return run(program("bench_crc"), name, path, 1).split()[0]


GENERATORS = {"txt": text_of, "json": json_of, "ndjson": ndjson_of, "csv": csv_of}


def formats():
    """No peer: what one core does with each format, everything included."""
    folder = work_folder()
    for suffix, generate in GENERATORS.items():
        path = folder / f"speed.{suffix}"
        path.write_bytes(generate(LARGE))
        print(f"engine on 128 MiB of {suffix}: {pass_rate(path, 3) / 1e9:.2f} GB/s")
        path.unlink()
