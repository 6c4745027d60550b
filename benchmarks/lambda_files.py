"""The Lambda with files: its memory and how it overlaps its calls, on a scripted S3 and DynamoDB."""

import os
import statistics
import sys
import zipfile
from pathlib import Path

import aws_server
import peers
from lambda_runtime import messages, timed
from measure import ROOT, Missing, Pairs, program, run, work_folder

SMALL, LARGE = 1_000_000, int(os.environ.get("SCALPER_BENCH_LARGE", 5_000_000_000))
SMALL_LIMIT_MB, LARGE_LIMIT_MB = 12, 32
DELAY_SECONDS = 0.020
FILES = 10
UPLOADS = 500
MEMORIES = (256, 1024)  # MiB of the function, of which it makes its number of threads


def taken(function, sizes, batches, delay=0.0):
    """bench_runtime's figures of these batches of keys, one after the other in one function; no file may be left over."""
    files = {key: aws_server.File(size) for key, size in sizes.items()}
    with aws_server.Server(files, delay) as server:
        figures = timed(function.with_(AWS_ENDPOINT_URL=server.endpoint), len(batches), *(messages(*keys) for keys in batches))
        copied = sum(call.startswith("PUT /files-out/") and ".scalper-probe" not in call for call in server.calls)
    if copied != sum(map(len, batches)):
        raise Missing(f"{function.name}: {copied} of {sum(map(len, batches))} files were copied")
    return figures


def peak(function, size):
    """The highest resident memory in bytes, of one file from input to output."""
    return taken(function, {"0.txt": size}, [["0.txt"]])[-1] * 1024


def memory():
    subject = peers.ours("ingest")
    peer = peers.python().with_(PEER_MOVE="1")
    pairs = Pairs(lambda: peak(subject, SMALL), lambda: peak(peer, SMALL), less=True)
    print(pairs.line(f"resident memory, a file of 1 MB, beside {peer.name}", "MB", None, 1e6))
    print(pairs.limit_line(f"{subject.name}: a file of 1 MB", "MB", SMALL_LIMIT_MB, 1e6), flush=True)
    once = peak(subject, LARGE)
    met = "met" if once <= LARGE_LIMIT_MB * 1e6 else "NOT MET"
    print(f"{subject.name}: a file of {LARGE / 1e9:g} GB, once: {once / 1e6:.2f} MB, limit {LARGE_LIMIT_MB} MB: {met}")


def last_batch(function, count):
    """Microseconds of a batch of so many files by a function that has had one file before."""
    batch = [f"{number}.txt" for number in range(count)]
    return taken(function, dict.fromkeys(["first.txt", *batch], 4096), [["first.txt"], batch], DELAY_SECONDS)[-2]


def batch():
    for mebibytes in MEMORIES:
        subject = peers.ours("ingest").with_(AWS_LAMBDA_FUNCTION_MEMORY_SIZE=str(mebibytes))
        pairs = Pairs(lambda: last_batch(subject, FILES), lambda: last_batch(subject, 1), less=True)
        print(pairs.share_line(f"a batch of {FILES} small files, then of one; {mebibytes} MiB, {DELAY_SECONDS * 1e3:.0f} ms a call",
                               "ms", 3, 1e3), flush=True)


def emulators():
    """The Python of tests/aws, with boto3 and ministack."""
    sys.path.insert(0, str(ROOT / "tests" / "aws"))
    try:
        import venvs
        return venvs.make("emulators") / "bin" / "python"
    except venvs.NotInstalled as reason:
        raise Missing(f"ministack: {reason}") from reason
    finally:
        sys.path.remove(str(ROOT / "tests" / "aws"))


def zip_of(function):
    path = work_folder() / f"{Path(function).name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o100755 << 16
        archive.writestr(entry, Path(function).read_bytes())
    return path


def throughput():
    python, subject = emulators(), peers.ours("ingest")
    moves, answers = zip_of(subject.command[0]), zip_of(program("bench_answers"))

    shares = {"moves": [], "answers": []}

    def seconds(path, what):
        took, emulator, functions = (float(word) for word in run(
            python, Path(__file__).parent / "throughput.py", path, UPLOADS, what).split()[-3:])
        shares[what].append((emulator / took, functions / took, 1e3 * emulator / UPLOADS, 1e3 * functions / UPLOADS))
        return took

    pairs = Pairs(lambda: seconds(moves, "moves"), lambda: seconds(answers, "answers"), less=True)
    print(pairs.share_line(f"{UPLOADS} uploads to ministack, moved, then only acknowledged", "s", 3))
    for what, rows in shares.items():
        emulator, functions, emulator_ms, functions_ms = (statistics.median(column) for column in zip(*rows))
        print(f"  {what}: the emulator kept a processor busy for {emulator:.0%} of the time ({emulator_ms:.2f} ms a file), "
              f"the functions for {functions:.0%} ({functions_ms:.2f} ms a file)", flush=True)
