#!/usr/bin/env python3
"""./bench [NAME...]: measures beside the peers and prints ratios. A benchmark is no test: it fails only where it cannot run."""

import argparse
import shutil
import subprocess
import sys

import archives
import contracts
import detection
import durable
import engine
import lambda_files
import lambda_runtime
import texts
import uploads
import waiting
from measure import PAIRS, ROOT, Missing, Pairs, work_folder

BENCHMARKS = {
    "fused": engine.fused,
    "formats": engine.formats,
    "crc": engine.crc,
    "json": texts.json,
    "csv": texts.csv,
    "xml": texts.xml,
    "schema": contracts.schema,
    "columns": contracts.columns,
    "worst": texts.worst,
    "gzip": archives.gzip_test,
    "archives": archives.containers,
    "types": detection.types,
    "memory": detection.memory,
    "durable": durable.durable,
    "records": durable.records,
    "uploads": uploads.uploads,
    "api_status": uploads.status,
    "waiting": waiting.waiting,
    "lambda_start": lambda_runtime.start,
    "lambda_warm": lambda_runtime.warm,
    "lambda_memory": lambda_files.memory,
    "lambda_batch": lambda_files.batch,
    "lambda_throughput": lambda_files.throughput,
}


def build():
    commands = (["cmake", "--preset", "release"],
                ["cmake", "--build", "--preset", "release", "--target", "scalper", "bootstrap", "benchmarks"])
    for command in commands:
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(prog="./bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"measured a benchmark; fewer than {PAIRS} are no figure")
    options = parser.parse_args()
    Pairs.count = options.pairs
    if options.list:
        print("\n".join(BENCHMARKS))
        return 0
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    build()
    try:
        for name in options.names or BENCHMARKS:
            print(f"== {name}", flush=True)
            try:
                BENCHMARKS[name]()
            except Missing as reason:
                print(f"not measured: {reason}")
    finally:
        shutil.rmtree(work_folder(), ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
