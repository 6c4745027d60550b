"""Archives and compressions: the whole engine (digests, type and text of what is inside as well) beside what only unpacks."""

import gzip
import tarfile
import time
import zipfile

from engine import csv_of, pass_rate
from measure import SIZES, Pairs, load, program, run, subject_rate, work_folder

# A program that reads a file needs a start; what is larger hides it.
MEMBERS, MEMBER = 64, 2 << 20


def gzip_test():
    """Rates of what comes out."""
    print(f"{run(program('bench_peer_zlib'), '--version').strip()}; {load()}")
    path = work_folder() / "rows.csv.gz"
    for size_name, size, rounds in SIZES:
        content = csv_of(size)
        path.write_bytes(gzip.compress(content, 6))
        factor = len(content) / path.stat().st_size
        rounds = max(1, rounds // 5)
        pairs = Pairs(lambda: factor * pass_rate(path, rounds), lambda: factor * subject_rate("bench_peer_zlib", "gzip", path, rounds, "valid"))
        print(pairs.line(f"gzip of csv, {size_name} inside, whole engine beside zlib alone", "GB/s out", 1.0, 1e9), flush=True)
    damaged = bytearray(path.read_bytes())
    damaged[-5] ^= 1  # of the CRC
    path.write_bytes(damaged)
    pass_rate(path, 1, "invalid")
    subject_rate("bench_peer_zlib", "gzip", path, 1, "invalid")
    path.unlink()


def seconds_of(*command):
    start = time.perf_counter()
    run(*command)
    return time.perf_counter() - start


def containers():
    """Programs from their start on, of a file on disk that is in memory."""
    print(f"{run('unzip', '-v').splitlines()[0]}; {run('bsdtar', '--version').strip()}; {load()}")
    content = csv_of(MEMBER)
    zipped, tarred = work_folder() / "many.zip", work_folder() / "many.tar.gz"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(MEMBERS):
            archive.writestr(f"{number}.csv", content)
    plain = work_folder() / "0.csv"
    plain.write_bytes(content)
    with tarfile.open(tarred, "w:gz", compresslevel=6) as archive:
        for number in range(MEMBERS):
            archive.add(plain, f"{number}.csv")
    inside = MEMBERS * len(content) / 1e6
    for path, peer in ((zipped, ("unzip", "-tq")), (tarred, ("bsdtar", "-tf"))):
        pairs = Pairs(lambda: seconds_of(program("scalper"), "check", path), lambda: seconds_of(*peer, path), less=True)
        print(pairs.line(f"{path.name}, {inside:.0f} MB of csv inside, beside {' '.join(peer)}", "s", 2.0), flush=True)
        path.unlink()
    plain.unlink()
