"""Runs the libFuzzer targets of fuzz/ for some seconds each, two abreast, seeded from the cases and samples.

A target's own seeds are in fuzz/seeds/<target>/; inputs that once broke it are in fuzz/regressions/<target>/ and run first.
The corpus it finds stays in the build tree and only serves later runs on the same machine.
"""

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

from . import build
from .tally import CORES, ROOT, capture

BIN = ROOT / "build-asan" / "bin"
WORK = ROOT / "build-asan" / "fuzz"
SECONDS, LONG_SECONDS = 15, 600
MAX_BYTES = 65536
LIMITS = ["-timeout=10", "-rss_limit_mb=1024", f"-max_len={MAX_BYTES}"]
# Targets that read whole files: which cases and samples are good seeds for them. Others start from their own seeds.
SEED_SUFFIXES = {
    "json": (".json",), "ndjson": (".ndjson", ".jsonl"), "csv": (".csv", ".tsv"), "gzip": (".gz",), "zip": (".zip",), "tar": (".tar",),
    "pdf": (".pdf",), "image": (".png", ".jpg", ".gif", ".webp"), "xml": (".xml", ".svg", ".gpx", ".rss"), "compression": (".bz2", ".xz", ".zst", ".lz4"),
    "validate": ("",), "detect": ("",), "contract": (".yaml", ".yml"),
    "aws_events": (".event.json",), "checksum_file": (".sha256", ".md5", ".sha1", "SUMS"), "record_json": (".record.json",),
}


def targets():
    return sorted(path.stem for path in (ROOT / "fuzz").glob("*.cpp"))


def build_targets():
    build.tree("asan", ["fuzzers"])


def gather_seeds(name):
    """Copies the seeds of a target into one folder; answers the folder."""
    folder = WORK / "seeds" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sources = [path for path in (ROOT / "fuzz" / "seeds" / name).glob("*")]
    suffixes = SEED_SUFFIXES.get(name, ())
    if suffixes:
        for root in ("tests/cases", "samples", "contracts"):
            sources += [path for path in sorted((ROOT / root).rglob("*")) if path.name.endswith(suffixes)]
    for number, path in enumerate(sources):
        if path.is_file() and path.stat().st_size <= MAX_BYTES:
            shutil.copyfile(path, folder / f"{number:04}")
    return folder


def fuzz_one(name, seconds):
    """(target, executions, problem or None)"""
    binary, corpus, crashes = BIN / f"fuzz_{name}", WORK / "corpus" / name, WORK / "crashes" / name
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"}
    regressions = sorted((ROOT / "fuzz" / "regressions" / name).glob("*"))
    if regressions:
        output, code = capture([binary, *LIMITS, *regressions], env=environment, timeout=120)
        if code:
            return name, 0, f"{name}: an input of fuzz/regressions breaks it again\n{output[-4000:]}"
    output, code = capture([binary, *LIMITS, f"-max_total_time={seconds}", "-print_final_stats=1", "-use_value_profile=0",
                            f"-artifact_prefix={crashes}/", corpus, gather_seeds(name)], env=environment,
                           timeout=seconds * 2 + 120)
    found = re.search(r"stat::number_of_executed_units:\s*(\d+)", output)
    runs = int(found.group(1)) if found else 0
    if code == 0 and runs > 0:
        return name, runs, None
    kept = re.search(r"Test unit written to (\S+)", output)
    words = output[-4000:]
    if kept:
        words += f"\nreplay: {binary.relative_to(ROOT)} {kept.group(1)}"
    return name, runs, f"{name}: ended with {code} after {runs} inputs\n{words}"


def run(tally, long):
    seconds = LONG_SECONDS if long else SECONDS
    with ThreadPoolExecutor(min(2, CORES)) as pool:
        for name, runs, problem in pool.map(lambda target: fuzz_one(target, seconds), targets()):
            print(f"  fuzz {name}: {runs} inputs in {seconds} s")
            tally.check(f"fuzz {name}", [problem] if problem else [])
